"""Zones for DNSControl: one dnsconfig.js, with a D() for each zone.

DNSControl cuts long TXT into strings itself, at 255 bytes. A JSON string in ASCII is a
JavaScript string too, and holds no U+2028, which would end a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from mailctl.dns.formats import parts
from mailctl.dns.formats.comments import one_line
from mailctl.dns.formats.zone import RecordSet, Zone
from mailctl.dns.record import Record

_HEAD = """\
// DNS records for DNSControl: a dnsconfig.js.
//
// DNS_PROVIDER is the entry of creds.json that holds the zones: put its name in.
//
// NO_PURGE leaves alone what is not listed here. What is listed DNSControl holds by name and
// type: where a TXT of somebody else stands beside one of these (a site verification, say),
// add it here, or it is removed.
//
// If you have a dnsconfig.js of your own, save this one as mail.js, take the first two `var`
// away, change
//     D("example.org", REG_NONE, DnsProvider(DNS_PROVIDER), NO_PURGE,
// to
//     D_EXTEND("example.org",
// and write require("./mail.js") after your own D().

var REG_NONE = NewRegistrar("none");
var DNS_PROVIDER = NewDnsProvider("dns");
"""
_ALSO_MINE = """\
// Zones that are none of the spec's domains, as reverse zones, are left out; list here which of
// them your provider holds for you.
var ALSO_MINE = [];
"""


def dnsconfig(zones: Sequence[Zone]) -> str:
    """All zones as one JavaScript file."""
    heads = [_HEAD, _ALSO_MINE] if any(zone.foreign for zone in zones) else [_HEAD]
    return "\n".join([*heads, *("\n".join(_block(zone)) + "\n" for zone in zones)])


def _block(zone: Zone) -> Iterator[str]:
    if zone.advice:
        yield f"// {zone.advice}"
    name = _string(zone.name)
    if zone.foreign:
        yield f"if (ALSO_MINE.indexOf({name}) !== -1)"
    yield f"D({name}, REG_NONE, DnsProvider(DNS_PROVIDER), NO_PURGE,"
    for found in zone.sets:
        yield from _entries(zone, found)
    yield "END);"


def _entries(zone: Zone, found: RecordSet) -> Iterator[str]:
    label = zone.relative(found.name) or "@"
    modifiers = [f"TTL({found.ttl})"]
    if f".{label}".endswith(f".{zone.name}"):
        modifiers.append("DISABLE_REPEATED_DOMAIN_CHECK")
    for record in found.records:
        if record.why:
            yield f"  // {one_line(record.why)}"
        arguments = ", ".join([_string(label), *_arguments(record), *modifiers])
        yield f"  {record.type}({arguments}),"


def _arguments(record: Record) -> tuple[str, ...]:
    """What DNSControl's function of that type takes after the label."""
    match record.type:
        case "MX":
            mx = parts.mx(record.data)
            return f"{mx.preference}", _string(mx.exchange)
        case "SRV":
            srv = parts.srv(record.data)
            return f"{srv.priority}", f"{srv.weight}", f"{srv.port}", _string(srv.target)
        case "TLSA":
            tlsa = parts.tlsa(record.data)
            numbers = (f"{tlsa.usage}", f"{tlsa.selector}", f"{tlsa.matching_type}")
            return *numbers, _string(tlsa.certificate)
        case "CAA":
            caa = parts.caa(record.data)
            return _string(caa.tag), _string(caa.value), *(["CAA_CRITICAL"] * caa.critical)
    return (_string(record.data),)


def _string(text: str) -> str:
    return json.dumps(text)
