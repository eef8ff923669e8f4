"""Sums over the rows of a logistic regression: each a single pass, on the package's own threads, around single-threaded products.

Rows go in blocks that stay in a core's cache, so that X is read once from memory however often it is used; blocks in chunks, whose
sums are folded in their order. Neither depends on the number of threads, and so the bits don't.
"""

from libc.math cimport sqrt
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

from cpython.pycapsule cimport PyCapsule_GetName, PyCapsule_GetPointer

from .._core cimport fp_task, pool_run

import math
import re

import numpy as np

cdef extern from "core/float_env.h" nogil:
    ctypedef struct float_env:
        pass
    float_env float_env_enter()
    void float_env_leave(float_env saved)

cdef extern from "fastprob.h" nogil:
    int fastprob_import() except -1
    void fp_expm1_f64_array(double *y, const double *x, size_t n)
    void fp_log_f64_array(double *y, const double *x, size_t n)

fastprob_import()

ctypedef void (*gemv_function)(char *, int *, int *, double *, double *, int *, double *, int *, double *, double *, int *) noexcept nogil
ctypedef void (*gemm_function)(char *, char *, int *, int *, int *, double *, double *, int *, double *, int *, double *, double *,
                              int *) noexcept nogil
ctypedef void (*syrk_function)(char *, char *, int *, int *, double *, double *, int *, double *, double *, int *) noexcept nogil

cdef void *blas_routine(str name, str arguments) except NULL:
    """The routine of a name, of the BLAS that SciPy comes with: Fortran's, with all matrices stored by columns. Its arguments are
    written in C, numbers as `real *`."""
    try:
        from scipy.linalg import cython_blas
    except ImportError as error:
        raise ImportError('matrix products need SciPy: pip install "fastprob[bayes]"') from error
    capsule = cython_blas.__pyx_capi__[name]
    cdef const char *signature = PyCapsule_GetName(capsule)
    # SciPy names its types after itself. Integers of another width would be read as garbage.
    if re.sub(r"\w*cython_blas_[sd]\b", "real", signature.decode()) != f"void ({arguments})":
        raise ImportError(f"SciPy's {name} has an unknown signature: {signature.decode()}")
    return PyCapsule_GetPointer(capsule, signature)


cdef gemv_function gemv = <gemv_function>blas_routine(
    "dgemv", "char *, int *, int *, real *, real *, int *, real *, int *, real *, real *, int *")
cdef syrk_function syrk = <syrk_function>blas_routine(
    "dsyrk", "char *, char *, int *, int *, real *, real *, int *, real *, real *, int *")
cdef gemm_function gemm = <gemm_function>blas_routine(
    "dgemm", "char *, char *, int *, int *, int *, real *, real *, int *, real *, int *, real *, real *, int *")

cdef Py_ssize_t BLOCK = 1 << 14     # numbers of X in a block: 128 KiB, of which two fit into a core's second-level cache
cdef Py_ssize_t FEWEST = 128        # rows of a block: with fewer, products are slow
cdef Py_ssize_t CHUNK = 1 << 13     # rows, at least, whose sums are one; 8 a column, so that the sums need less memory than X
cdef double LEAST = 1e-300          # xi^2 at least: all functions of xi have their limits there

cdef enum:
    VALUE           # value and gradient
    BOUND           # and the matrix of twice lambda(xi)
    NEWTON          # and that of minus the second derivatives
    TURN            # how log det of the last one changes with the mean
    PROJECT         # logits and their variances

KINDS = {"": VALUE, "bound": BOUND, "newton": NEWTON}


cdef struct Pass:
    int kind
    const char *X
    Py_ssize_t row, column          # strides, in bytes
    bint narrow                     # float32
    bint direct                     # rows are as the products want them
    Py_ssize_t rows, features, dim, block, chunk
    Py_ssize_t width                # of a chunk's sums
    double *mean
    double *factor                  # of the covariance, lower triangular; NULL: variances are as they are, if there are any
    double *logits                  # [rows], of PROJECT
    double *variances               # [rows]
    const double *sign              # [rows], 1 or -1
    const double *weight            # [rows]; NULL: 1
    double *sums                    # [chunks, width]: value, gradient [dim] and matrix [dim, dim]
    int failed                      # memory was short


cdef void copy_rows(double *to, const Pass *job, Py_ssize_t first, Py_ssize_t rows) noexcept nogil:
    """Rows side by side, in float64."""
    cdef Py_ssize_t i, j
    cdef const char *at
    for i in range(rows):
        for j in range(job.features):
            at = job.X + (first + i) * job.row + j * job.column
            to[i * job.features + j] = (<const float *>at)[0] if job.narrow else (<const double *>at)[0]


cdef void squares(double *out, double *product, double *X, const Pass *job, Py_ssize_t rows) noexcept nogil:
    """|factor' x|^2 of the rows; product is room for the vectors."""
    cdef int features = <int>job.features, dim = <int>job.dim, count = <int>rows
    cdef double one = 1.0, zero = 0.0, total, v
    cdef const double *last = job.factor + job.features * job.dim      # the factor's row of the intercept
    cdef Py_ssize_t i, j
    gemm(b"N", b"N", &features, &count, &features, &one, job.factor, &dim, X, &features, &zero, product, &features)
    for i in range(rows):
        total = 0.0
        if job.dim > job.features:
            for j in range(job.features):
                v = product[i * job.features + j] + last[j]
                total += v * v
            total += last[job.features] * last[job.features]
        else:
            for j in range(job.features):
                v = product[i * job.features + j]
                total += v * v
        out[i] = total


cdef void add_block(const Pass *job, double *sums, double *room, Py_ssize_t first, Py_ssize_t rows) noexcept nogil:
    """What a block adds to its chunk's sums. Room is there for 6 numbers a row and for two blocks."""
    cdef double *z = room
    cdef double *xi = room + job.block
    cdef double *less = room + 2 * job.block        # e^-xi - 1: nothing cancels in it
    cdef double *more = room + 3 * job.block        # e^-xi + 1
    cdef double *log_more = room + 4 * job.block
    cdef double *residual = room + 5 * job.block
    cdef double *scaled = room + 6 * job.block
    cdef double *X = <double *>(job.X + first * job.row)
    cdef double *variance = NULL if job.variances == NULL else job.variances + first
    cdef const double *sign = job.sign + first
    cdef const double *weight = job.weight
    cdef double *gradient = sums + 1
    cdef double *gram = sums + 1 + job.dim
    cdef int features = <int>job.features, dim = <int>job.dim, count = <int>rows, step = 1
    cdef double one = 1.0, zero = 0.0, shift = 0.0, value = 0.0, total = 0.0, w, c, along, twice_lambda
    cdef bint intercept = job.dim > job.features
    cdef Py_ssize_t i, j
    if weight != NULL:
        weight += first
    if not job.direct:
        X = scaled + rows * job.features
        copy_rows(X, job, first, rows)
    if intercept:
        shift = job.mean[job.features]
    gemv(b"T", &features, &count, &one, X, &features, job.mean, &step, &zero, z, &step)
    for i in range(rows):
        z[i] += shift
    if job.factor != NULL:
        squares(variance, scaled, X, job, rows)
    if job.kind == PROJECT:
        memcpy(job.logits + first, z, rows * sizeof(double))
        return
    for i in range(rows):
        w = z[i] * z[i]
        if variance != NULL and job.kind != TURN:
            w += variance[i]
        xi[i] = sqrt(w if w > LEAST else LEAST)
        less[i] = -xi[i]
    fp_expm1_f64_array(less, less, rows)
    for i in range(rows):
        more[i] = less[i] + 2.0
    if job.kind == TURN:
        for i in range(rows):       # c' s, c the logistic density
            c = (less[i] + 1.0) / (more[i] * more[i]) * (less[i] / more[i])
            residual[i] = variance[i] * (c if z[i] > 0.0 else -c)
    else:
        fp_log_f64_array(log_more, more, rows)
        for i in range(rows):
            residual[i] = 0.5 * sign[i] + less[i] / (2.0 * xi[i] * more[i]) * z[i]
            log_more[i] = 0.5 * (sign[i] * z[i] - xi[i]) - log_more[i]
    if weight != NULL:
        for i in range(rows):
            residual[i] *= weight[i]
            value += weight[i] * log_more[i] if job.kind != TURN else 0.0
    elif job.kind != TURN:
        for i in range(rows):
            value += log_more[i]
    sums[0] += value
    gemv(b"N", &features, &count, &one, X, &features, residual, &step, &one, gradient, &step)
    for i in range(rows):
        total += residual[i]
    if intercept:
        gradient[job.features] += total
    if job.kind != BOUND and job.kind != NEWTON:
        return
    total = 0.0
    for i in range(rows):
        twice_lambda = -less[i] / (2.0 * xi[i] * more[i])
        c = twice_lambda
        if job.kind == NEWTON:
            along = 1.0 if variance == NULL else z[i] * z[i] / (xi[i] * xi[i])
            c = along * (less[i] + 1.0) / (more[i] * more[i]) + (1.0 - along) * twice_lambda
        if weight != NULL:
            c *= weight[i]
        total += c
        residual[i] = sqrt(c)
    for i in range(rows):
        for j in range(job.features):
            scaled[i * job.features + j] = X[i * job.features + j] * residual[i]
    syrk(b"L", b"N", &features, &count, &one, scaled, &features, &one, gram, &dim)
    if intercept:
        gemv(b"N", &features, &count, &one, scaled, &features, residual, &step, &one, gram + job.features, &dim)
        gram[job.dim * job.dim - 1] += total


cdef void run_chunk(void *context, size_t index) noexcept nogil:
    cdef Pass *job = <Pass *>context
    cdef Py_ssize_t first = <Py_ssize_t>index * job.chunk, stop = min(first + job.chunk, job.rows)
    cdef double *room = <double *>malloc((6 * job.block + 2 * job.block * job.features) * sizeof(double))
    cdef float_env saved = float_env_enter()
    if room == NULL:
        job.failed = 1      # by whichever thread: all write the same
    else:
        while first < stop:
            add_block(job, NULL if job.sums == NULL else job.sums + index * job.width, room, first,
                      min(job.block, stop - first))
            first += job.block
    float_env_leave(saved)
    free(room)


cdef class Rows:
    """The data of a logistic regression: X [rows, features], float32 or float64; sign [rows], 1 or -1; a weight a row or None."""

    cdef readonly object X, sign, weight
    cdef readonly double copies         # of every row
    cdef readonly Py_ssize_t dim        # of the coefficients, the intercept last
    cdef readonly bint intercept

    def __init__(self, X, sign, bint intercept, weight=None, double copies=1.0):
        self.X, self.sign, self.weight, self.copies, self.intercept = X, sign, weight, copies, intercept
        self.dim = X.shape[1] + intercept

    def __len__(self):
        return len(self.X)

    def thinned(self, Py_ssize_t most):
        """Every so-manieth row, each counting for those left out as well."""
        step = slice(None, None, len(self.X) // most)
        X, weight = np.ascontiguousarray(self.X[step]), None if self.weight is None else np.ascontiguousarray(self.weight[step])
        copies = len(self.X) / len(X) if weight is None else float(self.weight.sum() / weight.sum())
        return Rows(X, np.ascontiguousarray(self.sign[step]), self.intercept, weight, copies)

    def average(self, values):
        """Of a value a row."""
        return float(values.mean() if self.weight is None else self.weight @ values / self.weight.sum())

    def look(self, mean, variances=None, cov=None, str curvature=""):
        """Value and gradient at `mean` of the sum over rows of log 1/(2 cosh(xi/2)) + sign logit/2, xi^2 = logit^2 + variance:
        Jaakkola and Jordan's bound of E[log likelihood], and without variances the log likelihood itself. And the matrix
        sum_i c_i x_i x_i', where c is minus the second derivative ("newton") or the bound's 2 lambda(xi) ("bound"), or None.

        With a covariance, variances [rows] are computed first, and written there.
        """
        kind = KINDS[curvature]
        sums = self._run(kind, mean, variances, cov, None)
        dim, matrix = self.dim, None
        if curvature:
            half = np.tril(self.copies * sums[:, 1 + dim:].sum(axis=0).reshape(dim, dim).T)
            matrix = half + np.tril(half, -1).T
        return self.copies * math.fsum(sums[:, 0]), self.copies * sums[:, 1:1 + dim].sum(axis=0), matrix

    def turn(self, mean, cov):
        """The derivative of log det(matrix of "newton") with respect to the mean, cov its inverse: [dim]."""
        return self.copies * self._run(TURN, mean, np.empty(len(self.X)), cov, None)[:, 1:1 + self.dim].sum(axis=0)

    def project(self, mean, cov):
        """Logits at the mean, and their variances, [rows] each; no variances without a covariance."""
        logits, variances = np.empty(len(self.X)), None if cov is None else np.empty(len(self.X))
        self._run(PROJECT, mean, variances, cov, logits)
        return logits, variances

    cdef _run(self, int kind, mean, variances, cov, logits):
        cdef Pass job
        cdef Py_ssize_t dim = self.dim, chunks
        cdef const double[::1] sign = self.sign, weight
        cdef double[::1] mean_ = np.ascontiguousarray(mean), variance, logit
        cdef double[:, ::1] factor
        cdef double[:, ::1] sums
        X = self.X
        cdef size_t address = X.ctypes.data
        memset(&job, 0, sizeof(job))
        job.kind, job.X = kind, <const char *>address
        job.row, job.column = X.strides
        job.narrow = X.dtype == np.float32
        job.rows, job.features, job.dim = X.shape[0], X.shape[1], dim
        job.direct = not job.narrow and X.flags.c_contiguous and X.flags.aligned
        job.block = max(FEWEST, BLOCK // max(job.features, 1))
        job.chunk = max(CHUNK, 8 * dim)
        job.mean, job.sign = &mean_[0], &sign[0] if sign.shape[0] else NULL
        if self.weight is not None:
            weight = self.weight
            job.weight = &weight[0]
        if variances is not None:
            variance = variances
            job.variances = &variance[0]
        if cov is not None:
            factor = np.linalg.cholesky(cov)
            job.factor = &factor[0, 0]
        if logits is not None:
            logit = logits
            job.logits = &logit[0]
        chunks = -(-job.rows // job.chunk)
        if kind != PROJECT:
            results = np.zeros((chunks, 1 + dim + (dim * dim if kind in (BOUND, NEWTON) else 0)))
            sums = results
            job.sums = &sums[0, 0]
            job.width = results.shape[1]
        with nogil:
            pool_run(run_chunk, &job, chunks)
        if job.failed:
            raise MemoryError("no room for a block of rows")
        return results if kind != PROJECT else None
