"""Modulated layers in a network: gradients against automatic differentiation, identity at the start, the same bits for any number
of threads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_nn import ACTIVATIONS, ADAM, KEY, LIKELIHOODS

import fastprob
from fastprob import nn

CONDITIONS = 4


@pytest.fixture(autouse=True)
def _restore_threads() -> Any:
    before = fastprob.get_num_threads()
    yield
    fastprob.set_num_threads(before)


def network(
    likelihood: str, activation: str, dtype: type, rows: int, where: str, draws: int = 1, size: tuple[int, ...] = (37, 23, 5)
) -> Any:
    """where: the parts that are modulated, "encoder", "decoder", "both" or "none"."""
    features, hidden, latent = size

    def hidden_layer(part: str, inputs: int, below: str) -> nn.Layer:
        if where in (part, "both"):
            return nn.FilmDense(f"{part}.0", inputs, hidden, CONDITIONS, activation, sources=(below, "condition"))
        return nn.Dense(f"{part}.0", inputs, hidden, activation, sources=(below,))

    layers = [
        nn.Input(features),
        nn.Input(CONDITIONS, name="condition"),
        hidden_layer("encoder", features, "input"),
        nn.Dense("encoder.out", hidden, 2 * latent),
        nn.GaussianHead(latent),
        hidden_layer("decoder", latent, "latent"),
        nn.Dense("decoder.out", hidden, features),
        LIKELIHOODS[likelihood](features),
    ]
    made = nn.Network(layers, dtype, rows, rows * draws)
    made.parameters[:] = np.random.default_rng(3).normal(size=made.parameters.size) * 0.3
    made.views(made.parameters)["encoder.out.weight"][:] *= 0.05  # log scales far from the bend of their bound
    return made


def inputs(net: Any, rows: int, draws: int) -> tuple[Any, Any, Any]:
    """Data, conditions of which some are classes, and the eps that the network takes as they are."""
    random = np.random.default_rng(5)
    x = random.random((rows, net.layers[0].outputs)).astype(net.dtype)
    c = np.concatenate([np.eye(CONDITIONS - 1)[random.integers(0, CONDITIONS - 1, rows)], random.normal(size=(rows, 1))], axis=1)
    eps = random.normal(size=(rows * draws, net.arrays["latent.eps"].shape[1]))
    net.arrays["latent.eps"][: rows * draws] = eps
    return x, c.astype(net.dtype), eps.astype(net.dtype)


def differentiate(net: Any, x: Any, c: Any, draws: int) -> float:
    order = np.arange(len(x))
    steps, loss, kl = net.train((x, c), order, net.rows, KEY, 0, ADAM, kl_weight=0.7, draw=False, learn=False, draws=draws)
    assert steps == 1
    return float(loss + 0.7 * kl)


def loss_in_torch(p: dict[str, Any], x: Any, c: Any, eps: Any, activation: str, likelihood: str, draws: int) -> Any:
    torch = pytest.importorskip("torch")
    functions = {"identity": lambda h: h, "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
                 "softplus": lambda h: torch.logaddexp(h, torch.zeros_like(h))}  # fmt: skip

    def layer(name: str, h: Any, condition: Any) -> Any:
        h = h @ p[f"{name}.weight"].T + p[f"{name}.bias"]
        if f"{name}.film_weight" in p:
            factor, shift = (condition @ p[f"{name}.film_weight"].T + p[f"{name}.film_bias"]).chunk(2, 1)
            h = (1 + factor) * h + shift
        return functions[activation](h)

    raw = layer("encoder.0", x, c) @ p["encoder.out.weight"].T + p["encoder.out.bias"]
    mean, s = raw.chunk(2, 1)
    kl = (0.5 * (mean**2 + torch.exp(2 * s) - 1) - s).sum()
    again = torch.arange(len(x)).repeat_interleave(draws)
    z = mean[again] + torch.exp(s[again]) * eps
    y = layer("decoder.0", z, c[again]) @ p["decoder.out.weight"].T + p["decoder.out.bias"]
    if likelihood == "bernoulli":
        loss = torch.nn.functional.binary_cross_entropy_with_logits(y, x[again], reduction="sum")
    else:
        loss = -torch.distributions.Normal(y, torch.exp(p["likelihood.log_scale"])).log_prob(x[again]).sum()
    return loss / draws + 0.7 * kl


@pytest.mark.parametrize("draws", [1, 3])
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize(
    ("where", "activation"), [*(("both", activation) for activation in ACTIVATIONS), ("encoder", "tanh"), ("decoder", "relu")]
)
def test_gradients_are_those_of_autograd(where: str, activation: str, likelihood: str, draws: int) -> None:
    """Of every parameter, to 1e-10 of its largest; a tenth of the factors 1 + D are near 0."""
    torch = pytest.importorskip("torch")
    rows = 50
    net = network(likelihood, activation, np.float64, 64, where, draws)
    for name, view in net.views(net.parameters).items():
        if name.endswith("film_bias"):
            view[:3] = -1.0
            net.views(net.parameters)[name.replace("bias", "weight")][:3] *= 1e-9
    x, c, eps = inputs(net, rows, draws)
    got = differentiate(net, x, c, draws)
    p = {name: torch.tensor(view, requires_grad=True) for name, view in net.views(net.parameters).items()}
    want = loss_in_torch(p, *map(torch.tensor, (x, c, eps)), activation, likelihood, draws)
    (want / rows).backward()
    assert got == pytest.approx(want.item(), rel=1e-10)
    for name, gradient in net.views(net.gradients).items():
        truth = p[name].grad.numpy()
        np.testing.assert_allclose(gradient, truth, rtol=0, atol=1e-10 * np.abs(truth).max(), err_msg=name)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_modulation_at_the_start(dtype: type) -> None:
    """With zeros in the generators loss and other gradients are those of the plain network, and the condition does nothing."""
    modulated, plain = network("gaussian", "tanh", dtype, 40, "both"), network("gaussian", "tanh", dtype, 40, "none")
    views, own = modulated.views(modulated.parameters), plain.views(plain.parameters)
    for name, view in views.items():
        view[:] = 0.0 if ".film_" in name else own[name]
    x, c, _ = inputs(modulated, 40, 1)
    inputs(plain, 40, 1)
    assert differentiate(modulated, x, c, 1) == differentiate(plain, x, c, 1) == differentiate(modulated, x, 3 * c, 1)
    gradients = modulated.views(modulated.gradients)
    for name, gradient in plain.views(plain.gradients).items():
        assert gradient.tobytes() == gradients[name].tobytes(), name
    assert all(np.any(gradients[f"{part}.0.film_{kind}"]) for part in ("encoder", "decoder") for kind in ("weight", "bias"))


@pytest.mark.parametrize(("rows", "draws", "size"), [(128, 1, (300, 200, 20)), (301, 1, (64, 40, 8)), (33, 5, (300, 200, 50))])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_same_bits_for_any_number_of_threads(dtype: type, rows: int, draws: int, size: tuple[int, ...]) -> None:
    results = set()
    for threads in (1, 2, 3, 5):
        fastprob.set_num_threads(threads)
        net = network("bernoulli", "relu", dtype, rows, "both", draws, size)
        x, c, _ = inputs(net, rows, draws)
        x, c = np.tile(x, (3, 1))[: 2 * rows + 7], np.tile(c, (3, 1))[: 2 * rows + 7]
        net.train((x, c), np.arange(len(x)), rows, KEY, 0, ADAM, draws=draws)
        results.add(net.parameters.tobytes())
    assert len(results) == 1


def test_a_condition_is_an_input_of_its_size() -> None:
    def layers(conditions: int, source: str) -> list[nn.Layer]:
        return [nn.Input(6), nn.Input(CONDITIONS, name="condition"), nn.Dense("encoder.out", 6, 4, sources=("input",)),
                nn.GaussianHead(2), nn.FilmDense("decoder.out", 2, 6, conditions, sources=("latent", source)),
                nn.BernoulliLikelihood(6)]  # fmt: skip

    nn.Network(layers(CONDITIONS, "condition"), np.float64, 8)
    for conditions, source, words in ((3, "condition", "3 conditions; 'condition'"), (2, "latent", "'latent', a GaussianHead")):
        with pytest.raises(ValueError, match=words):
            nn.Network(layers(conditions, source), np.float64, 8)
    with pytest.raises(ValueError, match="at least one condition"):
        nn.FilmDense("a", 2, 6, 0, sources=("latent", "condition"))


def test_generator_of_all_kinds_of_conditions() -> None:
    """gamma and beta of each layer are those of the formula, 1 and 0 at the start, and the weights are of groups of their own."""
    generator = nn.FiLMGenerator(
        2, (3, 70), hidden=(4,), activation="tanh", embedding=5, shift=np.array([1.0, 0.0]), factor=np.array([2.0, 1.0])
    )
    layers = [
        nn.Input(6), *generator.layers, *generator.hidden_layer("encoder.0", ("input", 6), 7, "gated"),
        nn.Dense("encoder.out", 7, 4), nn.GaussianHead(2), *generator.hidden_layer("decoder.0", ("latent", 2), 8, "relu"),
        nn.Dense("decoder.out", 8, 6), nn.BernoulliLikelihood(6),
    ]  # fmt: skip
    net = nn.Network(layers, np.float64, 9, 9)
    random = np.random.default_rng(7)
    data = random.random((9, 6)), random.normal(size=(9, 2)), *(random.integers(0, n, (9, 1)) * 1.0 for n in (3, 70))

    def both() -> dict[str, tuple[Any, Any]]:
        net.forward("input", "decoder.0", 9, data, np.arange(9), KEY)
        return nn.FiLMGenerator.modulation(net, 9)

    views = net.views(net.parameters)
    for name, view in views.items():
        view[:] = 0 if "film" in name else random.normal(size=view.shape)
    assert list(both()) == ["encoder.0", "decoder.0"]
    assert all((gamma == 1).all() and (beta == 0).all() for gamma, beta in both().values())

    net.parameters[:] = random.normal(size=net.parameters.size)
    tables = [views[f"condition.table.{i}.weight"][data[2 + i][:, 0].astype(int)] for i in range(2)]
    beside = np.concatenate([(data[1] - [1.0, 0.0]) * [2.0, 1.0], *tables], axis=1)
    c = np.tanh(beside @ views["condition.0.weight"].T + views["condition.0.bias"])
    for name, units in (("encoder.0", 14), ("decoder.0", 8)):
        expected = c @ views[f"{name}.film_weight"].T + views[f"{name}.film_bias"] + np.repeat([1.0, 0.0], units)
        np.testing.assert_allclose(np.concatenate(both()[name], axis=1), expected, rtol=1e-13, atol=1e-13)
    assert set(net.groups) == {"encoder", "decoder", "film", "condition"}


def test_generator_without_conditions() -> None:
    with pytest.raises(ValueError, match=r"numbers or classes; got numbers=0 and classes=\(\)"):
        nn.FiLMGenerator()
    with pytest.raises(ValueError, match=r"got numbers=-1 and classes=\(3,\)"):
        nn.FiLMGenerator(-1, (3,))


def test_modulation_of_rows_that_a_network_has() -> None:
    net = network("bernoulli", "tanh", np.float64, 4, "both")
    for rows in (0, 5, -1):
        with pytest.raises(ValueError, match=f"rows is from 1 to 4, those of the network; got {rows}"):
            nn.FiLMGenerator.modulation(net, rows)
