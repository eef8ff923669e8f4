"""The functions that are measured, and what they are measured against: one row an operation of ops.def.

A row holds the public function, the best expression in NumPy, and SciPy's functions. Expressions take the output first and write
into it where they can, as an expert would whose loop reuses its arrays; those of scipy.stats cannot. Where NumPy or SciPy has no
such function, the row leaves it out. Arguments follow from the domains in ops.def.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special as sc
from scipy import stats

from fastprob import bernoulli, film, kl, logistic, normal, special, truncnormal, uniform

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT / "tools") not in sys.path:
    sys.path.insert(0, str(ROOT / "tools"))

from ops import read_ops  # noqa: E402

Expression = Callable[..., Any]

LOC, SCALE = 0.3, 1.7
HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
SQRT_2PI = math.sqrt(2 * math.pi)


@dataclass(frozen=True)
class Row:
    """A public function and its competitors; expressions are called with the output, then the inputs."""

    op: str
    function: Callable[..., Any]
    keyword: str = ""  # the last argument's name, where it is passed by name
    numpy: Expression | None = None
    special: Expression | None = None  # scipy.special, perhaps with NumPy around it
    stats: Expression | None = None  # scipy.stats
    # Of the values, where ordinary numbers are not all that ops.def allows, or competitors lose their digits.
    # "interval": its two ends; "intervals": one in another; "about": low, high, loc, scale with loc well between the ends;
    # "inside": between LOC and SCALE.
    domain: str = ""
    rtol: float = 200  # how far competitors may be off, in units of the type's eps: their errors, not fastprob's
    atol: float = 0

    @property
    def title(self) -> str:
        module = self.function.__module__.rpartition(".")[2]
        return f"{module}.{self.function.__name__}" + (f"({self.keyword}=)" if self.keyword else "")

    @property
    def copies(self) -> bool:
        """Whether it is a moment that is a parameter, or a constant: nothing to be measured but calls."""
        return "moments" in OPS[self.op].family and OPS[self.op].bound_f64 in (0, 0.5) and not self.op.endswith("var")

    def call(self, inputs: tuple[Any, ...], out: Any = None) -> Callable[[], Any]:
        """The call with these arguments, ready to be made."""
        last = {self.keyword: inputs[-1]} if self.keyword else {}
        if out is not None:
            last["out"] = out
        return partial(self.function, *(inputs[:-1] if self.keyword else inputs), **last)

    @property
    def competitors(self) -> Mapping[str, Expression]:
        named = {"numpy": self.numpy, "scipy.special": self.special, "scipy.stats": self.stats}
        return {name: expression for name, expression in named.items() if expression is not None}


# -------------------------------------------------------------------------------------------------------------------- expressions


def _of_z(function: Any) -> Expression:
    """function of (x - loc)/scale, in place"""

    def expression(out: Any, x: Any, loc: Any, scale: Any) -> Any:
        np.subtract(x, loc, out)
        np.divide(out, scale, out)
        return function(out, out)

    return expression


def _of_minus_z(function: Any) -> Expression:
    def expression(out: Any, x: Any, loc: Any, scale: Any) -> Any:
        np.subtract(loc, x, out)
        np.divide(out, scale, out)
        return function(out, out)

    return expression


def _quantile(sign: float, standard: Any = sc.ndtri) -> Expression:
    def expression(out: Any, q: Any, loc: Any, scale: Any) -> Any:
        standard(q, out)
        np.multiply(out, sign * scale, out)
        return np.add(out, loc, out)

    return expression


def _without_out(function: Any) -> Expression:
    return lambda out, *inputs: function(*inputs)


def _expit(out: Any, x: Any) -> Any:
    np.negative(x, out)
    np.exp(out, out)
    np.add(out, 1, out)
    return np.reciprocal(out, out)


def _log1pmx(out: Any, x: Any) -> Any:
    np.log1p(x, out)
    return np.subtract(out, x, out)


def _softplus(out: Any, x: Any) -> Any:
    """max(x, 0) + log1p(exp(-|x|)): np.logaddexp(x, 0) takes several times as long"""
    np.abs(x, out)
    np.negative(out, out)
    np.exp(out, out)
    np.log1p(out, out)
    return np.add(out, np.maximum(x, 0), out)


def _log_expit(out: Any, x: Any) -> Any:
    np.abs(x, out)
    np.negative(out, out)
    np.exp(out, out)
    np.log1p(out, out)
    return np.subtract(np.minimum(x, 0), out, out)


def _pdf(out: Any, x: Any, loc: Any, scale: Any) -> Any:
    np.subtract(x, loc, out)
    np.multiply(out, 1 / scale, out)
    np.multiply(out, out, out)
    np.multiply(out, -0.5, out)
    np.exp(out, out)
    return np.multiply(out, 1 / (scale * SQRT_2PI), out)


def _logpdf(out: Any, x: Any, loc: Any, scale: Any) -> Any:
    np.subtract(x, loc, out)
    np.multiply(out, math.sqrt(0.5) / scale, out)
    np.multiply(out, out, out)
    return np.subtract(-(math.log(scale) + HALF_LOG_2PI), out, out)


def _interval_mass(out: Any, a: Any, b: Any, loc: Any, scale: Any) -> Any:
    lower = np.subtract(a, loc)
    np.divide(lower, scale, lower)
    np.subtract(b, loc, out)
    np.divide(out, scale, out)
    return np.subtract(sc.ndtr(out, out), sc.ndtr(lower, lower), out)


def _logistic_interval_mass(out: Any, a: Any, b: Any, loc: Any, scale: Any) -> Any:
    lower = np.subtract(a, loc)
    np.divide(lower, scale, lower)
    np.subtract(b, loc, out)
    np.divide(out, scale, out)
    return np.subtract(sc.expit(out, out), sc.expit(lower, lower), out)


def _log_interval_mass(log_cdf: Any) -> Expression:
    """log_cdf(upper) + log1p(-exp(log_cdf(lower) - log_cdf(upper))), of the tail on the left"""

    def expression(out: Any, a: Any, b: Any, loc: Any, scale: Any) -> Any:
        lower, upper = (a - loc) / scale, (b - loc) / scale
        right = lower > 0
        below = log_cdf(np.where(right, -upper, lower))
        above = log_cdf(np.where(right, -lower, upper))
        np.subtract(below, above, out)
        np.exp(out, out)
        np.negative(out, out)
        np.log1p(out, out)
        return np.add(out, above, out)

    return expression


def _interval_grad(out: Any, lower: Any, upper: Any, f_lower: Any, f_upper: Any, size: Any) -> Any:
    """-f(z_a), f(z_b), minus their sum, and z_a f(z_a) - z_b f(z_b), all over size"""
    da, db, dloc, dscale = out
    np.divide(-f_lower, size, da)
    np.divide(f_upper, size, db)
    np.negative(da + db, dloc)
    np.negative(da * lower + db * upper, dscale)
    return out


def _normal_interval_grad(out: Any, a: Any, b: Any, loc: Any, scale: Any, divided: bool = False) -> Any:
    lower, upper = (a - loc) / scale, (b - loc) / scale
    peak = 1 / np.sqrt(2 * np.pi)
    size = scale * (sc.ndtr(upper) - sc.ndtr(lower)) if divided else scale
    return _interval_grad(out, lower, upper, peak * np.exp(-lower * lower / 2), peak * np.exp(-upper * upper / 2), size)


def _logistic_interval_grad(out: Any, a: Any, b: Any, loc: Any, scale: Any, divided: bool = False) -> Any:
    lower, upper = (a - loc) / scale, (b - loc) / scale
    below, above = sc.expit(lower), sc.expit(upper)
    size = scale * (above - below) if divided else scale
    return _interval_grad(out, lower, upper, below * (1 - below), above * (1 - above), size)


def _uniform_interval_mass(out: Any, a: Any, b: Any, low: Any, high: Any) -> Any:
    np.minimum(b, high, out=out)
    np.subtract(out, np.maximum(a, low), out)
    np.maximum(out, 0, out=out)
    return np.multiply(out, 1 / (high - low), out)


def _uniform_interval_grad(out: Any, a: Any, b: Any, low: Any, high: Any, divided: bool = False) -> Any:
    """-1, 1, the share t of the width or t - 1, -t or 1 - t, all over the width; divided by t or not"""
    da, db, dlow, dhigh = out
    part = np.minimum(b, high) - np.maximum(a, low)
    some, share = part > 0, part / (high - low)
    unit = np.where(some, part, np.nan) if divided else high - low
    np.divide(-np.logical_and(a >= low, a <= high).astype(part.dtype), unit, da)
    np.divide(np.logical_and(b >= low, b <= high).astype(part.dtype), unit, db)
    np.divide(np.where(some, np.where(a >= low, share, share - 1), 0), unit, dlow)
    np.divide(np.where(some, np.where(b <= high, -share, 1 - share), 0), unit, dhigh)
    return out


def _uniform_log_interval_mass(out: Any, a: Any, b: Any, low: Any, high: Any) -> Any:
    with np.errstate(divide="ignore"):
        return np.log(_uniform_interval_mass(out, a, b, low, high), out)


def _logpdf_grad(out: Any, x: Any, loc: Any, scale: Any) -> Any:
    dx, dloc, dscale = out
    np.subtract(x, loc, dloc)
    np.multiply(dloc, 1 / scale**2, dloc)  # z/scale
    np.negative(dloc, dx)
    np.multiply(dloc, dloc, dscale)
    np.multiply(dscale, scale, dscale)
    np.subtract(dscale, 1 / scale, dscale)  # (z^2 - 1)/scale
    return out


def _logcdf_grad(out: Any, x: Any, loc: Any, scale: Any) -> Any:
    """m = phi(z)/Phi(z) = sqrt(2/pi)/erfcx(-z/sqrt(2))"""
    dx, dloc, dscale = out
    np.subtract(loc, x, dscale)
    np.multiply(dscale, 1 / scale, dscale)  # -z
    np.multiply(dscale, math.sqrt(0.5), dx)
    sc.erfcx(dx, dx)
    np.divide(math.sqrt(2 / math.pi) / scale, dx, dx)
    np.negative(dx, dloc)
    np.multiply(dscale, dx, dscale)
    return out


def _logsf_grad(out: Any, x: Any, loc: Any, scale: Any) -> Any:
    _logcdf_grad(out, -x, -loc, scale)
    for slope in out[:2]:
        np.negative(slope, slope)
    return out


def _cdf_grad(out: Any, x: Any, loc: Any, scale: Any) -> Any:
    dx, dloc, dscale = out
    _pdf(dx, x, loc, scale)
    np.negative(dx, dloc)
    np.subtract(x, loc, dscale)
    np.multiply(dscale, -1 / scale, dscale)
    np.multiply(dscale, dx, dscale)
    return out


def _logistic_pdf(out: Any, x: Any, loc: Any, scale: Any) -> Any:
    """e/(1 + e)^2/scale with e = e^-|z|"""
    np.subtract(x, loc, out)
    np.abs(out, out)
    np.multiply(out, -1 / scale, out)
    np.exp(out, out)
    square = np.add(out, 1)
    np.multiply(square, square, square)
    np.divide(out, square, out)
    return np.multiply(out, 1 / scale, out)


def _logistic_logpdf(out: Any, x: Any, loc: Any, scale: Any) -> Any:
    """-|z| - 2 log1p(e^-|z|) - log(scale)"""
    np.subtract(x, loc, out)
    np.abs(out, out)
    np.multiply(out, -1 / scale, out)
    soft = np.exp(out)
    np.log1p(soft, soft)
    np.multiply(soft, -2, soft)
    np.add(out, soft, out)
    return np.subtract(out, math.log(scale), out)


def _logistic_quantile(sign: float) -> Expression:
    def expression(out: Any, q: Any, loc: Any, scale: Any) -> Any:
        sc.logit(q, out)
        np.multiply(out, sign * scale, out)
        return np.add(out, loc, out)

    return expression


def _logistic_log_quantile(sign: float) -> Expression:
    """-sign log(e^-logq - 1)"""

    def expression(out: Any, logq: Any, loc: Any, scale: Any) -> Any:
        np.negative(logq, out)
        np.expm1(out, out)
        np.log(out, out)
        np.multiply(out, -sign * scale, out)
        return np.add(out, loc, out)

    return expression


def _logistic_logpdf_grad(out: Any, x: Any, loc: Any, scale: Any) -> Any:
    dx, dloc, dscale = out
    np.subtract(x, loc, dscale)
    np.multiply(dscale, 0.5 / scale, dscale)
    np.tanh(dscale, dloc)
    np.multiply(dloc, dscale, dscale)
    np.multiply(dscale, 2 / scale, dscale)
    np.subtract(dscale, 1 / scale, dscale)
    np.multiply(dloc, 1 / scale, dloc)
    np.negative(dloc, dx)
    return out


def _logistic_tail_grad(sign: float) -> Expression:
    """sign expit(-sign z)/scale, and its products with -1 and -z"""

    def expression(out: Any, x: Any, loc: Any, scale: Any) -> Any:
        dx, dloc, dscale = out
        np.subtract(x, loc, dscale)
        np.multiply(dscale, -sign / scale, dscale)
        sc.expit(dscale, dx)
        np.multiply(dx, sign / scale, dx)
        np.negative(dx, dloc)
        np.multiply(dscale, dx, dscale)
        np.multiply(dscale, sign, dscale)
        return out

    return expression


def _logistic_cdf_grad(out: Any, x: Any, loc: Any, scale: Any) -> Any:
    dx, dloc, dscale = out
    _logistic_pdf(dx, x, loc, scale)
    np.negative(dx, dloc)
    np.subtract(x, loc, dscale)
    np.multiply(dscale, -1 / scale, dscale)
    np.multiply(dscale, dx, dscale)
    return out


def _uniform_pdf(out: Any, x: Any, low: Any, high: Any) -> Any:
    return np.multiply((x >= low) & (x <= high), np.asarray(1 / (high - low), out.dtype), out)


def _uniform_logpdf(out: Any, x: Any, low: Any, high: Any) -> Any:
    out.fill(-math.inf)
    np.copyto(out, -math.log(high - low), where=(x >= low) & (x <= high))
    return out


def _uniform_cdf(out: Any, x: Any, low: Any, high: Any) -> Any:
    np.subtract(x, low, out)
    np.multiply(out, 1 / (high - low), out)
    return np.clip(out, 0, 1, out)


def _uniform_sf(out: Any, x: Any, low: Any, high: Any) -> Any:
    np.subtract(high, x, out)
    np.multiply(out, 1 / (high - low), out)
    return np.clip(out, 0, 1, out)


def _uniform_quantile(out: Any, q: Any, low: Any, high: Any) -> Any:
    np.multiply(q, high - low, out)
    return np.add(out, low, out)


def _uniform_upper_quantile(out: Any, q: Any, low: Any, high: Any) -> Any:
    np.multiply(q, low - high, out)
    return np.add(out, high, out)


def _uniform_log_quantile(out: Any, logq: Any, low: Any, high: Any) -> Any:
    return _uniform_quantile(out, np.exp(logq, out), low, high)


def _uniform_upper_log_quantile(out: Any, logq: Any, low: Any, high: Any) -> Any:
    return _uniform_upper_quantile(out, np.exp(logq, out), low, high)


def _uniform_logpdf_grad(out: Any, x: Any, low: Any, high: Any) -> Any:
    dx, dlow, dhigh = out
    np.copyto(dx, np.where((x >= low) & (x <= high), 0, np.nan))
    np.add(dx, 1 / (high - low), dlow)
    np.negative(dlow, dhigh)
    return out


def _uniform_cdf_grad(out: Any, x: Any, low: Any, high: Any) -> Any:
    """1, t - 1 and -t, the share of the width, over the width"""
    dx, dlow, dhigh = out
    np.multiply((x >= low) & (x <= high), np.asarray(1 / (high - low), dx.dtype), dx)
    np.multiply(dx, low - x, dhigh)
    np.multiply(dhigh, 1 / (high - low), dhigh)
    np.add(dx, dhigh, dlow)
    np.negative(dlow, dlow)
    return out


def _uniform_logcdf_grad(out: Any, x: Any, low: Any, high: Any) -> Any:
    """1/(x - low), what makes the sum of all three 0, and -1/(high - low); nothing above, NaN below"""
    dx, dlow, dhigh = out
    np.copyto(dhigh, np.where(x > high, 0, np.where(x < low, np.nan, 1)))
    np.divide(dhigh, x - low, dx)
    np.multiply(dhigh, -1 / (high - low), dhigh)
    np.add(dx, dhigh, dlow)
    np.negative(dlow, dlow)
    return out


def _uniform_logsf_grad(out: Any, x: Any, low: Any, high: Any) -> Any:
    dx, dlow, dhigh = out
    np.copyto(dlow, np.where(x < low, 0, np.where(x > high, np.nan, 1)))
    np.divide(dlow, x - high, dx)
    np.multiply(dlow, 1 / (high - low), dlow)
    np.add(dx, dlow, dhigh)
    np.negative(dhigh, dhigh)
    return out


def _of_uniform(name: str) -> Expression:
    """scipy.stats takes the width instead of the upper end"""
    function = getattr(stats.uniform, name)
    return lambda out, x, low, high: function(x, low, high - low)


def _of_truncnorm(name: str) -> Expression:
    """scipy.stats takes standardized ends"""
    function = getattr(stats.truncnorm, name)

    def expression(out: Any, *inputs: Any) -> Any:
        *x, low, high, loc, scale = inputs
        with np.errstate(all="ignore"):
            return function(*x, (low - loc) / scale, (high - loc) / scale, loc, scale)

    return expression


def _logpmf(out: Any, k: Any, logits: Any) -> Any:
    """-softplus((1 - 2k) logits)"""
    np.multiply(k, -2, out)
    np.add(out, 1, out)
    np.multiply(out, logits, out)
    return np.negative(_softplus(out, out.copy()), out)


def _logpmf_special(out: Any, k: Any, logits: Any) -> Any:
    np.multiply(k, 2, out)
    np.subtract(out, 1, out)
    np.multiply(out, logits, out)
    return sc.log_expit(out, out)


def _pmf_of_logits(out: Any, k: Any, logits: Any) -> Any:
    """expit((2k - 1) logits)"""
    np.multiply(k, 2, out)
    np.subtract(out, 1, out)
    np.multiply(out, logits, out)
    return sc.expit(out, out)


def _cdf_of_logits(out: Any, k: Any, logits: Any) -> Any:
    np.negative(logits, out)
    return np.maximum(sc.expit(out, out), k, out=out)


def _sf_of_logits(out: Any, k: Any, logits: Any) -> Any:
    sc.expit(logits, out)
    return np.multiply(out, np.subtract(1, k), out)


def _ppf_of_logits(out: Any, q: Any, logits: Any) -> Any:
    return np.greater(q, sc.expit(np.negative(logits)), out, casting="unsafe")


def _isf_of_logits(out: Any, q: Any, logits: Any) -> Any:
    return np.less(q, sc.expit(logits), out, casting="unsafe")


def _logpmf_grad(out: Any, k: Any, logits: Any) -> Any:
    return np.subtract(k, _expit(out, logits), out)


def _logpmf_grad_special(out: Any, k: Any, logits: Any) -> Any:
    return np.subtract(k, sc.expit(logits, out), out)


def _pmf(out: Any, k: Any, p: Any) -> Any:
    """(1 - k) + (2k - 1) p"""
    np.multiply(k, 2, out)
    np.subtract(out, 1, out)
    np.multiply(out, p, out)
    np.add(out, 1, out)
    return np.subtract(out, k, out)


def _logpmf_by_p(out: Any, k: Any, p: Any) -> Any:
    return np.log(_pmf(out, k, p), out)


def _logpmf_grad_by_p(out: Any, k: Any, p: Any) -> Any:
    """1/(p + k - 1)"""
    np.add(p, k, out)
    np.subtract(out, 1, out)
    return np.reciprocal(out, out)


def _kl(out: Any, loc: Any, scale: Any) -> Any:
    """(loc^2 + scale^2 - 1)/2 - log(scale)"""
    np.multiply(loc, loc, out)
    np.add(out, np.multiply(scale, scale), out)
    np.subtract(out, 1, out)
    np.multiply(out, 0.5, out)
    return np.subtract(out, np.log(scale), out)


def _kl_log_scale(out: Any, loc: Any, log_scale: Any) -> Any:
    """(loc^2 + expm1(2 log_scale))/2 - log_scale"""
    twice = np.multiply(log_scale, 2)
    np.expm1(twice, twice)
    np.multiply(loc, loc, out)
    np.add(out, twice, out)
    np.multiply(out, 0.5, out)
    return np.subtract(out, log_scale, out)


def _kl_logvar(out: Any, loc: Any, logvar: Any) -> Any:
    """(loc^2 + expm1(logvar) - logvar)/2"""
    np.multiply(loc, loc, out)
    np.subtract(out, logvar, out)
    np.add(out, np.expm1(logvar), out)
    return np.multiply(out, 0.5, out)


def _kl_grad(out: Any, loc: Any, scale: Any) -> Any:
    np.copyto(out[0], loc)
    np.reciprocal(scale, out[1])
    np.subtract(scale, out[1], out[1])
    return out


def _kl_log_scale_grad(out: Any, loc: Any, log_scale: Any) -> Any:
    np.copyto(out[0], loc)
    np.multiply(log_scale, 2, out[1])
    np.expm1(out[1], out[1])
    return out


def _kl_logvar_grad(out: Any, loc: Any, logvar: Any) -> Any:
    np.copyto(out[0], loc)
    np.expm1(logvar, out[1])
    np.multiply(out[1], 0.5, out[1])
    return out


# ---------------------------------------------------------------------------------------------------------------------- the table


def _flip(function: Any) -> Expression:
    """A ufunc of one input: output first"""
    return lambda out, x: function(x, out)


def _bernoulli_stats(out: Any, k: Any, logits: Any) -> Any:
    return stats.bernoulli.logpmf(k, sc.expit(logits))


def _kl_normal(out: Any, loc_p: Any, scale_p: Any, loc_q: Any, scale_q: Any) -> Any:
    np.subtract(loc_p, loc_q, out)
    np.divide(out, scale_q, out)
    np.multiply(out, out, out)
    ratio = np.divide(scale_p, scale_q)
    np.add(out, ratio * ratio - 1, out)
    np.multiply(out, 0.5, out)
    return np.subtract(out, np.log(ratio, ratio), out)


def _kl_normal_grad(out: Any, loc_p: Any, scale_p: Any, loc_q: Any, scale_q: Any) -> Any:
    dloc_p, dscale_p, dloc_q, dscale_q = out
    inverse, ratio = np.reciprocal(scale_q), np.divide(scale_p, scale_q)
    z = (loc_p - loc_q) * inverse
    square = ratio * ratio - 1
    np.multiply(z, inverse, dloc_p)
    np.negative(dloc_p, dloc_q)
    np.divide(square, scale_p, dscale_p)
    np.multiply(-(z * z + square), inverse, dscale_q)
    return out


def _kl_uniform(out: Any, low_p: Any, high_p: Any, low_q: Any, high_q: Any) -> Any:
    np.subtract(high_q, low_q, out)
    np.divide(out, high_p - low_p, out)
    np.log(out, out)
    out[(low_p < low_q) | (high_p > high_q)] = np.inf
    return out


def _kl_uniform_grad(out: Any, low_p: Any, high_p: Any, low_q: Any, high_q: Any) -> Any:
    dlow_p, dhigh_p, dlow_q, dhigh_q = out
    np.reciprocal(high_p - low_p, dlow_p)
    np.reciprocal(high_q - low_q, dhigh_q)
    dlow_p[(low_p < low_q) | (high_p > high_q)] = np.nan
    np.copyto(dhigh_q, np.nan, where=np.isnan(dlow_p))
    np.negative(dlow_p, dhigh_p)
    np.negative(dhigh_q, dlow_q)
    return out


def _kl_uniform_normal(out: Any, low: Any, high: Any, loc: Any, scale: Any) -> Any:
    width, middle = high - low, (low + high) / 2 - loc
    np.divide(width, scale, out)
    np.log(out, out)
    np.subtract(HALF_LOG_2PI, out, out)
    return np.add(out, (width * width / 24 + middle * middle / 2) / (scale * scale), out)


def _kl_uniform_normal_grad(out: Any, low: Any, high: Any, loc: Any, scale: Any) -> Any:
    dlow, dhigh, dloc, dscale = out
    width, middle, square = high - low, (low + high) / 2 - loc, scale * scale
    np.divide(-middle, square, dloc)
    np.add(1 / width, (middle - width / 6) / (2 * square), dlow)
    np.add(-1 / width, (middle + width / 6) / (2 * square), dhigh)
    np.divide(square - middle * middle - width * width / 12, square * scale, dscale)
    return out


def _kl_bernoulli(out: Any, p: Any, q: Any) -> Any:
    sc.rel_entr(p, q, out)
    return np.add(out, sc.rel_entr(1 - p, 1 - q), out)


def _kl_bernoulli_grad(out: Any, p: Any, q: Any) -> Any:
    dp, dq = out
    np.subtract(sc.logit(p), sc.logit(q), dp)
    np.divide(q - p, q * (1 - q), dq)
    return out


def _kl_bernoulli_logits(out: Any, a: Any, b: Any) -> Any:
    """softplus(b) - softplus(a) - expit(a) (b - a)"""
    _expit(out, a)
    np.multiply(out, b - a, out)
    soft_a, soft_b = np.empty_like(out), np.empty_like(out)
    np.subtract(_softplus(soft_b, b), out, out)
    return np.subtract(out, _softplus(soft_a, a), out)


def _kl_bernoulli_logits_grad(out: Any, a: Any, b: Any) -> Any:
    da, db = out
    sc.expit(a, da)
    np.subtract(sc.expit(b), da, db)
    np.multiply(da, 1 - da, da)
    np.multiply(da, a - b, da)
    return out


def _film(out: Any, x: Any, gamma: Any, beta: Any) -> Any:
    np.multiply(gamma, x, out)
    return np.add(out, beta, out)


# ---- moments


def _copy(out: Any, value: Any, *others: Any) -> Any:
    np.copyto(out, value)
    return out


def _constant(value: float) -> Expression:
    def expression(out: Any, *parameters: Any) -> Any:
        out.fill(value)
        return out

    return expression


def _ends_of(low: Expression, high: Expression) -> Expression:
    return lambda out, *parameters: (low(out[0], *parameters), high(out[1], *parameters))


def _of_scale(factor: float, power: int) -> Expression:
    def expression(out: Any, loc: Any, scale: Any) -> Any:
        np.multiply(scale, factor if power == 1 else scale, out)
        return np.multiply(out, factor, out) if power == 2 and factor != 1 else out

    return expression


def _log_of_scale(more: float) -> Expression:
    def expression(out: Any, loc: Any, scale: Any) -> Any:
        np.log(scale, out)
        return np.add(out, more, out)

    return expression


def _middle(out: Any, low: Any, high: Any) -> Any:
    np.add(low, high, out)
    return np.multiply(out, 0.5, out)


def _of_width(function: Callable[[Any], Any]) -> Expression:
    def expression(out: Any, low: Any, high: Any) -> Any:
        np.subtract(high, low, out)
        return function(out)

    return expression


def _bernoulli_var(out: Any, p: Any) -> Any:
    np.subtract(1, p, out)
    return np.multiply(out, p, out)


def _bernoulli_std(out: Any, p: Any) -> Any:
    _bernoulli_var(out, p)
    return np.sqrt(out, out)


def _bernoulli_skew(out: Any, p: Any) -> Any:
    _bernoulli_std(out, p)
    return np.divide(1 - 2 * p, out, out)


def _bernoulli_kurtosis(out: Any, p: Any) -> Any:
    _bernoulli_var(out, p)
    np.reciprocal(out, out)
    return np.subtract(out, 6, out)


def _bernoulli_entropy(out: Any, p: Any) -> Any:
    np.log(p, out)
    np.multiply(out, p, out)
    q = np.subtract(1, p)
    np.add(out, q * np.log(q), out)
    return np.negative(out, out)


def _one_if_more(limit: float) -> Expression:
    return lambda out, value: np.greater(value, limit, out, casting="unsafe")


def _of_logits(of_p: Expression) -> Expression:
    """By way of the probability"""
    return lambda out, logits: of_p(out, sc.expit(logits))


def _scipy_moment(peer: Any, name: str) -> Expression:
    if name in ("skew", "kurtosis"):
        return lambda out, *parameters: peer.stats(*parameters, moments=name[0])
    return lambda out, *parameters: getattr(peer, name)(*parameters)


MIDDLE = ("mean", "median", "mode")
MOMENTS: dict[str, dict[str, Expression]] = {
    "normal": dict.fromkeys(MIDDLE, _copy) | {
        "var": _of_scale(1, 2), "std": _of_scale(1, 1), "skew": _constant(0), "kurtosis": _constant(0),
        "entropy": _log_of_scale(HALF_LOG_2PI + 0.5), "support": _ends_of(_constant(-math.inf), _constant(math.inf)),
    },
    "logistic": dict.fromkeys(MIDDLE, _copy) | {
        "var": _of_scale(math.pi**2 / 3, 2), "std": _of_scale(math.pi / math.sqrt(3), 1),
        "skew": _constant(0), "kurtosis": _constant(1.2), "entropy": _log_of_scale(2),
        "support": _ends_of(_constant(-math.inf), _constant(math.inf)),
    },
    "uniform": dict.fromkeys(MIDDLE, _middle) | {
        "var": _of_width(lambda w: np.multiply(w, w / 12, w)), "std": _of_width(lambda w: np.multiply(w, 12**-0.5, w)),
        "skew": _constant(0), "kurtosis": _constant(-1.2), "entropy": _of_width(lambda w: np.log(w, w)),
        "support": _ends_of(_copy, lambda out, low, high: _copy(out, high)),
    },
    "bernoulli": dict.fromkeys(("median", "mode"), _one_if_more(0.5)) | {
        "mean": _copy, "var": _bernoulli_var, "std": _bernoulli_std, "skew": _bernoulli_skew, "kurtosis": _bernoulli_kurtosis,
        "entropy": _bernoulli_entropy, "support": _ends_of(_constant(0), _constant(1)),
    },
}  # fmt: skip


def _moment_rows() -> Iterator[Row]:
    scipys = {"normal": stats.norm, "logistic": stats.logistic, "bernoulli": stats.bernoulli}  # its uniform has other parameters
    for module in (normal, logistic, uniform, bernoulli):
        own = module.__name__.rpartition(".")[2]
        for name, expression in MOMENTS[own].items():
            peer = _scipy_moment(scipys[own], name) if own in scipys and name != "mode" else None
            domain = "interval" if module is uniform else ""
            yield Row(f"{own}_{name}", getattr(module, name), numpy=expression, stats=peer, domain=domain, rtol=1e5, atol=1e3)
    for name, expression in MOMENTS["bernoulli"].items():
        others = {"numpy": _one_if_more(0)} if name in ("median", "mode") else {"special": _of_logits(expression)}
        yield Row(f"bernoulli_{name}_logits", getattr(bernoulli, name), "logits", rtol=1e5, atol=1e3, **others)


ROWS = (
    Row("exp", special.exp, numpy=_flip(np.exp)),
    Row("expm1", special.expm1, numpy=_flip(np.expm1), special=_flip(sc.expm1)),
    Row("log", special.log, numpy=_flip(np.log)),
    Row("log1p", special.log1p, numpy=_flip(np.log1p), special=_flip(sc.log1p), domain="positive"),
    Row("log1pmx", special.log1pmx, numpy=_log1pmx, domain="positive", atol=50),
    Row("expit", special.expit, numpy=_expit, special=_flip(sc.expit)),
    Row("log_expit", special.log_expit, numpy=_log_expit, special=_flip(sc.log_expit)),
    Row("softplus", special.softplus, numpy=_softplus, special=lambda out, x: sc.softplus(x, out=out)),
    Row("logit", special.logit, special=_flip(sc.logit), atol=10),
    Row("erf", special.erf, special=_flip(sc.erf)),
    Row("erfc", special.erfc, special=_flip(sc.erfc)),
    Row("erfcx", special.erfcx, special=_flip(sc.erfcx)),
    Row("ndtr", special.ndtr, special=_flip(sc.ndtr)),
    Row("log_ndtr", special.log_ndtr, special=_flip(sc.log_ndtr), rtol=5000),
    Row("ndtri", special.ndtri, special=_flip(sc.ndtri)),
    Row("ndtri_exp", special.ndtri_exp, special=_flip(sc.ndtri_exp)),
    Row("normal_pdf", normal.pdf, numpy=_pdf, stats=_without_out(stats.norm.pdf)),
    Row("normal_logpdf", normal.logpdf, numpy=_logpdf, stats=_without_out(stats.norm.logpdf)),
    Row("normal_cdf", normal.cdf, special=_of_z(sc.ndtr), stats=_without_out(stats.norm.cdf)),
    Row("normal_logcdf", normal.logcdf, special=_of_z(sc.log_ndtr), stats=_without_out(stats.norm.logcdf), rtol=5000),
    Row("normal_sf", normal.sf, special=_of_minus_z(sc.ndtr), stats=_without_out(stats.norm.sf)),
    Row("normal_logsf", normal.logsf, special=_of_minus_z(sc.log_ndtr), stats=_without_out(stats.norm.logsf), rtol=5000),
    Row("normal_ppf", normal.ppf, special=_quantile(1.0), stats=_without_out(stats.norm.ppf), atol=10),
    Row("normal_isf", normal.isf, special=_quantile(-1.0), stats=_without_out(stats.norm.isf), atol=10),
    Row("normal_ilogcdf", normal.ilogcdf, special=_quantile(1.0, sc.ndtri_exp), atol=10),
    Row("normal_ilogsf", normal.ilogsf, special=_quantile(-1.0, sc.ndtri_exp), atol=10),
    Row("normal_interval_mass", normal.interval_mass, special=_interval_mass, domain="interval", atol=10),
    Row(
        "normal_log_interval_mass", normal.log_interval_mass,
        special=_log_interval_mass(sc.log_ndtr), domain="interval", rtol=1e5, atol=1e5,
    ),
    Row("normal_interval_mass_grad", normal.interval_mass_grad, special=_normal_interval_grad, domain="interval", atol=50),
    Row(
        "normal_log_interval_mass_grad", normal.log_interval_mass_grad,
        special=partial(_normal_interval_grad, divided=True), domain="interval", rtol=1e6, atol=1e6,
    ),
    Row("normal_logpdf_grad", normal.logpdf_grad, numpy=_logpdf_grad, atol=10),
    Row("normal_logcdf_grad", normal.logcdf_grad, special=_logcdf_grad),
    Row("normal_logsf_grad", normal.logsf_grad, special=_logsf_grad),
    Row("normal_cdf_grad", normal.cdf_grad, numpy=_cdf_grad, atol=10),
    Row("logistic_pdf", logistic.pdf, numpy=_logistic_pdf, stats=_without_out(stats.logistic.pdf)),
    Row("logistic_logpdf", logistic.logpdf, numpy=_logistic_logpdf, stats=_without_out(stats.logistic.logpdf)),
    Row("logistic_cdf", logistic.cdf, special=_of_z(sc.expit), stats=_without_out(stats.logistic.cdf)),
    Row("logistic_logcdf", logistic.logcdf, special=_of_z(sc.log_expit), stats=_without_out(stats.logistic.logcdf)),
    Row("logistic_sf", logistic.sf, special=_of_minus_z(sc.expit), stats=_without_out(stats.logistic.sf)),
    Row("logistic_logsf", logistic.logsf, special=_of_minus_z(sc.log_expit), stats=_without_out(stats.logistic.logsf)),
    Row(
        "logistic_ppf", logistic.ppf, special=_logistic_quantile(1.0), stats=_without_out(stats.logistic.ppf), atol=10,
    ),
    Row(
        "logistic_isf", logistic.isf, special=_logistic_quantile(-1.0), stats=_without_out(stats.logistic.isf), atol=10,
    ),
    Row("logistic_interval_mass", logistic.interval_mass, special=_logistic_interval_mass, domain="interval", atol=10),
    Row(
        "logistic_log_interval_mass", logistic.log_interval_mass,
        special=_log_interval_mass(sc.log_expit), domain="interval", rtol=1e5, atol=1e5,
    ),
    Row("logistic_interval_mass_grad", logistic.interval_mass_grad, special=_logistic_interval_grad, domain="interval", atol=50),
    Row(
        "logistic_log_interval_mass_grad", logistic.log_interval_mass_grad,
        special=partial(_logistic_interval_grad, divided=True), domain="interval", rtol=1e6, atol=1e6,
    ),
    Row("logistic_ilogcdf", logistic.ilogcdf, numpy=_logistic_log_quantile(1.0), atol=10),
    Row("logistic_ilogsf", logistic.ilogsf, numpy=_logistic_log_quantile(-1.0), atol=10),
    Row("logistic_logpdf_grad", logistic.logpdf_grad, numpy=_logistic_logpdf_grad, atol=10),
    Row("logistic_logcdf_grad", logistic.logcdf_grad, special=_logistic_tail_grad(1.0), atol=10),
    Row("logistic_logsf_grad", logistic.logsf_grad, special=_logistic_tail_grad(-1.0), atol=10),
    Row("logistic_cdf_grad", logistic.cdf_grad, numpy=_logistic_cdf_grad, atol=10),
    Row("uniform_pdf", uniform.pdf, numpy=_uniform_pdf, stats=_of_uniform("pdf")),
    Row("uniform_logpdf", uniform.logpdf, numpy=_uniform_logpdf, stats=_of_uniform("logpdf")),
    Row("uniform_cdf", uniform.cdf, numpy=_uniform_cdf, stats=_of_uniform("cdf"), atol=2),
    Row("uniform_logcdf", uniform.logcdf, stats=_of_uniform("logcdf"), rtol=50_000),
    Row("uniform_sf", uniform.sf, numpy=_uniform_sf, stats=_of_uniform("sf"), atol=2),
    Row("uniform_logsf", uniform.logsf, stats=_of_uniform("logsf"), rtol=50_000),
    Row("uniform_ppf", uniform.ppf, numpy=_uniform_quantile, stats=_of_uniform("ppf"), atol=2),
    Row("uniform_isf", uniform.isf, numpy=_uniform_upper_quantile, stats=_of_uniform("isf"), atol=2),
    Row("uniform_interval_mass", uniform.interval_mass, numpy=_uniform_interval_mass, domain="interval", atol=10),
    Row(
        "uniform_log_interval_mass", uniform.log_interval_mass, numpy=_uniform_log_interval_mass, domain="interval", rtol=1e5,
        atol=10,
    ),
    Row("uniform_interval_mass_grad", uniform.interval_mass_grad, numpy=_uniform_interval_grad, domain="interval", atol=50),
    Row(
        "uniform_log_interval_mass_grad", uniform.log_interval_mass_grad,
        numpy=partial(_uniform_interval_grad, divided=True), domain="interval", rtol=1e6, atol=1e6,
    ),
    Row("uniform_ilogcdf", uniform.ilogcdf, numpy=_uniform_log_quantile, atol=2),
    Row("uniform_ilogsf", uniform.ilogsf, numpy=_uniform_upper_log_quantile, atol=2),
    Row("uniform_logpdf_grad", uniform.logpdf_grad, numpy=_uniform_logpdf_grad),
    Row("uniform_logcdf_grad", uniform.logcdf_grad, numpy=_uniform_logcdf_grad, rtol=1e5),
    Row("uniform_logsf_grad", uniform.logsf_grad, numpy=_uniform_logsf_grad, rtol=1e5),
    Row("uniform_cdf_grad", uniform.cdf_grad, numpy=_uniform_cdf_grad, atol=2),
    *(
        Row(f"truncnormal_{name}", getattr(truncnormal, name), stats=_of_truncnorm(name), domain="inside")
        for name in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf")
    ),
    *(Row(f"truncnormal_{name}", getattr(truncnormal, name), stats=_of_truncnorm(name)) for name in ("ppf", "isf")),
    *(
        Row(f"truncnormal_{name}", getattr(truncnormal, name), stats=_of_truncnorm(name), domain="about", atol=50)
        for name in ("mean", "var", "entropy")
    ),
    *_moment_rows(),
    Row(
        "bernoulli_logpmf_logits", bernoulli.logpmf, "logits",
        numpy=_logpmf, special=_logpmf_special, stats=_bernoulli_stats, rtol=50_000,  # 1 - p costs scipy.stats its digits
    ),
    Row(
        "bernoulli_logpmf_logits_grad", bernoulli.logpmf_grad, "logits",
        numpy=_logpmf_grad, special=_logpmf_grad_special, atol=2,
    ),
    Row("bernoulli_pmf", bernoulli.pmf, numpy=_pmf, stats=_without_out(stats.bernoulli.pmf)),
    Row("bernoulli_logpmf", bernoulli.logpmf, numpy=_logpmf_by_p, stats=_without_out(stats.bernoulli.logpmf), atol=2),
    Row("bernoulli_logpmf_grad", bernoulli.logpmf_grad, numpy=_logpmf_grad_by_p),
    Row("bernoulli_cdf", bernoulli.cdf, stats=_without_out(stats.bernoulli.cdf), domain="binary"),
    Row("bernoulli_sf", bernoulli.sf, stats=_without_out(stats.bernoulli.sf), domain="binary"),
    Row("bernoulli_ppf", bernoulli.ppf, stats=_without_out(stats.bernoulli.ppf)),
    Row("bernoulli_isf", bernoulli.isf, stats=_without_out(stats.bernoulli.isf)),
    Row("bernoulli_pmf_logits", bernoulli.pmf, "logits", special=_pmf_of_logits, domain="binary"),
    Row("bernoulli_cdf_logits", bernoulli.cdf, "logits", special=_cdf_of_logits, domain="binary"),
    Row("bernoulli_sf_logits", bernoulli.sf, "logits", special=_sf_of_logits, domain="binary"),
    Row("bernoulli_ppf_logits", bernoulli.ppf, "logits", special=_ppf_of_logits, domain="unit"),
    Row("bernoulli_isf_logits", bernoulli.isf, "logits", special=_isf_of_logits, domain="unit"),
    Row("film", film.forward, numpy=_film, atol=2),
    Row("kl_standard_normal", kl.standard_normal, "scale", numpy=_kl, atol=20),
    Row("kl_standard_normal_log_scale", kl.standard_normal, "log_scale", numpy=_kl_log_scale, atol=20),
    Row("kl_standard_normal_logvar", kl.standard_normal, "logvar", numpy=_kl_logvar, atol=20),
    Row("kl_standard_normal_grad", kl.standard_normal_grad, "scale", numpy=_kl_grad, atol=10),
    Row("kl_standard_normal_log_scale_grad", kl.standard_normal_grad, "log_scale", numpy=_kl_log_scale_grad),
    Row("kl_standard_normal_logvar_grad", kl.standard_normal_grad, "logvar", numpy=_kl_logvar_grad),
    Row("kl_normal", kl.normal, numpy=_kl_normal, atol=50),
    Row("kl_normal_grad", kl.normal_grad, numpy=_kl_normal_grad, rtol=1e5, atol=1e5),
    Row("kl_uniform", kl.uniform, numpy=_kl_uniform, domain="intervals", rtol=1e5, atol=50),
    Row("kl_uniform_grad", kl.uniform_grad, numpy=_kl_uniform_grad, domain="intervals", rtol=1e5),
    Row("kl_uniform_normal", kl.uniform_normal, numpy=_kl_uniform_normal, domain="interval", atol=50),
    Row("kl_uniform_normal_grad", kl.uniform_normal_grad, numpy=_kl_uniform_normal_grad, domain="interval", rtol=1e6, atol=1e5),
    Row("kl_logistic", kl.logistic),  # no closed form
    Row("kl_logistic_grad", kl.logistic_grad),
    Row("kl_bernoulli", kl.bernoulli, special=_kl_bernoulli, atol=50),
    Row("kl_bernoulli_grad", kl.bernoulli_grad, special=_kl_bernoulli_grad, rtol=1e5, atol=50),
    Row("kl_bernoulli_logits", kl.bernoulli_logits, numpy=_kl_bernoulli_logits, atol=50),
    Row("kl_bernoulli_logits_grad", kl.bernoulli_logits_grad, special=_kl_bernoulli_logits_grad, atol=50),
)  # fmt: skip
OPS = {op.name: op for op in read_ops()}  # the facts of ops.def, by name


# ---------------------------------------------------------------------------------------------------------------------- arguments


PAGE, STEP = 4096, 704
_places = itertools.count()


def aligned(n: int, dtype: Any) -> Any:
    """An empty array that starts at a multiple of 64 bytes, at another place in its page than the arrays made before it.

    NumPy's exp was seen to take twice as long where its output stood 64 bytes behind its input, but for whole pages.
    """
    size = np.dtype(dtype).itemsize
    room = np.empty(n * size + PAGE, np.uint8)
    start = (-STEP * next(_places) - room.ctypes.data) % PAGE
    return room[start : start + n * size].view(dtype)


def draw(domain: str, rng: np.random.Generator, n: int, dtype: Any) -> Any:
    """Ordinary numbers of a domain of ops.def."""
    values = aligned(n, dtype)
    if domain == "real":
        rng.standard_normal(out=values, dtype=dtype)
        values *= 2
    elif domain in ("positive", "negative"):
        rng.standard_normal(out=values, dtype=dtype)
        np.exp(values, values)
        if domain == "negative":
            np.negative(values, values)
    elif domain == "unit":
        rng.random(out=values, dtype=dtype)
        np.maximum(values, np.finfo(dtype).eps, out=values)
    elif domain == "binary":
        values[:] = rng.integers(0, 2, n)
    elif domain == "inside":
        values[:] = LOC + 0.15 + (SCALE - LOC - 0.3) * rng.random(n)
    else:
        allowed = "real, positive, negative, unit, binary, inside"
        raise ValueError(f"no draws for the domain {domain!r}; allowed are {allowed}")
    return values


def arguments(row: Row, n: int, dtype: Any, parameter_arrays: bool = False, seed: int = 1) -> tuple[Any, ...]:
    """Arrays of n values; parameters as numbers (LOC for loc and low, SCALE for scale and high) or arrays around them."""
    op = OPS[row.op]
    rng = np.random.default_rng(seed)
    if row.domain == "intervals":
        low_q, inside, width, beyond = (draw(kind, rng, n, dtype) for kind in ("real", "positive", "positive", "positive"))
        inside += low_q
        width += inside
        beyond += width
        return inside, width, low_q, beyond
    inputs: list[Any] = []
    for i, (name, domain) in enumerate(op.inputs):
        if i < (2 if row.domain == "interval" else op.values):
            between = row.domain == "interval"
            given = "" if row.domain in ("interval", "about") else row.domain
            values = draw(("real", "positive")[i] if between else given or domain, rng, n, dtype)
            if between and i > 0:
                values += inputs[0]
            inputs.append(values)
            continue
        number = LOC if name in ("loc", "low") else SCALE
        if parameter_arrays:
            array = aligned(n, dtype)
            array[:] = number + 0.1 * rng.random(n)
            inputs.append(array)
        else:
            inputs.append(number)
    if row.domain == "about":
        low, high, loc, scale = inputs
        low[:] = loc - scale * (0.5 + np.abs(low))
        high[:] = loc + scale * (0.5 + np.abs(high))
    return tuple(inputs)


def outputs(row: Row, n: int, dtype: Any) -> Any:
    """What goes into out=: an array, or a tuple of arrays."""
    arrays = tuple(aligned(n, dtype) for _ in range(OPS[row.op].outputs))
    for array in arrays:
        array.fill(0)  # so that its pages are there
    return arrays[0] if len(arrays) == 1 else arrays


def check_agreement(row: Row, dtype: Any, own: Any, theirs: Any) -> None:
    """AssertionError where a competitor's results differ by more than its own errors explain."""
    eps = float(np.finfo(dtype).eps)
    pairs = zip(own, theirs, strict=True) if isinstance(own, tuple) else [(own, theirs)]
    for ours, other in pairs:
        np.testing.assert_allclose(other, ours, rtol=row.rtol * eps, atol=row.atol * eps, err_msg=row.title)
