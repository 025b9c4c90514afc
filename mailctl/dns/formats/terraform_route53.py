"""Records for Terraform's AWS provider: an aws_route53_record for each name and type.

The provider writes a TXT between quotes as it stands, so the strings of a long one are joined
by `""`. Route 53 reads `\\DDD` in octal, other than zone files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailctl.dns.formats import hcl, terraform
from mailctl.dns.formats.strings import character_strings
from mailctl.dns.formats.zone import RecordSet, Zone
from mailctl.dns.record import Record

_PROVIDER = ">= 5.80"
"""Route 53 took TLSA in October 2024, and the provider takes what its SDK of the day knows
(hashicorp/terraform-provider-aws#42299); this one is later than both."""

_WHOLE_SETS = """\
#
# Route 53 holds all values of a name and type together: where a TXT of somebody else stands
# beside one of these (a site verification, say), it has to become a value here.
"""


def route53_tf(zones: Sequence[Zone]) -> str:
    """All zones as one module."""
    lines = [terraform.head("aws", "hashicorp/aws", _PROVIDER, _WHOLE_SETS)]
    lines += [line for zone in zones for found in zone.sets for line in _resource(zone, found)]
    return "\n".join(lines) + "\n"


def _resource(zone: Zone, found: RecordSet) -> Iterator[str]:
    values = ", ".join(hcl.string(_value(record)) for record in found.records)
    attributes = {
        "name": hcl.string(found.name),
        "type": hcl.string(found.type),
        "ttl": str(found.ttl),
        "records": f"[{values}]",
    }
    label = hcl.label(found.name, found.type)
    yield from hcl.resource(
        "aws_route53_record", label, found.reasons, hcl.zone_id(zone) | attributes
    )


def _value(record: Record) -> str:
    if record.type != "TXT":
        return record.data
    return '""'.join("".join(map(_escaped, part)) for part in character_strings(record.data))


def _escaped(byte: int) -> str:
    character = chr(byte)
    if character in '"\\':
        return f"\\{character}"
    return character if " " <= character <= "~" else f"\\{byte:03o}"
