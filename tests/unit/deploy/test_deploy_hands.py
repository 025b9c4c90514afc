"""What may be shown of a change by hand, and which DNS records a plan concerns."""

from __future__ import annotations

from dataclasses import replace

import pytest
from deploy_values import KEY, MAIN, bundle, settled, untouched

from mailctl.bundle import Artefact, Entries
from mailctl.deploy.dns_effects import dns_effects
from mailctl.deploy.drift import Drifted, drift_of
from mailctl.deploy.entries import Delta
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.observation import Found
from mailctl.deploy.plan import make_plan
from mailctl.dns.record import Record

MANIFEST = Manifest.of(bundle())


def drifted(path: str, mode: int = 0o644) -> Drifted:
    found = {path: Found("f", mode, "root", "root", "aa")}
    (one,) = drift_of(MANIFEST, settled(MANIFEST, drift=(path,), found=found))
    return one


@pytest.mark.parametrize(
    ("path", "mode", "secret"),
    [
        (MAIN.path, 0o644, False),
        (MAIN.path, 0o600, True),
        (KEY.path, 0o644, True),
        ("postfix/new", 0o644, False),
        ("postfix/new", 0o640, True),
        ("dkim/s1.pem~", 0o644, True),
        ("dkim/old/s0.pem", 0o644, True),
    ],
)
def test_what_may_be_a_secret_is_one(path: str, mode: int, secret: bool) -> None:
    assert drifted(path, mode).secret is secret


def test_a_link_of_ours_that_was_never_laid_is_no_drift() -> None:
    links = {"/etc/postfix/main.cf": "file"}
    assert drift_of(MANIFEST, replace(untouched(), links=links)) == ()
    assert drift_of(Manifest("debian-12"), settled(MANIFEST, links=links)) == ()
    (one,) = drift_of(MANIFEST, settled(MANIFEST, links={"/etc/postfix/main.cf": "absent"}))
    assert (one.path, one.hand) == ("/etc/postfix/main.cf", "removed")


def test_records_that_mail_would_fail_without() -> None:
    key = Artefact("opendkim/keys/example.org/s2.pem", b"PRIVATE", secret=True)
    plan = make_plan("mail", Manifest.of(bundle(MAIN, key)), untouched())
    added = Delta(Entries("postfix/d", "domain", "domains"), added=("example.org", "other.example"))
    asked = [
        Record("s2._domainkey.example.org", "TXT", "v=DKIM1; p=x", "example.org"),
        Record("s1._domainkey.example.org", "TXT", "v=DKIM1; p=x", "example.org"),
        Record("example.org", "MX", "10 mail.example.org.", "example.org"),
        Record("_25._tcp.mail.example.org", "TLSA", "3 1 1 00", "example.org"),
    ]
    found = dns_effects(plan, [added], asked)
    assert [(one.name, one.type) for one in found] == [
        ("_25._tcp.mail.example.org", "TLSA"),
        ("example.org", "MX"),
        ("s2._domainkey.example.org", "TXT"),
    ]
    settled_host = make_plan("mail", MANIFEST, settled(MANIFEST))
    assert dns_effects(settled_host, (), asked) == ()
