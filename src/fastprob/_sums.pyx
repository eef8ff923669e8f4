"""Sums over data for the public functions: log likelihoods and their derivatives, what fits need, log of a sum of exponentials.

Arguments are looked at here, once; an error names the function and the argument, what was got and what is allowed.
"""

cimport numpy as cnp
from cpython.float cimport PyFloat_CheckExact
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_New
from libc.math cimport INFINITY, isfinite

from fastprob._core cimport (
    FP_FINISH_bernoulli_fit, FP_FINISH_bernoulli_loglik, FP_FINISH_logistic_loglik, FP_FINISH_logsumexp, FP_FINISH_normal_loglik,
    FP_FINISH_normal_moments, FP_FINISH_range, FP_FINISH_uniform_loglik, FP_MAX_DIMS, FP_MAX_RESULTS, FP_STORED_F32, FP_STORED_F64,
    Operation, as_array, fp_operand, fp_stored, fp_sum_job, fp_terms_job, masked, narrow_results, nearest_f32, operation, run_elements, run_sums,
    run_terms, stored,
)

import numpy as np
from fastprob._weights import lighter
from numpy.lib.array_utils import normalize_axis_tuple

cnp.import_array()

cdef extern from "Python.h":
    int PyTuple_SetItem(PyObject *tuple, Py_ssize_t k, PyObject *item) except -1

cdef extern from "numpy/arrayobject.h":
    char *PyArray_BYTES(cnp.PyArrayObject *a) nogil
    int PyArray_NDIM(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_DIMS(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_STRIDES(cnp.PyArrayObject *a) nogil
    int PyArray_TYPE(cnp.PyArrayObject *a) nogil
    int PyArray_ISNOTSWAPPED(cnp.PyArrayObject *a) nogil
    bint PyArray_SAMESHAPE(cnp.PyArrayObject *a, cnp.PyArrayObject *b) nogil
    object PyArray_Scalar(void *data, cnp.dtype dtype, PyObject *base)

cdef cnp.dtype FLOAT32 = np.dtype(np.float32)
cdef cnp.dtype FLOAT64 = np.dtype(np.float64)

cdef enum:
    MAX_PARAMETERS = 5
    RELEASE = 500       # elements from which it pays to let go of the GIL


# ---- arguments

cdef int type_of(object value) noexcept:
    """NPY_FLOAT or NPY_DOUBLE of an array that the core reads as it is; else -1."""
    cdef int type_num
    if not cnp.PyArray_CheckExact(value) or not PyArray_ISNOTSWAPPED(<cnp.PyArrayObject *>value):
        return -1
    type_num = PyArray_TYPE(<cnp.PyArrayObject *>value)
    return type_num if type_num == cnp.NPY_FLOAT or type_num == cnp.NPY_DOUBLE else -1


cpdef as_data(str function, str name, value):
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


cpdef as_weights(str function, weights, str name, cnp.ndarray data):
    """None, or an array of the data's shape."""
    if weights is None:
        return None
    array = as_data(function, "weights", weights)
    if PyArray_SAMESHAPE(<cnp.PyArrayObject *>array, <cnp.PyArrayObject *>data):
        return array
    try:
        return np.broadcast_to(array, (<object>data).shape)
    except ValueError:
        raise ValueError(
            f"fastprob.{function}: weights has shape {array.shape}, which does not broadcast to that of {name}, "
            f"{(<object>data).shape}"
        ) from None


cdef int width_of(object given, object array) except -1:
    """What an argument, of which NumPy made this array, says of the result's type: 4 for float32 and float16, 0, nothing, for None and
    Python's numbers, 8 for all others."""
    cdef int type_num
    if given is None or PyFloat_CheckExact(given):
        return 0
    if given is not array and isinstance(given, (float, int)) and not isinstance(given, np.floating):
        return 0
    type_num = PyArray_TYPE(<cnp.PyArrayObject *>array)
    return 4 if type_num == cnp.NPY_FLOAT or type_num == cnp.NPY_FLOAT16 else 8


def is_narrow(x, data, weights, w):
    """Whether every array is float32 or float16, so that the result is float32."""
    return max(width_of(x, data), width_of(weights, w)) == 4


cpdef object number(bint narrow, double value):
    """A NumPy scalar; quietly infinite where it is too large."""
    cdef float single
    if not narrow:
        return PyArray_Scalar(&value, FLOAT64, NULL)
    single = nearest_f32(value)
    return PyArray_Scalar(&single, FLOAT32, NULL)


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
    if cnp.PyArray_SIZE(x) < RELEASE:
        failed = run_sums(&job)
    else:
        with nogil:
            failed = run_sums(&job)
    if failed:
        raise MemoryError
    return 0


cdef Py_ssize_t NO_STRIDES[FP_MAX_DIMS]      # zeros


cdef int term_sums(fp_terms_job *job, double *results, cnp.ndarray x, object weights, bint lighter) except -1:
    """The sum of the values and, with a gradient, of the derivatives that have no place of their own."""
    cdef int failed
    job.ndim = PyArray_NDIM(<cnp.PyArrayObject *>x)
    job.shape = <const size_t *>PyArray_DIMS(<cnp.PyArrayObject *>x)
    set_operand(&job.inputs[0], x)
    job.sums, job.lighter = results, lighter
    job.weights.data = NULL
    if weights is not None:
        set_operand(&job.weights, weights)
    if cnp.PyArray_SIZE(x) < RELEASE:
        failed = run_terms(job)
    else:
        with nogil:
            failed = run_terms(job)
    if failed:
        raise MemoryError
    return 0


# ---- log likelihoods

cdef class Family:
    """What a log likelihood of this distribution is made of."""

    def __init__(self, str name, str data, tuple parameters, str value, str grad, int finish):
        self.loglik, self.loglik_and_grad = f"{name}.loglik", f"{name}.loglik_and_grad"
        self.data, self.parameters, self.count, self.finish = data, parameters, <int>len(parameters), finish
        self.value, self.grad = operation(value, self.loglik), operation(grad, self.loglik_and_grad)


NORMAL = Family("normal", "x", ("loc", "scale"), "normal_logpdf", "normal_logpdf_grad", FP_FINISH_normal_loglik)
LOGISTIC = Family("logistic", "x", ("loc", "scale"), "logistic_logpdf", "logistic_logpdf_grad", FP_FINISH_logistic_loglik)
UNIFORM = Family("uniform", "x", ("low", "high"), "uniform_logpdf", "uniform_logpdf_grad", FP_FINISH_uniform_loglik)
BERNOULLI = Family("bernoulli", "k", ("p",), "bernoulli_logpmf", "bernoulli_logpmf_grad", FP_FINISH_bernoulli_loglik)
BERNOULLI_LOGITS = Family("bernoulli", "k", ("logits",), "bernoulli_logpmf_logits", "bernoulli_logpmf_logits_grad",
                          FP_FINISH_bernoulli_loglik)


cdef void finish_parameters(double *parameters, Family family, bint gradient) noexcept:
    """Makes of a distribution's parameters what the core needs for sums: beside them, or instead, what it says of single elements."""
    cdef double inputs[4]
    cdef double slopes[3]
    if family.finish == FP_FINISH_uniform_loglik:
        inputs[0], inputs[1], inputs[2] = parameters[0], parameters[0], parameters[1]
        slopes[1] = slopes[2] = 0.0
        run_elements(family.value, 1, inputs, &parameters[2])
        if gradient:
            run_elements(family.grad, 1, inputs, slopes)
        parameters[3], parameters[4] = slopes[1], slopes[2]
    elif family.finish == FP_FINISH_bernoulli_loglik:
        inputs[0], inputs[1], inputs[2], inputs[3] = 1.0, 0.0, parameters[0], parameters[0]      # both outcomes
        parameters[2] = parameters[3] = 0.0
        run_elements(family.value, 2, inputs, parameters)
        if gradient:
            run_elements(family.grad, 2, inputs, &parameters[2])


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


cdef loglik(Family family, x, first, second, weights, bint gradient):
    """The log likelihood, and with `gradient` a tuple of its derivatives by each parameter too. `second` is None where there is one."""
    cdef str function = family.loglik_and_grad if gradient else family.loglik
    cdef double numbers[MAX_PARAMETERS]
    cdef double found[FP_MAX_RESULTS]
    cdef double again[FP_MAX_RESULTS]
    cdef fp_terms_job job                       # where parameters are arrays
    cdef bint by_arrays = False
    cdef int k, count = family.count, sums = 1 + count if gradient else 1
    cdef cnp.ndarray data = as_data(function, family.data, x)
    w = as_weights(function, weights, family.data, data)
    cdef int width = max(width_of(x, data), width_of(weights, w))
    cdef object converted = None                # arrays that nothing else holds
    for k in range(count):
        value = second if k else first
        job.inputs[1 + k].data, job.inputs[1 + k].strides = <char *>&numbers[k], NO_STRIDES
        job.inputs[1 + k].stored = FP_STORED_F64
        job.slopes[k] = NULL
        if PyFloat_CheckExact(value):
            numbers[k] = value
            continue
        array = value if type_of(value) >= 0 else as_data(function, family.parameters[k], value)      # no name is looked up
        width = max(width, width_of(value, array))
        if PyArray_NDIM(<cnp.PyArrayObject *>array) == 0:
            numbers[k] = float(array)
        elif PyArray_SAMESHAPE(<cnp.PyArrayObject *>array, <cnp.PyArrayObject *>data):
            by_arrays = True
            set_operand(&job.inputs[1 + k], array)
            if array is not value:
                converted = (converted, array)
        else:
            raise ValueError(f"fastprob.{function}: {family.parameters[k]} has shape {array.shape}, {family.data} has "
                             f"{(<object>data).shape}; allowed are a number and an array of the shape of {family.data}")
    cdef object derivatives = PyTuple_New(count) if gradient else None
    if by_arrays:
        job.op, job.grad, job.first = family.value.op, NULL, 0
        if gradient:
            job.grad, job.first = family.grad.op, family.grad.op.outputs - count
            new_slopes(&job, derivatives, data, width == 4)
        term_sums(&job, found, data, w, False)
    else:
        finish_parameters(numbers, family, gradient)
        sum_into(found, family.finish, data, w, numbers, 0)
    if not all_finite(found, sums) and (w is not None or family.finish in (FP_FINISH_normal_loglik, FP_FINISH_logistic_loglik)):
        less = lighter(w, (<object>data).shape)
        if by_arrays:
            job.slopes[0] = job.slopes[1] = NULL      # they are there
            term_sums(&job, again, data, less, True)
        else:
            sum_into(again, family.finish, data, less, numbers, 0, True)
        restore(found, again, sums)
    value = number(width == 4, found[0])
    if not gradient:
        return value
    for k in range(count):
        if job.inputs[1 + k].strides == NO_STRIDES:
            set_item(derivatives, k, number(width == 4, found[1 + k]))
    return value, derivatives


cdef int new_slopes(fp_terms_job *job, object derivatives, cnp.ndarray data, bint narrow) except -1:
    """An array for each derivative by an array."""
    cdef cnp.PyArrayObject *a = <cnp.PyArrayObject *>data
    cdef int k
    job.slope_type = FP_STORED_F32 if narrow else FP_STORED_F64
    for k in range(<int>len(derivatives)):
        if job.inputs[1 + k].strides != NO_STRIDES:
            slopes = cnp.PyArray_SimpleNew(PyArray_NDIM(a), PyArray_DIMS(a), cnp.NPY_FLOAT if narrow else cnp.NPY_DOUBLE)
            job.slopes[k] = PyArray_BYTES(<cnp.PyArrayObject *>slopes)
            set_item(derivatives, k, slopes)
    return 0


cdef int set_item(object items, int k, object item) except -1:
    """Of a tuple that nobody has seen."""
    Py_INCREF(item)      # SetItem takes one
    return PyTuple_SetItem(<PyObject *>items, k, <PyObject *>item)


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


cpdef logsumexp(x, axis, weights, bint keepdims):
    cdef double found[FP_MAX_RESULTS]
    cdef cnp.ndarray results
    data = as_data("special.logsumexp", "x", x)
    w = as_weights("special.logsumexp", weights, "x", data)
    narrow = max(width_of(x, data), width_of(weights, w)) == 4
    if axis is None and not keepdims:
        sum_exponentials(found, data, w, 0, 1)
        return number(narrow, found[0])
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
    if narrow:
        rounded = np.empty((<object>results).shape, np.float32)
        narrow_results(<const double *>PyArray_BYTES(<cnp.PyArrayObject *>results),
                       <float *>PyArray_BYTES(<cnp.PyArrayObject *>rounded), results.size)
        return rounded[()]
    return (<object>results)[()]
