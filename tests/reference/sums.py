"""Exact sums over data, by mpmath at its working precision (logsumexp by python-flint, which is faster), and the largest of
the terms that they are sums of.

A term is what does not cancel in itself: of a normal log density those by the distance from loc and by the scale are two. An
error is counted in ULP of the larger of a sum and its terms, each added up in size over the data.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
from flint import arb, ctx
from mpmath import mpf

Sum = tuple[Any, Any]  # exact value, size of the largest term


def ulps(got: Any, exact: Any, largest: Any = 0, digits: int = 53, least: int = -1074) -> float:
    """Error in ULP of the larger of the exact value and a term."""
    size = max(abs(exact), abs(largest))
    if size == 0:
        return 0.0 if got == 0 else math.inf
    unit = mpf(2) ** max(int(mpmath.floor(mpmath.log(size, 2))) - digits + 1, least)
    return float(abs(mpf(float(got)) - exact) / unit)


# ---- the terms of an element's log density, and of each of its derivatives


def normal(x: Any, loc: Any, scale: Any) -> tuple[Any, ...]:
    z = (x - loc) / scale
    return (-z * z / 2, -mpmath.log(scale) - mpmath.log(2 * mpmath.pi) / 2), (z / scale,), (z * z / scale, -1 / scale)


def logistic(x: Any, loc: Any, scale: Any) -> tuple[Any, ...]:
    z = (x - loc) / scale
    t = mpmath.tanh(z / 2)
    return (-abs(z) - 2 * mpmath.log1p(mpmath.exp(-abs(z))), -mpmath.log(scale)), (t / scale,), (z * t / scale, -1 / scale)


def uniform(x: Any, low: Any, high: Any) -> tuple[Any, ...]:
    """Of an x inside."""
    width = high - low
    return (-mpmath.log(width),), (1 / width,), (-1 / width,)


def bernoulli(k: Any, p: Any) -> tuple[Any, ...]:
    q = p if k else 1 - p
    return (mpmath.log(q),), (1 / q if k else -1 / q,)


def bernoulli_logits(k: Any, logits: Any) -> tuple[Any, ...]:
    away = mpmath.exp(-logits if k else logits)
    slope = away / (1 + away)
    return (-mpmath.log1p(away),), (slope if k else -slope,)


def exact_sums(terms: Callable[..., Any], w: Any, *columns: Any) -> list[Sum]:
    """The log likelihood and its derivatives; a column is an array of w's shape, or a number."""
    sums: list[list[list[Any]]] = []
    whole = [np.broadcast_to(column, w.shape).ravel().tolist() for column in (w, *columns)]
    for weight, *element in zip(*whole, strict=True):
        each = terms(*map(mpf, element))
        sums = sums or [[[mpf(0), mpf(0)] for _ in parts] for parts in each]
        for total, parts in zip(sums, each, strict=True):
            for pair, part in zip(total, parts, strict=True):
                pair[0] += weight * part if weight else 0
                pair[1] += abs(weight * part) if weight else 0
    return [(sum(value for value, _ in total), max(size for _, size in total)) for total in sums]


def exact_logsumexp(x: Any, w: Any = None) -> Sum:
    """And the larger of the maximum and of what the sum of exponentials adds to it."""
    w = np.ones(len(x)) if w is None else w
    pairs = [(arb(v), arb(each)) for v, each in zip(x.tolist(), w.tolist(), strict=True) if each]
    with ctx.workprec(mpmath.mp.prec):
        largest = max(v for v, _ in pairs)
        total = sum((each * (v - largest).exp() for v, each in pairs), arb(0))
        whole = largest + total.log()
        return number(whole), number(largest)


def number(ball: arb) -> Any:
    """Its middle."""
    digits, exponent = ball.mid().man_exp()
    return mpf(int(digits)) * mpf(2) ** int(exponent)


def exact_products(a: Sequence[float], b: Sequence[float]) -> Sum:
    """Of a b, and the larger of what is positive and what is negative."""
    products = [mpf(u) * mpf(v) for u, v in zip(a, b, strict=True)]
    return sum(products), max(sum(p for p in products if p > 0), -sum(p for p in products if p < 0))
