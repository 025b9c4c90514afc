"""Look at a host: one command, which changes nothing."""

from __future__ import annotations

from mailctl.deploy.host import Remote
from mailctl.deploy.lines import read_whole
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import Observation, observation
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, command


def observe(
    remote: Remote,
    wanted: Manifest,
    errand: Errand = DEFAULT_ERRAND,
    timeout: float = 60,
) -> Observation:
    """What is true there of all that the manifest speaks of; one exec."""
    questions = (f"wanted\t{wanted.digest}", *wanted.questions())
    stdin = "".join(f"{line}\n" for line in questions).encode()
    argv, given = command(("common", "observe"), (stdin,), errand)
    outcome = remote.run(argv, given, timeout)
    found = read_whole(remote.name, outcome)
    return observation(found, wanted, errand.root)
