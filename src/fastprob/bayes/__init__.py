"""Bayesian inference: p(z | x) = p(x | z) p(z) / p(x), on CPUs."""

from typing import TYPE_CHECKING, Any

from . import evidence, transforms, vi

if TYPE_CHECKING:
    from .logistic_regression import BayesianLogisticRegression

__all__ = ["BayesianLogisticRegression", "evidence", "transforms", "vi"]


def __getattr__(name: str) -> Any:
    """What needs scikit-learn is imported when it is asked for."""
    if name != "BayesianLogisticRegression":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from .logistic_regression import BayesianLogisticRegression
    except ImportError as error:
        raise ImportError(f'fastprob.bayes.{name} needs {error.name}: pip install "fastprob[bayes]"') from error
    return BayesianLogisticRegression
