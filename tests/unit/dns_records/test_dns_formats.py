"""Every format holds exactly the records: read back by dnspython, by BIND where it is, by JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import dns.rdata
import dns.rdatatype
import dns.zone
import pytest
from dns.rdtypes.ANY.TXT import TXT
from dns_building import Building, address, some_keys
from dns_samples import SAMPLES, expected, sample
from hypothesis import given
from hypothesis import strategies as st

from mailctl.dns.formats.json_text import json_text
from mailctl.dns.formats.table import table
from mailctl.dns.formats.zone import by_zone
from mailctl.dns.formats.zone_file import zone_file
from mailctl.dns.record import Record
from mailctl.dns.records import records
from mailctl.model.settings import DkimSelector, Dmarc, MailPolicy, Spf

NAMESERVER = "ns.elsewhere.example"


def _sample() -> tuple[Record, ...]:
    reports = (address("postmaster@example.org"),)
    policy = MailPolicy(
        dkim=(DkimSelector("s1"), DkimSelector("s2")),
        spf=Spf(record='v=spf1 exp="a\\b;c" ' + "include:x.example " * 20 + "-all"),
        dmarc=Dmarc(reports=reports),
    )
    system = (
        Building()
        .host("mail", "mail.example.org", ("203.0.113.1", "2001:db8::1"))
        .host("out", "out.example.net", ("203.0.113.2",))
        .domain("example.org", policy=policy)
        .domain("shop.example", policy=MailPolicy(dmarc=Dmarc(reports=reports)))
        .parked("old.example")
        .done()
    )
    return records(system, some_keys(system))


def _read_back(zone: str, text: str) -> set[tuple[str, str, int, str]]:
    """What dnspython finds in a zone file, as (name, type, ttl, data)."""
    read = dns.zone.from_text(text, origin=zone + ".", relativize=False, check_origin=False)
    found = set()
    for name, ttl, rdata in read.iterate_rdatas():
        kind = dns.rdatatype.to_text(rdata.rdtype)
        found.add((name.to_text(omit_final_dot=True), kind, ttl, _data(rdata)))
    return found


def _data(rdata: dns.rdata.Rdata) -> str:
    return b"".join(rdata.strings).decode() if isinstance(rdata, TXT) else rdata.to_text()


def _expected(zone: str, found: tuple[Record, ...]) -> set[tuple[str, str, int, str]]:
    return {(r.name, r.type, r.ttl, r.data) for r in found if r.zone == zone}


def test_fragments_hold_exactly_the_records_of_their_zone() -> None:
    found = _sample()
    zones = {zone.name for zone in by_zone(found)}
    assert len(zones) == 6
    for zone in zones:
        assert _read_back(zone, zone_file(zone, found)) == _expected(zone, found)


def test_a_whole_zone_has_soa_and_ns_besides() -> None:
    found = _sample()
    text = zone_file("example.org", found, nameserver=NAMESERVER, serial=2026112301)
    read = _read_back("example.org", text)
    assert read - _expected("example.org", found) == {
        ("example.org", "NS", 3600, f"{NAMESERVER}."),
        (
            "example.org",
            "SOA",
            3600,
            f"{NAMESERVER}. hostmaster.example.org. 2026112301 3600 900 1209600 300",
        ),
    }
    dns.zone.from_text(text, origin="example.org.", check_origin=True)


def test_a_zone_without_records_can_be_served_too() -> None:
    assert len(_read_back("example.com", zone_file("example.com", (), NAMESERVER))) == 2


def test_every_name_is_absolute() -> None:
    for line in zone_file("example.org", _sample(), nameserver=NAMESERVER).splitlines():
        if line and not line.startswith((";", "$")):
            assert line.split()[0].endswith(".")


@pytest.mark.parametrize("name", SAMPLES)
def test_zone_files_hold_exactly_the_records_of_every_sample(name: str) -> None:
    records = sample(name)
    read = [_read_back(zone.name, zone_file(zone.name, records)) for zone in by_zone(records)]
    assert set().union(*read) == expected(records)


@pytest.mark.skipif(
    shutil.which("named-checkzone") is None, reason="named-checkzone (bind9-utils) is not here"
)
@pytest.mark.parametrize("name", SAMPLES)
def test_bind_takes_every_zone_of_every_sample(tmp_path: Path, name: str) -> None:
    for zone in by_zone(sample(name)):
        _bind_takes(tmp_path / "zone", zone.name, zone.records)


@pytest.mark.skipif(
    shutil.which("named-checkzone") is None, reason="named-checkzone (bind9-utils) is not here"
)
@pytest.mark.parametrize("zone", [zone.name for zone in by_zone(_sample())])
def test_bind_takes_every_zone(tmp_path: Path, zone: str) -> None:
    _bind_takes(tmp_path / "zone", zone, _sample())


def _bind_takes(path: Path, zone: str, records: tuple[Record, ...]) -> None:
    path.write_text(zone_file(zone, records, nameserver=NAMESERVER))
    checked = subprocess.run(
        ["named-checkzone", "-i", "local", zone, str(path)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, "warning" in checked.stdout) == (0, False), checked.stdout


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=600), st.text(max_size=200))
def test_no_text_and_no_reason_breaks_out_of_a_zone_file(text: str, why: str) -> None:
    record = Record("a.example.org", "TXT", text, zone="example.org", why=why)
    read = _read_back("example.org", zone_file("example.org", (record,)))
    assert read == {("a.example.org", "TXT", 3600, text)}


def test_json_is_stable_and_complete() -> None:
    found = _sample()
    document = json.loads(json_text(found))
    assert document["version"] == 1
    assert [(zone["name"], zone["foreign"]) for zone in document["zones"]] == [
        ("example.org", False),
        ("old.example", False),
        ("shop.example", False),
        ("example.net", True),
        ("0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", True),
        ("113.0.203.in-addr.arpa", True),
    ]
    read = {
        (record["name"], record["type"], record["ttl"], record["data"], record["why"])
        for zone in document["zones"]
        for record in zone["records"]
    }
    assert read == {(r.name, r.type, r.ttl, r.data, r.why) for r in found}


def test_the_table_can_be_copied_from_and_says_who_has_to_be_asked() -> None:
    found = _sample()
    lines = table(found).splitlines()
    assert "example.net  (none of the spec's domains: ask whoever runs this zone)" in lines
    assert "113.0.203.in-addr.arpa  (reverse names: ask the provider of the addresses)" in lines
    rows = [line for line in lines if line.startswith("  ")]
    assert len(rows) == len(found)
    key = next(row for row in rows if "s2._domainkey" in row)
    parsed = dns.rdata.from_text("IN", "TXT", key.split(None, 2)[2])
    assert _data(parsed) == next(r.data for r in found if r.name.startswith("s2."))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_table_cuts_nothing(name: str) -> None:
    """Each row is a name, a type and data as in a zone file, whole."""
    records = sample(name)
    rows = [line for line in table(records).splitlines() if line.startswith("  ")]
    found = set()
    for row in rows:
        owner, kind, data = row.split(maxsplit=2)
        found.add((owner, kind, _data(dns.rdata.from_text("IN", kind, data))))
    assert found == {(r.name, r.type, r.data) for r in records}
    assert len(rows) == len(records)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_reason_stays_on_its_line_of_the_table(name: str) -> None:
    records = sample(name)
    text = table(records, explain=True)
    assert len(text.split("\n")) == len(table(records).split("\n")) + len(records)
    assert all(line.isprintable() for line in text.split("\n"))


def test_explained_each_record_is_followed_by_its_reason() -> None:
    found = _sample()
    lines = table(found, explain=True).splitlines()
    assert len(lines) == len(table(found).splitlines()) + len(found)
    place = next(
        n for n, line in enumerate(lines) if line.startswith("  mail.example.org") and " A " in line
    )
    assert lines[place + 1] == "      the address of host mail, which mail servers connect to"


def test_the_apex_comes_first_and_names_before_those_below_them() -> None:
    zone = by_zone(_sample())[0]
    names = list(dict.fromkeys(record.name for record in zone.records))
    assert names == [
        "example.org",
        "_dmarc.example.org",
        "shop.example._report._dmarc.example.org",
        "s1._domainkey.example.org",
        "s2._domainkey.example.org",
        "mail.example.org",
    ]
