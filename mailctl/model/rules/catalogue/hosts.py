"""Rules on hosts: how the world reaches them, how we do, and what their daemons take."""

from __future__ import annotations

from mailctl.model.rules.catalogue.rule import firm, warns

HOSTS = (
    warns("private-address", "DNS would show an address that the world cannot reach, so no mail "
          "arrives", "RFC 1918, 3; RFC 6598, 4"),
    warns("ipv6-ptr", "receivers refuse mail by IPv6 from an address without a PTR, and one that "
          "is not global has none", "RFC 4193, 4.4; Google, Email sender guidelines"),
    warns("web-certificate", "mail servers that ask for an MTA-STS policy end the connection, and "
          "so do mail clients", "RFC 8461, 3.3"),
    firm("acme-dns-server", "certbot sends updates to an IP address alone, so that no certificate "
         "would come", "docs/hosts.md"),
    firm("acme-two-ways", "the authority is shown one proof for a name, and it would be open which",
         "RFC 8555, 8"),
    firm("clear-tsig-key", "whoever reads the spec could change the zones", "RFC 8945, 8"),
    firm("tsig-key-source", "with none or several sources of a key it is open which one signs",
         "docs/spec.md, hosts: NAME: tls: acme: dns:"),
    firm("bad-tsig-key", "the name server would take no update, so that no certificate would come",
         "RFC 8945, 5 and 6"),
    warns("ssh-sudo", "an account that is not root and has no sudo cannot change the host, so "
          "apply stops there", "sudo(8)"),
    firm("duplicate-fqdn", "one name leads to the addresses of both hosts, so mail and users that "
         "look for one of them come to the other", "RFC 5321, 5.1"),
    firm("server-name-taken", "the name leads to two hosts, or to one that shows a certificate of "
         "another name, and an authority that looks for the host comes to the other",
         "RFC 5321, 5.1; RFC 8555, 8.3"),
    firm("server-name-files", "the host renews and shows certificates of one kind: those of its "
         "authority, or files that somebody else keeps", "docs/clients.md"),
    firm("server-name-unknown", "mail clients would be told to log in where nothing answers for "
         "their mail, or by one of two names", "RFC 6186, 3"),
    warns("server-name-self-signed", "the certificate that the host makes for itself is for its "
          "fqdn alone, so that mail clients warn of it twice", "RFC 9525, 6.3"),
    firm("duplicate-ip-address", "two hosts cannot answer at one address, so the mail of one of "
         "them goes astray", "docs/spec.md, hosts"),
    firm("fqdn-parked", "the host would greet by a name that says in DNS that it sends nothing",
         "RFC 7208, 2.3"),
    firm("fqdn-loop", "the host takes mail to its own name for local, so that of the domain with "
         "that name never reaches its mailboxes", "postconf(5), mydestination"),
    firm("unknown-host", "mail would be handed to a host that is not there",
         "docs/spec.md, hosts"),
    firm("jump-loop", "the host cannot be reached, for the way to it leads through itself",
         "ssh_config(5), ProxyJump"),
    firm("unknown-platform", "we do not know the daemons of that system, and would write files "
         "that they refuse", "docs/hosts.md"),
    firm("outbound-mta-sts", "the program that looks policies up for Postfix on Debian lets a "
         "certificate that a policy allows pass where DANE refuses it", "RFC 8461, 2"),
    firm("outbound-mta-sts-nixos", "Postfix would ask a program that is not there, and no mail "
         "would leave", "postconf(5), smtp_tls_policy_maps"),
    firm("bad-ip-address", "what is no address of a host cannot stand in an A or AAAA record",
         "RFC 1035, 3.4.1; RFC 3596, 2.2"),
    firm("bad-ssh-address", "the host cannot be reached", "ssh(1)"),
    firm("bad-host-key", "no host could ever show what is no key, so this one would be refused "
         "for ever", "sshd(8), AUTHORIZED_KEYS FILE FORMAT; ssh-keygen(1), -l"),
    firm("bad-login", "nobody can log in by what is no account", "useradd(8)"),
)  # fmt: skip

DAEMONS = (
    warns("override-shadowed", "the override holds for mail from the world only, because "
          "submission has a value of its own", "master(5), -o name=value"),
    firm("override-postfix", "Postfix would not start, or would relay for strangers",
         "postconf(5)"),
    firm("override-dovecot", "Dovecot would not start, or would let clients in by broken TLS",
         "docs/spec.md, overrides; doveconf(1)"),
    firm("override-opendkim", "OpenDKIM would not start, or would sign the mail of strangers",
         "opendkim.conf(5)"),
    firm("postfix-path", "Postfix would read the path as several files and offer no TLS",
         "postconf(5), smtpd_tls_chain_files"),
    firm("dovecot-path", "Dovecot would read another path and not start",
         "docs/spec.md, hosts: NAME: tls; doveconf(1)"),
    firm("bad-setting", "a daemon would take the rest of the value for a setting of its own",
         "docs/spec.md, overrides"),
)  # fmt: skip
