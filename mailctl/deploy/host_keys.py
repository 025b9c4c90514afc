"""Whether a host is the one that we mean: its key, before anything is said to it.

The spec's own `host_key` decides alone where there is one; else known_hosts, by a line with the
key, or with the authority that signed the host's certificate.
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from pathlib import Path
from shlex import join, quote
from typing import TYPE_CHECKING

from mailctl.deploy.hop import Hop
from mailctl.deploy.host_certificate import HostCertificate, fault, read
from mailctl.deploy.key_files import CERTIFICATE
from mailctl.deploy.known_hosts import KnownHosts, KnownKey, fingerprint, label, user_file
from mailctl.errors import HostKeyChanged, HostKeyUnknown

if TYPE_CHECKING:
    import paramiko

_RSA = "ssh-rsa"
_RSA_SIGNATURES = frozenset({"rsa-sha2-512", "rsa-sha2-256"})


@dataclass(frozen=True, slots=True)
class Expected:
    """What a host may show. `names` are those that it is known by, `files` where from."""

    hop: Hop
    address: str
    names: tuple[str, ...]
    known: tuple[KnownKey, ...]
    files: tuple[Path, ...]

    @classmethod
    def of(cls, hop: Hop, address: str, known_hosts: KnownHosts) -> Expected:
        """Look up a hop that was dialled at an address."""
        files = known_hosts.usual_files() if hop.known_hosts is None else hop.known_hosts
        # a line for the address counts as well as one for the name: whoever wrote it meant this
        names = (hop.label,) if hop.label else tuple(dict.fromkeys((hop.addresses[0], address)))
        if hop.host_key:
            return cls(hop, address, names, (), files)
        known = [key for name in names for key in known_hosts.keys(files, _shown(hop, name))]
        if hop.port != 22 and not hop.label:
            # an authority is named by patterns of names, and those have no port
            bare = (key for name in names for key in known_hosts.keys(files, name.lower()))
            known += [key for key in bare if key.authority]
        return cls(hop, address, names, tuple(known), files)

    def prefer(self, transport: paramiko.Transport) -> None:
        """Ask for a key of a kind that we know of the host, as ssh(1) does; it may have several."""
        options = transport.get_security_options()
        offered = tuple(options.key_types)
        kinds = {key.algorithm for key in self.known if not key.authority}
        kinds |= {pin.split()[0] for pin in self.hop.host_key if " " in pin}
        if _RSA in kinds:
            kinds |= _RSA_SIGNATURES
        first = [kind for kind in offered if kind in kinds]
        if any(key.authority for key in self.known):
            first[:0] = [f"{kind}{CERTIFICATE}" for kind in offered]
        options.key_types = (*first, *(kind for kind in offered if kind not in first))

    def verify(self, shown: paramiko.PKey) -> None:
        """Raise unless the key is expected; unknown and changed are two different things."""
        if self.hop.host_key:
            self._verify_pinned(shown)
            return
        certificate = _certificate(shown)
        self._refuse_revoked(shown, certificate)
        blob = shown.asbytes()
        plain = [key for key in self.known if not (key.authority or key.revoked)]
        if any(key.blob == blob for key in plain):
            return
        doubt = self._doubt(certificate)
        if doubt is None:
            return
        if plain:
            raise self._changed(shown, plain)
        raise self._unknown(shown, doubt)

    def _refuse_revoked(self, shown: paramiko.PKey, certificate: HostCertificate | None) -> None:
        blobs = {shown.asbytes(), certificate.authority if certificate else b""}
        for key in self.known:
            if key.revoked and key.blob in blobs:
                whose = "key" if key.blob == shown.asbytes() else "key's authority"
                raise HostKeyChanged(
                    self.hop.name,
                    f"the host {whose} of {self.address} ({_print(shown)}) is revoked in "
                    f"{key.file}:{key.line}",
                    "give the host a new key",
                )

    def _doubt(self, certificate: HostCertificate | None) -> str | None:
        """Why no authority vouches for the key, None when one does; empty where none is known."""
        if not any(key.authority for key in self.known):
            return ""
        if certificate is None:
            return " (it shows no certificate of the authority in known_hosts)"
        why = fault(certificate, self.names, self.known, time.time())
        return f" (its certificate does not count: {why})" if why else None

    def _verify_pinned(self, shown: paramiko.PKey) -> None:
        expected = [_fingerprint(pin) for pin in self.hop.host_key]
        if fingerprint(shown.asbytes()) in expected:
            return
        raise HostKeyChanged(
            self.hop.name,
            f"the host key of {self.address} is {_print(shown)}, but the spec's "
            f"`ssh: {{host_key: ...}}` says {' or '.join(expected)}",
            "somebody may be in between; if the host was made anew, write its new key there",
        )

    def _changed(self, shown: paramiko.PKey, known: list[KnownKey]) -> HostKeyChanged:
        # of the same kind, if there is one
        former = min(known, key=lambda key: key.algorithm != shown.get_name())
        return HostKeyChanged(
            self.hop.name,
            f"the host key of {self.address} ({_print(shown)}) is not the one in "
            f"{former.file}:{former.line} ({former.algorithm} {fingerprint(former.blob)})",
            "somebody may be in between; if the host was made anew, remove the old key: "
            f"{join(('ssh-keygen', '-f', str(former.file), '-R', former.name))}",
        )

    def _unknown(self, shown: paramiko.PKey, doubt: str) -> HostKeyUnknown:
        # the line itself: what ssh-keyscan would fetch now need not be what was shown
        line = f"{_shown(self.hop, self.names[-1])} {shown.get_name()} {shown.get_base64()}"
        file = str((*self.files, user_file())[0])
        return HostKeyUnknown(
            self.hop.name,
            f"the host key of {self.address} is unknown{doubt}: {_print(shown)}",
            "if that is the fingerprint that the host's console shows, accept it: "
            f"{join(('echo', line))} >> {quote(file)}",
        )


def _certificate(shown: paramiko.PKey) -> HostCertificate | None:
    certificate = getattr(shown, "public_blob", None)
    return read(certificate.key_blob) if certificate is not None else None


def _shown(hop: Hop, name: str) -> str:
    """The name in known_hosts; HostKeyAlias stands there without a port."""
    return name.lower() if hop.label else label(name, hop.port)


def _print(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {fingerprint(key.asbytes())}"


def _fingerprint(pin: str) -> str:
    """Of a key in the spec, which says it in either form."""
    return pin if pin.startswith("SHA256:") else fingerprint(base64.b64decode(pin.split()[1]))
