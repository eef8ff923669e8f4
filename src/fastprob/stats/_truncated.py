"""Central moments, of any order, of the standard normal distribution between two ends, a < b: what the module truncnormal lacks.

They are a quadrature, in float64, of t^k e^-(p t + t^2/2), with t the distance from p, the end that is nearer to 0, or 0 between
the ends: sums of terms that do not cancel, as the closed forms do at narrow and far intervals.
"""

from __future__ import annotations

import functools
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastprob import special, truncnormal

_F64: TypeAlias = NDArray[np.float64]

_BLOCK = 4096           # distributions at a time, which take 160 nodes each
_WIDE = 2.5             # ends on both sides of 0 and so far from it: the closed forms' terms fall fast, and none cancels


@functools.cache
def _rule(nodes: int, panels: int) -> tuple[_F64, _F64]:
    """Gauss and Legendre's nodes and weights on [0, 1]."""
    x, weights = np.polynomial.legendre.leggauss(nodes)
    return np.concatenate([(k + (x + 1.0) / 2.0) / panels for k in range(panels)]), np.tile(weights / (2.0 * panels), panels)


def _nodes(a: _F64, b: _F64, order: int) -> tuple[_F64, _F64]:
    """Distances of the nodes from p, and their weights, for distributions whose ends have a sum >= 0."""
    limit = 60.0 + 3.0 * order          # what is beyond e^-limit is nothing beside a power
    nodes, weights = _rule(20, 4)       # right to 2^-60 over the whole decrease
    p = np.maximum(a, 0.0)
    right = np.minimum(b - p, 2.0 * limit / (p + np.sqrt(p * p + 2.0 * limit)))[:, None]
    left = np.minimum(p - a, np.sqrt(2.0 * limit))[:, None]
    t = np.concatenate([right * nodes, -left * nodes], axis=1)
    weight = np.concatenate([right * weights, left * weights], axis=1)
    return t, weight * special.exp(-t * (p[:, None] + 0.5 * t))


def central_moments(a: Any, b: Any, order: int) -> list[_F64]:
    """Of second to last order."""
    a, b = np.broadcast_arrays(a, b)
    turned = np.asarray(a + b < 0.0)
    low, high, sign = np.where(turned, -b, a).ravel(), np.where(turned, -a, b).ravel(), np.where(turned, -1.0, 1.0).ravel()
    found = np.empty((max(order - 1, 0), low.size))
    for start in range(0, low.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        t, weight = _nodes(low[block], high[block], order)
        whole = weight.sum(axis=1)
        away = t - ((weight * t).sum(axis=1) / whole)[:, None]
        for k, row in enumerate(found, start=2):
            row[block] = sign[block] ** k * (weight * away**k).sum(axis=1) / whole
    return [row.reshape(a.shape) for row in found]


def cumulants(a: Any, b: Any) -> tuple[_F64, _F64, _F64]:
    """Of second, third and fourth order: the variance, and what makes skewness and excess kurtosis.

    Wide intervals have nearly the normal distribution's, 1, 0 and 0. What is left follows from d_k = (b^k phi(b) - a^k phi(a))/Z:
    variance 1 - d_1 - d_0^2, third d_0 - d_2 - 3 d_0 d_1 - 2 d_0^3,
    fourth 3 d_1 - d_3 + 4 d_0 (d_0 - d_2) - 3 d_1^2 - 12 d_0^2 d_1 - 6 d_0^4.
    """
    variance, third, fourth = central_moments(a, b, 4)
    fourth = fourth - 3.0 * variance * variance
    a, b = np.broadcast_arrays(a, b)
    wide = np.asarray((a <= -_WIDE) & (b >= _WIDE))
    if not wide.any():
        return variance, third, fourth
    ends = [(np.where(np.isfinite(x), x, 0.0), np.where(np.isfinite(x), truncnormal.pdf(x, a, b), 0.0)) for x in (a, b)]
    (low, at_low), (high, at_high) = ends
    d0, d1, d2, d3 = (high**k * at_high - low**k * at_low for k in range(4))
    square = d0 * d0
    return (
        np.where(wide, 1.0 - d1 - square, variance),
        np.where(wide, d0 - d2 - d0 * (3.0 * d1 + 2.0 * square), third),
        np.where(wide, 3.0 * d1 - d3 + 4.0 * d0 * (d0 - d2) - 3.0 * d1 * d1 - 6.0 * square * (2.0 * d1 + square), fourth),
    )
