"""A hidden layer of any kind: plain, gated or modulated."""

from __future__ import annotations

from ._conditions import FilmDense
from ._layers import Dense, Gate, Layer


def hidden_layer(
    name: str, below: tuple[str, int], units: int, activation: str, film: tuple[str, int] | None = None
) -> list[Layer]:
    """A layer of so many units above one of that name and size, modulated by another if it is told which."""
    outputs, kind = (2 * units, "identity") if activation == "gated" else (units, activation)
    if film is not None:
        layer = FilmDense(name, below[1], outputs, film[1], kind, sources=(below[0], film[0]))
    else:
        layer = Dense(name, below[1], outputs, kind, sources=below[:1])
    return [layer, Gate(f"{name}.gate", units)] if activation == "gated" else [layer]
