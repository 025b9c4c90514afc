"""services.dovecot2 of 26.05, for Dovecot 2.4: dovecot.conf as a set, blocks as sets in it.

A block's name is its head, as `"service auth"`; nixpkgs writes texts as they stand, so that a text
which needs quotes in dovecot.conf has them here.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.backends.dovecot.lines import Block, Line, Section
from mailctl.emit.nixos.dovecot_lines import NIXPKGS_SAYS, setting, text_of
from mailctl.emit.nixos.values import Attrs, Default, Entry, Heading, Raw, Value, entry
from mailctl.render.dovecot import head

_WORDS: dict[str, Value] = {"yes": True, "no": False}
_LISTS = frozenset({"auth_mechanisms"})


def options(sections: tuple[Section, ...]) -> Attrs:
    """Everything that dovecot.conf says."""
    given: list[Entry | Heading] = []
    for section in sections:
        given.append(Heading(section.title))
        given.extend(_entries(section.entries))
    return Attrs(
        (
            entry("enable", True),
            entry("enablePAM", False, "Users of the mail system are no accounts of this one."),
            entry(
                "package",
                Default(Raw("pkgs.dovecot")),
                "Dovecot 2.4 also on a host that was installed before this release.",
            ),
            entry("settings", Attrs(_merged(given))),
        )
    )


def _entries(entries: tuple[Line | Block, ...]) -> Iterator[Entry]:
    for each in entries:
        if isinstance(each, Block):
            yield Entry((head(each.head),), Attrs(_merged(list(_entries(each.entries)))))
        elif each.name == "protocols":
            names = tuple(Entry((name,), True) for name in each.value.split())
            yield Entry(("protocols",), Attrs(names) if names else "", each.because)
        elif each.name not in NIXPKGS_SAYS:
            yield setting((each.name,), each, _value(each))


def _value(line: Line) -> Value:
    if line.name in _LISTS:
        return tuple(line.value.split())
    if line.value in _WORDS:
        return _WORDS[line.value]
    text = text_of(line)
    return int(text) if text.isdecimal() and text == str(int(text)) else text


def _merged(given: list[Entry | Heading]) -> tuple[Entry | Heading, ...]:
    """A set has each name once: blocks of one head, which the file may open anew, become one."""
    found: list[Entry | Heading] = []
    places: dict[tuple[str, ...], int] = {}
    for each in given:
        if isinstance(each, Entry) and each.path in places:
            place = places[each.path]
            found[place] = _joined(found[place], each)
            continue
        if isinstance(each, Entry):
            places[each.path] = len(found)
        found.append(each)
    return tuple(found)


def _joined(former: Entry | Heading, later: Entry) -> Entry:
    """One block of two; raises ValueError for a parameter that stands twice, which is a bug."""
    match former, later:
        case Entry(path, Attrs(first), because), Entry(_, Attrs(second)):
            return Entry(path, Attrs(_merged([*first, *second])), because)
    raise ValueError(f"said twice in one block of dovecot.conf: {later.path[-1]}")
