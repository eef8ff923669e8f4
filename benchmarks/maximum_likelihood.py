"""Maximum likelihood fits of a normal and a logistic distribution to 1e6 points with scipy.optimize.minimize: on loglik_and_grad,
against the same fit on scipy.stats and on numba-stats, which have no gradient of the sum, so that SciPy takes differences.

    python benchmarks/maximum_likelihood.py             prints the table
    python benchmarks/maximum_likelihood.py --store     writes it to benchmarks/results/

In every round all fits run in turn, in one process, from the same start; a ratio is the median of the rounds' ratios, and what
follows ± is half the distance between their quartiles. Without numba-stats its rows stay away.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.util
import math
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import scipy
from conditions import ROOT, machine, summary
from scipy import optimize, stats

import fastprob
from fastprob import logistic, normal, random

N = 1_000_000
OURS = "fastprob, loglik_and_grad"
PEERS = {"normal": ("norm", stats.norm), "logistic": ("logistic", stats.logistic)}


def minimized(loss: Callable[[Any], Any], x: Any, jac: bool) -> tuple[float, float, int]:
    """Location, scale and the number of calls."""
    found = optimize.minimize(loss, [1.0, math.log(3.0)], jac=jac)
    return float(found.x[0]), math.exp(found.x[1]), int(found.nfev)


def ours(module: Any, x: Any) -> tuple[float, float, int]:
    def loss(parameters: Any) -> tuple[float, Any]:
        scale = math.exp(parameters[1])
        value, (dloc, dscale) = module.loglik_and_grad(x, parameters[0], scale)
        return -value / N, np.array([-dloc, -dscale * scale]) / N

    return minimized(loss, x, True)


def theirs(logpdf: Callable[..., Any], x: Any) -> tuple[float, float, int]:
    return minimized(lambda parameters: -np.sum(logpdf(x, parameters[0], math.exp(parameters[1]))) / N, x, False)


def fits(family: str, x: Any) -> dict[str, Callable[[], tuple[float, float, int]]]:
    module = {"normal": normal, "logistic": logistic}[family]
    name, peer = PEERS[family]

    def limited() -> tuple[float, float, int]:
        with fastprob.threads(1):
            return ours(module, x)

    made: dict[str, Callable[[], tuple[float, float, int]]] = {
        OURS: lambda: ours(module, x),
        "the same, one thread": limited,
        f"fastprob, {family}.fit": lambda: (*map(float, module.fit(x)), 0),
        f"scipy.stats.{name}.logpdf": lambda: theirs(peer.logpdf, x),
        f"scipy.stats.{name}.fit": lambda: (*map(float, peer.fit(x)), 0),
    }
    if family == "normal" and importlib.util.find_spec("numba_stats"):      # it has no logistic distribution
        compiled = importlib.import_module("numba_stats.norm").logpdf
        made["numba_stats.norm.logpdf"] = lambda: theirs(compiled, x)
    return made


def table(family: str, rounds: int) -> list[str]:
    rng = random.default_rng(2026)
    x = (rng.normal if family == "normal" else rng.logistic)(3.0, 2.0, N)
    exact = {"normal": normal, "logistic": logistic}[family].fit(x)
    runs = fits(family, x)
    results = {name: run() for name, run in runs.items()}      # compiles and warms up
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            begin = perf_counter()
            run()
            times[name].append(perf_counter() - begin)
    rows = [f"| {family} | milliseconds | times as long | calls | error of loc, of scale |", "|---|---:|---:|---:|---:|"]
    for name, values in times.items():
        ratio = summary([value / own for value, own in zip(values, times[OURS], strict=True)])
        loc, scale, calls = results[name]
        errors = f"{abs(loc - exact.loc) / exact.scale:.0e}, {abs(scale / exact.scale - 1):.0e}"
        rows.append(f"| {name} | {1e3 * median(values):.1f} | {ratio} | {calls or ''} | {errors} |")
    return [*rows, ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    about = machine()
    if importlib.util.find_spec("numba_stats"):
        from importlib.metadata import version

        about.append(f"- SciPy {scipy.__version__}, numba-stats {version('numba-stats')}, numba {version('numba')}")
    else:
        about.append(f"- SciPy {scipy.__version__}")
    lines = [
        "# Maximum likelihood fits to a million points",
        "",
        "`scipy.optimize.minimize` (BFGS) over loc and log scale, from the same start, float64; with `jac=True` on",
        "`loglik_and_grad`, and by differences on what the others have (numba-stats has no logistic distribution). Errors are",
        "distances from `fit`, in scales; BFGS stops at gradients of 1e-5.",
        "",
        f"    python benchmarks/maximum_likelihood.py --rounds {options.rounds}",
        "",
        *table("normal", options.rounds),
        *table("logistic", options.rounds),
        *about,
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.store:
        path = ROOT / "benchmarks" / "results" / f"maximum-likelihood-{datetime.date.today()}.md"
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
