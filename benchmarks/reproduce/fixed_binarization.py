"""pythae's VAE on the fixed binarization of MNIST: 784-400-40, ReLU, 500 epochs, batches of 100, best validation epoch.

    python benchmarks/reproduce/fixed_binarization.py DATA RUN            DATA: the folder of binarized_mnist_packed.npz
    python benchmarks/reproduce/fixed_binarization.py DATA RUN --store    and keeps the table in benchmarks/results/

RUN is a folder for the checkpoint, written every ten epochs: the same command goes on where it was stopped, to the same bits.
Adam's step is 1e-4, times 10^(-1/5) after 200 and after 350 epochs. Published: a negative log likelihood by 200 draws of 89.78
nats a row, with 89.9 as reference. --torch trains the same net in PyTorch beside it, from its own weights and draws.
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
from reproduce.staged import EVERY, train  # noqa: E402

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


class Torch:
    """The same recipe in PyTorch, with its own weights and draws; goes on from `path`, written every ten epochs."""

    def __init__(self, path: Path, data: dict[str, np.ndarray], hidden: tuple[int, ...], seed: int) -> None:
        import torch
        from peers.torch_vae import Model

        self.torch, self.path, self.data = torch, path, data
        self.model = Model(data["train"], None, Net(784, hidden, LATENT, BATCH), torch.get_num_threads(), seed)
        self.held_out: list[float] = []  # -ELBO after each epoch
        self.best = self.model.vae.state_dict()
        if path.exists():
            kept = torch.load(path)
            self.held_out, self.best = kept["held_out"], kept["best"]
            self.model.vae.load_state_dict(kept["vae"])
            self.model.optimizer.load_state_dict(kept["optimizer"])
            torch.set_rng_state(kept["random"])

    def loss(self, part: str, draws: int) -> float:
        """-ELBO by one draw, or the negative log likelihood by several, a row, in blocks of rows."""
        torch = self.torch
        with torch.no_grad():
            blocks = torch.from_numpy(self.data[part]).split(10_000 // draws)
            total = sum(self.model.vae(x, None, torch.randn(draws, len(x), LATENT)).item() for x in blocks)
        return total / len(self.data[part])

    def train(self, stages: list[tuple[int, float]]) -> None:
        model = self.model
        for end, rate in stages:
            model.optimizer.param_groups[0]["lr"] = rate
            while len(self.held_out) < end:
                model.epoch()
                self.held_out.append(self.loss("valid", 1))
                if self.held_out[-1] == min(self.held_out):
                    self.best = {name: value.clone() for name, value in model.vae.state_dict().items()}
                if len(self.held_out) % EVERY == 0 or len(self.held_out) == end:
                    self.save()
                    print(f"PyTorch, epoch {len(self.held_out)}: held out {self.held_out[-1]:.2f}", file=sys.stderr, flush=True)

    def save(self) -> None:
        vae, optimizer = self.model.vae.state_dict(), self.model.optimizer.state_dict()
        state = {"held_out": self.held_out, "best": self.best, "vae": vae, "optimizer": optimizer}
        part = self.path.with_suffix(".part")
        self.torch.save({**state, "random": self.torch.get_rng_state()}, part)
        part.replace(self.path)

    def row(self, seed: int) -> str:
        """Its line of the table."""
        self.model.vae.load_state_dict(self.best)
        epochs, best = len(self.held_out), 1 + int(np.argmin(self.held_out))
        loss = self.loss("test", 1)
        self.model.vae.net = self.model.net._replace(binarized=True)  # its loss then weighs all draws
        losses = f"{self.held_out[-1]:.2f} | {loss:.2f} | {self.loss('test', DRAWS):.2f}"
        return f"| PyTorch | {seed} | {epochs} | {best} | {losses} | | |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=os.environ.get("FASTPROB_DATA"))
    parser.add_argument("run", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--hidden", type=int, nargs="+", default=[400], help="units a layer (default: 400)")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="fewer, for a look")
    parser.add_argument("--test-rows", type=int, default=None, help="fewer, for a look")
    parser.add_argument("--torch", action="store_true", help="PyTorch's line too")
    parser.add_argument("--store", action="store_true")
    args = parser.parse_args()
    if args.data is None:
        parser.error("where is binarized_mnist_packed.npz? Give the folder, or set FASTPROB_DATA")
    data = rows(Path(args.data))
    args.run.mkdir(parents=True, exist_ok=True)
    stages = [(min(end, args.epochs), RATE * FACTOR**i) for i, end in enumerate((*MILESTONES, EPOCHS))]
    hidden = tuple(args.hidden)
    name = f"{'-'.join(map(str, hidden))}-seed-{args.seed}"
    model = train(args.run / f"{name}.safetensors", lambda: new(hidden, args.seed), stages, data["train"], X_val=data["valid"])
    data["test"] = data["test"][: args.test_rows]
    found = model.log_likelihood(data["test"], n_samples=DRAWS)
    active = model.active_units(data["test"]).sum()
    lines = [
        "| | seed | epochs | best | held out: -ELBO, last | test: -ELBO, best | NLL, 200 draws | standard error | active units |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        f"| fastprob | {args.seed} | {model.epoch_} | {model.best_epoch_} | {-model.history_[-1]['val_elbo']:.2f} "
        f"| {-model.score(data['test']):.2f} | {-found.mean:.2f} | {found.standard_error:.2f} | {active} of {LATENT} |",
    ]
    if args.torch:
        peer = Torch(args.run / f"{name}-torch.pt", data, hidden, args.seed)
        peer.train(stages)
        lines.append(peer.row(args.seed))
    lines += ["", f"{len(data['test'])} test rows. Published: 89.78 after 500 epochs."]
    options = f"--hidden {' '.join(map(str, hidden))} --seed {args.seed} --epochs {args.epochs}{' --torch' * args.torch}"
    command = f"`python benchmarks/reproduce/fixed_binarization.py DATA RUN {options}`"
    text = f"# pythae's VAE on fixed binarized MNIST\n\n{command}\n\n" + "\n".join([*lines, "", *machine()]) + "\n"
    print(text)
    if args.store:
        layers, few = "-".join(map(str, hidden)), f"-{args.epochs}-epochs" * (args.epochs != EPOCHS)
        name = f"fixed-binarization-{layers}{few}-{datetime.date.today().isoformat()}.md"
        (ROOT / "benchmarks" / "results" / name).write_text(text)


if __name__ == "__main__":
    main()
