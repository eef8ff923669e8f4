"""The normal distribution between two ends."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from fastprob import random as _random
from fastprob import special as _special
from fastprob import truncnormal as _truncnormal

from . import _fitting, _truncated
from ._arguments import Rule, real
from ._kinds import Continuous

_LEAST = 2.0**-960      # variance with all its digits


def _standardized(
    function: Callable[..., Any], with_scale: Callable[[Any, Any], Any] | None, x: Any, a: Any, b: Any, loc: Any, scale: Any
) -> Any:
    """A function of (x - loc)/scale, a and b, in the type of the arguments; `with_scale` puts scale into a density. NaN unless
    a < b and scale > 0."""
    if type(a) is type(b) is type(loc) is type(scale) is float and a < b and scale > 0.0:
        if loc == 0.0 and scale == 1.0:
            return function(x, a, b)
        if type(x) is float or x.dtype.char == "d":
            with np.errstate(all="ignore"):
                value = function((x - loc) / scale, a, b)
                return with_scale(value, scale) if with_scale else value
    dtype = np.result_type(x, a, b, loc, scale)
    with np.errstate(all="ignore"):
        x, a, b, loc, scale = (np.asarray(np.asarray(value, dtype), np.float64) for value in (x, a, b, loc, scale))
        scale = np.where((a < b) & (scale > 0.0), scale, np.nan)
        value = function((x - loc) / scale, a, b)
        return np.asarray(with_scale(value, scale) if with_scale else value).astype(dtype)[()]


def _placed(function: Callable[..., Any], q: Any, a: Any, b: Any, loc: Any, scale: Any) -> Any:
    """A quantile of the distribution between a and b, times scale and moved to loc. NaN unless a < b and scale > 0."""
    if type(a) is type(b) is type(loc) is type(scale) is float and a < b and scale > 0.0:
        if loc == 0.0 and scale == 1.0:
            return function(q, a, b)
        if type(q) is float or q.dtype.char == "d":
            with np.errstate(all="ignore"):
                return function(q, a, b) * scale + loc
    dtype = np.result_type(q, a, b, loc, scale)
    with np.errstate(all="ignore"):
        q, a, b, loc, scale = (np.asarray(np.asarray(value, dtype), np.float64) for value in (q, a, b, loc, scale))
        value = function(q, a, b) * np.where((a < b) & (scale > 0.0), scale, np.nan) + loc
        return value.astype(dtype)[()]


def _less_log(value: Any, scale: Any) -> Any:
    return value - _special.log(scale)


class Truncnorm(Continuous):
    """Normal distribution between two ends, `a` and `b` in units of scale from loc: loc + a scale < x < loc + b scale.

    With ends `low` and `high` in the units of x, a = (low - loc)/scale and b = (high - loc)/scale. The functions are those of
    fastprob.truncnormal, right at any distance and any width, of (x - loc)/scale as it is after rounding.

    >>> from fastprob.stats import truncnorm
    >>> truncnorm.cdf(14.0, 13.0, 15.0)
    np.float64(0.9999987259565642)
    >>> truncnorm.mean(40.0, [41.0, float("inf")])
    array([40.02496885, 40.02496885])
    >>> truncnorm(-1.0, 2.0, loc=10.0, scale=5.0).support()
    (np.float64(5.0), np.float64(20.0))
    """

    name = "truncnorm"
    shapes = "a, b"
    _pdf = staticmethod(functools.partial(_standardized, _truncnormal.pdf, np.divide))
    _logpdf = staticmethod(functools.partial(_standardized, _truncnormal.logpdf, _less_log))
    _cdf = staticmethod(functools.partial(_standardized, _truncnormal.cdf, None))
    _logcdf = staticmethod(functools.partial(_standardized, _truncnormal.logcdf, None))
    _sf = staticmethod(functools.partial(_standardized, _truncnormal.sf, None))
    _logsf = staticmethod(functools.partial(_standardized, _truncnormal.logsf, None))
    _ppf = staticmethod(functools.partial(_placed, _truncnormal.ppf))
    _isf = staticmethod(functools.partial(_placed, _truncnormal.isf))

    def _parameters(self, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> tuple[Any, ...]:
        return real(a, "a"), real(b, "b"), real(loc, "loc"), real(scale, "scale")

    def _rules(self, *values: Any) -> Iterator[Rule]:
        a, b, _, scale = values
        with np.errstate(all="ignore"):         # a Python number may be beyond float32
            ordered = a < b
        yield Rule("b", b, ordered, "> a")
        yield Rule("scale", scale, scale > 0.0, "> 0")

    def _ends(self, *shapes: Any) -> tuple[Any, Any]:
        return shapes[0], shapes[1]

    @staticmethod
    def _mean(a: Any, b: Any, loc: Any, scale: Any) -> Any:
        return _truncnormal.mean(a, b) * scale + loc

    @staticmethod
    def _var(a: Any, b: Any, loc: Any, scale: Any) -> Any:
        variance = _truncnormal.var(a, b)
        if np.all(known := variance >= _LEAST):
            return variance * scale * scale
        return np.where(known, variance * scale * scale, (_truncated.std(a, b) * scale) ** 2)

    @staticmethod
    def _std(a: Any, b: Any, loc: Any, scale: Any) -> Any:
        variance = _truncnormal.var(a, b)
        if np.all(known := variance >= _LEAST):
            return np.sqrt(variance) * scale
        return np.where(known, np.sqrt(variance), _truncated.std(a, b)) * scale

    @staticmethod
    def _skew(a: Any, b: Any, loc: Any, scale: Any) -> Any:
        return _truncated.skew_and_kurtosis(a, b)[0]

    @staticmethod
    def _kurtosis(a: Any, b: Any, loc: Any, scale: Any) -> Any:
        return _truncated.skew_and_kurtosis(a, b)[1]

    @staticmethod
    def _entropy(a: Any, b: Any, loc: Any, scale: Any) -> Any:
        return _truncnormal.entropy(a, b) + _special.log(scale)

    def _moment(self, n: int, *values: Any) -> Any:
        *_, loc, scale = values
        middle = self._mean(*values)
        if n < 2:
            return middle**n
        finite = np.isfinite(loc) & np.isfinite(scale)
        return np.where(finite, _truncated.moments(n, *values), middle**n)

    def _standard_draw(self, rng: Any, size: tuple[int, ...], *shapes: Any) -> Any:
        a, b = shapes
        if isinstance(rng, _random.Generator):
            return rng.truncnormal(a, b, 0.0, 1.0, size)
        return _truncnormal.ppf(rng.uniform(size=size), a, b)

    def _mass(self, low: float, high: float, *values: Any) -> Any:
        a, b, loc, scale = values
        first, last = a * scale + loc, b * scale + loc
        above = _truncnormal.sf(low, first, last, loc, scale) if low > first else 1.0
        return above * _truncnormal.cdf(high, low, last, loc, scale) if high < last else above      # a product does not cancel

    def _mean_between(self, low: float, high: float, *values: Any) -> Any:
        return _truncnormal.mean(low, high, *values[2:])

    def _about(self, origin: float, *shapes: float) -> list[Callable[[Any], Any]]:
        """By ends that are distances, too: far out these are all that is left of x."""
        given = {"low": shapes[0] - origin, "high": shapes[1] - origin, "loc": -origin}
        functions = (_truncnormal.pdf, _truncnormal.cdf, _truncnormal.sf, _truncnormal.ppf, _truncnormal.isf)
        return [functools.partial(function, **given) for function in functions]

    @staticmethod
    def _log_mass(low: Any, high: Any, a: Any, b: Any, loc: Any, scale: Any) -> Any:
        first, last = (np.clip((end - loc) / scale, a, b) for end in (low, high))
        inside = first < last
        first = np.where(inside, first, a)
        mass = _truncnormal.logsf(first, a, b) + _truncnormal.logcdf(last, first, b)
        return np.where(inside, mass, -np.inf)

    def _fit_start(self, data: Any, fixed: dict[int, Any]) -> list[float]:
        least, largest = float(data.min()), float(data.max())
        margin = 0.01 * (largest - least) or 1.0
        a, b, loc, scale = (fixed.get(k) for k in range(4))
        floor, ceiling = -math.inf if a is None else a, math.inf if b is None else b
        if scale is None:
            width = ceiling - floor
            scale = (largest - least + 2.0 * margin) / width if math.isfinite(width) else _spread(data)
            if loc is not None:
                scale = _nearest_scale(scale, least - loc, largest - loc, floor, ceiling)
        if loc is None:
            first, last = largest - ceiling * scale, least - floor * scale          # between which all data are inside
            if math.isinf(first) and math.isinf(last):
                loc = float(_fitting.average(data))
            elif math.isinf(first) or math.isinf(last):
                loc = first + margin if math.isinf(last) else last - margin
            else:
                loc = first / 2.0 + last / 2.0
        ends = (least - margin - loc) / scale if a is None else a, (largest + margin - loc) / scale if b is None else b
        return [*ends, loc, scale]


def _spread(data: Any) -> float:
    """Their standard deviation; 1 if it is 0."""
    return float(_fitting.deviation(data, _fitting.average(data))) or 1.0


def _nearest_scale(scale: float, below: float, above: float, a: float, b: float) -> float:
    """One with a scale <= below and above <= b scale, and if there are some, with a margin: else a scale may be anything."""
    first = max(below / a if a < 0.0 else 0.0, above / b if b > 0.0 else 0.0)
    last = min(below / a if a > 0.0 else math.inf, above / b if b < 0.0 else math.inf)
    if math.isinf(last):
        return max(scale, 1.01 * first)
    return scale if first < scale < last else first / 2.0 + last / 2.0
