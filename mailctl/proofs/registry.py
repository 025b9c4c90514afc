"""All proofs, in the order that they are tried: from the first greeting to the journals' end."""

from __future__ import annotations

from mailctl.proofs import (
    authentication_offered,
    incoming_mail,
    smtp_extensions,
    submission_465,
    submission_587,
    wrong_password,
)
from mailctl.proofs.base import Proof

PROOFS: tuple[Proof, ...] = (
    smtp_extensions.PROOF,
    authentication_offered.PROOF,
    submission_587.PROOF,
    submission_465.PROOF,
    wrong_password.PROOF,
    incoming_mail.PROOF,
)
