"""A certificate that somebody else renews: every daemon shows it, and nobody has to say a word."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from certificate_watch import Shown, shown_by
from rehearsal_examples import spec_file

from mailctl.model.host import CertificateFiles, Host
from mailctl.model.listening import tls_ports
from mailctl.rehearsal.run import Options, Rehearsal, rehearsal
from mailctl.spec.load import load

pytestmark = pytest.mark.hosts

FILES = CertificateFiles("/etc/ssl/mail/chain.pem", "/etc/ssl/mail/key.pem")


def _shown(up: Rehearsal, host: Host) -> set[Shown]:
    client = up.ground.next_client()
    return {shown_by(host, port, client) for port in tls_ports(host)}


def _make(up: Rehearsal, host: Host, key: str, certificate: str) -> None:
    name = ("-subj", f"/CN={host.fqdn}", "-addext", f"subjectAltName=DNS:{host.fqdn}")
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
    host = replace(host, tls=FILES)
    with rehearsal(replace(spec, hosts={host.name: host}), Options(progress=print)) as up:
        machine = up.network.hosts[host.name]

        def noted() -> str:
            return machine.run("cat", f"/var/lib/mailctl/tls/{host.fqdn}.status")[1]

        _until(lambda: noted().startswith("served\t"))
        (former,) = _shown(up, host)
        # the key first, as many do it: for three seconds the two do not fit together
        _make(up, host, "/root/key.pem", "/root/chain.pem")
        for command in (f"cp /root/key.pem {FILES.key}", "sleep 3"):
            assert machine.run("sh", "-c", command)[0] == 0
        assert machine.run("cp", "/root/chain.pem", FILES.certificate)[0] == 0
        _until(lambda: former not in _shown(up, host))
        (renewed,) = _shown(up, host)

        assert machine.run("sh", "-c", f"echo nonsense >{FILES.certificate}")[0] == 0
        _until(lambda: noted().startswith("failed\t"))
        assert "the daemons were not told" in noted()
        assert renewed.key != former.key
