"""Every step refuses until the one before is true in the world, says why, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rotation_world import BEGIN, DAY, DOMAIN, SPEC, World, build

from mailctl.errors import MailctlError, SecretError
from mailctl.keys.places import key_path
from mailctl.model.settings import KeyKind
from mailctl.rotation.rotate import Wish, rotate

S1, S2 = f"s1._domainkey.{DOMAIN}", f"s2._domainkey.{DOMAIN}"


def _missing(world: World) -> None:
    world.view.zones["ns2.example"] = {}


def _other_key(world: World) -> None:
    zone = world.view.zones["ns2.example"]
    zone[S2] = zone[S1]


def _not_a_key(world: World) -> None:
    world.view.zones["ns2.example"][S2] = ("v=DKIM2; p=AAAA",)


def _two_records(world: World) -> None:
    zone = world.view.zones["ns2.example"]
    zone[S2] = (*zone[S2], "v=DKIM1; p=")


def _silent(world: World) -> None:
    world.view.silent.add("ns2.example")


NOT_PUBLISHED: dict[str, tuple[Callable[[World], None], str]] = {
    "missing": (_missing, "ns2.example (192.0.2.1) has no such name; publish it"),
    "another": (_other_key, "ns2.example (192.0.2.1) has another key there; publish it"),
    "no key": (_not_a_key, "ns2.example (192.0.2.1) has another key there; publish it"),
    "two": (_two_records, "ns2.example (192.0.2.1) has 2 records there, of which verifiers"),
    "silent": (_silent, "could not be asked: no answer from ns2.example; run it again when"),
}


@pytest.mark.parametrize("fault", NOT_PUBLISHED)
def test_a_key_signs_only_when_all_name_servers_carry_it(world: World, fault: str) -> None:
    spoil, reason = NOT_PUBLISHED[fault]
    world.rotate()
    world.publish()
    spoil(world)
    before = world.rotation
    told = world.rotate()
    assert (told.refused, told.moved) == (True, False)
    assert told.lines[0].startswith(f"s2 cannot sign yet: {S2}: ")
    assert reason in told.lines[0]
    assert world.rotation == before


def test_a_silent_server_is_never_said_to_lack_the_record(world: World) -> None:
    world.rotate()
    world.view.silent |= {"ns1.example", "ns2.example"}
    (line,) = world.rotate().lines
    assert "no such" not in line
    assert line.count("could not be asked") == 2


def test_the_key_bytes_count_not_the_writing(world: World) -> None:
    world.rotate()
    key = world.wanted()[S2].partition("p=")[2].rstrip(";")
    written = f"v = DKIM1;p = {key[:70]} {key[70:]} ; k=rsa"
    for zone in world.view.zones.values():
        zone[S2] = (written,)
    assert world.rotate().moved


def test_a_name_that_leads_elsewhere_is_followed(world: World) -> None:
    world.rotate()
    world.view.aliases[S2] = "s2.keys.example"
    for zone in world.view.zones.values():
        zone["s2.keys.example"] = (world.wanted()[S2],)
    assert world.rotate().moved


def test_a_circle_of_names_ends(world: World) -> None:
    world.rotate()
    world.view.aliases |= {S2: "b.example", "b.example": S2}
    assert world.rotate().refused


def _switched(world: World) -> None:
    world.rotate()
    world.publish()
    world.rotate()


def test_no_revocation_while_a_host_was_not_brought_to_the_new_key(world: World) -> None:
    _switched(world)
    world.apply("mail")
    world.now += 30 * DAY
    (line,) = world.retire().lines
    assert line == (
        "s1 cannot be revoked: out may still sign with it; run mailctl apply; "
        "due 2026-12-08 12:00 UTC at the earliest"
    )
    assert world.states["s1"] == "retiring"


def test_a_host_that_is_new_in_the_spec_counts_too(world: World) -> None:
    _switched(world)
    world.apply()
    world.now += 30 * DAY
    spec = world.folder / "mail.yaml"
    spec.write_text(spec.read_text().replace("domains:", _HOST + "domains:"))
    assert "three may still sign with it" in world.retire().lines[0]
    world.apply("three")
    assert world.retire().lines == ("s1 cannot be revoked yet: due 2026-12-08 12:00 UTC",)


_HOST = """\
  three: {fqdn: c.example.org, addresses: [203.0.113.3], platform: debian-13, roles: [submission]}
"""


def test_grace_counts_from_the_last_host(world: World) -> None:
    _switched(world)
    world.apply("mail")
    world.now += 5 * DAY
    world.apply("out")
    world.now = BEGIN + 12 * DAY - DAY / 86400
    assert world.retire().lines == ("s1 cannot be revoked yet: due 2026-11-13 12:00 UTC",)
    world.now = BEGIN + 12 * DAY
    assert world.retire().moved


def test_no_revocation_while_the_successor_is_not_everywhere(world: World) -> None:
    _switched(world)
    world.apply()
    world.now += 8 * DAY
    world.view.zones["ns1.example"].pop(S2)
    (line,) = world.retire().lines
    assert line == (
        f"s2, which signs, is not at all name servers: {S2}: ns1.example (192.0.2.1) has "
        "no such name; mend that and run it again; due since 2026-11-08 12:00 UTC"
    )
    assert world.states["s1"] == "retiring"


def test_a_host_that_was_rolled_back_is_found_by_asking_it(world: World) -> None:
    _switched(world)
    world.apply()
    world.now += 8 * DAY
    world.live["out"] = {DOMAIN: "s1"}
    told = world.retire()
    assert told.refused
    assert told.lines == (
        (
            "s1 cannot be revoked: out signs with it; run mailctl apply; due 2026-11-16 12:00 UTC "
            "at the earliest"
        ),
    )
    assert world.rotation.hosts["out"] is None, "its grace counts anew"
    world.apply("out")
    assert world.retire().lines == ("s1 cannot be revoked yet: due 2026-11-16 12:00 UTC",)


def test_a_host_that_cannot_be_reached_is_not_taken_for_well(world: World) -> None:
    _switched(world)
    world.apply()
    world.now += 8 * DAY
    world.away.add("mail")
    before = world.rotation
    (line,) = world.retire().lines
    assert line == (
        "s1 cannot be revoked: whether mail signs with it is not known: mail: no SSH; "
        "run it again; due since 2026-11-08 12:00 UTC"
    )
    assert world.rotation == before


def test_a_host_that_signs_no_longer_is_asked_all_the_same(world: World) -> None:
    """The spec took its role away; nobody has applied that yet."""
    _switched(world)
    world.apply("mail")
    spec = world.folder / "mail.yaml"
    spec.write_text(spec.read_text().replace("roles: [submission]", "roles: [mx]"))
    world.now += 8 * DAY
    told = world.retire()
    assert "out signs with it" in told.lines[0]


def test_hosts_are_asked_only_when_all_else_is_well(world: World) -> None:
    _switched(world)
    world.apply()
    world.away |= {"mail", "out"}
    assert world.retire().lines == ("s1 cannot be revoked yet: due 2026-11-08 12:00 UTC",)


def test_no_removal_before_the_revocation_was_seen_and_had_its_time(world: World) -> None:
    _switched(world)
    world.apply()
    world.now += 8 * DAY
    assert world.retire().moved
    assert world.retire().lines == ("s1 cannot be removed yet: due 2026-11-16 12:00 UTC",)
    world.now += 7 * DAY
    (line,) = world.retire().lines
    assert line == (
        f"the revocation is not at all name servers: {S1}: ns1.example (192.0.2.1) has not the "
        "revocation, but a key; ns2.example (192.0.2.1) has not the revocation, but a key; "
        "mend that and run it again; due since 2026-11-16 12:00 UTC"
    )
    assert world.states["s1"] == "revoked"
    world.publish()
    assert world.retire().moved


def test_nothing_is_retired_before_the_successor_signs(world: World) -> None:
    world.rotate()
    told = world.retire()
    assert told.refused
    assert told.lines[0].startswith("nothing is to be retired yet: s2 is to sign as soon as")


def test_a_wish_comes_too_late_for_a_rotation_under_way(world: World) -> None:
    world.rotate()
    with pytest.raises(MailctlError, match="a rotation is under way, s2 is published; leave"):
        world.rotate(Wish(selector="s9"))


@pytest.mark.parametrize("used", ["s1", "s2"])
def test_a_selector_that_was_used_is_refused(world: World, used: str) -> None:
    _switched(world)
    world.apply()
    for _ in range(2):
        world.now += 8 * DAY
        world.retire()
        world.publish()
    with pytest.raises(MailctlError, match=f"{used} was used before"):
        world.rotate(Wish(selector=used))


def test_a_key_that_was_never_made_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mail.yaml").write_text(SPEC)
    with pytest.raises(MailctlError, match="its key s1 is not even made"):
        World(tmp_path).rotate()
    assert not list(tmp_path.glob("keys/dkim/example.org/s*"))


@pytest.mark.parametrize("name", ["example.net", "parked.example", "unsigned.example"])
def test_domains_without_keys_are_refused(tmp_path: Path, name: str) -> None:
    more = "  parked.example: {parked: true}\n  unsigned.example: {host: mail, dkim: none}\nusers:"
    world = build(tmp_path, SPEC.replace("users:", more))
    with pytest.raises(MailctlError, match=r"has no domain|is not signed"):
        rotate(world.desk(), name)


def test_one_host_signs_with_one_algorithm(tmp_path: Path) -> None:
    spec = SPEC.replace("users:", "  example.net: {host: mail}\nusers:")
    world = build(tmp_path, spec)
    with pytest.raises(MailctlError, match="host mail cannot sign with ed25519 here and with rsa"):
        world.rotate(Wish(KeyKind.ED25519))
    assert not key_path(tmp_path, DOMAIN, "s2").exists()


def test_a_single_domain_may_change_its_algorithm(world: World) -> None:
    assert world.rotate(Wish(KeyKind.ED25519)).moved
    world.publish()
    assert world.rotate().moved


@pytest.mark.parametrize("selector", ["s1", "s2"])
def test_a_key_that_dns_has_and_the_folder_lost_is_not_made_again(
    world: World, selector: str
) -> None:
    world.rotate()
    path = key_path(world.folder, DOMAIN, selector)
    path.unlink()
    with pytest.raises(SecretError, match=r"is not there, but rotation\.json beside it says"):
        world.wanted()
    assert not path.exists()


def test_a_spec_that_moved_on_is_not_rotated_by_the_old_file(world: World) -> None:
    world.rotate()
    spec = world.folder / "mail.yaml"
    spec.write_text(
        spec.read_text().replace("example.org: {", "example.org: {dkim: {selector: x}, ")
    )
    with pytest.raises(MailctlError, match="began with s1 and signs with s1, but the spec's first"):
        world.rotate()
