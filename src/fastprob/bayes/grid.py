"""Posteriors in one to three parameters, on a grid that goes where the mass is.

The grid is a product of panels along each parameter, with the 15 nodes of a Gauss-Kronrod rule in each panel. Where that rule and
the Gauss rule of 7 of its nodes disagree, or a series through its values has not converged, panels are halved; panels at the ends
that hold nothing are dropped. Densities are taken relative to the largest, so that log densities may have any size.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import ArrayLike

from .. import special
from ._checks import Array, count, function, probability, reals
from ._distribution import Frozen
from ._panels import TO_SERIES, Marginal, nodes, weights
from ._refinement import Sums

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LogDensity = Callable[..., ArrayLike]
Bounds = Mapping[str, tuple[float, float]]

PANELS = {1: 16, 2: 8, 3: 4}  # along a parameter, to begin with
LOOSE = {1: 1e-6, 2: 1e-6, 3: 1e-4}  # tolerances: three parameters take many points
LOOSEST = 1e-3  # with more, both rules may be wrong and agree
CLOSEST = 2.0**-40  # of their size, between bounds: the first panels' nodes are numbers of their own
REACH = {1: 240, 2: 120, 3: 80}  # bounds are 10^-REACH to 10^REACH apart: volumes and densities stay in the range of float64
CALL = 1 << 13  # points that the functions are given together
CELLS = {1: 64, 2: 24, 3: 8}  # that a panel is cut into, to find regions


class GridPosterior(Frozen):
    """Posterior of one to three parameters by quadrature, for any log likelihood and log prior.

    Parameters
    ----------
    log_likelihood : callable
        log p(data | parameters) in nats. It takes one array a parameter, of shape (n,), in the order of bounds, and returns an
        array of that shape; -inf is allowed.
    log_prior : callable
        log p(parameters) in nats, of the same arrays. For the evidence to mean something it is normalized.
    bounds : dict of str to (low, high)
        Each parameter's name and the interval that is looked at, of a width from 1e-240 to 1e240 (two parameters: 1e-120 to
        1e120; three: 1e-80 to 1e80) and of at least 2^-40 of the end that is farther from 0.
    tolerance : float, optional
        The grid is refined until `log_evidence_error` is below; at most 1e-3. None: 1e-6, with three parameters 1e-4. True errors
        are much smaller where log densities are smooth.
    max_points : int, default 4_000_000
        The largest grid; at least the first one, 240, 120^2 or 60^3 points.
    support : dict of str to (low, high), optional
        The whole range of a parameter, if it has ends: mass may touch these without a warning.

    Attributes
    ----------
    log_evidence : float
        log p(data), the log integral of likelihood times prior over the bounds, in nats.
    log_evidence_error : float
        How far it may be off, in nats: along every line of the grid the difference of the two rules, which is the error of the
        coarser one, and the series' last two terms; the mass in panels that were dropped; rounding. Infinite if that is as large
        as the evidence, or a peak between nodes, or a pole, may have any height.
    names : tuple of str
    nodes : tuple of ndarray
        Each parameter's grid.
    weights : tuple of ndarray
        Their weights: an integral is the sum over the product of them.
    log_density : ndarray
        Log posterior density at the nodes, an axis a parameter.

    Raises
    ------
    TypeError
        If a function returns what are no real numbers.
    ValueError
        For bounds that are not finite, not in order, or too close or too far apart; other than one to three parameters, a
        support that does not contain the bounds, or a tolerance that is not between 0 and 1e-3; if a function returns another
        shape, NaN or +inf; if the sum of both is -inf everywhere.

    Warns
    -----
    RuntimeWarning
        If mass touches a bound that is no end of the support, so that more than the tolerance may lie beyond, or the tolerance
        is not reached with max_points or by panels as narrow as float64 allows.

    Notes
    -----
    Errors of moments and quantiles are those of the same grid, and about as large relative to the standard deviation. Every
    peak of the log density is followed up that the first grid has a slope of (16, 8 or 4 panels of 15 nodes along a parameter).
    A jump closer to the end of a panel than its first node (0.4 % of its width) is not seen.

    Examples
    --------
    The probability of success after 7 successes in 10 trials:

    >>> import numpy as np
    >>> from fastprob import normal
    >>> from fastprob.bayes import GridPosterior
    >>> one = {"p": (0.0, 1.0)}
    >>> fit = GridPosterior(lambda p: 7 * np.log(p) + 3 * np.log1p(-p), lambda p: 0 * p, one, support=one)
    >>> print(round(fit.log_evidence, 6), fit.mean().round(6))
    -7.185387 [0.666667]
    >>> low, high = fit.marginal("p").interval(0.95)
    >>> print(low.round(4), high.round(4))
    0.3903 0.8907

    Mean and scale of a normal distribution:

    >>> x = np.array([4.8, 5.3, 5.2, 4.1])
    >>> fit = GridPosterior(
    ...     lambda mu, sigma: normal.logpdf(x[:, None], mu, sigma).sum(axis=0),
    ...     lambda mu, sigma: normal.logpdf(mu, 0, 10) - sigma,
    ...     {"mu": (-50, 50), "sigma": (0, 50)},
    ...     support={"sigma": (0, np.inf)},
    ... )
    >>> print(fit.mean().round(3))
    [4.842 0.744]
    """

    names: tuple[str, ...]
    nodes: tuple[Array, ...]
    weights: tuple[Array, ...]
    log_density: Array
    log_evidence: float
    log_evidence_error: float
    _edges: tuple[Array, ...]
    _shown = ("names", "log_evidence", "log_evidence_error")

    def __init__(
        self,
        log_likelihood: LogDensity,
        log_prior: LogDensity,
        bounds: Bounds,
        *,
        tolerance: float | None = None,
        max_points: int = 4_000_000,
        support: Bounds | None = None,
    ):
        function("log_likelihood", log_likelihood)
        function("log_prior", log_prior)
        if not isinstance(bounds, Mapping):
            raise TypeError(f"bounds is a dict of names and (low, high); got {bounds!r}")
        if not 1 <= len(bounds) <= 3:
            raise ValueError(f"bounds has {len(bounds)} parameters; a grid takes one to three")
        limits = [_limits(name, ends, REACH[len(bounds)]) for name, ends in bounds.items()]
        if support is not None and not isinstance(support, Mapping):
            raise TypeError(f"support is a dict of names and (low, high), or None; got {support!r}")
        largest = count("max_points", max_points, (15 * PANELS[len(bounds)]) ** len(bounds))
        ends = _support(support or {}, dict(zip(bounds, limits, strict=True)))
        share = _tolerance(LOOSE[len(bounds)] if tolerance is None else tolerance)

        edges = [np.linspace(*limit, PANELS[len(bounds)] + 1) for limit in limits]
        lost, before = 0.0, -math.inf  # what dropped panels held, relative to e^before
        while True:
            values = _evaluate(log_likelihood, log_prior, edges)
            top = values.max()
            if top == -np.inf:
                raise ValueError(
                    f"log_likelihood + log_prior is -inf at all {values.size} points of the grid over {dict(bounds)!r}: "
                    "neither bounds nor data and prior agree"
                )
            sums = Sums(values - top, edges)
            lost, before = lost * math.exp(min(before - top, 700.0)), float(top)
            error = (sums.error + lost) / sums.total
            finer, dropped = sums.refined(share, largest)
            if (error <= share and not sums.hidden) or all(map(np.array_equal, edges, finer)):
                break
            edges, lost = finer, lost + dropped
        log_evidence = float(top + np.log(sums.total))
        rounding = 2.0**-50 * max(1.0, abs(float(top)))
        reached = error <= share and not sums.hidden
        error = (-math.log1p(-error) if error < 1.0 and not sums.hidden else math.inf) + rounding
        self._become(
            names=tuple(bounds),
            nodes=tuple(nodes(e) for e in edges),
            weights=tuple(weights(e) for e in edges),
            log_density=values - log_evidence,
            log_evidence=log_evidence,
            log_evidence_error=float(error),
            _edges=tuple(edges),
        )
        if not reached:
            why = (
                "panels are as narrow as numbers allow. A parameter's logarithm, or its distance from a place nearby, may help"
                if sums.narrow
                else f"the next grid would have more than max_points, {max_points}. Narrower bounds, or parameters that depend "
                "less on each other, may help"
            )
            warnings.warn(f"the log evidence may be off by {error:.2g} nats, not {share:g}: {why}", RuntimeWarning, stacklevel=2)
        with np.errstate(all="ignore"):
            touching = list(_touching(sums, limits, ends, self.names, share))
        for line in touching:
            warnings.warn(line, RuntimeWarning, stacklevel=2)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the grid: nodes along each parameter."""
        return self.log_density.shape

    def expectation(self, function: Callable[..., ArrayLike]) -> Any:
        """Posterior mean of a function of the parameters.

        It takes one array a parameter, of shape (n,), and returns an array whose first axis has that length; ValueError if not.
        """
        if not callable(function):
            raise TypeError(f"function is a function; got {function!r}")
        total: Any = 0.0
        at, mass = 0, self._mass().ravel()
        for point in _points(self.nodes):
            value = np.asarray(function(*point))
            if value.shape[:1] != point[0].shape:
                raise ValueError(f"function returned an array of shape {value.shape}; its first axis has {len(point[0])} points")
            with np.errstate(all="ignore"):
                total = total + np.tensordot(mass[at : at + len(value)], value, 1)
            at += len(value)
        return total

    @np.errstate(all="ignore")
    def mean(self) -> Array:
        """Posterior means, in the order of `names`."""
        return np.array([self.marginal(name).mean() for name in self.names])

    @np.errstate(all="ignore")
    def cov(self) -> Array:
        """Posterior covariance matrix."""
        matrix, widths = self._cov()
        return matrix * widths[:, None] * widths

    def _cov(self) -> tuple[Array, Array]:
        """The covariance matrix in units of the grid's widths, and these: squares of a spread may leave the range of float64."""
        mass, centre, widths = self._mass(), self.mean(), np.array([e[-1] - e[0] for e in self._edges])
        apart = [(x - c) / w for x, c, w in zip(self.nodes, centre, widths, strict=True)]
        matrix = np.empty((len(apart), len(apart)))
        for i, j in itertools.product(range(len(apart)), repeat=2):
            others = tuple(k for k in range(len(apart)) if k not in (i, j))
            both = mass.sum(axis=others)
            matrix[i, j] = np.sum(both * apart[i] ** 2) if i == j else apart[min(i, j)] @ both @ apart[max(i, j)]
        return matrix, widths

    def var(self) -> Array:
        """Posterior variances, in the order of `names`."""
        return np.diag(self.cov()).copy()

    @np.errstate(all="ignore")
    def std(self) -> Array:
        """Posterior standard deviations, in the order of `names`."""
        matrix, widths = self._cov()
        return np.asarray(widths * np.sqrt(np.diag(matrix)))

    @np.errstate(all="ignore")
    def marginal(self, name: str) -> Marginal:
        """The posterior of one parameter by itself: its density, distribution function, quantiles, intervals and draws.

        ValueError for a name that is no parameter's.
        """
        i = self._index("name", name)
        others = tuple(k for k in range(len(self.names)) if k != i)
        return Marginal(name, self._edges[i], self._mass().sum(axis=others) / self.weights[i])

    @np.errstate(all="ignore")
    def hpd_level(self, mass: float = 0.95) -> float:
        """The log posterior density above which the mass lies: the edge of the smallest region that holds it.

        A point is inside if its log likelihood + log prior - `log_evidence` is larger. ValueError if mass is not between 0 and 1.
        Found by cutting panels into cells: what lies above holds the mass to about 1e-3.
        """
        wanted = probability("mass", mass)
        density, volumes = self._cells(range(len(self.names)))
        return float(np.log(_level(density, volumes, wanted)))

    @np.errstate(all="ignore")
    def pair(self, first: str, second: str, masses: Sequence[float] = (0.95, 0.5)) -> tuple[Array, Array, Array, list[float]]:
        """The joint density of two parameters, for contours.

        Returns
        -------
        x, y : ndarray
            Places along the first and the second parameter.
        density : ndarray [len(x), len(y)]
        levels : list of float
            For each of the masses, the density above which it lies.

        Raises
        ------
        ValueError
            For a name that is no parameter's, twice the same, or a mass that is not between 0 and 1.
        """
        i, j = self._index("first", first), self._index("second", second)
        if i == j:
            raise ValueError(f"first and second are both {first!r}")
        wanted = reals("masses", masses)
        if wanted.ndim != 1:
            raise ValueError(f"masses are numbers between 0 and 1, a sequence of them; got {masses!r}")
        density, volumes = self._cells(sorted((i, j)))
        levels = [_level(density, volumes, probability("masses", mass)) for mass in wanted]
        x, y = (_middles(self._edges[k]) for k in (i, j))
        return x, y, density if i < j else density.T, levels

    @np.errstate(all="ignore")
    def plot(self) -> Figure:
        """Marginal densities with mean and 95 % region of highest density; for each pair, the regions that hold 50 % and 95 %.

        Needs Matplotlib, which is imported now; no display is needed. ImportError that names the extra without it.
        """
        from ._plots import corner

        return corner(self)

    def _index(self, argument: str, name: str) -> int:
        """Of a parameter."""
        if not isinstance(name, str) or name not in self.names:
            raise ValueError(f"{argument} is {name!r}; allowed: {', '.join(self.names)}")
        return self.names.index(name)

    @np.errstate(all="ignore")
    def _mass(self) -> Array:
        """Posterior probability at the nodes."""
        mass = special.exp(self.log_density)
        for i, w in enumerate(self.weights):
            mass = mass * w.reshape([-1 if k == i else 1 for k in range(mass.ndim)])
        return np.asarray(mass / mass.sum())

    @np.errstate(all="ignore")
    def _cells(self, axes: Any) -> tuple[Array, Array]:
        """Density of some parameters in the middle of cells, and the cells' volumes."""
        keep = tuple(axes)
        others = tuple(k for k in range(len(self.names)) if k not in keep)
        density = self._mass().sum(axis=others)
        volumes = np.ones(())
        for place, i in enumerate(keep):
            density = np.moveaxis(density, place, -1) / self.weights[i]
            cells = CELLS[len(keep)]
            middle = (2.0 * np.arange(cells) + 1.0) / cells - 1.0
            between = TO_SERIES @ legendre.legvander(middle, 14).T
            panels = len(self._edges[i]) - 1
            density = (density.reshape(*density.shape[:-1], panels, 15) @ between).reshape(*density.shape[:-1], panels * cells)
            density = np.moveaxis(density, -1, place)
            volumes = volumes[..., None] * np.repeat(np.diff(self._edges[i]) / cells, cells)
        return np.maximum(density, 0.0), volumes


def _points(axes: Any) -> Iterator[list[Array]]:
    """All points of a grid in their order, some at a time, one array a parameter."""
    shape = tuple(len(x) for x in axes)
    for first in range(0, int(np.prod(shape)), CALL):
        index = np.unravel_index(np.arange(first, min(first + CALL, int(np.prod(shape)))), shape)
        yield [x[i] for x, i in zip(axes, index, strict=True)]


def _evaluate(log_likelihood: LogDensity, log_prior: LogDensity, edges: list[Array]) -> Array:
    """Their sum at all nodes."""
    axes = [nodes(e) for e in edges]
    parts = []
    for point in _points(axes):
        prior = _called("log_prior", log_prior, point)
        likelihood = _called("log_likelihood", log_likelihood, point)
        parts.append(prior + likelihood)
    return np.concatenate(parts).reshape([len(x) for x in axes])


def _called(name: str, function: LogDensity, point: list[Array]) -> Array:
    value = reals(f"the result of {name}", function(*point))
    if value.shape != point[0].shape:
        raise ValueError(f"{name} returned an array of shape {value.shape}; it was given arrays of shape {point[0].shape}")
    wrong = np.isnan(value) | (value == np.inf)
    if wrong.any():
        i = int(np.argmax(wrong))
        raise ValueError(
            f"{name} is {value[i]} at ({', '.join(f'{float(x[i]):.6g}' for x in point)}); allowed: numbers below inf"
        )
    return value


def _interval(argument: str, name: str, ends: Any) -> tuple[float, float]:
    array = reals(f"{argument}[{name!r}]", ends)
    if array.shape != (2,) or not array[0] < array[1]:
        raise ValueError(f"{argument}[{name!r}] is {ends!r}; allowed: (low, high) with low < high")
    return float(array[0]), float(array[1])


def _limits(name: str, ends: Any, reach: int) -> tuple[float, float]:
    """Of one parameter, between which there are numbers enough for panels."""
    low, high = _interval("bounds", name, ends)
    if not math.isfinite(low) or not math.isfinite(high):
        raise ValueError(f"bounds[{name!r}] is {ends!r}; allowed: finite numbers")
    if not max(10.0**-reach, CLOSEST * max(abs(low), abs(high))) <= high - low <= 10.0**reach:
        raise ValueError(
            f"bounds[{name!r}] is {ends!r}; allowed: high - low from 1e-{reach} to 1e{reach}, "
            "and at least 2^-40 of the one that is farther from 0"
        )
    return low, high


def _tolerance(value: float) -> float:
    number = probability("tolerance", value)
    if number > LOOSEST:
        raise ValueError(f"tolerance is {number:g}; allowed: numbers > 0 up to {LOOSEST:g}")
    return number


def _support(support: Bounds, limits: dict[str, tuple[float, float]]) -> list[tuple[float, float]]:
    ends = dict.fromkeys(limits, (-np.inf, np.inf))
    for name, given in support.items():
        if name not in limits:
            raise ValueError(f"support has {name!r}, which is not among the parameters {', '.join(limits)}")
        low, high = _interval("support", name, given)
        if limits[name][0] < low or limits[name][1] > high:
            raise ValueError(f"bounds[{name!r}] is {limits[name]}, beyond its support {(low, high)}")
        ends[name] = (low, high)
    return list(ends.values())


def _touching(sums: Sums, limits: Any, ends: Any, names: tuple[str, ...], tolerance: float) -> Iterator[str]:
    for marginal, edge, limit, end, name in zip(sums.marginals, sums.edges, limits, ends, names, strict=True):
        mean = float(np.sum(marginal * weights(edge) * nodes(edge)) / sums.total)
        for side, place in (("low", 0), ("high", -1)):
            # Beyond the bound lies about this much, or less, if the density falls like 1/distance^2 or faster.
            beyond = float(marginal[place] / sums.total) * abs(limit[place] - mean)
            if beyond > tolerance and edge[place] == limit[place] != end[place]:
                share = float(marginal[place] / marginal.max())
                yield (
                    f"mass touches the {side} bound of {name!r}, {limit[place]:g}: the marginal density there is {share:.2g} "
                    "of its largest, and what lies beyond is left out. Widen bounds, or give support if there is nothing beyond"
                )


def _middles(edges: Array) -> Array:
    """Of the cells that panels are cut into for two parameters."""
    cells = CELLS[2]
    return (edges[:-1, None] + np.diff(edges)[:, None] * ((np.arange(cells) + 0.5) / cells)).ravel()


def _level(density: Array, volumes: Array, wanted: float) -> float:
    """The density above which cells hold a share of the mass."""
    order = np.argsort(density, axis=None)[::-1]
    sorted_density = density.ravel()[order]
    held = np.cumsum(sorted_density * volumes.ravel()[order])
    held = (held - 0.5 * sorted_density * volumes.ravel()[order]) / held[-1]
    return float(np.interp(wanted, held, sorted_density))
