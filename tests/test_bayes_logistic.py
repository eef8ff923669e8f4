"""`BayesianLogisticRegression` beside SciPy's optimizers, quadrature and scikit-learn."""

from __future__ import annotations

import subprocess
import sys
import warnings
from typing import Any

import mpmath
import numpy as np
import pytest
from reference.points import SEED
from scipy import integrate, optimize, special
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator, parametrize_with_checks

import fastprob
from fastprob.bayes import BayesianLogisticRegression
from fastprob.bayes._blas import single_threaded_blas
from fastprob.bayes._logistic_normal import log_mean_expit

METHODS = ("variational", "laplace")


def test_nothing_is_expected_to_fail() -> None:
    """The checks below are all that scikit-learn has for its tags, those of sample weights among them."""
    checked = check_estimator(BayesianLogisticRegression(), on_skip=None, on_fail=None)
    assert {record["check_name"] for record in checked if record["status"] != "passed"} <= {"check_array_api_input"}
    assert sum("sample_weight" in record["check_name"] for record in checked) >= 8


@parametrize_with_checks([BayesianLogisticRegression(method) for method in METHODS])
def test_scikit_learn(estimator: Any, check: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


def data(rows: int, features: int, seed: int = 0, spread: float = 1.5) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, features)) @ (np.eye(features) + 0.5 * rng.normal(size=(features, features)) / features**0.5)
    logits = X @ rng.normal(0, spread / features**0.5, features) - 0.4
    return X, rng.random(rows) < special.expit(logits)


def with_ones(X: Any) -> Any:
    return np.column_stack([X, np.ones(len(X))])


def log_joint(w: Any, X: Any, y: Any, prior: Any) -> Any:
    """And its gradient and second derivatives; X has a column of ones."""
    sign = np.where(y, 1.0, -1.0)
    logit = X @ w
    value = special.log_expit(sign * logit).sum() - (prior * w**2).sum() / 2 + np.log(prior / (2 * np.pi)).sum() / 2
    gradient = X.T @ (sign * special.expit(-sign * logit)) - prior * w
    p = special.expit(logit)
    return value, gradient, -(X.T * (p * (1 - p))) @ X - np.diag(prior)


def lower_bound(mean: Any, cov: Any, X: Any, y: Any, prior: Any) -> float:
    """Jaakkola and Jordan's (2000), as they write it: with lambda(xi), at the best xi."""
    sign = np.where(y, 1.0, -1.0)
    square = (X @ mean) ** 2 + np.einsum("ij,jk,ik->i", X, cov, X)
    xi = np.sqrt(square)
    lam = np.tanh(xi / 2) / (4 * xi)
    likelihood = special.log_expit(xi) + (sign * (X @ mean) - xi) / 2 - lam * (square - xi**2)
    divergence = (
        (prior * np.diag(cov)).sum() + (prior * mean**2).sum() - len(mean) - np.log(prior).sum() - np.linalg.slogdet(cov)[1]
    ) / 2
    return float(likelihood.sum() - divergence)


def fitted(method: str, X: Any, y: Any, **parameters: Any) -> tuple[Any, Any, Any]:
    """The model, its mean and the prior's precision, both with the intercept last."""
    model = BayesianLogisticRegression(method, **parameters).fit(X, y)
    prior = np.append(np.full(X.shape[1], model.prior_precision_), 0.01)
    return model, np.append(model.coef_[0], model.intercept_), prior


@pytest.mark.parametrize("shape", [(40, 3), (300, 8), (20_000, 5)])
def test_laplace_beside_newton(shape: tuple[int, int]) -> None:
    X, y = data(*shape)
    model, mean, prior = fitted("laplace", X, y, prior_precision=0.7, tol=1e-6)
    ones = with_ones(X)
    result = optimize.minimize(
        lambda w: -log_joint(w, ones, y, prior)[0],
        np.zeros(len(prior)),
        jac=lambda w: -log_joint(w, ones, y, prior)[1],
        hess=lambda w: -log_joint(w, ones, y, prior)[2],
        method="Newton-CG",
        options={"xtol": 1e-12},
    )
    value, _, hessian = log_joint(result.x, ones, y, prior)
    np.testing.assert_allclose(mean, result.x, atol=1e-5 * np.sqrt(np.diag(model.covariance_)).min())
    np.testing.assert_allclose(model.covariance_, np.linalg.inv(-hessian), rtol=1e-4, atol=1e-9)
    evidence = value + len(prior) / 2 * np.log(2 * np.pi) - np.linalg.slogdet(-hessian)[1] / 2
    assert abs(model.log_evidence_ - evidence) < 1e-5


@pytest.mark.parametrize("shape", [(40, 3), (300, 8), (20_000, 5)])
def test_variational_beside_plain_em(shape: tuple[int, int]) -> None:
    """The fixed point of variational EM's two lines; the bound by its textbook formula; and the bound is the largest there."""
    X, y = data(*shape)
    model, mean, prior = fitted("variational", X, y, prior_precision=0.7, tol=1e-5)
    ones, sign = with_ones(X), np.where(y, 1.0, -1.0)
    m, S = np.zeros(len(prior)), np.diag(1 / prior)
    for _ in range(300):
        xi = np.sqrt((ones @ m) ** 2 + np.einsum("ij,jk,ik->i", ones, S, ones))
        S = np.linalg.inv(np.diag(prior) + (ones.T * (np.tanh(xi / 2) / (2 * xi))) @ ones)
        m = S @ (ones.T @ sign) / 2
    np.testing.assert_allclose(mean, m, atol=1e-3 * np.sqrt(np.diag(S)).min())
    np.testing.assert_allclose(model.covariance_, S, rtol=1e-3, atol=1e-4 * np.diag(S).min())
    bound = lower_bound(mean, model.covariance_, ones, y, prior)
    assert abs(model.log_evidence_ - bound) < 1e-6 * max(1, abs(bound) / 1e3)
    rng = np.random.default_rng(SEED)
    for _ in range(10):
        nearby = np.linalg.cholesky(S) @ (np.eye(len(m)) + 0.1 * np.tril(rng.normal(size=S.shape)))
        assert lower_bound(m + nearby @ rng.normal(0, 0.1, len(m)), nearby @ nearby.T, ones, y, prior) < bound


@pytest.mark.parametrize("method", METHODS)
def test_evidence_beside_quadrature(method: str) -> None:
    """One feature, two unknowns: the integral itself. The bound lies below it."""
    X, y = data(60, 1, seed=4)
    model, mean, prior = fitted(method, X, y, prior_precision=1.0, tol=1e-6)
    ones = with_ones(X)
    sd = np.sqrt(np.diag(model.covariance_))
    top = log_joint(mean, ones, y, prior)[0]
    ranges = [(m - 12 * s, m + 12 * s) for m, s in zip(mean, sd, strict=True)]
    integral = integrate.nquad(lambda a, b: np.exp(log_joint(np.array([a, b]), ones, y, prior)[0] - top), ranges)[0]
    exact = top + np.log(integral)
    if method == "variational":
        assert exact - 0.5 < model.log_evidence_ < exact
    else:
        assert abs(model.log_evidence_ - exact) < 0.05


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [0, 1])
def test_precision_that_maximizes_the_evidence(method: str, seed: int) -> None:
    X, y = data(400, 12, seed)
    model = BayesianLogisticRegression(method, tol=1e-4).fit(X, y)

    def evidence(log_precision: float) -> float:
        return clone(model).set_params(prior_precision=float(np.exp(log_precision))).fit(X, y).log_evidence_

    best = optimize.minimize_scalar(lambda a: -evidence(a), (-1, 3), options={"xtol": 1e-4})
    assert model.log_evidence_ > -best.fun - 1e-6
    assert abs(np.log(model.prior_precision_) - best.x) < 0.01
    assert model.log_evidence_ > evidence(-1.0)
    assert model.log_evidence_ > evidence(5.0)


def laplace_evidences(X: Any, y: Any, log_precisions: Any) -> Any:
    """Laplace's log evidence at each, by plain Newton steps that are halved until they gain."""
    ones, w, values = with_ones(X), np.zeros(X.shape[1] + 1), []
    for log_precision in log_precisions:
        prior = np.append(np.full(X.shape[1], np.exp(log_precision)), 0.01)
        for _ in range(200):
            value, gradient, hessian = log_joint(w, ones, y, prior)
            step, part = np.linalg.solve(-hessian, gradient), 1.0
            while log_joint(w + part * step, ones, y, prior)[0] < value - 1e-12 * abs(value) and part > 1e-9:
                part /= 2
            w = w + part * step
            if gradient @ step < 1e-20:
                break
        value, _, hessian = log_joint(w, ones, y, prior)
        values.append(value + len(w) / 2 * np.log(2 * np.pi) - np.linalg.slogdet(-hessian)[1] / 2)
    return np.array(values)


# Rows, features, size of the coefficients, spread of the scales of the features. With so few rows some evidences have several
# maxima, or are highest at no signal at all.
FEW_ROWS = [
    (30, 3, 1.0, 0.0),
    (100, 20, 0.5, 1.0),
    (150, 24, 3.0, 0.0),
    (52, 12, 3.0, 1.0),
    (12, 11, 1.0, 0.0),
    (20, 11, 2.0, 1.0),
]


@pytest.mark.parametrize("case", FEW_ROWS)
@pytest.mark.parametrize("seed", range(4))
def test_laplace_precision_beside_a_fine_grid(case: tuple[int, int, float, float], seed: int) -> None:
    """With few rows: the curvature at the mode moves with the precision, and the evidence may have several maxima."""
    rows, features, size, scales = case
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, features)) * np.exp(rng.normal(0, scales, features))
    y = rng.random(rows) < special.expit(X @ rng.normal(0, size, features) - 0.3)
    model = BayesianLogisticRegression("laplace", tol=1e-3).fit(X, y)
    grid = laplace_evidences(X, y, np.arange(12, -12, -0.1))
    assert model.log_evidence_ > grid.max() - 1e-5
    own = laplace_evidences(X, y, [np.log(model.prior_precision_)])[0]
    assert abs(model.log_evidence_ - own) < 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_variational_precision_with_few_rows(seed: int) -> None:
    X, y = data(30, 12, seed)
    model = BayesianLogisticRegression(tol=1e-3).fit(X, y)
    fixed = [clone(model).set_params(prior_precision=float(a)).fit(X, y).log_evidence_ for a in np.exp(np.arange(-8, 8.1, 0.5))]
    assert model.log_evidence_ > max(fixed) - 1e-5


def far_scales(kind: str, rows: int) -> tuple[Any, Any]:
    """Data whose best precision is far from what most of X says."""
    rng = np.random.default_rng(0)
    u, v = rng.standard_normal((2, rows))
    y = rng.random(rows) < special.expit(2 * v)
    if kind == "a small scale":
        return np.column_stack([v * 1e-3, u]), y
    if kind == "nearly collinear":
        return np.column_stack([u, u + 1e-3 * v]), y
    X = rng.standard_normal((rows, 3))
    return X + 1000, rng.random(rows) < special.expit(X @ [1, -2, 0.5])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rows", [100, 1000, 80_000])
@pytest.mark.parametrize("kind", ["a small scale", "nearly collinear", "far from 0"])
def test_precision_beside_a_wide_grid(kind: str, rows: int, method: str) -> None:
    """Few rows, many, and so many that the fit begins with a part of them."""
    X, y = far_scales(kind, rows)
    model = BayesianLogisticRegression(method, tol=1e-3).fit(X, y)
    if method == "laplace" and rows < 10_000:
        assert abs(model.log_evidence_ - laplace_evidences(X, y, np.arange(10, -22, -0.2)).max()) < 0.01
    fixed = [clone(model).set_params(prior_precision=float(a)).fit(X, y).log_evidence_ for a in 10.0 ** np.arange(-9, 4)]
    assert model.log_evidence_ > max(fixed) - 1e-3
    assert model.score(X, y) > 0.73


def test_precision_with_two_maxima_and_many_rows() -> None:
    """Of a strong signal and one in a column of small scale, which the curvature without coefficients does not show."""
    rng = np.random.default_rng(0)
    scales = np.exp([2.0, -6.0])
    X = rng.standard_normal((1000, 2))
    y = rng.random(1000) < special.expit(X @ [12.0, 1.0])
    model = BayesianLogisticRegression("laplace", tol=1e-3).fit(X * scales, y)
    assert model.log_evidence_ > laplace_evidences(X * scales, y, np.arange(8, -18, -0.1)).max() - 1e-4


@pytest.mark.parametrize("method", METHODS)
def test_no_feature_that_varies(method: str) -> None:
    """The evidence is that of the intercept alone, at any precision."""
    model = BayesianLogisticRegression(method).fit(np.zeros((10, 1)), np.arange(10) % 2)
    fixed = BayesianLogisticRegression(method, prior_precision=1.0).fit(np.zeros((10, 1)), np.arange(10) % 2)
    assert model.prior_precision_ == 1.0
    np.testing.assert_allclose(model.log_evidence_, fixed.log_evidence_, rtol=1e-4)


@mpmath.workdps(50)
def laplace_in_50_digits(X: Any, y: Any) -> tuple[Any, float]:
    """Standard deviations and log evidence with a precision of 1 and an intercept of scale 10."""
    ones, sign = mpmath.matrix(with_ones(X).tolist()), [1 if label else -1 for label in y]
    prior, w = mpmath.diag([mpmath.mpf(1)] * X.shape[1] + [mpmath.mpf(1) / 100]), mpmath.matrix(X.shape[1] + 1, 1)
    for _ in range(12):
        p = [1 / (1 + mpmath.exp(-logit)) for logit in ones * w]
        gradient = ones.T * mpmath.matrix([(s + 1) / 2 - q for s, q in zip(sign, p, strict=True)]) - prior * w
        inverse = ones.T * mpmath.diag([q * (1 - q) for q in p]) * ones + prior
        w += mpmath.lu_solve(inverse, gradient)
    assert mpmath.norm(gradient) < 1e-20
    value = -sum(mpmath.log1p(mpmath.exp(-s * logit)) for s, logit in zip(sign, ones * w, strict=True)) - (w.T * prior * w)[0] / 2
    cov = inverse**-1
    sds = np.array([float(mpmath.sqrt(cov[i, i])) for i in range(len(w))])
    return sds, float(value + (mpmath.log(mpmath.det(prior)) - mpmath.log(mpmath.det(inverse))) / 2)


def test_features_far_from_0() -> None:
    """An offset of 1e7: their squares leave no digits of what varies. At 1e9 there are none, and it is said."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 2))
    y = rng.random(60) < special.expit(X @ [1, -1])
    model = BayesianLogisticRegression("laplace", prior_precision=1.0, tol=1e-6).fit(X + 1e7, y)
    sds, evidence = laplace_in_50_digits(X + 1e7, y)
    np.testing.assert_allclose(np.sqrt(np.diag(model.covariance_)), sds, rtol=1e-4)
    assert abs(model.log_evidence_ - evidence) < 1e-4
    logit = special.logit(model.predict_proba(X + 1e7)[:, 1])
    near = BayesianLogisticRegression("laplace", prior_precision=1.0, tol=1e-6).fit(X + 1e3, y)
    np.testing.assert_allclose(logit, special.logit(near.predict_proba(X + 1e3)[:, 1]), atol=0.02)
    variational = BayesianLogisticRegression(prior_precision=1.0, tol=1e-6).fit(X + 1e7, y)
    assert evidence - 0.5 < variational.log_evidence_ < evidence
    with pytest.raises(ValueError, match="center and scale the columns of X"):
        BayesianLogisticRegression("laplace", prior_precision=1.0).fit(X + 1e9, y)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rows", [300, 70_000])
def test_weights_are_numbers_of_rows(method: str, rows: int) -> None:
    """The posterior and evidence are those of rows that come so often; many enough for a start on a part of them."""
    X, y = data(rows, 3)
    weight = np.random.default_rng(1).integers(0, 4, rows)
    weighted = BayesianLogisticRegression(method, tol=1e-5).fit(X, y, sample_weight=weight)
    repeated = BayesianLogisticRegression(method, tol=1e-5).fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    sd = np.sqrt(np.diag(repeated.covariance_))[:-1]
    assert (abs(weighted.coef_ - repeated.coef_) / sd).max() < 1e-3
    np.testing.assert_allclose(weighted.covariance_, repeated.covariance_, rtol=1e-3, atol=1e-4 * sd.min() ** 2)
    np.testing.assert_allclose(weighted.log_evidence_, repeated.log_evidence_, rtol=1e-9)
    np.testing.assert_allclose(weighted.prior_precision_, repeated.prior_precision_, rtol=1e-3)


def test_weights_of_one() -> None:
    X, y = data(300, 3)
    plain, ones = BayesianLogisticRegression().fit(X, y), BayesianLogisticRegression().fit(X, y, sample_weight=np.ones(300))
    np.testing.assert_allclose(ones.coef_, plain.coef_, rtol=1e-12)
    for bad, message in (
        (-np.ones(300), "Negative"),
        (np.ones(299), "shape"),
        (np.full(300, np.nan), "NaN"),
    ):
        with pytest.raises(ValueError, match=message):
            BayesianLogisticRegression().fit(X, y, sample_weight=bad)
    with pytest.raises(ValueError, match="got 1 class"):
        BayesianLogisticRegression().fit(X, y, sample_weight=y)
    with pytest.raises(ValueError, match=r"at least one non-zero number|got 0 classes"):
        BayesianLogisticRegression().fit(X, y, sample_weight=np.zeros(300))


@pytest.mark.parametrize("method", METHODS)
def test_no_signal(method: str) -> None:
    """Every row with either label: the precision becomes large, the coefficients vanish, and the fit still ends."""
    X = np.repeat(np.random.default_rng(0).normal(size=(100, 3)), 2, axis=0)
    y = np.arange(200) % 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = BayesianLogisticRegression(method).fit(X, y)
    assert abs(model.coef_).max() < 1e-9
    assert model.prior_precision_ > 100
    np.testing.assert_allclose(model.predict_proba(X), 0.5, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_separable_classes(method: str) -> None:
    """Where a point estimate without a prior runs away."""
    X = np.linspace(-1, 1, 30)[:, None]
    model = BayesianLogisticRegression(method).fit(X, X[:, 0] > 0)
    assert np.isfinite(model.coef_).all()
    assert np.isfinite(model.log_evidence_)
    assert model.score(X, X[:, 0] > 0) == 1.0


@mpmath.workdps(30)
def log_mean_expit_by_quadrature(mean: float, variance: float) -> Any:
    s = mpmath.sqrt(variance)
    around = (-40, -20, *range(-12, 13), 20, 40)
    breaks = {mean + variance * tilt + k * s for tilt in (0, 1) for k in around} | {mpmath.mpf(k) for k in (-30, -5, 0, 5, 30)}
    return mpmath.log(mpmath.quad(lambda a: mpmath.npdf(a, mean, s) / (1 + mpmath.exp(-a)), sorted(breaks)))


def test_integral_of_the_logistic_function() -> None:
    """Beside quadrature in 30 digits, down to a probability of e^-100 and up to a variance of 1e4."""
    worst = 0.0
    for mean in (0.0, -1.0, -20.0, -100.0):
        for variance in (0.01, 1.0, 100.0, 1e4):
            own = log_mean_expit(np.array([mean]), np.array([variance]))[0]
            worst = max(worst, float(abs(own - log_mean_expit_by_quadrature(mean, variance))))
    assert worst < 1e-12


@pytest.mark.parametrize("method", METHODS)
def test_probabilities_are_integrals_over_the_posterior(method: str) -> None:
    X, y = data(50, 2)
    model = BayesianLogisticRegression(method).fit(X, np.where(y, "yes", "no"))
    new = np.random.default_rng(SEED).normal(0, 3, (20, 2))
    mean = np.append(model.coef_[0], model.intercept_)
    nodes, weights = np.polynomial.hermite_e.hermegauss(200)
    ones = with_ones(new)
    logits = ones @ mean + nodes[:, None] * np.sqrt(np.einsum("ij,jk,ik->i", ones, model.covariance_, ones))
    exact = weights @ special.expit(logits) / weights.sum()
    proba = model.predict_proba(new)
    np.testing.assert_allclose(proba[:, 1], exact, atol=1e-6)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(new)), proba, rtol=1e-13)
    np.testing.assert_allclose(model.decision_function(new), special.logit(proba[:, 1]), rtol=1e-9, atol=1e-12)
    assert (model.predict(new) == np.where(proba[:, 1] > 0.5, "yes", "no")).all()
    assert (abs(proba - 0.5) <= abs(special.expit(ones @ mean) - 0.5)[:, None] + 1e-9).all()  # never surer than the mean alone
    far = model.predict_log_proba([[1e4, 1e4]])
    assert np.isfinite(far).all()


@pytest.mark.parametrize("intercept_scale", [10.0, None])
def test_probabilities_of_enormous_rows(intercept_scale: Any) -> None:
    """Where the variance of the logit is large the probability is ndtr(mean/sd), whatever the row's size."""
    X, y = data(50, 2)
    model = BayesianLogisticRegression(intercept_scale=intercept_scale).fit(X, y)
    rows = np.random.default_rng(SEED).normal(size=(8, 2))
    rows /= abs(rows).max(axis=1, keepdims=True)
    sds = np.sqrt(np.einsum("ij,jk,ik->i", rows, model.covariance_[:2, :2], rows))
    exact = special.ndtr(rows @ model.coef_[0] / sds)
    for size in (1e20, 1e100, 1e153, 1e160, 1e300, 1.7e308):
        np.testing.assert_allclose(model.predict_proba(rows * size)[:, 1], exact, rtol=1e-9)
        assert (model.predict(rows * size) == (exact > 0.5)).all()


def test_many_rows_begin_with_a_part_of_them() -> None:
    """The fit to 80,000 rows, thinned at first, is that to all of them: sorted by class, and not."""
    X, y = data(80_000, 4, seed=2)
    order = np.argsort(y, kind="stable")
    for method in METHODS:
        whole = [BayesianLogisticRegression(method, tol=1e-4).fit(X[o], y[o]) for o in (np.arange(len(y)), order)]
        sd = np.sqrt(np.diag(whole[0].covariance_))[:-1]
        assert (abs(whole[0].coef_ - whole[1].coef_) / sd).max() < 1e-3
        assert abs(whole[0].log_evidence_ - whole[1].log_evidence_) < 1e-4
        # A flat prior and many rows: the point estimate, and its usual standard errors.
        point = LogisticRegression(C=1 / whole[0].prior_precision_, tol=1e-8, max_iter=500).fit(X, y)
        assert (abs(point.coef_ - whole[0].coef_) / sd).max() < 0.05


@pytest.mark.parametrize("method", METHODS)
def test_bits_do_not_depend_on_threads(method: str) -> None:
    X, y = data(30_000, 6)
    fits = []
    for threads in (1, 2, 3):
        with fastprob.threads(threads):
            model = BayesianLogisticRegression(method).fit(X, y)
            fits.append((model.coef_.tobytes(), model.covariance_.tobytes(), model.predict_proba(X[:9000]).tobytes()))
    assert fits[0] == fits[1] == fits[2]


def test_float32_and_either_order() -> None:
    X, y = data(5000, 6)
    X = X.astype(np.float32)
    fits = [BayesianLogisticRegression().fit(given, y) for given in (X, np.asfortranarray(X), X.astype(np.float64))]
    for other in fits[:2]:
        np.testing.assert_allclose(other.coef_, fits[2].coef_, rtol=1e-10)
        assert other.coef_.dtype == np.float64


def test_breast_cancer() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    for method in METHODS:
        assert BayesianLogisticRegression(method).fit(X[::2], y[::2]).score(X[1::2], y[1::2]) > 0.95


def test_without_an_intercept() -> None:
    X, y = data(300, 3)
    model = BayesianLogisticRegression(intercept_scale=None).fit(X, y)
    assert model.covariance_.shape == (3, 3)
    assert model.intercept_.tolist() == [0.0]
    np.testing.assert_allclose(model.predict_proba([[0.0, 0.0, 0.0]]), 0.5, rtol=1e-9)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"method": "mcmc"}, ValueError, "method is 'variational' or 'laplace'; got 'mcmc'"),
        ({"prior_precision": 0.0}, ValueError, "prior_precision is a number from 1e-100 to 1e100; got 0.0"),
        ({"prior_precision": "auto"}, ValueError, "prior_precision is 'evidence' or a positive number; got 'auto'"),
        ({"prior_precision": True}, TypeError, "prior_precision is a number from 1e-100 to 1e100; got True"),
        ({"intercept_scale": np.inf}, ValueError, "intercept_scale is a number from 1e-100 to 1e100; got inf"),
        ({"tol": 0}, ValueError, "tol is a number from 1e-100 to 1e100; got 0"),
        ({"max_iter": 0}, ValueError, "max_iter is a whole number from 1 on; got 0"),
        ({"max_iter": 1.5}, TypeError, "max_iter is a whole number from 1 on; got 1.5"),
    ],
)
def test_bad_parameters(parameters: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        BayesianLogisticRegression(**parameters).fit([[0.0], [1.0]], [0, 1])


def test_bad_labels() -> None:
    with pytest.raises(ValueError, match="y has labels of two classes; got 3 classes"):
        BayesianLogisticRegression().fit([[0.0], [1.0], [2.0]], [0, 1, 2])
    with pytest.raises(ValueError, match="y has labels of two classes; got 1 class"):
        BayesianLogisticRegression().fit([[0.0], [1.0]], [1, 1])


def test_too_few_passes() -> None:
    X, y = data(300, 8)
    with pytest.warns(ConvergenceWarning, match="no convergence to tol=0.01 in max_iter=2 passes"):
        BayesianLogisticRegression(max_iter=2).fit(X, y)
    for method, last in (("laplace", "the prior's precision was still moving"), ("variational", "the first step was not done")):
        with pytest.warns(ConvergenceWarning, match=f"in max_iter=1 passes: {last}"):
            BayesianLogisticRegression(method, max_iter=1).fit(X[:60], y[:60])


def test_scikit_learn_is_imported_when_it_is_needed() -> None:
    code = """
import sys
import fastprob, fastprob.bayes
from fastprob.bayes import evidence, vi
assert not {"scipy", "sklearn"} & set(name for name in sys.modules if sys.modules[name]), "imported"
sys.modules["sklearn.base"] = None
try:
    fastprob.bayes.BayesianLogisticRegression
except ImportError as error:
    assert 'pip install "fastprob[bayes]"' in str(error), error
else:
    raise AssertionError("no error")
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_blas_threads_come_back() -> None:
    from threadpoolctl import threadpool_info

    def threads() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    outside = threads()
    with single_threaded_blas():
        assert set(threads()) == {1}
    assert threads() == outside
    code = """
from threadpoolctl import threadpool_info, threadpool_limits
import scipy.linalg, threading
from fastprob.bayes._blas import single_threaded_blas
threads = lambda: [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
threadpool_limits(2, user_api="blas")
before = threads()
inside, leave = threading.Event(), threading.Event()
def other():
    with single_threaded_blas():
        inside.set(); leave.wait()
thread = threading.Thread(target=other)
with single_threaded_blas():
    thread.start(); inside.wait()
assert set(threads()) == {1}
leave.set(); thread.join()
assert threads() == before and set(before) == {2}, (threads(), before)
try:
    with single_threaded_blas():
        raise KeyboardInterrupt
except KeyboardInterrupt:
    pass
assert threads() == before
"""
    subprocess.run([sys.executable, "-c", code], check=True)
