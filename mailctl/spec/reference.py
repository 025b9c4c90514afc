"""The reference of all keys, as Markdown, made from the table: a part of docs/spec.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mailctl.spec.kinds import Kind
from mailctl.spec.shapes import Either, Key, ListOf, Named, Record
from mailctl.spec.table.acme import ACME, DNS, TSIG_KEY
from mailctl.spec.table.file import FILE_KEYS, SECTIONS
from mailctl.spec.table.hosts import CERTIFICATE
from mailctl.spec.table.policies import SETTINGS

BEGIN = "<!-- made by `python -m mailctl.spec.reference` from mailctl/spec/table; do not edit -->"
END = "<!-- end of what is made -->"


def updated(document: str) -> str:
    """A document with its generated part replaced."""
    return with_part(document, BEGIN, _lines())


def with_part(document: str, begin: str, lines: Iterable[str]) -> str:
    """A document in which these lines stand between the marker `begin` and the next END."""
    head, _, rest = document.partition(begin)
    tail = rest.partition(END + "\n")[2]
    part = "\n".join((begin, "", *lines, END)) + "\n"
    return f"{head}{part}{tail}"


def _lines() -> Iterator[str]:
    yield from _table("A spec file", FILE_KEYS)
    for section, named in SECTIONS.items():
        if isinstance(named.item, Record):
            keys = dict(named.item.keys)
            if section == "domains":
                keys = {name: key for name, key in keys.items() if name not in SETTINGS}
            yield from _table(f"{section}: NAME:", keys)
            if section == "domains":
                yield "A domain may also say every key of a policy itself."
                yield ""
            for name, key in keys.items():
                yield from _inner(f"{section}: NAME: {name}:", key.kind)
        else:
            yield f"### `{section}:`"
            yield ""
            yield f"Each key is {named.name.words}, each value {_kind(named.item)}."
            yield ""


def _inner(title: str, kind: Kind) -> Iterator[str]:
    """The tables of the mappings below a key."""
    record = kind.mapping if isinstance(kind, Either) else kind
    if title.endswith(" tls:"):
        yield from _table(f"{title} acme:", ACME.keys)
        yield from _table(f"{title} acme: dns:", DNS.keys)
        yield from _table(f"{title} acme: dns: tsig_key:", TSIG_KEY.keys)
        record = CERTIFICATE
    if not isinstance(record, Record) or (title.startswith("users") and title.endswith("quota:")):
        return
    if title.startswith("domains") and title.endswith("sieve:"):
        return  # as at a host
    yield from _table(title, record.keys)


def _table(title: str, keys: Mapping[str, Key]) -> Iterator[str]:
    yield f"### `{title}`" if title[0].islower() else f"### {title}"
    yield ""
    yield "| key | value | meaning | when left out | example |"
    yield "|---|---|---|---|---|"
    for name, key in keys.items():
        default = "**required**" if key.required else key.default or "-"
        example = f"`{key.example}`" if key.example else ""
        cells = (f"`{name}`", _kind(key.kind), key.doc, default, example)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def _kind(kind: Kind) -> str:
    if isinstance(kind, Record | Named):
        return "a mapping"
    if isinstance(kind, ListOf) and isinstance(kind.item, Record):
        return "a list of mappings"
    return kind.words


def main() -> None:
    """Bring docs/spec.md up to date."""
    from mailctl import resources

    path = resources.folder("schemas").parent / "docs" / "spec.md"
    path.write_text(updated(path.read_text()))


if __name__ == "__main__":
    main()
