"""The variational autoencoder as a scikit-learn estimator."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array, validate_data

from ..random import default_rng
from . import optimizers
from .checks import check_known, checked_weights
from .conditions import Conditioning, Conditions
from .conditions import resolve as resolve_conditioning
from .exact import column_means
from .likelihoods import resolve
from .networks import Initialization, initialize
from .objectives import ELBO, IWAE
from .optimizers import SGD, Adam, AdamW
from .persistence import Persistence
from .schedules import Plateau, Steps
from .seeds import entropy, seed
from .stopping import EarlyStopping
from .training import Data, Training, by_value

MOST_ROWS = 1 << 31  # of an epoch: their order takes 16 GB


class VAE(Training, Persistence):
    """Variational autoencoder of Kingma and Welling (2014) with dense layers, trained on the CPU.

    The encoder gives q(z | x) = N(mean(x), scale(x)^2), the decoder p(x | z), the prior is p(z) = N(0, I). Training maximizes the
    mean over rows of the evidence lower bound

        ELBO(x) = E_q[log p(x | z)] - KL(q(z | x) || p(z)) <= log p(x),

    by default with one draw of z a row for the first term and the closed form of the second. All values are in nats a row.

    Parameters
    ----------
    latent_dim : int, default 16
        Units of z.
    hidden : sequence of int, default (400,)
        Units of the encoder's hidden layers; the decoder has the same in reverse. May be empty: a linear model.
    likelihood : "gaussian", "bernoulli", `Gaussian`, `Bernoulli` or `DiscretizedLogistic`, default "gaussian"
        p(x | z). Gaussian has a learnt scale a feature and standardizes its inputs; Bernoulli takes features in [0, 1];
        DiscretizedLogistic levels, such as 8-bit pixels. With missing=True each takes NaN for values that are not known.
    activation : "relu", "tanh", "sigmoid", "softplus", "identity" or "gated", default "relu"
        Of the hidden layers. A gated unit is a sigmoid(b) with two linear parts a and b of its own.
    conditioning : "film", "concat", `Conditioning` or None, default None
        How the model depends on the `condition` that `fit` and other methods then take; None: it does not.
    objective : `ELBO`, `IWAE` or None, default None
        The bound that is maximized; None is ELBO(). `ELBO` has the weight and warm-up of the divergence, free bits, several draws
        a row; `IWAE` is the importance-weighted bound.
    epochs : int, default 100
        Passes over the data.
    batch_size : int, default 128
        Rows of a step; all, if there are fewer.
    learning_rate : float, default 1e-3
        Of the optimizer.
    optimizer : `Adam`, `AdamW`, `SGD` or None, default None
        None is Adam(). The settings of an object can be searched, as in optimizer__beta1. Each can clip the gradient by its norm.
    schedule : `Steps`, `Plateau` or None, default None
        What becomes of the learning rate from epoch to epoch; None: it stays.
    initialization : `Initialization` or None, default None
        Where weights and biases begin; None is Initialization().
    early_stopping : `EarlyStopping` or None, default None
        Whether to stop when held-out rows get no better, and to keep the best epoch's parameters.
    warm_start : bool, default False
        Whether `fit` goes on where the last one ended, until there are `epochs` in all; otherwise it begins anew. Going on with
        the same data gives the same bits as no interruption.
    dtype : "float32" or "float64", default "float32"
        Of parameters and arithmetic.
    random_state : int, RandomState, Generator (NumPy's or fastprob's) or None, default None
        Decides everything that is drawn.
    verbose : bool, default False
        Print a line an epoch.

    Attributes
    ----------
    history_ : list of dict
        An epoch each: "epoch", "elbo", "reconstruction" (the first term) and "kl" (elbo = reconstruction - kl), means over the
        rows as they were met; with IWAE "bound", with a schedule "learning_rate", with held-out rows "val_elbo",
        "val_reconstruction", "val_kl"; "seconds", "rows_per_second".
    epoch_ : int
        Epochs done.
    best_epoch_ : int
        With early stopping, the one whose parameters the model has.
    conditions_ : dict of ndarray or int
        With conditioning, the classes of each condition, or how many numbers it is, by name: "condition" if it was given as an
        array.
    n_parameters_ : int
        Numbers that were learnt.
    n_features_in_ : int
        Features of X.
    feature_names_in_ : ndarray of str
        Their names, if X had any.

    Notes
    -----
    The log scale that the encoder gives is bounded smoothly: taken as it is up to 8 in size and bent towards 16 beyond.

    Everything drawn is a function of `random_state`, the step, the row's place in its batch and the unit. The bits of a fitted
    model depend neither on the order of the rows of X (if they, or their conditions, differ in float32) nor on the number of
    threads, nor on the CPU; but one without a fused multiply-add (x86 before AVX2) rounds matrix products once more.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from fastprob.vae import VAE
    >>> X = load_digits().data / 16
    >>> model = VAE(latent_dim=2, hidden=(64,), likelihood="bernoulli", epochs=5, random_state=0).fit(X)
    >>> model.transform(X).shape
    (1797, 2)
    >>> model.history_[-1]["elbo"] > model.history_[0]["elbo"]
    True
    """
    def __init__(
        self,
        latent_dim: int = 16,
        hidden: Sequence[int] = (400,),
        likelihood: Any = "gaussian",
        *,
        activation: str = "relu",
        conditioning: Conditioning | str | None = None,
        objective: ELBO | IWAE | None = None,
        epochs: int = 100,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        optimizer: Adam | AdamW | SGD | None = None,
        schedule: Steps | Plateau | None = None,
        initialization: Initialization | None = None,
        early_stopping: EarlyStopping | None = None,
        warm_start: bool = False,
        dtype: str = "float32",
        random_state: Any = None,
        verbose: bool = False,
    ):
        self.latent_dim = latent_dim
        self.hidden = hidden
        self.likelihood = likelihood
        self.activation = activation
        self.conditioning = conditioning
        self.objective = objective
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.optimizer = optimizer
        self.schedule = schedule
        self.initialization = initialization
        self.early_stopping = early_stopping
        self.warm_start = warm_start
        self.dtype = dtype
        self.random_state = random_state
        self.verbose = verbose

    def fit(
        self,
        X: Any,
        y: Any = None,
        *,
        condition: Any = None,
        X_val: Any = None,
        condition_val: Any = None,
        sample_weight: Any = None,
        callback: Callable[[VAE, dict[str, Any]], None] | None = None,
    ) -> VAE:
        """Train on the rows of X.

        Parameters
        ----------
        X : array-like [rows, features]
            Real numbers; float32 and float64 are used as they are, from a `numpy.memmap` too, of which no copy is made.
        y : ignored
        condition : array-like [rows], DataFrame or dict, optional
            With `conditioning`: classes, numbers, or several of either for each row; see `Conditioning`.
        X_val : array-like [rows, features], optional
            Held-out rows, scored after every epoch.
        condition_val : like condition, optional
            Of X_val.
        sample_weight : array-like [rows], optional
            How often an epoch takes each row: 3 is the same, to the bit, as the row three times, 0 as if it were not there. Of
            a fraction, chance decides each time anew. They add up to an epoch's rows.
        callback : callable, optional
            callback(model, record) after every epoch; record is the last one of `history_`; the model can be used and saved.

        Returns
        -------
        VAE
            Itself.

        Raises
        ------
        ValueError, TypeError
            A parameter, X or a condition is not what it must be; the message says which and what is allowed.
        NonFiniteError
            The loss or a parameter is not finite any more. The model is as it was after the last whole epoch; so it is after a
            KeyboardInterrupt.

        Warns
        -----
        CollapsedUnitsWarning
            Names the units of z that are not active (see `active_units`), by at most 2000 of the rows that were trained on, if
            those are 100 or more.
        """
        if callback is not None and not callable(callback):
            raise TypeError(f"callback is a function of the model and a record, or None; got {callback!r}")
        go_on = bool(self.warm_start) and hasattr(self, "_network")
        data = self._prepare(X, condition, X_val, condition_val, sample_weight, go_on)
        self._exchange(rests=False)
        if self.early_stopping is None:
            self._best = self._other = None
        first = self.epoch_
        while self.epoch_ < self.epochs and not self._has_waited():
            record = self._train_epoch(data)
            if self.early_stopping is not None:
                self._judge(record)
            if self.verbose:
                print(", ".join(f"{name} {value:.6g}" for name, value in record.items()))
            if callback is not None:
                callback(self, record)
        self._exchange(rests=True)
        if self.epoch_ > first:
            self._warn_of_collapsed(data)
        return self

    def partial_fit(self, X: Any, y: Any = None, *, condition: Any = None, sample_weight: Any = None) -> VAE:
        """One epoch over the rows of X, the first time with a new model; `epochs` and `early_stopping` are not looked at.

        The first call decides how features are standardized and which classes conditions have. Parameters and errors are those of
        `fit`.
        """
        data = self._prepare(X, condition, None, None, sample_weight, hasattr(self, "_network"), stops=False)
        self._exchange(rests=False)
        self._best = self._other = None
        self._train_epoch(data)
        return self

    def _prepare(
        self, X: Any, condition: Any, X_val: Any, condition_val: Any, sample_weight: Any, go_on: bool, stops: bool = True
    ) -> Data:
        """The data, checked, and the network that it is for, new or as it is."""
        self._check_parameters()
        likelihood = resolve(self.likelihood)
        accepted = self._accepted(X)
        with np.errstate(over="ignore"):
            checked = validate_data(self, X, reset=False, **accepted) if go_on else check_array(X, input_name="X", **accepted)
        if go_on:
            self._check_same_network()
            optimizers.resolve(self.optimizer)._step(self._network.groups)  # which weights decay
        check_known("X", X, checked, likelihood.missing)
        likelihood._check_data(checked, "X")
        if X_val is not None:
            names = [list(given.columns) if hasattr(given, "columns") else None for given in (X, X_val)]
            if None not in names and names[0] != names[1]:
                raise ValueError(f"X_val has the columns {names[1]}, X has {names[0]}")
            with np.errstate(over="ignore"):
                given, X_val = X_val, check_array(X_val, input_name="X_val", **self._accepted(X_val))
            check_known("X_val", given, X_val, likelihood.missing)
            if X_val.shape[1] != checked.shape[1]:
                raise ValueError(f"X_val has {X_val.shape[1]} features, X has {checked.shape[1]}")
            likelihood._check_data(X_val, "X_val")
        elif condition_val is not None:
            raise ValueError("condition_val is given without X_val: give both or none")
        weights = None if sample_weight is None else checked_weights(sample_weight, len(checked))
        conditions = self._conditions if go_on else self._learn_conditions(condition, len(checked), weights)
        C = C_val = None
        if conditions is not None:
            C = conditions.encode(condition, len(checked), ignored=None if weights is None else weights == 0)
            if X_val is not None:
                C_val = conditions.encode(condition_val, len(X_val), "condition_val", "X_val")
        elif condition is not None or condition_val is not None:
            name = "condition_val" if condition is None else "condition"
            raise ValueError(f"{name} is given, but conditioning is None: set that, for example to 'film', or leave it out")
        order = by_value(checked, C)
        bits = self._entropy if go_on else entropy(self.random_state)
        if X_val is None and self.early_stopping is not None and stops:
            there = order if weights is None else order[weights[order] > 0]
            held_out = np.sort(there[_held_out(len(there), self.early_stopping.held_out, bits)])
            weights = np.ones(len(checked)) if weights is None else weights
            weights[held_out] = 0
            X_val, C_val = checked[held_out], None if C is None else C[held_out]
        rows = len(checked) if weights is None else _epoch_rows(weights)
        if not go_on:
            self._begin(X, checked, conditions, bits, weights, rows)
        elif any(np.less((self._network.rows, self._network.drawn), self._sizes(rows))):  # more than the network was made for
            self._set_arrays({name: value.copy() for name, value in self._arrays().items()}, rows)
        return Data(checked, order, weights, X_val, C, C_val)

    def _learn_conditions(self, condition: Any, rows: int, weights: np.ndarray | None) -> Conditions | None:
        """What there is to know of the conditions of so many rows, if the model is to depend on any."""
        conditioning = resolve_conditioning(self.conditioning)
        if conditioning is None or (condition is None and not conditioning._seen):
            return None
        if condition is None:
            raise ValueError(f"condition is missing: conditioning={self.conditioning!r} needs one, an entry a row of X")
        return Conditions.learn(condition, rows, weights)

    def _begin(
        self, given: Any, X: np.ndarray, conditions: Conditions | None, bits: list[int], weights: np.ndarray | None, rows: int
    ) -> None:
        """A new network, for so many rows an epoch. Nothing is changed before all is made."""
        built = self._settings()
        known = resolve(self.likelihood)._start(X, weights)
        network, likelihood = self._make_network(built, known, conditions, X.shape[1], rows)
        optimizers.resolve(self.optimizer)._step(network.groups)
        how = self.initialization or Initialization()
        means = column_means(X, weights)[0] if how.output_bias == "data" else None
        initialize(network, likelihood, known, default_rng(seed(bits, "parameters")), how, means)
        validate_data(self, given, skip_check_array=True)  # n_features_in_ and feature_names_in_
        self._built, self._entropy, self._known, self._conditions = built, bits, known, conditions
        self._use(network, likelihood)
        self.history_ = []
        self.epoch_ = self._step = 0
        self._best, self._other, self._rests = None, None, False


def _held_out(rows: int, share: float, bits: list[int]) -> np.ndarray:
    """Places of the rows to hold out."""
    count = max(1, round(share * rows))
    if count >= rows:
        raise ValueError(f"early_stopping would hold out {count} of {rows} rows: give fit X_val, or more rows")
    return default_rng(seed(bits, "held out")).permutation(rows)[:count]


def _epoch_rows(weights: np.ndarray) -> int:
    """Rows of an epoch, at most."""
    total = float(weights.sum())
    if not 1 <= total <= MOST_ROWS:
        raise ValueError(
            f"sample_weight adds up to {total:g}, the number of rows of an epoch, which is from 1 to {MOST_ROWS}: scale it, for "
            "example to a mean of 1"
        )
    return math.ceil(total)
