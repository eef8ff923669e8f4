"""Sums over data for the public functions: log likelihoods and their derivatives, what fits need, log of a sum of exponentials.

Arguments are looked at here, once; an error names the function and the argument, what was got and what is allowed.
"""

cimport numpy as cnp
from cpython.float cimport PyFloat_CheckExact
from libc.math cimport INFINITY, isfinite

from fastprob._core cimport (
    FP_FINISH_bernoulli_fit, FP_FINISH_bernoulli_loglik, FP_FINISH_logistic_loglik, FP_FINISH_logsumexp, FP_FINISH_normal_loglik,
    FP_FINISH_normal_moments, FP_FINISH_range, FP_FINISH_uniform_loglik, FP_MAX_RESULTS, FP_STORED_F32, FP_STORED_F64, Operation,
    as_array, call2, call3, fp_operand, fp_stored, fp_sum_job, fp_terms_job, masked, operation, run_sums, run_terms, stored,
)

import numpy as np
from fastprob._weights import lighter
from numpy.lib.array_utils import normalize_axis_tuple

cnp.import_array()

cdef extern from "numpy/arrayobject.h":
    char *PyArray_BYTES(cnp.PyArrayObject *a) nogil
    int PyArray_NDIM(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_DIMS(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_STRIDES(cnp.PyArrayObject *a) nogil
    int PyArray_TYPE(cnp.PyArrayObject *a) nogil
    int PyArray_ISNOTSWAPPED(cnp.PyArrayObject *a) nogil

cdef enum:
    MAX_PARAMETERS = 5


# ---- arguments

cdef int type_of(object value) noexcept:
    """NPY_FLOAT or NPY_DOUBLE of an array that the core reads as it is; else -1."""
    cdef int type_num
    if not cnp.PyArray_CheckExact(value) or not PyArray_ISNOTSWAPPED(<cnp.PyArrayObject *>value):
        return -1
    type_num = PyArray_TYPE(<cnp.PyArrayObject *>value)
    return type_num if type_num == cnp.NPY_FLOAT or type_num == cnp.NPY_DOUBLE else -1


def as_data(str function, str name, value):
    """An array of real numbers that the core can read, or a TypeError; ValueError for masked elements, whose values are not known."""
    if type_of(value) >= 0:
        return value
    if masked(value):
        raise ValueError(f"fastprob.{function}: {name} has masked elements; allowed are arrays without: leave them out, or fill them")
    if type(value) is int and not -(1 << 63) <= value < 1 << 64:      # of which NumPy makes an object
        try:
            value = float(value)
        except OverflowError:
            raise ValueError(
                f"fastprob.{function}: {name} is an int of {value.bit_length()} bits; allowed are numbers that float64 holds"
            ) from None
    array = as_array(function, name, value)
    if not (array.dtype.kind in "biuf" and array.dtype.itemsize <= 8):
        raise TypeError(
            f"fastprob.{function}: {name} has dtype {array.dtype}; allowed are bool, integers, float16, float32 and float64"
        )
    return array if stored(array.dtype) is not None else array.astype(array.dtype.newbyteorder("="))


def as_weights(str function, weights, str name, tuple shape):
    """None, or an array of the data's shape."""
    if weights is None:
        return None
    array = as_data(function, "weights", weights)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(
            f"fastprob.{function}: weights has shape {array.shape}, which does not broadcast to that of {name}, {shape}"
        ) from None


def common_type(*values):
    """float32 if every array is float32 or float16, and there is one; else float64. Python numbers do not count."""
    narrow = False
    for value in values:
        if type_of(value) == cnp.NPY_DOUBLE:
            return np.float64
        if value is None or PyFloat_CheckExact(value) or (isinstance(value, (float, int)) and not isinstance(value, np.floating)):
            continue
        if np.asarray(value).dtype.type not in (np.float32, np.float16):
            return np.float64
        narrow = True
    return np.float32 if narrow else np.float64


# ---- the core's sums

cdef int set_operand(fp_operand *operand, cnp.ndarray array) except -1:
    operand.data = PyArray_BYTES(<cnp.PyArrayObject *>array)
    operand.strides = <const Py_ssize_t *>PyArray_STRIDES(<cnp.PyArrayObject *>array)
    cdef int type_num = type_of(array)
    operand.stored = (FP_STORED_F64 if type_num == cnp.NPY_DOUBLE else FP_STORED_F32 if type_num == cnp.NPY_FLOAT
                      else <fp_stored><int>stored(array.dtype))
    return 0


cdef int sum_into(double *results, int finish, cnp.ndarray x, object weights, const double *parameters, int kept,
                  bint lighter=False) except -1:
    """What the core makes of the sums over all but the first `kept` axes."""
    cdef fp_sum_job job
    cdef int failed
    job.finish, job.ndim, job.kept = finish, PyArray_NDIM(<cnp.PyArrayObject *>x), kept
    job.shape = <const size_t *>PyArray_DIMS(<cnp.PyArrayObject *>x)
    job.parameters = parameters
    job.results, job.lighter = results, lighter
    set_operand(&job.x, x)
    job.weights.data = NULL
    if weights is not None:
        set_operand(&job.weights, weights)
    with nogil:
        failed = run_sums(&job)
    if failed:
        raise MemoryError
    return 0


cdef int term_sums(double *results, Operation op, Operation grad, list inputs, object weights, list slopes,
                   bint lighter=False) except -1:
    """The sum of the operation's values, and of the derivatives that have no array in slopes."""
    cdef fp_terms_job job
    cdef cnp.ndarray first = inputs[0]
    cdef int failed, k
    job.op = op.op
    job.grad = NULL
    job.first = 0
    if grad is not None:
        job.grad = grad.op
        job.first = grad.op.outputs - len(slopes)
    job.ndim = PyArray_NDIM(<cnp.PyArrayObject *>first)
    job.shape = <const size_t *>PyArray_DIMS(<cnp.PyArrayObject *>first)
    job.sums, job.lighter = results, lighter
    job.slope_type = FP_STORED_F64
    for k in range(len(inputs)):
        set_operand(&job.inputs[k], inputs[k])
    job.weights.data = NULL
    if weights is not None:
        set_operand(&job.weights, weights)
    for k in range(len(slopes)):
        job.slopes[k] = NULL
        if slopes[k] is not None:
            job.slopes[k] = PyArray_BYTES(<cnp.PyArrayObject *>slopes[k])
            job.slope_type = FP_STORED_F32 if slopes[k].dtype == np.float32 else FP_STORED_F64
    with nogil:
        failed = run_terms(&job)
    if failed:
        raise MemoryError
    return 0


# ---- log likelihoods

cdef class Family:
    """What a log likelihood of this distribution is made of."""
    cdef str name, data
    cdef tuple parameters
    cdef Operation value, grad
    cdef int finish

    def __init__(self, str name, str data, tuple parameters, str value, str grad, int finish):
        self.name, self.data, self.parameters, self.finish = name, data, parameters, finish
        self.value, self.grad = operation(value, f"{name}.loglik"), operation(grad, f"{name}.loglik_and_grad")


cdef dict FAMILIES = {
    "normal": Family("normal", "x", ("loc", "scale"), "normal_logpdf", "normal_logpdf_grad", FP_FINISH_normal_loglik),
    "logistic": Family("logistic", "x", ("loc", "scale"), "logistic_logpdf", "logistic_logpdf_grad", FP_FINISH_logistic_loglik),
    "uniform": Family("uniform", "x", ("low", "high"), "uniform_logpdf", "uniform_logpdf_grad", FP_FINISH_uniform_loglik),
    "bernoulli": Family("bernoulli", "k", ("p",), "bernoulli_logpmf", "bernoulli_logpmf_grad", FP_FINISH_bernoulli_loglik),
    "bernoulli_logits": Family("bernoulli", "k", ("logits",), "bernoulli_logpmf_logits", "bernoulli_logpmf_logits_grad",
                               FP_FINISH_bernoulli_loglik),
}


cdef int finish_parameters(double *parameters, Family family, list values) except -1:
    """The core's parameters for sums with these: numbers, beside which it needs what the distribution says of single elements."""
    cdef Py_ssize_t k
    if family.finish == FP_FINISH_uniform_loglik:
        low, high = values
        _, dlow, dhigh = call3(family.grad, low, low, high, None, True, None)
        values = [low, high, call3(family.value, low, low, high, None, True, None), dlow, dhigh]
    elif family.finish == FP_FINISH_bernoulli_loglik:
        (p,) = values
        values = [call2(op, outcome, p, None, True, None) for op in (family.value, family.grad) for outcome in (1.0, 0.0)]
    for k in range(len(values)):
        parameters[k] = values[k]
    return 0


cdef bint all_finite(const double *sums, int count) noexcept:
    cdef int k
    for k in range(count):
        if not isfinite(sums[k]):
            return False
    return True


cdef void restore(double *sums, const double *again, int count) noexcept:
    """Those that are not finite, for something on their way may have overflowed, by those with lighter weights."""
    cdef int k
    for k in range(count):
        if not isfinite(sums[k]) and again[k] == again[k]:
            sums[k] = again[k]


def loglik(str family_name, x, tuple parameters, weights, bint gradient):
    """The log likelihood, and with `gradient` a tuple of its derivatives by each parameter too."""
    cdef Family family = FAMILIES[family_name]
    cdef str function = f"{family.name}.loglik_and_grad" if gradient else f"{family.name}.loglik"
    cdef double numbers[MAX_PARAMETERS]
    cdef double found[FP_MAX_RESULTS]
    cdef double again[FP_MAX_RESULTS]
    cdef Py_ssize_t k, count = len(parameters)
    cdef int sums = 1 + <int>count if gradient else 1
    data = as_data(function, family.data, x)
    shape = data.shape
    w = as_weights(function, weights, family.data, shape)
    values, arrays = [], []
    for k in range(count):
        value = parameters[k]
        if not PyFloat_CheckExact(value):
            name = family.parameters[k]
            value = as_data(function, name, value)
            if value.ndim == 0:
                value = float(value)
            elif value.shape == shape:
                arrays.append(value)
            else:
                raise ValueError(f"fastprob.{function}: {name} has shape {value.shape}, {family.data} has {shape}; "
                                 f"allowed are a number and an array of the shape of {family.data}")
        values.append(value)
    real = common_type(x, *parameters, weights)
    if not arrays:
        finish_parameters(numbers, family, values)
        sum_into(found, family.finish, data, w, numbers, 0)
    else:
        inputs, grad = [data] + [np.broadcast_to(value, shape) for value in values], family.grad if gradient else None
        slopes = [None if PyFloat_CheckExact(value) else np.empty(shape, real) for value in values] if gradient else []
        term_sums(found, family.value, grad, inputs, w, slopes)
    if not all_finite(found, sums) and (w is not None or family.finish in (FP_FINISH_normal_loglik, FP_FINISH_logistic_loglik)):
        less = lighter(w, shape)
        if not arrays:
            sum_into(again, family.finish, data, less, numbers, 0, True)
        else:
            unused = [None if slope is None else np.empty(shape, real) for slope in slopes]
            term_sums(again, family.value, grad, inputs, less, unused, True)
        restore(found, again, sums)
    value = as_real(real, found[0])
    if not gradient:
        return value
    return value, tuple([as_real(real, found[1 + k]) if not arrays or slopes[k] is None else slopes[k] for k in range(count)])


cdef object as_real(object real, double value):
    """A number of that type; quietly infinite where it is too large."""
    if real is np.float64:
        return real(value)
    with np.errstate(all="ignore"):
        return real(value)


# ---- what fits are made of: Python floats

def data_range(cnp.ndarray data, weights):
    """The least and the largest element with a weight, and the sum of the weights."""
    cdef double found[FP_MAX_RESULTS]
    sum_into(found, FP_FINISH_range, data, weights, NULL, 0)
    return found[0], found[1], found[2]


def normal_moments(cnp.ndarray data, weights, double loc, double scale):
    """Mean and standard deviation; loc and scale are near them."""
    cdef double found[FP_MAX_RESULTS]
    cdef double[2] parameters = [loc, scale]
    sum_into(found, FP_FINISH_normal_moments, data, weights, parameters, 0)
    return found[0], found[1]


def logistic_curve(cnp.ndarray data, weights, double loc, double scale):
    """The log likelihood, and the sums of w z t - w, w t, w (1 - t^2), w z (1 - t^2) and w z^2 (1 - t^2), t = tanh(z/2)."""
    cdef double found[FP_MAX_RESULTS]
    cdef double[2] parameters = [loc, scale]
    sum_into(found, FP_FINISH_logistic_loglik, data, weights, parameters, 0)
    return found[0], found[6], found[7], found[3], found[4], found[5]


def share_of_ones(cnp.ndarray data, weights):
    cdef double found[FP_MAX_RESULTS]
    sum_into(found, FP_FINISH_bernoulli_fit, data, weights, NULL, 0)
    return found[0]


# ---- log of a sum of exponentials

cdef int sum_exponentials(double *results, cnp.ndarray x, object weights, int kept, Py_ssize_t count) except -1:
    """So many results; where a sum has overflowed, by that with lighter weights."""
    cdef Py_ssize_t k = 0
    sum_into(results, FP_FINISH_logsumexp, x, weights, NULL, kept)
    while k < count and (weights is None or results[k] < INFINITY):
        k += 1
    if k == count:
        return 0
    again = np.empty(count)
    cdef double *right = <double *>PyArray_BYTES(<cnp.PyArrayObject *>again)
    sum_into(right, FP_FINISH_logsumexp, x, lighter(weights, (<object>x).shape), NULL, kept, True)
    for k in range(count):
        if not results[k] < INFINITY:
            results[k] = right[k]
    return 0


def logsumexp(x, axis, weights, bint keepdims):
    cdef double found[FP_MAX_RESULTS]
    cdef cnp.ndarray results
    data = as_data("special.logsumexp", "x", x)
    w = as_weights("special.logsumexp", weights, "x", data.shape)
    real = common_type(x, weights)
    if axis is None and not keepdims:
        sum_exponentials(found, data, w, 0, 1)
        return as_real(real, found[0])
    if axis is None:
        reduced = tuple(range(data.ndim))
    else:
        try:
            axes = axis if isinstance(axis, (tuple, list)) else (axis,)
            if any([isinstance(k, bool) for k in axes]):
                raise TypeError
            reduced = tuple(sorted(normalize_axis_tuple(axes, data.ndim)))
        except TypeError:
            raise TypeError(f"fastprob.special.logsumexp: axis is {axis!r}; allowed are None, int and tuple of int") from None
        except (ValueError, OverflowError) as error:      # AxisError among them
            kind = type(error) if isinstance(error, ValueError) else np.exceptions.AxisError
            raise kind(f"fastprob.special.logsumexp: axis is {axis!r}, x has {data.ndim} dimensions: {error}") from None
    kept = tuple([k for k in range(data.ndim) if k not in reduced])
    order = kept + reduced
    if w is not None:
        w = w.transpose(order)
    results = np.empty([data.shape[k] for k in kept])
    turned = data.transpose(order)
    sum_exponentials(<double *>PyArray_BYTES(<cnp.PyArrayObject *>results), turned, w, <int>len(kept), results.size)
    if keepdims:
        results = (<object>results).reshape([1 if k in reduced else n for k, n in enumerate(data.shape)])
    with np.errstate(all="ignore"):
        return (<object>results).astype(real)[()]
