"""What the steps of a rotation work with, and what each of them comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mailctl.errors import MailctlError
from mailctl.model.delivery import signing_domains
from mailctl.model.domain import Domain
from mailctl.model.names import DomainName
from mailctl.model.settings import KeyKind
from mailctl.model.system import System
from mailctl.resolver.view import View
from mailctl.rotation.effective import effective, rotations_of
from mailctl.rotation.record import Clock, Rotation
from mailctl.rotation.store import NAME, read
from mailctl.spec.suggest import did_you_mean

LiveSelectors = Callable[[str], Mapping[DomainName, str]]
"""Asks a host, by its name, with which selector it signs each domain. Raises HostError."""


@dataclass(frozen=True, slots=True)
class Desk:
    """`system` is what the spec says; `view` asks the owners of DNS names. `signers`: the domains
    that each host signs, by its name; `kinds`: of which kind the keys are that sign."""

    system: System
    view: View
    clock: Clock
    signers: Mapping[str, tuple[DomainName, ...]]
    kinds: Mapping[DomainName, KeyKind]

    @classmethod
    def of(cls, system: System, view: View, clock: Clock) -> Desk:
        """The desk for a spec. Raises MailctlError for a damaged rotation file."""
        holding = effective(system, rotations_of(system))
        return cls(
            system,
            view,
            clock,
            {host.name: signing_domains(system, host) for host in system.hosts.values()},
            {
                domain.name: domain.policy.dkim[0].key
                for domain in holding.domains.values()
                if domain.policy.dkim
            },
        )

    def hosts_of(self, domain: DomainName) -> tuple[str, ...]:
        """The hosts that sign the domain's mail, in the spec's order."""
        return tuple(host for host, domains in self.signers.items() if domain in domains)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one step for one domain: a line or more. `moved`: the file says more than
    before; `refused`: the step is not to be taken yet, and the line says why and when."""

    domain: DomainName
    lines: tuple[str, ...]
    moved: bool = False
    refused: bool = False

    def __str__(self) -> str:
        first, *rest = self.lines
        return "\n".join((f"{self.domain}: {first}", *rest))


def signed_domain(system: System, name: str) -> Domain:
    """The domain of that name. Raises MailctlError when the spec has none, or does not sign it."""
    domain = system.domains.get(DomainName(name))
    if domain is None:
        raise MailctlError(f"the spec has no domain {name}", did_you_mean(name, system.domains))
    if domain.parked or not domain.policy.dkim:
        raise MailctlError(f"{name} is not signed", "it is parked, or the spec says `dkim: none`")
    return domain


def rotation_of(system: System, domain: Domain) -> Rotation | None:
    """What the domain's file says. Raises MailctlError where the spec has left it behind."""
    rotation = read(system.folder, domain.name)
    first = domain.policy.dkim[0].selector
    if rotation is not None and not rotation.agrees_with(first):
        raise MailctlError(
            f"{domain.name}: {NAME} began with {rotation.base} and signs with "
            f"{rotation.signing.selector}, but the spec's first selector is {first}",
            f"write `selector: {rotation.signing.selector}` in the spec, or move {NAME} away",
        )
    return rotation
