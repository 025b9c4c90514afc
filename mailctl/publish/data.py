"""Record data between their texts and their bytes (RFC 1035, 3.3), as dnspython reads both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailctl.dns.formats.zone import presented as quoted_data
from mailctl.dns.record import Record
from mailctl.publish.seen import Datum
from mailctl.resolver.presentation import presented

if TYPE_CHECKING:
    import dns.rdata


def datum_of(record: Record) -> Datum:
    """A wanted record's data."""
    import dns.name
    import dns.rdata
    import dns.rdataclass

    data = dns.rdata.from_text(
        dns.rdataclass.IN, record.type, quoted_data(record), dns.name.root, relativize=False
    )
    return Datum(presented(data), data.to_wire() or b"")


def rdata_of(kind: str, datum: Datum) -> dns.rdata.Rdata:
    """The data as they came, or as they go, over the wire."""
    import dns.rdata
    import dns.rdataclass

    return dns.rdata.from_wire(dns.rdataclass.IN, kind, datum.wire, 0, len(datum.wire))
