"""Back to a generation on a host of NixOS: its module, its secrets, and the system of then."""

from __future__ import annotations

from collections.abc import Iterable

from mailctl.deploy.generations import Way
from mailctl.deploy.nixos.delivery import duties
from mailctl.deploy.nixos.look import CHANGING
from mailctl.deploy.orders import orders_text
from mailctl.model.platform import PLATFORMS

PARTS = (*CHANGING, "nixos/rollback")
PATIENCE = 2 * 3600
"""Seconds of silence; where others have built a system since, it is built again."""
NIXOS = next(platform.os_id for platform in PLATFORMS.values() if platform.is_nixos)


def is_nixos(way: Way) -> bool:
    """Whether the host says so itself: a rollback needs no spec."""
    return way.system[0] == NIXOS


def orders(way: Way) -> bytes:
    """What the agent is told; the host's name is asked of nobody, for the module was built."""
    number, digest = way.base
    return orders_text((f"base\t{number}\t{digest}\t{way.to}", *_duties(way), *_told(way)))


def _duties(way: Way) -> Iterable[str]:
    return duties(way.wanted) if way.wanted is not None else ()


def _told(way: Way) -> Iterable[str]:
    """Whoever reads secrets; a reload is harmless."""
    services = way.wanted.services if way.wanted is not None else ()
    return (f"tell\t{service.unit}" for service in services)
