"""Layers that a condition comes in by, for the package's own modules."""

from ._layers cimport Dense, Layer


cdef enum:
    PARTS = 8                   # most layers side by side


# One of the layers that stand side by side.
cdef struct Part:
    const char *y
    char *dy                    # NULL: not wanted
    Py_ssize_t columns
    bint repeated               # for each draw


cdef class Concat(Layer):
    cdef Part parts[PARTS]
    cdef int count


cdef class Embedding(Layer):
    cdef readonly Py_ssize_t classes
    cdef Py_ssize_t each_slice  # classes of a slice


cdef class FilmDense(Dense):
    cdef Py_ssize_t conditions
    cdef int generator_number   # the group of the modulation's own weights
    cdef char *condition        # [rows, conditions]: what the second of its sources gives
    cdef char *dcondition       # the gradient with respect to that; NULL: not wanted
    cdef char *h                # [draws, outputs]: the product with its bias
    cdef char *modulation       # [rows, 2 outputs]: 1 + D and B
    cdef char *dmodulation      # gradients with respect to them

