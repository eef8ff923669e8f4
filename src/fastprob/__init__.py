"""fastprob: probability functions right to 2 ULP in every argument, with the same bits on every CPU.

Modules: normal, bernoulli, kl, special (functions of arrays), ufuncs (the numpy.ufunc behind each), kernels (typed Cython
functions to cimport). get_include() is the folder of the C header.
"""

from importlib.metadata import version as _version
from pathlib import Path as _Path

from . import bernoulli, kl, normal, special, ufuncs
from ._threads import get_num_threads, set_num_threads, show_config, threads

__version__ = _version("fastprob")


def get_include() -> str:
    """Folder of `fastprob.h`, for the C compiler's -I.

    >>> import os, fastprob
    >>> os.path.exists(os.path.join(fastprob.get_include(), "fastprob.h"))
    True
    """
    return str(_Path(__file__).parent / "include")


__all__ = [
    "bernoulli", "get_include", "get_num_threads", "kl", "normal", "set_num_threads", "show_config", "special", "threads", "ufuncs",
]  # fmt: skip
