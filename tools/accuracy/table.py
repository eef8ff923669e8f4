"""Writes docs/accuracy.md and the accuracy table of README.md.

    python tools/accuracy/table.py                20,000 fresh points an operation and type
    python tools/accuracy/table.py -n 2000        fewer; prints the page and writes nothing unless --store is given too
    python tools/accuracy/table.py -k logcdf      only the rows of operations whose name matches logcdf; the others stay
    python tools/accuracy/table.py -k loglik      or those of sums over data

The points, exact values and errors are search.py's, those of sums over data sums.py's; the times are benchmarks/ratios.py's.
"""

from __future__ import annotations

import argparse
import re
import secrets
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in ("tools/accuracy", "tools", "tests", "benchmarks")]

from conditions import commit, machine  # noqa: E402
from functions import OPS, ROWS, Row  # noqa: E402
from pages import block, replace_block, with_rows  # noqa: E402
from peers import LIBRARIES, installed  # noqa: E402
from ratios import Case, measure  # noqa: E402
from reference.ulp import bound  # noqa: E402
from search import Record, climb, search  # noqa: E402 - finds the tests' modules
from sums import BOUND, SUMS  # noqa: E402
from sums import Results as SumResults  # noqa: E402
from sums import search as search_sums  # noqa: E402

from fastprob import show_config, ufuncs  # noqa: E402

POINTS = 20_000
ROUNDS = 50  # of steps from the worst points to worse ones
TYPES = {"f32": np.float32, "f64": np.float64}
POINTS_AN_ARRAY = 50  # of points an operation, arrays of data a sum: 400
N = 10_000  # elements, where times are measured
PAGE = ROOT / "docs" / "accuracy.md"
README = ROOT / "README.md"
HEAD = 2  # lines of a table before its rows
OWN_LEFT, OTHERS_LEFT, SHORT_LEFT, SUMS_LEFT = 3, 2, 1, 3  # cells that say which row it is
TITLES = [f"`{row.title}`" for row in ROWS]
SUM_TITLES = [f"`{sums.title}`" for sums in SUMS]

Results = dict[tuple[str, str], tuple[list[Record], dict[str, list[Record]]]]


def errors(rows: list[Row], n: int, seed: int) -> Results:
    """Own records and those of the libraries, by operation and type."""
    libraries = installed()
    results: Results = {}
    for row in rows:
        for type_name, dtype in TYPES.items():
            rivals = {library: functions[row.op] for library, functions in libraries.items() if row.op in functions}
            function = getattr(ufuncs, row.op)
            own, *others = search(OPS[row.op], dtype, n, seed, function, *rivals.values())
            climb(OPS[row.op], dtype, ROUNDS, seed, function, own)
            results[row.op, type_name] = own, dict(zip(rivals, others, strict=True))
            print(f"{row.op} {type_name}: {max(record.worst[0][0] for record in own):.3f} ULP", file=sys.stderr)
    return results


def times(rows: list[Row]) -> dict[tuple[str, str], str]:
    """Times of np.exp, parameters as numbers, on the chosen target."""
    cases = [Case(row.op, type_name, N, False) for row in rows for type_name in TYPES]
    target = show_config("dicts")["targets"]["chosen"]
    results = measure(cases, [target], rounds=7, turns=7)
    return {(case.op, case.type_name): f"{measured.times_exp[target].median:.1f}" for case, measured in results.items()}


def merged(records: list[Record]) -> Record:
    """Of all outputs together."""
    whole = Record()
    for record in records:
        whole.points += record.points
        whole.infinite += record.infinite
        whole.beyond += record.beyond
        whole.largest = max(whole.largest, record.largest)
    return whole


def rival_cells(record: Record | None, type_name: str) -> list[str]:
    if record is None or not record.points:
        return ["", ""]
    finite = record.points - record.infinite
    whole = 2.0 ** np.finfo(TYPES[type_name]).nmant
    largest = "all digits" if record.largest >= whole else f"{record.largest:.3g}"
    return [largest, f"{100 * record.beyond / finite:.2g} %"]


def table(head: list[str], rows: list[list[str]], left: int) -> list[str]:
    """Markdown; the first columns to the left, and the last where it holds inputs"""
    marks = ["---"] * left + ["---:"] * (len(head) - left)
    if head[-1].startswith("worst"):
        marks[-1] = "---"
    return [f"| {' | '.join(head)} |", f"|{'|'.join(marks)}|", *(f"| {' | '.join(cells)} |" for cells in rows)]


def measured(results: Results) -> list[Row]:
    return [row for row in ROWS if any((row.op, type_name) in results for type_name in TYPES)]


def own_table(results: Results, speed: dict[tuple[str, str], str]) -> list[str]:
    head = [
        "function",
        "output",
        "type",
        "points",
        "max ULP",
        "mean ULP",
        "bound",
        "times `np.exp`",
        "SciPy: max ULP",
        "beyond 2 ULP",
        "worst input",
    ]
    rows = []
    for row in measured(results):
        op = OPS[row.op]
        for type_name, dtype in TYPES.items():
            own, others = results[row.op, type_name]
            for i, record in enumerate(own):
                error, point = record.worst[0]
                output = op.output_names[i] if op.outputs > 1 else ""
                time = speed[row.op, type_name] if i == 0 else ""
                cells = [f"`{row.title}`", output, type_name, f"{record.points}", f"{error:.3f}", f"{record.mean:.3f}"]
                cells += [f"{bound(op, dtype):g}", time]
                cells += rival_cells(others["SciPy"][i] if "SciPy" in others else None, type_name)
                names = (name for name, _ in op.inputs)
                cells.append("`" + " ".join(f"{name}={value}" for name, value in zip(names, point, strict=True)) + "`")
                rows.append(cells)
    return table(head, rows, OWN_LEFT)


def others_table(results: Results, libraries: list[str]) -> list[str]:
    head = ["function", "type"]
    for library in libraries:
        head += [f"{library}: max ULP", "beyond 2 ULP"]
    rows = []
    for row in measured(results):
        for type_name in TYPES:
            _, others = results[row.op, type_name]
            if others.keys() & set(libraries):
                cells = [f"`{row.title}`", type_name]
                for library in libraries:
                    cells += rival_cells(merged(others[library]) if library in others else None, type_name)
                rows.append(cells)
    return table(head, rows, OTHERS_LEFT)


def sums_table(results: dict[tuple[str, str], SumResults]) -> list[str]:
    head = ["function", "output", "type", "arrays", "max ULP", "mean ULP", "bound"]
    for library in LIBRARIES:
        head += [f"{library}: max ULP", "beyond 2 ULP"]
    rows = []
    for (title, type_name), found in results.items():
        names = next(sums.outputs for sums in SUMS if sums.title == title)
        for i, (name, own) in enumerate(zip(names, found.own, strict=True)):
            cells = [f"`{title}`", name, type_name, f"{own.points}", f"{own.largest:.3f}", f"{own.mean:.3f}"]
            cells.append(f"{BOUND:g}")
            for library in LIBRARIES:
                cells += rival_cells(found.others[library][i] if library in found.others else None, type_name)
            rows.append([*cells, *own.worst[0][1]])
    return table([*head, "worst array"], rows, SUMS_LEFT)


def short_table(results: Results) -> list[str]:
    """The functions that SciPy has too, but for what only copies."""
    rows = []
    for row in measured(results):
        if row.copies:
            continue
        cells = [f"`{row.title}`"]
        for type_name in ("f64", "f32"):
            own, others = results[row.op, type_name]
            if "SciPy" in others:
                cells += [f"{own[0].worst[0][0]:.2f}", *rival_cells(others["SciPy"][0], type_name)]
        if len(cells) > 1:
            rows.append(cells)
    return table(["function", "f64: max ULP", "SciPy", "beyond 2 ULP", "f32: max ULP", "SciPy", "beyond 2 ULP"], rows, SHORT_LEFT)


def versions() -> str:
    import importlib.metadata

    found = {"SciPy": "scipy", "PyTorch": "torch", "JAX": "jax", "numba-stats": "numba-stats"}
    return ", ".join(f"{library} {importlib.metadata.version(found[library])}" for library in installed())


PREAMBLE = """
An error is the total distance from the exact value, the half ULP of the final rounding included. The ULP of an exact value t is
2^(floor(log2|t|) - 52) in f64, at least 2^-1074; in f32 2^(floor(log2|t|) - 23), at least 2^-149. For quantiles
with a location it is that of max(|loc|, |x - loc|); `truncnormal` and derivatives that cross zero have units of their own, which
`csrc/ops.def` and the docstrings name. Exact values come from ball arithmetic (python-flint).

The points: ordinary arguments; far tails; any exponent in every argument; and places beside zeros, underflow and the kernels' own
switches, of each about as many; one in fifty is a special value. Every argument counts as it stands: x - loc is exact, not
rounded. With points like these a table says what can happen, not what usually does.

The largest errors of fastprob are what is found from there on: the worst points of each output are moved by steps of any size, as
long as they get worse. The means are those of the points as drawn.

The other libraries get the points as drawn. Given is the largest error, and the share of points with an error beyond 2 ULP; "all
digits" is an error as large as the value itself, or an infinity in its place. Points where a library returns NaN for a number
or a number for NaN are left out. SciPy is `scipy.stats` where there are loc and scale or `scipy.special` has nothing; NumPy for
exp and log. `scipy.stats` computes in float64, and its f32 figures are those results, rounded. In the second table gradients
are those by PyTorch's and JAX's differentiation of their own functions, and the figures of a gradient are of all its outputs
together.
"""


SUMS_PREAMBLE = """
An error is in ULP of the largest of the exact sum and its terms, each added up in size over the data. The data: ordinary ones,
ones of many sizes, and ones of any exponent, a third each, of 1 to 1000 elements, half of them with weights. Of the other
libraries it is NumPy's sum of their own log densities, derivatives by their own differentiation; SciPy's `logsumexp`, and for
`film.backward` NumPy's sums. Array k is that of `numpy.random.default_rng([seed, k])`.
"""


def other_libraries() -> list[str]:
    return [library for library in installed() if library != "SciPy"]


def page(
    results: Results, speed: dict[tuple[str, str], str], sums: dict[tuple[str, str], SumResults], n: int, seed: int
) -> list[str]:
    libraries = other_libraries()
    text = [
        "# Accuracy",
        "",
        "Generated by `python tools/accuracy/table.py`. It draws fresh points each time, so the figures move a little.",
        "",
        f"- {n} points an operation and type, seed {seed}",
        *machine(),
        f"- compared: {versions()}",
        PREAMBLE,
        f"Times are those of `np.exp(x, out=)` in the same type: {N} elements, one thread, parameters as numbers",
        "(`python benchmarks/ratios.py` has the spreads).",
        "",
        *own_table(results, speed),
        "",
    ]
    if libraries:
        text += ["## Other libraries", "", *others_table(results, libraries), ""]
    return [*text, "## Sums over data", SUMS_PREAMBLE, *sums_table(sums), ""]


def page_with(
    lines: list[str], results: Results, speed: dict[tuple[str, str], str], sums: dict[tuple[str, str], SumResults]
) -> list[str]:
    """The page's lines, with these rows."""
    lines = with_rows(lines, sums_table(sums)[HEAD:], SUMS_LEFT, SUM_TITLES)
    lines = with_rows(lines, own_table(results, speed)[HEAD:], OWN_LEFT, TITLES)
    libraries = other_libraries()
    return with_rows(lines, others_table(results, libraries)[HEAD:], OTHERS_LEFT, TITLES) if libraries else lines


def with_note(lines: list[str], name: str, conditions: str) -> list[str]:
    """And at the end of its conditions those of the rows of operations whose name matches it."""
    note = f"- with `-k {name}` since:"
    lines = [line for line in lines if not line.startswith(note)]
    place = max(i for i, line in enumerate(lines) if line.startswith("- ")) + 1
    return [*lines[:place], f"{note} {conditions}", *lines[place:]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--points", type=int, default=POINTS, help="points an operation and type (default %(default)s)")
    parser.add_argument("-k", "--name", default="", help="only rows of operations whose name matches this; the others stay")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--store", action="store_true", help="write the pages whatever the number of points")
    options = parser.parse_args()
    rows = [row for row in ROWS if re.search(options.name, row.op)]
    chosen = [sums for sums in SUMS if re.search(options.name, sums.title.replace(".", "_"))]
    if not rows and not chosen:
        parser.error(f"no operation's name matches {options.name!r}")
    results = errors(rows, options.points, options.seed)
    sums = search_sums(chosen, -(-options.points // POINTS_AN_ARRAY), options.seed)
    speed = times(rows) if rows else {}
    if options.name:
        text = page_with(PAGE.read_text(encoding="utf-8").split("\n"), results, speed, sums)
        text = with_note(text, options.name, f"{options.points} points, seed {options.seed}, commit {commit()}")
        short = with_rows(block(README, "accuracy"), short_table(results)[HEAD:], SHORT_LEFT, TITLES)
    else:
        text = page(results, speed, sums, options.points, options.seed)
        short = ["", *short_table(results), ""]
    if options.store or options.points >= POINTS:
        PAGE.write_text("\n".join(text), encoding="utf-8")
        replace_block(README, "accuracy", short)
        print(f"written: {PAGE.relative_to(ROOT)} and README.md")
    else:
        print("\n".join([*text, *short]))
    late = [
        f"{op} {type_name} {record.worst[0][0]:.3f}"
        for (op, type_name), (own, _) in results.items()
        for record in own
        if record.worst[0][0] > bound(OPS[op], TYPES[type_name])
    ]
    for (title, type_name), found in sums.items():
        late += [f"{title} {type_name}" for own in found.own if own.infinite or own.largest > BOUND]
    for line in late:
        print(f"BEYOND ITS BOUND: {line}", file=sys.stderr)
    return int(bool(late))


if __name__ == "__main__":
    sys.exit(main())
