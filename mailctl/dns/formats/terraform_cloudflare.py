"""Records for Terraform's Cloudflare provider, version 5: a cloudflare_dns_record each.

The content of a TXT is the quoted strings of zone files. SRV, TLSA and CAA are given by `data`.
Cloudflare gives names back without the final dot, so they are written without, or every plan
would show a change. A mail host must not stand behind the web proxy: `proxied` is false.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from mailctl.dns.formats import hcl, parts, terraform
from mailctl.dns.formats.comments import one_line
from mailctl.dns.formats.zone import RecordSet, Zone, presented
from mailctl.dns.record import Record

_TAG = re.compile(r"[^;\s]*")
_KIND = "cloudflare_dns_record"


def cloudflare_tf(zones: Sequence[Zone]) -> str:
    """All zones as one module."""
    lines = [terraform.head("cloudflare", "cloudflare/cloudflare", "~> 5.0")]
    lines += [line for zone in zones for found in zone.sets for line in _resources(zone, found)]
    return "\n".join(lines) + "\n"


def _resources(zone: Zone, found: RecordSet) -> Iterator[str]:
    alike = Counter(map(_identity, found.records))
    for record in found.records:
        identity = _identity(record)
        what = identity if alike[identity] == 1 else record.data
        label = hcl.label(record.name, record.type, what)
        reasons = [one_line(record.why)] if record.why else []
        yield from hcl.resource(_KIND, label, reasons, *_attributes(zone, found, record))


def _attributes(zone: Zone, found: RecordSet, record: Record) -> Iterator[hcl.Attributes]:
    """What all records have, and the content: among it, or as `data` after a blank line."""
    common = hcl.zone_id(zone) | {
        "name": hcl.string(record.name),
        "type": hcl.string(record.type),
        "ttl": str(found.ttl),
    }
    if data := _data(record):
        yield common
        yield {"data": hcl.mapping(data)}
    else:
        yield common | _content(record)


def _identity(record: Record) -> str:
    """What stays when a record of a set changes, so that Terraform changes it in place: two SPF
    records at once, or none for a while, are what replacing would give."""
    match record.type:
        case "TXT":
            return _tag(record.data)
        case "MX":
            return parts.mx(record.data).exchange
        case "CNAME":
            return ""
    return record.data


def _tag(text: str) -> str:
    """`v=spf1`, `v=DMARC1` and the like."""
    match = _TAG.match(text)
    return match[0] if match else ""


def _content(record: Record) -> hcl.Attributes:
    match record.type:
        case "MX":
            mx = parts.mx(record.data)
            return {"content": _host(mx.exchange), "priority": str(mx.preference)}
        case "A" | "AAAA":
            return {"content": hcl.string(record.data), "proxied": "false"}
        case "CNAME":
            return {"content": _host(record.data), "proxied": "false"}
        case "PTR":
            return {"content": _host(record.data)}
    return {"content": hcl.string(presented(record))}


def _data(record: Record) -> hcl.Attributes:
    """The parts of those types that Cloudflare takes apart; empty for the others."""
    match record.type:
        case "SRV":
            return _srv(parts.srv(record.data))
        case "TLSA":
            return _tlsa(parts.tlsa(record.data))
        case "CAA":
            return _caa(parts.caa(record.data))
    return {}


def _srv(srv: parts.SRV) -> hcl.Attributes:
    return {
        "priority": str(srv.priority),
        "weight": str(srv.weight),
        "port": str(srv.port),
        "target": _host(srv.target),
    }


def _tlsa(tlsa: parts.TLSA) -> hcl.Attributes:
    return {
        "usage": str(tlsa.usage),
        "selector": str(tlsa.selector),
        "matching_type": str(tlsa.matching_type),
        "certificate": hcl.string(tlsa.certificate),
    }


def _caa(caa: parts.CAA) -> hcl.Attributes:
    return {"flags": str(caa.flags), "tag": hcl.string(caa.tag), "value": hcl.string(caa.value)}


def _host(name: str) -> str:
    return hcl.string(name if name == "." else name.removesuffix("."))
