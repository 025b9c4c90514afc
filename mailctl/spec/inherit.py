"""Inheritance: a setting is looked up at the most specific place that says it.

A mapping merges field by field: `dmarc: {policy: reject}` in a domain keeps the `reports` of
the policy above it. A list, or `none`, replaces. Where `record:` and other keys of `spf` or
`dmarc` meet from different places, the more specific place wins whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailctl.errors import SpecPath

SETTING_NAMES = (
    "quota", "dkim", "dkim_rotation", "spf", "dmarc", "subaddress", "tls_reports", "mta_sts",
    "discovery", "server_name", "ignore",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """What one place of the spec says: its path, and its settings as read."""

    where: SpecPath
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A value, and the path of the place that said it."""

    value: Any
    where: SpecPath


def look_up(layers: Sequence[Layer], name: str) -> Found | dict[str, Found] | None:
    """A setting as the layers say it, most specific first; a mapping has its fields merged.

    None when no layer says it: then the built-in default holds.
    """
    fields: dict[str, Found] = {}
    for layer in layers:
        if name not in layer.values:
            continue
        value = layer.values[name]
        where = (*layer.where, name)
        if not isinstance(value, dict):
            if not fields:
                return Found(value, where)
            break
        if _one_says_record(fields, value):
            continue
        for key, item in value.items():
            fields.setdefault(key, Found(item, (*where, key)))
    return fields or None


def _one_says_record(fields: Mapping[str, Found], value: Mapping[str, Any]) -> bool:
    """Whether a whole record and single keys would meet."""
    return bool(fields) and ("record" in fields) != ("record" in value)


def values_of(found: dict[str, Found]) -> dict[str, Any]:
    """The merged fields without their origins."""
    return {name: field.value for name, field in found.items()}
