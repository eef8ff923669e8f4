"""The engine as a NumPy bit generator."""

cimport cython
from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.stdint cimport uint32_t, uint64_t

from fastprob._core cimport fp_words_one_by_one, next_two_words, next_unit, next_word

import operator
from collections.abc import Mapping

import numpy as np

cdef extern from "numpy/random/bitgen.h":
    ctypedef struct bitgen_t:
        void *state
        uint64_t (*next_uint64)(void *) noexcept nogil
        uint32_t (*next_uint32)(void *) noexcept nogil
        double (*next_double)(void *) noexcept nogil
        uint64_t (*next_raw)(void *) noexcept nogil


def any_whole_number(value, str name, str allowed="an int"):
    """A whole number of any size."""
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(value)
    except TypeError:      # arrays have the method, but may have fractions or several elements
        raise TypeError(f"{name}: expected {allowed}, got {value!r}") from None


def whole_number(value, bits, str name):
    """A whole number of so many bits."""
    number = any_whole_number(value, name, f"an int from 0 to 2^{bits} - 1")
    if number < 0 or number >> bits:
        raise ValueError(f"{name}: expected an int from 0 to 2^{bits} - 1, got {number}")
    return number


@cython.final
cdef class _Words:
    cdef fp_words_one_by_one words


class BitGenerator(np.random.BitGenerator):
    """BitGenerator(seed=None, *, stream=0)

    The engine as a NumPy bit generator: ``numpy.random.Generator(BitGenerator(seed))`` has all of NumPy's distributions.

    Parameters
    ----------
    seed : None, int, sequence of ints or SeedSequence
        As for NumPy's own bit generators.
    stream : int
        From 0 to 2^64 - 1: another stream for the same seed.

    Notes
    -----
    The words are those of default_rng(seed), one after the other; a 64-bit number is two of them, the low one first. Draw from
    one or the other, not from both with one seed. After a fork the child repeats the parent's numbers, seeded or not, as with
    NumPy's own. Capsule, ctypes and cffi interfaces are those of every NumPy bit generator.

    Examples
    --------
    >>> import numpy as np
    >>> from fastprob import random
    >>> rng = np.random.Generator(random.BitGenerator(1))
    >>> rng.gamma(2.0, size=3).shape
    (3,)
    """

    __module__ = "fastprob.random"

    def __init__(self, seed=None, *, stream=0):
        cdef _Words holder = _Words.__new__(_Words)
        cdef bitgen_t *face
        cdef int k
        stream = whole_number(stream, 64, "stream")
        super().__init__(seed)
        words = self.seed_seq.generate_state(4, np.uint32)
        for k in range(4):
            holder.words.stream.key[k] = words[k]
        holder.words.stream.high[0], holder.words.stream.high[1] = stream & 0xffffffff, stream >> 32
        holder.words.next = 0
        self._words = holder
        face = <bitgen_t *>PyCapsule_GetPointer(self.capsule, "BitGenerator")
        face.state = &holder.words
        face.next_uint64 = next_two_words
        face.next_uint32 = next_word
        face.next_double = next_unit
        face.next_raw = next_two_words

    @property
    def state(self):
        """Where the bit generator is, as a dict. A copy; assign one to go there."""
        cdef _Words holder = self._words
        with self.lock:
            return {
                "bit_generator": type(self).__name__,
                "key": tuple([holder.words.stream.key[k] for k in range(4)]),
                "stream": holder.words.stream.high[0] | <uint64_t>holder.words.stream.high[1] << 32,
                "words": holder.words.next,
            }

    @state.setter
    def state(self, value):
        cdef _Words holder = self._words
        cdef int k
        wanted = {"bit_generator", "key", "stream", "words"}
        if not isinstance(value, Mapping) or set(value) != wanted or value["bit_generator"] != type(self).__name__:
            raise ValueError(f"state: expected a dict with {', '.join(sorted(wanted))} of a {type(self).__name__}, got {value!r}")
        key = value["key"]
        if not isinstance(key, (tuple, list)) or len(key) != 4:
            raise ValueError(f"state: expected a key of four words, got {value!r}")
        key = [whole_number(word, 32, "state['key']") for word in key]
        stream, words = whole_number(value["stream"], 64, "state['stream']"), whole_number(value["words"], 64, "state['words']")
        with self.lock:
            for k in range(4):
                holder.words.stream.key[k] = key[k]
            holder.words.stream.high[0], holder.words.stream.high[1] = stream & 0xffffffff, stream >> 32
            holder.words.next = words & ~<uint64_t>63
            while holder.words.next != <uint64_t>words:      # its group is made again
                next_word(&holder.words)

    def advance(self, delta):
        """Go on as if `delta` more 64-bit numbers had been drawn; returns self."""
        state = self.state
        state["words"] = state["words"] + 2 * any_whole_number(delta, "delta") & (1 << 64) - 1
        self.state = state
        return self

    def jumped(self, jumps=1):
        """A copy at the beginning of the stream that lies `jumps` further on."""
        other = type(self)(self.seed_seq)
        state = self.state
        state["stream"] = state["stream"] + any_whole_number(jumps, "jumps") & (1 << 64) - 1
        state["words"] = 0
        other.state = state
        return other
