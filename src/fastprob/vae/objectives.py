"""Objectives: which lower bound of log p(x) training maximizes."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from .checks import number, one_of, whole


class ELBO(BaseEstimator):
    """The evidence lower bound, E_q[log p(x | z)] - beta KL(q(z | x) || p(z)), in nats a row.

    Parameters
    ----------
    samples : int, default 1
        Draws of z for each row in a step, over which expectations are averaged.
    kl : "analytic" or "sampled", default "analytic"
        The divergence in closed form, or the mean of log q(z | x) - log p(z) over the draws.
    beta : float, default 1.0
        Weight of the divergence, at least 0. Above 1 it presses for fewer units that are used (Higgins et al. 2017). Records and
        scores have the bound with weight 1.
    warm_up : int, default 0
        Epochs in which that weight grows from 0, linearly from step to step.
    free_bits : float, default 0.0
        Nats: where a unit's divergence of a row is below, it costs as if it were this, and nothing presses it further down (after
        Kingma et al. 2016). Only with the closed form.
    """

    def __init__(self, samples: int = 1, kl: str = "analytic", beta: float = 1.0, warm_up: int = 0, free_bits: float = 0.0):
        self.samples = samples
        self.kl = kl
        self.beta = beta
        self.warm_up = warm_up
        self.free_bits = free_bits

    def _check(self) -> None:
        whole("objective's samples", self.samples, 1)
        if not one_of(self.kl, ("analytic", "sampled")):
            raise ValueError(f"objective's kl is 'analytic' or 'sampled'; got {self.kl!r}")
        number("objective's beta", self.beta, "at least 0", lambda x: x >= 0)
        whole("objective's warm_up", self.warm_up, 0)
        number("objective's free_bits", self.free_bits, "at least 0", lambda x: x >= 0)
        if self.free_bits and self.kl == "sampled":
            raise ValueError("objective's free_bits need the divergence of each unit: kl='analytic'")

    def _step(self, steps: int) -> dict[str, Any]:
        """What `Network.train` is to do, with so many steps an epoch."""
        return {
            "objective": "analytic" if self.kl == "analytic" else "drawn",
            "draws": int(self.samples),
            "kl_weight": float(self.beta),
            "warm_up": int(self.warm_up) * steps,
            "free_bits": float(self.free_bits),
        }


class IWAE(BaseEstimator):
    """The importance-weighted bound of Burda, Grosse and Salakhutdinov (2015): E[log of the mean of p(x, z)/q(z | x)] over
    several draws of z, tighter with each more.

    Parameters
    ----------
    samples : int, default 5
        Draws of z for each row in a step.
    doubly_reparameterized : bool, default False
        The encoder's gradient in the form of Tucker et al. (2019): its mean is the same, its variance lower.
    """

    warm_up = 0

    def __init__(self, samples: int = 5, doubly_reparameterized: bool = False):
        self.samples = samples
        self.doubly_reparameterized = doubly_reparameterized

    def _check(self) -> None:
        whole("objective's samples", self.samples, 1)
        if not isinstance(self.doubly_reparameterized, bool | np.bool_):
            raise TypeError(f"objective's doubly_reparameterized is True or False; got {self.doubly_reparameterized!r}")

    def _step(self, steps: int) -> dict[str, Any]:
        kind = "doubly reparameterized" if self.doubly_reparameterized else "importance"
        return {"objective": kind, "draws": int(self.samples)}


OBJECTIVES = {"ELBO": ELBO, "IWAE": IWAE}


def resolve(objective: Any) -> ELBO | IWAE:
    """The objective itself, checked; None is ELBO()."""
    if objective is None:
        return ELBO()
    if not isinstance(objective, ELBO | IWAE):
        raise TypeError(f"objective is ELBO(...) or IWAE(...); got {objective!r}")
    objective._check()
    return objective
