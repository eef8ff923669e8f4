"""JAX, a compiled step that takes its rows from the data set, its buffers reused."""

from __future__ import annotations

import math
import os
import time
from functools import partial
from typing import Any

import numpy as np

from peers import Net

Tree = Any


class Model:
    def __init__(self, X: np.ndarray, C: np.ndarray | None, net: Net, threads: int, seed: int) -> None:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])  # XLA takes a thread for each CPU
        import jax
        import jax.numpy as jnp

        activation = {"relu": jax.nn.relu, "tanh": jnp.tanh}[net.activation]

        def through(p: Tree, part: str, x: Any, c: Any) -> Any:
            for i in range(len(net.hidden)):
                name = f"{part}.{i}"
                x = x @ p[f"{name}.weight"] + p[f"{name}.bias"]
                if net.classes:
                    modulation = c @ p[f"{name}.film_weight"] + p[f"{name}.film_bias"]
                    scale, shift = jnp.split(modulation, 2, axis=-1)
                    x = (1 + scale) * x + shift
                x = activation(x)
            return x @ p[f"{part}.out.weight"] + p[f"{part}.out.bias"]

        def loss(p: Tree, x: Any, c: Any, eps: Any) -> Any:
            """The mean of the rows' losses; eps [draws, rows, latent]."""
            c = jax.nn.one_hot(c, net.classes) if net.classes else None
            mean, log_scale = jnp.split(through(p, "encoder", x, c), 2, axis=-1)
            z = mean + jnp.exp(log_scale) * (eps if net.binarized else eps[0])
            logits = through(p, "decoder", z, c)
            if not net.binarized:
                reconstruction = jnp.sum(jax.nn.softplus(logits) - x * logits)
                return (reconstruction + jnp.sum(0.5 * (mean**2 + jnp.exp(2 * log_scale) - 1) - log_scale)) / len(x)
            reconstruction = jnp.sum(jax.nn.softplus(logits) - x * logits, axis=-1)
            weights = jnp.sum(0.5 * (eps**2 - z**2) + log_scale, axis=-1) - reconstruction
            return jnp.mean(math.log(net.draws) - jax.nn.logsumexp(weights, axis=0))

        @partial(jax.jit, donate_argnums=(0,))
        def step(state: Tree, X: Any, C: Any, rows: Any) -> tuple[Tree, Any]:
            p, m, v, t, key = state
            key, own, pixels = jax.random.split(key, 3)
            x = X[rows]
            if net.binarized:
                x = jax.random.bernoulli(pixels, x).astype(x.dtype)
            eps = jax.random.normal(own, (net.draws, len(rows), net.latent))
            value, g = jax.value_and_grad(loss)(p, x, C[rows] if net.classes else None, eps)
            t = t + 1
            m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
            v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
            rate, root = 1e-3 / (1 - 0.9**t), 1 / jnp.sqrt(1 - 0.999**t)
            p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) * root + 1e-8), p, m, v)
            return (p, m, v, t, key), value

        self.np, self.net, self.batch = jnp, net, net.batch
        self.X, self.C = jnp.asarray(X), None if C is None else jnp.asarray(C)
        self.random, self.step, self.both = np.random.default_rng(seed), step, jax.jit(jax.value_and_grad(loss))
        self.key = jax.random.key(seed)

    def load(self, parameters: dict[str, np.ndarray]) -> None:
        p = {name: self.np.asarray(value.T) for name, value in parameters.items()}  # weights as [inputs, outputs]
        zeros = [{name: self.np.zeros_like(value) for name, value in p.items()} for _ in range(2)]
        self.state = (p, *zeros, self.np.zeros(()), self.key)

    def gradients(self, x: np.ndarray, c: np.ndarray | None, eps: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        loss, found = self.both(self.state[0], x, c, eps.swapaxes(0, 1))
        return float(loss), {name: np.asarray(gradient).T for name, gradient in found.items()}

    def epoch(self) -> tuple[float, float]:
        start, losses = time.perf_counter(), []
        order = self.random.permutation(len(self.X))
        for begin in range(0, len(order), self.batch):
            rows = order[begin : begin + self.batch]
            self.state, value = self.step(self.state, self.X, self.C, rows)
            losses.append((len(rows), value))
        total = sum(n * float(value) for n, value in losses)
        return time.perf_counter() - start, total / len(self.X)
