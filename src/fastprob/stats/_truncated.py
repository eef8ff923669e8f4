"""The standard normal distribution between two ends, a < b, in float64.

Everything is made of S(u, v), the integral of e^-(u t + t^2/2) over t from 0 to v - u, for 0 <= u <= v: what is left of the
normal mass from u to v without the factor e^(-u^2/2). An interval that leans to the left is mirrored, so that its inner end
p = max(a, 0) has the largest density; masses are in units of e^(-p^2/2), and none of them underflows.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastprob import normal, special

_F64: TypeAlias = NDArray[np.float64]

_NARROW = 0.1           # beyond it the difference of two tails loses no more than a factor of 11
_TAIL = math.sqrt(0.5 * math.pi)
_BLOCK = 4096           # distributions at a time, whose moments take 160 nodes each


@functools.cache
def _rule(nodes: int, panels: int = 1) -> tuple[_F64, _F64]:
    """Gauss and Legendre's nodes and weights on [0, 1]. Seven give an integral over a decrease by e^-0.1 to 2^-60, and twenty, in
    each of four panels, one over the whole decrease by e^-60 beside a power."""
    x, weights = np.polynomial.legendre.leggauss(nodes)
    return np.concatenate([(k + (x + 1.0) / 2.0) / panels for k in range(panels)]), np.tile(weights / (2.0 * panels), panels)


class _Frame(NamedTuple):
    """Ends after mirroring, the inner end, where it was mirrored, and the mass. Ends that are numbers are so here."""

    a: _F64
    b: _F64
    p: _F64
    mirrored: NDArray[np.bool]
    mass: _F64

    def point(self, x: Any) -> _F64:
        moved: _F64 = np.where(self.mirrored, -x, x)
        return moved


def _frame(a: Any, b: Any) -> _Frame:
    """NaN unless a < b."""
    mirrored = np.asarray(a + b < 0.0)
    low, high = np.where(mirrored, -b, a), np.where(mirrored, -a, b)
    low = np.where(low < high, low, np.nan)
    inner = np.maximum(low, 0.0)
    return _Frame(low, high, inner, mirrored, _mass(low, high, inner)[0])


def _s(u: _F64, v: _F64) -> _F64:
    """S(u, v), 0 for v <= u: a difference of two tails, or a quadrature where they are nearly equal."""
    width = np.where(v <= u, 0.0, v - u)
    drop = np.where(width > 0.0, width * (0.5 * (u + v)), 0.0)
    tails = special.erfcx(u * math.sqrt(0.5)) - special.exp(-drop) * special.erfcx(v * math.sqrt(0.5))
    value = np.asarray(_TAIL * tails)
    narrow = drop < _NARROW
    if narrow.any():
        some, start = width[narrow], np.where(width > 0.0, u, 0.0)[narrow]
        nodes, weights = _rule(7)
        t = some[:, None] * nodes
        value[narrow] = some * (special.exp(-t * (start[:, None] + 0.5 * t)) * weights).sum(axis=-1)
    return value


def _mass(u: _F64, v: _F64, p: _F64) -> tuple[_F64, _F64]:
    """The mass from u to v is the first times e^-second, in units of e^(-p^2/2). NaN for NaN."""
    right, left = u >= 0.0, v <= 0.0
    inner = np.where(right, u, np.where(left, -v, 0.0))
    one_side = right | left
    value = _s(inner, np.where(left & ~right, -u, v)) if one_side.any() else np.zeros_like(inner)
    if not one_side.all():                  # 0 is between them, or one is NaN
        value = np.where(one_side, value, _TAIL * (special.erf(v * math.sqrt(0.5)) - special.erf(u * math.sqrt(0.5))))
    return value, 0.5 * (inner - p) * (inner + p)


def mass(u: Any, v: Any, a: Any, b: Any) -> _F64:
    """P(u < X <= v), for a <= u <= v <= b."""
    f = _frame(a, b)
    part, drop = _mass(np.where(f.mirrored, -v, u), np.where(f.mirrored, -u, v), f.p)
    return part * special.exp(-drop) / f.mass


def _side(x: _F64, f: _Frame, above: Any) -> tuple[_F64, _F64]:
    """The fraction of the mass above x in the frame, or below it; it is the first times e^-second."""
    x = np.where(np.isnan(x), np.nan, np.minimum(np.maximum(x, f.a), f.b))
    part, drop = _mass(np.where(above, x, f.a), np.where(above, f.b, x), f.p)
    return part / f.mass, drop


def cdf(x: Any, a: Any, b: Any, upper: bool = False) -> _F64:
    """P(X <= x), or P(X > x)."""
    f = _frame(a, b)
    part, drop = _side(f.point(x), f, f.mirrored ^ upper)
    return np.minimum(part * special.exp(-drop), 1.0)


def logcdf(x: Any, a: Any, b: Any, upper: bool = False) -> _F64:
    """Its logarithm: of the fraction, or of 1 less the rest."""
    f = _frame(a, b)
    part, drop = _side(f.point(x), f, f.mirrored ^ upper)
    value = special.log(part) - drop
    if (value > -0.7).any():
        rest, drop = _side(f.point(x), f, f.mirrored ^ (not upper))
        value = np.where(value > -0.7, special.log1p(-rest * special.exp(-drop)), value)
    return value


def _outside(x: _F64, f: _Frame) -> Any:
    return (x < f.a) | (x > f.b)


def logpdf(x: Any, a: Any, b: Any) -> _F64:
    f = _frame(a, b)
    x = f.point(x)
    value = -0.5 * (x - f.p) * (x + f.p) - special.log(f.mass)
    return np.where(_outside(x, f), -np.inf + 0.0 * f.mass, value)


def pdf(x: Any, a: Any, b: Any) -> _F64:
    f = _frame(a, b)
    x = f.point(x)
    value = special.exp(-0.5 * (x - f.p) * (x + f.p)) / f.mass
    return np.where(_outside(x, f), 0.0 * f.mass, value)


def _from_logcdf(logp: _F64) -> _F64:
    """The normal quantile of e^logp, logp <= log(1/2)."""
    x = np.asarray(normal.ppf(special.exp(logp)))
    far = logp < -700.0
    if far.any():
        target = logp[far]
        guess = -np.sqrt(-2.0 * target - math.log(2.0 * math.pi) - special.log(-2.0 * target))
        for _ in range(3):
            guess = guess - (normal.logcdf(guess) - target) / normal.logcdf_grad(guess)[0]
        x[far] = np.where(np.isinf(target), -np.inf, guess)
    return x


def ppf(q: Any, a: Any, b: Any, upper: bool = False) -> _F64:
    """The x with cdf(x) = q: from the normal quantile, on the side of x, and a step of Newton's method."""
    f = _frame(a, b)
    q = np.where((q >= 0.0) & (q <= 1.0), q, np.nan)
    mirror = f.mirrored ^ upper
    log_mass = special.log(f.mass) - 0.5 * f.p * f.p - 0.5 * math.log(2.0 * math.pi)
    one, rest = special.log(q), special.log1p(-q)
    below, above = np.where(mirror, rest, one), np.where(mirror, one, rest)
    half = math.log(0.5)
    lower = np.logaddexp(normal.logcdf(f.a), below + log_mass)
    left = lower <= half
    x = _from_logcdf(np.minimum(np.where(left, lower, np.logaddexp(normal.logsf(f.b), above + log_mass)), half))
    x = np.minimum(np.maximum(np.where(left, x, -x), f.a), f.b)
    # The step, on the side with less mass.
    near = below < half
    part, drop = _side(x, f, ~near)
    error = special.exp(np.where(near, below, above)) - part * special.exp(-drop)
    step = np.where(near, error, -error) * f.mass / special.exp(-0.5 * (x - f.p) * (x + f.p))
    x = np.where(np.abs(step) < 1.0, np.minimum(np.maximum(x + step, f.a), f.b), x)
    x = np.where(below == -np.inf, f.a, np.where(above == -np.inf, f.b, x))
    return f.point(np.where(np.isnan(q + f.a), np.nan, x))


def _nodes(a: _F64, b: _F64, order: int) -> Iterator[tuple[slice, _Frame, _F64, _F64]]:
    """For flat arrays of ends, blockwise: distances of the nodes from the inner end, and their weights, whose sum is the mass."""
    limit = 60.0 + 3.0 * order
    nodes, weights = _rule(20, 4)
    for start in range(0, a.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        f = _frame(a[block], b[block])
        right = np.minimum(f.b - f.p, 2.0 * limit / (f.p + np.sqrt(f.p * f.p + 2.0 * limit)))
        left = np.minimum(f.p - f.a, math.sqrt(2.0 * limit))
        t = np.concatenate([right[:, None] * nodes, -left[:, None] * nodes], axis=1)
        weight = np.concatenate([right[:, None] * weights, left[:, None] * weights], axis=1)
        yield block, f, t, weight * special.exp(-t * (f.p[:, None] + 0.5 * t))


def moments(a: Any, b: Any, order: int) -> list[_F64]:
    """Mean, then the central moments of second to last order (no fewer than the second)."""
    a, b = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(b, np.float64))
    found = np.empty((max(order, 2), a.size))
    for block, f, t, weight in _nodes(a.ravel(), b.ravel(), order):
        whole = weight.sum(axis=1)
        shift = (weight * t).sum(axis=1) / whole
        sign = np.where(f.mirrored, -1.0, 1.0)
        found[0, block] = sign * (f.p + shift)
        away = t - shift[:, None]
        for k in range(2, len(found) + 1):
            found[k - 1, block] = sign**k * (weight * away**k).sum(axis=1) / whole
    return [row.reshape(a.shape) for row in found]


def entropy(a: Any, b: Any) -> _F64:
    """-E[log f(X)]: the logarithm of the mass and the mean of what the exponential has."""
    a, b = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(b, np.float64))
    found = np.empty(a.size)
    for block, f, t, weight in _nodes(a.ravel(), b.ravel(), 0):
        found[block] = special.log(f.mass) + (weight * t * (f.p[:, None] + 0.5 * t)).sum(axis=1) / weight.sum(axis=1)
    return found.reshape(a.shape)
