"""Checks of arguments, at the public edge: an error names the argument, what was got and what is allowed."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

LEAST, LARGEST = 1e-300, 1e300  # of parameters: neither sums of a few nor what rounding leaves leave the range of float64


def reals(name: str, value: ArrayLike) -> Array:
    """The numbers as float64, an array of any shape; TypeError for complex numbers, objects and text."""
    no_masks(name, value)
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"{name} is no array of numbers: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {array.dtype}; allowed are bool, integers and real numbers")
    return array.astype(np.float64, copy=False)


def no_masks(name: str, value: Any) -> None:
    """ValueError for masked elements: an array made of them would have the values behind the mask."""
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError(f"{name} has masked elements; allowed are arrays without: leave them out")


def where(name: str, bad: NDArray[np.bool_]) -> str:
    """The first element that is bad, as one would write it: p, or p[3, 1]."""
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def require(name: str, array: Array, good: Any, allowed: str) -> Array:
    """The array; ValueError that shows the first element which is not good."""
    good = np.broadcast_to(good, array.shape)
    if not good.all():
        raise ValueError(f"{where(name, ~good)} is {float(array[~good][0])!r}; allowed: {allowed}")
    return array


def finite(name: str, value: ArrayLike, allowed: str = "finite numbers") -> Array:
    """float64, all finite."""
    array = reals(name, value)
    return require(name, array, np.isfinite(array), allowed)


def place(name: str, value: ArrayLike) -> Array:
    """float64, all finite and of a size that distances can have too."""
    array = finite(name, value)
    return require(name, array, np.abs(array) <= LARGEST, f"numbers from {-LARGEST:g} to {LARGEST:g}")


def positive(name: str, value: ArrayLike, allowed: str = "finite numbers > 0") -> Array:
    """float64, all finite and above 0, and neither so small nor so large that arithmetic with them would fail."""
    array = reals(name, value)
    require(name, array, (array > 0) & (array < np.inf), allowed)
    return require(name, array, (array >= LEAST) & (array <= LARGEST), f"numbers from {LEAST:g} to {LARGEST:g}")


def nonnegative(name: str, value: ArrayLike) -> Array:
    """float64, all finite and at least 0, and not so large that arithmetic with them would fail."""
    array = reals(name, value)
    require(name, array, (array >= 0) & (array < np.inf), "finite numbers >= 0")
    return require(name, array, array <= LARGEST, f"numbers from 0 to {LARGEST:g}")


def whole(name: str, value: ArrayLike, allowed: str = "whole numbers from 0 to 2^53") -> Array:
    """float64, all whole and from 0 to 2^53, beyond which float64 has gaps."""
    array = reals(name, value)
    return require(name, array, (array >= 0) & (array <= 2.0**53) & (np.floor(array) == array), allowed)


def count(name: str, value: Any, least: int) -> int:
    """One whole number, at least so large and at most 2^53."""
    allowed = f"a whole number from {least} on"
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name} is {allowed}; got {value!r}")
    number = int(value)
    if not least <= number <= 1 << 53:
        raise ValueError(f"{name} is {allowed}{', up to 2^53' if number > least else ''}; got {float_or_int(number)}")
    return number


def float_or_int(value: Any) -> str:
    """An integer as one would write it."""
    return str(value) if abs(value) < 10**20 else f"about 10^{int(math.log10(abs(value)))}"


def positive_number(name: str, value: Any) -> float:
    """One number above 0, finite, with a square and a product of two that are too."""
    allowed = "a number from 1e-100 to 1e100"
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} is {allowed}; got {value!r}")
    try:
        number = float(value)
    except OverflowError:  # of a long integer
        number = math.inf
    got = float_or_int(value) if isinstance(value, int) else value
    if not 1e-100 <= number <= 1e100:
        raise ValueError(f"{name} is {allowed}; got {got}")
    return number


def function(name: str, value: Any) -> None:
    """TypeError for what cannot be called."""
    if not callable(value):
        raise TypeError(f"{name} is a function; got {value!r}")


def probability(name: str, value: ArrayLike) -> float:
    """One number strictly between 0 and 1."""
    array = reals(name, value)
    if array.ndim:
        raise ValueError(f"{name} is one number; got an array of shape {array.shape}")
    return float(require(name, array, (array > 0) & (array < 1), "numbers between 0 and 1, both excluded"))


def broadcast(**arrays: Array) -> list[Array]:
    """The arrays in their common shape; ValueError that names all of them if there is none."""
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"shapes that do not broadcast against each other: {shapes}") from None
    return [np.broadcast_to(array, shape) for array in arrays.values()]


def scalar(array: Any) -> Any:
    """A NumPy number for an array without dimensions, as ufuncs return."""
    return array[()] if isinstance(array, np.ndarray) else array
