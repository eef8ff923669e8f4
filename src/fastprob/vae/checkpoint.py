"""A model as a safetensors file: parameters, the optimizer's state and the settings, with all that going on needs.

The header's metadata holds the SHA-256 of the whole file, as it is with 64 zeros in the digest's place: every bit counts.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from .._files import write_whole

FORMAT = "fastprob.vae 2"
LENGTH = 8  # bytes of the number that begins a safetensors file: how long its header is
BLANK = b"0" * 64
DIGEST = re.compile(rb'("sha256":")([0-9a-f]{64})(")')


def write(path: str | Path, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> None:
    """Both in one file, which is whole or not there. OSError as from `open`."""
    from safetensors.numpy import save

    metadata = {"format": FORMAT, "sha256": BLANK.decode(), "facts": json.dumps(facts)}
    content = save({name: np.ascontiguousarray(a) for name, a in arrays.items()}, metadata)
    header = content[: _header_end(content)]
    _, blank = _digest(header)
    found = hashlib.sha256(content).hexdigest().encode()
    write_whole(Path(path), DIGEST.sub(rb"\g<1>" + found + rb"\g<3>", blank) + content[len(header) :])


def read(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """What `write` was given. OSError as from `open`; ValueError if the file is none of its own, or not as it was written."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    content = Path(path).read_bytes()
    try:
        header = content[: _header_end(content)]
        expected, blank = _digest(header)
        found = hashlib.sha256(blank)
        found.update(memoryview(content)[len(header) :])
        if found.hexdigest().encode() != expected:
            raise ValueError("it is not as it was written: its content has another SHA-256")
        metadata = json.loads(header[LENGTH:])["__metadata__"]
        if metadata["format"] != FORMAT:
            raise ValueError(f"another version's: its format is {metadata['format']!r}, not {FORMAT!r}")
        return load(content), json.loads(metadata["facts"])
    except (SafetensorError, KeyError, ValueError) as error:
        raise ValueError(f"{path}: not a model, or damaged: {error}") from None


def _header_end(content: bytes) -> int:
    length = int.from_bytes(content[:LENGTH], "little")
    if len(content) < LENGTH or length > len(content) - LENGTH:
        raise ValueError(f"its {len(content)} bytes end before a safetensors header does")
    return LENGTH + length


def _digest(header: bytes) -> tuple[bytes, bytes]:
    """The digest that a header holds, and the header with zeros in its place."""
    digests = DIGEST.findall(header)
    if len(digests) != 1:
        raise ValueError("it is not a file that a VAE was saved to: it has no digest")
    return digests[0][1], DIGEST.sub(rb"\g<1>" + BLANK + rb"\g<3>", header)
