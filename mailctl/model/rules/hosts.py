"""Hosts: names and addresses that only one may have, and ways to reach them."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_network

from mailctl.errors import Finding, Severity
from mailctl.model.host import Acme, Host
from mailctl.model.system import System

_PRIVATE_IPV4 = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
         "127.0.0.0/8"),
    )
)  # fmt: skip
_PRIVATE_IPV6 = tuple(map(ip_network, ("fc00::/7", "fe80::/10", "::1/128")))
"""RFC 1918, RFC 6598, RFC 3927, RFC 4193 and loopback."""


def check(system: System) -> Iterator[Finding]:
    """All rules on hosts by themselves."""
    if not system.hosts and not system.domains:
        yield Finding((), "empty-spec", "there are neither hosts nor domains",
                      "`mailctl init` writes a spec to begin with")  # fmt: skip
    yield from _names(system)
    yield from _addresses(system)
    for host in system.hosts.values():
        yield from _login(host)
        yield from _jumps(system, host)
        yield from _outbound_policies(host)
        yield from _pins(host)


def _names(system: System) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for host in system.hosts.values():
        other = first.setdefault(host.fqdn, host.name)
        where = ("hosts", host.name, "fqdn")
        if other != host.name:
            yield Finding(where, "duplicate-fqdn", f"the host {other} is called {host.fqdn} too",
                          "give each host a name of its own")  # fmt: skip
        yield from _domain_of_that_name(system, host)


def _domain_of_that_name(system: System, host: Host) -> Iterator[Finding]:
    """A host may be called as a domain when it serves that domain; else mail goes astray."""
    domain = system.domains.get(host.fqdn)
    if domain is None:
        return
    where = ("hosts", host.name, "fqdn")
    if domain.parked:
        yield Finding(where, "fqdn-parked", f"{host.fqdn} is a parked domain, and hosts send mail",
                      f"call the host mail.{host.fqdn}, or do not park the domain")  # fmt: skip
    elif domain.store and host.name != domain.store and host.name not in domain.mx:
        yield Finding(where, "fqdn-loop",
                      f"the host is called as the domain {host.fqdn}, whose mail goes elsewhere",
                      f"call it mail.{host.fqdn}, or let it receive for the domain"
                      )  # fmt: skip


def _addresses(system: System) -> Iterator[Finding]:
    first: dict[IPv4Address | IPv6Address, str] = {}
    for host in system.hosts.values():
        for index, address in enumerate(host.addresses):
            where = ("hosts", host.name, "addresses", index)
            if address in first:
                owner = first[address]
                whose = "is here twice" if owner == host.name else f"belongs to {owner} too"
                yield Finding(where, "duplicate-ip-address", f"{address} {whose}",
                              "name each address once")  # fmt: skip
            first.setdefault(address, host.name)
            if address.version == 4 and any(address in network for network in _PRIVATE_IPV4):
                yield Finding(where, "private-address", f"the world cannot reach {address}",
                              "name the address that DNS shall show", Severity.WARNING)  # fmt: skip
            if address.version == 6 and any(address in network for network in _PRIVATE_IPV6):
                yield Finding(where, "ipv6-ptr", f"{address} has no PTR that receivers could check",
                              "name a global address, or leave IPv6 out", Severity.WARNING
                              )  # fmt: skip


def _login(host: Host) -> Iterator[Finding]:
    if host.ssh.user != "root" and not host.ssh.sudo:
        yield Finding(("hosts", host.name, "ssh"), "ssh-sudo",
                      f"{host.ssh.user} cannot change the host without sudo",
                      "add `sudo: true`", Severity.WARNING)  # fmt: skip


def _outbound_policies(host: Host) -> Iterator[Finding]:
    if host.heeds_mta_sts and host.platform.is_nixos:
        yield Finding(("hosts", host.name, "outbound_tls"), "outbound-mta-sts-nixos",
                      f"the module for {host.platform.name} brings nothing that looks policies up",
                      "leave it out, and set Postfix's smtp_tls_policy_maps in the host's own "
                      "configuration")  # fmt: skip


def _pins(host: Host) -> Iterator[Finding]:
    """Only keys that we have certbot make can be replaced by us."""
    if host.pins_its_keys and (host.platform.is_nixos or not isinstance(host.tls, Acme)):
        yield Finding(("hosts", host.name, "tlsa"), "tlsa-automatic",
                      f"the key that {host.name} shows is not made by mailctl",
                      "write `tls: acme` on a Debian host, or name files with its public keys: "
                      "`tlsa: [now.pem, next.pem]`")  # fmt: skip


def _jumps(system: System, host: Host) -> Iterator[Finding]:
    where = ("hosts", host.name, "ssh", "jump")
    if host.ssh.jump and host.ssh.jump not in system.hosts:
        known = ", ".join(sorted(name for name in system.hosts if name != host.name))
        yield Finding(where, "unknown-host", f"there is no host {host.ssh.jump!r}",
                      f"hosts are {known}" if known else "leave `jump:` out")  # fmt: skip
        return
    seen = []
    name = host.name
    while name and name in system.hosts and name not in seen:
        seen.append(name)
        name = system.hosts[name].ssh.jump
    if name == host.name:
        yield Finding(where, "jump-loop", f"the way to {name} leads through {name} itself",
                      "let one of the hosts be reached directly")  # fmt: skip
