"""Normal distribution between two ends, low <= x <= high: N(loc, scale^2) where it is known that x lies there.

low and high are in the units of x and may be infinite. (`fastprob.stats.truncnorm` takes SciPy's a = (low - loc)/scale and
b = (high - loc)/scale.) low = high is a point mass: its distribution function is a step, its density NaN. low > high, scale <= 0 or
infinite, and an infinite loc give NaN.

Any distance and any width: an interval 40 or 1e100 standard deviations out, one of 1e-100, and probabilities next to both of its ends
have their digits. That is measured, in float64, where the end nearer to loc is within 2^500 scale of it and high - low is at least
2^-500 scale; in float32, for all arguments.

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and whatever NumPy raises for shapes that do not broadcast. Errors are total errors in ULP, against the exact function of
the arguments as they stand; the bits are the same on every CPU, for every layout and every number of threads.
"""

from fastprob._core cimport Operation, call4, call5, operation

cdef Operation _pdf = operation("truncnormal_pdf", "truncnormal.pdf")
cdef Operation _logpdf = operation("truncnormal_logpdf", "truncnormal.logpdf")
cdef Operation _cdf = operation("truncnormal_cdf", "truncnormal.cdf")
cdef Operation _logcdf = operation("truncnormal_logcdf", "truncnormal.logcdf")
cdef Operation _sf = operation("truncnormal_sf", "truncnormal.sf")
cdef Operation _logsf = operation("truncnormal_logsf", "truncnormal.logsf")
cdef Operation _ppf = operation("truncnormal_ppf", "truncnormal.ppf")
cdef Operation _isf = operation("truncnormal_isf", "truncnormal.isf")
cdef Operation _mean = operation("truncnormal_mean", "truncnormal.mean")
cdef Operation _var = operation("truncnormal_var", "truncnormal.var")
cdef Operation _entropy = operation("truncnormal_entropy", "truncnormal.entropy")


def pdf(x, low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Density of the normal distribution between two ends.

    e^(-z^2/2) / (scale sqrt(2 pi) (Phi(b) - Phi(a))) for low <= x <= high, else 0, with a, b and z the (low, high and x -
    loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end, in the units of x; it may be -inf.
    high : array_like
        Upper end, >= low; it may be inf.
    loc : array_like
        Mean of the whole distribution.
    scale : array_like
        Standard deviation of the whole distribution, > 0.
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
    At most 16 ULP in float64, 2 in float32. z^2 is taken relative to that of the nearer end, so that nothing under- or
    overflows however far out the interval is.

    Examples
    --------
    >>> from fastprob import truncnormal
    >>> truncnormal.pdf([0.5, 2.5], low=0.0, high=2.0)
    array([0.73769602, 0.        ])
    """
    return call5(_pdf, x, low, high, loc, scale, out, where, dtype)


def logpdf(x, low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the density of the normal distribution between two ends.

    -z^2/2 - log(scale) - log(2 pi)/2 - log(Phi(b) - Phi(a)) for low <= x <= high, else -inf, with a, b and z the (low, high
    and x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end, in the units of x; it may be -inf.
    high : array_like
        Upper end, >= low; it may be inf.
    loc : array_like
        Mean of the whole distribution.
    scale : array_like
        Standard deviation of the whole distribution, > 0.
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
    At most 4 ULP in float64, 2 in float32, of the largest of 1, |log(scale sqrt(2 pi) M e^(r^2/2))| and |z^2 - r^2|/2, where M
    = Phi(b) - Phi(a) and r is the nearer of a and b, or 0 between them: it is the difference of the last two, and M is taken in
    two parts, for a logarithm near 0 is as wrong as M relative to itself.

    Examples
    --------
    >>> from fastprob import truncnormal
    >>> truncnormal.logpdf(40.5, low=40.0, high=41.0)
    np.float64(-16.435496519450886)
    """
    return call5(_logpdf, x, low, high, loc, scale, out, where, dtype)


def cdf(x, low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Distribution function of the normal distribution between two ends, P(X <= x).

    (Phi(z) - Phi(a)) / (Phi(b) - Phi(a)), from 0 at low to 1 at high, with a, b and z the (low, high and x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end, in the units of x; it may be -inf.
    high : array_like
        Upper end, >= low; it may be inf.
    loc : array_like
        Mean of the whole distribution.
    scale : array_like
        Standard deviation of the whole distribution, > 0.
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
    At most 16 ULP in float64, 2 in float32. Masses of intervals without cancellation: in units of the density at the end
    nearer to loc.

    Examples
    --------
    >>> from fastprob import truncnormal
    >>> truncnormal.cdf([13.0, 14.0, 15.0], low=13.0, high=15.0)
    array([0.        , 0.99999873, 1.        ])
    """
    return call5(_cdf, x, low, high, loc, scale, out, where, dtype)


def logcdf(x, low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the distribution function of the normal distribution between two ends.

    log((Phi(z) - Phi(a)) / (Phi(b) - Phi(a))), from -inf at low to 0 at high, with a, b and z the (low, high and x -
    loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end, in the units of x; it may be -inf.
    high : array_like
        Upper end, >= low; it may be inf.
    loc : array_like
        Mean of the whole distribution.
    scale : array_like
        Standard deviation of the whole distribution, > 0.
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
    At most 16 ULP in float64, 2 in float32, next to high, where it vanishes, too.

    Examples
    --------
    >>> from fastprob import truncnormal
    >>> truncnormal.logcdf(-30.0, low=-40.0, high=0.0)
    np.float64(-453.62809677578326)
    """
    return call5(_logcdf, x, low, high, loc, scale, out, where, dtype)


def sf(x, low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Survival function of the normal distribution between two ends, P(X > x).

    (Phi(b) - Phi(z)) / (Phi(b) - Phi(a)), from 1 at low to 0 at high, with a, b and z the (low, high and x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end, in the units of x; it may be -inf.
    high : array_like
        Upper end, >= low; it may be inf.
    loc : array_like
        Mean of the whole distribution.
    scale : array_like
        Standard deviation of the whole distribution, > 0.
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
    At most 16 ULP in float64, 2 in float32.

    Examples
    --------
    >>> from fastprob import truncnormal
    >>> truncnormal.sf(14.0, low=13.0, high=15.0)
    np.float64(1.274043435681531e-06)
    """
    return call5(_sf, x, low, high, loc, scale, out, where, dtype)


def logsf(x, low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the survival function of the normal distribution between two ends.

    log((Phi(b) - Phi(z)) / (Phi(b) - Phi(a))), from 0 at low to -inf at high, with a, b and z the (low, high and x -
    loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    low : array_like
        Lower end, in the units of x; it may be -inf.
    high : array_like
        Upper end, >= low; it may be inf.
    loc : array_like
        Mean of the whole distribution.
    scale : array_like
        Standard deviation of the whole distribution, > 0.
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
    At most 16 ULP in float64, 2 in float32, next to low, where it vanishes, too.

    Examples
    --------
    >>> from fastprob import truncnormal
    >>> truncnormal.logsf([1e-20, 50.0], low=0.0, high=float("inf"))
    array([-7.97884561e-21, -1.25413821e+03])
    """
    return call5(_logsf, x, low, high, loc, scale, out, where, dtype)


def ppf(q, low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Quantile of the normal distribution between two ends: the x with cdf(x) = q.

    low for q = 0, high for q = 1.

    Parameters
    ----------
    q : array_like
        Probabilities, 0 to 1.
    low : array_like
        Lower end, in the units of x; it may be -inf.
    high : array_like
        Upper end, >= low; it may be inf.
    loc : array_like
        Mean of the whole distribution.
    scale : array_like
        Standard deviation of the whole distribution, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    x : ndarray or scalar
        The quantile, low <= x <= high; NaN for q outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 16 ULP in float64, 2 in float32, of the smaller of max(|e|, |x - e|), where e is either end, and max(|loc|, |x -
    loc|, scale). A start from the quantile of the normal tail, or a series from an end, and one step of sixth order for the
    smaller of the probabilities below and above x.

    Examples
    --------
    >>> from fastprob import truncnormal
    >>> truncnormal.ppf([0.0, 0.5, 1.0], low=40.0, high=float("inf"))
    array([40.        , 40.01731413,         inf])
    """
    return call5(_ppf, q, low, high, loc, scale, out, where, dtype)


def isf(q, low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Upper quantile of the normal distribution between two ends: the x with sf(x) = q.

    high for q = 0, low for q = 1.

    Parameters
    ----------
    q : array_like
        Probabilities, 0 to 1.
    low : array_like
        Lower end, in the units of x; it may be -inf.
    high : array_like
        Upper end, >= low; it may be inf.
    loc : array_like
        Mean of the whole distribution.
    scale : array_like
        Standard deviation of the whole distribution, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    x : ndarray or scalar
        The quantile, low <= x <= high; NaN for q outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 16 ULP in float64, 2 in float32, of the smaller of max(|e|, |x - e|), where e is either end, and max(|loc|, |x -
    loc|, scale), as ppf.

    Examples
    --------
    >>> from fastprob import truncnormal
    >>> truncnormal.isf(1e-300, low=-1.0, high=float("inf"))
    np.float64(37.051755702175846)
    """
    return call5(_isf, q, low, high, loc, scale, out, where, dtype)


def mean(low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Mean of the normal distribution between two ends.

    loc + scale (phi(a) - phi(b)) / (Phi(b) - Phi(a)) with a, b the (low, high - loc)/scale.

    Parameters
    ----------
    low : array_like
        Lower end, in the units of loc; it may be -inf.
    high : array_like
        Upper end, >= low; it may be inf.
    loc : array_like
        Mean of the whole distribution.
    scale : array_like
        Standard deviation of the whole distribution, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    mean : ndarray or scalar
        The mean, in the units of loc.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 8 ULP in float64, 2 in float32, of max(|e|, |mean - e|), where e is the end nearer to loc, or loc if it is between
    them. Beyond an end by quadrature of the distance from it, since the formula cancels there.

    Examples
    --------
    >>> from fastprob import truncnormal
    >>> truncnormal.mean([0.0, 40.0], float("inf"))
    array([ 0.79788456, 40.02496885])
    """
    return call4(_mean, low, high, loc, scale, out, where, dtype)


def var(low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Variance of the normal distribution between two ends.

    scale^2 (1 + (a phi(a) - b phi(b))/M - ((phi(a) - phi(b))/M)^2) with M = Phi(b) - Phi(a) and a, b the (low, high -
    loc)/scale.

    Parameters
    ----------
    low : array_like
        Lower end, in the units of loc; it may be -inf.
    high : array_like
        Upper end, >= low; it may be inf.
    loc : array_like
        Mean of the whole distribution.
    scale : array_like
        Standard deviation of the whole distribution, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    var : ndarray or scalar
        The variance, in the squared units of loc.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 8 ULP in float64, 2 in float32. By quadrature of the squared distance from the mean, where nothing cancels.

    Examples
    --------
    >>> from fastprob import truncnormal
    >>> truncnormal.var([0.0, 40.0, -1e-100], [float("inf"), float("inf"), 1e-100])
    array([3.63380228e-001, 6.22668379e-004, 3.33333333e-201])
    """
    return call4(_var, low, high, loc, scale, out, where, dtype)


def entropy(low, high, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Entropy of the normal distribution between two ends.

    log(scale sqrt(2 pi e) M) + (a phi(a) - b phi(b))/(2 M) with M = Phi(b) - Phi(a) and a, b the (low, high - loc)/scale.

    Parameters
    ----------
    low : array_like
        Lower end, in the units of loc; it may be -inf.
    high : array_like
        Upper end, >= low; it may be inf.
    loc : array_like
        Mean of the whole distribution.
    scale : array_like
        Standard deviation of the whole distribution, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    entropy : ndarray or scalar
        The entropy, in nats; NaN for low = high.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 4 ULP in float64, 2 in float32, of the largest of 1 and the two terms of its sum, the logarithm of the
    distribution's size in units of x and the mean of what the density has lost since its largest value.

    Examples
    --------
    >>> from fastprob import truncnormal
    >>> truncnormal.entropy([-1.0, 30.0], [1.0, float("inf")])
    array([ 0.68278593, -2.40341041])
    """
    return call4(_entropy, low, high, loc, scale, out, where, dtype)
