"""Optimizers: how a gradient becomes a step. The learning rate is the model's own parameter."""

from __future__ import annotations

from sklearn.base import BaseEstimator


class Adam(BaseEstimator):
    """Adam of Kingma and Ba (2015): steps by the mean of past gradients, in units of the root of their mean squares.

    Parameters
    ----------
    beta1, beta2 : float, default 0.9 and 0.999
        What a step keeps of the two means; at least 0 and below 1.
    eps : float, default 1e-8
        Added to the corrected root; positive.
    """

    def __init__(self, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8):
        self.beta1 = beta1
        self.beta2 = beta2
        self.eps = eps


class SGD(BaseEstimator):
    """Gradient descent with momentum: the velocity is momentum times the one before, plus the gradient.

    Parameters
    ----------
    momentum : float, default 0.9
        What a step keeps of the velocity; at least 0 and below 1.
    """

    def __init__(self, momentum: float = 0.9):
        self.momentum = momentum
