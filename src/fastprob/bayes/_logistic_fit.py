"""The posterior of a logistic regression's coefficients as a normal distribution, and the best precision of their prior."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._rows import Rows

Array = NDArray[np.float64]

THINNED = 16_384  # rows, at least, that the fit to more than four times as many begins with
FEW = 64  # rows a coefficient up to which the evidence may have several maxima
SAMPLE = 4096  # rows on which it is looked at how far variances moved
NEAR = 0.5  # posterior standard deviations from the best mean: there the prior's precision is worth a look, with many rows
TRIES = 5  # moves of the precision before the covariance is looked at again; one only at the best mean
SLOW = 0.3  # a step longer than this part of the one before asks for new curvature
ROUGH = 0.1  # tolerance of a first look at many precisions
ABOVE, BELOW = 7.0, 9.0  # how far log precisions are looked at, beyond those at which data begin and cease to matter
LOST = 20.0  # nats below the best: smaller precisions are not looked at
MOST = 40  # precisions that are looked at
KEPT = 3  # of the maxima among them, so many are followed up

Seen = tuple[float, Array, Any]  # value, gradient, and a matrix or None


class State(NamedTuple):
    """Where a fit is."""

    precision: float
    mean: Array
    bound: Array
    newton: Array
    turn: Array
    log_evidence: float


class Fit:
    """The posterior so far, and what moves it. `precision` is that of the coefficients' prior, the first to be tried if it is to
    be learned."""

    def __init__(self, variational: bool, learns: bool, precision: float, scale: float | None, max_iter: int, dim: int):
        self.variational, self.learns, self.precision = variational, learns, precision
        self.scale, self.max_iter = scale, max_iter
        self.features, self.near = dim - (scale is not None), NEAR
        self.mean = np.zeros(dim)
        self.bound = self.newton = np.empty(0)  # the data's part of cov^-1, and of the curvature that steps are made with
        self.turn = np.zeros(dim)  # of log det cov^-1 with the mean, for Laplace: what the prior's precision moves by the mean
        self.log_evidence, self.passes, self.moved, self.converged = -math.inf, 0, math.inf, False

    @property
    def prior(self) -> Array:
        """Precision of every coefficient."""
        own = np.full(self.features, self.precision)
        return own if self.scale is None else np.append(own, float(self.scale) ** -2)

    @property
    def cov(self) -> Array:
        return np.linalg.inv(self.bound + np.diag(self.prior))

    def best(self, rows: Rows, tol: float) -> None:
        """The whole fit."""
        most = max(THINNED, FEW * rows.dim)
        if self.learns and len(rows) <= FEW * rows.dim:
            self._look_around(rows, tol)
        elif len(rows) > 4 * most:
            self._run(rows.thinned(most), 10 * tol)
            self.passes = 0
            self._run(rows, tol, known=True)
        else:
            self._run(rows, tol)

    def _look_around(self, rows: Rows, tol: float) -> None:
        """From the precision at which the prior alone counts downwards; the highest maxima on the way are climbed."""
        self.bound = self.newton = self._look(rows, None, "bound")[2]
        scales = np.diag(self.bound)[: self.features]
        scales = np.log(scales[scales > 0]) if (scales > 0).any() else np.zeros(1)
        high, low = float(scales.max()) + ABOVE, float(scales.min()) - BELOW
        found: list[State] = []
        self.learns = False
        for log_precision in np.linspace(high, low, min(math.ceil(high - low), MOST)):
            self.precision = math.exp(log_precision)
            self._run(rows, ROUGH)
            if self.passes >= self.max_iter:
                return
            found.append(self._state())
            if self.log_evidence < max(state.log_evidence for state in found) - LOST:
                break
        self.learns, self.near = True, 0.0
        heights = [-math.inf, *(state.log_evidence for state in found), -math.inf]
        peaks = [state for i, state in enumerate(found) if heights[i] <= heights[i + 1] > heights[i + 2]]
        peaks = sorted(peaks, key=lambda state: -state.log_evidence)[:KEPT]
        climbed = []
        for peak in peaks:
            # Between two precisions that were looked at the evidence rises by no more than so much
            if climbed and peak.log_evidence + 1 + self.features / 8 < max(state.log_evidence for state in climbed):
                break
            self.precision, self.mean, self.bound, self.newton, self.turn, self.log_evidence = peak
            self._run(rows, tol)
            if self.passes >= self.max_iter:
                return
            climbed.append(self._state())
        top = max(climbed, key=lambda state: state.log_evidence)
        self.precision, self.mean, self.bound, self.newton, self.turn, self.log_evidence = top

    def _state(self) -> State:
        return State(self.precision, self.mean, self.bound, self.newton, self.turn, self.log_evidence)

    def _run(self, rows: Rows, tol: float, known: bool = False) -> None:
        """Mean, precision and covariance in turn, until none moves. `known`: what there is comes from a part of the rows."""
        self.converged, self.slopes = False, Slopes()
        if not self.bound.size:
            self.bound = self.newton = self._look(rows, None, "bound")[2]
        kind = "bound" if self.variational else "newton"
        variances = np.empty(len(rows)) if self.variational else None
        used = self.cov if self.variational else None  # what variances are computed with
        seen: Seen | None = None
        spread, reach, since, fresh = math.inf, 0.0, 0.0, False
        sample = rows.thinned(min(SAMPLE, len(rows))) if self.variational else rows
        if self.variational:
            seen = self._look(rows, variances, cov=used)
            reach = 0.28 * math.sqrt(rows.average(variances) * len(self.mean) / 2)
        while True:
            way, seen, moved = self._climb(rows, variances, tol, seen, kind)
            since += way
            # Laplace's covariance is that at the mean itself
            self.moved = reach * since + spread if self.variational else since
            settled = self.moved <= tol if self.variational else since == 0.0
            if fresh and settled and not moved:
                self.converged = True
            elif self.passes < self.max_iter:
                if seen[2] is None:
                    seen = self._look(rows, variances, kind)
                self.bound, since, fresh = seen[2], 0.0, True
            self.log_evidence = seen[0] - self._prior_term() + self._log_volume(used)
            if self.converged and not self.variational:
                self._finish(seen[1])
            if self.converged or self.passes >= self.max_iter:
                return
            if self.variational:
                # lambda changes by a factor of at most exp(the change of xi^2/12), or exp(0.28 times that of xi). Where that is
                # 1 + r, so much does the covariance change, and that moves the posterior by r sqrt(dim/2) in units of a step.
                before, after = (sample.project(self.mean, cov)[1] for cov in (used, self.cov))
                spread = sample.average(np.abs(after - before)) / 12 * math.sqrt(len(self.mean) / 2)
                if spread > tol / 2:
                    used = self.cov
                    seen, spread = self._look(rows, variances, cov=used), 0.0
                    reach = 0.28 * math.sqrt(rows.average(variances) * len(self.mean) / 2)
                    fresh = False
            else:
                self.newton = self.bound
                if not (known and self._turning() < tol * tol):
                    self.turn = rows.turn(self.mean, self.cov)
                    self.passes += 1
            if self.learns:
                self.slopes.saw(math.log(self.precision), self._slope()[0])

    def _look(self, rows: Rows, variances: Array | None, curvature: str = "", cov: Array | None = None) -> Seen:
        self.passes += 1
        seen: Seen = rows.look(self.mean, variances, cov, curvature)
        if seen[2] is not None and not np.isfinite(seen[2]).all():
            raise ValueError("X has numbers so large that sums of their squares overflow: scale its columns")
        return seen

    def _climb(self, rows: Rows, variances: Array | None, tol: float, seen: Seen | None, wanted: str) -> tuple[float, Seen, bool]:
        """Newton's steps of the mean, with the variances as they are, and of the prior's precision, until they are short. `seen`
        is a look from where the mean is, if there was one. How far the mean went; the last look, with the matrix that is wanted
        if it could be foreseen that it would be the last; and whether the precision moved."""
        seen = self._look(rows, variances) if seen is None else seen
        way, last, renewed, moved, tries = 0.0, math.inf, False, False, 0
        while True:
            step, size = self._step(seen[1])
            learned = self.learns and size < max(self.near, tol) and tries < TRIES and self._learn_precision(tol)
            moved, tries = moved or learned, TRIES if size < tol else tries + learned
            if self.passes >= self.max_iter or (size < tol and not learned):
                return way, seen, moved
            if size > SLOW * last and not renewed:
                self.newton, renewed = self._look(rows, variances, "newton")[2], True
                continue
            step, size = self._step(seen[1])  # the prior may be another now
            start, height, gradient = self.mean, seen[0] - self._prior_term(), seen[1]
            self.mean = start + step
            seen = self._look(rows, variances, wanted if size * size < tol * min(last, NEAR) else "")
            while seen[0] - self._prior_term() < height - 1e-9 * abs(height) and self.passes < self.max_iter:
                self.mean = (start + self.mean) / 2
                seen = self._look(rows, variances)
            self._bend(self.mean - start, gradient - seen[1])
            way, last, renewed = way + size, size, False

    def _finish(self, gradient: Array) -> None:
        """The last step, too short to look again, and what the evidence gains by it."""
        step, size = self._step(gradient)
        self.mean = self.mean + step
        self.log_evidence += (size * size - float(self.turn @ step)) / 2

    def _prior_term(self) -> float:
        return float(self.prior @ self.mean**2) / 2

    def _step(self, gradient: Array) -> tuple[Array, float]:
        """Newton's, and its length in posterior standard deviations."""
        slope = gradient - self.prior * self.mean
        step = np.linalg.solve(self.newton + np.diag(self.prior), slope)
        return step, math.sqrt(max(float(slope @ step), 0.0))

    def _bend(self, step: Array, fall: Array) -> None:
        """Corrects the curvature by how the gradient fell along a step (Broyden, Fletcher, Goldfarb and Shanno)."""
        fall = fall + self.prior * step
        expected = self.newton @ step + self.prior * step
        if fall @ step > 0:
            self.newton = self.newton + np.outer(fall, fall) / (fall @ step) - np.outer(expected, expected) / (expected @ step)

    def _slope(self) -> tuple[float, float]:
        """Derivatives of the log evidence with respect to the log precision: the first, where the mean is best, and the second
        as if the data's part of cov^-1 stayed what it is.

        Laplace's has, beside those of log det cov and of the prior's square, what log det cov^-1 changes as the mean moves."""
        mean, a, own = self.mean[: self.features], self.precision, slice(self.features)
        cov = self.cov
        trace, square = a * float(np.trace(cov[own, own])), a * float(mean @ mean)
        pulled = cov[:, own] @ mean  # the mean moves by -a times that
        slope = (self.features - trace - square + a * float(self.turn @ pulled)) / 2
        bend = (a * a * (float((cov[own, own] ** 2).sum()) + 2 * float(mean @ pulled[own])) - trace - square) / 2
        bend += a * float(self.turn @ pulled) / 2 - a * a * float(self.turn @ cov[:, own] @ pulled[own])
        return slope, bend

    def _turning(self) -> float:
        """What a precision that leaves out `turn` costs, in nats."""
        _, bend = self._slope()
        part = self.precision * float(self.turn @ self.cov[:, : self.features] @ self.mean[: self.features]) / 2
        return part * part / (2 * abs(bend)) if bend else math.inf

    def _learn_precision(self, tol: float) -> bool:
        """Newton's step towards the best log precision, the mean following; whether it is worth more than tol^2 nats."""
        slope, bend = self._slope()
        here = math.log(self.precision)
        change = self.slopes.inside(here, slope, bend)
        if abs(slope * change) / 2 < tol * tol:
            return False
        self.precision = math.exp(here + change)
        return True

    def _log_volume(self, used: Array | None) -> float:
        """What the log evidence has beside the likelihood's term and the prior's square. For Laplace (log det(prior cov) + log
        det(cov))/2; else the rest of -KL(q || prior), and what the likelihood's term lacks where its variances were computed
        with another covariance."""
        inverse = self.bound + np.diag(self.prior)
        log_volume = (float(np.log(self.prior).sum()) - float(np.linalg.slogdet(inverse)[1])) / 2
        if used is not None:
            cov = self.cov
            log_volume += (len(self.mean) - float(self.prior @ np.diag(cov)) - float((self.bound * (cov - used)).sum())) / 2
        return log_volume


class Slopes:
    """What is known of a function of one variable from its slopes: where its maximum is, and how stiff it is beside its model."""

    def __init__(self) -> None:
        self.low, self.high, self.stiff = -math.inf, math.inf, 1.0
        self.last: tuple[float, float] | None = None

    def saw(self, x: float, slope: float) -> None:
        """The slope at x."""
        if slope > 0:
            self.low = max(self.low, x)
        else:
            self.high = min(self.high, x)
        if self.last is not None and x != self.last[0] and self.last[1] != 0:
            # The model said that the slope would be 0 here
            self.stiff = min(max(self.stiff * (1 - slope / self.last[1]), 0.25), 4.0)
        self.last = x, slope

    def inside(self, x: float, slope: float, bend: float) -> float:
        """Newton's step from x, of at most 2 and to where the maximum may be."""
        change = min(abs(slope), -2 * self.stiff * bend) / (-self.stiff * bend) if bend < 0 else 2.0
        target = x + math.copysign(change, slope)
        if not self.low < target < self.high:
            end = self.high if slope > 0 else self.low
            target = (x + end) / 2
        return target - x
