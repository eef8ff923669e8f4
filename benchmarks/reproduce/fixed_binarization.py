"""pythae's VAE on the fixed binarization of MNIST: 784-400-40, ReLU, 500 epochs, batches of 100, best validation epoch.

    python benchmarks/reproduce/fixed_binarization.py DATA RUN            DATA: the folder of binarized_mnist_packed.npz
    python benchmarks/reproduce/fixed_binarization.py DATA RUN --store    and keeps the table in benchmarks/results/

RUN is a folder for the checkpoint, written every ten epochs: the same command goes on where it was stopped, to the same bits.
Adam's step is 1e-4, times 10^(-1/5) after 200 and after 350 epochs. Published: a negative log likelihood by 200 draws of 89.78
nats a row, with 89.9 as reference. The first --torch-epochs are also those of PyTorch, whose held-out ELBO stands beside ours.
The published script holds a second layer of 400 units each way, commented out: --hidden 400 400 trains that.
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
from peers import Net  # noqa: E402
from reproduce.staged import train  # noqa: E402

from fastprob.vae import VAE, EarlyStopping  # noqa: E402

LATENT, BATCH = 40, 100
RATE, FACTOR, MILESTONES, EPOCHS = 1e-4, 10 ** (-1 / 5), (200, 350), 500
DRAWS = 200


def rows(folder: Path) -> dict[str, np.ndarray]:
    """Training, validation and test rows of 0 and 1."""
    with np.load(folder / "binarized_mnist_packed.npz") as file:
        return {name: np.unpackbits(file[name], axis=1)[:, :784].astype(np.float32) for name in ("train", "valid", "test")}


def new(hidden: tuple[int, ...], seed: int) -> VAE:
    stopping = EarlyStopping(patience=EPOCHS)  # never stops: it keeps the best epoch
    return VAE(LATENT, hidden, "bernoulli", batch_size=BATCH, early_stopping=stopping, random_state=seed)


def torch_line(
    data: dict[str, np.ndarray], history: list[dict[str, float]], hidden: tuple[int, ...], epochs: int, seed: int
) -> str:
    """The held-out ELBO after so many epochs of the same recipe in PyTorch, with its own weights and draws, and ours."""
    import torch
    from peers.torch_vae import Model

    net = Net(784, hidden, LATENT, BATCH)
    model = Model(data["train"], None, net, 1, seed)
    model.optimizer.param_groups[0]["lr"] = RATE
    for _ in range(epochs):
        model.epoch()
    valid = torch.from_numpy(data["valid"])
    with torch.no_grad():
        loss = model.vae(valid, None, torch.randn(1, len(valid), LATENT)).item() / len(valid)
    return f"Held-out -ELBO after {epochs} epochs: fastprob {-history[epochs - 1]['val_elbo']:.2f}, PyTorch {loss:.2f}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=os.environ.get("FASTPROB_DATA"))
    parser.add_argument("run", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--hidden", type=int, nargs="+", default=[400], help="units a layer (default: 400)")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="fewer, for a look")
    parser.add_argument("--test-rows", type=int, default=None, help="fewer, for a look")
    parser.add_argument("--torch-epochs", type=int, default=30, help="0: without PyTorch (default: %(default)s)")
    parser.add_argument("--store", action="store_true")
    args = parser.parse_args()
    if args.data is None:
        parser.error("where is binarized_mnist_packed.npz? Give the folder, or set FASTPROB_DATA")
    data = rows(Path(args.data))
    args.run.mkdir(parents=True, exist_ok=True)
    stages = [(min(end, args.epochs), RATE * FACTOR**i) for i, end in enumerate((*MILESTONES, EPOCHS))]
    hidden = tuple(args.hidden)
    path = args.run / f"{'-'.join(map(str, hidden))}-seed-{args.seed}.safetensors"
    model = train(path, lambda: new(hidden, args.seed), stages, data["train"], X_val=data["valid"])
    test = data["test"][: args.test_rows]
    found = model.log_likelihood(test, n_samples=DRAWS)
    active = model.active_units(test).sum()
    lines = [
        "| seed | epochs | best | seconds an epoch | test: -ELBO | NLL, 200 draws | standard error | active units |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
        f"| {args.seed} | {model.epoch_} | {model.best_epoch_} | {np.median([r['seconds'] for r in model.history_]):.2f} "
        f"| {-model.score(test):.2f} | {-found.mean:.2f} | {found.standard_error:.2f} | {active} of {LATENT} |",
        "",
        f"{len(test)} test rows. Published: 89.78 after 500 epochs.",
    ]
    if args.torch_epochs:
        lines += ["", torch_line(data, model.history_, hidden, min(args.torch_epochs, args.epochs), args.seed)]
    options = f"--hidden {' '.join(map(str, hidden))} --seed {args.seed} --epochs {args.epochs}"
    command = f"`python benchmarks/reproduce/fixed_binarization.py DATA RUN {options}`"
    text = f"# pythae's VAE on fixed binarized MNIST\n\n{command}\n\n" + "\n".join([*lines, "", *machine()]) + "\n"
    print(text)
    if args.store:
        (ROOT / "benchmarks" / "results" / f"fixed-binarization-{datetime.date.today().isoformat()}.md").write_text(text)


if __name__ == "__main__":
    main()
