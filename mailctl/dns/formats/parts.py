"""The parts of a record's data, for formats that want them one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ESCAPED = re.compile(r"\\(\d{3}|.)")


@dataclass(frozen=True, slots=True)
class MX:
    """RFC 1035, 3.3.9; `exchange` is `.` in a domain that takes no mail (RFC 7505)."""

    preference: int
    exchange: str


@dataclass(frozen=True, slots=True)
class SRV:
    """RFC 2782; `target` is `.` where the service is not offered."""

    priority: int
    weight: int
    port: int
    target: str


@dataclass(frozen=True, slots=True)
class TLSA:
    """RFC 6698, 2.1; `certificate` in hexadecimal."""

    usage: int
    selector: int
    matching_type: int
    certificate: str


@dataclass(frozen=True, slots=True)
class CAA:
    """RFC 8659, 4.1; `value` without quotes and escapes."""

    flags: int
    tag: str
    value: str

    @property
    def critical(self) -> bool:
        """An authority that does not know the tag must not issue."""
        return bool(self.flags & 128)


def mx(data: str) -> MX:
    preference, exchange = data.split()
    return MX(int(preference), exchange)


def srv(data: str) -> SRV:
    priority, weight, port, target = data.split()
    return SRV(int(priority), int(weight), int(port), target)


def tlsa(data: str) -> TLSA:
    usage, selector, matching_type, *certificate = data.split()
    return TLSA(int(usage), int(selector), int(matching_type), "".join(certificate))


def caa(data: str) -> CAA:
    flags, tag, value = data.split(maxsplit=2)
    return CAA(int(flags), tag, _ESCAPED.sub(_meant, value.removeprefix('"').removesuffix('"')))


def _meant(escape: re.Match[str]) -> str:
    code = escape[1]
    return chr(int(code)) if len(code) == 3 else code
