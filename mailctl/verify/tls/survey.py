"""Every port at every address of the hosts, looked at in parallel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from mailctl.model.host import Host, SelfSigned
from mailctl.model.listening import tls_ports
from mailctl.model.tls_key import IN_DNS
from mailctl.verify.tls.certificate_rules import Expected
from mailctl.verify.tls.observation import Seen
from mailctl.verify.tls.offers import Offers
from mailctl.verify.tls.probe import Target, probe

_AT_ONCE = 16


def targets(hosts: Iterable[Host]) -> tuple[Target, ...]:
    """The ports of the roles at the addresses of the spec (what DNS says is not asked), each also
    under the host's further names. Of a self-signed certificate nobody expects those."""
    return tuple(
        Target(host.name, name, str(address), port, further=name != host.fqdn)
        for host in hosts
        for address in host.addresses
        for port in tls_ports(host)
        for name in (host.all_names if not isinstance(host.tls, SelfSigned) else (host.fqdn,))
    )


def expected_of(
    hosts: Iterable[Host],
    tlsa: Mapping[str, tuple[str, ...]],
    more_names: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, Expected]:
    """By host: what it is to show. `tlsa` are digests of the keys in files and `more_names` names
    beside its own, by host."""
    return {
        host.name: Expected(
            (host.fqdn, *(more_names or {}).get(host.name, ())),
            isinstance(host.tls, SelfSigned),
            (
                *tlsa.get(host.name, ()),
                *(key.digest for key in host.tls_keys if key.stage in IN_DNS),
            ),
        )
        for host in hosts
    }


def survey(where: tuple[Target, ...], offers: Offers, timeout: float) -> tuple[Seen, ...]:
    """What is seen, in the order of the targets. After an interrupt no connection begins, and
    those that are open end within `timeout` seconds."""
    stop = Event()
    with ThreadPoolExecutor(_AT_ONCE, "tls") as pool:
        try:
            return tuple(pool.map(lambda each: probe(each, offers, timeout, stop.is_set), where))
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
