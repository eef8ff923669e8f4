"""Bernoulli distribution: k = 1 with probability p, else 0.

Every function takes p, or, by keyword, logits = log(p/(1 - p)), of which both probabilities follow without a difference from 1.

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and unless exactly one of p and logits is given, and whatever NumPy raises for shapes that do not broadcast. Errors are
total errors in ULP, against the exact function of the arguments as they stand; the bits are the same on every CPU, for every
layout and every number of threads.
"""

from fastprob._core cimport Operation, call1, call2, operation
from fastprob._sums cimport BERNOULLI, BERNOULLI_LOGITS, loglik as loglik_of_data

from fastprob import _fits

cdef Operation _pmf = operation("bernoulli_pmf", "bernoulli.pmf")
cdef Operation _pmf_logits = operation("bernoulli_pmf_logits", "bernoulli.pmf")
cdef Operation _logpmf = operation("bernoulli_logpmf", "bernoulli.logpmf")
cdef Operation _logpmf_logits = operation("bernoulli_logpmf_logits", "bernoulli.logpmf")
cdef Operation _cdf = operation("bernoulli_cdf", "bernoulli.cdf")
cdef Operation _cdf_logits = operation("bernoulli_cdf_logits", "bernoulli.cdf")
cdef Operation _sf = operation("bernoulli_sf", "bernoulli.sf")
cdef Operation _sf_logits = operation("bernoulli_sf_logits", "bernoulli.sf")
cdef Operation _ppf = operation("bernoulli_ppf", "bernoulli.ppf")
cdef Operation _ppf_logits = operation("bernoulli_ppf_logits", "bernoulli.ppf")
cdef Operation _isf = operation("bernoulli_isf", "bernoulli.isf")
cdef Operation _isf_logits = operation("bernoulli_isf_logits", "bernoulli.isf")
cdef Operation _logpmf_grad = operation("bernoulli_logpmf_grad", "bernoulli.logpmf_grad")
cdef Operation _logpmf_logits_grad = operation("bernoulli_logpmf_logits_grad", "bernoulli.logpmf_grad")
cdef Operation _mean = operation("bernoulli_mean", "bernoulli.mean")
cdef Operation _mean_logits = operation("bernoulli_mean_logits", "bernoulli.mean")
cdef Operation _var = operation("bernoulli_var", "bernoulli.var")
cdef Operation _var_logits = operation("bernoulli_var_logits", "bernoulli.var")
cdef Operation _std = operation("bernoulli_std", "bernoulli.std")
cdef Operation _std_logits = operation("bernoulli_std_logits", "bernoulli.std")
cdef Operation _median = operation("bernoulli_median", "bernoulli.median")
cdef Operation _median_logits = operation("bernoulli_median_logits", "bernoulli.median")
cdef Operation _mode = operation("bernoulli_mode", "bernoulli.mode")
cdef Operation _mode_logits = operation("bernoulli_mode_logits", "bernoulli.mode")
cdef Operation _skew = operation("bernoulli_skew", "bernoulli.skew")
cdef Operation _skew_logits = operation("bernoulli_skew_logits", "bernoulli.skew")
cdef Operation _kurtosis = operation("bernoulli_kurtosis", "bernoulli.kurtosis")
cdef Operation _kurtosis_logits = operation("bernoulli_kurtosis_logits", "bernoulli.kurtosis")
cdef Operation _entropy = operation("bernoulli_entropy", "bernoulli.entropy")
cdef Operation _entropy_logits = operation("bernoulli_entropy_logits", "bernoulli.entropy")
cdef Operation _support = operation("bernoulli_support", "bernoulli.support")
cdef Operation _support_logits = operation("bernoulli_support_logits", "bernoulli.support")


cdef Operation chosen(str function, Operation by_p, Operation by_logits, object p, object logits):
    """The operation for whichever of p and logits is given; TypeError unless it is one."""
    if logits is None and p is not None:
        return by_p
    if p is None and logits is not None:
        return by_logits
    given = "none of them" if p is None else "p and logits"
    raise TypeError(f"fastprob.bernoulli.{function} takes exactly one of p and logits; got {given}")


cdef object call(str function, Operation by_p, Operation by_logits, object k, object p, object logits, object out, object where,
                 object dtype):
    cdef Operation operation = chosen(function, by_p, by_logits, p, logits)
    return call2(operation, k, logits if p is None else p, out, where, dtype)


cdef object call_moment(str function, Operation by_p, Operation by_logits, object p, object logits, object out, object where,
                        object dtype):
    cdef Operation operation = chosen(function, by_p, by_logits, p, logits)
    return call1(operation, logits if p is None else p, out, where, dtype)


def pmf(k, p=None, *, logits=None, out=None, where=True, dtype=None):
    """Probability of k: p at k = 1, 1 - p at k = 0.

    Parameters
    ----------
    k : array_like
        Outcomes, 0 or 1.
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    pmf : ndarray or scalar
        The probability; 0 where k is neither 0 nor 1.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP; by logits 1/(1 + e^-logits) at k = 1 and 1/(1 + e^logits) at k = 0.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.pmf([1, 0, 2], 0.25)
    array([0.25, 0.75, 0.  ])
    >>> bernoulli.pmf([1, 0], logits=700.0)
    array([1.00000000e+000, 9.85967654e-305])
    """
    return call("pmf", _pmf, _pmf_logits, k, p, logits, out, where, dtype)


def logpmf(k, p=None, *, logits=None, out=None, where=True, dtype=None):
    """Logarithm of the probability of k: log(p) at k = 1, log(1 - p) at k = 0.

    Parameters
    ----------
    k : array_like
        Outcomes, 0 or 1.
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    logpmf : ndarray or scalar
        The log probability, in nats; -inf where k is neither 0 nor 1.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP; nothing is clamped. By logits -max(s, 0) - log(1 + e^-|s|), with s = -logits at k = 1 and logits at k = 0.
    Its
    negative is the binary cross entropy.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.logpmf([1, 0, 1], [1e-300, 1e-20, 0.0])
    array([-6.90775528e+02, -1.00000000e-20,            -inf])
    >>> bernoulli.logpmf([1, 0, 1], logits=[40.0, -1.5, -1000.0])
    array([-4.24835426e-18, -2.01413278e-01, -1.00000000e+03])
    """
    return call("logpmf", _logpmf, _logpmf_logits, k, p, logits, out, where, dtype)


def cdf(k, p=None, *, logits=None, out=None, where=True, dtype=None):
    """Distribution function, P(K <= k): 0 for k < 0, 1 - p for 0 <= k < 1, 1 from there.

    Parameters
    ----------
    k : array_like
        Real numbers.
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
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
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP; by logits 1 - p is 1/(1 + e^logits).

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.cdf([-1, 0, 0.5, 1], 0.25)
    array([0.  , 0.75, 0.75, 1.  ])
    >>> bernoulli.cdf(0, logits=[-2.0, 700.0])
    array([8.80797078e-001, 9.85967654e-305])
    """
    return call("cdf", _cdf, _cdf_logits, k, p, logits, out, where, dtype)


def sf(k, p=None, *, logits=None, out=None, where=True, dtype=None):
    """Survival function, P(K > k): 1 for k < 0, p for 0 <= k < 1, 0 from there.

    Parameters
    ----------
    k : array_like
        Real numbers.
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
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
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP; by logits p is 1/(1 + e^-logits).

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.sf([-1, 0, 0.5, 1], 0.25)
    array([1.  , 0.25, 0.25, 0.  ])
    >>> bernoulli.sf(0, logits=[-700.0, 2.0])
    array([9.85967654e-305, 8.80797078e-001])
    """
    return call("sf", _sf, _sf_logits, k, p, logits, out, where, dtype)


def ppf(q, p=None, *, logits=None, out=None, where=True, dtype=None):
    """Quantile, the least outcome k with cdf(k) >= q: 0 for q <= 1 - p, else 1.

    Parameters
    ----------
    q : array_like
        Probabilities, 0 to 1.
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    k : ndarray or scalar
        The outcome, 0 or 1, 0 at q = 0 too; NaN for q outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    No error in ULP: q <= 1 - p is decided exactly. By logits log(q/(1 - q)) is held against -logits, right to 2^-56 of itself;
    nearer ties, of float64 alone, may go either way.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.ppf([0.0, 0.75, 0.76, 1.0], 0.25)
    array([0., 0., 1., 1.])
    >>> bernoulli.ppf([1e-310, 1e-300], logits=700.0)
    array([0., 1.])
    """
    return call("ppf", _ppf, _ppf_logits, q, p, logits, out, where, dtype)


def isf(q, p=None, *, logits=None, out=None, where=True, dtype=None):
    """Upper quantile, the least outcome k with sf(k) <= q: 0 for q >= p, else 1.

    Parameters
    ----------
    q : array_like
        Probabilities, 0 to 1.
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    k : ndarray or scalar
        The outcome, 0 or 1, 1 at q = 0 unless p = 0; NaN for q outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    No error in ULP: q >= p is decided exactly. By logits log(q/(1 - q)) is held against logits, right to 2^-57 of itself; nearer
    ties may go either way.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.isf([0.0, 0.24, 0.25, 1.0], 0.25)
    array([1., 1., 0., 0.])
    >>> bernoulli.isf([1e-310, 1e-300], logits=-700.0)
    array([1., 0.])
    """
    return call("isf", _isf, _isf_logits, q, p, logits, out, where, dtype)


def logpmf_grad(k, p=None, *, logits=None, out=None, where=True, dtype=None):
    """Derivative of logpmf, in nats per unit of the argument, with respect to p, or to logits: k - 1/(1 + e^-logits).

    Parameters
    ----------
    k : array_like
        Outcomes, 0 or 1.
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dp or dlogits : ndarray or scalar
        The derivative; NaN where k is neither 0 nor 1.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP: by p 1/p at k = 1 and -1/(1 - p) at k = 0; by logits 1/(1 + e^logits) at k = 1 and -1/(1 + e^-logits) at k =
    0,
    not their difference from k.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.logpmf_grad([1, 0], 0.2)
    array([ 5.  , -1.25])
    >>> bernoulli.logpmf_grad([1, 0], logits=[40.0, -1.5])
    array([ 4.24835426e-18, -1.82425524e-01])
    """
    return call("logpmf_grad", _logpmf_grad, _logpmf_logits_grad, k, p, logits, out, where, dtype)


cdef object loglik_of(str function, object k, object p, object logits, object weights, bint gradient):
    """With whichever of p and logits is given; TypeError unless it is one."""
    if logits is None and p is not None:
        return loglik_of_data(BERNOULLI, k, p, None, weights, gradient)
    if p is None and logits is not None:
        return loglik_of_data(BERNOULLI_LOGITS, k, logits, None, weights, gradient)
    given = "none of them" if p is None else "p and logits"
    raise TypeError(f"fastprob.bernoulli.{function} takes exactly one of p and logits; got {given}")


def loglik(k, p=None, *, logits=None, weights=None):
    """Log likelihood of outcomes: (sum of weights at k = 1) log(p) + (sum of weights at k = 0) log(1 - p).

    Parameters
    ----------
    k : array_like
        Outcomes, 0 or 1, of any shape.
    p : float or array_like of the shape of k
        Probability of a 1, 0 to 1.
    logits : float or array_like of the shape of k
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    weights : array_like, optional
        Weight of each element; of a shape that broadcasts to that of k. An element of weight 0 counts for nothing, whatever it
        is.

    Returns
    -------
    loglik : float64 or float32
        The log likelihood, in nats; -inf if an outcome is neither 0 nor 1.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For a parameter that is neither a number nor of the shape of k, and weights that do not broadcast to it.

    Notes
    -----
    At most 2 ULP of the larger of its two terms, or with an array of p or logits of the sum of the sizes of all. Elements are
    added in the order of their indices, in blocks, and what each addition loses is kept: the bits are the same for every layout,
    number of threads and CPU. float32 data are computed in double, and the result is rounded to float32 if all arrays are
    float32.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> round(float(bernoulli.loglik([1, 0, 1], 0.25)), 10)
    -3.0602707947
    >>> float(bernoulli.loglik([1, 1], logits=40.0))
    -8.496708510583178e-18
    """
    return loglik_of("loglik", k, p, logits, weights, False)


def loglik_and_grad(k, p=None, *, logits=None, weights=None):
    """Log likelihood of outcomes, and its derivative with respect to whichever of p and logits is given.

    Parameters
    ----------
    k : array_like
        Outcomes, 0 or 1, of any shape.
    p : float or array_like of the shape of k
        Probability of a 1, 0 to 1.
    logits : float or array_like of the shape of k
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    weights : array_like, optional
        Weight of each element; of a shape that broadcasts to that of k. An element of weight 0 counts for nothing, whatever it
        is.

    Returns
    -------
    loglik : float64 or float32
        The log likelihood, in nats.
    (derivative,) : tuple of one float64, float32 or ndarray
        dp = (weights at 1)/p - (weights at 0)/(1 - p), or dlogits = (weights at 1) (1 - p) - (weights at 0) p; an array for an
        array, each element the derivative by its own. NaN if an outcome is neither 0 nor 1.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For a parameter that is neither a number nor of the shape of k, and weights that do not broadcast to it.

    Notes
    -----
    At most 2 ULP of the larger of its two terms each; a derivative by an array is that of logpmf_grad, times its weight: with
    weights at most 4.5 ULP. With an array of logits this is logistic regression's loss, and the derivative is what goes on to its
    coefficients. The bits are the same for every layout, number of threads and CPU.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> value, (dlogits,) = bernoulli.loglik_and_grad([1, 0, 1], logits=[0.0, 0.0, 40.0])
    >>> dlogits
    array([ 5.00000000e-01, -5.00000000e-01,  4.24835426e-18])
    >>> value, (dp,) = bernoulli.loglik_and_grad([1, 0, 1], 0.25)
    >>> round(float(dp), 10)
    6.6666666667
    """
    return loglik_of("loglik_and_grad", k, p, logits, weights, True)


def fit(k, *, weights=None):
    """Maximum likelihood estimate of p: the share of ones.

    Parameters
    ----------
    k : array_like
        Outcomes, 0 or 1; one or more.
    weights : array_like, optional
        Weight of each element, >= 0; of a shape that broadcasts to that of k. An element of weight 0 counts for nothing,
        whatever it is.

    Returns
    -------
    (p,) : named tuple of one float64 or float32
        The probability of a 1. NaN if an outcome is neither 0 nor 1.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For no data; for weights that are negative, not finite or all 0, or do not broadcast to the shape of k.

    Notes
    -----
    At most 1 ULP: a quotient of two sums that keep what additions lose. The bits are the same for every layout, number of
    threads and
    CPU.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.fit([1, 0, 1, 1])
    Probability(p=np.float64(0.75))
    """
    return _fits.bernoulli(k, weights)


def mean(p=None, *, logits=None, out=None, where=True, dtype=None):
    """Mean: p.

    Parameters
    ----------
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    mean : ndarray or scalar
        The mean. NaN for p outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    Exact by p, at most 2 ULP by logits: 1/(1 + e^-logits).

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.mean(0.25)
    np.float64(0.25)
    """
    return call_moment("mean", _mean, _mean_logits, p, logits, out, where, dtype)


def var(p=None, *, logits=None, out=None, where=True, dtype=None):
    """Variance: p (1 - p).

    Parameters
    ----------
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    var : ndarray or scalar
        The variance. NaN for p outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 1 ULP by p, 2 by logits: 1/(2 + 2 cosh(logits)).

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.var(0.25)
    np.float64(0.1875)
    """
    return call_moment("var", _var, _var_logits, p, logits, out, where, dtype)


def std(p=None, *, logits=None, out=None, where=True, dtype=None):
    """Standard deviation: sqrt(p (1 - p)).

    Parameters
    ----------
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    std : ndarray or scalar
        The standard deviation. NaN for p outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 1 ULP by p, 2 by logits: 1/(2 cosh(logits/2)).

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.std(0.25)
    np.float64(0.4330127018922193)
    """
    return call_moment("std", _std, _std_logits, p, logits, out, where, dtype)


def median(p=None, *, logits=None, out=None, where=True, dtype=None):
    """Median: 0 for p <= 1/2, else 1.

    Parameters
    ----------
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    median : ndarray or scalar
        The median. NaN for p outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    Exact: 0 ULP.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.median(0.25)
    np.float64(0.0)
    """
    return call_moment("median", _median, _median_logits, p, logits, out, where, dtype)


def mode(p=None, *, logits=None, out=None, where=True, dtype=None):
    """Mode: 0 for p <= 1/2, else 1.

    Parameters
    ----------
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    mode : ndarray or scalar
        The mode. NaN for p outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    Exact: 0 ULP.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.mode(0.25)
    np.float64(0.0)
    """
    return call_moment("mode", _mode, _mode_logits, p, logits, out, where, dtype)


def skew(p=None, *, logits=None, out=None, where=True, dtype=None):
    """Skewness, E(x - mean)^3/std^3: (1 - 2 p)/sqrt(p (1 - p)).

    Parameters
    ----------
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    skew : ndarray or scalar
        The skewness. NaN for p outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP; by logits -2 sinh(logits/2).

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.skew(0.25)
    np.float64(1.1547005383792515)
    """
    return call_moment("skew", _skew, _skew_logits, p, logits, out, where, dtype)


def kurtosis(p=None, *, logits=None, out=None, where=True, dtype=None):
    """Excess kurtosis, E(x - mean)^4/var^2 - 3: 1/(p (1 - p)) - 6.

    Parameters
    ----------
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    kurtosis : ndarray or scalar
        The excess kurtosis. NaN for p outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, next to its zeros too; by logits it is 2 cosh(logits) - 4.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.kurtosis(0.25)
    np.float64(-0.6666666666666666)
    """
    return call_moment("kurtosis", _kurtosis, _kurtosis_logits, p, logits, out, where, dtype)


def entropy(p=None, *, logits=None, out=None, where=True, dtype=None):
    """Entropy, -E log(pmf): -p log(p) - (1 - p) log(1 - p).

    Parameters
    ----------
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    entropy : ndarray or scalar
        The entropy, in nats. NaN for p outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP; by logits log(1 + e^-a) + a/(1 + e^a) with a = |logits|: nothing is lost where p rounds to 1.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.entropy(logits=40.0)
    np.float64(1.7418252446695514e-16)
    """
    return call_moment("entropy", _entropy, _entropy_logits, p, logits, out, where, dtype)


def support(p=None, *, logits=None, out=None, where=True, dtype=None):
    """Ends of the support: 0 and 1.

    Parameters
    ----------
    p : array_like
        Probability of a 1, 0 to 1.
    logits : array_like
        log(p/(1 - p)), by keyword, in place of p; infinite ones allowed.
    out : tuple of two (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    low, high : ndarray or scalar
        The ends. NaN for p outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of p and logits is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    Exact: 0 ULP.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.support(0.25)
    (np.float64(0.0), np.float64(1.0))
    """
    return call_moment("support", _support, _support_logits, p, logits, out, where, dtype)
