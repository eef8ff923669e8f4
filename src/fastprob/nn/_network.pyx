"""Layers put together, and the steps that train them, on the package's own threads.

A step has two phases. The first goes through all layers and back: each thread takes columns of a large matrix product, and a share
of the batch's rows through all that lies between two of them (of many rows, a share through everything). In the second it takes
slices of the parameters: the gradient over the whole batch, and at once, while the slice is in its cache, the optimizer's step. All
memory is allocated when the network is made, and no Python object is touched in a step.
"""

from libc.math cimport isfinite, pow, sqrt
from libc.stdint cimport int64_t, uint32_t
from libc.stdlib cimport free, malloc

from .._core cimport FP_F32, FP_F64, FP_IDENTITY, active_table, pool_run, pool_threads
from ._layers cimport (
    ANALYTIC, DOUBLY, DRAWN, GROUPS, IMPORTANCE, INPUTS, TILE, Batch, Dense, GaussianHead, Input, Layer, address,
)
from ._likelihoods cimport Likelihood

import numpy as np

cdef extern from "core/float_env.h" nogil:
    ctypedef struct float_env:
        pass
    float_env float_env_enter()
    void float_env_leave(float_env saved)

cdef Py_ssize_t ALIGNMENT = 64
# Floating-point operations of a step below which waking another thread costs more than it brings.
cdef double SERIAL = 4e6
# What the work between the products costs an element, in such operations.
cdef double ELEMENT = 60.0
# Rows of a thread from which its own rows through all layers are faster than columns of large products: they stay in its cache.
cdef Py_ssize_t MANY = 64

cdef enum:
    LAYERS = 128

OBJECTIVES = {"analytic": ANALYTIC, "drawn": DRAWN, "importance": IMPORTANCE, "doubly reparameterized": DOUBLY}


cdef class Buffers:
    """Arrays in one block of memory, each at the beginning of a cache line."""
    cdef Py_ssize_t size
    cdef list wanted
    cdef object memory

    def __init__(self):
        self.wanted = []

    cdef Py_ssize_t add(self, tuple shape, object dtype):
        """The place of one more array."""
        cdef Py_ssize_t at = self.size
        self.wanted.append((at, shape, dtype))
        self.size += -(-int(np.prod(shape)) * np.dtype(dtype).itemsize // ALIGNMENT) * ALIGNMENT
        return at

    cdef list arrays(self):
        memory = np.zeros(self.size + ALIGNMENT, np.uint8)
        memory = memory[-memory.ctypes.data % ALIGNMENT:]
        return [memory[at:at + int(np.prod(shape)) * np.dtype(dtype).itemsize].view(dtype).reshape(shape)
                for at, shape, dtype in self.wanted]


# What a layer does with a share of the rows
cdef enum Part:
    FORWARD
    FORWARD_REST
    BACKWARD_FIRST
    BACKWARD


cdef struct Work:
    void *layer
    Part part


# Work that goes by rows: a share of them through several layers, whose own rows are of one kind
cdef struct Rows:
    Work works[3 * LAYERS]
    int count
    double cost                 # floating-point operations a row of the batch
    const Batch *batch
    Py_ssize_t each             # of their own rows for one of the batch
    Py_ssize_t tile             # rows of the batch
    Py_ssize_t tiles, shares


cdef void run_rows(void *context, size_t index) noexcept nogil:
    cdef Rows *rows = <Rows *>context
    cdef Py_ssize_t share = <Py_ssize_t>index
    cdef Py_ssize_t start = rows.tile * (share * rows.tiles // rows.shares), stop = rows.tile * ((share + 1) * rows.tiles // rows.shares)
    cdef int i
    if share == rows.shares - 1:
        stop = rows.batch.rows
    for i in range(rows.count):
        if rows.works[i].part == FORWARD:
            (<Layer>rows.works[i].layer).forward(rows.batch, start, stop)
        elif rows.works[i].part == FORWARD_REST:
            (<Layer>rows.works[i].layer).forward_rest(rows.batch, start, stop)
        elif rows.works[i].part == BACKWARD_FIRST:
            (<Layer>rows.works[i].layer).backward_first(rows.batch, start, stop)
        else:
            (<Layer>rows.works[i].layer).backward(rows.batch, start, stop)


# A large product: all rows, a share of the strips of its columns
cdef struct Product:
    void *layer
    const Batch *batch
    bint back
    Py_ssize_t strips, shares


cdef void run_product(void *context, size_t index) noexcept nogil:
    cdef Product *product = <Product *>context
    cdef Py_ssize_t share = <Py_ssize_t>index
    cdef Py_ssize_t start = share * product.strips // product.shares, stop = (share + 1) * product.strips // product.shares
    if product.back:
        (<Layer>product.layer).backward_strips(product.batch, start, stop)
    else:
        (<Layer>product.layer).forward_strips(product.batch, start, stop)


cdef struct Slice:
    void *layer
    Py_ssize_t piece
    double squares              # of its gradient


cdef struct Slices:
    Slice *slices
    const Batch *batch
    bint differentiate, measure, learn


cdef void run_slice(void *context, size_t index) noexcept nogil:
    cdef Slices *all = <Slices *>context
    cdef Slice *this = &all.slices[index]
    if all.differentiate:
        (<Layer>this.layer).differentiate(all.batch, this.piece)
    if all.measure:
        this.squares = (<Layer>this.layer).squares(this.piece)
    if all.learn:
        (<Layer>this.layer).update(all.batch, this.piece)


cdef class Network:
    """Network(layers, dtype, rows, drawn=None)\n--\n\n\
    Layers from inputs to a likelihood, with all the memory that they need.

    Behind the one `GaussianHead` a row of the batch has as many rows as it has draws, one after the other.

    Parameters
    ----------
    layers : sequence of Layer
        One or more inputs first, a likelihood last. A layer reads the one before it, or those that its `sources` name; several may
        read the same one, whose gradient is the sum of theirs, from the last of them on.
    dtype : numpy.float32 or numpy.float64
    rows : int
        Most rows of a batch.
    drawn : int, optional
        Most rows of a batch times draws of each; `rows` by default.
    """
    cdef readonly tuple layers
    cdef readonly object dtype
    cdef readonly Py_ssize_t rows, drawn
    cdef readonly object parameters, gradients, first, second       # flat
    cdef readonly dict arrays                                       # the batch's, by "layer.name"
    cdef readonly tuple groups                                      # names of the layers' groups
    cdef readonly double bound                                      # sum over the rows of the last `train`, if it is of an importance estimate
    cdef void *chain[LAYERS]
    cdef int count, inputs
    cdef GaussianHead head
    cdef Likelihood likelihood
    cdef Slice *slices
    cdef Py_ssize_t slice_count
    cdef object scratch                                             # the layers' own, in their products
    cdef double work                                                # floating-point operations of a row, there and back
    cdef Batch batch

    def __init__(self, layers, type dtype, Py_ssize_t rows, drawn=None):
        cdef Layer layer
        cdef Py_ssize_t piece, at = 0
        self.layers = tuple(layers)
        self.dtype = dtype
        self.rows = rows
        self.drawn = rows if drawn is None else drawn
        self.check_layers()
        self.count = len(self.layers)
        self.link()
        sizes = [sum(int(np.prod(shape)) for shape in layer.shapes.values()) for layer in self.layers]
        self.parameters, self.gradients, self.first, self.second = (np.zeros(sum(sizes), dtype) for _ in range(4))
        for i, layer in enumerate(self.layers):
            self.chain[i] = <void *>layer
            layer.itemsize = self.parameters.itemsize
            layer.kernels = active_table().nn[FP_F32 if dtype is np.float32 else FP_F64]
            layer.parameters = address(self.parameters[at:])
            layer.gradients = address(self.gradients[at:])
            layer.first = address(self.first[at:])
            layer.second = address(self.second[at:])
            at += sizes[i]
        self.allocate()
        self.slice_count = sum(layer.slices for layer in self.layers)
        self.slices = <Slice *>malloc(self.slice_count * sizeof(Slice))
        if self.slices is NULL:
            raise MemoryError
        at = 0
        for layer in self.layers:
            for piece in range(layer.slices):
                self.slices[at].layer = <void *>layer
                self.slices[at].piece = piece
                at += 1

    def __dealloc__(self):
        free(self.slices)

    cdef check_layers(self):
        cdef Layer layer
        kinds = [sum(isinstance(layer, kind) for layer in self.layers) for kind in (Input, GaussianHead, Likelihood)]
        if not (1 <= kinds[0] <= INPUTS and kinds[1:] == [1, 1] and isinstance(self.layers[0], Input) and len(self.layers) <= LAYERS
                and isinstance(self.layers[-1], Likelihood)):
            raise ValueError("layers are an Input, Dense layers or others, a GaussianHead, again such layers and a Likelihood, at most "
                             f"{LAYERS}; got " + ", ".join(type(layer).__name__ for layer in self.layers))
        if len({layer.name for layer in self.layers}) < len(self.layers):
            raise ValueError(f"layers have names of their own; got {[layer.name for layer in self.layers]}")
        for layer in self.layers:
            if layer.parameters is not NULL:
                raise ValueError(f"layer {layer.name!r} belongs to another network already: make new ones")
        if self.dtype is not np.float32 and self.dtype is not np.float64:
            raise TypeError(f"dtype is numpy.float32 or numpy.float64; got {self.dtype!r}")
        if self.rows < 1 or self.drawn < self.rows:
            raise ValueError(f"rows is at least 1 and drawn at least rows; got {self.rows} and {self.drawn}")

    cdef link(self):
        """Each layer to the one whose output it has as input."""
        cdef Layer layer, source
        cdef Input input
        known = {}
        for layer in self.layers:
            if isinstance(layer, Input):
                input = layer
                input.number = self.inputs
                self.inputs += 1
            else:
                for name in layer.sources:
                    if name not in known:
                        raise ValueError(f"layer {layer.name!r} reads {name!r}: no layer before it has that name")
                layer.read([known[name] for name in layer.sources or (before,)])
            if isinstance(layer, GaussianHead):
                self.head = layer
            known[layer.name] = layer
            before = layer.name
            layer.readers = 0
        for layer in reversed(self.layers):
            layer.places = []
            for source in layer.reads:
                layer.places.append(source.readers if source.wanted else -1)
                source.readers += source.wanted
        self.likelihood = layer = self.layers[-1]
        source = layer.below
        if not source.drawn or isinstance(source, GaussianHead) or source.readers != 1 or source.activation != FP_IDENTITY:
            raise ValueError(f"the likelihood alone reads a layer behind the latent one, whose activation is 'identity'; got {source.name!r}")
        self.groups = tuple(dict.fromkeys([name for layer in self.layers for name in layer.groups]))
        if len(self.groups) >= GROUPS:
            raise ValueError(f"layers have {GROUPS - 1} groups at most; got {self.groups}")
        for layer in self.layers:
            layer.number_groups(self.groups)

    cdef allocate(self):
        cdef Buffers buffers = Buffers()
        cdef Layer layer
        counts = {"row": (self.rows,), "draw": (self.drawn,), "once": ()}
        replaced = {}
        names = []
        for layer in self.layers:
            if layer.in_place:
                replaced[layer.below.name + ".dy"] = layer.below.name + ".y"
        for layer in self.layers:
            for name, (count, shape, dtype) in layer.buffers.items():
                if f"{layer.name}.{name}" not in replaced:
                    names.append(f"{layer.name}.{name}")
                    buffers.add(counts[count] + shape, self.dtype if dtype is None else dtype)
            if layer.readers > 1:
                names.append(layer.name + ".others")
                buffers.add((layer.readers - 1,) + counts["draw" if layer.drawn else "row"] + (layer.outputs,), self.dtype)
        self.arrays = dict(zip(names, buffers.arrays()))
        self.arrays |= {name: self.arrays[other] for name, other in replaced.items()}
        by_name = {layer.name: layer for layer in self.layers}
        columns = max([layer.outputs for layer in self.layers if isinstance(layer, Dense)] + [1])
        self.scratch = np.empty(self.drawn * columns, self.dtype)
        for layer in self.layers:
            layer.connect(self.arrays, by_name)
            layer.scratch, layer.scratch_columns = address(self.scratch), columns

    cdef expect(self, Py_ssize_t draws):
        """Batches with so many draws of each row from now on."""
        cdef Layer layer
        self.batch.draws = draws
        self.work = 0.0
        for layer in self.layers:
            self.work += 3.0 * layer.work * (draws if layer.drawn else 1)

    def views(self, flat):
        """Views of `flat`, an array like `parameters`, by "layer.parameter", each in its shape."""
        found = {}
        at = 0
        for layer in self.layers:
            for name, shape in layer.shapes.items():
                size = int(np.prod(shape))
                found[f"{layer.name}.{name}"] = flat[at:at + size].reshape(shape)
                at += size
        return found

    cdef void run(self, Rows *rows) noexcept nogil:
        """The work that has been gathered"""
        rows.batch = &self.batch
        rows.tile = -(-TILE // rows.each)
        rows.tiles = self.batch.rows // rows.tile
        rows.shares = min(<Py_ssize_t>pool_threads(), rows.tiles)
        if rows.tiles < 2 or rows.cost * self.batch.rows < SERIAL:
            rows.shares = 1
        if rows.count:
            pool_run(run_rows, rows, rows.shares)
        rows.count = 0
        rows.cost = 0.0

    cdef void add(self, Rows *rows, void *layer, Part part) noexcept nogil:
        cdef Py_ssize_t each = (<Layer>layer).each(&self.batch)
        if rows.count and each != rows.each:
            self.run(rows)
        rows.each = each
        rows.works[rows.count].layer = layer
        rows.works[rows.count].part = part
        rows.count += 1
        if part != BACKWARD:
            rows.cost += ELEMENT * max((<Layer>layer).inputs, (<Layer>layer).outputs) * each
        if part == FORWARD or part == BACKWARD:
            rows.cost += (<Layer>layer).work * each

    cdef void multiply(self, void *layer, bint back) noexcept nogil:
        """A large product, by columns."""
        cdef Product product
        product.layer, product.batch, product.back = layer, &self.batch, back
        product.strips = (<Layer>layer).strips_back if back else (<Layer>layer).strips
        product.shares = min(<Py_ssize_t>pool_threads(), product.strips)
        pool_run(run_product, &product, product.shares)

    cdef bint by_columns(self, void *layer, bint back) noexcept nogil:
        cdef Py_ssize_t rows = self.batch.rows * (<Layer>layer).each(&self.batch)
        return ((<Layer>layer).strips_back if back else (<Layer>layer).strips) and rows < MANY * pool_threads()

    cdef void rows_phase(self, int begin, int end, bint back) noexcept nogil:
        cdef Rows rows
        cdef bint strips
        cdef int i
        rows.count, rows.each, rows.cost = 0, 1, 0.0
        for i in range(begin, end):
            strips = self.by_columns(self.chain[i], False)
            if strips:
                self.run(&rows)
                self.multiply(self.chain[i], False)
            self.add(&rows, self.chain[i], FORWARD_REST if strips else FORWARD)
        if back:
            for i in range(end - 1, begin - 1, -1):
                if not (<Layer>self.chain[i]).wanted:
                    continue
                self.add(&rows, self.chain[i], BACKWARD_FIRST)
                if (<Layer>self.chain[i]).dx and self.by_columns(self.chain[i], True):
                    self.run(&rows)
                    self.multiply(self.chain[i], True)
                else:
                    self.add(&rows, self.chain[i], BACKWARD)
        self.run(&rows)

    cdef void slices_phase(self, bint learn, double clip) noexcept nogil:
        """Gradient and step together; or, where its norm must be known first, one after the other."""
        cdef Slices slices
        cdef double squares = 0.0
        cdef Py_ssize_t i
        slices.slices, slices.batch = self.slices, &self.batch
        self.batch.factor = 1.0
        slices.differentiate, slices.measure, slices.learn = True, learn and clip > 0.0, learn and not clip > 0.0
        self.run_slices(&slices)
        if slices.measure:
            for i in range(self.slice_count):
                squares += self.slices[i].squares
            if not sqrt(squares) <= clip:
                self.batch.factor = clip / sqrt(squares)
            slices.differentiate, slices.measure, slices.learn = False, False, True
            self.run_slices(&slices)

    cdef void run_slices(self, Slices *slices) noexcept nogil:
        cdef Py_ssize_t i
        if self.work * self.batch.rows < SERIAL:
            for i in range(self.slice_count):
                run_slice(slices, i)
        else:
            pool_run(run_slice, slices, self.slice_count)

    cdef sources(self, list inputs, data, const int64_t[::1] order):
        """Where the rows of these inputs come from."""
        cdef Input layer
        given = data if isinstance(data, tuple) else (data,)
        if len(given) != len(inputs):
            raise ValueError(f"data is an array for each of the {len(inputs)} inputs; got {len(given)}")
        for layer, array in zip(inputs, given):
            if not isinstance(array, np.ndarray) or array.dtype not in (np.float32, np.float64) or not array.dtype.isnative:
                raise TypeError(f"data is an array of float32 or float64; got {getattr(array, 'dtype', type(array))}")
            if array.ndim != 2 or array.shape[1] != layer.outputs or (layer.outputs > 1 and array.strides[1] != array.itemsize):
                raise ValueError(f"data is [rows, {layer.outputs}] with a row's elements side by side; got shape {array.shape}")
            if order.shape[0] and not (0 <= np.min(order) and np.max(order) < array.shape[0]):
                raise ValueError(f"order has numbers of the {array.shape[0]} rows of data; got {np.min(order)} to {np.max(order)}")
            if layer.classes:
                labels = array[np.asarray(order), 0]
                wrong = labels[~((labels >= 0) & (labels < layer.classes) & (labels == np.floor(labels)))]
                if wrong.size:
                    raise ValueError(f"{layer.name!r} has numbers of classes, from 0 to {layer.classes - 1}; got {wrong[0]}")
            self.batch.sources[layer.number].data = address(array)
            self.batch.sources[layer.number].stride = array.strides[0]
            self.batch.sources[layer.number].type = FP_F32 if array.dtype == np.float32 else FP_F64

    cdef streams(self, const uint32_t[::1] key, Py_ssize_t step):
        """Where the draws come from."""
        if key.shape[0] != 8:
            raise ValueError(f"key has 8 words; got {key.shape[0]}")
        for i in range(4):
            self.batch.stream.key[i] = key[i]
            self.batch.pixels.key[i] = key[4 + i]
        self.batch.stream.high[1] = self.batch.pixels.high[1] = <uint32_t>step

    cdef check_draws(self, Py_ssize_t rows, Py_ssize_t draws):
        if not 1 <= draws or rows * draws > self.drawn:
            raise ValueError(f"rows times draws is from 1 to {self.drawn}; got {rows} times {draws}")

    def train(self, data, const int64_t[::1] order, Py_ssize_t batch_rows, const uint32_t[::1] key, Py_ssize_t step, optimizer,
              double kl_weight=1.0, Py_ssize_t draws=1, str objective="analytic", Py_ssize_t warm_up=0, double free_bits=0.0,
              const double[::1] weights=None, bint draw=True, bint learn=True):
        """Steps over the rows `order` of `data`, `batch_rows` at a time, the first of them number `step` (of 2^32 at most).

        To be called by one Python thread at a time.

        Parameters
        ----------
        data : array [rows, features] of float32 or float64, the elements of a row side by side; of several inputs, a tuple
        order : int64 array, the rows of `data` in the order in which they are taken
        key : uint32 array [8], the keys of what is drawn: eps, pixels
        optimizer : object with `beta1`, `beta2`, `eps` or with `momentum`, and `learning_rate`; and perhaps
            `uncorrected_eps` : whether eps stands beside the root as it is, before the correction of its bias;
            `decay` : by groups of layers, what a step of size `learning_rate` takes of each weight itself;
            `clip_norm` : the largest norm of the whole gradient; beyond it is scaled down.
        kl_weight : what the divergence is multiplied by in the loss
        draws : of z for each row
        objective : a row's loss: "analytic", the mean of -log p(x | z) over the draws and the closed form of the divergence; "drawn",
            the means of both; "importance", -log of the mean of p(x, z)/q(z | x), for which kl_weight is 1; "doubly reparameterized",
            the same with the encoder's gradient after Tucker et al. (2019)
        warm_up : steps (from number 0 on) in which kl_weight grows from 0 to what it is
        free_bits : with "analytic", the divergence of a unit of a row costs as if it were this, where it is less
        weights : of each row of `data` in the loss, float64; without them 1
        draw : whether eps is drawn or taken as it is in `arrays`
        learn : whether parameters change, or only the gradient is computed

        Returns
        -------
        steps, loss, kl : int, float, float
            Steps done and the sums over their rows, times their weights. Fewer steps than there are batches: the loss of the next one was not
            finite, and its sums are returned alone; the parameters are those before it.
        """
        cdef Py_ssize_t n = order.shape[0], done = 0, steps = 0, i, j
        cdef GaussianHead head = self.head
        cdef Likelihood likelihood = self.likelihood
        cdef double loss = 0.0, kl = 0.0, bound = 0.0, batch_loss, batch_kl, weight, t, clip, eps = 0.0
        cdef bint uncorrected, importance
        cdef double beta1 = 0.0, beta2 = 0.0, rate = optimizer.learning_rate
        cdef float_env env
        if not 1 <= batch_rows <= self.rows:
            raise ValueError(f"batch_rows is from 1 to {self.rows}, the network's own rows; got {batch_rows}")
        self.check_draws(batch_rows, draws)
        self.expect(draws)
        self.sources([layer for layer in self.layers if isinstance(layer, Input)], data, order)
        self.streams(key, step)
        if objective not in OBJECTIVES:
            raise ValueError(f"objective is one of {', '.join(map(repr, OBJECTIVES))}; got {objective!r}")
        if weights is not None and weights.shape[0] != len(data[0] if isinstance(data, tuple) else data):
            raise ValueError(f"weights has a number for each row of data; got {weights.shape[0]}")
        self.batch.objective = OBJECTIVES[objective]
        self.batch.ratios = objective != "analytic"
        self.batch.free_bits = free_bits
        self.batch.weights = NULL
        if weights is not None and len(weights):
            self.batch.weights = &weights[0]
        clip = getattr(optimizer, "clip_norm", None) or 0.0
        uncorrected = getattr(optimizer, "uncorrected_eps", False)
        decay = getattr(optimizer, "decay", {})
        self.batch.keep[0] = 1.0
        for i, group in enumerate(self.groups):
            self.batch.keep[1 + i] = 1.0 - rate * decay.get(group, 0.0)
        importance = objective in ("importance", "doubly reparameterized")
        self.batch.draw = draw
        self.batch.momentum_only = hasattr(optimizer, "momentum")
        if self.batch.momentum_only:
            self.batch.rate, self.batch.momentum = rate, optimizer.momentum
        else:
            beta1, beta2 = optimizer.beta1, optimizer.beta2
            eps = optimizer.eps
            self.batch.adam.beta1, self.batch.adam.beta2 = beta1, beta2
        with nogil:
            env = float_env_enter()
            while done < n:
                self.batch.rows = min(batch_rows, n - done)
                self.batch.index = &order[done]
                self.batch.weight = 1.0 / self.batch.rows
                self.batch.kl_weight = kl_weight * min(1.0, <double>step / warm_up) if warm_up else kl_weight
                self.batch.stream.high[1] = self.batch.pixels.high[1] = <uint32_t>step
                t = step + 1
                self.batch.adam.rate = rate / (1.0 - pow(beta1, t))
                self.batch.adam.root = 1.0 / sqrt(1.0 - pow(beta2, t))
                self.batch.adam.eps = eps * self.batch.adam.root if uncorrected else eps
                self.rows_phase(0, self.count, True)
                batch_loss = batch_kl = 0.0
                for i in range(self.batch.rows):
                    weight = weights[order[done + i]] if self.batch.weights is not NULL else 1.0
                    for j in range(i * draws, (i + 1) * draws):
                        batch_loss += weight * likelihood.loss[j] / draws
                    batch_kl += weight * head.kl[i]
                    if importance:
                        bound += weight * likelihood.bound[i]
                if not (isfinite(batch_loss) and isfinite(batch_kl)):
                    loss, kl = batch_loss, batch_kl
                    break
                self.slices_phase(learn, clip)
                loss += batch_loss
                kl += batch_kl
                done += self.batch.rows
                step += 1
                steps += 1
            float_env_leave(env)
        self.bound = bound
        return steps, loss, kl

    def forward(self, str first, str last, Py_ssize_t rows, data=None, const int64_t[::1] order=None, const uint32_t[::1] key=None,
                Py_ssize_t step=0, bint draw=False, Py_ssize_t draws=1):
        """Layers `first` to `last` on `rows` rows with `draws` draws each, there only. The results are in `arrays`.

        `data` and `order` are those of `train`, for the inputs among these layers; what else they read is in `arrays` already. `key`
        and `step` say what is drawn; without a key it is what the call before drew.
        """
        cdef float_env env
        names = [layer.name for layer in self.layers]
        cdef int begin = names.index(first), end = names.index(last) + 1
        if not 1 <= rows <= self.rows or (order is not None and order.shape[0] != rows):
            raise ValueError(f"rows is from 1 to {self.rows} and the number in order; got {rows}")
        self.check_draws(rows, draws)
        self.expect(draws)
        inputs = [layer for layer in self.layers[begin:end] if isinstance(layer, Input)]
        if inputs:
            if order is None:
                raise ValueError(f"order has the rows of data that {inputs[0].name!r} takes; got None")
            self.sources(inputs, data, order)
            self.batch.index = &order[0]
        if key is not None:
            self.streams(key, step)
        self.batch.draw = draw
        self.batch.objective = ANALYTIC
        self.batch.weights = NULL
        self.batch.ratios = True
        self.batch.rows = rows
        self.batch.weight = self.batch.kl_weight = 0.0
        with nogil:
            env = float_env_enter()
            self.rows_phase(begin, end, False)
            float_env_leave(env)
