"""The installed package computes the stored bits, for every CPU target that this machine runs.

The inputs are those of tests/c/golden_hash.c, made anew in NumPy. After a kernel was meant to change:
tools/check_bits.py --update.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from ops import Op, read_ops
from reference.targets import Target

from fastprob import _core

Words = NDArray[np.uint64]

STORED = json.loads((Path(__file__).parent / "golden_hashes.json").read_text())
OPS = read_ops()
ROWS = [*range(1, 71), 4096]   # lengths
COUNT = sum(ROWS)
FORMATS = {"f32": (23, 8, np.uint32, np.float32), "f64": (52, 11, np.uint64, np.float64)}
FNV_START, FNV_PRIME, MASK = 0xCBF29CE484222325, 0x100000001B3, 2**64 - 1


def words(values: Any) -> Words:
    return np.atleast_1d(np.asarray(values, np.uint64))


def mix(z: Words) -> Words:
    """splitmix64"""
    z = z + words(0x9E3779B97F4A7C15)
    z = (z ^ (z >> words(30))) * words(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> words(27))) * words(0x94D049BB133111EB)
    return z ^ (z >> words(31))


def fnv(h: int, data: bytes) -> int:
    for byte in data:
        h = (h ^ byte) * FNV_PRIME & MASK
    return h


def golden(type_: str, domain: str, r: Words, plain: NDArray[np.bool_]) -> NDArray[Any]:
    """Inputs of a domain: see golden() in golden_hash.c."""
    mantissa, exponent, _, _ = FORMATS[type_]
    fraction, top = 2**mantissa - 1, 2**exponent - 1
    bias = top // 2
    one, sign_bit = bias << mantissa, 1 << (mantissa + exponent)
    kind, a, m = np.where(plain, words(0), r & words(15)), (r >> words(4)) & words(0xFFFF), mix(r)
    sign = np.where(r >> words(20) & words(1), words(sign_bit), words(0))
    own_sign = sign if domain in ("real", "binary") else words(sign_bit if domain == "negative" else 0)
    tail = m & words(fraction)

    quiet = (top << mantissa) | (fraction + 1) >> 1
    specials = words([
        0, 1, fraction, fraction + 1, one - 1, one, one + 1, (bias - 1) << mantissa, (bias + 1) << mantissa,
        (top << mantissa) - 1, top << mantissa, quiet, quiet,
    ])  # fmt: skip
    choice = a % words(len(specials))
    special = specials[choice.astype(np.intp)] | np.where(choice == len(specials) - 1, tail, words(0)) | sign
    any_bits = m >> words(32) if type_ == "f32" else m

    def with_exponent(e: Words) -> Words:
        return e << words(mantissa) | tail

    if domain == "binary":
        inside = np.where(a & words(1), words(one), words(0))
    elif domain == "unit":
        near_one = words(one - 1) - (m & ((words(1) << a % words(mantissa)) - words(1)))
        inside = np.select(
            [kind < 8, kind < 10],
            [with_exponent(words(bias - 1) - a % words(20)), near_one],
            with_exponent(words(bias - 1) - a % words(bias - 1)),
        )
    else:
        inside = own_sign | np.select(
            [kind < 8, kind < 10, kind == 10],
            [
                with_exponent(words(bias - 9) + a % words(14)),
                with_exponent(words(bias - 60) + a % words(121)),
                with_exponent(words(top - 1) - a % words(64)),
            ],
            tail >> a % words(mantissa),
        )
    bits = np.select([kind >= 14, kind >= 12], [special, any_bits], inside)
    _, _, integer, real = FORMATS[type_]
    return bits.astype(integer).view(real)


def inputs(op: Op, type_: str) -> list[NDArray[Any]]:
    own = words(fnv(FNV_START, op.name.encode())) ^ mix(words(0))
    i = np.arange(COUNT, dtype=np.uint64)
    plain = (mix(own + i) & words(1)).astype(bool)
    return [
        golden(type_, domain, mix(own ^ mix(i * words(16) + words(k))), plain) for k, (_, domain) in enumerate(op.inputs)
    ]


def rows() -> Iterator[slice]:
    start = 0
    for length in ROWS:
        yield slice(start, start + length)
        start += length


def output_hash(target: Target, op: Op, type_: str) -> str:
    columns, h = inputs(op, type_), FNV_START
    for fixed in (False, True) if op.parameters else (False,):
        pieces = []
        for row in rows():
            arguments = [c[row.start] if fixed and k >= op.values else c[row] for k, c in enumerate(columns)]
            pieces.append(target(op.name, *arguments))
        for k in range(op.outputs):
            joined = np.concatenate([piece[k] for piece in pieces])
            h = fnv(h, joined.astype(joined.dtype.newbyteorder("<")).tobytes())
    return f"{h:016x}"


def test_stored_hashes_name_every_operation() -> None:
    assert {name: set(values) for name, values in STORED.items()} == {op.name: {"f32", "f64"} for op in OPS}


@pytest.mark.parametrize(("name", "supported"), _core.targets(), ids=lambda value: str(value))
def test_installed_bits_are_the_stored_ones(name: str, supported: bool) -> None:
    if not supported:
        pytest.skip(f"this CPU does not run {name}")
    with Target(name) as target:
        found = {op.name: {type_: output_hash(target, op, type_) for type_ in FORMATS} for op in OPS}
    differing = [f"{op} {t}" for op, values in found.items() for t, value in values.items() if STORED.get(op, {}).get(t) != value]
    assert not differing, "other bits than the stored ones; if that was meant: tools/check_bits.py --update"
