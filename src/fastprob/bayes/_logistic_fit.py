"""The posterior of a logistic regression's coefficients as a normal distribution, and the best precision of their prior."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._outlook import EPS, KEPT, Outlook, tops
from ._rows import Rows

Array = NDArray[np.float64]

THINNED = 16_384  # rows, at least, that the fit to more than four times as many begins with
FEW = 64  # rows a coefficient up to which the evidence may have several maxima
SAMPLE = 4096  # rows on which it is looked at how far variances moved
NEAR = 0.5  # posterior standard deviations from the best mean: there the prior's precision is worth a look, with many rows
TRIES = 5  # moves of the precision before the covariance is looked at again; one only at the best mean
SLOW = 0.3  # a step longer than this part of the one before asks for new curvature
ROUGH = 0.1  # tolerance of a first look at many precisions
LOST_DIGITS = 256 * EPS  # least eigenvalue of the inverse covariance, with a diagonal of 1
LOST = 20.0  # nats below the best: smaller precisions are not looked at

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

    def __init__(self, variational: bool, learns: bool, precision: float, scale: float | None, max_iter: int, center: Array):
        self.variational, self.learns, self.precision = variational, learns, precision
        self.scale, self.max_iter = scale, max_iter
        self.features, self.near = len(center), NEAR
        # What the intercept's prior is about, in its standard deviations: features less a center move the intercept
        self.pull = np.zeros(self.features) if scale is None else np.append(-center, 1.0) / scale
        self.held = np.outer(self.pull, self.pull)
        dim = len(self.pull)
        self.mean = np.zeros(dim)
        self.bound = self.newton = np.empty(0)  # the data's part of cov^-1, and of the curvature that steps are made with
        self.turn = np.zeros(dim)  # of log det cov^-1 with the mean, for Laplace: what the prior's precision moves by the mean
        self.log_evidence, self.passes, self.moved, self.converged = -math.inf, 0, math.inf, False

    @property
    def prior(self) -> Array:
        """The precision matrix of the coefficients' prior."""
        matrix = self.held.copy()
        matrix.flat[: self.features * (len(matrix) + 1) : len(matrix) + 1] += self.precision
        return matrix

    @property
    def cov(self) -> Array:
        return np.linalg.inv(self.bound + self.prior)

    def best(self, rows: Rows, tol: float) -> None:
        """The whole fit."""
        most = max(THINNED, FEW * rows.dim)
        part = rows.thinned(most) if len(rows) > 4 * most else rows
        rough = tol if part is rows else 10 * tol
        outlook = self._begin(part) if self.learns else None
        self.learns = outlook is not None  # without a feature that varies all precisions are the same
        if outlook is None:
            self._run(part, rough)
        elif len(rows) <= FEW * rows.dim:
            self._look_around(rows, tol, outlook)
        else:
            start = self._state()
            self._follow(part, rough, [start._replace(precision=a, log_evidence=hope) for a, hope in outlook.peaks()])
            self._look_back(part, rough, outlook)
            if part is not rows:
                self._look_again(rows, outlook, start)
        if part is not rows:
            self.passes = 0
            self._run(rows, tol, known=True)
        inverse = self.bound + self.prior
        size = np.sqrt(np.diag(inverse))
        if np.linalg.eigvalsh(inverse / np.outer(size, size))[0] < LOST_DIGITS:
            raise np.linalg.LinAlgError("the covariance has hardly a digit")

    def _begin(self, rows: Rows) -> Outlook | None:
        """To the mean without coefficients. Gradient and curvature there are those at 0 in other units: all logits are equal."""
        _, gradient, matrix = self._look(rows, None, "bound")
        self.bound = self.newton = matrix
        if self.scale is not None:
            total = 4 * matrix[-1, -1]
            share = min(max(0.5 + gradient[-1] / total, 1e-12), 1 - 1e-12)
            logit = math.log(share / (1 - share)) / (1 + self.scale**-2 / (total * share * (1 - share)))
            above = math.tanh(logit / 2) / 2
            self.mean[-1] = logit
            gradient, self.newton = gradient - 4 * above * matrix[:, -1], (1 - 4 * above * above) * matrix
            self.bound = 4 * above / logit * matrix if self.variational and logit else self.newton
            value = total * (share * logit - float(np.logaddexp(0, logit)))
            self.log_evidence = value - math.log1p(self.newton[-1, -1] * self.scale**2) / 2
        number = len(rows) if rows.weight is None else float(rows.weight.sum())
        linear = gradient + self.newton @ self.mean
        return Outlook.of(self.newton, linear, self.held, self.features, number * rows.copies, self.log_evidence)

    def _look_back(self, rows: Rows, tol: float, outlook: Outlook) -> None:
        """From the best: where coefficients are large, the curvature without them says little of smaller precisions."""
        best = self._state()
        linear = self._drawn(self.mean) + self.bound @ self.mean
        elsewhere = outlook.again(self.bound, linear, self.held, self.features).elsewhere(self.precision)
        if elsewhere is not None and self.converged:
            self._follow(rows, tol, [best._replace(precision=elsewhere, log_evidence=math.inf)], known=[best])

    def _look_again(self, rows: Rows, outlook: Outlook, start: State) -> None:
        """All rows may say more than a part: of precisions far from that which the part has found."""
        linear = rows.look(start.mean)[1] + start.newton @ start.mean
        elsewhere = outlook.again(start.newton, linear, self.held, self.features).elsewhere(self.precision)
        if elsewhere is not None:
            self._restore(start._replace(precision=elsewhere))

    def _look_around(self, rows: Rows, tol: float, outlook: Outlook) -> None:
        """From the precision at which the prior alone counts downwards; the highest maxima on the way are climbed."""
        found: list[State] = []
        self.learns = False
        for log_precision, ahead in zip(outlook.log_precisions, outlook.ahead(), strict=True):
            self.precision = math.exp(log_precision)
            try:
                self._run(rows, ROUGH)
            except np.linalg.LinAlgError:  # without more of the prior there are no digits
                if not found:
                    raise
                break
            if self.passes >= self.max_iter:
                return
            found.append(self._state())
            if self.log_evidence + ahead < max(state.log_evidence for state in found) - LOST:
                break
        self.learns, self.near = True, 0.0
        peaks = [found[i] for i in tops(np.array([state.log_evidence for state in found]))]
        # Between two precisions that were looked at the evidence rises by no more than so much
        self._follow(rows, tol, peaks[:KEPT], 1 + self.features / 8)

    def _follow(self, rows: Rows, tol: float, starts: list[State], hidden: float = 0.0, known: list[State] | None = None) -> None:
        """The highest of the maxima that are climbed from some states, highest first; those without hope are left out."""
        climbed = known or []
        for start in starts:
            if climbed and start.log_evidence + hidden < max(state.log_evidence for state in climbed):
                break
            self._restore(start)
            try:
                self._run(rows, tol)
            except np.linalg.LinAlgError:  # without more of the prior there are no digits
                continue
            if self.passes >= self.max_iter:
                return
            climbed.append(self._state())
        if not climbed:
            raise np.linalg.LinAlgError("no precision leaves the covariance digits")
        self._restore(max(climbed, key=lambda state: state.log_evidence))

    def _restore(self, state: State) -> None:
        self.precision, self.mean, self.bound, self.newton, self.turn, self.log_evidence = state

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
        return float(self.mean @ self._drawn(self.mean)) / 2

    def _drawn(self, step: Array) -> Array:
        """The prior's precision times a vector."""
        drawn = self.pull * (self.pull @ step)
        drawn[: self.features] += self.precision * step[: self.features]
        return drawn

    def _step(self, gradient: Array) -> tuple[Array, float]:
        """Newton's, and its length in posterior standard deviations."""
        slope = gradient - self._drawn(self.mean)
        step = np.linalg.solve(self.newton + self.prior, slope)
        return step, math.sqrt(max(float(slope @ step), 0.0))

    def _bend(self, step: Array, fall: Array) -> None:
        """Corrects the curvature by how the gradient fell along a step (Broyden, Fletcher, Goldfarb and Shanno)."""
        fall = fall + self._drawn(step)
        expected = self.newton @ step + self._drawn(step)
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
        log_det_prior = self.features * math.log(self.precision) - (0.0 if self.scale is None else 2 * math.log(self.scale))
        log_volume = (log_det_prior - float(np.linalg.slogdet(self.bound + self.prior)[1])) / 2
        if used is not None:
            cov = self.cov
            log_volume += (len(self.mean) - float((self.prior * cov).sum()) - float((self.bound * (cov - used)).sum())) / 2
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
