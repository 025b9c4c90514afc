"""What every conversation with the agent begins with: it says what is there, and looks closer
where that is not what its own records say.

Files' content the host compares itself. Owners, modes, and what else lies in the generation it
only lists: to compare them here costs nobody a process.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mailctl.deploy.host import Outcome
from mailctl.deploy.lines import Lines, read_whole
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import Observation, observation
from mailctl.errors import HostError, Unreachable

ASK = "ask\torders"
"""The agent's line when it has said all."""

CLOSER = b"closer\n"
"""What it is told where it has to look closer."""


@dataclass(slots=True)
class Look:
    """The client's side. `root` stands before every path of the host."""

    host: str
    wanted: Manifest
    root: str
    _said: list[str] = field(default_factory=list)

    def hear(self, line: str) -> Observation | bytes:
        """What is there once all of it was said, else what to answer to this line; raises a
        HostError when the agent cannot look."""
        if line != ASK:
            self._said.append(line)
            return b""
        found = read_whole(self.host, Outcome(0, "\n".join(self._said).encode(), b""))
        if _differs(found, self.wanted):
            return CLOSER
        return observation(found, self.wanted, self.root)

    def cut_off(self, outcome: Outcome) -> HostError:
        """Why it ended before it asked."""
        try:
            read_whole(self.host, outcome)
        except HostError as error:
            return error
        return Unreachable(
            self.host,
            "the agent ended before it was told what to do",
            "nothing was changed; run it again",
        )


def _differs(found: Lines, wanted: Manifest) -> bool:
    """Whether anything else lies in the live generation than was laid and built there, and nobody
    has looked closer yet."""
    live = found.one("live")
    if live is None or found.all("closer"):
        return False
    laid = wanted.lines() if live[0] == wanted.digest else found.texts("was")
    paths = _recorded(laid)
    # what a build has made, also of something that was laid
    paths |= {path: (mode, owner, group) for _, mode, owner, group, path in found.all("built")}
    return {(*modes, path) for path, modes in paths.items()} != {*found.all("mode")}


def _recorded(manifest: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Mode, owner and group by path, of the lines of a manifest."""
    rows = (line.split("\t") for line in manifest if line.startswith(("file\t", "folder\t")))
    return {row[-1]: tuple(row[2:5]) if row[0] == "file" else tuple(row[1:4]) for row in rows}
