"""Exact values against a naive twin in mpmath, the ULP count against its definition, the points against their domains."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from accuracy.hard_cases import CASES, Case
from mpmath import mp, mpf
from ops import Op, read_ops
from reference.points import points
from reference.truth import FORMULAS, IN_ULP_OF_TERMS, LAST_IN_ULP_OF_TERMS, SPECIALS, Truth, truth
from reference.ulp import ulp_error

OPS = read_ops()
BY_NAME = {op.name: op for op in OPS}
MOMENTS = ("moments", "bernoulli_moments")  # of which some are constants
EACH_OP = pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
EACH_TYPE = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f32", "f64"])

# Enough for the least subnormal beside 1 (erfinv), and for its square (divergences).
DIGITS = {
    "errors": 400, "normal": 400, "logistic": 400, "uniform": 750, "bernoulli": 400, "elementary": 400, "kl_standard_normal": 750,
    "truncnormal": 400, "modulation": 750,
    "kl_bernoulli": 1500, "kl_normal": 1500, "kl_uniform": 1500, "kl_uniform_normal": 1500,
    "kl_logistic": 34, "moments": 1000, "bernoulli_moments": 1000,
    "normal_interval": 1000, "logistic_interval": 1000,
}  # fmt: skip


def _logcdf(z: Any) -> Any:
    return mp.log(mp.erfc(-z / mp.sqrt(2)) / 2)


def _ndtri(q: Any) -> Any:
    return mp.sqrt(2) * mp.erfinv(2 * q - 1) if q != mpf(1) / 2 else mpf(0)


def _mills(z: Any) -> Any:
    return mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi) / (mp.erfc(-z / mp.sqrt(2)) / 2)


def _logistic_pdf(z: Any) -> Any:
    return mp.exp(-abs(z)) / (1 + mp.exp(-abs(z))) ** 2


def _logistic_between(u: Any, v: Any) -> Any:
    return 1 / (1 + mp.exp(-v)) - 1 / (1 + mp.exp(-u))


def _interval_grad(density: Callable[[Any], Any], u: Any, v: Any, size: Any) -> tuple[Any, ...]:
    f_u, f_v = density(u), density(v)
    return -f_u / size, f_v / size, (f_u - f_v) / size, (u * f_u - v * f_v) / size


def _uniform_interval_grad(a: Any, b: Any, low: Any, high: Any, divided: bool) -> tuple[Any, ...]:
    """Those of F(b) - F(a), F(x) = (x - low)/(high - low) inside"""
    w = high - low
    t_a, t_b = (a - low) / w, (b - low) / w
    in_a, in_b = int(low <= a <= high), int(low <= b <= high)
    by = (-in_a / w, in_b / w, (in_a * (1 - t_a) - in_b * (1 - t_b)) / w, (in_a * t_a - in_b * t_b) / w)
    mass = (min(b, high) - max(a, low)) / w if divided else 1
    return tuple(value / mass for value in by)


def _between(u: Any, v: Any) -> Any:
    """Phi(v) - Phi(u)"""
    r = mp.sqrt(2)
    return (mp.erfc(u / r) - mp.erfc(v / r)) / 2 if u + v > 0 else (mp.erfc(-v / r) - mp.erfc(-u / r)) / 2


def _truncated(formula: Callable[..., Any]) -> Callable[..., Any]:
    """Of z, a, b and scale"""
    return lambda x, low, high, m, s: formula((x - m) / s, (low - m) / s, (high - m) / s, s)


def _truncated_moments(low: Any, high: Any, m: Any, s: Any) -> tuple[Any, Any, Any]:
    """Mean, variance, entropy"""
    a, b = (low - m) / s, (high - m) / s
    mass = _between(a, b)
    mean, moment = (mp.npdf(a) - mp.npdf(b)) / mass, (a * mp.npdf(a) - b * mp.npdf(b)) / mass
    return m + s * mean, s * s * (1 + moment - mean * mean), mp.log(s * mp.sqrt(2 * mp.pi * mp.e) * mass) + moment / 2


def _truncated_quantile(q: Any, low: Any, high: Any, m: Any, s: Any) -> Any:
    a, b = (low - m) / s, (high - m) / s
    return m + s * _ndtri(mp.ncdf(a) + q * _between(a, b))


def _logistic_mean(function: Callable[[Any, Any], Any], a: Any, s: Any, b: Any, t: Any) -> Any:
    """E of a function of y and z = (a - b + s y)/t, y logistic; intervals end at several distances from y = 0 and z = 0"""
    middle, width = (b - a) / s, t / s
    ends = {mpf(end) for end in (-150, -40, -10, -3, -1, 0, 1, 3, 10, 40, 150)}
    ends |= {middle + step * width for step in (-150, -40, -10, -3, -1, 0, 1, 3, 10, 40, 150)}
    return mp.quad(lambda y: _logistic_pdf(y) * function(y, (a - b + s * y) / t), sorted(end for end in ends if abs(end) <= 150))


def _kl_logistic(a: Any, s: Any, b: Any, t: Any) -> Any:
    return mp.log(t / s) - 2 + _logistic_mean(lambda y, z: abs(z) + 2 * mp.log1p(mp.exp(-abs(z))), a, s, b, t)


def _kl_logistic_grad(a: Any, s: Any, b: Any, t: Any) -> tuple[Any, ...]:
    factors = (lambda y, z: 1, lambda y, z: y, lambda y, z: z)
    slope, by_p, by_q = (_logistic_mean(lambda y, z, of=of: of(y, z) * mp.tanh(z / 2), a, s, b, t) for of in factors)
    return slope / t, by_p / t - 1 / s, -slope / t, (1 - by_q) / t


TWINS: dict[str, Callable[..., Any]] = {
    "exp": mp.exp,
    "expm1": lambda x: mp.exp(x) - 1,
    "log": mp.log,
    "log1p": lambda x: mp.log(1 + x),
    "log1pmx": lambda x: mp.log(1 + x) - x,
    "expit": lambda x: 1 / (1 + mp.exp(-x)),
    "log_expit": lambda x: -mp.log(1 + mp.exp(-x)),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "erf": mp.erf,
    "erfc": mp.erfc,
    "erfcx": lambda x: mp.exp(x * x) * mp.erfc(x),
    "ndtr": lambda x: mp.erfc(-x / mp.sqrt(2)) / 2,
    "log_ndtr": _logcdf,
    "ndtri": _ndtri,
    "ndtri_exp": lambda y: _ndtri(mp.exp(y)),
    "normal_pdf": lambda x, m, s: mp.exp(-(((x - m) / s) ** 2) / 2) / (s * mp.sqrt(2 * mp.pi)),
    "normal_logpdf": lambda x, m, s: -(((x - m) / s) ** 2) / 2 - mp.log(s) - mp.log(2 * mp.pi) / 2,
    "normal_cdf": lambda x, m, s: mp.erfc((m - x) / s / mp.sqrt(2)) / 2,
    "normal_logcdf": lambda x, m, s: _logcdf((x - m) / s),
    "normal_sf": lambda x, m, s: mp.erfc((x - m) / s / mp.sqrt(2)) / 2,
    "normal_logsf": lambda x, m, s: _logcdf((m - x) / s),
    "normal_ppf": lambda q, m, s: m + s * _ndtri(q),
    "normal_isf": lambda q, m, s: m - s * _ndtri(q),
    "normal_ilogcdf": lambda y, m, s: m + s * _ndtri(mp.exp(y)),
    "normal_ilogsf": lambda y, m, s: m - s * _ndtri(mp.exp(y)),
    "normal_logpdf_grad": lambda x, m, s: (-(x - m) / s**2, (x - m) / s**2, (((x - m) / s) ** 2 - 1) / s),
    "normal_logcdf_grad": lambda x, m, s: (
        _mills((x - m) / s) / s, -_mills((x - m) / s) / s, -_mills((x - m) / s) * (x - m) / s**2,
    ),
    "normal_logsf_grad": lambda x, m, s: (
        -_mills((m - x) / s) / s, _mills((m - x) / s) / s, _mills((m - x) / s) * (x - m) / s**2,
    ),
    "normal_cdf_grad": lambda x, m, s: (
        mp.npdf(x, m, s), -mp.npdf(x, m, s), -mp.npdf(x, m, s) * (x - m) / s,
    ),
    "normal_interval_mass": lambda a, b, m, s: _between((a - m) / s, (b - m) / s),
    "normal_log_interval_mass": lambda a, b, m, s: mp.log(_between((a - m) / s, (b - m) / s)),
    "normal_interval_mass_grad": lambda a, b, m, s: _interval_grad(mp.npdf, (a - m) / s, (b - m) / s, s),
    "normal_log_interval_mass_grad": lambda a, b, m, s: _interval_grad(
        mp.npdf, (a - m) / s, (b - m) / s, s * _between((a - m) / s, (b - m) / s)
    ),
    "logit": lambda q: mp.log(q / (1 - q)),
    "logistic_pdf": lambda x, m, s: _logistic_pdf((x - m) / s) / s,
    "logistic_logpdf": lambda x, m, s: mp.log(_logistic_pdf((x - m) / s) / s),
    "logistic_cdf": lambda x, m, s: 1 / (1 + mp.exp((m - x) / s)),
    "logistic_logcdf": lambda x, m, s: -mp.log(1 + mp.exp((m - x) / s)),
    "logistic_sf": lambda x, m, s: 1 / (1 + mp.exp((x - m) / s)),
    "logistic_logsf": lambda x, m, s: -mp.log(1 + mp.exp((x - m) / s)),
    "logistic_ppf": lambda q, m, s: m + s * mp.log(q / (1 - q)),
    "logistic_isf": lambda q, m, s: m - s * mp.log(q / (1 - q)),
    "logistic_ilogcdf": lambda y, m, s: m - s * mp.log(mp.exp(-y) - 1),
    "logistic_ilogsf": lambda y, m, s: m + s * mp.log(mp.exp(-y) - 1),
    "logistic_logpdf_grad": lambda x, m, s: (
        -mp.tanh((x - m) / s / 2) / s, mp.tanh((x - m) / s / 2) / s, ((x - m) / s * mp.tanh((x - m) / s / 2) - 1) / s,
    ),
    "logistic_logcdf_grad": lambda x, m, s: (
        1 / (1 + mp.exp((x - m) / s)) / s, -1 / (1 + mp.exp((x - m) / s)) / s, -(x - m) / s**2 / (1 + mp.exp((x - m) / s)),
    ),
    "logistic_logsf_grad": lambda x, m, s: (
        -1 / (1 + mp.exp((m - x) / s)) / s, 1 / (1 + mp.exp((m - x) / s)) / s, (x - m) / s**2 / (1 + mp.exp((m - x) / s)),
    ),
    "logistic_cdf_grad": lambda x, m, s: (
        _logistic_pdf((x - m) / s) / s, -_logistic_pdf((x - m) / s) / s, -(x - m) / s**2 * _logistic_pdf((x - m) / s),
    ),
    "logistic_interval_mass": lambda a, b, m, s: _logistic_between((a - m) / s, (b - m) / s),
    "logistic_log_interval_mass": lambda a, b, m, s: mp.log(_logistic_between((a - m) / s, (b - m) / s)),
    "logistic_interval_mass_grad": lambda a, b, m, s: _interval_grad(_logistic_pdf, (a - m) / s, (b - m) / s, s),
    "logistic_log_interval_mass_grad": lambda a, b, m, s: _interval_grad(
        _logistic_pdf, (a - m) / s, (b - m) / s, s * _logistic_between((a - m) / s, (b - m) / s)
    ),
    "uniform_interval_mass_grad": lambda a, b, low, high: _uniform_interval_grad(a, b, low, high, False),
    "uniform_log_interval_mass_grad": lambda a, b, low, high: _uniform_interval_grad(a, b, low, high, True),
    "uniform_interval_mass": lambda a, b, low, high: (min(b, high) - max(a, low)) / (high - low),
    "uniform_log_interval_mass": lambda a, b, low, high: mp.log((min(b, high) - max(a, low)) / (high - low)),
    "uniform_pdf": lambda x, a, b: 1 / (b - a) if a <= x <= b else mpf(0),
    "uniform_logpdf": lambda x, a, b: -mp.log(b - a),
    "uniform_cdf": lambda x, a, b: (x - a) / (b - a),
    "uniform_logcdf": lambda x, a, b: mp.log((x - a) / (b - a)),
    "uniform_sf": lambda x, a, b: (b - x) / (b - a),
    "uniform_logsf": lambda x, a, b: mp.log((b - x) / (b - a)),
    "uniform_ppf": lambda q, a, b: a + q * (b - a),
    "uniform_isf": lambda q, a, b: b - q * (b - a),
    "uniform_ilogcdf": lambda y, a, b: a + mp.exp(y) * (b - a),
    "uniform_ilogsf": lambda y, a, b: b - mp.exp(y) * (b - a),
    "uniform_logpdf_grad": lambda x, a, b: (mpf(0), 1 / (b - a), -1 / (b - a)),
    "uniform_logcdf_grad": lambda x, a, b: (1 / (x - a), 1 / (b - a) - 1 / (x - a), -1 / (b - a)),
    "uniform_logsf_grad": lambda x, a, b: (-1 / (b - x), 1 / (b - a), 1 / (b - x) - 1 / (b - a)),
    "uniform_cdf_grad": lambda x, a, b: (1 / (b - a), (x - b) / (b - a) ** 2, (a - x) / (b - a) ** 2),
    "truncnormal_pdf": _truncated(lambda z, a, b, s: mp.npdf(z) / s / _between(a, b)),
    "truncnormal_logpdf": _truncated(lambda z, a, b, s: mp.log(mp.npdf(z) / s / _between(a, b))),
    "truncnormal_cdf": _truncated(lambda z, a, b, s: _between(a, z) / _between(a, b)),
    "truncnormal_logcdf": _truncated(lambda z, a, b, s: mp.log(_between(a, z) / _between(a, b))),
    "truncnormal_sf": _truncated(lambda z, a, b, s: _between(z, b) / _between(a, b)),
    "truncnormal_logsf": _truncated(lambda z, a, b, s: mp.log(_between(z, b) / _between(a, b))),
    "truncnormal_ppf": _truncated_quantile,
    "truncnormal_isf": lambda q, *given: _truncated_quantile(1 - q, *given),
    "truncnormal_mean": lambda *given: _truncated_moments(*given)[0],
    "truncnormal_var": lambda *given: _truncated_moments(*given)[1],
    "truncnormal_entropy": lambda *given: _truncated_moments(*given)[2],
    **dict.fromkeys([f"{name}_{m}" for name in ("normal", "logistic") for m in ("mean", "median", "mode")], lambda m, s: m),
    **dict.fromkeys(["normal_skew", "normal_kurtosis", "logistic_skew", "uniform_skew"], lambda m, s: mpf(0)),
    **dict.fromkeys(["normal_support", "logistic_support"], lambda m, s: (mp.ninf, mp.inf)),
    "normal_var": lambda m, s: s**2,
    "normal_std": lambda m, s: s,
    "normal_entropy": lambda m, s: mp.log(2 * mp.pi * mp.e * s * s) / 2,
    "logistic_var": lambda m, s: mp.pi**2 * s**2 / 3,
    "logistic_std": lambda m, s: mp.sqrt(mp.pi**2 * s**2 / 3),
    "logistic_kurtosis": lambda m, s: mpf(12) / 10,
    "logistic_entropy": lambda m, s: mp.log(mp.exp(2) * s),
    **dict.fromkeys(["uniform_mean", "uniform_median", "uniform_mode"], lambda a, b: a / 2 + b / 2),
    "uniform_var": lambda a, b: (b**2 - 2 * a * b + a**2) / 12,
    "uniform_std": lambda a, b: mp.sqrt((b - a) ** 2 / 12),
    "uniform_kurtosis": lambda a, b: -mpf(12) / 10,
    "uniform_entropy": lambda a, b: mp.log(b - a),
    "uniform_support": lambda a, b: (a, b),
    "bernoulli_mean": lambda p: p,
    **dict.fromkeys(["bernoulli_median", "bernoulli_mode"], lambda p: mpf(p > 1 - p)),
    "bernoulli_var": lambda p: p - p**2,
    "bernoulli_std": lambda p: mp.sqrt(p - p**2),
    "bernoulli_skew": lambda p: ((1 - p) ** 3 * p - p**3 * (1 - p)) / mp.sqrt(p - p**2) ** 3,
    "bernoulli_kurtosis": lambda p: ((1 - p) ** 4 * p + p**4 * (1 - p)) / (p - p**2) ** 2 - 3,
    "bernoulli_entropy": lambda p: -p * mp.log(p) - (1 - p) * mp.log(1 - p),
    "bernoulli_mean_logits": lambda t: 1 / (1 + mp.exp(-t)),
    **dict.fromkeys(["bernoulli_median_logits", "bernoulli_mode_logits"], lambda t: mpf(t > 0)),
    "bernoulli_var_logits": lambda t: 1 / (2 + 2 * mp.cosh(t)),
    "bernoulli_std_logits": lambda t: 1 / (2 * mp.cosh(t / 2)),
    "bernoulli_skew_logits": lambda t: -2 * mp.sinh(t / 2),
    "bernoulli_kurtosis_logits": lambda t: 2 * mp.cosh(t) - 4,
    "bernoulli_entropy_logits": lambda t: mp.log(1 + mp.exp(-abs(t))) + abs(t) / (1 + mp.exp(abs(t))),
    **dict.fromkeys(["bernoulli_support", "bernoulli_support_logits"], lambda given: (mpf(0), mpf(1))),
    "bernoulli_logpmf_logits": lambda k, t: -mp.log(1 + mp.exp(-t if k == 1 else t)),
    "bernoulli_logpmf_logits_grad": lambda k, t: k - 1 / (1 + mp.exp(-t)),
    "bernoulli_pmf": lambda k, p: p if k == 1 else 1 - p,
    "bernoulli_logpmf": lambda k, p: mp.log(p if k == 1 else 1 - p),
    "bernoulli_logpmf_grad": lambda k, p: 1 / p if k == 1 else 1 / (p - 1),
    "bernoulli_cdf": lambda k, p: (k >= 1) * mpf(1) + (0 <= k < 1) * (1 - p),
    "bernoulli_sf": lambda k, p: (k < 0) * mpf(1) + (0 <= k < 1) * p,
    "bernoulli_ppf": lambda q, p: mpf(q > 1 - p),
    "bernoulli_isf": lambda q, p: mpf(q < p),
    "bernoulli_pmf_logits": lambda k, t: 1 / (1 + mp.exp(-t if k == 1 else t)),
    "bernoulli_cdf_logits": lambda k, t: (k >= 1) * mpf(1) + (0 <= k < 1) / (1 + mp.exp(t)),
    "bernoulli_sf_logits": lambda k, t: (k < 0) * mpf(1) + (0 <= k < 1) / (1 + mp.exp(-t)),
    "bernoulli_ppf_logits": lambda q, t: mpf(q > 1 / (1 + mp.exp(t))),
    "bernoulli_isf_logits": lambda q, t: mpf(q < 1 / (1 + mp.exp(-t))),
    "film": lambda x, gamma, beta: gamma * x + beta,
    "kl_standard_normal": lambda m, s: (m * m + s * s - 1) / 2 - mp.log(s),
    "kl_standard_normal_log_scale": lambda m, t: (m * m + mp.exp(2 * t) - 1) / 2 - t,
    "kl_standard_normal_logvar": lambda m, v: (m * m + mp.exp(v) - 1 - v) / 2,
    "kl_standard_normal_grad": lambda m, s: (m, s - 1 / s),
    "kl_standard_normal_log_scale_grad": lambda m, t: (m, mp.exp(2 * t) - 1),
    "kl_standard_normal_logvar_grad": lambda m, v: (m, (mp.exp(v) - 1) / 2),
    "kl_normal": lambda a, s, b, t: (((a - b) / t) ** 2 + (s / t) ** 2 - 1) / 2 - mp.log(s / t),
    "kl_normal_grad": lambda a, s, b, t: (
        (a - b) / t**2, s / t**2 - 1 / s, (b - a) / t**2, 1 / t - s**2 / t**3 - (a - b) ** 2 / t**3,
    ),
    "kl_uniform": lambda a, b, c, d: mp.log((d - c) / (b - a)),
    "kl_uniform_grad": lambda a, b, c, d: (1 / (b - a), -1 / (b - a), -1 / (d - c), 1 / (d - c)),
    "kl_uniform_normal": lambda a, b, m, s: (
        mp.log(s * mp.sqrt(2 * mp.pi) / (b - a)) + ((b - m) ** 3 - (a - m) ** 3) / (6 * s**2 * (b - a))
    ),
    "kl_uniform_normal_grad": lambda a, b, m, s: (
        1 / (b - a) + (2 * a + b - 3 * m) / (6 * s**2), 1 / (a - b) + (a + 2 * b - 3 * m) / (6 * s**2),
        (2 * m - a - b) / (2 * s**2), 1 / s - ((b - m) ** 3 - (a - m) ** 3) / (3 * s**3 * (b - a)),
    ),
    "kl_logistic": _kl_logistic,
    "kl_logistic_grad": _kl_logistic_grad,
    "kl_bernoulli": lambda p, q: sum(x * mp.log(x / y) for x, y in ((p, q), (1 - p, 1 - q)) if x),
    "kl_bernoulli_grad": lambda p, q: (mp.log(p / q) - mp.log((1 - p) / (1 - q)), (1 - p) / (1 - q) - p / q),
    "kl_bernoulli_logits": lambda a, b: mp.log((1 + mp.exp(b)) / (1 + mp.exp(a))) - (b - a) / (1 + mp.exp(-a)),
    "kl_bernoulli_logits_grad": lambda a, b: (
        (a - b) * _logistic_pdf(a), 1 / (1 + mp.exp(-b)) - 1 / (1 + mp.exp(-a)),
    ),
}  # fmt: skip


def _exactly(value: Truth, i: int) -> Any:
    return mpmath.ldexp(mpf(float(value.hi[i])) + mpf(float(value.lo[i])), int(value.exponent[i]))


def _seed(name: str) -> int:
    return zlib.crc32(name.encode())


@EACH_OP
def test_truth_against_mpmath(op: Op) -> None:
    columns = points(op.name, np.float64, np.random.default_rng(_seed(op.name)), 400)
    # mpmath reduces e^x for any x, but in a time that grows with its exponent.
    moderate = np.all([np.isfinite(c) for c in columns], axis=0)
    if op.inputs[0][1] == "real" and op.family in ("errors", "normal", "logistic"):
        with np.errstate(all="ignore"):
            z = columns[0] if op.family == "errors" else (columns[0] - columns[1]) / columns[2]
        moderate &= np.abs(z) < 1e100
    elif op.inputs[0][1] == "negative":  # the twin's probability has digits for e^-800
        moderate &= (columns[0] > -800) & (columns[0] < -1e-300)
    elif op.family == "truncnormal":
        with np.errstate(all="ignore"):
            moderate &= np.all([np.abs((c - columns[-2]) / columns[-1]) < 25 for c in columns[-4:-2]], axis=0)
    elif op.family in ("normal_interval", "logistic_interval"):  # the twin's difference has digits for 1000
        with np.errstate(all="ignore"):
            ends = [np.abs((column - columns[2]) / columns[3]) for column in columns[:2]]
            moderate &= (np.maximum(*ends) < 1e3) & ((columns[1] - columns[0]) / columns[3] > 1e-300)
    elif op.family == "kl_logistic":
        with np.errstate(all="ignore"):
            scales, distance = (columns[1], columns[3]), np.abs(columns[0] - columns[2])
            eta = distance / np.maximum(*scales)
            moderate &= (eta > 1e-8) & (eta < 100) & (np.abs(np.log(scales[0] / scales[1])) < 14)
    elif op.inputs[-1][1] == "real":
        moderate &= np.abs(columns[-1]) < 1e4
    chosen = [i for i in np.flatnonzero(moderate) if not SPECIALS[op.name](*(float(c[i]) for c in columns))][:15]
    assert len(chosen) == 15
    exact = truth(op.name, *(c[chosen] for c in columns))
    with mp.workdps(DIGITS[op.family]):
        for row, i in enumerate(chosen):
            args = [mpf(float(c[i])) for c in columns]
            twin = TWINS[op.name](*args)
            twins = twin if isinstance(twin, tuple) else (twin,)
            for value, want, output in zip(exact, twins, op.output_names, strict=True):
                got = _exactly(value, row)
                size = abs(want)
                if op.family == "truncnormal" and op.name in IN_ULP_OF_TERMS:
                    size = max(size, args[-1] if op.output_names[0] in ("x", "mean") else mpf(1))
                elif op.name in IN_ULP_OF_TERMS:
                    end = args[2] if op.name in ("uniform_isf", "uniform_ilogsf") else args[1]
                    size = max(abs(end), abs(want - end))
                if size > mpf(2) ** 1300 or size < mpf(2) ** -1300:
                    assert (abs(got) > 1) == (size > 1), (output, args)
                else:
                    bits = 60 if op.family == "kl_logistic" else 102
                    assert abs(got - want) <= size * mpf(2) ** -bits, (output, [float(a) for a in args], got, want)


def test_every_op_has_a_formula_and_special_values() -> None:
    names = {op.name for op in OPS}
    assert names == set(FORMULAS) == set(SPECIALS) == set(TWINS)


@EACH_OP
@EACH_TYPE
def test_points_cover_results_and_truth_is_consistent(op: Op, dtype: Any) -> None:
    columns = points(op.name, dtype, np.random.default_rng(_seed(op.name)), 500)
    assert len(columns) == len(op.inputs)
    assert all(c.dtype == dtype and c.shape == (500,) and c.flags.c_contiguous for c in columns)
    exact = truth(op.name, *columns)
    assert len(exact) == op.outputs
    for output, value in zip(op.output_names, exact, strict=True):
        rounded = value.rounded(dtype)
        constant = (op.name, output) == ("uniform_logpdf_grad", "dx") or (op.family in MOMENTS and len(np.unique(rounded)) <= 3)
        assert constant or np.mean(np.isfinite(rounded) & (rounded != 0)) > 0.3  # not all of them overflow or vanish
        # Correct rounding is within half an ULP; the ULP of a sum's larger term may be half of that of the sum.
        assert ulp_error(rounded, value).max() <= (1.0 if op.name in IN_ULP_OF_TERMS | LAST_IN_ULP_OF_TERMS else 0.5)
        ok = np.isfinite(value.hi) & (value.hi != 0)
        assert np.all((np.abs(value.hi[ok]) >= 1) & (np.abs(value.hi[ok]) < 2) & (np.abs(value.lo[ok]) <= 2.0**-52))


def _single(value: Fraction | float) -> Truth:
    """A number as a Truth, by exact integer arithmetic."""
    if isinstance(value, float) and not math.isfinite(value):
        return Truth(np.array([value]), np.zeros(1), np.zeros(1, np.int32), np.zeros(1, np.int32))
    value = Fraction(value)
    exponent = 0
    while abs(value) >= 2:
        value, exponent = value / 2, exponent + 1
    while abs(value) < 1:
        value, exponent = value * 2, exponent - 1
    whole = int(abs(value) * 2**52)
    hi, lo = Fraction(whole, 2**52), abs(value) - Fraction(whole, 2**52)
    sign = 1 if value > 0 else -1
    exponents = np.array([exponent], np.int32)
    return Truth(np.array([sign * float(hi)]), np.array([sign * float(lo)]), exponents, exponents)


EDGE = Fraction(2) ** 1024 - Fraction(2) ** 970  # from here on, rounding to nearest gives infinity
MOST = float(np.finfo(np.float64).max)


@pytest.mark.parametrize(
    ("result", "exact", "error"),
    [
        (1.0, Fraction(1), 0.0),
        (1.0 + 2**-52, Fraction(1), 1.0),
        (1.0 - 2**-53, Fraction(1), 0.5),  # the ULP is that of the exact value, not of the result
        (1.0, Fraction(1) - Fraction(1, 2**53), 1.0),
        (0.0, Fraction(1, 2**1075), 0.5),
        (5e-324, Fraction(1, 2**1075), 0.5),
        (-5e-324, Fraction(1, 2**1074), 2.0),
        (0.0, Fraction(1, 2**1000), 2.0**52),
        (2.0**-1022, Fraction(1, 2**1022) - Fraction(1, 2**1074), 1.0),
        (math.inf, EDGE, 0.0),
        (math.inf, EDGE - Fraction(2) ** 920, 0.5),
        (math.inf, Fraction(MOST), 1.0),
        (math.inf, Fraction(2) ** 1023, 2.0**52),
        (-math.inf, EDGE, 2.0**54),
        (MOST, EDGE, 0.5),
        (MOST, Fraction(2) ** 1024, 1.0),
        (MOST, Fraction(2) ** 1100, 2.0**129),
        (math.inf, Fraction(2) ** 1100, 0.0),
        (math.nan, Fraction(1), math.inf),
        (1.0, math.nan, math.inf),
        (math.nan, math.nan, 0.0),
        (math.inf, math.inf, 0.0),
        (MOST, math.inf, math.inf),
        (-math.inf, math.inf, math.inf),
    ],
)
def test_ulp_error(result: float, exact: Fraction | float, error: float) -> None:
    assert ulp_error(np.array([result]), _single(exact))[0] == pytest.approx(error, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("result", "exact", "error"),
    [
        (1.0 + 2**-23, Fraction(1), 1.0),
        (2.0**-149, Fraction(1, 2**150), 0.5),
        (math.inf, Fraction(2) ** 128 - Fraction(2) ** 103, 0.0),
        (math.inf, Fraction(2) ** 128 - Fraction(2) ** 104, 1.0),
    ],
)
def test_ulp_error_f32(result: float, exact: Fraction, error: float) -> None:
    assert ulp_error(np.array([result], np.float32), _single(exact))[0] == error


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rounding_is_to_nearest_even(dtype: Any) -> None:
    limits = np.finfo(dtype)
    half = Fraction(1, 2 ** (limits.nmant + 1))
    bit = Fraction(1, 2**100)
    for sign in (1, -1):
        for base in (Fraction(1), 1 + 2 * half, Fraction(limits.smallest_subnormal.item()) / half / 2):
            for off in (-bit, 0, bit):
                value = sign * base * (1 + half + off) if base == 1 else sign * (base + base * half + off * base)
                near = _single(value).rounded(dtype)[0]
                candidates = [np.nextafter(near, dtype(-np.inf)), near, np.nextafter(near, dtype(np.inf))]
                distance = [abs(Fraction(c.item()) - value) for c in candidates]
                assert distance[1] == min(distance)
                if distance.count(distance[1]) > 1:
                    kind = np.uint32 if dtype == np.float32 else np.uint64
                    assert int(near.view(kind)) % 2 == 0


def test_points_are_those_of_their_seed() -> None:
    first, again = (points("normal_logpdf", np.float32, np.random.default_rng(7), 100) for _ in range(2))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)


def _last_place(text: str) -> Decimal:
    exponent = Decimal(text).as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(exponent)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_truth_at_hard_cases(case: Case) -> None:
    """The exact values agree with the digits that are written down, which came from elsewhere."""
    exact = truth(case.op, *(np.array([value], case.dtype) for value in case.args))
    for value, text in zip(exact, case.values, strict=True):
        if not text:
            continue
        rounded = float(value.rounded(case.dtype)[0])
        if not math.isfinite(rounded) or rounded == 0:
            assert rounded == float(text) or (rounded != rounded and text == "nan")
            continue
        whole = Fraction(float(value.hi[0])) + Fraction(float(value.lo[0]))
        number = whole * Fraction(2) ** int(value.exponent[0])
        # A digit string may stand for the rounded result as well as for the exact one.
        apart = min(abs(Fraction(text) - number), abs(Fraction(text) - Fraction(rounded)))
        assert apart <= Fraction(_last_place(text)) * Fraction(51, 100)
