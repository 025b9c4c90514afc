"""Who holds a lock, and for how long."""

from __future__ import annotations

import pytest

from mailctl.deploy.lock import age, holder, locked

AT_NOON = "2026-01-01T12:00:00Z"
NOON = 1_767_268_800


@pytest.mark.parametrize(
    ("text", "now", "told"),
    [
        (f"maria@desk since {AT_NOON}", NOON + 200, f"maria@desk since {AT_NOON}, for 3 min 20 s"),
        (f"a since b since {AT_NOON}", NOON + 1, f"a since b since {AT_NOON}, for 1 s"),
        # what tells no age is told as it stands
        ("otto@desk since noon", NOON, "otto@desk since noon"),
        ("m since 2026-01-01T12:00:00", NOON, "m since 2026-01-01T12:00:00"),
        ("m since 2026-01-01T12:00:00Z", 0, "m since 2026-01-01T12:00:00Z"),
        ("m since 2026-01-01T12:00:00Z", NOON - 1, "m since 2026-01-01T12:00:00Z"),
        ("m\x1b[2J", NOON, "m[2J"),
        ("", NOON, ""),
    ],
)
def test_the_holder_and_the_age(text: str, now: int, told: str) -> None:
    assert holder(text, now) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (7260, "2 h 1 min"), (187_200, "2 d 4 h")],
)
def test_an_age_in_its_largest_units(seconds: int, told: str) -> None:
    assert age(seconds) == told


def test_the_refusal_says_what_to_do() -> None:
    said = str(locked("mail", f"maria@desk since {AT_NOON}", NOON + 40))
    who = f"(maria@desk since {AT_NOON}, for 40 s)"
    assert said.startswith(f"mail: another apply is at work there {who}; nothing was changed; ")
    assert "--wait SECONDS" in said
    assert str(locked("mail", "", 0)).startswith("mail: another apply is at work there; ")
