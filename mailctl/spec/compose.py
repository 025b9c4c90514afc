"""libyaml's events to plain values, refusing what a spec must not hold.

One loop with a stack of its own: a nested file cannot exhaust Python's. Refused here: syntax
errors, second documents, repeated keys, keys that are no scalars, merge keys, tags, aliases
that contain themselves or expand to too much, too deep nesting, too long texts, and control
characters in any text (an escape such as "\\n" can bring them into quoted ones).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from mailctl.errors import Issue, SpecError
from mailctl.spec import parser
from mailctl.spec.scalars import FIRST_CHARACTERS, resolve

MOST_DEPTH = 32
MOST_CHARACTERS = 16_384
MOST_ALIASED_NODES = 100_000
"""Nodes that aliases may add to those that stand in the file."""

MOST_ISSUES = 1000

_SHARED_KEYS = 4096


def compose(data: bytes, name: str) -> tuple[object, list[Issue]]:
    """The value of the file's only document (None for an empty one), and what is wrong in it.

    Raises SpecError where nothing sensible can follow a fault.
    """
    composer = _Composer(parser.events(data), name, has_marks=b"&" in data or b"!" in data)
    try:
        return composer.document(), composer.issues
    except parser.ParseError as error:
        raise SpecError((*composer.issues, parser.issue(error, name))) from None


class _Anchor:
    """An anchored node: its value, and its size with all aliases expanded; 0 while it is open."""

    __slots__ = ("_nodes_before", "size", "value")

    def __init__(self, value: object, nodes: int) -> None:
        self.value = value
        self.size = 0
        self._nodes_before = nodes

    def close(self, nodes: int) -> None:
        """The node is complete: from now on aliases may stand for it."""
        self.size = nodes - self._nodes_before + 1


class _Composer:
    """Composes one file; `issues` are the faults after which it could go on.

    `has_marks`: the file may hold anchors or tags, so that scalars are asked for theirs.
    """

    def __init__(self, next_event: Callable[[], Any], name: str, has_marks: bool) -> None:
        self.issues: list[Issue] = []
        self._name = name
        self._has_marks = has_marks
        self._next_event = next_event
        self._anchors: dict[str, _Anchor] = {}
        self._shared: dict[str, str] = {}
        self._aliased = 0

    def document(self) -> object:
        self._next_event()
        event = self._next_event()
        if type(event) is parser.StreamEnd:
            return None
        if event.version not in (None, (1, 2)):
            self._refuse(event, "yaml-directive", "a spec is YAML 1.2",
                         "leave the %YAML line out")  # fmt: skip
        value = self._root()
        self._next_event()
        event = self._next_event()
        if type(event) is not parser.StreamEnd:
            self._stop(event, "yaml-documents", "a second document begins here",
                       "keep one document a file, and name other files by `include:`"
                       )  # fmt: skip
        return value

    def _root(self) -> object:  # noqa: C901 - a call for each node would cost a fifth of the time
        """The root node: the loader's hot loop, which all of a spec's nodes go through."""
        next_event, scalar = self._next_event, parser.Scalar
        root: list[object] = []
        holder: Any = root
        key: str | None = None
        in_mapping = False
        stack: list[tuple[Any, str | None, bool, _Anchor | None]] = []
        known_key, has_marks = self._shared.get, self._has_marks
        nodes = 0
        value: Any
        while True:
            event = next_event()
            if type(event) is scalar:
                value = event.value
                if len(value) > MOST_CHARACTERS or not value.isprintable():
                    self._refuse_text(event)
                if in_mapping and key is None:
                    if value in holder or value == "<<" or has_marks:
                        self._check_key(event, holder)
                    key = known_key(value)
                    if key is None:
                        key = self._new_key(value)
                    continue
                nodes += 1
                if not event.style and (not value or value[0] in FIRST_CHARACTERS):
                    value = resolve(value)
                if has_marks and (event.anchor is not None or event.tag is not None):
                    self._note_anchor(event, value, nodes, is_open=False)
            elif type(event) in parser.STARTS:
                nodes += 1
                self._check_start(event, in_mapping and key is None, len(stack))
                value = {} if type(event) is parser.MappingStart else []
                stack.append((holder, key, in_mapping, self._note_anchor(event, value, nodes)))
                holder, key, in_mapping = value, None, type(event) is parser.MappingStart
                continue
            elif type(event) is parser.Alias:
                value = self._alias(event, in_mapping and key is None)
            else:
                value = holder
                holder, key, in_mapping, anchor = stack.pop()
                if anchor is not None:
                    anchor.close(nodes + self._aliased)
            if in_mapping:
                holder[key] = value
                key = None
            elif holder is root:
                return value
            else:
                holder.append(value)

    def _new_key(self, text: str) -> str:
        """A key met for the first time. The first ones are kept, to be the same value for all."""
        if len(self._shared) < _SHARED_KEYS:
            self._shared[text] = text
        return text

    def _check_key(self, event: Any, mapping: dict[str, object]) -> None:
        """What is wrong with a key, if it is."""
        text: str = event.value
        if text in mapping:
            self._refuse(event, "yaml-duplicate-key", f"the key {_short(text)} is here twice",
                         "keep one of them")  # fmt: skip
        if text == "<<" and not event.style:
            self._refuse(event, "yaml-merge-key", "merge keys (<<) are not part of YAML 1.2",
                         "name a policy under `policies:` and take it by `policy:`")  # fmt: skip
        if event.tag is not None or event.anchor is not None:
            self._note_anchor(event, text, 1, is_open=False)

    def _check_start(self, event: Any, as_key: bool, depth: int) -> None:
        if as_key:
            self._stop(event, "yaml-key", "a key must be a plain text", "write `name: value`")
        if depth >= MOST_DEPTH:
            self._stop(event, "yaml-depth", f"nested more than {MOST_DEPTH} levels deep",
                       "no part of a spec is nested so deeply")  # fmt: skip

    def _note_anchor(
        self, event: Any, value: object, nodes: int, is_open: bool = True
    ) -> _Anchor | None:
        """Remember an anchor; refuse a tag."""
        if event.tag is not None:
            self._refuse(event, "yaml-tag", f"tags such as {_short(event.tag)} are not used here",
                         "leave the tag out; put a text that looks like a number in quotes"
                         )  # fmt: skip
        if event.anchor is None:
            return None
        anchor = self._anchors[event.anchor] = _Anchor(value, nodes + self._aliased)
        if not is_open:
            anchor.close(nodes + self._aliased)
        return anchor

    def _alias(self, event: Any, as_key: bool) -> object:
        """The value that an alias stands for, within the bounds."""
        anchor = self._anchors.get(event.anchor)
        name = _short(f"*{event.anchor}")
        if as_key:
            self._stop(event, "yaml-key", "an alias cannot be a key", "write the key itself")
        if anchor is None:
            self._stop(event, "yaml-alias", f"{name} stands for nothing above it",
                       "set its anchor first, or put the text in quotes")  # fmt: skip
        if not anchor.size:
            self._stop(event, "yaml-alias", f"{name} contains itself", "write the values out")
        self._aliased += anchor.size
        if self._aliased > MOST_ALIASED_NODES:
            self._stop(event, "yaml-alias", f"aliases expand to over {MOST_ALIASED_NODES} values",
                       "write the values out")  # fmt: skip
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
        return Issue(self._name, mark.line + 1, mark.column + 1, rule, message, hint)

    def _refuse(self, event: Any, rule: str, message: str, hint: str) -> None:
        if len(self.issues) < MOST_ISSUES:
            self.issues.append(self._issue(event, rule, message, hint))

    def _stop(self, event: Any, rule: str, message: str, hint: str) -> NoReturn:
        raise SpecError((*self.issues, self._issue(event, rule, message, hint)))


def _short(text: str) -> str:
    """A text from the file, fit for a message of one line."""
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return shown if shown.isprintable() else ascii(shown)[1:-1]
