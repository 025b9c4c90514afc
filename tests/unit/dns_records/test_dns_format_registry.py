"""The list of formats: each writes what it says, alone and into a folder."""

from __future__ import annotations

import subprocess
import sys

import pytest
from dns_samples import PLAIN_TEXTS, example, hostile

from mailctl.dns.formats.registry import FORMATS, Options
from mailctl.dns.formats.zone import by_zone
from mailctl.dns.record import Record

FILE_A_ZONE = {"zone": ".zone", "octodns": ".yaml", "nsupdate": ".nsupdate"}
FILE_FOR_ALL = {
    "table": "table.txt",
    "json": "records.json",
    "dnscontrol": "dnsconfig.js",
    "terraform-cloudflare": "cloudflare.tf",
    "terraform-route53": "route53.tf",
}


def test_these_are_the_formats() -> None:
    assert set(FORMATS) == {*FILE_A_ZONE, *FILE_FOR_ALL}
    assert all(form.name == name and form.summary for name, form in FORMATS.items())


@pytest.mark.parametrize("name", FILE_A_ZONE)
def test_a_file_for_each_zone_holds_that_zone_alone(name: str) -> None:
    zones = by_zone(example("office"))
    files = FORMATS[name].files(zones, Options())
    assert list(files) == [f"{zone.name}{FILE_A_ZONE[name]}" for zone in zones]
    for zone, text in zip(zones, files.values(), strict=True):
        assert text == FORMATS[name].render((zone,), Options())


@pytest.mark.parametrize("name", FILE_FOR_ALL)
def test_one_file_holds_what_is_printed(name: str) -> None:
    zones = by_zone(example("office"))
    printed = FORMATS[name].render(zones, Options())
    assert FORMATS[name].files(zones, Options()) == {FILE_FOR_ALL[name]: printed}


@pytest.mark.parametrize("name", FORMATS)
def test_the_order_of_records_does_not_matter(name: str) -> None:
    records = hostile(PLAIN_TEXTS)
    text = FORMATS[name].render(by_zone(records), Options())
    assert FORMATS[name].render(by_zone(tuple(reversed(records))), Options()) == text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", FORMATS)
def test_a_record_without_a_reason_has_no_empty_comment(name: str) -> None:
    record = Record("a.example.org", "A", "203.0.113.1", "example.org")
    text = FORMATS[name].render(by_zone((record,)), Options())
    body = text[text.index("203.0.113.1") - 250 :]
    assert "# \n" not in body
    assert "// \n" not in body
    assert "; \n" not in body


def test_options_reach_their_formats() -> None:
    zones = by_zone(example("talk"))
    options = Options(explain=True, nameserver="ns.example.net", serial=7)
    assert "SOA ns.example.net. hostmaster.talk.example. 7 " in FORMATS["zone"].render(
        zones, options
    )
    assert "the address of host" in FORMATS["table"].render(zones, options)
    assert "the address of host" not in FORMATS["table"].render(zones, Options())


def test_listing_the_formats_imports_nothing_heavy() -> None:
    code = (
        "import sys, mailctl.cli.dns_records\n"
        "print(sorted({'dns', 'jinja2', 'cryptography', 'yaml', 'paramiko'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
