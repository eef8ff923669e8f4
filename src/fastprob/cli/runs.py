"""The folder of a run: `config.json`, `metrics.jsonl`, `model.safetensors` and pictures. Nothing in it is ever half written."""

from __future__ import annotations

import json
import math
import os
import shlex
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import fastprob
from fastprob._files import write_whole

from .data import Source
from .errors import CommandError, cannot

CONFIG, METRICS, MODEL = "config.json", "metrics.jsonl", "model.safetensors"
CURVES, RECONSTRUCTIONS, SAMPLES = "curves.png", "reconstructions.png", "samples.png"
UNITS, TRAVERSALS, LATENT = "units.png", "traversals.png", "latent.png"
PICTURES = CURVES, RECONSTRUCTIONS, SAMPLES, UNITS, TRAVERSALS, LATENT


@dataclass(frozen=True)
class Settings:
    """What the bits of a model depend on, its data apart. The defaults are those of `VAE`."""

    latent_dim: int = 16
    hidden: tuple[int, ...] = (400,)
    activation: str = "relu"
    likelihood: str = "bernoulli"
    pixels: str = "grey"
    scale: str | float = "feature"
    standardize: bool = True
    missing: bool = False
    conditioning: str = "none"
    conditioned: str = "both"
    prior: str = "standard"
    condition_hidden: tuple[int, ...] = ()
    embedding: int = 32
    initialization: str = "uniform"
    output_bias: str = "weights"
    epochs: int = 100
    batch_size: int = 128
    learning_rate: float = 1e-3
    objective: str = "elbo"
    draws: int = 1
    kl: str = "analytic"
    beta: float = 1.0
    warm_up: int = 0
    free_bits: float = 0.0
    optimizer: str = "adam"
    weight_decay: float | dict[str, float] = 0.01  # for all weights, or by groups
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    uncorrected_eps: bool = False
    momentum: float = 0.9
    clip_norm: float = 0.0  # 0: none
    drop_after: tuple[int, ...] = ()
    plateau: int = 0  # epochs without a better ELBO; 0: no such schedule
    drop_factor: float = 0.1
    patience: int = 0  # of early stopping; 0: none
    min_delta: float = 0.0
    dtype: str = "float32"
    seed: int = 0
    held_out: float | None = None

    @property
    def labeled(self) -> bool:
        """Whether the model depends on labels or numbers."""
        return self.conditioning != "none" or self.prior == "learned"

    @property
    def made_of_labels(self) -> bool:
        """Whether what is drawn from the model depends on labels or numbers."""
        return self.prior == "learned" or (self.conditioning != "none" and self.conditioned != "encoder")


@dataclass(frozen=True)
class Config:
    """All that `config.json` holds."""

    source: Source
    settings: Settings
    rows: int
    held_out_rows: int
    shape: tuple[int, ...]
    sha256: str  # of the rows, as they were split
    missing: tuple[int, int] = (0, 0)  # pixels that are not known, of the rows to train on and of those held out
    version: str = fastprob.__version__
    found_white: float | None = None  # the value that became 1, named or found; of older runs not known

    def known(self, held_out: bool) -> float:
        """Pixels of a row that are, on average, of the rows held out or of those to train on."""
        rows = self.held_out_rows if held_out else self.rows
        return math.prod(self.shape) - self.missing[held_out] / rows


def read_config(folder: Path) -> Config:
    """The config of the run in a folder."""
    path = folder / CONFIG
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        settings = Settings(**stored["settings"])
        tuples = {name: tuple(getattr(settings, name)) for name in ("hidden", "condition_hidden", "drop_after")}
        config = Config(
            **{
                **stored,
                "source": Source(**stored["source"]),
                "settings": replace(settings, **tuples),
                "shape": tuple(stored["shape"]),
                "missing": tuple(stored.get("missing", (0, 0))),
            }
        )
        _check_types(config)
        return config
    except (FileNotFoundError, NotADirectoryError):
        wrong = "there is no such folder" if not folder.exists() else f"it has no {CONFIG}"
        raise CommandError(
            f"{folder}: not the folder of a run: {wrong}: check the path, or start one with fastprob train"
        ) from None
    except OSError as error:
        raise cannot("read", path, error) from None
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(f"{path}: damaged, or of another version ({error}): train anew (fastprob train --force)") from None


def _check_types(config: Config) -> None:
    """TypeError for what somebody has put in the place of a number, a text or numbers. No number is negative."""
    wanted: dict[str, Any] = vars(Settings()) | dict.fromkeys(vars(config.source), "")
    wanted |= {"held_out": 0.0, "white": 0.0, "found_white": 0.0, "rows": 0, "held_out_rows": 0, "shape": ()}
    found = vars(config) | vars(config.settings) | vars(config.source)
    if len(config.missing) != 2 or not all(type(number) is int and number >= 0 for number in config.missing):
        raise TypeError(f"missing is {list(config.missing)}")
    for name, like in wanted.items():
        value = found[name]
        if value is None and name in ("held_out", "found_white", *vars(config.source)):
            continue
        if name == "scale" and not isinstance(value, str):
            like = 0.0
        if isinstance(like, str | bool):
            right = type(value) is type(like)
        else:
            kinds = {float, int} if isinstance(like, float) else {int}
            by_group = name == "weight_decay" and isinstance(value, dict)
            numbers = value.values() if by_group else value if isinstance(like, tuple) else (value,)
            right = all(type(number) in kinds and number >= 0 for number in numbers)
        if not right:
            raise TypeError(f"{name} is {value!r}")


def write_config(folder: Path, config: Config) -> None:
    write(folder / CONFIG, (json.dumps(asdict(config), indent=2) + "\n").encode())


def holds_run(folder: Path) -> bool:
    return any((folder / name).exists() for name in (CONFIG, METRICS, MODEL))


def start(folder: Path, config: Config) -> None:
    """Makes the folder of a new run, with its config. An old run's files go, anything else in there stays."""
    fresh = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise CommandError(f"{folder}: is a file: name a folder with --out") from None
    except OSError as error:
        raise cannot("make the folder", folder, error) from None
    try:
        write_config(folder, config)
        for name in (MODEL, METRICS, *PICTURES):
            (folder / name).unlink(missing_ok=True)
    except (CommandError, OSError) as error:
        if fresh:
            with suppress(OSError):
                folder.rmdir()
        raise error if isinstance(error, CommandError) else cannot("clear", folder, error) from None


def write_metrics(folder: Path, history: Iterable[Mapping[str, float]]) -> None:
    write(folder / METRICS, "".join(map(_line, history)).encode())


def append_metrics(folder: Path, record: Mapping[str, float]) -> None:
    """Adds a line, in place, so that `tail -f` follows; what a full disk cuts off is taken back."""
    path = folder / METRICS
    size = path.stat().st_size if path.exists() else 0
    try:
        with open(path, "ab") as file:
            file.write(_line(record).encode())
    except OSError as error:
        with suppress(OSError):
            os.truncate(path, size)
        raise cannot("write", path, error) from None


def write(path: Path, content: bytes) -> None:
    """Puts the content there at once or not at all."""
    try:
        write_whole(path, content)
    except OSError as error:
        raise cannot("write", path, error) from None


def resume_command(folder: Path, *more: Any) -> str:
    """What to type to go on with a run."""
    return shlex.join(["fastprob", "train", "--resume", "--out", str(folder), *map(str, more)])


def _line(record: Mapping[str, float]) -> str:
    return json.dumps(dict(record)) + "\n"
