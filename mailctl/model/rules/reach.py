"""Users: their domain exists, takes mail, and has a host where they can send."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.errors import Finding
from mailctl.model.host import Role
from mailctl.model.system import System
from mailctl.model.user import User


def check(system: System) -> Iterator[Finding]:
    """All rules on users by themselves."""
    for user in system.users.values():
        domain = system.domains.get(user.address.domain)
        if domain is None:
            yield Finding(("users", str(user.address)), "unknown-domain",
                          f"the spec has no domain {user.address.domain}",
                          "add it under `domains:`", on_key=True)  # fmt: skip
        elif domain.parked:
            yield Finding(("users", str(user.address)), "parked-domain",
                          f"{domain.name} is parked and has no users",
                          "take `parked:` away, or the user", on_key=True)  # fmt: skip
        if user.send_only:
            yield from _send_only(user)
    yield from _submission(system)


def _send_only(user: User) -> Iterator[Finding]:
    for key, value in (("sieve", user.sieve), ("forward", user.forward)):
        if value is not None:
            yield Finding(("users", str(user.address), key), "send-only",
                          "a user who only sends gets no mail to treat",
                          f"leave `{key}:` out, or `send_only:`", on_key=True)  # fmt: skip


def _submission(system: System) -> Iterator[Finding]:
    """Users submit at their store, or at a host that submission is all that it is for."""
    hosts = system.hosts
    if any(host.has(Role.SUBMISSION) and not host.has(Role.STORE) for host in hosts.values()):
        return
    peopled = dict.fromkeys(address.domain for address in system.users)
    for name in peopled:
        domain = system.domains.get(name)
        store = hosts.get(domain.store) if domain else None
        if store is not None and not store.has(Role.SUBMISSION):
            yield Finding(("domains", name), "no-submission",
                          f"the users of {name} have no host to send by",
                          f"give {store.name} the role submission", on_key=True)  # fmt: skip
