"""Apple's description of a domain's account: a configuration profile that asks for the rest.

Format: Apple, Device Management, Mail (com.apple.mail.managed). Without an address and a user
name in it the device asks for both when the profile is installed. The identifiers are made of the
domain's name, so that a new profile takes the place of the former one.
"""

from __future__ import annotations

from mailctl.backends.nginx.servers import LoginServer, login_servers
from mailctl.model.client_settings import Protocol
from mailctl.model.domain import Domain
from mailctl.model.system import System

_TYPES = {Protocol.IMAP: "EmailTypeIMAP", Protocol.POP3: "EmailTypePOP"}


def mobileconfig(system: System, domain: Domain) -> bytes:
    """The profile, or nothing where the domain's users can read or send no mail: a profile has to
    name one server for each. Of all servers those that are preferred, for it holds no choice."""
    import plistlib  # most hosts serve none

    servers = tuple(login_servers(system, domain))
    reading = next((each for each in servers if each.protocol in _TYPES), None)
    sending = next((each for each in servers if each.protocol is Protocol.SUBMISSION), None)
    if reading is None or sending is None:
        return b""
    account = {
        **_payload(domain, "com.apple.mail.managed", "account"),
        "EmailAccountDescription": domain.name,
        "EmailAccountType": _TYPES[reading.protocol],
        **_server("Incoming", reading),
        **_server("Outgoing", sending),
        "OutgoingPasswordSameAsIncomingPassword": True,
    }
    profile = {
        **_payload(domain, "Configuration", "profile"),
        "PayloadDescription": f"Sets up mail of {domain.name}.",
        "PayloadContent": [account],
    }
    return plistlib.dumps(profile, sort_keys=True)


def _payload(domain: Domain, kind: str, part: str) -> dict[str, object]:
    import uuid

    reverse = ".".join(reversed(domain.name.split(".")))
    identifier = f"{reverse}.mail.{part}"
    return {
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_DNS, identifier)).upper(),
        "PayloadDisplayName": f"Mail of {domain.name}",
    }


def _server(direction: str, server: LoginServer) -> dict[str, object]:
    prefix = f"{direction}MailServer"
    return {
        f"{prefix}HostName": server.name,
        f"{prefix}PortNumber": server.port,
        f"{prefix}UseSSL": True,
        f"{prefix}Authentication": "EmailAuthPassword",
    }
