"""What the model of a run makes of images: their scores and codes, their reconstructions, and what lies between two."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import choices, data, runs, training
from .conditions import condition, count, labels_of, listed, numbers_of
from .data import LABEL, NUMBERS, Images, Source
from .errors import CommandError
from .output import check_new, print_lines, save_array, save_picture, save_table
from .runs import Config

NAMED = 5  # rows in a line


def evaluate(args: argparse.Namespace) -> None:
    config, model, images = _read(args)
    rows, known = images.rows, condition(model, images)
    with _explained(args), training.threads(args):
        reconstruction, kl = (np.asarray(term, dtype=np.float64) for term in model.elbo_terms(rows, **known))
        units, divergences = training.active_units(model, images), model.unit_kl(rows, **known)
        likelihood = None if args.samples is None else model.log_likelihood(rows, args.samples, **known)
    elbo = reconstruction - kl
    lines = {
        **_data(args, images),
        "ELBO": f"{elbo.mean():.4f}{_spread(elbo)} nats a row" + (" (standard error)" if len(rows) > 1 else ""),
        "reconstruction": f"{reconstruction.mean():.4f}",
        "KL": f"{kl.mean():.4f}",
        "active units": units,
        "KL of units": listed([f"{divergences[unit]:.4f} ({unit})" for unit in np.argsort(-divergences, kind="stable")]),
    }
    lines |= training.bits(config, elbo.mean(), rows.shape[1] - images.missing / len(rows))
    if likelihood is not None:
        lines["log likelihood"] = f"{likelihood.mean:.4f}{_spread(likelihood.rows)} nats a row, from {args.samples} draws each"
    print_lines(lines)


def anomalies(args: argparse.Namespace) -> None:
    to = Path(args.to)
    check_new(to, args.force, "scores", (".csv", ".npy", ".png"))
    config, model, images = _read(args)
    rows, known = images.rows, condition(model, images)
    with _explained(args), training.threads(args):
        if args.samples is None:
            scores = model.anomaly_score(rows, **known)
        else:
            scores = -model.log_likelihood(rows, args.samples, **known).rows
    order = np.argsort(-scores, kind="stable")
    if to.suffix == ".png":
        from fastprob.vae import plots

        shown = order[: training.SHEET]
        title = f"the {len(shown)} oddest of {len(rows)} images, from {scores[shown[0]]:.2f} to {scores[shown[-1]]:.2f} nats"
        save_picture(to, plots.samples(rows[shown], config.shape, title))
        written = f"the {len(shown)} oddest in {to}"
    else:
        save_table(to, ["anomaly_score"], scores[:, None])
        written = f"of all rows in {to}"
    oddest = ", ".join(f"{row} ({scores[row]:.2f})" for row in order[:NAMED])
    of = "log p(x)" if args.samples else "the ELBO"
    print_lines({**_data(args, images), "oddest rows": f"{oddest}: numbers from 0, and minus {of} in nats", "scores": written})


def encode(args: argparse.Namespace) -> None:
    to = Path(args.to)
    check_new(to, args.force, "codes", (".csv", ".npy"))
    config, model, images = _read(args)
    with _explained(args), training.threads(args):
        means, scales = model.encode(images.rows, **condition(model, images))
    units = range(config.settings.latent_dim)
    names, columns, what = [f"z{unit}" for unit in units], means, "the means of q(z given x)"
    if args.scales:
        names += [f"scale{unit}" for unit in units]
        columns, what = np.concatenate([means, scales], axis=1), "the means of q(z given x), and then its scales"
    save_table(to, names, columns)
    print_lines({**_data(args, images), "codes": f"{len(names)} numbers a row, {what}, in {to}"})


def decode(args: argparse.Namespace) -> None:
    folder, to = Path(args.run), Path(args.to)
    check_new(to, args.force, "decoded images", (".png", ".npy"))
    config = runs.read_config(folder)
    model = training.load(folder, config)
    how = training.reading(args)
    codes = data.read_codes(Path(args.data), how.get("key"), config.settings.latent_dim)
    labels, numbers = _labels_and_numbers(args, config, model, how, len(codes))
    images = Images(np.empty((len(codes), 0), np.float32), config.shape, 1.0, labels, numbers)  # of which conditions are known
    known = condition(model, images)
    with _explained(args), training.threads(args):
        found = model.decode(codes, **known)
    if to.suffix == ".png":
        from fastprob.vae import plots

        found = found[: training.SHEET]
        save_picture(to, plots.samples(found, config.shape))
    else:
        save_array(to, found.reshape(-1, *config.shape))
    print_lines({"codes": f"{len(codes)} in {args.data}", "images": f"the means of p(x given z) of {len(found)} in {to}"})


def _labels_and_numbers(args: argparse.Namespace, config: Config, model: Any, how: dict[str, Any], rows: int) -> Any:
    """What the decoder depends on, for each of so many codes: the same for all, or as a file says; None: it does not."""
    decoder = config.settings.conditioning != "none" and config.settings.conditioned != "encoder"
    classes, width = (labels_of(model), numbers_of(model)) if decoder else ([], 0)
    for what, for_all, wanted in (("labels", "label", bool(classes)), ("numbers", "at", bool(width))):
        given = [name for name in (for_all, what) if hasattr(args, name)]
        if given and not wanted:
            depends = f"runs whose decoder depends on {what}, and that of {args.run} does not"
            raise CommandError(f"--{given[0]} is for {depends}: leave it out")
        if len(given) == 2:
            raise CommandError(f"--{for_all} is for all codes, and --{what} for each: give one of them")
        if wanted and not given:
            raise CommandError(
                f"{args.data}: no {what}, on which the decoder of {args.run} depends: name their file with --{what}, or give "
                f"--{for_all} for all"
            )
    labels = numbers = None
    if "labels" in how:
        labels = data.read_labels(Path(how["labels"]), how.get("labels_key"), rows, "codes")
    elif hasattr(args, "label"):
        known = {str(label): label for label in classes}
        if args.label not in known:
            raise CommandError(f"--label {args.label}: {args.run} has the labels {listed(classes)}: give one of these")
        labels = np.array([known[args.label]] * rows)
    if "numbers" in how:
        numbers = data.read_numbers(Path(how["numbers"]), how.get("numbers_key"), rows, "codes")
    elif hasattr(args, "at"):
        if len(args.at) != width:
            raise CommandError(f"--at gives {count(len(args.at))}: {args.run} depends on {count(width)} an image: give as many")
        numbers = np.tile(np.array(args.at), (rows, 1))
    return labels, numbers


def reconstruct(args: argparse.Namespace) -> None:
    to = Path(args.to)
    check_new(to, args.force, "reconstructions", (".png", ".npy"))
    config, model, images = _read(args)
    if args.fill and not config.settings.missing:
        raise CommandError(f"--fill is for runs with --missing, and {args.run} has no missing pixels: leave it out")
    shown = training.some_of(images) if to.suffix == ".png" else images
    with _explained(args), training.threads(args):
        found = model.reconstruct(shown.rows, **condition(model, shown))
    if args.fill:
        found = np.where(np.isnan(shown.rows), found, shown.rows)
    if to.suffix == ".png":
        from fastprob.vae import plots

        save_picture(to, plots.reconstructions(shown.rows, found, config.shape))
    else:
        save_array(to, found.reshape(-1, *config.shape))
    print_lines({**_data(args, images), "reconstructions": f"of {len(found)} rows in {to}"})


def interpolate(args: argparse.Namespace) -> None:
    to, pairs = Path(args.to), np.array(args.rows or [(0, 1)])
    check_new(to, args.force, "points between images", (".png", ".npy"))
    config, model, images = _read(args)
    if pairs.max() >= len(images.rows):
        last = len(images.rows) - 1
        raise CommandError(f"--rows: there is no row {pairs.max()}: give numbers from 0 to {last}")
    first, last = (images.take(some) for some in pairs.T)
    with _explained(args), training.threads(args):
        points = model.interpolate(first.rows, last.rows, args.n, **condition(model, first))
    if to.suffix == ".png":
        from fastprob.vae import plots

        names = [f"{a} to {b}" for a, b in pairs]
        save_picture(to, plots.samples_by_condition(points.reshape(-1, points.shape[2]), names, config.shape))
    else:
        save_array(to, points.reshape(*points.shape[:2], *config.shape))
    pairs_in_words = ", ".join(f"{a} and {b}" for a, b in pairs)
    print_lines({**_data(args, images), "between": f"rows {pairs_in_words}: {args.n} images each in {to}"})


def _read(args: argparse.Namespace) -> tuple[Config, Any, Images]:
    """A run, its model, and the images of DATA, or those that the run held out."""
    folder = Path(args.run)
    config = runs.read_config(folder)
    model = training.load(folder, config)
    if args.data is not None:
        source = Source(args.data, **{"white": config.source.white, **training.reading(args)})
        images = data.read(source, config.settings.missing)
    elif given := training.reading(args):
        raise CommandError(f"{choices.flag(min(given))} is of a file with images: name that too, or leave it out")
    elif config.held_out_rows == 0:
        raise CommandError(f"{folder}: the run held out no rows: name a file with images")
    else:
        dataset = training.read_again(folder, config)
        assert dataset.held_out is not None
        images = dataset.held_out
    features = int(np.prod(config.shape))
    if images.rows.shape[1] != features:
        raise CommandError(
            f"{args.data}: images of {images.rows.shape[1]} pixels, but {folder} was trained on {features}: "
            "give images of that size"
        )
    inherited = args.data is not None and "white" not in training.reading(args)
    if inherited and (config.found_white or 0) > 1 and np.fmax.reduce(images.rows, axis=None) * images.white <= 1:
        raise CommandError(
            f"{args.data}: no pixel is above 1, and {folder} was trained on images whose white is {config.found_white:g}: "
            f"give --white 1, or --white {config.found_white:g} if these are as dark as that"
        )
    wanted = {"labels": bool(labels_of(model)), "numbers": bool(numbers_of(model))}
    for what, array in (("labels", images.labels), ("numbers", images.numbers)):
        if wanted[what] and array is None:
            raise CommandError(f"{args.data}: no {what}, on which the model of {folder} depends: name their file with --{what}")
        if not wanted[what] and args.data is not None and hasattr(args, what):
            none = f"runs that depend on {what}, and {folder} does not"
            if not config.settings.labeled:
                none = f"runs with --conditioning or --prior, and {folder} has none"
            raise CommandError(f"--{what} is for {none}: leave it out")
    return config, model, images


@contextmanager
def _explained(args: argparse.Namespace) -> Iterator[None]:
    """What the model does not know, a label, a level of grey or a count of numbers, in the command's words."""
    try:
        yield
    except ValueError as error:
        line, file = str(error), args.data
        if found := re.search(r"('\w+' of )?condition ", line):
            given = "numbers" if hasattr(args, "numbers") and not hasattr(args, "labels") else "labels"
            option = {f"{LABEL!r} of ": "labels", f"{NUMBERS!r} of ": "numbers"}.get(found[1], given)
            file = getattr(args, option, file)
            line = line.replace(f"of {found[0]}", f"of the {option} ").replace(f"{found[0]}is", f"the {option} are")
            line = line.removeprefix(f"{found[0]}has ")
        raise CommandError(f"{file}: {line}") from None


def _data(args: argparse.Namespace, images: Images) -> dict[str, str]:
    missing = f", {images.missing:,} of {images.rows.size:,} pixels missing" if images.missing else ""
    return {"data": args.data or f"the rows that {args.run} held out", "rows": f"{len(images.rows)}{missing}"}


def _spread(values: NDArray[np.floating]) -> str:
    """The standard error of a mean over rows; one row has none."""
    return f" +- {values.std(ddof=1) / np.sqrt(len(values)):.4f}" if len(values) > 1 else ""
