"""Names of the hosts' addresses: a PTR has to lead to a name that leads back to the address.

Whether the PTR is the wanted one is a verdict; here is only whether receivers believe it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from mailctl.dns.zones import reverse_zone
from mailctl.resolver.answer import Answer
from mailctl.verify.check import Check
from mailctl.verify.ground import Ground
from mailctl.verify.live import live
from mailctl.verify.observation import Observation, Weight


def _addresses(ground: Ground) -> Iterable[str]:
    hosts = ground.system.hosts.values()
    found = {address for host in hosts for address in host.addresses}
    return sorted(str(address) for address in found if reverse_zone(address) in ground.questions)


def _look(ground: Ground, text: str) -> Iterator[Observation]:
    address = ip_address(text)
    answers = live(ground.view, address.reverse_pointer, "PTR")
    names = sorted({data.removesuffix(".") for answer in answers for data in answer.data})
    kind = "A" if address.version == 4 else "AAAA"
    back = [answer for name in names for answer in ground.look_up(name, kind)]
    if not back or any(_leads_to(answer, address) for answer in back):
        return
    zone, called = reverse_zone(address), ", ".join(names)
    reasons = [answer.reason for answer in back if answer.failed]
    if reasons:
        yield Observation("ptr-unknown", Weight.UNKNOWN, zone, text,
                          f"{text} is called {called}, whose address could not be asked for:"
                          f" {reasons[0]}")  # fmt: skip
        return
    yield Observation(
        "ptr-unconfirmed",
        Weight.ERROR,
        zone,
        text,
        f"{text} is called {called}, which does not lead back to it: receivers believe neither",
        "RFC 1912, 2.1; RFC 8601, 3",
    )


def _leads_to(answer: Answer, address: IPv4Address | IPv6Address) -> bool:
    return any(ip_address(data) == address for data in answer.data)


REVERSE = Check(_addresses, _look)
