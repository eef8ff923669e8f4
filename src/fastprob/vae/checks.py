"""Checks of single arguments: each error names the argument, what is allowed and what was got."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable
from typing import Any


def whole(name: str, value: Any, least: int) -> None:
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name} is a whole number from {least} on; got {value!r}")
    if value < least:
        raise ValueError(f"{name} is a whole number from {least} on; got {value}")


def number(name: str, value: Any, allowed: str, fits: Callable[[float], bool]) -> None:
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} is a number, {allowed}; got {value!r}")
    if not (math.isfinite(value) and fits(float(value))):
        raise ValueError(f"{name} is {allowed}; got {value}")
