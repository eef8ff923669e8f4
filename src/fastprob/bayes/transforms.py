"""Maps from the real line to the supports of parameters, with the logarithms of their derivatives.

Each has, for an array u of real numbers, `forward(u)`, the parameter; `derivative(u)`; `log_jacobian(u)`, the logarithm of the
derivative, and `log_jacobian_grad(u)`, the derivative of that. `inverse(z)` leads back.
"""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .. import special
from ._checks import LARGEST

Array = NDArray[np.floating[Any]]


class Transform(Protocol):
    """What `vi.fit` asks of a transform. `support` says which parameters it gives."""

    support: str

    def inside(self, z: Array) -> NDArray[np.bool_]: ...
    def forward(self, u: Array) -> Array: ...
    def inverse(self, z: Array) -> Array: ...
    def derivative(self, u: Array) -> Array: ...
    def log_jacobian(self, u: Array) -> Array: ...
    def log_jacobian_grad(self, u: Array) -> Array: ...


@dataclass(frozen=True)
class Identity:
    """z = u: for parameters that may be any number."""

    support = "finite"

    def inside(self, z: Array) -> NDArray[np.bool_]:
        return np.isfinite(z)

    def forward(self, u: Array) -> Array:
        return u

    def inverse(self, z: Array) -> Array:
        return z

    def derivative(self, u: Array) -> Array:
        return np.ones_like(u)

    def log_jacobian(self, u: Array) -> Array:
        return np.zeros_like(u)

    def log_jacobian_grad(self, u: Array) -> Array:
        return np.zeros_like(u)


@dataclass(frozen=True)
class Log:
    """z = e^u: for positive parameters whose posterior is skewed, such as scales and rates.

    >>> from fastprob.bayes.transforms import Log
    >>> import numpy as np
    >>> Log().inverse(np.array([1.0]))
    array([0.])
    """

    support = "positive and finite"

    def inside(self, z: Array) -> NDArray[np.bool_]:
        return (z > 0) & (z < np.inf)

    def forward(self, u: Array) -> Array:
        return special.exp(u)

    def inverse(self, z: Array) -> Array:
        return special.log(z)

    def derivative(self, u: Array) -> Array:
        return special.exp(u)

    def log_jacobian(self, u: Array) -> Array:
        return u

    def log_jacobian_grad(self, u: Array) -> Array:
        return np.ones_like(u)


@dataclass(frozen=True)
class Softplus:
    """z = log(1 + e^u): for positive parameters; like e^u near 0, like u far from it.

    >>> from fastprob.bayes.transforms import Softplus
    >>> import numpy as np
    >>> Softplus().forward(np.array([0.0]))
    array([0.69314718])
    """

    support = "positive and finite"

    def inside(self, z: Array) -> NDArray[np.bool_]:
        return (z > 0) & (z < np.inf)

    def forward(self, u: Array) -> Array:
        return special.softplus(u)

    def inverse(self, z: Array) -> Array:
        return z + special.log(-special.expm1(-z))

    def derivative(self, u: Array) -> Array:
        return special.expit(u)

    def log_jacobian(self, u: Array) -> Array:
        return special.log_expit(u)

    def log_jacobian_grad(self, u: Array) -> Array:
        return special.expit(-u)


@dataclass(frozen=True)
class Logit:
    """z = low + (high - low) expit(u): for parameters between two bounds.

    Raises
    ------
    ValueError
        If the bounds are not finite, or low is not below high.

    >>> from fastprob.bayes.transforms import Logit
    >>> import numpy as np
    >>> Logit(-1.0, 1.0).forward(np.array([0.0]))
    array([0.])
    """

    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        for name, value in (("low", self.low), ("high", self.high)):
            if not isinstance(value, numbers.Real) or isinstance(value, bool):
                raise TypeError(f"{name} is a number; got {value!r}")
            if not abs(value) <= LARGEST:
                raise ValueError(f"{name} is a number from {-LARGEST:g} to {LARGEST:g}; got {repr(value)[:50]}")
        if not self.low < self.high:
            raise ValueError(f"low is below high; got {self.low} and {self.high}")

    @property
    def support(self) -> str:
        return f"between {self.low} and {self.high}"

    def inside(self, z: Array) -> NDArray[np.bool_]:
        return (z > self.low) & (z < self.high)

    def forward(self, u: Array) -> Array:
        part = (self.high - self.low) * special.expit(-np.abs(u))  # from the nearer bound
        return np.where(u < 0, self.low + part, self.high - part)

    def inverse(self, z: Array) -> Array:
        u: Array = special.log(z - self.low) - special.log(self.high - z)
        return u

    def derivative(self, u: Array) -> Array:
        return (self.high - self.low) * special.expit(u) * special.expit(-u)

    def log_jacobian(self, u: Array) -> Array:
        return math.log(self.high - self.low) + special.log_expit(u) + special.log_expit(-u)

    def log_jacobian_grad(self, u: Array) -> Array:
        return -np.tanh(u / 2)
