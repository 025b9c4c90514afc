"""The script for nsupdate(1), read as nsupdate reads it: line by line, data as in zone files."""

from __future__ import annotations

from dataclasses import dataclass, field

import dns.rdata
import dns.update
import pytest
from dns.rdtypes.ANY.TXT import TXT
from dns_samples import SAMPLES, Read, expected, sample

from mailctl.dns.formats.nsupdate import nsupdate_script
from mailctl.dns.formats.zone import by_zone
from mailctl.dns.record import Record


@dataclass
class Message:
    """One update: what the server does with it, all or nothing."""

    zone: str
    deleted: list[tuple[str, str]] = field(default_factory=list)
    added: list[tuple[str, str, int, str]] = field(default_factory=list)
    update: dns.update.UpdateMessage = field(init=False)

    def __post_init__(self) -> None:
        self.update = dns.update.UpdateMessage(self.zone)


def _messages(script: str) -> list[Message]:
    sent: list[Message] = []
    current: Message | None = None
    for line in script.splitlines():
        words = line.split(maxsplit=5)
        if not words or line.startswith(";"):
            continue
        if words[0] == "zone":
            assert current is None
            current = Message(words[1])
            continue
        assert current is not None
        if words == ["send"]:
            sent.append(current)
            current = None
        elif words[:2] == ["update", "delete"]:
            current.deleted.append((words[2].removesuffix("."), words[3]))
            current.update.delete(words[2], words[3])
        else:
            assert words[:2] == ["update", "add"]
            name, ttl, rest = words[2], int(words[3]), line.split(maxsplit=5)[5]
            current.added.append((name.removesuffix("."), words[4], ttl, _data(words[4], rest)))
            current.update.add(name, ttl, words[4], rest)
    assert current is None
    return sent


def _data(kind: str, text: str) -> str:
    rdata = dns.rdata.from_text("IN", kind, text)
    return b"".join(rdata.strings).decode() if isinstance(rdata, TXT) else text


@pytest.mark.parametrize("name", SAMPLES)
def test_the_script_adds_exactly_the_records(name: str) -> None:
    records = sample(name)
    added: Read = set()
    for message in _messages(nsupdate_script(by_zone(records))):
        assert all(f"{entry[0]}.".endswith(message.zone) for entry in message.added)
        added |= set(message.added)
    assert added == expected(records)


@pytest.mark.parametrize("name", SAMPLES)
def test_all_but_txt_is_replaced_and_no_txt_is_ever_deleted(name: str) -> None:
    records = sample(name)
    messages = _messages(nsupdate_script(by_zone(records)))
    deleted = [entry for message in messages for entry in message.deleted]
    assert len(deleted) == len(set(deleted))
    assert set(deleted) == {(r.name, r.type) for r in records if r.type != "TXT"}
    for message in messages:
        assert set(message.deleted) <= {(name, kind) for name, kind, *_ in message.added}


def test_one_message_for_each_zone() -> None:
    records = sample("office")
    zones = [message.zone for message in _messages(nsupdate_script(by_zone(records)))]
    assert zones == [f"{zone.name}." for zone in by_zone(records)]


def test_a_zone_too_large_for_one_message_is_sent_in_several_that_fit() -> None:
    label = "l" * 63
    records = tuple(
        Record(f"d{number}.{label}.{label}.example.org", kind, data, "example.org")
        for number in range(600)
        for kind, data in (("AAAA", "::1"), ("TXT", "x" * 400), ("MX", "0 ."))
    )
    messages = _messages(nsupdate_script(by_zone(records)))
    assert len(messages) > 1
    assert all(len(message.update.to_wire()) < 65535 for message in messages)
    assert {entry for message in messages for entry in message.added} == expected(records)


def test_neither_server_nor_key_is_named() -> None:
    script = nsupdate_script(by_zone(sample("office")))
    assert not [line for line in script.splitlines() if line.startswith(("server", "key"))]
