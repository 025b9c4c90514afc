"""Where a name server answers, as people write it: `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`,
`[2001:db8::1]:53`; some readers take a name in place of the address."""

from __future__ import annotations

import re
from ipaddress import ip_address

from mailctl.resolver.answer import Server

_PORT = 53
_MOST_PORT = 65_535
_DIGITS = len(str(_MOST_PORT))
_WITH_PORT = re.compile(r"(?:\[(?P<inner>[^\]]*)\]|(?P<host>[^:\[\]]+))(?::(?P<port>[^:]*))?")


def server_at(text: str) -> Server:
    """The server at an address. Raises ValueError, whose text says what is wrong."""
    address, port = split_port(text)
    if not is_address(address):
        raise ValueError(f"{address!r:.60} is no IP address")
    return Server(str(ip_address(address)), port)


def split_port(text: str) -> tuple[str, int]:
    """Host and port; in brackets nothing is a host but an address, and what is no host and port
    is returned as it is, with the port of DNS. Raises ValueError for a port that is none."""
    found = None if is_address(text) else _WITH_PORT.fullmatch(text)
    if found is None or (found["inner"] is not None and not is_address(found["inner"])):
        return text, _PORT
    host = found["host"] or found["inner"]
    return host, _PORT if found["port"] is None else _port(found["port"])


def is_address(text: str) -> bool:
    """Whether it is an address, of IPv4 or IPv6."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _port(text: str) -> int:
    decimal = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    if not decimal or not 0 < int(text) <= _MOST_PORT:
        raise ValueError(f"{text!r:.60} is no port")
    return int(text)
