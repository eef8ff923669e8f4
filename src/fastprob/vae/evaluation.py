"""What a fitted model says of rows: scores, codes and reconstructions; and what it draws. In blocks of rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from .. import kl, special
from ..nn import FilmDense, FiLMGenerator, Input
from ..nn._rows import draw, hashes
from ..random import default_rng
from .base import ACTIVE, EVALUATED, Base
from .checks import check_known, checked_weights, no_masks, number, refuse_overflow, whole
from .conditions import Conditioning, length
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

    def _checked(self, X: Any, name: str = "X") -> np.ndarray:
        check_is_fitted(self)
        with np.errstate(over="ignore"):
            checked = validate_data(self, X, reset=False, **self._accepted(X))
        check_known(name, X, checked, self._likelihood.missing)
        return checked

    def _checked_condition(
        self, condition: Any, rows: int, parts: Sequence[str], name: str = "condition", of: str = "X", spread: bool = False
    ) -> np.ndarray | None:
        """The conditions of so many rows, encoded; None if there are none, or none is given and none of the parts sees it."""
        if self._conditions is None:
            if condition is not None:
                raise ValueError(f"{name} is given, but the model was fitted with conditioning=None: leave it out, or fit anew")
            return None
        conditioning = Conditioning(**self._built["conditioning"])
        if condition is None and not any(conditioning._in(part) for part in parts):
            return None
        return self._conditions.encode(condition, rows, name, of, spread=spread)

    def _rows(self, X: np.ndarray | None, C: np.ndarray | None, rows: int) -> Any:
        """What the network takes as data: X, and the conditions' columns, zeros where what is used of it does not see them."""
        first, *others = (layer for layer in self._network.layers if isinstance(layer, Input))
        zeros = np.zeros((1, max(first.outputs, *(layer.outputs for layer in others), 0)), self._network.dtype)
        X, C = (np.broadcast_to(zeros, (rows, zeros.shape[1])) if array is None else array for array in (X, C))
        given, at = [X[:, : first.outputs]], 0
        for layer in others:
            given.append(C[:, at : at + layer.outputs])
            at += layer.outputs
        return tuple(given)

    def _draws(self, X: np.ndarray, C: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Rows as they are scored, their pixels drawn where the likelihood says so, and the stream of z's noise of each.

        Both depend on the values of a row and its condition alone, as the network has them: neither on its place nor on the rows
        beside it.
        """
        network = self._network
        binarize = getattr(self._likelihood, "binarize", False)
        conditions = [layer.name for layer in network.layers if isinstance(layer, Input)][1:]
        if not binarize or conditions:
            data = self._rows(X, C, len(X))
            network.forward("input", self._given[-1], len(X), data, np.arange(len(X)), self._keys("eps", "pixels"))
        seen = [X.astype(network.dtype) if binarize else network.arrays["input.y"][: len(X)]]
        seen += [network.arrays[f"{name}.y"][: len(X)] for name in conditions]
        # + 0.0: no -0.0, whose bytes are others
        seen = np.concatenate(seen, axis=1) + network.dtype(0)
        streams = hashes(seen)
        if binarize:
            pixels = draw("unit", self._key("evaluation pixels"), streams, X.shape[1])
            X = np.where(np.isnan(X), X, pixels < X).astype(X.dtype)
        return X, streams

    def _forward(self, X: np.ndarray, C: np.ndarray | None, last: str, names: Sequence[str], drawn: bool) -> list[np.ndarray]:
        """Buffers of those names after the layers up to `last`, over all rows of X."""
        network = self._network
        results = [np.empty((len(X), *network.arrays[name].shape[1:]), network.arrays[name].dtype) for name in names]
        for start in range(0, len(X), EVALUATED):
            block = X[start : start + EVALUATED]
            with self._lock:
                self._forward_block(block, None if C is None else C[start : start + EVALUATED], last, drawn)
                for result, name in zip(results, names, strict=True):
                    result[start : start + len(block)] = network.arrays[name][: len(block)]
        return results

    def _forward_block(self, block: np.ndarray, C: np.ndarray | None, last: str, drawn: bool) -> None:
        """The layers up to `last` on these rows, the results in the network's arrays."""
        network = self._network
        eps = network.arrays["latent.eps"]
        if drawn:
            block, streams = self._draws(block, C)
            eps[: len(block)] = draw("normal", self._key("evaluation eps"), streams, eps.shape[1])
        else:
            eps[:] = 0
        data = self._rows(block, C, len(block))
        network.forward("input", last, len(block), data, np.arange(len(block)), self._keys("eps", "pixels"))

    def _terms(self, X: np.ndarray, C: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        loss, divergence = self._forward(X, C, "likelihood", ("likelihood.loss", "latent.kl"), drawn=True)
        return self._likelihood._offset(self._known, X) - loss, divergence

    def elbo_terms(self, X: Any, *, condition: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """The two terms of the ELBO a row, E_q[log p(x | z)], by one draw of z, and KL(q(z | x) || p(z)).

        Parameters
        ----------
        X : array-like [rows, features]
        condition : array-like [rows], DataFrame or dict, optional
            As `fit` was given it, for these rows.

        Returns
        -------
        reconstruction, kl : ndarray [rows], float64
            In nats; the ELBO is their difference. The same at every call: the draws depend on the model's `random_state` and the
            row's values, not on its place. In float32 they are infinite from about 1e34 scales on: take
            dtype="float64" for such rows.
        """
        X = self._checked(X)
        C = self._checked_condition(condition, len(X), ("encoder", "decoder", "prior"))
        self._likelihood._check_data(X, "X")
        terms = self._terms(X, C)
        refuse_overflow("X", self._network.dtype, *terms)
        return terms

    def score_samples(self, X: Any, *, condition: Any = None) -> np.ndarray:
        """The ELBO a row, a lower bound of log p(x), or log p(x | c), in nats, by one draw of z that the row's values decide:
        float64 [rows]."""
        reconstruction, divergence = self.elbo_terms(X, condition=condition)
        return reconstruction - divergence

    def score(self, X: Any, y: Any = None, *, condition: Any = None, sample_weight: Any = None) -> float:
        """The mean ELBO of the rows of X, in nats; y is ignored.

        Parameters
        ----------
        X : array-like [rows, features]
        condition : array-like [rows], DataFrame or dict, optional
            As `fit` was given it, for these rows.
        sample_weight : array-like [rows], optional
            Weights of the mean; not negative, not all zero.
        """
        scores = self.score_samples(X, condition=condition)
        if sample_weight is None:
            return float(scores.mean())
        return float(np.average(scores, weights=checked_weights(sample_weight, len(scores))))

    def anomaly_score(self, X: Any, *, condition: Any = None) -> np.ndarray:
        """How odd each row is to the model, under its condition: minus its ELBO, in nats; higher is odder: float64 [rows].

        Differences mean something, the zero does not: for features with a density it depends on their units. `log_likelihood`
        gives less noisy scores at more cost.
        """
        return -self.score_samples(X, condition=condition)

    def log_likelihood(self, X: Any, n_samples: int = 5000, *, condition: Any = None) -> LogLikelihood:
        """log p(x), or log p(x | c), by importance sampling from q(z | x), as Burda, Grosse and Salakhutdinov (2015) measure it.

        The value of a row is log (1/k) sum_i p(x | z_i) p(z_i) / q(z_i | x) with k = n_samples. On average it is below log p(x)
        and above the ELBO, and the closer the larger k. Rows and draws are taken in blocks: memory does not grow with n_samples.

        Parameters
        ----------
        X : array-like [rows, features]
        n_samples : int, default 5000
            Draws of z a row. The first k of more are the same: a row's values decide them.
        condition : array-like [rows], DataFrame or dict, optional
            As `fit` was given it, for these rows.

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
        C = self._checked_condition(condition, len(X), ("encoder", "decoder", "prior"))
        whole("n_samples", n_samples, 1)
        self._likelihood._check_data(X, "X")
        results = []
        for start in range(0, len(X), EVALUATED):
            rows = slice(start, start + EVALUATED)
            results.append(self._importance(X[rows], None if C is None else C[rows], int(n_samples), start))
        first, second = np.concatenate(results, axis=1)
        found = first - math.log(n_samples)
        with np.errstate(invalid="ignore"):  # of -inf
            # variance of the mean weight over its square: that of its logarithm
            relative = np.maximum(np.exp(second - 2 * first) - 1 / n_samples, 0.0)
            error = found.std(ddof=1) / math.sqrt(len(found)) if len(found) > 1 else math.nan
        return LogLikelihood(float(found.mean()), float(error), found, np.sqrt(relative))

    def _importance(self, X: np.ndarray, C: np.ndarray | None, n_samples: int, first: int) -> np.ndarray:
        """Logarithms of the sums of the weights, and of their squares, for each row of a block that begins with the row `first`:
        [2, rows]."""
        network = self._network
        with self._lock:
            X, streams = self._draws(X, C)
            network.arrays["latent.eps"][:] = 0
            network.forward("input", "latent", len(X), self._rows(X, C, len(X)), np.arange(len(X)), self._keys("eps", "pixels"))
            names = self._target, "encoder.out.y", "latent.scale", *self._seen
            target, raw, scale, *seen = (network.arrays[name][: len(X)].copy() for name in names)
        refuse_overflow("X", network.dtype, raw, start=first)
        prior = self._priors(C) if "prior.out" in self._given and C is not None else None
        key, units = self._key("evaluation eps"), scale.shape[1]
        sums = np.full((2, len(X)), -np.inf)
        together = max(1, EVALUATED // n_samples)  # rows
        for start in range(0, len(X), together):
            rows = slice(start, min(start + together, len(X)))
            for done in range(0, n_samples, EVALUATED):
                draws = min(EVALUATED, n_samples - done)
                eps = draw("normal", key, streams[rows], draws * units, done * units).reshape(-1, draws, units)
                codes = raw[rows, None, :units], scale[rows, None], eps
                from_prior = None if prior is None else [values[rows, None] for values in prior]
                weights = self._log_weights(target[rows], [values[rows] for values in seen], *codes, from_prior)
                for power in (1, 2):
                    some = special.logsumexp(power * weights, axis=1)
                    sums[power - 1, rows] = np.logaddexp(sums[power - 1, rows], some)
        return sums

    def _log_weights(
        self,
        target: np.ndarray,
        seen: list[np.ndarray],
        mean: np.ndarray,
        scale: np.ndarray,
        eps: np.ndarray,
        prior: list[np.ndarray] | None,
    ) -> np.ndarray:
        """log p(x | z) p(z) / q(z | x) at z = mean + scale eps, eps [rows, draws, units]; target and conditions as the network
        has them; mean and scale of the prior, if it is learnt."""
        network = self._network
        rows, draws, units = eps.shape
        z = mean + scale.astype(np.float64) * eps
        first = next(layer.name for layer in network.layers if layer.name.startswith("decoder."))
        with self._lock:
            network.arrays["latent.y"][: rows * draws] = z.reshape(-1, units)
            for name, value in zip((self._target, *self._seen), (target, *seen), strict=True):
                network.arrays[name][: rows * draws].reshape(rows, draws, -1)[:] = value[:, None]
            network.forward(first, "likelihood", rows * draws)
            loss = network.arrays["likelihood.loss"][: rows * draws].reshape(rows, draws).copy()
        if prior is not None:  # in its units
            z, scale = (z - prior[0]) / prior[1], scale / prior[1]
        ratio = (0.5 * (np.square(eps) - np.square(z)) + np.log(scale.astype(np.float64))).sum(axis=2)
        return np.reshape(self._likelihood._offset(self._known, target), (-1, 1)) - loss + ratio

    @property
    def _seen(self) -> list[str]:
        """The network's arrays of what its layers see of conditions."""
        return [f"{name}.y" for name in self._given[1:]]

    @property
    def _target(self) -> str:
        """The network's array of what the likelihood is of."""
        return "input.target" if "input.target" in self._network.arrays else "input.y"

    def bits_per_dim(self, X: Any, *, condition: Any = None) -> float:
        """What a feature that is not missing costs in bits by the ELBO of the rows of X: for a `DiscretizedLogistic` likelihood.

        Raises
        ------
        ValueError
            The likelihood is another: what it gives is no probability of levels. Or all of X is missing.
        """
        check_is_fitted(self)
        if not isinstance(self._likelihood, DiscretizedLogistic):
            raise ValueError(f"bits_per_dim needs likelihood=DiscretizedLogistic(...); the model has {self._likelihood!r}")
        checked = self._checked(X)
        known = self.n_features_in_ - np.isnan(checked).sum() / len(checked)  # of a row, on average
        if not known:
            raise ValueError("all of X is missing: there is no feature that costs anything")
        return -self.score(X, condition=condition) / (known * math.log(2))

    def unit_kl(self, X: Any, *, condition: Any = None) -> np.ndarray:
        """KL(q(z | x) || p(z)) of each unit of z, in nats, the mean over the rows of X: float64 [latent_dim].

        Their sum is the KL term of the ELBO. A unit near 0 is not used: it has collapsed to the prior.
        """
        X = self._checked(X)
        C = self._checked_condition(condition, len(X), ("encoder", "prior"))
        total = np.zeros(self._n_features_out)
        for start in range(0, len(X), EVALUATED):
            some = None if C is None else C[start : start + EVALUATED]
            mean, scale = (value.astype(np.float64) for value in self._encoded(X[start : start + EVALUATED], some, start))
            if "prior.out" in self._given:
                total += kl.normal(mean, scale, *self._priors(some)).sum(axis=0)
            else:
                total += kl.standard_normal(mean, scale=scale).sum(axis=0)
        return total / len(X)

    def active_units(self, X: Any, threshold: float = ACTIVE, *, condition: Any = None) -> np.ndarray:
        """Which units of z the model uses, by the measure of Burda, Grosse and Salakhutdinov (2015): bool [latent_dim].

        Parameters
        ----------
        X : array-like [rows, features]
        threshold : float, default 0.01
            A unit is active if the variance of its posterior mean over the rows is larger.
        condition : array-like [rows], DataFrame or dict, optional
            As `fit` was given it, for these rows.
        """
        number("threshold", threshold, "at least 0", lambda x: x >= 0)
        return np.var(self.encode(X, condition=condition)[0], axis=0, dtype=np.float64) > threshold

    def prior(self, condition: Any) -> tuple[np.ndarray, np.ndarray]:
        """Mean and scale of a learnt prior p(z | c), each [rows, latent_dim].

        Parameters
        ----------
        condition : array-like [rows], DataFrame, dict or one value
            As `fit` was given it.

        Raises
        ------
        ValueError
            The prior is N(0, I) whatever the condition, or the condition is not what it must be.
        """
        check_is_fitted(self)
        if "prior.out" not in self._given:
            raise ValueError("prior needs conditioning=Conditioning(prior='learned'); the model's is N(0, I)")
        C = self._checked_condition(condition, length(condition), ("prior",), of="the prior", spread=True)
        assert C is not None
        return self._priors(C)

    def _priors(self, C: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The learnt prior of these conditions: what the latent layer gives where it has the prior in place of the posterior."""
        network, units = self._network, self._n_features_out
        mean, scale = (np.empty((len(C), units), network.dtype) for _ in range(2))
        for start in range(0, len(C), EVALUATED):
            rows = min(EVALUATED, len(C) - start)
            with self._lock:
                self._see(C[start : start + rows])
                network.arrays["encoder.out.y"][:rows] = network.arrays["prior.out.y"][:rows]
                network.arrays["latent.eps"][:rows] = 0
                network.forward("latent", "latent", rows)
                mean[start : start + rows] = network.arrays["latent.y"][:rows]
                scale[start : start + rows] = network.arrays["latent.scale"][:rows]
        return mean, scale

    def _see(self, C: np.ndarray) -> None:
        """Conditions of at most a block into the network."""
        rows = len(C)
        keys = self._keys("eps", "pixels")
        self._network.forward("input", self._given[-1], rows, self._rows(None, C, rows), np.arange(rows), keys)

    def modulation(self, condition: Any) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """What conditions do to the hidden layers of a model with conditioning="film": activation(gamma h + beta).

        Parameters
        ----------
        condition : array-like [rows], DataFrame, dict or one value
            As `fit` was given it.

        Returns
        -------
        dict of str to tuple of ndarray [rows, units]
            gamma and beta by the names of the layers, "encoder.0" and so on; of a gated layer those of both its halves.

        Raises
        ------
        ValueError
            The model's layers are not modulated, or the condition is not what it must be.
        """
        check_is_fitted(self)
        network = self._network
        modulated = [layer.name for layer in network.layers if isinstance(layer, FilmDense)]
        if not modulated:
            raise ValueError("modulation needs conditioning='film' and hidden layers; the model modulates none")
        C = self._checked_condition(condition, length(condition), ("encoder", "decoder"), of="the modulation", spread=True)
        assert C is not None
        found = []
        for start in range(0, len(C), EVALUATED):
            rows = min(EVALUATED, len(C) - start)
            with self._lock:
                data = self._rows(None, C[start : start + rows], rows)
                network.forward("input", modulated[-1], rows, data, np.arange(rows), self._keys("eps", "pixels"))
                found.append(FiLMGenerator.modulation(network, rows))
        return {name: tuple(map(np.concatenate, zip(*(block[name] for block in found), strict=True))) for name in modulated}

    def encode(self, X: Any, *, condition: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Mean and scale of q(z | x), or q(z | x, c), each [rows, latent_dim]."""
        X = self._checked(X)
        return self._encoded(X, self._checked_condition(condition, len(X), ("encoder",)))

    def _encoded(self, X: np.ndarray, C: np.ndarray | None, start: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Mean and scale of rows of which the first has that number."""
        raw, scale = self._forward(X, C, "latent", ("encoder.out.y", "latent.scale"), drawn=False)
        refuse_overflow("X", self._network.dtype, raw, start=start)
        return raw[:, : scale.shape[1]].copy(), scale

    def transform(self, X: Any, *, condition: Any = None) -> np.ndarray:
        """The mean of q(z | x), or q(z | x, c): [rows, latent_dim]."""
        return self.encode(X, condition=condition)[0]

    def fit_transform(self, X: Any, y: Any = None, *, condition: Any = None, **fit_params: Any) -> np.ndarray:
        """`fit` and `transform` of the same rows and conditions; other parameters are those of `fit`."""
        return self.fit(X, y, condition=condition, **fit_params).transform(X, condition=condition)

    def decode(self, Z: Any, *, condition: Any = None) -> np.ndarray:
        """The mean of p(x | z), or p(x | z, c), in the units of the data: [rows, features].

        Parameters
        ----------
        Z : array-like [rows, latent_dim]
        condition : array-like [rows], DataFrame, dict or one value for all rows, optional
            As `fit` was given it.
        """
        Z = self._checked_latent(Z)
        C = self._checked_condition(condition, len(Z), ("decoder",), of="Z", spread=True)
        return self._likelihood._mean(self._decoded(Z, C), self._known)

    def inverse_transform(self, Z: Any, *, condition: Any = None) -> np.ndarray:
        """The same as `decode`."""
        return self.decode(Z, condition=condition)

    def _checked_latent(self, Z: Any) -> np.ndarray:
        check_is_fitted(self)
        with np.errstate(over="ignore"):
            given, Z = Z, check_array(Z, dtype=self._accepted(Z)["dtype"], ensure_all_finite=False, input_name="Z")
        check_known("Z", given, Z, missing=False, instead="every code has all its numbers")
        if Z.shape[1] != self._built["latent_dim"]:
            raise ValueError(f"Z has {Z.shape[1]} columns; the model has latent_dim={self._built['latent_dim']}")
        return Z

    def _decoded(self, Z: np.ndarray, C: np.ndarray | None) -> np.ndarray:
        """What the decoder's last layer gives."""
        network = self._network
        first = next(layer.name for layer in network.layers if layer.name.startswith("decoder."))
        result = np.empty((len(Z), self.n_features_in_), network.dtype)
        for start in range(0, len(Z), EVALUATED):
            rows = min(EVALUATED, len(Z) - start)
            with self._lock:
                if C is not None:
                    self._see(C[start : start + rows])
                with np.errstate(over="ignore"):  # looked at in the result
                    network.arrays["latent.y"][:rows] = Z[start : start + rows]
                network.forward(first, "decoder.out", rows)
                result[start : start + rows] = network.arrays["decoder.out.y"][:rows]
        refuse_overflow("Z", network.dtype, result)
        return result

    def reconstruct(self, X: Any, *, condition: Any = None) -> np.ndarray:
        """The mean of p(x | z) at the mean of q(z | x), under the condition of the row: [rows, features]."""
        X = self._checked(X)
        C = self._checked_condition(condition, len(X), ("encoder", "decoder"))
        return self._likelihood._mean(self._decoded(self._encoded(X, C)[0], C), self._known)

    def interpolate(self, a: Any, b: Any, n: int = 10, *, condition: Any = None) -> np.ndarray:
        """What lies between two rows: the decoded points of the straight line between the means of their codes.

        Parameters
        ----------
        a, b : array-like [features] or [rows, features]
            One pair, or as many as there are rows.
        n : int, default 10
            Points a pair, the two reconstructions included; from 2 on.
        condition : array-like [rows], DataFrame, dict or one value for all rows, optional
            As `fit` was given it: of a pair, both ends and what is between.

        Returns
        -------
        ndarray [n, features] or [rows, n, features]
        """
        whole("n", n, 2)
        no_masks("a", a)
        no_masks("b", b)
        pair = [row if hasattr(row, "columns") else np.asarray(row) for row in (a, b)]
        if pair[0].shape != pair[1].shape or len(pair[0].shape) not in (1, 2):
            shapes = " and ".join(str(row.shape) for row in pair)
            raise ValueError(f"a and b are a row each, or as many rows as each other; got shapes {shapes}")
        one = len(pair[0].shape) == 1
        ends = [self._checked(row[None] if one else row, name) for name, row in zip("ab", pair, strict=True)]
        C = self._checked_condition(condition, len(ends[0]), ("encoder", "decoder"), of="a", spread=True)
        first, last = (self._encoded(end, C)[0][:, None] for end in ends)
        t = np.linspace(0, 1, int(n))[:, None]
        points = (1 - t) * first + t * last
        y = self._decoded(points.reshape(-1, points.shape[2]), None if C is None else np.repeat(C, int(n), axis=0))
        decoded = self._likelihood._mean(y, self._known).reshape(*points.shape[:2], -1)
        return decoded[0] if one else decoded

    def sample(self, n_samples: int = 1, *, condition: Any = None, mean: bool = False, random_state: Any = None) -> np.ndarray:
        """Draws from the model: z from N(0, I), or from a learnt p(z | c); then x from p(x | z), or p(x | z, c).

        Parameters
        ----------
        n_samples : int, default 1
        condition : array-like [n_samples], DataFrame, dict or one value for all, optional
            As `fit` was given it: condition=3 asks for n_samples of class 3.
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
        C = self._checked_condition(condition, int(n_samples), ("decoder", "prior"), of="the sample", spread=True)
        random = self._random("samples") if random_state is None else default_rng(entropy(random_state))
        Z = random.standard_normal((int(n_samples), self._built["latent_dim"]))
        if "prior.out" in self._given and C is not None:
            loc, scale = self._priors(C)
            Z = loc + scale * Z
        y = self._decoded(Z, C)
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
        return tags

    @property
    def _n_features_out(self) -> int:
        return int(self._built["latent_dim"])
