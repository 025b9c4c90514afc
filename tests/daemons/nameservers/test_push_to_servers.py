"""The office's records pushed to BIND, Knot and PowerDNS, with all that may come in between."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.update
import pytest
from three_servers import (
    FALSE_SECRET,
    LOCKED,
    SECRET,
    Bind,
    Knot,
    NameServer,
    PowerDns,
    ThreeServers,
    edit,
    serial,
    served,
    tsig_file,
)

from mailctl.cli import main
from mailctl.cli.prepare import prepare
from mailctl.dns.formats.zone import presented as quoted_data
from mailctl.dns.record import Record
from mailctl.keys.tsig import read_tsig_key
from mailctl.publish.dialogue import Dialogue
from mailctl.publish.message import parts, update_message
from mailctl.publish.place import servers_at
from mailctl.publish.plan import ZonePlan
from mailctl.publish.planning import make_plan
from mailctl.publish.push import Outcome, push_zone
from mailctl.publish.survey import survey

pytestmark = [pytest.mark.daemons, pytest.mark.timeout(300)]

EXAMPLES = Path(__file__).parents[3] / "examples"
OFFICE = "office.example"
KEY_PLACE = f"s1._domainkey.{OFFICE}"
ALIENS = ['office.example. 77 TXT "site-verification=1" "2"', "office.example. 77 A 192.0.2.80"]

Push = Callable[..., int]


@pytest.fixture(params=[Bind(), Knot(), PowerDns()], ids=lambda server: server.name)
def server(request: pytest.FixtureRequest, three: ThreeServers) -> NameServer:
    up: NameServer = request.param
    three.fresh(up)
    return up


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("push") / "office"
    shutil.copytree(EXAMPLES / "office", folder, ignore=shutil.ignore_patterns("keys"))
    return str(folder / "mail.yaml")


@pytest.fixture
def push(server: NameServer, spec: str, tmp_path: Path) -> Push:
    """Runs the command; the exit code. `key` is a file where it is not the right one."""
    right = tsig_file(tmp_path)

    def run(*arguments: str, key: Path = right) -> int:
        place = f"{server.address}:{server.port}"
        with pytest.raises(SystemExit) as ended:
            main(["dns-records", spec, "--push", "--server", place, "--tsig-key", str(key),
                  *arguments])  # fmt: skip
        return int(ended.value.code or 0)

    return run


@pytest.fixture
def dialogue(server: NameServer, tmp_path: Path) -> Iterator[Dialogue]:
    key = read_tsig_key(tsig_file(tmp_path))
    with Dialogue(servers_at(server.address, server.port), key) as open_:
        yield open_


def _plan(dialogue: Dialogue, wanted: list[Record], *more: tuple[str, str]) -> ZonePlan:
    places = [(record.name, record.type) for record in wanted]
    return make_plan(wanted, survey(dialogue, [*places, *more])).zones[0]


def _record(name: str, kind: str, data: str) -> Record:
    return Record(name, kind, data, zone=OFFICE, ttl=900)


def test_from_empty_and_then_nothing_left_to_do(
    push: Push, server: NameServer, spec: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert push() == 0
    said = capsys.readouterr().out
    assert "34 to add, 0 to replace, 0 to delete" in said
    assert f"{OFFICE}: done, 17 changes" in said
    assert "ask for: 0.2.0.0" in said
    for record in prepare(Path(spec)).records:
        if not record.zone.endswith("ip6.arpa"):
            there = served(server, record.name, record.type)
            assert there[quoted_data(record)] == record.ttl, record.name
    before = {zone: serial(server, zone) for zone in (OFFICE, "shop.example")}
    assert push() == 0
    assert "nothing to do: 34 fit, 0 foreign" in capsys.readouterr().out
    assert {zone: serial(server, zone) for zone in before} == before


def test_the_script_for_nsupdate_publishes_all_from_empty(
    three: ThreeServers, spec: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """nsupdate(1) itself reads `--format nsupdate`; then nothing is left for --check and --push."""
    bind = Bind()
    three.fresh(bind)
    key = tsig_file(tmp_path)
    shutil.copy(key, three.host.root / "root/push.key")
    zones = (OFFICE, "shop.example", "office-old.example", "113.0.203.in-addr.arpa")
    for zone in zones:
        assert _exit_code("dns-records", spec, "--format", "nsupdate", "--zone", zone) == 0
        script = f"server {bind.address}\n{capsys.readouterr().out}"
        (three.host.root / "root/script").write_text(script)
        ended = three.host.run("nsupdate", "-k", "/root/push.key", "/root/script")
        assert ended == (0, ""), zone
    for zone in zones:
        checked = _exit_code(
            "dns-records", spec, "--check", "--resolver", bind.address, "--zone", zone
        )
        said = capsys.readouterr()
        assert checked == 0, said.out + said.err
    pushed = _exit_code("dns-records", spec, "--push", "--server", bind.address,
                        "--tsig-key", str(key))  # fmt: skip
    assert pushed == 0
    assert "nothing to do: 34 fit, 0 foreign, 0 obsolete" in capsys.readouterr().out


def _exit_code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def test_what_is_alien_survives_byte_by_byte(
    three: ThreeServers, push: Push, server: NameServer, capsys: pytest.CaptureFixture[str]
) -> None:
    three.fresh(server, {OFFICE: [*ALIENS, 'office.example. 77 TXT "v=spf1 " "+all"']})
    assert push() == 0
    said = capsys.readouterr().out
    assert '~ office.example TXT "v=spf1 +all" -> "v=spf1 mx -all"' in said
    assert 'foreign, stays: office.example TXT "site-verification=12"' in said
    # the set keeps its TTL, also for the record that joins it
    assert served(server, OFFICE, "TXT") == {
        '"site-verification=1" "2"': 77,
        '"v=spf1 mx -all"': 77,
    }
    assert served(server, OFFICE, "A") == {"192.0.2.80": 77}


def test_a_key_is_replaced_by_the_one_that_signs(
    three: ThreeServers, push: Push, server: NameServer, capsys: pytest.CaptureFixture[str]
) -> None:
    former = f"v=DKIM1; k=rsa; p={'QUFB' * 98}"
    strings = f'"{former[:255]}" "{former[255:]}"'
    other = f"s0._domainkey.{OFFICE}"
    three.fresh(server, {OFFICE: [f"{KEY_PLACE}. 60 TXT {strings}", f"{other}. 60 TXT {strings}"]})
    assert push() == 0
    assert f"~ {KEY_PLACE} TXT" in capsys.readouterr().out
    (there,) = served(server, KEY_PLACE, "TXT").items()
    assert there[0].startswith('"v=DKIM1; k=rsa; p=MII') and there[1] == 60
    assert served(server, other, "TXT") == {strings: 60}


@pytest.mark.parametrize("change", ["changed", "came", "went", "alias came"])
def test_a_hand_edit_meanwhile_is_not_overwritten(
    dialogue: Dialogue, server: NameServer, change: str
) -> None:
    place = f"_dmarc.{OFFICE}"
    first = [_record(place, "TXT", "v=DMARC1; p=none"), _record(OFFICE, "MX", "10 a.example.")]
    assert push_zone(dialogue, _plan(dialogue, first)).outcome is Outcome.DONE
    wanted = [
        _record(place, "TXT", "v=DMARC1; p=reject"),
        _record(OFFICE, "MX", "20 b.example."),
        _record(f"new.{OFFICE}", "A", "192.0.2.1"),
    ]
    plan = _plan(dialogue, wanted)

    def by_hand(message: dns.update.UpdateMessage) -> None:
        if change == "changed":
            message.replace(f"{place}.", 60, "TXT", '"v=DMARC1; p=quarantine"')
        elif change == "came":
            message.add(f"new.{OFFICE}.", 60, "A", "192.0.2.9")
        elif change == "alias came":
            message.add(f"new.{OFFICE}.", 60, "CNAME", "c.example.")
        else:
            message.delete(f"{OFFICE}.", "MX")

    edit(server, OFFICE, by_hand)
    before = serial(server, OFFICE)
    pushed = push_zone(dialogue, plan)
    assert pushed.outcome is Outcome.FAILED
    named = {
        "changed": f"{place} TXT",
        "came": f"new.{OFFICE} A",
        "went": f"{OFFICE} MX",
        "alias came": f"new.{OFFICE} CNAME",
    }
    assert pushed.fault == f"somebody changed {named[change]} meanwhile; run it again"
    assert serial(server, OFFICE) == before
    assert "p=reject" not in str(served(server, place, "TXT"))
    # and run again it is done, where no alias is in the way
    if change != "alias came":
        assert push_zone(dialogue, _plan(dialogue, wanted)).outcome is Outcome.DONE
        assert list(served(server, OFFICE, "MX")) == ["20 b.example."]


def test_the_brake_and_force(
    push: Push, server: NameServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert push() == 0

    def other_host(message: dns.update.UpdateMessage) -> None:
        for service in ("imap", "imaps", "pop3", "pop3s", "submission", "submissions", "sieve"):
            message.replace(f"_{service}._tcp.{OFFICE}.", 60, "SRV", "0 1 1 other.example.")

    edit(server, OFFICE, other_host)
    before = serial(server, OFFICE)
    capsys.readouterr()
    assert push() == 1
    assert "office.example: 7 of 17 records (41 %) would be replaced" in capsys.readouterr().err
    assert serial(server, OFFICE) == before
    assert push("--force") == 0
    assert list(served(server, f"_imaps._tcp.{OFFICE}", "SRV")) == ["0 1 993 mail.office.example."]


def test_obsolete_records_wait_for_prune(
    three: ThreeServers, push: Push, server: NameServer, capsys: pytest.CaptureFixture[str]
) -> None:
    old = f"_mta-sts.{OFFICE}"
    alias = "_dmarc.shop.example"
    three.fresh(
        server,
        {
            OFFICE: [f'{old}. 60 TXT "v=STSv1; id=1"', f'{old}. 60 TXT "hello"'],
            "shop.example": [f"{alias}. 60 CNAME dmarc.provider.example."],
        },
    )
    assert push() == 3
    captured = capsys.readouterr()
    assert f'obsolete, stays without --prune: {old} TXT "v=STSv1; id=1"' in captured.out
    assert f"{alias} is an alias of dmarc.provider.example. (CNAME)" in captured.err
    assert len(served(server, old, "TXT")) == 2
    assert push("--prune") == 0
    assert served(server, old, "TXT") == {'"hello"': 60}
    assert served(server, alias, "CNAME") == {}
    assert len(served(server, alias, "TXT")) == 1


def test_an_alias_to_what_is_wanted_stays(
    three: ThreeServers, push: Push, server: NameServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """As who keeps one DMARC record for many domains."""
    alias, target = "_dmarc.shop.example", "all._dmarc.shop.example"
    text = '"v=DMARC1; p=quarantine; rua=mailto:postmaster@office.example"'
    lines = [f"{alias}. 60 CNAME {target}.", f"{target}. 60 TXT {text}"]
    three.fresh(server, {"shop.example": lines})
    assert push("--prune") == 0
    assert f"foreign, stays: {alias} CNAME {target}." in capsys.readouterr().out
    assert served(server, alias, "CNAME") == {f"{target}.": 60}


def test_what_a_wildcard_makes_up_is_not_there(
    three: ThreeServers, push: Push, server: NameServer
) -> None:
    """`compare` would find all at its place, and a prerequisite on it could never hold."""
    wild = [
        '*.office.example. 60 TXT "v=spf1 a -all"',
        "*.office.example. 60 A 203.0.113.20",
        "*.shop.example. 60 CNAME www.provider.example.",
    ]
    three.fresh(server, {OFFICE: wild[:2], "shop.example": wild[2:]})
    assert push() == 0
    assert served(server, f"mail.{OFFICE}", "A") == {"203.0.113.20": 3600}
    assert served(server, f"mail.{OFFICE}", "TXT") == {'"v=spf1 a -all"': 3600}
    assert len(served(server, "_dmarc.shop.example", "TXT")) == 1
    assert push() == 0
    assert served(server, f"other.{OFFICE}", "A") == {"203.0.113.20": 60}


@pytest.mark.parametrize("fault", ["false secret", "unknown key"])
def test_a_wrong_key_changes_nothing(
    push: Push, server: NameServer, tmp_path: Path, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "wrong"
    folder.mkdir()
    wrong = tsig_file(folder, secret=FALSE_SECRET)
    if fault == "unknown key":
        wrong = tsig_file(folder, name="nobody")
    assert push("--zone", OFFICE, key=wrong) == 1
    captured = capsys.readouterr()
    expected = {
        ("bind", "false secret"): "has another secret for the key mailctl-push (BADSIG)",
        ("bind", "unknown key"): "knows no key nobody with this algorithm (BADKEY)",
        ("knot", "false secret"): "has another secret for the key mailctl-push (BADSIG)",
        ("knot", "unknown key"): "does not accept the key nobody for updates of office.example",
        ("pdns", "false secret"): "does not accept the key mailctl-push for updates of office.ex",
        ("pdns", "unknown key"): "does not accept the key nobody for updates of office.example",
    }
    assert expected[server.name, fault] in captured.err
    assert SECRET not in captured.err + captured.out
    assert FALSE_SECRET not in captured.err + captured.out
    assert served(server, OFFICE, "MX") == {}


def test_a_zone_that_the_policy_keeps(dialogue: Dialogue, server: NameServer) -> None:
    pushed = push_zone(dialogue, _plan(dialogue, [_record(LOCKED, "MX", "10 a.example.")]))
    assert pushed.outcome is Outcome.FAILED
    expected = {
        "bind": f"refuses updates of {LOCKED} with the key mailctl-push",
        "knot": f"does not accept the key mailctl-push for updates of {LOCKED} (NOTAUTH)",
        "pdns": f"refuses updates of {LOCKED} with the key mailctl-push",
    }
    assert expected[server.name] in pushed.fault
    assert served(server, LOCKED, "MX") == {}


def test_zones_that_are_not_there(
    three: ThreeServers, push: Push, server: NameServer, capsys: pytest.CaptureFixture[str]
) -> None:
    three.fresh(server, without=("shop.example", "113.0.203.in-addr.arpa"))
    assert push() == 3
    captured = capsys.readouterr()
    assert "zone not ours: shop.example: " in captured.out
    assert "ask for: 20.113.0.203.in-addr.arpa PTR mail.office.example." in captured.out
    assert f"{OFFICE}: done" in captured.out


def test_five_hundred_records_at_once(dialogue: Dialogue, server: NameServer) -> None:
    """Some 47 KiB, in one message over TCP."""
    zone = "big.example"
    wanted = [
        Record(f"k{number}._domainkey.{zone}", "TXT", f"v=DKIM1; p={number:044}", zone=zone)
        for number in range(500)
    ]
    plan, before = _plan(dialogue, wanted), serial(server, zone)
    (part,) = parts(plan)
    assert len(update_message(zone, part).to_wire()) > 40_000
    assert push_zone(dialogue, plan).outcome is Outcome.DONE
    assert serial(server, zone) > before
    assert list(served(server, f"k499._domainkey.{zone}", "TXT")) == [f'"v=DKIM1; p={499:044}"']
    assert push_zone(dialogue, _plan(dialogue, wanted)).outcome is Outcome.NOTHING


def test_a_zone_that_needs_several_messages(dialogue: Dialogue, server: NameServer) -> None:
    zone = "big.example"
    key = "A" * 392
    wanted = [
        Record(f"k{number}._domainkey.{zone}", "TXT", f"v=DKIM1; k=rsa; p={key}", zone=zone)
        for number in range(250)
    ]
    plan = _plan(dialogue, wanted)
    assert len(parts(plan)) > 1
    assert push_zone(dialogue, plan).outcome is Outcome.DONE
    assert push_zone(dialogue, _plan(dialogue, wanted)).outcome is Outcome.NOTHING


def test_every_type_that_a_spec_asks_for(dialogue: Dialogue, server: NameServer) -> None:
    first = [
        _record(f"m.{OFFICE}", "AAAA", "2001:db8::1"),
        _record(f"m.{OFFICE}", "CAA", '0 issue "ca.example"'),
        _record(f"_25._tcp.m.{OFFICE}", "TLSA", f"3 1 1 {'ab' * 32}"),
        _record(f"_25._tcp.m.{OFFICE}", "TLSA", f"3 1 1 {'cd' * 32}"),
        _record(f"_imaps._tcp.{OFFICE}", "SRV", "0 0 0 ."),
        _record(f"*._domainkey.{OFFICE}", "TXT", "v=DKIM1; p="),
        _record(OFFICE, "MX", "0 ."),
        _record(f"t.{OFFICE}", "TXT", 'quotes " and \\ and ü;'),
    ]
    assert push_zone(dialogue, _plan(dialogue, first)).outcome is Outcome.DONE
    assert push_zone(dialogue, _plan(dialogue, first)).outcome is Outcome.NOTHING
    second = [*first[:3], _record(f"_25._tcp.m.{OFFICE}", "TLSA", f"3 1 1 {'ef' * 32}"), *first[4:]]
    plan = _plan(dialogue, second)
    assert [change.mark for change in plan.changes] == ["~"]
    assert push_zone(dialogue, plan).outcome is Outcome.DONE
    assert len(served(server, f"_25._tcp.m.{OFFICE}", "TLSA")) == 2


def test_a_view_for_those_who_have_the_key(three: ThreeServers, tmp_path: Path) -> None:
    """Unsigned questions would show the zone that the world sees, and not the one updated."""
    three.fresh_views()
    key = read_tsig_key(tsig_file(tmp_path))
    server = Bind()
    wanted = [_record(OFFICE, "MX", "10 a.example.")]
    with Dialogue(servers_at(server.address, server.port), key) as dialogue:
        plan = _plan(dialogue, wanted)
        assert [change.mark for change in plan.changes] == ["+"]
        assert push_zone(dialogue, plan).outcome is Outcome.DONE
        assert push_zone(dialogue, _plan(dialogue, wanted)).outcome is Outcome.NOTHING
    assert served(server, OFFICE, "MX") == {"99 world.example.": 3600}


def test_a_server_that_is_down(
    three: ThreeServers, push: Push, server: NameServer, capsys: pytest.CaptureFixture[str]
) -> None:
    three.host.run("systemctl", "stop", server.unit)
    assert push() == 1
    assert "connection refused; does a name server run there?" in capsys.readouterr().err
