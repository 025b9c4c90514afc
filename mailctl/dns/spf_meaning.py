"""What an SPF record means, whatever the way it is written (RFC 7208, 4.6)."""

from __future__ import annotations

from collections.abc import Hashable
from ipaddress import ip_network

_QUALIFIERS = "+-~?"
_WHOLE_ADDRESS = {"a": ("/32", "//128"), "mx": ("/32", "//128")}


def spf_meaning(text: str) -> Hashable:
    """The mechanisms in their order, for the first that matches decides (4.6.2), and the
    modifiers in none (6). Raises ValueError for an address that is none."""
    terms = [term for term in text.split(" ")[1:] if term]
    mechanisms = tuple(_mechanism(term) for term in terms if not _is_modifier(term))
    return mechanisms, frozenset(_modifier(term) for term in terms if _is_modifier(term))


def _is_modifier(term: str) -> bool:
    """A name and `=`; the domain of a mechanism may hold one too, after its colon."""
    name, equals, _ = term.partition("=")
    return bool(equals) and not {":", "/"} & set(name)


def _modifier(term: str) -> tuple[str, str]:
    name, _, value = term.partition("=")
    return name.lower(), _domain(value)


def _mechanism(term: str) -> tuple[str, str, str]:
    """Qualifier, name, and what follows; `+` stands unsaid (4.6.2)."""
    qualifier = term[0] if term[0] in _QUALIFIERS else "+"
    plain = term.removeprefix(term[0]) if term[0] in _QUALIFIERS else term
    name, colon, rest = plain.partition(":")
    if not colon:
        name, slash, rest = plain.partition("/")
        return qualifier, name.lower(), _lengths(name.lower(), f"{slash}{rest}")
    name = name.lower()
    if name in ("ip4", "ip6"):
        return qualifier, name, str(ip_network(rest, strict=False))
    domain, slash, length = rest.partition("/") if "%" not in rest else (rest, "", "")
    return qualifier, name, f"{_domain(domain)}:{_lengths(name, f'{slash}{length}')}"


def _lengths(name: str, text: str) -> str:
    """Prefix lengths that are the whole address hold anyway (5.6)."""
    four, two, six = text.partition("//")
    whole = _WHOLE_ADDRESS.get(name, ())
    return "".join(part for part in (four, f"{two}{six}") if part not in whole)


def _domain(text: str) -> str:
    """Capitals mean something in macros alone (7.3): `%{I}` escapes what `%{i}` does not."""
    return text if "%" in text else text.removesuffix(".").lower()
