"""A million A/B tests at once, in times of what SciPy takes for the least that an answer needs: python benchmarks/bayes.py

Pairs one after the other in one process; medians of their ratios, with the least and the largest.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import betaincinv, betaln, gammaln

from fastprob.bayes import BetaBinomial, Counts, NormalInverseGamma

TESTS = 1_000_000
PAIRS = 5


def seconds(call: Callable[[], Any]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def main() -> None:
    rng = np.random.default_rng(0)
    n = rng.integers(500, 2000, TESTS)
    k = rng.binomial(n, rng.beta(20, 400, TESTS))
    x = rng.normal(size=(20, TESTS))
    prior = BetaBinomial(2.0, 40.0)
    posterior = prior.update(k, n, axis=())

    def log_evidence() -> Any:
        return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + betaln(2 + k, 40 + n - k) - betaln(2, 40)

    rows: list[tuple[str, Callable[[], Any], str, Callable[[], Any]]] = [
        ("update and mean", lambda: prior.update(k, n, axis=()).p.mean(), "two sums and a quotient", lambda: (2 + k) / (42 + n)),
        ("log evidence", lambda: prior.log_evidence(Counts(k, n)), "the formula with betaln and gammaln", log_evidence),
        (
            "95 % interval",
            lambda: posterior.p.interval(),
            "betaincinv twice",
            lambda: betaincinv(posterior.a, posterior.b, [[0.025], [0.975]]),
        ),
        ("a draw each", lambda: posterior.p.sample(rng=1), "NumPy's beta", lambda: rng.beta(posterior.a, posterior.b)),
        (
            "normal, 20 numbers each",
            lambda: NormalInverseGamma(0, 1, 1, 1).update(x),
            "mean and var",
            lambda: (x.mean(axis=0), x.var(axis=0)),
        ),
    ]
    print(f"{TESTS} problems, CPU seconds of one thread")
    for name, ours, other, theirs in rows:
        pairs = [(seconds(ours), seconds(theirs)) for _ in range(PAIRS)]
        ratios = sorted(a / b for a, b in pairs)
        print(
            f"{name:24} {np.median([a for a, _ in pairs]):7.3f} s, {np.median(ratios):6.2f} times {other} "
            f"({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


if __name__ == "__main__":
    main()
