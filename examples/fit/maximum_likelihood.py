"""A normal and a logistic distribution fitted to a million points by scipy.optimize, with loglik_and_grad.

    python examples/fit/maximum_likelihood.py

normal.fit and logistic.fit give the same at once; this is how any model goes that has them as a part.
"""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np
from scipy.optimize import minimize

from fastprob import logistic, normal, random


def fit(module: ModuleType, x: Any) -> tuple[float, float]:
    """Location and scale, of which the logarithm is free."""

    def loss(parameters: Any) -> tuple[float, Any]:
        loc, scale = parameters[0], math.exp(parameters[1])
        value, (dloc, dscale) = module.loglik_and_grad(x, loc, scale)
        return -value / x.size, np.array([-dloc, -dscale * scale]) / x.size

    found = minimize(loss, [np.median(x), math.log(np.std(x))], jac=True)
    return float(found.x[0]), math.exp(found.x[1])


def main() -> None:
    rng = random.default_rng(2026)
    for module, x in ((normal, rng.normal(3.0, 2.0, 1_000_000)), (logistic, rng.logistic(3.0, 2.0, 1_000_000))):
        loc, scale = fit(module, x)
        at_once = module.fit(x)
        print(f"{module.__name__}: loc {loc:.6f}, scale {scale:.6f}; at once {at_once.loc:.6f}, {at_once.scale:.6f}")


if __name__ == "__main__":
    main()
