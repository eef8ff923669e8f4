"""Run a program on an emulated CPU with AVX-512: the x86_v4 kernels, on a machine that cannot run them.

    python tools/emulate.py PROGRAM [ARGUMENT ...]        prints what the program prints, and exits as it does
    python tools/emulate.py --with FOLDER PROGRAM ...     the program finds this folder or file there too; may be repeated
    meson test -C BUILD --wrapper 'python tools/emulate.py' -t 20 --num-processes 1

Bochs emulates a PC with a Skylake-X. In it Debian's kernel starts the program, with its libraries and the FASTPROB_* variables of
the environment, from a file system in memory. Starting takes half a minute, the program some hundred times longer than on a CPU.
"""

from __future__ import annotations

import argparse
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = "apt-get install bochs bochs-term linux-image-cloud-amd64 busybox-static cpio isolinux syslinux-common xorriso"
LOADER = (Path("/usr/lib/ISOLINUX/isolinux.bin"), Path("/usr/lib/syslinux/modules/bios/ldlinux.c32"))
KERNELS = "vmlinuz-*-amd64"

# What the program printed is between these, on the serial port; the kernel's own lines are around them.
BEGIN, END = "-- program starts", "-- program ends:"

INIT = """#!/bin/busybox sh
/bin/busybox mount -t devtmpfs none /dev
/bin/busybox mount -t proc none /proc
/bin/busybox stty -F /dev/ttyS0 raw
echo '{begin}' > /dev/ttyS0
{environment} {command} < /dev/null > /dev/ttyS0 2>&1
echo "{end} $?" > /dev/ttyS0
/bin/busybox sleep 1
/bin/busybox poweroff -f
"""

# The emulated clock: so many instructions are a second, or 250 of the kernel's ticks. Slow: what the kernel waits for comes soon.
SPEED = 20_000_000

# Bochs counts the bytes of XSAVEC wrongly: the kernel, which checks that, would do without AVX.
# A kernel that panics starts the machine anew, by a triple fault: that ends Bochs.
BOOT = f"""DEFAULT linux
LABEL linux
 KERNEL vmlinuz
 INITRD initrd
 APPEND console=ttyS0,115200 loglevel=1 panic=-1 reboot=triple clearcpuid=xsavec noxsaves mitigations=off nokaslr audit=0 \
cryptomgr.notests tsc=reliable tsc_early_khz={SPEED // 1000} lpj={SPEED // 500} no_timer_check i8042.noaux i8042.nokbd
"""

MACHINE = """config_interface: textconfig
display_library: term
cpu: model=corei7_skylake_x, count=1, ips={speed}, reset_on_triple_fault=0
memory: guest={memory}, host={memory}
romimage: file=$BXSHARE/BIOS-bochs-latest
vgaromimage: file=$BXSHARE/VGABIOS-lgpl-latest
ata0-master: type=cdrom, path=boot.iso, status=inserted
boot: cdrom
clock: sync=none
plugin_ctrl: speaker=0
com1: enabled=1, mode=file, dev=serial.txt
log: bochs.log
panic: action=fatal
error: action=ignore
"""


class Missing(Exception):
    pass


def found(name: str) -> str:
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not path:
        raise Missing(f"{name} is not installed: {PACKAGES}")
    return path


def kernel() -> Path:
    kernels = sorted(Path("/boot").glob(KERNELS), key=lambda path: path.stat().st_mtime)
    if not kernels:
        raise Missing(f"there is no /boot/{KERNELS}: {PACKAGES}")
    return kernels[-1]


def libraries(program: Path) -> list[Path]:
    """The shared libraries that a program asks for, and what loads them."""
    result = subprocess.run(["ldd", str(program)], capture_output=True, text=True)
    return [Path(path) for path in re.findall(r"(/\S+) \(0x", result.stdout)] if result.returncode == 0 else []


def put(root: Path, path: Path) -> None:
    """A file or folder, in the same place below root; links become what they point to."""
    to = root / path.relative_to("/")
    to.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, to, dirs_exist_ok=True, ignore_dangling_symlinks=True)
    else:
        shutil.copy(path, to)


def file_system(root: Path, command: list[str], extra: list[Path]) -> None:
    for name in ("bin", "dev", "proc", "tmp"):
        (root / name).mkdir(parents=True)
    shutil.copy(found("busybox"), root / "bin" / "busybox")
    program = Path(command[0])
    for path in [program, *libraries(program), *extra]:
        put(root, path)
    for path in extra:
        for module in path.rglob("*.so*"):
            for library in libraries(module):
                put(root, library)
    variables = [f"{name}={value}" for name, value in os.environ.items() if name.startswith("FASTPROB_")]
    text = INIT.format(begin=BEGIN, end=END, environment=shlex.join(variables), command=shlex.join(command))
    (root / "init").write_text(text)
    (root / "init").chmod(0o755)


def boot_image(folder: Path) -> None:
    """boot.iso, with the kernel and the file system that is in root."""
    image = folder / "image"
    image.mkdir()
    for path in (*LOADER, kernel()):
        if not path.exists():
            raise Missing(f"there is no {path}: {PACKAGES}")
        shutil.copy(path, image / ("vmlinuz" if path.name.startswith("vmlinuz") else path.name))
    (image / "isolinux.cfg").write_text(BOOT)
    root = folder / "root"
    names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    with (image / "initrd").open("wb") as archive:
        subprocess.run([found("cpio"), "-o", "-H", "newc", "--quiet"], input=names.encode(), stdout=archive, cwd=root, check=True)
    make = [found("xorriso"), "-as", "mkisofs", "-quiet", "-o", "boot.iso", "-b", "isolinux.bin", "-c", "boot.cat"]
    make += ["-no-emul-boot", "-boot-load-size", "4", "-boot-info-table", "image"]
    subprocess.run(make, cwd=folder, check=True, capture_output=True)


def emulate(folder: Path) -> str:
    """Runs Bochs until the machine is switched off; what it shows there, in a terminal of its own."""
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [found("bochs"), "-q", "-f", "bochsrc"],
        cwd=folder, stdin=its, stdout=its, stderr=its, env={**os.environ, "TERM": "xterm"},
    )
    os.close(its)
    os.write(ours, b"c\n")   # Debian's is built with a debugger, which waits for this
    shown = b""
    try:
        while True:
            try:
                shown = (shown + os.read(ours, 65536))[-2000:]
            except OSError:   # nobody has the other end any more
                return shown.decode(errors="replace")
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def run(command: list[str], extra: list[Path], memory: int) -> tuple[int, str]:
    """Exit status and output."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        file_system(folder / "root", command, extra)
        boot_image(folder)
        (folder / "bochsrc").write_text(MACHINE.format(speed=SPEED, memory=memory))
        shown = emulate(folder)
        serial = folder / "serial.txt"
        text = serial.read_text(errors="replace") if serial.exists() else ""
        output, ended, status = text.partition(BEGIN + "\n")[2].rpartition(END)
        if not ended:
            raise SystemExit(f"{shown}\n{text[-2000:]}\nthe emulated machine stopped before the program ended")
        return int(status.split()[0]), output


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--with", dest="extra", metavar="PATH", action="append", type=Path, default=[], help="what else it needs")
    parser.add_argument("--memory", type=int, default=512, help="of the emulated machine, in MiB")
    parser.add_argument("program")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    program = shutil.which(arguments.program)
    if program is None:
        parser.error(f"{arguments.program} is not a program")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))   # Bochs is ended too, whoever stops this
    try:
        command = [os.path.abspath(program), *arguments.arguments]
        status, output = run(command, [Path(os.path.abspath(path)) for path in arguments.extra], arguments.memory)
    except Missing as problem:
        print(problem, file=sys.stderr)
        return 1
    print(output, end="")
    if status == 128 + signal.SIGILL:
        print("Bochs refuses some instructions of AVX-512 that a CPU executes: see docs/checks.md", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
