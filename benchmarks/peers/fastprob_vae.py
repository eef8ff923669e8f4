"""fastprob's own."""

from __future__ import annotations

import time

import numpy as np

import fastprob
from fastprob.vae import VAE


class Model:
    def __init__(self, X: np.ndarray, hidden: int, latent: int, batch: int, threads: int, seed: int) -> None:
        fastprob.set_num_threads(threads)
        self.X = X
        self.vae = VAE(latent, (hidden,), "bernoulli", epochs=0, batch_size=batch, warm_start=True, random_state=seed).fit(X)

    def epoch(self) -> tuple[float, float]:
        """Seconds and mean loss in nats a row."""
        self.vae.set_params(epochs=self.vae.epoch_ + 1)
        start = time.perf_counter()
        self.vae.fit(self.X)
        return time.perf_counter() - start, -self.vae.history_[-1]["elbo"]
