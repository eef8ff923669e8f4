"""Makes `reference` (this directory) and `ops` (tools/) importable from every test, and Ctrl-C heard."""

import signal
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
for _folder in (_HERE, _HERE.parent / "tools"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

# A shell's job in the background ignores it, and so would all that the tests start and then interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> str:
    from reference.points import SEED

    return f"fresh points: FASTPROB_TEST_SEED={SEED}"
