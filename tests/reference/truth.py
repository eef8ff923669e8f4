"""Exact values of every operation in `csrc/ops.def`, by ball arithmetic (python-flint).

    value, = truth("normal_logcdf", x, loc, scale)

`arb` computes with rigorous error bounds; the working precision is doubled until every output is known to 2^-112 of itself,
near its zeros as well (2^-64 where it is a sum over nodes). Inputs are taken as the exact numbers that they are, so float32
arrays need no table of their own.

A value is (hi + lo) 2^exponent with 1 <= |hi| < 2: a pair of doubles of its own scale, because hi + lo alone would lose bits
in the subnormal range and beyond the largest double, where rounding has to be judged too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature
from typing import Any

import numpy as np
from flint import arb, ctx
from numpy.typing import ArrayLike, NDArray

ACCURACY_BITS = 112
FIRST_PRECISION = 192
LAST_PRECISION = 1 << 14
# Exponents outside every format's range: such values overflow or underflow, and how far is of no interest.
FAR = 40_000
HUGE = arb(2) ** FAR
TINY = arb(2) ** -FAR
# Below this magnitude (float64 underflows at 2^-1075) a value need not be known any better.
NEGLIGIBLE = arb(2) ** -1300
with ctx.workprec(FIRST_PRECISION):
    LOG_HALF = arb(0.5).log()

INF = math.inf
NAN = math.nan

Exact = tuple[Any, ...]  # arb, one an output
Formula = Callable[..., Exact]
Special = Callable[..., tuple[Any, ...]]


@dataclass(frozen=True)
class Truth:
    """One output: (hi + lo) 2^exponent. Errors are counted in ULP of a number of size 2^unit, as a rule the value itself."""

    hi: NDArray[np.float64]
    lo: NDArray[np.float64]
    exponent: NDArray[np.int32]
    unit: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.hi)

    def __getitem__(self, index: Any) -> Truth:
        return Truth(self.hi[index], self.lo[index], self.exponent[index], self.unit[index])

    def rounded(self, dtype: Any = np.float64) -> NDArray[Any]:
        """The nearest numbers of a type, subnormals and overflow included."""
        limits = np.finfo(dtype)
        bits, least, most = limits.nmant, limits.minexp, limits.maxexp
        last = np.maximum(self.exponent, least) - bits  # exponent of the last place
        with np.errstate(all="ignore"):
            whole = np.ldexp(self.hi, self.exponent - last)
            rest = np.ldexp(self.lo, self.exponent - last)
            near = np.rint(whole)
            left = whole - near
            step = np.copysign(1.0, self.hi)  # lo has the sign of hi: only a step away from zero can be missing
            left, rest = left * step, rest * step
            odd = np.fmod(near, 2.0) != 0
            away = (left + rest > 0.5) | ((left == 0.5) & (rest > 0)) | ((left + rest == 0.5) & (left == 0) & odd)
            result = np.ldexp(np.where(away, near + step, near), last)
        result = np.where(np.abs(result) >= math.ldexp(1.0, most - 1) * 2.0, np.copysign(INF, self.hi), result)
        special = (self.hi == 0) | ~np.isfinite(self.hi)
        with np.errstate(all="ignore"):
            return np.where(special, self.hi, result).astype(dtype)


# -------------------------------------------------------------------------------------------------------------- building blocks


def erfcx(x: Any) -> Any:
    """e^(x^2) erfc(x) for x >= 0"""
    if x < 40:
        return (x * x).exp() * x.erfc()
    # 1/(x sqrt(pi)) sum (-1)^k (2k - 1)!!/(2 x^2)^k; the error is less than the first term left out
    step = 1 / (2 * x * x)
    total = term = arb(1)
    small = arb(2) ** -ctx.prec
    k = 0
    while True:
        term = -term * (2 * k + 1) * step
        if abs(term) < small:
            return (total + arb(0, abs(term).upper())) / (x * arb.pi().sqrt())
        total += term
        k += 1


def cdf(z: Any) -> Any:
    if z < -400:
        return TINY
    return (-z / arb(2).sqrt()).erfc() / 2 if z < 400 else arb(1) - TINY


def log_cdf(z: Any) -> Any:
    if z > 400:
        return -TINY
    if z > 0:
        return (-cdf(-z)).log1p()
    if z > -10:
        return cdf(z).log()
    return -z * z / 2 + (erfcx(-z / arb(2).sqrt()) / 2).log()


def density(z: Any) -> Any:
    return TINY if abs(z) > 400 else (-z * z / 2).exp() / (2 * arb.pi()).sqrt()


def mills(z: Any) -> Any:
    """phi(z)/Phi(z)"""
    if z > 0:
        return density(z) / cdf(z)
    return (2 / arb.pi()).sqrt() / erfcx(-z / arb(2).sqrt())


def scaled_mass(a: Any, b: Any) -> tuple[Any, Any]:
    """(p, m) with Phi(b) - Phi(a) = e^(-p^2/2) m for a < b; p = 0 where 0 is between them."""
    if b < 0 or (b <= 0 and a < 0):
        a, b = -b, -a
    width, root = b - a, arb(2).sqrt()
    middle = (a + b) / 2
    if abs(width) * (abs(middle) + 1) < arb(2) ** -100:  # the density times the width, no digits being lost
        p = a if a > 0 else arb(0)
        bend = ((middle * middle + 1) * width * width).upper()
        return p, ((p - middle) * (p + middle) / 2).exp() / (2 * arb.pi()).sqrt() * width * (1 + arb(0, bend))
    if a < 0:
        return arb(0), 1 - cdf(a) - cdf(-b) if width > 2 else ((b / root).erf() - (a / root).erf()) / 2
    y = width * middle
    return a, (erfcx(a / root) - exp(-y) * erfcx(b / root)) / 2


def interval_mass(a: Any, b: Any) -> Any:
    p, m = scaled_mass(a, b)
    return exp(-p * p / 2) * m


def log_interval_mass(a: Any, b: Any) -> Any:
    if a < 0 < b and b - a > 2:
        return (-(cdf(a) + cdf(-b))).log1p()
    p, m = scaled_mass(a, b)
    return -p * p / 2 + m.log()


def quantile(q: Any) -> Any:
    if q < 0.25:
        return -arb(2).sqrt() * (2 * q).erfcinv()
    if q > 0.75:
        return arb(2).sqrt() * (2 * (1 - q)).erfcinv()
    return arb(2).sqrt() * (2 * q - 1).erfinv()


def log_quantile(y: Any) -> Any:
    """The z with log Phi(z) = y"""
    if y > -0.3:
        return -quantile(-y.expm1())
    if y > -700:
        return quantile(y.exp())
    # Newton's method for log Q, t = -z. Its slope is at least t, hence at least half of the root, which bounds the error.
    t = (-2 * y).sqrt()
    for _ in range(100):
        t = t.mid()
        excess = log_cdf(-t) - y
        if not abs(excess) > abs(y) * arb(2) ** (16 - ctx.prec):
            break
        t += excess / mills(-t)
    return -t - arb(0, (2 * abs(excess) / t).upper())


def exp(x: Any) -> Any:
    if x > 20_000:
        return HUGE
    return TINY if x < -20_000 else x.exp()


def softplus(x: Any) -> Any:
    return x + softplus(-x) if x > 0 else exp(x).log1p()


def expit(x: Any) -> Any:
    return 1 / (1 + exp(-x)) if x > 0 else exp(x) / (1 + exp(x))


def expm1(x: Any) -> Any:
    return HUGE if x > 20_000 else x.expm1()


def expm1_less(x: Any) -> Any:
    """e^x - 1 - x"""
    if abs(x) < arb(2) ** -100:  # the series, so that the precision need not grow to that of x
        bound = abs(x * x * x / 24).upper()
        return x * x * (arb(0.5) + x / 6 + x * x / 24 + arb(0, bound))
    return expm1(x) - x


def log1pmx(x: Any) -> Any:
    """log(1 + x) - x"""
    if abs(x) < arb(2) ** -100:
        return -x * x * (arb(0.5) - x / 3 + arb(0, (x * x / 2).upper()))  # the series, as above
    return x.log1p() - x


def standardized(x: Any, loc: Any, scale: Any) -> Any:
    return (x - loc) / scale


def standardized_ends(a: Any, b: Any, loc: Any, scale: Any) -> tuple[Any, Any]:
    return standardized(a, loc, scale), standardized(b, loc, scale)


# ----------------------------------------------------------------------------------------------- formulas, for finite arguments


def _logpdf(x: Any, loc: Any, scale: Any) -> Exact:
    z = standardized(x, loc, scale)
    return (-z * z / 2 - (scale * (2 * arb.pi()).sqrt()).log(),)


def _logpdf_grad(x: Any, loc: Any, scale: Any) -> Exact:
    distance = x - loc
    slope = distance / scale / scale
    return -slope, slope, (distance - scale) * (distance + scale) / scale**3


def _logcdf_grad(x: Any, loc: Any, scale: Any) -> Exact:
    z = standardized(x, loc, scale)
    slope = mills(z) / scale
    return slope, -slope, -z * slope


def _mirrored(gradient: Exact) -> Exact:
    dx, dloc, dscale = gradient
    return -dx, -dloc, dscale


def _cdf_grad(x: Any, loc: Any, scale: Any) -> Exact:
    z = standardized(x, loc, scale)
    pdf = density(z) / scale
    return pdf, -pdf, -z * pdf


def _ppf(sign: int, standard: Callable[[Any], Any]) -> Formula:
    def formula(q: Any, loc: Any, scale: Any) -> Exact:
        shift = sign * scale * standard(q)
        return loc + shift, loc, shift

    return formula


def _erfcx_all(x: Any) -> Exact:
    if x >= 0:
        return (erfcx(x),)
    return (HUGE if x < -200 else (x * x).exp() * x.erfc(),)


def _erfc(x: Any) -> Exact:
    if x > 300:
        return (TINY,)
    return (2 - TINY if x < -300 else x.erfc(),)


def _erf(x: Any) -> Exact:
    if abs(x) > 300:
        return ((1 - TINY) * x.sgn(),)
    return (x.erf(),)


def _kl(loc: Any, scale: Any) -> Exact:
    return ((loc * loc + (scale - 1) * (scale + 1)) / 2 - scale.log(),)


def _log1pmx_less(u: Any) -> Any:
    """u - log(1 + u)"""
    return -log1pmx(u)


def _kl_bernoulli(p: Any, q: Any) -> Exact:
    if p == 0 or p == 1:
        return (-((-q).log1p() if p == 0 else q.log()),)
    return (p * _log1pmx_less((q - p) / p) + (1 - p) * _log1pmx_less((p - q) / (1 - p)),)


def _kl_bernoulli_grad(p: Any, q: Any) -> Exact:
    return (p * (1 - q) / (q * (1 - p))).log(), (q - p) / (q * (1 - q))


def _kl_bernoulli_logits(a: Any, b: Any) -> Exact:
    """p log(p/q) + (1 - p) log((1 - p)/(1 - q)), p and q both below 1/2 or above"""
    if a > 0:
        a, b = -a, -b
    p = expit(a)
    d = b - a
    if abs(d) < 1:  # p (e^d - 1 - d) - (w - log(1 + w)), w = p (e^d - 1)
        return (p * expm1_less(d) + log1pmx(p * expm1(d)),)
    return (softplus(b) - softplus(a) - p * d,)


def _kl_bernoulli_logits_grad(a: Any, b: Any) -> Exact:
    # e^b - e^a over (1 + e^a) (1 + e^b), divided by the larger exponentials
    top = -expm1(-abs(b - a))
    sign = 1 if b > a else -1
    low, high = (a, b) if b > a else (b, a)
    return expit(a) * expit(-a) * (a - b), sign * top * expit(high) * expit(-low)


def _kl_normal(loc_p: Any, scale_p: Any, loc_q: Any, scale_q: Any) -> Exact:
    z, u = (loc_p - loc_q) / scale_q, (scale_p - scale_q) / scale_q
    return (z * z / 2 + u * u / 2 + _log1pmx_less(u),)  # (r^2 - 1)/2 = u + u^2/2


def _kl_normal_grad(loc_p: Any, scale_p: Any, loc_q: Any, scale_q: Any) -> Exact:
    distance, less = loc_p - loc_q, (scale_p - scale_q) * (scale_p + scale_q)
    slope = distance / scale_q**2
    return slope, less / (scale_q**2 * scale_p), -slope, -(distance**2 + less) / scale_q**3


def _kl_uniform(low_p: Any, high_p: Any, low_q: Any, high_q: Any) -> Exact:
    """log(w_q/w_p) from w_q - w_p, which is a sum of distances"""
    return ((((low_p - low_q) + (high_q - high_p)) / (high_p - low_p)).log1p(),)


def _kl_uniform_grad(low_p: Any, high_p: Any, low_q: Any, high_q: Any) -> Exact:
    p, q = 1 / (high_p - low_p), 1 / (high_q - low_q)
    return p, -p, -q, q


def _kl_uniform_normal(low: Any, high: Any, loc: Any, scale: Any) -> Exact:
    width, twice = (high - low) / scale, (low + high - 2 * loc) / scale
    return ((2 * arb.pi()).sqrt().log() - width.log() + width**2 / 24 + twice**2 / 8,)


def _in_ulp_of_part(bits: int, *terms: Any) -> tuple[Any, Any]:
    """A sum that is measured in ULP of 2^-bits of its largest term, where it is smaller than that."""
    return sum(terms), arb(2) ** -bits * sum(abs(term) for term in terms)


def _kl_uniform_normal_grad(low: Any, high: Any, loc: Any, scale: Any) -> Exact:
    width, below, above = high - low, low - loc, high - loc
    return (
        _in_ulp_of_part(45, 1 / width, (2 * below + above) / (6 * scale**2)),
        _in_ulp_of_part(45, -1 / width, (below + 2 * above) / (6 * scale**2)),
        -(below + above) / (2 * scale**2),
        _in_ulp_of_part(45, 1 / scale, -((below + above) ** 2 / 4 + width**2 / 12) / scale**3),
    )


LOGISTIC_STEP, LOGISTIC_NODES = 0.28125, 200
LOGISTIC_BITS = 74  # of every trapezoidal sum below: e^(-2 pi^2/step) (2 pi/step)^4 and 56 e^(-step nodes) are smaller


@lru_cache
def _logistic_nodes(precision: int) -> list[tuple[Any, Any, Any, Any]]:
    """y >= 0, the weight of its logistic density, tanh(y/2), log(2 cosh(y) + 2)"""
    ys = [arb(LOGISTIC_STEP) * j for j in range(LOGISTIC_NODES)]
    return [
        (y, arb(LOGISTIC_STEP) / (2 + 2 * y.cosh()) * (2 if j else 1), (y / 2).tanh(), (2 + 2 * y.cosh()).log())
        for j, y in enumerate(ys)
    ]


def _logistic_sums(ratio: Any, eta: Any, gap: Any) -> tuple[Any, ...]:
    """F - 1 - ratio, F = E|eta + ratio L + L'| for independent logistic L and L', ratio = 1 - gap <= 1; F's derivative by eta;
    that by ratio, and 1 less it; F - eta F'. L' is integrated in closed form, L by the trapezoidal rule, with E L tanh(L/2) = 1
    and E 2 log(2 cosh(L/2)) = 2."""
    if eta > 200:  # beside any larger ratio than 2^-100 the last one is nothing
        return eta - 1 - ratio, 1 - TINY, TINY, 1 - TINY, 2 * (1 + eta) * exp(-eta)
    value = by_eta = by_ratio = less = tail = arb(0)
    step, power, twice, excess = (-ratio * LOGISTIC_STEP).exp(), arb(1), 2 * eta.cosh(), 4 * (eta / 2).sinh() ** 2
    rise = 2 * eta.sinh()
    for y, weight, tanh, log in _logistic_nodes(ctx.prec):
        square = power * power
        whole = 1 + square + power * twice
        part, turn = power / whole, (1 - square) / whole
        by_eta += weight * part
        by_ratio += weight * y * turn
        if gap == 0:  # what does not vanish there is of second order in eta
            value += weight * (power * excess / (1 + power) ** 2).log1p()
            less += weight * y * tanh * excess * part
        else:
            term = whole.log() + ratio * y
            value += weight * (term - log + gap * y * tanh)
            less += weight * y * (tanh - turn)
            tail += weight * (term - eta + eta * (1 - rise * part))
        power = power * step
    error = 1 + arb(0, arb(2) ** -LOGISTIC_BITS)
    return value * error, rise * by_eta * error, by_ratio * error, less * error, tail * error


def _logistic_divergence(loc_p: Any, scale_p: Any, loc_q: Any, scale_q: Any) -> tuple[Any, ...]:
    """r - 1 - log r, max(1, r), eta, and the sums"""
    larger = scale_p if scale_p > scale_q else scale_q
    smaller = scale_q if scale_p > scale_q else scale_p
    eta, u = abs(loc_p - loc_q) / larger, (scale_p - scale_q) / scale_q
    return _log1pmx_less(u), larger / scale_q, eta, *_logistic_sums(smaller / larger, eta, (larger - smaller) / larger)


def _kl_logistic(loc_p: Any, scale_p: Any, loc_q: Any, scale_q: Any) -> Exact:
    start, factor, _, value, *_ = _logistic_divergence(loc_p, scale_p, loc_q, scale_q)
    return (start + factor * value,)


def _kl_logistic_grad(loc_p: Any, scale_p: Any, loc_q: Any, scale_q: Any) -> Exact:
    _, factor, eta, value, by_eta, by_ratio, less, tail = _logistic_divergence(loc_p, scale_p, loc_q, scale_q)
    r = scale_p / scale_q
    dloc = by_eta / scale_q * (1 if loc_p > loc_q else -1)
    moved = factor * eta * by_eta  # = -(scale_p dscale_p + scale_q dscale_q)
    if factor > 1:
        by_q = r * value + less + (r - 1)  # without the divisor scale_q, and the sign
        by_p = r * tail - (1 + by_ratio) if eta > 2 else by_q - moved
        return dloc, _at_most_one(by_p, by_q + moved, scale_p), -dloc, -by_q / scale_q
    by_p = (1 - r) + r * less
    return dloc, -by_p / scale_p, -dloc, _at_most_one(by_p - moved, by_p + moved, scale_q)


def _at_most_one(value: Any, size: Any, scale: Any) -> tuple[Any, Any]:
    """A difference over scale, in ULP of its terms' size, but of 1/scale where they cancel far out"""
    return value / scale, (size if size < 1 else arb(1)) / scale


def one_less_exp(t: Any) -> Any:
    """1 - e^-t"""
    return -expm1(-t) if t < 20_000 else 1 - TINY


def _logistic_density(x: Any, loc: Any, scale: Any) -> Any:
    e = exp(-abs(standardized(x, loc, scale)))
    return e / (1 + e) ** 2 / scale


def _logistic_logpdf(x: Any, loc: Any, scale: Any) -> Exact:
    size = abs(standardized(x, loc, scale))
    return (-size - 2 * exp(-size).log1p() - scale.log(),)


def logit(q: Any) -> Any:
    return (q / (1 - q)).log()  # exactly 0 at 1/2


def log_logit(y: Any) -> Any:
    """log(q/(1 - q)) for q = e^y"""
    return -(-y).expm1().log() if y > -1 else y - (-exp(y)).log1p()


def _logistic_logpdf_grad(x: Any, loc: Any, scale: Any) -> Exact:
    z = standardized(x, loc, scale)
    tanh = one_less_exp(abs(z)) / (1 + exp(-abs(z)))  # of |z|/2
    slope = (tanh if z > 0 else -tanh) / scale
    return -slope, slope, (abs(z) * tanh - 1) / scale


def _logistic_tail_grad(sign: int) -> Formula:
    def formula(x: Any, loc: Any, scale: Any) -> Exact:
        z = standardized(x, loc, scale)
        slope = sign * expit(-sign * z) / scale
        return slope, -slope, -z * slope

    return formula


def _logistic_cdf_grad(x: Any, loc: Any, scale: Any) -> Exact:
    pdf = _logistic_density(x, loc, scale)
    return pdf, -pdf, -standardized(x, loc, scale) * pdf


def _logistic_mass(u: Any, v: Any) -> tuple[Any, Any]:
    """(p, m) with F(v) - F(u) = e^-p m for u < v; p = 0 where 0 is between them"""
    if u + v < 0:
        u, v = -v, -u
    if u < 0:
        return arb(0), expit(-u) - expit(-v)
    return u, 1 / (1 + exp(-u)) - exp(u - v) / (1 + exp(-v))


def _logistic_interval_mass(a: Any, b: Any, loc: Any, scale: Any) -> Exact:
    p, m = _logistic_mass(*standardized_ends(a, b, loc, scale))
    return (exp(-p) * m,)


def _logistic_log_interval_mass(a: Any, b: Any, loc: Any, scale: Any) -> Exact:
    u, v = standardized_ends(a, b, loc, scale)
    if u < -2 and v > 2:
        return ((-(expit(u) + expit(-v))).log1p(),)
    p, m = _logistic_mass(u, v)
    return (m.log() - p,)


def _interval_grad(mass: Formula, log_density: Formula, divided: bool) -> Formula:
    """Derivatives of the mass, or of its logarithm; then the terms of that by scale. mass: (p, m), the mass is
    m times e^log_density(p)[0]; log_density: the logarithm of one factor of the density, and the other factor"""

    def formula(a: Any, b: Any, loc: Any, scale: Any) -> Exact:
        u, v = standardized_ends(a, b, loc, scale)
        p, m = mass(u, v)
        start = log_density(p)[0]
        # densities in units of that at p, as the mass is
        f_u, f_v = (exp(log - start) * factor for log, factor in map(log_density, (u, v)))
        unit = m * scale if divided else scale * exp(-start)
        near, f_near, f_far = (u, f_u, f_v) if u + v > 0 else (-v, f_v, f_u)
        first, second = near * (f_near - f_far) / unit, (v - u) * f_far / unit
        return -f_u / unit, f_v / unit, (f_u - f_v) / unit, first - second, first, second

    return formula


def _log_logistic_density(z: Any) -> Exact:
    return -abs(z), 1 / (1 + exp(-abs(z))) ** 2


def _log_normal_density(z: Any) -> Exact:
    return -z * z / 2, 1 / (2 * arb.pi()).sqrt()


def _uniform_part(a: Any, b: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """Of the length inside: its share of the width, and that of the rest"""
    start, end = max(a, low), min(b, high)
    return (end - start) / (high - low), (start - low + high - end) / (high - low)


def _uniform_log_interval_mass(a: Any, b: Any, low: Any, high: Any) -> Exact:
    share, rest = _uniform_part(a, b, low, high)
    return ((-rest).log1p() if rest < share else share.log(),)


def _uniform_interval_grad(divided: bool) -> Formula:
    """Derivatives of the mass, or of its logarithm; an end of the interval that is outside does not move the part"""

    def formula(a: Any, b: Any, low: Any, high: Any) -> Exact:
        share, rest = _uniform_part(a, b, low, high)
        unit = (high - low) * (share if divided else 1)
        by_low = share if low <= a else -rest
        by_high = -share if b <= high else rest
        return arb(-1 if low <= a else 0) / unit, arb(1 if b <= high else 0) / unit, by_low / unit, by_high / unit

    return formula


def _uniform_inside(formula: Formula) -> Formula:
    """Values between low and high; those at the ends and beyond are among the special ones."""
    return lambda x, low, high: formula(x - low, high - x, high - low)


# Truncated normal: masses and densities in units of e^(-r^2/2), where r is the end nearer to loc, or 0 between the ends


def tail(z: Any) -> Any:
    """e^(z^2/2) Q(z) for z >= 0, 0 at infinity"""
    return erfcx(z / arb(2).sqrt()) / 2 if z.is_finite() else arb(0)


def _mass(u: Any, v: Any) -> tuple[Any, Any]:
    """The mass from u to v is the first times e^-second."""
    if u + v < 0:
        u, v = -v, -u
    if u > 0:
        beyond = exp((u - v) * (u + v) / 2) * tail(v) if v.is_finite() else arb(0)
        return tail(u) - beyond, u * u / 2
    return 1 - cdf(u) - cdf(-v), arb(0)


def _share(u: Any, v: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """Mass from u to v over mass from a to b, and the logarithm."""
    part, drop = _mass(u, v)
    whole, start = _mass(a, b)
    return part / whole * exp(start - drop), (part / whole).log() + start - drop


def _truncnormal(formula: Callable[[Any, Any, Any, Any], Exact]) -> Formula:
    """A function of z, a, b and scale."""

    def of_data(x: Any, low: Any, high: Any, loc: Any, scale: Any) -> Exact:
        return formula(*(standardized(value, loc, scale) for value in (x, low, high)), scale)

    return of_data


def _truncnormal_pdf(z: Any, a: Any, b: Any, scale: Any) -> Exact:
    whole, start = _mass(a, b)
    return (exp(start - z * z / 2) / ((2 * arb.pi()).sqrt() * whole * scale),)


def _truncnormal_logpdf(z: Any, a: Any, b: Any, scale: Any) -> Exact:
    whole, start = _mass(a, b)
    size = ((2 * arb.pi()).sqrt() * whole * scale).log()
    return start - z * z / 2 - size, start - z * z / 2, abs(size) + 1


def _truncnormal_log(upper: bool) -> Callable[[Any, Any, Any, Any], Exact]:
    def formula(z: Any, a: Any, b: Any, scale: Any) -> Exact:
        below, above = (a, z), (z, b)
        wanted, other = (above, below) if upper else (below, above)
        rest, _ = _share(*other, a, b)
        return ((-rest).log1p() if rest < 0.5 else _share(*wanted, a, b)[1],)

    return formula


def _far_quantile(a: Any, b: Any, below: Any) -> Any:
    """The t >= 0 with Q(a + t) = Q(a) - below (Q(a) - Q(b)), by Newton's method for the logarithm of Q(a + t)/Q(a), whose slope
    is at least a: that bounds the error."""
    rest = exp((a - b) * (a + b) / 2) * tail(b) / tail(a) if b.is_finite() else arb(0)
    target = -(-below * (1 - rest)).log1p()
    t = 2 * target / (a + (a * a + 2 * target).sqrt())
    for _ in range(100):
        t = t.mid()
        excess = t * (a + t / 2) + (tail(a) / tail(a + t)).log() - target
        if not abs(excess) > abs(target) * arb(2) ** (16 - ctx.prec):
            break
        t -= excess * tail(a + t) * (2 * arb.pi()).sqrt()
    return t + arb(0, (abs(excess) / a).upper())


def _truncnormal_quantile(upper: bool) -> Formula:
    def formula(q: Any, low: Any, high: Any, loc: Any, scale: Any) -> Exact:
        a, b = standardized(low, loc, scale), standardized(high, loc, scale)
        turned = a + b < 0
        first, last = (-b, -a) if turned else (a, b)
        below, above = (q, 1 - q) if upper == turned else (1 - q, q)
        near = None if first > 30 else -quantile(above * cdf(-first) + below * cdf(-last))
        z = first + _far_quantile(first, last, below) if near is None else near
        x = loc - scale * z if turned else loc + scale * z
        sizes = [max(abs(end), abs(x - end)) for end in (low, high) if end.is_finite()]
        sizes.append(max(abs(loc), abs(x - loc), scale))
        unit = min(sizes)
        return x, unit, unit

    return formula


def _moments(low: Any, high: Any, loc: Any, scale: Any) -> tuple[Any, ...]:
    """a, b, E[Z], E[(Z^2 - r^2)/2], r^2/2, and the mass"""
    a, b = standardized(low, loc, scale), standardized(high, loc, scale)
    whole, start = _mass(a, b)
    area = (2 * arb.pi()).sqrt() * whole
    first = exp(start - a * a / 2) if a.is_finite() else arb(0)
    last = exp(start - b * b / 2) if b.is_finite() else arb(0)
    mean = arb(0) if (low - loc + (high - loc)).is_zero() else (first - last) / area
    square = 1 + ((a * first if a.is_finite() else 0) - (b * last if b.is_finite() else 0)) / area
    return mean, square, start, area


def _truncnormal_mean(low: Any, high: Any, loc: Any, scale: Any) -> Exact:
    mean = _moments(low, high, loc, scale)[0]
    x = loc + scale * mean
    inner = low if low > loc else high if high < loc else loc
    unit = max(abs(inner), abs(x - inner))
    return x, unit, unit


def _truncnormal_var(low: Any, high: Any, loc: Any, scale: Any) -> Exact:
    mean, square, _, _ = _moments(low, high, loc, scale)
    return (scale * scale * (square - mean * mean),)


def _truncnormal_entropy(low: Any, high: Any, loc: Any, scale: Any) -> Exact:
    _, square, start, area = _moments(low, high, loc, scale)
    size, drop = (scale * area).log(), square / 2 - start
    return size + drop, abs(size), drop + 1


def _loc(loc: Any, scale: Any) -> Exact:
    return (loc,)


FORMULAS: dict[str, Formula] = {
    "exp": lambda x: (exp(x),),
    "expm1": lambda x: (expm1(x),),
    "log": lambda x: (x.log(),),
    "log1p": lambda x: (x.log1p(),),
    "log1pmx": lambda x: (log1pmx(x),),
    "expit": lambda x: (expit(x),),
    "log_expit": lambda x: (-softplus(-x),),
    "softplus": lambda x: (softplus(x),),
    "erf": _erf,
    "erfc": _erfc,
    "erfcx": _erfcx_all,
    "ndtr": lambda x: (cdf(x),),
    "log_ndtr": lambda x: (log_cdf(x),),
    "ndtri": lambda q: (quantile(q),),
    "ndtri_exp": lambda logq: (log_quantile(logq),),
    "normal_pdf": lambda x, loc, scale: (density(standardized(x, loc, scale)) / scale,),
    "normal_logpdf": _logpdf,
    "normal_cdf": lambda x, loc, scale: (cdf(standardized(x, loc, scale)),),
    "normal_logcdf": lambda x, loc, scale: (log_cdf(standardized(x, loc, scale)),),
    "normal_sf": lambda x, loc, scale: (cdf(-standardized(x, loc, scale)),),
    "normal_logsf": lambda x, loc, scale: (log_cdf(-standardized(x, loc, scale)),),
    "normal_ppf": _ppf(1, quantile),
    "normal_isf": _ppf(-1, quantile),
    "normal_ilogcdf": _ppf(1, log_quantile),
    "normal_ilogsf": _ppf(-1, log_quantile),
    "normal_logpdf_grad": _logpdf_grad,
    "normal_logcdf_grad": _logcdf_grad,
    "normal_logsf_grad": lambda x, loc, scale: _mirrored(_logcdf_grad(-x, -loc, scale)),
    "normal_cdf_grad": _cdf_grad,
    "normal_interval_mass": lambda a, b, loc, scale: (interval_mass(*standardized_ends(a, b, loc, scale)),),
    "normal_log_interval_mass": lambda a, b, loc, scale: (log_interval_mass(*standardized_ends(a, b, loc, scale)),),
    "normal_interval_mass_grad": _interval_grad(scaled_mass, _log_normal_density, False),
    "normal_log_interval_mass_grad": _interval_grad(scaled_mass, _log_normal_density, True),
    "logit": lambda q: (logit(q),),
    "logistic_pdf": lambda x, loc, scale: (_logistic_density(x, loc, scale),),
    "logistic_logpdf": _logistic_logpdf,
    "logistic_cdf": lambda x, loc, scale: (expit(standardized(x, loc, scale)),),
    "logistic_logcdf": lambda x, loc, scale: (-softplus(-standardized(x, loc, scale)),),
    "logistic_sf": lambda x, loc, scale: (expit(-standardized(x, loc, scale)),),
    "logistic_logsf": lambda x, loc, scale: (-softplus(standardized(x, loc, scale)),),
    "logistic_ppf": _ppf(1, logit),
    "logistic_isf": _ppf(-1, logit),
    "logistic_ilogcdf": _ppf(1, log_logit),
    "logistic_ilogsf": _ppf(-1, log_logit),
    "logistic_logpdf_grad": _logistic_logpdf_grad,
    "logistic_logcdf_grad": _logistic_tail_grad(1),
    "logistic_logsf_grad": _logistic_tail_grad(-1),
    "logistic_cdf_grad": _logistic_cdf_grad,
    "logistic_interval_mass": _logistic_interval_mass,
    "logistic_log_interval_mass": _logistic_log_interval_mass,
    "logistic_interval_mass_grad": _interval_grad(_logistic_mass, _log_logistic_density, False),
    "logistic_log_interval_mass_grad": _interval_grad(_logistic_mass, _log_logistic_density, True),
    "uniform_interval_mass": lambda a, b, low, high: (_uniform_part(a, b, low, high)[0],),
    "uniform_log_interval_mass": _uniform_log_interval_mass,
    "uniform_interval_mass_grad": _uniform_interval_grad(False),
    "uniform_log_interval_mass_grad": _uniform_interval_grad(True),
    "uniform_pdf": _uniform_inside(lambda u, v, w: (1 / w,)),
    "uniform_logpdf": _uniform_inside(lambda u, v, w: (-w.log(),)),
    "uniform_cdf": _uniform_inside(lambda u, v, w: (u / w,)),
    "uniform_logcdf": _uniform_inside(lambda u, v, w: ((u / w).log(),)),
    "uniform_sf": _uniform_inside(lambda u, v, w: (v / w,)),
    "uniform_logsf": _uniform_inside(lambda u, v, w: ((v / w).log(),)),
    "uniform_ppf": lambda q, low, high: (low + q * (high - low), low, q * (high - low)),
    "uniform_isf": lambda q, low, high: (high - q * (high - low), high, q * (high - low)),
    "uniform_ilogcdf": lambda y, low, high: (low + exp(y) * (high - low), low, exp(y) * (high - low)),
    "uniform_ilogsf": lambda y, low, high: (high - exp(y) * (high - low), high, exp(y) * (high - low)),
    "uniform_logpdf_grad": _uniform_inside(lambda u, v, w: (arb(0), 1 / w, -1 / w)),
    "uniform_logcdf_grad": _uniform_inside(lambda u, v, w: (1 / u, -v / (u * w), -1 / w)),
    "uniform_logsf_grad": _uniform_inside(lambda u, v, w: (-1 / v, 1 / w, u / (v * w))),
    "uniform_cdf_grad": _uniform_inside(lambda u, v, w: (1 / w, -v / w**2, -u / w**2)),
    "truncnormal_pdf": _truncnormal(_truncnormal_pdf),
    "truncnormal_logpdf": _truncnormal(_truncnormal_logpdf),
    "truncnormal_cdf": _truncnormal(lambda z, a, b, scale: (_share(a, z, a, b)[0],)),
    "truncnormal_logcdf": _truncnormal(_truncnormal_log(False)),
    "truncnormal_sf": _truncnormal(lambda z, a, b, scale: (_share(z, b, a, b)[0],)),
    "truncnormal_logsf": _truncnormal(_truncnormal_log(True)),
    "truncnormal_ppf": _truncnormal_quantile(False),
    "truncnormal_isf": _truncnormal_quantile(True),
    "truncnormal_mean": _truncnormal_mean,
    "truncnormal_var": _truncnormal_var,
    "truncnormal_entropy": _truncnormal_entropy,
    **{f"{name}_{moment}": _loc for name in ("normal", "logistic") for moment in ("mean", "median", "mode")},
    **{f"{name}_skew": lambda loc, scale: (arb(0),) for name in ("normal", "logistic", "uniform")},
    **{f"{name}_support": lambda loc, scale: (-HUGE, HUGE) for name in ("normal", "logistic")},
    "normal_var": lambda loc, scale: (scale * scale,),
    "normal_std": lambda loc, scale: (scale,),
    "normal_kurtosis": lambda loc, scale: (arb(0),),
    "normal_entropy": lambda loc, scale: (scale.log() + (1 + (2 * arb.pi()).log()) / 2,),
    "logistic_var": lambda loc, scale: ((arb.pi() * scale) ** 2 / 3,),
    "logistic_std": lambda loc, scale: (arb.pi() * scale / arb(3).sqrt(),),
    "logistic_kurtosis": lambda loc, scale: (arb(6) / 5,),
    "logistic_entropy": lambda loc, scale: (scale.log() + 2,),
    **{f"uniform_{moment}": lambda low, high: ((low + high) / 2,) for moment in ("mean", "median", "mode")},
    "uniform_var": lambda low, high: ((high - low) ** 2 / 12,),
    "uniform_std": lambda low, high: ((high - low) / arb(12).sqrt(),),
    "uniform_kurtosis": lambda low, high: (arb(-6) / 5,),
    "uniform_entropy": lambda low, high: ((high - low).log(),),
    "uniform_support": lambda low, high: (low, high),
    "bernoulli_mean": lambda p: (p,),
    **{f"bernoulli_{moment}": lambda p: (arb(int(p > 0.5)),) for moment in ("median", "mode")},
    "bernoulli_var": lambda p: (p * (1 - p),),
    "bernoulli_std": lambda p: ((p * (1 - p)).sqrt(),),
    "bernoulli_skew": lambda p: ((1 - 2 * p) / (p * (1 - p)).sqrt(),),
    "bernoulli_kurtosis": lambda p: (1 / (p * (1 - p)) - 6,),
    "bernoulli_entropy": lambda p: (-p * p.log() - (1 - p) * (-p).log1p(),),
    "bernoulli_mean_logits": lambda logits: (expit(logits),),
    **{f"bernoulli_{moment}_logits": lambda logits: (arb(int(logits > 0)),) for moment in ("median", "mode")},
    "bernoulli_var_logits": lambda logits: (expit(logits) * expit(-logits),),
    "bernoulli_std_logits": lambda logits: ((expit(logits) * expit(-logits)).sqrt(),),
    "bernoulli_skew_logits": lambda logits: (expm1(-logits / 2) - expm1(logits / 2),),
    "bernoulli_kurtosis_logits": lambda logits: (exp(-logits) + exp(logits) - 4,),
    "bernoulli_entropy_logits": lambda logits: (softplus(-logits) + logits * expit(-logits),),
    **{f"bernoulli_support{by}": lambda given: (arb(0), arb(1)) for by in ("", "_logits")},
    "bernoulli_logpmf_logits": lambda k, logits: (-softplus(-logits if k == 1 else logits),),
    "bernoulli_logpmf_logits_grad": lambda k, logits: (expit(-logits) if k == 1 else -expit(logits),),
    "bernoulli_pmf": lambda k, p: (p if k == 1 else 1 - p,),
    "bernoulli_logpmf": lambda k, p: (p.log() if k == 1 else (-p).log1p(),),
    "bernoulli_logpmf_grad": lambda k, p: (1 / p if k == 1 else -1 / (1 - p),),
    "bernoulli_cdf": lambda k, p: (1 - p,),
    "bernoulli_sf": lambda k, p: (p,),
    "bernoulli_ppf": lambda q, p: (arb(0 if q + p <= 1 else 1),),
    "bernoulli_isf": lambda q, p: (arb(0 if p <= q else 1),),
    "bernoulli_pmf_logits": lambda k, logits: (expit(logits if k == 1 else -logits),),
    "bernoulli_cdf_logits": lambda k, logits: (expit(-logits),),
    "bernoulli_sf_logits": lambda k, logits: (expit(logits),),
    "bernoulli_ppf_logits": lambda q, logits: (arb(0 if logit(q) <= -logits else 1),),
    "bernoulli_isf_logits": lambda q, logits: (arb(0 if logits <= logit(q) else 1),),
    "film": lambda x, gamma, beta: (gamma * x + beta,),
    "kl_standard_normal": _kl,
    "kl_standard_normal_log_scale": lambda loc, log_scale: ((loc * loc + expm1_less(2 * log_scale)) / 2,),
    "kl_standard_normal_logvar": lambda loc, logvar: ((loc * loc + expm1_less(logvar)) / 2,),
    "kl_standard_normal_grad": lambda loc, scale: (loc, (scale - 1) * (scale + 1) / scale),
    "kl_standard_normal_log_scale_grad": lambda loc, log_scale: (loc, expm1(2 * log_scale)),
    "kl_standard_normal_logvar_grad": lambda loc, logvar: (loc, expm1(logvar) / 2),
    "kl_normal": _kl_normal,
    "kl_normal_grad": _kl_normal_grad,
    "kl_uniform": _kl_uniform,
    "kl_uniform_grad": _kl_uniform_grad,
    "kl_uniform_normal": _kl_uniform_normal,
    "kl_uniform_normal_grad": _kl_uniform_normal_grad,
    "kl_logistic": _kl_logistic,
    "kl_logistic_grad": _kl_logistic_grad,
    "kl_bernoulli": _kl_bernoulli,
    "kl_bernoulli_grad": _kl_bernoulli_grad,
    "kl_bernoulli_logits": _kl_bernoulli_logits,
    "kl_bernoulli_logits_grad": _kl_bernoulli_logits_grad,
}

# Sums over nodes are not worth more of them.
ACCURACY_BITS_OF: dict[Formula, int] = dict.fromkeys([_kl_logistic, _kl_logistic_grad], 64)
QUANTILES = ("ppf", "isf", "ilogcdf", "ilogsf")
# The value, and the two terms whose larger one the ULP is that of
IN_ULP_OF_TERMS = {f"{family}_{name}" for family in ("normal", "logistic", "uniform") for name in QUANTILES}
IN_ULP_OF_TERMS |= {f"truncnormal_{name}" for name in ("logpdf", "ppf", "isf", "mean", "entropy")}


# The same of the last of several outputs
LAST_IN_ULP_OF_TERMS = {
    f"{family}_{name}_grad" for family in ("normal", "logistic") for name in ("interval_mass", "log_interval_mass")
}


def _outputs(name: str, formula: Formula) -> int:
    somewhere = formula(*(arb(k + 1) / 2 for k in range(len(signature(formula).parameters))))
    return 1 if name in IN_ULP_OF_TERMS else len(somewhere) - 2 * (name in LAST_IN_ULP_OF_TERMS)


OUTPUTS = {name: _outputs(name, formula) for name, formula in FORMULAS.items()}


# --------------------------------------------------------------- special values: what the formulas mean beyond finite arguments
#
# Each takes Python floats of which none is NaN and returns the outputs (float or arb), or () where the formula applies.


def _ends(at_minus_inf: float, at_plus_inf: float) -> Special:
    return lambda x: (at_minus_inf,) if x == -INF else (at_plus_inf,) if x == INF else ()


def _signed_zero(ends: Special) -> Special:
    return lambda x: (x,) if x == 0 else ends(x)


def _special_log(x: float) -> tuple[float, ...]:
    return (NAN,) if x < 0 else (-INF,) if x == 0 else (INF,) if x == INF else ()


def _special_log1p(x: float) -> tuple[float, ...]:
    return (NAN,) if x < -1 else (-INF,) if x == -1 else (x,) if x in (0, INF) else ()


def _special_ndtri(q: float) -> tuple[float, ...]:
    return (NAN,) if q < 0 or q > 1 else (-INF,) if q == 0 else (INF,) if q == 1 else ()


def _special_log_quantile(logq: float) -> tuple[float, ...]:
    return (NAN,) if logq > 0 else (-INF,) if logq == -INF else (INF,) if logq == 0 else ()


def _special_location_scale(
    at_minus_inf: Sequence[float], at_plus_inf: Sequence[float], at_infinite_scale: Sequence[Any]
) -> Special:
    def special(x: float, loc: float, scale: float) -> tuple[Any, ...]:
        distance = x - loc if math.isinf(x) or math.isinf(loc) else 0.0
        if not scale > 0 or distance != distance or (math.isinf(distance) and scale == INF):
            return (NAN,) * len(at_minus_inf)
        if math.isinf(distance):
            return tuple(at_plus_inf if distance > 0 else at_minus_inf)
        return tuple(at_infinite_scale) if scale == INF else ()

    return special


def _special_interval(empty: float, tail: Formula, whole: float) -> Special:
    """tail: the output for an interval from -infinity to a standardized end"""

    def special(a: float, b: float, loc: float, scale: float) -> tuple[Any, ...]:
        distances = [x - loc if math.isinf(x) or math.isinf(loc) else 0.0 for x in (a, b)]
        if not scale > 0 or b < a or any(d != d or (math.isinf(d) and scale == INF) for d in distances):
            return (NAN,)
        if a == b or math.isinf(loc) or scale == INF:
            return (empty,)
        if math.isinf(a) and math.isinf(b):
            return (whole,)
        if math.isinf(a) or math.isinf(b):
            sign, end = (-1, b) if math.isinf(a) else (1, a)
            return tuple(_exact(lambda x, m, s: (tail(-sign * standardized(x, m, s)),), (end, loc, scale), False)[0])
        return ()

    return special


def _special_interval_grad(slope: Formula, divided: bool) -> Special:
    """slope: that of the output by a standardized end z, the interval reaching from there to infinity; of -z for one from
    -infinity to there"""

    def special(a: float, b: float, loc: float, scale: float) -> tuple[Any, ...]:
        kind = _special_interval(0.0, lambda z: z, 1.0)(a, b, loc, scale)
        if kind and isinstance(kind[0], float) and (kind[0] != kind[0] or kind[0] == 0 or (math.isinf(a) and math.isinf(b))):
            if kind[0] != kind[0] or (kind[0] == 0 and divided):
                return (NAN,) * 4
            if a == b and math.isfinite(a) and math.isfinite(loc) and scale < INF:
                at_end = _exact(lambda x, m, s: (slope(standardized(x, m, s)) / s,), (a, loc, scale), False)[0][0]
                return -at_end, at_end, 0.0, 0.0
            return (0.0,) * 4
        if not kind:
            return ()
        sign, end = (-1, b) if math.isinf(a) else (1, a)
        dx, dscale = _exact(
            lambda x, m, s: (slope(sign * standardized(x, m, s)) / s, (x - m) * slope(sign * standardized(x, m, s)) / s**2),
            (end, loc, scale), False,
        )[0]  # fmt: skip
        return (0.0, dx, -dx, -dscale) if sign < 0 else (-dx, 0.0, dx, dscale)

    return special


def _special_logistic_grad(sign: int) -> Special:
    """The slope at the end where it does not vanish is that of 1/scale."""

    def special(x: float, loc: float, scale: float) -> tuple[Any, ...]:
        finite = arb(1) / scale if 0 < scale < INF else NAN
        steep = (sign * finite, -sign * finite, INF)
        low, high = (steep, (0.0, 0.0, 0.0)) if sign > 0 else ((0.0, 0.0, 0.0), steep)
        return _special_location_scale(low, high, (0.0, 0.0, 0.0))(x, loc, scale)

    return special


def _special_logistic_logpdf_grad(x: float, loc: float, scale: float) -> tuple[Any, ...]:
    finite = arb(1) / scale if 0 < scale < INF else NAN
    return _special_location_scale((finite, -finite, INF), (-finite, finite, INF), (0.0, 0.0, 0.0))(x, loc, scale)


def _special_ppf(sign: int) -> Special:
    def special(q: float, loc: float, scale: float) -> tuple[float, ...]:
        if not scale > 0 or q < 0 or q > 1:
            return (NAN,)
        if 0 < q < 1 and math.isfinite(loc) and math.isfinite(scale):
            return ()
        if q == 0.5:
            return (loc,)
        infinite = q in (0, 1) or scale == INF
        return (loc + (math.copysign(INF, (q - 0.5) * sign) if infinite else 0.0),)

    return special


def _special_ilog(sign: int) -> Special:
    def special(logq: float, loc: float, scale: float) -> tuple[float, ...]:
        if not scale > 0 or logq > 0:
            return (NAN,)
        infinite = logq in (0, -INF) or scale == INF
        if not infinite and math.isfinite(loc):
            return ()
        return (loc + (sign * math.copysign(INF, logq + math.log(2)) if infinite else 0.0),)

    return special


def _special_uniform(below: Sequence[Any], at_low: Any, at_high: Any, above: Sequence[Any], at_point: Sequence[float]) -> Special:
    """at_low and at_high: the outputs there, from the width; at_point: where low = high = x."""

    def special(x: float, low: float, high: float) -> tuple[Any, ...]:
        if not (low <= high and math.isfinite(low) and math.isfinite(high)):
            return (NAN,) * len(below)
        if low == high:
            outside = below if x < low else above
            return tuple(p if x == low or p != p else value for value, p in zip(outside, at_point, strict=True))
        if low < x < high:
            return ()
        if x < low or x > high:
            return tuple(below if x < low else above)
        values = at_low if x == low else at_high
        outputs = range(len(below))
        return tuple(value if isinstance(value := values(arb(1))[i], float) else _at_end(values, i, low, high) for i in outputs)

    return special


def _at_end(values: Any, i: int, low: float, high: float) -> Any:
    return _exact(lambda a, b: (values(b - a)[i],), (low, high), False)[0][0]


def _same(*values: float) -> Any:
    return lambda width: values


def _special_uniform_quantile(q: float, low: float, high: float) -> tuple[float, ...]:
    return () if low <= high and math.isfinite(low) and math.isfinite(high) and 0 <= q <= 1 else (NAN,)


def _special_uniform_log_quantile(at_minus_inf: Callable[[float, float], float]) -> Special:
    def special(logq: float, low: float, high: float) -> tuple[float, ...]:
        if not (low <= high and math.isfinite(low) and math.isfinite(high) and logq <= 0):
            return (NAN,)
        return (at_minus_inf(low, high),) if logq == -INF else ()

    return special


def _special_uniform_interval(empty: float, whole: float) -> Special:
    def special(a: float, b: float, low: float, high: float) -> tuple[float, ...]:
        if not (a <= b and low <= high and math.isfinite(low) and math.isfinite(high)):
            return (NAN,)
        if a < low and b >= high:  # a point's mass too
            return (whole,)
        return () if max(a, low) < min(b, high) else (empty,)

    return special


def _special_uniform_interval_grad(divided: bool) -> Special:
    def special(a: float, b: float, low: float, high: float) -> tuple[float, ...]:
        if not (a <= b and -INF < low < high < INF):
            return (NAN,) * 4
        start, end = max(a, low), min(b, high)
        if divided:
            return () if start < end else (NAN,) * 4
        return () if start <= end else (0.0,) * 4

    return special


def _truncnormal_kind(low: float, high: float, loc: float, scale: float) -> str:
    if not (low <= high and 0 < scale < INF and math.isfinite(loc)) or (low == high and math.isinf(low)):
        return "none"
    return "point" if low == high else "usual"


def _special_density(outside: float) -> Special:
    def special(x: float, low: float, high: float, loc: float, scale: float) -> tuple[float, ...]:
        kind = _truncnormal_kind(low, high, loc, scale)
        if kind == "none" or (kind == "point" and x == low):
            return (NAN,)
        return (outside,) if x < low or x > high or math.isinf(x) else ()

    return special


def _special_between(below: float, above: float) -> Special:
    def special(x: float, low: float, high: float, loc: float, scale: float) -> tuple[float, ...]:
        if _truncnormal_kind(low, high, loc, scale) == "none":
            return (NAN,)
        return (above,) if x >= high else (below,) if x <= low else ()

    return special


def _special_truncnormal_quantile(upper: bool) -> Special:
    def special(q: float, low: float, high: float, loc: float, scale: float) -> tuple[float, ...]:
        kind = _truncnormal_kind(low, high, loc, scale)
        if kind == "none" or not 0 <= q <= 1:
            return (NAN,)
        return (low,) if kind == "point" or q == upper else (high,) if q == 1 - upper else ()

    return special


def _special_moment(of_point: Callable[[float], float]) -> Special:
    def special(low: float, high: float, loc: float, scale: float) -> tuple[float, ...]:
        kind = _truncnormal_kind(low, high, loc, scale)
        return (NAN,) if kind == "none" else (of_point(low),) if kind == "point" else ()

    return special


def _special_logpmf(k: float, logits: float) -> tuple[float, ...]:
    if k not in (0, 1):
        return (-INF,)
    return () if math.isfinite(logits) else (-INF if (logits > 0) == (k == 0) else 0.0,)


def _special_logpmf_grad(k: float, logits: float) -> tuple[float, ...]:
    if k not in (0, 1):
        return (NAN,)
    return () if math.isfinite(logits) else (k - (1.0 if logits > 0 else 0.0),)


def _by_p(special: Special) -> Special:
    return lambda k, p: special(k, p) if 0 <= p <= 1 else (NAN,)


def _special_logpmf_by_p(k: float, p: float) -> tuple[float, ...]:
    return (-INF,) if k not in (0, 1) or p == 1 - k else (0.0,) if p == k else ()


def _special_logpmf_grad_by_p(k: float, p: float) -> tuple[float, ...]:
    return (NAN,) if k not in (0, 1) else (INF,) if k == 1 and p == 0 else (-INF,) if k == 0 and p == 1 else ()


def _special_pmf_logits(k: float, logits: float) -> tuple[float, ...]:
    if k not in (0, 1):
        return (0.0,)
    return () if math.isfinite(logits) else (float((logits > 0) == (k == 1)),)


def _special_steps(below: float, above: float, at_minus_inf: float = NAN, at_plus_inf: float = NAN) -> Special:
    """Outside 0 <= k < 1, and at infinite logits"""

    def special(k: float, logits: float) -> tuple[float, ...]:
        if not 0 <= k < 1:
            return (below if k < 0 else above,)
        return () if math.isfinite(logits) else (at_plus_inf if logits > 0 else at_minus_inf,)

    return special


def _special_bernoulli_quantile(q: float, p: float) -> tuple[float, ...]:
    return () if 0 <= q <= 1 else (NAN,)


def _special_quantile_logits(sign: int) -> Special:
    """sign: that of the logits against which log(q/(1 - q)) is held; 0 for ppf where it is at most -logits"""

    def special(q: float, logits: float) -> tuple[float, ...]:
        if not 0 <= q <= 1:
            return (NAN,)
        if 0 < q < 1 and math.isfinite(logits):
            return ()
        z = -INF if q == 0 else INF if q == 1 else 0.0
        return (float(z > -logits if sign < 0 else z < logits),)

    return special


def _special_kl(loc: float, scale: float) -> tuple[float, ...]:
    if scale < 0:
        return (NAN,)
    return (INF,) if scale == 0 or math.isinf(scale) or math.isinf(loc) else ()


def _special_kl_log(loc: float, log_scale: float) -> tuple[float, ...]:
    return (INF,) if math.isinf(loc) or math.isinf(log_scale) else ()


def _special_kl_grad(loc: float, scale: float) -> tuple[Any, ...]:
    if scale < 0:
        return NAN, NAN
    if math.isfinite(loc) and 0 < scale < INF:
        return ()
    return loc, -INF if scale == 0 else INF if scale == INF else _finite_output("kl_standard_normal_grad", 1, 0.0, scale)


def _special_kl_log_grad(name: str, at_minus_inf: float) -> Special:
    def special(loc: float, log_scale: float) -> tuple[Any, ...]:
        if math.isfinite(loc) and math.isfinite(log_scale):
            return ()
        if math.isfinite(log_scale):
            return loc, _finite_output(name, 1, 0.0, log_scale)
        return loc, INF if log_scale > 0 else at_minus_inf

    return special


def _special_kl_normal(loc_p: float, scale_p: float, loc_q: float, scale_q: float) -> tuple[float, ...]:
    if scale_p < 0 or scale_q < 0 or scale_p == scale_q == INF or (math.isinf(loc_p) and loc_p == loc_q):
        return (NAN,)
    if scale_p == scale_q == 0 and loc_p == loc_q:
        return (0.0,)
    usual = 0 < scale_p < INF and 0 < scale_q < INF and math.isfinite(loc_p) and math.isfinite(loc_q)
    return () if usual else (INF,)


def _special_kl_normal_grad(loc_p: float, scale_p: float, loc_q: float, scale_q: float) -> tuple[float, ...]:
    usual = 0 < scale_p < INF and 0 < scale_q < INF and math.isfinite(loc_p) and math.isfinite(loc_q)
    return () if usual else (NAN,) * 4


def _is_interval(low: float, high: float) -> bool:
    return low <= high and math.isfinite(low) and math.isfinite(high)


def _special_kl_uniform(low_p: float, high_p: float, low_q: float, high_q: float) -> tuple[float, ...]:
    if not (_is_interval(low_p, high_p) and _is_interval(low_q, high_q)):
        return (NAN,)
    if (low_p, high_p) == (low_q, high_q):
        return (0.0,)
    return () if low_q <= low_p < high_p <= high_q else (INF,)


def _special_kl_uniform_grad(low_p: float, high_p: float, low_q: float, high_q: float) -> tuple[float, ...]:
    usual = -INF < low_q <= low_p < high_p <= high_q < INF
    return () if usual else (NAN,) * 4


def _special_kl_uniform_normal(low: float, high: float, loc: float, scale: float) -> tuple[float, ...]:
    if not _is_interval(low, high) or scale < 0:
        return (NAN,)
    if low == high == loc and scale == 0:
        return (0.0,)
    return () if low < high and 0 < scale < INF and math.isfinite(loc) else (INF,)


def _special_kl_uniform_normal_grad(low: float, high: float, loc: float, scale: float) -> tuple[float, ...]:
    usual = -INF < low < high < INF and 0 < scale < INF and math.isfinite(loc)
    return () if usual else (NAN,) * 4


def _special_kl_bernoulli(p: float, q: float) -> tuple[float, ...]:
    if not (0 <= p <= 1 and 0 <= q <= 1):
        return (NAN,)
    if (q == 0 and p > 0) or (q == 1 and p < 1):
        return (INF,)
    return (0.0,) if p == q else ()


def _special_kl_bernoulli_grad(p: float, q: float) -> tuple[Any, ...]:
    if not (0 <= p <= 1 and 0 <= q <= 1):
        return NAN, NAN
    if 0 < p < 1 and 0 < q < 1:
        return ()
    of_p = -INF if p == 0 else INF if p == 1 else 0.0
    of_q = INF if q == 0 else -INF if q == 1 else 0.0
    inner = {0.0: lambda: 1 / (1 - arb(q)), 1.0: lambda: -1 / arb(q)}  # of q, by p
    dq = inner[p]() if 0 < q < 1 else NAN if p == q else -of_q
    return of_p + of_q, dq


def _special_kl_bernoulli_logits(a: float, b: float) -> tuple[float, ...]:
    if math.isinf(b):
        return (0.0 if a == b else INF,)
    return (_softplus_at(b if a < 0 else -b),) if math.isinf(a) else ()


def _softplus_at(x: float) -> Any:
    return _exact(lambda value: (softplus(value),), (x,), False)[0][0]


def _special_kl_bernoulli_logits_grad(a: float, b: float) -> tuple[Any, ...]:
    if math.isfinite(a) and math.isfinite(b):
        return ()
    da = (NAN if math.isinf(a) else -b) if math.isinf(b) else 0.0
    if math.isinf(a) and math.isinf(b):
        return da, float(b > 0) - float(a > 0)
    infinite, other = (a, b) if math.isinf(a) else (b, a)  # 1 - p of the other, or -p
    sign = -1 if math.isinf(a) else 1
    rest = _exact(lambda x: (expit(-x) if infinite > 0 else -expit(x),), (other,), False)[0][0]
    return da, sign * rest


def _finite_output(name: str, output: int, *args: float) -> Any:
    """An output that stays finite although an argument of another output is not."""
    return _exact(FORMULAS[name], args, False)[0][output]


def _special_of_scale(*outcome: Any) -> Special:
    """What a moment is at scale = inf; "loc": what it is everywhere, which may be infinite."""

    def special(loc: float, scale: float) -> tuple[float, ...]:
        if scale <= 0:
            return (NAN,) * max(1, len(outcome))
        if outcome == ("loc",):
            return (loc,) if math.isinf(loc) else ()
        return outcome if math.isinf(scale) else ()

    return special


def _special_of_ends(at_point: Callable[[float], tuple[float, ...]]) -> Special:
    def special(low: float, high: float) -> tuple[float, ...]:
        if not _is_interval(low, high):
            return (NAN,) * len(at_point(low))
        return at_point(low) if low == high else ()

    return special


def _special_of_p(at_0: tuple[float, ...] = (), at_1: tuple[float, ...] = ()) -> Special:
    def special(p: float) -> tuple[float, ...]:
        return (NAN,) * max(1, len(at_0)) if not 0 <= p <= 1 else at_0 if p == 0 else at_1 if p == 1 else ()

    return special


def _special_film(x: float, gamma: float, beta: float) -> tuple[float, ...]:
    if all(map(math.isfinite, (x, gamma, beta))):
        return ()
    if not math.isfinite(x) or not math.isfinite(gamma):
        product = math.copysign(INF, x) * math.copysign(1.0, gamma) if x != 0 and gamma != 0 else NAN
        return (product + beta,)
    return (beta,)


SPECIALS: dict[str, Special] = {
    "exp": _ends(0.0, INF),
    "expm1": _signed_zero(_ends(-1.0, INF)),
    "log": _special_log,
    "log1p": _special_log1p,
    "log1pmx": lambda x: (NAN,) if x < -1 else (-INF,) if x in (-1, INF) else (x,) if x == 0 else (),
    "expit": _ends(0.0, 1.0),
    "log_expit": _ends(-INF, -0.0),
    "softplus": _ends(0.0, INF),
    "erf": _signed_zero(_ends(-1.0, 1.0)),
    "erfc": _ends(2.0, 0.0),
    "erfcx": _ends(INF, 0.0),
    "ndtr": _ends(0.0, 1.0),
    "log_ndtr": _ends(-INF, -0.0),
    "ndtri": _special_ndtri,
    "ndtri_exp": _special_log_quantile,
    "normal_pdf": _special_location_scale([0.0], [0.0], [0.0]),
    "normal_logpdf": _special_location_scale([-INF], [-INF], [-INF]),
    "normal_cdf": _special_location_scale([0.0], [1.0], [0.5]),
    "normal_logcdf": _special_location_scale([-INF], [-0.0], [LOG_HALF]),
    "normal_sf": _special_location_scale([1.0], [0.0], [0.5]),
    "normal_logsf": _special_location_scale([-0.0], [-INF], [LOG_HALF]),
    "normal_ppf": _special_ppf(1),
    "normal_isf": _special_ppf(-1),
    "normal_ilogcdf": _special_ilog(1),
    "normal_ilogsf": _special_ilog(-1),
    "normal_logpdf_grad": _special_location_scale([INF, -INF, INF], [-INF, INF, INF], [0.0, 0.0, 0.0]),
    "normal_logcdf_grad": _special_location_scale([INF, -INF, INF], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
    "normal_logsf_grad": _special_location_scale([0.0, 0.0, 0.0], [-INF, INF, INF], [0.0, 0.0, 0.0]),
    "normal_cdf_grad": _special_location_scale([0.0] * 3, [0.0] * 3, [0.0] * 3),
    "normal_interval_mass": _special_interval(0.0, cdf, 1.0),
    "normal_log_interval_mass": _special_interval(-INF, log_cdf, -0.0),
    "logit": _special_ndtri,
    "logistic_pdf": _special_location_scale([0.0], [0.0], [0.0]),
    "logistic_logpdf": _special_location_scale([-INF], [-INF], [-INF]),
    "logistic_cdf": _special_location_scale([0.0], [1.0], [0.5]),
    "logistic_logcdf": _special_location_scale([-INF], [-0.0], [LOG_HALF]),
    "logistic_sf": _special_location_scale([1.0], [0.0], [0.5]),
    "logistic_logsf": _special_location_scale([-0.0], [-INF], [LOG_HALF]),
    "logistic_ppf": _special_ppf(1),
    "logistic_isf": _special_ppf(-1),
    "logistic_ilogcdf": _special_ilog(1),
    "logistic_ilogsf": _special_ilog(-1),
    "logistic_logpdf_grad": _special_logistic_logpdf_grad,
    "logistic_logcdf_grad": _special_logistic_grad(1),
    "logistic_logsf_grad": _special_logistic_grad(-1),
    "logistic_cdf_grad": _special_location_scale([0.0] * 3, [0.0] * 3, [0.0] * 3),
    "normal_interval_mass_grad": _special_interval_grad(density, False),
    "normal_log_interval_mass_grad": _special_interval_grad(lambda z: mills(-z), True),
    "logistic_interval_mass": _special_interval(0.0, expit, 1.0),
    "logistic_log_interval_mass": _special_interval(-INF, lambda z: -softplus(-z), -0.0),
    "logistic_interval_mass_grad": _special_interval_grad(lambda z: exp(-abs(z)) / (1 + exp(-abs(z))) ** 2, False),
    "logistic_log_interval_mass_grad": _special_interval_grad(expit, True),
    "uniform_interval_mass": _special_uniform_interval(0.0, 1.0),
    "uniform_log_interval_mass": _special_uniform_interval(-INF, 0.0),
    "uniform_interval_mass_grad": _special_uniform_interval_grad(False),
    "uniform_log_interval_mass_grad": _special_uniform_interval_grad(True),
    "uniform_pdf": _special_uniform([0.0], lambda w: (1 / w,), lambda w: (1 / w,), [0.0], [NAN]),
    "uniform_logpdf": _special_uniform([-INF], lambda w: (-w.log(),), lambda w: (-w.log(),), [-INF], [NAN]),
    "uniform_cdf": _special_uniform([0.0], _same(0.0), _same(1.0), [1.0], [1.0]),
    "uniform_logcdf": _special_uniform([-INF], _same(-INF), _same(0.0), [0.0], [0.0]),
    "uniform_sf": _special_uniform([1.0], _same(1.0), _same(0.0), [0.0], [0.0]),
    "uniform_logsf": _special_uniform([0.0], _same(0.0), _same(-INF), [-INF], [-INF]),
    "uniform_ppf": _special_uniform_quantile,
    "uniform_isf": _special_uniform_quantile,
    "uniform_ilogcdf": _special_uniform_log_quantile(lambda low, high: low),
    "uniform_ilogsf": _special_uniform_log_quantile(lambda low, high: high),
    "uniform_logpdf_grad": _special_uniform(
        [NAN] * 3, lambda w: (0.0, 1 / w, -1 / w), lambda w: (0.0, 1 / w, -1 / w), [NAN] * 3, [NAN] * 3
    ),
    "uniform_logcdf_grad": _special_uniform(
        [NAN] * 3, lambda w: (INF, -INF, -1 / w), lambda w: (1 / w, 0.0, -1 / w), [0.0] * 3, [NAN] * 3
    ),
    "uniform_logsf_grad": _special_uniform(
        [0.0] * 3, lambda w: (-1 / w, 1 / w, 0.0), lambda w: (-INF, 1 / w, INF), [NAN] * 3, [NAN] * 3
    ),
    "uniform_cdf_grad": _special_uniform(
        [0.0] * 3, lambda w: (1 / w, -1 / w, 0.0), lambda w: (1 / w, 0.0, -1 / w), [0.0] * 3, [NAN] * 3
    ),
    "truncnormal_pdf": _special_density(0.0),
    "truncnormal_logpdf": _special_density(-INF),
    "truncnormal_cdf": _special_between(0.0, 1.0),
    "truncnormal_logcdf": _special_between(-INF, 0.0),
    "truncnormal_sf": _special_between(1.0, 0.0),
    "truncnormal_logsf": _special_between(0.0, -INF),
    "truncnormal_ppf": _special_truncnormal_quantile(False),
    "truncnormal_isf": _special_truncnormal_quantile(True),
    "truncnormal_mean": _special_moment(lambda low: low),
    "truncnormal_var": _special_moment(lambda low: 0.0),
    "truncnormal_entropy": _special_moment(lambda low: NAN),
    **{
        f"{name}_{moment}": _special_of_scale(*outcome)
        for name in ("normal", "logistic")
        for moment, outcome in (
            *((moment, ("loc",)) for moment in ("mean", "median", "mode")),
            *((moment, (INF,)) for moment in ("var", "std", "entropy")),
            ("skew", (0.0,)), ("kurtosis", ()), ("support", (-INF, INF)),
        )
    },
    **{f"uniform_{moment}": _special_of_ends(lambda low: (low,)) for moment in ("mean", "median", "mode")},
    **{f"uniform_{moment}": _special_of_ends(lambda low: (0.0,)) for moment in ("var", "std")},
    **{f"uniform_{moment}": _special_of_ends(lambda low: (NAN,)) for moment in ("skew", "kurtosis", "entropy")},
    "uniform_support": _special_of_ends(lambda low: (low, low)),
    **{f"bernoulli_{moment}": _special_of_p() for moment in ("mean", "median", "mode", "var", "std")},
    "bernoulli_skew": _special_of_p((INF,), (-INF,)),
    "bernoulli_kurtosis": _special_of_p((INF,), (INF,)),
    "bernoulli_entropy": _special_of_p((0.0,), (0.0,)),
    "bernoulli_support": _special_of_p((0.0, 1.0), (0.0, 1.0)),
    **{f"bernoulli_{moment}_logits": _ends(0.0, 1.0) for moment in ("mean", "median", "mode")},
    **{f"bernoulli_{moment}_logits": _ends(0.0, 0.0) for moment in ("var", "std", "entropy")},
    "bernoulli_skew_logits": _ends(INF, -INF),
    "bernoulli_kurtosis_logits": _ends(INF, INF),
    "bernoulli_support_logits": lambda logits: (),
    "bernoulli_logpmf_logits": _special_logpmf,
    "bernoulli_logpmf_logits_grad": _special_logpmf_grad,
    "bernoulli_pmf": _by_p(lambda k, p: (0.0,) if k not in (0, 1) else ()),
    "bernoulli_logpmf": _by_p(_special_logpmf_by_p),
    "bernoulli_logpmf_grad": _by_p(_special_logpmf_grad_by_p),
    "bernoulli_cdf": _by_p(_special_steps(0.0, 1.0)),
    "bernoulli_sf": _by_p(_special_steps(1.0, 0.0)),
    "bernoulli_ppf": _by_p(_special_bernoulli_quantile),
    "bernoulli_isf": _by_p(_special_bernoulli_quantile),
    "bernoulli_pmf_logits": _special_pmf_logits,
    "bernoulli_cdf_logits": _special_steps(0.0, 1.0, 1.0, 0.0),
    "bernoulli_sf_logits": _special_steps(1.0, 0.0, 0.0, 1.0),
    "bernoulli_ppf_logits": _special_quantile_logits(-1),
    "bernoulli_isf_logits": _special_quantile_logits(1),
    "film": _special_film,
    "kl_standard_normal": _special_kl,
    "kl_standard_normal_log_scale": _special_kl_log,
    "kl_standard_normal_logvar": _special_kl_log,
    "kl_standard_normal_grad": _special_kl_grad,
    "kl_standard_normal_log_scale_grad": _special_kl_log_grad("kl_standard_normal_log_scale_grad", -1.0),
    "kl_standard_normal_logvar_grad": _special_kl_log_grad("kl_standard_normal_logvar_grad", -0.5),
    "kl_normal": _special_kl_normal,
    "kl_normal_grad": _special_kl_normal_grad,
    "kl_uniform": _special_kl_uniform,
    "kl_uniform_grad": _special_kl_uniform_grad,
    "kl_uniform_normal": _special_kl_uniform_normal,
    "kl_uniform_normal_grad": _special_kl_uniform_normal_grad,
    "kl_logistic": _special_kl_normal,
    "kl_logistic_grad": _special_kl_normal_grad,
    "kl_bernoulli": _special_kl_bernoulli,
    "kl_bernoulli_grad": _special_kl_bernoulli_grad,
    "kl_bernoulli_logits": _special_kl_bernoulli_logits,
    "kl_bernoulli_logits_grad": _special_kl_bernoulli_logits_grad,
}


# ----------------------------------------------------------------------------------------------------------------------- driver


def _known(value: Any, bits: int) -> bool:
    if isinstance(value, tuple):
        value, size = value
        return _known(value, bits) or bool(value.is_finite() and value.rad() < arb(2) ** (_split(size)[2] - bits))
    return bool(value.rel_accuracy_bits() >= bits or abs(value) < NEGLIGIBLE)


def _exact(formula: Formula, args: Sequence[float], terms: bool) -> tuple[Exact, int]:
    """Outputs at a precision that suffices, and the exponent of the unit where terms set it."""
    points = [arb(value) for value in args]
    bits = ACCURACY_BITS_OF.get(formula, ACCURACY_BITS)
    precision = FIRST_PRECISION
    while precision <= LAST_PRECISION:
        ctx.prec = precision
        values = formula(*points)
        if terms and all(value.is_finite() for value in values):
            *others, last, first, second = values
            unit = max(_split(first)[2], _split(second)[2])
            precise = last.is_zero() or last.rad() < arb(2) ** (max(unit, -1300) - ACCURACY_BITS)
            if precise and all(_known(value, bits) for value in others):
                return (*others, last), unit
        elif not terms and all(_known(value, bits) for value in values):
            return values, 0
        precision *= 2
    raise ArithmeticError(f"no {LAST_PRECISION} bits suffice at {[float(value).hex() for value in args]}")


def _split(value: Any) -> tuple[float, float, int]:
    """(hi, lo, exponent); hi is cut, not rounded, so that it stays below 2."""
    mantissa, exponent = value.mid().man_exp()
    whole = int(mantissa)
    if whole == 0:
        return 0.0, 0.0, -FAR
    sign, whole = (-1.0, -whole) if whole < 0 else (1.0, whole)
    length = whole.bit_length()
    whole = whole << (160 - length) if length < 160 else whole >> (length - 160)
    high, low = whole >> 107, whole & ((1 << 107) - 1)
    scale = int(exponent) + length - 1
    return sign * math.ldexp(high, -52), sign * math.ldexp(low, -159), max(-FAR, min(FAR, scale))


def truth(name: str, *args: ArrayLike) -> tuple[Truth, ...]:
    """The exact outputs of an operation, elementwise over one-dimensional inputs of any float type."""
    columns = [np.asarray(column, dtype=np.float64).ravel().tolist() for column in np.broadcast_arrays(*args)]
    previous = ctx.prec
    try:
        rows = [list(_row(name, point)) for point in zip(*columns, strict=True)]
    finally:
        ctx.prec = previous
    result = []
    for output in range(OUTPUTS[name]):
        hi, lo, exponent, unit = zip(*(row[output] for row in rows), strict=True) if rows else ((), (), (), ())
        result.append(Truth(np.array(hi), np.array(lo), np.array(exponent, np.int32), np.array(unit, np.int32)))
    return tuple(result)


def in_region(name: str, dtype: Any, *args: ArrayLike) -> NDArray[np.bool_]:
    """Whether the bound holds for these arguments: always in float32, and of all operations but the truncated normal ones, whose
    region is that of docs/adr/0029."""
    columns = [np.asarray(column).astype(np.longdouble) for column in args]
    if np.dtype(dtype) == np.float32 or not name.startswith("truncnormal_"):
        return np.ones(columns[0].shape, bool)
    low, high, loc, scale = columns[-4:]
    far, narrow, least = (np.longdouble(2) ** exponent for exponent in (500, -500, -1000))
    with np.errstate(all="ignore"):
        inside = (np.maximum(low - loc, loc - high) < far * scale) & (high - low > narrow * scale)
        inside &= (loc == 0) | (np.abs(loc) > least * scale)
        if len(columns) == 5 and name not in ("truncnormal_ppf", "truncnormal_isf"):
            x = columns[0]
            inside &= ((x - loc) ** 2 < (far * scale) ** 2) | np.isinf(x)
            for distance in (x - low, high - x):
                inside &= (distance <= 0) | (distance > least * scale)
        if name in ("truncnormal_ppf", "truncnormal_isf"):  # their least distance, right far below that of x
            out = np.maximum(np.maximum(low - loc, loc - high), 0) / scale
            nearest = columns[0] * np.minimum(high - low, scale / (1 + out)) / 2
            inside &= (columns[0] <= 0) | (nearest > np.longdouble(2) ** -1200 * scale)
        usual = (low < high) & (scale > 0) & (scale < INF) & np.isfinite(loc)
    return inside | ~usual


def _row(name: str, point: Sequence[float]) -> Iterable[tuple[float, float, int, int]]:
    if any(value != value for value in point):
        return [(NAN, 0.0, 0, 0)] * OUTPUTS[name]
    values = SPECIALS[name](*point)
    if values:
        return [_plain(value) if isinstance(value, float) else _with_unit(value) for value in values]
    in_terms = name in IN_ULP_OF_TERMS | LAST_IN_ULP_OF_TERMS
    exact, unit = _exact(FORMULAS[name], point, in_terms)
    if in_terms:
        return [*(_with_unit(value) for value in exact[:-1]), (*_split(exact[-1]), unit)]
    return [_with_unit(value) for value in exact]


def _with_unit(value: Any) -> tuple[float, float, int, int]:
    """A value as it is, or with a size that its unit is at least that of"""
    if isinstance(value, tuple):
        (hi, lo, exponent), size = _split(value[0]), _split(value[1])[2]
        return hi, lo, exponent, max(exponent, size)
    hi, lo, exponent = _split(value)
    return hi, lo, exponent, exponent


def _plain(value: float) -> tuple[float, float, int, int]:
    """A double as it stands."""
    if value == 0 or not math.isfinite(value):
        return value, 0.0, -FAR if value == 0 else 0, -FAR if value == 0 else 0
    fraction, exponent = math.frexp(value)
    return 2 * fraction, 0.0, exponent - 1, exponent - 1
