"""Who the host is: keys pinned in the spec, and certificates of an authority in known_hosts."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from ssh_person import ADDRESS, Person, keygen

from mailctl.deploy.known_hosts import fingerprint
from mailctl.errors import HostKeyChanged, HostKeyUnknown
from mailctl.model.host import Ssh
from mailctl.rehearsal.access import make_key

pytestmark = pytest.mark.hosts

ROOT_SAYS = b"data\nroot\n"
KEY = "/etc/ssh/ssh_host_ed25519_key"


def public(person: Person) -> str:
    return " ".join(person.on_host(f"cat {KEY}.pub").split()[:2])


def printed(person: Person) -> str:
    return person.on_host(f"ssh-keygen -lf {KEY}.pub").split()[1]


def test_a_pinned_key_needs_no_known_hosts(person: Person) -> None:
    nowhere = person.with_(person.key, known_hosts=person.folder / "none")
    for pin in (public(person), printed(person)):
        said = person.says(Ssh(host_key=(make_key().public, pin)), nowhere)
        assert said.stdout == ROOT_SAYS


def test_another_key_than_the_pinned_one(person: Person) -> None:
    other = make_key().public
    with pytest.raises(HostKeyChanged) as raised:
        # known_hosts has the key, and is not asked
        person.says(Ssh(host_key=(other,)))
    text = str(raised.value)
    assert f"{ADDRESS} is ssh-ed25519 {printed(person)}, but the spec's `ssh: {{host_key" in text
    assert f"says {fingerprint(base64.b64decode(other.split()[1]))}; " in text


@pytest.fixture
def authority(person: Person) -> Path:
    """An authority of hosts, whose line is all that known_hosts has."""
    path = person.folder / "hosts_authority"
    keygen("-t", "ed25519", "-N", "", "-f", path)
    return path


def known(person: Person, authority: Path, more: str = "") -> Path:
    file = person.folder / "known"
    key = Path(f"{authority}.pub").read_text()
    file.write_text(f"@cert-authority *.faults.example,203.0.113.* {key}{more}")
    return file


def certify(person: Person, authority: Path, *options: str) -> tuple[str, str]:
    """The settings of sshd for its key and a certificate of it."""
    key = person.folder / "host"
    (person.folder / "host.pub").write_text(public(person))
    keygen("-s", authority, "-I", "mail", *options, key.with_suffix(".pub"))
    person.put(person.folder / "host-cert.pub", f"{KEY}-cert.pub")
    return f"HostKey {KEY}", f"HostCertificate {KEY}-cert.pub"


def test_a_certificate_of_a_known_authority(person: Person, authority: Path) -> None:
    access = person.with_(person.key, known_hosts=known(person, authority))
    with person.sshd(*certify(person, authority, "-h", "-n", f"mail.faults.example,{ADDRESS}")):
        assert person.says(access=access).stdout == ROOT_SAYS


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("-h", "-n", "web.faults.example"), "it is for web.faults.example"),
        (("-h", "-n", ADDRESS, "-V", "20200101:20200102"), "it is valid at another time"),
    ],
)
def test_a_certificate_that_does_not_count(
    person: Person, authority: Path, options: tuple[str, ...], why: str
) -> None:
    access = person.with_(person.key, known_hosts=known(person, authority))
    with (
        person.sshd(*certify(person, authority, *options)),
        pytest.raises(HostKeyUnknown) as raised,
    ):
        person.says(access=access)
    assert f"is unknown (its certificate does not count: {why}): ssh-ed25519 " in str(raised.value)


def test_a_strange_authority_and_none(person: Person, authority: Path) -> None:
    stranger = person.folder / "stranger"
    keygen("-t", "ed25519", "-N", "", "-f", stranger)
    access = person.with_(person.key, known_hosts=known(person, authority))
    with (
        person.sshd(*certify(person, stranger, "-h", "-n", ADDRESS)),
        pytest.raises(HostKeyUnknown, match=r"its authority SHA256:\S+ is not in known_hosts"),
    ):
        person.says(access=access)
    with pytest.raises(HostKeyUnknown, match="it shows no certificate of the authority"):
        person.says(access=access)


def test_a_revoked_authority_and_a_revoked_key(person: Person, authority: Path) -> None:
    settings = certify(person, authority, "-h", "-n", ADDRESS)
    revoked = f"@revoked * {Path(f'{authority}.pub').read_text()}"
    with person.sshd(*settings):
        access = person.with_(person.key, known_hosts=known(person, authority, revoked))
        with pytest.raises(HostKeyChanged):
            person.says(access=access)
        revoked = f"@revoked * {public(person)}\n"
        access = person.with_(person.key, known_hosts=known(person, authority, revoked))
        with pytest.raises(HostKeyChanged, match="is revoked in"):
            person.says(access=access)


def test_a_plain_line_counts_beside_an_authority(person: Person, authority: Path) -> None:
    plain = f"{ADDRESS} {public(person)}\n"
    access = person.with_(person.key, known_hosts=known(person, authority, plain))
    assert person.says(access=access).stdout == ROOT_SAYS
