"""Hosts of NixOS: the module comes, the host builds itself, and is what the spec says."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from nixos_machine import KEY, PASSWORD, NixosMachine, bundle, is_root

from mailctl.deploy.plan import Plan
from mailctl.deploy.saved import SavedHost
from mailctl.deploy.show.diff import file_diffs
from mailctl.deploy.show.drift_text import drift_text
from mailctl.deploy.show.text import plan_text
from mailctl.deploy.terms import Terms
from mailctl.errors import ChangedByHand, PlanOutdated, RemovesTooMuch


@pytest.fixture
def machine(tmp_path: Path) -> NixosMachine:
    """A host of NixOS that nothing was ever applied to, and that imports the folder already."""
    if not is_root():
        pytest.skip("the agent works as root only")
    tmp_path.chmod(0o755)
    return NixosMachine(tmp_path / "root")


def mode(path: Path) -> str:
    status = path.stat()
    return f"{stat.S_IMODE(status.st_mode):o} {path.owner()}:{path.group()}"


def test_a_first_apply_brings_the_module_and_builds_and_switches(machine: NixosMachine) -> None:
    applied = machine.apply(bundle())
    assert (applied.changed, applied.generation) == (True, 1)
    assert machine.log() == [
        "nixos-rebuild build",
        "nixos-rebuild switch",
        "systemctl try-reload-or-restart opendkim.service",
    ]
    assert machine.system == "2"
    assert machine.text() == "one"
    assert (machine.module / "default/postfix/aliases").read_bytes() == b"a@b one\n"
    assert machine.execs == 1
    assert machine.leftovers() == []


def test_nothing_is_run_where_nothing_changes(machine: NixosMachine) -> None:
    machine.apply(bundle())
    before = machine.snapshot()
    applied = machine.apply(bundle())
    assert (applied.changed, applied.generation) == (False, 1)
    assert (machine.log(), machine.execs) == ([], 1)
    assert machine.snapshot() == before


def test_a_change_is_another_system(machine: NixosMachine) -> None:
    machine.apply(bundle())
    assert machine.apply(bundle("two")).generation == 2
    assert (machine.text(), machine.system) == ("two", "3")
    assert machine.log() == ["nixos-rebuild build", "nixos-rebuild switch"]


def test_secrets_are_for_those_who_read_them_and_nowhere_else(machine: NixosMachine) -> None:
    machine.apply(bundle())
    assert mode(machine.secrets / "dovecot/users") == "640 root:daemon"
    # an account that the system makes only when it is switched; the module's own rules do it then
    assert mode(machine.secrets / "opendkim/keys/b/s1.pem") == "600 root:root"
    assert mode(machine.secrets) == mode(machine.secrets / "opendkim/keys") == "711 root:root"
    laid = "var/lib/mailctl/generations/1/.mailctl/laid/var/lib/mailctl/secrets"
    assert machine.holding(PASSWORD) == {
        f"{laid}/dovecot/users": "600",
        "var/lib/mailctl/secrets/dovecot/users": "640",
    }
    assert machine.holding(KEY) == {
        f"{laid}/opendkim/keys/b/s1.pem": "600",
        "var/lib/mailctl/secrets/opendkim/keys/b/s1.pem": "600",
    }
    assert mode(machine.state / "generations/1") == "700 root:root"


def test_a_new_password_needs_no_new_system(machine: NixosMachine) -> None:
    machine.apply(bundle())
    machine.apply(bundle(users=b"a@b:{PLAIN}other"))
    assert (machine.secrets / "dovecot/users").read_bytes() == b"a@b:{PLAIN}other"
    assert machine.system == "2"
    # Dovecot reads its users anew by itself
    assert not any("systemctl" in line for line in machine.log())


def test_a_secret_that_is_open_is_closed_again(machine: NixosMachine) -> None:
    machine.apply(bundle())
    (machine.secrets / "dovecot/users").chmod(0o644)
    assert machine.apply(bundle()).changed
    assert mode(machine.secrets / "dovecot/users") == "640 root:daemon"


def test_what_was_changed_by_hand_is_shown_and_replaced(machine: NixosMachine) -> None:
    machine.apply(bundle())
    (machine.module / "default.nix").write_text("{ } # mine\n")
    seen = machine.plan(bundle(), tries=False)
    text = drift_text(seen)
    assert "/etc/nixos/mailctl/default.nix was changed" in text
    assert "+{ } # mine" in text
    with pytest.raises(ChangedByHand):
        machine.apply(bundle(), terms=Terms(keep_drift=True))
    assert machine.text() == "mine"
    assert machine.apply(bundle()).changed
    assert machine.text() == "one"


def test_what_lies_there_besides_goes(machine: NixosMachine) -> None:
    machine.apply(bundle())
    (machine.module / "other.nix").write_text("{ }\n")
    assert "- remove file /etc/nixos/mailctl/other.nix" in plan_text(machine.plan(bundle()))
    machine.apply(bundle())
    assert not (machine.module / "other.nix").exists()


def test_who_went_back_by_hand_is_brought_forward_again(machine: NixosMachine) -> None:
    machine.apply(bundle())
    machine.profile.unlink()
    machine.profile.symlink_to("system-1-link")
    current = machine.root / "run/current-system"
    current.unlink()
    current.symlink_to(machine.root / "nix/store/first")
    assert "the module is no part of the running system" in plan_text(machine.plan(bundle()))
    assert machine.apply(bundle()).changed
    assert machine.system == "2"


def test_a_plan_changes_nothing_and_tells_what_the_host_says(machine: NixosMachine) -> None:
    before = sorted(path for path in machine.root.rglob("*") if "store" not in path.parts)
    seen = machine.plan(bundle())
    text = plan_text(seen)
    assert "would restart the following units: dovecot2.service" in text
    assert "+ add file /etc/nixos/mailctl/default.nix" in text
    assert "+ add file /var/lib/mailctl/secrets/dovecot/users" in text
    assert machine.log() == ["nixos-rebuild build", "nixos-rebuild dry-activate"]
    after = sorted(path for path in machine.root.rglob("*") if "store" not in path.parts)
    assert after == before
    assert machine.apply(bundle()).changed
    assert machine.plan(bundle()).plan.is_empty


def test_a_plan_shows_the_modules_text_and_no_secret(machine: NixosMachine) -> None:
    machine.apply(bundle())
    seen = machine.plan(bundle("two", users=b"a@b:{PLAIN}other"))
    text = plan_text(seen, keys=True) + file_diffs(seen)
    assert '-{ environment.etc."mailctl/host".text = "mail\\n"; } # one' in text
    assert '+{ environment.etc."mailctl/host".text = "mail\\n"; } # two' in text
    assert "/var/lib/mailctl/secrets/dovecot/users: <secret> differs" in text
    assert "{PLAIN}" not in text
    assert PASSWORD.decode() not in text


def test_a_saved_plan_is_what_is_done_or_nothing(machine: NixosMachine) -> None:
    machine.apply(bundle())
    saved = SavedHost.of(machine.plan(bundle("two")).plan)
    terms = Terms(saved={"mail": saved})
    with pytest.raises(PlanOutdated):
        machine.apply(bundle("three"), terms=terms)
    assert machine.apply(bundle("two"), terms=terms).changed
    with pytest.raises(PlanOutdated):
        SavedHost.of(machine.plan(bundle("two")).plan).refuse_plan(
            machine.plan(bundle("three")).plan
        )


def test_a_permit_sees_the_plan_before_anything_is_done(machine: NixosMachine) -> None:
    seen: list[Plan] = []
    machine.apply(bundle(), permit=seen.append)
    assert [change.subject for change in seen[0].changes][:2] == [
        "/etc/nixos/mailctl/default.nix",
        "/etc/nixos/mailctl/default/postfix/aliases",
    ]


def test_a_rollback_brings_system_module_and_secrets_back(machine: NixosMachine) -> None:
    machine.apply(bundle())
    machine.apply(bundle("two", users=b"a@b:{PLAIN}other"))
    machine.log()
    assert machine.roll_back().generation == 1
    assert (machine.text(), machine.system) == ("one", "2")
    assert PASSWORD in (machine.secrets / "dovecot/users").read_bytes()
    assert "nix-env --switch-generation 2" in machine.log()
    kept = machine.generations()
    assert [(one.number, one.live) for one in kept] == [(0, False), (1, True), (2, False)]
    assert kept[1].by == "maria@desk"
    assert kept[1].platform == "nixos-25.11"
    assert machine.apply(bundle("two")).generation == 3
    assert machine.text() == "two"


def test_what_others_have_built_since_stays_in_a_rollback(machine: NixosMachine) -> None:
    machine.apply(bundle())
    machine.apply(bundle("two"))
    (machine.root / "etc/nixos/hardware.nix").write_text("{ } # of today\n")
    link = machine.profile.parent / "system-4-link"
    link.symlink_to(machine.root / "nix/store/first")
    machine.profile.unlink()
    machine.profile.symlink_to("system-4-link")
    machine.log()
    machine.roll_back(1)
    assert machine.text() == "one"
    assert machine.log()[:2] == ["nixos-rebuild build", "nixos-rebuild switch"]
    assert machine.system == "5"


def test_back_to_the_host_as_it_was_found_leaves_a_module_to_import(machine: NixosMachine) -> None:
    machine.apply(bundle())
    assert machine.roll_back(0).generation == 0
    assert machine.system == "1"
    assert (machine.module / "default.nix").read_text() == "{ }\n"
    assert machine.holding(PASSWORD).keys() == {
        "var/lib/mailctl/generations/1/.mailctl/laid/var/lib/mailctl/secrets/dovecot/users"
    }
    assert machine.apply(bundle()).changed


def test_many_users_never_go_without_a_word(machine: NixosMachine) -> None:
    from dataclasses import replace

    from mailctl.bundle import Entries

    def of(count: int) -> object:
        wanted = bundle(users=b"".join(b"u%d@b:x\n" % n for n in range(count)))
        path = "/var/lib/mailctl/secrets/dovecot/users"
        entries = (Entries(path, "user", "users", ":", guarded=True),)
        return replace(wanted, content=replace(wanted.content, entries=entries))

    machine.apply(of(40))  # type: ignore[arg-type]
    with pytest.raises(RemovesTooMuch):
        machine.apply(of(2))  # type: ignore[arg-type]
    assert machine.apply(of(2), terms=Terms(allow_removals=True)).changed  # type: ignore[arg-type]
