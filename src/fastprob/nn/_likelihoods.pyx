"""Likelihoods: the layers that end a network."""

from ._layers cimport Batch, Layer, Range, address

import numpy as np

# Where a feature can be reproduced exactly, the likelihood has no bound: a scale that is learnt stops here.
LEAST_LOG_SCALE = -10.0


cdef class Likelihood(Layer):
    """-log p(x | y) a draw, and at once its gradient with respect to y, which takes the place of y."""

    def __init__(self, Py_ssize_t features):
        super().__init__("likelihood", features, 0)
        self.in_place = True

    @property
    def buffers(self):
        return {"loss": ("draw", (), np.float64), "weights": ("draw", (), np.float64)}

    cdef connect(self, dict arrays, dict layers):
        Layer.connect(self, arrays, layers)
        if layers["input"].outputs != self.inputs:
            raise ValueError(f"the likelihood has {self.inputs} features; the input has {layers['input'].outputs}")
        self.target = address(arrays["input.y"])
        self.row_weight = <double *>address(arrays["input.weight"])
        self.loss = <double *>address(arrays["likelihood.loss"])
        self.weights = <double *>address(arrays["likelihood.weights"])

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t row, draw
        for row in range(start, stop):
            for draw in range(batch.draws):
                self.weights[row * batch.draws + draw] = self.row_weight[row] / batch.draws
        self.terms(batch, start, stop)

    cdef void terms(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """The losses of the draws of these rows, and their gradients times `weights`."""


cdef class BernoulliLikelihood(Likelihood):
    """Independent Bernoulli variables with logits y; x in [0, 1]."""

    cdef void terms(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t draw = start * batch.draws, row = start * self.inputs * self.itemsize, at = row * batch.draws
        self.kernels.bernoulli(self.x + at, self.loss + draw, self.x + at, self.target + row, self.weights + draw, stop - start,
                               batch.draws, self.inputs)


cdef class GaussianLikelihood(Likelihood):
    """Independent normal variables with means y and log scales that are parameters: one a feature, or one in all if `shared`;
    not learnt if `fixed`, and otherwise not below LEAST_LOG_SCALE."""

    def __init__(self, Py_ssize_t features, bint shared=False, bint fixed=False):
        super().__init__(features)
        self.shared = shared
        self.least = -80.0 if fixed else LEAST_LOG_SCALE
        self.columns = features if shared else 256
        self.slices = 0 if fixed else -(-features // self.columns)

    @property
    def shapes(self):
        return {"log_scale": (1 if self.shared else self.inputs,)}

    @property
    def buffers(self):
        return super().buffers | {"dscale": ("draw", (self.inputs,), None), "sums": ("once", (self.inputs,), None)}

    cdef connect(self, dict arrays, dict layers):
        Likelihood.connect(self, arrays, layers)
        self.dscale = address(arrays["likelihood.dscale"])
        self.sums = address(arrays["likelihood.sums"])

    cdef void terms(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t draw = start * batch.draws, row = start * self.inputs * self.itemsize, at = row * batch.draws
        self.kernels.gaussian(self.x + at, self.dscale + at, self.loss + draw, self.x + at, self.target + row, self.parameters,
                              self.shared, self.least, self.weights + draw, stop - start, batch.draws, self.inputs)

    cdef int ranges(self, Py_ssize_t piece, Range *found) noexcept nogil:
        found[0].offset = 0 if self.shared else piece * self.columns
        found[0].count = 1 if self.shared else min(self.columns, self.inputs - found[0].offset)
        return 1

    cdef void differentiate(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        cdef Py_ssize_t begin = piece * self.columns, count = min(self.columns, self.inputs - begin)
        cdef char *sums = self.sums if self.shared else self.gradients + begin * self.itemsize
        self.kernels.column_sums(sums, self.dscale + begin * self.itemsize, batch.rows * batch.draws, count, self.inputs)
        if self.shared:
            self.kernels.column_sums(self.gradients, sums, self.inputs, 1, 1)
