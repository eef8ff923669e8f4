"""Derives every coefficient of csrc/math/coefficients.h.

    python tools/coefficients/derive.py            writes the header
    python tools/coefficients/derive.py --check    compares, exit status 1 if it differs

Each section states interval, form and the largest relative error of the form with its rounded coefficients. The f64 kernels
take the long forms; the f32 kernels, which compute in double, the short ones.
"""

from __future__ import annotations

import argparse
import math
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path

import patches
from fit import (
    Function,
    c_array,
    c_constant,
    chebyshev_nodes,
    evaluate,
    exact,
    pair,
    rational,
    relative_error,
    round_to_doubles,
    rounded_polynomial,
    warped_nodes,
)
from flint import arb, ctx

HEADER = Path(__file__).resolve().parents[2] / "csrc" / "math" / "coefficients.h"
KL_LOGISTIC_HEADER = HEADER.parents[1] / "kl" / "logistic_scales.h"
KL_LOGISTIC_PATCHES = tuple(HEADER.parents[1] / "kl" / f"logistic_patches.{kind}" for kind in "hc")
LN2 = arb(2).log()
TAIL_SHIFT = 4.0
QUANTILE_SHIFT = 1.1768


def exp_rest(r: arb) -> arb:
    """(e^r - 1 - r - r^2/2)/r^3"""
    if abs(float(r)) < 1e-9:
        return arb(1) / 6 + r / 24 + r * r / 120
    return (r.expm1() - r - r * r / 2) / (r * r * r)


def log_rest(z: arb) -> arb:
    """(2 atanh(s) - 2s)/s^3 with z = s^2"""
    if float(z) < 1e-12:
        return arb(2) / 3 + 2 * z / 5 + 2 * z * z / 7
    s = z.sqrt()
    return (((1 + s) / (1 - s)).log() - 2 * s) / (s * s * s)


def asinh_rest(z: arb) -> arb:
    """(asinh(t) - t)/t^3 with z = t^2"""
    if float(z) < 1e-12:
        return -arb(1) / 6 + 3 * z / 40
    t = z.sqrt()
    return (t.asinh() - t) / (t * t * t)


def log1p_rest(f: arb) -> arb:
    """(f - log(1 + f))/f^2"""
    if abs(float(f)) < 1e-12:
        return arb(1) / 2 - f / 3 + f * f / 4
    return (f - f.log1p()) / (f * f)


def minus_log1m(q: arb) -> arb:
    """-log(1 - q)/q"""
    if abs(float(q)) < 1e-20:
        return 1 + q / 2
    return -(-q).log1p() / q


def erf_ratio(z: arb) -> arb:
    """erf(x)/x with z = x^2"""
    if float(z) < 1e-30:
        return (2 - 2 * z / 3) / arb.pi().sqrt()
    return z.sqrt().erf() / z.sqrt()


def half_erfcx(t: arb) -> arb:
    """e^(t^2/2) Q(t)"""
    if t < arb(45):
        before = ctx.prec
        ctx.prec = before + int(float(t) ** 2 * 1.5) + 50
        value = (t * t / 2).exp() * (t / arb(2).sqrt()).erfc() / 2
        ctx.prec = before
        return exact(value)
    total = term = arb(1)
    for n in range(1, 200):
        term = term * (-(2 * n - 1)) / (t * t)
        if abs(float(term)) < 1e-75:
            break
        total = total + term
    return exact(total / (t * (2 * arb.pi()).sqrt()))


def tail(u: arb) -> arb:
    """(t + k) e^(t^2/2) Q(t) with u = (t - k)/(t + k)"""
    k = arb(TAIL_SHIFT)
    t = exact(k * (1 + u) / (1 - u))
    return half_erfcx(t) * (t + k)


def tail_slope(u: arb) -> arb:
    """The derivative of that by u"""
    k = arb(TAIL_SHIFT)
    t = exact(k * (1 + u) / (1 - u))
    w = half_erfcx(t)
    return exact((w + (t + k) * (t * w - 1 / (2 * arb.pi()).sqrt())) * (t + k) ** 2 / (2 * k))


def tail_bend(u: arb) -> arb:
    """Half of its second derivative"""
    k, c = arb(TAIL_SHIFT), 1 / (2 * arb.pi()).sqrt()
    t = exact(k * (1 + u) / (1 - u))
    w = half_erfcx(t)
    fall = t * w - c  # the derivative of w by t
    slope, bend = w + (t + k) * fall, 2 * fall + (t + k) * (w + t * fall)
    return exact(((t + k) * bend + 2 * slope) * (t + k) ** 3 / (8 * k * k))


def slope_section(*forms: tuple[str, int]) -> str:
    """The tail once more, so that divided differences of the polynomial are right too: its derivative is what is fitted."""
    text, low, high = "", arb(-1), arb("0.9999999999999")
    for name, degree in forms:
        slope = rounded_polynomial(tail_slope, degree - 1, chebyshev_nodes(2 * degree + 6, low, high), degree)
        error = relative_error(lambda x, c=slope: evaluate(c, x), tail_slope, low, high)
        rest = [round_to_doubles(exact(c / (i + 1)), 1) for i, c in enumerate(slope)]
        first = round_to_doubles(exact(2 + evaluate(rest, low)), 1)  # the value at -1 is 2
        text += f"/* the same, its derivative fitted, degree {degree}: "
        text += f"relative error of the derivative 2^{math.log2(error):.1f} */\n"
        text += c_array(name, [float(c.mid()) for c in [first, *rest]])
    return text + "\n"


def sinpi_ratio(z: arb) -> arb:
    """sin(pi r)/r with z = r^2"""
    if float(z) < 1e-30:
        return arb.pi() * (1 - arb.pi() ** 2 * z / 6)
    return z.sqrt().sin_pi() / z.sqrt()


def cospi_rest(z: arb) -> arb:
    """(cos(pi r) - 1)/r^2 with z = r^2"""
    if float(z) < 1e-30:
        return -(arb.pi() ** 2) / 2 * (1 - arb.pi() ** 2 * z / 12)
    return -2 * (z.sqrt() / 2).sin_pi() ** 2 / z


@cache
def upper_quantile(log_p: arb) -> arb:
    """z > 0 with log Q(z) = log_p, by Newton's method"""
    goal = float(log_p)
    z = arb(max(0.05, math.sqrt(max(0.0, -2 * goal - math.log(max(1.0, -4 * math.pi * goal)))) if goal < -2 else 0.6 * -goal))
    before = ctx.prec
    for _ in range(80):
        ctx.prec = before + int(float(z) ** 2 * 1.5) + 50
        q = (z / arb(2).sqrt()).erfc() / 2
        density = (-z * z / 2).exp() / (2 * arb.pi()).sqrt()
        step = exact((q.log() - log_p) * q / density)
        z = exact(z + step)
        if abs(float(step)) < 1e-90:
            break
    else:
        raise ArithmeticError(f"no quantile for log p = {goal}")
    ctx.prec = before
    return z


def quantile_tail(s: arb) -> arb:
    """sqrt(2) r - z with Q(z) = e^(-r^2), r = s + QUANTILE_SHIFT"""
    r = s + arb(QUANTILE_SHIFT)
    return exact(arb(2).sqrt() * r - upper_quantile(exact(-r * r)))


def quantile_center(y: arb) -> arb:
    """z/q with Q(z) = 1/2 - q, y = q^2"""
    if float(y) < 1e-40:
        return (2 * arb.pi()).sqrt()
    q = y.sqrt()
    z = arb(float(q) * 2.5066)
    for _ in range(60):
        density = (-z * z / 2).exp() / (2 * arb.pi()).sqrt()
        step = exact(((z / arb(2).sqrt()).erf() / 2 - q) / density)
        z = exact(z - step)
        if abs(float(step)) < 1e-100:
            break
    return z / q


def far_quantile(terms: int) -> list[float]:
    """z^2 + log(2 pi z^2) + 2 log Q(z) in powers of 1/z^2, from 1/z^2 on: the logarithm of the asymptotic series of Q."""
    series = [Fraction((-1) ** n * math.prod(range(1, 2 * n, 2))) for n in range(terms + 1)]
    logarithm = [Fraction(0)]
    for n in range(1, terms + 1):
        logarithm.append(series[n] - sum((k * logarithm[k] * series[n - k] for k in range(1, n)), Fraction(0)) / n)
    return [float(2 * c) for c in logarithm[1:]]


def parts(name: str, x: arb, *suffixes: str) -> str:
    """A constant as a sum of doubles, each to 53 bits of what those before leave."""
    text, rest = "", x
    for suffix in suffixes:
        part = float(rest.mid())
        text += f"#define {name}{suffix} {part.hex()}\n"
        rest = exact(rest - arb(part))
    return text


def logistic_turn() -> arb:
    """The z > 0 with z tanh(z/2) = 1, where the derivative of the logistic log density by scale changes its sign."""
    z = arb("1.5434")
    for _ in range(10):
        t = (z / 2).tanh()
        z = exact(z - (z * t - 1) / (t + z * (1 - t * t) / 2))
    return z


def logistic_sections() -> str:
    """What the logistic distribution needs beyond the exponential and logarithm of the others."""
    half = LN2 / 2 * arb("1.0001")
    text = "/* ---- logistic distribution ---- */\n"
    text += section(
        "(e^r - 1 - r - r^2/2)/r^3 for |r| <= log(2)/2", exp_rest, -half, half, ("exp_fine", 10), ("exp_medium", 6), pairs=2
    )
    text += section(
        "(2 atanh(s) - 2s)/s^3 in powers of s^2, |s| <= 1/3", log_rest, arb(0), arb("0.1112"),
        ("atanh_rest", 10), ("atanh_rest_short", 4), pairs=1,
    )
    text += section(
        "(2 atanh(s) - 2s)/s^3 in powers of s^2, |s| <= 1/3", log_rest, arb(0), arb("0.1112"),
        ("atanh_rest_plain", 9), ("atanh_rest_wide", 6),
    )
    text += section(
        "(2 atanh(s) - 2s)/s^3 in powers of s^2, |s| <= 0.2", log_rest, arb(0), arb("0.04"), ("atanh_rest_medium", 4), None
    )
    text += section(
        "(4 atanh(v/4) - v)/v^3 in powers of v^2, |v| <= 0.327", lambda z: log_rest(z / 16) / 32, arb(0), arb("0.327") ** 2,
        ("atanh_quarter_rest", 5), None,
    )
    text += "/* 2 log(2/(1 + 2^-n)) for n = 1 and 2, the first part of 42 bits */\n"
    text += split_constant("TWICE_LOG_4_3", 2 * (arb(4) / 3).log(), 42)
    text += split_constant("TWICE_LOG_8_5", 2 * (arb(8) / 5).log(), 42) + "\n"
    turn = logistic_turn()
    text += "/* z tanh(z/2) = 1, and the reciprocal of that z, which is tanh(z/2) */\n"
    text += parts("LOGISTIC_TURN", turn, "", "_MID", "_LO", "_LAST") + c_constant("LOGISTIC_TURN_TANH", 1 / turn)
    text += "/* e^-z there, and what is left of 1 */\n"
    return text + c_constant("LOGISTIC_TURN_EXP", (-turn).exp()) + c_constant("LOGISTIC_TURN_LESS", 1 - (-turn).exp()) + "\n"


def moment_constants() -> str:
    """Factors of the moments, and the logit where a Bernoulli distribution has no excess kurtosis."""
    text = "/* ---- moments ---- */\n"
    text += c_constant("SQRT_2PI_E", (2 * arb.pi()).sqrt() * arb(0.5).exp()) + c_constant("E_SQUARED", arb(2).exp())
    text += c_constant("PI_SQUARED_THIRD", arb.pi() ** 2 / 3) + c_constant("PI_OVER_SQRT3", arb.pi() / arb(3).sqrt())
    text += c_constant("TWELFTH", arb(1) / 12) + c_constant("SQRT_TWELFTH", (arb(1) / 12).sqrt())
    return text + c_constant("ACOSH_2", (2 + arb(3).sqrt()).log()) + "\n"


Form = tuple[str, int] | None


def section(title: str, f: Function, low: arb, high: arb, long: Form, short: Form, pairs: int = 0) -> str:
    """Both lengths of a polynomial; the first `pairs` coefficients of the long one have a low part."""
    text = ""
    for form, count in ((long, pairs), (short, 0)):
        if form is None:
            continue
        name, degree = form
        rounded = rounded_polynomial(f, degree, chebyshev_nodes(2 * degree + 8, low, high), count)
        error = relative_error(lambda x, c=rounded: evaluate(c, x), f, low, high)
        text += f"/* {title}, degree {degree}: relative error 2^{math.log2(error):.1f} */\n"
        text += c_array(name, [pair(c)[0] for c in rounded])
        for i in range(count):
            text += f"#define {name.upper()}_{i}_LO {pair(rounded[i])[1].hex()}\n"
    return text + "\n"


def split_constant(name: str, value: arb, bits: int) -> str:
    """Two parts, of which the first is a multiple of 2^-bits."""
    first = float((value * 2**bits).floor().mid()) / 2**bits
    return f"#define {name}_HI {first.hex()}\n" + f"#define {name}_MID {pair(value - arb(first))[0].hex()}\n"


def asinh_section(*forms: tuple[str, int]) -> str:
    """Fitted to asinh itself, of which they are a small part: what their first coefficient's rounding costs is nothing there."""
    text, low, high = "", arb(0), arb("0.12502")
    for name, degree in forms:
        nodes = chebyshev_nodes(4 * degree + 8, low, high)
        rounded = rounded_polynomial(asinh_rest, degree, nodes, 0, lambda z: z**1.5 * asinh_rest(z))
        errors = [abs(float((z**1.5 * (evaluate(rounded, z) - asinh_rest(z))).mid())) for z in chebyshev_nodes(300, low, high)]
        text += "/* (asinh(t) - t)/t^3 in powers of t^2, |t| <= sqrt(1/8), "
        text += f"degree {degree}: error of asinh(t) 2^{math.log2(max(errors)):.1f} */\n"
        text += c_array(name, [float(c.mid()) for c in rounded])
    return text + "\n"


def rational_section(
    title: str, f: Function, low: arb, middle: arb, long: tuple[str, int, arb], short: tuple[str, int, arb]
) -> str:
    text = ""
    for name, degree, high in (long, short):
        _, bottom = rational(f, degree, degree, low, high, middle)
        bottom = [round_to_doubles(c, 1) for c in bottom]
        nodes = warped_nodes(4 * degree, low, high, middle)
        top = rounded_polynomial(lambda x, d=bottom: f(x) * evaluate(d, x), degree, nodes, pairs=1)
        nodes = warped_nodes(300, low, high, middle)
        error = max(abs(float((evaluate(top, x) / evaluate(bottom, x) / f(x) - 1).mid())) for x in nodes)
        text += f"/* {title}, s to {float(high)}, degree {degree}/{degree}: relative error 2^{math.log2(error):.1f} */\n"
        text += c_array(f"{name}_top", [pair(c)[0] for c in top])
        if name == long[0]:
            text += f"#define {name.upper()}_TOP_0_LO {pair(top[0])[1].hex()}\n"
        text += c_array(f"{name}_bottom", [pair(c)[0] for c in bottom])
    return text + "\n"


def legendre_section() -> str:
    """Gauss and Legendre's rule on [0, 1]: nodes right relative to their distance from 0."""
    text = ""
    for count in (8, 16, 24, 32):
        pairs = [arb.legendre_p_root(count, k, weight=True) for k in range(count)]
        text += f"\n/* The nodes of Gauss and Legendre's rule of {count} on [0, 1], and their weights */\n"
        text += c_array(f"legendre_nodes_{count}", [pair((1 - x) / 2)[0] for x, _ in pairs])
        text += c_array(f"legendre_weights_{count}", [pair(w / 2)[0] for _, w in pairs])
    return text


def logistic_density(y: arb) -> arb:
    return 1 / (2 * (1 + y.cosh()))


@cache
def fine_nodes() -> list[tuple[arb, arb, arb]]:
    """y, weight, tanh(y/2) of the trapezoidal rule to 2^-150"""
    step = arb("0.125")
    return [
        (step * j, step * logistic_density(step * j) * (2 if j else 1), (step * j / 2).tanh()) for j in range(int(105 / 0.125))
    ]


@cache
def scale_divergence(v: arb) -> tuple[arb, arb]:
    """Of logistic distributions with scales lambda and 1, v = (lambda - 1/2)/(lambda + 1/2): what is left of E|lambda L + L'|
    beyond 1 + lambda, over (1 - lambda)^2; and 1 less its derivative, over 1 - lambda"""
    ratio = exact((1 + v) / (2 * (1 - v)))
    gap, value, slope = 1 - ratio, arb(0), arb(0)
    for y, w, tanh in fine_nodes():
        value += w * (2 * ((ratio * y / 2).cosh() / (y / 2).cosh()).log() + gap * y * tanh)
        slope += w * y * (tanh - (ratio * y / 2).tanh())
    return value / gap**2, slope / gap


def kl_logistic_header() -> str:
    """A file of its own: one kernel alone needs it."""
    low, high = arb(-1), (1 - arb("1e-9")) / 3  # lambda up to 1 but for the 0/0
    text = (
        "/* Divergence of logistic distributions: polynomials of one variable. Written by tools/coefficients/derive.py, as is\n"
        " * math/coefficients.h: change it there. */\n"
        "#ifndef FASTPROB_LOGISTIC_SCALES_H\n#define FASTPROB_LOGISTIC_SCALES_H\n\n"
    )
    text += section(
        "(E|lambda L + L'| - 1 - lambda)/(1 - lambda)^2 in (lambda - 1/2)/(lambda + 1/2)",
        lambda v: scale_divergence(v)[0], low, high, ("kl_logistic_value", 24), None, pairs=1,
    )
    text += section(
        "(1 - d/dlambda E|lambda L + L'|)/(1 - lambda) in the same",
        lambda v: scale_divergence(v)[1], low, high, ("kl_logistic_slope", 28), None, pairs=1,
    )
    return text + "#endif\n"


def header() -> str:
    text = (
        "/* Polynomials and constants of the building blocks. Written by tools/coefficients/derive.py: change it there. */\n"
        "#ifndef FASTPROB_COEFFICIENTS_H\n#define FASTPROB_COEFFICIENTS_H\n\n"
    )
    text += f"#define LOG2E {pair(1 / LN2)[0].hex()}\n"
    text += c_constant("LN2", LN2)
    # So that the product of the first part with an exponent of 11 bits is exact, and in float with one of 8.
    text += split_constant("LN2", LN2, 42) + split_constant("LN2_SHORT", LN2, 16)
    text += c_constant("SQRT2", arb(2).sqrt())
    text += c_constant("INV_SQRT_2PI", 1 / (2 * arb.pi()).sqrt())
    text += c_constant("HALF_LOG_2PI", (2 * arb.pi()).log() / 2)
    text += f"#define TAIL_SHIFT {TAIL_SHIFT}\n#define QUANTILE_SHIFT {QUANTILE_SHIFT}\n\n"
    half = LN2 / 2 * arb("1.0001")
    text += section(
        "(e^r - 1 - r - r^2/2)/r^3 for |r| <= log(2)/2", exp_rest, -half, half, ("exp_rest", 9), ("exp_rest_short", 4)
    )
    edge = (arb(2).sqrt() - 1) / (arb(2).sqrt() + 1)
    text += section(
        "(2 atanh(s) - 2s)/s^3 in powers of s^2, |s| <= 0.1716", log_rest, arb(0), edge * edge * arb("1.001"),
        ("log_rest", 6), None,
    )
    text += asinh_section(("asinh_rest_fine", 10), ("asinh_rest", 8), ("asinh_rest_short", 6), ("asinh_rest_shortest", 3))
    text += section(
        "(f - log(1 + f))/f^2, sqrt(1/2) <= 1 + f <= sqrt(2)",
        log1p_rest, arb("-0.2929"), arb("0.41425"), None, ("log1p_rest_short", 8),
    )
    text += section("-log(1 - q)/q, 0 <= q <= 1/2", minus_log1m, arb(0), arb("0.5"), None, ("minus_log1m_short", 8))
    text += section(
        "sin(pi r)/r in powers of r^2, |r| <= 1/4", sinpi_ratio, arb(0), arb("0.0625"),
        ("sinpi_ratio", 6), ("sinpi_ratio_short", 3),
    )
    text += section(
        "(cos(pi r) - 1)/r^2 in powers of r^2, |r| <= 1/4", cospi_rest, arb(0), arb("0.0625"),
        ("cospi_rest", 6), ("cospi_rest_short", 3),
    )
    text += section(
        "(t + k) e^(t^2/2) Q(t) in u = (t - k)/(t + k), k = TAIL_SHIFT, t from 0 to infinity",
        tail, arb(-1), arb("0.9999999999999"),
        ("tail_poly", 25), ("tail_poly_short", 9), pairs=0,
    )
    text += slope_section(("tail_steep", 26), ("tail_steep_short", 12))
    text += section("half of its second derivative", tail_bend, arb(-1), arb("0.9999"), None, ("tail_bend", 2))
    text += section(
        "erf(x)/x in powers of x^2, |x| <= 1", erf_ratio, arb(0), arb(1), ("erf_ratio", 12), ("erf_ratio_short", 6), pairs=1
    )
    text += section(
        "z/q in powers of q^2 with Q(z) = 1/2 - q, |q| <= 1/4", quantile_center, arb(0), arb("0.0625"),
        ("quantile_center", 13), ("quantile_center_short", 5), pairs=1,
    )
    text += rational_section(
        "sqrt(2) r - z in s = r - QUANTILE_SHIFT with Q(z) = e^(-r^2)", quantile_tail, arb(0), arb("1.5"),
        ("quantile_tail", 12, arb("26.2")), ("quantile_tail_short", 4, arb("9.1")),
    )
    text += "/* z^2 + log(2 pi z^2) + 2 log(Q(z)) in powers of 1/z^2, from 1/z^2 on: its asymptotic series */\n"
    text += c_array("quantile_far", far_quantile(7)) + c_constant("LOG_4PI", (4 * arb.pi()).log()) + "\n"
    text += logistic_sections() + moment_constants()
    series = [arb(2) / (2 * j + 3) for j in range(13)]
    text += "/* 2/3, 2/5, 2/7 ...: (2 atanh(s) - 2s)/s^3 by its series in s^2, and the low parts */\n"
    text += c_array("atanh_series", [pair(c)[0] for c in series]) + c_array("atanh_series_lo", [pair(c)[1] for c in series])
    text += legendre_section()
    text += "\n/* log 2 and log(2 pi)/2 with 256 fraction bits, in limbs of 64, the least significant first */\n"
    for name, value in (("FIXED_LN2", LN2), ("FIXED_HALF_LOG_2PI", (2 * arb.pi()).log() / 2)):
        number = int((value * 2**256).floor().unique_fmpz())
        limbs = ", ".join(f"0x{number >> 64 * i & 2**64 - 1:016x}u" for i in range(5))
        text += f"#define {name} {{{limbs}}}\n"
    return text.rstrip() + "\n\n#endif\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the header instead of writing it")
    check, different = parser.parse_args().check, False
    headers = (HEADER, header()), (KL_LOGISTIC_HEADER, kl_logistic_header())
    for path, text in (*headers, *zip(KL_LOGISTIC_PATCHES, patches.texts(), strict=True)):
        if not check:
            path.write_text(text)
        elif path.read_text() != text:
            print(f"{path} differs from what derive.py derives: run it without --check and look at the change", file=sys.stderr)
            different = True
        else:
            print(f"{path.name} is what derive.py derives")
    return int(different)


if __name__ == "__main__":
    sys.exit(main())
