"""Layers that a condition comes in by: beside what another layer gives, or as the modulation of a layer.

A condition is what any layer gives that has a row for each row of the batch: an Input, or layers between an Input and those here.
"""

from libc.string cimport memcpy

from ._layers cimport SLICE, TILE, Batch, Dense, Input, Layer, Range, address


cdef class Concat(Layer):
    """Concat(name, *, sources)\n--\n\n\
    What several layers give, side by side: y = [a | b | ...]. With a Dense layer on it, a condition beside the inputs or beside z.

    Beside a layer behind the latent one, which has a row for each draw, a row of another is repeated for the draws of its row of the
    batch, and its gradient is their sum, from the first on. The size is the sum of the sources', which are 2 to 8.
    """

    def __init__(self, str name, *, tuple sources):
        if not 2 <= len(sources) <= PARTS:
            raise ValueError(f"layer {name!r} has from 2 to {PARTS} sources; got {len(sources)}")
        super().__init__(name, 1, 1, sources)    # its size is known when it reads them
        self.most = PARTS

    cdef read(self, list layers):
        cdef Layer source
        self.inputs, self.count = layers[0].outputs, len(layers)
        Layer.read(self, layers)
        self.outputs = sum([source.outputs for source in layers])
        for i, source in enumerate(layers):
            self.parts[i].columns, self.parts[i].repeated = source.outputs, self.drawn and not source.drawn

    cdef connect(self, dict arrays, dict layers):
        Layer.connect(self, arrays, layers)
        for i, source in enumerate(self.reads):
            self.parts[i].y, self.parts[i].dy = address(arrays[source.name + ".y"]), self.place(i, arrays)

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t each = self.each(batch), row, size
        cdef char *at
        cdef int i
        for row in range(start * each, stop * each):
            at = self.y + row * self.outputs * self.itemsize
            for i in range(self.count):
                size = self.parts[i].columns * self.itemsize
                memcpy(at, self.parts[i].y + (row // each if self.parts[i].repeated else row) * size, size)
                at += size

    cdef void backward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t each = self.each(batch), row, size
        cdef char *at
        cdef char *to
        cdef int i
        for row in range(start * each, stop * each):
            at = self.dy + row * self.outputs * self.itemsize
            for i in range(self.count):
                size = self.parts[i].columns * self.itemsize
                if self.parts[i].dy is not NULL:
                    to = self.parts[i].dy + (row // each if self.parts[i].repeated else row) * size
                    if self.parts[i].repeated and row % each:
                        self.kernels.add(to, at, self.parts[i].columns)
                    else:
                        memcpy(to, at, size)
                at += size


# Numbers from 0 on that float32 has all of.
cdef Py_ssize_t MOST_CLASSES = 1 << 24


cdef class Embedding(Layer):
    """Embedding(name, classes, units, *, sources)\n--\n\n\
    A row of the table `weight` [classes, units] by class: for a condition with many classes, instead of an Input with a column for
    each. It reads an Input of one column, the classes' numbers from 0 on; other numbers in the data are an error.
    """

    def __init__(self, str name, Py_ssize_t classes, Py_ssize_t units, *, tuple sources):
        if not 1 <= classes <= MOST_CLASSES:
            raise ValueError(f"layer {name!r} has from 1 to {MOST_CLASSES} classes; got {classes}")
        super().__init__(name, 1, units, sources)
        if units < 1 or len(sources) != 1:
            raise ValueError(f"layer {name!r} has at least one unit and one source; got {units} and {sources}")
        self.each_slice = max(1, SLICE // units)
        self.slices = -(-classes // self.each_slice)
        self.classes = classes

    @property
    def shapes(self):
        return {"weight": (self.classes, self.outputs)}

    cdef read(self, list layers):
        cdef Input labels
        if not isinstance(layers[0], Input):
            raise ValueError(f"layer {self.name!r} reads classes from an Input; got {layers[0].name!r}, a {type(layers[0]).__name__}")
        labels = layers[0]
        if labels.outputs != 1 or labels.shift is not None or labels.binarize or labels.missing:
            raise ValueError(f"layer {self.name!r} reads classes from an Input of one column, as they are; {labels.name!r} is none")
        Layer.read(self, layers)
        labels.classes = min(self.classes, labels.classes) if labels.classes else self.classes

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        self.kernels.embed(self.y + start * self.outputs * self.itemsize, self.parameters, self.x + start * self.itemsize, stop - start,
                           self.classes, self.outputs)

    cdef int ranges(self, Py_ssize_t piece, Range *found) noexcept nogil:
        cdef Py_ssize_t first = piece * self.each_slice
        found[0].offset = first * self.outputs
        found[0].count, found[0].group = min(self.each_slice, self.classes - first) * self.outputs, self.group_number
        return 1

    cdef void differentiate(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        cdef Py_ssize_t first = piece * self.each_slice
        self.kernels.embed_backward(self.gradients + first * self.outputs * self.itemsize, self.dy, self.x, batch.rows, self.classes, first,
                                    min(self.each_slice, self.classes - first), self.outputs)


cdef class FilmDense(Dense):
    """FilmDense(name, inputs, outputs, conditions, activation='identity', *, sources)\n--\n\n\
    A dense layer modulated by a condition: h = x W^T + b, y = activation((1 + D) h + B), [D | B] = c U^T + u of its row of the
    second source, c, with U `film_weight` [2 outputs, conditions] and u `film_bias` [2 outputs]. Zeros there, as they are at the
    start, change nothing; the draws of a row share its modulation. For one-hot classes U has a column for each.

    The condition is an Input, or what any other layer gives with a row for each row of the batch, so that the generator has hidden
    layers: Dense layers on a condition, whose last one several modulated layers may read.
    """

    def __init__(self, str name, Py_ssize_t inputs, Py_ssize_t outputs, Py_ssize_t conditions, str activation="identity", *,
                 tuple sources):
        if conditions < 1 or len(sources) != 2:
            raise ValueError(f"layer {name!r} has {conditions} conditions and reads {', '.join(sources)}: at least one condition, "
                             "and the names of the layers with the inputs and with the condition")
        super().__init__(name, inputs, outputs, activation, sources)
        self.conditions = conditions
        self.most = 2
        self.slices += 1            # the last one: U and u

    @property
    def groups(self):
        return self.group, "film"

    cdef number_groups(self, tuple names):
        self.group_number, self.generator_number = 1 + names.index(self.group), 1 + names.index("film")

    @property
    def shapes(self):
        own = {"film_weight": (2 * self.outputs, self.conditions), "film_bias": (2 * self.outputs,)}
        return super().shapes | own

    @property
    def buffers(self):
        own = {name: ("row", (2 * self.outputs,), None) for name in ("modulation", "dmodulation")}
        return super().buffers | own | {"h": ("draw" if self.drawn else "row", (self.outputs,), None)}

    cdef read(self, list layers):
        cdef Layer source = layers[1]
        if source.drawn or source.outputs != self.conditions:
            raise ValueError(f"layer {self.name!r} has {self.conditions} conditions; {source.name!r}, a {type(source).__name__} of "
                             f"{source.outputs}, is no layer of as many with a row for each row of the batch")
        Dense.read(self, layers)

    cdef connect(self, dict arrays, dict layers):
        Dense.connect(self, arrays, layers)
        self.condition, self.dcondition = address(arrays[self.reads[1].name + ".y"]), self.place(1, arrays)
        self.h = address(arrays[self.name + ".h"])
        self.modulation = address(arrays[self.name + ".modulation"])
        self.dmodulation = address(arrays[self.name + ".dmodulation"])

    cdef void forward_rest(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t each = self.each(batch), n = self.outputs
        cdef char *bias = self.parameters + n * self.inputs * self.itemsize
        cdef char *generator = bias + n * self.itemsize
        self.kernels.product(self.modulation + start * 2 * n * self.itemsize, 2 * n,
                             self.condition + start * self.conditions * self.itemsize, self.conditions, 1, generator, 1, self.conditions,
                             stop - start, 2 * n, self.conditions)
        self.kernels.film[self.activation](self.y + start * each * n * self.itemsize, self.h + start * each * n * self.itemsize,
                                           self.modulation + start * 2 * n * self.itemsize, bias,
                                           generator + 2 * n * self.conditions * self.itemsize, stop - start, each, n)

    cdef void backward_first(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t each = self.each(batch), n = self.outputs * self.itemsize
        cdef char *generator = self.parameters + self.outputs * (self.inputs + 1) * self.itemsize
        Dense.backward_first(self, batch, start, stop)
        self.kernels.film_backward(self.dy + start * each * n, self.dmodulation + start * 2 * n, self.h + start * each * n,
                                   self.modulation + start * 2 * n, stop - start, each, self.outputs)
        if self.dcondition is not NULL:
            self.kernels.product(self.dcondition + start * self.conditions * self.itemsize, self.conditions,
                                 self.dmodulation + start * 2 * n, 2 * self.outputs, 1, generator, self.conditions, 1, stop - start,
                                 self.conditions, 2 * self.outputs)

    cdef int ranges(self, Py_ssize_t piece, Range *found) noexcept nogil:
        if piece < self.slices - 1:
            return Dense.ranges(self, piece, found)
        found[0].offset, found[0].count = self.outputs * (self.inputs + 1), 2 * self.outputs * self.conditions
        found[0].group = self.generator_number
        found[1].offset, found[1].count, found[1].group = found[0].offset + found[0].count, 2 * self.outputs, 0
        return 2

    cdef void differentiate(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        cdef char *generator = self.gradients + self.outputs * (self.inputs + 1) * self.itemsize
        cdef Py_ssize_t n = 2 * self.outputs, conditions = self.conditions
        if piece < self.slices - 1:
            Dense.differentiate(self, batch, piece)
            return
        self.kernels.product(generator, conditions, self.dmodulation, 1, n, self.condition, conditions, 1, n, conditions, batch.rows)
        self.kernels.column_sums(generator + n * self.conditions * self.itemsize, self.dmodulation, batch.rows, n, n)



