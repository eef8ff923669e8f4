"""Sums over data: log likelihoods, their derivatives, fits and logsumexp against mpmath, SciPy and PyTorch; every layout, type,
number of threads and CPU target gives the same bits."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from mpmath import mpf
from reference import sums as terms
from reference.points import SEED
from reference.sums import exact_logsumexp, exact_sums, ulps
from scipy import optimize, stats
from scipy import special as scipy_special

from fastprob import _core, bernoulli, logistic, normal, special, threads, uniform

CONTEXT = mpmath.mp
LOCATIONS = {"normal": normal, "logistic": logistic}


@pytest.fixture(autouse=True)
def _digits():
    with CONTEXT.workprec(400):
        yield


CASES = [(1, 0.3, 1.5), (7, 0.0, 1.0), (300, 1.0, 1e-3), (300, -5.0, 1e5), (1025, 0.25, 0.7), (2500, 1e6, 3.0)]


@pytest.mark.parametrize("family", LOCATIONS)
@pytest.mark.parametrize(("n", "loc", "scale"), CASES)
@pytest.mark.parametrize("weighted", [False, True])
def test_value_and_gradient(family, n, loc, scale, weighted):
    rng = np.random.default_rng([SEED, n])
    x = loc + scale * rng.standard_normal(n) * 10.0 ** rng.uniform(-3, 1.5, n)
    w = rng.random(n) * (rng.random(n) < 0.8) if weighted else None
    module = LOCATIONS[family]
    got, slopes = module.loglik_and_grad(x, loc, scale, weights=w)
    assert got == module.loglik(x, loc, scale, weights=w)
    wanted = exact_sums(getattr(terms, family), np.ones(n) if w is None else w, x, loc, scale)
    for one, (exact, largest) in zip((got, *slopes), wanted, strict=True):
        assert type(one) is np.float64
        assert ulps(one, exact, largest) <= 2


@pytest.mark.parametrize("family", LOCATIONS)
def test_extreme_scales(family):
    rng = np.random.default_rng([SEED, 1])
    module = LOCATIONS[family]
    for exponent in (-1000, -540, -300, 300, 500, 900):
        x, scale = np.ldexp(rng.standard_normal(40), exponent), math.ldexp(rng.uniform(1, 2), exponent)
        loc = float(x[3])
        got, slopes = module.loglik_and_grad(x, loc, scale)
        wanted = exact_sums(getattr(terms, family), np.ones(40), x, loc, scale)
        for one, (exact, largest) in zip((got, *slopes), wanted, strict=True):
            if abs(exact) < mpf(2) ** 1023:
                assert ulps(one, exact, largest) <= 2
            else:
                assert abs(one) == math.inf


@pytest.mark.parametrize("family", LOCATIONS)
def test_arrays_of_parameters(family):
    """Their derivatives are arrays of the data's shape; a number beside an array has a sum."""
    rng = np.random.default_rng([SEED, 2])
    module = LOCATIONS[family]
    x, loc, w = rng.standard_normal((3, 4, 50)), rng.standard_normal((3, 4, 50)), rng.random((3, 4, 50))
    scale = rng.uniform(0.5, 2, x.shape)
    for loc_, scale_, w_ in itertools.product((loc, 0.3), (scale, 1.5), (None, w)):
        if np.ndim(loc_) == np.ndim(scale_) == 0:
            continue
        got, (dloc, dscale) = module.loglik_and_grad(x, loc_, scale_, weights=w_)
        assert got == module.loglik(x, loc_, scale_, weights=w_)
        (value, largest), *sums = exact_sums(getattr(terms, family), np.ones(x.shape) if w_ is None else w_, x, loc_, scale_)
        assert ulps(got, value, largest) <= 2
        _, *wanted = module.logpdf_grad(x, loc_, scale_)
        for slope, parameter, each, (total, size) in zip((dloc, dscale), (loc_, scale_), wanted, sums, strict=True):
            if np.ndim(parameter):
                assert np.array_equal(slope, each if w_ is None else each * w_)
            else:
                assert ulps(slope, total, size) <= 2


@pytest.mark.parametrize("family", LOCATIONS)
def test_derivatives_by_arrays_with_weights(family):
    """Each is rounded twice, the second time in units that may be half as large."""
    rng = np.random.default_rng([SEED, 4])
    x, loc, scale, w = rng.standard_normal(400), rng.standard_normal(400), rng.exponential(size=400), rng.standard_normal(400)
    _, slopes = LOCATIONS[family].loglik_and_grad(x, loc, scale, weights=w)
    for i, point in enumerate(zip(x.tolist(), loc.tolist(), scale.tolist(), strict=True)):
        for slope, parts in zip(slopes, getattr(terms, family)(*map(mpf, point))[1:], strict=True):
            weighted = [w[i].item() * part for part in parts]
            assert ulps(slope[i], sum(weighted), max(map(abs, weighted))) <= 4.5


def test_bernoulli_derivatives_by_arrays_with_weights():
    rng = np.random.default_rng([SEED, 5])
    k, logits, w = rng.integers(0, 2, 400), rng.standard_normal(400) * 3, rng.standard_normal(400)
    _, (slopes,) = bernoulli.loglik_and_grad(k, logits=logits, weights=w)
    for slope, one, logit, weight in zip(slopes, k.tolist(), logits.tolist(), w.tolist(), strict=True):
        exact = weight * (1 / (1 + mpmath.exp(mpf(logit))) if one else -1 / (1 + mpmath.exp(-mpf(logit))))
        assert ulps(slope, exact) <= 4.5


def test_gradients_against_torch():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng([SEED, 3])
    x, w, logits = rng.standard_normal(500), rng.random(500), rng.standard_normal(500)
    loc, scale = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (0.4, 1.3))
    z = (torch.tensor(x) - loc) / scale
    values = {
        "normal": torch.distributions.Normal(loc, scale).log_prob(torch.tensor(x)),
        "logistic": -z - 2 * torch.nn.functional.softplus(-z) - torch.log(scale),
    }
    for family, each in values.items():
        value = (torch.tensor(w) * each).sum()
        wanted = torch.autograd.grad(value, (loc, scale), retain_graph=True)
        got, slopes = LOCATIONS[family].loglik_and_grad(x, 0.4, 1.3, weights=w)
        np.testing.assert_allclose([got, *slopes], [float(v.detach()) for v in (value, *wanted)], rtol=1e-12)
    k, at = (x > 0).astype(float), torch.tensor(logits, requires_grad=True)
    value = (torch.tensor(w) * torch.distributions.Bernoulli(logits=at).log_prob(torch.tensor(k))).sum()
    got, (dlogits,) = bernoulli.loglik_and_grad(k, logits=logits, weights=w)
    np.testing.assert_allclose(got, float(value.detach()), rtol=1e-12)
    np.testing.assert_allclose(dlogits, torch.autograd.grad(value, at)[0].numpy(), rtol=1e-12)


def test_uniform():
    rng = np.random.default_rng([SEED, 4])
    x, w = rng.random(700), rng.random(700)
    for low, high, weights in ((0.0, 1.0, None), (-0.3, 7.1, None), (-1e308, 1e308, None), (0.0, 1.0, w), (-2.0, 2.5, w)):
        total = mpf(700) if weights is None else sum(map(mpf, w.tolist()))
        width = mpf(high) - mpf(low)
        got, (dlow, dhigh) = uniform.loglik_and_grad(x, low, high, weights=weights)
        assert got == uniform.loglik(x, low, high, weights=weights)
        assert ulps(got, -total * mpmath.log(width)) <= 2
        assert ulps(dlow, total / width) <= 2
        assert dhigh == -dlow
    assert uniform.loglik(x, 0.0, float(x.max())) > -math.inf
    value, slopes = uniform.loglik_and_grad(x, 0.0, float(np.nextafter(x.max(), 0)))
    assert value == -math.inf
    assert np.isnan(slopes).all()
    outside = x.copy()
    outside[5] = 3.0
    assert uniform.loglik(outside) == -math.inf
    assert uniform.loglik(outside, weights=outside < 2) == 0
    for low, high in ((1.0, 0.0), (0.5, 0.5), (math.nan, 1.0), (-math.inf, 1.0)):
        assert math.isnan(uniform.loglik([0.5], low, high))


def test_bernoulli():
    rng = np.random.default_rng([SEED, 5])
    k, w = (rng.random(900) < 0.3).astype(float), rng.random(900)
    for weights in (None, w):
        each = np.ones(900) if weights is None else w
        ones, zeros = (sum(map(mpf, each[k == v].tolist())) for v in (1, 0))
        for p in (0.3, 1e-300, 1e-20, 0.9999, 0.5):
            value, (dp,) = bernoulli.loglik_and_grad(k, p, weights=weights)
            q = mpf(p)
            assert ulps(value, ones * mpmath.log(q) + zeros * mpmath.log(1 - q)) <= 2
            assert ulps(dp, ones / q - zeros / (1 - q), ones / q) <= 2
        for logits in (0.4, -40.0, 40.0, 700.0, -3e-10):
            value, (dlogits,) = bernoulli.loglik_and_grad(k, logits=logits, weights=weights)
            e = mpmath.exp(-mpf(logits))
            assert ulps(value, -ones * mpmath.log(1 + e) - zeros * mpmath.log(1 + 1 / e)) <= 2
            assert ulps(dlogits, ones * e / (1 + e) - zeros / (1 + e), max(ones * e, zeros) / (1 + e)) <= 2
    assert bernoulli.loglik([1, 1], 0.0) == -math.inf
    assert bernoulli.loglik([0, 0], 0.0) == 0
    assert bernoulli.loglik([1, 0], logits=math.inf) == -math.inf
    assert bernoulli.loglik([1, 1], logits=math.inf) == 0
    assert bernoulli.loglik([1, 2], 0.5) == -math.inf
    assert bernoulli.loglik([1, 2], 0.5, weights=[1, 0]) == bernoulli.loglik([1], 0.5)
    assert bernoulli.loglik([1, 2, 2], 0.5, weights=[1, 1, -1]) == -math.inf
    for k, p in (([1, math.nan], 0.5), ([1, 0], -0.1), ([1, 0], math.nan), ([0.5], 2.0)):
        assert math.isnan(bernoulli.loglik(k, p))
    for options in ({}, {"p": 0.5, "logits": 0.0}):
        for function in (bernoulli.loglik, bernoulli.loglik_and_grad):
            with pytest.raises(TypeError, match="exactly one of p and logits"):
                function([1, 0], **options)


# ---- logsumexp


def test_bernoulli_weights_that_cancel():
    """What additions lose is kept once, from block to block."""
    rng = np.random.default_rng(3)
    w = rng.random(1024)
    w[256:512], w[768:] = -w[:256], -w[512:768]
    w[-1] += 2.0**-40
    exact = sum(map(mpf, w.tolist())) * mpmath.log(0.5)
    for order in (np.arange(w.size), rng.permutation(w.size)):
        assert ulps(bernoulli.loglik(np.ones(w.size), 0.5, weights=w[order]), exact) <= 2


@pytest.mark.parametrize("spread", [0.0, 1e-3, 3.0, 60.0, 1000.0])
@pytest.mark.parametrize("middle", [0.0, -1e-3, 63.5, -64.0, 500.0, 1e6, -1e15, 1e300])
@pytest.mark.parametrize("n", [1, 2, 17, 1500])
def test_logsumexp(spread, middle, n):
    rng = np.random.default_rng([SEED, n])
    x = middle + spread * rng.standard_normal(n)
    for w in (None, rng.random(n) + 1e-3):
        exact, largest = exact_logsumexp(x, w)
        got = special.logsumexp(x, weights=w)
        # A log of weights is a term too.
        extra = 0 if w is None else exact - largest
        assert ulps(got, exact, max(abs(largest), abs(extra))) <= 2
    np.testing.assert_allclose(special.logsumexp(x), scipy_special.logsumexp(x), rtol=1e-13, atol=1e-300)


def test_logsumexp_next_to_zero():
    assert special.logsumexp([0, -40]) == 4.2483542552915889e-18
    for n in (1, 3, 15, 16, 17, 255, 256, 1000, 4000, 60000):
        x = np.full(n + 1, -40.0)
        x[n // 2] = 0.0
        assert ulps(special.logsumexp(x), mpmath.log1p(n * mpmath.exp(-40))) <= 2
    for far in (-700.0, -740.0):
        assert ulps(special.logsumexp([0.0, far]), mpmath.log1p(mpmath.exp(far))) <= 2


def test_logsumexp_special_values():
    inf, nan = math.inf, math.nan
    rows = [
        ([-inf, -inf], None, -inf), ([], None, -inf), ([inf, 1.0], None, inf), ([inf, -inf], None, inf), ([nan, 1.0], None, nan),
        ([nan, inf], None, nan), ([0.0, -inf], None, 0.0), ([1.0, 1.0], [1.0, -1.0], -inf), ([0.0, 1.0], [1.0, -1.0], nan),
        ([inf, 1.0], [0.0, 1.0], 1.0), ([nan, 1.0], [0.0, 1.0], 1.0), ([inf, 1.0], [-1.0, 1.0], nan),
        ([1.0, 2.0], [0.0, 0.0], -inf), ([inf, inf], [1.0, -1.0], nan), ([5.0], [nan], nan),
        ([1e308, -1e308], None, 1e308), ([-1e308, -1e308], None, -1e308),
    ]  # fmt: skip
    with np.errstate(all="raise"):
        for x, w, wanted in rows:
            got = special.logsumexp(np.array(x), weights=w)
            assert got == wanted or (math.isnan(got) and math.isnan(wanted)), (x, w, got)


@given(
    shape=st.lists(st.integers(0, 4), min_size=0, max_size=4).map(tuple),
    data=st.data(),
)
@settings(max_examples=150, deadline=None)
def test_logsumexp_axes(shape, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    x = rng.standard_normal(shape) * 5
    axes = data.draw(st.none() | st.lists(st.integers(0, max(len(shape) - 1, 0)), unique=True, max_size=len(shape)).map(tuple))
    w = data.draw(st.sampled_from([None, rng.random(shape), rng.random(shape[-1:])]))
    keepdims = data.draw(st.booleans())
    got = special.logsumexp(x, axes, weights=w, keepdims=keepdims)
    with np.errstate(all="ignore"):
        each = np.exp(x) if w is None else np.exp(x) * w
        wanted = np.log(np.sum(each, axes, keepdims=keepdims))
    assert np.shape(got) == np.shape(wanted)
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12)


def test_logsumexp_of_large_data():
    rng = np.random.default_rng([SEED, 6])
    x = rng.standard_normal((3, 50000)) * 10
    for got, row in zip(special.logsumexp(x, axis=1), x, strict=True):
        assert ulps(got, *exact_logsumexp(row)) <= 2
        assert got == special.logsumexp(row)
    rising = np.linspace(-1e4, 1e4, 40000)
    for data in (rising, rising[::-1]):
        assert ulps(special.logsumexp(data), *exact_logsumexp(data)) <= 2


# ---- the same bits


CALLS = {
    "normal": lambda x, w: normal.loglik_and_grad(x, 0.3, 1.7, weights=w),
    "normal arrays": lambda x, w: normal.loglik_and_grad(x, x * 0.5, 1.7, weights=w),
    "logistic": lambda x, w: logistic.loglik_and_grad(x, 0.3, 1.7, weights=w),
    "logistic arrays": lambda x, w: logistic.loglik_and_grad(x, 0.3, np.abs(x) + 1, weights=w),
    "uniform": lambda x, w: uniform.loglik_and_grad(x, -50, 50, weights=w),
    "bernoulli": lambda x, w: bernoulli.loglik_and_grad(x > 0, 0.3, weights=w),
    "bernoulli arrays": lambda x, w: bernoulli.loglik_and_grad(x > 0, logits=x, weights=w),
    "normal fit": lambda x, w: normal.fit(x, weights=w),
    "logistic fit": lambda x, w: logistic.fit(x, weights=w),
    "uniform fit": lambda x, w: uniform.fit(x, weights=w),
    "bernoulli fit": lambda x, w: bernoulli.fit(x > 0, weights=w),
    "logsumexp": lambda x, w: special.logsumexp(x, weights=w),
    "logsumexp of columns": lambda x, w: special.logsumexp(x, axis=0, weights=w),
    "logsumexp of rows": lambda x, w: special.logsumexp(x, axis=-1, weights=w),
}


def bits(result: Any) -> bytes:
    return b"".join(bits(r) for r in result) if isinstance(result, tuple) else np.ascontiguousarray(result).tobytes()


def layouts(x: Any) -> list[Any]:
    """The same values elsewhere: order, strides, alignment, byte order."""
    spaced = np.zeros((*x.shape[:-1], 3 * x.shape[-1]), x.dtype)
    spaced[..., ::3] = x
    raw = np.zeros(x.nbytes + 1, np.uint8)
    crooked = raw[1:].view(x.dtype).reshape(x.shape)
    crooked[...] = x
    fixed = x.copy()
    fixed.flags.writeable = False
    return [np.asfortranarray(x), spaced[..., ::3], x[::-1].copy()[::-1], crooked, x.astype(x.dtype.newbyteorder()), fixed]


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("shape", [(3, 5), (4, 40000), (20, 3000)])
def test_layouts_and_threads_never_change_a_bit(name, shape):
    rng = np.random.default_rng([SEED, *shape])
    x, w = rng.standard_normal(shape) * 3, rng.random(shape)
    call = CALLS[name]
    for dtype, weights in (("f8", None), ("f8", w), ("f4", w.astype("f4"))):
        data = x.astype(dtype)
        wanted = bits(call(data, weights))
        for n in (1, 2, 3):
            with threads(n):
                assert bits(call(data, weights)) == wanted
        for other in layouts(data):
            assert bits(call(other, weights)) == wanted
        if weights is not None:
            for other in layouts(weights):
                assert bits(call(data, other)) == wanted


def test_targets_never_change_a_bit():
    code = (
        "import hashlib, numpy as np, sys; sys.path.insert(0, sys.argv[1]); from test_sums import CALLS, bits\n"
        "rng = np.random.default_rng(int(sys.argv[2])); x, w = rng.standard_normal((7, 3001)) * 3, rng.random((7, 3001))\n"
        "print([hashlib.sha256(bits(call(x, v))).hexdigest() for call in CALLS.values() for v in (None, w)])"
    )
    found = set()
    for target, supported in _core.targets():
        if supported:
            done = subprocess.run(
                [sys.executable, "-c", code, str(Path(__file__).parent), str(SEED)],
                env={**os.environ, "FASTPROB_TARGET": target, "PYTHONPATH": str(Path(__file__).parent)},
                capture_output=True,
                text=True,
                check=True,
            )
            found.add(done.stdout)
    assert len(found) == 1


def test_weights_of_one_change_nothing():
    x = np.random.default_rng([SEED, 7]).standard_normal((5, 700))
    for name, call in CALLS.items():
        assert bits(call(x, None)) == bits(call(x, np.ones(x.shape))) == bits(call(x, 1)), name


@pytest.mark.parametrize("family", LOCATIONS)
@pytest.mark.parametrize("arrays", [False, True])
@pytest.mark.parametrize("n", [5, 300])
def test_weights_whose_sum_overflows(family, arrays, n):
    """The derivatives are finite, and so may be the value where its terms have both signs."""
    rng = np.random.default_rng([SEED, n])
    x, w = 1e6 * rng.standard_normal(n), rng.uniform(0.5, 1.0, n) * 1.7e308
    x[0], w[0] = math.nan, 0.0
    loc, scale = (np.full(n, 1e5), 1e6) if arrays else (1e5, 1e6)
    value, slopes = LOCATIONS[family].loglik_and_grad(x, loc, scale, weights=w)
    exact = exact_sums(getattr(terms, family), w, x, loc, scale)
    assert value == -math.inf == LOCATIONS[family].loglik(x, loc, scale, weights=w)
    assert ulps(slopes[1], *exact[2]) < 2
    if arrays:
        each = LOCATIONS[family].logpdf_grad(x[1:], loc[1:], scale)[1] * w[1:]
        assert np.array_equal(slopes[0], [0.0, *each])
    else:
        assert ulps(slopes[0], *exact[1]) < 2
    signed = w * np.where(np.arange(n) % 2, 1e-2, -1e-2) / n
    signed[1] = 5e-324
    exact = exact_sums(getattr(terms, family), signed, x, loc, scale)
    value, _ = LOCATIONS[family].loglik_and_grad(x, loc, scale, weights=signed)
    assert ulps(value, *exact[0]) < 2


def test_weights_whose_sum_overflows_elsewhere():
    w = [1e308, 1e308, 1e308]
    with np.errstate(all="raise"):
        assert uniform.loglik_and_grad([0.0, 1.0, 2.0], -3.0, 3.0, weights=w) == (-math.inf, (5e307, -5e307))
        assert bernoulli.loglik_and_grad([0, 1, 1], logits=0.0, weights=w)[1] == (5e307,)
        assert bernoulli.loglik([0, 1, 1], 0.5, weights=w) == -math.inf
        for weights, x in ((w, [0.0, 1.0, 2.0]), ([1e300], [60.0]), ([1e308, 1e300], [2.0, 64.0])):
            exact = mpmath.log(sum(mpf(a) * mpmath.exp(b) for a, b in zip(weights, x, strict=True)))
            assert ulps(special.logsumexp(x, weights=weights), exact) < 2
            assert ulps(special.logsumexp([x], 1, weights=[weights])[0], exact) < 2
        assert special.logsumexp([1.0, math.inf], weights=[1e308, 5e-324]) == math.inf
        assert math.isnan(special.logsumexp([1.0, 2.0], weights=[1e308, -1e308]))
        rows = special.logsumexp([[0.0, 1.0], [0.0, 1.0]], 1, weights=[[1e308, 1e308], [1.0, 1.0]])
        assert rows[1] == special.logsumexp([0.0, 1.0])


def test_distances_whose_sum_overflows():
    x = [1.7e308, 1.7e308, -1.7e308, -1.7e308]
    assert normal.loglik_and_grad(x, 0.0, 1.0)[1] == (0.0, math.inf)


def test_elements_of_weight_zero_count_for_nothing():
    rng = np.random.default_rng([SEED, 8])
    x = rng.standard_normal(400)
    w = np.where(np.arange(400) % 7 == 0, 0.0, rng.random(400))
    for fill in (math.nan, math.inf, -math.inf, 1e300):
        y = np.where(w == 0, fill, x)
        for name in ("normal", "logistic", "uniform", "normal fit", "logistic fit", "uniform fit", "logsumexp"):
            assert bits(CALLS[name](y, w)) == bits(CALLS[name](x, w)), (name, fill)
        value, (dlogits,) = bernoulli.loglik_and_grad(np.where(w == 0, fill, x > 0), logits=x, weights=w)
        assert np.all(dlogits[w == 0] == 0)
        assert value == bernoulli.loglik(x > 0, logits=x, weights=w)


# ---- types, shapes, special values, errors


def test_types():
    x = np.array([0.5, 1.5, -2.0])
    for data, scale, wanted in (
        (x, 1.0, "f8"), (x.astype("f4"), 1.0, "f4"), (x.astype("f4"), np.float64(1), "f8"), (x.astype("f2"), 2, "f4"),
        (x.astype("i2"), 1.0, "f8"), ([0.5, 1.5], 1.0, "f8"), (np.float32(0.5), 1.0, "f4"), (0.5, 1.0, "f8"),
    ):  # fmt: skip
        value, slopes = normal.loglik_and_grad(data, 0.0, scale)
        assert [v.dtype for v in (value, *slopes)] == [np.dtype(wanted)] * 3
        assert all(np.ndim(v) == 0 for v in (value, *slopes))
        assert special.logsumexp(data).dtype == (wanted if not isinstance(scale, np.floating) else "f4")
    narrow = x.astype("f4")
    value, (dloc, dscale) = normal.loglik_and_grad(narrow, 0.25, np.ones(3, "f4"))
    assert (value.dtype, dloc.dtype, dscale.dtype) == ("f4", "f4", "f4")
    double, _ = normal.loglik_and_grad(narrow.astype("f8"), 0.25, np.ones(3))
    assert value == np.float32(double)
    assert normal.loglik(np.full(3, 3e38, "f4"), 0.0, np.float32(1e-3)) == -math.inf


def test_special_values():
    inf, nan = math.inf, math.nan
    with np.errstate(all="raise"):
        for module in (normal, logistic):
            for nothing in (module.loglik([], 0, 1), module.loglik([1.0], 0, 1, weights=0)):
                assert repr(float(nothing)) == "0.0"
            assert module.loglik([1.0, 2.0], 0, 1, weights=[0.0, inf]) == -inf           # log(scale) is 0
            assert module.loglik_and_grad(np.empty((0, 3)), np.empty((0, 3)), 1)[1][0].shape == (0, 3)
            for args in (([1.0, nan], 0, 1), ([1.0], nan, 1), ([1.0], 0, nan), ([1.0], 0, 0), ([1.0], 0, -1), ([inf], inf, 1)):
                value, slopes = module.loglik_and_grad(*args)
                assert np.isnan([value, *slopes]).all(), args
                assert math.isnan(module.loglik(args[0], np.full(len(args[0]), args[1]), args[2]))
            for args in (([1.0, inf], 0, 1), ([1.0, -inf], 0, 1), ([1.0], inf, 1), ([1.0], 0, inf), ([1e300, -1e300], 0, 1e-200)):
                assert module.loglik(*args) == -inf
            assert module.loglik([1.0, 2.0], 0, 1, weights=[1.0, nan]) != module.loglik([1.0], 0, 1)
            assert math.isnan(module.loglik([1.0, 2.0], 0, 1, weights=[1.0, nan]))


@pytest.mark.parametrize("module", [normal, logistic, uniform], ids=lambda m: m.__name__)
def test_errors_name_the_argument(module):
    name, x = module.__name__, np.ones((2, 3))
    second = "high" if module is uniform else "scale"
    for function in ("loglik", "loglik_and_grad"):
        call = getattr(module, function)
        for bad in (np.ones(3), np.ones((2, 1)), np.ones((1, 2, 3)), [1.0]):
            with pytest.raises(ValueError, match=rf"{name}.{function}: {second} has shape .* x has \(2, 3\); allowed"):
                call(x, 0.0, bad)
        with pytest.raises(ValueError, match=rf"{name}.{function}: weights has shape \(5,\)"):
            call(x, weights=np.ones(5))
        for bad in (np.array([1, None]), np.array([1j]), np.array(["a"])):
            with pytest.raises(TypeError, match=rf"{name}.{function}: x has dtype .*; allowed are bool"):
                call(bad)
            with pytest.raises(TypeError, match=rf"{name}.{function}: {second} has dtype"):
                call(x, 0.0, bad)
            with pytest.raises(TypeError, match=rf"{name}.{function}: weights has dtype"):
                call(x, weights=bad)
        with pytest.raises(ValueError, match=rf"{name}.{function}: {second} makes no array"):
            call(x, 0.0, [[1.0], [1.0, 2.0]])
        masked = np.ma.masked_array(x, np.eye(2, 3))
        with pytest.raises(ValueError, match=rf"{name}.{function}: x has masked elements"):
            call(masked)
        with pytest.raises(ValueError, match=rf"{name}.{function}: weights has masked elements"):
            call(x, weights=masked)
    with pytest.raises(ValueError, match=rf"{name}.fit: x has no elements"):
        module.fit([])
    for bad in ([1.0, -1.0], [0.0, 0.0], [math.nan, 1.0], [math.inf, 1.0]):
        with pytest.raises(ValueError, match=rf"{name}.fit: weights has .*; allowed are finite ones"):
            module.fit([1.0, 2.0], weights=bad)


def test_errors_of_logsumexp():
    x = np.ones((2, 3))
    for axis in (2, -3, (0, 0), (0, 5), 2**70, (0, -(2**70))):
        with pytest.raises(ValueError, match=r"logsumexp: axis is"):
            special.logsumexp(x, axis)
    for axis in (1.5, "a", (0.5,), {}, b"\0", range(1), True, (False,)):
        with pytest.raises(TypeError, match=r"logsumexp: axis is .*; allowed are None, int and tuple of int"):
            special.logsumexp(x, axis)
    with pytest.raises(ValueError, match=r"logsumexp: weights has shape \(4,\)"):
        special.logsumexp(x, weights=np.ones(4))
    with pytest.raises(TypeError, match=r"logsumexp: x has dtype complex128"):
        special.logsumexp(x + 1j)


# ---- fits


def test_normal_fit():
    rng = np.random.default_rng([SEED, 9])
    usual = ((0.0, 1.0, 1000), (1e9, 1e-3, 500), (3.0, 1.0, 1))
    for loc, scale, n in (*usual, (-1e-300, 1e-301, 100), (1e300, 1e299, 100), (5e-324, 0, 3)):
        x, w = loc + scale * rng.standard_normal(n), rng.random(n) + 0.1
        for weights in (None, w):
            each = [mpf(1)] * n if weights is None else list(map(mpf, w.tolist()))
            total, values = sum(each), list(map(mpf, x.tolist()))
            mean = sum(a * b for a, b in zip(each, values, strict=True)) / total
            deviation = mpmath.sqrt(sum(a * (b - mean) ** 2 for a, b in zip(each, values, strict=True)) / total)
            got = normal.fit(x, weights=weights)
            assert ulps(got.loc, mean) <= 1
            assert ulps(got.scale, deviation) <= 1 or got.scale == deviation == 0
    outlier = np.concatenate([np.zeros(2000), [1e8]])
    assert normal.fit(outlier).scale == pytest.approx(outlier.std(), rel=1e-13)
    for bad in ([1.0, math.nan], [1.0, math.inf]):
        assert np.isnan(normal.fit(bad)).all()


@pytest.mark.parametrize("far", [1e12, -1e20, 1e40, 1e100])
def test_normal_fit_beside_far_elements_of_little_weight(far):
    x = np.array([1.0, 2.0, 3.0, 4.5, far])
    for weight in (1e-2 / far**2, 1e-200):
        each = [mpf(1)] * 4 + [mpf(weight)]
        mean = mpmath.fdot(each, map(mpf, x.tolist())) / sum(each)
        deviation = mpmath.sqrt(sum(a * (mpf(b) - mean) ** 2 for a, b in zip(each, x.tolist(), strict=True)) / sum(each))
        got = normal.fit(x, weights=[1.0, 1.0, 1.0, 1.0, weight])
        assert ulps(got.loc, mean) <= 1
        assert ulps(got.scale, deviation) <= 1


@pytest.mark.parametrize("family", LOCATIONS)
@pytest.mark.parametrize("weighted", [False, True])
def test_fits_are_where_the_gradient_vanishes(family, weighted):
    rng = np.random.default_rng([SEED, 10])
    usual = (rng.logistic(3.0, 2.0, 3000), rng.standard_cauchy(500), rng.random(50))
    for x in (*usual, np.array([0, 0, 1]), np.array([1e-200, 3e-200])):
        w = rng.random(x.size) + 0.1 if weighted else None
        loc, scale = LOCATIONS[family].fit(x, weights=w)
        _, (dloc, dscale) = LOCATIONS[family].loglik_and_grad(x, loc, scale, weights=w)
        total = x.size if w is None else w.sum()
        assert abs(dloc * scale) < 1e-13 * total
        assert abs(dscale * scale) < 1e-13 * total


def test_logistic_fit_against_scipy():
    x = np.random.default_rng([SEED, 11]).logistic(-2.0, 0.5, 2000)
    np.testing.assert_allclose(logistic.fit(x), stats.logistic.fit(x), rtol=1e-6)
    assert logistic.fit([2.0, 2.0]) == (2.0, 0.0)
    assert np.isnan(logistic.fit([2.0, math.nan])).all()


@pytest.mark.parametrize("family", LOCATIONS)
def test_fits_with_weights_of_any_size(family):
    x, weights = np.array([1.0, 2.0, 4.0, 7.0]), np.array([1.0, 2.0, 2.0, 1.0])
    wanted = LOCATIONS[family].fit(x, weights=weights)
    for power in (-1074, -1022, -1000, -500, 500, 1000, 1022):  # sums, or their products, overflow or are subnormal
        assert LOCATIONS[family].fit(x, weights=weights * 2.0**power) == wanted


def test_logistic_fit_of_numbers_near_the_largest():
    for x in ([1.7e308, -1.7e308], [1.79e308, 1.79e308, 1.79e308, -1.79e308], [1.7e308, -1.7e308, 1e308, 0.0, 5.0]):
        wanted = logistic.fit(np.ldexp(x, -60))
        np.testing.assert_allclose(logistic.fit(x), np.ldexp(wanted, 60), rtol=1e-14)


@pytest.mark.parametrize("spread", [1.0, 1e-2, 1e-4, 1e-6])
def test_logistic_fit_far_from_zero(spread):
    """Steps end where loc has no digits for them: at times in seconds, say."""
    for x in (1.7e9 + spread * np.array([0.0, 1.7, 0.3, 2.9, -0.4]), 1e9 + np.array([0.0211163, -0.0050203, -0.011842])):
        loc, scale = logistic.fit(x)
        near = logistic.fit(x - x[0])  # exact
        assert abs(mpf(float(loc)) - mpf(x[0].item()) - mpf(float(near.loc))) <= math.ulp(x[0])
        assert scale == pytest.approx(near.scale, rel=1e-10 + (math.ulp(x[0]) / near.scale) ** 2)


def test_logistic_fit_to_less_than_the_last_digit_of_loc():
    """All but one are equal: loc is theirs, and scale, where the derivative by it vanishes, is far below that digit."""
    for n, apart in ((10**3, 1e-3), (10**6, 1.0), (10**4, 1e-5)):
        x, weights = np.array([1e9, 1e9 + apart]), np.array([n, 1.0])
        loc, scale = logistic.fit(x, weights=weights)
        assert abs(loc - 1e9) <= math.ulp(1e9)
        assert abs(logistic.loglik_and_grad(x, loc, scale, weights=weights)[1][1]) * scale < 1e-3 * n


def test_uniform_and_bernoulli_fits():
    x = np.array([3.0, -1.0, 2.0, 7.0])
    assert uniform.fit(x) == (-1.0, 7.0)
    assert uniform.fit(x, weights=[1, 0, 1, 0]) == (2.0, 3.0)
    assert np.isnan(uniform.fit([1.0, math.nan])).all()
    assert bernoulli.fit([1, 0, 0, 1, 1]).p == 0.6
    assert bernoulli.fit([True, False], weights=[3, 1]).p == 0.75
    assert bernoulli.fit([True, False, False], weights=[1e308, 1e308, 5e307]).p == 0.4
    assert bernoulli.fit([True, False, False], weights=np.array([2, 2, 1]) * 5e-324).p == 0.4
    assert uniform.fit(x, weights=[1e308, 1e308, 1e308, 5e-324]) == (-1.0, 7.0)
    assert math.isnan(bernoulli.fit([1, 0.5]).p)
    assert type(uniform.fit(x.astype("f4")).low) is np.float32


def test_optimizer_finds_the_fit():
    """loglik_and_grad as scipy.optimize wants it."""
    x = np.random.default_rng([SEED, 12]).normal(2.0, 0.7, 5000)

    def loss(parameters):
        value, slopes = normal.loglik_and_grad(x, parameters[0], math.exp(parameters[1]))
        return -value, -np.array([slopes[0], slopes[1] * math.exp(parameters[1])])

    found = optimize.minimize(loss, [0.0, 0.0], jac=True)
    np.testing.assert_allclose([found.x[0], math.exp(found.x[1])], normal.fit(x), rtol=1e-5)
