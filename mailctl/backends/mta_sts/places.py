"""Where the daemon is asked, and by what name Postfix does so."""

from __future__ import annotations

HOST = "127.0.0.1"
PORT = 8461
UNIT = "postfix-mta-sts-resolver.service"

POLICY_MAP = f"socketmap:inet:{HOST}:{PORT}:postfix"
"""A table of Postfix (socketmap_table(5)). Its last word names a zone of the daemon; it has none
of that name, and answers by `default_zone`."""
