"""What a row's own draws cost in a score: score_samples beside the same layers without draws (reconstruct), 784-400-20.

    python benchmarks/vae_scores.py [--rounds 15] [--threads 1]

Microseconds a row of both, and of the difference: the number that a row's values come to, its draws, and the loss. The two
take turns; medians over rounds. "pixels drawn" is a Bernoulli likelihood that draws pixels too, 784 a row.
"""

from __future__ import annotations

import argparse
import time
from statistics import median

import numpy as np
from conditions import machine, summary

import fastprob
from fastprob.vae import VAE, Bernoulli

ROWS, FEATURES, HIDDEN, LATENT = 4096, 784, 400, 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    fastprob.set_num_threads(arguments.threads)
    X = np.random.default_rng(0).random((ROWS, FEATURES), np.float32)
    print("\n".join([*machine(), f"- {arguments.threads} threads, {arguments.rounds} rounds of {ROWS} rows"]))
    for name, binarize in (("grey values", False), ("pixels drawn", True)):
        model = VAE(LATENT, (HIDDEN,), Bernoulli(binarize=binarize), epochs=0, random_state=0).fit(X)
        calls = {"score_samples": model.score_samples, "reconstruct": model.reconstruct}
        seconds: dict[str, list[float]] = {what: [] for what in calls}
        for _ in range(arguments.rounds + 1):  # the first is not counted
            for what, call in calls.items():
                start = time.perf_counter()
                call(X)
                seconds[what].append(time.perf_counter() - start)
        each = {what: [1e6 * value / ROWS for value in values[1:]] for what, values in seconds.items()}
        apart = summary([a - b for a, b in zip(*each.values(), strict=True)])
        print(f"{name:14} {', '.join(f'{what} {median(values):.1f}' for what, values in each.items())}, difference {apart}")


if __name__ == "__main__":
    main()
