"""Weights that are known by their logarithms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..special import logsumexp


def normalized(x: NDArray[np.floating[Any]]) -> Any:
    """x less its logsumexp: the logarithms of weights that sum to 1."""
    return x - logsumexp(x)
