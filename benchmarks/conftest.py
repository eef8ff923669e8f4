"""Makes `functions` importable, and the table short."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Unless asked otherwise: one table a function, type and size, with the columns that are worth reading on a noisy machine."""
    if not hasattr(config.option, "benchmark_columns"):
        return
    given = [argument.partition("=")[0] for argument in config.invocation_params.args]
    if "--benchmark-columns" not in given:
        config.option.benchmark_columns = ["median", "iqr", "rounds"]
    if "--benchmark-sort" not in given:
        config.option.benchmark_sort = "median"
