"""What a rehearsal decides before anything boots: recipes, addresses, foreigners, people."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from mailctl.dns.dkim import PublicKey
from mailctl.errors import RehearsalError
from mailctl.keys.dkim import key_path, signing_key
from mailctl.model.names import Address, DomainName
from mailctl.model.platform import PLATFORMS, Platform
from mailctl.model.settings import DkimSelector, KeyKind
from mailctl.model.system import System
from mailctl.model.tls_key import KeyStage, TlsKey
from mailctl.proofs.base import Outcome, Verdict
from mailctl.rehearsal import mirror, recipe, requirements
from mailctl.rehearsal.clients import FreshAddresses
from mailctl.rehearsal.foreign import CLIENTS, foreigners, places, world_records
from mailctl.rehearsal.people import SMALL_QUOTA, make_passwords, with_quota_users
from mailctl.rehearsal.report import Line, Report
from mailctl.rehearsal.stage import set_stage
from mailctl.rehearsal.vault import RehearsalVault
from mailctl.spec.load import load

EXAMPLES = Path(__file__).parents[3] / "examples"
SELECTOR = DkimSelector("s1", KeyKind.ED25519)


@pytest.fixture(scope="module")
def office() -> System:
    return load(EXAMPLES / "office" / "mail.yaml")


@pytest.fixture(scope="module")
def pair() -> System:
    return load(EXAMPLES / "pair" / "mail.yaml")


def test_a_recipe_that_changes_has_another_key() -> None:
    plain = recipe.stocked(PLATFORMS["debian-12"])
    assert recipe.stocked(PLATFORMS["debian-12"]).key == plain.key
    assert recipe.stocked(PLATFORMS["debian-12"], ["postfix"]).key == plain.key
    others = {
        recipe.stocked(PLATFORMS["debian-12"], ["rspamd"]).key,
        recipe.stocked(PLATFORMS["debian-13"]).key,
        recipe.bare(PLATFORMS["debian-12"]).key,
        recipe.world().key,
    }
    assert len(others | {plain.key}) == 5
    assert plain.key.startswith("stocked-bookworm-")


def test_a_bare_host_has_no_mail_package_but_all_within_reach() -> None:
    bare = recipe.bare(PLATFORMS["debian-13"], ["rspamd", "ca-certificates"])
    assert not set(recipe.MAIL) & set(bare.packages)
    assert {*recipe.MAIL, "rspamd"} == set(bare.downloads)


@pytest.mark.parametrize(
    "used", ["192.0.2.9", "198.18.0.9", "198.18.1.9", "203.0.113.9", "2001:db8:ffff:0::9"]
)
def test_the_world_stands_where_the_spec_does_not(office: System, used: str) -> None:
    host = office.hosts["mail"]
    moved = replace(host, addresses=(*host.addresses, ip_address(used)))
    found = places(replace(office, hosts={"mail": moved}))
    ours = (*found.world, *found.clients)
    assert len(set(ours)) == len(ours) == CLIENTS + 3
    assert not set(ours) & set(moved.addresses)
    networks = {
        ip_network((address, 24 if address.version == 4 else 64), False) for address in ours
    }
    assert not [address for address in moved.addresses for n in networks if address in n]


def test_every_host_adds_to_the_clients_addresses(pair: System) -> None:
    host = pair.hosts["north"]
    many = {f"host-{number}": host for number in range(40)}
    found = places(replace(pair, hosts=many))
    assert len(found.clients) == 40 * CLIENTS + 1
    older = [address for address in found.clients if address.version == 4]
    assert all(address in found.client_network for address in older)
    edges = (found.client_network.network_address, found.client_network.broadcast_address)
    assert not set(edges) & set(older)


def test_foreigners_are_whom_the_spec_names_and_does_not_serve(office: System) -> None:
    found = foreigners(office)
    assert found.others == ("elsewhere.example", "private.example")
    assert found.domain not in {*office.domains, *found.others}


def test_a_spec_that_uses_our_foreign_name_gets_another(office: System) -> None:
    taken = DomainName("foreign.example")
    domains = {**office.domains, taken: replace(office.domains[DomainName("shop.example")])}
    assert foreigners(replace(office, domains=domains)).domain == "foreign-2.example"


def test_every_foreign_domain_can_be_written_to_and_judged(office: System) -> None:
    found = foreigners(office)
    key = PublicKey("rsa", "AAAA")
    told = {(r.name, r.type): r.data for r in world_records(office, found, places(office), key)}
    for domain in found.domains:
        assert told[domain, "MX"] == f"10 {found.fqdn}."
        assert told[domain, "TXT"].startswith("v=spf1 ")
        assert told[f"_dmarc.{domain}", "TXT"].startswith("v=DMARC1;")
        assert "p=AAAA" in told[f"world._domainkey.{domain}", "TXT"]


def test_clients_are_named_forth_and_back(office: System) -> None:
    free = places(office)
    told = world_records(office, foreigners(office), free, PublicKey("rsa", "AAAA"))
    for address in (*free.clients, *free.world):
        names = [r.data for r in told if r.name == address.reverse_pointer]
        assert len(names) == 1
        back = [r.data for r in told if r.name == names[0].rstrip(".") and r.type in ("A", "AAAA")]
        assert str(address) in back


def test_each_store_gets_a_user_with_a_small_quota(pair: System) -> None:
    system, added = with_quota_users(pair)
    assert set(added) == {"north", "south"}
    for name, user in added.items():
        assert user.quota == SMALL_QUOTA
        assert user.address not in pair.users
        assert system.domains[user.address.domain].store == name
        assert system.users[user.address] == user


def test_a_quota_user_takes_nobodys_address(pair: System) -> None:
    taken = Address("quota1", DomainName("north.example"))
    _, added = with_quota_users(replace(pair, aliases={taken: ()}))
    assert added["north"].address == Address("quota2", DomainName("north.example"))


def test_everybody_has_another_password(pair: System) -> None:
    passwords = make_passwords(pair)
    assert set(passwords) == set(pair.users)
    assert len(set(passwords.values())) == len(passwords)


def test_the_vault_takes_the_specs_own_keys_and_makes_the_others_elsewhere(tmp_path: Path) -> None:
    spec, run = tmp_path / "spec", tmp_path / "run"
    spec.mkdir()
    run.mkdir()
    own, other = DomainName("own.example"), DomainName("other.example")
    theirs = signing_key(spec, own, SELECTOR)
    vault = RehearsalVault(run, spec, {})
    assert vault.private_key(own, SELECTOR) == theirs.pem
    assert vault.private_key(other, SELECTOR) != theirs.pem
    assert not key_path(spec, other, "s1").exists()
    assert not key_path(run, own, "s1").exists()


def test_a_stage_writes_nothing_beside_the_spec(office: System, tmp_path: Path) -> None:
    before = sorted(office.folder.rglob("*"))
    stage = set_stage(office, "debian-13", tmp_path)
    assert sorted(office.folder.rglob("*")) == before
    assert {bundle.platform for bundle in stage.bundle.hosts} == {"debian-13"}
    assert {record.name for record in stage.bundle.records} < {r.name for r in stage.all_records}


def test_hosts_are_dialled_by_address_and_directly(pair: System, tmp_path: Path) -> None:
    north = pair.hosts["north"]
    jumping = replace(north, ssh=replace(north.ssh, jump="south", address="gate.example"))
    stage = set_stage(replace(pair, hosts={**pair.hosts, "north": jumping}), "", tmp_path)
    ssh = stage.system.hosts["north"].ssh
    assert (ssh.address, ssh.jump) == ("203.0.113.31", "")


def test_hosts_are_not_held_to_keys_of_the_live_ones(pair: System, tmp_path: Path) -> None:
    key = TlsKey(1, KeyStage.SHOWN, "0" * 64)
    pinned = replace(pair.hosts["north"], pins_its_keys=True, tls_keys=(key,))
    stage = set_stage(replace(pair, hosts={**pair.hosts, "north": pinned}), "", tmp_path)
    north = next(bundle for bundle in stage.bundle.hosts if bundle.host == "north")
    (told,) = (
        each.content for each in north.content.artefacts if each.path == "certificates/settings"
    )
    assert b"shown" not in told
    assert not [record for record in stage.bundle.records if record.type == "TLSA"]


def test_only_debian_is_rehearsed(pair: System, tmp_path: Path) -> None:
    other = Platform("nixos-25.05", "nixos", "25.05", "warbler", (3, 10), (2, 4), (3, 4))
    hosts = {name: replace(host, platform=other) for name, host in pair.hosts.items()}
    with pytest.raises(RehearsalError, match=r"north is on nixos-25\.05, and only Debian"):
        set_stage(replace(pair, hosts=hosts), "", tmp_path)


def test_client_addresses_are_given_out_once() -> None:
    given = FreshAddresses(map(ip_address, ("192.0.2.1", "192.0.2.2", "2001:db8::1")))
    assert given.take() == "192.0.2.2"
    with pytest.raises(RehearsalError, match="has used all of its addresses"):
        given.take()


def test_a_report_holds_unless_something_fails() -> None:
    def line(outcome: Outcome) -> Line:
        return Line("mail", "debian-12", "proof", "it holds", Verdict(outcome, "seen"), 0.1)

    good = Report((line(Outcome.HOLDS), line(Outcome.DOES_NOT_APPLY)), {})
    assert good.holds
    assert good.summary == "1 proof holds, 0 fail, 1 does not apply"
    bad = Report((*good.lines, line(Outcome.FAILS)), {})
    assert not bad.holds
    assert bad.summary == "1 proof holds, 1 fails, 1 does not apply"


def test_what_is_missing_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"ip", "mount", "nsenter", "chroot"}
    monkeypatch.setattr("shutil.which", lambda name: name if name in there else None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(RehearsalError) as refused:
        requirements.require(images_missing=True)
    text = str(refused.value)
    assert "root rights, the package mmdebstrap, " in text
    assert "the package systemd-container" in text
    assert "apt-get install mmdebstrap " in text
    assert "sudo" in text


def test_without_images_to_make_no_builder_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None if name == "mmdebstrap" else name)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(RehearsalError) as refused:
        requirements.require(images_missing=False)
    assert "mmdebstrap" not in str(refused.value)


def test_another_system_cannot_rehearse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    with pytest.raises(RehearsalError, match="boots Linux hosts, and this is Darwin"):
        requirements.require(images_missing=False)


def test_the_mirror_is_the_one_that_apt_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = (
        "Debian|Debian|http://mirror.example/debian/\n"
        "Debian|Debian-Security|http://mirror.example/security/\n"
        "Somebody|Tools|http://tools.example/\n"
    )

    class Ended:
        stdout = listed

    monkeypatch.setattr("subprocess.run", lambda *_args, **_options: Ended())
    monkeypatch.setattr("shutil.which", lambda name: name)
    lines = mirror.sources("trixie").splitlines()
    assert [line.split("] ")[1] for line in lines] == [
        "http://mirror.example/debian/ trixie main",
        "http://mirror.example/debian/ trixie-updates main",
        "http://mirror.example/security/ trixie-security main",
    ]
    Ended.stdout = "Somebody|Tools|http://tools.example/\n"
    assert mirror.sources("trixie") == ""
