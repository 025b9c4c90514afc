"""What a host is besides its daemons' own options: files, units, accounts, firewall."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.backends.unbound.places import UNIT as RESOLVER
from mailctl.bundle import MAIL_ACCOUNT, MAIL_ROOT, Artefact, Contribution
from mailctl.emit.nixos import certificate, nginx, opendkim, secrets, unbound
from mailctl.emit.nixos.layout import is_inline
from mailctl.emit.nixos.postfix import map_files
from mailctl.emit.nixos.shapes import Shape
from mailctl.emit.nixos.values import Attrs, Entry, File, Item, Raw, Value, entry
from mailctl.model.host import Host, Role
from mailctl.model.system import System

_OPTIONS_SAY = frozenset(
    {
        *("postfix/main.cf", "postfix/master.cf", "postfix/dynamicmaps.cf"),
        *("postfix/postfix-files", "systemd/postfix.conf", "dovecot/dovecot.conf"),
        "opendkim/opendkim.conf",
    }
)
"""Artefacts whose place options take, or nixpkgs' package."""

MARK = "host"
"""A file in the built system by which an apply knows that this module is a part of it."""


def secret_files(content: Contribution) -> tuple[Artefact, ...]:
    """What never enters the store."""
    return tuple(each for each in content.artefacts if each.is_private)


def public_files(system: System, host: Host, content: Contribution) -> tuple[Artefact, ...]:
    """What lies in /etc/mailctl."""
    elsewhere = _OPTIONS_SAY.union(file.path for file in map_files(system, host))
    return tuple(
        each for each in content.artefacts if each.path not in elsewhere and not each.is_private
    )


def etc(system: System, host: Host, content: Contribution, folder: str) -> Attrs:
    """environment.etc: our tree, its public files and links to the secret ones."""
    mark = "By this an apply knows that the built system has this module in it."
    given = [Entry((f"mailctl/{MARK}", "text"), f"{host.name}\n", mark)]
    given += (_placed(each, folder) for each in public_files(system, host, content))
    given += unbound.root_data(host)
    given += secrets.linked(secret_files(content))
    return Attrs(tuple(given))


def _placed(each: Artefact, folder: str) -> Entry:
    file = File(each.path, each.content)
    return Entry((f"mailctl/{each.path}", "text" if is_inline(file, folder) else "source"), file)


def units(system: System, host: Host, shape: Shape, content: Contribution) -> Iterator[Entry]:
    """systemd.services: who waits for whom, and who is told when a file changes."""
    serves = any(each.path.startswith("dovecot/") for each in content.artefacts)
    signs = any(each.path.startswith("opendkim/") for each in content.artefacts)
    others = (
        *((shape.dovecot_unit,) if serves else ()),
        *(("opendkim",) if signs else ()),
        *((RESOLVER,) if host.resolves else ()),
    )
    public = public_files(system, host, content)
    awaited: tuple[Value | Item, ...] = tuple(
        Item(name, "" if index else _CERTIFICATE)
        for index, name in enumerate(certificate.awaited(host))
    )
    waits = (*(f"{name}.service" for name in others), *awaited)
    patterns = _triggers("postfix/", public)
    yield entry(
        "postfix",
        Attrs(
            (
                *(() if not waits else (entry("after", waits, _AFTER),)),
                *(() if not waits else (entry("wants", waits),)),
                *(() if not patterns else (entry("reloadTriggers", patterns),)),
                *unbound.postfix_entries(host),
            )
        ),
    )
    if serves:
        setup = ("postfix-setup.service", *awaited)
        yield Entry(
            (shape.dovecot_unit,),
            Attrs((entry("after", setup, _SOCKETS), entry("wants", setup))),
        )
    if signs:
        tables = entry("restartTriggers", _triggers("opendkim/", public))
        yield entry("opendkim", Attrs((*opendkim.unit(), tables)))
    yield from unbound.units(host)
    yield from nginx.unit(host)
    if certificate.makes_its_own(host):
        yield Entry((certificate.UNIT,), certificate.unit(host, shape))


_AFTER = "smtpd ends where it cannot ask about passwords, and master(8) waits for a minute then."
_CERTIFICATE = (
    "Before it ran for the first time there is no certificate, and Dovecot does not start."
)
_SOCKETS = "It makes the folder in which Dovecot's sockets for Postfix lie."


def _triggers(prefix: str, public: Iterable[Artefact]) -> tuple[Value | Item, ...]:
    return tuple(
        Raw(f'config.environment.etc."mailctl/{each.path}".source')
        for each in public
        if each.path.startswith(prefix)
    )


def tmpfiles(host: Host, content: Contribution) -> tuple[Value | Item, ...]:
    """systemd.tmpfiles.rules: folders of the state, and who may read which secret."""
    mail = (f"d {MAIL_ROOT} 0770 {MAIL_ACCOUNT} {MAIL_ACCOUNT} -",)
    stores = host.has(Role.STORE)
    return (*(mail if stores else ()), *secrets.tmpfiles(secret_files(content)))


def users(host: Host, content: Contribution) -> Iterator[Entry]:
    """Accounts: that of the mail, and Postfix as one who may ask for signatures."""
    if host.has(Role.STORE):
        yield Entry(
            ("users", MAIL_ACCOUNT),
            Attrs(
                (
                    entry("isSystemUser", True),
                    entry("group", MAIL_ACCOUNT),
                    entry("home", MAIL_ROOT),
                )
            ),
            "All mail belongs to one account of its own.",
        )
        yield Entry(("groups", MAIL_ACCOUNT), Attrs(()))
    if any(each.path.startswith("opendkim/") for each in content.artefacts):
        yield entry(
            "users.postfix.extraGroups",
            ("opendkim",),
            "Who can connect to OpenDKIM's socket gets signatures.",
        )


def ports(host: Host, content: Contribution) -> tuple[Value | Item, ...]:
    """The firewall's open ports."""
    served = {port.number for port in content.ports if not port.loopback}
    return tuple(sorted(served.union(certificate.ports(host))))
