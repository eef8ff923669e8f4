"""E[expit(a)] for normal a: the probability that a Bayesian logistic regression gives."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import special

Array = NDArray[np.floating[Any]]

STEP, FIRST, LAST = 0.16, -2.0, 10.0  # of the quadrature, in the variable t of `_mixture`


@np.errstate(all="ignore")
def log_mean_expit(mean: Array, variance: Array) -> Array:
    """log E[expit(a)], a ~ N(mean, variance), where mean <= 0.

    A logistic variable is a normal one whose standard deviation is 2K, where K has Kolmogorov's distribution (Andrews and Mallows
    1974). So expit(a) is the mean of ndtr(a/2K), and that of ndtr(a/2k) over a is ndtr(mean/sqrt(4 k^2 + variance)): what is left
    is one integral over k, the same for all, by the trapezoidal rule. Within 1e-13 of the logarithm down
    to -200.
    """
    four_k2, log_weights = _mixture()
    terms = log_weights[0] + special.log_ndtr(mean / np.sqrt(four_k2[0] + variance))
    largest, total = terms, np.ones_like(terms)
    for square, log_weight in zip(four_k2[1:], log_weights[1:], strict=True):
        terms = log_weight + special.log_ndtr(mean / np.sqrt(square + variance))
        above = np.maximum(terms, largest)
        total = total * special.exp(largest - above) + special.exp(terms - above)
        largest = above
    result: Array = largest + special.log(total)
    return result


@cache
@np.errstate(all="ignore")
def _mixture() -> tuple[Array, Array]:
    """4 k^2 at the points and the logarithms of the weights, which sum to 1. k = softplus(t) in steps of t: like e^t where the
    density falls as exp(-pi^2/8k^2), like t where it falls as exp(-2 k^2)."""
    t = np.arange(FIRST, LAST, STEP)
    k = special.softplus(t)
    small, large = k[k < 1], k[k >= 1]
    j = np.arange(1, 20)[:, None]
    # The two series of Kolmogorov's density.
    odd = np.square((2 * j - 1) * np.pi / 2) / small**2
    density = np.sqrt(2 * np.pi) / small**2 * ((odd - 1) * np.exp(-odd / 2)).sum(axis=0)
    rest = (np.where(j % 2, 1, -1) * j**2 * np.exp(-2 * (j**2 - 1) * large**2)).sum(axis=0)
    log_density = np.concatenate([np.log(density), np.log(8 * large * rest) - 2 * large**2])
    log_weights = log_density - special.softplus(-t)  # dk = expit(t) dt
    return 4 * k**2, log_weights - special.logsumexp(log_weights)
