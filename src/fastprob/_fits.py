"""Maximum likelihood fits. Sums are the core's; what is here is plain arithmetic on a few numbers."""

from __future__ import annotations

import math
import sys
from typing import Any, NamedTuple

import numpy as np

from . import _sums, _weights


class LocationScale(NamedTuple):
    """Fitted location and scale."""

    loc: np.float64 | np.float32
    scale: np.float64 | np.float32


class Bounds(NamedTuple):
    """Fitted ends of the support."""

    low: np.float64 | np.float32
    high: np.float64 | np.float32


class Probability(NamedTuple):
    """Fitted probability of a 1."""

    p: np.float64 | np.float32


def checked(function: str, name: str, x: Any, weights: Any) -> tuple[Any, Any, bool]:
    """The data, the weights and whether results are float32."""
    data = _sums.as_data(function, name, x)
    w = _sums.as_weights(function, weights, name, data)
    if data.size == 0:
        raise ValueError(f"fastprob.{function}: {name} has no elements; allowed are one and more")
    if w is not None:
        low, high, _ = _sums.data_range(w, None)
        if not (low >= 0 and 0 < high < math.inf):
            got = f"numbers from {low:g} to {high:g}"
            raise ValueError(f"fastprob.{function}: weights has {got}; allowed are finite ones, none below 0 and one above")
        if high > 2.0**900:      # their sum might overflow; no estimate depends on their size
            w = _weights.lighter(w, data.shape)
        elif high < 2.0**-500:      # what additions lose, or the reciprocal of their sum, might leave the range: the same
            w = np.ldexp(w, -_weights.LIGHTER)
    return data, w, _sums.is_narrow(x, data, weights, w)


def uniform(x: Any, weights: Any) -> Bounds:
    data, w, narrow = checked("uniform.fit", "x", x, weights)
    low, high, _ = _sums.data_range(data, w)
    return Bounds(_sums.number(narrow, low), _sums.number(narrow, high))


def bernoulli(k: Any, weights: Any) -> Probability:
    data, w, narrow = checked("bernoulli.fit", "k", k, weights)
    return Probability(_sums.number(narrow, _sums.share_of_ones(data, w)))


def moments(data: Any, w: Any) -> tuple[float, float, float]:
    """Mean and standard deviation, NaN unless all data are finite; and the sum of the weights."""
    low, high, total = _sums.data_range(data, w)
    if not -math.inf < low <= high < math.inf:
        return math.nan, math.nan, total
    middle, reach = low / 2 + high / 2, high / 2 - low / 2
    if reach == 0:      # halves of the least subnormal numbers are 0
        return low, (high - low) / 2, total
    mean, deviation = _sums.normal_moments(data, w, middle, reach)
    while deviation < abs(mean - middle) * 2.0**-20:      # far elements of little weight: about the middle squares cancel
        middle = mean
        mean, deviation = _sums.normal_moments(data, w, middle, reach)
    return mean, deviation, total


def normal(x: Any, weights: Any) -> LocationScale:
    data, w, narrow = checked("normal.fit", "x", x, weights)
    mean, deviation, _ = moments(data, w)
    return LocationScale(_sums.number(narrow, mean), _sums.number(narrow, deviation))


def logistic(x: Any, weights: Any) -> LocationScale:
    """Newton's method in a and b of z = a (x - loc)/scale + b about the present loc and scale: there the log likelihood is
    concave, so that a step that is halved until it climbs always arrives, and once steps are short the next is the last.
    Far from 0 loc's last digit is coarse beside scale: short is what it cannot follow, too, or no step climbs."""
    data, w, narrow = checked("logistic.fit", "x", x, weights)
    loc, deviation, total = moments(data, w)
    scale = min(deviation * math.sqrt(3), sys.float_info.max) / math.pi
    if not scale > 0:
        return LocationScale(_sums.number(narrow, loc), _sums.number(narrow, scale))
    value, *curve = _sums.logistic_curve(data, w, loc, scale)
    length, power = math.inf, -math.frexp(total)[1]
    while length > max(1e-8, min(math.ulp(loc) / scale, 1e-4)):
        # Of the mean's size, and no more of the sum's: products of sums may leave the range of floating point
        whole, da, db, c0, c1, c2 = (math.ldexp(number, power) for number in (total, *curve))
        aa, ab, bb = whole + c2 / 2, c1 / 2, c0 / 2
        determinant = aa * bb - ab * ab
        a, b = (ab * db - bb * da) / determinant, (ab * da - aa * db) / determinant
        length = max(abs(a), abs(b))
        part = min(1.0, 0.75 / abs(a)) if a else 1.0
        while True:
            grown = 1 + part * a
            new_loc, new_scale = loc - part * b * scale / grown, scale / grown
            new = _sums.logistic_curve(data, w, new_loc, new_scale)
            climbs = length < 1e-4 or new[0] > value
            part /= 2
            if climbs or part <= 1e-10:
                break
        if not climbs:
            break
        loc, scale = new_loc, new_scale
        value, *curve = new
    return LocationScale(_sums.number(narrow, loc), _sums.number(narrow, scale))
