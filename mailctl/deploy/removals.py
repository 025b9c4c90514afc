"""A brake: where many users, mailboxes or domains would go, the spec may be the wrong one.

As octoDNS has it for records: from ten on, no more than 30 % at once. And never the last one.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from mailctl.bundle import Contribution
from mailctl.deploy.entries import Delta, keys_of
from mailctl.errors import RemovesTooMuch

FEWEST = 10
SHARE = 30
"""Percent."""
OPTION = "--allow-removals"


def refuse_removals(host: str, content: Contribution, changes: Iterable[Delta]) -> None:
    """Raises RemovesTooMuch with the figures of each kind of which too much would go."""
    if over := excess(content, changes):
        raise RemovesTooMuch(
            host,
            f"{' and '.join(over)} would go; nothing was changed",
            f"if the spec is the right one, say {OPTION}",
        )


def excess(content: Contribution, changes: Iterable[Delta]) -> tuple[str, ...]:
    """`40 of 100 users (40 %)`, `all 3 domains`: a text for each kind of which too much goes.

    An entry that only goes from one map of its kind to another is not gone.
    """
    by_kind: dict[str, list[Delta]] = {}
    for delta in changes:
        if delta.entries.guarded:
            by_kind.setdefault(delta.entries.plural, []).append(delta)
    return tuple(
        text
        for plural, found in sorted(by_kind.items())
        if any(delta.removed for delta in found) and (text := _excess(content, plural, found))
    )


def _excess(content: Contribution, plural: str, changes: list[Delta]) -> str:
    removed = set(chain.from_iterable(delta.removed for delta in changes))
    added = set(chain.from_iterable(delta.added for delta in changes))
    kept = _wanted(content, plural)
    gone = len(removed - kept)
    before = gone + len(kept) - len(added - removed)
    if gone and not kept:
        noun = changes[0].entries.noun
        return f"all {before} {plural}" if before > 1 else f"the only {noun}"
    if before < FEWEST or gone * 100 <= before * SHARE:
        return ""
    return f"{gone} of {before} {plural} ({gone * 100 // before} %)"


def _wanted(content: Contribution, plural: str) -> set[str]:
    """All keys of a kind that the host shall have."""
    kind = {entries.path: entries for entries in content.entries if entries.plural == plural}
    found: set[str] = set()
    for artefact in content.artefacts:
        if artefact.path in kind:
            found |= keys_of(kind[artefact.path], artefact.content)
    return found
