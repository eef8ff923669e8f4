"""Errors of results in ULP of exact values.

The ULP of an exact value t is 2^(floor(log2|t|) - 52) in float64, at least 2^-1074; in float32 2^(floor(log2|t|) - 23), at
least 2^-149. An error is counted in full, the half ULP of the final rounding included. Where a result is NaN or infinite and
the exact value is not, or the other way round, the error is infinite, with one exception: near the overflow threshold an
infinite result counts as 2^1024 (2^128), which is what it stands for.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ops import Op

from .truth import Truth


def bound(op: Op, dtype: Any) -> float:
    """Largest error allowed, from the operation's row."""
    return op.bound_f32 if np.dtype(dtype) == np.float32 else op.bound_f64


def ulp_error(result: NDArray[Any], exact: Truth) -> NDArray[np.float64]:
    """|result - exact| in ULP, elementwise; the type of the result says which."""
    limits = np.finfo(result.dtype)
    got = result.astype(np.float64)
    finite = np.isfinite(exact.hi)
    own = exact.unit == exact.exponent  # else the unit is that of a larger term, and has no ceiling
    unit = np.where(own, np.minimum(exact.unit, limits.maxexp - 1), exact.unit)
    last = np.maximum(unit, limits.minexp) - limits.nmant
    with np.errstate(all="ignore"):
        # Both in units of the last place: powers of two, so exact; equal up to lo wherever the error is small.
        infinite = np.copysign(np.ldexp(1.0, limits.maxexp - last), got)
        there = np.where(np.isinf(got), infinite, np.ldexp(got, -last))
        exact_hi, exact_lo = np.ldexp(exact.hi, exact.exponent - last), np.ldexp(exact.lo, exact.exponent - last)
        error = np.abs((there - exact_hi) - exact_lo)
    same_sign = np.signbit(got) == np.signbit(exact.hi)
    overflows = np.isinf(exact.rounded(result.dtype)) & same_sign
    error = np.where(np.isinf(got) & finite & overflows, 0.0, error)
    matches = np.where(np.isnan(exact.hi), np.isnan(got), got == exact.hi)
    error = np.where(finite, error, np.where(matches, 0.0, math.inf))
    return np.where(np.isnan(error), math.inf, error)
