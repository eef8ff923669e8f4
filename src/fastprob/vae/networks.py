"""The network of a variational autoencoder, put together from layers, and where its parameters begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from ..nn import ACTIVATIONS, Concat, Dense, Embedding, FiLMGenerator, GaussianHead, Layer, Network
from ..nn.hidden_layer import hidden_layer
from ..random import Generator
from .checks import one_of
from .conditions import Conditioning, Conditions

HIDDEN = (*ACTIVATIONS, "gated")  # activations of a hidden layer


def build(features: int, latent_dim: int, hidden: Sequence[int], activation: str, likelihood: Any, known: dict[str, np.ndarray],
          dtype: Any, rows: int, drawn: int, conditioning: Conditioning | None, conditions: Conditions | None) -> Network:
    """Encoder features - hidden - (mean, log scale), draw, decoder latent_dim - hidden reversed - features, likelihood; for
    batches of so many rows, and so many draws of all of them together. Conditions that anything sees are further inputs, with the
    layers on them behind."""
    first, last = likelihood._layers(features, known)
    layers: list[Layer] = [first]
    generator = None
    if conditioning is not None and conditions is not None and conditioning._seen:
        generator = generator_of(conditions, conditioning, activation)
        layers.extend(generator.layers)
    learned = conditioning is not None and generator is not None and conditioning._in("prior")
    if learned:
        layers.append(Dense("prior.out", generator.outputs, 2 * latent_dim, sources=(generator.source,)))

    def part(name: str, below: tuple[str, int], hidden: Sequence[int], outputs: int) -> None:
        how = conditioning.kind if conditioning is not None and conditioning._in(name) else "none"
        if how == "concat":
            layers.append(Concat(f"{name}.concat", sources=(below[0], generator.source)))
            below = layers[-1].name, below[1] + generator.outputs
        for i, units in enumerate(hidden):
            film = (generator.source, generator.outputs) if how == "film" else None
            layers.extend(hidden_layer(f"{name}.{i}", below, units, activation, film))
            below = layers[-1].name, units
        layers.append(Dense(f"{name}.out", below[1], outputs, sources=below[:1]))

    part("encoder", ("input", features), hidden, 2 * latent_dim)
    layers.append(GaussianHead(latent_dim, sources=("encoder.out", "prior.out") if learned else ("encoder.out",)))
    part("decoder", ("latent", latent_dim), hidden[::-1], features)
    return Network([*layers, last], dtype, rows, drawn)


def generator_of(conditions: Conditions, conditioning: Conditioning, activation: str) -> FiLMGenerator:
    """The layers on conditions. What they give modulates, stands beside others, or gives the prior."""
    shift, factor = conditions.units() if conditions.width else (None, None)
    return FiLMGenerator(
        conditions.width, conditions.tables, hidden=conditioning.hidden, activation=activation, embedding=conditioning.embedding,
        shift=shift, factor=factor,
    )  # fmt: skip


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
        if not one_of(self.weights, ("uniform", "glorot")):
            raise ValueError(f"initialization's weights is 'uniform' or 'glorot'; got {self.weights!r}")
        if not one_of(self.output_bias, ("weights", "data")):
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
