"""Errors for those who want them: functions of arrays answer a bad parameter with NaN."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _sums


def check_params(
    *, loc: Any = None, scale: Any = None, low: Any = None, high: Any = None, p: Any = None, logits: Any = None
) -> None:
    """Raises ValueError for a parameter that functions would answer with NaN.

    Parameters
    ----------
    loc : array_like, optional
        Allowed are all numbers; beside low or high, for a truncated distribution, finite ones.
    scale : array_like, optional
        Allowed are numbers > 0; beside low or high finite ones.
    low, high : array_like, optional
        Allowed are finite numbers with low <= high; beside loc or scale infinite ones too, but not both the same infinity.
    p : array_like, optional
        Allowed are numbers from 0 to 1.
    logits : array_like, optional
        Allowed are all numbers, infinite ones included.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For NaN and numbers that are not allowed: names the argument, the first such number, its index and what is allowed. For
        shapes of loc, scale, low and high that do not broadcast.

    Examples
    --------
    >>> import fastprob
    >>> fastprob.check_params(loc=0.0, scale=[1.0, 2.0])
    >>> fastprob.check_params(scale=[1.0, 0.0])
    Traceback (most recent call last):
        ...
    ValueError: fastprob.check_params: scale has 0.0 at [1]; allowed are numbers > 0
    """
    values = {
        name: _sums.as_data("check_params", name, value)
        for name, value in (("loc", loc), ("scale", scale), ("low", low), ("high", high), ("p", p), ("logits", logits))
        if value is not None
    }
    ends, spread = values.keys() & {"low", "high"}, values.keys() & {"loc", "scale"}
    for name, array in values.items():
        if name == "p":
            refuse(name, array, ~((array >= 0) & (array <= 1)), "numbers from 0 to 1")
        elif name == "scale" and ends:
            refuse(name, array, ~((array > 0) & np.isfinite(array)), "finite numbers > 0")
        elif name == "scale":
            refuse(name, array, ~(array > 0), "numbers > 0")
        elif (name in ends and not spread) or (name == "loc" and ends):
            refuse(name, array, ~np.isfinite(array), "finite numbers")
        else:
            refuse(name, array, np.isnan(array), "all numbers but NaN")
    names = [name for name in ("loc", "scale", "low", "high") if name in values]
    try:
        together = dict(zip(names, np.broadcast_arrays(*(values[name] for name in names)), strict=True))
    except ValueError:
        shapes = ", ".join(f"{name} {values[name].shape}" for name in names)
        raise ValueError(f"fastprob.check_params: shapes that do not broadcast: {shapes}") from None
    if len(ends) == 2:
        low, high = together["low"], together["high"]
        refuse("high", high, high < low, "numbers that are not below low")
        refuse("high", high, (low == high) & np.isinf(high), "numbers above low where that is infinite")


def refuse(name: str, array: Any, bad: Any, allowed: str) -> None:
    if np.any(bad):
        index = tuple(int(k) for k in np.argwhere(bad)[0])
        place = f" at {list(index)}" if index else ""
        raise ValueError(f"fastprob.check_params: {name} has {array[index]}{place}; allowed are {allowed}")
