"""A model as a safetensors file: parameters, the optimizer's state and the settings, with all that going on needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from .._files import write_whole

FORMAT = "fastprob.vae 1"


def write(path: str | Path, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> None:
    """Both in one file, which is whole or not there. OSError as from `open`."""
    from safetensors.numpy import save

    content = save({name: np.ascontiguousarray(a) for name, a in arrays.items()}, {"format": FORMAT, "facts": json.dumps(facts)})
    write_whole(Path(path), content)


def read(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """What `write` was given. OSError as from `open`; ValueError if the file is none of its own, or damaged."""
    from safetensors import SafetensorError, safe_open

    with open(path, "rb"):  # the system's own errors, which safe_open words in its own way
        pass
    try:
        with safe_open(path, framework="numpy") as file:
            facts = file.metadata() or {}
            if facts.get("format") != FORMAT:
                raise ValueError(f"{path}: not a model, or another version's: format {facts.get('format')!r}, not {FORMAT!r}")
            return {name: file.get_tensor(name) for name in file.keys()}, json.loads(facts["facts"])  # noqa: SIM118
    except (SafetensorError, KeyError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: not a model, or damaged: {error}") from None
