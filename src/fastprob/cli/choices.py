"""The settings of a run: from arguments, in words, checked, and as the estimator that they ask for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from .data import Dataset
from .errors import CommandError
from .runs import Settings


def chosen(defaults: Settings, args: argparse.Namespace) -> Settings:
    """The settings of a new run."""
    from fastprob.vae import IWAE

    found = given(args)
    if found.get("objective", "elbo") != "elbo":  # which by one draw would be the ELBO
        found = {"draws": IWAE().samples} | found
    return replace(defaults, **found)


def given(args: argparse.Namespace) -> dict[str, Any]:
    """The settings among the arguments: an option that was not given is not in the namespace."""
    names = {field.name for field in fields(Settings)}
    found = {name: value for name, value in vars(args).items() if name in names}
    if "weight_decay" in found:
        found["weight_decay"] = _decay(found["weight_decay"])
    return found


def _decay(given: Sequence[tuple[str | None, float]]) -> float | dict[str, float]:
    """The number without a name, of all weights, or numbers by names of groups."""
    by_group = {name: number for name, number in given if name is not None}
    if not by_group and len(given) == 1:
        return given[0][1]
    if len(by_group) < len(given):
        raise CommandError("--weight-decay: give one number for all weights, or one for each group by its name")
    return by_group


def options(settings: Settings) -> list[str]:
    """The settings that are not the defaults, as one gives them."""
    return [as_given(name, value) for name, value in vars(settings).items() if value != getattr(Settings, name)]


def flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def as_given(name: str, value: Any) -> str:
    """A setting as one gives it."""
    if isinstance(value, bool):
        return flag(name if value else f"no_{name}")
    return f"{flag(name)} {text(value)}"


def text(value: Any) -> str:
    """What a setting is, in the words of the command line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ",".join(f"{name}={number}" for name, number in value.items())
    return ",".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)


# Options that others have no use for: of which setting, and the values that it then has
OF = {
    ("objective", ("elbo",)): ("kl", "beta", "warm_up", "free_bits"),
    ("optimizer", ("adam", "adamw")): ("beta1", "beta2", "eps", "uncorrected_eps"),
    ("optimizer", ("adamw",)): ("weight_decay",),
    ("optimizer", ("sgd",)): ("momentum",),
    ("likelihood", ("bernoulli",)): ("pixels",),
    ("likelihood", ("gaussian", "logistic")): ("scale",),
    ("likelihood", ("gaussian",)): ("standardize",),
}


def check(settings: Settings) -> None:
    for (name, values), options in OF.items():
        for option in options:
            given = getattr(settings, option)
            if getattr(settings, name) not in values and given != getattr(Settings, option):
                shown = as_given(option, given) if isinstance(given, bool) else flag(option)
                of = f"{shown} is of the {name} {' or '.join(values)}"
                raise CommandError(f"{of}: leave it out, or take {flag(name)} {values[0]}")
    if settings.conditioning == "none" and settings.conditioned != Settings.conditioned:
        raise CommandError("--conditioned is of the conditionings film and concat: leave it out, or give --conditioning film")
    for option in () if settings.labeled else ("condition_hidden", "embedding"):
        if getattr(settings, option) != getattr(Settings, option):
            raise CommandError(
                f"{flag(option)} is for runs with --conditioning or --prior: give one of these, or leave it out"
            )
    if settings.likelihood == "logistic" and not isinstance(settings.scale, str):
        shown = as_given("scale", settings.scale)
        raise CommandError(f"{shown} is of the likelihood gaussian: give feature or shared, or take --likelihood gaussian")
    if settings.free_bits and settings.kl == "sampled":
        raise CommandError("--free-bits needs the KL of each unit, which --kl sampled has not: leave out one of them")
    if settings.drop_factor != Settings.drop_factor and not settings.plateau and not settings.drop_after:
        raise CommandError("--drop-factor is for --plateau and --drop-after: give one of these, or leave it out")
    if settings.min_delta and not settings.plateau and not settings.patience:
        raise CommandError("--min-delta is for --plateau and --patience: give one of these, or leave it out")
    if settings.plateau and settings.drop_after:
        raise CommandError("--plateau and --drop-after both say when the learning rate drops: give one of them")


def groups_of(settings: Settings, dataset: Dataset) -> list[str]:
    """The groups of a model's weights."""
    from fastprob.vae.conditions import MOST_COLUMNS

    labels = 0 if dataset.train.labels is None else len(np.unique(dataset.train.labels))
    there = {
        "encoder": True,
        "decoder": True,
        "film": settings.conditioning == "film",
        "prior": settings.prior == "learned",
        "condition": settings.labeled and (bool(settings.condition_hidden) or labels > MOST_COLUMNS),
    }
    return [name for name in there if there[name]]


def new(settings: Settings, dataset: Dataset) -> Any:
    from fastprob.vae import VAE, Initialization

    return VAE(
        settings.latent_dim,
        settings.hidden,
        likelihood(settings, dataset),
        activation=settings.activation,
        conditioning=_conditioning(settings),
        objective=_objective(settings),
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        learning_rate=settings.learning_rate,
        optimizer=_optimizer(settings),
        schedule=_schedule(settings),
        initialization=Initialization(settings.initialization, settings.output_bias),
        early_stopping=early_stopping(settings),
        dtype=settings.dtype,
        random_state=settings.seed,
    )


def _conditioning(settings: Settings) -> Any:
    from fastprob.vae import Conditioning

    if not settings.labeled:
        return None
    parts = {part: settings.conditioned in ("both", part) for part in ("encoder", "decoder")}
    how = {"prior": settings.prior, "hidden": settings.condition_hidden, "embedding": settings.embedding}
    return Conditioning(settings.conditioning, **parts, **how)


def levels(dataset: Dataset) -> int:
    """Levels of grey: 256, or as many as the value of white says."""
    white = dataset.train.white
    return int(white) + 1 if white > 1 and white == int(white) else 256


def likelihood(settings: Settings, dataset: Dataset) -> Any:
    from fastprob.vae import Bernoulli, DiscretizedLogistic, Gaussian

    if settings.likelihood == "gaussian":
        return Gaussian(settings.scale, settings.standardize, settings.missing)
    if settings.likelihood == "logistic":
        return DiscretizedLogistic(levels(dataset), settings.scale, settings.missing)
    return Bernoulli(settings.pixels == "binarized", settings.missing)


def _optimizer(settings: Settings) -> Any:
    from fastprob.vae import SGD, Adam, AdamW

    clip_norm = settings.clip_norm or None
    if settings.optimizer == "sgd":
        return SGD(settings.momentum, clip_norm)
    moments = settings.beta1, settings.beta2, settings.eps, settings.uncorrected_eps
    return Adam(*moments, clip_norm) if settings.optimizer == "adam" else AdamW(settings.weight_decay, *moments, clip_norm)


def _schedule(settings: Settings) -> Any:
    from fastprob.vae import Plateau, Steps

    if settings.plateau:
        return Plateau(settings.drop_factor, settings.plateau - 1, settings.min_delta)  # it drops after one more
    return Steps(settings.drop_after, settings.drop_factor) if settings.drop_after else None


def _objective(settings: Settings) -> Any:
    from fastprob.vae import ELBO, IWAE

    if settings.objective == "elbo":
        return ELBO(settings.draws, settings.kl, settings.beta, warm_up=settings.warm_up, free_bits=settings.free_bits)
    return IWAE(settings.draws, doubly_reparameterized=settings.objective == "dreg")


def early_stopping(settings: Settings) -> Any:
    from fastprob.vae import EarlyStopping

    return EarlyStopping(settings.patience, settings.min_delta) if settings.patience else None
