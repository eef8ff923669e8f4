"""Moments: what the public functions mean, var, ... of the distributions compute, in float64 whatever the result's type.

None of it is a loop that anyone waits for, so it is NumPy, on the package's own exponentials and logarithms; where a rounding
would show, values are carried as pairs of numbers, high and low.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import _sums
from ._core import ufuncs

Array = Any
Pair = tuple[Array, Array]

SPLIT = 2.0**27 + 1.0  # Veltkamp's: parts a number's digits in two halves
PI_OVER_ROOT3 = 1.8137993642342178
PI2_OVER_3 = (3.289868133696453, 6.081344700796952e-17)
ROOT_THIRD = (0.5773502691896257, 3.3450280739356345e-17)
ACOSH_2 = (1.3169578969248168, -8.682250844852022e-17)
TWO_ROOT3 = (3.4641016151377544, 2.0070168443613806e-16)
E_TO_MINUS_128 = (1.2614078059993428, 7.422853049587706e-18)  # times 2^185
E_SQUARED = (7.38905609893065, -1.7971139497839148e-16)


def two_sum(a: Array, b: Array) -> Pair:
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def two_product(a: Array, b: Array) -> Pair:
    """a b exactly, below 2^996 and above 2^-968."""
    p = a * b
    a_high, b_high = SPLIT * a - (SPLIT * a - a), SPLIT * b - (SPLIT * b - b)
    a_low, b_low = a - a_high, b - b_high
    return p, a_low * b_low - (((p - a_high * b_high) - a_low * b_high) - a_high * b_low)


def times(a: Pair, b: Pair) -> Array:
    high, low = two_product(a[0], b[0])
    with_low = high + (low + (a[0] * b[1] + a[1] * b[0]))
    return np.where(np.isfinite(with_low), with_low, high)


def quotient(a: Pair, b: Pair) -> Array:
    """a/b with one rounding; with three where the product that it takes is not exact."""
    q = a[0] / b[0]
    high, low = two_product(q, b[0])
    rest = (((a[0] - high) - low) + (a[1] - q * b[1])) / b[0]
    return np.where((np.abs(b[0]) > 1e-280) & np.isfinite(rest), q + rest, q)


def root(a: Pair) -> Pair:
    """Square root, of a[0] > 1e-280 as a pair."""
    high = np.sqrt(a[0])
    square, low = two_product(high, high)
    return high, np.where(a[0] > 1e-280, (((a[0] - square) - low) + a[1]) / (2.0 * high), 0.0)


def times_sum(a: Array, b: Pair) -> Pair:
    """a b, as a pair"""
    high, low = two_product(a, b[0])
    return high, low + a * b[1]


def lift(size: Array) -> Array:
    """A power of two that takes a number to where its square neither overflows nor is subnormal."""
    return np.where(size > 2.0**300, 2.0**-400, np.where(size < 2.0**-300, 2.0**400, 1.0))


def numbers(function: str, names: tuple[str, ...], values: tuple[Any, ...]) -> tuple[Any, list[Array]]:
    """The result's type, and the arguments as float64 arrays of one shape."""
    arrays = [np.asarray(_sums.as_data(function, name, value), np.float64) for name, value in zip(names, values, strict=True)]
    if all(a.shape == arrays[0].shape for a in arrays):
        return _sums.common_type(*values), arrays
    try:
        return _sums.common_type(*values), list(np.broadcast_arrays(*arrays))
    except ValueError:
        shapes = " and ".join(str(a.shape) for a in arrays)
        raise ValueError(f"fastprob.{function}: {' and '.join(names)} have shapes {shapes}, which do not broadcast") from None


def of(function: str, names: tuple[str, ...], values: tuple[Any, ...], formula: Callable[..., Array]) -> Any:
    """formula(*values), in the type that the values give; numbers for numbers."""
    real, arrays = numbers(function, names, values)
    with np.errstate(all="ignore"):
        return np.array(formula(*arrays), real)[()]


def supports(function: str, names: tuple[str, ...], values: tuple[Any, ...], low: Any, high: Any) -> tuple[Any, Any]:
    return of(function, names, values, low), of(function, names, values, high)


# ---- location and scale: normal and logistic


def where_valid(value: Array, loc: Array, scale: Array) -> Array:
    return np.where((scale > 0) & (loc == loc), value, np.nan)


def location(loc: Array, scale: Array) -> Array:
    return where_valid(loc, loc, scale)


def constant(value: float) -> Callable[[Array, Array], Array]:
    return lambda loc, scale: where_valid(value, loc, scale)


def normal_var(loc: Array, scale: Array) -> Array:
    return where_valid(scale * scale, loc, scale)


def normal_std(loc: Array, scale: Array) -> Array:
    return where_valid(scale, loc, scale)


def normal_entropy(loc: Array, scale: Array) -> Array:
    """log(scale) + (1 + log(2 pi))/2 is minus the log density at z = 1, which is right next to its zero too."""
    finite = scale < np.inf
    at = np.where(finite, scale, 1.0)
    return where_valid(np.where(finite, -ufuncs["normal_logpdf"](at, 0.0, at), np.inf), loc, scale)


def logistic_var(loc: Array, scale: Array) -> Array:
    factor = lift(scale)
    variance = times(two_product(scale * factor, scale * factor), PI2_OVER_3) / factor / factor
    return where_valid(np.where(scale < np.inf, variance, np.inf), loc, scale)


def logistic_std(loc: Array, scale: Array) -> Array:
    return where_valid(scale * PI_OVER_ROOT3, loc, scale)


def logistic_entropy(loc: Array, scale: Array) -> Array:
    """log(scale) + 2 = log(e^2 scale), the product as a pair: it may be next to 1."""
    high, low = two_product(scale, E_SQUARED[0])
    low = low + scale * E_SQUARED[1]
    usual = (scale > 1e-280) & (scale < 1e280)
    log = ufuncs["log"](np.where(usual, high, scale))
    return where_valid(np.where(usual, log + low / high, log + 2.0), loc, scale)


# ---- ends: uniform


def where_ordered(value: Array, low: Array, high: Array) -> Array:
    return np.where((low <= high) & (low > -np.inf) & (high < np.inf), value, np.nan)


def width(low: Array, high: Array) -> tuple[Array, Array, Array]:
    """high - low as a pair, halved where it would overflow; and the factor that it lacks."""
    large = ~np.isfinite(high - low)
    factor = np.where(large, 0.5, 1.0)
    return *two_sum(high * factor, -low * factor), 1.0 / factor


def uniform_mean(low: Array, high: Array) -> Array:
    total = low + high
    return where_ordered(np.where(np.isfinite(total), 0.5 * total, 0.5 * low + 0.5 * high), low, high)


def uniform_std(low: Array, high: Array) -> Array:
    w, w_low, factor = width(low, high)
    return where_ordered(times((w, w_low), ROOT_THIRD) * (0.5 * factor), low, high)


def uniform_var(low: Array, high: Array) -> Array:
    w, w_low, factor = width(low, high)
    power = lift(w)
    w, w_low = w * power, w_low * power
    square, rest = two_product(w, w)
    quotient = square / 3.0
    product, product_low = two_product(quotient, 3.0)
    third = quotient + (((square - product) - product_low) + (rest + 2.0 * w * w_low)) / 3.0
    return where_ordered(third * (0.5 * factor / power) * (0.5 * factor / power), low, high)


def uniform_constant(value: float) -> Callable[[Array, Array], Array]:
    return lambda low, high: np.where(low < high, where_ordered(value, low, high), np.nan)


def uniform_entropy(low: Array, high: Array) -> Array:
    return -ufuncs["uniform_logpdf"](low, low, high)


def uniform_low(low: Array, high: Array) -> Array:
    return where_ordered(low, low, high)


def uniform_high(low: Array, high: Array) -> Array:
    return where_ordered(high, low, high)


# ---- Bernoulli, by p and by logits


def where_probability(value: Array, p: Array) -> Array:
    return np.where((p >= 0) & (p <= 1), value, np.nan)


def variance_pair(p: Array) -> Pair:
    """p (1 - p)"""
    q, q_low = two_sum(1.0, -p)
    high, low = two_product(p, q)
    return high, np.where(p > 1e-280, low + p * q_low, 0.0)


def share_mean(p: Array) -> Array:
    return where_probability(p, p)


def share_var(p: Array) -> Array:
    high, low = variance_pair(p)
    return where_probability(high + low, p)


def share_std(p: Array) -> Array:
    return np.sqrt(share_var(p))


def share_median(p: Array) -> Array:
    return ufuncs["bernoulli_ppf"](0.5, p)


def share_skew(p: Array) -> Array:
    """(1 - 2 p)/sqrt(p (1 - p))"""
    return where_probability(quotient(two_sum(1.0, -2.0 * p), root(variance_pair(p))), p)


def share_kurtosis(p: Array) -> Array:
    """(1 - 6 v)/v with v = p (1 - p), exact where it is next to 1/6."""
    high, low = variance_pair(p)
    six = two_product(high, 6.0)
    first = two_sum(1.0, -six[0])
    return where_probability(quotient((first[0], first[1] - (six[1] + 6.0 * low)), (high, low)), p)


def share_entropy(p: Array) -> Array:
    """-p log(p) - (1 - p) log(1 - p)"""
    q, q_low = two_sum(1.0, -p)
    log_p, log_q = ufuncs["log"](np.where(p > 0, p, 1.0)), ufuncs["log1p"](np.where(p < 1, -p, 0.0))
    first, second = two_product(p, -log_p), two_product(q, -log_q)
    low = np.where(np.isfinite(first[1]), first[1], 0.0) + (second[1] - q_low * log_q)
    total = two_sum(first[0], second[0])
    return where_probability(total[0] + (total[1] + low), p)


def logits_mean(logits: Array) -> Array:
    return ufuncs["expit"](logits)


def logits_var(logits: Array) -> Array:
    return np.where(np.isinf(logits), 0.0, ufuncs["logistic_pdf"](logits, 0.0, 1.0))


def logits_std(logits: Array) -> Array:
    """1/(2 cosh(logits/2)); its square is subnormal before it is"""
    size = np.abs(logits)
    return np.where(size > 700.0, ufuncs["exp"](-0.5 * size), np.sqrt(logits_var(logits)))


def logits_median(logits: Array) -> Array:
    return ufuncs["bernoulli_ppf_logits"](0.5, logits)


def logits_skew(logits: Array) -> Array:
    """-2 sinh(logits/2)"""
    return ufuncs["expm1"](-0.5 * logits) - ufuncs["expm1"](0.5 * logits)


def series(x: Array, first: int) -> Array:
    """cosh(x) - 1 or sinh(x) - x, whose first power is 2 or 3, for |x| < 1"""
    square = x * x
    total = 0.0
    for k in range(first + 16, first, -2):
        total = (1.0 + total) * square / (k * (k - 1))
    return (1.0 + total) * square * (0.5 if first == 2 else x / 6.0)


def logits_kurtosis(logits: Array) -> Array:
    """2 cosh(a) - 4, a = |logits|. About its zero, with u = a - acosh(2), 2 sqrt(3) u, as a pair, + 2 sqrt(3) (sinh(u) - u) +
    4 (cosh(u) - 1)"""
    a = np.abs(logits)
    turn = (a > 0.9) & (a < 2.2)
    u = two_sum(np.where(turn, a, ACOSH_2[0]) - ACOSH_2[0], -ACOSH_2[1])
    high, low = two_product(u[0], TWO_ROOT3[0])
    low = low + (u[1] * TWO_ROOT3[0] + u[0] * TWO_ROOT3[1])
    head = two_sum(high, TWO_ROOT3[0] * series(u[0], 3) + 4.0 * series(u[0], 2))
    e = ufuncs["exp"](a)
    away = np.where(a < 1.0, 2.0 * series(np.minimum(a, 1.0), 2) - 2.0, (e - 4.0) + 1.0 / e)
    return np.where(turn, head[0] + (head[1] + low), away)


def logits_entropy(logits: Array) -> Array:
    """log(1 + e) + a/(1 + 1/e), e = e^-a, a = |logits|; where it is small e (a/(1 + e) + log(1 + e)/e), the quotient as a pair;
    (1 + a) e where e may be subnormal and the result is not"""
    a = np.abs(logits)
    far = times(times_sum(ufuncs["exp"](128.0 - a), two_sum(1.0, a)), E_TO_MINUS_128) * 2.0**-185
    near = a * ufuncs["expit"](-a) - ufuncs["log_expit"](a)
    e = ufuncs["exp"](-a)
    whole = two_sum(1.0, e)
    first = a / whole[0]
    high, low = two_product(first, whole[0])
    rest = (((a - high) - low) - first * whole[1]) / whole[0]
    slope = two_sum(first, ufuncs["log1p"](e) / e)
    small = sum(times_sum(e, (slope[0], slope[1] + rest)))
    return np.where(np.isinf(a), 0.0, np.where(a > 600.0, far, np.where(a > 1.25, small, near)))


SHARE = {
    "mean": share_mean, "var": share_var, "std": share_std, "median": share_median, "mode": share_median,
    "skew": share_skew, "kurtosis": share_kurtosis, "entropy": share_entropy,
}
LOGITS = {
    "mean": logits_mean, "var": logits_var, "std": logits_std, "median": logits_median, "mode": logits_median,
    "skew": logits_skew, "kurtosis": logits_kurtosis, "entropy": logits_entropy,
}


def bernoulli(name: str, p: Any, logits: Any) -> Any:
    """TypeError unless exactly one of them is given."""
    if (p is None) == (logits is None):
        given = "none of them" if p is None else "p and logits"
        raise TypeError(f"fastprob.bernoulli.{name} takes exactly one of p and logits; got {given}")
    function = f"bernoulli.{name}"
    if name == "support":
        names, values = (("p",), (p,)) if logits is None else (("logits",), (logits,))
        mean = share_mean if logits is None else logits_mean
        return supports(function, names, values, lambda v: 0.0 * mean(v), lambda v: 1.0 + 0.0 * mean(v))
    return of(function, ("p",), (p,), SHARE[name]) if logits is None else of(function, ("logits",), (logits,), LOGITS[name])
