"""domains: what mail is received for."""

from __future__ import annotations

from typing import Any

from mailctl.spec.kinds import Flag
from mailctl.spec.problems import Problem, Refused
from mailctl.spec.shapes import Key, ListOf, Record
from mailctl.spec.table.hosts import HOST_NAME, SIEVE
from mailctl.spec.table.policies import ADDRESS, POLICY_NAME, SETTINGS

_NOT_WHILE_PARKED = ("host", "mx", "catch_all", "sieve")


class _Domain(Record):
    """A parked domain has nobody who would receive its mail."""

    def read(self, value: object) -> dict[str, Any]:
        given = super().read(value)
        if given.get("parked"):
            idle = [key for key in _NOT_WHILE_PARKED if key in given]
            if idle:
                raise Refused(
                    *(
                        Problem("parked-domain", f"a parked domain has no `{key}:`",
                                "leave it out, or do not park the domain", (key,), on_key=True)
                        for key in idle
                    )
                )  # fmt: skip
        return given


DOMAIN = _Domain(
    "a domain",
    {
        "policy": Key(POLICY_NAME, "the named policy that holds for it", "policies.default",
                      "clients"),
        "host": Key(HOST_NAME, "the host that keeps its mailboxes", "the only store host",
                    "mail"),
        "mx": Key(ListOf(HOST_NAME, single=True, least=1),
                  "the hosts that receive for it, the preferred first",
                  "its own host if that has the role mx, else all mx hosts", "[mail]"),
        "catch_all": Key(ADDRESS, "who gets mail to addresses that nobody owns", "nobody",
                         "alice@example.org"),
        "parked": Key(Flag(), "it sends and receives nothing, and says so in DNS", "false",
                      "true"),
        "sieve": Key(SIEVE, "Sieve scripts for all mail of the domain", "none",
                     "{after: [sieve/archive.sieve]}"),
        **SETTINGS,
    },
)  # fmt: skip
