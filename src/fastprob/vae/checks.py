"""Checks of single arguments: each error names the argument, what is allowed and what was got."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Container, Hashable, Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from .exact import numbered_blocks

MOST = (1 << 31) - 1  # of what is counted
MOST_UNITS = 1 << 24  # of a layer


def shortened(value: Any) -> str:
    """As one would write it, but of long ones the beginning alone."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def one_of(value: Any, names: Container[str]) -> bool:
    """Whether it is one of the names; an array is none, and has no truth value to say so."""
    return isinstance(value, Hashable) and value in names


def whole(name: str, value: Any, least: int, most: int = MOST) -> None:
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name} is a whole number from {least} on; got {value!r}")
    if value < least:
        raise ValueError(f"{name} is a whole number from {least} on; got {value}")
    if value > most:
        raise ValueError(f"{name} is a whole number from {least} to {most}; got {shortened(int(value))}")


FILL = "fill them, or give NaN to a likelihood that takes it, with missing=True"
TAKEN = "for values that are not known take a likelihood with missing=True, such as Gaussian(missing=True)"


def no_masks(name: str, given: Any, instead: str = FILL) -> None:
    """ValueError if elements are masked: an array made of them would have the values behind the mask."""
    if np.ma.is_masked(given):
        raise ValueError(f"{name} has masked elements: {instead}")


def check_known(name: str, given: Any, array: np.ndarray, missing: bool, instead: str = TAKEN) -> None:
    """ValueError if elements of what was given, here as an array, are masked, infinite, or NaN where none may be `missing`."""
    no_masks(name, given)
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum()):
            return
    for start, block in numbered_blocks(array):
        if np.isinf(block).any():
            row, column = np.argwhere(np.isinf(block))[0]
            wrong = f"infinity or a value too large for {array.dtype}"
            raise ValueError(f"{name} contains {wrong}, first in row {start + row}, column {column}")
        if not missing and np.isnan(block).any():
            row, column = np.argwhere(np.isnan(block))[0]
            raise ValueError(f"{name} contains NaN, first in row {start + row}, column {column}: {instead}")


def refuse_overflow(name: str, dtype: type, *results: np.ndarray, start: int = 0) -> None:
    """ValueError if a row, counted from `start` on, has no result: finite, but not on its way through a network of that type."""
    for result in results:
        missing = np.isnan(result).reshape(len(result), -1).any(axis=1)
        if missing.any():
            raise ValueError(
                f"row {start + int(np.argmax(missing))} of {name} has values so far from those that the model was fitted to that "
                f"they overflow in {dtype.__name__}"
            )


def is_sequence(value: Any) -> bool:
    """Whether it has elements in an order of their own, and is no text."""
    if isinstance(value, np.ndarray):
        return value.ndim == 1
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def sizes(name: str, value: Any, most: int) -> None:
    """Units of layers, of which there are so many at most."""
    if not is_sequence(value) or not all(isinstance(size, numbers.Integral) for size in value):
        raise TypeError(f"{name} is a sequence of whole numbers, such as (400,); got {shortened(value)}")
    for size in value:
        whole(name, size, 1, MOST_UNITS)
    if len(value) > most:
        raise ValueError(f"{name} has at most {most} layers; got {len(value)}")


def number(name: str, value: Any, allowed: str, fits: Callable[[float], bool]) -> None:
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} is a number, {allowed}; got {value!r}")
    try:
        right = math.isfinite(value) and fits(float(value))
    except OverflowError:  # an int that no float holds
        right = False
    if not right:
        raise ValueError(f"{name} is {allowed}; got {shortened(value) if isinstance(value, int) else value}")


def flag(name: str, value: Any) -> None:
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} is True or False; got {value!r}")


def checked_weights(weights: Any, rows: int) -> np.ndarray:
    """sample_weight as float64 [rows], never the caller's own array."""
    no_masks("sample_weight", weights, "every row has one")
    given = np.asarray(weights)
    if given.ndim == 0 or given.dtype.kind not in "biufO":
        raise TypeError(f"sample_weight has one number a row; got {shortened(weights)}")
    array = check_array(given, dtype=np.float64, ensure_2d=False, copy=True, input_name="sample_weight")
    if array.shape != (rows,):
        raise ValueError(f"sample_weight has one number a row, shape ({rows},); got shape {array.shape}")
    if (array < 0).any():
        raise ValueError(f"sample_weight is at least 0; got {array.min():g}")
    if not array.any():
        raise ValueError("sample_weight is zero for every row: there is nothing to learn from")
    return array
