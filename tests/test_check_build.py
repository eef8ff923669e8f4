"""tools/check_build.py passes what the compilers make of the kernels, and fails when it should."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ["-O3", "-std=c11", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", f"-I{ROOT / 'csrc'}"]
V3 = ["-march=x86-64-v3", "-DFP_TARGET=x86_v3", "-DFP_LANES=4"]
TABLES = frozenset({"fp_zero"})      # what all targets read

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("objdump") is None or not shutil.which("gcc"), reason="needs gcc and objdump on Linux"
)


@pytest.fixture(scope="module")
def checker():
    spec = importlib.util.spec_from_file_location("check_build", ROOT / "tools" / "check_build.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["check_build"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def compiled(tmp_path, checker):
    """compiled(source, *flags): an object file."""

    def compile_(source, *flags):
        path = tmp_path / f"{Path(source).stem}.o"
        subprocess.run(["gcc", *FLAGS, *flags, "-c", str(source), "-o", str(path)], check=True)
        if checker.disassemble(path)[0] != "x86-64":
            pytest.skip("needs a compiler for x86-64")
        return path

    return compile_


@pytest.fixture(scope="module")
def elementary(checker):
    ops = tuple(op for op in checker.read_ops() if op.family == "elementary")
    return lambda target: checker.expected_loops(ops, target)


def test_vectorized_kernels_pass(checker, compiled, elementary):
    path = compiled(ROOT / "csrc/special/elementary.c", *V3)
    assert checker.check_target([path], "x86_v3", elementary("x86_v3"), TABLES) == []


def test_scalar_loops_are_found(checker, compiled, elementary):
    path = compiled(ROOT / "csrc/special/elementary.c", *V3, "-fno-tree-vectorize")
    expected = elementary("x86_v3")
    problems = checker.check_target([path], "x86_v3", expected, TABLES)
    assert len(problems) == len(expected)
    assert all("no loop of packed operations" in problem for problem in problems)


def test_random_fills_are_checked(checker, compiled):
    source = ROOT / "csrc/random/fills.c"
    loops = checker.random_loops("x86_v3")
    assert {"fp_random_words_x86_v3", "fp_random_uniform_f32_fixed_x86_v3"} <= loops
    fills = {name for name in loops if "_array_" not in name and "_fixed_" not in name}
    assert checker.check_target([compiled(source, *V3)], "x86_v3", fills) == []
    problems = checker.check_target([compiled(source, *V3, "-fno-tree-vectorize")], "x86_v3", fills)
    assert len(problems) == len(fills)
    assert all("no loop of packed operations" in problem for problem in problems)


def test_vectors_of_half_the_width_are_found(checker, compiled, elementary):
    flags = ["-march=x86-64-v4", "-mprefer-vector-width=256", "-DFP_TARGET=x86_v4", "-DFP_LANES=8"]
    path = compiled(ROOT / "csrc/special/elementary.c", *flags)
    problems = checker.check_target([path], "x86_v4", elementary("x86_v4"), TABLES)
    assert any("no loop of packed operations" in problem for problem in problems)


def test_a_scalar_rest_is_found(checker, compiled, tmp_path):
    source = tmp_path / "plain.c"
    source.write_text(
        "#include <stddef.h>\n"
        "void fp_exp_f64_array_x86_v3(void *const *a, size_t n)\n"
        "{ const double *x = a[0]; double *restrict y = a[1]; for (size_t i = 0; i < n; i++) y[i] = (x[i] + 1) * (x[i] - 1); }\n"
    )
    problems = checker.check_target([compiled(source, *V3)], "x86_v3", {"fp_exp_f64_array_x86_v3"})
    assert len(problems) == 1
    assert "in a scalar one" in problems[0]


def test_mirrors_have_their_loops_in_common(checker):
    loops = checker.expected_loops(checker.read_ops(), "x86_v3")
    assert "normal_cdf_f64_all_x86_v3" in loops
    assert not any("normal_sf" in name for name in loops)


def test_moments_have_f64_loops_alone(checker):
    loops = checker.expected_loops(checker.read_ops(), "x86_v3")
    assert {name for name in loops if "logistic_var" in name} == {"fp_logistic_var_f64_array_x86_v3"}


def test_a_function_that_jumps_to_its_twin(checker):
    to_twin = checker.Instruction(0, "jmp", "40 <fp_f_f64_array_x86_v3>")
    within, other = checker.Instruction(0, "jmp", "40 <fp_g+0x40>"), checker.Instruction(0, "ret", "")
    for instructions, name in (([to_twin], "fp_f_f64_array_x86_v3"), ([within], None), ([other, to_twin], None), ([], None)):
        assert checker.twin(checker.Function("fp_g", instructions)) == name


def test_usual_elements_have_loops_of_their_own(checker):
    loops = checker.expected_loops(checker.read_ops(), "x86_v3")
    found = {name for name in loops if "normal_logpdf_grad_" in name}
    own = {f"normal_logpdf_grad_{type_}_{kind}_x86_v3" for type_ in ("f32", "f64") for kind in ("usual", "any")}
    assert found == own | {f"fp_normal_logpdf_grad_{type_}_fixed_x86_v3" for type_ in ("f32", "f64")}
    mirrored = {name for name in loops if re.match(r"uniform_(cdf|sf)_f64", name)}
    assert mirrored == {f"uniform_cdf_f64_{kind}_x86_v3" for kind in ("usual", "any", "all")}
    alone = {name for name in loops if "logistic_logpdf_grad_f64" in name}
    assert alone == {f"logistic_logpdf_grad_f64_usual_{kind}_x86_v3" for kind in ("each", "all")}
    assert {name for name in loops if "kl_normal_f64" in name} == {"kl_normal_f64_usual_each_x86_v3"}


def test_calls_of_libm_are_found(checker, compiled, tmp_path):
    source = tmp_path / "calls.c"
    source.write_text(
        "#include <math.h>\n#include <stddef.h>\n"
        "void fp_f_f64_array_x86_v3(void *const *a, size_t n)\n"
        "{ const double *x = a[0]; double *y = a[1]; for (size_t i = 0; i < n; i++) y[i] = exp(x[i]); }\n"
    )
    problems = checker.check_target([compiled(source, *V3)], "x86_v3", {"fp_f_f64_array_x86_v3"})
    assert any("exp: used in" in problem for problem in problems)
    assert any("no loop of packed operations" in problem for problem in problems)


def test_symbols_without_suffix_and_missing_loops_are_found(checker, compiled, tmp_path):
    source = tmp_path / "plain.c"
    source.write_text("int fp_anything(void);\nint fp_anything(void) { return 1; }\n")
    problems = checker.check_target([compiled(source, *V3)], "x86_v3", {"fp_f_f64_array_x86_v3"})
    assert "fp_anything: a global symbol in plain.o without the target's suffix _x86_v3" in problems
    assert "fp_f_f64_array_x86_v3: no such loop" in problems


def test_avx_in_baseline_code_is_found(checker, compiled, elementary):
    generic = [ROOT / "csrc/special/elementary.c", "-DFP_TARGET=generic", "-DFP_LANES=2"]
    assert checker.check_target([compiled(*generic)], "generic", elementary("generic"), TABLES) == []
    problems = checker.check_target([compiled(*generic, "-mavx")], "generic", elementary("generic"), TABLES)
    assert any("in code that every CPU runs" in problem for problem in problems)


def test_a_folder_without_a_build_is_a_problem(checker, tmp_path):
    assert checker.check_build(tmp_path, ()) == [f"{tmp_path}: nothing built here"]


def test_avx_in_a_shared_library_belongs_to_a_target(checker, tmp_path):
    spec = importlib.util.spec_from_file_location("check_wheel", ROOT / "tools" / "check_wheel.py")
    wheel = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(wheel)
    source, library = tmp_path / "two.c", tmp_path / "two.so"
    source.write_text(
        "#define AVX __attribute__((target(\"avx2\"), noinline))\n"
        "AVX static double deep(double x) { return x * x + 1; }\n"
        "AVX static double helper(double x) { return deep(x) / x; }\n"
        "AVX double fp_f_x86_v3(double x);\nAVX double fp_f_x86_v3(double x) { return helper(x) + 1; }\n"
        "#ifdef LEAK\nAVX double fp_g(double x);\nAVX double fp_g(double x) { return helper(x) + 2; }\n#endif\n"
    )
    for leak, expected in (([], set()), (["-DLEAK"], {"fp_g", "helper", "deep"})):
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", *leak, str(source), "-o", str(library)], check=True)
        machine, functions = checker.disassemble(library)
        if machine != "x86-64":
            pytest.skip("needs a compiler for x86-64")
        found = {name.partition(".")[0] for name in wheel.leaks([f for f in functions if f.instructions])}
        assert found == expected
