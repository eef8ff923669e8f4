"""Numbers of twice the precision, as pairs hi + lo of float64 arrays (Dekker 1971, Knuth).

Sums over data are kept this way, so that neither order nor batches show in the digits that are left when they are rounded.
"""

from __future__ import annotations

import decimal
import functools
from typing import NamedTuple

import numpy as np

from ._checks import Array

BLOCK = 1 << 15  # elements summed together: what is made of them stays in the cache
SPLITTER = 2.0**27 + 1
STEPS = 128  # logarithms of i/STEPS are kept
LEAST = 0.7  # of the part of a number whose logarithm is looked up: from here to twice as much


class Doubled(NamedTuple):
    """hi + lo, where lo is at most half a unit in the last place of hi."""

    hi: Array
    lo: Array


def two_sum(a: Array, b: Array) -> Doubled:
    """a + b, exactly."""
    s = a + b
    t = s - a
    return Doubled(s, (a - (s - t)) + (b - t))


def _renormalized(hi: Array, lo: Array) -> Doubled:
    s = hi + lo
    return Doubled(s, lo - (s - hi))


def _halves(a: Array) -> tuple[Array, Array]:
    t = SPLITTER * a
    upper = t - (t - a)
    return upper, a - upper


def two_product(a: Array, b: Array) -> Doubled:
    """a b, exactly while nothing underflows; from 1e300 on rounded."""
    p = a * b
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    e = a2 * b2 - (((p - a1 * b1) - a2 * b1) - a1 * b2)
    return Doubled(p, np.where(np.isfinite(e), e, 0.0))


def add(a: Doubled, b: Doubled) -> Doubled:
    """a + b, to 2^-104 of |a| + |b|."""
    s, e = two_sum(a.hi, b.hi)
    t, f = two_sum(a.lo, b.lo)
    s, e = _renormalized(s, e + t)
    return _renormalized(s, e + f)


def subtract(a: Doubled, b: Doubled) -> Doubled:
    """a - b."""
    return add(a, Doubled(-b.hi, -b.lo))


def multiply(a: Doubled, b: Doubled) -> Doubled:
    """a b, to 2^-102."""
    p, e = two_product(a.hi, b.hi)
    return _renormalized(p, e + (a.hi * b.lo + a.lo * b.hi))


def divide(a: Doubled, b: Array) -> Doubled:
    """a / b for a plain b, to 2^-102."""
    q = a.hi / b
    p, e = two_product(q, b)
    return _renormalized(q, ((a.hi - p) - e + a.lo) / b)


def square(x: Doubled) -> Doubled:
    """x^2, to 2^-102, where lo may be as large as some units in the last place of hi."""
    p = x.hi * x.hi
    a, b = _halves(x.hi)
    return Doubled(p, ((a * a - p) + 2.0 * a * b) + b * b + 2.0 * x.hi * x.lo)


def total(x: Doubled) -> Doubled:
    """The sum along the first axis, which is not empty, folded in halves: to 2^-100 of the sum of sizes."""
    while len(x.hi) > 1:
        half = len(x.hi) // 2
        folded = add(Doubled(x.hi[:half], x.lo[:half]), Doubled(x.hi[half : 2 * half], x.lo[half : 2 * half]))
        x = _with_odd(folded, x)
    return Doubled(x.hi[0], x.lo[0])


def total_of(x: Array) -> Doubled:
    """The sum of plain numbers along the first axis, which is not empty."""
    half = len(x) // 2
    return total(_with_odd(two_sum(x[:half], x[half : 2 * half]), Doubled(x, np.zeros_like(x[-1:]))))


def _with_odd(folded: Doubled, x: Doubled) -> Doubled:
    """The folded halves, and the last one of an odd number."""
    if len(x.hi) % 2 == 0:
        return folded
    return Doubled(*(np.concatenate([f, part[-1:]]) for f, part in zip(folded, x, strict=True)))


def tiles(x: Array) -> list[list[Array]]:
    """x [n, m] in pieces that stay in the cache: for each group of columns the groups of rows."""
    n, m = x.shape
    columns = min(m, max(256, BLOCK // n))
    rows = max(1, BLOCK // columns)
    return [[x[i : i + rows, j : j + columns] for i in range(0, n, rows)] for j in range(0, m, columns)]


def long_sum(x: Array) -> Doubled:
    """The sum along the first axis, which is not empty, of any length."""
    flat = x.reshape(len(x), -1)
    hi, lo, at = np.empty(flat.shape[1]), np.empty(flat.shape[1]), 0
    for group in tiles(flat):
        part = total(Doubled(*(np.stack(p) for p in zip(*map(total_of, group), strict=True))))
        here = slice(at, at := at + len(part.hi))
        hi[here], lo[here] = part
    return Doubled(hi.reshape(x.shape[1:]), lo.reshape(x.shape[1:]))


def sum_of(x: Doubled) -> Doubled:
    """The sum along the first axis, which is not empty, of any length."""
    return add(long_sum(x.hi), long_sum(x.lo))


def plain(x: Array) -> Doubled:
    """The same number."""
    return Doubled(x, np.zeros_like(x))


@functools.cache
def _logarithms() -> tuple[Array, Array]:
    """log(i/STEPS) for i from 1 to 2 STEPS, at place i, and last log 2; as hi and lo."""
    with decimal.localcontext(prec=45):
        whole = [decimal.Decimal(i) / STEPS for i in range(1, 2 * STEPS + 1)]
        exact = [decimal.Decimal(0), *(v.ln() for v in whole), decimal.Decimal(2).ln()]
        hi = [float(v) for v in exact]
        return np.array(hi), np.array([float(v - decimal.Decimal(h)) for v, h in zip(exact, hi, strict=True)])


def log(x: Array) -> Doubled:
    """log x for normal numbers x > 0, to 2^-96 of max(1, |log x|)."""
    table = _logarithms()
    f, e = np.frexp(x)
    low = f < LEAST
    f, e = np.where(low, 2.0 * f, f), (e - low).astype(np.float64)
    i = np.rint(f * STEPS)
    c = i / STEPS
    # f = c (1 + s)/(1 - s) with s = (f - c)/(f + c), below 0.003: log(f/c) = 2 (s + s^3/3 + s^5/5 + ...)
    below = two_sum(f, c)
    q = (f - c) / below.hi
    p, r = two_product(q, below.hi)
    s = _renormalized(q, ((((f - c) - p) - r) - q * below.lo) / below.hi)
    s2 = multiply(s, s)
    t = ((s2.hi / 11.0 + 1.0 / 9.0) * s2.hi + 1.0 / 7.0) * s2.hi + 1.0 / 5.0
    third = Doubled(np.full_like(q, 1.0 / 3.0), np.full_like(q, 2.0**-54 / 3.0))
    tail = multiply(multiply(s, s2), add(third, plain(s2.hi * t)))
    series = add(s, tail)
    places = i.astype(np.intp)
    two = multiply(plain(e), Doubled(*(np.full_like(q, part[-1]) for part in table)))
    known = add(Doubled(*(part[places] for part in table)), two)
    return add(known, Doubled(2.0 * series.hi, 2.0 * series.lo))


def times_log(x: Array) -> Doubled:
    """x log x of whole numbers, 0 at 0."""
    few = bool(x.size) and x.max() < x.size  # then each is looked up, however often it comes
    each = np.arange(x.max() + 1.0) if few else x
    safe = np.where(each > 0, each, 1.0)
    value = multiply(plain(safe), log(safe))
    return Doubled(*(part[x.astype(np.intp)] for part in value)) if few else value
