"""Bayesian inference: p(z | x) = p(x | z) p(z) / p(x), on CPUs."""
