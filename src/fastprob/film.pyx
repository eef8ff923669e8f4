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

from fastprob._core cimport FP_F32, FP_F64, Operation, call3, fp_film_job, fp_operand, fp_stored, operation, run_film, stored

import numpy as _np
from numpy.lib.array_utils import normalize_axis_index as _normalize_axis_index

from fastprob import _sums

cnp.import_array()

cdef extern from "numpy/arrayobject.h":
    char *PyArray_BYTES(cnp.PyArrayObject *a) nogil
    int PyArray_NDIM(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_DIMS(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_STRIDES(cnp.PyArrayObject *a) nogil

cdef Operation _forward = operation("film", "film.forward")


cdef object channel_axis(str function, object axis, tuple shape):
    """The axis, counted from the first."""
    try:
        return _normalize_axis_index(axis, len(shape))
    except TypeError:
        raise TypeError(f"fastprob.film.{function}: axis is {axis!r}; allowed is an int") from None
    except (ValueError, OverflowError) as error:      # AxisError, or an int that no axis has
        raise _np.exceptions.AxisError(f"fastprob.film.{function}: axis is {axis!r}, x has {len(shape)} dimensions: {error}") from None


cdef object beside(str function, str name, object value, tuple shape, object axis):
    """gamma or beta with as many axes behind its last one as x has, if it broadcasts to the shape of x."""
    if type(value) is float:
        return value
    if type(value) is int:
        try:
            float(value)
        except OverflowError:
            raise ValueError(f"fastprob.film.{function}: {name} is an int of {value.bit_length()} bits; "
                             "allowed are numbers that float64 holds") from None
        return value
    array = _sums.as_data(f"film.{function}", name, value)
    there = shape[:axis + 1]
    if array.ndim > axis + 1 or any([n != 1 and n != m for n, m in zip(array.shape[::-1], there[::-1])]):
        raise ValueError(
            f"fastprob.film.{function}: {name} has shape {array.shape}; allowed are shapes that broadcast to {there}, "
            f"those of x up to its channels: x has shape {shape}, axis is {axis}"
        )
    return array.reshape(array.shape + (1,) * (len(shape) - axis - 1)) if array.ndim else array


cdef int check_out(str function, object out, tuple shape) except -1:
    if out is None:
        return 0
    if not isinstance(out, _np.ndarray):
        raise TypeError(f"fastprob.film.{function}: out is of type {type(out).__name__}; allowed are None and a NumPy array")
    if out.shape != shape:
        raise ValueError(f"fastprob.film.{function}: out has shape {out.shape}; allowed is that of x, {shape}")
    if not out.flags.writeable:
        raise ValueError(f"fastprob.film.{function}: out is read-only")
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
        For complex numbers, objects and text, an axis that is no int, and an `out` that cannot hold the result.
    ValueError
        For an axis that x does not have, gamma or beta that do not broadcast to x or that no float64 holds, and an `out` of another
        shape.

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
    data = _sums.as_data("film.forward", "x", x)
    cdef object at = channel_axis("forward", axis, data.shape)
    check_out("forward", out, data.shape)
    factor, shift = beside("forward", "gamma", gamma, data.shape, at), beside("forward", "beta", beta, data.shape, at)
    return call3(_forward, data, factor, shift, out, True, None)


cdef int set_operand(fp_operand *operand, cnp.ndarray array) except -1:
    operand.data = PyArray_BYTES(<cnp.PyArrayObject *>array)
    operand.strides = <const Py_ssize_t *>PyArray_STRIDES(<cnp.PyArrayObject *>array)
    operand.stored = <fp_stored><int>stored(array.dtype)
    return 0


cdef bint is_same(cnp.ndarray a, cnp.ndarray b) except -1:
    return a.dtype == b.dtype and a.strides == b.strides and a.__array_interface__["data"][0] == b.__array_interface__["data"][0]


cdef bint is_apart(object out, object array) except -1:
    """Whether an output may be written while the array is read: it is the same, or shares no memory with it."""
    return not _np.may_share_memory(out, array) or is_same(out, array)


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
    out : ndarray, optional
        Where dx goes, an array of the shape of x; it may be dout or x.

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
        For complex numbers, objects and text, an axis that is no int, and an `out` that is no array of floating-point numbers.
    ValueError
        For an axis that x does not have, gamma that does not broadcast to x or that no float64 holds, dout and `out` of another shape
        than x.

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
    cdef cnp.ndarray slopes, data, factor, dx, dgamma, dbeta
    cdef int failed
    cdef bytes kept
    data = _sums.as_data("film.backward", "x", x)
    cdef tuple shape = (<object>data).shape
    cdef object at = channel_axis("backward", axis, shape)
    slopes = _sums.as_data("film.backward", "dout", dout)
    if (<object>slopes).shape != shape:
        raise ValueError(f"fastprob.film.backward: dout has shape {(<object>slopes).shape}; allowed is that of x, {shape}")
    check_out("backward", out, shape)
    if out is not None and out.dtype.str[1:] not in ("f4", "f8"):
        raise TypeError(f"fastprob.film.backward: out has dtype {out.dtype}; allowed are float32 and float64")
    given = beside("backward", "gamma", gamma, shape, at)
    factor = _np.asarray(given)
    weak = type(given) is float or type(given) is int
    real = _forward.ufunc.resolve_dtypes((slopes.dtype, data.dtype, type(given) if weak else factor.dtype, None))[0]
    own = _np.shape(gamma)
    if weak:
        factor = _np.asarray(given, real)
    wide = (1,) * (len(shape) - (<object>factor).ndim) + (<object>factor).shape
    kept = bytes([n != 1 for n in wide])
    separate = out is None or not (is_apart(out, slopes) and is_apart(out, data)) or _np.may_share_memory(out, factor)
    dx = _np.empty(shape, real) if separate else out
    empty = _np.zeros if (<object>data).size == 0 else _np.empty      # sums of nothing
    dgamma, dbeta = empty(own, real), empty(own, real)
    factor = _np.broadcast_to(factor, shape)
    job.type = FP_F32 if real == _np.float32 else FP_F64
    job.ndim = PyArray_NDIM(<cnp.PyArrayObject *>data)
    job.shape = <const size_t *>PyArray_DIMS(<cnp.PyArrayObject *>data)
    job.kept = kept
    set_operand(&job.dx, dx)
    set_operand(&job.dout, slopes)
    set_operand(&job.x, data)
    set_operand(&job.gamma, factor)
    job.dgamma = PyArray_BYTES(<cnp.PyArrayObject *>dgamma)
    job.dbeta = PyArray_BYTES(<cnp.PyArrayObject *>dbeta)
    with nogil:
        failed = run_film(&job)
    if failed:
        raise MemoryError
    if out is not None and separate:
        _np.copyto(out, dx, casting="same_kind")
    return dx if out is None else out, (<object>dgamma)[()], (<object>dbeta)[()]
