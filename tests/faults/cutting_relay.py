"""A wire that can be cut: TCP through us, so that either end loses the other at a byte.

Cut by a reset, both ends hear of it at once. Cut silently, the host hears nothing more for as
long as we like, as when a cable is pulled; our own end is closed, for nobody wants to wait.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import threading
from dataclasses import dataclass, field
from enum import Enum

_CHUNK = 1 << 14
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of zero seconds: close(2) sends a reset (socket(7))."""


class Manner(Enum):
    RESET = "reset"
    SILENCE = "silence"


@dataclass(slots=True)
class Relay:
    """Listens on `here` and carries one connection after another to `there`.

    `limit` is (to the host, bytes) or (from the host, bytes): there it is cut by itself.
    """

    here: tuple[str, int]
    there: tuple[str, int]
    manner: Manner = Manner.RESET
    sent_limit: int | None = None
    heard_limit: int | None = None
    sent: int = 0
    heard: int = 0
    was_cut: bool = False
    _listener: socket.socket = field(init=False)
    _wake: tuple[socket.socket, socket.socket] = field(init=False)
    _kept: list[socket.socket] = field(default_factory=list)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(self.here)
        self._wake = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def cut(self) -> None:
        """Now, wherever it is; returns when it is done."""
        self._wake[0].send(b"x")
        self._thread.join()

    def close(self) -> None:
        """Let go of everything; whoever still listens hears a reset."""
        with contextlib.suppress(OSError):
            self._wake[0].send(b"x")
        self._thread.join()
        for one in (*self._kept, self._listener, *self._wake):
            _reset(one)

    def _serve(self) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(self._listener, selectors.EVENT_READ)
            ready.register(self._wake[1], selectors.EVENT_READ)
            if any(key.fileobj is self._wake[1] for key, _ in ready.select()):
                return
            near, _ = self._listener.accept()
            far = socket.create_connection(self.there, 10)
            self._carry(near, far)

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            for one in (near, far, self._wake[1]):
                ready.register(one, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    if key.fileobj is self._wake[1]:
                        return self._strike(near, far)
                    sending = key.fileobj is near
                    if not self._forward(*((near, far) if sending else (far, near)), sending):
                        _reset(near)
                        _reset(far)
                        return None
                    if self._is_over():
                        return self._strike(near, far)

    def _forward(self, source: socket.socket, sink: socket.socket, sending: bool) -> bool:
        """One chunk, or what may still pass of it; False when an end has closed."""
        limit, passed = (self.sent_limit, self.sent) if sending else (self.heard_limit, self.heard)
        room = _CHUNK if limit is None else min(_CHUNK, max(limit - passed, 1))
        try:
            chunk = source.recv(room)
            sink.sendall(chunk)
        except OSError:
            return False
        if sending:
            self.sent += len(chunk)
        else:
            self.heard += len(chunk)
        return bool(chunk)

    def _is_over(self) -> bool:
        return (self.sent_limit is not None and self.sent >= self.sent_limit) or (
            self.heard_limit is not None and self.heard >= self.heard_limit
        )

    def _strike(self, near: socket.socket, far: socket.socket) -> None:
        self.was_cut = True
        _reset(near)
        if self.manner is Manner.RESET:
            _reset(far)
        else:
            self._kept.append(far)


def _reset(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        if one.family != socket.AF_UNIX:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    one.close()
