"""What is applied to a maltreated host: good generations that can be told apart from outside by
how Postfix and Dovecot greet, and bad ones that are to be taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mailctl.bundle import Artefact, HostBundle, Link, Port, Service
from mailctl.compile import compile_system
from mailctl.dns.records import records
from mailctl.keys.vault import KeyVault, public_keys
from mailctl.spec.load import load

USER = "a@faults.example"
PASSWORD = "a long enough password"
FQDN = "mail.faults.example"

_SPEC = """\
mailctl: 1
hosts:
  mail:
    fqdn: {fqdn}
    addresses: [{address}]
    platform: {platform}
    ssh: {{user: root}}
    limits: {{submitted_messages: 1000000, submitted_recipients: 1000000,
      authentications: 1000000}}
    overrides:
      postfix: {{smtpd_banner: "$myhostname ESMTP {letter}"}}
      dovecot: {{login_greeting: "Dovecot {letter} ready."}}
domains:
  faults.example: {{}}
users:
  {user}:
    password: {{file: secret}}
    aliases: [postmaster@faults.example, abuse@faults.example]
"""

_DROP_IN = "systemd/faults.conf"


def write_specs(folder: Path, address: str, platform: str) -> None:
    """A.yaml and B.yaml, and the password beside them."""
    (folder / "secret").write_text(f"{PASSWORD}\n")
    for letter in "AB":
        text = _SPEC.format(fqdn=FQDN, address=address, platform=platform, letter=letter, user=USER)
        (folder / f"{letter}.yaml").write_text(text)


def compiled(spec: Path) -> HostBundle:
    """As `mailctl apply` would bring it."""
    system = load(spec)
    vault = KeyVault(system.folder)
    return compile_system(system, vault, records(system, public_keys(system, vault))).hosts[0]


def restarting(bundle: HostBundle, letter: str) -> HostBundle:
    """Another good one: it greets by another letter, has a link more, and restarts OpenDKIM."""
    lettered = _edited(bundle, "postfix/main.cf", b"ESMTP A", f"ESMTP {letter}".encode())
    lettered = _edited(lettered, "dovecot/dovecot.conf", b"Dovecot A", f"Dovecot {letter}".encode())
    return _with_drop_in(lettered, "opendkim.service", b"Environment=FAULTS=1")


def refused(bundle: HostBundle) -> HostBundle:
    """postconf(1) knows no such parameter."""
    return _appended(bundle, "postfix/main.cf", b"smtpd_no_such_parameter = 1\n")


def start_fails(bundle: HostBundle) -> HostBundle:
    """No checker looks into drop-ins of systemd."""
    return _with_drop_in(bundle, "opendkim.service", b"ExecStartPre=/bin/false")


def dies_later(bundle: HostBundle) -> HostBundle:
    """Starts, greets, and is gone after a second."""
    return _with_drop_in(bundle, "dovecot.service", b"RuntimeMaxSec=1")


TAKEN_PORT = 2525


def port_taken(bundle: HostBundle) -> HostBundle:
    """master(8) ends when it cannot listen; `postfix check` does not try to."""
    return _appended(bundle, "postfix/master.cf", b"%d inet n - y - - smtpd\n" % TAKEN_PORT)


def probe_fails(bundle: HostBundle) -> HostBundle:
    ports = (*(p for p in bundle.content.ports if p.number != 25), Port(25, "220 somebody.else"))
    main = _appended(bundle, "postfix/main.cf", b"# greets as before\n")
    return replace(main, content=replace(main.content, ports=ports))


def _edited(bundle: HostBundle, path: str, old: bytes, new: bytes) -> HostBundle:
    (before,) = (one for one in bundle.content.artefacts if one.path == path)
    assert before.content.count(old) == 1, (path, old)
    return _replaced(bundle, replace(before, content=before.content.replace(old, new)))


def _appended(bundle: HostBundle, path: str, more: bytes) -> HostBundle:
    (before,) = (one for one in bundle.content.artefacts if one.path == path)
    return _replaced(bundle, replace(before, content=before.content + more))


def _replaced(bundle: HostBundle, artefact: Artefact) -> HostBundle:
    others = (one for one in bundle.content.artefacts if one.path != artefact.path)
    content = replace(bundle.content, artefacts=tuple(sorted((*others, artefact))))
    return replace(bundle, content=content)


def _with_drop_in(bundle: HostBundle, unit: str, line: bytes) -> HostBundle:
    text = Artefact(_DROP_IN, b"[Service]\n" + line + b"\n")
    link = Link(f"/etc/systemd/system/{unit}.d/faults.conf", _DROP_IN)
    services = tuple(_restarted_by_drop_in(one, unit) for one in bundle.content.services)
    content = replace(
        bundle.content,
        artefacts=tuple(sorted((*bundle.content.artefacts, text))),
        links=tuple(sorted((*bundle.content.links, link))),
        services=services,
    )
    return replace(bundle, content=content)


def _restarted_by_drop_in(service: Service, unit: str) -> Service:
    if service.unit != unit:
        return service
    return replace(service, restart_on=(*service.restart_on, "systemd"))
