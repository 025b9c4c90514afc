"""Two kinds of hosts, one way to ask for something: Debian's, whose files we lay, and NixOS', which
build themselves from a module. The bundle's platform says which; nobody else asks."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.bundle import HostBundle
from mailctl.deploy import apply, preview
from mailctl.deploy.apply import Applied, Permit, Proceed, Report
from mailctl.deploy.host import Remote
from mailctl.deploy.nixos import apply as nixos_apply
from mailctl.deploy.nixos import preview as nixos_preview
from mailctl.deploy.nixos.content import is_nixos
from mailctl.deploy.preview import Preview
from mailctl.deploy.script import Errand
from mailctl.deploy.terms import Terms
from mailctl.dns.record import Record


def bring(
    remote: Remote,
    bundle: HostBundle,
    errand: Errand,
    report: Report,
    proceed: Proceed,
    permit: Permit,
    terms: Terms,
) -> Applied:
    """Bring a host to its bundle, as deploy.apply.bring says it."""
    way = nixos_apply.bring if is_nixos(bundle) else apply.bring
    return way(remote, bundle, errand, report, proceed, permit, terms)


def planned(
    remote: Remote, bundle: HostBundle, records: Iterable[Record], errand: Errand, *, contents: bool
) -> Preview:
    """What apply would do, with all that people want to see of it."""
    way = nixos_preview.preview if is_nixos(bundle) else preview.preview
    return way(remote, bundle, records, errand, contents=contents)


def looked_at(remote: Remote, bundle: HostBundle, errand: Errand) -> Preview:
    """The same for who asks what was changed by hand; nothing is built for that."""
    if is_nixos(bundle):
        return nixos_preview.preview(remote, bundle, errand=errand, tries=False)
    return preview.preview(remote, bundle, errand=errand)
