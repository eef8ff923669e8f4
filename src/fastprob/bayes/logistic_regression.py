"""Bayesian logistic regression as a scikit-learn classifier."""

from __future__ import annotations

import math
import numbers
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from .. import get_num_threads, special
from ..nn import single_threaded_blas
from ._logistic_normal import log_mean_expit

Array = NDArray[np.floating[Any]]

BLOCK = 2048  # rows that are worked on at a time: they and what is made of them stay in the cache
THINNED = 16_384  # rows, at least, that the fit to more than four times as many begins with
NEAR = 0.5  # posterior standard deviations from the best mean: there the prior's precision is worth a look
SLOW = 0.3  # a step longer than this part of the one before asks for new curvature


class BayesianLogisticRegression(ClassifierMixin, BaseEstimator):
    """Logistic regression for two classes whose coefficients have a posterior distribution, not only a best value.

    P(y = 1 | x, w) = expit(w'x + b), w ~ N(0, 1/prior_precision), b ~ N(0, intercept_scale^2). The posterior of (w, b) is
    approximated by N(mean, cov), in one of two ways:

    - "variational" maximizes a lower bound of the log evidence. Jaakkola and Jordan's quadratic bound of log expit, one parameter
      a row, makes the posterior normal: cov^-1 = prior + 2 sum_i lambda(xi_i) x_i x_i', lambda(xi) = tanh(xi/2)/(4 xi), and
      xi_i^2 = E[(w'x_i + b)^2] is the best xi (variational EM).
    - "laplace": the mean is the mode, cov^-1 the matrix of second derivatives there.

    Parameters
    ----------
    method : "variational" or "laplace", default "variational"
    prior_precision : "evidence" or float, default "evidence"
        1/variance of each coefficient, positive. "evidence" takes what maximizes the log evidence as the method approximates it:
        the fixed point of gamma/|mean|^2 with gamma = d - prior_precision tr(cov), over the d coefficients without the intercept
        (for "laplace" MacKay's, in which the curvature does not move with the mode: with few rows it can be a nat or two below
        the largest). Without a signal it grows until more would
        change the log evidence by less than tol^2.
    intercept_scale : float or None, default 10.0
        Standard deviation of the intercept's prior; None for no intercept.
    tol : float, default 0.01
        The fit has converged when the next step of the mean is shorter than so many posterior standard deviations, the next step
        of prior_precision is worth less than tol^2 nats of log evidence, and what moved since cov was computed moves it less.
    max_iter : int, default 1000
        Passes over the data, at most.

    Attributes
    ----------
    classes_ : ndarray [2]
    coef_ : ndarray [1, features]
        Posterior mean of the coefficients.
    intercept_ : ndarray [1]
        Posterior mean of the intercept; 0 without.
    covariance_ : ndarray [features + 1, features + 1]
        Posterior covariance, the intercept last (if there is one).
    log_evidence_ : float
        log P(y | X, prior_precision_) in nats: a lower bound if variational, Laplace's approximation otherwise.
    prior_precision_ : float
    n_iter_ : int
        Passes over the data.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        If X had names.

    Notes
    -----
    The variational covariance is too small, the more so the surer the data are: the bound is tight in value, not in curvature.
    Laplace's is exact as the rows become many. docs/bayes-accuracy.md compares both with the exact posterior.

    Steps of the mean are Newton's, with curvature that is kept while they shrink fast; the steps of EM keep the bound growing but
    need ten times the passes. With many rows the fit begins on a part of them. Sums go over blocks of rows on `fastprob.threads`
    threads, in one order: the bits do not depend on their number. Beside X the largest temporaries are a few numbers a row.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.preprocessing import StandardScaler
    >>> from fastprob.bayes import BayesianLogisticRegression
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> X = StandardScaler().fit_transform(X)
    >>> model = BayesianLogisticRegression().fit(X, y)
    >>> bool(model.score(X, y) > 0.97)
    True
    >>> model.predict_proba(X[:1]).shape
    (1, 2)
    """

    def __init__(
        self,
        method: str = "variational",
        *,
        prior_precision: str | float = "evidence",
        intercept_scale: float | None = 10.0,
        tol: float = 0.01,
        max_iter: int = 1000,
    ):
        self.method = method
        self.prior_precision = prior_precision
        self.intercept_scale = intercept_scale
        self.tol = tol
        self.max_iter = max_iter

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> BayesianLogisticRegression:
        """Fit the posterior.

        Parameters
        ----------
        X : array-like [rows, features]
            Real numbers; float32 and float64 are used as they are, in either order. All arithmetic is in float64.
        y : array-like [rows]
            Labels of two classes; the greater is the one whose probability is expit(w'x + b).
        sample_weight : array-like [rows] or None, default None
            How many rows each row stands for, not negative: its log likelihood is taken so many times. 1 each if None.

        Returns
        -------
        BayesianLogisticRegression
            Itself.

        Raises
        ------
        ValueError, TypeError
            A parameter, X, y or sample_weight is not what it must be; the message says which and what is allowed.

        Warns
        -----
        sklearn.exceptions.ConvergenceWarning
            `max_iter` passes were not enough.
        """
        self._check_parameters()
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        if type_of_target(y, input_name="y", raise_unknown=True) not in ("binary", "multiclass"):
            raise ValueError(f"y has one label a row; got {type_of_target(y)}")
        weight = None
        if sample_weight is not None:
            weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
            seen = weight > 0  # rows without weight are none
            if not seen.all():
                X, y, weight = X[seen], y[seen], weight[seen]
        classes = np.unique(y)
        if len(classes) != 2:
            few = "" if len(classes) != 1 else f": {classes[0]!r}"
            message = f"Only binary classification is supported: y has labels of two classes; got {len(classes)} class{few}"
            raise ValueError(message if len(classes) < 2 else message + "es")
        sign = np.where(y == classes[1], 1.0, -1.0)
        with _pool() as pool:
            rows = _Rows(X, sign, self.intercept_scale is not None, pool, weight)
            fit = _Fit(self, rows.dim)
            most = max(THINNED, 64 * rows.dim)
            if len(X) > 4 * most:
                fit.run(rows.thinned(most), tol=10 * float(self.tol))
            fit.run(rows, tol=float(self.tol))
        self.classes_ = classes
        self.coef_, self.intercept_ = fit.mean[None, : X.shape[1]], fit.mean[X.shape[1] :] if rows.intercept else np.zeros(1)
        self.covariance_, self.prior_precision_ = fit.cov, fit.precision
        self.log_evidence_, self.n_iter_ = fit.log_evidence, fit.passes
        if not fit.converged:
            warnings.warn(
                f"no convergence to tol={self.tol} in max_iter={self.max_iter} passes: the last step was "
                f"{fit.moved:.2g} posterior standard deviations",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def _check_parameters(self) -> None:
        if self.method not in ("variational", "laplace"):
            raise ValueError(f"method is 'variational' or 'laplace'; got {self.method!r}")
        if isinstance(self.prior_precision, str):
            if self.prior_precision != "evidence":
                raise ValueError(f"prior_precision is 'evidence' or a positive number; got {self.prior_precision!r}")
        else:
            _positive("prior_precision", self.prior_precision)
        if self.intercept_scale is not None:
            _positive("intercept_scale", self.intercept_scale)
        _positive("tol", self.tol)
        if not isinstance(self.max_iter, numbers.Integral) or isinstance(self.max_iter, bool):
            raise TypeError(f"max_iter is a whole number from 1 on; got {self.max_iter!r}")
        if self.max_iter < 1:
            raise ValueError(f"max_iter is a whole number from 1 on; got {self.max_iter}")

    def decision_function(self, X: Any) -> Array:
        """log P(y = classes_[1]) - log P(y = classes_[0]), the logit of `predict_proba`, [rows]. Raises ValueError as `fit`."""
        logit, log_less = self._less_likely(X)
        return np.copysign(special.log(-special.expm1(log_less)) - log_less, logit)

    def predict(self, X: Any) -> NDArray[Any]:
        """The more probable class, [rows]. Raises ValueError as `fit`."""
        check_is_fitted(self)
        mean = self._mean()
        return self.classes_[(np.concatenate(self._over(X, lambda rows, part: rows.times(part, mean))) > 0).astype(np.intp)]

    def predict_proba(self, X: Any) -> Array:
        """P(y | x, data) = E[expit(w'x + b)] over the posterior, [rows, 2], to 1e-12. Raises ValueError as `fit`."""
        return special.exp(self.predict_log_proba(X))

    def predict_log_proba(self, X: Any) -> Array:
        """Logarithm of `predict_proba`, [rows, 2]; exact where a probability underflows. Raises ValueError as `fit`."""
        logit, log_less = self._less_likely(X)
        log_more = special.log1p(-special.exp(log_less))
        return np.where((logit > 0)[:, None], np.stack([log_less, log_more], 1), np.stack([log_more, log_less], 1))

    def _less_likely(self, X: Any) -> tuple[Array, Array]:
        """Posterior mean of the logits, and the log probability of the less likely class, [rows]."""
        check_is_fitted(self)
        mean, factor = self._mean(), np.linalg.cholesky(self.covariance_)

        def work(rows: _Rows, part: slice) -> tuple[Array, Array]:
            logit = rows.times(part, mean)
            return logit, log_mean_expit(-np.abs(logit), rows.squares(part, factor))

        logit, log_less = zip(*self._over(X, work), strict=True)
        return np.concatenate(logit), np.concatenate(log_less)

    def _mean(self) -> Array:
        """Of all that has a posterior, the intercept last."""
        return np.append(self.coef_[0], self.intercept_)[: len(self.covariance_)]

    def _over(self, X: Any, work: Callable[[_Rows, slice], Any]) -> list[Any]:
        """Block by block."""
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        with _pool() as pool:
            rows = _Rows(X, np.empty(0), len(self.covariance_) > X.shape[1], pool, None)
            return rows.map(lambda part: work(rows, part))


_Seen = tuple[float, Array, Any]  # value, gradient, and a matrix or None


class _Rows:
    """What sums over the data need. They go block by block and are folded in the blocks' order, whoever did which."""

    def __init__(self, X: Any, sign: Array, intercept: bool, pool: ThreadPoolExecutor, weight: Array | None, copies: float = 1.0):
        self.X, self.sign, self.intercept, self.pool = X, sign, intercept, pool
        self.weight, self.copies = weight, copies  # of every row by itself, and of all
        self.dim = X.shape[1] + intercept
        self.local = threading.local()

    def scratch(self, part: slice) -> Array:
        """Room for a block of products, the thread's own: new memory each time would cost as much as what is done in it."""
        if not hasattr(self.local, "array"):
            self.local.array = np.empty(BLOCK * self.dim)
        return self.local.array[: self.dim * (min(part.stop, len(self.X)) - part.start)]

    def thinned(self, most: int) -> _Rows:
        """Every so-manieth row, each counting for those left out as well."""
        step = slice(None, None, len(self.X) // most)
        X, weight = np.ascontiguousarray(self.X[step]), None if self.weight is None else self.weight[step]
        copies = len(self.X) / len(X) if self.weight is None or weight is None else float(self.weight.sum() / weight.sum())
        return _Rows(X, self.sign[step], self.intercept, self.pool, weight, copies)

    def mean(self, values: Array) -> float:
        """Of a value a row."""
        return float(values.mean() if self.weight is None else self.weight @ values / self.weight.sum())

    def map(self, work: Callable[[slice], Any]) -> list[Any]:
        return list(self.pool.map(work, [slice(first, first + BLOCK) for first in range(0, len(self.X), BLOCK)]))

    def times(self, part: slice, coefficients: Array) -> Array:
        """Rows, a 1 appended if there is an intercept, times coefficients."""
        X, features = self.X[part].astype(np.float64, copy=False), self.X.shape[1]
        product = X @ coefficients[:features]
        return product + coefficients[features] if self.intercept else product

    def variances(self, cov: Array) -> Array:
        """x' cov x for every row."""
        factor = np.linalg.cholesky(cov)
        return np.concatenate(self.map(lambda part: self.squares(part, factor)))

    def squares(self, part: slice, factor: Array) -> Array:
        """|factor' x|^2 for every row of the block."""
        X, features = self.X[part].astype(np.float64, copy=False), self.X.shape[1]
        product = np.matmul(X, factor[:features], out=self.scratch(part).reshape(len(X), -1))
        if self.intercept:
            product += factor[features]
        return np.einsum("ij,ij->i", product, product)

    def look(self, mean: Array, variance: Array | None, curvature: str = "") -> _Seen:
        """Value and gradient at `mean` of the sum over rows of log 1/(2 cosh(xi/2)) + sign logit/2, xi^2 = logit^2 + variance:
        Jaakkola and Jordan's bound of E[log likelihood], and without variance the log likelihood itself. And the matrix
        sum_i c_i x_i x_i', where c is minus the second derivative ("newton") or the bound's 2 lambda(xi) ("bound")."""

        def work(part: slice) -> tuple[float, Array, Array | None]:
            X, sign = self.X[part].astype(np.float64, copy=False), self.sign[part]
            logit = self.times(part, mean)
            square = logit * logit
            xi2 = np.maximum(square if variance is None else square + variance[part], 1e-300)
            xi = np.sqrt(xi2)
            less = special.expm1(-xi)  # by e^-xi - 1 nothing cancels: tanh(xi/2) = -less/more
            more = less + 2.0
            terms = (sign * logit - xi) / 2 - special.log(more)
            twice_lambda = -less / (2 * xi * more)
            residual = sign / 2 - twice_lambda * logit
            if self.weight is None:
                value = terms.sum()
            else:
                value, residual = self.weight[part] @ terms, residual * self.weight[part]
            gradient = np.append(residual @ X, residual.sum()) if self.intercept else residual @ X
            if not curvature:
                return float(value), gradient, None
            weight = twice_lambda
            if curvature == "newton":
                along = square / xi2 if variance is not None else 1.0
                weight = along * (less + 1.0) / (more * more) + (1.0 - along) * twice_lambda
            if self.weight is not None:
                weight = weight * self.weight[part]
            root, features = np.sqrt(weight), X.shape[1]
            scaled = np.multiply(X, root[:, None], out=self.scratch(part)[: X.size].reshape(X.shape))
            gram = np.empty((self.dim, self.dim))
            gram[:features, :features] = scaled.T @ scaled  # of an array with itself: half the work
            if self.intercept:
                gram[features, :features] = gram[:features, features] = root @ scaled
                gram[features, features] = weight.sum()
            return float(value), gradient, gram

        values, gradients, grams = zip(*self.map(work), strict=True)
        matrix = self.copies * np.sum(grams, axis=0) if curvature else None
        return self.copies * math.fsum(values), self.copies * np.sum(gradients, axis=0), matrix


class _Fit:
    """The state of a fit, and what moves it."""

    def __init__(self, model: BayesianLogisticRegression, dim: int):
        self.variational = model.method == "variational"
        self.learns = isinstance(model.prior_precision, str)
        self.precision = 1.0 if isinstance(model.prior_precision, str) else float(model.prior_precision)
        self.scale, self.max_iter = model.intercept_scale, int(model.max_iter)
        self.features = dim - (self.scale is not None)
        self.mean = np.zeros(dim)
        self.bound = self.newton = np.empty(0)  # the data's part of cov^-1, and of the curvature that steps are made with

    @property
    def prior(self) -> Array:
        """Precision of every coefficient."""
        own = np.full(self.features, self.precision)
        return own if self.scale is None else np.append(own, float(self.scale) ** -2)

    @property
    def cov(self) -> Array:
        return np.linalg.inv(self.bound + np.diag(self.prior))

    def run(self, rows: _Rows, tol: float) -> None:
        """Mean and covariance in turn, until neither moves."""
        self.passes, self.converged = 0, False
        variance: Array | None = None  # of the logits; 0 for Laplace, and until the first covariance is there
        seen = None
        if not self.bound.size:  # at xi = 0, where both curvatures are the same
            seen = self._look(rows, None, "bound")
            self.bound = self.newton = seen[2]
        kind = "bound" if self.variational else "newton"
        spread, reach = math.inf, 1.0
        while True:
            way, seen = self._climb(rows, variance, tol, seen, kind if spread == math.inf else "")
            self.moved = reach * way + spread
            self.converged = self.moved <= (tol if self.variational else 0.0)  # Laplace's covariance is that at the mean itself
            if self.converged or self.passes >= self.max_iter:
                return
            if seen[2] is None:
                seen = self._look(rows, variance, kind)
            self.bound = seen[2]
            if self.variational:
                before, variance, seen = 0.0 if variance is None else variance, rows.variances(self.cov), None
                # lambda changes by a factor of at most exp(the change of xi^2/12), or exp(0.28 times that of xi). Where that is
                # 1 + r, so much does the covariance change, and that moves the posterior by r sqrt(dim/2) in units of a step.
                spread = rows.mean(np.abs(variance - before)) / 12 * math.sqrt(len(self.mean) / 2)
                reach = 0.28 * math.sqrt(rows.mean(variance) * len(self.mean) / 2)
            else:
                self.newton, spread = self.bound, 0.0

    def _look(self, rows: _Rows, variance: Array | None, curvature: str = "") -> _Seen:
        self.passes += 1
        return rows.look(self.mean, variance, curvature)

    def _climb(self, rows: _Rows, variance: Array | None, tol: float, seen: _Seen | None, wanted: str) -> tuple[float, _Seen]:
        """Newton's steps of the mean, with the variances as they are, and of the prior's precision, until they are short. `seen`
        is a look from where the mean is, if there was one. How far the mean went, and the last look, with the curvature that is
        wanted if it could be foreseen that it would be the last."""
        seen = self._look(rows, variance) if seen is None else seen
        way, last, fresh = 0.0, math.inf, False
        while True:
            step, size = self._step(seen[1])
            learned = size < NEAR and self._learn_precision(tol)
            if self.passes >= self.max_iter or (size < tol and not learned):
                break
            if size > SLOW * last and not fresh:
                self.newton, fresh = self._look(rows, variance, "newton")[2], True
                continue
            step, size = self._step(seen[1])  # the prior may be another now
            start, height, gradient = self.mean, seen[0] - self._prior_term(), seen[1]
            self.mean = start + step
            seen = self._look(rows, variance, wanted if size * size < tol * min(last, NEAR) else "")
            while seen[0] - self._prior_term() < height - 1e-9 * abs(height) and self.passes < self.max_iter:
                self.mean = (start + self.mean) / 2
                seen = self._look(rows, variance)
            self._bend(self.mean - start, gradient - seen[1])
            way, last, fresh = way + size, size, False
        self.log_evidence = seen[0] - self._prior_term() + self._log_volume()
        return way, seen

    def _prior_term(self) -> float:
        return float(self.prior @ self.mean**2) / 2

    def _step(self, gradient: Array) -> tuple[Array, float]:
        """Newton's, and its length in posterior standard deviations."""
        slope = gradient - self.prior * self.mean
        step = np.linalg.solve(self.newton + np.diag(self.prior), slope)
        return step, math.sqrt(max(float(slope @ step), 0.0))

    def _bend(self, step: Array, fall: Array) -> None:
        """Corrects the curvature by how the gradient fell along a step (Broyden, Fletcher, Goldfarb and Shanno)."""
        fall = fall + self.prior * step
        expected = self.newton @ step + self.prior * step
        if fall @ step > 0:
            self.newton = self.newton + np.outer(fall, fall) / (fall @ step) - np.outer(expected, expected) / (expected @ step)

    def _learn_precision(self, tol: float) -> bool:
        """Newton's step towards the best log precision, the mean following; whether it is worth more than tol^2 nats."""
        if not self.learns:
            return False
        mean, a = self.mean[: self.features], self.precision
        cov = self.cov[: self.features, : self.features]
        trace, square = a * float(np.trace(cov)), a * float(mean @ mean)
        slope = (self.features - trace - square) / 2
        bend = (a * a * (float((cov * cov).sum()) + 2 * float(mean @ cov @ mean)) - trace - square) / 2
        change = min(abs(slope), -2 * bend) / -bend if bend < 0 else 2.0  # at most 2 either way
        if abs(slope) * change / 2 < tol * tol:
            return False
        self.precision *= math.exp(math.copysign(change, slope))
        return True

    def _log_volume(self) -> float:
        """What the log evidence has beside the likelihood's term and the prior's square: the rest of -KL(q || prior), or for
        Laplace log det(prior cov)/2."""
        inverse = self.bound + np.diag(self.prior)
        log_volume = (float(np.log(self.prior).sum()) - float(np.linalg.slogdet(inverse)[1])) / 2
        if self.variational:
            log_volume += (len(self.mean) - float(self.prior @ np.diag(self.cov))) / 2
        return log_volume


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    """As many threads as calls may use, each with a BLAS and kernels of one thread."""
    number = get_num_threads()
    with single_threaded_blas(), ThreadPoolExecutor(number) as pool:
        yield pool


def _positive(name: str, value: Any) -> None:
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} is a positive number; got {value!r}")
    if not 0 < float(value) < math.inf:
        raise ValueError(f"{name} is positive and finite; got {value}")
