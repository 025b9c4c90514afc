"""names: of a host, beside its fqdn: a list, or a mapping from each to files of its certificate.

The list is the short form of a mapping in which no name has files.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.model.host import CertificateFiles, ServerName
from mailctl.spec.kinds import JsonSchema, Kind, Text
from mailctl.spec.names import domain_name
from mailctl.spec.nodes import Scalar
from mailctl.spec.shapes import Either, ListOf, Named

_NAME = Text("a domain name", domain_name)
_LIST = ListOf(_NAME, single=True)


@dataclass(frozen=True, slots=True)
class _Files:
    """The record of a certificate's files; a mapping without keys, or nothing, is none."""

    certificate: Kind
    words: str = "{certificate: ..., key: ...}, or {}"

    def read(self, value: object) -> CertificateFiles | None:
        if value == {} or (isinstance(value, Scalar) and value.value is None):
            return None
        return CertificateFiles(**self.certificate.read(value))

    def schema(self) -> JsonSchema:
        return {"anyOf": [{"type": ["object", "null"], "maxProperties": 0},
                          self.certificate.schema()]}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ServerNames:
    """`certificate` is the record of a certificate's files; reads as ServerNames in their order."""

    certificate: Kind
    words: str = "a list of domain names, or a mapping from each to its certificate's files"

    def read(self, value: object) -> tuple[ServerName, ...]:
        read = self._kind.read(value)
        if not isinstance(read, dict):
            return tuple(ServerName(name, place=index) for index, name in enumerate(read))
        written = value if isinstance(value, dict) else {}
        return tuple(
            ServerName(name, files, place)
            for (name, files), place in zip(read.items(), written, strict=True)
        )

    def schema(self) -> JsonSchema:
        return {"anyOf": [_LIST.schema(), self._mapping.schema()]}

    @property
    def _kind(self) -> Either:
        return Either(self.words, text=_LIST, list=_LIST, mapping=self._mapping)

    @property
    def _mapping(self) -> Named:
        return Named(_NAME, _Files(self.certificate))
