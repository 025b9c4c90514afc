"""What changes inside files, as unified diffs; secrets only say that they differ, and of maps
the keys are named elsewhere."""

from __future__ import annotations

import difflib

from mailctl.deploy.drift import Drifted, Hand
from mailctl.deploy.pieces import BIG
from mailctl.deploy.plan import Change, Kind
from mailctl.deploy.preview import Preview
from mailctl.deploy.show.printable import printable

_MOST_LINES = 5000
"""difflib's time may grow with the square of the lines."""


def file_diffs(seen: Preview) -> str:
    """A diff for each file that the plan touches, from what is there to what is wanted."""
    return "".join(file_diff(seen, change) for change in seen.plan.changes)


def drift_diffs(seen: Preview) -> str:
    """The same for what was changed by hand, from what we laid to what is there."""
    return "".join(drift_diff(seen, one) for one in seen.plan.drift)


def file_diff(seen: Preview, change: Change) -> str:
    """The diff of one change; empty where no content of a file changes, and for maps."""
    restored = bool(change.after) and change.subject in seen.by_hand
    differs = change.before != change.after or restored
    if change.kind not in (Kind.FILE, Kind.LINK) or not differs:
        return ""
    if _is_map(seen, change.subject) or (change.kind is Kind.LINK and not change.before):
        return ""
    name = f"{seen.plan.host}:{change.subject}"
    wanted = seen.wanted.get(_place(seen, change))
    if change.secret or (wanted is not None and wanted.secret):
        return f"{name}: <secret> differs\n"
    before = seen.live.get(change.subject, b"")
    return unified(name, (before, "live"), (wanted.content if wanted else b"", "wanted"))


def _place(seen: Preview, change: Change) -> str:
    """The path in the generation of what is wanted; a link leads to it."""
    targets = {link.path: link.target for link in seen.bundle.content.links}
    return targets.get(change.subject, change.subject)


def drift_diff(seen: Preview, one: Drifted) -> str:
    """The diff of one path; empty where only its mode is another one, and for maps."""
    if not one.has_text or _is_map(seen, one.path):
        return ""
    name = f"{seen.plan.host}:{printable(one.path)}"
    if one.secret:
        return f"{name}: <secret> differs\n"
    laid, there = seen.laid.get(one.source), seen.live.get(one.path)
    if one.laid and laid is None:
        return f"{name}: differs; what we laid there is not known any more\n"
    if there is None and one.hand not in (Hand.REMOVED, Hand.REPLACED):
        return f"{name}: differs, and is no plain file\n"
    return unified(name, (laid or b"", "laid"), (there or b"", "on the host"))


def _is_map(seen: Preview, path: str) -> bool:
    return any(entries.path == path for entries in seen.bundle.content.entries)


def unified(name: str, former: tuple[bytes, str], later: tuple[bytes, str]) -> str:
    """A unified diff of two contents with their names; one line where it cannot be shown."""
    if max(len(former[0]), len(later[0])) > BIG:
        return f"{name}: differs, and is too long to show\n"
    try:
        before, after = _lines(former[0]), _lines(later[0])
    except UnicodeDecodeError:
        return f"{name}: differs, and is no text\n"
    if max(len(before), len(after)) > _MOST_LINES:
        return f"{name}: differs, and is too long to show\n"
    lines = difflib.unified_diff(
        before, after, f"{name} ({former[1]})", f"{name} ({later[1]})", lineterm=""
    )
    return "".join(f"{printable(text)}\n" for line in lines for text in line.split("\n"))


def _lines(content: bytes) -> list[str]:
    """Lines without their ends; the last one says if it has none, as diff(1) does."""
    if not content:
        return []
    lines = content.decode().split("\n")
    if lines[-1]:
        lines[-1] += "\n\\ No newline at end of file"
        return lines
    return lines[:-1]
