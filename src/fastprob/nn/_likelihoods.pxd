"""Likelihoods, for the package's own modules: layers that end a network."""

from ._layers cimport Batch, Layer


cdef class Likelihood(Layer):
    cdef char *target           # [rows, inputs]: the input layer's y
    cdef double *loss           # [draws]
    cdef double *weights        # [draws]: of them in the gradient
    cdef double *row_weight     # [rows]: the input's
    cdef double *share          # [draws]: of them in an importance estimate
    cdef double *bound          # [rows]: what it is of log p(x)
    cdef double *log_ratio      # [draws]: the latent layer's
    cdef char *dscale           # [draws, inputs]: the gradient with respect to the log scales, by element; NULL: there are none

    cdef void terms(self, const Batch *batch, Py_ssize_t start, Py_ssize_t stop) noexcept nogil


cdef class BernoulliLikelihood(Likelihood):
    pass


cdef class ScaledLikelihood(Likelihood):
    cdef bint shared
    cdef double least           # log scale
    cdef char *sums             # [inputs]: the sums of dscale, if shared
    cdef Py_ssize_t columns     # of a slice


cdef class GaussianLikelihood(ScaledLikelihood):
    pass


cdef class DiscretizedLikelihood(ScaledLikelihood):
    cdef double half            # width of a bin
