"""The autoencoder of Burda et al. (2015) with one stochastic layer in PyTorch, by the same recipe."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional


class Net(nn.Module):
    def __init__(self, mean: np.ndarray, hidden: int, latent: int) -> None:
        super().__init__()
        features = len(mean)
        self.encoder = nn.Sequential(nn.Linear(features, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh())
        self.mean, self.log_scale = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh(), nn.Linear(hidden, features)
        )
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)
        with torch.no_grad():
            self.decoder[-1].bias.copy_(torch.logit(torch.from_numpy(mean).clamp(1e-3, 1 - 1e-3)))

    def log_weights(self, x: torch.Tensor, draws: int) -> torch.Tensor:
        """log p(x, z)/q(z | x) of so many draws of z: [draws, rows]."""
        h = self.encoder(x)
        mean, log_scale = self.mean(h), self.log_scale(h)
        eps = torch.randn(draws, *mean.shape)
        z = mean + log_scale.exp() * eps
        logits = self.decoder(z)
        likelihood = -functional.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)
        return likelihood + (0.5 * (eps.square() - z.square()) + log_scale).sum(-1)


class Uncorrected:
    """Adam with eps beside the root as it is, before the correction of its bias."""

    def __init__(self, parameters: Sequence[torch.Tensor], beta1: float, beta2: float, eps: float) -> None:
        self.parameters = list(parameters)
        self.first, self.second = ([torch.zeros_like(p) for p in self.parameters] for _ in range(2))
        self.beta1, self.beta2, self.eps, self.steps = beta1, beta2, eps, 0

    @torch.no_grad()
    def step(self, rate: float) -> None:
        self.steps += 1
        factor = rate * math.sqrt(1 - self.beta2**self.steps) / (1 - self.beta1**self.steps)
        gradients = [p.grad for p in self.parameters]
        torch._foreach_lerp_(self.first, gradients, 1 - self.beta1)
        torch._foreach_mul_(self.second, self.beta2)
        torch._foreach_addcmul_(self.second, gradients, gradients, 1 - self.beta2)
        root = torch._foreach_sqrt(self.second)
        torch._foreach_add_(root, self.eps)
        torch._foreach_addcdiv_(self.parameters, self.first, root, -factor)


class Model:
    def __init__(self, X: np.ndarray, hidden: int, latent: int, batch: int, seed: int, adam: tuple[float, float, float]) -> None:
        torch.set_num_threads(1)  # its products are too small for more
        torch.manual_seed(seed)
        self.X, self.batch = torch.from_numpy(X), batch
        self.net = Net(X.mean(axis=0), hidden, latent)
        self.optimizer = Uncorrected(list(self.net.parameters()), *adam)

    def epoch(self, rate: float) -> float:
        """The mean ELBO of its rows as they were met; their pixels are drawn anew."""
        total = 0.0
        for rows in torch.randperm(len(self.X)).split(self.batch):
            self.net.zero_grad(set_to_none=True)
            loss = -self.net.log_weights(torch.bernoulli(self.X[rows]), 1).mean()
            loss.backward()
            self.optimizer.step(rate)
            total -= loss.item() * len(rows)
        return total / len(self.X)

    @torch.no_grad()
    def log_likelihood(self, test: np.ndarray, draws: int) -> np.ndarray:
        """Of each row, by importance sampling."""
        rows = np.empty(len(test))  # not tensors, which would keep the allocator from using the draws' memory again
        for i, x in enumerate(torch.from_numpy(test).split(1)):
            rows[i] = torch.logsumexp(self.net.log_weights(x, draws), 0).item() - math.log(draws)
        return rows

    @torch.no_grad()
    def means(self, X: np.ndarray) -> np.ndarray:
        """Of q(z | x)."""
        return self.net.mean(self.net.encoder(torch.from_numpy(X))).numpy()
