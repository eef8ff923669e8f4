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
        raise ImportError(f'fastprob.nn needs {error.name}: pip install "fastprob[vae]"') from error
    return ThreadpoolController().select(user_api="blas")


@contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Holds the BLAS at one thread within the block, and gives it back its number afterwards, whatever happened there.

    The number is the process's: blocks in several threads overlap, and the last one to end restores it.
    """
    global _users, _limit
    with _lock:
        if _users == 0:
            _limit = _controller().limit(limits=1)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _limit.restore_original_limits()
