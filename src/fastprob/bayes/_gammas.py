"""Differences of log gamma functions without the gamma functions, whose leading digits cancel.

With delta(x) = log Gamma(x) - (x - 1/2) log x + x - log(2 pi)/2, what Stirling's formula leaves, and the deviance
D(x, m) = x log(x/m) - x + m >= 0, evidences of counts are sums of terms that hardly cancel. At 1e9 counts a difference of log
gamma functions has an absolute error of 1e-7 or more; these have 1e-14.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import special
from ._checks import Array
from ._doubled import two_product
from ._scipy import scipy_special

HALF_LOG_2PI = 0.9189385332046727
BLOCK = 1 << 14
LARGE = 10.0  # from here on Stirling's series has all digits
# B_2k / (2k (2k - 1)), k = 1, 2, ..., Abramowitz and Stegun 6.1.41
SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400]
FAR = 1e100  # x/m beyond which logarithms are subtracted
NEAR = 0.25  # log(1 + x) - x is a series for smaller |x|


def in_blocks(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same of broadcast arguments, a block that stays in the cache at a time."""

    @functools.wraps(function)
    def blocked(*args: Any) -> Any:
        args = np.broadcast_arrays(*args)
        if args[0].size <= BLOCK:
            return function(*args)
        flat, value = [a.ravel() for a in args], np.empty(args[0].size)
        for i in range(0, value.size, BLOCK):
            value[i : i + BLOCK] = function(*(a[i : i + BLOCK] for a in flat))
        return value.reshape(args[0].shape)

    return blocked


def log1pmx(x: Array) -> Array:
    """log(1 + x) - x for x >= -1, to some ulp of the result."""
    near = np.abs(x) < NEAR
    # With s = x / (2 + x): log(1 + x) = 2 (s + s^3/3 + ...) and x = 2 s / (1 - s).
    y = np.where(near, x, 0.0)
    s = y / (2.0 + y)
    q, t = s * s, np.zeros_like(s)
    for k in range(19, 1, -2):
        t = t * q + 1.0 / k
    return np.where(near, s * (2.0 * q * t - y), special.log1p(np.where(near, 0.0, x)) - np.where(near, 0.0, x))


def deviance(difference: Array, m: Array) -> Array:
    """D(m + difference, m): x log(x/m) - x + m, right when x is close to m. m >= 0; 0 where m is."""
    r = np.maximum(difference / np.where(m > 0, m, 1.0), -1.0)
    # (1 + r) log(1 + r) - r = (1 + r) (log(1 + r) - r) + r^2, where the first part is negative: together for r near 0
    near = np.abs(r) < NEAR
    s = np.where(near, r, 0.0)
    # sum over k >= 2 of (-r)^k / (k (k - 1)), through log1pmx, cancels by half of the first term only
    small = (1.0 + s) * log1pmx(s) + s * s
    large = (1.0 + r) * special.log1p(np.where(r > -1.0, r, 0.0)) - r
    value = np.asarray(m * np.where(near, small, large))
    far = np.asarray((r > FAR) & (m > 0))
    if far.any():  # the quotient may overflow, or m lose digits to it
        x, y = (np.broadcast_to(v, value.shape)[far] for v in (difference + m, m))
        value[far] = x * (special.log(x) - special.log(y)) - x
    return value


def remainder(x: Array) -> Array:
    """delta(x), for x > 0: 1/(12 x) and so on. Absolute error below 1e-15 from 10 on, some ulp of log Gamma before."""
    small = x < LARGE
    y = np.where(small, LARGE, x)
    z, t = 1.0 / (y * y), np.zeros_like(y)
    for c in reversed(SERIES):
        t = t * z + c
    value = np.asarray(t / y)
    if small.any():
        w = np.asarray(x)[small]
        value[small] = scipy_special().gammaln(w) - ((w - 0.5) * special.log(w) - w + HALF_LOG_2PI)
    return value


def log_grown(base: Any, added: Any) -> Array:
    """log((base + added)/base), for base > 0 and added >= 0, also where the quotient overflows."""
    ratio = added / base
    return np.asarray(np.where(ratio > FAR, special.log(base + added) - special.log(base), special.log1p(ratio)), np.float64)


def log_quotient(x: Any, y: Any) -> Array:
    """log(x/y), also where the quotient leaves the range of float64."""
    ratio = x / y
    near = (ratio > 1 / FAR) & (ratio < FAR)
    return np.asarray(np.where(near, special.log(ratio), special.log(x) - special.log(y)), np.float64)


def heterogeneity(a: Array, all_a: Array, count: Array, all_count: Array) -> Array:
    """Deviances of a from A m and of c from N m, where m = (a + c)/(A + N) is what both together say."""
    both = all_a + all_count
    # In units of A + N, so that no product leaves the range of float64
    unit = -np.frexp(np.where(both > 0, both, 1.0))[1]
    share_a, share_count, whole = (np.ldexp(v, unit) for v in (all_a, all_count, both))
    whole = np.where(both > 0, whole, 1.0)
    # c - N m = (c A - a N)/(A + N) = A m - a, without cancellation
    (p, e), (q, f) = two_product(count, share_a), two_product(a, share_count)
    d = ((p - q) + (e - f)) / whole
    total = a + count
    value = np.zeros(np.shape(d))
    for x, off, share, part in ((count, d, share_count, all_count), (a, -d, share_a, all_a)):
        m = total * (share / whole)
        far = (x > 0) & ~(x < FAR * m)  # m may have underflowed, and the quotient overflow
        own = np.asarray(deviance(off, np.where(far, 0.0, m)))
        if far.any():
            x, t, w, b, m = (np.broadcast_to(v, own.shape)[far] for v in (x, total, part, both, m))
            own[far] = x * (special.log(x) - special.log(t) - special.log(w) + special.log(b)) - x + m
        value = value + own
    return value


@in_blocks
def component(a: Array, count: Array, all_a: Array, all_count: Array) -> Array:
    """One outcome's share of a log evidence: log Gamma(a + c) - log Gamma(a) + a log A - (a + c) log(A + N) - c log(c/N) + c.

    c = count, N = all_count, A = all_a, a > 0. Evidences of Dirichlet with categories (A and N are sums over them) and of gamma
    with Poisson counts (A is the rate, N the exposure) are the log likelihood at the best parameter and a sum of these.
    """
    return remainder(a + count) - remainder(a) - 0.5 * log_grown(a, count) - heterogeneity(a, all_a, count, all_count)


@in_blocks
def pooled(all_a: Array, all_count: Array) -> Array:
    """What all outcomes share: log Gamma(A + N) - log Gamma(A) - (A + N) log(A + N) + A log A + N."""
    return remainder(all_a + all_count) - remainder(all_a) - 0.5 * log_grown(all_a, all_count)


@in_blocks
def log_gamma_ratio(x: Array, s: Array) -> Array:
    """log(Gamma(x + s) / Gamma(x)), for x > 0 and s >= 0."""
    grown = special.log1p(s / x)
    return s * special.log(x + s) - s + (x - 0.5) * grown + remainder(x + s) - remainder(x)


@in_blocks
def log_saturated(k: Array) -> Array:
    """log of the Poisson probability of k at its own mean: k log k - k - log k!."""
    safe = np.where(k > 0, k, 1.0)
    return np.where(k > 0, -HALF_LOG_2PI - 0.5 * special.log(safe) - remainder(safe), 0.0)
