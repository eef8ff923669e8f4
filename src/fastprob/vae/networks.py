"""The network of a variational autoencoder, put together from layers, and where its parameters begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..nn import ACTIVATIONS, Dense, Gate, GaussianHead, Layer, Network
from ..random import Generator

HIDDEN = (*ACTIVATIONS, "gated")  # activations of a hidden layer


def build(features: int, latent_dim: int, hidden: Sequence[int], activation: str, likelihood: Any, known: dict[str, np.ndarray],
          dtype: Any, rows: int, drawn: int) -> Network:
    """Encoder features - hidden - (mean, log scale), draw, decoder latent_dim - hidden reversed - features, likelihood; for
    batches of so many rows, and so many draws of all of them together."""
    first, last = likelihood._layers(features, known)
    layers: list[Layer] = [first]
    below = features
    for i, size in enumerate(hidden):
        layers += hidden_layer(f"encoder.{i}", below, size, activation)
        below = size
    layers += [Dense("encoder.out", below, 2 * latent_dim), GaussianHead(latent_dim)]
    below = latent_dim
    for i, size in enumerate(reversed(hidden)):
        layers += hidden_layer(f"decoder.{i}", below, size, activation)
        below = size
    layers += [Dense("decoder.out", below, features), last]
    return Network(layers, dtype, rows, drawn)


def hidden_layer(name: str, inputs: int, units: int, activation: str) -> list[Layer]:
    if activation == "gated":
        return [Dense(name, inputs, 2 * units), Gate(f"{name}.gate", units)]
    return [Dense(name, inputs, units, activation)]


def initialize(network: Network, likelihood: Any, known: dict[str, np.ndarray], random: Generator) -> None:
    """Weights and biases of a layer uniform between -1/sqrt(inputs) and 1/sqrt(inputs); those of the likelihood as it says."""
    parameters = network.views(network.parameters)
    for layer in network.layers:
        if isinstance(layer, Dense):
            most = 1.0 / np.sqrt(layer.inputs)
            for name, shape in layer.shapes.items():
                parameters[f"{layer.name}.{name}"][:] = random.uniform(-most, most, shape)
    for name, value in likelihood._parameters(known).items():
        parameters[f"likelihood.{name}"][:] = value
