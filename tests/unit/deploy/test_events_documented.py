"""docs/hosts.md names every event, every key and every state that programs are told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mailctl.cli.views.json_lines import JsonView
from mailctl.deploy.apply import Applied
from mailctl.deploy.ends import State
from mailctl.deploy.events import Begun, Ended, Event, Noted, Step, Stopping, Summary
from mailctl.errors import HostError

TEXT = (Path(__file__).parents[3] / "docs/hosts.md").read_text()
WELL = Ended("mail", Applied("mail", 4, changed=True), seconds=1.5)
EVENTS: tuple[Event[Applied], ...] = (
    Begun("mail"),
    Step("mail", "laying generation 4"),
    Noted("mail", "signs"),
    Noted("mail", "odd", warning=True),
    WELL,
    Ended("mail", error=HostError("mail", "refused", "mend it")),
    Stopping(),
    Summary((WELL,), 0),
)


def rows(head: str) -> dict[str, str]:
    """A table of the page: its first column, and the rest of each line."""
    table = TEXT.split(head, 1)[1].split("\n\n", 1)[0]
    return {
        name: line
        for line in table.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([^`]+)`", line.split("|")[1])
    }


def test_every_state_has_a_row() -> None:
    assert list(rows("| `state` |")) == [state.value for state in State]


def test_every_event_has_a_row_with_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    documented = rows("| `event` |")
    view, seen = JsonView(), set()
    for event in EVENTS:
        view.hear(event)
        told = json.loads(capsys.readouterr().out)
        assert told.pop("version") == 1
        name = told.pop("event")
        seen.add(name)
        row = documented[name]
        row = row.replace("the same", documented["done"])
        assert [key for key in told if f"`{key}`" not in row] == [], name
    assert seen == set(documented)
