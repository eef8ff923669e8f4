"""Gradients of reparameterised draws."""

cimport numpy as cnp

from fastprob._arguments cimport broadcast, common_type, lay, one_of, real
from fastprob._core cimport (
    FP_F32, FP_F64, FP_GRADIENT_concrete_grad, FP_GRADIENT_log_scale_grad, FP_GRADIENT_logvar_grad, FP_GRADIENT_scale_grad,
    FP_GRADIENT_truncnormal_grad, FP_GRADIENT_uniform_grad, FP_MAX_ARGS, FP_MAX_DIMS, fp_operand, run_gradient,
)

import numpy as np

cnp.import_array()


cdef object _gradient(int gradient, tuple names, tuple values, int outputs, int used=FP_MAX_ARGS):
    """The gradient of broadcast arrays; numbers where all are. Of values beyond `used` shape and type count alone."""
    cdef fp_operand operands[FP_MAX_ARGS]
    cdef Py_ssize_t strides[FP_MAX_ARGS][FP_MAX_DIMS]
    cdef cnp.npy_intp shape[FP_MAX_DIMS]
    cdef Py_ssize_t k
    cdef int ndim
    cdef bint f64 = common_type(values) is np.float64
    cdef list arrays = [real(value, name) for value, name in zip(values, names)]
    ndim = broadcast(shape, arrays)
    results = [cnp.PyArray_EMPTY(ndim, shape, cnp.NPY_DOUBLE if f64 else cnp.NPY_FLOAT, 0) for k in range(outputs)]
    arrays = arrays[:used] + results
    for k in range(len(arrays)):
        lay(&operands[k], strides[k], arrays[k], ndim)
    with nogil:
        run_gradient(gradient, FP_F64 if f64 else FP_F32, ndim, <const size_t *>shape, operands)
    return tuple([result if ndim else result[()] for result in results])


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
    return _scale_gradient("rsample_normal_grad", "dz", dz, eps, one_of("rsample_normal_grad", scale, log_scale, logvar))


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
    return _scale_gradient("rsample_logistic_grad", "dx", dx, eps, one_of("rsample_logistic_grad", scale, log_scale, None))


cdef object _scale_gradient(str name, str first, object dx, object eps, tuple chosen):
    cdef int which = chosen[0]
    if which == 0:      # the value plays no part, but for its shape and type
        return _gradient(FP_GRADIENT_scale_grad, (first, "eps", "scale"), (dx, eps, chosen[1]), 2, 2)
    if which == 1:
        return _gradient(FP_GRADIENT_log_scale_grad, (first, "eps", "log_scale"), (dx, eps, chosen[1]), 2)
    return _gradient(FP_GRADIENT_logvar_grad, (first, "eps", "logvar"), (dx, eps, chosen[1]), 2)


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
    return _gradient(FP_GRADIENT_uniform_grad, ("dx", "u"), (dx, u), 2)


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
        dy y (1 - y)/temperature, and that times -(logits + eps)/temperature; element by element: sum over what was broadcast.

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
    return _gradient(FP_GRADIENT_concrete_grad, ("dy", "eps", "logits", "temperature"), (dy, eps, logits, temperature), 2)


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
    names = ("dx", "x", "u", "low", "high", "loc", "scale")
    return _gradient(FP_GRADIENT_truncnormal_grad, names, (dx, x, u, low, high, loc, scale), 4)
