"""A host that serves over HTTPS and sends by DANE: the module says the same as Debian's files, and
leaves room for what the administrator serves besides."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest
from nginx_reading import Directive, read
from nixos_building import RELEASES, ROOT, example, write_module
from nixos_evaluation import Evaluated, evaluate

from mailctl.backends.nginx.settings import settings
from mailctl.backends.tls import curves
from mailctl.backends.unbound.settings import clauses
from mailctl.compile import compile_host
from mailctl.keys.vault import WithheldVault
from mailctl.model.host import (
    Acme,
    CertificateFiles,
    DnsUpdates,
    Host,
    OutboundTls,
    Role,
    SelfSigned,
    ServerName,
)
from mailctl.model.names import DomainName
from mailctl.model.places import DEBIAN, NIXOS
from mailctl.model.platform import DEBIAN_PLATFORMS, PLATFORMS
from mailctl.model.secret import PasswordFile
from mailctl.model.system import System
from mailctl.spec.load import load

WEB = "autoconfig.north.example"
SERVED = "/var/lib/mailctl/tls/served/"


def _north(release: str, **wishes: object) -> tuple[System, Host]:
    """The pair's host north, changed."""
    system = example("pair", release)
    host = replace(system.hosts["north"], **wishes)  # type: ignore[arg-type]
    return replace(system, hosts={**system.hosts, "north": host}), host


def _evaluated(
    folder: Path, release: str, extra: str = "{ }", **wishes: object
) -> tuple[Evaluated, Directive]:
    """The host and its nginx.conf, read."""
    module = write_module(folder, *_north(release, **wishes))
    done = evaluate(release, module, extra)
    assert done.nginx_conf is not None
    return done, read(done.nginx_conf).blocks("http")[0]


def _servers(http: Directive, port: int) -> dict[str, Directive]:
    """The servers of a port, by their names; the one for all other names is `default`."""
    found = {}
    for server in http.blocks("server"):
        for address, *kinds in server.said("listen"):
            if address.endswith(f":{port}") or address == str(port):
                (name,) = server.said("server_name")[0]
                found["default" if "default_server" in kinds else name] = server
    return found


def _effective(http: Directive, server: Directive) -> dict[str, list[tuple[str, ...]]]:
    """What holds in a server of all that we say: its own word, else that of http."""
    names = {setting.name for setting in settings(PLATFORMS["debian-13"])}
    return {name: server.said(name) or http.said(name) for name in names}


def _answers(server: Directive) -> dict[tuple[str, ...], set[Directive]]:
    """The server's locations, but for the place of challenges, which nixpkgs has here too."""
    return {
        each.words[1:]: {_same_place(one) for one in each.inside}
        for each in server.blocks("location")
        if each.words[-1] != "/.well-known/acme-challenge/"
    }


def _same_place(each: Directive) -> Directive:
    return replace(each, words=tuple(word.replace(DEBIAN.tree, NIXOS.tree) for word in each.words))


@pytest.mark.parametrize("release", RELEASES)
def test_nginx_serves_the_same_as_on_debian(tmp_path: Path, release: str) -> None:
    plain = load(ROOT / "examples" / "pair" / "mail.yaml")
    groups = curves(PLATFORMS[f"nixos-{release}"])
    like = next(name for name in DEBIAN_PLATFORMS if curves(PLATFORMS[name]) == groups)
    north = replace(plain.hosts["north"], platform=PLATFORMS[like])
    plain = replace(plain, hosts={**plain.hosts, "north": north})
    artefacts = compile_host(plain, north, WithheldVault()).content.artefacts
    text = next(each.content for each in artefacts if each.path == "nginx/nginx.conf")
    theirs = read(text.decode()).blocks("http")[0]
    _, http = _evaluated(tmp_path, release)
    assert http.said("server_names_hash_bucket_size") == [("512",)]
    assert http.said("server_names_hash_max_size") == [("8192",)]
    ours, debians = _servers(http, 443), _servers(theirs, 443)
    assert sorted(ours) == sorted(debians)
    for name, server in ours.items():
        debian = debians[name]
        assert _effective(http, server) == _effective(theirs, debian), name
        if name != "default":
            assert _answers(server) == _answers(debian), name
            assert server.said("ssl_certificate") == [(f"/var/lib/acme/{WEB}/fullchain.pem",)]
            assert debian.said("ssl_certificate") == [(f"{SERVED}{WEB}.pem",)]
    for name, server in _servers(http, 80).items():
        if name != "default":
            assert _answers(server) == _answers(_servers(theirs, 80)[name]), name
    assert ours["default"].said("ssl_reject_handshake") == [("on",)]
    assert _answers(ours["default"]) == {("/",): {Directive(("return", "444"))}}


@pytest.mark.parametrize("release", RELEASES)
def test_each_domain_has_a_certificate_that_nginx_reads(tmp_path: Path, release: str) -> None:
    done, http = _evaluated(tmp_path, release)
    assert (done.failed, done.warnings) == ([], [])
    own, web = done.orders["mx.north.example"], done.orders[WEB]
    challenges = "/var/lib/acme/acme-challenge"
    assert (own["webroot"], own["listenHTTP"], own["group"]) == (challenges, "", "acme")
    assert (web["webroot"], web["listenHTTP"], web["group"]) == (challenges, "", "nginx")
    assert web["extraDomainNames"] == ["autodiscover.north.example", "mta-sts.north.example"]
    assert web["extraLegoRenewFlags"] == []
    assert done.certificates[WEB] == ["nginx.service"]
    for name, server in _servers(http, 80).items():
        if name != "default":
            (place,) = [
                each for each in server.blocks("location") if each.words[-1].endswith("challenge/")
            ]
            assert place.said("root") == [(challenges,)], name
    assert "acme-mx.north.example.service" in done.units["nginx"].before
    assert {80, 443} <= set(done.ports)


@pytest.mark.parametrize("release", RELEASES)
def test_the_authority_is_answered_under_further_names(tmp_path: Path, release: str) -> None:
    further = DomainName("mail.customer.example")
    done, http = _evaluated(tmp_path, release, names=(ServerName(further),))
    assert done.failed == []
    assert done.orders[further]["webroot"] == "/var/lib/acme/acme-challenge"
    (place,) = [
        each
        for each in _servers(http, 80)[further].blocks("location")
        if each.words[-1].endswith("challenge/")
    ]
    assert place.said("root") == [("/var/lib/acme/acme-challenge",)]
    assert further not in _servers(http, 443)
    assert f"acme-{further}.service" in done.units["nginx"].before


def test_by_dns_nginx_has_no_folder_for_challenges(tmp_path: Path) -> None:
    """nixpkgs' module has the location wherever security.acme's certificate is shown."""
    updates = DnsUpdates(ip_address("192.0.2.53"), PasswordFile(tmp_path / "acme.key"))
    done, http = _evaluated(tmp_path, "25.11", tls=Acme(dns=updates))
    assert done.failed == []
    for server in _servers(http, 80).values():
        for each in server.blocks("location"):
            assert not each.words[-1].endswith("challenge/") or not each.said("root")
    assert {order["dnsProvider"] for order in done.orders.values()} == {"rfc2136"}


@pytest.mark.parametrize(
    "tls", [SelfSigned(), CertificateFiles("/run/agenix/100%.pem", "/run/agenix/key")]
)
def test_a_key_that_is_roots_alone_is_handed_over(tmp_path: Path, tls: SelfSigned) -> None:
    # Dovecot could not name the second one
    roles = frozenset({Role.MX, Role.WEB})
    done, http = _evaluated(tmp_path, "25.11", tls=tls, roles=roles)
    assert done.failed == []
    chain, key = done.units["nginx"].settings["LoadCredential"]  # type: ignore[misc]
    if isinstance(tls, CertificateFiles):
        assert (chain, key) == (
            "mailctl-chain.pem:/run/agenix/100%%.pem",
            "mailctl-key.pem:/run/agenix/key",
        )
    else:
        assert "nginx.service" in done.units["mailctl-certificate"].before
        assert key == "mailctl-key.pem:/var/lib/mailctl/tls/key.pem"
    for name, server in _servers(http, 443).items():
        if name != "default":
            folder = "/run/credentials/nginx.service"
            assert server.said("ssl_certificate_key") == [(f"{folder}/mailctl-key.pem",)]


def test_what_security_acme_has_already_is_named(tmp_path: Path) -> None:
    """nixpkgs says then who waits for whom, and whether nginx may read it."""
    folder = "/var/lib/acme/own"
    tls = CertificateFiles(f"{folder}/fullchain.pem", f"{folder}/key.pem")
    done, _ = _evaluated(tmp_path, "25.11", tls=tls)
    assert done.failed == ["nginx cannot read the certificate own: its group is acme"]
    allowed = '{ security.acme.certs.own.group = "nginx"; }'
    done, http = _evaluated(tmp_path, "25.11", allowed, tls=tls)
    assert done.failed == []
    assert _servers(http, 443)[WEB].said("ssl_certificate") == [(f"{folder}/fullchain.pem",)]


def test_a_host_may_be_named_as_what_it_serves(tmp_path: Path) -> None:
    done, http = _evaluated(tmp_path, "25.11", fqdn=DomainName(WEB), tls=SelfSigned())
    assert done.failed == []
    assert _answers(_servers(http, 80)[WEB]) == {
        ("/",): {Directive(("return", "301", "https://$host$request_uri"))}
    }


OWN_SITES = """{
  services.nginx.virtualHosts = {
    "www.north.example" = {
      default = true;
      locations."/".root = "/srv/www";
    };
    "mx.north.example" = {
      forceSSL = true;
      enableACME = %s;
      sslCertificate = "/srv/chain.pem";
      sslCertificateKey = "/srv/key.pem";
      locations."/".proxyPass = "http://127.0.0.1:8080";
    };
  };
}"""


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("by_acme", ["true", "false"])
def test_the_administrators_sites_stay_beside_ours(
    tmp_path: Path, release: str, by_acme: str
) -> None:
    """Also one under the host's own name, and one for all other names."""
    done, http = _evaluated(tmp_path, release, OWN_SITES % by_acme)
    assert done.failed == []
    web = _servers(http, 80)
    assert web["default"].said("server_name") == [("www.north.example",)]
    own = _servers(http, 443)["mx.north.example"]
    assert _answers(own) == {("/",): {Directive(("proxy_pass", "http://127.0.0.1:8080"))}}
    for server in http.blocks("server"):
        challenges = [
            each for each in server.blocks("location") if each.words[-1].endswith("challenge/")
        ]
        assert len(challenges) <= 1, "nginx takes a location once"
    assert _answers(_servers(http, 443)["mta-sts.north.example"])[("/",)] == {
        Directive(("return", "404"))
    }


# ---- DANE


@pytest.mark.parametrize("release", RELEASES)
def test_only_who_sends_mail_asks_our_resolver(tmp_path: Path, release: str) -> None:
    done, _ = _evaluated(tmp_path, release, outbound_tls=OutboundTls.DANE)
    assert (done.failed, done.warnings) == ([], [])
    columns = [line.split() for line in done.master_cf.splitlines() if line[:1].strip()]
    assert {line[0] for line in columns if line[4] == "y"} == {"smtp", "relay"}
    assert {line[7] for line in columns if line[4] == "y"} == {"smtp"}
    assert "smtp_tls_security_level = dane\n" in done.main_cf
    start = done.units["postfix"].preStart
    assert "ln -sfn /mailctl/resolv.conf /var/lib/postfix/queue/etc/resolv.conf\n" in start
    assert "mailctl-resolver.service" in done.units["postfix"].after
    assert "resolv.conf" not in done.etc
    resolver = done.units["mailctl-resolver"]
    assert resolver.settings["DynamicUser"] is True
    assert resolver.start.endswith("/bin/unbound -p -d -c /etc/mailctl/unbound/unbound.conf")
    assert 53 not in done.ports


@pytest.mark.parametrize("release", RELEASES)
def test_without_it_nothing_is_in_a_chroot(tmp_path: Path, release: str) -> None:
    done, _ = _evaluated(tmp_path, release)
    assert "mailctl-resolver" not in done.units
    assert done.units["postfix"].preStart == ""
    columns = [line.split() for line in done.master_cf.splitlines() if line[:1].strip()]
    assert {line[4] for line in columns} == {"-"}


def test_unbound_is_as_on_debian() -> None:
    """But for accounts and places."""
    elsewhere = {
        *("username", "directory", "pidfile", "auto-trust-anchor-file", "root-hints"),
        "control-interface",
    }
    plain = load(ROOT / "examples" / "pair" / "mail.yaml").hosts["north"]
    ours = _said(replace(plain, platform=PLATFORMS["nixos-25.11"]))
    assert {name for name, _ in ours.items() ^ _said(plain).items()} <= elsewhere


def _said(host: Host) -> dict[str, str]:
    return {each.name: each.value for _, settings in clauses(host) for each in settings}
