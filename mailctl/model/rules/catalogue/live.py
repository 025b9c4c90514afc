"""Rules on what DNS says now, which `mailctl dns-records --check` asks.

Those that end in `-unknown`, and `server`, say that something could not be asked; they cannot
be ignored, for nobody knows what would have been said.
"""

from __future__ import annotations

from mailctl.model.rules.catalogue.rule import errs, firm, warns

LIVE = (
    errs("no-such-domain", "no mail reaches a domain that is not registered or not delegated, and "
         "receivers refuse mail from it", "RFC 8020, 2; RFC 5321, 2.3.5"),
    firm("server", "receivers that happen to ask a name server that is silent or does not own the "
         "zone wait, or find nothing", "RFC 1912, 2.8"),
    warns("server-address", "a name server whose name has no address cannot be asked, and the zone "
          "rests on the others", "RFC 2181, 10.3"),
    warns("other-zone", "the records belong into another zone than the spec thinks, where somebody "
          "else may have to add them", "RFC 1034, 4.2"),
    errs("alias", "no other record can stand beside a CNAME: servers drop what is added there",
         "RFC 1034, 3.6.2; RFC 2136, 3.4.2.2"),
    errs("more-than-one", "of two SPF, DMARC, TLS-RPT or MTA-STS records receivers take none, and "
         "of two keys at one selector any or none", "RFC 7208, 4.5; RFC 9989, 4.10; "
         "RFC 6376, 3.6.2.2"),
    errs("mx-alias", "senders may refuse an MX that is an alias, and some do",
         "RFC 2181, 10.3; RFC 5321, 5.1"),
    errs("mx-no-address", "no mail comes by an MX that has no address", "RFC 5321, 5.1"),
    firm("mx-unknown", "whether the MX has an address could not be asked", "RFC 5321, 5.1"),
    errs("ptr-unconfirmed", "many receivers refuse a client whose name does not lead back to its "
         "address", "RFC 1912, 2.1; RFC 8601, 3"),
    firm("ptr-unknown", "whether the name leads back could not be asked", "RFC 1912, 2.1"),
    warns("consent", "nobody sends DMARC reports to a foreign domain that does not say that it "
          "takes them", "RFC 9990, 4"),
    firm("consent-unknown", "whether the foreign domain takes reports could not be asked",
         "RFC 9990, 4"),
    warns("unsigned", "without DNSSEC whoever stands between a resolver and the servers can answer "
          "for them, and DANE has no effect", "RFC 4033, 5; RFC 7672, 2.2"),
    warns("signed", "all is well: the zone is signed, and its parent says so", "RFC 4035, 5.2"),
    warns("no-ds", "signatures that the parent does not vouch for are not checked by anybody",
          "RFC 4035, 5.2"),
    errs("bogus", "resolvers that validate refuse the whole zone, and receivers behind them find "
         "no record of the domain", "RFC 4035, 5.2, 5.3 and 5.5"),
    warns("unsupported-ds", "resolvers that do not know the algorithm take the zone for unsigned",
          "RFC 4035, 5.2; RFC 6840, 5.2"),
    firm("dnssec-unknown", "the DNSSEC state could not be asked", "RFC 4035, 5"),
    warns("lying-resolver", "a resolver that invents addresses for names that cannot exist invents "
          "others too; ask another one", "RFC 6761, 6.4"),
    warns("ttl", "resolvers remember a record for another time than the spec's, so that a change "
          "is seen sooner or later than planned", "RFC 1035, 3.2.1"),
)  # fmt: skip
