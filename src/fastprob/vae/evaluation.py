"""What a fitted model says of rows: scores, codes and reconstructions; and what it draws. In blocks of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from ..nn import single_threaded_blas
from ..random import default_rng
from .base import EVALUATED, Base
from .checks import whole
from .seeds import entropy


class Evaluation(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Base):
    """The part of `VAE` that is used once it is fitted."""

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
        whole("n_samples", n_samples, 1)
        random = self._random("samples") if random_state is None else default_rng(entropy(random_state))
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
