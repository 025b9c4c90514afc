"""Values that look odd and are legal come through unchanged, or in their canonical form."""

from __future__ import annotations

from pathlib import Path

import pytest
from spec_building import DOMAIN, HOST, USER, accept, spec, write

from mailctl.errors import SpecError
from mailctl.model.host import CertificateFiles
from mailctl.model.secret import PasswordCommand, PasswordFile
from mailctl.spec.load import examine, load
from mailctl.spec.names import address, domain_name
from mailctl.spec.problems import Refused

ATEXT = "#$&'*+=?^_`{|}~-/"


@pytest.mark.parametrize("sign", ATEXT)
def test_every_sign_of_rfc_5322_is_data(sign: str) -> None:
    assert address(f"a{sign}b@example.org").local == f"a{sign}b"


@pytest.mark.parametrize("sign", '%!"(),:;<>@[\\] \u00e4')
def test_other_signs_are_refused(sign: str) -> None:
    with pytest.raises(Refused):
        address(f"a{sign}b@example.org")


def test_names_get_their_canonical_form() -> None:
    assert str(address("Alice.B@B\u00fccher.Example")) == "alice.b@xn--bcher-kva.example"
    assert domain_name("xn--BCHER-kva.example") == "xn--bcher-kva.example"
    assert domain_name("stra\u00dfe.example") == "xn--strae-oqa.example"
    assert domain_name("a--b.example") == "a--b.example"
    assert address("a" * 64 + "@" + ".".join(["b" * 60] * 3)).local == "a" * 64


def test_a_name_in_unicode_is_found_in_the_file(tmp_path: Path) -> None:
    text = spec(domain="domains:\n  B\u00fccher.Example: {}\n", user="users: {}\n")
    warnings = accept(tmp_path, text).warnings
    assert {(issue.rule, issue.line, issue.column) for issue in warnings} == {
        ("no-abuse", 5, 3), ("no-postmaster", 5, 3)}  # fmt: skip


def test_daemon_values_stay_as_they_are_written(tmp_path: Path) -> None:
    host = HOST.rstrip("}\n") + ', overrides: {postfix: {a: 1.50, b: 0x1F, c: "$x # y", d: no}}}\n'
    system = accept(tmp_path, spec(host=host)).system
    values = [override.value for override in system.hosts["mail"].overrides]
    assert values == ["1.50", "0x1F", "$x # y", "no"]


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    write(tmp_path, "x", "people/secrets/alice")
    write(tmp_path, "keep;\n", "people/alice.sieve")
    user = USER.replace("{env: ALICE}", "{file: secrets/alice}") + "    sieve: alice.sieve\n"
    more = "  b@example.org: {password: {command: [echo, 5, --yes]}}\n"
    write(tmp_path, user + more, "people/users.yaml")
    path = write(tmp_path, f"mailctl: 1\ninclude: people/users.yaml\n{HOST}{DOMAIN}")
    alice, bob = load(path).users.values()
    assert alice.password == PasswordFile(tmp_path / "people/secrets/alice")
    assert alice.sieve == tmp_path / "people/alice.sieve"
    assert bob.password == PasswordCommand(("echo", "5", "--yes"), tmp_path / "people")


def test_anchors_within_bounds_and_links_are_fine(tmp_path: Path) -> None:
    text = spec(domain="domains:\n  example.org: &d {quota: 5G}\n  example.net: *d\n")
    real = write(tmp_path, text, "real/mail.yaml")
    link = tmp_path / "mail.yaml"
    link.symlink_to(real)
    assert [domain.policy.quota for domain in load(link).domains.values()] == [5 << 30] * 2


def test_certificates_and_byte_order_mark(tmp_path: Path) -> None:
    host = HOST.rstrip("}\n") + ", tls: {certificate: /etc/ssl/m.pem, key: /etc/ssl/m.key}}\n"
    system = accept(tmp_path, "\ufeff" + spec(host=host)).system
    assert system.hosts["mail"].tls == CertificateFiles("/etc/ssl/m.pem", "/etc/ssl/m.key")


def test_stores_and_receivers_are_worked_out(tmp_path: Path) -> None:
    hosts = (
        "hosts:\n"
        "  in: {fqdn: in.example.org, addresses: [203.0.113.1], platform: debian-12, roles: [mx]}\n"
        "  box: {fqdn: box.example.org, addresses: [203.0.113.2], platform: debian-13,"
        " roles: [store, submission]}\n"
    )
    (domain,) = accept(tmp_path, spec(host=hosts)).system.domains.values()
    assert (domain.store, domain.mx) == ("box", ("in",))


def test_relative_names_stay_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "mailctl: 1\ninclude: [a/b.yaml]\n")
    write(tmp_path, "nonsense: 1\n", "a/b.yaml")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SpecError) as caught:
        examine(Path("mail.yaml"))
    assert [str(issue).split(" ")[0] for issue in caught.value.issues] == ["a/b.yaml:1:1:"]
