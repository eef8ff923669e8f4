"""The layers of a network, for the package's own modules: rows forward, rows backward, a slice of the parameters updated."""

from libc.stdint cimport int64_t, uint32_t

from .._core cimport fp_nn_kernels, fp_stream, fp_adam


# Rows are shared among threads by tiles of at least so many; rows beyond the last whole tile go with it. A smaller share of a matrix
# product costs nearly as much as this one.
cdef enum:
    TILE = 32
    INPUTS = 4                  # most input layers of a network
    GROUPS = 16                 # most groups of parameters, those whose weights do not decay included
    RANGES = 4                  # most runs of parameters side by side in a slice
    SLICE = 160_000             # parameters of one: with gradient and two moments about a megabyte of float32, which a core's own cache holds


# What the loss of a row is made of its draws.
cdef enum:
    ANALYTIC                    # their mean reconstruction, and the closed form of the divergence
    DRAWN                       # the means of both terms over the draws
    IMPORTANCE                  # -log of the mean importance weight
    DOUBLY                      # the same; the encoder's gradient through z alone


# The rows of an input layer.
cdef struct Source:
    const char *data            # a row's elements lie side by side
    Py_ssize_t stride           # bytes from row to row
    int type                    # FP_F32 or FP_F64


# What a step tells its layers. `start` and `stop` in their methods count rows of the batch, whatever a layer has for each of them.
cdef struct Batch:
    Py_ssize_t rows
    Py_ssize_t draws            # of z for each row
    Source sources[INPUTS]
    const int64_t *index        # which rows of the data
    fp_stream stream            # of eps; high[1] is the step
    fp_stream pixels            # of binarized inputs, likewise
    bint draw                   # eps is drawn, otherwise it is left as it is
    bint ratios                 # log q(z | x) - log p(z) of each draw is wanted
    double weight               # of a row's loss in the gradient
    const double *weights       # that times what each row of the data has; NULL: 1
    int objective
    double kl_weight            # of the divergence beside the rest of the loss
    double free_bits            # of the divergence a unit that cost as much as none
    bint momentum_only          # SGD, otherwise Adam
    fp_adam adam
    double rate, momentum
    double keep[GROUPS]         # what a step keeps of the parameters themselves
    double factor               # of the gradient, beside its size


# A run of a layer's parameters, side by side.
cdef struct Range:
    Py_ssize_t offset, count
    int group                   # of the network's, whose weights decay; 0: these don't


cdef char *address(object array) except? NULL


cdef class Layer:
    cdef readonly str name
    cdef readonly tuple sources              # names of the layers that it reads; the first has its inputs
    cdef readonly Py_ssize_t inputs, outputs
    cdef readonly str group                  # of parameters whose weights decay together
    cdef int group_number                    # 0: none
    cdef readonly Py_ssize_t slices          # pieces that the parameters are updated in
    cdef readonly bint drawn                 # its rows are draws: behind the latent layer
    cdef readonly bint wanted                # the gradient with respect to y: something before it learns
    cdef bint in_place                       # dx takes the place of x
    cdef double work                         # floating-point operations of a row in its product
    cdef Py_ssize_t strips, strips_back      # of columns that a large product may be shared by, forward and backward; or 0
    cdef char *scratch                       # [rows, scratch_columns], the network's, for what is turned around
    cdef Py_ssize_t scratch_columns
    cdef int activation                      # of y
    cdef list reads                          # the layers that are its sources
    cdef Layer below                         # the first of them
    cdef int most                            # that there can be
    cdef list places                         # for each of them, which of those that read it this layer is, the last of them 0; or -1
    cdef int readers                         # that put a gradient with respect to y somewhere
    cdef const fp_nn_kernels *kernels
    cdef Py_ssize_t itemsize
    cdef char *x                             # [rows, inputs]: what the layer below gives
    cdef char *dx                            # gradient with respect to x; NULL: not wanted
    cdef char *y                             # [rows, outputs]
    cdef char *dy                            # gradient with respect to y; then to what goes into the activation
    cdef char *others                        # [readers - 1], each like dy: of all that read y but the last
    cdef Py_ssize_t other                    # bytes of one of them
    cdef char *parameters                    # of this layer, one after the other
    cdef char *gradients                     # and in the same order
    cdef char *first
    cdef char *second

    cdef number_groups(self, tuple names)
    cdef read(self, list layers)
    cdef connect(self, dict arrays, dict layers)
    cdef char *place(self, int source, dict arrays) except? NULL
    cdef Py_ssize_t each(self, const Batch *batch) noexcept nogil
    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef void backward_first(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef void backward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef void forward_strips(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef void backward_strips(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef void forward_rest(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil
    cdef int ranges(self, Py_ssize_t piece, Range *found) noexcept nogil
    cdef void differentiate(self, const Batch *batch, Py_ssize_t piece) noexcept nogil
    cdef void update(self, const Batch *batch, Py_ssize_t piece) noexcept nogil
    cdef double squares(self, Py_ssize_t piece) noexcept nogil


cdef class Input(Layer):
    cdef const double[::1] shift, factor
    cdef bint binarize, missing
    cdef int number             # of this input among the network's
    cdef Py_ssize_t classes     # whose numbers are its elements; 0: they are any numbers
    cdef double *weight         # [rows]: of a row's loss in the gradient
    cdef char *target           # [rows, outputs]: y with NaN where x is missing; NULL: nothing is


cdef class Dense(Layer):
    cdef Py_ssize_t units       # of a slice

    cdef void values(self, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t unit, Py_ssize_t units) noexcept nogil
    cdef void slopes(self, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t column, Py_ssize_t columns) noexcept nogil


cdef class GaussianHead(Layer):
    cdef char *eps              # [draws, outputs]
    cdef char *scale            # [rows, outputs]
    cdef char *prior            # [rows, 2 outputs]: what the second of its sources gives; NULL: N(0, 1)
    cdef char *prior_scale      # [rows, outputs]
    cdef char *dprior           # gradient with respect to what the second gives; NULL: not wanted
    cdef double *kl             # [rows]
    cdef double *kl_weight      # [rows]: of it in the gradient
    cdef double *log_ratio      # [draws]
    cdef double *ratio_weight   # [draws]: of it in the gradient
    cdef double *weight         # [rows]: the input's
    cdef double *weights        # [draws]: the likelihood's
    cdef double *share          # [draws]: the likelihood's


cdef class Gate(Layer):
    pass
