"""The foreign host as a sender that insists: by DANE (RFC 7672), and by MTA-STS (RFC 8461).

The spec's zones are signed by BIND. A validating resolver stands beside it, and Postfix has two
ways out: one that takes nothing but a key that a signed TLSA record names, and one that takes
nothing but what the receiver's policy says.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import dns.message
import dns.query
import dns.rdatatype

from mailctl.rehearsal.run import Rehearsal
from mailctl.rehearsal.throwaway import ThrowawayNetwork

_PATIENCE = 60.0
_POLICY = """\
dnssec-policy "rehearsal" {
    keys { csk lifetime unlimited algorithm ecdsap256sha256; };
};
"""
_UNBOUND = """\
server:
    interface: 127.0.0.1
    access-control: 127.0.0.0/8 allow
    chroot: ""
    # what a resolver may remember for an hour it remembers here for a second
    cache-max-ttl: 1
    cache-max-negative-ttl: 1
{anchors}
stub-zone:
    name: "."
    stub-addr: {server}
remote-control:
    control-enable: no
"""
_WAYS_OUT = """\
dane-out  unix  -       -       n       -       -       smtp
  -o syslog_name=postfix/dane -o smtp_tls_security_level=dane-only
  -o smtp_dns_support_level=dnssec -o smtp_tls_loglevel=1
sts-out   unix  -       -       n       -       -       smtp
  -o syslog_name=postfix/sts -o smtp_tls_loglevel=1
  -o smtp_tls_policy_maps=socketmap:inet:127.0.0.1:8461:postfix
  -o smtp_tls_CAfile=/etc/ssl/certs/ca-certificates.crt
"""
_RESOLVER_YML = """\
host: 127.0.0.1
port: 8461
cache:
  type: internal
  options: {cache_size: 100}
default_zone: {strict_testing: false, timeout: 4}
"""


def sign_zones(net: ThrowawayNetwork) -> None:
    """Before anything is published: BIND signs what it is told from then on."""
    outside = net.hosts["outside"]
    file = outside.root / "etc/bind/named.conf"
    text = file.read_text()
    signed = text.replace(
        "    update-policy {", '    dnssec-policy "rehearsal";\n    update-policy {'
    )
    assert signed != text
    file.write_text(_POLICY + signed)
    _does(net, "systemctl restart named")


@dataclass(slots=True)
class StrictSenders:
    """`dane` and `sts` at the foreign domain, whose mail goes each its own way."""

    up: Rehearsal

    @property
    def senders(self) -> dict[str, str]:
        """By the way out."""
        return {way: f"{way}@{self.up.world.domain}" for way in ("dane", "sts")}

    def outcomes(self) -> Counter[tuple[str, str, str]]:
        """How often which way has said what of whom: way, recipient, status of each attempt."""
        found = re.findall(
            r"postfix/(dane|sts)/smtp\[\d+\]: \w+: to=<([^>]*)>.* status=(\w+)", self.journal()
        )
        return Counter(found)

    def verified(self) -> Counter[tuple[str, str]]:
        """How many connections which way has found in order, by way and host."""
        found = re.findall(
            r"postfix/(dane|sts)/smtp\[\d+\]: Verified TLS connection established to ([^\[]+)\[",
            self.journal(),
        )
        return Counter(found)

    def put_off(self) -> str:
        """Why, in the words of both."""
        said = (line for line in self.journal().splitlines() if "status=deferred" in line)
        return "\n".join(said)

    def journal(self) -> str:
        """What both have said."""
        status, said = self.up.world.host.run(
            *("journalctl", "--quiet", "--no-pager", "--unit=postfix*", "--output=short")
        )
        assert status == 0, said
        return said

    def await_outcome(self, way: str, recipient: str, status: str, times: int = 1) -> None:
        """Until so many attempts have come to it."""
        end = time.monotonic() + _PATIENCE
        while self.outcomes()[way, recipient, status] < times:
            assert time.monotonic() < end, (way, recipient, status, self.journal()[-3000:])
            time.sleep(0.2)


def begin(up: Rehearsal) -> StrictSenders:
    """The caller stands in the network, and all zones are filled."""
    net, root = up.network, up.world.host.root
    zones = tuple(up.ground.system.domains)
    anchors = "".join(
        f'    trust-anchor: "{zone}. DNSKEY {key}"\n'
        for zone in zones
        for key in _keys(up.world.address, zone)
    )
    for left in (root / "etc/unbound/unbound.conf.d").glob("*"):
        left.unlink()
    (root / "etc/unbound/unbound.conf").write_text(
        _UNBOUND.format(anchors=anchors, server=up.world.address)
    )
    assert up.world.authority_roots is not None
    pebble = root / "usr/local/share/ca-certificates/pebble.crt"
    pebble.write_text(up.world.authority_roots())
    (root / "etc/mta-sts-daemon.yml").write_text(_RESOLVER_YML)
    with (root / "etc/postfix/master.cf").open("a") as file:
        file.write(_WAYS_OUT)
    senders = StrictSenders(up)
    ways = ", ".join(f"{{{sender}={way}-out:}}" for way, sender in senders.senders.items())
    _does(
        net,
        "update-ca-certificates >/dev/null && "
        "echo 'nameserver 127.0.0.1' >/etc/resolv.conf && "
        f"postconf -e 'sender_dependent_default_transport_maps = inline:{{{ways}}}' && "
        "systemctl restart unbound postfix-mta-sts-resolver postfix",
    )
    return senders


def _keys(server: str, zone: str) -> Iterable[str]:
    """A signed zone's keys, as soon as it has them."""
    end = time.monotonic() + _PATIENCE
    while True:
        question = dns.message.make_query(zone, dns.rdatatype.DNSKEY)
        answer = dns.query.tcp(question, server, timeout=5).answer
        keys = [data.to_text() for rrset in answer for data in rrset]
        if keys:
            return keys
        assert time.monotonic() < end, f"{zone} is not signed"
        time.sleep(0.2)


def _does(net: ThrowawayNetwork, command: str) -> None:
    status, said = net.hosts["outside"].run("sh", "-c", command)
    assert status == 0, said
