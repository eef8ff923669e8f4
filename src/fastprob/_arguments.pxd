"""What random numbers are asked for, as fastprob.random and its parts read it."""

cimport numpy as cnp

from fastprob._core cimport fp_operand


cdef bint is_f64(object dtype, str name) except -1
cdef tuple shape_of(object size)
cdef object checked_out(object out, bint f64, str what)
cdef cnp.ndarray real(object value, str name)
cdef object common_type(tuple values)
cdef tuple one_of(str name, object scale, object log_scale, object logvar)
cdef int lay(fp_operand *operand, Py_ssize_t *strides, cnp.ndarray array, int ndim) except -1
cdef int broadcast(cnp.npy_intp *shape, list arrays) except -1
cdef bint overlap(object array, object out) except -1
cdef int complain(int domain, tuple names, double *found) except -1
cdef int check_arrays(int domain, int type, tuple names, list arrays, const double *wide, const float *narrow) except -1
