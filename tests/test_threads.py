"""Number of threads: settings, environment, cgroups, other processes, many callers. Results never depend on it."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path

import numpy as np
import pytest

import fastprob
from fastprob import _core, normal

X = np.linspace(-40.0, 40.0, 200_000)
COLUMN = np.linspace(-3.0, 3.0, 300)[:, None]
ROW = np.linspace(0.5, 2.0, 301)


def work() -> bytes:
    """A contiguous call and one over two dimensions, both above the size from which threads are used."""
    return normal.logcdf(X).tobytes() + normal.logpdf(COLUMN, 0.5, ROW).tobytes()


@pytest.fixture(scope="module")
def wanted():
    with fastprob.threads(1):
        return work()


@pytest.fixture(autouse=True)
def setting():
    before = _core.get_threads()
    yield
    assert _core.limit_threads(0) == 0, "a test left a limit"
    _core.set_threads(before)


def run(code: str, timeout: float = 60, **environment: str) -> str:
    clean = {k: v for k, v in os.environ.items() if k not in ("FASTPROB_NUM_THREADS", "OMP_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", code], env=clean | environment, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# ---- settings


@pytest.mark.parametrize("n", [1, 2, 3, 8, np.int64(4), 1024])
def test_set_and_get(n, wanted):
    fastprob.set_num_threads(n)
    assert fastprob.get_num_threads() == n
    assert type(fastprob.get_num_threads()) is int
    if n < 10:
        assert work() == wanted


@pytest.mark.parametrize("function", [fastprob.set_num_threads, fastprob.threads])
def test_bad_numbers_of_threads(function):
    for n in (True, False, 1.0, "2", None, [1], np.float64(2)):
        with pytest.raises(TypeError) as info:
            function(n)
        for part in ("n is a number of threads", "from 1 to 1024", repr(n), type(n).__name__):
            assert part in str(info.value)
    for n in (0, -1, 1025, 2**70):
        with pytest.raises(ValueError, match=rf"n is a number of threads, from 1 to 1024; got {n}$"):
            function(n)


def test_the_limit_is_the_pool_s():
    source = (Path(__file__).resolve().parent.parent / "csrc" / "core" / "pool.c").read_text()
    assert "#define MAX_THREADS 1024" in source


def test_context(wanted):
    fastprob.set_num_threads(2)
    with fastprob.threads(1):
        assert fastprob.get_num_threads() == 1
        with fastprob.threads(3):
            assert fastprob.get_num_threads() == 3
            assert work() == wanted
            fastprob.set_num_threads(4)
            assert fastprob.get_num_threads() == 3
        assert fastprob.get_num_threads() == 1
        with pytest.raises(ZeroDivisionError), fastprob.threads(5):
            1 / (fastprob.get_num_threads() - 5)
        assert fastprob.get_num_threads() == 1
    assert fastprob.get_num_threads() == 4

    @fastprob.threads(2)
    def decorated():
        return fastprob.get_num_threads()

    assert [decorated(), decorated(), fastprob.get_num_threads()] == [2, 2, 4]


def test_context_is_the_thread_s_own():
    fastprob.set_num_threads(2)
    seen = []
    with fastprob.threads(7):
        other = threading.Thread(target=lambda: seen.append(fastprob.get_num_threads()))
        other.start()
        other.join()
    assert seen == [2]


def test_show_config(capsys):
    config = fastprob.show_config("dicts")
    assert config["versions"] == {"fastprob": fastprob.__version__, "numpy": np.__version__, "compiler": _core.compiler}
    assert config["targets"]["chosen"] in config["targets"]["supported"]
    assert set(config["targets"]["supported"]) <= set(config["targets"]["built"])
    with fastprob.threads(3):
        assert fastprob.show_config("dicts")["threads"]["now"] == 3
    assert fastprob.show_config() is None
    text = capsys.readouterr().out
    for word in ("versions:", "compiler:", "targets:", _core.target, "threads:", "now:"):
        assert word in text
    with pytest.raises(ValueError, match="mode is 'stdout' or 'dicts'; got 'json'"):
        fastprob.show_config("json")


def test_threadpoolctl():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    fastprob.set_num_threads(3)

    def seen():
        return [(lib["num_threads"], lib["version"]) for lib in threadpoolctl.threadpool_info() if lib["user_api"] == "fastprob"]

    assert seen() == [(3, fastprob.__version__)]
    for options in ({"limits": 1}, {"limits": 1, "user_api": "fastprob"}, {"limits": {"fastprob": 1}}):
        with threadpoolctl.threadpool_limits(**options):
            assert fastprob.get_num_threads() == 1
            assert seen() == [(1, fastprob.__version__)]
            with threadpoolctl.threadpool_limits(2):
                assert fastprob.get_num_threads() == 2
            assert fastprob.get_num_threads() == 1
        assert fastprob.get_num_threads() == 3
    fastprob.set_num_threads(2)  # the process-wide setting counts again
    assert fastprob.get_num_threads() == 2
    with fastprob.threads(5), threadpoolctl.threadpool_limits(1):
        assert fastprob.get_num_threads() == 1


# ---- defaults


def test_environment():
    code = "import fastprob; print(fastprob.get_num_threads())"
    assert run(code, FASTPROB_NUM_THREADS="3") == "3"
    assert run(code, OMP_NUM_THREADS="2") == "2"
    assert run(code, OMP_NUM_THREADS="2,4") == "2"
    assert run(code, FASTPROB_NUM_THREADS="3", OMP_NUM_THREADS="1") == "3"
    default = run(code)
    assert 1 <= int(default) <= (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    assert run(code, FASTPROB_NUM_THREADS="") == run(code, OMP_NUM_THREADS="many") == default
    for nonsense in ("0", "-1", "many", "1025", "2,4", "2\n"):
        refused = "try:\n    import fastprob\nexcept ImportError as error:\n    print(error)"
        assert run(refused, FASTPROB_NUM_THREADS=nonsense) == (
            f"FASTPROB_NUM_THREADS={nonsense!r} is not a number of threads from 1 to 1024: choose one, or leave it unset"
        )


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no CPU affinity here")
def test_affinity():
    cpu = min(os.sched_getaffinity(0))
    assert run(f"import os; os.sched_setaffinity(0, {{{cpu}}}); import fastprob; print(fastprob.get_num_threads())") == "1"


def tree(root: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(root)


@pytest.mark.skipif(sys.platform != "linux", reason="cgroups are Linux's")
@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({}, 0),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "150000 100000\n"}, 2),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "max 100000\n"}, 0),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "300000 100000\n"}, 3),
        ({"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "1000 100000\n"}, 1),
        (
            {
                "proc/self/cgroup": "5:cpu,cpuacct:/x\n",
                "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us": "400000\n",
                "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us": "100000\n",
            },
            4,
        ),
    ],
)
def test_cgroup_quota(tmp_path, monkeypatch, files, quota):
    mounts = "1 0 0:1 / {root} rw - {kind} {kind} rw{options}\n"
    version1 = any("cfs_quota" in name for name in files)
    files = files | {
        "proc/self/mountinfo": mounts.format(
            root="/sys/fs/cgroup/cpu,cpuacct" if version1 else "/sys/fs/cgroup",
            kind="cgroup" if version1 else "cgroup2",
            options=",cpu,cpuacct" if version1 else "",
        )
    }
    root = tree(tmp_path, files)
    assert _core.quota_cpus(root) == quota
    for name in ("FASTPROB_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    cpus = len(os.sched_getaffinity(0))
    assert _core.default_threads(root) == (min(quota, cpus) if quota else cpus)
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert _core.default_threads(root) == 7


# ---- many callers, many processes


def test_many_python_threads(wanted):
    fastprob.set_num_threads(2)
    start, wrong = threading.Barrier(8), []

    def caller(k):
        start.wait()
        for _ in range(5):
            with fastprob.threads(1 + k % 3):
                if work() != wanted:
                    wrong.append(k)

    callers = [threading.Thread(target=caller, args=(k,)) for k in range(8)]
    for c in callers:
        c.start()
    for c in callers:
        c.join()
    assert not wrong


def test_python_runs_meanwhile():
    """The GIL is let go of: another thread gets on during a long call."""
    big, turns, done = np.linspace(-5, 5, 4_000_000), [0], threading.Event()

    def count():
        while not done.is_set():
            turns[0] += 1

    with fastprob.threads(1):
        counter = threading.Thread(target=count)
        counter.start()
        before = turns[0]
        for _ in range(3):
            normal.logcdf(big)
        got = turns[0] - before
        done.set()
        counter.join()
    assert got > 0


PROCESSES = """
import multiprocessing, sys
import fastprob
from fastprob import normal
import numpy as np
x = np.linspace(-40, 40, 200_000)
def job(k):
    fastprob.set_num_threads(2)
    return normal.logcdf(x).tobytes()
if __name__ == "__main__":
    fastprob.set_num_threads(2)
    wanted = normal.logcdf(x).tobytes()
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(3) as pool:
        assert pool.map(job, range(6)) == [wanted] * 6
        assert normal.logcdf(x).tobytes() == wanted
    assert normal.logcdf(x).tobytes() == wanted
    print("right")
"""


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_processes_after_a_threaded_call(tmp_path, method):
    script = tmp_path / "processes.py"
    script.write_text(PROCESSES)
    done = subprocess.run([sys.executable, "-W", "ignore", str(script), method], capture_output=True, text=True, timeout=120)
    assert done.stdout == "right\n", done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_fork_within_fork():
    code = """
import os, sys
import numpy as np
import fastprob
from fastprob import normal
x = np.linspace(-40, 40, 200_000)
fastprob.set_num_threads(2)
wanted = normal.logcdf(x).tobytes()
def child(depth):
    pid = os.fork()
    if pid == 0:
        right = normal.logcdf(x).tobytes() == wanted and (depth == 0 or child(depth - 1))
        os._exit(0 if right else 1)
    return os.waitpid(pid, 0)[1] == 0
print(all(child(2) for _ in range(20)) and normal.logcdf(x).tobytes() == wanted)
"""
    assert run(code) == "True"


def test_joblib(wanted):
    joblib = pytest.importorskip("joblib")
    code = """
import joblib
import fastprob
from fastprob import normal
import numpy as np
x = np.linspace(-40, 40, 200_000)
def job():
    return fastprob.get_num_threads(), normal.logcdf(x).tobytes()
wanted = job()[1]
with joblib.parallel_config("loky", n_jobs=2, inner_max_num_threads=1):
    results = joblib.Parallel()(joblib.delayed(job)() for _ in range(4))
assert [threads for threads, _ in results] == [1] * 4, results[0][0]
assert all(answer == wanted for _, answer in results)
print("right")
"""
    assert run(code, timeout=120) == "right"
    with fastprob.threads(2):
        answers = joblib.Parallel(n_jobs=3, backend="threading")(joblib.delayed(work)() for _ in range(6))
    assert answers == [wanted] * 6


@pytest.mark.skipif(not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="an interpreter with the GIL")
def test_free_threading_is_declared():
    """An interpreter without the GIL leaves it off: every extension says that it can do without."""
    assert run("import sys, fastprob, fastprob.kernels; print(sys._is_gil_enabled())") == "False"
