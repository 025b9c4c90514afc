"""rotation.json: what a `Rotation` is on the disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailctl.keys.state_form import (
    Damaged,
    document_of,
    fields,
    moment_of,
    refuse_version,
    said,
    written,
)
from mailctl.model.names import DomainName
from mailctl.model.settings import KeyKind, KeyState
from mailctl.rotation.record import UNDER_WAY, RotatedKey, Rotation
from mailctl.spec.problems import Refused
from mailctl.spec.texts import selector as selector_name

VERSION = 1
_ORDER = tuple(KeyState)
_FIRST = (KeyState.PUBLISHED, KeyState.SIGNING)
"""A key is published before it signs; the one that was there before the first rotation signs."""


def text(rotation: Rotation) -> str:
    """The file's text; `parse` undoes it."""
    document = {
        "version": VERSION,
        "domain": rotation.domain,
        "base": rotation.base,
        "keys": [_key_document(key) for key in rotation.keys],
        "hosts": {
            host: None if moment is None else said(moment)
            for host, moment in sorted(rotation.hosts.items())
        },
    }
    return written(document)


def parse(content: bytes, domain: DomainName) -> Rotation:
    """What a file says. Raises ValueError for one that we would not have written."""
    version, named, base, keys, hosts = fields(
        document_of(content), "version", "domain", "base", "keys", "hosts"
    )
    refuse_version(version, VERSION)
    if named != domain:
        raise Damaged(f"it is about {named!r}")
    if not isinstance(keys, list) or not isinstance(hosts, dict):
        raise Damaged("`keys` is no list, or `hosts` no mapping")
    rotation = Rotation(
        domain,
        _selector(base),
        tuple(map(_key, keys)),
        {host: None if moment is None else moment_of(moment) for host, moment in hosts.items()},
    )
    _refuse_impossible(rotation)
    return rotation


def _key_document(key: RotatedKey) -> dict[str, Any]:
    return {
        "selector": key.selector,
        "kind": key.kind.value,
        "history": {state.value: said(moment) for state, moment in key.history},
    }


def _key(document: object) -> RotatedKey:
    selector, kind, history = fields(document, "selector", "kind", "history")
    if not isinstance(history, Mapping) or not isinstance(kind, str):
        raise Damaged("`history` is no mapping, or `kind` no text")
    moments = tuple((_state(state), moment_of(moment)) for state, moment in history.items())
    states = [state for state, _ in moments]
    begin = _ORDER.index(states[0]) if states else 0
    if not states or states[0] not in _FIRST or states != [*_ORDER[begin : begin + len(states)]]:
        raise Damaged(f"the history of {selector!r} leaves a state out")
    return RotatedKey(_selector(selector), _kind(kind), moments)


def _state(value: str) -> KeyState:
    try:
        return KeyState(value)
    except ValueError:
        raise Damaged(f"{value!r} is no state of a key") from None


def _kind(value: str) -> KeyKind:
    try:
        return KeyKind(value)
    except ValueError:
        raise Damaged(f"{value!r} is no kind of key") from None


def _selector(value: object) -> str:
    if not isinstance(value, str):
        raise Damaged(f"{value!r} is no selector")
    try:
        read = selector_name(value)
    except Refused as refused:
        raise Damaged(str(refused)) from refused
    if read != value:
        raise Damaged(f"{value!r} is not in lower case")
    return read


def _refuse_impossible(rotation: Rotation) -> None:
    states = [key.state for key in rotation.keys]
    if len(rotation.selectors) != len(rotation.keys):
        raise Damaged("a selector stands in it twice")
    if states.count(KeyState.SIGNING) != 1:
        raise Damaged("not exactly one key is signing")
    if sum(state in UNDER_WAY for state in states) > 1:
        raise Damaged("two rotations are under way")
