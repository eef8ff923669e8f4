"""What a fitted model says of rows: scores, codes and reconstructions; and what it draws. In blocks of rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from .. import kl, special
from ..nn import single_threaded_blas
from ..random import Generator, default_rng
from .base import ACTIVE, EVALUATED, Base
from .checks import checked_weights, number, whole
from .likelihoods import DiscretizedLogistic
from .seeds import entropy


class LogLikelihood(NamedTuple):
    """What `VAE.log_likelihood` finds, in nats. `standard_error` is that of the mean over rows like these, nan for one row;
    `rows_error` is what the draws of z leave open of each row, reliable where it is small against 1."""

    mean: float
    standard_error: float
    rows: np.ndarray
    rows_error: np.ndarray


class Evaluation(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Base):
    """The part of `VAE` that is used once it is fitted."""

    def _checked(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return validate_data(self, X, reset=False, **self._accepted())

    def _draws(self, X: np.ndarray) -> tuple[np.ndarray, list[Generator]]:
        """Rows as they are scored, their pixels drawn where the likelihood says so, and a source of z's noise for each.

        Both depend on the values of a row alone, as the network has them: neither on its place nor on the rows beside it.
        """
        network = self._network
        binarize = getattr(self._likelihood, "binarize", False)
        if binarize:
            seen = X.astype(network.dtype)
        else:
            network.forward("input", "input", len(X), X, np.arange(len(X)), self._keys("eps", "pixels"))
            seen = network.arrays["input.y"][: len(X)]
        # + 0.0: no -0.0, whose bytes are others
        streams = [int.from_bytes(blake2b(row, digest_size=8).digest(), "little") for row in seen + 0.0]
        sources = [self._random("evaluation eps", stream) for stream in streams]
        if binarize:
            pixels = [self._random("evaluation pixels", stream).random(X.shape[1]) for stream in streams]
            X = np.where(np.isnan(X), X, np.array(pixels) < X).astype(X.dtype)
        return X, sources

    def _forward(self, X: np.ndarray, last: str, names: Sequence[str], draw: bool) -> list[np.ndarray]:
        """Buffers of those names after the layers up to `last`, over all rows of X."""
        network = self._network
        results = [np.empty((len(X), *network.arrays[name].shape[1:]), network.arrays[name].dtype) for name in names]
        with single_threaded_blas():
            for start in range(0, len(X), EVALUATED):
                block = X[start : start + EVALUATED]
                with self._lock:
                    self._forward_block(block, last, draw)
                    for result, name in zip(results, names, strict=True):
                        result[start : start + len(block)] = network.arrays[name][: len(block)]
        return results

    def _forward_block(self, block: np.ndarray, last: str, draw: bool) -> list[Generator]:
        """The layers up to `last` on these rows, the results in the network's arrays; what is left of each row's noise."""
        network, sources = self._network, []
        eps = network.arrays["latent.eps"]
        if draw:
            block, sources = self._draws(block)
            for noise, source in zip(eps, sources, strict=False):
                noise[:] = source.standard_normal(eps.shape[1])
        else:
            eps[:] = 0
        network.forward("input", last, len(block), block, np.arange(len(block)), self._keys("eps", "pixels"))
        return sources

    def _terms(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        loss, divergence = self._forward(X, "likelihood", ("likelihood.loss", "latent.kl"), draw=True)
        return self._likelihood._offset(self._known, X) - loss, divergence

    def elbo_terms(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """The two terms of the ELBO a row, E_q[log p(x | z)], by one draw of z, and KL(q(z | x) || p(z)).

        Parameters
        ----------
        X : array-like [rows, features]

        Returns
        -------
        reconstruction, kl : ndarray [rows], float64
            In nats; the ELBO is their difference. The same at every call: the draws depend on the model's `random_state` and the
            row's values, not on its place.
        """
        X = self._checked(X)
        self._likelihood._check_data(X, "X")
        return self._terms(X)

    def score_samples(self, X: Any) -> np.ndarray:
        """The ELBO a row, a lower bound of log p(x) in nats, by one draw of z that the row's values decide: float64 [rows]."""
        reconstruction, divergence = self.elbo_terms(X)
        return reconstruction - divergence

    def score(self, X: Any, y: Any = None, *, sample_weight: Any = None) -> float:
        """The mean ELBO of the rows of X, in nats; y is ignored.

        Parameters
        ----------
        X : array-like [rows, features]
        sample_weight : array-like [rows], optional
            Weights of the mean; not negative, not all zero.
        """
        scores = self.score_samples(X)
        if sample_weight is None:
            return float(scores.mean())
        return float(np.average(scores, weights=checked_weights(sample_weight, len(scores))))

    def anomaly_score(self, X: Any) -> np.ndarray:
        """How odd each row is to the model: minus its ELBO, in nats; higher is odder: float64 [rows].

        Differences mean something, the zero does not: for features with a density it depends on their units. `log_likelihood`
        gives less noisy scores at more cost.
        """
        return -self.score_samples(X)

    def log_likelihood(self, X: Any, n_samples: int = 5000) -> LogLikelihood:
        """log p(x) by importance sampling from q(z | x), as Burda, Grosse and Salakhutdinov (2015) measure it.

        The value of a row is log (1/k) sum_i p(x | z_i) p(z_i) / q(z_i | x) with k = n_samples. On average it is below log p(x)
        and above the ELBO, and the closer the larger k. Rows and draws are taken in blocks: memory does not grow with n_samples.

        Parameters
        ----------
        X : array-like [rows, features]
        n_samples : int, default 5000
            Draws of z a row. The first k of more are the same: a row's values decide them.

        Returns
        -------
        LogLikelihood
            `mean` over the rows and its `standard_error`, `rows` and the `rows_error` of each; in nats.

        Examples
        --------
        >>> from sklearn.datasets import load_digits
        >>> from fastprob.vae import VAE
        >>> X = load_digits().data / 16
        >>> model = VAE(latent_dim=2, hidden=(64,), likelihood="bernoulli", epochs=5, random_state=0).fit(X)
        >>> model.log_likelihood(X[:50], n_samples=100).mean > model.score(X[:50])
        True
        """
        X = self._checked(X)
        whole("n_samples", n_samples, 1)
        self._likelihood._check_data(X, "X")
        results = []
        with single_threaded_blas():
            for start in range(0, len(X), EVALUATED):
                results.append(self._importance(X[start : start + EVALUATED], int(n_samples)))
        first, second = np.concatenate(results, axis=1)
        rows = first - math.log(n_samples)
        # variance of the mean weight over its square: that of its logarithm
        relative = np.maximum(np.exp(second - 2 * first) - 1 / n_samples, 0.0)
        error = rows.std(ddof=1) / math.sqrt(len(rows)) if len(rows) > 1 else math.nan
        return LogLikelihood(float(rows.mean()), float(error), rows, np.sqrt(relative))

    def _importance(self, X: np.ndarray, n_samples: int) -> np.ndarray:
        """Logarithms of the sums of the weights, and of their squares, for each row of a block: [2, rows]."""
        network = self._network
        with self._lock:
            X, sources = self._draws(X)
            network.arrays["latent.eps"][:] = 0
            network.forward("input", "latent", len(X), X, np.arange(len(X)), self._keys("eps", "pixels"))
            names = self._target, "encoder.out.y", "latent.scale"
            target, raw, scale = (network.arrays[name][: len(X)].copy() for name in names)
        units = scale.shape[1]
        sums = np.full((2, len(X)), -np.inf)
        together = max(1, EVALUATED // n_samples)  # rows
        for start in range(0, len(X), together):
            rows = slice(start, min(start + together, len(X)))
            for done in range(0, n_samples, EVALUATED):
                draws = min(EVALUATED, n_samples - done)
                eps = np.stack([source.standard_normal((draws, units)) for source in sources[rows]])
                weights = self._log_weights(target[rows], raw[rows, None, :units], scale[rows, None], eps)
                for power in (1, 2):
                    some = special.logsumexp(power * weights, axis=1)
                    sums[power - 1, rows] = np.logaddexp(sums[power - 1, rows], some)
        return sums

    def _log_weights(self, target: np.ndarray, mean: np.ndarray, scale: np.ndarray, eps: np.ndarray) -> np.ndarray:
        """log p(x | z) p(z) / q(z | x) at z = mean + scale eps, eps [rows, draws, units]; the target as the network has it."""
        network = self._network
        rows, draws, units = eps.shape
        z = mean + scale.astype(np.float64) * eps
        first = next(layer.name for layer in network.layers if layer.name.startswith("decoder."))
        with self._lock:
            network.arrays["latent.y"][: rows * draws] = z.reshape(-1, units)
            network.arrays[self._target][: rows * draws].reshape(rows, draws, -1)[:] = target[:, None]
            network.forward(first, "likelihood", rows * draws)
            loss = network.arrays["likelihood.loss"][: rows * draws].reshape(rows, draws).copy()
        ratio = (0.5 * (np.square(eps) - np.square(z)) + np.log(scale.astype(np.float64))).sum(axis=2)
        return np.reshape(self._likelihood._offset(self._known, target), (-1, 1)) - loss + ratio

    @property
    def _target(self) -> str:
        """The network's array of what the likelihood is of."""
        return "input.target" if "input.target" in self._network.arrays else "input.y"

    def bits_per_dim(self, X: Any) -> float:
        """What a feature costs in bits by the mean ELBO of the rows of X: for a `DiscretizedLogistic` likelihood.

        Raises
        ------
        ValueError
            The likelihood is another: what it gives is no probability of levels.
        """
        check_is_fitted(self)
        if not isinstance(self._likelihood, DiscretizedLogistic):
            raise ValueError(f"bits_per_dim needs likelihood=DiscretizedLogistic(...); the model has {self._likelihood!r}")
        return -self.score(X) / (self.n_features_in_ * math.log(2))

    def unit_kl(self, X: Any) -> np.ndarray:
        """KL(q(z | x) || p(z)) of each unit of z, in nats, the mean over the rows of X: float64 [latent_dim].

        Their sum is the KL term of the ELBO. A unit near 0 is not used: it has collapsed to the prior.
        """
        total = np.zeros(self._n_features_out)
        X = self._checked(X)
        for start in range(0, len(X), EVALUATED):
            mean, scale = (value.astype(np.float64) for value in self._encoded(X[start : start + EVALUATED]))
            total += kl.standard_normal(mean, scale=scale).sum(axis=0)
        return total / len(X)

    def active_units(self, X: Any, threshold: float = ACTIVE) -> np.ndarray:
        """Which units of z the model uses, by the measure of Burda, Grosse and Salakhutdinov (2015): bool [latent_dim].

        Parameters
        ----------
        X : array-like [rows, features]
        threshold : float, default 0.01
            A unit is active if the variance of its posterior mean over the rows is larger.
        """
        number("threshold", threshold, "at least 0", lambda x: x >= 0)
        return np.var(self.encode(X)[0], axis=0, dtype=np.float64) > threshold

    def encode(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """Mean and scale of q(z | x), each [rows, latent_dim]."""
        return self._encoded(self._checked(X))

    def _encoded(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        raw, scale = self._forward(X, "latent", ("encoder.out.y", "latent.scale"), draw=False)
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
        return self.decode(self.encode(X)[0])

    def interpolate(self, a: Any, b: Any, n: int = 10) -> np.ndarray:
        """What lies between two rows: the decoded points of the straight line between the means of their codes.

        Parameters
        ----------
        a, b : array-like [features] or [rows, features]
            One pair, or as many as there are rows.
        n : int, default 10
            Points a pair, the two reconstructions included; from 2 on.

        Returns
        -------
        ndarray [n, features] or [rows, n, features]
        """
        whole("n", n, 2)
        pair = [row if hasattr(row, "columns") else np.asarray(row) for row in (a, b)]
        if pair[0].shape != pair[1].shape or len(pair[0].shape) not in (1, 2):
            shapes = " and ".join(str(row.shape) for row in pair)
            raise ValueError(f"a and b are a row each, or as many rows as each other; got shapes {shapes}")
        one = len(pair[0].shape) == 1
        first, last = (self.encode(row[None] if one else row)[0][:, None] for row in pair)
        t = np.linspace(0, 1, int(n))[:, None]
        points = (1 - t) * first + t * last
        decoded = self.decode(points.reshape(-1, points.shape[2])).reshape(*points.shape[:2], -1)
        return decoded[0] if one else decoded

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

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = [self.dtype]
        tags.input_tags.allow_nan = bool(getattr(self.likelihood, "missing", False))
        # Which rows stand beside a row decides how some BLAS round its products: float32 shows it in the last digits.
        tags.non_deterministic = self.dtype == "float32"
        return tags

    @property
    def _n_features_out(self) -> int:
        return int(self._built["latent_dim"])
