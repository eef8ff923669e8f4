"""`fastprob.bayes` at the ends of the range of numbers, and given what it does not take."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from scipy import stats

from fastprob.bayes import (
    BayesianLogisticRegression,
    Beta,
    BetaBinomial,
    BetaBinomialPredictive,
    CategoricalPredictive,
    Counts,
    Dirichlet,
    DirichletCategorical,
    Events,
    Gamma,
    GammaPoisson,
    GammaPoissonPredictive,
    GridPosterior,
    InverseGamma,
    Moments,
    NormalInverseGamma,
    NormalNormal,
    Pareto,
    ParetoUniform,
    ParetoUniformPredictive,
    distributions,
    evidence,
    vi,
)
from fastprob.bayes.transforms import Logit
from fastprob.random import default_rng

ENDS = (1e-300, 1e-160, 1e-3, 1.0, 1e10, 1e160, 1e300)


@pytest.fixture(autouse=True)
def _loud() -> Iterator[None]:
    """No floating-point warning leaves, whatever the caller asked NumPy for."""
    with warnings.catch_warnings(), np.errstate(all="raise"), mp.workdps(400):
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize(
    ("kind", "x"),
    [
        (Beta, [0.0, 1e-300, 0.5, 1.0]),
        (Gamma, [0.0, 1e-300, 1.0, 1e300, np.inf]),
        (InverseGamma, [0.0, 1e-300, 1.0, 1e300, np.inf]),
        (Pareto, [0.0, 1e-300, 1.0, 1e300, np.inf]),
        (ParetoUniformPredictive, [0.0, 1.0, 1e300, np.inf]),
    ],
)
def test_distributions_with_extreme_parameters(kind: Any, x: list[float]) -> None:
    """Everything has a value, and what must be in order is."""
    a, b = (np.array(v)[:, None] for v in zip(*itertools.product(ENDS, ENDS), strict=True))
    d = kind(a, b)
    for value in (d.mean(), d.pdf(x), d.logpdf(x), d.ppf([0.0, 1e-300, 0.3, 1.0]), d.isf([0.0, 1e-300, 0.3, 1.0])):
        assert not np.isnan(value).any()
    for value in (d.cdf(x), 1 - d.sf(x), d.ppf([0.0, 0.1, 0.5, 0.9, 1.0])):
        assert (value[:, 1:] >= value[:, :-1] - 1e-12).all()
    d.var(), d.std(), d.interval(0.9)
    assert d.sample(3, rng=1).shape == (3, *a.shape)


def test_standard_deviations_whose_squares_are_no_numbers() -> None:
    """Beside the formulas in 400 digits, wherever the value is a normal number."""
    for first, second in itertools.product(ENDS, (*ENDS, 3.0, 2.5)):
        a, b = mp.mpf(first), mp.mpf(second)
        n = a + b
        beta = mp.sqrt(a * b / (n + 1)) / n
        cases = [
            (Beta(first, second), beta),
            (Dirichlet([first, second]), beta),
            (BetaBinomialPredictive(first, second, 7), mp.sqrt(7 * a * b * (n + 7) / (n + 1)) / n),
            (Gamma(first, second), mp.sqrt(a) / b),
            (InverseGamma(second, first), a / (b - 1) / mp.sqrt(b - 2) if b > 2 else mp.inf),
            (distributions.StudentT(second, 0.0, first), a * mp.sqrt(b / (b - 2)) if b > 2 else mp.inf),
            (Pareto(first, second), a * mp.sqrt(b / (b - 2)) / (b - 1) if b > 2 else mp.inf),
            (ParetoUniformPredictive(first, second), a * mp.sqrt(b / (b - 2) / 3 - (b / (b - 1)) ** 2 / 4) if b > 2 else mp.inf),
        ]
        for d, truth in cases:
            got = np.ravel(d.std())[0]
            if 1e-300 < truth < 1e300:
                assert abs(got - truth) <= 2e-15 * truth, (d, got, truth)
            else:
                assert not got > 0 or got <= 1e-299 or got >= 1e299, (d, got, truth)


def test_quantiles_where_scipys_incomplete_beta_function_has_none() -> None:
    """Beta(a, b) with b >> a >> 1 is a gamma variable over b."""
    q = [0.1, 0.5, 0.9]
    np.testing.assert_allclose(Beta(1e10, 1e160).ppf(q), stats.gamma.ppf(q, 1e10) / 1e160, rtol=1e-12)
    np.testing.assert_allclose(1 - Beta(1e160, 1e10).isf(q), 0.0, atol=1e-15)
    np.testing.assert_allclose(Beta(1e10, 1e160).cdf(Beta(1e10, 1e160).ppf(q)), q, rtol=1e-4)
    assert Beta(1e-300, 1e10).ppf(1e-300) < 1e-307


@pytest.mark.parametrize("trials", [1, 1000])
def test_extreme_beta_binomial(trials: int) -> None:
    """Beside the formula in 400 digits."""
    for a, b in itertools.product(ENDS, ENDS):
        for k in {0, 1, trials // 2, trials}:
            exact = mp.log(
                mp.binomial(trials, k) * mp.beta(mp.mpf(a) + k, mp.mpf(b) + trials - k) / mp.beta(mp.mpf(a), mp.mpf(b))
            )
            for value in (BetaBinomialPredictive(a, b, trials).logpmf(k), BetaBinomial(a, b).log_evidence(Counts(k, trials))):
                assert abs(value - exact) <= 1e-12 * max(1, abs(exact)), (a, b, k, value, exact)
    a, b = (np.array(v) for v in zip(*itertools.product(ENDS, ENDS), strict=True))
    below, above = (getattr(BetaBinomialPredictive(a, b, trials), name)(trials // 2) for name in ("cdf", "sf"))
    np.testing.assert_allclose(below + above, 1.0, rtol=1e-11)


def test_extreme_gamma_poisson() -> None:
    for a, b, exposure in itertools.product(ENDS, ENDS, (1e-300, 1.0, 1e300)):
        for k in (0, 1, 1000):
            x, y, t = mp.mpf(a), mp.mpf(b), mp.mpf(exposure)
            exact = mp.loggamma(x + k) - mp.loggamma(x) - mp.loggamma(k + 1) + x * mp.log(y / (y + t)) + k * mp.log(t / (y + t))
            for value in (
                GammaPoissonPredictive(a, b, exposure).logpmf(k),
                GammaPoisson(a, b).log_evidence(Events(k, exposure)),
            ):
                assert abs(value - exact) <= 1e-12 * max(1, abs(exact)), (a, b, exposure, k, value, exact)
        predictive = GammaPoissonPredictive(a, b, exposure)
        assert not np.isnan(
            [predictive.mean(), predictive.var(), predictive.cdf(3), predictive.sf(3), predictive.sample(rng=1)]
        ).any()


def test_counts_beyond_numpys_poisson() -> None:
    """A rate of 4e19: a normal variable, with Poisson's moments."""
    draws = GammaPoissonPredictive(1e40, 1.0, 4e-21).sample(20_000, rng=1)
    z = (draws - 4e19) / np.sqrt(4e19)
    assert stats.kstest(z, "norm").pvalue > 1e-4


def test_extreme_normal_models() -> None:
    """Beside the formulas in 400 digits, which are inside the range of float64 or end in -inf."""
    data = [1.0, 2.0]
    for loc, scale, noise in itertools.product((0.0, 1e160, -1e300), ENDS, ENDS):
        s2, n2, apart = mp.mpf(scale) ** 2, mp.mpf(noise) ** 2, mp.mpf(1.5) - mp.mpf(loc)
        exact = -mp.log(2 * mp.pi * n2) - mp.mpf(0.25) / n2 - mp.log(1 + 2 * s2 / n2) / 2 - apart**2 / (n2 + 2 * s2)
        value = NormalNormal(loc, scale, noise).log_evidence(data)
        assert (value == -np.inf and exact < -1e300) or abs(value - exact) <= 1e-12 * max(1, abs(exact)), (loc, scale, noise)
        assert NormalNormal(loc, scale, noise).log_evidence(Moments(0, 0.0, 0.0)) == 0.0
    for kappa, a, b in itertools.product((1e-160, 1e-3, 1.0, 1e160), ENDS[1:-1], ENDS[1:-1]):
        exact = mp.loggamma(mp.mpf(a) + 1) - mp.loggamma(mp.mpf(a)) - mp.log1p(2 / mp.mpf(kappa)) / 2 - mp.log(2 * mp.pi)
        more = mp.mpf(0.25) + mp.mpf(2.25) * kappa / (mp.mpf(kappa) + 2)
        exact += mp.mpf(a) * mp.log(b) - (mp.mpf(a) + 1) * mp.log(b + more)
        value = NormalInverseGamma(0.0, kappa, a, b).log_evidence(data)
        assert abs(value - exact) <= 1e-11 * max(1, abs(exact)), (kappa, a, b, value, exact)


def test_extreme_uniform_and_dirichlet() -> None:
    for scale, a in itertools.product(ENDS, ENDS):
        least = max(mp.mpf(scale), 2)
        exact = mp.log(mp.mpf(a) / (mp.mpf(a) + 2)) + a * mp.log(scale) - (mp.mpf(a) + 2) * mp.log(least)
        value = ParetoUniform(scale, a).log_evidence([1.0, 2.0])
        assert abs(value - exact) <= 1e-12 * max(1, abs(exact)), (scale, a, value, exact)
    for alpha in itertools.product(ENDS, repeat=2):
        total = mp.mpf(alpha[0]) + mp.mpf(alpha[1])
        exact = mp.log(mp.mpf(alpha[0]) * mp.mpf(alpha[1]) / (total * (total + 1)))
        value = DirichletCategorical(alpha).log_evidence([0, 1])
        assert abs(value - exact) <= 1e-12 * max(1, abs(exact)), (alpha, value, exact)
        d = Dirichlet(alpha)
        assert not np.isnan([d.mean(), d.var(), d.sample(rng=1), d.marginal().cdf(0.5)]).any()


@pytest.mark.parametrize("a", [1e-300, 1e-16, 1e-10, 0.7, 3.0, 1e12, 1e16, 1e300])
def test_both_tails_of_a_uniform_variable_with_a_pareto_bound(a: float) -> None:
    """Beside the formulas in 400 digits, relative, wherever the value is a normal number."""
    for scale in (1.0, 3e-7):
        d, exact, s = ParetoUniformPredictive(scale, a), mp.mpf(a), mp.mpf(scale)
        for x in (scale * f for f in (1e-300, 1e-20, 0.3, 1 - 1e-9, 1 - 2.0**-53, 1.0, 1 + 2.0**-52, 1 + 1e-9, 2.0, 1e80)):
            grown = mp.mpf(x) / s
            above = (1 + exact * (1 - grown) if x <= scale else grown**-exact) / (exact + 1)
            for got, truth in ((d.sf(x), above), (d.cdf(x), 1 - above)):
                steep = max(1, exact * mp.log(grown)) if above < 0.5 else 1  # the exponent's own rounding
                assert truth < 1e-300 or abs(got - truth) <= 1e-15 * steep * truth, (scale, x, got, truth)
        for q in (1e-12, 2e-10, 1e-3, 0.3, 0.7, 1 - 2e-10, 1 - 2.0**-53):
            for got, above in ((d.ppf(q), 1 - mp.mpf(q)), (d.isf(q), mp.mpf(q))):
                power = above * (exact + 1)
                truth = s * (power ** (-1 / exact) if power < 1 else (1 - above) * (exact + 1) / exact)
                steep = max(1, abs(mp.log(truth / s)))
                assert truth > 1e300 or abs(got - truth) <= 1e-15 * steep * truth, (scale, q, got, truth)


@pytest.mark.parametrize("method", ["variational", "laplace"])
@pytest.mark.parametrize("precision", ["evidence", 1e-100, 1e100])
def test_extreme_logistic_regression(method: str, precision: Any) -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(60, 2))
    y = (rng.random(60) < 0.5 + 0.4 * np.tanh(z[:, 0])).astype(int)
    for size in (1e-100, 1e-8, 1e8, 1e100):
        model = BayesianLogisticRegression(method, prior_precision=precision).fit(z * size, y)
        assert np.isfinite(model.predict_proba(z * size)).all()
        assert np.isfinite(model.log_evidence_)
    with pytest.raises(ValueError, match="X has numbers so large that sums of their squares overflow"):
        BayesianLogisticRegression(method, prior_precision=precision).fit(z * 1e200, y)


def test_nothing_is_raised_by_underflow_in_other_parts() -> None:
    fit = GridPosterior(lambda a, b: -(a * a + b * b) / 2, lambda a, b: 0 * a, {"a": (-30, 30), "b": (-30, 30)})
    fit.mean(), fit.std(), fit.hpd_level(), fit.pair("a", "b"), fit.marginal("a").hpd(), fit.expectation(lambda a, b: a)
    found = evidence.importance_sampling(lambda z: -1e5 * (z**2).sum(axis=1), evidence.Normal([0.0], [[1.0]]), seed=1)
    found.moments()
    vi.fit(lambda z: -(z**2).sum(axis=1) / 2, lambda z: -z, [30.0], seed=1).quantile([0.0, 0.5, 1.0])


def test_moments_of_any_size() -> None:
    """Merged or not: the same numbers, beside exact arithmetic, or the same error."""
    sizes = (0.0, 1e-300, -1e-200, 3e-160, -1.0, 1e100, 1e153, -1e200, 1e300)
    for x, y in itertools.product(sizes, sizes):
        exact = [Fraction(v) for v in (x, x, y)]
        mean = sum(exact) / 3
        ss = sum((v - mean) ** 2 for v in exact)
        parts = Moments.of([x, x]), Moments.of([y])
        for call in (lambda x=x, y=y: Moments.of([x, x, y]), lambda parts=parts: parts[0] + parts[1]):
            if ss > Fraction(2) ** 1023:
                with pytest.raises(ValueError, match="data spreads too far: the sum of its squared distances"):
                    call()
            else:
                for got, truth in ((call().mean, mean), (call().ss, ss)):
                    assert abs(Fraction(float(got)) - truth) <= Fraction(1e-15) * abs(truth) + Fraction(1e-300)


def test_densities_far_beyond_their_distributions() -> None:
    fit = fit_vi(seed=1)
    assert fit.logpdf([[1e200], [-np.inf]]).tolist() == [-np.inf, -np.inf]
    assert evidence.Normal([0.0], [[1e-320]]).logpdf([[1e200]]) == -np.inf
    d = CategoricalPredictive([1e-300, 1e300])
    assert (d.pmf(0), d.pmf(1), d.mean()) == (0.0, 1.0, 1.0)


@pytest.mark.parametrize("names", ["a", "ab", "abc"])
def test_grids_of_any_size(names: str) -> None:
    """Normal densities whose bounds are nearly as close together, or as far apart, as they may be."""
    d = len(names)
    for size in (10.0 ** (2 - 240 // d), 1.0, 10.0 ** (240 // d - 2)):
        std = size * np.arange(1, d + 1) / 40
        fit = GridPosterior(
            lambda *x, std=std: -sum((v / s) ** 2 for v, s in zip(x, std, strict=True)) / 2,
            lambda *x: 0 * x[0],
            dict.fromkeys(names, (-size / 2, size / 2)),
            support=dict.fromkeys(names, (-size / 2, size / 2)),
        )
        with mp.workdps(30):
            truth = float(sum(mp.log(mp.mpf(s) * mp.sqrt(2 * mp.pi) * mp.erf(size / 2 / s / mp.sqrt(2))) for s in std))
        assert abs(fit.log_evidence - truth) <= fit.log_evidence_error <= 1e-4
        np.testing.assert_allclose(fit.marginal("a").isf(0.25), std[0] * stats.norm.isf(0.25), rtol=1e-6)
        np.testing.assert_allclose(fit.std(), std, rtol=1e-6)
        np.testing.assert_allclose([fit.marginal(name).std() for name in names], std, rtol=1e-6)
        fit.mean(), fit.cov(), fit.hpd_level(), fit.marginal("a").hpd(), fit.expectation(lambda *x: x[0])


MASKED = np.ma.array([0.0, 1.0, 1.0], mask=[False, True, False])
NIG = NormalInverseGamma([0.0, 1.0, 2.0], 1.0, 1.0, 1.0)
NORMAL = evidence.Normal([0.0, 0.0], np.eye(2))


def fit_vi(**changed: Any) -> Any:
    given: dict[str, Any] = {"log_joint": lambda z: -(z**2).sum(axis=1), "gradient": lambda z: -2 * z, "start": [0.0]}
    return vi.fit(**{**given, **changed})


def grid(**changed: Any) -> GridPosterior:
    given: dict[str, Any] = {"log_likelihood": lambda a: -a * a, "log_prior": lambda a: 0 * a, "bounds": {"a": (-5, 5)}}
    return GridPosterior(**{**given, **changed})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: BetaBinomial(5e-324, 1), ValueError, "a is 5e-324; allowed: numbers from 1e-300 to 1e"),
        (lambda: BetaBinomial(1.7e308, 1.7e308), ValueError, r"a is 1\.7e\+308; allowed: numbers from 1e-300 to 1e"),
        (lambda: NormalNormal(1e305, 1, 1), ValueError, r"loc is 1e\+305; allowed: numbers from -1e\+300 to 1e\+300"),
        (lambda: NIG.update([1e200]), ValueError, "the sum of squares that data add to b"),
        (lambda: BetaBinomial().update(MASKED), ValueError, "data has masked elements"),
        (lambda: Moments.of(MASKED), ValueError, "data has masked elements"),
        (lambda: Beta(1, 1).cdf(MASKED), ValueError, "x has masked elements"),
        (lambda: grid(log_likelihood=lambda a: np.ma.masked_less(a, 0.0)), ValueError, "the result of log_likelihood has masked"),
        (lambda: fit_vi(log_joint=lambda z: np.ma.masked_less(z[:, 0], 0.0)), ValueError, "the result of log_joint has masked"),
        (lambda: BayesianLogisticRegression().fit(MASKED[:, None], [0, 1, 1]), ValueError, "X has masked elements"),
        (lambda: BayesianLogisticRegression().fit([[0.0], [1.0], [2.0]], MASKED), ValueError, "y has masked elements"),
        (lambda: BayesianLogisticRegression().fit([[0.0], [1.0]], [0, 1], [1, 1e300]), ValueError, r"sample_weight\[1\] is 1e"),
        (lambda: BayesianLogisticRegression().fit([[0.0], [1.0]], [0, 1], "a"), TypeError, "sample_weight has dtype"),
        (
            lambda: BayesianLogisticRegression(tol=10**400).fit([[0.0], [1.0]], [0, 1]),
            ValueError,
            "tol is a number from 1e-100 to 1e100; got about 10",
        ),
        (
            lambda: BetaBinomial().update(Moments(3, 0.0, 1.0)),
            TypeError,
            "data is Moments; allowed .* an array, or Counts",
        ),
        (lambda: NIG.log_evidence(Counts(1, 2)), TypeError, "data is Counts; allowed for this model: an array, or Moments"),
        (lambda: BetaBinomial().update([1], axis=10**400), ValueError, "axis is 1000"),
        (lambda: NIG.logpdf("a", 1.0), TypeError, "mu has dtype"),
        (lambda: NIG.logpdf(0.0, "a"), TypeError, "variance has dtype"),
        (lambda: NIG.logpdf(0.0, [1.0, 2.0]), ValueError, r"do not broadcast .* mu \(\), variance \(2,\), parameters \(3,\)"),
        (lambda: Beta(1, 1).sample(np.inf), ValueError, "size is inf; allowed: whole numbers"),
        (lambda: Beta(1, 1).sample(10**400), ValueError, "size is 1000"),
        (lambda: Beta(1, 1).sample(rng="a"), TypeError, "rng: "),
        (lambda: distributions.Normal(0, 1).sample(rng=-1), ValueError, "rng: "),
        (lambda: fit_vi(transforms=3), TypeError, "transforms is a sequence of transforms, one a parameter, or None; got 3"),
        (lambda: fit_vi(check="yes"), TypeError, "check is True or False; got 'yes'"),
        (lambda: fit_vi(scale="a"), TypeError, "scale is a number from 1e-100 to 1e100; got 'a'"),
        (lambda: fit_vi(tol=1e306), ValueError, "tol is a number from 1e-100 to 1e100"),
        (lambda: fit_vi(draws=10**400), ValueError, "draws is a whole number from 2 on, up to 2\\^53; got about 10\\^400"),
        (lambda: fit_vi(gradient=lambda z: "a"), TypeError, "the result of gradient has dtype"),
        (lambda: fit_vi(seed=1).sample(-1, default_rng(1)), ValueError, "n is a whole number from 0 on; got -1"),
        (lambda: fit_vi(seed=1).sample(1, 3), TypeError, "rng is a Generator, fastprob's or NumPy's; got 3"),
        (lambda: fit_vi(seed=1).logpdf("a"), TypeError, "z has dtype"),
        (lambda: fit_vi(seed=1).quantile("a"), TypeError, "p has dtype"),
        (lambda: NORMAL.sample(2.5, default_rng(1)), TypeError, r"n is a whole number from 0 on; got 2\.5"),
        (lambda: NORMAL.logpdf("a"), TypeError, "z has dtype"),
        (lambda: evidence.StudentT("a", np.eye(2)), TypeError, "loc has dtype"),
        (lambda: evidence.StudentT([0.0], np.eye(2)), ValueError, r"shape is an array \[1, 1\], as loc has 1 numbers"),
        (lambda: evidence.StudentT([0.0], [[1.0]], df=10**400), ValueError, "df is a whole number from 1 on, up to 2\\^53"),
        (lambda: evidence.psis("a"), TypeError, "log_weights has dtype"),
        (lambda: evidence.importance_sampling(lambda z: "a", NORMAL), TypeError, "the result of log_joint has dtype"),
        (lambda: Logit("a", 1.0), TypeError, "low is a number; got 'a'"),
        (lambda: Logit(0.0, 10**400), ValueError, "high is a number from"),
        (lambda: Logit(1.0, 0.0), ValueError, r"low is below high; got 1\.0 and 0\.0"),
        (lambda: grid(max_points=-1), ValueError, "max_points is a whole number from 240 on; got -1"),
        (lambda: grid(max_points="a"), TypeError, "max_points is a whole number from 240 on; got 'a'"),
        (lambda: grid(support=3), TypeError, r"support is a dict of names and \(low, high\), or None; got 3"),
        (lambda: grid().expectation(3), TypeError, "function is a function; got 3"),
        (lambda: grid().marginal(np.ones(2)), ValueError, "name is array"),
        (lambda: grid().pair("a", "c"), ValueError, "second is 'c'; allowed: a"),
        (lambda: grid().pair("a", "a"), ValueError, "first and second are both 'a'"),
    ],
)
def test_errors_name_the_argument(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with np.errstate(all="warn"), pytest.raises(error, match=message):
        call()
