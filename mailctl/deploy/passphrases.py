"""Passphrases of key files, asked for before any host is dialled: once a run, whatever its hosts.

ssh(1) asks when a host would take the key. With many hosts at once that would be in the middle of
them, while others wait for us; so here it is decided ahead which keys will be needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from mailctl.deploy.access import Access
from mailctl.deploy.credentials import default_key_files
from mailctl.deploy.hop import Hop, hops
from mailctl.deploy.key_files import KeyFiles, public_blob
from mailctl.errors import HostError
from mailctl.model.destination import Destination

Ask = Callable[[str], str]
"""Shows a prompt, and gives back what was typed unseen; empty for who wants to give up."""


def unlock(access: Access, ways: Iterable[tuple[Destination, ...]], ask: Ask) -> None:
    """Ask for the passphrases of the key files that these ways need and no agent holds.

    Those are the files that somebody named; of the names that ssh(1) tries by itself only one,
    and only where there is no other key to offer: most people have old ones lying about.
    """
    done: set[tuple[tuple[Path, ...] | None, str, bool]] = set()
    for way in ways:
        with suppress(HostError):  # the host's own turn tells of it
            for hop in hops(way, access):
                kind = (hop.identities, hop.agent, hop.identities_only)
                if kind not in done:
                    done.add(kind)
                    _unlock_for(hop, access.keys, ask)


def _unlock_for(hop: Hop, keys: KeyFiles, ask: Ask) -> None:
    paths = default_key_files() if hop.identities is None else hop.identities
    locked = [path for path in paths if keys.locked(path)]
    if not locked:
        return
    held = _held(hop)
    needed = [path for path in locked if public_blob(path) not in held]
    if hop.identities is not None:
        for path in needed:
            keys.unlock(path, ask)
        return
    others = [path for path in paths if path.is_file() and path not in needed]
    if not held and not others:
        # until one of them is open
        any(keys.unlock(path, ask) for path in needed)


def _held(hop: Hop) -> set[bytes]:
    """The public keys that the agent holds."""
    from mailctl.deploy.agent_keys import agent_keys

    with agent_keys(hop.agent) as held:
        return {key.blob for key in held}
