"""Bayesian logistic regression as a scikit-learn classifier."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from .. import special
from ._blas import single_threaded_blas
from ._checks import count, no_masks, positive_number, reals, require
from ._logistic_fit import Fit
from ._logistic_normal import log_mean_expit
from ._rows import Rows

Array = NDArray[np.floating[Any]]

SAMPLE = 4096  # rows, at most, that say where the center of a column is
HUGE = 1e150  # instead of the size of a row whose logit or variance overflows
FAR = 100.0  # standard deviations from 0: columns whose mean is farther are centered
BLOCK = 1 << 16  # rows whose probabilities are computed at a time: enough for every thread, and no more memory than the rows need


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
        for "variational" the fixed point of gamma/|mean|^2 with gamma = d - prior_precision tr(cov), over the d coefficients
        without the intercept; for "laplace" the change of log det cov with the mode is taken along. The log evidence may have
        several maxima: with at most 64 rows a coefficient a range of precisions is looked through first, with more rows the
        maxima that the likelihood's parabola promises, which is not quite as sure (docs/adr/0034-precision-by-evidence.md).
        Without a signal the precision grows until more would change the log evidence by less than tol^2; where no feature
        varies it is 1.
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
    threads, in one order: the bits do not depend on their number. Beside X the largest temporaries are a few numbers a row, and a
    copy of X where the mean of a column is more than 100 standard deviations from 0: such columns are centered for the fit.

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
        for name, value in (("X", X), ("y", y)):
            no_masks(name, value)
        with np.errstate(all="ignore"):  # of sums of X
            X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        if type_of_target(y, input_name="y", raise_unknown=True) not in ("binary", "multiclass"):
            raise ValueError(f"y has one label a row; got {type_of_target(y)}")
        weight = None
        if sample_weight is not None:
            rows_each = reals("sample_weight", sample_weight)
            if rows_each.ndim != 1:
                raise ValueError(f"sample_weight is an array [rows]; got one of shape {rows_each.shape}")
            require("sample_weight", rows_each, ~(rows_each > 2.0**53), "numbers of rows, from 0 to 2^53")
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
        X, center = self._centered(X)
        rows = Rows(X, sign, self.intercept_scale is not None, weight)
        learns = isinstance(self.prior_precision, str)
        precision = 1.0 if isinstance(self.prior_precision, str) else float(self.prior_precision)
        fit = Fit(self.method == "variational", learns, precision, self.intercept_scale, int(self.max_iter), center)
        try:
            with single_threaded_blas(), np.errstate(all="ignore"):
                fit.best(rows, float(self.tol))
        except np.linalg.LinAlgError:
            raise ValueError(
                "X, prior_precision and intercept_scale are so far from each other in size that the posterior's covariance "
                "has no digits in float64: center and scale the columns of X"
            ) from None
        self.classes_ = classes
        back = np.eye(rows.dim)  # to coefficients of features as they came
        if rows.intercept:
            back[-1, :-1] = -center
        mean = back @ fit.mean
        self.coef_, self.intercept_ = mean[None, : X.shape[1]], mean[X.shape[1] :] if rows.intercept else np.zeros(1)
        self.covariance_, self.prior_precision_ = back @ fit.cov @ back.T, fit.precision
        self.log_evidence_, self.n_iter_ = fit.log_evidence, fit.passes
        if not fit.converged:
            last = f"the last step was {fit.moved:.2g} posterior standard deviations"
            if fit.moved == np.inf:
                last = "the first step was not done"
            elif fit.moved <= self.tol:
                last = "the prior's precision was still moving"
            warnings.warn(
                f"no convergence to tol={self.tol} in max_iter={self.max_iter} passes: {last}",
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
            positive_number("prior_precision", self.prior_precision)
        if self.intercept_scale is not None:
            positive_number("intercept_scale", self.intercept_scale)
        positive_number("tol", self.tol)
        count("max_iter", self.max_iter, 1)

    def _centered(self, X: Any) -> tuple[Any, Array]:
        """X less a center, and the center: 0 for columns whose numbers are not much larger than they differ."""
        center = np.zeros(X.shape[1])
        if self.intercept_scale is not None and self.intercept_scale**2 * len(X) > 4:  # or the prior holds the intercept
            with np.errstate(all="ignore"):
                part = X[:: -(-len(X) // SAMPLE)].astype(np.float64)
                middle, spread = part.mean(axis=0), part.std(axis=0)
                far = (np.abs(middle) > FAR * spread) & np.isfinite(middle)
            center = np.where(far, middle, 0.0)
        return (X - center if center.any() else X), center

    def decision_function(self, X: Any) -> Array:
        """log P(y = classes_[1]) - log P(y = classes_[0]), the logit of `predict_proba`, [rows]. Raises ValueError as `fit`."""
        logit, log_less = self._less_likely(X)
        with np.errstate(all="ignore"):
            return np.copysign(special.log(-special.expm1(log_less)) - log_less, logit)

    def predict(self, X: Any) -> NDArray[Any]:
        """The more probable class, [rows]. Raises ValueError as `fit`."""
        logit, _ = self._project(X, None)
        return self.classes_[(logit > 0).astype(np.intp)]

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
        logit, variance = self._project(X, self.covariance_)
        parts = [slice(first, first + BLOCK) for first in range(0, len(logit), BLOCK)]
        return logit, np.concatenate([log_mean_expit(-np.abs(logit[part]), variance[part]) for part in parts])

    def _project(self, X: Any, cov: Any) -> tuple[Array, Any]:
        """Logits at the posterior mean, and with a covariance their variances, [rows]."""
        check_is_fitted(self)
        no_masks("X", X)
        with np.errstate(all="ignore"):  # of sums of X
            X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        mean = np.append(self.coef_[0], self.intercept_)[: len(self.covariance_)]
        with single_threaded_blas(), np.errstate(all="ignore"):
            logit, variance = Rows(X, np.empty(0), len(mean) > X.shape[1]).project(mean, cov)
            lost = ~np.isfinite(logit if cov is None else logit + variance)
            if lost.any():  # of rows so large only the quotient of logit and standard deviation counts, and no intercept
                part, own = X[lost].astype(np.float64), slice(X.shape[1])
                small = Rows(part / np.abs(part).max(axis=1, keepdims=True), np.empty(0), False)
                far, spread = small.project(mean[own], None if cov is None else cov[own, own])
                logit[lost] = far * HUGE
                if cov is not None:
                    variance[lost] = spread * HUGE * HUGE
            return logit, variance
