"""What is no operation of ops.def: sums over data, fits, beside the best NumPy expression and SciPy.

A case holds the call of the public function, and others that compute the same: numbers, arrays or tuples of these.
Data are n numbers, those of film.backward n/10 rows of 10 channels; parameters are numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from functions import HALF_LOG_2PI, LOC, SCALE
from scipy import special as sc
from scipy import stats

from fastprob import bernoulli, film, logistic, normal, special, uniform

LOW, HIGH, P, LOGIT = -30.0, 30.0, 0.3, math.log(0.3 / 0.7)
CHANNELS = 10


@dataclass(frozen=True)
class Case:
    """A public function, called without arguments, and its competitors."""

    title: str
    call: Callable[[], Any]
    competitors: dict[str, Callable[[], Any]] = field(default_factory=dict)
    search: float = 0.0     # relative error of a competitor that searches
    largest: int = 10**8    # numbers of data; beyond it a competitor takes minutes


def cases(n: int, dtype: Any) -> Iterator[Case]:
    rng = np.random.default_rng(1)
    x = (2 * rng.standard_normal(n)).astype(dtype)
    k = rng.integers(0, 2, n).astype(dtype)
    yield from _normal(x)
    yield from _logistic(x)
    yield from _uniform(x)
    yield from _bernoulli(k)
    others = {"numpy": lambda: _logsumexp(x), "scipy": lambda: sc.logsumexp(x)}
    yield Case("special.logsumexp", lambda: special.logsumexp(x), others)
    rows, dout, gamma = x[: n // CHANNELS * CHANNELS].reshape(-1, CHANNELS), x[::-1][: n // CHANNELS * CHANNELS], x[:CHANNELS]
    dout = np.ascontiguousarray(dout).reshape(-1, CHANNELS)
    yield Case("film.backward", lambda: film.backward(dout, rows, gamma),
               {"numpy": lambda: (dout * gamma, np.einsum("ij,ij->j", dout, rows), dout.sum(axis=0))})


# ---- sums over data

def _normal(x: Any) -> Iterator[Case]:
    n, constant = len(x), HALF_LOG_2PI + math.log(SCALE)

    def value() -> Any:
        z = (x - LOC) / SCALE
        return -0.5 * np.dot(z, z) - n * constant

    def with_slopes() -> Any:
        z = (x - LOC) / SCALE
        squares = np.dot(z, z)
        return -0.5 * squares - n * constant, z.sum() / SCALE, (squares - n) / SCALE

    yield Case("normal.loglik", lambda: normal.loglik(x, LOC, SCALE),
               {"numpy": value, "scipy": lambda: stats.norm.logpdf(x, LOC, SCALE).sum()})
    yield Case("normal.loglik_and_grad", lambda: normal.loglik_and_grad(x, LOC, SCALE), {"numpy": with_slopes})
    yield Case("normal.fit", lambda: normal.fit(x), {"numpy": lambda: (x.mean(), x.std()), "scipy": lambda: stats.norm.fit(x)})


def _logistic(x: Any) -> Iterator[Case]:
    n = len(x)

    def value() -> Any:
        size = np.abs((x - LOC) / SCALE)
        return -size.sum() - 2 * np.log1p(np.exp(-size)).sum() - n * math.log(SCALE)

    def with_slopes() -> Any:
        z = (x - LOC) / SCALE
        size, t = np.abs(z), np.tanh(0.5 * z)
        total = -size.sum() - 2 * np.log1p(np.exp(-size)).sum() - n * math.log(SCALE)
        return total, t.sum() / SCALE, (np.dot(z, t) - n) / SCALE

    yield Case("logistic.loglik", lambda: logistic.loglik(x, LOC, SCALE),
               {"numpy": value, "scipy": lambda: stats.logistic.logpdf(x, LOC, SCALE).sum()})
    yield Case("logistic.loglik_and_grad", lambda: logistic.loglik_and_grad(x, LOC, SCALE), {"numpy": with_slopes})
    yield Case("logistic.fit", lambda: logistic.fit(x), {"scipy": lambda: stats.logistic.fit(x)}, search=1e-4, largest=10_000)


def _uniform(x: Any) -> Iterator[Case]:
    n, each = len(x), 1 / (HIGH - LOW)

    def value() -> Any:
        return -n * math.log(HIGH - LOW) if x.min() >= LOW and x.max() <= HIGH else -math.inf

    yield Case("uniform.loglik", lambda: uniform.loglik(x, LOW, HIGH),
               {"numpy": value, "scipy": lambda: stats.uniform.logpdf(x, LOW, HIGH - LOW).sum()})
    yield Case("uniform.loglik_and_grad", lambda: uniform.loglik_and_grad(x, LOW, HIGH),
               {"numpy": lambda: (value(), n * each, -n * each)})
    yield Case("uniform.fit", lambda: uniform.fit(x), {"numpy": lambda: (x.min(), x.max())})


def _bernoulli(k: Any) -> Iterator[Case]:
    n = len(k)

    def with_slope() -> Any:
        ones = np.count_nonzero(k)
        return ones * math.log(P) + (n - ones) * math.log1p(-P), ones - n * P

    yield Case("bernoulli.loglik", lambda: bernoulli.loglik(k, P),
               {"numpy": lambda: with_slope()[0], "scipy": lambda: stats.bernoulli.logpmf(k, P).sum()})
    yield Case("bernoulli.loglik_and_grad", lambda: bernoulli.loglik_and_grad(k, logits=LOGIT), {"numpy": with_slope})
    yield Case("bernoulli.fit", lambda: bernoulli.fit(k), {"numpy": lambda: (np.count_nonzero(k) / n,)})


def _logsumexp(x: Any) -> Any:
    high = x.max()
    return high + np.log(np.exp(x - high).sum())


def check_agreement(case: Case, n: int, dtype: Any, own: Any, theirs: Any) -> None:
    """AssertionError where a competitor's results differ by more than its own errors explain: a BLAS's sums lose more, the longer
    they are."""
    error = max(200, n // 100) * float(np.finfo(dtype).eps)
    for ours, other in zip(_flat(own), _flat(theirs), strict=True):
        np.testing.assert_allclose(other, ours, rtol=error + case.search, atol=error, err_msg=case.title)


def _flat(found: Any) -> list[Any]:
    return [one for part in found for one in _flat(part)] if isinstance(found, tuple) else [found]
