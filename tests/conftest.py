"""Makes `reference` (this directory) and `ops` (tools/) importable from every test."""

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
for _folder in (_HERE, _HERE.parent / "tools"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))


def pytest_report_header() -> str:
    from reference.points import SEED

    return f"fresh points: FASTPROB_TEST_SEED={SEED}"
