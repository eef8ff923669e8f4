"""Gradients of reparameterised draws."""

cimport numpy as cnp
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_New, PyTuple_SetItem

from fastprob._arguments cimport RELEASE, broadcast, common_type, lay, one_of, real
from fastprob._core cimport (
    FP_F32, FP_F64, FP_GRADIENT_concrete_grad, FP_GRADIENT_log_scale_grad, FP_GRADIENT_logvar_grad, FP_GRADIENT_scale_grad,
    FP_GRADIENT_truncnormal_grad, FP_GRADIENT_uniform_grad, FP_MAX_ARGS, FP_MAX_DIMS, fp_operand, run_gradient,
)

import numpy as np

cnp.import_array()


cdef object _gradient(int gradient, tuple names, PyObject **values, int inputs, int outputs, int used=FP_MAX_ARGS):
    """The gradient of broadcast arrays; numbers where all are. Of values beyond `used` shape and type count alone."""
    cdef fp_operand operands[FP_MAX_ARGS]
    cdef Py_ssize_t strides[FP_MAX_ARGS][FP_MAX_DIMS]
    cdef cnp.PyArrayObject *arrays[FP_MAX_ARGS]
    cdef cnp.npy_intp shape[FP_MAX_DIMS]
    cdef size_t size = 1
    cdef int ndim, k
    cdef bint f64 = common_type(values, inputs) is np.float64
    cdef list made = []      # arrays that had to be made live as long as this
    for k in range(inputs):
        array = real(<object>values[k], names, k)
        arrays[k] = <cnp.PyArrayObject *>array
        if <PyObject *>array is not values[k]:
            made.append(array)
    ndim = broadcast(shape, arrays, inputs, names)
    for k in range(ndim):
        size *= <size_t>shape[k]
    results = PyTuple_New(outputs)
    used = min(used, inputs)
    for k in range(outputs):
        result = cnp.PyArray_EMPTY(ndim, shape, cnp.NPY_DOUBLE if f64 else cnp.NPY_FLOAT, 0)
        arrays[used + k] = <cnp.PyArrayObject *>result
        Py_INCREF(result)
        PyTuple_SetItem(results, k, result)
    for k in range(used + outputs):
        lay(&operands[k], strides[k], arrays[k], ndim)
    if size < RELEASE:
        run_gradient(gradient, FP_F64 if f64 else FP_F32, ndim, <const size_t *>shape, operands)
    else:
        with nogil:
            run_gradient(gradient, FP_F64 if f64 else FP_F32, ndim, <const size_t *>shape, operands)
    return results if ndim else tuple([result[()] for result in <tuple>results])


def rsample_normal_grad(dz, eps, *, scale=None, log_scale=None, logvar=None):
    """Derivatives of rsample_normal: from dz, with respect to z, to those with respect to loc and the scale.

    Parameters
    ----------
    dz, eps : array_like
        The derivative with respect to z, and the noise that rsample_normal returned.
    scale, log_scale, logvar : array_like
        The one that rsample_normal was given.

    Returns
    -------
    dloc, dscale : ndarray or scalar
        dz, and dz eps (scale), dz eps e^log_scale or dz eps e^(logvar/2)/2; element by element: sum over what was broadcast.

    Raises
    ------
    TypeError
        Unless exactly one of the three is given, and for what are no real numbers.

    Examples
    --------
    >>> from fastprob import random
    >>> dloc, dlog_scale = random.rsample_normal_grad([1.0, 2.0], [0.5, -1.0], log_scale=0.0)
    >>> dlog_scale
    array([ 0.5, -2. ])
    """
    cdef int which = one_of("rsample_normal_grad", scale, log_scale, logvar)
    if which == 0:
        return _scale_gradient(FP_GRADIENT_scale_grad, ("dz", "eps", "scale"), dz, eps, scale)
    if which == 1:
        return _scale_gradient(FP_GRADIENT_log_scale_grad, ("dz", "eps", "log_scale"), dz, eps, log_scale)
    return _scale_gradient(FP_GRADIENT_logvar_grad, ("dz", "eps", "logvar"), dz, eps, logvar)


def rsample_logistic_grad(dx, eps, *, scale=None, log_scale=None):
    """Derivatives of rsample_logistic: from dx, with respect to x, to those with respect to loc and the scale.

    Parameters
    ----------
    dx, eps : array_like
        The derivative with respect to x, and the noise that rsample_logistic returned.
    scale, log_scale : array_like
        The one that rsample_logistic was given.

    Returns
    -------
    dloc, dscale : ndarray or scalar
        dx, and dx eps (scale) or dx eps e^log_scale; element by element: sum over what was broadcast.

    Raises
    ------
    TypeError
        Unless exactly one of the two is given, and for what are no real numbers.

    Examples
    --------
    >>> from fastprob import random
    >>> dloc, dscale = random.rsample_logistic_grad([1.0, 2.0], [0.5, -1.0], scale=3.0)
    >>> dscale
    array([ 0.5, -2. ])
    """
    if one_of("rsample_logistic_grad", scale, log_scale, None) == 0:
        return _scale_gradient(FP_GRADIENT_scale_grad, ("dx", "eps", "scale"), dx, eps, scale)
    return _scale_gradient(FP_GRADIENT_log_scale_grad, ("dx", "eps", "log_scale"), dx, eps, log_scale)


cdef object _scale_gradient(int gradient, tuple names, object dx, object eps, object value):
    cdef PyObject *values[3]
    values[0], values[1], values[2] = <PyObject *>dx, <PyObject *>eps, <PyObject *>value
    # A scale itself plays no part, but for its shape and type
    return _gradient(gradient, names, values, 3, 2, 2 if gradient == FP_GRADIENT_scale_grad else 3)


def rsample_uniform_grad(dx, u):
    """Derivatives of rsample_uniform: from dx, with respect to x, to those with respect to low and high.

    Parameters
    ----------
    dx, u : array_like
        The derivative with respect to x, and the noise that rsample_uniform returned.

    Returns
    -------
    dlow, dhigh : ndarray or scalar
        dx (1 - u) and dx u, element by element: sum over what was broadcast.

    Raises
    ------
    TypeError
        For what are no real numbers.

    Examples
    --------
    >>> from fastprob import random
    >>> dlow, dhigh = random.rsample_uniform_grad(2.0, [0.25, 0.5])
    >>> dlow, dhigh
    (array([1.5, 1. ]), array([0.5, 1. ]))
    """
    cdef PyObject *values[2]
    values[0], values[1] = <PyObject *>dx, <PyObject *>u
    return _gradient(FP_GRADIENT_uniform_grad, ("dx", "u"), values, 2, 2)


def rsample_concrete_grad(dy, eps, logits, temperature):
    """Derivatives of rsample_concrete: from dy, with respect to y, to those with respect to logits and temperature.

    Parameters
    ----------
    dy, eps : array_like
        The derivative with respect to y, and the noise that rsample_concrete returned.
    logits, temperature : array_like
        As rsample_concrete was given them.

    Returns
    -------
    dlogits, dtemperature : ndarray or scalar
        dy y (1 - y)/temperature, and that times -(logits + eps)/temperature; element by element: sum over what was broadcast. NaN for
        a temperature that is not positive.

    Raises
    ------
    TypeError
        For what are no real numbers.

    Examples
    --------
    >>> from fastprob import random
    >>> dlogits, dtemperature = random.rsample_concrete_grad(1.0, 0.0, 0.0, 0.5)
    >>> float(dlogits), float(dtemperature)
    (0.5, -0.0)
    """
    cdef PyObject *values[4]
    values[0], values[1], values[2], values[3] = <PyObject *>dy, <PyObject *>eps, <PyObject *>logits, <PyObject *>temperature
    return _gradient(FP_GRADIENT_concrete_grad, ("dy", "eps", "logits", "temperature"), values, 4, 2)


def rsample_truncnormal_grad(dx, x, u, low, high, loc=0.0, scale=1.0):
    """Derivatives of rsample_truncnormal: from dx, with respect to x, to those with respect to the parameters.

    Parameters
    ----------
    dx : array_like
        The derivative with respect to x.
    x, u : array_like
        What rsample_truncnormal returned.
    low, high, loc, scale : array_like
        As it was given them.

    Returns
    -------
    dlow, dhigh, dloc, dscale : ndarray or scalar
        Element by element: sum over what was broadcast.

    Raises
    ------
    TypeError
        For what are no real numbers.

    Notes
    -----
    With z, a, b for x, low, high less loc, over scale, and phi the normal density, they are dx times A = (1 - u) phi(a)/phi(z),
    B = u phi(b)/phi(z), 1 - A - B and z - a A - b B.

    Examples
    --------
    >>> from fastprob import random
    >>> dlow, dhigh, dloc, dscale = random.rsample_truncnormal_grad(1.0, 0.0, 0.5, -2.0, 2.0)
    >>> float(dlow) == float(dhigh), float(dscale)
    (True, 0.0)
    """
    cdef PyObject *values[7]
    values[0], values[1], values[2], values[3] = <PyObject *>dx, <PyObject *>x, <PyObject *>u, <PyObject *>low
    values[4], values[5], values[6] = <PyObject *>high, <PyObject *>loc, <PyObject *>scale
    return _gradient(FP_GRADIENT_truncnormal_grad, ("dx", "x", "u", "low", "high", "loc", "scale"), values, 7, 4)
