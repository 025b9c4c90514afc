"""`mailctl dkim rotate`: make the successor, and let it sign when all of DNS has it.

The steps of RFC 6376, 3.1 and M3AAWG's advice on rotation: to a verifier that does not find a
key the signature has failed for good (6.1.2), so no host signs with one before every
authoritative server carries it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailctl.dns.dkim import PublicKey, key_text, record_name
from mailctl.dns.formats.strings import quoted
from mailctl.errors import MailctlError
from mailctl.keys.dkim import signing_key
from mailctl.model.domain import Domain
from mailctl.model.settings import DkimSelector, KeyKind, KeyState
from mailctl.rotation.calendar import what_next
from mailctl.rotation.desk import Desk, Told, rotation_of, signed_domain
from mailctl.rotation.moments import made_at
from mailctl.rotation.published import look
from mailctl.rotation.record import RotatedKey, Rotation
from mailctl.rotation.store import locked, write
from mailctl.rotation.successor import next_selector, refuse_long_name, refuse_mixed_kinds


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of the successor; empty: as the present key."""

    kind: KeyKind | None = None
    selector: str = ""

    def __bool__(self) -> bool:
        return self.kind is not None or bool(self.selector)


def rotate(desk: Desk, name: str, wish: Wish = Wish()) -> Told:
    """The next step of one domain's rotation, if it is due. Interrupted anywhere, it goes on
    when it is called again. Raises MailctlError."""
    domain = signed_domain(desk.system, name)
    with locked(desk.system.folder, domain.name):
        rotation = rotation_of(desk.system, domain)
        if rotation is None or rotation.pending is None:
            return _begin(desk, domain, rotation, wish)
        if wish:
            raise MailctlError(
                f"{name}: a rotation is under way, {rotation.pending.selector} is "
                f"{rotation.pending.state.value}",
                "leave --key and --selector out to go on with it",
            )
        if rotation.pending.state is KeyState.PUBLISHED:
            return _switch(desk, domain, rotation, rotation.pending)
        return Told(domain.name, (what_next(domain, rotation, desk.hosts_of(domain.name)).line,))


def _begin(desk: Desk, domain: Domain, former: Rotation | None, wish: Wish) -> Told:
    """First the key, then the file that tells of it: cut off between the two, the next run
    finds the key and takes it up."""
    first, *_ = domain.policy.dkim
    rotation = former or _as_found(desk, domain)
    known = {key.selector for key in domain.policy.dkim} | rotation.selectors
    if wish.selector in known:
        raise MailctlError(
            f"{domain.name}: {wish.selector} was used before", "a selector is never used again"
        )
    kind = wish.kind or first.key
    name = wish.selector or next_selector(rotation.signing.selector, known)
    refuse_long_name(domain.name, name)
    refuse_mixed_kinds(desk, domain.name, kind)
    selector = DkimSelector(name, kind, first.hashes)
    public = signing_key(desk.system.folder, domain.name, selector).public
    made = RotatedKey(name, kind, ((KeyState.PUBLISHED, desk.clock()),))
    write(
        desk.system.folder,
        replace(rotation, base=first.selector, keys=(*rotation.keys, made), hosts={}),
    )
    lines = (
        f"the key {name} ({kind.value}) is made; publish its record:",
        _record_line(domain, selector, public),
        f"then, as soon as all name servers carry it: mailctl dkim rotate --domain {domain.name}",
    )
    return Told(domain.name, lines, moved=True)


def _as_found(desk: Desk, domain: Domain) -> Rotation:
    """A domain's first rotation: the key that signs has done so since it was made."""
    first = domain.policy.dkim[0]
    made = made_at(desk.system.folder, domain.name, first.selector)
    if made is None:
        raise MailctlError(
            f"{domain.name}: its key {first.selector} is not even made: nothing is to be replaced",
            "make it: mailctl dns-records",
        )
    key = RotatedKey(first.selector, first.key, ((KeyState.SIGNING, made),))
    return Rotation(domain.name, first.selector, (key,))


def _switch(desk: Desk, domain: Domain, rotation: Rotation, successor: RotatedKey) -> Told:
    selector = DkimSelector(
        successor.selector, successor.kind, domain.policy.dkim[0].hashes, successor.state
    )
    public = signing_key(desk.system.folder, domain.name, selector).public
    seen = look(desk.view, record_name(domain.name, successor.selector), public)
    if not seen.live:
        why = f"{successor.selector} cannot sign yet: {seen.name}: {seen.reasons}"
        if not seen.wrong:
            return Told(domain.name, (f"{why}; run it again when they answer",), refused=True)
        lines = (f"{why}; publish it and run it again", _record_line(domain, selector, public))
        return Told(domain.name, lines, refused=True)
    refuse_mixed_kinds(desk, domain.name, successor.kind)
    now = desk.clock()
    former = rotation.signing.selector
    hosts = dict.fromkeys(desk.hosts_of(domain.name))
    switched = replace(
        rotation.with_moved(former, KeyState.RETIRING, now).with_moved(
            successor.selector, KeyState.SIGNING, now
        ),
        hosts=hosts,
    )
    write(desk.system.folder, switched)
    step = what_next(domain, switched, tuple(hosts))
    return Told(domain.name, (f"all name servers carry it; {step.line}",), moved=True)


def _record_line(domain: Domain, selector: DkimSelector, public: PublicKey) -> str:
    name = record_name(domain.name, selector.selector)
    return f"  {name}. TXT {quoted(key_text(selector, public))}"
