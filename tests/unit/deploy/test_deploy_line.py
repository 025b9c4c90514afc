"""The line under SSH has an end: silence, and a program in between that is over."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from mailctl.deploy.hop import Hop
from mailctl.deploy.line import Line, ProgramLine, dial
from mailctl.errors import Unreachable


@pytest.fixture
def silent() -> Iterator[Line]:
    """A line to a peer that lives, takes nothing and says nothing."""
    ours, theirs = socket.socketpair()
    line = Line(ours, 0.3)
    line.settimeout(0.05)
    with theirs:
        yield line
    line.close()


@pytest.mark.parametrize(
    "use", [lambda line: line.recv(10), lambda line: line.send(b"x" * 65536)], ids=["recv", "send"]
)
def test_silence_is_no_time_out_that_is_tried_again(
    silent: Line, use: Callable[[Line], object]
) -> None:
    """paramiko takes a TimeoutError for "not yet", and would ask for ever."""
    until = time.monotonic() + 5
    with pytest.raises(OSError, match=r"no sign of life for 0\.3 s") as raised:
        while time.monotonic() < until:
            try:
                use(silent)
            except TimeoutError:
                continue
    assert not isinstance(raised.value, TimeoutError)
    assert silent.fault == "no sign of life for 0.3 s"


def test_a_program_that_ends_says_why() -> None:
    line = ProgramLine("sh -c 'echo first >&2; echo no way >&2; exit 3'", 5)
    line.settimeout(5)
    assert line.recv(10) == b""
    assert line.fault == "its ProxyCommand ended with status 3: no way"
    line.close()


def test_a_program_is_ended_with_the_line() -> None:
    line = ProgramLine("cat", 5)
    line.settimeout(5)
    line.send(b"there and back")
    assert line.recv(100) == b"there and back"
    line.close()
    assert line._program.poll() is not None


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    hop = Hop("mail", ("127.0.0.1", "no name"), port, "root", connect_timeout=2)
    with pytest.raises(Unreachable) as raised:
        dial("mail", hop, None)
    text = str(raised.value)
    assert text.startswith(f"mail: cannot connect to 127.0.0.1 port {port}: Connection refused, ")
    assert "\n" not in text
