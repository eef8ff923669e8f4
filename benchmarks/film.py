"""FiLM beside NumPy's expressions, and beside a copy of the same bytes; calls of ten elements.

    python benchmarks/film.py [-n 10_000_000] [--rounds 5]
    python benchmarks/film.py --store          writes it to benchmarks/results/
    python benchmarks/film.py --own-time       one thread, by the time that it has run itself: where other programs run too

What the ratios are stands above the table.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import sys
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from conditions import machine  # noqa: E402

import fastprob  # noqa: E402
from fastprob import _core, film  # noqa: E402

MEANING = """
Medians of ratios, the halves of a ratio timed one after the other in one process. "copy" is np.copyto that reads and writes
as many bytes in all, half of them each: forward's are those of x, gamma, beta and y, backward's those of dout, x, gamma, dx,
dgamma and dbeta, each once. "fresh": each call makes its own results, whose memory the system hands out a page at a time;
"out": all of them are there before, NumPy's too, but not the product that its backward sums. np.copyto's two arrays are there
before. NumPy and np.copyto use one thread.
"""

# What x looks like for one element of the first axis, and gamma; whether each such element has a gamma of its own; axis
CASES = {
    "(n, 256), one for all": ((256,), (256,), False, -1),
    "(n, 256), one a sample": ((256,), (256,), True, -1),
    "(n, 64, 56, 56), one for all": ((64, 56, 56), (64,), False, 1),
    "(n, 64, 56, 56), one a sample": ((64, 56, 56), (64,), True, 1),
    "(n, 56, 56, 64), one for all": ((56, 56, 64), (64,), False, -1),
    "(n, 512, 7, 7), one for all": ((512, 7, 7), (512,), False, 1),
    "(n, 512, 7, 7), one a sample": ((512, 7, 7), (512,), True, 1),
    "(n, 5, 200), one for 5 draws": ((5, 200), (1, 200), True, -1),
}


Clock = Callable[[], float]


def seconds(call: Callable[[], Any], clock: Clock) -> float:
    start = clock()
    call()
    return clock() - start


def ratio(above: Callable[[], Any], below: Callable[[], Any], rounds: int, clock: Clock) -> float:
    above(), below()
    return statistics.median(seconds(above, clock) / seconds(below, clock) for _ in range(rounds))


def row(case: str, dtype: Any, n: int, rounds: int, clock: Clock) -> list[str]:
    rest, gamma_rest, own, axis = CASES[case]
    rng = np.random.default_rng(1)
    samples = max(1, n // int(np.prod(rest)))
    shape, gamma_shape = (samples, *rest), (samples, *gamma_rest) if own else gamma_rest
    x, dout, gamma, beta = (rng.standard_normal(s, np.float32).astype(dtype) for s in (shape, shape, gamma_shape, gamma_shape))
    out, sums = x + 0, (gamma + 0, gamma + 0)
    factor, shift = (a.reshape(a.shape + (1,) * (x.ndim - 1 - axis % x.ndim)) for a in (gamma, beta))
    lengths = (1,) * (x.ndim - factor.ndim) + factor.shape
    summed = tuple(k for k, length in enumerate(lengths) if length == 1)
    flat = [a.reshape([n for k, n in enumerate(lengths) if k not in summed]) for a in sums]  # the shape of NumPy's sums
    numbers = x.size + gamma.size  # twice as many are read and written forward, three times as many backward
    two, three = ((np.ones(n, dtype), np.ones(n, dtype)) for n in (numbers, numbers * 3 // 2))

    def numpy_backward(place: Any = None, places: Any = (None, None)) -> Any:
        products = dout * x
        return np.multiply(dout, factor, out=place), products.sum(summed, out=places[0]), dout.sum(summed, out=places[1])

    def forward() -> Any:
        return film.forward(x, gamma, beta, axis=axis)

    def forward_out() -> Any:
        return film.forward(x, gamma, beta, axis=axis, out=out)

    def backward() -> Any:
        return film.backward(dout, x, gamma, axis=axis)

    def backward_out() -> Any:
        return film.backward(dout, x, gamma, axis=axis, out=(out, *sums))

    pairs = [
        (forward_out, lambda: np.copyto(*two)), (forward, lambda: np.copyto(*two)), (lambda: factor * x + shift, forward),
        (lambda: np.add(np.multiply(factor, x, out=out), shift, out=out), forward_out),
        (backward_out, lambda: np.copyto(*three)), (backward, lambda: np.copyto(*three)), (numpy_backward, backward),
        (lambda: numpy_backward(out, flat), backward_out),
    ]  # fmt: skip
    return [f"{ratio(above, below, rounds, clock):.2f}" for above, below in pairs]


def small_table() -> str:
    """Microseconds a call."""
    lines = ["| | f32 | f64 |", "|---|---:|---:|"]
    calls = {
        "`forward(x, gamma, beta)`": lambda x, gamma, y: film.forward(x, gamma, gamma),
        "`forward(x, gamma, beta, out=y)`": lambda x, gamma, y: film.forward(x, gamma, gamma, out=y),
        "`forward(x, 2.0, 0.5)`": lambda x, gamma, y: film.forward(x, 2.0, 0.5),
        "`gamma * x + beta`": lambda x, gamma, y: gamma * x + gamma,
        "`backward(dout, x, gamma)`": lambda x, gamma, y: film.backward(y, x, gamma),
        "`backward(dout, x, gamma, out=x)`": lambda x, gamma, y: film.backward(y, x, gamma, out=x),
    }
    for name, call in calls.items():
        times = []
        for dtype in (np.float32, np.float64):
            x, gamma, y = np.ones((5, 2), dtype), np.ones(2, dtype), np.ones((5, 2), dtype)
            times.append(min(timeit.repeat(lambda a=(x, gamma, y), f=call: f(*a), number=1000, repeat=30)) * 1000)
        lines.append(f"| {name} | {times[0]:.2f} | {times[1]:.2f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=10_000_000, help="elements of x, about")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="cases whose names contain this")
    parser.add_argument("--store", action="store_true", help="write benchmarks/results/film-TARGET-DATE.md")
    parser.add_argument("--own-time", action="store_true", help="one thread only, and its own time")
    arguments = parser.parse_args()
    if arguments.store and arguments.only:
        parser.error("--store keeps whole tables: leave out --only")
    made_on, lines = machine(), []
    clock = time.thread_time if arguments.own_time else time.perf_counter

    def say(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    options = f"-n {arguments.n} --rounds {arguments.rounds}" + " --own-time" * arguments.own_time
    say(f"# FiLM beside NumPy and np.copyto\n\n    python benchmarks/film.py {options}\n")
    say(" ".join(MEANING.split()) + "\n")
    ratios = ["out/copy", "fresh/copy", "NumPy/fresh", "NumPy/out"]
    head = [f"{way} {what}" for way in ("forward", "backward") for what in ratios]
    say(f"| x, modulation | type | threads | {' | '.join(head)} |\n|{'---|' * 3}{'---:|' * len(head)}")
    for case in CASES:
        if arguments.only and arguments.only not in case:
            continue
        for name, dtype in (("f32", np.float32), ("f64", np.float64)):
            for n in [1] if arguments.own_time else sorted({1, fastprob.get_num_threads()}):
                with fastprob.threads(n):
                    say(f"| {case} | {name} | {n} | {' | '.join(row(case, dtype, arguments.n, arguments.rounds, clock))} |")
    say("\nMicroseconds a call of ten elements, x (5, 2), the fastest of many:\n\n" + small_table())
    say("\n" + "\n".join(made_on))
    if arguments.store:
        day = datetime.date.today().isoformat()
        (ROOT / "benchmarks" / "results" / f"film-{_core.target}-{day}.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
