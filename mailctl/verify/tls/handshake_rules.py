"""Rules on how far a client comes and what it can negotiate (RFC 8996, RFC 9325, RFC 7435)."""

from __future__ import annotations

from collections.abc import Iterator

from mailctl.verify.tls.observation import Answer, Contact, Offer, Seen
from mailctl.verify.tls.verdict import State, Verdict, verdict_on

_REACHED = {
    Contact.NO_TLS: State.FAULT,
    Contact.CLOSED: State.FAULT,
    Contact.SILENT: State.UNKNOWN,
    Contact.NO_ROUTE: State.UNKNOWN,
}
_REAPPLY = "`mailctl apply` sets what the spec's TLS needs"


def contact(seen: Seen) -> Iterator[Verdict]:
    """Whether TLS is spoken at all."""
    if seen.contact is Contact.TLS:
        yield verdict_on(seen, State.OK, "contact", "speaks TLS")
        return
    advice = {
        Contact.NO_TLS: "look into the daemon's log: is its certificate readable?",
        Contact.CLOSED: f"is {seen.port.daemon} running, and does the firewall let it through?",
        Contact.SILENT: "the host is down, or a firewall drops connections from here",
        Contact.NO_ROUTE: "try from a machine that has this kind of address",
    }[seen.contact]
    message = {
        Contact.NO_TLS: f"no TLS: {seen.reason}",
        Contact.CLOSED: seen.reason,
        Contact.SILENT: f"not reached: {seen.reason}",
        Contact.NO_ROUTE: f"not tried: {seen.reason}",
    }[seen.contact]
    yield verdict_on(seen, _REACHED[seen.contact], "contact", message, advice)


def new_versions(seen: Seen) -> Iterator[Verdict]:
    """TLS 1.2 and 1.3 are spoken (RFC 9325, 3.1.1)."""
    for offer in (Offer.TLS_1_3, Offer.TLS_1_2):
        yield _judged(seen, offer, welcome=True)


def old_versions(seen: Seen) -> Iterator[Verdict]:
    """TLS 1.0 and 1.1 are not (RFC 8996)."""
    for offer in (Offer.TLS_1_1, Offer.TLS_1_0):
        yield _judged(seen, offer, welcome=False)


def legacy_ciphers(seen: Seen) -> Iterator[Verdict]:
    """Only where a client that is refused would fall back to clear text may they stay."""
    tolerated = seen.port.opportunistic and seen.answer(Offer.LEGACY) is Answer.ACCEPTED
    if tolerated:
        message = "accepts legacy cipher suites, as opportunistic TLS may (RFC 7435)"
        yield verdict_on(seen, State.OK, "ciphers", message)
        return
    yield _judged(seen, Offer.LEGACY, welcome=False)


def _judged(seen: Seen, offer: Offer, *, welcome: bool) -> Verdict:
    question = "ciphers" if offer is Offer.LEGACY else "versions"
    answer = seen.answer(offer)
    if answer is Answer.UNTRIED:
        # Of a version that must be there it stays open whether it is.
        state = State.UNKNOWN if welcome else State.NOTE
        return verdict_on(
            seen, state, question, f"{offer.value} not tried: it cannot be spoken here"
        )
    verb = "accepts" if answer is Answer.ACCEPTED else "refuses"
    if (answer is Answer.ACCEPTED) is welcome:
        return verdict_on(seen, State.OK, question, f"{verb} {offer.value}")
    return verdict_on(seen, State.FAULT, question, f"{verb} {offer.value}", _REAPPLY)
