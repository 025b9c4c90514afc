"""What to write instead of a term that is none: for those who have to mend a record."""

from __future__ import annotations

import re
from ipaddress import ip_address

_MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
_MODIFIERS = ("redirect", "exp")
_ALIASES = {"ip": "ip4", "ipv4": "ip4", "ipv6": "ip6"}
_QUALIFIERS = "+?~-"
_NAME = re.compile("[+?~-]*([A-Za-z0-9_]*)")
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
"""What word processors make of a hyphen."""

_ANY = "terms are all, include:, a, mx, ip4:, ip6:, exists:, redirect= and exp="


def no_term(text: str) -> str:
    """The hint for a term that no mechanism or modifier is called."""
    match = _NAME.match(text)
    name = match[1].lower() if match else ""
    if name in _MODIFIERS:
        return f"{name} is a modifier: write {name}=DOMAIN"
    if name in _ALIASES:
        return f"write {_ALIASES[name]}:ADDRESS"
    if text in _QUALIFIERS:
        return f"write it at its mechanism, as {text}all"
    if text[:2].strip(_QUALIFIERS) == "":
        return "write one of + - ~ ? before a mechanism, not two"
    version = _version(text)
    if version:
        return f"write ip{version}:{text}"
    if name == "all":
        return "nothing follows all but a space"
    if name in _MECHANISMS:
        return f"{name} is followed by a colon, a slash or a space"
    near = _nearest(name)
    return f"did you mean {near}?" if near else _ANY


def odd_character(character: str) -> str:
    """The hint for a character that is not visible ASCII."""
    if character in _DASHES:
        return "write a hyphen, the - of the keyboard"
    if ord(character) > 127:
        return "write domains in A-labels (xn--...)"
    return "part the terms by spaces"


def odd_modifier(name: str) -> str:
    """The hint for a modifier of no known meaning."""
    if name == "v":
        return "one record begins once with v=spf1"
    if name in _MECHANISMS:
        return f"{name} is a mechanism: write {name}{'' if name == 'all' else ':'}"
    near = _nearest(name)
    return f"did you mean {near}?" if near else "leave it out"


def no_network(text: str, version: int) -> tuple[str, str]:
    """What is wrong with the address of `ip4:` or `ip6:`, and the hint."""
    address, _, length = text.partition("/")
    other = _version(address)
    if not address:
        return f"ip{version} needs an address", f"write ip{version}:ADDRESS"
    if other and other != version:
        return f"{address} is an address of IPv{other}", f"write ip{other}:{text}"
    if other:
        most = 32 if version == 4 else 128
        return (f"/{length:.12} is no prefix length of IPv{version}",
                f"write a number from 0 to {most}, without leading zeros")  # fmt: skip
    example = "192.0.2.0/24" if version == 4 else "2001:db8::/32"
    return f"{address!r} is no address of IPv{version}", f"write all of it, as {example}"


def _nearest(name: str) -> str:
    from difflib import get_close_matches  # only spoilt records need it

    return next(iter(get_close_matches(name[:40], (*_MECHANISMS, *_MODIFIERS), 1, 0.7)), "")


def _version(text: str) -> int:
    """4 or 6 for an IP address, else 0. SPF knows no zones as in fe80::1%eth0 (RFC 4007)."""
    try:
        return 0 if "%" in text else ip_address(text).version
    except ValueError:
        return 0
