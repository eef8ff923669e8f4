"""Fits to censored data, against mpmath and SciPy."""

from __future__ import annotations

import functools
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import stats as theirs
from scipy.optimize import fmin
from scipy.stats import CensoredData

from fastprob import stats

X = np.random.default_rng(7).normal(3.0, 2.0, 40)
DATA = {
    "intervals": CensoredData(interval=[[0.1, 0.2], [0.5, 0.55], [0.75, 0.9], [0.8, 0.95]]),
    "above": CensoredData.right_censored(np.minimum(X, 4.0), X > 4.0),
    "below": CensoredData.left_censored(np.maximum(X, 2.0), X < 2.0),
    "all": CensoredData(uncensored=X[:10], left=X[10:20] + 1.0, right=X[20:30] - 1.0, interval=np.c_[X[30:] - 0.5, X[30:] + 0.3]),
    "status": CensoredData(left=[0.0, 3.0, 2.5], right=[1.0, -1.0, 2.0]),
}
FIXED: list[dict[str, float]] = [{}, {"floc": 2.0}, {"fscale": 1.5}]
CDF = {"norm": mpmath.ncdf, "logistic": lambda z: 1 / (1 + mpmath.exp(-z))}
PDF = {"norm": mpmath.npdf, "logistic": lambda z: mpmath.exp(-z) / (1 + mpmath.exp(-z)) ** 2}


def loglik(name: str, data: Any, loc: Any, scale: Any) -> Any:
    cdf, pdf = CDF[name], PDF[name]
    total = sum(mpmath.log(pdf((x - loc) / scale) / scale) for x in data._uncensored.tolist())
    total += sum(mpmath.log(cdf((x - loc) / scale)) for x in data._left.tolist())
    total += sum(mpmath.log(cdf((loc - x) / scale)) for x in data._right.tolist())
    return total + sum(mpmath.log(cdf((b - loc) / scale) - cdf((a - loc) / scale)) for a, b in data._interval.tolist())


@pytest.mark.parametrize("fixed", FIXED, ids=lambda fixed: "".join(fixed) or "free")
@pytest.mark.parametrize("kind", DATA)
@pytest.mark.parametrize("name", CDF)
def test_the_likelihood_is_largest_there(name: str, kind: str, fixed: dict[str, float]) -> None:
    """Newton's step from there, by derivatives of 40 digits, is nothing."""
    loc, scale = getattr(stats, name).fit(DATA[kind], **fixed)
    free = [k for k, held in enumerate(("floc", "fscale")) if held not in fixed]
    with mpmath.workdps(40):
        point = [mpmath.mpf(float(loc)), mpmath.mpf(float(scale))]

        def of_free(*moved: Any) -> Any:
            theta = list(point)
            for k, value in zip(free, moved, strict=True):
                theta[k] = value
            return loglik(name, DATA[kind], *theta)

        at = [point[k] for k in free]
        orders = np.eye(len(free), dtype=int).tolist()
        slope = mpmath.matrix([mpmath.diff(of_free, at, tuple(order)) for order in orders])
        curvature = mpmath.matrix([[mpmath.diff(of_free, at, tuple(np.add(a, b).tolist())) for b in orders] for a in orders])
        step = mpmath.lu_solve(curvature, slope)
        assert max(abs(each) for each in step) < 1e-11 * point[1]
    assert all(value == {"floc": loc, "fscale": scale}[held] for held, value in fixed.items())


accurate = functools.partial(fmin, xtol=1e-10, ftol=1e-10)


@pytest.mark.parametrize("fixed", [{}, {"floc": 0.0}], ids=["free", "floc"])
@pytest.mark.parametrize("name", CDF)
def test_fits_in_any_units(name: str, fixed: dict[str, float]) -> None:
    """Squares of the data need not be in the range of floating point; units of a power of two hardly change a digit."""
    ours, wanted = getattr(stats, name), getattr(stats, name).fit(CensoredData(X[:30], left=X[30:35], right=X[35:]), **fixed)
    for unit in (2.0**-1000, 2.0**-680, 2.0**680, 2.0**1000):
        data = CensoredData(unit * X[:30], left=unit * X[30:35], right=unit * X[35:])
        with np.errstate(all="raise"):
            got = np.array(ours.fit(data, **fixed))
        np.testing.assert_allclose(got / unit, wanted, rtol=1e-12)


@pytest.mark.parametrize("kind", DATA)
@pytest.mark.parametrize(
    ("name", "fixed"), [("uniform", {}), ("uniform", {"floc": -5.0}), ("truncnorm", {"fa": -1.0, "fb": 2.0})]
)
def test_searches_find_as_large_a_likelihood_as_scipys(name: str, fixed: dict[str, float], kind: str) -> None:
    data, fits = DATA[kind], []
    for package in (stats, theirs):
        *shapes, loc, scale = getattr(package, name).fit(data, optimizer=accurate, **fixed)
        ours = getattr(stats, name)
        shrunk = (*shapes, loc - 1e-6 * scale, scale * (1 + 2e-6))      # SciPy's may have a datum just outside
        terms = [ours.logpdf(data._uncensored, *shrunk), ours.logcdf(data._left, *shrunk), ours.logsf(data._right, *shrunk)]
        between = ours.cdf(data._interval[:, 1], *shrunk) - ours.cdf(data._interval[:, 0], *shrunk)
        with np.errstate(divide="ignore"):
            fits.append(sum(term.sum() for term in terms) + np.log(between).sum())
    assert np.isfinite(fits[0])
    assert fits[0] >= fits[1] - 1e-3


@pytest.mark.parametrize("name", ["norm", "logistic", "uniform"])
def test_data_of_which_none_is_censored(name: str) -> None:
    assert getattr(stats, name).fit(CensoredData(X)) == getattr(stats, name).fit(X)


@pytest.mark.parametrize(
    ("data", "fixed", "message"),
    [
        (CensoredData(right=[1.0, 2.0]), {}, "all of the data may be one number"),
        (CensoredData(uncensored=[1.0], interval=[[0.0, 2.0]]), {}, "all of the data may be one number"),
        (CensoredData(left=[2.0], right=[0.0]), {"floc": 1.0}, "all of the data may be floc = 1.0"),
        (CensoredData(left=[0.0], right=[1.0]), {}, "has no maximum"),
        (CensoredData(right=[0.0, 1.0]), {"fscale": 1.0}, "has no maximum"),
    ],
)
@pytest.mark.parametrize("name", CDF)
def test_likelihoods_without_a_maximum(name: str, data: Any, fixed: dict[str, float], message: str) -> None:
    with pytest.raises(RuntimeError, match=f"{name}.fit: .*{message}"):
        getattr(stats, name).fit(data, **fixed)


@pytest.mark.parametrize("scale", [1e-4, 0.01, 0.02])
@pytest.mark.parametrize("name", CDF)
def test_likelihoods_that_are_flat_to_rounding(name: str, scale: float) -> None:
    """Ends on either side of loc, the nearest of which are as far from it, up to far less than a scale."""
    for intervals, loc in (
        ([[0.0, 1.0], [0.2, 1.2]], 0.6), ([[0.0, 1.0], [0.2, 5.0]], 0.6), ([[0.0, 1.0]], 0.5), ([[0.0, 1.0], [1.1, 2.0]], 1.05),
        ([[0.0, 1.0], [-0.3, 1.9]], 0.5), ([[0.0, 3.0], [2.0, 40.0], [1.0, 7.0]], 2.5),
    ):  # fmt: skip
        found = getattr(stats, name).fit(CensoredData(interval=intervals), fscale=scale)
        assert found == (pytest.approx(loc, abs=1e-4 * scale), scale)
    found = getattr(stats, name).fit(CensoredData(left=[2.0], right=[1.0]), fscale=scale)
    assert found == (pytest.approx(1.5, abs=1e-8 * scale), scale)


def test_errors() -> None:
    with pytest.raises(ValueError, match="method: expected 'MLE' for censored data, got 'MM'"):
        stats.norm.fit(DATA["above"], method="MM")
    with pytest.raises(ValueError, match="data: is empty"):
        stats.norm.fit(CensoredData([]))
