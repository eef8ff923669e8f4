"""The network of a variational autoencoder, put together from layers, and where its parameters begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from ..nn import ACTIVATIONS, Concat, Dense, Embedding, FilmDense, Gate, GaussianHead, Input, Layer, Network
from ..random import Generator
from .conditions import Conditioning, Conditions

HIDDEN = (*ACTIVATIONS, "gated")  # activations of a hidden layer


def build(features: int, latent_dim: int, hidden: Sequence[int], activation: str, likelihood: Any, known: dict[str, np.ndarray],
          dtype: Any, rows: int, drawn: int, conditioning: Conditioning | None, conditions: Conditions | None) -> Network:
    """Encoder features - hidden - (mean, log scale), draw, decoder latent_dim - hidden reversed - features, likelihood; for
    batches of so many rows, and so many draws of all of them together. Conditions that anything sees are further inputs, with the
    layers on them behind."""
    first, last = likelihood._layers(features, known)
    layers: list[Layer] = [first]
    condition = ("", 0)  # the layer that gives it, and how many numbers
    if conditioning is not None and conditions is not None and conditioning._seen:
        condition = condition_layers(layers, conditions, conditioning.embedding)
        for i, units in enumerate(conditioning.hidden):
            layers.extend(hidden_layer(f"condition.{i}", condition, units, activation))
            condition = layers[-1].name, units
    learned = conditioning is not None and condition[1] and conditioning._in("prior")
    if learned:
        layers.append(Dense("prior.out", condition[1], 2 * latent_dim, sources=condition[:1]))

    def part(name: str, below: tuple[str, int], hidden: Sequence[int], outputs: int) -> None:
        how = conditioning.kind if conditioning is not None and conditioning._in(name) else "none"
        if how == "concat":
            layers.append(Concat(f"{name}.concat", sources=(below[0], condition[0])))
            below = layers[-1].name, below[1] + condition[1]
        for i, units in enumerate(hidden):
            layers.extend(hidden_layer(f"{name}.{i}", below, units, activation, condition if how == "film" else None))
            below = layers[-1].name, units
        layers.append(Dense(f"{name}.out", below[1], outputs, sources=below[:1]))

    part("encoder", ("input", features), hidden, 2 * latent_dim)
    layers.append(GaussianHead(latent_dim, sources=("encoder.out", "prior.out") if learned else ("encoder.out",)))
    part("decoder", ("latent", latent_dim), hidden[::-1], features)
    return Network([*layers, last], dtype, rows, drawn)


def condition_layers(layers: list[Layer], conditions: Conditions, embedding: int) -> tuple[str, int]:
    """Adds the input with conditions' columns, "condition", and for each that is embedded one with its classes' rows in a table,
    "classes.0" and so on, and the table. Returns the layer that has all side by side, and how many numbers that is."""
    found: list[tuple[str, int]] = []
    if conditions.width:
        layers.append(Input(conditions.width, *conditions.units(), name="condition"))
        found.append(("condition", conditions.width))
    for i, classes in enumerate(conditions.tables):
        layers.append(Input(1, name=f"classes.{i}"))
        layers.append(Embedding(f"condition.table.{i}", classes, embedding, sources=(f"classes.{i}",)))
        found.append((layers[-1].name, embedding))
    beside = found[0]
    for i, (name, size) in enumerate(found[1:]):
        layers.append(Concat(f"condition.concat.{i}", sources=(beside[0], name)))
        beside = layers[-1].name, beside[1] + size
    return beside


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
    it says; tables standard normal. Conditions modulate nothing yet, and a learnt prior is the standard one."""
    parameters = network.views(network.parameters)
    for layer in network.layers:
        if isinstance(layer, Dense) and layer.name != "prior.out":
            glorot = how.weights == "glorot"
            most = np.sqrt(6.0 / (layer.inputs + layer.outputs)) if glorot else 1.0 / np.sqrt(layer.inputs)
            for name in ("weight", "bias"):
                shape = layer.shapes[name]
                parameters[f"{layer.name}.{name}"][:] = 0 if glorot and name == "bias" else random.uniform(-most, most, shape)
        elif isinstance(layer, Embedding):
            parameters[f"{layer.name}.weight"][:] = random.standard_normal(layer.shapes["weight"])
    if means is not None:
        parameters["decoder.out.bias"][:] = likelihood._bias(means, known)
    for name, value in likelihood._parameters(known).items():
        parameters[f"likelihood.{name}"][:] = value
