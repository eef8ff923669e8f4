"""`fastprob.bayes.conjugate` beside quadrature of likelihood times prior, and closed forms in 60 digits."""

from __future__ import annotations

import copy
import functools
import math
import operator
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reference.points import SEED
from scipy import special, stats

from fastprob import random
from fastprob.bayes import (
    BetaBinomial,
    CategoryCounts,
    Counts,
    DirichletCategorical,
    Events,
    GammaPoisson,
    Maximum,
    Moments,
    NormalInverseGamma,
    NormalNormal,
    ParetoUniform,
)
from fastprob.bayes._doubled import log

M = mp.mpf


@pytest.fixture(autouse=True)
def _digits() -> Any:
    with mp.workdps(25):
        yield


def log_normal(x: Any, loc: Any, variance: Any) -> Any:
    return -((M(x) - loc) ** 2) / (2 * variance) - mp.log(2 * mp.pi * variance) / 2


class Case(NamedTuple):
    """A model, data, and the same as log densities of one unknown t, to be integrated over the intervals between `breaks`."""

    prior: Any
    data: list[float]
    quantity: str
    log_prior: Callable[[Any], Any]
    log_likelihood: Callable[[Any, Any], Any]  # of one observation
    breaks: list[Any]
    options: dict[str, Any]


def binomial(k: Any, n: int, p: Any) -> Any:
    return mp.log(mp.binomial(n, int(k))) + k * mp.log(p) + (n - k) * mp.log1p(-p)


CASES = {
    "Bernoulli": Case(
        BetaBinomial(0.7, 2.5),
        [1, 0, 0, 1, 1, 1, 0],
        "p",
        lambda p: (M(0.7) - 1) * mp.log(p) + M(1.5) * mp.log1p(-p) - mp.log(mp.beta(M(0.7), M(2.5))),
        lambda k, p: mp.log(p) if k else mp.log1p(-p),
        [0, 0.1, 0.5, 0.9, 1],
        {},
    ),
    "binomial": Case(
        BetaBinomial(3.0, 1.5),
        [4, 11, 7],
        "p",
        lambda p: 2 * mp.log(p) + M(0.5) * mp.log1p(-p) - mp.log(mp.beta(3, M(1.5))),
        lambda k, p: binomial(k, 12, p),
        [0, 0.3, 0.6, 0.8, 1],
        {"trials": 12},
    ),
    "Poisson": Case(
        GammaPoisson(2.5, 0.75),
        [3, 0, 7, 2],
        "rate",
        lambda r: M(2.5) * mp.log(M(0.75)) - mp.loggamma(M(2.5)) + M(1.5) * mp.log(r) - M(0.75) * r,
        lambda k, r: k * mp.log(r * M(1.25)) - r * M(1.25) - mp.log(mp.factorial(int(k))),
        [0, 1, 2, 3, 5, 10, 40, 200],
        {"exposure": 1.25},
    ),
    "normal": Case(
        NormalNormal(1.5, 2.0, 0.5),
        [0.3, -0.9, 1.1, 0.2, 0.05],
        "mu",
        lambda m: log_normal(m, M(1.5), M(4)),
        lambda x, m: log_normal(x, m, M(0.25)),
        [-30, -3, -1, -0.5, 0, 0.5, 1, 3, 30],
        {},
    ),
    "uniform": Case(
        ParetoUniform(1.25, 1.5),
        [0.3, 4.5, 2.25],
        "bound",
        lambda b: mp.log(M(1.5)) + M(1.5) * mp.log(M(1.25)) - M(2.5) * mp.log(b) if b >= 1.25 else -mp.inf,
        lambda x, b: -mp.log(b) if 0 <= x <= b else -mp.inf,
        [1.25, 4.5, 9, 100, mp.inf],
        {},
    ),
}


def integral(case: Case, of: Callable[[Any], Any] = lambda t: 1, breaks: Any = None) -> Any:
    """of likelihood times prior times a function."""

    def integrand(t: Any) -> Any:
        return of(t) * mp.exp(case.log_prior(t) + sum(case.log_likelihood(x, t) for x in case.data))

    return mp.quad(integrand, [M(b) for b in (breaks or case.breaks)])


def close(got: Any, truth: Any, tolerance: float = 1e-12) -> None:
    assert abs(M(float(got)) - truth) <= tolerance * max(1, abs(truth)), (got, truth)


@pytest.mark.parametrize("name", CASES)
def test_posterior_is_likelihood_times_prior(name: str) -> None:
    """Density, moments, distribution function and quantiles of the posterior; the evidence is what it is divided by."""
    case = CASES[name]
    z = integral(case)
    close(case.prior.log_evidence(case.data, **case.options), mp.log(z))
    posterior = getattr(case.prior.update(case.data, **case.options), case.quantity)
    mean = integral(case, lambda t: t) / z
    close(posterior.mean(), mean)
    close(posterior.var(), integral(case, lambda t: (t - mean) ** 2) / z)
    for x in {"p": (0.35, 0.62), "bound": (4.75, 6.0), "mu": (-0.1, 0.6), "rate": (1.5, 3.0)}[case.quantity]:
        logpdf = case.log_prior(M(x)) + sum(case.log_likelihood(k, M(x)) for k in case.data) - mp.log(z)
        close(posterior.logpdf(x), logpdf)
        close(posterior.pdf(x), mp.exp(logpdf))
        below = [b for b in case.breaks if b < x] + [x]
        cdf = integral(case, breaks=below) / z
        close(posterior.cdf(x), cdf)
        close(posterior.sf(x), 1 - cdf)
        close(posterior.ppf(float(cdf)), M(x), 1e-11)
        close(posterior.isf(float(1 - cdf)), M(x), 1e-11)
    low, high = posterior.interval(0.9)
    close(posterior.cdf(low), M("0.05"), 1e-11)
    close(posterior.sf(high), M("0.05"), 1e-11)
    close(posterior.cdf(posterior.median()), M("0.5"), 1e-11)
    np.testing.assert_array_max_ulp(posterior.std(), np.sqrt(posterior.var()), maxulp=2)


@pytest.mark.parametrize("name", CASES)
def test_predictive_is_the_mean_over_the_posterior(name: str) -> None:
    case = CASES[name]
    z = integral(case)
    predictive = case.prior.update(case.data, **case.options).predictive(**case.options)
    points = {"Bernoulli": [0, 1], "binomial": [0, 5, 12], "Poisson": [0, 3, 11], "normal": [-0.5, 2.0], "uniform": [1.0, 6.0]}
    for x in points[name]:
        breaks = sorted({*case.breaks, x}) if name == "uniform" and x > 1.25 else None
        p = integral(case, lambda t, x=x: mp.exp(case.log_likelihood(x, t)), breaks) / z
        close(predictive.logpdf(x) if name in ("normal", "uniform") else predictive.logpmf(x), mp.log(p))
        if name in ("normal", "uniform"):
            close(predictive.pdf(x), p)
        else:
            close(predictive.pmf(x), p)


def _discrete_cdf(case: Case, k: int) -> Any:
    z = integral(case)
    return sum(integral(case, lambda t, j=j: mp.exp(case.log_likelihood(j, t))) for j in range(k + 1)) / z


@pytest.mark.parametrize(("name", "k"), [("Bernoulli", 0), ("binomial", 3), ("binomial", 8), ("Poisson", 0), ("Poisson", 4)])
def test_predictive_distribution_function_of_counts(name: str, k: int) -> None:
    case = CASES[name]
    predictive = case.prior.update(case.data, **case.options).predictive(**case.options)
    truth = _discrete_cdf(case, k)
    close(predictive.cdf(k), truth)
    close(predictive.cdf(k + 0.7), truth)
    close(predictive.sf(k), 1 - truth)


def test_predictive_distribution_function_of_numbers() -> None:
    case = CASES["normal"]
    z = integral(case)
    predictive = case.prior.update(case.data).predictive()
    truth = integral(case, lambda t: mp.ncdf(M(0.75), t, M(0.5))) / z
    close(predictive.cdf(0.75), truth)
    close(predictive.sf(0.75), 1 - truth)
    case = CASES["uniform"]
    z = integral(case)
    predictive = case.prior.update(case.data).predictive()
    for x in (2.0, 7.0):
        truth = integral(case, lambda t, x=x: min(M(x) / t, M(1)), sorted({*case.breaks, x})) / z
        close(predictive.cdf(x), truth)
        close(predictive.sf(x), 1 - truth)
        close(predictive.ppf(float(truth)), M(x))
        close(predictive.isf(float(1 - truth)), M(x))
    close(predictive.mean(), integral(case, lambda t: t / 2) / z)
    close(predictive.var(), integral(case, lambda t: t * t / 3) / z - (integral(case, lambda t: t / 2) / z) ** 2)


def test_normal_of_unknown_mean_and_variance() -> None:
    """Both integrals by the trapezoidal rule, which converges exponentially: over log variance, and the mean in its scale."""
    loc, kappa, a, b = 0.5, 0.75, 2.5, 1.25
    data = np.array([0.3, -0.9, 1.1, 2.2, 0.05, 1.7])
    log_v, s = np.meshgrid(np.arange(-9.0, 25.0, 0.02), np.arange(-13.0, 13.0, 0.05))
    v = np.exp(log_v)
    m = data.mean() + s * np.sqrt(v)

    def joint(m: Any, v: Any) -> Any:
        prior = stats.norm.logpdf(m, loc, np.sqrt(v / kappa)) + stats.invgamma.logpdf(v, a, scale=b)
        return np.exp(prior + sum(stats.norm.logpdf(x, m, np.sqrt(v)) for x in data))

    weight = joint(m, v) * v * np.sqrt(v) * 0.02 * 0.05
    z = weight.sum()
    prior = NormalInverseGamma(loc, kappa, a, b)
    posterior = prior.update(data)

    def mean(of: Any) -> Any:
        return (of * weight).sum() / z

    close(prior.log_evidence(data), M(np.log(z)))
    close(posterior.mu.mean(), M(mean(m)))
    close(posterior.mu.var(), M(mean(m * m) - mean(m) ** 2))
    close(posterior.variance.mean(), M(mean(v)))
    close(posterior.variance.var(), M(mean(v * v) - mean(v) ** 2), 1e-10)
    close(posterior.logpdf(0.7, 1.1), M(np.log(joint(0.7, 1.1) / z)))
    one = np.exp(np.arange(-9.0, 25.0, 0.01))
    close(posterior.mu.pdf(0.7), M((joint(0.7, one) * one).sum() * 0.01 / z))
    close(
        posterior.variance.pdf(0.8),
        M((joint(data.mean() + np.arange(-13, 13, 0.01) * 0.8**0.5, 0.8)).sum() * 0.01 * 0.8**0.5 / z),
    )
    close(posterior.predictive().logpdf(1.4), M(np.log(mean(stats.norm.pdf(1.4, m, np.sqrt(v))))))
    close(posterior.predictive().cdf(1.4), M(mean(stats.norm.cdf(1.4, m, np.sqrt(v)))))
    # P(mu < 0.7) given the variance is a normal distribution function
    given = stats.norm.cdf(0.7, posterior.loc, np.sqrt(v / posterior.kappa))
    close(posterior.mu.cdf(0.7), M(mean(given)))
    close(posterior.mu.sf(0.7), M(mean(1 - given)))


def test_categories() -> None:
    """Three of them, over the simplex: the trapezoidal rule in logits."""
    alpha, data = [0.75, 2.0, 1.5], [0, 2, 2, 1, 2]
    u, w = np.meshgrid(np.arange(-60.0, 30.0, 0.1), np.arange(-30.0, 30.0, 0.1))
    p = special.expit(u)
    q = special.expit(-u) * special.expit(w)

    def joint(p: Any, q: Any, r: Any) -> Any:
        prior = sum((a - 1) * np.log(x) for x, a in zip((p, q, r), alpha, strict=True))
        prior += special.gammaln(sum(alpha)) - special.gammaln(alpha).sum()
        return np.exp(prior + sum(np.log((p, q, r)[k]) for k in data))

    rest = special.expit(-u) * special.expit(-w)
    weight = joint(p, q, rest) * p * special.expit(-u) ** 2 * special.expit(w) * special.expit(-w) * 0.01
    z = weight.sum()

    def mean(of: Any) -> Any:
        return M((of * weight).sum() / z)

    prior = DirichletCategorical(alpha)
    posterior = prior.update(data)
    close(prior.log_evidence(data), M(np.log(z)))
    for j, x in enumerate((p, q, rest)):
        close(posterior.p.mean()[j], mean(x))
        close(posterior.p.var()[j], mean(x * x) - mean(x) ** 2)
        close(posterior.predictive().logpmf(j), mp.log(mean(x)))
    close(posterior.p.cov()[0, 1], mean(p * q) - mean(p) * mean(q))
    close(posterior.p.logpdf([0.2, 0.3, 0.5]), M(np.log(joint(0.2, 0.3, 0.5) / z)))
    predictive = posterior.predictive()
    close(predictive.cdf(1), mean(p + q))
    close(predictive.sf(0), mean(q + rest))
    np.testing.assert_allclose(predictive.mean(), posterior.p.mean() @ [0, 1, 2], rtol=1e-14)
    np.testing.assert_allclose(predictive.var(), posterior.p.mean() @ [0, 1, 4] - predictive.mean() ** 2, rtol=1e-13)


def log_choices(n: int, k: int) -> Any:
    return mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)


def log_beta(a: Any, b: Any) -> Any:
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def test_evidence_of_a_billion_counts() -> None:
    """Closed forms in 60 digits, where differences of log gamma functions in float64 would be wrong by 1e-7 and more."""
    rng = np.random.default_rng(SEED)
    with mp.workdps(60):
        for _ in range(300):
            a, b, t = (float(10 ** rng.uniform(-2, 9.5)) for _ in range(3))
            n = int(10 ** rng.uniform(0, 9.5))
            k = int(rng.binomial(n, rng.beta(a, b) if rng.random() < 0.5 else a / (a + b)))
            p = log_beta(M(a) + k, M(b) + n - k) - log_beta(M(a), M(b))
            coefficient = log_choices(n, k)
            close(BetaBinomial(a, b).log_evidence(Counts(k, n)), p + coefficient, 1e-13)
            close(BetaBinomial(a, b).predictive(n).logpmf(k), p + coefficient, 1e-13)
            outcome = int(rng.integers(2))
            close(BetaBinomial(a, b).log_evidence([outcome]), mp.log(M(a if outcome else b) / (M(a) + M(b))), 1e-13)
            k = int(rng.poisson(min(t * rng.gamma(a) / b, 1e12)))
            p = mp.loggamma(M(a) + k) - mp.loggamma(M(a)) - mp.loggamma(k + 1) + a * mp.log(M(b)) + k * mp.log(M(t))
            p -= (M(a) + k) * mp.log(M(b) + M(t))
            close(GammaPoisson(a, b).log_evidence(k, t), p, 1e-13)
            alpha = [float(10 ** rng.uniform(-2, 9)) for _ in range(4)]
            c = [int(v) for v in rng.multinomial(n, rng.dirichlet([0.5] * 4))]
            p = sum(mp.loggamma(M(v) + w) - mp.loggamma(M(v)) - mp.loggamma(w + 1) for v, w in zip(alpha, c, strict=True))
            p += mp.loggamma(sum(map(M, alpha))) - mp.loggamma(sum(map(M, alpha)) + n) + mp.loggamma(n + 1)
            close(DirichletCategorical(alpha).log_evidence(CategoryCounts(c)), p, 1e-13)


def test_evidence_of_many_large_counts() -> None:
    """Each with its binomial or Poisson factors, which cancel nine digits of the sum."""
    rng = np.random.default_rng(SEED)
    with mp.workdps(60):
        n = rng.integers(10**8, 10**9, 30)
        k = rng.binomial(n, 0.3 + 1e-5 * rng.standard_normal(30))
        a, b = M(2), M(3)
        truth = log_beta(a + int(k.sum()), b + int((n - k).sum())) - log_beta(a, b)
        truth += sum(map(log_choices, n.tolist(), k.tolist()))
        close(BetaBinomial(2, 3).log_evidence(k, n), truth, 1e-12)
        together = functools.reduce(operator.add, map(Counts, k, n))
        close(BetaBinomial(2, 3).log_evidence(together), truth, 1e-12)
        x, t = rng.poisson(1e9, 30), np.full(30, 0.7)
        truth = mp.loggamma(a + int(x.sum())) - mp.loggamma(a) + a * mp.log(b) - (a + int(x.sum())) * mp.log(b + 30 * M(0.7))
        truth += sum(j * mp.log(M(0.7)) - mp.loggamma(j + 1) for j in x.tolist())
        close(GammaPoisson(2, 3).log_evidence(x, t), truth, 1e-12)


def test_mean_far_from_zero() -> None:
    """Where sums of squares would have no digit left."""
    data = 1e12 + np.array([1.0, 2.0, 4.0, 7.0])
    moments = Moments.of(data)
    assert (moments.mean, moments.ss) == (1e12 + 3.5, 21.0)
    posterior = NormalInverseGamma(1e12, 1.0, 1.0, 1.0).update(data)
    assert posterior.loc == 1e12 + 2.8
    np.testing.assert_allclose(posterior.b, 1 + 21 / 2 + 4 / 5 * 3.5**2 / 2, rtol=1e-15)


@pytest.mark.parametrize("step", [1.0, 256.0, 2.0**450])
def test_moments_of_neighbors_far_from_zero(step: float) -> None:
    """Data a few units in the last place apart, with their mean between them, beside exact arithmetic; whole and in batches."""
    rng = np.random.default_rng(SEED)
    for n in (2, 3, 5, 100, 40_000):
        whole_numbers = 2**52 + rng.integers(0, 5, n)
        data = step * whole_numbers
        total, squares = int(whole_numbers.sum(dtype=object)), int((whole_numbers.astype(object) ** 2).sum())
        truth = step * step * float(Fraction(n * squares - total**2, n))
        for got in (Moments.of(data), Moments.of(data[:1]) + Moments.of(data[1:]), Moments.of(-data)):
            np.testing.assert_array_max_ulp(got.ss, truth, maxulp=1)


# ---- batches and order -------------------------------------------------------------------------------------------------------

MODELS: dict[str, tuple[Any, Callable[[np.random.Generator], np.ndarray], tuple[str, ...]]] = {
    "Bernoulli": (BetaBinomial(0.1, 0.3), lambda rng: rng.integers(0, 2, (500, 3)), ("a", "b")),
    "Poisson": (GammaPoisson(0.1, 0.3), lambda rng: rng.poisson([4.0, 1e5, 1e12], (500, 3)), ("a", "b")),
    "categories": (DirichletCategorical([0.1, 0.2, 0.3]), lambda rng: rng.integers(0, 3, 500), ("alpha",)),
    "normal": (NormalNormal(0.1, 3.0, 0.7), lambda rng: 1e4 + 10 ** rng.uniform(-8, 8, (500, 3)), ("loc", "scale")),
    "both": (NormalInverseGamma(0.1, 0.3, 0.7, 0.9), lambda rng: 1e4 + rng.standard_normal((500, 3)), ("loc", "kappa", "a", "b")),
    "uniform": (ParetoUniform(0.1, 0.3), lambda rng: rng.random((500, 3)), ("scale", "a")),
}


@pytest.mark.parametrize("name", MODELS)
def test_order_and_batches_change_the_last_bit_at_most(name: str) -> None:
    prior, draw, parameters = MODELS[name]
    rng = np.random.default_rng(SEED)
    data = draw(rng)
    whole, evidence = prior.update(data), prior.log_evidence(data)
    for pieces in (2, 7, 500):
        posterior, chain = prior, 0.0
        for batch in np.array_split(rng.permutation(data), pieces):
            if pieces < 500:
                chain = chain + posterior.log_evidence(batch)
            posterior = posterior.update(batch)
        for parameter in parameters:
            np.testing.assert_array_max_ulp(getattr(posterior, parameter), getattr(whole, parameter), maxulp=1)
        np.testing.assert_array_max_ulp(prior.log_evidence(posterior._seen), evidence, maxulp=1)
        if pieces < 500:  # p(x, y) = p(x) p(y | x)
            np.testing.assert_allclose(chain, evidence, rtol=1e-12)


@pytest.mark.parametrize("name", ["Bernoulli", "Poisson", "categories", "uniform"])
def test_whole_numbers_give_the_same_bits(name: str) -> None:
    prior, draw, parameters = MODELS[name]
    data = draw(np.random.default_rng(SEED))
    posterior = prior
    for batch in np.array_split(data[::-1], 100):
        posterior = posterior.update(batch)
    for parameter in parameters:
        np.testing.assert_array_equal(getattr(posterior, parameter), getattr(prior.update(data), parameter))


@pytest.mark.parametrize("size", [3.0, 1e4, 1e9])
def test_batches_of_counts_have_one_evidence(size: float) -> None:
    """Numbers of trials and exposures of all sizes, merged one by one, in halves and at once, beside 60 digits."""
    rng = np.random.default_rng(SEED)
    n = rng.integers(1, size + 1, 200)
    k = rng.binomial(n, rng.beta(50.0, 80.0, 200))
    t = 10.0 ** rng.uniform(-3, 3, 200)
    x = rng.poisson(0.3 * size * t)
    with mp.workdps(60):
        binomials = log_beta(M(0.1) + int(k.sum()), M(0.3) + int((n - k).sum())) - log_beta(M(0.1), M(0.3))
        binomials += sum(map(log_choices, n.tolist(), k.tolist()))
        a, b, events, exposure = M(0.1), M(0.3), int(x.sum()), sum(map(M, t.tolist()))
        poisson = mp.loggamma(a + events) - mp.loggamma(a) + a * mp.log(b) - (a + events) * mp.log(b + exposure)
        poisson += sum(j * mp.log(M(v)) - mp.loggamma(j + 1) for j, v in zip(x.tolist(), t.tolist(), strict=True))
    for prior, kind, data, truth in (
        (BetaBinomial(0.1, 0.3), Counts, (k, n), binomials),
        (GammaPoisson(0.1, 0.3), Events, (x, t), poisson),
    ):
        whole = prior.log_evidence(*data)
        close(whole, truth, 1e-14)
        order = rng.permutation(200)
        for pieces in (2, 200):
            batches = [kind.of(*(v[part] for v in data)) for part in np.array_split(order, pieces)]
            for merged in (functools.reduce(operator.add, batches), functools.reduce(operator.add, batches[::-1])):
                np.testing.assert_array_max_ulp(prior.log_evidence(merged), whole, maxulp=1)
                np.testing.assert_array_max_ulp(merged.log_likelihood, kind.of(*data).log_likelihood, maxulp=1)


def test_logarithms_in_twice_the_precision() -> None:
    rng = np.random.default_rng(SEED)
    around = (0.7, 1.4, 0.5, 1.0, 1 + 2.0**-52, 1 - 2.0**-53, np.nextafter(0.7, 0), np.nextafter(1.4, 0))
    x = np.concatenate([10.0 ** rng.uniform(-300, 300, 300), rng.uniform(0.4, 1.6, 700), np.arange(1.0, 300.0), around])
    hi, lo = log(x)
    with mp.workdps(60):
        for value, h, rest in zip(x.tolist(), hi.tolist(), lo.tolist(), strict=True):
            truth = mp.log(M(value))
            assert abs(M(h) + M(rest) - truth) <= M(2) ** -96 * max(1, abs(truth))


def test_evidence_of_means_close_to_the_priors() -> None:
    """A mean's last bit is large beside its distance from loc: batches must not show there."""
    rng = np.random.default_rng(SEED)
    data = rng.normal(1e8, 1.0, 1000)
    for prior in (NormalNormal(1e8, 1.0, 1.0), NormalInverseGamma(1e8, 1.0, 1.0, 1.0)):
        merged = functools.reduce(operator.add, map(Moments.of, np.array_split(rng.permutation(data), 300)))
        np.testing.assert_array_max_ulp(prior.log_evidence(merged), prior.log_evidence(data), maxulp=1)
        shifted = type(prior)(0.0, 1.0, 1.0, *([1.0] if isinstance(prior, NormalInverseGamma) else []))
        np.testing.assert_allclose(prior.log_evidence(data), shifted.log_evidence(data - 1e8), rtol=1e-14)


def test_exposures_are_added_in_twice_the_precision() -> None:
    exposure = 10.0 ** np.random.default_rng(SEED).uniform(-12, 3, 1000)
    posterior = GammaPoisson(1.0, 0.1)
    for t in exposure:
        posterior = posterior.update(1, t)
    np.testing.assert_array_max_ulp(posterior.b, math.fsum([*exposure, 0.1]), maxulp=1)


STATISTICS = {
    "Bernoulli": lambda data: Counts(data.sum(axis=0), len(data)),
    "Poisson": lambda data: Events(data.sum(axis=0), len(data)),
    "categories": lambda data: CategoryCounts(np.bincount(data, minlength=3)),
    "normal": lambda data: Moments(len(data), data.mean(axis=0), len(data) * data.var(axis=0)),
    "both": lambda data: Moments(len(data), data.mean(axis=0), len(data) * data.var(axis=0)),
    "uniform": lambda data: Maximum(len(data), data.max(axis=0)),
}


@pytest.mark.parametrize("name", MODELS)
def test_sufficient_statistics_in_place_of_data(name: str) -> None:
    prior, draw, parameters = MODELS[name]
    data = draw(np.random.default_rng(SEED))
    posterior, statistics = prior.update(data), STATISTICS[name](data)
    for parameter in parameters:
        np.testing.assert_allclose(getattr(prior.update(statistics), parameter), getattr(posterior, parameter), rtol=1e-13)
    same = type(statistics).of(data, *((3,) if name == "categories" else ()))
    np.testing.assert_array_equal(prior.log_evidence(same), prior.log_evidence(data))
    if name in ("normal", "both", "uniform"):
        np.testing.assert_allclose(prior.log_evidence(statistics), prior.log_evidence(data), rtol=1e-13)


def test_counts_alone_have_a_coefficient() -> None:
    """Three successes in five trials can come in ten orders."""
    outcomes = [1, 0, 1, 1, 0]
    apart = BetaBinomial(2, 3).log_evidence(Counts(3, 5)) - BetaBinomial(2, 3).log_evidence(outcomes)
    np.testing.assert_allclose(apart, np.log(10), rtol=1e-14)
    np.testing.assert_array_equal(BetaBinomial(2, 3).log_evidence(3, trials=5), BetaBinomial(2, 3).log_evidence(Counts(3, 5)))
    labels = [0, 0, 2, 1]
    model = DirichletCategorical([1.0, 2.0, 0.5])
    np.testing.assert_allclose(model.log_evidence(CategoryCounts([2, 1, 1])) - model.log_evidence(labels), np.log(12), rtol=1e-14)


@given(
    data=hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=6), elements=st.floats(-1e6, 1e6)),
    cut=st.integers(0, 6),
)
@settings(max_examples=60, deadline=None)
def test_moments_of_anything(data: np.ndarray, cut: int) -> None:
    """To the last bit, beside exact rational arithmetic; whole and in two parts."""
    flat = data.reshape(len(data), -1)
    whole = Moments.of(data)
    assert whole.n.shape == whole.mean.shape == whole.ss.shape == data.shape[1:]
    cut = min(max(cut, 1), len(data) - 1)
    halves = Moments.of(data[:cut]) + Moments.of(data[cut:]) if len(data) > 1 else whole
    for i, column in enumerate(flat.T):
        exact = [Fraction(float(v)) for v in column]
        mean = sum(exact) / len(exact)
        ss = float(sum((v - mean) ** 2 for v in exact))
        for got in (whole, halves):
            assert abs(np.ravel(got.mean)[i] - float(mean)) <= np.spacing(abs(float(mean)))
            assert abs(np.ravel(got.ss)[i] - ss) <= np.spacing(ss) + 1e-30


# ---- shapes ------------------------------------------------------------------------------------------------------------------


def test_axes() -> None:
    data = np.random.default_rng(1).integers(0, 2, (4, 5, 6))
    prior = BetaBinomial(1.0, 1.0)
    for axis, kept in ((0, (5, 6)), (1, (4, 6)), (-1, (4, 5)), ((0, 2), (5,)), (None, ()), ((), (4, 5, 6))):
        posterior = prior.update(data, axis=axis)
        assert np.shape(posterior.a) == kept
        np.testing.assert_array_equal(posterior.a, 1 + data.sum(axis=axis))
        assert np.shape(prior.log_evidence(data, axis=axis)) == kept
    labels = DirichletCategorical([1.0, 1.0]).update(data, axis=1)
    np.testing.assert_array_equal(labels.alpha[..., 1], 1 + data.sum(axis=1))
    np.testing.assert_array_equal(labels.alpha[..., 0], 1 + (1 - data).sum(axis=1))


@given(
    problems=hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3),
    sizes=st.sampled_from([None, 2, (2, 3), ()]),
)
@settings(max_examples=40, deadline=None)
def test_many_problems_are_each_by_itself(problems: Any, sizes: Any) -> None:
    first, second = problems.input_shapes
    rng = np.random.default_rng(0)
    a, b = rng.uniform(0.5, 3, first), rng.uniform(0.5, 3, second)
    shape = problems.result_shape
    n = rng.integers(1, 9, shape)
    k = rng.integers(0, n + 1)
    prior = BetaBinomial(a, b)
    posterior, evidence = prior.update(k, n, axis=()), prior.log_evidence(k, n, axis=())
    assert np.shape(posterior.p.mean()) == np.shape(evidence) == np.shape(posterior.predictive(7).cdf(3)) == shape
    full = () if sizes is None else (sizes,) if isinstance(sizes, int) else sizes
    assert np.shape(posterior.p.sample(sizes, rng=1)) == np.shape(posterior.predictive(3).sample(sizes, rng=1)) == (*full, *shape)
    for i in np.ndindex(*shape):
        alone = BetaBinomial(np.broadcast_to(a, shape)[i], np.broadcast_to(b, shape)[i])
        assert np.asarray(evidence)[i] == alone.log_evidence(k[i], n[i])
        assert np.asarray(posterior.p.ppf(0.3))[i] == alone.update(k[i], n[i]).p.ppf(0.3)
        assert np.asarray(posterior.predictive(7).sf(3))[i] == alone.update(k[i], n[i]).predictive(7).sf(3)


@given(problems=hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=2, max_side=3), n=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_shapes_of_every_model(problems: Any, n: int) -> None:
    """Parameters and problems of data broadcast; what comes back has their common shape."""
    rng = np.random.default_rng(0)
    one, two = (rng.uniform(0.5, 2.0, shape) for shape in problems.input_shapes[:2])
    data = rng.integers(0, 2, (n, *problems.input_shapes[2]))
    shape = problems.result_shape
    for prior in (
        BetaBinomial(one, two),
        GammaPoisson(one, two),
        NormalNormal(one, two, 1.5),
        NormalInverseGamma(one, two, 1.0, 2.0),
        ParetoUniform(one, two),
    ):
        posterior = prior.update(data)
        assert np.shape(prior.log_evidence(data)) == shape
        assert np.shape(posterior.update(data).log_evidence(data)) == shape
        quantity = next(getattr(posterior, name) for name in ("p", "rate", "mu", "bound") if hasattr(posterior, name))
        for distribution in (quantity, posterior.predictive()):
            assert distribution.shape == np.shape(distribution.mean()) == np.shape(distribution.cdf(1.0)) == shape
            assert np.shape(distribution.sample((2,), rng=1)) == (2, *shape)
        assert quantity.interval()[0].shape == shape
    alpha = rng.uniform(0.5, 2.0, (*problems.input_shapes[0], 2))
    categories = DirichletCategorical(alpha)
    both = np.broadcast_shapes(problems.input_shapes[0], problems.input_shapes[2])
    assert categories.update(data).alpha.shape == (*both, 2)
    assert np.shape(categories.log_evidence(data)) == both
    assert np.shape(categories.update(data).predictive().cdf(0)) == both


def test_priors_that_say_next_to_nothing() -> None:
    posterior = NormalNormal(0.0, 1e200, 1.0).update([1.0, 2.0])
    np.testing.assert_allclose([posterior.loc, posterior.scale], [1.5, 0.5**0.5], rtol=1e-15)


def test_many_problems_at_once() -> None:
    """Blocks and tiles don't show."""
    rng = np.random.default_rng(2)
    n = rng.integers(1, 2000, 100_000)
    k = rng.binomial(n, 0.04)
    prior = BetaBinomial(1.0, 9.0)
    whole = prior.log_evidence(Counts(k, n))
    tail = prior.update(k, n, axis=()).predictive(50).sf(4)
    for i in (0, 777, 99_999):
        assert whole[i] == prior.log_evidence(Counts(k[i], n[i]))
        np.testing.assert_allclose(tail[i], prior.update(k[i], n[i]).predictive(50).sf(4), rtol=1e-14)
    x = rng.standard_normal((3, 100_000))
    posterior = NormalInverseGamma(0.0, 1.0, 1.0, 1.0).update(x)
    for i in (0, 777, 99_999):
        assert posterior.b[i] == NormalInverseGamma(0.0, 1.0, 1.0, 1.0).update(x[:, i]).b


# ---- objects -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_models_are_frozen_and_can_be_kept(name: str) -> None:
    prior, draw, parameters = MODELS[name]
    data = draw(np.random.default_rng(3))
    before = repr(prior)
    posterior = prior.update(data)
    assert repr(prior) == before
    assert repr(posterior).startswith(type(prior).__name__ + "(")
    with pytest.raises(AttributeError, match="is not changed"):
        setattr(posterior, parameters[0], 1.0)
    for kept in (pickle.loads(pickle.dumps(posterior)), copy.deepcopy(posterior)):
        again, wanted = kept.update(data), posterior.update(data)
        for parameter in parameters:
            np.testing.assert_array_equal(getattr(again, parameter), getattr(wanted, parameter))
    values = np.asarray(getattr(posterior, parameters[0]))
    if values.ndim:
        with pytest.raises(ValueError, match="read-only"):
            getattr(posterior, parameters[0])[...] = 0


def test_the_callers_arrays_may_change() -> None:
    a, k, n = np.ones(2), np.array([3.0, 4.0]), np.array([9.0, 9.0])
    prior, counts, moments = BetaBinomial(a, 1.0), Counts(k, n), Moments(n, k, k)
    a[:], k[:], n[:] = 5, 0, 1
    np.testing.assert_array_equal(prior.update(counts).a, [4, 5])
    np.testing.assert_array_equal((moments + moments).mean, [3, 4])


def test_draws_are_the_generators() -> None:
    """The same for the same seed, others at the next call; a Generator goes on."""
    posterior = NormalInverseGamma(0.0, 1.0, 3.0, 2.0)
    first, again = posterior.sample(5, rng=1), posterior.sample(5, rng=1)
    np.testing.assert_array_equal(first, again)
    rng = random.default_rng(1)
    np.testing.assert_array_equal(posterior.sample(5, rng=rng), first)
    assert not np.isin(posterior.sample(5, rng=rng), first).any()


def test_joint_draws_of_mean_and_variance() -> None:
    model = NormalInverseGamma(1.0, 0.5, 3.0, 2.0)
    mu, variance = model.sample(40_000, rng=SEED)
    assert stats.kstest(mu, model.mu.cdf).pvalue > 1e-6
    assert stats.kstest(variance, model.variance.cdf).pvalue > 1e-6
    assert stats.kstest((mu - 1.0) / np.sqrt(variance / 0.5), stats.norm.cdf).pvalue > 1e-6


# ---- errors ------------------------------------------------------------------------------------------------------------------

NIG = NormalInverseGamma(0.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: BetaBinomial(0.0, 1.0), ValueError, r"a is 0\.0; allowed: finite numbers > 0, or the prior would be improper"),
        (lambda: BetaBinomial([1.0, -2.0], 1.0), ValueError, r"a\[1\] is -2\.0; allowed"),
        (lambda: BetaBinomial(1.0, np.nan), ValueError, "b is nan"),
        (lambda: BetaBinomial("x", 1.0), TypeError, "a has dtype"),
        (lambda: BetaBinomial([1.0, 2.0], [1.0, 2.0, 3.0]), ValueError, r"do not broadcast .*a \(2,\), b \(3,\)"),
        (lambda: GammaPoisson(1.0, np.inf), ValueError, "b is inf"),
        (lambda: NormalNormal(0.0, np.inf, 1.0), ValueError, "scale is inf; allowed: .*improper"),
        (lambda: NormalNormal(np.inf, 1.0, 1.0), ValueError, "loc is inf"),
        (lambda: NormalNormal(0.0, 1.0, 0.0), ValueError, r"noise is 0\.0"),
        (lambda: NormalInverseGamma(0.0, 0.0, 1.0, 1.0), ValueError, r"kappa is 0\.0"),
        (lambda: ParetoUniform(1.0, 0.0), ValueError, r"a is 0\.0"),
        (lambda: DirichletCategorical(1.0), ValueError, r"alpha has shape \(\); its last axis is that of the categories"),
        (lambda: DirichletCategorical([1.0]), ValueError, "two or more"),
        (lambda: BetaBinomial().update([]), ValueError, r"data is empty: its shape is \(0,\)"),
        (lambda: BetaBinomial().update(np.zeros((3, 0))), ValueError, "data is empty"),
        (lambda: NIG.update([]), ValueError, "data is empty"),
        (lambda: BetaBinomial().update([0, 1, 2]), ValueError, r"data\[2\] is 2\.0; allowed: 0 and 1"),
        (lambda: BetaBinomial().update([0.5]), ValueError, r"data\[0\] is 0\.5; allowed: whole numbers"),
        (lambda: BetaBinomial().update([3], trials=2), ValueError, "allowed: numbers up to that of trials"),
        (lambda: BetaBinomial().update([3], trials=[2.5]), ValueError, r"trials\[0\] is 2\.5"),
        (lambda: BetaBinomial().update([1j]), TypeError, "data has dtype complex128"),
        (lambda: BetaBinomial().update([1, 0], trials=[1, 1, 1]), ValueError, r"data \(2,\), trials \(3,\)"),
        (lambda: BetaBinomial([1.0, 2.0]).update(np.ones((4, 3))), ValueError, r"do not broadcast .*\(3,\), a \(2,\)"),
        (lambda: BetaBinomial([1.0, 2.0]).log_evidence(np.ones((4, 3))), ValueError, "do not broadcast"),
        (lambda: NIG.update([1.0, np.nan]), ValueError, r"data\[1\] is nan; allowed: finite"),
        (lambda: NIG.update([1.0, 2.0], axis=1), ValueError, "axis is 1, but data has 1 dimensions"),
        (lambda: NIG.update([1.0, 2.0], axis=1.0), TypeError, r"axis is 1\.0; allowed: an integer"),
        (lambda: NIG.update(np.ones((2, 2)), axis=(0, -2)), ValueError, r"axis is \(0, -2\): an axis comes twice"),
        (lambda: BetaBinomial().update(2**60, 2**60), ValueError, "allowed: whole numbers from 0 to 2\\^53"),
        (lambda: CategoryCounts.of([0], 0), ValueError, "categories is 0; allowed: whole numbers from 1 on"),
        (lambda: BetaBinomial([1.0, 2.0]).p.logpdf([0.1] * 3), ValueError, r"do not broadcast .*x \(3,\), parameters \(2,\)"),
        (lambda: BetaBinomial([1.0, 2.0]).p.ppf([0.1] * 3), ValueError, r"do not broadcast .*q \(3,\), parameters \(2,\)"),
        (lambda: BetaBinomial([1.0, 2.0]).predictive().cdf([1] * 3), ValueError, r"do not broadcast .*k \(3,\)"),
        (lambda: NIG.update([1e300, -1e300]), ValueError, "data spreads too far"),
        (lambda: NIG.update([[1.0], [1.0, 2.0]]), ValueError, "data is no array of numbers"),
        (lambda: GammaPoisson(1, 1).update([-1]), ValueError, r"data\[0\] is -1\.0"),
        (lambda: GammaPoisson(1, 1).update([1], exposure=0.0), ValueError, r"exposure is 0\.0"),
        (lambda: ParetoUniform(1, 1).update([-0.5]), ValueError, r"data\[0\] is -0\.5; allowed: finite numbers >= 0"),
        (lambda: DirichletCategorical([1, 1]).update([0, 2]), ValueError, r"data\[1\] is 2\.0; allowed: .* from 0 to 1"),
        (lambda: DirichletCategorical([1, 1]).update([-1]), ValueError, r"data\[0\] is -1\.0; allowed: .* from 0 to 1"),
        (lambda: DirichletCategorical([1, 1]).update(CategoryCounts([1, 1, 1])), ValueError, "3 categories; alpha has 2"),
        (lambda: CategoryCounts(3), ValueError, "counts is one number"),
        (lambda: Counts(3, 2), ValueError, r"successes is 3\.0; allowed"),
        (lambda: Counts(1.5, 2), ValueError, r"successes is 1\.5; allowed"),
        (lambda: Moments(2, 0.0, -1.0), ValueError, r"ss is -1\.0; allowed"),
        (lambda: Events(2, 0.0), ValueError, r"exposure is 0\.0"),
        (lambda: Maximum(2, -1.0), ValueError, r"maximum is -1\.0"),
        (lambda: Counts(1, 2) + Moments(1, 0.0, 0.0), TypeError, "unsupported operand"),
        (lambda: BetaBinomial().p.interval(1.0), ValueError, r"mass is 1\.0; allowed: numbers between 0 and 1"),
        (lambda: BetaBinomial().p.interval([0.5]), ValueError, "mass is one number"),
        (lambda: BetaBinomial().p.sample(-1), ValueError, "size is -1; allowed: whole numbers >= 0"),
        (lambda: BetaBinomial().p.sample(2.5), ValueError, r"size is 2\.5"),
        (lambda: BetaBinomial().p.logpdf("a"), TypeError, "x has dtype"),
    ],
)
def test_errors_name_what_is_wrong(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_without_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs it says so; the normal model does not."""
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    posterior = NormalNormal(0.0, 1.0, 1.0).update([1.0, 2.0])
    assert posterior.mu.cdf(1.0) == 0.5
    with pytest.raises(ImportError, match=r'pip install "fastprob\[bayes\]"'):
        BetaBinomial(1, 1).p.cdf(0.5)


def test_example(tmp_path: Path) -> None:
    """The A/B test: what it prints is right, and there is a picture."""
    root = Path(__file__).resolve().parent.parent
    picture = tmp_path / "ab_test.png"
    command = [sys.executable, str(root / "examples" / "bayes" / "ab_test.py"), str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes()[:4] == b"\x89PNG"
    old, new = stats.beta(20 + 166, 480 + 4120 - 166), stats.beta(20 + 203, 480 + 4035 - 203)
    assert (
        f"old page: {old.mean():.2%} of the visitors buy, 95 % interval {old.ppf(0.025):.2%} to {old.ppf(0.975):.2%}"
        in done.stdout
    )
    x = np.linspace(0.02, 0.08, 20_001)
    better = (old.cdf(x) * new.pdf(x)).sum() * (x[1] - x[0])
    shown = float(done.stdout.split("sells more) = ")[1].split(";")[0])
    assert abs(shown - better) < 5 * np.sqrt(better * (1 - better) / 200_000)
    apart, together = (float(value) for value in re.findall(r"rates? (-[0-9.]+)", done.stdout))
    for name, value in (("apart", apart), ("together", together)):
        with mp.workdps(40):
            sizes, bought = (4120, 4035), (166, 203)
            truth = sum(map(log_choices, sizes, bought))
            groups = [(n, k) for n, k in zip(sizes, bought, strict=True)] if name == "apart" else [(sum(sizes), sum(bought))]
            truth += sum(log_beta(M(20 + k), M(480 + n - k)) - log_beta(M(20), M(480)) for n, k in groups)
        assert abs(value - float(truth)) < 1e-3
