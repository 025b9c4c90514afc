"""Which name server a rehearsal plays for hosts that prove names by DNS, and whom it obeys."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from mailctl.errors import RehearsalError, SecretError
from mailctl.model.host import Acme, DnsUpdates
from mailctl.model.secret import PasswordCommand, PasswordFile, PasswordVariable, SecretSource
from mailctl.model.system import System
from mailctl.rehearsal.foreign import places
from mailctl.rehearsal.updaters import updaters, with_world_as_primary
from mailctl.rehearsal.vault import RehearsalVault
from mailctl.spec.load import load

ROOT = Path(__file__).parents[3]
SECRET = "c2VjcmV0c2VjcmV0c2VjcmV0"


def _pair(server: str, *sources: SecretSource) -> System:
    """Both hosts prove names by this server, each with its own key."""
    system = load(ROOT / "examples" / "pair" / "mail.yaml")
    hosts = {
        host.name: replace(host, tls=Acme(dns=DnsUpdates(ip_address(server), source, 5353)))
        for host, source in zip(system.hosts.values(), sources, strict=True)
    }
    return replace(system, hosts=hosts)


def _vault(folder: Path) -> RehearsalVault:
    return RehearsalVault(folder, folder, {})


def _key(folder: Path, name: str, text: str) -> PasswordFile:
    (folder / name).touch(mode=0o600)
    (folder / name).write_text(text)
    return PasswordFile(folder / name)


@pytest.mark.parametrize(
    ("named", "played"),
    [
        ("192.0.2.53", "192.0.2.53"),
        ("2001:db8:53::53", "2001:db8:53::53"),
        # nothing answers there but the world
        ("127.0.0.1", "the world"),
        ("203.0.113.32", "the world"),
        ("2001:db8:3::31", "the world"),
    ],
)
def test_the_world_answers_at_the_address_of_the_spec(named: str, played: str) -> None:
    spec = _pair(named, PasswordVariable("A"), PasswordVariable("A"))
    free = places(spec)
    for host in with_world_as_primary(spec, free).hosts.values():
        assert host.dns_updates is not None
        if played == "the world":
            assert host.dns_updates.server in free.world
            assert host.dns_updates.server.version == ip_address(named).version
        else:
            assert str(host.dns_updates.server) == played
            assert host.dns_updates.server not in (*free.world, *free.clients)


def test_a_key_changes_the_records_of_its_host_alone(tmp_path: Path) -> None:
    own = _key(tmp_path, "north", f"Acme.North:{SECRET}")
    spec = _pair("192.0.2.53", own, PasswordCommand(("false",), tmp_path))
    north, south = updaters(spec, _vault(tmp_path))
    assert (north.key.name, north.key.base64, north.port) == ("acme.north", SECRET, 5353)
    assert north.names == tuple(
        f"_acme-challenge.{label}.north.example"
        for label in ("autoconfig", "autodiscover", "imap", "mta-sts", "mx")
    )
    assert all(name.endswith(".south.example") for name in south.names)
    # nobody was asked for it: one of this run
    assert south.key.base64 != SECRET
    assert len(south.key.secret) == 32


def test_hosts_may_share_a_key_but_not_the_name_of_one(tmp_path: Path) -> None:
    shared = _key(tmp_path, "shared", f"acme:{SECRET}")
    north, south = updaters(_pair("192.0.2.53", shared, shared), _vault(tmp_path))
    assert north.key == south.key
    other = _key(tmp_path, "other", f"acme:{SECRET[::-1]}")
    with pytest.raises(RehearsalError, match="two TSIG keys are called acme"):
        updaters(_pair("192.0.2.53", shared, other), _vault(tmp_path))


def test_a_key_of_the_spec_has_to_be_one(tmp_path: Path) -> None:
    broken = _key(tmp_path, "broken", "nonsense")
    with pytest.raises(SecretError, match=r"the TSIG key of north: .*broken: is no TSIG key"):
        updaters(_pair("192.0.2.53", broken, broken), _vault(tmp_path))
