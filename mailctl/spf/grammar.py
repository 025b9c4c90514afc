"""The grammar of a record (RFC 7208, 12): text to value, without its meaning."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from mailctl.spf.complaints import no_network, no_term, odd_character
from mailctl.spf.fault import SpfSyntaxError
from mailctl.spf.macros import MacroString, domain_spec, macro_string
from mailctl.spf.record import (
    VERSION,
    A,
    All,
    Exists,
    Include,
    Ip,
    Mechanism,
    Mx,
    Ptr,
    Qualifier,
    SpfRecord,
    Unknown,
)

_TERM = re.compile("[^ ]+")
_ODD = re.compile("[^ -~]")
_MODIFIER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_.-]*)=(?P<value>.*)")
_MECHANISM = re.compile(r"(?P<qualifier>[+?~-]?)(?P<name>[A-Za-z0-9]+)(?P<rest>(?:[:/].*)?)")
_PREFIXES = re.compile(r"(?P<domain>.*?)(?:/(?P<ip4>[0-9]*))?(?://(?P<ip6>[0-9]*))?")
_LENGTH = re.compile("0|[1-9][0-9]{0,2}")
_IP4 = re.compile(r":(?P<address>[0-9.]+)(?:/(?P<length>0|[1-9][0-9]?))?")
_IP6 = re.compile(r":(?P<address>[0-9A-Fa-f:.]+)(?:/(?P<length>0|[1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class _Term:
    """A mechanism as it is written; `rest` is what follows its name."""

    offset: int
    text: str
    name: str
    qualifier: Qualifier
    rest: str

    def fault(self, message: str, hint: str = "") -> SpfSyntaxError:
        return SpfSyntaxError(self.offset, f"`{self.text:.60}`: {message}", hint)


def parse(text: str) -> SpfRecord:
    """The record that a text is; raises SpfSyntaxError at the first term that is wrong."""
    _check_characters(text)
    if not is_spf(text):
        raise SpfSyntaxError(0, f"an SPF record begins with '{VERSION}'", f"write `{VERSION} ...`")
    mechanisms: list[Mechanism] = []
    known: dict[str, MacroString] = {}
    unknown: list[Unknown] = []
    for match in _TERM.finditer(text, len(VERSION)):
        modifier = _MODIFIER.fullmatch(match.group())
        if modifier is None:
            mechanisms.append(_mechanism(match.group(), match.start()))
            continue
        name = modifier["name"].lower()
        if name in ("redirect", "exp"):
            _add_once(known, name, _modifier_domain(modifier, match.start()), match.start())
        else:
            unknown.append(Unknown(name, macro_string(modifier["value"], match.start())))
    return SpfRecord(
        tuple(mechanisms), known.get("redirect"), known.get("exp"), frozenset(unknown)
    )  # fmt: skip


def is_spf(text: str) -> bool:
    """Whether a TXT record claims to be SPF (4.5); all others are none of our business."""
    return text[: len(VERSION)].lower() == VERSION and text[len(VERSION) :][:1] in ("", " ")


def _check_characters(text: str) -> None:
    """Terms are visible ASCII, and spaces alone part them (4.6.1)."""
    odd = _ODD.search(text)
    if odd:
        offset = text.rfind(" ", 0, odd.start()) + 1
        raise SpfSyntaxError(offset, f"{odd.group()!a} has no place in an SPF record, which is "
                             "visible ASCII", odd_character(odd.group()))  # fmt: skip


def _add_once(known: dict[str, MacroString], name: str, value: MacroString, offset: int) -> None:
    if name in known:
        raise SpfSyntaxError(offset, f"`{name}=` appears twice (RFC 7208, 6)", "keep one")
    known[name] = value


def _modifier_domain(modifier: re.Match[str], offset: int) -> MacroString:
    try:
        return domain_spec(modifier["value"], offset)
    except SpfSyntaxError as error:
        message = f"`{modifier.group():.60}`: {error.message}"
        raise SpfSyntaxError(offset, message, error.hint) from None


def _mechanism(text: str, offset: int) -> Mechanism:
    match = _MECHANISM.fullmatch(text)
    reader = _READERS.get(match["name"].lower()) if match else None
    if match is None or reader is None:
        raise SpfSyntaxError(offset, f"`{text:.60}` is no term of SPF", no_term(text))
    qualifier = Qualifier(match["qualifier"] or "+")
    return reader(_Term(offset, text, match["name"].lower(), qualifier, match["rest"]))


def _all(term: _Term) -> All:
    if term.rest:
        raise term.fault("all takes nothing after it", f"write {term.qualifier}all")
    return All(term.qualifier)


def _include(term: _Term) -> Include:
    return Include(_domain(term, term.rest), term.qualifier)


def _exists(term: _Term) -> Exists:
    return Exists(_domain(term, term.rest), term.qualifier)


def _ptr(term: _Term) -> Ptr:
    return Ptr(_domain(term, term.rest) if term.rest else None, term.qualifier)


def _a(term: _Term) -> A:
    return A(*_hosts(term))


def _mx(term: _Term) -> Mx:
    return Mx(*_hosts(term))


def _hosts(term: _Term) -> tuple[MacroString | None, Qualifier, int, int]:
    match = _PREFIXES.fullmatch(term.rest)
    if match is None:  # cannot be: everything is optional, and there are no line ends
        raise term.fault("no term of SPF")
    domain = _domain(term, match["domain"]) if match["domain"] else None
    return domain, term.qualifier, _length(term, match["ip4"], 32), _length(term, match["ip6"], 128)


def _domain(term: _Term, rest: str) -> MacroString:
    """What follows the colon."""
    if not rest.startswith(":"):
        hint = f"write {term.name}:DOMAIN"
        if rest:
            raise term.fault(f"{term.name} takes no {rest:.60}", hint)
        raise term.fault(f"{term.name} needs a domain", hint)
    try:
        return domain_spec(rest[1:], term.offset)
    except SpfSyntaxError as error:
        last = rest.rsplit("/", 1)
        if len(last) == 2 and last[1].isdigit() and term.name not in ("a", "mx"):
            raise term.fault(f"{term.name} takes no prefix length",
                             f"leave /{last[1]} out") from None  # fmt: skip
        raise term.fault(error.message, error.hint) from None


def _length(term: _Term, digits: str | None, most: int) -> int:
    if digits is None:
        return most
    if not _LENGTH.fullmatch(digits) or int(digits) > most:
        family = {32: "IPv4", 128: "IPv6"}[most]
        hint = f"write a number from 0 to {most}, without leading zeros"
        if most == 32 and _LENGTH.fullmatch(digits):
            hint += "; a prefix length for IPv6 follows //"
        raise term.fault(f"/{digits:.12} is no prefix length of {family}", hint)
    return int(digits)


def _ip4(term: _Term) -> Ip:
    match = _IP4.fullmatch(term.rest)
    length = _length_of_network(match, 32)
    if match is None or length is None:
        raise term.fault(*no_network(term.rest[1:61], 4))
    try:
        return Ip(IPv4Network((match["address"], length), strict=False), term.qualifier)
    except ValueError:
        raise term.fault(*no_network(term.rest[1:61], 4)) from None


def _ip6(term: _Term) -> Ip:
    match = _IP6.fullmatch(term.rest)
    length = _length_of_network(match, 128)
    if match is None or length is None:
        raise term.fault(*no_network(term.rest[1:61], 6))
    try:
        return Ip(IPv6Network((match["address"], length), strict=False), term.qualifier)
    except ValueError:
        raise term.fault(*no_network(term.rest[1:61], 6)) from None


def _length_of_network(match: re.Match[str] | None, most: int) -> int | None:
    if match is None or match["length"] is None:
        return most
    return int(match["length"]) if int(match["length"]) <= most else None


_READERS: dict[str, Callable[[_Term], Mechanism]] = {
    "all": _all,
    "include": _include,
    "a": _a,
    "mx": _mx,
    "ptr": _ptr,
    "ip4": _ip4,
    "ip6": _ip6,
    "exists": _exists,
}
