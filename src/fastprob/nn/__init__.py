"""Layers and the steps that train them. What a model is made of is in `fastprob.vae`."""

from ._blas import single_threaded_blas
from ._draws import permutation, standard_normal, uniform
from ._layers import (
    ACTIVATIONS,
    LEAST_LOG_SCALE,
    BernoulliLikelihood,
    Dense,
    GaussianHead,
    GaussianLikelihood,
    Input,
    Layer,
    Likelihood,
)
from ._network import Network

__all__ = [
    "ACTIVATIONS",
    "LEAST_LOG_SCALE",
    "BernoulliLikelihood",
    "Dense",
    "GaussianHead",
    "GaussianLikelihood",
    "Input",
    "Layer",
    "Likelihood",
    "Network",
    "permutation",
    "single_threaded_blas",
    "standard_normal",
    "uniform",
]
