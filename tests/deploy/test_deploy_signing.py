"""Which keys a host signs with is asked of the host; a plan can be refused before it begins."""

from __future__ import annotations

import pytest
from deploy_machine import Machine, bundle

from mailctl.bundle import Artefact
from mailctl.deploy.generations import Way
from mailctl.deploy.local import LocalRemote
from mailctl.deploy.plan import Plan
from mailctl.deploy.rollback import roll_back
from mailctl.deploy.signing import kept_selectors, live_selectors
from mailctl.errors import KeyNotPublished, Unreachable

HEAD = "# Written by mailctl; changes made here are lost.\n"


def _signing(*selectors: str) -> tuple[Artefact, ...]:
    lines = [
        f"d{index}.example d{index}.example:{selector}:/var/lib/mailctl/current/opendkim/keys/"
        f"d{index}.example/{selector}.pem\n"
        for index, selector in enumerate(selectors)
    ]
    keys = [
        Artefact(f"opendkim/keys/d{index}.example/{selector}.pem", b"PRIVATE", secret=True)
        for index, selector in enumerate(selectors)
    ]
    return (Artefact("opendkim/KeyTable", (HEAD + "".join(lines)).encode()), *keys)


def _live(machine: Machine) -> dict[str, str]:
    remote = LocalRemote("mail")
    found = live_selectors(remote, machine.errand())
    assert remote.execs == 1
    return {str(domain): selector for domain, selector in found.items()}


def test_the_live_generation_is_asked_not_the_last_one(machine: Machine) -> None:
    assert _live(machine) == {}
    machine.apply(bundle(b"one\n", *_signing("s1", "mail")))
    machine.apply(bundle(b"one\n", *_signing("s2", "mail2")))
    assert _live(machine) == {"d0.example": "s2", "d1.example": "mail2"}
    machine.roll_back()
    assert _live(machine) == {"d0.example": "s1", "d1.example": "mail"}
    machine.roll_back(0)
    assert _live(machine) == {}


def test_a_host_that_signs_nothing(machine: Machine) -> None:
    machine.apply(bundle())
    assert _live(machine) == {}


def test_lines_that_somebody_else_wrote_are_no_keys(machine: Machine) -> None:
    machine.apply(bundle(b"one\n", *_signing("s1")))
    with (machine.live / "opendkim/KeyTable").open("a") as table:
        table.write("\nodd\nodd odd\n# d1.example d1.example:x:/y\n")
    assert _live(machine) == {"d0.example": "s1"}


def test_a_table_that_cannot_be_read_is_no_empty_one(machine: Machine) -> None:
    machine.apply(bundle(b"one\n", *_signing("s1")))
    table = machine.live / "opendkim/KeyTable"
    table.unlink()
    table.mkdir()
    with pytest.raises(Unreachable, match="before it was done"):
        _live(machine)


def test_a_way_back_says_what_it_would_sign_with(machine: Machine) -> None:
    machine.apply(bundle(b"one\n", *_signing("s1")))
    machine.apply(bundle(b"one\n", *_signing("s2")))
    ways: list[Way] = []
    roll_back(LocalRemote("mail"), None, machine.errand(), permit=ways.append)
    (way,) = ways
    assert way.wanted is not None
    assert kept_selectors(way.wanted) == {"d0.example": ("s1",)}


def test_a_plan_that_is_not_permitted_changes_nothing(machine: Machine) -> None:
    plans: list[Plan] = []

    def refuse(plan: Plan) -> None:
        plans.append(plan)
        raise KeyNotPublished("mail", "not in DNS")

    before = machine.snapshot()
    with pytest.raises(KeyNotPublished):
        machine.apply(bundle(b"one\n", *_signing("s1")), permit=refuse)
    assert machine.snapshot() == before
    assert machine.generations() == ()
    assert machine.execs == 1
    assert "opendkim/KeyTable" in {change.subject for change in plans[0].changes}


def test_where_nothing_is_to_do_nobody_is_asked(machine: Machine) -> None:
    machine.apply(bundle())

    def refuse(_: Plan) -> None:
        raise AssertionError("there is nothing to permit")

    assert not machine.apply(bundle(), permit=refuse).changed
