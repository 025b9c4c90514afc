"""policies: the settings that a domain or a user may take by name, or a domain say itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mailctl.model.settings import (
    DkimRotation,
    DkimSelector,
    Dmarc,
    KeyKind,
    MtaSts,
    Spf,
    Subaddress,
    SubaddressFolders,
)
from mailctl.spec import texts
from mailctl.spec.duration import Duration, written
from mailctl.spec.kinds import Choice, Count, Flag, Size, Text, choice_of
from mailctl.spec.names import address, domain_name
from mailctl.spec.problems import Problem, Refused, refuse
from mailctl.spec.shapes import Either, Key, ListOf, Record
from mailctl.spec.table.ignore import IGNORE

MOST_QUOTA = 1 << 50
KEY_PATTERN = f"^({'|'.join(kind.value for kind in KeyKind)})$"
_LEAST_BITS = 1024

_DKIM, _SPF, _DMARC, _SUBADDRESS = DkimSelector(), Spf(), Dmarc(), Subaddress()
_MTA_STS = MtaSts()
_ROTATION = DkimRotation()
_LEAST_SPAN, _MOST_SPAN = timedelta(days=1), timedelta(days=3650)
_LONGEST_POLICY = timedelta(days=365)


def _words(*words: str) -> Choice:
    return Choice({word: word for word in words})


def _key_kind(text: str) -> KeyKind:
    """A kind of key; RSA keys that no verifier takes are refused by their size (RFC 8301, 3.2)."""
    bits = text.removeprefix("rsa-")
    if bits != text and bits.isdigit() and len(bits) < 4 and int(bits) < _LEAST_BITS:
        raise refuse("dkim-key-size", f"{bits} bits are fewer than the {_LEAST_BITS} that are "
                     "needed", "write `key: rsa-2048`")  # fmt: skip
    kind: KeyKind = choice_of(KeyKind).read(text)
    return kind


class _Selectors(ListOf):
    """Several keys, each with a name of its own."""

    def read(self, value: object) -> tuple[Any, ...]:
        keys = super().read(value)
        names = [key.get("selector", _DKIM.selector) for key in keys]
        twice = [index for index, name in enumerate(names) if name in names[:index]]
        if twice:
            raise Refused(
                *(
                    Problem("duplicate-selector", f"{names[index]} is the selector of two keys",
                            "give each key a selector of its own", (index,))
                    for index in twice
                )
            )  # fmt: skip
        return keys


class _RecordOrKeys(Record):
    """A whole record, or its parts; not both."""

    def read(self, value: object) -> dict[str, Any]:
        given = super().read(value)
        if "record" in given and len(given) > 1:
            others = ", ".join(f"`{key}:`" for key in given if key != "record")
            raise refuse("record-and-keys", f"`record:` is the whole, {others} would be lost",
                         "write the one or the other")  # fmt: skip
        return given


ADDRESS = Text("an address", address)

QUOTA = Key(Size(1, MOST_QUOTA, optional=True), "what a mailbox may hold", "none", "5G")

DKIM = Record(
    "dkim",
    {
        "selector": Key(Text("a selector", texts.selector), "the key's name in DNS",
                        _DKIM.selector, "s2026"),
        "key": Key(Text(choice_of(KeyKind).words, _key_kind, KEY_PATTERN),
                   "the kind of key that is made", _DKIM.key.value),
        "hashes": Key(Text("hash algorithms", texts.hashes),
                      "the `h=` tag of the record, word for word", "left out", "sha256"),
    },
)  # fmt: skip

DKIM_ROTATION = Record(
    "dkim_rotation",
    {
        "every": Key(Duration(_LEAST_SPAN, _MOST_SPAN, optional=True),
                     "how old the signing key becomes before `mailctl dkim status` asks for "
                     "another", written(_ROTATION.every or _MOST_SPAN), "26w"),
        "grace": Key(Duration(_LEAST_SPAN, _MOST_SPAN),
                     "how long the former key stays in DNS, and then its revocation",
                     written(_ROTATION.grace)),
    },
)  # fmt: skip

SPF = _RecordOrKeys(
    "spf",
    {
        "all": Key(_words("fail", "softfail", "neutral"),
                   "what receivers do with mail from elsewhere", _SPF.all),
        "include": Key(ListOf(Text("a domain name", texts.dns_name), single=True),
                       "domains whose senders may send for this one", "none",
                       "[_spf.example.com]"),
        "record": Key(Text("an SPF record", texts.spf_record),
                      "the whole record, word for word, instead of the keys above", "none",
                      '"v=spf1 mx -all"'),
    },
)  # fmt: skip

DMARC = _RecordOrKeys(
    "dmarc",
    {
        "policy": Key(_words("none", "quarantine", "reject"),
                      "what receivers do with mail that fails", _DMARC.policy),
        "subdomain_policy": Key(_words("none", "quarantine", "reject"),
                                "the same for subdomains", "as policy"),
        "nonexistent_policy": Key(_words("none", "quarantine", "reject"),
                                  "the same for subdomains that are not in DNS (np)",
                                  "as subdomain_policy"),
        "testing": Key(Flag(), "receivers shall apply each policy one step more gently: reject as "
                       "quarantine, quarantine as none (t=y)", "false"),
        "dkim_alignment": Key(_words("relaxed", "strict"),
                              "whether the signing domain must be the very same",
                              _DMARC.dkim_alignment),
        "spf_alignment": Key(_words("relaxed", "strict"),
                             "whether the envelope's domain must be the very same",
                             _DMARC.spf_alignment),
        "reports": Key(ListOf(ADDRESS, single=True), "who gets aggregate reports (rua)", "nobody",
                       "postmaster@example.org"),
        "failure_reports": Key(ListOf(ADDRESS, single=True), "who gets failure reports (ruf)",
                               "nobody"),
        "record": Key(Text("a DMARC record", texts.dmarc_record),
                      "the whole record, word for word, instead of the keys above", "none",
                      '"v=DMARC1; p=reject"'),
    },
)  # fmt: skip

SUBADDRESS = Record(
    "subaddress",
    {
        "delimiter": Key(Text("a delimiter", texts.delimiter),
                         "what stands between user and detail, one of "
                         f"`{' '.join(texts.DELIMITERS)}`", _SUBADDRESS.delimiter),
        "folders": Key(choice_of(SubaddressFolders),
                       "mail to user+detail: make the folder INBOX.detail, use it where it "
                       "exists, or leave the mail in INBOX", _SUBADDRESS.folders.value),
        "limit": Key(Count(1, 1000), "how many folders a mailbox gets that way",
                     str(_SUBADDRESS.limit)),
    },
)  # fmt: skip

MTA_STS = Record(
    "mta_sts",
    {
        "mode": Key(_words("testing", "enforce", "none"),
                    "whether senders report faults of our TLS, or keep the mail; none takes "
                    "back a policy that they remember", _MTA_STS.mode),
        "max_age": Key(Duration(_LEAST_SPAN, _LONGEST_POLICY),
                       "how long senders remember the policy", written(_MTA_STS.max_age), "30d"),
    },
)  # fmt: skip

SETTINGS = {
    "quota": QUOTA,
    "dkim": Key(Either("a mapping, a list of mappings, or none",
                       text=Choice({"none": ()}), list=_Selectors(DKIM, least=1), mapping=DKIM),
                "the keys that sign its mail; the first of a list signs, the others are only "
                "published", "one key s1, rsa-2048", "{selector: s2026}"),
    "dkim_rotation": Key(DKIM_ROTATION, "when the signing key is replaced by `mailctl dkim rotate`",
                         "see below", "{every: 26w}"),
    "spf": Key(SPF, "who may send for it (RFC 7208)", "its MX hosts, nobody else",
               "{all: softfail}"),
    "dmarc": Key(DMARC, "what receivers do with forged mail (RFC 9989)", "quarantine",
                 "{policy: reject, reports: postmaster@example.org}"),
    "subaddress": Key(SUBADDRESS, "user+detail@domain (RFC 5233)", "see below",
                      '{delimiter: "-", folders: existing}'),
    "tls_reports": Key(ListOf(ADDRESS, single=True),
                       "who gets reports of TLS that failed on the way to us (RFC 8460)",
                       "nobody", "postmaster@example.org"),
    "mta_sts": Key(Either("a mapping, or none", text=Choice({"none": None}), mapping=MTA_STS),
                   "senders insist on TLS with a valid certificate (RFC 8461); "
                   "`mailctl build` writes the policy, which you serve over HTTPS", "none",
                   "{mode: testing}"),
    "discovery": Key(Flag(), "SRV records that tell mail clients where the users log in "
                     "(RFC 6186, RFC 8314)", "true"),
    "server_name": Key(ListOf(Text("a domain name", domain_name), single=True),
                       "the name under which its mail clients are told to log in, one of their "
                       "host's `names`; where they send by another host than they read at, a name "
                       "of each", "the fqdn", "mail.customer.example"),
    "ignore": IGNORE,
}  # fmt: skip

POLICY = Record("a policy", SETTINGS)
POLICY_NAME = Text("the name of a policy", texts.name)
