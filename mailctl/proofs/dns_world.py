"""The world's name server as an administrator has it: she pushes to it, checks it, and edits it
by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mailctl.keys.tsig import read_tsig_key
from mailctl.model.tsig_key import TsigKey
from mailctl.proofs.base import NotApplicable, Refuted
from mailctl.proofs.ground import Ground
from mailctl.publish.session import Session, publish
from mailctl.resolver.answer import Server
from mailctl.resolver.view import OwnersView, ResolverView
from mailctl.verify.ground import ground as check_ground
from mailctl.verify.report import Report
from mailctl.verify.survey import survey

_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class WorldDns:
    """`server` owns every zone and answers as everybody's resolver."""

    ground: Ground
    server: Server
    key: TsigKey

    def push(self) -> Session:
        """As `mailctl dns-records --push` does it; Refuted where it fails."""
        session = publish(self.server, self.key, self.ground.system, self.ground.records)
        if session.faults:
            raise Refuted(f"the push failed: {'; '.join(session.faults)}")
        return session

    def check(self) -> Report:
        """As `mailctl dns-records --check` does it, asking the owners of each name."""
        view = OwnersView(ResolverView(self.server))
        return survey(check_ground(self.ground.system, self.ground.records, view))

    def edit(self, zone: str, *orders: tuple[str, str, str]) -> None:
        """An update by hand: each order is a name, `add` or `replace` or `delete`, and the text
        of a TXT."""
        import dns.query
        import dns.rcode
        import dns.tsig
        import dns.update

        key = dns.tsig.Key(self.key.name, self.key.secret, self.key.algorithm)
        message = dns.update.UpdateMessage(f"{zone}.")
        for name, verb, text in orders:
            data = '"' + text.replace('"', '\\"') + '"'
            if verb == "delete":
                message.delete(f"{name}.", "TXT", data)
            else:
                getattr(message, verb)(f"{name}.", 300, "TXT", data)
        message.use_tsig(key)
        reply = dns.query.tcp(message, self.server.address, timeout=_TIMEOUT)
        if reply.rcode() != dns.rcode.NOERROR:
            raise Refuted(f"the edit by hand was refused: {dns.rcode.to_text(reply.rcode())}")


def world_dns(ground: Ground) -> WorldDns:
    """NotApplicable where names cannot be changed, as on live servers."""
    if ground.update_key is None:
        raise NotApplicable("the name server takes no updates")
    key = read_tsig_key(Path(ground.update_key))
    return WorldDns(ground, Server(ground.outside.address), key)
