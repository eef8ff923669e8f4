"""Position never changes the answer: any layout, type, size and number of threads gives the bits of the contiguous call."""

from __future__ import annotations

import functools
import itertools

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from reference.public import elementwise

from fastprob import _core, bernoulli, kl, logistic, normal, special, truncnormal, ufuncs, uniform
from fastprob import threads as limited

LARGE = 32768  # from here a public function uses its own N-d loop and threads
REAL = ("f4", "f8")

# The public function of every operation, with the operation's inputs in order.
PUBLIC = {
    f"{module.__name__.rpartition('.')[2]}_{name}": getattr(module, name)
    for module in (normal, logistic, uniform, truncnormal)
    for name in elementwise(module)
}
PUBLIC |= {name: getattr(special, name) for name in elementwise(special)}
PUBLIC |= {f"bernoulli_{name}": getattr(bernoulli, name) for name in elementwise(bernoulli)}
for _name in elementwise(bernoulli):
    PUBLIC[f"bernoulli_{_name.removesuffix('_grad')}_logits{'_grad' if _name.endswith('_grad') else ''}"] = functools.partial(
        lambda f, *given, **options: f(*given[:-1], logits=given[-1], **options), getattr(bernoulli, _name)
    )
PUBLIC |= {f"kl_{name}": getattr(kl, name) for name in elementwise(kl) if not name.startswith("standard_normal")}
for _grad in ("", "_grad"):
    for _keyword in ("scale", "log_scale", "logvar"):
        _name = f"kl_standard_normal{'' if _keyword == 'scale' else '_' + _keyword}{_grad}"
        PUBLIC[_name] = functools.partial(
            lambda f, key, loc, value, **options: f(loc, **{key: value}, **options),
            getattr(kl, f"standard_normal{_grad}"),
            _keyword,
        )
NAMES = sorted(PUBLIC)
OTHERS = ["film"]      # whose public function does not broadcast x: tests/test_film.py


def test_every_operation_has_a_public_function():
    assert sorted([*PUBLIC, *OTHERS]) == sorted(ufuncs.__all__)


def same(got, wanted):
    """Same type and bits (as for NaN, there is only one)."""
    if isinstance(wanted, tuple):
        assert isinstance(got, tuple)
        assert len(got) == len(wanted)
        for g, w in zip(got, wanted, strict=True):
            same(g, w)
    else:
        assert type(got) is type(wanted)
        assert got.dtype == wanted.dtype
        assert got.shape == wanted.shape
        assert got.tobytes() == wanted.tobytes()


def contiguous_call(name, inputs):
    """The answer from the ufunc over fresh contiguous arrays, on one thread."""
    ufunc = getattr(ufuncs, name)
    weak = [type(a) if type(a) in (int, float) else a.dtype for a in inputs]
    real = ufunc.resolve_dtypes((*weak, *(None,) * ufunc.nout))[0]
    arrays = np.broadcast_arrays(*(np.asarray(a, real) for a in inputs))
    with limited(1):
        result = ufunc(*(np.array(a, real, order="C").ravel() for a in arrays))
    shape = arrays[0].shape
    return tuple(r.reshape(shape) for r in result) if ufunc.nout > 1 else result.reshape(shape)


def values(rng, shape, dtype):
    """Usual numbers, some far out, and every special one."""
    x = rng.normal(size=shape) * np.exp(rng.normal(size=shape))
    special = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, 0.5, 5e-324, 1e-40, 1e4, -1e4]
    picks = rng.random(shape) < 0.1
    x = np.where(picks, rng.choice(special, size=shape), x)
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        with np.errstate(all="ignore"):
            return x.astype(dtype)
    x = np.nan_to_num(np.clip(x * 3, -100, 100))
    return (np.abs(x) if dtype.kind == "u" else x > 0 if dtype.kind == "b" else x).astype(dtype)


@st.composite
def walks(draw, shape):
    """A shape with its axes in some order, and how to walk it in some steps to get back the shape: (block shape, view)."""
    order = draw(st.permutations(range(len(shape))))
    signs = [draw(st.sampled_from([1, 1, -1])) for _ in shape]
    sparse = draw(st.integers(0, len(shape) - 1)) if shape else 0
    steps = [sign * (draw(st.integers(1, 3)) if d == sparse else 1) for d, sign in enumerate(signs)]
    slices = (*(slice(None, None, step) for step in steps), ...)
    return tuple(shape[d] * abs(steps[d]) for d in order), lambda block: block.transpose(np.argsort(order))[slices]


@st.composite
def arrays(draw, shape, types, rng):
    """An array that broadcasts to shape, in any layout that NumPy knows."""
    shape = tuple(1 if draw(st.integers(0, 5)) == 0 else n for n in shape)[draw(st.sampled_from([0, 0, 0, 1, len(shape)])) :]
    dtype = np.dtype(draw(st.sampled_from(types)))
    if draw(st.booleans()):
        return values(rng, shape, dtype)
    block_shape, view = draw(walks(shape))
    block = values(rng, block_shape, dtype)
    if draw(st.booleans()):
        block = block.astype(dtype.newbyteorder())
    if draw(st.booleans()):
        raw = np.zeros(block.nbytes + 1, "u1")
        raw[1:] = np.frombuffer(block.tobytes(), "u1")
        block = raw[1:].view(block.dtype).reshape(block.shape)
    a = view(block)
    for d in range(a.ndim):
        if a.shape[d] > 1 and draw(st.integers(0, 7)) == 0:
            a = np.broadcast_to(a[tuple(slice(0, 1) if e == d else slice(None) for e in range(a.ndim))], a.shape)
    if draw(st.booleans()):
        a.flags.writeable = False
    return a


ONE_DIMENSION = [*range(1, 40), *(n + d for n in (64, 128, 256, 512, 768, 1536, 16384, 32768) for d in (-1, 0, 1)), 300, 50001]
SHAPES = [
    (), (0,), (3, 0, 2), *((n,) for n in ONE_DIMENSION),
    (1, 1), (7, 5), (64, 3), (3, 64), (2, 3, 4), (33, 1, 9), (2, 2, 2, 2, 2),
    (200, 170), (3, 11000), (11000, 3), (257, 130), (16384, 2), (2, 16385), (40, 31, 29), (1, 34000), (9, 8, 7, 6, 11),
    (2,) * 15 + (3,),
]  # fmt: skip


@st.composite
def calls(draw, types=("f4", "f8")):
    name = draw(st.sampled_from(NAMES))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.sampled_from(SHAPES))
    ufunc = getattr(ufuncs, name)
    inputs = [draw(arrays(shape, types, rng)) for _ in range(ufunc.nin)]
    for k in range(1, ufunc.nin):
        if draw(st.integers(0, 3)) == 0:
            inputs[k] = draw(st.sampled_from([0.0, 1.0, 0.3, 2, -1, np.float64(1.5), np.float32(0.1)]))
    return name, inputs


def without_warnings(function, *args, **options):
    with np.errstate(all="raise"):
        return function(*args, **options)


@pytest.mark.parametrize("count", [1, 2])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(call=calls())
def test_any_layout_gives_the_same_bits(count, call):
    name, inputs = call
    ufunc = getattr(ufuncs, name)
    with limited(count):
        from_ufunc = without_warnings(ufunc, *inputs)
        got = without_warnings(PUBLIC[name], *inputs)
    same(got, from_ufunc)
    first, second = (got, from_ufunc) if ufunc.nout == 1 else (got[0], from_ufunc[0])
    assert first.strides == second.strides
    wanted = contiguous_call(name, inputs)
    same(np.asarray(got) if ufunc.nout == 1 else tuple(map(np.asarray, got)), wanted)


@pytest.mark.parametrize("count", [1, 2])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    call=calls(types=("f4", "f8", "f2", "?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")),
    dtype=st.sampled_from([None, "f4", "f8"]),
)
def test_any_type_gives_the_same_bits(count, call, dtype):
    name, inputs = call
    with limited(count):
        try:
            # Where dtype narrows, NumPy warns of what overflows: that is the caller's cast.
            with np.errstate(all="ignore"):
                from_ufunc = getattr(ufuncs, name)(*inputs, dtype=dtype)
        except TypeError:
            with pytest.raises(TypeError):
                PUBLIC[name](*inputs, dtype=dtype)
            return
        with np.errstate(all="raise" if dtype is None else "ignore"):
            got = PUBLIC[name](*inputs, dtype=dtype)
    same(got, from_ufunc)


@st.composite
def outputs(draw, shape, kind):
    dtype = draw(st.sampled_from(["f4", "f8", ">f4", ">f8"]))
    if kind == "plain":
        return np.full(shape, 7, dtype)
    block_shape, view = draw(walks(shape))
    return view(np.full(block_shape, 7, dtype))


@pytest.mark.parametrize("count", [1, 2])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_output_gets_the_same_bits(count, data):
    name, inputs = data.draw(calls())
    ufunc = getattr(ufuncs, name)
    shape = np.broadcast_shapes(*(np.shape(a) for a in inputs))
    outs = tuple(data.draw(st.one_of(outputs(shape, "plain"), outputs(shape, "strided"))) for _ in range(ufunc.nout))
    expected = tuple(out.copy() for out in outs)
    with np.errstate(all="ignore"):  # a float32 output of a float64 result may overflow
        ufunc(*inputs, out=expected)
        with limited(count):
            got = PUBLIC[name](*inputs, out=outs if ufunc.nout > 1 or data.draw(st.booleans()) else outs[0])
    for g, out, e in zip(got if ufunc.nout > 1 else (got,), outs, expected, strict=True):
        assert g is out
        np.testing.assert_array_equal(out, e)


OVERLAPPING = {
    "logpdf": normal.logpdf, "cdf": normal.cdf, "ufunc": ufuncs.normal_cdf, "mass": normal.interval_mass,
    "truncnormal": lambda x, low, scale, out=None: truncnormal.cdf(x, low, 2.5, 0.5, scale, out=out),
    "truncnormal moment": lambda low, high, scale, out=None: truncnormal.entropy(low, high, 0.5, scale, out=out),
    "kl": lambda loc, other, scale, out=None: kl.normal(loc, scale, other, 0.75, out=out),
    "kl of logits": lambda a, b, _, out=None: kl.bernoulli_logits(a, b, out=out),
}  # fmt: skip


@pytest.mark.parametrize("n", [10, 300, 40000])
@pytest.mark.parametrize("dtype", REAL)
@pytest.mark.parametrize("own", OVERLAPPING.values(), ids=OVERLAPPING)
def test_outputs_that_overlap_inputs(n, dtype, own):
    rng = np.random.default_rng(1)
    start = values(rng, (2 * n + 9,), dtype)
    pairs = {
        "same": (slice(0, n), slice(0, n)),
        "shifted up": (slice(0, n), slice(3, n + 3)),
        "shifted down": (slice(3, n + 3), slice(0, n)),
        "reversed": (slice(0, n), slice(n - 1, None, -1)),
        "part reversed": (slice(0, n), slice(n + 5, 5, -1)),
        "other step": (slice(0, 2 * n, 2), slice(0, n)),
        "same step": (slice(0, 2 * n, 2), slice(0, 2 * n, 2)),
        "between": (slice(0, 2 * n, 2), slice(1, 2 * n + 1, 2)),
    }
    for what, (source, target) in pairs.items():
        for loc in (0.25, start[:n].copy(), None):
            buffer = start.copy()
            loc_now = buffer[:n] if loc is None else loc
            wanted = own(buffer[source].copy(), np.copy(loc_now) if loc is None else loc, 1.5)
            got = own(buffer[source], loc_now, 1.5, out=buffer[target])
            assert np.array_equal(got, wanted, equal_nan=True), what
            assert np.array_equal(buffer[target], wanted, equal_nan=True), what
            untouched = np.ones(buffer.size, bool)
            untouched[target] = False
            assert buffer[untouched].tobytes() == start[untouched].tobytes(), what


@pytest.mark.parametrize("shape", [(6, 7), (201, 199)])
def test_overlap_in_two_dimensions_and_in_gradients(shape):
    rng = np.random.default_rng(2)
    n = min(shape)
    start = rng.normal(size=shape)
    wanted = ufuncs.normal_cdf(start[:n, :n].T.copy(), start[0, :n].copy(), 1.0)
    buffer = start.copy()
    normal.cdf(buffer[:n, :n].T, buffer[0, :n], 1.0, out=buffer[:n, :n])  # the transpose and a row of the output
    assert np.array_equal(buffer[:n, :n], wanted)

    x, loc, scale = (np.asfortranarray(rng.normal(size=shape)) for _ in range(3))
    wanted = ufuncs.normal_logpdf_grad(x.copy(), loc.copy(), scale.copy())
    normal.logpdf_grad(x, loc, scale, out=(scale, x, loc))
    for got, right in zip((scale, x, loc), wanted, strict=True):
        assert np.array_equal(got, right, equal_nan=True)

    x = rng.normal(size=shape)
    wanted = ufuncs.normal_logpdf_grad(x, 0.5, 2.0)
    buffer = np.empty((3, *shape))
    got = normal.logpdf_grad(x, 0.5, 2.0, out=(buffer[2], None, buffer[0]))
    assert got[0].base is buffer
    assert got[2].base is buffer
    same(tuple(np.asarray(g) for g in got), wanted)


@pytest.mark.parametrize("n", [7, 600, 1300])
@pytest.mark.parametrize("numbers", [False, True])
def test_unusual_elements_among_others(n, numbers):
    """Infinite and far ones, and one at the zero of a derivative, into the places of the arguments."""
    rng = np.random.default_rng(5)
    x, loc, scale = rng.normal(size=n), np.full(n, 0.25), np.full(n, 1.5)
    x[:: max(n // 5, 1)] = np.inf
    x[1 :: max(n // 4, 1)] = 1e200
    x[n // 2] = 0.25 + 1.5 * 1.5434046384182085
    if not numbers:
        scale[n // 3], scale[n // 3 + 1] = 1e-200, np.nan
    singly = [logistic.logpdf_grad(x[k], loc[k], scale[k]) for k in range(n)]
    own = (x, 0.25, 1.5) if numbers else (x, loc, scale)
    for out in ((None, None, None), (x, None, None), (None, None, x) if numbers else (scale, x, loc)):
        start = [a.copy() for a in (x, loc, scale)]
        got = logistic.logpdf_grad(*own, out=out)
        for place, each in enumerate(got):
            assert np.array_equal(each, [one[place] for one in singly], equal_nan=True)
        x[:], loc[:], scale[:] = start


@pytest.mark.parametrize("n", [7, 300, 40000])
@pytest.mark.parametrize("name", [name for name in NAMES if getattr(ufuncs, name).nout > 1])
def test_gradients_into_their_arguments(n, name):
    """Whole arrays, and every second element of them, each output in another argument's place."""
    ufunc = getattr(ufuncs, name)
    rng = np.random.default_rng(4)
    for step in (1, 2, -1):
        # the lower end first; within the ends of a uniform distribution
        order = (1, 2, 0, 3) if "uniform" in name and "interval" in name else (0, 1, 2, 3) if "interval" in name else (1, 0, 2, 3)
        start = [rng.uniform(0.1 + 0.3 * k, 0.9 + 0.3 * k, 2 * n)[::step][:n] for k in order[: ufunc.nin]]
        wanted = ufunc(*(a.copy() for a in start))
        buffers = [np.repeat(a, 2)[::step][:n] if step == 2 else a.copy() for a in start]
        for buffer, values_ in zip(buffers, start, strict=True):
            buffer[...] = values_
        outs = [*buffers[1:], buffers[0]][: ufunc.nout]
        outs += [np.empty(n) for _ in range(ufunc.nout - len(outs))]
        got = PUBLIC[name](*buffers, out=tuple(outs))
        for one, out, right in zip(got, outs, wanted, strict=True):
            assert one is out
            assert np.array_equal(out, right, equal_nan=True)
            # These are no intervals, or not in each other; ends may be infinite.
            assert np.isfinite(right).any() or name.startswith("kl_uniform") or name.endswith("_support")


@pytest.mark.parametrize("name", NAMES)
def test_objects_are_refused_in_every_argument(name):
    nin = getattr(ufuncs, name).nin
    for k in range(nin):
        for wrong in (np.array([0.5, None]), np.array([0.5], object), np.array(["a"]), np.array([1j])):
            arguments = [0.5] * nin
            arguments[k] = wrong
            with pytest.raises(TypeError, match="allowed are bool, integers, float16, float32 and float64"):
                PUBLIC[name](*arguments)


@pytest.mark.parametrize("n", [3, 40000])
def test_gradients_into_outputs_of_several_types(n):
    x = np.linspace(-3, 3, n)
    wanted = ufuncs.normal_logcdf_grad(x, 0.5, 2.0)
    for types in itertools.product(["f8", "f4", ">f8", None], repeat=3):
        outs = tuple(None if t is None else np.empty(n, t) for t in types)
        got = normal.logcdf_grad(x, 0.5, 2.0, out=outs)
        for g, out, w in zip(got, outs, wanted, strict=True):
            assert out is None or g is out
            assert np.array_equal(g, w.astype(g.dtype))


@pytest.mark.parametrize("shape", [(3, 4), (300, 301)])
def test_wrong_outputs_raise_what_the_ufunc_raises(shape):
    x = np.ones(shape)
    outs = [np.empty(shape[0]), np.empty((shape[0], shape[1] + 1)), np.empty(shape, "i8"), np.empty(shape, bool),
            np.broadcast_to(np.empty(shape[1]), shape), [1.0], 3, (np.empty(shape), np.empty(shape)), (), "x"]  # fmt: skip
    for out in outs:
        messages = []
        for function in (ufuncs.normal_logpdf, normal.logpdf):
            with pytest.raises((TypeError, ValueError)) as info:
                function(x, np.float64(0.0), 1.0, out=out)
            messages.append((info.type, str(info.value)))
        assert messages[0] == messages[1]
    with pytest.raises(ValueError, match="which do not broadcast"):
        normal.logpdf(x, np.ones(shape[0] + 7), 1.0)
    for out in (np.empty(shape), (np.empty(shape),) * 2, (None, None, np.empty(3))):
        with pytest.raises((TypeError, ValueError)):
            normal.logpdf_grad(x, out=out)


@pytest.mark.parametrize("n", [6, 40000])
def test_outputs_larger_than_the_inputs(n):
    x = np.linspace(-1, 1, n)
    out = np.empty((2, n))
    assert normal.logpdf(x, 0.5, 2.0, out=out) is out
    assert np.array_equal(out, np.stack([normal.logpdf(x, 0.5, 2.0)] * 2))


@pytest.mark.parametrize("n", [10, 40000])
def test_where(n):
    x = np.linspace(-3, 3, n)
    mask = np.arange(n) % 3 == 0
    out = np.full(n, 7.0)
    assert normal.logcdf(x, out=out, where=mask) is out
    assert np.array_equal(out, np.where(mask, normal.logcdf(x), 7.0))
    assert np.array_equal(normal.logcdf(x, out=out, where=np.True_), normal.logcdf(x))


@pytest.mark.parametrize("length", [*range(1, 301), 16383, 16384, 16385, 32767, 32768, 32769])
def test_every_length_around_the_blocks(length):
    """Each element is what it is on its own, in contiguous, packed and broadcast rows."""
    x = values(np.random.default_rng(length), (length + 1,), "f8")
    wanted = np.concatenate([normal.logcdf(x[i : i + 64], 0.1, 1.1) for i in range(0, length, 64)])[:length]
    spread = np.repeat(x, 2)[::2]
    for got in (
        normal.logcdf(x[:length], 0.1, 1.1),
        normal.logcdf(spread[:length], 0.1, 1.1),
        normal.logcdf(x[:length], np.full(length, 0.1), 1.1),
        normal.logcdf(x[None, :length], np.full((2, 1), 0.1), 1.1)[1],
        normal.logcdf(x[length - 1 :: -1] if length == x.size else x[:length][::-1], 0.1, 1.1)[::-1],
    ):
        assert got.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_n_dimensional_loop(name):
    """What large calls of the public functions run on, for every operation."""
    rng = np.random.default_rng(6)
    ufunc, operation = getattr(ufuncs, name), _core.operation(name, name)
    for dtype, shape in itertools.product(REAL, [(40, 70), (70, 40), (5, 6, 7), (130, 2)]):
        x = values(rng, shape, dtype)
        column, row = values(rng, (shape[-2], 1), dtype), values(rng, shape[-1:], dtype)
        for inputs in ([x, row, column], [x.T.copy().T, column, 1.5], [x[..., ::-1], x.astype(">f4"), row], [column, row, x]):
            args = (inputs * 2)[: ufunc.nin]
            got = _core.call_large(operation, args, None, None)
            assert got is not None
            same(got, ufunc(*args))
            same(got, contiguous_call(name, args))


def test_memory_order_is_that_of_the_ufunc():
    base = np.random.default_rng(3).normal(size=(4, 5, 6))
    big = np.random.default_rng(3).normal(size=(40, 30, 31))
    for source in (base, big):
        for order, steps in itertools.product(itertools.permutations(range(3)), itertools.product((1, -1, 2), repeat=3)):
            a = source.transpose(order)[tuple(slice(None, None, step) for step in steps)]
            for other in (0.0, a[0], a[:, :1], np.ascontiguousarray(a), np.asfortranarray(a)):
                got, wanted = normal.logpdf(a, other), ufuncs.normal_logpdf(a, other, 1.0)
                assert got.strides == wanted.strides
                assert got.tobytes() == wanted.tobytes()


def test_reduce_and_accumulate_are_sequential():
    """NumPy makes them of a binary ufunc by letting the loop's output be its next input."""
    f = ufuncs.kl_standard_normal
    x = np.random.default_rng(5).uniform(0.5, 1.5, size=(70, 3))
    state, steps = x[0], [x[0]]
    for row in x[1:]:
        state = np.array([f(a, b) for a, b in zip(state, row, strict=True)])
        steps.append(state)
    steps = np.array(steps)
    assert np.array_equal(f.reduce(x, axis=0), state, equal_nan=True)
    assert np.array_equal(f.accumulate(x, axis=0), steps, equal_nan=True)
    assert np.array_equal(f.accumulate(x[:, 0].copy()), steps[:, 0], equal_nan=True)
    assert np.array_equal(f.reduce(x[:, 0].copy()), state[0], equal_nan=True)
    assert np.array_equal(f.outer(x[:, 0], x[:, 1]), f(x[:, :1], x[:, 1]), equal_nan=True)


@pytest.mark.parametrize(("argument", "value"), [(0, 1e200), (0, np.nan), (1, 1e-200), (2, 1e-100), (2, 1e100), (2, 0.0)])
def test_one_element_far_out_leaves_the_bits_of_the_others(argument, value):
    """normal.logpdf_grad takes another loop for 512 elements of which one needs powers of two against overflow."""
    rng = np.random.default_rng(5)
    x, loc = (rng.normal(size=700) * 2.0 ** rng.integers(-190, 190, 700) for _ in range(2))
    scale = 2.0 ** rng.uniform(-99, 99, 700)
    x[::3] = loc[::3] + scale[::3]
    inputs = [x, loc, scale]
    usual = normal.logpdf_grad(*inputs)
    inputs[argument][7] = value
    for one, other in zip(usual, normal.logpdf_grad(*inputs), strict=True):
        assert np.array_equal(np.delete(one, 7), np.delete(other, 7))
