"""HTTPS as mail servers and mail clients speak it: by the world's DNS, and with the name."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from dataclasses import dataclass

from mailctl.model.host import Acme, Host
from mailctl.proofs.base import Refuted
from mailctl.proofs.connecting import connect, tls_context
from mailctl.proofs.ground import Ground
from mailctl.proofs.world_dns import lookup


@dataclass(frozen=True, slots=True)
class Answer:
    """Of a web server."""

    status: int
    media_type: str
    content: bytes


def address_in_dns(ground: Ground, name: str) -> str:
    """The first IPv4 address that DNS has for a name; Refuted where it has none."""
    found = lookup(ground, name, "A")
    if not found:
        raise Refuted(f"DNS knows no address of {name}")
    return found[0]


def ask(
    ground: Ground, host: Host, name: str, path: str, posted: bytes = b"", media_type: str = ""
) -> Answer:
    """GET, or POST where something is `posted`. The certificate has to be for the name, and one of
    the authority's where the host asks one; Refuted when there is none such."""
    context = _context(ground, host)
    plain = connect(address_in_dns(ground, name), 443, ground.next_client())
    try:
        connection = http.client.HTTPConnection(name)
        connection.sock = context.wrap_socket(plain, server_hostname=name)
        with contextlib.closing(connection):
            kind = {"Content-Type": media_type} if media_type else {}
            connection.request("POST" if posted else "GET", path, posted or None, kind)
            answer = connection.getresponse()
            found = answer.getheader("Content-Type", "").partition(";")[0]
            return Answer(answer.status, found, answer.read())
    except ssl.SSLCertVerificationError as error:
        raise Refuted(f"{name}: {error.verify_message}") from error
    finally:
        plain.close()


def found(answer: Answer, url: str, media_type: str) -> bytes:
    """What was asked for; Refuted when it is something else."""
    if (answer.status, answer.media_type) != (200, media_type):
        raise Refuted(f"{url} was answered {answer.status} {answer.media_type}")
    return answer.content


def _context(ground: Ground, host: Host) -> ssl.SSLContext:
    if isinstance(host.tls, Acme) and ground.outside.authority_roots is not None:
        return ssl.create_default_context(cadata=ground.outside.authority_roots())
    return tls_context()
