"""SciPy, where something needs a function that the package does not have."""

from __future__ import annotations

import importlib
from typing import Any


def scipy_special() -> Any:
    """The module `scipy.special`, imported at the first use; ImportError that names the extra."""
    try:
        return importlib.import_module("scipy.special")
    except ImportError as error:
        raise ImportError('fastprob.bayes needs SciPy for this: pip install "fastprob[bayes]"') from error
