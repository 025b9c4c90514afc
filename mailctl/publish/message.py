"""A zone's plan as update messages (RFC 2136): one, unless it is too big for a message.

A message is done whole or not at all (3.7). Each set that is touched must still be as it was
seen: exactly these records (2.4.2), or none (2.4.3). And where something is added no alias may
have come, for the server would drop what is added without a word (3.4.2.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from mailctl.publish.connection import LARGEST
from mailctl.publish.data import rdata_of
from mailctl.publish.plan import SetPlan, ZonePlan

if TYPE_CHECKING:
    import dns.name
    import dns.update

_ROOM = LARGEST - 1024
"""For header, zone and signature."""

_RECORD = 12
"""Bytes of a record besides its name and its data, and the final byte of its name."""

Part = tuple[SetPlan, ...]
"""What is done in one message."""


def parts(plan: ZonePlan, room: int = _ROOM) -> tuple[Part, ...]:
    """The sets that change, in as few messages as hold them. All of a name go together, since
    an alias and what takes its place must."""
    if plan.touched and _fits(plan, room):
        return (plan.touched,)
    found: list[list[SetPlan]] = []
    left = 0
    for _, group in groupby(plan.touched, key=lambda one: one.seen.name):
        sets = list(group)
        size = sum(map(_size, sets))
        if not found or size > left:
            found.append([])
            left = room
        found[-1] += sets
        left -= size
    return tuple(map(tuple, found))


def update_message(zone: str, part: Part) -> dns.update.UpdateMessage:
    """The message, not signed yet: all that goes, then all that comes."""
    import dns.update

    message = dns.update.UpdateMessage(_name(zone))
    for one in part:
        _require(message, one)
    leaving = {(one.seen.name, one.seen.type) for one in part if one.seen.data}
    for joined in _joined(part):
        if (joined, "CNAME") not in leaving:
            message.absent(_name(joined), "CNAME")
    changes = [change for one in part for change in one.changes]
    for change in changes:
        if change.old:
            message.delete(_name(change.name), rdata_of(change.type, change.old))
    for change in changes:
        if change.new:
            message.add(_name(change.name), change.ttl, rdata_of(change.type, change.new))
    return message


def _require(message: dns.update.UpdateMessage, one: SetPlan) -> None:
    name = _name(one.seen.name)
    if one.seen.data:
        message.present(name, *(rdata_of(one.seen.type, datum) for datum in one.seen.data))
    else:
        message.absent(name, one.seen.type)


def _name(text: str) -> dns.name.Name:
    import dns.name

    return dns.name.from_text(f"{text}.")


def _joined(part: Part) -> Iterator[str]:
    """Names to which something is added that cannot stand beside an alias."""
    names = (
        one.seen.name
        for one in part
        if one.seen.type != "CNAME" and any(change.new for change in one.changes)
    )
    yield from dict.fromkeys(names)


def _fits(plan: ZonePlan, room: int) -> bool:
    import dns.exception

    try:
        return len(update_message(plan.zone, plan.touched).to_wire()) <= room
    except dns.exception.TooBig:
        return False


def _size(one: SetPlan) -> int:
    """No more than this, for names are compressed."""
    name = len(one.seen.name) + _RECORD
    # two more prerequisites without data
    size = 2 * name + sum(name + len(datum.wire) for datum in one.seen.data)
    for change in one.changes:
        size += sum(name + len(datum.wire) for datum in (change.old, change.new) if datum)
    return size
