"""TLS-RPT (RFC 8460): who hears of mail that could not come to us encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.dns.mailto import mailto
from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.system import System


def tls_rpt_records(system: System, zones: Zones) -> Iterator[Record]:
    """A record for each domain that wants reports; a parked one gets no mail to report of."""
    for domain in system.domains.values():
        addresses = domain.policy.tls_reports
        if addresses and not domain.parked:
            yield zones.record(
                f"_smtp._tls.{domain.name}",
                "TXT",
                f"v=TLSRPTv1; rua={','.join(map(mailto, addresses))}",
                why=f"who gets reports of TLS that failed on the way to {domain.name}"
                " (RFC 8460, 3)",
            )
