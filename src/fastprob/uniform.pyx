"""Uniform distribution on [low, high], both ends inside.

low = high is a point mass: its distribution function is a step, its density NaN. low > high, or an end that is not finite, gives
NaN.

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and whatever NumPy raises for shapes that do not broadcast. Errors are total errors in ULP, against the exact function of
the arguments as they stand; the bits are the same on every CPU, for every layout and every number of threads.
"""

from fastprob._core cimport Operation, call3, operation

cdef Operation _pdf = operation("uniform_pdf", "uniform.pdf")
cdef Operation _logpdf = operation("uniform_logpdf", "uniform.logpdf")
cdef Operation _cdf = operation("uniform_cdf", "uniform.cdf")
cdef Operation _logcdf = operation("uniform_logcdf", "uniform.logcdf")
cdef Operation _sf = operation("uniform_sf", "uniform.sf")
cdef Operation _logsf = operation("uniform_logsf", "uniform.logsf")
cdef Operation _ppf = operation("uniform_ppf", "uniform.ppf")
cdef Operation _isf = operation("uniform_isf", "uniform.isf")
cdef Operation _logpdf_grad = operation("uniform_logpdf_grad", "uniform.logpdf_grad")
cdef Operation _logcdf_grad = operation("uniform_logcdf_grad", "uniform.logcdf_grad")
cdef Operation _logsf_grad = operation("uniform_logsf_grad", "uniform.logsf_grad")
cdef Operation _cdf_grad = operation("uniform_cdf_grad", "uniform.cdf_grad")


def pdf(x, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Uniform density, 1/(high - low) for low <= x <= high, else 0.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    pdf : ndarray or scalar
        The density, in units of 1/x.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP. The differences x - low, high - x and high - low are taken exactly, as sums of two doubles, and scaled where
    they would overflow.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.pdf([-0.5, 1.0, 2.5], low=0.0, high=2.0)
    array([0. , 0.5, 0. ])
    """
    return call3(_pdf, x, low, high, out, where, dtype)


def logpdf(x, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the uniform density, -log(high - low) for low <= x <= high, else -inf.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
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
    At most 2 ULP, also where high - low is next to 1 or overflows. The differences x - low, high - x and high - low are taken
    exactly, as sums of two doubles, and scaled where they would overflow.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.logpdf([0.0, 1.5], low=[-1e308, 0.0], high=[1e308, 1.0])
    array([-709.88935582,          -inf])
    """
    return call3(_logpdf, x, low, high, out, where, dtype)


def cdf(x, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Uniform distribution function, P(X <= x) = (x - low)/(high - low), from 0 to 1.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
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
    At most 2 ULP. The differences x - low, high - x and high - low are taken exactly, as sums of two doubles, and scaled where
    they would overflow.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.cdf([0.0, 3.0, 9.0], low=-1e308, high=[1e308, 4.0, 8.0])
    array([0.5, 1. , 1. ])
    """
    return call3(_cdf, x, low, high, out, where, dtype)


def logcdf(x, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the uniform distribution function, log((x - low)/(high - low)), to 0.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
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
    At most 2 ULP, next to high, where it vanishes, too: there it is log(1 - (high - x)/(high - low)). The differences x - low,
    high - x and high - low are taken exactly, as sums of two doubles, and scaled where they would overflow.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.logcdf([-1.0, 1e-320, 1 - 1e-10])
    array([           -inf, -7.36827241e+02, -1.00000008e-10])
    """
    return call3(_logcdf, x, low, high, out, where, dtype)


def sf(x, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Uniform survival function, P(X > x) = (high - x)/(high - low), from 1 to 0.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
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
    At most 2 ULP. The differences x - low, high - x and high - low are taken exactly, as sums of two doubles, and scaled where
    they would overflow.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.sf([-1.0, 0.25, 1.0])
    array([1.  , 0.75, 0.  ])
    """
    return call3(_sf, x, low, high, out, where, dtype)


def logsf(x, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the uniform survival function, log((high - x)/(high - low)), from 0.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
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
    At most 2 ULP, next to low, where it vanishes, too. The differences x - low, high - x and high - low are taken exactly, as
    sums of two doubles, and scaled where they would overflow.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.logsf([1e-20, 0.5, 2.0])
    array([-1.00000000e-20, -6.93147181e-01,            -inf])
    """
    return call3(_logsf, x, low, high, out, where, dtype)


def ppf(q, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Quantile of the uniform distribution, low + q (high - low): the x with cdf(x) = q.

    Parameters
    ----------
    q : array_like
        Probabilities, 0 to 1.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    x : ndarray or scalar
        The quantile; NaN for q outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP of max(|low|, |x - low|).

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.ppf([0.0, 0.25, 1.0], low=-1e308, high=1e308)
    array([-1.e+308, -5.e+307,  1.e+308])
    """
    return call3(_ppf, q, low, high, out, where, dtype)


def isf(q, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Upper quantile of the uniform distribution, high - q (high - low): the x with sf(x) = q.

    Parameters
    ----------
    q : array_like
        Probabilities, 0 to 1.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    x : ndarray or scalar
        The quantile; NaN for q outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP of max(|high|, |high - x|).

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.isf([0.0, 0.25, 1.0], low=2.0, high=4.0)
    array([4. , 3.5, 2. ])
    """
    return call3(_isf, q, low, high, out, where, dtype)


def logpdf_grad(x, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logpdf with respect to x, low and high.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
    out : tuple of three (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dx : ndarray or scalar
        0.
    dlow : ndarray or scalar
        1/(high - low).
    dhigh : ndarray or scalar
        -1/(high - low).

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP. All three are NaN outside [low, high], where logpdf is -inf.

    Examples
    --------
    >>> from fastprob import uniform
    >>> dx, dlow, dhigh = uniform.logpdf_grad([1.0, 3.0], low=0.0, high=2.0)
    >>> dlow
    array([0.5, nan])
    """
    return call3(_logpdf_grad, x, low, high, out, where, dtype)


def logcdf_grad(x, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logcdf with respect to x, low and high.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
    out : tuple of three (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dx : ndarray or scalar
        1/(x - low).
    dlow : ndarray or scalar
        -(high - x)/((x - low) (high - low)).
    dhigh : ndarray or scalar
        -1/(high - low).

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP each. Above high all three are 0, below low, where logcdf is -inf, NaN; at low the first two are inf and -inf.

    Examples
    --------
    >>> from fastprob import uniform
    >>> dx, dlow, dhigh = uniform.logcdf_grad([0.0, 0.5, 2.0])
    >>> dlow
    array([-inf,  -1.,   0.])
    """
    return call3(_logcdf_grad, x, low, high, out, where, dtype)


def logsf_grad(x, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logsf with respect to x, low and high.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
    out : tuple of three (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dx : ndarray or scalar
        -1/(high - x).
    dlow : ndarray or scalar
        1/(high - low).
    dhigh : ndarray or scalar
        (x - low)/((high - x) (high - low)).

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP each. Below low all three are 0, above high, where logsf is -inf, NaN; at high dx and dhigh are -inf and inf.

    Examples
    --------
    >>> from fastprob import uniform
    >>> dx, dlow, dhigh = uniform.logsf_grad([-1.0, 0.5, 1.0])
    >>> dx
    array([  0.,  -2., -inf])
    """
    return call3(_logsf_grad, x, low, high, out, where, dtype)


def cdf_grad(x, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of cdf with respect to x, low and high.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end.
    high : array_like
        Upper end, >= low.
    out : tuple of three (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dx : ndarray or scalar
        1/(high - low), the density.
    dlow : ndarray or scalar
        -(high - x)/(high - low)^2.
    dhigh : ndarray or scalar
        -(x - low)/(high - low)^2.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP each; 0 outside [low, high].

    Examples
    --------
    >>> from fastprob import uniform
    >>> dx, dlow, dhigh = uniform.cdf_grad([0.5, 3.0], low=0.0, high=2.0)
    >>> dlow
    array([-0.375,  0.   ])
    """
    return call3(_cdf_grad, x, low, high, out, where, dtype)
