"""`fastprob.bayes.evidence` beside closed forms, quadrature and SciPy's fits."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from reference.points import SEED
from scipy import integrate, stats

from fastprob import random, special
from fastprob.bayes import vi
from fastprob.bayes._logspace import logsumexp
from fastprob.bayes.evidence import Normal, StudentT, fit_proposal, generalized_pareto_fit, importance_sampling, psis
from fastprob.bayes.transforms import Log

COV = np.array([[2.0, 0.9, 0.1], [0.9, 1.0, -0.3], [0.1, -0.3, 0.5]])


def test_logsumexp_of_far_terms() -> None:
    values = np.array([-2000.0, -2000.5, -2037.0])
    with mpmath.workdps(40):
        exact = mpmath.log(sum(mpmath.exp(mpmath.mpf(v)) for v in values))
    assert abs(logsumexp(values) - float(exact)) < 1e-12
    assert logsumexp(np.full(3, -np.inf)) == -np.inf


@pytest.mark.parametrize(
    ("own", "theirs"),
    [
        (Normal([1.0, -2.0, 0.5], COV), stats.multivariate_normal([1.0, -2.0, 0.5], COV)),
        (StudentT([1.0, -2.0, 0.5], COV), stats.multivariate_t([1.0, -2.0, 0.5], COV, df=5)),
        (StudentT([1.0, -2.0, 0.5], COV, df=1), stats.multivariate_t([1.0, -2.0, 0.5], COV, df=1)),
    ],
)
def test_proposals(own: Any, theirs: Any) -> None:
    z = np.random.default_rng(SEED).normal(0, 5, (100, 3))
    np.testing.assert_allclose(own.logpdf(z), theirs.logpdf(z), rtol=1e-12)
    drawn = own.sample(20_000, random.default_rng(SEED))
    df = getattr(own, "df", None)
    for i, (loc, scale) in enumerate(zip([1.0, -2.0, 0.5], np.sqrt(np.diag(COV)), strict=True)):
        marginal = stats.norm(loc, scale) if df is None else stats.t(df, loc, scale)
        assert stats.kstest(drawn[:, i], marginal.cdf).pvalue > 1e-6
    # Mahalanobis distances see the correlations: chi-squared, or dim F(dim, df).
    centered = drawn - own.mean
    distance = np.einsum("ni,ij,nj->n", centered, np.linalg.inv(COV), centered)
    known = stats.chi2(3) if df is None else stats.f(3, df, scale=3)
    assert stats.kstest(distance, known.cdf).pvalue > 1e-6


@pytest.mark.parametrize("df", [1, 5, 19, 20, 1000, 10**7, 10**12, 2**53])
def test_student_t_of_any_degrees_of_freedom(df: int) -> None:
    for dim in (1, 2, 5):
        z = np.arange(1.0, dim + 1)
        with mpmath.workdps(60):
            half, d = mpmath.mpf(df) / 2, mpmath.mpf(dim) / 2
            truth = mpmath.loggamma(half + d) - mpmath.loggamma(half) - d * mpmath.log(2 * half * mpmath.pi)
            truth -= (half + d) * mpmath.log1p(float(z @ z) / (2 * half))
        assert abs(StudentT(np.zeros(dim), np.eye(dim), df).logpdf([z])[0] - truth) < 1e-14 * max(1.0, abs(truth))


def test_generalized_pareto_fit_of_numbers_of_any_size() -> None:
    """The shape stays, and the scale is the numbers'."""
    x = np.linspace(1.0, 2.0, 10)
    k, sigma = generalized_pareto_fit(x)
    for size in (2.0**-1060, 2.0**-1022, 2.0**-500, 2.0**500, 2.0**1022):
        # Of the smallest numbers digits are lost
        digits = 1e-3 if size < 2.0**-1022 else 1e-12
        np.testing.assert_allclose(generalized_pareto_fit(x * size), (k, sigma * size), rtol=digits)
    assert np.isfinite(generalized_pareto_fit([1e-320] * 5 + [1.0, 2.0])).all()


@pytest.mark.parametrize("k", [-0.5, 0.0, 0.3, 0.7, 1.2])
def test_generalized_pareto_fit(k: float) -> None:
    """Within four standard errors (Smith 1985) of the truth, and near SciPy's maximum of the likelihood."""
    n = 4000
    x = stats.genpareto(k, scale=3.0).rvs(n, random_state=SEED % 2**32)
    shape, scale = generalized_pareto_fit(x)
    if k > -0.5:
        assert abs(shape - k) < 4 * (1 + k) / math.sqrt(n)
    most_likely = stats.genpareto.fit(x, floc=0)
    assert abs(shape - most_likely[0]) < 0.02
    assert abs(scale / most_likely[2] - 1) < 0.02


@pytest.mark.parametrize("scale", [0.5, 0.65, 0.8])
def test_pareto_k_of_a_narrow_proposal(scale: float) -> None:
    """N(0, 1) by draws from N(0, s^2): P(w > t) falls as t^(-1/k), k = 1 - s^2, over the root of log t.

    One fit to the largest m weights has a standard error of (1 + k)/sqrt(m), beyond 0.05: hence the mean of 25, of which five
    standard errors are allowed, and 0.06 for the root.
    """
    k, fits, draws = 1 - scale**2, 25, 100_000
    proposal = Normal([0.0], [[scale**2]])
    found = [importance_sampling(_standard_normal, proposal, draws=draws, seed=[SEED, i]) for i in range(fits)]
    error = 5 * (1 + k) / math.sqrt(fits * 3 * math.sqrt(draws))
    assert abs(np.mean([one.pareto_k for one in found]) - k) < 0.06 + error
    assert all(one.reliable == (one.pareto_k <= 0.7) for one in found)


def _standard_normal(z: Any) -> Any:
    return stats.norm.logpdf(z[:, 0])


def test_smoothing_changes_the_tail_alone() -> None:
    n = 2000
    raw = np.random.default_rng(SEED).normal(0, 2, n)
    smoothed, _ = psis(raw)
    tail = math.ceil(3 * math.sqrt(n))
    order = np.argsort(raw)
    body = smoothed[order[:-tail]] - raw[order[:-tail]]
    assert np.ptp(body) < 1e-12
    assert (np.diff(smoothed[order]) >= 0).all()
    assert smoothed.max() - body[0] <= raw.max() + 1e-12
    assert abs(np.exp(smoothed).sum() - 1) < 1e-12
    shifted, k = psis(raw + 5000.0)  # where a weight itself would overflow
    np.testing.assert_allclose(shifted, smoothed, rtol=0, atol=1e-10)
    assert k == pytest.approx(psis(raw - 5000.0)[1], abs=1e-9)


def test_equal_weights() -> None:
    smoothed, k = psis(np.full(100, -3.0))
    np.testing.assert_allclose(smoothed, -math.log(100), rtol=1e-14)
    assert k == -np.inf
    found = importance_sampling(_standard_normal, Normal([0.0], [[1.0]]), draws=1000, seed=1)
    assert abs(found.log_evidence) < 1e-13
    assert found.standard_error < 1e-7
    assert found.effective_sample_size == pytest.approx(1000)


def gamma_poisson(z: Any) -> Any:
    """Counts 3, 5, 4 with the rate e^z, Gamma(2, 1): log p(x) = log Gamma(14)/Gamma(2) - 14 log 4 - log(3! 5! 4!)."""
    rate = np.exp(z[:, 0])
    likelihood = 12 * z[:, 0] - 3 * rate - math.log(6 * 120 * 24)
    return likelihood + stats.gamma(2).logpdf(rate) + z[:, 0]


EXACT = math.lgamma(14) - 14 * math.log(4) - math.log(6 * 120 * 24)


def test_a_common_constant_of_any_size_changes_nothing() -> None:
    """Beside 2^40 the logarithm of the sum has few digits; weights sum to 1 all the same."""
    x = np.round(np.random.default_rng(SEED).standard_normal(500) * 1024) / 1024
    wanted, k = psis(x)
    for constant in (2.0**40, -(2.0**40)):
        smoothed, same = psis(x + constant)
        assert np.array_equal(smoothed, wanted)
        assert same == k
    assert special.exp(psis(np.full(30, 1e308))[0]).sum() == pytest.approx(1, abs=1e-14)
    grid = np.round(random.default_rng(1).standard_normal((500, 1)) * 1024) / 1024

    class Fixed(Normal):
        def sample(self, n: int, rng: Any) -> Any:
            return grid

        def logpdf(self, z: Any) -> Any:
            return np.zeros(len(z))

    near, far = (
        importance_sampling(lambda z, c=constant: z[:, 0] + c, Fixed([0.0], [[1.0]]), draws=500) for constant in (0.0, 2.0**40)
    )
    assert far.effective_sample_size == near.effective_sample_size
    assert far.standard_error == near.standard_error
    assert far.log_evidence == pytest.approx(2.0**40 + near.log_evidence, rel=1e-15)


def test_no_warning_of_draws_that_are_far() -> None:
    with np.errstate(all="raise"):
        assert Normal([1e300], [[1.0]]).logpdf([[0.0]]) == -np.inf


def test_standard_error_is_that_of_the_estimate() -> None:
    found = [importance_sampling(gamma_poisson, StudentT([1.2], [[0.1]]), draws=1000, seed=[SEED, i]) for i in range(200)]
    z = np.array([(f.log_evidence - EXACT) / f.standard_error for f in found])
    assert abs(z.mean()) < 0.4
    assert 0.8 < z.std() < 1.2
    assert all(f.reliable for f in found)


def test_moments_beside_quadrature() -> None:
    found = importance_sampling(gamma_poisson, StudentT([1.2], [[0.2]]), draws=100_000, seed=SEED)
    density = lambda u: math.exp(float(gamma_poisson(np.array([[u]]))[0]) - EXACT)  # noqa: E731
    mean = integrate.quad(lambda u: u * density(u), -5, 5)[0]
    variance = integrate.quad(lambda u: (u - mean) ** 2 * density(u), -5, 5)[0]
    own_mean, own_cov = found.moments()
    assert abs(own_mean[0] - mean) < 0.02 * math.sqrt(variance)
    assert abs(own_cov[0, 0] / variance - 1) < 0.04


def test_fitted_proposal_from_far_away() -> None:
    """A normal target many standard deviations away."""
    dim, rng = 8, np.random.default_rng(7)
    factor = rng.normal(size=(dim, dim)) + 2 * np.eye(dim)
    target = stats.multivariate_normal(rng.normal(0, 30, dim), factor @ factor.T)
    proposal = fit_proposal(lambda z: target.logpdf(z) - 1234.5, Normal(np.zeros(dim), np.eye(dim)), draws=4000, seed=SEED)
    found = importance_sampling(lambda z: target.logpdf(z) - 1234.5, proposal, seed=[SEED, 1])
    assert abs(found.log_evidence + 1234.5) < 5 * found.standard_error
    assert found.effective_sample_size > 2000
    assert found.reliable


def test_support_and_infinite_weights() -> None:
    """-inf outside the support is a weight of 0: Uniform(0, 1) by normal draws."""
    found = importance_sampling(
        lambda z: np.where((z[:, 0] >= 0) & (z[:, 0] <= 1), 0.0, -np.inf), Normal([0.5], [[0.25]]), draws=50_000, seed=SEED
    )
    assert abs(found.log_evidence) < 5 * found.standard_error
    assert found.standard_error < 0.01
    assert np.isneginf(found.log_weights).any()


def test_a_variational_fit_is_a_proposal() -> None:
    def log_joint(z: Any) -> Any:
        return 13 * np.log(z[:, 0]) - 4 * z[:, 0] - math.log(6 * 120 * 24)

    fit = vi.fit(log_joint, lambda z: 13 / z - 4, [1.0], transforms=[Log()], seed=1)
    found = importance_sampling(log_joint, fit, draws=20_000, seed=SEED)
    assert abs(found.log_evidence - EXACT) < 5 * found.standard_error


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Normal([0.0, np.nan], np.eye(2)), r"mean\[1\] is nan"),
        (lambda: Normal([0.0], np.eye(2)), r"cov is an array \[1, 1\]"),
        (lambda: Normal([[0.0]], np.eye(1)), r"mean is an array \[dim\]; got the shape \(1, 1\)"),
        (lambda: Normal([0.0, 0.0], [[1.0, 2.0], [2.0, 1.0]]), "cov is positive definite"),
        (lambda: Normal([0.0, 0.0], [[1.0, 0.2], [0.1, 1.0]]), "cov is symmetric"),
        (lambda: StudentT([0.0], [[1.0]], df=0), "df is a whole number from 1 on; got 0"),
        (lambda: generalized_pareto_fit([1.0, 2.0, 3.0, 4.0]), "n >= 5"),
        (lambda: generalized_pareto_fit([1.0, 2.0, 3.0, 4.0, 0.0]), "positive"),
        (lambda: psis(np.zeros(24)), r"n >= 25; got the shape \(24,\)"),
        (lambda: psis(np.r_[np.zeros(30), np.nan]), "numbers or -inf; got nan"),
        (lambda: psis(np.r_[np.zeros(30), np.inf]), "numbers or -inf; got inf"),
        (lambda: psis(np.full(30, -np.inf)), "all -inf"),
        (lambda: importance_sampling(lambda z: np.full(len(z), np.nan), Normal([0.0], [[1.0]])), "got nan at z = "),
        (lambda: importance_sampling(lambda z: np.full(len(z), np.inf), Normal([0.0], [[1.0]])), "got inf at z = "),
        (lambda: importance_sampling(lambda z: np.full(len(z), -np.inf), Normal([0.0], [[1.0]])), "all -inf"),
        (lambda: importance_sampling(lambda z: z, Normal([0.0], [[1.0]])), r"got \(10000, 1\)"),
        (lambda: importance_sampling(_standard_normal, Normal([0.0], [[1.0]]), draws=10), "draws is a whole number from 25 on"),
        (lambda: fit_proposal(lambda z: np.full(len(z), -np.inf), Normal([0.0], [[1.0]])), "-inf at every draw"),
    ],
)
def test_bad_input(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_bad_types() -> None:
    with pytest.raises(TypeError, match=r"proposal has the methods sample\(n, rng\) and logpdf\(z\); got 3"):
        importance_sampling(_standard_normal, 3)
    with pytest.raises(TypeError, match="draws is a whole number"):
        importance_sampling(_standard_normal, Normal([0.0], [[1.0]]), draws=100.5)
    with pytest.raises(TypeError, match="start is a Normal or a StudentT"):
        fit_proposal(_standard_normal, [0.0])


def test_rounds_that_are_not_enough() -> None:
    with pytest.raises(RuntimeError, match="after 2 rounds"):
        fit_proposal(lambda z: stats.norm(1e6, 1e-3).logpdf(z[:, 0]), Normal([0.0], [[1.0]]), rounds=2, seed=1)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: importance_sampling(None, Normal([0.0], [[1.0]])), TypeError, "log_joint is a function; got None"),
        (lambda: fit_proposal(3, Normal([0.0], [[1.0]])), TypeError, "log_joint is a function; got 3"),
        (lambda: Normal([0.0, 0.0], np.eye(2)).logpdf([0.0, 0.0]), ValueError, r"z is an array \[n, 2\]; got the shape \(2,\)"),
        (lambda: Normal([0.0, 0.0], np.eye(2)).logpdf(np.zeros((4, 3))), ValueError, r"got the shape \(4, 3\)"),
    ],
)
def test_what_is_no_function_or_no_draws(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
