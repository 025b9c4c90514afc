"""pins.json: what a `Pinning` is on the disk."""

from __future__ import annotations

import re
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
from mailctl.model.tls_key import KeyStage
from mailctl.pinning.record import PinnedKey, Pinning
from mailctl.spec.names import domain_name
from mailctl.spec.problems import Refused

VERSION = 1
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ORDER = tuple(KeyStage)
_MOST = 1 << 31
"""Seconds of a TTL, and keys (RFC 2181, 8)."""


def text(pinning: Pinning) -> str:
    """The file's text; `parse` undoes it."""
    return written(
        {
            "version": VERSION,
            "host": pinning.host,
            "fqdn": pinning.fqdn,
            "ttl": pinning.ttl,
            "keys": [_key_document(key) for key in pinning.keys],
        }
    )


def parse(content: bytes, host: str) -> Pinning:
    """What a file says. Raises ValueError for one that we would not have written."""
    version, named, fqdn, ttl, keys = fields(
        document_of(content), "version", "host", "fqdn", "ttl", "keys"
    )
    refuse_version(version, VERSION)
    if named != host:
        raise Damaged(f"it is about {named!r}")
    if not isinstance(keys, list):
        raise Damaged("`keys` is no list")
    pinning = Pinning(host, _fqdn(fqdn), tuple(map(_key, keys)), _count(ttl, 0))
    _refuse_impossible(pinning)
    return pinning


def _key_document(key: PinnedKey) -> dict[str, Any]:
    return {
        "number": key.number,
        "digest": key.digest,
        "carried": None if key.carried is None else said(key.carried),
        "history": {stage.value: said(moment) for stage, moment in key.history},
    }


def _key(document: object) -> PinnedKey:
    number, digest, carried, history = fields(document, "number", "digest", "carried", "history")
    if not isinstance(history, Mapping) or not history:
        raise Damaged("`history` is no mapping, or empty")
    moments = tuple((_stage(stage), moment_of(moment)) for stage, moment in history.items())
    places = [_ORDER.index(stage) for stage, _ in moments]
    if places != sorted(set(places)):
        raise Damaged(f"the history of key {number!r} goes back")
    if not isinstance(digest, str) or (not _DIGEST.fullmatch(digest) and digest):
        raise Damaged(f"{digest!r} is no SHA-256")
    made = PinnedKey(
        _count(number, 1), digest, moments, None if carried is None else moment_of(carried)
    )
    if not digest and made.stage not in (KeyStage.WANTED, KeyStage.REMOVED):
        raise Damaged(f"key {number} has no digest")
    return made


def _stage(value: str) -> KeyStage:
    try:
        return KeyStage(value)
    except ValueError:
        raise Damaged(f"{value!r} is no stage of a key") from None


def _count(value: object, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < _MOST:
        raise Damaged(f"{value!r} is no number that belongs there")
    return value


def _fqdn(value: object) -> DomainName:
    try:
        if isinstance(value, str) and domain_name(value) == value:
            return DomainName(value)
    except Refused:
        pass
    raise Damaged(f"{value!r} is no name of a host")


def _refuse_impossible(pinning: Pinning) -> None:
    stages = [key.stage for key in pinning.keys]
    if [key.number for key in pinning.keys] != sorted({key.number for key in pinning.keys}):
        raise Damaged("its keys are not counted on")
    if stages.count(KeyStage.SHOWN) != 1:
        raise Damaged("not exactly one key is shown")
    if sum(stage not in (KeyStage.SHOWN, KeyStage.REMOVED) for stage in stages) > 1:
        raise Damaged("two rollovers are under way")
