"""The text of a first spec: short, complete, and with comments that say what else there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from mailctl.model.names import Address, DomainName

SECRETS = "secrets"
EXPECTED = ("postmaster", "abuse")
"""Addresses that every mail domain must have (RFC 5321, 4.5.1; RFC 2142)."""

_PLAIN = re.compile(r"[a-z][a-z0-9-]*(?:[.@/][a-z0-9-]+)+|(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
"""Words that YAML 1.1 and 1.2 both read as text without quotes, within brackets too."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a first spec must say; everything else has a good default."""

    domain: DomainName
    fqdn: DomainName
    addresses: tuple[IPv4Address | IPv6Address, ...]
    platform: str
    user: Address

    @property
    def password_path(self) -> str:
        """Where the user's password lies, relative to the spec."""
        return f"{SECRETS}/{self.user.local}"


def first_spec(answers: Answers, schema: str = "") -> str:
    """The whole file. `schema` is where editors find the JSON Schema, relative to it."""
    return "\n".join(_lines(answers, schema)) + "\n"


def _lines(answers: Answers, schema: str) -> Iterator[str]:
    if schema:
        yield f"# yaml-language-server: $schema={schema}"
    yield f"# The mail server of {answers.domain}. Check it with: mailctl check"
    yield "mailctl: 1                              # the version of this language"
    yield ""
    yield from _host(answers)
    yield ""
    yield from _policies(answers)
    yield ""
    yield from _domain(answers)
    yield ""
    yield from _user(answers)
    yield ""
    yield "# Addresses without a mailbox, to one address or several:"
    yield "# aliases:"
    yield f"#   team@{answers.domain}: [{answers.user}]"


def _host(answers: Answers) -> Iterator[str]:
    addresses = ", ".join(_quoted(str(address)) for address in answers.addresses)
    yield "hosts:"
    yield "  mail:                                 # what commands call it: mailctl rollback mail"
    yield f"    fqdn: {_quoted(answers.fqdn)}"
    yield f"    addresses: [{addresses}]"
    yield f"    platform: {answers.platform}"
    yield "    # we log in as root; as somebody else who may use sudo without a password:"
    yield "    # ssh: {user: admin, sudo: true}"
    yield "    # the host makes itself a certificate; one that others trust:"
    yield "    # tls: {acme: {email: you@example.org}}   # or {certificate: FILE, key: FILE}"


def _policies(answers: Answers) -> Iterator[str]:
    reports = _quoted(f"postmaster@{answers.domain}")
    yield "policies:"
    yield "  default:                              # holds where a domain or a user says nothing"
    yield "    quota: 5G"
    yield f"    dmarc: {{policy: quarantine, reports: {reports}}}"
    yield "    # mail to user+detail goes to the folder INBOX.detail, which is made when it is new;"
    yield "    # `existing` files only into folders that are there, `ignore` leaves it in INBOX"
    yield '    subaddress: {delimiter: "+", folders: create}'


def _domain(answers: Answers) -> Iterator[str]:
    yield "domains:"
    yield f"  {_quoted(answers.domain)}: {{}}"
    yield "  # a further one whose unknown addresses go to one person, and one that has no mail:"
    yield f"  # example.net: {{catch_all: {answers.user}}}"
    yield "  # example.com: {parked: true}"


def _user(answers: Answers) -> Iterator[str]:
    aliases = [
        _quoted(f"{local}@{answers.domain}") for local in EXPECTED if local != answers.user.local
    ]
    yield "users:"
    yield f"  {_quoted(str(answers.user))}:"
    yield f"    password: {{file: {_quoted(answers.password_path)}}}       # its first line"
    yield f"    aliases: [{', '.join(aliases)}]"
    yield "    # forward: {to: [somebody@example.net], keep: true}"


def _quoted(text: str) -> str:
    """The text as YAML; JSON's form is YAML's double-quoted one for everything we write."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
