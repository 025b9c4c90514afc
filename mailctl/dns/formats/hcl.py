"""HCL, the language of Terraform and OpenTofu: strings, blocks, and names for resources."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from mailctl.dns.formats.zone import Zone

_OTHERS = re.compile(r"[^a-z0-9]+")
_SPECIAL = re.compile(r'["\\]|[$%](?=\{)|[^ -~]')

Attributes = dict[str, str]
"""Names and their values, already in HCL; they are aligned as `terraform fmt` does."""


def string(text: str) -> str:
    """A quoted template without templates: `${` and `%{` are doubled, as the language says."""
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def resource(kind: str, label: str, reasons: Iterable[str], *groups: Attributes) -> Iterator[str]:
    """The lines of a block, each group of attributes aligned by itself, after its reasons."""
    yield ""
    yield from (f"# {reason}" for reason in reasons)
    yield f'resource "{kind}" "{label}" {{'
    for place, group in enumerate(groups):
        if place:
            yield ""
        yield from aligned(group, "  ")
    yield "}"


def mapping(attributes: Attributes) -> str:
    """An object as the value of an attribute of a resource."""
    return "\n".join(["{", *aligned(attributes, "    "), "  }"])


def aligned(attributes: Attributes, margin: str) -> Iterator[str]:
    width = max(map(len, attributes))
    for name, value in attributes.items():
        yield f"{margin}{name:{width}} = {value}"


def label(name: str, kind: str, *more: str) -> str:
    """A resource's name: readable, and unique by a digest of what it is made of.

    It depends on nothing else, so other records may come and go without renaming this one.
    """
    digest = hashlib.sha256("\0".join([name, kind, *more]).encode()).hexdigest()
    return f"{kind.lower()}_{_OTHERS.sub('_', name.lower()).strip('_')}_{digest[:10]}"


def zone_id(zone: Zone) -> Attributes:
    """Where a resource lives; in a zone of somebody else only where its id is given."""
    name = string(zone.name)
    place = {"zone_id": f"var.zone_ids[{name}]"}
    return (
        {"count": f"contains(keys(var.zone_ids), {name}) ? 1 : 0"} | place
        if zone.foreign
        else place
    )


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character in '"\\':
        return f"\\{character}"
    if character in "$%":
        return character * 2
    code = ord(character)
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"
