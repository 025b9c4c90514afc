"""The trying client's addresses, each given out once: servers punish an address that failed."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from ipaddress import IPv4Address

from mailctl.errors import RehearsalError
from mailctl.rehearsal.network import IpAddress


class FreshAddresses:
    """`ClientAddresses` to the proofs; IPv4 only, and the first stays with us for DNS and SSH."""

    def __init__(self, addresses: Iterable[IpAddress]) -> None:
        self._addresses = iter([a for a in addresses if isinstance(a, IPv4Address)][1:])
        self._lock = threading.Lock()

    def take(self) -> str:
        """The next unused one."""
        with self._lock:
            for address in self._addresses:
                return str(address)
        raise RehearsalError(
            "the client has used all of its addresses", "prove fewer hosts at once: --host NAME"
        )
