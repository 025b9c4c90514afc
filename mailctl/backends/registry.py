"""All backends, in the order in which their checks run."""

from __future__ import annotations

from mailctl.backends.base import Backend
from mailctl.backends.certificates.backend import Certificates
from mailctl.backends.dovecot.backend import Dovecot
from mailctl.backends.mta_sts.backend import MtaSts
from mailctl.backends.nginx.backend import Nginx
from mailctl.backends.opendkim.backend import OpenDkim
from mailctl.backends.postfix.backend import Postfix
from mailctl.backends.sieve.backend import Sieve
from mailctl.backends.unbound.backend import Unbound

BACKENDS: tuple[Backend, ...] = (
    Postfix(),
    Dovecot(),
    OpenDkim(),
    Sieve(),
    Nginx(),
    Unbound(),
    MtaSts(),
    Certificates(),
)
