"""Two folders change places in one step (renameat2(2), RENAME_EXCHANGE)."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

_EXCHANGE = 2
_HERE = -100  # AT_FDCWD


def exchange(first: Path, second: Path) -> None:
    """Swap two existing paths of one file system; whoever looks sees both before or both after.

    Where the file system cannot do that (some network ones) `second` is moved away first, and
    for that moment there is nothing in its place. Raises OSError.
    """
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is not None:
        if rename(_HERE, os.fsencode(first), _HERE, os.fsencode(second), _EXCHANGE) == 0:
            return
        number = ctypes.get_errno()
        if number not in {errno.EINVAL, errno.ENOSYS}:
            raise OSError(number, os.strerror(number), str(second))
    aside = second.with_name(f"{first.name}.old")
    second.rename(aside)
    first.rename(second)
    aside.rename(first)
