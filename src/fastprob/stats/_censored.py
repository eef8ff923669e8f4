"""Censored data, scipy.stats.CensoredData: of some it is known only that they are below or above a number, or between two."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ._scipy import scipy_module

if TYPE_CHECKING:
    from ._kinds import Continuous

_Data: TypeAlias = NDArray[np.float64]

_STEPS = 1000               # of the search, which takes ten to fifty
_NEAR = 1e-6                # Newton's step from a maximum, beside the data's spread
_CLOSE = 1e-13              # of loc to the maximum for a fixed scale, beside this
_RANGE = 1e6                # of scales beside that, in which a maximum is looked for


class Censored(NamedTuple):
    """Data as they are, ends of those that are below and above them, and of those that are between two."""

    known: _Data
    below: _Data
    above: _Data
    low: _Data
    high: _Data

    def size(self) -> int:
        return sum(map(len, self[:4]))

    def representatives(self) -> _Data:
        """A number for each: the ends, and the middles of intervals."""
        return np.concatenate([self.known, self.below, self.above, self.low / 2.0 + self.high / 2.0])

    def apart(self, loc: Any) -> bool:
        """Whether no number, or not loc, may be all of the data: else the likelihood grows as the scale falls to 0."""
        least = max(map(np.max, filter(len, (self.known, self.above, self.low))), default=-math.inf)
        largest = min(map(np.min, filter(len, (self.known, self.below, self.high))), default=math.inf)
        return bool(least > largest if loc is None else not least <= loc <= largest)

    def bounded(self) -> bool:
        """Whether there are data that a loc has to be below and data that it has to be above: else no loc is the best."""
        below = len(self.known) + len(self.below) + np.count_nonzero(np.isfinite(self.high))
        above = len(self.known) + len(self.above) + np.count_nonzero(np.isfinite(self.low))
        return bool(below and above)

    def loglik(self, dist: Continuous, theta: Any) -> _Data:
        """The log likelihood's terms."""
        terms = [dist.logpdf(self.known, *theta), dist.logcdf(self.below, *theta), dist.logsf(self.above, *theta)]
        return np.concatenate([*terms, dist._log_mass(self.low, self.high, *theta)])


def censored(data: Any) -> Censored | None:
    """What there is in SciPy's object; None for anything else."""
    scipy_stats = sys.modules.get("scipy.stats")
    if scipy_stats is None or not isinstance(data, scipy_stats.CensoredData):
        return None
    found = Censored(data._uncensored, data._left, data._right, data._interval[:, 0], data._interval[:, 1])
    if not found.size():
        raise ValueError("data: is empty")
    return Censored(*(np.asarray(part, dtype=np.float64) for part in found))


def fit_loc_scale(dist: Continuous, functions: Any, data: Censored, loc: Any, scale: Any) -> tuple[Any, Any]:
    """Maximum likelihood for a log-concave density, of which `functions` has the standard logarithms' gradients.

    In u = 1/scale and v = loc/scale the log likelihood is concave (Burridge 1981, Pratt 1981).
    """
    if scale is None and not data.apart(loc):
        what = "one number" if loc is None else f"floc = {loc}"
        raise RuntimeError(f"{dist!r}.fit: all of the data may be {what}; the likelihood grows as the scale falls to 0")
    if loc is None and not data.bounded():
        raise RuntimeError(f"{dist!r}.fit: the likelihood of these data has no maximum")
    spread = data.representatives()
    center = float(spread.mean()) if loc is None else loc
    # hypot: the squares need not be in the range of floating point
    unit = (math.hypot(*(spread - center)) / math.sqrt(len(spread)) or 1.0) if scale is None else scale
    known, below, above, low, high = ((part - center) / unit for part in data)
    free = [k for k, held in enumerate((scale, loc)) if held is None]

    def objective(found: _Data) -> tuple[float, _Data]:
        point = np.array([1.0, 0.0])
        point[free] = found
        u, v = point
        if not u > 0.0:
            return math.inf, np.zeros(len(free))
        value, slopes = len(known) * math.log(u), np.array([len(known) / u, 0.0])
        for name, x in (("logpdf", known), ("logcdf", below), ("logsf", above)):
            z = u * x - v
            value += getattr(functions, name)(z).sum()
            slopes += _by_point(getattr(functions, f"{name}_grad")(z)[0], x)
        ends = u * low - v, u * high - v
        value += functions.log_interval_mass(*ends).sum()
        by_low, by_high, *_ = functions.log_interval_mass_grad(*ends)
        slopes += _by_point(by_low, low) + _by_point(by_high, high)
        return -float(value), -slopes[free]

    if scale is not None:
        return center + unit * np.float64(_zero(lambda v: float(objective(np.array([v]))[1][0]))), scale
    minimize: Callable[..., Any] = scipy_module("optimize", "fits of censored data").minimize
    found = minimize(objective, np.array([1.0, 0.0])[free], jac=True, method="BFGS", options={"gtol": 1e-10, "maxiter": _STEPS})
    point = np.array([1.0, 0.0])
    point[free] = found.x
    step = _newtons_step(objective, found.x, 1e-4 * point[0])
    if not (np.abs(step).max() <= _NEAR * point[0] and 1.0 / _RANGE < point[0] < _RANGE):
        raise RuntimeError(f"{dist!r}.fit: the likelihood of these data has no maximum")
    point[free] += step         # the search may stop at 1e-8 from there
    return center + unit * point[1] / point[0] if loc is None else loc, unit / point[0]


def _zero(slope: Callable[[float], float]) -> float:
    """Where a slope that rises from below 0 to above it vanishes; the middle of where it is 0 to rounding."""

    def first(reached: Callable[[float], bool]) -> float:
        low, high = -1.0, 1.0
        while reached(low) and math.isfinite(low):
            low *= 2.0
        while not reached(high) and math.isfinite(high):
            high *= 2.0
        while high - low > _CLOSE and low < (middle := low / 2.0 + high / 2.0) < high:
            low, high = (low, middle) if reached(middle) else (middle, high)
        return high

    return first(lambda v: slope(v) >= 0.0) / 2.0 + first(lambda v: slope(v) > 0.0) / 2.0


def _newtons_step(objective: Callable[[_Data], tuple[float, _Data]], point: _Data, width: float) -> Any:
    """From the point to where the gradient vanishes, its derivatives by differences; NaN where there are none."""
    sides = [(objective(point + h)[1], objective(point - h)[1]) for h in width * np.eye(len(point))]
    try:
        return np.linalg.solve(np.array([after - before for after, before in sides]).T / (2.0 * width), -objective(point)[1])
    except np.linalg.LinAlgError:
        return np.array([math.nan])


def _by_point(slope: _Data, x: _Data) -> _Data:
    """Derivatives by u and v of a function of u x - v."""
    return np.array([slope @ x, -slope.sum()])
