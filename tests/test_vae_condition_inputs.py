"""What a condition may be, which are refused, and scikit-learn's metadata routing."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("safetensors")

import sklearn
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler

from fastprob.vae import VAE, Conditioning
from fastprob.vae.conditions import MOST_CLASSES, Conditions

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


# What a condition may be


def test_the_same_classes_in_any_form(digits: Digits) -> None:
    pandas = pytest.importorskip("pandas")
    X, labels = digits
    expected = state(small().fit(X, condition=labels))
    text = labels.astype(str)
    forms = [labels.tolist(), labels.astype(np.uint8), labels[:, None], labels.astype(object), pandas.Series(labels)]
    for same in (*forms, text, text.astype(object), text.astype(np.dtypes.StringDType()), text.tolist()):
        assert state(small().fit(X, condition=same)) == expected
    named = [
        pandas.DataFrame({"c": labels}),
        pandas.DataFrame({"c": labels.astype(str)}),
        pandas.DataFrame({"c": pandas.Categorical(labels.astype(str))}),
        pandas.DataFrame({"c": pandas.array(labels, "Int64")}),
        {"c": labels},
    ]
    for same in named:
        assert state(small().fit(X, condition=same)) == expected
    two = [small().fit(X, condition=labels % 2 == 0), small().fit(X, condition=(labels % 2 == 0).astype(int))]
    assert state(two[0]) == state(two[1])
    both = pandas.DataFrame({"even": labels % 2 == 0, "place": labels / 10})
    model = small().fit(X, condition=both)
    expected_scores = model.score_samples(X, condition=both)
    np.testing.assert_array_equal(model.score_samples(X, condition=both[["place", "even"]]), expected_scores)
    as_dict = {name: both[name].to_numpy() for name in both}
    np.testing.assert_array_equal(model.score_samples(X, condition=as_dict), expected_scores)
    np.testing.assert_array_equal(model.sample(2, condition={"even": True, "place": 0.4}),
                                  model.sample(2, condition={"even": [True, True], "place": [0.4, 0.4]}))  # fmt: skip
    numbers = small().fit(X, condition=labels / 1.0)
    assert numbers.score(X, condition=labels) == numbers.score(X, condition=labels / 1.0)  # integers are numbers where those are


def test_a_class_is_encoded_by_its_place() -> None:
    learnt = Conditions.learn(np.array(["b", "a", "c", "a"]), 4, None)
    np.testing.assert_array_equal(learnt.encode(["a", "c"], 2), [[1, 0, 0], [0, 0, 1]])
    assert Conditions.from_facts(learnt.facts()) == learnt
    both = Conditions.learn({"x": [[1.0, 5.0], [3.0, 5.0]], "y": [7, 7]}, 2, None)
    np.testing.assert_array_equal(both.encode({"y": [7], "x": [[2.0, 2.0]]}, 1), [[2.0, 2.0, 1.0]])
    shift, factor = both.units()
    np.testing.assert_array_equal(shift, [2, 5, 0])
    np.testing.assert_array_equal(factor, [1, 1, 1])


# Errors


BAD = {
    "missing": (None, "condition is missing: conditioning='film' needs one, an entry a row of X"),
    "short": ([1, 2], "condition has 2 rows, X has 60: give one a row"),
    "a number": (3, r"condition has shape \[rows\], or of numbers \[rows, numbers\]; got \(\)"),
    "three dimensions": (np.zeros((60, 2, 2)), r"condition has shape .*; got \(60, 2, 2\)"),
    "no numbers": (np.zeros((60, 0)), r"condition has shape .*; got \(60, 0\)"),
    "nan": (np.r_[np.zeros(59), np.nan], "condition is nan in row 59, column 0: numbers are finite"),
    "infinity": (np.column_stack([np.zeros(60), np.r_[np.zeros(59), np.inf]]), "condition is inf in row 59, column 1"),
    "too large": (np.r_[np.zeros(59), 1e200], "column 0 of condition has values too large to be standardized"),
    "none among strings": (["a"] * 59 + [None], r"condition is missing in row 59 \(None\): every row has one"),
    "nan among strings": (np.array(["a"] * 59 + [np.nan], object), r"condition is missing in row 59 \(nan\)"),
    "long integers": ([2**70] * 60, "condition has whole numbers beyond 64 bits: number the classes anew, or give floats"),
    "several kinds": (["a"] * 59 + [1.5], "condition has values of several kinds, float, str: give strings, or integers"),
    "integers in columns": (np.zeros((60, 2), int), "condition has 2 columns of integers: give several conditions as a Data"),
    "dates": (np.zeros(60, "M8[s]"), r"condition is classes \(integers, booleans or strings\) or numbers \(floats\); got date"),
    "complex": (np.zeros(60, complex), r"condition is classes .*; got complex128"),
    "bytes": (np.zeros(60, "S3"), r"condition is classes .*; got \|S3"),
    "no columns": ({}, "condition has columns with names, each its own; got "),
    "no names": ({3: np.zeros(60)}, "condition has columns with names, each its own; got 3"),
    "a dict, not split": ({"a": np.zeros(61)}, "of condition has 61 rows, X has 60: .* splits a DataFrame and not a dict"),
    "masked": (np.ma.masked_equal(np.arange(60) % 3, 1), "condition has masked elements: every row has one"),
    "a short column": ({"a": np.zeros(60), "b": [1]}, "'b' of condition has 1 row, X has 60: give one a row"),
    "nan in a column": ({"a": np.full(60, np.nan)}, "'a' of condition is nan in row 0, column 0: numbers are finite"),
}


@pytest.mark.parametrize("case", BAD)
def test_conditions_are_checked_at_the_fit(case: str, digits: Digits) -> None:
    condition, message = BAD[case]
    model = small()
    with pytest.raises(ValueError, match=message):
        model.fit(digits[0][:60], condition=condition)
    assert not hasattr(model, "epoch_")
    with pytest.raises(ValueError, match=message):
        small().partial_fit(digits[0][:60], condition=condition)


def test_too_many_classes() -> None:
    rows = np.arange(MOST_CLASSES + 1)
    with pytest.raises(ValueError, match="condition has 1048577 classes, more than 1048576: numbers are given as floats"):
        small().fit(np.zeros((len(rows), 1)), condition=rows)


def test_conditions_are_checked_afterwards(digits: Digits) -> None:
    """By every method, which leave the model as it is."""
    X, labels = digits[0][:60], digits[1][:60] % 3
    classes = small().fit(X, condition=labels)
    numbers = small().fit(X, condition=np.column_stack([labels, labels**2]) / 2)
    several = small().fit(X, condition={"a": labels, "b": labels / 2})
    plain = small(conditioning=None).fit(X)
    cases: list[tuple[VAE, Any, str]] = [
        (classes, None, "condition is missing: the model was fitted with the classes 0, 1, 2; give condition=, one a row of"),
        (numbers, None, "condition is missing: the model was fitted with 2 numbers a row"),
        (several, None, "condition is missing: the model was fitted with 'a', the classes 0, 1, 2, 'b', 1 number a row"),
        (classes, np.r_[labels[:-1], 3], "row 59 of condition is 3; the model was fitted to the classes 0, 1, 2: give one of"),
        (classes, labels / 1, "condition is floats; the model was fitted to the classes 0, 1, 2: give those"),
        (classes, labels.astype(str), "condition is strings; the model was fitted to the classes 0, 1, 2"),
        (classes, {"a": labels}, "condition has the columns 'a'; the model was fitted to an array: give one"),
        (classes, labels[:-1], "condition has 59 rows, .* has 60: give one a row"),
        (numbers, np.zeros((60, 3)), "condition has 3 numbers a row; the model was fitted to 2"),
        (numbers, labels.astype(str), "condition is strings; the model was fitted to numbers there: give floats"),
        (several, labels, "condition is an array; the model was fitted to 'a', 'b': give a DataFrame or a dict"),
        (several, {"a": labels}, "columns other than those that the model was fitted to: 'b' missing"),
        (several, {"a": labels, "c": labels}, "'b' missing, 'c' too many"),
        (several, {"a": labels + 9, "b": labels / 1}, "row 0 of 'a' of condition is 9"),
        (plain, labels, "condition is given, but the model was fitted with conditioning=None"),
    ]
    for model, condition, message in cases:
        before = state(model)
        Z = np.zeros((60, 2))
        for use in (
            model.transform, model.encode, model.reconstruct, model.score, model.score_samples, model.elbo_terms,
            model.anomaly_score, model.log_likelihood, model.unit_kl, model.active_units, model.decode, model.inverse_transform,
            lambda _, condition, model=model: model.sample(60, condition=condition),
            lambda X, condition, model=model: model.interpolate(X, X, condition=condition),
        ):  # fmt: skip
            with pytest.raises(ValueError, match=message):
                use(Z if use in (model.decode, model.inverse_transform) else X, condition=condition)
        if model is not plain:
            for_val = message.replace("condition", "condition_val", 1).replace("give condition=", "give condition_val=")
            with pytest.raises(ValueError, match=for_val):
                clone(model).fit(X, condition=fitted_with(model, labels), X_val=X, condition_val=condition)
            if condition is not None:
                with pytest.raises(ValueError, match=message):
                    model.partial_fit(X, condition=condition)
        assert state(model) == before
    with pytest.raises(ValueError, match="condition is given, but conditioning is None: set that, for example to 'film', or"):
        plain.fit(X, condition=labels)
    with pytest.raises(ValueError, match="condition_val is given, but conditioning is None"):
        plain.fit(X, X_val=X, condition_val=labels)
    with pytest.raises(ValueError, match="condition_val is given without X_val"):
        classes.fit(X, condition=labels, condition_val=labels)
    with pytest.raises(ValueError, match="bits_per_dim needs likelihood"):
        classes.bits_per_dim(X, condition=labels)


def fitted_with(model: VAE, labels: np.ndarray) -> Any:
    assert model._conditions is not None
    first = model._conditions.parts[0]
    if first.name is not None:
        return {"a": labels, "b": labels / 2}
    return labels if first.classes is not None else np.column_stack([labels, labels**2]) / 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"conditioning": "films"}, r"conditioning is None, 'film', 'concat' or an object Conditioning\(...\); got 'films'"),
        ({"conditioning": 3}, "conditioning is None, .*; got 3"),
        ({"conditioning": Conditioning("cat")}, "conditioning's kind is one of 'film', 'concat', 'none'; got 'cat'"),
        ({"conditioning": Conditioning(prior="flat")}, "conditioning's prior is one of 'standard', 'learned'; got 'flat'"),
        ({"conditioning": Conditioning(hidden=8)}, r"conditioning's hidden is a sequence of whole numbers, .*; got 8"),
        ({"conditioning": Conditioning(hidden=(8, 0))}, "conditioning's hidden is a whole number from 1 on; got 0"),
        ({"conditioning": Conditioning(hidden=(2,) * 9)}, "conditioning's hidden has at most 8 layers; got 9"),
        ({"conditioning": Conditioning(encoder=1)}, "conditioning's encoder is True or False; got 1"),
        ({"conditioning": Conditioning(decoder="yes")}, "conditioning's decoder is True or False; got 'yes'"),
        ({"hidden": ()}, "conditioning 'film' modulates hidden layers, and hidden is empty"),
    ],
)
def test_parameters_are_checked(change: dict[str, Any], message: str, digits: Digits) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        small(**change).fit(digits[0], condition=digits[1])


# scikit-learn's metadata


@pytest.fixture
def _routing() -> Iterator[None]:
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.mark.usefixtures("_routing")
def test_in_a_pipeline_and_a_search(digits: Digits) -> None:
    """Rows and conditions are split together, in two processes with a thread each."""
    pandas = pytest.importorskip("pandas")
    X, labels = digits[0][:600], digits[1][:600]
    frame = pandas.DataFrame({"digit": labels.astype(str), "even": labels % 2 == 0})
    model = small(hidden=(16,), learning_rate=3e-3, epochs=4)
    model = model.set_fit_request(condition=True).set_score_request(condition=True).set_transform_request(condition=True)
    search = GridSearchCV(
        Pipeline([("scale", MinMaxScaler(clip=True)), ("vae", model)]),
        {"vae__conditioning": [Conditioning()], "vae__conditioning__kind": ["none", "film"], "vae__hidden": [(16,), (32,)]},
        cv=3, n_jobs=2, error_score="raise",
    )  # fmt: skip
    for condition in (labels, frame):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
            search.fit(X, condition=condition)
        assert search.best_params_["vae__conditioning__kind"] == "film"
        assert search.score(X, condition=condition) == search.best_estimator_.score(X, condition=condition)
        assert search.best_estimator_.transform(X, condition=condition).shape == (600, 2)
    with pytest.raises(ValueError, match="condition is missing"):
        search.best_estimator_.transform(X)
    steps = [("scale", MinMaxScaler()), ("vae", clone(model)), ("again", MinMaxScaler())]
    codes = Pipeline(steps).fit_transform(X, condition=labels)
    assert codes.shape == (600, 2)
    found = cross_validate(clone(model), X, params={"condition": labels}, cv=3, error_score="raise")
    assert np.isfinite(found["test_score"]).all()


def test_without_routing(digits: Digits) -> None:
    X, labels = digits[0][:300], digits[1][:300]
    model = small(epochs=1)
    np.testing.assert_array_equal(
        model.fit_transform(X, condition=labels, X_val=X, condition_val=labels), model.transform(X, condition=labels)
    )
    search = GridSearchCV(small(epochs=2), {"conditioning": ["film"]}, cv=2, error_score="raise", scoring=lambda model, X: 0.0)
    assert search.fit(X, condition=labels).best_estimator_.score(X, condition=labels) < 0
    pandas = pytest.importorskip("pandas")
    codes = model.set_output(transform="pandas").fit_transform(pandas.DataFrame(X).rename(columns=str), condition=labels)
    assert list(codes.columns) == ["vae0", "vae1"]
