"""A small spec, and the world in which all its records are live."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

from fake_world import World

from mailctl.dns.dkim import PublicKey
from mailctl.dns.places import Selector
from mailctl.dns.record import Record
from mailctl.dns.records import records
from mailctl.model.domain import Domain
from mailctl.model.host import Host
from mailctl.model.names import DomainName
from mailctl.model.platform import PLATFORMS
from mailctl.model.settings import MailPolicy
from mailctl.model.system import System
from mailctl.resolver.view import View
from mailctl.verify.ground import ground
from mailctl.verify.observation import Observation
from mailctl.verify.report import Report
from mailctl.verify.survey import survey
from mailctl.verify.verdict import State, Verdict

APEX = "example.org"
HOST = "mail.example.org"
ADDRESS = "203.0.113.1"
POINTER = "1.113.0.203.in-addr.arpa"
KEY_NAME = "s1._domainkey.example.org"
KEY = PublicKey("rsa", "MIIB" + "A" * 388)


def system_of(
    *domains: str, fqdn: str = HOST, address: str = ADDRESS, policy: MailPolicy | None = None
) -> System:
    """One host that receives for all domains."""
    host = Host("mail", DomainName(fqdn), (ip_address(address),), PLATFORMS["debian-13"])
    found = {
        DomainName(name): Domain(DomainName(name), policy or MailPolicy(), "mail", ("mail",))
        for name in domains or (APEX,)
    }
    return System(Path("/nowhere"), {"mail": host}, found, {}, {})


def records_of(system: System) -> tuple[Record, ...]:
    keys = {
        (domain.name, selector.selector): KEY
        for domain in system.domains.values()
        for selector in domain.policy.dkim
    }
    return records(system, keys)


def checked(
    world: World,
    system: System,
    view: View | None = None,
    retired: Iterable[Selector] = (),
    zone: str = "",
) -> Report:
    return survey(ground(system, records_of(system), view or world.view(), retired, zone))


def not_ok(report: Report) -> list[tuple[State, str, str]]:
    return [
        (each.state, each.name, each.type) for each in report.verdicts if each.state is not State.OK
    ]


def of(report: Report, name: str, kind: str) -> list[Verdict]:
    return [each for each in report.verdicts if (each.name, each.type) == (name, kind)]


def observed(report: Report, *but: str) -> list[Observation]:
    """All but those that every unsigned small world has."""
    return [each for each in report.observations if each.rule not in ("unsigned", *but)]
