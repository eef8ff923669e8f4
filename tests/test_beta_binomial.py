"""The beta-binomial distribution's sums beside exact ones, for any number of trials."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest
from reference.points import SEED

from fastprob.bayes import BetaBinomialPredictive
from fastprob.bayes import _beta_binomial as module

M = mp.mpf
BOUND = 1e-12  # of the smaller side, where its logarithm is not beyond a hundred


@pytest.fixture(autouse=True)
def _digits() -> Any:
    with mp.workdps(70):
        yield


def term_by_term(a: float, b: float, n: int, k: int) -> tuple[Any, Any]:
    """sum_{j <= k} p(j) and sum_{j > k} p(j)."""
    x, y = M(a), M(b)
    at = mp.binomial(n, k) * mp.beta(x + k, y + n - k) / mp.beta(x, y)
    below = term = at
    for j in range(k, 0, -1):
        term *= j * (n - j + y) / ((n - j + 1) * (x + (j - 1)))
        below += term
    above, term = M(0), at
    for j in range(k + 1, n + 1):
        term *= (n - j + 1) * (x + (j - 1)) / (j * (n - j + y))
        above += term
    return below, above


def by_few_terms(a: int, b: float, n: int, k: int) -> Any:
    """P(K > k) = P(p > q), q ~ Beta(k + 1, n - k): for a whole a a sum of a terms, sum_i B(k + 1 + i, n - k + b) / ((b + i)
    B(1 + i, b) B(k + 1, n - k))."""
    y = M(b)
    term = mp.exp(mp.loggamma(n - k + y) + mp.loggamma(n + 1) - mp.loggamma(n + 1 + y) - mp.loggamma(n - k))
    total = M(0)
    for i in range(a):  # B(k + 1 + i, n - k + b)/((b + i) B(1 + i, b)), each from the one before
        total += term
        term *= (k + 1 + i) * (y + i) / ((n + 1 + y + i) * (i + 1))
    return total


def close(got: Any, truth: Any, info: Any) -> None:
    if truth > 1e-290:
        assert abs(M(float(got)) / truth - 1) <= BOUND * max(1, float(-mp.log(truth)) / 100), (info, got, truth)
    else:
        assert got <= 1e-289, (info, got, truth)


def test_every_term_is_there() -> None:
    """Trials up to 15,000, heavy ends, sharp peaks, and places on both sides of them."""
    rng = np.random.default_rng(SEED)
    for i in range(60):
        n = int(10 ** rng.uniform(0.3, 4.2))
        a, b = (float(10 ** rng.uniform(-4, 4) if rng.random() < 0.6 else rng.uniform(0.1, 3)) for _ in "ab")
        k = min(int(rng.integers(0, n) if i % 2 else rng.binomial(n, rng.beta(a, b))), n - 1)
        below, above = term_by_term(a, b, n, k)
        distribution = BetaBinomialPredictive(a, b, n)
        close(distribution.cdf(k), below, ("cdf", a, b, n, k))
        close(distribution.sf(k), above, ("sf", a, b, n, k))


def test_any_number_of_trials() -> None:
    """Up to 2^52, beside sums over the prior's successes in place of the trials'."""
    rng = np.random.default_rng(SEED)
    for i in range(120):
        n = int(10 ** rng.uniform(2, 15.6))
        a, b = int(10 ** rng.uniform(0, 2.5)), float(10 ** rng.uniform(-2, 3))
        middle = rng.beta(a, b) if i % 2 else rng.uniform(0, 1)
        k = min(int(n * middle), n - 1)
        truth = by_few_terms(a, b, n, k)
        distribution, mirrored = BetaBinomialPredictive(a, b, n), BetaBinomialPredictive(b, a, n)
        close(distribution.sf(k), truth, ("sf", a, b, n, k))
        if 1 - truth > 1e-30:
            close(distribution.cdf(k), 1 - truth, ("cdf", a, b, n, k))
        close(mirrored.cdf(n - k - 1), truth, ("mirrored", a, b, n, k))


@pytest.mark.parametrize("n", [10**9, 10**13, 2**52])
def test_places_next_to_an_end(n: int) -> None:
    """Few failures among many trials, spread over hundreds: k has fewer digits than they."""
    for a, b in ((1, 1e-10), (40, 0.02 * n), (3, float(n)), (200, 3e-7 * n), (40, 1e-4)):
        for k in (0, 30, 700, 4000):
            truth = by_few_terms(a, b, n, n - 1 - k)
            close(BetaBinomialPredictive(a, b, n).sf(n - 1 - k), truth, (a, b, n, k))
            if 1 - truth > 1e-30:
                close(BetaBinomialPredictive(b, a, n).sf(k), 1 - truth, (a, b, n, k))
        spread = n * b / (a + b) / a**0.5
        for times in (-2, 0.5, 3):
            k = int(min(max(n * a / (a + b) - times * spread, 0), n - 1))
            truth = by_few_terms(a, b, n, k)
            close(BetaBinomialPredictive(a, b, n).sf(k), truth, (a, b, n, k, times))


def test_a_heavy_side_leaves_the_other_its_digits() -> None:
    """Nearly all mass at 0, below the mean: what lies above is 1e-8 and not 1 less the rest."""
    n, k = 10**13, 10
    x = M(1e-10)
    truth = 1 - mp.fsum(mp.binomial(n, j) * mp.beta(x + j, n - j + 1) for j in range(k + 1)) * x
    close(BetaBinomialPredictive(1e-10, 1.0, n).sf(k), truth, (n, k))
    assert truth < 1e-8


@pytest.mark.parametrize("n", [10**3, 10**6, 10**9, 10**15])
def test_terms_do_not_grow_with_the_trials(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted: evaluations of single terms, of the worst of many problems."""
    count = 0
    original = module.log_beta_binomial

    def counted(a: Any, b: Any, k: Any, failures: Any) -> Any:
        nonlocal count
        count += np.broadcast(a, k, failures).size
        return original(a, b, k, failures)

    monkeypatch.setattr(module, "log_beta_binomial", counted)
    rng = np.random.default_rng(SEED)
    worst = 0
    for a, b in 10.0 ** rng.uniform(-2, 4, (100, 2)):
        count = 0
        BetaBinomialPredictive(a, b, n).cdf(np.floor(n * rng.beta(a, b)))
        worst = max(worst, count)
    assert worst <= 32 * np.log2(n)


def test_problems_beside_each_other_change_nothing() -> None:
    rng = np.random.default_rng(SEED)
    n = np.floor(10.0 ** rng.uniform(0, 7, 1500))
    a, b = 10.0 ** rng.uniform(-1, 3, (2, 1500))
    k = np.floor(rng.random(1500) * n)
    both = BetaBinomialPredictive(a, b, n)
    below, above = both.cdf(k), both.sf(k)
    for i in range(0, 1500, 37):
        alone = BetaBinomialPredictive(a[i], b[i], n[i])
        assert (below[i], above[i]) == (alone.cdf(k[i]), alone.sf(k[i]))
    np.testing.assert_allclose(below + above, 1.0, rtol=1e-15)
    shuffled = rng.permutation(1500)
    np.testing.assert_array_equal(BetaBinomialPredictive(a[shuffled], b[shuffled], n[shuffled]).cdf(k[shuffled]), below[shuffled])


@pytest.mark.parametrize("tiny", [1e-6, 1e-10, 1e-300])
def test_tiny_priors(tiny: float) -> None:
    """Nearly all mass at both ends: 0 successes have half of it."""
    k = 5
    below, above = term_by_term(tiny, 2 * tiny, 1000, k)
    close(BetaBinomialPredictive(tiny, 2 * tiny, 1000).cdf(k), below, ("cdf", tiny))
    close(BetaBinomialPredictive(tiny, 2 * tiny, 1000).sf(k), above, ("sf", tiny))
    below, above = term_by_term(tiny, 1.0, 1000, k)
    close(BetaBinomialPredictive(tiny, 1.0, 1000).cdf(k), below, ("cdf", tiny, 1))
    close(BetaBinomialPredictive(tiny, 1.0, 1000).sf(k), above, ("sf", tiny, 1))


def test_trials_of_which_some_are_none() -> None:
    distribution = BetaBinomialPredictive(2.0, 3.0, [0, 1, 5])
    np.testing.assert_array_equal(distribution.cdf(1), [1.0, 1.0, distribution.cdf(1)[2]])
    np.testing.assert_array_equal(distribution.sf([0, 1, 5]), 0.0)
    np.testing.assert_allclose(distribution.cdf(0), [1.0, 0.6, BetaBinomialPredictive(2.0, 3.0, 5).pmf(0)], rtol=1e-14)
