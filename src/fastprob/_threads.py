"""Number of threads, and what this installation is made of."""

from __future__ import annotations

import operator
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Literal, SupportsIndex, overload

import numpy as np

from . import _core

MOST = 1024  # MAX_THREADS of the pool


def _check_environment() -> None:
    """The core reads this variable, and takes no notice of what is no number."""
    text = os.environ.get("FASTPROB_NUM_THREADS", "").strip(" \t")
    if text and not (re.fullmatch("[0-9]{1,9}", text) and 1 <= int(text) <= MOST):
        allowed = f"a number of threads from 1 to {MOST}"
        raise ImportError(f"FASTPROB_NUM_THREADS={text!r} is not {allowed}: choose one, or leave it unset")


_check_environment()


def _checked(n: SupportsIndex) -> int:
    if isinstance(n, bool) or not hasattr(n, "__index__"):
        raise TypeError(f"n is a number of threads, an int from 1 to {MOST}; got {n!r} of type {type(n).__name__}")
    number = operator.index(n)
    if not 1 <= number <= MOST:
        raise ValueError(f"n is a number of threads, from 1 to {MOST}; got {number}")
    return number


def set_num_threads(n: SupportsIndex) -> None:
    """Set how many threads a call may use, for the whole process.

    Until then it is FASTPROB_NUM_THREADS or, failing that, OMP_NUM_THREADS, or else the number of CPUs that this process may use,
    its cgroup's quota included; an ImportError if the first is not such a number. The number of threads never changes a result.

    Parameters
    ----------
    n : int
        From 1 to 1024.

    Raises
    ------
    TypeError, ValueError
        If n is no int, or out of range.

    Examples
    --------
    >>> import fastprob
    >>> before = fastprob.get_num_threads()
    >>> fastprob.set_num_threads(2)
    >>> fastprob.get_num_threads()
    2
    >>> fastprob.set_num_threads(before)
    """
    _core.set_threads(_checked(n))


def get_num_threads() -> int:
    """Number of threads that a call made here may use: the process-wide setting, or this thread's own within `threads`."""
    return _core.usable_threads()


def threads(n: SupportsIndex) -> AbstractContextManager[None]:
    """Context in which calls made by this Python thread use at most `n` threads, whatever the process-wide setting.

    Also a decorator. Contexts may be nested; the innermost counts.

    Parameters
    ----------
    n : int
        From 1 to 1024.

    Raises
    ------
    TypeError, ValueError
        If n is no int, or out of range.

    Examples
    --------
    >>> import fastprob
    >>> with fastprob.threads(1):
    ...     fastprob.get_num_threads()
    1
    """
    return _threads(_checked(n))


@contextmanager
def _threads(n: int) -> Iterator[None]:
    before = _core.limit_threads(n)
    try:
        yield
    finally:
        _core.limit_threads(before)


@overload
def show_config(mode: Literal["stdout"] = "stdout") -> None: ...
@overload
def show_config(mode: Literal["dicts"]) -> dict[str, dict[str, Any]]: ...
def show_config(mode: str = "stdout") -> dict[str, dict[str, Any]] | None:
    """Show versions, the CPU targets and the number of threads.

    Parameters
    ----------
    mode : {"stdout", "dicts"}
        Whether to print the information or to return it.

    Returns
    -------
    dict of dicts, or None where it is printed

    Examples
    --------
    >>> import fastprob
    >>> config = fastprob.show_config("dicts")
    >>> config["targets"]["chosen"] in config["targets"]["supported"]
    True
    """
    if mode not in ("stdout", "dicts"):
        raise ValueError(f"mode is 'stdout' or 'dicts'; got {mode!r}")
    built = _core.targets()
    config: dict[str, dict[str, Any]] = {
        "versions": {"fastprob": _core.version, "numpy": np.__version__, "compiler": _core.compiler},
        "targets": {
            "chosen": _core.target,
            "supported": [name for name, supported in built if supported],
            "built": [name for name, _ in built],
        },
        "threads": {"now": get_num_threads(), "process": _core.get_threads(), "default": _core.default_threads()},
    }
    if mode == "dicts":
        return config
    for title, entries in config.items():
        print(f"{title}:")
        for name, value in entries.items():
            print(f"  {name}: {', '.join(value) if isinstance(value, list) else value}")
    return None


def _register_with_threadpoolctl() -> None:
    """Lets threadpool_limits and threadpool_info see the pool; the limit is the calling thread's."""
    try:
        from threadpoolctl import LibController, register  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError:
        return

    # The abstract methods have no annotations: pyright reads them as returning None.
    class FastprobController(LibController):  # type: ignore[misc, unused-ignore]
        user_api = "fastprob"
        internal_api = "fastprob"
        filename_prefixes = ("_core",)
        check_symbols = ("fastprob_version",)

        def get_num_threads(self) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
            return _core.usable_threads()

        def set_num_threads(self, num_threads: int) -> None:
            # threadpoolctl ends a limit by setting the number that was there before: then the process-wide one counts again.
            _core.limit_threads(0 if num_threads == _core.get_threads() else num_threads)

        def get_version(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
            return _core.version

    register(FastprobController)


_register_with_threadpoolctl()
