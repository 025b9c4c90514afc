"""Hosts of both releases that send, and a receiver whose certificates can be changed. It serves
DNS too, signed and unsigned, and policies over HTTPS."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mail_host import PASSWORD, MailHost
from network_or_skip import network_or_skip
from policy_server import POLICIES, lay_policies, policy_names, policy_records
from signed_dns import lay_root
from tlsa_receiver import WORLD, identity, lay_receiver

from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal import recipe, system
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.web_key import make_web_key

SENDERS = {"debian-12": "203.0.113.212", "debian-13": "203.0.113.213"}
PATIENCE = 30.0

_AN_HOUR_LATER = b"""
import sqlite3
kept = sqlite3.connect("/var/lib/mta-sts/cache.db")
kept.execute("update sts_policy_cache set ts = ts - 3600, pol_id = 'former'")
kept.commit()
"""

HOST = """\
  {platform}:
    fqdn: mail.{platform}.example
    addresses: [{address}]
    platform: {platform}
    outbound_tls: {outbound}
"""
USER = """\
  a@{platform}.example:
    password: {{file: secret}}
    aliases: [postmaster@{platform}.example, abuse@{platform}.example]
"""

SETTINGS = """\
tls_server_sni_maps = inline:{mx.enforced.example=/etc/postfix/shown.pem}
"""


@dataclass(slots=True)
class World:
    """The receiver, and the hosts that send to it."""

    receiver: ThrowawayHost
    senders: list[Sender]
    right: str
    wrong: str
    authorised: str
    folder: Path
    address: str = WORLD

    def applies(self, outbound: str, host: str = "*") -> None:
        """All hosts come to send as `outbound_tls` says, or the one that is named."""
        _write_spec(self.folder, outbound)
        applied = self.senders[0].mail.run(
            *("apply", "--all-at-once", "--host", host, "--no-dns-check")
        )
        assert applied.code == 0, applied.out + applied.err

    def shows(self, pem: str) -> None:
        """The receiver's key and certificate from now on."""
        self._does(
            "umask 077 && cat >/etc/postfix/shown.pem && systemctl reload-or-restart postfix", pem
        )

    def serves_policies(self) -> None:
        """From now on, over HTTPS."""
        self._does("systemctl start nginx")

    @contextmanager
    def without_policies(self) -> Iterator[None]:
        """Nobody answers who asks for one."""
        self._does("systemctl stop nginx")
        try:
            yield
        finally:
            self.serves_policies()

    def connections_to(self, name: str) -> str:
        """What the receiver says of those who named this one of its names in the handshake."""
        said = self._does("journalctl --quiet --output=cat --identifier=postfix/smtpd")
        return "\n".join(line for line in said.splitlines() if f" to {name}: " in line)

    def _does(self, command: str, given: str = "") -> str:
        status, said = self.receiver.run("sh", "-c", command, stdin=given.encode())
        assert status == 0, said
        return said


@dataclass(frozen=True, slots=True)
class Sender:
    """A host of one release that sends."""

    platform: str
    mail: MailHost

    def sends(self, recipient: str) -> None:
        """A letter by sendmail(1), into the queue."""
        self.mail.does(
            f"printf 'Subject: x\\n\\nx\\n' | sendmail -f a@{self.platform}.example {recipient}"
        )

    def asks(self, name_server: str) -> None:
        """The machine's resolver, from now on."""
        self.mail.write("/etc/resolv.conf", f"nameserver {name_server}\n")

    def makes_policies_old(self) -> None:
        """What is kept of policies is an hour old, and receivers have others since."""
        self.mail.does("systemctl stop postfix-mta-sts-resolver")
        status, said = self.mail.host.run("python3", "-", stdin=_AN_HOUR_LATER)
        assert status == 0, said
        self.mail.does("systemctl start postfix-mta-sts-resolver")

    def says_of_policies(self) -> str:
        """What the daemon that looks them up has said."""
        return self.mail.says("journalctl --quiet --output=cat --unit=postfix-mta-sts-resolver")

    def outcome(self, recipient: str, status: str) -> str:
        """What Postfix's client has said when it says that the letter is `sent` or `deferred`."""
        return self._hears("true", recipient, status)

    def gets_through(self, recipient: str) -> str:
        """The same of a letter in the queue, until it is sent. The queue is told at each look: one
        that was put off just now may not lie in it yet."""
        return self._hears("postqueue -f", recipient, "sent")

    def _hears(self, command: str, recipient: str, status: str) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            said = self.mail.says(
                f"{command}; journalctl --quiet --output=cat --identifier=postfix/smtp"
            )
            if any(
                f"to=<{recipient}>" in line and f"status={status}" in line
                for line in said.splitlines()
            ):
                return said
            time.sleep(0.2)
        raise AssertionError(f"{recipient} was not {status}: {said}")


def _write_spec(folder: Path, outbound: str) -> None:
    given = [
        {"platform": name, "address": place, "outbound": outbound}
        for name, place in SENDERS.items()
    ]
    domains = "".join(f"  {name}.example: {{host: {name}}}\n" for name in SENDERS)
    (folder / "secret").write_text(f"{PASSWORD}\n")
    (folder / "mail.yaml").write_text(
        f"mailctl: 1\nhosts:\n{''.join(HOST.format(**each) for each in given)}"
        f"domains:\n{domains}users:\n{''.join(USER.format(**each) for each in given)}"
    )


@contextmanager
def outbound_world(folder: Path) -> Iterator[World]:
    """Everybody booted, and nothing applied yet; the spec is to lie in `folder`."""
    (right, digest), (wrong, _) = identity(), identity()
    web = make_web_key((*policy_names(), "mx.enforced.example", "mx.moved.example"))
    stocked = {name: recipe.stocked(PLATFORMS[name]) for name in SENDERS}
    with network_or_skip([recipe.world(), *stocked.values()]) as net:
        receiver = net.lay(
            "world", recipe=recipe.world(), addresses=[WORLD], fqdn="mx.safe.example"
        )
        others = {name: policy_records(name, WORLD) for name in POLICIES}
        key = lay_receiver(receiver.root, digest, others, SETTINGS)
        lay_policies(receiver.root, WORLD, web)
        receiver.boot()
        senders = []
        for name, place in SENDERS.items():
            host = net.lay(
                name, recipe=stocked[name], addresses=[place], fqdn=f"mail.{name}.example"
            )
            lay_root(host.root, WORLD, key)
            system.trust(host.root, web.anchor)
            host.boot()
            senders.append(Sender(name, MailHost(net, host, folder)))
        for booted in (receiver, *(sender.mail.host for sender in senders)):
            booted.wait()
        authorised = (web.key + web.certificate).decode()
        yield World(receiver, senders, right, wrong, authorised, folder)
