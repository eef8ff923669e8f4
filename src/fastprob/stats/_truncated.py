"""Central moments, of any order, of the standard normal distribution between two ends, a < b: what the module truncnormal lacks.

They are a quadrature, in float64, of t^k e^-(p t + t^2/2), with t the distance from p, the end that is nearer to 0, or 0 between
the ends: sums of terms that do not cancel, as the closed forms do at narrow and far intervals.
"""

from __future__ import annotations

import functools
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastprob import special

_F64: TypeAlias = NDArray[np.float64]

_BLOCK = 4096           # distributions at a time, which take 160 nodes each


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
