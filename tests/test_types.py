"""Types in and out of the public functions: float32 stays float32, NumPy's rules for the rest, clear errors beyond them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from ops import Op, read_ops
from reference.targets import as_tuple

from fastprob import bernoulli, kl, normal, special, ufuncs

OPS = read_ops()
EACH_OP = pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)


@pytest.fixture(autouse=True)
def _nothing_may_warn() -> Iterator[None]:
    with np.errstate(all="raise"):
        yield


PUBLIC: list[tuple[str, Callable[..., Any], int]] = [
    *((f"special.{op.name}", getattr(special, op.name), 1) for op in OPS if op.family in ("elementary", "errors")),
    *((f"normal.{name}", getattr(normal, name), 1) for name in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf")),
    ("normal.logpdf_grad", normal.logpdf_grad, 3),
    ("normal.logcdf_grad", normal.logcdf_grad, 3),
    ("bernoulli.logpmf", lambda k: bernoulli.logpmf(k, logits=1.5), 1),
    ("bernoulli.logpmf_grad", lambda k: bernoulli.logpmf_grad(k, logits=1.5), 1),
    ("kl.standard_normal", lambda loc: kl.standard_normal(loc, scale=1.5), 1),
    ("kl.standard_normal", lambda loc: kl.standard_normal(loc, log_scale=1.5), 1),
    ("kl.standard_normal", lambda loc: kl.standard_normal(loc, logvar=1.5), 1),
    ("kl.standard_normal_grad", lambda loc: kl.standard_normal_grad(loc, scale=1.5), 2),
    ("kl.standard_normal_grad", lambda loc: kl.standard_normal_grad(loc, log_scale=1.5), 2),
    ("kl.standard_normal_grad", lambda loc: kl.standard_normal_grad(loc, logvar=1.5), 2),
]
EACH_PUBLIC = pytest.mark.parametrize(("function", "outputs"), [row[1:] for row in PUBLIC], ids=[row[0] for row in PUBLIC])


@EACH_PUBLIC
@pytest.mark.parametrize(
    ("dtype", "result"),
    [
        ("f4", "f4"), ("f8", "f8"), ("f2", "f4"), ("?", "f4"), ("i1", "f4"), ("u2", "f4"),
        ("i4", "f8"), ("i8", "f8"), ("u8", "f8"),
    ],
)  # fmt: skip
def test_types_follow_numpys_rules(function: Callable[..., Any], outputs: int, dtype: str, result: str) -> None:
    """The first of float32 and float64 that holds the input; Python numbers beside an array do not count."""
    got = as_tuple(function(np.array([0, 1, 1], dtype)))
    want = as_tuple(function(np.array([0, 1, 1], result)))
    assert len(got) == outputs
    for one, other in zip(got, want, strict=True):
        assert one.dtype == np.dtype(result)
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
def test_numbers_in_numbers_out(function: Callable[..., Any], outputs: int) -> None:
    for output in as_tuple(function(1.0)):
        assert isinstance(output, np.float64)
    for output in as_tuple(function(np.float32(1))):
        assert isinstance(output, np.float32)


@EACH_PUBLIC
@pytest.mark.parametrize("x", [np.array([1.0, None]), np.array([1 + 2j]), np.array(["1"])], ids=["object", "complex", "text"])
def test_other_types_are_refused(function: Callable[..., Any], outputs: int, x: Any) -> None:
    with pytest.raises(TypeError, match=r"not supported for the input types|must be|real"):
        function(x)


@EACH_OP
@pytest.mark.parametrize("x", [np.array([1.0, None]), np.array([1 + 2j])], ids=["object", "complex"])
def test_ufuncs_name_themselves_when_they_refuse(op: Op, x: Any) -> None:
    with pytest.raises(TypeError, match=op.name):
        getattr(ufuncs, op.name)(x, *[1.0] * (len(op.inputs) - 1))
