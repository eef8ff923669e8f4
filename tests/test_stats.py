"""fastprob.stats beside scipy.stats: every method of every object, called and frozen."""

from __future__ import annotations

import copy
import inspect
import itertools
import math
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from reference.points import SEED
from scipy import integrate
from scipy import stats as scipy_stats

from fastprob import random, stats
from fastprob.stats import _integrals

NAMES = [name for name in stats.__all__ if name != "Frozen"]
CONTINUOUS = [name for name in NAMES if hasattr(getattr(stats, name), "pdf")]
PLACED = [name for name in CONTINUOUS if not getattr(stats, name).shapes]
FUNCTIONS = ("pdf", "logpdf", "pmf", "logpmf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf")
MOMENTS = ("mean", "var", "std", "median", "entropy", "support")


def pair(name):
    return getattr(stats, name), getattr(scipy_stats, name)


def scipy_says(function, *args, **kwds):
    """What SciPy returns or raises, without its warnings."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return function(*args, **kwds)
        except (TypeError, ValueError) as error:
            return error


def agree(got, wanted, rtol=1e-11, atol=0.0):
    """Same kind of result, same shape, same type, same values."""
    if isinstance(wanted, tuple):
        assert isinstance(got, tuple)
        assert len(got) == len(wanted)
        for one, other in zip(got, wanted, strict=True):
            agree(one, other, rtol, atol)
        return
    if isinstance(wanted, np.ndarray):
        assert type(got) is np.ndarray
        assert got.dtype == wanted.dtype
    else:
        assert np.ndim(got) == 0
        assert not isinstance(got, np.ndarray)
        assert isinstance(got, type(wanted))
    assert np.shape(got) == np.shape(wanted)
    np.testing.assert_allclose(got, wanted, rtol=rtol, atol=atol)


def same(function, other, *args, **kwds):
    """Ours does as SciPy's does, quietly."""
    options = {key: kwds.pop(key) for key in ("rtol", "atol") if key in kwds}
    wanted = scipy_says(other, *args, **kwds)
    with np.errstate(all="raise"):
        if isinstance(wanted, Exception):
            with pytest.raises((TypeError, ValueError)):
                function(*args, **kwds)
        else:
            agree(function(*args, **kwds), wanted, **options)


# ---- the grid

Z = np.array([[-2.5, -1.0, -0.25], [0.0, 0.4, 2.75]])
VALUES = [0.5, 0, 1, -1, True, np.float64(0.25), np.int8(1), np.array(0.75), [], [0.25, 1.0], [[0, 1]], np.zeros((0, 3)), Z,
          np.asfortranarray(Z), Z[:, ::-1], np.arange(-1, 3), np.arange(3, dtype="u1"), Z.astype("f2"), Z.astype(">f8"),
          np.ma.masked_array([0.5, 1.0], [False, True]), (0.5,), [np.nan, np.inf, -np.inf]]
SHARES = [0.5, 0, 1, 0.0, 1.0, np.float64(0.3), np.array(0.75), [], [0.25, 0.9], [[0, 1]], np.linspace(0, 1, 6).reshape(2, 3),
          [np.nan, -0.1, 1.1, np.inf], True]
PLACES = [((), {}), ((0.5,), {}), ((1, 2), {}), ((), {"scale": 3.0}), ((-0.25,), {"scale": [1.0, 0.5, 2.0]}),
          (([[0.25], [0.5]], 1.5), {}), ((), {"loc": np.array([1]), "scale": np.array(2.0)}), ((0.0, 0.0), {}), ((0, -1), {}),
          ((np.nan, 1.0), {}), ((0.0, np.nan), {}), ((0.5, [1.0, 0.0, np.nan]), {}), (([], 1.0), {}), ((0.0, 1.0, 2.0), {}),
          ((), {"shape": 2.0}), (([0.0, 1.0],), {})]
CHANCES = [((0.3,), {}), ((0,), {}), ((1,), {}), ((), {"p": 0.25, "loc": 1}), (([0.1, 0.5, 1.0], -1), {}),
           (([[0.2], [0.7]],), {}), ((0.5, 0.25), {}), ((-0.1,), {}), ((1.5,), {}), ((np.nan,), {}), ((0.5, np.nan), {}),
           (([0.5, 2.0, np.nan], [0, 1, 2]), {}), ((), {}), ((0.5, 0, 1), {}), ((0.5,), {"scale": 2})]
ENDS = [((-1, 2), {}), ((-1.5, np.inf), {"loc": 0.5, "scale": 2}), ((0.5, 3.0, -0.25, 2), {}), ((-np.inf, -0.5), {}),
        (([-1.0, 0.0, 0.5], [[1.0], [2.0]]), {}), ((-2.0, 2.0), {"scale": [1.0, 0.0, np.nan]}), ((2, 1), {}), ((1.0, 1.0), {}),
        ((np.nan, 1.0), {}), ((-1.0, np.nan), {}), ((-1.0,), {}), ((), {"a": -1.0, "b": 1.0, "loc": np.nan}),
        ((-1, 1, 0, 1, 2), {}), ((-1.0, [0.5, -2.0, np.nan]), {}), ((-1, 1), {"scale": -1}),
        (([], 1.0), {}), ((-np.inf, np.inf), {}), ((), {})]
PARAMETERS = dict.fromkeys(PLACED, PLACES) | {"bernoulli": CHANCES, "truncnorm": ENDS}
GRID = [(name, k) for name in NAMES for k in range(len(PARAMETERS[name]))]


def skipped(name, function, q, args, kwds):
    """What differs on purpose: see docs/stats.md."""
    p = kwds.get("p", args[0] if args else 0.5)
    if name == "bernoulli":
        if function in ("ppf", "isf"):          # P(K = 0) = 1, and SciPy's answer is 1
            return np.any(np.equal(p, 0)) and np.any(np.equal(q, 1 if function == "ppf" else 0))
        if function == "logcdf":                # 0 for a bad p
            return not np.all((np.asarray(p) >= 0) & (np.asarray(p) <= 1))
    if name == "truncnorm":
        if function == "entropy":               # NaN for an infinite end
            return np.isinf([*args, *kwds.values()]).any() if not any(map(np.ndim, (*args, *kwds.values()))) else False
        if function == "support":               # integers for integers
            return all(isinstance(value, int) for value in (*args, *kwds.values()))
    return False


@pytest.mark.parametrize(("name", "k"), GRID)
def test_functions(name, k):
    ours, theirs = pair(name)
    args, kwds = PARAMETERS[name][k]
    for function in FUNCTIONS:
        if hasattr(theirs, function):
            for value in SHARES if function in ("ppf", "isf") else VALUES:
                if not skipped(name, function, value, args, kwds):
                    same(getattr(ours, function), getattr(theirs, function), value, *args, **kwds, atol=1e-15)


@pytest.mark.parametrize(("name", "k"), GRID)
def test_moments(name, k):
    ours, theirs = pair(name)
    args, kwds = PARAMETERS[name][k]
    if name == "truncnorm" and np.size(args[:1]) == 0 and args:
        assert ours.mean(*args, **kwds).shape == (0,)           # SciPy raises
        return
    for function in MOMENTS:
        if not skipped(name, function, None, args, kwds):
            same(getattr(ours, function), getattr(theirs, function), *args, **kwds, atol=1e-14)
    for moments in ("", "m", "v", "s", "k", "ks", "mv", "mvsk"):
        same(ours.stats, theirs.stats, *args, **kwds, moments=moments, atol=1e-13)
    loc = kwds.get("loc", ([*args, 0.0])[ours.numargs] if len(args) >= ours.numargs else 0.0)
    for order in (0, 1, 2, 3, 4, *((5, 8) if k < 3 else ()), 1.5, -1, np.int8(2), [1, 2]):       # SciPy integrates from 5 on
        if order == 0 and np.any(np.isnan(loc)):
            assert np.isnan(ours.moment(0, *args, **kwds)).any()           # SciPy's is 1
            continue
        same(ours.moment, theirs.moment, order, *args, **kwds, rtol=1e-7, atol=1e-9)
    for share in (0.5, 0, 1, [0.1, 0.9, 0.0], np.array([[0.3]]), 1.5, -0.1, [0.5, 2], np.nan):
        if not skipped(name, "isf", np.subtract(1, share) / 2, args, kwds):
            same(ours.interval, theirs.interval, share, *args, **kwds, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(("name", "k"), GRID)
def test_frozen(name, k):
    """With good parameters a frozen object does what the called one does; with bad ones it is not made."""
    ours, theirs = pair(name)
    args, kwds = PARAMETERS[name][k]
    frozen = scipy_says(theirs, *args, **kwds)
    bad = isinstance(frozen, Exception)
    if not bad:
        try:
            values = ours._parameters(*args, **kwds)
            known = np.all([value == value for value in np.broadcast_arrays(*values)], axis=0)
            bad = any(np.any(~np.asarray(rule.good) & known) for rule in ours._rules(*values))
        except TypeError:
            bad = True          # SciPy complains when it computes
    if bad:
        with pytest.raises((TypeError, ValueError)):
            ours(*args, **kwds)
        return
    for mine in (ours(*args, **kwds), ours.freeze(*args, **kwds)):
        for function in FUNCTIONS:
            if hasattr(frozen, function):
                value = [[0.3], [1.0]]
                if not skipped(name, function, value, args, kwds):
                    same(getattr(mine, function), getattr(frozen, function), value, atol=1e-15)
        if np.size(mine.cdf(0.5)) == 0:
            continue                    # SciPy raises for some moments
        for function in MOMENTS:
            if not skipped(name, function, None, args, kwds):
                same(getattr(mine, function), getattr(frozen, function), atol=1e-14)
        same(mine.stats, frozen.stats, atol=1e-14)
        same(mine.stats, frozen.stats, "mvsk", atol=1e-13)
        same(mine.moment, frozen.moment, 3, rtol=1e-7, atol=1e-9)
        same(mine.interval, frozen.interval, 0.5)
        if name != "bernoulli" or not np.isnan(mine.mean()).any():
            same(mine.rvs, frozen.rvs, random_state=3)
            same(mine.rvs, frozen.rvs, 1, 3)
            draws = scipy_says(frozen.rvs, random_state=np.random.default_rng(5))
            if not isinstance(draws, Exception):
                agree(mine.rvs(random_state=np.random.default_rng(5)), draws)
                agree(mine.rvs(random_state=random.default_rng(5)), ours.rvs(*args, **kwds, random_state=random.default_rng(5)))
        if not any(map(np.ndim, (*args, *kwds.values()))) and not np.isnan(mine.mean()):
            same(mine.expect, frozen.expect, rtol=1e-7, atol=1e-9)
            same(mine.expect, frozen.expect, np.cos, rtol=1e-7, atol=1e-9)
            low = float(mine.support()[0])
            same(mine.expect, frozen.expect, np.cos, lb=low, ub=low + 1.0, conditional=True, rtol=1e-7, atol=1e-9)
        assert np.array_equal(mine.a, frozen.a, equal_nan=True)
        assert np.array_equal(mine.b, frozen.b, equal_nan=True)
        assert mine.args == frozen.args
        assert mine.kwds == frozen.kwds


# ---- types

@pytest.mark.parametrize("name", NAMES)
def test_float32_stays(name):
    ours, _ = pair(name)
    x, wide = np.array([0.25, 1.0], "f4"), np.array([0.25, 1.0])
    places = [{"loc": 0}, {"loc": 0.5}, {"loc": np.float32(0.1)}]
    given = {"bernoulli": {"p": 0.25}, "truncnorm": {"a": -1.5, "b": 2.0}}.get(name, {"scale": np.float32(0.7)})
    for function, place in itertools.product(FUNCTIONS, places):
        if hasattr(ours, function):
            for value in (x, np.float32(0.25)):
                got = getattr(ours, function)(value, **place, **given)
                assert got.dtype == "f4"
                # Python numbers are of the arrays' type
                exact = {key: np.float64(np.float32(number)) for key, number in (place | given).items()}
                wanted = getattr(ours, function)(np.float64(value), **exact)
                np.testing.assert_allclose(got, wanted, rtol=5e-7, atol=1e-7 if function in ("ppf", "isf") else 1e-44)
            assert getattr(ours, function)(wide, **place, **given).dtype == "f8"
            assert getattr(ours, function)(x, loc=np.float64(0), **given).dtype == "f8"
    one = {"bernoulli": {"p": x}, "truncnorm": {"a": -1, "b": 2, "scale": x}}.get(name, {"scale": x})
    for function in MOMENTS[:-1]:
        assert getattr(ours, function)(**one).dtype == "f4"
        assert getattr(ours(**one), function)().dtype == "f4"
    several = [ours.interval(0.5, **one), ours.interval(np.float32(0.5), **one), ours.stats(**one, moments="mvsk")]
    if name != "bernoulli":                     # whose support are integers
        several.append(ours.support(**one))
    for found in several:
        assert {part.dtype.char for part in found} == {"f"}
    for order in (0, 1, 4):
        assert ours.moment(order, **one).dtype == "f4"
    assert ours.rvs(**one).dtype == ("i8" if name == "bernoulli" else "f8")


@pytest.mark.parametrize("name", NAMES)
def test_names_are_the_same(name):
    """All that SciPy's objects have publicly, but for what belongs to its machinery."""
    ours, theirs = pair(name)
    machinery = {"xtol", "moment_type", "moment_tol", "inc", "generic_moment", "vecentropy"}

    def public(thing):
        return {attribute for attribute in dir(thing) if not attribute.startswith("_")}

    assert public(ours) == public(theirs) - machinery
    given = {"bernoulli": (0.3,), "truncnorm": (-1.0, 2.0)}.get(name, ())
    assert public(ours(*given)) == public(theirs(*given))
    assert (ours.name, ours.numargs, ours.shapes, ours.a, ours.b) == (
        theirs.name, theirs.numargs, theirs.shapes, theirs.a, theirs.b)
    assert math.isnan(ours.badvalue)
    for attribute in sorted(public(ours)):
        if callable(getattr(ours, attribute)):
            for mine, other in ((ours, theirs), (ours(*given), theirs(*given))):
                if hasattr(mine, attribute) and attribute != "fit":          # SciPy's own differ
                    first, second = (inspect.signature(getattr(thing, attribute)).parameters for thing in (mine, other))
                    names = [p.replace("kwargs", "kwds") for p in second]
                    assert [p for p in first if p != "random_state" or p in names] == names, attribute


# ---- draws

SIZES = [{}, {"size": None}, {"size": ()}, {"size": 3}, {"size": (2, 3)}, {"size": 0}, {"size": np.int64(2)}, {"size": [1, 3]},
         {"size": -1}, {"size": 2.0}, {"size": (2,)}]


@pytest.mark.parametrize(("name", "k"), GRID)
def test_draws_are_scipys(name, k):
    ours, theirs = pair(name)
    args, kwds = PARAMETERS[name][k]
    if name == "bernoulli" and np.isnan(args[1:]).any():
        with pytest.raises(ValueError, match="loc must be finite, got nan"):         # SciPy's draws are some integers
            ours.rvs(*args, **kwds)
        return
    for size in SIZES:
        same(ours.rvs, theirs.rvs, *args, **kwds, **size, random_state=11)
    same(ours.rvs, theirs.rvs, *args, **kwds, random_state=np.int64(2))
    for make in (np.random.RandomState, np.random.default_rng):
        wanted = scipy_says(theirs.rvs, *args, **kwds, random_state=make(5))
        if not isinstance(wanted, Exception):
            agree(ours.rvs(*args, **kwds, random_state=make(5)), wanted)
            draws = ours.rvs(*args, **kwds, random_state=random.default_rng(5))
            assert type(draws) is type(wanted)
            assert np.shape(draws) == np.shape(wanted)
            assert np.array_equal(draws, ours.rvs(*args, **kwds, random_state=random.default_rng(5)), equal_nan=True)


def test_shapes_of_draws():
    for loc, scale, size in [
        ([[1, 2, 3]], [[[1.0]]], None), ([[1, 2, 3]], [[[1.0]]], 3), ([1, 2, 3], 1.0, (2, 3)), ([[0.0]], 1.0, None),
        ([1, 2, 3], 1.0, (3, 1)), ([1, 2], [[1.0], [2.0]], None), ([1, 2], [[1.0], [2.0]], 2), ([[1], [2]], 1.0, 2),
        ([[1], [2]], 1.0, (2, 5)), ([1, 2], [0.0, 1.0], None), (3.0, 0.0, 2),
    ]:
        for ours, theirs in map(pair, PLACED):
            same(ours.rvs, theirs.rvs, loc, scale, size, random_state=1)
            same(ours.rvs, theirs.rvs, loc, scale, size=size, random_state=1)
    same(stats.bernoulli.rvs, scipy_stats.bernoulli.rvs, [[0.1], [0.9]], 3, (2, 4), random_state=1)


@pytest.mark.parametrize("name", NAMES)
def test_draws_of_the_fast_generator_are_of_the_distribution(name):
    ours, theirs = pair(name)
    given = {"bernoulli": (0.3,), "truncnorm": (-1.0, 2.0)}.get(name, ())
    more = {} if name == "bernoulli" else {"scale": 3.0}
    draws = ours.rvs(*given, loc=2, **more, size=20000, random_state=random.default_rng(SEED))
    if name == "bernoulli":
        assert set(draws) == {2, 3}
        assert abs(draws.mean() - 2.3) < 5 * math.sqrt(0.21 / 20000)
    else:
        assert scipy_stats.kstest(draws, lambda x: theirs.cdf(x, *given, loc=2, **more)).pvalue > 1e-6


def test_random_state():
    assert stats.norm.random_state is scipy_stats.norm.random_state          # NumPy's global one
    saved = np.random.get_state()           # noqa: NPY002
    try:
        np.random.seed(3)                   # noqa: NPY002
        wanted = scipy_stats.norm.rvs(size=3)
        np.random.seed(3)                   # noqa: NPY002
        assert np.array_equal(stats.norm.rvs(size=3), wanted)
    finally:
        np.random.set_state(saved)          # noqa: NPY002
    one, two = stats.norm(1.0), stats.norm(1.0)
    one.random_state = two.random_state = 5
    assert one.dist is not stats.norm
    assert stats.norm.random_state is scipy_stats.norm.random_state
    first = one.rvs(2)
    assert not np.array_equal(first, one.rvs(2))
    assert np.array_equal(first, two.rvs(2))
    assert np.array_equal(first, scipy_stats.norm.rvs(1.0, size=2, random_state=5))
    one.random_state = rng = random.default_rng(1)
    assert one.random_state is rng
    one.random_state = None
    assert one.random_state is stats.norm.random_state
    for wrong in (-1, 2**32, np.int8(-1)):
        with pytest.raises(ValueError, match=rf"random_state: an integer must be from 0 to 2\*\*32 - 1, got {wrong}"):
            stats.norm.rvs(random_state=wrong)
    for wrong in ("a", 1.5, np.random.PCG64(1), [1, 2]):
        with pytest.raises(ValueError, match="random_state: expected None"):
            stats.norm.rvs(random_state=wrong)
        with pytest.raises(ValueError, match="random_state: expected None"):
            one.random_state = wrong


def test_refused_draws_name_the_parameter():
    with pytest.raises(ValueError, match=r"norm\.rvs: scale must be >= 0, got -1"):
        stats.norm.rvs(scale=[1.0, -1.0])
    with pytest.raises(ValueError, match=r"bernoulli\.rvs: p must be from 0 to 1, got nan"):
        stats.bernoulli.rvs(np.nan)
    with pytest.raises(ValueError, match="size: must match"):
        stats.norm.rvs([1, 2, 3], size=2)


def test_size_may_be_an_array_without_dimensions():
    same(stats.norm.rvs, scipy_stats.norm.rvs, size=np.array(3), random_state=1)


# ---- data

THETAS = {name: [(0.0, 1.0), (0.5, 2), (0, -1), (np.nan, 1.0), (1.0,)] for name in PLACED} | {
    "bernoulli": [(0.3, 0), (1.0, 0), (2.0, 0), (0.3, np.nan), (0.3, 1.0)],
    "truncnorm": [(-1.0, 2.0, 0.0, 1.0), (0.0, 1.0, 0, 2), (1.0, 1.0, 0.0, 1.0), (-1.0, 1.0, 0.0, -1.0), (0.0, 1.0)]}
DATA = [[0.0, 1.0], [1], np.ones((2, 3)), [0.25, 0.75, 0.5], [1.0, np.nan], [1.0, np.inf], np.arange(2)]


@pytest.mark.parametrize("name", NAMES)
def test_nnlf(name):
    ours, theirs = pair(name)
    with pytest.raises(TypeError, match="x: expected an array"):
        ours.nnlf(THETAS[name][0], 1.0)
    for theta, data in itertools.product(THETAS[name], DATA):
        if name == "bernoulli" and 0.25 in data:
            assert ours.nnlf((0.3, 0), data) == np.inf            # where SciPy takes them for outcomes
            continue
        wanted = scipy_says(theirs.nnlf, theta, data)
        if isinstance(wanted, Exception) or len(theta) != ours.numargs + (1 if name == "bernoulli" else 2):
            with pytest.raises((TypeError, ValueError)):
                ours.nnlf(theta, data)
        elif np.all(np.isnan(wanted)):
            assert ours.nnlf(theta, data) == np.inf         # for data that are NaN, as in SciPy, and for a NaN parameter
        else:
            got = ours.nnlf(theta, data)
            assert np.shape(got) == np.shape(wanted)
            np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["norm", "logistic"])
def test_nnlf_of_columns_far_out(name):
    """A column whose density is not in the range of floating point is inf, the others are what they are."""
    ours, theirs = pair(name)
    far = [[0.5, 1e200, np.inf], [1.0, 2.0, -1.0]]
    scale = 1.0 if name == "norm" else 1e-200
    same(ours.nnlf, theirs.nnlf, (0.0, scale), far)
    same(ours.nnlf, theirs.nnlf, (0.0, scale), [np.inf])
    same(ours.nnlf, theirs.nnlf, (0.0, scale), [[0.5, np.nan], [0.0, 1.0]])


@pytest.mark.parametrize("name", PLACED)
def test_fit(name):
    ours, theirs = pair(name)
    rng = np.random.default_rng(SEED)
    for loc, scale in ((0.0, 1.0), (-3e5, 7.0), (1.0, 1e-6)):
        data = theirs.rvs(loc, scale, size=(50, 2), random_state=rng)
        for fixed in ({}, {"floc": data.min() - scale}, {"fscale": 9 * scale}, {"loc": 1.0, "scale": 2.0}):
            got, wanted = ours.fit(data, **fixed), scipy_says(theirs.fit, data, **fixed)
            nnlf = float(scipy_says(theirs.nnlf, got, data.ravel()))
            assert nnlf <= float(theirs.nnlf(wanted, data.ravel())) + 1e-9 * abs(nnlf)
            if name != "logistic":
                np.testing.assert_allclose(got, wanted, rtol=1e-7, atol=1e-9)
            else:                   # SciPy may stop early; at the maximum these sums are 0
                z = (data - got[0]) / got[1]
                assert "floc" in fixed or abs(np.tanh(z / 2).sum()) < 1e-8
                assert "fscale" in fixed or abs((z * np.tanh(z / 2)).sum() - z.size) < 1e-8
        np.testing.assert_allclose(ours.fit(data, method="MM"), ours.fit_loc_scale(data), rtol=1e-12)
        np.testing.assert_allclose(ours.fit_loc_scale(data), theirs.fit_loc_scale(data), rtol=1e-12)
    for data in ([1, 2, 3], np.float32([1.0, 2.0, 4.0]), [[1.0], [2.0]]):
        got = ours.fit(data)
        assert [type(value) for value in got] == [float if name == "uniform" else np.float64] * 2
        np.testing.assert_allclose(got, scipy_says(theirs.fit, np.ravel(data).astype(float)), rtol=1e-6)
    assert ours.fit([2.0, 2.0, 2.0]) == (2.0, 0.0)
    assert ours.fit_loc_scale([2.0, 2.0]) == scipy_says(theirs.fit_loc_scale, [2.0, 2.0])


@pytest.mark.parametrize("name", PLACED)
def test_method_of_moments(name):
    """Those moments that depend on what is free."""
    ours, theirs = pair(name)
    data = theirs.rvs(2.0, 3.0, size=200, random_state=1)
    loc, scale = ours.fit(data, method="MM")
    assert ours.mean(loc, scale) == pytest.approx(data.mean(), rel=1e-13)
    assert ours.var(loc, scale) == pytest.approx(data.var(), rel=1e-13)
    loc, scale = ours.fit(data, method="mm", fscale=4.0)
    assert scale == 4.0
    assert ours.mean(loc, scale) == pytest.approx(data.mean(), rel=1e-13)
    loc, scale = ours.fit(data, method="MM", floc=0.5)
    assert loc == 0.5
    if name == "uniform":
        assert ours.mean(loc, scale) == pytest.approx(data.mean(), rel=1e-13)
        with pytest.raises(ValueError, match="needs a scale <= 0"):
            ours.fit(data, method="MM", floc=100.0)
    else:
        assert ours.var(loc, scale) == pytest.approx(((data - loc) ** 2).mean(), rel=1e-13)


@pytest.mark.parametrize("name", PLACED)
def test_fit_in_any_units(name):
    """Squares of the data need not be in the range of floating point; units of a power of two do not change a digit."""
    ours = getattr(stats, name)
    data = scipy_stats.norm.rvs(1.0, 2.0, size=50, random_state=3)
    by_moments, from_least = (lambda data: ours.fit(data, method="MM")), (lambda data: ours.fit(data, floc=data.min()))
    for fit in (ours.fit, ours.fit_loc_scale, by_moments, from_least):
        wanted = np.array(fit(data))
        for unit in (2.0**700, 2.0**-700):
            with np.errstate(all="raise"):
                assert np.array_equal(np.array(fit(data * unit)) / unit, wanted)


def test_fit_of_truncnorm():
    """At least as likely as what SciPy finds from the same start."""
    ours, theirs = pair("truncnorm")
    data = scipy_stats.truncnorm.rvs(-1.0, 2.0, 3.0, 0.5, size=80, random_state=2)
    for given in (((), {"floc": 3.0, "fscale": 0.5}), ((), {"f0": -1.0, "fix_b": 2.0}), ((-1.2, 2.2), {"floc": 3, "scale": 0.5}),
                  ((), {"fa": -1.0, "optimizer": "powell", "loc": 3.0, "scale": 0.5})):
        args, kwds = given
        got = ours.fit(data, *args, **kwds)
        nnlf = ours.nnlf(got, data)
        assert len(got) == 4
        assert np.isfinite(nnlf)
        wanted = scipy_says(theirs.fit, data, *args, **kwds)
        assert nnlf <= theirs.nnlf(wanted, data) + 1e-3
        for k, names in enumerate((("f0", "fa"), ("f1", "fix_b"), ("floc",), ("fscale",))):
            assert all(got[k] == kwds[name] for name in names if name in kwds)
    loc, scale = ours.fit(data, f0=-1.0, f1=2.0, method="MM")[2:]
    assert ours.mean(-1.0, 2.0, loc, scale) == pytest.approx(data.mean(), rel=1e-4)
    assert ours.fit(data, 1.0, 2.0, f0=-1.0, f1=2.0, optimizer=lambda f, x0, args, disp: np.array([3.0, 0.7]))[2:] == (3.0, 0.7)
    np.testing.assert_allclose(ours.fit_loc_scale(data, -1.0, 2.0), theirs.fit_loc_scale(data, -1.0, 2.0), rtol=1e-10)
    for wrong, error, message in [
        ({"f0": 1.0, "fa": 1.0}, ValueError, "f0 and fa fix the same parameter"),
        ({"f0": -1.0, "f1": 2.0, "floc": 3.0, "fscale": 1.0}, ValueError, "all parameters are fixed"),
        ({"optimizer": "guess"}, ValueError, "optimizer: expected a function"),
        ({"fc": 1.0}, TypeError, "unknown arguments fc"),
    ]:
        with pytest.raises(error, match=message):
            ours.fit(data, **wrong)
    with pytest.raises(TypeError, match="at most 2 shapes"):
        ours.fit(data, 1.0, 2.0, 3.0)
    with pytest.raises(RuntimeError, match="the optimizer ended"):
        ours.fit(data, f0=-1.0, f1=2.0, optimizer=lambda f, x0, args, disp: [3.0, -1.0])


def test_fit_refuses():
    data = [1.0, 2.0, 4.0]
    for ours in (getattr(stats, name) for name in PLACED):
        for wrong, error, message in [
            ({"floc": 0.0, "fscale": 1.0}, ValueError, "all parameters are fixed"),
            ({"shape": 1.0}, TypeError, "unknown arguments shape"),
            ({"method": "least squares"}, ValueError, "method: expected"),
            ({"fscale": -1.0}, ValueError, "fscale: must be > 0"),
            ({"f0": 1.0}, TypeError, "unknown arguments f0"),
            ({"floc": np.nan}, ValueError, "floc: must be finite, got nan"),
            ({"floc": np.inf}, ValueError, "floc: must be finite, got inf"),
            ({"fscale": np.inf}, ValueError, "fscale: must be finite, got inf"),
            ({"floc": "a"}, TypeError, "floc: expected real numbers, got str"),
            ({"floc": [0.0]}, TypeError, r"floc: expected a number, got \[0.0\]"),
        ]:
            with pytest.raises(error, match=message):
                ours.fit(data, **wrong)
        with pytest.raises(TypeError, match="at most 0 shapes"):
            ours.fit(data, 1.0)
        for nothing in ([], [1.0, np.nan], [np.inf]):
            with pytest.raises(ValueError, match="data: "):
                ours.fit(nothing)
    with pytest.raises(ValueError, match="below floc"):
        stats.uniform.fit(data, floc=2.0)
    with pytest.raises(ValueError, match="spread over 3"):
        stats.uniform.fit(data, fscale=1.0)


@pytest.mark.parametrize("name", PLACED)
def test_logistic_and_others_fit_any_data(name):
    """Outliers, few points, extreme units: at the result no step makes the likelihood larger."""
    ours = getattr(stats, name)
    rng = np.random.default_rng(SEED)
    large = rng.standard_cauchy(101) * 1e150
    for data in (rng.standard_cauchy(20), large, [0.0, 0.0, 0.0, 1e8], [1.0, 2.0], rng.normal(1e9, 1e-3, 30)):
        loc, scale = ours.fit(data)
        best = ours.nnlf((loc, scale), data)
        for a, b in itertools.product((-1e-3, 0.0, 1e-3), (0.999, 1.0, 1.001)):
            assert ours.nnlf((loc + a * scale, scale * b), data) >= best - 1e-9 * abs(best)


@pytest.mark.parametrize("scale", [1e-320, 1e-9, 0.01, 0.3, 1.0, 50.0, 1e300])
def test_logistic_fits_loc_beside_any_scale(scale):
    """At the result the slope of the log likelihood changes its sign, or is 0."""
    for data in ([1.0, 2.0, 4.0, 7.0], [1.0, 2.0, 40.0], [3.0] * 5, [-1e4, 0.0, 1e-3, 0.2, 5.0]):
        loc, same = stats.logistic.fit(data, fscale=scale)
        assert same == scale

        step = 1e-9 * max(scale, abs(loc))
        with np.errstate(over="ignore"):
            before, after = (np.tanh((np.array(data) - loc - move) / scale / 2).sum() for move in (-step, step))
        assert before >= -1e-15
        assert after <= 1e-15


def test_fits_of_sums_that_overflow():
    for name in ("norm", "logistic"):
        loc, scale = getattr(stats, name).fit([1e308, 1e308, 1.5e308])
        near = np.array(getattr(stats, name).fit([1.0, 1.0, 1.5]))
        np.testing.assert_allclose([loc / 1e308, scale / 1e308], near, rtol=1e-9)
    with pytest.raises(ValueError, match=r"data: their distances from -1e\+308 are not in the range"):
        stats.logistic.fit([1e308], floc=-1e308)


# ---- expectations

@pytest.mark.parametrize("name", PLACED)
def test_expect(name):
    ours, theirs = pair(name)
    for loc, scale in ((0.0, 1.0), (-2.0, 3.0)):
        for lb, ub in ((None, None), (loc, None), (None, loc + 0.3), (loc + 0.1, loc + 0.5), (loc + 0.5, loc + 0.1)):
            for conditional in (False, True):
                options = {"loc": loc, "scale": scale, "lb": lb, "ub": ub, "conditional": conditional, "rtol": 1e-6, "atol": 1e-8}
                same(ours.expect, theirs.expect, **options)
                same(ours.expect, theirs.expect, lambda x: x * x, **options)
    same(ours.expect, theirs.expect, lambda x: np.exp(1j * x), complex_func=True, rtol=1e-6)
    same(ours.expect, theirs.expect, np.cos, epsabs=1e-3, limit=20, rtol=1e-2)
    # Twice the same integral: the closed form, and SciPy's quadrature over our density.
    closed = ours.expect(loc=1.0, scale=2.0, lb=0.5, ub=2.5)
    assert closed == pytest.approx(ours.expect(lambda x: x, loc=1.0, scale=2.0, lb=0.5, ub=2.5), rel=1e-8)
    assert np.isnan(ours.expect(scale=-1.0))
    assert ours.expect(lambda x: 1.0, lb=5.0, ub=5.0) == 0.0
    assert np.isnan(ours.expect(lambda x: 1.0, lb=5.0, ub=5.0, conditional=True))
    # quad looks so far out that the function overflows. The truths: MGF of the normal and the logistic distribution.
    with np.errstate(all="raise"):
        if name == "norm":
            assert ours.expect(np.exp, loc=1.0, scale=2.0) == pytest.approx(np.exp(3.0), rel=1e-7)
        if name == "logistic":
            assert ours.expect(lambda x: np.exp(-x), loc=1.0, scale=0.5) == pytest.approx(np.exp(-1.0) * np.pi / 2.0, rel=1e-7)
    with pytest.raises(TypeError):
        ours.expect(args=(1.0,))
    with pytest.raises(TypeError, match="expect: unknown arguments epsilon"):
        ours.expect(epsilon=1e-3)
    assert {"func", "a", "b", "args"} | _integrals.QUAD_OPTIONS == inspect.signature(integrate.quad).parameters.keys()


@pytest.mark.parametrize("name", CONTINUOUS)
def test_expect_of_any_numbers_is_quiet(name):
    rng = np.random.default_rng(SEED)
    special = [np.nan, np.inf, -np.inf, 0.0, 1.0, -1.0, 0.5, 2.0, 5e-324, 1e-308, 1.7e308, -1.7e308, 1e-160, 1e160, 40.0, -745.0]
    ours = getattr(stats, name)
    with np.errstate(all="raise"):
        for row in rng.choice(special, (500, 6)):
            low, high, loc, scale, *shapes = map(float, row)
            shapes = tuple(shapes[: ours.numargs])
            for conditional in (False, True):
                ours.expect(None, shapes, loc, scale, low, high, conditional)


def test_expect_of_truncnorm():
    ours, theirs = pair("truncnorm")
    for a, b, loc, scale in ((-1.0, 2.0, 0.0, 1.0), (0.5, 3.0, -2.0, 3.0), (-math.inf, 1.0, 1.0, 2.0), (-3, math.inf, 0, 1)):
        for low, high in ((None, None), (-0.5, None), (None, 1.0), (0.75, 0.9), (0.9, 0.75)):
            for conditional in (False, True):
                options = {
                    "args": (a, b), "loc": loc, "scale": scale, "lb": None if low is None else loc + low * scale,
                    "ub": None if high is None else loc + high * scale, "conditional": conditional, "rtol": 1e-6, "atol": 1e-8,
                }  # fmt: skip
                same(ours.expect, theirs.expect, **options)
                same(ours.expect, theirs.expect, lambda x: x * x, **options)
    assert np.isnan(ours.expect(args=(1.0, 1.0)))
    with pytest.raises(TypeError):
        ours.expect(args=(1.0,))


def test_expect_of_bernoulli():
    ours, theirs = pair("bernoulli")
    for p, loc in ((0.3, 0), (1, 2), (0.0, -1)):
        for lb, ub in ((None, None), (loc, loc), (loc + 1, None)):
            for func in (None, lambda k: k + 1, lambda k: 1, np.exp):
                same(ours.expect, theirs.expect, func, (p,), loc, lb, ub)
    assert ours.expect(lambda k: 10.0**k, args=(0.25,), lb=0.5, conditional=True) == 10.0
    assert np.isnan(ours.expect(args=(2.0,)))
    with pytest.raises(TypeError):
        ours.expect()


# ---- objects

@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("protocol", [0, pickle.HIGHEST_PROTOCOL])
def test_pickles_and_copies(name, protocol):
    ours, _ = pair(name)
    given = {"bernoulli": {"p": 0.3}, "truncnorm": {"a": -1.0, "b": 2.0}}.get(name, {"scale": np.array([0.25, 0.5])})
    frozen = ours(**given, loc=0)
    frozen.random_state = 7
    for again in (pickle.loads(pickle.dumps(frozen, protocol)), copy.deepcopy(frozen)):
        assert type(again) is type(frozen)
        assert np.array_equal(again.cdf([0.3, 1.0]), frozen.cdf([0.3, 1.0]))
        assert again.dist.name == name
    agree(pickle.loads(pickle.dumps(frozen, protocol)).rvs(2), frozen.rvs(2))
    again = pickle.loads(pickle.dumps(ours, protocol))      # with NumPy's global RandomState as it is now
    agree(again.rvs(*list(given.values())[: ours.numargs], size=2), ours.rvs(*list(given.values())[: ours.numargs], size=2))
    assert repr(again) == repr(ours) == f"fastprob.stats.{name}"


def test_repr():
    assert repr(stats.norm) == "fastprob.stats.norm"
    assert repr(stats.norm(1, scale=2.5)) == "fastprob.stats.norm(1, scale=2.5)"
    assert repr(stats.bernoulli([0.25, 0.5])) == "fastprob.stats.bernoulli([0.25, 0.5])"


def test_frozen_refuses():
    for wrong, message in [
        (lambda: stats.norm(0.0, 0.0), "norm: scale must be > 0, got 0"),
        (lambda: stats.uniform(scale=[1.0, -2.0]), "uniform: scale must be > 0, got -2"),
        (lambda: stats.bernoulli(1.5), "bernoulli: p must be from 0 to 1, got 1.5"),
    ]:
        with pytest.raises(ValueError, match=message):
            wrong()
    for wrong in (lambda: stats.norm("a"), lambda: stats.norm(0, 1, 2), lambda: stats.bernoulli(), lambda: stats.norm(sigma=1.0)):
        with pytest.raises(TypeError):
            wrong()
    assert np.isnan(stats.norm(np.nan, [1.0, np.nan]).cdf(0.0)).all()


def test_places_beyond_int64():
    with np.errstate(all="raise"):
        assert stats.bernoulli.support(0.5, 2**70) == (2.0**70, 2.0**70)
        assert stats.bernoulli.expect(args=(0.5,), loc=2**70) == 2.0**70
        assert stats.logistic.fit([1.0, 2.0], fscale=2**70) == (1.5, 2.0**70)
        assert type(stats.logistic.fit([1.0, 2.0], floc=np.longdouble(1))[0]) is float


def test_arguments_are_named():
    for wrong, message in [
        (lambda: stats.norm.pdf("a"), "^x: expected real numbers"),
        (lambda: stats.norm.ppf(None), "^q: expected real numbers"),
        (lambda: stats.bernoulli.pmf(1j, 0.5), "^k: expected real numbers"),
        (lambda: stats.norm.pdf(0.0, scale=object()), "^scale: expected real numbers"),
        (lambda: stats.bernoulli.pmf(0, [None]), "^p: expected real numbers"),
        (lambda: stats.norm.nnlf((0.0, 1.0), 1.0), "^x: expected an array"),
        (lambda: stats.norm.moment("a"), "^order: expected an integer"),
        (lambda: stats.norm.moment(True), "^order: expected an integer, got True"),
        (lambda: stats.norm.moment([[1.0], [1.0, 2.0]]), "^order: expected an integer, got "),
        (lambda: stats.norm.fit([1.0, 2.0], floc=[[1.0], [1.0, 2.0]]), "^floc: makes no array"),
        (lambda: stats.truncnorm.fit([1.0, 2.0], loc="a"), "^loc: expected real numbers"),
        (lambda: stats.truncnorm.fit([1.0, 2.0], [1.0, 2.0]), "^a: expected a number, got .1.0, 2.0"),
        (lambda: stats.truncnorm.fit([1.0, 2.0], loc=np.nan), "^loc: must be finite, got nan"),
        (lambda: stats.truncnorm.fit([1.0, 2.0], scale=-1.0), "^scale: must be > 0, got -1.0"),
        (lambda: stats.truncnorm.fit([1.0, 2.0], optimizer=None), "^optimizer: expected a function"),
        (lambda: stats.norm.expect(func=0), "^func: expected a function or None, got 0"),
        (lambda: stats.bernoulli.expect(args=0.5), "^args: expected a tuple of the shapes, got 0.5"),
        (lambda: stats.norm.moment(171), "^order: expected an integer from 0 to 170, got 171"),
        (lambda: stats.norm.stats(moments="x"), "^moments: expected letters of 'mvsk', got 'x'"),
        (lambda: stats.norm.stats(moments=None), "^moments: expected letters of 'mvsk', got None"),
        (lambda: stats.norm.nnlf(None, [1.0]), "^theta: expected the parameters of norm, got None"),
        (lambda: stats.norm.rvs(size="a"), "^size: expected None, an integer or a sequence of integers, got 'a'"),
        (lambda: stats.norm.rvs(size=True), "^size: expected None, an integer or a sequence of integers, got True"),
        (lambda: stats.norm.rvs(size=(True, 2)), "^size: expected None, an integer or a sequence of integers, got .True, 2"),
        (lambda: stats.norm.rvs(size=-1), "^size: must not be negative, got -1"),
        (lambda: stats.norm.expect(lb="a"), "^lb: expected real numbers, got str"),
        (lambda: stats.norm.expect(loc=[0.0, 1.0]), r"^loc: expected one number, got an array of shape \(2,\)"),
        (lambda: stats.bernoulli.expect(args=([0.3, 0.4],)), r"^p: expected one number, got an array of shape \(2,\)"),
        (lambda: stats.bernoulli.expect(args=(0.3,), ub="a"), "^ub: expected real numbers, got str"),
        (lambda: stats.norm.cdf([[0.0], [0.0, 1.0]]), "^x: makes no array: "),
        (lambda: stats.norm(0.0, [[1.0], [1.0, 2.0]]), "^scale: makes no array: "),
        (lambda: stats.norm.mean(10**400), "^loc: an int of 1329 bits, which no float64 holds"),
    ]:
        with pytest.raises((TypeError, ValueError, OverflowError), match=message):
            wrong()
    with pytest.raises(ValueError, match="theta: expected 2 parameters of norm, got 3"):
        stats.norm.nnlf((0.0, 1.0, 2.0), [1.0])


def test_pandas_gives_arrays():
    """As in SciPy."""
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([0.0, 1.0], index=["a", "b"])
    same(stats.norm.cdf, scipy_stats.norm.cdf, series)
    same(stats.norm.cdf, scipy_stats.norm.cdf, 0.5, scale=series)


def test_scipy_is_not_imported():
    code = """
import sys
from fastprob.stats import bernoulli, logistic, norm, truncnorm, uniform
for dist, given in ((norm, ()), (logistic, ()), (uniform, ()), (bernoulli, (0.3,)), (truncnorm, (-1.0, 2.0))):
    frozen = dist(*given)
    frozen.stats("mvsk"), frozen.entropy(), frozen.interval(0.5), frozen.expect(), frozen.rvs(3), frozen.moment(6)
norm.fit([1.0, 2.0, 3.0]), logistic.fit([1.0, 2.0, 3.0]), uniform.fit([1.0, 2.0])
assert not any(name.partition(".")[0] == "scipy" for name in sys.modules)
norm.expect(abs)
assert "scipy.integrate" in sys.modules and "scipy.stats" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_others_take_the_objects():
    """What looks for ppf, rvs or cdf finds them."""
    data = stats.norm.rvs(size=50, random_state=1)
    assert scipy_stats.kstest(data, stats.norm.cdf).pvalue == pytest.approx(scipy_stats.kstest(data, scipy_stats.norm.cdf).pvalue)
    got, wanted = (scipy_stats.probplot(data, dist=d, fit=False) for d in (stats.norm, scipy_stats.norm))
    np.testing.assert_allclose(got, wanted, rtol=1e-13)
    search = pytest.importorskip("sklearn.model_selection")
    got, wanted = (list(search.ParameterSampler({"C": d.uniform(1, 2)}, 3, random_state=1)) for d in (stats, scipy_stats))
    assert got == wanted
