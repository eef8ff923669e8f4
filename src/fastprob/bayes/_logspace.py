"""Sums of numbers that are known by their logarithms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import special


def logsumexp(x: NDArray[np.floating[Any]]) -> float:
    """log sum_i e^x_i, from the largest down; -inf where all are."""
    largest = float(x.max())
    if largest == -np.inf:
        return largest
    return largest + float(np.log(special.exp(x - largest).sum()))


def normalized(x: NDArray[np.floating[Any]]) -> Any:
    """x less its logsumexp: the logarithms of weights that sum to 1."""
    return x - logsumexp(x)
