"""The core for the package's own typed modules: operations called on any arguments."""

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
    cdef readonly object ufunc

cpdef Operation operation(str name)
cdef object call(Operation operation, tuple args, object out, object where, object dtype)
