"""p(x | z): what the decoder's last layer means for the data."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from .. import special
from ..nn import LEAST_LOG_SCALE, BernoulliLikelihood, DiscretizedLikelihood, GaussianLikelihood, Input, Layer, Likelihood
from ..random import Generator
from .checks import flag, one_of, whole
from .exact import column_moments, numbered_blocks

Arrays = dict[str, np.ndarray]

ROUNDING = 1e-6  # of levels that were computed in float32


class Bernoulli(BaseEstimator):
    """Features in [0, 1], each the outcome of a Bernoulli variable, or a grey value in between; the decoder gives the logits.

    The log likelihood of a row is the sum of x log p + (1 - x) log(1 - p).

    Parameters
    ----------
    binarize : bool, default False
        Draw every feature afresh, 1 with probability x, each time a row is used, instead of taking x as it is.
    missing : bool, default False
        Whether values may be NaN: they are left out of the likelihood, and the encoder sees 0.
    """

    def __init__(self, binarize: bool = False, missing: bool = False):
        self.binarize = binarize
        self.missing = missing

    def _check(self) -> None:
        flag("binarize", self.binarize)
        flag("missing", self.missing)

    def _check_data(self, X: np.ndarray, name: str) -> None:
        """ValueError if they cannot be its outcomes."""
        for _, block in numbered_blocks(X):
            low, high = np.fmin.reduce(block, axis=0), np.fmax.reduce(block, axis=0)  # of what is not missing
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
        return Input(features, binarize=self.binarize, missing=self.missing), BernoulliLikelihood(features)

    def _parameters(self, known: Arrays) -> Arrays:
        """Where the parameters of the likelihood's own layer begin."""
        return {}

    def _bias(self, mean: np.ndarray, known: Arrays) -> np.ndarray:
        """What the decoder would give for the mean of the data."""
        return special.logit(np.clip(mean, 1e-3, 1 - 1e-3))

    def _offset(self, known: Arrays, X: np.ndarray) -> float | np.ndarray:
        """log |dx'/dx| of the change of units from those of the data to the network's: of all rows of X, or of each."""
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
    missing : bool, default False
        Whether values may be NaN: they are left out of the likelihood, and the encoder sees 0, which is the feature's mean if
        standardized.

    Notes
    -----
    A scale is not learnt below e^-10 of its unit: where a feature can be reproduced exactly, the likelihood has no bound.
    """

    def __init__(self, scale: float | str = "feature", standardize: bool = True, missing: bool = False):
        self.scale = scale
        self.standardize = standardize
        self.missing = missing

    def _check(self) -> None:
        flag("standardize", self.standardize)
        flag("missing", self.missing)
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
        if not self.standardize:
            return {"mean": np.zeros(X.shape[1]), "deviation": np.ones(X.shape[1])}
        mean, deviation = column_moments(X, weights, "X")
        return {"mean": mean, "deviation": deviation}

    def _layers(self, features: int, known: Arrays) -> tuple[Layer, Likelihood]:
        given = (known["mean"], 1.0 / known["deviation"]) if self.standardize else (None, None)
        last = GaussianLikelihood(features, self.scale == "shared", not isinstance(self.scale, str))
        return Input(features, *given, missing=self.missing), last

    def _parameters(self, known: Arrays) -> Arrays:
        if self.scale == "shared":
            return {"log_scale": np.zeros(1)}
        if self.scale == "feature":
            return {"log_scale": np.zeros(len(known["mean"]))}
        return {"log_scale": math.log(self.scale) - np.log(known["deviation"])}

    def _bias(self, mean: np.ndarray, known: Arrays) -> np.ndarray:
        return (mean - known["mean"]) / known["deviation"]

    def _offset(self, known: Arrays, X: np.ndarray) -> float | np.ndarray:
        if self.missing:
            return -(~np.isnan(X) @ np.log(known["deviation"]))
        return -float(np.log(known["deviation"]).sum())

    def _mean(self, y: np.ndarray, known: Arrays) -> np.ndarray:
        return (y * known["deviation"] + known["mean"]).astype(y.dtype)

    def _draw(self, y: np.ndarray, known: Arrays, parameters: Arrays, random: Generator) -> np.ndarray:
        least = LEAST_LOG_SCALE if isinstance(self.scale, str) else -np.inf
        scale = np.exp(np.maximum(parameters["log_scale"].astype(np.float64), least))
        return self._mean(random.normal(y, scale).astype(y.dtype), known)


class DiscretizedLogistic(BaseEstimator):
    """Features of equidistant levels from 0 to 1, such as 8-bit pixels divided by 255: each a logistic variable about what the
    decoder gives, with a learnt scale that does not depend on the row, rounded to the nearest level; the lowest and the highest
    take the tails.

    The log likelihood of a row is the sum of log P(x), a probability: `VAE.bits_per_dim` gives it in bits a feature.

    Parameters
    ----------
    levels : int, default 256
        At least 2: features are 0, 1/(levels - 1), ..., 1.
    scale : "feature" or "shared", default "feature"
        One learnt scale a feature, or one for all.
    missing : bool, default False
        Whether values may be NaN: they are left out of the likelihood, and the encoder sees 0.5.
    """

    def __init__(self, levels: int = 256, scale: str = "feature", missing: bool = False):
        self.levels = levels
        self.scale = scale
        self.missing = missing

    def _check(self) -> None:
        whole("levels", self.levels, 2)
        if not one_of(self.scale, ("feature", "shared")):
            raise ValueError(f"scale is 'feature' or 'shared'; got {self.scale!r}")
        flag("missing", self.missing)

    def _check_data(self, X: np.ndarray, name: str) -> None:
        steps = self.levels - 1
        for _, block in numbered_blocks(X):
            scaled = block.astype(np.float64) * steps
            wrong = (scaled < 0) | (scaled > steps) | (np.abs(scaled - np.rint(scaled)) > ROUNDING * steps)
            if wrong.any():
                column = int(np.flatnonzero(wrong.any(axis=0))[0])
                value, low, high = block[wrong[:, column], column][0], np.nanmin(block[:, column]), np.nanmax(block[:, column])
                raise ValueError(
                    f"a DiscretizedLogistic likelihood needs values 0, 1/{steps}, ..., 1: column {column} of {name} has values "
                    f"from {low:g} to {high:g}, {value:g} among them. Divide by the largest possible value, set levels, or take "
                    "likelihood='gaussian'"
                )

    def _start(self, X: np.ndarray, weights: np.ndarray | None) -> Arrays:
        return {}

    def _layers(self, features: int, known: Arrays) -> tuple[Layer, Likelihood]:
        units = np.full(features, 0.5), np.full(features, 2.0)  # from -1 to 1
        return Input(features, *units, missing=self.missing), DiscretizedLikelihood(features, self.levels, self.scale == "shared")

    def _parameters(self, known: Arrays) -> Arrays:
        return {}

    def _bias(self, mean: np.ndarray, known: Arrays) -> np.ndarray:
        return 2 * mean - 1

    def _offset(self, known: Arrays, X: np.ndarray) -> float | np.ndarray:
        return 0.0

    def _mean(self, y: np.ndarray, known: Arrays) -> np.ndarray:
        """Where the logistic distribution has its mean, as far as there are levels."""
        return np.clip((y + 1) / 2, 0, 1).astype(y.dtype)

    def _draw(self, y: np.ndarray, known: Arrays, parameters: Arrays, random: Generator) -> np.ndarray:
        scale = np.exp(np.maximum(parameters["log_scale"].astype(np.float64), LEAST_LOG_SCALE))
        drawn = (random.logistic(y, scale) + 1) / 2 * (self.levels - 1)
        return (np.clip(np.rint(drawn), 0, self.levels - 1) / (self.levels - 1)).astype(y.dtype)


LIKELIHOODS = {"bernoulli": Bernoulli, "gaussian": Gaussian, "discretizedlogistic": DiscretizedLogistic}


def resolve(likelihood: Any) -> Bernoulli | Gaussian | DiscretizedLogistic:
    """The likelihood of that name, or itself."""
    if isinstance(likelihood, str) and likelihood in ("bernoulli", "gaussian"):
        return LIKELIHOODS[likelihood]()
    if isinstance(likelihood, tuple(LIKELIHOODS.values())):
        likelihood._check()
        return likelihood
    raise ValueError(
        "likelihood is 'gaussian', 'bernoulli', or an object Gaussian(...), Bernoulli(...) or DiscretizedLogistic(...); "
        f"got {likelihood!r}"
    )
