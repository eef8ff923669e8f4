"""fastprob.stats where it is better than scipy.stats on purpose: values beside exact arithmetic and mpmath."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from reference.points import SEED

from fastprob import bernoulli, logistic, normal, stats, truncnormal, uniform


def test_uniform_is_of_the_exact_sum():
    """Where loc + scale is no number of the type: distances from both ends, against rational numbers."""
    rng = np.random.default_rng(SEED)
    worst = {}
    for dtype, steps in (("f8", 2.0**52), ("f4", 2.0**23)):
        n = 300
        loc = (rng.normal(size=n) * 10.0 ** rng.integers(-3, 4, n)).astype(dtype)
        scale = (rng.random(n) * 10.0 ** rng.integers(-3, 4, n) + 1e-4).astype(dtype)
        share = np.concatenate([rng.random(n - 120), np.full(60, 1.0), np.zeros(60)])
        x = (loc + scale * share.astype(dtype)).astype(dtype)
        x[-90:] = np.nextafter(x[-90:], np.array([np.inf, -np.inf] * 45, dtype))
        got = {f: getattr(stats.uniform, f)(x, loc, scale) for f in ("cdf", "sf", "pdf", "logcdf", "logsf", "logpdf")}
        for k in range(n):
            a, s, z = Fraction(float(loc[k])), Fraction(float(scale[k])), Fraction(float(x[k]))
            below = min(max((z - a) / s, Fraction(0)), Fraction(1))
            inside = 0 <= x[k] - loc[k] <= scale[k]
            wanted = {"cdf": below, "sf": 1 - below, "pdf": 1 / s if inside else Fraction(0)}
            for f, value in wanted.items():
                error = abs(Fraction(float(got[f][k])) - value)
                worst[f] = max(worst.get(f, 0.0), float(error / value) * steps if value else math.inf if error else 0.0)
            assert (got["logpdf"][k] > -np.inf) == inside
        inside = got["pdf"] > 0
        np.testing.assert_allclose(got["logpdf"][inside], np.log(got["pdf"][inside]), rtol=1e-5, atol=1e-6)
        one = [stats.uniform.sf(float(x[k]), float(loc[k]), float(scale[k])) for k in range(n)]
        if dtype == "f8":
            assert np.array_equal(one, got["sf"])           # numbers and arrays: the same bits
    assert max(worst.values()) <= 2.0, worst


def test_uniform_includes_the_end():
    """high is inside for scale = high - low, however that was rounded; so are the data that were fitted."""
    rng = np.random.default_rng(SEED)
    low, high = np.sort(rng.standard_cauchy((2, 2000)), axis=0)
    low[:2], high[:2] = -1.0, [1.0, 1.0 + 2.0**-52]
    assert (stats.uniform.pdf(high, low, high - low) > 0.0).all()
    assert (stats.uniform.pdf(low, low, high - low) > 0.0).all()
    for ends in zip(low[:50], high[:50], strict=True):
        assert stats.uniform.nnlf(stats.uniform.fit(ends), ends) < np.inf


def test_uniform_log_of_the_exact_sum():
    rng = np.random.default_rng(SEED)
    mpmath.mp.dps = 40
    for _ in range(200):
        loc, scale = float(rng.normal()), float(rng.random() * 10.0 ** rng.integers(-6, 7) + 1e-7)
        x = loc + scale * float(rng.choice([rng.random(), 1e-9 * rng.random(), 1.0 - 1e-9 * rng.random()]))
        below = (mpmath.mpf(x) - loc) / scale
        if 0 < below < 1:
            for f, wanted in (("logcdf", mpmath.log(below)), ("logsf", mpmath.log1p(-below)), ("logpdf", -mpmath.log(scale))):
                assert abs(getattr(stats.uniform, f)(x, loc, scale) / wanted - 1) <= 4e-16, (f, x, loc, scale)


def test_uniform_at_infinity_and_beyond():
    for given in ((0.1, 0.2), (0.1, [0.2]), (-1e308, 1.5e308), (0.1, np.full(4, 0.2))):
        with np.errstate(all="raise"):
            for x in (-np.inf, np.inf, 1.7e308, np.nan):
                low = x == -np.inf
                for f, wanted in (("cdf", 1.0 - low), ("sf", 0.0 + low), ("pdf", 0.0), ("logpdf", -np.inf)):
                    got = np.unique(getattr(stats.uniform, f)(x, *given))
                    assert np.array_equal(got, [np.nan if np.isnan(x) else wanted], equal_nan=True), (x, given, f)


def test_moments_of_an_infinite_scale_and_of_the_largest_order():
    for dist in (stats.norm, stats.logistic):
        assert [float(dist.moment(k, 0.0, math.inf)) for k in (1, 2, 4)] == [0.0, math.inf, math.inf]
    assert math.isnan(stats.uniform.moment(2, 0.0, math.inf))
    assert stats.norm.moment(170) == float(math.prod(range(1, 170, 2)))
    assert stats.logistic.moment(170) == pytest.approx(2.0 * math.factorial(170), rel=1e-13)
    assert stats.uniform.moment(170) == pytest.approx(1 / 171, rel=1e-13)


def test_moments_are_exact():
    assert stats.norm.std(0.0, 1e-200) == 1e-200
    assert stats.norm.std(0.0, [1e200, 3.0])[0] == 1e200
    # E[X^n] of the uniform distribution, n = 12, where powers of the ends cancel
    a, s = Fraction(1000.25), Fraction(0.125)
    wanted = ((a + s) ** 13 - a**13) / (13 * s)
    assert stats.uniform.moment(12, 1000.25, 0.125) == pytest.approx(float(wanted), rel=1e-14)
    # double factorials, and pi^2k (2^2k - 2) |B_2k|
    assert stats.norm.moment(20) == 654729075.0
    assert stats.norm.stats(1, 2, "k") == 0.0               # by position
    mpmath.mp.dps = 40
    scale = 0.2419707245191433                                  # where the entropy is about 0
    wanted = mpmath.log(scale) + (1 + mpmath.log(2 * mpmath.pi)) / 2
    assert abs(stats.norm.entropy(5.0, scale) / wanted - 1) < 4e-16
    assert stats.logistic.moment(8) == pytest.approx(127 * math.pi**8 / 15, rel=1e-15)
    assert stats.logistic.moment(7) == 0.0
    low, high = stats.norm.interval(1 - 2.0**-53)         # 2^-54 on either side
    assert high == -low == pytest.approx(8.292361, rel=1e-6)
    assert stats.norm.moment(2.0) == 1.0
    p = np.array([1e-300, 0.25, 1 - 2.0**-53])
    np.testing.assert_allclose(stats.bernoulli.entropy(p), [6.9177552789821370e-298, 0.5623351446188083, 4.1898e-15], rtol=1e-4)


MODULES = {
    "norm": (normal, lambda loc, scale: (loc, scale)), "logistic": (logistic, lambda loc, scale: (loc, scale)),
    "uniform": (uniform, lambda loc, scale: (loc, loc + scale)), "bernoulli": (bernoulli, lambda p, _: (p,)),
    "truncnorm": (truncnormal, lambda a, scale: (a, a + scale)),
}


@pytest.mark.parametrize("name", MODULES)
def test_moments_are_those_of_the_modules(name):
    """Bit for bit, in both types: they are right to the last digits there."""
    module, parameters = MODULES[name]
    rng = np.random.default_rng(SEED)
    for dtype in ("f8", "f4"):
        first = np.round(8 * rng.random(50)).astype(dtype)          # exact sums
        scale = np.exp2(rng.integers(-3, 4, 50)).astype(dtype)
        first = first / 16 if name == "bernoulli" else first
        given = {"bernoulli": (first,), "truncnorm": (first, first + scale)}.get(name, (first, scale))
        for function in ("mean", "var", "std", "skew", "kurtosis", "entropy"):
            if hasattr(module, function):
                own = getattr(stats, name)
                by_letter = function in ("skew", "kurtosis")
                got = own.stats(*given, moments=function[0]) if by_letter else getattr(own, function)(*given)
                wanted = getattr(module, function)(*parameters(first, scale))
                known = np.isfinite(wanted) | (name != "bernoulli")         # at p = 0 SciPy's NaN
                assert got.dtype == wanted.dtype
                assert np.array_equal(got[known], wanted[known]), function


def test_log_of_steps():
    assert stats.bernoulli.logcdf(0, 1e-20) == -1e-20
    assert stats.bernoulli.logsf(0, 1e-300) == math.log(1e-300)
    assert stats.bernoulli.logsf(0.5, 1 - 2.0**-53) == pytest.approx(-(2.0**-53), rel=1e-15)


def test_quantiles_of_a_sure_thing():
    """The least outcome k with cdf(k) >= q: P(K = 0) = 1 at p = 0."""
    assert stats.bernoulli.ppf(1.0, 0.0) == stats.bernoulli.isf(0.0, 0.0) == 0.0


# ---- truncnorm

def truncated(low, high):
    """Normal mass, by mpmath: right to all digits in either tail."""
    low, high = mpmath.mpf(low), mpmath.mpf(high)
    root = mpmath.sqrt(2)
    if low > 0:
        return (mpmath.erfc(low / root) - mpmath.erfc(high / root)) / 2
    return (mpmath.erfc(-high / root) - mpmath.erfc(-low / root)) / 2


def truncated_ends(rng):
    """Usual ones, narrow ones, far ones, with an infinite end."""
    width = 10.0 ** rng.uniform(-9, 1)
    a, w = [
        (rng.normal(), rng.exponential()), (10 * rng.normal(), width), (40 * rng.normal(), width),
        (3 * rng.normal(), math.inf), (rng.uniform(0, 1e6), 10.0 ** rng.uniform(-6, 1)), (rng.uniform(5, 1e3), math.inf),
    ][rng.integers(6)]
    a, b = float(a), float(a + w)
    return (a, b) if rng.random() < 0.5 else (-b, -a)


def test_truncnorm_is_right():
    """Density, distribution functions and their logarithms at quantiles, and these themselves: errors relative to the value."""
    rng = np.random.default_rng(SEED)
    mpmath.mp.dps = 60
    worst = {}

    def see(name, got, wanted, unit, info):
        error = abs((mpmath.mpf(float(got)) - wanted) / unit) if np.isfinite(got) else math.inf
        worst[name] = max(worst.get(name, (0.0, ())), (float(error), info))

    for _ in range(300):
        a, b = truncated_ends(rng)
        q = float(rng.random() if rng.random() < 0.5 else 10.0 ** rng.uniform(-20, 0))
        x, y = (float(f(q, a, b)) for f in (stats.truncnorm.ppf, stats.truncnorm.isf))
        assert a <= x <= b
        assert a <= y <= b
        mass, info = truncated(a, b), (a, b, x, q)
        below, above, density = truncated(a, x) / mass, truncated(x, b) / mass, mpmath.npdf(x) / mass
        see("pdf", stats.truncnorm.pdf(x, a, b), density, density, info)
        see("logpdf", stats.truncnorm.logpdf(x, a, b), mpmath.log(density), 1 + abs(mpmath.log(density)), info)
        for f, wanted in (("cdf", below), ("sf", above)):
            if wanted > 0:
                see(f, getattr(stats.truncnorm, f)(x, a, b), wanted, wanted, info)
                logarithm = mpmath.log(wanted) if wanted < 0.5 else mpmath.log1p(-(above if f == "cdf" else below))
                if logarithm:
                    see("log" + f, getattr(stats.truncnorm, "log" + f)(x, a, b), logarithm, logarithm, info)
        see("ppf", q, below, density * max(abs(x), 0.1), info)           # 1e-15 of the scale next to 0
        see("isf", q, truncated(y, b) / mass, mpmath.npdf(y) / mass * max(abs(y), 0.1), (a, b, y, q))
    assert all(error <= 1e-14 for error, _ in worst.values()), worst


WIDE = [(-1, 2), (0.5, math.inf), (30, math.inf), (-1000, -999.5), (1, 1 + 2.0**-20), (-3, 3), (-math.inf, math.inf), (5, 5.5),
        (-math.inf, -2), (-0.001, 40), (-2.5, 2.5), (-2.5, math.inf), (-7, 4), (-10, 10), (-30, 30), (-3.0, 3.0 + 2.0**-30)]


@pytest.mark.parametrize(("a", "b"), WIDE)
def test_moments_of_truncnorm_are_right(a, b):
    """At any width and distance, where SciPy's cancel."""
    mpmath.mp.dps = 60
    peak = min(max(0, a), b)
    near, far = 3 / (1 + abs(peak)), 90 / (2.25 + abs(peak))
    low, high = max(a, peak - far), min(b, peak + far)

    def integral(power, origin, first, last):
        points = [first, *(point for point in (peak - near, peak + near) if first < point < last), last]
        return mpmath.quad(lambda x: (x - origin) ** power * mpmath.exp((mpmath.mpf(peak) ** 2 - x * x) / 2), points)

    mass = integral(0, 0, low, high)
    mean = peak + integral(1, peak, low, high) / mass
    variance, third, fourth = (integral(k, mean, low, high) / mass for k in (2, 3, 4))
    got = [float(value) for value in stats.truncnorm.stats(a, b, moments="mvsk")]
    assert got[0] == pytest.approx(float(mean), rel=1e-14, abs=1e-15)
    assert got[1] == pytest.approx(float(variance), rel=3e-14)
    assert got[2] == pytest.approx(float(third / variance**1.5), rel=3e-13, abs=3e-13)
    assert got[3] == pytest.approx(float(fourth / variance**2 - 3), rel=3e-13, abs=3e-13)
    if a <= -2.5 and b >= 2.5:      # next to those of the normal distribution
        nearer = float(mpmath.npdf(min(-a, b)))
        assert got[2] == pytest.approx(float(third / variance**1.5), rel=1e-13, abs=1e-15 * nearer + 1e-60)
        assert got[3] == pytest.approx(float(fourth / variance**2 - 3), rel=1e-13, abs=1e-60)
    entropy = mpmath.log(mass) + (variance + mean**2 - mpmath.mpf(peak) ** 2) / 2
    assert stats.truncnorm.entropy(a, b) == pytest.approx(float(entropy), rel=1e-14, abs=1e-14)
    assert stats.truncnorm.moment(6, a, b) == pytest.approx(float(integral(6, 0, low, high) / mass), rel=1e-12, abs=1e-12)
    inner = [float(mean - mpmath.mpf("0.3") * mpmath.sqrt(variance)), float(mean + mpmath.sqrt(variance) / 2)]
    wanted = integral(1, 0, *inner) / integral(0, 0, *inner)
    first = stats.truncnorm.expect(args=(a, b), lb=inner[0], ub=inner[1], conditional=True)
    assert first == pytest.approx(float(wanted), rel=1e-13, abs=1e-14)
    reverse = stats.truncnorm.expect(args=(a, b), lb=inner[1], ub=inner[0])
    assert reverse == -stats.truncnorm.expect(args=(a, b), lb=inner[0], ub=inner[1])


def test_truncnorm_far_out():
    """Where SciPy's are NaN, 0 or inf."""
    assert stats.truncnorm.cdf(14.0, 13.0, 15.0) == pytest.approx(0.9999987259565644, rel=1e-15)
    assert stats.truncnorm.pdf(5e-21, 0.0, 1e-20) == pytest.approx(1e20, rel=1e-14)
    assert stats.truncnorm.ppf(0.5, 1e6, math.inf) == pytest.approx(1e6 + math.log(2) / 1e6, rel=1e-16)
    assert np.array_equal(stats.truncnorm.ppf([0.0, 1.0], -2.0, math.inf), [-2.0, math.inf])
    with np.errstate(all="raise"):
        assert stats.truncnorm.logcdf([-1e300, 0.0, np.inf, np.nan], -math.inf, math.inf)[0] == -math.inf
        assert np.isnan(stats.truncnorm.cdf(0.0, [1.0, np.nan], [1.0, 2.0])).all()


def test_expect_far_out():
    """Conditional on a tail, where SciPy's difference of distribution functions has no digits left."""
    mpmath.mp.dps = 40
    wanted = float(mpmath.npdf(20) / (mpmath.erfc(20 / mpmath.sqrt(2)) / 2))
    assert stats.norm.expect(lb=20.0, conditional=True) == pytest.approx(wanted, rel=1e-13)
    assert stats.norm.expect(lambda x: x, lb=20.0, conditional=True) == pytest.approx(wanted, rel=1e-7)
    assert stats.uniform.expect(lambda x: x, lb=-np.inf, ub=np.inf) == pytest.approx(0.5, rel=1e-14)
