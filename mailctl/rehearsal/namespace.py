"""Standing in another network namespace for a while (setns(2)).

A namespace belongs to a thread: who enters takes along the threads that it starts from there,
and nobody else. What needs a file or the screen works as before.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

_CLONE_NEWNET = 0x40000000
_HERE = Path("/proc/thread-self/ns/net")
_NAMED = Path("/run/netns")


@contextlib.contextmanager
def inside(name: str) -> Iterator[None]:
    """The calling thread's sockets are in the namespace of this name until the block ends."""
    with _HERE.open("rb") as home, (_NAMED / name).open("rb") as there:
        _enter(there.fileno())
        try:
            yield
        finally:
            _enter(home.fileno())


def _enter(descriptor: int) -> None:
    # os.setns exists since Python 3.12 only
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(descriptor, _CLONE_NEWNET) != 0:
        fault = ctypes.get_errno()
        raise OSError(fault, os.strerror(fault))
