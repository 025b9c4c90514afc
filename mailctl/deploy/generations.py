"""What a host keeps: its generations, and which of them is live."""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.deploy.host import Remote
from mailctl.deploy.lines import Lines, read_whole
from mailctl.deploy.manifest import Manifest, parse
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, agent
from mailctl.errors import HostError


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation on a host; number 0 is the host as it was found.

    `made` is a moment in UTC (RFC 3339), `by` who applied it, `platform` the release that it was
    made for; all three are empty for 0.
    """

    number: int
    digest: str
    confirmed: bool
    made: str
    by: str
    live: bool
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a host stands: what it keeps, rising, and whether a switch may still be taken back,
    because somebody is at work there or the host has not ended it yet."""

    kept: tuple[Generation, ...]
    busy: bool

    @property
    def live(self) -> Generation | None:
        """None on a host that was never applied to."""
        return next((one for one in self.kept if one.live), None)


@dataclass(frozen=True, slots=True)
class Way:
    """From the live generation to another one; a manifest is None where the number is 0.

    `system` is ID and VERSION_ID of the host's os-release(5), `origin` the same of the moment to
    which generation 0 belongs, empty where that is not known.
    """

    base: tuple[int, str]
    to: int
    former: Manifest | None
    wanted: Manifest | None
    system: tuple[str, str] = ("", "")
    origin: tuple[str, str] = ("", "")


def generations(remote: Remote, errand: Errand = DEFAULT_ERRAND) -> tuple[Generation, ...]:
    """All that the host keeps, rising; none on a host that was never applied to."""
    return standing(remote, errand).kept


def standing(remote: Remote, errand: Errand = DEFAULT_ERRAND) -> Standing:
    """What the host keeps, and whether that is its last word; one exec."""
    found = _list(remote, "none", errand)
    live, _ = found.one("live") or ("0", "-")
    return Standing(_kept(found, live), busy=bool(found.all("busy")))


def _kept(found: Lines, live: str) -> tuple[Generation, ...]:
    return tuple(
        Generation(
            number=int(number),
            digest="" if digest == "-" else digest,
            confirmed=confirmed == "confirmed",
            made="" if made == "-" else made,
            by="" if by == "-" else by,
            live=number == live,
            platform="" if platform == "-" else platform,
        )
        for number, digest, confirmed, made, by, platform in found.all("generation")
    )


def way_to(remote: Remote, number: int | None, errand: Errand = DEFAULT_ERRAND) -> Way:
    """What is known of a generation to go back to; None means the one before the live one.

    Raises HostError when the host does not keep it, and for 0 unless it is named.
    """
    found = _list(remote, "previous" if number is None else str(number), errand)
    live, digest = found.one("live") or ("0", "-")
    kept = [row[0] for row in found.all("generation")]
    target = (found.one("asked") or ("",))[0]
    if not target or target not in kept:
        wanted = "an earlier generation" if number is None else f"generation {number}"
        numbers = f"it keeps {', '.join(kept)}" if kept else "nothing was ever applied to it"
        raise HostError(remote.name, f"the host has no {wanted.removeprefix('an ')}", numbers)
    if number is None and target == "0":
        # one Return too many must not take the mail server away
        raise HostError(
            remote.name,
            f"before generation {live} the host was without mailctl",
            "to take its configuration off the host, name 0",
        )
    was, then = found.texts("was"), found.texts("then")
    return Way(
        base=(int(live), digest),
        to=int(target),
        former=parse(was) if was else None,
        wanted=parse(then) if then else None,
        system=found.release("os"),
        origin=found.release("origin"),
    )


def _list(remote: Remote, asked: str, errand: Errand) -> Lines:
    script = agent(("common", "list"), asked.encode(), errand)
    return read_whole(remote.name, remote.run(script))
