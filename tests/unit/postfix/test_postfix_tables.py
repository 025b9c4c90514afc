"""Postfix's tables: who receives, who is refused, who may send as whom."""

from __future__ import annotations

import pytest
from postfix_building import (
    a_domain,
    a_host,
    a_system,
    a_user,
    entries,
    example,
    forward,
    postfix,
    settings,
    text,
)

from mailctl.model.host import Role

SHOP = a_domain("shop.example", catch_all="alice@example.org")


def test_a_catch_all_shadows_no_user_no_alias_and_no_address_that_only_sends() -> None:
    system = a_system(
        (a_user("alice@example.org", aliases=("sales@shop.example",)),
         a_user("dora@shop.example"),
         a_user("robot@shop.example", send_only=True)),
        {"team@shop.example": ("dora@shop.example",)},
        domains=(a_domain("example.org"), SHOP),
    )  # fmt: skip
    found = entries(postfix(system), "virtual_aliases")
    own = {name: target for name, target in found.items() if name.endswith("shop.example")}
    assert own == {
        "@shop.example": "alice@example.org",
        "dora@shop.example": "dora@shop.example",
        "robot@shop.example": "robot@shop.example",
        "sales@shop.example": "alice@example.org",
        "team@shop.example": "dora@shop.example",
    }
    refused = entries(postfix(system), "refused_recipients")
    assert refused["robot@shop.example"].startswith("550 5.7.1 ")
    assert "robot@shop.example" not in entries(postfix(system), "mailboxes")


def test_a_domain_without_catch_all_has_no_entries_for_plain_mailboxes() -> None:
    system = a_system((a_user("alice@example.org"),))
    assert "alice@example.org" not in entries(postfix(system), "virtual_aliases")
    assert entries(postfix(system), "mailboxes") == {
        "alice@example.org": "mailbox",
        "probe@mailctl-probe.invalid": "probe",
    }


def test_forwards_with_and_without_a_copy() -> None:
    system = a_system(
        (a_user("k@example.org", forward=forward("k@far.example", keep=True)),
         a_user("n@example.org", forward=forward("n@far.example", "m@far.example", keep=False)))
    )  # fmt: skip
    found = entries(postfix(system), "virtual_aliases")
    assert found["k@example.org"] == "k@example.org, k@far.example"
    assert found["n@example.org"] == "n@far.example, m@far.example"


def test_addresses_of_a_domain_with_a_catch_all_owner_stay_their_owners() -> None:
    system = a_system(
        (a_user("alice@example.org"), a_user("dora@shop.example"),
         a_user("max@example.org", send_as=("*@shop.example",))),
        {"abroad@shop.example": ("x@far.example",)},
        domains=(a_domain("example.org"), SHOP),
    )  # fmt: skip
    owners = entries(postfix(system), "sender_owners")
    assert owners["@shop.example"] == "alice@example.org, max@example.org"
    assert owners["dora@shop.example"] == "dora@shop.example, max@example.org"
    assert owners["abroad@shop.example"] == "max@example.org"
    assert owners["alice@example.org"] == "alice@example.org"
    assert "@example.org" not in owners


def test_what_nobody_here_owns_is_shielded_from_the_catch_all_owner() -> None:
    system = a_system(
        (a_user("alice@example.org"),),
        {"abroad@shop.example": ("x@far.example",)},
        domains=(a_domain("example.org"), SHOP),
    )
    owners = entries(postfix(system), "sender_owners")
    assert owners["abroad@shop.example"] == "nobody"
    assert "@" not in owners["abroad@shop.example"]


def test_the_system_s_mail_goes_to_the_postmaster_and_strangers_cannot_write_to_accounts() -> None:
    system = a_system((a_user("alice@example.org", aliases=("postmaster@example.org",)),))
    aliases = entries(postfix(system), "virtual_aliases")
    assert aliases["@mail.hosts.example"] == "postmaster@example.org"
    assert aliases["@localhost"] == "postmaster@example.org"
    refused = entries(postfix(system), "refused_recipients")
    assert refused["mail.hosts.example"].startswith("550 ")
    assert refused["postmaster@mail.hosts.example"] == "DUNNO"
    assert entries(postfix(system), "own_names").keys() == {"mail.hosts.example", "localhost"}


def test_a_fqdn_that_is_a_mail_domain_is_that_domain_first() -> None:
    system = example("talk", "debian-13")
    contribution = postfix(system, "flugel")
    aliases = entries(contribution, "virtual_aliases")
    assert aliases["root@talk.example"] == "postmaster@talk.example"
    assert aliases["postmaster@talk.example"] == "j@talk.example"
    assert "@talk.example" not in aliases
    assert entries(contribution, "own_names").keys() == {"localhost"}
    refused = entries(contribution, "refused_recipients")
    assert refused["root@talk.example"].startswith("550 ")
    assert "postmaster@talk.example" not in refused
    assert "talk.example" not in refused


def test_a_relay_knows_every_address_and_refuses_those_that_only_send() -> None:
    system = a_system(
        (a_user("alice@example.org", aliases=("a@example.org",)),
         a_user("robot@example.org", send_only=True)),
        {"team@example.org": ("alice@example.org",)},
        domains=(a_domain("example.org", store="inner", mx=("edge",)),),
        hosts=(a_host("edge", roles=frozenset({Role.MX})),
               a_host("inner", number=11, roles=frozenset({Role.STORE, Role.SUBMISSION}))),
    )  # fmt: skip
    edge = postfix(system, "edge")
    known = {"alice@example.org", "a@example.org", "team@example.org"}
    assert entries(edge, "relay_recipients").keys() == known
    assert entries(edge, "transports") == {"example.org": "relay:[inner.hosts.example]"}
    assert entries(edge, "refused_recipients")["robot@example.org"].startswith("550 ")
    assert "virtual_mailbox_domains" not in settings(edge)
    assert "sender_owners" not in {path.rsplit("/")[-1] for path in _paths(edge)}
    assert {port.number for port in edge.ports} == {25}
    inner = postfix(system, "inner")
    assert "203.0.113.10/32 OK\n" in text(inner, "postfix/own_hosts")
    assert settings(inner)["smtpd_client_restrictions"].endswith("own_hosts, reject")
    assert "203.0.113.10" in settings(inner)["smtpd_client_event_limit_exceptions"]


def test_a_submission_host_stores_nothing_and_has_no_port_25() -> None:
    system = a_system(
        (a_user("alice@example.org"),),
        domains=(a_domain("example.org", store="inner", mx=("inner",)),),
        hosts=(a_host("out", roles=frozenset({Role.SUBMISSION})), a_host("inner", number=11)),
    )
    out = postfix(system, "out")
    assert {port.number for port in out.ports} == {465, 587}
    assert entries(out, "sender_owners") == {
        "alice@example.org": "alice@example.org",
        "probe@mailctl-probe.invalid": "probe@mailctl-probe.invalid",
    }
    assert "smtp         inet" not in text(out, "postfix/master.cf")


@pytest.mark.parametrize("table", ["virtual_aliases", "mailboxes", "sender_owners"])
def test_lines_are_sorted_and_do_not_depend_on_the_spec_s_order(table: str) -> None:
    users = tuple(a_user(f"u{number}@example.org", aliases=(f"a{number}@example.org",))
                  for number in range(30))  # fmt: skip
    there = text(postfix(a_system(users)), f"postfix/{table}")
    back = text(postfix(a_system(users[::-1])), f"postfix/{table}")
    assert there == back or table == "virtual_aliases"
    lines = there.splitlines()[1:]
    assert lines == sorted(lines)


def _paths(contribution: object) -> list[str]:
    return [artefact.path for artefact in contribution.artefacts]  # type: ignore[attr-defined]
