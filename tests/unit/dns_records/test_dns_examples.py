"""The examples' records: golden files, and the talk's own, word for word on the wire.

With MAILCTL_UPDATE_GOLDEN=1 the golden files are written anew; read the difference.
"""

from __future__ import annotations

import os
import re
import struct
from pathlib import Path

import dns.rdata
import pytest
from dns_samples import EXAMPLES, example

from mailctl.dns.formats.json_text import json_text
from mailctl.dns.formats.registry import FORMATS, Options
from mailctl.dns.formats.strings import quoted
from mailctl.dns.formats.table import table
from mailctl.dns.formats.zone import by_zone
from mailctl.dns.formats.zone_file import zone_file
from mailctl.dns.record import Record
from mailctl.dns.records import records
from mailctl.keys.dkim import signing_key
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector, KeyKind
from mailctl.spec.load import examine

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "dns"
ONCE = {"octodns", "dnscontrol", "terraform-cloudflare", "terraform-route53", "nsupdate"}
"""Formats with a golden file for one example only: what differs are the records."""


def _texts(name: str) -> dict[str, str]:
    found = example(name)
    zones = {f"{zone.name}.zone": zone_file(zone.name, zone.records) for zone in by_zone(found)}
    others = _others(found) if name == "office" else {}
    return {
        "records.json": json_text(found),
        "table.txt": table(found, explain=True),
        **zones,
        **others,
    }


def _others(found: tuple[Record, ...]) -> dict[str, str]:
    """The formats with one file for everything, and the others' files of one zone."""
    files = [FORMATS[name].files(by_zone(found), Options()) for name in sorted(ONCE)]
    return {
        name: text
        for texts in files
        for name, text in texts.items()
        if len(texts) == 1 or name.startswith("office.example.")
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_give_the_golden_files(name: str) -> None:
    folder = GOLDEN / name
    texts = _texts(name)
    if os.environ.get("MAILCTL_UPDATE_GOLDEN"):
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (folder / file).write_text(text)
    golden = {path.name: path.read_text() for path in folder.iterdir()}
    assert sorted(texts) == sorted(golden)
    for file, text in texts.items():
        assert text == golden[file], f"{folder / file} differs"


def _on_the_wire(text: str) -> bytes:
    wire = dns.rdata.from_text("IN", "TXT", quoted(text)).to_wire()
    assert wire is not None
    return wire


def _wire_of(*strings: bytes) -> bytes:
    return b"".join(struct.pack("B", len(string)) + string for string in strings)


def _talk(name: str) -> str:
    (record,) = [r for r in example("talk") if (r.name, r.type) == (name, "TXT")]
    return record.data


def test_the_talks_spf_record() -> None:
    assert _on_the_wire(_talk("talk.example")) == _wire_of(b"v=spf1 mx -all")


def test_the_talks_dmarc_record() -> None:
    text = (
        b"v=DMARC1; p=quarantine; adkim=s; aspf=s; fo=1; pct=100; rf=afrf; ri=86400;"
        b" rua=mailto:postmaster@talk.example; ruf=jasper@talk.example; sp=reject;"
    )
    assert _on_the_wire(_talk("_dmarc.talk.example")) == _wire_of(text)


def test_the_talks_dkim_record_with_its_kind_of_key(tmp_path: Path) -> None:
    """`v=DKIM1; h=sha512:sha256; k=rsa; p=MIG[...]AQAB;`: MIG begins a key of 1024 bits."""
    system = examine(ROOT / "examples" / "talk" / "mail.yaml").system
    selector = DkimSelector("mail", KeyKind.RSA_1024, "sha512:sha256")
    public = signing_key(tmp_path, DomainName("talk.example"), selector).public
    keys = {(DomainName("talk.example"), "mail"): public}
    (record,) = [r for r in records(system, keys) if r.name == "mail._domainkey.talk.example"]
    assert re.fullmatch(r"v=DKIM1; h=sha512:sha256; k=rsa; p=MIG[A-Za-z0-9+/]+AQAB;", record.data)
    assert _on_the_wire(record.data) == _wire_of(record.data.encode())


def test_a_2048_bit_key_travels_in_two_strings_without_a_blank_between() -> None:
    data = _talk("mail._domainkey.talk.example").encode()
    assert len(data) > 400
    assert _on_the_wire(data.decode()) == _wire_of(data[:255], data[255:])
