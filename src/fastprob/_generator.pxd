"""The state of fastprob.random's Generator, and its draws."""

cimport numpy as cnp
from cpython.object cimport PyObject
from libc.stdint cimport uint32_t, uint64_t

from fastprob._core cimport fp_draw, fp_generator, fp_rules


cdef class Method:
    cdef str name
    cdef int fill_f32, fill_f64, transform
    cdef fp_rules rules
    cdef tuple names


cdef class Source:
    cdef fp_generator state_
    cdef bint from_entropy
    cdef int forks
    cdef uint64_t spawned

    cdef int begin(self, object words, uint64_t stream, bint from_entropy) except -1
    cdef uint64_t stream(self) noexcept
    cdef int prepare(self) except -1
    cdef object draw(self, Method method, PyObject **values, object size, object dtype, object out, bint keep)
    cdef int run_arrays(self, fp_draw *d, cnp.PyArrayObject **arrays, const cnp.npy_intp *shape, int ndim, bint f64) except -1
    cdef int run(self, fp_draw *d) except -1
    cdef uint64_t take(self, int layout, uint64_t n) except? 0xffffffffffffffff

cdef object key_words(object seed)
