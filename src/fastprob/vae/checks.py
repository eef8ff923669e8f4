"""Checks of single arguments: each error names the argument, what is allowed and what was got."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from .exact import numbered_blocks


def whole(name: str, value: Any, least: int) -> None:
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name} is a whole number from {least} on; got {value!r}")
    if value < least:
        raise ValueError(f"{name} is a whole number from {least} on; got {value}")


FILL = "fill them, or give NaN to a likelihood that takes it, with missing=True"


def no_masks(name: str, given: Any, instead: str = FILL) -> None:
    """ValueError if elements are masked: an array made of them would have the values behind the mask."""
    if np.ma.is_masked(given):
        raise ValueError(f"{name} has masked elements: {instead}")


def check_known(name: str, given: Any, array: np.ndarray, missing: bool) -> None:
    """ValueError if elements of what was given, here as an array, are masked, or NaN where none may be `missing`."""
    no_masks(name, given)
    with np.errstate(over="ignore", invalid="ignore"):
        if missing or not np.isnan(array.sum()):
            return
    for start, block in numbered_blocks(array):
        if np.isnan(block).any():
            row, column = np.argwhere(np.isnan(block))[0]
            raise ValueError(
                f"{name} contains NaN, first in row {start + row}, column {column}: for values that are not known take a "
                "likelihood with missing=True, such as Gaussian(missing=True)"
            )


def sizes(name: str, value: Any, most: int) -> None:
    """Units of layers, of which there are so many at most."""
    if isinstance(value, numbers.Integral | str) or not all(isinstance(size, numbers.Integral) for size in value):
        raise TypeError(f"{name} is a sequence of whole numbers, such as (400,); got {value!r}")
    for size in value:
        whole(name, size, 1)
    if len(value) > most:
        raise ValueError(f"{name} has at most {most} layers; got {len(value)}")


def number(name: str, value: Any, allowed: str, fits: Callable[[float], bool]) -> None:
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} is a number, {allowed}; got {value!r}")
    if not (math.isfinite(value) and fits(float(value))):
        raise ValueError(f"{name} is {allowed}; got {value}")


def flag(name: str, value: Any) -> None:
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} is True or False; got {value!r}")


def checked_weights(weights: Any, rows: int) -> np.ndarray:
    """sample_weight as float64 [rows]."""
    no_masks("sample_weight", weights, "every row has one")
    array = check_array(weights, dtype=np.float64, ensure_2d=False, input_name="sample_weight")
    if array.shape != (rows,):
        raise ValueError(f"sample_weight has one number a row, shape ({rows},); got shape {array.shape}")
    if (array < 0).any():
        raise ValueError(f"sample_weight is at least 0; got {array.min():g}")
    if not array.any():
        raise ValueError("sample_weight is zero for every row: there is nothing to learn from")
    return array
