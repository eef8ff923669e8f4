"""The benchmarks' table has every operation, and its competitors compute the same functions."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("scipy")
ROOT = Path(__file__).resolve().parent.parent
_FOLDER = str(ROOT / "benchmarks")
if _FOLDER not in sys.path:
    sys.path.insert(0, _FOLDER)

import summaries  # noqa: E402
from functions import OPS, ROWS, Row, arguments, check_agreement, outputs  # noqa: E402
from stats_objects import cases  # noqa: E402

from fastprob import bernoulli, film, kl, logistic, normal, special, stats, truncnormal, uniform  # noqa: E402


def test_every_operation_has_a_row() -> None:
    """With something in NumPy or SciPy beside it, but for what has no closed form there"""
    assert sorted(row.op for row in ROWS) == sorted(OPS)
    assert [row.op for row in ROWS if not row.competitors] == ["kl_logistic", "kl_logistic_grad"]


SUMS = {
    "normal.loglik_and_grad": ("value", "dloc", "dscale"),
    "logistic.loglik_and_grad": ("value", "dloc", "dscale"),
    "uniform.loglik_and_grad": ("value", "dlow", "dhigh"),
    "bernoulli.loglik_and_grad": ("value", "dp"),
    "bernoulli.loglik_and_grad(logits=)": ("value", "dlogits"),
    "special.logsumexp": ("",),
    "film.backward": ("dgamma", "dbeta"),
}


def test_an_error_of_a_library_is_no_result_of_its_point_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("flint")
    monkeypatch.syspath_prepend(ROOT / "tools" / "accuracy")
    from search import results_of

    def no_three(x: Any) -> Any:
        if np.any(x == 3):
            raise OverflowError
        return x, -x

    for found, right in zip(
        results_of(no_three, (np.arange(9.0),), 2), no_three(np.array([0, 1, 2, np.nan, 4, 5, 6, 7, 8])), strict=True
    ):
        np.testing.assert_array_equal(found, right)


def test_accuracy_page_has_every_operation() -> None:
    """Of each output and type the largest error found, within the bound that is stated, which is that of ops.def; sums too."""
    page = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    page, _, sums = page.partition("## Sums over data")
    row = re.compile(r"^\| `(\S+)` \| (\w*) \| (f32|f64) \| \d+ \| ([\d.]+) \| [\d.]+ \| ([\d.]+) \|", re.MULTILINE)

    def rows(text: str) -> dict[tuple[str, str, str], tuple[float, float]]:
        return {(title, output, kind): (float(error), float(bound)) for title, output, kind, error, bound in row.findall(text)}

    found = rows(page)
    wanted = {}
    for entry in ROWS:
        op = OPS[entry.op]
        for output in op.output_names if op.outputs > 1 else ("",):
            wanted |= {(entry.title, output, kind): bound for kind, bound in (("f32", op.bound_f32), ("f64", op.bound_f64))}
    assert found.keys() == wanted.keys()
    assert not [key for key, (error, bound) in found.items() if not error <= bound == wanted[key]]

    found = rows(sums)
    assert found.keys() == {(title, output, kind) for title in SUMS for output in SUMS[title] for kind in ("f32", "f64")}
    assert not [key for key, (error, bound) in found.items() if not error <= bound == 2]


def test_every_public_function_has_a_row() -> None:
    """But for random, stats and vae, which have programs of their own."""
    measured = {row.title.partition("(")[0] for row in ROWS} | {case.title for case in summaries.cases(10, np.float64)}
    for module in (normal, logistic, uniform, bernoulli, truncnormal, kl, special, film):
        own = module.__name__.rpartition(".")[2]
        assert not [name for name in dir(module) if name[0] != "_" and f"{own}.{name}" not in measured]


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f32", "f64"])
def test_competitors_of_summaries_agree(dtype: Any) -> None:
    for case in summaries.cases(1000, dtype):
        assert case.competitors
        for competitor in case.competitors.values():
            summaries.check_agreement(case, 1000, dtype, case.call(), competitor())


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
