"""The same functions in other libraries, for the accuracy tables: by library, then by operation of ops.def.

SciPy's and NumPy's come from the benchmarks' table. The others are found only where they are installed. Where a library has the
distribution, its own function is taken, with loc and scale; none is helped by a better formula around it. Gradients are those
that a library's own differentiation makes of its own function.
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

# SciPy computes one from the other and the other from the one, without end, at some points far out; four overflow.
FAILING = {f"truncnormal_{name}" for name in ("cdf", "sf", "logcdf", "logsf", "mean", "var")}
FAILING |= {"bernoulli_skew", "bernoulli_kurtosis"}


def by_width(function: Callable[..., Any]) -> Callable[..., Any]:
    """A uniform distribution by its ends, where a library takes its lower end and its width."""
    return lambda x, low, high: function(x, low, high - low)


def by_deviations(function: Callable[..., Any]) -> Callable[..., Any]:
    """A truncated normal distribution by its ends, where a library takes them in scales from loc."""
    return lambda x, low, high, loc, scale: function(x, (low - loc) / scale, (high - loc) / scale, loc, scale)


def with_gradients(functions: Functions, differentiate: Callable[[Callable[..., Any], int], Callable[..., Any]]) -> Functions:
    """And their derivatives by the last arguments, as many as the operation of that name has outputs."""
    from functions import OPS

    names = [name for name in functions if f"{name}_grad" in OPS]
    return functions | {f"{name}_grad": differentiate(functions[name], OPS[f"{name}_grad"].outputs) for name in names}


def scipy() -> Functions:
    """scipy.stats where there are loc and scale or scipy.special has nothing; NumPy's functions, where SciPy has none."""
    from functions import OPS, ROWS

    found: Functions = {}
    for row in ROWS:
        op = OPS[row.op]
        if op.name.endswith("_grad") or row.op in FAILING:  # gradients: a formula of the benchmarks' own around SciPy's functions
            continue
        if "moments" in op.family:
            expression = row.stats
        else:
            expression = row.stats if op.parameters else row.special or row.stats or (row.numpy if len(op.inputs) == 1 else None)
        if expression is not None:
            found[row.op] = lambda *inputs, expression=expression: expression(np.empty_like(inputs[0]), *inputs)
    return found


def jax() -> Functions:
    import jax as j

    j.config.update("jax_enable_x64", True)
    from jax.scipy import special, stats

    def differentiate(function: Callable[..., Any], outputs: int) -> Callable[..., Any]:
        def call(*inputs: Any) -> Any:
            last = tuple(range(len(inputs)))[-outputs:]
            return j.jit(j.vmap(j.grad(function, argnums=last)))(*inputs)

        return call

    found: Functions = {name: getattr(j.numpy, name) for name in ("exp", "expm1", "log", "log1p")}
    found |= {name: getattr(special, name) for name in ("expit", "logit", "erf", "erfc", "erfcx", "ndtr", "log_ndtr", "ndtri")}
    found |= {"log_expit": j.nn.log_sigmoid, "softplus": j.nn.softplus}
    for module in (stats.norm, stats.logistic, stats.uniform, stats.truncnorm, stats.bernoulli):
        title = module.__name__.rpartition(".")[2].replace("norm", "normal")
        change = {"uniform": by_width, "truncnormal": by_deviations}.get(title, lambda function: function)
        methods = ("pdf", "logpdf", "pmf", "logpmf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf")
        found |= {f"{title}_{name}": change(getattr(module, name)) for name in methods if hasattr(module, name)}
    return with_gradients(found, differentiate)


def pytorch() -> Functions:
    import torch
    from torch import special
    from torch.distributions import Bernoulli, Normal, Uniform, kl_divergence
    from torch.distributions.transformed_distribution import TransformedDistribution
    from torch.distributions.transforms import AffineTransform, SigmoidTransform

    def differentiate(function: Callable[..., Any], outputs: int) -> Callable[..., Any]:
        def call(*inputs: Any) -> Any:
            last = [x.requires_grad_() for x in inputs[-outputs:]]
            return torch.autograd.grad(function(*inputs).sum(), last, allow_unused=True, materialize_grads=True)

        return call

    def of_arrays(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*inputs: Any) -> Any:
            found = function(*(torch.tensor(x) for x in inputs))
            return found.numpy() if isinstance(found, torch.Tensor) else tuple(output.numpy() for output in found)

        return call

    def logistic(loc: Any, scale: Any) -> Any:  # as PyTorch's documentation makes one
        unit = Uniform(torch.zeros_like(loc), torch.ones_like(loc), validate_args=False)
        transforms = [SigmoidTransform().inv, AffineTransform(loc, scale)]
        return TransformedDistribution(unit, transforms, validate_args=False)

    def normal(loc: Any, scale: Any) -> Any:
        return Normal(loc, scale, validate_args=False)

    def uniform(low: Any, high: Any) -> Any:
        return Uniform(low, high, validate_args=False)

    def bernoulli(p: Any) -> Any:
        return Bernoulli(p, validate_args=False)

    def by_logits(logits: Any) -> Any:
        return Bernoulli(logits=logits, validate_args=False)

    def divergence(first: Callable[..., Any], second: Callable[..., Any], each: int) -> Callable[..., Any]:
        return lambda *inputs: kl_divergence(first(*inputs[:each]), second(*inputs[each:]))

    found: Functions = {name: getattr(torch, name) for name in ("exp", "expm1", "log", "log1p")}
    found |= {name: getattr(special, name) for name in ("expit", "logit", "erf", "erfc", "erfcx", "ndtr", "log_ndtr", "ndtri")}
    found |= {"log_expit": torch.nn.functional.logsigmoid, "softplus": torch.nn.functional.softplus}
    for title, new in (("normal", normal), ("logistic", logistic), ("uniform", uniform)):
        for name, method in (("logpdf", "log_prob"), ("cdf", "cdf"), ("ppf", "icdf")):
            found[f"{title}_{name}"] = lambda x, a, b, new=new, method=method: getattr(new(a, b), method)(x)
    found["bernoulli_logpmf"] = lambda k, p: bernoulli(p).log_prob(k)
    found["bernoulli_logpmf_logits"] = lambda k, logits: by_logits(logits).log_prob(k)
    moments = {"mean": "mean", "var": "variance", "std": "stddev"}
    for name, attribute in moments.items():
        for title, new in (("normal", normal), ("uniform", uniform), ("bernoulli", bernoulli)):
            found[f"{title}_{name}"] = lambda *parameters, new=new, attribute=attribute: getattr(new(*parameters), attribute)
        found[f"bernoulli_{name}_logits"] = lambda logits, attribute=attribute: getattr(by_logits(logits), attribute)
    for title, new in (("normal", normal), ("uniform", uniform), ("bernoulli", bernoulli)):
        found[f"{title}_entropy"] = lambda *parameters, new=new: new(*parameters).entropy()
    found["bernoulli_entropy_logits"] = lambda logits: by_logits(logits).entropy()
    found["kl_standard_normal"] = lambda loc, scale: kl_divergence(
        normal(loc, scale), normal(torch.zeros_like(loc), torch.ones_like(scale))
    )
    found |= {"kl_normal": divergence(normal, normal, 2), "kl_uniform": divergence(uniform, uniform, 2)}
    found |= {"kl_uniform_normal": divergence(uniform, normal, 2)}
    found |= {"kl_bernoulli": divergence(bernoulli, bernoulli, 1), "kl_bernoulli_logits": divergence(by_logits, by_logits, 1)}
    return {name: of_arrays(function) for name, function in with_gradients(found, differentiate).items()}


def numba_stats() -> Functions:
    from numba_stats import norm, truncnorm, uniform

    def each(function: Callable[..., Any]) -> Callable[..., Any]:
        """Its parameters are numbers: one call an element."""

        def call(x: Any, *parameters: Any) -> Any:
            elements = zip(*(parameter.tolist() for parameter in parameters), strict=True)
            return np.array([function(x[i : i + 1], *element)[0] for i, element in enumerate(elements)], x.dtype)

        return call

    methods = ("pdf", "logpdf", "cdf", "ppf")
    found = {f"normal_{name}": each(getattr(norm, name)) for name in methods}
    found |= {f"uniform_{name}": by_width(each(getattr(uniform, name))) for name in methods}
    return found | {f"truncnormal_{name}": each(getattr(truncnorm, name)) for name in methods}


LIBRARIES: dict[str, Callable[[], Functions]] = {"SciPy": scipy, "PyTorch": pytorch, "JAX": jax, "numba-stats": numba_stats}


def installed() -> dict[str, Functions]:
    """Those that can be imported."""
    found = {}
    for library, functions in LIBRARIES.items():
        try:
            found[library] = functions()
        except ImportError:
            continue
    return found
