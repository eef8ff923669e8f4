"""What is SciPy's work: it is imported when it is needed, and not before."""

from __future__ import annotations

import importlib
from typing import Any


def scipy_module(name: str, purpose: str) -> Any:
    """scipy.<name>, or an ImportError that says what it is needed for."""
    try:
        return importlib.import_module(f"scipy.{name}")
    except ModuleNotFoundError as error:
        raise ImportError(f"fastprob.stats needs SciPy for {purpose}: pip install scipy") from error
