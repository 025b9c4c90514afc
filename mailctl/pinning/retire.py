"""`mailctl tlsa retire`: the former key's way out, when the host shows the next one everywhere.

Its record may go at once: who remembers the records as they were has the next key's too.
"""

from __future__ import annotations

from mailctl.model.tls_key import KeyStage
from mailctl.pinning.desk import Desk, Told, begun, pinned_host, record_line
from mailctl.pinning.pin import PUBLISH
from mailctl.pinning.published import look
from mailctl.pinning.record import Pinning
from mailctl.pinning.rotate import still_to_do
from mailctl.pinning.store import locked, write


def retire(desk: Desk, name: str) -> Told:
    """The end of one host's rollover, if it is due. Raises MailctlError."""
    host = pinned_host(desk.system, name)
    with locked(desk.system.folder, name):
        pinning = begun(desk.system, host)
        former = pinning.pending
        if former is None:
            return Told(name, ("there is no former key to retire",))
        if former.stage is not KeyStage.RETIRING:
            line = f"nothing is to be retired yet: {still_to_do(pinning)}"
            return Told(name, (line,), refused=True)
        why = _still_needed(desk, pinning)
        if why:
            line = f"key {former.number} cannot be retired: {why}"
            return Told(name, (line,), refused=True)
        gone = former.moved(KeyStage.REMOVED, desk.clock())
        write(desk.system.folder, pinning.with_key(gone))
        lines = (
            f"key {gone.number} is retired: take its record out of DNS, by {PUBLISH} or by hand:",
            record_line(pinning.fqdn, gone),
            "then mailctl apply, so that the host deletes the key",
        )
        return Told(name, lines, moved=True)


def _still_needed(desk: Desk, pinning: Pinning) -> str:
    shown, there = pinning.shown, desk.ask(pinning.host)
    if there.served.get(pinning.fqdn) != shown.digest or pinning.fqdn not in there.proved:
        return (
            f"not every port shows key {shown.number}: mailctl apply, then see mailctl plan "
            f"--host {pinning.host}"
        )
    seen = look(desk.view, pinning.fqdn, (shown.digest,))
    if not seen.live:
        return f"{seen.name}: {seen.reasons}; publish the record of key {shown.number}: {PUBLISH}"
    return ""
