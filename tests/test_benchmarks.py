"""The benchmarks' table has every operation, and its competitors compute the same functions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("scipy")
_FOLDER = str(Path(__file__).resolve().parent.parent / "benchmarks")
if _FOLDER not in sys.path:
    sys.path.insert(0, _FOLDER)

from functions import OPS, ROWS, Row, arguments, check_agreement, outputs  # noqa: E402
from stats_objects import cases  # noqa: E402

from fastprob import stats  # noqa: E402


def test_every_operation_has_a_row() -> None:
    assert sorted(row.op for row in ROWS) == sorted(OPS)


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f32", "f64"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.op)
def test_competitors_agree(row: Row, dtype: Any) -> None:
    inputs = arguments(row, 1000, dtype)
    own = row.call(inputs)()
    for expression in row.competitors.values():
        check_agreement(row, dtype, own, expression(outputs(row, 1000, dtype), *inputs))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.op)
def test_arguments_are_what_is_said_of_them(row: Row) -> None:
    for value in arguments(row, 1001, np.float32, parameter_arrays=True):
        assert value.dtype == np.float32
        assert value.shape == (1001,)
        assert value.ctypes.data % 64 == 0
        assert np.isfinite(value).all()


def test_objects_do_the_same() -> None:
    """But for draws, all that is timed beside SciPy's objects gives what they give."""
    from scipy import stats as scipy_stats

    for what, case in cases():
        own, other = case(stats), case(scipy_stats)
        if "rvs" in what or "norm(1, 2)" in what:
            assert np.shape(own) == np.shape(other)
        else:
            np.testing.assert_allclose(np.array(own), np.array(other), rtol=1e-5, atol=1e-9, err_msg=what)
