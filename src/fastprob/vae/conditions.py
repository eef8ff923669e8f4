"""What a model may depend on beside its rows: conditions, their classes and numbers, and how the network sees them."""

from __future__ import annotations

import numbers
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from .checks import MOST_UNITS, flag, no_masks, one_of, sizes, whole
from .exact import column_moments

KINDS = ("film", "concat", "none")
PRIORS = ("standard", "learned")
MOST_HIDDEN = 8  # layers on a condition
MOST_COLUMNS = 64  # classes of one condition that are columns; of more, each is a row of a table, which costs a step less
MOST_CLASSES = 1 << 20  # of one condition
SHOWN = 10  # classes that an error lists


class Conditioning(BaseEstimator):
    """How a model depends on conditions c, which methods take as `condition`: q(z | x, c), p(x | z, c), p(z | c).

    Parameters
    ----------
    kind : "film", "concat" or "none", default "film"
        Feature-wise linear modulation (Perez et al. 2018): each hidden layer is activation((1 + D) h + B), h what it would be
        without a condition, D and B linear in c and 0 at the start. Or c stands beside what the encoder and the decoder take. Or
        neither sees c: what a search compares with.
    encoder, decoder : bool, default True
        Whether it is the encoder's layers, and the decoder's, that depend on c.
    prior : "standard" or "learned", default "standard"
        p(z | c) is N(0, I), or normal with means and log scales that are linear in c and begin as those of N(0, I): a class has a
        place of its own in the latent space.
    hidden : sequence of int, default ()
        Units of layers between c and all that depends on it, with the model's activation: for numbers, in which D and B are
        linear without. Their weights are of the group "condition".
    embedding : int, default 32
        Numbers that stand for a class, learnt, where a condition has more than 64 classes. They are of the group "condition".

    Notes
    -----
    `VAE` takes "film" and "concat" for Conditioning("film") and Conditioning("concat").

    A condition is an array of one entry a row: integers, booleans and strings are classes; floats are numbers, and so is every
    column of a float array [rows, numbers]. Several conditions at once are a DataFrame, whose columns may be of either kind, or a
    dict of arrays; a DataFrame can be split by scikit-learn's searches. The network sees numbers with mean 0 and deviation 1,
    and of classes a column of 0 and 1 for each that `fit` met. More than 64 (and up to 2^20) are embedded: D, B and all else that
    is linear in c are linear in the class's own `embedding` numbers.

    The weights of the modulation are of the group "film": AdamW(weight_decay={"film": 1e-2}) decays them alone. Those of a learnt
    prior are of the group "prior".

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_digits
    >>> from fastprob.vae import VAE, Conditioning
    >>> digits = load_digits()
    >>> X = digits.data / 16
    >>> model = VAE(2, (64,), "bernoulli", conditioning=Conditioning(encoder=False), epochs=5, random_state=0)
    >>> model = model.fit(X, condition=digits.target)
    >>> model.sample(3, condition=[0, 1, 2]).shape, model.sample(3, condition=7).shape
    ((3, 64), (3, 64))
    """

    def __init__(
        self,
        kind: str = "film",
        encoder: bool = True,
        decoder: bool = True,
        prior: str = "standard",
        hidden: Sequence[int] = (),
        embedding: int = 32,
    ):
        self.kind = kind
        self.encoder = encoder
        self.decoder = decoder
        self.prior = prior
        self.hidden = hidden
        self.embedding = embedding

    def _check(self, hidden: Sequence[int]) -> None:
        if not one_of(self.kind, KINDS):
            raise ValueError(f"conditioning's kind is one of {', '.join(map(repr, KINDS))}; got {self.kind!r}")
        flag("conditioning's encoder", self.encoder)
        flag("conditioning's decoder", self.decoder)
        if not one_of(self.prior, PRIORS):
            raise ValueError(f"conditioning's prior is one of {', '.join(map(repr, PRIORS))}; got {self.prior!r}")
        sizes("conditioning's hidden", self.hidden, MOST_HIDDEN)
        whole("conditioning's embedding", self.embedding, 1, MOST_UNITS)
        if self.kind == "film" and not len(hidden) and (self.encoder or self.decoder):
            raise ValueError("conditioning 'film' modulates hidden layers, and hidden is empty: take 'concat', or hidden layers")

    def _in(self, part: str) -> bool:
        """Whether that part, "encoder", "decoder" or "prior", depends on the condition."""
        if part == "prior":
            return self.prior == "learned"
        return self.kind != "none" and bool(getattr(self, part))

    @property
    def _seen(self) -> bool:
        """Whether anything depends on the condition."""
        return any(map(self._in, ("encoder", "decoder", "prior")))


def resolve(conditioning: Any) -> Conditioning | None:
    """The conditioning of that name, or itself; None: there are no conditions."""
    if conditioning is None or isinstance(conditioning, Conditioning):
        return conditioning
    if isinstance(conditioning, str) and conditioning in ("film", "concat"):
        return Conditioning(conditioning)
    raise ValueError(f"conditioning is None, 'film', 'concat' or an object Conditioning(...); got {conditioning!r}")


@dataclass(frozen=True)
class Part:
    """One condition: its classes, or how many numbers it is, with the mean and the deviation of each."""

    name: str | None  # None: of the only one, which was given as an array
    classes: list[Any] | None = None
    mean: list[float] | None = None
    deviation: list[float] | None = None

    @property
    def embedded(self) -> bool:
        """Whether its classes are rows of a table."""
        return self.classes is not None and len(self.classes) > MOST_COLUMNS

    @property
    def width(self) -> int:
        """How many classes it has, or how many numbers it is."""
        return len(self.classes if self.classes is not None else self.mean or [])

    def encode(self, given: np.ndarray, what: str, ignored: np.ndarray | None) -> np.ndarray:
        """The columns of a condition that has the kind and rows it should: 0 and 1, or the class's row in a table, or the numbers
        as they are."""
        if self.classes is None:
            if given.dtype.kind not in "iuf":
                raise ValueError(f"{what} is {_kind(given)}; the model was fitted to numbers there: give floats")
            if given.shape[1] != self.width:
                raise ValueError(f"{what} has {_count(given.shape[1], 'number')} a row; the model was fitted to {self.width}")
            return given if given.dtype in (np.float32, np.float64) else given.astype(np.float64)
        known = np.array(self.classes)
        if given.dtype.kind == "f" or (given.dtype.kind == "U") != (known.dtype.kind == "U"):
            raise ValueError(f"{what} is {_kind(given)}; the model was fitted to the classes {_listed(self.classes)}: give those")
        place = np.minimum(np.searchsorted(known, given[:, 0]), len(known) - 1)
        unseen = known[place] != given[:, 0]
        if ignored is not None:
            unseen &= ~ignored
        if unseen.any():
            row = int(np.flatnonzero(unseen)[0])
            raise ValueError(
                f"row {row} of {what} is {given[row, 0].item()!r}; the model was fitted to the classes {_listed(self.classes)}: "
                "give one of these, or fit it to rows of that class too"
            )
        if self.embedded:
            return place[:, None].astype(np.float32)
        columns = np.zeros((len(given), len(known)), np.float32)
        columns[np.arange(len(given)), place] = 1
        return columns


@dataclass(frozen=True)
class Conditions:
    """The conditions that a model was fitted to."""

    parts: tuple[Part, ...]

    @classmethod
    def learn(cls, condition: Any, rows: int, weights: np.ndarray | None) -> Self:
        """Classes, means and deviations of the rows that count."""
        parts = []
        for name, given in _columns(condition, "condition"):
            what = _what(name, "condition")
            _check_rows(given, rows, what, "X", isinstance(condition, Mapping))
            if given.dtype.kind == "f":
                mean, deviation = column_moments(given, weights, what)
                parts.append(Part(name, None, mean.tolist(), deviation.tolist()))
            else:
                classes = np.unique(given[:, 0] if weights is None else given[weights > 0, 0])
                if len(classes) > MOST_CLASSES:
                    raise ValueError(f"{what} has {len(classes)} classes, more than {MOST_CLASSES}: numbers are given as floats")
                parts.append(Part(name, classes.tolist()))
        return cls(tuple(parts))

    def encode(
        self,
        condition: Any,
        rows: int,
        what: str = "condition",
        of: str = "X",
        *,
        ignored: np.ndarray | None = None,
        spread: bool = False,
    ) -> np.ndarray:
        """The condition of so many rows as the network's inputs take it, [rows, columns]: those of `width`, then one for each of
        `tables`; float32 of classes alone, else as numbers need it. Classes of rows that are `ignored` may be new; one is that of
        all rows if it is `spread`. ValueError if it is not what the model was fitted to."""
        if condition is None:
            raise ValueError(f"{what} is missing: the model was fitted with {self._described()}; give {what}=, one a row of {of}")
        given = dict(_columns(condition, what, spread))
        names = [part.name for part in self.parts]
        if set(given) != set(names):
            if None in names:
                raise ValueError(f"{what} has the columns {_listed(list(given))}; the model was fitted to an array: give one")
            if None in given:
                raise ValueError(f"{what} is an array; the model was fitted to {_listed(names)}: give a DataFrame or a dict")
            wrong = [f"{_listed(some)} {how}" for some, how in (
                ([name for name in names if name not in given], "missing"),
                ([name for name in given if name not in names], "too many"),
            ) if some]  # fmt: skip
            raise ValueError(f"{what} has columns other than those that the model was fitted to: {', '.join(wrong)}")
        columns = []
        for part in sorted(self.parts, key=lambda part: part.embedded):
            own = _what(part.name, what)
            if not (spread and len(given[part.name]) == 1):
                _check_rows(given[part.name], rows, own, of, isinstance(condition, Mapping))
            encoded = part.encode(given[part.name], own, ignored)
            columns.append(np.repeat(encoded, rows, axis=0) if len(encoded) < rows else encoded)
        if len(columns) == 1:
            return columns[0] if columns[0].flags.c_contiguous else np.ascontiguousarray(columns[0])
        return np.concatenate(columns, axis=1)

    def units(self) -> tuple[np.ndarray, np.ndarray]:
        """Shift and factor of every column of `width`: what the network sees is (column - shift) factor."""
        parts = [part for part in self.parts if not part.embedded]
        shift = np.concatenate([np.zeros(part.width) if part.mean is None else part.mean for part in parts])
        deviation = np.concatenate([np.ones(part.width) if part.deviation is None else part.deviation for part in parts])
        return shift, 1.0 / deviation

    @property
    def width(self) -> int:
        """Columns that the network sees as they are, or standardized."""
        return sum(part.width for part in self.parts if not part.embedded)

    @property
    def tables(self) -> list[int]:
        """How many classes each condition has that is embedded."""
        return [part.width for part in self.parts if part.embedded]

    def facts(self) -> list[dict[str, Any]]:
        """What `from_facts` makes the same of."""
        return [vars(part).copy() for part in self.parts]

    @classmethod
    def from_facts(cls, facts: list[dict[str, Any]]) -> Self:
        return cls(tuple(Part(**part) for part in facts))

    def _described(self) -> str:
        return ", ".join(
            (f"{part.name!r}, " if part.name is not None else "")
            + (_count(part.width, "number") + " a row" if part.classes is None else f"the classes {_listed(part.classes)}")
            for part in self.parts
        )


def length(condition: Any) -> int:
    """How many rows it has; one where it is a value alone."""
    if isinstance(condition, Mapping):
        return max((length(value) for value in condition.values()), default=1)
    return len(condition) if np.ndim(condition) or hasattr(condition, "columns") else 1


def _columns(condition: Any, what: str, spread: bool = False) -> Iterator[tuple[str | None, np.ndarray]]:
    """Conditions one by one, by names if they have some: classes [rows, 1] of integers, booleans or strings, or floats
    [rows, k]."""
    if isinstance(condition, Mapping) or hasattr(condition, "columns"):
        names = list(condition if isinstance(condition, Mapping) else condition.columns)
        if not names or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
            raise ValueError(f"{what} has columns with names, each its own; got {_listed(names)}")
        for name in names:
            yield name, _one(condition[name], _what(name, what), spread)
    else:
        yield None, _one(condition, what, spread)


def _one(given: Any, what: str, spread: bool) -> np.ndarray:
    """A single condition, its values of a kind that is known, in two dimensions."""
    no_masks(what, given, "every row has one")
    array = np.atleast_1d(given) if spread else np.asarray(given)
    if array.dtype.kind == "U" and isinstance(given, list | tuple):
        array = np.array(given, object)  # numbers among strings would have become strings
    if array.ndim not in (1, 2) or (array.ndim == 2 and array.shape[1] == 0):
        raise ValueError(f"{what} has shape [rows], or of numbers [rows, numbers]; got {array.shape}")
    if array.dtype.kind in "OT":
        array = _plain(array, what)
    if array.dtype.kind not in "biufU":
        raise ValueError(f"{what} is classes (integers, booleans or strings) or numbers (floats); got {array.dtype}")
    array = array[:, None] if array.ndim == 1 else array
    if array.dtype.kind == "f":
        if array.dtype not in (np.float32, np.float64) or not array.dtype.isnative:
            array = array.astype(np.float64)
        for start in range(0, len(array), 1 << 16):
            bad = np.argwhere(~np.isfinite(array[start : start + (1 << 16)]))
            if len(bad):
                row, column = bad[0] + [start, 0]
                raise ValueError(f"{what} is {array[row, column]} in row {row}, column {column}: numbers are finite")
    elif array.shape[1] != 1:
        raise ValueError(
            f"{what} has {array.shape[1]} columns of {_kind(array)}: give several conditions as a DataFrame or a dict, numbers "
            "as floats"
        )
    return array


def _plain(array: np.ndarray, what: str) -> np.ndarray:
    """Strings, integers, booleans or floats from an array of objects."""
    flat = array.ravel()
    for row, value in enumerate(flat):
        if value is None or value != value or type(value).__name__ in ("NAType", "NaTType"):
            raise ValueError(f"{what} is missing in row {row // (array.size // len(array))} ({value}): every row has one")
    for kind, wanted in (
        (str, np.str_), (bool | np.bool_, np.bool_), (numbers.Integral, np.int64), (numbers.Real, np.float64)
    ):  # fmt: skip
        if all(isinstance(value, kind) for value in flat):
            try:
                return array.astype(object).astype(wanted)  # NumPy has no way from its StringDType to str_
            except OverflowError:
                raise ValueError(f"{what} has whole numbers beyond 64 bits: number the classes anew, or give floats") from None
    kinds = sorted({type(value).__name__ for value in flat})
    raise ValueError(f"{what} has values of several kinds, {', '.join(kinds)}: give strings, or integers, or floats")


def _check_rows(given: np.ndarray, rows: int, what: str, of: str, mapping: bool) -> None:
    if len(given) != rows:
        split = "; what splits rows, such as a search, splits a DataFrame and not a dict" if mapping and len(given) > rows else ""
        raise ValueError(f"{what} has {_count(len(given), 'row')}, {of} has {rows}: give one a row{split}")


def _what(name: str | None, condition: str) -> str:
    return condition if name is None else f"{name!r} of {condition}"


def _kind(array: np.ndarray) -> str:
    return {"b": "booleans", "i": "integers", "u": "integers", "U": "strings"}.get(array.dtype.kind, "floats")


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")


def _listed(values: Sequence[Any]) -> str:
    more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    return (", ".join(map(repr, values[:SHOWN])) or "none") + more
