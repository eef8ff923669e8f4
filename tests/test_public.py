"""The public functions: signatures, types, options, errors, documentation, pickles, import."""

from __future__ import annotations

import copy
import doctest
import inspect
import os
import pickle
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest
from reference.points import MOMENTS
from reference.public import elementwise

import fastprob
from fastprob import _core, bernoulli, film, kl, logistic, normal, random, special, truncnormal, ufuncs, uniform

MODULES = (normal, logistic, uniform, special, bernoulli, truncnormal, kl)
DOCUMENTED = (*MODULES, film)
FUNCTIONS = [(module, name) for module in DOCUMENTED for name in dir(module) if not name.startswith("_")]
X = np.array([-2.0, 0.25, 3.0])


def run(code: str, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess:
    clean = {k: v for k, v in os.environ.items() if k not in ("FASTPROB_TARGET", "FASTPROB_NUM_THREADS", "OMP_NUM_THREADS")}
    return subprocess.run([sys.executable, "-c", code], env=clean | environment, capture_output=True, text=True, timeout=timeout)


FIRST = {
    **dict.fromkeys(["ppf", "isf"], "q"),
    **dict.fromkeys(["ilogcdf", "ilogsf"], "logq"),
    **dict.fromkeys([f"{name}{grad}" for name in ("interval_mass", "log_interval_mass") for grad in ("", "_grad")], "a, b"),
}


def test_signatures_of_draws():
    rest = "size=None, dtype='float64', out=None"
    for name, parameters in (
        ("random", f"{rest}, *, open=False"),
        ("standard_normal", rest),
        ("uniform", f"low=0.0, high=1.0, {rest}"),
        ("normal", f"loc=0.0, scale=1.0, {rest}"),
        ("logistic", f"loc=0.0, scale=1.0, {rest}"),
        ("truncnormal", f"low, high, loc=0.0, scale=1.0, {rest}"),
        ("rsample_truncnormal", "low, high, loc=0.0, scale=1.0, *, size=None, dtype=None, out=None"),
        ("permutation", "x, axis=0"),
    ):
        assert str(inspect.signature(getattr(random.Generator, name))) == f"(self, /, {parameters})"
        assert str(inspect.signature(getattr(random.default_rng(1), name))) == f"({parameters})"


def test_signatures():
    for module, parameters in ((normal, "loc=0.0, scale=1.0"), (logistic, "loc=0.0, scale=1.0"), (uniform, "low=0.0, high=1.0")):
        for name in elementwise(module):
            first = "" if name in MOMENTS else FIRST.get(name, "x") + ", "
            assert str(inspect.signature(getattr(module, name))) == (
                f"({first}{parameters}, out=None, *, where=True, dtype=None)"
            )
    plain = ["exp", "expm1", "log", "log1p", "log1pmx", "expit", "log_expit", "softplus", "erf", "erfc", "erfcx", "ndtr"]
    for name in [*plain, "log_ndtr"]:
        assert str(inspect.signature(getattr(special, name))) == "(x, out=None, *, where=True, dtype=None)"
    for name in ("ndtri", "logit"):
        assert str(inspect.signature(getattr(special, name))) == "(q, out=None, *, where=True, dtype=None)"
    assert str(inspect.signature(special.ndtri_exp)) == "(logq, out=None, *, where=True, dtype=None)"
    for name in elementwise(truncnormal):
        first = "" if name in MOMENTS else "q, " if name in ("ppf", "isf") else "x, "
        assert str(inspect.signature(getattr(truncnormal, name))) == (
            f"({first}low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None)"
        )
    for name in elementwise(bernoulli):
        first = "" if name in MOMENTS else "q, " if name in ("ppf", "isf") else "k, "
        assert str(inspect.signature(getattr(bernoulli, name))) == (
            f"({first}p=None, *, logits=None, out=None, where=True, dtype=None)"
        )
    for name in ("standard_normal", "standard_normal_grad"):
        assert str(inspect.signature(getattr(kl, name))) == (
            "(loc, *, scale=None, log_scale=None, logvar=None, out=None, where=True, dtype=None)"
        )


@pytest.mark.parametrize(("module", "name"), FUNCTIONS, ids=[f"{m.__name__}.{n}" for m, n in FUNCTIONS])
def test_documentation(module, name):
    """Every section is there, and the examples give what they say."""
    text = inspect.getdoc(getattr(module, name))
    for section in ("Parameters", "Returns", "Raises", "Notes", "Examples"):
        assert f"\n{section}\n{'-' * len(section)}\n" in text
    assert "ULP" in text
    for parameter in inspect.signature(getattr(module, name)).parameters:
        assert f"\n{parameter} :" in text or f", {parameter}" in text or f"{parameter}, " in text
    test = doctest.DocTestParser().get_doctest(text, {}, f"{module.__name__}.{name}", None, None)
    assert test.examples
    outcome = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
    assert outcome.failed == 0


@pytest.mark.parametrize("function", [fastprob.get_include, fastprob.set_num_threads, fastprob.threads, fastprob.show_config])
def test_documentation_of_the_package(function):
    test = doctest.DocTestParser().get_doctest(inspect.getdoc(function), {}, function.__name__, None, None)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


def test_defaults_are_weak():
    for dtype in ("f4", "f8"):
        x = X.astype(dtype)
        for got in (normal.logpdf(x), normal.logpdf(x, 0, 1), normal.ppf(x, loc=0.5), *normal.logcdf_grad(x, 1, 2.5)):
            assert got.dtype == dtype
        assert normal.logpdf(0.5, x).dtype == dtype
        assert kl.standard_normal(x, logvar=0).dtype == dtype
    assert normal.logpdf(X.astype("f4"), np.float64(0.5)).dtype == "f8"
    assert normal.logpdf(X.astype("f4"), np.zeros(1)).dtype == "f8"
    for kind in ("?", "i1", "u2", "f2", "i4", "i8"):
        x = np.abs(X).astype(kind)
        assert normal.logpdf(x).dtype == ufuncs.normal_logpdf(x, 0.0, 1.0).dtype == ("f4" if kind == "f2" else "f8")
        assert special.ndtr(x).dtype == ufuncs.ndtr(x).dtype == ("f8" if kind in ("i4", "i8") else "f4")


NUMPY_NUMBERS = [np.float64(0.5), np.float32(0.5), np.float16(0.5), np.int8(1), np.int64(1), np.True_, np.array(0.5)]


@pytest.mark.parametrize("number", [0.5, 1, True, *NUMPY_NUMBERS])
def test_numbers_give_numpy_scalars(number):
    got, wanted = normal.logpdf(number), ufuncs.normal_logpdf(number, 0.0, 1.0)
    assert type(got) is type(wanted)
    assert got == wanted
    got, wanted = normal.logpdf_grad(number, 1, 2), ufuncs.normal_logpdf_grad(number, 1, 2)
    assert isinstance(got, tuple)
    assert [type(g) for g in got] == [type(w) for w in wanted]
    assert got == wanted


def test_numbers_as_large_as_python_allows():
    for number in (2**53, 2**53 + 1, 2**62 + 1, -(2**63), 1e300, 1e-320):
        for x in (X, X[:1].astype("f4")):
            with np.errstate(all="ignore"):
                got, wanted = normal.logpdf(x, number), ufuncs.normal_logpdf(x, number, 1.0)
            assert got.dtype == wanted.dtype
            assert got.tobytes() == wanted.tobytes()
    for x in (X, 0.5):
        with pytest.raises((OverflowError, TypeError)):
            ufuncs.normal_logpdf(x, 10**400, 1.0)
        with pytest.raises(
            ValueError, match=r"^fastprob.normal.logpdf: loc is an int of 1329 bits; allowed are numbers that float64 holds"
        ):
            normal.logpdf(x, 10**400)
    # where NumPy would make an object of it
    assert normal.mean(2**70) == normal.fit(2**70).loc == special.logsumexp(2**70) == 2.0**70
    assert normal.loglik(2**70) == normal.logpdf(2.0**70)
    assert special.log(2**70) == special.log(2.0**70)
    assert special.exp(-(2**70), dtype="f4").dtype == "f4"
    for call in (
        lambda: normal.mean(10**400),
        lambda: special.logsumexp([1.0], weights=10**400),
        lambda: fastprob.check_params(loc=-(10**400)),
    ):
        with pytest.raises(
            ValueError, match=r"^fastprob\.\S*: (loc|weights) is an int of 1329 bits; allowed are numbers that float64 holds"
        ):
            call()


def test_casts_do_not_warn():
    """Of numbers that float32 does not hold beside arrays of it, and results that `out` does not."""
    f4, wide = np.ones(6, "f4"), np.full(6, 1e25)
    with np.errstate(all="raise"):
        for x in (f4, f4[::2], f4[0], np.ones((40_000, 1), "f4")):
            for loc in (1e40, -1e40, 10**40):
                assert (normal.logpdf(x, loc, 1.0) == -np.inf).all()
                assert (normal.cdf(x, loc) == (loc < 0)).all()
        assert (normal.logpdf(wide, out=np.empty(6, "f4")) == -np.inf).all()
        assert (normal.logpdf(wide, out=np.empty(6, "f4"), where=wide > 0) == -np.inf).all()
        assert (normal.cdf(np.full(40_000, -18.0), out=np.empty(40_000, "f4")) == 0).all()
        assert (normal.cdf(-1e300 * f4.astype("f8"), dtype="f4") == 0).all()
        assert (normal.cdf(np.full(6, 1e-60), dtype=np.float32) == 0.5).all()
        assert (normal.logpdf_grad(wide, 0.0, 1.0, out=(None, None, np.empty(6, "f4")))[2] == np.inf).all()
        assert (special.exp(100.0, out=np.empty(2, "f4")) == np.inf).all()
        assert (normal.pdf(20.0, out=np.full(2, 7, "f4")) == 0).all()
        assert normal.logpdf_grad(1e30, 0.0, 1e-30, out=(np.empty(1, "f4"), None, None))[0][0] == -np.inf
        for x in (f4[:, None], f4[:, None][::2]):
            assert (film.forward(x, 1e40, 0.0) == np.inf).all()
            assert (film.backward(x, x, 1e40)[0] == np.inf).all()
        assert (film.backward(1e300 * f4.astype("f8")[:, None], f4[:, None], 1.0, out=np.empty((6, 1), "f4"))[0] == np.inf).all()


def test_no_value_raises_or_warns():
    values = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 5e-324, 1e-310, 1e308, -1e308, 1e-40, 1e39])
    with np.errstate(all="raise"):
        for name in ufuncs.__all__:
            ufunc = getattr(ufuncs, name)
            for dtype in ("f4", "f8"):
                with np.errstate(all="ignore"):
                    grid = np.meshgrid(*(values.astype(dtype),) * ufunc.nin)
                ufunc(*grid)
        for v in values:
            normal.logpdf(float(v), float(v), float(v))
            normal.logcdf_grad(X, float(v), float(v))


def test_where_without_out_warns_with_advice_that_can_be_followed():
    where = X > 0
    for function, public in ((normal.pdf, "normal.pdf"), (normal.logpdf_grad, "normal.logpdf_grad")):
        with pytest.warns(UserWarning, match=rf"^fastprob\.{public}: where without out: .*; give an array for out$") as caught:
            function(X, where=where)
        assert [warning.filename for warning in caught] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        normal.pdf(X, out=np.empty(X.size), where=where)
        normal.logpdf_grad(X, out=tuple(np.empty((3, X.size))), where=where)
        normal.pdf(X, where=True)
        assert normal.pdf(X, Foreign(), where=where)[3].keys() == {"where"}


def test_exactly_one_keyword():
    for function in (kl.standard_normal, kl.standard_normal_grad):
        name = f"fastprob.kl.{function.__name__} takes exactly one of scale, log_scale and logvar; got "
        for options, got in (
            ({}, "none of them"),
            ({"scale": 1.0, "logvar": 0.0}, "scale and logvar"),
            ({"scale": 1.0, "log_scale": 0.0, "logvar": 0.0}, "scale and log_scale and logvar"),
        ):
            with pytest.raises(TypeError) as info:
                function(X, **options)
            assert str(info.value) == name + got
    assert np.array_equal(kl.standard_normal(X, scale=1.5), ufuncs.kl_standard_normal(X, 1.5))
    assert np.array_equal(kl.standard_normal(X, log_scale=0.5), ufuncs.kl_standard_normal_log_scale(X, 0.5))
    assert np.array_equal(kl.standard_normal(X, logvar=0.5), ufuncs.kl_standard_normal_logvar(X, 0.5))
    assert np.array_equal(kl.standard_normal_grad(X, logvar=0.5), ufuncs.kl_standard_normal_logvar_grad(X, 0.5))
    with pytest.raises(TypeError):
        kl.standard_normal(X, 1.0)
    for function in (getattr(bernoulli, name) for name in elementwise(bernoulli)):
        k = () if function.__name__ in MOMENTS else (X,)
        for args, options, got in ((k, {}, "none of them"), ((*k, 0.5), {"logits": 0.0}, "p and logits")):
            with pytest.raises(TypeError) as info:
                function(*args, **options)
            assert str(info.value) == f"fastprob.bernoulli.{function.__name__} takes exactly one of p and logits; got {got}"
    assert np.array_equal(bernoulli.logpmf(1, X), ufuncs.bernoulli_logpmf(1, X), equal_nan=True)
    assert np.array_equal(bernoulli.logpmf(1, logits=X), ufuncs.bernoulli_logpmf_logits(1, X))


REFUSED = [1j, X + 0j, [1j], np.array([1.0, None]), None, "a", np.array(["a"]), b"x", [[1.0], ["b"]]]


@pytest.mark.parametrize("bad", [*REFUSED, np.datetime64("2020"), np.longdouble(1)])
def test_types_that_are_refused(bad):
    if isinstance(bad, np.longdouble) and np.longdouble is np.float64:
        pytest.skip("long double is double here")
    dtype = np.asarray(bad).dtype
    for call, public, argument in (
        (lambda: normal.logpdf(bad), "normal.logpdf", "x"),
        (lambda: normal.cdf(X, 0.0, bad), "normal.cdf", "scale"),
        (lambda: normal.logcdf_grad(X, bad), "normal.logcdf_grad", "loc"),
        (lambda: special.ndtri(bad), "special.ndtri", "q"),
        (lambda: bernoulli.logpmf(1, logits=bad), "bernoulli.logpmf", "logits"),
        (lambda: kl.standard_normal_grad(bad, logvar=1.0), "kl.standard_normal_grad", "loc"),
    ):
        if bad is None and argument == "logits":
            continue  # there it means that logits are not given
        with pytest.raises(TypeError) as info:
            call()
        assert str(info.value) == (
            f"fastprob.{public}: {argument} has dtype {dtype}; allowed are bool, integers, float16, float32 and float64"
        )


RAGGED = [[1.0], [1.0, 2.0]]


def test_rows_of_different_lengths_are_named():
    for call, message in (
        (lambda: normal.cdf(RAGGED), "fastprob.normal.cdf: x makes no array: "),
        (lambda: kl.normal_grad(0.0, 1.0, RAGGED, 1.0), "fastprob.kl.normal_grad: loc_q makes no array: "),
        (lambda: normal.loglik(X, 0.0, RAGGED), "fastprob.normal.loglik: scale makes no array: "),
        (lambda: normal.fit(X, weights=RAGGED), "fastprob.normal.fit: weights makes no array: "),
        (lambda: uniform.mean(0.0, RAGGED), "fastprob.uniform.mean: high makes no array: "),
        (lambda: special.logsumexp(RAGGED), "fastprob.special.logsumexp: x makes no array: "),
        (lambda: film.forward(X, RAGGED, 0.0), "fastprob.film.forward: gamma makes no array: "),
        (lambda: fastprob.check_params(p=RAGGED), "fastprob.check_params: p makes no array: "),
    ):
        with pytest.raises(ValueError, match=f"^{message}.*inhomogeneous"):
            call()


@pytest.mark.parametrize("n", [3, 40000])
def test_shapes_that_do_not_broadcast_are_named(n):
    x, more = np.ones(n), np.ones(n + 1)
    for call, message in (
        (lambda: normal.cdf(x, more), f"normal.cdf: x, loc and scale have shapes ({n},), ({n + 1},) and ()"),
        (lambda: normal.cdf(x, scale=[1.0, 2.0]), f"normal.cdf: x, loc and scale have shapes ({n},), () and (2,)"),
        (lambda: normal.logpdf_grad(x, more), f"normal.logpdf_grad: x, loc and scale have shapes ({n},), ({n + 1},) and ()"),
        (lambda: bernoulli.logpmf(x, logits=more), f"bernoulli.logpmf: k and logits have shapes ({n},) and ({n + 1},)"),
        (lambda: truncnormal.var(x, more, out=x), f"truncnormal.var: low, high, loc and scale have shapes ({n},), ({n + 1},), "),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(f'fastprob.{message}')}.*, which do not broadcast$"):
            call()


def test_errors_beyond_32_dimensions():
    deep = np.zeros((1,) * 40 + (3,))
    with pytest.raises(ValueError, match=r"^fastprob.normal.logpdf: x, loc and scale have shapes .*, which do not broadcast$"):
        normal.logpdf(deep, np.zeros(2))
    with pytest.raises(TypeError, match="same_kind"):
        normal.pdf(deep, out=np.empty(deep.shape, int))
    with pytest.raises(ValueError, match=r"broadcast .* got loc of \(.*, 1, 3\), scale of \(2,\)$"):
        random.default_rng(1).normal(deep, np.ones(2))
    with pytest.raises(ValueError, match=r"broadcast .* got dx of \(.*, 1, 3\), u of \(2,\)$"):
        random.rsample_uniform_grad(deep, np.ones(2))


def test_other_type_errors_are_those_of_the_ufunc():
    for options in ({"dtype": "i4"}, {"dtype": complex}, {"out": X.astype(int)}):
        messages = []
        for function in (normal.logpdf, ufuncs.normal_logpdf):
            with pytest.raises((TypeError, ValueError)) as info:
                function(X, np.float64(0), 1.0, **options)
            messages.append((info.type, str(info.value)))
        assert messages[0] == messages[1]


class Logged(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        return ufunc, method, len(inputs), options


class Foreign:
    """Not an array, but knows what to do with a ufunc."""

    __array_ufunc__ = Logged.__array_ufunc__


@pytest.mark.parametrize("n", [5, 40000])
def test_other_arrays_decide_for_themselves(n):
    x = np.linspace(-1, 1, n)
    for other in (Foreign(), x.view(Logged)):
        assert normal.logpdf(x, other) == (ufuncs.normal_logpdf, "__call__", 3, {})
        assert normal.logpdf(other, dtype="f4") == (ufuncs.normal_logpdf, "__call__", 3, {"dtype": "f4"})
        got = normal.logpdf(x, x[::-1], out=other)
        assert got == (ufuncs.normal_logpdf, "__call__", 3, {"out": (other,)})
        for function, ufunc, given in (
            (truncnormal.sf, ufuncs.truncnormal_sf, (x, other, 2.0, 0.0, 1.0)),
            (truncnormal.var, ufuncs.truncnormal_var, (-1.0, other, x, 1.0)),
            (kl.normal, ufuncs.kl_normal, (x, 1.0, other, 2.0)),
            (kl.normal_grad, ufuncs.kl_normal_grad, (other, 1.0, x, 2.0)),
            (normal.log_interval_mass, ufuncs.normal_log_interval_mass, (x, 1.0, other, 2.0)),
        ):
            assert function(*given) == (ufunc, "__call__", len(given), {})

    masked = np.ma.masked_array(x, mask=x > 0)
    got = normal.logpdf(masked, np.zeros(n))
    assert isinstance(got, np.ma.MaskedArray)
    assert np.array_equal(got.mask, masked.mask)
    assert np.array_equal(got.filled(0.0), np.where(x > 0, 0.0, normal.logpdf(x)))
    assert isinstance(normal.logpdf(x.view(np.recarray)), np.recarray)


class Units:
    """Not an array, and refuses ufuncs."""

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        raise ValueError("units do not match")


class Deaf:
    __array_ufunc__ = None


def test_errors_of_other_arrays_are_theirs():
    for call in (lambda: normal.pdf(Units()), lambda: normal.pdf(X, Units()), lambda: normal.cdf(Units(), X, X[:2])):
        with pytest.raises(ValueError, match=r"^units do not match$"):
            call()
    with pytest.raises(TypeError, match=r"^fastprob.normal.pdf: loc has dtype object"):
        normal.pdf(Units(), None)
    with pytest.raises(TypeError, match=r"^fastprob.normal.pdf: x has dtype object"):
        normal.pdf(Deaf())


def arguments(ufunc, wrap, n=24):
    """What every ufunc takes: values, then parameters between 0 and 1, the third and last larger (an upper end, a scale)."""
    rows = [np.linspace(0.05, 0.95, n), np.full(n, 0.5), np.linspace(1.0, 2.0, n), np.full(n, 0.75), np.full(n, 1.5)]
    if "ilog" in ufunc.__name__ or ufunc.__name__ == "ndtri_exp":  # log probabilities
        rows[0] = -rows[0]
    if "uniform" in ufunc.__name__ and "interval" in ufunc.__name__:  # two ends of each
        rows[2:4] = np.zeros(n), rows[2]
    return [wrap(rows[k]) for k in range(ufunc.nin)]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("name", ufuncs.__all__)
def test_xarray(name, dtype):
    """Dimensions, coordinates and types come through, of every result."""
    xarray = pytest.importorskip("xarray")
    ufunc = getattr(ufuncs, name)
    plain = arguments(ufunc, lambda row: row.astype(dtype))
    first = xarray.DataArray(plain[0], dims="a", coords={"a": np.arange(24)})
    got = ufunc(first, *plain[1:])
    for one, wanted in zip(got if ufunc.nout > 1 else (got,), ufunc(*plain) if ufunc.nout > 1 else (ufunc(*plain),), strict=True):
        assert isinstance(one, xarray.DataArray)
        assert one.dims == ("a",)
        assert one.dtype == dtype
        assert np.array_equal(one.coords["a"], first.coords["a"])
        assert np.array_equal(one.values, wanted, equal_nan=True)
        # Numbers between the outcomes have no probability, intervals not inside each other no divergence; ends are infinite.
        assert np.isfinite(wanted).any() or "pmf" in name or name.startswith("kl_uniform") or name.endswith("_support")


def test_xarray_broadcasts_by_dimension():
    xarray = pytest.importorskip("xarray")
    table = xarray.DataArray(np.linspace(-1, 1, 12).reshape(3, 4), dims=("a", "b"))
    loc, scale = xarray.DataArray(np.arange(4.0), dims="b"), xarray.DataArray([1.0, 2.0], dims="c")
    got = normal.logpdf(table, loc)
    assert got.dims == ("a", "b")
    assert np.array_equal(got.values, normal.logpdf(table.values, loc.values))
    got = logistic.logcdf(table, loc, scale=scale)
    assert got.dims == ("a", "b", "c")
    assert np.array_equal(got.values, logistic.logcdf(table.values[:, :, None], loc.values[:, None], scale.values))
    for one, wanted in zip(normal.logpdf_grad(table, 0.5), normal.logpdf_grad(table.values, 0.5), strict=True):
        assert np.array_equal(one.values, wanted)
    got = truncnormal.cdf(table, low=-2.0, high=loc + 1.0, scale=scale)
    assert got.dims == ("a", "b", "c")
    wanted = truncnormal.cdf(table.values[:, :, None], -2.0, loc.values[:, None] + 1.0, 0.0, scale.values)
    assert np.array_equal(got.values, wanted)
    assert normal.log_interval_mass(loc, table).dims == ("b", "a")
    frame = xarray.Dataset({"x": table, "y": 2 * table})
    assert np.array_equal(normal.cdf(frame)["y"].values, normal.cdf(frame["y"].values))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("name", [name for name in ufuncs.__all__ if getattr(ufuncs, name).nout == 1])
def test_dask(name, dtype):
    """Functions with one result stay lazy, block by block, whatever the arguments are."""
    array = pytest.importorskip("dask.array")
    ufunc = getattr(ufuncs, name)
    plain = arguments(ufunc, lambda row: row.astype(dtype))
    for lazy in ([array.from_array(row, chunks=7) for row in plain], [array.from_array(plain[0], chunks=10), *plain[1:]]):
        got = ufunc(*lazy)
        assert isinstance(got, array.Array)
        assert got.dtype == dtype
        assert np.array_equal(got.compute(scheduler="threads"), ufunc(*plain), equal_nan=True)


def test_dask_broadcasts_and_keeps_python_numbers_weak():
    array = pytest.importorskip("dask.array")
    x, loc = np.linspace(-1, 1, 12).reshape(3, 4), np.arange(4.0)
    got = normal.logpdf(array.from_array(x, chunks=2), array.from_array(loc, chunks=3), 2.0)
    assert got.shape == (3, 4)
    assert np.array_equal(got.compute(), normal.logpdf(x, loc, 2.0))
    assert normal.cdf(array.from_array(x.astype("f4")), 0.5).dtype == "f4"
    assert kl.standard_normal(array.from_array(x), logvar=array.from_array(x)).sum().compute() > 0
    got = truncnormal.logpdf(array.from_array(x, chunks=2), -1.0, array.from_array(loc + 1.0, chunks=3), scale=2.0)
    assert np.array_equal(got.compute(), truncnormal.logpdf(x, -1.0, loc + 1.0, scale=2.0))


@pytest.mark.parametrize("n", [5, 40000])
def test_pandas_keeps_its_index(n):
    pandas = pytest.importorskip("pandas")
    x = np.linspace(-3, 3, n)
    series = pandas.Series(x, index=np.arange(n)[::-1], name="height")
    got = normal.logcdf(series, 0.5, 2.0)
    assert isinstance(got, pandas.Series)
    assert got.index.equals(series.index)
    assert np.array_equal(got.to_numpy(), normal.logcdf(x, 0.5, 2.0))
    dx, _, dscale = normal.logpdf_grad(series)
    assert dx.index.equals(series.index)
    assert np.array_equal(dscale.to_numpy(), normal.logpdf_grad(x)[2])
    assert normal.cdf(series.astype("f4"), 0.5).dtype == "f4"
    frame = pandas.DataFrame({"a": x.astype("f4"), "b": x[::-1].astype("f4")})
    got = normal.cdf(frame, dtype=np.float32)
    assert got.columns.equals(frame.columns)
    assert (got.dtypes == "f4").all()
    assert np.array_equal(got.to_numpy(), normal.cdf(frame.to_numpy()))
    assert isinstance(normal.loglik(series), np.float64)
    assert normal.loglik(series) == normal.loglik(x)


@pytest.mark.filterwarnings("ignore:__array_wrap__ must accept context")         # PyTorch's
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_tensors(dtype):
    torch = pytest.importorskip("torch")
    for n in (5, 40000):
        x = np.linspace(-3, 3, n).astype(dtype)
        got = normal.logcdf(torch.tensor(x), 0.5)
        assert isinstance(got, torch.Tensor)
        assert got.numpy().dtype == dtype
        assert np.array_equal(got.numpy(), normal.logcdf(x, 0.5))
        assert normal.loglik(torch.tensor(x)) == normal.loglik(x)
    with pytest.raises(RuntimeError, match="requires grad"):
        normal.cdf(torch.ones(3, requires_grad=True))


def test_gradients_on_dask():
    """As the user guide shows it."""
    array = pytest.importorskip("dask.array")
    x = np.linspace(-1, 1, 1000)
    lazy = array.from_array(x, chunks=300)
    wanted = np.stack(normal.logpdf_grad(x, 0.5, 2.0))
    got = array.map_blocks(
        lambda block: np.stack(normal.logpdf_grad(block, 0.5, 2.0)),
        lazy,
        dtype=lazy.dtype,
        new_axis=0,
        chunks=((3,), *lazy.chunks),
    )
    assert got.shape == (3, 1000)
    assert np.array_equal(got.compute(), wanted)
    _, _, dscale = got
    assert np.array_equal(dscale.compute(), wanted[2])
    np.testing.assert_allclose(got[1:].sum(axis=1).compute(), wanted[1:].sum(axis=1), rtol=1e-13)


def test_objects_with_array_and_buffers():
    class Wrapped:
        def __array__(self, dtype=None, copy=None):
            return X.astype(dtype or X.dtype)

    for thing in (Wrapped(), X.tolist(), tuple(X), memoryview(X)):
        assert np.array_equal(normal.logpdf(thing), normal.logpdf(X))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_ufuncs_pickle(protocol):
    for name in ufuncs.__all__:
        ufunc = getattr(ufuncs, name)
        assert isinstance(ufunc, np.ufunc)
        assert pickle.loads(pickle.dumps(ufunc, protocol)) is ufunc
        assert copy.copy(ufunc) is ufunc
        assert copy.deepcopy(ufunc) is ufunc
        assert b"fastprob.ufuncs" in pickle.dumps(ufunc, protocol) or np.lib.NumpyVersion(np.__version__) < "2.2.0"
    for module, name in FUNCTIONS:
        function = getattr(module, name)
        assert pickle.loads(pickle.dumps(function, protocol)) is function
    code = f"import pickle; u = pickle.loads({pickle.dumps(ufuncs.normal_cdf, protocol)!r}); print(u.__name__, float(u(0, 0, 1)))"
    assert run(code).stdout.split() == ["normal_cdf", "0.5"]


def test_ufuncs_say_what_they_are():
    for name in ufuncs.__all__:
        ufunc = getattr(ufuncs, name)
        assert ufunc.__name__ == name
        assert f"\n{name}(" in ufunc.__doc__
        assert "ULP" in ufunc.__doc__
        assert ufunc.types == [f"{c * ufunc.nin}->{c * ufunc.nout}" for c in "fd"]
    assert (
        {name for name, value in vars(ufuncs).items() if isinstance(value, np.ufunc)} == set(_core.ufuncs) == set(ufuncs.__all__)
    )


def test_import_brings_little():
    """And takes at most 0.45 of the time that numpy takes before it, of the processor's, on a slow one too: best of five."""
    code = """
import sys, time
start = time.process_time()
import numpy
had_masked = "numpy.ma" in sys.modules
before = set(sys.modules); between = time.process_time()
import fastprob
print(between - start, time.process_time() - between)
assert had_masked or "numpy.ma" not in sys.modules      # which would be a quarter of it
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
"""
    runs = [run(code) for _ in range(5)]
    for done in runs:
        assert done.returncode == 0, done.stderr
    times = [[float(seconds) for seconds in done.stdout.splitlines()[0].split()] for done in runs]
    names = runs[0].stdout.splitlines()[1]
    print(f"import fastprob: {min(own for _, own in times) * 1e3:.1f} ms after numpy, with {names}")
    assert min(own / theirs for theirs, own in times) <= 0.45
    assert not {"scipy", "sklearn", "matplotlib", "pandas", "threadpoolctl.tests"} & set(names.split())


def test_version_and_header():
    from importlib.metadata import version

    assert fastprob.__version__ == version("fastprob")
    assert os.path.exists(os.path.join(fastprob.get_include(), "fastprob.h"))
    assert os.path.exists(os.path.join(fastprob.get_include(), "ops.def"))


def test_target():
    possible = [name for name, supported in _core.targets() if supported]
    assert _core.target in possible
    for name in possible:
        done = run("import fastprob; print(fastprob.show_config('dicts')['targets']['chosen'])", FASTPROB_TARGET=name)
        assert done.stdout.strip() == name
    done = run("import fastprob", FASTPROB_TARGET="z80")
    assert done.returncode != 0
    assert "ImportError: FASTPROB_TARGET='z80' is not a CPU target that this machine can run" in done.stderr
    assert f"choose one of {', '.join(possible)}" in done.stderr
    assert run("import fastprob", FASTPROB_TARGET="").returncode == 0


def test_references_are_not_lost():
    """Neither results nor iterators stay behind, errors and copies included."""
    x, loc, row = np.ones((200, 200)), np.ones((200, 1)), np.ones(200)
    out = np.empty((200, 200))

    def refused(error, *args, **options):
        with pytest.raises(error):
            normal.logpdf(*args, **options)

    cases = [
        lambda: normal.logpdf(row, 0.5, 2),
        lambda: normal.logpdf_grad(x, loc),
        lambda: normal.logpdf(x, loc, row, out=out),
        lambda: normal.logpdf(out.T, loc, out=out),
        lambda: refused(ValueError, x, np.ones(7)),
        lambda: refused(TypeError, x + 0j, loc),
        lambda: refused(TypeError, x, loc, out=x.astype(int)),
    ]
    watched = (x, loc, row, out)
    for case in cases:
        case()
        before = [sys.getrefcount(a) for a in watched]
        for _ in range(50):
            case()
        assert [sys.getrefcount(a) for a in watched] == before
