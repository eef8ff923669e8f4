"""When to stop before the last epoch, and the parameters of the best one."""

from __future__ import annotations

from dataclasses import dataclass

from sklearn.base import BaseEstimator

from .checks import number, whole


class EarlyStopping(BaseEstimator):
    """Stop when the ELBO of held-out rows has not risen for some epochs; the model then has the parameters of the best one.

    Parameters
    ----------
    patience : int, default 20
        Epochs to wait for a better one.
    min_delta : float, default 0.0
        By how many nats a row an epoch has to be better than the best one before.
    held_out : float, default 0.1
        Share of the rows of X to hold out, drawn by the model's `random_state`, where `fit` is not given X_val: of those whose
        weight is not 0, each once whatever its weight.

    Notes
    -----
    An epoch whose weight of the KL is not yet its last one, in a warm-up, is neither counted nor kept: its ELBO is not what is
    trained for.

    `fit` with warm_start goes on from the last epoch, not from the best one: the bits are those of no interruption.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from fastprob.vae import VAE, EarlyStopping
    >>> X = load_digits().data / 16
    >>> model = VAE(2, (64,), "bernoulli", early_stopping=EarlyStopping(patience=3), learning_rate=0.02, random_state=0).fit(X)
    >>> model.best_epoch_ < model.epoch_ < 100
    True
    """

    def __init__(self, patience: int = 20, min_delta: float = 0.0, held_out: float = 0.1):
        self.patience = patience
        self.min_delta = min_delta
        self.held_out = held_out

    def _check(self) -> None:
        whole("early_stopping's patience", self.patience, 1)
        number("early_stopping's min_delta", self.min_delta, "at least 0", lambda x: x >= 0)
        number("early_stopping's held_out", self.held_out, "above 0 and below 1", lambda x: 0 < x < 1)


@dataclass
class Best:
    """The best epoch so far."""

    epoch: int
    elbo: float
    waited: int = 0  # epochs since
