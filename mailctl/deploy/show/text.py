"""A plan as text: a line for each change, secrets as nothing but their names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from mailctl.deploy.entries import Delta
from mailctl.deploy.plan import Change, Kind
from mailctl.deploy.preview import Preview
from mailctl.deploy.removals import OPTION
from mailctl.deploy.show.drift_text import drift_lines
from mailctl.deploy.show.entry_lines import entry_lines
from mailctl.deploy.show.fingerprint import marks
from mailctl.deploy.show.printable import printable

_SIGNS = {
    "install": "+",
    "create": "+",
    "add": "+",
    "join": "+",
    "make": "+",
    "remove": "-",
    "retire": "-",
    "end": "-",
}
_MOST_EFFECTS = 10


def plan_text(seen: Preview, *, keys: bool = False) -> str:
    """The plan: a heading, the overrides, what a new release brings, a line for each change, what
    the host says to it, what was changed by hand, the DNS records concerned. `keys`: the keys of
    maps, too, below their counts."""
    lines = [_heading(seen), *_overrides(seen), *_notes(seen)]
    for change in seen.plan.changes:
        delta = seen.delta_of(change.subject) if change.kind is Kind.FILE else None
        lines.append(_line(change, delta))
        if keys and delta:
            lines += [f"      {line}" for line in entry_lines(delta)]
    lines += (f"  the system {printable(line)}" for line in seen.told)
    if seen.plan.drift:
        lines.append("  changed by hand on the host, and replaced by apply:")
        lines += drift_lines(seen, keys=keys)
    lines += _renewals(seen)
    lines += _effects(seen)
    if seen.excess:
        lines.append(f"  ! apply refuses this without {OPTION}: {' and '.join(seen.excess)} go")
    return "".join(f"{line}\n" for line in lines)


def _heading(seen: Preview) -> str:
    plan = seen.plan
    if plan.is_empty:
        return f"{plan.host}: nothing to do"
    number, _ = plan.base
    base = f"generation {number}" if number else "the host as it was found"
    count = len(plan.changes)
    changes = "1 change" if count == 1 else f"{count} changes"
    return f"{plan.host} ({seen.bundle.platform}): {changes} to {base}"


def _overrides(seen: Preview) -> Iterator[str]:
    for one in seen.bundle.overrides:
        yield f"  override of {one.backend}: {one.name} = {printable(one.value)}"


def _notes(seen: Preview) -> Iterator[str]:
    if seen.notes:
        yield f"  the host has moved from {seen.plan.moved_from} to {seen.bundle.platform}:"
    for note in seen.notes:
        yield f"    {note.what}: {note.because}"


def _line(change: Change, delta: Delta | None) -> str:
    sign = _SIGNS.get(change.action, "~")
    if change.kind is Kind.ACCOUNT and change.action == "join":
        return f"  {sign} account {change.subject} joins group {change.detail}"
    text = f"  {sign} {change.action} {change.kind.name.lower()} {printable(change.subject)}"
    if change.secret:
        text += f" {marks(change.before, change.after)}"
    if change.detail:
        text += f" ({change.detail})"
    return f"{text}: {', '.join(delta.counts())}" if delta and not delta.is_empty else text


def _renewals(seen: Preview) -> Iterator[str]:
    """What no apply mends: the certificate that is shown meanwhile, and why it is not renewed."""
    for one in seen.plan.renewals:
        yield f"  ! certificate of {printable(one.name)}, {_day(one.moment)}: {printable(one.text)}"
        if one.until is not None:
            days = (one.until - seen.plan.now) // 86400
            yield f"    the one that is shown ends on {_day(one.until)}, in {days} days"


def _day(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def _effects(seen: Preview) -> Iterator[str]:
    """As many as a reader takes in; `mailctl dns-records --check` says which are there."""
    for one in seen.effects[:_MOST_EFFECTS]:
        yield f"  DNS: must be published: {one.name} {one.type} ({one.because})"
    if (more := len(seen.effects) - _MOST_EFFECTS) > 0:
        yield f"  DNS: and {more} more; see: mailctl dns-records --check"
