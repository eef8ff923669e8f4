"""fastprob.stats at the ends of its range, against closed forms, mpmath and SciPy."""

from __future__ import annotations

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
