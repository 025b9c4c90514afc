"""The world outside, without the spec's hosts: its names answer at once, its mail is signed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import dkim
import dns.message
import dns.query
import dns.rcode
import pytest
from rehearsal_examples import spec_file

from mailctl.dns.formats.zone import presented
from mailctl.proofs.base import Refuted
from mailctl.rehearsal import recipe
from mailctl.rehearsal.stage import Stage, set_stage
from mailctl.rehearsal.throwaway import throwaway_network
from mailctl.rehearsal.world import World, boot_world
from mailctl.spec.load import load

pytestmark = [pytest.mark.hosts, pytest.mark.timeout(120)]

AT_ONCE = 0.5
"""Seconds; every time-out of a resolver is longer."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    keys: Path = tmp_path_factory.mktemp("keys")
    return set_stage(load(spec_file("office")), "", keys)


@pytest.fixture(scope="module")
def world(stage: Stage) -> Iterator[World]:
    """The world; this thread stands in its network."""
    with throwaway_network(
        recipes=[recipe.world()], client_addresses=stage.free.clients
    ) as network:
        network.name_server = stage.free.world[0]
        up = boot_world(network, stage.foreign, stage.free, stage.world_key, stage.all_records)
        up.wait()
        with network.inside():
            yield up


def _ask(world: World, name: str, kind: str) -> tuple[str, list[str], float]:
    began = time.monotonic()
    query = dns.message.make_query(name, kind, want_dnssec=True)
    answer, _ = dns.query.udp_with_fallback(query, world.address, timeout=5)
    data = [str(one) for rrset in answer.answer for one in rrset]
    return dns.rcode.to_text(answer.rcode()), data, time.monotonic() - began


def test_it_serves_exactly_what_the_spec_asks_for(world: World, stage: Stage) -> None:
    asked = {(record.name, record.type) for record in stage.bundle.records}
    for name, kind in asked:
        wanted = {
            presented(record)
            for record in stage.bundle.records
            if (record.name, record.type) == (name, kind)
        }
        code, data, _ = _ask(world, name.replace("*", "anything"), kind)
        assert (code, set(data)) == ("NOERROR", wanted), name


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("nobody.office.example", "A", "NXDOMAIN"),
        ("mail.office.example", "TLSA", "NOERROR"),
        ("_25._tcp.mail.office.example", "TLSA", "NXDOMAIN"),
        ("www.a-name-of-the-real-world.org", "AAAA", "NXDOMAIN"),
        ("1.2.0.10.in-addr.arpa", "PTR", "NXDOMAIN"),
        ("office.example", "DS", "NOERROR"),
        (".", "DNSKEY", "NOERROR"),
    ],
)
def test_what_does_not_exist_is_denied_at_once(
    world: World, name: str, kind: str, code: str
) -> None:
    found, data, seconds = _ask(world, name, kind)
    assert (found, data) == (code, [])
    assert seconds < AT_ONCE


@pytest.mark.parametrize(
    ("name", "known"),
    [("mail.office.example", True), ("no.such.name.example", False), ("10.9.8.7", False)],
)
def test_a_hosts_own_resolver_does_not_wait(world: World, name: str, known: bool) -> None:
    began = time.monotonic()
    status, _ = world.host.run("getent", "ahosts" if name[0].isalpha() else "hosts", name)
    assert (status == 0) == known
    assert time.monotonic() - began < AT_ONCE


def _message(world: World, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"somebody@{world.domain}"
    message["To"] = f"else@{world.domain}"
    message["Subject"] = subject
    message.set_content("A line.\n")
    return message


@pytest.mark.parametrize("signed", [True, False])
def test_its_mail_is_signed_where_it_shall_be(world: World, signed: bool) -> None:
    token = f"signed-{signed}"
    sender, recipient = f"somebody@{world.domain}", f"else+x@{world.foreign.others[0]}"
    world.send(_message(world, token), sender, recipient, signed=signed)
    received = world.wait_for(token, recipient)
    assert received.envelope_to == recipient

    assert (b"DKIM-Signature:" in received.raw) == signed
    if signed:
        assert dkim.verify(received.raw, dnsfunc=lambda name, **_: _key(world, name))


def _key(world: World, name: bytes) -> bytes:
    """A TXT record as one text, as dkimpy wants it."""
    (record,) = _ask(world, name.decode(), "TXT")[1]
    return "".join(record.split('"')[1::2]).encode()


def test_waiting_for_what_nobody_sent_is_refuted(world: World) -> None:
    with pytest.raises(Refuted, match=r"no message for a@b reached mail\.foreign\.example in 0 s"):
        world.wait_for("never-sent", "a@b", timeout=0.1)


def test_its_journal_is_clean(world: World) -> None:
    assert world.host.journal() == ()
