"""`mailctl dns-records --check` as a user runs it, against a world on the loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from fake_server import answering
from fake_world import World

from mailctl.cli import cli, main
from mailctl.cli.dns_check import CheckOptions, run_check
from mailctl.cli.prepare import Prepared, prepare
from mailctl.model.names import DomainName

APEX = "a.example"

FIVE = (
    "*._domainkey.b.example TXT, _dmarc.b.example TXT, _imap._tcp.b.example SRV,"
    " _imaps._tcp.b.example SRV, _mta-sts.b.example TXT"
)

UNASKED = "14 could not be asked"

SPEC = """\
mailctl: 1
hosts:
  mail:
    fqdn: mail.a.example
    addresses: [203.0.113.1]
    platform: debian-13
policies:
  default:
    dkim: {selector: s1, key: ed25519}
domains:
  a.example: {}
  b.example: {}
users:
  postmaster@a.example:
    password: {file: secrets/p}
    aliases: [abuse@a.example, postmaster@b.example, abuse@b.example]
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "mail.yaml"
    path.write_text(SPEC)
    secret = tmp_path / "secrets/p"
    secret.parent.mkdir()
    secret.write_text("correct horse battery staple\n")
    secret.chmod(0o600)
    return path


@pytest.fixture
def prepared(spec: Path) -> Prepared:
    return prepare(spec)


@pytest.fixture
def live(world: World, prepared: Prepared) -> World:
    world.publish(prepared.records)
    return world


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["dns-records", *arguments])
    return int(ended.value.code or 0)


def _resolver(world: World) -> str:
    return f"127.0.0.1:{world.port}"


def _wanted(prepared: Prepared, *zones: str) -> int:
    """How many records the spec asks for, in these zones."""
    return sum(record.zone in zones for record in prepared.records)


def test_all_is_well(
    live: World, spec: Path, prepared: Prepared, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(str(spec), "--check", "--resolver", _resolver(live)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"{len(prepared.records)} records as the spec says"
    assert lines[:-1] == [
        f"note: the zone {name} is not signed with DNSSEC (RFC 4033, 5)"
        for name in ("a.example", "b.example")
    ]


def test_text(live: World, prepared: Prepared, capsys: pytest.CaptureFixture[str]) -> None:
    zone = live.zones[APEX]
    zone.put(APEX, "TXT", "v=spf1 -all", 'say "hi"\x1b[31m')
    zone.put(f"_dmarc.{APEX}", "TXT")
    zone.add(f"_mta-sts.{APEX}", "TXT", "v=STSv1; id=1")
    for server in live.servers["b.example"]:
        server.behaviour = lambda asked: [answering(asked, code=5)]
    assert run_check(prepared, CheckOptions(), live.view()) == 2
    shown = capsys.readouterr().out
    server = live.servers["b.example"][0].place
    said = f"ns1.b.example ({server}) answers REFUSED"
    fine = _wanted(prepared, APEX, "113.0.203.in-addr.arpa") - 2
    assert shown.splitlines() == [
        "a.example",
        "  missing    _dmarc.a.example TXT  \"v=DMARC1; p=quarantine\"",
        "  different  a.example TXT  \"v=spf1 mx -all\"",
        "             there is \"v=spf1 -all\"",
        "  obsolete   _mta-sts.a.example TXT  \"v=STSv1; id=1\"",
        "b.example",
        f"  unknown    the DNSSEC state of b.example could not be asked: {said}",
        f"  unknown    {said}",
        f"             so that nobody knows {FIVE} and 9 more",
        'foreign: a.example TXT  "say \\"hi\\"\\027[31m"',
        "note: the zone a.example is not signed with DNSSEC (RFC 4033, 5)",
        f"{fine} records as the spec says, 1 missing, 1 different, 1 obsolete, {UNASKED}",
    ]  # fmt: skip


def test_json(
    live: World, spec: Path, prepared: Prepared, capsys: pytest.CaptureFixture[str]
) -> None:
    live.zones[APEX].put(APEX, "MX", "10 old.example.")
    arguments = (str(spec), "--check", "--resolver", _resolver(live), "--format", "json")
    assert _run(*arguments, "--zone", "A.Example.") == 2
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    assert document["summary"] == {
        "ok": _wanted(prepared, APEX) - 1, "missing": 0, "different": 1, "outdated": 0,
        "obsolete": 0, "foreign": 0, "unknown": 0,
    }  # fmt: skip
    assert {record["zone"] for record in document["records"]} == {APEX}
    (mx,) = [record for record in document["records"] if record["type"] == "MX"]
    assert mx == {
        "state": "different", "zone": APEX, "name": APEX, "type": "MX",
        "wanted": "10 mail.a.example.", "there": ["10 old.example."], "alias": None, "ttl": None,
        "reason": "", "says": [],
    }  # fmt: skip
    finding = next(each for each in document["findings"] if each["rule"] == "mx-no-address")
    assert finding == {
        "rule": "mx-no-address", "severity": "error", "zone": APEX, "name": "old.example",
        "message": "old.example, MX of a.example, has no address", "reference": "RFC 5321, 5.1",
    }  # fmt: skip


def test_servers_that_disagree_in_both_forms(
    live: World, prepared: Prepared, capsys: pytest.CaptureFixture[str]
) -> None:
    live.zones[APEX].add(APEX, "NS", f"ns9.{APEX}.")
    late = live.zone("late.example").records
    live.zones[APEX].add(f"ns9.{APEX}", "A", str(late["ns1.late.example", "A"][0]))
    live.servers["late.example"][0].behaviour = lambda asked: [answering(asked)]
    assert run_check(prepared, CheckOptions(zone=APEX), live.view()) == 2
    first, second = (live.servers[name][0].place for name in (APEX, "late.example"))
    shown = capsys.readouterr().out
    assert f"  missing    {APEX} MX  10 mail.{APEX}.\n" in shown
    assert f"             ns1.{APEX} ({first}): 10 mail.{APEX}.\n" in shown
    assert f"             ns9.{APEX} ({second}): nothing\n" in shown
    assert run_check(prepared, CheckOptions("json", APEX), live.view()) == 2
    records = json.loads(capsys.readouterr().out)["records"]
    (mx,) = [record for record in records if record["type"] == "MX"]
    assert [said["data"] for said in mx["says"]] == [[f"10 mail.{APEX}."], []]


def test_a_domain_that_is_not_there_is_one_line(
    world: World, prepared: Prepared, capsys: pytest.CaptureFixture[str]
) -> None:
    world.publish(record for record in prepared.records if record.zone != "b.example")
    assert run_check(prepared, CheckOptions(), world.view()) == 2
    shown = capsys.readouterr().out
    assert shown.splitlines()[:2] == [
        "b.example",
        "  error      the domain b.example is not registered or not delegated (RFC 8020, 2)",
    ]
    assert shown.count("b.example") == 2
    assert "4 missing, 1 error" in shown


def test_unknown_alone_is_three(live: World, spec: Path) -> None:
    live.zones[APEX].put(f"x.{APEX}", "A", "203.0.113.2")
    resolve = live.resolver.behaviour
    live.resolver.behaviour = lambda asked: (
        [answering(asked, code=2)] if asked.name == f"_dmarc.{APEX}" else resolve(asked)
    )
    assert _run(str(spec), "--check", "--resolver", _resolver(live)) == 3


def test_retired_selectors(
    live: World, prepared: Prepared, capsys: pytest.CaptureFixture[str]
) -> None:
    live.zones[APEX].add(f"s0._domainkey.{APEX}", "TXT", "v=DKIM1; p=AAAA")
    retired = ((DomainName(APEX), "s0"), (DomainName(APEX), "s1"))
    assert run_check(replace(prepared, retired=retired), CheckOptions(), live.view()) == 0
    shown = capsys.readouterr().out
    assert f'  obsolete   s0._domainkey.{APEX} TXT  "v=DKIM1; p=AAAA"\n' in shown
    assert f"s1._domainkey.{APEX}" not in shown


def test_notes_of_many_zones_are_cut_short(
    live: World, prepared: Prepared, capsys: pytest.CaptureFixture[str]
) -> None:
    live.zones[APEX].add(APEX, "TXT", *(f"code={number}" for number in range(8)))
    assert run_check(prepared, CheckOptions(), live.view()) == 0
    shown = capsys.readouterr().out
    assert shown.count("foreign: a.example TXT  ") == 5
    assert "foreign: 3 more of this kind; JSON has them all\n" in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--check", "--explain"), "--explain does not go with --check"),
        (("--check", "-o", "zones"), "--output does not go with --check"),
        (("--check", "--serial", "1"), "--serial does not go with --check"),
        (("--check", "--format", "zone"), "--format zone does not go with --check: text or json"),
        (("--check", "--resolver", "x"), "'--resolver': 'x' is no IP address"),
        (("--resolver", "192.0.2.1"), "--resolver goes with --check"),
    ],
)
def test_options_that_do_not_go_together(
    spec: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], message: str
) -> None:
    assert _run(str(spec), *options) == 64
    assert message in capsys.readouterr().err


def test_a_zone_that_the_spec_lacks(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(str(spec), "--check", "--resolver", "127.0.0.1:9", "--zone", "x.example") == 1
    assert "--zone x.example: the spec has no records there; it has some in" in (
        capsys.readouterr().err
    )


def test_help_imports_no_dns() -> None:
    script = (
        "import sys; from mailctl.cli import main\n"
        "try: main(['dns-records', '--help'])\n"
        "finally: print('heavy:', sorted({'dns', 'cryptography', 'jinja2'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert "--check" in done.stdout
    assert done.stdout.endswith("heavy: []\n")


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colours_where_they_are_not_wanted(
    live: World, spec: Path, variable: dict[str, str]
) -> None:
    live.zones[APEX].put(f"_dmarc.{APEX}", "TXT")
    arguments = ["dns-records", str(spec), "--check", "--resolver", _resolver(live)]
    shown = CliRunner(env=variable).invoke(cli, arguments, color=True, standalone_mode=False)
    assert f"missing    _dmarc.{APEX} TXT" in shown.output
    assert "\x1b" not in shown.output


def test_a_reader_who_leaves_changes_no_verdict(live: World, spec: Path) -> None:
    """As `set -o pipefail; mailctl dns-records --check | head -1` asks for it."""
    live.zones[APEX].put(f"_dmarc.{APEX}", "TXT")
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "mailctl", "dns-records", str(spec), "--check", "--resolver",
         _resolver(live)],
        stdout=writing, check=False, timeout=60,
    )  # fmt: skip
    os.close(writing)
    assert ended.returncode == 2


def test_colours_are_for_terminals(live: World, spec: Path) -> None:
    live.zones[APEX].put(f"_dmarc.{APEX}", "TXT")
    arguments = ["dns-records", str(spec), "--check", "--resolver", _resolver(live)]
    runner = CliRunner()
    shown = runner.invoke(cli, arguments, color=True, standalone_mode=False)
    assert f"\x1b[31m  missing    _dmarc.{APEX} TXT" in shown.output
    assert shown.return_value == 2
    assert "\x1b" not in runner.invoke(cli, arguments, standalone_mode=False).output
