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
        found = os.fstat(descriptor)
        mode, wanted = found.st_mode, min(limit, found.st_size)
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        content = os.read(descriptor, limit)
        # as long as it was when it was opened, one read is all that it takes
        while len(content) != wanted and (part := os.read(descriptor, limit - len(content))):
            content += part
        return content, stat.S_IMODE(mode)
    finally:
        os.close(descriptor)
