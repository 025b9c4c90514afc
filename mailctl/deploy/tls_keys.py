"""Which keys a host has certificates for, and which it shows, read in one command."""

from __future__ import annotations

from mailctl.deploy.host import Remote
from mailctl.deploy.lines import read_whole
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, agent
from mailctl.model.tls_key import HostKeys


def host_keys(remote: Remote, errand: Errand = DEFAULT_ERRAND) -> HostKeys:
    """One exec. Raises a HostError when the host cannot be reached or does not say it to its
    end."""
    found = read_whole(remote.name, remote.run(agent(("common", "tls_keys"), b"", errand)))
    return HostKeys(
        {name: digest for name, digest, *_ in found.all("given")},
        {name: digest for name, digest, *_ in found.all("has")},
        frozenset(name for (name,) in found.all("proved")),
    )
