"""Name servers that end with the test that asked for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fake_server import Behaviour, FakeServer
from fake_world import World

Start = Callable[..., FakeServer]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a fake server with a behaviour; `address`, `port` and `tcp` as FakeServer has them."""
    running: list[FakeServer] = []

    def begin(behaviour: Behaviour, **options: object) -> FakeServer:
        server = FakeServer(behaviour, **options)  # type: ignore[arg-type]
        running.append(server)
        return server

    yield begin
    for server in running:
        server.close()


@pytest.fixture
def world(start: Start) -> World:
    """A DNS of its own, empty but for the root."""
    return World(start)
