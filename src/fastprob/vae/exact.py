"""Means and deviations of columns, whose bits depend on the values alone: neither on the order of the rows, nor on whether a row
is there three times or has the weight 3."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

BLOCK = 1 << 18  # elements looked at together: data may be larger than memory
BITS = 52  # of a sum of whole numbers in float64 that are exact, one for its sign left out
LEAST = -1000  # of an exponent whose inverse does not overflow


def numbered_blocks(X: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Blocks of rows, each with the number of its first one."""
    rows = max(1, BLOCK // X.shape[1])
    return ((start, X[start : start + rows]) for start in range(0, len(X), rows))


def seen(block: np.ndarray) -> np.ndarray:
    """The block with 0 for what is missing."""
    return np.where(np.isnan(block), 0.0, block) if np.isnan(block).any() else block


def column_means(X: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Means of the columns over what is not missing, 0 if all is, and the number of rows that each is of."""
    total = _sums(X, weights, lambda block: block)
    rows = np.full(X.shape[1], len(X) if weights is None else math.fsum(weights), np.float64)
    if any(np.isnan(block).any() for _, block in numbered_blocks(X)):
        rows -= _sums(X, weights, np.isnan, missing=True)
    rows[rows <= 0] = 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        return total / rows, rows


def column_moments(X: np.ndarray, weights: np.ndarray | None, what: str) -> tuple[np.ndarray, np.ndarray]:
    """Means and standard deviations, 1 where a column is constant but for rounding. ValueError if its squares overflow."""
    mean, rows = column_means(X, weights)
    with np.errstate(over="ignore", invalid="ignore"):
        deviation = np.sqrt(_sums(X, weights, lambda block: np.square(block - mean)) / rows)
    if not np.isfinite(deviation).all():
        column = int(np.flatnonzero(~np.isfinite(deviation))[0])
        raise ValueError(f"column {column} of {what} has values too large to be standardized: their squares overflow")
    deviation[deviation <= 1e-12 * np.abs(mean)] = 1.0
    return mean, deviation


def _sums(
    X: np.ndarray, weights: np.ndarray | None, terms: Callable[[np.ndarray], np.ndarray], missing: bool = False
) -> np.ndarray:
    """Sums over the rows of `terms` of each, right to about 2^-52 of the largest, times its row's weight.

    A term is a whole multiple of a unit and a rest, and that a multiple of a smaller one: in such units sums are exact, whatever
    their order. A weight that is whole multiplies them so that they are those of repeated rows; rows of weight 0 have no say in
    the units either.
    """
    most, count = np.zeros(X.shape[1]), len(X) if weights is None else max(math.fsum(weights), np.count_nonzero(weights))
    whole = weights is None or not (weights % 1).any()

    def blocks() -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        for start, block in numbered_blocks(X):
            own = None if weights is None else weights[start : start + len(block)]
            if own is not None and not own.all():
                block, own = block[own > 0], own[own > 0]
            found = terms(block.astype(np.float64)).astype(np.float64)
            if not missing:
                found = seen(found)
            yield (found, own) if whole or own is None else (own[:, None] * found, None)

    with np.errstate(over="ignore", invalid="ignore"):
        for found, _ in blocks():
            np.maximum(most, np.abs(found).max(axis=0, initial=0.0), out=most)
        if not np.isfinite(most).all():
            return np.where(np.isfinite(most), 0.0, np.inf)
        spare = 2.0 ** (BITS - math.ceil(math.log2(count)) - 1)
        scale = np.ldexp(1.0, -np.maximum(np.frexp(most)[1], LEAST))
        high, low = np.zeros(X.shape[1]), np.zeros(X.shape[1])
        for found, own in blocks():
            found = found * scale * spare  # exact: powers of two
            wholes = np.rint(found)
            rests = np.rint((found - wholes) * spare)
            high += wholes.sum(axis=0) if own is None else own @ wholes
            low += rests.sum(axis=0) if own is None else own @ rests
        return (high + low / spare) / spare / scale
