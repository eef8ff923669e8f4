"""Draws that are a row's own: a number that the row's values come to, and the stream of that number.

What is drawn for a row then depends neither on its place nor on the rows beside it.
"""

from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memset

from .._core cimport FP_FILL_normal_f64, FP_FILL_unit_f64, FP_TRANSFORM_NONE, fp_draw, run_draw

import numpy as np

FILLS = {"normal": FP_FILL_normal_f64, "unit": FP_FILL_unit_f64}

# Lanes that a row's words go to in turn, so that none waits for the product of the one before.
cdef enum:
    LANES = 8

# Odd numbers of 64 random bits: fractions of the square roots of 2 and 3.
cdef uint64_t FACTOR = 0x6a09e667f3bcc909ULL
cdef uint64_t FOLD = 0xbb67ae8584caa73bULL


cdef inline uint64_t mixed(uint64_t hash, uint64_t word, uint64_t factor) noexcept nogil:
    """Another number for another word, and for another number before."""
    hash = (hash ^ word) * factor
    return hash ^ hash >> 32


cdef uint64_t hash_of(const uint32_t *words, Py_ssize_t count) noexcept nogil:
    cdef uint64_t lanes[LANES]
    cdef uint64_t hash = <uint64_t>count
    cdef Py_ssize_t i = 0, whole = count - count % LANES
    cdef int k
    for k in range(LANES):
        lanes[k] = <uint64_t>k
    while i < whole:
        for k in range(LANES):
            lanes[k] = mixed(lanes[k], words[i + k], FACTOR)
        i += LANES
    for i in range(whole, count):
        lanes[i - whole] = mixed(lanes[i - whole], words[i], FACTOR)
    for k in range(LANES):
        hash = mixed(hash, lanes[k], FOLD)
    return mixed(hash, 0, FACTOR)


def hashes(rows):
    """A number of 64 bits for each row of a contiguous array [rows, columns] of float32 or float64, from its bits: uint64 [rows].

    Rows that differ in 32 bits side by side have different ones, others the same by a chance of about 2^-64. For data: who means
    to can find two rows of one number.
    """
    cdef const uint32_t[:, ::1] words = rows.view(np.uint32)
    cdef uint64_t[::1] found = np.empty(len(rows), np.uint64)
    cdef Py_ssize_t i
    with nogil:
        for i in range(words.shape[0]):
            found[i] = hash_of(&words[i, 0], words.shape[1])
    return np.asarray(found)


def draw(str kind, const uint32_t[::1] key, const uint64_t[::1] streams, Py_ssize_t columns, uint64_t first=0):
    """Units `first` to first + columns - 1 of each of these streams of the key, four words: float64 [streams, columns].

    kind: "normal", standard normal, or "unit", uniform in [0, 1): what `fastprob.random`'s Generator draws from such a stream.
    """
    cdef double[:, ::1] out = np.empty((streams.shape[0], columns))
    cdef fp_draw d
    cdef Py_ssize_t i
    memset(&d, 0, sizeof(d))
    d.fill, d.transform, d.first, d.n = FILLS[kind], FP_TRANSFORM_NONE, first, <size_t>columns
    for i in range(4):
        d.stream.key[i] = key[i]
    with nogil:
        for i in range(out.shape[0] if columns else 0):
            d.stream.high[0], d.stream.high[1] = <uint32_t>streams[i], <uint32_t>(streams[i] >> 32)
            d.out = &out[i, 0]
            run_draw(&d)
    return np.asarray(out)
