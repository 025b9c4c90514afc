"""Dovecot on one host: its file in the release's language, its users, its service."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from mailctl.backends.base import Vault
from mailctl.backends.dovecot.accounts import ENTRIES, passwd_file
from mailctl.backends.dovecot.decisions import Topic
from mailctl.backends.dovecot.delivery import delivery, filtering
from mailctl.backends.dovecot.dialects import dialect_of
from mailctl.backends.dovecot.lines import Section, nest
from mailctl.backends.dovecot.logins import logins, transport
from mailctl.backends.dovecot.overrides import besides, instead
from mailctl.backends.dovecot.places import CONFIGURATION, USERS_FILE, postfix_private
from mailctl.backends.dovecot.protocols import LOGIN_PROTOCOLS, packages, ports, protocols
from mailctl.backends.dovecot.review import review, serves
from mailctl.backends.dovecot.storage import quota, storage
from mailctl.bundle import (
    MAIL_ACCOUNT,
    MAIL_ROOT,
    PROBE_FOLDER,
    TREE,
    Account,
    Artefact,
    Command,
    Contribution,
    Directory,
    Link,
    Probe,
    Service,
)
from mailctl.errors import Finding
from mailctl.model.host import Host, Role
from mailctl.model.system import System
from mailctl.render.dovecot import FILTERS
from mailctl.render.environment import render


class Dovecot:
    """Keeps mail on store hosts, and answers Postfix's questions about passwords."""

    name = "dovecot"

    def contribute(self, system: System, host: Host, vault: Vault) -> Contribution:
        """dovecot.conf, the passwd-files, and what they need on the host."""
        if not serves(host):
            return Contribution(entries=ENTRIES)
        stores = host.has(Role.STORE)
        return Contribution(
            artefacts=(_configuration(system, host), *_passwd_files(system, host, vault)),
            directories=_directories(host),
            links=(Link("/etc/dovecot/dovecot.conf", CONFIGURATION),),
            packages=packages(host),
            accounts=(Account(MAIL_ACCOUNT, home=MAIL_ROOT),) if stores else (),
            checks=(
                Command(
                    ("doveconf", "-n", "-c", f"{TREE}/{CONFIGURATION}"),
                    "Dovecot reads its configuration without a warning",
                ),
            ),
            services=(Service("dovecot.service", reload_on=("dovecot/dovecot.conf",)),),
            ports=ports(host),
            probes=_probes(system, host),
            entries=ENTRIES,
        )

    def review(self, system: System, host: Host) -> Iterable[Finding]:
        """Overrides that Dovecot lacks or that weaken us, and paths that its file cannot hold."""
        return review(system, host)


def _directories(host: Host) -> tuple[Directory, ...]:
    """Where mail lies, and where Postfix's sockets are: it makes that folder at its own first
    start only, and Dovecot may start before."""
    sockets = Directory(postfix_private(host), "postfix", "root", 0o700)
    probe = Directory(PROBE_FOLDER, "root", host.platform.places.own_group, 0o2750)
    if not host.has(Role.STORE):
        return (sockets, probe)
    return (Directory(MAIL_ROOT, MAIL_ACCOUNT, MAIL_ACCOUNT, 0o770), sockets, probe)


def _probes(system: System, host: Host) -> tuple[Probe, ...]:
    """How the mail of a probe is read, and where a wrong password is tried if not by Postfix."""
    if not system.stored_on(host):
        return ()
    if not host.protocols.imap:
        return (Probe("mailbox", "doveadm"),)
    refusal = () if host.has(Role.SUBMISSION) else (Probe("refusal", "993"),)
    return (Probe("mailbox", "993"), *refusal)


def topics(system: System, host: Host) -> tuple[Topic, ...]:
    """All decisions for one host, in the order of the file."""
    if not host.has(Role.STORE):
        return (protocols(host), transport(host), logins(host))
    return (
        protocols(host),
        transport(host),
        logins(host),
        storage(),
        quota(host),
        delivery(system, host),
        filtering(system, host),
    )


def _configuration(system: System, host: Host) -> Artefact:
    dialect = dialect_of(host.platform)
    content = render(
        f"dovecot-{dialect.version}/dovecot.conf",
        FILTERS,
        opening=f"Dovecot {dialect.version} on {host.fqdn}, made by mailctl from its spec: "
        "change the spec, not this file.",
        sections=dovecot_conf(system, host),
    )
    return Artefact(CONFIGURATION, content)


def dovecot_conf(system: System, host: Host) -> tuple[Section, ...]:
    """Every topic in the release's language, and what the administrator says besides."""
    dialect = dialect_of(host.platform)
    spelt = {
        topic.title: tuple(chain.from_iterable(map(dialect.lines, topic.decisions)))
        for topic in topics(system, host)
    }
    all_lines = tuple(chain.from_iterable(spelt.values()))
    sections = (
        Section("Versions", dialect.opening()),
        *(Section(title, nest(instead(lines, host))) for title, lines in spelt.items()),
        Section("Overrides of the spec", besides(all_lines, host)),
    )
    return tuple(section for section in sections if section.entries)


def _passwd_files(system: System, host: Host, vault: Vault) -> tuple[Artefact, ...]:
    users = system.users_of(host)
    stores = host.has(Role.STORE)
    keepers = [user for user in users if stores and not user.send_only]
    senders = [user for user in users if not stores or user.send_only]
    files = [passwd_file("dovecot/senders.smtp", senders, vault, host)]
    if stores:
        files.append(passwd_file(USERS_FILE, keepers, vault, host))
    files.extend(
        passwd_file(f"dovecot/senders.{protocol}", (), vault, host)
        for protocol in LOGIN_PROTOCOLS
        if stores
    )
    return tuple(files)
