"""Where clients log in, as everything that tells them has it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dns_building import Building

from mailctl.model.client_settings import Protocol, services
from mailctl.model.host import Protocols, Role, ServerName
from mailctl.model.names import DomainName
from mailctl.model.settings import MailPolicy


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


def test_a_domain_chooses_a_name_of_each_host(building: Building) -> None:
    building.host("mail", "mail.example.org", roles=frozenset({Role.STORE}))
    building.host("out", "out.example.org", roles=frozenset({Role.SUBMISSION}))
    for host, names in (
        ("mail", ("imap.a.example", "imap.b.example")),
        ("out", ("smtp.a.example",)),
    ):
        further = tuple(ServerName(DomainName(name)) for name in names)
        building.hosts[host] = replace(building.hosts[host], names=further)

    def told(*chosen: str) -> dict[str, set[str]]:
        building.domain(
            "example.org", policy=MailPolicy(server_name=tuple(map(DomainName, chosen)))
        )
        system = building.done()
        found: dict[str, set[str]] = {}
        for service in services(system, system.domains[DomainName("example.org")]):
            for server in service.servers:
                found.setdefault(service.protocol.value, set()).add(server.name)
        return found

    reading = {"IMAP", "ManageSieve"}
    for chosen, read, sent in (
        ((), "mail.example.org", "out.example.org"),
        (("imap.b.example",), "imap.b.example", "out.example.org"),
        (("smtp.a.example", "imap.a.example"), "imap.a.example", "smtp.a.example"),
    ):
        assert told(*chosen) == {**{each: {read} for each in reading}, "submission": {sent}}
