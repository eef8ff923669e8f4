"""`fastprob.bayes.grid` beside conjugate posteriors and known integrals; stated errors are not exceeded."""

from __future__ import annotations

import io
import math
import pickle
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reference.points import SEED
from scipy import special, stats

from fastprob import normal
from fastprob.bayes import BetaBinomial, GammaPoisson, GridPosterior, NormalInverseGamma
from fastprob.bayes._panels import GAUSS, KRONROD, NODES


def flat(*x: Any) -> Any:
    return np.zeros_like(x[0])


def test_rule() -> None:
    """Exact for polynomials of degree 22 (Kronrod) and 13 (Gauss), at nodes that lie between each other."""
    for rule, degree in ((KRONROD, 22), (GAUSS, 13)):
        for k in range(degree + 1):
            assert abs(rule @ NODES**k - (1 + (-1) ** k) / (k + 1)) < 1e-15
    assert abs(KRONROD @ NODES**24 - 2 / 25) > 1e-9
    assert (np.diff(NODES) > 0).all()
    assert ((GAUSS > 0) == (np.arange(15) % 2 == 1)).all()


def test_needle_far_from_zero() -> None:
    """Nodes a few thousand roundings apart: their weights are for where they are."""
    t = stats.t(5.0, 6.31698, 1e-8)
    fit = GridPosterior(t.logpdf, flat, {"x": (-100, 100)}, tolerance=1e-7)
    assert abs(fit.log_evidence) < 1e-11 < fit.log_evidence_error < 1e-7


def test_beside_a_beta_posterior() -> None:
    prior = BetaBinomial(2.0, 3.0)
    posterior = prior.update(70, trials=100)
    one = {"p": (0.0, 1.0)}
    fit = GridPosterior(lambda p: stats.binom.logpmf(70, 100, p), prior.p.logpdf, one, support=one, tolerance=1e-9)
    assert abs(fit.log_evidence - prior.log_evidence(70, trials=100)) < min(fit.log_evidence_error, 1e-12)
    p = fit.marginal("p")
    np.testing.assert_allclose(fit.mean(), posterior.p.mean(), rtol=1e-12)
    np.testing.assert_allclose(fit.var(), posterior.p.var(), rtol=1e-11)
    np.testing.assert_allclose([p.mean(), p.var()], [posterior.p.mean(), posterior.p.var()], rtol=1e-11)
    q = np.array([0.001, 0.025, 0.3, 0.5, 0.9, 0.999])
    np.testing.assert_allclose(p.ppf(q), posterior.p.ppf(q), rtol=1e-9)
    np.testing.assert_allclose(p.isf(q), posterior.p.isf(q), rtol=1e-9)
    np.testing.assert_allclose(p.interval(0.9), posterior.p.interval(0.9), rtol=1e-9)
    x = np.linspace(0.5, 0.85, 40)
    np.testing.assert_allclose(p.pdf(x), posterior.p.pdf(x), rtol=1e-6)
    np.testing.assert_allclose(p.cdf(x), posterior.p.cdf(x), atol=1e-9)
    np.testing.assert_allclose(p.sf(x), posterior.p.sf(x), atol=1e-9)
    assert stats.kstest(p.sample(10_000, rng=SEED), posterior.p.cdf).pvalue > 1e-6


def test_beside_a_gamma_posterior_found_in_a_wide_interval() -> None:
    prior = GammaPoisson(2.0, 0.5)
    data = np.random.default_rng(1).poisson(300, 500)
    fit = GridPosterior(
        lambda r: data.sum() * np.log(r) - len(data) * r - special.gammaln(data + 1).sum(),
        prior.rate.logpdf,
        {"rate": (0, 1e6)},
        support={"rate": (0, np.inf)},
    )
    assert abs(fit.log_evidence - prior.log_evidence(data)) < fit.log_evidence_error
    posterior = prior.update(data).rate
    np.testing.assert_allclose(fit.mean(), posterior.mean(), rtol=1e-10)
    np.testing.assert_allclose(fit.std(), posterior.std(), rtol=1e-7)
    assert fit.shape[0] < 900


def test_beside_a_normal_of_unknown_mean_and_variance() -> None:
    """Two parameters that depend on each other."""
    x = np.random.default_rng(2).normal(3.0, 2.0, 12)
    prior = NormalInverseGamma(0.0, 0.1, 2.0, 3.0)
    posterior = prior.update(x)
    fit = GridPosterior(
        lambda mu, v: normal.logpdf(x[:, None], mu, np.sqrt(v)).sum(axis=0),
        prior.logpdf,
        {"mu": (-60, 60), "v": (0, 400)},
        support={"v": (0, np.inf)},
        tolerance=1e-5,
    )
    assert abs(fit.log_evidence - prior.log_evidence(x)) < fit.log_evidence_error < 1e-5
    np.testing.assert_allclose(fit.mean(), [posterior.mu.mean(), posterior.variance.mean()], rtol=1e-6)
    np.testing.assert_allclose(fit.var(), [posterior.mu.var(), posterior.variance.var()], rtol=1e-4)
    assert abs(fit.cov()[0, 1]) < 1e-6  # uncorrelated, though dependent
    for name, marginal in (("mu", posterior.mu), ("v", posterior.variance)):
        np.testing.assert_allclose(fit.marginal(name).interval(0.9), marginal.interval(0.9), rtol=1e-6)
    third = fit.expectation(lambda mu, v: np.stack([mu * v, v / v], axis=1))
    np.testing.assert_allclose(third, [posterior.mu.mean() * posterior.variance.mean(), 1.0], rtol=1e-6)


@pytest.mark.parametrize(
    ("mean", "std", "low", "high"),
    [
        (1e8 + 0.5, 1e-3, 1e8, 1e8 + 1),
        (-1e6, 0.1, -1e6 - 3, -1e6 + 9),
        (1e12, 1.0, 1e12 - 10, 1e12 + 1e4),
        (1e15, 100.0, 1e15 - 1e5, 1e15 + 3e5),
    ],
)
def test_moments_of_what_is_narrow_and_far_from_zero(mean: float, std: float, low: float, high: float) -> None:
    """The weights' sum is off by more than the standard deviation over the mean."""
    line = GridPosterior(lambda x: normal.logpdf(x, mean, std), flat, {"x": (low, high)})
    plane = GridPosterior(
        lambda x, y: normal.logpdf(x, mean, std) + normal.logpdf(y, (x - mean) / std, 2),
        flat,
        {"x": (low, high), "y": (-40, 40)},
        tolerance=1e-4,
    )
    for fit in (line, plane):
        x = fit.marginal("x")
        np.testing.assert_allclose([fit.mean()[0], x.mean()], mean, rtol=0, atol=max(np.spacing(mean), 1e-6 * std))
        np.testing.assert_allclose([fit.std()[0], x.std(), fit.var()[0] / std, x.var() / std], std, rtol=1e-5)
    np.testing.assert_allclose(plane.cov(), [[std**2, std], [std, 5]], rtol=1e-4)


def gaussian(d: int, seed: int) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(d, d))
    cov, mean = a @ a.T + 0.1 * np.eye(d), rng.normal(size=d)
    precision = np.linalg.inv(cov)

    def log_likelihood(*x: Any) -> Any:
        z = np.array(x) - mean[:, None]
        return -0.5 * np.einsum("in,ij,jn->n", z, precision, z)

    return log_likelihood, mean, cov


@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize("offset", [0.0, -1e6, 1e6])
def test_correlated_normal(d: int, offset: float) -> None:
    """Log densities of any size; regions of highest density are ellipsoids."""
    log_likelihood, mean, cov = gaussian(d, 10 + d)
    bounds = dict.fromkeys("abc"[:d], (-40, 35))
    fit = GridPosterior(lambda *x: log_likelihood(*x) + offset, flat, bounds)
    log_volume = 0.5 * np.linalg.slogdet(2 * np.pi * cov)[1]
    assert abs(fit.log_evidence - (offset + log_volume)) < fit.log_evidence_error
    assert fit.log_evidence_error < (1e-6 if d < 3 else 1e-4) + 1e-15 * abs(offset)
    np.testing.assert_allclose(fit.mean(), mean, atol=1e-8)
    np.testing.assert_allclose(fit.cov(), cov, rtol=1e-6, atol=1e-7)
    for i, name in enumerate(fit.names):
        np.testing.assert_allclose(fit.marginal(name).isf(0.1), normal.isf(0.1, mean[i], cov[i, i] ** 0.5), atol=1e-6)
        ((low, high),) = fit.marginal(name).hpd(0.8)
        np.testing.assert_allclose([low, high], normal.ppf([0.1, 0.9], mean[i], cov[i, i] ** 0.5), atol=1e-5)
    for mass in (0.5, 0.95):
        radius = -2 * (fit.hpd_level(mass) + log_volume)
        assert abs(stats.chi2(d).cdf(radius) - mass) < 1.5e-3
    if d > 1:
        x, y, density, levels = fit.pair("b", "a", (0.9, 0.5))
        truth = stats.multivariate_normal(mean[[1, 0]], cov[np.ix_([1, 0], [1, 0])])
        np.testing.assert_allclose(
            density, truth.pdf(np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)), atol=1e-4 * density.max()
        )
        np.testing.assert_allclose(levels / truth.pdf(mean[[1, 0]]), [0.1, 0.5], atol=2e-3)  # 1 less the mass


# Known integrals: name, log density, interval, integral.
INTEGRALS: list[tuple[str, Callable[[Any], Any], tuple[float, float], float]] = [
    ("exponential", lambda x: -x, (0, 700), 1.0),
    ("Cauchy", lambda x: -np.log1p(x * x), (-1e4, 1e4), 2 * math.atan(1e4)),
    ("square root", lambda x: 0.5 * np.log(x), (0, 1), 2 / 3),
    ("pole", lambda x: -0.5 * np.log(x), (0, 1), 2.0),
    ("kink", lambda x: -np.abs(x - 0.1234), (-30, 40), 2.0),
    ("step", lambda x: np.where(x < 0.3217, 0.0, -np.inf), (0, 1), 0.3217),
    ("triangle", lambda x: np.log(np.maximum(1 - np.abs(x - 0.3), 0.0)), (-3, 3), 1.0),
    ("needle", lambda x: -0.5 * ((x - 0.7071) / 1e-7) ** 2, (-1, 1), 1e-7 * math.sqrt(2 * math.pi)),
    ("needle beside an edge", lambda x: -0.5 * ((x - 0.125003) / 1e-6) ** 2, (-1, 1), 1e-6 * math.sqrt(2 * math.pi)),
    (
        "two modes",
        lambda x: np.logaddexp(-0.5 * ((x + 3) / 0.1) ** 2, -0.5 * ((x - 2) / 0.2) ** 2),
        (-9, 9),
        0.3 * math.sqrt(2 * math.pi),
    ),
    ("waves", lambda x: np.log1p(0.9 * np.cos(40 * x)), (0, math.pi), math.pi),
]


@pytest.mark.parametrize(("name", "log_density", "interval", "truth"), INTEGRALS, ids=[row[0] for row in INTEGRALS])
@pytest.mark.parametrize("tolerance", [1e-3, 1e-5, 1e-7])
def test_stated_errors_are_not_exceeded(name: str, log_density: Any, interval: Any, truth: float, tolerance: float) -> None:
    with warnings.catch_warnings(), np.errstate(divide="ignore"):
        warnings.filterwarnings("ignore", "mass touches")
        fit = GridPosterior(log_density, flat, {"x": interval}, tolerance=tolerance)
    assert abs(fit.log_evidence - math.log(truth)) <= fit.log_evidence_error <= tolerance + 1e-14


PLANES: list[tuple[str, Callable[[Any, Any], Any], Any, float]] = [
    ("banana", lambda x, y: normal.logpdf(x) + normal.logpdf(y, x * x, 0.2), ((-7, 7), (-10, 60)), 0.0),
    ("funnel", lambda x, y: normal.logpdf(x) + normal.logpdf(y, 0, np.exp(x)), ((-8, 8), (-300, 300)), 0.0),
    (
        "ring",
        lambda x, y: -0.5 * ((np.hypot(x, y) - 3) / 0.1) ** 2,
        ((-9, 9), (-9, 9)),
        math.log(2 * math.pi * 0.3 * math.sqrt(2 * math.pi)),
    ),
    (
        "two needles",
        lambda x, y: np.logaddexp(
            normal.logpdf(x, -3, 1e-3) + normal.logpdf(y, 2, 1e-3), normal.logpdf(x, 4, 1e-3) + normal.logpdf(y, -2, 1e-3)
        ),
        ((-9, 9), (-9, 9)),
        math.log(2),
    ),
    (
        "rectangle",
        lambda x, y: np.where((abs(x - 0.3) < 1.2345) & (abs(y) < 0.777), 0.0, -np.inf),
        ((-9, 9), (-9, 9)),
        math.log(4 * 1.2345 * 0.777),
    ),
]


@pytest.mark.parametrize(("name", "log_density", "ends", "truth"), PLANES, ids=[row[0] for row in PLANES])
def test_stated_errors_in_the_plane(name: str, log_density: Any, ends: Any, truth: float) -> None:
    fit = GridPosterior(log_density, flat, dict(zip("xy", ends, strict=True)))
    assert abs(fit.log_evidence - truth) <= fit.log_evidence_error <= 1e-6 + 1e-14


@pytest.mark.parametrize("width", [0.1, 0.03, 0.01])
def test_stated_errors_of_ridges_that_take_too_many_points(width: float) -> None:
    """Wrong by up to 4 nats, and said so."""

    def ridge(a: Any, b: Any, c: Any) -> Any:
        return normal.logpdf(a) + normal.logpdf(b, a, width) + normal.logpdf(c, b, width)

    with pytest.warns(RuntimeWarning, match="max_points"):
        fit = GridPosterior(ridge, flat, dict.fromkeys("abc", (-9, 9)), max_points=600_000)
    assert abs(fit.log_evidence) <= fit.log_evidence_error


@given(
    scale=st.floats(-7, 1.5),
    place=st.floats(-0.95, 0.95),
    df=st.floats(1.5, 40),
    tolerance=st.sampled_from([1e-3, 1e-5, 1e-8]),
)
@settings(max_examples=80, deadline=None)
@example(scale=-6.0, place=0.06316982406587757, df=2.0, tolerance=1e-8)  # tails beside a node that looks 40 times as heavy
def test_any_peak_is_found(scale: float, place: float, df: float, tolerance: float) -> None:
    """A t distribution anywhere in the bounds, of any width."""
    t = stats.t(df, 100 * place, 10**scale)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "mass touches")
        fit = GridPosterior(t.logpdf, flat, {"x": (-100, 100)}, tolerance=tolerance)
    truth = t.cdf(100) - t.cdf(-100)
    assert abs(fit.log_evidence - math.log(truth)) <= fit.log_evidence_error + 1e-14
    assert fit.log_evidence_error <= tolerance + 1e-13
    # What was dropped at the ends counts against the tolerance as well
    q = np.array([0.1, 0.5, 0.8])
    np.testing.assert_allclose(t.cdf(fit.marginal("x").ppf(q)), t.cdf(-100) + q * truth, atol=10 * tolerance)


def test_two_modes_have_two_intervals() -> None:
    fit = GridPosterior(lambda x: np.logaddexp(-0.5 * ((x + 3) / 0.1) ** 2, -0.5 * ((x - 2) / 0.1) ** 2), flat, {"x": (-9, 9)})
    (a, b), (c, d) = fit.marginal("x").hpd(0.9)
    np.testing.assert_allclose([a, b, c, d], [*normal.ppf([0.05, 0.95], -3, 0.1), *normal.ppf([0.05, 0.95], 2, 0.1)], atol=1e-6)


def test_region_at_an_end() -> None:
    one = {"x": (0, 50)}
    fit = GridPosterior(lambda x: -x, flat, one, support=one)
    ((low, high),) = fit.marginal("x").hpd(0.95)
    np.testing.assert_allclose([low, high], [0.0, -math.log(0.05)], atol=1e-6)


def test_regions_of_what_is_flat() -> None:
    """All that is as high belongs to them."""
    one = {"x": (0.0, 1.0)}
    for offset in (0.0, -700.0, 1e3 / 3):
        even = GridPosterior(lambda x, o=offset: 0 * x + o, flat, one, support=one).marginal("x")
        assert even.hpd(0.95) == even.hpd(0.2) == [(0.0, 1.0)]
    with np.errstate(divide="ignore"):
        steps = GridPosterior(lambda x: np.log(2.0 * (x < 0.25) + (x < 0.75)), flat, one, support=one).marginal("x")
    np.testing.assert_allclose(steps.hpd(0.4), [(0, 0.25)], atol=1e-9)
    np.testing.assert_allclose(steps.hpd(0.8), [(0, 0.75)], atol=1e-9)


# ---- warnings ------------------------------------------------------------------------------------------------------------------


def test_mass_at_a_bound_warns() -> None:
    with pytest.warns(
        RuntimeWarning, match=r"mass touches the low bound of 'mu', 1: the marginal density there is 1 of its largest"
    ):
        GridPosterior(lambda mu: -0.5 * mu**2, flat, {"mu": (1, 9)})
    with pytest.warns(RuntimeWarning, match="mass touches the high bound of 's', 3"):
        GridPosterior(lambda mu, s: -0.5 * mu**2 - s, flat, {"mu": (-9, 9), "s": (0, 3)}, support={"s": (0, np.inf)})


@pytest.mark.parametrize("support", [{"s": (0, 3)}, {"s": (0, 3), "mu": (-np.inf, np.inf)}])
def test_mass_at_the_end_of_the_support_does_not(support: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        GridPosterior(lambda mu, s: -0.5 * mu**2 - s, flat, {"mu": (-9, 9), "s": (0, 3)}, support=support)


def test_a_grid_that_is_too_large_warns() -> None:
    def ridge(a: Any, b: Any, c: Any) -> Any:
        return -0.5 * ((a - b) ** 2 + (b - c) ** 2) / 1e-4 - 0.5 * (a + b + c) ** 2

    with pytest.warns(
        RuntimeWarning, match=r"the log evidence may be off by .* nats, not 0\.0001: the next .* max_points, 300000\. Narrower"
    ):
        fit = GridPosterior(ridge, flat, dict.fromkeys("abc", (-10, 10)), max_points=300_000)
    # exp(-z'Qz/2) with det Q = 9/1e-8
    assert abs(fit.log_evidence - (1.5 * math.log(2 * math.pi) - 0.5 * math.log(9e8))) < fit.log_evidence_error


@pytest.mark.parametrize("place", [0.0, 1e8, -1e15])
@pytest.mark.parametrize("tolerance", [1e-6, 1e-9])
def test_panels_as_narrow_as_numbers_allow(place: float, tolerance: float) -> None:
    """A jump and poles, which halve panels until there are no numbers left between their ends."""
    one = {"x": (place, place + (1.0 if place > -1e15 else 4e3))}
    low, high = one["x"]
    width, jump = high - low, low + 0.375 * (high - low)
    cases = [(lambda x: np.where(x < jump, 0.0, -9.0), math.log(width * (0.375 + 0.625 * math.exp(-9))), True)]
    cases += [
        (lambda x, p=p: -p * np.log(x - low), (1 - p) * math.log(width) - math.log1p(-p), p < 0.6)
        for p in (0.5, 0.9, 0.99)
        if place == 0 or p < 0.6
    ]
    for log_density, truth, bounded in cases:
        with warnings.catch_warnings(record=True) as seen, np.errstate(divide="ignore"):
            warnings.simplefilter("always")
            fit = GridPosterior(log_density, flat, one, tolerance=tolerance, support=one)
        assert abs(fit.log_evidence - truth) <= fit.log_evidence_error
        if fit.log_evidence_error > tolerance + 1e-14:
            assert re.search("nats, not 1e-0.: panels are as narrow as numbers allow", str(seen[0].message))
        assert math.isfinite(fit.log_evidence_error) or not bounded


# ---- objects and errors --------------------------------------------------------------------------------------------------------


def test_object() -> None:
    fit = GridPosterior(lambda x: -0.5 * x**2, flat, {"x": (-9, 9)})
    assert repr(fit).startswith("GridPosterior(names=['x'], log_evidence=0.9189385332")
    again = pickle.loads(pickle.dumps(fit))
    assert again.log_evidence == fit.log_evidence
    np.testing.assert_array_equal(again.log_density, fit.log_density)
    np.testing.assert_allclose(np.sum(np.exp(fit.log_density) * fit.weights[0]), 1.0, rtol=1e-14)
    with pytest.raises(AttributeError, match="is not changed"):
        fit.log_evidence = 0.0
    assert np.shape(fit.marginal("x").ppf(0.5)) == ()
    assert fit.marginal("x").cdf([[-10.0, 10.0]]).tolist() == [[0.0, 1.0]]
    assert fit.marginal("x").logpdf(10.0) == -np.inf
    assert np.isnan(fit.marginal("x").ppf(1.5))


LINE = {"x": (0.0, 1.0)}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: GridPosterior(flat, flat, {}), ValueError, "bounds has 0 parameters; a grid takes one to three"),
        (lambda: GridPosterior(flat, flat, dict.fromkeys("abcd", (0, 1))), ValueError, "bounds has 4 parameters"),
        (lambda: GridPosterior(flat, flat, {"x": (1, 0)}), ValueError, r"bounds\['x'\] is \(1, 0\); allowed: \(low, high\)"),
        (lambda: GridPosterior(flat, flat, {"x": (0, np.inf)}), ValueError, "allowed: finite numbers"),
        (lambda: GridPosterior(flat, flat, {"x": (0, np.nan)}), ValueError, r"bounds\['x'\]"),
        (
            lambda: GridPosterior(flat, flat, {"x": (1e16, 1e16 + 20)}),
            ValueError,
            r"bounds\['x'\] is \(1e\+16, .*at least 2\^-40",
        ),
        (lambda: GridPosterior(flat, flat, {"x": (1.0, np.nextafter(1, 2))}), ValueError, r"bounds\['x'\] is \(1\.0, "),
        (
            lambda: GridPosterior(flat, flat, {"x": (-1e308, 1e308)}),
            ValueError,
            r"bounds\['x'\] is .*high - low from 1e-240 to 1e240",
        ),
        (
            lambda: GridPosterior(flat, flat, {"x": (0, 1e-310)}),
            ValueError,
            r"bounds\['x'\] is \(0, 1e-310\); allowed: high - low",
        ),
        (
            lambda: GridPosterior(flat, flat, {"x": (0, 1), "y": (0, 1e200)}),
            ValueError,
            r"bounds\['y'\] is .* from 1e-120 to 1e120",
        ),
        (lambda: GridPosterior(flat, flat, {"x": 3}), ValueError, r"bounds\['x'\] is 3"),
        (lambda: GridPosterior(flat, flat, {"x": ("a", "b")}), TypeError, r"bounds\['x'\] has dtype"),
        (lambda: GridPosterior(flat, flat, LINE, support={"y": (0, 1)}), ValueError, "support has 'y', which is not among .* x"),
        (
            lambda: GridPosterior(flat, flat, LINE, support={"x": (0.5, 1)}),
            ValueError,
            r"bounds\['x'\] is .*, beyond its support",
        ),
        (lambda: GridPosterior(flat, flat, LINE, tolerance=0.0), ValueError, r"tolerance is 0\.0"),
        (
            lambda: GridPosterior(flat, flat, LINE, tolerance=0.01),
            ValueError,
            r"tolerance is 0\.01; allowed: numbers > 0 up to 0\.001",
        ),
        (
            lambda: GridPosterior(lambda x: 1.0, flat, LINE),
            ValueError,
            r"log_likelihood returned an array of shape \(\); it was given",
        ),
        (lambda: GridPosterior(flat, lambda x: x[:, None], LINE), ValueError, "log_prior returned an array of shape"),
        (lambda: GridPosterior(lambda x: x + 1j, flat, LINE), TypeError, "the result of log_likelihood has dtype complex128"),
        (lambda: GridPosterior(lambda x: x * np.nan, flat, LINE), ValueError, r"log_likelihood is nan at \(0\.000"),
        (lambda: GridPosterior(flat, lambda x: x + np.inf, LINE), ValueError, r"log_prior is inf at \(0\.000.*numbers below inf"),
        (lambda: GridPosterior(flat, lambda x: x - np.inf, LINE), ValueError, "is -inf at all 240 points"),
        (lambda: GridPosterior(flat, flat, LINE, support=LINE).marginal("y"), ValueError, "name is 'y'; allowed: x"),
        (lambda: GridPosterior(flat, flat, LINE, support=LINE).pair("x", "x"), ValueError, "first and second are both 'x'"),
        (lambda: GridPosterior(flat, flat, LINE, support=LINE).hpd_level(0.0), ValueError, r"mass is 0\.0"),
        (lambda: GridPosterior(flat, flat, LINE, support=LINE).marginal("x").hpd(2), ValueError, r"mass is 2\.0"),
        (lambda: GridPosterior(flat, flat, LINE, support=LINE).expectation(lambda x: 1.0), ValueError, "function returned"),
    ],
)
def test_errors_name_what_is_wrong(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_plot() -> None:
    """Marginals with their regions, pairs with theirs; what is not used is off."""
    log_likelihood, mean, cov = gaussian(3, 5)
    fit = GridPosterior(log_likelihood, flat, dict.fromkeys("abc", (-30, 30)), tolerance=1e-3)
    figure = fit.plot()
    axes = np.array(figure.axes).reshape(3, 3)
    assert [[ax.axison for ax in row] for row in axes] == [[True, False, False], [True, True, False], [True, True, True]]
    for i in range(3):
        low, high = axes[i, i].get_xlim()
        assert low < mean[i] - 2.5 * cov[i, i] ** 0.5 < mean[i] + 2.5 * cov[i, i] ** 0.5 < high
        curve = axes[i, i].lines[0]
        np.testing.assert_allclose(curve.get_ydata(), normal.pdf(curve.get_xdata(), mean[i], cov[i, i] ** 0.5), atol=1e-3)
        assert axes[i, 0].get_xlim() == axes[0, 0].get_xlim()
    file = io.BytesIO()
    figure.savefig(file, format="png")
    assert file.tell() > 10_000


def test_plot_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    fit = GridPosterior(lambda x: -0.5 * x**2, flat, {"x": (-9, 9)})
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'plot needs Matplotlib: pip install "fastprob\[bayes\]"'):
        fit.plot()


def test_what_is_no_function_or_no_bounds() -> None:
    one = {"p": (0.0, 1.0)}
    with pytest.raises(TypeError, match="log_likelihood is a function; got 3"):
        GridPosterior(3, lambda p: 0 * p, one)
    with pytest.raises(TypeError, match="log_prior is a function; got None"):
        GridPosterior(lambda p: 0 * p, None, one)
    with pytest.raises(TypeError, match="bounds is a dict of names"):
        GridPosterior(lambda p: 0 * p, lambda p: 0 * p, [(0, 1)])
