"""Files that are whole or not there."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

UNSYNCED = {errno.EINVAL, errno.ENOTSUP}  # what a file system says that has no way to sync a folder


def write_whole(path: Path, content: bytes) -> None:
    """Puts the content there at once or not at all, through a crash of the system too. Raises OSError, which names the path.

    It is written to a new file beside, whose name nobody else has, out to the disk, then renamed; then the folder goes out.
    """
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(part, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
        _sync_folder(path.parent)
    except BaseException as error:
        with suppress(OSError):
            part.unlink()
        if isinstance(error, OSError) and error.errno is not None:
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise


def _sync_folder(folder: Path) -> None:
    """Until the folder is on the disk, a crash may bring back the file's old content."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows has no such call
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:  # one may write in a folder that one may not read
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in UNSYNCED:
            raise
    finally:
        os.close(descriptor)
