"""`mailctl dns-records` as a user runs it."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import dns.zone
import pytest

from mailctl.cli import main
from mailctl.dns.formats.registry import FORMATS

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def office(tmp_path: Path) -> str:
    folder = tmp_path / "office"
    shutil.copytree(EXAMPLES / "office", folder, ignore=shutil.ignore_patterns("keys"))
    return str(folder / "mail.yaml")


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["dns-records", *arguments])
    return int(ended.value.code or 0)


def test_it_makes_missing_keys_and_prints_the_same_ever_after(
    office: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(office) == 0
    first = capsys.readouterr().out
    assert sorted(path.name for path in Path(office).parent.joinpath("keys/dkim").iterdir()) == [
        "office.example",
        "shop.example",
    ]
    assert _run(office) == 0
    assert capsys.readouterr().out == first
    assert "mail.office.example  " in first


def test_json(office: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(office, "--format", "json", "--zone", "Shop.Example.") == 0
    document = json.loads(capsys.readouterr().out)
    assert [zone["name"] for zone in document["zones"]] == ["shop.example"]


def test_a_zone_that_the_spec_lacks_is_one_clear_error(
    office: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(office, "--zone", "elsewhere.example") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert (
        "--zone elsewhere.example: the spec has no records there; it has some in " in captured.err
    )
    assert "office.example, shop.example" in captured.err


def test_a_file_that_cannot_be_written_is_named(
    office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert _run(office) == 0
    monkeypatch.setattr(os, "fsync", full)
    assert _run(office, "-o", str(tmp_path)) == 1
    assert capsys.readouterr().err.endswith(
        f"{tmp_path}/office-old.example.zone: cannot be written: No space left on device\n"
    )


def test_a_file_for_each_zone(office: str, tmp_path: Path) -> None:
    target = tmp_path / "new" / "zones"
    assert _run(office, "-o", str(target), "--nameserver", "ns.elsewhere.example") == 0
    names = sorted(path.name for path in target.iterdir())
    assert names == [
        "0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.zone",
        "113.0.203.in-addr.arpa.zone",
        "office-old.example.zone",
        "office.example.zone",
        "shop.example.zone",
    ]
    for name in names:
        dns.zone.from_file(str(target / name), origin=name.removesuffix("zone"))


@pytest.mark.parametrize(
    ("form", "first"),
    [
        ("table", "shop.example\n"),
        ("json", '{\n  "version": 1'),
        ("octodns", "---\n"),
        ("dnscontrol", "// "),
        ("terraform-cloudflare", "# "),
        ("terraform-route53", "# "),
        ("nsupdate", "; "),
        ("zone", "; "),
    ],
)
def test_every_format_can_be_printed_and_written(
    office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, first: str
) -> None:
    assert _run(office, "--format", form, "--zone", "shop.example") == 0
    printed = capsys.readouterr().out
    assert printed.startswith(first)
    target = tmp_path / "written"
    assert _run(office, "--format", form, "--zone", "shop.example", "-o", str(target)) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    (path,) = target.iterdir()
    assert path.read_text() == printed
    assert f"wrote {path}" in captured.err


def test_the_help_lists_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--help") == 0
    shown = capsys.readouterr().out
    for name in FORMATS:
        assert f"\n    {name} " in shown


def test_a_record_that_a_format_cannot_hold_is_one_clear_error(
    office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = Path(office)
    odd = "quota: 20G\n    dmarc: {record: 'v=DMARC1; p=reject; x=a\\;y=b'}"
    spec.write_text(spec.read_text().replace("quota: 20G", odd))
    assert _run(office, "--format", "octodns", "-o", str(tmp_path / "new")) == 1
    captured = capsys.readouterr()
    assert "octoDNS cannot hold the TXT record at " in captured.err
    assert not (tmp_path / "new").exists()


def test_explain_gives_reasons(office: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(office, "--explain") == 0
    assert "host mail receives mail for shop.example" in capsys.readouterr().out


def test_a_consent_that_somebody_else_must_publish_is_pointed_out(
    office: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = Path(office)
    spec.write_text(
        spec.read_text().replace("reports: postmaster@office.example", "reports: x@y.example")
    )
    assert _run(office) == 0
    captured = capsys.readouterr()
    note = 'has to say TXT "v=DMARC1;" at shop.example._report._dmarc.y.example'
    assert f"note: for its reports y.example {note}" in captured.err
    assert "_report" not in captured.out


@pytest.mark.parametrize(
    "options",
    [
        ("--nameserver", "ns.example"),
        ("--nameserver", "ns.example", "--format", "octodns", "-o", "nowhere"),
        ("--serial", "5"),
        ("--explain", "--format", "json"),
        ("--explain", "-o", "nowhere"),
    ],
)
def test_options_that_would_do_nothing_are_refused(
    office: str, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    assert _run(office, *options) == 64
    assert options[0] in capsys.readouterr().err


@pytest.mark.parametrize("name", ["ns.example.org x", "-", "a b", 'x"y', "a\nb"])
def test_a_name_server_that_is_no_name_is_refused(
    office: str, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert _run(office, "--format", "zone", "--nameserver", name) == 1
    assert "--nameserver: " in capsys.readouterr().err
