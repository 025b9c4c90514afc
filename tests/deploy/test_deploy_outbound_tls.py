"""Hosts of both releases send by DANE to a receiver in signed DNS: what its TLSA records do not
name gets no mail, and neither do records whose signatures do not hold."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from mail_host import PASSWORD, MailHost
from network_or_skip import network_or_skip
from signed_dns import lay_root
from tlsa_receiver import WORLD, identity, lay_receiver

from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal import recipe
from mailctl.rehearsal.host import ThrowawayHost

pytestmark = pytest.mark.hosts

SENDERS = {"debian-12": "203.0.113.212", "debian-13": "203.0.113.213"}
PATIENCE = 30.0

HOST = """\
  {platform}:
    fqdn: mail.{platform}.example
    addresses: [{address}]
    platform: {platform}
    outbound_tls: dane
"""
USER = """\
  a@{platform}.example:
    password: {{file: secret}}
    aliases: [postmaster@{platform}.example, abuse@{platform}.example]
"""


@dataclass(slots=True)
class World:
    """The receiver, and the hosts that send to it."""

    receiver: ThrowawayHost
    senders: list[Sender]
    right: str
    wrong: str

    def shows(self, pem: str) -> None:
        """The receiver's key and certificate from now on."""
        status, said = self.receiver.run(
            "sh",
            "-c",
            "umask 077 && cat >/etc/postfix/shown.pem && systemctl reload-or-restart postfix",
            stdin=pem.encode(),
        )
        assert status == 0, said


@dataclass(frozen=True, slots=True)
class Sender:
    """A host of one release that sends by DANE."""

    platform: str
    mail: MailHost

    def sends(self, recipient: str) -> None:
        """A letter by sendmail(1), into the queue."""
        self.mail.does(
            f"printf 'Subject: x\\n\\nx\\n' | sendmail -f a@{self.platform}.example {recipient}"
        )

    def outcome(self, recipient: str, status: str) -> str:
        """What Postfix's client has said when it says that the letter is `sent` or `deferred`."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            said = self.mail.says("journalctl --quiet --output=cat --identifier=postfix/smtp")
            if any(
                f"to=<{recipient}>" in line and f"status={status}" in line
                for line in said.splitlines()
            ):
                return said
            time.sleep(0.2)
        raise AssertionError(f"{recipient} was not {status}: {said}")


def _write_spec(folder: Path) -> None:
    given = [{"platform": name, "address": place} for name, place in SENDERS.items()]
    domains = "".join(f"  {name}.example: {{host: {name}}}\n" for name in SENDERS)
    (folder / "secret").write_text(f"{PASSWORD}\n")
    (folder / "mail.yaml").write_text(
        f"mailctl: 1\nhosts:\n{''.join(HOST.format(**each) for each in given)}"
        f"domains:\n{domains}users:\n{''.join(USER.format(**each) for each in given)}"
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("outbound")
    _write_spec(folder)
    (right, digest), (wrong, _) = identity(), identity()
    stocked = {name: recipe.stocked(PLATFORMS[name]) for name in SENDERS}
    with network_or_skip([recipe.world(), *stocked.values()]) as net:
        receiver = net.lay(
            "world", recipe=recipe.world(), addresses=[WORLD], fqdn="mx.safe.example"
        )
        key = lay_receiver(receiver.root, digest)
        receiver.boot()
        senders = []
        for name, place in SENDERS.items():
            host = net.lay(
                name, recipe=stocked[name], addresses=[place], fqdn=f"mail.{name}.example"
            )
            lay_root(host.root, WORLD, key)
            host.boot()
            senders.append(Sender(name, MailHost(net, host, folder)))
        for booted in (receiver, *(sender.mail.host for sender in senders)):
            booted.wait()
        applied = senders[0].mail.apply()
        assert applied.code == 0, applied.out + applied.err
        yield World(receiver, senders, right, wrong)


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
    sender.mail.does("postqueue -f")
    assert "Verified TLS connection established to mx.safe.example[" in sender.outcome(
        recipient, "sent"
    )


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
