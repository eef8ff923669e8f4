"""Random numbers: parallel, fast, and the same everywhere.

A Generator's i-th draw is a function of (seed, stream, i) alone, by the counter-based engine Threefry4x32-20: the same bits for
any number of threads, in one call or in many, on every CPU. default_rng makes one. Names and order of arguments are those of
numpy.random.Generator. BitGenerator gives the same engine to NumPy's own Generator, for all of its distributions.
"""

from cpython.object cimport PyObject
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memset

cimport cython
cimport numpy as cnp

from fastprob._arguments cimport RELEASE, common_type, exact_int, one_of
from fastprob._core cimport (
    FP_DOMAIN_ANY, FP_DOMAIN_FINITE, FP_DOMAIN_FINITE_RANGE, FP_DOMAIN_FINITE_SCALE, FP_DOMAIN_NOT_NAN, FP_DOMAIN_NOT_NEGATIVE,
    FP_DOMAIN_ORDERED, FP_DOMAIN_POSITIVE, FP_DOMAIN_PROBABILITY, FP_DOMAIN_RANGE, FP_FILL_logistic_f32, FP_FILL_logistic_f64,
    FP_FILL_normal_f32, FP_FILL_normal_f64, FP_FILL_open_f32, FP_FILL_open_f64, FP_FILL_unit_f32, FP_FILL_unit_f64, FP_FILL_words,
    FP_LAYOUT_TWO, FP_TRANSFORM_NONE, FP_TRANSFORM_bernoulli, FP_TRANSFORM_bernoulli_logits, FP_TRANSFORM_concrete,
    FP_TRANSFORM_location_log_scale, FP_TRANSFORM_location_logvar, FP_TRANSFORM_location_scale, FP_TRANSFORM_truncnormal,
    FP_TRANSFORM_uniform, fp_draw, get_place, masked, permute, run_draw, set_place,
)
from fastprob._generator cimport Method, Source, key_words

import operator as _operator
from collections.abc import Mapping as _Mapping

import numpy as _np

from fastprob._bit_generator import BitGenerator, any_whole_number as _any_whole_number, whole_number as _whole_number
from fastprob._rsample import (
    rsample_concrete_grad, rsample_logistic_grad, rsample_normal_grad, rsample_truncnormal_grad, rsample_uniform_grad,
)

cnp.import_array()

cdef extern from "numpy/arrayobject.h":
    char *PyArray_BYTES(cnp.PyArrayObject *a) nogil

cdef object _NAME = "Threefry4x32-20"
cdef object _LAYOUTS = ("none", "uniform32", "uniform64", "normal32", "normal64")
cdef uint64_t _PLACES = 1 << 61      # words in a stream
cdef object _LARGEST = _np.iinfo(_np.intp).max      # elements of an array


# ---- what the methods draw

cdef Method _RANDOM = Method("random", FP_FILL_unit_f32, FP_FILL_unit_f64)
cdef Method _OPEN = Method("random", FP_FILL_open_f32, FP_FILL_open_f64)
cdef Method _UNIFORM = Method("uniform", FP_FILL_unit_f32, FP_FILL_unit_f64, FP_TRANSFORM_uniform, ("low", "high"),
                              (FP_DOMAIN_ANY, FP_DOMAIN_ANY), (FP_DOMAIN_FINITE_RANGE, FP_DOMAIN_RANGE))
cdef Method _STANDARD_NORMAL = Method("standard_normal", FP_FILL_normal_f32, FP_FILL_normal_f64)
cdef Method _NORMAL = Method("normal", FP_FILL_normal_f32, FP_FILL_normal_f64, FP_TRANSFORM_location_scale, ("loc", "scale"),
                             (FP_DOMAIN_ANY, FP_DOMAIN_NOT_NEGATIVE))
cdef Method _NORMAL_LOG_SCALE = Method("normal", FP_FILL_normal_f32, FP_FILL_normal_f64, FP_TRANSFORM_location_log_scale,
                                       ("loc", "log_scale"), (FP_DOMAIN_ANY, FP_DOMAIN_ANY))
cdef Method _NORMAL_LOGVAR = Method("normal", FP_FILL_normal_f32, FP_FILL_normal_f64, FP_TRANSFORM_location_logvar,
                                    ("loc", "logvar"), (FP_DOMAIN_ANY, FP_DOMAIN_ANY))
cdef Method _LOGISTIC = Method("logistic", FP_FILL_logistic_f32, FP_FILL_logistic_f64, FP_TRANSFORM_location_scale,
                               ("loc", "scale"), (FP_DOMAIN_ANY, FP_DOMAIN_NOT_NEGATIVE))
cdef Method _LOGISTIC_LOG_SCALE = Method("logistic", FP_FILL_logistic_f32, FP_FILL_logistic_f64, FP_TRANSFORM_location_log_scale,
                                         ("loc", "log_scale"), (FP_DOMAIN_ANY, FP_DOMAIN_ANY))
cdef Method _BERNOULLI = Method("bernoulli", FP_FILL_words, FP_FILL_unit_f64, FP_TRANSFORM_bernoulli, ("p",),
                                (FP_DOMAIN_PROBABILITY,))
cdef Method _BERNOULLI_LOGITS = Method("bernoulli", FP_FILL_words, FP_FILL_unit_f64, FP_TRANSFORM_bernoulli_logits, ("logits",),
                                       (FP_DOMAIN_NOT_NAN,))
cdef Method _TRUNCNORMAL = Method("truncnormal", FP_FILL_open_f32, FP_FILL_open_f64, FP_TRANSFORM_truncnormal,
                                  ("low", "high", "loc", "scale"),
                                  (FP_DOMAIN_NOT_NAN, FP_DOMAIN_NOT_NAN, FP_DOMAIN_FINITE, FP_DOMAIN_FINITE_SCALE), (FP_DOMAIN_ORDERED,))
cdef Method _CONCRETE = Method("concrete", FP_FILL_logistic_f32, FP_FILL_logistic_f64, FP_TRANSFORM_concrete,
                               ("logits", "temperature"), (FP_DOMAIN_NOT_NAN, FP_DOMAIN_POSITIVE))


# ---- the generator

@cython.binding(False)      # descriptors, which are called in 0.05 us less than Cython's functions, and know a signature as well
@cython.embedsignature(True)
@cython.embedsignature.format("clinic")
cdef class Generator(Source):
    """Generator(seed=None, *, stream=0)\n--\n\n\
    Draws from one stream of the engine. See default_rng, which is the usual way to make one.

    Every method takes `size`, a shape (None: that of the parameters and of `out`, or a single float), `dtype`, float32 or
    float64, and `out`, a C-contiguous array of that type to write to. Parameters broadcast; arrays of any layout and real type are
    read where they lie, copied only if they share memory with `out`. A call takes its places in the stream at once, so that many
    Python threads may draw from one Generator: no draw is made twice, none is lost. Large draws use several threads; that never
    changes a value.

    Draws of one kind follow one another: ``random(3)`` and ``random(5)`` are the same numbers as ``random(8)``. The four kinds are
    normals and everything else, in float32 and in float64; a draw of another kind than the one before begins a new group of 64
    words.

    Streams may change with fastprob's minor versions before 1.0, and with major ones after; the changelog says when. The tests
    hold golden values.

    Parameters
    ----------
    seed : see default_rng
    stream : int
        From 0 to 2^64 - 1: another stream for the same seed.

    Examples
    --------
    >>> from fastprob import random
    >>> rng = random.default_rng(1)
    >>> rng.normal([0.0, 10.0], [1.0, 0.0]).shape
    (2,)
    """

    def __init__(self, seed=None, *, stream=0):
        stream = _whole_number(stream, 64, "stream")
        self.begin(key_words(seed), stream, seed is None)
        self.spawned = 0

    cdef object draw2(self, Method method, object a, object b, object size, object dtype, object out, bint keep):
        """The draw for two parameters; a dtype of None is theirs."""
        cdef PyObject *values[2]
        values[0], values[1] = <PyObject *>a, <PyObject *>b
        return self.draw(method, values, size, common_type(values, 2) if keep and dtype is None else dtype, out, keep)

    cdef object draw4(self, Method method, object a, object b, object c, object d, object size, object dtype, object out, bint keep):
        cdef PyObject *values[4]
        values[0], values[1], values[2], values[3] = <PyObject *>a, <PyObject *>b, <PyObject *>c, <PyObject *>d
        return self.draw(method, values, size, common_type(values, 4) if keep and dtype is None else dtype, out, keep)

    def random(self, size=None, dtype="float64", out=None, *, bint open=False):
        """Uniform numbers from [0, 1), or from (0, 1).

        Parameters
        ----------
        size : int or tuple of ints, optional
            Shape; None for that of `out`, or a single float.
        dtype : dtype
            float32 or float64.
        out : ndarray, optional
            Where the draws go.
        open : bool
            Never 0, for a logarithm or a quantile to follow.

        Returns
        -------
        u : float or ndarray

        Raises
        ------
        TypeError, ValueError
            For a wrong `size`, `dtype` or `out`, as NumPy's Generator does.

        Notes
        -----
        float64: k 2^-53 for k = 0 to 2^53 - 1; float32: k 2^-24 for k = 0 to 2^24 - 1; each equally likely. With `open`, odd k
        only: from 2^-53 to 1 - 2^-53 (2^-24 to 1 - 2^-24), symmetric about 1/2. Quantile functions turn these, or points of
        one's own, into draws: ``normal.ppf(u, loc, scale)``, with 1 - u for the antithetic ones.

        Examples
        --------
        >>> from fastprob import random
        >>> u = random.default_rng(1).random((2, 3))
        >>> bool(((0 <= u) & (u < 1)).all())
        True
        """
        return self.draw(_OPEN if open else _RANDOM, NULL, size, dtype, out, False)

    def uniform(self, low=0.0, high=1.0, size=None, dtype="float64", out=None):
        """Uniform numbers, low + (high - low) u.

        Parameters
        ----------
        low, high : array_like
            The ends: low <= high.
        size : int or tuple of ints, optional
            Shape; None for that of the parameters or of `out`, or a single float.
        dtype : dtype
            float32 or float64.
        out : ndarray, optional
            Where the draws go.

        Returns
        -------
        x : float or ndarray
            low <= x <= high; x = high only where low + (high - low) u is rounded to it.

        Raises
        ------
        OverflowError
            If high - low is not finite.
        ValueError
            If high < low, and for shapes that do not match.
        TypeError
            For parameters that are no real numbers, a wrong `dtype` or `out`.

        Notes
        -----
        u as in random; one rounding by a fused multiply-add.

        Examples
        --------
        >>> from fastprob import random
        >>> x = random.default_rng(1).uniform(-1.0, [1.0, 2.0], size=(5, 2))
        >>> x.shape
        (5, 2)
        """
        return self.draw2(_UNIFORM, low, high, size, dtype, out, False)

    def standard_normal(self, size=None, dtype="float64", out=None):
        """Normal numbers with mean 0 and standard deviation 1.

        Parameters
        ----------
        size : int or tuple of ints, optional
            Shape; None for that of `out`, or a single float.
        dtype : dtype
            float32 or float64.
        out : ndarray, optional
            Where the draws go.

        Returns
        -------
        z : float or ndarray
            At most 9.4926 in size (float64), 6.7637 (float32).

        Raises
        ------
        TypeError, ValueError
            For a wrong `size`, `dtype` or `out`, as NumPy's Generator does.

        Notes
        -----
        Box and Muller's transform, sqrt(-2 log u) cos(2 pi v) and sin(2 pi v), with u and v of 64 bits (float32: 32 bits):
        two numbers take what two uniforms take, without rejection.

        Examples
        --------
        >>> from fastprob import random
        >>> z = random.default_rng(1).standard_normal(100_000)
        >>> bool(abs(z.mean()) < 0.02), bool(abs(z.std() - 1) < 0.02)
        (True, True)
        """
        return self.draw(_STANDARD_NORMAL, NULL, size, dtype, out, False)

    def normal(self, loc=0.0, scale=1.0, size=None, dtype="float64", out=None):
        """Normal numbers, loc + scale z.

        Parameters
        ----------
        loc, scale : array_like
            Mean, and standard deviation >= 0; a scale of 0 gives loc. NaN gives NaN.
        size : int or tuple of ints, optional
            Shape; None for that of the parameters or of `out`, or a single float.
        dtype : dtype
            float32 or float64.
        out : ndarray, optional
            Where the draws go.

        Returns
        -------
        x : float or ndarray

        Raises
        ------
        ValueError
            If scale < 0, and for shapes that do not match.
        TypeError
            For parameters that are no real numbers, a wrong `dtype` or `out`.

        Notes
        -----
        z as in standard_normal; one rounding by a fused multiply-add.

        Examples
        --------
        >>> from fastprob import random
        >>> random.default_rng(1).normal([3.0, 4.0], 0.0)
        array([3., 4.])
        """
        return self.draw2(_NORMAL, loc, scale, size, dtype, out, False)

    def logistic(self, loc=0.0, scale=1.0, size=None, dtype="float64", out=None):
        """Logistic numbers, loc + scale log(u/(1 - u)).

        Parameters
        ----------
        loc, scale : array_like
            Mean, and scale >= 0; a scale of 0 gives loc. NaN gives NaN.
        size : int or tuple of ints, optional
            Shape; None for that of the parameters or of `out`, or a single float.
        dtype : dtype
            float32 or float64.
        out : ndarray, optional
            Where the draws go.

        Returns
        -------
        x : float or ndarray
            (x - loc)/scale is at most 45.05 in size (float64), 22.87 (float32).

        Raises
        ------
        ValueError
            If scale < 0, and for shapes that do not match.
        TypeError
            For parameters that are no real numbers, a wrong `dtype` or `out`.

        Notes
        -----
        By the quantile, from a sign and the smaller of u and 1 - u with 63 bits (float32: 31): both tails are as fine.

        Examples
        --------
        >>> from fastprob import random
        >>> random.default_rng(1).logistic(5.0, 0.0, size=2)
        array([5., 5.])
        """
        return self.draw2(_LOGISTIC, loc, scale, size, dtype, out, False)

    def bernoulli(self, p=None, size=None, dtype="float64", out=None, *, logits=None):
        """Numbers that are 1 with probability p and else 0.

        Parameters
        ----------
        p : array_like
            Probability, from 0 to 1.
        size : int or tuple of ints, optional
            Shape; None for that of the parameters or of `out`, or a single float.
        dtype : dtype
            float32 or float64.
        out : ndarray, optional
            Where the draws go.
        logits : array_like
            log(p/(1 - p)) in place of p.

        Returns
        -------
        k : float or ndarray
            0.0 or 1.0.

        Raises
        ------
        ValueError
            If p is not in [0, 1] or logits are NaN, and for shapes that do not match.
        TypeError
            Unless exactly one of p and logits is given; for parameters that are no real numbers, a wrong `dtype` or `out`.

        Notes
        -----
        u < p for a uniform u of 53 bits (float32: 32 bits): p is rounded up to a multiple of 2^-53 (2^-32).

        Examples
        --------
        >>> from fastprob import random
        >>> random.default_rng(1).bernoulli([0.0, 1.0])
        array([0., 1.])
        """
        cdef PyObject *value
        if (p is None) == (logits is None):
            raise TypeError("bernoulli: exactly one of p and logits is to be given")
        given = p if logits is None else logits
        value = <PyObject *>given
        return self.draw(_BERNOULLI if logits is None else _BERNOULLI_LOGITS, &value, size, dtype, out, False)

    def truncnormal(self, low, high, loc=0.0, scale=1.0, size=None, dtype="float64", out=None):
        """Normal numbers between two ends.

        Parameters
        ----------
        low, high : array_like
            The ends, low <= high, in the units of loc; they may be infinite.
        loc, scale : array_like
            Mean, and standard deviation >= 0, of the whole distribution; both finite. A scale of 0 gives loc, or the end nearest
            to it.
        size : int or tuple of ints, optional
            Shape; None for that of the parameters or of `out`, or a single float.
        dtype : dtype
            float32 or float64.
        out : ndarray, optional
            Where the draws go.

        Returns
        -------
        x : float or ndarray
            low <= x <= high.

        Raises
        ------
        ValueError
            If high < low or both are the same infinity, scale < 0, for NaN, an infinite loc or scale, and for shapes that do not
            match.
        TypeError
            For parameters that are no real numbers, a wrong `dtype` or `out`.

        Notes
        -----
        By the quantile of u from (0, 1), as of random(open=True), which is that of truncnormal.ppf: without rejection, increasing
        in u, at any distance and any width. Between infinite ends |x - loc|/scale is at most 8.2095 (float64), 5.2947 (float32),
        the quantiles of the least u; normal reaches further.

        Examples
        --------
        >>> from fastprob import random
        >>> x = random.default_rng(1).truncnormal(50.0, 51.0, size=1000)      # 50 standard deviations out
        >>> bool(abs(x.mean() - 50.02) < 0.002)
        True
        """
        return self.draw4(_TRUNCNORMAL, low, high, loc, scale, size, dtype, out, False)

    def rsample_normal(self, loc=0.0, *, scale=None, log_scale=None, logvar=None, size=None, dtype=None, out=None):
        """Normal numbers and their noise: z = loc + scale eps.

        Parameters
        ----------
        loc : array_like
            Mean.
        scale, log_scale, logvar : array_like
            Exactly one: the standard deviation >= 0, its logarithm, or the logarithm of its square.
        size : int or tuple of ints, optional
            Shape; None for that of the parameters.
        dtype : dtype, optional
            float32 or float64; None for float32 if all arrays among the parameters are, else float64.
        out : tuple of two ndarrays, optional
            Where z and eps go.

        Returns
        -------
        z, eps : ndarray, or float
            eps is standard normal. rsample_normal_grad takes it.

        Raises
        ------
        TypeError
            Unless exactly one of scale, log_scale and logvar is given; as for normal.
        ValueError
            As for normal.

        Examples
        --------
        >>> import numpy as np
        >>> from fastprob import random
        >>> z, eps = random.default_rng(1).rsample_normal(np.zeros(3), log_scale=0.0)
        >>> bool((z == eps).all())
        True
        """
        cdef int which = one_of("rsample_normal", scale, log_scale, logvar)
        if which == 0:
            return self.draw2(_NORMAL, loc, scale, size, dtype, out, True)
        if which == 1:
            return self.draw2(_NORMAL_LOG_SCALE, loc, log_scale, size, dtype, out, True)
        return self.draw2(_NORMAL_LOGVAR, loc, logvar, size, dtype, out, True)

    def rsample_logistic(self, loc=0.0, *, scale=None, log_scale=None, size=None, dtype=None, out=None):
        """Logistic numbers and their noise: x = loc + scale eps.

        Parameters
        ----------
        loc : array_like
            Mean.
        scale, log_scale : array_like
            Exactly one: the scale >= 0 or its logarithm.
        size, dtype, out
            As for rsample_normal.

        Returns
        -------
        x, eps : ndarray, or float
            eps is standard logistic. rsample_logistic_grad takes it.

        Raises
        ------
        TypeError
            Unless exactly one of scale and log_scale is given; as for logistic.
        ValueError
            As for logistic.

        Examples
        --------
        >>> from fastprob import random
        >>> x, eps = random.default_rng(1).rsample_logistic([1.0, 2.0], scale=0.0)
        >>> x
        array([1., 2.])
        """
        if one_of("rsample_logistic", scale, log_scale, None) == 0:
            return self.draw2(_LOGISTIC, loc, scale, size, dtype, out, True)
        return self.draw2(_LOGISTIC_LOG_SCALE, loc, log_scale, size, dtype, out, True)

    def rsample_uniform(self, low=0.0, high=1.0, *, size=None, dtype=None, out=None):
        """Uniform numbers and their noise: x = low + (high - low) u.

        Parameters
        ----------
        low, high : array_like
            The ends: low <= high.
        size, dtype, out
            As for rsample_normal.

        Returns
        -------
        x, u : ndarray, or float
            u is uniform in [0, 1). rsample_uniform_grad takes it.

        Raises
        ------
        OverflowError, ValueError, TypeError
            As for uniform.

        Examples
        --------
        >>> from fastprob import random
        >>> x, u = random.default_rng(1).rsample_uniform([0.0, 0.0], [2.0, 4.0])
        >>> bool((x == u * [2.0, 4.0]).all())
        True
        """
        return self.draw2(_UNIFORM, low, high, size, dtype, out, True)

    def rsample_truncnormal(self, low, high, loc=0.0, scale=1.0, *, size=None, dtype=None, out=None):
        """Normal numbers between two ends and their noise: P(X < x) = u.

        Parameters
        ----------
        low, high, loc, scale : array_like
            As for truncnormal.
        size, dtype, out
            As for rsample_normal.

        Returns
        -------
        x, u : ndarray, or float
            u is uniform in (0, 1). rsample_truncnormal_grad takes both.

        Raises
        ------
        ValueError, TypeError
            As for truncnormal.

        Examples
        --------
        >>> from fastprob import random
        >>> x, u = random.default_rng(1).rsample_truncnormal(0.0, 1.0, size=5)
        >>> bool((x[u > 0.6] > 0.4).all())
        True
        """
        return self.draw4(_TRUNCNORMAL, low, high, loc, scale, size, dtype, out, True)

    def rsample_concrete(self, logits, temperature, *, size=None, dtype=None, out=None):
        """Numbers of the binary Concrete distribution, the relaxed Bernoulli, and their noise: y = 1/(1 + e^-l) with
        l = (logits + eps)/temperature.

        Parameters
        ----------
        logits : array_like
            log(p/(1 - p)) of the Bernoulli distribution that y tends to.
        temperature : array_like
            > 0; towards 0, y tends to 0 or 1.
        size, dtype, out
            As for rsample_normal.

        Returns
        -------
        y, eps : ndarray, or float
            eps is standard logistic. rsample_concrete_grad takes it.

        Raises
        ------
        ValueError
            If temperature <= 0, for NaN, and for shapes that do not match.
        TypeError
            For parameters that are no real numbers, a wrong `dtype` or `out`.

        Examples
        --------
        >>> from fastprob import random
        >>> y, eps = random.default_rng(1).rsample_concrete(2.0, 0.1, size=100_000)
        >>> bool(abs((y > 0.5).mean() - 0.8808) < 0.005)
        True
        """
        return self.draw2(_CONCRETE, logits, temperature, size, dtype, out, True)

    def permutation(self, x, axis=0):
        """A shuffled copy, or the numbers below x in random order.

        Parameters
        ----------
        x : int or array_like
            How many numbers, none for a negative one; or what to shuffle.
        axis : int
            The axis along which x is shuffled.

        Returns
        -------
        permuted : ndarray
            int64 for an int.

        Raises
        ------
        AxisError
            If x has no such axis.
        ValueError
            If x is an int that no array has so many elements of, or has masked elements.

        Notes
        -----
        Fisher and Yates' shuffle by one thread: from the last element down to the second, element i changes places with one
        of 0 to i, the high half of the 128-bit product of i + 1 with a 64-bit word. It takes n - 1 words; no order is likelier
        than another by more than n^2 2^-64 of it.

        Examples
        --------
        >>> from fastprob import random
        >>> sorted(random.default_rng(1).permutation(5).tolist())
        [0, 1, 2, 3, 4]
        """
        cdef cnp.ndarray order
        cdef int64_t *numbers
        cdef uint64_t first
        cdef cnp.npy_intp n
        cdef long long number = 0
        cdef bint whole = exact_int(x, &number)
        if whole:
            n = max(number, 0)
        elif hasattr(x, "__index__") and not hasattr(x, "__len__"):
            whole, length = True, max(_operator.index(x), 0)
            if length > _LARGEST:
                raise ValueError(f"x: Maximum allowed size exceeded, got {length}")
            n = length
        else:
            if masked(x):
                raise ValueError("x: has masked elements; allowed are arrays without: leave them out, or fill them")
            x, axis = _np.asarray(x), _any_whole_number(axis, "axis")
            if not -x.ndim <= axis < x.ndim:
                raise _np.exceptions.AxisError(axis, x.ndim)
            n = x.shape[axis]
        order = cnp.PyArray_EMPTY(1, &n, cnp.NPY_INT64, 0)
        numbers = <int64_t *>PyArray_BYTES(<cnp.PyArrayObject *>order)
        first = self.take(FP_LAYOUT_TWO, <uint64_t>max(n - 1, 0))
        if n < RELEASE:
            permute(self.state_.stream, first, numbers, <size_t>n)
        else:
            with nogil:
                permute(self.state_.stream, first, numbers, <size_t>n)
        return order if whole else x.take(order, axis)

    def spawn(self, n):
        """New independent Generators, for threads, processes or parts of a program.

        Parameters
        ----------
        n : int
            How many, from 0 to 2^31 - 1.

        Returns
        -------
        generators : list of Generator
            Their keys are drawn from places of this stream that no draw reaches; this Generator's own draws do not change. Further
            calls give further ones.

        Raises
        ------
        ValueError
            If n is another number.
        TypeError
            If it is no int.

        Examples
        --------
        A forked child repeats a seeded Generator's draws, as with NumPy; give each process one of its own:

        >>> from fastprob import random
        >>> first, second = random.default_rng(1).spawn(2)
        >>> first.random() == second.random()
        False
        """
        cdef uint32_t key[4]
        cdef fp_draw d
        cdef Generator child
        cdef int k
        n = _whole_number(n, 31, "n")
        self.prepare()
        children = []
        for _ in range(n):
            self.spawned += 1
            memset(&d, 0, sizeof(d))
            d.stream, d.fill, d.transform, d.n, d.out = self.state_.stream, FP_FILL_words, FP_TRANSFORM_NONE, 4, key
            d.first = <uint64_t>0 - 64 * self.spawned
            run_draw(&d)
            child = Generator.__new__(Generator)
            child.begin([key[k] for k in range(4)], self.stream(), self.from_entropy)
            children.append(child)
        return children

    def advance(self, delta):
        """Go on as if `delta` more numbers had been drawn.

        Parameters
        ----------
        delta : int
            How many numbers of the kind drawn last; of a new Generator, float64 ones. Negative to go back.

        Returns
        -------
        self : Generator

        Raises
        ------
        ValueError
            If that is before the stream's beginning or past its end, 2^61 words.
        TypeError
            If delta is no int.

        Examples
        --------
        >>> from fastprob import random
        >>> whole = random.default_rng(1).random(10)
        >>> bool((random.default_rng(1).advance(4).random(6) == whole[4:]).all())
        True
        """
        delta = _any_whole_number(delta, "delta")
        self.prepare()
        place = get_place(&self.state_)
        words = (place >> 3) + delta * (1 if place & 7 in (1, 3) else 2)
        if not 0 <= words < _PLACES:
            raise ValueError(f"delta: {delta} leads to word {words} of the stream; it has words 0 to 2^61 - 1")
        set_place(&self.state_, words << 3 | place & 7)
        return self

    @property
    def state(self):
        """Where the Generator is, as a dict of numbers and text. A copy; assign one to go there."""
        self.prepare()
        place = get_place(&self.state_)
        return {
            "bit_generator": _NAME,
            "key": tuple([self.state_.stream.key[k] for k in range(4)]),
            "stream": self.stream(),
            "words": place >> 3,
            "layout": _LAYOUTS[place & 7],
            "spawned": self.spawned,
        }

    @state.setter
    def state(self, value):
        wanted = set(self.state)
        if not isinstance(value, _Mapping) or set(value) != wanted or value["bit_generator"] != _NAME:
            raise ValueError(f"state: expected a dict with {', '.join(sorted(wanted))} of a {_NAME}, got {value!r}")
        if not isinstance(value["key"], (tuple, list)):
            raise ValueError(f"state: expected a key of four words, got {value!r}")
        key = [_whole_number(word, 32, "state['key']") for word in value["key"]]
        stream, words = _whole_number(value["stream"], 64, "state['stream']"), _whole_number(value["words"], 61, "state['words']")
        spawned = _whole_number(value["spawned"], 58, "state['spawned']")
        if len(key) != 4 or value["layout"] not in _LAYOUTS:
            raise ValueError(f"state: expected a key of four words and a layout of {', '.join(_LAYOUTS)}, got {value!r}")
        self.begin(key, stream, False)
        set_place(&self.state_, words << 3 | _LAYOUTS.index(value["layout"]))
        self.spawned = spawned

    def __copy__(self):
        """A Generator at the same place. Of one made without a seed: in a forked child it takes new entropy as well."""
        cdef Generator copied = _restored(type(self), self.state)
        copied.from_entropy = self.from_entropy
        return copied

    def __deepcopy__(self, memo):
        return self.__copy__()

    def __reduce__(self):
        return _restored, (type(self), self.state)

    def __repr__(self):
        state = self.state
        key = "".join([f"{word:08x}" for word in reversed(state["key"])])
        return f"<fastprob.random.Generator: {_NAME}, key 0x{key}, stream {state['stream']}, at word {state['words']}>"


def _restored(kind, state):
    generator = kind.__new__(kind)
    generator.state = state
    return generator


def default_rng(seed=None, *, stream=0):
    """A Generator for a seed.

    Parameters
    ----------
    seed : None, int, sequence of ints, SeedSequence, Generator or BitGenerator
        None takes entropy from the system. Ints and sequences go through numpy.random.SeedSequence. A NumPy Generator or
        BitGenerator draws the key; a fastprob Generator is returned as it is.
    stream : int
        From 0 to 2^64 - 1: another stream for the same seed.

    Returns
    -------
    rng : Generator

    Raises
    ------
    TypeError, ValueError
        For any other seed or stream.

    Notes
    -----
    After a fork the child's copy of a seeded Generator repeats the parent's draws (see Generator.spawn); one made without a seed
    takes new entropy, and so do its copies. One whose state was assigned, or that was pickled, is as good as seeded.

    Examples
    --------
    >>> from fastprob import random
    >>> rng = random.default_rng(12345)
    >>> bool((rng.random(4) == random.default_rng(12345).random(4)).all())
    True
    """
    if isinstance(seed, Generator):
        if stream:
            raise TypeError("stream: a Generator has one already")
        return seed
    return Generator(seed, stream=stream)
