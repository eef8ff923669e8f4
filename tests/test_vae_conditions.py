"""Autoencoders that depend on conditions: what they learn, and that what holds of a model holds with conditions: bits, files,
memory, extremes."""

from __future__ import annotations

import pickle
import tracemalloc
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("safetensors")

from sklearn.base import clone
from sklearn.datasets import load_digits

import fastprob
from fastprob import kl, normal
from fastprob.nn import _rows
from fastprob.vae import VAE, AdamW, Bernoulli, Conditioning, EarlyStopping, Gaussian, NonFiniteError
from fastprob.vae.conditions import Conditions
from fastprob.vae.exact import column_means, column_moments
from fastprob.vae.training import by_value

KINDS = ["film", "concat"]
Digits = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def digits() -> Digits:
    found = load_digits()
    return found.data / 16, found.target


def small(**changes: Any) -> VAE:
    settings = {"latent_dim": 2, "hidden": (32,), "likelihood": "bernoulli", "conditioning": "film", "epochs": 3}
    return VAE(**settings | {"random_state": 0} | changes)


def state(model: VAE) -> list[bytes]:
    network = model._network
    return [flat.tobytes() for flat in (network.parameters, network.first, network.second)]


def mixed(labels: np.ndarray) -> dict[str, np.ndarray]:
    """Classes and numbers at once."""
    angle = 2 * np.pi * labels / 10
    place = np.column_stack([np.cos(angle), np.sin(angle)]) * 1e4
    return {"digit": np.array([f"no. {label}" for label in labels]), "place": place}


# What is learnt


@pytest.mark.parametrize("make", [lambda c: c, lambda c: np.eye(10)[c], mixed], ids=["classes", "numbers", "mixed"])
def test_modulation_is_that_of_the_parameters(digits: Digits, make: Any) -> None:
    X, y = digits
    model = small(hidden=(32, 16)).fit(X, condition=make(y))
    found, views = model.modulation(make(y)), model._network.views(model._network.parameters)
    assert list(found) == ["encoder.0", "encoder.1", "decoder.0", "decoder.1"]
    shift, factor = model._conditions.units()
    c = (model._conditions.encode(make(y), len(y), "condition", "X") - shift) * factor
    for name, (gamma, beta) in found.items():
        assert gamma.shape == beta.shape == (len(y), 32 if name in ("encoder.0", "decoder.1") else 16)
        expected = c @ views[f"{name}.film_weight"].T + views[f"{name}.film_bias"]
        np.testing.assert_allclose(np.concatenate([gamma - 1, beta], axis=1), expected, rtol=0, atol=1e-5)
        assert np.abs(gamma - 1).max() > 1e-3
    one = model.modulation(make(y[:1]))["decoder.0"]
    assert [part.tobytes() for part in one] == [part[:1].tobytes() for part in found["decoder.0"]]


def test_modulation_of_none(digits: Digits) -> None:
    X, y = digits
    for how in (None, "concat"):
        model = small(conditioning=how, epochs=1).fit(X, condition=None if how is None else y)
        with pytest.raises(ValueError, match="modulation needs conditioning='film' and hidden layers"):
            model.modulation(3)
    model = small(epochs=1).fit(X, condition=y)
    assert model.modulation(3)["decoder.0"][0].shape == (1, 32)
    with pytest.raises(ValueError, match="condition is 77"):
        model.modulation([3, 77])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("make", [lambda c: c, lambda c: np.eye(10)[c], mixed], ids=["classes", "numbers", "mixed"])
def test_a_model_that_knows_the_digit_explains_it_better(make: Any, kind: str, digits: Digits) -> None:
    X, labels = digits
    fit = slice(0, 1500), slice(1500, None)
    settings: dict[str, Any] = {"hidden": (64,), "epochs": 20, "learning_rate": 3e-3}
    plain = small(conditioning=None, **settings).fit(X[fit[0]])
    model = small(conditioning=kind, **settings).fit(X[fit[0]], condition=make(labels[fit[0]]))
    scores = [model.score(X[fit[1]], condition=make(c)) for c in (labels[fit[1]], (labels[fit[1]] + 1) % 10)]
    assert scores[0] > plain.score(X[fit[1]]) + 1
    assert scores[1] < scores[0] - 3
    given = X[1500:1600], make(labels[1500:1600])
    apart = model.log_likelihood(given[0], 100, condition=given[1]).rows - model.score_samples(given[0], condition=given[1])
    assert apart.mean() > -3 * apart.std() / 10  # the score's one draw a row is one of luck


def test_samples_are_of_the_class_asked_for(digits: Digits) -> None:
    """A classifier by nearest means tells which digit was asked for."""
    X, labels = digits
    model = small(hidden=(64,), epochs=60, learning_rate=3e-3).fit(X, condition=labels)
    means = np.array([X[labels == digit].mean(axis=0) for digit in range(10)])
    asked = np.repeat(np.arange(10), 40)
    drawn = model.sample(400, condition=asked, mean=True)
    nearest = np.square(drawn[:, None] - means).sum(axis=2).argmin(axis=1)
    assert (nearest == asked).mean() > 0.9
    np.testing.assert_array_equal(model.sample(40, condition=3), model.sample(40, condition=np.full(40, 3)))
    code = model.transform(X[:1], condition=labels[:1])
    others = model.decode(np.repeat(code, 10, axis=0), condition=np.arange(10))
    assert np.square(others[:, None] - means).sum(axis=2).argmin(axis=1).tolist() == list(range(10))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("encoder", "decoder"), [(True, False), (False, True), (True, True), (False, False)])
def test_which_part_depends_on_the_condition(encoder: bool, decoder: bool, kind: str, digits: Digits) -> None:
    X, labels = digits
    model = small(conditioning=Conditioning(kind, encoder, decoder), epochs=10).fit(X, condition=labels)
    other = (labels + 1) % 10
    Z = model.transform(X, condition=labels)
    same = (model.transform(X, condition=other) == Z).all()
    assert same == (not encoder)
    assert (model.decode(Z, condition=labels) == model.decode(Z, condition=other)).all() == (not decoder)
    if encoder:
        with pytest.raises(ValueError, match="condition is missing"):
            model.transform(X)
    else:  # a part that does not see it needs none
        np.testing.assert_array_equal(model.transform(X), Z)
        model.active_units(X), model.unit_kl(X)
    if decoder:
        with pytest.raises(ValueError, match="condition is missing"):
            model.sample(3)
    else:
        np.testing.assert_array_equal(model.sample(3), model.sample(3, condition=1))
        np.testing.assert_array_equal(model.decode(Z), model.decode(Z, condition=labels))
    if encoder or decoder:
        for use in (model.score, model.reconstruct, model.log_likelihood):
            with pytest.raises(ValueError, match="condition is missing"):
                use(X[:5])
    else:
        np.testing.assert_array_equal(model.score_samples(X), model.score_samples(X, condition=labels))


def test_no_kind_is_no_conditioning(digits: Digits) -> None:
    """A model that no condition reaches, so that a search can compare: the same numbers as without, whether given or not."""
    X, labels = digits
    plain = small(conditioning=None).fit(X)
    none = small(conditioning=Conditioning("none")).fit(X)
    assert plain.score(X) == none.score(X)
    given = small(conditioning=Conditioning("none")).fit(X, condition=labels)
    assert given.n_parameters_ == plain.n_parameters_
    assert given.score(X, condition=labels) == pytest.approx(plain.score(X), abs=1.0)
    with pytest.raises(ValueError, match="row 0 of condition is 11"):
        given.score(X[:1], condition=[11])


def test_an_unmodulated_model_is_one_without_conditions(digits: Digits) -> None:
    """Before the first step the modulation changes nothing."""
    X, labels = digits
    model = small(epochs=0, dtype="float64").fit(X, condition=labels)
    plain = small(epochs=0, dtype="float64", conditioning=None).fit(X)
    np.testing.assert_allclose(model.transform(X, condition=labels), plain.transform(X), rtol=1e-12)
    np.testing.assert_allclose(model.decode(np.ones((3, 2)), condition=[0, 1, 2]), plain.decode(np.ones((3, 2))), rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_the_bounds_are_of_the_same_model(kind: str, digits: Digits) -> None:
    X, labels = digits
    model = small(conditioning=kind, dtype="float64", epochs=10).fit(X, condition=labels)
    assert_one_sample_by_hand(model, X[700:701], labels[700:701])
    several = model.log_likelihood(X[:530], 30, condition=labels[:530]).rows
    np.testing.assert_allclose(model.log_likelihood(X[520:530], 30, condition=labels[520:530]).rows, several[520:], rtol=1e-10)


def assert_one_sample_by_hand(model: VAE, row: np.ndarray, condition: np.ndarray) -> None:
    """One importance sample is the ELBO with the sampled KL: from encode and decode under the condition."""
    assert model._conditions is not None
    C = model._conditions.encode(condition, 1)
    eps = _rows.draw("normal", model._key("evaluation eps"), model._draws(row, C)[1], 2)[0]
    mean, scale = (value[0] for value in model.encode(row, condition=condition))
    z = mean + scale * eps
    p = model.decode(z[None], condition=condition)[0]
    loc, width = np.zeros(2), np.ones(2)
    if getattr(model.conditioning, "prior", None) == "learned":
        loc, width = (value[0] for value in model.prior(condition))
    log_joint = (row[0] * np.log(p) + (1 - row[0]) * np.log1p(-p)).sum() + normal.logpdf(z, loc, width).sum()
    log_q = -0.5 * (eps**2).sum() - np.log(2 * np.pi) - np.log(scale).sum()
    assert model.log_likelihood(row, 1, condition=condition).mean == pytest.approx(log_joint - log_q, rel=1e-10)
    reconstruction, divergence = model.elbo_terms(row, condition=condition)
    assert reconstruction[0] == pytest.approx((row[0] * np.log(p) + (1 - row[0]) * np.log1p(-p)).sum(), rel=1e-10)
    assert divergence[0] == pytest.approx(model.unit_kl(row, condition=condition).sum(), rel=1e-10)
    assert model.anomaly_score(row, condition=condition) == -model.score_samples(row, condition=condition)


def test_interpolation_holds_the_condition(digits: Digits) -> None:
    X, labels = digits
    model = small(dtype="float64").fit(X, condition=labels)
    path = model.interpolate(X[0], X[10], 4, condition=0)
    codes = model.transform(X[[0, 10]], condition=[0, 0])
    np.testing.assert_allclose(path[1], model.decode([codes[0] * 2 / 3 + codes[1] / 3], condition=0)[0], rtol=1e-12)
    many = model.interpolate(X[:3], X[3:6], 4, condition=[5, 6, 7])
    for i in range(3):
        np.testing.assert_allclose(many[i], model.interpolate(X[i], X[3 + i], 4, condition=5 + i), rtol=1e-12)


def test_numbers_are_standardized(digits: Digits) -> None:
    X, labels = digits
    c = np.column_stack([labels, 1e6 + 3 * labels, 1e-9 * labels**2])
    model = small(dtype="float64").fit(X, condition=c)
    model.score(X[:500], condition=c[:500])
    np.testing.assert_allclose(
        model._network.arrays["condition.y"][:500], ((c - c.mean(axis=0)) / c.std(axis=0))[:500], rtol=1e-9, atol=1e-9
    )
    constant = small().fit(X, condition=np.full(len(X), 1e6))
    assert np.isfinite(constant.score(X, condition=np.full(len(X), 1e6)))


@pytest.mark.parametrize("kind", KINDS)
def test_layers_on_a_condition(kind: str, digits: Digits, tmp_path: Path) -> None:
    """They learn, with a decay of their own, and all else holds: bits, files, scores by hand."""
    X, labels = digits
    c = np.column_stack([labels, labels % 3]).astype(float)
    conditioning = Conditioning(kind, hidden=(12, 7))
    model = small(conditioning=conditioning, dtype="float64", epochs=10).fit(X, condition=c)
    start = small(conditioning=conditioning, dtype="float64", epochs=0).fit(X, condition=c)
    weights = [fit._network.views(fit._network.parameters)["condition.0.weight"] for fit in (model, start)]
    assert np.abs(weights[0] - weights[1]).max() > 1e-3
    order = np.random.default_rng(0).permutation(len(X))
    assert state(small(conditioning=conditioning, dtype="float64", epochs=10).fit(X[order], condition=c[order])) == state(model)
    model.save(tmp_path / "model")
    loaded = VAE.load(tmp_path / "model")
    assert loaded.get_params()["conditioning__hidden"] == (12, 7)
    assert loaded.score(X, condition=c) == model.score(X, condition=c)
    assert_one_sample_by_hand(model, X[700:701], c[700:701])
    decayed = small(conditioning=conditioning, optimizer=AdamW({"condition": 30.0}), epochs=10).fit(X, condition=c)
    sizes = [np.abs(fit._network.views(fit._network.parameters)["condition.0.weight"]).mean() for fit in (decayed, model)]
    assert sizes[0] < 0.8 * sizes[1]


def test_concatenation_is_one_more_column_of_weights(digits: Digits) -> None:
    """The encoder's first layer by hand: x and the class beside it."""
    X, labels = digits
    model = small(conditioning="concat", hidden=(), dtype="float64").fit(X, condition=labels)
    p = model._network.views(model._network.parameters)
    beside = np.concatenate([X, np.eye(10)[labels]], axis=1)
    expected = beside @ p["encoder.out.weight"].T + p["encoder.out.bias"]
    np.testing.assert_allclose(model.transform(X, condition=labels), expected[:, :2], rtol=1e-12)
    z = np.random.default_rng(0).normal(size=(10, 2))
    logits = np.concatenate([z, np.eye(10)], axis=1) @ p["decoder.out.weight"].T + p["decoder.out.bias"]
    np.testing.assert_allclose(model.decode(z, condition=np.arange(10)), 1 / (1 + np.exp(-logits)), rtol=1e-12)


@pytest.mark.parametrize("kind", ["film", "concat", "none"])
@pytest.mark.parametrize("hidden", [(), (6,)])
def test_a_learnt_prior(hidden: tuple[int, ...], kind: str, digits: Digits, tmp_path: Path) -> None:
    """It begins as N(0, I), and the bounds, draws and divergences are of it."""
    X, labels = digits
    conditioning = Conditioning(kind, prior="learned", hidden=hidden)
    loc, scale = small(conditioning=conditioning, epochs=0).fit(X, condition=labels).prior([3, 5])
    np.testing.assert_array_equal(loc, np.zeros((2, 2)))
    np.testing.assert_array_equal(scale, np.ones((2, 2)))
    model = small(conditioning=conditioning, dtype="float64", epochs=20, learning_rate=3e-3).fit(X, condition=labels)
    loc, scale = model.prior(np.arange(10))
    assert loc.shape == scale.shape == (10, 2)
    assert np.ptp(loc, axis=0).min() > 0.05
    np.testing.assert_array_equal(model.prior(4)[0], loc[4:5])
    assert_one_sample_by_hand(model, X[700:701], labels[700:701])
    mean, width = model.encode(X[:600], condition=labels[:600])
    divergence = kl.normal(mean, width, *(value[labels[:600]] for value in (loc, scale)))
    np.testing.assert_allclose(model.unit_kl(X[:600], condition=labels[:600]), divergence.mean(axis=0), rtol=1e-9)
    np.testing.assert_allclose(model.elbo_terms(X[:600], condition=labels[:600])[1], divergence.sum(axis=1), rtol=1e-9)
    eps = model._random("samples").standard_normal((5, 2))
    expected = model.decode(loc[7] + scale[7] * eps, condition=7)
    np.testing.assert_allclose(model.sample(5, condition=7, mean=True), expected, rtol=1e-12)
    for use in (model.score, model.unit_kl, model.log_likelihood):
        with pytest.raises(ValueError, match="condition is missing"):
            use(X[:5])
    with pytest.raises(ValueError, match="condition is missing"):
        model.sample(3)
    with pytest.raises(ValueError, match="row 0 of condition is 10"):
        model.prior(10)
    model.save(tmp_path / "model")
    loaded = VAE.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.prior(3), model.prior(3))
    assert state(loaded) == state(model)
    with pytest.raises(ValueError, match=r"prior needs conditioning=Conditioning\(prior='learned'\); the model's is N\(0, I\)"):
        small().fit(X, condition=labels).prior(3)


def test_classes_that_are_far_apart_are_far_apart_in_the_prior() -> None:
    """Linear data: two classes whose means differ, beside whose spread the distance is all that a prior can learn."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 400)
    X = np.column_stack([8.0 * labels, -8.0 * labels]) + random.normal(size=(400, 2))
    settings: dict[str, Any] = {"latent_dim": 1, "hidden": (), "likelihood": Gaussian("shared", standardize=False), "epochs": 60}
    scores = {}
    for prior in ("standard", "learned"):
        model = small(conditioning=Conditioning("none", prior=prior), learning_rate=0.02, batch_size=50, **settings)
        scores[prior] = model.fit(X, condition=labels).score(X, condition=labels)
    assert scores["learned"] > scores["standard"] + 0.5 * np.log(2)
    assert np.abs(np.diff(model.prior([0, 1])[0][:, 0])) > 1.0


def test_decay_of_the_modulation_alone(digits: Digits) -> None:
    X, labels = digits
    sizes = []
    for decay in ({"film": 0.0}, {"film": 30.0}):
        model = small(optimizer=AdamW(decay), epochs=10).fit(X, condition=labels)
        views = model._network.views(model._network.parameters)
        sizes.append([np.abs(views[f"encoder.0.{name}"]).mean() for name in ("film_weight", "weight")])
    assert sizes[1][0] < 0.8 * sizes[0][0]
    assert sizes[1][1] == pytest.approx(sizes[0][1], rel=0.1)
    with pytest.raises(ValueError, match=r"weight_decay names groups of 'encoder', 'decoder'; got 'film'"):
        small(conditioning=None, optimizer=AdamW({"film": 1.0})).fit(X)


def test_groups_are_those_with_weights(digits: Digits) -> None:
    """Each is told apart from the others, and none is named whose parameters do not decay."""
    X, labels = digits
    conditioning = Conditioning(hidden=(8,), prior="learned")
    with pytest.raises(ValueError, match=r"names groups of 'condition', 'prior', 'encoder', 'film', 'decoder'; got 'likelihood'"):
        small(conditioning=conditioning, likelihood="gaussian", optimizer=AdamW({"likelihood": 1.0})).fit(X, condition=labels)
    settings: dict[str, Any] = {"conditioning": conditioning, "epochs": 1, "learning_rate": 1e-3}
    for group in ("condition", "prior", "encoder", "film", "decoder"):
        rows = slice(0, 256 if group in ("prior", "film") else 128)  # two steps where the first is from zero, or one
        views = []
        for decay in (0.0, 0.5):
            network = small(optimizer=AdamW({group: decay}), **settings).fit(X[rows], condition=labels[rows])._network
            views.append(network.views(network.parameters))
        changed = {name for name in views[0] if not np.array_equal(views[0][name], views[1][name])}
        assert changed == {
            name
            for name in views[0]
            if (name.endswith("film_weight") if group == "film" else name.startswith(group) and name.endswith(".weight"))
        }


# Bits


@pytest.mark.parametrize(
    ("kind", "dtype", "make"),
    [("film", "float32", lambda c: c), ("film", "float64", mixed), ("concat", "float32", mixed)],
    ids=["classes", "float64", "concat"],
)
def test_order_threads_and_weights(make: Any, dtype: str, kind: str, digits: Digits) -> None:
    X, labels = digits
    random = np.random.default_rng(0)
    X = X + random.random(X.shape) / 3  # sums of these are not exact
    fit = {"conditioning": kind, "likelihood": "gaussian", "dtype": dtype, "hidden": (200,), "epochs": 2}
    order = random.permutation(len(X))
    expected = small(**fit).fit(X, condition=make(labels))
    assert state(small(**fit).fit(X[order], condition=make(labels[order]))) == state(expected)
    for threads in (1, 2, 3):
        with fastprob.threads(threads):
            assert state(small(**fit).fit(X, condition=make(labels))) == state(expected)
    weights = random.integers(0, 3, len(X))
    repeated = np.repeat(np.arange(len(X)), weights)
    assert state(small(**fit).fit(X, condition=make(labels), sample_weight=weights)) == state(
        small(**fit).fit(X[repeated], condition=make(labels[repeated]))
    )
    stops = [small(**fit, early_stopping=EarlyStopping(1)).fit(X[o], condition=make(labels[o])) for o in (order, order[::-1])]
    assert state(stops[0]) == state(stops[1])
    scores = expected.score_samples(X, condition=make(labels))
    assert expected.history_[-1]["elbo"] == pytest.approx(scores.mean(), abs=3)
    again = expected.score_samples(X[order], condition=make(labels[order]))
    np.testing.assert_allclose(again, scores[order], rtol=1e-4, atol=1e-5)  # of terms of a few nats, in float32


@pytest.mark.parametrize("likelihood", ["bernoulli", Bernoulli(binarize=True), "gaussian"])
def test_a_rows_score_is_its_own(likelihood: Any, digits: Digits) -> None:
    """Neither its place nor the rows beside it matter, but its condition does."""
    X, labels = digits[0][:600], digits[1][:600]
    model = small(likelihood=likelihood, epochs=1, dtype="float64").fit(X, condition=labels)
    scores = model.score_samples(X, condition=labels)
    order = np.random.default_rng(0).permutation(len(X))
    np.testing.assert_allclose(model.score_samples(X[order], condition=labels[order]), scores[order], rtol=1e-12)
    for i in (0, 7, 599):
        np.testing.assert_allclose(model.score_samples(X[i : i + 1], condition=labels[i : i + 1]), scores[i], rtol=1e-12)
    C = model._conditions.encode(labels, 600)
    streams = [model._draws(X[:300], some[:300])[1] for some in (C, np.roll(C, 1, axis=1))]
    noise = [_rows.draw("normal", model._key("evaluation eps"), some, 2) for some in streams]
    assert not np.isin(noise[0], noise[1]).any()


def test_rows_that_differ_by_their_condition_alone() -> None:
    X, labels = np.zeros((200, 3)), np.arange(200)
    order = np.random.default_rng(0).permutation(200)
    C = Conditions.learn(labels, 200, None).encode(labels, 200)
    assert (by_value(X, C)[np.argsort(by_value(X, C))] == np.arange(200)).all()
    assert (labels[order][by_value(X[order], C[order])] == labels[by_value(X, C)]).all()
    assert state(small(epochs=2).fit(X, condition=labels)) == state(small(epochs=2).fit(X[order], condition=labels[order]))


def test_a_class_of_weight_zero_is_not_there(digits: Digits) -> None:
    X, labels = digits[0][:300], digits[1][:300]
    weights = (labels < 5).astype(float)
    model = small().fit(X, condition=labels, sample_weight=weights)
    assert state(model) == state(small().fit(X[labels < 5], condition=labels[labels < 5]))
    with pytest.raises(ValueError, match="condition is 5; the model was fitted to the classes 0, 1, 2, 3, 4"):
        model.score(X, condition=labels)


@pytest.mark.parametrize(
    ("make", "stopping"),
    [(lambda c: c, None), (lambda c: np.eye(10)[c] * 3, None), (mixed, EarlyStopping(patience=50))],
    ids=["classes", "numbers", "mixed"],
)
def test_saved_resumed_and_copied(stopping: Any, make: Any, digits: Digits, tmp_path: Path) -> None:
    X, labels = digits
    given = {"condition": make(labels[:1000]), "X_val": X[1000:], "condition_val": make(labels[1000:])}
    whole = small(epochs=5, early_stopping=stopping).fit(X[:1000], **given)
    parts = small(epochs=2, early_stopping=stopping).fit(X[:1000], **given)
    parts.save(tmp_path / "model")
    loaded = VAE.load(tmp_path / "model")
    assert loaded.score(X, condition=make(labels)) == parts.score(X, condition=make(labels))
    np.testing.assert_array_equal(loaded.sample(3, condition=make(labels[:3])), parts.sample(3, condition=make(labels[:3])))
    for model in (parts, loaded, pickle.loads(pickle.dumps(parts))):
        model.set_params(warm_start=True, epochs=5).fit(X[:1000], **given)
        assert state(model) == state(whole)
        assert [record["val_elbo"] for record in model.history_] == [record["val_elbo"] for record in whole.history_]
        assert model._conditions == whole._conditions
    again = clone(loaded.set_params(warm_start=False))
    assert again.conditioning is not loaded.conditioning
    assert state(again.fit(X[:1000], **given)) == state(whole)
    with pytest.raises(ValueError, match=r"the fitted model has conditioning=.*: set that, or fit anew"):
        whole.set_params(warm_start=True, conditioning=Conditioning(encoder=False)).fit(X[:1000], **given)
    with pytest.raises(ValueError, match=r"the fitted model has conditioning=.*, not None: set that, or fit anew"):
        whole.set_params(conditioning=None).fit(X[:1000])


def test_damaged_files_are_refused(digits: Digits, tmp_path: Path) -> None:
    from fastprob.vae import checkpoint

    path = tmp_path / "model"
    small().fit(digits[0], condition=digits[1]).save(path)
    content = path.read_bytes()
    place = content.index(b"conditions")
    for at in (place, place + 30):
        damaged = bytearray(content)
        damaged[at] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="model: not a model, or damaged: "):
            VAE.load(path)
    path.write_bytes(content)
    arrays, facts = checkpoint.read(path)
    for change in (
        {"conditions": None},
        {"conditions": [{"name": None, "kind": "numbers"}]},
        {"conditions": [{"name": None, "classes": [0, 1]}]},  # for a network of ten
    ):
        checkpoint.write(path, arrays, facts | change)
        with pytest.raises(ValueError, match="model: not a model, or damaged: "):
            VAE.load(path)
    del facts["conditions"]
    checkpoint.write(path, arrays, facts)
    with pytest.raises(ValueError, match="model: not a model, or damaged: "):
        VAE.load(path)


def test_parts_of_a_fit(digits: Digits) -> None:
    X, labels = digits
    parts = small().partial_fit(X, condition=labels).partial_fit(X[:500], condition=labels[:500])
    assert parts.epoch_ == 2
    with pytest.raises(ValueError, match="row 3 of condition is 10"):
        parts.partial_fit(X[:4], condition=[1, 2, 3, 10])
    whole = small(epochs=1).fit(X, condition=labels)
    assert whole.history_[0]["elbo"] == parts.history_[0]["elbo"]


# Sums of columns


def test_columns_sums_depend_on_values_alone() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(1000, 4)) * [1e-300, 1, 1e150, 1e-3] + [0, 1e7, 0, 0]
    order, weights = random.permutation(1000), random.integers(0, 4, 1000).astype(float)
    for w in (None, weights, random.random(1000)):
        one, other = column_moments(X, w, "X"), column_moments(X[order], None if w is None else w[order], "X")
        assert [a.tobytes() for a in one] == [a.tobytes() for a in other]
    repeated = column_moments(np.repeat(X, weights.astype(int), axis=0), None, "X")
    assert [a.tobytes() for a in column_moments(X, weights, "X")] == [a.tobytes() for a in repeated]
    means = column_means(X, None)[0]
    for column in range(4):
        exact = sum(map(Fraction, X[:, column].tolist())) / 1000
        assert abs(Fraction(means[column]) - exact) <= Fraction(float(np.spacing(np.abs(X[:, column]).max())))
    np.testing.assert_allclose(column_moments(X, None, "X")[1][1:], X.std(axis=0)[1:], rtol=1e-9)
    X[3] = np.nan
    assert column_means(X, None)[1].tolist() == [999] * 4
    with np.errstate(over="ignore"), pytest.raises(ValueError, match="column 2 of X has values too large to be standardized"):
        column_moments(np.nan_to_num(X) * 1e10, None, "X")


# Data larger than memory, and extremes


def test_mapped_files_are_read_in_blocks(tmp_path: Path) -> None:
    """Sixty megabytes of rows and twenty of numbers beside them."""
    random = np.random.default_rng(0)
    X = np.memmap(tmp_path / "rows", np.float32, "w+", shape=(60_000, 256))
    X[:] = random.random(X.shape, dtype=np.float32)
    c = np.memmap(tmp_path / "numbers", np.float32, "w+", shape=(60_000, 80))
    c[:] = random.random(c.shape, dtype=np.float32)
    for condition in (c, random.integers(0, 5, 60_000)):
        model = small(likelihood="gaussian", hidden=(4,), epochs=1, batch_size=500)
        tracemalloc.start()
        model.fit(X, condition=condition)
        model.transform(X, condition=condition)
        assert np.isfinite(model.score(X[-3000:], condition=condition[-3000:]))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 0.7 * X.nbytes
        one = small(likelihood="gaussian", hidden=(4,), epochs=1).fit(X[:2000], condition=condition[:2000])
        two = small(likelihood="gaussian", hidden=(4,), epochs=1).fit(np.array(X[:2000]), condition=np.array(condition[:2000]))
        assert state(one) == state(two)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("likelihood", "change"),
    [
        ("gaussian", {}),
        ("bernoulli", {"learning_rate": 10.0}),
        ("gaussian", {"learning_rate": 10.0}),
        ("bernoulli", {"hidden": (1,)}),
        ("bernoulli", {"hidden": (4096,), "epochs": 1}),
    ],
    ids=str,
)
@pytest.mark.parametrize("condition", ["one class", "a class a row", "constant", "tiny", "huge", "far", "many numbers", "rare"])
def test_extreme_conditions(condition: str, likelihood: str, change: dict[str, Any], kind: str, digits: Digits) -> None:
    """A clear error, or a finite model."""
    random = np.random.default_rng(0)
    rows = 60
    X = digits[0][:rows]
    c = {
        "one class": np.zeros(rows, int),
        "a class a row": np.arange(rows),
        "constant": np.full(rows, 0.3),
        "tiny": random.random(rows) * 1e-300,
        "huge": random.random(rows) * 1e150,
        "far": random.random(rows) + 1e9,
        "many numbers": random.normal(size=(rows, 300)),
        "rare": np.r_[np.zeros(rows - 1, int), 1],
    }[condition]
    model = small(conditioning=kind, likelihood=likelihood, **{"epochs": 10} | change)
    failed: NonFiniteError | None = None
    try:
        model.fit(X, condition=c)
    except NonFiniteError as error:
        failed = error
    assert failed is None or "Lower learning_rate" in str(failed)
    assert model.epoch_ == (model.epochs if failed is None else failed.epoch - 1)
    assert failed is None or change.get("learning_rate") == 10.0
    answers = [model.transform(X, condition=c), model.reconstruct(X, condition=c), model.sample(3, condition=c[:3]),
               model.unit_kl(X, condition=c)]  # fmt: skip
    if failed is None:
        answers += [model.score_samples(X, condition=c), model.log_likelihood(X, 3, condition=c).rows]
    assert all(np.isfinite(answer).all() for answer in answers)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", ["one row", "one column", "one number", "all zero"])
def test_extreme_data(data: str, kind: str) -> None:
    random = np.random.default_rng(0)
    X = {"one row": random.random((1, 5)), "one column": random.random((60, 1)), "one number": np.array([[0.3]]),
         "all zero": np.zeros((60, 16))}[data]  # fmt: skip
    for c in (np.arange(len(X)) % 2, random.random(len(X)), random.random((len(X), 1))):
        model = small(conditioning=kind, learning_rate=0.01, epochs=20).fit(X, condition=c)
        assert np.isfinite(model.score_samples(X, condition=c)).all()
        assert np.isfinite(model.sample(2, condition=c[:1])).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "softplus", "identity", "gated"])
@pytest.mark.parametrize("likelihood", ["bernoulli", Gaussian("shared", missing=True)])
def test_with_every_activation(likelihood: Any, activation: str, kind: str, digits: Digits) -> None:
    X, labels = digits[0].copy(), digits[1]
    if likelihood != "bernoulli":
        X[::3, 5:20] = np.nan
    model = small(conditioning=kind, activation=activation, likelihood=likelihood, hidden=(24, 16), epochs=5)
    model.fit(X, condition=labels)
    assert model.history_[-1]["elbo"] > model.history_[0]["elbo"]
    assert np.isfinite(model.score(X, condition=labels))
