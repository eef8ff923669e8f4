"""fastprob's own, trained by one `fit`, which waits after each epoch."""

from __future__ import annotations

import sys
import time
from queue import SimpleQueue
from threading import Thread
from typing import Any

import numpy as np

import fastprob
from fastprob.vae import VAE


class Model:
    def __init__(self, X: np.ndarray, hidden: int, latent: int, batch: int, threads: int, seed: int) -> None:
        fastprob.set_num_threads(threads)
        vae = VAE(latent, (hidden,), "bernoulli", epochs=sys.maxsize, batch_size=batch, random_state=seed)
        self.asked: SimpleQueue[None] = SimpleQueue()
        self.answers: SimpleQueue[tuple[float, float]] = SimpleQueue()
        self.start = 0.0
        Thread(target=vae.fit, args=(X,), kwargs={"callback": self.answer}, daemon=True).start()

    def answer(self, vae: VAE, record: dict[str, Any]) -> None:
        self.answers.put((time.perf_counter() - self.start, -record["elbo"]))
        self.asked.get()
        self.start = time.perf_counter()

    def epoch(self) -> tuple[float, float]:
        """Seconds and mean loss in nats a row."""
        if self.start:
            self.asked.put(None)
        else:
            self.start = time.perf_counter()
        return self.answers.get()
