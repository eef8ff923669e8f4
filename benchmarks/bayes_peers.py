"""`fastprob.bayes` beside PyMC's ADVI, TensorFlow Probability, the `conjugate` package and SciPy: time and errors.

    python benchmarks/bayes_peers.py             prints the tables; peers that are not installed are left out, and named
    python benchmarks/bayes_peers.py --store     and keeps them in benchmarks/results/

    pip install pymc conjugate-models jax==0.4.38 tensorflow-probability==0.25.0      (0.25 needs a JAX of that age)

Times are CPU seconds, the least of three calls, compilation left out; fits by ADVI are timed once, with their compilation beside
them. Evidences are compared with 60 digits, posteriors with quadrature, in units of true posterior standard deviations.
scikit-learn's LogisticRegression is in bayes_logistic.py.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath as mp
import numpy as np
import scipy
from scipy import stats

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "benchmarks" / "reproduce")]

import bayes_accuracy as accuracy  # noqa: E402
from conditions import machine  # noqa: E402

from fastprob.bayes import BetaBinomial, BetaBinomialPredictive, Counts, vi  # noqa: E402

TESTS, SEED = 100_000, 0


def peer(name: str) -> Any:
    """A module, or None."""
    try:
        return importlib.import_module(name)
    except Exception as error:  # also what breaks at import
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
        return None


def least(call: Callable[[], Any]) -> tuple[float, Any]:
    times = []
    for _ in range(3):
        start = time.process_time()
        value = call()
        times.append(time.process_time() - start)
    return min(times), value


def counts() -> str:
    """Many tests' posteriors; evidences of large counts; sums of many terms."""
    conjugate, tfp = peer("conjugate"), peer("tensorflow_probability.substrates.jax")
    rng = np.random.default_rng(SEED)
    n = rng.integers(500, 2000, TESTS)
    k = rng.binomial(n, rng.beta(20, 400, TESTS))

    rows: list[tuple[str, str, Callable[[], Any], Callable[[Any], str]]] = []
    with mp.workdps(30):
        mean = (2.0 + k) / (42.0 + n)
    exact_low = stats.beta.ppf(0.025, 2.0 + k[:50], 40.0 + n[:50] - k[:50])

    def interval_error(value: Any) -> str:
        posterior_mean, low = (np.asarray(v, np.float64) for v in value)
        return f"{max(abs(posterior_mean / mean - 1).max(), abs(low[:50] / exact_low - 1).max()):.0e}"

    def own_interval() -> Any:
        p = BetaBinomial(2.0, 40.0).update(k, n, axis=()).p
        return p.mean(), p.interval(0.95)[0], p.interval(0.95)[1]

    task = f"{TESTS:,} A/B tests: posterior means, 95 % intervals"
    rows.append((task, "fastprob", own_interval, lambda v: interval_error(v[:2])))
    if conjugate is not None:
        from conjugate.distributions import Beta
        from conjugate.models import binomial_beta

        def by_conjugate() -> Any:
            posterior = binomial_beta(n=n, x=k, prior=Beta(2.0, 40.0)).dist
            return posterior.mean(), posterior.ppf(0.025), posterior.ppf(0.975)

        rows.append((task, "conjugate", by_conjugate, lambda v: interval_error(v[:2])))
    if tfp is not None:
        import jax

        jax.config.update("jax_enable_x64", True)

        def by_tfp() -> Any:
            posterior = tfp.distributions.Beta(2.0 + k, 40.0 + (n - k))
            return posterior.mean().block_until_ready(), *(posterior.quantile(q).block_until_ready() for q in (0.025, 0.975))

        rows.append((task, "TFP on JAX", by_tfp, lambda v: interval_error(v[:2])))

    size = 2000
    trials = np.floor(10.0 ** rng.uniform(6, 9, size))
    seen = np.floor(trials * rng.beta(30, 70, size))
    with mp.workdps(60):
        one, b = mp.mpf(2), mp.mpf(3)

        def log_evidence(x: float, m: float) -> Any:
            choices = mp.loggamma(m + 1) - mp.loggamma(x + 1) - mp.loggamma(m - x + 1)
            return choices + mp.log(mp.beta(one + x, b + m - x)) - mp.log(mp.beta(one, b))

        exact = np.array([float(log_evidence(int(x), int(m))) for x, m in zip(seen[:100], trials[:100], strict=True)])

    def evidence_error(value: Any) -> str:
        return f"{abs(np.asarray(value, np.float64)[:100] - exact).max():.0e} nats"

    task = f"{size:,} log evidences of 1e6 to 1e9 trials"
    rows.append((task, "fastprob", lambda: BetaBinomial(2.0, 3.0).log_evidence(Counts(seen, trials)), evidence_error))
    rows.append((task, "SciPy (conjugate's too)", lambda: stats.betabinom.logpmf(seen, trials, 2.0, 3.0), evidence_error))
    if tfp is not None:

        def evidence_by_tfp() -> Any:
            return tfp.distributions.BetaBinomial(trials, 2.0, 3.0).log_prob(seen).block_until_ready()

        rows.append((task, "TFP on JAX", evidence_by_tfp, evidence_error))

    few = np.arange(1, 6) * 1.5e5
    with mp.workdps(40):  # a = 1: P(K > k) = n!/(n - k - 1)! Gamma(n - k + b)/Gamma(n + 1 + b)
        upper = [
            mp.exp(mp.loggamma(1e6 - x + 2.5) + mp.loggamma(1e6 + 1) - mp.loggamma(1e6 + 3.5) - mp.loggamma(1e6 - x)) for x in few
        ]
        exact_cdf = np.array([float(1 - value) for value in upper])
    task = "5 distribution functions, a million trials"
    rows.append(
        (
            task,
            "fastprob",
            lambda: BetaBinomialPredictive(1.0, 2.5, 1e6).cdf(few),
            lambda v: f"{abs(v / exact_cdf - 1).max():.0e}",
        )
    )
    rows.append(
        (task, "SciPy", lambda: stats.betabinom.cdf(few, 10**6, 1.0, 2.5), lambda v: f"{abs(v / exact_cdf - 1).max():.0e}")
    )

    lines = ["## Conjugate models", "", "| | | CPU seconds | largest error |", "|---|---|---:|---:|"]
    for name, whose, call, error in rows:
        call()
        seconds, value = least(call)
        lines.append(f"| {name} | {whose} | {seconds:.4f} | {error(value)} |")
    lines += [
        "",
        "TFP's BetaBinomial has no distribution function; `conjugate` has no evidences: its predictive is SciPy's.",
        "Quantiles are compared with SciPy's.",
        "",
    ]
    return "\n".join(lines)


def approximations() -> str:
    """Full-rank normal approximations of two posteriors."""
    pm = peer("pymc")
    lines = ["## Variational inference, full-rank", ""]
    if pm is None:
        return "\n".join([*lines, "PyMC is not installed.", ""])
    lines.append(
        "| model | | seconds | means: largest error, sd | standard deviations, in true ones | ELBO less log p(x), nats |"
    )
    lines.append("|---|---|---:|---:|---:|---:|")
    for model, build, names in (
        (accuracy.mean_and_variance(), mean_and_variance, ["mu", "v_log__"]),
        (accuracy.logistic("logistic regression, 60 rows, 2 features", [1, 4], 60, accuracy.by_quadrature(151)), logistic, ["w"]),
    ):
        start = time.perf_counter()
        own = vi.fit(model.log_joint, model.gradient, model.start, transforms=model.transforms, tol=0.01, seed=1)
        seconds = time.perf_counter() - start
        truth = model.truth(model, own)
        sd = np.sqrt((own.scale_tril**2).sum(axis=1))
        found = [("fastprob", f"{seconds:.2f}", own.loc, sd, own.elbo)]
        for steps in (10_000, 30_000):  # PyMC's default, and three times that
            with build(pm, model):
                start = time.perf_counter()
                fit = pm.fit(steps, method="fullrank_advi", random_seed=SEED, progressbar=False)
                seconds = time.perf_counter() - start
            loc, sd = (np.concatenate([np.ravel(part[n].values) for n in names]) for part in (fit.mean_data, fit.std_data))
            found.append((f"PyMC's ADVI, {steps:,} steps", f"{seconds:.2f}", loc, sd, -float(np.mean(fit.hist[-1000:]))))
        for whose, took, loc, sd, elbo in found:
            shift, spread = abs((loc - truth.mean) / truth.sd).max(), sd / truth.sd
            assert truth.log_evidence is not None
            lines.append(
                f"| {model.name} | {whose} | {took} | {shift:.3f} | {spread.min():.3f} to {spread.max():.3f} | "
                f"{elbo - truth.log_evidence:+.3f} |"
            )
    lines += ["", "PyMC's seconds are with compilation, its ELBO is the mean of the last 1000 steps'.", ""]
    return "\n".join(lines)


def mean_and_variance(pm: Any, _: Any) -> Any:
    with pm.Model() as model:
        v = pm.InverseGamma("v", 2.0, 3.0)
        mu = pm.Normal("mu", 0.0, (10.0 * v) ** 0.5)
        pm.Normal("x", mu, v**0.5, observed=np.array([1.2, 3.1, 2.2, 0.4, 2.9, 1.8, 2.5, 3.3]))
    return model


def logistic(pm: Any, own: Any) -> Any:
    X, y = own.features
    with pm.Model() as model:
        w = pm.Normal("w", 0.0, np.r_[np.ones(X.shape[1]), 10.0])
        pm.Bernoulli("y", logit_p=pm.math.dot(np.column_stack([X, np.ones(len(X))]), w), observed=y)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # the peers'
    parts = [counts(), approximations()]
    print("\n".join(parts))
    if options.store:
        names = ("pymc", "conjugate", "jax", "tensorflow_probability.substrates.jax")
        versions = [f"{m.__name__.split('.')[0]} {m.__version__}" for m in map(peer, names) if m is not None]
        text = f"# Bayesian inference beside others\n\n`python benchmarks/bayes_peers.py --store`, seed {SEED}\n\n" + "\n".join(
            parts
        )
        text += "\n" + "\n".join([*machine(), f"- SciPy {scipy.__version__}", *(f"- {v}" for v in versions)]) + "\n"
        day = datetime.date.today().isoformat()
        (ROOT / "benchmarks" / "results" / f"bayes-peers-{day}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
