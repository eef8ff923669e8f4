"""fastprob.stats at the ends of its range, against closed forms, mpmath and SciPy."""

from __future__ import annotations

import sys
import warnings

import mpmath
import numpy as np
import pytest
from scipy import stats as theirs

from fastprob import stats


@pytest.mark.parametrize("given", [((0.3,), {}), ((0.3, 2), {}), ((), {"p": 0.3, "loc": np.int8(2)}), ((0.3, 2.0), {})])
def test_frozen_bernoulli_expects_as_scipys(given):
    """A function of whole numbers may be an indexed table, or of bits."""
    args, kwds = given
    ours, other = stats.bernoulli(*args, **kwds), theirs.bernoulli(*args, **kwds)
    assert ours.expect(lambda k: k * k) == pytest.approx(float(other.expect(lambda k: k * k)), rel=1e-15)
    if args != (0.3, 2.0):
        table = np.array([1.0, 10.0, 100.0, 1000.0])
        for func in (lambda k: table[k], lambda k: k & 1):
            assert ours.expect(func) == pytest.approx(float(other.expect(func)), rel=1e-15)


STANDARD_MOMENTS = {        # about the center, which is at 0 or 1/2
    "norm": (0, lambda k: 0 if k % 2 else mpmath.fac2(k - 1)),
    "logistic": (0, lambda k: 0 if k % 2 else mpmath.pi**k * abs((2**k - 2) * mpmath.bernoulli(k))),
    "uniform": (mpmath.mpf("0.5"), lambda k: 0 if k % 2 else mpmath.mpf("0.5") ** k / (k + 1)),
}


@pytest.mark.parametrize("name", STANDARD_MOMENTS)
def test_moments_whose_powers_are_out_of_range(name):
    """Those of loc or scale over- or underflow; so may the result, but not sooner."""
    center, standard = STANDARD_MOMENTS[name]
    for n, loc, scale in (
        (4, 1e160, 1e-170), (170, 1e3, 1e-6), (170, 1e-6, 1e3), (3, 1e-200, 1e200), (170, 60.0, 1e-6), (2, 1e-200, 1e100),
        (170, 0.0125, 1e-30), (4, -3e76, 1e75), (170, 1e-3, 0.0125), (8, 0.0, 1e-30), (5, 1e-300, 1e-20), (6, 1e-60, 1e-170),
    ):  # fmt: skip
        with mpmath.workdps(60):
            middle = mpmath.mpf(loc) + scale * center
            wanted = sum(mpmath.binomial(n, k) * middle ** (n - k) * mpmath.mpf(scale) ** k * standard(k) for k in range(n + 1))
            with np.errstate(all="raise"):
                got = getattr(stats, name).moment(n, loc, [scale])[0]
            assert got == pytest.approx(float(wanted), rel=1e-13, abs=1e-323), (n, loc, scale)


# ---- moments of truncnorm

PLACED = ("norm", "logistic", "uniform")
INF = np.inf
SHAPES = [      # skewness and excess kurtosis: of the normal distribution, the uniform one, the exponential one, turned
    (-1e200, 1e200, 0.0, 0.0), (-INF, 1.7e308, 0.0, 0.0), (0.0, 1e-70, 0.0, -1.2), (-1e-160, 1e-160, 0.0, -1.2),
    (0.0, 5e-324, 0.0, -1.2), (1e70, INF, 2.0, 6.0), (1e82, INF, 2.0, 6.0), (1.7e308, INF, 2.0, 6.0), (-INF, -1e200, -2.0, 6.0),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "skew", "kurtosis"), SHAPES)
def test_skewness_and_kurtosis_of_any_width(a, b, skew, kurtosis):
    with np.errstate(all="raise"):
        got = stats.truncnorm.stats(a, b, moments="sk")
    assert got == (pytest.approx(skew, rel=1e-13, abs=1e-14), pytest.approx(kurtosis, rel=1e-13, abs=1e-14))


def test_skewness_and_kurtosis_beside_a_far_end():
    """The end is as good as infinity."""
    for b in (1e10, 1e103, 1.7e308):
        assert stats.truncnorm.stats(-3.0, b, moments="sk") == stats.truncnorm.stats(-3.0, INF, moments="sk")


def test_std_of_truncnorm_is_no_square_root_of_var():
    with np.errstate(all="raise"):
        assert stats.truncnorm.std(0.0, 1e-200, 0.0, 1e200) == pytest.approx(12**-0.5, rel=1e-14)
        assert stats.truncnorm.var(0.0, 1e-200, 0.0, 1e200) == pytest.approx(1 / 12, rel=1e-14)
        got = stats.truncnorm.std([1e200, -1.0], [INF, 1.0])
        np.testing.assert_allclose(got, [1e-200, stats.truncnorm.var(-1.0, 1.0) ** 0.5], rtol=1e-14)
        assert stats.truncnorm.std(0.0, 5e-324, 0.0, 1e300) == pytest.approx(5e-324 * 1e300 / 12**0.5, rel=1e-14)


def truncated_moment(n, a, b, loc, scale):
    """E[X^n], by mpmath, in panels of the distance from the end that is nearer to 0."""
    with mpmath.workdps(50):
        a, b, loc, scale = map(mpmath.mpf, (a, b, loc, scale))
        p = min(max(a, 0), b)
        far = (300 + 4 * n) / (abs(p) + mpmath.sqrt(300 + 4 * n))
        first, last = max(a, p - far), min(b, p + far)
        points = [first + (last - first) * k / 24 for k in range(25)]

        def integral(function):
            return mpmath.quad(lambda z: function(z) * mpmath.exp(-(z - p) * (z + p) / 2), points)

        rough = integral(lambda z: (loc + scale * z) ** n) or 1         # quad stops at an absolute error
        return float(rough * integral(lambda z: (loc + scale * z) ** n / rough) / integral(lambda z: mpmath.mpf(1)))


@pytest.mark.parametrize(
    "given",
    [
        (170, -2.6, 1e6, -0.5, 0.1), (40, 1e4, INF, -1e8, 1e4), (50, -1e-7, 1e-7, 0.0, 1e7), (4, 0.0, 1e-65, 0.0, 1e65),
        (170, -INF, INF, 0.0, 1.0), (170, -INF, -20.0, 1.0, 0.05), (169, -3.0, 5.0, 1e-3, 0.7),
        (60, 7.1, 9.3, -5.68, 0.8), (100, -1.0, INF, -2.0, 0.1), (120, 2.0, 2.0 + 2.0**-40, 3.0, 2.0), (2, -1.0, 2.0, 1e9, 1.0),
        (3, 1e-5, 0.1, -0.07, 1.0), (170, 0.0, INF, -26.0, 1.0), (31, -INF, 3.0, 1e3, 1e-3), (4, -2.0, 2.0, -1e77, 1e-200),
    ],
)  # fmt: skip
def test_moments_of_truncnorm_of_any_order(given):
    """About a far loc too, or one that cancels."""
    with np.errstate(all="raise"):
        assert stats.truncnorm.moment(given[0], *given[1:]) == pytest.approx(truncated_moment(*given), rel=1e-12, abs=1e-323)


# ---- bernoulli, and arguments

def test_quantiles_of_bernoulli_with_a_float32_loc_alone():
    loc = np.float32(1.0)
    ours, frozen = stats.bernoulli, stats.bernoulli(0.3, loc)
    got = [ours.ppf(0.5, 0.3, loc), ours.isf(0.5, 0.3, loc), ours.median(0.3, loc), *ours.interval(0.5, 0.3, loc)]
    got += [frozen.ppf(0.5), frozen.isf(0.5), frozen.median(), *frozen.interval(0.5)]
    assert got == [1.0, 1.0, 1.0, 1.0, 2.0] * 2
    assert all(type(value) is np.float32 for value in got)
    assert ours.ppf([0.5], 0.3, loc).dtype == np.float64


def test_values_out_of_range_are_quiet():
    ours = stats.bernoulli
    with np.errstate(all="raise"):
        assert ours.ppf(np.float32(0.5), 0.3, 1e300) == stats.norm.ppf(np.float32(0.5), 1e300)      # both float32
        assert stats.norm.cdf(np.longdouble(np.finfo(np.longdouble).max)) == 1.0
        assert ours.expect(args=(0.3,), loc=1.7e308, conditional=True) == pytest.approx(1.7e308, rel=1e-15)
        assert ours.expect(args=(5e-324,), loc=-0.5) == -0.5


def test_moments_of_sure_outcomes_whose_powers_overflow():
    """What has no probability counts nothing, and a power that is infinite is no NaN."""
    moment = stats.bernoulli.moment
    with np.errstate(all="raise"):
        for given, wanted in (
            ((2, 0.0, 1e200), np.inf), ((2, 1.0, 1e200), np.inf), ((3, 1.0, -1e200), -np.inf), ((169, 0.0, -1e3), -np.inf),
            ((2, 0.0, np.inf), np.inf), ((169, 1.0, -np.inf), -np.inf), ((3, 1.0, -1.0), 0.0), ((5, 0.0, 3.0), 243.0),
            ((0, 1.0, 7.0), 1.0),
        ):  # fmt: skip
            got = moment(*given)
            assert type(got) is np.float64
            assert got == wanted, given
        assert np.array_equal(moment(4, [[0.0], [0.5], [1.0]], [1.0, 2.0]), [[1.0, 16.0], [8.5, 48.5], [16.0, 81.0]])


def test_python_numbers_beyond_float32_are_quiet():
    """Beside float32 they are infinite."""
    ours, low, x = stats.truncnorm, np.float32(0.5), np.float32(0.75)
    with np.errstate(all="raise"):
        for name in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf"):
            far, infinite = getattr(ours, name)(x, low, 1e300), getattr(ours, name)(x, low, np.inf)
            assert far == infinite == getattr(ours(low, 1e300), name)(x)
            assert type(far) is np.float32
        for name in ("mean", "var", "std", "median", "entropy"):
            assert getattr(ours, name)(low, 1e300) == getattr(ours, name)(low, np.inf)
        assert ours.rvs(low, 1e300, random_state=1) == ours.rvs(low, np.inf, random_state=1)
        assert ours.cdf(x, -1.0, 1.0, 1e300) == 0.0         # the support is far above


def test_draws_that_int64_does_not_hold():
    for loc in (1e19, -1e19, 2.0**63):
        with pytest.raises(ValueError, match=r"int64 must hold loc and loc \+ 1, got loc = -?[19]"):
            stats.bernoulli.rvs(0.3, loc, size=2)
    assert (stats.bernoulli.rvs(0.3, -(2.0**63), size=2) == -(2**63)).all()
    assert stats.bernoulli.rvs(0.3, 1e19) == 10**19         # a Python integer holds it


@pytest.mark.parametrize("size", [b"\2\3", "", "23", {2, 3}, {2: 0, 3: 0}, {2: 0}.keys(), iter((2, 3))])
def test_sizes_are_integers_or_sequences(size):
    for package in (stats, theirs):
        with pytest.raises(TypeError):
            package.norm.rvs(size=size)


# ---- fits of truncnorm

def test_fits_of_truncnorm_are_possible_and_as_good_as_scipys():
    """There is no way out of the support, and a search that stopped early goes on."""
    ours, other = stats.truncnorm, theirs.truncnorm
    loc, scale = ours.fit([1.0, 2.0, 4.0], fa=-2.0, fb=2.0, floc=2.0)[2:]
    assert scale == pytest.approx((5 / 3) ** 0.5, abs=1e-4)       # by symmetry of the ends: the root of the mean square, nearly
    rng = np.random.default_rng(5)
    for held in (("fa", "fb", "floc"), ("fa", "fb", "fscale"), ("fa", "fb"), ("fa", "floc", "fscale")):
        for _ in range(4):
            a, loc = rng.normal(size=2) * [1.0, 3.0]
            true = {"fa": a, "fb": a + 0.3 + 2.0 * rng.exponential(), "floc": loc, "fscale": np.exp(rng.normal())}
            data = other.rvs(*true.values(), size=40, random_state=rng)
            fixed = {name: true[name] for name in held}
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                try:
                    wanted = other.nnlf(other.fit(data, **fixed), data)
                except theirs.FitError:
                    wanted = np.inf
            assert other.nnlf(ours.fit(data, **fixed), data) <= wanted + 1e-3, (true, held)


@pytest.mark.parametrize(
    "fixed",
    [
        {"fa": 0.0, "fb": 1.0, "floc": 2.0}, {"fa": -1.0, "fb": 1.0, "fscale": 1.0}, {"fa": 1.0, "fb": 2.0, "floc": 0.0},
        {"fa": 0.0, "floc": 3.0, "fscale": 1.0},
    ],
)  # fmt: skip
def test_fits_of_truncnorm_that_cannot_be(fixed):
    """Ends are loc + a scale and loc + b scale."""
    with pytest.raises(ValueError, match=r"data: they reach beyond the support of .* with fa = "):
        stats.truncnorm.fit([1.0, 2.0, 4.0], **fixed)


def test_fits_that_end_where_data_are_impossible():
    with pytest.raises(RuntimeError, match="the optimizer ended where some of the data are impossible"):
        stats.truncnorm.fit([1.0, 2.0, 4.0], fa=-1.0, fb=1.0, optimizer=lambda f, x0, args, disp: [2.0, 1.0])


def test_fits_of_truncnorm_find_the_way_in():
    """From a start where data are impossible."""
    data = theirs.truncnorm.rvs(-1.0, 2.0, 3.0, 0.5, size=40, random_state=1)
    best = stats.truncnorm.nnlf(stats.truncnorm.fit(data, fa=-1.0, fb=2.0), data)
    found = stats.truncnorm.fit(data, fa=-1.0, fb=2.0, loc=10.0, scale=0.5)
    assert stats.truncnorm.nnlf(found, data) == pytest.approx(best, abs=0.1)


def test_fits_of_truncnorm_leave_no_far_datum_out():
    """However unlikely it is: the ends run to the data, or beyond where nothing is left of the density."""
    normal = theirs.norm.rvs(size=50, random_state=1)
    for data, loc in (([-3.0, 600.0, 2.0, 5.0], 0.0), ([*normal, 1e8], 0.0), (2500.0 + 300.0 * normal, 2500.0)):
        theta = stats.truncnorm.fit(data, floc=loc, fscale=1.0)
        best = stats.truncnorm.nnlf((min(data) - loc, max(data) - loc, loc, 1.0), data)
        assert stats.truncnorm.nnlf(theta, data) == pytest.approx(best, rel=1e-6)
    assert np.isfinite(stats.truncnorm.nnlf(stats.truncnorm.fit(2500.0 + 300.0 * normal, fscale=1.0), 2500.0 + 300.0 * normal))


@pytest.mark.parametrize(("place", "unit"), [(0.0, 1.0), (5e-4, 1e-6), (1e6, 1.0), (1e9, 1e-3), (0.0, 1e200)])
def test_moments_fit_truncnorm_in_any_units(place, unit):
    """The moments are the data's, in units of their deviation, as SciPy has them of the standard distribution."""
    ours, standard = stats.truncnorm, theirs.truncnorm
    data = place + unit * standard.rvs(-1.0, 2.0, size=200, random_state=1)
    center, spread = data.mean(), unit * ((data - data.mean()) / unit).std()

    def moments(a, b, loc, scale):
        mean, variance = standard.stats(a, b)
        return (loc - center) / spread + scale * mean / spread, scale * np.sqrt(variance) / spread

    near = 1e-12 + 2e-16 * abs(place) / spread
    with np.errstate(all="raise"):
        assert moments(*ours.fit(data, fa=-1.0, fb=2.0, method="MM")) == pytest.approx((0.0, 1.0), abs=near)
        assert moments(*ours.fit(data, fa=-1.0, fb=2.0, fscale=unit, method="MM"))[0] == pytest.approx(0.0, abs=near)
        assert moments(*ours.fit(data, fa=-1.0, fb=2.0, floc=place, method="MM"))[0] == pytest.approx(0.0, abs=near)
        loc, scale = ours.fit(data, fa=-1.0, fb=1.0, floc=center, method="MM")[2:]         # whose mean is loc at any scale
        assert loc == center
        assert scale * standard.std(-1.0, 1.0) == pytest.approx(spread, rel=1e-9)
        assert moments(*ours.fit(data, fa=-1.0, method="MM")) == pytest.approx((0.0, 1.0), abs=1e-3)
    with pytest.raises(ValueError, match=r"truncnorm\.fit: b must be > a, got 1\.0"):
        ours.fit(data, fa=2.0, fb=1.0, method="MM")


@pytest.mark.parametrize("unit", [1e-310, 1e-200, 1e200, 1e307])
def test_searches_of_truncnorm_begin_in_any_units(unit):
    """Squares of the data need not be in the range of floating point."""
    sample = theirs.truncnorm.rvs(-1.0, 2.0, size=100, random_state=1)
    data = unit * sample
    with np.errstate(all="raise"):
        a, b, loc, scale = stats.truncnorm.fit(data, fa=-1.0)
        best = stats.truncnorm.nnlf(stats.truncnorm.fit(sample, fa=-1.0), sample)
    assert theirs.truncnorm.nnlf((a, b, loc / unit, scale / unit), sample) <= best + 1e-2


@pytest.mark.parametrize("number", [0.1, 0.7, 1e9 + 0.1, 1e300 / 3.0, 1e-310])
def test_logistic_fits_equal_numbers(number):
    """Of which the mean, rounded, need not be one."""
    with np.errstate(all="raise"):
        for count in (1, 2, 3, 7, 10, 1000):
            assert stats.logistic.fit([number] * count) == (number, 0.0)


# ---- expectations

DENSITY = {
    "norm": mpmath.npdf, "logistic": lambda z: mpmath.sech(z / 2) ** 2 / 4, "uniform": lambda z: mpmath.mpf(1),
    "truncnorm": lambda z: mpmath.npdf(z) / (mpmath.ncdf(2) - mpmath.ncdf(-1)),
}
FROM, TO = {"uniform": 0.0, "truncnorm": -1.0}, {"uniform": 1.0, "truncnorm": 2.0}


@pytest.mark.parametrize("name", [*DENSITY, "bernoulli"])
def test_expectations_between_limits_that_are_nan(name):
    """As SciPy's, of continuous distributions."""
    args = {"truncnorm": (-1.0, 2.0), "bernoulli": (0.3,)}.get(name, ())
    with np.errstate(all="raise"):
        for lb, ub in ((np.nan, None), (None, np.nan), (0.0, np.nan), (np.nan, 1.0), (np.nan, np.nan)):
            for func in (None, lambda x: x * x):
                for conditional in (False, True):
                    assert np.isnan(getattr(stats, name).expect(func, args, lb=lb, ub=ub, conditional=conditional))


@pytest.mark.parametrize("name", DENSITY)
def test_expectations_between_any_limits(name):
    """From narrow limits to wide ones; in closed form and by quadrature."""
    rng = np.random.default_rng(11)
    ours, args = getattr(stats, name), (-1.0, 2.0) if name == "truncnorm" else ()
    for _ in range(40):
        loc, scale = float(rng.choice([0.0, 100.0 * rng.normal()])), float(np.exp(rng.normal()))
        lb = loc + scale * float(rng.uniform(FROM.get(name, -6.0) + 0.01, TO.get(name, 6.0) - 0.4))
        ub = lb + scale * 10.0 ** float(rng.uniform(-11, np.log10(0.35 if name in TO else 6.0)))
        with mpmath.workdps(40):
            z = [(mpmath.mpf(x) - loc) / scale for x in (lb, ub)]
            mass = mpmath.quad(DENSITY[name], z) if ub - lb > 1e-3 * scale else (z[1] - z[0]) * (
                (DENSITY[name](z[0]) + DENSITY[name](z[1]) + 4 * DENSITY[name]((z[0] + z[1]) / 2)) / 6
            )
            low = mpmath.quad(lambda t, z=z: t * DENSITY[name](z[0] + t * (z[1] - z[0])), [0, 1])
            share = low / mpmath.quad(lambda t, z=z: DENSITY[name](z[0] + t * (z[1] - z[0])), [0, 1])
            mean = lb + (ub - mpmath.mpf(lb)) * share
        given = {"args": args, "loc": loc, "scale": scale, "lb": lb, "ub": ub}
        close = 1e-13 * max(1.0, abs(lb / float(mean)))
        assert ours.expect(**given) == pytest.approx(float(mass * mean), rel=close, abs=0), given
        assert ours.expect(conditional=True, **given) == pytest.approx(float(mean), rel=close, abs=0), given
        assert lb <= ours.expect(conditional=True, **given) <= ub
        assert ours.expect(lambda x: 1.0, **given) == pytest.approx(float(mass), rel=1e-7, abs=0), given


def test_expectation_between_limits_next_to_each_other():
    lb, ub = 1.5288037871403364, 1.5288037871419966
    with np.errstate(all="raise"):
        assert stats.uniform.expect(scale=3.0, lb=lb, ub=ub) == pytest.approx(8.46054035456715e-13, rel=1e-14, abs=0)
        for name in PLACED:
            ends = 0.7, float(np.nextafter(0.7, 1.0))
            assert getattr(stats, name).expect(lb=ends[0], ub=ends[1], conditional=True) in ends
        assert stats.uniform.expect(loc=1e10, scale=1e-3) == pytest.approx(1e10 + 5e-4, rel=1e-16)


@pytest.mark.parametrize(
    ("name", "args", "loc", "scale"),
    [
        ("norm", (), 5.0, 1e-4), ("norm", (), 1e10, 1e-300), ("norm", (), 0.0, 1e200), ("logistic", (), 0.0, 1e5),
        ("uniform", (), 1e10, 1e-3), ("truncnorm", (-1e5, 1e5), 0.0, 1.0), ("truncnorm", (1e4, INF), 0.0, 1.0),
        ("truncnorm", (-INF, -1e150), 0.0, 1.0), ("truncnorm", (1e4, INF), -1e8, 1e4), ("truncnorm", (0.0, 1e-200), 0.0, 1e200),
        ("truncnorm", (-1e5, 3.0), 1.0, 1e-3), ("truncnorm", (-1.0, 2.0), 1e6, 1e-3),
    ],
)  # fmt: skip
def test_integrals_see_all_the_probability(name, args, loc, scale):
    ours = getattr(stats, name)
    assert ours.expect(lambda x: 1.0, args, loc, scale) == pytest.approx(1.0, rel=1e-9)
    median = float(ours.median(*args, loc, scale))
    for limits in ({"lb": median}, {"ub": median}):
        got = ours.expect(lambda x: 1.0, args, loc, scale, **limits)
        rounding = np.spacing(abs(median) + abs(loc)) * float(ours.pdf(median, *args, loc, scale))
        assert got == pytest.approx(0.5, abs=1e-8 + 8 * rounding)


def test_integrals_are_of_x_where_the_options_are():
    with mpmath.workdps(20):
        wanted = float(mpmath.quad(lambda x: mpmath.cos(2 * x) * mpmath.npdf(x, 1, 3), [0, 1]))
    given = {"loc": 1.0, "scale": 3.0, "lb": 0.0, "ub": 1.0}
    assert stats.norm.expect(lambda x: 1.0, weight="cos", wvar=2.0, **given) == pytest.approx(wanted, rel=1e-12)
    at = 0.12345        # a step there
    got = stats.norm.expect(lambda x: float(x > at), points=[at], **given)
    assert got == pytest.approx(float(stats.norm.cdf(1.0, 1.0, 3.0) - stats.norm.cdf(at, 1.0, 3.0)), rel=1e-13)


def test_what_scipy_is_needed_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    for name in [name for name in sys.modules if name.startswith("scipy.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ImportError, match=r"fastprob.stats needs SciPy for expectations of a function: pip install scipy"):
        stats.norm.expect(lambda x: x)
    with pytest.raises(ImportError, match=r"fastprob.stats needs SciPy for fits by search"):
        stats.truncnorm.fit([1.0, 2.0, 3.0])
