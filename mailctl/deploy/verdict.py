"""How an agent that changes things ended, as a generation or as the error that says why not."""

from __future__ import annotations

from mailctl.deploy.host import Outcome
from mailctl.deploy.lines import Lines, read, refuse_unprivileged
from mailctl.deploy.lock import locked
from mailctl.errors import (
    CheckRefused,
    HostError,
    Moved,
    NoSpace,
    RolledBack,
    Stuck,
    Unreachable,
)

_KEPT = "nothing was switched"
_AGAIN = f"{_KEPT}; run it again"
_MEND = f"{_KEPT}; mend this and run it again"


def generation(host: str, outcome: Outcome) -> int:
    """The number of the generation that is live and confirmed; raises a HostError otherwise."""
    found = read(outcome.stdout)
    done = found.one("done")
    if done is not None and outcome.status == 0:
        return int(done[0])
    refuse_unprivileged(host, found, outcome)
    if found.all("stuck"):
        raise _stuck(host, found)
    if (back := found.one("back")) is not None:
        raise RolledBack(
            host,
            f"the new generation was taken back, {_live(back[0])}",
            _why_back(found),
            generation=int(back[0]),
        )
    if (failed := found.one("fail")) is not None:
        raise _failure(host, failed[0], failed[1:], found)
    said = outcome.stderr.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
    raise Unreachable(
        host,
        f"the agent ended with status {outcome.status}: {said[-1]}",
        "`mailctl plan` shows how the host stands",
    )


def _why_back(found: Lines) -> str:
    """What did not stand, as the host told it; it tells nothing when somebody stopped it."""
    if not found.texts("detail"):
        return "it was stopped before it was confirmed; run it again"
    return _with_details("mend this and run it again:", found)


def _live(number: str) -> str:
    if number == "0":
        return "the host is as it was before"
    return f"generation {number} is live again"


def _stuck(host: str, found: Lines) -> HostError:
    return Stuck(
        host,
        f"the new generation was taken back, but {'; '.join(found.texts('stuck'))}",
        _with_details("log in and mend this, then run `mailctl plan`:", found),
    )


def _failure(host: str, code: str, said: tuple[str, ...], found: Lines) -> HostError:
    """The agent's code as our error; up to the switch nothing but packages has changed."""
    text = " ".join(said)
    if code == "locked":
        return locked(host, text, int((found.one("now") or ("0",))[0]))
    if code == "space":
        return NoSpace(
            host, text, _with_details(f"{_KEPT}; make room there and run it again", found)
        )
    if code in ("check", "build"):
        argv, ending = said
        verb = "refuses" if code == "check" else "failed on"
        return CheckRefused(
            host,
            f"`{argv}` {verb} the new files: {ending}",
            _with_details(_MEND, found),
        )
    if code == "moved":
        return Moved(host, text, _AGAIN)
    if code == "aborted":
        return HostError(host, "stopped before the switch", _AGAIN)
    return HostError(host, text, _with_details(_MEND, found))


def _with_details(text: str, found: Lines) -> str:
    """The text, then what the programs on the host said, a line each, indented."""
    return "\n    ".join((text, *found.texts("detail")))
