"""What random numbers are asked for, as fastprob.random and its parts read it."""

cimport numpy as cnp
from cpython.object cimport PyObject

from fastprob._core cimport fp_operand


cdef enum:
    RELEASE = 500      # elements from which it pays to let go of the GIL

cdef bint is_f64(object dtype, str name) except -1
cdef tuple shape_of(object size)
cdef int plain_shape(object size, cnp.npy_intp *shape) except -2
cdef object checked_out(object out, bint f64, str what)
cdef bint exact_int(object number, long long *value) except -1
cdef cnp.ndarray real(object value, tuple names, int k)
cdef object common_type(PyObject **values, int count)
cdef int one_of(str name, object scale, object log_scale, object logvar) except -1
cdef int lay(fp_operand *operand, Py_ssize_t *strides, cnp.PyArrayObject *a, int ndim) except -1
cdef int broadcast(cnp.npy_intp *shape, cnp.PyArrayObject **arrays, int count, tuple names, int first=*) except -1
cdef int complain(int domain, tuple all_names, int first, int count, double *found) except -1
cdef int check_arrays(int domain, int type, tuple names, int first, int count, cnp.PyArrayObject **arrays, const double *wide,
                      const float *narrow) except -1
