"""What changes inside files, as unified diffs; secrets only say that they differ."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from mailctl.bundle import Artefact
from mailctl.deploy.plan import Change, Kind, Plan


def shown_paths(artefacts: Iterable[Artefact]) -> tuple[str, ...]:
    """The files whose live text a diff may fetch."""
    return tuple(artefact.path for artefact in artefacts if not artefact.secret)


def plan_diff(plan: Plan, artefacts: Iterable[Artefact], texts: Mapping[str, bytes]) -> str:
    """A diff for each file that the plan touches; `texts` are the live ones by path."""
    wanted = {artefact.path: artefact for artefact in artefacts}
    return "".join(
        _one(plan.host, change, wanted.get(change.subject), texts.get(change.subject))
        for change in plan.changes
        if change.kind is Kind.FILE
    )


def _one(host: str, change: Change, wanted: Artefact | None, live: bytes | None) -> str:
    if change.secret or (wanted is not None and wanted.secret):
        return f"{host}: {change.subject}: <secret> differs\n"
    try:
        before = (live or b"").decode().splitlines(keepends=True)
        after = (wanted.content if wanted else b"").decode().splitlines(keepends=True)
    except UnicodeDecodeError:
        return f"{host}: {change.subject}: differs, and is no text\n"
    lines = difflib.unified_diff(
        before, after, f"{host}:{change.subject} (live)", f"{host}:{change.subject} (wanted)"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
