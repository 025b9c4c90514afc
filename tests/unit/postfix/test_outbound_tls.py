"""What `outbound_tls` brings to a host, and that a host without it has nothing of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from postfix_building import DEBIANS, NoSecrets, example

from mailctl.bundle import Contribution, Link
from mailctl.compile import compile_host
from mailctl.model.host import OutboundTls
from mailctl.render.unbound import word
from mailctl.render.yaml import scalar


def _content(platform: str, outbound: OutboundTls) -> Contribution:
    system = example("office", platform)
    host = replace(next(iter(system.hosts.values())), outbound_tls=outbound)
    return compile_host(system, host, NoSecrets()).content


def _files(content: Contribution) -> dict[str, str]:
    return {each.path: each.content.decode() for each in content.artefacts}


@pytest.mark.parametrize("platform", DEBIANS)
def test_dane_comes_with_a_resolver_that_postfix_alone_asks(platform: str) -> None:
    content = _content(platform, OutboundTls.DANE)
    files = _files(content)
    main = files["postfix/main.cf"].splitlines()
    assert "smtp_tls_security_level = dane" in main
    assert "smtp_dns_support_level = dnssec" in main
    servers = [
        line for line in files["unbound/resolv.conf"].splitlines() if line.startswith("nameserver")
    ]
    assert servers == ["nameserver 127.0.0.25"]
    assert "    interface: 127.0.0.25" in files["unbound/unbound.conf"].splitlines()
    mount = "BindPaths=/var/lib/mailctl/postfix-etc:/var/spool/postfix/etc"
    assert mount in files["systemd/postfix.conf"].splitlines()
    assert "/var/lib/mailctl/postfix-etc" in {each.path for each in content.directories}
    assert {"unbound", "dns-root-data"} <= set(content.packages)
    assert not any(link.path == "/etc/resolv.conf" for link in content.links)


@pytest.mark.parametrize("platform", DEBIANS)
def test_postfix_starts_anew_with_another_resolver(platform: str) -> None:
    services = {each.unit: each for each in _content(platform, OutboundTls.DANE).services}
    postfix = next(each for unit, each in services.items() if "postfix" in unit and each.is_told)
    assert "unbound/resolv.conf" in postfix.restart_on
    assert "unbound/unbound.conf" in services["unbound.service"].restart_on


@pytest.mark.parametrize("platform", DEBIANS)
def test_own_hosts_must_have_tls_all_the_same(platform: str) -> None:
    master = _files(_content(platform, OutboundTls.DANE))["postfix/master.cf"]
    relay = master[master.index("\nrelay ") : master.index("\nshowq ")]
    assert "-o { smtp_tls_security_level = encrypt }" in relay


@pytest.mark.parametrize("platform", DEBIANS)
def test_without_it_there_is_no_resolver(platform: str) -> None:
    content = _content(platform, OutboundTls.OPPORTUNISTIC)
    assert "smtp_tls_security_level = may" in _files(content)["postfix/main.cf"].splitlines()
    assert "unbound" not in content.packages
    assert not any("unbound" in text for text in _files(content).values())


@pytest.mark.parametrize("platform", DEBIANS)
def test_policies_come_with_a_daemon_that_postfix_asks(platform: str) -> None:
    content = _content(platform, OutboundTls.MTA_STS)
    files = _files(content)
    main = files["postfix/main.cf"].splitlines()
    assert "smtp_tls_security_level = may" in main
    assert "smtp_tls_policy_maps = socketmap:inet:127.0.0.1:8461:postfix" in main
    assert "smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt" in main
    assert yaml.safe_load(files["mta-sts/mta-sts-daemon.yml"]) == {
        "host": "127.0.0.1",
        "port": 8461,
        "cache": {"type": "sqlite", "options": {"filename": "/var/lib/mta-sts/cache.db"}},
        "proactive_policy_fetching": {"enabled": True, "interval": 86400},
        "default_zone": {"strict_testing": False, "require_sni": True, "timeout": 10},
    }
    assert Link("/etc/mta-sts-daemon.yml", "mta-sts/mta-sts-daemon.yml") in content.links
    assert "postfix-mta-sts-resolver" in content.packages
    services = {each.unit: each for each in content.services}
    unit = services["postfix-mta-sts-resolver.service"]
    assert set(unit.restart_on) == {"mta-sts/mta-sts-daemon.yml", "systemd/mta-sts.conf"}
    assert "unbound" not in content.packages


@pytest.mark.parametrize("platform", DEBIANS)
def test_nobody_asks_for_policies_of_own_hosts(platform: str) -> None:
    for outbound in OutboundTls:
        master = _files(_content(platform, outbound))["postfix/master.cf"]
        relay = master[master.index("\nrelay ") : master.index("\nshowq ")]
        asks_none = "-o { smtp_tls_policy_maps =  }" in relay
        assert asks_none == (outbound is OutboundTls.MTA_STS), relay


@pytest.mark.parametrize("platform", DEBIANS)
@pytest.mark.parametrize("outbound", [OutboundTls.OPPORTUNISTIC, OutboundTls.DANE])
def test_without_it_nobody_looks_policies_up(platform: str, outbound: OutboundTls) -> None:
    content = _content(platform, outbound)
    assert "postfix-mta-sts-resolver" not in content.packages
    assert not any("mta-sts" in text or "policy_maps" in text for text in _files(content).values())


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "8461",
        "yes",
        "null",
        "~",
        "0644",
        "1e3",
        "a: b",
        "x # y",
        'a"b\\',
        "a\nb",
        "",
        "é\u2028",
    ],
)
def test_a_value_of_yaml_is_what_it_was(text: str) -> None:
    read = yaml.safe_load(f"key: {scalar(text)}\n")["key"]
    assert read == {"true": True, "8461": 8461}.get(text, text)


@pytest.mark.parametrize(
    ("text", "written"),
    [("yes", "yes"), ("", '""'), ("validator iterator", '"validator iterator"'), ("a#b", '"a#b"')],
)
def test_a_value_is_one_word_of_unbound_conf(text: str, written: str) -> None:
    assert word(text) == written


@pytest.mark.parametrize("text", ['a"b', "a\nb", "a\0"])
def test_what_no_quotes_can_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"unbound\.conf cannot hold"):
        word(text)
