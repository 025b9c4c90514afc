"""A host for all tests here, and a fresh person for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from faulty_host import ADDRESS, Keyboard

from mailctl.errors import RehearsalError
from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal import recipe
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.throwaway import ThrowawayNetwork, throwaway_network

_FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def show_figures(request: pytest.FixtureRequest) -> Callable[[Iterable[str]], None]:
    """Takes lines that stand at the end of pytest's output, whether the test passes or not."""
    return request.config.stash.setdefault(_FIGURES, []).extend


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if lines := config.stash.get(_FIGURES, []):
        terminalreporter.section("injected faults")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def net() -> Iterator[ThrowawayNetwork]:
    """A network without an uplink; skipped, and why, where this machine cannot make one."""
    try:
        with throwaway_network(recipes=[recipe.stocked(PLATFORMS["debian-12"])]) as network:
            yield network
    except RehearsalError as lacking:
        pytest.skip(str(lacking))


@pytest.fixture(scope="session")
def host(net: ThrowawayNetwork) -> ThrowawayHost:
    """A Debian 12 host on which the mail packages lie."""
    return net.boot("mail", platform="debian-12", addresses=[ADDRESS], fqdn="mail.faults.example")


@pytest.fixture
def keyboard(net: ThrowawayNetwork, host: ThrowawayHost, tmp_path: Path) -> Keyboard:
    """A person who gets in, whose spec fits the host."""
    key = tmp_path / "id"
    shutil.copy(net.access.identity, key)
    known_hosts = tmp_path / "known_hosts"
    shutil.copy(net.access.known_hosts, known_hosts)
    (tmp_path / "secret").write_text("a long enough password\n")
    person = Keyboard(net, host, tmp_path, key, known_hosts)
    person.write_spec()
    return person
