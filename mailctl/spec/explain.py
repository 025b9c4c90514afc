"""Where each setting of a domain or a user comes from: a place in the spec, or built in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from mailctl.errors import MailctlError, SpecPath
from mailctl.model.names import Address, DomainName
from mailctl.model.settings import (
    DkimRotation,
    DkimSelector,
    Dmarc,
    MailPolicy,
    MtaSts,
    Spf,
    Subaddress,
)
from mailctl.spec.duration import written
from mailctl.spec.inherit import Found, Layer, look_up
from mailctl.spec.load import Loaded
from mailctl.spec.names import address, domain_name
from mailctl.spec.problems import Refused
from mailctl.spec.suggest import did_you_mean

BUILT_IN = "built-in"

_DEFAULTS: dict[str, Any] = {
    "dkim": DkimSelector(),
    "dkim_rotation": DkimRotation(),
    "spf": Spf(),
    "dmarc": Dmarc(),
    "subaddress": Subaddress(),
    "mta_sts": MtaSts(),
}
_PLAIN = ("tls_reports", "discovery", "server_name", "ignore")
_SWITCHED_OFF = ("mta_sts",)
"""Mappings that do not hold until somebody says them."""
_NOT_SAID_IN_A_SPEC = frozenset({"state"})


@dataclass(frozen=True, slots=True)
class Explained:
    """A setting, its value as text, and where it was said (`file:line:column` or built-in)."""

    setting: str
    value: str
    origin: str


def explain(loaded: Loaded, name: str) -> tuple[Explained, ...]:
    """Every setting that holds for an address or a domain of the spec.

    Raises MailctlError for a name that the spec does not have.
    """
    if "@" in name:
        return _of_address(loaded, name)
    try:
        domain = domain_name(name)
    except Refused as error:
        raise MailctlError(str(error)) from None
    if domain not in loaded.system.domains:
        raise MailctlError(f"the spec has no domain {name}",
                           did_you_mean(name, loaded.system.domains))  # fmt: skip
    return _of_domain(loaded, domain)


def _of_address(loaded: Loaded, name: str) -> tuple[Explained, ...]:
    try:
        wanted = address(name)
    except Refused as error:
        raise MailctlError(str(error)) from None
    system = loaded.system
    for user in system.users.values():
        if wanted == user.address or wanted in user.aliases:
            return _of_user(loaded, user.address, wanted)
    if wanted in system.aliases:
        where: SpecPath = ("aliases", str(wanted))
        return _placed(loaded, [("alias of", _text(system.aliases[wanted]), where)])
    domain = system.domains.get(wanted.domain)
    if domain is not None and domain.catch_all is not None:
        where = ("domains", domain.name, "catch_all")
        return _placed(loaded, [("caught by", str(domain.catch_all), where)])
    raise MailctlError(f"nobody has the address {wanted}",
                       did_you_mean(str(wanted), map(str, _near(loaded, wanted))))  # fmt: skip


def _near(loaded: Loaded, wanted: Address) -> Iterable[Address]:
    everybody = (*loaded.system.users, *loaded.system.aliases)
    here = [known for known in everybody if known.domain == wanted.domain]
    return (here or everybody)[:2000]


def _of_user(loaded: Loaded, user: Address, wanted: Address) -> tuple[Explained, ...]:
    rows: list[tuple[str, str, SpecPath | None]] = [("user", str(user), ("users", str(user)))]
    if wanted != user:
        index = loaded.system.users[user].aliases.index(wanted)
        rows.append(("alias", str(wanted), ("users", str(user), "aliases", index)))
    own: SpecPath = ("users", str(user), "quota")
    if loaded.locator.exists(own):
        rows.append(("quota", _text(loaded.system.users[user].quota), own))
    else:
        rows += _rows("quota", loaded.record.user_layers(user))
    for name in (*_DEFAULTS, *_PLAIN):
        rows += _rows(name, loaded.record.domain_layers(user.domain))
    return _placed(loaded, rows)


def _of_domain(loaded: Loaded, name: DomainName) -> tuple[Explained, ...]:
    domain = loaded.system.domains[name]
    given = loaded.record.domains[name]
    rows: list[tuple[str, str, SpecPath | None]] = [("domain", name, ("domains", name))]
    for key, value in (
        ("host", domain.store),
        ("mx", _text(domain.mx)),
        ("catch_all", _text(domain.catch_all)),
        ("parked", _text(domain.parked)),
    ):
        rows.append((key, value, ("domains", name, key) if key in given else None))
    for key in ("quota", *_DEFAULTS, *_PLAIN):
        rows += _rows(key, loaded.record.domain_layers(name))
    return _placed(loaded, rows)


def _rows(name: str, layers: Sequence[Layer]) -> list[tuple[str, str, SpecPath | None]]:
    """A setting, or each of its fields."""
    found = look_up(layers, name)
    if isinstance(found, Found):
        return [(name, _text(found.value), found.where)]
    default = _DEFAULTS.get(name)
    if default is None or (found is None and name in _SWITCHED_OFF):
        return [(name, _text(getattr(MailPolicy(), name)), None)]
    said = found or {}
    return [
        (
            f"{name}.{field.name}",
            _field(said[field.name].value if field.name in said else getattr(default, field.name)),
            said[field.name].where if field.name in said else None,
        )
        for field in fields(default)
        if field.name not in _NOT_SAID_IN_A_SPEC
    ]


def _placed(
    loaded: Loaded, rows: Sequence[tuple[str, str, SpecPath | None]]
) -> tuple[Explained, ...]:
    """Rows with their origins found in one walk."""
    places = loaded.locator.find((where, False) for _, _, where in rows if where is not None)
    return tuple(
        Explained(name, value, BUILT_IN if where is None else str(places[where, False]))
        for name, value, where in rows
    )


def _field(value: object) -> str:
    """The same within a mapping, where `none` would be read as DMARC's policy of that name."""
    return "left out" if value in ("", ()) else _text(value)


def _text(value: object) -> str:
    """A value as the explanation prints it."""
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return written(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Address):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_text(item)}" for name, item in value.items()) + "}"
    if is_dataclass(value):
        return str(value)
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return str(value)
