"""Who sends as whom: only within the domains of the spec."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding
from mailctl.model.system import System


def check(system: System) -> Iterator[Finding]:
    """`send_as` of domains that are foreign, or that say in DNS that they send nothing."""
    for address, user in system.users.items():
        for index, pattern in enumerate(user.send_as):
            domain = system.domains.get(pattern.domain)
            where = ("users", str(address), "send_as", index)
            if domain is None:
                yield Finding(where, "foreign-send-as", f"{pattern.domain} is not in this spec",
                              "users send as addresses of our own domains only")  # fmt: skip
            elif domain.parked:
                yield Finding(where, "parked-domain", f"{domain.name} is parked and sends nothing",
                              "take `parked:` away, or the address")  # fmt: skip
