"""Moments, of any order, of the standard normal distribution between two ends, a < b: what the module truncnormal lacks.

They are a quadrature, in float64, of powers times e^-(p t + t^2/2), with t the distance from p, the end that is nearer to 0, or 0
between the ends: sums of terms that do not cancel, as the closed forms do at narrow and far intervals. Distances are divided by
a power of two that is about the width, and powers of two are kept apart: neither need be in the range of floating point.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastprob import special, truncnormal

_F64: TypeAlias = NDArray[np.float64]

_BLOCK = 4096           # distributions at a time, for 160 nodes each
_WIDE = 2.5             # ends on both sides of 0 and so far from it: the closed forms' terms fall fast, and none cancels
_NO_POWER = -(1 << 20)  # of two: that of 0, less than any power of a number


@functools.cache
def _rule(nodes: int, panels: int) -> tuple[_F64, _F64]:
    """Gauss and Legendre's nodes and weights on [0, 1]."""
    x, weights = np.polynomial.legendre.leggauss(nodes)
    return np.concatenate([(k + (x + 1.0) / 2.0) / panels for k in range(panels)]), np.tile(weights / (2.0 * panels), panels)


class _Nodes(NamedTuple):
    """For some distributions: which they are, the sign by which their ends' sum is >= 0, and p; the nodes' distances from it,
    divided by 2^power, and their weights."""

    block: slice
    sign: _F64
    p: _F64
    power: Any
    t: _F64
    weight: _F64

    def average(self, values: _F64) -> _F64:
        return np.asarray((self.weight * values).sum(axis=1) / self.weight.sum(axis=1))


def _nodes(a: _F64, b: _F64, order: int) -> Iterator[_Nodes]:
    """For powers up to an order, in blocks."""
    limit = 60.0 + 3.0 * order          # what is beyond e^-limit is nothing beside a power
    panels = 4 + order // 14            # right to 2^-60 over the whole decrease, whose peaks are narrower for a high power
    nodes, weights = _rule(20, panels)
    for start in range(0, a.size, size := _BLOCK * 4 // panels):
        block = slice(start, start + size)
        turned = a[block] + b[block] < 0.0
        low, high = np.where(turned, -b[block], a[block]), np.where(turned, -a[block], b[block])
        p = np.maximum(low, 0.0)
        right = np.minimum(high - p, limit / (p / 2.0 + np.hypot(p, np.sqrt(2.0 * limit)) / 2.0))
        left = np.minimum(p - low, np.sqrt(2.0 * limit))
        power = np.frexp(np.maximum(left, right))[1]
        unit = np.ldexp(1.0, power)[:, None]
        left, right = (np.ldexp(side, -power)[:, None] for side in (left, right))
        t = np.concatenate([right * nodes, -left * nodes], axis=1)
        weight = np.concatenate([right * weights, left * weights], axis=1)
        weight *= special.exp(-t * (p[:, None] * unit + 0.5 * unit * unit * t))
        yield _Nodes(block, np.where(turned, -1.0, 1.0), p, power, t, weight)


def moments(n: int, a: Any, b: Any, loc: Any, scale: Any) -> _F64:
    """E[(loc + scale X)^n], of finite loc and scale: averages of (loc + scale p + scale t)^n, of which the first sum is exact to
    twice the digits, for it may cancel."""
    a, b, loc, scale = np.broadcast_arrays(a, b, loc, scale)
    found = np.empty(a.size)
    flat_loc, flat_scale = loc.ravel(), scale.ravel()
    for at in _nodes(a.ravel(), b.ravel(), n):
        place, by_place = np.frexp(flat_loc[at.block])
        spread, by_spread = np.frexp(at.sign * flat_scale[at.block])
        end, by_end = np.frexp(at.p)
        product, rest = _product(spread, end)
        top = np.maximum(np.where(place == 0.0, _NO_POWER, by_place), np.where(end == 0.0, _NO_POWER, by_spread + by_end))
        base, lost = _sum(np.ldexp(place, by_place - top), np.ldexp(product, by_spread + by_end - top))
        base, by_base = np.frexp(base + (lost + np.ldexp(rest, by_spread + by_end - top)))
        by_base, by_spread = by_base + top, by_spread + at.power
        top = np.maximum(np.where(base == 0.0, _NO_POWER, by_base), by_spread)
        x = np.ldexp(base, by_base - top)[:, None] + np.ldexp(spread, by_spread - top)[:, None] * at.t
        more = np.frexp(np.abs(x).max(axis=1))[1]
        found[at.block] = np.ldexp(at.average(np.ldexp(x, -more[:, None]) ** n), n * (top + more))
    return found.reshape(a.shape)


def _sum(x: _F64, y: _F64) -> tuple[_F64, _F64]:
    """x + y, and what rounding lost of it."""
    whole = x + y
    part = whole - x
    return whole, (x - (whole - part)) + (y - part)


def _product(x: _F64, y: _F64) -> tuple[_F64, _F64]:
    """x y, and what rounding lost of it, of factors from 1/2 to 1: by their halves of 26 digits."""
    (x1, x2), (y1, y2) = ((half, z - half) for z in (x, y) for half in [np.rint(z * 2.0**26) / 2.0**26])
    whole = x * y
    return whole, ((x1 * y1 - whole) + x1 * y2 + x2 * y1) + x2 * y2


def std(a: Any, b: Any) -> _F64:
    """Standard deviation, whose square need not be in the range of floating point."""
    a, b = np.broadcast_arrays(a, b)
    found = np.empty(a.size)
    for at in _nodes(a.ravel(), b.ravel(), 2):
        found[at.block] = np.ldexp(np.sqrt(at.average((at.t - at.average(at.t)[:, None]) ** 2)), at.power)
    return found.reshape(a.shape)


def skew_and_kurtosis(a: Any, b: Any) -> tuple[_F64, _F64]:
    """Skewness and excess kurtosis.

    Wide intervals have nearly the normal distribution's, 0 and 0. What is left follows from d_k = (b^k phi(b) - a^k phi(a))/Z:
    variance 1 - d_1 - d_0^2, third cumulant d_0 - d_2 - 3 d_0 d_1 - 2 d_0^3,
    fourth 3 d_1 - d_3 + 4 d_0 (d_0 - d_2) - 3 d_1^2 - 12 d_0^2 d_1 - 6 d_0^4.
    """
    a, b = np.broadcast_arrays(a, b)
    found = np.empty((2, a.size))
    for at in _nodes(a.ravel(), b.ravel(), 4):
        away = at.t - at.average(at.t)[:, None]
        variance, third, fourth = (at.average(away**k) for k in (2, 3, 4))
        found[:, at.block] = at.sign * third / (variance * np.sqrt(variance)), fourth / (variance * variance) - 3.0
    skew, kurtosis = (row.reshape(a.shape) for row in found)
    wide = np.asarray((a <= -_WIDE) & (b >= _WIDE))
    if not wide.any():
        return skew, kurtosis
    ends = [(np.where(density > 0.0, x, 0.0), density) for x in (a, b) for density in [truncnormal.pdf(x, a, b)]]
    (low, at_low), (high, at_high) = ends
    d0, d1, d2, d3 = (high**k * at_high - low**k * at_low for k in range(4))
    square = d0 * d0
    variance = 1.0 - d1 - square
    third = d0 - d2 - d0 * (3.0 * d1 + 2.0 * square)
    fourth = 3.0 * d1 - d3 + 4.0 * d0 * (d0 - d2) - 3.0 * d1 * d1 - 6.0 * square * (2.0 * d1 + square)
    return (
        np.where(wide, third / (variance * np.sqrt(variance)), skew),
        np.where(wide, fourth / (variance * variance), kurtosis),
    )
