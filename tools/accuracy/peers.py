"""The same functions in other libraries, for the accuracy tables: by library, then by operation of ops.def.

SciPy's and NumPy's come from the benchmarks' table. The others are found only where they are installed. Where a library has the
distribution, its own function is taken, with loc and scale; none is helped by a better formula around it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

_BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
if str(_BENCHMARKS) not in sys.path:
    sys.path.insert(0, str(_BENCHMARKS))

Functions = dict[str, Callable[..., Any]]

# SciPy computes one from the other and the other from the one, without end, at some points far out.
ENDLESS = {f"truncnormal_{name}" for name in ("cdf", "sf", "logcdf", "logsf")}
NORMAL = ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf")


def scipy() -> Functions:
    """scipy.stats where there are loc and scale, else scipy.special; NumPy's own functions, where SciPy has none."""
    from functions import OPS, ROWS

    found: Functions = {}
    for row in ROWS:
        op = OPS[row.op]
        if op.name.endswith("_grad") or row.op in ENDLESS:  # gradients: a formula of the benchmarks' own around SciPy's functions
            continue
        expression = row.stats if op.parameters else row.special or (row.numpy if len(op.inputs) == 1 else None)
        if expression is not None:
            found[row.op] = lambda *inputs, expression=expression: expression(np.empty_like(inputs[0]), *inputs)
    return found


def jax() -> Functions:
    import jax as j

    j.config.update("jax_enable_x64", True)
    from jax.scipy import special
    from jax.scipy.stats import norm

    found: Functions = {name: getattr(j.numpy, name) for name in ("exp", "expm1", "log", "log1p")}
    found |= {name: getattr(special, name) for name in ("expit", "erf", "erfc", "ndtr", "log_ndtr", "ndtri")}
    found |= {"log_expit": j.nn.log_sigmoid, "softplus": j.nn.softplus}
    return found | {f"normal_{name}": getattr(norm, name) for name in NORMAL}


def numba_stats() -> Functions:
    from numba_stats import norm

    def each(function: Callable[..., Any]) -> Callable[..., Any]:
        """Its parameters are numbers: one call an element."""

        def call(x: Any, loc: Any, scale: Any) -> Any:
            elements = zip(x, loc.tolist(), scale.tolist(), strict=True)
            return np.array([function(x[i : i + 1], m, s)[0] for i, (_, m, s) in enumerate(elements)], x.dtype)

        return call

    return {f"normal_{name}": each(getattr(norm, name)) for name in ("pdf", "logpdf", "cdf", "ppf")}


LIBRARIES: dict[str, Callable[[], Functions]] = {"SciPy": scipy, "JAX": jax, "numba-stats": numba_stats}


def installed() -> dict[str, Functions]:
    """Those that can be imported."""
    found = {}
    for library, functions in LIBRARIES.items():
        try:
            found[library] = functions()
        except ImportError:
            continue
    return found
