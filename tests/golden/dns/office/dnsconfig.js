// DNS records for DNSControl: a dnsconfig.js.
//
// DNS_PROVIDER is the entry of creds.json that holds the zones: put its name in.
//
// NO_PURGE leaves alone what is not listed here. What is listed DNSControl holds by name and
// type: where a TXT of somebody else stands beside one of these (a site verification, say),
// add it here, or it is removed.
//
// If you have a dnsconfig.js of your own, save this one as mail.js, take the first two `var`
// away, change
//     D("example.org", REG_NONE, DnsProvider(DNS_PROVIDER), NO_PURGE,
// to
//     D_EXTEND("example.org",
// and write require("./mail.js") after your own D().

var REG_NONE = NewRegistrar("none");
var DNS_PROVIDER = NewDnsProvider("dns");

// Zones that are none of the spec's domains, as reverse zones, are left out; list here which of
// them your provider holds for you.
var ALSO_MINE = [];

D("office-old.example", REG_NONE, DnsProvider(DNS_PROVIDER), NO_PURGE,
  // office-old.example is parked: it takes no mail, not even where it has a web site (RFC 7505)
  MX("@", 0, ".", TTL(3600)),
  // office-old.example is parked: it sends no mail (RFC 7208, 10.1.2)
  TXT("@", "v=spf1 -all", TTL(3600)),
  // office-old.example is parked: mail from it is forged, refuse it (RFC 9989)
  TXT("_dmarc", "v=DMARC1; p=reject; sp=reject; rua=mailto:postmaster@office.example", TTL(3600)),
  // office-old.example is parked: no DKIM key is valid, an empty p= revokes (RFC 6376, 3.6.1)
  TXT("*._domainkey", "v=DKIM1; p=", TTL(3600)),
END);

D("office.example", REG_NONE, DnsProvider(DNS_PROVIDER), NO_PURGE,
  // host mail receives mail for office.example
  MX("@", 10, "mail.office.example.", TTL(3600)),
  // mail from office.example comes from its mail hosts and nobody else (RFC 7208, 10.1)
  TXT("@", "v=spf1 mx -all", TTL(3600)),
  // what to do with mail that only pretends to be from office.example (RFC 9989)
  TXT("_dmarc", "v=DMARC1; p=quarantine; rua=mailto:postmaster@office.example", TTL(3600)),
  // office.example agrees to get the DMARC reports about office-old.example (RFC 9990)
  TXT("office-old.example._report._dmarc", "v=DMARC1;", TTL(3600)),
  // office.example agrees to get the DMARC reports about shop.example (RFC 9990)
  TXT("shop.example._report._dmarc", "v=DMARC1;", TTL(3600)),
  // the DKIM key s1 (rsa-2048) of office.example signs outgoing mail (RFC 6376, 3.6.1)
  TXT("s1._domainkey", "v=DKIM1; k=rsa; p=MIIBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;", TTL(3600)),
  // mail clients of office.example find IMAP with STARTTLS on host mail (RFC 6186, 3)
  SRV("_imap._tcp", 0, 1, 143, "mail.office.example.", TTL(3600)),
  // mail clients of office.example find IMAP with TLS from the start on host mail (RFC 6186, 3)
  SRV("_imaps._tcp", 0, 1, 993, "mail.office.example.", TTL(3600)),
  // mail clients of office.example find POP3 with STARTTLS on host mail (RFC 6186, 3)
  SRV("_pop3._tcp", 0, 1, 110, "mail.office.example.", TTL(3600)),
  // mail clients of office.example find POP3 with TLS from the start on host mail (RFC 6186, 3)
  SRV("_pop3s._tcp", 0, 1, 995, "mail.office.example.", TTL(3600)),
  // mail clients of office.example find ManageSieve with STARTTLS on host mail (RFC 6186, 3)
  SRV("_sieve._tcp", 0, 1, 4190, "mail.office.example.", TTL(3600)),
  // mail clients of office.example find submission with STARTTLS on host mail (RFC 6186, 3)
  SRV("_submission._tcp", 0, 1, 587, "mail.office.example.", TTL(3600)),
  // mail clients of office.example find submission with TLS from the start on host mail (RFC 6186, 3)
  SRV("_submissions._tcp", 0, 1, 465, "mail.office.example.", TTL(3600)),
  // who gets reports of TLS that failed on the way to office.example (RFC 8460, 3)
  TXT("_smtp._tls", "v=TLSRPTv1; rua=mailto:postmaster@office.example", TTL(3600)),
  // the address of host mail, which mail servers connect to
  A("mail", "203.0.113.20", TTL(3600)),
  // the address of host mail, which mail servers connect to
  AAAA("mail", "2001:db8:2::20", TTL(3600)),
  // host mail says this name in HELO, which is what bounces with their empty sender are judged by (RFC 7208, 2.4)
  TXT("mail", "v=spf1 a -all", TTL(3600)),
END);

D("shop.example", REG_NONE, DnsProvider(DNS_PROVIDER), NO_PURGE,
  // host mail receives mail for shop.example
  MX("@", 10, "mail.office.example.", TTL(3600)),
  // mail from shop.example comes from its mail hosts and nobody else (RFC 7208, 10.1)
  TXT("@", "v=spf1 mx -all", TTL(3600)),
  // what to do with mail that only pretends to be from shop.example (RFC 9989)
  TXT("_dmarc", "v=DMARC1; p=quarantine; rua=mailto:postmaster@office.example", TTL(3600)),
  // the DKIM key s1 (rsa-2048) of shop.example signs outgoing mail (RFC 6376, 3.6.1)
  TXT("s1._domainkey", "v=DKIM1; k=rsa; p=MIIBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;", TTL(3600)),
  // mail clients of shop.example find IMAP with STARTTLS on host mail (RFC 6186, 3)
  SRV("_imap._tcp", 0, 1, 143, "mail.office.example.", TTL(3600)),
  // mail clients of shop.example find IMAP with TLS from the start on host mail (RFC 6186, 3)
  SRV("_imaps._tcp", 0, 1, 993, "mail.office.example.", TTL(3600)),
  // mail clients of shop.example find POP3 with STARTTLS on host mail (RFC 6186, 3)
  SRV("_pop3._tcp", 0, 1, 110, "mail.office.example.", TTL(3600)),
  // mail clients of shop.example find POP3 with TLS from the start on host mail (RFC 6186, 3)
  SRV("_pop3s._tcp", 0, 1, 995, "mail.office.example.", TTL(3600)),
  // mail clients of shop.example find ManageSieve with STARTTLS on host mail (RFC 6186, 3)
  SRV("_sieve._tcp", 0, 1, 4190, "mail.office.example.", TTL(3600)),
  // mail clients of shop.example find submission with STARTTLS on host mail (RFC 6186, 3)
  SRV("_submission._tcp", 0, 1, 587, "mail.office.example.", TTL(3600)),
  // mail clients of shop.example find submission with TLS from the start on host mail (RFC 6186, 3)
  SRV("_submissions._tcp", 0, 1, 465, "mail.office.example.", TTL(3600)),
  // who gets reports of TLS that failed on the way to shop.example (RFC 8460, 3)
  TXT("_smtp._tls", "v=TLSRPTv1; rua=mailto:postmaster@office.example", TTL(3600)),
END);

// The provider of the addresses sets these: ask there.
if (ALSO_MINE.indexOf("0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa") !== -1)
D("0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", REG_NONE, DnsProvider(DNS_PROVIDER), NO_PURGE,
  // 2001:db8:2::20 is called what host mail says in HELO; receivers check it. Ask the provider of the address
  PTR("0.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0", "mail.office.example.", TTL(3600)),
END);

// The provider of the addresses sets these: ask there.
if (ALSO_MINE.indexOf("113.0.203.in-addr.arpa") !== -1)
D("113.0.203.in-addr.arpa", REG_NONE, DnsProvider(DNS_PROVIDER), NO_PURGE,
  // 203.0.113.20 is called what host mail says in HELO; receivers check it. Ask the provider of the address
  PTR("20", "mail.office.example.", TTL(3600)),
END);
