"""What a hand changes on a host is seen, shown with what we laid, and left alone if asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from deploy_machine import Machine, bundle

from mailctl.bundle import Artefact, Command, Entries, HostBundle
from mailctl.deploy.drift import Hand
from mailctl.deploy.fetch import Span, fetch
from mailctl.deploy.local import LocalRemote
from mailctl.deploy.preview import Preview, preview
from mailctl.deploy.saved import SavedHost
from mailctl.deploy.show.diff import drift_diffs
from mailctl.deploy.show.drift_text import drift_text
from mailctl.deploy.show.text import plan_text
from mailctl.deploy.terms import Terms
from mailctl.errors import ChangedByHand, PlanOutdated, RemovesTooMuch, Unreachable

USERS = Entries("dovecot/users", "user", "users", ":", ((1, "password"), (7, "quota")), True)


def look(machine: Machine, wanted: HostBundle, *, contents: bool = False) -> Preview:
    remote = LocalRemote("mail")
    try:
        return preview(remote, wanted, (), machine.errand(), contents=contents)
    finally:
        machine.execs = remote.execs


def users(*names: str, password: str = "HASH") -> HostBundle:  # noqa: S107
    """A host with a secret map of users."""
    lines = "".join(f"{name}@x:{password}::::::\n" for name in names)
    users = Artefact("dovecot/users", lines.encode(), mode=0o640, secret=True)
    return bundle(b"one\n", users, entries=(USERS,))


def test_no_drift_and_nothing_to_do_is_one_exec(machine: Machine) -> None:
    machine.apply(bundle())
    seen = look(machine, bundle(), contents=True)
    assert (seen.plan.is_empty, seen.plan.drift, machine.execs) == (True, (), 1)


def test_every_kind_of_hand_is_told_apart(machine: Machine) -> None:
    copy = Command(("cp", "{tree}/postfix/main.cf", "{tree}/postfix/main.db"), "a build")
    kept = Artefact("sieve/a.sieve", b"keep;\n")
    gone = Artefact("sieve/b.sieve", b"keep;\n")
    wanted = bundle(b"one\n", kept, gone, builds=(copy,))
    machine.apply(wanted)
    live = machine.live
    (live / "postfix/main.cf").write_bytes(b"by hand\n")
    (live / "postfix/main.db").write_bytes(b"by hand\n")
    (live / "postfix/extra").write_bytes(b"extra\n")
    (live / "sieve/a.sieve").chmod(0o600)
    (live / "sieve/b.sieve").unlink()
    (live / "dkim").chmod(0o755)
    (live / "dkim/s1.pem.bak").write_bytes(b"PRIVATE")
    machine.main.unlink()
    machine.main.write_bytes(b"an editor wrote this\n")
    seen = look(machine, wanted)
    found = {one.path: (one.hand, one.secret) for one in seen.plan.drift}
    assert found == {
        "/etc/postfix/main.cf": (Hand.REPLACED, False),
        "dkim": (Hand.MODE, False),
        "dkim/s1.pem.bak": (Hand.ADDED, True),
        "postfix/extra": (Hand.ADDED, False),
        "postfix/main.cf": (Hand.CHANGED, False),
        "postfix/main.db": (Hand.CHANGED, False),
        "sieve/a.sieve": (Hand.MODE, False),
        "sieve/b.sieve": (Hand.REMOVED, False),
    }
    assert machine.execs == 2
    text = drift_text(seen)
    assert (
        "  ~ dkim has another mode or owner (daemon:daemon 755, laid as daemon:daemon 750)" in text
    )
    assert "+extra\n" in text
    assert "PRIVATE" not in text
    # the spec still says what was laid, so that no copy is needed
    assert "--- mail:postfix/main.cf (laid)\n" in text
    assert "-one\n+by hand\n" in text
    assert "-one\n+an editor wrote this\n" in text
    assert "-keep;\n" in text
    assert "mail:postfix/main.db: differs; what we laid there is not known any more\n" in text
    assert machine.apply(wanted).changed
    assert look(machine, wanted).plan.is_empty


def test_the_generations_copy_tells_what_was_laid_when_the_spec_says_something_new(
    machine: Machine,
) -> None:
    machine.apply(bundle(b"one\n"))
    (machine.live / "postfix/main.cf").write_bytes(b"by hand\n")
    seen = look(machine, bundle(b"two\n"), contents=True)
    assert "-one\n+by hand\n" in drift_diffs(seen)
    (machine.live / ".mailctl/laid/postfix/main.cf").unlink()
    assert "not known any more" in drift_diffs(look(machine, bundle(b"two\n")))


def test_a_copy_that_lies_is_not_believed(machine: Machine) -> None:
    machine.apply(bundle(b"one\n"))
    for path in ("postfix/main.cf", ".mailctl/laid/postfix/main.cf"):
        (machine.live / path).write_bytes(b"by hand\n")
    assert "not known any more" in drift_diffs(look(machine, bundle(b"two\n")))


def test_drift_of_a_secret_map_is_its_keys(machine: Machine) -> None:
    wanted = users("a", "b")
    machine.apply(wanted)
    (machine.live / "dovecot/users").write_bytes(b"a@x:OTHER::::::\nc@x:OTHER::::::\n")
    text = drift_text(look(machine, wanted))
    assert ">: 1 user added, 1 user removed, 1 password changed\n" in text
    assert "      ~ user a@x: password\n" in text
    assert "OTHER" not in text
    assert "HASH" not in text


def test_a_plan_counts_entries_of_live_maps(machine: Machine) -> None:
    machine.apply(users("a", "b"))
    seen = look(machine, users("b", "c", password="OTHER"))
    assert machine.execs == 2
    assert ">: 1 user added, 1 user removed, 1 password changed\n" in plan_text(seen)


def test_drift_is_left_alone_where_that_is_asked(machine: Machine) -> None:
    machine.apply(bundle())
    machine.main.write_bytes(b"by hand\n")
    (machine.live / "dkim/s1.pem").chmod(0o644)
    before = machine.snapshot()
    with pytest.raises(
        ChangedByHand,
        match=r"changed by hand: dkim/s1.pem, postfix/main.cf; .*: mailctl diff mail; ",
    ):
        machine.apply(bundle(b"two\n"), terms=Terms(keep_drift=True))
    assert machine.snapshot() == before
    assert machine.apply(bundle(b"two\n")).changed
    assert machine.apply(bundle(b"three\n"), terms=Terms(keep_drift=True)).changed


def test_a_landslide_is_refused_and_goes_when_it_is_allowed(machine: Machine) -> None:
    everybody = tuple(f"u{number}" for number in range(10))
    machine.apply(users(*everybody))
    assert machine.execs == 1
    before = machine.snapshot()
    with pytest.raises(RemovesTooMuch, match=r"4 of 10 users \(40 %\) would go; nothing was .*; "):
        machine.apply(users(*everybody[4:]))
    assert machine.execs == 2
    with pytest.raises(RemovesTooMuch, match="all 10 users would go"):
        machine.apply(bundle(entries=(USERS,)))
    assert machine.snapshot() == before
    assert machine.apply(users(*everybody[3:])).changed
    assert machine.execs == 2
    assert machine.apply(bundle(entries=(USERS,)), terms=Terms(allow_removals=True)).changed


def saved(machine: Machine, wanted: HostBundle) -> Terms:
    return Terms(saved={"mail": SavedHost.of(look(machine, wanted).plan)})


def test_a_saved_plan_is_applied_as_it_was_shown(machine: Machine) -> None:
    machine.apply(bundle())
    terms = saved(machine, bundle(b"two\n"))
    assert machine.apply(bundle(b"two\n"), terms=terms).generation == 2
    # once more: the host is what the plan wanted, and nothing is done
    assert not machine.apply(bundle(b"two\n"), terms=terms).changed


def test_a_saved_plan_is_refused_when_the_spec_has_changed(machine: Machine) -> None:
    machine.apply(bundle())
    terms = saved(machine, bundle(b"two\n"))
    before = machine.snapshot()
    with pytest.raises(PlanOutdated, match="the spec has changed since the plan was saved"):
        machine.apply(bundle(b"three\n"), terms=terms)
    assert machine.execs == 0
    assert machine.snapshot() == before


def test_a_saved_plan_is_refused_when_another_generation_is_live(machine: Machine) -> None:
    machine.apply(bundle())
    terms = saved(machine, bundle(b"two\n"))
    machine.apply(bundle(b"three\n"))
    with pytest.raises(PlanOutdated, match="generation 2 is live, the plan was made for 1"):
        machine.apply(bundle(b"two\n"), terms=terms)
    assert machine.main.read_bytes() == b"three\n"


@pytest.mark.parametrize("moment", ["before", "between"])
def test_a_saved_plan_is_refused_when_a_hand_was_there(machine: Machine, moment: str) -> None:
    machine.apply(bundle())
    if moment == "before":
        machine.main.write_bytes(b"by hand\n")
    terms = saved(machine, bundle(b"two\n"))
    machine.main.write_bytes(b"by another hand\n")
    with pytest.raises(PlanOutdated, match="the host has changed since"):
        machine.apply(bundle(b"two\n"), terms=terms)
    assert machine.main.read_bytes() == b"by another hand\n"


def test_a_saved_plan_is_refused_when_what_replaced_a_link_has_changed(machine: Machine) -> None:
    machine.apply(bundle())
    machine.main.unlink()
    machine.main.write_bytes(b"an editor\n")
    terms = saved(machine, bundle(b"two\n"))
    machine.main.write_bytes(b"once more\n")
    with pytest.raises(PlanOutdated, match="the host has changed since"):
        machine.apply(bundle(b"two\n"), terms=terms)


def test_any_bytes_are_fetched_whole_or_in_pieces(machine: Machine, tmp_path: Path) -> None:
    every = bytes(range(256)) * 300 + b"\nbytes\nend\n-\n"
    machine.apply(bundle(every, Artefact("empty", b"")))
    (machine.live / "link").symlink_to("/etc/passwd")
    (machine.root / "etc/outside").write_bytes(b"outside\n")
    asked = {
        Span("postfix/main.cf"): every,
        Span("postfix/main.cf", 255, 3): b"\xff\x00\x01",
        Span("postfix/main.cf", len(every) - 5): b"nd\n-\n",
        Span("postfix/main.cf", 10**9): b"",
        Span("postfix/main.cf", 0, 10**9): every,
        Span("empty"): b"",
        Span("/etc/outside"): b"outside\n",
    }
    missing = (Span("link"), Span("postfix"), Span("not/there"))
    remote = LocalRemote("mail")
    assert fetch(remote, (*asked, *missing), machine.errand()) == asked
    assert remote.execs == 1
    assert fetch(remote, (), machine.errand()) == {}
    assert remote.execs == 1


def test_an_answer_that_is_cut_off_is_no_answer(machine: Machine) -> None:
    machine.apply(bundle(bytes(range(256)) * 300))

    class Cut(LocalRemote):
        def run(self, script, stdin=b"", timeout=60, answer=None):  # type: ignore[no-untyped-def]
            outcome = super().run(script, stdin, timeout, answer)
            return type(outcome)(outcome.status, outcome.stdout[:-9], b"")

    with pytest.raises(Unreachable, match="could not be read whole"):
        fetch(Cut("mail"), (Span("postfix/main.cf"),), machine.errand())
