"""examples/cimport and examples/numba, compiled against the installed package: the same bits as the Python functions."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import fastprob
from fastprob import random, ufuncs

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
BACKENDS = {"meson": ("meson-python", "mesonpy"), "setuptools": ("setuptools", "setuptools.build_meta")}

Points = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]


def load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=BACKENDS)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """The modules (example_cython, example_c), built from the same sources with either build system."""
    for needed in ("pip", "Cython", "mesonpy" if request.param == "meson" else "setuptools"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"{needed} is not installed")
    folder = tmp_path_factory.mktemp("cimport")
    source, installed = folder / "source", folder / "installed"
    shutil.copytree(EXAMPLES / "cimport", source)
    (requirement, backend), file = BACKENDS[request.param], source / "pyproject.toml"
    file.write_text(file.read_text().replace('"meson-python"', f'"{requirement}"').replace('"mesonpy"', f'"{backend}"'))
    # The environment's own tools come first: meson and ninja are programs beside this Python.
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    pip = [sys.executable, "-m", "pip", "install", "--no-build-isolation", "--no-deps"]
    command = [*pip, "--target", str(installed), str(source)]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder)
    assert result.returncode == 0, result.stdout + result.stderr
    paths = {path.name.partition(".")[0]: path for path in installed.glob("example_*") if path.suffix in (".so", ".pyd")}
    return load("example_cython", paths["example_cython"]), load("example_c", paths["example_c"])


@pytest.fixture(scope="module")
def points() -> Points:
    rng = np.random.default_rng(1)
    n = 100_003   # enough for threads
    x = rng.standard_normal(n) * 10.0 ** rng.integers(-3, 3, n)
    x[:6] = [0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324]
    return x, rng.standard_normal(n), np.exp(rng.standard_normal(n))


def same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    return a.dtype == b.dtype and a.tobytes() == b.tobytes()


def test_scalar_functions_from_cython(example: tuple[Any, Any], points: Points) -> None:
    module, _ = example
    x, loc, scale = (column[:500] for column in points)
    one = np.array([module.log_likelihood(x[i : i + 1], loc[i], scale[i]) for i in range(500)])
    assert same(one, 0.0 + ufuncs.normal_logpdf(x, loc, scale))
    short = [np.float32(column) for column in (x, loc, scale)]
    f32 = np.array([module.logpdf_f32(*row) for row in zip(*short, strict=True)], np.float32)
    assert same(f32, ufuncs.normal_logpdf(*short))
    kl = np.array([module.kl_grad(*row) for row in zip(loc, scale, strict=True)])
    assert same(kl, np.stack(ufuncs.kl_standard_normal_grad(loc, scale), axis=1))


def test_array_functions_from_cython(example: tuple[Any, Any], points: Points) -> None:
    module, _ = example
    out = np.empty_like(points[0])
    module.logpdf_array(*points, out)
    assert same(out, ufuncs.normal_logpdf(*points))
    three = np.empty((3, out.size))
    module.logpdf_grad_array(*points, three)
    assert same(three, np.stack(ufuncs.normal_logpdf_grad(*points)))


def test_plain_c(example: tuple[Any, Any], points: Points) -> None:
    _, module = example
    expected = ufuncs.normal_logcdf(*points)
    out = np.empty_like(points[0])
    module.logcdf_into(out, *points)
    assert same(out, expected)
    one = np.array([module.logcdf(*row) for row in zip(*(column[:500] for column in points), strict=True)])
    assert same(one, expected[:500])
    with pytest.raises(ValueError, match="the same size"):
        module.logcdf_into(out[:-1], *points)


def test_every_operation_can_be_cimported() -> None:
    from fastprob import kernels

    names = {f"{name}_{type_}{kind}" for name in ufuncs.__all__ for type_ in ("f32", "f64") for kind in ("", "_array")}
    names |= {f"random_{kind}_{type_}" for kind in ("unit", "open", "normal", "logistic") for type_ in ("f32", "f64")}
    names.add("random_words")
    names |= {f"film_{way}_{type_}" for way in ("forward", "backward") for type_ in ("f32", "f64")}
    assert set(kernels.__pyx_capi__) == names


def test_random_numbers_from_cython_and_c(example: tuple[Any, Any]) -> None:
    cython, plain = example
    rng = random.default_rng(1, stream=2**40 + 3)
    state, n = rng.state, 100_003
    wanted = rng.standard_normal(n)
    for module in (cython, plain):
        out = np.empty(n)
        module.normals(np.array(state["key"], np.uint32), state["stream"], out)
        assert same(out, wanted)


@pytest.mark.parametrize("dtype", ["u4", "f4", "f8"])
def test_everything_that_can_be_drawn_from_cython_and_c(example: tuple[Any, Any], dtype: str) -> None:
    """A new Generator's draws are the units from 0 on; what is drawn does not depend on where one begins."""
    cython, plain = example
    seed, stream, first, n = 5, 2**63 + 9, 77, 1500
    state = random.default_rng(seed, stream=stream).state
    key = np.array(state["key"], np.uint32)
    if dtype == "u4":
        wanted = {"words": random.BitGenerator(seed, stream=stream).random_raw((first + n + 1) // 2).astype("<u8").view("<u4")}
    else:
        type_ = np.dtype(dtype).type
        wanted = {
            "unit": random.default_rng(seed, stream=stream).random(first + n, type_),
            "open": random.default_rng(seed, stream=stream).random(first + n, type_, open=True),
            "normal": random.default_rng(seed, stream=stream).standard_normal(first + n, type_),
            "logistic": random.default_rng(seed, stream=stream).logistic(0.0, 1.0, first + n, type_),
        }
    for kind, values in wanted.items():
        from_cython, from_c = np.zeros(n, dtype), np.zeros(n, dtype)
        cython.draw(kind, key, stream, first, from_cython)
        plain.draw({"u4": kind, "f4": f"{kind}_f32", "f8": f"{kind}_f64"}[dtype], key, stream, first, from_c)
        assert same(from_cython, values[first : first + n])
        assert same(from_c, values[first : first + n])


@pytest.mark.parametrize("compiler", ["gcc", "clang", "g++", "clang++"])
@pytest.mark.parametrize("kind", ["program", "module"])
def test_header_compiles_without_warnings(compiler: str, kind: str, tmp_path: Path) -> None:
    import sysconfig

    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    source = tmp_path / ("use.cpp" if compiler.endswith("++") else "use.c")
    if kind == "program":
        source.write_text(
            '#include "fastprob.h"\ndouble f(double x);\ndouble f(double x) { return fp_normal_cdf_f64(x, 0, 1); }\n'
        )
    else:
        source.write_text(
            '#include <Python.h>\n#define FASTPROB_EXTENSION_MODULE\n#include "fastprob.h"\n'
            "int f(void);\nint f(void) { return fastprob_import(); }\n"
        )
    # As a system header: Python's own warnings are not ours.
    include = ["-I", fastprob.get_include(), "-isystem", sysconfig.get_path("include")]
    result = subprocess.run(
        [compiler, "-Wall", "-Wextra", "-Wpedantic", "-Werror", *include, "-c", str(source), "-o", str(tmp_path / "use.o")],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr


def test_numba(points: Points) -> None:
    pytest.importorskip("numba")
    module = load("example_numba", EXAMPLES / "numba" / "example_numba.py")
    assert same(module.logpdf(*points), ufuncs.normal_logpdf(*points))
    x = points[0][10:11]
    assert module.log_likelihood(x, 0.3, 1.7) == ufuncs.normal_logpdf(x, 0.3, 1.7)[0]
