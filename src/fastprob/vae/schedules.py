"""Schedules: the learning rate of each epoch, a function of the epochs before it alone, so that going on changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.base import BaseEstimator

from .checks import is_sequence, number, whole


class Steps(BaseEstimator):
    """The learning rate is multiplied by a factor after certain epochs.

    Parameters
    ----------
    milestones : sequence of int
        Numbers of epochs, growing.
    factor : float, default 0.1
        Positive.
    """

    def __init__(self, milestones: Sequence[int] = (), factor: float = 0.1):
        self.milestones = milestones
        self.factor = factor

    def _check(self) -> None:
        if not is_sequence(self.milestones):
            raise TypeError(f"schedule's milestones are a sequence of whole numbers; got {self.milestones!r}")
        for epoch in self.milestones:
            whole("each of schedule's milestones", epoch, 1)
        if any(b <= a for a, b in zip(self.milestones, self.milestones[1:], strict=False)):
            raise ValueError(f"schedule's milestones grow; got {self.milestones!r}")
        number("schedule's factor", self.factor, "positive", lambda x: x > 0)

    def _rate(self, rate: float, history: list[dict[str, Any]], warm_up: int) -> float:
        return rate * float(self.factor) ** sum(len(history) >= epoch for epoch in self.milestones)


class Plateau(BaseEstimator):
    """The learning rate is multiplied by a factor when the ELBO, the held-out one if there is one, has not grown for some epochs.

    Parameters
    ----------
    factor : float, default 0.1
        Positive and below 1.
    patience : int, default 10
        Epochs without growth that are let pass; those of the objective's warm-up are not looked at.
    min_delta : float, default 0.0
        Nats by which the ELBO must exceed the best one.
    """

    def __init__(self, factor: float = 0.1, patience: int = 10, min_delta: float = 0.0):
        self.factor = factor
        self.patience = patience
        self.min_delta = min_delta

    def _check(self) -> None:
        number("schedule's factor", self.factor, "positive and below 1", lambda x: 0 < x < 1)
        whole("schedule's patience", self.patience, 0)
        number("schedule's min_delta", self.min_delta, "at least 0", lambda x: x >= 0)

    def _rate(self, rate: float, history: list[dict[str, Any]], warm_up: int) -> float:
        best, waited = -float("inf"), 0
        for record in history[warm_up:]:
            elbo = record.get("val_elbo", record["elbo"])
            if elbo > best + self.min_delta:
                best, waited = elbo, 0
            else:
                waited += 1
            if waited > self.patience:
                rate, waited = rate * float(self.factor), 0
        return rate


SCHEDULES = {"Steps": Steps, "Plateau": Plateau}


def resolve(schedule: Any) -> Steps | Plateau:
    """The schedule itself, checked; None is a constant rate."""
    if schedule is None:
        return Steps()
    if not isinstance(schedule, Steps | Plateau):
        raise TypeError(f"schedule is Steps(...), Plateau(...) or None; got {schedule!r}")
    schedule._check()
    return schedule
