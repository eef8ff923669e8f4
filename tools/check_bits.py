"""Check that every compiler and CPU target computes the same bits as the stored ones.

    python tools/check_bits.py                builds tests/c/golden_hash.c with each compiler that is here, runs it, compares
    python tools/check_bits.py --rounds 100   at 100 times as many other inputs: with each other, not with the stored hashes
    python tools/check_bits.py --update       rewrites tests/golden_hashes.json, after a kernel was meant to change
    python tools/check_bits.py --others       only compiles, with Zig, for macOS and Windows
    python tools/check_bits.py --emulate      GCC's and Clang's programs on an emulated CPU with AVX-512, see tools/emulate.py

GCC and Clang for this machine; on x86-64 also Zig's Clang (pip install ziglang), and for aarch64 a GCC cross compiler and
Zig, both run by qemu-aarch64. What is not installed is skipped, with a line that says so.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORED = ROOT / "tests" / "golden_hashes.json"
QEMU = ("qemu-aarch64", "qemu-aarch64-static")
EMULATE = (sys.executable, str(ROOT / "tools" / "emulate.py"))

Hashes = dict[str, dict[str, str]]   # operation -> type -> hash


class Skip(Exception):
    pass


@dataclass(frozen=True)
class Setup:
    """A compiler and what runs its programs."""

    name: str
    compiler: list[str]
    tools: dict[str, list[str]]
    cpu: str = ""              # of a cross build
    system: str = "linux"
    link: tuple[str, ...] = ()


def found(*names: str) -> str:
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    raise Skip(f"{names[0]} is not installed")


def zig() -> list[str]:
    if shutil.which("zig"):
        return ["zig"]
    spec = importlib.util.find_spec("ziglang")
    if spec is None or spec.origin is None:
        raise Skip("Zig is not installed (pip install ziglang)")
    return [str(Path(spec.origin).parent / "zig")]


def gcc() -> Setup:
    return Setup("gcc", [found("gcc")], {})


def clang() -> Setup:
    return Setup("clang", [found("clang")], {})


def zig_x86() -> Setup:
    command = zig()
    return Setup("zig-x86_64", [*command, "cc", "-target", "x86_64-linux-musl"], {"ar": [*command, "ar"]}, cpu="x86_64")


def gcc_aarch64() -> Setup:
    compiler, archiver = found("aarch64-linux-gnu-gcc"), found("aarch64-linux-gnu-ar")
    found(*QEMU)
    return Setup("gcc-aarch64", [compiler], {"ar": [archiver]}, cpu="aarch64", link=("-static",))


def zig_aarch64() -> Setup:
    command = zig()
    found(*QEMU)
    return Setup("zig-aarch64", [*command, "cc", "-target", "aarch64-linux-musl"], {"ar": [*command, "ar"]}, cpu="aarch64")


# Systems that Zig can compile for, but whose programs do not run here.
OTHERS = (
    ("aarch64", "macos", "darwin"),
    ("x86_64", "macos", "darwin"),
    ("aarch64", "windows-gnu", "windows"),
    ("x86_64", "windows-gnu", "windows"),
)


def others() -> Iterator[Setup]:
    command = zig()
    for cpu, target, system in OTHERS:
        compiler = [*command, "cc", "-target", f"{cpu}-{target}"]
        yield Setup(f"{cpu}-{target}", compiler, {"ar": [*command, "ar"]}, cpu=cpu, system=system)


def setups(cross: bool) -> Iterator[Setup]:
    makers = [gcc, clang]
    if cross and platform.system() == "Linux" and platform.machine() == "x86_64":
        makers += [zig_x86, gcc_aarch64, zig_aarch64]
    for maker in makers:
        try:
            yield maker()
        except Skip as reason:
            print(f"{maker.__name__.replace('_', '-'):12s} skipped: {reason}", flush=True)


def meson_list(words: list[str] | tuple[str, ...]) -> str:
    return "[" + ", ".join("'" + word.replace("'", "\\'") + "'" for word in words) + "]"


def cross_file(setup: Setup, path: Path) -> None:
    binaries = {"c": setup.compiler, **setup.tools}
    if setup.system == "linux" and setup.cpu != platform.machine():
        binaries["exe_wrapper"] = [found(*QEMU)]
    lines = ["[binaries]", *(f"{key} = {meson_list(value)}" for key, value in binaries.items())]
    lines += ["[built-in options]", f"c_link_args = {meson_list(setup.link)}"]
    lines += ["[host_machine]", f"system = '{setup.system}'", f"cpu_family = '{setup.cpu}'", f"cpu = '{setup.cpu}'"]
    lines += ["endian = 'little'"]
    path.write_text("\n".join(lines) + "\n")


def run(command: list[str], **environment: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if result.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stdout[-4000:]}\n{result.stderr[-4000:]}")
    return result.stdout


def build(setup: Setup, folder: Path, werror: bool) -> list[str]:
    """The command that runs golden_hash."""
    meson = [found("meson")]
    build_folder = folder / setup.name
    options = ["-Dpython=false", "-Dtests=true", f"-Dwerror={'true' if werror else 'false'}"]
    environment = {}
    if setup.cpu:
        folder.mkdir(parents=True, exist_ok=True)
        cross_file(setup, folder / f"{setup.name}.ini")
        options += ["--cross-file", str(folder / f"{setup.name}.ini")]
    else:
        environment["CC"] = " ".join(setup.compiler)
    again = ["--reconfigure"] if (build_folder / "build.ninja").exists() else []
    run([*meson, "setup", *again, str(build_folder), str(ROOT), *options], **environment)
    run([*meson, "compile", "-C", str(build_folder)])
    if setup.system != "linux":
        return []
    program = [str(build_folder / "tests" / "c" / "golden_hash")]
    return [found(*QEMU), *program] if setup.cpu and setup.cpu != platform.machine() else program


def read_hashes(text: str) -> dict[str, Hashes]:
    """target -> hashes."""
    tables: dict[str, Hashes] = {}
    for line in text.splitlines():
        target, operation, type_, value = line.split()
        tables.setdefault(target, {}).setdefault(operation, {})[type_] = value
    return tables


def emulated(name: str, tables: dict[str, Hashes], reference: Hashes) -> Hashes:
    """What to compare an emulated CPU's hashes with: the stored ones or, where the emulator errs in arithmetic, generic's own."""
    if "x86_v4" not in tables:
        raise SystemExit(f"{name}: x86_v4 is not built, or the emulated CPU does not run it")
    wrong = differences(tables["generic"], reference)
    if not wrong:
        return reference
    print(f"{name:12s} the emulator errs: its generic target differs in {', '.join(wrong)}; compared with that")
    return tables["generic"]


def differences(hashes: Hashes, reference: Hashes) -> list[str]:
    found = [(name, type_, value) for name, values in hashes.items() for type_, value in values.items()]
    names = [f"{name} {type_}" for name, type_, value in found if reference.get(name, {}).get(type_) != value]
    return names + [f"{name} (gone)" for name in reference if name not in hashes]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="store what all agree on")
    parser.add_argument("--rounds", type=int, default=0, help="compare at more inputs")
    parser.add_argument("--seed", type=int, default=1, help="for --rounds")
    parser.add_argument("--werror", action="store_true", help="a warning of a compiler is an error")
    parser.add_argument("--only", action="append", help="a compiler's name; may be repeated")
    parser.add_argument("--others", action="store_true", help="compile for systems that are not this one")
    parser.add_argument("--emulate", action="store_true", help="on an emulated CPU with AVX-512")
    parser.add_argument("--folder", type=Path, help="keep the builds here")
    arguments = parser.parse_args()
    if arguments.emulate and (arguments.update or arguments.others):
        parser.error("--emulate compares, and neither stores hashes nor compiles for other systems")
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        inputs = [str(arguments.seed), str(arguments.rounds)] if arguments.rounds else ["0", "1"]
        if arguments.others:
            for setup in others():
                if not arguments.only or setup.name in arguments.only:
                    build(setup, folder, arguments.werror)
                    print(f"{setup.name:20s} compiled, not run", flush=True)
            return 0
        reference: Hashes | None = None
        if not arguments.update and not arguments.rounds:
            reference = json.loads(STORED.read_text())
        failed, compared = 0, 0
        emulator = EMULATE if arguments.emulate else ()
        for setup in setups(cross=not arguments.emulate):
            if arguments.only and setup.name not in arguments.only:
                continue
            tables = read_hashes(run([*emulator, *build(setup, folder, arguments.werror), *inputs]))
            if reference is None:
                reference = next(iter(tables.values()))
            expected = emulated(setup.name, tables, reference) if arguments.emulate else reference
            for target, hashes in tables.items():
                wrong = differences(hashes, expected)
                compared += 1
                failed += bool(wrong)
                result = f"differs in {', '.join(wrong)}" if wrong else f"{len(hashes)} operations equal"
                print(f"{setup.name:12s} {target:9s} {result}", flush=True)
    if not compared:
        print("no compiler found")
        return 1
    if arguments.update and not failed:
        STORED.write_text(json.dumps(reference, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
