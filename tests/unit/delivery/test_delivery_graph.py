"""Who receives and who may send: one graph."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "postfix"))

from postfix_building import (
    a_domain,
    a_host,
    a_system,
    a_user,
    at,
    forward,
)

from mailctl.model.delivery import delivery_of, signing_domains
from mailctl.model.host import Role
from mailctl.model.names import DomainName
from mailctl.model.settings import MailPolicy

ALICE = at("alice@example.org")
BOB = at("bob@example.org")


def test_a_plain_mailbox_has_no_expansion_and_an_alias_goes_to_its_user() -> None:
    graph = delivery_of(a_system((a_user("alice@example.org", aliases=("a@example.org",)),)))
    assert graph.mailboxes == {ALICE}
    assert graph.expansions == {at("a@example.org"): (ALICE,)}
    assert graph.owners == {ALICE: (ALICE,), at("a@example.org"): (ALICE,)}


@pytest.mark.parametrize(("keep", "kept"), [(True, (ALICE,)), (False, ())])
def test_a_forward_keeps_a_copy_only_when_told(keep: bool, kept: tuple[object, ...]) -> None:
    user = a_user("alice@example.org", forward=forward("alice@elsewhere.example", keep=keep))
    graph = delivery_of(a_system((user,)))
    assert graph.expansions[ALICE] == (*kept, at("alice@elsewhere.example"))


def test_a_user_who_only_sends_receives_nothing_by_any_name() -> None:
    system = a_system(
        (a_user("robot@example.org", send_only=True, aliases=("r@example.org",)),
         a_user("alice@example.org")),
        {"all@example.org": ("robot@example.org", "alice@example.org"),
         "machines@example.org": ("robot@example.org",)},
    )  # fmt: skip
    graph = delivery_of(system)
    assert graph.mailboxes == {ALICE}
    assert graph.expansions == {at("all@example.org"): (ALICE,)}
    names = ("robot@example.org", "r@example.org", "machines@example.org")
    assert graph.refused == {at(name) for name in names}
    assert not any(graph.receives(at(name)) for name in names)
    assert graph.owners[at("r@example.org")] == (at("robot@example.org"),)


def test_owners_follow_aliases_of_aliases_but_no_forwards() -> None:
    system = a_system(
        (a_user("alice@example.org", aliases=("a@example.org",)),
         a_user("bob@example.org", forward=forward("alice@example.org", keep=False))),
        {"outer@example.org": ("inner@example.org", "bob@example.org"),
         "inner@example.org": ("a@example.org", "far@elsewhere.example"),
         "abroad@example.org": ("far@elsewhere.example",),
         "bobs@example.org": ("bob@example.org",)},
    )  # fmt: skip
    owners = delivery_of(system).owners
    assert owners[at("outer@example.org")] == (ALICE, BOB)
    assert owners[at("inner@example.org")] == (ALICE,)
    assert owners[at("abroad@example.org")] == ()
    assert owners[at("bobs@example.org")] == (BOB,)


def test_a_loop_of_aliases_ends() -> None:
    loop = {"a@example.org": ("b@example.org",), "b@example.org": ("a@example.org",)}
    graph = delivery_of(a_system((), loop))
    assert graph.owners == {at("a@example.org"): (), at("b@example.org"): ()}
    assert graph.widest_expansion >= 1


def test_send_as_and_catch_alls_give_domains() -> None:
    system = a_system(
        (a_user("alice@example.org", send_as=("*@example.net", "info@example.org")),
         a_user("bob@example.org")),
        domains=(a_domain("example.org"), a_domain("example.net", catch_all="bob@example.org")),
    )  # fmt: skip
    graph = delivery_of(system)
    assert graph.domain_owners == {"example.net": (ALICE,)}
    assert graph.catch_all_owners == {"example.net": (BOB,)}
    assert graph.catch_alls == {"example.net": BOB}
    assert graph.owners[at("info@example.org")] == (ALICE,)


def test_the_widest_expansion_counts_through_aliases() -> None:
    users = tuple(a_user(f"u{number}@example.org") for number in range(40))
    half = tuple(str(user.address) for user in users[:20])
    system = a_system(
        users,
        {"half@example.org": half,
         "all@example.org": ("half@example.org", *(str(user.address) for user in users[20:]))},
    )  # fmt: skip
    assert 40 <= delivery_of(system).widest_expansion <= 42


def test_a_host_signs_what_its_users_may_speak_for_and_nothing_else() -> None:
    system = a_system(
        (a_user("alice@example.org", send_as=("*@example.net",)), a_user("eve@other.example")),
        domains=(
            a_domain("example.org"),
            a_domain("example.net", store="far", mx=("far",)),
            a_domain("other.example", store="far", mx=("far",)),
            a_domain("parked.example", store="", mx=(), parked=True),
            a_domain("unsigned.example", policy=MailPolicy(dkim=())),
        ),
        hosts=(a_host(), a_host("far", number=11), a_host("edge", roles=frozenset({Role.MX}))),
    )
    assert signing_domains(system, system.hosts["mail"]) == ("example.net", "example.org")
    assert signing_domains(system, system.hosts["far"]) == ("example.net", "other.example")
    assert signing_domains(system, system.hosts["edge"]) == ()


def test_the_graph_of_a_system_is_made_once() -> None:
    system = a_system((a_user("alice@example.org"),))
    assert delivery_of(system) is delivery_of(system)
    assert delivery_of(a_system((a_user("bob@example.org"),))).mailboxes == {BOB}


def test_a_hundred_thousand_users_and_an_alias_of_all() -> None:
    users = tuple(
        a_user(f"u{number}@example.org", aliases=(f"a{number}@example.org",))
        for number in range(100_000)
    )
    system = a_system(users, {"all@example.org": tuple(str(user.address) for user in users)})
    graph = delivery_of(system)
    assert len(graph.owners) == 200_001
    assert graph.widest_expansion >= 100_000
    assert DomainName("example.org") not in graph.catch_alls
