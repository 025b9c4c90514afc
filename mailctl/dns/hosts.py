"""Address records of the hosts, and the names of their addresses.

Receivers want the PTR of every address that sends to be the HELO name, and that name to
lead back to the address (forward-confirmed); so all addresses of a host get both.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.dns.record import Record
from mailctl.dns.zones import Zones, reverse_zone
from mailctl.model.system import System
from mailctl.model.web import web_names


def address_records(system: System, zones: Zones) -> Iterator[Record]:
    """A and AAAA (RFC 1035, 3.4.1; RFC 3596) of every host."""
    for host in system.hosts.values():
        for address in host.addresses:
            kind = "A" if address.version == 4 else "AAAA"
            why = f"the address of host {host.name}, which mail servers connect to"
            yield zones.record(host.fqdn, kind, str(address), why)


def server_name_records(system: System, zones: Zones) -> Iterator[Record]:
    """A and AAAA of the further names of hosts. Addresses and no CNAME, since a name may have other
    records too: it may be a mail domain of its own."""
    for host in system.hosts.values():
        for each in host.names:
            for address in host.addresses:
                kind = "A" if address.version == 4 else "AAAA"
                why = f"mail clients reach host {host.name} under this name too"
                yield zones.record(each.name, kind, str(address), why)


def web_records(system: System, zones: Zones) -> Iterator[Record]:
    """A and AAAA of the names that web hosts answer to. Addresses and no CNAME, since a name may
    have other records too."""
    for host in system.hosts.values():
        for name in web_names(system, host):
            for address in host.addresses:
                kind = "A" if address.version == 4 else "AAAA"
                why = f"{host.name} serves it over HTTPS ({_ASKED_BY[name.partition('.')[0]]})"
                yield zones.record(name, kind, str(address), why)


_ASKED_BY = {
    "mta-sts": "the policy of MTA-STS, RFC 8461, 3.2",
    "autoconfig": "the set-up of Thunderbird and of Apple's clients",
    "autodiscover": "the set-up of Outlook",
}


def reverse_records(system: System) -> Iterator[Record]:
    """PTR of every address of every host; mostly the provider of the addresses sets them."""
    for host in system.hosts.values():
        for address in host.addresses:
            yield Record(
                address.reverse_pointer,
                "PTR",
                f"{host.fqdn}.",
                zone=reverse_zone(address),
                why=f"{address} is called what host {host.name} says in HELO; receivers check it."
                " Ask the provider of the address",
                foreign=True,
            )
