"""What a record's data mean, whatever the way they are written.

Two texts of one meaning are the same record to every receiver: a TXT cut elsewhere, tags in
another order or with their defaults spelt out, names in capitals, an address in full. Values
here are only for comparing; keys are compared as bytes.
"""

from __future__ import annotations

from collections.abc import Hashable
from ipaddress import ip_address

from mailctl.dns.published_key import key_bytes
from mailctl.dns.tags import tag_list
from mailctl.dns.txt_role import TxtRole, role
from mailctl.spf.fault import SpfSyntaxError
from mailctl.spf.grammar import parse

_DEFAULTS = {
    TxtRole.DMARC: {"adkim": "r", "aspf": "r", "fo": "0", "t": "n", "psd": "u", "pct": "100",
                    "rf": "afrf", "ri": "86400"},
    TxtRole.DKIM: {"v": "DKIM1", "k": "rsa", "s": "*", "g": "*", "t": ""},
    TxtRole.TLS_RPT: {},
    TxtRole.MTA_STS: {},
}  # fmt: skip
"""What a tag means when it is left out (RFC 9989, 4.7, and RFC 7489, 6.3; RFC 6376, 3.6.1)."""

_LISTS = {
    TxtRole.DMARC: {"rua": ",", "ruf": ",", "fo": ":"},
    TxtRole.DKIM: {"h": ":", "t": ":", "s": ":"},
    TxtRole.TLS_RPT: {"rua": ","},
}
"""Tags whose values are sets, and what stands between the members."""


def meaning(name: str, kind: str, data: str) -> Hashable:
    """A value that is equal for data of one meaning; `data` as a `Record` has them."""
    try:
        return _MEANINGS[kind](name, data) if kind in _MEANINGS else data
    except (ValueError, IndexError, SpfSyntaxError):
        return data  # nothing that we would write; it means only itself


def _txt(name: str, data: str) -> Hashable:
    kind = role(name, data)
    if kind is TxtRole.OTHER:
        return data
    if kind is TxtRole.SPF:
        return kind, parse(data)
    return kind, _tags(kind, data)


def _tags(kind: TxtRole, data: str) -> Hashable:
    """The tags that say something, in no order but for the version, which comes first.

    Raises ValueError for a list that is none (RFC 6376, 3.2): no verifier takes it.
    """
    tags = _tag_list(kind, data)
    values = {name: _tag_value(kind, name, value) for name, value in tags.items()}
    defaults = {name: _tag_value(kind, name, value) for name, value in _DEFAULTS[kind].items()}
    said = {
        name: value
        for name, value in values.items()
        if not (name in defaults and defaults[name] == value)
    }
    if kind is TxtRole.DMARC:
        _drop_implied(said)
    if kind is TxtRole.DKIM:
        said.pop("n", None)  # a note for people
    return frozenset(said.items())


def _tag_list(kind: TxtRole, data: str) -> dict[str, str]:
    """The names of DMARC's tags may be in capitals (RFC 9989, 4.8)."""
    tags = tag_list(data)
    if kind is not TxtRole.DMARC:
        return tags
    folded = {name.lower(): value for name, value in tags.items()}
    if len(folded) < len(tags):
        raise ValueError(data)
    return folded


def _drop_implied(said: dict[str, Hashable]) -> None:
    """`sp` is `p` where it is not said, `np` is `sp`, and `fo` speaks of `ruf` (RFC 9989, 4.7)."""
    below = said.get("sp", said.get("p"))
    if said.get("np") == below:
        said.pop("np", None)
    if below == said.get("p"):
        said.pop("sp", None)
    if "ruf" not in said:
        said.pop("fo", None)


def _tag_value(kind: TxtRole, name: str, value: str) -> Hashable:
    if kind is TxtRole.DKIM and name == "p":
        return key_bytes(value) or "".join(value.split())
    mark = _LISTS.get(kind, {}).get(name)
    if mark:
        parts = (part.strip() for part in value.split(mark))
        return frozenset(_member(part) for part in parts if part)
    # the version is the one value whose capitals count
    return value if name in ("v", "id") else value.lower()


def _member(text: str) -> str:
    """An address' local part may mean something by its capitals, the rest does not."""
    head, at, domain = text.rpartition("@")
    if not at:
        return text.lower()
    scheme, colon, local = head.partition(":")
    return f"{scheme.lower()}{colon}{local}@{domain.lower()}"


def _address(_name: str, data: str) -> Hashable:
    return ip_address(data)


def _mx(_name: str, data: str) -> Hashable:
    preference, host = data.split()
    return int(preference), _host(host)


def _target(_name: str, data: str) -> Hashable:
    return _host(data)


def _srv(_name: str, data: str) -> Hashable:
    *numbers, host = data.split()
    return (*map(int, numbers), _host(host))


def _tlsa(_name: str, data: str) -> Hashable:
    usage, selector, matching, *digits = data.split()
    return int(usage), int(selector), int(matching), bytes.fromhex("".join(digits))


def _caa(_name: str, data: str) -> Hashable:
    """An issuer is a host's name, and its parameters have no order (RFC 8659, 4.2)."""
    flags, tag, value = data.split(maxsplit=2)
    tag, value = tag.lower(), value.strip('"')
    if tag not in ("issue", "issuewild"):
        return int(flags), tag, value
    issuer, *parameters = (part.strip() for part in value.split(";"))
    return int(flags), tag, _host(issuer), frozenset(filter(None, parameters))


def _host(name: str) -> str:
    return name.removesuffix(".").lower()


_MEANINGS = {
    "A": _address,
    "AAAA": _address,
    "MX": _mx,
    "TXT": _txt,
    "CNAME": _target,
    "NS": _target,
    "PTR": _target,
    "SRV": _srv,
    "TLSA": _tlsa,
    "CAA": _caa,
}
