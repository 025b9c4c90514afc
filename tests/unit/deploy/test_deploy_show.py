"""Plans for people and programs; no secret is ever in them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from deploy_values import KEY, MAIN, MASTER, bundle, settled, untouched

from mailctl.bundle import RENEWAL_TIMER, Artefact, Entries, HostBundle, Service
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.map_changes import Texts
from mailctl.deploy.observation import Found, Observation, Renewal
from mailctl.deploy.plan import make_plan
from mailctl.deploy.preview import Preview, shown
from mailctl.deploy.show.diff import drift_diffs, file_diffs, unified
from mailctl.deploy.show.drift_text import drift_text
from mailctl.deploy.show.json_text import drift_json, plans_json
from mailctl.deploy.show.text import plan_text
from mailctl.deploy.show.tone import Tone, tone_of
from mailctl.errors import Unreachable
from mailctl.model.host import Override

NEW_KEY = replace(KEY, content=b"NEW PRIVATE")
NEW_MAIN = replace(MAIN, content=b"myhostname = other.example.org\n")
ALIASES = Artefact("postfix/virtual_aliases", b"# head\na@x b@x\nb@x c@x\n")
USERS = Artefact("dovecot/users", b"a@x:HASH1::::::\nb@x:HASH2::::::\n", secret=True)
ENTRIES = (
    Entries("postfix/virtual_aliases", "alias", "aliases"),
    Entries("dovecot/users", "user", "users", ":", ((1, "password"), (7, "quota")), guarded=True),
)


def preview_of(wanted: HostBundle, seen: Observation, live: Texts | None = None) -> Preview:
    return shown(make_plan("mail", Manifest.of(wanted), seen), wanted, (), live or {})


def change() -> Preview:
    live = {"postfix/main.cf": MAIN.content, KEY.path: b"PRIVATE"}
    return preview_of(bundle(NEW_MAIN, MASTER, NEW_KEY), settled(Manifest.of(bundle())), live)


def maps_change() -> Preview:
    """An alias goes, one changes; a password changes; a user comes."""
    live = {ALIASES.path: ALIASES.content, USERS.path: USERS.content}
    new = b"a@x:HASH9::::::\nb@x:HASH2::::::\nd@x:HASH4::::::\n"
    wanted = bundle(
        replace(ALIASES, content=b"# head\nb@x a@x\n"),
        replace(USERS, content=new),
        entries=ENTRIES,
    )
    return preview_of(wanted, settled(Manifest.of(bundle(ALIASES, USERS))), live)


def by_hand(*artefacts: Artefact, live: bytes = b"by hand\n", mode: int = 0o644) -> Preview:
    """main.cf was changed on the host, and a file beside it was added."""
    wanted = bundle(*artefacts, MASTER, KEY)
    found = {
        MAIN.path: Found("f", mode, "root", "root", "aa"),
        "postfix/extra": Found("f", 0o644, "root", "root", "bb"),
    }
    seen = settled(Manifest.of(bundle()), drift=(MAIN.path, "postfix/extra"), found=found)
    return preview_of(wanted, seen, {MAIN.path: live, "postfix/extra": b"extra\n"})


def test_text() -> None:
    before, after = (Manifest.of(bundle(k)).files[0].digest[:12] for k in (KEY, NEW_KEY))
    assert plan_text(change()).splitlines() == [
        "mail (debian-12): 4 changes to generation 3",
        f"  ~ change file dkim/s1.pem <secret {before} -> {after}>",
        "  ~ change file postfix/main.cf",
        "  ~ reload service postfix",
        "  ~ restart service opendkim",
    ]


def test_overrides_stand_in_every_plan() -> None:
    wanted = replace(bundle(), overrides=(Override("postfix", "maximal_queue_lifetime", "2d"),))
    seen = preview_of(wanted, settled(Manifest.of(bundle())))
    assert plan_text(seen).splitlines() == [
        "mail: nothing to do",
        "  override of postfix: maximal_queue_lifetime = 2d",
    ]
    (host,) = json.loads(plans_json([seen]))["hosts"]
    assert host["overrides"] == [
        {"backend": "postfix", "name": "maximal_queue_lifetime", "value": "2d"}
    ]


def test_maps_are_counted_and_their_keys_named_on_demand() -> None:
    lines = plan_text(maps_change()).splitlines()
    assert lines[1].startswith("  ~ change file dovecot/users <secret ")
    assert lines[1].endswith(">: 1 user added, 1 password changed")
    assert lines[2] == "  ~ change file postfix/virtual_aliases: 1 alias removed, 1 alias changed"
    named = plan_text(maps_change(), keys=True).splitlines()
    assert named[2:4] == ["      + user d@x", "      ~ user a@x: password"]
    assert named[5:7] == ["      - alias a@x", "      ~ alias b@x"]
    assert file_diffs(maps_change()) == ""
    assert "HASH" not in "\n".join(named) + plans_json([maps_change()], keys=True)


def test_of_many_keys_only_the_first_are_named() -> None:
    many = b"".join(b"u%04d@x a@x\n" % number for number in range(1000))
    wanted = bundle(replace(ALIASES, content=many), entries=ENTRIES)
    text = plan_text(preview_of(wanted, settled(Manifest.of(bundle(MAIN)))), keys=True)
    assert "+ alias u0099@x" in text
    assert "u0100@x" not in text
    assert "      + and 900 more\n" in text


def test_json_is_versioned_and_holds_failures() -> None:
    value = json.loads(plans_json([change()], [Unreachable("other", "no answer", "look")]))
    assert value["version"] == 2
    (host,) = value["hosts"]
    assert (host["host"], host["generation"], host["platform"]) == ("mail", 3, "debian-12")
    assert [c["subject"] for c in host["changes"]][:2] == ["dkim/s1.pem", "postfix/main.cf"]
    assert (host["drift"], host["dns"], host["refused"]) == ([], [], [])
    assert value["failed"] == [
        {"host": "other", "error": "Unreachable", "message": "no answer", "hint": "look"}
    ]


def test_json_has_the_figures_of_maps_and_on_demand_their_keys() -> None:
    (host,) = json.loads(plans_json([maps_change()]))["hosts"]
    users = host["changes"][0]["entries"]
    assert users == {"noun": "user", "added": 1, "removed": 0, "changed": 1}
    (host,) = json.loads(plans_json([maps_change()], keys=True))["hosts"]
    assert host["changes"][0]["entries"]["keys"] == {
        "added": ["d@x"],
        "removed": [],
        "changed": [{"key": "a@x", "what": "password"}],
    }


def test_diff_shows_text_and_hides_secrets() -> None:
    text = file_diffs(change())
    assert "-myhostname = mail.example.org\n+myhostname = other.example.org\n" in text
    assert "mail:dkim/s1.pem: <secret> differs\n" in text
    assert "PRIVATE" not in text


def test_a_file_that_was_secret_is_not_shown_when_it_is_no_more() -> None:
    plain = Artefact(KEY.path, b"now public\n")
    seen = preview_of(bundle(plain), settled(Manifest.of(bundle(KEY))), {KEY.path: b"PRIVATE"})
    assert "PRIVATE" not in file_diffs(seen)


def test_a_change_of_mode_has_no_diff() -> None:
    wanted = bundle(replace(MAIN, mode=0o600), MASTER, KEY)
    assert file_diffs(preview_of(wanted, settled(Manifest.of(bundle())))) == ""


def test_what_was_changed_by_hand_has_a_section_and_diffs_of_its_own() -> None:
    seen = by_hand(MAIN)
    lines = plan_text(seen).splitlines()
    at = lines.index("  changed by hand on the host, and replaced by apply:")
    assert lines[at + 1 :] == ["  + postfix/extra was added", "  ~ postfix/main.cf was changed"]
    assert drift_diffs(seen).splitlines() == [
        "--- mail:postfix/extra (laid)",
        "+++ mail:postfix/extra (on the host)",
        "@@ -0,0 +1 @@",
        "+extra",
        "--- mail:postfix/main.cf (laid)",
        "+++ mail:postfix/main.cf (on the host)",
        "@@ -1 +1 @@",
        "-myhostname = mail.example.org",
        "+by hand",
    ]
    assert drift_text(seen).startswith("mail: 2 paths were changed by hand since generation 3\n")
    (host,) = json.loads(drift_json([seen]))["hosts"]
    assert [(one["path"], one["hand"]) for one in host["drift"]] == [
        ("postfix/extra", "added"),
        ("postfix/main.cf", "changed"),
    ]
    assert "".join(one["diff"] for one in host["drift"]) == drift_diffs(seen)


def test_json_has_diffs_where_they_are_asked_for() -> None:
    (host,) = json.loads(plans_json([change()], keys=True))["hosts"]
    assert "".join(one["diff"] for one in host["changes"]) == file_diffs(change())
    (host,) = json.loads(plans_json([change()]))["hosts"]
    assert "diff" not in host["changes"][0]


def test_without_what_we_laid_only_the_difference_is_said() -> None:
    assert (
        "mail:postfix/main.cf: differs; what we laid there is not known any more\n"
        in drift_diffs(by_hand(NEW_MAIN))
    )


def test_a_host_cannot_speak_to_the_terminal() -> None:
    text = drift_diffs(by_hand(MAIN, live=b"\x1b]0;evil\x07\n"))
    assert "+\\x1b]0;evil\\x07\n" in text
    assert "\x1b" not in text


def test_a_last_line_without_an_end_is_told_apart() -> None:
    lines = unified("f", (b"a\n", "x"), (b"a", "y")).splitlines()
    assert lines[3:] == ["-a", "+a", "\\ No newline at end of file"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe", "is no text"), (b"x" * 300_000, "too long"), (b"x\n" * 6000, "too long")],
)
def test_what_cannot_be_shown_is_said_in_a_line(content: bytes, said: str) -> None:
    text = unified("mail:f", (b"a\n", "live"), (content, "wanted"))
    assert text.count("\n") == 1
    assert said in text


def test_a_plan_that_removes_much_says_that_apply_refuses_it() -> None:
    few = replace(USERS, content=b"")
    live = {USERS.path: USERS.content}
    seen = preview_of(bundle(few, entries=ENTRIES), settled(Manifest.of(bundle(USERS))), live)
    assert "  ! apply refuses this without --allow-removals: all 2 users go\n" in plan_text(seen)
    (host,) = json.loads(plans_json([seen]))["hosts"]
    assert host["refused"] == ["all 2 users"]


@pytest.mark.parametrize(
    ("line", "tone"),
    [
        ("  + install package postfix", Tone.ADDED),
        ("      - alias a@x", Tone.REMOVED),
        ("  ~ change file x", Tone.CHANGED),
        ("  ! apply refuses this", Tone.WARNING),
        ("@@ -1 +1 @@", Tone.PLACE),
        ("+x", Tone.ADDED),
        ("-x", Tone.REMOVED),
        (" + x", Tone.PLAIN),
        ("mail: nothing to do", Tone.PLAIN),
    ],
)
def test_tones(line: str, tone: Tone) -> None:
    assert tone_of(line) is tone


FAILED = Renewal("mail.example.org", "failed", 86400, 20 * 86400, "port 80 is taken\x1b[1m")


def test_a_renewal_that_failed_is_told_while_somebody_renews() -> None:
    renewed = bundle(services=(Service(RENEWAL_TIMER),))
    manifest = Manifest.of(renewed)
    served = replace(FAILED, result="served")
    seen = settled(manifest, renewals=(FAILED, served), now=3 * 86400)
    text = plan_text(preview_of(renewed, seen))
    assert text.splitlines() == [
        "mail: nothing to do",
        "  ! certificate of mail.example.org, 1970-01-02: port 80 is taken\\x1b[1m",
        "    the one that is shown ends on 1970-01-21, in 17 days",
    ]
    (plan,) = json.loads(plans_json([preview_of(renewed, seen)]))["hosts"]
    assert [one["text"] for one in plan["renewals"]] == [FAILED.text]
    former = settled(Manifest.of(bundle()), renewals=(FAILED,))
    assert plan_text(preview_of(bundle(), former)) == "mail: nothing to do\n"


def test_no_secret_in_any_form() -> None:
    seen = preview_of(bundle(), untouched())
    for text in (plan_text(seen, keys=True), plans_json([seen], keys=True), repr(seen)):
        assert "PRIVATE" not in text
    assert "PRIVATE" not in repr(change())
