"""What random numbers are asked for: types, shapes, arrays to write to, parameters and what they may be. Each is looked at here, once."""

cimport numpy as cnp

from fastprob._core cimport (
    FP_DOMAIN_ANY, FP_DOMAIN_FINITE, FP_DOMAIN_FINITE_RANGE, FP_DOMAIN_FINITE_SCALE, FP_DOMAIN_NOT_NAN, FP_DOMAIN_NOT_NEGATIVE,
    FP_DOMAIN_ORDERED, FP_DOMAIN_POSITIVE, FP_DOMAIN_PROBABILITY, FP_DOMAIN_RANGE, FP_MAX_DIMS, all_in_domain, fp_operand,
    fp_stored, stored,
)

import operator

import numpy as np

cnp.import_array()

cdef extern from "numpy/arrayobject.h":
    char *PyArray_BYTES(cnp.PyArrayObject *a) nogil
    int PyArray_NDIM(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_DIMS(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_STRIDES(cnp.PyArrayObject *a) nogil

cdef object FLOAT32 = np.float32
cdef object FLOAT64 = np.float64


# ---- type, shape and out

cdef bint is_f64(object dtype, str name) except -1:
    if dtype is FLOAT64:
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
        if isinstance(size, bool):
            raise TypeError
        shape = (operator.index(size),) if hasattr(size, "__index__") and not hasattr(size, "__len__") else tuple(
            [operator.index(length) for length in size])
    except TypeError:
        raise TypeError(f"size: expected a sequence of integers or a single integer, got {size!r}") from None
    for length in shape:
        if length < 0:
            raise ValueError(f"size: negative dimensions are not allowed, got {size!r}")
    return shape


cdef object checked_out(object out, bint f64, str what):
    if not isinstance(out, np.ndarray):
        raise TypeError(f"{what}: expected a NumPy array, got {type(out).__name__}")
    wanted = FLOAT64 if f64 else FLOAT32
    if out.dtype.type is not wanted:
        raise TypeError(f"{what}: Supplied output array has the wrong type. Expected {wanted.__name__}, got {out.dtype}")
    if not (out.flags.carray and out.dtype.isnative):
        raise ValueError(f"{what}: Supplied output array must be C-contiguous, writable, aligned, and in machine byte-order.")
    return out


# ---- parameters

cdef cnp.ndarray real(object value, str name):
    """An array of real numbers of a type that the core reads."""
    try:
        array = np.asarray(value)
        if value is None:
            raise TypeError
        if array.dtype.kind not in "biuf":
            array = np.asarray(value, FLOAT64 if array.dtype.kind == "O" else None)
            if array.dtype.kind != "f":
                raise TypeError
        return array if stored(array.dtype) is not None else array.astype(FLOAT64)
    except (TypeError, ValueError):
        raise TypeError(f"{name}: must be real number, not {type(value).__name__} {value!r}") from None


cdef object common_type(tuple values):
    """float32 if every array is float32 or float16, and there is one; else float64. Python numbers do not count."""
    cdef bint narrow = False
    for value in values:
        if isinstance(value, (float, int)) and not isinstance(value, np.floating):
            continue
        if np.asarray(value).dtype not in (np.float32, np.float16):
            return np.float64
        narrow = True
    return np.float32 if narrow else np.float64


cdef tuple one_of(str name, object scale, object log_scale, object logvar):
    """Which of the three is given, and it."""
    if scale is not None and log_scale is None and logvar is None:
        return 0, scale
    given = [(k, value) for k, value in enumerate((scale, log_scale, logvar)) if value is not None]
    if len(given) != 1:
        allowed = "scale, log_scale and logvar" if "normal" in name else "scale and log_scale"
        raise TypeError(f"{name}: exactly one of {allowed} is to be given, got {len(given)}")
    return given[0]


cdef int lay(fp_operand *operand, Py_ssize_t *strides, cnp.ndarray array, int ndim) except -1:
    """The array as an operand of ndim dimensions, none fewer than its own; strides gets its strides, 0 where it repeats."""
    cdef cnp.PyArrayObject *a = <cnp.PyArrayObject *>array
    cdef int missing = ndim - PyArray_NDIM(a), d
    for d in range(ndim):
        strides[d] = 0 if d < missing or PyArray_DIMS(a)[d - missing] == 1 else PyArray_STRIDES(a)[d - missing]
    operand.data, operand.strides = PyArray_BYTES(a), strides
    operand.stored = <fp_stored><int>stored((<object>array).dtype)
    return 0


cdef int lengths(size_t *lengths, tuple shape) except -1:
    """The shape for the core; returns its number of dimensions."""
    cdef int d, ndim = <int>len(shape)
    for d in range(ndim):
        lengths[d] = shape[d]
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
    FP_DOMAIN_ORDERED: (ValueError, "high - low < 0"),
}


cdef int complain(int domain, tuple names, double *found) except -1:
    """The error, with NumPy's words, of a parameter or two that are not in the domain."""
    error, text = COMPLAINTS[domain]
    got = f"{found[0]}" if len(names) == 1 else ", ".join([f"{name} = {found[k]}" for k, name in enumerate(names)])
    raise error(f"{text.format(*names)}: got {got}")


cdef int check_arrays(int domain, int type, tuple names, tuple arrays) except -1:
    """complain unless all elements of one array, or of two that broadcast, are what the parameters of these names may be."""
    cdef fp_operand operands[2]
    cdef Py_ssize_t strides[2][FP_MAX_DIMS]
    cdef size_t shape[FP_MAX_DIMS]
    cdef double found[2]
    cdef int k, ndim, count = <int>len(arrays)
    cdef bint good
    if domain == FP_DOMAIN_ANY:
        return 0
    ndim = lengths(shape, np.broadcast_shapes(*[array.shape for array in arrays]))
    for k in range(count):
        lay(&operands[k], strides[k], arrays[k], ndim)
    with nogil:
        good = all_in_domain(domain, type, count, ndim, shape, operands, found)
    if not good:
        complain(domain, names, found)
    return 0
