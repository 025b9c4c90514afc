"""A big file of which little changed: only that travels, and the host has it whole."""

from __future__ import annotations

import pytest
from deploy_machine import Machine, bundle

from mailctl.bundle import Artefact
from mailctl.deploy import visit

LINES = [b"user%06d@example.org:{SHA}%d\n" % (number, number * 7919) for number in range(30_000)]


def users(*changed: tuple[int, bytes]) -> Artefact:
    lines = list(LINES)
    for number, line in changed:
        lines[number] = line
    return Artefact("dovecot/users", b"".join(lines), "root", "daemon", 0o640, secret=True)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes of each archive."""
    sizes: list[int] = []
    real = visit.delivery

    def spy(*given: object) -> tuple[bytes, bytes]:
        orders, archive = real(*given)  # type: ignore[arg-type]
        sizes.append(len(archive))
        return orders, archive

    monkeypatch.setattr(visit, "delivery", spy)
    return sizes


def test_a_changed_line_travels_alone(machine: Machine, sent: list[int]) -> None:
    machine.apply(bundle(b"one\n", users()))
    wanted = users((12_345, b"user012345@example.org:{SHA}new\n"), (29_999, b""))
    machine.apply(bundle(b"one\n", wanted))
    live = machine.live / "dovecot/users"
    assert live.read_bytes() == wanted.content
    assert oct(live.stat().st_mode & 0o777) == "0o640"
    assert sent[1] < sent[0] / 5
    assert not (machine.live / ".mailctl/new").exists()
    assert not machine.apply(bundle(b"one\n", wanted)).changed


def test_a_hand_in_the_big_file_makes_it_travel_whole_again(machine: Machine) -> None:
    machine.apply(bundle(b"one\n", users()))
    live = machine.live / "dovecot/users"
    content = live.read_bytes()
    live.write_bytes(content.replace(b"user000003", b"intruder03"))
    wanted = users((12_345, b"user012345@example.org:{SHA}new\n"))
    machine.apply(bundle(b"one\n", wanted))
    assert (machine.live / "dovecot/users").read_bytes() == wanted.content


def test_it_may_shrink_below_what_is_big(machine: Machine) -> None:
    machine.apply(bundle(b"one\n", users()))
    small = Artefact("dovecot/users", b"a\n", "root", "daemon", 0o640, secret=True)
    machine.apply(bundle(b"one\n", small))
    assert (machine.live / "dovecot/users").read_bytes() == b"a\n"
    machine.apply(bundle(b"one\n", users()))
    assert (machine.live / "dovecot/users").read_bytes() == users().content
