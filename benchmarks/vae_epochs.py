"""Seconds an epoch of the same variational autoencoder here, in PyTorch and in JAX, side by side.

    python benchmarks/vae_epochs.py MNIST                   a folder with MNIST's IDX files, or FASTPROB_DATA
    python benchmarks/vae_epochs.py MNIST --rows 10000      epochs of fewer rows: a sixth of the time
    python benchmarks/vae_epochs.py MNIST --store           and keeps the table in benchmarks/results/

Every library runs in a process of its own, which keeps its model; they train an epoch each in turn, so that what else the
machine does meets all of them. A ratio is that of two epochs of the same round; the number is the median over the rounds, and
what follows +- half the distance between the quartiles.

Before the first epoch each rival computes the loss and all gradients of one batch, at fastprob's parameters, pixels and draws:
they must agree, or nothing is timed. All start from the same parameters; what they draw while they train is their own. Each has
the form that is usual and fast there: PyTorch is eager, with fused Adam; JAX compiles a whole step, reuses its buffers, and looks
at losses after an epoch. "products" are the matrix products of an epoch alone, by NumPy's BLAS, where fastprob has its own; those
of a modulation are not among them.
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
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "tools")]

from conditions import machine, summary  # noqa: E402
from peers import Net  # noqa: E402

NETS = (
    Net(784, (400,), 20, 128),
    Net(784, (400,), 20, 512),
    Net(784, (200,), 50, 20),
    Net(784, (200, 200), 50, 20, "tanh", binarized=True),  # of Burda, Grosse and Salakhutdinov (2015)
    Net(784, (200, 200), 50, 20, "tanh", binarized=True, draws=5),
    Net(784, (200, 200), 50, 128, classes=10),
    Net(16, (64,), 4, 64),
)
# name: module of peers/, threads
RIVALS = {
    "fastprob": ("fastprob_vae", 2),
    "PyTorch": ("torch_vae", 2),
    "JAX": ("jax_vae", 2),
    "fastprob, 1 thread": ("fastprob_vae", 1),
    "PyTorch, 1 thread": ("torch_vae", 1),
    "products, 1 thread": ("products", 1),
}
ROWS = 60_000
APART = 1e-4  # of losses and of gradients, relative to the largest of a parameter: float32, sums in other orders
EXAMPLE = "example.npz"


def images(folder: Path, part: str) -> np.ndarray:
    """MNIST's "train" or "t10k" images as grey values from 0 to 1."""
    with gzip.open(folder / f"{part}-images-idx3-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784) / np.float32(255)


def labels(folder: Path, part: str) -> np.ndarray:
    """What "train" or "t10k" images show."""
    with gzip.open(folder / f"{part}-labels-idx1-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=8).astype(np.int64)


def data_for(net: Net, folder: Path, rows: int) -> tuple[np.ndarray, np.ndarray | None]:
    """The first training images, or as many random rows where the net is smaller, and their classes if it takes some."""
    if net.features != 784:
        return np.random.default_rng(0).random((rows, net.features), np.float32), None
    return images(folder, "train")[:rows], labels(folder, "train")[:rows] if net.classes else None


def agree(model: Any, net: Net, C: np.ndarray | None, path: Path) -> float:
    """Writes the example, or repeats it and starts from its parameters: how far loss and gradients are from those written, the
    differences of a parameter relative to its largest gradient."""
    if not path.exists():
        loss, arrays = model.example(net.batch)
        np.savez(path, loss=loss, **arrays)
        return 0.0
    with np.load(path) as file:
        arrays = dict(file)

    def of(kind: str) -> dict[str, np.ndarray]:
        return {name.removeprefix(kind): array for name, array in arrays.items() if name.startswith(kind)}

    assert {name: array.shape for name, array in of("parameter ").items()} == net.shapes()
    model.load(of("parameter "))
    c = None if C is None else C[: net.batch]
    loss, gradients = model.gradients(arrays["x"], c, arrays["eps"].reshape(net.batch, net.draws, net.latent))
    apart = [abs(loss / float(arrays["loss"]) - 1)]
    apart += [np.abs(gradients[name] - own).max() / np.abs(own).max() for name, own in of("gradient ").items()]
    model.load(of("start "))
    return float(max(apart))


def serve(name: str, number: int, rows: int, folder: Path, shared: Path) -> None:
    """Says how far it is from the example, then trains an epoch for each line that comes."""
    answers, sys.stdout = sys.stdout, sys.stderr
    module, threads = RIVALS[name]
    net = NETS[number]
    X, C = data_for(net, folder, rows)
    model = importlib.import_module("peers." + module).Model(X, C, net, threads, seed=0)
    apart = agree(model, net, C, shared / EXAMPLE) if name == "fastprob" or hasattr(model, "load") else 0.0
    print(json.dumps(apart), file=answers, flush=True)
    for _ in sys.stdin:
        print(json.dumps(model.epoch()), file=answers, flush=True)


class Worker:
    def __init__(self, name: str, number: int, rows: int, folder: Path, shared: Path) -> None:
        command = [sys.executable, __file__, str(folder), "--serve", name, str(number), str(rows), str(shared)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.apart: float = self.answer()

    def answer(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def epoch(self) -> tuple[float, float]:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        seconds, loss = self.answer()
        return seconds, loss

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


Results = dict[str, list[tuple[float, float]]]


def compare(number: int, rows: int, folder: Path, names: list[str], rounds: int) -> tuple[Results, float]:
    """Seconds and losses of every rival: an epoch that compiles and warms up, then one a round; how far apart gradients are."""
    workers: dict[str, Worker] = {}
    with TemporaryDirectory() as shared:
        try:
            for name in names:
                workers[name] = Worker(name, number, rows, folder, Path(shared))
                if not workers[name].apart < APART:
                    raise SystemExit(f"{NETS[number]}: {name} has other losses or gradients: {workers[name].apart:.1e} apart")
            results = {name: [worker.epoch()] for name, worker in workers.items()}
            for _ in range(rounds):
                for name, worker in workers.items():
                    results[name].append(worker.epoch())
        finally:
            for worker in workers.values():
                worker.close()
    return results, max(worker.apart for worker in workers.values())


def table(net: Net, rows: int, results: Results, apart: float) -> str:
    lines = [f"## {net}", "", f"{rows:,} rows; losses and gradients at the start at most {apart:.0e} apart.", ""]
    lines.append("| | seconds an epoch | in times of fastprob's | loss after epoch 1 | last |")
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
        lines += ["", f"NumPy's products alone take {share} of fastprob's time with one thread."]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("FASTPROB_DATA"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"of an epoch (default: {ROWS}, all)")
    parser.add_argument("--only", nargs="*", default=list(RIVALS), help="fastprob and rivals, of " + ", ".join(RIVALS))
    listed = "; ".join(f"{i}: {net}" for i, net in enumerate(NETS))
    parser.add_argument("--nets", type=int, nargs="*", default=range(len(NETS)), help=f"numbers of them (default: all; {listed})")
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--serve", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.folder is None:
        parser.error("where are MNIST's files? Give the folder, or set FASTPROB_DATA")
    if "fastprob" not in args.only:
        parser.error("ratios are to fastprob's time: name it in --only")
    folder = Path(args.folder)
    if args.serve:
        name, number, rows, shared = args.serve
        serve(name, int(number), int(rows), folder, Path(shared))
        return
    names = [name for name in RIVALS if name in args.only]  # fastprob first: it writes the example
    parts: list[Any] = []
    for number in args.nets:
        parts.append(table(NETS[number], args.rows, *compare(number, args.rows, folder, names, args.rounds)))
        print(parts[-1], flush=True)
    if args.store:
        versions = ", ".join(f"{name} {importlib.import_module(name).__version__}" for name in ("torch", "jax", "scipy"))
        command = f"python benchmarks/vae_epochs.py MNIST --rounds {args.rounds} --rows {args.rows}"
        text = f"# Seconds an epoch\n\n`{command}`\n\n" + "\n".join(parts)
        text += "\n" + "\n".join([*machine(), f"- {versions}"]) + "\n"
        day = datetime.date.today().isoformat()
        (ROOT / "benchmarks" / "results" / f"vae-epochs-{day}.md").write_text(text)


if __name__ == "__main__":
    main()
