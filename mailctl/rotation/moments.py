"""From which moments a domain's dates are counted, and how moments are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailctl.keys.places import key_path
from mailctl.model.names import DomainName
from mailctl.rotation.record import Rotation


def made_at(folder: Path, domain: DomainName, selector: str) -> datetime | None:
    """When a key was made, None when it was not: its file does not change after."""
    try:
        found = key_path(folder, domain, selector).stat()
    except FileNotFoundError:
        return None
    return datetime.fromtimestamp(int(found.st_mtime), UTC)


def waiting_for(rotation: Rotation, hosts: Iterable[str]) -> tuple[str, ...]:
    """Those of the hosts that apply has not brought to the key that signs."""
    return tuple(host for host in hosts if rotation.hosts.get(host) is None)


def grace_ends(rotation: Rotation, grace: timedelta) -> datetime:
    """When the pending key may take its next step: `grace` after the last host left it, or
    after it was revoked."""
    pending = rotation.pending or rotation.signing
    switched = [moment for moment in rotation.hosts.values() if moment is not None]
    return max(pending.since, *switched) + grace if switched else pending.since + grace


def told(moment: datetime) -> str:
    """A moment for people: the minute, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
