"""Certificates by ACME on both releases: the first, a renewal under load, renewals that fail."""

from __future__ import annotations

import base64
import contextlib
import http.client
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import dns.query
import dns.tsig
import dns.update
import pytest
from certificate_watch import Shown, shown_by, watched
from rehearsal_examples import spec_file

from mailctl.backends.tls import acme_certificates
from mailctl.deploy.preview import preview
from mailctl.deploy.show.text import plan_text
from mailctl.keys.tsig import read_tsig_key
from mailctl.model.host import ALL_ROLES, Acme, DnsUpdates, Host, Role, ServerName
from mailctl.model.listening import tls_ports
from mailctl.model.names import DomainName
from mailctl.model.secret import PasswordFile
from mailctl.model.web import web_names
from mailctl.proofs import certificate, certificate_authority, incoming_mail, server_names
from mailctl.proofs.connecting import address_of, connect, tls_context
from mailctl.rehearsal import system, web_key
from mailctl.rehearsal.name_server import UPDATERS_KEYS
from mailctl.rehearsal.parallel import on_all
from mailctl.rehearsal.run import Options, Rehearsal, rehearsal
from mailctl.rehearsal.throwaway import ThrowawayNetwork
from mailctl.rehearsal.web_key import WebKey, make_web_key
from mailctl.spec.load import load
from mailctl.verify.tls.offers import offers
from mailctl.verify.tls.report import judge
from mailctl.verify.tls.survey import expected_of, survey, targets
from mailctl.verify.tls.verdict import State

pytestmark = pytest.mark.hosts

_SERVICE = "mailctl-certificates.service"
_PATIENCE = 60.0
_SECRET = base64.b64encode(bytes(range(48))).decode()
"""Of the TSIG key by which hosts change their records in DNS."""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The ways to answer an authority: certbot answers on north itself, west has a web server of
    somebody else's, and south and east answer by DNS; south is a web host too."""
    spec = load(spec_file("pair"))
    key = tmp_path_factory.mktemp("keys") / "acme.key"
    key.touch(mode=0o600)
    key.write_text(f"hmac-sha512:acme.example:{_SECRET}\n")
    north, south = spec.hosts["north"], spec.hosts["south"]
    assert isinstance(south.tls, Acme)
    west = replace(
        south,
        name="west",
        fqdn=DomainName("west.south.example"),
        addresses=(ip_address("203.0.113.33"), ip_address("2001:db8:3::33")),
        roles=ALL_ROLES,
        tls=replace(south.tls, webroot="/srv/www"),
    )
    east = replace(
        north,
        name="east",
        fqdn=DomainName("east.north.example"),
        addresses=(ip_address("203.0.113.34"), ip_address("2001:db8:3::34")),
        roles=ALL_ROLES,
        tls=_by_dns(south.tls, "2001:db8:53::53", 53, key),
    )
    south = replace(south, tls=_by_dns(south.tls, "198.51.100.53", 5353, key))
    north = replace(north, roles=ALL_ROLES)
    hosts = {host.name: _named(host) for host in (north, south, west, east)}
    spec = replace(spec, hosts=hosts)
    with rehearsal(spec, Options(progress=print, when_up=_serve_the_web)) as rehearsed:
        report = rehearsed.prove(
            (certificate_authority.PROOF, certificate.PROOF, server_names.PROOF)
        )
        assert report.holds, [line.verdict for line in report.lines]
        yield rehearsed


def _by_dns(tls: Acme, server: str, port: int, key: Path) -> Acme:
    return replace(tls, dns=DnsUpdates(ip_address(server), PasswordFile(key), port))


def _named(host: Host) -> Host:
    """With a further name, in a zone that is not the spec's."""
    return replace(host, names=(ServerName(DomainName(f"{host.name}.customer.example")),))


def _serve_the_web(net: ThrowawayNetwork) -> None:
    server = "python3 -m http.server --bind :: --directory /srv/www 80"
    begin = f"mkdir /srv/www && systemd-run --quiet {server}"
    status, said = net.hosts["west"].run("sh", "-c", begin)
    assert status == 0, said


def _hosts(up: Rehearsal) -> tuple[Host, ...]:
    return tuple(up.ground.system.hosts.values())


def _on(up: Rehearsal, host: Host, command: str) -> tuple[int, str]:
    return up.network.hosts[host.name].run("sh", "-c", command)


def _shown(up: Rehearsal, host: Host, name: str = "") -> Shown:
    """The one that all ports show to who asks for this name, or for none."""
    (shown,) = _all_shown(up, host, name)
    return shown


def _all_shown(up: Rehearsal, host: Host, name: str) -> set[Shown]:
    client = up.ground.next_client()
    return {shown_by(host, port, client, name) for port in tls_ports(host)}


def _fingerprint(up: Rehearsal, host: Host, name: str) -> str:
    """Of what certbot has."""
    _, said = _on(
        *(up, host),
        f"openssl x509 -in /etc/letsencrypt/live/{name}/cert.pem -noout -fingerprint -sha256",
    )
    return said.partition("=")[2].strip().replace(":", "").lower()


def _lineages(up: Rehearsal, host: Host) -> dict[int, str]:
    """By port the name of the certificate that it shows."""
    found: dict[int, str] = {port.number: host.fqdn for port in tls_ports(host)}
    for name in web_names(up.ground.system, host)[:1]:
        (found[443],) = (
            one.name for one in acme_certificates(up.ground.system, host) if name in one.names
        )
    return found


def test_a_renewal_under_load_refuses_nobody(up: Rehearsal) -> None:
    """By certbot's own `renew`, as its timer runs it."""

    def renew(host: Host) -> None:
        lineages = _lineages(up, host)
        (name,) = (each.name for each in host.names)
        former = _shown(up, host, name)
        with watched(up.ground, host) as watch:
            time.sleep(1)
            status, said = _on(
                up, host, "certbot renew --quiet --force-renewal --no-random-sleep-on-renew"
            )
            assert status == 0, said
            wanted = {port: _fingerprint(up, host, name) for port, name in lineages.items()}
            _until(lambda: watch.all_show(wanted), f"{host.name}: {wanted}")
            renewed = Shown(_fingerprint(up, host, name), former.key)
            assert renewed != former
            _until(lambda: _all_shown(up, host, name) == {renewed}, f"{host.name}: {name}")
        assert watch.refused == []
        assert set(watch.shown) == set(lineages)
        for port, shown in watch.shown.items():
            certificates = list(dict.fromkeys(one.certificate for one in shown))
            assert certificates[1:] == [wanted[port]], port
            # the TLSA records of the key stay right
            assert len({one.key for one in shown}) == 1

    on_all(renew, _hosts(up))


def _answers_by_http(host: Host) -> bool:
    return host.answers_by_http


def _answers_itself(host: Host) -> bool:
    webroot = isinstance(host.tls, Acme) and host.tls.webroot
    return host.answers_by_http and not webroot and not host.has(Role.WEB)


def _answers_by_dns(host: Host) -> bool:
    return host.dns_updates is not None


def test_the_check_of_live_tls_asks_for_each_name(up: Rehearsal, tmp_path: Path) -> None:
    roots = up.ground.outside.authority_roots
    assert roots is not None
    (tmp_path / "roots.pem").write_text(roots())
    hosts = _hosts(up)
    seen = survey(targets(hosts), offers(tmp_path / "roots.pem"), 10)
    report = judge(seen, expected_of(hosts, {}), datetime.now(UTC))
    further = [each for each in report.verdicts if each.name]
    assert {(each.host, each.name) for each in further} == {
        (host.name, each.name) for host in hosts for each in host.names
    }
    assert [each for each in report.verdicts if each.state is State.FAULT] == []


@dataclass(frozen=True)
class Fault:
    """`make` and `mend` are done to the world, or to each host; `said` is what the host notes.
    `strikes` tells on whom it is tried."""

    name: str
    said: str
    make: Callable[[Rehearsal, Host], None]
    mend: Callable[[Rehearsal, Host], None]
    of_each_host: bool = False
    strikes: Callable[[Host], bool] = _answers_by_http


def _world(command: str) -> Callable[[Rehearsal, Host], None]:
    def do(up: Rehearsal, host: Host) -> None:
        del host
        status, said = up.world.host.run("sh", "-c", command)
        assert status == 0, said

    return do


def _host(command: str) -> Callable[[Rehearsal, Host], None]:
    def do(up: Rehearsal, host: Host) -> None:
        status, said = _on(up, host, command)
        assert status == 0, said

    return do


_SQUATTER = """\
use IO::Socket::IP;
my $s = IO::Socket::IP->new(
    LocalHost => "::", LocalPort => 80, Listen => 5, V6Only => 0, ReuseAddr => 1) or die $@;
sleep 600;
"""
_LIMIT = (
    'return 429 \'{"type":"urn:ietf:params:acme:error:rateLimited",'
    '"detail":"too many certificates already issued"}\'; default_type application/problem+json;'
)


def _squat(up: Rehearsal, host: Host) -> None:
    (up.network.hosts[host.name].root / "root/squatter.pl").write_text(_SQUATTER)
    for command in (
        "systemd-run --unit=squatter perl /root/squatter.pl",
        "for i in 1 2 3 4 5; do ! ss -ltn | grep -q ':80 ' || exit 0; sleep 1; done; exit 1",
    ):
        status, said = _on(up, host, command)
        assert status == 0, said


_UNLIMITED = "location / {"
_LIMITED = f"location /order-plz {{ {_LIMIT} }} {_UNLIMITED}"


def _limit(up: Rehearsal, now: str, then: str) -> None:
    file = up.world.host.root / "etc/nginx/nginx.conf"
    text = file.read_text()
    assert now in text
    file.write_text(text.replace(now, then))
    status, said = up.world.host.run("systemctl", "restart", "nginx")
    assert status == 0, said


def _rename(up: Rehearsal, host: Host, addresses: tuple[str, ...]) -> None:
    key = read_tsig_key(up.world.update_key)
    change = dns.update.UpdateMessage(
        host.fqdn.partition(".")[2],
        keyring=dns.tsig.Key(key.name, key.secret, key.algorithm),
    )
    for kind in ("A", "AAAA"):
        change.delete(f"{host.fqdn}.", kind)
    for address in addresses:
        change.add(f"{host.fqdn}.", 300, "AAAA" if ":" in address else "A", address)
    assert dns.query.tcp(change, up.world.address, timeout=10).rcode() == 0


def _skewed_clock(up: Rehearsal, host: Host) -> None:
    """The authority's certificate begins tomorrow, which is what a host whose clock is a day late
    sees of every new one."""
    assert up.stage.authority is not None
    names = {place.host for place in up.stage.authority.places}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_key, "_SKEW", timedelta(days=-1))
        _show_authority(up, make_web_key(names))
    del host


def _right_clock(up: Rehearsal, host: Host) -> None:
    del host
    assert up.stage.authority is not None
    _show_authority(up, up.stage.authority.web)


def _show_authority(up: Rehearsal, web: WebKey) -> None:
    for one in _hosts(up):
        system.trust(up.network.hosts[one.name].root, web.anchor)
    (up.world.host.root / "etc/pebble/web.pem").write_bytes(web.key + web.certificate)
    status, said = up.world.host.run("systemctl", "restart", "nginx")
    assert status == 0, said


def _other_secret(now: str, then: str) -> Callable[[Rehearsal, Host], None]:
    """named(8) reads its keys again at a SIGHUP; its log says when that is done."""
    return _world(
        "since=$(date +%s) && "
        f"sed -i s,{now},{then}, {UPDATERS_KEYS} && grep -q {then} {UPDATERS_KEYS} && "
        "systemctl kill --signal=HUP --kill-whom=main named && "
        'for i in 1 2 3 4 5; do journalctl --unit=named --since="@$since" | grep -q running && '
        "exit 0; sleep 1; done; exit 1"
    )


FAULTS = (
    Fault(
        "the authority is down",
        "the authority at https://acme-v02.api.letsencrypt.org/directory cannot be reached",
        _world("systemctl stop nginx"),
        _world("systemctl start nginx"),
    ),
    Fault(
        "its rate limit is reached",
        "the authority's rate limit is reached",
        lambda up, _: _limit(up, _UNLIMITED, _LIMITED),
        lambda up, _: _limit(up, _LIMITED, _UNLIMITED),
    ),
    Fault(
        "port 80 is taken",
        "port 80 is taken by another program",
        _squat,
        _host("systemctl stop squatter"),
        of_each_host=True,
        strikes=_answers_itself,
    ),
    Fault(
        "the name leads nowhere",
        "DNS does not lead the name to this host",
        lambda up, host: _rename(up, host, ()),
        lambda up, host: _rename(up, host, tuple(map(str, host.addresses))),
        of_each_host=True,
    ),
    Fault(
        "the name server has another secret",
        "has another secret for the TSIG key (BADSIG)",
        _other_secret(_SECRET, _SECRET.swapcase()),
        _other_secret(_SECRET.swapcase(), _SECRET),
        strikes=_answers_by_dns,
    ),
    Fault(
        "the clock is wrong",
        "is not valid by this host's clock",
        _skewed_clock,
        _right_clock,
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_renewal_that_fails_keeps_the_old_one_and_is_told(up: Rehearsal, fault: Fault) -> None:
    hosts = [host for host in _hosts(up) if fault.strikes(host)]
    struck = hosts if fault.of_each_host else hosts[:1]
    before = {host.name: _shown(up, host) for host in hosts}
    for host in struck:
        fault.make(up, host)
    try:
        on_all(lambda host: _must_fail(up, host, fault), hosts)
        _must_receive(up, [host for host in hosts if _answers_by_dns(host)])
    finally:
        for host in struck:
            fault.mend(up, host)
    for host in hosts:
        assert _shown(up, host) == before[host.name]


def _must_fail(up: Rehearsal, host: Host, fault: Fault) -> None:
    """The certificate is due, and the host says why there is no new one."""
    status, said = _on(up, host, f"{_due(host)}; systemctl start {_SERVICE}")
    assert status != 0, said
    _, noted = _on(up, host, f"cat /var/lib/mailctl/tls/{host.fqdn}.status")
    assert noted.startswith("failed\t"), noted
    assert fault.said in noted
    bundle = next(one for one in up.stage.bundle.hosts if one.host == host.name)
    with up.remote(host.name) as remote:
        text = plan_text(preview(remote, bundle))
    # nothing that an apply could do, but it is told
    assert text.startswith(f"{host.name}: nothing to do\n  ! certificate of ")
    assert f"  ! certificate of {host.fqdn}, " in text
    assert fault.said in text
    assert "the one that is shown ends on " in text


def _must_receive(up: Rehearsal, hosts: list[Host]) -> None:
    """Mail for the domains of those of them that have some."""
    peopled = {domain.store for domain in up.ground.system.domains.values()}
    if chosen := [host.name for host in hosts if host.name in peopled]:
        report = up.prove((incoming_mail.PROOF,), chosen)
        assert report.holds, [line.verdict for line in report.lines]


def _due(host: Host) -> str:
    """Only that of mail: what is noted for the host is noted under its own name."""
    file = f"/etc/letsencrypt/renewal/{host.fqdn}.conf"
    return f"grep -q '20 years' {file} || sed -i '1i renew_before_expiry = 20 years' {file}"


def test_the_next_attempt_succeeds_once_all_is_well(up: Rehearsal) -> None:
    """After all those faults; mail has been there all the time."""

    def renew(host: Host) -> None:
        before = _shown(up, host)
        status, said = _on(up, host, f"{_due(host)}; systemctl start {_SERVICE}")
        assert status == 0, said
        assert _shown(up, host) != before
        _, noted = _on(up, host, f"cat /var/lib/mailctl/tls/{host.fqdn}.status")
        assert noted.startswith("served\t"), noted

    on_all(renew, _hosts(up))


def _until(question: Callable[[], bool], wish: str) -> None:
    end = time.monotonic() + _PATIENCE
    while not question():
        assert time.monotonic() < end, wish
        time.sleep(0.1)


def test_nobody_else_reads_the_keys(up: Rehearsal) -> None:
    for host in _hosts(up):
        root = up.network.hosts[host.name].root
        for path in Path(root, "var/lib/mailctl/tls/served").glob("*"):
            assert path.stat().st_mode & 0o777 == 0o600


def test_the_key_that_signs_updates_is_in_one_file_alone(up: Rehearsal) -> None:
    for host in filter(_answers_by_dns, _hosts(up)):
        _, found = _on(up, host, f"grep -rlF {_SECRET} /etc/letsencrypt /var/log /var/lib/mailctl")
        (path,) = found.splitlines()
        assert path.endswith("/certificates/dns.ini")
        assert (up.network.hosts[host.name].root / path[1:]).stat().st_mode & 0o777 == 0o600
        assert _on(up, host, f"journalctl --output=cat | grep -cF {_SECRET}")[1].strip() == "0"


def test_a_web_host_answers_to_nothing_else(up: Rehearsal) -> None:
    host = up.ground.system.hosts["south"]
    address, client = address_of(host), up.ground.next_client()

    def shake(name: str, context: ssl.SSLContext) -> None:
        with connect(address, 443, client) as plain:
            context.wrap_socket(plain, server_hostname=name).close()

    old = tls_context()
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.deprecated_call():
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    weak = tls_context()
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    weak.set_ciphers("ECDHE-ECDSA-AES128-SHA")
    refused = (
        ("mta-sts.elsewhere.example", tls_context()),
        (host.fqdn, tls_context()),
        ("mta-sts.south.example", old),
        ("mta-sts.south.example", weak),
    )
    for name, context in refused:
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            shake(name, context)

    def plain(name: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(address, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", "/x", headers={"Host": name})
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", "")

    assert plain("autoconfig.south.example") == (301, "https://autoconfig.south.example/x")
    assert plain(host.fqdn) == (404, "")
    with pytest.raises(http.client.RemoteDisconnected):
        plain("elsewhere.example")

    def secure(method: str, path: str) -> tuple[int, dict[str, str]]:
        connection = http.client.HTTPConnection("mta-sts.south.example", timeout=10)
        connection.sock = tls_context().wrap_socket(
            connect(address, 443, client), server_hostname="mta-sts.south.example"
        )
        with contextlib.closing(connection):
            connection.request(method, path, b"x" if method == "POST" else None)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders())

    policy = "/.well-known/mta-sts.txt"
    status, headers = secure("GET", policy)
    assert (status, headers["Content-Type"], headers["Server"]) == (
        200, "text/plain; charset=utf-8", "nginx"
    )  # fmt: skip
    assert headers["Strict-Transport-Security"] == "max-age=63072000"
    assert secure("POST", policy)[0] == 403
    assert [secure("GET", path)[0] for path in ("/", "/.well-known/", "/../etc/passwd")] == [
        404, 404, 400
    ]  # fmt: skip
