"""Apply on booted Debian hosts as they come from a provider: packages, services, ports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from network_or_skip import network_or_skip

from mailctl.bundle import (
    Account,
    Artefact,
    Command,
    Contribution,
    Directory,
    HostBundle,
    Link,
    Port,
    Service,
)
from mailctl.deploy.access import Access
from mailctl.deploy.apply import Applied, bring
from mailctl.deploy.rollback import roll_back
from mailctl.deploy.ssh import SshRemote
from mailctl.errors import HostError, RolledBack
from mailctl.model.destination import Destination
from mailctl.model.host import Ssh
from mailctl.model.platform import PLATFORMS
from mailctl.rehearsal import recipe
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.throwaway import ThrowawayNetwork

pytestmark = pytest.mark.hosts

ADDRESSES = {"debian-12": "203.0.113.112", "debian-13": "203.0.113.113"}
UNITS = {"debian-12": "postfix@-.service", "debian-13": "postfix.service"}

MAIN = b"""\
compatibility_level = 3.6
myhostname = mail.real.example
mydestination =
smtpd_tls_chain_files = /var/lib/mailctl/tls/key.pem, /var/lib/mailctl/tls/fullchain.pem
smtpd_tls_security_level = may
virtual_alias_maps = lmdb:/var/lib/mailctl/current/postfix/aliases
"""
MASTER = b"""\
smtp inet n - y - - smtpd
smtps inet n - y - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - y - 0 cleanup
rewrite unix - - y - - trivial-rewrite
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - y 1000? 1 tlsmgr
anvil unix - - y - 1 anvil
proxymap unix - - n - - proxymap
bounce unix - - y - 0 bounce
defer unix - - y - 0 bounce
"""


def bundle(platform: str, main: bytes = MAIN, **parts: object) -> HostBundle:
    """The smallest Postfix that shows everything that deploy does."""
    content = Contribution(
        artefacts=(
            Artefact("postfix/main.cf", main),
            Artefact("postfix/master.cf", MASTER),
            Artefact("postfix/aliases", b"a@real.example b@real.example\n"),
        ),
        directories=(Directory("/var/vmail", "vmail", "vmail", 0o700),),
        links=(
            Link("/etc/postfix/main.cf", "postfix/main.cf"),
            Link("/etc/postfix/master.cf", "postfix/master.cf"),
        ),
        packages=("postfix", "postfix-lmdb"),
        accounts=(
            Account("vmail", "/var/vmail", ("mail",)),
            Account("postfix", groups=("mail",), create=False),
        ),
        builds=(Command(("postmap", "lmdb:{tree}/postfix/aliases"), "compiles tables"),),
        checks=(Command(("postconf", "-c", "{tree}/postfix", "-n"), "knows its parameters"),),
        services=(Service(UNITS[platform], ("postfix",), ("postfix/master.cf",)),),
        ports=(Port(25, "220 mail.real.example"), Port(465, "220 mail.real", tls=True)),
    )
    return HostBundle("mail", platform, replace(content, **parts), self_signed="mail.real.example")  # type: ignore[arg-type]


class Real:
    """A booted host without a mail package, and our way into it."""

    def __init__(self, net: ThrowawayNetwork, platform: str) -> None:
        self.net = net
        self.platform = platform
        self.host: ThrowawayHost = net.boot(
            platform,
            addresses=[ADDRESSES[platform]],
            recipe=recipe.bare(PLATFORMS[platform]),
        )

    def remote(self) -> SshRemote:
        access = Access((self.net.access.identity,), (self.net.access.known_hosts,))
        return SshRemote(Destination("mail", ADDRESSES[self.platform], Ssh()), access)

    def apply(self, wanted: HostBundle) -> tuple[Applied, int]:
        with self.net.inside(), self.remote() as remote:
            return bring(remote, wanted), remote.execs

    def roll_back(self, number: int | None = None) -> Applied:
        with self.net.inside(), self.remote() as remote:
            return roll_back(remote, number)

    def says(self, line: str) -> str:
        return self.host.run("sh", "-c", line)[1].strip()


@pytest.fixture(scope="module", params=list(ADDRESSES))
def real(request: pytest.FixtureRequest) -> Iterator[Real]:
    """One host of each release, the same for all tests below, which go on from one another."""
    platform: str = request.param
    with network_or_skip([recipe.bare(PLATFORMS[platform])]) as net:
        yield Real(net, platform)


def test_a_bare_host_becomes_a_mail_host(real: Real) -> None:
    applied, execs = real.apply(bundle(real.platform))
    assert (applied.generation, applied.changed, execs) == (1, True, 1)
    assert real.says(f"systemctl is-active {UNITS[real.platform]}") == "active"
    assert real.says("postmap -q a@real.example lmdb:/var/lib/mailctl/current/postfix/aliases") == (
        "b@real.example"
    )
    # no daemon ran with Debian's own configuration before ours was there
    starts = real.says("journalctl --boot --output=cat | grep -c 'daemon started'")
    assert starts == "1"
    assert real.says("ls /usr/sbin/policy-rc.d 2>&1").endswith("No such file or directory")
    assert real.says("id -Gn postfix").split() == ["postfix", "mail"]
    assert real.says("stat -c '%a %U' /var/vmail /var/lib/mailctl/tls/key.pem").split() == [
        *("700", "vmail"),
        *("600", "root"),
    ]


def test_the_certificate_is_the_hosts_own(real: Real) -> None:
    text = real.says(
        "openssl x509 -noout -text -ext subjectAltName -in /var/lib/mailctl/tls/fullchain.pem"
    )
    assert "DNS:mail.real.example" in text
    assert "P-256" in text
    # over 825 days some clients refuse it
    assert real.says(
        "openssl x509 -noout -checkend $((819*86400)) -in /var/lib/mailctl/tls/fullchain.pem"
    ) == ("Certificate will not expire")


def test_a_second_apply_is_one_exec(real: Real) -> None:
    applied, execs = real.apply(bundle(real.platform))
    assert (applied.changed, execs) == (False, 1)


def test_an_apply_that_changes_main_cf_reloads_and_restarts_nothing(real: Real) -> None:
    pid = real.says("cat /var/spool/postfix/pid/master.pid")
    applied, _ = real.apply(bundle(real.platform, MAIN + b"mail_name = Other\n"))
    assert applied.generation == 2
    assert real.says("cat /var/spool/postfix/pid/master.pid") == pid
    assert real.says("postconf -h mail_name") == "Other"


def test_a_port_that_does_not_greet_as_it_should_takes_it_back(real: Real) -> None:
    wrong = bundle(real.platform, ports=(Port(25, "220 somebody.else"),))
    with pytest.raises(RolledBack, match="generation 2 is live again") as raised:
        real.apply(wrong)
    assert "port 25 says '220 mail.real.example" in str(raised.value)
    assert real.says("readlink /var/lib/mailctl/current") == "generations/2"
    assert real.says(f"systemctl is-active {UNITS[real.platform]}") == "active"


def test_a_service_that_does_not_start_takes_it_back(real: Real) -> None:
    unit = UNITS[real.platform]
    content = bundle(real.platform).content
    drop_in = Artefact("systemd/unit.conf", b"[Service]\nExecStartPre=/bin/false\n")
    wrong = bundle(
        real.platform,
        artefacts=(*content.artefacts, drop_in),
        links=(*content.links, Link(f"/etc/systemd/system/{unit}.d/x.conf", "systemd/unit.conf")),
        services=(Service(unit, restart_on=("systemd",)),),
    )
    with pytest.raises(RolledBack, match="generation 2 is live again") as raised:
        real.apply(wrong)
    assert f"systemctl restart {unit} failed" in str(raised.value)
    assert real.says(f"systemctl is-active {unit}") == "active"
    assert real.says(f"ls /etc/systemd/system/{unit}.d 2>&1").endswith("No such file or directory")
    assert real.says("postconf -h mail_name") == "Other"


def test_a_package_that_does_not_exist(real: Real) -> None:
    wrong = bundle(real.platform, packages=("postfix", "postfix-lmdb", "no-such-package"))
    with pytest.raises(HostError, match="apt-get could not install no-such-package"):
        real.apply(wrong)
    assert real.says("readlink /var/lib/mailctl/current") == "generations/2"
    assert real.says("ls /usr/sbin/policy-rc.d 2>&1").endswith("No such file or directory")


def test_rollback_and_back_to_the_start(real: Real) -> None:
    assert real.roll_back().generation == 1
    assert real.says("postconf -h mail_name") == "Postfix"
    assert real.roll_back(0).generation == 0
    # the package came with us, so its service did not run before
    assert real.says(f"systemctl is-active {UNITS[real.platform]}") in ("inactive", "unknown")
    assert real.says("test -L /etc/postfix/main.cf || echo a file") == "a file"
    assert real.apply(bundle(real.platform))[0].changed
    assert real.says(f"systemctl is-active {UNITS[real.platform]}") == "active"
