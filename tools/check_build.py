"""Check what the compiler made of the kernels: that every loop is vectorized, and that no CPU target leaks into another.

    python tools/check_build.py BUILD [BUILD ...]      folders in which meson has built

A loop that is no longer vectorized gives the same bits, only many times slower, and a symbol without its target's suffix, or
an AVX instruction in the code that every CPU runs, shows on some machines only: neither would fail a test.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ops import Op, read_ops

# The vector registers that a target's loops work in; a target that is not here is not expected to be vectorized.
X86_REGISTERS = {"x86_v3": "%ymm", "x86_v4": "%zmm"}

CSRC = Path(__file__).resolve().parents[1] / "csrc"
# Functions that are steps over blocks, and the files that define these; their loops are those of the steps.
STAGED = {
    "truncnormal": [CSRC / "dist" / f"truncnormal{part}" for part in (".c", "_quantile.h", "_moments.c")],
    "kl_logistic": [CSRC / "kl" / "logistic.c"],
}
# They move numbers and compute hardly anything; two of them add up four neighbors each.
STEP_MOVES = {"parameters", "center", "second"}
RANDOM = [CSRC / "random_fills.h", CSRC / "random" / "random.h"]
SUMS = CSRC / "sums" / "sums.h"
# It compares numbers and moves them: fewer operations in a vector than in what is left over at the end of a loop.
SUM_MOVES = {"extremes"}
NN_TABLE = CSRC / "nn" / "table.c"
NN_LIBRARY = re.compile(r"nn_(f32|f64)_(\w+)$")
# The products' arithmetic is in functions of their own library, one for each width of a tile.
PRODUCT_LIBRARY = re.compile(r"product_(f32|f64)_(\w+)$")
PRODUCT_TILES = ("tiles_1", "tiles_2")
# These move numbers and compute nothing, or hardly.
NN_MOVES = {"identity_activate_backward", "embed", "transpose", "product"}
# Their arithmetic is in a function of its own.
NN_STEPS = {"importance": "exponentials", "embed_backward": "add"}

SHOWN = 40   # problems printed

# What a target library may use from outside; the generic one also calls libm's fma.
HARMLESS = {"_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail", "__stack_chk_guard", "memcpy", "memmove", "memset"}
HARMLESS |= {"__udivti3", "__umodti3", "__udivmodti4", "__divti3", "__modti3", "__divmodti4"}   # 128-bit integers
FMA = {"fma", "fmaf"}

BEYOND_BASELINE = re.compile(
    r"^(v[a-z0-9]+|k(mov|and|or|xor|xnor|not|test|ortest|unpck|shift|add)[a-z]*|andn|bextr|bls[ir]|blsmsk|mulx|pdep|pext|rorx"
    r"|s[ah][rl]x|lzcnt|movbe|crc32|popcnt)[bwlq]?$"
)
NOT_VECTOR = {"verr", "verw", "vmcall", "vmmcall"}


@dataclass(frozen=True)
class Instruction:
    address: int
    mnemonic: str
    operands: str


@dataclass
class Function:
    name: str
    instructions: list[Instruction] = field(default_factory=list)


def disassemble(path: Path) -> tuple[str, list[Function]]:
    """Machine ("x86-64" or "aarch64") and functions of an object file or library."""
    for tool in ("objdump", "aarch64-linux-gnu-objdump", "llvm-objdump", "llvm-objdump-14"):
        if shutil.which(tool) is None:
            continue
        result = subprocess.run([tool, "-d", "--no-show-raw-insn", str(path)], capture_output=True, text=True)
        if result.returncode == 0 and ">:" in result.stdout:
            break
        if result.returncode == 0 and "UNKNOWN" not in result.stderr and "file format" in result.stdout:
            break   # an object without code
    else:
        raise SystemExit(f"no objdump here reads {path}: install binutils for that machine")
    text = result.stdout
    machine = "aarch64" if re.search(r"file format elf64-(little)?aarch64", text) else "x86-64"
    functions: list[Function] = []
    for line in text.splitlines():
        head = re.match(r"[0-9a-f]+ <([^>]+)>:", line)
        if head:
            functions.append(Function(head[1]))
            continue
        match = re.match(r"\s*([0-9a-f]+):\s+(?:(?:lock|rep[nez]*|data16|notrack|bnd|cs|ds)\s+)*(\S+)\s*(.*)", line)
        if match and functions:
            functions[-1].instructions.append(Instruction(int(match[1], 16), match[2], match[3]))
    return machine, functions


def calls(instruction: Instruction) -> bool:
    return instruction.mnemonic.startswith("call") or instruction.mnemonic in ("bl", "blr")


def loops(function: Function, machine: str) -> list[list[Instruction]]:
    """Innermost loops: the instructions from the target of a jump backwards to the jump."""
    jump = re.compile(r"j[a-z]+$" if machine == "x86-64" else r"(b(\.[a-z]+)?|cbn?z|tbn?z)$")
    spans = []
    first = function.instructions[0].address if function.instructions else 0
    for instruction in function.instructions:
        if not jump.match(instruction.mnemonic):
            continue
        target = re.search(r"\b(?:0x)?([0-9a-f]+) <", instruction.operands)
        if target and first <= int(target[1], 16) <= instruction.address:
            spans.append((int(target[1], 16), instruction.address))
    inner = [s for s in spans if not any(o != s and s[0] <= o[0] and o[1] <= s[1] for o in spans)]
    return [[i for i in function.instructions if begin <= i.address <= end] for begin, end in inner]


def arithmetic(body: list[Instruction], machine: str, target: str, integers: bool) -> tuple[int, int]:
    """Number of packed (in the target's registers) and of scalar floating-point operations; if asked for, of packed sums and
    exclusive ors of integers too. Packed comparisons count: some loops have little else."""
    packed = scalar = 0
    for i in body:
        if machine == "x86-64":
            wide = X86_REGISTERS.get(target, "%xmm") in i.operands
            packed += bool(wide and integers and re.match(r"vp(addd|xord?)$", i.mnemonic))
            match = re.match(r"v?(?:add|sub|mul|div|fn?m(?:add|sub)\d+|cmp\w*)([ps])[sd]$", i.mnemonic)
            packed += bool(wide and match and match[1] == "p")
            scalar += bool(match and match[1] == "s")
        elif re.match(r"f(add|sub|mul|div|mla|mls|n?madd|n?msub|nmul|cm(eq|g[et]|l[et]))$", i.mnemonic.partition(".")[0]):
            vector = bool(re.match(r"v\d+\.(2d|4s)", i.operands)) or bool(re.search(r"\.(2d|4s)$", i.mnemonic))
            packed += vector
            scalar += not vector
        elif integers and re.match(r"(add|eor)$", i.mnemonic.partition(".")[0]):
            packed += bool(re.match(r"v\d+\.(4s|16b)", i.operands)) or bool(re.search(r"\.(4s|16b)$", i.mnemonic))
    return packed, scalar


def check_loop(function: Function, machine: str, target: str, whole: bool) -> str | None:
    """What is wrong with a loop that should be vectorized, and, if `whole`, have no scalar one beside it."""
    integers = function.name.startswith("fp_random_words_")
    bodies = [body for body in loops(function, machine) if not any(calls(i) for i in body)]
    counts = [arithmetic(body, machine, target, integers) for body in bodies]
    vector = [packed for packed, scalar in counts if packed and not scalar]
    if not vector:
        # A loop over a short block may be unrolled altogether; then most of the arithmetic is packed all the same.
        packed, scalar = arithmetic(function.instructions, machine, target, integers)
        if packed and packed >= scalar:
            return None
        return f"{function.name}: no loop of packed operations of the target's width; (packed, scalar) in its loops: {counts}"
    # GCC peels the scalar remainder, of a short body after a loop of half the width into up to seven copies, which read as one
    # loop here; a vector loop that does a part of the work only would leave more than that.
    rest = max((scalar for packed, scalar in counts if not packed), default=0)
    if rest > (0 if whole else max(4 * max(vector), min(7 * max(vector), 21))):
        return f"{function.name}: {max(vector)} packed operations in the vector loop, but {rest} in a scalar one"
    return None


def twin(function: Function) -> str | None:
    """The function of the same code that one begins with a jump to: GCC keeps one of several."""
    jumps = [i.operands for i in function.instructions[:1] if i.mnemonic in ("jmp", "b")]
    target = re.search(r"<([^>+]+)>", jumps[0]) if jumps else None
    return target[1] if target else None


def symbols(path: Path, *options: str) -> set[str]:
    result = subprocess.run(["nm", *options, str(path)], capture_output=True, text=True, check=True)
    return {line.split()[-1] for line in result.stdout.splitlines() if line.split()}


def beyond_baseline(function: Function) -> Instruction | None:
    """The first instruction that a CPU of the baseline does not have."""
    for i in function.instructions:
        if re.search(r"%[yz]mm", i.operands) or (BEYOND_BASELINE.match(i.mnemonic) and i.mnemonic not in NOT_VECTOR):
            return i
    return None


def random_loops(target: str) -> set[str]:
    """The fills, and the loops of the transforms and gradients, in the lists of random_fills.h and random.h."""
    text = "".join(path.read_text(encoding="utf-8") for path in RANDOM)
    rows = re.findall(r"^  F\((\w+), ([\w, ]+)\)", text, re.MULTILINE)
    loops = [name for name, kind in rows if kind[0].isalpha()]
    for name, kind in rows:
        if kind[0].isdigit() and name not in STAGED:      # a gradient, or a transform with parameters
            loops += [f"{name}_{t}_{k}" for t in ("f32", "f64") for k in (("array",) if "," in kind else ("array", "fixed"))]
    return {f"fp_random_{name}_{target}" for name in loops}


def step_loops(target: str) -> set[str]:
    """The steps of the functions that are made of them."""
    texts = {name: "".join(path.read_text(encoding="utf-8") for path in paths) for name, paths in STAGED.items()}
    steps = {name: re.findall(r"^STEP\((\w+), ", text, re.M) for name, text in texts.items()}
    return {f"fp_{name}_{step}_{target}" for name, found in steps.items() for step in found if step not in STEP_MOVES}


def sum_loops(target: str) -> set[str]:
    """The kernels of sums over data, in the list of sums.h."""
    rows = re.findall(r"^  F\((\w+), \d\)", SUMS.read_text(encoding="utf-8"), re.MULTILINE)
    return {f"fp_sum_{name}_{target}" for name in rows if name not in SUM_MOVES}


def film_loops(target: str) -> set[str]:
    kernels = ("columns_{}", "columns_{}_streamed", "few_{}", "few_{}_streamed", "rows_{}", "backward_each_{}", "finish_{}")
    return {f"fp_film_{kernel.format(t)}_{target}" for kernel in kernels for t in ("f32", "f64")}


def nn_kernels() -> list[str]:
    """Names in the table of a network's kernels."""
    names = re.findall(r"NN\((\w+)\)[,}]", NN_TABLE.read_text(encoding="utf-8"))
    return [NN_STEPS.get(name, name) for name in names if name not in NN_MOVES]


@cache
def source() -> str:
    """That of all kernels."""
    return "".join(path.read_text(encoding="utf-8") for path in CSRC.rglob("*.c"))


def expected_loops(ops: tuple[Op, ...], target: str) -> set[str]:
    """Those of the list: for an operation and its mirror (core/family.h) in common, for arrays with usual elements two."""
    text = source()
    mirrored = dict(re.findall(r"#define FP_MIRRORED_(\w+) ,(\d)", text))
    f64_alone = by_f64()
    shared = {"array": "each", "fixed": "all"}
    found = set()
    for op in ops:
        if op.family in STAGED or mirrored.get(op.name) == "2":
            continue
        for kind in ("array", "fixed") if op.parameters else ("array",):
            name = f"{op.name}_{{}}_{shared[kind]}" if mirrored.get(op.name) == "1" else f"fp_{op.name}_{{}}_{kind}"
            names = [name, f"{name}_streamed", f"fp_{op.name}_{{}}_rows"] if op.name in streamed() else [name]
            types = ("f64",) if op.family in f64_alone else ("f32", "f64")
            found |= {f"{n.format(type_)}_{target}" for n in names for type_ in types}
    listed = {op.name: op for op in ops}
    for type_, name, mark in re.findall(r"#define FP_USUAL_(f32|f64)_(\w+) ,([12])", text):
        if name not in listed:
            continue
        if mark == "2":      # loops for usual elements alone
            found -= {f"fp_{name}_{type_}_{kind}_{target}" for kind in ("array", "fixed")}
            found |= {f"{name}_{type_}_usual_{kind}_{target}" for kind in ("each", *["all"] * bool(listed[name].parameters))}
        elif target != "generic":      # which has one loop for both
            found -= {f"fp_{name}_{type_}_array_{target}", f"{name}_{type_}_each_{target}"}
            found |= {f"{name}_{type_}_{kind}_{target}" for kind in ("usual", "any")}
    return found


@cache
def by_f64() -> set[str]:
    """Families whose f32 loops go through the f64 ones."""
    texts = (path.read_text(encoding="utf-8") for path in CSRC.rglob("*.c"))
    return {name for text in texts if "#define FP_F32_BY_F64" in text for name in re.findall(r"#define FP_FAMILY_(\w+) ,1", text)}


@cache
def streamed() -> set[str]:
    """Operations with loops for large results too, by the lists in headers."""
    found = re.compile(r"^#define FP_STREAMED_(\w+) ,1", re.M)
    return {name for path in CSRC.rglob("*.h") for name in found.findall(path.read_text(encoding="utf-8"))}


def whole_loops(ops: tuple[Op, ...], target: str) -> set[str]:
    """Of these, those of core/loop.h without a second look: they have one body for all elements."""
    refined = set(re.findall(r"#define FP_REFINES_(\w+)", source()))
    return expected_loops(tuple(op for op in ops if op.name not in refined | streamed()), target)


def check_target(objects: list[Path], target: str, expected: set[str], tables: frozenset[str] = frozenset()) -> list[str]:
    """Problems of one target's library; tables are what all targets read."""
    problems: list[str] = []
    machine, found, whole = "", set(), whole_loops(read_ops(), target)
    for path in objects:
        machine, functions = disassemble(path)
        clang = b"clang version" in path.read_bytes()   # which leaves a scalar rest even of whole vectors, never reached
        vectorized = target in X86_REGISTERS or machine == "aarch64"
        for name in sorted(symbols(path, "-g", "--defined-only")):
            if not name.endswith("_" + target):
                problems.append(f"{name}: a global symbol in {path.name} without the target's suffix _{target}")
        allowed = HARMLESS if vectorized else HARMLESS | FMA
        for name in sorted(symbols(path, "-u") - allowed - tables):
            if not name.endswith("_" + target):
                problems.append(f"{name}: used in {path.name}, but it is not part of the target's library")
        for function in functions:
            if not vectorized and machine == "x86-64":
                problems += describe_baseline(function)
            if function.name in expected:
                found.add(function.name)
                looked_at = vectorized and twin(function) not in expected
                problem = check_loop(function, machine, target, function.name in whole and not clang) if looked_at else None
                problems += [problem] if problem else []
    problems += [f"{name}: no such loop" for name in sorted(expected - found)]
    return problems


def describe_baseline(function: Function) -> list[str]:
    i = beyond_baseline(function)
    return [f"{function.name}: {i.mnemonic} {i.operands} in code that every CPU runs"] if i else []


def check_build(build: Path, ops: tuple[Op, ...]) -> list[str]:
    folders = sorted((build / "csrc").glob("libfp_*.p"))
    if not folders:
        return [f"{build}: nothing built here"]
    problems = []
    paths = (build / "csrc").glob("libtables.*.p/*.o")
    tables = frozenset(name for path in paths for name in symbols(path, "-g", "--defined-only"))
    for folder in folders:
        name = folder.name.removeprefix("libfp_").partition(".")[0]
        objects = sorted(folder.glob("*.o"))
        if name == "core":
            for path in objects:
                machine, functions = disassemble(path)
                problems += [p for f in functions for p in describe_baseline(f)] if machine == "x86-64" else []
        else:
            library = NN_LIBRARY.match(name)
            if library:
                type_, target = library.groups()
                loops_expected = {f"fp_nn_{kernel}_{type_}_{target}" for kernel in nn_kernels()}
            elif products := PRODUCT_LIBRARY.match(name):
                target = products[2]
                loops_expected = {f"{tiles}_{target}" for tiles in PRODUCT_TILES}
            else:
                target = name
                loops_expected = expected_loops(ops, name) | step_loops(name) | random_loops(name) | sum_loops(name)
                loops_expected |= film_loops(name)
            found = check_target(objects, target, loops_expected, tables)
            print(f"{build}: {name}: {len(loops_expected)} loops, {len(found)} problems")
            problems += found
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="+", type=Path)
    problems = [p for build in parser.parse_args().build for p in check_build(build, read_ops())]
    for problem in problems[:SHOWN]:
        print(problem, file=sys.stderr)
    if len(problems) > SHOWN:
        print(f"and {len(problems) - SHOWN} more problems", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
