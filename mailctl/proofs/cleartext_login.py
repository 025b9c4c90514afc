"""IMAP, POP3 and ManageSieve take no password in the clear (RFC 8314, 4.1; RFC 9051, 6.2.3).

The password tried is nobody's: the answer has to be about the missing TLS, not about the password.
"""

from __future__ import annotations

from mailctl.model.host import Host, Role
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.handshake import read_until
from mailctl.proofs.line_dialogue import LineDialogue
from mailctl.proofs.smtp_dialogue import plain_response

_LOGIN = "nobody@proof.invalid"
_PASSWORD = "in-the-clear"  # noqa: S105 - nobody's


def _try(ground: Ground, host: Host) -> str:
    if not host.has(Role.STORE):
        raise NotApplicable(f"{host.name} keeps no mailboxes")
    tries = (
        (host.protocols.imap, 143, _imap),
        (host.protocols.pop3, 110, _pop3),
        (host.protocols.managesieve, 4190, _managesieve),
    )
    shown = []
    for offered, port, attempt in tries:
        if offered:
            with LineDialogue(address_of(host), port, ground.next_client()) as dialogue:
                shown.append(f"{port}: {attempt(dialogue)}")
    if not shown:
        raise NotApplicable(f"{host.name} offers neither IMAP, POP3 nor ManageSieve")
    return "; ".join(shown)


def _imap(dialogue: LineDialogue) -> str:
    read_until(dialogue, "* OK")
    capability = " ".join(_ask(dialogue, "a CAPABILITY", "a "))
    if "LOGINDISABLED" not in capability or "AUTH=" in capability:
        raise Refuted(f"IMAP in the clear offers {capability}")
    answer = _ask(dialogue, f"b LOGIN {_LOGIN} {_PASSWORD}", "b ")[-1]
    if not answer.startswith(("b NO [PRIVACYREQUIRED]", "b BAD [PRIVACYREQUIRED]")):
        raise Refuted(f"IMAP answers LOGIN in the clear with `{answer}`")
    return f"LOGINDISABLED, LOGIN {answer[2:]}"


def _pop3(dialogue: LineDialogue) -> str:
    read_until(dialogue, "+OK")
    capability = _ask(dialogue, "CAPA", ".")
    if "USER" in capability or any(
        line.startswith("SASL") and line[4:].strip() for line in capability
    ):
        raise Refuted(f"POP3 in the clear offers {', '.join(capability)}")
    dialogue.send(f"USER {_LOGIN}\r\n".encode())
    answer = dialogue.line()
    if not answer.startswith("-ERR"):
        raise Refuted(f"POP3 answers USER in the clear with `{answer}`")
    return f"no USER in CAPA, USER {answer}"


def _managesieve(dialogue: LineDialogue) -> str:
    capability = read_until(dialogue, "OK")
    mechanisms = next((line for line in capability if line.upper().startswith('"SASL"')), "")
    if mechanisms.upper() != '"SASL" ""':
        raise Refuted(f"ManageSieve in the clear offers `{mechanisms}`")
    response = plain_response(_LOGIN, _PASSWORD)
    dialogue.send(f'AUTHENTICATE "PLAIN" "{response}"\r\n'.encode())
    answer = dialogue.line()
    if not answer.startswith("NO"):
        raise Refuted(f"ManageSieve answers AUTHENTICATE in the clear with `{answer}`")
    return f"{mechanisms}, AUTHENTICATE {answer}"


def _ask(dialogue: LineDialogue, line: str, answer: str) -> tuple[str, ...]:
    dialogue.send(line.encode() + b"\r\n")
    return read_until(dialogue, answer)


PROOF = Statement(
    id="cleartext-login",
    statement="IMAP, POP3 and ManageSieve take no password before TLS",
    attempt=_try,
    harmless=True,
)
