"""Checks of arguments, at the public edge: an error names the argument, what was got and what is allowed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def reals(name: str, value: ArrayLike) -> Array:
    """The numbers as float64, an array of any shape; TypeError for complex numbers, objects and text."""
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"{name} is no array of numbers: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {array.dtype}; allowed are bool, integers and real numbers")
    return array.astype(np.float64, copy=False)


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


def positive(name: str, value: ArrayLike, allowed: str = "finite numbers > 0") -> Array:
    """float64, all finite and above 0."""
    array = reals(name, value)
    return require(name, array, (array > 0) & (array < np.inf), allowed)


def nonnegative(name: str, value: ArrayLike, allowed: str = "finite numbers >= 0") -> Array:
    """float64, all finite and at least 0."""
    array = reals(name, value)
    return require(name, array, (array >= 0) & (array < np.inf), allowed)


def whole(name: str, value: ArrayLike, allowed: str = "whole numbers from 0 to 2^53") -> Array:
    """float64, all whole and from 0 to 2^53, beyond which float64 has gaps."""
    array = reals(name, value)
    return require(name, array, (array >= 0) & (array <= 2.0**53) & (np.floor(array) == array), allowed)


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
