"""What the documentation shows runs and gives what it says: README.md, the user guide, and every docstring."""

from __future__ import annotations

import doctest
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import betaln

import fastprob
from fastprob import bernoulli, film, kl, logistic, normal, random, special, truncnormal, uniform
from fastprob import stats as objects
from fastprob.bayes import _statistics, conjugate, distributions, evidence, grid, logistic_regression, predictive, transforms, vi

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["README.md", "docs/user-guide.md", "docs/stats.md", "docs/bayes.md"]
MODULES = [fastprob, normal, logistic, uniform, bernoulli, truncnormal, kl, film, special, random, objects]
BAYES = [conjugate, distributions, grid, predictive, _statistics]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def public_functions() -> Iterator[tuple[str, Any]]:
    for module in MODULES:
        names = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
        for name in names:
            function = getattr(module, name)
            if callable(function) and getattr(function, "__module__", "").startswith("fastprob"):
                yield f"{module.__name__}.{name}", function
    for name, method in vars(random.Generator).items():
        if not name.startswith("_") and callable(method):
            yield f"fastprob.random.Generator.{name}", method


def methods() -> Iterator[tuple[str, Any]]:
    """Of the distribution objects: the same for all but x and k."""
    for distribution in (objects.norm, objects.bernoulli):
        for name in dir(type(distribution)):
            method = getattr(type(distribution), name)
            if not name.startswith("_") and not isinstance(method, int | float | str | None):
                yield f"fastprob.stats.{distribution.name}.{name}", method


FUNCTIONS = dict(public_functions())
METHODS = dict(methods())


def run(source: str, name: str, first_line: int = 0) -> int:
    """Runs the examples in text, and returns how many there are."""
    test = doctest.DocTestParser().get_doctest(source, {}, name, None, first_line)
    report: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(test, out=report.append)
    if results.failed:
        pytest.fail("".join(report))
    return len(test.examples)


@pytest.fixture(autouse=True)
def _restore_threads() -> Iterator[None]:
    before = fastprob.get_num_threads()
    yield
    fastprob.set_num_threads(before)


def test_every_module_has_functions() -> None:
    assert {".".join(name.split(".")[:2]) for name in FUNCTIONS if name.count(".") > 1} == {m.__name__ for m in MODULES[1:]}


LOGARITHMS = re.compile(r"\.(kl\.\w+|(\w+\.)?(i?log(c|s|p)\w*f\w*|log_interval\w*|loglik\w*|entropy))$")


@pytest.mark.parametrize("name", [*filter(LOGARITHMS.search, FUNCTIONS)])
def test_unit_of_logarithms_is_told(name: str) -> None:
    assert "nats" in FUNCTIONS[name].__doc__


@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstring_examples(name: str) -> None:
    doc = FUNCTIONS[name].__doc__
    assert doc, f"{name} has no docstring"
    examples = run(doc, name)
    assert examples or "Examples" not in doc


@pytest.mark.parametrize("module", MODULES[1:8], ids=lambda module: module.__name__)
def test_docstrings_have_all_parts(module: Any) -> None:
    """Of functions of arrays: arguments, what comes back, both kinds of errors, errors in ULP or their reasons, an example."""
    parts = ("Parameters\n", "Returns\n", "Raises\n", "TypeError\n", "ValueError\n", "Notes\n", "Examples\n", "array_like")
    for name, function in FUNCTIONS.items():
        if name.startswith(module.__name__ + "."):
            assert not [part for part in parts if f" {part}" not in function.__doc__], name


@pytest.mark.parametrize("name", METHODS)
def test_methods_of_objects(name: str) -> None:
    doc = METHODS[name].__doc__
    assert doc, f"{name} has no docstring"
    assert run(doc, name)


@pytest.mark.parametrize("module", MODULES[1:], ids=lambda module: module.__name__)
def test_every_elementwise_function_has_an_example(module: Any) -> None:
    bare = [
        name for name, function in FUNCTIONS.items() if name.startswith(module.__name__ + ".") and ">>>" not in function.__doc__
    ]
    assert not bare


@pytest.mark.parametrize("module", BAYES, ids=lambda module: module.__name__)
def test_docstrings_of_bayes(module: Any) -> None:
    """Every class has an example, and every method of its own says what it does."""
    own = [value for name, value in vars(module).items() if isinstance(value, type) and value.__module__ == module.__name__]
    public = [cls for cls in own if cls.__name__ in fastprob.bayes.__all__ or cls.__name__ in ("Normal", "StudentT")]
    assert public
    for cls in public:
        assert run(cls.__doc__ or "", cls.__name__), f"{cls.__name__} has no example"
        bare = [name for name, value in vars(cls).items() if name[0] != "_" and callable(value) and not value.__doc__]
        assert not bare, cls.__name__


@pytest.mark.parametrize("module", [evidence, logistic_regression, transforms, vi], ids=lambda module: module.__name__)
def test_examples_of_a_module(module: Any) -> None:
    results = doctest.testmod(module)
    assert results.attempted
    assert not results.failed


@pytest.mark.parametrize("page", PAGES)
def test_examples_of_a_page(page: str) -> None:
    """All blocks of a page in one session, in their order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert blocks
    assert run("\n".join(blocks), page)


def test_readme_shows_every_function() -> None:
    code = "\n".join(BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    classes = ("fastprob.random.Generator", "fastprob.stats.Frozen")
    names = [name for name in FUNCTIONS if name.count(".") > 1 and name not in classes]
    missing = [name for name in names if name.removeprefix("fastprob.").replace("random.Generator.", "rng.") + "(" not in code]
    assert not missing


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "CHANGELOG.md", "docs/command.md"])
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    missing = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]
    assert not missing


def section(title: str) -> str:
    """What stands under a heading of the README."""
    return (ROOT / "README.md").read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_quick_start_is_two_commands() -> None:
    """Each makes or reuses its environment, installs with an extra that exists, and runs a program that is then there."""
    (block,) = re.findall(r"^```\n(.*?)^```$", section("Quick start"), re.DOTALL | re.MULTILINE)
    line = re.compile(r'python3 -m venv \.venv && \.venv/bin/pip install "\.\[(\w+)\]" && \.venv/bin/(.*)')
    commands = [line.fullmatch(command) for command in block.splitlines()]
    assert [found and found.groups() for found in commands] == [("vae", "fastprob demo"), ("test", "pytest")]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"fastprob": "fastprob.cli:main"}
    extras = project["optional-dependencies"]
    assert {"fastprob[vae]", "pytest"} <= set(extras["test"])


def ideas() -> dict[str, str]:
    """Calls of the README's table, by idea; a row with two calls gives two."""
    rows = re.findall(r"^\| (.*?) \| (`.*`) \|$", section("From the idea to the call"), re.MULTILINE)
    return {f"{idea}: {call}": call for idea, calls in rows for call in re.findall(r"`([^`]+)`", calls)}


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What the table's calls are made of."""
    from fastprob.vae import VAE, Bernoulli

    example: dict[str, Any] = {}
    for line in re.findall(r"^>>> (.* = .*|from .*)$", section("From the idea to the call"), re.MULTILINE):
        exec(line, example)
    rows = np.random.default_rng(0).random((40, 6))
    return {
        "normal": normal,
        "bernoulli": bernoulli,
        "kl": kl,
        "x": np.array([-1.0, 0.5]),
        "p": np.array([0.1, 0.9]),
        "loc": np.array([0.0, 2.0]),
        "scale": np.array([1.0, 3.0]),
        "k": np.array([1, 0]),
        "logits": np.array([-0.7, 2.0]),
        "vae": VAE(2, (8,), Bernoulli(), epochs=2, batch_size=20, random_state=0).fit(rows),
        "X": rows,
        "Z": np.array([[0.0, 1.0], [-2.0, 0.5]]),
        "conditional": VAE(
            2, (8,), Bernoulli(), conditioning="film", epochs=20, batch_size=4, learning_rate=0.02, random_state=0
        ).fit(rows, condition=np.arange(40) % 3),
        "elbo": example["elbo"],
        "gap": example["gap"],
        "observed": example["x"],
        "logistic": logistic,
        "uniform": uniform,
        "stats": objects,
        "film": film,
        "gamma": np.array([1.5, -0.25]),
        "beta": np.array([0.5, 3.0]),
        "dout": np.array([2.0, -1.0]),
        "rng": random.default_rng(1),
        "BetaBinomial": conjugate.BetaBinomial,
        "vi": vi,
        "evidence": evidence,
        **{name: example[name] for name in ("log_joint", "gradient", "proposal")},
    }


def truth(call: str, names: dict[str, Any]) -> Any:
    """What a call of the table must give, by SciPy or from what it means."""
    loc, scale = names["loc"], names["scale"]
    function = call.partition("(")[0]
    if function.startswith("normal."):
        return getattr(stats.norm(loc, scale), function[7:])(names["p" if function == "normal.ppf" else "x"])
    if function == "bernoulli.logpmf":
        return stats.bernoulli(1 / (1 + np.exp(-names["logits"]))).logpmf(names["k"])
    if function == "kl.standard_normal":
        return (loc**2 + scale**2 - 1) / 2 - np.log(scale)
    if function == "logistic.cdf":
        return stats.logistic(loc, scale).cdf(names["x"])
    if function == "uniform.logpdf":
        return stats.uniform(loc, scale).logpdf(names["x"])
    if function == "stats.norm":
        return stats.norm(loc, scale).interval(0.95)
    if function == "BetaBinomial":
        ones, n = names["k"].sum(), len(names["k"])
        if ".log_evidence(" in call:
            return betaln(1 + ones, 1 + n - ones) - betaln(1, 1)
        return stats.beta(1 + ones, 1 + n - ones).logpdf(names["p"])
    if function.startswith("film."):
        x, gamma, dout = names["x"], names["gamma"], names["dout"]
        return gamma * x + names["beta"] if function == "film.forward" else (gamma * dout, dout * x, dout)
    if call == "elbo + gap":
        return stats.norm(0, np.sqrt(2)).logpdf(names["observed"])
    raise AssertionError(f"no truth for {call}")


OTHERS = ("vae.", "conditional.", "rng.", "vi.", "evidence.")  # have tests of their own


@pytest.mark.parametrize("idea", [idea for idea in ideas() if not any(name in idea for name in OTHERS)])
def test_from_the_idea_to_the_call(idea: str, names: dict[str, Any]) -> None:
    call = ideas()[idea]
    np.testing.assert_allclose(eval(call, dict(names)), truth(call, names), rtol=1e-12)


def test_from_the_idea_to_the_call_of_an_inference(names: dict[str, Any]) -> None:
    """x = 1.3 ~ N(0, 2): exact for a normal posterior, and within the noise of 10,000 draws."""
    fit, sampling = (call for call in ideas().values() if call.startswith(("vi.", "evidence.")))
    exact = stats.norm(0, 2**0.5).logpdf(names["observed"])
    assert abs(eval(fit, dict(names)) - exact) < 1e-6
    assert abs(eval(sampling, dict(names)) - exact) < 0.05


def test_from_the_idea_to_the_call_of_a_generator(names: dict[str, Any]) -> None:
    calls = [call for call in ideas().values() if call.startswith("rng.")]
    assert calls == ["rng.rsample_normal(loc, scale=scale)"]
    loc, scale = names["loc"], names["scale"]
    many = {"rng": names["rng"], "loc": np.tile(loc, 10_000), "scale": np.tile(scale, 10_000)}
    z, eps = eval(calls[0], many)
    np.testing.assert_allclose(z, many["loc"] + many["scale"] * eps, rtol=1e-14, atol=1e-14)
    for i in range(2):
        assert stats.kstest(z[i::2], stats.norm(loc[i], scale[i]).cdf).pvalue > 1e-4


def test_from_the_idea_to_the_call_of_a_conditional_autoencoder(names: dict[str, Any], tmp_path: Path) -> None:
    """Beside a forward pass in NumPy: the hidden layer is modulated by the factors and shifts of class 1."""
    from safetensors.numpy import load_file

    decode, sample = (call for call in ideas().values() if call.startswith("conditional."))
    model = names["conditional"]
    model.save(tmp_path / "model")
    p = {name: array.astype(np.float64) for name, array in load_file(tmp_path / "model").items()}

    def decoded(z: Any) -> Any:
        factor, shift = np.split(p["decoder.0.film_weight"][:, 1] + p["decoder.0.film_bias"], 2)
        assert np.abs(factor).min() > 1e-4
        hidden = np.maximum((1 + factor) * (z @ p["decoder.0.weight"].T + p["decoder.0.bias"]) + shift, 0)
        return 1 / (1 + np.exp(-hidden @ p["decoder.out.weight"].T - p["decoder.out.bias"]))

    np.testing.assert_allclose(eval(decode, dict(names)), decoded(names["Z"]), rtol=1e-4)
    np.testing.assert_allclose(eval(sample, dict(names)), decoded(model._random("samples").standard_normal((5, 2))), rtol=1e-4)


def test_from_the_idea_to_the_call_of_an_autoencoder(names: dict[str, Any], tmp_path: Path) -> None:
    """Beside a forward pass in NumPy, with the parameters from the file that `save` writes."""
    from safetensors.numpy import load_file

    calls = {call for call in ideas().values() if call.startswith("vae.")}
    likelihood, between = "vae.log_likelihood(X, n_samples=100)", "vae.interpolate(X[0], X[1], 8)"
    known = {"vae.encode(X)", "vae.decode(Z)", "vae.score_samples(X)", "vae.elbo_terms(X)", likelihood, between}
    assert calls == known | {"vae.anomaly_score(X)", "vae.active_units(X)", "vae.unit_kl(X)"}
    found = {call: eval(call, dict(names)) for call in calls}

    names["vae"].save(tmp_path / "model")
    parameters = {name: array.astype(np.float64) for name, array in load_file(tmp_path / "model").items()}

    def forward(part: str, x: Any) -> Any:
        hidden = np.maximum(x @ parameters[part + ".0.weight"].T + parameters[part + ".0.bias"], 0)
        return hidden @ parameters[part + ".out.weight"].T + parameters[part + ".out.bias"]

    rows = names["X"]
    loc, log_scale = np.split(forward("encoder", rows), 2, axis=1)
    scale = np.exp(log_scale)
    np.testing.assert_allclose(found["vae.encode(X)"], [loc, scale], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found["vae.decode(Z)"], 1 / (1 + np.exp(-forward("decoder", names["Z"]))), rtol=1e-4)

    reconstruction, divergence = found["vae.elbo_terms(X)"]
    np.testing.assert_allclose(divergence, ((loc**2 + scale**2 - 1) / 2 - log_scale).sum(axis=1), rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(found["vae.score_samples(X)"], reconstruction - divergence, rtol=1e-6)
    np.testing.assert_allclose(found["vae.anomaly_score(X)"], divergence - reconstruction, rtol=1e-6)
    np.testing.assert_allclose(found["vae.unit_kl(X)"].sum(), divergence.mean(), rtol=1e-4)
    np.testing.assert_array_equal(found["vae.active_units(X)"], loc.var(axis=0) > 0.01)
    codes = np.linspace(loc[0], loc[1], 8)
    np.testing.assert_allclose(found[between], 1 / (1 + np.exp(-forward("decoder", codes))), rtol=1e-3)
    # The reconstruction is that at one draw of z a row: among many of them it is nothing special.
    eps = np.random.default_rng(1).standard_normal((1000, *loc.shape))
    y = forward("decoder", loc + scale * eps)
    drawn = (rows * y - np.logaddexp(0, y)).sum(axis=2)
    weights = drawn + ((eps**2 - (loc + scale * eps) ** 2) / 2 + log_scale).sum(axis=2)
    apart = found[likelihood].rows - (np.logaddexp.reduce(weights, axis=0) - np.log(1000))
    assert np.abs(apart / found[likelihood].rows_error).max() < 6
    z = (reconstruction - drawn.mean(axis=0)) / drawn.std(axis=0)
    assert np.abs(z).max() < 6
    assert abs(z.mean()) < 5 / np.sqrt(len(z))
    assert 0.5 < z.std() < 2
