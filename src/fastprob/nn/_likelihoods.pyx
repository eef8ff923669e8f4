"""Likelihoods: the layers that end a network."""

from ._layers cimport DOUBLY, IMPORTANCE, Batch, Layer, Range, address

import numpy as np

# Where a feature can be reproduced exactly, the likelihood has no bound: a scale that is learnt stops here.
LEAST_LOG_SCALE = -10.0


cdef class Likelihood(Layer):
    """Likelihood(features)\n--\n\n\
    -log p(x | y) a draw, and at once its gradient with respect to y, which takes the place of y."""

    def __init__(self, Py_ssize_t features):
        super().__init__("likelihood", features, 0)
        self.in_place = True

    @property
    def buffers(self):
        return {"loss": ("draw", (), np.float64), "weights": ("draw", (), np.float64), "share": ("draw", (), np.float64),
                "bound": ("row", (), np.float64)}

    cdef connect(self, dict arrays, dict layers):
        Layer.connect(self, arrays, layers)
        if layers["input"].outputs != self.inputs:
            raise ValueError(f"the likelihood has {self.inputs} features; the input has {layers['input'].outputs}")
        self.target = address(arrays["input.target" if "input.target" in arrays else "input.y"])
        self.row_weight = <double *>address(arrays["input.weight"])
        self.loss = <double *>address(arrays["likelihood.loss"])
        self.weights = <double *>address(arrays["likelihood.weights"])
        self.share = <double *>address(arrays["likelihood.share"])
        self.bound = <double *>address(arrays["likelihood.bound"])
        self.log_ratio = <double *>address(arrays["latent.log_ratio"])

    cdef void forward(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t row, draw, first = start * batch.draws, count = (stop - start) * batch.draws
        cdef Py_ssize_t at = first * self.inputs * self.itemsize
        cdef bint importance = batch.objective == IMPORTANCE or batch.objective == DOUBLY
        for row in range(start, stop):
            for draw in range(row * batch.draws, (row + 1) * batch.draws):
                self.weights[draw] = 1.0 if importance else self.row_weight[row] / batch.draws
        self.terms(batch, start, stop)
        if not importance:
            return
        # a draw's share is known when all of its row's losses are
        self.kernels.importance(self.share + first, self.bound + start, self.loss + first, self.log_ratio + first, stop - start, batch.draws)
        for row in range(start, stop):
            for draw in range(row * batch.draws, (row + 1) * batch.draws):
                self.weights[draw] = self.row_weight[row] * self.share[draw]
        self.kernels.scale_rows(self.x + at, self.weights + first, count, self.inputs)
        if self.dscale is not NULL:
            self.kernels.scale_rows(self.dscale + at, self.weights + first, count, self.inputs)

    cdef void terms(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        """The losses of the draws of these rows, and their gradients times `weights`."""


cdef class BernoulliLikelihood(Likelihood):
    """Independent Bernoulli variables with logits y; x in [0, 1]."""

    cdef void terms(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t draw = start * batch.draws, row = start * self.inputs * self.itemsize, at = row * batch.draws
        self.kernels.bernoulli(self.x + at, self.loss + draw, self.x + at, self.target + row, self.weights + draw, stop - start,
                               batch.draws, self.inputs)


cdef class ScaledLikelihood(Likelihood):
    """ScaledLikelihood(features, shared=False, fixed=False)\n--\n\n\
    Of independent variables with log scales that are parameters: one a feature, or one in all if `shared`; not learnt if `fixed`, and
    otherwise not below LEAST_LOG_SCALE."""

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

    cdef int ranges(self, Py_ssize_t piece, Range *found) noexcept nogil:
        found[0].offset = 0 if self.shared else piece * self.columns
        found[0].count = 1 if self.shared else min(self.columns, self.inputs - found[0].offset)
        found[0].group = 0
        return 1

    cdef void differentiate(self, const Batch *batch, Py_ssize_t piece) noexcept nogil:
        cdef Py_ssize_t begin = piece * self.columns, count = min(self.columns, self.inputs - begin)
        cdef char *sums = self.sums if self.shared else self.gradients + begin * self.itemsize
        self.kernels.column_sums(sums, self.dscale + begin * self.itemsize, batch.rows * batch.draws, count, self.inputs)
        if self.shared:
            self.kernels.column_sums(self.gradients, sums, self.inputs, 1, 1)


cdef class GaussianLikelihood(ScaledLikelihood):
    """Independent normal variables with means y."""

    cdef void terms(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t draw = start * batch.draws, row = start * self.inputs * self.itemsize, at = row * batch.draws
        self.kernels.gaussian(self.x + at, self.dscale + at, self.loss + draw, self.x + at, self.target + row, self.parameters,
                              self.shared, self.least, self.weights + draw, stop - start, batch.draws, self.inputs)


cdef class DiscretizedLikelihood(ScaledLikelihood):
    """DiscretizedLikelihood(features, levels, shared=False)\n--\n\n\
    Independent logistic variables with means y, rounded to the nearest of so many levels from -1 to 1."""

    def __init__(self, Py_ssize_t features, Py_ssize_t levels, bint shared=False):
        super().__init__(features, shared)
        if levels < 2:
            raise ValueError(f"levels is at least 2; got {levels}")
        self.half = 1.0 / (levels - 1)

    cdef void terms(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
        cdef Py_ssize_t draw = start * batch.draws, row = start * self.inputs * self.itemsize, at = row * batch.draws
        self.kernels.discretized(self.x + at, self.dscale + at, self.loss + draw, self.x + at, self.target + row, self.parameters,
                                 self.shared, self.least, self.half, self.weights + draw, stop - start, batch.draws, self.inputs)
