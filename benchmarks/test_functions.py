"""Every public function beside the best NumPy expression and SciPy.

    pytest benchmarks --benchmark-only                   10 and 10,000 elements
    pytest benchmarks --benchmark-only -m slow           10,000,000 elements: minutes
    pytest benchmarks --benchmark-only -k "logpdf and f64"

fastprob uses the threads it would use anyway (FASTPROB_NUM_THREADS=1 for one); NumPy and SciPy use one. Results are compared
before anything is timed.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from functions import ROWS, Row, arguments, check_agreement, outputs

import fastprob

# Calls a round and rounds: about a millisecond a round for the small sizes, and seconds in all for the large one.
SIZES = {10: (500, 11), 10_000: (20, 11), 10_000_000: (1, 5)}
BENCHES = [(row, who) for row in ROWS for who in ("fastprob", *row.competitors)]


@pytest.mark.parametrize("n", [10, 10_000, pytest.param(10_000_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f32", "f64"])
@pytest.mark.parametrize(("row", "who"), [pytest.param(row, who, id=f"{row.title}-{who}") for row, who in BENCHES])
def test_speed(row: Row, who: str, dtype: Any, n: int, benchmark: Any) -> None:
    inputs, out = arguments(row, n, dtype), outputs(row, n, dtype)
    call = row.call(inputs, out)
    if who != "fastprob":
        call = partial(row.competitors[who], out, *inputs)
        check_agreement(row, dtype, row.call(inputs)(), call())
    calls, rounds = SIZES[n]
    benchmark.group = f"{row.title} {np.dtype(dtype).name} n={n}"
    benchmark.extra_info["threads"] = fastprob.get_num_threads() if who == "fastprob" else 1
    benchmark.pedantic(call, iterations=calls, rounds=rounds, warmup_rounds=1)
