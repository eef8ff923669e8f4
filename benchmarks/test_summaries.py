"""Sums over data, fits and moments beside the best NumPy expression and SciPy: as test_functions.py does it for operations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from summaries import cases, check_agreement

import fastprob

SIZES = {10: (200, 11), 10_000: (5, 11), 10_000_000: (1, 3)}        # calls a round and rounds
BENCHES = [(case.title, who) for case in cases(10, np.float64) for who in ("fastprob", *case.competitors)]


@pytest.mark.parametrize("n", [10, 10_000, pytest.param(10_000_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f32", "f64"])
@pytest.mark.parametrize(("title", "who"), BENCHES, ids=["-".join(bench) for bench in BENCHES])
def test_speed(title: str, who: str, dtype: Any, n: int, benchmark: Any) -> None:
    case = next(case for case in cases(n, dtype) if case.title == title)
    if n > case.largest:
        pytest.skip("takes minutes")
    call = case.call
    if who != "fastprob":
        call = case.competitors[who]
        check_agreement(case, n, dtype, case.call(), call())
    calls, rounds = SIZES[n]
    benchmark.group = f"{title} {np.dtype(dtype).name} n={n}"
    benchmark.extra_info["threads"] = fastprob.get_num_threads() if who == "fastprob" else 1
    benchmark.pedantic(call, iterations=calls, rounds=rounds, warmup_rounds=1)
