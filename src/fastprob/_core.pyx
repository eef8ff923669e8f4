"""The one extension that holds the C core: dispatch, the ufuncs, the calls of the public functions, threads."""

cimport cython
cimport numpy as cnp
from cpython.exc cimport PyErr_WarnEx
from cpython.object cimport PyObject, Py_TYPE
from cpython.pycapsule cimport PyCapsule_New
from cpython.ref cimport Py_DECREF, Py_INCREF
from cpython.tuple cimport PyTuple_New
from libc.math cimport INFINITY
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport malloc

import sys

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
    enum: FP_PARALLEL_MIN
    enum:
        FP_STORED_F16, FP_STORED_BOOL
        FP_STORED_I8, FP_STORED_I16, FP_STORED_I32, FP_STORED_I64
        FP_STORED_U8, FP_STORED_U16, FP_STORED_U32, FP_STORED_U64
        FP_STORED_F32_SWAPPED, FP_STORED_F64_SWAPPED
    void fp_run_row(const fp_op *op, int type, char **args, const Py_ssize_t *strides, size_t n)
    void fp_run(const fp_op *op, int type, int ndim, const size_t *shape, const fp_operand *operands)

cdef extern from "core/pool.h" nogil:
    void fp_pool_run(fp_task task, void *context, size_t count)
    int fp_threads()
    int fp_get_threads()
    void fp_set_threads(int n)
    int fp_limit_threads(int n)

cdef extern from "random/draw.h" nogil:
    fp_layout fp_layout_of(int fill)
    uint64_t fp_reserve(fp_generator *generator, fp_layout layout, uint64_t n)
    uint64_t fp_get_place(const fp_generator *generator)
    void fp_set_place(fp_generator *generator, uint64_t place)
    void fp_draw_run(const fp_draw *draw)
    void fp_gradient_run(int gradient, int type, int ndim, const size_t *shape, const fp_operand *operands)
    int fp_in_domain(int domain, int type, double a, double b)
    int fp_first_outside(int type, const fp_rules *rules, const double *numbers, const void *const *rows, size_t n)
    int fp_all_in_domain(int domain, int type, int count, int ndim, const size_t *shape, const fp_operand *operands, double *found)
    void fp_permute(fp_stream stream, uint64_t first, int64_t *out, size_t n)
    uint32_t fp_next32(void *state)
    uint64_t fp_next64(void *state)
    double fp_next_double(void *state)

cdef extern from "sums/run.h" nogil:
    int fp_sum_run(const fp_sum_job *job)
    int fp_terms_run(const fp_terms_job *job)

cdef extern from "film/run.h" nogil:
    int fp_film_run(const fp_film_job *job)

cdef extern from "core/cpu_count.h" nogil:
    int fp_default_threads(const char *root)
    int fp_quota_cpus(const char *root)

# The name by which threadpoolctl knows the loaded library, and what that was made with.
cdef extern from *:
    """
    #if defined(_WIN32)
    #define FASTPROB_VISIBLE __declspec(dllexport)
    #else
    #define FASTPROB_VISIBLE __attribute__((visibility("default")))
    #endif
    FASTPROB_VISIBLE extern const char fastprob_version[];
    const char fastprob_version[] = FASTPROB_VERSION;      /* from meson.build */

    #if defined(__clang__)
    #define FASTPROB_COMPILER "Clang " __clang_version__
    #elif defined(__GNUC__)
    #define FASTPROB_COMPILER "GCC " __VERSION__
    #else
    #define FASTPROB_COMPILER "unknown"
    #endif
    """
    const char *FASTPROB_COMPILER
    const char *fastprob_version

# With a PyObject * where an argument is looked at that is not kept: for an object Cython counts a reference and takes it back.
cdef extern from "Python.h":
    ctypedef struct PyTypeObject:
        pass
    long long PyLong_AsLongLongAndOverflow(PyObject *number, int *overflow)
    bint is_float "PyFloat_CheckExact"(PyObject *number)
    bint is_int "PyLong_CheckExact"(PyObject *number)
    double float_value "PyFloat_AsDouble"(PyObject *number)
    int PyTuple_SetItem(PyObject *tuple, Py_ssize_t k, PyObject *item) except -1

cdef extern from "numpy/arrayobject.h":
    PyTypeObject PyArray_Type
    bint is_array "PyArray_CheckExact"(PyObject *argument)
    PyObject *PyArray_NewFromDescr(PyTypeObject *type, cnp.PyArray_Descr *dtype, int ndim, const cnp.npy_intp *shape,
                                   const cnp.npy_intp *strides, void *data, int flags, PyObject *like)
    int PyArray_TYPE(cnp.PyArrayObject *a) nogil
    int PyArray_NDIM(cnp.PyArrayObject *a) nogil
    int PyArray_FLAGS(cnp.PyArrayObject *a) nogil
    bint PyArray_ISNOTSWAPPED(cnp.PyArrayObject *a) nogil
    char *PyArray_BYTES(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_DIMS(cnp.PyArrayObject *a) nogil
    cnp.npy_intp PyArray_NBYTES(cnp.PyArrayObject *a) nogil
    cnp.npy_intp PyArray_SIZE(cnp.PyArrayObject *a) nogil
    object PyArray_Scalar(void *data, cnp.dtype dtype, PyObject *base)
    ctypedef struct NpyIter:
        pass
    NpyIter *NpyIter_MultiNew(int nop, cnp.PyArrayObject **op, cnp.npy_uint32 flags, cnp.NPY_ORDER order, cnp.NPY_CASTING casting,
                              cnp.npy_uint32 *op_flags, cnp.PyArray_Descr **op_dtypes) except NULL
    int NpyIter_Deallocate(NpyIter *it) except 0
    int NpyIter_GetNDim(NpyIter *it)
    int NpyIter_GetShape(NpyIter *it, cnp.npy_intp *shape)
    cnp.npy_intp *NpyIter_GetAxisStrideArray(NpyIter *it, int axis)
    char **NpyIter_GetDataPtrArray(NpyIter *it)
    cnp.PyArrayObject **NpyIter_GetOperandArray(NpyIter *it)
    enum:
        NPY_ITER_MULTI_INDEX, NPY_ITER_ZEROSIZE_OK, NPY_ITER_COPY_IF_OVERLAP, NPY_ITER_DONT_NEGATE_STRIDES
        NPY_ITER_READONLY, NPY_ITER_WRITEONLY, NPY_ITER_ALLOCATE, NPY_ITER_NO_BROADCAST, NPY_ITER_NO_SUBTYPE
        NPY_ITER_OVERLAP_ASSUME_ELEMENTWISE, NPY_ITER_UPDATEIFCOPY

version = (<const char *>fastprob_version).decode()
compiler = FASTPROB_COMPILER.decode()


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
    char types[2 * 12]            # FP_MAX_ARGS each

cdef list docs = []               # and to these


cdef void loop(char **args, const cnp.npy_intp *dimensions, const cnp.npy_intp *steps, void *data) noexcept nogil:
    cdef loop_data *d = <loop_data *>data
    cdef char *at[3]
    cdef cnp.npy_intp i
    if (d.op.values + d.op.parameters == 2 and d.op.outputs == 1 and dimensions[0] > 1
            and steps[0] == steps[2] and args[0] + steps[0] == args[2]):
        # reduce and accumulate: each output is the next element's first input.
        for i in range(dimensions[0]):
            at[0], at[1], at[2] = args[0] + i * steps[0], args[1] + i * steps[1], args[2] + i * steps[2]
            fp_run_row(d.op, d.type, at, <const Py_ssize_t *>steps, 1)
    else:
        fp_run_row(d.op, d.type, args, <const Py_ssize_t *>steps, <size_t>dimensions[0])


cdef bytes documentation(const fp_op *op):
    domains = [pair.replace(":", ": ") for pair in op.input_names.decode().split()]
    names = ", ".join(domain.partition(":")[0] for domain in domains)
    return (
        f"{op.name.decode()}({names}) -> {', '.join(op.output_names.decode().split())}\n\n"
        f"{op.formula.decode()}\n\n"
        f"Domains are {', '.join(domains)}; NaN outside, without a warning.\n"
        f"Error at most {op.bound[FP_F32]:g} ULP in float32 and {op.bound[FP_F64]:g} ULP in float64, "
        "with the same bits on every CPU and for every layout and number of threads."
    ).encode()


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
    doc = documentation(op)
    docs.append(doc)
    ufunc = cnp.PyUFunc_FromFuncAndData(tables.functions, tables.pointers, tables.types, 2, inputs, op.outputs,
                                        -1, op.name, <char *>doc, 0)
    try:
        ufunc.__module__ = "fastprob.ufuncs"      # for pickle
    except AttributeError:                        # before NumPy 2.2, where pickle looks in all modules
        pass
    return ufunc


cdef dict make_ufuncs():
    cdef size_t i
    return {fp_active.ops[i].name.decode(): make_ufunc(&fp_active.ops[i]) for i in range(fp_active.count)}


ufuncs = make_ufuncs()


# ---- calls of the public functions

@cython.final
cdef class Operation:
    """A row of the list, its ufunc, and the public function's name for messages."""


cpdef Operation operation(str name, str public):
    """The row of that name, to be called by the public function of that name."""
    cdef Operation o = Operation.__new__(Operation)
    cdef size_t i
    for i in range(fp_active.count):
        if fp_active.ops[i].name.decode() == name:
            o.op = &fp_active.ops[i]
            o.ufunc = ufuncs[name]
            o.public = public
            return o
    raise KeyError(name)


cdef size_t RELEASE = 500                         # elements from which it pays to let go of the GIL: NumPy's own limit
cdef long long EXACT_INTEGERS = 1LL << 53         # a double holds all integers up to here
cdef double LARGEST_F32 = 3.4028234663852886e38

cdef cnp.dtype FLOAT32 = np.dtype(np.float32)
cdef cnp.dtype FLOAT64 = np.dtype(np.float64)
cdef PyObject *NUMPY_DOUBLE = <PyObject *>np.float64


cdef object call(Operation operation, PyObject **args, object out, object where, object dtype):
    """operation.ufunc(*args, out=out, where=where, dtype=dtype) by the shortest way to the same answer: straight to the loop for
    numbers and contiguous arrays, which takes a third of the time that NumPy needs to find out what they are; through the core's
    own N-d loop for large calls of other kinds, where threads and blocks reach rows, strides and casts that NumPy hands to a
    ufunc a small piece at a time; by the ufunc in all other cases, every kind of error included."""
    if where is True and dtype is None:
        result = call_row(operation.op, args, out)
        if result is not None:
            return result
    cdef int inputs = operation.op.values + operation.op.parameters
    cdef bint wide = dtype is None or dtype is np.float64 or dtype is float
    cdef float_env env = float_env_enter()      # for NumPy's casts
    try:
        if wide and holds_results(out, args, 0 if dtype is not None else inputs) and not beyond_f32(args, inputs):
            return call_others(operation, args, out, where, dtype)
        with np.errstate(all="ignore"):      # of what is cast to a type that does not hold it
            return call_others(operation, args, out, where, dtype)
    finally:
        float_env_leave(env)


cdef bint holds_results(object out, PyObject **args, int inputs):
    """Whether results fit in what is given for them, if anything is; those of no inputs are float64."""
    cdef cnp.PyArrayObject *a
    cdef bint narrow = False
    cdef int k
    if out is None:
        return True
    if isinstance(out, tuple):
        return all([holds_results(o, args, inputs) for o in <tuple>out])
    if not cnp.PyArray_CheckExact(out):
        return False
    a = <cnp.PyArrayObject *>out
    if PyArray_TYPE(a) != cnp.NPY_FLOAT or inputs == 0:
        return PyArray_TYPE(a) == cnp.NPY_DOUBLE
    for k in range(inputs):
        if is_float(args[k]):
            continue
        if not is_array(args[k]) or PyArray_TYPE(<cnp.PyArrayObject *>args[k]) != cnp.NPY_FLOAT:
            return False
        narrow = True
    return narrow      # of Python floats alone they are float64


cdef bint beyond_f32(PyObject **args, int inputs):
    """Whether there is a Python number that float32 does not hold."""
    cdef int k
    for k in range(inputs):
        if is_float(args[k]):
            if LARGEST_F32 < abs(float_value(args[k])) < INFINITY:
                return True
        elif is_int(args[k]) and (<object>args[k]).bit_length() > 127:
            return True
    return False


cdef object call_others(Operation operation, PyObject **args, object out, object where, object dtype):
    cdef int inputs = operation.op.values + operation.op.parameters, k
    if where is True and broadcast_size(args, inputs) >= FP_PARALLEL_MIN:
        result = call_large(operation, [<object>args[k] for k in range(inputs)], out, dtype)
        if result is not None:
            return result
    arguments = tuple([<object>args[k] for k in range(inputs)])
    options = {}      # what other libraries' arrays are handed: no more than what was said
    if out is not None:
        options["out"] = out
    if where is not True:
        options["where"] = where
        if out is None and not any([overrides(argument) for argument in arguments]):
            options["out"] = (None,) * operation.op.outputs      # against NumPy's warning, whose advice is to say out=None
            message = (f"fastprob.{operation.public}: where without out: elements that are not computed may hold anything; "
                       "give an array for out")
            PyErr_WarnEx(UserWarning, message.encode(), 1)
    if dtype is not None:
        options["dtype"] = dtype
    try:
        return operation.ufunc(*arguments, **options)
    except (TypeError, ValueError, OverflowError):
        check_arguments(operation, arguments)
        if inputs == 1 and type(arguments[0]) is int:      # beyond int64: no type to go by, as beside other arguments
            return operation.ufunc(float(arguments[0]), **options)
        raise


cdef object as_array(str function, str name, object value):
    """What NumPy makes of it, or a ValueError that names function and argument, as of rows of different lengths."""
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"fastprob.{function}: {name} makes no array: {error}") from None


cdef bint overrides(object argument):
    """Whether ufuncs are its own type's affair."""
    own = getattr(type(argument), "__array_ufunc__", None)
    return own is not None and own is not np.ndarray.__array_ufunc__


cdef object check_arguments(Operation operation, tuple arguments):
    """An error that names function and argument, if there is one that is not of real numbers, or an int beyond them, or if they do
    not broadcast."""
    names, shapes, ours = [], [], True
    for pair, argument in zip(operation.op.input_names.decode().split(), arguments):
        names.append(pair.partition(":")[0])
        shapes.append(())
        if type(argument) is int:
            try:
                float(argument)
            except OverflowError:
                raise ValueError(
                    f"fastprob.{operation.public}: {names[-1]} is an int of {argument.bit_length()} bits; "
                    "allowed are numbers that float64 holds"
                ) from None
            continue
        if not hasattr(argument, "dtype"):
            if overrides(argument):      # the error may be its own
                ours = False
                continue
            argument = as_array(operation.public, names[-1], argument)
        dtype = argument.dtype
        if isinstance(dtype, np.dtype) and not (dtype.kind in "biuf" and dtype.itemsize <= 8):
            raise TypeError(
                f"fastprob.{operation.public}: {names[-1]} has dtype {dtype}; "
                "allowed are bool, integers, float16, float32 and float64"
            ) from None
        ours = ours and isinstance(argument, (np.ndarray, np.generic))      # others may broadcast by rules of their own
        shapes[-1] = np.shape(argument) if ours else ()
    ndim = max(map(len, shapes))
    for lengths in zip(*[(1,) * (ndim - len(shape)) + shape for shape in shapes]):      # np.broadcast_shapes ends at 32 dimensions
        if len({*lengths} - {1}) > 1:
            raise ValueError(
                f"fastprob.{operation.public}: {in_words(names)} have shapes {in_words(map(str, shapes))}, which do not broadcast"
            ) from None


cdef str in_words(parts):
    """a, b and c"""
    *first, last = parts
    return f"{', '.join(first)} and {last}"


# ---- numbers and contiguous arrays

cdef bint read_number(PyObject *number, double *value, bint *strong) noexcept:
    """Whether it is a Python float, a Python int that a double holds, or a np.float64 (which, unlike those, decides the type)."""
    cdef int overflow = 0
    cdef long long integer
    if is_float(number):
        value[0] = float_value(number)
        return True
    if is_int(number):
        integer = PyLong_AsLongLongAndOverflow(number, &overflow)
        value[0] = <double>integer
        return overflow == 0 and -EXACT_INTEGERS <= integer <= EXACT_INTEGERS
    if <PyObject *>Py_TYPE(<object>number) == NUMPY_DOUBLE:
        value[0] = float_value(number)
        strong[0] = True
        return True
    return False


ctypedef struct row_call:
    cnp.PyArrayObject *first             # any of the arrays, NULL if there is none yet
    cnp.PyArrayObject *arrays[FP_MAX_ARGS]
    int type_num, order                  # of all arrays; order: NPY_ARRAY_C_CONTIGUOUS or _F_, or both
    Py_ssize_t itemsize
    double doubles[FP_MAX_ARGS]
    float singles[FP_MAX_ARGS]
    char *data[FP_MAX_ARGS]
    Py_ssize_t strides[FP_MAX_ARGS]


cdef bint fits(const row_call *r, cnp.PyArrayObject *a, int flags) noexcept:
    """Whether its elements lie one after the other, in the same order, number and type as those of the others. Arrays of no
    dimension are left to NumPy, which makes numbers of them."""
    cdef int d
    flags |= cnp.NPY_ARRAY_ALIGNED
    if PyArray_FLAGS(a) & flags != flags or not PyArray_FLAGS(a) & r.order or not PyArray_ISNOTSWAPPED(a) or PyArray_NDIM(a) == 0:
        return False
    if r.first is NULL:
        return PyArray_TYPE(a) == cnp.NPY_FLOAT or PyArray_TYPE(a) == cnp.NPY_DOUBLE
    if PyArray_TYPE(a) != r.type_num or PyArray_NDIM(a) != PyArray_NDIM(r.first):
        return False
    for d in range(PyArray_NDIM(a)):
        if PyArray_DIMS(a)[d] != PyArray_DIMS(r.first)[d]:
            return False
    return True


cdef void take(row_call *r, int k, cnp.PyArrayObject *a) noexcept:
    r.first = r.arrays[k] = a
    r.type_num = PyArray_TYPE(a)
    r.order &= PyArray_FLAGS(a)
    r.itemsize = 4 if r.type_num == cnp.NPY_FLOAT else 8
    r.data[k] = PyArray_BYTES(a)
    r.strides[k] = r.itemsize


cdef bint take_inputs(row_call *r, PyObject **args, int inputs) noexcept:
    cdef bint strong = False
    cdef int k
    r.first = NULL
    r.order = cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_F_CONTIGUOUS
    for k in range(inputs):
        r.arrays[k] = NULL
        r.strides[k] = 0
        r.data[k] = <char *>&r.doubles[k]
        if is_array(args[k]):
            if not fits(r, <cnp.PyArrayObject *>args[k], 0):
                return False
            take(r, k, <cnp.PyArrayObject *>args[k])
        elif not read_number(args[k], &r.doubles[k], &strong):
            return False
    if r.first is NULL or r.type_num == cnp.NPY_DOUBLE:
        return True
    for k in range(inputs):
        if r.arrays[k] is NULL:
            if strong:      # the result is float64
                return False
            r.singles[k] = nearest_f32(r.doubles[k])
            r.data[k] = <char *>&r.singles[k]
    return True


cdef bint may_be_output(const row_call *r, int k, int inputs, cnp.PyArrayObject *a) noexcept:
    """Whether it is the same as an input or has no byte in common with it, and none with other outputs."""
    cdef cnp.PyArrayObject *b
    cdef int j
    if not fits(r, a, cnp.NPY_ARRAY_WRITEABLE):
        return False
    for j in range(k):
        b = r.arrays[j]
        if b is not NULL and (j >= inputs or PyArray_BYTES(a) != PyArray_BYTES(b)):
            if PyArray_BYTES(a) < PyArray_BYTES(b) + PyArray_NBYTES(b) and PyArray_BYTES(b) < PyArray_BYTES(a) + PyArray_NBYTES(a):
                return False
    return True


cdef PyObject *new_array(row_call *r, int k) except NULL:
    """The k-th argument: of the shape and order of the arrays, with anything in it. PyArray_EMPTY would look at a type first."""
    cdef PyObject *dtype = <PyObject *>(FLOAT32 if r.type_num == cnp.NPY_FLOAT else FLOAT64)
    cdef int flags = 0 if r.order & cnp.NPY_ARRAY_C_CONTIGUOUS else cnp.NPY_ARRAY_F_CONTIGUOUS
    cdef PyObject *array
    Py_INCREF(<object>dtype)      # NewFromDescr takes one
    array = PyArray_NewFromDescr(&PyArray_Type, <cnp.PyArray_Descr *>dtype, PyArray_NDIM(r.first), PyArray_DIMS(r.first),
                                 NULL, NULL, flags, NULL)
    if array is not NULL:
        r.data[k], r.strides[k] = PyArray_BYTES(<cnp.PyArrayObject *>array), r.itemsize
    return array


cdef object new_results(row_call *r, int inputs, int outputs):
    cdef int k
    results = PyTuple_New(outputs)
    for k in range(outputs):
        PyTuple_SetItem(<PyObject *>results, k, new_array(r, inputs + k))      # takes the array
    return results


cdef object take_output(row_call *r, int k, int inputs, object given):
    """The k-th argument: what is given, or a new array for None. None if the loop can't use it."""
    cdef PyObject *array
    if given is None:
        array = new_array(r, k)
        given = <object>array
        Py_DECREF(given)
    elif not cnp.PyArray_CheckExact(given) or not may_be_output(r, k, inputs, <cnp.PyArrayObject *>given):
        return None
    take(r, k, <cnp.PyArrayObject *>given)
    return given


cdef object call_row(const fp_op *op, PyObject **args, object out):
    """The call as one row for the loop, or None if it is none: numbers, and contiguous arrays of one shape, order and type."""
    cdef int inputs = op.values + op.parameters, type, k
    cdef row_call r
    cdef size_t n
    if not take_inputs(&r, args, inputs):
        return None
    if r.first is NULL:
        return call_numbers(op, r.doubles) if out is None else None
    if op.outputs == 1 and not isinstance(out, tuple):
        results = take_output(&r, inputs, inputs, out)
        if results is None:
            return None
    elif out is None:
        results = new_results(&r, inputs, op.outputs)
    else:
        if not isinstance(out, tuple) or len(<tuple>out) != op.outputs:
            return None
        results = PyTuple_New(op.outputs)
        for k in range(op.outputs):
            result = take_output(&r, inputs + k, inputs, (<tuple>out)[k])
            if result is None:
                return None
            Py_INCREF(result)
            PyTuple_SetItem(<PyObject *>results, k, <PyObject *>result)
        if op.outputs == 1:
            results = (<tuple>results)[0]
    n = <size_t>PyArray_SIZE(r.first)
    type = FP_F32 if r.type_num == cnp.NPY_FLOAT else FP_F64
    if n < RELEASE:
        fp_run_row(op, type, r.data, r.strides, n)
    else:
        with nogil:
            fp_run_row(op, type, r.data, r.strides, n)
    return results


cdef void run_elements(Operation operation, size_t n, const double *inputs, double *results) noexcept nogil:
    run_few(operation.op, n, inputs, results)


cdef void run_few(const fp_op *op, size_t n, const double *inputs, double *results) noexcept nogil:
    """n elements in float64: n of each input, one after the other, and so the results."""
    cdef int count = op.values + op.parameters, k
    cdef char *data[FP_MAX_ARGS]
    cdef Py_ssize_t strides[FP_MAX_ARGS]
    for k in range(count + op.outputs):
        data[k] = <char *>(inputs + k * n) if k < count else <char *>(results + (k - count) * n)
        strides[k] = sizeof(double)
    fp_run_row(op, FP_F64, data, strides, n)


cdef object call_numbers(const fp_op *op, const double *inputs):
    cdef double results[4]
    cdef int k
    run_few(op, 1, inputs, results)
    if op.outputs == 1:
        return PyArray_Scalar(&results[0], FLOAT64, NULL)
    return tuple([PyArray_Scalar(&results[k], FLOAT64, NULL) for k in range(op.outputs)])


# ---- large arrays of any layout

cdef double broadcast_size(PyObject **args, int inputs) noexcept:
    """Number of elements that the arrays among the inputs broadcast to; 0 where they do not."""
    cdef cnp.npy_intp shape[FP_MAX_DIMS]
    cdef cnp.PyArrayObject *a
    cdef cnp.npy_intp length
    cdef int ndim = 0, d, k
    cdef double size = 1.0
    for k in range(inputs):
        if not is_array(args[k]):
            continue
        a = <cnp.PyArrayObject *>args[k]
        for d in range(PyArray_NDIM(a)):      # from the last dimension to the first
            length = PyArray_DIMS(a)[PyArray_NDIM(a) - 1 - d]
            if d == ndim:
                shape[d] = length
                ndim += 1
            elif shape[d] == 1:
                shape[d] = length
            elif length != 1 and length != shape[d]:
                return 0.0
    for d in range(ndim):
        size *= <double>shape[d]
    return size


# How an array's elements are stored: the core's name for dtype.str without its byte order, native and swapped.
cdef dict STORED = {
    "b1": FP_STORED_BOOL, "i1": FP_STORED_I8, "i2": FP_STORED_I16, "i4": FP_STORED_I32, "i8": FP_STORED_I64,
    "u1": FP_STORED_U8, "u2": FP_STORED_U16, "u4": FP_STORED_U32, "u8": FP_STORED_U64,
    "f2": FP_STORED_F16, "f4": FP_STORED_F32, "f8": FP_STORED_F64,
}
cdef dict STORED_SWAPPED = {"f4": FP_STORED_F32_SWAPPED, "f8": FP_STORED_F64_SWAPPED}


cdef object stored(object dtype):
    """The core's name for it, or None."""
    return (STORED if dtype.isnative else STORED_SWAPPED).get(dtype.str[1:])


cdef bint masked(object value) except -1:
    """Whether it has masked elements, whose values are not known."""
    # numpy.ma is no part of what numpy imports, and would be a quarter of fastprob's own import
    return "numpy.ma" in sys.modules and isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value)


cpdef object call_large(Operation operation, list args, object out, object dtype):
    """The call through fp_run, or None for what is left to the ufunc: other types, subclasses, and every kind of error."""
    cdef int outputs = operation.op.outputs
    outs = (None,) * outputs if out is None else out if isinstance(out, tuple) else (out,)
    types = []
    for a in args:
        if type(a) is int or type(a) is float:
            types.append(type(a))
        elif cnp.PyArray_CheckExact(a) or isinstance(a, np.generic):
            types.append(a.dtype)
        else:
            return None
    if len(outs) != outputs or not (dtype is None or dtype is float or dtype is np.float32 or dtype is np.float64
                                    or isinstance(dtype, np.dtype)):
        return None
    for o in outs:
        if o is not None and not (cnp.PyArray_CheckExact(o) and o.flags.writeable and o.dtype.str[1:] in ("f4", "f8")):
            return None
    types += [None if o is None else o.dtype for o in outs]
    try:
        if dtype is None:
            real = operation.ufunc.resolve_dtypes(tuple(types))[0]
        else:
            real = operation.ufunc.resolve_dtypes(tuple(types), signature=(None,) * len(args) + (np.dtype(dtype),) * outputs)[0]
    except TypeError:
        return None
    arrays = [np.asarray(a, real) if type(a) is int or type(a) is float else np.asarray(a) for a in args]
    how = [stored(a.dtype) for a in arrays] + [stored(real if o is None else o.dtype) for o in outs]
    return None if None in how else run_large(operation.op, real, arrays, outs, how)


cdef object run_large(const fp_op *op, object real, list arrays, tuple outs, list how):
    cdef int inputs = op.values + op.parameters, nargs = inputs + op.outputs, k
    cdef cnp.PyArrayObject *ops[FP_MAX_ARGS]
    cdef cnp.PyArray_Descr *descrs[FP_MAX_ARGS]
    cdef cnp.npy_uint32 flags[FP_MAX_ARGS]
    cdef fp_operand operands[FP_MAX_ARGS]
    cdef NpyIter *it
    for k in range(nargs):
        descrs[k] = NULL
        flags[k] = NPY_ITER_READONLY | NPY_ITER_OVERLAP_ASSUME_ELEMENTWISE
        if k < inputs:
            ops[k] = <cnp.PyArrayObject *>arrays[k]
            continue
        flags[k] = (NPY_ITER_WRITEONLY | NPY_ITER_ALLOCATE | NPY_ITER_NO_BROADCAST | NPY_ITER_NO_SUBTYPE
                    | NPY_ITER_UPDATEIFCOPY | NPY_ITER_OVERLAP_ASSUME_ELEMENTWISE)
        if outs[k - inputs] is None:
            ops[k] = NULL
            descrs[k] = <cnp.PyArray_Descr *>real
        else:
            ops[k] = <cnp.PyArrayObject *>outs[k - inputs]
    try:
        it = NpyIter_MultiNew(nargs, ops, NPY_ITER_MULTI_INDEX | NPY_ITER_ZEROSIZE_OK | NPY_ITER_COPY_IF_OVERLAP
                              | NPY_ITER_DONT_NEGATE_STRIDES, cnp.NPY_KEEPORDER, cnp.NPY_SAFE_CASTING, flags, descrs)
    except ValueError:      # shapes that do not broadcast
        return None
    try:
        for k in range(nargs):
            operands[k].data = NpyIter_GetDataPtrArray(it)[k]
            operands[k].stored = <fp_stored><int>how[k]
        run_iterated(op, FP_F32 if real == FLOAT32 else FP_F64, it, operands, nargs, inputs)
        results = [<object>NpyIter_GetOperandArray(it)[inputs + k] if outs[k] is None else outs[k] for k in range(op.outputs)]
    finally:
        NpyIter_Deallocate(it)      # also writes back an output that was copied since it overlaps an input
    return results[0] if op.outputs == 1 else tuple(results)


cdef void run_iterated(const fp_op *op, int type, NpyIter *it, fp_operand *operands, int nargs, int inputs) noexcept:
    """fp_run over the iterator's shape, the axes sorted from the outermost to the innermost of the first output."""
    cdef cnp.npy_intp shape[FP_MAX_DIMS]
    cdef size_t sorted_shape[FP_MAX_DIMS]
    cdef Py_ssize_t strides[FP_MAX_ARGS][FP_MAX_DIMS]
    cdef cnp.npy_intp *axis_strides[FP_MAX_DIMS]
    cdef int order[FP_MAX_DIMS]
    cdef int ndim = NpyIter_GetNDim(it), d, e, k
    NpyIter_GetShape(it, shape)
    for d in range(ndim):
        axis_strides[d] = NpyIter_GetAxisStrideArray(it, d)
        e = d      # a stable insertion sort
        while e > 0 and abs(axis_strides[d][inputs]) > abs(axis_strides[order[e - 1]][inputs]):
            order[e] = order[e - 1]
            e -= 1
        order[e] = d
    for d in range(ndim):
        sorted_shape[d] = <size_t>shape[order[d]]
        for k in range(nargs):
            strides[k][d] = axis_strides[order[d]][k]
    for k in range(nargs):
        operands[k].strides = strides[k]
    with nogil:
        fp_run(op, type, ndim, sorted_shape, operands)


# ---- what modules with kernels of their own take from here

cdef const fp_table *active_table() noexcept nogil:
    return fp_active


cdef void pool_run(fp_task task, void *context, size_t count) noexcept nogil:
    fp_pool_run(task, context, count)


cdef int pool_threads() noexcept nogil:
    return fp_threads()


cdef void run_operation(Operation operation, int type, int ndim, const size_t *shape, const fp_operand *operands) noexcept nogil:
    fp_run(operation.op, type, ndim, shape, operands)


# ---- sums over data

cdef int run_sums(const fp_sum_job *job) noexcept nogil:
    return fp_sum_run(job)


cdef int run_terms(const fp_terms_job *job) noexcept nogil:
    return fp_terms_run(job)


cdef void narrow_results(const double *results, float *narrow, size_t n) noexcept nogil:
    fp_sum_narrow(results, narrow, n)


# ---- gradients of feature-wise linear modulation

cdef int run_film(const fp_film_job *job) noexcept nogil:
    return fp_film_run(job)


# ---- random numbers

cdef fp_layout layout_of(int fill) noexcept nogil:
    return fp_layout_of(fill)


cdef uint64_t reserve(fp_generator *generator, fp_layout layout, uint64_t n) noexcept nogil:
    return fp_reserve(generator, layout, n)


cdef uint64_t get_place(const fp_generator *generator) noexcept nogil:
    return fp_get_place(generator)


cdef void set_place(fp_generator *generator, uint64_t place) noexcept nogil:
    fp_set_place(generator, place)


cdef void run_draw(const fp_draw *draw) noexcept nogil:
    fp_draw_run(draw)


cdef void run_gradient(int gradient, int type, int ndim, const size_t *shape, const fp_operand *operands) noexcept nogil:
    fp_gradient_run(gradient, type, ndim, shape, operands)


cdef bint in_domain(int domain, int type, double a, double b) noexcept nogil:
    return fp_in_domain(domain, type, a, b)


cdef int first_outside(int type, const fp_rules *rules, const double *numbers, const void *const *rows, size_t n) noexcept nogil:
    return fp_first_outside(type, rules, numbers, rows, n)


cdef bint all_in_domain(int domain, int type, int count, int ndim, const size_t *shape, const fp_operand *operands,
                        double *found) noexcept nogil:
    return fp_all_in_domain(domain, type, count, ndim, shape, operands, found)


cdef void permute(fp_stream stream, uint64_t first, int64_t *out, size_t n) noexcept nogil:
    fp_permute(stream, first, out, n)


cdef uint32_t next_word(void *state) noexcept nogil:
    return fp_next32(state)


cdef uint64_t next_two_words(void *state) noexcept nogil:
    return fp_next64(state)


cdef double next_unit(void *state) noexcept nogil:
    return fp_next_double(state)


# ---- threads

def get_threads():
    """The setting for the whole process."""
    return fp_get_threads()


def set_threads(int n):
    fp_set_threads(n)


def limit_threads(int n):
    """Sets the calling thread's own limit, 0 for none, and returns the one before."""
    return fp_limit_threads(n)


def usable_threads():
    """As many as a call made here and now may use."""
    return fp_threads()


def default_threads(str root=""):
    return fp_default_threads(root.encode())


def quota_cpus(str root=""):
    return fp_quota_cpus(root.encode())
