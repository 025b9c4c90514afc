"""What apply tells of certificates that an authority is only being asked for when it is done."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailctl.deploy.events import Noted

if TYPE_CHECKING:
    from mailctl.deploy.plan import Plan
    from mailctl.model.host import Host


@dataclass(frozen=True, slots=True)
class FirstCertificates:
    """For one run of apply over several hosts, each in a thread of its own."""

    _begun: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def look(self, host: Host, plan: Plan, provisional: Collection[str]) -> None:
        """Before the host is changed; `provisional` are all names for which another certificate is
        to come."""
        from mailctl.deploy.plan import Kind
        from mailctl.model.host import Acme

        if isinstance(host.tls, Acme):
            made = plan.subjects(Kind.CERTIFICATE, "make")
            self._begun[host.name] = tuple(name for name in made if name in provisional)

    def noted(self, host: str) -> Iterator[Noted]:
        """When the host is well."""
        if names := self._begun.get(host, ()):
            yield Noted(
                host,
                f"asks its authority for certificates for {', '.join(names)}, and shows self-signed"
                f" ones until they come; how that went: mailctl plan --host {host}",
            )
