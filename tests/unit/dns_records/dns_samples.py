"""Records to be written and read back: those of the examples, and a set made by hand that
breaks a careless format, with every type and with texts that mean something elsewhere."""

from __future__ import annotations

from pathlib import Path

from dns_building import some_keys

from mailctl.dns.record import Record
from mailctl.dns.records import records
from mailctl.spec.load import examine

_FOLDER = Path(__file__).parents[3] / "examples"
EXAMPLES = sorted(path.parent.name for path in _FOLDER.glob("*/mail.yaml"))
SAMPLES = (*EXAMPLES, "hostile")

LABEL = "l" * 63
REASON = "a*/ b\"'\\ ${x} %{y} </script> `z` # ; --\nD()\r\nend\u2028x\u2029y\x85z\0\x07\x7f ü"
"""Why a record is there, trying to leave its comment in every grammar."""

PLAIN_TEXTS = (
    "",
    " ",
    "'",
    'say "hi"',
    '"',
    '"quoted"',
    '"open',
    "back\\slash\\",
    "a;b ; c;",
    "${x} $${x} $$${x} $ {x} $",
    "%{if y} %%{y} % { %",
    "</script> */ /* // # <!--",
    "{name} {0} {{ jinja }} {% raw %}",
    "tab\there\x01\x7f",
    "yes",
    "1e3",
    "null",
    " lead and trail ",
    "- : ? & * ! | > %",
    "x" * 255,
    "x" * 256,
    "y" * 510,
    "z" * 2048,
    "v" * 254 + '"',
    "w" * 254 + '""',
    "b" * 255 + "\\",
    "s" * 250 + ";" * 12,
)
"""Texts that every format holds."""

WILD_TEXTS = (
    "grüße \u2028 \u2029 \u0085 \U0001f4ec",
    "x" * 254 + "ü" + "y" * 300,
    "ü" * 128,
    'seam" "seam',
    "escaped\\;",
)
"""Texts that octoDNS does not take."""

_ZONE = "hostile.example"
_DIGEST = "0123456789abcdef" * 4
_TYPES = (
    (_ZONE, "A", "203.0.113.9", 300),
    (_ZONE, "A", "203.0.113.10", 900),
    (_ZONE, "AAAA", "2001:db8::9", 3600),
    (_ZONE, "MX", "10 mail.hostile.example.", 3600),
    (_ZONE, "MX", "20 mx2.elsewhere.example.", 3600),
    (_ZONE, "CAA", '0 issue "letsencrypt.org"', 3600),
    (_ZONE, "CAA", '0 issue "ca.example; validationmethods=dns-01"', 3600),
    (_ZONE, "CAA", '128 iodef "mailto:x@hostile.example"', 3600),
    (_ZONE, "CAA", '0 issuewild ";"', 3600),
    (f"parked.{_ZONE}", "MX", "0 .", 3600),
    (f"alias.{_ZONE}", "CNAME", "mail.hostile.example.", 60),
    (f"_imaps._tcp.{_ZONE}", "SRV", "0 1 993 mail.hostile.example.", 3600),
    (f"_imaps._tcp.{_ZONE}", "SRV", "10 1 993 mx2.elsewhere.example.", 3600),
    (f"_imap._tcp.{_ZONE}", "SRV", "0 0 0 .", 3600),
    (f"_25._tcp.mail.{_ZONE}", "TLSA", f"3 1 1 {_DIGEST}", 3600),
    (f"_25._tcp.mail.{_ZONE}", "TLSA", f"3 1 1 {_DIGEST[::-1]}", 3600),
    (f"*._domainkey.{_ZONE}", "TXT", "v=DKIM1; p=", 3600),
    (f"{LABEL}.{LABEL}.{_ZONE}", "TXT", "long name", 3600),
    (f"a-b.{_ZONE}", "TXT", "dash", 3600),
    (f"a.b.{_ZONE}", "TXT", "dot", 3600),
    (f"a_b.{_ZONE}", "TXT", "underscore", 3600),
    (f"{_ZONE}.{_ZONE}", "TXT", "the zone again", 3600),
    (f"h2.{_ZONE}", "A", "203.0.113.2", 3600),
    (f"h12.{_ZONE}", "A", "203.0.113.12", 3600),
    (f"12.{_ZONE}", "A", "203.0.113.12", 3600),
)


def example(name: str) -> tuple[Record, ...]:
    """The records of an example, with keys that are always the same."""
    system = examine(_FOLDER / name / "mail.yaml").system
    return records(system, some_keys(system))


def sample(name: str, texts: tuple[str, ...] = PLAIN_TEXTS + WILD_TEXTS) -> tuple[Record, ...]:
    """One of SAMPLES."""
    return hostile(texts) if name == "hostile" else example(name)


def hostile(texts: tuple[str, ...]) -> tuple[Record, ...]:
    """Every type, the texts each at a name of its own and all together at the apex, and a zone
    of somebody else."""
    own = [
        *_TYPES,
        *((f"t{place}.{_ZONE}", "TXT", text, 3600) for place, text in enumerate(texts)),
        *((_ZONE, "TXT", text, 3600) for text in texts),
    ]
    made = [Record(name, kind, data, _ZONE, REASON, ttl) for name, kind, data, ttl in own]
    reverse = "113.0.203.in-addr.arpa"
    pointer = Record(
        f"9.{reverse}", "PTR", "mail.hostile.example.", reverse, REASON, 3600, foreign=True
    )
    return (*made, pointer)


Read = set[tuple[str, str, int, str]]
"""What a reader found: name, type, TTL, data."""


def expected(found: tuple[Record, ...]) -> Read:
    """The same of records; the TTL is the shortest of those with its name and type."""
    shortest: dict[tuple[str, str], int] = {}
    for r in found:
        key = (r.name, r.type)
        shortest[key] = min(r.ttl, shortest.get(key, r.ttl))
    return {(r.name, r.type, shortest[r.name, r.type], r.data) for r in found}
