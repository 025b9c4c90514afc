"""libyaml's events to a Document, refusing what a spec must not hold.

One loop with a stack of its own: a nested file cannot exhaust Python's. Refused here: syntax
errors, second documents, repeated keys, keys that are no scalars, merge keys, tags, aliases
that contain themselves or expand to too much, too deep nesting, too long texts, and control
characters in any text (an escape such as "\\n" can bring them into quoted ones).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from mailctl.errors import Issue, SpecError
from mailctl.spec import parser
from mailctl.spec.nodes import COLUMN_BITS, Document, OddKey
from mailctl.spec.scalars import FIRST_CHARACTERS, resolve

MOST_DEPTH = 32
MOST_CHARACTERS = 16_384
MOST_ALIASED_NODES = 100_000
"""Nodes that aliases may add to those that stand in the file."""

MOST_ISSUES = 1000

_SHARED_KEYS = 4096


class Composer:
    """Composes one file; `issues` are the faults after which it could go on."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self.issues: list[Issue] = []
        self._next_event: Callable[[], Any] = parser.events(data)
        self._places = array("Q")
        self._aliases: dict[int, int] = {}
        self._anchors: dict[str, _Anchor] = {}
        self._aliased_nodes = 0

    def document(self) -> Document:
        """The file's only document; its value is None when the file holds nothing.

        Raises SpecError where nothing sensible can follow.
        """
        try:
            self._next_event()
            if type(self._next_event()) is parser.StreamEnd:
                return Document(self.name, None, array("Q", [0]))
            value = self._compose()
            self._next_event()
            event = self._next_event()
        except parser.ParseError as error:
            raise SpecError((*self.issues, parser.issue(error, self.name))) from None
        if type(event) is not parser.StreamEnd:
            raise self._fatal(
                event, "yaml-documents", "a second document begins here",
                "keep one document a file, and name other files by `include:`",
            )  # fmt: skip
        return Document(self.name, value, self._places, self._aliases)

    def _compose(self) -> object:
        """The root node, by one loop over all events (this is the loader's hot loop)."""
        root: list[object] = []
        holder: Any = root
        key: Any = None
        in_mapping = False
        stack: list[tuple[Any, Any, bool, _Anchor | None]] = []
        shared: dict[str, str] = {}
        next_event, place = self._next_event, self._places.append
        scalar, mapping_start, sequence_start = (
            parser.Scalar, parser.MappingStart, parser.SequenceStart,
        )  # fmt: skip
        value: Any
        while True:
            event = next_event()
            kind = type(event)
            if kind is scalar:
                mark = event.start_mark
                place(mark.line << COLUMN_BITS | mark.column)
                value = event.value
                if event.anchor is not None or event.tag is not None:
                    self._note_anchor(event, value)
                if len(value) > MOST_CHARACTERS or not value.isprintable():
                    self._refuse_text(event)
                if in_mapping and key is None:
                    key = self._key(event, holder, shared)
                    continue
                if not event.style and (not value or value[0] in FIRST_CHARACTERS):
                    value = resolve(value)
                    if event.anchor is not None:
                        self._anchors[event.anchor].value = value
            elif kind is mapping_start or kind is sequence_start:
                mark = event.start_mark
                place(mark.line << COLUMN_BITS | mark.column)
                if in_mapping and key is None:
                    raise self._fatal(event, "yaml-key", "a key must be a plain text",
                                      "write `name: value`")  # fmt: skip
                if len(stack) >= MOST_DEPTH:
                    raise self._fatal(event, "yaml-depth",
                                      f"nested more than {MOST_DEPTH} levels deep",
                                      "no part of a spec is nested so deeply")  # fmt: skip
                value = {} if kind is mapping_start else []
                anchor = None
                if event.anchor is not None or event.tag is not None:
                    anchor = self._note_anchor(event, value)
                stack.append((holder, key, in_mapping, anchor))
                holder, key, in_mapping = value, None, kind is mapping_start
                continue
            elif kind is parser.Alias:
                if in_mapping and key is None:
                    raise self._fatal(event, "yaml-key", "an alias cannot be a key",
                                      "write the key itself")  # fmt: skip
                value = self._alias(event)
            else:
                value = holder
                holder, key, in_mapping, anchor = stack.pop()
                if anchor is not None:
                    anchor.close(len(self._places), self._aliased_nodes)
            if in_mapping:
                holder[key] = value
                key = None
            else:
                holder.append(value)
                if holder is root:
                    return value

    def _key(self, event: Any, mapping: dict[Any, Any], shared: dict[str, str]) -> str | OddKey:
        """The key that a scalar stands for; an OddKey when it is refused."""
        text: str = event.value
        if text in mapping:
            self._refuse(event, "yaml-duplicate-key", f"the key {_short(text)} is here twice",
                         "keep one of them")  # fmt: skip
            return OddKey(text)
        if text == "<<" and not event.style:
            self._refuse(event, "yaml-merge-key", "merge keys (<<) are not part of YAML 1.2",
                         "name a policy under `policies:` and take it by `policy:`")  # fmt: skip
            return OddKey(text)
        if len(shared) < _SHARED_KEYS:
            return shared.setdefault(text, text)
        return shared.get(text, text)

    def _note_anchor(self, event: Any, value: object) -> _Anchor | None:
        """Remember an anchor; refuse a tag."""
        if event.tag is not None:
            self._refuse(event, "yaml-tag", f"tags such as {_short(event.tag)} are not used here",
                         "leave the tag out; put a text that looks like a number in quotes"
                         )  # fmt: skip
        if event.anchor is None:
            return None
        anchor = _Anchor(value, len(self._places) - 1, self._aliased_nodes)
        if type(event) is parser.Scalar:
            anchor.close(len(self._places), self._aliased_nodes)
        self._anchors[event.anchor] = anchor
        return anchor

    def _alias(self, event: Any) -> object:
        """The value that an alias stands for, within the bounds."""
        anchor = self._anchors.get(event.anchor)
        name = _short(f"*{event.anchor}")
        if anchor is None:
            raise self._fatal(event, "yaml-alias", f"{name} stands for nothing above it",
                              f"set the anchor &{event.anchor} first, or quote the text"
                              )  # fmt: skip
        if not anchor.size:
            raise self._fatal(event, "yaml-alias", f"{name} contains itself",
                              "write the values out")  # fmt: skip
        self._aliased_nodes += anchor.size
        if self._aliased_nodes > MOST_ALIASED_NODES:
            raise self._fatal(event, "yaml-alias", f"aliases expand to over {MOST_ALIASED_NODES}"
                              " values", "write the values out")  # fmt: skip
        self._aliases[len(self._places)] = anchor.ordinal
        self._places.append(event.start_mark.line << COLUMN_BITS | event.start_mark.column)
        return anchor.value

    def _refuse_text(self, event: Any) -> None:
        text: str = event.value
        if len(text) > MOST_CHARACTERS:
            self._refuse(event, "text-too-long", f"a text of {len(text)} characters",
                         f"at most {MOST_CHARACTERS} are taken; long things belong in files"
                         )  # fmt: skip
        odd = next((character for character in text if not character.isprintable()), None)
        if odd is not None:
            self._refuse(event, "control-character",
                         f"the text holds U+{ord(odd):04X}, which does not print",
                         "write it on one line, without control characters")  # fmt: skip

    def _issue(self, event: Any, rule: str, message: str, hint: str) -> Issue:
        mark = event.start_mark
        return Issue(self.name, mark.line + 1, mark.column + 1, rule, message, hint)

    def _refuse(self, event: Any, rule: str, message: str, hint: str) -> None:
        if len(self.issues) < MOST_ISSUES:
            self.issues.append(self._issue(event, rule, message, hint))

    def _fatal(self, event: Any, rule: str, message: str, hint: str) -> SpecError:
        return SpecError((*self.issues, self._issue(event, rule, message, hint)))


class _Anchor:
    """An anchored node: its value, its ordinal, and its size with all aliases expanded."""

    __slots__ = ("_aliased_before", "ordinal", "size", "value")

    def __init__(self, value: object, ordinal: int, aliased_before: int) -> None:
        self.value = value
        self.ordinal = ordinal
        self.size = 0
        self._aliased_before = aliased_before

    def close(self, next_ordinal: int, aliased: int) -> None:
        """The node is complete: from now on aliases may stand for it."""
        self.size = next_ordinal - self.ordinal + aliased - self._aliased_before


def _short(text: str) -> str:
    """A text from the file, fit for a message of one line."""
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return shown if shown.isprintable() else ascii(shown)[1:-1]
