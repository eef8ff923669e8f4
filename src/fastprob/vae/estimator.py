"""The variational autoencoder as a scikit-learn estimator."""

from __future__ import annotations

import json
import math
import numbers
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from ..nn import ACTIVATIONS, Network, single_threaded_blas
from ..random import Generator, default_rng
from . import checkpoint
from .likelihoods import LIKELIHOODS, resolve
from .networks import build, initialize
from .optimizers import SGD, Adam

EVALUATED = 512  # rows of a block outside training, at least
CHUNK = 0.1  # seconds of training between looks at the keyboard
PURPOSES = ("parameters", "order", "eps", "pixels", "evaluation eps", "evaluation pixels", "samples")  # of what is drawn
OPTIMIZERS = {"Adam": Adam, "SGD": SGD}


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


class VAE(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
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

    # Training

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

    def _check_parameters(self) -> None:
        _whole("latent_dim", self.latent_dim, 1)
        _whole("epochs", self.epochs, 0)
        _whole("batch_size", self.batch_size, 1)
        if isinstance(self.hidden, numbers.Integral) or not all(isinstance(size, numbers.Integral) for size in self.hidden):
            raise TypeError(f"hidden is a sequence of whole numbers, such as (400,); got {self.hidden!r}")
        for size in self.hidden:
            _whole("hidden", size, 1)
        if len(self.hidden) > 24:
            raise ValueError(f"hidden has at most 24 layers; got {len(self.hidden)}")
        _number("learning_rate", self.learning_rate, "positive", lambda x: x > 0)
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation is one of {', '.join(map(repr, ACTIVATIONS))}; got {self.activation!r}")
        if self.dtype not in ("float32", "float64"):
            raise ValueError(f"dtype is 'float32' or 'float64'; got {self.dtype!r}")
        resolve(self.likelihood)
        optimizer = self._resolved_optimizer()
        for name, value in optimizer.get_params().items():
            if name == "eps":
                _number("optimizer's eps", value, "at least 1e-15", lambda x: x >= 1e-15)
            else:
                _number(f"optimizer's {name}", value, "at least 0 and below 1", lambda x: 0 <= x < 1)

    def _resolved_optimizer(self) -> Adam | SGD:
        optimizer = Adam() if self.optimizer is None else self.optimizer
        if not isinstance(optimizer, Adam | SGD):
            raise TypeError(f"optimizer is Adam(...) or SGD(...); got {self.optimizer!r}")
        return optimizer

    def _check_same_network(self) -> None:
        """That what is fitted is of the size and kind which the parameters ask for."""
        now = self._settings()
        for name, value in now.items():
            if value != self._built[name]:
                raise ValueError(f"the fitted model has {name}={self._built[name]!r}, not {value!r}: set that, or fit anew")

    def _settings(self) -> dict[str, Any]:
        """What the fitted arrays depend on."""
        likelihood = resolve(self.likelihood)
        settings = {
            "latent_dim": self.latent_dim,
            "hidden": list(self.hidden),
            "likelihood": [type(likelihood).__name__.lower(), likelihood.get_params()],
            "activation": self.activation,
            "dtype": self.dtype,
            "optimizer": type(self._resolved_optimizer()).__name__,
        }
        return json.loads(json.dumps(settings, default=lambda value: value.item()))  # NumPy's numbers as Python's

    def _accepted(self) -> dict[str, Any]:
        """The arrays that are used as they are; whatever else there is becomes the first type."""
        types = [np.float32, np.float64] if self.dtype == "float32" else [np.float64, np.float32]
        return {"dtype": types, "order": "C"}

    def _begin(self, given: Any, X: np.ndarray) -> None:
        """A new network. Nothing is changed before all is made."""
        built, entropy = self._settings(), _entropy(self.random_state)
        known = resolve(self.likelihood)._start(X)
        network, likelihood = self._make_network(built, known, X.shape[1], len(X))
        initialize(network, likelihood, known, default_rng(_seed(entropy, "parameters")))
        validate_data(self, given, skip_check_array=True)  # n_features_in_ and feature_names_in_
        self._built, self._entropy, self._known = built, entropy, known
        self._use(network, likelihood)
        self.history_: list[dict[str, Any]] = []
        self.epoch_ = self._step = 0

    def _make_network(self, built: dict[str, Any], known: dict[str, np.ndarray], features: int, rows: int) -> tuple[Network, Any]:
        """The network and likelihood that `built` and `known` describe, the parameters zero, for data of so many rows."""
        name, settings = built["likelihood"]
        likelihood = LIKELIHOODS[name](**settings)
        most = max(EVALUATED, min(int(self.batch_size), rows))
        dtype = np.float32 if built["dtype"] == "float32" else np.float64
        with single_threaded_blas():
            network = build(features, built["latent_dim"], built["hidden"], built["activation"], likelihood, known, dtype, most)
        return network, likelihood

    def _use(self, network: Network, likelihood: Any) -> None:
        self._network, self._likelihood = network, likelihood
        self._lock = threading.RLock()  # the network's buffers are there once: one thread at a time
        self.n_parameters_ = network.parameters.size

    def _random(self, purpose: str, stream: int = 0) -> Generator:
        return default_rng(_seed(self._entropy, purpose), stream=stream)

    def _keys(self, *purposes: str) -> np.ndarray:
        """Of the draws in a step, whose streams are step and row."""
        return np.concatenate([_seed(self._entropy, purpose).generate_state(4) for purpose in purposes])

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

    # Evaluation

    def _checked(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return validate_data(self, X, reset=False, **self._accepted())

    def _forward(self, X: np.ndarray, last: str, names: Sequence[str], draw: bool) -> list[np.ndarray]:
        """Buffers of those names after the layers up to `last`, over all rows of X."""
        network = self._network
        keys = self._keys("evaluation eps", "evaluation pixels")
        results = [np.empty((len(X), *network.arrays[name].shape[1:]), network.arrays[name].dtype) for name in names]
        with single_threaded_blas():
            for block, start in enumerate(range(0, len(X), EVALUATED)):
                stop = min(start + EVALUATED, len(X))
                with self._lock:
                    if not draw:
                        network.arrays["latent.eps"][:] = 0
                    network.forward("input", last, stop - start, X, np.arange(start, stop), keys, block, draw)
                    for result, name in zip(results, names, strict=True):
                        result[start:stop] = network.arrays[name][: stop - start]
        return results

    def _terms(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        loss, kl = self._forward(X, "likelihood", ("likelihood.loss", "latent.kl"), draw=True)
        return self._likelihood._offset(self._known) - loss, kl

    def elbo_terms(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """The two terms of the ELBO a row, E_q[log p(x | z)], by one draw of z, and KL(q(z | x) || p(z)).

        Parameters
        ----------
        X : array-like [rows, features]

        Returns
        -------
        reconstruction, kl : ndarray [rows], float64
            In nats; the ELBO is their difference. The same at every call: the draws depend on the model's `random_state` and the
            row's number.
        """
        X = self._checked(X)
        self._likelihood._check_data(X, "X")
        return self._terms(X)

    def score_samples(self, X: Any) -> np.ndarray:
        """The ELBO a row, a lower bound of log p(x) in nats, by one draw of z that the row's number decides: float64 [rows]."""
        reconstruction, kl = self.elbo_terms(X)
        return reconstruction - kl

    def score(self, X: Any, y: Any = None) -> float:
        """The mean ELBO of the rows of X, in nats; y is ignored."""
        return float(self.score_samples(X).mean())

    def encode(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """Mean and scale of q(z | x), each [rows, latent_dim]."""
        raw, scale = self._forward(self._checked(X), "latent", ("encoder.out.y", "latent.scale"), draw=False)
        return raw[:, : scale.shape[1]].copy(), scale

    def transform(self, X: Any) -> np.ndarray:
        """The mean of q(z | x): [rows, latent_dim]."""
        return self.encode(X)[0]

    def decode(self, Z: Any) -> np.ndarray:
        """The mean of p(x | z), in the units of the data: [rows, features].

        Parameters
        ----------
        Z : array-like [rows, latent_dim]
        """
        return self._likelihood._mean(self._decoded(self._checked_latent(Z)), self._known)

    def inverse_transform(self, Z: Any) -> np.ndarray:
        """The same as `decode`."""
        return self.decode(Z)

    def _checked_latent(self, Z: Any) -> np.ndarray:
        check_is_fitted(self)
        Z = check_array(Z, dtype=[np.float32, np.float64], input_name="Z")
        if Z.shape[1] != self._built["latent_dim"]:
            raise ValueError(f"Z has {Z.shape[1]} columns; the model has latent_dim={self._built['latent_dim']}")
        return Z

    def _decoded(self, Z: np.ndarray) -> np.ndarray:
        """What the decoder's last layer gives."""
        network = self._network
        first = next(layer.name for layer in network.layers if layer.name.startswith("decoder."))
        result = np.empty((len(Z), self.n_features_in_), network.dtype)
        with single_threaded_blas():
            for start in range(0, len(Z), EVALUATED):
                rows = min(EVALUATED, len(Z) - start)
                with self._lock:
                    network.arrays["latent.y"][:rows] = Z[start : start + rows]
                    network.forward(first, "decoder.out", rows)
                    result[start : start + rows] = network.arrays["decoder.out.y"][:rows]
        return result

    def reconstruct(self, X: Any) -> np.ndarray:
        """The mean of p(x | z) at the mean of q(z | x): [rows, features]."""
        return self.decode(self.transform(X))

    def sample(self, n_samples: int = 1, *, mean: bool = False, random_state: Any = None) -> np.ndarray:
        """Draws from the model: z from N(0, I), then x from p(x | z).

        Parameters
        ----------
        n_samples : int, default 1
        mean : bool, default False
            Give the mean of p(x | z) instead of a draw from it: what pictures usually show.
        random_state : int, RandomState, Generator or None
            Decides the draws; None: the model's own, the same at every call.

        Returns
        -------
        ndarray [n_samples, features]
        """
        check_is_fitted(self)
        _whole("n_samples", n_samples, 1)
        random = self._random("samples") if random_state is None else default_rng(_entropy(random_state))
        y = self._decoded(random.standard_normal((int(n_samples), self._built["latent_dim"])))
        if mean:
            return self._likelihood._mean(y, self._known)
        return self._likelihood._draw(y, self._known, self._likelihood_parameters(), random)

    def _likelihood_parameters(self) -> dict[str, np.ndarray]:
        views = self._network.views(self._network.parameters)
        return {name.removeprefix("likelihood."): view for name, view in views.items() if name.startswith("likelihood.")}

    @property
    def _n_features_out(self) -> int:
        return int(self._built["latent_dim"])

    # Files and copies

    def _arrays(self) -> dict[str, np.ndarray]:
        """All arrays of the fitted model, by names that say what they are."""
        network = self._network
        arrays = {f"known.{name}": value for name, value in self._known.items()}
        for prefix, flat in (("", network.parameters), ("first.", network.first), ("second.", network.second)):
            arrays |= {prefix + name: view for name, view in network.views(flat).items()}
        return arrays

    def _set_arrays(self, arrays: dict[str, np.ndarray], rows: int = 0) -> None:
        """A network with what `_arrays` gave, for data of so many rows."""
        self._known = {name.removeprefix("known."): np.array(a) for name, a in arrays.items() if name.startswith("known.")}
        self._use(*self._make_network(self._built, self._known, self.n_features_in_, rows))
        mine = self._arrays()
        if {name: (a.shape, a.dtype) for name, a in mine.items()} != {name: (a.shape, a.dtype) for name, a in arrays.items()}:
            raise ValueError("its arrays are not those of the model that it describes")
        for name, value in mine.items():
            value[...] = arrays[name]

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if "_network" in state:
            state["_arrays"] = {name: value.copy() for name, value in self._arrays().items()}
            for derived in ("_network", "_likelihood", "_known", "_lock"):
                del state[derived]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        arrays = state.get("_arrays")
        super().__setstate__({name: value for name, value in state.items() if name != "_arrays"})
        if arrays is not None:
            self._set_arrays(arrays)

    def save(self, path: str | Path) -> None:
        """Write the fitted model to a file: parameters, optimizer, settings, history, in the safetensors format.

        The file is whole or not there: it is written beside and renamed. OSError as from `open`. A `random_state` that is not an
        int is not kept; what it decided is.
        """
        check_is_fitted(self)
        self._check_same_network()
        facts = {
            "parameters": self._plain_parameters(),
            "built": self._built,
            "entropy": self._entropy,
            "epoch": self.epoch_,
            "step": self._step,
            "history": self.history_,
            "features": self.n_features_in_,
            "names": self.feature_names_in_.tolist() if hasattr(self, "feature_names_in_") else None,
        }
        checkpoint.write(path, self._arrays(), facts)

    def _plain_parameters(self) -> dict[str, Any]:
        plain = self.get_params(deep=False)
        optimizer = self._resolved_optimizer()
        plain["optimizer"] = [type(optimizer).__name__, optimizer.get_params()]
        plain["likelihood"] = self._settings()["likelihood"]
        plain["hidden"] = [int(size) for size in self.hidden]
        if not isinstance(plain["random_state"], numbers.Integral):
            plain["random_state"] = None
        return json.loads(json.dumps(plain, default=lambda value: value.item()))

    @classmethod
    def load(cls, path: str | Path) -> VAE:
        """The model that `save` wrote: it gives the same bits, and with warm_start=True it goes on training with the same bits.

        Raises
        ------
        OSError
            As from `open`.
        ValueError
            The file is not a saved model, or damaged. Loading never executes code from the file.
        """
        arrays, facts = checkpoint.read(path)
        try:
            parameters = facts["parameters"]
            kind, settings = parameters["optimizer"]
            parameters["optimizer"] = OPTIMIZERS[kind](**settings)
            kind, settings = parameters["likelihood"]
            parameters["likelihood"] = LIKELIHOODS[kind](**settings)
            parameters["hidden"] = tuple(parameters["hidden"])
            model = cls(**parameters)
            model._check_parameters()
            model._built = model._settings()
            if model._built != facts["built"]:
                raise ValueError("its settings contradict each other")
            model._entropy, model.epoch_, model._step = facts["entropy"], facts["epoch"], facts["step"]
            model.history_, model.n_features_in_ = facts["history"], facts["features"]
            if facts["names"] is not None:
                model.feature_names_in_ = np.array(facts["names"], dtype=object)
            model._set_arrays(arrays)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: not a model, or damaged: {error}") from None
        return model


def _seed(entropy: list[int], purpose: str) -> np.random.SeedSequence:
    return np.random.SeedSequence(entropy, spawn_key=(PURPOSES.index(purpose),))


def _entropy(random_state: Any) -> list[int]:
    """128 bits of whatever random_state may be."""
    if random_state is None:
        return np.random.SeedSequence().generate_state(4).tolist()
    if isinstance(random_state, np.random.Generator):
        return random_state.integers(1 << 32, size=4, dtype=np.uint32).tolist()
    if isinstance(random_state, Generator):
        return (random_state.random(4) * 2.0**32).astype(np.uint32).tolist()
    return check_random_state(random_state).randint(1 << 32, size=4, dtype=np.uint32).tolist()


def _means(reconstruction: np.ndarray, kl: np.ndarray) -> dict[str, float]:
    return {"elbo": float((reconstruction - kl).mean()), "reconstruction": float(reconstruction.mean()), "kl": float(kl.mean())}


def _whole(name: str, value: Any, least: int) -> None:
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name} is a whole number from {least} on; got {value!r}")
    if value < least:
        raise ValueError(f"{name} is a whole number from {least} on; got {value}")


def _number(name: str, value: Any, allowed: str, fits: Callable[[float], bool]) -> None:
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} is a number, {allowed}; got {value!r}")
    if not (math.isfinite(value) and fits(float(value))):
        raise ValueError(f"{name} is {allowed}; got {value}")
