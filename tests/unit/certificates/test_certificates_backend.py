"""What a host is given so that its certificates are renewed, and what its script makes of words."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from mailctl import resources
from mailctl.bundle import HostBundle
from mailctl.compile import compile_host
from mailctl.deploy.manifest import Manifest, parse
from mailctl.keys.vault import WithheldVault
from mailctl.model.host import Acme, CertificateFiles, SelfSigned, Tls
from mailctl.model.platform import DEBIAN_PLATFORMS, PLATFORMS
from mailctl.spec.load import load

ROOT = Path(__file__).parents[3]
SCRIPT = resources.folder("templates") / "certificates" / "certificates.sh"


PORTS = "25:smtp,587:smtp,465:,143:imap,993:,110:pop3,995:,4190:sieve"


def _compiled(tls: Tls, platform: str = "debian-13") -> HostBundle:
    system = load(ROOT / "examples" / "talk" / "mail.yaml")
    (host,) = system.hosts.values()
    host = replace(host, tls=tls, platform=PLATFORMS[platform])
    return compile_host(replace(system, hosts={host.name: host}), host, WithheldVault())


def _texts(bundle: HostBundle) -> dict[str, str]:
    return {each.path: each.content.decode() for each in bundle.content.artefacts}


@pytest.mark.parametrize("platform", DEBIAN_PLATFORMS)
def test_an_authority_is_asked_for_the_name_of_the_host(platform: str) -> None:
    bundle = _compiled(Acme(directory="https://ca.example/dir", webroot="/srv/www"), platform)
    files = _texts(bundle)
    assert files["certificates/settings"].splitlines()[:4] == [
        "directory\thttps://ca.example/dir",
        "webroot\t/srv/www",
        f"certificate\ttalk.example\ttalk.example\t{PORTS}",
        f"unit\t{'postfix.service' if platform == 'debian-13' else 'postfix@-.service'}",
    ]
    assert "ReadWritePaths=/srv/www\n" in files["systemd/mailctl-certificates.service"]
    assert "certbot" in bundle.content.packages
    assert bundle.content.provisional == ("talk.example",)
    assert bundle.self_signed == ""


def test_files_of_somebody_else_are_watched_without_certbot() -> None:
    bundle = _compiled(CertificateFiles("/srv/a.pem", "/srv/b.pem"))
    files = _texts(bundle)
    assert files["certificates/settings"].startswith(
        "files\ttalk.example\t/srv/a.pem\t/srv/b.pem\n"
    )
    assert "PathChanged=/srv/b.pem\n" in files["systemd/mailctl-certificates.path"]
    assert "certbot" not in bundle.content.packages
    assert bundle.content.provisional == ()


def test_what_the_host_makes_itself_is_left_alone() -> None:
    assert not [path for path in _texts(_compiled(SelfSigned())) if "certificates" in path]


def test_a_manifest_keeps_what_is_provisional() -> None:
    manifest = Manifest.of(_compiled(Acme()))
    assert parse(manifest.text().splitlines()).text() == manifest.text()
    assert "provisional\ttalk.example\n" in manifest.text()


SAYINGS = (
    ("Type:   unauthorized\n  Detail: Invalid response: 404", "another web server answers for the"),
    (
        "Type:   caa\n  Detail: CAA record forbids issuance",
        "DNS forbids this authority (CAA): CAA r",
    ),
    (
        "Type:   connection\n  Detail: Timeout during connect",
        "cannot reach port 80 of this host: T",
    ),
    (
        "Type:   dns\n  Detail: DNS problem: NXDOMAIN for a",
        "does not lead the name to this host: DN",
    ),
    ("Error creating new order :: too many certificates", "the authority's rate limit is reached"),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed", "is not one that this host trusts"),
    ("certificate is not yet valid (_ssl.c:992)", "not valid by this host's clock, which says 2"),
    ("Another instance of Certbot is already running.", "another certbot is at work"),
    ("Saving debug log to x\nA tab\tand \x1b[1m an escape", "A tab and  [1m an escape"),
    ("", "certbot fails without a word"),
)


@pytest.mark.parametrize(("said", "told"), SAYINGS, ids=[told for _, told in SAYINGS])
def test_words_of_certbot_become_one_line_for_people(said: str, told: str) -> None:
    functions = SCRIPT.read_text().partition("# ask NAME NAMES")[0]
    done = subprocess.run(
        ["/bin/sh", "-c", f"{functions}\ndirectory=https://ca.example\nexplain"],
        input=said, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told in done.stdout
    assert done.stdout.count("\n") == 1
    assert done.stdout[:-1].isprintable()
