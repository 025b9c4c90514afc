"""Fills the spec's zones, as `mailctl dns-records --push` does it."""

from __future__ import annotations

from mailctl.errors import RehearsalError
from mailctl.keys.tsig import read_tsig_key
from mailctl.publish.session import publish
from mailctl.rehearsal.stage import Stage
from mailctl.rehearsal.world import World
from mailctl.resolver.answer import Server


def publish_records(world: World, stage: Stage) -> None:
    """From empty zones to all records. Raises RehearsalError where one is not taken. The caller
    stands in the network."""
    server, key = Server(world.address), read_tsig_key(world.update_key)
    session = publish(server, key, stage.system, stage.bundle.records)
    if session.faults:
        raise RehearsalError(f"the records cannot be published: {'; '.join(session.faults)}")
