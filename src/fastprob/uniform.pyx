"""Uniform distribution on [low, high], both ends inside.

low = high is a point mass: its distribution function is a step, its density NaN. low > high, or an end that is not finite,
gives
NaN.

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and whatever NumPy raises for shapes that do not broadcast. Errors are total errors in ULP, against the exact function of
the arguments as they stand; the bits are the same on every CPU, for every layout and every number of threads.
"""

from fastprob._core cimport Operation, call2, call3, call4, operation
from fastprob._sums cimport UNIFORM, loglik as loglik_of_data

from fastprob import _fits

cdef Operation _pdf = operation("uniform_pdf", "uniform.pdf")
cdef Operation _logpdf = operation("uniform_logpdf", "uniform.logpdf")
cdef Operation _cdf = operation("uniform_cdf", "uniform.cdf")
cdef Operation _logcdf = operation("uniform_logcdf", "uniform.logcdf")
cdef Operation _sf = operation("uniform_sf", "uniform.sf")
cdef Operation _logsf = operation("uniform_logsf", "uniform.logsf")
cdef Operation _ppf = operation("uniform_ppf", "uniform.ppf")
cdef Operation _isf = operation("uniform_isf", "uniform.isf")
cdef Operation _ilogcdf = operation("uniform_ilogcdf", "uniform.ilogcdf")
cdef Operation _ilogsf = operation("uniform_ilogsf", "uniform.ilogsf")
cdef Operation _interval_mass = operation("uniform_interval_mass", "uniform.interval_mass")
cdef Operation _log_interval_mass = operation("uniform_log_interval_mass", "uniform.log_interval_mass")
cdef Operation _interval_mass_grad = operation("uniform_interval_mass_grad", "uniform.interval_mass_grad")
cdef Operation _log_interval_mass_grad = operation("uniform_log_interval_mass_grad", "uniform.log_interval_mass_grad")
cdef Operation _logpdf_grad = operation("uniform_logpdf_grad", "uniform.logpdf_grad")
cdef Operation _logcdf_grad = operation("uniform_logcdf_grad", "uniform.logcdf_grad")
cdef Operation _logsf_grad = operation("uniform_logsf_grad", "uniform.logsf_grad")
cdef Operation _cdf_grad = operation("uniform_cdf_grad", "uniform.cdf_grad")
cdef Operation _mean = operation("uniform_mean", "uniform.mean")
cdef Operation _var = operation("uniform_var", "uniform.var")
cdef Operation _std = operation("uniform_std", "uniform.std")
cdef Operation _median = operation("uniform_median", "uniform.median")
cdef Operation _mode = operation("uniform_mode", "uniform.mode")
cdef Operation _skew = operation("uniform_skew", "uniform.skew")
cdef Operation _kurtosis = operation("uniform_kurtosis", "uniform.kurtosis")
cdef Operation _entropy = operation("uniform_entropy", "uniform.entropy")
cdef Operation _support = operation("uniform_support", "uniform.support")


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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP: the reciprocal of the width, which is rounded once, scaled where it would overflow.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP: a difference that is rounded once times the reciprocal of the exact width; scaled where they would overflow.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP: a difference that is rounded once times the reciprocal of the exact width; scaled where they would overflow.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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


def ilogcdf(logq, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Uniform quantile by a log probability: the x with log(P(X <= x)) = logq, low + e^logq (high - low).

    Parameters
    ----------
    logq : array_like
        Log probabilities, in nats, <= 0; NaN above.
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
        The quantile, in the units of low and high; low at logq = -inf, high at logq = 0.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP of max(|low|, |x - low|): the probability itself may underflow, and the width overflow.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.ilogcdf([-1400.0, -1e-10, 0.0], high=1e308)
    array([9.72132215e-301, 1.00000000e+308, 1.00000000e+308])
    """
    return call3(_ilogcdf, logq, low, high, out, where, dtype)


def ilogsf(logq, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Inverse of the uniform log survival function: the x with log(P(X > x)) = logq, high - e^logq (high - low).

    Parameters
    ----------
    logq : array_like
        Log probabilities, in nats, <= 0; NaN above.
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
        The quantile, in the units of low and high; high at logq = -inf, low at logq = 0.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP of max(|high|, |high - x|): the probability itself may underflow, and the width overflow.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.ilogsf([-1400.0, -0.6931471805599453, 0.0], low=-2.0, high=0.0)
    array([ 0., -1., -2.])
    """
    return call3(_ilogsf, logq, low, high, out, where, dtype)


def interval_mass(a, b, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Probability of an interval, P(a < X <= b) = (min(b, high) - max(a, low))/(high - low), 0 at least.

    Parameters
    ----------
    a : array_like
        Lower end; may be -inf.
    b : array_like
        Upper end; may be inf. NaN for b < a.
    low : array_like
        Lower end of the support.
    high : array_like
        Upper end of the support, >= low.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    mass : ndarray or scalar
        The probability. With low = high, 1 where a < low <= b.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, over the whole domain: differences are exact, and high - low may overflow.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.interval_mass([0.25, 0.5, 2.0], [0.75, float("inf"), 3.0])
    array([0.5, 0.5, 0. ])
    """
    return call4(_interval_mass, a, b, low, high, out, where, dtype)


def log_interval_mass(a, b, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the probability of an interval, log(P(a < X <= b)).

    Parameters
    ----------
    a : array_like
        Lower end; may be -inf.
    b : array_like
        Upper end; may be inf. NaN for b < a.
    low : array_like
        Lower end of the support.
    high : array_like
        Upper end of the support, >= low.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    logmass : ndarray or scalar
        The log probability, in nats; -inf where there is none.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, over the whole domain: of a share above 1/2 it is log(1 - r), r the rest of the width, else the
    logarithm of the share, with an exponent of its own, since the share itself may underflow.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.log_interval_mass(0.0, [1e-200, 1 - 1e-10], high=[1e200, 1.0])
    array([-9.21034037e+02, -1.00000008e-10])
    """
    return call4(_log_interval_mass, a, b, low, high, out, where, dtype)


def interval_mass_grad(a, b, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of interval_mass with respect to a, b, low and high.

    Parameters
    ----------
    a : array_like
        Lower end; may be -inf.
    b : array_like
        Upper end; may be inf. NaN for b < a.
    low : array_like
        Lower end of the support.
    high : array_like
        Upper end of the support, >= low.
    out : tuple of four (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    da, db, dlow, dhigh : ndarray or scalar
        With w = high - low and t the mass: -1/w, or 0 where a is outside; 1/w, or 0 where b is; t/w, or (t - 1)/w where a is; -t/w, or
        (1 - t)/w where b is. low and high are inside. All 0 where the interval is beyond an end, NaN for low = high.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, over the whole domain: t and 1 - t each come from exact differences of the ends.

    Examples
    --------
    >>> from fastprob import uniform
    >>> da, db, dlow, dhigh = uniform.interval_mass_grad([0.5, -1.0], [1.0, 1.0], high=2.0)
    >>> dlow, dhigh
    (array([ 0.125, -0.25 ]), array([-0.125, -0.25 ]))
    """
    return call4(_interval_mass_grad, a, b, low, high, out, where, dtype)


def log_interval_mass_grad(a, b, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of log_interval_mass, in nats per unit of the argument, with respect to a, b, low and high.

    Parameters
    ----------
    a : array_like
        Lower end; may be -inf.
    b : array_like
        Upper end; may be inf. NaN for b < a.
    low : array_like
        Lower end of the support.
    high : array_like
        Upper end of the support, >= low.
    out : tuple of four (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    da, db, dlow, dhigh : ndarray or scalar
        Those of the mass, divided by it; NaN where there is no mass.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, over the whole domain: -1/p, 1/p, 1/w or -r/(w p), -1/w or r/(w p), p the part inside and r the rest of w, each an exact
    difference of ends.

    Examples
    --------
    >>> from fastprob import uniform
    >>> da, db, dlow, dhigh = uniform.log_interval_mass_grad([0.5, -1.0], [1.0, 1e-20], high=2.0)
    >>> db, dlow
    (array([2.e+00, 1.e+20]), array([ 5.e-01, -1.e+20]))
    """
    return call4(_log_interval_mass_grad, a, b, low, high, out, where, dtype)


def logpdf_grad(x, low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logpdf, in nats per unit of the argument, with respect to x, low and high.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    """Derivatives of logcdf, in nats per unit of the argument, with respect to x, low and high.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    """Derivatives of logsf, in nats per unit of the argument, with respect to x, low and high.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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


def loglik(x, low=0.0, high=1.0, *, weights=None):
    """Log likelihood of data: minus the sum of weights log(high - low); -inf if an element is outside [low, high].

    Parameters
    ----------
    x : array_like
        Real numbers, of any shape.
    low, high : float or array_like of the shape of x
        Ends of the support, low < high.
    weights : array_like, optional
        Weight of each element; of a shape that broadcasts to that of x. An element of weight 0 counts for nothing, whatever it
        is.

    Returns
    -------
    loglik : float64 or float32
        The log likelihood, in nats; 0 for no data.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For a parameter that is neither a number nor of the shape of x, and weights that do not broadcast to it.

    Notes
    -----
    At most 2 ULP of the largest of its terms: the sums of weights log(high - low). Where low and high are numbers the data are
    looked at for their least and largest element alone. Elements are added in the order of their indices, in blocks, and what
    each addition loses is kept: the bits are the same for every layout, number of threads and CPU. float32 data are computed in
    double, and the result is rounded to float32 if all arrays are float32; a np.float64 parameter keeps it double.

    Examples
    --------
    >>> from fastprob import uniform
    >>> round(float(uniform.loglik([1.0, 2.0, 4.5], low=0.5, high=4.5)), 10)
    -4.1588830834
    """
    return loglik_of_data(UNIFORM, x, low, high, weights, False)


def loglik_and_grad(x, low=0.0, high=1.0, *, weights=None):
    """Log likelihood of data, and its derivatives with respect to low and high: the sums of weights/(high - low) and of
    -weights/(high - low); NaN if an element is outside.

    Parameters
    ----------
    x : array_like
        Real numbers, of any shape.
    low, high : float or array_like of the shape of x
        Ends of the support, low < high.
    weights : array_like, optional
        Weight of each element; of a shape that broadcasts to that of x. An element of weight 0 counts for nothing, whatever it
        is.

    Returns
    -------
    loglik : float64 or float32
        The log likelihood, in nats.
    (dlow, dhigh) : tuple of two float64, float32 or ndarray
        Its derivatives: a number for a number, and for an array of the shape of x another, each element the derivative by its
        own.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For a parameter that is neither a number nor of the shape of x, and weights that do not broadcast to it.

    Notes
    -----
    At most 2 ULP of the largest of its terms each, those of the derivatives being weights/(high - low). Derivatives by arrays are
    those of logpdf_grad, times weights. Elements are added in the order of their indices, in blocks, and what each addition loses
    is kept: the bits are the same for every layout, number of threads and CPU. scipy.optimize.minimize(jac=True) takes minus what
    comes back.

    Examples
    --------
    >>> from fastprob import uniform
    >>> value, (dlow, dhigh) = uniform.loglik_and_grad([1.0, 2.0, 4.5], low=0.5, high=4.5)
    >>> round(float(dlow), 10), round(float(dhigh), 10)
    (0.75, -0.75)
    """
    return loglik_of_data(UNIFORM, x, low, high, weights, True)


def fit(x, *, weights=None):
    """Maximum likelihood estimate: the least and the largest element.

    Parameters
    ----------
    x : array_like
        Data, real numbers; one or more.
    weights : array_like, optional
        Weight of each element, >= 0; of a shape that broadcasts to that of x. An element of weight 0 counts for nothing,
        whatever it is.

    Returns
    -------
    low, high : named tuple of two float64 or float32
        Least and largest element. NaN where data are NaN.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For no data; for weights that are negative, not finite or all 0, or do not broadcast to the shape of x.

    Notes
    -----
    Exact: 0 ULP.
    The bits are the same for every layout, number of threads and CPU.

    Examples
    --------
    >>> from fastprob import uniform
    >>> low, high = uniform.fit([1.0, 2.0, 4.5])
    >>> round(float(low), 10), round(float(high), 10)
    (1.0, 4.5)
    """
    return _fits.uniform(x, weights)


def mean(low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Mean: (low + high)/2.

    Parameters
    ----------
    low, high : array_like
        Ends of the support, low < high; low = high is a point, without skewness, kurtosis and entropy.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    mean : ndarray or scalar
        The mean. NaN for bad parameters.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 0.5 ULP in float64, 1 in float32, where the sum overflows too.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.mean(2.0, 5.0)
    np.float64(3.5)
    """
    return call2(_mean, low, high, out, where, dtype)


def var(low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Variance: (high - low)^2/12.

    Parameters
    ----------
    low, high : array_like
        Ends of the support, low < high; low = high is a point, without skewness, kurtosis and entropy.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    var : ndarray or scalar
        The variance. NaN for bad parameters.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 1 ULP: the difference is exact, and scaled where it or its square overflows.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.var(2.0, 5.0)
    np.float64(0.75)
    """
    return call2(_var, low, high, out, where, dtype)


def std(low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Standard deviation: (high - low)/sqrt(12).

    Parameters
    ----------
    low, high : array_like
        Ends of the support, low < high; low = high is a point, without skewness, kurtosis and entropy.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    std : ndarray or scalar
        The standard deviation. NaN for bad parameters.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 1 ULP: the difference is exact, and scaled where it overflows.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.std(2.0, 5.0)
    np.float64(0.8660254037844386)
    """
    return call2(_std, low, high, out, where, dtype)


def median(low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Median: (low + high)/2.

    Parameters
    ----------
    low, high : array_like
        Ends of the support, low < high; low = high is a point, without skewness, kurtosis and entropy.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    median : ndarray or scalar
        The median. NaN for bad parameters.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 0.5 ULP in float64, 1 in float32, where the sum overflows too.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.median(2.0, 5.0)
    np.float64(3.5)
    """
    return call2(_median, low, high, out, where, dtype)


def mode(low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Mode: (low + high)/2, of all the points of greatest density the one in the middle.

    Parameters
    ----------
    low, high : array_like
        Ends of the support, low < high; low = high is a point, without skewness, kurtosis and entropy.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    mode : ndarray or scalar
        The mode. NaN for bad parameters.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 0.5 ULP in float64, 1 in float32, where the sum overflows too.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.mode(2.0, 5.0)
    np.float64(3.5)
    """
    return call2(_mode, low, high, out, where, dtype)


def skew(low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Skewness, E(x - mean)^3/std^3: 0.

    Parameters
    ----------
    low, high : array_like
        Ends of the support, low < high; low = high is a point, without skewness, kurtosis and entropy.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    skew : ndarray or scalar
        The skewness. NaN for bad parameters.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    Exact: 0 ULP.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.skew(2.0, 5.0)
    np.float64(0.0)
    """
    return call2(_skew, low, high, out, where, dtype)


def kurtosis(low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Excess kurtosis, E(x - mean)^4/var^2 - 3: -6/5.

    Parameters
    ----------
    low, high : array_like
        Ends of the support, low < high; low = high is a point, without skewness, kurtosis and entropy.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    kurtosis : ndarray or scalar
        The excess kurtosis. NaN for bad parameters.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 0.5 ULP.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.kurtosis(2.0, 5.0)
    np.float64(-1.2)
    """
    return call2(_kurtosis, low, high, out, where, dtype)


def entropy(low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Differential entropy, -E log(pdf): log(high - low).

    Parameters
    ----------
    low, high : array_like
        Ends of the support, low < high; low = high is a point, without skewness, kurtosis and entropy.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    entropy : ndarray or scalar
        The entropy, in nats. NaN for bad parameters.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, where the difference overflows too: it is exact, and scaled there.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.entropy(2.0, 5.0)
    np.float64(1.0986122886681098)
    """
    return call2(_entropy, low, high, out, where, dtype)


def support(low=0.0, high=1.0, out=None, *, where=True, dtype=None):
    """Ends of the support: low and high.

    Parameters
    ----------
    low, high : array_like
        Ends of the support, low < high; low = high is a point, without skewness, kurtosis and entropy.
    out : tuple of two (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    low, high : ndarray or scalar
        The ends. NaN for bad parameters.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    Exact: 0 ULP.

    Examples
    --------
    >>> from fastprob import uniform
    >>> uniform.support(2.0, 5.0)
    (np.float64(2.0), np.float64(5.0))
    """
    return call2(_support, low, high, out, where, dtype)
