"""The image with three name servers of Debian 13; none of them starts by itself."""

from __future__ import annotations

from mailctl.rehearsal.recipe import BASE, Recipe

NAME_SERVERS = (
    "bind9",
    "bind9-dnsutils",
    "knot",
    "pdns-backend-sqlite3",
    "pdns-server",
    "sqlite3",
)

RECIPE = Recipe(
    "nameservers",
    "trixie",
    tuple(sorted({*BASE, *NAME_SERVERS})),
    disabled=("named.service", "knot.service", "pdns.service"),
)
