"""A prior that layers on a condition give: gradients, divergence and log ratio, draws from it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from test_nn import ADAM, KEY
from test_nn_conditions import LATENT, check, conditions, inputs, network
from test_nn_objectives import OBJECTIVES, data

import fastprob


@pytest.fixture(autouse=True)
def _restore_threads() -> Any:
    before = fastprob.get_num_threads()
    yield
    fastprob.set_num_threads(before)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_gradients_of_a_learned_prior(objective: str) -> None:
    """Log scales on both sides of where they are bent, of either distribution."""
    check("gaussian", "tanh", "film", "none", prior=True, **OBJECTIVES[objective])
    biases = {"prior.out.bias": [0.3, -1, 2, 0, 8.1, -7.9, 0.5, 1], "encoder.out.bias": [-0.3, 1, 2, 0, 8.5, -7.8, -0.2, 0.5]}
    # a decoder that does not saturate at scales of e^8
    check("gaussian", "identity", "film", "none", prior=True, biases=biases, **OBJECTIVES[objective])


def test_divergence_and_log_ratio_from_a_learned_prior() -> None:
    """Beside SciPy's densities, and the divergence as their mean over many draws."""
    norm = pytest.importorskip("scipy.stats").norm
    net = network("gaussian", "tanh", "film", "none", 6, 20_000, prior=True)
    net.parameters[:] *= 2
    x, c = data("gaussian", 6), conditions(6)
    net.forward("input", "latent", 6, (x, c), np.arange(6), KEY, 0, True, 20_000)
    mean, prior_mean = (net.arrays[f"{name}.out.y"][:, None, :LATENT] for name in ("encoder", "prior"))
    scale, prior_scale = (net.arrays[f"latent.{name}"][:, None] for name in ("scale", "prior_scale"))
    np.testing.assert_allclose(prior_scale[:, 0], np.exp(net.arrays["prior.out.y"][:, LATENT:]), rtol=1e-15)
    z, ratio = net.arrays["latent.y"].reshape(6, -1, LATENT), net.arrays["latent.log_ratio"].reshape(6, -1)
    expected = (norm.logpdf(z, mean, scale) - norm.logpdf(z, prior_mean, prior_scale)).sum(axis=2)
    np.testing.assert_allclose(ratio, expected, rtol=1e-11, atol=1e-11 * np.abs(expected).max())
    errors = ratio.std(axis=1) / np.sqrt(ratio.shape[1])
    assert (np.abs(ratio.mean(axis=1) - net.arrays["latent.kl"]) < 5 * errors).all()


def test_the_standard_normal_as_a_learned_prior() -> None:
    """With zeros behind it, loss and gradients are those without it."""
    for objective in OBJECTIVES.values():
        rows, draws = 12, objective.get("draws", 1)
        found = []
        for prior in (False, True):
            net = network("gaussian", "tanh", "film", "both", rows, draws, prior=prior)
            views = net.views(net.parameters)
            for name, view in views.items():
                view[:] = 0 if name.startswith("prior.out") else np.random.default_rng(len(name)).normal(size=view.shape) * 0.3
            x, c, _ = inputs("gaussian", net, rows, draws)
            sums = net.train((x, c), np.arange(rows), rows, KEY, 0, ADAM, draw=False, learn=False, **objective)
            found.append((sums, {name: view for name, view in net.views(net.gradients).items() if not name.startswith("prior")}))
        assert found[0][0] == found[1][0]
        for name, gradient in found[0][1].items():
            np.testing.assert_array_equal(gradient, found[1][1][name], err_msg=name)


def test_the_prior_has_the_gradient_of_the_bound() -> None:
    """It does not move z: doubly reparameterized or not, its gradient is the same, as the decoder's and not the encoder's."""
    found = []
    for objective in ("importance", "doubly reparameterized"):
        net = network("gaussian", "tanh", "film", "both", 20, 5, prior=True)
        x, c, _ = inputs("gaussian", net, 20, 5)
        net.train((x, c), np.arange(20), 20, KEY, 0, ADAM, draws=5, objective=objective, draw=False, learn=False)
        found.append(net.views(net.gradients))
    for name, gradient in found[0].items():
        assert np.array_equal(gradient, found[1][name]) == (not name.startswith("encoder")), name


def test_draws_from_a_learned_prior() -> None:
    """The prior's layer in the place of the encoder's."""
    net = network("gaussian", "tanh", "film, hidden", "both", 8, 4000, prior=True)
    c = conditions(8)
    net.forward("condition", "prior.out", 8, c, np.arange(8))
    net.arrays["encoder.out.y"][:] = net.arrays["prior.out.y"]
    net.forward("latent", "latent", 8, key=KEY, draw=True, draws=4000)
    z, raw = net.arrays["latent.y"].reshape(8, -1, LATENT), net.arrays["prior.out.y"]
    mean, scale = raw[:, :LATENT], np.exp(raw[:, LATENT:])
    np.testing.assert_array_equal(net.arrays["latent.kl"], 0)
    expected = mean[:, None] + scale[:, None] * net.arrays["latent.eps"].reshape(z.shape)
    np.testing.assert_allclose(z, expected, rtol=0, atol=1e-14)
    assert (np.abs(z.mean(axis=1) - mean) < 5 * scale / np.sqrt(4000)).all()
    assert (np.abs(z.std(axis=1) / scale - 1) < 5 / np.sqrt(8000)).all()
