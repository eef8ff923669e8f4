"""Feature-wise linear modulation: values and sums against exact arithmetic, gradients against finite differences and PyTorch;
every layout, number of threads and CPU target gives the same bits; errors name what is wrong."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray
from reference.points import SEED

from fastprob import _core, film, threads, ufuncs

EACH_TYPE = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f32", "f64"])
# Shape of x, shape of gamma, axis: every kind of axes, around the sizes at which something changes (8 running sums a row, 8
# rows, 512 columns, rows of 1024, 2048 gathered elements, chunks of 65536), small and large.
CASES = [
    ((5, 3), (3,), -1), ((7, 3), (7, 3), -1), ((7, 3), (7, 1), -1), ((4, 1), (1,), -1), ((3,), (), 0), ((1, 1), (1,), 1),
    ((2, 3, 4, 4), (3,), 1), ((2, 3, 4, 4), (2, 3), 1), ((2, 3, 4, 4), (1, 3), 1), ((2, 3, 4, 5), (2, 1, 4, 5), -1),
    ((6, 5, 7), (6, 1, 7), -1), ((6, 5, 7), (5, 1), -1), ((6, 5, 7), (5, 7), -1), ((3, 2, 4, 5, 6), (2, 1, 5), 3),
    ((2, 3, 65), (3,), 1), ((2, 3, 257), (2, 3), 1), ((5, 2, 8), (2,), 1), ((30, 40, 7, 7), (40,), 1), ((3, 2, 1025), (2,), 1),
    ((2, 2, 3, 7), (2, 1, 3), 2), ((3, 600, 2, 49), (3, 600), 1),
    ((2, 600, 3), (600,), 1), ((9, 511), (511,), -1), ((9, 1025), (1025,), -1),
    ((70_001,), (1,), 0), ((140_000, 3), (3,), -1), ((300, 700), (700,), -1), ((3, 40, 2100), (40,), 1),
    ((40_000, 5), (40_000, 5), 1),
    ((20_000, 3, 4), (20_000, 1, 4), -1), ((2, 3, 60_000), (2, 3), 1), ((150, 3, 7, 70), (3, 1, 70), -1),
    ((40, 8, 203), (40, 1, 203), -1), ((2, 2, 1030), (2, 1, 1030), -1), ((3, 9, 20), (3, 1, 20), -1),  # columns of few rows
    ((205, 5), (205, 1), -1), ((83, 13), (83, 1), -1), ((37, 16), (37, 1), -1), ((29, 300), (29, 1), -1),  # short rows
]  # fmt: skip
SMALL = [case for case in CASES if math.prod(case[0]) < 10_000]
IDS = [f"{shape}-{gamma}-{axis}" for shape, gamma, axis in CASES]

Array = NDArray[Any]


def arrays(shape: tuple[int, ...], gamma: tuple[int, ...], dtype: Any, spread: int = 2) -> tuple[Array, Array, Array]:
    """dout, x and gamma, of many sizes."""
    rng = np.random.default_rng([SEED, *shape, *gamma])
    draws = [rng.normal(size=s) * 10.0 ** rng.integers(-spread, spread + 1, s) for s in (shape, shape, gamma)]
    dout, x, factor = (np.asarray(draw, dtype) for draw in draws)
    return dout, x, factor


def wide(gamma: Any, ndim: int, axis: int) -> Array:
    """gamma with axes of length 1 where x has more."""
    array = np.asarray(gamma)
    return array.reshape(array.shape + (1,) * (ndim - 1 - axis % ndim)) if array.ndim else array


def summed_axes(gamma: Array, x: Array, axis: int) -> tuple[int, ...]:
    factor = wide(gamma, x.ndim, axis)
    lengths = (1,) * (x.ndim - factor.ndim) + factor.shape
    return tuple(k for k in range(x.ndim) if lengths[k] == 1)


def in_groups(array: Array, gamma: Array, axis: int) -> Array:
    """The elements that share one of gamma, a row each."""
    gone = summed_axes(gamma, array, axis)
    kept = tuple(k for k in range(array.ndim) if k not in gone)
    return array.transpose(kept + gone).reshape(gamma.size, -1)


def last_place(value: Fraction, dtype: Any) -> Fraction:
    limits = np.finfo(dtype)
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    exponent -= Fraction(2) ** exponent > value
    return Fraction(2) ** (max(exponent, int(limits.minexp)) - int(limits.nmant))


def assert_sums(got: Any, terms: list[list[Fraction]], dtype: Any) -> None:
    """2 ULP of the larger of what is positive and what is negative."""
    for value, row in zip(np.ravel(got).tolist(), terms, strict=True):
        size = max(sum((t for t in row if t > 0), Fraction(0)), -sum((t for t in row if t < 0), Fraction(0)))
        assert abs(Fraction(value) - sum(row, Fraction(0))) <= 2 * last_place(size, dtype), f"FASTPROB_TEST_SEED={SEED}"


def same(a: Any, b: Any) -> bool:
    pairs = [(np.asarray(u), np.asarray(v)) for u, v in zip(a, b, strict=True)]
    return all(u.shape == v.shape and u.tobytes() == v.tobytes() for u, v in pairs)


@EACH_TYPE
@pytest.mark.parametrize(("shape", "gamma", "axis"), SMALL)
def test_against_exact_sums(shape: Any, gamma: Any, axis: int, dtype: Any) -> None:
    dout, x, factor = arrays(shape, gamma, dtype, spread=8)
    dx, dgamma, dbeta = film.backward(dout, x, factor, axis=axis)
    assert dx.dtype == np.asarray(dgamma).dtype == np.asarray(dbeta).dtype == dtype
    assert np.shape(dgamma) == np.shape(dbeta) == gamma
    assert np.array_equal(dx, wide(factor, x.ndim, axis) * dout)
    slopes = [[Fraction(v) for v in row] for row in in_groups(dout, factor, axis).tolist()]
    values = [[Fraction(v) for v in row] for row in in_groups(x, factor, axis).tolist()]
    assert_sums(dbeta, slopes, dtype)
    assert_sums(dgamma, [[a * b for a, b in zip(*rows, strict=True)] for rows in zip(slopes, values, strict=True)], dtype)


@EACH_TYPE
def test_sums_that_cancel(dtype: Any) -> None:
    """A thousand terms of one size each, and at the end what brings them to nearly nothing."""
    rng = np.random.default_rng(SEED)
    for shape, axis in (((4000, 3), 1), ((3, 4000), 0)):
        dout, x = np.asarray(rng.normal(size=shape), dtype), np.asarray(rng.normal(size=shape), dtype)
        for swap in (0, 1):
            first, last = slice(None, 2000), slice(2000, None)
            part, rest = (first, last) if axis == 1 else ((..., first), (..., last))
            dout[rest] = -dout[part] if swap else -dout[part] * dtype(1 + 2.0**-10)
            x[rest] = x[part]
            _, dgamma, dbeta = film.backward(dout, x, np.ones(3, dtype), axis=axis)
            slopes = [[Fraction(v) for v in row] for row in (dout.T if axis == 1 else dout).tolist()]
            values = [[Fraction(v) for v in row] for row in (x.T if axis == 1 else x).tolist()]
            assert_sums(dbeta, slopes, dtype)
            assert_sums(dgamma, [[a * b for a, b in zip(*rows, strict=True)] for rows in zip(slopes, values, strict=True)], dtype)


@EACH_TYPE
@pytest.mark.parametrize(("shape", "gamma", "axis"), CASES, ids=IDS)
def test_against_numpy(shape: Any, gamma: Any, axis: int, dtype: Any) -> None:
    dout, x, factor = arrays(shape, gamma, dtype)
    shift = np.asarray(factor[..., ::-1] if gamma else 0.5, dtype)
    y = film.forward(x, factor, shift, axis=axis)
    assert y.shape == shape
    assert same([y], [ufuncs.film(x, wide(factor, x.ndim, axis), wide(shift, x.ndim, axis))])
    near = (wide(factor, x.ndim, axis).astype(np.longdouble) * x + wide(shift, x.ndim, axis)).astype(dtype)
    np.testing.assert_allclose(y, near, rtol=0, atol=2 * np.finfo(dtype).eps * np.abs(near).max())
    dx, dgamma, dbeta = film.backward(dout, x, factor, axis=axis)
    assert same([dx], [dout * wide(factor, x.ndim, axis)])
    slopes, values = in_groups(dout, factor, axis).astype(np.float64), in_groups(x, factor, axis).astype(np.float64)
    for got, terms in ((dgamma, slopes * values), (dbeta, slopes)):
        sums = [math.fsum(row) for row in terms.tolist()]  # NumPy's own would be the less exact of the two
        tolerance = 2 * np.finfo(dtype).eps * np.abs(terms).sum(1).max()
        np.testing.assert_allclose(np.ravel(got), sums, rtol=0, atol=tolerance)


@EACH_TYPE
@pytest.mark.parametrize(("shape", "gamma", "axis"), CASES, ids=IDS)
def test_same_bits_for_every_layout_and_number_of_threads(shape: Any, gamma: Any, axis: int, dtype: Any) -> None:
    dout, x, factor = arrays(shape, gamma, dtype)
    with threads(1):
        wanted = film.backward(dout, x, factor, axis=axis)
        y = film.forward(x, factor, factor, axis=axis)
    for n in (2, 3, 5):
        with threads(n):
            assert same(film.backward(dout, x, factor, axis=axis), wanted)
            assert same([film.forward(x, factor, factor, axis=axis)], [y])
    spread = np.zeros([3 * n for n in shape], dtype)[tuple(slice(1, None, 3) for _ in shape)]
    spread[...] = x
    padded = np.zeros((*shape[:-1], shape[-1] + 3), dtype)[..., 2:-1]
    padded[...] = dout
    reverse = np.ascontiguousarray(x[(slice(None, None, -1),) * x.ndim])[(slice(None, None, -1),) * x.ndim]
    unaligned = np.zeros(x.nbytes + 1, np.uint8)[1:].view(dtype).reshape(shape)
    unaligned[...] = x
    other = x.astype(x.dtype.newbyteorder())
    fortran = np.asfortranarray(dout), np.asfortranarray(x)
    for slopes, values in (fortran, (padded, spread), (dout, reverse), (padded, unaligned), (dout, other)):
        assert same(film.backward(slopes, values, factor, axis=axis), wanted)
        assert same([film.forward(values, factor, factor, axis=axis)], [y])
    for place in ("dout", "x", "apart", "strided"):
        given = {"dout": dout.copy(), "x": x.copy()}
        out = given.get(place, np.empty_like(x) if place == "apart" else np.zeros((*shape, 2), dtype)[..., 1])
        got = film.backward(given["dout"], given["x"], factor, axis=axis, out=out)
        assert got[0] is out
        assert same(got, wanted)
    for order in "CF":
        places = tuple(np.empty(np.shape(result), dtype, order) for result in wanted)
        got = film.backward(dout, x, factor, axis=axis, out=places)
        assert all(a is b for a, b in zip(got, places, strict=True))
        assert same(got, wanted)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_shape_and_strides(data: Any) -> None:
    shape = tuple(data.draw(st.lists(st.integers(0, 6), min_size=1, max_size=4)))
    axis = data.draw(st.integers(0, len(shape) - 1))
    length = data.draw(st.integers(0, axis + 1))
    gamma = tuple(data.draw(st.sampled_from([n, 1])) for n in shape[axis + 1 - length : axis + 1])
    dtype = data.draw(st.sampled_from([np.float32, np.float64, np.int8]))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))

    def strided() -> Array:
        steps = [data.draw(st.sampled_from([1, 2, -1])) for _ in shape]
        order = data.draw(st.permutations(range(len(shape))))
        base = rng.integers(-9, 9, [abs(step) * shape[k] for k, step in zip(order, steps, strict=True)]).astype(dtype)
        return base[tuple(slice(None, None, step) for step in steps)].transpose(np.argsort(order))

    dout, x, factor = strided(), strided(), rng.integers(-9, 9, gamma).astype(dtype)
    y = film.forward(x, factor, 2, axis=axis)
    full = wide(factor, x.ndim, axis).astype(np.float64)
    np.testing.assert_array_equal(y, full * x + 2)
    assert y.dtype == (np.float64 if dtype is np.float64 else np.float32)
    dx, dgamma, dbeta = film.backward(dout, x, factor, axis=axis)
    np.testing.assert_array_equal(dx, full * dout)
    gone = summed_axes(factor, x, axis)
    np.testing.assert_array_equal(np.ravel(dgamma), np.ravel((dout.astype(np.float64) * x).sum(gone)))
    np.testing.assert_array_equal(np.ravel(dbeta), np.ravel(dout.astype(np.float64).sum(gone)))
    assert np.shape(dgamma) == np.shape(dbeta) == gamma


@pytest.mark.parametrize("near", [1.0, 0.0, 1e-300, -1e-9])
@pytest.mark.parametrize(("shape", "gamma", "axis"), [((4, 3), (3,), -1), ((2, 3, 4, 4), (2, 3), 1), ((3, 5, 2), (3, 1, 2), -1)])
def test_against_torch_and_finite_differences(shape: Any, gamma: Any, axis: int, near: float) -> None:
    """Of the sum of sin(y), for which the gradients do not divide by gamma anywhere."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng([SEED, *shape])
    x, factor, shift = rng.normal(size=shape), near * (1 + 0.1 * rng.normal(size=gamma)), rng.normal(size=gamma)
    dout = np.cos(film.forward(x, factor, shift, axis=axis))
    dx, dgamma, dbeta = film.backward(dout, x, factor, axis=axis)
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, factor, shift)]
    tail = (1,) * (x.ndim - 1 - axis % x.ndim)
    y = tensors[0] * tensors[1].reshape(gamma + tail) + tensors[2].reshape(gamma + tail)
    y.sin().sum().backward()
    for got, tensor in zip((dx, dgamma, dbeta), tensors, strict=True):
        np.testing.assert_allclose(got, tensor.grad.numpy(), rtol=1e-12, atol=1e-13)

    def loss(*args: Array) -> float:
        return float(np.sin(film.forward(*args, axis=axis)).sum())

    step = 1e-6
    for k, slope in enumerate((dx, dgamma, dbeta)):
        direction = rng.normal(size=slope.shape)
        ends = [[a + sign * step * direction if j == k else a for j, a in enumerate((x, factor, shift))] for sign in (1, -1)]
        central = (loss(*ends[0]) - loss(*ends[1])) / (2 * step)
        assert central == pytest.approx(float((slope * direction).sum()), rel=1e-6, abs=1e-7)


def test_types() -> None:
    x32, x64 = np.ones((4, 3), np.float32), np.ones((4, 3))
    assert film.forward(x32, 2, 0.5).dtype == film.backward(x32, x32, 1.5)[0].dtype == np.float32
    assert film.forward(x32, np.float64(2), 0.5).dtype == film.backward(x32, x64, 1.5)[0].dtype == np.float64
    assert film.backward(x32, x32, np.ones(3))[1].dtype == np.float64
    assert film.backward(x32.astype(np.int64), x32, 1)[1].dtype == np.float64
    _, dgamma, dbeta = film.backward(x32, x32, 2)
    assert isinstance(dgamma, np.float32)
    assert (dgamma, dbeta) == (12, 12)
    assert film.backward(x64, x64, 2, out=np.empty((4, 3), np.float32))[0].dtype == np.float32
    assert film.forward([[1, 2]], [1, 2], 0).tolist() == [[1, 4]]


@EACH_TYPE
def test_infinities_and_nan(dtype: Any) -> None:
    """Where a sum is infinite or NaN, it is so without a warning, whatever the errors of its terms."""
    inf, nan = math.inf, math.nan
    dout = np.array([[1, inf, 1, nan, inf], [1, 1, 1, 1, -inf], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, -inf, 1, 1]], dtype)
    x = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, -inf, 1, 1], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]], dtype)
    with np.errstate(all="raise"):
        dx, dgamma, dbeta = film.backward(dout, x, np.zeros(5, dtype))
        across = film.backward(dout.T.copy(), x.T.copy(), np.zeros(5, dtype), axis=0)
    np.testing.assert_array_equal(dgamma, [5, inf, -inf, nan, nan])
    np.testing.assert_array_equal(dbeta, [5, inf, -inf, nan, nan])
    side_by_side = film.backward(np.tile(dout.T, (5, 1)), np.tile(x.T, (5, 1)), np.zeros(25, dtype), axis=0)
    few = film.backward(np.tile(dout, (1, 3))[None], np.tile(x, (1, 3))[None], np.zeros((1, 1, 15), dtype))
    for k in (1, 2):
        np.testing.assert_array_equal(across[k], (dgamma, dbeta)[k - 1])
        np.testing.assert_array_equal(side_by_side[k], np.tile(across[k], 5))
        np.testing.assert_array_equal(few[k][0, 0], np.tile(across[k], 3))
    np.testing.assert_array_equal(dx, np.where(np.isfinite(dout), 0, nan))
    large = np.full((8, 1), np.finfo(dtype).max)
    assert film.backward(large, large, np.ones(1, dtype))[1] == inf
    quiet = np.asarray(nan, dtype)
    assert {a.tobytes() for a in (dgamma[4:], dbeta[3:4], dx[0, 3:4])} == {quiet.tobytes()}


@EACH_TYPE
def test_signs_of_zero_and_subnormal_numbers(dtype: Any) -> None:
    """Nothing is flushed to zero; zeros have the signs of one rounding, and a sum of zeros is +0.0 as NumPy's is."""
    least = np.finfo(dtype).smallest_subnormal
    x = np.array([[0.0, -0.0, least, -least]], dtype)
    y = film.forward(x, dtype(-1), np.array([-0.0, 0.0, 0.0, -0.0], dtype))
    assert same([y], [np.array([[-0.0, 0.0, -least, least]], dtype)])
    assert np.signbit(film.forward(x, least, dtype(0))).tolist() == [[False, False, False, True]]  # underflow keeps the sign
    dx, dgamma, dbeta = film.backward(np.full((9, 4), least), np.full((9, 4), dtype(1)), x[0])
    assert same([dx[:, 0], dgamma, dbeta], [np.zeros(9, dtype), np.full(4, 9 * least, dtype), np.full(4, 9 * least, dtype)])
    dx, dgamma, dbeta = film.backward(np.full((2, 1), dtype(-0.0)), np.ones((2, 1), dtype), np.ones(1, dtype))
    assert same([dx, dgamma, dbeta], [np.full((2, 1), dtype(-0.0)), np.zeros(1, dtype), np.zeros(1, dtype)])


def test_nothing() -> None:
    dx, dgamma, dbeta = film.backward(np.empty((0, 3)), np.empty((0, 3)), np.ones(3))
    assert dx.shape == (0, 3)
    assert dgamma.tolist() == dbeta.tolist() == [0, 0, 0]
    assert film.forward(np.empty((2, 0)), np.empty(0), 1).shape == (2, 0)


def test_overlapping_outputs() -> None:
    base = np.arange(40.0)
    x, out = base[:30].reshape(10, 3), base[5:35].reshape(10, 3)
    dout = np.ones((10, 3))
    wanted = film.backward(dout, x.copy(), np.ones(3))
    got = film.backward(dout, x, np.ones(3), out=out)
    assert same(got, wanted)
    assert got[0] is out
    gamma = base[:3]
    wanted = film.backward(dout, dout, gamma.copy())
    assert same(film.backward(dout, dout, gamma, out=base[:30].reshape(10, 3)), wanted)


def test_places_for_all_results() -> None:
    """Whatever of them is missing, of another type, strided, or shares memory with the arguments."""
    dout, x, gamma = arrays((7, 3), (3,), np.float64)
    wanted = film.backward(dout, x, gamma)
    sums, half = np.empty((2, 3), np.float32), np.empty((3, 2))
    got = film.backward(dout, x, gamma, out=(None, sums[0], half[:, 1]))
    assert same(got[:1], wanted[:1])
    assert got[1].base is sums
    assert got[2].base is half
    assert sums[0].tolist() == wanted[1].astype(np.float32).tolist()
    assert same([got[2]], [wanted[2]])
    for k in range(3):  # a place for one sum, in the memory of each argument
        given = [dout.copy(), x.copy(), gamma.copy()]
        place = given[k].reshape(-1)[:3]
        for places in ((None, place, None), (None, None, place)):
            fresh = [dout.copy(), x.copy(), gamma.copy()]
            fresh[k] = given[k]
            given[k][...] = (dout, x, gamma)[k]
            got = film.backward(*fresh, out=places)
            assert same(got, wanted)
            assert got[1 if places[1] is place else 2] is place
    got = film.backward(dout, x, 2.0, out=(None, np.empty(()), None))
    assert isinstance(got[1], np.ndarray)
    assert got[1] == film.backward(dout, x, 2.0)[1]
    nothing = film.backward(np.empty((0, 3)), np.empty((0, 3)), gamma, out=(None, np.full(3, 5.0), half[:, 0]))
    assert nothing[1].tolist() == nothing[2].tolist() == [0, 0, 0]


ROWS = np.ones((4, 3))
MASKED = np.ma.masked_array(ROWS, np.eye(4, 3))
COUNTS = np.ones((4, 3), int)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: film.forward(ROWS, np.ones(4), 0), ValueError, ["film.forward: gamma", "(4,)", "(4, 3)"]),
        (lambda: film.forward(ROWS, 1, np.ones((2, 3))), ValueError, ["film.forward: beta", "(2, 3)", "(4, 3)"]),
        (lambda: film.forward(ROWS, np.ones((5, 4, 3)), 0), ValueError, ["gamma", "(5, 4, 3)"]),
        (lambda: film.forward(ROWS, np.ones((4, 3)), 0, axis=0), ValueError, ["gamma", "(4,)", "axis is 0"]),
        (lambda: film.forward(ROWS, 1, 0, axis=2), ValueError, ["film.forward: axis is 2", "2 dimensions"]),
        (lambda: film.forward(ROWS, 1, 0, axis=1.0), TypeError, ["film.forward: axis is 1.0", "int"]),
        (lambda: film.forward(ROWS, 1, 0, axis=True), TypeError, ["film.forward: axis is True", "int"]),
        (lambda: film.backward(ROWS, ROWS, 1, axis=False), TypeError, ["film.backward: axis is False", "int"]),
        (lambda: film.forward(1.0, 1, 0), ValueError, ["film.forward: axis is -1", "0 dimensions"]),
        (lambda: film.forward(ROWS * 1j, 1, 0), TypeError, ["film.forward: x has dtype complex128"]),
        (lambda: film.forward(ROWS, "a", 0), TypeError, ["film.forward: gamma has dtype"]),
        (lambda: film.forward(ROWS, 1, 0, out=np.ones(3)), ValueError, ["film.forward: out has shape (3,)", "(4, 3)"]),
        (lambda: film.forward(ROWS, 1, 0, out=[1]), TypeError, ["film.forward: out", "list"]),
        (lambda: film.backward(ROWS[:2], ROWS, 1), ValueError, ["film.backward: dout has shape (2, 3)", "(4, 3)"]),
        (lambda: film.backward(ROWS, ROWS, np.ones(2)), ValueError, ["film.backward: gamma has shape (2,)"]),
        (lambda: film.backward(ROWS, ROWS[:1], np.ones((4, 3))), ValueError, ["film.backward: dout has shape (4, 3)", "(1, 3)"]),
        (lambda: film.backward(ROWS, [None], 1), TypeError, ["film.backward: x has dtype object"]),
        (lambda: film.backward(ROWS, ROWS, 1, axis=-3), ValueError, ["film.backward: axis is -3"]),
        (lambda: film.forward(ROWS, 1, 0, axis=2**70), ValueError, ["film.forward: axis is 11805", "2 dimensions"]),
        (lambda: film.forward(ROWS, 1, -(10**400)), ValueError, ["film.forward: beta is an int of 1329 bits", "float64"]),
        (lambda: film.backward(ROWS, ROWS, 10**400), ValueError, ["film.backward: gamma is an int of 1329 bits", "float64"]),
        (lambda: film.forward(ROWS, 1, 0, out=COUNTS), TypeError, ["film.forward: out has dtype int64", "same_kind"]),
        (lambda: film.forward(ROWS, ROWS, 0, out=ROWS > 0), TypeError, ["film.forward: out has dtype bool", "same_kind"]),
        (lambda: film.backward(ROWS, ROWS, 1, out=COUNTS), TypeError, ["film.backward: out has dtype int64", "same_kind"]),
        (lambda: film.forward(MASKED, 1, 0), ValueError, ["film.forward: x has masked elements"]),
        (lambda: film.forward(ROWS, MASKED, 0), ValueError, ["film.forward: gamma has masked elements"]),
        (lambda: film.forward(ROWS, 1, MASKED), ValueError, ["film.forward: beta has masked elements"]),
        (lambda: film.backward(MASKED, ROWS, 1), ValueError, ["film.backward: dout has masked elements"]),
        (lambda: film.backward(ROWS, MASKED, 1), ValueError, ["film.backward: x has masked elements"]),
        (lambda: film.backward(ROWS, ROWS, MASKED), ValueError, ["film.backward: gamma has masked elements"]),
        (lambda: film.backward(ROWS, ROWS, 1, out=np.broadcast_to(1.0, (4, 3))), ValueError, ["out is read-only"]),
        (lambda: film.backward(ROWS, ROWS, 1, out=[ROWS]), TypeError, ["film.backward: out", "list", "tuple of three"]),
        (lambda: film.backward(ROWS, ROWS, 1, out=(None, None)), ValueError, ["film.backward: out", "tuple of 2", "three"]),
        (lambda: film.backward(ROWS, ROWS, 1, out=(ROWS[:2], None, None)), ValueError, ["out[0] has shape (2, 3)", "x, (4, 3)"]),
        (lambda: film.backward(ROWS, ROWS, ROWS[0], out=(None, ROWS[0, :2], None)), ValueError, ["out[1]", "(2,)", "(3,)"]),
        (lambda: film.backward(ROWS, ROWS, ROWS[0], out=(None, None, 1.0)), TypeError, ["film.backward: out[2]", "float"]),
        (lambda: film.backward(ROWS, ROWS, ROWS[0], out=(None, None, COUNTS[0])), TypeError, ["out[2]", "int64", "same_kind"]),
    ],
)
def test_errors_say_what_is_wrong(call: Any, error: type[Exception], words: list[str]) -> None:
    with pytest.raises(error) as caught:
        call()
    for word in words:
        assert word in str(caught.value)


def test_arrays_without_a_masked_element_are_plain_ones() -> None:
    whole = np.ma.masked_array(ROWS, np.zeros((4, 3)))
    y = film.forward(whole, whole, 0.5)
    assert type(y) is np.ndarray
    assert same([y], [film.forward(ROWS, ROWS, 0.5)])
    assert same(film.backward(whole, whole, 2), film.backward(ROWS, ROWS, 2))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.complex64, object, ">f4", ">f8"])
def test_out_is_cast_to_as_a_ufunc_casts(dtype: Any) -> None:
    """By the rule same_kind, from the type that the result has without `out`."""
    for real in (np.float32, np.float64):
        dout, x, gamma = arrays((4, 3), (3,), real)
        for factor in (gamma, 0.5):
            place = np.empty((4, 3), dtype)
            assert film.forward(x, factor, 0.25, out=place) is place
            assert place.tolist() == film.forward(x, factor, 0.25).astype(dtype).tolist()
            got, wanted = film.backward(dout, x, factor, out=place), film.backward(dout, x, factor)
            assert got[0] is place
            assert place.tolist() == wanted[0].astype(dtype).tolist()
            assert same(got[1:], wanted[1:])


@EACH_TYPE
@pytest.mark.parametrize(("shape", "gamma", "axis"), SMALL)
def test_small_calls_take_any_kind_of_argument(shape: Any, gamma: Any, axis: int, dtype: Any) -> None:
    """Calls straight to the core, and those that NumPy plans, have the same bits, types and errors."""
    _, x, factor = arrays(shape, gamma, dtype)
    tall = wide(factor, x.ndim, axis)
    for shift in (factor, 0.5, np.float64(0.5), dtype(3), 7, 1e300, np.inf):
        with np.errstate(all="ignore"):
            wanted = ufuncs.film(x, tall, wide(shift, x.ndim, axis) if isinstance(shift, np.ndarray) else shift)
            got = film.forward(x, factor, shift, axis=axis)
            assert got.dtype == wanted.dtype
            assert same([got], [wanted])
            for place in (x.copy(), np.empty_like(x), x.copy(order="F"), np.zeros((*shape, 2), dtype)[..., 0]):
                given = place if same([place], [x]) else x
                assert film.forward(given, factor, shift, axis=axis, out=place) is place
                assert same([place], [wanted.astype(dtype)])
    base = np.concatenate([x.ravel(), np.zeros(x.size // 2 + 1, dtype)])
    moved = base[x.size // 2 + 1 :].reshape(shape)  # shares memory with x
    film.forward(base[: x.size].reshape(shape), factor, factor, axis=axis, out=moved)
    assert same([moved], [ufuncs.film(x, tall, tall)])


HASHES = """
import hashlib, sys
sys.path.insert(0, {folder!r})
import test_film
print(test_film.hash_of_all())
"""


def hash_of_all() -> str:
    digest = hashlib.sha256()
    for dtype in (np.float32, np.float64):
        for shape, gamma, axis in CASES:
            dout, x, factor = arrays(shape, gamma, dtype)
            for result in film.backward(dout, x, factor, axis=axis):
                digest.update(np.asarray(result).tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("target", [name for name, supported in _core.targets() if supported])
def test_same_bits_on_every_target(target: str) -> None:
    here = os.path.dirname(__file__)
    environment = os.environ | {"FASTPROB_TARGET": target, "FASTPROB_TEST_SEED": str(SEED)}
    command = [sys.executable, "-c", HASHES.format(folder=here)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == hash_of_all()
