"""The autoencoder of Burda, Grosse and Salakhutdinov (2015) with one stochastic layer and k = 1, on MNIST, beside PyTorch's.

    python benchmarks/reproduce/burda.py MNIST RUN            MNIST: the folder of the IDX files
    python benchmarks/reproduce/burda.py MNIST RUN --store    and keeps the table in benchmarks/results/

784-200-200-50, tanh, Glorot's weights, output biases from the mean image, pixels drawn anew whenever a row is used, batches of
20, the bound by one draw of z with the divergence drawn too. Stage i has 3^i epochs and Adam's step 1e-3 10^(-i/7); all eight are
3280 epochs, --stages says how many are run. RUN is a folder for the checkpoints, written every ten epochs: the same command goes
on where it was stopped, to the same bits, also with more stages. PyTorch's model, by the same recipe, is trained through
--torch-stages and not resumed.

Adam is that of the paper (0.9, 0.999, eps 1e-4 beside the root before its bias is corrected), for the sum of a batch's
gradients; for the mean of twenty, as here, eps is a twentieth of it. Other than in the authors' code, rows are shuffled, and the
second moment begins at 0, not at 1. Both models are measured on the test images, drawn once.

Published after 3280 epochs: a negative log likelihood by 5000 draws of 86.76 nats a row, 19 active units.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from conditions import machine  # noqa: E402
from reproduce.staged import train  # noqa: E402
from vae_epochs import images  # noqa: E402

from fastprob.vae import ELBO, VAE, Adam, Bernoulli, Initialization  # noqa: E402

ROWS, HIDDEN, LATENT, BATCH = 59_600, 200, 50, 20
ADAM = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-4 / BATCH}
DRAWS = 5000
ACTIVE, JUDGED = 0.01, 500  # a unit's variance over so many training rows, beyond which it is active
STAGES = [(sum(3**j for j in range(i + 1)), 1e-3 * 10 ** (-i / 7)) for i in range(8)]  # the last epoch of each, and its rate


def drawn(grey: np.ndarray, seed: int) -> np.ndarray:
    """Images of 0 and 1."""
    return (np.random.default_rng(seed).random(grey.shape) < grey).astype(np.float32)


def new(seed: int) -> VAE:
    return VAE(
        LATENT, (HIDDEN, HIDDEN), Bernoulli(binarize=True), activation="tanh", objective=ELBO(kl="sampled"), batch_size=BATCH,
        optimizer=Adam(**ADAM, uncorrected_eps=True), initialization=Initialization("glorot", "data"), random_state=seed,
    )  # fmt: skip


def row(name: str, epochs: int, seconds: float, rows: np.ndarray, means: np.ndarray) -> str:
    """A line of the table, from the log likelihood of each test row and the means of z of some training rows."""
    error, active = rows.std(ddof=1) / np.sqrt(len(rows)), int((means.var(axis=0) > ACTIVE).sum())
    return f"| {name} | {epochs} | {seconds:.2f} | {-rows.mean():.2f} | {error:.2f} | {active} |"


def torch_row(X: np.ndarray, test: np.ndarray, stages: int, seed: int, draws: int) -> str:
    from peers.torch_burda import Model

    model = Model(X, HIDDEN, LATENT, BATCH, seed, tuple(ADAM.values()))
    seconds: list[float] = []
    for end, rate in STAGES[:stages]:
        while len(seconds) < end:
            start = time.perf_counter()
            elbo = model.epoch(rate)
            seconds.append(time.perf_counter() - start)
            print(f"PyTorch, epoch {len(seconds)}: ELBO {elbo:.2f}", file=sys.stderr, flush=True)
    means = model.means(drawn(X[:JUDGED], seed))
    return row("PyTorch", len(seconds), float(np.median(seconds)), model.log_likelihood(test, draws), means)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=os.environ.get("FASTPROB_DATA"))
    parser.add_argument("run", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--stages", type=int, default=6, choices=range(1, len(STAGES) + 1), help="of 3^i epochs each")
    parser.add_argument("--torch-stages", type=int, default=4, choices=range(len(STAGES) + 1), help="0: without PyTorch")
    parser.add_argument("--draws", type=int, default=DRAWS, help="fewer, for a look")
    parser.add_argument("--test-rows", type=int, default=None, help="fewer, for a look")
    parser.add_argument("--store", action="store_true")
    args = parser.parse_args()
    if args.data is None:
        parser.error("where are MNIST's files? Give the folder, or set FASTPROB_DATA")
    X, test = images(args.data, "train")[:ROWS], drawn(images(args.data, "t10k"), 123)[: args.test_rows]
    args.run.mkdir(parents=True, exist_ok=True)
    lines = [
        f"| | epochs | seconds an epoch | NLL, {args.draws} draws | standard error | active units of {LATENT} |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    path = args.run / f"seed-{args.seed}.safetensors"
    for stages in sorted({min(args.stages, args.torch_stages), args.stages} - {0}):
        kept = args.run / f"seed-{args.seed}-stages-{stages}-{len(test)}-{args.draws}.txt"  # the model itself goes on
        if not kept.exists():
            model = train(path, lambda: new(args.seed), STAGES[:stages], X)
            seconds = float(np.median([record["seconds"] for record in model.history_]))
            found = model.log_likelihood(test, n_samples=args.draws)
            line = row("fastprob", model.epoch_, seconds, found.rows, model.transform(drawn(X[:JUDGED], args.seed)))
            kept.write_text(line, encoding="utf-8")
        lines.append(kept.read_text(encoding="utf-8"))
    if args.torch_stages:
        lines.append(torch_row(X, test, args.torch_stages, args.seed, args.draws))
    lines += ["", f"{len(test)} test rows. Published: 86.76 and 19 units after 3280 epochs."]
    command = f"`python benchmarks/reproduce/burda.py MNIST RUN --seed {args.seed} --stages {args.stages}`"
    text = f"# The autoencoder of Burda et al., k = 1\n\n{command}\n\n" + "\n".join([*lines, "", *machine()]) + "\n"
    print(text)
    if args.store:
        (ROOT / "benchmarks" / "results" / f"burda-{datetime.date.today().isoformat()}.md").write_text(text)


if __name__ == "__main__":
    main()
