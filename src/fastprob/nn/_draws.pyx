"""Draws for a model's parameters, its order of rows and its samples: functions of a key and a stream's number alone."""

from libc.stdint cimport uint32_t, uint64_t

from .._core cimport active_table, fp_stream

import numpy as np


cdef fp_stream stream_of(const uint32_t[::1] key, uint64_t number):
    cdef fp_stream stream
    for i in range(4):
        stream.key[i] = key[i]
    stream.high[0], stream.high[1] = <uint32_t>number, <uint32_t>(number >> 32)
    return stream


def uniform(const uint32_t[::1] key, uint64_t stream, shape):
    """float64 in (0, 1)."""
    drawn = np.empty(shape)
    cdef double[::1] flat = drawn.reshape(-1)
    if flat.shape[0]:
        active_table().random.open_f64(stream_of(key, stream), 0, &flat[0], flat.shape[0])
    return drawn


def standard_normal(const uint32_t[::1] key, uint64_t stream, shape):
    """float64 of N(0, 1)."""
    drawn = np.empty(shape)
    cdef double[::1] flat = drawn.reshape(-1)
    if flat.shape[0]:
        active_table().random.normal_f64(stream_of(key, stream), 0, &flat[0], flat.shape[0])
    return drawn


def permutation(const uint32_t[::1] key, uint64_t stream, Py_ssize_t n):
    """The numbers 0 to n - 1, int64, in the order of as many random words of 64 bits."""
    words = np.empty(2 * n, np.uint32)
    cdef uint32_t[::1] view = words
    if n:
        active_table().random.words(stream_of(key, stream), 0, &view[0], 2 * n)
    return np.argsort(words[:n].astype(np.uint64) << np.uint64(32) | words[n:], kind="stable")
