"""Postfix's room: settings, tables, checks, service and ports of one host."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.backends.base import Vault
from mailctl.backends.postfix import overrides, review
from mailctl.backends.postfix.entries import ENTRIES
from mailctl.backends.postfix.header_patterns import pattern_tables
from mailctl.backends.postfix.maps import tables
from mailctl.backends.postfix.probe import probes
from mailctl.backends.postfix.section import Section
from mailctl.backends.postfix.server_names import server_names
from mailctl.backends.postfix.services import services
from mailctl.backends.postfix.settings import sections
from mailctl.backends.postfix.unit import unit_folders, unit_links, unit_override, unit_services
from mailctl.bundle import TREE, Artefact, Command, Contribution, Link, Port
from mailctl.errors import Finding
from mailctl.model.host import Host, Role
from mailctl.model.system import System
from mailctl.render.environment import render
from mailctl.render.postfix import FILTERS

_TREE = f"{TREE}/postfix"


class Postfix:
    """SMTP, in and out, and submission."""

    name = "postfix"

    def contribute(self, system: System, host: Host, vault: Vault) -> Contribution:
        """Every host has a Postfix; its roles say for whom."""
        del vault  # passwords and keys are other daemons' business
        compiled = tables(system, host)
        texts = {
            **compiled,
            **pattern_tables(system, host),
            **server_names(host),
            **_configuration(system, host),
        }
        return Contribution(
            artefacts=(
                *(Artefact(f"postfix/{name}", content) for name, content in texts.items()),
                unit_override(host),
            ),
            directories=unit_folders(host),
            links=(
                Link("/etc/postfix/main.cf", "postfix/main.cf"),
                Link("/etc/postfix/master.cf", "postfix/master.cf"),
                *unit_links(host),
            ),
            packages=("ca-certificates", "postfix", "postfix-lmdb", "postfix-pcre"),
            builds=(_postmap(host, sorted(compiled)),),
            checks=_CHECKS,
            services=unit_services(host),
            ports=_ports(host),
            probes=probes(system, host),
            entries=ENTRIES,
        )

    def review(self, system: System, host: Host) -> Iterable[Finding]:
        """Overrides that Postfix lacks or that weaken us, and names that its tables cannot hold."""
        return review.review(system, host)


def main_cf(system: System, host: Host) -> tuple[Section, ...]:
    """Everything that main.cf says, the administrator's overrides included."""
    return overrides.applied(sections(system, host), host)


def _configuration(system: System, host: Host) -> dict[str, bytes]:
    return {
        "main.cf": render("postfix/main.cf", FILTERS, sections=main_cf(system, host)),
        "master.cf": render("postfix/master.cf", FILTERS, services=services(system, host)),
        "dynamicmaps.cf": render("postfix/dynamicmaps.cf", FILTERS),
        "postfix-files": render("postfix/postfix-files", FILTERS),
    }


def _postmap(host: Host, names: list[str]) -> Command:
    kind = host.platform.places.table_type
    return Command(
        argv=("postmap", "-c", _TREE, *(f"{kind}:{_TREE}/{name}" for name in names)),
        why="compiles Postfix's tables",
    )


_CHECKS = (
    Command(
        argv=("postconf", "-c", _TREE, "-n"),
        why="Postfix knows every parameter of main.cf",
    ),
    Command(
        argv=("postconf", "-c", _TREE, "-M"),
        why="Postfix can read master.cf",
    ),
    Command(
        argv=("postfix", "-c", _TREE, "check"),
        why="Postfix finds its files, with the owners and modes that it wants",
    ),
)


def _ports(host: Host) -> tuple[Port, ...]:
    greeting = f"220 {host.fqdn} ESMTP"
    receiving = (Port(25, greeting),) if host.has(Role.MX) or host.has(Role.STORE) else ()
    if not host.has(Role.SUBMISSION):
        return receiving
    return (*receiving, Port(465, greeting, tls=True), Port(587, greeting))
