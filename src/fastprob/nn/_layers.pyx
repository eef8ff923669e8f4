"""The layers of a network: `forward` and `backward` on rows of a batch, the gradient and `update` of a slice of the parameters.

A layer's own attributes are wired by the network that it becomes a part of. All of its methods that a step calls are free of Python.
"""

from libc.stdint cimport uint32_t

from .._core cimport FP_IDENTITY, FP_RELU, FP_SIGMOID, FP_SOFTPLUS, FP_TANH

ACTIVATIONS = {"identity": FP_IDENTITY, "relu": FP_RELU, "tanh": FP_TANH, "sigmoid": FP_SIGMOID, "softplus": FP_SOFTPLUS}

# Where a feature can be reproduced exactly, the likelihood has no bound: a scale that is learnt stops here.
LEAST_LOG_SCALE = -10.0

# Parameters of a layer from which threads share its products by strips of columns. A strip is at least 48 columns wide and begins at
# a multiple of 16, as the vectors and blocks of a BLAS do.
cdef Py_ssize_t STRIPPED = 50_000


cdef Py_ssize_t strips_of(Py_ssize_t columns) noexcept nogil:
    cdef Py_ssize_t strips = min(16, -(-columns // 16) // 3)
    return strips if strips > 1 else 0


cdef Py_ssize_t strip_start(Py_ssize_t strip, Py_ssize_t strips, Py_ssize_t columns) noexcept nogil:
    return min(columns, 16 * (strip * -(-columns // 16) // strips))


# Parameters of a slice: with their gradient and two moments about a megabyte of float32, which a core's own cache holds.
cdef Py_ssize_t SLICE = 160_000


cdef class Layer:
    """What all layers have: names and sizes, the buffers that the network gives them, and how many slices their parameters make."""

    def __init__(self, str name, Py_ssize_t inputs, Py_ssize_t outputs):
        if inputs < 1 or outputs < 0:
            raise ValueError(f"layer {name!r} has {inputs} inputs and {outputs} outputs")
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.activation = FP_IDENTITY

    @property
    def shapes(self):
        """Shapes of the parameters by their names, in the order in which they are stored."""
        return {}

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """y of rows start to stop of the batch from x."""

    cdef void backward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """dx of these rows from dy, where it is wanted."""

    cdef void forward_rest(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """What is left of forward after a large product, which was shared by columns."""

    cdef void backward_rest(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """What is left of backward after it."""

    cdef void differentiate(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        """The gradient with respect to a slice of the parameters, over all rows of the batch."""

    cdef void update(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        """The optimizer's step on that slice."""

    cdef void multiply(self, char transpose_a, char transpose_b, int m, int n, int k,
                       char *a, int lda, char *b, int ldb, char *c, int ldc) noexcept nogil:
        """c[m, n] = a[m, k] b[k, n], stored by columns."""
        cdef double one64 = 1.0, zero64 = 0.0
        cdef float one32 = 1.0, zero32 = 0.0
        if self.itemsize == 8:
            self.gemm(&transpose_a, &transpose_b, &m, &n, &k, &one64, a, &lda, b, &ldb, &zero64, c, &ldc)
        else:
            self.gemm(&transpose_a, &transpose_b, &m, &n, &k, &one32, a, &lda, b, &ldb, &zero32, c, &ldc)

    cdef void optimize(self, const Batch *batch, Py_ssize_t offset, Py_ssize_t count) noexcept nogil:
        """The optimizer's step on count parameters of this layer from offset on."""
        cdef Py_ssize_t at = offset * self.itemsize
        if batch.momentum_only:
            self.kernels.sgd(self.parameters + at, self.first + at, self.gradients + at, batch.rate, batch.momentum, count)
        else:
            self.kernels.adam(self.parameters + at, self.first + at, self.second + at, self.gradients + at, &batch.adam, count)


cdef class Input(Layer):
    """The rows of the batch as the model sees them: taken from the data, standardized if `shift` and `factor` are given as
    (x - shift) factor, drawn as 0 or 1 with probability x if `binarize`."""

    def __init__(self, Py_ssize_t features, shift=None, factor=None, bint binarize=False):
        super().__init__("input", features, features)
        if (shift is None) != (factor is None) or (shift is not None and not len(shift) == len(factor) == features):
            raise ValueError(f"shift and factor are {features} numbers each, or not given")
        self.shift = shift
        self.factor = factor
        self.binarize = binarize

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef char *y = self.y + start * self.outputs * self.itemsize
        cdef const double *shift = NULL
        cdef const double *factor = NULL
        if self.shift is not None:
            shift, factor = &self.shift[0], &self.factor[0]
        self.kernels.gather(y, batch.data, batch.stride, batch.source, batch.index + start, shift, factor, stop - start, self.outputs)
        if self.binarize:
            self.kernels.binarize(y, &batch.pixels, <uint32_t>start, stop - start, self.outputs)


cdef class Dense(Layer):
    """y = activation(x W^T + b), W [outputs, inputs], b [outputs].

    activation: "identity", "relu", "tanh", "sigmoid" or "softplus".
    """

    def __init__(self, str name, Py_ssize_t inputs, Py_ssize_t outputs, str activation="identity"):
        super().__init__(name, inputs, outputs)
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation is one of {', '.join(map(repr, ACTIVATIONS))}; got {activation!r}")
        self.activation = ACTIVATIONS[activation]
        # slices of about the same size, in whole groups of 16 units: a product's blocks then end where the vectors do
        wanted = max(1, round(inputs * outputs / SLICE))
        self.units = -(-outputs // (16 * wanted)) * 16
        self.slices = -(-outputs // self.units)
        self.work = 2.0 * inputs * outputs
        if inputs * outputs >= STRIPPED:
            self.strips, self.strips_back = strips_of(outputs), strips_of(inputs)

    @property
    def shapes(self):
        return {"weight": (self.outputs, self.inputs), "bias": (self.outputs,)}

    cdef void values(self, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t unit, Py_ssize_t units) noexcept nogil:
        """y = x W^T for these rows, and units from `unit` on."""
        cdef int n_in = <int>self.inputs, n_out = <int>self.outputs
        self.multiply(b'T', b'N', <int>units, <int>(stop - start), n_in, self.parameters + unit * n_in * self.itemsize, n_in,
                      self.x + start * n_in * self.itemsize, n_in, self.y + (start * n_out + unit) * self.itemsize, n_out)

    cdef void slopes(self, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t column, Py_ssize_t columns) noexcept nogil:
        """dx = dy W for these rows, and inputs from `column` on."""
        cdef int n_in = <int>self.inputs, n_out = <int>self.outputs
        self.multiply(b'N', b'N', <int>columns, <int>(stop - start), n_out, self.parameters + column * self.itemsize, n_in,
                      self.dy + start * n_out * self.itemsize, n_out, self.dx + (start * n_in + column) * self.itemsize, n_in)

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t begin = start, end = start
        while end < stop:
            end = self.end_of_product(begin, stop)
            self.values(begin, end, 0, self.outputs)
            begin = end
        self.forward_rest(batch, start, stop)

    cdef void forward_strips(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """The product of all rows, strips start to stop of its columns."""
        cdef Py_ssize_t unit = strip_start(start, self.strips, self.outputs)
        self.values(0, batch.rows, unit, strip_start(stop, self.strips, self.outputs) - unit)

    cdef void forward_rest(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        self.kernels.activate[self.activation](self.y + start * self.outputs * self.itemsize,
                                               self.parameters + self.outputs * self.inputs * self.itemsize, stop - start, self.outputs)

    cdef void backward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t begin = start, end = start
        if self.dx is NULL:
            return
        while end < stop:
            end = self.end_of_product(begin, stop)
            self.slopes(begin, end, 0, self.inputs)
            begin = end
        self.backward_rest(batch, start, stop)

    cdef void backward_strips(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t column = strip_start(start, self.strips_back, self.inputs)
        self.slopes(0, batch.rows, column, strip_start(stop, self.strips_back, self.inputs) - column)

    cdef void backward_rest(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t at = start * self.inputs * self.itemsize
        if self.below.activation != FP_IDENTITY:
            self.kernels.activate_backward[self.below.activation](self.dx + at, self.x + at, (stop - start) * self.inputs)

    cdef Py_ssize_t end_of_product(self, Py_ssize_t begin, Py_ssize_t stop) noexcept nogil:
        """How far the product of rows from begin on goes: a tile with what is left of the last one, or all."""
        return begin + TILE if self.tiled and stop - begin >= 2 * TILE else stop

    cdef void differentiate(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        cdef Py_ssize_t begin = piece * self.units, count = min(self.units, self.outputs - begin)
        cdef int n_in = <int>self.inputs, n_out = <int>self.outputs
        cdef char *dy = self.dy + begin * self.itemsize
        self.multiply(b'N', b'T', n_in, <int>count, <int>batch.rows, self.x, n_in, dy, n_out,
                      self.gradients + begin * self.inputs * self.itemsize, n_in)
        self.kernels.column_sums(self.gradients + (self.outputs * self.inputs + begin) * self.itemsize, dy, batch.rows, count, self.outputs)

    cdef void update(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        cdef Py_ssize_t begin = piece * self.units, count = min(self.units, self.outputs - begin)
        self.optimize(batch, begin * self.inputs, count * self.inputs)
        self.optimize(batch, self.outputs * self.inputs + begin, count)


cdef class GaussianHead(Layer):
    """q(z | x) = N(mean, scale^2) from what the layer below gives (means, then log scales before their bound), a draw
    z = mean + scale eps, and KL(q || N(0, 1)) a row."""

    def __init__(self, Py_ssize_t units):
        super().__init__("latent", 2 * units, units)

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t at = start * self.outputs * self.itemsize
        self.kernels.gaussian_head(self.y + at, self.eps + at, self.scale + at, self.kl + start, self.x + 2 * at,
                                   &batch.stream if batch.draw else NULL, <uint32_t>start, stop - start, self.outputs)

    cdef void backward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t at = start * self.outputs * self.itemsize
        self.kernels.gaussian_head_backward(self.dx + 2 * at, self.dy + at, self.x + 2 * at, self.eps + at, self.scale + at,
                                            batch.kl_weight, stop - start, self.outputs)


cdef class Likelihood(Layer):
    """-log p(x | y) a row, and at once its gradient with respect to y, which takes the place of y."""

    def __init__(self, str name, Py_ssize_t features):
        super().__init__(name, features, 0)


cdef class BernoulliLikelihood(Likelihood):
    """Independent Bernoulli variables with logits y; x in [0, 1]."""

    def __init__(self, Py_ssize_t features):
        super().__init__("likelihood", features)

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t at = start * self.inputs * self.itemsize
        self.kernels.bernoulli(self.x + at, self.loss + start, self.x + at, self.target + at, batch.weight, stop - start, self.inputs)


cdef class GaussianLikelihood(Likelihood):
    """Independent normal variables with means y and log scales that are parameters: one a feature, or one in all if `shared`;
    not learnt if `fixed`, and otherwise not below LEAST_LOG_SCALE."""

    def __init__(self, Py_ssize_t features, bint shared=False, bint fixed=False):
        super().__init__("likelihood", features)
        self.shared = shared
        self.least = -80.0 if fixed else LEAST_LOG_SCALE
        self.columns = features if shared else 256
        self.slices = 0 if fixed else -(-features // self.columns)

    @property
    def shapes(self):
        return {"log_scale": (1 if self.shared else self.inputs,)}

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t at = start * self.inputs * self.itemsize
        self.kernels.gaussian(self.x + at, self.dscale + at, self.loss + start, self.x + at, self.target + at, self.parameters,
                              self.shared, self.least, batch.weight, stop - start, self.inputs)

    cdef void differentiate(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        cdef Py_ssize_t begin = piece * self.columns, count = min(self.columns, self.inputs - begin)
        cdef char *sums = self.sums if self.shared else self.gradients + begin * self.itemsize
        self.kernels.column_sums(sums, self.dscale + begin * self.itemsize, batch.rows, count, self.inputs)
        if self.shared:
            self.kernels.column_sums(self.gradients, sums, self.inputs, 1, 1)

    cdef void update(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        cdef Py_ssize_t begin = piece * self.columns
        self.optimize(batch, 0 if self.shared else begin, 1 if self.shared else min(self.columns, self.inputs - begin))
