"""Posterior predictive distributions: of data to come, with the parameter integrated out.

Counts have `logpmf`, `pmf`, `cdf`, `sf`, `ppf`, `isf`, `median`, `interval`; real numbers have what every `Continuous`
distribution has.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .. import special
from ..random import Generator
from ._beta_binomial import log_beta_binomial, tails
from ._checks import Array, positive, scalar, whole
from ._distribution import Continuous, Discrete, numpy_generator
from ._gammas import component, log_grown, log_quotient, log_saturated
from ._scipy import scipy_special

MANY = 1e18  # from here on Poisson's distribution is normal to a billionth of its standard deviation, and NumPy's ends


class BetaBinomialPredictive(Discrete):
    """Successes in a number of trials, whose probability of success is Beta(a, b).

    Parameters
    ----------
    a, b : array_like, > 0
    trials : array_like of whole numbers

    Raises
    ------
    TypeError, ValueError
        For a and b that are not finite and above 0, trials that are no whole numbers; or shapes that do not broadcast.

    Notes
    -----
    p(k) = C(n, k) B(a + k, b + n - k) / B(a, b), as a sum of deviances. `cdf` and `sf` add up the smaller side until
    nothing is left that counts, after 256 terms by panels of Gauss's rule for sums: a few hundred terms,
    at most 2,000 for any n up to 2^53. Right to 1e-12, relative, down to probabilities of e^-100.

    Examples
    --------
    >>> from fastprob.bayes import BetaBinomialPredictive
    >>> BetaBinomialPredictive(1, 1, 3).pmf([0, 1, 2, 3])
    array([0.25, 0.25, 0.25, 0.25])
    """

    a: Any
    b: Any
    trials: Any
    _shown = ("a", "b", "trials")

    def __init__(self, a: ArrayLike, b: ArrayLike, trials: ArrayLike = 1):
        self._start(a=positive("a", a), b=positive("b", b), trials=whole("trials", trials))

    @np.errstate(all="ignore")
    def mean(self) -> Any:
        """n a / (a + b)."""
        return self.trials * (self.a / (self.a + self.b))

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """n p (1 - p) (a + b + n) / (a + b + 1), with p = a / (a + b)."""
        n = self.a + self.b
        return self.trials * (self.a / n) * (self.b / n) * ((n + self.trials) / (n + 1.0))

    @np.errstate(all="ignore")
    def std(self) -> Any:
        """Root of the variance."""
        n = self.a + self.b
        one = np.sqrt(self.a) / np.sqrt(n) * (np.sqrt(self.b) / np.sqrt(n))
        return one * np.sqrt(self.trials * ((n + self.trials) / (n + 1.0)))

    def _largest(self) -> Any:
        return self.trials

    def _logpmf(self, k: Array) -> Any:
        return log_beta_binomial(self.a, self.b, k, np.maximum(self.trials - k, 0.0))

    def _cdf_sf(self, k: Array) -> tuple[Any, Any]:
        arrays = np.broadcast_arrays(k, self.a, self.b, self.trials)
        shape = arrays[0].shape
        k, a, b, n = (v.ravel() for v in arrays)
        beyond = k >= n  # of some problems, where k of others is inside
        below, above = tails(np.where(beyond, 0.0, k), a, b, np.maximum(n, 1.0))
        return below.reshape(shape), above.reshape(shape)

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        generator = numpy_generator(rng)
        return generator.binomial(np.asarray(self.trials).astype(np.int64), generator.beta(self.a, self.b, shape))


class GammaPoissonPredictive(Discrete):
    """Events in an exposure, whose rate is Gamma(a, b): negative binomial.

    Parameters
    ----------
    a, b : array_like, > 0
        Shape and rate.
    exposure : array_like, > 0

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0; or shapes that do not broadcast.

    Notes
    -----
    p(k) = Gamma(a + k) / (Gamma(a) k!) q^a (1 - q)^k with q = b / (b + exposure), as a sum of deviances; `cdf` and `sf` are
    SciPy's incomplete beta functions.

    Examples
    --------
    >>> from fastprob.bayes import GammaPoissonPredictive
    >>> GammaPoissonPredictive(1, 1).pmf([0, 1, 2])
    array([0.5  , 0.25 , 0.125])
    """

    a: Any
    b: Any
    exposure: Any
    _shown = ("a", "b", "exposure")

    def __init__(self, a: ArrayLike, b: ArrayLike, exposure: ArrayLike = 1.0):
        self._start(a=positive("a", a), b=positive("b", b), exposure=positive("exposure", exposure))

    @np.errstate(all="ignore")
    def mean(self) -> Any:
        """a exposure / b."""
        ratio = self.exposure / self.b
        return scalar(np.where(np.isfinite(ratio), self.a * ratio, self.a / self.b * self.exposure))

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """a r (1 + r), with r = exposure / b."""
        return self.mean() * (1.0 + self.exposure / self.b)

    def _largest(self) -> Any:
        return np.inf

    def _logpmf(self, k: Array) -> Any:
        return log_saturated(k) + component(self.a + 0.0 * k, k + 0.0 * self.a, self.b, self.exposure)

    def _cdf_sf(self, k: Array) -> tuple[Any, Any]:
        both = self.b + self.exposure
        s = scipy_special()
        # Of two parts of 1 the smaller has all digits
        least = self.b <= self.exposure
        x = np.where(least, self.b, self.exposure) / both
        first, second = np.where(least, self.a, k + 1.0), np.where(least, k + 1.0, self.a)
        inner, outer = s.betainc(first, second, x), s.betaincc(first, second, x)
        below, above = np.where(least, inner, outer), np.where(least, outer, inner)
        # With shapes so large that SciPy has no value, the rate is known and counts are Poisson's
        rate = np.asarray(self.mean())
        below = np.where(np.isnan(below), s.gammaincc(k + 1.0, rate), below)
        return below, np.where(np.isnan(above), s.gammainc(k + 1.0, rate), above)

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        generator = numpy_generator(rng)
        unit = np.asarray(generator.standard_gamma(self.a, shape))
        rate = np.where(unit > 0, unit * (self.exposure / self.b), 0.0)
        large = rate > MANY
        counts = np.asarray(generator.poisson(np.where(large, 0.0, rate)), np.float64)
        if not large.any():
            return counts
        spread = np.where(rate < np.inf, np.sqrt(rate), 0.0)
        return np.where(large, np.rint(rate + spread * generator.standard_normal(rate.shape)), counts)


class CategoricalPredictive(Discrete):
    """The next category, whose probabilities are Dirichlet(alpha).

    Parameters
    ----------
    alpha : array_like [..., K], > 0

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0, or fewer than two categories.

    Examples
    --------
    >>> from fastprob.bayes import CategoricalPredictive
    >>> CategoricalPredictive([1.0, 2.0, 5.0]).cdf([0, 1, 2])
    array([0.125, 0.375, 1.   ])
    """

    alpha: Any
    _shown = ("alpha",)

    @np.errstate(all="ignore")
    def __init__(self, alpha: ArrayLike):
        array = positive("alpha", alpha)
        if array.ndim == 0 or array.shape[-1] < 2:
            raise ValueError(f"alpha has shape {array.shape}; its last axis is that of the categories, two or more")
        self._become(alpha=array, shape=array.shape[:-1], _p=array / array.sum(axis=-1, keepdims=True))

    _p: Array

    @np.errstate(all="ignore")
    def mean(self) -> Any:
        """Mean of the category's number."""
        return scalar((self._p * np.arange(self._p.shape[-1])).sum(axis=-1))

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """Variance of the category's number."""
        apart = np.arange(self._p.shape[-1]) - np.asarray(self.mean())[..., None]
        return scalar((self._p * apart * apart).sum(axis=-1))

    def _largest(self) -> Any:
        return float(self._p.shape[-1] - 1)

    def _pick(self, table: Array, k: Array) -> Array:
        place = np.broadcast_to(k, np.broadcast_shapes(k.shape, self.shape)).astype(np.intp)
        return np.take_along_axis(np.broadcast_to(table, (*place.shape, table.shape[-1])), place[..., None], axis=-1)[..., 0]

    def _logpmf(self, k: Array) -> Any:
        return self._pick(log_quotient(self.alpha, self.alpha.sum(axis=-1, keepdims=True)), k)

    def _cdf_sf(self, k: Array) -> tuple[Any, Any]:
        from_above = self._p[..., ::-1].cumsum(axis=-1)[..., ::-1]
        above = np.concatenate([from_above[..., 1:], np.zeros_like(from_above[..., :1])], axis=-1)
        return self._pick(self._p.cumsum(axis=-1), k), self._pick(above, k)

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        u = rng.random(shape)
        edges = self._p.cumsum(axis=-1)[..., :-1]
        return (np.asarray(u)[..., None] >= edges).sum(axis=-1)


class ParetoUniformPredictive(Continuous):
    """A number from Uniform(0, bound), whose bound is Pareto(scale, a).

    Parameters
    ----------
    scale, a : array_like, > 0

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0; or shapes that do not broadcast.

    Notes
    -----
    The density is a / ((a + 1) scale) up to scale, and falls as scale^a / x^(a+1) beyond.

    Examples
    --------
    >>> from fastprob.bayes import ParetoUniformPredictive
    >>> ParetoUniformPredictive(2.0, 3.0).cdf([1.0, 2.0, 4.0])
    array([0.375  , 0.75   , 0.96875])
    """

    scale: Any
    a: Any
    _shown = ("scale", "a")

    def __init__(self, scale: ArrayLike, a: ArrayLike):
        self._start(scale=positive("scale", scale), a=positive("a", a))

    @np.errstate(all="ignore")
    def mean(self) -> Any:
        """a scale / (2 (a - 1)); infinite for a <= 1."""
        a = np.where(self.a > 1, self.a, 2.0)
        return scalar(np.where(self.a > 1, 0.5 * self.scale * (a / (a - 1.0)), np.inf))

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """E[bound^2]/3 - mean^2; infinite for a <= 2, NaN for a <= 1."""
        a = np.where(self.a > 2, self.a, 3.0)
        value = self.scale * self.scale * (a / (a - 2.0) / 3.0 - np.square(0.5 * a / (a - 1.0)))
        return scalar(np.where(self.a > 2, value, np.where(self.a > 1, np.inf, np.nan)))

    @np.errstate(all="ignore")
    def std(self) -> Any:
        """Root of the variance; infinite for a <= 2, NaN for a <= 1."""
        a = np.where(self.a > 2, self.a, 3.0)
        value = self.scale * np.sqrt(a / (a - 2.0) / 3.0 - np.square(0.5 * a / (a - 1.0)))
        return scalar(np.where(self.a > 2, value, np.where(self.a > 1, np.inf, np.nan)))

    def _log_ratio(self, x: Array) -> Any:
        return log_grown(self.scale, np.maximum(x - self.scale, 0.0))

    def _logpdf(self, x: Array) -> Any:
        value = special.log(self.a / (self.a + 1.0)) - special.log(self.scale) - (self.a + 1.0) * self._log_ratio(x)
        return np.where(x >= 0, value, np.where(np.isnan(x), np.nan, -np.inf))

    def _cdf(self, x: Array) -> Any:
        inner = self.a / (self.a + 1.0) * np.clip(x / self.scale, 0.0, 1.0)
        # 1 - (x/scale)^-a/(a + 1), without the 1
        tail = (self.a - special.expm1(-self.a * self._log_ratio(x))) / (self.a + 1.0)
        return np.where(x <= self.scale, inner, tail)

    def _sf(self, x: Array) -> Any:
        inner = (1.0 + self.a * np.clip((self.scale - x) / self.scale, 0.0, 1.0)) / (self.a + 1.0)
        return np.where(x <= self.scale, inner, special.exp(-self.a * self._log_ratio(x)) / (self.a + 1.0))

    def _ppf(self, q: Array) -> Any:
        inner = q * ((self.a + 1.0) / self.a) * self.scale
        return np.where(q <= self.a / (self.a + 1.0), inner, self._tail(1.0 - q, q))

    def _isf(self, q: Array) -> Any:
        inner = (1.0 - q) * ((self.a + 1.0) / self.a) * self.scale
        return np.where(q >= 1.0 / (self.a + 1.0), inner, self._tail(q, 1.0 - q))

    def _tail(self, above: Array, below: Array) -> Any:
        """The place beyond scale where `sf` and `cdf` are so."""
        power = above * (self.a + 1.0)  # (x/scale)^-a
        less = self.a * above - below  # than 1, to all digits where that is little
        near = less > -0.5
        logarithm = np.where(near, special.log1p(np.where(near, less, 0.0)), special.log(power))
        return self.scale * special.exp(-logarithm / self.a)

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        return self._ppf(np.asarray(rng.random(shape, open=True), dtype=np.float64))
