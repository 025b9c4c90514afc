"""Look at a host: one script, which changes nothing."""

from __future__ import annotations

from mailctl.deploy.host import HeardEnough, Remote
from mailctl.deploy.look import Look
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import Observation
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, agent

PARTS = ("common", "observe")


def observe(
    remote: Remote,
    wanted: Manifest,
    errand: Errand = DEFAULT_ERRAND,
    timeout: float = 60,
) -> Observation:
    """What is true there of all that the manifest speaks of; one exec."""
    look = Look(remote.name, wanted, errand.root)
    seen: list[Observation] = []

    def answer(line: str) -> bytes:
        heard = look.hear(line)
        if isinstance(heard, bytes):
            return heard
        seen.append(heard)
        raise HeardEnough

    outcome = remote.run(agent(PARTS, questions(wanted), errand), b"", timeout, answer)
    if not seen:
        raise look.cut_off(outcome)
    return seen[0]


def questions(wanted: Manifest) -> bytes:
    """What the agent is to look at."""
    lines = (f"wanted\t{wanted.digest}", *wanted.questions())
    return "".join(f"{line}\n" for line in lines).encode()
