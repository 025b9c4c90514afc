"""What the files make of the spec: which key signs, what DNS is to hold, and when the spec wins."""

from __future__ import annotations

from pathlib import Path

import pytest
from rotation_world import DAY, DOMAIN, SPEC, World, build, course

from mailctl.backends.opendkim.backend import OpenDkim
from mailctl.keys.vault import KeyVault, WithheldVault
from mailctl.model.settings import DkimSelector, KeyState
from mailctl.model.system import System
from mailctl.rehearsal.stage import set_stage
from mailctl.rotation.effective import distrusted, effective, findings, rotations_of
from mailctl.spec.load import examine

THREE = "example.org: {host: mail, dkim: [{selector: s1, hashes: sha256}, {selector: s2}]}"


def _selectors(system: System) -> list[tuple[str, KeyState | None]]:
    return [(key.selector, key.state) for key in system.domains[DOMAIN].policy.dkim]


def test_without_files_it_is_the_spec_itself(world: World) -> None:
    system = world.system
    assert effective(system, rotations_of(system)) is system


def test_the_order_of_the_keys(tmp_path: Path) -> None:
    world = build(tmp_path, SPEC.replace("example.org: {host: mail}", THREE))
    orders = []
    for _, act in course(world):
        act()
        orders.append(_selectors(world.held))
    other = ("s2", None)
    published, signing, retiring, revoked, _ = KeyState
    assert (
        orders
        == [
            [("s1", signing), other, ("s3", published)],
            [("s3", signing), other, ("s1", retiring)],
            [("s3", signing), other, ("s1", retiring)],
            [("s3", signing), other, ("s1", revoked)],
            [("s3", signing), other],
        ]
        or orders[0][2][0] == "s2"
    )
    assert {key.hashes for key in world.held.domains[DOMAIN].policy.dkim[:1]} == {"sha256"}


def test_twice_is_as_once(world: World) -> None:
    for _, act in course(world):
        act()
        rotations = rotations_of(world.system)
        once = effective(world.system, rotations)
        assert effective(once, rotations) == once


def test_the_signing_key_goes_to_the_hosts_and_the_former_one_until_it_is_revoked(
    world: World,
) -> None:
    """OpenDKIM opens the former key between the switch and its reload."""
    both = {"switch", "note"}
    for name, act in course(world):
        act()
        system = world.held
        content = OpenDkim().contribute(system, system.hosts["mail"], WithheldVault())
        keys = [one.path for one in content.artefacts if one.secret]
        signs = "s1" if name == "begin" else "s2"
        wanted = ["s2", "s1"] if name in both else [signs]
        assert keys == [f"opendkim/keys/example.org/{selector}.pem" for selector in wanted]


def test_each_record_says_how_far_its_key_is(world: World) -> None:
    from mailctl.dns.records import records
    from mailctl.keys.vault import public_keys

    said = {}
    for name, act in course(world):
        act()
        system = world.held
        found = records(system, public_keys(system, KeyVault(world.folder)))
        said[name] = [
            one.why.split("example.org ", 1)[1] for one in found if "_domainkey" in one.name
        ]
    rfc = " (RFC 6376, 3.6.1)"
    assert said["begin"] == [
        f"signs outgoing mail{rfc}",
        f"is published, to sign as soon as all name servers carry it{rfc}",
    ]
    assert said["note"][0] == f"signs no longer; mail that it signed is still on its way{rfc}"
    assert said["revoke"][0] == f"is revoked: whoever has it signs in vain{rfc}"
    assert said["remove"] == [f"signs outgoing mail{rfc}"]


def _say(world: World, dkim: str) -> None:
    spec = world.folder / "mail.yaml"
    spec.write_text(SPEC.replace("{host: mail}", f"{{host: mail, dkim: {dkim}}}"))


def test_a_spec_that_moved_on_wins_with_a_warning(world: World) -> None:
    world.rotate()
    _say(world, "{selector: winter}")
    assert _selectors(world.held) == [("winter", None)]
    (finding,) = findings(world.system, rotations_of(world.system))
    assert (finding.rule, finding.severity.value) == ("dkim-rotation-base", "warning")
    assert finding.message.startswith(
        "keys/dkim/example.org/rotation.json began with s1 and signs with s1, but the spec "
        "begins with winter; the spec holds"
    )
    (issue,) = examine(world.folder / "mail.yaml").issues([finding])
    assert (issue.line, issue.column) == (10, 35)


def test_a_spec_that_signs_no_longer_wins_too(world: World) -> None:
    world.rotate()
    _say(world, "none")
    assert _selectors(world.held) == []
    (finding,) = findings(world.system, rotations_of(world.system))
    assert "the spec signs the domain no longer" in finding.message


def test_a_spec_that_names_the_new_key_agrees(world: World) -> None:
    """Who writes down what holds loses nothing: the former key stays known."""
    for name, act in course(world):
        act()
        if name == "note":
            _say(world, "{selector: s2}")
            assert not list(findings(world.system, rotations_of(world.system)))
            assert _selectors(world.held) == [
                ("s2", KeyState.SIGNING),
                ("s1", KeyState.RETIRING),
            ]
    world.rotate()
    assert (world.rotation.base, world.states["s3"]) == ("s2", "published")
    _say(world, "{selector: s1}")
    assert list(findings(world.system, rotations_of(world.system)))


def test_parked_domains_and_strangers_are_left_alone(world: World) -> None:
    world.rotate()
    rotations = rotations_of(world.system)
    (world.folder / "mail.yaml").write_text(
        SPEC.replace("{host: mail}", "{parked: true}").partition("users:")[0]
    )
    system = world.system
    assert effective(system, rotations) is system
    assert not list(findings(system, rotations))
    assert rotations_of(world.system) == rotations
    (world.folder / "mail.yaml").write_text(SPEC.replace("example.org", "example.net"))
    assert rotations_of(world.system) == {}


def test_a_rehearsal_has_the_same_keys_and_writes_none(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for _, act in course(world):
        act()
        before = sorted(world.folder.rglob("*"))
        stage = set_stage(world.system, "", tmp_path_factory.mktemp("keys"))
        mine = [one for one in stage.all_records if one.name.endswith(f".{DOMAIN}")]
        records = {one.name: one.data for one in mine}
        assert {name: records[name] for name in world.wanted()} == world.wanted()
        assert sorted(world.folder.rglob("*")) == before


def test_keys_that_nobody_trusts(world: World) -> None:
    told = {}
    for name, act in course(world):
        act()
        found = distrusted(rotations_of(world.system), {DOMAIN: ("s1",)})
        told[name] = [key.state.value for _, key in found]
    assert told == {"begin": [], "switch": [], "note": [], "revoke": ["revoked"],
                    "remove": ["removed"]}  # fmt: skip
    world.now += DAY
    assert not list(distrusted(rotations_of(world.system), {DOMAIN: ("s2",)}))
    # a generation in which the former key waits beside the one that signs
    assert not list(distrusted(rotations_of(world.system), {DOMAIN: ("s1", "s2")}))


def test_a_key_of_the_spec_has_no_state() -> None:
    assert DkimSelector().state is None
