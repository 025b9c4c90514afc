"""The account by which the host tries itself out, as Postfix sees it: it writes to itself alone,
nobody else writes to it, and on port 25 it is unknown (access(5), RESTRICTION_CLASS_README)."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.bundle import Probe
from mailctl.model.domain import Domain
from mailctl.model.host import Host, Role
from mailctl.model.probe import PROBE, PROBE_DOMAIN
from mailctl.model.system import System

CLASS = "to_probe"


def _only(answer: str) -> str:
    return f"inline:{{ {{ {PROBE} = {answer} }} }}"


_UNKNOWN = f"check_recipient_access {_only('550 5.1.1 No such mailbox here')}"
_TO_IT = f"check_recipient_access {_only(CLASS)}"
_FROM_IT = f"check_sender_access {_only('REJECT')}"
_HELD = f"check_recipient_access {_only('HOLD')}"


def strangers(host: Host) -> tuple[str, ...]:
    """The first rules on port 25."""
    return (_UNKNOWN,) if host.platform.tries_itself_out else ()


def users(system: System, host: Host) -> tuple[str, ...]:
    """The first rules of submission. Where no mailbox could take its mail, it stays in the queue,
    where the host reads and removes it."""
    if not host.platform.tries_itself_out:
        return ()
    held = () if system.stored_on(host) else (_HELD,)
    return (*held, _TO_IT, _FROM_IT)


def rule(host: Host) -> tuple[Setting, ...]:
    """The rule that submission refers to by its name."""
    if not host.has(Role.SUBMISSION) or not host.platform.tries_itself_out:
        return ()
    return (
        Setting(
            CLASS,
            f"check_sender_access {_only('OK')}, reject",
            "mailctl's own account, by which the host tries out whether mail flows, is written "
            "to by itself alone.",
            "RESTRICTION_CLASS_README",
        ),
    )


def probes(system: System, host: Host) -> tuple[Probe, ...]:
    """What of Postfix is tried after a switch."""
    found: list[Probe] = []
    if host.has(Role.SUBMISSION):
        found += [Probe("submission", "465"), Probe("refusal", "587")]
    if host.has(Role.MX):
        found.append(Probe("receiving", _without_catch_all(system, host)))
    if {address.version for address in host.addresses} == {6}:
        found.append(Probe("loopback", "::1"))  # inet_protocols has no IPv4
    return tuple(found)


def _without_catch_all(system: System, host: Host) -> str:
    """A domain of the host in which an unknown address is refused; the probe's own, if none."""

    def fits(domain: Domain) -> bool:
        return host.name in domain.mx and domain.catch_all is None and not domain.parked

    return next((str(d.name) for d in system.domains.values() if fits(d)), str(PROBE_DOMAIN))
