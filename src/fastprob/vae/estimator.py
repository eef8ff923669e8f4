"""The variational autoencoder as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array, validate_data

from ..nn import single_threaded_blas
from ..random import default_rng
from .likelihoods import resolve
from .networks import initialize
from .optimizers import SGD, Adam
from .persistence import Persistence
from .seeds import entropy, seed
from .training import Training


class VAE(Training, Persistence):
    """Variational autoencoder of Kingma and Welling (2014) with dense layers, trained on the CPU.

    The encoder gives q(z | x) = N(mean(x), scale(x)^2), the decoder p(x | z), the prior is p(z) = N(0, I). Training maximizes the
    mean over rows of the evidence lower bound

        ELBO(x) = E_q[log p(x | z)] - KL(q(z | x) || p(z)) <= log p(x),

    with one draw of z a row for the first term and the closed form of the second. All values are in nats a row.

    Parameters
    ----------
    latent_dim : int, default 16
        Units of z.
    hidden : sequence of int, default (400,)
        Units of the encoder's hidden layers; the decoder has the same in reverse. May be empty: a linear model.
    likelihood : "gaussian", "bernoulli", `Gaussian` or `Bernoulli`, default "gaussian"
        p(x | z). Gaussian has a learnt scale a feature and standardizes its inputs; Bernoulli takes features in [0, 1].
    activation : "relu", "tanh", "sigmoid", "softplus" or "identity", default "relu"
        Of the hidden layers.
    epochs : int, default 100
        Passes over the data.
    batch_size : int, default 128
        Rows of a step; all, if there are fewer.
    learning_rate : float, default 1e-3
        Of the optimizer.
    optimizer : `Adam`, `SGD` or None, default None
        None is Adam(). The settings of an object can be searched, as in optimizer__beta1.
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
        rows as they were met; with held-out rows also "val_elbo", "val_reconstruction", "val_kl"; "seconds", "rows_per_second".
    epoch_ : int
        Epochs done.
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
    model do not depend on the number of threads; they may differ between CPUs and between versions of SciPy's BLAS.

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
        epochs: int = 100,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        optimizer: Adam | SGD | None = None,
        warm_start: bool = False,
        dtype: str = "float32",
        random_state: Any = None,
        verbose: bool = False,
    ):
        self.latent_dim = latent_dim
        self.hidden = hidden
        self.likelihood = likelihood
        self.activation = activation
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.optimizer = optimizer
        self.warm_start = warm_start
        self.dtype = dtype
        self.random_state = random_state
        self.verbose = verbose

    def fit(
        self, X: Any, y: Any = None, *, X_val: Any = None, callback: Callable[[VAE, dict[str, Any]], None] | None = None
    ) -> VAE:
        """Train on the rows of X.

        Parameters
        ----------
        X : array-like [rows, features]
            Real numbers; float32 and float64 are used as they are, from a `numpy.memmap` too.
        y : ignored
        X_val : array-like [rows, features], optional
            Held-out rows, scored after every epoch.
        callback : callable, optional
            callback(model, record) after every epoch; record is the last one of `history_`; the model can be used and saved.

        Returns
        -------
        VAE
            Itself.

        Raises
        ------
        ValueError, TypeError
            A parameter or X is not what it must be; the message says which and what is allowed.
        NonFiniteError
            The loss or a parameter is not finite any more. The model is as it was after the last whole epoch; so it is after a
            KeyboardInterrupt.
        """
        self._check_parameters()
        go_on = bool(self.warm_start) and hasattr(self, "_network")
        likelihood = resolve(self.likelihood)
        if go_on:
            checked = validate_data(self, X, reset=False, **self._accepted())
            self._check_same_network()
        else:
            checked = check_array(X, input_name="X", **self._accepted())
        likelihood._check_data(checked, "X")
        if X_val is not None:
            X_val = check_array(X_val, input_name="X_val", **self._accepted())
            if X_val.shape[1] != checked.shape[1]:
                raise ValueError(f"X_val has {X_val.shape[1]} features, X has {checked.shape[1]}")
            likelihood._check_data(X_val, "X_val")
        if not go_on:
            self._begin(X, checked)
        elif self._network.rows < min(self.batch_size, len(checked)):  # more than the network was made for
            self._set_arrays({name: value.copy() for name, value in self._arrays().items()}, len(checked))
        X = checked
        with single_threaded_blas():
            while self.epoch_ < self.epochs:
                record = self._train_epoch(X, X_val)
                if self.verbose:
                    print(", ".join(f"{name} {value:.6g}" for name, value in record.items()))
                if callback is not None:
                    callback(self, record)
        return self

    def _begin(self, given: Any, X: np.ndarray) -> None:
        """A new network. Nothing is changed before all is made."""
        built, bits = self._settings(), entropy(self.random_state)
        known = resolve(self.likelihood)._start(X)
        network, likelihood = self._make_network(built, known, X.shape[1], len(X))
        initialize(network, likelihood, known, default_rng(seed(bits, "parameters")))
        validate_data(self, given, skip_check_array=True)  # n_features_in_ and feature_names_in_
        self._built, self._entropy, self._known = built, bits, known
        self._use(network, likelihood)
        self.history_: list[dict[str, Any]] = []
        self.epoch_ = self._step = 0
