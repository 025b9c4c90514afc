"""What was changed by hand on a host, as text: a line for each path."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.deploy.drift import Drifted, Hand
from mailctl.deploy.entries import Delta, compare, lines_apart
from mailctl.deploy.preview import Preview
from mailctl.deploy.show.diff import drift_diffs
from mailctl.deploy.show.entry_lines import entry_lines
from mailctl.deploy.show.fingerprint import marks
from mailctl.deploy.show.printable import printable

_SIGNS = {Hand.ADDED: "+", Hand.REMOVED: "-"}
_WORDS = {
    Hand.CHANGED: "{} was changed",
    Hand.MODE: "{} has another mode or owner",
    Hand.ADDED: "{} was added",
    Hand.REMOVED: "{} was removed",
    Hand.REPLACED: "{} was replaced",
}


def drift_text(seen: Preview) -> str:
    """Drift alone: a heading, a line for each path, keys of maps, and diffs of files."""
    count = len(seen.plan.drift)
    if not count:
        return f"{seen.plan.host}: nothing was changed by hand\n"
    paths = "1 path was" if count == 1 else f"{count} paths were"
    heading = f"{seen.plan.host}: {paths} changed by hand since generation {seen.plan.base[0]}"
    return "\n".join((heading, *drift_lines(seen, keys=True))) + "\n" + drift_diffs(seen)


def drift_lines(seen: Preview, *, keys: bool) -> Iterator[str]:
    """A line for each path; of maps what changed in them, and with `keys` their keys."""
    for one in seen.plan.drift:
        delta = drift_delta(seen, one)
        yield _line(one, delta)
        if keys and delta:
            yield from (f"      {line}" for line in entry_lines(delta))


def drift_delta(seen: Preview, one: Drifted) -> Delta | None:
    """What was changed by hand in a map, from what we laid to what is there; None for other
    files, and where what we laid is not known any more."""
    entries = {each.path: each for each in seen.bundle.content.entries}.get(one.path)
    laid, there = seen.laid.get(one.source), seen.live.get(one.path, b"")
    if entries is None or laid is None or not one.has_text:
        return None
    return compare(entries, *lines_apart(laid, there))


def _line(one: Drifted, delta: Delta | None) -> str:
    text = f"  {_SIGNS.get(one.hand, '~')} {_WORDS[one.hand].format(printable(one.path))}"
    if one.secret and one.has_text:
        text += f" {marks(one.laid, one.found)}"
    if one.detail:
        text += f" ({one.detail})"
    return f"{text}: {', '.join(delta.counts())}" if delta and not delta.is_empty else text
