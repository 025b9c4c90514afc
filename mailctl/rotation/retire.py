"""`mailctl dkim retire`: the former key's way out of DNS, in two steps with a pause before each.

First it is revoked, by an empty `p=` (RFC 6376, 3.6.1), when no mail that it signed can still be
on its way: all hosts have left it, and the grace time is over, which should outlast what mail
waits in queues (RFC 5321, 4.5.4.1). Later its record goes altogether.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.dns.dkim import REVOCATION, record_name
from mailctl.dns.formats.strings import quoted
from mailctl.dns.published_key import REVOKED
from mailctl.errors import HostError
from mailctl.keys.dkim import signing_key
from mailctl.keys.places import key_name
from mailctl.model.domain import Domain
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector, KeyState
from mailctl.model.system import System
from mailctl.rotation.calendar import what_next
from mailctl.rotation.desk import Desk, LiveSelectors, Told, rotation_of, signed_domain
from mailctl.rotation.effective import holds, rotations_of
from mailctl.rotation.moments import grace_ends, told, waiting_for
from mailctl.rotation.published import Seen, look
from mailctl.rotation.record import RotatedKey, Rotation
from mailctl.rotation.store import locked, write


@dataclass(frozen=True, slots=True)
class _Case:
    """One domain with a key on its way out."""

    desk: Desk
    domain: Domain
    rotation: Rotation
    former: RotatedKey

    def not_yet(self, reason: str) -> Told:
        return Told(self.domain.name, (reason,), refused=True)

    @property
    def due(self) -> str:
        """When the step is to be taken; from now on where that has passed."""
        when = grace_ends(self.rotation, self.domain.policy.dkim_rotation.grace)
        return f"due since {told(when)}" if when <= self.desk.clock() else f"due {told(when)}"


def retire(desk: Desk, name: str, live: LiveSelectors) -> Told:
    """The next step of one domain's former key, if it is due. Raises MailctlError."""
    domain = signed_domain(desk.system, name)
    with locked(desk.system.folder, domain.name):
        rotation = rotation_of(desk.system, domain)
        pending = rotation.pending if rotation is not None else None
        if rotation is None or pending is None:
            return Told(domain.name, ("there is no former key to retire",))
        if pending.state is KeyState.PUBLISHED:
            step = what_next(domain, rotation, desk.hosts_of(domain.name))
            return Told(domain.name, (f"nothing is to be retired yet: {step.line}",), refused=True)
        case = _Case(desk, domain, rotation, pending)
        return _revoke(case, live) if pending.state is KeyState.RETIRING else _remove(case)


def leaving(system: System) -> tuple[DomainName, ...]:
    """The domains with a former key, sorted. Raises MailctlError for a damaged file."""
    return tuple(
        name
        for name, rotation in rotations_of(system).items()
        if holds(system.domains[name], rotation)
        and rotation.pending is not None
        and rotation.pending.state is not KeyState.PUBLISHED
    )


def _revoke(case: _Case, live: LiveSelectors) -> Told:
    refused = (
        _hosts_have_switched(case)
        or _grace_is_over(case, "revoked")
        or _successor_is_live(case)
        or _hosts_do_not_sign(case, live)
    )
    if refused:
        return refused
    former, domain = case.former.selector, case.domain
    after = case.rotation.with_moved(former, KeyState.REVOKED, case.desk.clock())
    write(case.desk.system.folder, after)
    name = record_name(domain.name, former)
    when = told(grace_ends(after, domain.policy.dkim_rotation.grace))
    lines = (
        f"{former} is revoked; put this record in the place of the former one:",
        f"  {name}. TXT {quoted(REVOCATION)}",
        f"its removal is due {when}: mailctl dkim retire",
    )
    return Told(domain.name, lines, moved=True)


def _remove(case: _Case) -> Told:
    name = record_name(case.domain.name, case.former.selector)
    refused = _grace_is_over(case, "removed") or _is_live(
        case, look(case.desk.view, name, REVOKED), "the revocation"
    )
    if refused:
        return refused
    former = case.former.selector
    after = case.rotation.with_moved(former, KeyState.REMOVED, case.desk.clock())
    write(case.desk.system.folder, after)
    line = (
        f"{former} is removed: take the record {name} out of DNS; the file "
        f"keys/{key_name(case.domain.name, former)} is of no use any more"
    )
    return Told(case.domain.name, (line,), moved=True)


def _hosts_have_switched(case: _Case) -> Told | None:
    waiting = waiting_for(case.rotation, case.desk.hosts_of(case.domain.name))
    if not waiting:
        return None
    earliest = case.desk.clock() + case.domain.policy.dkim_rotation.grace
    return case.not_yet(
        f"{case.former.selector} cannot be revoked: {', '.join(waiting)} may still sign with it; "
        f"run mailctl apply; due {told(earliest)} at the earliest"
    )


def _grace_is_over(case: _Case, what: str) -> Told | None:
    when = grace_ends(case.rotation, case.domain.policy.dkim_rotation.grace)
    if case.desk.clock() >= when:
        return None
    return case.not_yet(f"{case.former.selector} cannot be {what} yet: due {told(when)}")


def _successor_is_live(case: _Case) -> Told | None:
    """Nobody revokes the one key that verifiers have."""
    key = case.rotation.signing
    hashes = case.domain.policy.dkim[0].hashes
    selector = DkimSelector(key.selector, key.kind, hashes, key.state)
    public = signing_key(case.desk.system.folder, case.domain.name, selector).public
    seen = look(case.desk.view, record_name(case.domain.name, key.selector), public)
    return _is_live(case, seen, f"{key.selector}, which signs,")


def _is_live(case: _Case, seen: Seen, what: str) -> Told | None:
    if seen.live:
        return None
    return case.not_yet(
        f"{what} is not at all name servers: {seen.name}: {seen.reasons}; mend that and run it "
        f"again; {case.due}"
    )


def _hosts_do_not_sign(case: _Case, live: LiveSelectors) -> Told | None:
    """Somebody may have rolled a host back. What one of them signed until now is on its way."""
    former = case.former.selector
    signing: list[str] = []
    for host in _hosts_to_ask(case):
        try:
            found = live(host).get(case.domain.name)
        except HostError as error:
            return case.not_yet(
                f"{former} cannot be revoked: whether {host} signs with it is not known: {error}; "
                f"run it again; {case.due}"
            )
        if found == former:
            signing.append(host)
    if not signing:
        return None
    after = case.rotation
    for host in signing:
        after = after.with_host(host, None)
    write(case.desk.system.folder, after)
    earliest = case.desk.clock() + case.domain.policy.dkim_rotation.grace
    return case.not_yet(
        f"{former} cannot be revoked: {', '.join(signing)} signs with it; run mailctl apply; "
        f"due {told(earliest)} at the earliest"
    )


def _hosts_to_ask(case: _Case) -> tuple[str, ...]:
    """Those that sign the domain, and those of the spec that did when the successor came."""
    once = (host for host in case.rotation.hosts if host in case.desk.system.hosts)
    return tuple(dict.fromkeys((*case.desk.hosts_of(case.domain.name), *once)))
