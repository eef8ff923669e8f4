"""Layers: gradients against automatic differentiation and differences, the same bits for any threads and targets, optimizers."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fastprob
from fastprob import nn

ACTIVATIONS = ["identity", "relu", "tanh", "sigmoid", "softplus"]
LIKELIHOODS: dict[str, Callable[[int], nn.Likelihood]] = {
    "bernoulli": nn.BernoulliLikelihood,
    "gaussian": nn.GaussianLikelihood,
    "shared": lambda features: nn.GaussianLikelihood(features, shared=True),
}
ADAM = SimpleNamespace(beta1=0.9, beta2=0.999, eps=1e-8, learning_rate=1e-2)
KEY = np.arange(8, dtype=np.uint32)


@pytest.fixture(autouse=True)
def _restore_threads() -> Any:
    before = fastprob.get_num_threads()
    yield
    fastprob.set_num_threads(before)


def network(
    likelihood: nn.Likelihood, activation: str, dtype: type, rows: int, features: int = 37, hidden: int = 23, latent: int = 5,
    draws: int = 1,
) -> nn.Network:
    layers = [
        nn.Input(features),
        nn.Dense("encoder.0", features, hidden, activation),
        nn.Dense("encoder.out", hidden, 2 * latent),
        nn.GaussianHead(latent),
        nn.Dense("decoder.0", latent, hidden, activation),
        nn.Dense("decoder.out", hidden, features),
        likelihood,
    ]
    made = nn.Network(layers, dtype, rows, rows * draws)
    made.parameters[:] = np.random.default_rng(3).normal(size=made.parameters.size) * 0.3
    return made


def forward(p: dict[str, Any], x: Any, eps: Any, activation: str, likelihood: str, xp: Any) -> tuple[Any, Any]:
    """Loss and KL a row, written down again with the operations of xp: NumPy's or torch's."""
    act = {
        "identity": lambda h: h,
        "relu": lambda h: xp.maximum(h, 0 * h),
        "tanh": xp.tanh,
        "sigmoid": lambda h: 1 / (1 + xp.exp(-h)),
        "softplus": lambda h: xp.log1p(xp.exp(-abs(h))) + xp.maximum(h, 0 * h),
    }[activation]
    h = act(x @ p["encoder.0.weight"].T + p["encoder.0.bias"])
    raw = h @ p["encoder.out.weight"].T + p["encoder.out.bias"]
    units = raw.shape[1] // 2
    mean, s = raw[:, :units], raw[:, units:]
    beyond = xp.maximum(abs(s) - 8, 0 * s)
    s = xp.sign(s) * (abs(s) - beyond + 8 * xp.tanh(beyond / 8))
    z = mean + xp.exp(s) * eps
    kl = (0.5 * (mean**2 + xp.exp(2 * s) - 1) - s).sum(1)
    g = act(z @ p["decoder.0.weight"].T + p["decoder.0.bias"])
    y = g @ p["decoder.out.weight"].T + p["decoder.out.bias"]
    if likelihood == "bernoulli":
        loss = xp.log1p(xp.exp(-abs(y))) + xp.maximum(y, 0 * y) - x * y
    else:
        s = p["likelihood.log_scale"]
        loss = 0.5 * ((x - y) * xp.exp(-s)) ** 2 + s + 0.5 * np.log(2 * np.pi)
    return loss.sum(1), kl


def at_fixed_eps(net: nn.Network, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of data and the eps that the network then takes as they are."""
    random = np.random.default_rng(5)
    x = random.random((rows, net.layers[0].outputs)).astype(net.dtype)
    eps = net.arrays["latent.eps"]
    eps[:rows] = random.normal(size=(rows, eps.shape[1]))
    return x, net.arrays["latent.eps"][:rows].copy()


def differentiate(net: nn.Network, x: np.ndarray, kl_weight: float = 1.0) -> tuple[float, float]:
    steps, loss, kl = net.train(x, np.arange(len(x)), net.rows, KEY, 0, ADAM, kl_weight=kl_weight, draw=False, learn=False)
    assert steps == 1
    return loss, kl


def check_against_autograd(net: nn.Network, rows: int, activation: str, likelihood: str, bound: float) -> None:
    """All gradients within bound, relative to a parameter's largest."""
    torch = pytest.importorskip("torch")
    x, eps = at_fixed_eps(net, rows)
    loss, kl = differentiate(net, x, kl_weight=0.7)
    p = {name: torch.tensor(view.astype(np.float64), requires_grad=True) for name, view in net.views(net.parameters).items()}
    expected = forward(p, torch.tensor(x.astype(np.float64)), torch.tensor(eps.astype(np.float64)), activation, likelihood, torch)
    (expected[0] + 0.7 * expected[1]).mean().backward()
    assert loss == pytest.approx(expected[0].sum().item(), rel=bound)
    assert kl == pytest.approx(expected[1].sum().item(), rel=bound)
    for name, gradient in net.views(net.gradients).items():
        truth = p[name].grad.numpy()
        np.testing.assert_allclose(gradient, truth, rtol=0, atol=bound * np.abs(truth).max(), err_msg=name)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("dtype", "bound"), [(np.float64, 1e-10), (np.float32, 5e-5)])
def test_gradients_are_those_of_autograd(dtype: type, bound: float, activation: str, likelihood: str) -> None:
    net = network(LIKELIHOODS[likelihood](37), activation, dtype, 64)
    # log scales on both sides of the bound's bend
    net.views(net.parameters)["encoder.out.bias"][5:] = [-11.0, -7.9, 0.0, 1.0, 9.0] if activation == "tanh" else 0.0
    check_against_autograd(net, 50, activation, likelihood, bound)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize(("features", "hidden", "latent", "rows"), [(784, 400, 20, 128), (784, 200, 50, 20), (301, 517, 3, 97)])
def test_gradients_of_larger_networks(likelihood: str, features: int, hidden: int, latent: int, rows: int) -> None:
    """Shares of rows, strips of columns, slices of parameters."""
    fastprob.set_num_threads(2)
    net = network(LIKELIHOODS[likelihood](features), "tanh", np.float64, rows, features, hidden, latent)
    net.parameters[:] *= 0.1
    check_against_autograd(net, rows, "tanh", likelihood, 1e-10)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize(
    ("features", "hidden", "latent", "rows", "draws"), [(37, 23, 5, 50, 3), (784, 200, 50, 20, 5), (64, 40, 300, 3, 50)]
)
def test_gradients_of_several_draws(
    likelihood: str, features: int, hidden: int, latent: int, rows: int, draws: int
) -> None:
    """The mean over the draws of a row is what each of them would give alone."""
    fastprob.set_num_threads(2)
    net = network(LIKELIHOODS[likelihood](features), "tanh", np.float64, rows, features, hidden, latent, draws)
    net.parameters[:] *= 0.1
    x = np.random.default_rng(5).random((rows, features))
    eps = np.random.default_rng(6).normal(size=(rows, draws, latent))
    losses, gradients = [], []
    for draw in range(draws):
        net.arrays["latent.eps"][:rows] = eps[:, draw]
        losses.append(net.train(x, np.arange(rows), rows, KEY, 0, ADAM, draw=False, learn=False))
        gradients.append(net.gradients.copy())
    net.arrays["latent.eps"][:] = eps.reshape(-1, latent)
    found = net.train(x, np.arange(rows), rows, KEY, 0, ADAM, draws=draws, draw=False, learn=False)
    np.testing.assert_allclose(found, np.mean(losses, axis=0), rtol=1e-12)
    mean = np.mean(gradients, axis=0)
    np.testing.assert_allclose(net.gradients, mean, rtol=0, atol=1e-12 * np.abs(mean).max())
    for name, gradient in net.views(net.gradients).items():
        truth = net.views(mean)[name]
        np.testing.assert_allclose(gradient, truth, rtol=0, atol=1e-10 * np.abs(truth).max(), err_msg=name)


@pytest.mark.parametrize(("rows", "draws"), [(20, 50), (20, 5), (97, 3), (128, 5)])
def test_bits_of_several_draws_do_not_depend_on_threads(rows: int, draws: int) -> None:
    x = np.random.default_rng(0).random((200, 784)).astype(np.float32)
    results = set()
    for threads in (1, 2, 3, 5):
        fastprob.set_num_threads(threads)
        net = network(nn.BernoulliLikelihood(784), "relu", np.float32, rows, 784, 200, 50, draws)
        sums = net.train(x, np.arange(200), rows, KEY, 0, ADAM, draws=draws)
        results.add((sums, net.parameters.tobytes(), net.arrays["likelihood.loss"].tobytes()))
    assert len(results) == 1


def test_a_draw_is_the_same_whatever_is_drawn_beside_it() -> None:
    x = np.random.default_rng(0).random((16, 37))
    net = network(nn.BernoulliLikelihood(37), "relu", np.float64, 16, draws=4)
    net.forward("input", "latent", 16, x, np.arange(16), KEY, 5, True, 4)
    eps = net.arrays["latent.eps"].reshape(16, 4, 5).copy()
    net.forward("input", "latent", 16, x, np.arange(16), KEY, 5, True, 1)
    np.testing.assert_array_equal(net.arrays["latent.eps"][:16], eps[:, 0])
    assert len(np.unique(eps)) == eps.size
    net.forward("input", "latent", 1, x, np.arange(1), KEY, 5, True, 64)
    np.testing.assert_array_equal(net.arrays["latent.eps"][:4], eps[0])


def test_the_log_ratio_of_a_draw() -> None:
    norm = pytest.importorskip("scipy.stats").norm
    x = np.random.default_rng(0).random((16, 37))
    net = network(nn.BernoulliLikelihood(37), "relu", np.float64, 16, latent=300, draws=3)
    net.forward("input", "latent", 16, x, np.arange(16), KEY, 0, True, 3)
    mean, scale = net.arrays["encoder.out.y"][:, None, :300], net.arrays["latent.scale"][:, None]
    z = net.arrays["latent.y"].reshape(16, 3, 300)
    expected = (norm.logpdf(z, mean, scale) - norm.logpdf(z)).sum(axis=2)
    np.testing.assert_allclose(net.arrays["latent.log_ratio"].reshape(16, 3), expected, rtol=1e-12)


def test_hostile_calls_are_refused() -> None:
    net = network(nn.BernoulliLikelihood(37), "relu", np.float64, 10)
    x, order = np.zeros((20, 37)), np.arange(10)
    with pytest.raises(ValueError, match=r"data is \[rows, 37\]"):
        net.train(x[:, :5], order, 10, KEY, 0, ADAM)
    with pytest.raises(ValueError, match=r"data is \[rows, 37\]"):
        net.train(np.zeros((20, 74))[:, ::2], order, 10, KEY, 0, ADAM)
    with pytest.raises(TypeError, match="float32 or float64; got int64"):
        net.train(x.astype(np.int64), order, 10, KEY, 0, ADAM)
    with pytest.raises(TypeError, match="float32 or float64"):
        net.forward("input", "latent", 10, None, order, KEY)
    with pytest.raises(ValueError, match="order has numbers of the 20 rows of data; got 0 to 20"):
        net.train(x, np.arange(21), 10, KEY, 0, ADAM)
    with pytest.raises(ValueError, match="batch_rows is from 1 to 10"):
        net.train(x, order, 0, KEY, 0, ADAM)
    with pytest.raises(ValueError, match="key has 8 words"):
        net.train(x, order, 10, KEY[:4], 0, ADAM)
    with pytest.raises(ValueError, match="rows times draws is from 1 to 10; got 10 times 2"):
        net.train(x, order, 10, KEY, 0, ADAM, draws=2)
    with pytest.raises(ValueError, match="data is an array for each of the 1 inputs; got 2"):
        net.train((x, x), order, 10, KEY, 0, ADAM)
    with pytest.raises(ValueError, match="rows is from 1 to 10"):
        net.forward("input", "latent", 11, x, np.arange(11), KEY)
    with pytest.raises(ValueError, match="belongs to another network"):
        nn.Network(net.layers, np.float64, 10)
    layers = [nn.Input(6), nn.Dense("a", 5, 4), nn.GaussianHead(2), nn.Dense("b", 2, 6), nn.BernoulliLikelihood(6)]
    with pytest.raises(ValueError, match="layer 'a' has 5 inputs; the one below it has 6"):
        nn.Network(layers, np.float64, 10)
    layers[1] = nn.Dense("a", 6, 4, sources=("elsewhere",))
    with pytest.raises(ValueError, match="layer 'a' reads 'elsewhere': no layer before it"):
        nn.Network(layers, np.float64, 10)
    with pytest.raises(ValueError, match="layers are an Input, Dense layers"):
        nn.Network(layers[1:], np.float64, 10)
    with pytest.raises(ValueError, match="activation is one of 'identity'"):
        nn.Dense("a", 5, 4, "gelu")


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_are_those_of_differences(activation: str, likelihood: str) -> None:
    net = network(LIKELIHOODS[likelihood](37), activation, np.float64, 8)
    x, eps = at_fixed_eps(net, 7)
    differentiate(net, x)
    p = net.views(net.parameters)
    random = np.random.default_rng(0)
    for name, gradient in net.views(net.gradients).items():
        direction = random.normal(size=gradient.shape)
        values = []
        for step in (-1e-5, 1e-5):
            moved = {**p, name: p[name] + step * direction}
            values.append(sum(part.mean() for part in forward(moved, x, eps, activation, likelihood, np)))
        slope = (values[1] - values[0]) / 2e-5
        assert (gradient * direction).sum() == pytest.approx(slope, rel=2e-6, abs=1e-7), name


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("features", "hidden", "latent", "rows"),
    [(784, 400, 20, 128), (784, 200, 50, 97), (784, 200, 50, 20), (16, 64, 4, 64), (300, 500, 2, 200)],
)
def test_bits_do_not_depend_on_threads(dtype: type, features: int, hidden: int, latent: int, rows: int) -> None:
    x = np.random.default_rng(0).random((450, features)).astype(dtype)
    results = set()
    for threads in (1, 2, 3, 5):
        fastprob.set_num_threads(threads)
        net = network(nn.BernoulliLikelihood(features), "relu", dtype, rows, features, hidden, latent)
        sums = net.train(x, np.arange(450), rows, KEY, 0, ADAM)
        results.add((sums, net.parameters.tobytes(), net.second.tobytes()))
    assert len(results) == 1


TRAIN = """
import hashlib, sys
import numpy as np
from fastprob.vae import VAE
random = np.random.default_rng(0)
X = random.random((200, 30))
kinds = ("bernoulli", "softplus", "float32"), ("gaussian", "tanh", "float32"), ("bernoulli", "sigmoid", "float64")
for likelihood, activation, dtype in kinds:
    model = VAE(3, (50,), likelihood, activation=activation, dtype=dtype, epochs=3, random_state=1).fit(X)
    bits = model.transform(X).tobytes() + model._network.parameters.tobytes()
    print(hashlib.sha256(bits).hexdigest(), model.history_[-1]["elbo"])
"""


def test_bits_do_not_depend_on_the_target() -> None:
    """But for the one without fused multiply-adds, whose products are rounded once more."""
    pytest.importorskip("sklearn")
    outputs = {}
    for target in [name for name, supported in fastprob._core.targets() if supported]:
        environment = {**os.environ, "FASTPROB_TARGET": target}
        outputs[target] = subprocess.check_output([sys.executable, "-c", TRAIN], env=environment, text=True)
    losses = np.array([[float(word) for word in text.split()[1::2]] for text in outputs.values()])
    np.testing.assert_allclose(losses, np.broadcast_to(losses[0], losses.shape), rtol=1e-5)
    outputs.pop("generic", None)
    assert len(set(outputs.values())) <= 1


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(ACTIVATIONS), st.sampled_from(list(LIKELIHOODS)), st.integers(1, 40), st.integers(1, 70), st.integers(1, 40),
    st.integers(1, 9), st.booleans(),
)  # fmt: skip
def test_every_size_works(
    activation: str, likelihood: str, features: int, rows: int, hidden: int, latent: int, wide: bool
) -> None:
    dtype = np.float64 if wide else np.float32
    net = network(LIKELIHOODS[likelihood](features), activation, dtype, rows, features, hidden, latent)
    random = np.random.default_rng(rows)
    x = random.random((rows, features)).astype(dtype)
    eps = net.arrays["latent.eps"]
    eps[:] = random.normal(size=eps.shape)
    loss, kl = differentiate(net, x)
    expected = forward(net.views(net.parameters), x, eps, activation, likelihood, np)
    tolerance = 1e-10 if wide else 1e-4
    assert loss == pytest.approx(float(expected[0].sum()), rel=tolerance, abs=tolerance)
    assert kl == pytest.approx(float(expected[1].sum()), rel=tolerance, abs=tolerance)


@pytest.mark.parametrize("source", [np.float32, np.float64])
def test_rows_are_taken_in_order_and_standardized(source: type) -> None:
    data = np.random.default_rng(1).normal(size=(40, 6)).astype(source)[::2]   # rows with a gap between them
    shift, factor = np.arange(6.0), np.linspace(1, 2, 6)
    layers = [nn.Input(6, shift, factor), nn.Dense("a", 6, 4), nn.GaussianHead(2), nn.Dense("b", 2, 6), nn.GaussianLikelihood(6)]
    net = nn.Network(layers, np.float64, 8)
    order = np.array([19, 0, 7, 7, 3])
    net.forward("input", "input", 5, data, order, KEY)
    np.testing.assert_array_equal(net.arrays["input.y"][:5], (data[order].astype(np.float64) - shift) * factor)


def test_pixels_are_drawn_with_their_probability() -> None:
    x = np.broadcast_to(np.array([0.0, 0.25, 0.9, 1.0], np.float32), (4096, 4)).copy()
    layers = [nn.Input(4, binarize=True), nn.Dense("a", 4, 4), nn.GaussianHead(2), nn.Dense("b", 2, 4), nn.BernoulliLikelihood(4)]
    net = nn.Network(layers, np.float32, 4096)
    draws = []
    for step in (0, 1):
        net.forward("input", "input", 4096, x, np.arange(4096), KEY, step)
        draws.append(net.arrays["input.y"].copy())
    assert set(np.unique(draws)) == {0.0, 1.0}
    assert (draws[0] != draws[1]).any()
    for drawn in draws:
        mean = drawn.mean(axis=0)
        assert mean[0] == 0
        assert mean[3] == 1
        assert np.abs(mean[1:3] - [0.25, 0.9]).max() < 5 * np.sqrt(0.25 * 0.75 / 4096)


def test_draws_depend_on_step_and_row_alone() -> None:
    x = np.zeros((64, 37), np.float64)
    net = network(nn.BernoulliLikelihood(37), "relu", np.float64, 64)
    net.forward("input", "latent", 64, x, np.arange(64), KEY, 5, True)
    whole = net.arrays["latent.eps"].copy()
    net.forward("input", "latent", 10, x, np.arange(10), KEY, 5, True)
    np.testing.assert_array_equal(net.arrays["latent.eps"][:10], whole[:10])
    net.forward("input", "latent", 64, x, np.arange(64), KEY, 6, True)
    assert not (net.arrays["latent.eps"] == whole).any()
    assert len(np.unique(whole)) == whole.size


@pytest.mark.parametrize("kind", ["adam", "sgd"])
def test_optimizers_are_those_of_torch(kind: str) -> None:
    torch = pytest.importorskip("torch")
    net = network(nn.GaussianLikelihood(37), "tanh", np.float64, 16)
    x, _ = at_fixed_eps(net, 16)
    if kind == "adam":
        settings: Any = SimpleNamespace(beta1=0.8, beta2=0.99, eps=1e-6, learning_rate=3e-3)
    else:
        settings = SimpleNamespace(momentum=0.7, learning_rate=3e-3)
    twin = torch.tensor(net.parameters.copy())
    make = torch.optim.Adam if kind == "adam" else torch.optim.SGD
    options = {"betas": (0.8, 0.99), "eps": 1e-6} if kind == "adam" else {"momentum": 0.7}
    optimizer = make([twin], lr=3e-3, **options)
    for step in range(5):
        net.train(x, np.arange(16), 16, KEY, step, settings, draw=False)
        twin.grad = torch.tensor(net.gradients.copy())
        optimizer.step()
    np.testing.assert_allclose(net.parameters, twin.numpy(), rtol=1e-12, atol=1e-14)


def test_moments_do_not_fade_into_subnormal_numbers() -> None:
    net = network(nn.BernoulliLikelihood(37), "relu", np.float32, 8)
    net.first[:] = 1e-37
    net.second[:] = 1e-37
    x = np.zeros((8, 37), np.float32)      # gradients of the first weights are 0
    net.train(np.tile(x, (50, 1)), np.arange(400), 8, KEY, 0, ADAM)
    for moments in (net.first, net.second):
        size = np.abs(moments[moments != 0])
        assert size.size == 0 or size.min() >= np.finfo(np.float32).tiny


@pytest.mark.parametrize("term", ["loss", "kl"])
def test_a_loss_that_is_not_finite_stops_before_its_step(term: str) -> None:
    net = network(nn.BernoulliLikelihood(37), "relu", np.float64, 10)
    x = np.random.default_rng(0).random((40, 37))
    if term == "loss":
        x[25, 3] = np.nan
    else:
        net.views(net.parameters)["encoder.out.bias"][0] = 1e200
    before = net.parameters.copy()
    steps, loss, kl = net.train(x, np.arange(40), 10, KEY, 0, ADAM)
    assert steps == (2 if term == "loss" else 0)
    assert not (np.isfinite(loss) and np.isfinite(kl))
    assert np.isfinite(net.parameters).all()
    if steps == 0:
        np.testing.assert_array_equal(net.parameters, before)


def test_the_scale_of_a_gaussian_likelihood_stops() -> None:
    """A feature that is reproduced exactly has an unbounded likelihood."""
    layers = [nn.Input(3), nn.Dense("a", 3, 2), nn.GaussianHead(1), nn.Dense("b", 1, 3), nn.GaussianLikelihood(3)]
    net = nn.Network(layers, np.float32, 16)
    net.views(net.parameters)["likelihood.log_scale"][:] = -30
    _, loss, _ = net.train(np.zeros((16, 3), np.float32), np.arange(16), 16, KEY, 0, ADAM)
    assert loss == pytest.approx(16 * 3 * (nn.LEAST_LOG_SCALE + 0.5 * np.log(2 * np.pi)), rel=1e-6)
    assert (net.views(net.gradients)["likelihood.log_scale"] == 0).all()


def test_networks_in_several_python_threads() -> None:
    x = np.random.default_rng(0).random((256, 37))
    results: list[bytes] = []

    def train() -> None:
        net = network(nn.BernoulliLikelihood(37), "tanh", np.float64, 64, hidden=200)
        net.train(x, np.arange(256), 64, KEY, 0, ADAM)
        results.append(net.parameters.tobytes())

    workers = [threading.Thread(target=train) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(results) == 4
    assert len(set(results)) == 1


def test_signatures_are_what_classes_take() -> None:
    """Compiled classes have theirs in their docstrings."""
    given = {"name": "a", "inputs": 2, "outputs": 3, "conditions": 4, "classes": 5, "units": 2, "features": 2, "levels": 4}
    given |= {"activation": "tanh", "sources": ("x", "c"), "shift": np.zeros(2), "factor": np.ones(2), "binarize": False}
    given |= {"missing": True, "shared": True, "fixed": False}
    others = (nn.Network, nn.FiLMGenerator)
    classes = [kind for name in nn.__all__ if isinstance(kind := getattr(nn, name), type) and kind not in others]
    assert len(classes) == 12
    for kind in classes:
        own = given | {"sources": ("x",)} if kind is nn.Embedding else given
        taken = {name: own[name] for name in inspect.signature(kind).parameters}
        assert isinstance(kind(**taken), kind)
        with pytest.raises(TypeError):
            kind(**taken, other=1)
        assert "--" not in kind.__doc__
    assert str(inspect.signature(nn.Dense)) == "(name, inputs, outputs, activation='identity', sources=())"
    assert str(inspect.signature(nn.Network)) == "(layers, dtype, rows, drawn=None)"
