"""The grammar of a DMARC record (RFC 9989, 4.7 and 4.8), read as strictly as it is written there.

What receivers make of a fault differs, and so does its severity: a record that does not begin
in v=DMARC1, or says a tag twice, is no record; without a good p, sp and np it counts as p=none,
and without rua besides as no record (4.10.1); any other bad value gives way to its default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailctl.errors import Severity

POLICIES = ("none", "quarantine", "reject")
REMOVED = ("pct", "rf", "ri")
"""RFC 9989, C.5.2."""

_NAME = re.compile(r"[A-Za-z]+")
_FORMS = {
    "p": (re.compile("none|quarantine|reject"), "none, quarantine or reject"),
    "sp": (re.compile("none|quarantine|reject"), "none, quarantine or reject"),
    "np": (re.compile("none|quarantine|reject"), "none, quarantine or reject"),
    "adkim": (re.compile("[rs]"), "r or s"),
    "aspf": (re.compile("[rs]"), "r or s"),
    "psd": (re.compile("[ynu]"), "y, n or u"),
    "t": (re.compile("[yn]"), "y or n"),
    "fo": (re.compile(r"(?!.*([01ds]).*\1)(?!.*0.*1|.*1.*0)[01ds](:[01ds])*"),
           "0 or 1, and d or s, with colons between"),
}  # fmt: skip
_WITHOUT_FORM = frozenset({"v", "rua", "ruf", *REMOVED})
_DECIDING = frozenset({"p", "sp", "np"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a record, under the rule that it breaks."""

    rule: str
    message: str
    hint: str
    severity: Severity = Severity.WARNING


def tags_of(record: str) -> dict[str, str]:
    """The tags of a record, names in lower case; of a repeated one the last."""
    return {name.lower(): value for name, value in _pairs(record) if name}


def faults_of(record: str) -> Iterator[Fault]:
    """Everything in which the text departs from the grammar; report URIs are not looked at."""
    pairs = _pairs(record)
    if pairs[0] != ("v", "DMARC1"):
        yield _error("receivers skip a record whose first tag is not v=DMARC1",
                     "begin with v=DMARC1 and a semicolon")  # fmt: skip
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        yield _error(f"{', '.join(twice)} is here twice, and such a record is none (RFC 6376, 3.2)",
                     "say each tag once")  # fmt: skip
    if pairs[-1] == ("", ""):
        pairs = pairs[:-1]  # one semicolon may end a record
    for name, value in pairs:
        yield from _of_tag(name, value)


def _pairs(record: str) -> list[tuple[str, str]]:
    """What stands between the semicolons; the value of a part without `=` is empty."""
    parts = (part.partition("=") for part in record.split(";"))
    return [(name.strip(), value.strip()) for name, _, value in parts]


def _of_tag(name: str, value: str) -> Iterator[Fault]:
    known = name.lower()
    if not _NAME.fullmatch(name) or not value:
        shown = f"{name}={value}" if value else name
        yield Fault("dmarc-syntax", f"{shown!r} is no tag", "write tags as name=value; ...")
    elif known in _FORMS:
        form, words = _FORMS[known]
        if not form.fullmatch(value.lower()):
            yield _bad_value(known, value, words)
    elif known not in _WITHOUT_FORM:
        yield Fault("dmarc-unknown-tag", f"DMARC has no tag {name}, and receivers skip it",
                    "correct it, or leave it out")  # fmt: skip
    if known != name and (known in _FORMS or known in _WITHOUT_FORM):
        yield Fault("dmarc-syntax", f"names of tags are small letters, and {name} is not known",
                    f"write {known}")  # fmt: skip


def _bad_value(name: str, value: str, words: str) -> Fault:
    said = f"{name}={value}"
    if name in _DECIDING:
        return _error(
            f"{said} makes the whole record count as p=none, and without rua as none",
            f"write {words}",
        )
    return Fault("dmarc-syntax", f"receivers skip {said}", f"write {words}")


def _error(message: str, hint: str) -> Fault:
    return Fault("dmarc-syntax", message, hint, Severity.ERROR)
