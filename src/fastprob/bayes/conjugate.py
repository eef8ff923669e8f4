"""Posteriors, predictives and evidences in closed form, for many problems at once.

A model starts as a prior. `update(data)` returns the posterior, which is a model too and takes more data; its parameters'
distributions are attributes (`p`, `mu`, `variance`, `rate`, `bound`), `predictive()` is the distribution of data to come, and
`log_evidence(data)` is log p(data), in nats.

**Data** are observations along `axis`, by default the first; the other axes are problems of their own and broadcast against the
parameters. `axis=None` takes all numbers for one problem, and `axis=()` each for one of its own. In the data's place there may be
their sufficient statistics (`Counts`, `CategoryCounts`, `Events`, `Moments`, `Maximum`), which add up over batches.

**Order and batches.** A posterior keeps its prior and the statistics of all data seen, in twice the precision where they are no
whole numbers, and rounds once. However the data are ordered or cut, no more than the last bit of its parameters changes,
nor of `log_evidence` of merged statistics.

**Evidences of counts** are differences of log gamma functions that cancel: at 1e9 counts nine digits of sixteen. They are
computed as a sum of terms that do not: Stirling's remainders and the deviances of data and prior from what both together say.
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from .. import normal, special
from ._beta_binomial import log_beta_evidence
from ._checks import LARGEST, Array, broadcast, place, positive, reals, require, scalar
from ._distribution import Frozen, Size, generator_of
from ._gammas import FAR, component, log_grown, log_quotient, pooled, remainder
from ._statistics import Axis, CategoryCounts, Counts, Events, Maximum, Moments, Statistics
from .distributions import Beta, Dirichlet, Gamma, InverseGamma, Normal, Pareto, StudentT
from .predictive import (
    BetaBinomialPredictive,
    CategoricalPredictive,
    GammaPoissonPredictive,
    ParetoUniformPredictive,
)

PROPER = "finite numbers > 0, or the prior would be improper"
_Self = TypeVar("_Self", bound="Model")
LOG_2PI = math.log(2.0 * math.pi)


class Model(Frozen):
    """A prior, and what was seen since."""

    _prior: Any
    _seen: Any = None

    def _posterior(self, seen: Any) -> Any:
        """The model that the prior becomes."""
        raise NotImplementedError

    def _with(self: _Self, statistics: Statistics) -> _Self:
        prior = self._prior if self._seen is not None else self
        seen = statistics if self._seen is None else self._seen + statistics
        with np.errstate(all="ignore"):
            posterior: _Self = prior._posterior(seen)
        posterior._become(_prior=prior, _seen=seen)
        return posterior


class BetaBinomial(Model):
    """Successes in trials with an unknown probability: k ~ Binomial(n, p), p ~ Beta(a, b). With n = 1: Bernoulli.

    Parameters
    ----------
    a, b : array_like, > 0
        Of the prior. An element each problem.

    Attributes
    ----------
    p : Beta
        The distribution of the probability.

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0; or shapes that do not broadcast.

    Notes
    -----
    The posterior is Beta(a + sum k, b + sum (n - k)). log p(data) = sum log C(n, k) + log B(a + sum k, b + sum (n - k)) - log
    B(a, b).

    Examples
    --------
    >>> from fastprob.bayes import BetaBinomial
    >>> posterior = BetaBinomial(1, 1).update([1, 0, 1, 1])
    >>> posterior, posterior.p.mean()
    (BetaBinomial(a=4.0, b=2.0), np.float64(0.6666666666666666))

    Conversions among visitors of three pages, a problem each:

    >>> pages = BetaBinomial(1, 1).update([30, 41, 9], trials=[1000, 1000, 400], axis=())
    >>> low, high = pages.p.interval(0.95)
    >>> low.round(4), high.round(4)
    (array([0.0211, 0.0304, 0.012 ]), array([0.0425, 0.0552, 0.0422]))
    """

    a: Any
    b: Any
    p: Beta
    _shown = ("a", "b")

    def __init__(self, a: ArrayLike = 1.0, b: ArrayLike = 1.0):
        p = Beta(positive("a", a, PROPER), positive("b", b, PROPER))
        self._become(p=p, a=p.a, b=p.b)

    def update(self, data: ArrayLike | Counts, trials: ArrayLike = 1, *, axis: Axis = 0) -> BetaBinomial:
        """The posterior after data: outcomes 0 or 1, successes in so many trials, or `Counts`.

        TypeError, ValueError for empty data, what is no whole number, more successes than trials; or shapes that do not
        broadcast.
        """
        return self._with(Counts.from_data(data, trials, axis=axis))

    @np.errstate(all="ignore")
    def log_evidence(self, data: ArrayLike | Counts, trials: ArrayLike = 1, *, axis: Axis = 0) -> Any:
        """log p(data) in nats under this prior, or after what was seen. Errors as in `update`."""
        seen = Counts.from_data(data, trials, axis=axis)
        k, n, a, b = broadcast(data=seen.successes, trials=seen.trials, a=self.a, b=self.b)
        return scalar(seen.log_likelihood + log_beta_evidence(a, b, k, n - k))

    @np.errstate(all="ignore")
    def predictive(self, trials: ArrayLike = 1) -> BetaBinomialPredictive:
        """The distribution of successes in so many further trials."""
        return BetaBinomialPredictive(self.a, self.b, trials)

    def _posterior(self, seen: Counts) -> BetaBinomial:
        broadcast(data=seen.successes, a=self.a)
        return BetaBinomial(self.a + seen.successes, self.b + (seen.trials - seen.successes))


class DirichletCategorical(Model):
    """Categories with unknown probabilities: P(k) = p_k, p ~ Dirichlet(alpha).

    Parameters
    ----------
    alpha : array_like [..., K], > 0
        Of the prior, K categories along the last axis; the others are problems of their own.

    Attributes
    ----------
    p : Dirichlet
        The distribution of the probabilities.

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0, or fewer than two categories.

    Notes
    -----
    The posterior is Dirichlet(alpha + c), where c_k counts category k. log p(data) = log B(alpha + c) - log B(alpha), where
    B(alpha) = prod_k Gamma(alpha_k) / Gamma(sum alpha); where the counts are all that was observed, with the multinomial
    coefficient.

    Examples
    --------
    >>> from fastprob.bayes import DirichletCategorical
    >>> posterior = DirichletCategorical([1, 1, 1]).update([0, 2, 2, 2])
    >>> posterior
    DirichletCategorical(alpha=[2.0, 1.0, 4.0])
    >>> posterior.predictive().pmf(2)
    np.float64(0.5714285714285714)
    """

    alpha: Array
    p: Dirichlet
    _shown = ("alpha",)

    def __init__(self, alpha: ArrayLike):
        p = Dirichlet(positive("alpha", alpha, PROPER))
        self._become(p=p, alpha=p.alpha)

    def _statistics(self, data: ArrayLike | CategoryCounts, axis: Axis) -> CategoryCounts:
        k = self.alpha.shape[-1]
        seen: CategoryCounts = CategoryCounts.from_data(data, k, axis=axis)
        if seen.counts.shape[-1] != k:
            raise ValueError(f"data has counts of {seen.counts.shape[-1]} categories; alpha has {k}")
        broadcast(data=seen.counts, alpha=self.alpha)
        return seen

    def update(self, data: ArrayLike | CategoryCounts, *, axis: Axis = 0) -> DirichletCategorical:
        """The posterior after data: categories 0 to K - 1, or `CategoryCounts`.

        TypeError, ValueError for empty data, what is no category; or shapes that do not broadcast.
        """
        return self._with(self._statistics(data, axis))

    @np.errstate(all="ignore")
    def log_evidence(self, data: ArrayLike | CategoryCounts, *, axis: Axis = 0) -> Any:
        """log p(data) in nats under this prior, or after what was seen. Errors as in `update`."""
        seen = self._statistics(data, axis)
        alpha, c = broadcast(alpha=self.alpha, data=seen.counts)
        all_alpha, n = alpha.sum(axis=-1), c.sum(axis=-1)
        terms = component(alpha, c, all_alpha[..., None], n[..., None]).sum(axis=-1)
        return scalar(seen.log_likelihood + (terms - pooled(all_alpha, n)))

    @np.errstate(all="ignore")
    def predictive(self) -> CategoricalPredictive:
        """The distribution of the next category."""
        return CategoricalPredictive(self.alpha)

    def _posterior(self, seen: CategoryCounts) -> DirichletCategorical:
        return DirichletCategorical(self.alpha + seen.counts)


class GammaPoisson(Model):
    """Events at an unknown rate: k ~ Poisson(rate exposure), rate ~ Gamma(a, b).

    Parameters
    ----------
    a, b : array_like, > 0
        Shape and rate (1/scale) of the prior. An element each problem.

    Attributes
    ----------
    rate : Gamma
        The distribution of the rate, events a unit of exposure.

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0; or shapes that do not broadcast.

    Notes
    -----
    The posterior is Gamma(a + sum k, b + sum exposure). log p(data) = sum (k log exposure - log k!) + log Gamma(a + sum k)
    - log Gamma(a) + a log b - (a + sum k) log(b + sum exposure).

    Examples
    --------
    >>> from fastprob.bayes import GammaPoisson
    >>> posterior = GammaPoisson(2, 1).update([3, 5, 4])
    >>> posterior, posterior.rate.mean()
    (GammaPoisson(a=14.0, b=4.0), np.float64(3.5))
    >>> print(posterior.predictive(exposure=2.0).sf(12).round(4))
    0.0583
    """

    a: Any
    b: Any
    rate: Gamma
    _shown = ("a", "b")

    def __init__(self, a: ArrayLike, b: ArrayLike):
        rate = Gamma(positive("a", a, PROPER), positive("b", b, PROPER))
        self._become(rate=rate, a=rate.a, b=rate.b)

    def update(self, data: ArrayLike | Events, exposure: ArrayLike = 1.0, *, axis: Axis = 0) -> GammaPoisson:
        """The posterior after data: numbers of events, each in an exposure, or `Events`.

        TypeError, ValueError for empty data, what is no whole number, exposures not above 0; or shapes that do not broadcast.
        """
        return self._with(Events.from_data(data, exposure, axis=axis))

    @np.errstate(all="ignore")
    def log_evidence(self, data: ArrayLike | Events, exposure: ArrayLike = 1.0, *, axis: Axis = 0) -> Any:
        """log p(data) in nats under this prior, or after what was seen. Errors as in `update`."""
        seen = Events.from_data(data, exposure, axis=axis)
        x, t, a, b = broadcast(data=seen.events, exposure=seen.exposure, a=self.a, b=self.b)
        return scalar(seen.log_likelihood + component(a, x, b, t))

    @np.errstate(all="ignore")
    def predictive(self, exposure: ArrayLike = 1.0) -> GammaPoissonPredictive:
        """The distribution of the number of events in a further exposure."""
        return GammaPoissonPredictive(self.a, self.b, exposure)

    def _posterior(self, seen: Events) -> GammaPoisson:
        broadcast(data=seen.events, a=self.a)
        return GammaPoisson(self.a + seen.events, seen.exposure_beyond(self.b))


class NormalNormal(Model):
    """Normal data of known scale: x ~ N(mu, noise^2), mu ~ N(loc, scale^2).

    Parameters
    ----------
    loc : array_like
        Of the prior. An element each problem.
    scale : array_like, > 0
        Of the prior.
    noise : array_like, > 0
        The data's standard deviation, known.

    Attributes
    ----------
    mu : Normal
        The distribution of the mean.

    Raises
    ------
    TypeError, ValueError
        For values that are not finite, scales not above 0; or shapes that do not broadcast.

    Notes
    -----
    With w = n scale^2 / (noise^2 + n scale^2), the posterior is N((1 - w) loc + w mean(x), (1 - w) scale^2), and log p(data)
    = -n/2 log(2 pi noise^2) - sum (x - mean(x))^2 / (2 noise^2) + log(1 - w)/2 - (mean(x) - loc)^2 (1 - w) n / (2 noise^2).

    Examples
    --------
    >>> from fastprob.bayes import NormalNormal
    >>> posterior = NormalNormal(0.0, 10.0, noise=1.0).update([4.8, 5.3, 5.2])
    >>> low, high = posterior.mu.interval(0.95)
    >>> print(low.round(4), high.round(4))
    3.9534 6.2128
    """

    loc: Any
    scale: Any
    noise: Any
    mu: Normal
    _shown = ("loc", "scale", "noise")

    def __init__(self, loc: ArrayLike, scale: ArrayLike, noise: ArrayLike):
        mean, spread = place("loc", loc), positive("scale", scale, PROPER)
        mean, spread, sigma = broadcast(loc=mean, scale=spread, noise=positive("noise", noise))
        self._become(mu=Normal(mean, spread), loc=scalar(mean), scale=scalar(spread), noise=scalar(sigma))

    def update(self, data: ArrayLike | Moments, *, axis: Axis = 0) -> NormalNormal:
        """The posterior after data, or their `Moments`.

        TypeError, ValueError for empty data, values that are not finite; or shapes that do not broadcast.
        """
        return self._with(Moments.from_data(data, axis=axis))

    @np.errstate(all="ignore")
    def log_evidence(self, data: ArrayLike | Moments, *, axis: Axis = 0) -> Any:
        """log p(data) in nats under this prior, or after what was seen. Errors as in `update`."""
        seen = Moments.from_data(data, axis=axis)
        n, scale, noise = broadcast(data=seen.n, scale=self.scale, noise=self.noise)
        spread, odds = self._spread(n), n * np.square(scale / noise)  # odds w/(1 - w)
        z = seen.beyond(self.loc) / spread
        squares = seen.ss / noise / noise + n * (z * z)
        grown = np.where(odds < FAR, special.log1p(odds), 2.0 * (special.log(spread) - special.log(noise)))
        return scalar(np.where(n > 0, -0.5 * (n * (LOG_2PI + 2.0 * special.log(noise)) + squares + grown), 0.0))

    @np.errstate(all="ignore")
    def predictive(self) -> Normal:
        """The distribution of a further number: N(loc, scale^2 + noise^2)."""
        return Normal(self.loc, np.hypot(self.scale, self.noise))

    def _spread(self, n: Array) -> Any:
        """sqrt(noise^2 + n scale^2)"""
        return np.hypot(self.noise, np.sqrt(n) * self.scale)

    def _posterior(self, seen: Moments) -> NormalNormal:
        n, scale, noise = broadcast(data=seen.n, scale=self.scale, noise=self.noise)
        spread = self._spread(n)
        loc = self.loc * np.square(noise / spread) + seen.mean * np.square(np.sqrt(n) * scale / spread)
        # The larger one first: the quotient is no less than sqrt(1/n), about
        return NormalNormal(loc, np.where(scale > noise, scale / spread * noise, noise / spread * scale), noise)


class NormalInverseGamma(Model):
    """Normal data of unknown mean and variance: x ~ N(mu, variance), mu ~ N(loc, variance/kappa), variance ~ InverseGamma(a, b).

    Parameters
    ----------
    loc : array_like
        Of the prior. An element each problem.
    kappa : array_like, > 0
        How many observations the prior's loc is worth.
    a, b : array_like, > 0
        Shape and scale of the variance: worth 2 a observations of variance b/a.

    Attributes
    ----------
    mu : StudentT
        The distribution of the mean, the variance integrated out.
    variance : InverseGamma
        The distribution of the variance.

    Raises
    ------
    TypeError, ValueError
        For values that are not finite, kappa, a or b not above 0; or shapes that do not broadcast.

    Notes
    -----
    The posterior has kappa + n, loc' = (kappa loc + sum x) / (kappa + n), a + n/2 and b' = b + sum (x - mean(x))^2 / 2
    + kappa n (mean(x) - loc)^2 / (2 (kappa + n)). log p(data) = -n/2 log(2 pi) + log(kappa / (kappa + n))/2 + log Gamma(a + n/2)
    - log Gamma(a) + a log b - (a + n/2) log b', computed from Stirling's remainders.

    Examples
    --------
    >>> from fastprob.bayes import NormalInverseGamma
    >>> posterior = NormalInverseGamma(0.0, 0.01, 0.5, 0.5).update([4.8, 5.3, 5.2])
    >>> low, high = posterior.mu.interval(0.95)
    >>> print(low.round(4), high.round(4))
    4.1366 6.0296
    >>> mu, variance = posterior.sample(1000, rng=1)
    """

    loc: Any
    kappa: Any
    a: Any
    b: Any
    mu: StudentT
    variance: InverseGamma
    _shown = ("loc", "kappa", "a", "b")

    @np.errstate(all="ignore")
    def __init__(self, loc: ArrayLike, kappa: ArrayLike, a: ArrayLike, b: ArrayLike):
        mean, weight, shape, scale = broadcast(
            loc=place("loc", loc), kappa=positive("kappa", kappa, PROPER), a=positive("a", a, PROPER), b=positive("b", b, PROPER)
        )
        mu = StudentT(2.0 * shape, mean, np.sqrt(scale) / np.sqrt(shape) / np.sqrt(weight))
        self._become(
            mu=mu, variance=InverseGamma(shape, scale), loc=scalar(mean), kappa=scalar(weight), a=scalar(shape), b=scalar(scale)
        )

    def update(self, data: ArrayLike | Moments, *, axis: Axis = 0) -> NormalInverseGamma:
        """The posterior after data, or their `Moments`.

        TypeError, ValueError for empty data, values that are not finite; or shapes that do not broadcast.
        """
        return self._with(Moments.from_data(data, axis=axis))

    @np.errstate(all="ignore")
    def log_evidence(self, data: ArrayLike | Moments, *, axis: Axis = 0) -> Any:
        """log p(data) in nats under this prior, or after what was seen. Errors as in `update`."""
        seen = Moments.from_data(data, axis=axis)
        n, kappa, a, b = broadcast(data=seen.n, kappa=self.kappa, a=self.a, b=self.b)
        half, gained = 0.5 * n, self._gained(seen)
        grown = log_grown(a, half)
        # log Gamma(a + n/2) - log Gamma(a) is (a + n/2 - 1/2) log(a + n/2) - (a - 1/2) log a - n/2 and the remainders
        value = (a - 0.5) * grown - a * log_grown(b, gained) + remainder(a + half) - remainder(a)
        value = value - half * (1.0 + LOG_2PI + log_quotient(b + gained, a + half))
        return scalar(np.where(n > 0, value - 0.5 * log_grown(kappa, n), 0.0))

    @np.errstate(all="ignore")
    def predictive(self) -> StudentT:
        """The distribution of a further number."""
        return StudentT(2.0 * self.a, self.loc, np.sqrt(self.b) / np.sqrt(self.a) * np.sqrt(1.0 + 1.0 / self.kappa))

    @np.errstate(all="ignore")
    def logpdf(self, mu: ArrayLike, variance: ArrayLike) -> Any:
        """Joint log density of mean and variance, in nats."""
        m, v, loc = broadcast(mu=reals("mu", mu), variance=reals("variance", variance), parameters=np.asarray(self.loc))
        given = normal.logpdf(m, loc, np.sqrt(v) / np.sqrt(self.kappa))  # NaN for an infinite or negative variance
        value = np.where((v > 0) & (v < np.inf), given + self.variance.logpdf(v), -np.inf)
        return scalar(np.where(np.isnan(m) | np.isnan(v), np.nan, value))

    @np.errstate(all="ignore")
    def sample(self, size: Size = None, rng: Any = None) -> tuple[Any, Any]:
        """Joint draws (mu, variance), each of shape (*size, *shape); see `Continuous.sample`."""
        generator = generator_of(rng)
        variance = self.variance.sample(size, generator)
        return generator.normal(self.loc, np.sqrt(variance) / np.sqrt(self.kappa)), variance

    def _gained(self, seen: Moments) -> Any:
        apart = seen.beyond(self.loc)
        gained = np.asarray(0.5 * (seen.ss + seen.n * (apart * (self.kappa / (self.kappa + seen.n)) * apart)))
        return require("the sum of squares that data add to b", gained, gained <= LARGEST, f"numbers up to {LARGEST:g}")

    def _posterior(self, seen: Moments) -> NormalInverseGamma:
        broadcast(data=seen.n, loc=self.loc)
        both = self.kappa + seen.n
        loc = (self.kappa / both) * self.loc + (seen.n / both) * seen.mean
        return NormalInverseGamma(loc, both, self.a + 0.5 * seen.n, self.b + self._gained(seen))


class ParetoUniform(Model):
    """Uniform data of unknown bound: x ~ Uniform(0, bound), bound ~ Pareto(scale, a).

    Parameters
    ----------
    scale, a : array_like, > 0
        Least value and shape of the prior. An element each problem.

    Attributes
    ----------
    bound : Pareto
        The distribution of the bound.

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0; or shapes that do not broadcast.

    Notes
    -----
    The posterior is Pareto(max(scale, max x), a + n). log p(data) = log(a / (a + n)) + a log scale - (a + n) log max(scale, max
    x).

    Examples
    --------
    >>> from fastprob.bayes import ParetoUniform
    >>> posterior = ParetoUniform(1.0, 1.0).update([2.1, 7.4, 5.0])
    >>> low, high = posterior.bound.interval(0.9)
    >>> print(low.round(4), high.round(4))
    7.4955 15.6491
    """

    scale: Any
    a: Any
    bound: Pareto
    _shown = ("scale", "a")

    def __init__(self, scale: ArrayLike, a: ArrayLike):
        bound = Pareto(positive("scale", scale, PROPER), positive("a", a, PROPER))
        self._become(bound=bound, scale=bound.scale, a=bound.a)

    def update(self, data: ArrayLike | Maximum, *, axis: Axis = 0) -> ParetoUniform:
        """The posterior after data, or `Maximum`.

        TypeError, ValueError for empty data, negative values or such that are not finite; or shapes that do not broadcast.
        """
        return self._with(Maximum.from_data(data, axis=axis))

    @np.errstate(all="ignore")
    def log_evidence(self, data: ArrayLike | Maximum, *, axis: Axis = 0) -> Any:
        """log p(data) in nats under this prior, or after what was seen. Errors as in `update`."""
        seen = Maximum.from_data(data, axis=axis)
        n, largest, scale, a = broadcast(data=seen.n, maximum=seen.maximum, scale=self.scale, a=self.a)
        least = np.maximum(largest, scale)
        beyond = log_grown(scale, least - scale)
        return scalar(-log_grown(a, n) - n * special.log(least) - a * beyond)

    @np.errstate(all="ignore")
    def predictive(self) -> ParetoUniformPredictive:
        """The distribution of a further number."""
        return ParetoUniformPredictive(self.scale, self.a)

    def _posterior(self, seen: Maximum) -> ParetoUniform:
        broadcast(data=seen.n, scale=self.scale)
        return ParetoUniform(np.maximum(self.scale, seen.maximum), self.a + seen.n)
