"""What all distribution objects have in common: SciPy's methods, and their frozen form."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from . import _arguments
from ._arguments import RandomState, Rule, real
from ._frozen import Frozen

_F64 = np.dtype(np.float64)
_NO_POWER = -(1 << 30)      # of two: that of 0, less than any power of a number


def _where(good: Any, value: Any, dtype: np.dtype[Any]) -> Any:
    """A result, NaN where the parameters are not good."""
    if type(good) is bool:
        return np.float64(value if good else math.nan)
    return np.where(good, value, np.nan).astype(dtype)[()]


class Distribution:
    """A distribution with the methods of SciPy's objects.

    Every method takes the parameters after its own arguments, by position or by name: shapes (`p` of bernoulli, `a` and `b` of
    truncnorm), then `loc` and, unless the distribution is discrete, `scale`. All arguments broadcast. Results are float32 if all
    arrays and NumPy scalars among the arguments are, else float64; scalars give NumPy scalars. Bad parameters give NaN, without
    an error or a warning; so does NaN.

    A distribution has: `_parameters`, its signature, as a method; `_rules`; the functions `_cdf`, ... of x and all parameters;
    `_mean`, `_var`, `_std`, `_skew`, `_kurtosis`, `_entropy` of all parameters, which are float64, with warnings off and bad ones
    taken care of; `_standard_moments` at loc = 0, scale = 1; `_standard_draw`.
    """

    name: ClassVar[str]
    shapes: ClassVar[str | None] = None
    badvalue: ClassVar[float] = math.nan
    _scaled: ClassVar[bool] = True
    a: float = -math.inf
    b: float = math.inf
    _random_state: RandomState | None = None

    _cdf: Callable[..., Any]
    _logcdf: Callable[..., Any]
    _sf: Callable[..., Any]
    _logsf: Callable[..., Any]
    _ppf: Callable[..., Any]
    _isf: Callable[..., Any]
    _mean: Callable[..., Any]
    _var: Callable[..., Any]
    _std: Callable[..., Any]
    _skew: Callable[..., Any]
    _kurtosis: Callable[..., Any]
    _entropy: Callable[..., Any]

    def _parameters(self, *args: Any, **kwds: Any) -> tuple[Any, ...]:
        """Shapes, loc and, unless discrete, scale, as `real` makes them."""
        raise NotImplementedError

    def _rules(self, *values: Any) -> Iterator[Rule]:
        """What the parameters may be."""
        raise NotImplementedError

    def _ends(self, *shapes: Any) -> tuple[Any, Any]:
        """Ends of the support at loc = 0, scale = 1."""
        return self.a, self.b

    def _standard_moments(self, order: int, *shapes: Any) -> tuple[Any, Sequence[Any]]:
        """A center, and the moments about it up to an order."""
        raise NotImplementedError

    def _standard_draw(self, rng: Any, size: tuple[int, ...], *shapes: Any) -> Any:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"fastprob.stats.{self.name}"

    @property
    def numargs(self) -> int:
        """Number of shape parameters.

        >>> from fastprob.stats import bernoulli, norm
        >>> norm.numargs, bernoulli.numargs
        (0, 1)
        """
        return len(self._shape_names)

    @property
    def _shape_names(self) -> list[str]:
        return self.shapes.split(", ") if self.shapes else []

    def _single(self, *args: Any, **kwds: Any) -> tuple[float, ...]:
        """The parameters of one distribution."""
        names = (*self._shape_names, "loc", "scale")
        return tuple(map(_arguments.single, self._parameters(*args, **kwds), names))

    # ---- frozen

    def __call__(self, *args: ArrayLike, **kwds: ArrayLike) -> Frozen:
        """The distribution with its parameters fixed; the same as freeze."""
        return self.freeze(*args, **kwds)

    def freeze(self, *args: ArrayLike, **kwds: ArrayLike) -> Frozen:
        """The distribution with its parameters fixed.

        Raises
        ------
        ValueError
            For a bad parameter: the error that functions of arrays do not raise. NaN is none.
        TypeError
            For a parameter that is missing, unknown or no real number.

        Examples
        --------
        >>> from fastprob.stats import norm
        >>> heights = norm(170.0, scale=10.0)
        >>> heights.cdf(180.0)
        np.float64(0.8413447460685429)
        """
        raise NotImplementedError

    # ---- quantiles; the functions of x follow in the kinds, by SciPy's names of the argument

    def ppf(self, q: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Quantile, the least x with cdf(x) >= q; NaN for q outside [0, 1].

        At q = 0 it is the lower end of the support, and 1 below it for bernoulli.

        >>> from fastprob.stats import norm
        >>> norm.ppf([1e-300, 0.5, 0.975], 10.0, 2.0)
        array([-64.0941926 ,  10.        ,  13.91992797])
        """
        return self._ppf(real(q, "q"), *self._parameters(*args, **kwds))

    def isf(self, q: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Upper quantile, the least x with sf(x) <= q; NaN for q outside [0, 1].

        >>> from fastprob.stats import norm
        >>> norm.isf(1e-300)
        np.float64(37.0470962993612)
        """
        return self._isf(real(q, "q"), *self._parameters(*args, **kwds))

    # ---- draws

    @property
    def random_state(self) -> RandomState:
        """What `rvs` draws from unless it is told: NumPy's global RandomState, or what was assigned (as for `rvs`).

        >>> from fastprob.stats import norm
        >>> heights = norm(170.0, 10.0)
        >>> heights.random_state = 1
        >>> heights.rvs()
        np.float64(186.2434536366324)
        """
        return _arguments.as_generator(None) if self._random_state is None else self._random_state

    @random_state.setter
    def random_state(self, seed: Any) -> None:
        self._random_state = None if seed is None else _arguments.as_generator(seed)

    def __getstate__(self) -> dict[str, Any]:
        """With a copy of what it draws from, NumPy's global RandomState too: who reads it draws what would be drawn here."""
        return self.__dict__ | {"_random_state": self.random_state}

    def rvs(self, *args: Any, random_state: Any = None, **kwds: Any) -> Any:
        """Draws.

        Parameters
        ----------
        *args, **kwds
            The parameters, and after them or by name `size`, the shape; None for that of the parameters.
        random_state : None, int, RandomState, numpy.random.Generator or fastprob.random.Generator
            None: the property `random_state`. An integer seeds a new RandomState, and the numbers are SciPy's; a Generator of
            fastprob.random is the fast way.

        Returns
        -------
        x : ndarray of float64, or np.float64; for bernoulli int64, or int

        Raises
        ------
        ValueError
            For a bad parameter (NaN too, except for loc; a scale of 0 gives loc), a shape that does not match, a random_state
            of another kind.
        TypeError
            For what is no real number, and a size that is no integer.

        Examples
        --------
        >>> from fastprob import random
        >>> from fastprob.stats import norm
        >>> norm.rvs(10.0, 2.0, size=3, random_state=1)
        array([13.24869073,  8.77648717,  8.9436565 ])
        >>> norm.rvs([0.0, 100.0], random_state=random.default_rng(2026)).shape
        (2,)
        """
        values, size = self._last(args, kwds, "size", None)
        rules = (
            rule._replace(good=rule.good | (rule.value == 0.0), allowed=">= 0") if rule.name == "scale" else rule
            for rule in self._rules(*values)
        )
        _arguments.refuse(rules, f"{self!r}.rvs")
        shape = _arguments.draw_shape(values, size)
        rng = self.random_state if random_state is None else _arguments.as_generator(random_state)
        if not _arguments.plain(values):
            values = tuple(_arguments.fitted_to(values, shape))
        shapes, loc, scale = self._located(values)
        with np.errstate(all="ignore"):
            return np.multiply(self._standard_draw(rng, shape, *shapes), scale, dtype=np.float64) + loc

    # ---- moments

    def _last(self, args: tuple[Any, ...], kwds: dict[str, Any], name: str, default: Any) -> tuple[tuple[Any, ...], Any]:
        """The parameters, and the argument that comes after them or by name."""
        if len(args) > self._given:
            *args_, value = args
            return self._parameters(*args_, **kwds), value
        value = kwds.pop(name, default)
        return self._parameters(*args, **kwds), value

    @property
    def _given(self) -> int:
        """How many parameters there are."""
        return self.numargs + (2 if self._scaled else 1)

    def _wide(self, values: tuple[Any, ...]) -> tuple[list[Any], Any, np.dtype[Any]]:
        """The parameters in float64, where they are good, and the type of the result."""
        good = _arguments.valid(values, self._rules(*values))
        if _arguments.plain(values):
            return [np.float64(value) for value in values], bool(good), _F64
        return [np.asarray(value, dtype=np.float64) for value in values], good, np.result_type(*values)

    def _located(self, values: Sequence[Any]) -> tuple[list[Any], Any, Any]:
        """Shapes, loc and scale, which is 1 for a discrete distribution."""
        *shapes, loc, scale = values if self._scaled else (*values, 1.0)
        return shapes, loc, scale

    def _of_parameters(self, functions: Sequence[Callable[..., Any]], values: tuple[Any, ...]) -> list[Any]:
        """What the functions make of the parameters."""
        wide, good, dtype = self._wide(values)
        with np.errstate(all="ignore"):
            return [_where(good, function(*wide), dtype) for function in functions]

    def stats(self, *args: Any, **kwds: Any) -> Any:
        """Mean, variance, skewness and excess kurtosis, whichever the letters of `moments` (by default "mv") name.

        They come in this order, whatever that of the letters is: as a tuple, or a single one as it is.

        >>> from fastprob.stats import logistic
        >>> mean, variance, skewness, kurtosis = logistic.stats(1.0, 2.0, moments="mvsk")
        >>> float(mean), round(float(variance), 6)
        (1.0, 13.159473)
        """
        values, given = self._last(args, kwds, "moments", "mv")
        moments = _arguments.letters(given)
        each = {"m": self._mean, "v": self._var, "s": self._skew, "k": self._kurtosis}
        found = self._of_parameters([function for letter, function in each.items() if letter in moments], values)
        return found[0] if len(found) == 1 else tuple(found)

    def mean(self, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Mean.

        >>> from fastprob.stats import uniform
        >>> uniform.mean(2.0, 4.0)                # of [2, 6]
        np.float64(4.0)
        """
        return self._of_parameters([self._mean], self._parameters(*args, **kwds))[0]

    def var(self, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Variance.

        >>> from fastprob.stats import bernoulli
        >>> bernoulli.var(0.5)
        np.float64(0.25)
        """
        return self._of_parameters([self._var], self._parameters(*args, **kwds))[0]

    def std(self, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Standard deviation; right also where its square is not in the range of floating point.

        >>> from fastprob.stats import norm
        >>> norm.std(0.0, 1e-200)
        np.float64(1e-200)
        """
        return self._of_parameters([self._std], self._parameters(*args, **kwds))[0]

    def median(self, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Median, ppf(0.5).

        >>> from fastprob.stats import norm
        >>> norm.median([1.0, 2.0])
        array([1., 2.])
        """
        return self.ppf(0.5, *args, **kwds)

    def moment(self, order: int, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """E[X^order], about 0.

        Raises
        ------
        ValueError
            For an order that is negative, not whole or above 170.

        Examples
        --------
        >>> from fastprob.stats import norm
        >>> norm.moment(4, 1.0, 2.0)
        np.float64(73.0)
        """
        n = _arguments.whole_order(order)
        return self._of_parameters([functools.partial(self._moment, n)], self._parameters(*args, **kwds))[0]

    def _moment(self, n: int, *values: Any) -> Any:
        """By the binomial theorem about the center, where the moments of odd order of a symmetric distribution are 0.

        Exponents are added apart from the terms, whose powers need not be in the range of floating point.
        """
        shapes, loc, scale = self._located(values)
        center, moments = self._standard_moments(n, *shapes)
        (middle, by_middle), (spread, by_scale) = map(np.frexp, (loc + scale * center if np.any(center) else loc, scale))
        terms = []
        for k in (k for k in range(n + 1) if np.any(moments[k])):
            value = math.comb(n, k) * middle ** (n - k) * spread**k * moments[k]
            value, power = np.frexp(value if k == n else np.where(middle == 0.0, 0.0, value))       # scale may be infinite
            terms.append((value, np.where(value == 0.0, _NO_POWER, power + (n - k) * by_middle + k * by_scale)))
        top = functools.reduce(np.maximum, (power for _, power in terms))
        return np.ldexp(sum(np.ldexp(value, power - top) for value, power in terms), top)

    def entropy(self, *args: ArrayLike, **kwds: ArrayLike) -> Any:
        """Entropy, -E[log f(X)], in nats.

        >>> from fastprob.stats import uniform
        >>> uniform.entropy(0.0, 2.0)
        np.float64(0.6931471805599453)
        """
        return self._of_parameters([self._entropy], self._parameters(*args, **kwds))[0]

    def interval(self, confidence: ArrayLike, *args: ArrayLike, **kwds: ArrayLike) -> tuple[Any, Any]:
        """Ends of the interval about the median that has the probability `confidence`, with as much on either side.

        Raises
        ------
        ValueError
            If a confidence is outside [0, 1].

        Examples
        --------
        >>> from fastprob.stats import norm
        >>> low, high = norm.interval(0.95, 10.0, 2.0)
        >>> round(float(low), 3), round(float(high), 3)
        (6.08, 13.92)
        """
        share = real(confidence, "confidence")
        if np.any((share < 0) | (share > 1)):
            raise ValueError(f"confidence: must be from 0 to 1, got {confidence!r}")
        tail = (1.0 - share) / 2.0
        return self.ppf(tail, *args, **kwds), self.isf(tail, *args, **kwds)

    def support(self, *args: ArrayLike, **kwds: ArrayLike) -> tuple[Any, Any]:
        """Ends of the support.

        >>> from fastprob.stats import norm, uniform
        >>> norm.support()
        (np.float64(-inf), np.float64(inf))
        >>> uniform.support(loc=2.0, scale=[1.0, 2.0])
        (array([2., 2.]), array([3., 4.]))
        """
        wide, good, dtype = self._wide(self._parameters(*args, **kwds))
        shapes, loc, scale = self._located(wide)
        with np.errstate(all="ignore"):
            low, high = (_where(good, end * scale + loc, dtype) for end in self._ends(*shapes))
        return low, high

    # ---- data

    def _logdensity(self, x: Any, *values: Any) -> Any:
        raise NotImplementedError

    def _unpacked(self, theta: Sequence[Any]) -> tuple[Any, ...]:
        """The parameters, from those that nnlf is given."""
        if not np.iterable(theta):
            raise TypeError(f"theta: expected the parameters of {self.name}, got {theta!r}")
        if len(theta) != self._given:
            raise ValueError(f"theta: expected {self._given} parameters of {self.name}, got {len(theta)}")
        return self._parameters(*theta)

    def nnlf(self, theta: Sequence[float], x: ArrayLike) -> Any:
        """Negative log likelihood of data: minus the sum of the log density along the first axis.

        It is inf for bad parameters, and if any of the data is outside the support or NaN.

        Parameters
        ----------
        theta : sequence of float
            All parameters: shapes, loc and, unless discrete, scale.
        x : array_like
            Data, at least one-dimensional.

        Examples
        --------
        >>> from fastprob.stats import norm
        >>> norm.nnlf((0.0, 1.0), [-1.0, 1.0])
        np.float64(2.8378770664093453)
        """
        values = self._unpacked(theta)
        data = real(x, "x")
        if not np.ndim(data):
            raise TypeError("x: expected an array of data, got a number")
        if not np.all(_arguments.valid(values, self._rules(*values))):
            return math.inf
        low, high = self.support(*theta)
        with np.errstate(all="ignore"):
            density = self._logdensity(data, *values)
            inside = (density > -math.inf) | ((data >= low) & (data <= high))      # where it may be -inf as well, far out
            return -np.sum(density, axis=0) if np.all(inside & (density == density)) else math.inf
