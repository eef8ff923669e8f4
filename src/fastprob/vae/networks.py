"""The network of a variational autoencoder, put together from layers, and where its parameters begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from ..nn import ACTIVATIONS, Dense, FilmDense, Gate, GaussianHead, Input, Layer, Network
from ..random import Generator
from .conditions import Conditioning, Conditions

HIDDEN = (*ACTIVATIONS, "gated")  # activations of a hidden layer


def build(features: int, latent_dim: int, hidden: Sequence[int], activation: str, likelihood: Any, known: dict[str, np.ndarray],
          dtype: Any, rows: int, drawn: int, conditioning: Conditioning | None, conditions: Conditions | None) -> Network:
    """Encoder features - hidden - (mean, log scale), draw, decoder latent_dim - hidden reversed - features, likelihood; for
    batches of so many rows, and so many draws of all of them together. With conditions that anything sees, they are the second
    input, "condition"."""
    first, last = likelihood._layers(features, known)
    layers: list[Layer] = [first]
    if conditioning is not None and conditions is not None and conditioning._seen:
        layers.append(Input(conditions.width, *conditions.units(), name="condition"))

    def part(name: str, below: Layer, sizes: Sequence[int], outputs: int) -> None:
        seen = conditioning is not None and conditioning._in(name)
        for i, size in enumerate(sizes):
            layers.extend(hidden_layer(f"{name}.{i}", below, size, activation, conditions.width if seen and conditions else 0))
            below = layers[-1]
        layers.append(Dense(f"{name}.out", below.outputs, outputs, sources=(below.name,)))

    part("encoder", first, hidden, 2 * latent_dim)
    layers.append(GaussianHead(latent_dim))
    part("decoder", layers[-1], hidden[::-1], features)
    return Network([*layers, last], dtype, rows, drawn)


def hidden_layer(name: str, below: Layer, units: int, activation: str, conditions: int) -> list[Layer]:
    """A layer of so many units, modulated where there are conditions."""
    outputs, kind = (2 * units, "identity") if activation == "gated" else (units, activation)
    if conditions:
        layer = FilmDense(name, below.outputs, outputs, conditions, kind, sources=(below.name, "condition"))
    else:
        layer = Dense(name, below.outputs, outputs, kind, sources=(below.name,))
    return [layer, Gate(f"{name}.gate", units)] if activation == "gated" else [layer]


class Initialization(BaseEstimator):
    """Where the parameters of the dense layers begin.

    Parameters
    ----------
    weights : "uniform" or "glorot", default "uniform"
        Weights and biases uniform between -1/sqrt(inputs) and 1/sqrt(inputs); or weights uniform between -a and a with
        a = sqrt(6/(inputs + outputs)) after Glorot and Bengio (2010), biases 0.
    output_bias : "weights" or "data", default "weights"
        The biases of the decoder's last layer, like those of the others, or such that it gives the mean of the data: for
        Bernoulli, the logit of the mean within 0.001 and 0.999, as Burda, Grosse and Salakhutdinov (2015) do.
    """

    def __init__(self, weights: str = "uniform", output_bias: str = "weights"):
        self.weights = weights
        self.output_bias = output_bias

    def _check(self) -> None:
        if self.weights not in ("uniform", "glorot"):
            raise ValueError(f"initialization's weights is 'uniform' or 'glorot'; got {self.weights!r}")
        if self.output_bias not in ("weights", "data"):
            raise ValueError(f"initialization's output_bias is 'weights' or 'data'; got {self.output_bias!r}")


def initialize(network: Network, likelihood: Any, known: dict[str, np.ndarray], random: Generator, how: Initialization,
               means: np.ndarray | None) -> None:
    """The dense layers' parameters as `how` says, for data with these means, where it asks for them; those of the likelihood as
    it says. Conditions modulate nothing yet."""
    parameters = network.views(network.parameters)
    for layer in network.layers:
        if isinstance(layer, Dense):
            glorot = how.weights == "glorot"
            most = np.sqrt(6.0 / (layer.inputs + layer.outputs)) if glorot else 1.0 / np.sqrt(layer.inputs)
            for name in ("weight", "bias"):
                shape = layer.shapes[name]
                parameters[f"{layer.name}.{name}"][:] = 0 if glorot and name == "bias" else random.uniform(-most, most, shape)
    if means is not None:
        parameters["decoder.out.bias"][:] = likelihood._bias(means, known)
    for name, value in likelihood._parameters(known).items():
        parameters[f"likelihood.{name}"][:] = value
