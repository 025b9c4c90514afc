"""What we write, read by the release that it is for: without a word on standard error."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from dovecot_building import EXAMPLES, example, override, small_host, small_system
from dovecot_house import House, OneHash

from mailctl.backends.dovecot.backend import Dovecot
from mailctl.backends.dovecot.parameters import known
from mailctl.model.host import CertificateFiles, Host, Protocols, Role
from mailctl.model.places import STATE
from mailctl.model.system import System
from mailctl.render.dovecot import value

pytestmark = pytest.mark.daemons

HOSTILE_VALUES = (
    *("a # b", "#x", "$mail_plugins", "$ENV:HOME", "x $SET:ssl y", 'say "hi"', "back\\slash"),
    *("trailing\\", "{ brace", "}", "a = b", "'single'", "'a", "</etc/passwd", "%{user}", "%%"),
    *("  blanks  ", "é ü", "!include /etc/passwd", "a;b", "$$", "\\n", "`id`", "$(id)", "|x"),
    *("x" * 5000, "a  b", "%{env:HOME}", "@x", ">x"),
)
CERTIFICATE = CertificateFiles(f"{STATE}/tls/fullchain.pem", f"{STATE}/tls/key.pem")


def _read(house: House, configuration: bytes, *options: str) -> tuple[int, str]:
    (house.host.root / "root" / "dovecot.conf").write_bytes(configuration)
    return house.run("doveconf", "-c", "/root/dovecot.conf", *options)


def _written(system: System, host: Host) -> bytes:
    content = Dovecot().contribute(system, host, OneHash())
    (found,) = (each for each in content.artefacts if each.path == "dovecot/dovecot.conf")
    return found.content


def _is_quiet(house: House, configuration: bytes) -> None:
    status, said = _read(house, configuration, "-n")
    assert status == 0, said
    assert not re.search(r"(?i)warning|error|fatal|obsolete|deprecated", said), said


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_read_without_a_warning(house: House, name: str) -> None:
    system = example(name, house.platform)
    for host in system.hosts.values():
        _is_quiet(house, _written(system, host))


@pytest.mark.parametrize(
    "wishes",
    [
        {"roles": frozenset({Role.SUBMISSION})},
        {"roles": frozenset({Role.STORE})},
        {"roles": frozenset({Role.MX, Role.STORE})},
        {"protocols": Protocols(imap=False, pop3=False, managesieve=False)},
        {"protocols": Protocols(imap=True, pop3=False, managesieve=False)},
        {"tls": CERTIFICATE},
    ],
)
def test_so_is_every_kind_of_host(house: House, wishes: dict[str, object]) -> None:
    host = replace(small_host(house.platform), **wishes)  # type: ignore[arg-type]
    _is_quiet(house, _written(small_system(host), host))


@pytest.mark.parametrize("text", HOSTILE_VALUES, ids=lambda text: text[:20])
def test_a_hostile_value_is_data(house: House, text: str) -> None:
    host = small_host(house.platform, overrides=(override("mail_server_comment", text),))
    status, said = _read(house, _written(small_system(host), host), "-h", "mail_server_comment")
    assert status == 0
    # 2.4 prints values with quotes where its own language needs them
    assert said.removesuffix("\n") in (text, value(text))


def test_the_lists_of_parameters_are_the_releases_own(house: House) -> None:
    version = {"debian-12": "2.3", "debian-13": "2.4"}[house.platform]
    status, said = _read(house, _written(house.system, house.system.hosts["mail"]), "-d")
    assert status == 0
    assert known(version) <= set(re.findall(r"(?m)^([a-z0-9_]+) = ", said))


def test_a_fault_would_be_seen(house: House) -> None:
    configuration = _written(house.system, house.system.hosts["mail"])
    assert _read(house, configuration + b"mail_fsnyc = always\n", "-n")[0] != 0
