"""Trying one proof: whatever happens becomes a Verdict with one line of evidence."""

from __future__ import annotations

import imaplib
import poplib

from mailctl.errors import MailctlError
from mailctl.model.host import Host
from mailctl.proofs.base import NotApplicable, Outcome, Proof, Refuted, Verdict
from mailctl.proofs.ground import Ground

_BROKEN = (OSError, EOFError, imaplib.IMAP4.error, poplib.error_proto, MailctlError)
"""What a refused, cut or garbled connection raises: the statement did not hold."""


def try_proof(proof: Proof, ground: Ground, host: Host) -> Verdict:
    """The proof's verdict for one host. Anything but the errors above is our own bug and rises."""
    try:
        return Verdict(Outcome.HOLDS, one_line(proof.try_on(ground, host)))
    except NotApplicable as reason:
        return Verdict(Outcome.DOES_NOT_APPLY, one_line(str(reason)))
    except Refuted as reason:
        return Verdict(Outcome.FAILS, one_line(str(reason)))
    except _BROKEN as error:
        return Verdict(Outcome.FAILS, one_line(f"{type(error).__name__}: {error}"))


def one_line(text: str) -> str:
    """The text with all runs of blanks and line ends as single blanks."""
    return " ".join(text.split())
