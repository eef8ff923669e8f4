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
        Allowed are all numbers.
    scale : array_like, optional
        Allowed are numbers > 0.
    low, high : array_like, optional
        Allowed are finite numbers with low <= high; infinite ones too beside loc or scale, for a truncated distribution.
    p : array_like, optional
        Allowed are numbers from 0 to 1.
    logits : array_like, optional
        Allowed are all numbers, infinite ones included.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For NaN and numbers that are not allowed: names the argument, the first such number, its index and what is allowed.

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
    for name, array in values.items():
        if name == "scale":
            refuse(name, array, ~(array > 0), "numbers > 0")
        elif name == "p":
            refuse(name, array, ~((array >= 0) & (array <= 1)), "numbers from 0 to 1")
        elif name in ("low", "high") and loc is None and scale is None:
            refuse(name, array, ~np.isfinite(array), "finite numbers")
        else:
            refuse(name, array, np.isnan(array), "all numbers but NaN")
    if low is not None and high is not None:
        try:
            ends = np.broadcast_arrays(values["low"], values["high"])
        except ValueError:
            shapes = f"{values['low'].shape} and {values['high'].shape}"
            raise ValueError(f"fastprob.check_params: low and high have shapes {shapes}, which do not broadcast") from None
        refuse("high", ends[1], ends[1] < ends[0], "numbers that are not below low")


def refuse(name: str, array: Any, bad: Any, allowed: str) -> None:
    if np.any(bad):
        index = tuple(int(k) for k in np.argwhere(bad)[0])
        place = f" at {list(index)}" if index else ""
        raise ValueError(f"fastprob.check_params: {name} has {array[index]}{place}; allowed are {allowed}")
