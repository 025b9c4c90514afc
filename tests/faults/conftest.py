"""A host for all tests here, and a fresh person for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from faulty_host import ADDRESS, Keyboard
from network_or_skip import network_or_skip
from ssh_person import Person

from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal import recipe
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.throwaway import ThrowawayNetwork

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
    with network_or_skip([recipe.stocked(PLATFORMS["debian-12"])]) as network:
        yield network


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


@pytest.fixture
def person(net: ThrowawayNetwork, host: ThrowawayHost, tmp_path: Path) -> Person:
    """A person who logs in as root."""
    return Person(net, host, tmp_path)


@pytest.fixture
def maria(person: Person) -> Iterator[Person]:
    """A person who logs in as maria, who is nobody special and whose password is `geheim`."""
    person.on_host(
        "useradd --create-home --shell /bin/bash maria && mkdir -m 700 ~maria/.ssh && "
        "cp /root/.ssh/authorized_keys ~maria/.ssh/ && chown -R maria ~maria/.ssh && "
        "echo maria:geheim | chpasswd"
    )
    yield person
    person.on_host("rm -rf /etc/sudoers.d/maria /run/sudo/ts/*; userdel --force --remove maria")
