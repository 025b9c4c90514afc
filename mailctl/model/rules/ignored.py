"""Which findings a spec does not want to hear of: `ignore:` of hosts, policies and domains.

A finding at a host is its host's to ignore, one at a domain the domain's, and one at a user or
an alias that of the address' domain. Where nobody ignores anything nothing is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.errors import Finding, SpecPath
from mailctl.model.names import DomainName
from mailctl.model.system import System

_Ignored = dict[str, frozenset[str]]
"""Rules by the name of what ignores them."""


def kept(system: System, findings: Iterable[Finding]) -> Iterable[Finding]:
    """Findings without those that are ignored; their paths must be those of the rules, not yet
    moved to the policies that domains inherit from."""
    hosts: _Ignored = {
        host.name: frozenset(host.ignore) for host in system.hosts.values() if host.ignore
    }
    domains: _Ignored = {
        domain.name: frozenset(domain.policy.ignore)
        for domain in system.domains.values()
        if domain.policy.ignore
    }
    if not hosts and not domains:
        return findings
    return (each for each in findings if each.rule not in _at(each.where, hosts, domains))


def domains_ignoring(system: System, rule: str) -> frozenset[DomainName]:
    """Whose findings a rule need not count, where it tells several as one."""
    return frozenset(
        domain.name for domain in system.domains.values() if rule in domain.policy.ignore
    )


def _at(where: SpecPath, hosts: _Ignored, domains: _Ignored) -> frozenset[str]:
    """What is ignored at a path of the spec."""
    if len(where) < 2:
        return frozenset()
    section, name = where[0], str(where[1])
    if section == "hosts":
        return hosts.get(name, frozenset())
    return domains.get(name.rpartition("@")[2], frozenset())
