"""What a client of the world sees of real TLS servers."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Callable
from datetime import timedelta

import pytest
from tls_world import FQDN, Authority, TlsServer, a_context

from mailctl.backends.tls import CIPHERS
from mailctl.model.listening import TlsPort
from mailctl.verify.tls.observation import Answer, Contact, Offer, Seen
from mailctl.verify.tls.offers import offers
from mailctl.verify.tls.probe import Target, probe

Serve = Callable[..., TlsServer]
GREETING = b"220-mail.a.example\r\n220 ESMTP\r\n"


def _look(authority: Authority, port: TlsPort, timeout: float = 3) -> Seen:
    target = Target("mail", FQDN, "127.0.0.1", port)
    return probe(target, offers(authority.ca), timeout)


def test_a_good_server(authority: Authority, serve: Serve) -> None:
    seen = _look(authority, TlsPort(serve(a_context(authority.issue(), CIPHERS)).port))
    assert seen.contact is Contact.TLS
    assert seen.chain == ""
    assert seen.answer(Offer.TLS_1_3) is Answer.ACCEPTED
    assert seen.answer(Offer.TLS_1_2) is Answer.ACCEPTED
    assert seen.answer(Offer.LEGACY) is Answer.REFUSED
    assert seen.certificate
    assert seen.certificate.names == (FQDN,)
    assert (seen.certificate.key, seen.certificate.bits) == ("EC", 256)


def test_starttls_as_a_polite_client(authority: Authority, serve: Serve) -> None:
    server = serve(a_context(authority.issue()), GREETING)
    seen = _look(authority, TlsPort(server.port, "smtp"))
    assert seen.contact is Contact.TLS
    assert seen.chain == ""
    assert b"EHLO [127.0.0.1]\r\n" in server.heard


def test_old_versions_and_legacy_ciphers_are_seen(authority: Authority, serve: Serve) -> None:
    context = a_context(authority.issue(), "ECDHE-ECDSA-AES128-SHA:ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    seen = _look(authority, TlsPort(serve(context).port))
    assert seen.answer(Offer.TLS_1_3) is Answer.REFUSED
    assert seen.answer(Offer.LEGACY) is Answer.ACCEPTED
    possible = offers(authority.ca).contexts
    for offer in (Offer.TLS_1_0, Offer.TLS_1_1):
        assert seen.answer(offer) is (Answer.ACCEPTED if offer in possible else Answer.UNTRIED)


def test_a_refused_starttls_is_no_tls(authority: Authority, serve: Serve) -> None:
    server = serve(None, GREETING, b"454 4.7.0 TLS \x1b[31mnot available\r\n")
    seen = _look(authority, TlsPort(server.port, "smtp"))
    assert seen.contact is Contact.NO_TLS
    assert seen.reason == "the server says `454 4.7.0 TLS ?[31mnot available`"


def test_a_server_without_tls_is_no_tls(authority: Authority, serve: Serve) -> None:
    seen = _look(authority, TlsPort(serve(None).port))
    assert seen.contact is Contact.NO_TLS


def test_a_closed_port(authority: Authority) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        seen = _look(authority, TlsPort(unused.getsockname()[1]))
    assert seen.contact is Contact.CLOSED


def test_a_silent_port(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        seen = _look(authority, TlsPort(silent.getsockname()[1], "smtp"), 0.2)
    assert seen.contact is Contact.SILENT
    assert seen.reason == "no answer within 0.2 seconds"


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"itself": True}, "self-signed certificate"),
        ({"begins": timedelta(days=-90), "ends": timedelta(days=-1)}, "certificate has expired"),
    ],
)
def test_what_openssl_holds_against_a_chain(
    authority: Authority, serve: Serve, wishes: dict[str, object], said: str
) -> None:
    pem = authority.issue(**wishes)  # type: ignore[arg-type]
    assert _look(authority, TlsPort(serve(a_context(pem)).port)).chain == said


def test_a_chain_of_an_unknown_ca(authority: Authority, serve: Serve) -> None:
    server = serve(a_context(authority.issue()))
    target = Target("mail", FQDN, "127.0.0.1", TlsPort(server.port))
    assert "unable to get local issuer" in (probe(target, offers(), 3).chain or "")


def test_a_network_that_is_not_there(authority: Authority) -> None:
    target = Target("mail", FQDN, "2001:db8::1", TlsPort(465))
    seen = probe(target, offers(authority.ca), 0.5)
    assert seen.contact in {Contact.NO_ROUTE, Contact.SILENT}
