"""The routines of the BLAS that SciPy comes with, as C functions: Fortran's, with all matrices stored by columns."""

from cpython.pycapsule cimport PyCapsule_GetName, PyCapsule_GetPointer

import re


cdef void *blas_routine(str name, str arguments, str extra) except NULL:
    """The routine of a name. Its arguments are written in C, numbers as `real *`; an extra of the package brings SciPy."""
    try:
        from scipy.linalg import cython_blas
    except ImportError as error:
        raise ImportError(f'matrix products need SciPy: pip install "fastprob[{extra}]"') from error
    capsule = cython_blas.__pyx_capi__[name]
    cdef const char *signature = PyCapsule_GetName(capsule)
    # SciPy names its types after itself. Integers of another width would be read as garbage.
    if re.sub(r"\w*cython_blas_[sd]\b", "real", signature.decode()) != f"void ({arguments})":
        raise ImportError(f"SciPy's {name} has an unknown signature: {signature.decode()}")
    return PyCapsule_GetPointer(capsule, signature)
