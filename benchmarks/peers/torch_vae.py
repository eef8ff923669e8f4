"""PyTorch, eager, fused Adam, the whole data set in one tensor."""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional


class Net(nn.Module):
    def __init__(self, features: int, hidden: int, latent: int) -> None:
        super().__init__()
        self.first = nn.Linear(features, hidden)
        self.mean = nn.Linear(hidden, latent)
        self.logvar = nn.Linear(hidden, latent)
        self.third = nn.Linear(latent, hidden)
        self.last = nn.Linear(hidden, features)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = functional.relu(self.first(x))
        mean, logvar = self.mean(h), self.logvar(h)
        z = mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)
        logits = self.last(functional.relu(self.third(z)))
        reconstruction = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        return reconstruction - 0.5 * torch.sum(1 + logvar - mean.square() - logvar.exp())


class Model:
    def __init__(self, X: np.ndarray, hidden: int, latent: int, batch: int, threads: int, seed: int) -> None:
        torch.set_num_threads(threads)
        torch.manual_seed(seed)
        self.X, self.batch = torch.from_numpy(X), batch
        self.net = Net(X.shape[1], hidden, latent)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=1e-3, fused=True)

    def epoch(self) -> tuple[float, float]:
        start, total = time.perf_counter(), 0.0
        for rows in torch.randperm(len(self.X)).split(self.batch):
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.net(self.X[rows])
            (loss / len(rows)).backward()
            self.optimizer.step()
            total += loss.item()
        return time.perf_counter() - start, total / len(self.X)
