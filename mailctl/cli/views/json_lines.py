"""For programs: one JSON object a line on standard output, as docs/hosts.md has them.

`version` becomes another one only when a reader of the former would be misled.
"""

from __future__ import annotations

import json
from typing import Any

from mailctl.cli.unheard import say
from mailctl.deploy.apply import Applied
from mailctl.deploy.ends import generation_of, state_of
from mailctl.deploy.events import Begun, Ended, Event, Noted, Step, Stopping, Summary

FORMAT_VERSION = 1


class JsonView:
    """Every event is a line."""

    def hear(self, event: Event[Applied]) -> None:
        say(json.dumps({"version": FORMAT_VERSION, **_fields(event)}, ensure_ascii=False))


def _fields(event: Event[Applied]) -> dict[str, Any]:
    match event:
        case Begun(host):
            return {"event": "begun", "host": host}
        case Step(host, text):
            return {"event": "step", "host": host, "step": text}
        case Noted(host, text, warning):
            return {"event": "warning" if warning else "note", "host": host, "text": text}
        case Stopping():
            return {"event": "stopping"}
        case Ended(error=None):
            return {"event": "done", **_end(event)}
        case Ended():
            return {"event": "failed", **_end(event), **_error(event)}
        case Summary():
            return _summary(event)


def _end(one: Ended[Applied]) -> dict[str, Any]:
    """`generation` is the live one, null where it is not known."""
    return {
        "host": one.host,
        "state": state_of(one).value,
        "generation": generation_of(one),
        "seconds": round(one.seconds, 3),
    }


def _error(one: Ended[Applied]) -> dict[str, Any]:
    if one.error is None:
        return {}
    return {
        "error": type(one.error).__name__,
        "message": one.error.message,
        "hint": one.error.hint,
    }


def _summary(summary: Summary[Applied]) -> dict[str, Any]:
    well = sum(one.error is None for one in summary.ended)
    return {
        "event": "summary",
        "exit_code": summary.exit_code,
        "well": well,
        "failed": len(summary.ended) - well,
        "hosts": [_end(one) for one in summary.ended],
    }
