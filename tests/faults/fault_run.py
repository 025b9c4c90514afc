"""One fault from its beginning to its end, judged; and many of them on several hosts at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from fault_blows import Struck, strike
from fault_catalogue import Fault, Kind
from fault_lane import Lane
from wholeness import leftovers

from mailctl.deploy.apply import Applied
from mailctl.deploy.generations import generations
from mailctl.errors import HostError, Locked

SETTLING = 60.0
"""Seconds in which a host must be whole again by itself, what it went back to probed: several
attempts of the guard on a loaded machine, or a boot. How long it took is in the figures."""

_OLD_FOR = {"RolledBack", "CheckRefused", "NoSpace", "Locked"}
"""Errors whose text tells the administrator that the former generation is live."""


@dataclass(slots=True)
class Result:
    """What came of a fault. `outcome` is old, new, or broken; `objections` are all that must not
    be, and empty where all is well."""

    fault: Fault
    platform: str
    way: str
    struck: Struck = field(default_factory=Struck)
    outcome: str = "broken"
    mended_in: float = 0.0
    next_apply: bool = False
    seconds: float = 0.0
    objections: list[str] = field(default_factory=list)
    portrait: str = ""


def suffer(lane: Lane, fault: Fault) -> Result:
    """The fault, what is left of the host then, and the next apply."""
    begun = time.monotonic()
    before = lane.live()
    if fault.rollback and not _former(lane, before):
        fault = replace(fault, rollback=False)
    target = _target(lane, fault, before)
    result = Result(fault, lane.platform, f"{before} -> {target}")
    try:
        result.struck = strike(lane, fault, target)
        _judge(lane, result, before, target)
        _next(lane, result, target)
    except Exception as error:  # noqa: BLE001 - told with the others, at the end
        result.objections.append(f"the test itself: {type(error).__name__}: {error}")
    result.seconds = time.monotonic() - begun
    if not lane.live():
        _restore(lane, result)
    return result


def _target(lane: Lane, fault: Fault, before: str) -> str:
    """The letter of what is to come; a rollback's is what was live before this."""
    if fault.rollback and (former := _former(lane, before)):
        return former
    if fault.restarts and fault.kind is not Kind.KILL_CLIENT:
        return "D" if before == "C" else "C"
    return "B" if before == "A" else "A"


def _former(lane: Lane, before: str) -> str:
    with lane.remote() as remote:
        kept = generations(remote)
    live = next(one.number for one in kept if one.live)
    former = [lane.digests.get(one.digest, "") for one in kept if one.number < live]
    return former[-1] if former and former[-1] != before else ""


def _judge(lane: Lane, result: Result, before: str, target: str) -> None:
    seen, objections, passed = lane.settled(SETTLING)
    letter = lane.digests.get(seen.digest, "")
    result.mended_in = passed
    result.outcome = {before: "old", target: "new"}.get(letter, "broken")
    if objections:
        result.objections += objections
        result.outcome = "broken"
        result.portrait = lane.portrait()
    struck = result.struck
    if struck.ended == "traceback":
        result.objections.append(f"the client came to grief: {struck.said}")
    elif result.outcome == "new" and struck.ended in _OLD_FOR:
        result.objections.append(f"the new generation is live, but the client said: {struck.said}")
    elif result.outcome == "old" and struck.ended == "Applied":
        result.objections.append("the former generation is live, but the client said: done")


def _next(lane: Lane, result: Result, target: str) -> None:
    """It succeeds at once, leaves what is wanted, and nothing of what was interrupted."""
    try:
        changed = _apply_in_turn(lane, target).changed
        if not changed and leftovers(lane.host.root):
            target = _target(lane, result.fault, target)
            lane.apply(target)
    except HostError as error:
        result.objections.append(f"the next apply failed: {error}")
        result.portrait = result.portrait or lane.portrait()
        return
    seen, objections, _ = lane.settled(5)
    if lane.digests.get(seen.digest, "") != target:
        objections = (*objections, f"generation {seen.number} is live instead")
    left = leftovers(lane.host.root)
    result.objections += [f"after the next apply: {one}" for one in objections]
    result.objections += [f"left after the next apply: {one}" for one in left]
    result.next_apply = not objections


def _apply_in_turn(lane: Lane, target: str) -> Applied:
    """Whoever is told that somebody is at work waits, as the message says."""
    until = time.monotonic() + SETTLING
    while True:
        try:
            return lane.apply(target)
        except Locked:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _restore(lane: Lane, result: Result) -> None:
    """For the next fault to begin on firm ground, whatever this one has done."""
    try:
        lane.apply("A")
    except HostError as error:
        result.objections.append(f"nothing can be applied any more: {error}")


@dataclass(slots=True)
class Run:
    """All faults of a run; `wanted` is how many there shall be."""

    seed: int
    wanted: int
    results: list[Result] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Messages that were accepted and are nowhere."""
    given_up: list[str] = field(default_factory=list)
    """Hosts that could not be gone on with."""
    seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def on(self, lanes: list[Lane], faults: Iterable[Fault]) -> None:
        """A thread for each host; each takes the next fault when it is done with one."""
        begun = time.monotonic()
        self.lanes = lanes
        source = iter(faults)
        threads = [
            threading.Thread(target=self._along, args=(lane, source), daemon=True) for lane in lanes
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.seconds = time.monotonic() - begun

    def _along(self, lane: Lane, source: object) -> None:
        try:
            lane.begin()
            while (fault := self._take(source)) is not None:
                result = suffer(lane, fault)
                with self._lock:
                    self.results.append(result)
        except Exception as error:  # noqa: BLE001 - told at the end
            self.given_up.append(f"{lane.host.name}: {type(error).__name__}: {error}")
        finally:
            lane.stream.stop()
        self.lost += [f"{lane.host.name}: {token}" for token in lane.stream.missing(60)]

    def _take(self, source: object) -> Fault | None:
        with self._lock:
            return next(source, None)  # type: ignore[call-overload, no-any-return]
