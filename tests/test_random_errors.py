"""Bad arguments of fastprob.random's methods: what NumPy's Generator raises, with the argument's name."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from fastprob import random

nan, inf = np.nan, np.inf
READ_ONLY = np.zeros(3)
READ_ONLY.flags.writeable = False


class Subclass(np.ndarray):
    pass


def name(value):
    """Of a test: the same in every process, which a representation with an address isn't."""
    return "object" if type(value) is object else repr(value)[:30]


def outcome(call, rng):
    """The exception's type, or what is returned: its type, and an array's shape and dtype."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's, of masked arrays and the like
        try:
            got = call(rng)
        except Exception as error:
            return type(error), str(error)
    return (type(got), getattr(got, "shape", None), getattr(got, "dtype", None)), None


def check(call, argument):
    theirs, _ = outcome(call, np.random.default_rng(1))
    ours, message = outcome(call, random.default_rng(1))
    assert ours == theirs, message
    if message is not None and ours is not MemoryError:
        assert argument in message


SIZES = [
    -1, (2, -1), 1.5, "a", b"a", True, (True,), None, [], (), [2, "a"], np.float64(2), np.array([2.0]), np.array(2),
    np.array([2]), np.array([[2]]), np.int8(-1), np.array([-1]), range(2), {}, {2: 3}, {2}, 1j, (1,) * 64, np.True_,
]  # fmt: skip
TOO_LARGE = [2**62, 2**63, 2**70, (2**40, 2**40), (2**63,), (-(2**63),), (1,) * 65, (0,) * 65]


@pytest.mark.parametrize("size", SIZES, ids=name)
def test_size(size):
    check(lambda r: r.random(size), "size")
    check(lambda r: r.normal(0, 1, size), "size")


@pytest.mark.parametrize("size", TOO_LARGE, ids=name)
def test_size_too_large(size):
    """NumPy's own words: no argument is named."""
    check(lambda r: r.random(size), "")
    check(lambda r: r.logistic(0, 1, size), "")


@pytest.mark.parametrize("size", [3, (3, 1), (2, 0), 0, ()], ids=str)
def test_size_and_shapes(size):
    check(lambda r: r.normal([0, 1], 1, size), "broadcast")
    check(lambda r: r.uniform([[0], [1]], [1, 2, 3], size), "broadcast")


DTYPES = [int, "f2", ">f8", "<f8", complex, "x", None, object, "f4", np.longdouble, np.dtype("f4"), 5, [], float]


@pytest.mark.parametrize("dtype", DTYPES, ids=repr)
def test_dtype(dtype):
    name = "" if dtype in ("x", 5) or dtype == [] else "dtype"
    check(lambda r: r.random(2, dtype=dtype), name)
    check(lambda r: r.standard_normal(dtype=dtype), name)


OUT = {
    "list": [1.0, 2.0, 3.0], "float": 1.0, "tuple": (np.zeros(3),), "float32": np.zeros(3, "f4"), "int": np.zeros(3, "i8"),
    "strided": np.zeros(6)[::2], "read only": READ_ONLY, "swapped": np.zeros(3, ">f8"), "0-d": np.zeros(()), "empty": np.zeros(0),
    "subclass": np.zeros(3).view(Subclass), "masked": np.ma.zeros(3), "object": np.zeros(3, object), "text": "abc",
    "unaligned": np.zeros(25, "u1")[1:].view("f8"), "bytes": bytearray(24), "memory": memoryview(np.zeros(3)),
    "number": np.float64(1),
}  # fmt: skip


@pytest.mark.parametrize("out", OUT)
def test_out(out):
    check(lambda r: r.random(out=OUT[out]), "out")
    check(lambda r: r.standard_normal((3,), out=OUT[out]), "out")
    if not isinstance(OUT[out], np.ndarray):
        with pytest.raises(ValueError, match=r"^out\[0\]"):
            random.default_rng(1).rsample_normal(scale=1.0, out=(OUT[out], np.zeros(3)))


PARAMETERS = [
    nan, inf, -inf, -1, -0.0, 0, 1j, None, "a", "1", b"1", [nan], [-1], [1, -1], [[1], [2, 3]], [], np.array([]), 10**400,
    -(10**400), 10**5000, 2**53 + 1, 2**64, [10**400], [2**64], object(), [None], [1j], ["a"], np.array([1], object),
    np.float16(2), True, [True], np.longdouble(2), np.datetime64(1, "D"), {}, {1}, np.ma.masked_array([1.0, 2.0]), 1e308,
    -1e308,
    np.int64(-1), np.uint8(3), [-0.0], [inf], [-inf], np.array([(1,)], dtype=[("a", "f8")]),
]  # fmt: skip


@pytest.mark.parametrize("value", PARAMETERS, ids=range(len(PARAMETERS)))
def test_parameters(value):
    check(lambda r: r.normal(value), "loc")
    check(lambda r: r.normal(0, value), "scale")
    check(lambda r: r.logistic(value), "loc")
    check(lambda r: r.logistic(0, value, size=2), "" if isinstance(value, (list, np.ndarray)) else "scale")
    check(lambda r: r.uniform(value), "low")
    check(lambda r: r.uniform(0, value), "high")


@pytest.mark.parametrize("value", [["1"], np.array(["1"]), [b"1"], [np.datetime64(1, "D")]], ids=repr)
def test_what_is_no_number(value):
    """NumPy takes these, but only in arrays."""
    with pytest.raises(TypeError, match=r"^loc: must be real number"):
        random.default_rng(1).normal(value)
    with pytest.raises(TypeError, match=r"^high: must be real number"):
        random.default_rng(1).uniform([0.0, 1.0], value)


def test_masked_elements():
    """NumPy draws with what lies under the mask."""
    masked = np.ma.masked_array([1.0, 2.0], [False, True])
    with pytest.raises(ValueError, match=r"^scale: has masked elements"):
        random.default_rng(1).normal(0.0, masked)
    with pytest.raises(ValueError, match=r"^low: has masked elements"):
        random.default_rng(1).rsample_truncnormal(masked, 3.0)
    with pytest.raises(ValueError, match=r"^dz: has masked elements"):
        random.rsample_normal_grad(masked, 1.0, scale=1.0)


def test_rows_of_different_lengths():
    with pytest.raises(ValueError, match=r"^dz: must be real number"):
        random.rsample_normal_grad([[1.0], [1.0, 2.0]], 1.0, scale=1.0)
    with pytest.raises(ValueError, match=r"^high: must be real number"):
        random.default_rng(1).rsample_uniform(0.0, [[1.0], [1.0, 2.0]])


@pytest.mark.parametrize("value", [1.5, -1e-300, nan, [0.5, nan], [2], -0.5, inf])
def test_probability(value):
    with pytest.raises(ValueError, match="p"):
        np.random.default_rng(1).binomial(1, value)
    with pytest.raises(ValueError, match=r"^p < 0, p > 1 or p is NaN: got"):
        random.default_rng(1).bernoulli(value)


SHUFFLED = [
    -1, 0, 3, True, 1.5, None, "abc", ["a", "b"], [], np.int64(-2), np.float64(3), np.zeros((2, 0)), {1, 2}, np.array(5),
    np.array([], int), np.uint8(3), {1: 2}, range(4), b"ab", 1j, [[1, 2], [3]], object(),
]  # fmt: skip


@pytest.mark.parametrize("x", SHUFFLED, ids=name)
def test_permutation(x):
    check(lambda r: r.permutation(x), "")
    check(lambda r: r.permutation(x, axis=1), "")


@pytest.mark.parametrize("axis", [2, -3, None, 1.5, "a", (0,), np.int64(1)], ids=repr)
def test_axis(axis):
    check(lambda r: r.permutation(np.zeros((2, 3)), axis=axis), "axis")


@pytest.mark.parametrize("axis", [2**70, -(10**30)])
def test_an_axis_that_no_machine_word_holds(axis):
    """NumPy's error is an OverflowError, which does not say of what."""
    with pytest.raises(np.exceptions.AxisError, match=f"axis {axis} is out of bounds for array of dimension 2"):
        random.default_rng(1).permutation(np.zeros((2, 3)), axis=axis)


def test_permutation_refuses_masked_elements():
    """NumPy's returns the values behind the mask."""
    with pytest.raises(ValueError, match=r"^x: has masked elements; allowed are arrays without"):
        random.default_rng(1).permutation(np.ma.array([1, 2, 3], mask=[0, 1, 0]))
    assert sorted(random.default_rng(1).permutation(np.ma.array([1, 2, 3]))) == [1, 2, 3]


def test_a_bool_is_no_axis():
    """Of NumPy's Generator it is, but not of its functions."""
    with pytest.raises(TypeError, match="axis: expected an int, got True"):
        random.default_rng(1).permutation(np.zeros((2, 3)), axis=True)
