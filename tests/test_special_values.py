"""The rules for arguments beyond the ordinary: NaN, infinities, signed zeros, bad parameters; and a caller's floating-point
environment, which no call may change or suffer from."""

from __future__ import annotations

import ctypes
import itertools
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from ops import Op, read_ops
from reference.points import SEED, fresh_points, random_bits
from reference.targets import as_tuple
from reference.truth import in_region, truth
from reference.ulp import bound, ulp_error

from fastprob import bernoulli, film, logistic, normal, random, special, ufuncs, uniform

OPS = read_ops()
EACH_OP = pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
EACH_TYPE = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f32", "f64"])
INF, NAN = np.inf, np.nan

CANONICAL_NAN = {np.dtype(np.float32): 0x7FC00000, np.dtype(np.float64): 0x7FF8000000000000}
# quiet, negative, with a payload, signaling
NAN_BITS = {
    np.dtype(np.float32): [0x7FC00000, 0xFFC00000, 0x7FC12345, 0x7F800001],
    np.dtype(np.float64): [0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000012345678, 0x7FF0000000000001],
}


@pytest.fixture(autouse=True)
def _nothing_may_warn() -> Iterator[None]:
    with np.errstate(all="raise"):
        yield


def bits(x: NDArray[Any]) -> NDArray[Any]:
    return x.view(f"u{x.itemsize}")


def assert_same_bits(one: NDArray[Any], other: NDArray[Any]) -> None:
    np.testing.assert_array_equal(bits(one), bits(other))


MOST = 8000  # points of a grid


def grid(op: Op, dtype: Any) -> tuple[NDArray[Any], ...]:
    """Every special value in every argument; where there are four and more arguments, some of the combinations."""
    limits = np.finfo(dtype)
    ends = [limits.smallest_subnormal, limits.tiny, limits.max, INF]
    ordinary = [0.0, -0.0, 0.5, 1.0, -1.0, 2.0, 1 - limits.epsneg, 1 + limits.eps, 100.0, -100.0]
    values = [NAN, *ends, *(-end for end in ends), *ordinary]
    if len(values) ** len(op.inputs) > MOST:
        rng = np.random.default_rng([SEED, len(op.inputs)])
        most = MOST // (4 if op.family == "kl_logistic" else 1)  # its exact values take milliseconds
        return tuple(rng.choice(np.array(values, dtype), most) for _ in op.inputs)
    product = itertools.product(np.array(values, dtype), repeat=len(op.inputs))
    return tuple(np.array(column, dtype) for column in zip(*product, strict=True))


@EACH_TYPE
@EACH_OP
def test_special_values_in_every_argument(op: Op, dtype: Any) -> None:
    columns = grid(op, dtype)
    known = in_region(op.name, dtype, *columns)
    columns = tuple(column[known] for column in columns)
    outputs = as_tuple(getattr(ufuncs, op.name)(*columns))
    for name, output, exact in zip(op.output_names, outputs, truth(op.name, *columns), strict=True):
        wrong = np.flatnonzero(ulp_error(output, exact) > bound(op, dtype))
        listing = [
            f"{op.name}({', '.join(repr(column[i].item()) for column in columns)}) {name}: "
            f"got {output[i]!r}, right is {exact[[i]].rounded(dtype)[0]!r}"
            for i in wrong[:20]
        ]
        assert not wrong.size, f"{wrong.size} of {output.size}:\n" + "\n".join(listing)


@EACH_TYPE
@EACH_OP
def test_every_nan_is_the_canonical_one(op: Op, dtype: Any) -> None:
    kind = np.dtype(f"u{np.dtype(dtype).itemsize}")
    for place in range(len(op.inputs)):
        columns = [np.full(37, 0.5, dtype) for _ in op.inputs]
        columns[place] = np.resize(np.array(NAN_BITS[np.dtype(dtype)], kind), 37).view(dtype)
        for output in as_tuple(getattr(ufuncs, op.name)(*columns)):
            assert np.all(bits(output) == CANONICAL_NAN[np.dtype(dtype)]), f"NaN as argument {place + 1}"
    for output in as_tuple(getattr(ufuncs, op.name)(*grid(op, dtype))):
        assert np.all(bits(output[np.isnan(output)]) == CANONICAL_NAN[np.dtype(dtype)])


@EACH_TYPE
@pytest.mark.parametrize(
    ("name", "args", "value"),
    [
        ("expm1", (-0.0,), -0.0),
        ("expm1", (0.0,), 0.0),
        ("log1p", (-0.0,), -0.0),
        ("log1p", (0.0,), 0.0),
        ("log1pmx", (0.0,), 0.0),
        ("log1pmx", (-0.0,), 0.0),
        ("erf", (-0.0,), -0.0),
        ("erf", (0.0,), 0.0),
        ("exp", (-INF,), 0.0),
        ("erfc", (INF,), 0.0),
        ("ndtr", (-INF,), 0.0),
        ("expit", (-INF,), 0.0),
        ("softplus", (-INF,), 0.0),
        ("log_ndtr", (INF,), -0.0),
        ("log_expit", (1000.0,), -0.0),
        ("normal_logcdf", (INF, 0.0, 1.0), -0.0),
        ("normal_logsf", (-INF, 0.0, 1.0), -0.0),
        ("normal_pdf", (INF, 0.0, 1.0), 0.0),
        ("normal_cdf", (-INF, 0.0, 1.0), 0.0),
        ("normal_sf", (INF, 0.0, 1.0), 0.0),
        ("logistic_logcdf", (1000.0, 0.0, 1.0), -0.0),
        ("logistic_logsf", (-INF, 0.0, 1.0), -0.0),
        ("logistic_cdf", (-INF, 0.0, 1.0), 0.0),
        ("logistic_sf", (1000.0, 0.0, 1.0), 0.0),
        ("bernoulli_logpmf_logits", (1.0, 1e4), -0.0),
        ("kl_standard_normal", (0.0, 1.0), 0.0),
        ("kl_standard_normal_log_scale", (0.0, 0.0), 0.0),
        ("kl_standard_normal_logvar", (0.0, 0.0), 0.0),
        ("kl_normal", (0.3, 0.7, 0.3, 0.7), 0.0),
        ("kl_uniform", (-0.3, 0.7, -0.3, 0.7), 0.0),
        ("kl_uniform", (0.3, 0.3, 0.3, 0.3), 0.0),
        ("kl_bernoulli", (0.3, 0.3), 0.0),
        ("kl_bernoulli", (0.0, 0.0), 0.0),
        ("kl_bernoulli_logits", (-0.3, -0.3), 0.0),
    ],
)
def test_signs_of_zero(name: str, args: tuple[float, ...], value: float, dtype: Any) -> None:
    got = getattr(ufuncs, name)(*(np.array([arg], dtype) for arg in args))
    assert_same_bits(got, np.array([value], dtype))


@EACH_TYPE
def test_log_of_zero_and_below(dtype: Any) -> None:
    x = np.array([0.0, -0.0, -np.finfo(dtype).smallest_subnormal, -1.0, -INF], dtype)
    np.testing.assert_array_equal(ufuncs.log(x), np.array([-INF, -INF, NAN, NAN, NAN], dtype))
    np.testing.assert_array_equal(ufuncs.log1p(x - dtype(1)), np.array([-INF, -INF, -INF, NAN, NAN], dtype))


@EACH_TYPE
def test_kl_is_not_negative(dtype: Any) -> None:
    for op in OPS:
        if op.family.startswith("kl_") and op.outputs == 1:
            assert not np.any(getattr(ufuncs, op.name)(*fresh_points(op.name, dtype, 5000)) < 0), f"FASTPROB_TEST_SEED={SEED}"


@EACH_TYPE
@pytest.mark.parametrize("family", ["normal", "logistic"])
@pytest.mark.parametrize(("upper", "lower"), [("logsf", "logcdf"), ("sf", "cdf")])
def test_upper_tail_is_the_mirrored_lower_one(upper: str, lower: str, family: str, dtype: Any) -> None:
    upper, lower = f"{family}_{upper}", f"{family}_{lower}"
    x, _, scale = fresh_points(lower, dtype, 20_000)
    loc = np.zeros_like(x)
    assert_same_bits(getattr(ufuncs, upper)(x, loc, scale), getattr(ufuncs, lower)(-x, loc, scale))
    assert_same_bits(getattr(ufuncs, upper)(x, 0, 1), getattr(ufuncs, lower)(-x, 0, 1))


QUANTILES = (("isf", "ppf"), ("ilogsf", "ilogcdf"))


@EACH_TYPE
@pytest.mark.parametrize(
    ("upper", "lower"),
    [(f"{family}_{upper}", f"{family}_{lower}") for family in ("normal", "logistic") for upper, lower in QUANTILES],
)
def test_isf_is_minus_ppf(upper: str, lower: str, dtype: Any) -> None:
    q, _, scale = fresh_points(lower, dtype, 20_000)
    loc = np.zeros_like(q)
    upper, lower = (getattr(ufuncs, name)(q, loc, scale) for name in (upper, lower))
    usual = ~np.isnan(lower) & (lower != 0)
    assert_same_bits(upper[usual], -lower[usual])
    np.testing.assert_array_equal(upper, -lower)


@EACH_TYPE
def test_uniform_quantiles_end_at_the_ends(dtype: Any) -> None:
    """However small an end is beside the other one, which takes its digits from the width."""
    rng = np.random.default_rng(SEED)
    large, small = (rng.uniform(1, 2, 5000) * 2.0 ** rng.integers(*powers, 5000) for powers in ((-40, 60), (-80, 0)))
    one, other = large.astype(dtype), (large * small * rng.choice([-1, 1], 5000)).astype(dtype)
    least, most = np.minimum(one, other), np.maximum(one, other)
    tiny = -(2.0 ** rng.uniform(-100, -1, 5000)).astype(dtype)
    for low, high in ((least, most), (-most, -least)):
        assert_same_bits(uniform.ppf(dtype(1), low, high), high)
        assert_same_bits(uniform.isf(dtype(1), low, high), low)
        for x in (uniform.ilogcdf(tiny, low, high), uniform.ilogsf(tiny, low, high)):
            assert np.all((low <= x) & (x <= high))


@EACH_TYPE
def test_uniform_quantiles_end_at_an_end_that_is_nothing_beside_the_other(dtype: Any) -> None:
    rng = np.random.default_rng(SEED)
    most = np.finfo(dtype).maxexp - 1
    large, small = (np.ldexp(rng.uniform(1, 2, 5000), power).astype(dtype) for power in (most, -most + 1))
    large, small = large * dtype(0.5), small * rng.choice([-1, 1], 5000).astype(dtype)
    for low, high in ((-large, small), (small, large)):
        assert_same_bits(uniform.ppf(dtype(1), low, high), high)
        assert_same_bits(uniform.isf(dtype(1), low, high), low)
        assert_same_bits(uniform.ilogcdf(dtype(0), low, high), high)
        assert_same_bits(uniform.ilogsf(dtype(0), low, high), low)


@EACH_TYPE
def test_uniform_shares_are_not_minus_zero(dtype: Any) -> None:
    """Where both ends and x are nothing beside the width."""
    tiny = np.finfo(dtype).tiny
    for low, high in ((-tiny, np.finfo(dtype).max / dtype(k)) for k in range(3, 9)):
        x = np.array([2 * low, low, low / 2], dtype)
        for share in (uniform.cdf(x, low, high), uniform.sf(-x, -high, -low)):
            assert_same_bits(share, np.zeros(3, dtype))


@EACH_TYPE
def test_uniform_shares_by_arrays_are_those_by_numbers(dtype: Any) -> None:
    """Beside the widths from which, and up to which, arrays are taken as they are."""
    rng = np.random.default_rng(SEED)
    least, most = {np.float32: (-60, 62), np.float64: (-500, 255)}[dtype]
    for power in (least, most):
        width = np.ldexp(rng.choice([1.0, 1 - 2**-20, 1 + 2**-20, 0.5, 1.5], 300), power)
        low = (rng.choice([0.0, 1.0, -0.5, -1.0, -3.0], 300) * width).astype(dtype)
        high = (low + width).astype(dtype)
        with np.errstate(under="ignore"):
            x = (low + width * np.exp2(-rng.uniform(0, 700, 300) * rng.integers(0, 2, 300))).astype(dtype)
        x[::50] = np.nan
        for function in (uniform.cdf, uniform.sf):
            one_by_one = np.array([function(*point) for point in zip(x, low, high, strict=True)], dtype)
            assert_same_bits(function(x, low, high), one_by_one)
            usual = (width >= np.ldexp(1.0, least)) & (width < np.ldexp(1.0, most))
            assert_same_bits(function(x[usual], low[usual], high[usual]), one_by_one[usual])


@EACH_TYPE
def test_standard_forms_are_the_general_ones(dtype: Any) -> None:
    """Phi by three names."""
    x = fresh_points("ndtr", dtype, 5000)[0]
    q = fresh_points("ndtri", dtype, 5000)[0]
    assert_same_bits(ufuncs.ndtr(x), ufuncs.normal_cdf(x, 0, 1))
    assert_same_bits(ufuncs.log_ndtr(x), ufuncs.normal_logcdf(x, 0, 1))
    logq = fresh_points("ndtri_exp", dtype, 5000)[0]
    np.testing.assert_array_equal(ufuncs.ndtri(q), ufuncs.normal_ppf(q, 0, 1))
    np.testing.assert_array_equal(ufuncs.ndtri_exp(logq), ufuncs.normal_ilogcdf(logq, 0, 1))


@EACH_TYPE
def test_gradients_in_x_and_loc_are_opposite(dtype: Any) -> None:
    for name in (op.name for op in OPS if op.output_names == ("dx", "dloc", "dscale")):
        dx, dloc, _ = getattr(ufuncs, name)(*fresh_points(name, dtype, 5000))
        np.testing.assert_array_equal(dx, -dloc)


# -------------------------------------------------------------------------------------------------- floating-point environment

CONTROL = r"""
#if defined(__x86_64__)
#include <xmmintrin.h>
unsigned long long get_control(void) { return _mm_getcsr(); }
void set_control(unsigned long long value) { _mm_setcsr((unsigned)value); }
#else
unsigned long long get_control(void) { unsigned long long value; __asm__ volatile("mrs %0, fpcr" : "=r"(value)); return value; }
void set_control(unsigned long long value) { __asm__ volatile("msr fpcr, %0" : : "r"(value)); }
#endif
"""
if platform.machine().lower() in ("x86_64", "amd64"):
    FLUSH, ROUND_UP, FLAGS = 0x8040, 0x4000, 0x3F  # flush to zero and denormals are zero; rounding; the sticky flags
else:
    FLUSH, ROUND_UP, FLAGS = 1 << 24, 1 << 22, 0


class Control:
    """The calling thread's floating-point control register, by a few lines of C"""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._get, self._set = library.get_control, library.set_control
        self._get.restype, self._get.argtypes = ctypes.c_ulonglong, []
        self._set.restype, self._set.argtypes = None, [ctypes.c_ulonglong]

    def call(self, change: int, function: Callable[..., Any], *args: Any) -> tuple[Any, int, int]:
        """The result of a call with some control bits set, and the register's controls before and after it"""
        usual = self._get()
        self._set(usual | change)
        try:
            before = self._get()
            result = function(*args)
            after = self._get()
        finally:
            self._set(usual)
        return result, before & ~FLAGS, after & ~FLAGS


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Control:
    compiler = os.environ.get("CC", "").split() or [found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))][:1]
    if not compiler or platform.machine().lower() not in ("x86_64", "amd64", "aarch64", "arm64"):
        pytest.skip("needs a C compiler on x86-64 or aarch64")
    folder: Path = tmp_path_factory.mktemp("control")
    (folder / "control.c").write_text(CONTROL)
    build = [*compiler, "-O1", "-shared", "-fPIC", "-o", str(folder / "control.so"), str(folder / "control.c")]
    done = subprocess.run(build, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"the C compiler cannot make a shared library: {done.stderr}")
    return Control(ctypes.CDLL(str(folder / "control.so")))


def casts() -> dict[str, Callable[[], Any]]:
    """Calls that round numbers, arguments or results, to a narrower type"""
    f4, f8 = np.linspace(0.5, 1.5, 100, dtype=np.float32), np.linspace(-3.0, 3.0, 100)
    many, tiny = np.linspace(-3.0, 3.0, 40_000), np.linspace(-14.0, -13.0, 100)
    rows, wide, integers = f4.reshape(20, 5), f8.reshape(20, 5), np.arange(100) + 2**60 + 1

    def into(dtype: Any, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        return function(*args, out=np.empty(np.shape(args[0]), dtype), **options)

    return {
        "float": lambda: normal.logpdf(f4, 0.7, 0.9),
        "subnormal float": lambda: normal.mean(1e-40, f4),
        "float beside strides": lambda: normal.logpdf(f4[::2], 0.7, 0.9),
        "float beside a number": lambda: normal.logpdf(np.float32(1), 0.7, 0.9),
        "float beside many": lambda: normal.logpdf(np.ones((40_000, 2), "f4")[:, 0], 0.7, 0.9),
        "dtype": lambda: normal.logpdf(f8, dtype=np.float32),
        "named dtype": lambda: normal.logpdf(f8, dtype="f4"),
        "named dtype of many": lambda: normal.logpdf(many, dtype="f4"),
        "out": lambda: into("f4", normal.logpdf, f8),
        "subnormal out": lambda: into("f4", normal.cdf, tiny),
        "where": lambda: normal.logpdf(f8, out=np.zeros(100, "f4"), where=f8 > 0),
        "gradients": lambda: normal.logcdf_grad(f8, 0.7, 0.9, out=tuple(np.empty((3, 100), "f4"))),
        "integers": lambda: normal.mean(integers),
        "film": lambda: film.forward(f4[None], 0.7, 0.9),
        "subnormal film": lambda: film.forward(f4[None], 1e-40, 0.0),
        "film's gradients": lambda: film.backward(rows, rows, 0.7),
        "film's sums": lambda: film.backward(wide, rows, rows[0], out=(None, *np.empty((2, 5), "f4"))),
        "film's out": lambda: into("f4", film.forward, f8[None], 0.7, 0.9),
        "normal": lambda: random.default_rng(1).normal(0.7, 0.9, size=20, dtype="f4"),
        "one normal": lambda: np.array(random.default_rng(1).normal(0.7, 0.9, dtype="f4")),
        "uniform": lambda: random.default_rng(1).uniform(0.7, 0.9, size=20, dtype="f4"),
        "rows": lambda: random.default_rng(1).normal(f4, 0.9, dtype="f4"),
        "rsample_normal": lambda: random.default_rng(1).rsample_normal(f4, scale=0.7),
        "rsample_uniform": lambda: random.default_rng(1).rsample_uniform(0.7, 0.9, size=20, dtype="f4"),
        "rsample_normal_grad": lambda: random.rsample_normal_grad(f4, f4, log_scale=0.7),
        "logsumexp": lambda: special.logsumexp(f4),
        "loglik": lambda: normal.loglik(f4, 0.7, 0.9),
    }


@pytest.mark.parametrize("change", [FLUSH, ROUND_UP], ids=["flush-to-zero", "rounding upward"])
@pytest.mark.parametrize("name", casts())
def test_callers_float_environment_in_casts(name: str, change: int, control: Control) -> None:
    call = casts()[name]
    want = as_tuple(call())
    result, before, after = control.call(change, call)
    assert after == before
    for got, expected in zip(as_tuple(result), want, strict=True):
        assert np.asarray(got).dtype == np.asarray(expected).dtype
        assert np.asarray(got).tobytes() == np.asarray(expected).tobytes()


def test_floats_beside_f32_are_rounded_to_nearest() -> None:
    """Ties, both sides of them, subnormal numbers and the ends of the range"""
    single = np.concatenate([np.ldexp(np.float32(1), range(-149, 128)), [np.float32(3.4028234663852886e38), np.float32(0)]])
    single = np.concatenate([single, random_bits(np.random.default_rng(SEED), 300, np.float32)])
    single = single[np.isfinite(single)]
    with np.errstate(all="ignore"):
        ties = (single.astype(float) + np.nextafter(single, np.float32(np.inf)).astype(float)) / 2
        ties = np.append(ties, [2.0**128 - 2.0**103, 5e-324, 2.0**-150, 2.0**-151, 1e300, np.inf])
        for value in (s * near for s in (1, -1) for near in (*ties, *np.nextafter(ties, 0), *np.nextafter(ties, np.inf))):
            assert_same_bits(normal.mean(float(value), np.ones(1, "f4")), np.array([value]).astype("f4"))


def _subnormal_heavy(op: Op, dtype: Any, n: int) -> tuple[NDArray[Any], ...]:
    """Fresh points, and as many with subnormal arguments"""
    columns = fresh_points(op.name, dtype, n)
    rng = np.random.default_rng(SEED)
    tiny = [random_bits(rng, n, dtype) for _ in op.inputs]
    kind = np.dtype(f"u{np.dtype(dtype).itemsize}")
    mantissa = kind.type((1 << np.finfo(dtype).nmant) - 1)
    return tuple(np.concatenate([c, (bits(t) & mantissa).view(dtype)]) for c, t in zip(columns, tiny, strict=True))


@pytest.mark.parametrize("change", [FLUSH, ROUND_UP], ids=["flush-to-zero", "rounding upward"])
@EACH_TYPE
@EACH_OP
def test_callers_float_environment(op: Op, dtype: Any, change: int, control: Control) -> None:
    """It comes back as it was and does not reach the kernels: by few elements, by many (threads), by one parameter for all."""
    function = getattr(ufuncs, op.name)
    columns = _subnormal_heavy(op, dtype, 500)
    many = tuple(np.tile(column, 100) for column in columns)
    one_parameter = (*columns[: op.values], *(column[0] for column in columns[op.values :]))
    for args in (columns, many, one_parameter):
        want = as_tuple(function(*args))
        result, before, after = control.call(change, function, *args)
        assert before & change == change
        assert after == before
        for got, expected in zip(as_tuple(result), want, strict=True):
            assert_same_bits(got, expected)


def _sums_and_draws() -> dict[str, Callable[[], Any]]:
    """Calls of what is no ufunc; arguments are there before, for NumPy's arithmetic is the caller's."""
    rng = np.random.default_rng(SEED)
    x, weights = rng.normal(size=40_000), rng.random(40_000)
    rows, k = x.reshape(400, 100), (x > 0).astype(float)
    with np.errstate(under="ignore"):
        tiny, slight, heavy = x * 1e-310, weights * 1e-310, weights * 1.7e308
    x_32, k_32 = x.astype(np.float32), k.astype(np.float32)
    slight_32 = np.full(100, 1e-42, np.float32)
    few, ends = tiny[:100].copy(), (np.zeros(9), np.full(9, 1e-310), np.zeros(9), np.full(9, 1e-310))

    def draw(name: str, *args: Any, **given: Any) -> Callable[[], Any]:
        return lambda: getattr(random.default_rng(3), name)(*args, **given)

    return {
        "normal.loglik": lambda: normal.loglik_and_grad(x, 0.3, 1.2, weights=slight),
        "normal.loglik of subnormals": lambda: normal.loglik_and_grad(tiny, 1e-310, 1e-308),
        "logistic.loglik": lambda: logistic.loglik_and_grad(x, tiny, 1.3),
        "uniform.loglik": lambda: uniform.loglik_and_grad(x, -10.0, 1e300),
        "bernoulli.loglik": lambda: bernoulli.loglik_and_grad(k, logits=x),
        "logsumexp": lambda: special.logsumexp(rows, axis=1),
        "normal.loglik in float32": lambda: normal.loglik_and_grad(x_32, 0.3, 1.2),
        "normal.loglik of subnormal weights in float32": lambda: normal.loglik_and_grad(x_32[:100], 0.3, 1.2, weights=slight_32),
        "logistic.loglik in float32": lambda: logistic.loglik_and_grad(x_32, x_32, 1.3),
        "bernoulli.loglik in float32": lambda: bernoulli.loglik_and_grad(k_32, logits=0.3),
        "logsumexp in float32": lambda: (special.logsumexp(x_32), special.logsumexp(x_32.reshape(400, 100), axis=1)),
        "bernoulli.fit in float32": lambda: bernoulli.fit(k_32),
        "normal.loglik of sums that overflow": lambda: normal.loglik_and_grad(x, 0.3, 1e9, weights=heavy),
        "logistic.loglik of sums that overflow": lambda: logistic.loglik_and_grad(x, tiny, 1e9, weights=heavy),
        "logsumexp of sums that overflow": lambda: special.logsumexp(rows, axis=1, weights=heavy.reshape(400, 100)),
        "film.forward": lambda: film.forward(rows, few, few[::-1]),
        "film.backward": lambda: film.backward(tiny.reshape(400, 100), rows, x[:100]),
        "rsample_normal_grad": lambda: random.rsample_normal_grad(tiny, x, log_scale=-2.0),
        "random": draw("random", 40_000),
        "standard_normal": draw("standard_normal", 40_000, np.float32),
        "normal": draw("normal", 1e-310, 1e-311, 40_000),
        "uniform": draw("uniform", 0.0, 1e-309, 40_000),
        "logistic": draw("logistic", 0.0, 1e-309, 40_000),
        "bernoulli": draw("bernoulli", 1e-310, 999),
        "truncnormal": draw("truncnormal", *ends),
        "rsample_normal": draw("rsample_normal", 1e-310, log_scale=-710.0, size=99),
        "rsample_concrete": draw("rsample_concrete", 0.1, 1e-309, size=99),
    }


@pytest.mark.parametrize("change", [FLUSH, ROUND_UP], ids=["flush-to-zero", "rounding upward"])
def test_sums_and_draws_in_a_callers_environment(change: int, control: Control) -> None:
    for name, function in _sums_and_draws().items():
        want = function()
        result, before, after = control.call(change, function)
        assert after == before, name
        assert repr(_bytes(result)) == repr(_bytes(want)), name


def _bytes(result: Any) -> Any:
    return [_bytes(part) for part in result] if isinstance(result, tuple) else np.asarray(result).tobytes()
