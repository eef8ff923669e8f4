"""Types in and out of the public functions: float32 stays float32, NumPy's rules for the rest, clear errors beyond them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from ops import Op, read_ops
from reference.targets import as_tuple

from fastprob import bernoulli, kl, logistic, normal, special, truncnormal, ufuncs, uniform

OPS = read_ops()
EACH_OP = pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)


@pytest.fixture(autouse=True)
def _nothing_may_warn() -> Iterator[None]:
    with np.errstate(all="raise"):
        yield


# Functions of an array, their number of outputs, and the Python number that stands beside the array in the call
PUBLIC: list[tuple[str, Callable[..., Any], int, float | None]] = [
    *((f"special.{op.name}", getattr(special, op.name), 1, None) for op in OPS if op.family in ("elementary", "errors")),
    *(
        (f"normal.{name}", getattr(normal, name), 1, 0.0)
        for name in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf")
    ),
    *(
        (f"{module.__name__.rpartition('.')[2]}.{name}", getattr(module, name), 3, 1.5)
        for module in (normal, logistic, uniform)
        for name in ("logpdf_grad", "logcdf_grad", "logsf_grad", "cdf_grad")
    ),
    *((f"{module.__name__.rpartition('.')[2]}.logcdf", module.logcdf, 1, 1.5) for module in (logistic, uniform)),
    ("normal.interval_mass", lambda a: normal.interval_mass(a, 1.5), 1, 1.5),
    ("normal.log_interval_mass", lambda a: normal.log_interval_mass(a, 1.5), 1, 1.5),
    ("truncnormal.cdf", lambda x: truncnormal.cdf(x, -1.5, 1.5), 1, 1.5),
    ("truncnormal.logpdf", lambda x: truncnormal.logpdf(x, -1.5, 1.5), 1, 1.5),
    ("truncnormal.ppf", lambda q: truncnormal.ppf(q, -1.5, 1.5), 1, 1.5),
    ("truncnormal.mean", lambda low: truncnormal.mean(low, 1.5), 1, 1.5),
    ("kl.normal", lambda loc: kl.normal(loc, 1.5, 0.5, 2.5), 1, 1.5),
    ("kl.normal_grad", lambda loc: kl.normal_grad(loc, 1.5, 0.5, 2.5), 4, 1.5),
    ("kl.bernoulli", lambda p: kl.bernoulli(p, 0.5), 1, 1.5),
    ("kl.bernoulli_grad", lambda p: kl.bernoulli_grad(p, 0.5), 2, 1.5),
    ("kl.bernoulli_logits", lambda a: kl.bernoulli_logits(a, 0.5), 1, 1.5),
    ("bernoulli.logpmf", lambda k: bernoulli.logpmf(k, logits=1.5), 1, 1.5),
    ("bernoulli.logpmf_grad", lambda k: bernoulli.logpmf_grad(k, logits=1.5), 1, 1.5),
    ("kl.standard_normal", lambda loc: kl.standard_normal(loc, scale=1.5), 1, 1.5),
    ("kl.standard_normal", lambda loc: kl.standard_normal(loc, log_scale=1.5), 1, 1.5),
    ("kl.standard_normal", lambda loc: kl.standard_normal(loc, logvar=1.5), 1, 1.5),
    ("kl.standard_normal_grad", lambda loc: kl.standard_normal_grad(loc, scale=1.5), 2, 1.5),
    ("kl.standard_normal_grad", lambda loc: kl.standard_normal_grad(loc, log_scale=1.5), 2, 1.5),
    ("kl.standard_normal_grad", lambda loc: kl.standard_normal_grad(loc, logvar=1.5), 2, 1.5),
]
EACH_PUBLIC = pytest.mark.parametrize(
    ("function", "outputs", "beside"), [row[1:] for row in PUBLIC], ids=[row[0] for row in PUBLIC]
)


@EACH_PUBLIC
@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "?", "i1", "u2", "i4", "i8", "u8"])
def test_types_follow_numpys_rules(function: Callable[..., Any], outputs: int, beside: float | None, dtype: str) -> None:
    """The first of float32 and float64 that holds what NumPy makes of the array and a Python number beside it."""
    x = np.array([0, 1, 1], dtype)
    joint = x.dtype if beside is None else np.result_type(x, beside)
    result = np.float32 if np.can_cast(joint, np.float32) else np.float64
    got, want = as_tuple(function(x)), as_tuple(function(x.astype(result)))
    assert len(got) == outputs
    for one, other in zip(got, want, strict=True):
        assert one.dtype == result
        assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("python", [0.25, 1, True])
def test_f32_stays_f32_beside_python_numbers(python: float) -> None:
    x = np.array([0.25, 0.5, 1], np.float32)
    assert normal.logpdf(x, python, 2.5).dtype == np.float32
    assert normal.ppf(x, loc=python, scale=2).dtype == np.float32
    assert ufuncs.normal_logpdf(x, python, python).dtype == np.float32
    assert ufuncs.normal_logpdf(np.float32(1), python, python).dtype == np.float32
    assert kl.standard_normal(x, log_scale=python).dtype == np.float32
    assert bernoulli.logpmf(x, logits=python).dtype == np.float32
    assert all(output.dtype == np.float32 for output in normal.logpdf_grad(x, python, 2))
    # A NumPy float64 is no Python number: NumPy promotes.
    assert normal.logpdf(x, np.float64(python), 2.5).dtype == np.float64


@EACH_PUBLIC
def test_numbers_in_numbers_out(function: Callable[..., Any], outputs: int, beside: float | None) -> None:
    for output in as_tuple(function(1.0)):
        assert isinstance(output, np.float64)
    for output in as_tuple(function(np.float32(1))):
        assert isinstance(output, np.float32)


@EACH_PUBLIC
@pytest.mark.parametrize("x", [np.array([1.0, None]), np.array([1 + 2j]), np.array(["1"])], ids=["object", "complex", "text"])
def test_other_types_are_refused(function: Callable[..., Any], outputs: int, beside: float | None, x: Any) -> None:
    with pytest.raises(TypeError, match="allowed are bool, integers, float16, float32 and float64"):
        function(x)


@EACH_OP
@pytest.mark.parametrize("x", [np.array([1.0, None]), np.array([1 + 2j])], ids=["object", "complex"])
def test_ufuncs_name_themselves_when_they_refuse(op: Op, x: Any) -> None:
    with pytest.raises(TypeError, match=op.name):
        getattr(ufuncs, op.name)(x, *[1.0] * (len(op.inputs) - 1))
