"""Conditions with many classes, each a row of a table that is learnt."""

from __future__ import annotations

import contextlib
import pickle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("safetensors")

import fastprob
from fastprob.vae import VAE, Bernoulli, Conditioning, DiscretizedLogistic, EarlyStopping, Gaussian, NonFiniteError, checkpoint
from fastprob.vae.conditions import MOST_COLUMNS, Conditions

ROWS, CLASSES, FEATURES = 1200, 150, 6
Given = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def groups() -> Given:
    """Rows near the place of their class, each class met eight times."""
    random = np.random.default_rng(0)
    labels = random.permutation(np.repeat(np.arange(CLASSES), ROWS // CLASSES))
    places = random.normal(size=(CLASSES, FEATURES))
    return places[labels] + 0.3 * random.normal(size=(ROWS, FEATURES)), labels


def small(conditioning: Any = "film", **changes: Any) -> VAE:
    settings = {"latent_dim": 2, "hidden": (24,), "epochs": 3, "batch_size": 50, "random_state": 0, "dtype": "float64"}
    return VAE(conditioning=conditioning, **settings | changes)


def state(model: VAE) -> list[bytes]:
    network = model._network
    return [flat.tobytes() for flat in (network.parameters, network.first, network.second)]


def several(labels: np.ndarray) -> dict[str, np.ndarray]:
    """Two of many classes, one of few, and numbers."""
    return {
        "name": np.array([f"no. {label}" for label in labels]),
        "few": labels % 3,
        "number": np.column_stack([np.sin(labels), labels * 1.0]),
        "other": labels // 2,
    }


@pytest.mark.parametrize(
    "conditioning", ["film", "concat", Conditioning("none", prior="learned")], ids=["film", "concat", "prior"]
)
def test_a_model_that_knows_the_class_explains_its_rows(conditioning: Any, groups: Given) -> None:
    X, labels = groups
    fit, held_out = slice(0, 1000), slice(1000, None)
    settings: dict[str, Any] = {"epochs": 40, "learning_rate": 1e-2, "latent_dim": 4}
    plain = small(None, **settings).fit(X[fit])
    model = small(conditioning, **settings).fit(X[fit], condition=labels[fit])
    scores = [model.score(X[held_out], condition=c) for c in (labels[held_out], (labels[held_out] + 1) % CLASSES)]
    assert scores[0] > plain.score(X[held_out]) + 0.5
    assert scores[1] < scores[0] - 1
    assert model.log_likelihood(X[held_out], 50, condition=labels[held_out]).mean > scores[0]


def test_which_classes_are_columns(groups: Given) -> None:
    X = groups[0]
    for classes, columns in ((MOST_COLUMNS, MOST_COLUMNS), (MOST_COLUMNS + 1, 5)):
        labels = np.arange(len(X)) % classes
        model = small(Conditioning(embedding=5), epochs=0).fit(X, condition=labels)
        views = model._network.views(model._network.parameters)
        assert views["encoder.0.film_weight"].shape == (48, columns)
        assert ("condition.table.0.weight" in views) == (columns == 5)
        assert model.conditions_["condition"].tolist() == list(range(classes))
        assert model._conditions.encode(labels, len(X)).shape == (len(X), MOST_COLUMNS if columns > 5 else 1)
    table = views["condition.table.0.weight"]
    assert table.shape == (classes, 5)
    assert abs(table.mean()) < 4 / np.sqrt(table.size)
    assert abs(table.std() - 1) < 4 / np.sqrt(2 * table.size)


def test_several_conditions_by_hand(groups: Given) -> None:
    """Columns and standardized numbers in their order, then a row of each table."""
    X, labels = groups
    c = several(labels)
    conditioning = Conditioning("concat", embedding=4)
    model = small(conditioning, hidden=(), likelihood="bernoulli").fit(np.abs(np.sin(X)), condition=c)
    p = model._network.views(model._network.parameters)
    names = sorted(set(c["name"]))
    numbers = (c["number"] - c["number"].mean(axis=0)) / c["number"].std(axis=0)
    tables = [p[f"condition.table.{i}.weight"] for i in range(2)]
    assert [len(table) for table in tables] == [CLASSES, CLASSES // 2]
    seen = [np.eye(3)[c["few"]], numbers, tables[0][[names.index(name) for name in c["name"]]], tables[1][c["other"]]]
    expected = np.concatenate([np.abs(np.sin(X)), *seen], axis=1) @ p["encoder.out.weight"].T + p["encoder.out.bias"]
    np.testing.assert_allclose(model.transform(np.abs(np.sin(X)), condition=c), expected[:, :2], rtol=1e-10, atol=1e-12)
    drawn = model.sample(3, condition={"name": "no. 7", "few": 1, "number": [[0.0, 7.0]], "other": 3})
    assert drawn.shape == (3, FEATURES)


@pytest.mark.parametrize("kind", ["film", "concat"])
@pytest.mark.parametrize("make", [lambda c: c, several], ids=["one", "several"])
def test_gradients_are_those_of_torch(make: Any, kind: str, groups: Given) -> None:
    torch = pytest.importorskip("torch")
    X, labels = np.abs(np.sin(groups[0])), groups[1]
    c = make(labels)
    model = small(Conditioning(kind, embedding=4), likelihood="bernoulli", activation="tanh", epochs=0).fit(X, condition=c)
    network, rows, order = model._network, 40, np.arange(200, 240)
    network.parameters[:] += np.random.default_rng(1).normal(size=network.parameters.size) * 0.3
    adam = SimpleNamespace(beta1=0.9, beta2=0.999, eps=1e-8, learning_rate=1e-3)
    data = model._rows(X, model._conditions.encode(c, len(X)), len(X))
    network.train(data, order, rows, np.arange(8, dtype=np.uint32), 0, adam, learn=False)
    p = {name: torch.tensor(v, requires_grad=True) for name, v in network.views(network.parameters).items()}
    x, eps = torch.tensor(X[order]), torch.tensor(network.arrays["latent.eps"][:rows])
    tables = [(p[f"condition.table.{i}.weight"], np.unique(v, return_inverse=True)[1]) for i, v in enumerate(
        [c] if make is not several else [c["name"], c["other"]])]  # fmt: skip
    seen = [table[torch.tensor(places[order])] for table, places in tables]
    if make is several:
        numbers = (c["number"] - c["number"].mean(axis=0)) / c["number"].std(axis=0)
        seen = [torch.tensor(np.concatenate([np.eye(3)[c["few"]], numbers], axis=1)[order]), *seen]
    given = torch.cat(seen, 1)

    def part(name: str, below: Any) -> Any:
        h = torch.cat([below, given], 1) if kind == "concat" else below
        h = h @ p[f"{name}.0.weight"].T + p[f"{name}.0.bias"]
        if kind == "film":
            scale, shift = (given @ p[f"{name}.0.film_weight"].T + p[f"{name}.0.film_bias"]).chunk(2, 1)
            h = (1 + scale) * h + shift
        return torch.tanh(h) @ p[f"{name}.out.weight"].T + p[f"{name}.out.bias"]

    mean, log_scale = part("encoder", x).chunk(2, 1)
    y = part("decoder", mean + log_scale.exp() * eps)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(y, x, reduction="sum")
    ((loss + (0.5 * (mean**2 + (2 * log_scale).exp() - 1) - log_scale).sum()) / rows).backward()
    for name, found in network.views(network.gradients).items():
        expected = p[name].grad.numpy()
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10 * np.abs(expected).max(), err_msg=name)


@pytest.mark.parametrize("make", [lambda c: c, several], ids=["one", "several"])
def test_order_threads_weights_and_parts(make: Any, groups: Given) -> None:
    X, labels = groups
    random = np.random.default_rng(0)
    fit: dict[str, Any] = {"dtype": "float32", "hidden": (200,), "epochs": 2}
    order, expected = random.permutation(ROWS), small(**fit).fit(X, condition=make(labels))
    assert state(small(**fit).fit(X[order], condition=make(labels[order]))) == state(expected)
    for threads in (1, 3):
        with fastprob.threads(threads):
            assert state(small(**fit).fit(X, condition=make(labels))) == state(expected)
    weights = random.integers(1, 3, ROWS)
    repeated = np.repeat(np.arange(ROWS), weights)
    assert state(small(**fit).fit(X, condition=make(labels), sample_weight=weights)) == state(
        small(**fit).fit(X[repeated], condition=make(labels[repeated]))
    )
    parts = small(**fit)
    for _ in range(2):
        parts.partial_fit(X, condition=make(labels))
    assert state(parts) == state(expected)
    scores = expected.score_samples(X, condition=make(labels))
    np.testing.assert_allclose(
        expected.score_samples(X[order], condition=make(labels[order])), scores[order], rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("stopping", [None, EarlyStopping(patience=50)])
@pytest.mark.parametrize("make", [lambda c: c, several], ids=["one", "several"])
def test_saved_and_resumed(make: Any, stopping: Any, groups: Given, tmp_path: Path) -> None:
    X, labels = groups
    whole = small(epochs=4, early_stopping=stopping).fit(X, condition=make(labels))
    some = small(epochs=2, early_stopping=stopping).fit(X, condition=make(labels))
    some.save(tmp_path / "model")
    loaded = VAE.load(tmp_path / "model")
    assert loaded.score(X, condition=make(labels)) == some.score(X, condition=make(labels))
    for model in (some, loaded, pickle.loads(pickle.dumps(some))):
        assert state(model.set_params(warm_start=True, epochs=4).fit(X, condition=make(labels))) == state(whole)
    with pytest.raises(ValueError, match=r"the fitted model has conditioning=.*: set that, or fit anew"):
        whole.set_params(warm_start=True, conditioning=Conditioning(embedding=31)).fit(X, condition=make(labels))


def test_a_file_from_before_there_were_tables(groups: Given, tmp_path: Path) -> None:
    X, labels = groups
    model = small(Conditioning(prior="learned")).fit(X, condition=labels % 3)
    model.save(tmp_path / "model")
    arrays, facts = checkpoint.read(tmp_path / "model")
    for settings in (facts["built"]["conditioning"], facts["parameters"]["conditioning"][1]):
        del settings["embedding"]
    checkpoint.write(tmp_path / "model", arrays, facts)
    assert VAE.load(tmp_path / "model").score(X, condition=labels % 3) == model.score(X, condition=labels % 3)


def test_what_is_refused(groups: Given) -> None:
    X, labels = groups
    model = small().fit(X, condition=labels)
    unseen = r"condition is 150; the model was fitted to the classes 0, 1, .* and 140 more: give one of these"
    with pytest.raises(ValueError, match=unseen):
        model.score(X, condition=labels + 1)
    with pytest.raises(ValueError, match=unseen):
        model.partial_fit(X, condition=labels + 1)
    with pytest.raises(ValueError, match="condition is floats; the model was fitted to the classes"):
        model.sample(2, condition=0.5)
    with pytest.raises(ValueError, match=r"conditioning's embedding is a whole number from 1 on; got 0"):
        small(Conditioning(embedding=0)).fit(X, condition=labels)
    weights = (labels < 100).astype(float)
    rows = labels < 100
    assert state(small().fit(X, condition=labels, sample_weight=weights)) == state(small().fit(X[rows], condition=labels[rows]))


def test_a_class_a_row() -> None:
    """As many classes as rows, by their names: a table of them, and columns of none."""
    X = np.random.default_rng(0).normal(size=(5000, 3))
    names = np.array([f"row {i}" for i in range(len(X))])
    model = small(epochs=1, batch_size=500).fit(X, condition=names)
    assert np.isfinite(model.score(X, condition=names))
    assert model.sample(4, condition="row 4999").shape == (4, 3)
    assert Conditions.from_facts(model._conditions.facts()) == model._conditions


@pytest.mark.parametrize("conditioning", ["film", Conditioning("concat", prior="learned")], ids=str)
@pytest.mark.parametrize("likelihood", [Bernoulli(True), Gaussian(), Gaussian(missing=True), DiscretizedLogistic(5)], ids=str)
@pytest.mark.parametrize("change", ["one row", "one column", "constant", "all zero", "NaN", "hidden 1", "rate 10"])
def test_extremes(change: str, likelihood: Any, conditioning: Any) -> None:
    """A clear error, or a finite model: with every likelihood, a class a row."""
    X, labels = np.random.default_rng(0).integers(0, 5, (70, 4)) / 4, np.arange(70)
    if change == "one row":
        X, labels = X[:1], labels[:1]
    elif change == "one column":
        X = X[:, :1]
    elif change == "constant":
        X[:, 2] = 0.25
    elif change == "all zero":
        X[:] = 0
    elif change == "NaN":
        X[7, 3] = np.nan
    settings = {"hidden 1": {"hidden": (1,)}, "rate 10": {"learning_rate": 10.0}}
    model = small(conditioning, likelihood=likelihood, dtype="float32", epochs=2, **settings.get(change, {}))
    if change == "NaN" and not likelihood.missing:
        with pytest.raises(ValueError, match=r"X contains NaN, first in row 7, column 3: .* missing=True"):
            model.fit(X, condition=labels)
        return
    with contextlib.suppress(*([NonFiniteError] if change == "rate 10" else [])):
        model.fit(X, condition=labels)
    answers = [model.score_samples(X, condition=labels), model.log_likelihood(X, 3, condition=labels).rows]
    answers += [use(X, condition=labels) for use in (model.transform, model.reconstruct, model.unit_kl)]
    answers.append(model.sample(3, condition=int(labels[0])))
    assert all(np.isfinite(answer).all() for answer in answers)
