"""What octoDNS itself reads in the YAML that we write for it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import dns.rdata
import pytest
from dns.rdtypes.ANY.TXT import TXT
from dns_building import some_keys
from dns_samples import PLAIN_TEXTS, SAMPLES, WILD_TEXTS, Read, expected, hostile, sample
from hypothesis import given
from hypothesis import strategies as st

from mailctl.dns.formats.octodns import natural, octodns_yaml
from mailctl.dns.formats.registry import FORMATS, Options
from mailctl.dns.formats.zone import by_zone
from mailctl.dns.record import Record
from mailctl.dns.records import records
from mailctl.errors import MailctlError
from mailctl.keys.certificates import key_digests
from mailctl.spec.load import examine

natsort = pytest.importorskip("natsort", reason="octodns brings it")
pytest.importorskip("octodns", reason="octodns is a development dependency")

from octodns.provider.yaml import YamlProvider  # noqa: E402
from octodns.zone import Zone  # noqa: E402

ROOT = Path(__file__).parents[3]


def _written(folder: Path, records: tuple[Record, ...]) -> tuple[str, ...]:
    """Write the files of all zones; their names."""
    for name, text in FORMATS["octodns"].files(by_zone(records), Options()).items():
        (folder / name).write_text(text)
    return tuple(zone.name for zone in by_zone(records))


def _read_back(folder: Path, names: tuple[str, ...]) -> Read:
    """Every value that a strict YamlProvider finds, as octoDNS hands it to DNS providers."""
    provider = YamlProvider("mail", str(folder), escaped_semicolons=True)
    found: Read = set()
    for name in names:
        zone = Zone(f"{name}.", [])
        provider.populate(zone, lenient=False)
        for record in zone.records:
            rrset = record.to_rrset()
            owner = rrset.name.removesuffix(".")
            found |= {
                (owner, record._type, record.ttl, _data(record._type, v)) for v in rrset.rdatas
            }
    return found


def _data(kind: str, text: str) -> str:
    rdata = dns.rdata.from_text("IN", kind, text)
    if isinstance(rdata, TXT):
        assert all(len(part) == 255 for part in rdata.strings[:-1])
        return b"".join(rdata.strings).decode()
    return text


@pytest.mark.parametrize("name", SAMPLES)
def test_octodns_reads_exactly_the_records(tmp_path: Path, name: str) -> None:
    records = sample(name, PLAIN_TEXTS)
    assert _read_back(tmp_path, _written(tmp_path, records)) == expected(records)


@pytest.mark.parametrize("name", SAMPLES)
def test_octodns_validate_has_nothing_to_say(tmp_path: Path, name: str) -> None:
    zones = tmp_path / "zones"
    zones.mkdir()
    names = _written(zones, sample(name, PLAIN_TEXTS))
    head = "manager: {validators: {enabled: [legacy, strict]}}\n"
    assert _validated(tmp_path, names, head) == (0, "")


MAIL_VALIDATOR = """\
manager: {validators: {enabled: [legacy, strict, best-practice]}}
validators:
  # two MX hosts are not asked for: senders keep mail for days when a host is away (RFC 5321, 4.5.4)
  mail: {class: octodns.zone.mail.MailZoneValidator, min_mx: 1, sets: [best-practice]}
"""


@pytest.mark.parametrize("spec", ["office", "pair", "talk", "complete"])
def test_octodns_mail_validators_find_nothing(tmp_path: Path, spec: str) -> None:
    zones = tmp_path / "zones"
    zones.mkdir()
    root = ROOT / "examples" if spec in SAMPLES else ROOT / "tests" / "rehearsal" / "specs"
    system = examine(root / spec / "mail.yaml").system
    found = records(system, some_keys(system), key_digests(system))
    names = _written(zones, tuple(record for record in found if not record.foreign))
    assert _validated(tmp_path, names, MAIL_VALIDATOR) == (0, "")


def test_octodns_mail_validators_can_object(tmp_path: Path) -> None:
    zones = tmp_path / "zones"
    zones.mkdir()
    mx = Record("example.org", "MX", "10 mail.example.org.", "example.org")
    code, said = _validated(tmp_path, _written(zones, (mx,)), MAIL_VALIDATOR)
    assert code == 1
    assert "missing an SPF TXT record" in said


def _validated(folder: Path, names: tuple[str, ...], head: str) -> tuple[int, str]:
    """The exit code of octodns-validate, and what it says."""
    config = folder / "config.yaml"
    config.write_text(
        f"{head}"
        "providers:\n"
        "  mail:\n"
        "    class: octodns.provider.yaml.YamlProvider\n"
        f"    directory: {folder / 'zones'}\n"
        "    escaped_semicolons: true\n"
        "zones:\n" + "".join(f"  {zone}.: {{sources: [mail], targets: []}}\n" for zone in names)
    )
    checked = subprocess.run(
        [sys.executable, "-m", "octodns.cmds.validate", "--config-file", str(config)],
        check=False,
        capture_output=True,
        text=True,
    )
    said = checked.stdout + checked.stderr
    return checked.returncode, said if re.search("warning|error", said, re.IGNORECASE) else ""


@pytest.mark.parametrize("text", WILD_TEXTS)
def test_what_octodns_cannot_hold_is_one_clear_error(text: str) -> None:
    record = Record("a.example.org", "TXT", text, "example.org")
    with pytest.raises(
        MailctlError, match=r"octoDNS cannot hold the TXT record at a\.example\.org"
    ):
        octodns_yaml(by_zone((record,)))


@given(st.lists(st.from_regex(r"[a-z0-9_*-]{1,6}(\.[a-z0-9_*-]{1,6}){0,2}", fullmatch=True)))
def test_names_stand_in_octodns_order(names: list[str]) -> None:
    ours = sorted({"", *names}, key=natural)
    assert natsort.natsorted(ours) == ours


def test_all_zones_in_one_text_are_documents_of_their_own() -> None:
    records = hostile(PLAIN_TEXTS)
    text = octodns_yaml(by_zone(records))
    assert text.count("---\n") == 2
