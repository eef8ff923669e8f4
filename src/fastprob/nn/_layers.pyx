"""The layers of a network: `forward` and `backward` on rows of a batch, the gradient and `update` of a slice of the parameters.

A layer's own attributes are wired by the network that it becomes a part of. All of its methods that a step calls are free of Python.
"""

from libc.stdint cimport uint32_t

from .._core cimport FP_IDENTITY, FP_RELU, FP_SIGMOID, FP_SOFTPLUS, FP_TANH

import numpy as np

ACTIVATIONS = {"identity": FP_IDENTITY, "relu": FP_RELU, "tanh": FP_TANH, "sigmoid": FP_SIGMOID, "softplus": FP_SOFTPLUS}

# Parameters of a layer from which threads share its products by strips of columns, each at least 48 wide.
cdef Py_ssize_t STRIPPED = 50_000
# Columns that a product takes together, half of them at its end: a share that ends within them costs as much as with all.
cdef Py_ssize_t TOGETHER = 8


cdef Py_ssize_t strips_of(Py_ssize_t columns) noexcept nogil:
    cdef Py_ssize_t strips = min(16, columns // 48)
    return strips if strips > 1 else 0


cdef Py_ssize_t strip_start(Py_ssize_t strip, Py_ssize_t strips, Py_ssize_t columns) noexcept nogil:
    # to the nearest multiple of those that are taken together
    return columns if strip == strips else TOGETHER * ((2 * strip * columns + strips * TOGETHER) // (2 * strips * TOGETHER))


cdef char *address(object array) except? NULL:
    """Where the elements of a NumPy array begin."""
    cdef size_t data = array.ctypes.data
    return <char *>data


cdef char *part(char *array, Py_ssize_t at) noexcept nogil:
    """The array from there on, if there is one."""
    return array + at if array is not NULL else NULL


cdef class Layer:
    """Layer(name, inputs, outputs, sources=())\n--\n\n\
    What all layers have: names and sizes, the buffers that the network gives them, and how many slices their parameters make.

    A layer says in `shapes` and `buffers` what it needs, and takes it in `connect`; the network knows no kind of layer.
    """

    def __init__(self, str name, Py_ssize_t inputs, Py_ssize_t outputs, tuple sources=()):
        if inputs < 1 or outputs < 0:
            raise ValueError(f"layer {name!r} has {inputs} inputs and {outputs} outputs")
        self.name = name
        self.group = name.partition(".")[0]
        self.sources = sources      # none: the network makes it the layer before it
        self.inputs = inputs
        self.outputs = outputs
        self.reads = []
        self.activation = FP_IDENTITY
        self.most = 1

    @property
    def groups(self):
        """Names of the groups that its weights belong to; none without weights."""
        return (self.group,) if "weight" in self.shapes else ()

    cdef number_groups(self, tuple names):
        """Takes their numbers in the network, from 1 on."""
        if self.group in names:
            self.group_number = 1 + names.index(self.group)

    @property
    def shapes(self):
        """Shapes of the parameters by their names, in the order in which they are stored."""
        return {}

    @property
    def buffers(self):
        """Arrays by their names: what there is one of, "row" (of the batch), "draw" or "once"; the shape of one; the type, or None
        for the network's."""
        count = "draw" if self.drawn else "row"
        return {"y": (count, (self.outputs,), None)} | ({"dy": (count, (self.outputs,), None)} if self.wanted else {})

    cdef read(self, list layers):
        """Takes the layers that it reads, or says what does not fit."""
        cdef Layer source
        if len(layers) > self.most:
            raise ValueError(f"layer {self.name!r} reads {self.most} at most; got {', '.join(self.sources)}")
        self.reads, self.below = layers, layers[0]
        if self.below.outputs != self.inputs:
            raise ValueError(f"layer {self.name!r} has {self.inputs} inputs; the one below it has {self.below.outputs} outputs")
        self.drawn = any([source.drawn for source in layers])
        self.wanted = bool(self.shapes) or any([source.wanted for source in layers])

    cdef connect(self, dict arrays, dict layers):
        """Takes what the layer needs of `arrays`, by "layer.buffer", and `layers`, by name."""
        self.y = address(arrays[self.name + ".y"]) if self.name + ".y" in arrays else NULL
        self.dy = address(arrays[self.name + ".dy"]) if self.name + ".dy" in arrays else NULL
        if self.readers > 1:
            self.others, self.other = address(arrays[self.name + ".others"]), arrays[self.name + ".others"][0].nbytes
        if self.below is not None:
            self.x = address(arrays[self.below.name + ".y"])
            self.dx = self.place(0, arrays)

    cdef char *place(self, int source, dict arrays) except? NULL:
        """Where it puts the gradient of what one of its sources gives; NULL: it is not wanted."""
        cdef int place = self.places[source]
        if place < 0:
            return NULL
        name = self.reads[source].name
        return address(arrays[name + ".others"][place - 1] if place else arrays[name + ".dy"])

    cdef Py_ssize_t each(self, const Batch *batch) noexcept nogil:
        """Its own rows for each row of the batch."""
        return batch.draws if self.drawn else 1

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """y of rows start to stop of the batch from x."""

    cdef void backward_first(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """dy of these rows, until then with respect to y: the sum over all that read it, from the last on, through the activation."""
        cdef Py_ssize_t each = self.each(batch), n = (stop - start) * each * self.outputs, at = start * each * self.outputs * self.itemsize
        cdef int i
        for i in range(self.readers - 1):
            self.kernels.add(self.dy + at, self.others + i * self.other + at, n)
        if self.activation != FP_IDENTITY:
            self.kernels.activate_backward[self.activation](self.dy + at, self.y + at, n)

    cdef void backward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """dx of these rows from dy, where it is wanted, and what other sources want."""

    cdef void forward_strips(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """The large product of forward for all rows, strips start to stop of its columns."""

    cdef void backward_strips(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """That of backward."""

    cdef void forward_rest(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """What is left of forward after a large product, which was shared by columns."""

    cdef int ranges(self, Py_ssize_t piece, Range *found) noexcept nogil:
        """The parameters of a slice, RANGES runs at most, and their number."""
        return 0

    cdef void differentiate(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        """The gradient with respect to a slice of the parameters, over all rows of the batch."""

    cdef void update(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        """The optimizer's step on that slice."""
        cdef Range found[RANGES]
        cdef Py_ssize_t at
        cdef double keep
        cdef int i
        for i in range(self.ranges(piece, found)):
            at = found[i].offset * self.itemsize
            keep = batch.keep[found[i].group]
            if batch.momentum_only:
                self.kernels.sgd(self.parameters + at, self.first + at, self.gradients + at, batch.rate, batch.momentum,
                                 batch.factor, found[i].count)
            else:
                self.kernels.adam(self.parameters + at, self.first + at, self.second + at, self.gradients + at, &batch.adam, keep,
                                  batch.factor, found[i].count)

    cdef double squares(self, Py_ssize_t piece) noexcept nogil:
        """The sum of squares of that slice's gradient."""
        cdef Range found[RANGES]
        cdef double total = 0.0
        cdef int i
        for i in range(self.ranges(piece, found)):
            total += self.kernels.squares(self.gradients + found[i].offset * self.itemsize, found[i].count)
        return total


cdef class Input(Layer):
    """Input(features, shift=None, factor=None, binarize=False, name='input', missing=False)\n--\n\n\
    The rows of the batch as the model sees them: taken from the data, standardized if `shift` and `factor` are given as
    (x - shift) factor, drawn as 0 or 1 with probability x if `binarize`. If `missing`, some are NaN: the likelihood leaves them out, and
    other layers see 0. What the likelihood is of has the name "input"."""

    def __init__(self, Py_ssize_t features, shift=None, factor=None, bint binarize=False, str name="input", bint missing=False):
        super().__init__(name, features, features)
        if (shift is None) != (factor is None) or (shift is not None and not len(shift) == len(factor) == features):
            raise ValueError(f"shift and factor are {features} numbers each, or not given")
        self.shift = shift
        self.factor = factor
        self.binarize = binarize
        self.missing = missing

    @property
    def buffers(self):
        target = {"target": ("row", (self.outputs,), None)} if self.missing else {}
        return {"y": ("row", (self.outputs,), None), "weight": ("row", (), np.float64)} | target

    cdef connect(self, dict arrays, dict layers):
        Layer.connect(self, arrays, layers)
        self.weight = <double *>address(arrays[self.name + ".weight"])
        self.target = address(arrays[self.name + ".target"]) if self.missing else NULL

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t at = start * self.outputs * self.itemsize
        cdef char *y = (self.target if self.missing else self.y) + at
        cdef const Source *source = &batch.sources[self.number]
        cdef const double *shift = NULL
        cdef const double *factor = NULL
        cdef Py_ssize_t i
        if self.shift is not None:
            shift, factor = &self.shift[0], &self.factor[0]
        self.kernels.gather(y, source.data, source.stride, source.type, batch.index + start, shift, factor, stop - start, self.outputs)
        if self.binarize:
            self.kernels.binarize(y, &batch.pixels, <uint32_t>start, stop - start, self.outputs)
        if self.missing:
            self.kernels.fill_missing(self.y + at, y, (stop - start) * self.outputs)
        for i in range(start, stop):
            self.weight[i] = batch.weight * (batch.weights[batch.index[i]] if batch.weights is not NULL else 1.0)


cdef class Dense(Layer):
    """Dense(name, inputs, outputs, activation='identity', sources=())\n--\n\n\
    y = activation(x W^T + b), W [outputs, inputs], b [outputs].

    activation: "identity", "relu", "tanh", "sigmoid" or "softplus".
    """

    def __init__(self, str name, Py_ssize_t inputs, Py_ssize_t outputs, str activation="identity", tuple sources=()):
        super().__init__(name, inputs, outputs, sources)
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation is one of {', '.join(map(repr, ACTIVATIONS))}; got {activation!r}")
        self.activation = ACTIVATIONS[activation]
        # slices of about the same size
        wanted = max(1, round(inputs * outputs / <double>SLICE))
        self.units = -(-outputs // (TOGETHER * wanted)) * TOGETHER
        self.slices = -(-outputs // self.units)
        self.work = 2.0 * inputs * outputs
        if inputs * outputs >= STRIPPED:
            self.strips, self.strips_back = strips_of(outputs), strips_of(inputs)

    @property
    def shapes(self):
        return {"weight": (self.outputs, self.inputs), "bias": (self.outputs,)}

    cdef void values(self, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t unit, Py_ssize_t units) noexcept nogil:
        """y = x W^T for these rows, and units from `unit` on. The second matrix of a product is copied: where that takes longer with
        the weights than with x and the result, it is W x^T, turned around afterwards."""
        cdef Py_ssize_t n_in = self.inputs, n_out = self.outputs, n = stop - start
        cdef char *weights = self.parameters + unit * n_in * self.itemsize
        cdef char *x = self.x + start * n_in * self.itemsize
        cdef char *y = self.y + (start * n_out + unit) * self.itemsize
        cdef char *scratch = self.scratch + (start * self.scratch_columns + unit * n) * self.itemsize
        if n * (n_in + units) < units * n_in:
            self.kernels.product(scratch, n, weights, n_in, 1, x, 1, n_in, units, n, n_in)
            self.kernels.transpose(y, n_out, scratch, n, units)
        else:
            self.kernels.product(y, n_out, x, n_in, 1, weights, 1, n_in, n, units, n_in)

    cdef void slopes(self, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t column, Py_ssize_t columns) noexcept nogil:
        """dx = dy W for these rows, and inputs from `column` on."""
        cdef Py_ssize_t n_in = self.inputs, n_out = self.outputs
        self.kernels.product(self.dx + (start * n_in + column) * self.itemsize, n_in, self.dy + start * n_out * self.itemsize, n_out, 1,
                             self.parameters + column * self.itemsize, n_in, 1, stop - start, columns, n_out)

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t each = self.each(batch)
        self.values(start * each, stop * each, 0, self.outputs)
        self.forward_rest(batch, start, stop)

    cdef void forward_strips(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t unit = strip_start(start, self.strips, self.outputs)
        self.values(0, batch.rows * self.each(batch), unit, strip_start(stop, self.strips, self.outputs) - unit)

    cdef void forward_rest(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t each = self.each(batch)
        self.kernels.activate[self.activation](self.y + start * each * self.outputs * self.itemsize,
                                               self.parameters + self.outputs * self.inputs * self.itemsize, (stop - start) * each,
                                               self.outputs)

    cdef void backward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t each = self.each(batch)
        if self.dx is not NULL:
            self.slopes(start * each, stop * each, 0, self.inputs)

    cdef void backward_strips(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t column = strip_start(start, self.strips_back, self.inputs)
        self.slopes(0, batch.rows * self.each(batch), column, strip_start(stop, self.strips_back, self.inputs) - column)

    cdef int ranges(self, Py_ssize_t piece, Range *found) noexcept nogil:
        cdef Py_ssize_t begin = piece * self.units, count = min(self.units, self.outputs - begin)
        found[0].offset, found[0].count, found[0].group = begin * self.inputs, count * self.inputs, self.group_number
        found[1].offset, found[1].count, found[1].group = self.outputs * self.inputs + begin, count, 0
        return 2

    cdef void differentiate(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        cdef Py_ssize_t begin = piece * self.units, count = min(self.units, self.outputs - begin), rows = batch.rows * self.each(batch)
        cdef char *dy = self.dy + begin * self.itemsize
        self.kernels.product(self.gradients + begin * self.inputs * self.itemsize, self.inputs, dy, 1, self.outputs, self.x, self.inputs, 1,
                             count, self.inputs, rows)
        self.kernels.column_sums(self.gradients + (self.outputs * self.inputs + begin) * self.itemsize, dy, rows, count, self.outputs)


cdef class GaussianHead(Layer):
    """GaussianHead(units, *, sources=())\n--\n\n\
    q(z | x) = N(mean, scale^2) from what the layer below gives (means, then log scales before their bound), draws
    z = mean + scale eps, KL(q || p) a row and log q(z | x) - log p(z) a draw. It and what is behind it have a row a draw.

    The prior p is N(0, 1), or p(z | c) = N(mean, scale^2) from what the second of two `sources` gives, like the first, with a row for
    each row of the batch: layers on a condition. To draw from it, put what that layer gives in the place of what the first one gives
    in `Network.arrays` and run this layer alone.
    """

    def __init__(self, Py_ssize_t units, *, tuple sources=()):
        super().__init__("latent", 2 * units, units, sources)
        self.most = 2

    @property
    def buffers(self):
        units = (self.outputs,)
        prior = {"prior_scale": ("row", units, None)} if len(self.reads) == 2 else {}
        return super().buffers | prior | {
            "eps": ("draw", units, None), "scale": ("row", units, None), "kl": ("row", (), np.float64),
            "kl_weight": ("row", (), np.float64), "log_ratio": ("draw", (), np.float64), "ratio_weight": ("draw", (), np.float64),
        }

    cdef read(self, list layers):
        Layer.read(self, layers)
        if layers[-1].outputs != self.inputs:
            raise ValueError(f"layer 'latent' has {self.inputs} inputs; {layers[-1].name!r} has {layers[-1].outputs} outputs")
        self.drawn = True

    cdef connect(self, dict arrays, dict layers):
        Layer.connect(self, arrays, layers)
        self.eps = address(arrays["latent.eps"])
        self.scale = address(arrays["latent.scale"])
        if len(self.reads) == 2:
            self.prior, self.dprior = address(arrays[self.reads[1].name + ".y"]), self.place(1, arrays)
            self.prior_scale = address(arrays["latent.prior_scale"])
        self.kl = <double *>address(arrays["latent.kl"])
        self.kl_weight = <double *>address(arrays["latent.kl_weight"])
        self.log_ratio = <double *>address(arrays["latent.log_ratio"])
        self.ratio_weight = <double *>address(arrays["latent.ratio_weight"])
        self.weights = <double *>address(arrays["likelihood.weights"])
        self.share = <double *>address(arrays["likelihood.share"])
        self.weight = <double *>address(arrays["input.weight"])

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t row = start * self.outputs * self.itemsize, at = row * batch.draws
        cdef double *log_ratio = self.log_ratio + start * batch.draws if batch.ratios else NULL
        self.kernels.gaussian_head(self.y + at, self.eps + at, self.scale + row, part(self.prior_scale, row), self.kl + start, log_ratio,
                                   self.x + 2 * row, part(self.prior, 2 * row), &batch.stream if batch.draw else NULL,
                                   <uint32_t>start, stop - start, batch.draws, self.outputs)

    cdef void backward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t row = start * self.outputs * self.itemsize, at = row * batch.draws, draw = start * batch.draws, i
        cdef char *prior = part(self.prior, 2 * row)
        cdef char *prior_scale = part(self.prior_scale, row)
        cdef char *dprior = part(self.dprior, 2 * row)
        cdef bint doubly = batch.objective == DOUBLY
        if self.dx is NULL:
            return
        if batch.objective == ANALYTIC:
            for i in range(start, stop):
                self.kl_weight[i] = self.weight[i] * batch.kl_weight
            self.kernels.gaussian_head_backward(self.dx + 2 * row, dprior, self.dy + at, self.x + 2 * row, prior, self.eps + at,
                                                self.scale + row, prior_scale, self.kl_weight + start, batch.free_bits, stop - start,
                                                batch.draws, self.outputs)
            return
        for i in range(draw, stop * batch.draws):
            self.ratio_weight[i] = self.weights[i] * (1.0 if doubly else batch.kl_weight)
        self.kernels.gaussian_head_backward_drawn(self.dx + 2 * row, dprior, self.dy + at, self.y + at, self.x + 2 * row, prior,
                                                  self.eps + at, self.scale + row, prior_scale, self.ratio_weight + draw,
                                                  self.share + draw if doubly else NULL, stop - start, batch.draws, self.outputs)


cdef class Gate(Layer):
    """Gate(name, units, sources=())\n--\n\n\
    y = a sigmoid(b), a and b the halves of what the layer below gives."""

    def __init__(self, str name, Py_ssize_t units, tuple sources=()):
        super().__init__(name, 2 * units, units, sources)

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t each = self.each(batch), at = start * each * self.outputs * self.itemsize
        self.kernels.gate(self.y + at, self.x + 2 * at, (stop - start) * each, self.outputs)

    cdef void backward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t each = self.each(batch), at = start * each * self.outputs * self.itemsize
        if self.dx is NULL:
            return
        self.kernels.gate_backward(self.dx + 2 * at, self.dy + at, self.x + 2 * at, (stop - start) * each, self.outputs)
