"""Speed of random numbers beside NumPy's bit generators and torch: each as long as fastprob takes, in ratios.

    python benchmarks/random_numbers.py             prints the table
    python benchmarks/random_numbers.py --small     draws of ten numbers alone, by every method
    python benchmarks/random_numbers.py --store     writes it to benchmarks/results/

1e7 draws into out=, one thread. In every round all of them draw in turn, in one process; a ratio is the median of the rounds'
ratios, and what follows +- is half the distance between their quartiles. Without torch its column stays empty.
"""

from __future__ import annotations

import argparse
import datetime
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter_ns

import numpy as np

import fastprob
from fastprob import _core, random

try:
    import torch
except ImportError:
    torch = None

ROOT = Path(__file__).resolve().parent.parent
N, SMALL = 10_000_000, 10
SMALL_ROUNDS = 60
SMALL_LIMIT = 1.5  # microseconds, ten numbers
RIVALS = ("PCG64", "SFC64", "Philox", "torch")
METHODS = ("random", "standard_normal")
Call = Callable[[], object]


def calls(method: str, dtype: str) -> dict[str, Call]:
    out = np.empty(N, dtype)
    own = random.default_rng(1)
    found: dict[str, Call] = {"fastprob": lambda: getattr(own, method)(dtype=dtype, out=out)}
    for name in RIVALS[:3]:
        generator = np.random.Generator(getattr(np.random, name)(1))
        found[name] = lambda g=generator: getattr(g, method)(dtype=dtype, out=out)
    if torch is not None:
        tensor = torch.from_numpy(out)
        found["torch"] = tensor.uniform_ if method == "random" else tensor.normal_

    def two_threads() -> None:
        with fastprob.threads(2):
            found["fastprob"]()

    return found | {"two threads": two_threads}


def nanoseconds(call: Call) -> float:
    start = perf_counter_ns()
    call()
    return perf_counter_ns() - start


def rounds(timed: dict[str, Call], count: int) -> dict[str, list[float]]:
    for call in timed.values():
        call()
    times: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(count):
        for name, call in timed.items():
            times[name].append(nanoseconds(call))
    return times


def spread(ratios: list[float]) -> str:
    low, _, high = quantiles(ratios, n=4)
    return f"{median(ratios):.2f} +- {(high - low) / 2:.2f}"


def small_calls(dtype: str) -> dict[str, tuple[Call, Call | None]]:
    """Draws of ten numbers, and NumPy's where it has the same."""
    own, theirs = random.default_rng(1), np.random.default_rng(1)
    out, noise, u = np.empty(SMALL, dtype), np.empty(SMALL, dtype), np.linspace(0.25, 0.75, SMALL, dtype=dtype)
    low, high, far, t = u - 2, u + 1, u - 4, np.dtype(dtype).type
    drawn: dict[str, tuple[Call, Call | None]] = {
        "random(10)": (lambda: own.random(SMALL, t), lambda: theirs.random(SMALL, t)),
        "random(out=out)": (lambda: own.random(None, t, out), lambda: theirs.random(None, t, out)),
        "standard_normal(10)": (lambda: own.standard_normal(SMALL, t), lambda: theirs.standard_normal(SMALL, t)),
        "permutation(10)": (lambda: own.permutation(SMALL), lambda: theirs.permutation(SMALL)),
        "bernoulli(0.3, 10)": (lambda: own.bernoulli(0.3, SMALL, t), lambda: theirs.binomial(1, 0.3, SMALL)),
        "bernoulli(p)": (lambda: own.bernoulli(u, None, t), lambda: theirs.binomial(1, u)),
        "bernoulli(logits=l)": (lambda: own.bernoulli(logits=u, dtype=t), None),
        "truncnormal(-1.0, 2.0, 0.5, 1.5, 10)": (lambda: own.truncnormal(-1.0, 2.0, 0.5, 1.5, SMALL, t), None),
        "truncnormal(low, high, loc, scale)": (lambda: own.truncnormal(low, high, u, u, None, t), None),
        "rsample_normal(0.5, scale=1.5, size=10)": (lambda: own.rsample_normal(0.5, scale=1.5, size=SMALL, dtype=t), None),
        "rsample_normal(loc, log_scale=s)": (lambda: own.rsample_normal(u, log_scale=u), None),
        "rsample_normal(loc, log_scale=s, out=...)": (
            lambda: own.rsample_normal(u, log_scale=u, dtype=t, out=(out, noise)),
            None,
        ),
        "rsample_logistic(loc, scale=s)": (lambda: own.rsample_logistic(u, scale=u), None),
        "rsample_uniform(low, high)": (lambda: own.rsample_uniform(low, high), None),
        "rsample_truncnormal(-1.0, 2.0, 0.5, 1.5, size=10)": (
            lambda: own.rsample_truncnormal(-1.0, 2.0, 0.5, 1.5, size=SMALL, dtype=t),
            None,
        ),
        "rsample_truncnormal(low, high, loc, scale)": (lambda: own.rsample_truncnormal(low, high, u, u), None),
        "rsample_truncnormal(low, high, loc, scale), loc outside": (lambda: own.rsample_truncnormal(low, high, far, u), None),
        "rsample_truncnormal(low, high, loc, scale, out=...)": (
            lambda: own.rsample_truncnormal(low, high, u, u, out=(out, noise)),
            None,
        ),
        "normal(0.5, 1.5, (2, 5))": (lambda: own.normal(0.5, 1.5, (2, 5), t), lambda: theirs.normal(0.5, 1.5, (2, 5))),
        "rsample_concrete(logits, temperature)": (lambda: own.rsample_concrete(u, u), None),
        "rsample_normal_grad(dz, eps, log_scale=s)": (lambda: random.rsample_normal_grad(u, u, log_scale=u), None),
        "rsample_truncnormal_grad(...)": (lambda: random.rsample_truncnormal_grad(u, u, u, low, high, u, u), None),
    }
    for name, a, b in (("uniform", low, high), ("normal", u, u), ("logistic", u, u)):
        ours, numpys = getattr(own, name), getattr(theirs, name)
        drawn[f"{name}(0.5, 1.5, 10)"] = (lambda f=ours: f(0.5, 1.5, SMALL, t), lambda f=numpys: f(0.5, 1.5, SMALL))
        drawn[f"{name}(a, b)"] = (lambda f=ours, a=a, b=b: f(a, b, None, t), lambda f=numpys, a=a, b=b: f(a, b))
        drawn[f"{name}(a, 1.5, out=out)"] = (lambda f=ours, a=a: f(a, 1.5, None, t, out), None)
    return drawn


def small_table() -> str:
    """Microseconds of draws of ten numbers: medians, in turn."""
    times: dict[tuple[str, str], list[float]] = {}
    cases = {dtype: small_calls(dtype) for dtype in ("float32", "float64")}
    for _ in range(SMALL_ROUNDS):
        for dtype, drawn in cases.items():
            for name, pair in drawn.items():
                for whose, call in zip(("", " NumPy"), pair, strict=True):
                    if call is None:
                        continue
                    start = perf_counter_ns()
                    for _ in range(SMALL_ROUNDS):
                        call()
                    times.setdefault((name, dtype + whose), []).append((perf_counter_ns() - start) / SMALL_ROUNDS / 1000)
    lines = ["| microseconds a call | float32 | float64 | NumPy, float64 |", "|---|---:|---:|---:|"]
    for name in cases["float64"]:
        cells = [median(times[name, kind]) if (name, kind) in times else None for kind in ("float32", "float64", "float64 NumPy")]
        text = [
            "" if us is None else f"{us:.2f}{' **over**' if us > SMALL_LIMIT and k < 2 else ''}" for k, us in enumerate(cells)
        ]
        lines.append(f"| `{name}` | {' | '.join(text)} |")
    return "\n".join(
        [*lines, "", f"Over: {SMALL_LIMIT:g}. A call through a lambda: what Python takes for that, 0.05 or so, is counted."]
    )


def table(count: int) -> str:
    lines = ["| | fastprob, ns a number | " + " | ".join(RIVALS) + " | two threads |", "|---|---:|" + "---:|" * (len(RIVALS) + 1)]
    for method in METHODS:
        for dtype in ("float32", "float64"):
            times = rounds(calls(method, dtype), count)
            own = times["fastprob"]
            row = [f"{median(own) / N:.2f}"]
            row += [spread([t / o for t, o in zip(times[name], own, strict=True)]) if name in times else "" for name in RIVALS]
            row.append(spread([o / t for t, o in zip(times["two threads"], own, strict=True)]))
            lines.append(f"| {method}, {dtype} | " + " | ".join(row) + " |")
            print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def cpu() -> str:
    try:
        return re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())[1].strip()  # type: ignore[index]
    except (OSError, TypeError):
        return "unknown CPU"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--small", action="store_true", help="draws of ten numbers alone")
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    if options.small:
        print(small_table())
        return
    if torch is not None:
        torch.set_num_threads(1)
    fastprob.set_num_threads(1)
    load = os.getloadavg()[0]
    text = f"""# Random numbers: how many times as long others take

1e7 draws into `out=`, one thread; "two threads" is fastprob's time with one thread over that with two. The larger, the better.

    python benchmarks/random_numbers.py --rounds {options.rounds}

{table(options.rounds)}

## Ten numbers

{small_table()}

- CPU: {cpu()}, {os.cpu_count()} cores; target {_core.target}; {_core.compiler}
- NumPy {np.__version__}, torch {torch.__version__ if torch is not None else "-"}, Python {sys.version.split()[0]}
- load average at the start {load:.1f}
"""
    print(text)
    if options.store:
        day = datetime.date.today().isoformat()
        (ROOT / "benchmarks" / "results" / f"random-numbers-{_core.target}-{day}.md").write_text(text)


if __name__ == "__main__":
    main()
