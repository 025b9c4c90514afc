"""Look at a host: one command, which changes nothing."""

from __future__ import annotations

from mailctl.deploy.host import Remote
from mailctl.deploy.lines import read_whole
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import Observation, observation
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, command

PARTS = ("common", "observe")


def observe(
    remote: Remote,
    wanted: Manifest,
    errand: Errand = DEFAULT_ERRAND,
    timeout: float = 60,
) -> Observation:
    """What is true there of all that the manifest speaks of; one exec."""
    argv, given = command(PARTS, questions(wanted), errand)
    outcome = remote.run(argv, given, timeout)
    return observation(read_whole(remote.name, outcome), wanted, errand.root)


def questions(wanted: Manifest, *, stay: bool = False) -> bytes:
    """What the agent is to look at. With `stay` it then asks for orders."""
    lines = (f"wanted\t{wanted.digest}", *wanted.questions(), *(("stay",) if stay else ()))
    return "".join(f"{line}\n" for line in lines).encode()
