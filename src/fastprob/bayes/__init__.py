"""Bayesian inference: p(z | x) = p(x | z) p(z) / p(x), on CPUs.

`conjugate` has models whose posteriors, predictives and evidences are closed forms, for many problems at once; `grid` integrates
any log likelihood of up to three parameters; `vi` finds the normal distribution nearest to a posterior, `evidence` log p(x) by
importance sampling; `BayesianLogisticRegression` is a scikit-learn classifier.
Some functions need SciPy or scikit-learn: pip install "fastprob[bayes]".
"""

from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from . import conjugate, distributions, evidence, grid, predictive, transforms, vi
from ._statistics import CategoryCounts, Counts, Events, Maximum, Moments
from .conjugate import BetaBinomial, DirichletCategorical, GammaPoisson, NormalInverseGamma, NormalNormal, ParetoUniform
from .distributions import Beta, Dirichlet, Gamma, InverseGamma, Pareto
from .grid import GridPosterior
from .predictive import BetaBinomialPredictive, CategoricalPredictive, GammaPoissonPredictive, ParetoUniformPredictive

if _TYPE_CHECKING:
    from .logistic_regression import BayesianLogisticRegression

__all__ = [
    "BayesianLogisticRegression",
    "Beta",
    "BetaBinomial",
    "BetaBinomialPredictive",
    "CategoricalPredictive",
    "CategoryCounts",
    "Counts",
    "Dirichlet",
    "DirichletCategorical",
    "Events",
    "Gamma",
    "GammaPoisson",
    "GammaPoissonPredictive",
    "GridPosterior",
    "InverseGamma",
    "Maximum",
    "Moments",
    "NormalInverseGamma",
    "NormalNormal",
    "Pareto",
    "ParetoUniform",
    "ParetoUniformPredictive",
    "conjugate",
    "distributions",
    "evidence",
    "grid",
    "predictive",
    "transforms",
    "vi",
]


def __getattr__(name: str) -> _Any:
    """What needs scikit-learn is imported when it is asked for."""
    if name != "BayesianLogisticRegression":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from .logistic_regression import BayesianLogisticRegression
    except ImportError as error:
        raise ImportError(f'fastprob.bayes.{name} needs {error.name}: pip install "fastprob[bayes]"') from error
    return BayesianLogisticRegression
