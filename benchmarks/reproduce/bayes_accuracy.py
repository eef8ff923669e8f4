"""Posterior moments and log evidences by `vi`, `evidence` and `BayesianLogisticRegression`, beside the truth.

    python benchmarks/reproduce/bayes_accuracy.py             prints the tables: some minutes
    python benchmarks/reproduce/bayes_accuracy.py --store     and writes docs/bayes-accuracy.md

The truth is quadrature: the trapezoidal rule over a grid of all parameters (or of those that can't be integrated in closed form),
which converges geometrically for densities that fall off at both ends. Where there are too many parameters it is a long run of
Hamiltonian Monte Carlo, 32 chains in coordinates in which the posterior is nearly round, with its own standard error; the log
evidence is then not known, and that of importance sampling stands for it.
"""

from __future__ import annotations

import argparse
import math
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy
from scipy import special, stats
from sklearn.datasets import load_breast_cancer, load_diabetes

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from conditions import machine  # noqa: E402

from fastprob.bayes import BayesianLogisticRegression, vi  # noqa: E402
from fastprob.bayes.evidence import Evidence, Normal, fit_proposal, importance_sampling  # noqa: E402
from fastprob.bayes.transforms import Identity, Log, Logit  # noqa: E402

PAGE = ROOT / "docs" / "bayes-accuracy.md"
HALF_LOG_2PI = math.log(2 * math.pi) / 2
Array = np.ndarray


class Truth(NamedTuple):
    mean: Array
    sd: Array
    log_evidence: float | None
    how: str


class Model(NamedTuple):
    """Parameters z and their log joint; the moments compared are those of u, of which z are the transforms."""

    name: str
    log_joint: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    start: Array
    transforms: list[Any]
    truth: Callable[[Model, vi.VariationalFit], Truth]
    features: tuple[Array, Array] | None = None  # of a logistic regression


# Truth


def trapezoid(log_density: Callable[[Array], Array], ranges: list[tuple[float, float, int]]) -> tuple[float, Array, Array, Array]:
    """log of the integral, mean, standard deviations, and the share of the mass on the grid's edge."""
    axes = [np.linspace(*r) for r in ranges]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(axes))
    values = np.concatenate([log_density(part) for part in np.array_split(grid, max(1, len(grid) // 50_000))])
    top = values.max()
    weights = np.exp(values - top)
    total = weights.sum()
    mean = weights @ grid / total
    sd = np.sqrt(weights @ (grid - mean) ** 2 / total)
    edge = weights[((grid == grid.min(axis=0)) | (grid == grid.max(axis=0))).any(axis=1)].sum() / total
    volume = sum(math.log(axis[1] - axis[0]) for axis in axes)
    return float(top + math.log(total) + volume), mean, sd, edge


def by_quadrature(points: int) -> Callable[[Model, vi.VariationalFit], Truth]:
    """So many points a parameter, over twelve standard deviations of the fit either way: the edges are checked."""

    def truth(model: Model, fit: vi.VariationalFit) -> Truth:
        reach = 12 * np.sqrt((fit.scale_tril**2).sum(axis=1))
        ranges = [(middle - r, middle + r, points) for middle, r in zip(fit.loc, reach, strict=True)]
        target = vi._Target(model.log_joint, model.gradient, tuple(model.transforms))
        log_evidence, mean, sd, edge = trapezoid(lambda u: target.log_density(u, 0), ranges)
        assert edge < 1e-9, (model.name, edge)
        return Truth(mean, sd, log_evidence, f"quadrature, {points ** len(ranges):,} points")

    return truth


def by_sampling(model: Model, fit: vi.VariationalFit) -> Truth:
    """Hamiltonian Monte Carlo in the coordinates eps of u = loc + L eps: the fit makes it fast, and decides nothing else."""
    target = vi._Target(model.log_joint, model.gradient, tuple(model.transforms))
    rng, chains, steps, draws, warm = np.random.default_rng(0), 32, 8, 1000, 200
    eps = 1.5 * rng.normal(size=(chains, len(fit.loc)))
    size = 1.0 / len(fit.loc) ** 0.25 * 0.8

    def density(eps: Array) -> Array:
        return target.log_density(fit.loc + eps @ fit.scale_tril.T, 0)

    def gradient(eps: Array) -> Array:
        return target.gradient(fit.loc + eps @ fit.scale_tril.T, 0) @ fit.scale_tril

    value, slope = density(eps), gradient(eps)
    kept, accepted = [], 0.0
    for i in range(warm + draws):
        momentum = rng.normal(size=eps.shape)
        energy = value - (momentum**2).sum(axis=1) / 2
        place, force = eps, slope
        step = size * rng.uniform(0.5, 1.2)
        for _ in range(steps):
            momentum = momentum + step / 2 * force
            place = place + step * momentum
            force = gradient(place)
            momentum = momentum + step / 2 * force
        new = density(place)
        take = np.log(rng.random(chains)) < new - (momentum**2).sum(axis=1) / 2 - energy
        eps, value, slope = np.where(take[:, None], place, eps), np.where(take, new, value), np.where(take[:, None], force, slope)
        if i >= warm:
            kept.append(fit.loc + eps @ fit.scale_tril.T)
            accepted += take.mean() / draws
    u = np.array(kept)
    mean, sd = u.mean(axis=(0, 1)), u.std(axis=(0, 1))
    error = (u.mean(axis=0).std(axis=0, ddof=1) / math.sqrt(chains) / sd).max()  # chains are independent
    how = f"HMC, {chains} chains of {draws:,} draws, {accepted:.0%} accepted, standard error of the means {error:.4f} sd"
    return Truth(mean, sd, None, how)


# Models


def log_normal(x: Array, loc: Any = 0.0, scale: Any = 1.0) -> Array:
    return -(((x - loc) / scale) ** 2) / 2 - np.log(scale) - HALF_LOG_2PI


def rate() -> Model:
    counts = np.array([3, 5, 4, 0, 2])
    constant = -float(special.gammaln(counts + 1).sum()) + math.log(1.0)
    return Model(
        "Poisson rate, Gamma(2, 1) prior",
        lambda z: (counts.sum() + 1) * np.log(z[:, 0]) - (len(counts) + 1) * z[:, 0] + constant,
        lambda z: (counts.sum() + 1) / z - len(counts) - 1,
        np.array([1.0]),
        [Log()],
        by_quadrature(4001),
    )


def probability() -> Model:
    constant = math.log(math.comb(12, 10)) - float(special.betaln(1, 2))
    return Model(
        "10 of 12, Beta(1, 2) prior",
        lambda z: 10 * np.log(z[:, 0]) + 3 * np.log1p(-z[:, 0]) + constant,
        lambda z: 10 / z - 3 / (1 - z),
        np.array([0.5]),
        [Logit()],
        by_quadrature(4001),
    )


def mean_and_variance() -> Model:
    x = np.array([1.2, 3.1, 2.2, 0.4, 2.9, 1.8, 2.5, 3.3])

    def log_joint(z: Array) -> Array:
        mu, v = z.T
        likelihood = log_normal(x[:, None], mu, np.sqrt(v)).sum(axis=0)
        return likelihood + log_normal(mu, 0, np.sqrt(10 * v)) + stats.invgamma(2, scale=3).logpdf(v)

    def gradient(z: Array) -> Array:
        mu, v = z.T
        squares = ((x[:, None] - mu) ** 2).sum(axis=0) + mu**2 / 10 + 6
        return np.stack([((x[:, None] - mu).sum(axis=0) - mu / 10) / v, -(4.5 + 3) / v + squares / (2 * v**2)], 1)

    name = "mean and variance of 8 numbers"
    return Model(name, log_joint, gradient, np.array([0.0, 1.0]), [Identity(), Log()], by_quadrature(1201))


def eight_schools() -> Model:
    """Rubin (1981): effects theta = mu + tau eta, eta ~ N(0, 1), mu ~ N(0, 5), tau ~ half-Cauchy(5). Given (mu, tau), eta is
    normal: two parameters are left for the grid."""
    y = np.array([28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0])
    sigma = np.array([15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0])

    def prior(mu: Array, tau: Array) -> Array:
        return log_normal(mu, 0, 5) + stats.halfcauchy(scale=5).logpdf(tau)

    def log_joint(z: Array) -> Array:
        mu, tau, eta = z[:, 0], z[:, 1], z[:, 2:]
        effects = mu[:, None] + tau[:, None] * eta
        return prior(mu, tau) + log_normal(eta).sum(axis=1) + log_normal(y, effects, sigma).sum(axis=1)

    def gradient(z: Array) -> Array:
        mu, tau, eta = z[:, 0], z[:, 1], z[:, 2:]
        pull = (y - mu[:, None] - tau[:, None] * eta) / sigma**2
        by_tau = (pull * eta).sum(axis=1) - 2 * tau / (25 + tau**2)
        return np.column_stack([pull.sum(axis=1) - mu / 25, by_tau, pull * tau[:, None] - eta])

    def truth(model: Model, _: Any) -> Truth:
        def marginal(u: Array) -> Array:
            mu, tau = u[:, 0], np.exp(u[:, 1])
            return prior(mu, tau) + u[:, 1] + log_normal(y, mu[:, None], np.hypot(sigma, tau[:, None])).sum(axis=1)

        axes = (-25, 30, 801), (-16, 9, 1601)
        log_evidence, mean, sd, edge = trapezoid(marginal, list(axes))
        assert edge < 1e-6, edge
        grid = np.stack(np.meshgrid(*(np.linspace(*a) for a in axes), indexing="ij"), -1).reshape(-1, 2)
        weights = np.exp(marginal(grid) - log_evidence)
        weights /= weights.sum()
        tau = np.exp(grid[:, 1])
        means, sds = list(mean), list(sd)
        for effect, error in zip(y, sigma, strict=True):
            variance = 1 / (1 + (tau / error) ** 2)
            middle = variance * tau * (effect - grid[:, 0]) / error**2
            means.append(weights @ middle)
            sds.append(math.sqrt(weights @ (variance + middle**2) - means[-1] ** 2))
        how = f"quadrature, {len(grid):,} points, 8 parameters in closed form"
        return Truth(np.array(means), np.array(sds), log_evidence, how)

    transforms = [Identity(), Log()] + [Identity()] * 8
    return Model("eight schools, not centered", log_joint, gradient, np.r_[0.0, 5.0, np.zeros(8)], transforms, truth)


def robust_regression() -> Model:
    """Diabetes' progression by three features, errors of Student t, df=4."""
    X, y = load_diabetes(return_X_y=True)
    X, y = np.column_stack([X[:, [2, 3, 8]] / X[:, [2, 3, 8]].std(axis=0), np.ones(len(X))]), (y - 150) / 75
    constant = float(special.gammaln(2.5) - special.gammaln(2.0)) - math.log(4 * math.pi) / 2

    def log_joint(z: Array) -> Array:
        r = (y - z[:, :4] @ X.T) / z[:, 4:]
        likelihood = (constant - 2.5 * np.log1p(r**2 / 4) - np.log(z[:, 4:])).sum(axis=1)
        return likelihood + log_normal(z[:, :4]).sum(axis=1) - z[:, 4]

    def gradient(z: Array) -> Array:
        r = (y - z[:, :4] @ X.T) / z[:, 4:]
        pull = 5 * r / (4 + r**2)
        return np.column_stack([(pull / z[:, 4:]) @ X - z[:, :4], ((pull * r - 1) / z[:, 4:]).sum(axis=1) - 1])

    transforms = [Identity()] * 4 + [Log()]
    return Model("regression with Student t errors", log_joint, gradient, np.r_[np.zeros(4), 1.0], transforms, by_sampling)


def logistic(name: str, columns: Any, rows: int, truth: Any) -> Model:
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    X, y = X[:rows, columns], y[:rows]
    ones, sign = np.column_stack([X, np.ones(rows)]), np.where(y, 1.0, -1.0)
    prior = np.r_[np.ones(X.shape[1]), 0.01]

    def log_joint(z: Array) -> Array:
        likelihood = special.log_expit(sign * (z @ ones.T)).sum(axis=1)
        return likelihood + log_normal(z, 0, prior**-0.5).sum(axis=1)

    def gradient(z: Array) -> Array:
        return (sign * special.expit(-sign * (z @ ones.T))) @ ones - prior * z

    return Model(name, log_joint, gradient, np.zeros(len(prior)), [Identity()] * len(prior), truth, (X, y))


def models() -> list[Model]:
    return [
        rate(),
        probability(),
        mean_and_variance(),
        eight_schools(),
        robust_regression(),
        logistic("logistic regression, 60 rows, 2 features", [1, 4], 60, by_quadrature(151)),
        logistic("logistic regression, 569 rows, 30 features", slice(None), 569, by_sampling),
    ]


# Tables


def row(what: str, mean: Array, sd: Array, log_evidence: str, k: str, truth: Truth) -> str:
    shift, spread = np.abs((mean - truth.mean) / truth.sd).max(), sd / truth.sd
    return f"| {what} | {shift:.3f} | {spread.min():.3f} to {spread.max():.3f} | {log_evidence} | {k} |"


def evidence_text(value: float, error: float | None, truth: float) -> str:
    return f"{value - truth:+.4f}" + ("" if error is None else f" ± {error:.4f}")


def table(model: Model) -> str:
    fits = {
        family: vi.fit(
            model.log_joint, model.gradient, model.start, transforms=model.transforms, family=family, tol=0.01, check=True, seed=1
        )
        for family in vi.FAMILIES
    }
    full = fits["full-rank"]
    truth = model.truth(model, full)
    target = vi._Target(model.log_joint, model.gradient, tuple(model.transforms))

    def log_density(u: Array) -> Array:
        return target.log_density(u, 0)

    sampled: dict[str, Evidence] = {}
    cov = full.scale_tril @ full.scale_tril.T
    sampled["importance sampling, proposal fitted"] = importance_sampling(
        log_density, fit_proposal(log_density, Normal(full.loc, 4 * cov), draws=5000, seed=2), draws=100_000, seed=3
    )
    known = truth.log_evidence
    if known is None:
        known = sampled["importance sampling, proposal fitted"].log_evidence
    lines = [f"## {model.name}", "", f"Truth: {truth.how}."]
    reference = f"log p(x) = {known:.4f}"
    lines += [reference + (" nats." if truth.log_evidence is not None else " nats, by importance sampling."), ""]
    lines.append("| | means: largest error, sd | standard deviations, in true ones | log p(x) less the truth, nats | Pareto k |")
    lines.append("|---|---:|---:|---:|---:|")
    for family, fit in fits.items():
        assert fit.converged, (model.name, family)
        sd = np.sqrt((fit.scale_tril**2).sum(axis=1))
        lines.append(
            row(f"vi, {family}", fit.loc, sd, evidence_text(fit.elbo, fit.elbo_error, known), f"{fit.pareto_k:.2f}", truth)
        )
    for name, found in sampled.items():
        mean, covariance = found.moments()
        text = evidence_text(found.log_evidence, found.standard_error, known)
        lines.append(row(name, mean, np.sqrt(np.diag(covariance)), text, f"{found.pareto_k:.2f}", truth))
    if model.features is not None:
        for method in ("variational", "laplace"):
            fitted = BayesianLogisticRegression(method, prior_precision=1.0, tol=1e-4).fit(*model.features)
            mean = np.append(fitted.coef_[0], fitted.intercept_)
            sd = np.sqrt(np.diag(fitted.covariance_))
            text = evidence_text(fitted.log_evidence_, None, known)
            lines.append(row(f"BayesianLogisticRegression, {method}", mean, sd, text, "", truth))
    return "\n".join(lines) + "\n"


HEAD = """# Accuracy of approximate posteriors

Generated by `python benchmarks/reproduce/bayes_accuracy.py --store`.

Errors of posterior means in units of true posterior standard deviations, and posterior standard deviations as multiples of the
true ones, each the worst of all parameters. They are those of the unconstrained parameters u (log z for a positive z, logit z
for a probability), which `vi` approximates by a normal distribution. For `vi` the ELBO stands in the column of log p(x): what
it lacks is KL(q || posterior); for BayesianLogisticRegression it is `log_evidence_`. A Pareto k above 0.7 says that draws from
that normal distribution can't be corrected by weights, mostly for its light tails; the fitted proposal, a Student t, has
heavier ones. The fit of the k reads the largest 3 % of the weights: where the density of the weights peaks just there, as in
one dimension it can, k comes out much too large.

"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of the models, from 0")
    options = parser.parse_args()
    warnings.simplefilter("error")
    chosen = models() if options.only is None else [models()[i] for i in options.only]
    parts = []
    for model in chosen:
        parts.append(table(model))
        print(parts[-1], flush=True)
    if options.store:
        text = HEAD + "\n".join(parts) + "\n" + "\n".join([*machine(), f"- SciPy {scipy.__version__}"]) + "\n"
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
