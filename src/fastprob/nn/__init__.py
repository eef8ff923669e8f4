"""Layers and the steps that train them. What a model is made of is in `fastprob.vae`."""

from ._conditions import Concat, Embedding, FilmDense
from ._layers import ACTIVATIONS, Dense, Gate, GaussianHead, Input, Layer
from ._likelihoods import LEAST_LOG_SCALE, BernoulliLikelihood, DiscretizedLikelihood, GaussianLikelihood, Likelihood
from ._network import Network
from .film_generator import FiLMGenerator

__all__ = [
    "ACTIVATIONS",
    "LEAST_LOG_SCALE",
    "BernoulliLikelihood",
    "Concat",
    "Dense",
    "DiscretizedLikelihood",
    "Embedding",
    "FiLMGenerator",
    "FilmDense",
    "Gate",
    "GaussianHead",
    "GaussianLikelihood",
    "Input",
    "Layer",
    "Likelihood",
    "Network",
]
