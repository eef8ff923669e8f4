"""What the tests of the command share."""

from __future__ import annotations

import json
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest

from fastprob.cli import main

TINY = ["--hidden", "8", "--latent-dim", "2", "--batch-size", "16", "--epochs"]
PICTURES = {"curves.png", "reconstructions.png", "samples.png", "units.png", "traversals.png", "latent.png"}
SCRIPT = Path(sysconfig.get_path("scripts")) / "fastprob"

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")


def call(capsys, *arguments: object) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    capsys.readouterr()
    status = main([str(argument) for argument in arguments])
    return status, *capsys.readouterr()


def refused(capsys, *arguments: object, status: int = 2) -> str:
    """The one line that a command refuses with."""
    got, out, err = call(capsys, *arguments)
    assert got == status, err
    assert out == ""
    *before, line = err.splitlines()
    assert all(" rows to train on, " in other or other.startswith("epoch ") for other in before)  # from training that had begun
    assert line.startswith("fastprob: ")
    return line.removeprefix("fastprob: ")


def metrics(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def tensors(folder: Path) -> dict[str, bytes]:
    from safetensors.numpy import load_file

    return {name: array.tobytes() for name, array in load_file(folder / "model.safetensors").items()}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def labels_of(images: str) -> np.ndarray:
    """How many of the four bars are there: 0 to 3, or more."""
    return np.minimum((np.load(images)[:, :, 0] > 100).sum(axis=1), 3)
