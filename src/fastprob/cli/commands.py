"""What each command does, once its arguments are read."""

from __future__ import annotations

import argparse
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import data, runs, training
from .data import Source
from .errors import CommandError
from .runs import Settings

# Two latent numbers, so that all of what is learnt fits in one picture.
DEMO = Settings(latent_dim=2, hidden=(256, 128), epochs=300, batch_size=64)
INKS = " .:-=+*#%@"


def train(args: argparse.Namespace) -> None:
    folder = Path(args.out)
    if args.resume and args.force:
        raise CommandError("train: --resume goes on and --force begins anew: give one of them")
    if args.resume:
        config, dataset = training.resume(folder, args)
    elif args.data is None:
        raise CommandError("train: no DATA: name a file or a folder with images, or try fastprob demo")
    else:
        source = Source(str(Path(args.data).absolute()), getattr(args, "key", None), getattr(args, "white", None))
        config, dataset = training.begin(folder, source, replace(Settings(), **training.given(args)), args.force)
    model = training.fit(folder, config, dataset, args)
    _print(training.result(folder, config, dataset, model))


def demo(args: argparse.Namespace) -> None:
    folder = Path(args.out)
    earlier = runs.holds_run(folder) and runs.read_config(folder).source == data.DIGITS
    config, dataset = training.begin(folder, data.DIGITS, replace(DEMO, **training.given(args)), args.force or earlier)
    model = training.fit(folder, config, dataset, args)
    shown = (dataset.held_out or dataset.train).rows[:4]
    print("\nFour digits, and below them what the model makes of two numbers for each:\n")
    for rows in (shown, np.asarray(model.reconstruct(shown))):
        print(_text_picture(rows.reshape(-1, *config.shape)) + "\n")
    _print(training.result(folder, config, dataset, model))


def sample(args: argparse.Namespace) -> None:
    folder, to = Path(args.run), Path(args.to)
    if to.suffix not in (".png", ".npy"):
        raise CommandError(f"{to}: samples are a picture or an array: let the name end in .png or .npy")
    if to.exists() and not args.force:
        raise CommandError(f"{to}: exists already: name another file, or replace it with --force")
    config, model = runs.read_config(folder), training.load(folder)
    with training.threads(args):
        rows = model.sample(args.n, mean=args.pixels == "grey", random_state=args.seed)
    if to.suffix == ".png":
        from fastprob.vae import plots

        training.save_picture(to, plots.samples(rows, config.shape))
    else:
        file = io.BytesIO()
        np.save(file, np.asarray(rows).reshape(-1, *config.shape))
        runs.write(to, file.getvalue())
    print(f"{args.n} samples in {to}")


def evaluate(args: argparse.Namespace) -> None:
    folder = Path(args.run)
    config, model = runs.read_config(folder), training.load(folder)
    if args.data is not None:
        rows = data.read(Source(args.data, getattr(args, "key", None), getattr(args, "white", config.source.white))).rows
    elif config.held_out_rows == 0:
        raise CommandError(f"{folder}: the run held out no rows: name a file with images to evaluate")
    else:
        dataset = training.read_again(folder, config)
        assert dataset.held_out is not None
        rows = dataset.held_out.rows
    features = int(np.prod(config.shape))
    if rows.shape[1] != features:
        raise CommandError(
            f"{args.data}: images of {rows.shape[1]} pixels, but {folder} was trained on {features}: give images of that size"
        )
    with training.threads(args):
        reconstruction, kl = (np.asarray(term, dtype=np.float64) for term in model.elbo_terms(rows))
        units = training.active_units(model, rows)
        likelihood = None if args.samples is None else model.log_likelihood(rows, args.samples)
    elbo = reconstruction - kl
    lines = {
        "data": args.data or f"the rows that {folder} held out",
        "rows": f"{len(rows)}",
        "ELBO": f"{elbo.mean():.4f} +- {elbo.std() / np.sqrt(len(rows)):.4f} nats a row (standard error)",
        "reconstruction": f"{reconstruction.mean():.4f}",
        "KL": f"{kl.mean():.4f}",
        "active units": units,
    }
    if likelihood is not None:
        error = f" +- {likelihood.standard_error:.4f}" if len(rows) > 1 else ""
        lines["log likelihood"] = f"{likelihood.mean:.4f}{error} nats a row, from {args.samples} draws each"
    _print(lines)


def info(args: argparse.Namespace) -> None:
    folder = Path(args.run)
    config, model = runs.read_config(folder), training.load(folder)
    settings, source, last = config.settings, config.source, training.last(model)
    features = int(np.prod(config.shape))
    sizes = [features, *settings.hidden, settings.latent_dim, *reversed(settings.hidden), features]
    lines = {
        "data": source.name,
        "rows": f"{config.rows} to train on, {config.held_out_rows} held out",
        "images": f"{' x '.join(map(str, config.shape))}, {settings.pixels} pixels",
        "network": f"{'-'.join(map(str, sizes))}, {settings.activation}, {model.n_parameters_:,} parameters",
        "training": f"{model.epoch_} of {settings.epochs} epochs, batches of {settings.batch_size}, "
        f"learning rate {settings.learning_rate:g}, seed {settings.seed}",
        "time": f"{sum(record['seconds'] for record in model.history_):.1f} s",
        "training ELBO": training.terms(last),
    }
    if "val_elbo" in last:
        lines["held-out ELBO"] = training.terms(last, "val_")
    _print(lines)


def _print(lines: Mapping[str, str]) -> None:
    width = max(map(len, lines)) + 2
    for name, value in lines.items():
        print(f"{name:{width}}{value}")


def _text_picture(images: NDArray[np.floating]) -> str:
    """Images side by side in characters, two a pixel, for a look without a viewer."""
    lines = []
    for line in np.moveaxis(images, 0, 1):
        levels = (line * len(INKS)).astype(int).clip(0, len(INKS) - 1)
        lines.append("    ".join("".join(2 * INKS[level] for level in part) for part in levels).rstrip())
    return "\n".join(lines)
