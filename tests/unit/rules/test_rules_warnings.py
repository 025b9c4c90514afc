"""Each warning comes where it should, and not where it should not; none refuses a spec."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "spec"))
from spec_building import DOMAIN, HOST, USER, accept, spec


def _host(more: str) -> str:
    return HOST.rstrip("}\n") + f", {more}}}\n"


def _address(address: str) -> str:
    return HOST.replace("203.0.113.10", f'"{address}"')


def _domain(settings: str) -> str:
    return f"domains:\n  example.org: {{{settings}}}\n"


CASES = {
    "postmaster": (spec(user="users: {}\n"), ["no-abuse 5:3", "no-postmaster 5:3"]),
    "postmaster by alias entry": (
        spec(user="users:\n  a@example.org: {password: {env: A}}\n"
             "aliases:\n  postmaster@example.org: [a@example.org]\n"),
        ["no-abuse 5:3"],
    ),
    "private IPv4": (spec(host=_address("192.168.1.1")), ["private-address 3:46"]),
    "private IPv6": (spec(host=_address("fd00::1")), ["ipv6-ptr 3:46"]),
    "global IPv6": (spec(host=_address("2001:db8::1")), []),
    "no sudo": (spec(host=_host("ssh: {user: admin}")), ["ssh-sudo 3:87"]),
    "with sudo": (spec(host=_host("ssh: {user: admin, sudo: true}")), []),
    "1024 bits": (spec(domain=_domain("dkim: {key: rsa-1024}")), ["dkim-1024 5:29"]),
    "sha512": (spec(domain=_domain('dkim: {hashes: "sha512:sha256"}')), ["dkim-hashes 5:32"]),
    "sha256": (spec(domain=_domain("dkim: {hashes: sha256}")), []),
    "told once, at the policy": (
        spec(domain="policies:\n  default: {dkim: {key: rsa-1024}}\n"
             "domains:\n  example.org: {}\n  example.net: {catch_all: alice@example.org}\n"),
        ["dkim-1024 5:25"],
    ),
    "open SPF": (spec(domain=_domain('spf: {record: "v=spf1 mx"}')), ["spf-open 5:31"]),
    "neutral SPF": (spec(domain=_domain("spf: {all: neutral}")), ["spf-open 5:28"]),
    "redirected SPF": (spec(domain=_domain('spf: {record: "v=spf1 redirect=x.example"}')), []),
    "many lookups": (
        spec(domain=_domain('spf: {record: "v=spf1 a mx a:b.c include:d.e exists:f.g '
                            '+include:h.i ptr ~mx:j.k -all"}')),
        ["spf-lookups 5:31", "spf-ptr 5:31"],
    ),
    "SPF with terms that do nothing": (
        spec(domain=_domain('spf: {record: "v=spf1 -all mx redirect=x.example a=y.example"}')),
        ["spf-after-all 5:31", "spf-redirect-with-all 5:31", "spf-unknown-modifier 5:31"],
    ),
    "long SPF": (
        spec(domain=_domain(f'spf: {{record: "v=spf1 {"ip4:192.0.2.1 " * 32} -all"}}')),
        ["spf-length 5:31"],
    ),
    "dmarc none": (spec(domain=_domain("dmarc: {policy: none}")),
                   ["dmarc-no-reports 5:33", "dmarc-none 5:33"]),
    "dmarc record": (
        spec(domain=_domain('dmarc: {record: "v=DMARC1; p=none; fo=1; pct=50"}')),
        ["dmarc-no-reports 5:33", "dmarc-none 5:33", "dmarc-obsolete-tag 5:33",
         "dmarc-obsolete-tag 5:33"],
    ),
    "dmarc without mailto": (
        spec(domain=_domain('dmarc: {record: "v=DMARC1; p=reject; rua=a@b.example"}')),
        ["dmarc-uri 5:33"],
    ),
    "foreign forward": (
        spec(more="    forward: {to: [alice+x@example.net, b@elsewhere.example]}\n",
             domain=DOMAIN + "  example.net: {catch_all: alice@example.org}\n").replace(
                 "alice+x@example.net", "c@elsewhere.example"),
        ["forward-without-srs 11:20"],
    ),
    "foreign catch-all": (
        spec(domain=_domain("catch_all: x@elsewhere.example")), ["catch-all-foreign 5:28"],
    ),
    "alias of those who only send": (
        spec(more="  r@example.org: {password: {env: R}, send_only: true}\n"
             "aliases:\n  s@example.org: [r@example.org]\n"),
        ["send-only-target 12:3"],
    ),
    "alias of some who only send": (
        spec(more="  r@example.org: {password: {env: R}, send_only: true}\n"
             "aliases:\n  s@example.org: [r@example.org, alice@example.org]\n"),
        [],
    ),
    "parked domains want nothing": (
        spec(domain=DOMAIN + "  example.net: {parked: true, dkim: {key: rsa-1024}}\n"), [],
    ),
    "two who forward to others": (
        spec(user=USER, more="    forward: {to: [bob@example.org]}\n"
             "  bob@example.org: {password: {env: B}}\n"), [],
    ),
    "subaddresses are there": (
        spec(more="aliases:\n  t@example.org: [alice+team@example.org]\n"), [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_warnings(name: str, tmp_path: Path) -> None:
    text, wanted = CASES[name]
    warnings = accept(tmp_path, text).warnings
    assert [f"{issue.rule} {issue.line}:{issue.column}" for issue in warnings] == wanted
    assert all(issue.severity == "warning" for issue in warnings)
