"""Outlook's description of a domain's servers: the answer that holds for every user.

Format: MS-OXDSCLI, 2.2.4, the plain old XML. Outlook sends the user's address and takes the
account's name from there where the answer has no LoginName, so that one file serves a domain.
"""

from __future__ import annotations

from mailctl.backends.nginx.autoconfig import document
from mailctl.backends.nginx.servers import LoginServer, login_servers
from mailctl.model.client_settings import Protocol
from mailctl.model.domain import Domain
from mailctl.model.system import System

_BASE = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
_ANSWER = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
_TYPES = {Protocol.IMAP: "IMAP", Protocol.POP3: "POP3", Protocol.SUBMISSION: "SMTP"}


def autodiscover(system: System, domain: Domain) -> bytes:
    """The document, in UTF-8; of each protocol the server that is preferred."""
    from xml.etree.ElementTree import Element, SubElement  # most hosts serve none

    root = Element("Autodiscover", xmlns=_BASE)
    response = SubElement(root, "Response", xmlns=_ANSWER)
    account = SubElement(response, "Account")
    SubElement(account, "AccountType").text = "email"
    SubElement(account, "Action").text = "settings"
    told: set[Protocol] = set()
    for server in login_servers(system, domain):
        if server.protocol not in told:
            told.add(server.protocol)
            entry = SubElement(account, "Protocol")
            for tag, text in _fields(server):
                SubElement(entry, tag).text = text
    return document(root)


def _fields(server: LoginServer) -> tuple[tuple[str, str], ...]:
    fields = [
        ("Type", _TYPES[server.protocol]),
        ("Server", server.name),
        ("Port", str(server.port)),
        ("DomainRequired", "off"),
        ("SPA", "off"),
        ("SSL", "on"),
        ("Encryption", "SSL" if server.implicit_tls else "TLS"),
        ("AuthRequired", "on"),
    ]
    if server.protocol is Protocol.SUBMISSION:
        fields += [("UsePOPAuth", "off"), ("SMTPLast", "off")]
    return tuple(fields)
