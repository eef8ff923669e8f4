"""Numbers of twice the precision, as pairs hi + lo of float64 arrays (Dekker 1971, Knuth).

Sums over data are kept this way, so that neither order nor batches show in the digits that are left when they are rounded.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._checks import Array

BLOCK = 1 << 15  # elements summed together: what is made of them stays in the cache
SPLITTER = 2.0**27 + 1


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
    """a b, exactly while nothing overflows or underflows."""
    p = a * b
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    return Doubled(p, a2 * b2 - (((p - a1 * b1) - a2 * b1) - a1 * b2))


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


def total(x: Doubled) -> Doubled:
    """The sum along the first axis, which is not empty, folded in halves: to 2^-100 of the sum of sizes."""
    while len(x.hi) > 1:
        half = len(x.hi) // 2
        folded = add(Doubled(x.hi[:half], x.lo[:half]), Doubled(x.hi[half : 2 * half], x.lo[half : 2 * half]))
        if len(x.hi) % 2:
            folded = Doubled(*(np.concatenate([f, part[-1:]]) for f, part in zip(folded, x, strict=True)))
        x = folded
    return Doubled(x.hi[0], x.lo[0])


def blocks(x: Array) -> list[Array]:
    """x in pieces along its first axis, of about BLOCK elements."""
    rows = max(1, BLOCK // max(1, int(np.prod(x.shape[1:]))))
    return [x[i : i + rows] for i in range(0, len(x), rows)]


def rounded_sum(x: Array) -> Array:
    """The sum along the first axis, rounded once."""
    parts = [total(Doubled(block, np.zeros_like(block))) for block in blocks(x)]
    return total(Doubled(*(np.stack(part) for part in zip(*parts, strict=True)))).hi
