"""What a condition costs in a step of a network: 784-400-20, batches of 128, float32, against the same network without.

    python benchmarks/network_conditions.py [--rounds 30] [--threads 2]

Networks take turns within a round; ratios are medians over rounds. "copies" is what the way forward of Concat's layers takes.
"""

from __future__ import annotations

import argparse
import time
from types import SimpleNamespace

import numpy as np
from conditions import machine, summary

import fastprob
from fastprob import nn

FEATURES, HIDDEN, LATENT, ROWS, BATCH = 784, 400, 20, 2048, 128
OPTIMIZER = SimpleNamespace(beta1=0.9, beta2=0.999, eps=1e-8, learning_rate=1e-4)
KEY = np.arange(8, dtype=np.uint32)


def network(kind: str, classes: int = 10, embedded: int = 0, prior: bool = False) -> tuple[nn.Network, int]:
    """kind: "none", "film" or "concat"; with the columns of its condition, 0 for none."""
    columns = 0 if kind == "none" and not prior else 1 if embedded else classes
    source, width = ("classes", embedded) if embedded else ("condition", classes)

    def layer(name: str, below: str, inputs: int) -> list[nn.Layer]:
        if kind == "film":
            return [nn.FilmDense(name, inputs, HIDDEN, width, "relu", sources=(below, source))]
        if kind == "concat":
            return [nn.Concat(f"{name}.in", sources=(below, source)), nn.Dense(name, inputs + width, HIDDEN, "relu")]
        return [nn.Dense(name, inputs, HIDDEN, "relu", (below,))]

    layers = [
        nn.Input(FEATURES),
        *([nn.Input(columns, name="condition")] if columns else []),
        *([nn.Embedding("classes", classes, embedded, sources=("condition",))] if embedded else []),
        *([nn.Dense("prior.out", width, 2 * LATENT, sources=(source,))] if prior else []),
        *layer("encoder.0", "input", FEATURES),
        nn.Dense("encoder.out", HIDDEN, 2 * LATENT),
        nn.GaussianHead(LATENT, sources=("encoder.out", "prior.out") if prior else ()),
        *layer("decoder.0", "latent", LATENT),
        nn.Dense("decoder.out", HIDDEN, FEATURES),
        nn.BernoulliLikelihood(FEATURES),
    ]
    made = nn.Network(layers, np.float32, BATCH)
    made.parameters[:] = np.random.default_rng(0).normal(size=made.parameters.size) * 0.03
    return made, columns


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    fastprob.set_num_threads(arguments.threads)
    networks = {
        "without": network("none"),
        "FiLM, 10 columns": network("film"),
        "FiLM, 64 columns": network("film", 64),
        "FiLM, 1000 columns": network("film", 1000),
        "FiLM, 10 classes, embedded in 10": network("film", 10, 10),
        "FiLM, 65 classes, embedded in 32": network("film", 65, 32),
        "FiLM, 1000 classes, embedded in 32": network("film", 1000, 32),
        "beside, 10 columns": network("concat"),
        "beside, 1000 columns": network("concat", 1000),
        "beside, 1000 classes, embedded in 32": network("concat", 1000, 32),
        "learned prior, 10 columns": network("none", prior=True),
    }
    random = np.random.default_rng(0)
    x, order = random.random((ROWS, FEATURES), dtype=np.float32), np.arange(ROWS)
    seconds: dict[str, list[float]] = {name: [] for name in networks}
    with nn.single_threaded_blas():
        for _ in range(arguments.rounds + 1):  # the first is not counted
            for name, (net, columns) in networks.items():
                classes = random.integers(0, 10, ROWS)
                one_hot = np.eye(max(columns, 10), dtype=np.float32)
                data = classes[:, None].astype(np.float32) if columns == 1 else one_hot[classes]
                start = time.perf_counter()
                net.train((x, data) if columns else x, order, BATCH, KEY, 0, OPTIMIZER)
                seconds[name].append(time.perf_counter() - start)
            start = time.perf_counter()
            for _ in range(ROWS // BATCH):
                for name in ("encoder.0.in", "decoder.0.in"):
                    networks["beside, 10 columns"][0].forward(name, name, BATCH)
            seconds.setdefault("copies, 10 columns", []).append(time.perf_counter() - start)
    print("\n".join(machine()))
    print(f"- {arguments.threads} threads, {arguments.rounds} rounds of {ROWS // BATCH} steps\n")
    for name, values in seconds.items():
        ratios = [value / base for value, base in zip(values[1:], seconds["without"][1:], strict=True)]
        print(f"{name:38} {summary(ratios)}")


if __name__ == "__main__":
    main()
