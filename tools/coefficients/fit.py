"""Polynomial and rational fits in high precision, and their coefficients as C source."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, arb_mat, ctx

ctx.prec = 400
Function = Callable[[arb], arb]


def exact(x: arb) -> arb:
    """The midpoint of a ball: a number to compute on with."""
    return arb(x.mid())


def chebyshev_nodes(count: int, low: arb, high: arb) -> list[arb]:
    angles = [(2 * arb(j) + 1) * arb.pi() / (2 * count) for j in range(count)]
    return [exact(((high - low) * a.cos() + (high + low)) / 2) for a in angles]


def rounded_polynomial(
    f: Function, degree: int, nodes: list[arb], pairs: int, weight: Function = lambda x: arb(1)
) -> list[arb]:
    """A polynomial whose coefficients are doubles (the first `pairs` of them sums of two), rounded one after the other, the
    rest fitted again each time so that it takes up the error. Least squares on the nodes of the relative error times a weight."""
    values, weights = [exact(f(x)) for x in nodes], [exact(weight(x)) for x in nodes]
    powers = [[w * x**i / y for i in range(degree + 1)] for x, y, w in zip(nodes, values, weights, strict=True)]
    rest = weights
    fixed: list[arb] = []
    for i in range(degree + 1):
        matrix = arb_mat([row[i:] for row in powers])
        across = matrix.transpose()
        solution = (across * matrix).solve(across * arb_mat([[r] for r in rest]))
        fixed.append(round_to_doubles(exact(solution[0, 0]), 2 if i < pairs else 1))
        rest = [exact(r - fixed[i] * row[i]) for r, row in zip(rest, powers, strict=True)]
    return fixed


def round_to_doubles(x: arb, count: int) -> arb:
    """x as a sum of so many doubles."""
    total = arb(0)
    for _ in range(count):
        total += arb(float(exact(x - total).mid()))
    return exact(total)


def evaluate(coefficients: list[arb], x: arb) -> arb:
    total = arb(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def warped_nodes(count: int, low: arb, high: arb, middle: arb) -> list[arb]:
    """Chebyshev nodes of v = (x - low - middle)/(x - low + middle), in rising order: half of them below low + middle."""
    edge = (high - low - middle) / (high - low + middle)
    nodes = chebyshev_nodes(count, arb(-1), edge)
    return sorted((exact(low + middle * (1 + v) / (1 - v)) for v in nodes), key=float)


def rational(f: Function, top: int, bottom: int, low: arb, high: arb, middle: arb) -> tuple[list[arb], list[arb]]:
    """N and D with D(0) = 1 so that N/D follows f with a small relative error, on nodes half of which lie below low + middle:
    weighted least squares of N - f D, the weights 1/(f D) with D from the step before (Sanathanan and Koerner), then raised
    where the error is large (Lawson) until it is nearly level."""
    nodes = warped_nodes(6 * (top + bottom), low, high, middle)
    values = [exact(f(x)) for x in nodes]
    weights = [arb(1)] * len(nodes)
    scales = [1 / y for y in values]
    best = (float("inf"), [], [])
    for _ in range(24):
        rows = [
            [s * x**i for i in range(top + 1)] + [-s * y * x**i for i in range(1, bottom + 1)]
            for x, y, s in zip(nodes, values, scales, strict=True)
        ]
        matrix = arb_mat(rows)
        weighted = arb_mat([[w * a for a in row] for w, row in zip(weights, rows, strict=True)]).transpose()
        right = arb_mat([[s * y] for y, s in zip(values, scales, strict=True)])
        solution = (weighted * matrix).solve(weighted * right)
        numerator = [exact(solution[i, 0]) for i in range(top + 1)]
        denominator = [arb(1)] + [exact(solution[top + i, 0]) for i in range(1, bottom + 1)]
        below = [exact(evaluate(denominator, x)) for x in nodes]
        errors = [abs(float((evaluate(numerator, x) / d / y - 1).mid())) for x, y, d in zip(nodes, values, below, strict=True)]
        if max(errors) < best[0]:
            best = (max(errors), numerator, denominator)
        scales = [1 / (y * d) for y, d in zip(values, below, strict=True)]
        weights = [w * arb(e) for w, e in zip(weights, errors, strict=True)]
        largest = max(float(w) for w in weights)
        weights = [exact(w / largest) for w in weights]
    return best[1], best[2]


def relative_error(approximation: Function, f: Function, low: arb, high: arb, count: int = 300) -> float:
    return max(abs(float((approximation(x) / f(x) - 1).mid())) for x in chebyshev_nodes(count, low, high))


def pair(x: arb) -> tuple[float, float]:
    """x as a sum of two doubles."""
    high = float(x.mid())
    return high, float(exact(x - arb(high)).mid())


def c_array(name: str, values: list[float]) -> str:
    """An initialized array, a few numbers a line."""
    texts = [v.hex() for v in values]
    lines, line = [], "  "
    for t in texts:
        if len(line) + len(t) + 2 > 125:
            lines.append(line.rstrip())
            line = "  "
        line += t + ", "
    lines.append(line.rstrip().rstrip(","))
    return f"static const double {name}[{len(values)}] = {{\n" + "\n".join(lines) + "};\n"


def c_constant(name: str, value: arb) -> str:
    """A constant as #defines of its high and low part."""
    high, low = pair(value)
    return f"#define {name} {high.hex()}\n#define {name}_LO {low.hex()}\n"
