"""Functions on an interval cut into panels, each with the nodes of a Gauss-Kronrod rule: integrals, values between the nodes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

from .. import special
from ..random import Generator
from ._checks import Array, probability
from ._distribution import Continuous

STAYS = 2.0**-46  # of half a panel: nodes this near to where they belong are there
EVEN = 1e-12  # of a density: differences that rounding makes
FINE = 64  # pieces of a panel, between whose ends a density crosses a level at most once


def _kronrod() -> tuple[Any, Any, Any]:
    """Nodes and weights of Kronrod's extension of Gauss's rule of 7 points, and Gauss's weights at its nodes."""
    x, w = legendre.leggauss(12)  # exact for the products below
    at = legendre.legvander(x, 8)
    # The new nodes are the roots of the Stieltjes polynomial, orthogonal to P_7 P_k for every k <= 7.
    products = np.einsum("i,i,ij,ik->jk", w, at[:, 7], at, at)
    even = products[0:7:2, 1:8:2]
    series = np.zeros(9)
    series[0:7:2] = np.linalg.solve(even.T, -products[8, 1:8:2])
    series[8] = 1.0
    gauss = legendre.leggauss(7)[0]
    nodes = np.sort(np.concatenate([gauss, legendre.legroots(series).real]))
    embedded = np.zeros(15)
    embedded[1::2] = _weights(gauss)
    return nodes, _weights(nodes), embedded


def _weights(nodes: Any) -> Any:
    """Of a rule that is right for as many polynomials as there are nodes."""
    n = len(nodes)
    return np.linalg.solve(legendre.legvander(nodes, n - 1).T, [2.0] + (n - 1) * [0.0])


NODES: Array
KRONROD: Array
GAUSS: Array
NODES, KRONROD, GAUSS = _kronrod()
AT_NODES = legendre.legvander(NODES, 14)
TO_SERIES = np.linalg.inv(AT_NODES).T  # values at the nodes to coefficients of Legendre's polynomials

# What a panel's integral is doubted by: the difference of the rules, which alone is small by chance where there is a kink, and
# the last two terms of the series.
DOUBTS = np.column_stack([KRONROD - GAUSS, TO_SERIES[:, 13:]])


def _polynomials(t: Array, degree: int) -> Array:
    """Legendre's, of a shape (*t.shape, degree + 1)."""
    return np.asarray(legendre.legvander(np.ravel(t), degree).reshape(*np.shape(t), degree + 1), dtype=np.float64)


@np.errstate(all="ignore")
def nodes(edges: Array) -> Array:
    """All nodes, panel after panel."""
    half = 0.5 * np.diff(edges)
    return np.asarray(((edges[:-1] + half)[:, None] + half[:, None] * NODES).ravel(), dtype=np.float64)


@np.errstate(all="ignore")
def settling(edges: Array) -> Array:
    """Matrices [panel, 15, 15] from values at the nodes, where rounding has put them, to those where the nodes belong.

    Beside a needle far from 0 that is not the same: what lies between is much of the difference of two rules, or of a weight.
    """
    places = (nodes(edges).reshape(-1, 15) - edges[:-1, None]) / (0.5 * np.diff(edges)[:, None]) - 1.0
    matrices = np.tile(np.eye(15), (len(places), 1, 1))
    moved = np.abs(places - NODES).max(axis=1) > STAYS
    if moved.any():
        matrices[moved] = AT_NODES @ np.linalg.inv(legendre.legvander(places[moved], 14))
    return matrices


@np.errstate(all="ignore")
def weights(edges: Array) -> Array:
    """The nodes' weights, for where rounding has put them."""
    return np.asarray((0.5 * np.diff(edges)[:, None] * (KRONROD @ settling(edges))).ravel(), dtype=np.float64)


class Marginal(Continuous):
    """The posterior distribution of one parameter: a polynomial of degree 14 in each panel of a grid.

    It has what every continuous distribution has (`pdf`, `cdf`, `ppf`, `interval`, `sample` and so on), and `hpd`.
    """

    name: str
    edges: Array
    _shown = ("name",)
    _series: Array
    _below: Array
    _above: Array

    @np.errstate(all="ignore")
    def __init__(self, name: str, edges: Array, density: Array):
        half = 0.5 * np.diff(edges)
        values = (settling(edges) @ density.reshape(-1, 15, 1))[..., 0]
        masses = half * (values @ KRONROD)
        self._become(
            shape=(),
            name=name,
            edges=edges,
            _series=values @ TO_SERIES / masses.sum(),
            _below=np.concatenate([[0.0], np.cumsum(masses)]) / masses.sum(),
            _above=np.concatenate([np.cumsum(masses[::-1])[::-1], [0.0]]) / masses.sum(),
        )

    @np.errstate(all="ignore")
    def mean(self) -> Any:
        """Expected value."""
        middle = self.edges[len(self.edges) // 2]
        return middle + self._moment(middle, 1)

    @np.errstate(all="ignore")
    def var(self) -> Any:
        """Variance."""
        return self._moment(self.mean(), 2)

    @np.errstate(all="ignore")
    def std(self) -> Any:
        """Standard deviation."""
        width = self.edges[-1] - self.edges[0]
        return width * np.sqrt(self._moment(self.mean(), 2, width))

    def _moment(self, about: float, power: int, unit: float = 1.0) -> Any:
        half = 0.5 * np.diff(self.edges)[:, None]
        mass = half * KRONROD * (self._series @ AT_NODES.T)
        return np.sum(mass * (((self.edges[:-1, None] - about) + half * (1.0 + NODES)) / unit) ** power)

    def _place(self, x: Array) -> tuple[NDArray[np.intp], Array]:
        """Panels, and where in them, from -1 to 1."""
        panel = np.clip(np.searchsorted(self.edges, x, side="right") - 1, 0, len(self.edges) - 2)
        low, high = self.edges[panel], self.edges[panel + 1]
        return panel, np.clip((2.0 * x - low - high) / (high - low), -1.0, 1.0)

    def _density(self, x: Array) -> Any:
        panel, t = self._place(x)
        value = np.maximum(np.sum(self._series[panel] * _polynomials(t, 14), axis=-1), 0.0)
        return np.select([(x < self.edges[0]) | (x > self.edges[-1]), np.isnan(x)], [0.0, np.nan], value)

    def _part(self, panel: NDArray[np.intp], t: Array, start: float) -> Any:
        """The integral from the panel's start, -1 or 1, to t."""
        integral = legendre.legint(self._series, lbnd=start, axis=1)
        return 0.5 * np.diff(self.edges)[panel] * np.sum(integral[panel] * _polynomials(t, 15), axis=-1)

    def _logpdf(self, x: Array) -> Any:
        return special.log(self._density(x))

    def _cdf(self, x: Array) -> Any:
        panel, t = self._place(x)
        value = self._below[panel] + self._part(panel, t, -1.0)
        return self._outside(x, np.clip(value, 0.0, 1.0), 0.0, 1.0)

    def _sf(self, x: Array) -> Any:
        panel, t = self._place(x)
        value = self._above[panel + 1] - self._part(panel, t, 1.0)
        return self._outside(x, np.clip(value, 0.0, 1.0), 1.0, 0.0)

    def _outside(self, x: Array, inside: Any, below: float, above: float) -> Any:
        """Values inside the grid, and beyond its ends what they are there."""
        return np.select([x <= self.edges[0], x >= self.edges[-1], np.isnan(x)], [below, above, np.nan], inside)

    def _ppf(self, q: Array) -> Any:
        panel = np.clip(np.searchsorted(self._below, q, side="right") - 1, 0, len(self.edges) - 2)
        return self._bisected(panel, q, lambda panel, t: self._below[panel] + self._part(panel, t, -1.0))

    def _isf(self, q: Array) -> Any:
        panel = np.clip(len(self.edges) - 1 - np.searchsorted(self._above[::-1], q, side="right"), 0, len(self.edges) - 2)
        return self._bisected(panel, -q, lambda panel, t: self._part(panel, t, 1.0) - self._above[panel + 1])

    def _bisected(self, panel: NDArray[np.intp], target: Array, rising: Any) -> Any:
        low, high = np.full(np.shape(target), -1.0), np.ones(np.shape(target))
        for _ in range(54):
            middle = 0.5 * (low + high)
            left = rising(panel, middle) < target
            low, high = np.where(left, middle, low), np.where(left, high, middle)
        start, end = self.edges[panel], self.edges[panel + 1]
        return np.where(np.isnan(target), np.nan, 0.5 * (start + end) + 0.25 * (end - start) * (low + high))

    def _sample(self, shape: tuple[int, ...], rng: Generator) -> Any:
        return self._ppf(np.asarray(rng.random(shape, open=True)))

    @np.errstate(all="ignore")
    def hpd(self, mass: float = 0.95) -> list[tuple[float, float]]:
        """The intervals of highest density that hold the mass, from left to right: one, or several with several modes.

        Where the density at their edge is flat, all that is as high belongs to them, and they hold more than the mass.
        ValueError if mass is not between 0 and 1.
        """
        wanted = probability("mass", mass)
        pieces = np.diff(self.edges)[:, None] * (np.arange(FINE) / FINE)
        x = np.append((self.edges[:-1, None] + pieces).ravel(), self.edges[-1])
        density = self._density(x)
        low, high = 0.0, float(density.max())
        for _ in range(50):
            level = 0.5 * (low + high)
            intervals = self._above_level(level, x, density)
            low, high = (level, high) if self._held(intervals) > wanted else (low, level)
        # Of what is flat, rounding leaves slivers above a level
        even = self._above_level(low * (1.0 - EVEN), x, density)
        if self._held(even) > wanted + 1e-6:
            intervals = even
        return [(float(a), float(b)) for a, b in intervals]

    def _held(self, intervals: Array) -> float:
        return float((self._cdf(intervals[:, 1]) - self._cdf(intervals[:, 0])).sum())

    def _above_level(self, level: float, x: Array, density: Array) -> Array:
        """Intervals [n, 2] in which the density is above a level, given at points."""
        above = density > level
        change = np.flatnonzero(above[1:] != above[:-1])
        outside, inside = np.where(above[change], x[change + 1], x[change]), np.where(above[change], x[change], x[change + 1])
        for _ in range(44):
            middle = 0.5 * (outside + inside)
            up = self._density(middle) > level
            outside, inside = np.where(up, outside, middle), np.where(up, middle, inside)
        ends = [*([x[0]] if above[0] else []), *inside, *([x[-1]] if above[-1] else [])]
        return np.reshape(ends, (-1, 2))
