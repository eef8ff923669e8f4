"""The package once for every CPU target.

    with Target("x86_v3") as target:
        dx, dloc, dscale = target("normal_logpdf_grad", x, loc, scale)

The target is chosen at import, so each has a process of its own.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import traceback
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Target:
    """Calls ufuncs in a child process with FASTPROB_TARGET set."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "FASTPROB_TARGET": name},
        )
        running = self._receive()
        if running != name:
            raise RuntimeError(f"asked for target {name!r}, the package runs {running!r}")

    def __call__(self, op: str, *columns: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        assert self._process.stdin is not None
        pickle.dump((op, columns), self._process.stdin)
        self._process.stdin.flush()
        outputs: tuple[NDArray[Any], ...] = self._receive()
        return outputs

    def _receive(self) -> Any:
        assert self._process.stdout is not None
        try:
            answer = pickle.load(self._process.stdout)
        except EOFError:
            raise RuntimeError(f"the process for target {self.name!r} ended with status {self._process.wait()}") from None
        if isinstance(answer, str) and answer.startswith("Traceback"):
            raise RuntimeError(answer)
        return answer

    def __enter__(self) -> Target:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def as_tuple(outputs: Any) -> tuple[NDArray[Any], ...]:
    return outputs if isinstance(outputs, tuple) else (outputs,)


def _serve() -> None:
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing that is printed may come between the answers
    from fastprob import _core, ufuncs

    pickle.dump(_core.target, answers)
    answers.flush()
    while True:
        try:
            name, columns = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            with np.errstate(all="raise"):
                answer: Any = as_tuple(getattr(ufuncs, name)(*columns))
        except Exception:
            answer = traceback.format_exc()
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    _serve()
