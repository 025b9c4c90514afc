"""All checks of what surrounds the records."""

from __future__ import annotations

from mailctl.verify.aliases import ALIASES
from mailctl.verify.check import Check
from mailctl.verify.consents import CONSENTS
from mailctl.verify.dnssec import DNSSEC
from mailctl.verify.duplicates import DUPLICATES
from mailctl.verify.existence import EXISTENCE
from mailctl.verify.lying_resolver import LYING_RESOLVER
from mailctl.verify.mx_targets import MX_TARGETS
from mailctl.verify.reverse import REVERSE
from mailctl.verify.servers import SERVERS
from mailctl.verify.spf import SPF
from mailctl.verify.ttls import TTLS
from mailctl.verify.zone_cuts import ZONE_CUTS

CHECKS: tuple[Check, ...] = (
    EXISTENCE,
    SERVERS,
    ZONE_CUTS,
    ALIASES,
    DUPLICATES,
    MX_TARGETS,
    REVERSE,
    CONSENTS,
    SPF,
    DNSSEC,
    TTLS,
    LYING_RESOLVER,
)
