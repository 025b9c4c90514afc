"""What is due for each domain, and when: computed from the spec and the files, without DNS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mailctl.model.delivery import signing_domains
from mailctl.model.domain import Domain
from mailctl.model.names import DomainName
from mailctl.model.settings import KeyKind, KeyState
from mailctl.model.system import System
from mailctl.rotation.effective import Rotations, holds
from mailctl.rotation.moments import grace_ends, made_at, told, waiting_for
from mailctl.rotation.record import RotatedKey, Rotation


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """Something to be done from `when` on: what, to which key, and by which command."""

    when: datetime
    domain: DomainName
    what: str
    command: str

    @property
    def line(self) -> str:
        """For a calendar."""
        return f"{self.when:%Y-%m-%d}  {self.domain}  {self.what}: {self.command}"


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """One key as it stands. `since` is None for one that is not made yet; `next` says in words
    what comes."""

    selector: str
    kind: KeyKind
    state: KeyState
    since: datetime | None
    next: str


@dataclass(frozen=True, slots=True)
class DomainStatus:
    """A domain's keys, those of the spec first, and what is due; `left_behind`: the spec names
    another first selector than the rotation file, whose keys do not count then."""

    domain: DomainName
    keys: tuple[KeyStatus, ...]
    due: tuple[Due, ...]
    left_behind: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next in a rotation under way: from when on, in words, and by which command."""

    when: datetime
    what: str
    command: str
    line: str


def status(system: System, rotations: Rotations) -> tuple[DomainStatus, ...]:
    """All signed domains, in the spec's order; `system` is what the spec says."""
    signers = _signers(system)
    return tuple(
        _status(system, domain, rotations.get(domain.name), signers.get(domain.name, ()))
        for domain in system.domains.values()
        if not domain.parked and domain.policy.dkim
    )


def calendar(statuses: tuple[DomainStatus, ...]) -> tuple[Due, ...]:
    """Everything that is due, sorted by date."""
    return tuple(sorted(due for one in statuses for due in one.due))


def what_next(domain: Domain, rotation: Rotation, hosts: tuple[str, ...]) -> Next:
    """The next step of a rotation under way; `hosts` are those that sign the domain."""
    pending = rotation.pending
    if pending is None:
        raise ValueError(f"no rotation of {domain.name} is under way")
    rotate, retire = _rotate(domain), "mailctl dkim retire"
    signs, name = rotation.signing.selector, pending.selector
    if pending.state is KeyState.PUBLISHED:
        what = f"let {name} sign"
        line = f"{name} is to sign as soon as all name servers carry it: {rotate}"
        return Next(pending.since, what, rotate, line)
    waiting = waiting_for(rotation, hosts)
    when = grace_ends(rotation, domain.policy.dkim_rotation.grace)
    if pending.state is KeyState.RETIRING and waiting:
        line = f"{signs} signs from the next apply on, {_not_yet(waiting)}: mailctl apply"
        return Next(pending.since, f"sign with {signs}", "mailctl apply", line)
    verb = "retire" if pending.state is KeyState.RETIRING else "remove"
    line = f"{signs} signs, {name} is {pending.state.value}: due {told(when)}: {retire}"
    return Next(when, f"{verb} {name}", retire, line)


def _not_yet(hosts: tuple[str, ...]) -> str:
    return f"not yet on {', '.join(hosts)}"


def _signers(system: System) -> dict[DomainName, tuple[str, ...]]:
    signers: dict[DomainName, tuple[str, ...]] = {}
    for host in system.hosts.values():
        for name in signing_domains(system, host):
            signers[name] = (*signers.get(name, ()), host.name)
    return signers


def _status(
    system: System, domain: Domain, rotation: Rotation | None, hosts: tuple[str, ...]
) -> DomainStatus:
    if rotation is None or not holds(domain, rotation):
        return _without_file(system, domain, left_behind=rotation is not None)
    keys = tuple(_key_status(domain, rotation, key, hosts) for key in rotation.keys)
    others = tuple(
        _spec_key(system, domain, index)
        for index, key in enumerate(domain.policy.dkim)
        if index and key.selector not in rotation.selectors
    )
    due = _reminder(domain, rotation.signing.selector, rotation.signing.since)
    if rotation.pending is not None:
        step = what_next(domain, rotation, hosts)
        due = iter((Due(step.when, domain.name, step.what, step.command),))
    return DomainStatus(domain.name, (*keys, *others), tuple(due))


def _without_file(system: System, domain: Domain, left_behind: bool) -> DomainStatus:
    keys = tuple(_spec_key(system, domain, index) for index in range(len(domain.policy.dkim)))
    since = keys[0].since
    due = () if since is None else tuple(_reminder(domain, keys[0].selector, since))
    return DomainStatus(domain.name, keys, due, left_behind)


def _spec_key(system: System, domain: Domain, index: int) -> KeyStatus:
    key = domain.policy.dkim[index]
    since = made_at(system.folder, domain.name, key.selector)
    if index:
        state, following = KeyState.PUBLISHED, "stays published, as the spec says"
    else:
        state, following = KeyState.SIGNING, _replacement(domain, since)
    if since is None:
        following = "is not made yet: mailctl dns-records"
    return KeyStatus(key.selector, key.key, state, since, following)


def _key_status(
    domain: Domain, rotation: Rotation, key: RotatedKey, hosts: tuple[str, ...]
) -> KeyStatus:
    if key is rotation.pending:
        following = what_next(domain, rotation, hosts).line
    elif key is rotation.signing:
        under_way = rotation.pending is not None
        following = "see the other key" if under_way else _replacement(domain, key.since)
    else:
        following = "its selector is not used again; no record of it is wanted"
    return KeyStatus(key.selector, key.kind, key.state, key.since, following)


def _replacement(domain: Domain, since: datetime | None) -> str:
    every = domain.policy.dkim_rotation.every
    if every is None or since is None:
        return "nothing is planned"
    return f"to be replaced from {told(since + every)} on: {_rotate(domain)}"


def _reminder(domain: Domain, selector: str, since: datetime) -> Iterator[Due]:
    every = domain.policy.dkim_rotation.every
    if every is not None:
        yield Due(since + every, domain.name, f"replace {selector}", _rotate(domain))


def _rotate(domain: Domain) -> str:
    return f"mailctl dkim rotate --domain {domain.name}"
