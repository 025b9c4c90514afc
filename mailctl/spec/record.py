"""What stays known of a spec beside its model: who said what, for `--explain`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mailctl.errors import Finding, SpecPath
from mailctl.model.names import Address, DomainName
from mailctl.model.system import System
from mailctl.spec.inherit import SETTING_NAMES, Found, Layer, look_up


@dataclass(frozen=True, slots=True)
class SpecRecord:
    """The model, and the policies, domains and users as they were given."""

    system: System
    policies: Mapping[str, Mapping[str, Any]]
    domains: Mapping[DomainName, Mapping[str, Any]]
    user_policies: Mapping[Address, str]
    """Of those users who name one."""

    def at_origin(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings against a domain's inherited settings, moved to where these are said.

        What several domains inherit from one policy is told once.
        """
        moved = (replace(finding, where=self._origin(finding.where)) for finding in findings)
        return tuple(dict.fromkeys(moved))

    def _origin(self, where: SpecPath) -> SpecPath:
        if len(where) < 3 or where[0] != "domains" or where[2] not in SETTING_NAMES:
            return where
        name = DomainName(str(where[1]))
        if name not in self.domains:
            return where
        found = look_up(self.domain_layers(name), str(where[2]))
        if isinstance(found, Found):
            return (*found.where, *where[3:])
        if found and len(where) > 3 and str(where[3]) in found:
            return (*found[str(where[3])].where, *where[4:])
        return where

    def domain_layers(self, name: DomainName) -> tuple[Layer, ...]:
        """The places where a domain's settings are looked up, the most specific first."""
        return domain_layers(name, self.domains[name], self.policies)

    def user_layers(self, address: Address) -> tuple[Layer, ...]:
        """The places where a user's quota is looked up when she does not say it."""
        named = {"policy": self.user_policies.get(address, "")}
        return (*named_layer(named, self.policies), *self.domain_layers(address.domain))


def domain_layers(
    name: DomainName, given: Mapping[str, Any], policies: Mapping[str, Mapping[str, Any]]
) -> tuple[Layer, ...]:
    """The domain itself, the policy that it names, and the default policy."""
    return (
        Layer(("domains", name), given),
        *named_layer(given, policies),
        *named_layer({"policy": "default"}, policies),
    )


def named_layer(
    given: Mapping[str, Any], policies: Mapping[str, Mapping[str, Any]]
) -> tuple[Layer, ...]:
    """The policy that is named there, if it is."""
    name = str(given.get("policy", ""))
    return (Layer(("policies", name), policies[name]),) if name in policies else ()
