"""What the model of a run depends on: labels, numbers or both; and what its samples are asked to be of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .data import LABEL, NUMBERS, Images

LISTED = 8  # labels in a line


def labels_of(model: Any) -> list[Any]:
    """The labels that a fitted model knows; none if it does not depend on labels."""
    known = [] if model.conditioning is None else model.conditions_.values()
    return next((classes.tolist() for classes in known if isinstance(classes, np.ndarray)), [])


def numbers_of(model: Any) -> int:
    """How many numbers a row a fitted model depends on."""
    known = [] if model.conditioning is None else model.conditions_.values()
    return next((int(count) for count in known if not isinstance(count, np.ndarray)), 0)


def condition(model: Any, images: Images) -> dict[str, Any]:
    """The labels and numbers of images, for a model that depends on them."""
    return {} if model.conditioning is None else {"condition": images.condition}


def asked(labels: Sequence[Any], numbers: Sequence[float], n: int) -> dict[str, Any]:
    """n rows of each label, all with the same numbers; of those there are."""
    rows = n * max(1, len(labels))
    found: dict[str, Any] = {}
    if len(labels):
        found[LABEL] = np.repeat(np.array(labels), n)
    if len(numbers):
        found[NUMBERS] = np.tile(np.array(numbers, np.float64), (rows, 1))
    return {} if not found else {"condition": found if len(found) > 1 else next(iter(found.values()))}


def listed(labels: Sequence[Any]) -> str:
    """Some labels in words; of many the first ones and the last."""
    shown = [*labels[:LISTED], "...", labels[-1]] if len(labels) > LISTED + 2 else labels
    return ", ".join(map(str, shown))


def count(numbers: int) -> str:
    return f"{numbers} number{'' if numbers == 1 else 's'}"


def described(images: Images) -> str:
    """The condition of the first image in words."""
    parts = [] if images.labels is None else [f"label {images.labels[0]}"]
    if images.numbers is not None:
        values = listed([f"{value:.3g}" for value in images.numbers[0]])
        parts.append(f"number{'' if images.numbers.shape[1] == 1 else 's'} {values}")
    return ", ".join(parts)
