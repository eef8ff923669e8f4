"""Time of a Bayesian logistic regression in times of scikit-learn's point estimate, on the same data with the same threads.

    python benchmarks/bayes_logistic.py             prints the table
    python benchmarks/bayes_logistic.py --store     and keeps it in benchmarks/results/

A million rows of 50 features, float64. In every round each fits once, in one process; a ratio is that of two fits of a round,
the number is the median over the rounds, and what follows +- half the distance between the quartiles. scikit-learn's
LogisticRegression has its defaults (lbfgs, C=1): a single best value, without covariance, evidence or a search for the best C. Both
of fastprob's methods find all of these. "correlated" features have correlations up to 0.9 and scales from 0.1 to 10: there lbfgs
needs up to 1000 iterations, and everybody fits once; scikit-learn's other solver, newton-cholesky, is timed as well.
"""

from __future__ import annotations

import argparse
import datetime
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from conditions import machine, summary  # noqa: E402

import fastprob  # noqa: E402
from fastprob.bayes import BayesianLogisticRegression  # noqa: E402

ROWS, FEATURES = 1_000_000, 50


def data(kind: str, rows: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((rows, FEATURES))
    logits = X @ rng.normal(0, 1.5 / FEATURES**0.5, FEATURES) + 0.3
    y = (rng.random(rows) < 1 / (1 + np.exp(-logits))).astype(int)
    if kind == "correlated":
        for j in range(1, FEATURES):
            X[:, j] = 0.9 * X[:, j - 1] + 0.19**0.5 * X[:, j]
        X *= np.logspace(-1, 1, FEATURES)
    return X, y


def rivals(kind: str) -> dict[str, Any]:
    models = {
        "scikit-learn, lbfgs": LogisticRegression(max_iter=1000),
        "variational": BayesianLogisticRegression("variational"),
        "laplace": BayesianLogisticRegression("laplace"),
    }
    if kind == "correlated":
        models |= {"scikit-learn, newton-cholesky": LogisticRegression(solver="newton-cholesky")}
    return models


def seconds(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def table(kind: str, threads: int, rounds: int, rows: int) -> str:
    X, y = data(kind, rows)
    models = rivals(kind)
    times: dict[str, list[float]] = {name: [] for name in models}
    with threadpool_limits(threads), fastprob.threads(threads), warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(rounds):
            for name, model in models.items():
                times[name].append(seconds(lambda model=model: model.fit(X, y)))
    lines = [f"## {kind} features, {threads} thread{'s' * (threads > 1)}", ""]
    lines.append("| | seconds | in times of lbfgs | passes or iterations |")
    lines.append("|---|---:|---:|---:|")
    for name, values in times.items():
        ratios = [t / o for t, o in zip(values, times["scikit-learn, lbfgs"], strict=True)]
        ratio = summary(ratios) if rounds > 1 else f"{ratios[0]:.2f}"
        lines.append(f"| {name} | {median(values):.2f} | {ratio} | {np.max(models[name].n_iter_)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    parts = []
    for kind, threads, rounds in (("independent", 2, options.rounds), ("independent", 1, options.rounds), ("correlated", 2, 1)):
        parts.append(table(kind, threads, rounds, options.rows))
        print(parts[-1], flush=True)
    if options.store:
        text = f"# Bayesian logistic regression, {options.rows:,} rows by {FEATURES} features\n\n"
        text += f"`python benchmarks/bayes_logistic.py --rounds {options.rounds}`\n\n" + "\n".join(parts)
        text += "\n" + "\n".join([*machine(), f"- scikit-learn {sklearn.__version__}"]) + "\n"
        day = datetime.date.today().isoformat()
        (ROOT / "benchmarks" / "results" / f"bayes-logistic-{day}.md").write_text(text)


if __name__ == "__main__":
    main()
