"""Writes what follows from the list of operations: the typed Cython module, its declarations, the ufuncs' type stubs.

    python tools/generate.py csrc/ops.def OUTPUT_FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from ops import Op, read_ops

NOTICE = "# Generated from ops.def.\n"
TYPES = (("f32", "float"), ("f64", "double"))


def scalar(op: Op, suffix: str, ctype: str) -> tuple[str, str]:
    """Head and call of the function of one element."""
    inputs = [f"{ctype} {name}" for name, _ in op.inputs]
    outputs = [f"{ctype} *{name}" for name in op.output_names] if op.outputs > 1 else []
    names = (list(op.output_names) if op.outputs > 1 else []) + [name for name, _ in op.inputs]
    result = ctype if op.outputs == 1 else "void"
    head = f"{result} {op.name}_{suffix}({', '.join(outputs + inputs)}) noexcept nogil"
    return head, f"fp_{op.name}_{suffix}({', '.join(names)})"


def array(op: Op, suffix: str, ctype: str) -> tuple[str, str]:
    """Head and call of the function of contiguous arrays."""
    outputs, inputs = [f"{ctype} *{name}" for name in op.output_names], [f"const {ctype} *{name}" for name, _ in op.inputs]
    names = [*op.output_names, *(name for name, _ in op.inputs), "n"]
    head = f"void {op.name}_{suffix}_array({', '.join([*outputs, *inputs, 'size_t n'])}) noexcept nogil"
    return head, f"fp_{op.name}_{suffix}_array({', '.join(names)})"


def pxd(ops: tuple[Op, ...]) -> str:
    lines = [NOTICE, "# name_T: one element; name_T_array: contiguous arrays, outputs first. See fastprob.h.", ""]
    for op in ops:
        lines.append(f"# {op.formula}")
        for suffix, ctype in TYPES:
            lines += [f"cdef {scalar(op, suffix, ctype)[0]}", f"cdef {array(op, suffix, ctype)[0]}"]
    return "\n".join(lines) + "\n"


def pyx(ops: tuple[Op, ...]) -> str:
    lines = ['"""Every operation as a typed Cython function: cimport it, with the declarations in kernels.pxd."""', NOTICE]
    lines += ['cdef extern from "fastprob.h" nogil:', "    int fastprob_import() except -1"]
    for op in ops:
        for suffix, ctype in TYPES:
            for head, call in (scalar(op, suffix, ctype), array(op, suffix, ctype)):
                name = call.partition("(")[0]
                kind, _, rest = head.partition(" ")
                lines.append(f"    {kind} {name}({rest.partition('(')[2].replace(' noexcept nogil', ' noexcept')}")
    lines += ["", "fastprob_import()", ""]
    for op in ops:
        for suffix, ctype in TYPES:
            for head, call in (scalar(op, suffix, ctype), array(op, suffix, ctype)):
                word = "" if head.startswith("void") else "return "
                lines.append(f"cdef {head}:\n    {word}{call}\n")
    return "\n".join(lines)


def pyi(ops: tuple[Op, ...]) -> str:
    lines = [NOTICE, "from ._core import ufunc11, ufunc21, ufunc22, ufunc31, ufunc33", ""]
    lines += [f"{op.name}: ufunc{op.values + op.parameters}{op.outputs}" for op in ops]
    names = ", ".join(f'"{op.name}"' for op in ops)
    return "\n".join([*lines, f"__all__ = [{names}]", ""])


def main() -> None:
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    ops = read_ops(source)
    for name, text in (("kernels.pyx", pyx(ops)), ("kernels.pxd", pxd(ops)), ("ufuncs.pyi", pyi(ops)), ("__init__.pxd", NOTICE)):
        (folder / name).write_text(text)


if __name__ == "__main__":
    main()
