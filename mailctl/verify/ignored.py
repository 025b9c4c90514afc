"""Which observations a spec does not want to hear of, by the `ignore:` of its domains and hosts."""

from __future__ import annotations

from mailctl.model.system import System
from mailctl.verify.observation import Observation, Weight


def is_ignored(system: System, observation: Observation) -> bool:
    """Whether the domain whose zone it is about, or the host whose name or address, ignores its
    rule. What could not be asked is never passed over: nobody knows what it would have said."""
    if observation.weight is Weight.UNKNOWN:
        return False
    domain = system.domains.get(observation.zone)  # type: ignore[call-overload]
    if domain is not None and observation.rule in domain.policy.ignore:
        return True
    return any(
        observation.rule in host.ignore
        for host in system.hosts.values()
        if observation.name in (*host.all_names, *map(str, host.addresses))
    )
