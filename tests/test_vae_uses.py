"""What a fitted autoencoder is used for: likelihoods, odd rows, interpolation, diagnostics; and scikit-learn's own checks."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("safetensors")

from sklearn.datasets import load_digits
from sklearn.utils.estimator_checks import estimator_checks_generator

from fastprob import kl
from fastprob.nn import _rows
from fastprob.vae import VAE, Bernoulli, Gaussian


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return load_digits().data / 16


@pytest.fixture(scope="module")
def fitted(digits: np.ndarray) -> VAE:
    return VAE(3, (32,), "bernoulli", epochs=30, dtype="float64", random_state=0).fit(digits)


@pytest.mark.parametrize("use", ["transform", "reconstruct", "score", "anomaly_score", "unit_kl", "log_likelihood"])
def test_values_that_overflow_are_refused(use: str, digits: np.ndarray) -> None:
    """Finite in float64, but not on their way through a network in float32: no code, no score."""
    model = VAE(2, (8,), epochs=1, random_state=0).fit(digits[:600])
    X = digits[:600].copy()
    X[555, 20] = 1e300
    with pytest.raises(ValueError, match=r"row 555 of X has values so far from .* overflow in float32"):
        getattr(model, use)(X, *((2,) if use == "log_likelihood" else ()))
    with pytest.raises(ValueError, match="row 1 of Z has values so far"):
        model.decode(np.array([[0.0, 0.0], [1e300, 0.0]]))


def test_lists_that_overflow_are_refused_without_a_warning(digits: np.ndarray) -> None:
    """They become float64."""
    model = VAE(2, (8,), epochs=1, random_state=0).fit(digits[:100])
    rows = [[np.longdouble("1e4000")] * 64] * 2
    uses = model.score, model.fit, lambda X: model.fit(digits[:100], X_val=X), lambda X: model.decode([row[:2] for row in X])
    for use in uses:
        with pytest.raises(ValueError, match=r"(X|X_val|Z) contains infinity or a value too large for float64, first in row 0"):
            use(rows)
    with pytest.raises(ValueError, match=r"learning_rate is positive; got 10000.*\.\.\."):
        VAE(2, (8,), learning_rate=10**400).fit(digits)


def test_rows_far_out_have_finite_scores() -> None:
    """Both terms grow with the square of a distance, of which float32 holds no more than 1e38."""
    X = np.random.default_rng(1).normal(size=(200, 6))
    model = VAE(latent_dim=2, hidden=(16,), activation="relu", epochs=2, random_state=0).fit(X)
    rows = np.where(np.arange(6) == 2, np.array([[1e12], [1e24], [1e34]]), X[:1])
    reconstruction, kl = model.elbo_terms(rows)
    np.testing.assert_allclose(reconstruction / reconstruction[0], [1, 1e24, 1e44], rtol=1e-4)
    np.testing.assert_allclose(kl / kl[0], [1, 1e24, 1e44], rtol=1e-4)
    assert np.isfinite(model.log_likelihood(rows, 20).rows).all()
    rows[1, 2] = 1e38
    assert model.log_likelihood(rows, 20).rows[1] == -np.inf


# scikit-learn's contract


@pytest.mark.parametrize(
    ("model", "check"),
    [
        pytest.param(model, check, id=f"{model.dtype}-{getattr(check, 'func', check).__name__}")
        for dtype in ("float32", "float64")
        for model, check in estimator_checks_generator(VAE(hidden=(16,), epochs=20, dtype=dtype), mark=None)
    ],
)
@pytest.mark.filterwarnings("ignore:Estimator's parameters changed after set_params raised")
def test_scikit_learns_checks(model: VAE, check: Any) -> None:
    check(model)


def test_types_and_names(digits: np.ndarray) -> None:
    pandas = pytest.importorskip("pandas")
    names = [f"pixel{i}" for i in range(64)]
    frame = pandas.DataFrame(digits[:100], columns=names)
    model = VAE(2, (8,), epochs=2, random_state=0).fit(frame)
    assert model.feature_names_in_.tolist() == names
    assert model.get_feature_names_out().tolist() == ["vae0", "vae1"]
    shown = model.set_output(transform="pandas").transform(frame)
    assert shown.columns.tolist() == ["vae0", "vae1"]
    with pytest.raises(ValueError, match="feature names"):
        model.transform(frame[names[::-1]])
    assert model.interpolate(frame[:3], frame[3:6], 4).shape == (3, 4, 64)
    for dtype in (np.float32, np.float64):
        plain = VAE(2, (8,), epochs=2, random_state=0, dtype=np.dtype(dtype).name).fit(digits[:100].astype(dtype))
        given = digits[:5].astype(dtype)
        for result in (plain.transform(given), plain.reconstruct(given), plain.sample(3), plain.sample(3, mean=True)):
            assert result.dtype == dtype


# A row's score


@pytest.mark.parametrize("likelihood", ["bernoulli", Bernoulli(binarize=True), "gaussian"])
def test_a_rows_score_is_its_own(likelihood: Any, digits: np.ndarray) -> None:
    """Neither its place nor the rows beside it matter."""
    X = digits[:600]
    model = VAE(2, (8,), likelihood, epochs=1, dtype="float64", random_state=0).fit(X)
    scores = model.score_samples(X)
    order = np.random.default_rng(0).permutation(len(X))
    np.testing.assert_allclose(model.score_samples(X[order]), scores[order], rtol=1e-12)
    for i in (0, 7, 599):
        np.testing.assert_allclose(model.score_samples(X[i : i + 1]), scores[i], rtol=1e-12)
    np.testing.assert_allclose(model.score_samples(X - 0.0 * X), scores, rtol=1e-12)
    assert model.score(X, sample_weight=np.arange(600)) == pytest.approx(np.average(scores, weights=np.arange(600)))


def test_draws_of_different_rows_are_independent(fitted: VAE, digits: np.ndarray) -> None:
    noise = _rows.draw("normal", fitted._key("evaluation eps"), fitted._draws(digits[:512])[1], 3)
    assert np.abs(noise.mean(axis=0)).max() < 4 / np.sqrt(len(noise))
    assert np.abs(np.cov(noise.T) - np.eye(3)).max() < 6 / np.sqrt(len(noise))
    assert len(np.unique(noise)) == noise.size
    model = VAE(2, (8,), Bernoulli(binarize=True), epochs=0, random_state=0).fit(digits)
    pixels = model._draws(np.full((500, 64), 0.3) + np.arange(500)[:, None] * 1e-6)[0]
    assert set(np.unique(pixels)) == {0.0, 1.0}
    assert abs(pixels.mean() - 0.3) < 4 * np.sqrt(0.21 / pixels.size)


# log p(x)


def linear(rows: int = 200) -> tuple[VAE, np.ndarray, np.ndarray]:
    """A linear model with Gaussian noise, and log p(x) of its rows in closed form."""
    random = np.random.default_rng(7)
    X = random.normal(size=(rows, 2)) @ random.normal(size=(2, 6)) + 0.5 * random.normal(size=(rows, 6))
    model = VAE(
        2, (), Gaussian("shared", standardize=False), dtype="float64", epochs=300, learning_rate=1e-2, random_state=0
    ).fit(X)
    p = model._network.views(model._network.parameters)
    covariance = p["decoder.out.weight"] @ p["decoder.out.weight"].T + np.exp(2 * p["likelihood.log_scale"][0]) * np.eye(6)
    residual = X - p["decoder.out.bias"]
    quadratic = np.einsum("ni,ij,nj->n", residual, np.linalg.inv(covariance), residual)
    return model, X, -0.5 * (quadratic + np.linalg.slogdet(covariance)[1] + 6 * np.log(2 * np.pi))


def test_log_likelihood_is_that_of_the_closed_form() -> None:
    model, X, exact = linear()
    found = model.log_likelihood(X, n_samples=2000)
    assert np.abs((found.rows - exact) / found.rows_error).max() < 5
    assert found.rows_error.max() < 0.05
    assert found.mean == pytest.approx(exact.mean(), abs=0.005)
    assert found.mean == found.rows.mean()
    assert found.standard_error == pytest.approx(exact.std(ddof=1) / np.sqrt(len(X)), rel=0.01)


def test_the_standard_error_of_a_row_is_what_it_varies_by() -> None:
    model, X, _ = linear()
    model._network.views(model._network.parameters)["encoder.out.bias"][2:] += 0.5  # a poorer proposal
    runs = []
    for entropy in range(60):
        model._entropy = [entropy, 1, 2, 3]
        runs.append(model.log_likelihood(X[:20], n_samples=300))
    varied = np.std([run.rows for run in runs], axis=0)
    told = np.mean([run.rows_error for run in runs], axis=0)
    assert np.median(varied / told) == pytest.approx(1, abs=0.15)


def test_log_likelihood_in_blocks(fitted: VAE, digits: np.ndarray) -> None:
    """The number of rows does not change a row's value, and one sample gives the ELBO with the sampled KL."""
    whole = fitted.log_likelihood(digits[:530], n_samples=30).rows
    np.testing.assert_allclose(fitted.log_likelihood(digits[520:530], n_samples=30).rows, whole[520:530], rtol=1e-10)
    assert fitted.log_likelihood(digits[:40], n_samples=1300).mean > whole[:40].mean() > fitted.score(digits[:40])
    one = fitted.log_likelihood(digits[:1], n_samples=1)
    assert np.isnan(one.standard_error)
    assert one.rows_error == 0
    reconstruction, _ = fitted.elbo_terms(digits[:1])
    mean, scale = fitted.encode(digits[:1])
    eps = _rows.draw("normal", fitted._key("evaluation eps"), fitted._draws(digits[:1])[1], 3)[0]
    z = mean[0] + scale[0] * eps
    assert one.mean == pytest.approx(reconstruction[0] + (0.5 * (eps**2 - z**2) + np.log(scale[0])).sum(), rel=1e-12)


def test_log_likelihood_takes_bounded_memory(fitted: VAE, digits: np.ndarray) -> None:
    peaks = []
    for n_samples in (600, 12_000):
        tracemalloc.start()
        fitted.log_likelihood(digits[:3], n_samples=n_samples)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0] + 100_000


def test_weights_that_underflow() -> None:
    """Ten thousand features: every weight is far below the smallest number."""
    X = np.random.default_rng(0).random((3, 10_000))
    model = VAE(1, (), "bernoulli", epochs=1, random_state=0).fit(X)
    found = model.log_likelihood(X, n_samples=600)
    assert (found.rows < -6000).all()
    assert np.isfinite(found.rows_error).all()


# Other uses


def test_odd_rows_have_higher_scores(fitted: VAE, digits: np.ndarray) -> None:
    odd = np.random.default_rng(0).permuted(digits[:100], axis=1)
    assert fitted.anomaly_score(odd).min() > np.median(fitted.anomaly_score(digits))
    np.testing.assert_array_equal(fitted.anomaly_score(digits), -fitted.score_samples(digits))


def test_interpolation(fitted: VAE, digits: np.ndarray) -> None:
    path = fitted.interpolate(digits[0], digits[1], 5)
    assert path.shape == (5, 64)
    np.testing.assert_allclose(path[[0, -1]], fitted.reconstruct(digits[:2]), rtol=1e-12)
    np.testing.assert_allclose(path[2], fitted.decode(fitted.transform(digits[:2]).mean(axis=0)[None])[0], rtol=1e-12)
    many = fitted.interpolate(digits[:3], digits[3:6], 4)
    assert many.shape == (3, 4, 64)
    np.testing.assert_allclose(many[1], fitted.interpolate(digits[1], digits[4], 4), rtol=1e-12)
    with pytest.raises(ValueError, match=r"as many rows as each other; got shapes \(2, 64\) and \(3, 64\)"):
        fitted.interpolate(digits[:2], digits[:3])
    with pytest.raises(ValueError, match="n is a whole number from 2 on; got 1"):
        fitted.interpolate(digits[0], digits[1], 1)
    with pytest.raises(ValueError, match="b contains NaN, first in row 0, column 0"):
        fitted.interpolate(digits[0], np.full(64, np.nan))


def test_units(fitted: VAE, digits: np.ndarray) -> None:
    divergence = fitted.unit_kl(digits)
    np.testing.assert_allclose(divergence.sum(), fitted.elbo_terms(digits)[1].mean(), rtol=1e-9)
    mean, scale = fitted.encode(digits)
    np.testing.assert_allclose(divergence, kl.standard_normal(mean, scale=scale).mean(axis=0), rtol=1e-12)
    assert fitted.active_units(digits).tolist() == [True] * 3
    broken = VAE(3, (32,), "bernoulli", epochs=0, dtype="float64", random_state=0).fit(digits)
    weights = broken._network.views(broken._network.parameters)
    weights["encoder.out.weight"][[1, 4]] = weights["encoder.out.bias"][[1, 4]] = 0
    assert broken.active_units(digits).tolist()[1] is False
    assert broken.unit_kl(digits)[1] == pytest.approx(0, abs=1e-12)
    assert broken.active_units(digits, threshold=0).tolist()[1] is False
    with pytest.raises(ValueError, match="threshold is at least 0; got -1"):
        fitted.active_units(digits, -1)


# Data larger than memory


def test_mapped_files_are_read_in_blocks(tmp_path: Path) -> None:
    """Sixty megabytes of rows; what is allocated beside is a fraction of that."""
    X = np.memmap(tmp_path / "rows", np.float32, "w+", shape=(60_000, 256))
    X[:] = np.random.default_rng(0).random(X.shape, dtype=np.float32)
    model = VAE(2, (4,), epochs=1, batch_size=500, random_state=0)
    tracemalloc.start()
    model.fit(X)
    model.transform(X)
    assert np.isfinite(model.score(X[-3000:]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.7 * X.nbytes
