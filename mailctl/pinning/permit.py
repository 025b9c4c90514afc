"""Before a host is changed: does DNS name the key that it will show?

Senders with DANE put mail off while no TLSA record fits (RFC 7672, 2.2). A host that has no TLSA
record at all may show what it likes.
"""

from __future__ import annotations

from collections.abc import Collection

from mailctl.errors import KeyNotPublished
from mailctl.model.host import Host
from mailctl.pinning.published import look_for_none_or
from mailctl.resolver.view import View

SETTINGS = "certificates/settings"
"""The generation's file that says which key is shown."""


def refuse_unpinned(host: Host, view: View, changed: Collection[str]) -> tuple[str, ...]:
    """Ask all name servers; a warning where they could not be asked and nothing changes for the
    key. `changed` are the paths of the generation that the apply would change. Raises
    KeyNotPublished."""
    key = host.shown_key
    if key is None:
        return ()
    seen = look_for_none_or(view, host.fqdn, key.digest)
    if seen.live:
        return ()
    if not seen.wrong and SETTINGS not in changed:
        return (f"{seen.name}: {seen.reasons}; it shows its key as before",)
    raise KeyNotPublished(
        host.name,
        f"it would show a key that its TLSA records do not name; nothing was changed: {seen.name}: "
        f"{seen.reasons}",
        "publish the record: mailctl dns-records --push; or --no-dns-check",
    )
