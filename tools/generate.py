"""Writes what follows from the list of operations and the public functions: the typed Cython module with its declarations, and
the type stubs.

    python tools/generate.py csrc/ops.def OUTPUT_FOLDER src/fastprob/normal.pyx ...
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ops import Op, read_ops

NOTICE = "# Generated from ops.def.\n"
TYPES = (("f32", "float"), ("f64", "double"))


def scalar(op: Op, suffix: str, ctype: str) -> tuple[str, str]:
    """Head and call of the function of one element."""
    inputs = [f"{ctype} {name}" for name, _ in op.inputs]
    outputs = [f"{ctype} *{name}" for name in op.output_names] if op.outputs > 1 else []
    names = (list(op.output_names) if op.outputs > 1 else []) + [name for name, _ in op.inputs]
    result = ctype if op.outputs == 1 else "void"
    name = f"{op.name}_{suffix}"
    return f"{result} {name}({', '.join(outputs + inputs)}) noexcept nogil", f"fp_{name}({', '.join(names)})"


def array(op: Op, suffix: str, ctype: str) -> tuple[str, str]:
    """Head and call of the function of contiguous arrays."""
    inputs = [name for name, _ in op.inputs]
    arguments = [*(f"{ctype} *{name}" for name in op.output_names), *(f"const {ctype} *{name}" for name in inputs), "size_t n"]
    name = f"{op.name}_{suffix}_array"
    return f"void {name}({', '.join(arguments)}) noexcept nogil", f"fp_{name}({', '.join([*op.output_names, *inputs, 'n'])})"


def fills(header: Path) -> list[tuple[str, str]]:
    """Head and call of the functions that draw random numbers."""
    arguments = "const uint32_t *key, uint64_t stream, uint64_t first"
    return [
        (f"void random_{name}({arguments}, {kind} *out, size_t n) noexcept nogil",
         f"fp_random_{name}(key, stream, first, out, n)")
        for name, kind in re.findall(r"^  F\((\w+), (\w+)\)", header.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def modulations() -> list[tuple[str, str]]:
    """Head and call of feature-wise linear modulation over whole arrays."""
    sizes = ["samples", "shared", "channels", "inner"]
    heads = []
    for suffix, ctype in TYPES:
        for result, name, out, given in (("void", "forward", ["y"], ["x", "gamma", "beta"]),
                                         ("int", "backward", ["dx", "dgamma", "dbeta"], ["dout", "x", "gamma"])):
            words = [*(f"{ctype} *{a}" for a in out), *(f"const {ctype} *{a}" for a in given), *(f"size_t {a}" for a in sizes)]
            head = f"{result} film_{name}_{suffix}({', '.join(words)}) noexcept nogil"
            heads.append((head, f"fp_film_{name}_{suffix}({', '.join([*out, *given, *sizes])})"))
    return heads


def pxd(ops: tuple[Op, ...], draws: list[tuple[str, str]]) -> str:
    lines = [NOTICE, "# name_T: one element; name_T_array: contiguous arrays, outputs first. See fastprob.h.", ""]
    lines += ["from libc.stdint cimport uint32_t, uint64_t", ""]
    for op in ops:
        lines.append(f"# {op.formula}")
        for suffix, ctype in TYPES:
            lines += [f"cdef {scalar(op, suffix, ctype)[0]}", f"cdef {array(op, suffix, ctype)[0]}"]
    lines += ["# units first to first + n - 1 of a stream", *(f"cdef {head}" for head, _ in draws)]
    lines += ["# [samples, shared, channels, inner]; gamma, beta and their derivatives [samples, channels]"]
    lines += [f"cdef {head}" for head, _ in modulations()]
    return "\n".join(lines) + "\n"


def pyx(ops: tuple[Op, ...], draws: list[tuple[str, str]]) -> str:
    lines = ['"""Every operation as a typed Cython function: cimport it, with the declarations in kernels.pxd."""', NOTICE]
    lines += ['cdef extern from "fastprob.h" nogil:', "    int fastprob_import() except -1"]
    for op in ops:
        for suffix, ctype in TYPES:
            for head, call in (scalar(op, suffix, ctype), array(op, suffix, ctype)):
                name = call.partition("(")[0]
                kind, _, rest = head.partition(" ")
                lines.append(f"    {kind} {name}({rest.partition('(')[2].replace(' noexcept nogil', ' noexcept')}")
    others = [*draws, *modulations()]
    for head, _ in others:
        kind, _, declaration = head.partition(" ")
        lines.append(f"    {kind} fp_{declaration.replace(' noexcept nogil', ' noexcept')}")
    lines += ["", "fastprob_import()", ""]
    for op in ops:
        for suffix, ctype in TYPES:
            for head, call in (scalar(op, suffix, ctype), array(op, suffix, ctype)):
                word = "" if head.startswith("void") else "return "
                lines.append(f"cdef {head}:\n    {word}{call}\n")
    lines += [f"cdef {head}:\n    {'' if head.startswith('void') else 'return '}{call}\n" for head, call in others]
    return "\n".join(lines)


# Type stubs. A call gives float32 for float32 arrays beside Python numbers, float64 as soon as one array is float64, scalars for
# scalars, and what it was given as out.

IMPORTS = """# mypy: disable-error-code="overload-overlap"
# pyright: reportOverlappingOverload=false
# (np.float64 is a float too, and to mypy float32 and float64 arrays overlap, for NumPy's sake)
from typing import {names}, overload{more}

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ._core import _F32, _F64, _Any, _Array, _Double, _Float, _Floats, _LikeF32, _Number, _Out, _Real, _Where
"""


class Call(NamedTuple):
    """An overload: the types of the arguments, of out and of dtype, the result's, and the argument that sets it apart."""

    types: list[str]
    out: str
    dtype: str
    result: str
    required: int = 0


def calls(inputs: int, outputs: int) -> Iterator[Call]:
    """The overloads of a function."""

    def several(kind: str) -> str:
        return kind if outputs == 1 else f"tuple[{', '.join([kind] * outputs)}]"

    def one_of(kind: str, rest: str, dtype: str, result: str) -> Iterator[Call]:
        for k in range(inputs):
            yield Call([kind if i == k else rest for i in range(inputs)], none, dtype, several(result), k)

    none, any_dtype = "None = None", "DTypeLike | None = None"
    given = "_Out | tuple[_Out]" if outputs == 1 else several("_Out")
    possible = "NDArray[Any] | tuple[NDArray[Any] | None]" if outputs == 1 else several("NDArray[Any] | None")
    yield Call(["float"] * inputs, none, none, several("np.float64"))
    if inputs > 1:      # a np.float64 is a float to type checkers, but no Python number beside a float32
        yield from one_of("np.float64", "_Number", none, "np.float64")
        yield from one_of("np.float64", "_LikeF32", none, "_F64")
    yield from one_of("np.float32", "float", none, "np.float32")
    yield from one_of("_F32", "_LikeF32", none, "_F32")
    yield from one_of("_F64", "_Real", none, "_F64")
    yield Call(["_Any"] * inputs, given, any_dtype, several("_Out"))
    yield from one_of("_Array", "_Real", any_dtype, "_Floats")
    yield Call(["_Any"] * inputs, f"{possible} | None = None", any_dtype, several("Any"))


OPTIONS = ("out", "where", "dtype")


def argument_lists(arguments: list[tuple[str, str]], kinds: dict[str, str], required: str) -> Iterator[str]:
    """The arguments (name and default, or *) with their types, the required one without its default."""
    names = [argument for argument, _ in arguments]
    place = names.index(required)
    # An argument without a default can't follow one with a default: it is a keyword then, or those before are given too.
    forms: list[tuple[str, ...]] = [(required,)]
    if place and dict(arguments)[names[place - 1]]:
        forms = [tuple(names[: place + 1]), (required, "*")]
    for form in forms:
        words = []
        for argument, default in arguments:
            kind = kinds.get(argument, "")
            if argument == "*" or (argument == required and "*" in form) or (argument in OPTIONS and "=" not in kind):
                words += ["*"] * ("*" not in words)
            if argument != "*":
                given = argument in form or "=" in kind or argument in OPTIONS or not default
                words.append(f"{argument}: {kind}" if given else f"{argument}: {kind} = {default}")
        if words[-1] == "*":      # what it stood before was another choice
            words.pop()
        yield ", ".join(words)


def public_stub(arguments: list[tuple[str, str]], outputs: int) -> Iterator[str]:
    """A function's overloads: arguments and result."""
    inputs = [argument for argument, _ in arguments if argument not in (*OPTIONS, "*")]
    plain = "out" not in dict(arguments)
    for call in calls(len(inputs), outputs):
        if plain and "_Out" in call.out:
            continue
        kinds = dict(zip(inputs, call.types, strict=True)) | {"out": call.out, "where": "_Where = True", "dtype": call.dtype}
        for words in argument_lists(arguments, kinds, inputs[call.required]):
            yield f"({words}) -> {call.result}: ..."


# What a function of data gives, by whether it is float32, float64 or either; the fits are those of _fits.py.
OF_DATA = {"loglik": "{0}", "loglik_and_grad": "tuple[{0}, tuple[{1}]]", "logsumexp": "{0}"}
RESULTS_OF_DATA = (("_F32", "_LikeF32", "np.float32"), ("_F64", "_Real", "np.float64"), ("_Real", "_Real", "_Float"))
FITS = {"loc": "LocationScale", "low": "Bounds", "p": "Probability"}
DATA_ARGUMENTS = {"weights": "{0} | None = None", "axis": "None = None", "keepdims": "Literal[False] = False"}
AXES = {"axis": "int | tuple[int, ...] | None = None", "keepdims": "bool = False"}


def data_stub(name: str, arguments: list[tuple[str, str]], parameters: list[str]) -> Iterator[str]:
    """Arguments and result of a function of data and weights: float64 if one of them is, float32 for float32 arrays beside Python
    numbers."""
    data = arguments[0][0]

    def lists(first: str, rest: str, options: dict[str, str], double: str = data) -> Iterator[str]:
        kinds = dict.fromkeys(parameters, rest) | {argument: kind.format(rest) for argument, kind in options.items()}
        return argument_lists(arguments, kinds | {data: first} | ({} if double == data else {double: "_Double"}), double)

    if name == "fit":
        yield from (f"({words}) -> {FITS[parameters[0]]}: ..." for words in lists("_Real", "_Real", DATA_ARGUMENTS))
        return

    def result(kind: str) -> str:
        return OF_DATA[name].format(kind, ", ".join(["Any"] * len(parameters)))

    for double in (*parameters, "weights"):
        yield from (f"({words}) -> {result('np.float64')}: ..." for words in lists("_Real", "_Real", DATA_ARGUMENTS, double))
    for first, rest, kind in RESULTS_OF_DATA:
        yield from (f"({words}) -> {result(kind)}: ..." for words in lists(first, rest, DATA_ARGUMENTS))
    if name == "logsumexp":
        yield from (f"({words}) -> Any: ..." for words in lists("_Real", "_Real", DATA_ARGUMENTS | AXES))


def public_pyi(source: str, outputs: dict[str, int]) -> str:
    """The stub of a module of public functions, from its source: `def name(x, loc=0.0, out=None, *, where=True, dtype=None):`. Of
    the arguments that are None by default, options aside, exactly one is to be given. A function with weights is one of data; one
    without options gives its parameters' type, as a moment does. Functions that are called in the same ways share overloads."""
    functions: dict[str, list[str]] = {}
    fitted = ""      # the first parameter says what a fit gives
    for name, text in re.findall(r"^def (\w+)\((.*)\):$", source, re.MULTILINE):
        arguments = [(a, default) for a, _, default in (item.strip().partition("=") for item in text.split(","))]
        of_data = "weights" in dict(arguments)
        options = (*OPTIONS, *DATA_ARGUMENTS) if of_data else OPTIONS
        choices = [a for a, default in arguments if default == "None" and a not in options]
        functions[name] = []
        for choice in choices or [""]:
            taken = [(a, "" if a == choice else default) for a, default in arguments if a not in choices or a == choice]
            if name == "fit":
                functions[name] += data_stub(name, arguments, [fitted])
            elif of_data:
                parameters = [a for a, _ in taken[1:] if a != "*" and a not in DATA_ARGUMENTS]
                functions[name] += data_stub(name, taken, parameters)
                fitted = fitted or "".join(parameters[:1])
            else:
                functions[name] += public_stub(taken, outputs.get(name, 2 if name == "support" else 1))
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, forms in functions.items():
        alike.setdefault(tuple(forms), []).append(name)
    lines = [NOTICE + IMPORTS.format(names="Any, Final, Literal, Protocol", more=", type_check_only")]
    for ways, names in alike.items():
        lines += shared_stub(names, ways) if len(names) > 1 else overloads(names[0], ways)
    head = "\n".join(lines) + "\n"
    return head.replace("from ._core", f"from ._fits import {FITS[fitted]}\nfrom ._core", 1) if fitted else head


def overloads(name: str, forms: Sequence[str], indent: str = "") -> Iterator[str]:
    for form in forms:
        if len(forms) > 1:
            yield f"{indent}@overload"
        yield f"{indent}def {name}{form}"


def shared_stub(names: list[str], forms: Sequence[str]) -> Iterator[str]:
    """Functions of the same overloads, as objects of a type that is called."""
    kind = f"_{names[0]}"
    yield from ("@type_check_only", f"class {kind}(Protocol):", "    __name__: str")
    yield from overloads("__call__", [form.replace("(", "(self, ", 1) for form in forms], "    ")
    yield from (f"{name}: Final[{kind}]" for name in names)


def ufuncs_pyi(ops: tuple[Op, ...]) -> str:
    lines = [NOTICE + IMPORTS.format(names="Any", more=", type_check_only")]
    kinds = {op.name: (op.values + op.parameters, op.outputs) for op in ops}
    rest = "casting: str = ..., order: str = ..., subok: bool = ..., signature: Any = ..."
    for inputs, outputs in sorted(set(kinds.values())):
        lines += ["@type_check_only", f"class _ufunc{inputs}{outputs}(np.ufunc):  # type: ignore[misc]"]
        names = [f"x{k + 1}" for k in range(inputs)]
        for call in calls(inputs, outputs):
            values = ", ".join(f"{name}: {kind}" for name, kind in zip(names, call.types, strict=True))
            options = f"out: {call.out}, *, where: _Where = True, dtype: {call.dtype}, {rest}"
            lines += ["    @overload", f"    def __call__(self, {values}, /, {options}) -> {call.result}: ..."]
        lines.append("")
    lines += [f"{name}: _ufunc{inputs}{outputs}" for name, (inputs, outputs) in kinds.items()]
    every = ", ".join(f'"{name}"' for name in sorted(kinds))
    return "\n".join([*lines, "", f"__all__ = [{every}]", ""])


def main() -> None:
    source, folder, modules = Path(sys.argv[1]), Path(sys.argv[2]), map(Path, sys.argv[3:])
    ops, draws = read_ops(source), fills(source.with_name("random_fills.h"))
    files = {"kernels.pyx": pyx(ops, draws), "kernels.pxd": pxd(ops, draws)}
    files |= {"__init__.pxd": NOTICE, "ufuncs.pyi": ufuncs_pyi(ops)}
    for module in modules:
        text = module.read_text(encoding="utf-8")
        # A function's number of outputs is that of the first operation bearing its name: operation("normal_pdf", "normal.pdf").
        found = re.findall(r'operation\("(\w+)", "\w+\.(\w+)"\)', text)
        counts = {op.name: op.outputs for op in ops}
        files[f"{module.stem}.pyi"] = public_pyi(text, {public: counts[name] for name, public in found})
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
