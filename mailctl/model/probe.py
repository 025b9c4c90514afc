"""The account by which a host proves to itself that mail flows, right after a switch.

Its domain is one that can never be anybody's (RFC 6761, 6.4), so that it collides with no user,
no catch-all takes its mail, and nothing can be sent to it from elsewhere by DNS. Port 25 refuses
it. It exists for the seconds of a probe: its password is made on the host for each, and counts
from the host itself alone.
"""

from __future__ import annotations

from mailctl.model.names import Address, DomainName

PROBE_DOMAIN = DomainName("mailctl-probe.invalid")
PROBE = Address("probe", PROBE_DOMAIN)
