"""Logistic distribution with location `loc` and scale `scale`; its standard deviation is scale pi/sqrt(3).

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and whatever NumPy raises for shapes that do not broadcast. Errors are total errors in ULP, against the exact function of
the arguments as they stand; the bits are the same on every CPU, for every layout and every number of threads.
"""

from fastprob._core cimport Operation, call2, call3, call4, operation
from fastprob._sums cimport LOGISTIC, loglik as loglik_of_data

from fastprob import _fits

cdef Operation _pdf = operation("logistic_pdf", "logistic.pdf")
cdef Operation _logpdf = operation("logistic_logpdf", "logistic.logpdf")
cdef Operation _cdf = operation("logistic_cdf", "logistic.cdf")
cdef Operation _logcdf = operation("logistic_logcdf", "logistic.logcdf")
cdef Operation _sf = operation("logistic_sf", "logistic.sf")
cdef Operation _logsf = operation("logistic_logsf", "logistic.logsf")
cdef Operation _ppf = operation("logistic_ppf", "logistic.ppf")
cdef Operation _isf = operation("logistic_isf", "logistic.isf")
cdef Operation _ilogcdf = operation("logistic_ilogcdf", "logistic.ilogcdf")
cdef Operation _ilogsf = operation("logistic_ilogsf", "logistic.ilogsf")
cdef Operation _interval_mass = operation("logistic_interval_mass", "logistic.interval_mass")
cdef Operation _log_interval_mass = operation("logistic_log_interval_mass", "logistic.log_interval_mass")
cdef Operation _interval_mass_grad = operation("logistic_interval_mass_grad", "logistic.interval_mass_grad")
cdef Operation _log_interval_mass_grad = operation("logistic_log_interval_mass_grad", "logistic.log_interval_mass_grad")
cdef Operation _logpdf_grad = operation("logistic_logpdf_grad", "logistic.logpdf_grad")
cdef Operation _logcdf_grad = operation("logistic_logcdf_grad", "logistic.logcdf_grad")
cdef Operation _logsf_grad = operation("logistic_logsf_grad", "logistic.logsf_grad")
cdef Operation _cdf_grad = operation("logistic_cdf_grad", "logistic.cdf_grad")
cdef Operation _mean = operation("logistic_mean", "logistic.mean")
cdef Operation _var = operation("logistic_var", "logistic.var")
cdef Operation _std = operation("logistic_std", "logistic.std")
cdef Operation _median = operation("logistic_median", "logistic.median")
cdef Operation _mode = operation("logistic_mode", "logistic.mode")
cdef Operation _skew = operation("logistic_skew", "logistic.skew")
cdef Operation _kurtosis = operation("logistic_kurtosis", "logistic.kurtosis")
cdef Operation _entropy = operation("logistic_entropy", "logistic.entropy")
cdef Operation _support = operation("logistic_support", "logistic.support")


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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, near its zeros too. All elements get a first look, each term of -log(scale) - |z| - 2 log(1 + e^-|z|) to 2^-61;
    where the result is small beside that there is a second one, by log cosh(z/2) to 2^-62 of itself, and where that cancels too,
    one in fixed point. float32 is computed in double.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP of max(|loc|, |x - loc|), so 2 ULP where loc = 0. log(q/(1 - q)) = k log 2 + 2 atanh((m - p)/(m + p)) with p =
    1
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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP of max(|loc|, |x - loc|), so 2 ULP where loc = 0. log(q/(1 - q)) = k log 2 + 2 atanh((m - p)/(m + p)) with p =
    1
    - q and m = q 2^-k near p: next to q = 1/2, where the logarithm vanishes, the difference is exact. About loc = 0 it is the
    negative of ppf.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.isf([1e-15, 0.5, 0.975])
    array([34.53877639,  0.        , -3.66356165])
    """
    return call3(_isf, q, loc, scale, out, where, dtype)


def ilogcdf(logq, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logistic quantile by a log probability: the x with log(P(X <= x)) = logq, loc + scale (logq - log(1 - e^logq)).

    Parameters
    ----------
    logq : array_like
        Log probabilities, in nats, <= 0; NaN above.
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
        The quantile, in the units of loc and scale; -inf at logq = -inf, inf at logq = 0.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP of max(|loc|, |x - loc|), for probabilities that underflow and for those that round to 1 as well; near the median
    it is -log(1 + 2 (e^-d - 1)) with d = logq + log(2), log(2) in two doubles.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.ilogcdf([-1e10, -0.6931471805599453, -1e-300])
    array([-1.00000000e+10,  4.63809363e-17,  6.90775528e+02])
    """
    return call3(_ilogcdf, logq, loc, scale, out, where, dtype)


def ilogsf(logq, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Inverse of the logistic log survival function: the x with log(P(X > x)) = logq.

    Parameters
    ----------
    logq : array_like
        Log probabilities, in nats, <= 0; NaN above.
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
        The quantile, in the units of loc and scale; inf at logq = -inf, -inf at logq = 0.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP of max(|loc|, |x - loc|); ilogsf(logq) = -ilogcdf(logq) exactly at loc = 0.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.ilogsf([-1e10, -1e-300], loc=0.5, scale=2.0)
    array([ 2.00000000e+10, -1.38105106e+03])
    """
    return call3(_ilogsf, logq, loc, scale, out, where, dtype)


def interval_mass(a, b, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Probability of an interval, P(a < X <= b) = 1/(1 + e^-z_b) - 1/(1 + e^-z_a) with z = (x - loc)/scale.

    Parameters
    ----------
    a : array_like
        Lower end; may be -inf.
    b : array_like
        Upper end; may be inf. NaN for b < a.
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
    mass : ndarray or scalar
        The probability; 0 for a = b.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, over the whole domain: a product, F(-z_a) F(z_b) (1 - e^-w) with F(z) = 1/(1 + e^-z), in which nothing cancels.
    The width w is that of b - a, not of standardized ends.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.interval_mass([0.0, 700.0, -1.0], [1e-20, 701.0, 2.0])
    array([2.50000000e-021, 6.23250425e-305, 6.11855657e-001])
    """
    return call4(_interval_mass, a, b, loc, scale, out, where, dtype)


def log_interval_mass(a, b, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the probability of an interval, log(P(a < X <= b)).

    Parameters
    ----------
    a : array_like
        Lower end; may be -inf.
    b : array_like
        Upper end; may be inf. NaN for b < a.
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
    logmass : ndarray or scalar
        The log probability, in nats; -inf for a = b.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, over the whole domain: where the mass itself underflows, and where it is near 1 and its logarithm small. It is the
    logarithm of the product for interval_mass, or of 1 less the sum of both tails; no term cancels another.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.log_interval_mass([0.0, 1e5, -50.0], [1e-20, 1e5 + 1e-5, 60.0])
    array([-4.74379962e+01, -1.00011513e+05, -1.92883741e-22])
    """
    return call4(_log_interval_mass, a, b, loc, scale, out, where, dtype)


def interval_mass_grad(a, b, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of interval_mass with respect to a, b, loc and scale.

    Parameters
    ----------
    a : array_like
        Lower end; may be -inf.
    b : array_like
        Upper end; may be inf. NaN for b < a.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : tuple of four (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    da, db, dloc, dscale : ndarray or scalar
        -f(z_a)/scale, f(z_b)/scale, (f(z_a) - f(z_b))/scale and (z_a f(z_a) - z_b f(z_b))/scale with f(z) = e^-z/(1 + e^-z)^2.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP in float32; in float64 4, of dscale in ULP of the larger of its two terms: with n and f the ends nearer to and farther
    from loc and w the width, n (f(n) - f(f)) and w f(f), which differ only where the derivative crosses zero. The difference of
    densities is a product, for narrow intervals and for those symmetric to loc.

    Examples
    --------
    >>> from fastprob import logistic
    >>> da, db, dloc, dscale = logistic.interval_mass_grad([-1.0, 700.0], [1.0, 701.0])
    >>> dscale
    array([-3.93223866e-001,  4.35912580e-302])
    """
    return call4(_interval_mass_grad, a, b, loc, scale, out, where, dtype)


def log_interval_mass_grad(a, b, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of log_interval_mass, in nats per unit of the argument, with respect to a, b, loc and scale.

    Parameters
    ----------
    a : array_like
        Lower end; may be -inf.
    b : array_like
        Upper end; may be inf. NaN for b < a.
    loc : array_like
        Mean, median and mode.
    scale : array_like
        Scale, > 0.
    out : tuple of four (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    da, db, dloc, dscale : ndarray or scalar
        Those of the mass, divided by it; NaN where there is no mass.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP in float32; in float64 4, of dscale in ULP of the larger of its two terms, as for interval_mass_grad. The mass is
    divided out before anything underflows: the derivatives are ordinary numbers as far out as there are any.

    Examples
    --------
    >>> from fastprob import logistic
    >>> da, db, dloc, dscale = logistic.log_interval_mass_grad([-1.0, 1e5], [1.0, 1e5 + 1.0])
    >>> dloc
    array([0., 1.])
    """
    return call4(_log_interval_mass_grad, a, b, loc, scale, out, where, dtype)


def logpdf_grad(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logpdf, in nats per unit of the argument, with respect to x, loc and scale.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    """Derivatives of logcdf, in nats per unit of the argument, with respect to x, loc and scale.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    """Derivatives of logsf, in nats per unit of the argument, with respect to x, loc and scale.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

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


def loglik(x, loc=0.0, scale=1.0, *, weights=None):
    """Log likelihood of data: the sum of weights (-|z| - 2 log(1 + e^-|z|) - log(scale)) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers, of any shape.
    loc : float or array_like of the shape of x
        Location.
    scale : float or array_like of the shape of x
        Scale, > 0.
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
    At most 2 ULP of the largest of its terms: the sums of weights (|z| + 2 log(1 + e^-|z|)) and of weights log(scale). Where loc
    and scale are numbers the terms are right to 2^-56, and log(scale) is taken once. Elements are added in the order of their
    indices, in blocks, and what each addition loses is kept: the bits are the same for every layout, number of threads and CPU.
    float32 data are computed in double, and the result is rounded to float32 if all arrays are float32; a np.float64 parameter
    keeps it double.

    Examples
    --------
    >>> from fastprob import logistic
    >>> round(float(logistic.loglik([1.0, 2.0, 4.5], loc=2.0, scale=1.5)), 10)
    -6.1107791703
    """
    return loglik_of_data(LOGISTIC, x, loc, scale, weights, False)


def loglik_and_grad(x, loc=0.0, scale=1.0, *, weights=None):
    """Log likelihood of data, and its derivatives with respect to loc and scale: the sums of weights t/scale and of weights (z
    t - 1)/scale with t = tanh(z/2).

    Parameters
    ----------
    x : array_like
        Real numbers, of any shape.
    loc : float or array_like of the shape of x
        Location.
    scale : float or array_like of the shape of x
        Scale, > 0.
    weights : array_like, optional
        Weight of each element; of a shape that broadcasts to that of x. An element of weight 0 counts for nothing, whatever it
        is.

    Returns
    -------
    loglik : float64 or float32
        The log likelihood, in nats.
    (dloc, dscale) : tuple of two float64, float32 or ndarray
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
    At most 2 ULP of the largest of its terms each, those of the derivatives being weights |t|/scale, weights z t/scale and
    weights/scale. Derivatives by arrays are those of logpdf_grad, times weights: with weights at most 4.5 ULP. Elements are added
    in the order of their indices, in blocks, and what each addition loses is kept: the bits are the same for every layout, number
    of threads and CPU. scipy.optimize.minimize(jac=True) takes minus what comes back.

    Examples
    --------
    >>> from fastprob import logistic
    >>> value, (dloc, dscale) = logistic.loglik_and_grad([1.0, 2.0, 4.5], loc=2.0, scale=1.5)
    >>> round(float(dloc), 10), round(float(dscale), 10)
    (0.2404993685, -1.0990367942)
    """
    return loglik_of_data(LOGISTIC, x, loc, scale, weights, True)


def fit(x, *, weights=None):
    """Maximum likelihood estimate: location and scale.

    Parameters
    ----------
    x : array_like
        Data, real numbers; one or more.
    weights : array_like, optional
        Weight of each element, >= 0; of a shape that broadcasts to that of x. An element of weight 0 counts for nothing,
        whatever it is.

    Returns
    -------
    loc, scale : named tuple of two float64 or float32
        Location and scale; scale is 0 if all data are equal. NaN where data are NaN or infinite.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For no data; for weights that are negative, not finite or all 0, or do not broadcast to the shape of x.

    Notes
    -----
    Newton's method on the log likelihood, concave in 1/scale and loc/scale: from the moments, to where a step is below 1e-8 and
    the next would be below 1e-15, or below the last digit of loc. About 1e-15 of scale, or that digit; no ULP bound, since the
    root has none of its own. The bits are the same for every layout, number of threads and CPU.

    Examples
    --------
    >>> from fastprob import logistic
    >>> loc, scale = logistic.fit([1.0, 2.0, 4.5])
    >>> round(float(loc), 10), round(float(scale), 10)
    (2.3555208917, 0.9032053249)
    """
    return _fits.logistic(x, weights)


def mean(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Mean: loc.

    Parameters
    ----------
    loc : array_like
        Location.
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
    Exact: 0 ULP.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.mean(2.0, 3.0)
    np.float64(2.0)
    """
    return call2(_mean, loc, scale, out, where, dtype)


def var(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Variance: (pi scale)^2/3.

    Parameters
    ----------
    loc : array_like
        Location.
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
    At most 1 ULP.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.var(2.0, 3.0)
    np.float64(29.608813203268078)
    """
    return call2(_var, loc, scale, out, where, dtype)


def std(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Standard deviation: pi scale/sqrt(3).

    Parameters
    ----------
    loc : array_like
        Location.
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
    At most 1 ULP.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.std(2.0, 3.0)
    np.float64(5.441398092702654)
    """
    return call2(_std, loc, scale, out, where, dtype)


def median(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Median: loc.

    Parameters
    ----------
    loc : array_like
        Location.
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
    Exact: 0 ULP.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.median(2.0, 3.0)
    np.float64(2.0)
    """
    return call2(_median, loc, scale, out, where, dtype)


def mode(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Mode: loc.

    Parameters
    ----------
    loc : array_like
        Location.
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
    Exact: 0 ULP.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.mode(2.0, 3.0)
    np.float64(2.0)
    """
    return call2(_mode, loc, scale, out, where, dtype)


def skew(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Skewness, E(x - mean)^3/std^3: 0.

    Parameters
    ----------
    loc : array_like
        Location.
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
    >>> from fastprob import logistic
    >>> logistic.skew(2.0, 3.0)
    np.float64(0.0)
    """
    return call2(_skew, loc, scale, out, where, dtype)


def kurtosis(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Excess kurtosis, E(x - mean)^4/var^2 - 3: 6/5.

    Parameters
    ----------
    loc : array_like
        Location.
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
    >>> from fastprob import logistic
    >>> logistic.kurtosis(2.0, 3.0)
    np.float64(1.2)
    """
    return call2(_kurtosis, loc, scale, out, where, dtype)


def entropy(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Differential entropy, -E log(pdf): log(scale) + 2.

    Parameters
    ----------
    loc : array_like
        Location.
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
    At most 2 ULP, next to its zero too: it is the logarithm of e^2 scale, a product that keeps what it rounds.

    Examples
    --------
    >>> from fastprob import logistic
    >>> logistic.entropy(2.0, 3.0)
    np.float64(3.0986122886681096)
    """
    return call2(_entropy, loc, scale, out, where, dtype)


def support(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Ends of the support: -inf and inf.

    Parameters
    ----------
    loc : array_like
        Location.
    scale : array_like
        Scale, > 0.
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
    >>> from fastprob import logistic
    >>> logistic.support(2.0, 3.0)
    (np.float64(-inf), np.float64(inf))
    """
    return call2(_support, loc, scale, out, where, dtype)
