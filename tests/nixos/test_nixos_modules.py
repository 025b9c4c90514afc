"""What a module makes of a system: evaluated on every release, without a complaint."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest
from nixos_building import EXAMPLES, RELEASES, example, write_module
from nixos_evaluation import Evaluated, Refused, content, evaluate

from mailctl.compile import compile_host
from mailctl.keys.vault import WithheldVault
from mailctl.model.host import Acme, CertificateFiles, DnsUpdates, Host, Override, Role, ServerName
from mailctl.model.names import Address, DomainName
from mailctl.model.secret import PasswordFile
from mailctl.model.system import System


def _evaluated(
    folder: Path, release: str, system: System, host: Host, extra: str = "{ }"
) -> Evaluated:
    return evaluate(release, write_module(folder, system, host), extra)


def _office(release: str, **wishes: object) -> tuple[System, Host]:
    """The office's host, changed."""
    system = example("office", release)
    host = replace(system.hosts["mail"], **wishes)  # type: ignore[arg-type]
    return replace(system, hosts={"mail": host}), host


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_evaluates_without_a_word(tmp_path: Path, name: str, release: str) -> None:
    system = example(name, release)
    for host in system.hosts.values():
        done = _evaluated(tmp_path / host.name, release, system, host)
        assert (done.failed, done.warnings) == ([], [])
        bundle = compile_host(system, host, WithheldVault())
        answers = {80} if isinstance(host.tls, Acme) else set()
        assert done.ports == sorted({port.number for port in bundle.content.ports} | answers)
        _every_file_is_there(done, system, host)


def _every_file_is_there(done: Evaluated, system: System, host: Host) -> None:
    """Each artefact is in /etc, byte by byte, or a link to a secret, or an option's."""
    for artefact in compile_host(system, host, WithheldVault()).content.artefacts:
        place, table = f"mailctl/{artefact.path}", artefact.path.removeprefix("postfix/")
        if artefact.withheld:
            assert done.etc[place] == {"link": f"/var/lib/mailctl/secrets/{artefact.path}"}
        elif place in done.etc:
            assert done.etc_text(place).encode() == artefact.content, artefact.path
        elif table in done.maps:
            assert content(done.maps[table]).encode() == artefact.content, artefact.path
        else:
            assert artefact.path.split("/")[-1] in {
                *("main.cf", "master.cf", "dynamicmaps.cf", "postfix-files", "postfix.conf"),
                *("dovecot.conf", "opendkim.conf"),
            }


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    "roles",
    [{Role.MX}, {Role.SUBMISSION}, {Role.STORE}, {Role.MX, Role.SUBMISSION}],
    ids=lambda roles: "+".join(sorted(role.value for role in roles)),
)
def test_every_role_evaluates(tmp_path: Path, release: str, roles: set[Role]) -> None:
    system = example("pair", release)
    north = replace(system.hosts["north"], roles=frozenset(roles))
    stored = {
        name: replace(domain, store="south", mx=("north",) if Role.MX in roles else ("south",))
        for name, domain in system.domains.items()
    }
    if Role.STORE in roles:
        stored = {name: replace(each, store="north") for name, each in stored.items()}
    system = replace(system, hosts={**system.hosts, "north": north}, domains=stored)
    done = _evaluated(tmp_path, release, system, north)
    assert (done.failed, done.warnings) == ([], [])
    receives = bool(roles & {Role.MX, Role.STORE})
    assert ("smtp inet " in done.master_cf) is receives
    assert (25 in done.ports) is receives
    assert "\nsmtp unix " in f"\n{done.master_cf}"
    assert (done.dovecot_conf is None) is (roles == {Role.MX})


@pytest.mark.parametrize("release", RELEASES)
def test_secrets_may_lie_elsewhere_but_not_in_the_store(tmp_path: Path, release: str) -> None:
    system, host = _office(release)
    elsewhere = '{ services.mailctl.secretFiles."dovecot/users" = "/run/agenix/users"; }'
    done = _evaluated(tmp_path, release, system, host, elsewhere)
    assert done.etc["mailctl/dovecot/users"] == {"link": "/run/agenix/users"}
    inside = '{ services.mailctl.secretFiles."dovecot/users" = "/nix/store/xyz-users"; }'
    done = _evaluated(tmp_path, release, system, host, inside)
    assert len(done.failed) == 1
    assert "everybody on the host can read" in done.failed[0]
    with pytest.raises(Refused, match=r"secretFiles\.dovecot/users' is not of type string"):
        path = '{ services.mailctl.secretFiles."dovecot/users" = ./users; }'
        _evaluated(tmp_path, release, system, host, path)


@pytest.mark.parametrize("release", RELEASES)
def test_an_administrator_may_say_otherwise(tmp_path: Path, release: str) -> None:
    system, host = _office(release)
    main = "config" if release in ("24.11", "25.05") else "settings.main"
    more = f'{{ services.postfix.{main}.maximal_queue_lifetime = "2d"; }}'
    done = _evaluated(tmp_path, release, system, host, more)
    assert "\nmaximal_queue_lifetime = 2d\n" in done.main_cf
    with pytest.raises(Refused, match="local_transport' has conflicting definition values"):
        opened = f'{{ services.postfix.{main}.local_transport = "local"; }}'
        _evaluated(tmp_path, release, system, host, opened)


@pytest.mark.parametrize("release", RELEASES)
def test_overrides_of_the_spec_come_out(tmp_path: Path, release: str) -> None:
    overrides = (
        Override("postfix", "maximal_queue_lifetime", "2d"),
        Override("postfix", "smtp_tls_CAfile", "/etc/own.pem"),
        Override("postfix", "smtp_tls_security_level", "encrypt"),
        Override("dovecot", "mail_max_userip_connections", "7"),
        Override("opendkim", "SyslogSuccess", "no"),
    )
    done = _evaluated(tmp_path, release, *_office(release, overrides=overrides))
    assert (done.failed, done.warnings) == ([], [])
    for line in (
        "maximal_queue_lifetime = 2d",
        "smtp_tls_CAfile = /etc/own.pem",
        "smtp_tls_security_level = encrypt",
    ):
        assert f"\n{line}\n" in done.main_cf
    assert "mail_max_userip_connections = 7\n" in (done.dovecot_conf or "")
    assert "SyslogSuccess no\n" in (done.opendkim_conf or "")


@pytest.mark.parametrize("release", RELEASES)
def test_a_certificate_of_acme_is_served_when_it_is_renewed(tmp_path: Path, release: str) -> None:
    place = "/var/lib/acme/mail.office.example"
    tls = CertificateFiles(f"{place}/fullchain.pem", f"{place}/key.pem")
    done = _evaluated(tmp_path, release, *_office(release, tls=tls))
    unit = "dovecot" if release == "26.05" else "dovecot2"
    assert done.certificates == {"mail.office.example": ["postfix.service", f"{unit}.service"]}
    assert "mailctl-certificate" not in done.units
    for waiting in (done.units["postfix"], done.units[unit]):
        assert "acme-mail.office.example.service" in waiting.after
        assert "acme-mail.office.example.service" in waiting.wants
    assert f"smtpd_tls_chain_files = {place}/key.pem, {place}/fullchain.pem\n" in done.main_cf


@pytest.mark.parametrize("release", RELEASES)
def test_one_is_ordered_where_the_spec_says_so(tmp_path: Path, release: str) -> None:
    tls = Acme(Address("a", DomainName("office.example")), "https://ca.office.example/acme")
    done = _evaluated(tmp_path, release, *_office(release, tls=tls))
    unit = "dovecot" if release == "26.05" else "dovecot2"
    assert done.certificates == {"mail.office.example": ["postfix.service", f"{unit}.service"]}
    assert done.orders == {
        "mail.office.example": {
            "email": "a@office.example",
            "server": "https://ca.office.example/acme",
            "listenHTTP": ":80",
            "dnsProvider": "",
            "environmentFile": None,
            "webroot": "",
            "group": "acme",
            "extraDomainNames": [],
            "extraLegoRenewFlags": ["--reuse-key"],
        }
    }
    assert 80 in done.ports
    place = "/var/lib/acme/mail.office.example"
    assert f"smtpd_tls_chain_files = {place}/key.pem, {place}/fullchain.pem\n" in done.main_cf
    assert "acme-mail.office.example.service" in done.units["postfix"].after


@pytest.mark.parametrize("release", RELEASES)
def test_by_dns_port_80_is_closed_and_the_key_stays_out_of_the_store(
    tmp_path: Path, release: str
) -> None:
    source = PasswordFile(tmp_path / "acme.key")
    updates = DnsUpdates(ip_address("2001:db8::53"), source, 5353, 120)
    system, host = _office(release, tls=Acme(dns=updates))
    done = _evaluated(tmp_path, release, system, host)
    (order,) = done.orders.values()
    place = "/var/lib/mailctl/secrets/certificates/dns.env"
    assert (order["dnsProvider"], order["environmentFile"]) == ("rfc2136", place)
    assert (order["listenHTTP"], 80 in done.ports) == ("", False)
    assert f"z {place} 0600 root root -" in done.tmpfiles


@pytest.mark.parametrize("release", RELEASES)
def test_further_names_have_certificates_of_their_own(tmp_path: Path, release: str) -> None:
    name = DomainName("mail.shop.example")
    done = _evaluated(tmp_path, release, *_office(release, tls=Acme(), names=(ServerName(name),)))
    assert list(done.orders) == ["mail.office.example", name]
    assert done.renewals_at_once == 1
    place = f"/var/lib/acme/{name}"
    table = "/etc/mailctl/postfix/server_names"
    assert f"\ntls_server_sni_maps = texthash:{table}\n" in done.main_cf
    assert f"\n{name} {place}/key.pem, {place}/fullchain.pem\n" in done.etc_text(
        table.removeprefix("/etc/")
    )
    opening = {"26.05": "ssl_server_cert_file = ", "": "ssl_cert = <"}
    served = f"{opening.get(release, opening[''])}{place}/fullchain.pem\n"
    head, _, block = (done.dovecot_conf or "").partition(f"local_name {name} {{\n")
    assert served in block
    assert "/mail.office.example/fullchain.pem" in head + block.partition("}")[2]
    unit = "dovecot" if release == "26.05" else "dovecot2"
    for waiting in (done.units["postfix"], done.units[unit]):
        assert f"acme-{name}.service" in waiting.after


@pytest.mark.parametrize("release", RELEASES)
def test_the_signer_is_told_of_tables_and_makes_no_key(tmp_path: Path, release: str) -> None:
    done = _evaluated(tmp_path, release, *_office(release))
    signer = done.units["opendkim"]
    assert signer.preStart == ""
    assert signer.start.startswith("/nix/store/opendkim/bin/opendkim -f -l -x /nix/store/opendkim.")
    assert signer.triggers == 2
    assert done.users["postfix"]["extraGroups"] == ["opendkim"]
    assert done.units["postfix"].triggers >= 2


def test_another_release_is_told(tmp_path: Path) -> None:
    """24.11's module on 25.05, which has the same options but one."""
    text = write_module(tmp_path, *_office("24.11")).read_text()
    changed = tmp_path / "changed.nix"
    changed.write_text(text.replace("services.dovecot2.modules", "environment.systemPackages"))
    (warning,) = evaluate("25.05", changed).warnings
    assert "for NixOS 24.11, and this is 25.05: set the host's platform in the spec" in warning


@pytest.mark.parametrize("name", EXAMPLES)
def test_nixpkgs_itself_makes_the_same_of_it(tmp_path: Path, name: str) -> None:
    """For who has a checkout of nixpkgs: MAILCTL_NIXPKGS=/path/to/nixpkgs."""
    place = os.environ.get("MAILCTL_NIXPKGS")
    if place is None:
        pytest.skip("there is no nixpkgs here: MAILCTL_NIXPKGS says where it is")
    release = (Path(place) / "lib" / ".version").read_text().strip()
    system = example(name, release)
    for host in system.hosts.values():
        module = write_module(tmp_path / host.name, system, host)
        real = evaluate(release, module, nixpkgs=Path(place))
        assert (real.failed, real.warnings) == ([], [])
        ours = evaluate(release, module)
        assert real.ports == ours.ports
        assert real.opendkim_conf == ours.opendkim_conf
        assert _main(real) == _main(ours)
        assert sorted(_words(real.master_cf)) == sorted(_words(ours.master_cf))
        assert _lines(real.dovecot_conf) == _lines(ours.dovecot_conf)


def _main(done: Evaluated) -> dict[str, str]:
    """But for where programs are."""
    pairs = (line.partition("=")[::2] for line in done.main_cf.splitlines())
    return {key.strip(): text.strip() for key, text in pairs if "/nix/store" not in text}


def _words(text: str) -> list[list[str]]:
    return [service.split() for service in re.split(r"\n(?! )", text.strip())]


def _lines(text: str | None) -> list[str]:
    lines = ((text or "").replace("inbox=yes", "inbox = yes")).splitlines()
    return sorted(" ".join(sorted(line.split())) for line in lines if _counts(line))


def _counts(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith(("#", "mail_plugin_dir"))
