"""Which DKIM keys a host signs with now: its live KeyTable, read in one command."""

from __future__ import annotations

from collections.abc import Mapping

from mailctl.deploy.host import Remote
from mailctl.deploy.lines import read_whole
from mailctl.deploy.manifest import Manifest
from mailctl.deploy.script import DEFAULT_ERRAND, Errand, agent
from mailctl.model.names import DomainName
from mailctl.model.places import SECRETS

_KEYS = "opendkim/keys/"


def live_selectors(remote: Remote, errand: Errand = DEFAULT_ERRAND) -> Mapping[DomainName, str]:
    """For each domain that the live generation signs the selector; one exec.

    Raises a HostError when the host cannot be reached or does not say it to its end.
    """
    script = agent(("common", "signing"), b"", errand)
    found = read_whole(remote.name, remote.run(script))
    places = (line.split() for line in found.texts("signs") if not line.startswith("#"))
    # opendkim.conf(5), KeyTable: name, then domain:selector:path
    parts = (place[1].split(":") for place in places if len(place) == 2)
    return {DomainName(part[0]): part[1] for part in parts if len(part) > 1}


def kept_selectors(manifest: Manifest) -> Mapping[DomainName, tuple[str, ...]]:
    """For each domain the selectors whose keys lie in a generation that is known by its
    manifest: that which signs, and perhaps its predecessor's."""
    found: dict[DomainName, tuple[str, ...]] = {}
    for entry in manifest.files:
        if key := key_of(entry.path):
            domain, selector = key
            found[domain] = (*found.get(domain, ()), selector)
    return found


def key_of(path: str) -> tuple[DomainName, str] | None:
    """The domain and the selector whose key lies at a path of a generation, or of NixOS."""
    path = in_generation(path)
    parts = path.removeprefix(_KEYS).removesuffix(".pem").split("/")
    if not path.startswith(_KEYS) or len(parts) != 2:
        return None
    return DomainName(parts[0]), parts[1]


def in_generation(path: str) -> str:
    """What a secret file of a NixOS host would be called in a generation; others as they are."""
    return path.removeprefix(f"{SECRETS}/")
