"""Users bring Sieve scripts of their own (RFC 5228) by ManageSieve (RFC 5804)."""

from __future__ import annotations

import contextlib

from mailctl.model.host import Host, Role
from mailctl.model.user import User
from mailctl.proofs.base import NotApplicable, Refuted, Statement
from mailctl.proofs.connecting import address_of
from mailctl.proofs.ground import Ground
from mailctl.proofs.letters import letter, new_token
from mailctl.proofs.managesieve import ManageSieve
from mailctl.proofs.people import entrance, password_of, plain_reader, stranger
from mailctl.proofs.reading import open_mailbox
from mailctl.proofs.submission import bring

_SCRIPT = """require ["fileinto", "mailbox"];
if header :contains "subject" "{token}" {{
  fileinto :create "{folder}";
  stop;
}}
"""
_BROKEN = 'require "no-such-extension"; keep;'


def _try(ground: Ground, host: Host) -> str:
    if not (host.has(Role.STORE) and host.protocols.managesieve):
        raise NotApplicable(f"{host.name} offers no ManageSieve")
    user = plain_reader(ground.system, host)
    address, password = str(user.address), password_of(ground, user)
    with ManageSieve(address_of(host), ground.next_client(), address, password) as sieve:
        name = new_token("proof")
        refusal = _refused(sieve, name)
        before = next((script for script, active in sieve.scripts().items() if active), "")
        try:
            evidence = _files(ground, user, sieve, name)
        finally:
            with contextlib.suppress(Refuted):
                sieve.activate(before)
                sieve.delete(name)
        if name in sieve.scripts():
            raise Refuted(f"the script {name} is still there after DELETESCRIPT")
    return f"{evidence}; a broken script: {refusal}"


def _refused(sieve: ManageSieve, name: str) -> str:
    """What the server says of a script that does not compile."""
    try:
        sieve.put(name, _BROKEN)
    except Refuted as refusal:
        return " ".join(str(refusal).split())[:120]
    raise Refuted("PUTSCRIPT takes a script that requires an unknown extension")


def _files(ground: Ground, user: User, sieve: ManageSieve, name: str) -> str:
    note = letter(PROOF.id, stranger(ground), str(user.address))
    folder = f"Proof-{note.token[-8:]}"
    sieve.put(name, _SCRIPT.format(token=note.token, folder=folder))
    sieve.activate(name)
    if not sieve.scripts().get(name):
        raise Refuted(f"LISTSCRIPTS does not show {name} as active")
    bring(ground, entrance(ground.system, user), note, str(user.address), stranger(ground))
    with open_mailbox(ground, user) as mailbox:
        mailbox.wait_for(note.token, folder)
    return f"{user.address}: PUTSCRIPT, SETACTIVE, mail filed into {folder}, DELETESCRIPT"


PROOF = Statement(
    id="personal-script",
    statement="a user's own Sieve script, put by ManageSieve, files mail",
    attempt=_try,
)
