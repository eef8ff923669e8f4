"""fastprob's own, trained by one `fit`, which waits after each epoch."""

from __future__ import annotations

import sys
import time
from queue import SimpleQueue
from threading import Thread
from types import SimpleNamespace
from typing import Any

import numpy as np

import fastprob
from fastprob.nn import single_threaded_blas
from fastprob.vae import ELBO, IWAE, VAE, Bernoulli
from peers import Net


class Model:
    def __init__(self, X: np.ndarray, C: np.ndarray | None, net: Net, threads: int, seed: int) -> None:
        fastprob.set_num_threads(threads)
        self.X, self.C, self.net, self.seed = X, C, net, seed
        self.asked: SimpleQueue[None] = SimpleQueue()
        self.answers: SimpleQueue[tuple[float, float]] = SimpleQueue()
        self.start = 0.0

    def fit(self, epochs: int, **how: Any) -> VAE:
        net = self.net
        objective = IWAE(net.draws) if net.draws > 1 else ELBO(kl="sampled" if net.binarized else "analytic")
        vae = VAE(
            net.latent, net.hidden, Bernoulli(binarize=net.binarized), activation=net.activation, objective=objective,
            conditioning="film" if net.classes else None, epochs=epochs, batch_size=net.batch, random_state=self.seed,
        )  # fmt: skip
        return vae.fit(self.X, condition=self.C, **how)

    def example(self, rows: int) -> tuple[float, dict[str, np.ndarray]]:
        """The loss of some rows, and all that it takes to repeat it: parameters, where training starts from and others, pixels,
        classes and draws; with the gradients."""
        random, network = np.random.default_rng(1), self.fit(0)._network
        start = network.parameters.copy()
        network.parameters[:] += 0.05 * random.standard_normal(start.size, np.float32)
        data = self.X[:rows] if self.C is None else (self.X[:rows], np.eye(self.net.classes, dtype=np.float32)[self.C[:rows]])
        step = SimpleNamespace(beta1=0.9, beta2=0.999, eps=1e-8, learning_rate=1e-3)
        objective = "importance" if self.net.draws > 1 else "drawn" if self.net.binarized else "analytic"
        with single_threaded_blas():
            _, loss, divergence = network.train(
                data, np.arange(rows), rows, np.arange(8, dtype=np.uint32), 0, step, objective=objective, draws=self.net.draws,
                learn=False,
            )  # fmt: skip
        arrays = {"x": network.arrays["input.y"][:rows], "eps": network.arrays["latent.eps"][: rows * self.net.draws]}
        for kind, flat in (("start", start), ("parameter", network.parameters), ("gradient", network.gradients)):
            arrays |= {f"{kind} {name}": view for name, view in network.views(flat).items()}
        if objective == "drawn":
            divergence = network.arrays["latent.log_ratio"][:rows].sum()
        total = -network.bound if objective == "importance" else loss + divergence
        return float(total) / rows, {name: array.copy() for name, array in arrays.items()}

    def answer(self, vae: VAE, record: dict[str, Any]) -> None:
        self.answers.put((time.perf_counter() - self.start, -record.get("bound", record["elbo"])))
        self.asked.get()
        self.start = time.perf_counter()

    def epoch(self) -> tuple[float, float]:
        """Seconds and mean loss in nats a row."""
        if self.start:
            self.asked.put(None)
        else:
            self.start = time.perf_counter()
            Thread(target=self.fit, args=(sys.maxsize,), kwargs={"callback": self.answer}, daemon=True).start()
        return self.answers.get()
