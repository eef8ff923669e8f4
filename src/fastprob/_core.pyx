"""The one extension that holds the C core: dispatch, the ufuncs, large calls over N dimensions, threads."""

cimport cython
cimport numpy as cnp
from cpython.pycapsule cimport PyCapsule_New
from libc.stdlib cimport malloc

import numpy as np

cnp.import_array()
cnp.import_ufunc()

cdef extern from "fastprob.h" nogil:
    ctypedef struct fp_export:
        pass
    const fp_export fp_exports[]
    int fp_select(const char *target)
    const char *fp_target()
    const char *fp_target_at(int i, int *supported)

cdef extern from "core/dispatch.h" nogil:
    const fp_table *fp_active

cdef extern from "core/run.h" nogil:
    enum: FP_MAX_ARGS, FP_MAX_DIMS
    ctypedef enum fp_stored:
        FP_STORED_F32, FP_STORED_F64, FP_STORED_F16, FP_STORED_BOOL
        FP_STORED_I8, FP_STORED_I16, FP_STORED_I32, FP_STORED_I64
        FP_STORED_U8, FP_STORED_U16, FP_STORED_U32, FP_STORED_U64
        FP_STORED_F32_SWAPPED, FP_STORED_F64_SWAPPED
    ctypedef struct fp_operand:
        char *data
        const Py_ssize_t *strides
        fp_stored stored
    enum: FP_F32, FP_F64
    void fp_run_row(const fp_op *op, int type, char **args, const Py_ssize_t *strides, size_t n)
    void fp_run(const fp_op *op, int type, int ndim, const size_t *shape, const fp_operand *operands)

cdef extern from "core/pool.h" nogil:
    int fp_threads()
    int fp_get_threads()
    void fp_set_threads(int n)
    int fp_limit_threads(int n)

cdef extern from "core/cpu_count.h" nogil:
    int fp_default_threads(const char *root)
    int fp_quota_cpus(const char *root)

cdef extern from "numpy/arrayobject.h":
    ctypedef struct NpyIter:
        pass
    NpyIter *NpyIter_MultiNew(int nop, cnp.PyArrayObject **op, cnp.npy_uint32 flags, cnp.NPY_ORDER order, cnp.NPY_CASTING casting,
                              cnp.npy_uint32 *op_flags, cnp.PyArray_Descr **op_dtypes) except NULL
    int NpyIter_Deallocate(NpyIter *it) except -1
    int NpyIter_GetNDim(NpyIter *it)
    cnp.npy_intp NpyIter_GetIterSize(NpyIter *it)
    int NpyIter_GetShape(NpyIter *it, cnp.npy_intp *shape)
    cnp.npy_intp *NpyIter_GetAxisStrideArray(NpyIter *it, int axis)
    char **NpyIter_GetDataPtrArray(NpyIter *it)
    cnp.PyArrayObject **NpyIter_GetOperandArray(NpyIter *it)
    int NpyIter_RemoveMultiIndex(NpyIter *it)
    enum:
        NPY_ITER_MULTI_INDEX, NPY_ITER_ZEROSIZE_OK, NPY_ITER_COPY_IF_OVERLAP, NPY_ITER_DONT_NEGATE_STRIDES
        NPY_ITER_READONLY, NPY_ITER_WRITEONLY, NPY_ITER_ALLOCATE, NPY_ITER_NO_BROADCAST, NPY_ITER_NO_SUBTYPE
        NPY_ITER_OVERLAP_ASSUME_ELEMENTWISE, NPY_ITER_UPDATEIFCOPY


def targets():
    """Names of the CPU targets that were built, each with whether this CPU runs it."""
    cdef int supported = 0, i = 0
    found = []
    while True:
        name = fp_target_at(i, &supported)
        if name is NULL:
            return found
        found.append((name.decode(), bool(supported)))
        i += 1


def _select():
    if fp_select(NULL) == 0:
        return
    import os
    raise ImportError(
        f"FASTPROB_TARGET={os.environ.get('FASTPROB_TARGET')!r} is not a CPU target that this machine can run: "
        f"choose one of {', '.join(name for name, supported in targets() if supported)}, or leave it unset"
    )


_select()
target = fp_target().decode()
exports = PyCapsule_New(<void *>fp_exports, "fastprob._core.exports", NULL)


# ---- ufuncs: a row of the table each

ctypedef struct loop_data:
    const fp_op *op
    int type

ctypedef struct loop_tables:      # NumPy keeps pointers to these as long as the ufunc lives: for ever
    loop_data data[2]
    void *pointers[2]
    cnp.PyUFuncGenericFunction functions[2]
    char types[2 * 12]


cdef void loop(char **args, const cnp.npy_intp *dimensions, const cnp.npy_intp *steps, void *data) noexcept nogil:
    cdef loop_data *d = <loop_data *>data
    fp_run_row(d.op, d.type, args, <const Py_ssize_t *>steps, <size_t>dimensions[0])


cdef object make_ufunc(const fp_op *op):
    cdef int inputs = op.values + op.parameters, args = inputs + op.outputs, t, k
    cdef loop_tables *tables = <loop_tables *>malloc(sizeof(loop_tables))
    if tables is NULL:
        raise MemoryError
    for t in range(2):
        tables.data[t].op = op
        tables.data[t].type = t
        tables.pointers[t] = &tables.data[t]
        tables.functions[t] = <cnp.PyUFuncGenericFunction>loop
        for k in range(args):
            tables.types[t * args + k] = cnp.NPY_FLOAT if t == 0 else cnp.NPY_DOUBLE
    return cnp.PyUFunc_FromFuncAndData(tables.functions, tables.pointers, tables.types, 2, inputs, op.outputs,
                                       -1, op.name, op.formula, 0)


def _operations():
    cdef Operation o
    found = {}
    cdef size_t i
    for i in range(fp_active.count):
        o = Operation.__new__(Operation)
        o.op = &fp_active.ops[i]
        o.ufunc = make_ufunc(o.op)
        found[o.op.name.decode()] = o
    return found


cdef class Operation:
    """One row of the list with its ufunc."""

    def __reduce__(self):
        return operation, (self.op.name.decode(),)


operations = _operations()


cpdef Operation operation(str name):
    """The operation of that name."""
    return operations[name]


# ---- calls of the public functions

# As many elements as it takes for threads to pay (PARALLEL_MIN in run.c).
cdef double LARGE = 32768.0

cdef dict ONE_TYPE = {
    "b1": FP_STORED_BOOL, "i1": FP_STORED_I8, "i2": FP_STORED_I16, "i4": FP_STORED_I32, "i8": FP_STORED_I64,
    "u1": FP_STORED_U8, "u2": FP_STORED_U16, "u4": FP_STORED_U32, "u8": FP_STORED_U64,
    "f2": FP_STORED_F16, "f4": FP_STORED_F32, "f8": FP_STORED_F64,
}


cdef object call(Operation operation, tuple args, object out, object where, object dtype):
    """operation.ufunc(*args, ...): by way of the ufunc if it is small or simple, else through the core's own N-d loop, where threads
    and blocks reach rows, strides and casts that NumPy hands to a ufunc a small piece at a time."""
    cdef double size = 1.0
    for a in args:
        if cnp.PyArray_CheckExact(a):
            size *= <double>cnp.PyArray_SIZE(a)
    if size >= LARGE and where is True and not is_simple(args):
        result = call_large(operation, args, out, dtype)
        if result is not NotImplemented:
            return result
    if out is None and where is True and dtype is None:
        return operation.ufunc(*args)
    if dtype is None:
        return operation.ufunc(*args, out=out, where=where)
    return operation.ufunc(*args, out=out, where=where, dtype=dtype)


cdef bint is_simple(tuple args):
    """Whether NumPy gives the whole call to the loop at once: contiguous arrays of one type and size, and single numbers."""
    cdef cnp.npy_intp size = -1
    cdef int type_num = -1, ndim = -1
    for a in args:
        if not cnp.PyArray_CheckExact(a) or cnp.PyArray_SIZE(a) == 1:
            continue
        if not cnp.PyArray_ISCARRAY_RO(a) or cnp.PyArray_TYPE(a) not in (cnp.NPY_FLOAT, cnp.NPY_DOUBLE):
            return False
        if size < 0:
            size, type_num, ndim = cnp.PyArray_SIZE(a), cnp.PyArray_TYPE(a), cnp.PyArray_NDIM(a)
        elif size != cnp.PyArray_SIZE(a) or type_num != cnp.PyArray_TYPE(a) or ndim != cnp.PyArray_NDIM(a):
            return False
    return True


cdef object stored_type(object dtype):
    """The core's name for a dtype, or None."""
    code = ONE_TYPE.get(f"{dtype.kind}{dtype.itemsize}") if dtype.kind in "biuf" else None
    if code is None or dtype.isnative:
        return code
    return {"f4": FP_STORED_F32_SWAPPED, "f8": FP_STORED_F64_SWAPPED}.get(f"{dtype.kind}{dtype.itemsize}")


cdef object call_large(Operation operation, tuple args, object out, object dtype):
    """The call through fp_run; NotImplemented for what is left to the ufunc (other types, subclasses, and every kind of error)."""
    cdef const fp_op *op = operation.op
    cdef int inputs = op.values + op.parameters, nargs = inputs + op.outputs, k, type
    outs = (None,) * op.outputs if out is None else out if isinstance(out, tuple) else (out,)
    if len(outs) != op.outputs or len(args) != inputs:
        return NotImplemented
    wanted = []
    for a in args:
        if cnp.PyArray_CheckExact(a) or isinstance(a, np.generic):
            wanted.append(a.dtype)
        elif a.__class__ in (int, float):
            wanted.append(a.__class__)
        else:
            return NotImplemented
    for o in outs:
        if o is not None and not (cnp.PyArray_CheckExact(o) and o.flags.writeable):
            return NotImplemented
    try:
        signature = None if dtype is None else (None,) * inputs + (np.dtype(dtype),) * op.outputs
        real = operation.ufunc.resolve_dtypes((*wanted, *(None if o is None else o.dtype for o in outs)), signature=signature)[0]
    except TypeError:
        return NotImplemented
    type = FP_F32 if real == np.float32 else FP_F64
    arrays = [np.asarray(a, real) if a.__class__ in (int, float) else np.asarray(a) for a in args]
    stored = [stored_type(a.dtype) for a in arrays] + [stored_type(real if o is None else o.dtype) for o in outs]
    if None in stored or not all(real == np.float64 or o is None or o.dtype.kind == "f" for o in outs):
        return NotImplemented
    if any(s not in (FP_STORED_F32, FP_STORED_F64, FP_STORED_F32_SWAPPED, FP_STORED_F64_SWAPPED) for s in stored[inputs:]):
        return NotImplemented
    return run_large(op, type, real, arrays, outs, stored)


cdef object run_large(const fp_op *op, int type, object real, list arrays, tuple outs, list stored):
    cdef int inputs = op.values + op.parameters, nargs = inputs + op.outputs, ndim, k, d, e, axis
    cdef cnp.PyArrayObject *ops[16]
    cdef cnp.PyArray_Descr *descrs[16]
    cdef cnp.npy_uint32 flags[16]
    cdef fp_operand operands[16]
    cdef cnp.npy_intp shape[64]
    cdef size_t sorted_shape[64]
    cdef Py_ssize_t strides[16][64]
    cdef cnp.npy_intp *axis_strides[64]
    cdef cnp.npy_intp *swap
    cdef NpyIter *it
    cdef char **data
    for k in range(nargs):
        descrs[k] = NULL
        if k < inputs:
            ops[k] = <cnp.PyArrayObject *>arrays[k]
            flags[k] = NPY_ITER_READONLY | NPY_ITER_OVERLAP_ASSUME_ELEMENTWISE
        else:
            o = outs[k - inputs]
            ops[k] = NULL if o is None else <cnp.PyArrayObject *>o
            descrs[k] = <cnp.PyArray_Descr *>real if o is None else NULL
            flags[k] = (NPY_ITER_WRITEONLY | NPY_ITER_ALLOCATE | NPY_ITER_NO_BROADCAST | NPY_ITER_NO_SUBTYPE
                        | NPY_ITER_UPDATEIFCOPY | NPY_ITER_OVERLAP_ASSUME_ELEMENTWISE)
    try:
        it = NpyIter_MultiNew(nargs, ops, NPY_ITER_MULTI_INDEX | NPY_ITER_ZEROSIZE_OK | NPY_ITER_COPY_IF_OVERLAP
                              | NPY_ITER_DONT_NEGATE_STRIDES, cnp.NPY_KEEPORDER, cnp.NPY_SAFE_CASTING, flags, descrs)
    except ValueError:      # shapes that do not broadcast: the ufunc's message names it
        return NotImplemented
    ndim = NpyIter_GetNDim(it)
    NpyIter_GetShape(it, shape)
    for d in range(ndim):
        axis_strides[d] = NpyIter_GetAxisStrideArray(it, d)
    # Axes from the outermost to the innermost of the (first) output: an insertion sort, stable.
    for d in range(1, ndim):
        e = d
        while e > 0 and abs(axis_strides[e][inputs]) > abs(axis_strides[e - 1][inputs]):
            swap = axis_strides[e]
            axis_strides[e] = axis_strides[e - 1]
            axis_strides[e - 1] = swap
            shape[e], shape[e - 1] = shape[e - 1], shape[e]
            e -= 1
    for d in range(ndim):
        sorted_shape[d] = <size_t>shape[d]
        for k in range(nargs):
            strides[k][d] = axis_strides[d][k]
    data = NpyIter_GetDataPtrArray(it)
    for k in range(nargs):
        operands[k].data = data[k]
        operands[k].strides = strides[k]
        operands[k].stored = <fp_stored><int>stored[k]
    with nogil:
        fp_run(op, type, ndim, sorted_shape, operands)
    results = tuple([<object>NpyIter_GetOperandArray(it)[inputs + k] if outs[k] is None else outs[k] for k in range(op.outputs)])
    NpyIter_Deallocate(it)
    return results[0] if op.outputs == 1 else results


# ---- threads

def get_threads():
    return fp_get_threads()

def set_threads(int n):
    fp_set_threads(n)

def limit_threads(int n):
    return fp_limit_threads(n)

def usable_threads():
    return fp_threads()

def default_threads(str root=""):
    return fp_default_threads(root.encode())

def quota_cpus(str root=""):
    return fp_quota_cpus(root.encode())
