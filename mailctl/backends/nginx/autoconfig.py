"""Thunderbird's description of a domain's servers, which other clients read too.

Format: clientConfig 1.1 (wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat;
draft-ietf-mailmaint-autoconfig).
"""

from __future__ import annotations

from mailctl.backends.nginx.servers import LoginServer, login_servers
from mailctl.model.client_settings import Protocol
from mailctl.model.domain import Domain
from mailctl.model.system import System

_TYPES = {Protocol.IMAP: "imap", Protocol.POP3: "pop3", Protocol.SUBMISSION: "smtp"}


def autoconfig(system: System, domain: Domain) -> bytes:
    """The document, in UTF-8."""
    from xml.etree.ElementTree import Element, SubElement  # most hosts serve none

    root = Element("clientConfig", version="1.1")
    provider = SubElement(root, "emailProvider", id=domain.name)
    for tag in ("domain", "displayName", "displayShortName"):
        SubElement(provider, tag).text = domain.name
    for server in login_servers(system, domain):
        kind = "outgoing" if server.protocol is Protocol.SUBMISSION else "incoming"
        entry = SubElement(provider, f"{kind}Server", type=_TYPES[server.protocol])
        for tag, text in _fields(server):
            SubElement(entry, tag).text = text
    return document(root)


def _fields(server: LoginServer) -> tuple[tuple[str, str], ...]:
    return (
        ("hostname", server.name),
        ("port", str(server.port)),
        ("socketType", "SSL" if server.implicit_tls else "STARTTLS"),
        ("authentication", "password-cleartext"),
        ("username", "%EMAILADDRESS%"),
    )


def document(root: object) -> bytes:
    """An element as a whole document, indented."""
    from xml.etree.ElementTree import Element, indent, tostring

    assert isinstance(root, Element)  # noqa: S101 - for mypy: the module is imported late
    indent(root)
    return bytes(tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"
