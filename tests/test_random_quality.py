"""Statistics of 1e8 draws a method (slow): moments, Kolmogorov-Smirnov test, chi-square, tails; correlations. Seeds are fixed, so
that what passes goes on doing so. `python tests/test_random_quality.py` prints the figures, with `1e7 normal` after it those of
fewer draws of one method."""

from __future__ import annotations

import math
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import integrate, special, stats

from fastprob import random

N, CHUNK = 100_000_000, 2_000_000
CELLS = {"float32": 1 << 10, "float64": 1 << 16}      # a float32's own grid would show in finer ones
P_VALUE = 1e-4


def moments(quantile):
    """Mean, variance, skewness and excess kurtosis, from the quantile function."""

    def mean(f):
        return integrate.quad(lambda u: f(quantile(u)), 0, 1, epsabs=1e-13)[0]

    center = mean(lambda x: x)
    variance, third, fourth = (mean(lambda x, k=k: (x - center) ** k) for k in (2, 3, 4))
    return center, variance, third / variance**1.5, fourth / variance**2 - 3


# A draw, its cdf in float64, and mean, variance, skewness and excess kurtosis. Reparameterized draws of normal, logistic, uniform
# and truncated normal numbers are those of the plain methods, to the bit: tests/test_rsample.py.
METHODS = {
    "random": (lambda r, n, t: r.random(n, t), lambda x: x, (1 / 2, 1 / 12, 0.0, -1.2)),
    "open": (lambda r, n, t: r.random(n, t, open=True), lambda x: x, (1 / 2, 1 / 12, 0.0, -1.2)),
    "uniform": (lambda r, n, t: r.uniform(-3.0, 5.0, n, t), lambda x: (x + 3) / 8, (1.0, 16 / 3, 0.0, -1.2)),
    "standard_normal": (lambda r, n, t: r.standard_normal(n, t), special.ndtr, (0.0, 1.0, 0.0, 0.0)),
    "normal": (lambda r, n, t: r.normal(3.0, 0.5, n, t), lambda x: special.ndtr((x - 3) * 2), (3.0, 0.25, 0.0, 0.0)),
    "logistic": (lambda r, n, t: r.logistic(0.0, 1.0, n, t), special.expit, (0.0, math.pi**2 / 3, 0.0, 1.2)),
    "truncnormal": (
        lambda r, n, t: r.truncnormal(-0.5, 2.0, 0.0, 1.0, n, t),
        lambda x: (special.ndtr(x) - special.ndtr(-0.5)) / (special.ndtr(2.0) - special.ndtr(-0.5)),
        tuple(map(float, stats.truncnorm.stats(-0.5, 2.0, moments="mvsk"))),
    ),
    "rsample_concrete": (
        lambda r, n, t: r.rsample_concrete(0.3, 2.0, size=n, dtype=t)[0],
        lambda y: special.expit(2 * special.logit(y) - 0.3),
        moments(lambda u: special.expit((0.3 + special.logit(u)) / 2)),
    ),
}  # fmt: skip
KINDS = [(name, dtype) for name in METHODS for dtype in ("float32", "float64")]


def figures(name: str, dtype: str, n: int = N, seed: int = 41) -> dict[str, float]:
    """p values of KS and chi-square over equally likely cells, the moments' distances in standard errors, and how many of
    the draws lie in the outermost 2.9e-7 of each side (beyond 5 standard deviations, for normals)."""
    draw, cdf, (mean, variance, skewness, kurtosis) = METHODS[name]
    rng = random.default_rng(seed)
    count = CELLS[dtype]
    cells, powers = np.zeros(count, np.int64), np.zeros(4)
    edge, below, above = float(special.ndtr(-5.0)), 0, 0
    for _ in range(n // CHUNK):
        x = draw(rng, CHUNK, dtype).astype(float)
        u = cdf(x)
        cells += np.bincount(np.minimum((u * count).astype(np.int64), count - 1), minlength=count)
        below += int((u < edge).sum())
        above += int((u > 1 - edge).sum())
        z = (x - mean) / math.sqrt(variance)
        powers += [(z**k).sum() for k in (1, 2, 3, 4)]
    deviation = np.abs(np.cumsum(cells) / n - np.arange(1, count + 1) / count).max()
    m = powers / n
    wanted = (0.0, 1.0, skewness, kurtosis + 3)
    # Standard errors of the powers' means from the draws of a fresh sample.
    fresh = (draw(random.default_rng(seed + 1), 1_000_000, dtype).astype(float) - mean) / math.sqrt(variance)
    errors = [float((fresh**k).std()) / math.sqrt(n) for k in (1, 2, 3, 4)]
    found = {f"moment {k + 1}": float((m[k] - wanted[k]) / errors[k]) for k in range(4)}
    return found | {
        "ks": float(stats.kstwobign.sf(deviation * math.sqrt(n))),
        "chi-square": float(stats.chisquare(cells).pvalue),
        "below": below,
        "above": above,
        "expected": n * edge,
    }


def check(found: dict[str, float]) -> None:
    assert found["ks"] > P_VALUE
    assert found["chi-square"] > P_VALUE
    for k in range(1, 5):
        assert abs(found[f"moment {k}"]) < 4.5
    for side in ("below", "above"):
        assert stats.poisson.cdf(found[side], found["expected"]) > P_VALUE
        assert stats.poisson.sf(found[side] - 1, found["expected"]) > P_VALUE


@pytest.mark.slow
@pytest.mark.parametrize(("name", "dtype"), KINDS)
def test_distribution(name, dtype):
    check(figures(name, dtype))


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bernoulli(dtype):
    rng = random.default_rng(43)
    for p in (1e-6, 0.3, 0.999):
        count = sum(int(rng.bernoulli(p, CHUNK, dtype).sum()) for _ in range(N // CHUNK))
        assert abs(count - N * p) < 4.5 * math.sqrt(N * p * (1 - p))


@pytest.mark.slow
def test_permutation_of_five():
    rng, counts = random.default_rng(44), np.zeros(5**5, np.int64)
    weights = 5 ** np.arange(5)
    for _ in range(1_000_000):
        counts[rng.permutation(5) @ weights] += 1
    assert (counts > 0).sum() == 120
    assert stats.chisquare(counts[counts > 0]).pvalue > P_VALUE


def largest_correlation(rows: list[np.ndarray]) -> tuple[float, float]:
    """Between any two, of the values and of their squares, and the bound at 5 standard errors."""
    found = 0.0
    for a in (rows, [r * r for r in rows]):
        found = max(found, float(np.abs(np.corrcoef(a)[np.triu_indices(len(rows), 1)]).max()))
    return found, 5 / math.sqrt(len(rows[0]))


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("what", ["seeds", "streams", "children", "lanes", "threads", "lags"])
def test_correlations(what, dtype):
    n = 1_000_000

    def normals(rng):
        return rng.standard_normal(n, dtype).astype(float)

    if what == "seeds":
        rows = [normals(random.default_rng(seed)) for seed in (*range(20), 2**32, 2**64, 2**64 + 1)]
    elif what == "streams":
        rows = [normals(random.default_rng(1, stream=s)) for s in (*range(20), 2**32, 2**63, 2**64 - 1)]
    elif what == "children":
        rows = [normals(rng) for rng in random.default_rng(1).spawn(20)]
    elif what == "lanes":      # the places in a group of 64
        rows = list(random.default_rng(1).standard_normal((n, 64), dtype).T.astype(float))
    elif what == "threads":      # whatever each of 20 Python threads got, at the same time, from one Generator
        shared = random.default_rng(1)
        with ThreadPoolExecutor(20) as pool:
            rows = list(pool.map(lambda _: normals(shared), range(20)))
    else:
        whole = random.default_rng(1).standard_normal(n + 4096, dtype).astype(float)
        rows = [whole[lag : lag + n] for lag in (0, 1, 2, 15, 16, 17, 31, 32, 48, 63, 64, 65, 128, 1024, 4096)]
    found, bound = largest_correlation(rows)
    assert found < bound


if __name__ == "__main__":
    for name, dtype in KINDS:
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        row = figures(name, dtype, int(float(sys.argv[1])) if len(sys.argv) > 1 else N)
        print(name, dtype, " ".join(f"{key}={value:.4g}" for key, value in row.items()), flush=True)
