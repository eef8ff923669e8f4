"""The network of a variational autoencoder, put together from layers, and where its parameters begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

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
               means: np.ndarray) -> None:
    """The dense layers' parameters as `how` says, for data with these means; those of the likelihood as it says."""
    parameters = network.views(network.parameters)
    for layer in network.layers:
        if isinstance(layer, Dense):
            glorot = how.weights == "glorot"
            most = np.sqrt(6.0 / (layer.inputs + layer.outputs)) if glorot else 1.0 / np.sqrt(layer.inputs)
            for name, shape in layer.shapes.items():
                parameters[f"{layer.name}.{name}"][:] = 0 if glorot and name == "bias" else random.uniform(-most, most, shape)
    if how.output_bias == "data":
        parameters["decoder.out.bias"][:] = likelihood._bias(means, known)
    for name, value in likelihood._parameters(known).items():
        parameters[f"likelihood.{name}"][:] = value
