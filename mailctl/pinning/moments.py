"""How moments are told to people."""

from __future__ import annotations

from datetime import UTC, datetime


def told(moment: datetime) -> str:
    """To the second, for these waits are short; in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
