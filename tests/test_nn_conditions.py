"""Conditions in a network: what modulates, what stands beside, what several layers read. Gradients against automatic
differentiation and differences, the same bits for any number of threads and on any target, hostile arrangements."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from test_nn import ADAM, KEY
from test_nn_objectives import ACTIVATIONS, LIKELIHOODS, OBJECTIVES, activate, data, reconstruction

import fastprob
from fastprob import nn

torch = pytest.importorskip("torch")

FEATURES, HIDDEN, LATENT, CONDITIONS, TRUNK = 19, 11, 4, 5, 6
PARTS = {"none": (), "encoder": ("encoder",), "decoder": ("decoder",), "both": ("encoder", "decoder")}
# what conditions: as it is, through a hidden layer or embedded classes; as modulation or columns beside the others
HOW = ["film", "film, hidden", "film, classes", "concat", "concat, hidden", "concat, classes"]


@pytest.fixture(autouse=True)
def _restore_threads() -> Any:
    before = fastprob.get_num_threads()
    yield
    fastprob.set_num_threads(before)


def layers_of(
    likelihood: nn.Likelihood, activation: str, how: str, where: str, sizes: tuple[int, int, int], prior: bool
) -> list[nn.Layer]:
    features, hidden, latent = sizes
    kind, _, through = how.partition(", ")
    source, conditions = ("film.0", TRUNK) if through else ("condition", CONDITIONS)
    between: dict[str, list[nn.Layer]] = {
        "": [],
        "hidden": [nn.Dense("film.0", CONDITIONS, TRUNK, "softplus", ("condition",))],
        "classes": [nn.Embedding("film.0", CONDITIONS, TRUNK, sources=("condition",))],
    }

    def part(name: str, below: str, inputs: int, outputs: int) -> list[nn.Layer]:
        own, units = ("identity", 2 * hidden) if activation == "gated" else (activation, hidden)
        made: list[nn.Layer]
        if name not in PARTS[where]:
            made = [nn.Dense(f"{name}.0", inputs, units, own, (below,))]
        elif kind == "film":
            made = [nn.FilmDense(f"{name}.0", inputs, units, conditions, own, sources=(below, source))]
        else:
            made = [nn.Concat(f"{name}.in", sources=(below, source)), nn.Dense(f"{name}.0", inputs + conditions, units, own)]
        gate = [nn.Gate(f"{name}.gate", hidden)] if activation == "gated" else []
        return [*made, *gate, nn.Dense(f"{name}.out", hidden, outputs)]

    return [
        nn.Input(features),
        nn.Input(1 if through == "classes" else CONDITIONS, name="condition"),
        *between[through],
        *([nn.Dense("prior.0", conditions, 7, "tanh", (source,)), nn.Dense("prior.out", 7, 2 * latent)] if prior else []),
        *part("encoder", "input", features, 2 * latent),
        nn.GaussianHead(latent, sources=("encoder.out", "prior.out") if prior else ()),
        *part("decoder", "latent", latent, features),
        likelihood,
    ]


def network(
    likelihood: str, activation: str, how: str, where: str, rows: int, draws: int = 1, dtype: type = np.float64,
    sizes: tuple[int, int, int] = (FEATURES, HIDDEN, LATENT), prior: bool = False,
) -> Any:  # fmt: skip
    layers = layers_of(LIKELIHOODS[likelihood](sizes[0]), activation, how, where, sizes, prior)
    made = nn.Network(layers, dtype, rows, rows * draws)
    made.parameters[:] = np.random.default_rng(3).normal(size=made.parameters.size) * 0.3
    for name, view in made.views(made.parameters).items():
        if name.endswith("film_bias"):      # some factors 1 + D are next to 0
            view[:3] = -1.0
            made.views(made.parameters)[name.replace("bias", "weight")][:3] *= 1e-9
    return made


def conditions(rows: int, how: str = "") -> np.ndarray:
    """Classes, one-hot, and a number; or numbers of classes."""
    random = np.random.default_rng(7)
    if "classes" in how:
        return random.integers(0, CONDITIONS, (rows, 1)).astype(np.float64)
    classes = np.eye(CONDITIONS - 1)[random.integers(0, CONDITIONS - 1, rows)]
    return np.concatenate([classes, random.normal(size=(rows, 1))], axis=1)


def bounded(s: Any) -> Any:
    """A log scale as it is up to +-8, then bent towards +-16."""
    beyond = torch.relu(s.abs() - 8)
    return s.sign() * (s.abs() - beyond + 8 * torch.tanh(beyond / 8))


class Model:
    """The network of `layers_of`, written down again in torch."""

    def __init__(self, activation: str, how: str, x: Any, c: Any, likelihood: str):
        self.activation, self.likelihood, self.x, self.c = activation, likelihood, x, c
        self.how = how

    def condition(self, p: dict[str, Any]) -> Any:
        if "classes" in self.how:
            return p["film.0.weight"][self.c[:, 0].long()]
        if "hidden" in self.how:
            return activate(self.c @ p["film.0.weight"].T + p["film.0.bias"], "softplus")
        return self.c

    def part(self, p: dict[str, Any], name: str, x: Any) -> Any:
        """Of x [rows, draws, inputs]."""
        c = self.condition(p)[:, None].expand(-1, x.shape[1], -1)
        weight = p[f"{name}.0.weight"]
        if weight.shape[1] > x.shape[2]:
            x = torch.cat([x, c], 2)
        h = x @ weight.T + p[f"{name}.0.bias"]
        if f"{name}.0.film_weight" in p:
            factor, shift = (c @ p[f"{name}.0.film_weight"].T + p[f"{name}.0.film_bias"]).chunk(2, 2)
            h = (1 + factor) * h + shift
        return activate(h, self.activation) @ p[f"{name}.out.weight"].T + p[f"{name}.out.bias"]

    def posterior(self, p: dict[str, Any]) -> tuple[Any, Any]:
        mean, s = self.part(p, "encoder", torch.nan_to_num(self.x)[:, None]).chunk(2, 2)
        return mean, bounded(s)

    def prior(self, p: dict[str, Any]) -> tuple[Any, Any]:
        if "prior.out.weight" not in p:
            return torch.zeros((), dtype=torch.float64), torch.zeros((), dtype=torch.float64)
        h = torch.tanh(self.condition(p) @ p["prior.0.weight"].T + p["prior.0.bias"])
        mean, s = (h @ p["prior.out.weight"].T + p["prior.out.bias"])[:, None].chunk(2, 2)
        return mean, bounded(s)

    def term(self, p: dict[str, Any], z: Any) -> Any:
        """-log p(x | z) a draw."""
        y = self.part(p, "decoder", z)
        x = self.x[:, None]
        return torch.where(x.isnan(), 0.0, reconstruction(p, torch.nan_to_num(x), y, self.likelihood)).sum(2)


def log_normal(z: Any, mean: Any, s: Any) -> Any:
    return torch.distributions.Normal(mean, s.exp()).log_prob(z).sum(2)


def true_gradients(
    model: Model, p: dict[str, Any], eps: Any, weights: Any, objective: str = "analytic", kl_weight: float = 1.0,
    free_bits: float = 0.0, **_: Any,
) -> tuple[Any, dict[str, Any]]:  # fmt: skip
    """Loss a row, and the gradient of the mean over the rows of weights times loss, or what is to take its place."""
    mean, s = model.posterior(p)
    prior_mean, prior_s = model.prior(p)
    z = mean + s.exp() * eps
    term, log_q, log_p = model.term(p, z), log_normal(z, mean, s), log_normal(z, prior_mean, prior_s)
    ratio = log_q - log_p
    if objective == "analytic":
        d = (mean - prior_mean) / prior_s.exp()
        divergence = 0.5 * (d**2 + (2 * (s - prior_s)).exp() - 1) - (s - prior_s)
        if free_bits:
            divergence = torch.where(divergence < free_bits, free_bits, divergence)
        loss = term.mean(1) + kl_weight * divergence.sum((1, 2))
    elif objective == "drawn":
        loss = (term + kl_weight * ratio).mean(1)
    else:
        loss = -torch.logsumexp(-term - ratio, 1) + np.log(eps.shape[1])
    total = (weights * loss).mean()
    if objective == "doubly reparameterized":
        # What p(x, z) has of its own by the weights as they are, what moves z by their squares, with all densities held.
        share = torch.softmax(-term - ratio, 1).detach()
        held = {name: value.detach() for name, value in p.items()}
        fixed = z.detach()
        own = model.term(p, fixed) - log_normal(fixed, *model.prior(p))
        moved = model.term(held, z) + log_normal(z, mean.detach(), s.detach()) - log_normal(z, *model.prior(held))
        total = (weights * (share * own + share**2 * moved).sum(1)).mean()
    found = torch.autograd.grad(total, list(p.values()), allow_unused=True)
    return loss.detach().numpy(), dict(zip(p, found, strict=True))


def inputs(likelihood: str, net: Any, rows: int, draws: int, how: str = "") -> tuple[Any, Any, Any]:
    """Data, conditions, and the eps that the network takes as they are."""
    features, latent = net.layers[0].outputs, net.arrays["latent.eps"].shape[1]
    x, c = data(likelihood, rows, features).astype(net.dtype), conditions(rows, how).astype(net.dtype)
    eps = np.random.default_rng(6).normal(size=(rows, draws, latent)).astype(net.dtype)
    net.arrays["latent.eps"][: rows * draws] = eps.reshape(-1, latent)
    return x, c, eps


def check(
    likelihood: str, activation: str, how: str, where: str, bound: float = 1e-10, dtype: type = np.float64, prior: bool = False,
    biases: Any = None, **settings: Any,
) -> None:  # fmt: skip
    """Every parameter's gradient, to `bound` of its largest."""
    rows, draws = 33, settings.get("draws", 1)
    net = network(likelihood, activation, how, where, 40, draws, dtype, prior=prior)
    for name, values in (biases or {}).items():
        net.views(net.parameters)[name][:] = values
    x, c, eps = inputs(likelihood, net, rows, draws, how)
    weights = np.random.default_rng(1).random(rows) * 3
    steps, _, _ = net.train(
        (x, c), np.arange(rows), 40, KEY, 0, ADAM, draw=False, learn=False, weights=weights, **settings
    )  # fmt: skip
    assert steps == 1
    p = {name: torch.tensor(view.astype(np.float64), requires_grad=True) for name, view in net.views(net.parameters).items()}
    x64, c64, eps64 = (torch.tensor(array.astype(np.float64)) for array in (x, c, eps))
    loss, truth = true_gradients(Model(activation, how, x64, c64, likelihood), p, eps64, torch.tensor(weights), **settings)
    if net.bound:
        assert net.bound == pytest.approx(-(weights * loss).sum(), rel=bound)
    for name, gradient in net.views(net.gradients).items():
        expected = truth[name].numpy()
        np.testing.assert_allclose(gradient, expected, rtol=0, atol=bound * np.abs(expected).max(), err_msg=name)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("how", HOW)
def test_gradients_are_those_of_autograd(how: str, objective: str) -> None:
    """Likelihoods, activations, places and priors take turns, so that each pair of them meets; all together below."""
    at, number = HOW.index(how), list(OBJECTIVES).index(objective)
    likelihood = list(LIKELIHOODS)[(at + number) % len(LIKELIHOODS)]
    activation = ACTIVATIONS[(at + 5 * number) % len(ACTIVATIONS)]
    where = ["encoder", "decoder", "both"][(2 * at + number + at // 2) % 3]
    check(likelihood, activation, how, where, prior=bool((at + number // 2) % 2), **OBJECTIVES[objective])


@pytest.mark.slow
@pytest.mark.parametrize("prior", [False, True])
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("how", HOW)
def test_all_gradients_are_those_of_autograd(how: str, activation: str, likelihood: str, objective: str, prior: bool) -> None:
    for where in ("encoder", "decoder", "both"):
        check(likelihood, activation, how, where, prior=prior, **OBJECTIVES[objective])


@pytest.mark.parametrize("objective", ["analytic", "importance", "doubly"])
@pytest.mark.parametrize("how", HOW)
def test_gradients_in_float32(how: str, objective: str) -> None:
    check("gaussian", "tanh", how, "both", 2e-4, np.float32, prior=True, **OBJECTIVES[objective])


@pytest.mark.parametrize("objective", ["analytic", "drawn, 4 draws", "importance"])
@pytest.mark.parametrize("how", HOW)
def test_gradients_are_those_of_differences(how: str, objective: str) -> None:
    """Of the network's own loss, along a direction for each parameter."""
    settings = OBJECTIVES[objective]
    draws, rows = settings.get("draws", 1), 12
    net = network("gaussian", "tanh", how, "both", rows, draws, prior=True)
    x, c, _ = inputs("gaussian", net, rows, draws, how)

    def loss() -> float:
        _, term, _ = net.train((x, c), np.arange(rows), rows, KEY, 0, ADAM, draw=False, learn=False, **settings)
        if objective == "importance":
            return float(-net.bound / rows)
        divergence = net.arrays["latent.kl"] if objective == "analytic" else net.arrays["latent.log_ratio"] / draws
        return float(term + settings.get("kl_weight", 1.0) * divergence.sum()) / rows

    loss()
    gradients = {name: view.copy() for name, view in net.views(net.gradients).items()}
    random = np.random.default_rng(0)
    for name, view in net.views(net.parameters).items():
        direction, before, values = random.normal(size=view.shape), view.copy(), []
        for step in (-1e-5, 1e-5):
            view[:] = before + step * direction
            values.append(loss())
        view[:] = before
        slope = (values[1] - values[0]) / 2e-5
        assert (gradients[name] * direction).sum() == pytest.approx(slope, rel=1e-6, abs=1e-8), name


@pytest.mark.parametrize(("rows", "draws", "sizes"), [(128, 1, (300, 200, 20)), (301, 1, (64, 40, 8)), (33, 5, (300, 200, 50))])
@pytest.mark.parametrize(("how", "dtype"), [*((how, np.float32) for how in HOW), ("film, hidden", np.float64)])
def test_same_bits_for_any_number_of_threads(dtype: type, how: str, rows: int, draws: int, sizes: tuple[int, int, int]) -> None:
    results = set()
    for threads in (1, 2, 3, 5):
        fastprob.set_num_threads(threads)
        net = network("bernoulli", "relu", how, "both", rows, draws, dtype, sizes, prior="," in how)
        net.parameters[:] *= 0.2
        many = 2 * rows + 7
        x, c = data("bernoulli", many, sizes[0]).astype(dtype), conditions(many, how).astype(dtype)
        sums = net.train((x, c), np.arange(many), rows, KEY, 0, ADAM, draws=draws)
        assert np.isfinite(sums).all()
        results.add((sums, net.parameters.tobytes()))
    assert len(results) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_table_of_many_classes(dtype: type) -> None:
    """Several slices of it; a row has the sum over the rows of the batch, in their order, and none where there are none."""
    classes, units, rows = 3000, 100, 200
    layers = [
        nn.Input(6), nn.Input(1, name="label"), nn.Embedding("classes", classes, units, sources=("label",)),
        nn.Dense("encoder.out", 6, 4, sources=("input",)), nn.GaussianHead(2),
        nn.Concat("decoder.in", sources=("latent", "classes")), nn.Dense("decoder.out", 2 + units, 6), nn.GaussianLikelihood(6),
    ]  # fmt: skip
    net = nn.Network(layers, dtype, rows)
    assert net.layers[2].slices == 2
    random = np.random.default_rng(1)
    net.parameters[:] = random.normal(size=net.parameters.size) * 0.1
    labels = random.choice([0, 1, 1599, 1600, 1601, 2999], (rows, 1))
    net.train((random.random((rows, 6)), labels.astype(np.float32)), np.arange(rows), rows, KEY, 0, ADAM, learn=False)
    table, gradient = (net.views(flat)["classes.weight"] for flat in (net.parameters, net.gradients))
    np.testing.assert_array_equal(net.arrays["classes.y"], table[labels[:, 0]])
    expected = np.zeros_like(table)
    np.add.at(expected, labels[:, 0], net.arrays["classes.dy"])
    np.testing.assert_array_equal(gradient, expected)
    assert np.count_nonzero(gradient.any(axis=1)) == 6


def test_numbers_that_are_no_classes_are_refused() -> None:
    net = network("gaussian", "tanh", "film, classes", "both", 4)
    x, order = data("gaussian", 4), np.arange(3)
    for wrong in (-1, CONDITIONS, 1.5, np.nan, np.inf):
        labels = np.array([[0.0], [wrong], [1.0], [-9.0]])  # of the last row, which is not taken, any number
        with pytest.raises(ValueError, match=f"'condition' has numbers of classes, from 0 to 4; got {float(wrong)}"):
            net.train((x, labels), order, 4, KEY, 0, ADAM)
    net.arrays["condition.y"][:2, 0] = [CONDITIONS, 1]
    net.forward("film.0", "film.0", 2)
    assert np.isnan(net.arrays["film.0.y"][0]).all()
    assert np.isfinite(net.arrays["film.0.y"][1]).all()


TRAIN = """
import hashlib
from types import SimpleNamespace
import numpy as np
from fastprob import nn
random = np.random.default_rng(0)
x, c, labels = random.random((90, 30)), random.normal(size=(90, 3)), random.integers(0, 7, (90, 1)).astype(float)
adam = SimpleNamespace(beta1=0.9, beta2=0.999, eps=1e-8, learning_rate=1e-2)
objectives = ("float32", "analytic"), ("float32", "doubly reparameterized"), ("float64", "importance"), ("float64", "drawn")
for dtype, objective in objectives:
    layers = [
        nn.Input(30), nn.Input(3, name="condition"), nn.Input(1, name="label"), nn.Embedding("classes", 7, 5, sources=("label",)),
        nn.Concat("film.in", sources=("condition", "classes")), nn.Dense("film.0", 8, 9, "tanh"), nn.Dense("prior.out", 9, 8),
        nn.FilmDense("encoder.0", 30, 17, 9, "softplus", sources=("input", "film.0")), nn.Dense("encoder.out", 17, 8),
        nn.GaussianHead(4, sources=("encoder.out", "prior.out")), nn.Concat("decoder.in", sources=("latent", "condition")),
        nn.FilmDense("decoder.0", 7, 17, 9, "sigmoid", sources=("decoder.in", "film.0")), nn.Dense("decoder.out", 17, 30),
        nn.BernoulliLikelihood(30),
    ]
    net = nn.Network(layers, getattr(np, dtype), 20, 60)
    net.parameters[:] = random.normal(size=net.parameters.size) * 0.3
    net.train((x, c, labels), np.arange(90), 20, np.arange(8, dtype=np.uint32), 0, adam, draws=3, objective=objective)
    print(hashlib.sha256(net.parameters.tobytes()).hexdigest(), np.abs(net.parameters).sum(dtype=np.float64))
"""


def test_same_bits_on_every_target() -> None:
    """But for the one without fused multiply-adds, whose products are rounded once more."""
    outputs = {}
    for target in [name for name, supported in fastprob._core.targets() if supported]:
        environment = {**os.environ, "FASTPROB_TARGET": target}
        outputs[target] = subprocess.check_output([sys.executable, "-c", TRAIN], env=environment, text=True)
    sizes = np.array([[float(word) for word in text.split()[1::2]] for text in outputs.values()])
    np.testing.assert_allclose(sizes, np.broadcast_to(sizes[0], sizes.shape), rtol=1e-5)
    outputs.pop("generic", None)
    assert len(set(outputs.values())) <= 1


def test_a_layer_that_several_read() -> None:
    """Its gradient is the sum of theirs, whatever they are, and one that reads it twice counts twice."""
    rows, draws = 9, 3
    layers = [
        nn.Input(6),
        nn.Input(CONDITIONS, name="condition"),
        nn.Dense("film.0", CONDITIONS, 6, "tanh", ("condition",)),
        nn.FilmDense("encoder.0", 6, 6, 6, "tanh", sources=("film.0", "film.0")),
        nn.Concat("encoder.in", sources=("input", "film.0", "encoder.0", "film.0")),
        nn.Dense("encoder.out", 24, 4),
        nn.GaussianHead(2),
        nn.FilmDense("decoder.0", 2, 6, 6, "sigmoid", sources=("latent", "film.0")),
        nn.Concat("decoder.in", sources=("decoder.0", "latent", "film.0", "condition", "decoder.0")),
        nn.Dense("decoder.out", 20 + CONDITIONS, 6),
        nn.GaussianLikelihood(6),
    ]
    net = nn.Network(layers, np.float64, rows, rows * draws)
    net.parameters[:] = np.random.default_rng(3).normal(size=net.parameters.size) * 0.3
    random = np.random.default_rng(4)
    x, c, eps = random.random((rows, 6)), conditions(rows), random.normal(size=(rows, draws, 2))
    net.arrays["latent.eps"][:] = eps.reshape(-1, 2)
    net.train((x, c), np.arange(rows), rows, KEY, 0, ADAM, draws=draws, draw=False, learn=False)
    p = {name: torch.tensor(view, requires_grad=True) for name, view in net.views(net.parameters).items()}

    def dense(name: str, h: Any, condition: Any = None) -> Any:
        h = h @ p[f"{name}.weight"].T + p[f"{name}.bias"]
        if condition is None:
            return h
        factor, shift = (condition @ p[f"{name}.film_weight"].T + p[f"{name}.film_bias"]).chunk(2, -1)
        return (1 + factor) * h + shift

    x_, c_, eps_ = map(torch.tensor, (x, c, eps))
    f = torch.tanh(dense("film.0", c_))
    first = torch.tanh(dense("encoder.0", f, f))
    mean, s = dense("encoder.out", torch.cat([x_, f, first, f], 1)).chunk(2, 1)
    z = mean[:, None] + s.exp()[:, None] * eps_
    f, c_ = (array[:, None].expand(-1, draws, -1) for array in (f, c_))
    h = torch.sigmoid(dense("decoder.0", z, f))
    y = dense("decoder.out", torch.cat([h, z, f, c_, h], 2))
    loss = -torch.distributions.Normal(y, p["likelihood.log_scale"].exp()).log_prob(x_[:, None]).sum(2).mean(1)
    loss = (loss + (0.5 * (mean**2 + (2 * s).exp() - 1) - s).sum(1)).mean()
    for name, truth in zip(p, torch.autograd.grad(loss, list(p.values())), strict=True):
        gradient = net.views(net.gradients)[name]
        np.testing.assert_allclose(gradient, truth, rtol=0, atol=1e-12 * np.abs(truth.numpy()).max(), err_msg=name)


def test_what_several_inputs_give_wants_no_gradient() -> None:
    net = network("gaussian", "tanh", "concat", "both", 8)
    assert "encoder.in.dy" not in net.arrays
    assert "decoder.in.dy" in net.arrays


def test_from_a_condition_on() -> None:
    """Part of the network, from one of its inputs: as when all of it is computed."""
    net = network("gaussian", "tanh", "film, hidden", "both", 8)
    x, c = data("gaussian", 8), conditions(20)
    order = np.array([3, 0, 19, 4, 4, 7, 1, 2])
    net.forward("input", "decoder.out", 8, (x, c), order % 8, KEY)
    expected = {name: net.arrays[name].copy() for name in ("film.0.y", "decoder.out.y")}
    net.forward("condition", "film.0", 8, c, order)
    assert not (net.arrays["film.0.y"] == expected["film.0.y"]).all()
    np.testing.assert_array_equal(net.arrays["condition.y"], c[order])
    net.forward("condition", "film.0", 8, c, order % 8)
    net.forward("decoder.0", "decoder.out", 8)
    for name, values in expected.items():
        np.testing.assert_array_equal(net.arrays[name], values)
    with pytest.raises(ValueError, match="data is an array for each of the 1 inputs; got 2"):
        net.forward("condition", "film.0", 8, (x, c), order)
    with pytest.raises(ValueError, match="order has the rows of data that 'condition' takes; got None"):
        net.forward("condition", "film.0", 8, c)


def test_arrangements_that_do_not_fit_are_refused() -> None:
    def layers(*decoder: nn.Layer) -> nn.Network:
        chain = [nn.Input(6), nn.Input(CONDITIONS, name="condition"), nn.Dense("encoder.out", 6, 4, sources=("input",)),
                 nn.GaussianHead(2), *decoder, nn.BernoulliLikelihood(6)]  # fmt: skip
        return nn.Network(chain, np.float64, 8)

    layers(nn.Dense("decoder.out", 2, 6))
    last = nn.Dense("decoder.out", 2 + CONDITIONS, 6)
    layers(nn.Concat("decoder.in", sources=("latent", "condition")), last)
    with pytest.raises(ValueError, match="layer 'a' has from 2 to 8 sources; got 1"):
        nn.Concat("a", sources=("latent",))
    with pytest.raises(ValueError, match=r"layer 'decoder\.out' has 7 inputs; the one below it has 8"):
        layers(nn.Concat("decoder.in", sources=("latent", "input")), nn.Dense("decoder.out", 2 + CONDITIONS, 6))
    chain = [nn.Input(6), nn.Dense("prior.out", 6, 5), nn.Dense("encoder.out", 6, 4, sources=("input",)),
             nn.GaussianHead(2, sources=("encoder.out", "prior.out")), nn.Dense("decoder.out", 2, 6),
             nn.BernoulliLikelihood(6)]  # fmt: skip
    with pytest.raises(ValueError, match=r"layer 'latent' has 4 inputs; 'prior\.out' has 5 outputs"):
        nn.Network(chain, np.float64, 8)
    with pytest.raises(ValueError, match="layer 'a' reads 1 at most; got latent, condition"):
        layers(nn.Dense("a", 2, 6, sources=("latent", "condition")))
    for decoder in ([nn.Dense("a", 2, 6, "tanh")], [nn.Dense("a", 6, 6, sources=("input",))]):
        with pytest.raises(ValueError, match="the likelihood alone reads a layer behind the latent one"):
            layers(*decoder)
    for source, words in ((nn.Input(2, name="label"), "an Input of one column, as they are; 'label'"),
                          (nn.Input(1, binarize=True, name="label"), "an Input of one column, as they are; 'label'"),
                          (nn.Dense("label", 6, 1), "reads classes from an Input; got 'label', a Dense")):  # fmt: skip
        chain = [nn.Input(6), source, nn.Embedding("a", 3, 6, sources=("label",)), nn.Dense("encoder.out", 6, 4),
                 nn.GaussianHead(2), nn.Dense("decoder.out", 2, 6), nn.BernoulliLikelihood(6)]  # fmt: skip
        with pytest.raises(ValueError, match=words):
            nn.Network(chain, np.float64, 8)
    for classes in (0, 2**24 + 1):
        with pytest.raises(ValueError, match=f"layer 'a' has from 1 to 16777216 classes; got {classes}"):
            nn.Embedding("a", classes, 6, sources=("label",))
    chain = [nn.Input(2), nn.Dense("encoder.out", 2, 4), nn.GaussianHead(2), nn.BernoulliLikelihood(2)]
    with pytest.raises(ValueError, match=r"the likelihood alone reads .* got 'latent'"):
        nn.Network(chain, np.float64, 8)
