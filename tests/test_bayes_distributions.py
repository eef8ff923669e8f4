"""Distributions of parameters and predictives beside mpmath and python-flint: tails, ends, draws."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest
from flint import arb, ctx
from reference.points import SEED
from scipy import stats

from fastprob import random
from fastprob.bayes import (
    Beta,
    BetaBinomialPredictive,
    CategoricalPredictive,
    Dirichlet,
    Gamma,
    GammaPoissonPredictive,
    InverseGamma,
    NormalInverseGamma,
    Pareto,
    ParetoUniformPredictive,
)
from fastprob.bayes.distributions import Normal, StudentT

M = mp.mpf
CONTINUOUS: dict[str, tuple[Any, Any]] = {
    "Beta": (Beta(2.5, 0.75), stats.beta(2.5, 0.75)),
    "Gamma": (Gamma(0.75, 3.0), stats.gamma(0.75, scale=1 / 3)),
    "InverseGamma": (InverseGamma(4.5, 3.0), stats.invgamma(4.5, scale=3)),
    "Normal": (Normal(1.5, 3.0), stats.norm(1.5, 3)),
    "StudentT": (StudentT(4.5, 1.5, 3.0), stats.t(4.5, 1.5, 3)),
    "Pareto": (Pareto(1.5, 3.0), stats.pareto(3, scale=1.5)),
}
DISCRETE: dict[str, tuple[Any, Any]] = {
    "beta-binomial": (BetaBinomialPredictive(2.5, 0.75, 30), stats.betabinom(30, 2.5, 0.75)),
    "U shape": (BetaBinomialPredictive(0.25, 0.5, 300), stats.betabinom(300, 0.25, 0.5)),
    "negative binomial": (GammaPoissonPredictive(2.5, 0.75, 1.5), stats.nbinom(2.5, 1 / 3)),
    "categories": (CategoricalPredictive([1.0, 2.5, 0.5]), stats.rv_discrete(values=([0, 1, 2], [0.25, 0.625, 0.125]))),
}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_beside_scipy(name: str) -> None:
    ours, theirs = CONTINUOUS[name]
    q = np.array([0.01, 0.3, 0.5, 0.9, 1 - 1e-6])
    x = theirs.ppf(q)
    for method, points in (("logpdf", x), ("pdf", x), ("cdf", x), ("sf", x), ("ppf", q), ("isf", q)):
        np.testing.assert_allclose(getattr(ours, method)(points), getattr(theirs, method)(points), rtol=1e-11, err_msg=method)
    for method in ("mean", "var", "std", "median"):
        np.testing.assert_allclose(getattr(ours, method)(), getattr(theirs, method)(), rtol=1e-12, err_msg=method)
    np.testing.assert_allclose(ours.interval(0.8), theirs.interval(0.8), rtol=1e-11)


@pytest.mark.parametrize("name", DISCRETE)
def test_counts_beside_scipy(name: str) -> None:
    ours, theirs = DISCRETE[name]
    k = np.arange(-1.0, 40.0)
    for method, wanted in (("logpmf", theirs.logpmf), ("pmf", theirs.pmf), ("cdf", theirs.cdf), ("sf", theirs.sf)):
        np.testing.assert_allclose(getattr(ours, method)(k), wanted(k), rtol=1e-10, atol=1e-15, err_msg=method)
    for method in ("mean", "var"):
        np.testing.assert_allclose(getattr(ours, method)(), getattr(theirs, method)(), rtol=1e-12)
    assert ours.pmf(0.5) == 0
    assert ours.logpmf(-1) == -np.inf
    assert ours.cdf(1.5) == ours.cdf(1)
    for method in ("logpmf", "pmf", "cdf", "sf"):
        assert np.isnan(getattr(ours, method)(np.nan))
    assert (ours.cdf(np.inf), ours.sf(np.inf), ours.cdf(-np.inf), ours.sf(-np.inf)) == (1, 0, 0, 1)


@pytest.mark.parametrize("name", [*CONTINUOUS, "ParetoUniform"])
def test_draws(name: str) -> None:
    ours = CONTINUOUS[name][0] if name in CONTINUOUS else ParetoUniformPredictive(1.5, 3.0)
    assert stats.kstest(ours.sample(40_000, rng=SEED), ours.cdf).pvalue > 1e-6
    rng = random.default_rng(SEED)
    first, second = ours.sample((2, 3), rng), ours.sample((2, 3), rng)
    assert first.shape == (2, 3)
    np.testing.assert_array_equal(first, ours.sample((2, 3), SEED))
    assert not np.isin(second, first).any()
    assert np.shape(ours.sample(rng=1)) == ()


@pytest.mark.parametrize("name", DISCRETE)
def test_draws_of_counts(name: str) -> None:
    ours, _ = DISCRETE[name]
    draws = ours.sample(40_000, rng=SEED)
    assert draws.dtype == np.float64
    k, counts = np.unique(draws, return_counts=True)
    common = counts > 50
    expected = 40_000 * ours.pmf(k[common])
    chi2 = ((counts[common] - expected) ** 2 / expected).sum()
    assert stats.chi2(common.sum()).sf(chi2) > 1e-6


@pytest.mark.parametrize("alpha", [[2.0, 3.0, 0.5], [1e-3, 2e-3, 1e-3]])
def test_draws_of_probabilities(alpha: list[float]) -> None:
    """Of tiny alphas too, where gamma draws underflow."""
    p = Dirichlet(alpha).sample(20_000, rng=SEED)
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-14)
    marginal = Dirichlet(alpha).marginal()
    for j in range(3):
        for x in (0.1, 0.5, 0.9):
            wanted = float(marginal.cdf([x] * 3)[j])
            assert abs((p[:, j] <= x).mean() - wanted) < 5 * np.sqrt(wanted * (1 - wanted) / 20_000) + 1e-9


def test_log_densities_of_any_parameters() -> None:
    """To 1e-13, with parameters up to 1e10, where log gamma functions cancel."""
    rng = np.random.default_rng(SEED)

    def check(got: Any, truth: Any) -> None:
        assert abs(M(float(got)) - truth) <= 1e-13 * max(1, abs(truth))

    with mp.workdps(60):
        for _ in range(300):
            a, b = (float(10 ** rng.uniform(-3, 10)) for _ in "ab")
            x = float(rng.beta(a, b))
            if 1e-290 < x < 1:
                log_b = mp.loggamma(M(a)) + mp.loggamma(M(b)) - mp.loggamma(M(a) + M(b))
                check(Beta(a, b).logpdf(x), (M(a) - 1) * mp.log(M(x)) + (M(b) - 1) * mp.log1p(-M(x)) - log_b)
            y = float(rng.gamma(a) / b)
            if y > 1e-290:
                head = M(a) * mp.log(M(b)) - mp.loggamma(M(a))
                check(Gamma(a, b).logpdf(y), head + (M(a) - 1) * mp.log(M(y)) - M(b) * M(y))
                z = float(1 / y)
                check(InverseGamma(a, b).logpdf(z), head - (M(a) + 1) * mp.log(M(z)) - M(b) / M(z))
            t = float(rng.standard_t(a))
            if abs(t) < 1e300:
                head = mp.loggamma((M(a) + 1) / 2) - mp.loggamma(M(a) / 2) - mp.log(M(a) * mp.pi) / 2
                check(StudentT(a, 0, 1).logpdf(t), head - (M(a) + 1) / 2 * mp.log1p(M(t) ** 2 / M(a)))
            alpha = [float(10 ** rng.uniform(-1, 8)) for _ in range(3)]
            p = rng.dirichlet(alpha)
            if (p > 1e-290).all():
                head = mp.loggamma(sum(map(M, alpha))) - sum(mp.loggamma(M(v)) for v in alpha)
                truth = head + sum((M(v) - 1) * mp.log(M(float(w))) for v, w in zip(alpha, p, strict=True))
                assert abs(M(float(Dirichlet(alpha).logpdf(p))) - truth) <= 1e-11 * max(1, abs(truth), max(alpha) * 1e-5)


def exact(value: Any) -> float:
    """A ball as a number, where it has the digits."""
    assert value.rel_accuracy_bits() > 60
    return float(value.mid())


def test_distribution_functions_far_out() -> None:
    """Relative to the probability itself, in both tails."""
    precision, ctx.prec = ctx.prec, 4000
    try:
        for a, b, x in ((2.5, 8.0, 1e-12), (30.0, 20.0, 0.05), (30.0, 20.0, 0.97), (500.0, 2000.0, 0.15), (0.3, 0.2, 1e-200)):
            lower = arb(x).beta_lower(arb(a), arb(b), regularized=True)
            np.testing.assert_allclose(Beta(a, b).cdf(x), exact(lower), rtol=1e-11)
            np.testing.assert_allclose(Beta(a, b).sf(x), exact(1 - lower), rtol=1e-11)
        for a, b, x in ((2.5, 2.0, 1e-9), (2.5, 2.0, 60.0), (700.0, 7.0, 80.0), (700.0, 7.0, 120.0)):
            lower = (arb(b) * arb(x)).gamma_lower(arb(a), regularized=1)
            np.testing.assert_allclose(Gamma(a, b).cdf(x), exact(lower), rtol=1e-11)
            np.testing.assert_allclose(Gamma(a, b).sf(x), exact(1 - lower), rtol=1e-11)
            np.testing.assert_allclose(
                InverseGamma(a, b).sf(1 / x), exact((arb(b) / arb(1 / x)).gamma_lower(arb(a), regularized=1)), rtol=1e-11
            )
        for df, t in ((3.0, -50.0), (30.0, -12.0), (1.5, -1e6), (2000.0, -6.0)):
            w = arb(df) / (arb(df) + arb(t) ** 2)
            lower = w.beta_lower(arb(df) / 2, arb("0.5"), regularized=True) / 2
            np.testing.assert_allclose(StudentT(df, 0, 1).cdf(t), exact(lower), rtol=1e-11)
            np.testing.assert_allclose(StudentT(df, 0, 1).sf(-t), exact(lower), rtol=1e-11)
    finally:
        ctx.prec = precision
    # Quantiles out to the smallest numbers; SciPy's own fail beyond 1e-60 or so
    for q in (1e-300, 1e-50, 1e-9, 0.3):
        for ours in (StudentT(4.5, 0, 1), Beta(2.5, 0.75), Gamma(2.5, 3.0)):
            np.testing.assert_allclose(ours.cdf(ours.ppf(q)), q, rtol=1e-11)
        for ours in (StudentT(4.5, 0, 1), Gamma(2.5, 3.0), Pareto(2.0, 3.0), ParetoUniformPredictive(2.0, 3.0)):
            np.testing.assert_allclose(ours.sf(ours.isf(q)), q, rtol=1e-11)
    with mp.workdps(40):
        x = 1.5 * (1 + 1e-12)
        np.testing.assert_allclose(Pareto(1.5, 3.0).cdf(x), float(1 - (M(1.5) / M(x)) ** 3), rtol=1e-12)


@mp.workdps(40)
def gamma_tail(a: float, x: float) -> Any:
    """The mass beyond x as seen from the mean, by quadrature of the density."""
    shape, start = M(a), M(x)
    way = mp.sign(start - shape)
    end = min(100 * start / abs(start - shape + 1), start if way < 0 else mp.inf)

    def density(u: Any) -> Any:
        return mp.exp((shape - 1) * mp.log1p(way * u / start) - way * u) if u < start or way > 0 else M(0)

    head = mp.exp((shape - 1) * mp.log(start) - start - mp.loggamma(shape))
    return head * mp.quad(density, [end * k / 16 for k in range(17)])


def test_gamma_tails_of_any_shape() -> None:
    """Shapes from 20 to 1e12, from 3 standard deviations on down to 1e-300, and the quantiles back."""
    rng, seen = np.random.default_rng(SEED), 0
    while seen < 60:
        a, z = float(10 ** rng.uniform(1.31, 12)), rng.uniform(3, 37) * rng.choice([-1, 1])
        root = 1 - 1 / (9 * a) + z / 3 / np.sqrt(a)  # Wilson and Hilferty's
        x = float(a * max(root, 0.0) ** 3)
        truth = float(gamma_tail(a, x)) if x > 0 else 0.0
        if truth < 1e-300:
            continue
        seen += 1
        ours, other = Gamma(a, 1.0), InverseGamma(a, 1.0)
        tails, rest = (ours.sf(x), other.cdf(1 / x)), (ours.cdf(x), other.sf(1 / x))
        if z < 0:
            tails, rest = rest, tails
        np.testing.assert_allclose(tails[0], truth, rtol=2e-12)
        np.testing.assert_allclose(tails[1], truth, rtol=2e-12 + 4e-16 * abs(z) * np.sqrt(a))
        np.testing.assert_allclose(rest[0], 1 - truth, rtol=1e-13)
        back = (ours.isf(truth), other.ppf(truth)) if z > 0 else (ours.ppf(truth), other.isf(truth))
        np.testing.assert_allclose(back, (x, 1 / x), rtol=1e-14)
    # Many at once, some of them in a tail
    many = Gamma([1e8, 3.0, 1e8, 1e10], 2.0).cdf([[99936873.44702186 / 2, 1.0, 5e7, 9999363384.0 / 2]])
    assert many.shape == (1, 4)
    np.testing.assert_allclose(
        many[0, [0, 3]], [float(gamma_tail(1e8, 99936873.44702186)), float(gamma_tail(1e10, 9999363384.0))], rtol=1e-11
    )


@pytest.mark.parametrize(("a", "b", "n"), [(3.0, 5.0, 4000), (0.3, 5.0, 500), (2e5, 3e5, 10**6), (1.0, 1.0, 10**4)])
def test_long_sums_of_counts(a: float, b: float, n: int) -> None:
    """Both tails, beside sums of probabilities in 30 digits by the ratio of neighbors."""
    ours = BetaBinomialPredictive(a, b, n)
    mean, std = ours.mean(), np.sqrt(ours.var())
    for k in {max(int(mean - 6 * std), 3), int(mean), min(int(mean + 5 * std), n - 2)}:
        with mp.workdps(30):
            logs = mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)
            logs += log_beta(a + M(k), b + M(n - k)) - log_beta(M(a), M(b))
            first = mp.exp(logs)
            below, above = M(0), M(0)
            p, j = first, k
            while j >= 0 and (p > below * M("1e-20") or a < 1):
                below += p
                p, j = p * j * (n - j + M(b)) / ((n - j + 1) * (M(a) + j - 1)) if j else M(0), j - 1
            p, j = first, k
            while j < n and (p > above * M("1e-20") or b < 1 or j == k):
                p, j = p * (n - j) * (M(a) + j) / ((j + 1) * (n - j - 1 + M(b))), j + 1
                above += p
            np.testing.assert_allclose(ours.cdf(k), float(below), rtol=1e-11)
            np.testing.assert_allclose(ours.sf(k), float(above), rtol=1e-11)


@pytest.mark.parametrize(
    ("a", "b", "exposure", "k"),
    [
        (1e15, 1e15, 3.0, 0),
        (1e15, 1e15, 3.0, 2),
        (1e15, 3.0, 3e-15, 3),
        (2.5, 1e12, 1.0, 1),
        (7.0, 1.0, 1e12, 2e12),
        (7.0, 2.0, 2.0, 5),
    ],
)
def test_counts_where_the_probability_rounds_to_1(a: float, b: float, exposure: float, k: float) -> None:
    """Both tails beside sums of probabilities, or with many terms the integral of the gamma-Poisson mixture over the rate."""
    ours = GammaPoissonPredictive(a, b, exposure)
    with mp.workdps(60):
        q, p = M(b) / (M(b) + M(exposure)), M(exposure) / (M(b) + M(exposure))
        if k < 10:
            below = sum(mp.rf(M(a), j) / mp.factorial(j) * p**j for j in range(int(k) + 1)) * q ** M(a)
        else:  # for whole a the sum over the other tail: at least k + 1 successes before a failures
            trials = M(k) + M(a)
            below = 1 - sum(mp.binomial(trials, j) * q**j * p ** (trials - j) for j in range(int(a)))
        np.testing.assert_allclose(ours.cdf(k), float(below), rtol=1e-11)
        np.testing.assert_allclose(ours.sf(k), float(1 - below), rtol=1e-11)
    assert ours.cdf(ours.ppf(0.3)) >= 0.3
    np.testing.assert_allclose(
        GammaPoissonPredictive(1, 1, 1e10).sf(1e10), np.exp((1e10 + 1) * np.log1p(-1 / (1e10 + 1))), rtol=1e-12
    )


def student_sf(df: float, z: float) -> Any:
    half, x = M(df) / 2, M(df) / (M(df) + M(z) ** 2)
    return x**half / df / mp.beta(half, M("0.5")) * mp.hyp2f1(half, M("0.5"), half + 1, x)


def test_far_tails_of_students_t() -> None:
    """To 1e-12 down to 1e-300, wherever the distance is a number; quantiles beyond are infinite."""
    rng = np.random.default_rng(SEED)
    seen = 0
    with mp.workdps(50):
        while seen < 200:
            df, z = float(10 ** rng.uniform(-6, 2)), float(10 ** rng.uniform(3, 300 if seen % 2 else 12))
            truth = student_sf(df, z)
            if truth < 1e-300:
                continue
            seen += 1
            ours = StudentT(df, 0, 1)
            np.testing.assert_allclose([ours.sf(z), ours.cdf(-z)], float(truth), rtol=1e-12)
            found = float(ours.isf(float(truth)))
            # A quantile's error is that of q over df
            assert abs(np.log(found / z)) < 1e-12 * max(1.0, 1 / df, np.log(z))
            assert ours.ppf(float(truth)) == -found
        # The density is 6 sqrt(3) s^3 / (pi (3 s^2 + x^2)^2)
        far = mp.log(6 * mp.sqrt(3) / mp.pi) - (900 + 1200) * mp.log(10)
        np.testing.assert_allclose(StudentT(3, 0, 1e-300).logpdf(1e300), float(far), rtol=1e-13)
    assert [float(v) for v in StudentT(0.002, 0, 1).interval(0.95)] == [-np.inf, np.inf]
    np.testing.assert_allclose(StudentT(1, 0, 1e-300).isf(1e-200), 1e-100 / np.pi, rtol=1e-12)


SIZES = [1e-300, 1e-200, 1e-100, 1e-10, 0.5, 1.0, 2.0, 1e10, 1e100, 1e200, 1e300]


@pytest.mark.parametrize("name", ["gamma", "inverse gamma", "Pareto", "Beta", "t", "normal-inverse-gamma", "categories"])
def test_log_densities_at_the_ends_of_the_range(name: str) -> None:
    """All parameters from 1e-300 to 1e300, at places as far apart: what is a number in 700 digits and not beyond float64."""
    rng, log = np.random.default_rng(SEED), mp.log

    def inverse_gamma(x: Any, a: Any, b: Any) -> Any:
        return a * log(b) - mp.loggamma(a) - (a + 1) * log(x) - b / x

    with mp.workdps(700):
        for _ in range(60):
            a, b, x = (float(v) for v in rng.choice(SIZES, 3))
            A, B, X = M(a), M(b), M(x)
            if name == "gamma":
                ours, truth = Gamma(a, b).logpdf(x), A * log(B) - mp.loggamma(A) + (A - 1) * log(X) - B * X
            elif name == "inverse gamma":
                ours, truth = InverseGamma(a, b).logpdf(x), inverse_gamma(X, A, B)
            elif name == "Pareto":
                x, X = max(x, b), max(X, B)
                ours, truth = Pareto(b, a).logpdf(x), log(A) + A * log(B) - (A + 1) * log(X)
            elif name == "Beta":
                y = float(rng.random())
                truth = (A - 1) * log(M(y)) + (B - 1) * mp.log1p(-M(y)) - log_beta(A, B)
                ours = Beta(a, b).logpdf(y)
            elif name == "t":
                truth = -log_beta(A / 2, M("0.5")) - log(A) / 2 - log(B) - (A + 1) / 2 * mp.log1p((X / B) ** 2 / A)
                ours = StudentT(a, 0, b).logpdf(x)
            elif name == "categories":
                ours, truth = CategoricalPredictive([a, b]).logpmf(0), log(A / (A + B))
            else:
                truth = (log(A / X) - log(2 * mp.pi)) / 2 + inverse_gamma(X, M(1), M(1))
                ours = NormalInverseGamma(0.0, a, 1.0, 1.0).logpdf(0.0, x)
            if abs(truth) < 1e308:
                assert abs(M(float(ours)) - truth) <= 1e-12 * max(1, abs(truth)), (a, b, x)
            else:
                assert ours == -np.inf, (a, b, x)


def test_an_infinite_count() -> None:
    assert GammaPoissonPredictive(2, 3).logpmf(np.inf) == -np.inf
    assert GammaPoissonPredictive(2, 3).pmf(np.inf) == 0


def test_draws_of_a_mean_whose_scale_overflows_as_a_variance() -> None:
    mu, variance = NormalInverseGamma(0.0, 1e-300, 3.0, 1e20).sample(1000, rng=SEED)
    assert np.isfinite(mu).all()
    assert 0.8 < np.std(mu / np.sqrt(variance) / 1e150) < 1.2


def log_beta(a: Any, b: Any) -> Any:
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


@pytest.mark.parametrize(
    ("distribution", "x", "wanted"),
    [
        (Beta(1, 3), [0.0, 1.0, -0.1, 1.1], [np.log(3), -np.inf, -np.inf, -np.inf]),
        (Beta(0.5, 1), [0.0, 1.0], [np.inf, np.log(0.5)]),
        (Gamma(1, 3), [0.0, -1.0, np.inf], [np.log(3), -np.inf, -np.inf]),
        (Gamma(0.5, 3), [0.0], [np.inf]),
        (Gamma(2, 3), [0.0], [-np.inf]),
        (InverseGamma(2, 3), [0.0, -1.0, np.inf], [-np.inf, -np.inf, -np.inf]),
        (Pareto(2, 3), [1.9, 2.0, np.inf], [-np.inf, np.log(1.5), -np.inf]),
        (ParetoUniformPredictive(2, 3), [-0.1, 0.0, 2.0], [-np.inf, np.log(0.375), np.log(0.375)]),
        (StudentT(2, 0, 1), [1e200, np.inf], [-3 * np.log(1e200), -np.inf]),
    ],
)
def test_ends(distribution: Any, x: list[float], wanted: list[float]) -> None:
    np.testing.assert_allclose(distribution.logpdf(x), wanted, rtol=1e-14)
    np.testing.assert_array_equal(np.isnan(distribution.logpdf([np.nan, x[0]])), [True, False])


@pytest.mark.parametrize("name", CONTINUOUS)
def test_nothing_warns(name: str) -> None:
    ours, _ = CONTINUOUS[name]
    with np.errstate(all="raise"):
        for x in (np.nan, np.inf, -np.inf, 0.0, 1.0, 1e300, -1e300, 1e-300):
            values = [getattr(ours, method)(x) for method in ("logpdf", "pdf", "cdf", "sf")]
            assert np.isnan(values).tolist() == 4 * [np.isnan(x)]
        for q in (np.nan, -0.1, 1.1):
            assert np.isnan(ours.ppf(q))
            assert np.isnan(ours.isf(q))
        assert ours.cdf(ours.ppf(0.0)) == 0 == ours.sf(ours.isf(0.0))
        assert ours.cdf(ours.ppf(1.0)) == 1


def test_moments_that_do_not_exist() -> None:
    assert [StudentT(df, 0, 1).var() for df in (2.0, 1.5)] == [np.inf, np.inf]
    assert np.isnan([StudentT(1, 0, 1).mean(), StudentT(1, 0, 1).var(), InverseGamma(1, 1).var(), Pareto(1, 1).var()]).all()
    assert [d.mean() for d in (InverseGamma(1, 1), Pareto(1, 1), ParetoUniformPredictive(1, 1))] == [np.inf] * 3
    assert [d.var() for d in (InverseGamma(2, 1), Pareto(1, 2), ParetoUniformPredictive(1, 2))] == [np.inf] * 3


def test_dirichlet_beside_scipy() -> None:
    alpha = np.array([1.0, 2.5, 0.75, 3.0])
    ours, theirs = Dirichlet(alpha), stats.dirichlet(alpha)
    x = np.array([0.1, 0.2, 0.3, 0.4])
    np.testing.assert_allclose(ours.logpdf(x), theirs.logpdf(x), rtol=1e-13)
    np.testing.assert_allclose(ours.mean(), theirs.mean(), rtol=1e-15)
    np.testing.assert_allclose(ours.var(), theirs.var(), rtol=1e-14)
    np.testing.assert_allclose(ours.cov(), theirs.cov(), rtol=1e-13)
    assert ours.logpdf([0.1, 0.2, 0.3, 0.5]) == -np.inf
    assert ours.logpdf([0.5, -0.2, 0.3, 0.4]) == -np.inf
    assert np.isfinite(ours.logpdf([0.0, 0.3, 0.3, 0.4]))  # alpha of 1
    assert ours.logpdf([0.3, 0.3, 0.0, 0.4]) == np.inf
    assert ours.logpdf([0.3, 0.0, 0.3, 0.4]) == -np.inf
    assert np.isnan(ours.logpdf([np.nan, 0.2, 0.3, 0.4]))
    with pytest.raises(ValueError, match=r"x has shape \(2,\); its last axis is that of the 4 categories"):
        ours.logpdf([0.5, 0.5])
    many = Dirichlet(np.stack([alpha, 2 * alpha]))
    np.testing.assert_allclose(many.logpdf(x), [ours.logpdf(x), Dirichlet(2 * alpha).logpdf(x)], rtol=1e-15)
    assert many.sample(3, rng=1).shape == (3, 2, 4)


@pytest.mark.parametrize("name", DISCRETE)
def test_quantiles_of_counts(name):
    ours, theirs = DISCRETE[name]
    q = np.concatenate([np.linspace(0.0, 1.0, 101)[1:-1] + 1e-4, [1e-12, 1 - 1e-12, 0.5]])
    assert np.array_equal(ours.ppf(q), theirs.ppf(q))
    k = ours.isf(q)
    assert (ours.sf(k) <= q).all()
    assert (ours.sf(k - 1) > q).all()
    assert ours.median() == theirs.ppf(0.5)
    low, high = ours.interval(0.9)
    assert ours.cdf(high) - ours.cdf(low - 1) >= 0.9
    assert ours.cdf(low - 1) < 0.05 + 1e-15
    assert ours.sf(high) <= 0.05
    assert ours.ppf(0.0) == 0
    assert ours.isf(1.0) == 0
    assert ours.ppf(1.0) == ours.isf(0.0) if name != "negative binomial" else ours.isf(0.0) > 1e3
    assert np.isnan([ours.ppf(-0.1), ours.isf(1.1), ours.ppf(np.nan)]).all()


def test_quantiles_of_counts_of_many_problems():
    ours = GammaPoissonPredictive([2.0, 1e4, 1e-3], [[1.0], [1e-10]])
    found = ours.ppf(np.full((2, 3), 0.975))
    assert found.shape == (2, 3)
    assert (ours.cdf(found) >= 0.975).all()
    assert (ours.cdf(found - np.maximum(1.0, found * 2.0**-45)) < 0.975).all()
    assert np.array_equal(BetaBinomialPredictive(1.0, 1.0, [0, 1, 9]).ppf(0.55), [0, 1, 5])
    with pytest.raises(ValueError, match="mass"):
        ours.interval(1.5)
