"""Weights of data."""

from __future__ import annotations

from typing import Any

import numpy as np

LIGHTER = -600  # powers of two: FP_LIGHTER of csrc/sums/run.h


def lighter(weights: Any, shape: tuple[int, ...]) -> Any:
    """Weights, or ones, times 2^-600, none 0 that was not. What the smallest lose is nothing beside sums that would overflow."""
    w = np.asarray(1.0 if weights is None else weights, np.float64)
    with np.errstate(all="ignore"):
        w = np.copysign(np.maximum(np.ldexp(abs(w), LIGHTER), np.where(w == 0, 0.0, 5e-324)), w)
    return np.broadcast_to(w, shape)
