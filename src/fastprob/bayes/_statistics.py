"""What a conjugate posterior needs to know of data, and no more. Statistics of batches add: `first + second`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import _doubled as doubled
from ._checks import Array, broadcast, finite, nonnegative, place, positive, require, scalar, whole
from ._distribution import Frozen
from ._doubled import Doubled
from ._gammas import log_saturated

Axis = int | tuple[int, ...] | None


def observations(axis: Axis, **arrays: Array) -> list[Array]:
    """The arrays in one shape, with all observations along the first axis and problems along the others."""
    moved = []
    for name, array in zip(arrays, broadcast(**arrays), strict=True):
        axes = range(array.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        if not all(isinstance(i, int | np.integer) and not isinstance(i, bool) for i in axes):
            raise TypeError(f"axis is {axis!r}; allowed: an integer, a tuple of integers, None")
        if array.ndim == 0 and axis == 0:
            axes = ()
        try:
            picked = sorted(np.lib.array_utils.normalize_axis_index(i, array.ndim) for i in axes)
        except (np.exceptions.AxisError, OverflowError):
            raise ValueError(f"axis is {repr(axis)[:50]}, but {name} has {array.ndim} dimensions") from None
        if len(set(picked)) < len(picked):
            raise ValueError(f"axis is {axis}: an axis comes twice")
        rest = [i for i in range(array.ndim) if i not in picked]
        n = int(np.prod([array.shape[i] for i in picked]))
        if n == 0 or array.size == 0:
            raise ValueError(f"{name} is empty: its shape is {array.shape}, and axis {axis} needs at least one observation")
        moved.append(array.transpose([*picked, *rest]).reshape(n, *(array.shape[i] for i in rest)))
    return moved


class Statistics(Frozen):
    """Numbers that cannot be changed, and add up."""

    @classmethod
    def from_data(cls, data: Any, *arguments: Any, axis: Axis) -> Any:
        """The data themselves if they are statistics of this kind already, else theirs."""
        if isinstance(data, cls):
            return data
        if isinstance(data, Statistics):
            raise TypeError(f"data is {type(data).__name__}; allowed for this model: an array, or {cls.__name__}")
        return cls.of(data, *arguments, axis=axis)  # type: ignore[attr-defined]


class Likely(Statistics):
    """Counts, with what is left of the likelihood when they are given: log p(data) at the parameter that makes it largest.

    That is a function of the counts, `_shared`, and of the single observations the sum of `_own`: both in twice the precision,
    so that no more than the last bit shows how data were cut.
    """

    _best: Any = None
    _known: Doubled | None = None

    @property
    def log_likelihood(self) -> Any:
        """log p(data) in nats at the best parameter."""
        if self._best is None:
            known = None if self._known is None else doubled.add(self._known, self._shared())
            self._become(_best=scalar(self._single() if known is None else np.asarray(known.hi)))
        return self._best

    @property
    def _own(self) -> Doubled:
        """log_likelihood less what it shares."""
        if self._known is None:
            self._become(_known=doubled.subtract(doubled.plain(np.asarray(self.log_likelihood)), self._shared()))
        assert self._known is not None
        return self._known

    def _both(self, other: Any) -> Doubled:
        return doubled.add(self._own, other._own)

    def _single(self) -> Array:
        """log_likelihood, if the counts are one observation: computed when it is asked for."""
        raise NotImplementedError

    def _shared(self) -> Doubled:
        """What the counts and the best parameter alone add to log p(data)."""
        raise NotImplementedError


class Counts(Likely):
    """Successes in a number of trials.

    Parameters
    ----------
    successes : array_like of whole numbers
        Broadcasts with trials; an element each problem.
    trials : array_like of whole numbers
        At least as many.
    log_likelihood : array_like, optional
        log p(data | p) in nats at the best p, successes/trials. None: the two numbers are all that was observed, one binomial
        variable. `Counts.of` knows better.

    Raises
    ------
    TypeError, ValueError
        For what are no whole numbers, or more successes than trials; or shapes that do not broadcast.

    Examples
    --------
    >>> from fastprob.bayes import Counts
    >>> Counts(3, 10) + Counts(5, 10)
    Counts(successes=8.0, trials=20.0)
    """

    successes: Array
    trials: Array
    _shown = ("successes", "trials")

    def __init__(self, successes: ArrayLike, trials: ArrayLike, log_likelihood: ArrayLike | None = None):
        k, n = broadcast(successes=whole("successes", successes), trials=whole("trials", trials))
        require("successes", k, k <= n, "numbers up to that of trials")
        best = None if log_likelihood is None else scalar(finite("log_likelihood", log_likelihood))
        self._become(successes=scalar(k), trials=scalar(n), _best=best)

    def _single(self) -> Array:
        k, n = self.successes, self.trials
        return np.asarray(log_saturated(k) + log_saturated(n - k) - log_saturated(n))

    @classmethod
    def of(cls, data: ArrayLike, trials: ArrayLike = 1, *, axis: Axis = 0) -> Counts:
        """Of observations along an axis: each a number of successes in so many trials, or a single outcome, 0 or 1."""
        k, n = observations(axis, data=whole("data", data), trials=whole("trials", trials))
        if (k > n).any():
            require("data", k, k <= n, "0 and 1" if (n == 1).all() else "numbers up to that of trials")
        total, all_trials = k.sum(axis=0), n.sum(axis=0)
        both = cls(total, all_trials)
        if (n == 1).all():  # outcomes one by one, in one order of many
            both._become(_known=doubled.plain(np.zeros_like(total)))
        elif len(k) > 1:
            both._become(_known=doubled.sum_of(cls(k, n)._own))
        return both

    def __add__(self, other: Counts) -> Counts:
        if not isinstance(other, Counts):
            return NotImplemented
        both = Counts(self.successes + other.successes, self.trials + other.trials)
        both._become(_known=self._both(other))
        return both

    def _shared(self) -> Doubled:
        k, n = np.asarray(self.successes), np.asarray(self.trials)
        return doubled.subtract(doubled.add(doubled.times_log(k), doubled.times_log(n - k)), doubled.times_log(n))


class CategoryCounts(Likely):
    """How often each of K categories was seen.

    Parameters
    ----------
    counts : array_like of whole numbers [..., K]
    log_likelihood : array_like [...], optional
        log p(data | p) in nats at the best p, counts/n. None: the counts are all that was observed, one multinomial variable.
        `CategoryCounts.of` knows better.

    Raises
    ------
    TypeError, ValueError
        For what are no whole numbers, or without a dimension.

    Examples
    --------
    >>> from fastprob.bayes import CategoryCounts
    >>> CategoryCounts([3, 0, 1]) + CategoryCounts([0, 1, 1])
    CategoryCounts(counts=[3.0, 1.0, 2.0])
    """

    counts: Array
    _shown = ("counts",)

    def __init__(self, counts: ArrayLike, log_likelihood: ArrayLike | None = None):
        c = whole("counts", counts)
        if c.ndim == 0:
            raise ValueError("counts is one number; its last axis is that of the categories")
        best = None if log_likelihood is None else scalar(finite("log_likelihood", log_likelihood))
        self._become(counts=c, _best=best)

    def _single(self) -> Array:
        return np.asarray(log_saturated(self.counts).sum(axis=-1) - log_saturated(self.counts.sum(axis=-1)))

    @classmethod
    def of(cls, data: ArrayLike, categories: int, *, axis: Axis = 0) -> CategoryCounts:
        """Of observations along an axis, each a category from 0 to categories - 1."""
        if not isinstance(categories, int | np.integer) or not 1 <= categories <= 1 << 53:
            raise ValueError(f"categories is {repr(categories)[:50]}; allowed: whole numbers from 1 on")
        allowed = f"whole numbers from 0 to {categories - 1}, the categories"
        array = whole("data", data, allowed)
        (k,) = observations(axis, data=require("data", array, array < categories, allowed))
        problems = int(np.prod(k.shape[1:]))
        places = k.reshape(len(k), problems).astype(np.intp) + categories * np.arange(problems)
        counts = np.bincount(places.ravel(), minlength=problems * categories).reshape(*k.shape[1:], categories)
        both = cls(counts.astype(np.float64))
        both._become(_known=doubled.plain(np.zeros(k.shape[1:])))  # one order of many
        return both

    def __add__(self, other: CategoryCounts) -> CategoryCounts:
        if not isinstance(other, CategoryCounts):
            return NotImplemented
        both = CategoryCounts(self.counts + other.counts)
        both._become(_known=self._both(other))
        return both

    def _shared(self) -> Doubled:
        each = doubled.times_log(self.counts)
        return doubled.subtract(
            doubled.total(Doubled(*(np.moveaxis(part, -1, 0) for part in each))), doubled.times_log(self.counts.sum(axis=-1))
        )


class Events(Likely):
    """Events in an exposure: the time, area or number of units in which they were counted.

    Parameters
    ----------
    events : array_like of whole numbers
        Broadcasts with exposure; an element each problem.
    exposure : array_like, > 0
    log_likelihood : array_like, optional
        log p(data | rate) in nats at the best rate, events/exposure. None: the two numbers are all that was observed, one Poisson
        variable. `Events.of` knows better.

    Raises
    ------
    TypeError, ValueError
        For what are no whole numbers, an exposure that is not above 0; or shapes that do not broadcast.

    Examples
    --------
    >>> from fastprob.bayes import Events
    >>> Events(3, 1.5) + Events(0, 2.0)
    Events(events=3.0, exposure=3.5)
    """

    events: Array
    exposure: Array
    _sum: Doubled
    _shown = ("events", "exposure")

    def __init__(self, events: ArrayLike, exposure: ArrayLike, log_likelihood: ArrayLike | None = None):
        x, t = broadcast(events=whole("events", events), exposure=positive("exposure", exposure))
        best = None if log_likelihood is None else scalar(finite("log_likelihood", log_likelihood))
        self._become(events=scalar(x), exposure=scalar(t), _best=best, _sum=doubled.plain(t.copy()))

    def _single(self) -> Array:
        return np.asarray(log_saturated(self.events))

    @classmethod
    def of(cls, data: ArrayLike, exposure: ArrayLike = 1.0, *, axis: Axis = 0) -> Events:
        """Of observations along an axis, each a number of events in an exposure."""
        x, t = observations(axis, data=whole("data", data), exposure=positive("exposure", exposure))
        return cls(x[0], t[0]) if len(x) == 1 else cls._summed(x.sum(axis=0), doubled.long_sum(t), doubled.sum_of(cls(x, t)._own))

    @classmethod
    def _summed(cls, events: Array, exposure: Doubled, own: Doubled) -> Events:
        both = cls(events, exposure.hi)
        both._become(_sum=exposure, _known=own)
        return both

    def exposure_beyond(self, b: Array) -> Any:
        """b + exposure, rounded once."""
        return scalar(doubled.add(doubled.plain(b), self._sum).hi)

    def __add__(self, other: Events) -> Events:
        if not isinstance(other, Events):
            return NotImplemented
        return self._summed(self.events + other.events, doubled.add(self._sum, other._sum), self._both(other))

    def _shared(self) -> Doubled:
        x, t = np.asarray(self.events), self._sum
        if (t.hi == 1.0).all() and not t.lo.any():
            return doubled.times_log(x)
        log_t = doubled.add(doubled.log(t.hi), doubled.plain(t.lo / t.hi))
        return doubled.subtract(doubled.times_log(x), doubled.multiply(doubled.plain(x), log_t))


class Moments(Statistics):
    """Number, mean, and sum of squared distances from the mean, of real numbers.

    Parameters
    ----------
    n : array_like of whole numbers
        Broadcasts with the others; an element each problem.
    mean : array_like
    ss : array_like, >= 0
        Sum over the data of (x - mean)^2: n times the variance with ddof=0.

    Raises
    ------
    TypeError, ValueError
        For an n that is no whole number, a mean that is not finite, a negative ss; or shapes that do not broadcast.

    Notes
    -----
    `Moments.of` and sums carry twice the precision of float64 (Chan, Golub and LeVeque 1979 for the merging), so that a mean far
    from 0, the order of the data and batches cost no digits.

    Examples
    --------
    >>> from fastprob.bayes import Moments
    >>> Moments.of([1e9 + 1, 1e9 + 2]) + Moments.of([1e9 + 6])
    Moments(n=3.0, mean=1000000003.0, ss=14.0)
    """

    n: Array
    mean: Array
    ss: Array
    _mean: Doubled
    _ss: Doubled
    _shown = ("n", "mean", "ss")

    def __init__(self, n: ArrayLike, mean: ArrayLike, ss: ArrayLike):
        count, m, s = broadcast(n=whole("n", n), mean=place("mean", mean), ss=nonnegative("ss", ss))
        self._set(count.copy(), doubled.plain(m.copy()), doubled.plain(s.copy()))

    def _set(self, n: Array, mean: Doubled, ss: Doubled) -> None:
        self._become(n=scalar(n), mean=scalar(mean.hi), ss=scalar(ss.hi), _mean=mean, _ss=ss)

    @classmethod
    def of(cls, data: ArrayLike, *, axis: Axis = 0) -> Moments:
        """Of observations along an axis."""
        (x,) = observations(axis, data=place("data", data))
        flat = x.reshape(len(x), -1)
        sums, at = np.empty((4, flat.shape[1])), 0
        with np.errstate(all="ignore"):
            for group in doubled.tiles(flat):
                parts = [_moments(tile) for tile in group]
                while len(parts) > 1:
                    parts = [a + b for a, b in zip(parts[::2], parts[1::2], strict=False)] + parts[len(parts) & ~1 :]
                here = slice(at, at := at + group[0].shape[1])
                sums[:, here] = *parts[0]._mean, *parts[0]._ss
        _in_range(sums)
        mean, mean_lo, ss, ss_lo = sums.reshape(4, *x.shape[1:])
        new = cls.__new__(cls)
        new._set(np.full(x.shape[1:], float(len(x))), Doubled(mean, mean_lo), Doubled(ss, ss_lo))
        return new

    @np.errstate(all="ignore")
    def beyond(self, loc: Array) -> Any:
        """mean - loc, rounded once."""
        return scalar(doubled.subtract(self._mean, doubled.plain(np.asarray(loc))).hi)

    @np.errstate(all="ignore")
    def __add__(self, other: Moments) -> Moments:
        if not isinstance(other, Moments):
            return NotImplemented
        n = self.n + other.n
        safe = np.where(n > 0, n, 1.0)
        apart = doubled.subtract(other._mean, self._mean)
        share = doubled.divide(_times(apart, other.n), safe)
        between = doubled.multiply(_times(share, self.n), apart)
        mean, ss = doubled.add(self._mean, share), doubled.add(doubled.add(self._ss, other._ss), between)
        _in_range(*mean, *ss)
        new = Moments.__new__(Moments)
        new._set(n, mean, ss)
        return new


def _in_range(*sums: Array) -> None:
    if not all(np.isfinite(part).all() for part in sums):
        raise ValueError("data spreads too far: the sum of its squared distances from the mean overflows")


def _times(x: Doubled, factor: Array) -> Doubled:
    return doubled.multiply(x, doubled.plain(factor))


def _moments(x: Array) -> Moments:
    """Of one tile, in two passes."""
    n = np.full(x.shape[1:], float(len(x)))
    mean = doubled.divide(doubled.total_of(x), n)
    distance, rest = doubled.two_sum(x, -mean.hi)
    new = Moments.__new__(Moments)
    # The second part may be as large as the first: far from 0 the mean is between two numbers that data may be
    new._set(n, mean, doubled.total(doubled.square(doubled.two_sum(distance, rest - mean.lo))))
    return new


class Maximum(Statistics):
    """Number and largest of numbers >= 0.

    Parameters
    ----------
    n : array_like of whole numbers
        Broadcasts with maximum; an element each problem.
    maximum : array_like, >= 0

    Raises
    ------
    TypeError, ValueError
        For an n that is no whole number, a negative maximum; or shapes that do not broadcast.

    Examples
    --------
    >>> from fastprob.bayes import Maximum
    >>> Maximum(4, 2.5) + Maximum(1, 3.0)
    Maximum(n=5.0, maximum=3.0)
    """

    n: Array
    maximum: Array
    _shown = ("n", "maximum")

    def __init__(self, n: ArrayLike, maximum: ArrayLike):
        count, largest = broadcast(n=whole("n", n), maximum=nonnegative("maximum", maximum))
        self._become(n=scalar(count), maximum=scalar(largest))

    @classmethod
    def of(cls, data: ArrayLike, *, axis: Axis = 0) -> Maximum:
        """Of observations along an axis."""
        (x,) = observations(axis, data=nonnegative("data", data))
        return cls(np.full(x.shape[1:], float(len(x))), x.max(axis=0))

    def __add__(self, other: Maximum) -> Maximum:
        if not isinstance(other, Maximum):
            return NotImplemented
        return Maximum(self.n + other.n, np.maximum(self.maximum, other.maximum))
