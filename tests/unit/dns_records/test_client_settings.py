"""Where clients log in, as everything that tells them has it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dns_building import Building

from mailctl.model.client_settings import Protocol, services
from mailctl.model.host import Protocols, Role
from mailctl.model.names import DomainName


@pytest.fixture
def building() -> Building:
    return Building()


def _found(building: Building) -> list[tuple[str, int, bool, list[str]]]:
    system = building.done()
    return [
        (
            found.protocol.value,
            found.port,
            found.implicit_tls,
            [server.host.name for server in found.servers],
        )
        for found in services(system, system.domains[DomainName("example.org")])
    ]


def test_tls_from_the_start_comes_first_and_what_is_not_offered_has_no_hosts(
    building: Building,
) -> None:
    building.host("mail", "mail.example.org").domain("example.org")
    assert _found(building) == [
        ("submission", 465, True, ["mail"]),
        ("submission", 587, False, ["mail"]),
        ("IMAP", 993, True, ["mail"]),
        ("IMAP", 143, False, ["mail"]),
        ("POP3", 995, True, []),
        ("POP3", 110, False, []),
        ("ManageSieve", 4190, False, ["mail"]),
    ]


def test_a_store_that_takes_no_mail_from_users_leaves_sending_to_the_hosts_that_do(
    building: Building,
) -> None:
    building.host("mail", "mail.example.org", roles=frozenset({Role.STORE}))
    building.host("out1", "out1.example.org", roles=frozenset({Role.SUBMISSION}))
    building.host("out2", "out2.example.org", roles=frozenset({Role.SUBMISSION, Role.MX}))
    building.host("other", "other.example.org")
    building.domain("example.org")
    sending = [hosts for name, _, _, hosts in _found(building) if name == "submission"]
    assert sending == [["out1", "out2"]] * 2


@pytest.mark.parametrize("protocol", ["imap", "pop3", "managesieve"])
def test_only_what_the_store_speaks_is_offered(building: Building, protocol: str) -> None:
    building.host("mail", "mail.example.org").domain("example.org")
    only = Protocols(**{name: name == protocol for name in ("imap", "pop3", "managesieve")})
    building.hosts["mail"] = replace(building.hosts["mail"], protocols=only)
    reading = {name.lower() for name, _, _, hosts in _found(building) if hosts}
    assert reading == {Protocol.SUBMISSION.value, protocol}
