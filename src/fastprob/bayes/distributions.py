"""Distributions of parameters, as posteriors have them: densities, distribution functions, quantiles, moments, draws.

Every parameter may be an array; `shape` is their common shape, and arguments broadcast against it. Values are float64, log
densities in nats. Positive parameters are from 1e-300 to 1e300, locations from -1e300 to 1e300. Outside the support a density is
0 and its logarithm -inf; NaN in, NaN out, and NaN for a quantile of a number outside [0, 1].
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .. import normal, special
from ..random import Generator
from ._checks import Array, place, positive, reals, scalar
from ._distribution import Continuous, Distribution, Size, generator_of, numpy_generator, sizes
from ._doubled import total_of, two_product, two_sum
from ._gamma_tails import gamma_mass, gamma_quantile, gamma_times
from ._gammas import FAR, HALF_LOG_2PI, deviance, log_gamma_ratio, log_grown, log_quotient, remainder
from ._scipy import scipy_special
from ._student import student_cdf, student_ppf


class Beta(Continuous):
    """Beta distribution: density x^(a-1) (1-x)^(b-1) / B(a, b) on [0, 1].

    Parameters
    ----------
    a, b : array_like, > 0

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0; or shapes that do not broadcast.

    Notes
    -----
    The log density is a sum of deviances (see `fastprob.bayes.conjugate`), right to about 1e-13 at any a and b, x above 1e-290.
    Distribution function and quantiles are SciPy's betainc, betaincc and their inverses.

    Examples
    --------
    >>> from fastprob.bayes import Beta
    >>> low, high = Beta(8, 4).interval(0.9)
    >>> print(low.round(4), high.round(4))
    0.4356 0.8649
    """

    a: Any
    b: Any
    _shown = ("a", "b")

    def __init__(self, a: ArrayLike, b: ArrayLike):
        self._start(a=positive("a", a), b=positive("b", b))

    @np.errstate(all="ignore")
    def mean(self) -> Any:
        """a / (a + b)."""
        return self.a / (self.a + self.b)

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """a b / ((a + b)^2 (a + b + 1))."""
        n = self.a + self.b
        return (self.a / n) * (self.b / n) / (n + 1.0)

    @np.errstate(all="ignore")
    def std(self) -> Any:
        """sqrt(a b / (a + b + 1)) / (a + b)."""
        n = self.a + self.b
        return np.sqrt(self.a) / np.sqrt(n) * (np.sqrt(self.b) / np.sqrt(n)) / np.sqrt(n + 1.0)

    def _logpdf(self, x: Array) -> Any:
        a, b = self.a, self.b
        inside = (x > 0) & (x < 1)
        y = np.where(inside, x, 0.5)
        # a - n y to all digits: at large a and b it is the small difference of large numbers
        (n, rest), (p, e) = two_sum(a + 0.0 * y, b + 0.0 * y), two_product(a + b + 0.0 * y, y + 0.0 * a)
        d = ((a - p) - e) - rest * y
        shape = 0.5 * (special.log(a) + log_quotient(b, n)) - HALF_LOG_2PI + remainder(n) - remainder(a) - remainder(b)
        value = shape - deviance(d, n * y) - deviance(-d, n * (1.0 - y)) - special.log(y) - special.log1p(-y)
        at_0 = np.where(a > 1, -np.inf, np.where(a == 1, special.log(b), np.inf))
        at_1 = np.where(b > 1, -np.inf, np.where(b == 1, special.log(a), np.inf))
        outside = np.where(x == 0, at_0, np.where(x == 1, at_1, np.where(np.isnan(x), np.nan, -np.inf)))
        return np.where(inside, value, outside)

    def _cdf(self, x: Array) -> Any:
        s, y = scipy_special(), np.clip(x, 0.0, 1.0)
        return self._limit(s.betainc(self.a, self.b, y), s.gammainc, s.gammaincc, y)

    def _sf(self, x: Array) -> Any:
        s, y = scipy_special(), np.clip(x, 0.0, 1.0)
        return self._limit(s.betaincc(self.a, self.b, y), s.gammaincc, s.gammainc, y)

    def _limit(self, value: Any, below: Any, above: Any, x: Array) -> Any:
        """The value, or where SciPy has none, with a shape beyond 1e100, the gamma distribution's: of -log(1 - x) or -log x."""
        lost = np.isnan(value) & ~np.isnan(x)
        if not lost.any():
            return value
        a, b = self.a, self.b
        limit = np.where(b > a, below(a, -b * special.log1p(-x)), above(b, -a * special.log(x)))
        return np.where(lost, limit, value)

    def _ppf(self, q: Array) -> Any:
        return self._found(scipy_special().betaincinv(self.a, self.b, q), self._cdf, q)

    def _isf(self, q: Array) -> Any:
        return self._found(scipy_special().betainccinv(self.a, self.b, q), lambda x: -self._sf(x), -q)

    def _found(self, quantile: Array, rising: Callable[[Array], Any], target: Array) -> Any:
        """The quantile, by bisection over all numbers of [0, 1] where SciPy has none: with shapes from 1e10 on, or tiny ones."""
        lost = np.isnan(quantile) & ~np.isnan(target)
        if not lost.any():
            return quantile
        low, high = np.zeros(np.shape(quantile), np.int64), np.full(np.shape(quantile), np.float64(1.0).view(np.int64))
        for _ in range(63):
            middle = low + (high - low) // 2  # as integers the numbers are in the same order
            below = rising(middle.view(np.float64)) < target
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.where(lost, high.view(np.float64), quantile)

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        return numpy_generator(rng).beta(self.a, self.b, shape)


class Gamma(Continuous):
    """Gamma distribution: density b^a x^(a-1) e^(-b x) / Gamma(a) for x >= 0.

    Parameters
    ----------
    a : array_like, > 0
        Shape.
    b : array_like, > 0
        Rate, 1/scale.

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0; or shapes that do not broadcast.

    Notes
    -----
    With a shape of 20 or more and beyond 4.5 standard deviations from a/b, tails are integrals of the density by Gauss's rule,
    right to 1e-12 for shapes up to 1e12 and down to probabilities of 1e-300, and quantiles are Newton's on their logarithms.
    Elsewhere both are SciPy's incomplete gamma functions and their inverses.

    Examples
    --------
    >>> from fastprob.bayes import Gamma
    >>> print(Gamma(3, 2).mean(), Gamma(3, 2).cdf(1.0).round(4))
    1.5 0.3233
    """

    a: Any
    b: Any
    _shown = ("a", "b")

    def __init__(self, a: ArrayLike, b: ArrayLike):
        self._start(a=positive("a", a), b=positive("b", b))

    @np.errstate(all="ignore")
    def mean(self) -> Any:
        """a / b."""
        return self.a / self.b

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """a / b^2."""
        return self.a / self.b / self.b

    @np.errstate(all="ignore")
    def std(self) -> Any:
        """sqrt(a) / b."""
        return np.sqrt(self.a) / self.b

    def _logpdf(self, x: Array) -> Any:
        inside = (x > 0) & (x < np.inf) & (self.b * x < np.inf)
        y = np.where(inside, x, 1.0)
        value = gamma_times(self.a, self.b, y) - special.log(y)
        at_0 = np.where(self.a > 1, -np.inf, np.where(self.a == 1, special.log(self.b), np.inf))
        return np.where(inside, value, np.where(x == 0, at_0, np.where(np.isnan(x), np.nan, -np.inf)))

    def _cdf(self, x: Array) -> Any:
        return gamma_mass(self.a, self.b, np.maximum(x, 0.0), above=False)

    def _sf(self, x: Array) -> Any:
        return gamma_mass(self.a, self.b, np.maximum(x, 0.0), above=True)

    def _ppf(self, q: Array) -> Any:
        return gamma_quantile(self.a, q, above=False) / self.b

    def _isf(self, q: Array) -> Any:
        return gamma_quantile(self.a, q, above=True) / self.b

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        return numpy_generator(rng).standard_gamma(self.a, shape) / self.b


class InverseGamma(Continuous):
    """Inverse gamma distribution, of a variance: density b^a x^(-a-1) e^(-b/x) / Gamma(a) for x > 0.

    Parameters
    ----------
    a : array_like, > 0
        Shape.
    b : array_like, > 0
        Scale.

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0; or shapes that do not broadcast.

    Notes
    -----
    Distribution function and quantiles are those of `Gamma`, at b/x. Its rounding costs sqrt(a) ulp, in tails several
    times that.

    Examples
    --------
    >>> from fastprob.bayes import InverseGamma
    >>> print(InverseGamma(3, 2).mean(), InverseGamma(3, 2).cdf(1.0).round(4))
    1.0 0.6767
    """

    a: Any
    b: Any
    _shown = ("a", "b")

    def __init__(self, a: ArrayLike, b: ArrayLike):
        self._start(a=positive("a", a), b=positive("b", b))

    @np.errstate(all="ignore")
    def mean(self) -> Any:
        """b / (a - 1); infinite for a <= 1."""
        return scalar(np.where(self.a > 1, self.b / np.where(self.a > 1, self.a - 1.0, 1.0), np.inf))

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """b^2 / ((a - 1)^2 (a - 2)); infinite for a <= 2, NaN for a <= 1."""
        a = np.where(self.a > 2, self.a, 3.0)
        value = (self.b / (a - 1.0)) * (self.b / (a - 1.0)) / (a - 2.0)
        return scalar(np.where(self.a > 2, value, np.where(self.a > 1, np.inf, np.nan)))

    @np.errstate(all="ignore")
    def std(self) -> Any:
        """b / ((a - 1) sqrt(a - 2)); infinite for a <= 2, NaN for a <= 1."""
        a = np.where(self.a > 2, self.a, 3.0)
        value = self.b / (a - 1.0) / np.sqrt(a - 2.0)
        return scalar(np.where(self.a > 2, value, np.where(self.a > 1, np.inf, np.nan)))

    def _logpdf(self, x: Array) -> Any:
        inside = (x > 0) & (x < np.inf) & (self.b / x < np.inf)
        y = np.where(inside, x, self.b)
        u = self.b / y
        # b - u y is the quotient's remainder: a - b/y to all digits
        p, e = two_product(u, y + 0.0 * u)
        off = deviance((self.a - u) - ((self.b - p) - e) / y, u)
        off = np.where(u < 1 / FAR, self.a * (special.log(self.a) - special.log(self.b) + special.log(y)) - self.a + u, off)
        value = 0.5 * special.log(self.a) - HALF_LOG_2PI - remainder(self.a + 0.0 * y) - off - special.log(y)
        return np.where(inside, value, np.where(np.isnan(x), np.nan, -np.inf))

    def _cdf(self, x: Array) -> Any:
        return gamma_mass(self.a, 1.0, self.b / np.maximum(x, 0.0), above=True)

    def _sf(self, x: Array) -> Any:
        return gamma_mass(self.a, 1.0, self.b / np.maximum(x, 0.0), above=False)

    def _ppf(self, q: Array) -> Any:
        return self.b / gamma_quantile(self.a, q, above=True)

    def _isf(self, q: Array) -> Any:
        return self.b / gamma_quantile(self.a, q, above=False)

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        return self.b / numpy_generator(rng).standard_gamma(self.a, shape)


class Normal(Continuous):
    """Normal distribution, N(loc, scale^2), on the package's own kernels.

    Parameters
    ----------
    loc : array_like
    scale : array_like, > 0

    Raises
    ------
    TypeError, ValueError
        For a loc that is not finite, a scale that is not a finite number above 0; or shapes that do not broadcast.

    Examples
    --------
    >>> from fastprob.bayes.distributions import Normal
    >>> low, high = Normal(1.0, 2.0).interval(0.95)
    >>> print(low.round(4), high.round(4))
    -2.9199 4.9199
    """

    loc: Any
    scale: Any
    _shown = ("loc", "scale")

    def __init__(self, loc: ArrayLike, scale: ArrayLike):
        self._start(loc=place("loc", loc), scale=positive("scale", scale))

    @np.errstate(all="ignore")
    def mean(self) -> Any:
        """loc."""
        return self.loc

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """scale^2."""
        return self.scale * self.scale

    @np.errstate(all="ignore")
    def std(self) -> Any:
        """scale."""
        return self.scale

    def _logpdf(self, x: Array) -> Any:
        return normal.logpdf(x, self.loc, self.scale)

    def _cdf(self, x: Array) -> Any:
        return normal.cdf(x, self.loc, self.scale)

    def _sf(self, x: Array) -> Any:
        return normal.sf(x, self.loc, self.scale)

    def _ppf(self, q: Array) -> Any:
        return normal.ppf(q, self.loc, self.scale)

    def _isf(self, q: Array) -> Any:
        return normal.isf(q, self.loc, self.scale)

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        return rng.normal(self.loc, self.scale, shape)


class StudentT(Continuous):
    """Student's t distribution with location and scale.

    Parameters
    ----------
    df : array_like, > 0
        Degrees of freedom.
    loc : array_like
    scale : array_like, > 0

    Raises
    ------
    TypeError, ValueError
        For values that are not finite, df or scale not above 0; or shapes that do not broadcast.

    Notes
    -----
    Distribution function and quantiles are those of SciPy's incomplete beta function; beyond 5e8 scales, or 5e8 df of them if
    that is more, the tail's leading term, by logarithms. A quantile beyond the range of float64 is infinite.

    Examples
    --------
    >>> from fastprob.bayes.distributions import StudentT
    >>> print(StudentT(4, 0.0, 1.0).sf(2.0).round(4))
    0.0581
    """

    df: Any
    loc: Any
    scale: Any
    _shown = ("df", "loc", "scale")

    def __init__(self, df: ArrayLike, loc: ArrayLike, scale: ArrayLike):
        self._start(df=positive("df", df), loc=place("loc", loc), scale=positive("scale", scale))

    @np.errstate(all="ignore")
    def mean(self) -> Any:
        """loc; NaN for df <= 1."""
        return scalar(np.where(self.df > 1, self.loc, np.nan))

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """scale^2 df / (df - 2); infinite for df <= 2, NaN for df <= 1."""
        df = np.where(self.df > 2, self.df, 3.0)
        return scalar(np.where(self.df > 2, self.scale * self.scale * (df / (df - 2.0)), np.where(self.df > 1, np.inf, np.nan)))

    @np.errstate(all="ignore")
    def std(self) -> Any:
        """scale sqrt(df / (df - 2)); infinite for df <= 2, NaN for df <= 1."""
        df = np.where(self.df > 2, self.df, 3.0)
        value = self.scale * np.sqrt(df / (df - 2.0))
        return scalar(np.where(self.df > 2, value, np.where(self.df > 1, np.inf, np.nan)))

    def _z(self, x: Array) -> Any:
        return (x - self.loc) / self.scale

    def _logpdf(self, x: Array) -> Any:
        z, df, log_z = np.broadcast_arrays(np.abs(self._z(x)), self.df, self._log_z(x))
        ratio = z / np.sqrt(df)
        far = ratio > 1e8
        tail = np.where(far, 2.0 * log_z - special.log(df), special.log1p(np.square(np.where(far, 0.0, ratio))))
        half = 0.5 * df
        ahead = log_gamma_ratio(half, np.full_like(half, 0.5)) - 0.5 * special.log(df * math.pi)
        return ahead - special.log(self.scale) - (half + 0.5) * tail

    def _log_z(self, x: Array) -> Any:
        """log |z|, also where z leaves the range of float64."""
        return log_quotient(np.abs(x - self.loc), self.scale)

    def _cdf(self, x: Array) -> Any:
        return student_cdf(self.df, self._z(x), self._log_z(x))

    def _sf(self, x: Array) -> Any:
        return student_cdf(self.df, -self._z(x), self._log_z(x))

    def _ppf(self, q: Array) -> Any:
        return self.loc + student_ppf(self.df, q, self.scale)

    def _isf(self, q: Array) -> Any:
        return self.loc - student_ppf(self.df, q, self.scale)

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        chi = numpy_generator(rng).standard_gamma(0.5 * self.df, shape) / (0.5 * self.df)
        return self.loc + self.scale * rng.standard_normal(shape) / np.sqrt(chi)


class Pareto(Continuous):
    """Pareto distribution: density a scale^a / x^(a+1) for x >= scale.

    Parameters
    ----------
    scale : array_like, > 0
        The least value.
    a : array_like, > 0
        Shape.

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0; or shapes that do not broadcast.

    Examples
    --------
    >>> from fastprob.bayes import Pareto
    >>> print(Pareto(2.0, 3.0).mean(), Pareto(2.0, 3.0).sf(4.0).round(4))
    3.0 0.125
    """

    scale: Any
    a: Any
    _shown = ("scale", "a")

    def __init__(self, scale: ArrayLike, a: ArrayLike):
        self._start(scale=positive("scale", scale), a=positive("a", a))

    @np.errstate(all="ignore")
    def mean(self) -> Any:
        """a scale / (a - 1); infinite for a <= 1."""
        a = np.where(self.a > 1, self.a, 2.0)
        return scalar(np.where(self.a > 1, self.scale * (a / (a - 1.0)), np.inf))

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """scale^2 a / ((a - 1)^2 (a - 2)); infinite for a <= 2, NaN for a <= 1."""
        a = np.where(self.a > 2, self.a, 3.0)
        value = np.square(self.scale / (a - 1.0)) * (a / (a - 2.0))
        return scalar(np.where(self.a > 2, value, np.where(self.a > 1, np.inf, np.nan)))

    @np.errstate(all="ignore")
    def std(self) -> Any:
        """scale sqrt(a / (a - 2)) / (a - 1); infinite for a <= 2, NaN for a <= 1."""
        a = np.where(self.a > 2, self.a, 3.0)
        value = self.scale / (a - 1.0) * np.sqrt(a / (a - 2.0))
        return scalar(np.where(self.a > 2, value, np.where(self.a > 1, np.inf, np.nan)))

    def _log_ratio(self, x: Array) -> Any:
        """log(x / scale), 0 below the support."""
        return log_grown(self.scale, np.maximum(x - self.scale, 0.0))

    def _logpdf(self, x: Array) -> Any:
        value = log_quotient(self.a, x) - self.a * self._log_ratio(x)
        return np.where(x >= self.scale, value, np.where(np.isnan(x), np.nan, -np.inf))

    def _cdf(self, x: Array) -> Any:
        return -special.expm1(-self.a * self._log_ratio(x))

    def _sf(self, x: Array) -> Any:
        return special.exp(-self.a * self._log_ratio(x))

    def _ppf(self, q: Array) -> Any:
        return self.scale * special.exp(-special.log1p(-q) / self.a)

    def _isf(self, q: Array) -> Any:
        return self.scale * special.exp(-special.log(q) / self.a)

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        return self._isf(np.asarray(rng.random(shape, open=True), dtype=np.float64))


class Dirichlet(Distribution):
    """Dirichlet distribution of K probabilities that sum to 1; density prod_j x_j^(alpha_j - 1) / B(alpha).

    Parameters
    ----------
    alpha : array_like [..., K], > 0

    Raises
    ------
    TypeError, ValueError
        For what is not a finite number above 0, or fewer than two categories.

    Notes
    -----
    Moments and draws have the shape of alpha. Each probability alone is Beta(alpha_j, sum of the others): `marginal` has all of
    them.

    Examples
    --------
    >>> from fastprob.bayes import Dirichlet
    >>> Dirichlet([1.0, 2.0, 5.0]).mean()
    array([0.125, 0.25 , 0.625])
    >>> Dirichlet([1.0, 2.0, 5.0]).marginal().cdf(0.25)
    array([0.86651611, 0.55505371, 0.01287842])
    """

    alpha: Array
    _shown = ("alpha",)

    def __init__(self, alpha: ArrayLike):
        array = positive("alpha", alpha)
        if array.ndim == 0 or array.shape[-1] < 2:
            raise ValueError(f"alpha has shape {array.shape}; its last axis is that of the categories, two or more")
        self._become(shape=array.shape[:-1], alpha=array)

    @np.errstate(all="ignore")
    def mean(self) -> Array:
        """alpha_j / A, with A = sum(alpha)."""
        return np.asarray(self.alpha / self.alpha.sum(axis=-1, keepdims=True))

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """p_j (1 - p_j) / (A + 1), with p the mean."""
        return self.marginal().var()

    @np.errstate(all="ignore")
    def std(self) -> Any:
        """sqrt(p_j (1 - p_j) / (A + 1)), with p the mean."""
        return self.marginal().std()

    @np.errstate(all="ignore")
    def cov(self) -> Array:
        """Covariance matrices [..., K, K]: (p_i [i = j] - p_i p_j) / (A + 1)."""
        p = self.mean()
        above = self.alpha.sum(axis=-1)[..., None, None] + 1.0
        value = -p[..., :, None] * p[..., None, :] / above
        here = np.arange(p.shape[-1])
        value[..., here, here] = self.var()
        return np.asarray(value)

    @np.errstate(all="ignore")
    def marginal(self) -> Beta:
        """The distribution of every probability by itself, of the shape of alpha."""
        others = np.stack([np.delete(self.alpha, j, axis=-1).sum(axis=-1) for j in range(self.alpha.shape[-1])], axis=-1)
        return Beta(self.alpha, others)

    def logpdf(self, x: ArrayLike) -> Any:
        """Log density in nats with respect to the first K - 1 probabilities; -inf where x [..., K] is no point of the simplex,
        NaN where it is on an edge at which the density is 0 by one probability and infinite by another.

        ValueError if the last axis of x is not that of the categories. A point's sum may differ from 1 by 1e-9.
        """
        y = reals("x", x)
        k = self.alpha.shape[-1]
        if y.ndim == 0 or y.shape[-1] != k:
            raise ValueError(f"x has shape {y.shape}; its last axis is that of the {k} categories")
        with np.errstate(all="ignore"):
            inside = (y >= 0).all(axis=-1) & (np.abs(_off(y)) <= 1e-9)
            n = self.alpha.sum(axis=-1)
            terms = np.where((self.alpha == 1) & (y == 0), 0.0, (self.alpha - 1.0) * np.log(y))
            p, e = two_product(n[..., None] + 0.0 * y, y + 0.0 * self.alpha)
            inner = -deviance((self.alpha - p) - e, p).sum(axis=-1) - np.log(y).sum(axis=-1) + n * _off(y)
            inner += 0.5 * (np.log(self.alpha).sum(axis=-1) - np.log(n)) - (k - 1) * HALF_LOG_2PI
            inner += remainder(n) - remainder(self.alpha).sum(axis=-1)
            edge = (y == 0).any(axis=-1)
            ends = terms.sum(axis=-1) + scipy_special().gammaln(n) - scipy_special().gammaln(self.alpha).sum(axis=-1)
            value = np.where(edge, ends, inner)
            return scalar(np.where(inside, value, np.where(np.isnan(y).any(axis=-1), np.nan, -np.inf)))

    def sample(self, size: Size = None, rng: Any = None) -> Array:
        """Draws, of shape (*size, *alpha.shape); see `Continuous.sample`."""
        shape = (*sizes(size), *self.alpha.shape)
        generator = numpy_generator(generator_of(rng))
        # Gamma(a) = Gamma(a + 1) U^(1/a), in logarithms: small alphas don't underflow all at once
        logs = np.log(generator.standard_gamma(self.alpha + 1.0, shape)) + np.log1p(-generator.random(shape)) / self.alpha
        weights = special.exp(logs - logs.max(axis=-1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _off(y: Array) -> Array:
    """sum(y) - 1 along the last axis, to all digits."""
    total = total_of(np.moveaxis(y, -1, 0))
    return (total.hi - 1.0) + total.lo
