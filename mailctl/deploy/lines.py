"""The agent's answers: lines of `kind TAB field TAB field ...`, whatever part of it ran."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.deploy.host import Outcome
from mailctl.errors import PermissionDenied, Unreachable

AS_ROOT = "log in as root, or say `ssh: {user: NAME, sudo: true}` with sudo that asks no password"


@dataclass(frozen=True, slots=True)
class Lines:
    """What the agent said, in its order."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]

    def all(self, kind: str) -> tuple[tuple[str, ...], ...]:
        """The fields of all lines of one kind."""
        return tuple(fields for name, fields in self.rows if name == kind)

    def one(self, kind: str) -> tuple[str, ...] | None:
        """The fields of the last line of a kind, None when there is none."""
        found = self.all(kind)
        return found[-1] if found else None

    def texts(self, kind: str) -> tuple[str, ...]:
        """The lines of one kind as they stood, without the kind."""
        return tuple("\t".join(fields) for fields in self.all(kind))


def read(output: bytes) -> Lines:
    """Split the agent's output; a line that is cut off at the end stays as it is."""
    text = output.decode("utf-8", "replace")
    parts = (line.split("\t") for line in text.splitlines() if line)
    return Lines(tuple((kind, tuple(fields)) for kind, *fields in parts))


def read_whole(host: str, outcome: Outcome) -> Lines:
    """The lines of an agent that only looks; raises when it did not come to its end as root."""
    found = read(outcome.stdout)
    refuse_unprivileged(host, found, outcome)
    if found.one("end") is None:
        said = outcome.stderr.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
        raise Unreachable(
            host,
            f"the agent ended with status {outcome.status} before it was done: {said[-1]}",
            "run it again",
        )
    return found


def refuse_unprivileged(host: str, found: Lines, outcome: Outcome) -> None:
    """Raise PermissionDenied when sudo did not let us, or we are nobody special."""
    said = outcome.stderr.decode("utf-8", "replace").strip()
    if not found.rows and "sudo" in said:
        raise PermissionDenied(host, f"sudo refuses: {said.splitlines()[-1]}", AS_ROOT)
    uid = found.one("uid")
    if uid is not None and uid != ("0",):
        raise PermissionDenied(host, "logged in, but not as root", AS_ROOT)
    if (failed := found.one("fail")) is not None and failed[0] == "permission":
        raise PermissionDenied(host, "logged in, but not as root", AS_ROOT)
