"""Logistic distribution with location `loc` and scale `scale`; its standard deviation is scale pi/sqrt(3).

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and whatever NumPy raises for shapes that do not broadcast. Errors are total errors in ULP, against the exact function of
the arguments as they stand; the bits are the same on every CPU, for every layout and every number of threads.
"""

from fastprob._core cimport Operation, call3, operation

cdef Operation _pdf = operation("logistic_pdf", "logistic.pdf")
cdef Operation _logpdf = operation("logistic_logpdf", "logistic.logpdf")
cdef Operation _cdf = operation("logistic_cdf", "logistic.cdf")
cdef Operation _logcdf = operation("logistic_logcdf", "logistic.logcdf")
cdef Operation _sf = operation("logistic_sf", "logistic.sf")
cdef Operation _logsf = operation("logistic_logsf", "logistic.logsf")
cdef Operation _ppf = operation("logistic_ppf", "logistic.ppf")
cdef Operation _isf = operation("logistic_isf", "logistic.isf")
cdef Operation _logpdf_grad = operation("logistic_logpdf_grad", "logistic.logpdf_grad")
cdef Operation _logcdf_grad = operation("logistic_logcdf_grad", "logistic.logcdf_grad")
cdef Operation _logsf_grad = operation("logistic_logsf_grad", "logistic.logsf_grad")
cdef Operation _cdf_grad = operation("logistic_cdf_grad", "logistic.cdf_grad")


def pdf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logistic density, e^-z/(1 + e^-z)^2/scale with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    pdf : ndarray or scalar
        The density, in units of 1/scale.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP, subnormal results included: e/(1 + e)^2 with e = e^-|z|. z = (x - loc)/scale is carried in double-double, since
    e^-|z| magnifies an error of z by |z|.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.pdf([0.0, 2.0, 740.0])
    array([2.50000000e-001, 1.04993585e-001, 4.19955799e-322])
    """
    return call3(_pdf, x, loc, scale, out, where, dtype)


def logpdf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the logistic density, -z - 2 log(1 + e^-z) - log(scale) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    logpdf : ndarray or scalar
        The log density, in nats.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP, near its zeros too: -log(4 scale) - 2 log cosh(z/2), both terms to 2^-62 of themselves, and what cancels once
    more in fixed point. z = (x - loc)/scale is carried in double-double, since e^-|z| magnifies an error of z by |z|.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.logpdf([-1000.0, 0.0, 1e-9], loc=0.0, scale=[1.0, 1.0, 0.25])
    array([-1.00000000e+03, -1.38629436e+00, -4.00000000e-18])
    """
    return call3(_logpdf, x, loc, scale, out, where, dtype)


def cdf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logistic distribution function, P(X <= x) = 1/(1 + e^-z) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    cdf : ndarray or scalar
        The probability.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP, in the far lower tail too: e/(1 + e) with e = e^-|z| for z < 0, 1/(1 + e) else. z = (x - loc)/scale is carried
    in double-double, since e^-|z| magnifies an error of z by |z|.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.cdf([-745.0, 0.0, 1.0])
    array([4.94065646e-324, 5.00000000e-001, 7.31058579e-001])
    """
    return call3(_cdf, x, loc, scale, out, where, dtype)


def logcdf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the logistic distribution function, -log(1 + e^-z) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    logcdf : ndarray or scalar
        The log probability, in nats.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP: min(z, 0) - 2 atanh(e/(2 + e)) with e = e^-|z|, whose terms have one sign. z = (x - loc)/scale is carried in
    double-double, since e^-|z| magnifies an error of z by |z|.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.logcdf([-1000.0, 0.0, 40.0])
    array([-1.00000000e+03, -6.93147181e-01, -4.24835426e-18])
    """
    return call3(_logcdf, x, loc, scale, out, where, dtype)


def sf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logistic survival function, P(X > x) = 1/(1 + e^z) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    sf : ndarray or scalar
        The probability.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP, in the far upper tail too; the cdf of -z. z = (x - loc)/scale is carried in double-double, since e^-|z|
    magnifies an error of z by |z|.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.sf([0.0, 745.0])
    array([5.e-001, 5.e-324])
    """
    return call3(_sf, x, loc, scale, out, where, dtype)


def logsf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the logistic survival function, -log(1 + e^z) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    logsf : ndarray or scalar
        The log probability, in nats.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP; the logcdf of -z, bit for bit. z = (x - loc)/scale is carried in double-double, since e^-|z| magnifies an error
    of z by |z|.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.logsf([-40.0, 1000.0])
    array([-4.24835426e-18, -1.00000000e+03])
    """
    return call3(_logsf, x, loc, scale, out, where, dtype)


def ppf(q, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Quantile of the logistic distribution, loc + scale log(q/(1 - q)): the x with cdf(x) = q.

    Parameters
    ----------
    q : array_like
        Probabilities, 0 to 1.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    x : ndarray or scalar
        The quantile, -inf at q = 0 and inf at q = 1; NaN for q outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP of max(|loc|, |x - loc|), so 2 ULP where loc = 0. log(q/(1 - q)) = k log 2 + 2 atanh((m - p)/(m + p)) with p = 1
    - q and m = q 2^-k near p: next to q = 1/2, where the logarithm vanishes, the difference is exact.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.ppf([5e-324, 0.500000000001, 0.975])
    array([-7.44440072e+02,  3.99991151e-12,  3.66356165e+00])
    """
    return call3(_ppf, q, loc, scale, out, where, dtype)


def isf(q, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Upper quantile of the logistic distribution, loc - scale log(q/(1 - q)): the x with sf(x) = q.

    Parameters
    ----------
    q : array_like
        Probabilities, 0 to 1.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    x : ndarray or scalar
        The quantile, inf at q = 0 and -inf at q = 1; NaN for q outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP of max(|loc|, |x - loc|), so 2 ULP where loc = 0. log(q/(1 - q)) = k log 2 + 2 atanh((m - p)/(m + p)) with p = 1
    - q and m = q 2^-k near p: next to q = 1/2, where the logarithm vanishes, the difference is exact. About loc = 0 it is the
    negative of ppf.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.isf([1e-15, 0.5, 0.975])
    array([34.53877639,  0.        , -3.66356165])
    """
    return call3(_isf, q, loc, scale, out, where, dtype)


def logpdf_grad(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logpdf with respect to x, loc and scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : tuple of three (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dx : ndarray or scalar
        Derivative with respect to x.
    dloc : ndarray or scalar
        Derivative with respect to loc, -dx.
    dscale : ndarray or scalar
        Derivative with respect to scale, (z tanh(z/2) - 1)/scale.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP each: -t/scale, t/scale and (z t - 1)/scale with t = tanh(z/2), the last one from the exact distance of |z| to
    the root of z tanh(z/2) = 1, 1.543..., so that it keeps its digits there.

    Examples
    --------
    >>> from fastprob import logistic
    >>> dx, dloc, dscale = logistic.logpdf_grad([0.0, 1.5434046384182085, 1000.0])
    >>> dx
    array([-0.        , -0.64791823, -1.        ])
    >>> dscale
    array([-1.00000000e+00,  7.75715303e-17,  9.99000000e+02])
    """
    return call3(_logpdf_grad, x, loc, scale, out, where, dtype)


def logcdf_grad(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logcdf with respect to x, loc and scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : tuple of three (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dx : ndarray or scalar
        Derivative with respect to x.
    dloc : ndarray or scalar
        Derivative with respect to loc, -dx.
    dscale : ndarray or scalar
        Derivative with respect to scale, -z dx.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP each: s/scale, -s/scale and -z s/scale with s = 1/(1 + e^z).

    Examples
    --------
    >>> from fastprob import logistic
    >>> dx, dloc, dscale = logistic.logcdf_grad([-1000.0, 0.0, 740.0])
    >>> dx
    array([1.0e+000, 5.0e-001, 4.2e-322])
    """
    return call3(_logcdf_grad, x, loc, scale, out, where, dtype)


def logsf_grad(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logsf with respect to x, loc and scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : tuple of three (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dx : ndarray or scalar
        Derivative with respect to x.
    dloc : ndarray or scalar
        Derivative with respect to loc, -dx.
    dscale : ndarray or scalar
        Derivative with respect to scale, -z dx.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP each: -c/scale, c/scale and z c/scale with c = 1/(1 + e^-z).

    Examples
    --------
    >>> from fastprob import logistic
    >>> dx, dloc, dscale = logistic.logsf_grad([-740.0, 0.0, 1000.0])
    >>> dloc
    array([4.2e-322, 5.0e-001, 1.0e+000])
    """
    return call3(_logsf_grad, x, loc, scale, out, where, dtype)


def cdf_grad(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of cdf with respect to x, loc and scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : tuple of three (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dx : ndarray or scalar
        Derivative with respect to x.
    dloc : ndarray or scalar
        Derivative with respect to loc, -dx.
    dscale : ndarray or scalar
        Derivative with respect to scale, -z dx.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP each: d, -d and -z d with d = e^-z/(1 + e^-z)^2/scale, the density.

    Examples
    --------
    >>> from fastprob import logistic
    >>> dx, dloc, dscale = logistic.cdf_grad([0.0, 2.0])
    >>> dscale
    array([-0.        , -0.20998717])
    """
    return call3(_cdf_grad, x, loc, scale, out, where, dtype)
