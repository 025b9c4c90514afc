"""What a host finds out about itself after a switch: each break of the way of mail is found, told,
and taken back."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from network_or_skip import network_or_skip

from mailctl.bundle import Artefact, HostBundle
from mailctl.cli.prepare import prepare
from mailctl.deploy.access import Access
from mailctl.deploy.apply import Applied, bring
from mailctl.deploy.ssh import SshRemote
from mailctl.errors import HostError, RolledBack
from mailctl.model.destination import Destination
from mailctl.model.host import Ssh
from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal import recipe
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.throwaway import ThrowawayNetwork

pytestmark = pytest.mark.hosts

ADDRESSES = {"debian-12": "203.0.113.122", "debian-13": "203.0.113.123"}
PROBE = "probe@mailctl-probe.invalid"

SPEC = """\
mailctl: 1
hosts:
  mail: {{fqdn: mail.probed.example, addresses: [{address}], platform: {platform}}}
domains:
  probed.example: {{}}
users:
  a@probed.example:
    password: {{file: secret}}
    aliases: [postmaster@probed.example, abuse@probed.example]
"""


@dataclass(slots=True)
class Probed:
    """A host on which mail flows, and what it shall be."""

    net: ThrowawayNetwork
    host: ThrowawayHost
    address: str
    good: HostBundle

    def apply(self, wanted: HostBundle) -> Applied:
        access = Access((self.net.access.identity,), (self.net.access.known_hosts,))
        with (
            self.net.inside(),
            SshRemote(Destination("mail", self.address, Ssh()), access) as remote,
        ):
            return bring(remote, wanted)

    def traces(self) -> str:
        """What a probe could have left behind."""
        look = (
            "cat /var/lib/mailctl/probe/users; ls -A /var/vmail | grep probe;"
            " postqueue -p | grep probe; ls /var/lib/mailctl/pending 2>/dev/null; true"
        )
        return self.host.run("sh", "-c", look)[1]


def changed(bundle: HostBundle, path: str, change: Callable[[str], str]) -> HostBundle:
    """The bundle with one file that is another one."""

    def other(artefact: Artefact) -> Artefact:
        if artefact.path != path:
            return artefact
        content = change(artefact.content.decode())
        assert content.encode() != artefact.content
        return replace(artefact, content=content.encode())

    content = bundle.content
    return replace(bundle, content=replace(content, artefacts=tuple(map(other, content.artefacts))))


@pytest.fixture(scope="module")
def net() -> Iterator[ThrowawayNetwork]:
    with network_or_skip([recipe.stocked(PLATFORMS[platform]) for platform in ADDRESSES]) as net:
        yield net


@pytest.fixture(scope="module", params=ADDRESSES)
def probed(
    request: pytest.FixtureRequest, net: ThrowawayNetwork, tmp_path_factory: pytest.TempPathFactory
) -> Probed:
    platform: str = request.param
    folder: Path = tmp_path_factory.mktemp("probed")
    (folder / "secret").write_text("a long enough password\n")
    spec = folder / "mail.yaml"
    spec.write_text(SPEC.format(address=ADDRESSES[platform], platform=platform))
    host = net.boot(
        platform, platform=platform, addresses=[ADDRESSES[platform]], fqdn="mail.probed.example"
    )
    good = prepare(spec).compile().hosts[0]
    found = Probed(net, host, ADDRESSES[platform], good)
    assert found.apply(good).changed
    return found


def test_a_probe_leaves_nothing(probed: Probed) -> None:
    assert probed.traces() == ""


SUBMISSION_MILTER = "-o { smtpd_milters = unix:opendkim/opendkim.sock }"


@pytest.mark.parametrize(
    ("path", "change", "said"),
    [
        (
            "postfix/master.cf",
            lambda text: text.replace(SUBMISSION_MILTER, "-o { smtpd_milters = }"),
            "a mail of a user of probed.example has no DKIM signature of it",
        ),
        (
            "opendkim/SigningTable",
            lambda text: text.replace("probed.example", "elsewhere.example", 1),
            "a mail of a user of probed.example has no DKIM signature of it",
        ),
        (
            "postfix/main.cf",
            lambda text: text.replace("smtpd_sasl_path = private/auth", "smtpd_sasl_path = none"),
            # smtpd ends when it cannot ask anybody about passwords
            "port 465",
        ),
        (
            "postfix/main.cf",
            lambda text: text.replace("private/dovecot-lmtp", "private/nobody"),
            "a mail that was taken did not arrive in its mailbox",
        ),
        (
            "dovecot/dovecot.conf",
            lambda text: text.replace("/var/lib/mailctl/probe/users", "/var/lib/mailctl/nothing"),
            # on 465; or on 993, where smtpd still asks the former auth process
            "the login on port",
        ),
    ],
    ids=["no signer", "signs others", "no logins", "no delivery", "no accounts"],
)
def test_a_break_is_found_and_taken_back(
    probed: Probed, path: str, change: Callable[[str], str], said: str
) -> None:
    with pytest.raises(RolledBack) as raised:
        probed.apply(changed(probed.good, path, change))
    assert "is live again" in str(raised.value)
    assert said in str(raised.value)
    assert probed.traces() == ""
    assert not probed.apply(probed.good).changed


def test_a_daemon_that_dies_after_its_greeting_is_found(probed: Probed) -> None:
    """dovecot, killed by a drop-in a second after it has started, whatever it was given: what
    comes back is no better, and that is told."""
    unit = "/etc/systemd/system/dovecot.service.d/dies.conf"
    probed.host.run(
        "sh",
        "-c",
        f"mkdir -p {unit.rpartition('/')[0]} && printf '[Service]\\nRestart=always\\n"
        'ExecStartPost=/bin/sh -c "(sleep 0.7; kill -9 $MAINPID) &"\\n\' >'
        + unit
        + "; systemctl daemon-reload; systemctl stop dovecot",
    )
    try:
        other = changed(probed.good, "dovecot/dovecot.conf", lambda text: text + "# another\n")
        with pytest.raises(HostError, match=r"generation [0-9]+ does not pass its probes either"):
            probed.apply(other)
    finally:
        probed.host.run(
            "sh", "-c", f"rm {unit}; systemctl daemon-reload; systemctl restart dovecot"
        )
    probed.apply(probed.good)


def test_the_account_is_of_no_use_from_outside(probed: Probed) -> None:
    with probed.net.inside(), socket.create_connection((probed.address, 25), 10) as line:
        file = line.makefile("rwb")

        def say(text: str) -> bytes:
            file.write(f"{text}\r\n".encode())
            file.flush()
            while (answer := file.readline())[3:4] == b"-":
                pass
            return answer

        file.readline()
        say("EHLO client.example")
        assert say("MAIL FROM:<x@client.example>").startswith(b"250")
        assert say(f"RCPT TO:<{PROBE}>").startswith(b"550 5.1.1")
        assert say(f"RCPT TO:<{PROBE.replace('@', '+x@')}>").startswith(b"550 5.1.1")
