"""What the distribution objects are given: numbers, parameters, shapes of draws, generators."""

from __future__ import annotations

import numbers
import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastprob import random

MOST_ORDER = 170        # of a moment: beyond it that of a standard logistic variable is not in the range of floating point

RandomState: TypeAlias = np.random.RandomState | np.random.Generator | random.Generator


def real(value: Any, name: str) -> Any:
    """A float, or an array or NumPy scalar of float32 or float64: what the functions take. All other types become float64."""
    kind = type(value)
    if kind is float or kind is np.float64:
        return value
    if kind is int:
        try:
            return float(value)
        except OverflowError:
            raise OverflowError(f"{name}: an int of {value.bit_length()} bits, which no float64 holds") from None
    try:
        array = value if kind is np.ndarray else np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: makes no array: {error}") from None
    if array.dtype.char in "fd":
        return array
    if array.dtype.kind in "biuf":
        with np.errstate(all="ignore"):         # a long double may be beyond float64
            return array.astype(np.float64)
    raise TypeError(f"{name}: expected real numbers, got {kind.__name__} of type {array.dtype}")


def plain(values: Iterable[Any]) -> bool:
    """Whether all are single numbers of float64, for which arrays are not worth their while."""
    return all(type(value) is float or type(value) is np.float64 for value in values)


class Rule(NamedTuple):
    """A parameter, where it is good (NaN is not), and what is allowed."""

    name: str
    value: Any
    good: Any
    allowed: str


def refuse(rules: Iterable[Rule], where: str, nan: Any = False) -> None:
    """ValueError if a rule is broken elsewhere than where `nan` is true."""
    for rule in rules:
        if rule.good is not True:
            wrong = ~np.asarray(rule.good) & ~np.asarray(nan)
            if wrong.any():
                found = np.broadcast_to(rule.value, wrong.shape)[wrong].flat[0]
                raise ValueError(f"{where}: {rule.name} must be {rule.allowed}, got {found}")


def without_nan(values: Iterable[Any]) -> Any:
    """Where no value is NaN."""
    good: Any = True
    for value in values:
        good = good & (value == value)
    return good


def valid(values: Iterable[Any], rules: Iterable[Rule]) -> Any:
    """Where all parameters are good and none is NaN."""
    good = without_nan(values)
    for rule in rules:
        good = good & rule.good
    return good


def draw_shape(values: Sequence[Any], size: Any) -> tuple[int, ...]:
    """Shape of a draw. As in NumPy, `size` rules, and the parameters' leading lengths of 1 do not count."""
    common = () if plain(values) else np.broadcast_shapes(*(np.shape(value) for value in values))
    while common and common[0] == 1:
        common = common[1:]
    if size is None:
        return common
    try:
        listed = np.iterable(size)          # an array without dimensions is one number
        if listed and (isinstance(size, str | bytes) or not (isinstance(size, Sequence) or hasattr(size, "__array__"))):
            raise TypeError
        given = list(size) if listed else [size]
        if any(isinstance(length, bool) for length in given):
            raise TypeError
        lengths = [operator.index(length) for length in given]
    except TypeError:
        raise TypeError(f"size: expected None, an integer or a sequence of integers, got {size!r}") from None
    if any(length < 0 for length in lengths):
        raise ValueError(f"size: must not be negative, got {size!r}")
    shape = (1,) * (len(common) - len(lengths)) + tuple(lengths)
    padded = (1,) * (len(shape) - len(common)) + common
    if any(wanted not in (1, length) for wanted, length in zip(padded, shape, strict=True)):
        raise ValueError(f"size: must match the parameters' common shape {common}, got {size!r}")
    return shape


def fitted_to(values: Iterable[Any], shape: tuple[int, ...]) -> Iterator[Any]:
    """The parameters without leading lengths of 1 beyond a shape."""
    for value in values:
        array = np.asarray(value)
        yield array.reshape(array.shape[max(array.ndim - len(shape), 0) :])


def as_generator(seed: Any) -> RandomState:
    """What draws: NumPy's global RandomState for None, a RandomState for an integer, generators as they are."""
    if seed is None or seed is np.random:
        return np.random.mtrand._rand
    if isinstance(seed, numbers.Integral):
        number = int(seed)
        if not 0 <= number < 1 << 32:
            raise ValueError(f"random_state: an integer must be from 0 to 2**32 - 1, got {number}")
        return np.random.RandomState(number)
    if isinstance(seed, np.random.RandomState | np.random.Generator | random.Generator):
        return seed
    raise ValueError(
        f"random_state: expected None, an integer, a RandomState, a NumPy Generator or a fastprob Generator, got {seed!r}"
    )


def whole_order(order: Any) -> int:
    """The order of a moment."""
    if np.iterable(order) or (value := np.asarray(order)).dtype.kind not in "iuf":
        raise TypeError(f"order: expected an integer, got {order!r}")
    if not 0 <= value <= MOST_ORDER or value != np.floor(value):
        raise ValueError(f"order: expected an integer from 0 to {MOST_ORDER}, got {order!r}")
    return int(value)


def single(value: Any, name: str) -> float:
    """One real number."""
    array = real(value, name)
    if np.size(array) != 1:
        raise ValueError(f"{name}: expected one number, got an array of shape {np.shape(array)}")
    return float(np.asarray(array).item())


def check_integrand(func: Any, args: Any) -> None:
    """What expect takes: a function or None, and the shapes."""
    if func is not None and not callable(func):
        raise TypeError(f"func: expected a function or None, got {func!r}")
    if not np.iterable(args):
        raise TypeError(f"args: expected a tuple of the shapes, got {args!r}")


def letters(moments: Any) -> str:
    """Which moments are asked for."""
    if not isinstance(moments, str):
        raise TypeError(f"moments: expected letters of 'mvsk', got {moments!r}")
    if set(moments) - set("mvsk"):
        raise ValueError(f"moments: expected letters of 'mvsk', got {moments!r}")
    return moments


def finite_data(data: Any) -> NDArray[np.float64]:
    """Data to fit, as float64."""
    array = np.asarray(real(data, "data"), dtype=np.float64).ravel()
    if not array.size:
        raise ValueError("data: is empty")
    if not np.isfinite(array).all():
        raise ValueError("data: contains non-finite values")
    return array
