"""A rehearsal: the spec's hosts, applied to as `mailctl apply` does it, and tried with real mail.

    with rehearsal(system, Options()) as rehearsed:
        report = rehearsed.prove()

The hosts are up and applied to, and the caller stands in their network, until the block ends.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mailctl.bundle import HostBundle
from mailctl.deploy.access import Access
from mailctl.deploy.apply import bring
from mailctl.deploy.ssh import SshRemote
from mailctl.errors import HostError
from mailctl.model.destination import Destination
from mailctl.model.host import Host
from mailctl.model.system import System
from mailctl.proofs.base import Outcome, Proof, Verdict
from mailctl.proofs.ground import Ground
from mailctl.proofs.registry import PROOFS
from mailctl.proofs.trial import try_proof
from mailctl.rehearsal.clients import FreshAddresses
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.images import CACHE, Images, Progress
from mailctl.rehearsal.parallel import on_all
from mailctl.rehearsal.phases import Phases
from mailctl.rehearsal.publishing import publish_records
from mailctl.rehearsal.report import Line, Report
from mailctl.rehearsal.stage import Stage, set_stage
from mailctl.rehearsal.throwaway import ThrowawayNetwork, throwaway_network
from mailctl.rehearsal.world import World, boot_world

AGAIN = "apply-again"
_AGAIN_STATEMENT = "a second apply runs one command on the host and changes nothing"

Hear = Callable[[Line], None]
"""Takes each line as soon as it is known."""


def _silence(_: object) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to rehearse. `platform` puts all hosts on that one; `bare` begins with hosts that
    have no mail package yet; `keep` leaves everything up; `when_up` is called as soon as the
    hosts answer, before anything is applied."""

    platform: str = ""
    bare: bool = False
    keep: bool = False
    images: Images = CACHE
    progress: Progress = _silence
    when_up: Callable[[ThrowawayNetwork], None] = _silence


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Hosts that are up and applied to. `again` are the verdicts on the second apply, by host."""

    stage: Stage
    network: ThrowawayNetwork
    world: World
    ground: Ground
    again: dict[str, Line]
    phases: Phases

    def remote(self, name: str) -> SshRemote:
        """A new connection to a host, to be opened by `with`."""
        return _remote(self.network, self.ground.system.hosts[name])

    def prove(
        self,
        proofs: Iterable[Proof] = PROOFS,
        hosts: Iterable[str] = (),
        hear: Hear = _silence,
    ) -> Report:
        """Every proof on every host (or on those named), the first proof on all hosts first."""
        system = self.ground.system
        chosen = [system.hosts[name] for name in (hosts or system.hosts)]
        lines = [self.again[host.name] for host in chosen]
        for line in lines:
            hear(line)
        with self.phases.phase("prove"):
            for proof in proofs:
                for host in chosen:
                    lines.append(_tried(proof, self.ground, host))
                    hear(lines[-1])
        return Report(tuple(lines), dict(self.phases.seconds))


@contextlib.contextmanager
def rehearsal(spec: System, options: Options = Options()) -> Iterator[Rehearsal]:
    """Boot the spec's hosts and the world, apply twice, and stand among them.

    Raises RehearsalError when this machine cannot do it, and the HostError of a host that
    refuses what is applied; all is removed then.
    """
    phases = Phases(options.progress)
    with phases.phase("compile"):
        stage = _stage(spec, options.platform)
    with throwaway_network(
        images=options.images,
        recipes=stage.recipes(options.bare),
        client_addresses=stage.free.clients,
        progress=options.progress,
        keep=options.keep,
    ) as network:
        with phases.phase("boot"):
            world = _boot(network, stage, options.bare)
        options.when_up(network)
        with network.inside():
            with phases.phase("publish"):
                publish_records(world, stage)
            yield _applied(network, stage, world, phases)


def _stage(spec: System, platform: str) -> Stage:
    """The stage holds all that was made of the keys; their files are gone at once."""
    with tempfile.TemporaryDirectory(prefix="mailctl-rehearsal-") as keys:
        return set_stage(spec, platform, Path(keys))


def _boot(network: ThrowawayNetwork, stage: Stage, bare: bool) -> World:
    """All hosts at once; none waits for another."""
    network.name_server = stage.free.world[0]
    for bundle in stage.bundle.hosts:
        recipe = stage.recipe_of(bundle, bare)
        trusts = stage.authority.web.anchor if stage.authority else b""
        network.boot_spec_host(stage.system.hosts[bundle.host], recipe, wait=False, trusts=trusts)
    world = boot_world(
        *(network, stage.foreign, stage.free, stage.world_key, stage.world_records),
        wanted=stage.bundle.records,
        authority=stage.authority,
        updaters=stage.updaters,
    )
    for host in network.hosts.values():
        host.wait()
    world.wait()
    return world


def _applied(network: ThrowawayNetwork, stage: Stage, world: World, phases: Phases) -> Rehearsal:
    with phases.phase("apply"):
        on_all(lambda bundle: _bring(network, stage, bundle), stage.bundle.hosts)
    with phases.phase("apply again"):
        again = on_all(lambda bundle: _bring_again(network, stage, bundle), stage.bundle.hosts)
    return Rehearsal(
        stage=stage,
        network=network,
        world=world,
        ground=_ground(network, stage, world),
        again={line.host: line for line in again},
        phases=phases,
    )


def _ground(network: ThrowawayNetwork, stage: Stage, world: World) -> Ground:
    machines: dict[str, ThrowawayHost] = {
        name: host for name, host in network.hosts.items() if name in stage.system.hosts
    }
    return Ground(
        system=stage.system,
        passwords=stage.passwords,
        quota_users=stage.quota_users,
        outside=world,
        machines=machines,
        clients=FreshAddresses(stage.free.clients),
        records=stage.bundle.records,
        update_key=world.update_key,
    )


def _remote(network: ThrowawayNetwork, host: Host) -> SshRemote:
    """A connection with the run's own key and known_hosts; nothing of the user's is read."""
    access = Access((network.access.identity,), (network.access.known_hosts,))
    return SshRemote(Destination(host.name, host.ssh_address, host.ssh), access)


def _bring(network: ThrowawayNetwork, stage: Stage, bundle: HostBundle) -> None:
    with _remote(network, stage.system.hosts[bundle.host]) as remote:
        bring(remote, bundle)


def _bring_again(network: ThrowawayNetwork, stage: Stage, bundle: HostBundle) -> Line:
    host = stage.system.hosts[bundle.host]
    began = time.monotonic()
    try:
        with _remote(network, host) as remote:
            applied = bring(remote, bundle)
            outcome = Outcome.FAILS if applied.changed or remote.execs != 1 else Outcome.HOLDS
            found = "something was changed" if applied.changed else "nothing was changed"
            evidence = f"{found}, generation {applied.generation}, {remote.execs} command run"
    except HostError as error:
        outcome, evidence = Outcome.FAILS, str(error)
    seconds = time.monotonic() - began
    verdict = Verdict(outcome, evidence)
    return Line(host.name, host.platform.name, AGAIN, _AGAIN_STATEMENT, verdict, seconds)


def _tried(proof: Proof, ground: Ground, host: Host) -> Line:
    began = time.monotonic()
    verdict = try_proof(proof, ground, host)
    seconds = time.monotonic() - began
    return Line(host.name, host.platform.name, proof.id, proof.statement, verdict, seconds)
