"""Throwaway hosts for whoever needs some: a network, and hosts that boot in it.

    with throwaway_network() as net:
        host = net.boot("mail", platform="debian-12", addresses=("203.0.113.10",))
        with net.inside():
            ...  # sockets opened here reach the host at its address

Everything is gone when the block ends, however it ends.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import FrameType

from mailctl.backends.tls import watched_files
from mailctl.model.host import Host, Ssh
from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal import ledger as ledgers
from mailctl.rehearsal import recipe as recipes
from mailctl.rehearsal import requirements, system
from mailctl.rehearsal.access import Access, make_key
from mailctl.rehearsal.host import PLAIN_SSH, ThrowawayHost
from mailctl.rehearsal.images import CACHE, Images, Progress
from mailctl.rehearsal.ledger import Ledger
from mailctl.rehearsal.namespace import inside
from mailctl.rehearsal.network import IpAddress, Network
from mailctl.rehearsal.recipe import Recipe


def _silence(_line: str) -> None:
    """Nobody waits for progress."""


@dataclass(slots=True)
class ThrowawayNetwork:
    """A run: its wires, its hosts, and the client, which is this process inside `inside()`."""

    ledger: Ledger
    images: Images
    network: Network
    access: Access
    client: str
    client_addresses: tuple[IpAddress, ...]
    progress: Progress = _silence
    name_server: IpAddress | None = None
    hosts: dict[str, ThrowawayHost] = field(default_factory=dict)

    def boot(
        self,
        name: str,
        *,
        platform: str = "debian-13",
        addresses: Iterable[str | IpAddress],
        fqdn: str = "",
        ssh: Ssh = PLAIN_SSH,
        recipe: Recipe | None = None,
        wait: bool = True,
    ) -> ThrowawayHost:
        """A host of this platform under these addresses; `recipe` where it is not `stocked`.

        With `wait` it answers to SSH when this returns; without, call its `wait` later.
        """
        host = self.lay(
            name,
            recipe=recipe or recipes.stocked(PLATFORMS[platform]),
            addresses=addresses,
            fqdn=fqdn or f"{name}.example",
            ssh=ssh,
        )
        host.boot()
        if wait:
            host.wait()
        return host

    def boot_spec_host(
        self, spec: Host, recipe: Recipe, wait: bool = True, trusts: bytes = b""
    ) -> ThrowawayHost:
        """A host as a spec describes it: its addresses, its way in, its certificate. `trusts` is
        the PEM of a certification authority that only this run has."""
        host = self.lay(
            spec.name, recipe=recipe, addresses=spec.addresses, fqdn=spec.fqdn, ssh=spec.ssh
        )
        for name, files in watched_files(spec):
            system.lay_certificate(host.root, name, files)
        if trusts:
            system.trust(host.root, trusts)
        host.boot()
        if wait:
            host.wait()
        return host

    def lay(
        self,
        name: str,
        *,
        recipe: Recipe,
        addresses: Iterable[str | IpAddress],
        fqdn: str,
        ssh: Ssh = PLAIN_SSH,
    ) -> ThrowawayHost:
        """A host that is ready to boot; files may still be written below its `root`."""
        if name in self.hosts:
            raise ValueError(f"there is a host {name} already")
        places = tuple(ip_address(address) for address in addresses)
        for other in self.hosts.values():
            # two would answer in turn, and nobody would know which
            if taken := {*places} & {*other.addresses}:
                raise ValueError(f"{other.name} has {', '.join(map(str, taken))} already")
        image = self.images.path(recipe, self.progress)
        host = ThrowawayHost(
            ledger=self.ledger,
            name=name,
            addresses=places,
            namespace=self.network.join(f"host-{name}", places),
            from_namespace=self.client,
            image=image,
            ssh=ssh,
        )
        self.network.open_way(self.client, places)
        host.lay()
        key = make_key()
        system.furnish(
            host.root,
            system.Identity(fqdn, places, self.name_server, key, self.access.public, ssh),
        )
        self.access.trust((fqdn, *map(str, places)), ssh.port, key.public)
        self.hosts[name] = host
        return host

    def lend(self, host: ThrowawayHost, addresses: Iterable[IpAddress]) -> None:
        """Further addresses that a host answers at, and does not speak from by itself."""
        places = tuple(sorted(addresses, key=str))
        self.network.lend(host.namespace, places)
        self.network.open_way(self.client, places)

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Stand at the client's end of the wires, with this thread and those it starts."""
        with inside(self.client):
            yield


@contextlib.contextmanager
def throwaway_network(
    *,
    images: Images = CACHE,
    recipes: Iterable[Recipe] = (),
    client_addresses: Iterable[str | IpAddress] = ("192.0.2.1", "2001:db8:ffff::1"),
    progress: Progress = _silence,
    keep: bool = False,
) -> Iterator[ThrowawayNetwork]:
    """A network without an uplink, empty yet; it and its hosts are removed at the end.

    `recipes` are those that will be booted, so that what is missing on this machine is said
    before anything is made. With `keep` everything stays up until `mailctl rehearse --remove`.
    Raises RehearsalError when this machine cannot do it.
    """
    wanted = tuple(recipes)
    requirements.require(images_missing=bool(images.missing(wanted)))
    ledgers.remove_abandoned()
    with _signals({signal.SIGTERM: _terminate, signal.SIGHUP: _terminate}):
        for recipe in wanted:
            images.path(recipe, progress)
        ledger = Ledger.new()
        hosts: dict[str, ThrowawayHost] = {}
        try:
            yield _begin(ledger, hosts, images, client_addresses, progress)
        finally:
            if keep:
                ledger.keep()
            else:
                _end(ledger, hosts)


def _begin(
    ledger: Ledger,
    hosts: dict[str, ThrowawayHost],
    images: Images,
    client_addresses: Iterable[str | IpAddress],
    progress: Progress,
) -> ThrowawayNetwork:
    ledger.open()
    network = Network(ledger)
    addresses = tuple(ip_address(address) for address in client_addresses)
    return ThrowawayNetwork(
        ledger=ledger,
        images=images,
        network=network,
        access=Access.make(ledger.folder / "access"),
        client=network.join_narrowly("client", addresses, ()),
        client_addresses=addresses,
        progress=progress,
        hosts=hosts,
    )


def _end(ledger: Ledger, hosts: dict[str, ThrowawayHost]) -> None:
    """Remove everything, which a second Ctrl-C shall not cut short."""
    ignored = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    with _signals(dict.fromkeys(ignored, signal.SIG_IGN)):
        ledger.undo()
        for host in hosts.values():
            host.bury()


def _terminate(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


_Handler = Callable[[int, FrameType | None], None] | signal.Handlers


@contextlib.contextmanager
def _signals(handlers: Mapping[signal.Signals, _Handler]) -> Iterator[None]:
    """Other handlers for a while; only the main thread may set any (signal.signal)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
