"""Plans and drift as JSON, for programs; `version` rises when a reader would have to change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from mailctl.deploy.drift import Drifted
from mailctl.deploy.entries import Delta
from mailctl.deploy.plan import Change, Kind
from mailctl.deploy.preview import Preview
from mailctl.deploy.show.diff import drift_diff, file_diff
from mailctl.deploy.show.drift_text import drift_delta
from mailctl.errors import HostError

VERSION = 2

Value = dict[str, object]


def plans_json(
    seen: Iterable[Preview], failed: Iterable[HostError] = (), *, keys: bool = False
) -> str:
    """All plans, and the hosts that could not be looked at, in their given order. `keys`: the
    keys of maps and the diffs of files, too."""
    return _document([_plan(one, keys) for one in seen], failed)


def drift_json(seen: Iterable[Preview], failed: Iterable[HostError] = ()) -> str:
    """Drift alone, of hosts in their given order."""
    hosts: list[Value] = [
        {"host": one.plan.host, "generation": one.plan.base[0], "drift": _all_drift(one, True)}
        for one in seen
    ]
    return _document(hosts, failed)


def _document(hosts: list[Value], failed: Iterable[HostError]) -> str:
    value = {
        "version": VERSION,
        "hosts": hosts,
        "failed": [
            {
                "host": error.host,
                "error": type(error).__name__,
                "message": error.message,
                "hint": error.hint,
            }
            for error in failed
        ],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _plan(seen: Preview, keys: bool) -> Value:
    """`refused`: of what more would go than apply removes without a word."""
    plan = seen.plan
    return {
        "host": plan.host,
        "platform": seen.bundle.platform,
        "generation": plan.base[0],
        "digest": plan.digest,
        "overrides": [
            {"backend": one.backend, "name": one.name, "value": one.value}
            for one in seen.bundle.overrides
        ],
        "moved_from": plan.moved_from,
        "renewals": [asdict(one) for one in plan.renewals],
        "notes": [{"what": note.what, "because": note.because} for note in seen.notes],
        "changes": [
            {**_change(change, seen.delta_of(change.subject), keys), **_diff(seen, change, keys)}
            for change in plan.changes
        ],
        "told": list(seen.told),
        "drift": _all_drift(seen, keys),
        "dns": [
            {"name": one.name, "type": one.type, "because": one.because} for one in seen.effects
        ],
        "refused": list(seen.excess),
    }


def _change(change: Change, delta: Delta | None, keys: bool) -> Value:
    """Digests of a file's content stand for it; a secret's content is never here either."""
    return {
        "kind": change.kind.name.lower(),
        "action": change.action,
        "subject": change.subject,
        "detail": change.detail,
        "before": change.before,
        "after": change.after,
        "secret": change.secret,
        "entries": _entries(delta, keys) if change.kind is Kind.FILE else None,
    }


def _all_drift(seen: Preview, keys: bool) -> list[Value]:
    return [
        {**_drifted(one, drift_delta(seen, one), keys), "diff": drift_diff(seen, one)}
        for one in seen.plan.drift
    ]


def _diff(seen: Preview, change: Change, asked: bool) -> Value:
    """The unified diff of a file, where it was asked for; empty where there is none."""
    return {"diff": file_diff(seen, change)} if asked else {}


def _drifted(one: Drifted, delta: Delta | None, keys: bool) -> Value:
    return {
        "path": one.path,
        "hand": one.hand.value,
        "detail": one.detail,
        "laid": one.laid,
        "found": one.found,
        "secret": one.secret,
        "entries": _entries(delta, keys),
    }


def _entries(delta: Delta | None, keys: bool) -> Value | None:
    """Figures of a map's entries, and with `keys` their keys; null for other files."""
    if delta is None:
        return None
    figures: Value = {
        "noun": delta.entries.noun,
        "added": len(delta.added),
        "removed": len(delta.removed),
        "changed": len(delta.changed),
    }
    return {**figures, "keys": _keys(delta)} if keys else figures


def _keys(delta: Delta) -> Mapping[str, object]:
    changed = [{"key": key, "what": how} for key, how in delta.changed]
    return {"added": list(delta.added), "removed": list(delta.removed), "changed": changed}
