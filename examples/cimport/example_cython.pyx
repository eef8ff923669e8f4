# cython: boundscheck=False, wraparound=False, freethreading_compatible=True
"""fastprob's functions inside nogil loops of one's own."""

from fastprob.kernels cimport (
    kl_standard_normal_grad_f64, normal_logpdf_f32, normal_logpdf_f64, normal_logpdf_f64_array, normal_logpdf_grad_f64_array,
    random_logistic_f32, random_logistic_f64, random_normal_f32, random_normal_f64, random_open_f32, random_open_f64, random_unit_f32,
    random_unit_f64, random_words,
)
from libc.stdint cimport uint32_t, uint64_t


def log_likelihood(const double[:] x, double loc, double scale):
    """Sum of the log densities, one element at a time."""
    cdef double total = 0.0
    cdef Py_ssize_t i
    with nogil:
        for i in range(x.shape[0]):
            total += normal_logpdf_f64(x[i], loc, scale)
    return total


def logpdf_f32(float x, float loc, float scale):
    """One element in single precision."""
    return normal_logpdf_f32(x, loc, scale)


def logpdf_array(const double[::1] x, const double[::1] loc, const double[::1] scale, double[::1] out):
    """A whole array at once: vectorized, and threaded if it is large."""
    cdef size_t n = <size_t>x.shape[0]
    if n == 0:
        return
    with nogil:
        normal_logpdf_f64_array(&out[0], &x[0], &loc[0], &scale[0], n)


def logpdf_grad_array(const double[::1] x, const double[::1] loc, const double[::1] scale, double[:, ::1] out):
    """Three outputs: the rows of out become the derivatives with respect to x, loc and scale."""
    cdef size_t n = <size_t>x.shape[0]
    if n == 0:
        return
    with nogil:
        normal_logpdf_grad_f64_array(&out[0, 0], &out[1, 0], &out[2, 0], &x[0], &loc[0], &scale[0], n)


def kl_grad(double loc, double scale):
    """Two outputs of one element."""
    cdef double dloc, dscale
    kl_standard_normal_grad_f64(&dloc, &dscale, loc, scale)
    return dloc, dscale


def normals(const uint32_t[::1] key, uint64_t stream, double[::1] out):
    """Standard normals 0, 1, 2, ... of a stream: those of a new Generator with that key and stream."""
    if out.shape[0] == 0:
        return
    with nogil:
        random_normal_f64(&key[0], stream, 0, &out[0], <size_t>out.shape[0])


ctypedef fused number:
    uint32_t
    float
    double


def draw(str kind, const uint32_t[::1] key, uint64_t stream, uint64_t first, number[::1] out):
    """Units first, first + 1, ... of a stream, whatever can be drawn from it in the type of out."""
    cdef size_t n = <size_t>out.shape[0]
    if n == 0:
        return
    if number is uint32_t:
        random_words(&key[0], stream, first, &out[0], n)
    elif number is float:
        if kind == "unit":
            random_unit_f32(&key[0], stream, first, &out[0], n)
        elif kind == "open":
            random_open_f32(&key[0], stream, first, &out[0], n)
        elif kind == "normal":
            random_normal_f32(&key[0], stream, first, &out[0], n)
        elif kind == "logistic":
            random_logistic_f32(&key[0], stream, first, &out[0], n)
    else:
        if kind == "unit":
            random_unit_f64(&key[0], stream, first, &out[0], n)
        elif kind == "open":
            random_open_f64(&key[0], stream, first, &out[0], n)
        elif kind == "normal":
            random_normal_f64(&key[0], stream, first, &out[0], n)
        elif kind == "logistic":
            random_logistic_f64(&key[0], stream, first, &out[0], n)
