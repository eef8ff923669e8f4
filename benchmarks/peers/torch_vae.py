"""PyTorch, eager, fused Adam, the whole data set in one tensor."""

from __future__ import annotations

import math
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from peers import Net


class Hidden(nn.Module):
    """A dense layer, modulated by a row of a table for each class if there are some."""

    def __init__(self, n_in: int, n_out: int, activation: str, classes: int) -> None:
        super().__init__()
        self.dense = nn.Linear(n_in, n_out)
        self.activation = getattr(torch, activation)
        if classes:
            self.table, self.shift = nn.Embedding(classes, 2 * n_out), nn.Parameter(torch.zeros(2 * n_out))

    def forward(self, x: torch.Tensor, c: torch.Tensor | None) -> torch.Tensor:
        h = self.dense(x)
        if c is not None:
            scale, shift = (self.table(c) + self.shift).chunk(2, -1)
            h = torch.addcmul(h + shift, scale, h)
        return self.activation(h)


class Vae(nn.Module):
    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

        def part(n_in: int, hidden: tuple[int, ...], n_out: int) -> nn.ModuleList:
            sizes = n_in, *hidden
            layers = [Hidden(a, b, net.activation, net.classes) for a, b in zip(sizes, hidden, strict=False)]
            return nn.ModuleList([*layers, nn.Linear(sizes[-1], n_out)])

        self.encoder = part(net.features, net.hidden, 2 * net.latent)
        self.decoder = part(net.latent, net.hidden[::-1], net.features)

    @staticmethod
    def through(part: nn.ModuleList, x: torch.Tensor, c: torch.Tensor | None) -> torch.Tensor:
        for layer in part[:-1]:
            x = layer(x, c)
        return part[-1](x)

    def forward(self, x: torch.Tensor, c: torch.Tensor | None, eps: torch.Tensor) -> torch.Tensor:
        """The sum of the rows' losses; eps [draws, rows, latent]."""
        mean, log_scale = self.through(self.encoder, x, c).chunk(2, -1)
        if not self.net.binarized:
            z = torch.addcmul(mean, log_scale.exp(), eps[0])
            loss = functional.binary_cross_entropy_with_logits(self.through(self.decoder, z, c), x, reduction="sum")
            return loss + torch.sum(0.5 * (mean.square() + (2 * log_scale).exp() - 1) - log_scale)
        z = torch.addcmul(mean, log_scale.exp(), eps)
        logits = self.through(self.decoder, z, c)
        loss = functional.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)
        weights = (0.5 * (eps.square() - z.square()) + log_scale).sum(-1) - loss
        return (math.log(len(eps)) - torch.logsumexp(weights, 0)).sum()


class Model:
    def __init__(self, X: np.ndarray, C: np.ndarray | None, net: Net, threads: int, seed: int) -> None:
        torch.set_num_threads(threads)
        torch.manual_seed(seed)
        self.X, self.net = torch.from_numpy(X), net
        self.C = None if C is None else torch.from_numpy(C)
        self.vae = Vae(net)
        self.names = {}
        for name in net.shapes():
            part, i, kind = name.split(".")
            layer = getattr(self.vae, part)[len(net.hidden) if i == "out" else int(i)]
            if kind.startswith("film"):
                self.names[name] = layer.table.weight if kind == "film_weight" else layer.shift
            else:
                self.names[name] = getattr(layer if i == "out" else layer.dense, kind)
        self.optimizer = torch.optim.Adam(self.vae.parameters(), lr=1e-3, fused=True)

    @torch.no_grad()
    def load(self, parameters: dict[str, np.ndarray]) -> None:
        for name, value in parameters.items():  # a table has a row a class
            self.names[name].copy_(torch.from_numpy(value.T if name.endswith("film_weight") else value))

    def gradients(self, x: np.ndarray, c: np.ndarray | None, eps: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        self.optimizer.zero_grad(set_to_none=True)
        draws = torch.from_numpy(np.ascontiguousarray(eps.swapaxes(0, 1)))
        loss = self.vae(torch.from_numpy(x), None if c is None else torch.from_numpy(c), draws) / len(x)
        loss.backward()
        found = {name: p.grad.numpy() for name, p in self.names.items()}
        return loss.item(), {name: g.T if name.endswith("film_weight") else g for name, g in found.items()}

    def epoch(self) -> tuple[float, float]:
        start, total, net = time.perf_counter(), 0.0, self.net
        for rows in torch.randperm(len(self.X)).split(net.batch):
            x = self.X[rows]
            eps = torch.randn(net.draws, len(rows), net.latent)
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.vae(torch.bernoulli(x) if net.binarized else x, None if self.C is None else self.C[rows], eps)
            (loss / len(rows)).backward()
            self.optimizer.step()
            total += loss.item()
        return time.perf_counter() - start, total / len(self.X)
