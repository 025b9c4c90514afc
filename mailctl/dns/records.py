"""All records that a spec asks for. Pure: the same spec and keys give the same records."""

from __future__ import annotations

from itertools import chain

from mailctl.dns.dkim import PublicKeys, dkim_records
from mailctl.dns.dmarc import dmarc_records
from mailctl.dns.hosts import address_records, reverse_records
from mailctl.dns.mx import mx_records
from mailctl.dns.record import Record
from mailctl.dns.spf import spf_records
from mailctl.dns.zones import Zones
from mailctl.model.system import System


def records(system: System, public_keys: PublicKeys) -> tuple[Record, ...]:
    """Every record, each once, sorted by name, type and data."""
    zones = Zones(system)
    wanted = chain(
        address_records(system, zones),
        reverse_records(system),
        mx_records(system, zones),
        spf_records(system, zones),
        dkim_records(system, zones, public_keys),
        dmarc_records(system, zones),
    )
    return tuple(sorted(set(wanted)))
