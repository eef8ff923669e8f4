"""The layers between conditions and what they modulate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ._conditions import Concat, Embedding, FilmDense
from ._layers import Input, Layer
from ._network import Network
from .hidden_layer import hidden_layer


class FiLMGenerator:
    """Feature-wise linear modulation of several layers by conditions: condition -> (gamma, beta) for each of them.

    Numbers as they are given, and a learnt row of a table for each condition that is a class, stand side by side; dense layers
    may follow. Of what these give, c, a modulated layer has gamma = 1 + D and beta = B, where [D | B] = c U^T + u with U and u
    of its own (`FilmDense`), zeros at the start: gamma = 1 and beta = 0, no modulation.

    Parameters
    ----------
    numbers : int, default 0
        Numbers a row: an `Input` called "condition". A condition of few classes may be columns of 0 and 1 among them.
    classes : sequence of int, default ()
        How many classes each further condition has: an `Input` "classes.0" and so on, whose data are numbers from 0 on, and an
        `Embedding` "condition.table.0" and so on. Gradients of a table are summed in a fixed order, for any number of threads.
    hidden : sequence of int, default ()
        Units of dense layers "condition.0" and so on between these and c; without, D and B are linear in the conditions.
    activation : str, default "relu"
        Of these layers: one of `ACTIVATIONS`, or "gated".
    embedding : int, default 32
        Numbers in a row of a table.
    shift, factor : ndarray [numbers], optional
        What is taken of the numbers is (number - shift) factor.

    Attributes
    ----------
    layers : list of Layer
        For a `Network`, before the layers that they modulate.
    source : str
        Name of the layer that gives c.
    outputs : int
        How many numbers c has.

    Raises
    ------
    ValueError
        Without any condition, and for what a layer refuses.

    Notes
    -----
    For optimizers the U are of the group "film", tables and dense layers of "condition": their weights decay by themselves, as
    with `fastprob.vae.AdamW({"film": 1e-2})`.

    Examples
    --------
    >>> from fastprob import nn
    >>> generator = nn.FiLMGenerator(2, classes=(100,), hidden=(8,), embedding=4)
    >>> [layer.name for layer in generator.layers]
    ['condition', 'classes.0', 'condition.table.0', 'condition.concat.0', 'condition.0']
    >>> generator.source, generator.outputs
    ('condition.0', 8)
    >>> layer, = generator.hidden_layer("encoder.0", ("input", 784), 400, "tanh")
    >>> layer.shapes["film_weight"]
    (800, 8)
    """

    def __init__(
        self,
        numbers: int = 0,
        classes: Sequence[int] = (),
        *,
        hidden: Sequence[int] = (),
        activation: str = "relu",
        embedding: int = 32,
        shift: np.ndarray | None = None,
        factor: np.ndarray | None = None,
    ):
        if numbers < 0 or not (numbers or len(classes)):
            raise ValueError(f"a generator has numbers or classes; got numbers={numbers} and classes={tuple(classes)}")
        self.layers: list[Layer] = []
        found: list[tuple[str, int]] = []
        if numbers:
            self.layers.append(Input(numbers, shift, factor, name="condition"))
            found.append(("condition", numbers))
        for i, count in enumerate(classes):
            self.layers.append(Input(1, name=f"classes.{i}"))
            self.layers.append(Embedding(f"condition.table.{i}", count, embedding, sources=(f"classes.{i}",)))
            found.append((self.layers[-1].name, embedding))
        beside = found[0]
        for i, (name, size) in enumerate(found[1:]):
            self.layers.append(Concat(f"condition.concat.{i}", sources=(beside[0], name)))
            beside = self.layers[-1].name, beside[1] + size
        for i, units in enumerate(hidden):
            self.layers.extend(hidden_layer(f"condition.{i}", beside, units, activation))
            beside = self.layers[-1].name, units
        self.source, self.outputs = beside

    def hidden_layer(self, name: str, below: tuple[str, int], units: int, activation: str) -> list[Layer]:
        """A modulated layer of so many units above the one of that name and size: activation(gamma h + beta), h = x W^T + b; for
        "gated" and the `Gate` that follows it."""
        return hidden_layer(name, below, units, activation, (self.source, self.outputs))

    @staticmethod
    def modulation(network: Network, rows: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """gamma and beta, each [rows, units], by the names of the layers that they modulate: those of the network's last pass,
        which had so many rows."""
        if not 1 <= rows <= network.rows:
            raise ValueError(f"rows is from 1 to {network.rows}, those of the network; got {rows}")
        found = {}
        for layer in network.layers:
            if isinstance(layer, FilmDense):
                both = network.arrays[f"{layer.name}.modulation"][:rows]
                found[layer.name] = both[:, : layer.outputs].copy(), both[:, layer.outputs :].copy()
        return found
