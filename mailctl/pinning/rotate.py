"""`mailctl tlsa rotate`: a host's next key, step by step.

RFC 7671, 8.1: its record is published beside the present one's, and it is shown when no sender
can have a former answer any more. The key is made, and has a certificate, before its record is
published: when it is to be shown no authority is needed.
"""

from __future__ import annotations

from dataclasses import replace

from mailctl.errors import MailctlError
from mailctl.model.tls_key import KeyStage
from mailctl.pinning.desk import Desk, Told, begun, longest_memory, pinned_host, record_line
from mailctl.pinning.moments import told
from mailctl.pinning.pin import PUBLISH
from mailctl.pinning.published import look
from mailctl.pinning.record import PinnedKey, Pinning
from mailctl.pinning.store import locked, write


def rotate(desk: Desk, name: str) -> Told:
    """The next step of one host's rollover, if it is due. Interrupted anywhere, it goes on when it
    is called again. Raises MailctlError."""
    host = pinned_host(desk.system, name)
    with locked(desk.system.folder, name):
        pinning = begun(desk.system, host)
        pending = pinning.pending
        if pending is None:
            return _begin(desk, pinning)
        if pending.stage is KeyStage.WANTED:
            return _take_note(desk, pinning, pending)
        if pending.stage is KeyStage.PUBLISHED:
            return _show(desk, pinning, pending)
        return Told(name, (still_to_do(pinning),))


def cancel(desk: Desk, name: str) -> Told:
    """Give a next key up that was not shown yet. Raises MailctlError."""
    host = pinned_host(desk.system, name)
    with locked(desk.system.folder, name):
        pinning = begun(desk.system, host)
        pending = pinning.pending
        if pending is None or pending.stage is KeyStage.RETIRING:
            raise MailctlError(f"{name}: there is no next key to give up")
        gone = pending.moved(KeyStage.REMOVED, desk.clock())
        write(desk.system.folder, pinning.with_key(gone))
        line = f"key {gone.number} is given up: {PUBLISH}, then mailctl apply"
        return Told(name, (line,), moved=True)


def still_to_do(pinning: Pinning) -> str:
    """What comes next in a rollover, in words and with the command."""
    rotate, pending = f"mailctl tlsa rotate --host {pinning.host}", pinning.pending
    if pending is None:
        return "nothing is under way"
    if pending.stage is KeyStage.WANTED:
        return f"key {pending.number} is made by mailctl apply; then {rotate}"
    if pending.stage is KeyStage.RETIRING:
        return (
            f"key {pinning.shown.number} is shown from the next apply on: mailctl apply; then "
            f"mailctl tlsa retire --host {pinning.host}"
        )
    free = pinning.free_from(pending)
    if free is None:
        return f"the record of key {pending.number} is to be published: {PUBLISH}; then {rotate}"
    return f"key {pending.number} may be shown from {told(free)} on: {rotate}"


def _begin(desk: Desk, pinning: Pinning) -> Told:
    """Nothing is replaced that DNS does not pin: whoever has other records is not ready."""
    seen = look(desk.view, pinning.fqdn, (pinning.shown.digest,))
    if not seen.live:
        lines = (
            "a rollover begins when all name servers have the present key's record",
            f"{seen.name}: {seen.reasons}; publish it, by {PUBLISH} or by hand:",
            record_line(pinning.fqdn, pinning.shown),
        )
        return Told(pinning.host, lines, refused=True)
    number = pinning.keys[-1].number + 1
    key = PinnedKey(number, "", ((KeyStage.WANTED, desk.clock()),))
    after = replace(pinning, keys=(*pinning.keys, key), ttl=longest_memory(seen.ttl))
    write(desk.system.folder, after)
    return Told(pinning.host, (still_to_do(after),), moved=True)


def _take_note(desk: Desk, pinning: Pinning, wanted: PinnedKey) -> Told:
    digest = desk.ask(pinning.host).lineages.get(pinning.lineage(wanted))
    if digest is None:
        line = (
            f"the host has no certificate for key {wanted.number} yet: mailctl apply; how that "
            f"went is told by mailctl plan --host {pinning.host}"
        )
        return Told(pinning.host, (line,), refused=True)
    if digest in {key.digest for key in pinning.keys}:
        raise MailctlError(
            f"{pinning.host}: key {wanted.number} is a key that was used before",
            "see what was done by hand in /etc/letsencrypt there; give it up: --cancel",
        )
    made = replace(wanted, digest=digest).moved(KeyStage.PUBLISHED, desk.clock())
    write(desk.system.folder, pinning.with_key(made))
    lines = (
        f"key {made.number} is made; publish its record too, by {PUBLISH} or by hand:",
        record_line(pinning.fqdn, made),
        f"then, as soon as all name servers carry it: mailctl tlsa rotate --host {pinning.host}",
    )
    return Told(pinning.host, lines, moved=True)


def _show(desk: Desk, pinning: Pinning, coming: PinnedKey) -> Told:
    """From the next apply on, when everybody who asked DNS has both records."""
    seen = look(desk.view, pinning.fqdn, (pinning.shown.digest, coming.digest))
    if not seen.live:
        if seen.wrong and coming.carried is not None:
            write(desk.system.folder, pinning.with_key(replace(coming, carried=None)))
        why = f"key {coming.number} cannot be shown yet: {seen.name}: {seen.reasons}"
        again = "publish both records and run it again" if seen.wrong else "run it again"
        lines = (why, again, *(record_line(pinning.fqdn, key) for key in (pinning.shown, coming)))
        return Told(pinning.host, lines, refused=True)
    now, free = desk.clock(), pinning.free_from(coming)
    if free is None:
        after = pinning.with_key(replace(coming, carried=now))
        after = replace(after, ttl=max(pinning.ttl, seen.ttl))
        write(desk.system.folder, after)
        line = f"all name servers carry it; {still_to_do(after)}"
        return Told(pinning.host, (line,), moved=True)
    if now < free:
        line = (
            f"key {coming.number} cannot be shown before {told(free)}: until then senders may "
            f"remember the former records ({pinning.ttl} s, twice: RFC 7671, 8.1)"
        )
        return Told(pinning.host, (line,), refused=True)
    return _switched(desk, pinning, coming)


def _switched(desk: Desk, pinning: Pinning, coming: PinnedKey) -> Told:
    if desk.ask(pinning.host).lineages.get(pinning.lineage(coming)) != coming.digest:
        line = f"key {coming.number} is not on the host any more; give it up: --cancel"
        return Told(pinning.host, (line,), refused=True)
    now = desk.clock()
    after = pinning.with_key(pinning.shown.moved(KeyStage.RETIRING, now)).with_key(
        coming.moved(KeyStage.SHOWN, now)
    )
    write(desk.system.folder, after)
    return Told(pinning.host, (still_to_do(after),), moved=True)
