"""A plan for a host that has moved to another release."""

from __future__ import annotations

import json
from dataclasses import replace

from deploy_values import MAIN, bundle, settled

from mailctl.bundle import Service
from mailctl.deploy.crossing import CROSSINGS
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.orders import service_orders
from mailctl.deploy.plan import Kind, make_plan
from mailctl.deploy.preview import Preview, shown
from mailctl.deploy.show.json_text import plans_json
from mailctl.deploy.show.text import plan_text
from mailctl.model.platform import PLATFORMS

WANTED = replace(bundle(), platform="debian-13")


def moved(**parts: object) -> Preview:
    former = Manifest.of(bundle(**parts))
    return shown(make_plan("mail", Manifest.of(WANTED), settled(former)), WANTED, (), {})


def test_every_service_restarts() -> None:
    assert moved().plan.subjects(Kind.SERVICE, "restart") == ("postfix", "opendkim")


def test_units_of_the_former_release_end_and_are_not_restored() -> None:
    plan = moved(services=(Service("postfix@-"), *bundle().content.services)).plan
    assert plan.subjects(Kind.SERVICE, "end") == ("postfix@-",)
    assert not plan.subjects(Kind.SERVICE, "retire")
    assert "end\tpostfix@-" in service_orders(plan)


def test_the_notes_stand_in_the_plan_with_their_reasons() -> None:
    lines = plan_text(moved()).splitlines()
    assert lines[1] == "  the host has moved from debian-12 to debian-13:"
    assert any(line.startswith("    mail stays: ") and ": 2.4 reads" in line for line in lines)
    (host,) = json.loads(plans_json([moved()]))["hosts"]
    assert host["moved_from"] == "debian-12"
    assert {"what", "because"} == host["notes"][0].keys()


def test_a_note_about_a_file_needs_its_change() -> None:
    assert not any("main.cf is linked again" in note.what for note in moved().notes)
    former = settled(Manifest.of(bundle()), links={"/etc/postfix/main.cf": "file"})
    again = shown(make_plan("mail", Manifest.of(WANTED), former), WANTED, (), {})
    assert any("main.cf is linked again" in note.what for note in again.notes)


def test_a_host_that_has_not_moved_needs_no_notes() -> None:
    wanted = bundle(MAIN)
    still = shown(
        make_plan("mail", Manifest.of(wanted), settled(Manifest.of(bundle()))), wanted, (), {}
    )
    assert (still.plan.moved_from, still.notes) == ("", ())


def test_crossings_are_between_platforms_that_there_are() -> None:
    assert {name for pair in CROSSINGS for name in pair} <= PLATFORMS.keys()
