"""OpenDKIM signs what begins here, with one key a domain, and holds no other keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from postfix_building import (
    OneKey,
    a_domain,
    a_host,
    a_system,
    a_user,
    example,
    opendkim,
    overridden,
    text,
)

from mailctl.backends.opendkim.backend import OpenDkim
from mailctl.bundle import Contribution
from mailctl.model.host import Role
from mailctl.model.settings import DkimSelector, KeyKind, KeyState, MailPolicy


def test_the_first_selector_signs_and_no_other_key_goes_to_the_host() -> None:
    content = opendkim(example("pair", "debian-13"), "south")
    keys = sorted(artefact.path for artefact in content.artefacts if artefact.secret)
    assert "opendkim/keys/south.example/s2026.pem" in keys
    assert not any("s2025" in path for path in keys)
    assert "south.example south.example:s2026:/var/lib/mailctl/current/opendkim/keys/" in text(
        content, "opendkim/KeyTable"
    )


def test_a_former_key_stays_until_it_is_revoked() -> None:
    """OpenDKIM opens it after the switch, until it has reloaded."""
    keys = (
        DkimSelector("s2", state=KeyState.SIGNING),
        DkimSelector("s1", state=KeyState.RETIRING),
        DkimSelector("s0", state=KeyState.REVOKED),
        DkimSelector("s3", state=KeyState.PUBLISHED),
    )
    system = a_system(domains=(a_domain("example.org", policy=MailPolicy(dkim=keys)),))
    content = opendkim(system)
    secret = [artefact.path for artefact in content.artefacts if artefact.secret]
    assert secret == [f"opendkim/keys/example.org/{name}.pem" for name in ("s2", "s1")]
    assert ":s2:" in text(content, "opendkim/KeyTable")
    assert ":s1:" not in text(content, "opendkim/KeyTable")


def test_keys_are_secret_files_of_opendkim_alone() -> None:
    system = example("office", "debian-12")
    given = OpenDkim().contribute(system, system.hosts["mail"], OneKey(b"PEM"))
    keys = [artefact for artefact in given.artefacts if artefact.secret]
    assert {(key.owner, key.group, key.mode, key.content) for key in keys} == {
        ("opendkim", "opendkim", 0o600, b"PEM")
    }
    assert all(artefact.withheld for artefact in opendkim(system).artefacts if artefact.secret)
    folders = {folder.path: folder.mode for folder in given.directories}
    assert folders["opendkim/keys/office.example"] == 0o700


def test_parked_and_unsigned_domains_are_absent() -> None:
    system = example("office", "debian-13")
    assert "office-old.example" not in text(opendkim(system), "opendkim/SigningTable")


def test_a_host_where_no_mail_begins_has_no_signer() -> None:
    system = a_system(hosts=(a_host(roles=frozenset({Role.MX})),), domains=())
    assert replace(opendkim(system), entries=()) == Contribution()


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [(KeyKind.ED25519, "ed25519-sha256"), (KeyKind.RSA_2048, "rsa-sha256")],
)
def test_the_algorithm_is_that_of_the_keys(kind: KeyKind, algorithm: str) -> None:
    policy = MailPolicy(dkim=(DkimSelector(key=kind),))
    system = a_system(domains=(a_domain("example.org", policy=policy),))
    assert f"\nSignatureAlgorithm {algorithm}\n" in text(opendkim(system), "opendkim/opendkim.conf")
    assert list(OpenDkim().review(system, a_host())) == []


def test_keys_of_two_kinds_on_one_host_are_refused() -> None:
    policy = MailPolicy(dkim=(DkimSelector(key=KeyKind.ED25519),))
    system = a_system(domains=(a_domain("example.org"), a_domain("ed.example", policy=policy)))
    (finding,) = OpenDkim().review(system, a_host())
    assert finding.where == ("domains", "ed.example")
    assert finding.rule == "dkim-algorithm"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("Mod", "v", "OpenDKIM has no parameter 'Mod'"),
        ("mode", "sv", "mode is not for overrides"),
        ("InternalHosts", "0.0.0.0/0", "InternalHosts is not for overrides"),
        ("KeyTable", "file:/x", "KeyTable is not for overrides"),
        ("LogWhy", "yes\nMode v", "opendkim.conf cannot hold this value of LogWhy"),
        ("LogWhy", "yes # no", "opendkim.conf cannot hold this value of LogWhy"),
    ],
)
def test_overrides_that_cannot_stand(name: str, value: str, message: str) -> None:
    system = a_system(hosts=(a_host(overrides=overridden("opendkim", **{name: value})),))
    (finding,) = OpenDkim().review(system, system.hosts["mail"])
    assert finding.message == message


def test_an_override_replaces_our_setting_in_any_case() -> None:
    values = overridden("opendkim", canonicalization="relaxed/relaxed", LogWhy="yes")
    system = a_system((a_user("a@example.org"),), hosts=(a_host(overrides=values),))
    written = text(opendkim(system), "opendkim/opendkim.conf")
    assert "\nCanonicalization relaxed/relaxed\n" in written
    assert "relaxed/simple, of which we say" in written
    assert written.endswith("LogWhy yes\n")
