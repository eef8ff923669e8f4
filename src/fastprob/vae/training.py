"""Epochs: steps over the rows in a new order, their record, and the state as it was if one fails."""

from __future__ import annotations

import math
import time
from types import SimpleNamespace
from typing import Any

import numpy as np

from .evaluation import Evaluation

CHUNK = 0.1  # seconds of training between looks at the keyboard


class NonFiniteError(ArithmeticError):
    """The loss stopped being finite. `epoch` and `batch` count from 1; `term` is "reconstruction", "kl" or "parameters"."""

    def __init__(self, epoch: int, batch: int, term: str, value: float):
        super().__init__(epoch, batch, term, value)
        self.epoch, self.batch, self.term, self.value = epoch, batch, term, value

    def __str__(self) -> str:
        what = "a parameter" if self.term == "parameters" else f"the {self.term} term of the loss"
        return (
            f"{what} is {self.value} in epoch {self.epoch}, batch {self.batch}; the model is as it was after epoch "
            f"{self.epoch - 1}. Lower learning_rate, or look at the rows of X for values far from the others"
        )


class Training(Evaluation):
    """The part of `VAE` that learns."""

    def _train_epoch(self, X: np.ndarray, X_val: np.ndarray | None) -> dict[str, Any]:
        """One pass over X and its record; whatever interrupts it, the model is as it was before."""
        network, epoch = self._network, self.epoch_ + 1
        states = (network.parameters, network.first, network.second)
        before = [state.copy() for state in states]
        try:
            record = {"epoch": epoch} | self._pass_over(X, epoch)
            for state in states:
                if not np.isfinite(state).all():
                    wrong = float(state[~np.isfinite(state)][0])
                    raise NonFiniteError(epoch, -(-len(X) // self.batch_size), "parameters", wrong)
            if X_val is not None:
                record |= {"val_" + name: value for name, value in _means(*self._terms(X_val)).items()}
        except BaseException:
            with self._lock:
                for state, saved in zip(states, before, strict=True):
                    state[:] = saved
            raise
        self._step += -(-len(X) // self.batch_size)
        self.history_.append(record)
        self.epoch_ = epoch
        return record

    def _pass_over(self, X: np.ndarray, epoch: int) -> dict[str, Any]:
        start = time.perf_counter()
        settings = SimpleNamespace(**self._resolved_optimizer().get_params(), learning_rate=float(self.learning_rate))
        order = self._random("order", epoch).permutation(len(X))
        keys = self._keys("eps", "pixels")
        size, step, done, chunk = int(self.batch_size), self._step, 0, 1
        loss = kl = 0.0
        while done < len(X):
            rows = order[done : done + chunk * size]
            began = time.perf_counter()
            with self._lock:
                steps, some_loss, some_kl = self._network.train(X, rows, min(size, len(X)), keys, step, settings)
            step += steps
            if steps * size < len(rows):
                batch = done // size + steps + 1
                term, value = ("kl", some_kl) if math.isfinite(some_loss) else ("reconstruction", some_loss)
                raise NonFiniteError(epoch, batch, term, value)
            done += len(rows)
            loss += some_loss
            kl += some_kl
            if time.perf_counter() - began < CHUNK / 2:
                chunk *= 2
        seconds = time.perf_counter() - start
        reconstruction, kl = self._likelihood._offset(self._known) - loss / len(X), kl / len(X)
        return {
            "elbo": reconstruction - kl,
            "reconstruction": reconstruction,
            "kl": kl,
            "seconds": seconds,
            "rows_per_second": len(X) / seconds,
        }


def _means(reconstruction: np.ndarray, kl: np.ndarray) -> dict[str, float]:
    return {"elbo": float((reconstruction - kl).mean()), "reconstruction": float(reconstruction.mean()), "kl": float(kl.mean())}
