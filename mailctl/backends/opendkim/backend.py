"""OpenDKIM's room: its configuration, the keys that sign on this host, its folders and unit."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.backends.base import Setting, Vault
from mailctl.backends.opendkim import overrides
from mailctl.backends.opendkim.review import review
from mailctl.backends.opendkim.settings import settings
from mailctl.backends.opendkim.signers import signers_of
from mailctl.backends.opendkim.tables import ENTRIES, key_path, key_table, signing_table
from mailctl.bundle import TREE, Artefact, Command, Contribution, Directory, Link, Probe, Service
from mailctl.errors import Finding
from mailctl.model.host import Host
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector, KeyState
from mailctl.model.system import System
from mailctl.render import opendkim as grammar
from mailctl.render import postfix as comments
from mailctl.render.environment import render

_OWNER = "opendkim"
_FILTERS = {**grammar.FILTERS, "comment": comments.comment}


class OpenDkim:
    """Signs what users and programs of this host send."""

    name = "opendkim"

    def contribute(self, system: System, host: Host, vault: Vault) -> Contribution:
        """Nothing where no mail begins its way, or no domain of the host is signed."""
        signers = signers_of(system, host)
        if not signers:
            return Contribution(entries=ENTRIES)
        return Contribution(
            artefacts=(*_configuration(system, signers, host), *_keys(system, signers, vault)),
            directories=(
                Directory("opendkim/keys", _OWNER, _OWNER, 0o700),
                *(
                    Directory(f"opendkim/keys/{domain}", _OWNER, _OWNER, 0o700)
                    for domain, _ in signers
                ),
                Directory(host.platform.places.signer, _OWNER, "postfix", 0o2750),
            ),
            links=(Link("/etc/opendkim.conf", "opendkim/opendkim.conf"),),
            packages=("opendkim",),
            checks=(
                Command(
                    argv=("opendkim", "-n", "-x", f"{TREE}/opendkim/opendkim.conf"),
                    why="OpenDKIM accepts its configuration",
                ),
            ),
            services=(
                Service(
                    "opendkim.service",
                    reload_on=("opendkim/KeyTable", "opendkim/SigningTable", "opendkim/keys/"),
                    restart_on=("opendkim/opendkim.conf", "opendkim/own_mail.lua"),
                ),
            ),
            probes=(_probe(*signers[0]),),
            entries=ENTRIES,
        )

    def review(self, system: System, host: Host) -> Iterable[Finding]:
        """Overrides that OpenDKIM lacks, or that would change what is signed; mixed keys."""
        return review(system, host)


def _probe(domain: DomainName, selector: DkimSelector) -> Probe:
    """One domain stands for all: what could fail is the way to the signer, or its tables."""
    return Probe("signature", f"{selector.selector}._domainkey.{domain}")


def opendkim_conf(system: System, host: Host) -> tuple[Setting, ...]:
    """Everything that opendkim.conf says, the administrator's overrides included; nothing where
    no mail is signed."""
    signers = signers_of(system, host)
    return overrides.applied(settings(host, signers[0][1].key), host) if signers else ()


def _configuration(
    system: System, signers: tuple[tuple[DomainName, DkimSelector], ...], host: Host
) -> tuple[Artefact, ...]:
    chosen = opendkim_conf(system, host)
    script = Artefact("opendkim/own_mail.lua", render("opendkim/own_mail.lua", _FILTERS))
    return (
        Artefact(
            "opendkim/opendkim.conf",
            render("opendkim/opendkim.conf", _FILTERS, settings=chosen),
        ),
        *((script,) if host.platform.signs_by_lua else ()),
        Artefact("opendkim/KeyTable", key_table(host, signers)),
        Artefact("opendkim/SigningTable", signing_table(signers)),
    )


def _keys(
    system: System, signers: tuple[tuple[DomainName, DkimSelector], ...], vault: Vault
) -> tuple[Artefact, ...]:
    """The keys that sign, and those that signed before: between the switch and its reload
    OpenDKIM opens the files of the table that it has in memory, and puts mail off without them.
    """
    former = (
        (domain, selector)
        for domain, _ in signers
        for selector in system.domains[domain].policy.dkim
        if selector.state is KeyState.RETIRING
    )
    return tuple(_key(domain, selector, vault) for domain, selector in (*signers, *former))


def _key(domain: DomainName, selector: DkimSelector, vault: Vault) -> Artefact:
    pem = vault.private_key(domain, selector)
    return Artefact(
        key_path(domain, selector),
        pem or b"",
        owner=_OWNER,
        group=_OWNER,
        mode=0o600,
        secret=True,
        withheld=pem is None,
    )
