"""Integrals of functions against a density, by SciPy's quad."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ._scipy import scipy_module

if TYPE_CHECKING:
    from ._kinds import Continuous

QUAD_OPTIONS = {
    "full_output", "epsabs", "epsrel", "limit", "points", "weight", "wvar", "wopts", "maxp1", "limlst", "complex_func",
}  # fmt: skip
_OF_X = {"points", "weight"}                        # options that are about x itself
_SHARES = np.array([1e-300, 1e-15, 0.01, 0.5])      # of the probability, from either end: between these, quad sees all there is
_APART = 0.01               # of a point and a limit, beside the spread: pieces that are narrower serve no purpose


class Limits(NamedTuple):
    """Limits of x, low <= high; the same at loc = 0, scale = 1; and the probability between them."""

    low: float
    high: float
    standard_low: float
    standard_high: float
    mass: float


def expectation(
    dist: Continuous, func: Callable[[float], Any], limits: Limits, values: Sequence[float], options: dict[str, Any]
) -> Any:
    """The integral of func times the density, over t, the distance from a limit at loc = 0, scale = 1, in units of the width.

    There, neither is a narrow piece rounded, nor a far or small one overlooked.
    """
    low, high, standard_low, standard_high, mass = limits
    if mass == 0.0:
        return np.float64(0.0)
    *shapes, loc, scale = values
    a, b = dist._ends(*shapes)
    between = a < standard_low and standard_high < b            # else one is exact as it is
    width = (high - low) / scale if between else standard_high - standard_low
    if math.isfinite(standard_low):
        place, origin, ends = low, standard_low, (0.0, width)
    elif math.isfinite(standard_high):
        place, origin, ends = high, standard_high, (-width, 0.0)
    else:
        origin, ends = float(dist._ppf(0.5, *shapes, 0.0, 1.0)), (-math.inf, math.inf)
        place = loc + scale * origin
    pdf, *functions = dist._about(origin, *shapes)
    inner = _quantiles(functions, ends, mass)
    unit, shift = _spread(inner, width), 0.0
    least = _APART * unit
    inside = np.unique(inner[(inner > ends[0] + least) & (inner < ends[1] - least)])
    if options.keys() & _OF_X:
        unit, shift = 1.0 / scale, place

    def weighted(y: float) -> Any:
        t = (y - shift) * unit
        density = float(pdf(t)) * unit
        if density == 0.0:
            return 0.0              # func(x) may be infinite so far out
        value = func(float(place + scale * t))
        with np.errstate(all="ignore"):
            return value * density

    return _integrate(weighted, [t / unit + shift for t in (ends[0], *map(float, inside), ends[1])], options)


def _quantiles(functions: Sequence[Callable[[Any], Any]], ends: tuple[float, float], mass: float) -> Any:
    """Where the shares of the probability between the ends are reached, from the side where there is less: ascending."""
    cdf, sf, ppf, isf = functions
    with np.errstate(all="ignore"):
        below = cdf(ends[0]) + mass * np.concatenate([_SHARES, 1.0 - _SHARES[::-1]])
        above = sf(ends[1]) + mass * np.concatenate([1.0 - _SHARES, _SHARES[::-1]])
        return np.where(below < above, ppf(np.minimum(below, 1.0)), isf(np.minimum(above, 1.0)))


def _spread(quantiles: Any, width: float) -> float:
    """From the first to the last percent."""
    spread = float(quantiles[-3] - quantiles[2])
    if 0.0 < spread < math.inf:
        return spread
    return width if 0.0 < width < math.inf else 1.0


def _integrate(function: Callable[[float], Any], points: Sequence[float], options: dict[str, Any]) -> Any:
    """The integral from the first point to the last, in pieces. It is SciPy that integrates."""
    quad = scipy_module("integrate", "expectations of a function").quad
    return np.asarray(sum(quad(function, low, high, **options)[0] for low, high in itertools.pairwise(points)))[()]
