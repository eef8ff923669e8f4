"""Errors of the sums over data, for the accuracy table: fresh arrays, exact sums, what other libraries make of the same arrays.

Of a log likelihood that is NumPy's sum of the library's own log densities, and its derivatives are those by its own
differentiation; of film.backward they are NumPy's sums.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
from peers import Functions, installed
from reference import sums as exact
from search import Record

from fastprob import bernoulli, film, logistic, normal, special, uniform

Arguments = dict[str, Any]  # "x", "w" (None for weights of 1), and parameters
SIZES = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)  # few, since JAX compiles its functions for each
BOUND = 2.0  # ULP
PRECISION = 400  # bits
TYPES = {"f32": np.float32, "f64": np.float64}


@dataclass(frozen=True)
class Sums:
    """A function of data: arguments, its results, their exact values."""

    title: str
    outputs: tuple[str, ...]
    draw: Callable[[np.random.Generator, int, int], Arguments]  # of so many elements; 2^range is an ordinary size in any type
    call: Callable[..., tuple[Any, ...]]
    truth: Callable[..., list[exact.Sum]]
    ops: tuple[str, str] = ("", "")  # an element's log density and its gradient, of which others' sums are made


@dataclass(frozen=True)
class Results:
    """Records of each output; the worst input of one is the number of an array."""

    own: list[Record]
    others: dict[str, list[Record]]


def add(record: Record, error: float, place: str) -> None:
    record.count(np.array([error]))
    record.worst = max(record.worst, [(error, (place,))])


# ---- arguments: ordinary ones, data of many sizes, and all of any size, a third each


def spread(rng: np.random.Generator, n: int, powers: int) -> tuple[Any, float, float]:
    """Data, a location and a scale."""
    kind = rng.integers(3)
    scale = float(rng.uniform(0.5, 2)) * 2.0 ** int(rng.integers(-powers, powers) if kind == 2 else 0)
    loc = scale * float(rng.standard_normal()) * 10.0 ** float(rng.uniform(-3, 3) if kind else 0)
    sizes = 10.0 ** rng.uniform(-3, 1.5, n) if kind else 1.0
    return loc + scale * rng.standard_normal(n) * sizes, loc, scale


def located(rng: np.random.Generator, n: int, powers: int) -> Arguments:
    x, loc, scale = spread(rng, n, powers)
    return {"x": x, "loc": loc, "scale": scale}


def between(rng: np.random.Generator, n: int, powers: int) -> Arguments:
    x, *_ = spread(rng, n, powers)
    return {"x": x, "low": x.min() - rng.random() * np.ptp(x), "high": x.max() + (rng.random() + 0.01) * np.abs(x).max()}


def outcomes(rng: np.random.Generator, n: int, powers: int) -> Arguments:
    kind = rng.integers(3)
    p = (rng.uniform(0.01, 0.99), 10.0 ** rng.uniform(-powers / 4, 0), 1 - 2.0 ** -rng.uniform(1, 20))[kind]
    return {"x": (rng.random(n) < rng.random()).astype(float), "p": float(p)}


def outcomes_by_logits(rng: np.random.Generator, n: int, powers: int) -> Arguments:
    logits = rng.standard_normal() * 10.0 ** rng.uniform(-3, 2)
    return {"x": (rng.random(n) < rng.random()).astype(float), "logits": float(logits)}


def exponents(rng: np.random.Generator, n: int, powers: int) -> Arguments:
    middle = rng.choice([-1, 0, 1]) * 10.0 ** rng.uniform(-3, 6)
    return {"x": middle + rng.standard_normal(n) * 10.0 ** rng.uniform(-3, 3)}


def slopes(rng: np.random.Generator, n: int, powers: int) -> Arguments:
    return {"x": spread(rng, n, powers)[0], "dout": rng.standard_normal(n) * 10.0 ** rng.uniform(-3, 1.5, n)}


# ---- the functions


def loglik(module: Any, draw: Callable[..., Arguments], names: tuple[str, ...], op: str, title: str = "") -> Sums:
    family, _, by = op.partition("_logp")
    terms = getattr(exact, family + by[len("mf") :])

    def call(x: Any, w: Any, **parameters: float) -> tuple[Any, ...]:
        value, derivatives = module.loglik_and_grad(x, weights=w, **parameters)
        return (value, *derivatives)

    def truth(x: Any, w: Any, **parameters: float) -> list[exact.Sum]:
        return exact.exact_sums(terms, np.ones(x.shape) if w is None else w, x, *parameters.values())

    return Sums(f"{family}.loglik_and_grad{title}", ("value", *names), draw, call, truth, (op, f"{op}_grad"))


def log_sum_truth(x: Any, w: Any) -> list[exact.Sum]:
    value, largest = exact.exact_logsumexp(x, w)
    return [(value, max(abs(largest), abs(value - largest)))]


def film_truth(x: Any, w: Any, dout: Any) -> list[exact.Sum]:
    return [exact.exact_products(dout.tolist(), x.tolist()), exact.exact_products(dout.tolist(), [1.0] * dout.size)]


SUMS = [
    loglik(normal, located, ("dloc", "dscale"), "normal_logpdf"),
    loglik(logistic, located, ("dloc", "dscale"), "logistic_logpdf"),
    loglik(uniform, between, ("dlow", "dhigh"), "uniform_logpdf"),
    loglik(bernoulli, outcomes, ("dp",), "bernoulli_logpmf"),
    loglik(bernoulli, outcomes_by_logits, ("dlogits",), "bernoulli_logpmf_logits", "(logits=)"),
    Sums("special.logsumexp", ("",), exponents, lambda x, w: (special.logsumexp(x, weights=w),), log_sum_truth),
    Sums("film.backward", ("dgamma", "dbeta"), slopes, lambda x, w, dout: film.backward(dout, x, 1.0)[1:], film_truth),
]


def others_of(sums: Sums, libraries: dict[str, Functions]) -> dict[str, Callable[..., tuple[Any, ...]]]:
    def log_sum(library: str) -> Callable[..., Any]:
        if library == "SciPy":
            from scipy.special import logsumexp

            return lambda x, w: (logsumexp(x, b=w),)
        if library == "JAX":
            from jax.scipy.special import logsumexp as of_jax

            return lambda x, w: (of_jax(x, b=w),)
        import torch

        return lambda x, w: (torch.logsumexp(torch.tensor(x) + (0 if w is None else torch.log(torch.tensor(w))), 0).numpy(),)

    def summed(value: Callable[..., Any], gradient: Callable[..., Any] | None) -> Callable[..., Any]:
        def call(x: Any, w: Any, **parameters: Any) -> tuple[Any, ...]:
            columns = [x, *(np.full(x.shape, parameter, x.dtype) for parameter in parameters.values())]
            each = [value(*columns)]
            if gradient:
                each += list(gradient(*columns))[-len(parameters) :]
            one = np.ones(x.shape, x.dtype) if w is None else w
            return tuple(np.sum(one * np.asarray(terms)) for terms in each)

        return call

    value, gradient = sums.ops
    if sums.title == "special.logsumexp":
        return {library: log_sum(library) for library in libraries if library != "numba-stats"}
    if sums.title == "film.backward":
        return {"SciPy": lambda x, w, dout: (np.sum(dout * x), np.sum(dout))}
    return {library: summed(ops[value], ops.get(gradient)) for library, ops in libraries.items() if value in ops}


# ---- the search


def measured(sums: Sums, type_name: str, arrays: int, seed: int, libraries: dict[str, Functions]) -> Results:
    dtype = np.dtype(TYPES[type_name])
    limits = np.finfo(dtype)
    others = others_of(sums, libraries)
    results = Results([Record() for _ in sums.outputs], {library: [Record() for _ in sums.outputs] for library in others})
    for number in range(arrays):
        rng = np.random.default_rng([seed, number])
        n = int(rng.choice(SIZES))
        arguments = {name: np.asarray(v, dtype) for name, v in sums.draw(rng, n, -limits.minexp // 4).items()}
        arguments = {name: v if v.ndim else float(v) for name, v in arguments.items()}
        weights = sums.title != "film.backward" and rng.random() < 0.5
        arguments["w"] = np.asarray(rng.random(n) + 1e-3, dtype) if weights else None
        with mpmath.workprec(PRECISION):
            truth = sums.truth(**arguments)
            for library, call in {"": sums.call, **others}.items():
                with np.errstate(all="ignore"):
                    got = call(**arguments)
                    rounded = [float(np.asarray(one).astype(dtype)) for one in got]
                for record, one, (value, largest) in zip(results.others.get(library, results.own), rounded, truth, strict=False):
                    least = limits.minexp - limits.nmant
                    error = exact.ulps(one, value, largest, limits.nmant + 1, least) if np.isfinite(one) else np.inf
                    add(record, error, f"array {number}: n={n}")
    return results


def search(chosen: list[Sums], arrays: int, seed: int) -> dict[tuple[str, str], Results]:
    """Results by title and type."""
    libraries = installed()
    return {(sums.title, name): measured(sums, name, arrays, seed, libraries) for sums in chosen for name in TYPES}
