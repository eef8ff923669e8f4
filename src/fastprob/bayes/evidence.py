"""log p(x) by importance sampling, with what says whether to believe it.

A model is its log joint, log p(x, z) in nats: a function of an array z [draws, dim] that returns an array [draws]. A proposal q
is anything with `sample(n, rng)`, which returns an array [n, dim], and `logpdf(z)`; `Normal` and `StudentT` are two, and a fit of
`fastprob.bayes.vi` is a third. Weights are p(x, z)/q(z); they stay logarithms from the first to the last line.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import special
from ..random import Generator, default_rng
from ._checks import LEAST, count, finite, function, reals
from ._gammas import LARGE, log_gamma_ratio
from ._logspace import normalized

Array = NDArray[np.floating[Any]]
LogJoint = Callable[[Array], ArrayLike]

FEWEST = 5  # weights of the tail that a generalized Pareto distribution is fitted to
LARGEST_K = 0.7  # beyond it the estimate is not to be relied on, however many draws (Vehtari et al. 2024)


class Proposal(Protocol):
    """A distribution to draw from."""

    def sample(self, n: int, rng: Generator) -> Array: ...

    def logpdf(self, z: Array) -> Array: ...


class Normal:
    """Multivariate normal distribution, N(mean, cov).

    Parameters
    ----------
    mean : array_like [dim]
    cov : array_like [dim, dim]
        Symmetric, positive definite.

    Raises
    ------
    ValueError
        For other shapes, values that are not finite, or a matrix that is not positive definite.

    Examples
    --------
    >>> from fastprob.bayes.evidence import Normal
    >>> Normal([0.0, 0.0], [[1.0, 0.5], [0.5, 1.0]]).logpdf([[0.0, 0.0]])
    array([-1.69403603])
    """

    _names = "mean", "cov"  # of the arguments

    @np.errstate(all="ignore")
    def __init__(self, mean: ArrayLike, cov: ArrayLike):
        first, second = self._names
        self.mean = finite(first, mean)
        self.cov = finite(second, cov)
        if self.mean.ndim != 1 or not self.mean.size:
            raise ValueError(f"{first} is an array [dim]; got the shape {self.mean.shape}")
        dim = self.mean.size
        if self.cov.shape != (dim, dim):
            raise ValueError(f"{second} is an array [{dim}, {dim}], as {first} has {dim} numbers; got the shape {self.cov.shape}")
        if not np.allclose(self.cov, self.cov.T, rtol=1e-8, atol=0.0):
            raise ValueError(f"{second} is symmetric; got a matrix that is not")
        try:
            self._factor = np.linalg.cholesky(self.cov)
        except np.linalg.LinAlgError:
            raise ValueError(f"{second} is positive definite; got a matrix that is not") from None
        self._log_norm = -float(np.log(np.diag(self._factor)).sum()) - dim / 2 * math.log(2 * math.pi)

    def sample(self, n: int, rng: Generator) -> Array:
        """n draws, [n, dim]."""
        return self.mean + normals(rng, n, self.mean.size) @ self._factor.T

    def logpdf(self, z: ArrayLike) -> Array:
        """log q(z) of z [n, dim], in nats: -(z - mean)' cov^-1 (z - mean)/2 - log det(2 pi cov)/2."""
        return self._log_norm - self._distance(z) / 2

    @np.errstate(all="ignore")
    def _distance(self, z: ArrayLike) -> Array:
        """(z - mean)' cov^-1 (z - mean)"""
        whitened = np.linalg.solve(self._factor, (draws_of(z, self.mean.size) - self.mean).T)
        distance: Array = (whitened * whitened).sum(axis=0)
        return distance


class StudentT(Normal):
    """Multivariate Student t distribution: tails like |z|^-(df + dim), where those of most posteriors are lighter.

    Parameters
    ----------
    loc : array_like [dim]
    shape : array_like [dim, dim]
        Symmetric, positive definite; the covariance is df/(df - 2) times it.
    df : int, default 5
        Degrees of freedom, from 1 on.

    Raises
    ------
    ValueError, TypeError
        As `Normal`; and if df is not a whole number from 1 on.

    Examples
    --------
    >>> from fastprob.bayes.evidence import StudentT
    >>> StudentT([0.0], [[1.0]], df=1).logpdf([[0.0]])  # Cauchy's: -log(pi)
    array([-1.14472989])
    """

    _names = "loc", "shape"

    def __init__(self, loc: ArrayLike, shape: ArrayLike, df: int = 5):
        super().__init__(loc, shape)
        self.df = count("df", df, 1)
        dim, half = self.mean.size, self.df / 2
        # The difference of large log gamma functions cancels
        ratio = math.lgamma(half + dim / 2) - math.lgamma(half) if half < LARGE else float(log_gamma_ratio(half, dim / 2))
        self._log_norm += ratio - dim / 2 * math.log(half)

    def sample(self, n: int, rng: Generator) -> Array:
        """n draws, [n, dim]: a normal one over the root of a chi-squared one's df-th part."""
        noise = normals(rng, n, self.mean.size + self.df)
        chi2 = np.square(noise[:, self.mean.size :]).sum(axis=1, keepdims=True)
        drawn: Array = self.mean + noise[:, : self.mean.size] @ self._factor.T * np.sqrt(self.df / chi2)
        return drawn

    def logpdf(self, z: ArrayLike) -> Array:
        """log q(z) of z [n, dim], in nats."""
        return self._log_norm - (self.df + self.mean.size) / 2 * special.log1p(self._distance(z) / self.df)


@dataclass(frozen=True)
class Evidence:
    """What importance sampling found.

    Attributes
    ----------
    log_evidence : float
        log p(x), nats: the logarithm of the mean weight.
    standard_error : float
        Of log_evidence, nats: the weights' standard deviation over their mean and the root of their number. It means nothing
        where `pareto_k` is large.
    effective_sample_size : float
        (sum w)^2 / sum w^2.
    pareto_k : float
        Shape of the weights' tail: weights have 1/k moments. Below 0.5 all is well; up to 0.7 the estimate is usable; beyond it
        is not, whatever the standard error says.
    draws : ndarray [draws, dim]
    log_weights : ndarray [draws]
        Of the draws as a sample of the posterior: smoothed (`psis`), their exponentials sum to 1.
    """

    log_evidence: float
    standard_error: float
    effective_sample_size: float
    pareto_k: float
    draws: Array = field(repr=False)
    log_weights: Array = field(repr=False)

    @property
    def reliable(self) -> bool:
        """Whether pareto_k is 0.7 at most."""
        return self.pareto_k <= LARGEST_K

    @np.errstate(all="ignore")
    def moments(self) -> tuple[Array, Array]:
        """Posterior mean [dim] and covariance [dim, dim] by the smoothed weights."""
        weights = special.exp(self.log_weights)
        mean = weights @ self.draws
        centered = self.draws - mean
        return mean, (centered * weights[:, None]).T @ centered


@np.errstate(all="ignore")
def generalized_pareto_fit(x: ArrayLike) -> tuple[float, float]:
    """Shape k and scale sigma of the generalized Pareto distribution, 1 - (1 + k x/sigma)^(-1/k), that x come from.

    Parameters
    ----------
    x : array_like [n]
        Positive and finite; n >= 5.

    Raises
    ------
    ValueError
        For fewer numbers, or others.

    Notes
    -----
    The estimator of Zhang and Stephens (Technometrics 51, 2009, 316-325): the mean of theta = -k/sigma under the profile
    likelihood and a prior made from the data, by a sum over 30 + sqrt(n) points.

    Examples
    --------
    >>> import numpy as np
    >>> from fastprob.bayes.evidence import generalized_pareto_fit
    >>> u = (np.arange(1000) + 0.5) / 1000
    >>> k, sigma = generalized_pareto_fit(2 * np.expm1(-0.4 * np.log1p(-u)) / 0.4)
    >>> round(k, 1), round(sigma, 1)
    (0.4, 2.0)
    """
    given = np.sort(finite("x", x))
    if given.ndim != 1 or given.size < FEWEST or given[0] <= 0:
        least = given.min(initial=np.inf)
        raise ValueError(f"x is an array [n] of positive numbers, n >= {FEWEST}; got the shape {given.shape}, the least {least}")
    size = int(np.frexp(given[-1])[1])
    scaled: Array = np.ldexp(given, -size)  # the largest is 1/2 to 1: reciprocals and products stay in the range of float64
    n = scaled.size
    points = 30 + math.isqrt(n)
    quartile = max(float(scaled[math.floor(n / 4 + 0.5) - 1]), LEAST)
    theta = 1 / scaled[-1] + (1 - np.sqrt(points / (np.arange(points) + 0.5))) / (3 * quartile)
    theta[theta == 0] = np.finfo(np.float64).tiny
    shapes = special.log1p(-theta[:, None] * scaled).mean(axis=1)
    log_likelihood = n * (np.log(-theta / shapes) - shapes - 1)
    best = float(special.exp(normalized(log_likelihood)) @ theta)
    k = float(special.log1p(-best * scaled).mean())
    return k, float(np.ldexp(-k / best, size))


@np.errstate(all="ignore")
def psis(log_weights: ArrayLike) -> tuple[Array, float]:
    """Pareto smoothed importance sampling: weights whose largest few are replaced by what their distribution's tail predicts.

    Parameters
    ----------
    log_weights : array_like [n]
        Logarithms of the weights, up to a common constant; -inf is a weight of 0. n >= 25.

    Returns
    -------
    log_weights : ndarray [n]
        Smoothed, in the same order; their exponentials sum to 1.
    k : float
        Shape of the tail. -inf where the largest weights are all equal.

    Raises
    ------
    ValueError
        For fewer weights, NaN, +inf, or nothing but -inf.

    Notes
    -----
    Vehtari, Simpson, Gelman, Yao and Gabry, "Pareto smoothed importance sampling" (JMLR 25, 2024): the largest
    min(n/5, 3 sqrt(n)) weights, less the largest of the others, get the quantiles at (j - 1/2)/m of the generalized Pareto
    distribution fitted to them, but none exceeds the largest weight there was. k is drawn towards 1/2 as if by 10 more weights.

    Examples
    --------
    >>> import numpy as np
    >>> from fastprob.bayes.evidence import psis
    >>> smoothed, k = psis(-0.6 * np.log((np.arange(4000) + 0.5) / 4000))  # a Pareto tail of shape 0.6
    >>> round(k, 2), bool(abs(np.exp(smoothed).sum() - 1) < 1e-12)
    (0.59, True)
    """
    checked = reals("log_weights", log_weights).copy()
    if checked.ndim != 1 or checked.size < 5 * FEWEST:
        raise ValueError(f"log_weights is an array [n] with n >= {5 * FEWEST}; got the shape {checked.shape}")
    if np.isnan(checked).any() or (checked == np.inf).any():
        raise ValueError(f"log_weights are numbers or -inf; got {checked[~(checked < np.inf)][0]}")
    largest = float(checked.max())
    if largest == -np.inf:
        raise ValueError("log_weights are all -inf: no draw has any weight")
    checked -= largest  # of which no more than rounding would be left beside a large common constant
    n = checked.size
    tail = min(n // 5, math.ceil(3 * math.sqrt(n)))
    order = np.argsort(checked, kind="stable")[-tail - 1 :]
    log_excess = checked[order]
    threshold = float(special.exp(log_excess[0]))
    excess = special.exp(log_excess[1:]) - threshold
    positive = excess > 0
    if positive.sum() < FEWEST:
        return normalized(checked), -np.inf
    k, sigma = generalized_pareto_fit(excess[positive])
    k = (tail * k + 10 * 0.5) / (tail + 10)
    minus_log_sf = -special.log1p(-(np.arange(tail) + 0.5) / tail)
    quantiles = sigma * (special.expm1(k * minus_log_sf) / k if k else minus_log_sf)
    checked[order[1:]] = np.minimum(np.log(threshold + quantiles), 0.0)
    return normalized(checked), k


def importance_sampling(log_joint: LogJoint, proposal: Proposal, *, draws: int = 10_000, seed: Any = None) -> Evidence:
    """log p(x) = log of the integral of p(x, z) dz, from draws of a proposal q.

    p(x) = E_q[w], w = p(x, z)/q(z); the mean weight is an unbiased estimate of p(x).

    Parameters
    ----------
    log_joint : callable
        log p(x, z) in nats: takes z [draws, dim], returns [draws]; -inf outside the support. Normalized as a function of x: a
        constant that is left out of it is missing from the result.
    proposal : Normal, StudentT, a fit of `vi`, or anything with `sample` and `logpdf`
        q. Its tails should be heavier than the posterior's.
    draws : int, default 10000
        From 25 on.
    seed : int, Generator (NumPy's or fastprob's) or None
        As for `fastprob.random.default_rng`.

    Returns
    -------
    Evidence
        log p(x), its standard error, effective sample size and Pareto k.

    Raises
    ------
    ValueError
        log_joint is NaN or +inf at a draw, has another shape, or is -inf at every draw.
    TypeError
        draws is not a whole number, or proposal cannot draw.

    Examples
    --------
    z ~ N(0, 1) and x ~ N(z, 1) with x = 1.3, so that x ~ N(0, 2):

    >>> from fastprob import normal
    >>> from fastprob.bayes.evidence import StudentT, importance_sampling
    >>> def log_joint(z):
    ...     return normal.logpdf(z[:, 0]) + normal.logpdf(1.3, z[:, 0])
    >>> found = importance_sampling(log_joint, StudentT([0.65], [[0.5]]), seed=1)
    >>> bool(abs(found.log_evidence - normal.logpdf(1.3, 0.0, 2**0.5)) < 4 * found.standard_error), found.reliable
    (True, True)
    """
    function("log_joint", log_joint)
    number = count("draws", draws, 5 * FEWEST)
    if not (callable(getattr(proposal, "sample", None)) and callable(getattr(proposal, "logpdf", None))):
        raise TypeError(f"proposal has the methods sample(n, rng) and logpdf(z); got {proposal!r}")
    z = np.asarray(proposal.sample(number, default_rng(seed)), np.float64)
    if z.ndim != 2 or len(z) != number:
        raise ValueError(f"proposal.sample({number}, rng) returns an array [{number}, dim]; got the shape {z.shape}")
    log_q = np.asarray(proposal.logpdf(z), np.float64)
    if log_q.shape != (number,) or not np.isfinite(log_q).all():
        raise ValueError(f"proposal.logpdf(z) of its own draws is finite, of the shape ({number},); got the shape {log_q.shape}")
    return _from_weights(z, evaluate(log_joint, z) - log_q)


@np.errstate(all="ignore")
def _from_weights(z: Array, log_weights: Array) -> Evidence:
    smoothed, k = psis(log_weights)
    n, largest = len(log_weights), float(log_weights.max())
    total = float(special.logsumexp(log_weights - largest))
    ess = math.exp(2 * total - special.logsumexp(2 * (log_weights - largest)))
    return Evidence(
        log_evidence=largest + (total - math.log(n)),
        standard_error=math.sqrt(max(n / ess - 1, 0.0) / (n - 1)),
        effective_sample_size=ess,
        pareto_k=k,
        draws=z,
        log_weights=smoothed,
    )


def fit_proposal(
    log_joint: LogJoint, start: Normal, *, draws: int = 2000, rounds: int = 30, df: int = 5, seed: Any = None
) -> StudentT:
    """A Student t proposal with the posterior's location and covariance, found by importance sampling itself.

    Each round draws from the proposal so far, raises the weights to the largest power up to 1 that leaves a fifth of the draws
    effective, smooths them, and takes the weighted mean and covariance for the next proposal. It ends when the power was 1 twice
    in a row.

    Parameters
    ----------
    log_joint : callable
        As for `importance_sampling`.
    start : Normal or StudentT
        Where to begin; better too wide than too narrow.
    draws : int, default 2000
        In a round; at least 10 for each dimension, and 25.
    rounds : int, default 30
        At most.
    df : int, default 5
        Degrees of freedom.
    seed : int, Generator (NumPy's or fastprob's) or None

    Returns
    -------
    StudentT
        A proposal for `importance_sampling`, whose Pareto k says how good it is.

    Raises
    ------
    ValueError, TypeError
        As `importance_sampling`.
    RuntimeError
        The rounds were not enough: start nearer to the posterior, or take more draws.

    Examples
    --------
    >>> from fastprob import normal
    >>> from fastprob.bayes.evidence import Normal, fit_proposal, importance_sampling
    >>> def log_joint(z):
    ...     return normal.logpdf(z[:, 0], 40.0, 0.1)
    >>> found = importance_sampling(log_joint, fit_proposal(log_joint, Normal([0.0], [[1.0]]), seed=1), seed=2)
    >>> bool(abs(found.log_evidence) < 0.05)
    True
    """
    function("log_joint", log_joint)
    if not isinstance(start, Normal):
        raise TypeError(f"start is a Normal or a StudentT; got {start!r}")
    dim = start.mean.size
    number, most, df = count("draws", draws, max(10 * dim, 5 * FEWEST)), count("rounds", rounds, 2), count("df", df, 1)
    rng, proposal, whole = default_rng(seed), StudentT(start.mean, start.cov, df), 0
    for _ in range(most):
        z = proposal.sample(number, rng)
        log_weights = evaluate(log_joint, z) - proposal.logpdf(z)
        power = _power(log_weights, number / 5)
        found = _from_weights(z, power * log_weights)
        mean, cov = found.moments()
        # Weighted draws are fewer than they look: what they lack in spread comes from the round before.
        share = 1 / (1 + dim / found.effective_sample_size)
        proposal = StudentT(mean, share * cov + (1 - share) * proposal.cov, df)
        whole = whole + 1 if power == 1 else 0
        if whole == 2:
            return proposal
    raise RuntimeError(
        f"after {most} rounds the proposal is still on its way: a fifth of the draws are effective for the weights to the power "
        f"{power:.3g}, not 1. Start nearer to the posterior, or with more draws or rounds"
    )


@np.errstate(all="ignore")
def _power(log_weights: Array, effective: float) -> float:
    """The largest power, up to 1, at which so many of the weights are effective, by bisection."""
    if not np.isfinite(log_weights).any():
        raise ValueError("log_joint is -inf at every draw of the proposal: start where the posterior is")
    finite = log_weights[np.isfinite(log_weights)]

    def ess(power: float) -> float:
        return math.exp(2 * special.logsumexp(power * finite) - special.logsumexp(2 * power * finite))

    if ess(1.0) >= min(effective, 0.9 * finite.size):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if ess(middle) >= min(effective, 0.9 * finite.size) else (low, middle)
    return low


def normals(rng: Any, n: Any, width: int) -> Array:
    """Standard normal draws [n, width], n and rng checked."""
    if not hasattr(rng, "standard_normal"):
        raise TypeError(f"rng is a Generator, fastprob's or NumPy's; got {rng!r}")
    drawn: Array = rng.standard_normal((count("n", n, 0), width))
    return drawn


def draws_of(z: ArrayLike, dim: int) -> Array:
    """z [n, dim], checked."""
    array = reals("z", z)
    if array.ndim != 2 or array.shape[1] != dim:
        raise ValueError(f"z is an array [n, {dim}]; got the shape {array.shape}")
    return array


def evaluate(log_joint: LogJoint, z: Array) -> Array:
    """log_joint(z), checked."""
    values = reals("the result of log_joint", log_joint(z))
    if values.shape != (len(z),):
        raise ValueError(f"log_joint(z) has the shape ({len(z)},), a number a draw, for z of shape {z.shape}; got {values.shape}")
    wrong = ~(values < np.inf)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise ValueError(f"log_joint is a number or -inf; got {values[first]} at z = {z[first]}")
    return values
