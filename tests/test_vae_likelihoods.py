"""The estimator's likelihoods beyond the default, missing values, where parameters begin, and settings at the edge."""

from __future__ import annotations

import contextlib
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("safetensors")

from sklearn.datasets import load_digits

from fastprob.vae import IWAE, VAE, Adam, Bernoulli, DiscretizedLogistic, Gaussian, Initialization, NonFiniteError

KINDS: dict[str, Any] = {
    "gaussian": lambda missing: Gaussian(missing=missing),
    "shared": lambda missing: Gaussian("shared", missing=missing),
    "bernoulli": lambda missing: Bernoulli(missing=missing),
    "binarized": lambda missing: Bernoulli(binarize=True, missing=missing),
    "discretized": lambda missing: DiscretizedLogistic(17, missing=missing),
}


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return load_digits().data[:500] / 16


def small(likelihood: Any, **changes: Any) -> VAE:
    return VAE(**{"latent_dim": 2, "hidden": (32,), "likelihood": likelihood, "epochs": 3, "random_state": 0} | changes)


def test_levels_are_learnt_and_drawn(digits: np.ndarray) -> None:
    model = small(DiscretizedLogistic(17), epochs=20, learning_rate=5e-3).fit(digits)
    drawn = model.sample(50)
    np.testing.assert_allclose(drawn * 16, np.rint(drawn * 16), atol=1e-5)
    assert 0 <= drawn.min() < drawn.max() <= 1
    bits = model.bits_per_dim(digits)
    assert bits == pytest.approx(-model.score(digits) / (64 * np.log(2)))
    assert 1.0 < bits < np.log2(17)
    assert np.abs(model.reconstruct(digits) - digits).mean() < np.abs(digits.mean(axis=0) - digits).mean()
    with pytest.raises(ValueError, match=r"bits_per_dim needs likelihood=DiscretizedLogistic"):
        small("bernoulli", epochs=1).fit(digits).bits_per_dim(digits)


@pytest.mark.parametrize(("factor", "value"), [(16.0, "values from 0 to"), (-1.0, "values from -"), (0.99, "set levels, or")])
def test_other_levels_are_refused(digits: np.ndarray, factor: float, value: str) -> None:
    with pytest.raises(ValueError, match=rf"DiscretizedLogistic likelihood needs values 0, 1/16, \.\.\., 1: .* of X .*{value}"):
        small(DiscretizedLogistic(17)).fit(digits * factor)
    small(DiscretizedLogistic(17), epochs=1).fit(digits.astype(np.float32))


@pytest.mark.parametrize("kind", KINDS)
def test_missing_values(kind: str, digits: np.ndarray, tmp_path: Path) -> None:
    X = digits.copy()
    X[np.random.default_rng(0).random(X.shape) < 0.2] = np.nan
    X[3] = np.nan
    model = small(KINDS[kind](True), objective=IWAE(3)).fit(X, X_val=X[:100])
    assert np.isfinite(model._network.parameters).all()
    for result in (model.score_samples(X), model.transform(X), model.reconstruct(X), model.log_likelihood(X[:20], 50).rows):
        assert np.isfinite(result).all()
    assert model.score_samples(X)[3] <= 0  # of nothing: minus the divergence
    model.save(tmp_path / "model")
    for copy in (VAE.load(tmp_path / "model"), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(copy.score_samples(X), model.score_samples(X))
    with pytest.raises(ValueError, match="NaN"):
        small(KINDS[kind](False)).fit(X)
    X[9, 4] = np.inf
    for use in (model.fit, model.score):
        with pytest.raises(ValueError, match="X contains infinity or a value too large for float64, first in row 9, column 4"):
            use(X)


@pytest.mark.parametrize("kind", KINDS)
def test_missing_values_in_mapped_files(kind: str, digits: np.ndarray, tmp_path: Path) -> None:
    X = np.where(np.random.default_rng(0).random(digits.shape) < 0.2, np.nan, digits).astype(np.float32)
    mapped = np.memmap(tmp_path / "rows", np.float32, "w+", shape=X.shape)
    mapped[:] = X
    models = [small(KINDS[kind](True)).fit(rows) for rows in (X, mapped)]
    assert models[0]._network.parameters.tobytes() == models[1]._network.parameters.tobytes()
    np.testing.assert_array_equal(models[0].score_samples(X), models[1].score_samples(mapped))
    with pytest.raises(ValueError, match="X contains NaN, first in row"):
        small(KINDS[kind](False)).fit(mapped)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changes_where_nothing_is_missing(kind: str, digits: np.ndarray) -> None:
    models = [small(KINDS[kind](missing)).fit(digits) for missing in (False, True)]
    assert models[0]._network.parameters.tobytes() == models[1]._network.parameters.tobytes()
    np.testing.assert_allclose(models[0].score_samples(digits), models[1].score_samples(digits), rtol=1e-12)


def test_scores_with_missing_values_are_in_the_units_of_the_data() -> None:
    X = np.random.default_rng(0).normal(size=(200, 4))
    X[::3, 1] = np.nan
    units = np.array([1.0, 4.0, 0.5, 1024.0])
    model = small(Gaussian(missing=True), dtype="float64", epochs=0)
    scores = [model.fit(X * unit).score_samples(X * unit) for unit in (1.0, units)]
    np.testing.assert_allclose(scores[0], scores[1] + ~np.isnan(X) @ np.log(units), rtol=1e-7)


def test_glorot_and_the_bias_of_the_data(digits: np.ndarray) -> None:
    model = small("bernoulli", epochs=0, initialization=Initialization("glorot", "data")).fit(digits)
    p = model._network.views(model._network.parameters)
    for name, value in p.items():
        if name.endswith("weight"):
            most = np.sqrt(6 / sum(value.shape))
            assert 0.8 * most < np.abs(value).max() <= most * (1 + 1e-6)
        elif name != "decoder.out.bias":
            assert not value.any()
    np.testing.assert_allclose(1 / (1 + np.exp(-p["decoder.out.bias"])), np.clip(digits.mean(axis=0), 1e-3, 1 - 1e-3), rtol=1e-5)
    for likelihood in (Gaussian(), Gaussian(standardize=False), DiscretizedLogistic(17)):
        model = small(likelihood, epochs=0, initialization=Initialization(output_bias="data")).fit(digits)
        bias = model._network.views(model._network.parameters)["decoder.out.bias"]
        np.testing.assert_allclose(model._likelihood._mean(bias, model._known), digits.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"initialization": "glorot"}, TypeError, r"initialization is Initialization\(...\) or None; got 'glorot'"),
        ({"initialization": Initialization("he")}, ValueError, "initialization's weights is 'uniform' or 'glorot'; got 'he'"),
        ({"initialization": Initialization(output_bias=1)}, ValueError, "output_bias is 'weights' or 'data'; got 1"),
        ({"likelihood": DiscretizedLogistic(1)}, ValueError, "levels is a whole number from 2 on; got 1"),
        ({"likelihood": DiscretizedLogistic(scale=2.0)}, ValueError, "scale is 'feature' or 'shared'; got 2.0"),
        ({"likelihood": Gaussian(missing="yes")}, TypeError, "missing is True or False; got 'yes'"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], error: type, message: str, digits: np.ndarray) -> None:
    with pytest.raises(error, match=message):
        VAE(**{"epochs": 1} | settings).fit(digits)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", ["one row", "one column", "constant", "hidden 1", "hidden 4096", "rate 10"])
def test_at_the_edge_a_model_is_finite_or_says_why_not(kind: str, change: str, digits: np.ndarray) -> None:
    X = {"one row": digits[:1], "one column": digits[:, 20:21], "constant": np.zeros_like(digits)}.get(change, digits)[:130]
    changes = {"hidden 1": {"hidden": (1,)}, "hidden 4096": {"hidden": (4096,)}, "rate 10": {"learning_rate": 10.0}}
    model = small(KINDS[kind](False), epochs=2, **changes.get(change, {}))
    with contextlib.suppress(*([NonFiniteError] if change == "rate 10" else [])):
        model.fit(X)
    assert np.isfinite(model._network.parameters).all()
    assert np.isfinite(model.score_samples(X)).all()


def test_clipping_saves_a_rate_that_is_far_too_large(digits: np.ndarray) -> None:
    model = small("gaussian", epochs=5, learning_rate=1.0, optimizer=Adam(clip_norm=1e-3)).fit(digits)
    assert np.isfinite([record["elbo"] for record in model.history_]).all()
