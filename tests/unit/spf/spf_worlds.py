"""Small DNS for the tests of SPF: names with their records, and nothing else in the world."""

from __future__ import annotations

from collections.abc import Mapping

from mailctl.spf.resolver import FAILED, NODATA, NXDOMAIN, Lookup, found


class World:
    """A resolver over `{name: {type: data}}`; the data may be an answer that is none.

    `asked` are the questions in their order.
    """

    def __init__(self, names: Mapping[str, Mapping[str, tuple[str, ...] | Lookup]]) -> None:
        self._names = {name.lower(): dict(records) for name, records in names.items()}
        self.asked: list[tuple[str, str]] = []

    def lookup(self, name: str, kind: str) -> Lookup:
        self.asked.append((name, kind))
        return self._look_up(name.lower(), kind, 0)

    def _look_up(self, name: str, kind: str, depth: int) -> Lookup:
        if name not in self._names:
            return NXDOMAIN
        records = self._names[name]
        alias = records.get("CNAME")
        if isinstance(alias, tuple) and kind not in records:
            target = alias[0].removesuffix(".").lower()
            return FAILED if depth > 8 else self._look_up(target, kind, depth + 1)
        data = records.get(kind, NODATA)
        return data if isinstance(data, Lookup) else found(*data)


def text(*records: str) -> dict[str, tuple[str, ...]]:
    """A name that has these TXT records."""
    return {"TXT": records}
