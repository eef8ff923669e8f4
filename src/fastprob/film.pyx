"""Feature-wise linear modulation (Perez et al., 2018): y = gamma x + beta, a factor and a shift for each channel, and its gradients.

`axis` is the axis of x that holds the channels. There gamma and beta have their last axis, and from there they broadcast by NumPy's
rules: against a feature map x of shape (n, channels, height, width) with axis=1, shapes (channels,) and (n, channels) are one
modulation for all and one for each sample. With the channels last, x of shape (n, height, width, channels), those are (channels,)
and (n, 1, 1, channels). k samples that share a condition, x of shape (n, k, channels), take (n, 1, channels). A number is one for
all channels. x itself is never repeated.

float32 arrays give float32, beside which Python numbers do not count; nearly everything else gives float64. NaN in, NaN out: no
value raises or warns. The bits are the same on every CPU, for every layout and every number of threads.
"""

cimport numpy as cnp
from cpython.float cimport PyFloat_CheckExact
from cpython.long cimport PyLong_CheckExact
from cpython.object cimport PyObject
from libc.string cimport memset

from fastprob._core cimport (
    FP_F32, FP_F64, FP_MAX_DIMS, FP_STORED_F32, FP_STORED_F64, Operation, call3, float_env, float_env_enter, float_env_leave,
    fp_film_job, fp_operand, fp_stored, nearest_f32, operation, run_film, run_operation, stored,
)
from fastprob._sums cimport as_data

import numpy as _np
from numpy.lib.array_utils import normalize_axis_index as _normalize_axis_index

cnp.import_array()

cdef extern from "numpy/arrayobject.h":
    int PyArray_TYPE(cnp.PyArrayObject *a) nogil
    int PyArray_FLAGS(cnp.PyArrayObject *a) nogil
    bint PyArray_ISNOTSWAPPED(cnp.PyArrayObject *a) nogil
    char *PyArray_BYTES(cnp.PyArrayObject *a) nogil
    int PyArray_NDIM(cnp.PyArrayObject *a) nogil
    bint PyArray_ISWRITEABLE(cnp.PyArrayObject *a) nogil
    cnp.npy_intp PyArray_ITEMSIZE(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_DIMS(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_STRIDES(cnp.PyArrayObject *a) nogil
    cnp.npy_intp PyArray_NBYTES(cnp.PyArrayObject *a) nogil

cdef Operation _forward = operation("film", "film.forward")
cdef tuple DTYPES = (_np.dtype(_np.float32), _np.dtype(_np.float64))      # FP_F32, FP_F64
cdef int[2] TYPE_NUMS = [cnp.NPY_FLOAT, cnp.NPY_DOUBLE]
cdef Py_ssize_t RELEASE = 500      # elements from which it pays to let go of the GIL: NumPy's own limit


# ---- arguments

cdef int type_of(cnp.PyArrayObject *a) noexcept:
    """FP_F32 or FP_F64, or -1 for what is stored otherwise."""
    if not PyArray_ISNOTSWAPPED(a):
        return -1
    return FP_F64 if PyArray_TYPE(a) == cnp.NPY_DOUBLE else FP_F32 if PyArray_TYPE(a) == cnp.NPY_FLOAT else -1


cdef cnp.ndarray as_array(str function, str name, object value):
    """An array of real numbers that the core can read, or an error."""
    if cnp.PyArray_CheckExact(value) and type_of(<cnp.PyArrayObject *>value) >= 0:
        return value
    return as_data(f"film.{function}", name, value)


cdef int channel_axis(str function, object axis, cnp.ndarray x) except -1:
    """The axis, counted from the first."""
    cdef int ndim = PyArray_NDIM(<cnp.PyArrayObject *>x)
    if PyLong_CheckExact(axis) and -ndim <= axis < ndim:
        return axis + ndim if axis < 0 else axis
    try:
        if isinstance(axis, bool):
            raise TypeError
        return _normalize_axis_index(axis, ndim)
    except TypeError:
        raise TypeError(f"fastprob.film.{function}: axis is {axis!r}; allowed is an int") from None
    except (ValueError, OverflowError) as error:      # AxisError, or an int that no axis has
        raise _np.exceptions.AxisError(f"fastprob.film.{function}: axis is {axis!r}, x has {ndim} dimensions: {error}") from None


cdef object beside(str function, str name, object value, cnp.ndarray x, int axis):
    """gamma or beta, a Python number or an array with as many axes behind its last one as x has, if it broadcasts to the shape of x."""
    cdef cnp.PyArrayObject *there = <cnp.PyArrayObject *>x
    cdef cnp.PyArrayObject *a
    cdef cnp.npy_intp length
    cdef int ndim, k
    cdef bint fits
    cdef object array
    if PyFloat_CheckExact(value):
        return value
    if PyLong_CheckExact(value):
        try:
            float(value)
        except OverflowError:
            raise ValueError(f"fastprob.film.{function}: {name} is an int of {value.bit_length()} bits; "
                             "allowed are numbers that float64 holds") from None
        return value
    array = as_array(function, name, value)
    a = <cnp.PyArrayObject *>array
    ndim = PyArray_NDIM(a)
    fits = ndim <= axis + 1
    for k in range(ndim if fits else 0):
        length = PyArray_DIMS(a)[ndim - 1 - k]
        fits = fits and (length == 1 or length == PyArray_DIMS(there)[axis - k])
    if not fits:
        shape = (<object>x).shape
        raise ValueError(
            f"fastprob.film.{function}: {name} has shape {array.shape}; allowed are shapes that broadcast to {shape[:axis + 1]}, "
            f"those of x up to its channels: x has shape {shape}, axis is {axis}"
        )
    if ndim == 0 or axis == PyArray_NDIM(there) - 1:
        return array
    return array.reshape(array.shape + (1,) * (PyArray_NDIM(there) - axis - 1))


cdef int check_out(str function, str name, object out, str like, object shape) except -1:
    """An array for a result, or none: of that shape, which is the one of the argument it is like."""
    if out is None:
        return 0
    if not isinstance(out, _np.ndarray):
        raise TypeError(f"fastprob.film.{function}: {name} is of type {type(out).__name__}; allowed are None and a NumPy array"
                        + (", or a tuple of three of them" if function == "backward" and name == "out" else ""))
    if out.shape != shape:
        raise ValueError(f"fastprob.film.{function}: {name} has shape {out.shape}; allowed is that of {like}, {shape}")
    if not PyArray_ISWRITEABLE(<cnp.PyArrayObject *>out):
        raise ValueError(f"fastprob.film.{function}: {name} is read-only")
    return 0


cdef int check_casts(str function, str name, object out, object real) except -1:
    """Results are cast to the type of `out` as those of ufuncs are."""
    if out is not None and type_of(<cnp.PyArrayObject *>out) < 0 and not _np.can_cast(real, out.dtype, "same_kind"):
        raise TypeError(f"fastprob.film.{function}: {name} has dtype {out.dtype}; allowed are those to which {real} casts by the rule "
                        '"same_kind", as float32 and float64')
    return 0


cdef object common_type(tuple values):
    """The type of the result, for arrays and Python numbers that stand for `forward`'s arguments."""
    cdef int type_num = -1, own
    for value in values:
        if PyFloat_CheckExact(value) or PyLong_CheckExact(value):
            continue
        own = type_of(<cnp.PyArrayObject *>value)
        if own < 0 or (type_num >= 0 and own != type_num) or PyArray_NDIM(<cnp.PyArrayObject *>value) == 0:
            types = [type(v) if type(v) is float or type(v) is int else v.dtype for v in values]
            return _forward.ufunc.resolve_dtypes((*types, None))[0]
        type_num = own
    return DTYPES[type_num]


cdef cnp.ndarray as_real(double number, int type_num):
    """A Python number as an array of no dimension; infinite if it is beyond the type."""
    array = cnp.PyArray_EMPTY(0, NULL, TYPE_NUMS[type_num], False)
    cdef char *place = PyArray_BYTES(<cnp.PyArrayObject *>array)
    if type_num == FP_F32:
        (<float *>place)[0] = nearest_f32(number)
    else:
        (<double *>place)[0] = number
    return array


cdef int set_operand(fp_operand *operand, cnp.ndarray array) except -1:
    cdef int type_num = type_of(<cnp.PyArrayObject *>array)
    operand.data = PyArray_BYTES(<cnp.PyArrayObject *>array)
    operand.strides = <const Py_ssize_t *>PyArray_STRIDES(<cnp.PyArrayObject *>array)
    operand.stored = (FP_STORED_F64 if type_num == FP_F64 else FP_STORED_F32 if type_num == FP_F32
                      else <fp_stored><int>stored(array.dtype))
    return 0


cdef int set_beside(fp_operand *operand, Py_ssize_t *strides, cnp.ndarray array, int ndim) except -1:
    """gamma or beta along all axes of x: its strides, and 0 where it repeats."""
    cdef cnp.PyArrayObject *a = <cnp.PyArrayObject *>array
    cdef int missing = ndim - PyArray_NDIM(a), d
    set_operand(operand, array)
    for d in range(ndim):
        strides[d] = PyArray_STRIDES(a)[d - missing] if d >= missing and PyArray_DIMS(a)[d - missing] != 1 else 0
    operand.strides = strides
    return 0


def forward(x, gamma, beta, *, axis=-1, out=None):
    """gamma x + beta, channel by channel.

    Parameters
    ----------
    x : array_like
        Features, with at least one dimension.
    gamma, beta : array_like
        Factor and shift: numbers, or arrays whose last axis stands at `axis` of x and which broadcast from there (see the module).
    axis : int, optional
        The axis of x that holds the channels; the last one by default.
    out : ndarray, optional
        Where the result goes, an array of the shape of x; it may be x.

    Returns
    -------
    y : ndarray
        Of the shape of x.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, an axis that is no int, and an `out` to whose type the result does not cast by NumPy's
        rule "same_kind", as integers are.
    ValueError
        For an axis that x does not have, gamma or beta that do not broadcast to x or that no float64 holds, masked elements, and an
        `out` of another shape.

    Notes
    -----
    At most 0.5 ULP: one fused multiply-add. One pass, without temporaries, over threads where it is large. The ufunc is
    fastprob.ufuncs.film(x, gamma, beta).

    Examples
    --------
    >>> import numpy as np
    >>> from fastprob import film
    >>> film.forward([[1.0, 2.0], [3.0, 4.0]], [1.0, 10.0], [0.0, 0.5])
    array([[ 1. , 20.5],
           [ 3. , 40.5]])
    >>> x = np.ones((2, 3, 4, 4))                         # two feature maps of three channels
    >>> gamma, beta = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.zeros(3)
    >>> film.forward(x, gamma, beta, axis=1)[1, :, 0, 0]
    array([4., 5., 6.])
    """
    cdef cnp.ndarray data = as_array("forward", "x", x)
    cdef int at = channel_axis("forward", axis, data)
    check_out("forward", "out", out, "x", (<object>data).shape)
    factor, shift = beside("forward", "gamma", gamma, data, at), beside("forward", "beta", beta, data, at)
    result = forward_straight(data, factor, shift, out)
    if result is not None:
        return result
    if out is not None:
        check_casts("forward", "out", out, common_type((data, factor, shift)))
    return call3(_forward, data, factor, shift, out, True, None)


cdef bint is_plain(cnp.PyArrayObject *a, int type_num) noexcept:
    """Whether its elements are of that type and lie one after the other."""
    cdef int flags = cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_ALIGNED
    return type_of(a) == type_num and PyArray_FLAGS(a) & flags == flags


cdef bint is_disjoint(cnp.PyArrayObject *a, cnp.PyArrayObject *b) noexcept:
    """Whether two plain arrays have no byte in common."""
    return PyArray_BYTES(a) + PyArray_NBYTES(a) <= PyArray_BYTES(b) or PyArray_BYTES(b) + PyArray_NBYTES(b) <= PyArray_BYTES(a)


cdef object forward_straight(cnp.ndarray x, object factor, object shift, object out):
    """The call straight to the core, for plain arrays and Python floats: NumPy takes longer to see that gamma and beta repeat along x
    than a small call's work takes. None if it is no such call."""
    cdef cnp.PyArrayObject *a = <cnp.PyArrayObject *>x
    cdef cnp.PyArrayObject *y = NULL
    cdef int type_num = type_of(a), ndim = PyArray_NDIM(a), k
    cdef Py_ssize_t strides[2][FP_MAX_DIMS]
    cdef double doubles[2]
    cdef float singles[2]
    cdef fp_operand operands[4]
    cdef PyObject *parameters[2]
    if type_num < 0 or not is_plain(a, type_num):
        return None
    if out is not None:
        y = <cnp.PyArrayObject *>out
        if not cnp.PyArray_CheckExact(out) or not is_plain(y, type_num) or not (out is x or is_disjoint(y, a)):
            return None
    parameters[0], parameters[1] = <PyObject *>factor, <PyObject *>shift
    for k in range(2):
        value = <object>parameters[k]
        if PyFloat_CheckExact(value):
            if type_num == FP_F64:
                doubles[k] = value
                operands[1 + k].data, operands[1 + k].stored = <char *>&doubles[k], FP_STORED_F64
            else:
                singles[k] = nearest_f32(value)
                operands[1 + k].data, operands[1 + k].stored = <char *>&singles[k], FP_STORED_F32
            operands[1 + k].strides = strides[k]
            memset(strides[k], 0, <size_t>ndim * sizeof(Py_ssize_t))
        elif (not cnp.PyArray_CheckExact(value) or not is_plain(<cnp.PyArrayObject *>value, type_num)
                or not (y is NULL or is_disjoint(y, <cnp.PyArrayObject *>value))):
            return None
        else:
            set_beside(&operands[1 + k], strides[k], value, ndim)
    result = cnp.PyArray_EMPTY(ndim, PyArray_DIMS(a), TYPE_NUMS[type_num], False) if out is None else out
    set_operand(&operands[0], x)
    set_operand(&operands[3], result)
    if cnp.PyArray_SIZE(x) < RELEASE:
        run_operation(_forward, type_num, ndim, <const size_t *>PyArray_DIMS(a), operands)
    else:
        with nogil:
            run_operation(_forward, type_num, ndim, <const size_t *>PyArray_DIMS(a), operands)
    return result


cdef bint shares(cnp.PyArrayObject *a, cnp.PyArrayObject *b) noexcept:
    """Whether two arrays may have a byte in common, by where they begin and end."""
    cdef char *low[2]
    cdef char *high[2]
    cdef cnp.PyArrayObject *array
    cdef cnp.npy_intp reach
    cdef int k, d
    for k in range(2):
        array = b if k else a
        low[k] = PyArray_BYTES(array)
        high[k] = low[k] + PyArray_ITEMSIZE(array)
        for d in range(PyArray_NDIM(array)):
            if PyArray_DIMS(array)[d] == 0:
                return False
            reach = (PyArray_DIMS(array)[d] - 1) * PyArray_STRIDES(array)[d]
            if reach < 0:
                low[k] += reach
            else:
                high[k] += reach
    return low[0] < high[1] and low[1] < high[0]


cdef bint is_same(cnp.PyArrayObject *a, cnp.PyArrayObject *b) except -1:
    """Whether two arrays of one shape are one and the same."""
    cdef int d
    if PyArray_BYTES(a) != PyArray_BYTES(b) or type_of(a) != type_of(b):
        return False
    if type_of(a) < 0 and (<object>a).dtype != (<object>b).dtype:
        return False
    for d in range(PyArray_NDIM(a)):
        if PyArray_STRIDES(a)[d] != PyArray_STRIDES(b)[d]:
            return False
    return True


cdef bint is_apart(cnp.PyArrayObject *out, cnp.PyArrayObject *array) except -1:
    """Whether an output may be written while the array is read: it is the same, or shares no memory with it."""
    return is_same(out, array) or not shares(out, array)


cdef bint shares_any(object place, tuple others):
    for other in others:
        if other is not None and shares(<cnp.PyArrayObject *>place, <cnp.PyArrayObject *>other):
            return True
    return False


cdef int check_place(str name, object place, str like, object shape, object real) except -1:
    if place is not None:
        check_out("backward", name, place, like, shape)
        check_casts("backward", name, place, real)
    return 0


cdef object place_for_dx(object given, int type_num, cnp.ndarray dout, cnp.ndarray x, tuple others):
    """`given`, if the core may write to it while it reads the other arrays, else a new array."""
    cdef cnp.PyArrayObject *place = <cnp.PyArrayObject *>given
    if (given is not None and (type_of(place) >= 0 or given.dtype.str[1:] in ("f4", "f8"))
            and is_apart(place, <cnp.PyArrayObject *>dout) and is_apart(place, <cnp.PyArrayObject *>x) and not shares_any(given, others)):
        return given
    return cnp.PyArray_EMPTY(PyArray_NDIM(<cnp.PyArrayObject *>x), PyArray_DIMS(<cnp.PyArrayObject *>x), TYPE_NUMS[type_num], False)


cdef object place_for_sums(object given, int type_num, object shape, tuple others):
    """The same; the core has all sums one after the other."""
    cdef cnp.npy_intp dims[FP_MAX_DIMS]
    cdef int ndim = <int>len(shape), k
    if given is not None and is_plain(<cnp.PyArrayObject *>given, type_num) and not shares_any(given, others):
        return given
    for k in range(ndim):
        dims[k] = shape[k]
    return cnp.PyArray_EMPTY(ndim, dims, TYPE_NUMS[type_num], False)


cdef object in_place(object given, cnp.ndarray result):
    """What `backward` returns: a result where it was asked for, else an array or, of no dimension, a number."""
    cdef float_env env
    if given is not None:
        if given is not <object>result:
            env = float_env_enter()      # for NumPy's cast
            try:
                with _np.errstate(all="ignore"):      # of what given's type does not hold
                    _np.copyto(given, result, casting="same_kind")
            finally:
                float_env_leave(env)
        return given
    return (<object>result)[()] if PyArray_NDIM(<cnp.PyArrayObject *>result) == 0 else result


def backward(dout, x, gamma, *, axis=-1, out=None):
    """Gradients of a loss with respect to x, gamma and beta of `forward`, from that with respect to its result.

    Parameters
    ----------
    dout : array_like
        Derivatives of the loss with respect to the elements of `forward(x, gamma, beta)`, in the shape of x.
    x : array_like
        As given to `forward`.
    gamma : array_like
        As given to `forward`.
    axis : int, optional
        The axis of x that holds the channels; the last one by default.
    out : ndarray or tuple of three, optional
        Where dx goes, an array of the shape of x; it may be dout or x. A tuple (dx, dgamma, dbeta) has a place for each result, or None
        where a new array is to be made; those of sums have the shape of gamma.

    Returns
    -------
    dx : ndarray
        gamma dout.
    dgamma, dbeta : ndarray or scalar
        Sums of dout x and of dout over what shared an element of gamma, both in the shape of gamma. A beta of another shape is
        given its gradient by summing dbeta over the axes along which it is repeated.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, an axis that is no int, and an `out` to whose type a result does not cast by NumPy's
        rule "same_kind", as integers are.
    ValueError
        For an axis that x does not have, gamma that does not broadcast to x or that no float64 holds, masked elements, dout and `out`
        of another shape than x, places for sums of another shape than gamma, and a tuple of another length.

    Notes
    -----
    dx at most 0.5 ULP. Sums at most 2 ULP of the larger of those of the positive and of the negative terms alone, where these are
    finite: products enter exactly, and what adding them loses is kept (float32 is summed in double). In float64 a product below
    2^-969 may add 2^-1075 to that. The order of the terms depends on the shapes alone, not on the layout or the number of threads.
    One pass over dout and x, without temporaries.

    Examples
    --------
    >>> import numpy as np
    >>> from fastprob import film
    >>> dx, dgamma, dbeta = film.backward([[1.0, 1.0], [0.5, 2.0]], [[1.0, 2.0], [3.0, 4.0]], [1.0, 10.0])
    >>> dx
    array([[ 1. , 10. ],
           [ 0.5, 20. ]])
    >>> dgamma, dbeta
    (array([ 2.5, 10. ]), array([1.5, 3. ]))
    >>> maps = np.ones((2, 3, 4, 4))
    >>> film.backward(maps, maps, np.ones((2, 3)), axis=1)[2]       # one modulation a sample
    array([[16., 16., 16.],
           [16., 16., 16.]])
    """
    cdef fp_film_job job
    cdef cnp.ndarray data = as_array("backward", "x", x), slopes = as_array("backward", "dout", dout), factor, dx, dgamma, dbeta
    cdef int at = channel_axis("backward", axis, data), ndim = PyArray_NDIM(<cnp.PyArrayObject *>data), type_num, missing, failed, d
    cdef Py_ssize_t strides[FP_MAX_DIMS]
    cdef unsigned char kept[FP_MAX_DIMS]
    cdef bint several = isinstance(out, tuple)
    if not cnp.PyArray_SAMESHAPE(slopes, data):
        raise ValueError(f"fastprob.film.backward: dout has shape {(<object>slopes).shape}; allowed is that of x, {(<object>data).shape}")
    given = beside("backward", "gamma", gamma, data, at)
    real = common_type((slopes, data, given))
    type_num = FP_F32 if real == DTYPES[FP_F32] else FP_F64
    factor = given if isinstance(given, _np.ndarray) else as_real(given, type_num)
    shape = gamma.shape if isinstance(gamma, _np.ndarray) else () if factor is not given else _np.shape(gamma)
    places = out if several else (out, None, None)
    if len(places) != 3:
        raise ValueError(f"fastprob.film.backward: out is a tuple of {len(places)}; allowed are an array for dx, and a tuple of three "
                         "for dx, dgamma and dbeta")
    place, place_gamma, place_beta = places
    check_place("out[0]" if several else "out", place, "x", (<object>data).shape, real)
    check_place("out[1]", place_gamma, "gamma", shape, real)
    check_place("out[2]", place_beta, "gamma", shape, real)
    dx = place_for_dx(place, type_num, slopes, data, (factor, place_gamma, place_beta))
    dgamma = place_for_sums(place_gamma, type_num, shape, (slopes, data, factor, place, place_beta))
    dbeta = place_for_sums(place_beta, type_num, shape, (slopes, data, factor, place, place_gamma))
    set_beside(&job.gamma, strides, factor, ndim)
    missing = ndim - PyArray_NDIM(<cnp.PyArrayObject *>factor)
    for d in range(ndim):
        kept[d] = d >= missing and PyArray_DIMS(<cnp.PyArrayObject *>factor)[d - missing] != 1
    job.type = type_num
    job.ndim = ndim
    job.shape = <const size_t *>PyArray_DIMS(<cnp.PyArrayObject *>data)
    job.kept = kept
    set_operand(&job.dx, dx)
    set_operand(&job.dout, slopes)
    set_operand(&job.x, data)
    job.dgamma = PyArray_BYTES(<cnp.PyArrayObject *>dgamma)
    job.dbeta = PyArray_BYTES(<cnp.PyArrayObject *>dbeta)
    if cnp.PyArray_SIZE(data) < RELEASE:
        failed = run_film(&job)
    else:
        with nogil:
            failed = run_film(&job)
    if failed:
        raise MemoryError
    return in_place(place, dx), in_place(place_gamma, dgamma), in_place(place_beta, dbeta)
