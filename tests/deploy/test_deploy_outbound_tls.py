"""Hosts of both releases send by DANE to a receiver in signed DNS: what its TLSA records do not
name gets no mail, and neither do records whose signatures do not hold. Then the same hosts are to
heed policies of MTA-STS, and then neither."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from outbound_world import SENDERS, Sender, World, outbound_world

pytestmark = pytest.mark.hosts


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with outbound_world(tmp_path_factory.mktemp("outbound")) as world:
        world.applies("dane")
        yield world


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest, world: World) -> Sender:
    return next(each for each in world.senders if each.platform == request.param)


def test_what_tlsa_records_do_not_name_gets_no_mail_until_it_is_put_right(
    world: World, sender: Sender
) -> None:
    world.shows(world.wrong)
    recipient = f"{sender.platform}@safe.example"
    sender.sends(recipient)
    said = sender.outcome(recipient, "deferred")
    assert "no matching DANE TLSA records" in said
    assert "Verified TLS connection" not in said
    world.shows(world.right)
    said = sender.gets_through(recipient)
    assert "Verified TLS connection established to mx.safe.example[" in said


def test_a_tlsa_record_whose_signature_does_not_hold_keeps_mail_here(sender: Sender) -> None:
    recipient = f"{sender.platform}@forged.example"
    sender.sends(recipient)
    assert "TLSA lookup error for mx.forged.example:25" in sender.outcome(recipient, "deferred")


def test_a_tlsa_record_of_a_zone_without_signatures_counts_for_nothing(sender: Sender) -> None:
    recipient = f"{sender.platform}@plain.example"
    sender.sends(recipient)
    said = sender.outcome(recipient, "sent")
    assert "Untrusted TLS connection established to mx.plain.example[" in said


def test_the_machine_keeps_its_resolver_and_postfix_its_own(world: World, sender: Sender) -> None:
    """What Debian's tools do when the machine's resolver changes does not reach Postfix."""
    mail = sender.mail
    assert "127.0.0.25" not in mail.says("cat /etc/resolv.conf")
    mail.write("/etc/resolv.conf.new", "nameserver 192.0.2.99\n")
    mail.does("mv /etc/resolv.conf.new /etc/resolv.conf")
    mail.does("postfix check; IFACE=eth0 sh /etc/resolvconf/update-libc.d/postfix")
    assert "192.0.2.99" in mail.does("cat /var/spool/postfix/etc/resolv.conf")
    mail.does("postfix reload")
    world.shows(world.wrong)
    recipient = f"{sender.platform}-again@safe.example"
    sender.sends(recipient)
    assert "no matching DANE TLSA records" in sender.outcome(recipient, "deferred")


def test_only_the_host_itself_is_answered(world: World, sender: Sender) -> None:
    listening = sender.mail.does("ss --numeric --listening --udp --tcp --no-header")
    places = {line.split()[4] for line in listening.splitlines() if line.split()[4][-3:] == ":53"}
    assert places == {"127.0.0.25:53"}


@pytest.fixture(scope="module")
def heeding(world: World) -> World:
    """The same hosts once more, now with `outbound_tls: mta-sts`."""
    for sender in world.senders:
        sender.asks(world.address)
    world.serves_policies()
    world.applies("mta-sts")
    return world


def test_a_policy_that_is_enforced_is_held_against_the_certificate(
    heeding: World, sender: Sender
) -> None:
    heeding.shows(heeding.wrong)
    enforced, tested, free = (
        f"{sender.platform}@{domain}.example" for domain in ("enforced", "tested", "free")
    )
    for recipient in (enforced, tested, free):
        sender.sends(recipient)
    said = sender.outcome(enforced, "deferred")
    assert "failed for mx.enforced.example[203.0.113.53]:25: self-signed certificate" in said
    assert "Untrusted TLS connection established to mx.tested.example[" in sender.outcome(
        tested, "sent"
    )
    assert "Untrusted TLS connection established to mx.free.example[" in sender.outcome(
        free, "sent"
    )
    heeding.shows(heeding.authorised)
    said = sender.gets_through(enforced)
    assert "Verified TLS connection established to mx.enforced.example[" in said
    # RFC 8461, 7.1: the receiver was told which of its names was meant
    assert f"[{sender.mail.address}]" in heeding.connections_to("mx.enforced.example")


def test_a_host_that_a_policy_does_not_name_gets_no_mail(heeding: World, sender: Sender) -> None:
    heeding.shows(heeding.authorised)
    recipient = f"{sender.platform}@moved.example"
    sender.sends(recipient)
    said = sender.outcome(recipient, "deferred")
    assert "failed for mx.moved.example[203.0.113.53]:25: num=62:hostname mismatch" in said


def test_a_known_policy_holds_while_nobody_serves_it(heeding: World, sender: Sender) -> None:
    heeding.shows(heeding.authorised)
    first, second = (f"{sender.platform}-{which}@enforced.example" for which in ("first", "second"))
    sender.sends(first)
    sender.outcome(first, "sent")
    heeding.shows(heeding.wrong)
    sender.makes_policies_old()
    with heeding.without_policies():
        sender.sends(second)
        assert "Server certificate not verified" in sender.outcome(second, "deferred")
        assert "STS policy fetch for domain 'enforced.example' failed" in sender.says_of_policies()


def test_mail_waits_while_nobody_can_tell_of_policies(heeding: World, sender: Sender) -> None:
    heeding.shows(heeding.authorised)
    recipient = f"{sender.platform}-waits@free.example"
    sender.mail.does("systemctl stop postfix-mta-sts-resolver")
    sender.sends(recipient)
    said = sender.outcome(recipient, "deferred")
    assert 'next-hop destination "free.example": policy table lookup error' in said
    sender.mail.does("systemctl start postfix-mta-sts-resolver")
    sender.gets_through(recipient)


def test_nobody_else_is_told_of_policies(heeding: World, sender: Sender) -> None:
    listening = sender.mail.does("ss --numeric --listening --tcp --no-header")
    places = {line.split()[3] for line in listening.splitlines() if ":8461" in line}
    assert places == {"127.0.0.1:8461"}
    assert sender.mail.does("stat --format=%a:%U /var/lib/mta-sts") == "700:_mta-sts"
    assert sender.mail.does("systemctl is-active unbound || :") == "inactive"


def test_who_is_content_with_less_looks_nothing_up(heeding: World) -> None:
    """Debian 13's daemon would wait for Postfix, which keeps connections open, and be killed."""
    heeding.shows(heeding.wrong)
    sender = heeding.senders[-1]
    recipient = f"{sender.platform}-at-last@enforced.example"
    sender.sends(recipient)
    sender.outcome(recipient, "deferred")
    heeding.applies("opportunistic", sender.platform)
    unit = "postfix-mta-sts-resolver"
    assert sender.mail.does(f"systemctl is-active {unit} || :") == "inactive"
    assert sender.mail.does(f"systemctl is-enabled {unit} || :") == "disabled"
    assert "Got first exit signal" not in sender.says_of_policies()  # it was ended by SIGHUP
    assert not (sender.mail.host.root / f"etc/systemd/system/{unit}.service.d").exists()
    sender.gets_through(recipient)
