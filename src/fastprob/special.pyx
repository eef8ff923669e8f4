"""Elementary and error functions, with the names and meanings of scipy.special.

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and whatever NumPy raises for shapes that do not broadcast. Errors are total errors in ULP, against the exact function of
the arguments as they stand; the bits are the same on every CPU, for every layout and every number of threads.
"""

from fastprob._core cimport Operation, call1, operation
from fastprob._sums cimport logsumexp as logsumexp_of_data

cdef Operation _exp = operation("exp", "special.exp")
cdef Operation _expm1 = operation("expm1", "special.expm1")
cdef Operation _log = operation("log", "special.log")
cdef Operation _log1p = operation("log1p", "special.log1p")
cdef Operation _log1pmx = operation("log1pmx", "special.log1pmx")
cdef Operation _expit = operation("expit", "special.expit")
cdef Operation _log_expit = operation("log_expit", "special.log_expit")
cdef Operation _logit = operation("logit", "special.logit")
cdef Operation _softplus = operation("softplus", "special.softplus")
cdef Operation _erf = operation("erf", "special.erf")
cdef Operation _erfc = operation("erfc", "special.erfc")
cdef Operation _erfcx = operation("erfcx", "special.erfcx")
cdef Operation _ndtr = operation("ndtr", "special.ndtr")
cdef Operation _log_ndtr = operation("log_ndtr", "special.log_ndtr")
cdef Operation _ndtri = operation("ndtri", "special.ndtri")
cdef Operation _ndtri_exp = operation("ndtri_exp", "special.ndtri_exp")


def exp(x, out=None, *, where=True, dtype=None):
    """Exponential function, e^x.

    Parameters
    ----------
    x : array_like
        Real numbers.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        Infinite above 709.78 (float64).

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. e^x = 2^n (1 + r + ...) with x = n log(2) + r after Cody and Waite, and a minimax polynomial.

    Examples
    --------
    >>> from fastprob import special
    >>> special.exp([-745.0, 0.0, 1.0])
    array([4.94065646e-324, 1.00000000e+000, 2.71828183e+000])
    """
    return call1(_exp, x, out, where, dtype)


def expm1(x, out=None, *, where=True, dtype=None):
    """e^x - 1, right for small x.

    Parameters
    ----------
    x : array_like
        Real numbers.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        -1 at -inf.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. e^x = 2^n (1 + r + ...) with x = n log(2) + r after Cody and Waite, and a minimax polynomial.

    Examples
    --------
    >>> from fastprob import special
    >>> special.expm1([-1e-20, 0.0, 1.0])
    array([-1.00000000e-20,  0.00000000e+00,  1.71828183e+00])
    """
    return call1(_expm1, x, out, where, dtype)


def log(x, out=None, *, where=True, dtype=None):
    """Natural logarithm.

    Parameters
    ----------
    x : array_like
        Real numbers, > 0.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        -inf at 0, NaN below.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. log(2^k (1 + f)) = k log(2) + 2 atanh(f/(2 + f)), as in FDLIBM, with a minimax polynomial.

    Examples
    --------
    >>> from fastprob import special
    >>> special.log([0.0, 1.0, 5e-324])
    array([         -inf,    0.        , -744.44007192])
    """
    return call1(_log, x, out, where, dtype)


def log1p(x, out=None, *, where=True, dtype=None):
    """log(1 + x), right for small x.

    Parameters
    ----------
    x : array_like
        Real numbers, > -1.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        -inf at -1, NaN below.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. log(2^k (1 + f)) = k log(2) + 2 atanh(f/(2 + f)), as in FDLIBM, with a minimax polynomial.

    Examples
    --------
    >>> from fastprob import special
    >>> special.log1p([-1.0, 1e-20, 1.0])
    array([          -inf, 1.00000000e-20, 6.93147181e-01])
    """
    return call1(_log1p, x, out, where, dtype)


def log1pmx(x, out=None, *, where=True, dtype=None):
    """log(1 + x) - x, right for small x, where it is about -x^2/2.

    Parameters
    ----------
    x : array_like
        Real numbers.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        Never above 0; -inf at -1 and at inf, NaN below -1.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. 1 + x = 2^k (1 + f) with f = x where k = 0, log(1 + f) - f = -s (f - s^2 (2/3 + ...)) with s = f/(2 + f).
    SciPy has the function under a private name, `scipy.special._ufuncs._log1pmx`.

    Examples
    --------
    >>> from fastprob import special
    >>> special.log1pmx([-1.0, 1e-9, 1.0])
    array([           -inf, -5.00000000e-19, -3.06852819e-01])
    """
    return call1(_log1pmx, x, out, where, dtype)


def expit(x, out=None, *, where=True, dtype=None):
    """Logistic function, 1/(1 + e^-x).

    Parameters
    ----------
    x : array_like
        Real numbers.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        A probability.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. e/(1 + e) below zero and 1/(1 + e) above, with e = e^-|x|. e^x = 2^n (1 + r + ...) with x = n log(2) + r
    after Cody and Waite, and a minimax polynomial.

    Examples
    --------
    >>> from fastprob import special
    >>> special.expit([-745.0, 0.0, 2.0])
    array([4.94065646e-324, 5.00000000e-001, 8.80797078e-001])
    """
    return call1(_expit, x, out, where, dtype)


def log_expit(x, out=None, *, where=True, dtype=None):
    """Logarithm of the logistic function, -log(1 + e^-x).

    Parameters
    ----------
    x : array_like
        Real numbers.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        A log probability, in nats.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. min(x, 0) - log(1 + e^-|x|).

    Examples
    --------
    >>> from fastprob import special
    >>> special.log_expit([-1000.0, 0.0, 40.0])
    array([-1.00000000e+03, -6.93147181e-01, -4.24835426e-18])
    """
    return call1(_log_expit, x, out, where, dtype)


def softplus(x, out=None, *, where=True, dtype=None):
    """log(1 + e^x).

    Parameters
    ----------
    x : array_like
        Real numbers.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        Positive, x in the limit.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. max(x, 0) + log(1 + e^-|x|).

    Examples
    --------
    >>> from fastprob import special
    >>> special.softplus([-40.0, 0.0, 1000.0])
    array([4.24835426e-18, 6.93147181e-01, 1.00000000e+03])
    """
    return call1(_softplus, x, out, where, dtype)


def erf(x, out=None, *, where=True, dtype=None):
    """Error function, 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x.

    Parameters
    ----------
    x : array_like
        Real numbers.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        Between -1 and 1.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. x P(x^2) for |x| <= 1, 1 - erfc(|x|) beyond. erfc(x) = e^(-x^2) P(u)/(t + k) with t = sqrt(2) x, u = (t -
    k)/(t + k) and one polynomial P for all t >= 0, the form of Shepherd and Laframboise, Math. Comp. 36 (1981); e^(-x^2) with
    the square exact.

    Examples
    --------
    >>> from fastprob import special
    >>> special.erf([-1e-20, 0.5, 6.0])
    array([-1.12837917e-20,  5.20499878e-01,  1.00000000e+00])
    """
    return call1(_erf, x, out, where, dtype)


def erfc(x, out=None, *, where=True, dtype=None):
    """Complementary error function, 1 - erf(x).

    Parameters
    ----------
    x : array_like
        Real numbers.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        Between 0 and 2.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. erfc(x) = e^(-x^2) P(u)/(t + k) with t = sqrt(2) x, u = (t - k)/(t + k) and one polynomial P for all t >= 0,
    the form of Shepherd and Laframboise, Math. Comp. 36 (1981); e^(-x^2) with the square exact.

    Examples
    --------
    >>> from fastprob import special
    >>> special.erfc([-1.0, 0.0, 26.0])
    array([1.84270079e+000, 1.00000000e+000, 5.66319241e-296])
    """
    return call1(_erfc, x, out, where, dtype)


def erfcx(x, out=None, *, where=True, dtype=None):
    """Scaled complementary error function, e^(x^2) erfc(x).

    Parameters
    ----------
    x : array_like
        Real numbers.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        1/(x sqrt(pi)) in the limit; infinite below -26.6 (float64).

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. erfc(x) = e^(-x^2) P(u)/(t + k) with t = sqrt(2) x, u = (t - k)/(t + k) and one polynomial P for all t >= 0,
    the form of Shepherd and Laframboise, Math. Comp. 36 (1981); e^(-x^2) with the square exact.

    Examples
    --------
    >>> from fastprob import special
    >>> special.erfcx([-1.0, 0.0, 1e10])
    array([5.00898008e+00, 1.00000000e+00, 5.64189584e-11])
    """
    return call1(_erfcx, x, out, where, dtype)


def ndtr(x, out=None, *, where=True, dtype=None):
    """Standard normal distribution function, Phi(x) = erfc(-x/sqrt(2))/2.

    Parameters
    ----------
    x : array_like
        Real numbers.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        A probability.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. erfc(x) = e^(-x^2) P(u)/(t + k) with t = sqrt(2) x, u = (t - k)/(t + k) and one polynomial P for all t >= 0,
    the form of Shepherd and Laframboise, Math. Comp. 36 (1981); e^(-x^2) with the square exact.

    Examples
    --------
    >>> from fastprob import special
    >>> special.ndtr([-38.0, 0.0, 1.0])
    array([2.88542835e-316, 5.00000000e-001, 8.41344746e-001])
    """
    return call1(_ndtr, x, out, where, dtype)


def log_ndtr(x, out=None, *, where=True, dtype=None):
    """Logarithm of the standard normal distribution function, log(Phi(x)).

    Parameters
    ----------
    x : array_like
        Real numbers.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        A log probability, in nats.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. -x^2/2 plus a logarithm of one sign for x <= 0, log(1 - Phi(-x)) without the difference for x > 0. erfc(x) =
    e^(-x^2) P(u)/(t + k) with t = sqrt(2) x, u = (t - k)/(t + k) and one polynomial P for all t >= 0, the form of Shepherd and
    Laframboise, Math. Comp. 36 (1981); e^(-x^2) with the square exact.

    Examples
    --------
    >>> from fastprob import special
    >>> special.log_ndtr([-1000.0, 0.0, 8.0])
    array([-5.00007827e+05, -6.93147181e-01, -6.22096057e-16])
    """
    return call1(_log_ndtr, x, out, where, dtype)


def ndtri(q, out=None, *, where=True, dtype=None):
    """Standard normal quantile: the x with Phi(x) = q.

    Parameters
    ----------
    q : array_like
        Probabilities.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        -inf at 0, inf at 1, NaN outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. Near the center an odd polynomial in q - 1/2; in the tails a rational function of sqrt(-log(q)), the variable
    of Wichura, Algorithm AS 241, Appl. Statist. 37 (1988).

    Examples
    --------
    >>> from fastprob import special
    >>> special.ndtri([5e-324, 0.5, 0.975])
    array([-38.46740562,   0.        ,   1.95996398])
    """
    return call1(_ndtri, q, out, where, dtype)


def ndtri_exp(logq, out=None, *, where=True, dtype=None):
    """Standard normal quantile by a log probability: the x with log(Phi(x)) = logq.

    Parameters
    ----------
    logq : array_like
        Log probabilities, in nats.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    y : ndarray or scalar
        -inf at -inf, inf at 0, NaN above.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, for probabilities that underflow and for those that round to 1 as well. The methods are those of ndtri: its
    rational function of sqrt(-logq) takes logq as it stands, down to -720; below that x^2/2 = -logq less the logarithm of the
    tail's asymptotic series, by two of Newton's steps.

    Examples
    --------
    >>> from fastprob import special
    >>> special.ndtri_exp([-1e10, -0.6931471805599453, -1e-300])
    array([-1.41421356e+05,  2.90649416e-17,  3.70470963e+01])
    """
    return call1(_ndtri_exp, logq, out, where, dtype)


def logit(q, out=None, *, where=True, dtype=None):
    """log(q/(1 - q)), the inverse of expit.

    Parameters
    ----------
    q : array_like
        Probabilities, 0 to 1.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    logit : ndarray or scalar
        The value, -inf at q = 0 and inf at q = 1; NaN for q outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP: k log 2 + 2 atanh((m - p)/(m + p)) with p = 1 - q and m = q 2^-k near p; next to q = 1/2, where the logarithm
    vanishes, the difference is exact.

    Examples
    --------
    >>> from fastprob import special
    >>> special.logit([5e-324, 0.500000000001, 0.975])
    array([-7.44440072e+02,  3.99991151e-12,  3.66356165e+00])
    """
    return call1(_logit, q, out, where, dtype)


def logsumexp(x, axis=None, *, weights=None, keepdims=False):
    """Logarithm of a sum of exponentials, log(sum of weights e^x) over some axes.

    Parameters
    ----------
    x : array_like
        Real numbers; -inf adds nothing.
    axis : int or tuple of int, optional
        The axes to sum over; all of them by default.
    weights : array_like, optional
        A factor for each e^x, SciPy's `b`, of any sign; of a shape that broadcasts to that of x. An element of weight 0 counts
        for nothing, whatever it is.
    keepdims : bool, optional
        Whether axes that are summed over stay, with a length of 1.

    Returns
    -------
    y : ndarray or scalar
        -inf where the sum is 0 (all x are -inf, or there is none), inf where x has inf, NaN where the sum is negative.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and an axis that is no int.
    ValueError
        For an axis that x does not have, and weights that do not broadcast to the shape of x.

    Notes
    -----
    At most 2 ULP of the larger of |max(x)| and |y|, where no weight is negative; else of what the sum would be with their sizes.
    Sizes of weights may be from 1e-120 to 1e120: beside others that differ by more, terms may be lost. One pass over the data:
    exponentials are taken of the distance to a multiple of 128 that follows the maximum, and what adding them loses is kept, so
    that y is right next to 0 too. The bits are the same for every layout, number of threads and CPU. float32 is computed in
    double.

    Examples
    --------
    >>> from fastprob import special
    >>> special.logsumexp([0.0, -40.0])
    np.float64(4.248354255291589e-18)
    >>> special.logsumexp([[1000.0, 1000.0], [-1000.0, -2000.0]], axis=1)
    array([ 1000.69314718, -1000.        ])
    >>> special.logsumexp([0.0, 1.0], weights=[2.0, -0.5])
    np.float64(-0.44494568122017564)
    """
    return logsumexp_of_data(x, axis, weights, keepdims)
