"""KeyTable and SigningTable: which key signs for which domain."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.bundle import Entries
from mailctl.model.host import Host
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector
from mailctl.render.opendkim import field

ENTRIES = (
    Entries("opendkim/KeyTable", "signing key", "signing keys"),
    Entries("opendkim/SigningTable", "signed domain", "signed domains"),
)

_HEAD = "# Written by mailctl; changes made here are lost.\n"


def key_path(domain: DomainName, selector: DkimSelector) -> str:
    """A private key's place, relative to the generation."""
    return f"opendkim/keys/{field(domain)}/{field(selector.selector)}.pem"


def key_table(host: Host, signers: Iterable[tuple[DomainName, DkimSelector]]) -> bytes:
    """Lines `domain domain:selector:path`: the key is called by its domain's name."""
    lines = (
        f"{field(domain)} {field(domain)}:{field(selector.selector)}:"
        f"{host.platform.places.tree}/{key_path(domain, selector)}\n"
        for domain, selector in signers
    )
    return (_HEAD + "".join(sorted(lines))).encode()


def signing_table(signers: Iterable[tuple[DomainName, DkimSelector]]) -> bytes:
    """Lines `domain key`: the From header's domain, word for word, and no other."""
    lines = (f"{field(domain)} {field(domain)}\n" for domain, _ in signers)
    return (_HEAD + "".join(sorted(lines))).encode()
