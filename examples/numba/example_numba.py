"""fastprob's functions inside Numba's compiled loops: their addresses come from fastprob.kernels, the module for cimport.

The functions of one element cost a call each; the array functions are vectorized. Neither needs the GIL.
"""

import ctypes

import numba
import numpy as np
from numba.extending import get_cython_function_address


def function(name, result, *arguments):
    """A C function of fastprob.kernels, for Numba to call."""
    return ctypes.CFUNCTYPE(result, *arguments)(get_cython_function_address("fastprob.kernels", name))


double, pointer, size = ctypes.c_double, ctypes.c_void_p, ctypes.c_size_t
normal_logpdf = function("normal_logpdf_f64", double, double, double, double)
normal_logpdf_array = function("normal_logpdf_f64_array", None, pointer, pointer, pointer, pointer, size)


@numba.njit(nogil=True)
def log_likelihood(x, loc, scale):
    """Sum of the log densities, one element at a time."""
    total = 0.0
    for value in x:
        total += normal_logpdf(value, loc, scale)
    return total


@numba.njit(nogil=True)
def logpdf(x, loc, scale):
    """A whole array at once; all must be contiguous and of one size."""
    out = np.empty_like(x)
    normal_logpdf_array(out.ctypes, x.ctypes, loc.ctypes, scale.ctypes, x.size)
    return out


if __name__ == "__main__":
    x = np.linspace(-3.0, 3.0, 7)
    print(log_likelihood(x, 0.0, 1.0))
    print(logpdf(x, np.zeros(7), np.ones(7)))
