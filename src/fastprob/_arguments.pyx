"""What random numbers are asked for: types, shapes, arrays to write to, parameters and what they may be. Each is looked at here, once."""

cimport numpy as cnp
from cpython.float cimport PyFloat_CheckExact
from cpython.long cimport PyLong_CheckExact
from cpython.object cimport PyObject
from cpython.sequence cimport PySequence_Check
from cpython.tuple cimport PyTuple_CheckExact

from fastprob._core cimport (
    FP_DOMAIN_ANY, FP_DOMAIN_FINITE, FP_DOMAIN_FINITE_RANGE, FP_DOMAIN_FINITE_SCALE, FP_DOMAIN_NOT_NAN, FP_DOMAIN_NOT_NEGATIVE,
    FP_DOMAIN_ORDERED, FP_DOMAIN_POSITIVE, FP_DOMAIN_PROBABILITY, FP_DOMAIN_RANGE, FP_MAX_DIMS, FP_STORED_F32, FP_STORED_F64,
    FP_F64, all_in_domain, fp_operand, fp_stored, masked, stored,
)

import operator

import numpy as np

cnp.import_array()

cdef extern from "numpy/arrayobject.h":
    char *PyArray_BYTES(cnp.PyArrayObject *a) nogil
    int PyArray_NDIM(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_DIMS(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_STRIDES(cnp.PyArrayObject *a) nogil
    cnp.npy_intp PyArray_ITEMSIZE(cnp.PyArrayObject *a) nogil
    int PyArray_TYPE(cnp.PyArrayObject *a) nogil
    int PyArray_FLAGS(cnp.PyArrayObject *a) nogil
    bint PyArray_ISNOTSWAPPED(cnp.PyArrayObject *a) nogil

cdef extern from "Python.h":
    long long PyLong_AsLongLongAndOverflow(object number, int *overflow)

cdef object FLOAT32 = np.float32
cdef object FLOAT64 = np.float64
cdef object DEFAULT = "float64"      # interned, as that in the signatures of methods
cdef long long EXACT = 1 << 53       # a double holds all integers up to here


# ---- type, shape and out

cdef bint is_f64(object dtype, str name) except -1:
    if dtype is DEFAULT or dtype is FLOAT64:
        return True
    if dtype is FLOAT32:
        return False
    try:
        known = np.dtype(dtype)
    except TypeError:
        known = dtype
    if known == FLOAT64 and known.isnative:
        return True
    if known == FLOAT32 and known.isnative:
        return False
    raise TypeError(f"Unsupported dtype {known!r} for {name}: allowed are float32 and float64")


cdef tuple shape_of(object size):
    """size as a tuple of lengths."""
    try:
        if hasattr(size, "__index__") and not (hasattr(size, "__len__") and np.ndim(size)):
            shape = (whole(size),)
        elif PySequence_Check(size):
            shape = tuple([whole(length) for length in size])
        else:
            raise TypeError
    except TypeError:
        raise TypeError(f"size: expected a sequence of integers or a single integer, got {size!r}") from None
    for length in shape:
        if length < 0:
            raise ValueError(f"size: negative dimensions are not allowed, got {size!r}")
    return shape


cdef object whole(object length):
    if isinstance(length, (bool, np.bool_)):
        raise TypeError
    return operator.index(length)


cdef object checked_out(object out, bint f64, str what):
    """An array that draws may go to, or NumPy's errors."""
    cdef int type_num = cnp.NPY_DOUBLE if f64 else cnp.NPY_FLOAT, needed = cnp.NPY_ARRAY_CARRAY
    if cnp.PyArray_Check(out):
        if PyArray_TYPE(<cnp.PyArrayObject *>out) != type_num:
            wanted = "float64" if f64 else "float32"
            raise TypeError(f"{what}: Supplied output array has the wrong type. Expected {wanted}, got {out.dtype}")
        if PyArray_FLAGS(<cnp.PyArrayObject *>out) & needed == needed and PyArray_ISNOTSWAPPED(<cnp.PyArrayObject *>out):
            return out
    got = "" if cnp.PyArray_Check(out) else f"; got {type(out).__name__}"
    raise ValueError(f"{what}: Supplied output array must be C-contiguous, writable, aligned, and in machine byte-order{got}.")


cdef int plain_shape(object size, cnp.npy_intp *shape) except -2:
    """The lengths of an int or a tuple of ints, and how many; -1 for what needs a closer look, by shape_of."""
    cdef long long length = 0
    cdef Py_ssize_t ndim, d
    if exact_int(size, &length):
        shape[0] = length
        return 1 if length >= 0 else -1
    if not PyTuple_CheckExact(size):
        return -1
    ndim = len(<tuple>size)
    if ndim > FP_MAX_DIMS:
        return -1
    for d in range(ndim):
        if not exact_int((<tuple>size)[d], &length) or length < 0:
            return -1
        shape[d] = length
    return <int>ndim


# ---- parameters

cdef bint exact_int(object number, long long *value) except -1:
    """Whether it is a Python int that a double holds, and its value."""
    cdef int overflow = 0
    if not PyLong_CheckExact(number):
        return False
    value[0] = PyLong_AsLongLongAndOverflow(number, &overflow)
    return overflow == 0 and -EXACT <= value[0] <= EXACT


cdef int stored_as(cnp.PyArrayObject *a) except -2:
    """The core's name for how its elements are stored, or -1."""
    if PyArray_ISNOTSWAPPED(a):
        if PyArray_TYPE(a) == cnp.NPY_DOUBLE:
            return FP_STORED_F64
        if PyArray_TYPE(a) == cnp.NPY_FLOAT:
            return FP_STORED_F32
    found = stored((<object>a).dtype)
    return -1 if found is None else found


cdef cnp.ndarray real(object value, tuple names, int k):
    """An array of real numbers of a type that the core reads; the k-th name is the value's."""
    if cnp.PyArray_CheckExact(value) and stored_as(<cnp.PyArrayObject *>value) >= 0:
        return value
    if PyFloat_CheckExact(value):
        return cnp.PyArray_FROM_O(value)
    if masked(value):
        raise ValueError(f"{names[k]}: has masked elements; allowed are arrays without: leave them out, or fill them")
    try:
        array = np.asarray(value)
        if value is None or (array.dtype.kind == "O" and isinstance(value, np.ndarray)):
            raise TypeError
        if array.dtype.kind not in "biuf":
            array = np.asarray(value, FLOAT64 if array.dtype.kind in "OUS" else None)
            if array.dtype.kind != "f" or np.asarray(value).dtype.kind in "US":
                raise TypeError
        return array if stored_as(<cnp.PyArrayObject *>array) >= 0 else array.astype(FLOAT64)
    except OverflowError:
        raise OverflowError(f"{names[k]}: too large for a float: {shortened(value)}") from None
    except (TypeError, ValueError) as error:
        kind = ValueError if isinstance(error, ValueError) else TypeError
        raise kind(f"{names[k]}: must be real number, not {type(value).__name__} {shortened(value)}") from None


cdef str shortened(object value):
    """repr, of which an integer of thousands of digits has none."""
    try:
        text = repr(value)
    except ValueError:
        return "of too many digits"
    return text if len(text) <= 100 else text[:97] + "..."


cdef object common_type(PyObject **values, int count):
    """float32 if every array is float32 or float16, and there is one; else float64. Python numbers do not count."""
    cdef bint narrow = False
    cdef int k
    for k in range(count):
        value = <object>values[k]
        if PyFloat_CheckExact(value) or (isinstance(value, (float, int)) and not isinstance(value, np.floating)):
            continue
        if cnp.PyArray_CheckExact(value):
            if PyArray_TYPE(<cnp.PyArrayObject *>value) == cnp.NPY_FLOAT:
                narrow = True
                continue
            if PyArray_TYPE(<cnp.PyArrayObject *>value) == cnp.NPY_DOUBLE:
                return FLOAT64
        try:
            if np.asarray(value).dtype.type not in (FLOAT32, np.float16):      # in either byte order
                return FLOAT64
        except ValueError:      # rows of different lengths: `real` will name the argument
            return FLOAT64
        narrow = True
    return FLOAT32 if narrow else FLOAT64


cdef int one_of(str name, object scale, object log_scale, object logvar) except -1:
    """Which of the three is given."""
    cdef int given = (scale is not None) + (log_scale is not None) + (logvar is not None)
    if given != 1:
        allowed = "scale, log_scale and logvar" if "normal" in name else "scale and log_scale"
        raise TypeError(f"{name}: exactly one of {allowed} is to be given, got {given}")
    return 0 if scale is not None else 1 if log_scale is not None else 2


cdef int lay(fp_operand *operand, Py_ssize_t *strides, cnp.PyArrayObject *a, int ndim) except -1:
    """The array as an operand of ndim dimensions, none fewer than its own; strides gets its strides, 0 where it repeats."""
    cdef int missing = ndim - PyArray_NDIM(a), d
    for d in range(ndim):
        strides[d] = 0 if d < missing or PyArray_DIMS(a)[d - missing] == 1 else PyArray_STRIDES(a)[d - missing]
    operand.data, operand.strides = PyArray_BYTES(a), strides
    operand.stored = <fp_stored>stored_as(a)
    return 0


cdef int broadcast(cnp.npy_intp *shape, cnp.PyArrayObject **arrays, int count, tuple names, int first=0) except -1:
    """The shape that the arrays, but for those that are NULL, have together; returns its number of dimensions. Their names begin with
    the first one."""
    cdef cnp.npy_intp length
    cdef cnp.npy_intp *dims
    cdef int ndim = 0, d, k, missing
    for k in range(count):
        if arrays[k] is not NULL and PyArray_NDIM(arrays[k]) > ndim:
            ndim = PyArray_NDIM(arrays[k])
    for d in range(ndim):
        shape[d] = 1
    for k in range(count):
        if arrays[k] is NULL:
            continue
        dims = PyArray_DIMS(arrays[k])
        missing = ndim - PyArray_NDIM(arrays[k])
        for d in range(missing, ndim):
            length = dims[d - missing]
            if length == shape[d] or length == 1:
                continue
            if shape[d] != 1:
                got = ", ".join([f"{names[first + j]} of {(<object>arrays[j]).shape}" for j in range(count) if arrays[j] is not NULL])
                raise ValueError(f"shape mismatch: objects cannot be broadcast to a single shape: got {got}")
            shape[d] = length
    return ndim


cdef dict COMPLAINTS = {
    FP_DOMAIN_NOT_NEGATIVE: (ValueError, "{0} < 0"),
    FP_DOMAIN_PROBABILITY: (ValueError, "{0} < 0, {0} > 1 or {0} is NaN"),
    FP_DOMAIN_NOT_NAN: (ValueError, "{0} is NaN"),
    FP_DOMAIN_POSITIVE: (ValueError, "{0} <= 0 or {0} is NaN"),
    FP_DOMAIN_FINITE: (ValueError, "{0} is not finite"),
    FP_DOMAIN_FINITE_SCALE: (ValueError, "{0} < 0 or {0} is not finite"),
    FP_DOMAIN_FINITE_RANGE: (OverflowError, "high - low range exceeds valid bounds"),
    FP_DOMAIN_RANGE: (ValueError, "high - low < 0"),
    FP_DOMAIN_ORDERED: (ValueError, "high - low < 0 or both are infinite"),
}


cdef int complain(int domain, tuple all_names, int first, int count, double *found) except -1:
    """The error, with NumPy's words, of the first of `count` parameters, one or two, that are not in the domain."""
    error, text = COMPLAINTS[domain]
    names = all_names[first:first + count]
    got = f"{found[0]}" if len(names) == 1 else ", ".join([f"{name} = {found[k]}" for k, name in enumerate(names)])
    raise error(f"{text.format(*names)}: got {got}")


cdef int check_arrays(int domain, int type, tuple names, int first, int count, cnp.PyArrayObject **arrays, const double *wide,
                      const float *narrow) except -1:
    """complain unless all elements of one array, or of two that broadcast, are what the parameters from the first on may be. In place
    of an array there may be NULL: the number in wide, narrow is which as float32."""
    cdef fp_operand operands[2]
    cdef Py_ssize_t strides[2][FP_MAX_DIMS]
    cdef cnp.npy_intp dims[FP_MAX_DIMS]
    cdef size_t shape[FP_MAX_DIMS]
    cdef double found[2]
    cdef size_t size = 1
    cdef int k, d, ndim
    cdef bint good
    if domain == FP_DOMAIN_ANY:
        return 0
    ndim = broadcast(dims, arrays, count, names, first)
    for d in range(ndim):
        shape[d] = <size_t>dims[d]
        size *= shape[d]
    for k in range(count):
        if arrays[k] is not NULL:
            lay(&operands[k], strides[k], arrays[k], ndim)
            continue
        for d in range(ndim):
            strides[k][d] = 0
        operands[k].strides = strides[k]
        # A number that float32 holds goes as one: then the check need not look at both types
        if narrow[k] == wide[k]:
            operands[k].data, operands[k].stored = <char *>&narrow[k], FP_STORED_F32
        else:
            operands[k].data, operands[k].stored = <char *>&wide[k], FP_STORED_F64
    if size < RELEASE:
        good = all_in_domain(domain, type, count, ndim, shape, operands, found)
    else:
        with nogil:
            good = all_in_domain(domain, type, count, ndim, shape, operands, found)
    if not good:
        complain(domain, names, first, count, found)
    return 0
