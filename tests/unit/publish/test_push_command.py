"""`mailctl dns-records --push` as a user runs it, against a server of our own."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dns.message
import pytest
from fake_primary import SECRET, FakePrimary, running, with_rcode

from mailctl.cli import main

EXAMPLES = Path(__file__).parents[3] / "examples"
TEXT = base64.b64encode(SECRET).decode()
ZONES = ("office.example", "shop.example", "office-old.example")


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("push") / "office"
    shutil.copytree(EXAMPLES / "office", folder, ignore=shutil.ignore_patterns("keys"))
    return str(folder / "mail.yaml")


@pytest.fixture
def key(tmp_path: Path) -> str:
    path = tmp_path / "push.key"
    path.write_text(f'key "push" {{ algorithm hmac-sha256; secret "{TEXT}"; }};\n')
    path.chmod(0o600)
    return str(path)


@pytest.fixture
def primary() -> Iterator[FakePrimary]:
    with running(FakePrimary({zone: [] for zone in ZONES})) as up:
        yield up


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailctl.publish.push._LOOKS", (0.0,))


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["dns-records", *arguments])
    return int(ended.value.code or 0)


def _push(spec: str, key: str, primary: FakePrimary, *more: str) -> int:
    place = f"127.0.0.1:{primary.port}"
    return _run(spec, "--push", "--server", place, "--tsig-key", key, *more)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--push",), "--push goes with --server"),
        (("--push", "--server", "192.0.2.1"), "--push goes with --tsig-key FILE, or with --dry"),
        (("--push", "--server", "a:b:c", "--dry-run"), "neither an address nor a name"),
        (("--server", "192.0.2.1"), "--server goes with --push"),
        (("--prune",), "--prune goes with --push"),
        (("--push", "--server", "x", "--dry-run", "--zone", ""), "leave it out for all zones"),
        (("--push", "--server", "x", "--dry-run", "--format", "zone"), "--push shows a plan"),
        (("--push", "--server", "x", "--dry-run", "--explain"), "go without --push"),
        (("--push", "--server", "x", "--dry-run", "-o", "y"), "go without --push"),
        (("--push", "--server", "x", "--dry-run", "--serial", "7"), "go without --push"),
    ],
)
def test_usage(
    spec: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert _run(spec, *arguments) == 64
    assert message in capsys.readouterr().err


def test_plan_push_and_nothing_left_to_do(
    spec: str, key: str, primary: FakePrimary, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _push(spec, key, primary, "--dry-run") == 0
    planned = capsys.readouterr().out
    assert "  + office.example MX 10 mail.office.example.\n" in planned
    assert primary.updates == []

    assert _push(spec, key, primary) == 0
    said = capsys.readouterr().out
    assert said.startswith(planned)
    assert "\nshop.example: done, 12 changes\n" in said
    assert len(primary.updates) == len(ZONES)

    assert _push(spec, key, primary) == 0
    said = capsys.readouterr().out
    assert "office.example: nothing to do\n" in said
    assert "\nnothing to do: 33 fit, 0 foreign, 0 obsolete\n" in said
    assert len(primary.updates) == len(ZONES)


@pytest.mark.parametrize("errors_too", [False, True])
def test_a_reader_who_leaves_stops_no_push(
    spec: str, key: str, primary: FakePrimary, errors_too: bool
) -> None:
    """As `mailctl dns-records --push ... | head -1` does."""
    reading, writing = os.pipe()
    os.close(reading)
    server = f"127.0.0.1:{primary.port}"
    ended = subprocess.run(
        [sys.executable, "-m", "mailctl", "dns-records", spec, "--push", "--server", server,
         "--tsig-key", key],
        stdout=writing, stderr=writing if errors_too else None, check=False, timeout=60,
    )  # fmt: skip
    os.close(writing)
    assert ended.returncode == 0
    assert len(primary.updates) == len(ZONES)


def test_a_plan_needs_no_key(spec: str, primary: FakePrimary) -> None:
    assert _run(spec, "--push", "--server", f"127.0.0.1:{primary.port}", "--dry-run") == 0


def test_reverse_names_are_the_providers(
    spec: str, key: str, primary: FakePrimary, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _push(spec, key, primary, "--zone", "113.0.203.in-addr.arpa") == 0
    assert "ask for: 20.113.0.203.in-addr.arpa PTR mail.office.example." in capsys.readouterr().out


def test_one_zone_alone(
    spec: str, key: str, primary: FakePrimary, capsys: pytest.CaptureFixture[str]
) -> None:
    primary.zones["office.example"].append("_imaps._tcp.office.example 60 SRV 0 0 1 x.example.")
    assert _push(spec, key, primary, "--zone", "Shop.Example.") == 0
    assert "office.example:" not in capsys.readouterr().out.replace("mail.office.example", "")
    assert [str(update.zone[0].name) for update in primary.updates] == ["shop.example."]
    assert _push(spec, key, primary, "--zone", "elsewhere.example") == 1
    assert "--zone elsewhere.example: the spec has no records there" in capsys.readouterr().err


def test_as_json(
    spec: str, key: str, primary: FakePrimary, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _push(spec, key, primary, "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    assert {zone["name"]: zone["outcome"] for zone in document["zones"]} == dict.fromkeys(
        ZONES, "done"
    )
    assert [one["expected"] for one in document["not_ours"]] == [False, False]


def test_the_brake_sends_nothing_to_any_zone(
    spec: str, key: str, primary: FakePrimary, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _push(spec, key, primary) == 0
    lines = primary.zones["office.example"]
    lines[:] = [line.replace("mail.office.example.", "other.office.example.") for line in lines]
    primary.zones["shop.example"].clear()
    primary.updates.clear()
    capsys.readouterr()
    assert _push(spec, key, primary) == 1
    captured = capsys.readouterr()
    assert "  + shop.example MX" in captured.out
    assert "of 17 records (" in captured.err and captured.err.count("--force") == 1
    assert primary.updates == []
    assert _push(spec, key, primary, "--format", "json") == 1
    assert "more than 30 %" in json.loads(capsys.readouterr().out)["fault"]
    assert _push(spec, key, primary, "--force") == 0
    assert len(primary.updates) == 2


def test_obsolete_records_go_with_prune_alone(
    spec: str, key: str, primary: FakePrimary, capsys: pytest.CaptureFixture[str]
) -> None:
    old = '_mta-sts.office.example 60 TXT "v=STSv1;id=1"'
    primary.zones["office.example"] += [
        old,
        'old._domainkey.office.example 60 TXT "v=DKIM1;p=AAAA"',
    ]
    assert _push(spec, key, primary) == 0
    said = capsys.readouterr().out
    assert "obsolete, stays without --prune: _mta-sts.office.example TXT" in said
    assert old in primary.zones["office.example"]
    assert _push(spec, key, primary, "--prune") == 0
    assert "  - _mta-sts.office.example TXT" in capsys.readouterr().out
    assert old not in primary.zones["office.example"]
    # a selector that nobody names is not looked at
    assert any(line.startswith("old._domainkey") for line in primary.zones["office.example"])


def test_some_zones_fail(
    spec: str, key: str, primary: FakePrimary, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse_shop(
        one: FakePrimary, asked: dns.message.Message, reply: dns.message.Message
    ) -> bytes:
        if "shop" in str(asked.sections[0][0].name):
            return with_rcode("REFUSED")(one, asked, reply) or b""
        return reply.to_wire()

    primary.mangle = refuse_shop
    assert _push(spec, key, primary) == 3
    captured = capsys.readouterr()
    assert "shop.example: 127.0.0.1 port" in captured.err
    assert "\noffice.example: done" in captured.out
    assert _push(spec, key, primary, "--zone", "shop.example") == 1


def test_a_zone_of_the_spec_that_is_not_there(
    spec: str, key: str, primary: FakePrimary, capsys: pytest.CaptureFixture[str]
) -> None:
    del primary.zones["shop.example"]
    assert _push(spec, key, primary) == 3
    assert "zone not ours: shop.example: 127.0.0.1 port" in capsys.readouterr().out
    assert _push(spec, key, primary, "--zone", "shop.example") == 1


def test_an_alias_in_the_way_leaves_something_undone(
    spec: str, key: str, primary: FakePrimary, capsys: pytest.CaptureFixture[str]
) -> None:
    primary.zones["shop.example"].append("_dmarc.shop.example 60 CNAME d.provider.example.")
    assert _push(spec, key, primary) == 3
    captured = capsys.readouterr()
    assert "blocked: _dmarc.shop.example is an alias of d.provider.example." in captured.out
    assert "shop.example: _dmarc.shop.example is an alias of" in captured.err
    assert _push(spec, key, primary, "--prune") == 0


def test_the_first_interrupt_ends_after_the_zone_at_work(
    spec: str, key: str, primary: FakePrimary, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_: FakePrimary, __: dns.message.Message, reply: dns.message.Message) -> bytes:
        signal.raise_signal(signal.SIGINT)
        return reply.to_wire()

    primary.mangle = interrupt
    former = signal.getsignal(signal.SIGINT)
    assert _push(spec, key, primary) == 130
    assert signal.getsignal(signal.SIGINT) is former
    captured = capsys.readouterr()
    assert len(primary.updates) == 1
    assert "office-old.example: done, 4 changes" in captured.out
    assert "shop.example: interrupted" in captured.err


def test_an_old_algorithm_is_warned_of(
    spec: str, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(key).write_text(f"hmac-sha1:push:{TEXT}")
    assert _push(spec, key, FakePrimary({}, port=1)) == 1
    said = capsys.readouterr().err
    assert "push.key: hmac-sha1 is not recommended any more (RFC 8945, 6)" in said
    assert "connection refused" in said


def test_the_secret_is_never_shown(
    spec: str, key: str, primary: FakePrimary, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(key).write_text(f"rot13:push:{TEXT}")
    assert _push(spec, key, primary) == 1
    Path(key).write_text(f"hmac-sha256:push:{TEXT[:-2]}")
    assert _push(spec, key, primary) == 1
    Path(key).write_text(f"hmac-sha256:push:{base64.b64encode(b'x' * 32).decode()}")
    Path(key).chmod(0o644)
    assert _push(spec, key, primary) == 1
    captured = capsys.readouterr()
    for text in (TEXT[:10], SECRET.decode(), base64.b64encode(b"x" * 32).decode()[:10]):
        assert text not in captured.out + captured.err
    assert captured.err.count("push.key: ") == 3
    assert primary.updates == []
