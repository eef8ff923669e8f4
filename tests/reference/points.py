"""Points at which accuracy is measured.

    x, loc, scale = points("normal_logcdf", np.float32, rng, 2000)

About equal shares of usual arguments; far tails; any exponent in every argument; and places where something switches (an
internal branch, underflow, a zero of the result), hit exactly and within a few units of the last place. One point in fifty holds
a special value, so that a NaN or an infinity stands beside ordinary numbers in the same vector register.
"""

from __future__ import annotations

import os
import secrets
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[Any]
Columns = tuple[Array, ...]

# Fresh points every run; to repeat one, set the seed that its header and its failures show.
SEED = int(os.environ.get("FASTPROB_TEST_SEED") or secrets.randbits(32))

SQRT_2PI = np.longdouble("2.50662827463100050241576528481104525")
# Where |z| changes something: code branches, and the last z with a normal, a subnormal, a nonzero probability.
Z_SWITCHES = (
    0.0, 0.5, 0.675, 0.84, 1.0, 1.1768, 1.5, 2.0, 3.0, 5.0, 6.0, 8.3, 13.0, 14.2, 17.0, 26.0, 37.0, 37.5, 37.7, 38.4, 38.6,
)  # fmt: skip
ERF_SWITCHES = (0.5, 0.84, 1.0, 1.5, 2.0, 4.0, 5.0, 5.93, 6.0, 9.2, 10.05, 20.0, 26.5, 26.64, 27.3)
EXP_SWITCHES = (
    0.0, 0.17, 0.25, 0.35, 0.5, 0.6931471805599453, 1.0, 8.0, 16.0, 17.3, 20.0, 36.0, 36.8, 37.4, 40.0,
    86.6, 87.3, 88.7, 103.3, 103.97, 708.39, 709.78, 744.44, 745.13,
)  # fmt: skip
LOG_SWITCHES = (0.5, 0.6666666666666666, 0.70710678118654752, 0.75, 1.0, 1.4142135623730951, 1.5, 2.0, 4.0)
LOG1P_SWITCHES = (-0.5, -0.2928932188134524, -0.25, 0.25, 0.41421356237309515, 0.5, 1.0)
UNIT_SWITCHES = (0.02425, 0.0668, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97575)
MOMENTS = ("mean", "var", "std", "median", "mode", "skew", "kurtosis", "entropy", "support")
SPECIALS = (0.0, -0.0, 1.0, -1.0, 0.5, np.inf, -np.inf, np.nan)


# --------------------------------------------------------------------------------------------------------------- single numbers


def random_bits(rng: Generator, n: int, dtype: Any) -> Array:
    """Finite numbers with every exponent equally likely, subnormals included; an eighth are exact powers of two."""
    kind = np.uint64 if np.dtype(dtype).itemsize == 8 else np.uint32
    bits = rng.integers(0, np.iinfo(kind).max, n, dtype=kind, endpoint=True)
    powers = rng.random(n) < 0.125
    fraction = kind((1 << np.finfo(dtype).nmant) - 1)
    x: Array = np.where(powers, bits & ~fraction, bits).view(dtype)
    return np.where(np.isfinite(x), x, np.finfo(dtype).max).astype(dtype)


def log_uniform(rng: Generator, low: float, high: float, n: int) -> Array:
    """10^low to 10^high"""
    return 10 ** rng.uniform(low, high, n)


def signs(rng: Generator, n: Any) -> Array:
    return rng.choice([-1.0, 1.0], n)


def to(dtype: Any, x: Array) -> Array:
    """Rounded to the type, kept finite."""
    limits = np.finfo(dtype)
    return np.clip(x, limits.min, limits.max).astype(dtype)


def stepped(x: Array, steps: Array) -> Array:
    """The numbers that many ULP on, counted on the bits so that subnormals have neighbors too; x where that is not finite."""
    kind = np.int64 if x.dtype == np.float64 else np.int32
    bits: Any = x.view(kind)
    ordered = np.where(bits < 0, np.iinfo(kind).min - bits, bits) + steps.astype(kind)
    y = np.where(ordered < 0, np.iinfo(kind).min - ordered, ordered).view(x.dtype)
    return np.where(np.isfinite(y), y, x)


def few_ulp_off(rng: Generator, x: Array, most: int = 3) -> Array:
    """The numbers or their near neighbors"""
    return stepped(x, rng.integers(-most, most, x.shape, endpoint=True))


def around(rng: Generator, centers: Any, n: int, dtype: Any) -> Array:
    """Centers, their neighbors at 0 to 3 ULP, and numbers at relative distances of 2^-50 to 2^-1 from them."""
    center = rng.choice(np.asarray(centers, dtype=np.float64), n)
    near = center * (1 + signs(rng, n) * 2.0 ** rng.uniform(-50, -1, n))
    near = np.where(center == 0, signs(rng, n) * 2.0 ** rng.uniform(-60, -1, n), near)
    return few_ulp_off(rng, to(dtype, np.where(rng.random(n) < 0.4, near, center)))


def mixed(rng: Generator, n: int, *makers: Callable[[int], Array]) -> Array:
    """About the same number of points from each maker."""
    parts = [maker(-(-n // len(makers))) for maker in makers]
    return np.concatenate(parts)[rng.permutation(sum(map(len, parts)))[:n]]


def _is_double(dtype: Any) -> bool:
    return bool(np.dtype(dtype) == np.float64)


def _exponents(dtype: Any) -> tuple[float, float]:
    """Powers of ten from the least subnormal to the largest number."""
    return (-323.0, 308.2) if _is_double(dtype) else (-44.8, 38.5)


# ---------------------------------------------------------------------------------------------------- functions of one argument


def _exp_like(dtype: Any, rng: Generator, n: int) -> Array:
    over, under = (709.78, 745.2) if _is_double(dtype) else (88.72, 104.0)
    least, _ = _exponents(dtype)
    return mixed(
        rng, n,
        lambda m: to(dtype, rng.normal(size=m) * 3),
        lambda m: to(dtype, rng.uniform(-under, over, m)),
        lambda m: random_bits(rng, m, dtype),
        lambda m: to(dtype, signs(rng, m) * log_uniform(rng, least, 3, m)),
        lambda m: around(rng, np.concatenate([EXP_SWITCHES, np.negative(EXP_SWITCHES)]), m, dtype),
        lambda m: to(dtype, rng.choice([over, -under, -under * 0.95], m) + rng.normal(size=m)),
        # half-way between multiples of log 2, where range reduction changes its mind
        lambda m: few_ulp_off(rng, to(dtype, rng.integers(-1100, 1100, m) / rng.choice([1, 2, 32, 64], m) * np.log(2))),
    )  # fmt: skip


def _log_like(dtype: Any, rng: Generator, n: int) -> Array:
    return mixed(
        rng, n,
        lambda m: to(dtype, np.abs(rng.normal(size=m) * 3) + 1e-3),
        lambda m: np.abs(random_bits(rng, m, dtype)),
        lambda m: to(dtype, log_uniform(rng, *_exponents(dtype), m)),
        lambda m: around(rng, LOG_SWITCHES, m, dtype),
        lambda m: around(rng, [1.0], m, dtype),
        lambda m: few_ulp_off(rng, to(dtype, rng.choice(LOG_SWITCHES, m) * 2.0 ** rng.integers(-130, 120, m))),
    )  # fmt: skip


def _log1p(dtype: Any, rng: Generator, n: int) -> Array:
    least, most = _exponents(dtype)
    return mixed(
        rng, n,
        lambda m: to(dtype, rng.uniform(-1, 10, m)),
        lambda m: np.maximum(random_bits(rng, m, dtype), np.asarray(-0.999, dtype)),
        lambda m: to(dtype, log_uniform(rng, least, most, m)),
        lambda m: to(dtype, -log_uniform(rng, least, 0, m)),
        lambda m: around(rng, LOG1P_SWITCHES, m, dtype),
        lambda m: np.maximum(around(rng, [-1.0], m, dtype), np.nextafter(np.asarray(-1, dtype), np.asarray(0, dtype))),
        lambda m: few_ulp_off(rng, to(dtype, rng.choice(LOG_SWITCHES, m) * 2.0 ** rng.integers(0, 60, m) - 1)),
    )  # fmt: skip


def _erf_like(dtype: Any, rng: Generator, n: int) -> Array:
    least, _ = _exponents(dtype)
    edge = 26.5 if _is_double(dtype) else 9.3
    return mixed(
        rng, n,
        lambda m: to(dtype, rng.normal(size=m) * 2),
        lambda m: to(dtype, rng.uniform(-28, 28, m)),
        lambda m: random_bits(rng, m, dtype),
        lambda m: to(dtype, signs(rng, m) * log_uniform(rng, least, 2, m)),
        lambda m: around(rng, np.concatenate([ERF_SWITCHES, np.negative(ERF_SWITCHES)]), m, dtype),
        lambda m: to(dtype, signs(rng, m) * rng.uniform(edge, edge * 1.1, m)),
    )  # fmt: skip


def standard_points(dtype: Any, rng: Generator, n: int) -> Array:
    """z of a standard normal"""
    least, _ = _exponents(dtype)
    low, high = (37.0, 38.7) if _is_double(dtype) else (12.5, 14.3)
    edge = (-38.6, 8.4) if _is_double(dtype) else (-14.2, 5.6)
    return mixed(
        rng, n,
        lambda m: to(dtype, rng.normal(size=m) * 2),
        lambda m: to(dtype, rng.uniform(-40, 40, m)),
        lambda m: to(dtype, rng.uniform(*edge, m)),
        lambda m: random_bits(rng, m, dtype),
        lambda m: to(dtype, signs(rng, m) * log_uniform(rng, least, 3, m)),
        lambda m: to(dtype, signs(rng, m) * rng.uniform(low, high, m)),
        lambda m: around(rng, np.concatenate([Z_SWITCHES, np.negative(Z_SWITCHES)]), m, dtype),
        lambda m: to(dtype, signs(rng, m) * log_uniform(rng, 1, 155 if _is_double(dtype) else 19.5, m)),
    )  # fmt: skip


def unit_points(dtype: Any, rng: Generator, n: int) -> Array:
    """Probabilities strictly between 0 and 1"""
    least, _ = _exponents(dtype)
    q = mixed(
        rng, n,
        lambda m: to(dtype, rng.random(m)),
        lambda m: to(dtype, log_uniform(rng, least, 0, m)),
        lambda m: to(dtype, 1 - 2.0 ** -rng.uniform(1, np.finfo(dtype).nmant + 1, m)),
        lambda m: few_ulp_off(rng, np.full(m, 1, dtype)),
        lambda m: np.abs(few_ulp_off(rng, np.full(m, np.finfo(dtype).tiny, dtype))),
        lambda m: np.abs(few_ulp_off(rng, np.zeros(m, dtype))),
        lambda m: around(rng, UNIT_SWITCHES, m, dtype),
        lambda m: to(dtype, 0.5 + signs(rng, m) * log_uniform(rng, -16.5, -1, m)),
        lambda m: np.abs(random_bits(rng, m, dtype)),
        lambda m: np.exp2(-rng.integers(1, 150, m)).astype(dtype),
    )  # fmt: skip
    inside = (q > 0) & (q < 1)
    return np.where(inside, q, np.asarray(0.25, dtype)).astype(dtype)


def log_unit_points(dtype: Any, rng: Generator, n: int) -> Array:
    """Log probabilities below 0: of usual ones, of ones near 1, 1/2 and the quarters, beyond any that is a number"""
    least, most = _exponents(dtype)
    y = mixed(
        rng, n,
        lambda m: to(dtype, np.log(rng.random(m))),
        lambda m: to(dtype, -rng.uniform(0, 800 if _is_double(dtype) else 120, m)),
        lambda m: to(dtype, -log_uniform(rng, least, 0, m)),
        lambda m: to(dtype, -log_uniform(rng, 0, most, m)),
        lambda m: around(rng, np.log(UNIT_SWITCHES), m, dtype),
        lambda m: around(rng, np.log([0.5]), m, dtype),
        lambda m: around(rng, [-100.0, -720.0], m, dtype),
        lambda m: -np.abs(random_bits(rng, m, dtype)),
    )  # fmt: skip
    return np.where(y < 0, y, np.asarray(-0.25, dtype)).astype(dtype)


def _log_of_product(dtype: Any, rng: Generator, n: int) -> Array:
    """Log probabilities of which some, but not all, are beyond those that a width can make a number of"""
    deepest = 1500 if _is_double(dtype) else 200
    return mixed(rng, n, lambda m: log_unit_points(dtype, rng, m), lambda m: to(dtype, -rng.uniform(0, deepest, m)))


# ------------------------------------------------------------------------------------------------------ location-scale families


def _loc_scale(dtype: Any, rng: Generator, n: int) -> tuple[Array, Array]:
    """Locations and scales, from the plain (0, 1) to any exponent."""
    least, most = _exponents(dtype)
    scale = mixed(
        rng, n,
        lambda m: np.ones(m),
        lambda m: log_uniform(rng, -3, 3, m),
        lambda m: 2.0 ** rng.integers(-30, 30, m),
        lambda m: log_uniform(rng, least + 20, most - 10, m),
        lambda m: log_uniform(rng, least, most, m),
        lambda m: log_uniform(rng, least, least + 16, m),
        lambda m: log_uniform(rng, most - 4, most, m),
    )  # fmt: skip
    scale = np.maximum(to(dtype, scale), np.finfo(dtype).smallest_subnormal)
    of_scale = scale.astype(np.float64) * log_uniform(rng, -8, 8, n) * signs(rng, n)
    near_scale = scale.astype(np.float64) * rng.normal(size=n) * 3
    loc = np.choose(
        rng.integers(0, 5, n),
        [
            np.zeros(n),
            rng.normal(size=n) * log_uniform(rng, -3, 3, n),
            of_scale,
            near_scale,
            random_bits(rng, n, dtype).astype(np.float64),
        ],
    )
    return to(dtype, loc), scale


def _at(z: Array, loc: Array, scale: Array, dtype: Any) -> Array:
    """The x next to loc + scale z"""
    wide = np.longdouble
    return to(dtype, loc.astype(wide) + scale.astype(wide) * z.astype(wide))


def _standardized(standard: Callable[[Any, Generator, int], Array]) -> Callable[[Any, Generator, int], Columns]:
    """loc + scale z, z from the points of the standard distribution"""

    def make(dtype: Any, rng: Generator, n: int) -> Columns:
        loc, scale = _loc_scale(dtype, rng, n)
        x = _at(standard(dtype, rng, n), loc, scale, dtype)
        return np.where(rng.random(n) < 0.3, few_ulp_off(rng, x), x), loc, scale

    return make


def _anything(dtype: Any, rng: Generator, n: int) -> Columns:
    x, loc, scale = (random_bits(rng, n, dtype) for _ in range(3))
    return x, loc, np.where(scale == 0, np.asarray(1, dtype), np.abs(scale))


def _huge(dtype: Any, rng: Generator, n: int) -> Columns:
    """All arguments near the end of the range, where x - loc and 1/scale overflow"""
    most = np.finfo(dtype).maxexp
    x, loc, wide = 2.0 ** rng.uniform(most / 2, most - 1e-9, (3, n))
    scale = np.where(rng.random(n) < 0.7, wide, 2.0 ** rng.uniform(-most, 0, n))
    return to(dtype, x * signs(rng, n)), to(dtype, loc * signs(rng, n)), to(dtype, scale)


def _standard(standard: Callable[[Any, Generator, int], Array]) -> Callable[[Any, Generator, int], Columns]:
    return lambda dtype, rng, n: (standard(dtype, rng, n), np.zeros(n, dtype), np.ones(n, dtype))


def _zero_of_logpdf(dtype: Any, rng: Generator, n: int) -> Columns:
    """x beside a root: z^2 = -2 log(scale sqrt(2 pi)); of many roots those where the rounded x comes nearest to it"""
    many = 40 * n
    least, _ = _exponents(dtype)
    scale = np.where(rng.random(many) < 0.5, rng.uniform(0.01, 0.39894, many), log_uniform(rng, least, -0.4, many))
    scale = np.maximum(to(dtype, scale), np.finfo(dtype).smallest_subnormal)
    wide = scale.astype(np.longdouble)
    z = np.sqrt(np.maximum(-2 * np.log(wide * SQRT_2PI), 0)) * signs(rng, many)
    away = np.where(rng.random(many) < 0.5, 0.0, np.asarray(wide * signs(rng, many) * log_uniform(rng, -6, 3, many), np.float64))
    loc = to(dtype, away)
    x = _at(z, loc, scale, dtype)
    residual = np.abs((x.astype(np.longdouble) - loc.astype(np.longdouble)) / wide - z) * np.abs(z)
    best = np.argsort(np.where(np.isfinite(residual), residual, np.inf))[: n // 2]
    chosen = np.concatenate([best, rng.integers(0, many, n - len(best))])
    off = np.concatenate([np.zeros(len(best), bool), rng.random(n - len(best)) < 0.5])
    x = x[chosen]
    return np.where(off, few_ulp_off(rng, x), x), loc[chosen], scale[chosen]


def _zero_of_dscale(dtype: Any, rng: Generator, n: int) -> Columns:
    """z = -1 or 1 and beside it"""
    loc, scale = _loc_scale(dtype, rng, n)
    return few_ulp_off(rng, _at(signs(rng, n), loc, scale, dtype), 2), loc, scale


def _underflow_of_density(dtype: Any, rng: Generator, n: int) -> Columns:
    """Where phi(z)/scale underflows, overflows or is subnormal, whatever the scale"""
    over, normal, under = (709.8, 708.4, 745.2) if _is_double(dtype) else (88.8, 87.4, 104.0)
    loc, scale = _loc_scale(dtype, rng, n)
    target = np.where(rng.random(n) < 0.8, -rng.uniform(normal - 1, under + 1, n), rng.uniform(over - 3, over + 0.5, n))
    z = np.sqrt(np.maximum(-2 * (target + np.log(scale.astype(np.longdouble) * SQRT_2PI)), 0)) * signs(rng, n)
    return _at(z, loc, scale, dtype), loc, scale


def _huge_near_one(dtype: Any, rng: Generator, n: int) -> Columns:
    """x - loc overflows, but not its quotient by a scale of 1 to 4"""
    most = np.finfo(dtype).maxexp
    sign, (x, loc) = signs(rng, n), 2.0 ** rng.uniform(most - 1, most - 1e-9, (2, n))
    return to(dtype, sign * x), to(dtype, -sign * loc), to(dtype, 2.0 ** rng.uniform(0, 2, n))


def _zero_of_logistic_logpdf(dtype: Any, rng: Generator, n: int) -> Columns:
    """x beside a root: 2 cosh(z/2) = scale^(-1/2)"""
    least, _ = _exponents(dtype)
    scale = np.where(rng.random(n) < 0.5, rng.uniform(0.001, 0.25, n), log_uniform(rng, least, -0.7, n))
    scale = np.where(rng.random(n) < 0.2, 0.25 * (1 - 2.0 ** -rng.uniform(2, 53, n)), scale)
    scale = np.maximum(to(dtype, scale), np.finfo(dtype).smallest_subnormal)
    wide = scale.astype(np.longdouble)
    # |z| = -log(scale) + 2 log((1 + sqrt(1 - 4 scale))/2)
    z = (2 * np.log1p(np.sqrt(np.maximum(1 - 4 * wide, 0))) - np.log(4 * wide)) * signs(rng, n)
    away = np.where(rng.random(n) < 0.5, 0.0, np.asarray(wide * signs(rng, n) * log_uniform(rng, -6, 3, n), np.float64))
    loc = to(dtype, away)
    x = _at(z * np.where(rng.random(n) < 0.5, 1, 1 + rng.normal(size=n) * 2.0 ** -rng.uniform(1, 50, n)), loc, scale, dtype)
    return np.where(rng.random(n) < 0.5, few_ulp_off(rng, x), x), loc, scale


def _logistic_near_a_quarter(dtype: Any, rng: Generator, n: int) -> Columns:
    """scale = 1/4 and beside it, where the log density at small z is a small number"""
    least, _ = _exponents(dtype)
    scale = few_ulp_off(rng, np.full(n, 0.25, dtype), 2)
    return to(dtype, signs(rng, n) * log_uniform(rng, least / 2, 0.5, n)), np.zeros(n, dtype), scale


def _zero_of_logistic_dscale(dtype: Any, rng: Generator, n: int) -> Columns:
    """z tanh(z/2) = 1 and beside it"""
    loc, scale = _loc_scale(dtype, rng, n)
    z = np.longdouble("1.54340463841820844795") * (1 + rng.choice([0, 1], n) * rng.normal(size=n) * 2.0 ** -rng.uniform(1, 50, n))
    return few_ulp_off(rng, _at(signs(rng, n) * z, loc, scale, dtype), 2), loc, scale


def _underflow_of_logistic(dtype: Any, rng: Generator, n: int) -> Columns:
    """Where e^-|z|/scale underflows, overflows or is subnormal, whatever the scale"""
    over, normal, under = (709.8, 708.4, 745.2) if _is_double(dtype) else (88.8, 87.4, 104.0)
    loc, scale = _loc_scale(dtype, rng, n)
    target = np.where(rng.random(n) < 0.8, -rng.uniform(normal - 1, under + 8, n), rng.uniform(over - 3, over + 0.5, n))
    z = np.maximum(-target - np.log(scale.astype(np.longdouble)), 0) * signs(rng, n)
    return _at(z, loc, scale, dtype), loc, scale


def _quantile(probabilities: Callable[[Any, Generator, int], Array]) -> Callable[[Any, Generator, int], Columns]:
    def make(dtype: Any, rng: Generator, n: int) -> Columns:
        loc, scale = _loc_scale(dtype, rng, n)
        loc = np.where(rng.random(n) < 0.2, to(dtype, scale.astype(np.float64) * rng.uniform(-6, 6, n)), loc)
        return probabilities(dtype, rng, n), loc, scale

    return make


def _huge_quantile(probabilities: Callable[[Any, Generator, int], Array]) -> Callable[[Any, Generator, int], Columns]:
    def make(dtype: Any, rng: Generator, n: int) -> Columns:
        _, loc, scale = _huge(dtype, rng, n)
        return probabilities(dtype, rng, n), loc, scale

    return make


def interval_points(standard: Callable[[Any, Generator, int], Array]) -> Callable[[Any, Generator, int], Columns]:
    """Intervals anywhere and of any width: neighbors, across 0 and symmetric to it, to infinity; a few without a mass"""

    def make(dtype: Any, rng: Generator, n: int) -> Columns:
        loc, scale = _loc_scale(dtype, rng, n)
        plain = rng.random(n) < 0.3
        loc, scale = np.where(plain, np.asarray(0, dtype), loc), np.where(plain, np.asarray(1, dtype), scale)
        least, _ = _exponents(dtype)
        z, other = standard(dtype, rng, n), standard(dtype, rng, n)
        a = _at(z, loc, scale, dtype)
        width = mixed_columns(rng, log_uniform(rng, -20, 1, n), log_uniform(rng, least, 2, n), 10.0 / (np.abs(z) + 1e-3))
        near = to(dtype, a.astype(np.longdouble) + scale.astype(np.longdouble) * width)
        mirrored = _at(-z, loc, scale, dtype)
        infinite = np.full(n, np.inf, dtype) * signs(rng, n).astype(dtype)
        b = mixed_columns(
            rng, _at(other, loc, scale, dtype), near, near, few_ulp_off(rng, a), mirrored, few_ulp_off(rng, mirrored),
            random_bits(rng, n, dtype), np.where(rng.random(n) < 0.3, infinite, _at(other, loc, scale, dtype)),
        )  # fmt: skip
        swapped = (b < a) & (rng.random(n) < 0.98)
        return np.where(swapped, b, a), np.where(swapped, a, b), loc, scale

    return make


def _any_interval(dtype: Any, rng: Generator, n: int) -> Columns:
    """Any exponent in every argument, and all of them near the end of the range"""
    parts = zip(_anything(dtype, rng, n // 2), _huge(dtype, rng, n - n // 2), strict=True)
    a, loc, scale = (np.concatenate(part) for part in parts)
    b = mixed_columns(rng, random_bits(rng, n, dtype), -a, few_ulp_off(rng, a), to(dtype, a.astype(np.longdouble) + scale))
    return np.minimum(a, b), np.maximum(a, b), loc, scale


# ----------------------------------------------------------------------------------------------------------- uniform distribution


def _ends(dtype: Any, rng: Generator, n: int) -> tuple[Array, Array]:
    """low < high: any location and width, neighbors, and both near the ends of the range, where high - low overflows"""
    loc, width = _loc_scale(dtype, rng, n)
    most = np.finfo(dtype).maxexp
    huge = signs(rng, (2, n)) * 2.0 ** rng.uniform(most - 3, most - 1e-9, (2, n))
    low = to(dtype, np.where(rng.random(n) < 0.15, huge[0], loc))
    high = to(dtype, low.astype(np.longdouble) + width.astype(np.longdouble))
    high = mixed_columns(rng, high, high, few_ulp_off(rng, low), to(dtype, huge[1]), random_bits(rng, n, dtype), to(dtype, -low))
    low, high = np.minimum(low, high), np.maximum(low, high)
    return low, np.where(low == high, np.nextafter(high, np.asarray(np.inf, dtype)), high)


def _uniform(dtype: Any, rng: Generator, n: int) -> Columns:
    """x inside, at and beside the ends, and beyond"""
    low, high = _ends(dtype, rng, n)
    wide_low, wide_high = low.astype(np.longdouble), high.astype(np.longdouble)
    part = unit_points(dtype, rng, n).astype(np.longdouble)
    distance = part * (wide_high - wide_low)
    inside = to(dtype, np.where(rng.random(n) < 0.5, wide_low + distance, wide_high - distance))
    between = np.where((low < 0) & (high > 0), to(dtype, random_bits(rng, n, dtype)), inside)
    x = mixed_columns(rng, inside, inside, inside, np.clip(between, low, high), few_ulp_off(rng, low), few_ulp_off(rng, high),
                      low, high, to(dtype, high + np.abs(high)))  # fmt: skip
    return x, low, high


def _uniform_quantile(probabilities: Callable[[Any, Generator, int], Array]) -> Callable[[Any, Generator, int], Columns]:
    return lambda dtype, rng, n: (probabilities(dtype, rng, n), *_ends(dtype, rng, n))


def _uniform_width_near_one(dtype: Any, rng: Generator, n: int) -> Columns:
    """where log(high - low) is small"""
    low = to(dtype, signs(rng, n) * log_uniform(rng, -25, 3, n))
    high = few_ulp_off(rng, to(dtype, low.astype(np.longdouble) + 1))
    return to(dtype, low + 0.5), low, high


def _uniform_interval(dtype: Any, rng: Generator, n: int) -> Columns:
    """Intervals inside, of any width; across either end, or both; outside"""
    x, low, high = _uniform(dtype, rng, n)
    wide = rng.random(n).astype(np.longdouble) * (high.astype(np.longdouble) - low)
    near = to(dtype, x + wide * log_uniform(rng, -20, 0, n))
    mirrored = to(dtype, low.astype(np.longdouble) + (high.astype(np.longdouble) - x))
    other = mixed_columns(rng, near, near, few_ulp_off(rng, x), few_ulp_off(rng, high), few_ulp_off(rng, low), mirrored,
                          random_bits(rng, n, dtype), np.full(n, np.inf, dtype) * signs(rng, n).astype(dtype))  # fmt: skip
    swapped = (other < x) & (rng.random(n) < 0.98)
    return np.where(swapped, other, x), np.where(swapped, x, other), low, high


# ------------------------------------------------------------------------------------------- truncated normal distribution


def _truncnormal_ends(dtype: Any, rng: Generator, n: int, most: float) -> tuple[Array, Array, Array, Array]:
    """low, high, loc, scale: ends up to 10^most scales out, any width, one or both infinite; a third with loc = 0, scale = 1"""
    out = mixed(
        rng, n,
        lambda m: rng.normal(size=m) * 2,
        lambda m: rng.uniform(-45, 45, m),
        lambda m: -log_uniform(rng, -3, 1.5, m),
        lambda m: signs(rng, m) * log_uniform(rng, -most, most, m),
        lambda m: np.zeros(m),
    )  # fmt: skip
    width = mixed(
        rng, n,
        lambda m: log_uniform(rng, -2, 1.7, m),
        lambda m: log_uniform(rng, -most, 2, m),
        lambda m: rng.choice([0.25, 0.5, 1.0], m) * (1 + signs(rng, m) * 2.0 ** rng.uniform(-50, -1, m)),
        lambda m: np.full(m, np.inf),
    )  # fmt: skip
    relative = rng.random(n) < 0.5  # to how fast the density falls
    width = np.where(relative, width / (1 + np.abs(out)), width)
    width = np.where(rng.random(n) < 0.1, -2 * out + rng.normal(size=n) * 2.0 ** rng.uniform(-50, 1, n), width)  # about loc
    plain, turned, both = rng.random(n) < 0.3, rng.random(n) < 0.5, rng.random(n) < 0.03
    scale = to(dtype, np.where(plain, 1.0, log_uniform(rng, -most, most, n) ** rng.choice([0.1, 1.0], n)))
    size = scale.astype(np.longdouble)
    loc = to(dtype, np.where(plain, 0.0, scale * rng.normal(size=n) * log_uniform(rng, -8, 8, n)))
    low = to(dtype, loc + size * out)
    high = low + size * np.abs(width)
    high = np.where(np.isinf(high), np.asarray(np.inf, dtype), to(dtype, high))
    high = np.where(low < high, high, np.nextafter(low, np.asarray(np.inf, dtype)))
    low = np.where(both, np.asarray(-np.inf, dtype), low)
    low, high, loc = np.where(turned, -high, low), np.where(turned, -low, high), np.where(turned, -loc, loc)
    return low, high, loc, scale


def _out(dtype: Any) -> float:
    return 60.0 if _is_double(dtype) else 12.0


def _truncnormal(dtype: Any, rng: Generator, n: int) -> Columns:
    """x in proportion, near both ends at any distance, where most of the mass is, at the ends and beyond"""
    low, high, loc, scale = _truncnormal_ends(dtype, rng, n, _out(dtype))
    wide_low, wide_high, size = low.astype(np.longdouble), high.astype(np.longdouble), scale.astype(np.longdouble)
    with np.errstate(all="ignore"):
        part = unit_points(dtype, rng, n).astype(np.longdouble)
        width, from_low = wide_high - wide_low, np.abs(wide_low - loc) < np.abs(wide_high - loc)
        proportional = np.where(rng.random(n) < 0.5, wide_low + part * width, wide_high - part * width)
        out = np.maximum(np.abs(np.where(from_low, wide_low, wide_high) - loc) / size, 1)
        away = size / out * log_uniform(rng, -3, 1.5, n)
        likely = np.where(from_low, wide_low + away, wide_high - away)
        usual = loc + size * rng.normal(size=n) * 3
        x = mixed_columns(rng, proportional, proportional, likely, likely, likely, usual, usual)
        x = np.where(np.isfinite(x), x, usual)
    x = np.clip(to(dtype, x), low, high)
    finite_low, finite_high = np.where(np.isinf(low), x, low), np.where(np.isinf(high), x, high)
    return (
        mixed_columns(rng, x, x, x, x, x, x, few_ulp_off(rng, finite_low), few_ulp_off(rng, finite_high), low, high),
        low, high, loc, scale,
    )  # fmt: skip


def _truncnormal_quantile(dtype: Any, rng: Generator, n: int) -> Columns:
    return unit_points(dtype, rng, n), *_truncnormal_ends(dtype, rng, n, _out(dtype))


def _truncnormal_quantile_at_zero(dtype: Any, rng: Generator, n: int) -> Columns:
    """Next to an end that is 0, so that x is as small as q; loc at the other end, beyond it, and anywhere"""
    q, other = unit_points(dtype, rng, n), to(dtype, log_uniform(rng, -30 if _is_double(dtype) else -8, 3, n))
    scale = to(dtype, other * mixed_columns(rng, log_uniform(rng, -1.5, 2, n), log_uniform(rng, -1.5, 12, n)))
    beyond = to(dtype, other + scale * np.abs(rng.normal(size=n)))
    loc = mixed_columns(rng, other, beyond, few_ulp_off(rng, other), to(dtype, scale * rng.normal(size=n)))
    turned, zero = rng.random(n) < 0.5, np.zeros(n, dtype)
    return q, np.where(turned, -other, zero), np.where(turned, zero, other), np.where(turned, -loc, loc), scale


def _truncnormal_quantile_from_zero(dtype: Any, rng: Generator, n: int) -> Columns:
    """The same with loc any number of scales from it, on either side, and the least probabilities"""
    q = mixed_columns(rng, unit_points(dtype, rng, n), to(dtype, log_uniform(rng, _exponents(dtype)[0], -1, n)))
    scale = to(dtype, log_uniform(rng, -3, 3, n))
    out = mixed_columns(rng, rng.uniform(-39, 39, n), signs(rng, n) * log_uniform(rng, -3, 140 if _is_double(dtype) else 12, n))
    reach = mixed_columns(rng, to(dtype, scale * log_uniform(rng, -3, 2, n)), np.full(n, np.inf, dtype))
    turned, loc, zero = rng.random(n) < 0.5, to(dtype, scale * out), np.zeros(n, dtype)
    return q, np.where(turned, -reach, zero), np.where(turned, zero, reach), np.where(turned, -loc, loc), scale


def _truncnormal_quantile_at_underflow(dtype: Any, rng: Generator, n: int) -> Columns:
    """The least probabilities, next to an end beyond which the mass underflows, or nearly"""
    q = to(dtype, log_uniform(rng, _exponents(dtype)[0], -150 if _is_double(dtype) else -20, n))
    end, reach = to(dtype, rng.uniform(36.5, 39, n)), to(dtype, rng.uniform(0, 10, n))
    other = np.where(rng.random(n) < 0.5, np.asarray(np.inf, dtype), reach)
    turned = rng.random(n) < 0.5
    return q, np.where(turned, -other, -end), np.where(turned, end, other), np.zeros(n, dtype), np.ones(n, dtype)


def _truncnormal_moment(dtype: Any, rng: Generator, n: int) -> Columns:
    return _truncnormal_ends(dtype, rng, n, _out(dtype))


# ------------------------------------------------------------------------------------------------------- Bernoulli, divergences


def _bernoulli(dtype: Any, rng: Generator, n: int) -> Columns:
    return rng.integers(0, 2, n).astype(dtype), _exp_like(dtype, rng, n)


def _bernoulli_by_p(dtype: Any, rng: Generator, n: int) -> Columns:
    return rng.integers(0, 2, n).astype(dtype), unit_points(dtype, rng, n)


def _steps(parameter: Callable[[Any, Generator, int], Array]) -> Callable[[Any, Generator, int], Columns]:
    """k on, beside and between the steps"""

    def make(dtype: Any, rng: Generator, n: int) -> Columns:
        k = rng.choice(np.asarray([0, 0, 0, 1e-300, 0.5, 0.5, 1, 2, -1e-300, -1], dtype), n)
        return np.where(rng.random(n) < 0.1, few_ulp_off(rng, k), k), parameter(dtype, rng, n)

    return make


def _bernoulli_quantile(dtype: Any, rng: Generator, n: int) -> Columns:
    """p anywhere, and beside 1 - q and q"""
    q, p = unit_points(dtype, rng, n), unit_points(dtype, rng, n)
    return q, mixed_columns(rng, p, 1 - p, few_ulp_off(rng, 1 - q), few_ulp_off(rng, q))


def _bernoulli_quantile_logits(dtype: Any, rng: Generator, n: int) -> Columns:
    """logits anywhere, and near both logits of q, but not so near that it needs more digits than a kernel's"""
    q = unit_points(dtype, rng, n)
    wide = q.astype(np.longdouble)
    off = 1 + signs(rng, n) * 2.0 ** -rng.uniform(1, 45 if _is_double(dtype) else 22, n)
    near = to(dtype, signs(rng, n) * np.where(q == 0.5, 1, np.log(wide) - np.log1p(-wide)) * off)
    return q, mixed_columns(rng, near, _exp_like(dtype, rng, n))


def _kl_loc(dtype: Any, rng: Generator, like: Array) -> Array:
    """Locations: none, ordinary, as large as the other term, any exponent, and where loc^2/2 overflows or underflows"""
    n = len(like)
    most = float(np.finfo(dtype).maxexp)
    return mixed_columns(
        rng,
        np.zeros(n, dtype),
        to(dtype, rng.normal(size=n) * log_uniform(rng, -2, 1, n)),
        to(dtype, like * rng.normal(size=n) * 2.0 ** rng.uniform(-5, 5, n)),
        random_bits(rng, n, dtype),
        to(dtype, signs(rng, n) * 2.0 ** ((most + 1) / 2 + rng.normal(size=n) * 2.0 ** rng.uniform(-50, 1, n))),
        to(dtype, signs(rng, n) * 2.0 ** (np.finfo(dtype).minexp / 2 + rng.uniform(-28, 4, n))),
    )


def mixed_columns(rng: Generator, *columns: Array) -> Array:
    """One of the columns at each place"""
    return np.choose(rng.integers(0, len(columns), len(columns[0])), columns)


def _kl_scale(dtype: Any, rng: Generator, n: int) -> Columns:
    least, most = _exponents(dtype)
    digits = np.finfo(dtype).nmant + 2
    beside_one = 1 + signs(rng, n) * 2.0 ** -rng.uniform(1, digits, n)
    scale = mixed_columns(
        rng,
        to(dtype, np.exp(rng.normal(size=n))),
        to(dtype, log_uniform(rng, least, most, n)),
        to(dtype, beside_one),
        around(rng, [0.5, 0.70710678118654752, 0.75, 1.0, 1.25, 1.4142135623730951, 1.5, 2.0, 4.0], n, dtype),
        few_ulp_off(rng, np.full(n, 1, dtype)),
        np.abs(random_bits(rng, n, dtype)),
        to(dtype, 2.0 ** ((np.finfo(dtype).maxexp + 1) / 2 + rng.normal(size=n) * 2.0 ** rng.uniform(-50, 1, n))),
    )
    scale = np.maximum(np.abs(scale), np.finfo(dtype).smallest_subnormal)
    return _kl_loc(dtype, rng, np.abs(scale.astype(np.float64) - 1)), scale


def _kl_log(doubled: bool) -> Callable[[Any, Generator, int], Columns]:
    """log_scale if doubled (its exponential is squared), else log variance"""

    def make(dtype: Any, rng: Generator, n: int) -> Columns:
        over = (710.5 if _is_double(dtype) else 89.4) / (2 if doubled else 1)
        least, _ = _exponents(dtype)
        switches = np.array([0.17, 0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 18.0, 20.0, 37.0, over])
        value = mixed_columns(
            rng,
            to(dtype, rng.normal(size=n) * 2),
            to(dtype, signs(rng, n) * log_uniform(rng, least, 0, n)),
            to(dtype, signs(rng, n) * log_uniform(rng, -20, 0, n)),
            around(rng, np.concatenate([switches, -switches]), n, dtype),
            to(dtype, rng.uniform(-over, over, n) * 1.05),
            to(dtype, over + rng.normal(size=n) * 0.5),
            random_bits(rng, n, dtype),
        )
        return _kl_loc(dtype, rng, np.abs(value.astype(np.float64))), value

    return make


# --------------------------------------------------------------------------------------------------------------------- modulation


def _film(dtype: Any, rng: Generator, n: int) -> Columns:
    """Factors near 1 and near 0, and any numbers"""
    gamma = mixed_columns(rng, rng.normal(size=n), 1 + rng.normal(size=n) * 0.1, signs(rng, n) * log_uniform(rng, -30, 0, n))
    columns = (to(dtype, column) for column in (rng.normal(size=n), gamma, rng.normal(size=n)))
    wild = rng.random(n) < 0.2
    x, gamma, beta = (np.where(wild, random_bits(rng, n, dtype), column) for column in columns)
    return x, gamma, beta


def _film_cancels(dtype: Any, rng: Generator, n: int) -> Columns:
    """gamma x + beta near 0, where all digits of the product count; beside products of any size"""
    least, _ = _exponents(dtype)
    x, gamma = to(dtype, rng.normal(size=n)), to(dtype, signs(rng, n) * log_uniform(rng, least / 2, -least / 2, n))
    return x, gamma, few_ulp_off(rng, to(dtype, -(x.astype(np.longdouble) * gamma.astype(np.longdouble))))


# ------------------------------------------------------------------------------------------- two distributions of one family


def _near(dtype: Any, rng: Generator, x: Array, size: Array | float = 1.0) -> Array:
    """Numbers beside x, at distances of `size` times 2^-60 to 2"""
    n = len(x)
    wide = x.astype(np.longdouble)
    return to(dtype, wide + size * signs(rng, n) * 2.0 ** rng.uniform(-60 if _is_double(dtype) else -30, 1, n))


def _two_probabilities(dtype: Any, rng: Generator, n: int) -> Columns:
    """Both anywhere, near one another, q a common multiple of p or of 1 - p, and p at the ends"""
    p = unit_points(dtype, rng, n)
    least = np.finfo(dtype).smallest_subnormal
    beside = np.clip(_near(dtype, rng, p, np.minimum(p, 1 - p).astype(np.float64)), least, 1 - np.finfo(dtype).epsneg)
    ratio = rng.choice([2 / 3, 1.0, 1.5, 2.0, 0.5, 3.0, 4.0], n) * (1 + signs(rng, n) * 2.0 ** -rng.uniform(1, 50, n))
    multiple = np.clip(to(dtype, p * ratio), least, 1 - np.finfo(dtype).epsneg)
    of_rest = np.clip(to(dtype, 1 - (1 - p.astype(np.longdouble)) * ratio), least, 1 - np.finfo(dtype).epsneg)
    q = mixed_columns(rng, unit_points(dtype, rng, n), beside, few_ulp_off(rng, beside), multiple, of_rest, few_ulp_off(rng, p))
    q = np.where((q > 0) & (q < 1), q, p)
    end = rng.random(n) < 0.02
    return np.where(end, rng.integers(0, 2, n).astype(dtype), p), q


def _two_logits(dtype: Any, rng: Generator, n: int) -> Columns:
    """Both anywhere, near one another at every distance, one apart, and so far out that p underflows, but not p b"""
    a = _exp_like(dtype, rng, n)
    deep = to(dtype, signs(rng, n) * rng.uniform(0, 1600 if _is_double(dtype) else 300, n))
    a = mixed_columns(rng, a, a, deep)
    step = to(dtype, a + signs(rng, n) * few_ulp_off(rng, np.full(n, 1, dtype)))
    b = mixed_columns(
        rng, _exp_like(dtype, rng, n), _near(dtype, rng, a), few_ulp_off(rng, a), step, _near(dtype, rng, a, 30.0),
        random_bits(rng, n, dtype), to(dtype, signs(rng, n) * rng.uniform(0, 1600, n)), _near(dtype, rng, a, np.abs(a) * 0.25),
    )  # fmt: skip
    return a, b


def _two_normals(dtype: Any, rng: Generator, n: int) -> Columns:
    """Scales anywhere, near one another, common multiples; distances anywhere, of the size of scale_q, and small beside it"""
    loc_q, scale_q = _loc_scale(dtype, rng, n)
    if dtype == np.float64:
        scale_q = mixed_columns(rng, *[scale_q] * 12, few_ulp_off(rng, 2.0 ** rng.choice([-150.0, 150.0], n)))
    wide = scale_q.astype(np.longdouble)
    _, any_scale = _loc_scale(dtype, rng, n)
    edges = [2 / 3, 1.0, 1.5, 2.0, 0.5, 3.0, *np.sqrt([0.5, 2 / 3, 0.75, 4 / 3, 1.5, 2.0, 8 / 3, 3.0])]
    ratio = rng.choice(edges, n) * (1 + signs(rng, n) * 2.0 ** -rng.uniform(1, 54, n))
    least = np.finfo(dtype).smallest_subnormal
    scale_p = mixed_columns(
        rng, any_scale, to(dtype, wide * ratio), few_ulp_off(rng, scale_q), scale_q, to(dtype, wide * np.exp(rng.normal(size=n)))
    )
    scale_p = np.maximum(np.abs(scale_p), least)
    loc_p = mixed_columns(
        rng, loc_q, _loc_scale(dtype, rng, n)[0], to(dtype, loc_q + wide * rng.normal(size=n)),
        to(dtype, loc_q + wide * signs(rng, n) * log_uniform(rng, -20, 3, n)), few_ulp_off(rng, loc_q),
        to(dtype, loc_q + wide * signs(rng, n) * 2.0 ** ((np.finfo(dtype).maxexp + 1) / 2 + rng.normal(size=n))),
        random_bits(rng, n, dtype),
    )  # fmt: skip
    return loc_p, scale_p, loc_q, scale_q


def _two_uniforms(dtype: Any, rng: Generator, n: int) -> Columns:
    """The first within the second: common ends, ends a few ULP or any part of the width inside, or narrow; some reach beyond"""
    low_q, high_q = _ends(dtype, rng, n)
    wide_low, wide_high = low_q.astype(np.longdouble), high_q.astype(np.longdouble)
    parts = [log_uniform(rng, -20, 0, n), unit_points(dtype, rng, n), log_uniform(rng, -5, -0.01, n)]
    from_low, from_high = (mixed_columns(rng, *parts).astype(np.longdouble) * (wide_high - wide_low) for _ in range(2))
    inner = mixed_columns(rng, low_q, to(dtype, wide_low + from_low), few_ulp_off(rng, low_q), random_bits(rng, n, dtype))
    outer = mixed_columns(
        rng, high_q, to(dtype, wide_high - from_high), few_ulp_off(rng, high_q), to(dtype, inner + np.abs(from_high) / 8)
    )
    beyond = rng.random(n) < 0.05
    low_p, high_p = (np.where(beyond, end, np.clip(end, low_q, high_q)) for end in (inner, outer))
    return np.minimum(low_p, high_p), np.maximum(low_p, high_p), low_q, high_q


def _two_logistics(dtype: Any, rng: Generator, n: int) -> Columns:
    """As two normal distributions; and at distances up to 60 larger scales, ratios of all sizes, and where polynomials meet"""
    columns = _two_normals(dtype, rng, n)
    _, scale_q = _loc_scale(dtype, rng, n)
    beside = 1 + 1e-3 * rng.normal(size=n)
    ratio = mixed_columns(
        rng, np.exp(rng.normal(size=n) * rng.choice([0.01, 1, 5], n)), rng.choice([0.12, 0.37], n) ** signs(rng, n) * beside
    )
    scale_p = mixed_columns(rng, scale_q, to(dtype, scale_q * ratio), few_ulp_off(rng, scale_q))
    scale_p = np.maximum(scale_p, np.finfo(dtype).smallest_subnormal)
    larger = np.maximum(scale_p, scale_q).astype(np.longdouble)
    edges = rng.choice([2, 3, 3.5, 5, 8, 13, 23], n) * beside
    away = signs(rng, n) * mixed_columns(rng, rng.uniform(0, 60, n), log_uniform(rng, -8, 0, n), rng.uniform(44, 46, n), edges)
    loc_q = mixed_columns(rng, np.zeros(n), to(dtype, larger * rng.normal(size=n)))
    near = to(dtype, loc_q + larger * away), scale_p, to(dtype, loc_q), scale_q
    first = rng.random(n) < 0.5
    return tuple(np.where(first, one, other) for one, other in zip(columns, near, strict=True))


def _uniform_from_normal(dtype: Any, rng: Generator, n: int) -> Columns:
    """Intervals and scales anywhere; of the size of one another, and loc within, beside and far from the interval"""
    low, high = _ends(dtype, rng, n)
    wide_low, wide_high = low.astype(np.longdouble), high.astype(np.longdouble)
    width = wide_high - wide_low
    other, any_scale = _loc_scale(dtype, rng, n)
    inside = wide_low + rng.random(n) * width
    loc = mixed_columns(
        rng, other, to(dtype, inside), to(dtype, (wide_low + wide_high) / 2), few_ulp_off(rng, low), few_ulp_off(rng, high),
        to(dtype, inside + width * signs(rng, n) * log_uniform(rng, -3, 5, n)), random_bits(rng, n, dtype),
    )  # fmt: skip
    size = mixed_columns(rng, width, width, np.hypot(width, inside - loc))
    over = size / 2.0 ** (np.finfo(dtype).maxexp / 2 + rng.uniform(-1, 4, n))  # where the squares overflow, or nearly
    scale = mixed_columns(
        rng, any_scale, to(dtype, size * np.exp(rng.normal(size=n))), to(dtype, size / np.sqrt(12)), to(dtype, over)
    )
    return low, high, loc, np.maximum(np.abs(scale), np.finfo(dtype).smallest_subnormal)


def _zero_of_kl_uniform_normal_grad(dtype: Any, rng: Generator, n: int) -> Columns:
    """A scale at which the derivative by low, high or scale is zero, and beside it"""
    low, high, loc, scale = _uniform_from_normal(dtype, rng, n)
    below, above = low.astype(np.longdouble) - loc, high.astype(np.longdouble) - loc
    squares = [(above - below) * -(2 * below + above) / 6, (above - below) * (below + 2 * above) / 6,
               (below**2 + below * above + above**2) / 3]  # fmt: skip
    square = mixed_columns(rng, *squares)
    at_zero = few_ulp_off(rng, to(dtype, np.sqrt(np.maximum(square, 0))), 1)
    return low, high, loc, np.where(square > 0, at_zero, scale)


def _zero_of_kl_dscale(dtype: Any, rng: Generator, n: int) -> Columns:
    """(loc_p - loc_q)^2 + scale_p^2 = scale_q^2 and beside it"""
    loc_q, scale_q = _loc_scale(dtype, rng, n)
    wide = scale_q.astype(np.longdouble)
    part = mixed_columns(rng, rng.random(n), log_uniform(rng, -20, 0, n), 1 - log_uniform(rng, -20, 0, n))
    scale_p = np.maximum(to(dtype, wide * part), np.finfo(dtype).smallest_subnormal)
    root = np.sqrt(np.maximum((wide - scale_p) * (wide + scale_p), 0))
    loc_q = np.where(rng.random(n) < 0.5, 0, loc_q).astype(dtype)
    loc_p = to(dtype, loc_q + signs(rng, n) * np.where(rng.random(n) < 0.1, wide, root))
    return few_ulp_off(rng, loc_p, 1), scale_p, loc_q, scale_q


# -------------------------------------------------------------------------------------------------------------------------- all


# --------------------------------------------------------------------------------------------------------------------- moments


def _location_scale(dtype: Any, rng: Generator, n: int) -> Columns:
    """Scales where an entropy is 0, where a square overflows or vanishes, and all others."""
    zeros = np.exp([-2.0, -0.5 - 0.5 * np.log(2 * np.pi)])
    edges = 2.0 ** (np.array([-538, -537, -511, -400, 400, 511]) if _is_double(dtype) else np.array([-75, -74, -63, 63]))
    scale = mixed(
        rng, n,
        lambda m: to(dtype, log_uniform(rng, -3, 3, m)),
        lambda m: np.abs(random_bits(rng, m, dtype)),
        lambda m: around(rng, zeros, m, dtype),
        lambda m: few_ulp_off(rng, to(dtype, rng.choice(zeros, m)), 2),
        lambda m: around(rng, edges, m, dtype),
    )  # fmt: skip
    return mixed(rng, n, lambda m: to(dtype, rng.normal(size=m)), lambda m: random_bits(rng, m, dtype)), scale


def _two_ends_near_one(dtype: Any, rng: Generator, n: int) -> Columns:
    return _uniform_width_near_one(dtype, rng, n)[1:]


def _probability(dtype: Any, rng: Generator, n: int) -> Columns:
    """With the zeros of skewness and excess kurtosis"""
    zeros = (0.5, 0.5 - np.sqrt(1 / 12), 0.5 + np.sqrt(1 / 12))
    return (mixed(rng, n, lambda m: unit_points(dtype, rng, m), lambda m: around(rng, zeros, m, dtype)),)


def _logits(dtype: Any, rng: Generator, n: int) -> Columns:
    """With the zeros of the excess kurtosis, and where the entropy changes its formula"""
    switches = np.array([np.log(2 + np.sqrt(3)), 40.0, 2 * 709.78, 709.78, 88.72])
    return (mixed(rng, n, lambda m: _exp_like(dtype, rng, m), lambda m: around(rng, np.append(switches, -switches), m, dtype)),)


def _one(maker: Callable[[Any, Generator, int], Array]) -> tuple[Callable[[Any, Generator, int], Columns], ...]:
    return (lambda dtype, rng, n: (maker(dtype, rng, n),),)


_NORMAL = (_standard(standard_points), *[_standardized(standard_points)] * 2, _anything, _huge, _huge_near_one)
_LOGISTIC = (_standard(_exp_like), *[_standardized(_exp_like)] * 2, _anything, _huge, _huge_near_one)
_QUANTILE, _LOG_QUANTILE = (
    (_standard(some), *[_quantile(some)] * 2, _huge_quantile(some)) for some in (unit_points, log_unit_points)
)
_uniform_standard = _standard(unit_points)
_TRUNCNORMAL_QUANTILE = (
    *[_truncnormal_quantile] * 4,
    _truncnormal_quantile_at_zero, _truncnormal_quantile_from_zero, _truncnormal_quantile_at_underflow,
)  # fmt: skip
_KL_SCALE, _KL_LOG_SCALE, _KL_LOGVAR = (_kl_scale,), (_kl_log(True),), (_kl_log(False),)

MAKERS: dict[str, tuple[Callable[[Any, Generator, int], Columns], ...]] = {
    **dict.fromkeys(["exp", "expm1", "expit", "log_expit", "softplus"], _one(_exp_like)),
    "log": _one(_log_like),
    **dict.fromkeys(["log1p", "log1pmx"], _one(_log1p)),
    **dict.fromkeys(["erf", "erfc", "erfcx"], _one(_erf_like)),
    **dict.fromkeys(["ndtr", "log_ndtr"], _one(standard_points)),
    **dict.fromkeys(["ndtri", "logit"], _one(unit_points)),
    **dict.fromkeys(["normal_cdf", "normal_logcdf", "normal_sf", "normal_logsf"], _NORMAL),
    "normal_pdf": (*_NORMAL, _underflow_of_density),
    "normal_logpdf": (*_NORMAL, _zero_of_logpdf, _zero_of_logpdf),
    "normal_logpdf_grad": (*_NORMAL, _zero_of_dscale, _zero_of_dscale),
    **dict.fromkeys(["normal_logcdf_grad", "normal_logsf_grad", "normal_cdf_grad"], (*_NORMAL, _underflow_of_density)),
    "ndtri_exp": _one(log_unit_points),
    **dict.fromkeys(["normal_ppf", "normal_isf"], _QUANTILE),
    **dict.fromkeys(["normal_ilogcdf", "normal_ilogsf"], _LOG_QUANTILE),
    **dict.fromkeys(
        [f"normal_{name}{grad}" for name in ("interval_mass", "log_interval_mass") for grad in ("", "_grad")],
        (*[interval_points(standard_points)] * 3, _any_interval),
    ),
    **dict.fromkeys(["logistic_cdf", "logistic_logcdf", "logistic_sf", "logistic_logsf"], _LOGISTIC),
    **dict.fromkeys(["logistic_ppf", "logistic_isf"], _QUANTILE),
    **dict.fromkeys(["logistic_ilogcdf", "logistic_ilogsf"], _LOG_QUANTILE),
    **dict.fromkeys(
        ["logistic_pdf", "logistic_logcdf_grad", "logistic_logsf_grad", "logistic_cdf_grad"],
        (*_LOGISTIC, _underflow_of_logistic),
    ),
    **dict.fromkeys(
        [f"logistic_{name}{grad}" for name in ("interval_mass", "log_interval_mass") for grad in ("", "_grad")],
        (*[interval_points(_exp_like)] * 3, _any_interval),
    ),
    **dict.fromkeys(
        [f"uniform_{name}{grad}" for name in ("interval_mass", "log_interval_mass") for grad in ("", "_grad")],
        (_uniform_interval,),
    ),
    "logistic_logpdf": (*_LOGISTIC, _zero_of_logistic_logpdf, _zero_of_logistic_logpdf, _logistic_near_a_quarter),
    "logistic_logpdf_grad": (*_LOGISTIC, _zero_of_logistic_dscale, _zero_of_logistic_dscale),
    **dict.fromkeys(
        [f"uniform_{name}" for name in ("pdf", "cdf", "logcdf", "sf", "logsf")],
        (_uniform_standard, _uniform, _uniform, _uniform),
    ),
    **dict.fromkeys(
        [f"uniform_{name}_grad" for name in ("logpdf", "logcdf", "logsf", "cdf")], (_uniform_standard, _uniform, _uniform)
    ),
    "uniform_logpdf": (_uniform_standard, _uniform, _uniform, _uniform_width_near_one),
    **dict.fromkeys(["uniform_ppf", "uniform_isf"], (_uniform_standard, *[_uniform_quantile(unit_points)] * 2)),
    **dict.fromkeys(
        ["uniform_ilogcdf", "uniform_ilogsf"], (_standard(log_unit_points), *[_uniform_quantile(_log_of_product)] * 2)
    ),
    **dict.fromkeys([f"truncnormal_{name}" for name in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf")], (_truncnormal,)),
    **dict.fromkeys(["truncnormal_ppf", "truncnormal_isf"], _TRUNCNORMAL_QUANTILE),
    **dict.fromkeys(["truncnormal_mean", "truncnormal_var", "truncnormal_entropy"], (_truncnormal_moment,)),
    **{f"{name}_{moment}": (_location_scale,) for name in ("normal", "logistic") for moment in MOMENTS},
    **{f"uniform_{moment}": (_ends, _ends, _two_ends_near_one) for moment in MOMENTS},
    **{f"bernoulli_{moment}": (_probability,) for moment in MOMENTS},
    **{f"bernoulli_{moment}_logits": (_logits,) for moment in MOMENTS},
    **dict.fromkeys(["bernoulli_logpmf_logits", "bernoulli_logpmf_logits_grad"], (_bernoulli,)),
    "bernoulli_pmf_logits": (_bernoulli,),
    **dict.fromkeys(["bernoulli_pmf", "bernoulli_logpmf", "bernoulli_logpmf_grad"], (_bernoulli_by_p,)),
    **dict.fromkeys(["bernoulli_cdf", "bernoulli_sf"], (_steps(unit_points),)),
    **dict.fromkeys(["bernoulli_cdf_logits", "bernoulli_sf_logits"], (_steps(_exp_like),)),
    **dict.fromkeys(["bernoulli_ppf", "bernoulli_isf"], (_bernoulli_quantile,)),
    **dict.fromkeys(["bernoulli_ppf_logits", "bernoulli_isf_logits"], (_bernoulli_quantile_logits,)),
    "film": (_film, _film, _film_cancels),
    **dict.fromkeys(["kl_standard_normal", "kl_standard_normal_grad"], _KL_SCALE),
    **dict.fromkeys(["kl_standard_normal_log_scale", "kl_standard_normal_log_scale_grad"], _KL_LOG_SCALE),
    **dict.fromkeys(["kl_standard_normal_logvar", "kl_standard_normal_logvar_grad"], _KL_LOGVAR),
    "kl_normal": (_two_normals,),
    "kl_normal_grad": (_two_normals, _two_normals, _zero_of_kl_dscale),
    **dict.fromkeys(["kl_uniform", "kl_uniform_grad"], (_two_uniforms,)),
    **dict.fromkeys(["kl_logistic", "kl_logistic_grad"], (_two_logistics,)),
    "kl_uniform_normal": (_uniform_from_normal,),
    "kl_uniform_normal_grad": (_uniform_from_normal, _uniform_from_normal, _zero_of_kl_uniform_normal_grad),
    **dict.fromkeys(["kl_bernoulli", "kl_bernoulli_grad"], (_two_probabilities,)),
    **dict.fromkeys(["kl_bernoulli_logits", "kl_bernoulli_logits_grad"], (_two_logits,)),
}


def points(name: str, dtype: Any, rng: Generator, n: int) -> Columns:
    """n points of every kind in random order, one array an argument."""
    makers = MAKERS[name]
    with np.errstate(all="ignore"):
        parts = [maker(dtype, rng, -(-n // len(makers))) for maker in makers]
    order = rng.permutation(sum(len(part[0]) for part in parts))[:n]
    columns = [np.concatenate(column)[order] for column in zip(*parts, strict=True)]
    for column in columns:
        special = rng.random(n) < 0.02 / len(columns)
        column[special] = rng.choice(SPECIALS, int(special.sum()))
    return tuple(np.ascontiguousarray(column, dtype) for column in columns)


def fresh_points(name: str, dtype: Any, n: int, seed: int = SEED) -> Columns:
    """Points that depend on the seed, the operation and the type alone, not on what else is tested."""
    return points(name, dtype, np.random.default_rng([seed, zlib.crc32(name.encode()), np.dtype(dtype).itemsize]), n)
