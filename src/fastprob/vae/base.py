"""What the parts of the estimator share: its parameters, checked, and the network that they ask for."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from ..nn import Network
from ..random import Generator, default_rng
from . import objectives, optimizers, schedules
from .checks import MOST_UNITS, number, one_of, sizes, whole
from .conditions import Conditioning, Conditions
from .conditions import resolve as resolve_conditioning
from .likelihoods import LIKELIHOODS, resolve
from .networks import HIDDEN, Initialization, build
from .objectives import ELBO, IWAE
from .optimizers import SGD, Adam, AdamW
from .schedules import Plateau, Steps
from .seeds import seed
from .stopping import Best, EarlyStopping

MOST_HIDDEN = 24  # layers
EVALUATED = 512  # rows of a block outside training, at least
ACTIVE = 0.01  # variance of a unit's posterior mean above which it is active (Burda, Grosse and Salakhutdinov 2015)


def as_plain(settings: dict[str, Any]) -> dict[str, Any]:
    """As a file gives them back: NumPy's numbers and arrays as Python's, fractions as floats."""

    def plain(value: Any) -> Any:
        return value.tolist() if isinstance(value, np.generic | np.ndarray) else float(value)

    return json.loads(json.dumps(settings, default=plain))


class Base(BaseEstimator):
    """Parameters and fitted state of `VAE`, to which training, evaluation and files each add their methods."""

    latent_dim: int
    hidden: Sequence[int]
    likelihood: Any
    activation: str
    conditioning: Conditioning | str | None
    epochs: int
    batch_size: int
    learning_rate: float
    objective: ELBO | IWAE | None
    optimizer: Adam | AdamW | SGD | None
    schedule: Steps | Plateau | None
    initialization: Initialization | None
    early_stopping: EarlyStopping | None
    warm_start: bool
    dtype: str
    random_state: Any
    verbose: bool

    history_: list[dict[str, Any]]
    epoch_: int
    n_parameters_: int
    n_features_in_: int

    _network: Network
    _likelihood: Any
    _built: dict[str, Any]  # what the arrays depend on
    _known: dict[str, np.ndarray]  # what the likelihood needs to know of the data
    _conditions: Conditions | None = None  # what there is to know of conditions, if there are any
    _given: list[str]  # names of the layers before the encoder: the inputs
    _entropy: list[int]
    _step: int
    _best: Best | None  # with early stopping
    _other: np.ndarray | None  # then: the parameters that the network does not have, of the best epoch or of the last one
    _rests: bool  # whether the network has those of the best epoch
    _lock: threading.RLock

    def _check_parameters(self) -> None:
        whole("latent_dim", self.latent_dim, 1, MOST_UNITS)
        whole("epochs", self.epochs, 0)
        whole("batch_size", self.batch_size, 1)
        sizes("hidden", self.hidden, MOST_HIDDEN)
        number("learning_rate", self.learning_rate, "positive", lambda x: x > 0)
        if not one_of(self.activation, HIDDEN):
            raise ValueError(f"activation is one of {', '.join(map(repr, HIDDEN))}; got {self.activation!r}")
        if not one_of(self.dtype, ("float32", "float64")):
            raise ValueError(f"dtype is 'float32' or 'float64'; got {self.dtype!r}")
        resolve(self.likelihood)
        conditioning = resolve_conditioning(self.conditioning)
        if conditioning is not None:
            conditioning._check(self.hidden)
        objectives.resolve(self.objective)
        optimizers.resolve(self.optimizer)
        schedules.resolve(self.schedule)
        if self.initialization is not None:
            if not isinstance(self.initialization, Initialization):
                raise TypeError(f"initialization is Initialization(...) or None; got {self.initialization!r}")
            self.initialization._check()
        if self.early_stopping is not None:
            if not isinstance(self.early_stopping, EarlyStopping):
                raise TypeError(f"early_stopping is EarlyStopping(...) or None; got {self.early_stopping!r}")
            self.early_stopping._check()

    def _check_same_network(self) -> None:
        """That what is fitted is of the size and kind which the parameters ask for."""
        now = self._settings()
        for name in now | self._built:
            value, before = now.get(name), self._built.get(name)
            if value != before:
                raise ValueError(f"the fitted model has {name}={before!r}, not {value!r}: set that, or fit anew")

    def _settings(self) -> dict[str, Any]:
        """What the fitted arrays depend on."""
        likelihood = resolve(self.likelihood)
        settings = {
            "latent_dim": self.latent_dim,
            "hidden": list(self.hidden),
            "likelihood": [type(likelihood).__name__.lower(), likelihood.get_params()],
            "activation": self.activation,
            "dtype": self.dtype,
            "optimizer": type(optimizers.resolve(self.optimizer)).__name__,
        }
        conditioning = resolve_conditioning(self.conditioning)
        if conditioning is not None:
            settings["conditioning"] = conditioning.get_params() | {"hidden": [int(size) for size in conditioning.hidden]}
        return as_plain(settings)

    def _accepted(self, X: Any) -> dict[str, Any]:
        """The arrays that are used as they are; whatever else there is becomes the first type: float32 where that is the model's
        and holds all values of the type of X. `check_known` looks at values."""
        given = getattr(X, "dtype", None)
        short = self.dtype == "float32" and isinstance(given, np.dtype) and np.can_cast(given, np.float32)
        types = [np.float32, np.float64] if short else [np.float64, np.float32]
        return {"dtype": types, "order": "C", "ensure_all_finite": False}

    def _make_network(
        self, built: dict[str, Any], known: dict[str, np.ndarray], conditions: Conditions | None, features: int, rows: int
    ) -> tuple[Network, Any]:
        """The network and likelihood that these describe, the parameters zero, for data of so many rows."""
        name, settings = built["likelihood"]
        likelihood = LIKELIHOODS[name](**settings)
        most, drawn = self._sizes(rows)
        dtype = np.float32 if built["dtype"] == "float32" else np.float64
        sizes = built["latent_dim"], built["hidden"], built["activation"]
        conditioning = Conditioning(**built["conditioning"]) if "conditioning" in built else None
        network = build(features, *sizes, likelihood, known, dtype, most, drawn, conditioning, conditions)
        return network, likelihood

    def _sizes(self, rows: int) -> tuple[int, int]:
        """Rows that a network for data of so many has room for, and draws of all of them together."""
        batch = min(int(self.batch_size), rows)
        return max(EVALUATED, batch), max(EVALUATED, batch * objectives.resolve(self.objective).samples)

    def _use(self, network: Network, likelihood: Any) -> None:
        self._network, self._likelihood = network, likelihood
        names = [layer.name for layer in network.layers]
        self._given = names[: next(i for i, name in enumerate(names) if name.startswith("encoder."))]
        self._lock = threading.RLock()  # the network's buffers are there once: one thread at a time
        self.n_parameters_ = network.parameters.size

    def _arrays(self) -> dict[str, np.ndarray]:
        """All arrays of the fitted model, by names that say what they are."""
        network = self._network
        arrays = {f"known.{name}": value for name, value in self._known.items()}
        for prefix, flat in (("", network.parameters), ("first.", network.first), ("second.", network.second)):
            arrays |= {prefix + name: view for name, view in network.views(flat).items()}
        if self._other is not None:
            arrays |= {"other." + name: view for name, view in network.views(self._other).items()}
        return arrays

    def _set_arrays(self, arrays: dict[str, np.ndarray], rows: int = 0) -> None:
        """A network with what `_arrays` gave, for data of so many rows."""
        self._known = {name.removeprefix("known."): np.array(a) for name, a in arrays.items() if name.startswith("known.")}
        self._use(*self._make_network(self._built, self._known, self._conditions, self.n_features_in_, rows))
        self._other = np.zeros_like(self._network.parameters) if self._best is not None else None
        mine = self._arrays()
        if {name: (a.shape, a.dtype) for name, a in mine.items()} != {name: (a.shape, a.dtype) for name, a in arrays.items()}:
            raise ValueError("its arrays are not those of the model that it describes")
        for name, value in mine.items():
            value[...] = arrays[name]

    @property
    def conditions_(self) -> dict[str, np.ndarray | int]:
        """With `conditioning`: the classes of each condition, or how many numbers it is, by name; "condition" if it has none."""
        if getattr(self, "_network", None) is None or self._conditions is None:
            raise AttributeError("conditions_ is there after a fit with conditioning")
        return {
            part.name or "condition": part.width if part.classes is None else np.array(part.classes)
            for part in self._conditions.parts
        }

    def _random(self, purpose: str, stream: int = 0) -> Generator:
        return default_rng(seed(self._entropy, purpose), stream=stream)

    def _keys(self, *purposes: str) -> np.ndarray:
        """Of the draws in a step, whose streams are step and row."""
        return np.concatenate([self._key(purpose) for purpose in purposes])

    def _key(self, purpose: str) -> np.ndarray:
        """Four words."""
        return seed(self._entropy, purpose).generate_state(4)
