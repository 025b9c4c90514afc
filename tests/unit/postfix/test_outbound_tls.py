"""What `outbound_tls: dane` brings to a host, and that a host without it has nothing of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from postfix_building import DEBIANS, NoSecrets, example

from mailctl.bundle import Contribution
from mailctl.compile import compile_host
from mailctl.model.host import OutboundTls
from mailctl.render.unbound import word


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
