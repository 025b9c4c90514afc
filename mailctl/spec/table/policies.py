"""policies: the settings that a domain or a user may take by name, or a domain say itself."""

from __future__ import annotations

from mailctl.model.settings import DkimSelector, Dmarc, KeyKind, Spf, Subaddress, SubaddressFolders
from mailctl.spec import texts
from mailctl.spec.kinds import Choice, Count, Either, Key, ListOf, Record, Size, Text, choice_of
from mailctl.spec.names import address

MOST_QUOTA = 1 << 50

_DKIM, _SPF, _DMARC, _SUBADDRESS = DkimSelector(), Spf(), Dmarc(), Subaddress()


def _words(*words: str) -> Choice:
    return Choice({word: word for word in words})


ADDRESS = Text("an address", address)

QUOTA = Key(Size(1, MOST_QUOTA, optional=True), "what a mailbox may hold", "none", "5G")

DKIM = Record(
    "dkim",
    {
        "selector": Key(Text("a selector", texts.selector), "the key's name in DNS",
                        _DKIM.selector, "s2026"),
        "key": Key(choice_of(KeyKind), "the kind of key that is made", _DKIM.key.value),
        "hashes": Key(Text("hash algorithms", texts.hashes),
                      "the `h=` tag of the record, word for word", "left out", "sha256"),
    },
)  # fmt: skip

SPF = Record(
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

DMARC = Record(
    "dmarc",
    {
        "policy": Key(_words("none", "quarantine", "reject"),
                      "what receivers do with mail that fails", _DMARC.policy),
        "subdomain_policy": Key(_words("none", "quarantine", "reject"),
                                "the same for subdomains", "as policy"),
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

SETTINGS = {
    "quota": QUOTA,
    "dkim": Key(Either("a mapping, a list of mappings, or none",
                       text=Choice({"none": ()}), list=ListOf(DKIM, least=1), mapping=DKIM),
                "the keys that sign its mail; the first of a list signs, the others are only "
                "published", "one key s1, rsa-2048", "{selector: s2026}"),
    "spf": Key(SPF, "who may send for it (RFC 7208)", "its MX hosts, nobody else",
               "{all: softfail}"),
    "dmarc": Key(DMARC, "what receivers do with forged mail (RFC 9989)", "quarantine",
                 "{policy: reject, reports: postmaster@example.org}"),
    "subaddress": Key(SUBADDRESS, "user+detail@domain (RFC 5233)", "see below",
                      '{delimiter: "-", folders: existing}'),
}  # fmt: skip

POLICY = Record("a policy", SETTINGS)
POLICY_NAME = Text("the name of a policy", texts.name)
