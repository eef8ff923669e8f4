"""Objectives, likelihoods, gates, row weights and optimizers of a network, each against automatic differentiation by torch."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import fastprob
from fastprob import nn

torch = pytest.importorskip("torch")

KEY = np.arange(8, dtype=np.uint32)
ADAM = SimpleNamespace(beta1=0.9, beta2=0.999, eps=1e-8, learning_rate=1e-2)
LEVELS = 16
LIKELIHOODS: dict[str, Callable[[int], nn.Likelihood]] = {
    "bernoulli": nn.BernoulliLikelihood,
    "gaussian": nn.GaussianLikelihood,
    "gaussian, shared": lambda features: nn.GaussianLikelihood(features, shared=True),
    "discretized": lambda features: nn.DiscretizedLikelihood(features, LEVELS),
    "discretized, shared": lambda features: nn.DiscretizedLikelihood(features, LEVELS, shared=True),
}
ACTIVATIONS = ["identity", "relu", "tanh", "sigmoid", "softplus", "gated"]
# arguments of Network.train
OBJECTIVES: dict[str, dict[str, Any]] = {
    "analytic": {},
    "beta, 3 draws": {"kl_weight": 2.5, "draws": 3},
    "free bits": {"free_bits": 0.7, "draws": 2},
    "drawn": {"objective": "drawn", "kl_weight": 0.7},
    "drawn, 4 draws": {"objective": "drawn", "draws": 4},
    "importance": {"objective": "importance", "draws": 5},
    "importance, 1 draw": {"objective": "importance"},
    "doubly": {"objective": "doubly reparameterized", "draws": 5},
}


@pytest.fixture(autouse=True)
def _restore_threads() -> Any:
    before = fastprob.get_num_threads()
    yield
    fastprob.set_num_threads(before)


def network(
    likelihood: nn.Likelihood, activation: str, rows: int, draws: int = 1, features: int = 19, missing: bool = False,
    dtype: type = np.float64,
) -> nn.Network:  # fmt: skip
    hidden, latent = 11, 4

    def dense(name: str, inputs: int) -> list[nn.Layer]:
        if activation == "gated":
            return [nn.Dense(name, inputs, 2 * hidden), nn.Gate(name + ".gate", hidden)]
        return [nn.Dense(name, inputs, hidden, activation)]

    layers = [
        nn.Input(features, missing=missing),
        *dense("encoder.0", features),
        nn.Dense("encoder.out", hidden, 2 * latent),
        nn.GaussianHead(latent),
        *dense("decoder.0", latent),
        nn.Dense("decoder.out", hidden, features),
        likelihood,
    ]
    made = nn.Network(layers, dtype, rows, rows * draws)
    made.parameters[:] = np.random.default_rng(3).normal(size=made.parameters.size) * 0.3
    return made


def data(likelihood: str, rows: int, features: int = 19) -> np.ndarray:
    random = np.random.default_rng(5)
    if likelihood.startswith("discretized"):
        return 2 * random.integers(0, LEVELS, size=(rows, features)) / (LEVELS - 1) - 1
    return random.random((rows, features))


def activate(h: Any, activation: str) -> Any:
    if activation == "gated":
        a, b = h.chunk(2, -1)
        return a * torch.sigmoid(b)
    functions = {
        "identity": lambda h: h,
        "relu": torch.relu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "softplus": lambda h: torch.logaddexp(h, torch.zeros_like(h)),  # torch's own softplus is cut at 20
    }
    return functions[activation](h)


def reconstruction(p: dict[str, Any], x: Any, y: Any, likelihood: str) -> Any:
    """-log p(x | y) of each element."""
    if likelihood == "bernoulli":
        return torch.nn.functional.binary_cross_entropy_with_logits(y, x.expand_as(y), reduction="none")
    s = p["likelihood.log_scale"]
    if likelihood.startswith("gaussian"):
        return -torch.distributions.Normal(y, s.exp()).log_prob(x)
    # sigmoid(a) - sigmoid(b) without cancellation
    a, b = ((x - y + shift / (LEVELS - 1)) / s.exp() for shift in (1, -1))
    width = (2 / (LEVELS - 1) / s.exp()).expand_as(a)
    highest, lowest = x > 0.999, x < -0.999
    a, b, width = torch.where(highest, np.inf, a), torch.where(lowest, -np.inf, b), torch.where(highest | lowest, np.inf, width)
    log_sigmoid = torch.nn.functional.logsigmoid
    return -(log_sigmoid(a) + log_sigmoid(-b) + torch.log(-torch.expm1(-width)))


def losses(
    p: dict[str, Any], x: Any, eps: Any, activation: str, likelihood: str, objective: str = "analytic", kl_weight: float = 1.0,
    free_bits: float = 0.0, hold: bool = False, **_: Any,
) -> tuple[Any, Any, Any]:  # fmt: skip
    """Loss a row; -log p(x | z) and log q(z | x) - log p(z) a draw, with `hold` of a q that is held fixed as a density."""
    h = activate(torch.nan_to_num(x) @ p["encoder.0.weight"].T + p["encoder.0.bias"], activation)
    mean, s = (h @ p["encoder.out.weight"].T + p["encoder.out.bias"]).chunk(2, -1)
    z = mean[:, None] + s.exp()[:, None] * eps
    g = activate(z @ p["decoder.0.weight"].T + p["decoder.0.bias"], activation)
    y = g @ p["decoder.out.weight"].T + p["decoder.out.bias"]
    seen = ~x.isnan()[:, None]
    term = torch.where(seen, reconstruction(p, torch.nan_to_num(x)[:, None], y, likelihood), 0.0).sum(-1)
    q = torch.distributions.Normal(*((v.detach() if hold else v)[:, None] for v in (mean, s.exp())))
    ratio = (q.log_prob(z) - torch.distributions.Normal(0.0, 1.0).log_prob(z)).sum(-1)
    if objective == "analytic":
        divergence = 0.5 * (mean**2 + (2 * s).exp() - 1) - s
        if free_bits:
            divergence = torch.where(divergence < free_bits, free_bits, divergence)
        return term.mean(1) + kl_weight * divergence.sum(1), term, ratio
    if objective == "drawn":
        return (term + kl_weight * ratio).mean(1), term, ratio
    return -torch.logsumexp(-term - ratio, 1) + np.log(eps.shape[1]), term, ratio


def gradients(
    p: dict[str, Any], x: Any, eps: Any, activation: str, likelihood: str, weights: Any, **settings: Any
) -> dict[str, Any]:
    """Of the mean over the rows of weights times loss."""
    if settings.get("objective") != "doubly reparameterized":
        loss, _, _ = losses(p, x, eps, activation, likelihood, **settings)
        return dict(zip(p, torch.autograd.grad((weights * loss).mean(), list(p.values())), strict=True))
    _, term, ratio = losses(p, x, eps, activation, likelihood, hold=True)
    share = torch.softmax(-term - ratio, 1).detach()
    found = {}
    for power, part in ((1, "decoder"), (1, "likelihood"), (2, "encoder")):
        mine = {name: value for name, value in p.items() if name.startswith(part)}
        if mine:
            loss = (weights * (share**power * (term + ratio)).sum(1)).mean()
            found |= dict(zip(mine, torch.autograd.grad(loss, list(mine.values()), retain_graph=True), strict=True))
    return found


def check(
    net: nn.Network, x: np.ndarray, activation: str, likelihood: str, bound: float = 1e-10, weights: Any = None, **settings: Any
) -> None:
    rows, draws = len(x), settings.get("draws", 1)
    eps = np.random.default_rng(6).normal(size=(rows, draws, 4)).astype(net.dtype)
    net.arrays["latent.eps"][: rows * draws] = eps.reshape(-1, 4)
    steps, _, _ = net.train(
        x, np.arange(rows), rows, KEY, 0, ADAM, draw=False, learn=False, weights=weights, **settings
    )  # fmt: skip
    assert steps == 1
    p = {name: torch.tensor(view.astype(np.float64), requires_grad=True) for name, view in net.views(net.parameters).items()}
    given = torch.ones(rows, dtype=torch.float64) if weights is None else torch.tensor(weights)
    x64, eps64 = torch.tensor(x.astype(np.float64)), torch.tensor(eps.astype(np.float64))
    truth = gradients(p, x64, eps64, activation, likelihood, given, **settings)
    for name, gradient in net.views(net.gradients).items():
        expected = truth[name].numpy()
        np.testing.assert_allclose(gradient, expected, rtol=0, atol=bound * np.abs(expected).max(), err_msg=name)
    if settings.get("objective") == "importance":
        loss, _, _ = losses(p, x64, eps64, activation, likelihood, **settings)
        assert net.bound == pytest.approx(-(given * loss).sum().item(), rel=bound)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_are_those_of_autograd(activation: str, likelihood: str, objective: str) -> None:
    settings = OBJECTIVES[objective]
    net = network(LIKELIHOODS[likelihood](19), activation, 33, settings.get("draws", 1))
    check(net, data(likelihood, 33), activation, likelihood, **settings)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_gradients_in_float32(likelihood: str, objective: str) -> None:
    settings = OBJECTIVES[objective]
    net = network(LIKELIHOODS[likelihood](19), "gated", 33, settings.get("draws", 1), dtype=np.float32)
    check(net, data(likelihood, 33).astype(np.float32), "gated", likelihood, 2e-4, **settings)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian", "discretized"])
def test_gradients_with_row_weights(likelihood: str, objective: str) -> None:
    settings = OBJECTIVES[objective]
    net = network(LIKELIHOODS[likelihood](19), "tanh", 33, settings.get("draws", 1))
    weights = np.random.default_rng(1).random(33) * 3
    weights[4] = 0.0
    check(net, data(likelihood, 33), "tanh", likelihood, weights=weights, **settings)


@pytest.mark.parametrize("objective", ["analytic", "importance", "doubly"])
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_gradients_with_missing_values(likelihood: str, objective: str) -> None:
    settings = OBJECTIVES[objective]
    net = network(LIKELIHOODS[likelihood](19), "tanh", 33, settings.get("draws", 1), missing=True)
    x = data(likelihood, 33)
    x[np.random.default_rng(2).random(x.shape) < 0.3] = np.nan
    x[7] = np.nan
    check(net, x, "tanh", likelihood, **settings)
    assert not np.isnan(net.arrays["input.y"]).any()


def test_a_weight_is_a_number_of_equal_rows() -> None:
    x, eps = data("gaussian", 10), np.random.default_rng(6).normal(size=(10, 4))
    weights = np.array([0.0, 1, 2, 3, 1, 1, 0, 2, 0, 0])
    often = weights.astype(int)
    found = []
    for rows, own in ((x, weights), (x.repeat(often, 0), None)):
        net = network(nn.GaussianLikelihood(19), "tanh", 10)
        net.arrays["latent.eps"][:] = eps if own is not None else eps.repeat(often, 0)
        net.train(rows, np.arange(10), 10, KEY, 0, ADAM, draw=False, learn=False, weights=own)
        found.append(net.gradients)
    np.testing.assert_allclose(found[0], found[1], rtol=0, atol=1e-13 * np.abs(found[1]).max())


def test_warm_up_goes_by_steps() -> None:
    x = data("gaussian", 8)
    net, twin = (network(nn.GaussianLikelihood(19), "tanh", 8) for _ in range(2))
    for step, weight in ((0, 0.0), (5, 0.25), (10, 0.5), (17, 0.5)):
        net.train(x, np.arange(8), 8, KEY, step, ADAM, warm_up=10, kl_weight=0.5, learn=False)
        twin.train(x, np.arange(8), 8, KEY, step, ADAM, kl_weight=weight, learn=False)
        np.testing.assert_array_equal(net.gradients, twin.gradients)


@pytest.mark.parametrize("objective", ["importance", "doubly", "drawn, 4 draws"])
def test_bits_do_not_depend_on_threads(objective: str) -> None:
    x = np.random.default_rng(0).random((90, 784)).astype(np.float32)
    settings = OBJECTIVES[objective]
    optimizer = SimpleNamespace(**vars(ADAM), clip_norm=0.1)
    results = set()
    for threads in (1, 2, 3, 5):
        fastprob.set_num_threads(threads)
        net = network(nn.GaussianLikelihood(784), "gated", 40, settings["draws"], 784, dtype=np.float32)
        net.parameters[:] *= 0.1
        sums = net.train(x, np.arange(90), 40, KEY, 0, optimizer, **settings)
        results.add((sums, net.bound, net.parameters.tobytes(), net.second.tobytes()))
    assert len(results) == 1


def test_the_mass_of_a_level_far_from_the_mean() -> None:
    """At 60 digits: 16 levels, means and scales that leave a level with next to nothing."""
    mp = pytest.importorskip("mpmath")
    features = 5
    cases = (0.3, -3.0, 2), (0.9, -6.0, 0), (-1.0, -9.5, 15), (0.0, 4.0, 7), (5.0, -2.0, 8), (40.0, -5.0, 15)
    for mean, log_scale, level in cases:
        net = network(nn.DiscretizedLikelihood(features, LEVELS), "identity", 1, features=features)
        p = net.views(net.parameters)
        p["decoder.out.weight"][:] = 0
        p["decoder.out.bias"][:] = mean
        p["likelihood.log_scale"][:] = log_scale
        x = np.full((1, features), 2 * level / (LEVELS - 1) - 1)
        _, loss, _ = net.train(x, np.arange(1), 1, KEY, 0, ADAM, learn=False)
        with mp.workdps(60):
            scale, half = mp.exp(log_scale), mp.mpf(1) / (LEVELS - 1)
            above = mp.mpf(1) if level == LEVELS - 1 else 1 / (1 + mp.exp(-(x[0, 0] + half - mean) / scale))
            before = mp.mpf(0) if level == 0 else 1 / (1 + mp.exp(-(x[0, 0] - half - mean) / scale))
            mass = 1 / (1 + mp.exp((x[0, 0] - half - mean) / scale)) if level == LEVELS - 1 else above - before
            assert loss / features == pytest.approx(float(-mp.log(mass)), rel=1e-12)


def test_all_levels_together_are_certain() -> None:
    net = network(nn.DiscretizedLikelihood(1, LEVELS), "identity", LEVELS, features=1)
    p = net.views(net.parameters)
    p["decoder.out.weight"][:] = 0
    p["decoder.out.bias"][:] = 0.37
    x = 2 * np.arange(LEVELS)[:, None] / (LEVELS - 1) - 1
    net.train(x, np.arange(LEVELS), LEVELS, KEY, 0, ADAM, learn=False)
    assert np.exp(-net.arrays["likelihood.loss"]).sum() == pytest.approx(1, rel=1e-13)


# Optimizers


def follow(settings: dict[str, Any], step: Callable[[int, dict[str, Any], dict[str, Any]], None]) -> None:
    """Five steps beside those of `step`, which changes tensors by their gradients."""
    net = network(nn.GaussianLikelihood(19), "tanh", 16)
    x = data("gaussian", 16)
    twin = {name: torch.tensor(view.copy()) for name, view in net.views(net.parameters).items()}
    optimizer = SimpleNamespace(learning_rate=3e-3, **settings)
    for number in range(5):
        net.train(x, np.arange(16), 16, KEY, number, optimizer)
        for name, gradient in net.views(net.gradients).items():
            twin[name].grad = torch.tensor(gradient.copy())
        step(number, twin, {})
        for name, view in net.views(net.parameters).items():
            np.testing.assert_allclose(view, twin[name].numpy(), rtol=1e-12, atol=1e-14, err_msg=name)


def test_weights_decay_by_group() -> None:
    made: list[Any] = []

    def step(number: int, twin: dict[str, Any], _: Any) -> None:
        if not made:
            groups: dict[float, list[Any]] = {0.3: [], 0.02: [], 0.0: []}
            for name, value in twin.items():
                decay = 0.0 if not name.endswith("weight") else 0.3 if name.startswith("encoder") else 0.02
                groups[decay].append(value)
            own = [{"params": params, "weight_decay": decay} for decay, params in groups.items()]
            made.append(torch.optim.AdamW(own, lr=3e-3, betas=(0.8, 0.99)))
        made[0].step()

    follow({"beta1": 0.8, "beta2": 0.99, "eps": 1e-8, "decay": {"encoder": 0.3, "decoder": 0.02}}, step)


@pytest.mark.parametrize("clip", [1e-2, 1e6])
def test_gradients_are_clipped_by_their_norm(clip: float) -> None:
    made: list[Any] = []

    def step(number: int, twin: dict[str, Any], _: Any) -> None:
        if not made:
            made.append(torch.optim.SGD(twin.values(), lr=3e-3, momentum=0.7))
        norm = torch.linalg.vector_norm(torch.cat([value.grad.ravel() for value in twin.values()]))
        for value in twin.values():
            value.grad *= min(1.0, clip / norm.item())
        made[0].step()

    follow({"momentum": 0.7, "clip_norm": clip}, step)


def test_plain_gradient_descent() -> None:
    def step(number: int, twin: dict[str, Any], _: Any) -> None:
        for value in twin.values():
            value -= 3e-3 * value.grad

    follow({"momentum": 0.0}, step)


def test_eps_beside_the_uncorrected_root() -> None:
    moments: dict[str, list[Any]] = {}

    def step(number: int, twin: dict[str, Any], _: Any) -> None:
        rate = 3e-3 * np.sqrt(1 - 0.99 ** (number + 1)) / (1 - 0.8 ** (number + 1))
        for name, value in twin.items():
            m, v = moments.setdefault(name, [0.0, 0.0])
            m, v = 0.8 * m + 0.2 * value.grad, 0.99 * v + 0.01 * value.grad**2
            moments[name] = [m, v]
            value -= rate * m / (v.sqrt() + 1e-3)

    follow({"beta1": 0.8, "beta2": 0.99, "eps": 1e-3, "uncorrected_eps": True}, step)


def test_hostile_arguments_are_refused() -> None:
    net = network(nn.GaussianLikelihood(19), "tanh", 8)
    x, order = data("gaussian", 8), np.arange(8)
    with pytest.raises(ValueError, match=r"objective is one of .*; got 'elbo'"):
        net.train(x, order, 8, KEY, 0, ADAM, objective="elbo")
    with pytest.raises(ValueError, match="weights has a number for each row of data; got 7"):
        net.train(x, order, 8, KEY, 0, ADAM, weights=np.ones(7))
    with pytest.raises(ValueError, match="levels is at least 2; got 1"):
        nn.DiscretizedLikelihood(3, 1)
