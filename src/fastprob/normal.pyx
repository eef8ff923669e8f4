"""Normal distribution with mean `loc` and standard deviation `scale`.

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and whatever NumPy raises for shapes that do not broadcast. Errors are total errors in ULP, against the exact function of
the arguments as they stand; the bits are the same on every CPU, for every layout and every number of threads.
"""

from fastprob._core cimport Operation, call3, operation

cdef Operation _pdf = operation("normal_pdf", "normal.pdf")
cdef Operation _logpdf = operation("normal_logpdf", "normal.logpdf")
cdef Operation _cdf = operation("normal_cdf", "normal.cdf")
cdef Operation _logcdf = operation("normal_logcdf", "normal.logcdf")
cdef Operation _sf = operation("normal_sf", "normal.sf")
cdef Operation _logsf = operation("normal_logsf", "normal.logsf")
cdef Operation _ppf = operation("normal_ppf", "normal.ppf")
cdef Operation _isf = operation("normal_isf", "normal.isf")
cdef Operation _logpdf_grad = operation("normal_logpdf_grad", "normal.logpdf_grad")
cdef Operation _logcdf_grad = operation("normal_logcdf_grad", "normal.logcdf_grad")
cdef Operation _logsf_grad = operation("normal_logsf_grad", "normal.logsf_grad")
cdef Operation _cdf_grad = operation("normal_cdf_grad", "normal.cdf_grad")


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

    Notes
    -----
    At most 2 ULP, near its zeros too: every term is carried in double-double. z = (x - loc)/scale is carried in double-double:
    the remainders of the difference and of the quotient are kept, since e^(-z^2/2) magnifies an error of z by z^2.

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


def logpdf_grad(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logpdf: (-z/scale, z/scale, (z^2 - 1)/scale) with z = (x - loc)/scale.

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

    Notes
    -----
    dx and dloc at most 2 ULP, dscale, which crosses zero, at most 4. (z^2 - 1) is formed as (x - loc - scale)(x - loc +
    scale)/scale^2.

    Examples
    --------
    >>> from fastprob import normal
    >>> dx, dloc, dscale = normal.logpdf_grad(3.0, 1.0, 2.0)
    >>> float(dx), float(dloc), float(dscale)
    (-0.5, 0.5, 0.0)
    """
    return call3(_logpdf_grad, x, loc, scale, out, where, dtype)


def logcdf_grad(x, loc=0.0, scale=1.0, out=None, *, where=True, dtype=None):
    """Derivatives of logcdf: (m/scale, -m/scale, -z m/scale) with z = (x - loc)/scale and m = phi(z)/Phi(z).

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
    """Derivatives of logsf with respect to x, loc and scale.

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
