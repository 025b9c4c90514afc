"""tls: acme: of a host: the authority, and how the host proves to it that a name is its."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Any

from mailctl.model.host import PROPAGATION, Acme, DnsUpdates
from mailctl.model.secret import SecretSource
from mailctl.spec import texts
from mailctl.spec.kinds import Count, Plain, Text
from mailctl.spec.names import address
from mailctl.spec.problems import Refused, refuse
from mailctl.spec.secrets import source_of
from mailctl.spec.shapes import Key, ListOf, Record

_LONGEST_PROPAGATION = 3600


def _name_server(text: str) -> IPv4Address | IPv6Address:
    """certbot-dns-rfc2136 takes no name, in 2.1 as in 4.0, and says so at the first order."""
    try:
        return texts.network_address(text)
    except Refused:
        raise refuse("acme-dns-server", f"{text!r} is no IP address of a server, and updates go to "
                     "no other", 'write the one of the primary, as 192.0.2.53 or "2001:db8::53"'
                     ) from None  # fmt: skip


class _TsigKey(Record):
    """One source, and only one."""

    def read(self, value: object) -> dict[str, Any]:
        if isinstance(value, str):
            raise refuse("clear-tsig-key", "a key does not stand in the spec itself",
                         "write {file: secrets/acme.key}, and into that file what "
                         "`tsig-keygen acme` prints")  # fmt: skip
        read = super().read(value)
        if len(read) != 1:
            raise refuse("tsig-key-source", "a key has exactly one source",
                         f"write one of {', '.join(self.keys)}")  # fmt: skip
        return read


TSIG_KEY = _TsigKey(
    "tsig_key",
    {
        "file": Key(Text("a file beside the spec", texts.local_path),
                    "a file with the key, as tsig-keygen writes it or as "
                    "`hmac-sha256:name:secret`, that only its owner may read",
                    example="secrets/acme.key"),
        "env": Key(Text("an environment variable", texts.variable),
                   "an environment variable with the same", example="ACME_KEY"),
        "command": Key(ListOf(Plain("a word", texts.argument), least=1),
                       "a command (no shell) that prints the same",
                       example="[age, -d, -i, key.txt, acme.age]"),
    },
)  # fmt: skip

DNS = Record(
    "dns",
    {
        "server": Key(Text("an IP address", _name_server),
                      "the primary name server of the zones that its names are in", required=True,
                      example="192.0.2.53"),
        "port": Key(Count(1, 65535), "the port of that server", "53"),
        "tsig_key": Key(TSIG_KEY, "where the key comes from that signs the updates (RFC 8945)",
                        required=True, example="{file: secrets/acme.key}"),
        "propagation_seconds": Key(
            Count(1, _LONGEST_PROPAGATION),
            "how long the zones' secondaries may take until they have an update, in seconds; the "
            "authority is asked to look after that", str(PROPAGATION), "120"),
    },
)  # fmt: skip


class _Acme(Record):
    """By HTTP or by DNS; not both."""

    def read(self, value: object) -> dict[str, Any]:
        given = super().read(value)
        if "dns" in given and "webroot" in given:
            raise refuse("acme-two-ways", "the authority is answered by `webroot:` or by `dns:`",
                         "write the one or the other")  # fmt: skip
        return given


ACME = _Acme(
    "acme",
    {
        "email": Key(Text("an address", address), "where the authority writes to", "nowhere",
                     "admin@example.org"),
        "directory": Key(Text("a URL", texts.https_url), "the authority's ACME directory",
                         "Let's Encrypt"),
        "webroot": Key(Text("a path on the host", texts.host_path),
                       "the folder of a web server that has port 80 there already, and answers the "
                       "authority", "port 80 is free: certbot answers itself", "/var/www/html"),
        "dns": Key(DNS, "answers the authority by DNS instead, with signed dynamic updates "
                   "(RFC 2136): for a host whose port 80 it cannot reach", "by HTTP on port 80",
                   "{server: 192.0.2.53, tsig_key: {file: secrets/acme.key}}"),
    },
)  # fmt: skip


def acme_of(given: dict[str, Any]) -> Acme:
    """The model's value; sources of secrets in it are relative yet."""
    dns = given.get("dns")
    return Acme(**{**given, "dns": None if dns is None else _updates(dns)})


def _updates(given: dict[str, Any]) -> DnsUpdates:
    source: SecretSource = source_of(given["tsig_key"])
    return DnsUpdates(**{**given, "tsig_key": source})
