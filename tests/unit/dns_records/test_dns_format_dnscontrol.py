"""What a JavaScript engine makes of the dnsconfig.js that we write."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from dns_samples import SAMPLES, Read, expected, hostile, sample

from mailctl.dns.formats.dnscontrol import dnsconfig
from mailctl.dns.formats.zone import by_zone
from mailctl.dns.record import Record

py_mini_racer = pytest.importorskip(
    "py_mini_racer", reason="mini-racer is a development dependency"
)

LANGUAGE = """
var zones = [], END = {}, NO_PURGE = {noPurge: true}, CAA_CRITICAL = {critical: true};
var DISABLE_REPEATED_DOMAIN_CHECK = {repeated: true};
function NewRegistrar(name) { return {registrar: name}; }
function NewDnsProvider(name) { return name; }
function DnsProvider(name) { return {provider: name}; }
function TTL(seconds) { return {ttl: seconds}; }
function record(type, wanted) {
  return function () {
    var all = Array.prototype.slice.call(arguments);
    var values = all.slice(0, wanted.length), modifiers = all.slice(wanted.length);
    values.forEach(function (value, at) {
      if (typeof value !== wanted[at]) throw type + " takes a " + wanted[at] + " at " + at;
    });
    modifiers.forEach(function (m) { if (typeof m !== "object") throw "too much for " + type; });
    modifiers = Object.assign.apply(null, [{}].concat(modifiers));
    return {type: type, values: values, modifiers: modifiers};
  };
}
var S = "string", N = "number";
var A = record("A", [S, S]), AAAA = record("AAAA", [S, S]), CNAME = record("CNAME", [S, S]);
var PTR = record("PTR", [S, S]), TXT = record("TXT", [S, S]), MX = record("MX", [S, N, S]);
var SRV = record("SRV", [S, N, N, N, S]), TLSA = record("TLSA", [S, N, N, N, S]);
var CAA = record("CAA", [S, S, S]);
function D(name) {
  zones.push({name: name, members: Array.prototype.slice.call(arguments, 1)});
}
function D_EXTEND(name) { D.apply(null, [name, "extended"].concat([].slice.call(arguments, 1))); }
"""


def _zones(text: str, also_mine: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """What D() was called with, zone by zone."""
    engine = py_mini_racer.MiniRacer()
    engine.eval(LANGUAGE)
    mine = f"var ALSO_MINE = {json.dumps(also_mine)};"
    engine.eval(text.replace("var ALSO_MINE = [];", mine))
    found: list[dict[str, Any]] = json.loads(engine.eval("JSON.stringify(zones)"))
    return found


def _read_back(zones: list[dict[str, Any]]) -> Read:
    found: Read = set()
    for zone in zones:
        for member in zone["members"]:
            if "type" in member:
                label, *values = member["values"]
                name = zone["name"] if label == "@" else f"{label}.{zone['name']}"
                found.add((name, member["type"], member["modifiers"]["ttl"], _data(member, values)))
    return found


def _data(member: dict[str, Any], values: list[Any]) -> str:
    if member["type"] == "CAA":
        flags = 128 if member["modifiers"].get("critical") else 0
        return f'{flags} {values[0]} "{values[1]}"'
    return " ".join(map(str, values))


@pytest.mark.parametrize("name", SAMPLES)
def test_javascript_reads_exactly_the_records(name: str) -> None:
    records = sample(name)
    foreign = tuple(zone.name for zone in by_zone(records) if zone.foreign)
    assert _read_back(_zones(dnsconfig(by_zone(records)), foreign)) == expected(records)


def test_zones_of_others_are_left_out_until_they_are_listed() -> None:
    records = sample("office")
    own = {zone.name for zone in by_zone(records) if not zone.foreign}
    assert {zone["name"] for zone in _zones(dnsconfig(by_zone(records)))} == own


def test_nothing_else_in_the_zone_is_removed() -> None:
    for zone in _zones(dnsconfig(by_zone(sample("office")))):
        assert zone["members"][:3] == [
            {"registrar": "none"},
            {"provider": "dns"},
            {"noPurge": True},
        ]


def test_a_label_that_repeats_the_zone_is_meant() -> None:
    zones = _zones(dnsconfig(by_zone(hostile(("",)))))
    repeated = [m["values"] for m in zones[0]["members"] if m.get("modifiers", {}).get("repeated")]
    assert repeated == [["hostile.example", "the zone again"]]


def test_it_merges_into_a_dnsconfig_as_its_head_says() -> None:
    records = sample("hostile")
    text = dnsconfig(by_zone(records))
    text = re.sub("^var (REG_NONE|DNS_PROVIDER) .*\n", "", text, flags=re.MULTILINE)
    changed = re.sub(
        r'D\((".*"), REG_NONE, DnsProvider\(DNS_PROVIDER\), NO_PURGE,\n', r"D_EXTEND(\1,\n", text
    )
    zones = _zones(changed, ("113.0.203.in-addr.arpa",))
    assert all(zone["members"][0] == "extended" for zone in zones)
    assert _read_back(zones) == expected(records)


def test_the_file_is_what_an_old_engine_reads_too() -> None:
    """DNSControl's is one of ECMAScript 5, which knows no comma before a closing bracket."""
    record = Record("a.example.org", "TXT", "\u2028</script>", "example.org", why="x\u2028D()")
    text = dnsconfig(by_zone((record,)))
    assert ",\n)" not in text
    assert "\u2028" not in text
    assert "`" not in text.split("NewDnsProvider")[1]
