"""The worked example of `fastprob.vae`: what it prints, and that there is a picture."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "vae"


def test_styles(tmp_path: Path) -> None:
    picture = tmp_path / "styles.png"
    command = [sys.executable, "-W", "error", str(EXAMPLES / "styles.py"), str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes()[:4] == b"\x89PNG"
    plain, told, least = map(float, re.findall(r"-\d+\.\d+", done.stdout))
    assert least == pytest.approx(told - 2.3026, abs=0.011)
    assert told > plain + 1.5
    found = re.search(r"read as that one: (\d+)% of 3970", done.stdout)
    assert found
    assert int(found.group(1)) >= 90
