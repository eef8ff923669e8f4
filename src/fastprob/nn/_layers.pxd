"""The layers of a network, for the package's own modules: rows forward, rows backward, a slice of the parameters updated."""

from libc.stdint cimport int64_t, uint32_t

from .._core cimport fp_nn_kernels, fp_stream, fp_adam


# sgemm or dgemm: Fortran's, with all matrices stored by columns
ctypedef void (*gemm_function)(char *, char *, int *, int *, int *, void *, void *, int *, void *, int *, void *, void *, int *) noexcept nogil


# Rows are shared among threads by tiles of so many; rows beyond the last whole tile go with it. A smaller share of a matrix product
# costs nearly as much as this one.
cdef enum:
    TILE = 32


cdef Py_ssize_t strip_start(Py_ssize_t strip, Py_ssize_t strips, Py_ssize_t columns) noexcept nogil


# What a step tells its layers.
cdef struct Batch:
    Py_ssize_t rows
    const char *data            # the data set; a row's elements lie side by side
    Py_ssize_t stride           # bytes from row to row
    int source                  # FP_F32 or FP_F64
    const int64_t *index        # which rows of it
    fp_stream stream            # of eps; high[1] is the step
    fp_stream pixels            # of binarized inputs, likewise
    bint draw                   # eps is drawn, otherwise it is left as it is
    double weight               # of a row's loss in the gradient
    double kl_weight            # of the divergence in it, weight included
    bint momentum_only          # SGD, otherwise Adam
    fp_adam adam
    double rate, momentum


cdef class Layer:
    cdef readonly str name
    cdef readonly Py_ssize_t inputs, outputs
    cdef readonly Py_ssize_t slices          # pieces that the parameters are updated in
    cdef double work                         # floating-point operations of a row in its product
    cdef Py_ssize_t strips, strips_back      # of columns that a large product may be shared by, forward and backward; or 0
    cdef bint split, tiled                   # the bits of its products depend on the columns, on the rows in them
    cdef int activation                      # of y
    cdef Layer below
    cdef const fp_nn_kernels *kernels
    cdef gemm_function gemm
    cdef Py_ssize_t itemsize
    cdef char *x                             # [rows, inputs]: what the layer below gives
    cdef char *dx                            # gradient with respect to what the layer below put into its activation; NULL: not wanted
    cdef char *y                             # [rows, outputs]
    cdef char *dy                            # gradient with respect to what this layer puts into its activation
    cdef char *parameters                    # of this layer, one after the other
    cdef char *gradients                     # and in the same order
    cdef char *first
    cdef char *second

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef void backward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef void forward_rest(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef void backward_rest(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef void differentiate(self, const Batch *batch, Py_ssize_t piece) noexcept nogil
    cdef void update(self, const Batch *batch, Py_ssize_t piece) noexcept nogil
    cdef void multiply(self, char transpose_a, char transpose_b, int m, int n, int k,
                       char *a, int lda, char *b, int ldb, char *c, int ldc) noexcept nogil
    cdef void optimize(self, const Batch *batch, Py_ssize_t offset, Py_ssize_t count) noexcept nogil


cdef class Input(Layer):
    cdef const double[::1] shift, factor
    cdef bint binarize


cdef class Dense(Layer):
    cdef Py_ssize_t units       # of a slice

    cdef void forward_strips(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef void backward_strips(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef void values(self, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t unit, Py_ssize_t units) noexcept nogil
    cdef void slopes(self, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t column, Py_ssize_t columns) noexcept nogil
    cdef Py_ssize_t end_of_product(self, Py_ssize_t begin, Py_ssize_t stop) noexcept nogil


cdef class GaussianHead(Layer):
    cdef char *eps              # [rows, outputs]
    cdef char *scale            # [rows, outputs]
    cdef double *kl             # [rows]


cdef class Likelihood(Layer):
    cdef char *target           # [rows, inputs]: the input layer's y
    cdef double *loss           # [rows]


cdef class BernoulliLikelihood(Likelihood):
    pass


cdef class GaussianLikelihood(Likelihood):
    cdef bint shared
    cdef double least           # log scale
    cdef char *dscale           # [rows, inputs]: the gradient with respect to the log scales, by element
    cdef char *sums             # [inputs]: its sums, if shared
    cdef Py_ssize_t columns     # of a slice
