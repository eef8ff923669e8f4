"""Fits of a distribution's parameters."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ._arguments import real, refuse
from ._censored import Censored
from ._censored import fit_loc_scale as fit_censored
from ._scipy import scipy_module

if TYPE_CHECKING:
    from ._kinds import Continuous

_Data: TypeAlias = NDArray[np.float64]
_PENALTY = 100.0 * math.log(np.finfo(np.float64).max)      # nats, at least, for a datum outside the support in a search
_RESTARTS = 10              # of a search from where it ended
_GAIN = 1e-7                # nats for which one more is worth its while


def deviation(data: _Data, center: Any) -> Any:
    """Root of the mean square about a center, whose squares need not be in the range of floating point."""
    away = data - center
    power = np.frexp(np.abs(away).max())[1]
    return np.ldexp(np.sqrt((np.ldexp(away, -power) ** 2).mean()), power)


def average(data: _Data) -> Any:
    """The mean, whose sum need not be in the range of floating point."""
    mean = data.mean()
    return mean if np.isfinite(mean) else np.ldexp(np.ldexp(data, -64).mean(), 64)


def moments_loc_scale(data: _Data, mean: Any, variance: Any) -> tuple[Any, Any]:
    """loc and scale from the mean and the variance at loc = 0, scale = 1."""
    with np.errstate(all="ignore"):
        middle = average(data)
        scale = deviation(data, middle) / np.sqrt(variance)
        loc = middle - scale * mean
    return loc if np.isfinite(loc) else 0, scale if np.isfinite(scale) and scale > 0 else 1


# ---- fit

def _take_fixed(dist: Continuous, options: dict[str, Any]) -> dict[int, Any]:
    """The parameters that are held fixed, by their place."""
    shapes = dist._shape_names
    ways = [(f"f{k}", f"f{name}", f"fix_{name}") for k, name in enumerate(shapes)] + [("floc",), ("fscale",)]
    fixed = {}
    for k, names in enumerate(ways):
        given = [name for name in names if options.get(name) is not None]
        if len(given) > 1:
            raise ValueError(f"fit: {' and '.join(given)} fix the same parameter")
        if given:
            fixed[k] = _checked(given[0], options[given[0]], k - len(shapes))
        for name in names:
            options.pop(name, None)
    if len(fixed) == len(ways):
        raise ValueError("fit: all parameters are fixed, there is nothing to fit")
    return fixed


def _checked(name: str, value: Any, beyond: int) -> float:
    """What a parameter may be held at, or a search begins from: for a shape (beyond < 0) any number, for loc (0) and scale (1) a
    finite one."""
    given = real(value, name)
    if np.ndim(given):
        raise TypeError(f"{name}: expected a number, got {value!r}")
    number = float(given)
    if beyond < 0 and math.isnan(number):
        raise ValueError(f"{name}: must not be NaN")
    if beyond >= 0 and not math.isfinite(number):
        raise ValueError(f"{name}: must be finite, got {value}")
    if beyond > 0 and not number > 0:
        raise ValueError(f"{name}: must be > 0, got {value}")
    return number


def fit(dist: Continuous, data: _Data | Censored, args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, ...]:
    """The parameters that fit, by maximum likelihood or by moments."""
    if len(args) > dist.numargs:
        raise TypeError(f"{dist!r}.fit takes at most {dist.numargs} shapes to start from, got {len(args)}")
    method = str(options.pop("method", "MLE")).lower()
    if method not in ("mle", "mm"):
        raise ValueError(f"method: expected 'MLE' or 'MM', got {method!r}")
    if isinstance(data, Censored) and method == "mm":
        raise ValueError("method: expected 'MLE' for censored data, got 'MM'")
    fixed = _take_fixed(dist, options)
    names = [*dist._shape_names, "loc", "scale"]
    given = dict(zip(names, args, strict=False)) | {name: options.pop(name) for name in ("loc", "scale") if name in options}
    start = {k: _checked(name, given[name], k - dist.numargs) for k, name in enumerate(names) if name in given}
    optimizer = options.pop("optimizer", "fmin")
    if options:
        raise TypeError(f"{dist!r}.fit: unknown arguments {', '.join(options)}")
    shapes = [fixed[k] for k in range(dist.numargs) if k in fixed]
    loc, scale = (fixed.get(dist.numargs + k) for k in range(2))
    if not isinstance(data, Censored) and method == "mm" and len(shapes) == dist.numargs:
        refuse(dist._rules(*shapes, 0.0, 1.0), f"{dist!r}.fit")
        return *shapes, *_by_moments(data, loc, scale, *dist.stats(*shapes, moments="mv"))
    if dist.shapes or (isinstance(data, Censored) and dist._log_concave is None):
        return _by_search(dist, data, fixed, start, method, optimizer)
    if isinstance(data, Censored):
        return fit_censored(dist, dist._log_concave, data, loc, scale)
    return dist._fit_mle(data, loc, scale)


def _by_moments(data: _Data, loc: Any, scale: Any, mean: Any, variance: Any) -> tuple[Any, Any]:
    """loc and scale by the first moments that depend on what is free."""
    if scale is None and loc is None:
        scale = deviation(data, average(data)) / math.sqrt(variance)
    elif scale is None and mean:
        scale = (average(data) - loc) / mean
        if not scale > 0:
            raise ValueError(f"data: their mean {average(data)} needs a scale <= 0 with floc = {loc}")
    elif scale is None:
        scale = deviation(data, loc) / math.sqrt(variance)
    return average(data) - scale * mean if loc is None else loc, scale


def fit_logistic(data: _Data, loc: Any, scale: Any) -> tuple[Any, Any]:
    """Maximum likelihood by Newton's method in u = 1/scale and v = loc/scale, in which the log likelihood is concave."""
    center = np.clip(average(data), data.min(), data.max()) if loc is None else loc     # the mean of equal numbers is one of them
    x = data - center
    unit = deviation(x, 0.0) if scale is None else scale
    if unit == 0:
        return center, unit
    if not np.isfinite(unit):
        raise ValueError(f"data: their distances from {center} are not in the range of floating point")
    if scale is not None:
        return center + _logistic_place(x, scale), scale
    x = x / unit
    n = len(x)
    free = np.array([True, loc is None])
    point = np.array([math.pi / math.sqrt(3.0), 0.0])

    def derivatives(point: _Data) -> tuple[_Data, _Data]:
        slope = np.tanh((x * point[0] - point[1]) / 2.0)
        weight = (1.0 - slope * slope) / 2.0
        weighted = weight * x
        cross = weighted.sum()
        curvature = np.array([[weighted @ x + n / point[0] ** 2, -cross], [-cross, weight.sum()]])
        return np.array([n / point[0] - slope @ x, slope.sum()]), curvature

    gradient, curvature = derivatives(point)
    for _ in range(100):
        step = np.zeros(2)
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
        ascent = gradient @ step
        while True:
            # The likelihood has grown if it still grows there, or falls less steeply than it grew here.
            if point[0] + step[0] > 0.0:
                gradient, curvature = derivatives(point + step)
                if gradient @ step >= -0.9 * ascent or ascent <= 1e-14 * n:
                    break
            step, ascent = step / 2.0, ascent / 2.0
        point = point + step
        if np.abs(step).max() <= 1e-10 * np.abs(point).max():       # the error is this, squared
            break
    return loc if loc is not None else center + unit * point[1] / point[0], unit / point[0]


def _logistic_place(x: _Data, scale: float) -> float:
    """The best loc for a scale: where the sum of tanh((x - loc)/(2 scale)), which falls, is 0.

    Newton's steps where each is at most half of the last but one, or else halves of where it may be: beside a small scale the sum
    is a stair.
    """
    low, high, place = float(x.min()), float(x.max()), 0.0
    last, last_but_one = math.inf, math.inf
    while True:
        slope = np.tanh((x - place) / scale / 2.0)
        rest = slope.sum()
        low, high = (place, high) if rest > 0.0 else (low, place)
        after = place + 2.0 * scale * float(rest / (1.0 - slope * slope).sum())
        if not (low < after < high and abs(after - place) <= last_but_one / 2.0):
            after = low / 2.0 + high / 2.0
        last, last_but_one = abs(after - place), last
        if rest == 0.0 or after in (low, high):
            return place
        if last <= 1e-10 * scale:       # the error is this, squared
            return after
        place = after


def _by_search(
    dist: Continuous, data: _Data | Censored, fixed: dict[int, Any], start: dict[int, Any], method: str, optimizer: Any
) -> tuple[Any, ...]:
    """By a minimizer of scipy.optimize over what is free."""
    points = data.representatives() if isinstance(data, Censored) else data
    first = dist._fit_start(points, fixed)
    if method == "mle" and data is points and _outside(dist, first, points).any():       # it is inside if anything is
        reach = f"{points.min()} to {points.max()}"
        raise ValueError(f"data: they reach beyond the support of {dist!r} with {_named(dist, fixed)}: got {reach}")
    chosen = dist._fit_start(points, fixed | start)
    if not _outside(dist, chosen, points).any():
        first = chosen
    free = [k for k in range(len(first)) if k not in fixed]
    if isinstance(optimizer, str):
        name = optimizer if optimizer.startswith("fmin") else f"fmin_{optimizer}"
        optimizer = getattr(scipy_module("optimize", "fits by search"), name, None)
        if optimizer is None:
            raise ValueError(f"optimizer: expected a function, or the name of one of scipy.optimize, got {name!r}")
    if not callable(optimizer):
        raise TypeError(f"optimizer: expected a function, or the name of one of scipy.optimize, got {optimizer!r}")

    def full(found: Any) -> list[Any]:
        theta = [fixed.get(k) for k in range(len(first))]
        for k, value in zip(free, found, strict=True):
            theta[k] = value
        return theta

    objective: Callable[..., float] = functools.partial(_moments_objective, count=len(free))
    if method == "mle":
        known = _likelihood_objective(dist, first, data, _PENALTY)
        penalty = max(_PENALTY, 2.0 * known) if math.isfinite(known) else _PENALTY       # it must not pay to leave a datum out
        objective = functools.partial(_likelihood_objective, penalty=penalty)

    def value(point: Any) -> float:
        return objective(dist, full(point), data)

    def search(point: Any) -> Any:
        found: Any = optimizer(lambda point, data: value(point), point, args=(data,), disp=0)
        return np.atleast_1d(found)

    found = search([start.get(k, first[k]) for k in free])
    for _ in range(_RESTARTS):          # a simplex may have shrunk before it arrived
        again = search(found)
        gain = value(found) - value(again)
        found = again if gain > 0.0 else found
        if not gain > _GAIN:
            break
    theta = full(found)
    if not math.isfinite(value(found)):
        raise RuntimeError(f"{dist!r}.fit: the optimizer ended where the distribution is not defined, at {theta}")
    if method == "mle" and not np.isfinite(_log_densities(dist, theta, data)).all():
        raise RuntimeError(f"{dist!r}.fit: the optimizer ended where some of the data are impossible, at {theta}")
    return tuple(theta)


def _named(dist: Continuous, fixed: dict[int, Any]) -> str:
    names = [*dist._shape_names, "loc", "scale"]
    return ", ".join(f"f{names[k]} = {value}" for k, value in sorted(fixed.items()))


def _log_densities(dist: Continuous, theta: Sequence[Any], data: _Data | Censored) -> _Data:
    """The log likelihood's terms."""
    return data.loglik(dist, theta) if isinstance(data, Censored) else np.asarray(dist.logpdf(data, *theta))


def _outside(dist: Continuous, theta: Sequence[Any], points: _Data) -> Any:
    """How far the points are outside the support; where the density is not 0 they are inside, whatever the ends' rounding."""
    low, high = dist.support(*theta)
    away = np.maximum(low - points, 0.0) + np.maximum(points - high, 0.0)
    return np.where(dist.logpdf(points, *theta) > -math.inf, 0.0, np.nan_to_num(away))


def _likelihood_objective(dist: Continuous, theta: Sequence[Any], data: _Data | Censored, penalty: float) -> float:
    """The negative log likelihood, with a penalty for data outside the support that grows with their distance."""
    terms = _log_densities(dist, theta, data)
    if np.isnan(terms).any():
        return math.inf
    inside = terms > -math.inf
    value = float(-terms[inside].sum())
    if inside.all():
        return value
    points = data.representatives() if isinstance(data, Censored) else data
    away = _outside(dist, theta, points).sum()
    return value + penalty * float(np.count_nonzero(~inside) + away / (away + (np.ptp(points) or 1.0)))


def _moments_objective(dist: Continuous, theta: Sequence[Any], data: Any, count: int) -> float:
    """The errors of the first moments, with distances from the data's mean, in units of their deviation: far from 0, moments
    about 0 hardly depend on the deviation."""
    *shapes, loc, scale = theta
    center = average(data)
    unit = deviation(data, center) or 1.0
    wanted = np.array([np.mean(((data - center) / unit) ** n) for n in range(1, count + 1)])
    got = np.array([dist.moment(n, *shapes, (loc - center) / unit, scale / unit) for n in range(1, count + 1)])
    if not np.isfinite(got).all():
        return math.inf
    return float((((got - wanted) / np.maximum(np.abs(wanted), 1.0)) ** 2).sum())
