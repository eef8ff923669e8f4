"""One thread for the BLAS while the package's own threads call it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

_lock = threading.Lock()
_users = 0
_limit: Any = None


@cache
def _controller() -> Any:
    try:
        import scipy.linalg.cython_blas  # noqa: F401  its library is there from now on
        from threadpoolctl import ThreadpoolController
    except ImportError as error:
        raise ImportError(f'logistic regression needs {error.name}: pip install "fastprob[bayes]"') from error
    return ThreadpoolController().select(user_api="blas")


def _release_control() -> None:
    """Since its version 3.7 threadpoolctl lets one thread alone set OpenBLAS's number, and
    does nothing for others: make room for whoever comes next."""
    import threadpoolctl

    clear = getattr(threadpoolctl.OpenBLASController, "clear_controlling_thread", None)
    if clear is not None:
        clear(force=True)


@contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Holds the BLAS at one thread within the block, and gives it back its number afterwards, whatever happened there.

    The number is the process's: blocks in several threads overlap, and the last one to end restores it.
    """
    global _users, _limit
    entered = False
    try:
        with _lock:
            if _users == 0:
                controller = _controller()
                _release_control()
                _limit = controller.limit(limits=1)
            _users += 1
            entered = True
        yield
    finally:
        with _lock:
            _users -= entered
            if _users == 0 and _limit is not None:
                _release_control()
                _limit.restore_original_limits()
                _limit = None
                _release_control()
