"""Variational inference: the normal distribution nearest to a posterior that is known by its log joint.

A model is two functions that take an array z [draws, dim] of parameters: log_joint(z) returns log p(x, z) in nats, [draws], and
gradient(z) its derivatives, [draws, dim]. q is a normal distribution of u, and z = transform(u), one transform a parameter. For
every q

    log p(x) = ELBO + KL(q || posterior),    ELBO = E_q[log p(x, z(u)) + log |dz/du| - log q(u)].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import special
from ..random import Generator, default_rng
from ._checks import count, finite, function, positive_number, reals
from .evidence import Evidence, LogJoint, _from_weights, draws_of, normals
from .transforms import Identity, Transform

Array = NDArray[np.floating[Any]]
Gradient = Callable[[Array], ArrayLike]

FAMILIES = ("full-rank", "mean-field")
WINDOW = 50  # steps of the first window
LARGEST_RATE, SMALLEST_RATE = 0.5, 0.01
FINAL = 10_000  # draws of the final ELBO and its Pareto k
AT_ONCE = 1000  # of which log_joint gets so many at a time


class NonFiniteError(ArithmeticError):
    """A term of the ELBO or its gradient stopped being finite: `term`, its `value`, the `step` (from 1; 0 is the check of the
    gradient or the final ELBO), and the parameters `z` where."""

    def __init__(self, term: str, value: float, step: int, z: Array):
        super().__init__(term, value, step, z)
        self.term, self.value, self.step, self.z = term, value, step, z

    def __str__(self) -> str:
        return (
            f"{self.term} is {self.value} in step {self.step} at z = {self.z}: a parameter that has left its support needs a "
            f"transform; else start nearer to the posterior, or with a smaller scale"
        )


@dataclass(frozen=True)
class VariationalFit:
    """A normal distribution of u, where z = transform(u); a proposal for `evidence.importance_sampling` too.

    Attributes
    ----------
    loc : ndarray [dim]
        Mean of u.
    scale_tril : ndarray [dim, dim]
        Cholesky factor of u's covariance; diagonal if mean-field.
    transforms : tuple
        One a parameter.
    elbo, elbo_error : float
        In nats, from 10,000 fresh draws, and its standard error.
    evidence : Evidence
        log p(x) by importance sampling with the same draws; where it is reliable, evidence.log_evidence - elbo estimates
        KL(q || posterior).
    pareto_k : float
        Of these weights: up to 0.7 q is near enough to the posterior for its weighted draws to stand for it (Yao et al. 2018).
    history, history_error : ndarray [steps]
        ELBO of every step and its Monte Carlo error, nats.
    converged : bool
    """

    loc: Array
    scale_tril: Array
    transforms: tuple[Transform, ...]
    elbo: float
    elbo_error: float
    evidence: Evidence = field(repr=False)
    history: Array = field(repr=False)
    history_error: Array = field(repr=False)
    converged: bool

    @property
    def pareto_k(self) -> float:
        return self.evidence.pareto_k

    @np.errstate(all="ignore")
    def sample(self, n: int, rng: Generator) -> Array:
        """n draws of z, [n, dim]."""
        return _Columns(self.transforms).forward(self.loc + normals(rng, n, self.loc.size) @ self.scale_tril.T)

    @np.errstate(all="ignore")
    def logpdf(self, z: ArrayLike) -> Array:
        """log q(z) of z [n, dim], in nats; -inf outside the support."""
        columns, z = _Columns(self.transforms), draws_of(z, self.loc.size)
        inside = columns.inside(z).all(axis=1)
        density = np.full(len(z), -np.inf)
        u = columns.inverse(z[inside])
        eps = np.linalg.solve(self.scale_tril, (u - self.loc).T).T
        density[inside] = _log_normal(eps, self.scale_tril) - columns.log_jacobian(u)
        return density

    @np.errstate(all="ignore")
    def quantile(self, p: ArrayLike) -> Array:
        """Quantiles of every parameter's marginal distribution, [..., dim] for p [...]; NaN outside [0, 1]."""
        scale = np.sqrt(np.square(self.scale_tril).sum(axis=1))
        u = self.loc + scale * special.ndtri(reals("p", p))[..., None]
        return _Columns(self.transforms).forward(u.reshape(-1, self.loc.size)).reshape(u.shape)

    @np.errstate(all="ignore")
    def moments(self) -> tuple[Array, Array]:
        """Mean [dim] and covariance [dim, dim] of z under q, from the draws of the final ELBO."""
        draws = self.evidence.draws
        return draws.mean(axis=0), np.cov(draws, rowvar=False, ddof=0).reshape(self.loc.size, self.loc.size)


def fit(
    log_joint: LogJoint,
    gradient: Gradient,
    start: ArrayLike,
    *,
    transforms: Sequence[Transform] | None = None,
    family: str = "full-rank",
    scale: float = 1.0,
    draws: int = 64,
    tol: float = 0.02,
    max_steps: int = 20_000,
    check: bool = False,
    seed: Any = None,
) -> VariationalFit:
    """The q that maximizes the ELBO, among normal distributions of u with any covariance or with a diagonal one.

    Parameters
    ----------
    log_joint : callable
        log p(x, z) in nats: takes z [draws, dim], returns [draws]. Without the Jacobians of the transforms: they are added here.
    gradient : callable
        Its derivatives with respect to z: takes z [draws, dim], returns [draws, dim].
    start : array_like [dim]
        Parameters to start from.
    transforms : sequence of transforms [dim], optional
        From `fastprob.bayes.transforms`: Log() or Softplus() for a positive parameter, Logit(low, high) for a bounded one.
        Identity() for each if None.
    family : "full-rank" or "mean-field", default "full-rank"
        Mean-field has no correlations, and understates the variances where the posterior has them.
    scale : float, default 1.0
        Standard deviations of u at the start.
    draws : int, default 64
        Of a step, an even number: they come in pairs, eps and -eps.
    tol : float, default 0.02
        Convergence: steps are averaged over windows. Two consecutive windows' averages are the same normal distribution but for
        sqrt(J/dim) < tol, where J = KL(a || b) + KL(b || a): a root mean square over the parameters, in standard deviations of q;
        and their ELBOs are equal within three of their standard errors and dim tol^2.
    max_steps : int, default 20000
    check : bool, default False
        Compare gradient with finite differences of log_joint first, as `check_gradient` does.
    seed : int, Generator (NumPy's or fastprob's) or None

    Returns
    -------
    VariationalFit
        Its `converged` is False if `max_steps` was not enough, or q became narrower than the gaps between numbers at loc.

    Raises
    ------
    NonFiniteError
        At the first value that is not finite, with the name of its term: "log_joint", "gradient" or "log_jacobian".
    ValueError, TypeError
        An argument, or what a function returns, is not what it must be; the message says which and what is allowed.

    Notes
    -----
    With u = loc + L eps the gradients of the ELBO are reparameterized, less the score, whose mean is 0 (Roeder, Wu and Duvenaud
    2017): where q is the posterior they are 0 in every draw, not in the mean only. With v = L' d(log p)/du + eps, A = 1 - E[v
    eps'] is minus the mean matrix of second derivatives in the coordinates eps; a step of rate r leads from cov = L L' to L (1
    + r (A - 1))^-1 L', and from loc to loc + r cov E[d(log p)/du]: natural gradients, which no change of units or correlation
    slows down. No variance changes by more than a factor of 2 in a step, and loc by no more than sqrt(dim) standard deviations,
    or 1.25 times as far as the step before if that was as long as it could be and the ELBO is better for it. Whenever a
    window's ELBO is not better than that of the one before, the rate is halved, down to 0.01, and windows become twice as long.

    A mean-field fit is slow along strong correlations of the posterior: it may stop short where no window shows that it moves.

    Examples
    --------
    Ten events in 4 hours, and a prior of Gamma(2, 1) for the rate: the posterior is Gamma(12, 5).

    >>> import math
    >>> from fastprob.bayes import vi
    >>> from fastprob.bayes.transforms import Log
    >>> def log_joint(z):
    ...     return (11 * np.log(z) - 5 * z)[:, 0] + 10 * math.log(4) - math.lgamma(11)
    >>> def gradient(z):
    ...     return 11 / z - 5
    >>> import numpy as np
    >>> q = vi.fit(log_joint, gradient, [1.0], transforms=[Log()], check=True, seed=1)
    >>> q.converged, bool(abs(q.loc[0] - (math.log(12 / 5) - 1 / 24)) < 0.01)
    (True, True)
    """
    z0 = finite("start", start)
    if z0.ndim != 1 or not z0.size:
        raise ValueError(f"start is an array [dim]; got the shape {z0.shape}")
    dim = z0.size
    if not isinstance(family, str) or family not in FAMILIES:
        raise ValueError(f"family is 'full-rank' or 'mean-field'; got {family!r}")
    spread, near = positive_number("scale", scale), positive_number("tol", tol)
    if not isinstance(check, bool | np.bool_):
        raise TypeError(f"check is True or False; got {check!r}")
    number, most = count("draws", draws, 2), count("max_steps", max_steps, 1)
    if number % 2:
        raise ValueError(f"draws is even: they come in pairs; got {number}")
    target = _Target(log_joint, gradient, _resolved(transforms, dim))
    u0 = target.columns.start(z0)
    rng = default_rng(seed)
    if check:
        _check(target, u0 + np.vstack([np.zeros(dim), spread / 2 * rng.standard_normal((4, dim))]))
    search = _Search(target, u0, spread * np.eye(dim), family, number, rng)
    converged = search.run(most, near)
    evidence, weights = _weigh(target, search.loc, search.factor, rng)
    return VariationalFit(
        loc=search.loc,
        scale_tril=search.factor,
        transforms=target.columns.transforms,
        elbo=float(weights.mean()),
        elbo_error=float(weights.std() / math.sqrt(FINAL)),
        evidence=evidence,
        history=np.array(search.history),
        history_error=np.array(search.errors),
        converged=converged,
    )


def check_gradient(
    log_joint: LogJoint, gradient: Gradient, z: ArrayLike, *, transforms: Sequence[Transform] | None = None
) -> None:
    """Compare gradient with central differences of log_joint.

    Parameters
    ----------
    log_joint, gradient, transforms
        As for `fit`. Differences are those of u, so that no parameter leaves its support.
    z : array_like [n, dim]
        Where.

    Raises
    ------
    ValueError
        They differ, by more than 1e-4 of them and ten times the differences' own error; the message names the parameter.
    NonFiniteError
        log_joint or gradient is not finite.

    Examples
    --------
    >>> from fastprob.bayes import vi
    >>> vi.check_gradient(lambda z: -(z**2).sum(axis=1) / 2, lambda z: -z, [[1.0, 2.0]])
    >>> vi.check_gradient(lambda z: -(z**2).sum(axis=1) / 2, lambda z: z, [[1.0, 2.0]])
    Traceback (most recent call last):
      ...
    ValueError: gradient[0] is 1.0 at z = [1. 2.]; finite differences of log_joint give -1.0
    """
    points = finite("z", z)
    if points.ndim != 2 or not points.size:
        raise ValueError(f"z is an array [n, dim]; got the shape {points.shape}")
    target = _Target(log_joint, gradient, _resolved(transforms, points.shape[1]))
    _check(target, np.vstack([target.columns.start(row) for row in points]))


def _check(target: _Target, u: Array) -> None:
    columns = target.columns
    steps = np.finfo(np.float64).eps ** 0.25 * np.maximum(np.abs(u), 1.0)
    exact = target.gradient(u, 0) - columns.log_jacobian_grad(u)
    size = np.abs(target.log_joint(u, 0))
    for i in range(u.shape[1]):
        wide, narrow = (
            (target.log_joint(u + h, 0) - target.log_joint(u - h, 0)) / (2 * h[:, i])
            for h in (np.eye(u.shape[1])[i] * steps[:, i : i + 1] / part for part in (1, 2))
        )
        difference = (4 * narrow - wide) / 3
        error = np.abs(narrow - wide) / 3 + 4 * np.finfo(np.float64).eps * size / steps[:, i]
        wrong = np.abs(exact[:, i] - difference) > 1e-4 * np.maximum(np.abs(exact[:, i]), np.abs(difference)) + 10 * error
        if wrong.any():
            row = int(np.argmax(wrong))
            z, slope = columns.forward(u[row : row + 1])[0], columns.derivative(u[row : row + 1])[0, i]
            raise ValueError(
                f"gradient[{i}] is {exact[row, i] / slope:.6} at z = {z}; finite differences of log_joint give "
                f"{difference[row] / slope:.6}"
            )


class _Columns:
    """The transforms side by side; columns with equal ones go together."""

    def __init__(self, transforms: tuple[Transform, ...]):
        self.transforms = transforms
        self.groups = [(t, [i for i, other in enumerate(transforms) if other == t]) for t in dict.fromkeys(transforms)]

    def _each(self, name: str, array: Array, dtype: Any = np.float64) -> NDArray[Any]:
        result: NDArray[Any] = np.empty(array.shape, dtype)
        for transform, columns in self.groups:
            result[:, columns] = getattr(transform, name)(array[:, columns])
        return result

    def inside(self, z: Array) -> NDArray[np.bool_]:
        return self._each("inside", z, np.bool_)

    def forward(self, u: Array) -> Array:
        return self._each("forward", u)

    def inverse(self, z: Array) -> Array:
        return self._each("inverse", z)

    def derivative(self, u: Array) -> Array:
        return self._each("derivative", u)

    def log_jacobian(self, u: Array) -> Array:
        """Summed over the parameters, [n]."""
        total: Array = self._each("log_jacobian", u).sum(axis=1)
        return total

    def log_jacobian_grad(self, u: Array) -> Array:
        return self._each("log_jacobian_grad", u)

    def start(self, z: Array) -> Array:
        """u of one z, checked."""
        inside = self.inside(z[None])[0]
        if not inside.all():
            i = int(np.argmin(inside))
            raise ValueError(f"parameter {i} is {self.transforms[i].support}; got {z[i]} to start from")
        u: Array = self.inverse(z[None])[0]
        return u


class _Target:
    """The user's functions, in terms of u; everything that they return is checked."""

    def __init__(self, log_joint: LogJoint, gradient: Gradient, transforms: tuple[Transform, ...]):
        function("log_joint", log_joint)
        function("gradient", gradient)
        self._log_joint, self._gradient, self.columns = log_joint, gradient, _Columns(transforms)
        self._errors = np.geterr()  # how the user's own functions treat floating-point errors: as they do outside

    def log_joint(self, u: Array, step: int) -> Array:
        """Without the log Jacobian, [n]."""
        z = self.columns.forward(u)
        with np.errstate(**self._errors):
            values = reals("the result of log_joint", self._log_joint(z))
        if values.shape != (len(z),):
            raise ValueError(f"log_joint(z) has the shape ({len(z)},) for {len(z)} draws; got {values.shape}")
        _look("log_joint", values, step, z)
        return values

    def log_density(self, u: Array, step: int) -> Array:
        """Of u, unnormalized: the log Jacobian is in it, [n]."""
        jacobian = self.columns.log_jacobian(u)
        _look("log_jacobian", jacobian, step, u)
        return self.log_joint(u, step) + jacobian

    def gradient(self, u: Array, step: int) -> Array:
        """Of log_density, [n, dim]."""
        z = self.columns.forward(u)
        with np.errstate(**self._errors):
            values = reals("the result of gradient", self._gradient(z))
        if values.shape != z.shape:
            raise ValueError(f"gradient(z) has the shape of z, {z.shape}; got {values.shape}")
        _look("gradient", values, step, z)
        return values * self.columns.derivative(u) + self.columns.log_jacobian_grad(u)


class _Search:
    """q on its way: loc, and the factor of its covariance."""

    def __init__(self, target: _Target, loc: Array, factor: Array, family: str, draws: int, rng: Generator):
        self.target, self.loc, self.factor = target, loc, factor
        self.diagonal, self.draws, self.rng = family == "mean-field", draws, rng
        self.reach = math.sqrt(loc.size)  # how far loc may go in a step
        self.history: list[float] = []
        self.errors: list[float] = []

    @np.errstate(all="ignore")
    def run(self, most: int, tol: float) -> bool:
        """Windows until two are alike, or so many steps are done; q is then the last one's average."""
        rate, length = LARGEST_RATE, WINDOW
        before: tuple[Array, Array, float, float] | None = None
        dim = self.loc.size
        while len(self.history) < most:
            first = len(self.history)
            loc, factor = np.zeros_like(self.loc), np.zeros_like(self.factor)
            for _ in range(min(length, most - first)):
                self._step(rate)
                loc += self.loc
                factor += self.factor
            steps = len(self.history) - first
            loc, factor = loc / steps, factor / steps
            elbo = float(np.mean(self.history[first:]))
            error = float(np.linalg.norm(self.errors[first:])) / steps
            if before is not None:
                alike = _distance(loc, factor, before[0], before[1]) < tol
                noise = math.hypot(error, before[3])
                if alike and abs(elbo - before[2]) < 3 * noise + dim * tol**2:
                    self.loc, self.factor = loc, factor
                    # Where q is narrower than the gaps between numbers no step moves loc: windows are alike wherever it is
                    return bool((np.linalg.norm(factor, axis=1) > np.spacing(np.abs(loc))).all())
                if elbo < before[2] + 2 * noise:
                    rate, length = max(rate / 2, SMALLEST_RATE), 2 * length
            before = loc, factor, elbo, error
        self.loc, self.factor = loc, factor
        return False

    def _step(self, rate: float) -> None:
        dim, step = self.loc.size, len(self.history) + 1
        half = self.rng.standard_normal((self.draws // 2, dim))
        eps = np.concatenate([half, -half])
        u = self.loc + eps @ self.factor.T
        log_weights = self.target.log_density(u, step) - _log_normal(eps, self.factor)
        pairs = (log_weights[: len(half)] + log_weights[len(half) :]) / 2
        self.history.append(float(pairs.mean()))
        self.errors.append(float(pairs.std() / math.sqrt(len(pairs))))
        slope = self.target.gradient(u, step)
        v = slope @ self.factor + eps
        if self.diagonal:
            growth = _growth(1 - (v * eps).mean(axis=0), rate)
            self.factor = self.factor * np.sqrt(growth)
        else:
            moment = v.T @ eps / self.draws
            curvature, axes = np.linalg.eigh(np.eye(dim) - (moment + moment.T) / 2)
            root = self.factor @ (axes * np.sqrt(_growth(curvature, rate)))
            # The factor that is triangular and positive on the diagonal: of R' R = root root'.
            upper: Any = np.linalg.qr(root.T, mode="r")
            self.factor = upper.T * np.sign(np.diag(upper))
        move = rate * (slope.mean(axis=0) @ self.factor)  # in standard deviations
        length = float(np.linalg.norm(move))
        better = step > 1 and self.history[-1] > self.history[-2]
        self.reach = 1.25 * self.reach if better and length > self.reach else math.sqrt(dim)
        self.loc = self.loc + self.factor @ (move * min(1.0, self.reach / (length or 1.0)))


def _growth(curvature: Array, rate: float) -> Array:
    """What variances are multiplied by, where the curvature would be 1 for the best."""
    growth: Array = 1 / np.clip(1 + rate * (curvature - 1), 0.5, 2.0)
    return growth


def _distance(loc: Array, factor: Array, other_loc: Array, other_factor: Array) -> float:
    """sqrt((KL(a || b) + KL(b || a))/dim) of two normal distributions."""
    there, back = np.linalg.solve(other_factor, factor), np.linalg.solve(factor, other_factor)
    shift = loc - other_loc
    moved = np.square(np.linalg.solve(factor, shift)).sum() + np.square(np.linalg.solve(other_factor, shift)).sum()
    return math.sqrt(max(float(np.square(there).sum() + np.square(back).sum() - 2 * loc.size + moved), 0.0) / (2 * loc.size))


@np.errstate(all="ignore")
def _weigh(target: _Target, loc: Array, factor: Array, rng: Generator) -> tuple[Evidence, Array]:
    """log p(x) by importance sampling with q, and the logarithms of the weights."""
    eps = rng.standard_normal((FINAL, loc.size))
    u = loc + eps @ factor.T
    parts = [target.log_density(u[i : i + AT_ONCE], 0) for i in range(0, FINAL, AT_ONCE)]
    log_weights = np.concatenate(parts) - _log_normal(eps, factor)
    return _from_weights(target.columns.forward(u), log_weights), log_weights


def _log_normal(eps: Array, factor: Array) -> Array:
    """log density of factor eps, eps standard normal, [n]."""
    log_norm = float(np.log(np.diag(factor)).sum()) + eps.shape[1] / 2 * math.log(2 * math.pi)
    log_density: Array = -np.square(eps).sum(axis=1) / 2 - log_norm
    return log_density


def _look(term: str, values: Array, step: int, z: Array) -> None:
    wrong = ~np.isfinite(values)
    if wrong.any():
        first = int(np.argmax(wrong.reshape(len(values), -1).any(axis=1)))
        value = float(values[first][wrong[first]].flat[0]) if values.ndim > 1 else float(values[first])
        raise NonFiniteError(term, value, step, z[first])


def _resolved(transforms: Sequence[Transform] | None, dim: int) -> tuple[Transform, ...]:
    if transforms is None:
        return (Identity(),) * dim
    if not isinstance(transforms, Sequence) or isinstance(transforms, str):
        raise TypeError(f"transforms is a sequence of transforms, one a parameter, or None; got {transforms!r}")
    given = tuple(transforms)
    if len(given) != dim:
        raise ValueError(f"transforms has one a parameter, {dim}; got {len(given)}")
    for transform in given:
        if isinstance(transform, type) or not hasattr(transform, "log_jacobian_grad"):
            raise TypeError(f"transforms are objects such as Log() or Logit(0, 1); got {transform!r}")
    return given
