"""Where OpenDKIM listens: inside Postfix's queue folder, for smtpd runs in a chroot there.

A socket rather than a port: whoever may connect gets signatures, so that no other account of
the host may. The folder is set-group-ID, which gives the socket to Postfix's group.
"""

from __future__ import annotations

FOLDER = "/var/spool/postfix/opendkim"
SOCKET = f"{FOLDER}/opendkim.sock"
MILTER = "unix:opendkim/opendkim.sock"
"""As Postfix names it, from its queue folder (MILTER_README)."""
