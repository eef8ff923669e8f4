"""`fastprob.bayes.vi`: models whose log evidence, posterior and divergence are all known, and what goes wrong."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import mpmath
import numpy as np
import pytest
from reference.points import SEED
from scipy import integrate, optimize, special, stats

from fastprob import normal, random
from fastprob.bayes import transforms, vi
from fastprob.bayes.transforms import Identity, Log, Logit, Softplus

ALL = [Identity(), Log(), Softplus(), Logit(), Logit(-3.0, 10.0)]


@pytest.mark.parametrize("transform", ALL, ids=repr)
def test_transforms(transform: Any) -> None:
    """Derivatives and Jacobians beside mpmath's."""
    known = {
        Identity: lambda u: u,
        Log: mpmath.exp,
        Softplus: lambda u: mpmath.log(1 + mpmath.exp(u)),
        Logit: lambda u: transform.low + (mpmath.mpf(transform.high) - transform.low) / (1 + mpmath.exp(-u)),
    }[type(transform)]
    u = np.array([-30.0, -5.0, -0.5, 0.0, 0.5, 5.0, 30.0])
    with mpmath.workdps(60):
        points = [mpmath.mpf(v) for v in u]
        first = [mpmath.diff(known, v) for v in points]
        second = [mpmath.diff(lambda w: mpmath.log(mpmath.diff(known, w)), v) for v in points]
        np.testing.assert_allclose(transform.forward(u), [float(known(v)) for v in points], rtol=1e-14)
        np.testing.assert_allclose(transform.derivative(u), [float(v) for v in first], rtol=1e-13)
        np.testing.assert_allclose(transform.log_jacobian(u), [float(mpmath.log(v)) for v in first], rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(transform.log_jacobian_grad(u), [float(v) for v in second], rtol=1e-12, atol=1e-14)
    inner = u[1:-1]
    np.testing.assert_allclose(transform.inverse(transform.forward(inner)), inner, rtol=1e-12, atol=1e-12)
    assert transform.inside(transform.forward(inner)).all()
    assert not transform.inside(np.array([np.nan, np.inf, -np.inf])).any()


class Case(NamedTuple):
    """A conjugate model, with all three of log p(x) = ELBO + KL(q || posterior) known for every normal q of u."""

    log_joint: Any
    gradient: Any
    start: list[float]
    transforms: Any
    log_evidence: float
    divergence: Any  # KL(q || posterior) of loc and scale_tril


def linear_gaussian(dim: int) -> Case:
    """x ~ N(B z, I/4) and z ~ N(0, I): the posterior is normal."""
    rng = np.random.default_rng(3)
    B, x = rng.normal(size=(2 * dim, dim)), rng.normal(0, 3, 2 * dim)
    precision = 4 * B.T @ B + np.eye(dim)
    mean = np.linalg.solve(precision, 4 * B.T @ x)
    evidence = stats.multivariate_normal(np.zeros(2 * dim), B @ B.T + np.eye(2 * dim) / 4).logpdf(x)
    constant = -dim * math.log(2 * math.pi) * 1.5 + 2 * dim * math.log(2)

    def log_joint(z: Any) -> Any:
        return constant - 2 * ((x - z @ B.T) ** 2).sum(axis=1) - (z**2).sum(axis=1) / 2

    def divergence(loc: Any, factor: Any) -> float:
        whitened = np.linalg.cholesky(precision).T
        ratio = whitened @ factor
        shift = whitened @ (loc - mean)
        return float((ratio**2).sum() - dim + shift @ shift) / 2 - float(np.linalg.slogdet(ratio)[1])

    return Case(log_joint, lambda z: 4 * (x - z @ B.T) @ B - z, [0.0] * dim, None, float(evidence), divergence)


def gamma_poisson(transform: Any) -> Case:
    """Counts 3, 5, 4, a rate of Gamma(2, 1): the posterior is Gamma(14, 4)."""
    log_evidence = math.lgamma(14) - 14 * math.log(4) - math.log(6 * 120 * 24)

    def divergence(loc: Any, factor: Any) -> float:
        q, posterior = stats.norm(loc[0], factor[0, 0]), stats.gamma(14, scale=0.25)

        def integrand(u: float) -> float:
            v = np.array([u])
            density = posterior.logpdf(transform.forward(v)) + transform.log_jacobian(v)
            return q.pdf(u) * (q.logpdf(u) - float(density[0]))

        ends = loc[0] - 10 * factor[0, 0], loc[0] + 10 * factor[0, 0]
        return integrate.quad(integrand, *ends, epsabs=1e-11, epsrel=1e-11)[0]

    return Case(
        lambda z: 13 * np.log(z[:, 0]) - 4 * z[:, 0] - math.log(6 * 120 * 24),
        lambda z: 13 / z - 4,
        [1.0],
        [transform],
        log_evidence,
        divergence,
    )


def beta_binomial() -> Case:
    """7 of 10, a probability of Beta(2, 3): the posterior is Beta(9, 6)."""
    log_choose = math.log(math.comb(10, 7))
    log_evidence = log_choose + special.betaln(9, 6) - special.betaln(2, 3)

    def divergence(loc: Any, factor: Any) -> float:
        q = stats.norm(loc[0], factor[0, 0])

        def integrand(u: float) -> float:
            density = 9 * special.log_expit(u) + 6 * special.log_expit(-u) - special.betaln(9, 6)
            return q.pdf(u) * (q.logpdf(u) - density)

        return integrate.quad(integrand, loc[0] - 10 * factor[0, 0], loc[0] + 10 * factor[0, 0], epsabs=1e-11, epsrel=1e-11)[0]

    return Case(
        lambda z: (8 * np.log(z) + 5 * np.log1p(-z))[:, 0] + log_choose - special.betaln(2, 3),
        lambda z: 8 / z - 5 / (1 - z),
        [0.5],
        [Logit()],
        log_evidence,
        divergence,
    )


def normal_inverse_gamma() -> Case:
    """x ~ N(mu, v), mu ~ N(0, 10 v), v ~ InverseGamma(2, 3): the posterior is of the same kind; u = (mu, log v)."""
    x = np.array([1.2, 3.1, 2.2, 0.4, 2.9, 1.8, 2.5, 3.3])
    n, k0, a0, b0 = len(x), 0.1, 2.0, 3.0
    kn, an = k0 + n, a0 + n / 2
    mn = n * x.mean() / kn
    bn = b0 + ((x - x.mean()) ** 2).sum() / 2 + k0 * n * x.mean() ** 2 / (2 * kn)
    log_evidence = (
        math.lgamma(an)
        - math.lgamma(a0)
        + a0 * math.log(b0)
        - an * math.log(bn)
        + math.log(k0 / kn) / 2
        - n / 2 * math.log(2 * math.pi)
    )

    def log_joint(z: Any) -> Any:
        mu, v = z.T
        prior = stats.norm.logpdf(mu, 0, np.sqrt(v / k0)) + stats.invgamma.logpdf(v, a0, scale=b0)
        return prior + stats.norm.logpdf(x[:, None], mu, np.sqrt(v)).sum(axis=0)

    def gradient(z: Any) -> Any:
        mu, v = z.T
        square = ((x[:, None] - mu) ** 2).sum(axis=0) + k0 * mu**2 + 2 * b0
        return np.stack([((x[:, None] - mu).sum(axis=0) - k0 * mu) / v, -((n + 1) / 2 + a0 + 1) / v + square / (2 * v**2)], 1)

    def divergence(loc: Any, factor: Any) -> float:
        """By E[e^(-w) (mu - mn)^2] of a normal (mu, w): that under w's tilt, loc - cov[:, 1]."""
        cov = factor @ factor.T
        tilt = math.exp(-loc[1] + cov[1, 1] / 2)
        square = tilt * (cov[0, 0] + (loc[0] - cov[0, 1] - mn) ** 2)
        log_posterior = (
            math.log(kn / (2 * math.pi)) / 2
            - kn * square / 2
            - (0.5 + an) * loc[1]
            + an * math.log(bn)
            - math.lgamma(an)
            - bn * tilt
        )
        entropy = 1 + math.log(2 * math.pi) + math.log(factor[0, 0] * factor[1, 1])
        return -entropy - log_posterior

    return Case(log_joint, gradient, [0.0, 1.0], [Identity(), Log()], log_evidence, divergence)


CASES = {
    "linear Gaussian": linear_gaussian(6),
    "gamma-Poisson, log": gamma_poisson(Log()),
    "gamma-Poisson, softplus": gamma_poisson(Softplus()),
    "beta-binomial": beta_binomial(),
    "normal-inverse-gamma": normal_inverse_gamma(),
}


@pytest.mark.parametrize("family", vi.FAMILIES)
@pytest.mark.parametrize("name", CASES)
def test_evidence_is_elbo_and_divergence(name: str, family: str) -> None:
    case = CASES[name]
    fit = vi.fit(case.log_joint, case.gradient, case.start, transforms=case.transforms, family=family, check=True, seed=SEED)
    assert fit.converged
    divergence = case.divergence(fit.loc, fit.scale_tril)
    assert divergence > -1e-9
    assert abs(fit.elbo + divergence - case.log_evidence) < 5 * fit.elbo_error + 1e-9
    assert abs(fit.history[-20:].mean() - fit.elbo) < 5 * np.linalg.norm(fit.history_error[-20:]) / 20 + 0.05
    if family == "mean-field":
        assert (fit.scale_tril == np.diag(np.diag(fit.scale_tril))).all()

    # No q of the family is nearer to the posterior.
    dim = len(case.start)
    lower = np.tril_indices(dim) if family == "full-rank" else np.diag_indices(dim)

    def unpacked(theta: Any) -> Any:
        factor = np.zeros((dim, dim))
        factor[lower] = theta[dim:]
        np.fill_diagonal(factor, np.exp(np.diag(factor)))
        return theta[:dim], factor

    packed = fit.scale_tril.copy()
    np.fill_diagonal(packed, np.log(np.diag(packed)))
    best = optimize.minimize(lambda theta: case.divergence(*unpacked(theta)), np.r_[fit.loc, packed[lower]]).fun
    assert divergence - best < dim * 2e-3


def test_a_normal_posterior_is_met_exactly() -> None:
    case = linear_gaussian(6)
    fit = vi.fit(case.log_joint, case.gradient, case.start, seed=SEED)
    assert case.divergence(fit.loc, fit.scale_tril) < 1e-9
    assert abs(fit.elbo - case.log_evidence) < 1e-9
    assert fit.elbo_error < 1e-9
    assert fit.pareto_k < 0.7


def test_scales_and_correlations_do_not_slow_it_down() -> None:
    """Standard deviations from 1e-4 to 1e4, correlated, the start 5e4 of them away."""
    dim, rng = 6, np.random.default_rng(5)
    factor = (rng.normal(size=(dim, dim)) + 2 * np.eye(dim)) * np.logspace(-4, 4, dim)[:, None]
    precision, mean = np.linalg.inv(factor @ factor.T), rng.normal(0, 10, dim)
    log_norm = -dim / 2 * math.log(2 * math.pi) - np.linalg.slogdet(factor)[1]
    fit = vi.fit(
        lambda z: log_norm - np.einsum("ni,ij,nj->n", z - mean, precision, z - mean) / 2,
        lambda z: (mean - z) @ precision,
        np.zeros(dim),
        seed=SEED,
    )
    assert fit.converged
    assert len(fit.history) < 1000
    np.testing.assert_allclose(fit.loc, mean, atol=1e-3 * np.sqrt(np.diag(factor @ factor.T)).min())
    assert abs(fit.elbo) < 1e-6


@pytest.mark.parametrize(("scale", "start"), [(1e-20, 100.0), (1e-10, 100.0), (1e-20, 1.0)])
def test_posteriors_far_narrower_than_the_start_is_far(scale: float, start: float) -> None:
    """Found, or no convergence is claimed: standard deviations below an ulp of loc leave it where it is."""
    fit = vi.fit(lambda z: -((z / scale) ** 2)[:, 0] / 2 - np.log(scale), lambda z: -z / scale / scale, [start], seed=1)
    found = abs(fit.loc[0]) < 0.1 * scale and abs(fit.scale_tril[0, 0] / scale - 1) < 0.1
    assert fit.converged == found
    assert found or (scale, start) == (1e-20, 100.0)


def test_pareto_k_tells_a_poor_fit() -> None:
    """The posterior is Cauchy's: no normal distribution is near."""
    fit = vi.fit(lambda z: stats.cauchy.logpdf(z[:, 0]), lambda z: -2 * z / (1 + z**2), [0.5], seed=SEED)
    assert fit.pareto_k > 0.7
    assert not fit.evidence.reliable


def test_the_fit_as_a_distribution() -> None:
    case = normal_inverse_gamma()
    fit = vi.fit(case.log_joint, case.gradient, case.start, transforms=case.transforms, seed=SEED)
    z = fit.sample(50_000, random.default_rng(SEED))
    u = np.stack([z[:, 0], np.log(z[:, 1])], 1)
    cov = fit.scale_tril @ fit.scale_tril.T
    np.testing.assert_allclose(fit.logpdf(z), stats.multivariate_normal(fit.loc, cov).logpdf(u) - u[:, 1], rtol=1e-9, atol=1e-9)
    assert fit.logpdf([[0.0, -1.0]])[0] == -np.inf
    marginals = stats.norm(fit.loc[0], cov[0, 0] ** 0.5), stats.lognorm(cov[1, 1] ** 0.5, scale=math.exp(fit.loc[1]))
    for i, known in enumerate(marginals):
        assert stats.kstest(z[:, i], known.cdf).pvalue > 1e-6
        np.testing.assert_allclose(fit.quantile([0.1, 0.5, 0.9])[:, i], known.ppf([0.1, 0.5, 0.9]), rtol=1e-12)
        mean, variance = fit.moments()
        assert abs(mean[i] - known.mean()) < 0.05 * known.std()
        assert abs(variance[i, i] / known.var() - 1) < 0.1


def test_the_same_seed_gives_the_same_bits() -> None:
    case = beta_binomial()
    first, again = (vi.fit(case.log_joint, case.gradient, [0.5], transforms=[Logit()], seed=11) for _ in range(2))
    assert first.elbo == again.elbo
    assert (first.history == again.history).all()


@pytest.mark.parametrize(("term", "factor"), [("log_joint", 1.0), ("gradient", -1.0)])
def test_stops_at_the_first_value_that_is_not_finite(term: str, factor: float) -> None:
    calls: list[Any] = []

    def spoiled(name: str, values: Any, z: Any) -> Any:
        if name == term:
            calls.append(z)
            if len(calls) == 5:
                values[3] = np.nan
        return values

    with pytest.raises(vi.NonFiniteError) as caught:
        vi.fit(
            lambda z: spoiled("log_joint", -(z**2).sum(axis=1) / 2, z), lambda z: spoiled("gradient", -z, z), [0.0, 0.0], seed=1
        )
    error = caught.value
    assert (error.term, error.step) == (term, 5)
    assert math.isnan(error.value)
    assert (error.z == calls[-1][3]).all()
    assert str(error).startswith(f"{term} is nan in step 5 at z = ")
    assert len(calls) == 5


def test_a_parameter_outside_its_support() -> None:
    case = gamma_poisson(Log())
    message = r"log_joint is nan in step 1 at z = .* needs a transform"
    with np.errstate(all="ignore"), pytest.raises(vi.NonFiniteError, match=message):
        vi.fit(case.log_joint, case.gradient, [0.1], seed=1)


def test_no_floating_point_error_leaves_a_fit_that_runs_away() -> None:
    """A gradient of the wrong sign: q goes off until the log joint overflows. The functions see errors treated as outside."""
    with np.errstate(all="raise"), pytest.raises(vi.NonFiniteError):
        vi.fit(lambda z: normal.logpdf(z[:, 0]), lambda z: z, [0.0], seed=1)
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        vi.fit(lambda z: z[:, 0] / np.zeros(1), lambda z: z, [0.0], seed=1)


def test_too_few_steps() -> None:
    case = linear_gaussian(3)
    fit = vi.fit(case.log_joint, case.gradient, case.start, max_steps=3, seed=1)
    assert not fit.converged
    assert len(fit.history) == 3


def quadratic(z: Any) -> Any:
    return -(z**2).sum(axis=1) / 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": [[0.0]]}, r"start is an array \[dim\]; got the shape \(1, 1\)"),
        ({"start": [np.inf]}, r"start\[0\] is inf"),
        ({"transforms": [Log(), Log()]}, "transforms has one a parameter, 1; got 2"),
        ({"start": [-1.0], "transforms": [Log()]}, r"parameter 0 is positive and finite; got -1.0"),
        ({"start": [2.0], "transforms": [Logit()]}, r"parameter 0 is between 0.0 and 1.0; got 2.0"),
        ({"family": "full"}, "family is 'full-rank' or 'mean-field'; got 'full'"),
        ({"scale": 0.0}, "scale is a number from 1e-100 to 1e100; got 0.0"),
        ({"tol": -1.0}, "tol is a number from 1e-100 to 1e100; got -1.0"),
        ({"draws": 7}, "draws is even"),
        ({"gradient": lambda z: z[:, 0]}, r"gradient\(z\) has the shape of z, \(64, 1\); got \(64,\)"),
        ({"gradient": lambda z: z, "check": True}, r"gradient\[0\] is .* finite differences of log_joint give"),
        ({"log_joint": lambda z: z}, r"log_joint\(z\) has the shape \(64,\) for 64 draws; got \(64, 1\)"),
    ],
)
def test_bad_input(change: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"log_joint": quadratic, "gradient": lambda z: -z, "start": [1.0], "seed": 1} | change
    with pytest.raises(ValueError, match=message):
        vi.fit(**arguments)


def test_bad_transforms() -> None:
    with pytest.raises(TypeError, match=r"transforms are objects such as Log\(\)"):
        vi.fit(quadratic, lambda z: -z, [1.0], transforms=[transforms.Log])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"low is below high; got 2\.0 and 1\.0"):
        Logit(2.0, 1.0)


@pytest.mark.parametrize("name", CASES)
def test_check_gradient_sees_one_wrong_part_in_a_thousand(name: str) -> None:
    case = CASES[name]
    z = np.array(case.start)[None] + 0.3
    vi.check_gradient(case.log_joint, case.gradient, z, transforms=case.transforms)
    for i in range(z.shape[1]):
        wrong = 1 + 1e-3 * np.eye(z.shape[1])[i]
        with pytest.raises(ValueError, match=rf"gradient\[{i}\]"):
            vi.check_gradient(case.log_joint, lambda z, w=wrong: case.gradient(z) * w, z, transforms=case.transforms)


def test_what_is_no_function_or_no_draws() -> None:
    def log_joint(z: Any) -> Any:
        return -np.square(z).sum(axis=1) / 2

    with pytest.raises(TypeError, match="log_joint is a function; got 3"):
        vi.fit(3, lambda z: -z, [0.0])
    with pytest.raises(TypeError, match="gradient is a function; got None"):
        vi.fit(log_joint, None, [0.0])
    fit = vi.fit(log_joint, lambda z: -z, [0, 0], scale=np.float32(1), seed=1)
    assert fit.converged
    with pytest.raises(ValueError, match=r"z is an array \[n, 2\]; got the shape \(2,\)"):
        fit.logpdf([0.0, 0.0])
