"""Searches for the worst inputs of every operation and prints a table of errors in ULP.

    python tools/accuracy/search.py                       5000 fresh points an operation and type
    python tools/accuracy/search.py -n 1000000 -k logcdf  more of them, for operations whose name contains logcdf
    python tools/accuracy/search.py --peers               SciPy and NumPy at the same points, where they have the function
    python tools/accuracy/search.py --store               keeps inputs worse than those known

Stored inputs go to tests/accuracy/worst_inputs.json, from where the tests replay them.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

from ops import Op, read_ops  # noqa: E402
from reference.points import Columns, fresh_points  # noqa: E402
from reference.targets import as_tuple  # noqa: E402
from reference.truth import truth  # noqa: E402
from reference.ulp import bound, ulp_error  # noqa: E402

from fastprob import ufuncs  # noqa: E402

STORE = ROOT / "tests" / "accuracy" / "worst_inputs.json"
KEPT = 3  # inputs an output and type
BLOCK = 20_000


def peers() -> dict[str, Callable[..., Any]]:
    from scipy import special, stats

    def logits(k: Any, value: Any) -> Any:
        return np.where(k == 1, special.log_expit(value), np.where(k == 0, special.log_expit(-value), -np.inf))

    return {
        **{name: getattr(np, name) for name in ("exp", "expm1", "log", "log1p")},
        **{name: getattr(special, name) for name in ("expit", "log_expit", "softplus", "erf", "erfc", "erfcx")},
        **{name: getattr(special, name) for name in ("ndtr", "log_ndtr", "ndtri")},
        **{f"normal_{name}": getattr(stats.norm, name) for name in ("pdf", "logpdf", "cdf", "logcdf")},
        **{f"normal_{name}": getattr(stats.norm, name) for name in ("sf", "logsf", "ppf", "isf")},
        "bernoulli_logpmf_logits": logits,
    }


class Record:
    """Errors of one output of one operation in one type, gathered block by block."""

    def __init__(self) -> None:
        self.points = 0
        self.total = 0.0
        self.worst: list[tuple[float, tuple[str, ...]]] = []

    @property
    def mean(self) -> float:
        return self.total / self.points

    def add(self, columns: Columns, error: Any) -> None:
        finite = error[np.isfinite(error)]
        self.points += error.size
        self.total += float(finite.sum())
        for i in np.argsort(-error)[:KEPT]:
            self.worst.append((float(error[i]), tuple(float(column[i]).hex() for column in columns)))
        self.worst = sorted(set(self.worst), key=lambda item: -item[0])[:KEPT]


def search(op: Op, dtype: Any, n: int, seed: int, function: Callable[..., Any]) -> list[Record]:
    records = [Record() for _ in range(op.outputs)]
    for block in range(-(-n // BLOCK)):
        columns = fresh_points(op.name, dtype, min(BLOCK, n - block * BLOCK), seed + block)
        with np.errstate(all="ignore"):
            outputs = as_tuple(function(*columns))
        for record, output, exact in zip(records, outputs, truth(op.name, *columns), strict=True):
            record.add(columns, ulp_error(np.asarray(output, dtype), exact))
    return records


def merge(stored: dict[str, Any], op: Op, dtype: Any, records: list[Record], function: Callable[..., Any]) -> None:
    """Keeps the worst inputs of each output, old ones measured anew."""
    entries = stored.setdefault(op.name, {}).get(np.dtype(dtype).name, [])
    for name, record in zip(op.output_names, records, strict=True):
        old = sorted({tuple(entry["input"]) for entry in entries if entry["output"] == name})
        if old:
            columns = tuple(np.array([[float.fromhex(value) for value in row] for row in old], dtype).T.copy())
            output = as_tuple(function(*columns))[op.output_names.index(name)]
            record.add(columns, ulp_error(output, truth(op.name, *columns)[op.output_names.index(name)]))
    stored[op.name][np.dtype(dtype).name] = [
        {"output": name, "input": list(point), "ulp": round(error, 4)}
        for name, record in zip(op.output_names, records, strict=True)
        for error, point in record.worst
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
    parser.add_argument("-k", "--name", default="", help="only operations whose name contains this")
    parser.add_argument("--dtype", choices=["float32", "float64"], help="only this type")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--peers", action="store_true", help="measure SciPy and NumPy at the same points")
    parser.add_argument("--store", action="store_true", help=f"merge worse inputs into {STORE.relative_to(ROOT)}")
    options = parser.parse_args()

    ops = read_ops()
    others = peers() if options.peers else {}
    stored = json.loads(STORE.read_text(encoding="utf-8"))
    beyond = 0
    peer_title = f" {'peer max':>9} {'peer mean':>9}" if others else ""
    print(f"seed {options.seed}")
    print(f"{'operation':34} {'output':10} {'type':7} {'points':>8} {'max ULP':>9} {'mean':>9}{peer_title} {'s':>6}  worst input")
    for op in ops:
        if options.name not in op.name:
            continue
        for dtype in (np.float32, np.float64):
            if options.dtype not in (None, np.dtype(dtype).name):
                continue
            start = time.perf_counter()
            own = getattr(ufuncs, op.name)
            records = search(op, dtype, options.points, options.seed, own)
            seconds = time.perf_counter() - start
            rivals: list[Record] | None = None
            if others and op.name in others:
                rivals = search(op, dtype, options.points, options.seed, others[op.name])
            for i, (name, record) in enumerate(zip(op.output_names, records, strict=True)):
                error, point = record.worst[0]
                over = error > bound(op, dtype)
                beyond += over
                rival = f" {rivals[i].worst[0][0]:9.3g} {rivals[i].mean:9.3g}" if rivals else f" {'':9} {'':9}" if others else ""
                print(
                    f"{op.name:34} {name:10} {np.dtype(dtype).name:7} {record.points:8} {error:9.4g} {record.mean:9.4f}{rival} "
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
