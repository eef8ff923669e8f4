"""Calls of the public functions for a type checker; test_typing.py hands them to mypy."""

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import fastprob
from fastprob import bernoulli, film, kl, normal, random, special, stats, truncnormal, ufuncs

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Either = NDArray[np.float32 | np.float64]

f32: F32 = np.ones(3, np.float32)
double = np.float64(0.5)
f64: F64 = np.ones(3)
ints: NDArray[np.int64] = np.ones(3, np.int64)

# Scalars give scalars; Python numbers are weak.
assert_type(normal.logpdf(0.5), np.float64)
assert_type(special.ndtr(1), np.float64)
assert_type(normal.logpdf(np.float32(1), 0, 2.0), np.float32)
assert_type(normal.logpdf(0.5, 0.0, np.float32(1)), np.float32)

# float32 stays float32 until a float64 array comes in.
assert_type(normal.logpdf(f32), F32)
assert_type(normal.logpdf(f32, 0.5, scale=2), F32)
assert_type(normal.logpdf(f32, np.float32(0.5), f32), F32)
assert_type(normal.logpdf(0.5, scale=f32), F32)
assert_type(normal.ppf(q=f32), F32)
assert_type(special.ndtr(f32), F32)
assert_type(normal.logpdf(f64, f32), F64)
assert_type(normal.logpdf(f32, f64), F64)
assert_type(normal.logpdf(ints, scale=f64), F64)
assert_type(bernoulli.logpmf(ints, logits=f64), F64)
assert_type(bernoulli.logpmf(ints, f64), F64)

# So does a np.float64, which is a float to type checkers.
assert_type(normal.logpdf(f32, double), F64)
assert_type(normal.logpdf(f32, scale=double), F64)
assert_type(normal.logpdf(0.5, f32, double), F64)
assert_type(normal.logpdf(double, np.float32(1)), np.float64)
assert_type(normal.logpdf(double, 0, double), np.float64)
assert_type(normal.logpdf_grad(f32, double), tuple[F64, F64, F64])
assert_type(kl.normal(f32, 1.0, 0.0, double), F64)
assert_type(bernoulli.logpmf(f32, logits=double), F64)
assert_type(ufuncs.normal_logpdf(f32, double, 1.0), F64)
assert_type(normal.loglik(f32, 0.5, scale=2), np.float32)
assert_type(normal.loglik(f32, double), np.float64)
assert_type(normal.loglik(f32, scale=f64), np.float64)
assert_type(normal.loglik(f32, weights=double), np.float64)
assert_type(bernoulli.loglik_and_grad(f32, double)[0], np.float64)
assert_type(film.forward(f32, double, f32), F64)
assert_type(film.backward(f32, f32, double)[0], F64)

# Modulation: the features decide.
assert_type(film.forward(f32, 2.0, f32), F32)
assert_type(film.forward(f64, f32, 0), F64)
assert_type(film.forward(f64, 1, 0, axis=0, out=f64), F64)
assert_type(film.backward(f32, f32, 1.5)[0], F32)
assert_type(film.backward(f32, f32, f32, out=(None, f32, None))[0], NDArray[Any])

assert_type(truncnormal.cdf(f32, -1.0, 2), F32)
assert_type(truncnormal.ppf(f32, low=0.0, high=f64), F64)
assert_type(truncnormal.mean(0.0, np.inf, scale=f32), F32)
assert_type(truncnormal.entropy(-1, 1), np.float64)
assert_type(truncnormal.var(f32, f64), F64)
assert_type(normal.log_interval_mass(f32, 1.0), F32)
assert_type(normal.interval_mass(f32, f64), F64)
assert_type(normal.interval_mass_grad(f32, 1.0), tuple[F32, F32, F32, F32])
assert_type(kl.normal(f32, 1.0, 0.0, 2), F32)
assert_type(kl.normal_grad(f64, f32, 0.0, 1.0), tuple[F64, F64, F64, F64])
assert_type(kl.bernoulli(f32, 0.5), F32)

# Other types by NumPy's promotion.
assert_type(normal.logpdf(f32, ints), Either)
assert_type(normal.logpdf([1.0, 2.0]), Either)
assert_type(normal.logpdf([[1.0], [2.0]], dtype=np.float32), Either)

# out comes back.
assert_type(normal.logpdf(f64, out=f32), F32)
assert_type(special.exp(ints, out=f64, where=ints > 0, dtype="f8"), F64)
assert_type(normal.logpdf_grad(f64, out=(f64, f64, f64)), tuple[F64, F64, F64])

# Several results, and one keyword out of three.
assert_type(normal.logpdf_grad(f32), tuple[F32, F32, F32])
assert_type(kl.standard_normal(f32, logvar=f32), F32)
assert_type(kl.standard_normal(0.0, scale=2), np.float64)
assert_type(kl.standard_normal_grad(f64, log_scale=0.0), tuple[F64, F64])
assert_type(bernoulli.logpmf_grad(1, logits=0.5), np.float64)

assert_type(ufuncs.normal_logpdf(f32, 0.0, 1.0), F32)
assert_type(ufuncs.kl_standard_normal_grad(f64, f32), tuple[F64, F64])
assert_type(ufuncs.normal_logpdf.nin, int)

assert_type(fastprob.get_num_threads(), int)
assert_type(fastprob.get_include(), str)
assert_type(fastprob.show_config(), None)
assert_type(fastprob.show_config("dicts")["threads"]["now"] is None, bool)
with fastprob.threads(1):
    fastprob.set_num_threads(np.int64(fastprob.get_num_threads()))

rng = random.default_rng(1)
assert_type(rng.random(), float)
assert_type(rng.normal(0, 1), float)
assert_type(rng.random(3, dtype=np.float32), Either)
assert_type(rng.standard_normal(out=f32), F32)
assert_type(rng.normal(f32, scale=2.0, out=f64), F64)
assert_type(rng.permutation(3), NDArray[np.int64])
assert_type(rng.spawn(2), list[random.Generator])
assert_type(np.random.Generator(random.BitGenerator(1)).random(), float)
random.default_rng("seed")  # type: ignore[arg-type]

# Distribution objects.
assert_type(stats.norm.name, str)
assert_type(stats.truncnorm.numargs, int)
assert_type(stats.norm.shapes, str | None)
stats.norm.pdf(f32, 0.5, scale=f64)
stats.norm(0.5, scale=[1.0, 2.0]).logpdf(ints)
stats.bernoulli(0.25, loc=1).pmf([1, 2])
stats.uniform.rvs(size=(2, 3), random_state=rng)
stats.norm.expect(lambda x: x**2, loc=1.0, lb=0.0)
frozen: stats.Frozen = stats.truncnorm(-1.0, np.inf)
frozen.random_state = 3
stats.norm.pmf(1)  # type: ignore[attr-defined]
stats.bernoulli(0.25).pdf(1)  # type: ignore[attr-defined]

# What the functions refuse, the checker does too.
kl.standard_normal(f32)  # type: ignore[call-overload]
kl.standard_normal(f32, scale=1.0, logvar=0.0)  # type: ignore[call-overload]
kl.standard_normal(f32, 1.0)  # type: ignore[call-overload]
bernoulli.logpmf(ints)  # type: ignore[call-overload]
bernoulli.logpmf(ints, f64, logits=f64)  # type: ignore[call-overload]
normal.logpdf(1j)  # type: ignore[call-overload]
normal.logpdf()  # type: ignore[call-overload]
fastprob.set_num_threads(1.5)  # type: ignore[arg-type]
