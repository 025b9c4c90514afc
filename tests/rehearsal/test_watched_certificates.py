"""A certificate that somebody else renews: every daemon shows it, and nobody has to say a word."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from certificate_watch import Shown, shown_by
from rehearsal_examples import spec_file

from mailctl.model.host import CertificateFiles, Host, ServerName
from mailctl.model.listening import tls_ports
from mailctl.model.names import DomainName
from mailctl.proofs import certificate, server_names
from mailctl.rehearsal.run import Options, Rehearsal, rehearsal
from mailctl.spec.load import load

pytestmark = pytest.mark.hosts

FILES = CertificateFiles("/etc/ssl/mail/chain.pem", "/etc/ssl/mail/key.pem")


OTHERS = CertificateFiles("/etc/ssl/mail/other-chain.pem", "/etc/ssl/mail/other-key.pem")
OTHER, SHARED = DomainName("mail.other.example"), DomainName("imap.talk.example")


def _shown(up: Rehearsal, host: Host, name: str = "") -> set[Shown]:
    client = up.ground.next_client()
    return {shown_by(host, port, client, name) for port in tls_ports(host)}


def _make(up: Rehearsal, host: Host, key: str, certificate: str, fqdn: str) -> None:
    name = ("-subj", f"/CN={fqdn}", "-addext", f"subjectAltName=DNS:{fqdn}")
    status, said = up.network.hosts[host.name].run(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "group:prime256v1"),
        *("-noenc", "-days", "90", "-keyout", key, "-out", certificate, *name),
    )
    assert status == 0, said


def _until(question: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not question():
        assert time.monotonic() < end
        time.sleep(0.5)


def test_new_files_are_served_and_halves_of_them_never() -> None:
    spec = load(spec_file("talk"))
    (host,) = spec.hosts.values()
    host = replace(host, tls=FILES, names=(ServerName(OTHER, OTHERS), ServerName(SHARED)))
    with rehearsal(replace(spec, hosts={host.name: host}), Options(progress=print)) as up:
        machine = up.network.hosts[host.name]

        def noted(name: str = host.fqdn) -> str:
            return machine.run("cat", f"/var/lib/mailctl/tls/{name}.status")[1]

        _until(lambda: noted().startswith("served\t") and noted(OTHER).startswith("served\t"))
        report = up.prove((certificate.PROOF, server_names.PROOF))
        assert report.holds, [line.verdict for line in report.lines]
        (former,) = _shown(up, host)
        (others,) = _shown(up, host, OTHER)
        # the key first, as many do it: for three seconds the two do not fit together
        _make(up, host, "/root/key.pem", "/root/chain.pem", host.fqdn)
        for command in (f"cp /root/key.pem {FILES.key}", "sleep 3"):
            assert machine.run("sh", "-c", command)[0] == 0
        assert machine.run("cp", "/root/chain.pem", FILES.certificate)[0] == 0
        _until(lambda: former not in _shown(up, host))
        (renewed,) = _shown(up, host)
        assert (_shown(up, host, SHARED), _shown(up, host, OTHER)) == ({renewed}, {others})

        # of another name one half comes, and the host's own are renewed meanwhile
        _make(up, host, OTHERS.key, "/root/other.pem", OTHER)
        _until(lambda: noted(OTHER).startswith("failed\t"))
        _make(up, host, FILES.key, FILES.certificate, host.fqdn)
        _until(lambda: renewed not in _shown(up, host))
        (renewed,) = _shown(up, host)
        assert _shown(up, host, OTHER) == {others}
        assert machine.run("cp", "/root/other.pem", OTHERS.certificate)[0] == 0
        _until(lambda: others not in _shown(up, host, OTHER))
        assert _shown(up, host) == {renewed}

        assert machine.run("sh", "-c", f"echo nonsense >{FILES.certificate}")[0] == 0
        _until(lambda: noted().startswith("failed\t"))
        assert "the daemons were not told" in noted()
        # nor of a name whose files do fit together: a reload would read the host's own
        (others,) = _shown(up, host, OTHER)
        _make(up, host, OTHERS.key, OTHERS.certificate, OTHER)
        _until(lambda: f"first the files of {host.fqdn}" in noted(OTHER))
        assert (_shown(up, host), _shown(up, host, OTHER)) == ({renewed}, {others})
        _make(up, host, FILES.key, FILES.certificate, host.fqdn)
        _until(lambda: noted(OTHER).startswith("served\t") and noted().startswith("served\t"))
        assert others not in _shown(up, host, OTHER)
        assert renewed not in _shown(up, host)
        assert renewed.key != former.key

        # what systemd.path(5) does not see, because the service is at work or just ends
        (renewed,) = _shown(up, host)
        assert machine.run("systemctl", "stop", "mailctl-certificates.path")[0] == 0
        _make(up, host, FILES.key, FILES.certificate, host.fqdn)
        assert machine.run("systemctl", "start", "mailctl-certificates-again@success")[0] == 0
        _until(lambda: renewed not in _shown(up, host))
