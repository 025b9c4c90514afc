"""What stays known of a spec beside its model: who said what, for `--explain`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mailctl.errors import SpecPath
from mailctl.model.names import Address, DomainName
from mailctl.model.system import System
from mailctl.spec.inherit import Layer


@dataclass(frozen=True, slots=True)
class SpecRecord:
    """The model, and the policies, domains and users as they were given."""

    system: System
    policies: Mapping[str, Mapping[str, Any]]
    domains: Mapping[DomainName, Mapping[str, Any]]
    user_settings: Mapping[Address, Mapping[str, Any]]
    """Of those users who say `policy` or `quota`."""

    def domain_layers(self, name: DomainName) -> tuple[Layer, ...]:
        """The places where a domain's settings are looked up, the most specific first."""
        return domain_layers(name, self.domains[name], self.policies)

    def user_layers(self, address: Address) -> tuple[Layer, ...]:
        """The places where a user's quota is looked up, the most specific first."""
        given = self.user_settings.get(address, {})
        where: SpecPath = ("users", str(address))
        return (
            Layer(where, given),
            *named_layer(given, self.policies),
            *self.domain_layers(address.domain),
        )


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
