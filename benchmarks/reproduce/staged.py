"""A model that is trained in stages, each with its own learning rate, and goes on where it was stopped."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fastprob.vae import VAE, CollapsedUnitsWarning

EVERY = 10  # epochs between checkpoints


def train(path: Path, new: Callable[[], VAE], stages: Sequence[tuple[int, float]], X: np.ndarray, **given: Any) -> VAE:
    """The model after the last of `stages`, each the number of the epoch at which it ends, and its learning rate.

    It is kept in `path`, written every ten epochs and at the end of a stage: a run that was stopped goes on from there, to the
    same bits. `given` is what `fit` takes besides.
    """
    model = VAE.load(path) if path.exists() else new().set_params(warm_start=True)

    def after_epoch(model: VAE, record: dict[str, Any]) -> None:
        if record["epoch"] % EVERY == 0:
            model.save(path)
            held_out = f", held out {record['val_elbo']:.2f}" if "val_elbo" in record else ""
            print(f"{path.stem}, epoch {record['epoch']}: ELBO {record['elbo']:.2f}{held_out}", file=sys.stderr, flush=True)

    for end, rate in stages:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CollapsedUnitsWarning)  # the tables say it
            model.set_params(epochs=end, learning_rate=rate).fit(X, callback=after_epoch, **given)
        model.save(path)
    return model
