"""A mail client that knows an address and a password finds out the rest, and logs in with it.

Asked as Thunderbird (autoconfig), Outlook (autodiscover, POX) and Apple's clients (a profile that
the user fetches) ask.
"""

from __future__ import annotations

import plistlib
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from mailctl.model.domain import Domain
from mailctl.model.host import Host, Role
from mailctl.model.user import User
from mailctl.model.web import guided_domains, web_host
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.ground import Ground
from mailctl.proofs.handshake import read_until
from mailctl.proofs.line_dialogue import LineDialogue
from mailctl.proofs.people import keeps_mail, password_of
from mailctl.proofs.smtp_dialogue import SmtpDialogue
from mailctl.proofs.submission import authenticate
from mailctl.proofs.web_request import address_in_dns, ask, found

_POX = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"
_QUESTION = """\
<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
<Request><EMailAddress>{address}</EMailAddress><AcceptableResponseSchema>\
http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\
</AcceptableResponseSchema></Request></Autodiscover>
"""


@dataclass(frozen=True, slots=True)
class _Settings:
    """Where a client was told to read and to send, with TLS from the first byte."""

    reading: tuple[str, int]
    sending: tuple[str, int]


def _xml(text: bytes) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - a host of ours has said it


def _thunderbird(ground: Ground, host: Host, domain: Domain, user: User) -> _Settings:
    name = f"autoconfig.{domain.name}"
    path = f"/mail/config-v1.1.xml?emailaddress={user.address}"
    root = _xml(found(ask(ground, host, name, path), name + path, "text/xml"))
    places = {}
    for kind in ("incomingServer[@type='imap']", "outgoingServer[@type='smtp']"):
        server = root.find(f"emailProvider/{kind}")
        if server is None or server.findtext("socketType") != "SSL":
            raise Refuted(f"{name}{path} names no {kind} with TLS from the start")
        if server.findtext("username") != "%EMAILADDRESS%":
            raise Refuted(f"{name}{path} asks for another user name")
        places[kind] = (server.findtext("hostname", ""), int(server.findtext("port", "0")))
    return _Settings(*places.values())


def _outlook(ground: Ground, host: Host, domain: Domain, user: User) -> _Settings:
    name, path = f"autodiscover.{domain.name}", "/Autodiscover/Autodiscover.xml"
    question = _QUESTION.format(address=user.address).encode()
    answer = ask(ground, host, name, path, question, "text/xml")
    root = _xml(found(answer, name + path, "text/xml"))
    places = {}
    for protocol in root.iter(f"{_POX}Protocol"):
        fields = {field.tag.removeprefix(_POX): field.text or "" for field in protocol}
        if fields["SSL"] != "on" or fields["SPA"] != "off":
            raise Refuted(f"{name}{path} names a way without TLS, or with a login of Windows")
        places[fields["Type"]] = (fields["Server"], int(fields["Port"]))
    return _Settings(places["IMAP"], places["SMTP"])


def _apple(ground: Ground, host: Host, domain: Domain, user: User) -> _Settings:
    del user  # the device asks for the address when it has the profile
    name, path = f"autoconfig.{domain.name}", f"/mail/{domain.name}.mobileconfig"
    media_type = "application/x-apple-aspen-config"
    profile = plistlib.loads(found(ask(ground, host, name, path), name + path, media_type))
    (account,) = profile["PayloadContent"]
    for direction in ("Incoming", "Outgoing"):
        if account[f"{direction}MailServerUseSSL"] is not True:
            raise Refuted(f"{name}{path} names a way without TLS")
    return _Settings(
        (account["IncomingMailServerHostName"], account["IncomingMailServerPortNumber"]),
        (account["OutgoingMailServerHostName"], account["OutgoingMailServerPortNumber"]),
    )


_CLIENTS: dict[str, Callable[[Ground, Host, Domain, User], _Settings]] = {
    "Thunderbird": _thunderbird,
    "Outlook": _outlook,
    "Apple": _apple,
}


def _try(ground: Ground, host: Host) -> str:
    domain, user = _somebody(ground, host)
    told = []
    for client, discover in _CLIENTS.items():
        settings = discover(ground, host, domain, user)
        _read(ground, settings.reading, user)
        _send(ground, settings.sending, user)
        places = (":".join(map(str, place)) for place in (settings.reading, settings.sending))
        told.append(f"{client} {' and '.join(places)}")
    return f"{user.address} logs in where it was told: {'; '.join(told)}"


def _somebody(ground: Ground, host: Host) -> tuple[Domain, User]:
    if not host.has(Role.WEB):
        raise NotApplicable(f"{host.name} serves nothing over HTTPS")
    for domain in guided_domains(ground.system):
        store = ground.system.hosts[domain.store]
        if web_host(ground.system, domain) == host and store.protocols.imap:
            for user in ground.system.users.values():
                if user.address.domain == domain.name and keeps_mail(user):
                    return domain, user
    raise NotApplicable(f"{host.name} sets up nobody's IMAP client")


def _read(ground: Ground, place: tuple[str, int], user: User) -> None:
    name, port = place
    address = address_in_dns(ground, name)
    with LineDialogue(address, port, ground.next_client(), tls=True) as dialogue:
        read_until(dialogue, "* OK")
        login = f'a LOGIN "{user.address}" "{password_of(ground, user)}"\r\n'
        dialogue.send(login.encode())
        read_until(dialogue, "a OK")


def _send(ground: Ground, place: tuple[str, int], user: User) -> None:
    name, port = place
    address = address_in_dns(ground, name)
    with SmtpDialogue(address, port, ground.next_client(), tls=True) as dialogue:
        dialogue.ehlo()
        authenticate(dialogue, str(user.address), password_of(ground, user))


PROOF = Statement(
    id="client-setup",
    statement="mail clients find their settings by the address alone, and log in with them",
    attempt=_try,
    harmless=True,
)
