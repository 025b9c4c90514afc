"""The agent's answers: lines of `kind TAB field TAB field ...`, whatever part of it ran."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.deploy.host import Outcome
from mailctl.errors import PermissionDenied, Unreachable

AS_ROOT = (
    "log in as root, or say `ssh: {user: NAME, sudo: true}` with sudo that asks no password, "
    "or with --ask-sudo-password or --sudo-password-file"
)

_OPENING = frozenset({"packages", "passwd", "group", "units"})
"""Kinds after which a program's own output follows, up to the next line of the agent."""

_LOOKS = {
    "agent",
    "room",
    "lock",
    "guard",
    "now",
    "path",
    "sum",
    "certificate",
    "served",
    "renewal",
    "uid",
    "end",
}
_DRIFT = {"closer", "drift", "there", "built"}
_GENERATIONS = {"live", "busy", "was", "then", "asked", "piece", "mode", "generation", "signs"}
_RELEASES = {"os", "origin"}
_NIXOS = {"system", "told"}
_TLS_KEYS = {"given", "has", "proved"}
_ACTS = {"step", "ask", "detail", "fail", "stuck", "back", "done"}
_KINDS = frozenset().union(
    *(_OPENING, _LOOKS, _DRIFT, _RELEASES, _GENERATIONS, _NIXOS, _TLS_KEYS, _ACTS)
)
"""All that the agent says of itself."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What the agent said, in its order; `raw` are programs' own lines by what opened them."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]
    raw: dict[str, tuple[str, ...]]

    def all(self, kind: str) -> tuple[tuple[str, ...], ...]:
        """The fields of all lines of one kind."""
        return tuple(fields for name, fields in self.rows if name == kind)

    def one(self, kind: str) -> tuple[str, ...] | None:
        """The fields of the last line of a kind, None when there is none."""
        found = self.all(kind)
        return found[-1] if found else None

    def release(self, kind: str) -> tuple[str, str]:
        """ID and VERSION_ID of an os-release(5), empty where it does not say them."""
        values = {name: value.strip("\"'") for name, value in self.all(kind)}
        return values.get("ID", ""), values.get("VERSION_ID", "")

    def texts(self, kind: str) -> tuple[str, ...]:
        """The lines of one kind as they stood, without the kind."""
        return tuple("\t".join(fields) for fields in self.all(kind))

    def following(self, kind: str) -> tuple[str, ...]:
        """The lines that a program printed after a line of this kind."""
        return self.raw.get(kind, ())


def read(output: bytes) -> Lines:
    """Split the agent's output; a line that is cut off at the end stays as it is."""
    rows: list[tuple[str, tuple[str, ...]]] = []
    raw: dict[str, list[str]] = {}
    opened: list[str] | None = None
    for line in output.decode("utf-8", "replace").splitlines():
        kind, *fields = line.split("\t")
        if kind not in _KINDS:
            if opened is not None:
                opened.append(line)
            continue
        rows.append((kind, tuple(fields)))
        opened = raw.setdefault(kind, []) if kind in _OPENING else None
    return Lines(tuple(rows), {kind: tuple(lines) for kind, lines in raw.items()})


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
    uids = {fields[3] for fields in found.all("path") if fields[-1] == "/proc/self/"}
    uids |= {fields[0] for fields in found.all("uid")}
    if uids - {"0"}:
        raise PermissionDenied(host, "logged in, but not as root", AS_ROOT)
    if (failed := found.one("fail")) is not None and failed[0] == "permission":
        raise PermissionDenied(host, "logged in, but not as root", AS_ROOT)
