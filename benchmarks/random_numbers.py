"""Speed of random numbers beside NumPy's bit generators and torch: each as long as fastprob takes, in ratios.

    python benchmarks/random_numbers.py             prints the table
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


def small_call() -> str:
    """Microseconds of a call for ten numbers."""
    rng, rows = random.default_rng(1), []
    for name, call in (("random(10)", lambda: rng.random(SMALL)), ("normal(0.0, 1.0, 10)", lambda: rng.normal(0.0, 1.0, SMALL))):
        times = []
        for _ in range(200):
            start = perf_counter_ns()
            for _ in range(200):
                call()
            times.append((perf_counter_ns() - start) / 200)
        rows.append(f"`{name}` {median(times) / 1000:.2f} microseconds")
    return ", ".join(rows)


def table(count: int) -> str:
    lines = ["| | fastprob, ns a number | " + " | ".join(RIVALS) + " | two threads |", "|---|---:|" + "---:|" * (len(RIVALS) + 1)]
    for method in METHODS:
        for dtype in ("float32", "float64"):
            times = rounds(calls(method, dtype), count)
            own = times["fastprob"]
            row = [f"{median(own) / N:.2f}"]
            row += [
                spread([t / o for t, o in zip(times[name], own, strict=True)]) if name in times else "" for name in RIVALS
            ]
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
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    if torch is not None:
        torch.set_num_threads(1)
    fastprob.set_num_threads(1)
    load = os.getloadavg()[0]
    text = f"""# Random numbers: how many times as long others take

1e7 draws into `out=`, one thread; "two threads" is fastprob's time with one thread over that with two. The larger, the better.

    python benchmarks/random_numbers.py --rounds {options.rounds}

{table(options.rounds)}

Small calls: {small_call()}.

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
