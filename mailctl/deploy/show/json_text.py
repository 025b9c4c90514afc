"""Plans as JSON, for programs; `version` rises when a reader would have to change."""

from __future__ import annotations

import json
from collections.abc import Iterable

from mailctl.deploy.plan import Change, Plan
from mailctl.errors import HostError

VERSION = 1


def plans_json(plans: Iterable[Plan], failed: Iterable[HostError] = ()) -> str:
    """All plans, and the hosts that could not be looked at, in their given order."""
    value = {
        "version": VERSION,
        "hosts": [_plan(plan) for plan in plans],
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


def _plan(plan: Plan) -> dict[str, object]:
    return {
        "host": plan.host,
        "generation": plan.base[0],
        "digest": plan.digest,
        "changes": [_change(change) for change in plan.changes],
    }


def _change(change: Change) -> dict[str, object]:
    """Digests of a file's content stand for it; a secret's content is never here either."""
    return {
        "kind": change.kind.name.lower(),
        "action": change.action,
        "subject": change.subject,
        "detail": change.detail,
        "before": change.before,
        "after": change.after,
        "secret": change.secret,
    }
