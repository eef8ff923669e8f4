"""JAX, a compiled step that takes its rows from the data set, its buffers reused."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import Any

import numpy as np

Tree = Any


class Model:
    def __init__(self, X: np.ndarray, hidden: int, latent: int, batch: int, threads: int, seed: int) -> None:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])  # XLA takes a thread for each CPU
        import jax
        import jax.numpy as jnp

        def loss(p: Tree, x: Any, key: Any) -> Any:
            h = jax.nn.relu(x @ p["w1"] + p["b1"])
            mean, logvar = h @ p["wm"] + p["bm"], h @ p["wv"] + p["bv"]
            z = mean + jnp.exp(0.5 * logvar) * jax.random.normal(key, mean.shape)
            logits = jax.nn.relu(z @ p["w3"] + p["b3"]) @ p["w4"] + p["b4"]
            reconstruction = jnp.sum(jax.nn.softplus(logits) - x * logits)
            return (reconstruction - 0.5 * jnp.sum(1 + logvar - mean**2 - jnp.exp(logvar))) / len(x)

        @partial(jax.jit, donate_argnums=(0,))
        def step(state: Tree, X: Any, rows: Any) -> tuple[Tree, Any]:
            p, m, v, t, key = state
            key, own = jax.random.split(key)
            value, g = jax.value_and_grad(loss)(p, X[rows], own)
            t = t + 1
            m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
            v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
            rate, root = 1e-3 / (1 - 0.9**t), 1 / jnp.sqrt(1 - 0.999**t)
            p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) * root + 1e-8), p, m, v)
            return (p, m, v, t, key), value

        random = np.random.default_rng(seed)
        d = X.shape[1]
        sizes = {"1": (d, hidden), "m": (hidden, latent), "v": (hidden, latent), "3": (latent, hidden), "4": (hidden, d)}
        p = {}
        for name, (n_in, n_out) in sizes.items():
            p["w" + name] = jnp.asarray(random.uniform(-1, 1, (n_in, n_out)) / n_in**0.5, jnp.float32)
            p["b" + name] = jnp.asarray(random.uniform(-1, 1, n_out) / n_in**0.5, jnp.float32)
        zeros = [jax.tree.map(jnp.zeros_like, p) for _ in range(2)]
        self.state = (p, *zeros, jnp.zeros(()), jax.random.key(seed))
        self.X, self.batch, self.random, self.step = jnp.asarray(X), batch, random, step

    def epoch(self) -> tuple[float, float]:
        start, losses = time.perf_counter(), []
        order = self.random.permutation(len(self.X))
        for begin in range(0, len(order), self.batch):
            rows = order[begin : begin + self.batch]
            self.state, value = self.step(self.state, self.X, rows)
            losses.append((len(rows), value))
        total = sum(n * float(value) for n, value in losses)
        return time.perf_counter() - start, total / len(self.X)
