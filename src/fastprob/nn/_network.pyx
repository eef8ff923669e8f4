"""A chain of layers and the steps that train it, on the package's own threads around single-threaded matrix products.

A step has two phases. The first goes through all layers and back: each thread takes columns of a large matrix product, and a share
of the batch's rows through all that lies between two of them (of many rows, a share through everything). In the second it takes
slices of the parameters: the gradient over the whole batch, and at once, while the slice is in its cache, the optimizer's step. All
memory is allocated when the network is made, and no Python object is touched in a step.
"""

from cpython.pycapsule cimport PyCapsule_GetName, PyCapsule_GetPointer
from libc.math cimport isfinite, pow, sqrt
from libc.stdint cimport int64_t, uint32_t
from libc.stdlib cimport free, malloc

from .._core cimport FP_F32, FP_F64, active_table, pool_run, pool_threads
from ._layers cimport (
    TILE, Batch, Dense, GaussianHead, GaussianLikelihood, Input, Layer, Likelihood, gemm_function, strip_start,
)

import re

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
cdef Py_ssize_t MANY = 128
# Shares of a product whose bits depend on them.
cdef Py_ssize_t SHARES = 4

cdef enum:
    LAYERS = 64

GEMM = "void (char *, char *, int *, int *, int *, real *, real *, int *, real *, int *, real *, real *, int *)"


cdef gemm_function blas(type dtype) except NULL:
    """sgemm or dgemm of the BLAS that SciPy comes with."""
    try:
        from scipy.linalg import cython_blas
    except ImportError as error:
        raise ImportError('matrix products need SciPy: pip install "fastprob[vae]"') from error
    capsule = cython_blas.__pyx_capi__["sgemm" if dtype is np.float32 else "dgemm"]
    cdef const char *signature = PyCapsule_GetName(capsule)
    # SciPy names its types after itself. Integers of another width would be read as garbage.
    if re.sub(r"\w*cython_blas_[sd]\b", "real", signature.decode()) != GEMM:
        raise ImportError(f"SciPy's gemm has an unknown signature: {signature.decode()}")
    return <gemm_function>PyCapsule_GetPointer(capsule, signature)


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


cdef inline char *address(object array) except? NULL:
    cdef size_t data = array.ctypes.data
    return <char *>data


# What a layer does with a share of the rows
cdef enum Part:
    FORWARD
    FORWARD_REST
    BACKWARD
    BACKWARD_REST


cdef struct Work:
    void *layer
    Part part


# Work that goes by rows: a share of them through several layers
cdef struct Rows:
    Work works[2 * LAYERS]
    int count
    double cost                 # floating-point operations a row
    const Batch *batch
    Py_ssize_t tiles, shares


cdef void run_rows(void *context, size_t index) noexcept nogil:
    cdef Rows *rows = <Rows *>context
    cdef Py_ssize_t share = <Py_ssize_t>index
    cdef Py_ssize_t start = TILE * (share * rows.tiles // rows.shares), stop = TILE * ((share + 1) * rows.tiles // rows.shares)
    cdef int i
    if share == rows.shares - 1:
        stop = rows.batch.rows
    for i in range(rows.count):
        if rows.works[i].part == FORWARD:
            (<Layer>rows.works[i].layer).forward(rows.batch, start, stop)
        elif rows.works[i].part == FORWARD_REST:
            (<Layer>rows.works[i].layer).forward_rest(rows.batch, start, stop)
        elif rows.works[i].part == BACKWARD:
            (<Layer>rows.works[i].layer).backward(rows.batch, start, stop)
        else:
            (<Layer>rows.works[i].layer).backward_rest(rows.batch, start, stop)


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
        (<Dense>product.layer).backward_strips(product.batch, start, stop)
    else:
        (<Dense>product.layer).forward_strips(product.batch, start, stop)


cdef struct Slice:
    void *layer
    Py_ssize_t piece


cdef struct Slices:
    Slice *slices
    const Batch *batch
    bint learn


cdef void run_slice(void *context, size_t index) noexcept nogil:
    cdef Slices *all = <Slices *>context
    cdef Slice *this = &all.slices[index]
    (<Layer>this.layer).differentiate(all.batch, this.piece)
    if all.learn:
        (<Layer>this.layer).update(all.batch, this.piece)


cdef class Network:
    """Input, dense layers, a Gaussian head, dense layers, a likelihood: wired together, with all that they need.

    Parameters
    ----------
    layers : sequence of Layer
        From the input to the likelihood, in order.
    dtype : numpy.float32 or numpy.float64
    rows : int
        Most rows of a batch.
    """
    cdef readonly tuple layers
    cdef readonly object dtype
    cdef readonly Py_ssize_t rows
    cdef readonly object parameters, gradients, first, second       # flat
    cdef readonly dict arrays                                       # the batch's, by "layer.name"
    cdef void *chain[LAYERS]
    cdef int count, latent
    cdef Slice *slices
    cdef Py_ssize_t slice_count
    cdef double work                                                # floating-point operations of a row, there and back
    cdef Batch batch

    def __init__(self, layers, type dtype, Py_ssize_t rows):
        cdef Layer layer, below = None
        cdef Py_ssize_t piece, at
        cdef gemm_function gemm = blas(dtype)
        self.layers = tuple(layers)
        self.check_layers(dtype, rows)
        self.dtype = dtype
        self.rows = rows
        self.count = len(self.layers)
        sizes = [sum(int(np.prod(shape)) for shape in layer.shapes.values()) for layer in self.layers]
        self.parameters, self.gradients, self.first, self.second = (np.zeros(sum(sizes), dtype) for _ in range(4))
        at = 0
        for i, layer in enumerate(self.layers):
            self.chain[i] = <void *>layer
            layer.below = below
            layer.gemm = gemm
            layer.itemsize = self.parameters.itemsize
            layer.kernels = active_table().nn[FP_F32 if dtype is np.float32 else FP_F64]
            layer.parameters = address(self.parameters[at:])
            layer.gradients = address(self.gradients[at:])
            layer.first = address(self.first[at:])
            layer.second = address(self.second[at:])
            if isinstance(layer, GaussianHead):
                self.latent = i
            self.work += 3.0 * layer.work
            at += sizes[i]
            below = layer
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
        for layer in self.layers:
            if isinstance(layer, Dense):
                ask_blas(layer, rows)

    def __dealloc__(self):
        free(self.slices)

    cdef check_layers(self, type dtype, Py_ssize_t rows):
        cdef Layer layer
        kinds = "".join("IDGL"[[isinstance(layer, kind) for kind in (Input, Dense, GaussianHead, Likelihood)].index(True)]
                        for layer in self.layers)
        if len(kinds) > LAYERS or not re.fullmatch("ID+GD+L", kinds):
            raise ValueError(f"layers are an Input, Dense layers, a GaussianHead, Dense layers and a Likelihood, at most {LAYERS}; got "
                             + ", ".join(type(layer).__name__ for layer in self.layers))
        if len({layer.name for layer in self.layers}) < len(self.layers):
            raise ValueError(f"layers have names of their own; got {[layer.name for layer in self.layers]}")
        for below, layer in zip(self.layers, self.layers[1:]):
            if below.outputs != layer.inputs:
                raise ValueError(f"layer {layer.name!r} has {layer.inputs} inputs; the one below it has {below.outputs} outputs")
        if self.layers[-1].inputs != self.layers[0].outputs:
            raise ValueError(f"the likelihood has {self.layers[-1].inputs} features; the input has {self.layers[0].outputs}")
        for layer in self.layers:
            if layer.parameters is not NULL:
                raise ValueError(f"layer {layer.name!r} belongs to another network already: make new ones")
        if dtype is not np.float32 and dtype is not np.float64:
            raise TypeError(f"dtype is numpy.float32 or numpy.float64; got {dtype!r}")
        if rows < 1:
            raise ValueError(f"rows is at least 1; got {rows}")

    cdef allocate(self):
        cdef Buffers buffers = Buffers()
        cdef Layer layer
        cdef GaussianHead head
        cdef GaussianLikelihood normal
        cdef Likelihood likelihood
        names = []

        def want(name, shape, dtype):
            names.append(name)
            buffers.add(shape, dtype)

        for layer in self.layers:
            if not isinstance(layer, Likelihood):
                want(layer.name + ".y", (self.rows, layer.outputs), self.dtype)
            if isinstance(layer, (Dense, GaussianHead)) and layer is not self.layers[-2]:
                want(layer.name + ".dy", (self.rows, layer.outputs), self.dtype)
            if isinstance(layer, GaussianHead):
                want(layer.name + ".eps", (self.rows, layer.outputs), self.dtype)
                want(layer.name + ".scale", (self.rows, layer.outputs), self.dtype)
                want(layer.name + ".kl", (self.rows,), np.float64)
            if isinstance(layer, Likelihood):
                want(layer.name + ".loss", (self.rows,), np.float64)
            if isinstance(layer, GaussianLikelihood):
                want(layer.name + ".dscale", (self.rows, layer.inputs), self.dtype)
                want(layer.name + ".sums", (layer.inputs,), self.dtype)
        self.arrays = dict(zip(names, buffers.arrays()))
        self.arrays[self.layers[-2].name + ".dy"] = self.arrays[self.layers[-2].name + ".y"]
        for layer in self.layers:
            if layer.below is not None:
                layer.x = address(self.arrays[layer.below.name + ".y"])
                if not isinstance(layer.below, Input):
                    layer.dx = address(self.arrays[layer.below.name + ".dy"])
            if not isinstance(layer, Likelihood):
                layer.y = address(self.arrays[layer.name + ".y"])
            if isinstance(layer, (Dense, GaussianHead)):
                layer.dy = address(self.arrays[layer.name + ".dy"])
            if isinstance(layer, GaussianHead):
                head = layer
                head.eps = address(self.arrays[layer.name + ".eps"])
                head.scale = address(self.arrays[layer.name + ".scale"])
                head.kl = <double *>address(self.arrays[layer.name + ".kl"])
            if isinstance(layer, Likelihood):
                likelihood = layer
                likelihood.target = address(self.arrays[self.layers[0].name + ".y"])
                likelihood.loss = <double *>address(self.arrays[layer.name + ".loss"])
            if isinstance(layer, GaussianLikelihood):
                normal = layer
                normal.dscale = address(self.arrays[layer.name + ".dscale"])
                normal.sums = address(self.arrays[layer.name + ".sums"])

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
        rows.tiles = self.batch.rows // TILE
        rows.shares = min(<Py_ssize_t>pool_threads(), rows.tiles)
        if rows.tiles < 2 or rows.cost * self.batch.rows < SERIAL:
            rows.shares = 1
        if rows.count:
            pool_run(run_rows, rows, rows.shares)
        rows.count = 0
        rows.cost = 0.0

    cdef void add(self, Rows *rows, void *layer, Part part) noexcept nogil:
        rows.works[rows.count].layer = layer
        rows.works[rows.count].part = part
        rows.count += 1
        rows.cost += ELEMENT * max((<Layer>layer).inputs, (<Layer>layer).outputs)
        if part == FORWARD or part == BACKWARD:
            rows.cost += (<Layer>layer).work

    cdef void multiply(self, void *layer, bint back) noexcept nogil:
        """A large product. Where its bits depend on how many columns it has, the shares don't depend on the threads."""
        cdef Product product
        product.layer, product.batch, product.back = layer, &self.batch, back
        product.strips = (<Layer>layer).strips_back if back else (<Layer>layer).strips
        product.shares = min(<Py_ssize_t>pool_threads(), product.strips)
        if (<Layer>layer).split or self.batch.rows < 2 * TILE:
            product.shares = min(SHARES, product.strips)
        pool_run(run_product, &product, product.shares)

    cdef bint by_columns(self, void *layer, Py_ssize_t strips) noexcept nogil:
        return strips and (self.batch.rows < MANY * pool_threads() or (<Layer>layer).split or (<Layer>layer).tiled)

    cdef void rows_phase(self, int begin, int end, bint back) noexcept nogil:
        cdef Rows rows
        cdef bint strips
        cdef int i
        rows.count = 0
        rows.cost = 0.0
        for i in range(begin, end):
            strips = self.by_columns(self.chain[i], (<Layer>self.chain[i]).strips)
            if strips:
                self.run(&rows)
                self.multiply(self.chain[i], False)
            self.add(&rows, self.chain[i], FORWARD_REST if strips else FORWARD)
        if back:
            for i in range(end - 1, begin, -1):
                strips = (<Layer>self.chain[i]).dx and self.by_columns(self.chain[i], (<Layer>self.chain[i]).strips_back)
                if strips:
                    self.run(&rows)
                    self.multiply(self.chain[i], True)
                self.add(&rows, self.chain[i], BACKWARD_REST if strips else BACKWARD)
        self.run(&rows)

    cdef void slices_phase(self, bint learn) noexcept nogil:
        cdef Slices slices
        cdef Py_ssize_t i
        slices.slices, slices.batch, slices.learn = self.slices, &self.batch, learn
        if self.work * self.batch.rows < SERIAL:
            for i in range(self.slice_count):
                run_slice(&slices, i)
        else:
            pool_run(run_slice, &slices, self.slice_count)

    cdef sources(self, data, const int64_t[::1] order, const uint32_t[::1] key):
        """Where the rows and the draws come from."""
        features = self.layers[0].outputs
        if not isinstance(data, np.ndarray) or data.dtype not in (np.float32, np.float64) or not data.dtype.isnative:
            raise TypeError(f"data is an array of float32 or float64; got {getattr(data, 'dtype', type(data))}")
        if data.ndim != 2 or data.shape[1] != features or (features > 1 and data.strides[1] != data.itemsize):
            raise ValueError(f"data is [rows, {features}] with a row's elements side by side; got shape {data.shape}")
        if order.shape[0] and not (0 <= np.min(order) and np.max(order) < data.shape[0]):
            raise ValueError(f"order has numbers of the {data.shape[0]} rows of data; got {np.min(order)} to {np.max(order)}")
        if key.shape[0] != 8:
            raise ValueError(f"key has 8 words; got {key.shape[0]}")
        self.batch.data = address(data)
        self.batch.stride = data.strides[0]
        self.batch.source = FP_F32 if data.dtype == np.float32 else FP_F64
        for i in range(4):
            self.batch.stream.key[i] = key[i]
            self.batch.pixels.key[i] = key[4 + i]

    def train(self, data, const int64_t[::1] order, Py_ssize_t batch_rows, const uint32_t[::1] key, Py_ssize_t step, optimizer,
              double kl_weight=1.0, bint draw=True, bint learn=True):
        """Steps over the rows `order` of `data`, `batch_rows` at a time, the first of them number `step` (of 2^32 at most).

        To be called within `single_threaded_blas()`, and by one Python thread at a time.

        Parameters
        ----------
        data : array [rows, features] of float32 or float64, the elements of a row side by side
        order : int64 array, the rows of `data` in the order in which they are taken
        key : uint32 array [8], the keys of what is drawn: eps, pixels
        optimizer : object with `adam` (beta1, beta2, eps) or `momentum`, and `learning_rate`
        draw : whether eps is drawn or taken as it is in `arrays`
        learn : whether parameters change, or only the gradient is computed

        Returns
        -------
        steps, loss, kl : int, float, float
            Steps done and the sums over their rows. Fewer steps than there are batches: the loss of the next one was not
            finite, and its sums are returned alone; the parameters are those before it.
        """
        cdef Py_ssize_t n = order.shape[0], done = 0, steps = 0, i
        cdef GaussianHead head = self.layers[self.latent]
        cdef Likelihood likelihood = self.layers[-1]
        cdef double loss = 0.0, kl = 0.0, batch_loss, batch_kl, t
        cdef double beta1 = 0.0, beta2 = 0.0, rate = optimizer.learning_rate
        cdef float_env env
        if not 1 <= batch_rows <= self.rows:
            raise ValueError(f"batch_rows is from 1 to {self.rows}, the network's own rows; got {batch_rows}")
        self.sources(data, order, key)
        self.batch.draw = draw
        self.batch.momentum_only = hasattr(optimizer, "momentum")
        if self.batch.momentum_only:
            self.batch.rate, self.batch.momentum = rate, optimizer.momentum
        else:
            beta1, beta2 = optimizer.beta1, optimizer.beta2
            self.batch.adam.beta1, self.batch.adam.beta2, self.batch.adam.eps = beta1, beta2, optimizer.eps
        with nogil:
            env = float_env_enter()
            while done < n:
                self.batch.rows = min(batch_rows, n - done)
                self.batch.index = &order[done]
                self.batch.weight = 1.0 / self.batch.rows
                self.batch.kl_weight = kl_weight / self.batch.rows
                self.batch.stream.high[1] = self.batch.pixels.high[1] = <uint32_t>step
                t = step + 1
                self.batch.adam.rate = rate / (1.0 - pow(beta1, t))
                self.batch.adam.root = 1.0 / sqrt(1.0 - pow(beta2, t))
                self.rows_phase(0, self.count, True)
                batch_loss = batch_kl = 0.0
                for i in range(self.batch.rows):
                    batch_loss += likelihood.loss[i]
                    batch_kl += head.kl[i]
                if not (isfinite(batch_loss) and isfinite(batch_kl)):
                    loss, kl = batch_loss, batch_kl
                    break
                self.slices_phase(learn)
                loss += batch_loss
                kl += batch_kl
                done += self.batch.rows
                step += 1
                steps += 1
            float_env_leave(env)
        return steps, loss, kl

    def forward(self, str first, str last, Py_ssize_t rows, data=None, const int64_t[::1] order=None, const uint32_t[::1] key=None,
                Py_ssize_t step=0, bint draw=False):
        """Layers `first` to `last` on `rows` rows, there only. The results are in `arrays`.

        From the input on, `data`, `order` and `key` are those of `train`; from another layer on, what the one below it gives is
        in `arrays` already.
        """
        cdef float_env env
        names = [layer.name for layer in self.layers]
        cdef int begin = names.index(first), end = names.index(last) + 1
        if not 1 <= rows <= self.rows or (order is not None and order.shape[0] != rows):
            raise ValueError(f"rows is from 1 to {self.rows} and the number in order; got {rows}")
        if begin == 0:
            self.sources(data, order, key)
            self.batch.index = &order[0]
            self.batch.stream.high[1] = self.batch.pixels.high[1] = <uint32_t>step
        self.batch.draw = draw
        self.batch.rows = rows
        self.batch.weight = self.batch.kl_weight = 0.0
        with nogil:
            env = float_env_enter()
            self.rows_phase(begin, end, False)
            float_env_leave(env)


cdef ask_blas(Dense layer, Py_ssize_t rows):
    """Whether this BLAS gives an element of the layer's products other bits if there are more or fewer rows, or columns, beside
    it. If not, the number of threads may decide how many a thread takes, and still no bit depends on it."""
    cdef Py_ssize_t n_in = layer.inputs, n_out = layer.outputs, item = layer.itemsize
    cdef char *x = layer.x
    cdef char *y = layer.y
    cdef char *dx = layer.dx
    cdef char *dy = layer.dy
    cdef char *parameters = layer.parameters
    dtype = np.float32 if item == 4 else np.float64
    # any numbers of different size and sign
    inputs, weights, slopes = (np.cos(np.arange(size, dtype=dtype)) for size in (rows * n_in, n_in * n_out, rows * n_out))
    values, back = np.empty(rows * n_out, dtype), np.empty(rows * n_in, dtype)

    def products(rows_parts, Py_ssize_t strips=1, Py_ssize_t strips_back=1):
        cdef Py_ssize_t start, stop = 0, strip, column
        for start, stop in rows_parts:
            for strip in range(strips):
                column = strip_start(strip, strips, n_out)
                layer.values(start, stop, column, strip_start(strip + 1, strips, n_out) - column)
            for strip in range(strips_back):
                column = strip_start(strip, strips_back, n_in)
                layer.slopes(start, stop, column, strip_start(strip + 1, strips_back, n_in) - column)
        return values[:stop * n_out].tobytes() + back[:stop * n_in].tobytes()

    try:
        layer.x, layer.parameters, layer.dy = address(inputs), address(weights), address(slopes)
        layer.y, layer.dx = address(values), address(back)
        for some in {rows, min(rows, 2 * TILE)}:
            layer.split = layer.split or products([(0, some)]) != products([(0, some)], max(1, layer.strips), max(1, layer.strips_back))
        starts = range(0, TILE * max(1, rows // TILE), TILE)
        tiles = [(start, start + TILE if rows - start >= 2 * TILE else rows) for start in starts]
        layer.tiled = products([(0, rows)]) != products(tiles)
    finally:
        layer.x, layer.y, layer.dx, layer.dy, layer.parameters = x, y, dx, dy, parameters
