"""A fitted model on its way to a file or another process, and back."""

from __future__ import annotations

import numbers
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from . import checkpoint, objectives, optimizers, schedules
from .base import Base, as_plain
from .conditions import Conditioning, Conditions
from .conditions import resolve as resolve_conditioning
from .likelihoods import LIKELIHOODS
from .networks import Initialization
from .stopping import Best, EarlyStopping

# Parameters that are objects, kept as the name of their class and their own parameters
OBJECTS: dict[str, dict[str, Any]] = {
    "objective": objectives.OBJECTIVES,
    "optimizer": optimizers.OPTIMIZERS,
    "schedule": schedules.SCHEDULES,
    "initialization": {"Initialization": Initialization},
    "conditioning": {"Conditioning": Conditioning},
}


class Persistence(Base):
    """The part of `VAE` that keeps it."""

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if "_network" in state:
            state["_arrays"] = {name: value.copy() for name, value in self._arrays().items()}
            for derived in ("_network", "_likelihood", "_known", "_lock", "_other"):
                del state[derived]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        arrays = state.get("_arrays")
        super().__setstate__({name: value for name, value in state.items() if name != "_arrays"})
        if arrays is not None:
            self._set_arrays(arrays)

    def save(self, path: str | Path) -> None:
        """Write the fitted model to a file: parameters, optimizer, settings, history, in the safetensors format.

        The file is whole or not there: it is written beside, out to the disk, and renamed. It holds its own SHA-256, so that
        `load` notices any change. OSError as from `open`. A `random_state` that is not an int is not kept; what it decided is.
        """
        check_is_fitted(self)
        self._check_same_network()
        facts = {
            "parameters": self._plain_parameters(),
            "built": self._built,
            "entropy": self._entropy,
            "epoch": self.epoch_,
            "step": self._step,
            "best": None if self._best is None else asdict(self._best),
            "rests": self._rests,
            "history": self.history_,
            "features": self.n_features_in_,
            "names": self.feature_names_in_.tolist() if hasattr(self, "feature_names_in_") else None,
        }
        if self._conditions is not None:
            facts["conditions"] = self._conditions.facts()
        checkpoint.write(path, self._arrays(), facts)

    def _plain_parameters(self) -> dict[str, Any]:
        plain = self.get_params(deep=False) | {"conditioning": resolve_conditioning(self.conditioning)}
        for name in OBJECTS:
            if plain[name] is not None:
                plain[name] = [type(plain[name]).__name__, plain[name].get_params()]
        if plain["conditioning"] is not None:
            plain["conditioning"][1] = self._settings()["conditioning"]
        plain["likelihood"] = self._settings()["likelihood"]
        plain["hidden"] = [int(size) for size in self.hidden]
        plain["early_stopping"] = None if self.early_stopping is None else self.early_stopping.get_params()
        if not isinstance(plain["random_state"], numbers.Integral):
            plain["random_state"] = None
        return as_plain(plain)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The model that `save` wrote: it gives the same bits, and with warm_start=True it goes on training with the same bits.

        Raises
        ------
        OSError
            As from `open`.
        ValueError
            The file is not a saved model, or not as it was written: cut off, or a bit of it has changed. Loading never executes
            code from the file.
        """
        arrays, facts = checkpoint.read(path)
        try:
            parameters = facts["parameters"]
            for name, classes in OBJECTS.items():
                if parameters.get(name) is not None:
                    kind, settings = parameters[name]
                    parameters[name] = classes[kind](**settings)
            kind, settings = parameters["likelihood"]
            parameters["likelihood"] = LIKELIHOODS[kind](**settings)
            parameters["hidden"] = tuple(parameters["hidden"])
            if parameters.get("conditioning") is not None:
                parameters["conditioning"].hidden = tuple(parameters["conditioning"].hidden)
            if parameters["early_stopping"] is not None:
                parameters["early_stopping"] = EarlyStopping(**parameters["early_stopping"])
            model = cls(**parameters)
            model._check_parameters()
            model._built, built = model._settings(), facts["built"]
            if "conditioning" in built:  # a file may be older than one of its parameters
                built["conditioning"] = Conditioning().get_params() | {"hidden": []} | built["conditioning"]
            if model._built != built:
                raise ValueError("its settings contradict each other")
            model._entropy, model.epoch_, model._step = facts["entropy"], facts["epoch"], facts["step"]
            model.history_, model.n_features_in_ = facts["history"], facts["features"]
            if facts["names"] is not None:
                model.feature_names_in_ = np.array(facts["names"], dtype=object)
            model._conditions = Conditions.from_facts(facts["conditions"]) if "conditions" in facts else None
            model._best, model._rests = facts["best"] and Best(**facts["best"]), facts["rests"]
            model._set_arrays(arrays)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: not a model, or damaged: {error}") from None
        return model
