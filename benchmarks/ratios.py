"""Speed as ratios: each operation beside np.exp, one target beside another, NumPy and SciPy beside ours, small calls beside their
ufuncs, large beside a copy.

    python benchmarks/ratios.py                 prints the tables
    python benchmarks/ratios.py -k logcdf       operations whose name matches logcdf
    python benchmarks/ratios.py --small         calls with 10 elements alone: a minute
    python benchmarks/ratios.py --store         writes them to benchmarks/results/, and the short one into README.md

The two halves of a ratio are timed one right after the other in the same process, in every round; a number is the median of the
rounds' ratios, and what follows +- is half the distance between their quartiles. Every CPU target runs in a process of its own,
in alternation. All arrays start at multiples of 64 bytes, and results go into out=.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter_ns
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "tools")]

from conditions import Ratio, cpu, machine, summary  # noqa: E402
from functions import LOC, OPS, ROWS, SCALE, Row, aligned, arguments, outputs  # noqa: E402
from pages import replace_block  # noqa: E402
from summaries import cases as summaries  # noqa: E402

import fastprob  # noqa: E402
from fastprob import normal, ufuncs  # noqa: E402

ROW = {row.op: row for row in ROWS}
TYPES = {"f32": np.float32, "f64": np.float64}
SIZES = (4096, 10_000)
LARGE = 10_000_000
SLICE_NS = 30_000  # a half of a pair takes about this long, for the clock's sake
SLOW_NS = 100_000_000  # slower calls, as SciPy's moments of 10,000 truncated normals, are timed once in each of three turns

# Times of np.exp (f32, f64) that an operation with scalar parameters may take on AVX-512, where a limit is set.
LIMITS = {
    "normal_logpdf": (0.7, 0.9),
    "normal_cdf": (2.8, 4.0),
    "normal_sf": (2.8, 4.0),
    "normal_logcdf": (3.5, 6.0),
    "normal_ppf": (4.5, 8.0),
    "expit": (1.5, 2.0),
    **dict.fromkeys(["logistic_pdf", "logistic_cdf", "logistic_sf"], (1.8, 2.5)),
    **dict.fromkeys(["logistic_logpdf", "logistic_logcdf", "logistic_logsf"], (2.5, 3.5)),
    **dict.fromkeys([f"uniform_{name}" for name in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf")], (0.5, 0.7)),
    **dict.fromkeys(["kl_normal", "kl_bernoulli", "kl_bernoulli_logits", "kl_standard_normal"], (2.5, 4.0)),
}
AVX2_LIMIT = 1.9  # times the time on AVX-512
SMALL_LIMIT = 0.9  # microseconds, 10 elements
COPY_LIMIT = 1.3  # times np.copyto, LARGE elements


Call = Callable[[], Any]  # a functools.partial: nothing of Python's own is timed


def time_ns(calls: int, call: Call) -> float:
    """Nanoseconds a call"""
    start = perf_counter_ns()
    for _ in range(calls):
        call()
    return (perf_counter_ns() - start) / calls


def calls_for(call: Call) -> int:
    if time_ns(1, call) > SLOW_NS:
        return 1
    return max(1, round(SLICE_NS / min(time_ns(1, call) for _ in range(5))))


# ----------------------------------------------------------------------------------------------------- processes


def pairs(name: str, type_name: str, n: int, parameter_arrays: bool, rounds: int) -> tuple[list[float], list[float]]:
    """An operation's times in times of np.exp, and np.exp's times in nanoseconds an element, a round each."""
    row, dtype = ROW[name], TYPES[type_name]
    own = row.call(arguments(row, n, dtype, parameter_arrays), outputs(row, n, dtype))
    base = partial(np.exp, *arguments(ROW["exp"], n, dtype), out=outputs(ROW["exp"], n, dtype))
    own_calls, base_calls = calls_for(own), calls_for(base)
    ratios, bases = [], []
    for _ in range(rounds):
        base_ns = time_ns(base_calls, base)
        ratios.append(time_ns(own_calls, own) / base_ns)
        bases.append(base_ns / n)
    return ratios, bases


def serve() -> None:
    """Answers requests until there are none, one line of JSON each."""
    answers, sys.stdout = sys.stdout, sys.stderr
    fastprob.set_num_threads(1)
    print(fastprob.show_config("dicts")["targets"]["chosen"], file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(pairs(*json.loads(line))), file=answers, flush=True)


class Worker:
    def __init__(self, target: str) -> None:
        self.target = target
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "FASTPROB_TARGET": target},
        )
        running = self._answer().strip()
        if running != target:
            raise RuntimeError(f"asked for target {target!r}, the package runs {running!r}")

    def _answer(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process for target {self.target!r} ended with status {self.process.wait()}")
        return line

    def __call__(self, *request: Any) -> tuple[list[float], list[float]]:
        assert self.process.stdin is not None
        print(json.dumps(request), file=self.process.stdin, flush=True)
        ratios, bases = json.loads(self._answer())
        return ratios, bases

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


# ------------------------------------------------------------------------------------------------------------------- measurements


class Case(NamedTuple):
    op: str
    type_name: str
    n: int
    parameter_arrays: bool


def cases(name: str, sizes: tuple[int, ...]) -> list[Case]:
    return [
        Case(row.op, type_name, n, arrays)
        for row in ROWS
        if re.search(name, row.op)
        for arrays in ((False, True) if OPS[row.op].parameters else (False,))
        for type_name in TYPES
        for n in sizes
    ]


class Measured(NamedTuple):
    times_exp: dict[str, Ratio]  # by target
    over_first: dict[str, Ratio]  # time of each other target over that of the first
    exp_ns: float


def measure(wanted: list[Case], targets: list[str], rounds: int, turns: int) -> dict[Case, Measured]:
    """Each case in every target; the first target is the one that the others are compared with.

    A turn goes through all cases, so that a case's rounds are spread over the whole run: a machine may be odd for a second.
    """
    workers = [Worker(target) for target in targets]
    ratios: dict[tuple[Case, str], list[float]] = {(case, target): [] for case in wanted for target in targets}
    bases: dict[Case, list[float]] = {case: [] for case in wanted}
    try:
        for _ in range(turns):
            for case in wanted:
                for worker in workers:
                    got, base = worker(*case, rounds)
                    ratios[case, worker.target] += got
                    bases[case] += base
    finally:
        for worker in workers:
            worker.close()
    return {
        case: Measured(
            {target: summary(ratios[case, target]) for target in targets},
            {
                target: summary([a / b for a, b in zip(ratios[case, target], ratios[case, targets[0]], strict=True)])
                for target in targets[1:]
            },
            summary(bases[case]).median,
        )
        for case in wanted
    }


def peers(name: str, rounds: int, turns: int) -> dict[tuple[str, str], dict[str, Ratio]]:
    """By operation and type: what NumPy's best expression and SciPy's functions take, in times of ours; longer size, numbers."""
    with fastprob.threads(1):
        contests = {}
        for row in (row for row in ROWS if re.search(name, row.op) and row.competitors):
            for type_name, dtype in TYPES.items():
                inputs, out = arguments(row, SIZES[-1], dtype), outputs(row, SIZES[-1], dtype)
                calls = {"": row.call(inputs, out)} | {who: partial(f, out, *inputs) for who, f in row.competitors.items()}
                contests[row.op, type_name] = {who: (call, calls_for(call)) for who, call in calls.items()}
        times: dict[tuple[str, str], dict[str, list[float]]] = {key: {} for key in contests}
        slow = {key for key, contest in contests.items() if any(time_ns(1, call) > SLOW_NS for call, _ in contest.values())}
        for turn in range(turns):
            for key, contest in contests.items():
                for _ in range(int(turn < 3) if key in slow else rounds):
                    took = {who: time_ns(calls, call) for who, (call, calls) in contest.items()}
                    for who in took.keys() - {""}:
                        times[key].setdefault(who, []).append(took[who] / took[""])
    return {key: {who: summary(found[who]) for who in found} for key, found in times.items()}


class Small(NamedTuple):
    """A call with 10 elements, in microseconds: the public function, the ufunc that is under it, and that with one element."""

    row: Row
    type_name: str
    parameters: str
    own: Ratio
    own_out: Ratio
    ufunc: Ratio
    ufunc_out: Ratio
    bare: Ratio


def small(rounds: int, name: str = "") -> list[Small]:
    keys, calls = [], []
    for row in (row for row in ROWS if re.search(name, row.op)):
        ufunc = getattr(ufuncs, row.op)
        for type_name, dtype in TYPES.items():
            for arrays in (False, True) if OPS[row.op].parameters else (False,):
                inputs, out = arguments(row, 10, dtype, arrays), outputs(row, 10, dtype)
                one = [a[:1] if isinstance(a, np.ndarray) else a for a in inputs]
                keys.append((row, type_name, "arrays" if arrays else "numbers" if OPS[row.op].parameters else ""))
                calls.append(
                    (
                        row.call(inputs),
                        row.call(inputs, out),
                        partial(ufunc, *inputs),
                        partial(ufunc, *inputs, out=out),
                        partial(ufunc, *one),
                    )
                )
    return [Small(*key, *us) for key, us in zip(keys, microseconds(calls, rounds), strict=True)]


def microseconds(calls: list[tuple[Call, ...]], rounds: int) -> list[list[Ratio]]:
    """Of each call, all in turn in every round."""
    times: list[list[list[float]]] = [[[] for _ in group] for group in calls]
    for _ in range(rounds):
        for group, found in zip(calls, times, strict=True):
            for call, values in zip(group, found, strict=True):
                values.append(time_ns(50, call) / 1e3)
    return [[summary(values) for values in found] for found in times]


def large(rounds: int) -> list[tuple[str, int, Ratio]]:
    """normal.logpdf of LARGE elements into out=, in times of np.copyto: type, threads, ratio."""
    results = []
    for type_name, dtype in TYPES.items():
        x, out = aligned(LARGE, dtype), aligned(LARGE, dtype)
        x[:] = np.random.default_rng(1).standard_normal(LARGE, dtype=dtype)
        out.fill(0)
        for threads in (1, 2):
            copy, own, ratios = partial(np.copyto, out, x), partial(normal.logpdf, x, LOC, SCALE, out), []
            with fastprob.threads(threads):
                own()
                for _ in range(rounds):
                    copy_ns = time_ns(1, copy)
                    ratios.append(time_ns(1, own) / copy_ns)
            results.append((type_name, threads, summary(ratios)))
    return results


# ------------------------------------------------------------------------------------------------------------------------- tables


def limit(case: Case, target: str) -> float | None:
    if case.parameter_arrays or target != "x86_v4" or case.op not in LIMITS:
        return None
    return LIMITS[case.op][list(TYPES).index(case.type_name)]


def ratio_table(results: dict[Case, Measured]) -> list[str]:
    targets = list(next(iter(results.values())).times_exp)
    others = targets[1:]
    head = ["operation", "parameters", "type", "n", *(f"{t}, times np.exp" for t in targets), "limit"]
    head += [f"{t} over {targets[0]}" for t in others]
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(['---'] * 3 + ['---:'] * (len(head) - 3))}|"]
    for case, measured in results.items():
        kind = "" if not OPS[case.op].parameters else "arrays" if case.parameter_arrays else "numbers"
        allowed = limit(case, targets[0])
        over = allowed is not None and measured.times_exp[targets[0]].median > allowed
        cells = [case.op, kind, case.type_name, f"{case.n}", *(str(r) for r in measured.times_exp.values())]
        cells.append("" if allowed is None else f"{allowed:g}{' **over**' if over else ''}")
        for other in others:
            ratio = measured.over_first[other]
            beyond = (other, targets[0]) == ("x86_v3", "x86_v4") and ratio.median > AVX2_LIMIT
            cells.append(f"{ratio}{' **over**' if beyond else ''}")
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def small_table(rounds: int, name: str) -> list[str]:
    x, out = aligned(10, np.float64), aligned(10, np.float64)
    x[:] = 0.5
    numpy_calls = {
        "np.exp(x, out=out)": partial(np.exp, x, out=out),
        "np.frexp(x)": partial(np.frexp, x),
        "np.divmod(x, x)": partial(np.divmod, x, x),
    }
    lines = ["| function | type | parameters | us a call | into out= | its ufunc | into out= | its ufunc, 1 element |"]
    lines.append("|---|---|---|---:|---:|---:|---:|---:|")
    for s in small(rounds, name):
        own, own_out = (f"{r}{' **over**' if r.median > SMALL_LIMIT else ''}" for r in (s.own, s.own_out))
        lines.append(
            f"| {s.row.title} | {s.type_name} | {s.parameters} | {own} | {own_out} | {s.ufunc} | {s.ufunc_out} | {s.bare} |"
        )
    numpy_us = [us for (us,) in microseconds([(call,) for call in numpy_calls.values()], rounds)]
    lines += [
        "",
        "NumPy: "
        + ", ".join(f"`{call}` {us}" for call, us in zip(numpy_calls, numpy_us, strict=True))
        + f". Over: {SMALL_LIMIT:g}.",
    ]
    return lines


def sums_table(rounds: int, name: str) -> list[str]:
    """Of the functions that are no operations, sums over data most of them."""
    found = {t: [c for c in summaries(10, dtype) if re.search(name, c.title.replace(".", "_"))] for t, dtype in TYPES.items()}
    times = {t: microseconds([(c.call,) for c in of_type], rounds) for t, of_type in found.items()}
    lines = [f"| of 10 elements | {' | '.join(f'{t}, us a call' for t in TYPES)} |", "|---|---:|---:|"]
    for k, case in enumerate(found["f64"]):
        lines.append(f"| {case.title} | {' | '.join(str(times[t][k][0]) for t in TYPES)} |")
    return lines


def large_table(results: list[tuple[str, int, Ratio]]) -> list[str]:
    lines = ["| type | threads | times np.copyto | limit |", "|---|---:|---:|---:|"]
    for type_name, threads, ratio in results:
        over = " **over**" if ratio.median > COPY_LIMIT else ""
        lines.append(f"| {type_name} | {threads} | {ratio} | {COPY_LIMIT:g}{over} |")
    return lines


def peer_table(results: dict[tuple[str, str], dict[str, Ratio]]) -> list[str]:
    whom = ["numpy", "scipy.special", "scipy.stats"]
    lines = [f"| operation | type | {' | '.join(whom)} |", "|---|---|---:|---:|---:|"]
    for (op, type_name), ratios in results.items():
        lines.append(f"| {op} | {type_name} | {' | '.join(str(ratios.get(who, '')) for who in whom)} |")
    return lines


def readme_table(results: dict[Case, Measured], beside: dict[tuple[str, str], dict[str, Ratio]]) -> list[str]:
    """Number parameters, the longer size, the first target; of SciPy's functions the fastest. Not what only copies."""
    target = next(iter(next(iter(results.values())).times_exp))
    lines = ["| function | `np.exp` f32 | f64 | NumPy f32 | f64 | SciPy f32 | f64 |", f"|---|{'---:|' * 6}"]
    for row in (row for row in ROWS if not row.copies):
        cells = [f"{results[Case(row.op, t, SIZES[-1], False)].times_exp[target].median:.2g}" for t in TYPES]
        for library in ("numpy", "scipy"):
            for t in TYPES:
                theirs = [r.median for who, r in beside.get((row.op, t), {}).items() if who.startswith(library)]
                cells.append(f"{min(theirs):.2g}" if theirs else "")
        lines.append(f"| `{row.title}` | {' | '.join(cells)} |")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-k", "--name", default="", help="only operations in whose name this regular expression is found")
    parser.add_argument("--rounds", type=int, default=7, help="pairs a case in each turn (default %(default)s)")
    parser.add_argument("--turns", type=int, default=11, help="turns through all cases (default %(default)s)")
    parser.add_argument("--small", action="store_true", help="calls with 10 elements alone")
    parser.add_argument("--store", action="store_true", help="keep them: benchmarks/results/ratios-CPU-DATE.md, README.md")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return 0
    if options.store and (options.name or options.small):
        parser.error("--store keeps whole tables: leave out --name and --small")
    if options.small:
        rounds = options.rounds * options.turns
        print("\n".join([*small_table(rounds, options.name), "", *sums_table(rounds, options.name)]))
        return 0

    found = fastprob.show_config("dicts")["targets"]
    # The chosen target first; generic without an fma instruction is another league, and not compared.
    targets = [found["chosen"]] + [t for t in ("x86_v4", "x86_v3") if t in found["supported"] and t != found["chosen"]]
    results = measure(cases(options.name, SIZES), targets, options.rounds, options.turns)
    text = ["# Speed ratios", "", *machine(), ""]
    text += [
        "Medians of ratios measured in pairs, ± half the distance between the quartiles; one thread.",
        "Made by `python benchmarks/ratios.py --store`.",
        "",
    ]
    text += ["## Times of np.exp(x, out=)", "", *ratio_table(results), ""]
    exp_ns = {t: [m.exp_ns for c, m in results.items() if c.type_name == t and c.n == SIZES[-1]] for t in TYPES}
    exp_took = "np.exp itself took " + " and ".join(f"{np.median(ns):.2f} ns an element ({t})" for t, ns in exp_ns.items())
    text += [f"{exp_took} at n = {SIZES[-1]}, with this NumPy on this machine.", ""]
    beside = peers(options.name, options.rounds, options.turns)
    text += [f"## NumPy's and SciPy's times in times of ours, target {targets[0]}, n = {SIZES[-1]}, parameters as numbers", ""]
    text += [*peer_table(beside), ""]
    text += ["## Calls with 10 elements", "", *small_table(options.rounds * options.turns, options.name), ""]
    text += [*sums_table(options.rounds * options.turns, options.name), ""]
    text += ["## normal.logpdf of 1e7 elements into out=", "", *large_table(large(options.turns)), ""]
    print("\n".join(text))
    if options.store:
        name = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\((r|tm)\)", "", cpu().lower())).strip("-")
        path = ROOT / "benchmarks" / "results" / f"ratios-{name}-{datetime.date.today().isoformat()}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(text), encoding="utf-8")
        print(f"written to {path.relative_to(ROOT)}")
        about = [f"- target {targets[0]}; {exp_took}", *machine()]
        replace_block(ROOT / "README.md", "speed", ["", *readme_table(results, beside), "", *about, ""])
        print("and to README.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
