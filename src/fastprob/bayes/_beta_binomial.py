"""Probabilities and sums of probabilities of a beta-binomial distribution.

A tail is a sum of up to n terms. The first ones are taken one by one, each the one before times a ratio: where terms fall fast
that is all. The rest goes by panels of 2^e terms, of which Gauss's rule for equally weighted whole numbers (whose polynomials are
Gram's) needs 20 places: every panel is short beside its distance from both ends, at which the terms are singular, and its terms
differ by no more than a factor e^16. So there are at most 1.6 panels a binary digit of n.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import special
from ._checks import Array
from ._doubled import two_sum
from ._gammas import component, log_saturated, pooled

PROBLEMS = 1 << 9  # so many sums at a time: what is made of them stays in the cache
DIRECT = 256  # terms that are taken one by one
NEGLIGIBLE = 1e-18  # of the sum
PLACES = 20  # in a panel
LEAST = 5  # a panel has 2^5 terms at least: more than places
SHARE = 0.75  # of the distance from an end that a panel takes: the rule is right to 3^-40
FALL = 16.0  # nats from one end of a panel to the other: the rule is right to 1e-17


def log_beta_binomial(a: Any, b: Any, k: Any, failures: Any) -> Any:
    """log of C(k + f, k) B(a + k, b + f) / B(a, b)."""
    n = k + failures
    best = log_saturated(k) + log_saturated(failures) - log_saturated(n)
    return best + log_beta_evidence(a, b, k, failures)


def log_beta_evidence(a: Any, b: Any, k: Any, failures: Any) -> Any:
    """log of B(a + k, b + f) / B(a, b), less the log likelihood at the best p, k/(k + f)."""
    n, all_a = k + failures, a + b
    return component(a, k, all_a, n) + component(b, failures, all_a, n) - pooled(all_a, n)


def tails(k: Array, a: Array, b: Array, n: Array) -> tuple[Array, Array]:
    """sum_{j <= k} p(j) and sum_{j > k} p(j) of one-dimensional arrays, each right where it is small; 0 <= k < n."""
    lower = k < n * (a / (a + b))
    tail = _side(lower, k, a, b, n)
    more = tail > 0.5  # a heavy side: the other one is small
    if more.any():
        lower = np.where(more, ~lower, lower)
        tail[more] = _side(lower[more], k[more], a[more], b[more], n[more])
    return np.where(lower, tail, 1.0 - tail), np.where(lower, 1.0 - tail, tail)


def _side(lower: NDArray[np.bool_], k: Array, a: Array, b: Array, n: Array) -> Array:
    """The lower or upper sums; for these the failures are counted instead, from n - k - 1 down."""
    top, one, other = np.where(lower, k, n - k - 1.0), np.where(lower, a, b), np.where(lower, b, a)
    total = np.zeros_like(k)
    for first in range(0, len(k), PROBLEMS):
        part = slice(first, first + PROBLEMS)
        sums = _Sums(top[part], one[part], other[part], n[part])
        total[part] = sums.total
    return total


class _Sums:
    """sum_{j <= top} p(j), from above."""

    def __init__(self, top: Array, a: Array, b: Array, n: Array):
        self.top, self.a, self.b, self.n, self.total = top.copy(), a, b, n, np.zeros_like(top)
        left = self._one_by_one(np.arange(len(top)))
        while left.size:
            last = self.top[left] < 2 << LEAST
            if last.any():
                self._one_by_one(left[last])
            left = self._panel(left[~last])

    def _one_by_one(self, left: NDArray[np.intp]) -> NDArray[np.intp]:
        """Up to DIRECT terms; the sums that lack more than that."""
        top, a, b, n = self.top[left], self.a[left], self.b[left], self.n[left]
        length = int(min(DIRECT, top.max(initial=0.0) + 1.0))
        j = top - np.arange(length - 1.0)[:, None]
        terms = np.empty((length, left.size))
        terms[0] = special.exp(log_beta_binomial(a, b, top, n - top))
        terms[1:] = np.where(j > 0, _ratio(j, a, b, n), 0.0)
        np.cumprod(terms, axis=0, out=terms)
        # From the last: one order, however many sums are beside each other
        return self._add(left, terms[::-1].cumsum(axis=0)[-1], terms[-1], top - length)

    def _panel(self, left: NDArray[np.intp]) -> NDArray[np.intp]:
        """A panel each; the sums that lack more."""
        top, a, b, n = self.top[left], self.a[left], self.b[left], self.n[left]
        # An end is the place of the singularity next to it, 0 or -a, and n or n + b
        longest = np.minimum(SHARE * (top + np.minimum(a, 1.0)), SHARE / (1.0 - SHARE) * (n - top + np.minimum(b, 1.0)))
        e = np.frexp(longest)[1] - 1
        slope, above = np.abs(special.log(_ratio(top, a, b, n))), np.abs(b - 1.0) / ((b + n - top) * (n - top + 1.0))
        while True:
            length = np.ldexp(1.0, e)
            bottom = top - length
            bend = above + np.abs(a - 1.0) / ((a + bottom) * (bottom + 1.0))
            steep = (length * (slope + 0.5 * length * bend) > FALL) & (e > LEAST)
            if not steep.any():
                break
            e = e - steep
        places, weights = np.empty((left.size, PLACES)), np.empty((left.size, PLACES))
        for own in np.unique(e):
            places[e == own], weights[e == own] = _rule(int(own))
        a, b, n = a[:, None], b[:, None], n[:, None]
        k, failures = two_sum(top[:, None], -places), two_sum(n - top[:, None], places)
        value = log_beta_binomial(a, b, k.hi, failures.hi)
        # Next to an end of many trials places have more digits than k: the rest by its slope, digamma functions of large numbers
        for side, own in ((k, a), (failures, b)):
            value += side.lo * special.log((own + side.hi) / side.hi * (n / (a + b + n)))
        terms = special.exp(value)
        return self._add(left, (weights * terms).sum(axis=1), terms[:, -1], bottom)

    def _add(self, left: NDArray[np.intp], gained: Array, last: Array, top: Array) -> NDArray[np.intp]:
        """Adds terms down to top, where they are about as large as the last; the sums that lack more."""
        self.total[left] += gained
        self.top[left] = top
        a, b, n = self.a[left], self.b[left], self.n[left]
        # With a >= 1 what is left is below a geometric series: with b >= 1 ratios fall, else their second factor is below 1
        ratio = np.where(b >= 1.0, _ratio(top, a, b, n), top / (a + (top - 1.0)))
        rest = np.where((a >= 1.0) & (ratio < 1.0), last / (1.0 - ratio), np.inf)
        more: NDArray[np.intp] = left[(top >= 0) & ~(rest <= NEGLIGIBLE * self.total[left])]
        return more


def _ratio(j: Array, a: Array, b: Array, n: Array) -> Array:
    """p(j - 1)/p(j)."""
    return (n - j + b) / (n - j + 1.0) * (j / (a + (j - 1.0)))  # in this order: a may be tiny


@functools.cache
def _rule(e: int) -> tuple[Array, Array]:
    """Places from 0 to N - 1 and weights of the Gauss rule for sums over 0, 1, ..., N - 1, N = 2^e, from the Gram polynomials'
    recurrence (Golub and Welsch 1969)."""
    size, k = 2.0**e, np.arange(1.0, PLACES)
    off = np.sqrt(k * k / (4.0 * (4.0 * k * k - 1.0)) * (1.0 - np.square(k / size)))
    x, vectors = np.linalg.eigh(np.diag(off, 1) + np.diag(off, -1))
    return size * x + 0.5 * (size - 1.0), size * np.square(vectors[0])
