"""What changes in a map, entry by entry: counts and keys, never values. Pure.

It is fed the lines that went and the lines that came, which may be whole files or the pieces of
them that differ: a line on both sides is no change, and the work is that of the lines given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from mailctl.bundle import Entries

OTHERWISE = ""
"""How an entry changed that has no named parts, or not in these."""


@dataclass(frozen=True, slots=True)
class Delta:
    """The difference of one map; keys are sorted. `changed` has how beside each key: the name
    of a part, or OTHERWISE; a key stands there once for each part that changed."""

    entries: Entries
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)

    def counts(self) -> tuple[str, ...]:
        """`3 aliases added`, `1 password changed`: a text for each figure that is not none."""
        how = Counter(how for _, how in self.changed)
        otherwise = how.pop(OTHERWISE, 0)
        noun, plural = self.entries.noun, self.entries.plural
        last = "changed otherwise" if self.entries.parts else "changed"
        figures = (
            (len(self.added), noun, plural, "added"),
            (len(self.removed), noun, plural, "removed"),
            *((number, part, f"{part}s", "changed") for part, number in sorted(how.items())),
            (otherwise, noun, plural, last),
        )
        return tuple(
            f"{number} {one if number == 1 else many} {verb}"
            for number, one, many, verb in figures
            if number
        )


def compare(entries: Entries, went: Iterable[bytes], came: Iterable[bytes]) -> Delta:
    """The difference between the lines that are there no more and the lines that are new."""
    former, later = _by_key(entries, went), _by_key(entries, came)
    changed = (
        (_text(key), how)
        for key in former.keys() & later.keys()
        if former[key] != later[key]
        for how in _parts_changed(entries, former[key], later[key])
    )
    return Delta(
        entries,
        added=tuple(sorted(_text(key) for key in later.keys() - former.keys())),
        removed=tuple(sorted(_text(key) for key in former.keys() - later.keys())),
        changed=tuple(sorted(changed)),
    )


def lines_apart(before: bytes, after: bytes) -> tuple[set[bytes], set[bytes]]:
    """The lines that only the one has, and those that only the other has."""
    former, later = set(before.splitlines()), set(after.splitlines())
    return former - later, later - former


def keys_of(entries: Entries, content: bytes) -> set[str]:
    """All keys of a map."""
    return {_text(key) for key in _by_key(entries, content.splitlines())}


def _by_key(entries: Entries, lines: Iterable[bytes]) -> dict[bytes, bytes]:
    """Values by key; comments and empty lines are no entries (postmap(1); Dovecot likewise)."""
    separator = entries.separator.encode()
    found = {}
    for line in lines:
        key, _, value = line.rstrip(b"\r\n").partition(separator)
        if key and not key.startswith(b"#"):
            found[key] = value
    return found


def _parts_changed(entries: Entries, before: bytes, after: bytes) -> tuple[str, ...]:
    """The names of the parts that differ, OTHERWISE where any other does."""
    if not entries.parts:
        return (OTHERWISE,)
    separator = entries.separator.encode()
    # the last part that has a name goes to the end of the line, whatever it holds
    splits = max(place for place, _ in entries.parts) - 1
    former = dict(enumerate(before.split(separator, splits), 1))
    later = dict(enumerate(after.split(separator, splits), 1))
    names = dict(entries.parts)
    places = former.keys() | later.keys()
    differ = (place for place in places if former.get(place, b"") != later.get(place, b""))
    return tuple(sorted({names.get(place, OTHERWISE) for place in differ})) or (OTHERWISE,)


def _text(key: bytes) -> str:
    return key.decode("utf-8", "replace")
