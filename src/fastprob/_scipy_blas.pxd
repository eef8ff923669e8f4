"""The routines of the BLAS that SciPy comes with, as C functions."""

cdef void *blas_routine(str name, str arguments, str extra) except NULL
