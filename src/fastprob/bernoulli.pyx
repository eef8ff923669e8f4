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

from fastprob._core cimport Operation, call2, operation

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


cdef object call(str function, Operation by_p, Operation by_logits, object k, object p, object logits, object out, object where,
                 object dtype):
    """With whichever of p and logits is given; TypeError unless it is one."""
    if logits is None and p is not None:
        return call2(by_p, k, p, out, where, dtype)
    if p is None and logits is not None:
        return call2(by_logits, k, logits, out, where, dtype)
    given = "none of them" if p is None else "p and logits"
    raise TypeError(f"fastprob.bernoulli.{function} takes exactly one of p and logits; got {given}")


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

    Notes
    -----
    At most 2 ULP; nothing is clamped. By logits -max(s, 0) - log(1 + e^-|s|), with s = -logits at k = 1 and logits at k = 0. Its
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

    Notes
    -----
    No error in ULP: q <= 1 - p is decided exactly. By logits log(q/(1 - q)) is held against -logits, right to 2^-57 of itself;
    nearer ties may go either way.

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
    """Derivative of logpmf with respect to p, or to logits: k - 1/(1 + e^-logits).

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

    Notes
    -----
    At most 2 ULP: by p 1/p at k = 1 and -1/(1 - p) at k = 0; by logits 1/(1 + e^logits) at k = 1 and -1/(1 + e^-logits) at k = 0,
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
