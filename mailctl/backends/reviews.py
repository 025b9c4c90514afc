"""What the daemons' rooms hold against a spec, apart from what they make of it.

Every command asks for this, and few compile: so the rooms themselves (`registry`) are not
loaded here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mailctl.backends.dovecot.review import review as dovecot
from mailctl.backends.opendkim.review import review as opendkim
from mailctl.backends.postfix.review import review as postfix
from mailctl.errors import Finding
from mailctl.model.host import Host
from mailctl.model.system import System

REVIEWS: tuple[Callable[[System, Host], Iterable[Finding]], ...] = (postfix, dovecot, opendkim)
