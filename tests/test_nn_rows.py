"""Numbers that rows of data come to, and draws from the streams of these numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fastprob import random
from fastprob.nn import _rows

BITS = 2**64 - 1


def naive(row: np.ndarray) -> int:
    def mixed(number: int, word: int, factor: int) -> int:
        number = (number ^ word) * factor & BITS
        return number ^ number >> 32

    words = row.view(np.uint32).tolist()
    lanes = list(range(8))
    for i, word in enumerate(words):
        lanes[i % 8] = mixed(lanes[i % 8], word, 0x6A09E667F3BCC909)
    number = len(words)
    for lane in lanes:
        number = mixed(number, lane, 0xBB67AE8584CAA73B)
    return mixed(number, 0, 0x6A09E667F3BCC909)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("columns", [1, 2, 7, 8, 9, 16, 784])
def test_numbers_of_rows(columns: int, dtype: Any) -> None:
    rows = np.random.default_rng(0).normal(size=(20, columns)).astype(dtype)
    found = _rows.hashes(rows)
    assert found.dtype == np.uint64
    assert found.tolist() == [naive(row) for row in rows]
    np.testing.assert_array_equal(_rows.hashes(rows[::-1].copy()), found[::-1])


def test_rows_that_are_alike_have_numbers_that_are_not() -> None:
    """Black and white images, all of them within two pixels of a white one: no two numbers are the same, and each pixel changes
    about half of the bits."""
    pixels = 400
    pairs = np.array([(i, j) for i in range(pixels) for j in range(i + 1)])
    images = np.zeros((len(pairs) + 1, pixels), np.float32)
    images[np.arange(len(pairs)), pairs[:, 0]] = images[np.arange(len(pairs)), pairs[:, 1]] = 1
    found = _rows.hashes(images)
    assert len(np.unique(found)) == len(images)
    singles = found[:-1][pairs[:, 0] == pairs[:, 1]]
    changed = np.unpackbits((singles ^ found[-1]).view(np.uint8).reshape(-1, 8), axis=1)
    assert np.abs(changed.mean(axis=1) - 0.5).max() < 5.5 * 0.5 / 8  # the largest of 400 sums of 64 fair bits
    assert np.abs(changed.mean(axis=0) - 0.5).max() < 4.5 * 0.5 / 20


def test_draws_are_those_of_the_streams() -> None:
    seed = np.random.SeedSequence(3)
    key, streams = seed.generate_state(4), np.array([0, 1, 2**32, 2**64 - 1], np.uint64)
    for kind, wanted in (("normal", "standard_normal"), ("unit", "random")):
        found = _rows.draw(kind, key, streams, 77)
        for row, stream in zip(found, streams.tolist(), strict=True):
            np.testing.assert_array_equal(row, getattr(random.default_rng(seed, stream=stream), wanted)(77))
        np.testing.assert_array_equal(_rows.draw(kind, key, streams, 40, 37), found[:, 37:])
    assert _rows.draw("normal", key, streams[:0], 5).shape == (0, 5)
