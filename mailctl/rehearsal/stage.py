"""What a rehearsal works with, computed from the spec before anything boots. Pure but for keys.

The system is the spec's, as it will be rehearsed: on one platform if so asked, with users whose
passwords are known, and with SSH going to the hosts' addresses, for no name is looked up here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mailctl.bundle import Bundle, HostBundle
from mailctl.compile import compile_system
from mailctl.dns.record import Record
from mailctl.dns.records import records as dns_records
from mailctl.errors import RehearsalError
from mailctl.keys.certificates import key_digests
from mailctl.keys.dkim import SigningKey, signing_key
from mailctl.model.host import Host
from mailctl.model.names import Address
from mailctl.model.platform import PLATFORMS
from mailctl.model.settings import DkimSelector
from mailctl.model.system import System
from mailctl.model.user import User
from mailctl.rehearsal import recipe
from mailctl.rehearsal.authority import Authority, authority_records
from mailctl.rehearsal.foreign import (
    SELECTOR,
    Foreigners,
    Places,
    foreigners,
    places,
    world_records,
)
from mailctl.rehearsal.people import make_passwords, with_quota_users
from mailctl.rehearsal.recipe import Recipe
from mailctl.rehearsal.updaters import Updater, updaters, with_world_as_primary
from mailctl.rehearsal.vault import RehearsalVault
from mailctl.rotation.effective import effective, rotations_of


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that is known beforehand."""

    system: System
    passwords: Mapping[Address, str]
    quota_users: Mapping[str, User]
    foreign: Foreigners
    free: Places
    world_key: SigningKey
    world_records: tuple[Record, ...]
    authority: Authority | None
    updaters: tuple[Updater, ...]
    bundle: Bundle

    @property
    def all_records(self) -> tuple[Record, ...]:
        """The spec's and everybody else's."""
        return (*self.bundle.records, *self.world_records)

    def recipe_of(self, bundle: HostBundle, bare: bool) -> Recipe:
        """The image that a host boots from, with all packages that it is going to ask for."""
        make = recipe.bare if bare else recipe.stocked
        return make(self.system.hosts[bundle.host].platform, bundle.content.packages)

    def recipes(self, bare: bool) -> tuple[Recipe, ...]:
        """All images that are needed, each once."""
        hosts = [self.recipe_of(bundle, bare) for bundle in self.bundle.hosts]
        return tuple(dict.fromkeys((*hosts, recipe.world())))


def set_stage(spec: System, platform: str, keys: Path) -> Stage:
    """The stage for a spec; `keys` is a folder for keys that last as long as the run.

    Raises RehearsalError for a platform that cannot be booted, SecretError for a bad key.
    """
    spec = effective(spec, rotations_of(spec))
    system, quota_users = with_quota_users(_within_reach(spec, platform))
    foreign, free = foreigners(system), places(system)
    system = with_world_as_primary(system, free)
    passwords = make_passwords(system)
    vault = RehearsalVault(keys, spec.folder, passwords)
    world_key = signing_key(keys, foreign.domain, DkimSelector(SELECTOR))
    records = dns_records(system, vault.public_keys(system), key_digests(system))
    return Stage(
        system=system,
        passwords=passwords,
        quota_users=quota_users,
        foreign=foreign,
        free=free,
        world_key=world_key,
        world_records=(
            *world_records(system, foreign, free, world_key.public),
            *authority_records(system, free.world, {record.name for record in records}),
        ),
        authority=Authority.make(system),
        updaters=updaters(system, vault),
        bundle=compile_system(system, vault, records),
    )


def _within_reach(spec: System, platform: str) -> System:
    hosts = {name: _reachable(host, platform) for name, host in spec.hosts.items()}
    return replace(spec, hosts=hosts)


def _reachable(host: Host, platform: str) -> Host:
    """The host under its own address, without a way through others, on the platform asked for. It
    makes keys of its own, and is held to none of those that the live host has."""
    chosen = PLATFORMS[platform] if platform else host.platform
    if chosen.os_id != "debian":
        raise RehearsalError(
            f"{host.name} is on {chosen.name}, and only Debian hosts can be rehearsed",
            "try it with --platform debian-13",
        )
    if not host.addresses:
        raise RehearsalError(f"{host.name} has no address", "give it one: `addresses: [...]`")
    ssh = replace(host.ssh, address=str(host.addresses[0]), jump="")
    return replace(host, platform=chosen, ssh=ssh, tls_keys=())
