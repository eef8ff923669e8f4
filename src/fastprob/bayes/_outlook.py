"""Where the evidence of a logistic regression may be largest, from the curvature where no coefficient counts."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EPS = float(np.finfo(np.float64).eps)
ABOVE, BELOW = 7.0, 5.0  # how far log precisions are looked at: beyond those that data hardly move, and that hardly move a row
MOST = 40  # precisions that are looked at
KEPT = 3  # of the maxima among them, so many are followed up
HOPE = 3.0  # a maximum may be so many nats higher than twice as high as it seems
VALLEY = 1.0  # nats by which another maximum is to be higher


def tops(heights: Array) -> list[int]:
    """Where there are local maxima, the highest first."""
    padded = np.concatenate([[-np.inf], heights, [-np.inf]])
    found = np.flatnonzero((padded[:-2] <= heights) & (heights > padded[2:]))
    return sorted(found.tolist(), key=lambda i: -heights[i])


class Outlook(NamedTuple):
    """Log precisions, from that where the prior alone counts downwards, log evidences but for a constant, and that without
    coefficients."""

    log_precisions: Array
    heights: Array
    none: float

    @classmethod
    def of(cls, curvature: Array, linear: Array, held: Array, features: int, rows: float, none: float) -> Outlook | None:
        """As if the log likelihood were linear'w - w'curvature w/2; `held` is the intercept's part of the prior. None if no
        feature varies."""
        flat = curvature + held
        own = flat[:features, :features]
        if len(flat) > features:  # what is left when the intercept follows
            own = own - np.outer(flat[features, :features], flat[features, :features] / flat[features, features])
        alone = own.diagonal()
        varying = np.flatnonzero(alone > 1e3 * EPS * flat.diagonal()[:features])
        if not varying.size:
            return None
        # Each coefficient's curvature alone, and with all others following. The least eigenvalue may drown in the largest.
        alone, size = alone[varying], np.sqrt(alone[varying])
        together = own[np.ix_(varying, varying)] / (size[:, None] * size) + 4 * features * EPS * np.eye(len(size))
        lost = np.linalg.inv(together).diagonal()
        least = (alone / np.where((lost > 1) & (lost < 1 / (400 * features * EPS)), lost, 1.0)).min()
        high, low = math.log(alone.sum()) + ABOVE, math.log(least) - BELOW - math.log(rows)
        log_precisions = np.linspace(high, low, min(math.ceil(high - low), MOST))
        return cls(log_precisions, _parabola(flat, linear, log_precisions, features), none)

    def again(self, curvature: Array, linear: Array, held: Array, features: int) -> Outlook:
        """With another parabola."""
        return self._replace(heights=_parabola(curvature + held, linear, self.log_precisions, features))

    def ahead(self) -> Array:
        """By how much the evidence rises from each precision downwards."""
        rest: Array = np.maximum.accumulate(self.heights[::-1])[::-1] - self.heights
        return rest

    def peaks(self) -> list[tuple[float, float]]:
        """Precisions of the maxima, the highest first, each with the evidence that may be hoped for there. The last is that
        without coefficients, which may be one behind a valley that is not seen."""
        gains = self.heights - self.heights[0]
        found = [i for i in tops(gains)[:KEPT] if i] + [0]
        return [(math.exp(self.log_precisions[i]), 2 * float(gains[i]) + HOPE + self.none) for i in found]

    def elsewhere(self, precision: float) -> float | None:
        """The highest maximum, if it is another one than that next to a precision."""
        best = int(np.argmax(self.heights))
        here = int(np.argmin(np.abs(self.log_precisions - math.log(precision))))
        between = self.heights[min(best, here) : max(best, here) + 1]
        falls = np.diff(between) * (1 if best > here else -1) < 0
        return math.exp(self.log_precisions[best]) if falls.any() and np.ptp(between) > VALLEY else None


def _parabola(flat: Array, linear: Array, log_precisions: Array, features: int) -> Array:
    """b' C^-1 b/2 - (log det C - features log a)/2 for C = flat + a on the coefficients' diagonal."""
    dim, own = len(flat), np.arange(features)
    matrix = np.repeat(flat[None], len(log_precisions), axis=0)
    matrix[:, own, own] += np.exp(log_precisions)[:, None]
    size = np.sqrt(np.diagonal(matrix, axis1=1, axis2=2))
    # In units in which the diagonal is 1; a little more, for collinear columns. The factor's last row is C^-1/2 b.
    bordered = np.empty((len(matrix), dim + 1, dim + 1))
    bordered[:, :dim, :dim] = matrix / (size[:, :, None] * size[:, None, :])
    bordered[:, np.arange(dim), np.arange(dim)] = 1.0 + 4 * dim * EPS
    bordered[:, dim, :dim] = linear / size
    bordered[:, dim, dim] = np.finfo(np.float64).max
    factor = np.linalg.cholesky(bordered)
    roots = np.diagonal(factor, axis1=1, axis2=2)[:, :dim]
    volumes = features * log_precisions / 2 - np.log(roots * size).sum(axis=1)
    heights: Array = np.square(factor[:, dim, :dim]).sum(axis=1) / 2 + volumes
    return heights
