"""Hosts that boot, are reached as a spec says, and leave nothing behind."""

from __future__ import annotations

import socket
import subprocess
import time
from ipaddress import ip_address

import pytest
from rehearsal_traces import traces

from mailctl.deploy.access import Access
from mailctl.deploy.ssh import SshRemote
from mailctl.errors import RehearsalError
from mailctl.model.destination import Destination
from mailctl.model.host import CertificateFiles, Host, Ssh
from mailctl.model.names import DomainName
from mailctl.model.platform import DEBIAN_PLATFORMS, PLATFORMS
from mailctl.rehearsal import recipe
from mailctl.rehearsal.host import ThrowawayHost
from mailctl.rehearsal.ledger import RUNS
from mailctl.rehearsal.throwaway import ThrowawayNetwork, throwaway_network

pytestmark = [pytest.mark.hosts, pytest.mark.timeout(120)]


def _remote(net: ThrowawayNetwork, host: ThrowawayHost, address: str = "") -> SshRemote:
    access = Access((net.access.identity,), (net.access.known_hosts,))
    return SshRemote(Destination(host.name, address or str(host.addresses[0]), host.ssh), access)


@pytest.mark.parametrize("platform", DEBIAN_PLATFORMS)
def test_a_host_is_what_its_platform_says(network: ThrowawayNetwork, platform: str) -> None:
    number = PLATFORMS[platform].os_version
    host = network.boot(platform, platform=platform, addresses=[f"203.0.113.{number}"])
    status, text = host.run("cat", "/etc/os-release")
    assert status == 0
    assert f'VERSION_ID="{number}"' in text


def test_ssh_lets_us_in_by_both_families_with_verified_keys(network: ThrowawayNetwork) -> None:
    host = network.boot("both", addresses=["203.0.113.50", "2001:db8::50"])
    for address in ("203.0.113.50", "2001:db8::50"):
        with network.inside(), _remote(network, host, address) as remote:
            assert remote.run(b"id -un").stdout == b"root\n"


def test_another_user_and_port_and_the_administrators_certificate(
    network: ThrowawayNetwork,
) -> None:
    spec_chain = "/etc/ssl/mail/chain.pem"
    spec = Host(
        "other",
        DomainName("mail.other.example"),
        (ip_address("203.0.113.51"),),
        PLATFORMS["debian-12"],
        ssh=Ssh(user="operator", port=2222, sudo=True),
        tls=CertificateFiles(spec_chain, "/etc/ssl/mail/key.pem"),
    )
    host = network.boot_spec_host(spec, recipe.stocked(spec.platform))
    with network.inside(), _remote(network, host) as remote:
        assert remote.run(b"id -un").stdout == b"root\n"
        shown = remote.run(f"openssl x509 -in {spec_chain} -noout -ext subjectAltName".encode())
    assert b"DNS:mail.other.example" in shown.stdout
    with network.inside(), socket.socket() as other_port:
        other_port.settimeout(2)
        assert other_port.connect_ex(("203.0.113.51", 22)) != 0


def test_a_host_keeps_its_files_when_the_plug_is_pulled(network: ThrowawayNetwork) -> None:
    host = network.boot("plug", addresses=["203.0.113.52"])
    host.run("sh", "-c", "echo kept > /root/file")
    host.stop()
    host.boot()
    host.wait()
    assert host.run("cat", "/root/file") == (0, "kept\n")


def test_hosts_do_not_reach_anything_else(network: ThrowawayNetwork) -> None:
    host = network.boot("alone", addresses=["203.0.113.53"])
    _, routes = host.run("ip", "route")
    assert routes.split() == ["default", "dev", "host0", "scope", "link"]
    with network.inside(), socket.socket() as client:
        # at once: there is no way, not even a slow one
        client.settimeout(5)
        began = time.monotonic()
        with pytest.raises(OSError, match="unreachable"):
            client.connect(("198.18.7.7", 53))
        assert time.monotonic() - began < 1


def test_nothing_is_left_after_the_end_and_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), throwaway_network() as net:
        run = net.ledger.run
        net.boot("gone", addresses=["203.0.113.54"])
        assert traces(run)
        raise ZeroDivisionError
    assert traces(run) == []


def test_two_runs_at_once_do_not_meet(network: ThrowawayNetwork) -> None:
    network.boot("first", addresses=["203.0.113.55"])
    with throwaway_network() as other:
        other.boot("first", platform="debian-12", addresses=["203.0.113.55"])
        assert "12" in other.hosts["first"].run("cat", "/etc/debian_version")[1]
        assert "13" in network.hosts["first"].run("cat", "/etc/debian_version")[1]


def test_two_hosts_of_one_address_are_refused(network: ThrowawayNetwork) -> None:
    network.boot("owner", addresses=["203.0.113.65"])
    with pytest.raises(ValueError, match=r"owner has 203.0.113.65 already"):
        network.boot("rival", addresses=["2001:db8::65", "203.0.113.65"])
    assert "rival" not in network.hosts


def test_a_host_that_cannot_boot_is_an_error_with_its_console(network: ThrowawayNetwork) -> None:
    host = network.lay(
        "broken",
        recipe=recipe.stocked(PLATFORMS["debian-13"]),
        addresses=["203.0.113.56"],
        fqdn="broken.example",
    )
    (host.root / "usr/lib/systemd/systemd").unlink()
    host.boot()
    with pytest.raises(RehearsalError, match="broken did not boot: "):
        host.wait()


def test_a_second_host_boots_within_seconds(network: ThrowawayNetwork) -> None:
    began = time.monotonic()
    network.boot("quick", addresses=["203.0.113.57"])
    assert time.monotonic() - began < 10


def test_hosts_share_no_keys(network: ThrowawayNetwork) -> None:
    hosts = [network.boot(f"key-{n}", addresses=[f"203.0.113.{60 + n}"]) for n in (0, 1)]
    keys = {host.run("sh", "-c", "cat /etc/ssh/ssh_host_*_key.pub")[1] for host in hosts}
    assert len(keys) == 2
    assert all(text.count("\n") == 1 for text in keys)
    machine_ids = {host.run("cat", "/etc/machine-id")[1] for host in hosts}
    assert len(machine_ids) == 2


def test_the_client_key_is_for_root_alone(network: ThrowawayNetwork) -> None:
    assert (RUNS.stat().st_mode & 0o777, network.access.folder.stat().st_mode & 0o777) == (
        0o700,
        0o700,
    )
    assert network.access.identity.stat().st_mode & 0o777 == 0o600


def test_ssh_itself_accepts_the_way_in(network: ThrowawayNetwork) -> None:
    """What `--keep` prints is for ssh(1), not for paramiko."""
    host = network.boot("way-in", addresses=["203.0.113.58"])
    answer = subprocess.run(
        [
            *("ip", "netns", "exec", network.client, "ssh", "-i", str(network.access.identity)),
            f"-oUserKnownHostsFile={network.access.known_hosts}",
            *("-oIdentitiesOnly=yes", "-oBatchMode=yes", "-oStrictHostKeyChecking=yes"),
            *(f"root@{host.addresses[0]}", "hostname"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (0, "way-in\n"), answer.stderr
