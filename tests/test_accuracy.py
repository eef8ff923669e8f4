"""Every operation within its bound of ops.def, at fresh points each run, and with the same bits on every CPU target.

FASTPROB_TEST_SEED repeats a run, FASTPROB_TEST_POINTS (2000) sets the number of points an operation and type.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from accuracy.hard_cases import CASES
from numpy.typing import NDArray
from ops import Op, read_ops
from reference.points import SEED, Columns, fresh_points
from reference.targets import Target
from reference.truth import Truth, truth
from reference.ulp import bound, ulp_error

from fastprob import _core, ufuncs

POINTS = int(os.environ.get("FASTPROB_TEST_POINTS", "2000"))
TARGETS = [name for name, supported in _core.targets() if supported]
OPS = read_ops()
WORST_INPUTS = json.loads((Path(__file__).parent / "accuracy" / "worst_inputs.json").read_text(encoding="utf-8"))

EACH_TARGET = pytest.mark.parametrize("target", TARGETS, indirect=True)
EACH_OP = pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
EACH_TYPE = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f32", "f64"])

SUMS_OVER_NODES = {"kl_logistic"}  # whose exact values take milliseconds

Outputs = tuple[NDArray[Any], ...]


@pytest.fixture(scope="module")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    with Target(request.param) as running:
        yield running


@lru_cache
def _fresh(op: Op, dtype: Any) -> tuple[Columns, tuple[Truth, ...]]:
    columns = fresh_points(op.name, dtype, POINTS // (4 if op.family in SUMS_OVER_NODES else 1))
    return columns, truth(op.name, *columns)


@lru_cache
def _stored(op: Op, dtype: Any) -> tuple[Columns, tuple[Truth, ...]]:
    """Worst inputs and hard cases"""
    rows = {tuple(entry["input"]) for entry in WORST_INPUTS.get(op.name, {}).get(np.dtype(dtype).name, [])}
    rows |= {tuple(value.hex() for value in case.args) for case in CASES if case.op == op.name and case.dtype is dtype}
    table = np.array([[float.fromhex(value) for value in row] for row in sorted(rows)], dtype).reshape(-1, len(op.inputs))
    columns = tuple(np.ascontiguousarray(column) for column in table.T)
    return columns, truth(op.name, *columns)


def assert_within_bounds(op: Op, dtype: Any, columns: Columns, outputs: Outputs, exact: tuple[Truth, ...], note: str) -> None:
    __tracebackhide__ = True
    assert len(outputs) == op.outputs
    for name, output, value in zip(op.output_names, outputs, exact, strict=True):
        assert output.dtype == dtype
        error, allowed = ulp_error(output, value), bound(op, dtype)
        beyond = int(np.sum(error > allowed))
        if beyond:
            worst = int(np.argmax(error))
            pytest.fail(
                f"{op.name} {name} {np.dtype(dtype)}: {error[worst]:.4g} ULP at "
                f"({', '.join(float(column[worst]).hex() for column in columns)}), got {output[worst]!r}, "
                f"right is {value[[worst]].rounded(dtype)[0]!r}; "
                f"{beyond} of {len(error)} points are beyond {allowed:g} ULP ({note})"
            )


@EACH_TARGET
@EACH_TYPE
@EACH_OP
def test_fresh_points(op: Op, dtype: Any, target: Target) -> None:
    columns, exact = _fresh(op, dtype)
    assert_within_bounds(op, dtype, columns, target(op.name, *columns), exact, f"FASTPROB_TEST_SEED={SEED}")


@EACH_TARGET
@EACH_TYPE
@EACH_OP
def test_worst_inputs_and_hard_cases(op: Op, dtype: Any, target: Target) -> None:
    columns, exact = _stored(op, dtype)
    assert_within_bounds(op, dtype, columns, target(op.name, *columns), exact, "stored")


def _bits(outputs: Outputs) -> list[bytes]:
    return [output.tobytes() for output in outputs]


@pytest.fixture(scope="module")
def every_target() -> Iterator[list[Target]]:
    running = [Target(name) for name in TARGETS]
    yield running
    for one in running:
        one.close()


@EACH_TYPE
@EACH_OP
def test_every_target_gives_the_same_bits(op: Op, dtype: Any, every_target: list[Target]) -> None:
    columns = fresh_points(op.name, dtype, 5 * POINTS)
    first, *others = [target(op.name, *columns) for target in every_target]
    for target, outputs in zip(every_target[1:], others, strict=True):
        for name, one, other in zip(op.output_names, first, outputs, strict=True):
            kind = f"u{one.itemsize}"
            differ = np.flatnonzero(one.view(kind) != other.view(kind))
            if differ.size:
                i = differ[0]
                pytest.fail(
                    f"{op.name} {name} {np.dtype(dtype)}: {every_target[0].name} and {target.name} differ at {differ.size} of "
                    f"{one.size} points, first at ({', '.join(float(column[i]).hex() for column in columns)}): "
                    f"{float(one[i]).hex()} and {float(other[i]).hex()} (FASTPROB_TEST_SEED={SEED})"
                )


@EACH_TYPE
@pytest.mark.parametrize("op", [op for op in OPS if op.parameters], ids=lambda op: op.name)
def test_one_number_for_a_parameter_gives_the_same_bits(op: Op, dtype: Any) -> None:
    """Parameters that are the same for all elements have loops of their own."""
    columns = fresh_points(op.name, dtype, POINTS)
    function = getattr(ufuncs, op.name)
    values, parameters = columns[: op.values], columns[op.values :]
    for i in range(0, POINTS, max(1, POINTS // 25)):
        numbers = [parameter[i] for parameter in parameters]
        arrays = [np.full(POINTS, number) for number in numbers]
        alone, spread = function(*values, *numbers), function(*values, *arrays)
        pairs = zip(alone, spread, strict=True) if op.outputs > 1 else [(alone, spread)]
        for one, other in pairs:
            assert one.tobytes() == other.tobytes(), f"{op.name} with {numbers} (FASTPROB_TEST_SEED={SEED})"


@pytest.mark.slow
@pytest.mark.parametrize("op", [op for op in OPS if len(op.inputs) == 1], ids=lambda op: op.name)
def test_every_f32_input(op: Op) -> None:
    """All 2^32 of them, against the f64 loop, which is right to 2 of its own, 2^29 times smaller, ULP."""
    function = getattr(ufuncs, op.name)
    block = 1 << 22
    for start in range(0, 1 << 32, block):
        x = np.arange(start, start + block, dtype=np.uint64).astype(np.uint32).view(np.float32)
        with np.errstate(all="ignore"):  # signaling NaN and rounding in the conversions
            wide = function(x.astype(np.float64))
            near = wide.astype(np.float32)
        got = function(x)
        # Correctly rounded results need no closer look.
        unsure = np.flatnonzero((got != near) & ~(np.isnan(got) & np.isnan(near)))
        if not unsure.size:
            continue
        fraction, exponent = np.frexp(wide[unsure])
        special = ~np.isfinite(fraction) | (fraction == 0)
        power = np.where(special, 0, exponent - 1).astype(np.int32)
        exact = Truth(np.where(special, wide[unsure], 2 * fraction), np.zeros(unsure.size), power, power)
        assert_within_bounds(op, np.float32, (x[unsure],), (got[unsure],), (exact,), "all inputs")
