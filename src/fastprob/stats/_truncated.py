"""The standard normal distribution between two ends, a < b, in float64.

Everything is made of S(u, v), the integral of e^-(u t + t^2/2) over t from 0 to v - u, for 0 <= u <= v: what is left of the
normal mass from u to v without the factor e^(-u^2/2). An interval that leans to the left is mirrored, so that its inner end
p = max(a, 0) has the largest density; masses are in units of e^(-p^2/2), and none of them underflows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastprob import normal, special

_F64: TypeAlias = NDArray[np.float64]

# Gauss and Legendre's nodes on [0, 1]. Twelve give an integral over a decrease by e^-0.7 to 2^-60, and twenty, in each of four
# panels, one over the whole decrease by e^-60 beside a power.
_NODES, _WEIGHTS = ((np.polynomial.legendre.leggauss(12)[k] + (1 - k)) / 2.0 for k in range(2))
_PANEL_NODES, _PANEL_WEIGHTS = ((np.polynomial.legendre.leggauss(20)[k] + (1 - k)) / 2.0 for k in range(2))
_SIDE_NODES = np.concatenate([(k + _PANEL_NODES) / 4.0 for k in range(4)])
_SIDE_WEIGHTS = np.tile(_PANEL_WEIGHTS / 4.0, 4)
_NARROW = 0.7
_BLOCK = 4096           # distributions at a time, whose moments take 160 nodes each


class _Frame(NamedTuple):
    """Points and ends after mirroring, the inner end, and where it was mirrored."""

    x: _F64
    a: _F64
    b: _F64
    p: _F64
    mirrored: NDArray[np.bool]


def _frame(x: Any, a: Any, b: Any) -> _Frame:
    """NaN unless a < b."""
    x, a, b = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in (x, a, b)))
    mirrored = a + b < 0.0
    low, high = np.where(mirrored, -b, a), np.where(mirrored, -a, b)
    low = np.where(low < high, low, np.nan)
    return _Frame(np.where(mirrored, -x, x), low, high, np.maximum(low, 0.0), mirrored)


def _s(u: _F64, v: _F64) -> _F64:
    """S(u, v): a difference of two tails, or a quadrature where they are nearly equal."""
    some = v > u
    u, width = np.where(some, u, 0.0), np.where(some, v - u, 0.0)
    drop = width * (0.5 * (u + np.where(some, v, 0.0)))
    tails = special.erfcx(u * math.sqrt(0.5)) - special.exp(-drop) * special.erfcx(v * math.sqrt(0.5))
    value = np.asarray(math.sqrt(0.5 * math.pi) * tails)
    narrow = drop < _NARROW
    if narrow.any():
        t = width[narrow][:, None] * _NODES
        value[narrow] = width[narrow] * (special.exp(-t * (u[narrow][:, None] + 0.5 * t)) * _WEIGHTS).sum(axis=-1)
    return np.where(np.isnan(v), np.nan, value)


def _mass(u: _F64, v: _F64, p: _F64) -> tuple[_F64, _F64]:
    """The mass from u to v is the first times e^-second, in units of e^(-p^2/2)."""
    right, left = u >= 0.0, v <= 0.0
    inner = np.where(right, u, np.where(left, -v, 0.0))
    outer = np.where(left & ~right, -u, v)
    value = _s(inner, outer) + _s(np.zeros_like(u), np.where(right | left, 0.0, -u))
    return np.where(np.isnan(u), np.nan, value), 0.5 * (inner - p) * (inner + p)


def _fraction(x: Any, a: Any, b: Any, upper: bool) -> tuple[_F64, _F64, _F64, _F64]:
    """The mass below x as a fraction, its complement, and for each the logarithm's share that underflows."""
    f = _frame(x, a, b)
    point = np.where(np.isnan(f.x), np.nan, np.minimum(np.maximum(f.x, f.a), f.b))
    whole, _ = _mass(f.a, f.b, f.p)
    below, below_drop = _mass(f.a, point, f.p)
    above, above_drop = _mass(point, f.b, f.p)
    swap = f.mirrored ^ upper
    one, other = np.where(swap, above, below) / whole, np.where(swap, below, above) / whole
    return one, np.where(swap, above_drop, below_drop), other, np.where(swap, below_drop, above_drop)


def mass(u: Any, v: Any, a: Any, b: Any) -> _F64:
    """P(u < X <= v), for a <= u <= v <= b."""
    f, g = _frame(u, a, b), _frame(v, a, b)
    part, drop = _mass(np.where(f.mirrored, g.x, f.x), np.where(f.mirrored, f.x, g.x), f.p)
    return part * special.exp(-drop) / _mass(f.a, f.b, f.p)[0]


def cdf(x: Any, a: Any, b: Any, upper: bool = False) -> _F64:
    """P(X <= x), or P(X > x)."""
    part, drop, _, _ = _fraction(x, a, b, upper)
    return np.minimum(part * special.exp(-drop), 1.0)


def logcdf(x: Any, a: Any, b: Any, upper: bool = False) -> _F64:
    """Its logarithm: of the mass, or of 1 less the rest."""
    part, drop, rest, rest_drop = _fraction(x, a, b, upper)
    rest = rest * special.exp(-rest_drop)
    return np.where(rest < 0.5, special.log1p(-rest), special.log(part) - drop)


def logpdf(x: Any, a: Any, b: Any) -> _F64:
    f = _frame(x, a, b)
    whole, _ = _mass(f.a, f.b, f.p)
    value = -0.5 * (f.x - f.p) * (f.x + f.p) - special.log(whole)
    return np.where((f.x < f.a) | (f.x > f.b), -np.inf + 0.0 * whole, value)


def pdf(x: Any, a: Any, b: Any) -> _F64:
    f = _frame(x, a, b)
    whole, _ = _mass(f.a, f.b, f.p)
    value = special.exp(-0.5 * (f.x - f.p) * (f.x + f.p)) / whole
    return np.where((f.x < f.a) | (f.x > f.b), 0.0 * whole, value)


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
    q, a, b = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in (q, a, b)))
    good = (a < b) & (q >= 0.0) & (q <= 1.0)
    f = _frame(0.0, np.where(good, a, 0.0), np.where(good, b, 1.0))
    share = np.where(good, q, 0.5)
    mirror = f.mirrored ^ upper
    whole, _ = _mass(f.a, f.b, f.p)
    log_whole = special.log(whole) - 0.5 * f.p * f.p - 0.5 * math.log(2.0 * math.pi)
    log_one, log_rest = special.log(share), special.log1p(-share)
    below, above = np.where(mirror, log_rest, log_one), np.where(mirror, log_one, log_rest)
    lower = np.logaddexp(normal.logcdf(f.a), below + log_whole)
    higher = np.logaddexp(normal.logsf(f.b), above + log_whole)
    half = math.log(0.5)
    x = np.where(lower <= half, _from_logcdf(np.minimum(lower, half)), -_from_logcdf(np.minimum(higher, half)))
    x = np.minimum(np.maximum(x, f.a), f.b)
    # The step, from the side with less mass. In the frame, where x - a is what counts.
    near = below < half
    error = np.where(near, special.exp(below) - cdf(x, f.a, f.b), cdf(x, f.a, f.b, upper=True) - special.exp(above))
    step = error / pdf(x, f.a, f.b)
    x = np.where(np.isfinite(step) & (np.abs(step) < 1.0), np.minimum(np.maximum(x + step, f.a), f.b), x)
    x = np.where(share == 0.0, np.where(mirror, f.b, f.a), np.where(share == 1.0, np.where(mirror, f.a, f.b), x))
    return np.where(good, np.where(f.mirrored, -x, x), np.nan)


def _nodes(a: _F64, b: _F64, order: int) -> Iterator[tuple[slice, _Frame, _F64, _F64]]:
    """For flat arrays of ends, blockwise: distances of the nodes from the inner end, and their weights, whose sum is the mass."""
    limit = 60.0 + 3.0 * order
    for start in range(0, a.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        f = _frame(0.0, a[block], b[block])
        right = np.minimum(f.b - f.p, 2.0 * limit / (f.p + np.sqrt(f.p * f.p + 2.0 * limit)))
        left = np.minimum(f.p - f.a, math.sqrt(2.0 * limit))
        t = np.concatenate([right[:, None] * _SIDE_NODES, -left[:, None] * _SIDE_NODES], axis=1)
        weight = np.concatenate([right[:, None] * _SIDE_WEIGHTS, left[:, None] * _SIDE_WEIGHTS], axis=1)
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
        whole, _ = _mass(f.a, f.b, f.p)
        found[block] = special.log(whole) + (weight * t * (f.p[:, None] + 0.5 * t)).sum(axis=1) / weight.sum(axis=1)
    return found.reshape(a.shape)
