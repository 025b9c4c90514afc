"""What the client of ACME signs its updates of DNS with: a file that root alone reads.

For certbot an INI file of certbot-dns-rfc2136, for security.acme of NixOS the environment of lego.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

from mailctl.backends.base import Vault
from mailctl.bundle import Artefact
from mailctl.model.host import DnsUpdates, Host
from mailctl.model.tsig_key import TsigKey

CREDENTIALS = "certificates/dns.ini"
ENVIRONMENT = "certificates/dns.env"

_PLAIN = re.compile(r"[A-Za-z0-9+/=.:_*\[\]-]+")


def credentials(host: Host, vault: Vault) -> tuple[Artefact, ...]:
    """The file; none where the host proves nothing by DNS. Raises SecretError."""
    updates = host.dns_updates
    if updates is None:
        return ()
    key = vault.tsig_key(host, updates)
    nixos = host.platform.is_nixos
    lines = _environment if nixos else _ini
    text = "" if key is None else "".join(f"{line}\n" for line in lines(updates, key))
    path = ENVIRONMENT if nixos else CREDENTIALS
    return (Artefact(path, text.encode(), mode=0o600, secret=True, withheld=key is None),)


def _ini(updates: DnsUpdates, key: TsigKey) -> Iterator[str]:
    yield "# Written by mailctl; changes made here are lost."
    yield f"dns_rfc2136_server = {_plain(str(updates.server))}"
    yield f"dns_rfc2136_port = {updates.port}"
    yield f"dns_rfc2136_name = {_plain(key.name)}."
    yield f"dns_rfc2136_secret = {_plain(key.base64)}"
    # certbot 2.1 takes a word in small letters for HMAC-MD5
    yield f"dns_rfc2136_algorithm = {_plain(key.algorithm.upper())}"


def _environment(updates: DnsUpdates, key: TsigKey) -> Iterator[str]:
    """systemd.exec(5), EnvironmentFile=."""
    yield "# Written by mailctl; changes made here are lost."
    yield f"RFC2136_NAMESERVER={_plain(_place(updates.server))}:{updates.port}"
    yield f"RFC2136_TSIG_KEY={_plain(key.name)}."
    yield f"RFC2136_TSIG_SECRET={_plain(key.base64)}"
    # lego takes it as a name in DNS, with its final dot
    yield f"RFC2136_TSIG_ALGORITHM={_plain(key.algorithm)}."
    yield f"RFC2136_PROPAGATION_TIMEOUT={updates.propagation_seconds}"


def _place(address: IPv4Address | IPv6Address) -> str:
    return str(address) if address.version == 4 else f"[{address}]"


def _plain(value: str) -> str:
    """A value that means itself without quotes, to ConfigObj (which knows quotes, lists, comments,
    and would put other values in for `$NAME` or `%(name)s`) as to systemd. Raises ValueError."""
    if not _PLAIN.fullmatch(value):
        # the value is not quoted: it may be the secret
        raise ValueError("the credentials for updates of DNS cannot hold such a value")
    return value
