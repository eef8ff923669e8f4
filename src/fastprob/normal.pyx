"""Normal distribution with mean `loc` and standard deviation `scale`.

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and whatever NumPy raises for shapes that do not broadcast. Errors are total errors in ULP, against the exact function of
the arguments as they stand; the bits are the same on every CPU, for every layout and every number of threads.
"""

from fastprob._core cimport Operation, call2, call3, call4, operation
from fastprob._sums cimport NORMAL, loglik as loglik_of_data

from fastprob import _fits

cdef Operation _pdf = operation("normal_pdf", "normal.pdf")
cdef Operation _logpdf = operation("normal_logpdf", "normal.logpdf")
cdef Operation _cdf = operation("normal_cdf", "normal.cdf")
cdef Operation _logcdf = operation("normal_logcdf", "normal.logcdf")
cdef Operation _sf = operation("normal_sf", "normal.sf")
cdef Operation _logsf = operation("normal_logsf", "normal.logsf")
cdef Operation _ppf = operation("normal_ppf", "normal.ppf")
cdef Operation _isf = operation("normal_isf", "normal.isf")
cdef Operation _ilogcdf = operation("normal_ilogcdf", "normal.ilogcdf")
cdef Operation _ilogsf = operation("normal_ilogsf", "normal.ilogsf")
cdef Operation _interval_mass = operation("normal_interval_mass", "normal.interval_mass")
cdef Operation _log_interval_mass = operation("normal_log_interval_mass", "normal.log_interval_mass")
cdef Operation _interval_mass_grad = operation("normal_interval_mass_grad", "normal.interval_mass_grad")
cdef Operation _log_interval_mass_grad = operation("normal_log_interval_mass_grad", "normal.log_interval_mass_grad")
cdef Operation _logpdf_grad = operation("normal_logpdf_grad", "normal.logpdf_grad")
cdef Operation _logcdf_grad = operation("normal_logcdf_grad", "normal.logcdf_grad")
cdef Operation _logsf_grad = operation("normal_logsf_grad", "normal.logsf_grad")
cdef Operation _cdf_grad = operation("normal_cdf_grad", "normal.cdf_grad")
cdef Operation _mean = operation("normal_mean", "normal.mean")
cdef Operation _var = operation("normal_var", "normal.var")
cdef Operation _std = operation("normal_std", "normal.std")
cdef Operation _median = operation("normal_median", "normal.median")
cdef Operation _mode = operation("normal_mode", "normal.mode")
cdef Operation _skew = operation("normal_skew", "normal.skew")
cdef Operation _kurtosis = operation("normal_kurtosis", "normal.kurtosis")
cdef Operation _entropy = operation("normal_entropy", "normal.entropy")
cdef Operation _support = operation("normal_support", "normal.support")


def pdf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Normal density, e^(-z^2/2)/(scale sqrt(2 pi)) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP, subnormal results included. z = (x - loc)/scale is carried in double-double: the remainders of the difference
    and of the quotient are kept, since e^(-z^2/2) magnifies an error of z by z^2.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.pdf([0.0, 1.0, 38.5])
    array([3.98942280e-001, 2.41970725e-001, 5.43472210e-323])
    """
    return call3(_pdf, x, loc, scale, out, where, dtype)


def logpdf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the normal density, -z^2/2 - log(scale) - log(2 pi)/2 with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP, near its zeros too. All elements get a first look, with every term in double-double (float32: in double); where
    the result is small beside its terms there is a second one with more digits, and where those cancel too, one in fixed point.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.logpdf([-1.0, 0.0, 3.0], loc=0.5, scale=2.0)
    array([-1.89333571, -1.64333571, -2.39333571])
    """
    return call3(_logpdf, x, loc, scale, out, where, dtype)


def cdf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Normal distribution function, P(X <= x) = Phi(z) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP, in the far lower tail too. Q(t) = e^(-t^2/2) P(u)/(t + k) with u = (t - k)/(t + k) and one polynomial P for
    all t >= 0, the form of Shepherd and Laframboise, Chebyshev approximation of (1 + 2x) exp(x^2) erfc(x) in 0 <= x < inf,
    Math. Comp. 36 (1981). z = (x - loc)/scale is carried in double-double: the remainders of the difference and of the quotient
    are kept, since e^(-z^2/2) magnifies an error of z by z^2.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.cdf([-38.0, 0.0, 1.0])
    array([2.88542835e-316, 5.00000000e-001, 8.41344746e-001])
    """
    return call3(_cdf, x, loc, scale, out, where, dtype)


def logcdf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the normal distribution function, log(P(X <= x)) = log(Phi(z)) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP in both tails: -z^2/2 plus a logarithm of one sign for z <= 0, log(1 - Q(z)) without the difference for z > 0.
    Q(t) = e^(-t^2/2) P(u)/(t + k) with u = (t - k)/(t + k) and one polynomial P for all t >= 0, the form of Shepherd and
    Laframboise, Chebyshev approximation of (1 + 2x) exp(x^2) erfc(x) in 0 <= x < inf, Math. Comp. 36 (1981). z = (x -
    loc)/scale is carried in double-double: the remainders of the difference and of the quotient are kept, since e^(-z^2/2)
    magnifies an error of z by z^2.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.logcdf([-1000.0, 0.0, 8.0])
    array([-5.00007827e+05, -6.93147181e-01, -6.22096057e-16])
    """
    return call3(_logcdf, x, loc, scale, out, where, dtype)


def sf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Normal survival function, P(X > x) = Phi(-z) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP, in the far upper tail too: it is cdf at -z, not 1 - cdf. Q(t) = e^(-t^2/2) P(u)/(t + k) with u = (t - k)/(t +
    k) and one polynomial P for all t >= 0, the form of Shepherd and Laframboise, Chebyshev approximation of (1 + 2x) exp(x^2)
    erfc(x) in 0 <= x < inf, Math. Comp. 36 (1981). z = (x - loc)/scale is carried in double-double: the remainders of the
    difference and of the quotient are kept, since e^(-z^2/2) magnifies an error of z by z^2.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.sf([0.0, 9.0], loc=0.0, scale=1.0)
    array([5.00000000e-01, 1.12858841e-19])
    """
    return call3(_sf, x, loc, scale, out, where, dtype)


def logsf(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Logarithm of the normal survival function, log(P(X > x)) = log(Phi(-z)) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP in both tails: it is logcdf at -z, bit for bit. Q(t) = e^(-t^2/2) P(u)/(t + k) with u = (t - k)/(t + k) and
    one polynomial P for all t >= 0, the form of Shepherd and Laframboise, Chebyshev approximation of (1 + 2x) exp(x^2) erfc(x)
    in 0 <= x < inf, Math. Comp. 36 (1981). z = (x - loc)/scale is carried in double-double: the remainders of the difference
    and of the quotient are kept, since e^(-z^2/2) magnifies an error of z by z^2.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.logsf([-8.0, 0.0, 1000.0])
    array([-6.22096057e-16, -6.93147181e-01, -5.00007827e+05])
    """
    return call3(_logsf, x, loc, scale, out, where, dtype)


def ppf(q, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Normal quantile: the x with P(X <= x) = q, loc + scale Phi^-1(q).

    Parameters
    ----------
    q : array_like
        Probabilities; NaN outside [0, 1].
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    x : ndarray or scalar
        The quantile, in the units of loc and scale; -inf at q = 0, inf at q = 1.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP of max(|loc|, |x - loc|). Near the center an odd polynomial in q - 1/2; in the tails a rational function of
    sqrt(-log(q)), the variable of Wichura, Algorithm AS 241, Appl. Statist. 37 (1988).

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.ppf([1e-300, 0.5, 0.975], loc=10.0, scale=2.0)
    array([-64.0941926 ,  10.        ,  13.91992797])
    """
    return call3(_ppf, q, loc, scale, out, where, dtype)


def isf(q, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Inverse of the normal survival function: the x with P(X > x) = q, loc - scale Phi^-1(q).

    Parameters
    ----------
    q : array_like
        Probabilities; NaN outside [0, 1].
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    x : ndarray or scalar
        The quantile, in the units of loc and scale; inf at q = 0, -inf at q = 1.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP of max(|loc|, |x - loc|); isf(q) = -ppf(q) exactly at loc = 0. Near the center an odd polynomial in q - 1/2;
    in the tails a rational function of sqrt(-log(q)), the variable of Wichura, Algorithm AS 241, Appl. Statist. 37 (1988).

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.isf([1e-300, 0.5, 0.025])
    array([37.0470963 ,  0.        ,  1.95996398])
    """
    return call3(_isf, q, loc, scale, out, where, dtype)


def ilogcdf(logq, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Normal quantile by a log probability: the x with log(P(X <= x)) = logq.

    Parameters
    ----------
    logq : array_like
        Log probabilities, in nats, <= 0; NaN above.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP of max(|loc|, |x - loc|), for probabilities that underflow and for those that round to 1 as well. The methods are
    those of ppf: its rational function of sqrt(-logq) takes logq as it stands, down to -720; below that z^2/2 = -logq less the
    logarithm of the tail's asymptotic series, by two of Newton's steps.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.ilogcdf([-1e10, -0.6931471805599453, -1e-300])
    array([-1.41421356e+05,  2.90649416e-17,  3.70470963e+01])
    """
    return call3(_ilogcdf, logq, loc, scale, out, where, dtype)


def ilogsf(logq, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Inverse of the normal log survival function: the x with log(P(X > x)) = logq.

    Parameters
    ----------
    logq : array_like
        Log probabilities, in nats, <= 0; NaN above.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP of max(|loc|, |x - loc|); ilogsf(logq) = -ilogcdf(logq) exactly at loc = 0, whose methods it has.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.ilogsf([-1e10, -40.0, -1e-300], loc=1.0)
    array([ 1.41422356e+05,  9.59267572e+00, -3.60470963e+01])
    """
    return call3(_ilogsf, logq, loc, scale, out, where, dtype)


def interval_mass(a, b, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Probability of an interval, P(a < X <= b) = Phi((b - loc)/scale) - Phi((a - loc)/scale).

    Parameters
    ----------
    a : array_like
        Lower end; may be -inf.
    b : array_like
        Upper end; may be inf. NaN for b < a.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 10 ULP in float64 (2e-15 of the result), 2 in float32, over the whole domain, subnormal results included.
    Nothing cancels, however narrow the interval and however far out. On one side of loc the mass is Q(p) (1 - e^-y (1 - d)) with
    y = (q^2 - p^2)/2 and d = 1 - T(q)/T(p), T(t) = e^(t^2/2) Q(t), where d comes from a divided difference of the polynomial for
    T; across loc it is the sum of two of these. The width is that of b - a, not of standardized ends.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.interval_mass([0.0, 30.0, -1.0], [1e-20, 31.0, 2.0])
    array([3.98942280e-021, 4.90671393e-198, 8.18594614e-001])
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
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 10 ULP in float64 (2e-15 of the result), 2 in float32, over the whole domain: where the mass itself underflows, and where
    it is near 1 and its logarithm small.
    Nothing cancels, however narrow the interval and however far out. On one side of loc the mass is Q(p) (1 - e^-y (1 - d)) with
    y = (q^2 - p^2)/2 and d = 1 - T(q)/T(p), T(t) = e^(t^2/2) Q(t), where d comes from a divided difference of the polynomial for
    T; across loc it is the sum of two of these. The width is that of b - a, not of standardized ends.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.log_interval_mass([0.0, 30.0, 1e5], [1e-20, 31.0, 1e5 + 1e-5])
    array([-4.69706404e+01, -4.54321244e+02, -5.00000001e+09])
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
        Mean.
    scale : array_like
        Standard deviation, > 0.
    out : tuple of four (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    da, db, dloc, dscale : ndarray or scalar
        -phi(z_a)/scale, phi(z_b)/scale, (phi(z_a) - phi(z_b))/scale and (z_a phi(z_a) - z_b phi(z_b))/scale with
        phi(z) = e^(-z^2/2)/sqrt(2 pi).

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, of dscale in ULP of the larger of its two terms: with n and f the ends nearer to and farther from loc and w the
    width, n (phi(n) - phi(f)) and w phi(f), which differ only where the derivative crosses zero. The difference of densities is
    phi(n) (1 - e^(-w (n + f)/2)), for narrow intervals and for those symmetric to loc.

    Examples
    --------
    >>> from fastprob import normal
    >>> da, db, dloc, dscale = normal.interval_mass_grad([-1.0, 37.0], [1.0, 37.0 + 1e-10])
    >>> dscale
    array([-4.83941449e-001,  2.90022071e-305])
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
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP in float32; in float64 12, since the mass has up to 10, of dscale in ULP of the larger of its two terms, as for
    interval_mass_grad. The mass is divided out before anything underflows: the derivatives are ordinary numbers as far out as there
    are any.

    Examples
    --------
    >>> from fastprob import normal
    >>> da, db, dloc, dscale = normal.log_interval_mass_grad([-1.0, 1e5], [1.0, 1e5 + 1.0])
    >>> dloc
    array([     0.     , 100000.00001])
    """
    return call4(_log_interval_mass_grad, a, b, loc, scale, out, where, dtype)


def logpdf_grad(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logpdf, in nats per unit of the argument: (-z/scale, z/scale, (z^2 - 1)/scale) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
        Derivative with respect to scale.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP each, dscale where it crosses zero too: float64 takes (x - loc)^2 - scale^2 with all that the difference and the
    squares lose, and next to |z| = 1 the product of |x - loc| - scale and |x - loc| + scale; float32 is computed in double.

    Examples
    --------
    >>> from fastprob import normal
    >>> dx, dloc, dscale = normal.logpdf_grad(3.0, 1.0, 2.0)
    >>> float(dx), float(dloc), float(dscale)
    (-0.5, 0.5, 0.0)
    """
    return call3(_logpdf_grad, x, loc, scale, out, where, dtype)


def logcdf_grad(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logcdf, in nats per unit of the argument: (m/scale, -m/scale, -z m/scale) with z = (x - loc)/scale and
    m = phi(z)/Phi(z).

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
        Derivative with respect to scale.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. For z <= 0, m comes from the same P as Phi, without the exponential that both have: right at any distance.
    Q(t) = e^(-t^2/2) P(u)/(t + k) with u = (t - k)/(t + k) and one polynomial P for all t >= 0, the form of Shepherd and
    Laframboise, Chebyshev approximation of (1 + 2x) exp(x^2) erfc(x) in 0 <= x < inf, Math. Comp. 36 (1981).

    Examples
    --------
    >>> from fastprob import normal
    >>> dx, dloc, dscale = normal.logcdf_grad([-1e8, 0.0, 10.0])
    >>> dx
    array([1.00000000e+08, 7.97884561e-01, 7.69459863e-23])
    """
    return call3(_logcdf_grad, x, loc, scale, out, where, dtype)


def logsf_grad(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logsf, in nats per unit of the argument, with respect to x, loc and scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP each: -m/scale, m/scale and z m/scale with the hazard m = phi(z)/Phi(-z), which for z >= 0 is one over a scaled
    tail, about z far out; logcdf_grad of -x about -loc.

    Examples
    --------
    >>> from fastprob import normal
    >>> dx, dloc, dscale = normal.logsf_grad([-37.0, 0.0, 1e8])
    >>> dloc
    array([2.12000655e-298, 7.97884561e-001, 1.00000000e+008])
    """
    return call3(_logsf_grad, x, loc, scale, out, where, dtype)


def cdf_grad(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of cdf with respect to x, loc and scale.

    Parameters
    ----------
    x : array_like
        Real numbers.
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP each, subnormal results included: d, -d and -z d with the density d.

    Examples
    --------
    >>> from fastprob import normal
    >>> dx, dloc, dscale = normal.cdf_grad([-38.0, 0.0, 1.0])
    >>> dscale
    array([ 4.16944000e-313, -0.00000000e+000, -2.41970725e-001])
    """
    return call3(_cdf_grad, x, loc, scale, out, where, dtype)


def loglik(x, loc=0.0, scale=1.0, *, weights=None):
    """Log likelihood of data: the sum of weights (-z^2/2 - log(scale) - log(2 pi)/2) with z = (x - loc)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers, of any shape.
    loc : float or array_like of the shape of x
        Mean.
    scale : float or array_like of the shape of x
        Standard deviation, > 0.
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
    At most 2 ULP of the largest of its terms: the sums of weights z^2/2 and of weights (log(scale) + log(2 pi)/2). Where loc and
    scale are numbers all follows from the sums of weights, weights (x - loc) and weights (x - loc)^2, each of whose terms is
    exact: the error is that of the last rounding, if the result does not cancel to less than 2^-40 of its largest term. Elements
    are added in the order of their indices, in blocks, and what each addition loses is kept: the bits are the same for every
    layout, number of threads and CPU. float32 data are computed in double, and the result is rounded to float32 if all arrays are
    float32; a np.float64 parameter keeps it double.

    Examples
    --------
    >>> from fastprob import normal
    >>> round(float(normal.loglik([1.0, 2.0, 4.5], loc=2.0, scale=1.5)), 10)
    -5.584322035
    """
    return loglik_of_data(NORMAL, x, loc, scale, weights, False)


def loglik_and_grad(x, loc=0.0, scale=1.0, *, weights=None):
    """Log likelihood of data, and its derivatives with respect to loc and scale: the sums of weights z/scale and of weights
    (z^2 - 1)/scale.

    Parameters
    ----------
    x : array_like
        Real numbers, of any shape.
    loc : float or array_like of the shape of x
        Mean.
    scale : float or array_like of the shape of x
        Standard deviation, > 0.
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
    At most 2 ULP of the largest of its terms each, those of the derivatives being weights z/scale, weights z^2/scale and
    weights/scale. Derivatives by arrays are those of logpdf_grad, times weights: with weights at most 4.5 ULP. Elements are added
    in the order of their indices, in blocks, and what each addition loses is kept: the bits are the same for every layout, number
    of threads and CPU. scipy.optimize.minimize(jac=True) takes minus what comes back.

    Examples
    --------
    >>> from fastprob import normal
    >>> value, (dloc, dscale) = normal.loglik_and_grad([1.0, 2.0, 4.5], loc=2.0, scale=1.5)
    >>> round(float(dloc), 10), round(float(dscale), 10)
    (0.6666666667, 0.1481481481)
    """
    return loglik_of_data(NORMAL, x, loc, scale, weights, True)


def fit(x, *, weights=None):
    """Maximum likelihood estimate: the mean and the standard deviation (with 1/n).

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
        The mean, and the root of the mean square of what is left. NaN where data are NaN or infinite.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For no data; for weights that are negative, not finite or all 0, or do not broadcast to the shape of x.

    Notes
    -----
    At most 1 ULP found: all sums are exact or nearly so, about the middle of the data, and so is their difference.
    The bits are the same for every layout, number of threads and CPU.

    Examples
    --------
    >>> from fastprob import normal
    >>> loc, scale = normal.fit([1.0, 2.0, 4.5])
    >>> round(float(loc), 10), round(float(scale), 10)
    (2.5, 1.4719601444)
    """
    return _fits.normal(x, weights)


def mean(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Mean: loc.

    Parameters
    ----------
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    >>> from fastprob import normal
    >>> normal.mean(2.0, 3.0)
    np.float64(2.0)
    """
    return call2(_mean, loc, scale, out, where, dtype)


def var(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Variance: scale^2.

    Parameters
    ----------
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 0.5 ULP.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.var(2.0, 3.0)
    np.float64(9.0)
    """
    return call2(_var, loc, scale, out, where, dtype)


def std(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Standard deviation: scale.

    Parameters
    ----------
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    Exact: 0 ULP.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.std(2.0, 3.0)
    np.float64(3.0)
    """
    return call2(_std, loc, scale, out, where, dtype)


def median(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Median: loc.

    Parameters
    ----------
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    >>> from fastprob import normal
    >>> normal.median(2.0, 3.0)
    np.float64(2.0)
    """
    return call2(_median, loc, scale, out, where, dtype)


def mode(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Mode: loc.

    Parameters
    ----------
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    >>> from fastprob import normal
    >>> normal.mode(2.0, 3.0)
    np.float64(2.0)
    """
    return call2(_mode, loc, scale, out, where, dtype)


def skew(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Skewness, E(x - mean)^3/std^3: 0.

    Parameters
    ----------
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    >>> from fastprob import normal
    >>> normal.skew(2.0, 3.0)
    np.float64(0.0)
    """
    return call2(_skew, loc, scale, out, where, dtype)


def kurtosis(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Excess kurtosis, E(x - mean)^4/var^2 - 3: 0.

    Parameters
    ----------
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    Exact: 0 ULP.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.kurtosis(2.0, 3.0)
    np.float64(0.0)
    """
    return call2(_kurtosis, loc, scale, out, where, dtype)


def entropy(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Differential entropy, -E log(pdf): log(scale) + (1 + log(2 pi))/2.

    Parameters
    ----------
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    At most 2 ULP, next to its zero too: it is the logarithm of sqrt(2 pi e) scale, a product that keeps what it rounds.

    Examples
    --------
    >>> from fastprob import normal
    >>> normal.entropy(2.0, 3.0)
    np.float64(2.5175508218727822)
    """
    return call2(_entropy, loc, scale, out, where, dtype)


def support(loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Ends of the support: -inf and inf.

    Parameters
    ----------
    loc : array_like
        Mean.
    scale : array_like
        Standard deviation, > 0.
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
    >>> from fastprob import normal
    >>> normal.support(2.0, 3.0)
    (np.float64(-inf), np.float64(inf))
    """
    return call2(_support, loc, scale, out, where, dtype)
