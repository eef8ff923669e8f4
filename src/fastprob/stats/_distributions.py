"""The distributions, and one object of each."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from fastprob import bernoulli as _bernoulli
from fastprob import logistic as _logistic
from fastprob import normal as _normal
from fastprob import random as _random
from fastprob import special as _special
from fastprob import truncnormal as _truncnormal
from fastprob import uniform as _uniform

from . import _fitting
from ._arguments import Rule, real
from ._kinds import Continuous, Discrete
from ._truncnorm import Truncnorm

_NARROW = 2.0           # of an interval of the logistic distribution, in units of scale
_NODES, _WEIGHTS = (
    part * 0.5 + move for part, move in zip(np.polynomial.legendre.leggauss(20), (0.5, 0.0), strict=True)
)      # Gauss and Legendre's on [0, 1], right to 2^-60 there


class LocationScale(Continuous):
    """A distribution without shape parameters."""

    def _parameters(self, loc: Any = 0.0, scale: Any = 1.0) -> tuple[Any, ...]:
        return real(loc, "loc"), real(scale, "scale")

    def _rules(self, *values: Any) -> Iterator[Rule]:
        scale = values[-1]
        yield Rule("scale", scale, scale > 0.0, "> 0")


class Norm(LocationScale):
    """Normal distribution: `loc` is the mean, `scale` the standard deviation.

    f(x) = e^(-z^2/2)/(scale sqrt(2 pi)) with z = (x - loc)/scale. The functions are those of fastprob.normal: at most 2 ULP.

    >>> from fastprob.stats import norm
    >>> norm.cdf(1.0, loc=0.0, scale=2.0)
    np.float64(0.6914624612740131)
    >>> norm.fit([1.0, 2.0, 6.0])
    (np.float64(3.0), np.float64(2.160246899469287))
    """

    name = "norm"
    _pdf = staticmethod(_normal.pdf)
    _logpdf = staticmethod(_normal.logpdf)
    _cdf = staticmethod(_normal.cdf)
    _logcdf = staticmethod(_normal.logcdf)
    _sf = staticmethod(_normal.sf)
    _logsf = staticmethod(_normal.logsf)
    _ppf = staticmethod(_normal.ppf)
    _isf = staticmethod(_normal.isf)
    _log_mass = staticmethod(_normal.log_interval_mass)
    _log_concave = _normal
    _mean = staticmethod(_normal.mean)
    _var = staticmethod(_normal.var)
    _std = staticmethod(_normal.std)
    _skew = staticmethod(_normal.skew)
    _kurtosis = staticmethod(_normal.kurtosis)
    _entropy = staticmethod(_normal.entropy)

    def _standard_moments(self, order: int, *shapes: Any) -> tuple[Any, Sequence[Any]]:
        return 0.0, [0.0 if k % 2 else float(math.prod(range(1, k, 2))) for k in range(order + 1)]

    def _standard_draw(self, rng: Any, size: tuple[int, ...], *shapes: Any) -> Any:
        return rng.standard_normal(size)

    def _mass(self, low: float, high: float, *values: Any) -> Any:
        return _normal.interval_mass(low, high, *values)

    def _mean_between(self, low: float, high: float, *values: Any) -> Any:
        return _truncnormal.mean(low, high, *values)

    def _fit_mle(self, data: Any, loc: Any, scale: Any) -> tuple[Any, Any]:
        middle = _fitting.average(data) if loc is None else loc
        return middle, _fitting.deviation(data, middle) if scale is None else scale


def _tangent_numbers(n: int) -> list[int]:
    """T_1 = 1, T_2 = 2, T_3 = 16, ... to the n-th: tan x = sum of T_k x^(2k - 1)/(2k - 1)!"""
    numbers = [math.factorial(k) for k in range(n)]
    for k in range(1, n):
        for j in range(k, n):
            numbers[j] = (j - k) * numbers[j - 1] + (j - k + 2) * numbers[j]
    return numbers


class Logistic(LocationScale):
    """Logistic distribution with mean `loc` and variance pi^2 scale^2/3.

    f(x) = e^-z/(scale (1 + e^-z)^2) with z = (x - loc)/scale. The functions are those of fastprob.logistic: at most 2 ULP.

    >>> from fastprob.stats import logistic
    >>> logistic.logcdf([-1000.0, 40.0])
    array([-1.00000000e+03, -4.24835426e-18])
    """

    name = "logistic"
    _pdf = staticmethod(_logistic.pdf)
    _logpdf = staticmethod(_logistic.logpdf)
    _cdf = staticmethod(_logistic.cdf)
    _logcdf = staticmethod(_logistic.logcdf)
    _sf = staticmethod(_logistic.sf)
    _logsf = staticmethod(_logistic.logsf)
    _ppf = staticmethod(_logistic.ppf)
    _isf = staticmethod(_logistic.isf)
    _log_mass = staticmethod(_logistic.log_interval_mass)
    _log_concave = _logistic
    _mean = staticmethod(_logistic.mean)
    _var = staticmethod(_logistic.var)
    _std = staticmethod(_logistic.std)
    _skew = staticmethod(_logistic.skew)
    _kurtosis = staticmethod(_logistic.kurtosis)
    _entropy = staticmethod(_logistic.entropy)

    def _standard_moments(self, order: int, *shapes: Any) -> tuple[Any, Sequence[Any]]:
        moments = [1.0] + [0.0] * order
        for k, tangent in enumerate(_tangent_numbers(order // 2), start=1):         # pi^2k (4^k - 2) |B_2k|
            moments[2 * k] = (4**k - 2) * 2 * k * tangent / (4**k * (4**k - 1)) * math.pi ** (2 * k)
        return 0.0, moments

    def _standard_draw(self, rng: Any, size: tuple[int, ...], *shapes: Any) -> Any:
        return rng.logistic(0.0, 1.0, size)

    def _mass(self, low: float, high: float, *values: Any) -> Any:
        return _logistic.interval_mass(low, high, *values)

    def _mean_between(self, low: float, high: float, *values: Any) -> Any:
        loc, scale = values
        first, last, width = (low - loc) / scale, (high - loc) / scale, (high - low) / scale
        if width <= _NARROW:                    # where the closed form cancels
            density = np.exp(_logistic.logpdf(first + width * _NODES) - _logistic.logpdf(first))
            return low + (high - low) * ((_WEIGHTS * density) @ _NODES / (_WEIGHTS @ density))

        def before(x: Any) -> Any:
            """E[X; X < x] at loc = 0, scale = 1"""
            size = abs(x)
            return 0.0 if math.isinf(size) else -(size * _logistic.sf(size) + _special.softplus(-size))

        return loc + scale * ((before(last) - before(first)) / _logistic.interval_mass(first, last))

    def _fit_mle(self, data: Any, loc: Any, scale: Any) -> tuple[Any, Any]:
        return _fitting.fit_logistic(data, loc, scale)


def _moved(x: Any, loc: Any) -> Any:
    """x - loc"""
    if type(loc) is float and loc == 0.0:
        return x
    with np.errstate(all="ignore"):
        return x - loc


def _density(function: Callable[..., Any], x: Any, loc: Any, scale: Any) -> Any:
    """The density of the uniform distribution, or its logarithm: x - loc, rounded, and scale decide whether x is inside, as in
    SciPy. So high is, where scale was computed as high - loc."""
    return function(_moved(x, loc), 0.0, scale)


def _distances(x: Any, loc: Any, scale: Any) -> tuple[Any, Any, Any]:
    """x - loc; loc + scale - x but for the last digits of x - loc; and with them."""
    below = x - loc
    rounded = below - x
    lost = (x - (below - rounded)) - (loc + rounded)
    above = scale - below
    return below, above, above - lost


def _within(function: Callable[..., Any], mirror: Callable[..., Any], x: Any, loc: Any, scale: Any) -> Any:
    """A distribution function of the uniform distribution on [loc, loc + scale]; mirror is that of loc + scale - x on [0, scale].

    Where loc + scale is a number, it is function(x, loc, loc + scale). Where that would be rounded, both distances of x from the
    ends are computed, each to its last digit, and the nearer end decides.
    """
    if type(loc) is type(scale) is float and scale > 0.0:
        high = loc + scale
        exact = high - loc == scale and high - scale == loc
        if exact and (type(x) is float or x.dtype.char == "d"):
            return function(x, loc, high)
        if type(x) is float:
            below, rest, above = _distances(x, loc, scale)
            above = above if above == above else rest
            return function(below, 0.0, scale) if below <= above else mirror(above, 0.0, scale)
    dtype = np.result_type(x, loc, scale)
    with np.errstate(all="ignore"):
        loc, scale = np.asarray(loc, dtype), np.asarray(scale, dtype)
        high = loc + scale
        if np.all((scale > 0.0) & (high - loc == scale) & (high - scale == loc)):
            return function(np.asarray(x, dtype), loc, high)
        x, loc, scale = (np.asarray(value, np.float64) for value in (x, loc, scale))
        scale = np.where(scale > 0.0, scale, np.nan)
        below, rest, above = _distances(x, loc, scale)
        above = np.where(above == above, above, rest)
        value = np.where(below <= above, function(below, 0.0, scale), mirror(above, 0.0, scale))
        return value.astype(dtype)[()]


def _between(function: Callable[..., Any], q: Any, loc: Any, scale: Any) -> Any:
    """loc + scale times a quantile of the uniform distribution on [0, 1]; NaN unless scale > 0."""
    with np.errstate(all="ignore"):
        if type(loc) is type(scale) is float and scale > 0.0:
            return function(q) * scale + loc
        return np.asarray(function(q) * np.where(np.greater(scale, 0.0), scale, np.nan) + loc, np.result_type(q, loc, scale))[()]


def _from_zero(formula: Callable[[Any, Any], Any], _: Any, scale: Any) -> Any:
    """A moment of the uniform distribution that does not depend on loc, by the formula of its ends."""
    return formula(0.0, scale)


class Uniform(LocationScale):
    """Uniform distribution on [loc, loc + scale], both ends inside.

    The functions are those of fastprob.uniform. Where loc + scale is no floating-point number, they are of the exact sum.

    >>> from fastprob.stats import uniform
    >>> uniform.pdf([1.0, 3.0, 3.5], loc=1.0, scale=2.0)
    array([0.5, 0.5, 0. ])
    >>> uniform.sf(0.3, loc=0.1, scale=0.2)               # as they stand, 0.3 is below the sum of 0.1 and 0.2
    np.float64(1.3877787807814457e-16)
    """

    name = "uniform"
    a = 0.0
    b = 1.0
    _pdf = staticmethod(functools.partial(_density, _uniform.pdf))
    _logpdf = staticmethod(functools.partial(_density, _uniform.logpdf))
    _cdf = staticmethod(functools.partial(_within, _uniform.cdf, _uniform.sf))
    _logcdf = staticmethod(functools.partial(_within, _uniform.logcdf, _uniform.logsf))
    _sf = staticmethod(functools.partial(_within, _uniform.sf, _uniform.cdf))
    _logsf = staticmethod(functools.partial(_within, _uniform.logsf, _uniform.logcdf))
    _ppf = staticmethod(functools.partial(_between, _uniform.ppf))
    _isf = staticmethod(functools.partial(_between, _uniform.isf))

    _var = staticmethod(functools.partial(_from_zero, _uniform.var))
    _std = staticmethod(functools.partial(_from_zero, _uniform.std))
    _skew = staticmethod(functools.partial(_from_zero, _uniform.skew))
    _kurtosis = staticmethod(functools.partial(_from_zero, _uniform.kurtosis))
    _entropy = staticmethod(functools.partial(_from_zero, _uniform.entropy))

    @staticmethod
    def _mean(loc: Any, scale: Any) -> Any:
        return loc + _uniform.mean(0.0, scale)

    def _moment(self, n: int, *values: Any) -> Any:
        loc, scale = values
        return super()._moment(n, loc, np.where(scale < np.inf, scale, np.nan))

    def _standard_moments(self, order: int, *shapes: Any) -> tuple[Any, Sequence[Any]]:
        return 0.5, [0.0 if k % 2 else 0.5**k / (k + 1) for k in range(order + 1)]

    def _standard_draw(self, rng: Any, size: tuple[int, ...], *shapes: Any) -> Any:
        return rng.uniform(0.0, 1.0, size)

    def _mass(self, low: float, high: float, *values: Any) -> Any:
        loc, scale = values
        return (high - low) / scale if high < loc + scale else self._sf(low, loc, scale)

    def _mean_between(self, low: float, high: float, *values: Any) -> Any:
        return low / 2.0 + high / 2.0

    @staticmethod
    def _log_mass(low: Any, high: Any, loc: Any, scale: Any) -> Any:
        return _uniform.log_interval_mass(low - loc, high - loc, 0.0, scale)

    def _fit_start(self, data: Any, fixed: dict[int, Any]) -> list[float]:
        margin = 0.1 * (data.max() - data.min()) or 1.0
        low, high = data.min() - margin, data.max() + margin
        if 1 in fixed:
            return [fixed.get(0, (low + high - fixed[1]) / 2.0), fixed[1]]
        return [fixed.get(0, low), high - fixed.get(0, low)]

    def _fit_mle(self, data: Any, loc: Any, scale: Any) -> tuple[Any, Any]:
        low, high = float(data.min()), float(data.max())
        if loc is not None:
            if low < loc:
                raise ValueError(f"data: the least is {low}, below floc = {loc}")
            return float(loc), high - float(loc)
        if scale is not None:
            if high - low > scale:
                raise ValueError(f"data: they spread over {high - low}, more than fscale = {scale}")
            return low - 0.5 * (float(scale) - (high - low)), float(scale)
        return low, high - low


def _uncertain(p: Any) -> Any:
    """NaN for 0 and 1, where SciPy knows no skewness and no kurtosis."""
    return np.where((p > 0.0) & (p < 1.0), p, np.nan)


def _moved_up(k: Any, q: Any, p: Any, loc: Any) -> Any:
    """k + loc, in the type of the arguments that k was made of."""
    with np.errstate(all="ignore"):
        return (k + loc).astype(np.result_type(q, p, loc))


class Bernoulli(Discrete):
    """Bernoulli distribution: 1 + loc with probability `p`, else loc.

    The functions are those of fastprob.bernoulli: at most 2 ULP, nothing clamped.

    >>> from fastprob.stats import bernoulli
    >>> bernoulli.logpmf(0, 1e-20)
    np.float64(-1e-20)
    >>> bernoulli.ppf([0.0, 0.75, 0.76], 0.25)
    array([-1.,  0.,  1.])
    """

    name = "bernoulli"
    shapes = "p"
    a = 0
    b = 1

    def _parameters(self, p: Any, loc: Any = 0.0) -> tuple[Any, ...]:
        return real(p, "p"), real(loc, "loc")

    def _rules(self, *values: Any) -> Iterator[Rule]:
        p = values[0]
        yield Rule("p", p, (p >= 0.0) & (p <= 1.0), "from 0 to 1")

    @staticmethod
    def _pmf(k: Any, p: Any, loc: Any) -> Any:
        return _bernoulli.pmf(_moved(k, loc), p)

    @staticmethod
    def _logpmf(k: Any, p: Any, loc: Any) -> Any:
        return _bernoulli.logpmf(_moved(k, loc), p)

    @staticmethod
    def _cdf(k: Any, p: Any, loc: Any) -> Any:
        return _bernoulli.cdf(_moved(k, loc), p)

    @staticmethod
    def _sf(k: Any, p: Any, loc: Any) -> Any:
        return _bernoulli.sf(_moved(k, loc), p)

    @staticmethod
    def _logcdf(k: Any, p: Any, loc: Any) -> Any:
        return _log_of_step(_bernoulli.cdf, 0.0, _moved(k, loc), p)

    @staticmethod
    def _logsf(k: Any, p: Any, loc: Any) -> Any:
        return _log_of_step(_bernoulli.sf, 1.0, _moved(k, loc), p)

    @staticmethod
    def _ppf(q: Any, p: Any, loc: Any) -> Any:
        return _moved_up(_bernoulli.ppf(q, p) - np.equal(q, 0.0), q, p, loc)

    @staticmethod
    def _isf(q: Any, p: Any, loc: Any) -> Any:
        return _moved_up(_bernoulli.isf(q, p) - np.equal(q, 1.0), q, p, loc)

    @staticmethod
    def _mean(p: Any, loc: Any) -> Any:
        return _bernoulli.mean(p) + loc

    @staticmethod
    def _var(p: Any, loc: Any) -> Any:
        return _bernoulli.var(p)

    @staticmethod
    def _std(p: Any, loc: Any) -> Any:
        return _bernoulli.std(p)

    @staticmethod
    def _skew(p: Any, loc: Any) -> Any:
        return _bernoulli.skew(_uncertain(p))

    @staticmethod
    def _kurtosis(p: Any, loc: Any) -> Any:
        return _bernoulli.kurtosis(_uncertain(p))

    @staticmethod
    def _entropy(p: Any, loc: Any) -> Any:
        return _bernoulli.entropy(p)

    def _moment(self, n: int, *values: Any) -> Any:
        p, loc = values
        chances = zip((1.0 - p, p), (loc**n, (loc + 1.0) ** n), strict=True)
        return sum(np.where(chance == 0.0, 0.0, chance * power) for chance, power in chances)      # a power may be infinite

    def _standard_draw(self, rng: Any, size: tuple[int, ...], *shapes: Any) -> Any:
        (p,) = shapes
        return rng.bernoulli(p, size) if isinstance(rng, _random.Generator) else rng.binomial(1, p, size)

    def support(self, *args: ArrayLike, **kwds: ArrayLike) -> tuple[Any, Any]:
        low, high = super().support(*args, **kwds)
        if np.asarray(self._given_loc(args, kwds)).dtype.kind == "f" or not (np.abs(low) < 2.0**63).all():
            return low, high
        return np.asarray(low, np.int64)[()], np.asarray(high, np.int64)[()]

    support.__doc__ = Discrete.support.__doc__


def _log_of_step(step: Callable[..., Any], outcome: float, k: Any, p: Any) -> Any:
    """The logarithm of a distribution function that for 0 <= k < 1 is the probability of an outcome."""
    value = _special.log(step(k, p))
    inside = np.greater_equal(k, 0.0) & np.less(k, 1.0)
    return np.where(inside, _bernoulli.logpmf(outcome, p), value).astype(value.dtype)[()]


norm = Norm()
logistic = Logistic()
uniform = Uniform()
bernoulli = Bernoulli()
truncnorm = Truncnorm()
