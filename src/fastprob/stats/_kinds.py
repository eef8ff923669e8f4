"""What continuous distribution objects have in common, and discrete ones."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import _arguments, _fitting, _integrals
from ._arguments import real
from ._base import Distribution
from ._censored import censored
from ._frozen import FrozenContinuous, FrozenDiscrete


def _with(function: Callable[..., Any], values: tuple[float, ...], x: Any) -> Any:
    return function(x, *values)


class Continuous(Distribution):
    """A distribution with a density; it is located by `loc` and scaled by `scale`."""

    _pdf: Callable[..., Any]
    _logpdf: Callable[..., Any]
    _log_mass: Callable[..., Any]       # log P(low < X < high), for low < high
    _log_concave: Any = None            # of a density without shapes that is smooth and log-concave: its functions' module

    def freeze(self, *args: ArrayLike, **kwds: ArrayLike) -> FrozenContinuous:
        return FrozenContinuous(self, *args, **kwds)

    freeze.__doc__ = Distribution.freeze.__doc__

    def __call__(self, *args: ArrayLike, **kwds: ArrayLike) -> FrozenContinuous:
        """The distribution with its parameters fixed; the same as freeze."""
        return self.freeze(*args, **kwds)

    def _logdensity(self, x: Any, *values: Any) -> Any:
        return self._logpdf(x, *values)

    def pdf(self, x: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Density, in units of 1/scale; 0 outside the support.

        >>> from fastprob.stats import norm
        >>> norm.pdf([0.0, 1.0, 38.5])
        array([3.98942280e-001, 2.41970725e-001, 5.43472210e-323])
        """
        return self._pdf(real(x, "x"), *self._parameters(*args, **kwds))

    def logpdf(self, x: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Logarithm of the density, in nats; -inf outside the support.

        >>> from fastprob.stats import norm
        >>> norm.logpdf(3.0, loc=0.5, scale=2.0)
        np.float64(-2.393335713764618)
        """
        return self._logpdf(real(x, "x"), *self._parameters(*args, **kwds))

    def cdf(self, x: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Distribution function, P(X <= x).

        >>> from fastprob.stats import norm
        >>> norm.cdf([-38.0, 0.0], loc=0.0, scale=1.0)
        array([2.88542835e-316, 5.00000000e-001])
        """
        return self._cdf(real(x, "x"), *self._parameters(*args, **kwds))

    def logcdf(self, x: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Logarithm of cdf, in nats; right where cdf is 0 or 1.

        >>> from fastprob.stats import norm
        >>> norm.logcdf([-1000.0, 8.0])
        array([-5.00007827e+05, -6.22096057e-16])
        """
        return self._logcdf(real(x, "x"), *self._parameters(*args, **kwds))

    def sf(self, x: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Survival function, P(X > x) = 1 - cdf, without the difference from 1.

        >>> from fastprob.stats import logistic
        >>> logistic.sf(745.0)
        np.float64(5e-324)
        """
        return self._sf(real(x, "x"), *self._parameters(*args, **kwds))

    def logsf(self, x: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Logarithm of sf, in nats.

        >>> from fastprob.stats import uniform
        >>> uniform.logsf(1e-20)
        np.float64(-1e-20)
        """
        return self._logsf(real(x, "x"), *self._parameters(*args, **kwds))

    def _mass(self, low: float, high: float, *values: Any) -> Any:
        """P(low < X < high), for low < high inside the support."""
        raise NotImplementedError

    def _mean_between(self, low: float, high: float, *values: Any) -> Any:
        """E[X | low < X < high], for low < high inside the support, but for rounding beyond them."""
        raise NotImplementedError

    def _about(self, origin: float, *shapes: float) -> list[Callable[[Any], Any]]:
        """pdf, cdf, sf, ppf and isf of the distance from an origin, at loc = 0, scale = 1."""
        functions = (self._pdf, self._cdf, self._sf, self._ppf, self._isf)
        return [functools.partial(_with, function, (*shapes, -origin, 1.0)) for function in functions]

    def expect(
        self,
        func: Callable[[float], Any] | None = None,
        args: tuple[Any, ...] = (),
        loc: float = 0.0,
        scale: float = 1.0,
        lb: float | None = None,
        ub: float | None = None,
        conditional: bool = False,
        **kwds: Any,
    ) -> Any:
        """E[func(X); lb < X < ub], for one set of parameters.

        Parameters
        ----------
        func : callable, optional
            Of one float. None for X itself, in closed form; else it is integrated by scipy.integrate.quad, between quantiles;
            it is not called where the density is 0.
        args : tuple
            Shape parameters.
        loc, scale : float
        lb, ub : float, optional
            Limits; those of the support by default. What lies beyond the support counts nothing.
        conditional : bool
            Divided by P(lb < X < ub).
        **kwds
            For scipy.integrate.quad.

        Returns
        -------
        expect : np.float64, or complex128 with complex_func=True

        Raises
        ------
        ImportError
            If SciPy is needed and not installed.

        Examples
        --------
        >>> from fastprob.stats import norm
        >>> norm.expect(loc=1.0, scale=2.0, lb=1.0)                    # 1/2 + 2/sqrt(2 pi)
        np.float64(1.2978845608028655)
        >>> round(float(norm.expect(lambda x: x**2, loc=1.0, scale=2.0)), 10)
        5.0
        """
        unknown = kwds.keys() - _integrals.QUAD_OPTIONS
        if unknown:
            raise TypeError(f"{self!r}.expect: unknown arguments {', '.join(sorted(unknown))}")
        _arguments.check_integrand(func, args)
        values = self._single(*args, loc=loc, scale=scale)
        if not np.all(_arguments.valid(values, self._rules(*values))):
            return np.float64(np.nan)
        first, last = (float(end) for end in self.support(*values))
        lower = first if lb is None else _arguments.single(lb, "lb")
        upper = last if ub is None else _arguments.single(ub, "ub")
        if math.isnan(lower) or math.isnan(upper):
            return np.float64(np.nan)
        low, high = (min(max(end, first), last) for end in (lower, upper))
        sign = -1.0 if low > high else 1.0
        low, high = (high, low) if sign < 0.0 else (low, high)
        with np.errstate(all="ignore"):
            whole = lower <= first and upper >= last
            mass = 1.0 if whole else float(self._mass(low, high, *values)) if low != high else 0.0
            if func is None:
                mean = self._mean(*values) if whole else min(max(float(self._mean_between(low, high, *values)), low), high)
                known = mean if mass > 0.0 else math.nan
                return np.float64(known if conditional else sign * mass * mean if mass else 0.0)
            ends = self._standard_limits(low, high, first, last, *values)
        total = sign * _integrals.expectation(self, func, _integrals.Limits(low, high, *ends, mass), values, kwds)
        with np.errstate(all="ignore"):
            return total / (sign * mass) if conditional else total

    def _standard_limits(self, low: float, high: float, first: float, last: float, *values: Any) -> tuple[float, float]:
        """The limits at loc = 0, scale = 1; those of the support as they are there."""
        *shapes, loc, scale = values
        a, b = self._ends(*shapes)
        return a if low == first else max((low - loc) / scale, a), b if high == last else min((high - loc) / scale, b)

    def fit(self, data: ArrayLike, *args: Any, **kwds: Any) -> tuple[Any, ...]:
        """Parameters that fit data best.

        Parameters
        ----------
        data : array_like or scipy.stats.CensoredData
            Finite numbers; they count as one sample, whatever their shape.
        *args, loc, scale
            Where to start from, for truncnorm; norm, logistic and uniform need no start and take no shapes.
        floc, fscale, f0, f1, ... : float
            Parameters to hold fixed; shapes by number or by name (`fa`, `fix_a`).
        method : "MLE" or "MM"
            Maximum likelihood, or the method of moments: as many moments as are free parameters.
        optimizer : str or callable
            Of scipy.optimize or like its `fmin`; for truncnorm, and uniform with censored data.

        Returns
        -------
        parameters : tuple
            Shapes, loc, scale.

        Raises
        ------
        ValueError
            If data is empty, not finite or impossible with what is fixed, if all is fixed, for an unknown method, and for
            moments of censored data.
        TypeError
            For unknown arguments.
        RuntimeError
            If no parameters are found under which all data are possible, or the likelihood of censored data has no maximum.

        Notes
        -----
        norm: mean and standard deviation. uniform: the data's ends. logistic: Newton's method. truncnorm: scipy.optimize.
        Censored data: scipy.optimize, for norm and logistic by the gradient of a concave function. In float64 throughout.

        Examples
        --------
        >>> from fastprob.stats import norm, uniform
        >>> loc, scale = norm.fit([1.0, 2.0, 3.0], floc=0.0)
        >>> round(float(scale), 6)
        2.160247
        >>> uniform.fit([2.0, 2.5, 13.0])
        (2.0, 11.0)
        """
        with np.errstate(all="ignore"):
            found = censored(data)
            if found is not None and len(found.known) == found.size():
                data, found = found.known, None
            return _fitting.fit(self, _arguments.finite_data(data) if found is None else found, args, kwds)

    def _fit_mle(self, data: Any, loc: Any, scale: Any) -> tuple[Any, Any]:
        """loc and scale; what is not None is fixed."""
        raise NotImplementedError

    def _fit_start(self, data: Any, fixed: dict[int, Any]) -> list[float]:
        """All parameters, near enough for a search; with shapes alone."""
        raise NotImplementedError

    def fit_loc_scale(self, data: ArrayLike, *args: ArrayLike) -> tuple[Any, Any]:
        """loc and scale for which mean and variance are those of data, with shapes given.

        As in SciPy, 0 and 1 come in place of what is not finite, or of a scale of 0.

        >>> from fastprob.stats import logistic
        >>> loc, scale = logistic.fit_loc_scale([1.0, 2.0, 3.0])
        >>> float(loc), round(float(scale), 6)
        (2.0, 0.450158)
        """
        return _fitting.moments_loc_scale(_arguments.finite_data(data), *self.stats(*args, moments="mv"))


class Discrete(Distribution):
    """A distribution on integers, moved by `loc`."""

    _scaled = False
    _pmf: Callable[..., Any]
    _logpmf: Callable[..., Any]

    def freeze(self, *args: ArrayLike, **kwds: ArrayLike) -> FrozenDiscrete:
        return FrozenDiscrete(self, *args, **kwds)

    freeze.__doc__ = Distribution.freeze.__doc__

    def __call__(self, *args: ArrayLike, **kwds: ArrayLike) -> FrozenDiscrete:
        """The distribution with its parameters fixed; the same as freeze."""
        return self.freeze(*args, **kwds)

    def _logdensity(self, x: Any, *values: Any) -> Any:
        return self._logpmf(x, *values)

    def _given_loc(self, args: tuple[Any, ...], kwds: dict[str, Any]) -> Any:
        """loc, of the type that it was given in."""
        return kwds.get("loc", args[self.numargs] if len(args) > self.numargs else 0)

    def pmf(self, k: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Probability of k; 0 outside the support.

        >>> from fastprob.stats import bernoulli
        >>> bernoulli.pmf([0, 1, 2], 0.25)
        array([0.75, 0.25, 0.  ])
        """
        return self._pmf(real(k, "k"), *self._parameters(*args, **kwds))

    def logpmf(self, k: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Logarithm of the probability of k, in nats; -inf outside the support.

        >>> from fastprob.stats import bernoulli
        >>> bernoulli.logpmf([0, 1], 1e-300)
        array([-1.00000000e-300, -6.90775528e+002])
        """
        return self._logpmf(real(k, "k"), *self._parameters(*args, **kwds))

    def cdf(self, k: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Distribution function, P(K <= k).

        >>> from fastprob.stats import bernoulli
        >>> bernoulli.cdf([-1, 0, 1], 0.25)
        array([0.  , 0.75, 1.  ])
        """
        return self._cdf(real(k, "k"), *self._parameters(*args, **kwds))

    def logcdf(self, k: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Logarithm of cdf, in nats.

        >>> from fastprob.stats import bernoulli
        >>> bernoulli.logcdf(0, 1e-20)
        np.float64(-1e-20)
        """
        return self._logcdf(real(k, "k"), *self._parameters(*args, **kwds))

    def sf(self, k: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Survival function, P(K > k).

        >>> from fastprob.stats import bernoulli
        >>> bernoulli.sf([-1, 0, 1], 0.25)
        array([1.  , 0.25, 0.  ])
        """
        return self._sf(real(k, "k"), *self._parameters(*args, **kwds))

    def logsf(self, k: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Logarithm of sf, in nats.

        >>> from fastprob.stats import bernoulli
        >>> bernoulli.logsf(0, 1e-300)
        np.float64(-690.7755278982137)
        """
        return self._logsf(real(k, "k"), *self._parameters(*args, **kwds))

    def rvs(self, *args: Any, random_state: Any = None, **kwds: Any) -> Any:
        draws = super().rvs(*args, random_state=random_state, **kwds)
        if not np.isfinite(draws).all():
            raise ValueError(f"{self!r}.rvs: loc must be finite, got {self._given_loc(args, kwds)}")
        if draws.ndim and not ((draws >= -(2.0**63)) & (draws < 2.0**63)).all():
            raise ValueError(f"{self!r}.rvs: int64 must hold loc and loc + 1, got loc = {self._given_loc(args, kwds)}")
        return draws.astype(np.int64) if draws.ndim else int(draws)

    rvs.__doc__ = Distribution.rvs.__doc__

    def expect(
        self,
        func: Callable[[Any], Any] | None = None,
        args: tuple[Any, ...] = (),
        loc: float = 0,
        lb: float | None = None,
        ub: float | None = None,
        conditional: bool = False,
        maxcount: int = 1000,
        tolerance: float = 1e-10,
        chunksize: int = 32,
    ) -> Any:
        """E[func(K); lb <= K <= ub], for one set of parameters, as a sum over the support.

        Parameters
        ----------
        func : callable, optional
            Of an array of outcomes. None for K itself.
        args : tuple
            Shape parameters.
        loc : float
        lb, ub : float, optional
            Limits, both inside.
        conditional : bool
            Divided by P(lb <= K <= ub).
        maxcount, tolerance, chunksize
            SciPy's, for infinite supports; not needed here.

        Examples
        --------
        >>> from fastprob.stats import bernoulli
        >>> bernoulli.expect(lambda k: 10.0**k, args=(0.25,))
        np.float64(3.25)
        """
        _arguments.check_integrand(func, args)
        values = self._single(*args, loc=loc)
        if not np.all(_arguments.valid(values, self._rules(*values))):
            return np.float64(np.nan)
        low, high = -np.inf if lb is None else _arguments.single(lb, "lb"), np.inf if ub is None else _arguments.single(ub, "ub")
        if math.isnan(low) or math.isnan(high):
            return np.float64(np.nan)
        place = np.asarray(loc).item()
        outcomes = np.arange(self.a, self.b + 1)
        k = outcomes + (place if abs(place) < 1 << 53 else float(place))
        inside = (k >= low) & (k <= high)
        k = k[inside]
        probability = self._pmf(outcomes[inside].astype(np.float64), *values[:-1], 0.0)       # k - loc may be rounded
        value = k if func is None else func(k)
        with np.errstate(all="ignore"):
            total = np.sum(value * probability)
            return total / np.sum(probability) if conditional else total
