"""The certification authority of a rehearsal: Pebble, on the foreign host, in the place of the one
that the spec names.

The spec is rehearsed as it is: the authority's own name leads to the foreign host, where nginx
shows a certificate for it that the throwaway hosts trust, and hands on to Pebble.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from mailctl.dns.record import Record
from mailctl.dns.zones import Zones
from mailctl.model.host import Acme
from mailctl.model.system import System
from mailctl.rehearsal import system
from mailctl.rehearsal.network import IpAddress
from mailctl.rehearsal.web_key import WebKey, make_web_key
from mailctl.render.environment import render

ROOTS_PORT = 15000
"""Where Pebble shows the roots of what it issues, at /roots/0."""

_PEBBLE_PORT = 14000
_PEBBLE = "/etc/pebble"


@dataclass(frozen=True, slots=True)
class Directory:
    """An ACME directory of the spec: where it seems to be."""

    host: str
    port: int
    path: str


def directories(spec: System) -> tuple[Directory, ...]:
    """All that hosts of the spec ask, each once."""
    urls = {host.tls.directory for host in spec.hosts.values() if isinstance(host.tls, Acme)}
    return tuple(map(_directory, sorted(urls)))


def _directory(url: str) -> Directory:
    parts = urlsplit(url)
    return Directory(parts.hostname or "", parts.port or 443, parts.path or "/")


def authority_records(
    spec: System, places: Iterable[IpAddress], known: Iterable[str]
) -> Iterator[Record]:
    """The authority's names lead to the foreign host; `known` are names that lead somewhere."""
    zones, addresses = Zones(spec), tuple(places)
    for name in sorted({one.host for one in directories(spec)} - set(known)):
        for address in addresses:
            kind = "A" if address.version == 4 else "AAAA"
            yield zones.record(name, kind, str(address), "the certification authority")


@dataclass(frozen=True, slots=True)
class Authority:
    """Its name on the web, and who vouches for it."""

    places: tuple[Directory, ...]
    web: WebKey

    @classmethod
    def make(cls, spec: System) -> Authority | None:
        """None where no host of the spec asks an authority."""
        places = directories(spec)
        return cls(places, make_web_key({one.host for one in places})) if places else None

    def lay(self, root: Path, name_server: IpAddress) -> None:
        """Into the file system of the foreign host, which is not running yet; it asks this name
        server where the names are that it is to vouch for."""
        folder = root / _PEBBLE.lstrip("/")
        folder.mkdir()
        (folder / "pebble.json").write_text(_pebble_json())
        (folder / "web.pem").touch(mode=0o600)
        (folder / "web.pem").write_bytes(self.web.key + self.web.certificate)
        (root / "etc/systemd/system/pebble.service").write_bytes(
            render("rehearsal/pebble.service", {}, folder=_PEBBLE, name_server=name_server)
        )
        system.enable(root, "/etc/systemd/system/pebble.service")
        system.enable(root, "/usr/lib/systemd/system/nginx.service")
        (root / "etc/nginx/nginx.conf").write_bytes(
            render(
                "rehearsal/nginx.conf", {}, folder=_PEBBLE, places=self.places, pebble=_PEBBLE_PORT
            )
        )


def roots(address: str) -> str:
    """What Pebble's certificates lead up to, as PEM; it is another one at each start. The caller
    stands in the network of the hosts. Raises OSError where it does not answer."""
    unchecked = ssl._create_unverified_context()  # noqa: S323 - its name is localhost
    url = f"https://{address}:{ROOTS_PORT}/roots/0"
    with urlopen(url, timeout=10, context=unchecked) as answer:
        return bytes(answer.read()).decode()


def _pebble_json() -> str:
    """Pebble validates on the ports that the world uses."""
    return json.dumps(
        {
            "pebble": {
                "listenAddress": f"127.0.0.1:{_PEBBLE_PORT}",
                "managementListenAddress": f"0.0.0.0:{ROOTS_PORT}",
                "certificate": f"{_PEBBLE}/web.pem",
                "privateKey": f"{_PEBBLE}/web.pem",
                "httpPort": 80,
                "tlsPort": 443,
                "ocspResponderURL": "",
                "externalAccountBindingRequired": False,
            }
        }
    )
