"""The state of fastprob.random's Generator, and its draws: places are taken, parameters read where they lie, the core's loops run."""

cimport cython
cimport numpy as cnp
from cpython.float cimport PyFloat_CheckExact
from cpython.object cimport PyObject
from libc.stdint cimport uint64_t
from libc.string cimport memset

from fastprob._arguments cimport (
    RELEASE, broadcast, check_arrays, checked_out, complain, exact_int, is_f64, lay, plain_shape, real, shape_of,
)
from fastprob._core cimport (
    FP_F32, FP_F64, FP_MAX_DIMS, FP_MAX_PARAMETERS, FP_STORED_F32, FP_STORED_F64, FP_TRANSFORM_NONE, fp_draw, fp_layout, fp_operand,
    fp_parameters, first_outside, in_domain, layout_of, nearest_f32, reserve, run_draw, set_place,
)

import os

import numpy as np

cnp.import_array()

cdef extern from "numpy/arrayobject.h":
    char *PyArray_BYTES(cnp.PyArrayObject *a) nogil
    cnp.npy_intp PyArray_SIZE(cnp.PyArrayObject *a) nogil
    int PyArray_NDIM(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_DIMS(cnp.PyArrayObject *a) nogil
    cnp.npy_intp *PyArray_STRIDES(cnp.PyArrayObject *a) nogil
    cnp.npy_intp PyArray_ITEMSIZE(cnp.PyArrayObject *a) nogil
    int PyArray_TYPE(cnp.PyArrayObject *a) nogil
    int PyArray_FLAGS(cnp.PyArrayObject *a) nogil
    bint PyArray_ISNOTSWAPPED(cnp.PyArrayObject *a) nogil

cdef object FLOAT64 = np.float64
cdef object LONGEST = 1 << 53        # elements that no array has
cdef int process = 0                 # forks between this process and the first


def _forked():
    global process
    process += 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


cdef object key_words(object seed):
    """Four words of 32 bits from what a Generator may be seeded with."""
    if isinstance(seed, np.random.RandomState):
        seed = seed._bit_generator
    if isinstance(seed, (np.random.Generator, np.random.BitGenerator)):
        drawn = seed if isinstance(seed, np.random.Generator) else np.random.Generator(seed)
        return [int(word) for word in drawn.integers(0, 1 << 32, 4, np.uint32)]
    if not hasattr(seed, "generate_state"):
        try:
            seed = np.random.SeedSequence(seed)
        except (TypeError, ValueError) as error:
            raise type(error)(f"seed: {error}; allowed are ints >= 0 and sequences of them, a SeedSequence, a NumPy Generator or "
                              "BitGenerator, a fastprob Generator and None") from None
    return [int(word) for word in seed.generate_state(4, np.uint32)]


@cython.final
cdef class Method:
    """What a method draws: its name, fills, transform and parameters, what each of these may be, and what the first two may together."""

    def __cinit__(self, str name, int fill_f32, int fill_f64, int transform=FP_TRANSFORM_NONE, tuple names=(), tuple domains=(),
                  tuple both=()):
        self.name = name
        self.fill_f32, self.fill_f64, self.transform = fill_f32, fill_f64, transform
        self.names, self.rules.count, self.rules.pairs = names, <int>len(names), <int>len(both)
        for k, domain in enumerate(domains):
            self.rules.domains[k] = domain
        for k, domain in enumerate(both):
            self.rules.both[k] = domain


cdef bint same_shape(cnp.PyArrayObject *a, cnp.PyArrayObject *b) noexcept:
    cdef int d
    if PyArray_NDIM(a) != PyArray_NDIM(b):
        return False
    for d in range(PyArray_NDIM(a)):
        if PyArray_DIMS(a)[d] != PyArray_DIMS(b)[d]:
            return False
    return True


cdef bint is_row(cnp.PyArrayObject *a, cnp.PyArrayObject *like, int type) noexcept:
    """Whether an array has the shape of another one, not that of a number, and elements of the type that is drawn in a row."""
    cdef int needed = cnp.NPY_ARRAY_C_CONTIGUOUS | cnp.NPY_ARRAY_ALIGNED
    cdef int type_num = cnp.NPY_DOUBLE if type == FP_F64 else cnp.NPY_FLOAT
    return (PyArray_TYPE(a) == type_num and PyArray_NDIM(a) > 0 and PyArray_FLAGS(a) & needed == needed and PyArray_ISNOTSWAPPED(a)
            and same_shape(a, like))


cdef bint overlap(cnp.PyArrayObject *a, cnp.PyArrayObject *b) noexcept:
    """Whether an array may have a byte in common with another one that is contiguous."""
    cdef char *low = PyArray_BYTES(a)
    cdef char *high = low + PyArray_ITEMSIZE(a)
    cdef cnp.npy_intp bytes = PyArray_ITEMSIZE(b), reach
    cdef int d
    for d in range(PyArray_NDIM(a)):
        if PyArray_DIMS(a)[d] == 0:
            return False
        reach = (PyArray_DIMS(a)[d] - 1) * PyArray_STRIDES(a)[d]
        if reach < 0:
            low += reach
        else:
            high += reach
    for d in range(PyArray_NDIM(b)):
        bytes *= PyArray_DIMS(b)[d]
    return low < PyArray_BYTES(b) + bytes and PyArray_BYTES(b) < high


ctypedef struct Parameters:
    cnp.PyArrayObject *first                          # of the arrays, or NULL
    bint rows                                         # each array is a row as the first one,
    size_t size                                       # which has so many elements
    cnp.PyArrayObject *arrays[FP_MAX_PARAMETERS]      # NULL for a number, which is there in both types
    double wide[FP_MAX_PARAMETERS]
    float narrow[FP_MAX_PARAMETERS]


cdef list read_parameters(Method method, PyObject **values, int type, Parameters *p):
    """Numbers and arrays, all checked. Returns what arrays had to be made, None for none: they live as long as that."""
    cdef list made = None
    cdef long long integer
    cdef int k
    p.first, p.rows = NULL, True
    for k in range(method.rules.count):
        value = <object>values[k]
        p.arrays[k] = NULL
        if PyFloat_CheckExact(value):
            p.wide[k] = value
        elif cnp.PyArray_CheckExact(value) and is_row(<cnp.PyArrayObject *>value,
                                                      <cnp.PyArrayObject *>value if p.first is NULL else p.first, type):
            p.arrays[k] = <cnp.PyArrayObject *>value
        elif exact_int(value, &integer):
            p.wide[k] = <double>integer
        else:
            array = real(value, method.names, k)
            if PyArray_NDIM(<cnp.PyArrayObject *>array):
                p.arrays[k], p.rows = <cnp.PyArrayObject *>array, False
                if array is not value:
                    made = [array] if made is None else made + [array]
            else:
                p.wide[k] = array
        if p.arrays[k] is NULL:
            p.narrow[k] = nearest_f32(p.wide[k])
        elif p.first is NULL:
            p.first = p.arrays[k]
    p.size = 1 if p.first is NULL else <size_t>PyArray_SIZE(p.first)
    check_parameters(method, type, p)
    return made


cdef int check_parameters(Method method, int type, Parameters *p) except -1:
    """complain unless numbers and arrays are what the parameters may be."""
    cdef const void *rows[FP_MAX_PARAMETERS]
    cdef int count = method.rules.count, k
    if p.rows and p.size < RELEASE:
        for k in range(count):
            rows[k] = NULL if p.arrays[k] is NULL else PyArray_BYTES(p.arrays[k])
        if first_outside(type, &method.rules, p.wide, rows, p.size) < 0:
            return 0
    for k in range(count):
        if p.arrays[k] is not NULL:
            check_arrays(method.rules.domains[k], type, method.names, k, 1, &p.arrays[k], NULL, NULL)
        elif not in_domain(method.rules.domains[k], type, p.wide[k], 0.0):
            complain(method.rules.domains[k], method.names, k, 1, &p.wide[k])
    for k in range(method.rules.pairs):
        if p.arrays[0] is not NULL or p.arrays[1] is not NULL:
            check_arrays(method.rules.both[k], type, method.names, 0, 2, p.arrays, p.wide, p.narrow)
        elif not in_domain(method.rules.both[k], type, p.wide[0], p.wide[1]):
            complain(method.rules.both[k], method.names, 0, 2, p.wide)
    return 0


cdef tuple checked_outs(object out, bint f64):
    """The two arrays to which reparameterised draws go."""
    if not isinstance(out, tuple) or len(out) != 2:
        raise TypeError(f"out: expected a tuple of two arrays, got {type(out).__name__}")
    draws, noise = checked_out(out[0], f64, "out[0]"), checked_out(out[1], f64, "out[1]")
    cdef cnp.PyArrayObject *a = <cnp.PyArrayObject *>draws
    cdef cnp.PyArrayObject *b = <cnp.PyArrayObject *>noise
    if not same_shape(a, b) or overlap(a, b):
        raise ValueError(f"out: two arrays of the same shape that share no memory, got {draws.shape} and {noise.shape}")
    return draws, noise


cdef bint covers(const cnp.npy_intp *shape, int ndim, const cnp.npy_intp *common, int common_ndim) noexcept:
    """Whether what has the shape `common` broadcasts to `shape`."""
    cdef int i
    for i in range(common_ndim):
        if i >= ndim or (common[common_ndim - 1 - i] != 1 and common[common_ndim - 1 - i] != shape[ndim - 1 - i]):
            return False
    return True


cdef class Source:
    """A place in a stream, and draws from there on."""

    cdef int begin(self, object words, uint64_t stream, bint from_entropy) except -1:
        """The start of a stream of the key of these four words."""
        cdef int k
        for k in range(4):
            self.state_.stream.key[k] = words[k]
        self.state_.stream.high[0], self.state_.stream.high[1] = stream & 0xffffffff, stream >> 32
        set_place(&self.state_, 0)
        self.from_entropy, self.forks = from_entropy, process
        return 0

    cdef uint64_t stream(self) noexcept:
        return self.state_.stream.high[0] | <uint64_t>self.state_.stream.high[1] << 32

    cdef int prepare(self) except -1:
        """A forked child must not repeat what came from the system's entropy."""
        if self.from_entropy and self.forks != process:
            words = key_words(None)
            if self.forks != process:      # another thread may have been here
                self.begin(words, self.stream(), True)
        return 0

    cdef uint64_t take(self, int layout, uint64_t n) except? 0xffffffffffffffff:
        """n units of the stream, for this caller alone; returns the first."""
        cdef uint64_t first
        self.prepare()
        first = reserve(&self.state_, <fp_layout>layout, n)
        if first == <uint64_t>-1:
            raise ValueError("the stream has 2^61 words, and this draw would go past its end")
        return first

    cdef object draw(self, Method method, PyObject **values, object size, object dtype, object out, bint keep):
        """The draw for parameters, as many as the method has, with its noise if that is to be kept."""
        cdef bint f64 = is_f64(dtype, method.name)
        cdef double number = 0
        cdef float short_number = 0
        cdef cnp.npy_intp shape[FP_MAX_DIMS]
        cdef cnp.npy_intp common[FP_MAX_DIMS]
        cdef cnp.npy_intp *dims
        cdef bint given = out is not None
        cdef int type_num = cnp.NPY_DOUBLE if f64 else cnp.NPY_FLOAT, ndim = -1, common_ndim, i
        cdef Parameters p
        cdef fp_draw d
        cdef unsigned rows = 0
        cdef int k
        cdef list made = read_parameters(method, values, FP_F64 if f64 else FP_F32, &p)
        noise = None
        if given:
            if keep:
                out, noise = checked_outs(out, f64)
            else:
                checked_out(out, f64, "out")
            ndim = PyArray_NDIM(<cnp.PyArrayObject *>out)
            for i in range(ndim):
                shape[i] = PyArray_DIMS(<cnp.PyArrayObject *>out)[i]
            if not (size is None or shape_of(size) == out.shape):
                raise ValueError(f"size must match out.shape when used together: got size {size!r} and out.shape {out.shape}")
        elif size is not None:
            ndim = plain_shape(size, shape)
            if ndim < 0:
                lengths = shape_of(size)
                if len(lengths) > FP_MAX_DIMS or max(lengths, default=0) > LONGEST:
                    np.empty(lengths, FLOAT64)      # NumPy's error
                ndim = <int>len(lengths)
                for i in range(ndim):
                    shape[i] = lengths[i]
        if p.first is not NULL:
            dims, common_ndim = PyArray_DIMS(p.first), PyArray_NDIM(p.first)
            if not p.rows:
                dims, common_ndim = common, broadcast(common, p.arrays, method.rules.count, method.names)
            if ndim < 0:
                ndim = common_ndim
                for i in range(ndim):
                    shape[i] = dims[i]
            elif not covers(shape, ndim, dims, common_ndim):
                raise ValueError(f"Output size {tuple([shape[i] for i in range(ndim)])} is not compatible with broadcast dimensions "
                                 f"of inputs {tuple([dims[i] for i in range(common_ndim)])}.")
        memset(&d, 0, sizeof(d))
        if ndim < 0 and not keep:
            d.n, d.out = 1, <void *>&number if f64 else <void *>&short_number
        else:
            if not given:
                out = cnp.PyArray_EMPTY(max(ndim, 0), shape, type_num, 0)
            if keep and noise is None:
                noise = cnp.PyArray_EMPTY(max(ndim, 0), shape, type_num, 0)
            d.n, d.out = <size_t>PyArray_SIZE(<cnp.PyArrayObject *>out), PyArray_BYTES(<cnp.PyArrayObject *>out)
        d.noise = PyArray_BYTES(<cnp.PyArrayObject *>noise) if keep else NULL
        d.fill = method.fill_f64 if f64 else method.fill_f32
        d.transform, d.parameters = method.transform, method.rules.count
        for k in range(d.parameters):
            d.parameter[k] = <void *>&p.wide[k] if f64 else <void *>&p.narrow[k]
        if p.first is not NULL:
            for k in range(d.parameters):
                if p.arrays[k] is NULL:
                    continue
                if given and (overlap(p.arrays[k], <cnp.PyArrayObject *>out)
                              or (keep and overlap(p.arrays[k], <cnp.PyArrayObject *>noise))):
                    copied = (<object>p.arrays[k]).copy()      # it would be overwritten while it is read
                    p.arrays[k] = <cnp.PyArrayObject *>copied
                    made = [copied] if made is None else made + [copied]
                d.parameter[k] = PyArray_BYTES(p.arrays[k])
                rows |= 1 << k
        if p.first is NULL or (p.rows and d.n == p.size):
            d.rows = rows
            self.run(&d)
        else:
            self.run_arrays(&d, p.arrays, shape, ndim, f64)
        if ndim < 0:
            if keep:
                return float(out), float(noise)
            return number if f64 else short_number
        return (out, noise) if keep else out

    cdef int run_arrays(self, fp_draw *d, cnp.PyArrayObject **arrays, const cnp.npy_intp *shape, int ndim, bint f64) except -1:
        """With parameters some of which are arrays, of any layout and type; the others are numbers that repeat."""
        cdef fp_parameters parameters
        cdef fp_operand operands[FP_MAX_PARAMETERS]
        cdef Py_ssize_t strides[FP_MAX_PARAMETERS][FP_MAX_DIMS]
        cdef int k
        for k in range(d.parameters):
            if arrays[k] is not NULL:
                lay(&operands[k], strides[k], arrays[k], ndim)
                continue
            memset(strides[k], 0, ndim * sizeof(Py_ssize_t))
            operands[k].data, operands[k].strides = <char *>d.parameter[k], strides[k]
            operands[k].stored = FP_STORED_F64 if f64 else FP_STORED_F32
        parameters.ndim, parameters.shape, parameters.operands = ndim, <const size_t *>shape, operands
        d.arrays = &parameters
        return self.run(d)

    cdef int run(self, fp_draw *d) except -1:
        d.first = self.take(layout_of(d.fill), d.n)
        d.stream = self.state_.stream
        if d.n < RELEASE:
            run_draw(d)
        else:
            with nogil:
                run_draw(d)
        return 0
