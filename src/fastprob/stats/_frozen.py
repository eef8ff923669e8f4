"""Distributions with their parameters fixed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ._arguments import RandomState, real, refuse, without_nan

if TYPE_CHECKING:
    from ._base import Distribution
    from ._kinds import Continuous, Discrete


class Frozen:
    """A distribution with its parameters fixed, and its methods without them.

    `args` and `kwds` are what it was made with, `dist` is its distribution, with a random_state of its own, `a` and `b` are the
    ends of the support at loc = 0 and scale = 1.

    >>> from fastprob.stats import norm
    >>> frozen = norm(10.0, scale=2.0)
    >>> frozen
    fastprob.stats.norm(10.0, scale=2.0)
    >>> frozen.sf(14.0) == norm.sf(14.0, 10.0, 2.0)
    np.True_
    """

    def __init__(self, dist: Distribution, /, *args: Any, **kwds: Any) -> None:
        self.args = args
        self.kwds = kwds
        self.dist = type(dist)()
        self._values = self.dist._parameters(*args, **kwds)
        refuse(self.dist._rules(*self._values), repr(dist), nan=~np.asarray(without_nan(self._values)))
        self.a, self.b = self.dist._ends(*self._values[: dist.numargs])

    def __repr__(self) -> str:
        given = [*map(repr, self.args), *(f"{name}={value!r}" for name, value in self.kwds.items())]
        return f"{self.dist!r}({', '.join(given)})"

    @property
    def random_state(self) -> RandomState:
        """What `rvs` draws from unless it is told; see the distribution's."""
        return self.dist.random_state

    @random_state.setter
    def random_state(self, seed: Any) -> None:
        self.dist.random_state = seed

    def cdf(self, x: ArrayLike) -> Any:
        """Distribution function, P(X <= x)."""
        return self.dist._cdf(real(x, "x"), *self._values)

    def logcdf(self, x: ArrayLike) -> Any:
        """Logarithm of cdf, in nats."""
        return self.dist._logcdf(real(x, "x"), *self._values)

    def sf(self, x: ArrayLike) -> Any:
        """Survival function, P(X > x)."""
        return self.dist._sf(real(x, "x"), *self._values)

    def logsf(self, x: ArrayLike) -> Any:
        """Logarithm of sf, in nats."""
        return self.dist._logsf(real(x, "x"), *self._values)

    def ppf(self, q: ArrayLike) -> Any:
        """Quantile, the least x with cdf(x) >= q."""
        return self.dist._ppf(real(q, "q"), *self._values)

    def isf(self, q: ArrayLike) -> Any:
        """Upper quantile, the least x with sf(x) <= q."""
        return self.dist._isf(real(q, "q"), *self._values)

    def rvs(self, size: Any = None, random_state: Any = None) -> Any:
        """Draws; see the distribution's."""
        return self.dist.rvs(*self._values, size=size, random_state=random_state)

    def stats(self, moments: str = "mv") -> Any:
        """Mean, variance, skewness, excess kurtosis, whichever the letters "mvsk" name."""
        return self.dist.stats(*self._values, moments=moments)

    def mean(self) -> Any:
        """Mean."""
        return self.dist.mean(*self._values)

    def var(self) -> Any:
        """Variance."""
        return self.dist.var(*self._values)

    def std(self) -> Any:
        """Standard deviation."""
        return self.dist.std(*self._values)

    def median(self) -> Any:
        """Median."""
        return self.dist.median(*self._values)

    def moment(self, order: int) -> Any:
        """E[X^order]."""
        return self.dist.moment(order, *self._values)

    def entropy(self) -> Any:
        """Entropy, in nats."""
        return self.dist.entropy(*self._values)

    def interval(self, confidence: ArrayLike) -> tuple[Any, Any]:
        """Ends of the interval about the median that has the probability `confidence`."""
        return self.dist.interval(confidence, *self._values)

    def support(self) -> tuple[Any, Any]:
        """Ends of the support."""
        return self.dist.support(*self.args, **self.kwds)


class FrozenContinuous(Frozen):
    """A continuous distribution with its parameters fixed."""

    dist: Continuous

    def pdf(self, x: ArrayLike) -> Any:
        """Density."""
        return self.dist._pdf(real(x, "x"), *self._values)

    def logpdf(self, x: ArrayLike) -> Any:
        """Logarithm of the density, in nats."""
        return self.dist._logpdf(real(x, "x"), *self._values)

    def expect(
        self,
        func: Callable[[float], Any] | None = None,
        lb: float | None = None,
        ub: float | None = None,
        conditional: bool = False,
        **kwds: Any,
    ) -> Any:
        """E[func(X); lb < X < ub]; see the distribution's."""
        *shapes, loc, scale = self._values
        return self.dist.expect(func, tuple(shapes), loc, scale, lb, ub, conditional, **kwds)


class FrozenDiscrete(Frozen):
    """A discrete distribution with its parameters fixed."""

    dist: Discrete

    def pmf(self, k: ArrayLike) -> Any:
        """Probability of k."""
        return self.dist._pmf(real(k, "k"), *self._values)

    def logpmf(self, k: ArrayLike) -> Any:
        """Logarithm of the probability of k, in nats."""
        return self.dist._logpmf(real(k, "k"), *self._values)

    def expect(
        self,
        func: Callable[[Any], Any] | None = None,
        lb: float | None = None,
        ub: float | None = None,
        conditional: bool = False,
        **kwds: Any,
    ) -> Any:
        """E[func(K); lb <= K <= ub]; see the distribution's."""
        *shapes, _ = self._values
        loc = self.dist._given_loc(self.args, self.kwds)        # func is given integers if this is one
        return self.dist.expect(func, tuple(shapes), loc, lb, ub, conditional, **kwds)
