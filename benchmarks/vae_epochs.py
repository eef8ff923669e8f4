"""Seconds an epoch of the same variational autoencoder here, in PyTorch and in JAX, side by side.

    python benchmarks/vae_epochs.py MNIST               a folder with MNIST's IDX files, or FASTPROB_DATA
    python benchmarks/vae_epochs.py MNIST --store       and keeps the table in benchmarks/results/

Every library runs in a process of its own, which keeps its model; they train an epoch each in turn, so that what else the
machine does meets all of them. A ratio is that of two epochs of the same round; the number is the median over the rounds, and
what follows +- half the distance between the quartiles. Each model starts from its library's own random numbers; the losses show
that they learn the same thing. "products" are the matrix products of an epoch alone, by NumPy, whose BLAS may be another build
than SciPy's, which fastprob calls. PyTorch and JAX have a product each for the means and for the log variances, fastprob
has one.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "tools")]

from conditions import machine, summary  # noqa: E402


class Config(NamedTuple):
    features: int
    hidden: int
    latent: int
    batch: int

    def __str__(self) -> str:
        return f"{self.features}-{self.hidden}-{self.latent}, batch {self.batch}"


CONFIGS = (Config(784, 400, 20, 128), Config(784, 200, 50, 20), Config(16, 64, 4, 64))
# name: module of peers/, threads
RIVALS = {
    "fastprob": ("fastprob_vae", 2),
    "PyTorch": ("torch_vae", 2),
    "JAX": ("jax_vae", 2),
    "fastprob, 1 thread": ("fastprob_vae", 1),
    "products, 1 thread": ("products", 1),
}
ROWS = 60_000


def images(folder: Path, part: str) -> np.ndarray:
    """MNIST's "train" or "t10k" images as grey values from 0 to 1."""
    with gzip.open(folder / f"{part}-images-idx3-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784) / np.float32(255)


def data_for(config: Config, folder: Path) -> np.ndarray:
    """The training images, or as many random rows where the net is smaller."""
    if config.features == 784:
        return images(folder, "train")
    return np.random.default_rng(0).random((ROWS, config.features), np.float32)


def serve(module: str, config: Config, threads: int, folder: Path) -> None:
    """Trains an epoch for each line that comes."""
    answers, sys.stdout = sys.stdout, sys.stderr
    model = importlib.import_module("peers." + module).Model(data_for(config, folder), *config[1:], threads, seed=0)
    for _ in sys.stdin:
        print(json.dumps(model.epoch()), file=answers, flush=True)


class Worker:
    def __init__(self, name: str, config: Config, folder: Path) -> None:
        module, threads = RIVALS[name]
        command = [sys.executable, __file__, str(folder), "--serve", module, str(threads), *map(str, config)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def epoch(self) -> tuple[float, float]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        seconds, loss = json.loads(self.process.stdout.readline())
        return seconds, loss

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def compare(config: Config, folder: Path, names: list[str], rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds and losses of every rival, a round each; a first epoch, which compiles and warms up, is not among the seconds."""
    workers = {name: Worker(name, config, folder) for name in names}
    try:
        results = {name: [worker.epoch()] for name, worker in workers.items()}
        for _ in range(rounds):
            for name, worker in workers.items():
                results[name].append(worker.epoch())
    finally:
        for worker in workers.values():
            worker.close()
    return results


def table(config: Config, results: dict[str, list[tuple[float, float]]]) -> str:
    lines = [f"## {config}", "", "| | seconds an epoch | in times of fastprob's | loss after epoch 1 | last |"]
    lines.append("|---|---:|---:|---:|---:|")
    own = [seconds for seconds, _ in results["fastprob"][1:]]
    for name, epochs in results.items():
        times = [seconds for seconds, _ in epochs[1:]]
        ratio = summary([t / o for t, o in zip(times, own, strict=True)])
        losses = [f"{loss:.2f}" if loss == loss else "" for loss in (epochs[0][1], epochs[-1][1])]
        lines.append(f"| {name} | {median(times):.3f} | {ratio} | {losses[0]} | {losses[1]} |")
    if {"fastprob, 1 thread", "products, 1 thread"} <= results.keys():
        one = [seconds for seconds, _ in results["fastprob, 1 thread"][1:]]
        products = [seconds for seconds, _ in results["products, 1 thread"][1:]]
        share = summary([p / o for p, o in zip(products, one, strict=True)])
        lines += ["", f"The products alone take {share} of fastprob's time with one thread."]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("FASTPROB_DATA"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", nargs="*", default=list(RIVALS), help="rivals, of " + ", ".join(RIVALS))
    parser.add_argument("--config", type=int, nargs="*", default=range(len(CONFIGS)), help="numbers of the nets")
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--serve", nargs=6, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.folder is None:
        parser.error("where are MNIST's files? Give the folder, or set FASTPROB_DATA")
    if args.serve:
        module, threads, *sizes = args.serve
        serve(module, Config(*map(int, sizes)), int(threads), Path(args.folder))
        return
    parts: list[Any] = []
    for i in args.config:
        parts.append(table(CONFIGS[i], compare(CONFIGS[i], Path(args.folder), args.only, args.rounds)))
        print(parts[-1], flush=True)
    if args.store:
        versions = ", ".join(f"{name} {importlib.import_module(name).__version__}" for name in ("torch", "jax", "scipy"))
        text = f"# Seconds an epoch\n\n`python benchmarks/vae_epochs.py MNIST --rounds {args.rounds}`\n\n" + "\n".join(parts)
        text += "\n" + "\n".join([*machine(), f"- {versions}"]) + "\n"
        day = datetime.date.today().isoformat()
        (ROOT / "benchmarks" / "results" / f"vae-epochs-{day}.md").write_text(text)


if __name__ == "__main__":
    main()
