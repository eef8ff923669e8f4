"""Speed of fastprob.stats beside scipy.stats, in pairs.

    python benchmarks/stats_objects.py              prints the table

One thread. In every round both libraries do the same in turn, in one process; a ratio is SciPy's time over fastprob's, the median
of the rounds' ratios, and what follows +- is half the distance between their quartiles. Times are medians too, for your own eyes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter_ns
from typing import Any

import numpy as np
from conditions import machine, summary
from scipy import stats as scipy_stats

import fastprob
from fastprob import stats

ROUNDS, LONG_ENOUGH = 15, 2_000_000          # ns
GIVEN: dict[str, tuple[float, ...]] = {"norm": (), "logistic": (), "uniform": (), "bernoulli": (0.3,), "truncnorm": (-1.0, 2.0)}


def cases() -> Iterator[tuple[str, Callable[[Any], object]]]:
    """What is measured, as a function of the library."""
    rng = np.random.default_rng(1)
    for n in (1, 10, 100_000):
        x = 0.5 if n == 1 else rng.random(n)
        for name, given in GIVEN.items():
            density = "pmf" if name == "bernoulli" else "pdf"
            for f in (density, "cdf", "logsf", "ppf"):
                yield f"{name}.{f}, n = {n}", lambda s, d=name, f=f, x=x, given=given: getattr(getattr(s, d), f)(x, *given)
    x = rng.random(10)
    yield "uniform.cdf(x, 0.1, 0.2), n = 10", lambda s: s.uniform.cdf(x, 0.1, 0.2)
    yield "norm(1, 2)", lambda s: s.norm(1.0, 2.0)
    frozen = {library: library.norm(1.0, 2.0) for library in (stats, scipy_stats)}
    yield "frozen.cdf(x), n = 10", lambda s: frozen[s].cdf(x)
    yield "norm.mean(1, 2)", lambda s: s.norm.mean(1.0, 2.0)
    yield 'norm.stats(1, 2, moments="mvsk")', lambda s: s.norm.stats(1.0, 2.0, moments="mvsk")
    yield 'truncnorm.stats(-1, 2, moments="mvsk")', lambda s: s.truncnorm.stats(-1.0, 2.0, moments="mvsk")
    yield "norm.entropy(1, 2)", lambda s: s.norm.entropy(1.0, 2.0)
    yield "norm.moment(6)", lambda s: s.norm.moment(6)
    yield "norm.interval(0.9)", lambda s: s.norm.interval(0.9)
    yield "norm.support(1, 2)", lambda s: s.norm.support(1.0, 2.0)
    yield "norm.expect(), n = 1", lambda s: s.norm.expect()
    yield "norm.expect(cos)", lambda s: s.norm.expect(np.cos)
    for n in (None, 10, 100_000):
        yield f"norm.rvs(1, 2, size={n})", lambda s, n=n: s.norm.rvs(1.0, 2.0, size=n)
    data = rng.logistic(size=10_000)
    for name in ("norm", "logistic", "uniform"):
        yield f"{name}.fit, n = 10000", lambda s, name=name: getattr(s, name).fit(data)
    yield "norm.nnlf, n = 10000", lambda s: s.norm.nnlf((0.0, 1.0), data)


def timed(call: Callable[[], object], repeats: int) -> float:
    start = perf_counter_ns()
    for _ in range(repeats):
        call()
    return (perf_counter_ns() - start) / repeats


def main() -> None:
    fastprob.set_num_threads(1)
    print("| | fastprob, us | SciPy, us | SciPy over fastprob |")
    print("|---|---:|---:|---:|")
    for what, case in cases():
        calls = [lambda s=s, case=case: case(s) for s in (stats, scipy_stats)]
        repeats = [max(1, int(LONG_ENOUGH / timed(call, 2))) for call in calls]
        rounds = [[timed(call, count) for call, count in zip(calls, repeats, strict=True)] for _ in range(ROUNDS)]
        own, other = (median(times) / 1e3 for times in zip(*rounds, strict=True))
        print(f"| `{what}` | {own:.1f} | {other:.1f} | {summary([theirs / ours for ours, theirs in rounds])} |", flush=True)
    print("\n".join(["", *machine()]))


if __name__ == "__main__":
    main()
