"""Searches for the worst inputs of every operation and prints a table of errors in ULP.

    python tools/accuracy/search.py                       5000 fresh points an operation and type
    python tools/accuracy/search.py -n 1000000 -k logcdf  more of them, for operations whose name matches logcdf
    python tools/accuracy/search.py --climb 100           and 100 rounds of steps from the worst of them to worse ones
    python tools/accuracy/search.py --sift 100            of 100 times as many points those with results next below a power of two
    python tools/accuracy/search.py --peers               SciPy and other libraries at the same points, where they are installed
    python tools/accuracy/search.py --store               keeps inputs worse than those known

Stored inputs go to tests/accuracy/worst_inputs.json, from where the tests replay them.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools"), str(ROOT / "tools" / "accuracy")]

from ops import Op, read_ops  # noqa: E402
from peers import installed  # noqa: E402
from reference.points import Columns, fresh_points, stepped  # noqa: E402
from reference.targets import as_tuple  # noqa: E402
from reference.truth import Truth, truth  # noqa: E402
from reference.ulp import bound, ulp_error  # noqa: E402

from fastprob import ufuncs  # noqa: E402

STORE = ROOT / "tests" / "accuracy" / "worst_inputs.json"
KEPT = 3  # inputs an output and type
STARTS = 40  # points that a climb starts from, an output
STEPS = 10  # from each of them, a round
BLOCK = 20_000
TIER = 2.0  # ULP that the first tier allows


class Record:
    """Errors of one output of one operation in one type, gathered block by block."""

    def __init__(self) -> None:
        self.points = 0
        self.total = 0.0
        self.largest = 0.0  # of the finite errors
        self.infinite = 0  # errors: NaN, infinite or finite where the exact value is something else
        self.beyond = 0  # finite errors above TIER
        self.worst: list[tuple[float, tuple[str, ...]]] = []

    @property
    def mean(self) -> float:
        return self.total / self.points

    def add(self, columns: Columns, error: Any) -> None:
        self.count(error)
        self.keep(columns, error)

    def count(self, error: Any) -> None:
        finite = error[np.isfinite(error)]
        self.points += error.size
        with np.errstate(over="ignore"):  # those of other libraries
            self.total += float(finite.sum())
        self.largest = max(self.largest, float(finite.max(initial=0.0)))
        self.infinite += error.size - finite.size
        self.beyond += int(np.sum(finite > TIER))

    def keep(self, columns: Columns, error: Any) -> None:
        """The worst, without counting them among the points."""
        for i in np.argsort(-error)[:STARTS]:
            self.worst.append((float(error[i]), tuple(float(column[i]).hex() for column in columns)))
        self.worst = sorted(set(self.worst), key=lambda item: -item[0])[:STARTS]


def results_of(function: Callable[..., Any], columns: Columns, outputs: int) -> list[Any]:
    """NaN for the points at which a library raises an error; in the same call it gives no results for the others either."""
    n = len(columns[0])
    try:
        return [np.asarray(output) for output in as_tuple(function(*columns))]
    except ArithmeticError:
        if n == 1:
            return [np.full(1, np.nan)] * outputs
        halves = [tuple(column[part] for column in columns) for part in (slice(n // 2), slice(n // 2, None))]
        return [np.concatenate(pair) for pair in zip(*(results_of(function, half, outputs) for half in halves), strict=True)]


def errors(function: Callable[..., Any], columns: Columns, exact: tuple[Truth, ...]) -> list[Any]:
    """In ULP, of each output."""
    with np.errstate(all="ignore"):
        outputs = [output.astype(columns[0].dtype) for output in results_of(function, columns, len(exact))]
    return [ulp_error(output, value) for output, value in zip(outputs, exact, strict=True)]


def sifted(op: Op, columns: Columns, n: int) -> Columns:
    """Of many points n or fewer, those at which an output is next below a power of two, as many for each output: an error that is
    the same share of the result everywhere has most ULP there. To look at results costs little beside exact values."""
    with np.errstate(all="ignore"):
        outputs = results_of(getattr(ufuncs, op.name), columns, op.outputs)
    mantissas = [np.frexp(np.abs(np.where(np.isfinite(output), output, 0)))[0] for output in outputs]
    chosen = np.unique(np.concatenate([np.argsort(mantissa)[-max(n // op.outputs, 1) :] for mantissa in mantissas]))
    return tuple(column[chosen] for column in columns)


def search(op: Op, dtype: Any, n: int, seed: int, *functions: Callable[..., Any], sift: int = 1) -> list[list[Record]]:
    """Records of each output, a list of them for each function: all are called with the same points."""
    results = [[Record() for _ in range(op.outputs)] for _ in functions]
    for block in range(-(-n // BLOCK)):
        size = min(BLOCK, n - block * BLOCK)
        columns = fresh_points(op.name, dtype, sift * size, seed + block)
        columns = columns if sift == 1 else sifted(op, columns, size)
        exact = truth(op.name, *columns)
        for function, records in zip(functions, results, strict=True):
            for record, error in zip(records, errors(function, columns, exact), strict=True):
                record.add(columns, error)
    return results


def parsed(points: Iterable[tuple[str, ...]], dtype: Any) -> Columns:
    return tuple(np.array([[float.fromhex(value) for value in point] for point in points], dtype).T.copy())


def moved(columns: Columns, rng: np.random.Generator) -> Columns:
    """Some arguments of each point moved: by 1 ULP or more, up to a factor of 2, or all by one power of 2."""
    n, dtype = len(columns[0]), columns[0].dtype
    sizes = np.exp2(rng.uniform(0, np.finfo(dtype).nmant, (len(columns), n)))
    powers = np.where(rng.random(n) < 0.25, rng.integers(-8, 8, n, endpoint=True), 0)
    stays = rng.random((len(columns), n)) < 0.5
    stays[rng.integers(len(columns), size=n), np.arange(n)] = False
    with np.errstate(over="ignore", under="ignore"):
        return tuple(
            np.where(stay, column, np.where(powers, np.ldexp(column, powers), stepped(column, size * rng.choice([-1, 1], n))))
            for column, size, stay in zip(columns, sizes, stays, strict=True)
        )  # fmt: skip


def climb(op: Op, dtype: Any, rounds: int, seed: int, function: Callable[..., Any], records: list[Record]) -> None:
    """From each of the worst points to a worse one near it, again and again: what depends on how every step is rounded, or is
    largest at one place, is rarely met by drawing points."""
    rng = np.random.default_rng(seed)
    starts = [record.worst for record in records]
    heights = np.array([error for worst in starts for error, _ in worst])
    points = parsed((point for worst in starts for _, point in worst), dtype)
    output = np.repeat(np.arange(op.outputs), [len(worst) for worst in starts])  # in which each of them is to be worse
    for _ in range(rounds):
        near = moved(tuple(np.repeat(column, STEPS) for column in points), rng)
        found = errors(function, near, truth(op.name, *near))
        for record, error in zip(records, found, strict=True):
            record.keep(near, error)
        own = np.choose(np.repeat(output, STEPS), found).reshape(-1, STEPS)
        best = own.argmax(axis=1)
        rises = own.max(axis=1) > heights
        heights = np.maximum(heights, own.max(axis=1))
        points = tuple(
            np.where(rises, step.reshape(-1, STEPS)[np.arange(len(best)), best], column)
            for column, step in zip(points, near, strict=True)
        )


def merge(stored: dict[str, Any], op: Op, dtype: Any, records: list[Record], function: Callable[..., Any]) -> None:
    """Keeps the worst inputs of each output, old ones measured anew."""
    entries = stored.setdefault(op.name, {}).get(np.dtype(dtype).name, [])
    for name, record in zip(op.output_names, records, strict=True):
        old = sorted({tuple(entry["input"]) for entry in entries if entry["output"] == name})
        if old:
            columns = parsed(old, dtype)
            record.keep(columns, errors(function, columns, truth(op.name, *columns))[op.output_names.index(name)])
    stored[op.name][np.dtype(dtype).name] = [
        {"output": name, "input": list(point), "ulp": round(error, 4)}
        for name, record in zip(op.output_names, records, strict=True)
        for error, point in record.worst[:KEPT]
        if error > 0
    ]


def write(stored: dict[str, Any], ops: tuple[Op, ...]) -> None:
    """One line an input, operations in the order of ops.def."""
    text = []
    for op in ops:
        types = stored.get(op.name, {})
        parts = []
        for dtype in sorted(types):
            rows = ",\n   ".join(json.dumps(entry) for entry in types[dtype])
            parts.append(f'  "{dtype}": [\n   {rows}\n  ]' if rows else f'  "{dtype}": []')
        if parts:
            text.append(f' "{op.name}": {{\n' + ",\n".join(parts) + "\n }")
    STORE.write_text("{\n" + ",\n".join(text) + "\n}\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--points", type=int, default=5000, help="points an operation and type (default %(default)s)")
    parser.add_argument("-k", "--name", default="", help="only operations in whose name this regular expression is found")
    parser.add_argument("--dtype", choices=["float32", "float64"], help="only this type")
    parser.add_argument("--climb", type=int, default=0, metavar="ROUNDS", help="rounds of steps to worse points")
    parser.add_argument("--sift", type=int, default=1, metavar="FACTOR", help="draw so many times as many points, and sift them")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--peers", action="store_true", help="measure other libraries at the same points")
    parser.add_argument("--store", action="store_true", help=f"merge worse inputs into {STORE.relative_to(ROOT)}")
    options = parser.parse_args()

    ops = read_ops()
    libraries = installed() if options.peers else {}
    stored = json.loads(STORE.read_text(encoding="utf-8"))
    beyond = 0
    titles = "".join(f" {f'{library} max':>15}" for library in libraries)
    print(f"seed {options.seed}")
    print(f"{'operation':34} {'output':10} {'type':7} {'points':>8} {'max ULP':>9} {'mean':>9}{titles} {'s':>6}  worst input")
    for op in ops:
        if not re.search(options.name, op.name):
            continue
        for dtype in (np.float32, np.float64):
            if options.dtype not in (None, np.dtype(dtype).name):
                continue
            start = time.perf_counter()
            own = getattr(ufuncs, op.name)
            rivals = {library: functions[op.name] for library, functions in libraries.items() if op.name in functions}
            records, *others = search(op, dtype, options.points, options.seed, own, *rivals.values(), sift=options.sift)
            climb(op, dtype, options.climb, options.seed, own, records)
            seconds = time.perf_counter() - start
            for i, (name, record) in enumerate(zip(op.output_names, records, strict=True)):
                error, point = record.worst[0]
                over = error > bound(op, dtype)
                beyond += over
                largest = dict(zip(rivals, (other[i].largest for other in others), strict=True))
                cells = "".join(f" {largest[library]:15.3g}" if library in largest else f" {'':15}" for library in libraries)
                print(
                    f"{op.name:34} {name:10} {np.dtype(dtype).name:7} {record.points:8} {error:9.4g} {record.mean:9.4f}{cells} "
                    f"{seconds:6.1f}  {' '.join(point)}{'  BEYOND ITS BOUND' if over else ''}",
                    flush=True,
                )
            if options.store:
                merge(stored, op, dtype, records, own)
    if options.store:
        write(stored, ops)
    return int(beyond > 0)


if __name__ == "__main__":
    sys.exit(main())
