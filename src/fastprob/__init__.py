"""fastprob: probability functions right to 2 ULP in every argument (some to 4 to 16), with the same bits on every CPU.

Modules: normal, logistic, uniform, bernoulli, truncnormal, kl, film, special (functions of arrays), random (numbers), ufuncs (the
numpy.ufunc behind each function), kernels (typed Cython functions to cimport). get_include() is the folder of the C header.
Imported by themselves: fastprob.stats, SciPy's distribution objects over the functions; fastprob.bayes, inference for small
models; fastprob.vae, a variational autoencoder; fastprob.nn, the layers it is made of.
"""

import os as _os

from . import bernoulli, film, kl, logistic, normal, random, special, truncnormal, ufuncs, uniform
from ._checks import check_params
from ._core import version as __version__
from ._threads import get_num_threads, set_num_threads, show_config, threads


def get_include() -> str:
    """Folder of `fastprob.h`, for the C compiler's -I.

    >>> import os, fastprob
    >>> os.path.exists(os.path.join(fastprob.get_include(), "fastprob.h"))
    True
    """
    here = _os.path.dirname(__file__)
    installed = _os.path.join(here, "include")
    # An editable install leaves the header in the source tree.
    return installed if _os.path.exists(installed) else _os.path.normpath(_os.path.join(here, "..", "..", "csrc"))


__all__ = [
    "__version__",
    "bernoulli",
    "check_params",
    "film",
    "get_include",
    "get_num_threads",
    "kl",
    "logistic",
    "normal",
    "random",
    "set_num_threads",
    "show_config",
    "special",
    "threads",
    "truncnormal",
    "ufuncs",
    "uniform",
]
