"""From a spec's host to a connection: its address, its port, and the hosts to go through."""

from __future__ import annotations

from mailctl.deploy.ssh import Access, Destination, SshRemote
from mailctl.errors import HostError
from mailctl.model.host import Host
from mailctl.model.system import System


def remote_for(system: System, host: Host, access: Access) -> SshRemote:
    """The host by SSH, not connected yet; raises HostError when its jumps go in a circle."""
    jumps: list[Destination] = []
    seen = {host.name}
    before = host.ssh.jump
    while before:
        if before in seen:
            raise HostError(host.name, f"`ssh: {{jump: {before}}}` goes in a circle")
        seen.add(before)
        through = system.hosts[before]
        jumps.insert(0, destination(through))
        before = through.ssh.jump
    return SshRemote(destination(host), access, jumps)


def destination(host: Host) -> Destination:
    """Where a host of the spec is reached; unless the spec says an address for SSH, those that
    the host is to have are tried after its name."""
    others = () if host.ssh.address else tuple(map(str, host.addresses))
    return Destination(host.name, host.ssh_address, host.ssh, others)
