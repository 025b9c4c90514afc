"""From a spec's host to a connection: its address, its port, and the hosts to go through."""

from __future__ import annotations

from mailctl.deploy.access import Access
from mailctl.deploy.ssh import SshRemote
from mailctl.model.destination import Destination, destination, route
from mailctl.model.host import Host
from mailctl.model.system import System


def way_for(system: System, host: str) -> tuple[Destination, ...]:
    """The hosts to go through, and the host; raises HostError when its jumps go in a circle."""
    return route(host, lambda name: destination(system.hosts[name]))


def remote_for(system: System, host: Host, access: Access) -> SshRemote:
    """The host by SSH, not connected yet; raises HostError as `way_for` does."""
    return remote_by(way_for(system, host.name), access)


def remote_by(way: tuple[Destination, ...], access: Access) -> SshRemote:
    """The last host of the way by SSH, not connected yet."""
    return SshRemote(way[-1], access, way[:-1])
