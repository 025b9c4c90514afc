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
from mailctl.model.host import Acme, CertificateFiles, SelfSigned, ServerName, Tls
from mailctl.model.names import DomainName
from mailctl.model.platform import DEBIAN_PLATFORMS, PLATFORMS
from mailctl.spec.load import load

ROOT = Path(__file__).parents[3]
SCRIPT = resources.folder("templates") / "certificates" / "certificates.sh"


PORTS = "25:smtp,587:smtp,465:,143:imap,993:,110:pop3,995:,4190:sieve"


def _compiled(
    tls: Tls, platform: str = "debian-13", names: tuple[ServerName, ...] = ()
) -> HostBundle:
    system = load(ROOT / "examples" / "talk" / "mail.yaml")
    (host,) = system.hosts.values()
    host = replace(host, tls=tls, platform=PLATFORMS[platform], names=names)
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


A, B = DomainName("mail.a.example"), DomainName("mail.b.example")


def test_each_further_name_has_a_certificate_of_its_own() -> None:
    bundle = _compiled(Acme(), names=(ServerName(B), ServerName(A)))
    files = _texts(bundle)
    listed = [line for line in files["certificates/settings"].splitlines() if line.startswith("c")]
    assert listed == [
        f"certificate\t{name}\t{name}\t{PORTS}" for name in ("talk.example", B, A)
    ]  # fmt: skip
    assert bundle.content.provisional == (A, B, "talk.example")
    served = "/var/lib/mailctl/tls/served"
    assert files["postfix/server_names"].splitlines()[1:] == [
        f"{A} {served}/{A}.pem",
        f"{B} {served}/{B}.pem",
    ]


def test_files_of_further_names_are_watched_too() -> None:
    own, its = CertificateFiles("/srv/a.pem", "/srv/b.pem"), CertificateFiles("/srv/c", "/srv/c")
    bundle = _compiled(own, names=(ServerName(A, its), ServerName(B)))
    files = _texts(bundle)
    assert files["certificates/settings"].startswith(
        f"files\ttalk.example\t/srv/a.pem\t/srv/b.pem\nfiles\t{A}\t/srv/c\t/srv/c\nunit"
    )
    assert files["systemd/mailctl-certificates.path"].count("PathChanged=/srv/c\n") == 1
    # daemons read a copy, which is taken when both files fit together
    copy = f"/var/lib/mailctl/tls/served/{A}.pem"
    assert bundle.content.provisional == (A,)
    assert files["postfix/server_names"].splitlines()[1:] == [f"{A} {copy}"]
    assert f"  ssl_server_cert_file = {copy}\n" in files["dovecot/dovecot.conf"]
    # the host's own certificate is for the other one
    assert B not in files["dovecot/dovecot.conf"]


@pytest.mark.parametrize("tls", [SelfSigned(), CertificateFiles("/srv/a.pem", "/srv/b.pem")])
def test_where_one_certificate_is_for_all_names_nobody_asks_which(tls: Tls) -> None:
    files = _texts(_compiled(tls, names=(ServerName(A),)))
    assert "postfix/server_names" not in files
    assert "tls_server_sni_maps" not in files["postfix/main.cf"]
    assert "local_name" not in files["dovecot/dovecot.conf"]


def test_notes_on_a_name_that_is_gone_are_forgotten(tmp_path: Path) -> None:
    for name in ("mail.a.example", "mail.b.example", "talk.example-key2", "example"):
        (tmp_path / f"{name}.status").write_text("failed\n")
    functions = SCRIPT.read_text().partition("# ask NAME NAMES")[0]
    given = "certificates='mail.a.example\tx\ty\n' files= waiting='talk.example-key2\tz\n'"
    subprocess.run(
        ["/bin/sh", "-c", f"{functions}\nstate={tmp_path}\n{given}\nforget_notes"],
        check=True,
    )
    left = sorted(each.name for each in tmp_path.iterdir())
    assert left == ["mail.a.example.status", "talk.example-key2.status"]


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


def _pair(folder: Path, name: str) -> tuple[Path, Path]:
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        [*("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "group:prime256v1", "-noenc"),
         *("-subj", f"/CN={name}", "-days", "9", "-keyout", key, "-out", certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def test_what_is_served_is_a_pair_in_one_private_file(tmp_path: Path) -> None:
    functions = SCRIPT.read_text().partition("# ask NAME NAMES")[0]
    served = tmp_path / "served" / "mail.a.example.pem"
    served.parent.mkdir()

    def serve(certificate: Path, key: Path) -> str:
        places = f"state={tmp_path}\nserved={served.parent}\nchanged=no"
        call = f"serve mail.a.example {certificate} {key} || echo refused\necho $changed"
        done = subprocess.run(
            ["/bin/sh", "-c", f"{functions}\n{places}\n{call}"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    certificate, key = _pair(tmp_path, "a")
    assert serve(certificate, key) == "yes\n"
    assert served.read_bytes() == key.read_bytes() + certificate.read_bytes()
    assert served.stat().st_mode & 0o777 == 0o600
    assert serve(certificate, key) == "no\n"
    # key and certificate in one file already
    both = tmp_path / "both.pem"
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    assert serve(both, both) == "yes\n"
    assert served.read_bytes() == both.read_bytes()
    # one of another pair
    assert serve(certificate, _pair(tmp_path, "b")[1]) == "refused\nno\n"
    assert served.read_bytes() == both.read_bytes()
    assert [each.name for each in served.parent.iterdir()] == [served.name]
