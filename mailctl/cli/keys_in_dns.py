"""What apply has to do with keys that DNS tells of, of DKIM and of TLS: it asks DNS for them
before, and notes the host after."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mailctl.cli.resolving import owners_view
from mailctl.deploy.events import Noted
from mailctl.errors import MailctlError

if TYPE_CHECKING:
    from mailctl.cli.prepare import Prepared
    from mailctl.deploy.plan import Plan
    from mailctl.resolver.answer import Server
    from mailctl.resolver.view import View

Warn = Callable[[str, str], None]


class KeysInDns:
    """For one run of apply over several hosts, each in a thread of its own. `asked` false: DNS
    is left alone. `warn` hears what could not be asked, for which host."""

    def __init__(
        self, prepared: Prepared, resolver: Server | None, asked: bool, warn: Warn
    ) -> None:
        self._prepared = prepared
        self._resolver = resolver
        self._asked = asked
        self._warn = warn
        self._laid: dict[str, frozenset[str]] = {}
        self._view: View | None = None
        self._lock = threading.Lock()

    def permit_for(self, name: str) -> Callable[[Plan], None]:
        """For `bring`: raises KeyNotPublished, and warns of what could not be asked."""

        def permit(plan: Plan) -> None:
            from mailctl.deploy.plan import Kind
            from mailctl.deploy.signing import in_generation

            self._laid[name] = frozenset(map(in_generation, plan.subjects(Kind.FILE, "add")))
            changes = (change.subject for change in plan.changes if change.kind is Kind.FILE)
            changed = {in_generation(subject) for subject in changes}
            if self._asked:
                self._ask(name, frozenset(changed))

        return permit

    def noted(self, name: str) -> Iterator[Noted]:
        """Note that the host is what the spec says, one host at a time; what cannot be noted is
        noted by the next apply. Gives what is to be told of it."""
        from mailctl.rotation.switched import note_switched

        fresh = self._laid.get(name, frozenset())
        try:
            noted = note_switched(self._prepared.system, name, now, fresh)
        except MailctlError as error:
            yield Noted(name, f"{name} cannot be noted as done: {error}", warning=True)
            return
        for domain in noted:
            selector = self._prepared.system.domains[domain].policy.dkim[0].selector
            yield Noted(name, f"signs {domain} with {selector} from now on")

    def _ask(self, name: str, changed: frozenset[str]) -> None:
        from mailctl.keys.vault import public_keys
        from mailctl.pinning.permit import refuse_unpinned
        from mailctl.rotation.permit import keys_of, refuse_unpublished

        system = self._prepared.system
        keys = keys_of(system, system.hosts[name], public_keys(system, self._prepared.vault))
        if keys:
            for warning in refuse_unpublished(name, keys, self._owners(), changed):
                self._warn(name, str(warning))
        if system.hosts[name].shown_key is not None:
            for warning in refuse_unpinned(system.hosts[name], self._owners(), changed):
                self._warn(name, warning)

    def _owners(self) -> View:
        """One for all hosts, so that each zone's servers are looked for once."""
        with self._lock:
            if self._view is None:
                self._view = owners_view(self._resolver)
            return self._view


def now() -> datetime:
    """The clock of this machine, in UTC."""
    return datetime.now(UTC)
