"""Where the name server is: `192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:53`, `ns.example.org`."""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address

from mailctl.errors import PublishError
from mailctl.resolver.answer import Server

_PORT = 53
_WITH_PORT = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<host>[^:\[\]]+))(?::(?P<port>\d{1,5}))?")


def parse_place(text: str) -> tuple[str, int]:
    """Host and port of what a user wrote. Raises ValueError, whose text says what is wrong."""
    if _is_address(text):
        return text, _PORT
    found = _WITH_PORT.fullmatch(text.strip())
    if found is None or (found["six"] and not _is_address(found["six"])):
        raise ValueError(f"{text!r} is neither an address nor a name; write [2001:db8::1]:53")
    port = int(found["port"] or _PORT)
    if not 0 < port < 2**16:
        raise ValueError(f"{text!r}: there is no port {port}")
    return found["six"] or found["host"], port


def servers_at(host: str, port: int) -> tuple[Server, ...]:
    """The addresses to try, in this machine's order of preference (RFC 6724). Raises
    PublishError."""
    if _is_address(host):
        return (Server(host, port),)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PublishError(
            f"--server {host}: this name has no address", "give the address itself"
        ) from None
    addresses = dict.fromkeys(str(place[4][0]) for place in found)
    return tuple(Server(address, port, name=host) for address in addresses)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
