"""Checks of single arguments: each error names the argument, what is allowed and what was got."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array


def whole(name: str, value: Any, least: int) -> None:
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name} is a whole number from {least} on; got {value!r}")
    if value < least:
        raise ValueError(f"{name} is a whole number from {least} on; got {value}")


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
    array = check_array(weights, dtype=np.float64, ensure_2d=False, input_name="sample_weight")
    if array.shape != (rows,):
        raise ValueError(f"sample_weight has one number a row, shape ({rows},); got shape {array.shape}")
    if (array < 0).any():
        raise ValueError(f"sample_weight is at least 0; got {array.min():g}")
    if not array.any():
        raise ValueError("sample_weight is zero for every row: there is nothing to learn from")
    return array
