"""Bernoulli distribution: k = 1 with probability p = 1/(1 + e^-logits), else 0.

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and whatever NumPy raises for shapes that do not broadcast. Errors are total errors in ULP, against the exact function of
the arguments as they stand; the bits are the same on every CPU, for every layout and every number of threads.
"""

from fastprob._core cimport Operation, call2, operation

cdef Operation _logpmf_logits = operation("bernoulli_logpmf_logits", "bernoulli.logpmf")
cdef Operation _logpmf_logits_grad = operation("bernoulli_logpmf_logits_grad", "bernoulli.logpmf_grad")


def logpmf(k, *, logits, out=None, where=True, dtype=None):
    """Logarithm of the probability of k: -log(1 + e^-logits) at k = 1, -log(1 + e^logits) at k = 0.

    Parameters
    ----------
    k : array_like
        Outcomes, 0 or 1.
    logits : array_like
        log(p/(1 - p)) for the probability p of a 1; infinite ones allowed.
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
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP; nothing is clamped. -max(s, 0) - log(1 + e^-|s|), with s = -logits at k = 1 and logits at k = 0. Its negative
    is the binary cross entropy.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.logpmf([1, 0, 1], logits=[40.0, -1.5, -1000.0])
    array([-4.24835426e-18, -2.01413278e-01, -1.00000000e+03])
    """
    return call2(_logpmf_logits, k, logits, out, where, dtype)


def logpmf_grad(k, *, logits, out=None, where=True, dtype=None):
    """Derivative of logpmf with respect to logits, k - 1/(1 + e^-logits).

    Parameters
    ----------
    k : array_like
        Outcomes, 0 or 1.
    logits : array_like
        log(p/(1 - p)) for the probability p of a 1; infinite ones allowed.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dlogits : ndarray or scalar
        The derivative; NaN where k is neither 0 nor 1.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.

    Notes
    -----
    At most 2 ULP: 1/(1 + e^logits) at k = 1 and -1/(1 + e^-logits) at k = 0, not their difference from k.

    Examples
    --------
    >>> from fastprob import bernoulli
    >>> bernoulli.logpmf_grad([1, 0], logits=[40.0, -1.5])
    array([ 4.24835426e-18, -1.82425524e-01])
    """
    return call2(_logpmf_logits_grad, k, logits, out, where, dtype)
