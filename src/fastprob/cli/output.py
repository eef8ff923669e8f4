"""Where results go: lines on standard output; files, which are there whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import runs
from .errors import CommandError

KINDS = {".png": "a picture", ".npy": "an array", ".csv": "a table"}


def print_lines(lines: Mapping[str, str]) -> None:
    """Names and values in two columns."""
    width = max(map(len, lines)) + 2
    for name, value in lines.items():
        print(f"{name:{width}}{value}")


def check_new(to: Path, force: bool, what: str, endings: Sequence[str]) -> None:
    """That a file may be written, and its name says as one of these kinds: before hours of scores are, not after."""
    if to.suffix not in endings:
        kinds, names = (", ".join(words[:-1]) + f" or {words[-1]}" for words in ([KINDS[ending] for ending in endings], endings))
        raise CommandError(f"{to}: {what} are {kinds}: let the name end in {names}")
    if to.exists() and not force:
        raise CommandError(f"{to}: exists already: name another file, or replace it with --force")
    if not to.parent.is_dir():
        raise CommandError(f"{to}: cannot write: there is no folder {to.parent}: make it, or name another place")


def save_picture(path: Path, figure: Any) -> None:
    file = io.BytesIO()
    figure.savefig(file, format="png")
    runs.write(path, file.getvalue())


def save_array(path: Path, array: NDArray[Any]) -> None:
    file = io.BytesIO()
    np.save(file, array)
    runs.write(path, file.getvalue())


def save_table(path: Path, names: Sequence[str], columns: NDArray[np.floating]) -> None:
    """Columns [rows, names] as they are: by name in a table whose first column numbers the rows, else an array."""
    if path.suffix == ".npy":
        save_array(path, columns)
        return
    lines = [",".join(["row", *names])]
    lines += [",".join([str(row), *map(str, values)]) for row, values in enumerate(columns)]
    runs.write(path, ("\n".join(lines) + "\n").encode())
