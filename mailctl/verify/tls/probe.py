"""One port at one address: every handshake on a connection of its own, and what came of it."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from mailctl.model.listening import TlsPort
from mailctl.verify.tls.certificate import read_certificate
from mailctl.verify.tls.conversation import NoTls, open_port
from mailctl.verify.tls.observation import Answer, Certificate, Contact, Offer, Seen
from mailctl.verify.tls.offers import Offers

_NO_NETWORK = frozenset({errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_OTHER_VERSION = ("UNSUPPORTED_PROTOCOL", "WRONG_VERSION_NUMBER", "UNEXPECTED_EOF")
"""OpenSSL's reasons when the server went on with a version that was not offered, or hung up."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and the name to ask for (SNI, RFC 6066, 3): the host's fqdn, or a `further`
    one, of which only the certificate is looked at."""

    host: str
    name: str
    address: str
    port: TlsPort
    further: bool = False


def probe(
    target: Target, offers: Offers, timeout: float, stopped: Callable[[], bool] = lambda: False
) -> Seen:
    """Look at a port; `timeout` in seconds for each step. Nothing here raises for what a server
    or a network does; `stopped` is asked before each connection."""
    try:
        if target.further:
            return _by_further_name(target, offers, timeout, stopped)
        open_port(target.address, target.port, timeout).close()
    except NoTls as refusal:
        return _without(target, Contact.NO_TLS, str(refusal))
    except ssl.SSLError as error:
        return _without(target, Contact.NO_TLS, f"no handshake succeeds ({error.reason})")
    except ConnectionRefusedError:
        return _without(target, Contact.CLOSED, "the connection is refused")
    except TimeoutError:
        return _without(target, Contact.SILENT, f"no answer within {timeout:g} seconds")
    except ConnectionError as error:
        return _without(target, Contact.NO_TLS, f"the connection breaks: {error.strerror}")
    except OSError as error:
        kind = Contact.NO_ROUTE if error.errno in _NO_NETWORK else Contact.SILENT
        return _without(target, kind, error.strerror or "no connection")
    return _handshakes(target, offers, timeout, stopped)


def _without(target: Target, contact: Contact, reason: str) -> Seen:
    return Seen(target.host, target.address, target.port, contact, reason, name=_asked(target))


def _asked(target: Target) -> str:
    return target.name if target.further else ""


def _by_further_name(
    target: Target, offers: Offers, timeout: float, stopped: Callable[[], bool]
) -> Seen:
    """The certificate alone, by one connection where its chain verifies: hosts count how often a
    client comes. Raises what `_shake` does."""
    chain = ""
    try:
        der = _shake(target, offers.verifying, timeout)
    except ssl.SSLCertVerificationError as error:
        chain = _complaint(error)
        der = b"" if stopped() else _shake(target, offers.unverifying, timeout)
    try:
        shown = read_certificate(der)
    except ValueError:
        shown = None
    return Seen(
        *(target.host, target.address, target.port, Contact.TLS),
        certificate=shown,
        chain=chain,
        name=target.name,
    )


def _handshakes(
    target: Target, offers: Offers, timeout: float, stopped: Callable[[], bool]
) -> Seen:
    answers: list[tuple[Offer, Answer]] = []
    shown: Certificate | None = None
    for offer, context in offers.contexts.items():
        if stopped():
            break
        answer, certificate = _answer(target, context, timeout)
        answers.append((offer, answer))
        shown = shown or certificate
    accepted = any(answer is Answer.ACCEPTED for _, answer in answers)
    if not accepted:
        unknown = any(answer is Answer.UNTRIED for _, answer in answers)
        contact = Contact.SILENT if unknown else Contact.NO_TLS
        return _without(target, contact, "no handshake of any version succeeds")
    chain = None if stopped() else _chain(target, offers.verifying, timeout)
    return Seen(
        target.host, target.address, target.port, Contact.TLS, "", tuple(answers), shown, chain
    )


def _answer(
    target: Target, context: ssl.SSLContext, timeout: float
) -> tuple[Answer, Certificate | None]:
    try:
        der = _shake(target, context, timeout)
    except ssl.SSLError as error:
        return (Answer.REFUSED if _by_server(error) else Answer.UNTRIED), None
    except ConnectionError:
        return Answer.REFUSED, None
    except (OSError, NoTls):
        return Answer.UNTRIED, None
    try:
        return Answer.ACCEPTED, read_certificate(der)
    except ValueError:
        return Answer.ACCEPTED, None


def _by_server(error: ssl.SSLError) -> bool:
    """Whether the other side ended it, and not OpenSSL here."""
    reason = error.reason or ""
    return isinstance(error, ssl.SSLEOFError) or "ALERT" in reason or reason in _OTHER_VERSION


def _chain(target: Target, context: ssl.SSLContext, timeout: float) -> str | None:
    """What OpenSSL holds against the chain; None when the handshake fails for another reason."""
    try:
        _shake(target, context, timeout)
    except ssl.SSLCertVerificationError as error:
        return _complaint(error)
    except (OSError, NoTls):
        return None
    return ""


def _complaint(error: ssl.SSLCertVerificationError) -> str:
    return error.verify_message or "it does not verify"


def _shake(target: Target, context: ssl.SSLContext, timeout: float) -> bytes:
    """The certificate in DER that is shown in a handshake."""
    with (
        open_port(target.address, target.port, timeout) as plain,
        context.wrap_socket(plain, server_hostname=target.name) as secured,
    ):
        return secured.getpeercert(binary_form=True) or b""
