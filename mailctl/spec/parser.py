"""The YAML parser behind the loader: libyaml's events, or PyYAML's own where libyaml is missing.

Both give the same events; without libyaml a big spec takes about twenty times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from mailctl.errors import Issue

HAS_LIBYAML = yaml.__with_libyaml__

Scalar = yaml.ScalarEvent
MappingStart = yaml.MappingStartEvent
MappingEnd = yaml.MappingEndEvent
SequenceStart = yaml.SequenceStartEvent
SequenceEnd = yaml.SequenceEndEvent
STARTS = (MappingStart, SequenceStart)
Alias = yaml.AliasEvent
DocumentEnd = yaml.DocumentEndEvent
StreamEnd = yaml.StreamEndEvent
ParseError = yaml.YAMLError

_HINTS = (
    ("tab", "indent with blanks"),
    ("cannot start any token", "indent with blanks, not tabs; put texts with @ ` or % in quotes"),
    ("mapping values are not allowed", "look for a missing line break or quotes around a `:`"),
    ("expected ',' or", "close the bracket, and put a comma between entries"),
    ("expected <document start>", "indent all keys of one mapping alike"),
    ("did not find expected key", "indent all keys of one mapping alike"),
    ("could not find expected ':'", "write `key: value`"),
    ("unexpected end of stream", "close the quotes"),
    ("unknown escape", "in double quotes write \\\\ for a backslash, or use single quotes"),
)


def events(data: bytes) -> Callable[[], Any]:
    """A function that gives the next event at each call; raises ParseError."""
    if HAS_LIBYAML:
        from yaml._yaml import CParser

        return CParser(data).get_event
    return yaml.SafeLoader(data).get_event


def issue(error: yaml.YAMLError, name: str) -> Issue:
    """A syntax error as an Issue, at the place where the parser gave up."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return Issue(name, 1, 1, "yaml", "the file holds characters that YAML does not take")
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = " ".join(filter(None, (error.problem, error.context)))
    hint = next((hint for part, hint in _HINTS if part in problem), "")
    return Issue(name, line, column, "yaml", f"this is no YAML: {problem}", hint)
