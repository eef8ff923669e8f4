"""Where a grid needs more panels: sums over it, how far they may be off, and the next one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .. import special
from ._checks import Array
from ._panels import DOUBTS, settling, weights

STEEPEST = 4.0  # how much wider a panel may be than the next
POLE = 1.0  # nats from a peak in a panel that is not halved to the nodes beside it: more, and its mass may be anything
SHARP = 5.0  # nats from a peak to the next node: more, and the peak may be much higher than it looks
NARROWEST, LEAST = 2.0**-44, 1e-300  # of its place, and at all: a panel that is not halved, so that no node meets its ends
NEGLIGIBLE = 1e-3  # of the tolerance: panels at the ends with less than this are dropped


class Sums:
    """Integrals over a grid of a density, whose largest logarithm is 0, and where it needs more panels."""

    @np.errstate(all="ignore")
    def __init__(self, log_density: Array, edges: list[Array]):
        self.edges = edges
        self.marginals, self.masses, self.errors, self.peaks, self.poles = [], [], [], [], []
        density, rules = special.exp(log_density), [weights(e) for e in edges]
        for i, e in enumerate(edges):
            profile = log_density.max(axis=tuple(k for k in range(len(edges)) if k != i))
            self.peaks.append(_unresolved(profile, e))
            self.poles.append(_steep(profile))
            lines = np.moveaxis(density, i, -1)
            panels = lines.reshape(*lines.shape[:-1], -1, 15)
            # Along each line by itself: over many lines differences may well sum to nothing.
            doubts = panels[..., None, :] @ (settling(e).swapaxes(1, 2) @ DOUBTS)
            error = np.abs(doubts).sum(axis=(-2, -1)) * (0.5 * np.diff(e))
            for k in reversed([k for k in range(len(edges)) if k != i]):
                lines, error = (np.tensordot(rules[k], x, (0, k - (k > i))) for x in (lines, error))
            self.marginals.append(lines)
            self.masses.append((lines * rules[i]).reshape(-1, 15).sum(axis=1))
            self.errors.append(error)
        self.total = float(self.masses[0].sum())
        self.error = float(sum(e.sum() for e in self.errors))
        self.hidden = any(peaks.any() for peaks in self.peaks)
        self.narrow = False  # whether a panel ought to be halved that cannot be

    @np.errstate(all="ignore")
    def refined(self, tolerance: float, max_points: int) -> tuple[list[Array], float]:
        """The next grid's edges, the same if none is small enough, and the mass in panels that it drops."""
        threshold = tolerance
        while True:
            finer, dropped = self._refined(tolerance, threshold)
            if math.prod(15 * (len(e) - 1) for e in finer) <= max_points:
                return finer, dropped
            if threshold > 1.0:
                return self.edges, 0.0
            threshold *= 4.0

    def _refined(self, tolerance: float, threshold: float) -> tuple[list[Array], float]:
        finer, dropped = [], 0.0
        each = zip(self.edges, self.masses, self.errors, self.peaks, self.poles, strict=True)
        for edges, mass, error, peaks, poles in each:
            # While a peak is hidden, nothing is negligible: the total may be much less than it looks.
            held = mass + error
            small = (held < NEGLIGIBLE * tolerance / len(self.edges) * self.total) & ~peaks & (not self.hidden)
            first, last = 0, len(mass)
            # An end goes if the panel beside it holds nothing either: what is near a mass is never dropped.
            while last - first > 3 and small[first] and small[first + 1]:
                first += 1
            while last - first > 3 and small[last - 1] and small[last - 2]:
                last -= 1
            dropped += float(held[:first].sum() + held[last:].sum())
            wrong = error / self.total > 0.5 * threshold / (len(self.edges) * len(mass))
            narrow = np.diff(edges) < np.maximum(LEAST, NARROWEST * np.maximum(np.abs(edges[1:]), np.abs(edges[:-1])))
            self.narrow |= bool((wrong & narrow).any())
            self.hidden |= bool((wrong & narrow & poles).any())
            split = peaks | (wrong & ~narrow)
            finer.append(_graded(_halved(edges[first : last + 1], split[first:last])))
        return finer, dropped


def _unresolved(profile: Array, edges: Array) -> NDArray[np.bool_]:
    """Panels with a peak between whose nodes the log density falls by much: how high it is, and so its mass, is not known yet."""
    inner, finite = profile[1:-1], np.isfinite(profile)
    peak = (inner >= profile[:-2]) & (inner >= profile[2:]) & finite[1:-1]
    with np.errstate(invalid="ignore"):
        falls = np.maximum(np.where(finite[:-2], inner - profile[:-2], 0.0), np.where(finite[2:], inner - profile[2:], 0.0))
    at = (np.flatnonzero(peak & (falls > SHARP)) + 1) // 15
    narrow = np.diff(edges) < 1e-13 * (abs(edges[0]) + abs(edges[-1]))
    return np.asarray(np.isin(np.arange(len(edges) - 1), at) & ~narrow)


def _steep(profile: Array) -> NDArray[np.bool_]:
    """Panels with a node much higher than those beside it in the panel."""
    padded = np.pad(profile.reshape(-1, 15), ((0, 0), (1, 1)), constant_values=-np.inf)
    inner = padded[:, 1:-1]
    return np.asarray((np.minimum(inner - padded[:, :-2], inner - padded[:, 2:]) > POLE).any(axis=1))


def _halved(edges: Array, split: NDArray[np.bool_]) -> Array:
    middle = 0.5 * (edges[:-1] + edges[1:])
    return np.sort(np.concatenate([edges, middle[split]]))


def _graded(edges: Array) -> Array:
    """No panel more than STEEPEST times as wide as the next: what lies just beyond a fine panel is seen."""
    while True:
        width = np.diff(edges)
        beside = np.minimum(np.append(width[1:], np.inf), np.append(np.inf, width[:-1]))
        split = width > 1.01 * STEEPEST * beside
        if not split.any():
            return edges
        edges = _halved(edges, split)
