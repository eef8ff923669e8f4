"""Kullback-Leibler divergences, in nats.

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and whatever NumPy raises for shapes that do not broadcast. Errors are total errors in ULP, against the exact function of
the arguments as they stand; the bits are the same on every CPU, for every layout and every number of threads.
"""

from fastprob._core cimport Operation, call2, operation

cdef Operation _scale = operation("kl_standard_normal", "kl.standard_normal")
cdef Operation _log_scale = operation("kl_standard_normal_log_scale", "kl.standard_normal")
cdef Operation _logvar = operation("kl_standard_normal_logvar", "kl.standard_normal")
cdef Operation _scale_grad = operation("kl_standard_normal_grad", "kl.standard_normal_grad")
cdef Operation _log_scale_grad = operation("kl_standard_normal_log_scale_grad", "kl.standard_normal_grad")
cdef Operation _logvar_grad = operation("kl_standard_normal_logvar_grad", "kl.standard_normal_grad")


cdef int check_one(str function, scale, log_scale, logvar) except -1:
    """TypeError unless exactly one of them is given."""
    if (scale is not None) + (log_scale is not None) + (logvar is not None) != 1:
        given = [name for name, value in (("scale", scale), ("log_scale", log_scale), ("logvar", logvar)) if value is not None]
        raise TypeError(
            f"fastprob.kl.{function} takes exactly one of scale, log_scale and logvar; got {' and '.join(given) or 'none of them'}"
        )
    return 0


def standard_normal(loc, *, scale=None, log_scale=None, logvar=None, out=None, where=True, dtype=None):
    """Divergence of N(loc, scale^2) from N(0, 1): (loc^2 + scale^2 - 1)/2 - log(scale).

    Parameters
    ----------
    loc : array_like
        Mean of the first distribution.
    scale, log_scale, logvar : array_like
        Exactly one of them, by keyword: the standard deviation (>= 0), its logarithm, or the logarithm of the variance.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    kl : ndarray or scalar
        The divergence, in nats; inf at scale = 0, NaN below.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of scale, log_scale and logvar is given.

    Notes
    -----
    At most 2 ULP: loc^2/2 plus a term of the same sign, which keeps its digits near scale = 1, where its parts cancel twice.

    Examples
    --------
    >>> from fastprob import kl
    >>> kl.standard_normal([0.0, 1e-9, 1.0], scale=[1.001, 1.0, 0.5])
    array([9.99666916e-07, 5.00000000e-19, 8.18147181e-01])
    >>> float(kl.standard_normal(0.0, logvar=0.0))
    0.0
    """
    check_one("standard_normal", scale, log_scale, logvar)
    if scale is not None:
        return call2(_scale, loc, scale, out, where, dtype)
    if log_scale is not None:
        return call2(_log_scale, loc, log_scale, out, where, dtype)
    return call2(_logvar, loc, logvar, out, where, dtype)


def standard_normal_grad(loc, *, scale=None, log_scale=None, logvar=None, out=None, where=True, dtype=None):
    """Derivatives of standard_normal with respect to loc and to the keyword that is given.

    Parameters
    ----------
    loc : array_like
        Mean of the first distribution.
    scale, log_scale, logvar : array_like
        Exactly one of them, by keyword: the standard deviation (>= 0), its logarithm, or the logarithm of the variance.
    out : tuple of two (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dloc : ndarray or scalar
        Derivative with respect to loc, loc itself.
    dscale, dlog_scale or dlogvar : ndarray or scalar
        scale - 1/scale, e^(2 log_scale) - 1, or (e^logvar - 1)/2.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of scale, log_scale and logvar is given.

    Notes
    -----
    At most 2 ULP.

    Examples
    --------
    >>> from fastprob import kl
    >>> dloc, dlogvar = kl.standard_normal_grad([0.5, -1.0], logvar=[0.0, 1e-20])
    >>> dloc
    array([ 0.5, -1. ])
    >>> dlogvar
    array([0.e+00, 5.e-21])
    """
    check_one("standard_normal_grad", scale, log_scale, logvar)
    if scale is not None:
        return call2(_scale_grad, loc, scale, out, where, dtype)
    if log_scale is not None:
        return call2(_log_scale_grad, loc, log_scale, out, where, dtype)
    return call2(_logvar_grad, loc, logvar, out, where, dtype)
