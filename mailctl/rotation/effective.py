"""What the spec says, with the keys that the rotation files say instead of its first one.

Pure. All commands work with the result, so that what is checked, planned, applied, printed for
DNS and rehearsed is one thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mailctl.dns.places import Selector
from mailctl.errors import Finding, Severity
from mailctl.model.domain import Domain
from mailctl.model.names import DomainName
from mailctl.model.settings import DkimSelector, KeyState
from mailctl.model.system import System
from mailctl.rotation.record import RotatedKey, Rotation
from mailctl.rotation.store import NAME, read_all

Rotations = Mapping[DomainName, Rotation]

_SHOWN = (KeyState.PUBLISHED, KeyState.RETIRING, KeyState.REVOKED)


def rotations_of(system: System) -> dict[DomainName, Rotation]:
    """The files beside the spec, of its own domains. Raises MailctlError for a damaged one."""
    return read_all(system.folder, system.domains)


def effective(system: System, rotations: Rotations) -> System:
    """The system that holds; the same one where no file changes anything. Twice is as once."""
    changed = {
        name: _with_keys(system.domains[name], rotation)
        for name, rotation in rotations.items()
        if name in system.domains and holds(system.domains[name], rotation)
    }
    if not changed:
        return system
    # in the spec's order, which decides about order elsewhere
    return replace(system, domains={**system.domains, **changed})


def holds(domain: Domain, rotation: Rotation) -> bool:
    """Whether the file speaks for the domain: the spec signs it, and has not moved on."""
    keys = domain.policy.dkim
    return not domain.parked and bool(keys) and rotation.agrees_with(keys[0].selector)


def findings(system: System, rotations: Rotations) -> Iterator[Finding]:
    """A warning for each file that the spec has left behind."""
    for name, rotation in rotations.items():
        domain = system.domains.get(name)
        if domain is None or domain.parked or holds(domain, rotation):
            continue
        keys = domain.policy.dkim
        now = f"begins with {keys[0].selector}" if keys else "signs the domain no longer"
        yield Finding(
            ("domains", name, "dkim"),
            "dkim-rotation-base",
            f"keys/dkim/{name}/{NAME} began with {rotation.base} and signs with "
            f"{rotation.signing.selector}, but the spec {now}; the spec holds, and the keys of "
            "the file are not published",
            f"write `selector: {rotation.signing.selector}`, or move {NAME} away",
            Severity.WARNING,
        )


def removed(system: System, rotations: Rotations) -> Iterator[Selector]:
    """The keys that were removed: a record there is a leftover."""
    for name, rotation in rotations.items():
        if name in system.domains:
            for key in rotation.keys:
                if key.state is KeyState.REMOVED:
                    yield name, key.selector


def distrusted(
    rotations: Rotations, carried: Mapping[DomainName, tuple[str, ...]]
) -> Iterator[tuple[DomainName, RotatedKey]]:
    """The keys that a generation signs with although DNS has them no longer, by domain.

    `carried` are the selectors whose keys lie in it. Beside the one that signs there may be its
    predecessor's, which leaves DNS first: so the newest is told, and only where all are gone.
    """
    for name, selectors in carried.items():
        known = rotations[name].keys if name in rotations else ()
        keys = [key for key in known if key.selector in selectors]
        gone = [key for key in keys if key.state in (KeyState.REVOKED, KeyState.REMOVED)]
        if gone and len(gone) == len(selectors):
            yield name, gone[-1]


def _with_keys(domain: Domain, rotation: Rotation) -> Domain:
    """The key that signs, the spec's others, and those that are shown besides."""
    first, *others = domain.policy.dkim
    known = rotation.selectors
    keys = {
        state: [
            DkimSelector(key.selector, key.kind, first.hashes, state)
            for key in rotation.keys
            if key.state is state
        ]
        for state in (KeyState.SIGNING, *_SHOWN)
    }
    dkim = (
        *keys[KeyState.SIGNING],
        *(key for key in others if key.selector not in known),
        *(key for state in _SHOWN for key in keys[state]),
    )
    return replace(domain, policy=replace(domain.policy, dkim=dkim))
