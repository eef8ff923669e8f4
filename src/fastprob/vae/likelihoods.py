"""p(x | z): what the decoder's last layer means for the data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from .. import special
from ..nn import LEAST_LOG_SCALE, BernoulliLikelihood, GaussianLikelihood, Input, Layer, Likelihood
from ..random import Generator

Arrays = dict[str, np.ndarray]

BLOCK = 1 << 20  # elements looked at together: data may be larger than memory


class Bernoulli(BaseEstimator):
    """Features in [0, 1], each the outcome of a Bernoulli variable, or a grey value in between; the decoder gives the logits.

    The log likelihood of a row is the sum of x log p + (1 - x) log(1 - p).

    Parameters
    ----------
    binarize : bool, default False
        Draw every feature afresh, 1 with probability x, each time a row is used, instead of taking x as it is.
    """

    def __init__(self, binarize: bool = False):
        self.binarize = binarize

    def _check(self) -> None:
        if not isinstance(self.binarize, bool | np.bool_):
            raise TypeError(f"binarize is True or False; got {self.binarize!r}")

    def _check_data(self, X: np.ndarray, name: str) -> None:
        """ValueError if they cannot be its outcomes."""
        for _, block in _numbered_blocks(X):
            low, high = block.min(axis=0), block.max(axis=0)
            if (low < 0).any() or (high > 1).any():
                column = int(np.flatnonzero((low < 0) | (high > 1))[0])
                raise ValueError(
                    f"a Bernoulli likelihood needs values from 0 to 1: column {column} of {name} has values from "
                    f"{low[column]:g} to {high[column]:g}. Divide by the largest possible value, or take likelihood='gaussian'"
                )

    def _start(self, X: np.ndarray, weights: np.ndarray | None) -> Arrays:
        """What it needs to know of the data that a model is fitted to, whose rows may have weights."""
        return {}

    def _layers(self, features: int, known: Arrays) -> tuple[Layer, Likelihood]:
        return Input(features, binarize=self.binarize), BernoulliLikelihood(features)

    def _parameters(self, known: Arrays) -> Arrays:
        """Where the parameters of the likelihood's own layer begin."""
        return {}

    def _offset(self, known: Arrays) -> float:
        """log |dx'/dx| of the change of units from those of the data to the network's."""
        return 0.0

    def _mean(self, y: np.ndarray, known: Arrays) -> np.ndarray:
        return special.expit(y)

    def _draw(self, y: np.ndarray, known: Arrays, parameters: Arrays, random: Generator) -> np.ndarray:
        return random.bernoulli(logits=y, dtype=y.dtype)


class Gaussian(BaseEstimator):
    """Real features, each normal about what the decoder gives, with a scale of its own that does not depend on the row.

    The log likelihood of a row is the sum of log N(x | mean, scale^2), in the units of the data.

    Parameters
    ----------
    scale : "feature", "shared" or a number, default "feature"
        One learnt scale a feature, one learnt for all, or fixed: from 1e-30 to 1e30, in the units of the data. With
        `standardize`, the one for all is in units of each feature's own standard deviation.
    standardize : bool, default True
        Give the network (x - mean)/deviation of each feature. Scores and samples are in the units of the data all the same.

    Notes
    -----
    A scale is not learnt below e^-10 of its unit: where a feature can be reproduced exactly, the likelihood has no bound.
    """

    def __init__(self, scale: float | str = "feature", standardize: bool = True):
        self.scale = scale
        self.standardize = standardize

    def _check(self) -> None:
        if not isinstance(self.standardize, bool | np.bool_):
            raise TypeError(f"standardize is True or False; got {self.standardize!r}")
        if isinstance(self.scale, str):
            if self.scale not in ("feature", "shared"):
                raise ValueError(f"scale is 'feature', 'shared' or a number from 1e-30 to 1e30; got {self.scale!r}")
        elif isinstance(self.scale, bool) or not (
            isinstance(self.scale, int | float | np.floating | np.integer) and 1e-30 <= self.scale <= 1e30
        ):
            raise ValueError(f"scale is 'feature', 'shared' or a number from 1e-30 to 1e30; got {self.scale!r}")

    def _check_data(self, X: np.ndarray, name: str) -> None:
        pass

    def _start(self, X: np.ndarray, weights: np.ndarray | None) -> Arrays:
        features = X.shape[1]
        if not self.standardize:
            return {"mean": np.zeros(features), "deviation": np.ones(features)}
        total, squares = np.zeros(features), np.zeros(features)
        rows = len(X) if weights is None else weights.sum()
        with np.errstate(over="ignore", invalid="ignore"):
            for start, block in _numbered_blocks(X):
                total += block.sum(axis=0, dtype=np.float64) if weights is None else weights[start : start + len(block)] @ block
            mean = total / rows
            for start, block in _numbered_blocks(X):
                apart = np.square(block - mean)
                squares += apart.sum(axis=0) if weights is None else weights[start : start + len(block)] @ apart
        deviation = np.sqrt(squares / rows)
        if not np.isfinite(deviation).all():
            column = int(np.flatnonzero(~np.isfinite(deviation))[0])
            raise ValueError(f"column {column} of X has values too large to be standardized: their squares overflow")
        deviation[deviation <= 1e-12 * np.abs(mean)] = 1.0  # constant, but for rounding
        return {"mean": mean, "deviation": deviation}

    def _layers(self, features: int, known: Arrays) -> tuple[Layer, Likelihood]:
        given = (known["mean"], 1.0 / known["deviation"]) if self.standardize else (None, None)
        return Input(features, *given), GaussianLikelihood(features, self.scale == "shared", not isinstance(self.scale, str))

    def _parameters(self, known: Arrays) -> Arrays:
        if self.scale == "shared":
            return {"log_scale": np.zeros(1)}
        if self.scale == "feature":
            return {"log_scale": np.zeros(len(known["mean"]))}
        return {"log_scale": math.log(self.scale) - np.log(known["deviation"])}

    def _offset(self, known: Arrays) -> float:
        return -float(np.log(known["deviation"]).sum())

    def _mean(self, y: np.ndarray, known: Arrays) -> np.ndarray:
        return (y * known["deviation"] + known["mean"]).astype(y.dtype)

    def _draw(self, y: np.ndarray, known: Arrays, parameters: Arrays, random: Generator) -> np.ndarray:
        least = LEAST_LOG_SCALE if isinstance(self.scale, str) else -np.inf
        scale = np.exp(np.maximum(parameters["log_scale"].astype(np.float64), least))
        return self._mean(random.normal(y, scale).astype(y.dtype), known)


LIKELIHOODS = {"bernoulli": Bernoulli, "gaussian": Gaussian}


def resolve(likelihood: Any) -> Bernoulli | Gaussian:
    """The likelihood of that name, or itself."""
    if isinstance(likelihood, str) and likelihood in LIKELIHOODS:
        return LIKELIHOODS[likelihood]()
    if isinstance(likelihood, tuple(LIKELIHOODS.values())):
        likelihood._check()
        return likelihood
    raise ValueError(f"likelihood is 'gaussian', 'bernoulli', or an object Gaussian(...) or Bernoulli(...); got {likelihood!r}")


def _numbered_blocks(X: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    rows = max(1, BLOCK // X.shape[1])
    return ((start, X[start : start + rows]) for start in range(0, len(X), rows))
