"""Rules on what a domain says in DNS: SPF, DKIM, DMARC, and how mail reaches it encrypted."""

from __future__ import annotations

from mailctl.model.rules.catalogue.rule import errs, firm, warns

SPF = (
    errs("spf-lookups", "receivers stop after 10 DNS lookups and treat the record as broken, so "
         "the domain's own mail fails SPF; from 8 on a warning, for includes have lookups of their "
         "own",
         "RFC 7208, 4.6.4"),
    errs("spf-syntax", "one term that cannot be read breaks the whole record (permerror), and the "
         "domain's own mail fails SPF", "RFC 7208, 4.6"),
    errs("spf-open", "+all lets everybody send in the domain's name, and a record that does not "
         "end in -all or ~all, of which is warned, stops nobody", "RFC 7208, 4.7, 5.1 and 8.2"),
    errs("spf-void-lookups", "receivers stop after two lookups that find nothing and treat the "
          "record as broken", "RFC 7208, 4.6.4"),
    warns("spf-length", "a record over 450 characters may not fit into one UDP answer of 512 "
          "bytes, and receivers that get no other answer find no record", "RFC 7208, 3.4"),
    warns("spf-ptr", "ptr is slow, and matches nobody where the reverse zone does not answer, so "
          "that mail which rests on it fails SPF", "RFC 7208, 5.5"),
    warns("spf-after-all", "receivers never look at what stands behind all, so those hosts fail "
          "SPF", "RFC 7208, 5.1"),
    warns("spf-redirect-with-all", "beside all a redirect is ignored, so the hosts that it names "
          "fail SPF", "RFC 7208, 5.1 and 6.1"),
    errs("spf-include-missing", "an include of a domain without an SPF record breaks the whole "
         "record (permerror), and the domain's own mail fails SPF", "RFC 7208, 5.2"),
    errs("spf-mx-names", "receivers take ten MX names of a domain and treat the record as broken "
         "where there are more", "RFC 7208, 4.6.4"),
    warns("spf-not-followed", "DNS did not say what the include leads to, so the record's lookups "
          "are not known; receivers in that place may put the mail off",
          "RFC 7208, 4.4, 5.2 and 8.6"),
    warns("spf-unknown-modifier", "receivers ignore a modifier that they do not know, so what it "
          "was to do does not happen", "RFC 7208, 6"),
)  # fmt: skip

DKIM = (
    warns("dkim-1024", "1024 bits are the least that verifiers take, and some receivers already "
          "treat such a signature as none", "RFC 8301, 3.2"),
    warns("dkim-hashes", "verifiers skip hashes that are not registered and must not take sha1, "
          "so that a record which names only those voids every signature",
          "RFC 6376, 3.6.1 and 7.7; RFC 8301, 3.1"),
    warns("dkim-large", "the record of a 4096-bit key does not fit into a UDP answer of 512 bytes "
          "and some DNS panels refuse it, so that receivers behind old resolvers find no key",
          "RFC 6376, 3.3.3; RFC 1035, 4.2.1"),
    warns("dkim-ed25519-only", "several large receivers do not verify Ed25519, although they "
          "must, and take mail that is signed by nothing else for unsigned",
          "RFC 8463, 5 and 6"),
    warns("dkim-grace-short", "mail that waits in a queue, of ours or of a forwarder's, comes when "
          "its key is gone, and fails DKIM", "RFC 6376, 6.1.2; RFC 5321, 4.5.4.1"),
    warns("dkim-rotation-base", "the keys that a rotation has made are not published any more, and "
          "mail that they signed fails DKIM", "docs/dns.md, Replacing DKIM keys"),
    firm("dkim-key-size", "verifiers must not take signatures by keys under 1024 bits, so all mail "
         "would count as unsigned", "RFC 8301, 3.2"),
    firm("dkim-algorithm", "OpenDKIM signs by one algorithm on a host and defers all mail whose "
         "key is of the other kind", "opendkim.conf(5), SignatureAlgorithm"),
    firm("duplicate-selector", "a name in DNS can hold one key only, and with two verifiers would "
         "find either", "RFC 6376, 3.6.2.2 and 6.1.2"),
    firm("bad-key", "a signing key that cannot be read leaves the domain's mail unsigned",
         "docs/spec.md, dkim"),
    firm("bad-selector", "a selector that is no name in DNS has no record, and no signature is "
         "ever verified", "RFC 6376, 3.1"),
    firm("bad-hashes", "a record whose h= cannot be read is no key, and no signature is ever "
         "verified", "RFC 6376, 3.6.1 and 6.1.2"),
)  # fmt: skip

DMARC = (
    errs("dmarc-syntax", "receivers skip a record that does not begin in v=DMARC1, take one with a "
         "bad p, sp or np for p=none where it has rua and for no record where it has not, and any "
         "other tag that they cannot read for its default", "RFC 9989, 4.7, 4.8 and 4.10.1"),
    warns("dmarc-unknown-tag", "receivers ignore tags that they do not know, so what a misspelt "
          "one was to say is not said", "RFC 9989, 4.7"),
    warns("dmarc-obsolete-tag", "receivers that follow RFC 9989 ignore pct, rf and ri, and fo "
          "without ruf, so that p holds for all mail at once", "RFC 9989, 4.7, A.6 and C.5.2"),
    warns("dmarc-uri", "reports go to mailto: URIs; other schemes receivers need not know, and an "
          "address alone is no URI", "RFC 9989, 4.6 and 4.7 (rua, ruf)"),
    warns("dmarc-none", "with p=none receivers let forged mail through",
          "RFC 9989, 4.7 (p) and 5.4"),
    warns("dmarc-testing", "with t=y receivers apply quarantine as none and let forged mail "
          "through", "RFC 9989, 4.7 (t) and A.6"),
    warns("dmarc-subdomain-weaker", "forgers write from a subdomain, whose policy is weaker than "
          "that of the domain", "RFC 9989, 4.7 (sp, np) and 4.10.1"),
    warns("dmarc-no-reports", "a policy without effect is there to gather reports, and without rua "
          "nobody sends any", "RFC 9989, 4.7 (rua), 5.1.3 and 5.1.4"),
)  # fmt: skip

TRANSPORT = (
    errs("mta-sts-certificate", "senders that keep to MTA-STS do not deliver to an MX whose "
         "certificate is not of its name or of no authority that they trust; while the policy is "
         "in testing they only report it, and it is a warning", "RFC 8461, 4.2 and 5"),
    firm("bad-certificate", "there is no key to publish, and TLSA records that lack the host's key "
         "keep all mail away that is sent with DANE", "RFC 7672, 2.2 and 3.1.1"),
    firm("tlsa-automatic", "a key that changes without its record keeps all mail away that is sent "
         "with DANE", "RFC 7671, 8.1; RFC 7672, 8.1"),
    warns("tlsa-unpinned", "senders with DANE find no TLSA record, and take any certificate",
          "RFC 7672, 2.2"),
    firm("missing-certificate", "the same: the file of the certificate is not there",
         "RFC 7672, 2.2 and 3.1.1"),
)  # fmt: skip
