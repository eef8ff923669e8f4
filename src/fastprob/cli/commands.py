"""What each command does, once its arguments are read."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import choices, data, runs, training
from .conditions import asked, condition, count, labels_of, listed, numbers_of
from .data import Source
from .errors import CommandError
from .output import check_new, print_lines, save_array, save_picture
from .runs import Config, Settings

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
        source = Source(str(Path(args.data).absolute()), **training.reading(args))
        config, dataset = training.begin(folder, source, choices.chosen(Settings(), args), args.force)
    model = training.fit(folder, config, dataset, args)
    print_lines(training.result(folder, config, dataset, model))


def demo(args: argparse.Namespace) -> None:
    folder = Path(args.out)
    earlier = runs.holds_run(folder) and runs.read_config(folder).source == data.DIGITS
    config, dataset = training.begin(folder, data.DIGITS, choices.chosen(DEMO, args), args.force or earlier)
    model = training.fit(folder, config, dataset, args)
    shown = (dataset.held_out or dataset.train).take(np.arange(4))
    print("\nFour digits, and below them what the model makes of two numbers for each:\n")
    for rows in (shown.rows, np.asarray(model.reconstruct(shown.rows, **condition(model, shown)))):
        print(_text_picture(rows.reshape(-1, *config.shape)) + "\n")
    print_lines(training.result(folder, config, dataset, model))


def sample(args: argparse.Namespace) -> None:
    folder, to = Path(args.run), Path(args.to)
    check_new(to, args.force, "samples", (".png", ".npy"))
    config = runs.read_config(folder)
    model = training.load(folder, config)
    if args.pixels == "binarized" and config.settings.likelihood != "bernoulli":
        raise CommandError(f"{folder}: --pixels binarized is of the likelihood bernoulli, and the run has another: leave it out")
    labels, numbers = _labels(folder, config, model, args.label), _numbers(folder, config, model, args.at)
    n = args.n or (10 if labels else 100)
    how: dict[str, Any] = {"mean": args.pixels == "grey", "random_state": args.seed, **asked(labels, numbers, n)}
    with training.threads(args):
        rows = model.sample(n * max(1, len(labels)), **how)
    if to.suffix == ".png":
        from fastprob.vae import plots

        if len(labels) > 1:
            save_picture(to, plots.samples_by_condition(rows, list(map(str, labels)), config.shape))
        else:
            save_picture(to, plots.samples(rows, config.shape))
    else:
        save_array(to, rows.reshape(-1, *config.shape))
    each = "" if not labels else f"of label {labels[0]} " if len(labels) == 1 else f"of each of the labels {listed(labels)} "
    print(f"{n} samples {each}in {to}")


def _labels(folder: Path, config: Config, model: Any, given: Sequence[str] | None) -> list[Any]:
    """The labels that are asked for, by default all: none in a run whose samples do not depend on them."""
    known = {str(label): label for label in labels_of(model)} if config.settings.made_of_labels else {}
    if given and not known:
        raise CommandError(f"{folder}: --label is for {_dependent('labels', model)}: leave it out")
    for label in given or ():
        if label not in known:
            raise CommandError(f"{folder}: --label {label}: the run has the labels {listed(list(known))}: give one of these")
    return [known[label] for label in given] if given else list(known.values())


def _numbers(folder: Path, config: Config, model: Any, given: Sequence[float] | None) -> Sequence[float]:
    """The numbers that samples are asked to be of."""
    wanted = numbers_of(model) if config.settings.made_of_labels else 0
    if given and not wanted:
        raise CommandError(f"{folder}: --at is for {_dependent('numbers', model)}: leave it out")
    if len(given or ()) != wanted:
        got = f"gives {count(len(given))}" if given else "is missing"
        raise CommandError(f"{folder}: --at {got}: the run depends on {count(wanted)} an image: give as many, as in --at=-1,0.5")
    return given or ()


def _dependent(what: str, model: Any) -> str:
    """Which runs an option is for, and why not for that of this model."""
    found = {"labels": bool(labels_of(model)), "numbers": bool(numbers_of(model))}
    if found[what]:
        return f"runs whose samples depend on {what}, and of this the encoder alone does"
    if model.conditioning is None:
        return "runs with --conditioning or --prior, and this has none"
    return f"runs that depend on {what}, and this does not"


def pictures(args: argparse.Namespace) -> None:
    folder = Path(args.run)
    config = runs.read_config(folder)
    model = training.load(folder, config)
    dataset = training.read_again(folder, config)
    with training.threads(args):
        training.draw(folder, config, dataset, model)
    print(training.drawn(folder))


def info(args: argparse.Namespace) -> None:
    folder = Path(args.run)
    config = runs.read_config(folder)
    model = training.load(folder, config)
    settings, source, last = config.settings, config.source, training.last(model)
    features = int(np.prod(config.shape))
    sizes = [features, *settings.hidden, settings.latent_dim, *reversed(settings.hidden), features]
    lines = {
        "data": source.name + (f", weights {source.weights}" if source.weights else ""),
        "rows": f"{config.rows} to train on, {config.held_out_rows} held out",
        "images": f"{' x '.join(map(str, config.shape))}, {settings.pixels} pixels, likelihood {settings.likelihood}"
        + training.missing(config),
        "network": f"{'-'.join(map(str, sizes))}, {settings.activation}, {model.n_parameters_:,} parameters",
        "training": f"{model.epoch_} of {settings.epochs} epochs, batches of {settings.batch_size}, "
        f"learning rate {settings.learning_rate:g}, seed {settings.seed}",
        "options": " ".join(choices.options(settings)) or "none: as they are by default",
        "time": f"{sum(record['seconds'] for record in model.history_):.1f} s",
        "training ELBO": training.terms(last),
    }
    if model.conditioning is not None:
        labels, numbers = labels_of(model), numbers_of(model)
        of = [*([f"labels {listed(labels)}"] if labels else []), *([count(numbers)] if numbers else [])]
        where = f" of the {settings.conditioned}" if settings.conditioned != "both" else ""
        lines["conditioning"] = f"{settings.conditioning}{where}, {settings.prior} prior, {', '.join(of)}"
    scored = "val_" if "val_elbo" in last else ""
    lines |= training.bits(config, last[scored + "elbo"], config.known(held_out=bool(scored)))
    if "val_elbo" in last:
        lines["held-out ELBO"] = training.terms(last, "val_")
    print_lines(lines)


def _text_picture(images: NDArray[np.floating]) -> str:
    """Images side by side in characters, two a pixel, for a look without a viewer."""
    lines = []
    for line in np.moveaxis(images, 0, 1):
        levels = (line * len(INKS)).astype(int).clip(0, len(INKS) - 1)
        lines.append("    ".join("".join(2 * INKS[level] for level in part) for part in levels).rstrip())
    return "\n".join(lines)
