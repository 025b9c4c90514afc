"""Further names of a host, as a list and as a mapping; and what domains tell their clients."""

from __future__ import annotations

from pathlib import Path

import pytest
from spec_building import DOMAIN, HOST, accept, issues, spec

from mailctl.model.host import CertificateFiles, ServerName
from mailctl.model.names import DomainName

FILES = "tls: {certificate: /etc/ssl/m.pem, key: /etc/ssl/m.key}"
A, B = ServerName(DomainName("a.example")), ServerName(DomainName("b.example"))


def _host(more: str) -> str:
    return HOST.rstrip("}\n") + f", {more}}}\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A.Example", (A,)),
        ("[a.example, b.example]", (A, B)),
        ("{a.example: {}, b.example: }", (A, B)),
        ("[b\u00fccher.example]", (ServerName(DomainName("xn--bcher-kva.example")),)),
        (
            "{a.example: {certificate: /a.pem, key: /a.key}, b.example: {}}",
            (ServerName(A.name, CertificateFiles("/a.pem", "/a.key")), B),
        ),
        ("[]", ()),
        ("{}", ()),
    ],
)
def test_a_list_is_a_mapping_without_files(
    tmp_path: Path, text: str, names: tuple[ServerName, ...]
) -> None:
    host = accept(tmp_path, spec(host=_host(f"{FILES}, names: {text}"))).system.hosts["mail"]
    assert host.names == names
    assert host.all_names == ("mail.example.org", *(each.name for each in names))


def test_a_certificate_of_the_hosts_own_making_is_for_no_other_name(tmp_path: Path) -> None:
    found = issues(tmp_path, spec(host=_host("names: {a.example: {}}")))
    assert [(each.rule, each.severity) for each in found] == [
        ("server-name-self-signed", "warning")
    ]


def test_a_domain_of_the_spec_may_be_a_name(tmp_path: Path) -> None:
    assert issues(tmp_path, spec(host=_host(f"{FILES}, names: example.org"))) == ()


def test_a_policy_says_it_for_its_domains(tmp_path: Path) -> None:
    text = spec(
        host=_host("tls: acme, names: [a.example]"),
        domain=f"policies:\n  default: {{server_name: A.example}}\n{DOMAIN}"
        "  example.net: {server_name: [], ignore: [no-postmaster, no-abuse]}\n",
    )
    domains = accept(tmp_path, text).system.domains
    assert [domain.policy.server_name for domain in domains.values()] == [("a.example",), ()]
