"""Hosts of both releases that send, and a receiver whose certificates can be changed. It serves
DNS too, signed and unsigned, and policies over HTTPS."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from mail_host import PASSWORD, MailHost
from network_or_skip import network_or_skip
from policy_server import POLICIES, lay_policies, policy_names, policy_records
from signed_dns import lay_name_server, lay_root, signed

from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal import recipe, system
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.web_key import WebKey, make_web_key

WORLD = "203.0.113.53"
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

RECEIVER = """\
compatibility_level = 3.6
myhostname = mx.safe.example
mydestination = {domains}
local_transport = discard:
local_recipient_maps =
alias_maps =
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_tls_chain_files = /etc/postfix/shown.pem
tls_server_sni_maps = inline:{{mx.enforced.example=/etc/postfix/shown.pem}}
"""


def _zone(name: str, *lines: str) -> str:
    head = f"{name} 300 IN SOA ns.{name} hostmaster.{name} 1 3600 900 1209600 300\n"
    rest = (f"{name} 300 IN NS ns.{name}", f"ns.{name} 300 IN A {WORLD}", *lines)
    return head + "".join(f"{line}\n" for line in rest)


def _mail(name: str, *lines: str) -> str:
    return _zone(name, f"{name} 300 IN MX 10 mx.{name}", f"mx.{name} 300 IN A {WORLD}", *lines)


def _tlsa(name: str, digest: str) -> str:
    return f"_25._tcp.mx.{name} 300 IN TLSA 3 1 1 {digest}"


def _identity() -> tuple[str, str]:
    """A key with a certificate that nobody vouches for, as PEM, and the digest for 3 1 1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx.safe.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    spki = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode(), hashlib.sha256(spki).hexdigest()


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


def _lay_world(root: Path, digest: str, web: WebKey) -> str:
    """The receiver's files; the data of the root's key."""
    safe = signed("safe.example.", _mail("safe.example.", _tlsa("safe.example.", digest)))
    forged = signed("forged.example.", _mail("forged.example.", _tlsa("forged.example.", "0" * 64)))
    delegated = "".join(
        f"{name} 300 IN NS ns.{name}\nns.{name} 300 IN A {WORLD}\n"
        for name in ("safe.example.", "forged.example.", "plain.example.", *POLICIES)
    )
    root_zone = signed(
        ".",
        ". 300 IN SOA ns.root.example. hostmaster.root.example. 1 3600 900 1209600 300\n"
        f". 300 IN NS ns.root.example.\nns.root.example. 300 IN A {WORLD}\n"
        f"{delegated}{safe.delegation}{forged.delegation}",
    )
    lay_name_server(
        root,
        WORLD,
        {
            ".": root_zone.text,
            "safe.example.": safe.text,
            # the right digest, and a signature of another one
            "forged.example.": forged.text.replace("0" * 64, digest),
            "plain.example.": _mail("plain.example.", _tlsa("plain.example.", "0" * 64)),
            **{name: _mail(name, *policy_records(name, WORLD)) for name in POLICIES},
        },
    )
    lay_policies(root, WORLD, web)
    domains = ("safe.example.", "forged.example.", "plain.example.", *POLICIES)
    (root / "etc/postfix/main.cf").write_text(
        RECEIVER.format(domains=", ".join(name.rstrip(".") for name in domains))
    )
    return root_zone.key


@contextmanager
def outbound_world(folder: Path) -> Iterator[World]:
    """Everybody booted, and nothing applied yet; the spec is to lie in `folder`."""
    (right, digest), (wrong, _) = _identity(), _identity()
    web = make_web_key((*policy_names(), "mx.enforced.example", "mx.moved.example"))
    stocked = {name: recipe.stocked(PLATFORMS[name]) for name in SENDERS}
    with network_or_skip([recipe.world(), *stocked.values()]) as net:
        receiver = net.lay(
            "world", recipe=recipe.world(), addresses=[WORLD], fqdn="mx.safe.example"
        )
        key = _lay_world(receiver.root, digest, web)
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
