"""The agent looks closer where something else lies there than it recorded, and only there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from deploy_machine import Machine, Tapped, bundle

from mailctl.bundle import Artefact, Command, HostBundle
from mailctl.deploy.host import Answer
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import Observation
from mailctl.deploy.observe import observe

BUILD = Command(("cp", "{tree}/postfix/main.cf", "{tree}/postfix/main.db"), "a build")
BUILT = bundle(builds=(BUILD,))


class Heard(Tapped):
    """Remembers what it answered."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[bytes] = []

    def tap(self, line: str, answer: Answer) -> bytes:
        said = answer(line)
        self.answers += [said] if said else []
        return said


def look(machine: Machine, wanted: HostBundle) -> tuple[Observation, list[bytes]]:
    remote = Heard()
    seen = observe(remote, Manifest.of(wanted), machine.errand())
    return seen, remote.answers


@pytest.mark.parametrize("wanted", [BUILT, bundle(b"two\n"), bundle(b"two\n", builds=(BUILD,))])
def test_what_was_laid_and_built_is_not_looked_at_twice(
    machine: Machine, wanted: HostBundle
) -> None:
    machine.apply(BUILT)
    seen, answers = look(machine, wanted)
    assert (seen.drift, answers) == ((), [])


def test_a_host_that_has_nothing_of_ours_is_not_looked_at_twice(machine: Machine) -> None:
    seen, answers = look(machine, BUILT)
    assert (seen.generation, seen.digest, seen.drift, answers) == (0, "-", (), [])


HANDS: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "mode": (lambda live: (live / "postfix/main.cf").chmod(0o600), ("postfix/main.cf",)),
    "mode of what was built": (
        lambda live: (live / "postfix/main.db").chmod(0o600),
        ("postfix/main.db",),
    ),
    "mode of a folder": (lambda live: (live / "dkim").chmod(0o755), ("dkim",)),
    "more": (lambda live: (live / "postfix/extra").touch(), ("postfix/extra",)),
    "a link": (lambda live: (live / "postfix/extra").symlink_to("x"), ("postfix/extra",)),
}


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("wanted", [BUILT, bundle(b"two\n")])
def test_a_hand_that_changed_no_content_is_seen(
    machine: Machine, wanted: HostBundle, hand: str
) -> None:
    machine.apply(BUILT)
    act, drift = HANDS[hand]
    act(machine.live)
    seen, answers = look(machine, wanted)
    assert (seen.drift, answers) == (drift, [b"closer\n"])


def test_changed_content_the_host_sees_itself(machine: Machine) -> None:
    machine.apply(BUILT)
    (machine.live / "postfix/main.cf").write_bytes(b"by hand\n")
    (machine.live / "dkim").chmod(0o755)
    seen, answers = look(machine, BUILT)
    assert (seen.drift, answers) == (("dkim", "postfix/main.cf"), [])


def test_records_that_somebody_changed_are_looked_at_once(machine: Machine) -> None:
    machine.apply(BUILT)
    (machine.live / ".mailctl/built").write_text("")
    seen, answers = look(machine, BUILT)
    assert (seen.drift, answers) == ((), [b"closer\n"])


def test_what_becomes_a_secret_leaves_no_copy(machine: Machine) -> None:
    machine.apply(bundle(b"one\n", Artefact("dovecot/users", b"nobody\n")))
    copy = machine.live / ".mailctl/laid/dovecot/users"
    assert copy.read_bytes() == b"nobody\n"
    machine.apply(bundle(b"one\n", Artefact("dovecot/users", b"HASH\n", mode=0o640, secret=True)))
    assert (machine.live / "dovecot/users").read_bytes() == b"HASH\n"
    assert not (machine.live / ".mailctl/laid/dovecot/users").exists()


def test_a_file_takes_the_place_of_a_folder_and_a_folder_that_of_a_file(machine: Machine) -> None:
    machine.apply(bundle(b"one\n", Artefact("sieve/a", b"keep;\n"), Artefact("plain", b"x\n")))
    machine.apply(bundle(b"one\n", Artefact("sieve", b"keep;\n"), Artefact("plain/x", b"x\n")))
    assert (machine.live / "sieve").read_bytes() == b"keep;\n"
    assert (machine.live / "plain/x").read_bytes() == b"x\n"
    assert not machine.apply(
        bundle(b"one\n", Artefact("sieve", b"keep;\n"), Artefact("plain/x", b"x\n"))
    ).changed
