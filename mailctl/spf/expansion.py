"""Macros to text (RFC 7208, 7.3 and 7.4), and what of it can be asked of DNS."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote

from mailctl.spf.macros import Macro, MacroString

LONGEST_NAME = 253
_LONGEST_LABEL = 63


def expand(text: MacroString, value_of: Callable[[str], str]) -> str:
    """The text with each macro replaced; `value_of` gives the value of a macro's letter."""
    return "".join(
        _transformed(part, value_of(part.letter)) if isinstance(part, Macro) else part
        for part in text.parts
    )


def _transformed(macro: Macro, value: str) -> str:
    parts = re.split(f"[{re.escape(macro.delimiters)}]", value)
    if macro.reverse:
        parts.reverse()
    text = ".".join(parts[-macro.keep :])  # 0 keeps all
    return quote(text, safe="") if macro.escape else text


def name_of(text: str) -> str:
    """An expanded domain-spec as a name: what is too long loses labels at the left (7.3)."""
    name = text.removesuffix(".")
    if len(name) <= LONGEST_NAME:
        return name
    return name[-LONGEST_NAME - 1 :].partition(".")[2] or name


def can_be_asked(name: str) -> bool:
    """Whether a name fits into a question at all (RFC 1035, 2.3.4; RFC 8616, 4 for what is
    not ASCII)."""
    return (
        name.isascii()
        and len(name) <= LONGEST_NAME
        and all(0 < len(label) <= _LONGEST_LABEL for label in name.split("."))
    )


def dotted(address: IPv4Address | IPv6Address) -> str:
    """`%{i}`: of IPv6 the 32 digits, in the capitals that the tests of the RFC have."""
    if isinstance(address, IPv4Address):
        return str(address)
    return ".".join(f"{int(address):032X}")


def arpa_label(address: IPv4Address | IPv6Address) -> str:
    """`%{v}`."""
    return "in-addr" if address.version == 4 else "ip6"
