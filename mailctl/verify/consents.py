"""Whether those who get our DMARC reports say that they take them (RFC 9990).

Consents within the spec are records like others; here are those of other people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailctl.dns.dmarc import missing_consents
from mailctl.dns.places import LONGEST_NAME
from mailctl.dns.txt_role import TxtRole, role
from mailctl.verify.check import Check
from mailctl.verify.ground import Ground
from mailctl.verify.observation import Observation, Weight


def _places(ground: Ground) -> Iterable[str]:
    places = sorted({place for _, place in missing_consents(ground.system)})
    return (place for place in places if _domain(place) in ground.questions)


def _domain(place: str) -> str:
    return place.partition("._report._dmarc.")[0]


def _look(ground: Ground, place: str) -> Iterator[Observation]:
    if len(place) > LONGEST_NAME:
        return  # nobody can consent there
    answer = ground.view.recursive(place, "TXT")
    domain, _, destination = place.partition("._report._dmarc.")
    about = f"{destination} should say at {place} that it takes the DMARC reports about {domain}"
    if answer.failed:
        yield Observation("consent-unknown", Weight.UNKNOWN, domain, place,
                          f"{about}; it could not be asked: {answer.reason}")  # fmt: skip
    elif not any(role(place, text) is TxtRole.DMARC for text in answer.data):
        yield Observation("consent", Weight.WARNING, domain, place,
                          f"{about}, and does not: none are sent there", "RFC 9990, 4")  # fmt: skip


CONSENTS = Check(_places, _look)
