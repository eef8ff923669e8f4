"""The variational autoencoder: closed forms where there are any, the estimator's contract, files, errors."""

from __future__ import annotations

import json
import os
import pickle
import signal
import threading
import time
import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("safetensors")

from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

import fastprob
from fastprob import vae
from fastprob.vae import SGD, VAE, Adam, AdamW, Bernoulli, EarlyStopping, Gaussian, NonFiniteError, Steps


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return load_digits().data / 16


@pytest.fixture(scope="module")
def fitted(digits: np.ndarray) -> VAE:
    return small().fit(digits, X_val=digits[:200])


def small(**changes: Any) -> VAE:
    return VAE(**{"latent_dim": 2, "hidden": (32,), "likelihood": "bernoulli", "epochs": 3, "random_state": 0} | changes)


def state(model: VAE) -> list[bytes]:
    network = model._network
    return [flat.tobytes() for flat in (network.parameters, network.first, network.second)]


# Closed forms


@pytest.fixture(scope="module")
def linear() -> tuple[VAE, np.ndarray]:
    """A linear model with one Gaussian scale: probabilistic PCA."""
    random = np.random.default_rng(7)
    X = random.normal(size=(300, 2)) @ random.normal(size=(2, 6)) + 0.4 * random.normal(size=(300, 6)) + random.normal(size=6)
    likelihood = Gaussian("shared", standardize=False)
    model = VAE(2, (), likelihood, dtype="float64", batch_size=300, warm_start=True, epochs=0, random_state=0)
    many = np.tile(X, (100, 1))
    for epochs, rate in ((30, 1e-2), (20, 1e-3), (20, 1e-4)):
        model.set_params(epochs=model.epochs + epochs, learning_rate=rate).fit(many)
    return model, X


def exact_elbo(model: VAE, X: np.ndarray) -> np.ndarray:
    """The ELBO a row with the expectation over q done exactly: log p(x | z) is quadratic in eps, and points at +-sqrt(units)
    along each axis have the mean of any quadratic function."""
    network, units, rows = model._network, model.latent_dim, len(X)
    total = np.zeros(rows)
    for point in np.concatenate([np.eye(units), -np.eye(units)]) * np.sqrt(units):
        network.arrays["latent.eps"][:rows] = point
        network.forward("input", "likelihood", rows, X, np.arange(rows), model._keys("eps", "pixels"))
        total += network.arrays["likelihood.loss"][:rows]
    return -total / (2 * units) - network.arrays["latent.kl"][:rows]


def test_linear_model_reaches_probabilistic_pca(linear: tuple[VAE, np.ndarray]) -> None:
    model, X = linear
    d = X.shape[1]
    eigenvalues = np.linalg.eigvalsh(np.cov(X.T, bias=True))[::-1]
    noise = eigenvalues[2:].mean()
    best = -0.5 * (d * np.log(2 * np.pi) + np.log(eigenvalues[:2]).sum() + (d - 2) * np.log(noise) + d)
    elbo = exact_elbo(model, X).mean()
    assert best - 0.01 < elbo <= best + 1e-9


def test_log_evidence_is_elbo_plus_divergence_from_the_posterior(linear: tuple[VAE, np.ndarray]) -> None:
    model, X = linear
    p = model._network.views(model._network.parameters)
    W, b, noise = p["decoder.out.weight"], p["decoder.out.bias"], np.exp(2 * p["likelihood.log_scale"][0])
    mean, scale = model.encode(X)
    covariance = W @ W.T + noise * np.eye(len(W))
    residual = X - b
    evidence = -0.5 * (
        np.einsum("ni,ij,nj->n", residual, np.linalg.inv(covariance), residual)
        + np.linalg.slogdet(covariance)[1] + len(W) * np.log(2 * np.pi)
    )  # fmt: skip
    precision = np.eye(2) + W.T @ W / noise
    posterior = residual @ W / noise @ np.linalg.inv(precision)
    apart = posterior - mean
    divergence = 0.5 * (
        (scale**2 @ np.diag(precision)) + np.einsum("ni,ij,nj->n", apart, precision, apart) - 2
        - np.linalg.slogdet(precision)[1] - 2 * np.log(scale).sum(axis=1)
    )  # fmt: skip
    np.testing.assert_allclose(exact_elbo(model, X) + divergence, evidence, rtol=0, atol=1e-8)
    assert divergence.min() > -1e-12


def test_scores_are_in_the_units_of_the_data() -> None:
    """The same model of data in other units: its scores differ by the logarithm of the change."""
    X = np.random.default_rng(0).normal(size=(200, 4)) * [1.0, 1e-3, 50.0, 7.0] + 3
    model = VAE(2, (8,), epochs=2, dtype="float64", random_state=0)
    scores = model.fit(X).score_samples(X)
    elbo = model.history_[-1]["elbo"]
    arrays = {name: array.copy() for name, array in model._arrays().items()}
    for name in ("mean", "deviation"):
        arrays["known." + name] *= 1024.0
    model._set_arrays(arrays)
    np.testing.assert_allclose(scores, model.score_samples(X * 1024.0) + 4 * np.log(1024.0), rtol=1e-9)
    assert elbo == pytest.approx(model.fit(X * 1024.0).history_[-1]["elbo"] + 4 * np.log(1024.0), abs=0.1)


@pytest.mark.parametrize("scale", [0.5, "shared", "feature"])
def test_gaussian_scores_are_log_densities(scale: Any) -> None:
    from fastprob import normal

    X = np.random.default_rng(0).normal(size=(50, 3)) * [1, 10, 100]
    model = VAE(2, (), Gaussian(scale), epochs=1, dtype="float64", random_state=0).fit(X)
    network = model._network
    network.views(network.parameters)["encoder.out.weight"][2:] = 0
    network.views(network.parameters)["encoder.out.bias"][2:] = -8      # nearly no noise: z is its mean
    own = X.std(axis=0) * np.exp(network.views(network.parameters)["likelihood.log_scale"])
    if isinstance(scale, float):
        np.testing.assert_allclose(own, scale)
    expected = normal.logpdf(X, model.reconstruct(X), own)
    np.testing.assert_allclose(model.elbo_terms(X)[0], expected.sum(axis=1), rtol=0.02, atol=0.02)


# What it learns and gives


def test_training_raises_the_bound(fitted: VAE, digits: np.ndarray) -> None:
    history = fitted.history_
    assert [record["epoch"] for record in history] == [1, 2, 3]
    assert history[0]["elbo"] < history[1]["elbo"] < history[2]["elbo"]
    for record in history:
        assert record["elbo"] == pytest.approx(record["reconstruction"] - record["kl"])
        assert record["val_elbo"] == pytest.approx(record["val_reconstruction"] - record["val_kl"])
        assert record["rows_per_second"] == pytest.approx(len(digits) / record["seconds"])
    assert history[-1]["val_elbo"] == fitted.score(digits[:200])
    assert fitted.n_parameters_ == 64 * 32 + 32 + 32 * 4 + 4 + 2 * 32 + 32 + 32 * 64 + 64


def test_shapes_and_meanings(fitted: VAE, digits: np.ndarray) -> None:
    X = digits[:600]      # more than a block
    mean, scale = fitted.encode(X)
    assert mean.shape == scale.shape == (600, 2)
    assert (scale > 0).all()
    assert mean.dtype == np.float32
    np.testing.assert_array_equal(fitted.transform(X), mean)
    np.testing.assert_array_equal(fitted.inverse_transform(mean), fitted.decode(mean))
    np.testing.assert_array_equal(fitted.reconstruct(X), fitted.decode(mean))
    assert fitted.decode([[0.0, 0.0]]).shape == (1, 64)
    scores = fitted.score_samples(X)
    assert scores.shape == (600,)
    assert scores.dtype == np.float64
    reconstruction, kl = fitted.elbo_terms(X)
    np.testing.assert_array_equal(scores, reconstruction - kl)
    assert fitted.score(X) == scores.mean()
    assert list(fitted.get_feature_names_out()) == ["vae0", "vae1"]


def test_samples(fitted: VAE) -> None:
    drawn = fitted.sample(500)
    assert drawn.shape == (500, 64)
    assert set(np.unique(drawn)) == {0.0, 1.0}
    np.testing.assert_array_equal(drawn, fitted.sample(500))
    means = fitted.sample(500, mean=True)
    assert ((means > 0) & (means < 1)).all()
    assert np.abs(drawn.mean(axis=0) - means.mean(axis=0)).max() < 0.15
    assert (fitted.sample(5, random_state=1) != fitted.sample(5, random_state=2)).any()
    np.testing.assert_array_equal(fitted.sample(5, random_state=1), fitted.sample(5, random_state=np.random.RandomState(1)))


def test_gaussian_samples_have_the_units_of_the_data() -> None:
    X = np.random.default_rng(0).normal(size=(1000, 3)) * [1, 100, 0.01] + [5, -300, 0]
    model = VAE(2, (16,), epochs=30, random_state=0).fit(X)
    drawn = model.sample(4000, random_state=1)
    np.testing.assert_allclose(drawn.mean(axis=0), X.mean(axis=0), atol=0.3 * X.std(axis=0).max(), rtol=0.1)
    np.testing.assert_allclose(drawn.std(axis=0), X.std(axis=0), rtol=0.25)


def test_binarized_pixels_are_drawn_afresh(digits: np.ndarray) -> None:
    """The loss of drawn pixels is that of grey ones on average, with more noise; the data stay as they are."""
    before = digits.copy()
    fresh = small(likelihood=Bernoulli(binarize=True), epochs=20).fit(digits)
    grey = small(epochs=20).fit(digits)
    np.testing.assert_array_equal(digits, before)
    assert abs(fresh.history_[-1]["elbo"] - grey.history_[-1]["elbo"]) < 1.0
    assert (state(fresh)[0] != state(grey)[0])


@pytest.mark.parametrize("optimizer", [None, Adam(0.8, 0.99, 1e-6), SGD(), SGD(momentum=0.0)])
def test_optimizers_learn(optimizer: Any, digits: np.ndarray) -> None:
    model = small(optimizer=optimizer, learning_rate=1e-3, epochs=5).fit(digits)
    assert model.history_[-1]["elbo"] > model.history_[0]["elbo"] + 0.5


# Bits


def test_random_state_decides_everything(digits: np.ndarray) -> None:
    X = digits[:300]
    assert state(small().fit(X)) == state(small().fit(X))
    assert state(small().fit(X)) != state(small(random_state=1).fit(X))
    for make in (np.random.default_rng, fastprob.random.default_rng):
        assert state(small(random_state=make(3)).fit(X)) == state(small(random_state=make(3)).fit(X))
    assert state(small(random_state=None).fit(X)) != state(small(random_state=None).fit(X))


def test_threads_do_not_change_a_model(digits: np.ndarray) -> None:
    states = []
    for threads in (1, 2, 3):
        with fastprob.threads(threads):
            states.append(state(small(hidden=(500,), batch_size=100).fit(digits)))
    assert states[0] == states[1] == states[2]


def test_going_on_gives_the_same_bits(digits: np.ndarray, tmp_path: Path) -> None:
    whole = small(epochs=5).fit(digits)
    parts = small(epochs=2).fit(digits)
    parts.save(tmp_path / "model")
    for model in (parts, VAE.load(tmp_path / "model"), pickle.loads(pickle.dumps(parts))):
        model.set_params(warm_start=True, epochs=5).fit(digits)
        assert state(model) == state(whole)
        assert [record["elbo"] for record in model.history_] == [record["elbo"] for record in whole.history_]
    assert state(parts.fit(digits)) == state(whole)      # nothing left to do


def test_data_may_be_anywhere(digits: np.ndarray, tmp_path: Path) -> None:
    X = digits[:300].astype(np.float32)
    expected = state(small().fit(X))
    mapped = np.memmap(tmp_path / "rows", np.float32, "w+", shape=X.shape)
    mapped[:] = X
    assert state(small().fit(mapped)) == expected
    assert state(small().fit(np.asfortranarray(X))) == expected
    assert state(small().fit(X.tolist())) == state(small().fit(X.astype(np.float64)))


# Files and copies


def test_saved_and_loaded(fitted: VAE, digits: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    fitted.save(path)
    loaded = VAE.load(path)
    assert state(loaded) == state(fitted)
    assert loaded.history_ == fitted.history_
    assert loaded.score(digits) == fitted.score(digits)
    np.testing.assert_array_equal(loaded.sample(3), fitted.sample(3))
    assert {k: v for k, v in loaded.get_params().items() if "likelihood" not in k and "optimizer" not in k} == {
        k: v for k, v in fitted.get_params().items() if "likelihood" not in k and "optimizer" not in k
    }
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.safetensors"]


def test_settings_of_other_types_are_saved(digits: np.ndarray, tmp_path: Path) -> None:
    model = small(learning_rate=Fraction(1, 256), schedule=Steps(np.array([1, 2])), latent_dim=np.int64(2)).fit(digits[:200])
    model.save(tmp_path / "model")
    copy = VAE.load(tmp_path / "model")
    assert (copy.learning_rate, copy.schedule.milestones, copy.latent_dim) == (1 / 256, [1, 2], 2)
    assert state(copy) == state(model)


@pytest.mark.parametrize("likelihood", ["gaussian", Gaussian("shared"), Gaussian(2.0, standardize=False)])
def test_likelihoods_are_saved(likelihood: Any, digits: np.ndarray, tmp_path: Path) -> None:
    model = small(likelihood=likelihood, dtype="float64", optimizer=SGD(0.5), learning_rate=1e-4).fit(digits)
    model.save(tmp_path / "m")
    loaded = VAE.load(tmp_path / "m")
    np.testing.assert_array_equal(loaded.score_samples(digits), model.score_samples(digits))
    np.testing.assert_array_equal(loaded.sample(4), model.sample(4))


def test_any_flipped_byte_is_found(fitted: VAE, tmp_path: Path) -> None:
    """In the length, the header, its padding and digest, the first and last numbers of every array, and wherever else."""
    path = tmp_path / "model"
    fitted.save(path)
    content = path.read_bytes()
    header = 8 + int.from_bytes(content[:8], "little")
    offsets = [end for entry in json.loads(content[8:header]).values() for end in entry.get("data_offsets", ())]
    places = [*range(0, header, 29), *range(8), *range(header - 8, header)]
    places += [min(header + end + step, len(content) - 1) for end in offsets for step in (-1, 0)]
    places += np.random.default_rng(0).integers(header, len(content), 50).tolist()
    for place in places:
        for bit in (0x01, 0x29, 0x80):
            damaged = bytearray(content)
            damaged[place] ^= bit
            path.write_bytes(damaged)
            with pytest.raises(ValueError, match="model: not a model, or damaged: "):
                VAE.load(path)
    path.write_bytes(content)
    assert state(VAE.load(path)) == state(fitted)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 100, 0.5, -1])
def test_a_file_of_another_length_is_refused(length: float, fitted: VAE, tmp_path: Path) -> None:
    path = tmp_path / "model"
    fitted.save(path)
    content = path.read_bytes()
    for damaged in (content[: int(length * len(content)) if isinstance(length, float) else length], content + b"\0"):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="model: not a model, or damaged: "):
            VAE.load(path)


def test_foreign_files_are_refused(fitted: VAE, tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    path = tmp_path / "model"
    path.write_text("not a model")
    with pytest.raises(ValueError, match="damaged: its 11 bytes end before a safetensors header does"):
        VAE.load(path)
    path.write_bytes(pickle.dumps(fitted))
    with pytest.raises(ValueError, match="bytes end before a safetensors header does"):
        VAE.load(path)
    save_file({"x": np.zeros(3)}, path)
    with pytest.raises(ValueError, match="damaged: it is not a file that a VAE was saved to"):
        VAE.load(path)
    with pytest.raises(IsADirectoryError):
        VAE.load(tmp_path)


@pytest.mark.parametrize(
    "facts",
    [{}, [], {"parameters": None}, *({"parameters": {"optimizer": o}} for o in (["RMSprop", {}], ["Adam", {"rate": 3}], None))],
)
def test_facts_that_make_no_model(facts: Any, tmp_path: Path) -> None:
    from fastprob.vae import checkpoint

    checkpoint.write(tmp_path / "model", {}, facts)
    with pytest.raises(ValueError, match="model: not a model, or damaged: "):
        VAE.load(tmp_path / "model")


def test_another_version_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastprob.vae import checkpoint

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "FORMAT", "fastprob.vae 99")
        checkpoint.write(tmp_path / "model", {}, {})
    with pytest.raises(ValueError, match=r"another version's: its format is 'fastprob\.vae 99'"):
        VAE.load(tmp_path / "model")


def test_a_name_as_long_as_the_system_allows(fitted: VAE, tmp_path: Path) -> None:
    path = tmp_path / ("m" * 255)
    fitted.save(path)
    assert VAE.load(path).epoch_ == 3
    with pytest.raises(FileNotFoundError) as caught:
        fitted.save(tmp_path / "nowhere" / "model")
    assert caught.value.filename == str(tmp_path / "nowhere" / "model")


def test_several_may_save_to_one_name(fitted: VAE, tmp_path: Path) -> None:
    """Each writes beside under a name of its own: one of them is the last, and the file is whole."""
    threads = [threading.Thread(target=fitted.save, args=(tmp_path / "model",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state(VAE.load(tmp_path / "model")) == state(fitted)
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        VAE.load(tmp_path / "nowhere")


def test_saving_leaves_what_was_there(fitted: VAE, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model"
    fitted.save(path)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        fitted.save(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


def test_cloned_and_pickled(fitted: VAE, digits: np.ndarray) -> None:
    copy = clone(fitted)
    assert not hasattr(copy, "history_")
    assert copy.get_params() == fitted.get_params()
    restored = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(restored.transform(digits), fitted.transform(digits))
    assert pickle.loads(pickle.dumps(copy)).get_params() == copy.get_params()


def test_in_a_search_over_its_parts(digits: np.ndarray) -> None:
    pipeline = make_pipeline(MinMaxScaler(clip=True), small(optimizer=Adam(), epochs=1))
    search = GridSearchCV(pipeline, {"vae__optimizer__beta1": [0.5, 0.9], "vae__latent_dim": [2, 3]}, cv=2)
    search.fit(digits[:200])
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


# What is refused


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"latent_dim": 0}, "latent_dim is a whole number from 1 on; got 0"),
        ({"latent_dim": 2.5}, "latent_dim is a whole number from 1 on; got 2.5"),
        ({"hidden": 400}, r"hidden is a sequence of whole numbers, such as \(400,\); got 400"),
        ({"hidden": None}, r"hidden is a sequence of whole numbers, such as \(400,\); got None"),
        ({"hidden": {8, 4}}, "hidden is a sequence of whole numbers"),
        ({"hidden": b"ab"}, "hidden is a sequence of whole numbers"),
        ({"latent_dim": 10**30}, "latent_dim is a whole number from 1 to 16777216; got 10{30}$"),
        ({"hidden": (10**30,)}, "hidden is a whole number from 1 to 16777216; got 10{30}$"),
        ({"epochs": 10**30}, "epochs is a whole number from 0 to 2147483647; got 10{30}$"),
        ({"schedule": Steps(None)}, "schedule's milestones are a sequence of whole numbers; got None"),
        ({"schedule": Steps({1, 2})}, "schedule's milestones are a sequence of whole numbers; got {1, 2}"),
        ({"random_state": 2**32}, r"random_state is None, a whole number from 0 to 2\^32 - 1, .*; got 4294967296"),
        ({"random_state": "a"}, "random_state is None, .*; got 'a'"),
        ({"hidden": (4, 0)}, "hidden is a whole number from 1 on; got 0"),
        ({"hidden": (4,) * 25}, "hidden has at most 24 layers; got 25"),
        ({"likelihood": "poisson"}, "likelihood is 'gaussian', 'bernoulli', or an object .* got 'poisson'"),
        ({"likelihood": Gaussian(-1.0)}, "scale is 'feature', 'shared' or a number from 1e-30 to 1e30; got -1.0"),
        ({"activation": "gelu"}, "activation is one of 'identity', 'relu', .*; got 'gelu'"),
        ({"epochs": -1}, "epochs is a whole number from 0 on; got -1"),
        ({"batch_size": True}, "batch_size is a whole number from 1 on; got True"),
        ({"learning_rate": 0.0}, "learning_rate is positive; got 0.0"),
        ({"learning_rate": float("nan")}, "learning_rate is positive; got nan"),
        ({"learning_rate": "fast"}, "learning_rate is a number, positive; got 'fast'"),
        ({"optimizer": "adam"}, r"optimizer is Adam\(...\), AdamW\(...\) or SGD\(...\); got 'adam'"),
        ({"optimizer": Adam(beta2=1.0)}, "optimizer's beta2 is at least 0 and below 1; got 1.0"),
        ({"optimizer": Adam(eps=0.0)}, "optimizer's eps is at least 1e-15; got 0.0"),
        ({"early_stopping": 5}, r"early_stopping is EarlyStopping\(...\) or None; got 5"),
        ({"early_stopping": EarlyStopping(patience=0)}, "early_stopping's patience is a whole number from 1 on; got 0"),
        ({"early_stopping": EarlyStopping(min_delta=-1)}, "early_stopping's min_delta is at least 0; got -1"),
        ({"early_stopping": EarlyStopping(held_out=1)}, "early_stopping's held_out is above 0 and below 1; got 1"),
        ({"dtype": "float16"}, "dtype is 'float32' or 'float64'; got 'float16'"),
    ],
)
def test_parameters_are_checked(change: dict[str, Any], message: str, digits: np.ndarray) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        small(**change).fit(digits)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"activation": np.array(["relu", "tanh"])}, "activation is one of 'identity', 'relu', .*; got array"),
        ({"dtype": np.array([1, 2])}, "dtype is 'float32' or 'float64'; got array"),
        ({"objective": vae.ELBO(kl=np.array([1, 2]))}, "objective's kl is 'analytic' or 'sampled'; got array"),
        ({"conditioning": vae.Conditioning(np.array([1, 2]))}, "conditioning's kind is one of .*; got array"),
        ({"conditioning": vae.Conditioning(prior=np.array([1, 2]))}, "conditioning's prior is one of .*; got array"),
        ({"initialization": vae.Initialization(np.array([1, 2]))}, "initialization's weights is .*; got array"),
        ({"initialization": vae.Initialization("glorot", np.array([1, 2]))}, "initialization's output_bias is .*; got array"),
        ({"likelihood": vae.DiscretizedLogistic(17, np.array([1, 2]))}, "scale is 'feature' or 'shared'; got array"),
    ],
)
def test_an_array_is_no_name(change: dict[str, Any], message: str, digits: np.ndarray) -> None:
    with pytest.raises(ValueError, match=message):
        small(**change).fit(digits)


def test_callbacks_are_checked(digits: np.ndarray) -> None:
    with pytest.raises(TypeError, match="callback is a function of the model and a record, or None; got 'print'"):
        small().fit(digits, callback="print")


def test_data_are_checked(fitted: VAE, digits: np.ndarray) -> None:
    bad = digits.copy()
    bad[3, 5] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        small().fit(bad)
    with pytest.raises(ValueError, match=r"values from 0 to 1: column 1 of X has values from 0 to 8. .*likelihood='gaussian'"):
        small().fit(digits * 16)
    with pytest.raises(ValueError, match="column 0 of X"):
        fitted.score(digits - 1)
    with pytest.raises(ValueError, match="X_val has 3 features, X has 64"):
        small().fit(digits, X_val=digits[:, :3])
    with pytest.raises(ValueError, match="features"):
        fitted.transform(digits[:, :3])
    with pytest.raises(ValueError, match="Z has 3 columns; the model has latent_dim=2"):
        fitted.decode(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="too large to be standardized"):
        VAE(epochs=1).fit(np.array([[1e300, 1.0], [-1e300, 2.0]] * 4))
    with pytest.raises(NotFittedError):
        small().transform(digits)
    with pytest.raises(ValueError, match="n_samples"):
        fitted.sample(0)


def test_going_on_with_another_network_is_refused(digits: np.ndarray) -> None:
    model = small(warm_start=True).fit(digits)
    with pytest.raises(ValueError, match=r"the fitted model has hidden=\[32\], not \[16\]"):
        model.set_params(hidden=(16,), epochs=4).fit(digits)
    model.set_params(hidden=(32,), batch_size=1000).fit(digits)      # larger than before is fine
    assert model.epoch_ == 4


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (40, 1)])
@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli"])
def test_small_data(shape: tuple[int, int], likelihood: str) -> None:
    X = np.random.default_rng(0).random(shape)
    model = VAE(1, (3,), likelihood, epochs=2, random_state=0).fit(X)
    assert np.isfinite(model.score(X))


def test_constant_columns_and_black_images() -> None:
    X = np.random.default_rng(0).random((100, 4))
    X[:, 1] = 3.25
    model = VAE(2, (8,), epochs=50, random_state=0, learning_rate=0.05).fit(X)
    assert np.isfinite(model.score(X))
    np.testing.assert_allclose(model.reconstruct(X)[:, 1], 3.25, atol=0.1)
    black = VAE(2, (8,), "bernoulli", epochs=50, random_state=0, learning_rate=0.05).fit(np.zeros((100, 4)))
    assert -1 < black.score(np.zeros((100, 4))) <= 0


# What interrupts it


def test_a_loss_that_is_not_finite_leaves_the_last_epoch(digits: np.ndarray) -> None:
    model = small(epochs=2).fit(digits)
    before = state(model)
    model.set_params(epochs=40, learning_rate=1e18, warm_start=True)
    with pytest.raises(NonFiniteError) as caught:
        model.fit(digits)
    error = caught.value
    assert error.epoch == model.epoch_ + 1
    assert error.term in ("reconstruction", "kl", "parameters")
    assert f"epoch {error.epoch}, batch {error.batch}" in str(error)
    assert "learning_rate" in str(error)
    if error.epoch == 3:
        assert state(model) == before
    assert len(model.history_) == model.epoch_
    assert pickle.loads(pickle.dumps(error)).batch == error.batch


def test_ctrl_c_leaves_the_last_epoch(digits: np.ndarray) -> None:
    from threadpoolctl import threadpool_info

    def blas() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = blas()
    X = np.tile(digits, (20, 1))
    model = small(hidden=(800,), epochs=1000)
    seen: list[int] = []

    def callback(fitting: VAE, record: dict[str, Any]) -> None:
        seen.append(record["epoch"])
        if len(seen) == 2:
            threading.Thread(target=lambda: (time.sleep(0.01), os.kill(os.getpid(), signal.SIGINT)), daemon=True).start()

    with pytest.raises(KeyboardInterrupt):
        model.fit(X, callback=callback)
    assert blas() == before
    assert model.epoch_ == len(model.history_) == seen[-1]
    twin = small(hidden=(800,), epochs=model.epoch_).fit(X)
    assert state(model) == state(twin)


def test_fit_from_another_thread_holds_the_blas(digits: np.ndarray) -> None:
    states: list[list[bytes]] = []
    thread = threading.Thread(target=lambda: states.append(state(small().fit(digits))))
    thread.start()
    thread.join()
    assert states == [state(small().fit(digits))]


def test_one_model_in_several_threads(fitted: VAE, digits: np.ndarray) -> None:
    expected = [fitted.transform(X) for X in (digits, 1 - digits)]
    results: list[list[np.ndarray]] = [[], []]

    def work(i: int) -> None:
        for _ in range(10):
            results[i].append(fitted.transform(digits if i == 0 else 1 - digits))

    workers = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for i in range(2):
        assert len(results[i]) == 10
        for result in results[i]:
            np.testing.assert_array_equal(result, expected[i])


def test_a_refused_refit_leaves_the_model(digits: np.ndarray, tmp_path: Path) -> None:
    model = small(optimizer=AdamW()).fit(digits)
    before, score = state(model), model.score(digits)
    with pytest.raises(ValueError, match="values from 0 to 1"):
        model.fit(np.full((3, 5), 7.0))
    with pytest.raises(MemoryError):
        model.set_params(hidden=(2**24, 2**24)).fit(digits)
    with pytest.raises(ValueError, match="the fitted model has hidden"):
        model.save(tmp_path / "model")
    model.set_params(hidden=(32,))
    for warm_start in (False, True):
        with pytest.raises(ValueError, match="weight_decay names groups of 'encoder', 'decoder'; got 'film'"):
            model.set_params(optimizer=AdamW({"film": 1.0}), warm_start=warm_start, epochs=9).fit(digits)
    assert state(model) == before
    assert model.score(digits) == score
    assert model.n_features_in_ == 64
    assert len(model.history_) == 3


def test_an_interrupted_validation_leaves_the_last_epoch(digits: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    model = small(warm_start=True).fit(digits, X_val=digits)
    before = state(model)

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(model, "_terms", interrupted)
    model.set_params(epochs=5)
    with pytest.raises(KeyboardInterrupt):
        model.fit(digits, X_val=digits)
    assert model.epoch_ == len(model.history_) == 3
    assert state(model) == before


def test_small_fixed_scales(tmp_path: Path) -> None:
    X = np.random.default_rng(0).random((300, 2))
    model = VAE(1, (4,), Gaussian(np.float32(1e-6), standardize=False), epochs=1, random_state=0, dtype="float64").fit(X)
    noise = model.sample(2000, random_state=1) - model.sample(2000, mean=True, random_state=1)
    assert noise.std() == pytest.approx(1e-6, rel=0.1)
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(VAE.load(tmp_path / "model").sample(3), model.sample(3))


def test_moments_that_overflow_stop() -> None:
    with pytest.raises(NonFiniteError, match="parameter"):
        VAE(1, (4,), Gaussian(1e-12, standardize=False), epochs=20, random_state=0).fit(np.random.default_rng(0).random((300, 2)))


def test_integers_keep_their_digits() -> None:
    X = np.array([[16777217, 0], [16777219, 1]] * 10)
    model = VAE(1, (), epochs=1, dtype="float64", random_state=0).fit(X)
    np.testing.assert_array_equal(model._known["mean"], X.mean(axis=0))


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint64", ">f8", "longdouble", "object", "list"])
def test_a_float32_model_sees_the_digits_of_other_types(dtype: str) -> None:
    """Those that float64 has; as seconds since 1970 in float32 all of these would be one or two numbers."""
    numbers = 1_600_000_000 + np.random.default_rng(0).integers(0, 100, (300, 2))
    X = numbers.astype(float).tolist() if dtype == "list" else numbers.astype(dtype)
    model = VAE(1, (4,), epochs=1, random_state=0).fit(X, X_val=X[:20])
    np.testing.assert_allclose(model._known["deviation"], numbers.std(axis=0), rtol=1e-12)
    same = VAE(1, (4,), epochs=1, random_state=0).fit(numbers.astype(np.float64), X_val=numbers[:20].astype(np.float64))
    assert model.history_[0]["val_elbo"] == same.history_[0]["val_elbo"]
    np.testing.assert_array_equal(model.score_samples(X), same.score_samples(numbers.astype(np.float64)))


def test_short_numbers_take_no_more_room() -> None:
    X = np.random.default_rng(0).integers(0, 100, (300, 2))
    for dtype in (bool, np.uint8, np.int16, np.float16, ">f4"):
        model = VAE(1, (4,), epochs=1, random_state=0).fit(X.astype(dtype))
        assert model._checked(X.astype(dtype)).dtype == np.float32
        assert state(model) == state(VAE(1, (4,), epochs=1, random_state=0).fit(X.astype(dtype).astype(np.float64)))


def test_mapped_pickles(fitted: VAE, digits: np.ndarray, tmp_path: Path) -> None:
    joblib = pytest.importorskip("joblib")
    model = VAE(2, (4,), epochs=1, random_state=0).fit(digits)
    joblib.dump(model, tmp_path / "model")
    mapped = joblib.load(tmp_path / "model", mmap_mode="r")
    np.testing.assert_array_equal(mapped.transform(digits), model.transform(digits))


def test_no_warnings(digits: np.ndarray) -> None:
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        small(likelihood="gaussian", epochs=1).fit(digits).sample(2)
