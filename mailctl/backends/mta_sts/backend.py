"""The room of postfix-mta-sts-resolver, which looks receivers' policies up for Postfix."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.backends.base import Vault
from mailctl.backends.mta_sts.settings import blocks
from mailctl.backends.mta_sts.unit import (
    CONFIGURATION,
    unit_links,
    unit_override,
    unit_service,
)
from mailctl.bundle import Artefact, Contribution
from mailctl.errors import Finding
from mailctl.model.host import Host
from mailctl.model.system import System
from mailctl.render import postfix as comments
from mailctl.render import yaml as grammar
from mailctl.render.environment import render

_FILTERS = {**grammar.FILTERS, "comment": comments.comment}


class MtaSts:
    """Tells Postfix which certificates a receiver's policy allows."""

    name = "mta-sts"

    def contribute(self, system: System, host: Host, vault: Vault) -> Contribution:
        """Nothing where the spec does not ask for it. The daemon has no command that checks its
        file; it says that it is ready when it has read it (sd_notify(3))."""
        del system, vault
        if not host.heeds_mta_sts:
            return Contribution()
        return Contribution(
            artefacts=(
                Artefact(CONFIGURATION, render(CONFIGURATION, _FILTERS, blocks=blocks())),
                unit_override(),
            ),
            links=unit_links(),
            packages=("postfix-mta-sts-resolver",),
            services=(unit_service(),),
        )

    def review(self, system: System, host: Host) -> Iterable[Finding]:
        """The spec has nothing of which the daemon could object to a part."""
        del system, host
        return ()
