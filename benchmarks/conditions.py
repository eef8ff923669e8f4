"""What a measurement was made on, and a ratio with its spread."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

import fastprob

ROOT = Path(__file__).resolve().parent.parent


class Ratio(NamedTuple):
    """Median and half the distance between quartiles"""

    median: float
    spread: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ± {self.spread:.2f}"


def summary(values: list[float]) -> Ratio:
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return Ratio(middle, (high - low) / 2)


def cpu() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    import platform

    return platform.processor() or platform.machine()


def commit() -> str:
    try:
        short = subprocess.check_output(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], text=True).strip()
        changed = subprocess.check_output(["git", "-C", ROOT, "status", "--porcelain", "csrc", "src"], text=True).strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return short + (" with changes" if changed else "")


def machine() -> list[str]:
    versions = fastprob.show_config("dicts")["versions"]
    return [
        f"- CPU: {cpu()}, {os.cpu_count()} cores",
        f"- compiler: {versions['compiler']}",
        f"- NumPy {versions['numpy']}, Python {sys.version.split()[0]}",
        f"- commit {commit()}",
        *([f"- load average {os.getloadavg()[0]:.1f}"] if hasattr(os, "getloadavg") else []),
    ]
