"""The TLS of live hosts on both releases: judged by sslyze, by OpenSSL's own client and by
`mailctl check --tls`, also after a renewal that Dovecot missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tls_judge
from rehearsal_examples import spec_file
from starttls_injection import obeys
from tls_judge import Target

from mailctl.backends.tls import certificate_of
from mailctl.model.host import Host
from mailctl.model.listening import TlsPort, tls_ports
from mailctl.model.platform import DEBIAN_PLATFORMS
from mailctl.model.web import web_names
from mailctl.proofs import certificate_authority
from mailctl.proofs.connecting import address_of, connect
from mailctl.rehearsal.run import Options, Rehearsal, rehearsal
from mailctl.spec.load import load
from mailctl.verify.tls.offers import offers
from mailctl.verify.tls.report import Report, judge
from mailctl.verify.tls.survey import expected_of, survey, targets
from mailctl.verify.tls.verdict import State, Verdict

pytestmark = pytest.mark.hosts

DOVECOT = {110, 143, 993, 995, 4190}
POSTFIX = {25, 465, 587}

_NOT_SPOKEN = {4190}
"""sslyze has no STARTTLS of ManageSieve."""

_OF_THE_REHEARSAL = {"maximum_certificate_lifespan"}
"""Pebble's certificates last for years."""

_OFFERED = {
    "debian-12": ("X25519", "prime256v1", "secp384r1"),
    "debian-13": ("X25519MLKEM768", "X25519", "prime256v1", "secp384r1"),
}
"""Mozilla, Server Side TLS, intermediate: 5.7 where OpenSSL is older than 3.5, else 5.8."""

_GROUPS = (*_OFFERED["debian-13"], "X448", "secp521r1", "ffdhe2048")


@pytest.fixture(scope="module")
def up() -> Iterator[Rehearsal]:
    """A host on each release. They let one address come oftener than ours do, for a scan is a
    hundred connections: `limits.connections` would end it on 25, 465 and 587."""
    spec = load(spec_file("pair"))
    hosts = {
        host.name: replace(host, limits=replace(host.limits, connections=1000))
        for host in spec.hosts.values()
    }
    with rehearsal(replace(spec, hosts=hosts), Options(progress=print)) as rehearsed:
        report = rehearsed.prove((certificate_authority.PROOF,))
        assert report.holds, [line.verdict for line in report.lines]
        yield rehearsed


@pytest.fixture(params=DEBIAN_PLATFORMS)
def host(up: Rehearsal, request: pytest.FixtureRequest) -> Host:
    (found,) = (
        host for host in up.ground.system.hosts.values() if host.platform.name == request.param
    )
    return found


def test_sslyze_finds_nothing_on_any_port(up: Rehearsal, host: Host, tmp_path: Path) -> None:
    assert tls_judge.program(), "sslyze is not installed: `make setup` does that"
    names = {port.number: host.fqdn for port in tls_ports(host)}
    names[443] = web_names(up.ground.system, host)[0]
    assert names.keys() == DOVECOT | POSTFIX | {443}
    ask = up.ground.outside.authority_roots
    assert ask is not None
    roots = tmp_path / "roots.pem"
    roots.write_text(ask())

    wanted = names.keys() - _NOT_SPOKEN
    asked = (Target(names[port], address_of(host), port) for port in sorted(wanted))
    found = tls_judge.judged(asked, roots, tmp_path)
    assert found.keys() == wanted
    for port, judgement in found.items():
        assert not judgement.failed, port
        assert judgement.issues == _OF_THE_REHEARSAL, port
        _holds_in_every_scan(judgement.scans)

    headers = found[443].scans["http_headers"]
    assert headers["strict_transport_security_header"]["max_age"] == 63072000


def _holds_in_every_scan(scans: dict[str, dict[str, object]]) -> None:
    """What the profile says nothing of, and what it says said once more by name."""
    assert not scans["heartbleed"]["is_vulnerable_to_heartbleed"]
    assert not scans["openssl_ccs_injection"]["is_vulnerable_to_ccs_injection"]
    assert scans["robot"]["robot_result"] == "NOT_VULNERABLE_RSA_NOT_SUPPORTED"
    assert not scans["tls_compression"]["supports_compression"]
    assert scans["tls_fallback_scsv"]["supports_fallback_scsv"]
    assert scans["session_renegotiation"]["supports_secure_renegotiation"]
    assert not scans["session_renegotiation"]["is_vulnerable_to_client_renegotiation_dos"]
    assert not scans["tls_1_3_early_data"]["supports_early_data"]
    resumed = scans["session_resumption"]
    ways = {resumed[f"{way}_resumption_result"] for way in ("session_id", "tls_ticket")}
    assert "FULLY_SUPPORTED" in ways <= {"FULLY_SUPPORTED", "NOT_SUPPORTED"}
    (deployed,) = scans["certificate_info"]["certificate_deployments"]  # type: ignore[misc]
    assert deployed["received_chain_has_valid_order"]
    assert not deployed["received_chain_contains_anchor_certificate"]
    assert deployed["verified_certificate_chain"]
    assert not deployed["leaf_certificate_has_must_staple_extension"]


def _newer(up: Rehearsal) -> Host:
    """The one whose OpenSSL knows all groups."""
    return up.ground.system.hosts["south"]


def test_every_port_agrees_on_keys_by_our_groups_and_no_others(up: Rehearsal, host: Host) -> None:
    machine = up.network.hosts[_newer(up).name]
    web = web_names(up.ground.system, host)[0]
    for port in (*tls_ports(host), TlsPort(443)):
        for group in _GROUPS:
            status, said = machine.run(
                *("openssl", "s_client", "-connect", f"{address_of(host)}:{port.number}"),
                *("-servername", web if port.number == 443 else host.fqdn),
                *(("-starttls", port.starttls) if port.starttls else ()),
                *("-groups", group),
            )
            assert (status == 0) is (group in _OFFERED[host.platform.name]), (port, group, said)


def test_mail_to_others_agrees_on_keys_by_the_best_group(up: Rehearsal, host: Host) -> None:
    _, said = up.network.hosts[host.name].run(
        *("posttls-finger", "-c", "-l", "encrypt", f"[{address_of(_newer(up))}]")
    )
    best = _OFFERED[host.platform.name][0]
    assert f"key-exchange {best} " in said or f"key-exchange {best.lower()} " in said


def test_what_is_slipped_in_behind_starttls_is_not_obeyed(up: Rehearsal, host: Host) -> None:
    for port in tls_ports(host):
        if port.starttls:
            client = up.ground.next_client()
            assert obeys(host, port, client, in_clear_text=False), port
            assert not obeys(host, port, client, in_clear_text=True), port


def test_nobody_is_greeted_with_a_version(up: Rehearsal, host: Host) -> None:
    for port in tls_ports(host):
        if port.starttls:
            with connect(address_of(host), port.number, up.ground.next_client()) as plain:
                greeting = plain.recv(4096).decode()
            words = greeting.replace("IMAP4rev1", "").replace('"VERSION" "1.0"', "").split()
            assert not [word for word in words if word[:1].isdigit() and "." in word], greeting


def test_check_tls_and_the_one_that_was_not_reloaded(up: Rehearsal) -> None:
    host = up.ground.system.hosts["south"]

    def look(*tlsa: str) -> Report:
        where = targets([host])
        expected = expected_of([host], {host.name: tlsa})
        return judge(survey(where, offers(), 10), expected, datetime.now(UTC))

    report = look()
    assert {each.port.number for each in report.seen} == DOVECOT | POSTFIX
    assert {each.question for each in _bad(report)} == {"chain"}
    former = next(each.certificate for each in report.seen if each.port.number == 25)
    assert former

    machine, files = up.network.hosts[host.name], certificate_of(host)
    subject = ("-subj", f"/CN={host.fqdn}", "-addext", f"subjectAltName=DNS:{host.fqdn}")
    status, said = machine.run(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "group:prime256v1"),
        *("-noenc", "-days", "90", "-keyout", "/run/new.key", "-out", "/run/new.pem", *subject),
    )
    assert status == 0, said
    renew = f"cat /run/new.key /run/new.pem >{files.key} && systemctl restart postfix"
    status, said = machine.run("sh", "-c", renew)
    assert status == 0, said

    report = look(former.key_digest)
    faults = {(each.question, each.port) for each in _bad(report) if each.state is State.FAULT}
    expected = {("tlsa", 25)} | {("same-certificate", port) for port in DOVECOT}
    assert {fault for fault in faults if fault[0] != "chain"} == expected
    assert report.exit_code == 2


def _bad(report: Report) -> list[Verdict]:
    return [each for each in report.verdicts if each.state not in {State.OK, State.NOTE}]
