"""The proofs' own reading of a spec: who gets the mail, and who may write as whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailctl.model.domain import Domain
from mailctl.model.names import Address, DomainName
from mailctl.model.system import System
from mailctl.model.user import Forward
from mailctl.proofs.expected import destinations, owned_addresses

OURS = DomainName("ours.example")


def at(local: str, domain: str = OURS) -> Address:
    return Address(local, DomainName(domain))


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("alice", "alice@ours.example"),
        ("a", "alice@ours.example"),
        ("team", "alice@ours.example, bob@ours.example"),
        ("alice+shop", "alice@ours.example"),
        ("a+shop", "alice@ours.example"),
        ("team+shop", "alice@ours.example, bob@ours.example"),
        ("robot", "nobody"),
        ("nobody", "nobody"),
        ("nobody+shop", "nobody"),
        ("+shop", "nobody"),
    ],
)
def test_destinations(system: System, local: str, expected: str) -> None:
    assert str(destinations(system, at(local))) == expected


def test_a_catch_all_takes_what_nobody_owns(system: System) -> None:
    domains = {OURS: replace(system.domains[OURS], catch_all=at("bob"))}
    caught = replace(system, domains=domains)
    assert str(destinations(caught, at("nobody"))) == "bob@ours.example"
    assert str(destinations(caught, at("alice"))) == "alice@ours.example"


@pytest.mark.parametrize(
    ("keep", "expected"), [(True, "alice@ours.example, x@far"), (False, "x@far")]
)
def test_forwards(system: System, keep: bool, expected: str) -> None:
    forward = Forward((at("x", "far"),), keep=keep)
    users = {**system.users, at("alice"): replace(system.users[at("alice")], forward=forward)}
    assert str(destinations(replace(system, users=users), at("a"))) == expected


def test_a_loop_ends(system: System) -> None:
    aliases = {at("x"): (at("y"),), at("y"): (at("x"), at("bob"))}
    assert str(destinations(replace(system, aliases=aliases), at("x"))) == "bob@ours.example"


def test_ownership_follows_delivery(system: System) -> None:
    alice, bob = system.users[at("alice")], system.users[at("bob")]
    assert owned_addresses(system, alice) == (at("a"), at("team"))
    assert owned_addresses(system, bob) == (at("team"),)


def test_another_domain_is_the_world(system: System) -> None:
    other = Domain(DomainName("other.example"), store="mail", mx=("mail",))
    both = replace(system, domains={**system.domains, other.name: other})
    assert str(destinations(both, at("x", "other.example"))) == "nobody"
    assert str(destinations(both, at("x", "far.example"))) == "x@far.example"
