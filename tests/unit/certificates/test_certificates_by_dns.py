"""A host that answers its authority by DNS: its credentials, and what it needs no more."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from mailctl import resources
from mailctl.bundle import HostBundle
from mailctl.compile import compile_host
from mailctl.keys.vault import WithheldVault
from mailctl.model.host import Acme, DnsUpdates, Host
from mailctl.model.names import DomainName
from mailctl.model.platform import PLATFORMS
from mailctl.model.secret import PasswordVariable
from mailctl.model.settings import DkimSelector
from mailctl.model.tsig_key import TsigKey
from mailctl.spec.load import load

ROOT = Path(__file__).parents[3]
SCRIPT = resources.folder("templates") / "certificates" / "certificates.sh"
SECRET = bytes(range(64))
KEY = TsigKey("acme.north.example", "hmac-sha512", SECRET)
UPDATES = DnsUpdates(ip_address("2001:db8::53"), PasswordVariable("KEY"), 5353, 120)


class OneTsigKey(WithheldVault):
    """Gives this key, and no other secret."""

    def __init__(self, key: TsigKey) -> None:
        self._key = key

    def tsig_key(self, host: Host, updates: DnsUpdates) -> TsigKey:  # type: ignore[override]
        return self._key

    def private_key(self, domain: DomainName, selector: DkimSelector) -> None:
        return None


def _compiled(
    platform: str = "debian-13", key: TsigKey | None = KEY, updates: DnsUpdates | None = UPDATES
) -> HostBundle:
    """The example's host north, which has the role web on Debian."""
    system = load(ROOT / "examples" / "pair" / "mail.yaml")
    north = replace(system.hosts["north"], tls=Acme(dns=updates), platform=PLATFORMS[platform])
    system = replace(system, hosts={**system.hosts, "north": north})
    return compile_host(system, north, WithheldVault() if key is None else OneTsigKey(key))


def _texts(bundle: HostBundle) -> dict[str, str]:
    return {each.path: each.content.decode() for each in bundle.content.artefacts}


def test_the_script_is_told_where_and_how_long() -> None:
    bundle = _compiled()
    settings = _texts(bundle)["certificates/settings"].splitlines()
    assert "dns\t2001:db8::53 port 5353\t120" in settings
    assert not [line for line in settings if line.startswith("webroot")]
    assert {"certbot", "python3-certbot-dns-rfc2136"} < {*bundle.content.packages}
    assert "python3-certbot-dns-rfc2136" not in _compiled(updates=None).content.packages


def test_names_of_the_web_come_the_same_way_and_port_80_answers_no_authority() -> None:
    by_dns, by_http = _compiled(), _compiled(updates=None)
    ordered = [
        line for line in _texts(by_dns)["certificates/settings"].splitlines() if "mta-sts." in line
    ]
    assert len(ordered) == 1
    for bundle, answers in ((by_dns, False), (by_http, True)):
        assert ("acme-challenge" in _texts(bundle)["nginx/nginx.conf"]) == answers
        assert ("/var/lib/mailctl/acme" in {each.path for each in bundle.content.directories}) == (
            answers
        )
        unit = _texts(bundle)["systemd/mailctl-certificates.service"]
        assert ("nginx.service" in unit) == answers
        assert ("ReadWritePaths" in unit) == answers
    assert "return 301 https://$host$request_uri" in _texts(by_dns)["nginx/nginx.conf"]


def test_the_unit_waits_for_every_certificate() -> None:
    """Three of them, each as long as secondaries may take and a silent name server lasts."""
    by_dns = _texts(_compiled())["systemd/mailctl-certificates.service"]
    assert "TimeoutStartSec=15min 900s\n" in by_dns
    by_http = _texts(_compiled(updates=None))["systemd/mailctl-certificates.service"]
    assert "TimeoutStartSec=15min\n" in by_http


def test_certbot_signs_with_credentials_that_root_alone_reads() -> None:
    (file,) = (each for each in _compiled().content.artefacts if each.path.endswith("dns.ini"))
    assert (file.mode, file.owner, file.secret, file.withheld) == (0o600, "root", True, False)
    assert file.content.decode().splitlines()[1:] == [
        "dns_rfc2136_server = 2001:db8::53",
        "dns_rfc2136_port = 5353",
        "dns_rfc2136_name = acme.north.example.",
        f"dns_rfc2136_secret = {b64encode(SECRET).decode()}",
        # certbot 2.1 would sign by HMAC-MD5 for the same in small letters
        "dns_rfc2136_algorithm = HMAC-SHA512",
    ]


def test_without_secrets_the_file_is_withheld() -> None:
    (file,) = (
        each for each in _compiled(key=None).content.artefacts if each.path.endswith("dns.ini")
    )
    assert (file.content, file.withheld, file.is_private) == (b"", True, True)


def test_on_nixos_it_is_the_environment_of_lego() -> None:
    system = load(ROOT / "examples" / "talk" / "mail.yaml")
    (host,) = system.hosts.values()
    host = replace(host, tls=Acme(dns=UPDATES), platform=PLATFORMS["nixos-25.11"])
    bundle = compile_host(replace(system, hosts={host.name: host}), host, OneTsigKey(KEY))
    (file,) = (each for each in bundle.content.artefacts if "certificates/" in each.path)
    assert (file.path, file.mode, file.secret) == ("certificates/dns.env", 0o600, True)
    assert file.content.decode().splitlines()[1:] == [
        "RFC2136_NAMESERVER=[2001:db8::53]:5353",
        "RFC2136_TSIG_KEY=acme.north.example.",
        f"RFC2136_TSIG_SECRET={b64encode(SECRET).decode()}",
        "RFC2136_TSIG_ALGORITHM=hmac-sha512.",
        "RFC2136_PROPAGATION_TIMEOUT=120",
    ]


@pytest.mark.parametrize(
    "name",
    ["a\nb = c", "a # b", "a, b", '"a"', "'a'", "%(secret)s", "$secret", "a b", "", "a\\", "ä"],
)
def test_nothing_breaks_out_of_the_credentials(name: str) -> None:
    with pytest.raises(ValueError, match="cannot hold such a value") as refused:
        _compiled(key=TsigKey(name, "hmac-sha256", SECRET))
    assert b64encode(SECRET).decode() not in str(refused.value)


SAYINGS = (
    ("adding TXT record: The peer didn't know the key we used",
     "name server 192.0.2.53 does not know the TSIG key (BADKEY): name,"),
    ("when making query: The peer didn't like the signature we sent",
     "name server 192.0.2.53 has another secret for the TSIG key (BADSIG): name,"),
    ("adding TXT record: The peer didn't like the time we sent",
     "name server 192.0.2.53 has another time than this host (BADTIME), which says 2"),
    ("when making query: The DNS operation timed out after 45.000 seconds",
     "192.0.2.53 cannot be asked: Encountered error when making query: The DNS operation timed"),
)  # fmt: skip
"""Behind `Encountered error `: what dnspython says."""

ANSWERS = (
    ("REFUSED", "192.0.2.53 does not let the TSIG key change _acme-challenge (REFUSED): its pol"),
    ("NOTAUTH", "is not the primary of the zone, or does not take the TSIG key (NOTAUTH)"),
    ("SERVFAIL", "does not take the update: Received response from server: SERVFAIL"),
)  # fmt: skip

JUDGEMENTS = (
    ("unauthorized", "No TXT record found at _acme-challenge.a",
     "must show within propagation_seconds (60): No TXT record found at _acme-challenge.a\n"),
    ("unauthorized", 'Incorrect TXT record "x" (and 1 more) found at _acme-challenge.a',
     'propagation_seconds (60): Incorrect TXT record "x" (and 1 more) found at _acme-challenge.a'),
    ("dns", "DNS problem: NXDOMAIN looking up TXT for _acme-challenge.a",
     "the authority does not see the TXT record, which all name servers of the zone must show"),
    ("caa", "CAA record forbids", "DNS forbids this authority (CAA): CAA record forbids\n"),
)  # fmt: skip


def _explained(said: str) -> str:
    functions = SCRIPT.read_text().partition("# ask NAME NAMES")[0]
    known = "directory=https://ca.example\ndns=192.0.2.53\npropagation=60\nexplain"
    done = subprocess.run(
        ["/bin/sh", "-c", f"{functions}\n{known}"],
        input=said, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.count("\n") == 1
    assert done.stdout[:-1].isprintable()
    return done.stdout


@pytest.mark.parametrize(("said", "told"), SAYINGS, ids=[told[22:50] for _, told in SAYINGS])
def test_a_name_server_that_does_not_answer_is_one_line(said: str, told: str) -> None:
    assert told in _explained(f"Account registered.\nEncountered error {said}")


@pytest.mark.parametrize(("rcode", "told"), ANSWERS, ids=[rcode for rcode, _ in ANSWERS])
def test_a_name_server_that_refuses_is_one_line(rcode: str, told: str) -> None:
    answer = f"Received response from server: {rcode}"
    before = "Encountered exception during recovery: certbot.errors.PluginError: "
    assert told in _explained(f"{before}{answer}\n{answer}")


def test_a_name_server_without_the_zone_is_one_line() -> None:
    said = "Unable to determine base domain for _acme-challenge.a.example using names: ['a', 'b']."
    told = "192.0.2.53 is the primary of no zone that _acme-challenge.a.example is in\n"
    assert told in _explained(f"Encountered exception during recovery: {said}\n{said}")


@pytest.mark.parametrize(("kind", "detail", "told"), JUDGEMENTS)
def test_an_authority_that_sees_no_record_is_one_line(kind: str, detail: str, told: str) -> None:
    hint = "Hint: The Certificate Authority failed to verify the DNS TXT records created by --dns-"
    said = (
        f"Waiting 60 seconds for DNS changes to propagate\n  Type:   {kind}\n  Detail: {detail}\n"
    )
    assert told in _explained(said + hint)
