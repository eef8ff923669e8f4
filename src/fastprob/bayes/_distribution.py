"""What all distributions have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .. import special
from ..random import BitGenerator, Generator, default_rng
from ._checks import Array, broadcast, probability, reals, scalar

Size = int | tuple[int, ...] | None


def shown(value: Any) -> str:
    """A number, or the shape of an array that is too long to show."""
    array = np.asarray(value)
    return str(array.tolist()) if array.size <= 8 else f"<{array.dtype} {array.shape}>"


class Frozen:
    """Attributes that are set once."""

    _shown: tuple[str, ...] = ()

    def _become(self, **values: Any) -> None:
        for name, value in values.items():
            if isinstance(value, np.ndarray):  # the caller's own may change later
                value = value.copy()
                value.flags.writeable = False
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is not changed: make another one")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={shown(getattr(self, name))}' for name in self._shown)})"


class Distribution(Frozen):
    """What all have in common."""

    shape: tuple[int, ...]

    def _start(self, **parameters: Array) -> None:
        arrays = broadcast(**parameters)
        self._become(shape=arrays[0].shape, **dict(zip(parameters, (scalar(a) for a in arrays), strict=True)))

    def _argument(self, name: str, value: ArrayLike) -> Array:
        """Real numbers that broadcast against the parameters."""
        array = reals(name, value)
        broadcast(**{name: array, "parameters": np.broadcast_to(0.0, self.shape)})
        return array

    def _size(self, size: Size) -> tuple[int, ...]:
        return (*sizes(size), *self.shape)

    def mean(self) -> Any:
        """Expected value."""
        raise NotImplementedError

    def var(self) -> Any:
        """Variance."""
        raise NotImplementedError

    @np.errstate(all="ignore")
    def std(self) -> Any:
        """Standard deviation."""
        return np.sqrt(self.var())


class Univariate(Distribution):
    """A distribution of numbers, with quantiles."""

    def ppf(self, q: ArrayLike) -> Any:
        raise NotImplementedError

    def isf(self, q: ArrayLike) -> Any:
        raise NotImplementedError

    def median(self) -> Any:
        """The quantile of 1/2."""
        return self.ppf(np.full(self.shape, 0.5))

    def interval(self, mass: float = 0.95) -> tuple[Any, Any]:
        """The values between which the mass lies, with equal parts of the rest on both sides. Of counts both belong to it, and
        at most half of the rest is on either side.

        ValueError if mass is not between 0 and 1.
        """
        tail = np.full(self.shape, (1.0 - probability("mass", mass)) / 2)
        return self.ppf(tail), self.isf(tail)


class Continuous(Univariate):
    """A distribution with a density and quantiles."""

    def logpdf(self, x: ArrayLike) -> Any:
        """Logarithm of the density at x, in nats."""
        with np.errstate(all="ignore"):
            return scalar(np.asarray(self._logpdf(self._argument("x", x))))

    def pdf(self, x: ArrayLike) -> Any:
        """Density at x."""
        return special.exp(self.logpdf(x))

    def cdf(self, x: ArrayLike) -> Any:
        """Probability of values up to x."""
        with np.errstate(all="ignore"):
            return scalar(np.asarray(self._cdf(self._argument("x", x))))

    def sf(self, x: ArrayLike) -> Any:
        """Probability of values above x, right where it is small."""
        with np.errstate(all="ignore"):
            return scalar(np.asarray(self._sf(self._argument("x", x))))

    def ppf(self, q: ArrayLike) -> Any:
        """Quantile: where `cdf` is q."""
        with np.errstate(all="ignore"):
            p = self._argument("q", q)
            return scalar(np.asarray(self._ppf(np.where((p >= 0) & (p <= 1), p, np.nan))))

    def isf(self, q: ArrayLike) -> Any:
        """Where `sf` is q, right where it is small."""
        with np.errstate(all="ignore"):
            p = self._argument("q", q)
            return scalar(np.asarray(self._isf(np.where((p >= 0) & (p <= 1), p, np.nan))))

    def sample(self, size: Size = None, rng: Any = None) -> Any:
        """Draws, of shape (*size, *shape).

        Parameters
        ----------
        size : int or tuple of int, optional
            How many of each problem. None: one.
        rng : fastprob.random.Generator or a seed
            As for `fastprob.random.default_rng`; None takes fresh entropy. A Generator is used up by one child (`spawn`) or by
            draws.
        """
        shape = self._size(size)
        with np.errstate(all="ignore"):
            return scalar(np.asarray(self._sample(shape, generator_of(rng))))

    def _logpdf(self, x: Array) -> Any:
        raise NotImplementedError

    def _cdf(self, x: Array) -> Any:
        raise NotImplementedError

    def _sf(self, x: Array) -> Any:
        raise NotImplementedError

    def _ppf(self, q: Array) -> Any:
        raise NotImplementedError

    def _isf(self, q: Array) -> Any:
        raise NotImplementedError

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        raise NotImplementedError


class Discrete(Univariate):
    """A distribution of counts 0, 1, 2, ..."""

    def logpmf(self, k: ArrayLike) -> Any:
        """Logarithm of the probability of k, in nats; -inf for what is no possible count."""
        with np.errstate(all="ignore"):
            x = self._argument("k", k)
            possible = (x >= 0) & (np.floor(x) == x) & (x <= self._largest()) & (x < np.inf)
            value = self._logpmf(np.where(possible, x, 0.0))
            return scalar(np.where(possible, value, np.where(np.isnan(x), np.nan, -np.inf)))

    def pmf(self, k: ArrayLike) -> Any:
        """Probability of k."""
        return special.exp(self.logpmf(k))

    def cdf(self, k: ArrayLike) -> Any:
        """Probability of counts up to k."""
        return self._both(k)[0]

    def sf(self, k: ArrayLike) -> Any:
        """Probability of counts above k, right where it is small."""
        return self._both(k)[1]

    def ppf(self, q: ArrayLike) -> Any:
        """Quantile: the least count for which `cdf`, as it is computed, is q or more."""
        return self._least(q, lambda k, p: self._both(k)[0] >= p)

    def isf(self, q: ArrayLike) -> Any:
        """The least count for which `sf`, as it is computed, is at most q."""
        return self._least(q, lambda k, p: self._both(k)[1] <= p)

    def _least(self, q: ArrayLike, reached: Callable[[Array, Array], Any]) -> Any:
        """The least count that has reached a probability, by doubling and bisection."""
        with np.errstate(all="ignore"):
            p, largest, mean = np.broadcast_arrays(self._argument("q", q), self._largest(), self.mean())
            near = np.where(np.isfinite(mean), np.maximum(np.ceil(mean), 1.0), 1.0)
            low, high = np.full(p.shape, -1.0), np.minimum(near, largest)
            valid = (p >= 0) & (p <= 1)
            while (short := valid & (high < largest) & ~np.asarray(reached(high, p))).any():
                low, high = np.where(short, high, low), np.where(short, np.minimum(2.0 * high, largest), high)
            while True:
                middle = np.floor(low / 2.0 + high / 2.0)
                between = (middle > low) & (middle < high)
                if not between.any():
                    break
                enough = np.asarray(reached(middle, p))
                low, high = np.where(between & ~enough, middle, low), np.where(between & enough, middle, high)
            return scalar(np.where(valid, high, np.nan))

    def sample(self, size: Size = None, rng: Any = None) -> Any:
        """Draws, of shape (*size, *shape), whole numbers as float64; see `Continuous.sample`."""
        with np.errstate(all="ignore"):
            return scalar(np.asarray(self._sample(self._size(size), generator_of(rng)), dtype=np.float64))

    def _both(self, k: ArrayLike) -> tuple[Any, Any]:
        with np.errstate(all="ignore"):
            x = np.floor(self._argument("k", k))
            largest = self._largest()
            inside = (x >= 0) & (x < largest)
            below, above = self._cdf_sf(np.where(inside, x, 0.0))
            missing = np.isnan(x)
            ends = np.where(missing, np.nan, np.where(x < 0, 0.0, 1.0))
            return scalar(np.where(inside, below, ends)), scalar(np.where(inside, above, 1.0 - ends))

    def _largest(self) -> Any:
        raise NotImplementedError

    def _logpmf(self, k: Array) -> Any:
        raise NotImplementedError

    def _cdf_sf(self, k: Array) -> tuple[Any, Any]:
        raise NotImplementedError

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        raise NotImplementedError


def sizes(size: Size) -> tuple[int, ...]:
    if size is None:
        return ()
    try:
        sizes = tuple(size) if isinstance(size, tuple | list) else (size,)
        if all(not isinstance(n, bool) and n == int(n) and 0 <= n <= 1 << 53 for n in sizes):
            return tuple(int(n) for n in sizes)
    except (TypeError, ValueError, OverflowError):
        pass
    shown_size = repr(size)[:100]
    raise ValueError(f"size is {shown_size}; allowed: whole numbers >= 0, one or a tuple of them")


def generator_of(rng: Any, name: str = "rng") -> Generator:
    """fastprob's Generator; errors have the argument's name."""
    try:
        return default_rng(rng)
    except (TypeError, ValueError) as error:
        raise type(error)(str(error).replace("seed:", f"{name}:", 1)) from None


def numpy_generator(rng: Generator) -> np.random.Generator:
    """NumPy's Generator, for its gamma and beta draws, on a child of ours."""
    bits = BitGenerator(0)
    state = rng.spawn(1)[0].state
    bits.state = {"bit_generator": "BitGenerator", "key": state["key"], "stream": state["stream"], "words": 0}
    return np.random.Generator(bits)
