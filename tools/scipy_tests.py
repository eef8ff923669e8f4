"""Run SciPy's own tests of its distributions on fastprob.stats: what users' code may rely on, as SciPy's developers see it.

    python tools/scipy_tests.py

The tests that name one of the five distributions are run twice, with SciPy's objects and with ours in their place. It lists the
tests that ours alone fail, and exits with 1 if one of them is not explained below. Ours pass for SciPy's instances there, and
what is private in SciPy, or its machinery, comes from SciPy's own object.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("norm", "logistic", "uniform", "bernoulli", "truncnorm")
MACHINERY = ("inc", "vecentropy", "xtol", "moment_type", "moment_tol", "generic_moment")      # docs/stats.md: not there
# Parts of long tests: of what is private, that float32 becomes float64, and complex numbers.
LEFT_OUT = (
    "check_vecentropy", "check_private_entropy", "check_ppf_private", "check_meth_dtype", "check_ppf_dtype", "check_cmplx_deriv",
)  # fmt: skip
FILES = ("distributions", "continuous_basic", "discrete_basic", "fit", "continuous_fit_censored")

# Tests, as a regular expression, and why ours fail.
EXPLAINED = {
    r"GoodnessOfFit": "scipy.stats.goodness_of_fit wants an instance of rv_continuous",
    r"TestLogistic::test_fit_(comp_optimizer|gh_18176)": "it compares with the fit of SciPy's base class",
    r"test_norm_logcdf": "complex numbers",
    r"test_cont_fit.*truncnorm": "the likelihood of four free parameters has no good maximum",
}

CONFTEST = f"""
import os
import pytest

if os.environ.get("OURS"):
    import common_tests, fastprob.stats, scipy.stats
    from scipy.stats import _continuous_distns, _discrete_distns, distributions

    theirs = {{name: getattr(scipy.stats, name) for name in {NAMES!r}}}

    def private(self, name):
        if name.startswith("_") and not name.startswith("__") or name in {MACHINERY!r}:
            return getattr(theirs[self.name], name)
        raise AttributeError(name)

    def as_theirs(thing, kind):
        same = isinstance(thing, fastprob.stats._base.Distribution)
        return isinstance(theirs[thing.name] if same else thing, kind)

    for name in theirs:
        ours = getattr(fastprob.stats, name)
        type(ours).__getattr__ = private
        for module in (scipy.stats, distributions, _continuous_distns, _discrete_distns):
            if hasattr(module, name):
                setattr(module, name, ours)


@pytest.fixture
def num_parallel_threads():
    return 1


def pytest_collection_modifyitems(items):
    import re
    names = "|".join({NAMES!r})
    for module in {{item.module for item in items}}:
        for check in {LEFT_OUT!r}:
            if hasattr(module, check):
                setattr(module, check, lambda *args: None)
        if os.environ.get("OURS"):
            module.isinstance = common_tests.isinstance = as_theirs
    items[:] = [item for item in items if re.search(f"(?<![a-z])({{names}})(?![a-z])|(?i:Test({{names}}))::", item.nodeid)]
"""


def run(folder: Path, ours: bool) -> dict[str, str]:
    """PASSED, FAILED or ERROR, by test."""
    options = ["-q", "-rA", "--tb=no", "--show-capture=no", "-p", "no:cacheprovider", "-W", "ignore"]
    command = [sys.executable, "-m", "pytest", *options, "."]
    environment = os.environ | ({"OURS": "1"} if ours else {})
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    found = {test: outcome for outcome, test in re.findall(r"^(PASSED|FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)}
    if not any("::" in test for test in found):
        sys.exit(done.stdout + done.stderr)
    return found


def main() -> int:
    import scipy.stats

    source = Path(scipy.stats.__file__).parent / "tests"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
        shutil.copytree(source / "data", folder / "data")
        for file in ("common_tests.py", *(f"test_{what}.py" for what in FILES)):
            text = (source / file).read_text(encoding="utf-8")
            text = re.sub(r"from (\.|scipy\.stats\.tests\.)(?=common_tests|test_)", "from ", text)
            (folder / file).write_text(text, encoding="utf-8")
        theirs, ours = (run(folder, which) for which in (False, True))
    print(f"SciPy {scipy.__version__}: of {len(theirs)} tests SciPy's objects pass {count(theirs)}, fastprob's {count(ours)}")
    unexplained = 0
    for test in sorted(test for test in theirs.keys() | ours.keys() if theirs.get(test) == "PASSED" != ours.get(test)):
        reason = next((reason for pattern, reason in EXPLAINED.items() if re.search(pattern, test)), None)
        unexplained += reason is None
        print(f"  {test}: {reason or 'NOT EXPLAINED'}")
    return int(unexplained > 0)


def count(found: dict[str, str]) -> int:
    return sum(outcome == "PASSED" for outcome in found.values())


if __name__ == "__main__":
    sys.exit(main())
