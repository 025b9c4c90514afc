"""All records that a spec asks for. Pure: the same spec and keys give the same records."""

from __future__ import annotations

from itertools import chain
from types import MappingProxyType

from mailctl.dns.discovery import discovery_records
from mailctl.dns.dkim import PublicKeys, dkim_records
from mailctl.dns.dmarc import dmarc_records
from mailctl.dns.host_keys import KeyDigests, caa_records, tlsa_records
from mailctl.dns.hosts import address_records, reverse_records, server_name_records, web_records
from mailctl.dns.mta_sts import mta_sts_records
from mailctl.dns.mx import mx_records
from mailctl.dns.record import Record
from mailctl.dns.spf import spf_records
from mailctl.dns.tls_rpt import tls_rpt_records
from mailctl.dns.zones import Zones
from mailctl.model.system import System

_NO_DIGESTS: KeyDigests = MappingProxyType({})


def records(
    system: System, public_keys: PublicKeys, key_digests: KeyDigests = _NO_DIGESTS
) -> tuple[Record, ...]:
    """Every record, each once, sorted by name, type and data.

    Raises KeyError for a key or a digest that the caller has forgotten to give.
    """
    zones = Zones(system)
    wanted = chain(
        address_records(system, zones),
        reverse_records(system),
        server_name_records(system, zones),
        web_records(system, zones),
        mx_records(system, zones),
        spf_records(system, zones),
        dkim_records(system, zones, public_keys),
        dmarc_records(system, zones),
        tls_rpt_records(system, zones),
        mta_sts_records(system, zones),
        discovery_records(system, zones),
        tlsa_records(system, zones, key_digests),
        caa_records(system, zones),
    )
    once = {(record.name, record.type, record.data): record for record in wanted}
    return tuple(once[key] for key in sorted(once))
