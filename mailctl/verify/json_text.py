"""A report as JSON, for programs. Its version changes when a reader would have to change.

    {"version": 1,
     "summary": {"ok": 31, "missing": 2, "different": 1, "outdated": 0, "obsolete": 0,
                 "foreign": 1, "unknown": 3},
     "records": [
         {"state": "different", "zone": ..., "name": ..., "type": ..., "wanted": ...,
          "there": [...], "alias": null, "ttl": 3600, "reason": "",
          "says": [{"server": ..., "data": [...], "reason": ""}]}],
     "findings": [
         {"rule": "mx-alias", "severity": "error", "zone": ..., "name": ..., "message": ...,
          "reference": "RFC 2181, 10.3; RFC 5321, 5.1"}]}

`wanted` is null where the spec asks for none, `alias` where no CNAME stands in the way, `ttl`
where no owner's server said it; `says` is empty where the servers agree. Severities are error,
unknown, warning and note. Data are as in `mailctl dns-records --format json`: a TXT is its whole
text, neither quoted nor cut.
"""

from __future__ import annotations

import json

from mailctl.verify.report import Report
from mailctl.verify.verdict import State, Verdict

VERSION = 1


def json_text(report: Report) -> str:
    """The report as one JSON document, ending in a newline."""
    states = report.states()
    document = {
        "version": VERSION,
        "summary": {state.value: states.get(state, 0) for state in State},
        "records": [_record(verdict) for verdict in report.verdicts],
        "findings": [
            {
                "rule": each.rule,
                "severity": each.weight.value,
                "zone": each.zone,
                "name": each.name,
                "message": each.message,
                "reference": each.reference,
            }
            for each in report.observations
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _record(verdict: Verdict) -> dict[str, object]:
    return {
        "state": verdict.state.value,
        "zone": verdict.zone,
        "name": verdict.name,
        "type": verdict.type,
        "wanted": verdict.wanted or None,
        "there": list(verdict.there),
        "alias": verdict.alias or None,
        "ttl": verdict.ttl or None,
        "reason": verdict.reason,
        "says": [
            {"server": said.server, "data": list(said.data), "reason": said.reason}
            for said in verdict.says
        ],
    }
