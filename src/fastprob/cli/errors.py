"""What a command says to a person and stops with: no traceback, one line, an exit status."""

from __future__ import annotations

import errno
from pathlib import Path


class CommandError(Exception):
    """One line that says what is wrong, where, and what to do."""

    status = 2


class TrainingFailed(CommandError):
    """Training could not go on, though nothing was wrong with the call."""

    status = 1


class Interrupted(CommandError):
    """Ctrl-C, with the status that a shell gives it."""

    status = 130


FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def cannot(action: str, path: Path, error: OSError) -> CommandError:
    """The operating system's refusal as a line: `run/config.json: cannot write: No space left on device: make room there`."""
    if error.errno in FULL:
        remedy = "make room there, or name another place"
    elif error.errno in FORBIDDEN:
        remedy = "check its permissions, or name another place"
    else:
        remedy = "check the path"
    return CommandError(f"{path}: cannot {action}: {error.strerror or error}: {remedy}")
