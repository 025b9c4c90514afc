"""`mailctl tlsa pin`: take note of the key that a host has, so that its record can be published."""

from __future__ import annotations

from dataclasses import replace

from mailctl.errors import MailctlError
from mailctl.model.tls_key import HostKeys, KeyStage
from mailctl.pinning.desk import Desk, Told, pinned_host, pinning_of, record_line
from mailctl.pinning.record import PinnedKey, Pinning
from mailctl.pinning.store import locked, write

PUBLISH = "mailctl dns-records --push"


def pin(desk: Desk, name: str, *, lost: bool = False) -> Told:
    """Note the key of the certificate that the host has from its authority. `lost`: the one that
    is noted is gone from the host, and the present one takes its place. Raises MailctlError."""
    host = pinned_host(desk.system, name)
    with locked(desk.system.folder, name):
        pinning = pinning_of(desk.system, host)
        there = desk.ask(name)
        if pinning is not None:
            return _again(desk, pinning, there, lost)
        digest = there.lineages.get(host.fqdn)
        if digest is None:
            raise MailctlError(
                f"{name} has no certificate of an authority yet",
                f"mailctl apply gets one; how that went is told by: mailctl plan --host {name}",
            )
        key = PinnedKey(1, digest, ((KeyStage.SHOWN, desk.clock()),))
        return _written(desk, Pinning(name, host.fqdn, (key,), ttl=0))


def _again(desk: Desk, pinning: Pinning, there: HostKeys, lost: bool) -> Told:
    shown = pinning.shown
    present = there.lineages.get(pinning.lineage(shown))
    if present == shown.digest:
        lines = ("its key is pinned already:", record_line(pinning.fqdn, shown))
        return Told(pinning.host, lines)
    if not lost:
        raise MailctlError(
            f"{pinning.host}: the key that is pinned is not on the host any more",
            "if it is lost for good, pin the present one in its place: --lost",
        )
    if present is None:
        raise MailctlError(
            f"{pinning.host} has no certificate of an authority", "mailctl apply gets one"
        )
    now = PinnedKey(shown.number, present, ((KeyStage.SHOWN, desk.clock()),))
    former = tuple(key for key in pinning.keys if key.number < shown.number)
    # whatever else was under way went with the host's disk
    return _written(desk, replace(pinning, keys=(*former, now)))


def _written(desk: Desk, pinning: Pinning) -> Told:
    write(desk.system.folder, pinning)
    lines = (
        f"its key is pinned; publish its record, by {PUBLISH} or by hand:",
        record_line(pinning.fqdn, pinning.shown),
        "then mailctl apply, so that the host shows no other key",
    )
    return Told(pinning.host, lines, moved=True)
