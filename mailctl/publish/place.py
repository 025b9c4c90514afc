"""Where the primary is: an address, or the name of a server, with a port or without."""

from __future__ import annotations

import socket

from mailctl.errors import PublishError
from mailctl.resolver.answer import Server
from mailctl.resolver.place import is_address, split_port


def parse_place(text: str) -> tuple[str, int]:
    """Host and port of what a user wrote. Raises ValueError, whose text says what is wrong."""
    host, port = split_port(text)
    if not host or (set(host) & set(":[]") and not is_address(host)):
        raise ValueError(f"{host!r:.60} is neither an address nor a name; write [2001:db8::1]:53")
    return host, port


def servers_at(host: str, port: int) -> tuple[Server, ...]:
    """The addresses to try, in this machine's order of preference (RFC 6724). Raises
    PublishError."""
    if is_address(host):
        return (Server(host, port),)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PublishError(
            f"--server {host}: this name has no address", "give the address itself"
        ) from None
    addresses = dict.fromkeys(str(place[4][0]) for place in found)
    return tuple(Server(address, port, name=host) for address in addresses)
