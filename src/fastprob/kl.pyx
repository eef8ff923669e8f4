"""Kullback-Leibler divergences, in nats.

Arguments broadcast against each other. The result's type is that of NumPy's promotion: float32 for float32 and float16 arrays,
beside which Python numbers do not count, and float64 with nearly everything else. It is a NumPy scalar where every argument is
one, else an array. `out`, `where` and `dtype` are those of every numpy.ufunc, and so is the treatment of arrays of other
libraries; the ufuncs themselves are in fastprob.ufuncs.

No value raises or warns: NaN in, NaN out, and a bad parameter gives NaN. TypeError is raised for complex numbers, objects and
text, and whatever NumPy raises for shapes that do not broadcast. Errors are total errors in ULP, against the exact function of
the arguments as they stand; the bits are the same on every CPU, for every layout and every number of threads.
"""

from fastprob._core cimport Operation, call2, call4, operation

cdef Operation _scale = operation("kl_standard_normal", "kl.standard_normal")
cdef Operation _log_scale = operation("kl_standard_normal_log_scale", "kl.standard_normal")
cdef Operation _logvar = operation("kl_standard_normal_logvar", "kl.standard_normal")
cdef Operation _scale_grad = operation("kl_standard_normal_grad", "kl.standard_normal_grad")
cdef Operation _log_scale_grad = operation("kl_standard_normal_log_scale_grad", "kl.standard_normal_grad")
cdef Operation _logvar_grad = operation("kl_standard_normal_logvar_grad", "kl.standard_normal_grad")

cdef Operation _normal = operation("kl_normal", "kl.normal")
cdef Operation _normal_grad = operation("kl_normal_grad", "kl.normal_grad")
cdef Operation _uniform = operation("kl_uniform", "kl.uniform")
cdef Operation _uniform_grad = operation("kl_uniform_grad", "kl.uniform_grad")
cdef Operation _uniform_normal = operation("kl_uniform_normal", "kl.uniform_normal")
cdef Operation _uniform_normal_grad = operation("kl_uniform_normal_grad", "kl.uniform_normal_grad")
cdef Operation _logistic = operation("kl_logistic", "kl.logistic")
cdef Operation _logistic_grad = operation("kl_logistic_grad", "kl.logistic_grad")
cdef Operation _bernoulli = operation("kl_bernoulli", "kl.bernoulli")
cdef Operation _bernoulli_grad = operation("kl_bernoulli_grad", "kl.bernoulli_grad")
cdef Operation _bernoulli_logits = operation("kl_bernoulli_logits", "kl.bernoulli_logits")
cdef Operation _bernoulli_logits_grad = operation("kl_bernoulli_logits_grad", "kl.bernoulli_logits_grad")


cdef int check_one(str function, scale, log_scale, logvar) except -1:
    """TypeError unless exactly one of them is given."""
    if (scale is not None) + (log_scale is not None) + (logvar is not None) != 1:
        given = [name for name, value in (("scale", scale), ("log_scale", log_scale), ("logvar", logvar)) if value is not None]
        raise TypeError(
            f"fastprob.kl.{function} takes exactly one of scale, log_scale and logvar; got {' and '.join(given) or 'none of them'}"
        )
    return 0


def standard_normal(loc, *, scale=None, log_scale=None, logvar=None, out=None, where=True, dtype=None):
    """Divergence of N(loc, scale^2) from N(0, 1): (loc^2 + scale^2 - 1)/2 - log(scale).

    Parameters
    ----------
    loc : array_like
        Mean of the first distribution.
    scale, log_scale, logvar : array_like
        Exactly one of them, by keyword: the standard deviation (>= 0), its logarithm, or the logarithm of the variance.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    kl : ndarray or scalar
        The divergence, in nats; inf at scale = 0, NaN below.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of scale, log_scale and logvar is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP: loc^2/2 plus a term of the same sign, which keeps its digits near scale = 1, where its parts cancel twice.

    Examples
    --------
    >>> from fastprob import kl
    >>> kl.standard_normal([0.0, 1e-9, 1.0], scale=[1.001, 1.0, 0.5])
    array([9.99666916e-07, 5.00000000e-19, 8.18147181e-01])
    >>> float(kl.standard_normal(0.0, logvar=0.0))
    0.0
    """
    check_one("standard_normal", scale, log_scale, logvar)
    if scale is not None:
        return call2(_scale, loc, scale, out, where, dtype)
    if log_scale is not None:
        return call2(_log_scale, loc, log_scale, out, where, dtype)
    return call2(_logvar, loc, logvar, out, where, dtype)


def standard_normal_grad(loc, *, scale=None, log_scale=None, logvar=None, out=None, where=True, dtype=None):
    """Derivatives of standard_normal, in nats per unit of the argument, with respect to loc and to the keyword that is given.

    Parameters
    ----------
    loc : array_like
        Mean of the first distribution.
    scale, log_scale, logvar : array_like
        Exactly one of them, by keyword: the standard deviation (>= 0), its logarithm, or the logarithm of the variance.
    out : tuple of two (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dloc : ndarray or scalar
        Derivative with respect to loc, loc itself.
    dscale, dlog_scale or dlogvar : ndarray or scalar
        scale - 1/scale, e^(2 log_scale) - 1, or (e^logvar - 1)/2.

    Raises
    ------
    TypeError
        For complex numbers, objects and text, and unless exactly one of scale, log_scale and logvar is given.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP.

    Examples
    --------
    >>> from fastprob import kl
    >>> dloc, dlogvar = kl.standard_normal_grad([0.5, -1.0], logvar=[0.0, 1e-20])
    >>> dloc
    array([ 0.5, -1. ])
    >>> dlogvar
    array([0.e+00, 5.e-21])
    """
    check_one("standard_normal_grad", scale, log_scale, logvar)
    if scale is not None:
        return call2(_scale_grad, loc, scale, out, where, dtype)
    if log_scale is not None:
        return call2(_log_scale_grad, loc, log_scale, out, where, dtype)
    return call2(_logvar_grad, loc, logvar, out, where, dtype)


def bernoulli(p, q, out=None, *, where=True, dtype=None):
    """Divergence of a Bernoulli distribution from another: p log(p/q) + (1 - p) log((1 - p)/(1 - q)).

    Parameters
    ----------
    p, q : array_like
        Probabilities of a 1, the first distribution's and the second's.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    kl : ndarray or scalar
        The divergence, in nats; inf where q rules out what p does not, NaN outside [0, 1].

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. Two terms of the form p log(p/q) - p + q, of which none is negative and each keeps its digits near p = q.

    Examples
    --------
    >>> from fastprob import kl
    >>> kl.bernoulli([0.3, 0.0, 0.5], [0.3 + 1e-9, 0.5, 1.0])
    array([2.38095251e-18, 6.93147181e-01,            inf])
    """
    return call2(_bernoulli, p, q, out, where, dtype)


def bernoulli_grad(p, q, out=None, *, where=True, dtype=None):
    """Derivatives of bernoulli, in nats per unit of the argument, with respect to p and q.

    Parameters
    ----------
    p, q : array_like
        Probabilities of a 1, the first distribution's and the second's.
    out : tuple of two (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dp : ndarray or scalar
        log(p/q) - log((1 - p)/(1 - q)); infinite where one of them is 0 or 1, NaN where both are.
    dq : ndarray or scalar
        (q - p)/(q (1 - q)); infinite at q = 0 and q = 1, NaN if p is the same.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. One logarithm of the ratio of both odds, from the exact difference p - q.

    Examples
    --------
    >>> from fastprob import kl
    >>> dp, dq = kl.bernoulli_grad([0.3, 0.25], [0.3 + 1e-9, 0.5])
    >>> dp
    array([-4.76190489e-09, -1.09861229e+00])
    >>> dq
    array([4.76190488e-09, 1.00000000e+00])
    """
    return call2(_bernoulli_grad, p, q, out, where, dtype)


def bernoulli_logits(a, b, out=None, *, where=True, dtype=None):
    """Divergence of a Bernoulli distribution from another, by logits: log(1 + e^b) - log(1 + e^a) - p (b - a), p = 1/(1 + e^-a).

    Parameters
    ----------
    a, b : array_like
        Logits log(p/(1 - p)), the first distribution's and the second's.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    kl : ndarray or scalar
        The divergence, in nats; inf for an infinite b, unless a is the same.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. Near a = b p (e^d - 1 - d) - (w - log(1 + w)) with d = b - a and w = p (e^d - 1), each a series in effect.

    Examples
    --------
    >>> from fastprob import kl
    >>> kl.bernoulli_logits([1000.0, 20.0, -500.0], [-1000.0, 20.0 + 1e-6, 20.0])
    array([1.00000000e+03, 1.03057647e-21, 2.00000000e+01])
    """
    return call2(_bernoulli_logits, a, b, out, where, dtype)


def bernoulli_logits_grad(a, b, out=None, *, where=True, dtype=None):
    """Derivatives of bernoulli_logits, in nats per unit of the argument, with respect to a and b.

    Parameters
    ----------
    a, b : array_like
        Logits log(p/(1 - p)), the first distribution's and the second's.
    out : tuple of two (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    da : ndarray or scalar
        p (1 - p) (a - b) with p = 1/(1 + e^-a); 0 for an infinite a, infinite for an infinite b, NaN where both are.
    db : ndarray or scalar
        q - p with q = 1/(1 + e^-b).

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, in the far tails too: q - p is never formed as a difference of probabilities.

    Examples
    --------
    >>> from fastprob import kl
    >>> da, db = kl.bernoulli_logits_grad([30.0, 0.0], [0.5, 1e-9])
    >>> da
    array([ 2.76049878e-12, -2.50000000e-10])
    >>> db
    array([-3.77540669e-01,  2.50000000e-10])
    """
    return call2(_bernoulli_logits_grad, a, b, out, where, dtype)


def normal(loc_p, scale_p, loc_q, scale_q, out=None, *, where=True, dtype=None):
    """Divergence of N(loc_p, scale_p^2) from N(loc_q, scale_q^2): (z^2 + r^2 - 1)/2 - log(r).

    Parameters
    ----------
    loc_p, scale_p : array_like
        Mean and standard deviation (>= 0) of the first distribution.
    loc_q, scale_q : array_like
        Mean and standard deviation (>= 0) of the second.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    kl : ndarray or scalar
        The divergence, in nats; inf for a scale of 0 or inf, but 0 of a point from itself, NaN below 0 and for two infinite scales.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. z = (loc_p - loc_q)/scale_q, r = scale_p/scale_q: z^2/2 plus a term that is never negative and keeps its digits near
    r = 1, where its parts cancel twice.

    Examples
    --------
    >>> from fastprob import kl
    >>> kl.normal([1e-9, 0.0, 0.0], [1.0, 1 + 1e-9, 1e-200], 0.0, 1.0)
    array([5.00000000e-19, 1.00000017e-18, 4.60017019e+02])
    """
    return call4(_normal, loc_p, scale_p, loc_q, scale_q, out, where, dtype)


def normal_grad(loc_p, scale_p, loc_q, scale_q, out=None, *, where=True, dtype=None):
    """Derivatives of normal, in nats per unit of the argument, with respect to its four arguments.

    Parameters
    ----------
    loc_p, scale_p : array_like
        Mean and standard deviation (>= 0) of the first distribution.
    loc_q, scale_q : array_like
        Mean and standard deviation (>= 0) of the second.
    out : tuple of four (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dloc_p, dscale_p, dloc_q, dscale_q : ndarray or scalar
        z/scale_q, (r^2 - 1)/scale_p, -z/scale_q and (1 - r^2 - z^2)/scale_q; NaN where a scale is 0 or infinite or a location is infinite.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, beside the zeros of the last one too: z^2 + r^2 - 1 is a sum of exact products.

    Examples
    --------
    >>> from fastprob import kl
    >>> dloc_p, dscale_p, dloc_q, dscale_q = kl.normal_grad(3.0, [4.0, 10.0], 0.0, 5.0)
    >>> dscale_p
    array([-0.09,  0.3 ])
    >>> dscale_q
    array([ 0.   , -0.672])
    """
    return call4(_normal_grad, loc_p, scale_p, loc_q, scale_q, out, where, dtype)


def uniform(low_p, high_p, low_q, high_q, out=None, *, where=True, dtype=None):
    """Divergence of U(low_p, high_p) from U(low_q, high_q): log((high_q - low_q)/(high_p - low_p)) if the first lies within the second.

    Parameters
    ----------
    low_p, high_p : array_like
        Lower and upper end of the first distribution, low_p <= high_p.
    low_q, high_q : array_like
        Lower and upper end of the second.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    kl : ndarray or scalar
        The divergence, in nats; inf where the first reaches beyond the second, and for low_p = high_p, but 0 of a point from itself;
        NaN for low > high and for an end that is not finite.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. Near equality the logarithm is that of 1 + ((low_p - low_q) + (high_q - high_p))/(high_p - low_p).

    Examples
    --------
    >>> from fastprob import kl
    >>> kl.uniform([0.0, 0.0, 0.0], [1.0, 1.0, 3.0], [-1.0, -1e-20, 0.0], [2.0, 1.0, 2.0])
    array([1.09861229e+00, 1.00000000e-20,            inf])
    """
    return call4(_uniform, low_p, high_p, low_q, high_q, out, where, dtype)


def uniform_grad(low_p, high_p, low_q, high_q, out=None, *, where=True, dtype=None):
    """Derivatives of uniform, in nats per unit of the argument, with respect to its four arguments.

    Parameters
    ----------
    low_p, high_p : array_like
        Lower and upper end of the first distribution, low_p <= high_p.
    low_q, high_q : array_like
        Lower and upper end of the second.
    out : tuple of four (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dlow_p, dhigh_p, dlow_q, dhigh_q : ndarray or scalar
        1/w_p, -1/w_p, -1/w_q and 1/w_q with w = high - low, at common ends too, from inside; NaN where the divergence is infinite or
        NaN, and of a point from itself.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP.

    Examples
    --------
    >>> from fastprob import kl
    >>> dlow_p, dhigh_p, dlow_q, dhigh_q = kl.uniform_grad([0.0, 0.5], 1.0, -1.0, 3.0)
    >>> dlow_p
    array([1., 2.])
    >>> dhigh_q
    array([0.25, 0.25])
    """
    return call4(_uniform_grad, low_p, high_p, low_q, high_q, out, where, dtype)


def uniform_normal(low, high, loc, scale, out=None, *, where=True, dtype=None):
    """Divergence of U(low, high) from N(loc, scale^2): log(sqrt(2 pi)) - log(w/scale) + (w^2/24 + m^2/2)/scale^2.

    Here w = high - low and m = (low + high)/2 - loc.

    Parameters
    ----------
    low, high : array_like
        Lower and upper end of the uniform distribution, low <= high.
    loc, scale : array_like
        Mean and standard deviation (>= 0) of the normal distribution.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    kl : ndarray or scalar
        The divergence, in nats, at least 0.176485; inf for low = high, a scale of 0 or inf or an infinite loc, but 0 of a point from
        itself; NaN for low > high, an end that is not finite, and a scale below 0.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP. The sum is formed in double-double: where w = sqrt(12) scale and m = 0, most of it cancels.

    Examples
    --------
    >>> from fastprob import kl
    >>> kl.uniform_normal([0.0, 1e9, -1e-300], [1.0, 1e9 + 1, 1e-300], [0.5, 0.0, 0.0], 1.0)
    array([9.60605200e-01, 5.00000000e+17, 6.91001319e+02])
    """
    return call4(_uniform_normal, low, high, loc, scale, out, where, dtype)


def uniform_normal_grad(low, high, loc, scale, out=None, *, where=True, dtype=None):
    """Derivatives of uniform_normal, in nats per unit of the argument, with respect to its four arguments.

    Parameters
    ----------
    low, high : array_like
        Lower and upper end of the uniform distribution, low <= high.
    loc, scale : array_like
        Mean and standard deviation (>= 0) of the normal distribution.
    out : tuple of four (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dlow, dhigh, dloc, dscale : ndarray or scalar
        With w = high - low and m = (low + high)/2 - loc: 1/w + (m - w/6)/(2 scale^2), -1/w + (m + w/6)/(2 scale^2), -m/scale^2 and
        1/scale - (m^2 + w^2/12)/scale^3; NaN where the divergence is infinite or NaN by an argument.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 2 ULP, however far loc is from the interval. Three of the derivatives cross zero: they are right to 2 ULP of 2^-45 of their
    larger term, where that is more than their own.

    Examples
    --------
    >>> from fastprob import kl
    >>> dlow, dhigh, dloc, dscale = kl.uniform_normal_grad([0.0, 0.0], [1.0, 2.0**-221], [0.0, 2.0**1023], 1.0)
    >>> dloc
    array([-5.00000000e-001,  8.98846567e+307])
    >>> dlow
    array([ 1.16666667e+000, -4.49423284e+307])
    """
    return call4(_uniform_normal_grad, low, high, loc, scale, out, where, dtype)


def logistic(loc_p, scale_p, loc_q, scale_q, out=None, *, where=True, dtype=None):
    """Divergence of a logistic distribution from another: log(scale_q/scale_p) - 2 + E 2 log(2 cosh(z/2)).

    Here z = (loc_p - loc_q + scale_p y)/scale_q and E is the mean over standard logistic numbers y. At equal scales it is
    d coth(d/2) - 2 with d = (loc_p - loc_q)/scale_q; otherwise there is no closed form.

    Parameters
    ----------
    loc_p, scale_p : array_like
        Mean and scale (>= 0) of the first distribution.
    loc_q, scale_q : array_like
        Mean and scale (>= 0) of the second.
    out : ndarray, optional
        Where the result goes; it may be one of the arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    kl : ndarray or scalar
        The divergence, in nats; inf for a scale of 0 or inf, but 0 of a point from itself, NaN below 0 and for two infinite scales.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 4 ULP in float64, 2 in float32, near equality too. A sum of terms that are never negative, of which one
    is a polynomial in two variables, fitted piece by piece: some six (float32: fifteen) times the time of kl.normal.

    Examples
    --------
    >>> from fastprob import kl
    >>> kl.logistic([0.001, 5.0, 0.0, 1.0], [1.0, 1.0, 1.0, 2.0], 0.0, [1.0, 1.0, 2.0, 3.0])
    array([1.66666664e-07, 3.06783655e+00, 2.63943507e-01, 1.22557077e-01])
    """
    return call4(_logistic, loc_p, scale_p, loc_q, scale_q, out, where, dtype)


def logistic_grad(loc_p, scale_p, loc_q, scale_q, out=None, *, where=True, dtype=None):
    """Derivatives of logistic, in nats per unit of the argument, with respect to its four arguments.

    Parameters
    ----------
    loc_p, scale_p : array_like
        Mean and scale (>= 0) of the first distribution.
    loc_q, scale_q : array_like
        Mean and scale (>= 0) of the second.
    out : tuple of four (ndarray or None), optional
        Where the results go; they may be arguments.
    where : array_like of bool, optional
        The elements to compute; the others of `out` stay as they were.
    dtype : dtype, optional
        float32 or float64, to compute in.

    Returns
    -------
    dloc_p, dscale_p, dloc_q, dscale_q : ndarray or scalar
        t/scale_q, E y tanh(z/2)/scale_q - 1/scale_p, -t/scale_q and (1 - E z tanh(z/2))/scale_q with t = E tanh(z/2); NaN where a scale
        is 0 or infinite or a location is infinite.

    Raises
    ------
    TypeError
        For complex numbers, objects and text.
    ValueError
        For shapes that do not broadcast, rows of different lengths, and integers beyond float64.

    Notes
    -----
    At most 8 ULP in float64, 2 in float32. The derivatives with respect to the scales cross zero: there it is ULP of the larger of the
    terms whose difference they are, but of no more than 1/scale.

    Examples
    --------
    >>> from fastprob import kl
    >>> dloc_p, dscale_p, dloc_q, dscale_q = kl.logistic_grad([0.0, 1.0], [2.0, 1.0], 0.0, 1.0)
    >>> dloc_p
    array([0.        , 0.32260623])
    >>> dscale_q
    array([-1.4674011 , -0.24327982])
    """
    return call4(_logistic_grad, loc_p, scale_p, loc_q, scale_q, out, where, dtype)
