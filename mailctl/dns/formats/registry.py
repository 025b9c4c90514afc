"""Every format that `mailctl dns-records` writes, by the name of its option.

A new format is a module beside this one and a line in FORMATS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mailctl.dns.formats.dnscontrol import dnsconfig
from mailctl.dns.formats.json_text import json_text
from mailctl.dns.formats.nsupdate import nsupdate_script
from mailctl.dns.formats.octodns import octodns_yaml
from mailctl.dns.formats.table import table
from mailctl.dns.formats.terraform_cloudflare import cloudflare_tf
from mailctl.dns.formats.terraform_route53 import route53_tf
from mailctl.dns.formats.zone import Zone
from mailctl.dns.formats.zone_file import zone_file
from mailctl.dns.record import Record

Zones = Sequence[Zone]


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
    return table(_records(zones), options.explain)


def _zone_files(zones: Zones, options: Options) -> str:
    texts = (zone_file(z.name, z.records, options.nameserver, options.serial) for z in zones)
    return "\n".join(texts)


def _json(zones: Zones, _: Options) -> str:
    return json_text(_records(zones))


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
        Format("octodns", "octoDNS: YAML", lambda zones, _: octodns_yaml(zones), suffix=".yaml"),
        Format(
            "dnscontrol",
            "DNSControl: JavaScript",
            lambda zones, _: dnsconfig(zones),
            whole="dnsconfig.js",
        ),
        Format(
            "terraform-cloudflare",
            "Terraform: a module for Cloudflare",
            lambda zones, _: cloudflare_tf(zones),
            whole="cloudflare.tf",
        ),
        Format(
            "terraform-route53",
            "Terraform: a module for Route 53",
            lambda zones, _: route53_tf(zones),
            whole="route53.tf",
        ),
        Format(
            "nsupdate",
            "dynamic updates (RFC 2136), for nsupdate(1)",
            lambda zones, _: nsupdate_script(zones),
            suffix=".nsupdate",
        ),
    )
}
