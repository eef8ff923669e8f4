"""The recipe of PyTorch's VAE example on MNIST: 784-400-20, ReLU, grey pixels, Adam 1e-3, batches of 128, 10 epochs, three seeds.

    python benchmarks/reproduce/pytorch_example.py MNIST               a folder with MNIST's IDX files, or FASTPROB_DATA
    python benchmarks/reproduce/pytorch_example.py MNIST --store       and keeps the table in benchmarks/results/

Published logs of that example end at a test loss (the negative ELBO by one draw, nats a row) of 105.56 and 105.59.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from conditions import machine  # noqa: E402
from vae_epochs import images  # noqa: E402

from fastprob.vae import VAE  # noqa: E402

SEEDS = (0, 1, 2)
GOAL = (105.2, 106.0)


def train(folder: Path, seed: int) -> VAE:
    X, test = images(folder, "train"), images(folder, "t10k")
    return VAE(20, (400,), "bernoulli", epochs=10, batch_size=128, random_state=seed).fit(X, X_val=test)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("FASTPROB_DATA"))
    parser.add_argument("--store", action="store_true")
    args = parser.parse_args()
    if args.folder is None:
        parser.error("where are MNIST's files? Give the folder, or set FASTPROB_DATA")
    lines = ["| seed | epoch | train | test: loss | reconstruction | KL |", "|---:|---:|---:|---:|---:|---:|"]
    last = []
    for seed in SEEDS:
        for record in train(Path(args.folder), seed).history_:
            if record["epoch"] in (1, 5, 10):
                test = -record["val_elbo"], -record["val_reconstruction"], record["val_kl"]
                cells = " | ".join(f"{value:.2f}" for value in (-record["elbo"], *test))
                lines.append(f"| {seed} | {record['epoch']} | {cells} |")
        last.append(test[0])
    inside = sum(GOAL[0] <= loss <= GOAL[1] for loss in last)
    low, high = GOAL
    lines += ["", f"Test loss after 10 epochs: {np.mean(last):.2f} on average, {inside} of {len(last)} from {low} to {high}."]
    command = "`python benchmarks/reproduce/pytorch_example.py MNIST`"
    text = f"# PyTorch's VAE example\n\n{command}\n\n" + "\n".join([*lines, "", *machine()]) + "\n"
    print(text)
    if args.store:
        (ROOT / "benchmarks" / "results" / f"pytorch-example-{datetime.date.today().isoformat()}.md").write_text(text)


if __name__ == "__main__":
    main()
