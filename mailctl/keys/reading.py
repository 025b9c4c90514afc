"""Reads a file that somebody names, without being held up by what may stand in its place."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def read_regular(path: Path, limit: int) -> tuple[bytes, int]:
    """At most `limit` bytes of a regular file, and the permission bits of its mode.

    Raises OSError, also for a pipe, a device or a folder, on which reading could wait.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        content = b""
        while len(content) < limit and (part := os.read(descriptor, limit - len(content))):
            content += part
        return content, stat.S_IMODE(mode)
    finally:
        os.close(descriptor)
