"""Read `csrc/ops.def`, the list of elementwise operations. Standard library only: the build script uses this too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "csrc" / "ops.def"

_ROW = re.compile(r"^FP_OP\((.*)\)\s*$")
_FIELD = re.compile(r'\s*(?:"([^"]*)"|([^",]+?))\s*(?:,|$)')
_DOMAINS = {"real", "positive", "negative", "unit", "binary"}


@dataclass(frozen=True)
class Op:
    """One row: see the comment at the head of `ops.def` for what the fields mean."""

    family: str
    name: str
    values: int
    parameters: int
    outputs: int
    inputs: tuple[tuple[str, str], ...]
    output_names: tuple[str, ...]
    bound_f32: float
    bound_f64: float
    formula: str


def _parse_row(body: str, where: str) -> Op:
    fields = [quoted or bare for quoted, bare in _FIELD.findall(body)]
    if len(fields) != 10:
        raise ValueError(f"{where}: a row has 10 fields, got {len(fields)}")
    family, name, values, parameters, outputs, inputs, output_names, bound_f32, bound_f64, formula = fields
    pairs = []
    for item in inputs.split():
        argument, _, domain = item.partition(":")
        if domain not in _DOMAINS:
            raise ValueError(f"{where}: domain of {argument!r} is {domain!r}, expected one of {sorted(_DOMAINS)}")
        pairs.append((argument, domain))
    op = Op(
        family, name, int(values), int(parameters), int(outputs),
        tuple(pairs), tuple(output_names.split()), float(bound_f32), float(bound_f64), formula,
    )  # fmt: skip
    if len(op.inputs) != op.values + op.parameters:
        raise ValueError(f"{where}: {op.values} values and {op.parameters} parameters, but {len(op.inputs)} inputs are named")
    if len(op.output_names) != op.outputs:
        raise ValueError(f"{where}: {op.outputs} outputs, but {len(op.output_names)} are named")
    return op


def read_ops(path: str | Path = DEFAULT_PATH) -> tuple[Op, ...]:
    """All rows of `ops.def`, in the order of the file."""
    path = Path(path)
    ops: list[Op] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("FP_OP"):
            continue
        where = f"{path.name}, line {number}"
        row = _ROW.match(line)
        if row is None:
            raise ValueError(f"{where}: a row stands on one line and ends with a closing parenthesis")
        op = _parse_row(row.group(1), where)
        if any(op.name == other.name for other in ops):
            raise ValueError(f"{where}: {op.name} is listed twice")
        ops.append(op)
    return tuple(ops)
