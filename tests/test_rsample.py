"""Truncated normals, reparameterised draws and their gradients against mpmath's closed forms and derivatives."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf
from numpy.testing import assert_array_equal

import fastprob
from fastprob import random

mpmath.mp.dps = 40
TYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])


def phi(z: mpf) -> mpf:
    return mp.exp(-z * z / 2)


def tail(t: mpf) -> mpf:
    return mp.erfc(t / mp.sqrt(2)) / 2


def truncnormal(u: float, low: float, high: float, loc: float, scale: float) -> mpf:
    """x with P(X < x) = u, by bisection of the ratio of two masses, measured from the end where they are small."""
    a, b = (mpf(low) - mpf(loc)) / mpf(scale), (mpf(high) - mpf(loc)) / mpf(scale)
    share, left = mpf(u), a + b <= 0
    if not left:
        a, b, share = -b, -a, 1 - share
    if mp.isinf(a):
        a = mpf(min(b, 0)) - 60
    goal = tail(-a) + share * (tail(-b) - tail(-a))
    lower, upper = a, b if not mp.isinf(b) else mpf(60)
    for _ in range(120):
        middle = (lower + upper) / 2
        lower, upper = (middle, upper) if tail(-middle) < goal else (lower, middle)
    z = lower if left else -lower
    return mpf(loc) + mpf(scale) * z


CASES = [      # low, high, loc, scale
    (-1.0, 1.0, 0.0, 1.0), (-3.0, 5.0, 0.5, 2.0), (-math.inf, 0.25, 0.0, 1.0), (0.75, math.inf, 1.0, 0.5),
    (-math.inf, math.inf, 3.0, 2.0), (2.0, 3.0, 0.0, 1.0), (-8.0, -6.5, 0.0, 1.0), (5.0, math.inf, 0.0, 1.0),
    (50.0, 50.5, 0.0, 1.0),
    (-math.inf, -300.0, 0.0, 1.0), (1000.0, 1000.002, 10.0, 1.0), (0.9999, 1.0001, 0.0, 1.0), (30.0, 30.0 + 1e-6, 0.0, 1.0),
    (-0.5, -0.25, 7.0, 3.0), (-1.0 - 1e-3, 0.5, 0.0, 1.0), (1.0, 40.0, 0.0, 1.0),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=map(str, CASES))
@TYPES
def test_truncnormal_is_the_quantile(case, dtype):
    """To 1e-14 of the larger of |x|, |loc| and scale (f32: its resolution); and where an end is no farther than scale, or loc
    outside, to 1e-14 of the distance from the nearer end, however small."""
    low, high, loc, scale = (float(np.dtype(dtype).type(v)) for v in case)
    x, u = random.default_rng(1).rsample_truncnormal(low, high, loc, scale, size=60, dtype=dtype)
    assert ((low <= x) & (x <= high)).all()
    for got, given in zip(x.tolist(), u.tolist(), strict=True):
        wanted = truncnormal(given, low, high, loc, scale)
        size = max(abs(float(wanted)), abs(loc), scale)
        assert abs(got - wanted) <= (1e-14 if dtype == "float64" else 1.2e-7) * size
        away = min(wanted - low, high - wanted)
        if dtype == "float64" and (away < scale or not low < loc < high):
            assert abs(mpf(got) - wanted) <= 1e-14 * away + 2.0**-53 * abs(got)


@TYPES
def test_truncnormal_parameters(dtype):
    rng = random.default_rng(1)
    draw = {"size": 5000, "dtype": dtype}
    assert_array_equal(rng.truncnormal(-1.0, 2.0, [0.5, 7.0, -3.0], 0.0, dtype=dtype), [0.5, 2.0, -1.0])
    assert_array_equal(rng.truncnormal([1.5, -2.0, 1e6], [1.5, -2.0, 1e6], 0.0, 1.0, dtype=dtype), [1.5, -2.0, 1e6])
    assert abs(rng.truncnormal(-np.inf, np.inf, 3.0, 2.0, **draw).mean() - 3) < 0.15
    one = random.default_rng(2).truncnormal(-1.0, 3.0, 0.5, 2.0, **draw)
    arrays = [np.full(5000, v) for v in (-1.0, 3.0, 0.5, 2.0)]
    many = random.default_rng(2).truncnormal(*arrays, dtype=dtype)
    assert_array_equal(one, many)
    with fastprob.threads(1):
        whole = random.default_rng(2).truncnormal(-1.0, 3.0, 0.5, 2.0, 70_001, dtype)
    with fastprob.threads(3):
        assert_array_equal(random.default_rng(2).truncnormal(-1.0, 3.0, 0.5, 2.0, 70_001, dtype), whole)
    assert_array_equal(whole[:5000], one)
    bad_ends = [(1.0, 0.0), (np.nan, 1.0), (0.0, [1.0, np.nan]), ([0.0, 1.0], 0.5)]
    for bad in (*bad_ends, (0, 1, np.nan), (0, 1, np.inf), (0, 1, 0, -1), (0, 1, 0, [np.inf])):
        with pytest.raises(ValueError, match=r"high|low|loc|scale"):
            rng.truncnormal(*bad, dtype=dtype)


@TYPES
def test_truncnormal_distribution(dtype):
    from scipy import stats

    for low, high in ((-0.5, 2.0), (2.5, 9.0)):
        x = random.default_rng(4).truncnormal(low, high, size=200_000, dtype=dtype).astype(float)
        assert stats.kstest(x, stats.truncnorm(low, high).cdf).pvalue > 1e-3


def draws(rng, dtype):
    """Every reparameterised draw, with what it should be of its noise."""
    loc, s = np.linspace(-2, 2, 7, dtype=dtype)[:, None], np.linspace(-1, 1, 300, dtype=dtype)
    wide = loc.astype(float)
    yield rng.rsample_normal(loc, scale=np.exp(s)), lambda e: wide + np.exp(s) * e
    yield rng.rsample_normal(loc, log_scale=s), lambda e: wide + np.exp(s) * e
    yield rng.rsample_normal(loc, logvar=s), lambda e: wide + np.exp(s / 2) * e
    yield rng.rsample_logistic(loc, scale=np.exp(s)), lambda e: wide + np.exp(s) * e
    yield rng.rsample_logistic(loc, log_scale=s), lambda e: wide + np.exp(s) * e
    yield rng.rsample_uniform(loc, loc + np.exp(s)), lambda e: wide + np.exp(s) * e
    yield rng.rsample_concrete(loc, np.exp(s)), lambda e: 1 / (1 + np.exp(-(wide + e) / np.exp(s)))


@TYPES
def test_values_are_made_of_the_noise(dtype):
    tolerance = 3e-6 if dtype == "float32" else 1e-14
    for (x, noise), formula in draws(random.default_rng(3), dtype):
        assert x.dtype == noise.dtype == dtype
        assert x.shape == noise.shape == (7, 300)
        np.testing.assert_allclose(x, formula(noise.astype(float)), rtol=tolerance, atol=4 * tolerance)


def test_noise_is_that_of_the_plain_draw():
    for scale in ({"scale": 2.0}, {"log_scale": 0.0}, {"logvar": 0.0}):
        z, eps = random.default_rng(5).rsample_normal(1.0, size=50_000, **scale)
        assert_array_equal(eps, random.default_rng(5).standard_normal(50_000))
        assert_array_equal(z, random.default_rng(5).normal(1.0, scale.get("scale", 1.0), 50_000))
    assert_array_equal(random.default_rng(5).rsample_logistic(size=9, scale=1.0)[1], random.default_rng(5).logistic(size=9))
    assert_array_equal(random.default_rng(5).rsample_uniform(2.0, 3.0, size=9)[1], random.default_rng(5).random(9))
    assert_array_equal(random.default_rng(5).rsample_truncnormal(0, 1, size=9)[1], random.default_rng(5).random(9, open=True))
    draws = {
        "logistic": ((0.5, 2.0), {"loc": 0.5, "scale": 2.0}),
        "uniform": ((-1.0, 2.0), {"low": -1.0, "high": 2.0}),
        "truncnormal": ((-1.0, 2.0, 0.5, 1.5), {"low": -1.0, "high": 2.0, "loc": 0.5, "scale": 1.5}),
    }
    for dtype in ("float32", "float64"):
        for name, (plain, given) in draws.items():
            x = getattr(random.default_rng(5), f"rsample_{name}")(size=999, dtype=dtype, **given)[0]
            assert_array_equal(x, getattr(random.default_rng(5), name)(*plain, size=999, dtype=dtype))
    with fastprob.threads(3):
        _, eps = random.default_rng(5).rsample_concrete(0.0, 0.5, size=50_000)
    assert_array_equal(eps, random.default_rng(5).logistic(size=50_000))


def test_truncnormal_gradient_of_numbers_near_the_largest():
    """It has no unit; the differences that it is made of overflow."""
    low, high, loc, scale, far = -1.0, 1.5, 0.25, 0.75, 2.0**1023
    x, u = random.default_rng(6).rsample_truncnormal(low, high, loc, scale, size=50)
    wanted = random.rsample_truncnormal_grad(1.0, x, u, low, high, loc, scale)
    assert_array_equal(random.rsample_truncnormal_grad(1.0, x * far, u, low * far, high * far, loc * far, scale * far), wanted)
    assert np.isfinite(wanted).all()


def test_largest_truncnormal():
    """What the docstring says of it."""
    for dtype, digits, text in ((np.float64, 53, "8.2095"), (np.float32, 24, "5.2947")):
        largest = fastprob.truncnormal.isf(dtype(2.0**-digits), dtype(-np.inf), dtype(np.inf))
        assert largest == -fastprob.truncnormal.ppf(dtype(2.0**-digits), dtype(-np.inf), dtype(np.inf))
        assert f"{largest:.4f}" == text
        assert text in random.Generator.truncnormal.__doc__


def test_types_shapes_and_out():
    rng = random.default_rng(1)
    f32, f64 = np.zeros(3, "f4"), np.zeros(3)
    narrow, wide = [(f32, 1.0), (0.0, f32), (f32, f32[0])], [(f32, f64), (f64, 1), ([0.0], 1.0), (f32, [1.0]), (0.0, 1)]
    for (loc, scale), wanted in [(pair, "f4") for pair in narrow] + [(pair, "f8") for pair in wide]:
        z = rng.rsample_normal(loc, scale=scale, size=3)[0]
        assert z.dtype == wanted
    assert rng.rsample_normal(f64, scale=1.0, dtype="f4")[1].dtype == "f4"
    assert rng.rsample_normal(np.float32(1), scale=2.0, size=3)[1].dtype == "f4"
    z, eps = rng.rsample_normal(1.0, scale=0.0)
    assert (type(z), type(eps), z) == (float, float, 1.0)
    out = (np.empty((2, 3)), np.empty((2, 3)))
    got = random.default_rng(2).rsample_normal(f64, log_scale=0.5, out=out)
    assert got[0] is out[0]
    assert got[1] is out[1]
    assert_array_equal(out[1], random.default_rng(2).standard_normal((2, 3)))
    for bad in (out[0], (out[0],), (out[0], out[0]), (out[0], np.empty((3, 2))), (out[0], np.empty((2, 3), "f4"))):
        with pytest.raises((TypeError, ValueError), match="out"):
            rng.rsample_normal(f64, log_scale=0.5, out=bad)
    for bad in ({}, {"scale": 1.0, "logvar": 0.0}):
        with pytest.raises(TypeError, match="exactly one"):
            rng.rsample_normal(0.0, **bad)
        with pytest.raises(TypeError, match="exactly one"):
            random.rsample_normal_grad(1.0, 1.0, **bad)
    for logits, temperature in ((0.0, 0.0), (np.nan, 1.0), (0.0, [1.0, np.nan])):
        with pytest.raises(ValueError, match=r"temperature|logits"):
            rng.rsample_concrete(logits, temperature)
    with pytest.raises(ValueError, match="scale"):
        rng.rsample_normal(scale=-1.0)
    with pytest.raises(TypeError, match="eps"):
        random.rsample_normal_grad(1.0, 1j, scale=1.0)


def close(got, wanted, dtype):
    tolerance = 2e-13 if dtype == "float64" else 1e-6
    assert abs(float(got) - float(wanted)) <= tolerance * max(abs(float(wanted)), 1e-3), (got, wanted)


def check_gradients(dtype, g, eps, loc, s, u, t):
    """Against mpmath's numerical derivatives, at 40 digits, of the draws as functions of their parameters."""
    G, E, L, S, U, T = (np.full(1, v, dtype) for v in (g, eps, loc, s, u, t))
    for (dloc, dscale), scale in (
        (random.rsample_normal_grad(G, E, scale=S), lambda s: s),
        (random.rsample_normal_grad(G, E, log_scale=S), mp.exp),
        (random.rsample_normal_grad(G, E, logvar=S), lambda s: mp.exp(s / 2)),
        (random.rsample_logistic_grad(G, E, scale=S), lambda s: s),
        (random.rsample_logistic_grad(G, E, log_scale=S), mp.exp),
    ):
        assert dloc.dtype == dscale.dtype == dtype
        close(dloc[0], g, dtype)
        close(dscale[0], g * mp.diff(lambda p, f=scale: loc + f(p) * eps, s), dtype)
    dlow, dhigh = random.rsample_uniform_grad(G, U)
    close(dlow[0], g * mp.diff(lambda p: p + (2 - p) * u, 0.5), dtype)
    close(dhigh[0], g * mp.diff(lambda p: 1 + (p - 1) * u, 2.5), dtype)
    dlogits, dtemperature = random.rsample_concrete_grad(G, E, L, T)
    close(dlogits[0], g * mp.diff(lambda p: 1 / (1 + mp.exp(-(p + eps) / t)), loc), dtype)
    close(dtemperature[0], g * mp.diff(lambda p: 1 / (1 + mp.exp(-(loc + eps) / p)), t), dtype)


@TYPES
def test_gradients_are_the_derivatives(dtype):
    rng = np.random.default_rng(7)
    for _ in range(25):
        values = (*rng.standard_normal(4), *rng.uniform(0.05, 0.95, 2))
        check_gradients(dtype, *(float(np.dtype(dtype).type(v)) for v in values))


TRUNCATED = [(-1.0, 1.0, 0.25, 1.0), (-3.0, 5.0, 0.5, 2.0), (2.0, 3.0, 0.0, 1.0), (50.0, 50.5, 0.0, 1.0), (-9.0, -6.5, 0.0, 1.0)]


@pytest.mark.parametrize("case", TRUNCATED, ids=map(str, TRUNCATED))
def test_gradient_of_truncnormal(case):
    """By implicit differentiation of (Phi(z) - Phi(a))/(Phi(b) - Phi(a)) = u, with mpmath's derivatives of that ratio."""
    x, u = random.default_rng(1).rsample_truncnormal(*case, size=8)
    got = random.rsample_truncnormal_grad(np.float64(1.5), x, u, *case)

    def ratio(x, low, high, loc, scale):
        a, b, z = (low - loc) / scale, (high - loc) / scale, (x - loc) / scale
        return (tail(a) - tail(z)) / (tail(a) - tail(b))

    with mp.workdps(60):
        for i in range(8):
            at = tuple(map(mpf, (x[i], *case)))
            slope = mp.diff(ratio, at, (1, 0, 0, 0, 0))
            for k in range(4):
                order = tuple(int(j == k + 1) for j in range(5))
                wanted = -mp.diff(ratio, at, order) / slope * 1.5
                assert abs(got[k][i] - wanted) <= 1e-10 * max(abs(wanted), 1), (k, i, got[k][i], float(wanted))


def test_gradient_of_truncnormal_at_special_ends():
    dlow, dhigh, dloc, dscale = random.rsample_truncnormal_grad(1.0, 0.5, 0.7, [-np.inf, -np.inf], [np.inf, 1.0], 0.0, 1.0)
    assert dlow.tolist() == [0.0, 0.0]
    assert dhigh[0] == 0
    assert dhigh[1] > 0
    assert (dloc[0], dscale[0]) == (1.0, 0.5)
    zero = random.rsample_truncnormal_grad(2.0, [0.5, -1.0, 1.0], 0.3, -1.0, 1.0, [0.5, -4.0, 9.0], 0.0)
    assert [v.tolist() for v in zero] == [[0.0, 2.0, 0.0], [0.0, 0.0, 2.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


@TYPES
def test_gradient_of_truncnormal_without_a_distribution(dtype):
    usual = np.array([1.0, 0.3, 0.6, -2.0, 2.0, 0.0, 1.0], dtype)
    for k in range(7):
        none = usual.copy()
        none[k] = np.nan
        assert np.isnan(random.rsample_truncnormal_grad(*none)).all()
    usual[6] = -1.0
    assert np.isnan(random.rsample_truncnormal_grad(*usual)).all()


def test_gradient_of_concrete_at_certain_bits():
    for dtype in ("f4", "f8"):
        certain = np.array([np.inf, -np.inf, 1e9], dtype)
        dlogits, dtemperature = random.rsample_concrete_grad(np.full(3, 2, dtype), 0.5, certain, 0.5)
        assert dlogits.tolist() == dtemperature.tolist() == [0.0, 0.0, 0.0]
        none = np.array([0.0, -1.0, np.nan], dtype)
        assert np.isnan(random.rsample_concrete_grad(np.ones(3, dtype), 0.5, certain[:1], none)).all()


@TYPES
def test_gradient_of_concrete_at_extreme_temperatures(dtype):
    """Where y (1 - y) underflows and 1/temperature overflows, against mpmath."""
    info = np.finfo(dtype)
    least, real, tolerance = float(info.smallest_subnormal), np.dtype(dtype).type, 1e-14 if dtype == "float64" else 2e-6
    temperatures = [least, 7 * least, float(info.tiny) / 3, float(info.tiny) * 300, 1e-3, 1.0, 1e3, float(info.max) / 7]
    sizes = [0.0, 1e-30, 1e-3, 1.0, 40.0, 90.0, 180.0, 700.0, 745.5, 1100.0, 1480.0, 2150.0, 2900.0, 1e4]
    cases = []
    for temperature, size, sign, dy in itertools.product(temperatures, sizes, (1, -1), (1.0, -least, float(info.max) / 3)):
        total = min(sign * size * temperature, float(info.max), key=abs)
        for eps in (0.0, 0.375 * total, -2.0):
            cases.append([float(real(v)) for v in (dy, eps, total - eps, temperature)])
    got = random.rsample_concrete_grad(*np.array(cases, dtype).T)
    with mp.workdps(60):
        for i, (dy, eps, logits, temperature) in enumerate(cases):
            distance = mpf(logits) + mpf(eps)
            e = mp.exp(-abs(distance / temperature))
            first = dy * e / (1 + e) ** 2 / temperature
            for found, wanted in ((got[0][i], first), (got[1][i], -first * distance / temperature)):
                if abs(wanted) > float(info.max):
                    assert found == np.copysign(np.inf, float(mp.sign(wanted))), (cases[i], found, wanted)
                else:
                    assert abs(mpf(float(found)) - wanted) <= tolerance * abs(wanted) + least, (cases[i], found, wanted)


class Subclass(np.ndarray):
    pass


@pytest.mark.parametrize("dtype", ["f2", ">f2", "f4", ">f4"])
@pytest.mark.parametrize("wrap", [lambda a: a, lambda a: a.view(Subclass), list], ids=["array", "subclass", "list"])
def test_type_does_not_depend_on_byte_order_or_subclass(dtype, wrap):
    x = wrap(np.linspace(0, 1, 3).astype(dtype))
    draws = random.default_rng(1).rsample_normal(x, scale=1.0)
    for result in (*draws, *random.rsample_normal_grad(x, x, scale=1.0), *random.rsample_uniform_grad(x, x)):
        assert result.dtype == np.float32


def test_gradients_broadcast_and_use_threads():
    g, eps, s = np.linspace(-1, 1, 300)[:, None], np.linspace(-2, 2, 400), np.float64(0.3)
    with fastprob.threads(1):
        one = random.rsample_normal_grad(g, eps, log_scale=s)
    with fastprob.threads(3):
        many = random.rsample_normal_grad(g, eps, log_scale=s)
    for a, b in zip(one, many, strict=True):
        assert a.shape == (300, 400)
        assert_array_equal(a, b)
    assert random.rsample_normal_grad(1.0, 2.0, scale=np.ones(3))[1].tolist() == [2.0] * 3
    assert type(random.rsample_normal_grad(1.0, 2.0, scale=1.0)[1]) is np.float64
    assert random.rsample_uniform_grad(np.float32(1), 0.5)[0].dtype == "f4"


def test_shapes_that_do_not_broadcast_are_named():
    for call, got in (
        (lambda: random.default_rng(1).normal(np.zeros(2), np.ones(3)), r"loc of \(2,\), scale of \(3,\)"),
        (lambda: random.rsample_normal_grad(np.ones(2), np.ones(3), scale=1.0), r"dz of \(2,\), eps of \(3,\)"),
    ):
        with pytest.raises(ValueError, match=got):
            call()
