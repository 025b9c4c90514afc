"""The subaddress delimiter: one for all domains of a host, and in no user's own name.

Postfix' recipient_delimiter and Dovecot's hold for the whole host.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding
from mailctl.model.host import Host
from mailctl.model.system import System


def check(system: System) -> Iterator[Finding]:
    """Delimiters that differ within a host, and users whose names hold theirs."""
    found: dict[str, Finding] = {}
    for host in system.hosts.values():
        for finding in _of_host(system, host):
            found.setdefault(str(finding.where), finding)
    yield from found.values()
    delimiters = {
        domain.name: domain.policy.subaddress.delimiter for domain in system.domains.values()
    }
    for address in system.users:
        delimiter = delimiters.get(address.domain)
        if delimiter is not None and delimiter in address.local:
            yield Finding(("users", str(address)), "delimiter-in-user",
                          f"the user's name holds {delimiter!r}, the delimiter of subaddresses",
                          "choose another name or another delimiter", on_key=True)  # fmt: skip


def _of_host(system: System, host: Host) -> Iterator[Finding]:
    domains = (*system.stored_on(host), *system.relayed_by(host))
    for domain in domains[1:]:
        delimiter = domain.policy.subaddress.delimiter
        first = domains[0].policy.subaddress.delimiter
        if delimiter != first:
            yield Finding(("domains", domain.name, "subaddress", "delimiter"), "delimiter-differs",
                          f"the domains of {host.name} have the delimiters {first!r} and "
                          f"{delimiter!r}", "use one on all domains of a host")  # fmt: skip
