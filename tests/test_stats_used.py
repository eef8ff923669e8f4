"""What SciPy's and scikit-learn's functions make of the objects of fastprob.stats: the same as of SciPy's own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats
from scipy.stats import sampling
from sklearn.model_selection import ParameterSampler

from fastprob import stats

SHAPES = {"norm": (), "logistic": (), "uniform": (), "truncnorm": (-1.0, 2.0), "bernoulli": (0.3,)}
X = np.random.default_rng(0).normal(size=60)


def sobol(dist, *shapes):
    found = scipy_stats.sobol_indices(func=lambda x: x[0] + x[1] ** 2, n=64, dists=[dist(*shapes)] * 2, rng=1)
    return [found.first_order, found.total_order]


def drawn(method, **how):
    return lambda dist, *shapes: getattr(sampling, method)(dist(*shapes), random_state=1, **how).rvs(5)


CONTINUOUS = {
    "kstest": lambda dist, *shapes: scipy_stats.kstest(X, dist.cdf, args=shapes),
    "ks_1samp, frozen": lambda dist, *shapes: scipy_stats.ks_1samp(X, dist(*shapes).cdf),
    "probplot": lambda dist, *shapes: scipy_stats.probplot(X, shapes, dist)[1],
    "probplot, frozen": lambda dist, *shapes: scipy_stats.probplot(X, dist=dist(*shapes))[1],
    "sobol_indices": sobol,
    "NumericalInversePolynomial": drawn("NumericalInversePolynomial"),
    "NumericalInverseHermite": drawn("NumericalInverseHermite"),
    "SimpleRatioUniforms": drawn("SimpleRatioUniforms", mode=0.0),
}
DISCRETE = {"DiscreteGuideTable": drawn("DiscreteGuideTable"), "DiscreteAliasUrn": drawn("DiscreteAliasUrn")}


@pytest.mark.parametrize(
    ("functions", "what", "name"),
    [
        (functions, what, name)
        for functions, names in ((CONTINUOUS, list(SHAPES)[:4]), (DISCRETE, ["bernoulli"]))
        for what in functions
        for name in names
    ],
)
def test_functions_of_scipy_take_them(functions, what, name):
    ours, theirs = (functions[what](getattr(module, name), *SHAPES[name]) for module in (stats, scipy_stats))
    np.testing.assert_allclose(np.hstack(ours), np.hstack(theirs), rtol=1e-9)


@pytest.mark.parametrize("name", SHAPES)
def test_scikit_learn_draws_parameters(name):
    ours, theirs = (
        [choice["p"] for choice in ParameterSampler({"p": getattr(module, name)(*SHAPES[name])}, 5, random_state=3)]
        for module in (stats, scipy_stats)
    )
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
