"""How an autoencoder is trained: weights, early stopping, a part at a time, and data and settings that are extreme."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("safetensors")

from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV

from fastprob.vae import SGD, VAE, CollapsedUnitsWarning, DiscretizedLogistic, EarlyStopping, Gaussian, NonFiniteError
from fastprob.vae.estimator import _held_out
from fastprob.vae.training import Data, by_value


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return load_digits().data / 16


def small(**changes: Any) -> VAE:
    return VAE(**{"latent_dim": 2, "hidden": (32,), "likelihood": "bernoulli", "epochs": 3, "random_state": 0} | changes)


def state(model: VAE) -> list[bytes]:
    network = model._network
    other = b"" if model._other is None else model._other.tobytes()
    return [*(flat.tobytes() for flat in (network.parameters, network.first, network.second)), other]


# Weights


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_a_weight_is_a_number_of_repetitions(likelihood: str, digits: np.ndarray) -> None:
    X = digits[:300, 20:28]
    weights = np.random.default_rng(0).integers(0, 4, len(X))
    weighted = small(likelihood=likelihood).fit(X, sample_weight=weights)
    repeated = small(likelihood=likelihood).fit(np.repeat(X, weights, axis=0))
    assert state(weighted) == state(repeated)
    assert state(small(likelihood=likelihood).fit(X, sample_weight=np.ones(300))) == state(small(likelihood=likelihood).fit(X))


@pytest.mark.parametrize("far", [1e20, 3e38])
def test_rows_of_weight_zero_are_as_if_they_were_not_there(far: float) -> None:
    """However far out they are, in X and in what it depends on; and the units that have collapsed are named all the same."""
    random = np.random.default_rng(0)
    X = (100 * random.normal(size=(300, 1)) + 50 * random.normal(size=(300, 5))).astype(np.float32)
    c = random.normal(size=300)
    more, c_more = np.concatenate([X, np.full((1, 5), far, np.float32)]), np.append(c, far)
    weights = np.arange(301) < 300
    how = {"likelihood": "gaussian", "latent_dim": 4, "epochs": 150, "learning_rate": 5e-3, "conditioning": "film"}
    models = []
    for data in ({"X": X, "condition": c}, {"X": more, "condition": c_more, "sample_weight": weights}):
        with pytest.warns(CollapsedUnitsWarning):
            models.append(small(**how).fit(**data))
    assert state(models[0]) == state(models[1])
    np.testing.assert_allclose(models[1]._known["mean"], X.mean(axis=0, dtype=np.float64), rtol=1e-12)
    np.testing.assert_allclose(models[1]._known["deviation"], X.std(axis=0, dtype=np.float64), rtol=1e-12)


def test_the_order_of_rows_does_not_matter(digits: np.ndarray) -> None:
    for X in (digits, digits.astype(np.float32), (digits > 0.5).astype(float), -0.0 * digits[:5]):
        order = np.random.default_rng(0).permutation(len(X))
        assert state(small(epochs=1).fit(X)) == state(small(epochs=1).fit(X[order]))
    assert len(np.unique(by_value(digits))) == len(digits)
    weights = np.random.default_rng(0).integers(0, 3, len(digits))
    order = np.random.default_rng(0).permutation(len(digits))
    assert state(small().fit(digits, sample_weight=weights)) == state(small().fit(digits[order], sample_weight=weights[order]))
    stops = [stopping(epochs=2).fit(X) for X in (digits, digits[order])]
    assert state(stops[0]) == state(stops[1])


def test_fractions_of_a_weight_are_drawn(digits: np.ndarray) -> None:
    model = small(epochs=0).fit(digits)
    weights = np.random.default_rng(1).random(50) * 2
    data = Data(digits[:50], np.arange(50), weights, None)
    counts = np.zeros(50)
    for epoch in range(3000):
        order = model._order(data, epoch)
        assert abs(len(order) - weights.sum()) < 1
        counts += np.bincount(order, minlength=50)
    # a count is one of two neighbors: its deviation at most 1/2
    assert np.abs(counts / 3000 - weights).max() < 5 * 0.5 / np.sqrt(3000)


def test_weights_are_checked(digits: np.ndarray) -> None:
    ones = np.ones(len(digits))
    for weights, message in (
        (ones[1:], r"sample_weight has one number a row, shape \(1797,\); got shape \(1796,\)"),
        (-ones, "sample_weight is at least 0; got -1"),
        (1.0, "sample_weight has one number a row; got 1.0"),
        ("a", "sample_weight has one number a row; got 'a'"),
        (0 * ones, "sample_weight is zero for every row"),
        (ones * np.nan, "sample_weight contains NaN"),
        (ones / 1e9, r"sample_weight adds up to 1\.797e-06, .* scale it, for example to a mean of 1"),
        (ones * 1e9, r"sample_weight adds up to 1\.797e\+12"),
    ):
        with pytest.raises((TypeError, ValueError), match=message):
            small().fit(digits, sample_weight=weights)


# Early stopping


def stopping(**changes: Any) -> VAE:
    return small(**{"epochs": 200, "learning_rate": 0.05, "early_stopping": EarlyStopping(patience=3)} | changes)


def test_the_best_epoch_is_kept(digits: np.ndarray) -> None:
    model = stopping().fit(digits[:1000], X_val=digits[1500:])
    scores = [record["val_elbo"] for record in model.history_]
    assert len(scores) == model.epoch_ < 200
    assert model.best_epoch_ == 1 + int(np.argmax(scores)) == model.epoch_ - 3
    assert model.score(digits[1500:]) == max(scores)
    twin = stopping(early_stopping=None, epochs=model.best_epoch_).fit(digits[:1000])
    assert model._network.parameters.tobytes() == twin._network.parameters.tobytes()
    short = stopping(epochs=5).fit(digits[:1000], X_val=digits[1500:])
    assert short.epoch_ == 5
    assert short.score(digits[1500:]) == max(scores[:5])


def test_held_out_rows_are_of_those_that_have_weight(digits: np.ndarray) -> None:
    """A weight of 0 is as if the row were not there; and the caller's own weights stay what they are."""
    weights = np.arange(400) % 2.0
    weights.flags.writeable = False
    model = stopping(epochs=2).fit(digits[:400], sample_weight=weights)
    assert state(model) == state(stopping(epochs=2).fit(digits[1:400:2]))
    assert weights.sum() == 200


def test_small_gains_do_not_count(digits: np.ndarray) -> None:
    model = stopping(early_stopping=EarlyStopping(patience=4, min_delta=1e3)).fit(digits[:1000], X_val=digits[1500:])
    assert (model.best_epoch_, model.epoch_) == (1, 5)


def test_held_out_rows_are_not_trained_on(digits: np.ndarray) -> None:
    X = digits[:400].copy()
    model = stopping(epochs=2).fit(X)
    assert "val_elbo" in model.history_[-1]
    rows = np.sort(by_value(X)[_held_out(400, 0.1, model._entropy)])
    assert len(np.unique(rows)) == 40
    assert model.score(X[rows]) == max(record["val_elbo"] for record in model.history_)
    weights = np.ones(400)
    weights[rows] = 0
    other = stopping(epochs=2, early_stopping=None).fit(X, sample_weight=weights)
    assert [record["elbo"] for record in other.history_] == [record["elbo"] for record in model.history_]
    with pytest.raises(ValueError, match="early_stopping would hold out 1 of 1 rows: give fit X_val, or more rows"):
        stopping().fit(X[:1])


@pytest.mark.parametrize("stop", [1, 5, 30])
def test_going_on_gives_the_same_bits(stop: int, digits: np.ndarray, tmp_path: Path) -> None:
    """After a fit that ended, and from a checkpoint in the middle: early stopping's own state is in the file."""
    data: dict[str, Any] = {"X": digits[:1000], "X_val": digits[1500:]}
    whole = stopping().fit(**data)
    parts = stopping(epochs=stop).fit(**data)
    parts.save(tmp_path / "ended")

    def save(model: VAE, record: dict[str, Any]) -> None:
        if record["epoch"] == stop:
            model.save(tmp_path / "middle")

    stopping().fit(**data, callback=save)
    models = [parts, pickle.loads(pickle.dumps(parts)), VAE.load(tmp_path / "ended")]
    if (tmp_path / "middle").exists():
        models.append(VAE.load(tmp_path / "middle"))
    for model in models:
        model.set_params(warm_start=True, epochs=200).fit(**data)
        assert state(model) == state(whole)
        assert (model.best_epoch_, model.epoch_) == (whole.best_epoch_, whole.epoch_)
        model.fit(**data)  # nothing left to do
        assert state(model) == state(whole)


def test_without_early_stopping_it_goes_on_from_the_last_epoch(digits: np.ndarray) -> None:
    model = stopping(epochs=8).fit(digits[:1000], X_val=digits[1500:])
    model.set_params(early_stopping=None, warm_start=True, epochs=10).fit(digits[:1000])
    assert state(model) == state(stopping(early_stopping=None, epochs=10).fit(digits[:1000]))
    with pytest.raises(AttributeError, match="best_epoch_ is there after a fit with early_stopping"):
        model.best_epoch_  # noqa: B018


def test_early_stopping_can_be_searched(digits: np.ndarray) -> None:
    search = GridSearchCV(stopping(epochs=3), {"early_stopping__patience": [1, 2]}, cv=2, n_jobs=2).fit(digits[:200])
    assert clone(search.best_estimator_).early_stopping.patience in (1, 2)


# A part at a time


def test_partial_fit(digits: np.ndarray) -> None:
    model = small(epochs=7)
    for _ in range(3):
        model.partial_fit(digits)
    whole = small(epochs=3).fit(digits)
    assert state(model) == state(whole)
    assert [record["elbo"] for record in model.history_] == [record["elbo"] for record in whole.history_]
    model.partial_fit(digits[:10], sample_weight=np.ones(10))
    assert model.epoch_ == len(model.history_) == 4
    assert model._step == 3 * 15 + 1
    with pytest.raises(ValueError, match="features"):
        model.partial_fit(digits[:, :3])
    assert model.epoch_ == 4


# Collapsed units


def test_collapsed_units_are_named(digits: np.ndarray) -> None:
    X = np.random.default_rng(0).normal(size=(300, 1)) @ np.ones((1, 5)) + 0.5 * np.random.default_rng(1).normal(size=(300, 5))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = VAE(4, (16,), epochs=200, learning_rate=5e-3, random_state=0).fit(X)
    dead = np.flatnonzero(~model.active_units(X))
    assert 0 < len(dead) < 4
    [warning] = [w for w in caught if w.category is CollapsedUnitsWarning]
    assert str(warning.message).startswith(f"{len(dead)} of 4 units of z have collapsed: {', '.join(map(str, dead))}. ")
    assert warning.filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        small(epochs=40, learning_rate=3e-3).fit(digits)
        small(latent_dim=12, epochs=1).fit(digits[:50])


# Extremes: a clear error, or a finite model


def outcome(model: VAE, X: np.ndarray) -> str:
    """What the end is: "model", all of whose answers are finite, or "error" with one that is as it was an epoch before."""
    failed: NonFiniteError | None = None
    try:
        model.fit(X)
    except NonFiniteError as error:
        failed = error
    assert len(model.history_) == model.epoch_ == (model.epochs if failed is None else failed.epoch - 1)
    answers = [model.transform(X), model.reconstruct(X), model.sample(3), model.unit_kl(X)]
    if failed is None:
        answers += [model.score_samples(X), model.log_likelihood(X, 3).rows, model.history_[-1]["elbo"]]
    else:
        assert "Lower learning_rate" in str(failed)
    assert all(np.isfinite(answer).all() for answer in answers)
    return "error" if failed else "model"


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
@pytest.mark.parametrize(
    "data", ["constant", "one row", "one column", "one number", "all zero", "all one", "two values", "tiny", "repeated"]
)
def test_extreme_data(data: str, likelihood: str) -> None:
    random = np.random.default_rng(0)
    X = {
        "constant": np.column_stack([random.random(60), np.full(60, 0.7), np.full(60, 1e-30)]),
        "one row": random.random((1, 5)),
        "one column": random.random((60, 1)),
        "one number": np.array([[0.3]]),
        "all zero": np.zeros((60, 16)),
        "all one": np.ones((60, 16)),
        "two values": random.integers(0, 2, (60, 4)).astype(float),
        "tiny": random.random((60, 4)) * 1e-300,
        "repeated": np.tile(random.random(4), (60, 1)),
    }[data]
    assert outcome(small(likelihood=likelihood, epochs=30, learning_rate=0.01), X) == "model"


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
@pytest.mark.parametrize(
    "change",
    [
        {"hidden": (1,)},
        {"hidden": (4096,)},
        {"hidden": ()},
        {"latent_dim": 200},
        {"batch_size": 1},
        {"batch_size": 10**9},
        {"hidden": (2,) * 24},
    ],
    ids=str,
)
def test_extreme_sizes(change: dict[str, Any], likelihood: str, digits: np.ndarray) -> None:
    assert outcome(small(likelihood=likelihood, epochs=2, **change), digits[:200]) == "model"


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
@pytest.mark.parametrize("optimizer", [None, SGD()])
@pytest.mark.parametrize("rate", [10.0, 1e6, 1e-30])
def test_extreme_rates(rate: float, optimizer: Any, likelihood: str, digits: np.ndarray) -> None:
    model = small(likelihood=likelihood, epochs=20, learning_rate=rate, optimizer=optimizer)
    for X in (digits[:300], digits[:1], digits[:1, 20:21]):
        outcome(model, X)


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian", Gaussian(0.1, False), DiscretizedLogistic(17)], ids=str)
def test_what_the_last_step_has_made_is_looked_at(likelihood: Any, digits: np.ndarray) -> None:
    """A loss is that before its step: with one step in all, no loss is left to say what became of the model."""
    X = digits[:100]
    model = small(likelihood=likelihood, optimizer=SGD(), batch_size=100, learning_rate=1e12, epochs=1)
    with pytest.raises(NonFiniteError, match="Lower learning_rate") as caught:
        model.fit(X)
    assert (caught.value.epoch, model.epoch_) == (1, 0)
    assert np.isfinite(model.score(X))
    with pytest.raises(NonFiniteError, match="Lower learning_rate"):
        clone(model).partial_fit(X)


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (np.nan, "NaN, first in row 7, column 5: .* likelihood with missing=True"),
        (np.inf, "infinity or a value too large for float64, first in row 7, column 5"),
        (-np.inf, "infinity or a value too large for float64, first in row 7, column 5"),
    ],
)
def test_a_bad_cell(cell: float, said: str, likelihood: str, digits: np.ndarray) -> None:
    bad = digits.copy()
    bad[7, 5] = cell
    model = small(likelihood=likelihood)
    with pytest.raises(ValueError, match=f"X contains {said}"):
        model.fit(bad)
    assert not hasattr(model, "epoch_")
    model.fit(digits)
    for use in (model.score, model.transform, model.log_likelihood, model.partial_fit):
        with pytest.raises(ValueError, match=f"X contains {said}"):
            use(bad)


def test_masked_elements_are_refused(digits: np.ndarray) -> None:
    """What lies under a mask is no value."""
    masked = np.ma.masked_greater(digits, 0.9)
    model = small().fit(digits)
    for use in (model.fit, model.score, model.transform, model.partial_fit):
        with pytest.raises(ValueError, match="X has masked elements: fill them"):
            use(masked)
    with pytest.raises(ValueError, match="X_val has masked elements"):
        model.fit(digits, X_val=masked)
    for bad, said in ((np.nan, "NaN, first in row 1, column 0: every code"), (np.inf, "infinity or a value .* row 1, column 0")):
        with pytest.raises(ValueError, match=f"Z contains {said}"):
            model.decode(np.array([[0, 0], [bad, 0]]))
    with pytest.raises(ValueError, match="Z has masked elements"):
        model.decode(np.ma.masked_equal(np.eye(2), 1.0))
    weights = np.ma.masked_array(np.ones(len(digits)), np.arange(len(digits)) == 3)
    for weigh in (model.fit, model.score):
        with pytest.raises(ValueError, match="sample_weight has masked elements: every row has one"):
            weigh(digits, sample_weight=weights)
    for name, pair in (("a", (masked[0], digits[1])), ("b", (digits[:2], masked[:2]))):
        with pytest.raises(ValueError, match=f"^{name} has masked elements: fill them"):
            model.interpolate(*pair)
    assert state(model.fit(np.ma.masked_greater(digits, 2.0))) == state(small().fit(digits))  # none is masked


@pytest.mark.parametrize("scale", [1e-30, 1e-3, 1e30])
def test_extreme_scales(scale: float, digits: np.ndarray) -> None:
    """Standardized, any unit is as good as another."""
    assert outcome(small(likelihood="gaussian", dtype="float64"), digits[:200] * scale) == "model"
    outcome(small(likelihood=Gaussian(standardize=False), epochs=30), digits[:200] * scale)


def test_far_from_zero(digits: np.ndarray) -> None:
    model = small(likelihood="gaussian", epochs=20)
    assert outcome(model, digits[:200, 20:30] + 1e7) == "model"
    assert np.abs(model.reconstruct(digits[:200, 20:30] + 1e7) - 1e7 - digits[:200, 20:30]).max() < 3


def test_text_and_nothing() -> None:
    for X, message in (
        ([["a", "b"]], "could not convert string to float"),
        (np.zeros((0, 3)), "0 sample"),
        (np.zeros((3, 0)), "0 feature"),
        (np.zeros(3), "Expected 2D array, got 1D array"),
        (np.zeros((2, 2), complex), "[Cc]omplex"),
    ):
        with pytest.raises(ValueError, match=message):
            small().fit(X)
