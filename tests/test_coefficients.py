"""Every coefficient in csrc/math/coefficients.h is what tools/coefficients/derive.py derives."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("flint")
DERIVE = Path(__file__).resolve().parent.parent / "tools" / "coefficients" / "derive.py"


def test_coefficients_are_derived() -> None:
    done = subprocess.run([sys.executable, str(DERIVE), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
