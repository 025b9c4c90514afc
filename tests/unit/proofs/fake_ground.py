"""What a Ground is made of, as fakes: the world outside, a console, addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage

from mailctl.model.names import DomainName
from mailctl.proofs.base import Refuted
from mailctl.proofs.ground import Received

WORLD = DomainName("world.example")


@dataclass
class FakeOutside:
    """The world: what it has stored is what the test says."""

    domain: DomainName = WORLD
    address: str = "127.0.0.1"
    stored: list[Received] = field(default_factory=list)
    answer: Callable[[str], bytes] | None = None
    """Makes the message that arrived with this token."""

    def send(
        self, message: EmailMessage | bytes, sender: str, recipient: str, *, signed: bool = True
    ) -> None:
        """It went out."""

    def wait_for(self, token: str, recipient: str = "", timeout: float = 30) -> Received:
        del timeout  # what is not there will not come
        if self.answer is not None:
            return Received(self.answer(token), recipient)
        for received in self.stored:
            if token.encode() in received.raw:
                return received
        raise Refuted(f"no {token}")


@dataclass
class FakeMachine:
    lines: tuple[str, ...] = ()

    def run(self, *argv: str, stdin: bytes = b"") -> tuple[int, str]:
        raise AssertionError(f"nothing is run here: {argv} {stdin!r}")

    def journal(self) -> tuple[str, ...]:
        return self.lines


class Loopback:
    def take(self) -> str:
        return "127.0.0.1"
