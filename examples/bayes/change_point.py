"""Evidence for two competing models: did coal mines become safer at once, or little by little?

    python examples/bayes/change_point.py [change_point.png]

Disasters a year in British coal mines, 1851 to 1962 (Jarrett, Biometrika 66, 1979). "Sudden": one rate up to some year, another
one from the next on; all years are alike beforehand, and given the year posterior and evidence are closed forms. "Gradual": the
logarithm of the rate is a straight line; its posterior is on a grid. Both expect some two disasters a year before they see data.

Needs the extra `bayes`.
"""

from __future__ import annotations

import sys

import numpy as np
from matplotlib.figure import Figure

from fastprob import normal, special
from fastprob.bayes import GammaPoisson, GridPosterior
from fastprob.bayes.evidence import Normal, fit_proposal, importance_sampling

YEARS = np.arange(1851, 1963)
COUNTS = "4541043406334026335453144155342522342132211113001011003103220111010100021000110233112111124200014000100000100101"
DISASTERS = np.array([int(count) for count in COUNTS])
TIME = (YEARS - 1906.5) / 100  # centuries from the middle
LOG_FACTORIALS = np.log([1, 1, 2, 6, 24, 120, 720])[DISASTERS].sum()
PRIOR = GammaPoisson(2.0, 1.0)  # of a rate, disasters a year
COLORS = ("#0b5fa5", "#c2571a")


def sudden() -> tuple[float, np.ndarray, np.ndarray]:
    """Log evidence; P(the rate changes after the year), for all years but the last; expected rates."""
    ends = range(1, len(YEARS))
    each = np.array([PRIOR.log_evidence(DISASTERS[:end]) + PRIOR.log_evidence(DISASTERS[end:]) for end in ends])
    log_evidence = float(special.logsumexp(each)) - np.log(len(each))
    probability = special.exp(each - special.logsumexp(each))
    rates = np.zeros(len(YEARS))
    for end, p in zip(ends, probability, strict=True):
        rates[:end] += p * PRIOR.update(DISASTERS[:end]).rate.mean()
        rates[end:] += p * PRIOR.update(DISASTERS[end:]).rate.mean()
    return log_evidence, probability, rates


def log_likelihood(level: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Of log rates level + slope TIME."""
    log_rate = level[:, None] + slope[:, None] * TIME
    return log_rate @ DISASTERS - special.exp(log_rate).sum(axis=1) - LOG_FACTORIALS


def log_prior(level: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """The level as a Gamma(2, 1) rate would have it, the slope a factor of some e^2 a century either way."""
    return 2.0 * level - special.exp(level) + normal.logpdf(slope, 0.0, 2.0)


def gradual() -> tuple[GridPosterior, np.ndarray]:
    """The posterior, and expected rates."""
    fit = GridPosterior(log_likelihood, log_prior, {"level": (-4.0, 4.0), "slope": (-10.0, 10.0)})
    return fit, fit.expectation(lambda level, slope: special.exp(level[:, None] + slope[:, None] * TIME))


def main(picture: str) -> None:
    log_sudden, probability, steps = sudden()
    fit, curve = gradual()
    constant = PRIOR.log_evidence(DISASTERS)
    print(f"log evidence: one rate {constant:.3f}, sudden {log_sudden:.3f}, gradual {fit.log_evidence:.3f} nats")
    print(f"sudden against gradual: Bayes factor {np.exp(log_sudden - fit.log_evidence):.1f}")

    # The grid's answer once more, by weighted draws
    def log_joint(z: np.ndarray) -> np.ndarray:
        return log_likelihood(*z.T) + log_prior(*z.T)

    proposal = fit_proposal(log_joint, Normal([0.5, 0.0], [[0.5, 0.0], [0.0, 4.0]]), seed=1)
    found = importance_sampling(log_joint, proposal, draws=20_000, seed=2)
    print(
        f"gradual by importance sampling: {found.log_evidence:.3f} ± {found.standard_error:.3f} nats, "
        f"Pareto k {found.pareto_k:.2f}, {found.effective_sample_size:.0f} of 20000 draws effective"
    )
    best = int(np.argmax(probability))
    print(f"the most probable last year of the old rate: {YEARS[best]}, with {probability[best]:.2f}")

    figure = Figure(figsize=(9.6, 3.4), dpi=150, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    left.bar(YEARS, DISASTERS, width=0.8, color="#c9d1d9", label="disasters")
    left.step(YEARS, steps, where="mid", color=COLORS[0], linewidth=1.8, label=f"sudden: {log_sudden:.1f} nats")
    left.plot(YEARS, curve, color=COLORS[1], linewidth=1.8, label=f"gradual: {fit.log_evidence:.1f} nats")
    left.set(title="expected rates, and log evidence", xlabel="year", ylabel="disasters a year", xlim=(1850, 1963))
    left.legend(frameon=False)
    right.bar(YEARS[:-1], probability, width=0.8, color=COLORS[0])
    right.set(title="P(last year of the old rate)", xlabel="year", xlim=(1879.5, 1900.5))
    for ax in (left, right):
        ax.spines[["top", "right"]].set_visible(False)
    figure.savefig(picture)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "change_point.png")
