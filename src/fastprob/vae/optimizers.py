"""Optimizers: how a gradient becomes a step. The learning rate is the model's own parameter."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from .checks import number


class _Optimizer(BaseEstimator):
    """What all have: the gradient's largest norm."""

    clip_norm: float | None

    def _check(self) -> None:
        for name in ("beta1", "beta2", "momentum"):
            if hasattr(self, name):
                number(f"optimizer's {name}", getattr(self, name), "at least 0 and below 1", lambda x: 0 <= x < 1)
        if hasattr(self, "eps"):
            number("optimizer's eps", self.eps, "at least 1e-15", lambda x: x >= 1e-15)
            if not isinstance(self.uncorrected_eps, bool | np.bool_):
                raise TypeError(f"optimizer's uncorrected_eps is True or False; got {self.uncorrected_eps!r}")
        if self.clip_norm is not None:
            number("optimizer's clip_norm", self.clip_norm, "positive, or None", lambda x: x > 0)

    def _step(self, groups: tuple[str, ...]) -> dict[str, Any]:
        """What `Network.train` reads, for a network with these groups of parameters."""
        return dict(self.get_params())


class Adam(_Optimizer):
    """Adam of Kingma and Ba (2015): steps by the mean of past gradients, in units of the root of their mean squares.

    Parameters
    ----------
    beta1, beta2 : float, default 0.9 and 0.999
        What a step keeps of the two means; at least 0 and below 1.
    eps : float, default 1e-8
        Added to the corrected root; at least 1e-15.
    uncorrected_eps : bool, default False
        Add eps to the root before its bias is corrected, as TensorFlow and the code of Burda et al. do ("epsilon hat").
    clip_norm : float or None, default None
        The largest norm of the whole gradient: a longer one is scaled down to it.
    """

    def __init__(
        self,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        uncorrected_eps: bool = False,
        clip_norm: float | None = None,
    ):
        self.beta1 = beta1
        self.beta2 = beta2
        self.eps = eps
        self.uncorrected_eps = uncorrected_eps
        self.clip_norm = clip_norm


class AdamW(_Optimizer):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019): a step also takes learning_rate * weight_decay of each
    weight itself. Biases and a likelihood's scales do not decay.

    Parameters
    ----------
    weight_decay : float or dict, default 1e-2
        At least 0; one for all weights, or by groups of layers, such as {"encoder": 1e-2, "decoder": 0.0}: what is not named does
        not decay. With conditions there are also "film", the modulation, "prior", a learnt one, and "condition", the layers and
        tables on a condition.
    beta1, beta2, eps, uncorrected_eps, clip_norm
        As those of `Adam`.
    """

    def __init__(
        self,
        weight_decay: float | dict[str, float] = 1e-2,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        uncorrected_eps: bool = False,
        clip_norm: float | None = None,
    ):
        self.weight_decay = weight_decay
        self.beta1 = beta1
        self.beta2 = beta2
        self.eps = eps
        self.uncorrected_eps = uncorrected_eps
        self.clip_norm = clip_norm

    def _check(self) -> None:
        super()._check()
        for value in self.weight_decay.values() if isinstance(self.weight_decay, dict) else [self.weight_decay]:
            number("optimizer's weight_decay", value, "at least 0", lambda x: x >= 0)

    def _step(self, groups: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(self.weight_decay, dict):
            return super()._step(groups) | {"decay": dict.fromkeys(groups, float(self.weight_decay))}
        for name in self.weight_decay:
            if name not in groups:
                raise ValueError(f"optimizer's weight_decay names groups of {', '.join(map(repr, groups))}; got {name!r}")
        return super()._step(groups) | {"decay": self.weight_decay}


class SGD(_Optimizer):
    """Gradient descent with momentum: the velocity is momentum times the one before, plus the gradient.

    Parameters
    ----------
    momentum : float, default 0.9
        What a step keeps of the velocity; at least 0 and below 1. 0 is plain gradient descent.
    clip_norm : float or None, default None
        As that of `Adam`.
    """

    def __init__(self, momentum: float = 0.9, clip_norm: float | None = None):
        self.momentum = momentum
        self.clip_norm = clip_norm


OPTIMIZERS = {"Adam": Adam, "AdamW": AdamW, "SGD": SGD}


def resolve(optimizer: Any) -> Adam | AdamW | SGD:
    """The optimizer itself, checked; None is Adam()."""
    if optimizer is None:
        return Adam()
    if not isinstance(optimizer, Adam | AdamW | SGD):
        raise TypeError(f"optimizer is Adam(...), AdamW(...) or SGD(...); got {optimizer!r}")
    optimizer._check()
    return optimizer
