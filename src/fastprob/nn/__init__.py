"""Layers and the steps that train them. What a model is made of is in `fastprob.vae`."""

from ._layers import ACTIVATIONS, BernoulliLikelihood, Dense, GaussianHead, GaussianLikelihood, Input, Layer, Likelihood
from ._network import Network

__all__ = ["ACTIVATIONS", "BernoulliLikelihood", "Dense", "GaussianHead", "GaussianLikelihood", "Input", "Layer", "Likelihood", "Network"]
