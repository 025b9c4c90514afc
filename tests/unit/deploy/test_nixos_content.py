"""What is brought to a host of NixOS, and what is planned there, as values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailctl.compile import compile_host
from mailctl.deploy.manifest import Manifest, parse
from mailctl.deploy.nixos.content import NAME, on_nixos
from mailctl.deploy.nixos.look import Seen
from mailctl.deploy.nixos.planning import make_plan
from mailctl.deploy.observation import Found
from mailctl.deploy.plan import Kind
from mailctl.deploy.signing import key_of
from mailctl.emit.nixos import module_files
from mailctl.keys.vault import WithheldVault
from mailctl.model.platform import PLATFORMS
from mailctl.spec.load import load

OFFICE = Path(__file__).parents[3] / "examples" / "office" / "mail.yaml"
_SYSTEM = load(OFFICE)
_HOST = replace(_SYSTEM.hosts["mail"], platform=PLATFORMS["nixos-25.11"])
SYSTEM = replace(_SYSTEM, hosts={"mail": _HOST})
COMPILED = compile_host(SYSTEM, _HOST, WithheldVault())
BUNDLE = on_nixos(
    COMPILED,
    ((file.path, file.content) for file in module_files(SYSTEM, _HOST, NAME)),
    (each.path for each in COMPILED.content.artefacts if each.is_private),
)
WANTED = Manifest.of(BUNDLE)
SECRETS = "/var/lib/mailctl/secrets"


def test_nothing_of_a_daemon_is_laid_but_the_module_and_the_secrets() -> None:
    paths = [each.path for each in BUNDLE.content.artefacts]
    assert "/etc/nixos/mailctl/default.nix" in paths
    secrets = [each.path for each in BUNDLE.content.artefacts if each.secret]
    assert secrets == [
        f"{SECRETS}/dovecot/senders.smtp",
        f"{SECRETS}/dovecot/users",
        f"{SECRETS}/opendkim/keys/office.example/s1.pem",
        f"{SECRETS}/opendkim/keys/shop.example/s1.pem",
    ]
    assert all(path.startswith(("/etc/nixos/mailctl/default", SECRETS)) for path in paths)


def test_only_who_reads_keys_at_its_start_is_told_of_secrets() -> None:
    assert [each.unit for each in BUNDLE.content.services] == ["opendkim.service"]


def test_users_are_still_entries_that_a_plan_counts() -> None:
    guarded = {each.path for each in BUNDLE.content.entries if each.guarded}
    assert f"{SECRETS}/dovecot/users" in guarded


def test_a_key_is_known_by_its_place_on_nixos() -> None:
    assert key_of(f"{SECRETS}/opendkim/keys/office.example/s1.pem") == ("office.example", "s1")


def test_the_manifest_can_be_read_again() -> None:
    assert parse(WANTED.text().splitlines()) == WANTED
    assert WANTED.folders == ()


def as_laid(**others: object) -> Seen:
    """A host that is what it should be."""
    found = {
        entry.path: Found("f", entry.mode, entry.owner, entry.group, entry.digest)
        for entry in WANTED.files
    }
    seen = Seen(
        os=("nixos", "25.11"),
        folder=True,
        rebuilds=True,
        generation=3,
        digest=WANTED.digest,
        confirmed=True,
        system=42,
        recorded=42,
        host="mail",
        listing="x",
        found=found,
    )
    return replace(seen, **others)  # type: ignore[arg-type]


def test_nothing_is_to_do_where_all_is_right_and_others_have_built_since() -> None:
    assert make_plan(BUNDLE, WANTED, as_laid()).is_empty
    assert make_plan(BUNDLE, WANTED, as_laid(system=57)).is_empty


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ({"busy": True}, "an apply is at work there, or was cut off"),
        ({"confirmed": False}, "it was never confirmed"),
        ({"host": ""}, "the module is no part of the running system"),
        ({"system": 41}, "somebody went back to system 41, 42 was ours"),
    ],
)
def test_right_files_are_not_all(others: dict[str, object], why: str) -> None:
    (change,) = make_plan(BUNDLE, WANTED, as_laid(**others)).changes
    assert (change.kind, change.action, change.detail) == (Kind.GENERATION, "switch", why)


@pytest.mark.parametrize(("mode", "changes"), [(0o600, 0), (0o640, 0), (0o644, 1)])
def test_a_secret_is_roots_alone_or_as_the_module_says(mode: int, changes: int) -> None:
    path = f"{SECRETS}/dovecot/users"
    seen = as_laid()
    found = {**seen.found, path: replace(seen.found[path], mode=mode)}
    assert len(make_plan(BUNDLE, WANTED, replace(seen, found=found)).changes) == changes


def test_a_host_that_was_debian_has_not_lost_its_files_by_hand() -> None:
    was = Manifest.of(replace(COMPILED, platform="debian-12"))
    plan = make_plan(BUNDLE, WANTED, as_laid(digest=was.digest, was=was, found={}))
    assert plan.drift == ()
    assert plan.moved_from == "debian-12"
