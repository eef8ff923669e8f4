"""The divergence of logistic distributions: polynomials in two variables, each on a patch of the plane of eta and lambda.

L and L' are two standard logistic numbers, F = E|eta + lambda L + L'|. What is fitted is what csrc/kl/logistic.c calls P.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

from fit import Function, chebyshev_nodes, exact, pair
from flint import arb, arb_mat, ctx

BLOCK = 8  # powers of the second variable, to each of which belong as many of the first
FEW, MANY = (16, 12, 4, 0), (16, 16, 16, 8)  # powers of the first variable in each block, of small patches and of others
NO_LAST = (16, 16, 16, 0)  # of others, where the last block would be nothing: it has zeros
MORE_ROWS, MORE = 8, 12  # rows and columns that are there before the derivatives are cut
PRECISION = 200
STEP, NODES = arb("0.3"), 230  # of the trapezoidal rule: e^(-2 pi^2/step) and e^(-step nodes) are below 2^-94
TINY = arb("0.12")  # below it, lambda^2 instead of lambda
SPLIT = arb("0.37")  # where small patches meet
APART = (3, 5, 8, 13, 23, 46)
WIDE, NARROW = 2, 3.5  # the near form ends here; where p is the wider one and where it is not
# Patches are fitted a little beyond their edges, next to which the derivatives' errors are largest.
LESS, MORE_RATIO, LESS_ETA, MORE_ETA = arb("0.995"), arb("1.002"), arb("0.99"), arb("1.01")
LAST_BIT = -68  # of coefficients, less far apart: what is below is nothing to sums and derivatives, and would not be packed
NEAR_SHIFT, APART_SHIFT, RATIO_SHIFT = 16, 8, 1


def _nodes() -> list[tuple[arb, arb]]:
    """y >= 0 and the weight of its logistic density"""
    ys = [STEP * j for j in range(NODES)]
    return [(y, exact(STEP * (2 if j else 1) / (2 * (1 + y.cosh())))) for j, y in enumerate(ys)]


def near(eta: arb, ratio: arb) -> arb:
    """What of F depends on eta, over eta^2: E log(1 + 4 sinh(eta/2)^2 q/(1 + q)^2)/eta^2, q = e^(-ratio y)"""
    excess, decay, power, total = 4 * (eta / 2).sinh() ** 2, (-ratio * STEP).exp(), arb(1), arb(0)
    for _, weight in _nodes():
        total += weight * (excess * power / (1 + power) ** 2).log1p()
        power = exact(power * decay)
    return exact(total / eta**2)


def apart(eta: arb, ratio: arb) -> arb:
    """e^eta (F - eta) = e^eta E log(1 + e^(-2 eta) + e^-eta (q + 1/q))"""
    fall, decay, power, total = (-eta).exp(), (-ratio * STEP).exp(), arb(1), arb(0)
    for _, weight in _nodes():
        total += weight * (fall * (fall + power + 1 / power)).log1p()
        power = exact(power * decay)
    return exact(total / fall)


@dataclass(frozen=True)
class Variable:
    """Of a patch, a = factor (x - center)/(x + shift), or factor (x - center) without a shift; x from eta or lambda, and back."""

    of: Function
    back: Function
    shift: int | None
    ends: tuple[arb, arb]  # x where a = -1 and where it is 1

    @classmethod
    def between(cls, of: Function, back: Function, shift: int | None, *ends: arb) -> Variable:
        low, high = (of(end) for end in ends)
        return cls(of, back, shift, (low, high))

    def constants(self) -> tuple[arb, arb, arb]:
        """center, factor, and da/dx but for 1/(x + shift)^2"""
        low, high = self.ends
        if self.shift is None:
            center, factor = (low + high) / 2, 2 / (high - low)
            return center, factor, factor
        below, above = 1 / (low + self.shift), 1 / (high + self.shift)
        center = 2 / (below + above) - self.shift
        factor = (high + self.shift) / (high - center)
        return center, factor, factor * (center + self.shift)

    def at(self, a: arb) -> arb:
        """eta or lambda"""
        center, factor, _ = self.constants()
        return exact(self.back(center + a / factor if self.shift is None else (factor * center + a * self.shift) / (factor - a)))


def _root(x: arb) -> arb:
    return x.sqrt() if x > 0 else arb(0)


def _same(x: arb) -> arb:
    return x


def _near(low: float, high: float) -> Variable:
    return Variable.between(lambda eta: eta * eta, _root, NEAR_SHIFT, LESS_ETA * low, MORE_ETA * high)


def _apart(low: float, high: float) -> Variable:
    return Variable.between(_same, _same, APART_SHIFT, LESS_ETA * low, MORE_ETA * high)


@dataclass(frozen=True)
class Patch:
    what: str
    f: Callable[[arb, arb], arb]
    first: Variable
    second: Variable
    shape: tuple[int, ...] = FEW
    last_bit: int = LAST_BIT

    def columns(self, row: int) -> int:
        return BLOCK * sum(rows > row for rows in self.shape)


def patches() -> list[Patch]:
    def ratio(low: arb, high: arb) -> Variable:
        return Variable.between(_same, _same, RATIO_SHIFT, LESS * low, MORE_RATIO * high)

    halves = [("lambda < KL_LOGISTIC_SPLIT", ratio(TINY, SPLIT)), ("from there on", ratio(SPLIT, arb(1)))]
    whole = ratio(TINY, arb(1))
    small = [
        (near, _near(0, WIDE), "eta < 2"),
        (near, _near(WIDE, NARROW), "2 <= eta < 3.5"),
        (apart, _apart(WIDE, APART[0]), "apart, 2 <= eta < 3"),
    ]
    tiny = Variable.between(lambda ratio: ratio * ratio, _root, None, arb(0), MORE_RATIO * TINY)
    fall = Variable(lambda eta: (-eta).exp(), lambda x: -x.log(), None, (arb(0), (-LESS_ETA * WIDE).exp()))
    return [
        *(Patch(f"{what}, {which}", f, first, second) for f, first, what in small for which, second in halves),
        Patch("eta < 2, lambda < KL_LOGISTIC_TINY", near, _near(0, WIDE), tiny),
        Patch("2 <= eta, lambda < KL_LOGISTIC_TINY", apart, fall, tiny),
        *(
            Patch(f"{low} <= eta < {high}", apart, _apart(low, high), whole, shape, LAST_BIT + int(low / math.log(2)))
            for (low, high), shape in zip(itertools.pairwise(APART), (MANY, MANY, MANY, NO_LAST, NO_LAST), strict=True)
        ),
    ]


def _series_matrix(count: int) -> arb_mat:
    """From values at Chebyshev nodes to the coefficients of Chebyshev polynomials."""
    pi = arb.pi()
    return arb_mat(
        [[(pi * k * (2 * j + 1) / (2 * count)).cos() * (2 if k else 1) / count for j in range(count)] for k in range(count)]
    )


def _power_matrix(count: int) -> arb_mat:
    """The coefficients of Chebyshev polynomials, a row each."""
    rows = [[1, *[0] * (count - 1)], [0, 1, *[0] * (count - 2)]]
    for _ in range(2, count):
        doubled = [0, *(2 * c for c in rows[-1][:-1])]
        rows.append([a - b for a, b in zip(doubled, rows[-2], strict=True)])
    return arb_mat(rows)


def _cut(series: list[arb], count: int) -> list[arb]:
    """Fewer Chebyshev polynomials, so that it is the derivative's series that is cut: a series cut as it stands has a derivative
    that is off by as many times more at the ends as it has terms."""
    kept = series[:count]
    for last in (count - 1, count - 2):
        for k in range(last + 2, len(series), 2):
            kept[last] += series[k] * k / last
    return kept


def _filled(series: list[arb], count: int) -> list[arb]:
    return series + [arb(0)] * (count - len(series))


def coefficients(patch: Patch) -> tuple[list[list[float]], float]:
    """A row for each power of the first variable; both variables are in [-1, 1]. And what the constant has lost."""
    rows, columns = patch.shape[0], patch.columns(0)
    outer, above, before = ctx.prec, rows + MORE_ROWS, columns + MORE
    ctx.prec = PRECISION
    etas = [patch.first.at(a) for a in chebyshev_nodes(above, arb(-1), arb(1))]
    ratios = [patch.second.at(b) for b in chebyshev_nodes(before, arb(-1), arb(1))]
    values = arb_mat([[patch.f(eta, ratio) for ratio in ratios] for eta in etas])
    series = _series_matrix(above) * values * _series_matrix(before).transpose()
    across = [[series[i, j] for j in range(before)] for i in range(above)]
    across[:rows] = [_filled(_cut(row, patch.columns(i)), columns) for i, row in enumerate(across[:rows])]
    along = [_filled(_cut([row[j] for row in across], patch.shape[j // BLOCK]), rows) for j in range(columns)]
    powers = _power_matrix(rows).transpose() * arb_mat(along).transpose() * _power_matrix(columns)
    ctx.prec = outer
    rest = pair(exact(powers[0, 0]))[1]
    return [[_shortened(powers[i, j], patch.last_bit) for j in range(columns)] for i in range(rows)], rest


def _shortened(c: arb, last_bit: int) -> float:
    return math.ldexp(round(math.ldexp(float(c.mid()), -last_bit)), last_bit)


def error(patch: Patch, rows: list[list[float]], points: int = 7) -> float:
    """The largest one found, as a part of F - 1 - lambda or, near, of what of it depends on eta."""
    largest = 0.0
    for a in chebyshev_nodes(points, arb(-1), arb(1)):
        for b in chebyshev_nodes(points, arb(-1), arb(1)):
            eta, ratio, found = patch.first.at(a), patch.second.at(b), arb(0)
            right = patch.f(eta, ratio)
            for row in reversed(rows):
                across = arb(0)
                for c in reversed(row):
                    across = across * b + arb(c)
                found = found * a + across
            whole = right if patch.f is near else right + (eta - 1 - ratio) * eta.exp()
            largest = max(largest, abs(float(((found - right) / whole).mid())))
    return largest


def texts() -> tuple[str, str]:
    """The header for csrc/kl/logistic.c, and the patches: once, not once a CPU target."""
    every = patches()
    forms = [FEW if patch.shape == FEW else MANY for patch in every]
    few = forms.count(FEW)
    header = (
        "/* Divergence of logistic distributions: polynomials of two variables. Written by tools/coefficients/derive.py, as is\n"
        " * math/coefficients.h: change it there. */\n"
        "#ifndef FASTPROB_LOGISTIC_PATCHES_H\n#define FASTPROB_LOGISTIC_PATCHES_H\n\n"
        "/* Powers of b in blocks; to each belong as many powers of a, in patches that need few and in the others. */\n"
        f"enum {{ KL_LOGISTIC_BLOCK = {BLOCK} }};\n{_rows('FEW', FEW)}{_rows('MANY', MANY)}"
        "/* a = factor_x (x - center_x)/(x + shift), da/dx = slope_x/(x + shift)^2, and b with y, of lambda, alike. Without the\n"
        " * divisor in the patch for tiny lambda apart and, of lambda, in both for tiny lambda. */\n"
        "typedef struct {\n"
        "  double center_x, factor_x, slope_x, center_y, factor_y, slope_y;\n"
        "  double constant, constant_low, linear;   /* of a^0: instead of the first two coefficients */\n"
        "} kl_logistic_patch;\n\n"
        f"#define KL_LOGISTIC_TINY {float(TINY.mid()).hex()}\n"
        f"#define KL_LOGISTIC_SPLIT {float(SPLIT.mid()).hex()}\n"
        f"#define KL_LOGISTIC_WIDE {WIDE}.0\n"
        f"#define KL_LOGISTIC_NARROW {NARROW}\n"
        f"#define KL_LOGISTIC_NEAR_SHIFT {NEAR_SHIFT}.0\n#define KL_LOGISTIC_APART_SHIFT {APART_SHIFT}.0\n"
    )
    for name, step in zip(("FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH"), APART, strict=False):
        header += f"#define KL_LOGISTIC_{name} {float(step)}\n"
    header += (
        "/* Patches: near, two for each range of eta; apart, two with few powers; two for tiny lambda; those with many. */\n"
        "#define KL_LOGISTIC_APART_PATCH 4.0\n#define KL_LOGISTIC_TINY_PATCH 6.0\n"
        f"#define KL_LOGISTIC_MANY_PATCH {float(few)}\n"
    )
    half, blocks = BLOCK // 2, dict[tuple[int, ...], list[str]]({FEW: [], MANY: []})
    variables = []
    for patch, form in zip(every, forms, strict=True):
        rows, rest = coefficients(patch)
        constants = [float(c.mid()).hex() for c in (*patch.first.constants(), *patch.second.constants())]
        constants += [rows[0][0].hex(), rest.hex(), rows[0][1].hex()]
        variables.append(f"  {{{', '.join(constants)}}}")
        of_error, rows[0][:2] = error(patch, rows), [0.0, 0.0]
        of = "itself" if patch.f is near else "F - 1 - lambda"
        lines = [
            ", ".join(c.hex() for c in (rows[i] + [0.0] * BLOCK)[first : first + half])
            for k, count in enumerate(form)
            for i in range(count)
            for first in (BLOCK * k, BLOCK * k + half)
        ]
        text = ",\n   ".join(lines)
        blocks[form].append(f"  /* {patch.what}: error 2^{math.log2(of_error):.1f} of {of} */\n  {{{text}}}")
    arrays = {
        f"const kl_logistic_patch fp_kl_logistic_patches[{len(every)}]": variables,
        f"_Alignas(64) const double fp_kl_logistic_few[{few}][{BLOCK * sum(FEW)}]": blocks[FEW],
        f"_Alignas(64) const double fp_kl_logistic_many[{len(every) - few}][{BLOCK * sum(MANY)}]": blocks[MANY],
    }
    header += "\n" + "".join(f"extern {array};\n" for array in arrays) + "\n#endif\n"
    source = "/* Written by tools/coefficients/derive.py: change it there. */\n" + '#include "kl/logistic_patches.h"\n\n'
    return header, source + "\n".join(f"{array} = {{\n" + ",\n".join(parts) + "};\n" for array, parts in arrays.items())


def _rows(name: str, shape: tuple[int, ...]) -> str:
    return f"#define KL_LOGISTIC_{name} {', '.join(map(str, shape))}\n"
