"""Servers that end with the test that asked for them, and a CA."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tls_world import Authority, TlsServer


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    folder = tmp_path / "certificates"
    folder.mkdir()
    return Authority(folder)


@pytest.fixture
def serve() -> Iterator[Callable[..., TlsServer]]:
    running: list[TlsServer] = []

    def begin(*options: object) -> TlsServer:
        running.append(TlsServer(*options))  # type: ignore[arg-type]
        return running[-1]

    yield begin
    for server in running:
        server.close()
