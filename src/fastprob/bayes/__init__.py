"""Bayesian inference: p(z | x) = p(x | z) p(z) / p(x), on CPUs.

`conjugate` has models whose posteriors, predictives and evidences are closed forms, for many problems at once; `grid` integrates
any log likelihood of up to three parameters.
Some functions need SciPy: pip install "fastprob[bayes]".
"""

from . import conjugate, distributions, grid, predictive
from ._statistics import CategoryCounts, Counts, Events, Maximum, Moments
from .conjugate import BetaBinomial, DirichletCategorical, GammaPoisson, NormalInverseGamma, NormalNormal, ParetoUniform
from .distributions import Beta, Dirichlet, Gamma, InverseGamma, Pareto
from .grid import GridPosterior
from .predictive import BetaBinomialPredictive, CategoricalPredictive, GammaPoissonPredictive, ParetoUniformPredictive

__all__ = [
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
    "grid",
    "predictive",
]
