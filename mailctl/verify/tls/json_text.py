"""A report as JSON, for programs. Its version changes when a reader would have to change.

    {"version": 1,
     "summary": {"ok": 40, "note": 0, "warning": 1, "unknown": 0, "fault": 1},
     "ports": [
         {"host": ..., "address": ..., "port": 993, "name": "", "contact": "tls", "reason": "",
          "offers": {"TLS 1.3": "accepted", "TLS 1.0": "refused", ...},
          "chain": "", "certificate": {"sha256": ..., "spki_sha256": ..., "names": [...],
          "not_before": ..., "not_after": ..., "key": "EC", "bits": 256, "signature": "sha256"}}],
     "verdicts": [
         {"state": "fault", "question": "names", "host": ..., "address": ..., "port": 993,
          "name": "", "message": ..., "advice": ...}]}

`name` is a further name of the host that was asked for, empty for its fqdn; of further names only
the certificate is looked at, so that `offers` are empty there. `contact` is one of tls, no tls,
closed, silent and no route; `chain` is what OpenSSL holds against it, empty when it verifies and
null when it was not tried. Times are ISO 8601, in UTC.
"""

from __future__ import annotations

import json

from mailctl.verify.tls.observation import Certificate, Seen
from mailctl.verify.tls.report import Report
from mailctl.verify.tls.verdict import State

VERSION = 1


def json_text(report: Report) -> str:
    """The report as one JSON document, ending in a newline."""
    states = report.states()
    document = {
        "version": VERSION,
        "summary": {state.value: states.get(state, 0) for state in State},
        "ports": [_port(seen) for seen in report.seen],
        "verdicts": [
            {
                "state": each.state.value,
                "question": each.question,
                "host": each.host,
                "address": each.address,
                "port": each.port,
                "name": each.name,
                "message": each.message,
                "advice": each.advice,
            }
            for each in report.verdicts
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _port(seen: Seen) -> dict[str, object]:
    return {
        "host": seen.host,
        "address": seen.address,
        "port": seen.port.number,
        "name": seen.name,
        "contact": seen.contact.value,
        "reason": seen.reason,
        "offers": {offer.value: answer.value for offer, answer in seen.answers},
        "chain": seen.chain,
        "certificate": _certificate(seen.certificate) if seen.certificate else None,
    }


def _certificate(shown: Certificate) -> dict[str, object]:
    return {
        "sha256": shown.fingerprint,
        "spki_sha256": shown.key_digest,
        "names": list(shown.names),
        "not_before": shown.not_before.isoformat(),
        "not_after": shown.not_after.isoformat(),
        "key": shown.key,
        "bits": shown.bits,
        "signature": shown.signature,
    }
