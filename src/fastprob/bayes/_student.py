"""Student's t distribution by SciPy's functions, and by its tail's leading term where they fail."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import special
from ._gammas import log_gamma_ratio
from ._scipy import scipy_special


def _log_tail(df: Any) -> Any:
    """log(P(T > z) z^df), z to infinity."""
    half = np.asarray(0.5 * df)
    return log_gamma_ratio(half, np.full_like(half, 0.5)) - 0.5 * math.log(math.pi) + (half - 1.0) * special.log(df)


def _is_far(df: Any, log_z: Any) -> Any:
    """Where what the tail has beside its leading term, about (df/z)^2, is nothing. SciPy's quantiles fail before 1e60."""
    return log_z > 20.0 + np.maximum(special.log(df), 0.0)


def student_cdf(df: Any, z: Any, log_z: Any) -> Any:
    tail = special.exp(_log_tail(df) - df * log_z)
    return np.where(_is_far(df, log_z), np.where(z > 0, 1.0 - tail, tail), scipy_special().stdtr(df, z))


def student_ppf(df: Any, q: Any, scale: Any) -> Any:
    """Distance from loc."""
    s = scipy_special()
    least = np.minimum(q, 1.0 - q)
    log_z = np.where(least < 0.5, (_log_tail(df) - special.log(least)) / df, -np.inf)
    distance = np.copysign(special.exp(log_z + special.log(scale)), q - 0.5)
    t = s.stdtrit(df, q)
    # SciPy's 1.17 is +inf for the smallest q; far out the incomplete beta function's inverse has all digits
    w = s.betaincinv(0.5 * df, 0.5, 2.0 * np.minimum(q, 0.5))
    far = -np.sqrt(df) * np.sqrt((1.0 - w) / w)
    near = scale * np.where((q < 0.5) & ~(t < 0), far, np.where(q == 1, np.inf, t))
    return np.where(_is_far(df, log_z), distance, near)
