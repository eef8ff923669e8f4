"""Tails of the gamma distribution, where SciPy's incomplete gamma functions lose digits: with shapes from 1e8 on all of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import special
from ._checks import Array
from ._doubled import two_product
from ._gammas import FAR, HALF_LOG_2PI, deviance, in_blocks, log1pmx, remainder
from ._scipy import scipy_special

LEAST = 20.0  # the shape from which on tails are computed here,
BEYOND = 4.5  # and standard deviations from the mean: within, SciPy's are right
POINTS, WEIGHTS = (20.0 * v for v in np.polynomial.legendre.leggauss(48))
POINTS = POINTS + 20.0  # on [0, 40]: e^-40 is nothing
STEPS = 8  # of Newton's method: SciPy's quantiles are up to a standard deviation off


def gamma_times(a: Any, b: Any, y: Array) -> Any:
    """a log(b y) - b y - log Gamma(a), the log density at y and log y, without their cancellation at large a."""
    p, e = two_product(b + 0.0 * y, y + 0.0 * b)
    off = deviance((a - p) - e, p)
    # Where the product underflows, or will, its digits are those of its logarithm
    off = np.where(p < 1 / FAR, a * (special.log(a) - special.log(b) - special.log(y)) - a + p, off)
    return 0.5 * special.log(a) - HALF_LOG_2PI - remainder(a) - off


def gamma_mass(a: Any, b: Any, y: Array, above: bool) -> Any:
    """P(Y > y), or P(Y <= y), for Y ~ Gamma(a, b), y >= 0."""
    s, p = scipy_special(), np.asarray(b * y)
    value = np.asarray((s.gammaincc if above else s.gammainc)(a, p))
    far = _is_far(a, p)
    if far.any():
        a, b, y, p = (np.broadcast_to(v, value.shape)[far] for v in (a, b, y, p))
        tail = special.exp(_log_tail(a, b, y)[0])
        value[far] = np.where((p > a) == above, tail, 1.0 - tail)
    return value


def gamma_quantile(a: Any, q: Array, above: bool) -> Any:
    """y with P(Y > y) = q, or P(Y <= y) = q, for Y ~ Gamma(a, 1)."""
    s = scipy_special()
    value = np.asarray((s.gammainccinv if above else s.gammaincinv)(a, q))
    far = _is_far(a, value)
    if far.any():
        a, q, y = (np.broadcast_to(v, value.shape)[far] for v in (a, q, value))
        right = y > a
        target = special.log(np.where(right == above, q, 1.0 - q))
        for _ in range(STEPS):
            log_mass, ratio = _log_tail(a, 1.0, y)
            change = (log_mass - target) * ratio
            y = y * special.exp(np.where(right, change, -change))
        value[far] = y
    return value


def _is_far(a: Any, p: Array) -> Any:
    return (a >= LEAST) & (np.abs(p - a) > BEYOND * np.sqrt(a)) & (p > 0) & (p < np.inf)


def _log_tail(a: Array, b: Any, y: Array) -> tuple[Any, Any]:
    """Logarithm of the mass beyond y as seen from the mean, and that mass over density and y."""
    ratio = _integral(a, b * y - a + 1.0)
    return gamma_times(a, b, y) + special.log(ratio), ratio


@in_blocks
def _integral(a: Array, d: Array) -> Array:
    """Of the density from x on, over density and x, d = x - a + 1. With steps of x t/d it is the integral of (1 + t/d)^(a-1)
    e^(-x t/d) / |d| over t: of e^-t times exp((a-1) (log(1 + t/d) - t/d)), by Gauss's rule."""
    shown = np.exp((a - 1.0)[:, None] * log1pmx(np.maximum(POINTS / d[:, None], -1.0)) - POINTS)
    return np.asarray(shown @ WEIGHTS / np.abs(d))
