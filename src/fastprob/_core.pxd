"""The core for the package's own typed modules: operations called on any arguments."""

from cpython.object cimport PyObject


cdef extern from "core/table.h":
    ctypedef struct fp_op:
        const char *name
        int values, parameters, outputs
        const char *input_names
        const char *output_names
        double bound[2]
        const char *formula
    ctypedef struct fp_table:
        const char *target
        size_t count
        const fp_op *ops


cdef class Operation:
    cdef const fp_op *op
    cdef object ufunc
    cdef str public

cpdef Operation operation(str name, str public)
cdef object call(Operation operation, PyObject **args, object out, object where, object dtype)


cdef inline object call1(Operation operation, object a, object out, object where, object dtype):
    cdef PyObject *args[1]
    args[0] = <PyObject *>a
    return call(operation, args, out, where, dtype)


cdef inline object call2(Operation operation, object a, object b, object out, object where, object dtype):
    cdef PyObject *args[2]
    args[0], args[1] = <PyObject *>a, <PyObject *>b
    return call(operation, args, out, where, dtype)


cdef inline object call3(Operation operation, object a, object b, object c, object out, object where, object dtype):
    cdef PyObject *args[3]
    args[0], args[1], args[2] = <PyObject *>a, <PyObject *>b, <PyObject *>c
    return call(operation, args, out, where, dtype)
