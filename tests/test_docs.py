"""What the documentation shows runs and gives what it says: README.md, the user guide, and every docstring."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import fastprob
from fastprob import bernoulli, kl, logistic, normal, special, uniform

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["README.md", "docs/user-guide.md"]
MODULES = [fastprob, normal, logistic, uniform, bernoulli, kl, special]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def public_functions() -> Iterator[tuple[str, Any]]:
    for module in MODULES:
        names = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
        for name in names:
            function = getattr(module, name)
            if callable(function) and getattr(function, "__module__", "").startswith("fastprob"):
                yield f"{module.__name__}.{name}", function


FUNCTIONS = dict(public_functions())


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
    assert {name.rpartition(".")[0] for name in FUNCTIONS} == {module.__name__ for module in MODULES}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstring_examples(name: str) -> None:
    doc = FUNCTIONS[name].__doc__
    assert doc, f"{name} has no docstring"
    examples = run(doc, name)
    assert examples or "Examples" not in doc


@pytest.mark.parametrize("module", MODULES[1:], ids=lambda module: module.__name__)
def test_every_elementwise_function_has_an_example(module: Any) -> None:
    bare = [
        name for name, function in FUNCTIONS.items() if name.startswith(module.__name__ + ".") and ">>>" not in function.__doc__
    ]
    assert not bare


@pytest.mark.parametrize("page", PAGES)
def test_examples_of_a_page(page: str) -> None:
    """All blocks of a page in one session, in their order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert blocks
    assert run("\n".join(blocks), page)


def test_readme_shows_every_function() -> None:
    code = "\n".join(BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    missing = [name for name in FUNCTIONS if name.count(".") == 2 and name.removeprefix("fastprob.") + "(" not in code]
    assert not missing


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/user-guide.md"])
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    missing = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]
    assert not missing
