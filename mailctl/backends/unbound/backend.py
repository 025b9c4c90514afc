"""Unbound's room: a validating resolver on hosts that send by DANE."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.backends.base import Vault
from mailctl.backends.unbound.places import resolv_conf
from mailctl.backends.unbound.settings import clauses
from mailctl.backends.unbound.unit import CONFIGURATION, unit_link, unit_override, unit_service
from mailctl.bundle import TREE, Artefact, Command, Contribution
from mailctl.errors import Finding
from mailctl.model.host import Host
from mailctl.model.system import System
from mailctl.render import postfix as comments
from mailctl.render import unbound as grammar
from mailctl.render.environment import render

_FILTERS = {**grammar.FILTERS, "comment": comments.comment}

_CHECKS = (
    Command(
        argv=("/usr/libexec/unbound-helper", "root_trust_anchor_update"),
        why="the root's key lies where Unbound looks for it; its unit calls this at each start",
    ),
    Command(
        argv=("unbound-checkconf", f"{TREE}/{CONFIGURATION}"),
        why="Unbound accepts its configuration",
    ),
)


class Unbound:
    """Answers for DNS that Postfix can believe."""

    name = "unbound"

    def contribute(self, system: System, host: Host, vault: Vault) -> Contribution:
        """Nothing where TLS is opportunistic: what is in DNS is not relied upon there."""
        del system, vault
        if not host.resolves:
            return Contribution()
        text = render(CONFIGURATION, _FILTERS, clauses=clauses(host))
        asked = (Artefact(CONFIGURATION, text), resolv_conf())
        if host.platform.is_nixos:  # the module has a unit of its own
            return Contribution(artefacts=asked)
        return Contribution(
            artefacts=(*asked, unit_override(host)),
            links=(unit_link(),),
            packages=("dns-root-data", "unbound"),
            checks=_CHECKS,
            services=(unit_service(),),
        )

    def review(self, system: System, host: Host) -> Iterable[Finding]:
        """The spec has nothing of which Unbound could object to a part."""
        del system, host
        return ()
