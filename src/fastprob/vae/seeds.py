"""What is drawn where: one seed a purpose, all of them from the 128 bits that `random_state` comes to."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ..random import Generator
from .checks import shortened

PURPOSES = ("parameters", "order", "eps", "pixels", "evaluation eps", "evaluation pixels", "samples", "held out")


def seed(entropy: list[int], purpose: str) -> np.random.SeedSequence:
    return np.random.SeedSequence(entropy, spawn_key=(PURPOSES.index(purpose),))


def entropy(random_state: Any) -> list[int]:
    """128 bits of whatever random_state may be."""
    if random_state is None:
        return np.random.SeedSequence().generate_state(4).tolist()
    if isinstance(random_state, np.random.Generator):
        return random_state.integers(1 << 32, size=4, dtype=np.uint32).tolist()
    if isinstance(random_state, Generator):
        return (random_state.random(4) * 2.0**32).astype(np.uint32).tolist()
    try:
        legacy = check_random_state(random_state)
    except ValueError:
        allowed = "None, a whole number from 0 to 2^32 - 1, a RandomState, or a Generator of NumPy's or fastprob's"
        raise ValueError(f"random_state is {allowed}; got {shortened(random_state)}") from None
    return legacy.randint(1 << 32, size=4, dtype=np.uint32).tolist()
