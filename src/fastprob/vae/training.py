"""Epochs: steps over the rows in a new order, their record, and the state as it was if one fails."""

from __future__ import annotations

import math
import time
import warnings
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from . import objectives, optimizers, schedules
from .base import ACTIVE
from .evaluation import Evaluation
from .objectives import IWAE
from .stopping import Best

CHUNK = 0.1  # seconds of training between looks at the keyboard
PARTS = 1 << 20  # of a row, in which a weight's fraction is drawn: small enough for exact sums of many whole weights
JUDGED = 2000  # rows, at most, by which units are judged to have collapsed
HASHED = 1 << 18  # elements that are hashed together
FEW = 100  # rows from which a variance says something


class CollapsedUnitsWarning(UserWarning):
    """Units of z that the model does not use, after training."""


class NonFiniteError(ArithmeticError):
    """The loss stopped being finite. `epoch` and `batch` count from 1; `term` is "reconstruction", "kl",
    "held-out reconstruction", "held-out kl" or "parameters"."""

    def __init__(self, epoch: int, batch: int, term: str, value: float):
        super().__init__(epoch, batch, term, value)
        self.epoch, self.batch, self.term, self.value = epoch, batch, term, value

    def __str__(self) -> str:
        what = "a parameter" if self.term == "parameters" else f"the {self.term} term of the loss"
        return (
            f"{what} is {self.value} in epoch {self.epoch}, batch {self.batch}; the model is as it was after epoch "
            f"{self.epoch - 1}. Lower learning_rate, or look at the rows of X for values far from the others"
        )


@dataclass
class Data:
    """What a model is trained on, checked."""

    X: np.ndarray
    rows: np.ndarray  # numbers of its rows, in an order that is that of their values alone
    weights: np.ndarray | None
    X_val: np.ndarray | None
    C: np.ndarray | None = None  # conditions, encoded
    C_val: np.ndarray | None = None


def by_value(X: np.ndarray, C: np.ndarray | None = None) -> np.ndarray:
    """Numbers of the rows of X in an order that depends on their values and conditions alone: what is learnt does not depend on
    how X is sorted.

    The order is that of a hash of the values in float32. Rows that are the same there stay as they are.
    """
    arrays = [X] if C is None else [X, C]
    widths = [array.shape[1] for array in arrays]
    factors = np.random.SeedSequence(0).generate_state(sum(widths), np.uint64) | np.uint64(1)
    hashes = np.zeros(len(X), np.uint64)
    together = max(1, HASHED // sum(widths))
    for array, own in zip(arrays, np.split(factors, widths[:1]), strict=False):
        for start in range(0, len(X), together):
            with np.errstate(over="ignore"):
                block = array[start : start + together].astype(np.float32) + np.float32(0)  # no -0.0
            hashes[start : start + together] += block.view(np.uint32).astype(np.uint64) @ own
    return np.argsort(hashes, kind="stable")


class Training(Evaluation):
    """The part of `VAE` that learns."""

    def _train_epoch(self, data: Data) -> dict[str, Any]:
        """One pass over the data and its record; whatever interrupts it, the model is as it was before. No step has seen what the
        last one made of the model: held-out rows tell, or if there are none the rows of that step."""
        network, epoch = self._network, self.epoch_ + 1
        states = (network.parameters, network.first, network.second)
        before = [state.copy() for state in states]
        try:
            steps, record = self._pass_over(data, self._order(data, epoch), epoch)
            with np.errstate(over="ignore"):
                scales = [np.exp(value) for name, value in self._likelihood_parameters().items() if name == "log_scale"]
            for state in (*states, *scales):
                if not np.isfinite(state).all():
                    raise NonFiniteError(epoch, steps, "parameters", float(state[~np.isfinite(state)][0]))
            if data.X_val is not None:
                held_out = _means(*self._terms(data.X_val, data.C_val))
                for term in ("reconstruction", "kl"):
                    if not math.isfinite(held_out[term]):
                        raise NonFiniteError(epoch, steps, f"held-out {term}", held_out[term])
                record |= {"val_" + name: value for name, value in held_out.items()}
        except BaseException:
            with self._lock:
                for state, saved in zip(states, before, strict=True):
                    state[:] = saved
            raise
        self._step += steps
        self.history_.append(record)
        self.epoch_ = epoch
        return record

    def _order(self, data: Data, epoch: int) -> np.ndarray:
        """Which rows an epoch takes, in which order: each once, or as often as its weight says, a fraction of one by chance."""
        rows = data.rows
        if data.weights is not None:
            part = int(self._random("order", epoch).random() * PARTS) / PARTS
            ends = np.floor(np.cumsum(data.weights[rows]) + part).astype(np.int64)
            rows = np.repeat(rows, np.diff(ends, prepend=0))
        return rows[self._random("order", epoch).permutation(len(rows))]

    def _pass_over(self, data: Data, order: np.ndarray, epoch: int) -> tuple[int, dict[str, Any]]:
        """The number of steps, and the record."""
        start = time.perf_counter()
        objective = objectives.resolve(self.objective)
        rate = schedules.resolve(self.schedule)._rate(float(self.learning_rate), self.history_, objective.warm_up)
        settings = SimpleNamespace(**optimizers.resolve(self.optimizer)._step(self._network.groups), learning_rate=rate)
        wanted = objective._step(-(-len(order) // int(self.batch_size)))
        keys, data_in = self._keys("eps", "pixels"), self._rows(data.X, data.C, len(data.X))
        size, step, done, chunk = int(self.batch_size), self._step, 0, 1
        loss = kl = bound = 0.0
        while done < len(order):
            rows = order[done : done + chunk * size]
            began = time.perf_counter()
            with self._lock:
                given = data_in, rows, min(size, len(order)), keys, step, settings
                steps, some_loss, some_kl = self._network.train(*given, **wanted)
            step += steps
            if steps * size < len(rows):
                batch = done // size + steps + 1
                term, value = ("kl", some_kl) if math.isfinite(some_loss) else ("reconstruction", some_loss)
                raise NonFiniteError(epoch, batch, term, value)
            done += len(rows)
            loss += some_loss
            kl += some_kl
            bound += self._network.bound
            if time.perf_counter() - began < CHUNK / 2:
                chunk *= 2
        seconds = time.perf_counter() - start
        if data.X_val is None:
            self._look_at_last_step(data_in, order[-size:], keys, step, epoch)
        offset = self._likelihood._offset(self._known, data.X)
        offset = float(np.mean(offset[order])) if np.ndim(offset) else offset
        reconstruction, kl = offset - loss / len(order), kl / len(order)
        record = {"epoch": epoch, "elbo": reconstruction - kl, "reconstruction": reconstruction, "kl": kl}
        if isinstance(objective, IWAE):
            record["bound"] = offset + bound / len(order)
        if self.schedule is not None:
            record["learning_rate"] = rate
        record |= {"seconds": seconds, "rows_per_second": len(order) / seconds}
        return step - self._step, record

    def _look_at_last_step(self, data_in: Any, rows: np.ndarray, keys: np.ndarray, step: int, epoch: int) -> None:
        """NonFiniteError if the loss of the last step's rows is not finite, with what a next one would draw."""
        network = self._network
        with self._lock:
            network.forward("input", "likelihood", len(rows), data_in, rows, keys, step, draw=True)
            for term, name in (("reconstruction", "likelihood.loss"), ("kl", "latent.kl")):
                value = float(network.arrays[name][: len(rows)].sum())
                if not math.isfinite(value):
                    raise NonFiniteError(epoch, step - self._step, term, value)

    # Stopping early

    def _judge(self, record: dict[str, Any]) -> None:
        """Keeps the parameters if this epoch is the best so far; those of a warm-up are not looked at."""
        if record["epoch"] <= objectives.resolve(self.objective).warm_up:
            return
        best, elbo = self._best, record["val_elbo"]
        if best is None or elbo > best.elbo + self.early_stopping.min_delta:
            self._best, self._other = Best(record["epoch"], elbo), self._network.parameters.copy()
        else:
            best.waited += 1

    def _has_waited(self) -> bool:
        return self.early_stopping is not None and self._best is not None and self._best.waited >= self.early_stopping.patience

    def _exchange(self, rests: bool) -> None:
        """The best parameters into the network, or the last ones again."""
        if self._other is not None and rests != self._rests:
            with self._lock:
                self._other, self._network.parameters[:] = self._network.parameters.copy(), self._other
            self._rests = rests

    @property
    def best_epoch_(self) -> int:
        """With early stopping: the epoch whose parameters the model has."""
        if getattr(self, "_best", None) is None:
            raise AttributeError("best_epoch_ is there after a fit with early_stopping=EarlyStopping(...)")
        return self._best.epoch

    def _warn_of_collapsed(self, data: Data) -> None:
        rows = np.arange(len(data.X)) if data.weights is None else np.flatnonzero(data.weights)
        if len(rows) < FEW:
            return
        some = rows[np.linspace(0, len(rows) - 1, min(len(rows), JUDGED)).astype(int)]
        means = self._encoded(data.X[some], None if data.C is None else data.C[some])[0]
        collapsed = np.flatnonzero(np.var(means, axis=0, dtype=np.float64) <= ACTIVE)
        if len(collapsed):
            which = ", ".join(map(str, collapsed))
            have = "has" if len(collapsed) == 1 else "have"
            warnings.warn(
                f"{len(collapsed)} of {self._n_features_out} units of z {have} collapsed: {which}. They say nothing of x: "
                "take a smaller latent_dim, or if too many have, train longer or with less weight on the KL",
                CollapsedUnitsWarning,
                stacklevel=3,
            )


def _means(reconstruction: np.ndarray, kl: np.ndarray) -> dict[str, float]:
    return {"elbo": float((reconstruction - kl).mean()), "reconstruction": float(reconstruction.mean()), "kl": float(kl.mean())}
