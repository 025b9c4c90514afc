"""What a web host serves: names, certificates, documents; read back as clients read them."""

from __future__ import annotations

import plistlib
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mailctl.backends.tls import acme_certificates
from mailctl.compile import compile_host
from mailctl.dns.records import records
from mailctl.keys.vault import WithheldVault
from mailctl.model.host import ALL_ROLES, CertificateFiles, Host, Role, SelfSigned, ServerName
from mailctl.model.names import DomainName
from mailctl.model.platform import PLATFORMS
from mailctl.model.rules.web import check
from mailctl.model.system import System
from mailctl.render.nginx import word, words
from mailctl.spec.load import load

ROOT = Path(__file__).parents[3]


def _pair(**wishes: object) -> tuple[System, Host]:
    """The example, its host north changed."""
    system = load(ROOT / "examples" / "pair" / "mail.yaml")
    north = replace(system.hosts["north"], **wishes)  # type: ignore[arg-type]
    return replace(system, hosts={**system.hosts, "north": north}), north


def _files(system: System, host: Host) -> dict[str, bytes]:
    content = compile_host(system, host, WithheldVault()).content
    return {each.path: each.content for each in content.artefacts}


def test_a_domain_has_a_certificate_of_its_own_beside_the_host() -> None:
    system, host = _pair()
    own, further, web = acme_certificates(system, host)
    assert (own.name, own.names) == ("mx.north.example", ("mx.north.example",))
    assert further.names == ("imap.north.example",)
    assert web.names == (
        "autoconfig.north.example", "autodiscover.north.example", "mta-sts.north.example"
    )  # fmt: skip
    text = _files(system, host)["nginx/nginx.conf"].decode()
    served = re.findall(r"ssl_certificate (\S+);", text)
    assert set(served) == {f"/var/lib/mailctl/tls/served/{web.name}.pem"}
    provisional = compile_host(system, host, WithheldVault()).content.provisional
    assert provisional == (web.name, further.name, own.name)


def test_files_of_the_administrator_serve_all_names() -> None:
    system, host = _pair(tls=CertificateFiles("/srv/a.pem", "/srv/b.pem"))
    text = _files(system, host)["nginx/nginx.conf"].decode()
    assert set(re.findall(r"ssl_certificate (\S+);", text)) == {"/srv/a.pem"}
    assert set(re.findall(r"ssl_certificate_key (\S+);", text)) == {"/srv/b.pem"}


def test_the_authority_finds_further_names_of_the_host() -> None:
    """And nobody else finds anything there."""
    system, host = _pair(names=(ServerName(DomainName("mail.a.example")),))
    text = _files(system, host)["nginx/nginx.conf"].decode()
    (server,) = (each for each in text.split("server {") if "server_name mail.a.example;" in each)
    assert "listen 80;" in server
    assert "/.well-known/acme-challenge/" in server
    assert "return 404;" in server


def test_without_the_role_there_is_no_web_server() -> None:
    system, host = _pair(roles=ALL_ROLES)
    assert not [path for path in _files(system, host) if path.startswith("nginx/")]
    # the other host serves the names then
    assert (
        "mta-sts.north.example"
        in _files(system, system.hosts["south"])["nginx/nginx.conf"].decode()
    )


def test_a_domain_that_offers_no_imap_is_set_up_with_pop3() -> None:
    system, host = _pair()
    host = replace(host, protocols=replace(host.protocols, imap=False))
    system = replace(system, hosts={**system.hosts, "north": host})
    files = _files(system, host)
    root = ET.fromstring(files["nginx/www/north.example/config-v1.1.xml"])  # noqa: S314
    kinds = [(each.tag, each.get("type")) for each in root.iter() if each.get("type")]
    assert kinds == [("incomingServer", "pop3")] * 2 + [("outgoingServer", "smtp")] * 2
    profile = plistlib.loads(files["nginx/www/north.example/mail.mobileconfig"])
    (account,) = profile["PayloadContent"]
    assert account["EmailAccountType"] == "EmailTypePOP"
    assert account["IncomingMailServerPortNumber"] == 995


def test_a_domain_whose_users_read_nothing_has_no_profile() -> None:
    system, host = _pair()
    host = replace(host, protocols=replace(host.protocols, imap=False, pop3=False))
    files = _files(replace(system, hosts={**system.hosts, "north": host}), host)
    assert "nginx/www/north.example/mail.mobileconfig" not in files
    assert b"mobileconfig" not in files["nginx/nginx.conf"]


def test_dns_leads_every_name_to_the_host_that_serves_it() -> None:
    system, _ = _pair(roles=ALL_ROLES)
    system = replace(
        system,
        domains={
            name: replace(domain, policy=replace(domain.policy, dkim=()))
            for name, domain in system.domains.items()
        },
    )
    found = records(system, {})
    (south,) = (host for host in system.hosts.values() if host.has(Role.WEB))
    addresses = {str(address) for address in south.addresses}
    for name in ("mta-sts.north.example", "autoconfig.north.example", "autodiscover.south.example"):
        assert {each.data for each in found if each.name == name} == addresses
    (srv,) = (each for each in found if each.name == "_autodiscover._tcp.north.example")
    assert srv.data == "0 1 443 autodiscover.north.example."


def test_a_host_without_ipv6_listens_on_none() -> None:
    system, host = _pair()
    host = replace(host, addresses=host.addresses[:1])
    system = replace(system, hosts={**system.hosts, "north": host})
    assert b"[::]" not in _files(system, host)["nginx/nginx.conf"]


def test_what_nobody_would_believe_is_told() -> None:
    system, _ = _pair(tls=SelfSigned())
    assert [each.rule for each in check(system)] == ["web-certificate"]


def test_nixos_gets_the_documents_and_all_else_by_its_module() -> None:
    plain, nixos = _pair(), _pair(platform=PLATFORMS["nixos-25.11"])
    assert list(check(nixos[0])) == []
    pages = {path: text for path, text in _files(*plain).items() if path.startswith("nginx/www/")}
    served = {path: text for path, text in _files(*nixos).items() if path.startswith("nginx/")}
    assert served == pages
    for system, host in (plain, nixos):
        ports = {each.number for each in compile_host(system, host, WithheldVault()).content.ports}
        assert {80, 443} <= ports


@pytest.mark.parametrize("text", ["a;b", "{", "}", "a\nb", "$a", "#", "'", "\\"])
def test_nothing_ends_a_directive(text: str) -> None:
    with pytest.raises(ValueError, match="directive's words"):
        words(text)


@pytest.mark.parametrize(
    "text", ["", "a b", "a;b", "a{", "a$b", "a'b", "a\nb", "a#b", 'a"b', "a\\"]
)
def test_nothing_breaks_out_of_a_word(text: str) -> None:
    with pytest.raises(ValueError, match=r"nginx\.conf cannot hold"):
        word(text)


def test_names_that_are_long_or_many_fit() -> None:
    long = DomainName(".".join(["a" * 60] * 3) + ".example")
    system, host = _pair()
    domain = replace(system.domains[DomainName("north.example")], name=long)
    text = _files(replace(system, domains={long: domain}), host)["nginx/nginx.conf"].decode()
    assert f"server_name mta-sts.{long};" in text
