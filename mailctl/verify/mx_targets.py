"""Where the live MX lead: to a name with an address of its own, and to no alias.

One host receives for many domains; it is said once, and not for each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.resolver.answer import Answer
from mailctl.verify.check import Check, domains
from mailctl.verify.ground import Ground
from mailctl.verify.live import live
from mailctl.verify.observation import Diagnosis, Observation, Weight

_SHOWN = 3


def _targets(ground: Ground) -> Iterable[str]:
    found = {target for domain in domains(ground) for target in _live_targets(ground, domain)}
    return sorted(found)


def _live_targets(ground: Ground, domain: str) -> set[str]:
    answers = live(ground.view, domain, "MX")
    names = {data.split()[1].removesuffix(".") for answer in answers for data in answer.data}
    return names - {""}  # a null MX leads nowhere (RFC 7505)


def _look(ground: Ground, target: str) -> Iterator[Observation]:
    found = _fault([each for kind in ("A", "AAAA") for each in ground.look_up(target, kind)])
    if not found:
        return
    mine = [domain for domain in domains(ground) if target in _live_targets(ground, domain)]
    more = f" and {len(mine) - _SHOWN} more" if len(mine) > _SHOWN else ""
    message = f"{target}, MX of {', '.join(mine[:_SHOWN])}{more}, {found.message}"
    yield Observation(found.rule, found.weight, mine[0], target, message, found.reference)


def _fault(addresses: list[Answer]) -> Diagnosis | None:
    aliases = [answer.aliases[0] for answer in addresses if answer.aliases]
    if aliases:
        message = f"is an alias of {aliases[0]} (CNAME): an MX has to name a host"
        return Diagnosis("mx-alias", Weight.ERROR, message, "RFC 2181, 10.3; RFC 5321, 5.1")
    if any(answer.data for answer in addresses):
        return None
    reasons = [answer.reason for answer in addresses if answer.failed]
    if reasons:
        return Diagnosis("mx-unknown", Weight.UNKNOWN, f"could not be asked for: {reasons[0]}")
    return Diagnosis("mx-no-address", Weight.ERROR, "has no address", "RFC 5321, 5.1")


MX_TARGETS = Check(_targets, _look)
