"""Time of a Bayesian logistic regression in times of scikit-learn's point estimate, on the same data with the same threads.

    python benchmarks/bayes_logistic.py             prints the table
    python benchmarks/bayes_logistic.py --store     and keeps it in benchmarks/results/

A million rows of 50 features, float64. In every round each fits once, in one process; a ratio is that of two fits of a round,
the number is the median over the rounds, and what follows +- half the distance between the quartiles. scikit-learn's
LogisticRegression has its defaults (lbfgs, C=1): a single best value, without covariance, evidence or a search for the best C.
Both of fastprob's methods find all of these. The features are independent and of one scale: lbfgs' best case.
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


def data(rows: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((rows, FEATURES))
    logits = X @ rng.normal(0, 1.5 / FEATURES**0.5, FEATURES) + 0.3
    return X, (rng.random(rows) < 1 / (1 + np.exp(-logits))).astype(int)


def seconds(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def table(threads: int, rounds: int, rows: int) -> str:
    X, y = data(rows)
    models = {
        "scikit-learn": LogisticRegression(),
        "variational": BayesianLogisticRegression("variational"),
        "laplace": BayesianLogisticRegression("laplace"),
    }
    times: dict[str, list[float]] = {name: [] for name in models}
    with threadpool_limits(threads), fastprob.threads(threads), warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(rounds):
            for name, model in models.items():
                times[name].append(seconds(lambda model=model: model.fit(X, y)))
    lines = [f"## {threads} thread{'s' * (threads > 1)}", ""]
    lines.append("| | seconds | in times of scikit-learn's | passes or iterations |")
    lines.append("|---|---:|---:|---:|")
    for name, values in times.items():
        ratio = summary([t / o for t, o in zip(values, times["scikit-learn"], strict=True)])
        lines.append(f"| {name} | {median(values):.2f} | {ratio} | {np.max(models[name].n_iter_)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    parts = []
    for threads in (2, 1):
        parts.append(table(threads, options.rounds, options.rows))
        print(parts[-1], flush=True)
    if options.store:
        text = f"# Bayesian logistic regression, {options.rows:,} rows by {FEATURES} features\n\n"
        text += f"`python benchmarks/bayes_logistic.py --rounds {options.rounds}`\n\n" + "\n".join(parts)
        text += "\n" + "\n".join([*machine(), f"- scikit-learn {sklearn.__version__}"]) + "\n"
        day = datetime.date.today().isoformat()
        (ROOT / "benchmarks" / "results" / f"bayes-logistic-{day}.md").write_text(text)


if __name__ == "__main__":
    main()
