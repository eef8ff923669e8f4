"""A run from its data to its pictures: begin it, or take it up again; checkpoints after epochs."""

from __future__ import annotations

import argparse
import math
import sys
import time
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import fastprob
from fastprob import special

from . import choices, data, runs
from .conditions import asked, condition, described, labels_of
from .data import Dataset, Images, Source
from .errors import CommandError, Interrupted, TrainingFailed, cannot
from .output import save_picture
from .progress import Progress
from .runs import Config, Settings

# Writing a checkpoint may take no more than this share of the time: a small model's epoch is shorter than the disk's answer.
CHECKPOINTING = 1 / 20
CHANGEABLE = ("epochs", "learning_rate", "patience")  # when a run is taken up again
SHOWN = 48  # reconstructions in the picture
SHEET = 100  # samples in the picture
ROWS = 20  # labels in it, at most
BANDS = 12  # units in the picture of traversals
MOST_WEIGHT = 2.0**31  # of all rows together


def begin(folder: Path, source: Source, settings: Settings, force: bool) -> tuple[Config, Dataset]:
    """A new run. All that can be wrong with its data comes to light before the folder is touched."""
    if runs.holds_run(folder) and not force:
        raise CommandError(
            f"{folder}: already holds a run: go on with it (fastprob train --resume), replace it (--force), "
            "or name another folder"
        )
    dataset = read(source, settings)
    rows = len(dataset.train.rows)
    if dataset.train.weights is not None:
        with np.errstate(over="ignore"):
            total = dataset.train.weights.sum()
        if not 1 <= total < MOST_WEIGHT:
            rows_in_words = f"an epoch has as many rows as the weights add up to, and that is {total:g}"
            raise CommandError(f"{source.weights}: {rows_in_words}: scale them, for example to a mean of 1")
    if rows < settings.batch_size:
        raise CommandError(
            f"{source.name}: {rows} rows to train on are fewer than a batch of {settings.batch_size}: "
            + (f"give --batch-size {rows}{' or less' * (rows > 1)}" if rows else "hold out fewer with --held-out")
        )
    held_out = 0 if dataset.held_out is None else len(dataset.held_out.rows)
    choices.check(settings)
    if settings.patience and not held_out:
        raise CommandError("--patience waits for held-out rows to get better: hold some out with --held-out, or leave it out")
    _check_likelihood(settings, source, dataset)
    try:
        choices.new(settings, dataset)._check_parameters()
    except ValueError as error:
        raise CommandError(f"train: {error}") from None
    if settings.labeled:
        _check_labels(source, dataset)
    elif dataset.train.numbers is not None:
        raise CommandError("--numbers is for runs with --conditioning or --prior: give one of these, or leave it out")
    _check_groups(settings, dataset)
    digest = dataset.digest(settings.labeled)
    missing = dataset.train.missing, 0 if dataset.held_out is None else dataset.held_out.missing
    config = Config(source, settings, rows, held_out, dataset.train.shape, digest, missing, found_white=dataset.train.white)
    runs.start(folder, config)
    return config, dataset


def _check_likelihood(settings: Settings, source: Source, dataset: Dataset) -> None:
    for part in (dataset.train, dataset.held_out):
        if part is not None:
            try:
                choices.likelihood(settings, dataset)._check_data(part.rows, "the pixels")
            except ValueError as error:
                wrong = str(error).partition(": ")[2].partition(". ")[0]
                levels = f"{choices.levels(dataset)} levels of grey from 0 to white"
                raise CommandError(
                    f"{source.name}: --likelihood {settings.likelihood} needs {levels}, and {wrong}: take another likelihood, or "
                    "name the value of white with --white"
                ) from None


def _check_labels(source: Source, dataset: Dataset) -> None:
    """That there are labels, and of those held out none that nothing is trained on."""
    from fastprob.vae.conditions import MOST_CLASSES

    parts = [part for part in (dataset.train, dataset.held_out) if part is not None]
    without = "leave out --conditioning and --prior"
    if any(part.condition is None for part in parts):
        raise CommandError(
            f"{source.name}: no labels there: name their file with --labels, or numbers with --numbers, or {without}"
        )
    labels = [part.labels for part in parts]
    if labels[0] is None:
        return
    if any(some is None for some in labels):
        raise CommandError(f"{source.name}: no labels of the test images there: add their file, or {without}")
    kinds = [np.unique(some) for some in labels if some is not None]
    if len(kinds[0]) > MOST_CLASSES:
        many = f"{len(kinds[0])} labels are more than {MOST_CLASSES}"
        raise CommandError(f"{source.name}: {many}: merge some, or {without}")
    only = sorted(set(kinds[-1].tolist()) - set(kinds[0].tolist()))
    if only:
        raise CommandError(
            f"{source.name}: the label {only[0]} is of held-out rows alone: take another --seed or --held-out, or more rows"
        )


def _check_groups(settings: Settings, dataset: Dataset) -> None:
    """That weights decay by groups which the model has."""
    groups = choices.groups_of(settings, dataset)
    for name in settings.weight_decay if isinstance(settings.weight_decay, dict) else ():
        if name not in groups:
            raise CommandError(f"--weight-decay {name}=...: the model's groups are {', '.join(groups)}: name one of these")


def resume(folder: Path, args: argparse.Namespace) -> tuple[Config, Dataset]:
    """The run in a folder. Its data must be the same, and so must be every setting on which the bits so far depend."""
    config = runs.read_config(folder)
    settings = replace(config.settings, **choices.given(args))
    for name, value in asdict(settings).items():
        before = getattr(config.settings, name)
        if value != before and name not in CHANGEABLE:
            instead = choices.as_given(name, value) if isinstance(value, bool) else choices.text(value)
            other = f"{choices.as_given(name, before)}, not {instead}"
            raise CommandError(f"{folder}: the run has {other}: leave it out, or begin anew (--force)")
    source = replace(config.source, **reading(args))
    if args.data is not None:
        source = replace(source, path=str(Path(args.data).absolute()))
    config = replace(config, source=source, settings=settings)
    return config, read_again(folder, config)


def read(source: Source, settings: Settings) -> Dataset:
    """The data of a run; images of weight 0 are as if they were not there, but for which are held out."""
    dataset = data.load(source, settings.held_out, settings.seed, settings.missing)
    weights = dataset.train.weights
    return dataset if weights is None else replace(dataset, train=dataset.train.take(np.flatnonzero(weights)))


def read_again(folder: Path, config: Config) -> Dataset:
    """The data of a run, or an error if it is not what it was."""
    dataset = read(config.source, config.settings)
    if dataset.digest(config.settings.labeled) != config.sha256:
        raise CommandError(
            f"{config.source.path}: not the data that {folder} was trained on: restore the file, or name it where it is now"
        )
    return dataset


def reading(args: argparse.Namespace) -> dict[str, Any]:
    """How the data is read, as far as the arguments say."""
    names = {field.name for field in fields(Source)} - {"path"}
    found = {name: getattr(args, name) for name in names if hasattr(args, name)}
    for name in {"labels", "numbers", "weights"} & set(found):
        found[name] = str(Path(found[name]).absolute())
    for name in ("labels", "numbers", "weights"):
        if f"{name}_key" in found and name not in found:
            raise CommandError(f"--{name}-key is of the file that --{name} names: give that too, or leave it out")
    return found


def threads(args: argparse.Namespace) -> AbstractContextManager[None]:
    return fastprob.threads(args.threads) if hasattr(args, "threads") else nullcontext()


def load(folder: Path, config: Config) -> Any:
    """The model of a run, as of its last checkpoint."""
    from fastprob.vae import VAE

    path = folder / runs.MODEL
    if not path.exists():
        raise CommandError(f"{path}: no model yet: train it with {runs.resume_command(folder)}")
    try:
        model = VAE.load(path)
    except OSError as error:
        raise cannot("read", path, error) from None
    except ValueError as error:
        raise CommandError(f"{error}: restore the file, or train anew (fastprob train --force)") from None
    settings = config.settings
    its = (math.prod(config.shape), settings.latent_dim, settings.hidden, settings.activation, settings.labeled, settings.seed)
    found = (model.n_features_in_, model.latent_dim, model.hidden, model.activation, model.conditioning is not None)
    if (*found, model.random_state) != its:
        raise CommandError(
            f"{path}: not the model of {folder / runs.CONFIG}: restore the file, or train anew (fastprob train --force)"
        )
    return model


def _white(config: Config, dataset: Dataset) -> str:
    """What became 1, and if nobody said so, whether all is so dark that something else may be meant."""
    white = dataset.train.white
    highest = round(float(np.fmax.reduce(dataset.train.rows, axis=None)) * white)
    dark = config.source.white is None and white > 1 and highest < white / 2
    return f"{white:g}" + (f" (no pixel is above {highest}: if that is white, --white {highest})" if dark else "")


def fit(folder: Path, config: Config, dataset: Dataset, args: argparse.Namespace) -> Any:
    """Trains from the last checkpoint, or from the start, to the last epoch; draws the pictures; returns the model."""
    from fastprob.vae import CollapsedUnitsWarning, NonFiniteError

    settings = config.settings
    model = _model(folder, config, dataset)
    history = getattr(model, "history_", [])
    print(
        f"{config.source.name}: {config.rows} rows to train on, {config.held_out_rows} held out, "
        f"{' x '.join(map(str, config.shape))} pixels, white is {_white(config, dataset)}{missing(config)}; "
        f"the run goes to {folder}",
        file=sys.stderr,
    )

    due = -math.inf

    def after_epoch(model: Any, record: Mapping[str, float]) -> None:
        nonlocal due
        began = time.monotonic()
        if began >= due:
            save(folder, model)
            now = time.monotonic()
            due = now + (now - began) / CHECKPOINTING
        runs.append_metrics(folder, record)
        progress.show(record)

    again = runs.resume_command(folder)
    try:
        runs.write_config(folder, config)
        runs.write_metrics(folder, history)  # as the checkpoint has it: the file may be ahead
        with threads(args), Progress(len(history), settings.epochs) as progress, warnings.catch_warnings():
            warnings.simplefilter("ignore", CollapsedUnitsWarning)  # the result says it
            given: dict[str, Any] = {"sample_weight": dataset.train.weights, "callback": after_epoch}
            if dataset.held_out is not None:
                given["X_val"] = dataset.held_out.rows
            if dataset.held_out is not None and model.conditioning is not None:
                given["condition_val"] = dataset.held_out.condition
            model.fit(dataset.train.rows, **condition(model, dataset.train), **given)
        save(folder, model)  # with early stopping, the parameters of the best epoch
        draw(folder, config, dataset, model)
    except KeyboardInterrupt:
        raise Interrupted(f"stopped; {_what_is_kept(folder, config)}. Go on with: {again}") from None
    except NonFiniteError as error:
        what = "a parameter" if error.term == "parameters" else f"the {error.term}"
        where = f"epoch {error.epoch}, batch {error.batch}: {what} is not finite"
        rate = min(settings.learning_rate / 10, Settings().learning_rate)
        smaller = runs.resume_command(folder, "--learning-rate", f"{rate:g}")
        raise TrainingFailed(f"{where}; {_what_is_kept(folder, config)}. Try smaller steps: {smaller}") from None
    except CommandError as error:
        raise CommandError(f"{error}; {_what_is_kept(folder, config)}. Then go on with: {again}") from None
    return model


def save(folder: Path, model: Any) -> None:
    """Writes the checkpoint."""
    try:
        model.save(folder / runs.MODEL)
    except OSError as error:
        raise cannot("write", folder / runs.MODEL, error) from None


def result(folder: Path, config: Config, dataset: Dataset, model: Any) -> dict[str, str]:
    """What a run came to, by name."""
    val = "val_" if dataset.held_out is not None else ""
    shown = dataset.held_out or dataset.train
    lines = {
        "held-out ELBO" if val else "training ELBO": terms(last(model), val),
        **bits(config, last(model)[val + "elbo"], config.known(held_out=bool(val))),
        "active units": active_units(model, shown),
    }
    if config.settings.likelihood == "bernoulli":
        lines["independent pixels"] = f"{_independent(dataset):.4f} nats a row, for comparison"
    return lines | {
        "time": f"{sum(record['seconds'] for record in model.history_):.1f} s for {_epochs(model)}",
        "pictures": drawn(folder),
    }


def last(model: Any) -> Mapping[str, float]:
    """The record of the epoch whose parameters the model has."""
    return model.history_[getattr(model, "best_epoch_", model.epoch_) - 1]


def bits(config: Config, elbo: float, known: float) -> dict[str, str]:
    """What one of a row's pixels that are `known` costs, where the ELBO is of a probability of what is in the file."""
    if config.settings.likelihood != "logistic" or not known:
        return {}
    return {"bits a pixel": f"{-elbo / (known * math.log(2)):.4f}"}


def missing(config: Config) -> str:
    """How many pixels of a run's rows are, if any may be."""
    if not config.settings.missing:
        return ""
    return f", {sum(config.missing):,} of {(config.rows + config.held_out_rows) * math.prod(config.shape):,} pixels missing"


def active_units(model: Any, images: Images) -> str:
    """How many units of z the model uses, and which it does not."""
    active = model.active_units(images.rows, **condition(model, images))
    collapsed = ", ".join(map(str, np.flatnonzero(~active)))
    return f"{active.sum()} of {len(active)}" + (f"; collapsed: {collapsed}" if collapsed else "")


def _epochs(model: Any) -> str:
    best = f", of which {model.best_epoch_} is the best and kept" if hasattr(model, "best_epoch_") else ""
    return f"{model.epoch_} epochs{best}"


def terms(record: Mapping[str, float], prefix: str = "") -> str:
    """An epoch's ELBO and what it is made of, in words."""
    elbo, reconstruction, kl = (record[prefix + name] for name in ("elbo", "reconstruction", "kl"))
    return f"{elbo:.4f} nats a row (reconstruction {reconstruction:.4f}, KL {kl:.4f})"


def draw(folder: Path, config: Config, dataset: Dataset, model: Any) -> None:
    """The pictures of a run."""
    from fastprob.vae import plots

    shown = dataset.held_out or dataset.train
    of = "held-out" if dataset.held_out is not None else "training"
    kept = getattr(model, "best_epoch_", model.epoch_)
    epochs = f"after {kept} epochs"
    some = some_of(shown)
    figures = {
        runs.CURVES: plots.curves(model.history_),
        runs.RECONSTRUCTIONS: plots.reconstructions(
            some.rows,
            model.reconstruct(some.rows, **condition(model, some)),
            config.shape,
            f"{of} images, and below each its reconstruction, {epochs}",
        ),
        runs.SAMPLES: samples(model, config, dataset, f"decoded draws from the prior, {epochs}"),
    }
    known = condition(model, shown)
    divergences, active = model.unit_kl(shown.rows, **known), model.active_units(shown.rows, **known)
    moved = np.argsort(-divergences, kind="stable")[:BANDS]
    figures[runs.UNITS] = plots.units(divergences, active, f"KL of each unit, {of} images, {epochs}")
    first = condition(model, some.take(np.array([0])))
    loc, scale = model.prior(**first) if config.settings.prior == "learned" else (np.zeros(1), np.ones(1))

    def decode(Z: Any) -> Any:  # in units of the prior
        return model.decode(loc + scale * Z, **first)

    figures[runs.TRAVERSALS] = plots.traversals(
        decode,
        ((model.transform(some.rows[:1], **first) - loc) / scale)[0],
        config.shape,
        moved.tolist(),
        title=f"the first {of} image; along each band one unit of z moves through its prior, {epochs}",
    )
    if config.settings.latent_dim == 2:
        means = model.transform(shown.rows, **known)
        if config.settings.prior == "learned":
            locs, scales = model.prior(**known)
            means = (means - locs) / scales
        title = f"decoded mean at each place, {described(some)}" if first else ""
        figures[runs.LATENT] = plots.latent_plane(decode, config.shape, means, shown.labels, title=title)
    for name, figure in figures.items():
        save_picture(folder / name, figure)


def drawn(folder: Path) -> str:
    """The pictures in a folder in words."""
    return ", ".join(name for name in runs.PICTURES if (folder / name).exists()) + f" in {folder}"


def some_of(images: Images) -> Images:
    """As many as a picture of reconstructions shows, from the first to the last."""
    return images.take(np.linspace(0, len(images.rows) - 1, min(SHOWN, len(images.rows))).astype(int))


def samples(model: Any, config: Config, dataset: Dataset, title: str) -> Any:
    """A sheet of means; of a model whose draws depend on labels, a row of each of them."""
    from fastprob.vae import plots

    labels, numbers = [], np.empty(0)
    if config.settings.made_of_labels:
        labels = labels_of(model)[:ROWS]
        if dataset.train.numbers is not None:
            numbers = dataset.train.numbers.mean(axis=0)
            title += ", at the numbers' means"
    n = max(1, min(SHEET // len(labels), 16)) if labels else SHEET
    rows = model.sample(n * max(1, len(labels)), **asked(labels, numbers, n), mean=True)
    if labels:
        return plots.samples_by_condition(rows, list(map(str, labels)), config.shape, title)
    return plots.samples(rows, config.shape, title)


def _model(folder: Path, config: Config, dataset: Dataset) -> Any:
    """The estimator of a run, from its last checkpoint if there is one."""
    settings = config.settings
    if (folder / runs.MODEL).exists():
        model = load(folder, config)
        if model.epoch_ > settings.epochs:
            raise CommandError(f"{folder}: {model.epoch_} epochs are done already: ask for as many or more with --epochs")
        return model.set_params(
            epochs=settings.epochs,
            learning_rate=settings.learning_rate,
            early_stopping=choices.early_stopping(settings),
            warm_start=True,
        )
    return choices.new(settings, dataset)


def _independent(dataset: Dataset) -> float:
    """Nats a row of a model in which every pixel is Bernoulli by itself, its mean learnt from the training rows."""
    def sums(rows: NDArray[np.float32], weights: NDArray[np.float64] | None = None) -> tuple[Any, Any]:
        """Of what is known of each pixel, and of how many rows it is."""
        if weights is None:
            return np.nansum(rows, axis=0, dtype=np.float64), len(rows) - np.isnan(rows).sum(axis=0)
        return weights @ np.nan_to_num(rows), weights @ ~np.isnan(rows)

    white, known = sums(dataset.train.rows, dataset.train.weights)
    # Under Jeffreys' prior: a pixel that was black in every row may still be white in the next.
    mean = (white + 0.5) / (known + 1)
    logits = np.log(mean) - np.log1p(-mean)
    shown = (dataset.held_out or dataset.train).rows
    white, known = sums(shown)
    return float(white @ logits - known @ special.softplus(logits)) / len(shown)


def _what_is_kept(folder: Path, config: Config) -> str:
    # The file knows: a signal may have come between the writing of it and whatever else would count.
    if (folder / runs.MODEL).exists():
        return f"{folder / runs.MODEL} holds epoch {load(folder, config).epoch_}"
    return "no epoch was finished, so there is no model yet"
