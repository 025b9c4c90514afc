"""The names of a client that lead back to its address (RFC 7208, 5.5)."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

from mailctl.spf.client import IpAddress
from mailctl.spf.expansion import can_be_asked
from mailctl.spf.limits import MOST_NAMES
from mailctl.spf.resolver import Lookup, Resolver


def validated(names: Lookup, address: IpAddress, resolver: Resolver) -> tuple[str, ...]:
    """Those of the first ten names that have the address; who cannot be asked is left out."""
    found = (name.removesuffix(".").lower() for name in names.data[:MOST_NAMES])
    return tuple(name for name in found if _has(name, address, resolver))


def _has(name: str, address: IpAddress, resolver: Resolver) -> bool:
    if not can_be_asked(name):
        return False
    kind = "A" if address.version == 4 else "AAAA"
    return address in map(ip_address, resolver.lookup(name, kind).data)


def is_within(name: str, domain: str) -> bool:
    """Whether a name is a domain or lies in it."""
    return f".{name}".lower().endswith(f".{domain}".lower())


def best_name(names: Sequence[str], domain: str) -> str:
    """`%{p}`: the domain itself, else a name in it, else any (7.3)."""
    within = [name for name in names if is_within(name, domain)]
    exact = [name for name in within if name == domain.lower()]
    return next(iter((*exact, *within, *names)), "unknown")
