"""Every format that `mailctl dns-records` writes, by the name of its option.

A new format is a module beside this one, which is imported when it is used, and a line in
FORMATS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailctl.dns.formats.zone import Zone
    from mailctl.dns.record import Record

Zones = Sequence["Zone"]


@dataclass(frozen=True, slots=True)
class Options:
    """What the user may ask for besides; each is for one format, and the others ignore it."""

    explain: bool = False
    nameserver: str = ""
    serial: int = 1


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write zones. `render` gives one text for all that it gets.

    In a folder there is a file for each zone, named by the zone and `suffix`; or, for programs
    that want everything in one place, only the file `whole`.
    """

    name: str
    summary: str
    render: Callable[[Zones, Options], str]
    suffix: str = ""
    whole: str = ""

    def files(self, zones: Zones, options: Options) -> Mapping[str, str]:
        """The files of a folder, by name."""
        if self.whole:
            return {self.whole: self.render(zones, options)}
        return {f"{zone.name}{self.suffix}": self.render((zone,), options) for zone in zones}


def _table(zones: Zones, options: Options) -> str:
    from mailctl.dns.formats.table import table

    return table(_records(zones), options.explain)


def _zone_files(zones: Zones, options: Options) -> str:
    from mailctl.dns.formats.zone_file import zone_text

    return "\n".join(zone_text(zone, options.nameserver, options.serial) for zone in zones)


def _json(zones: Zones, _: Options) -> str:
    from mailctl.dns.formats.json_text import json_text

    return json_text(_records(zones))


def _octodns(zones: Zones, _: Options) -> str:
    from mailctl.dns.formats.octodns import octodns_yaml

    return octodns_yaml(zones)


def _dnscontrol(zones: Zones, _: Options) -> str:
    from mailctl.dns.formats.dnscontrol import dnsconfig

    return dnsconfig(zones)


def _cloudflare(zones: Zones, _: Options) -> str:
    from mailctl.dns.formats.terraform_cloudflare import cloudflare_tf

    return cloudflare_tf(zones)


def _route53(zones: Zones, _: Options) -> str:
    from mailctl.dns.formats.terraform_route53 import route53_tf

    return route53_tf(zones)


def _nsupdate(zones: Zones, _: Options) -> str:
    from mailctl.dns.formats.nsupdate import nsupdate_script

    return nsupdate_script(zones)


def _records(zones: Zones) -> list[Record]:
    return [record for zone in zones for record in zone.records]


TABLE = Format("table", "a table to read and to copy from", _table, whole="table.txt")
ZONE = Format("zone", "zone files (RFC 1035), for BIND, NSD, Knot", _zone_files, suffix=".zone")

FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        TABLE,
        ZONE,
        Format("json", "JSON, for programs", _json, whole="records.json"),
        Format("octodns", "octoDNS: YAML", _octodns, suffix=".yaml"),
        Format("dnscontrol", "DNSControl: JavaScript", _dnscontrol, whole="dnsconfig.js"),
        Format("terraform-cloudflare", "Terraform: a module for Cloudflare", _cloudflare,
               whole="cloudflare.tf"),
        Format("terraform-route53", "Terraform: a module for Route 53", _route53,
               whole="route53.tf"),
        Format("nsupdate", "dynamic updates (RFC 2136), for nsupdate(1)", _nsupdate,
               suffix=".nsupdate"),
    )
}  # fmt: skip
