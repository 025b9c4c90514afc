"""hosts: the machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from mailctl.model.host import (
    Acme,
    CertificateFiles,
    Limits,
    OutboundTls,
    Protocols,
    Role,
    SelfSigned,
    Ssh,
    Tls,
)
from mailctl.model.platform import PLATFORMS
from mailctl.spec import texts
from mailctl.spec.host_key import host_key
from mailctl.spec.kinds import Choice, Count, Flag, JsonSchema, Plain, Size, Text, choice_of
from mailctl.spec.names import domain_name
from mailctl.spec.problems import refuse
from mailctl.spec.server_names import ServerNames
from mailctl.spec.shapes import Either, Key, ListOf, Named, Record
from mailctl.spec.table.acme import ACME, acme_of
from mailctl.spec.table.ignore import IGNORE
from mailctl.spec.tlsa import Tlsa

HOST_NAME = Text("the name of a host", texts.name)
FILE = Text("a file beside the spec", texts.local_path)

_MOST_RATE = 1_000_000
_SSH, _LIMITS, _PROTOCOLS = Ssh(), Limits(), Protocols()


def _word(flag: bool) -> str:
    return "true" if flag else "false"


SSH = Record(
    "ssh",
    {
        "user": Key(Text("an account", texts.login), "the account that mailctl logs in to",
                    _SSH.user),
        "port": Key(Count(1, 65535), "the port of sshd", str(_SSH.port)),
        "address": Key(Text("a name or an IP address", texts.ssh_address),
                       "where sshd answers, if not at the fqdn", "the fqdn"),
        "sudo": Key(Flag(), "become root by sudo, for an account other than root",
                    _word(_SSH.sudo)),
        "jump": Key(HOST_NAME, "another host of the spec to go through", "none"),
        "host_key": Key(ListOf(Text("a public key or its fingerprint", host_key), single=True),
                        "the only keys that it may show; known_hosts is not asked then",
                        "what known_hosts says",
                        '"SHA256:8NHO3e0tgPM0GKYWBnfZhQZzI6oNrfE3LBKEsrZ0EAI"'),
    },
)  # fmt: skip

CERTIFICATE = Record(
    "tls",
    {
        "certificate": Key(Text("a path on the host", texts.host_path),
                           "the full chain, as PEM, on the host", required=True,
                           example="/etc/ssl/mail.pem"),
        "key": Key(Text("a path on the host", texts.host_path),
                   "its private key, as PEM, on the host", required=True,
                   example="/etc/ssl/mail.key"),
    },
)  # fmt: skip

BY_ACME = Record("tls", {"acme": Key(ACME, "see below", required=True)})

_WORD = Choice({"self-signed": SelfSigned(), "acme": Acme()})


@dataclass(frozen=True, slots=True)
class _Tls:
    """A word, or a mapping whose keys tell what it is."""

    words: str = "self-signed, acme, {acme: ...}, or {certificate: ..., key: ...}"

    def read(self, value: object) -> Tls:
        by_acme = isinstance(value, dict) and "acme" in value
        kind = Either(self.words, text=_WORD, mapping=BY_ACME if by_acme else CERTIFICATE)
        read = kind.read(value)
        if not isinstance(read, dict):
            return cast("Tls", read)
        return acme_of(read["acme"]) if by_acme else CertificateFiles(**read)

    def schema(self) -> JsonSchema:
        return {"anyOf": [_WORD.schema(), BY_ACME.schema(), CERTIFICATE.schema()]}


@dataclass(frozen=True, slots=True)
class _OutboundTls:
    """The ways to protect outgoing mail. Two of them at once are refused in words of their own."""

    words: str = "one of opportunistic, dane, mta-sts"

    def read(self, value: object) -> OutboundTls:
        if value == "dane-and-mta-sts":
            said = "MTA-STS for outgoing mail would take the place of DANE"
            raise refuse("outbound-mta-sts", said, "write `dane` or `mta-sts`, or leave it out")
        read: OutboundTls = choice_of(OutboundTls).read(value)
        return read

    def schema(self) -> JsonSchema:
        return choice_of(OutboundTls).schema()


def _rate(doc: str, default: int) -> Key:
    return Key(Count(1, _MOST_RATE), doc, str(default))


LIMITS = Record(
    "limits",
    {
        "message_size": Key(Size(1 << 16, (1 << 31) - 1), "the largest message", "50M"),
        "connections": _rate("connections to port 25 a minute and client", _LIMITS.connections),
        "messages": _rate("messages on port 25 a minute and client", _LIMITS.messages),
        "submitted_messages": _rate("messages of users a minute and client",
                                    _LIMITS.submitted_messages),
        "submitted_recipients": _rate("recipients of users' messages a minute and client",
                                      _LIMITS.submitted_recipients),
        "authentications": _rate("attempts to log in a minute and client",
                                 _LIMITS.authentications),
    },
)  # fmt: skip

PROTOCOLS = Record(
    "protocols",
    {
        "imap": Key(Flag(), "IMAP on 143 and 993", _word(_PROTOCOLS.imap)),
        "pop3": Key(Flag(), "POP3 on 110 and 995", _word(_PROTOCOLS.pop3)),
        "managesieve": Key(Flag(), "ManageSieve on 4190", _word(_PROTOCOLS.managesieve)),
    },
)

SIEVE = Record(
    "sieve",
    {
        "before": Key(ListOf(FILE, single=True), "Sieve files that run before the users' own",
                      "none"),
        "after": Key(ListOf(FILE, single=True), "Sieve files that run after the users' own",
                     "none"),
    },
)  # fmt: skip

_SETTINGS = Named(
    Text("a setting", texts.setting), Plain("a text or a number", texts.setting_value)
)

OVERRIDES = Record(
    "overrides",
    {
        "postfix": Key(_SETTINGS, "parameters of main.cf"),
        "dovecot": Key(_SETTINGS, "settings of dovecot.conf"),
        "opendkim": Key(_SETTINGS, "settings of opendkim.conf"),
    },
)

_FILES = Record("a certificate", CERTIFICATE.keys)

HOST = Record(
    "a host",
    {
        "fqdn": Key(Text("a domain name", domain_name),
                    "its full name: HELO name, certificate name, MX target, PTR",
                    required=True, example="mail.example.org"),
        "addresses": Key(ListOf(Text("an IP address", texts.network_address), least=1),
                         "the addresses that the world reaches it by", required=True,
                         example='[203.0.113.10, "2001:db8::10"]'),
        "platform": Key(Choice(PLATFORMS, rule="unknown-platform"),
                        "its operating system", required=True, example="debian-13"),
        "roles": Key(ListOf(choice_of(Role), least=1),
                     "mx receives from the world, submission takes mail from users, store keeps "
                     "mailboxes, web serves MTA-STS policies and the set-up of mail clients",
                     "all but web", "[mx, submission, store, web]"),
        "ssh": Key(SSH, "how mailctl reaches it", "root on port 22 at the fqdn",
                   "{user: admin, sudo: true}"),
        "tls": Key(_Tls(), "its certificate: one that it makes, one that it gets from an "
                   "authority and renews, or files that somebody else keeps", "self-signed",
                   "{acme: {email: admin@example.org}}"),
        "names": Key(ServerNames(_FILES), "further names under which mail clients reach it, "
                     "each with a certificate of its own: by `acme` it gets one for each; where "
                     "`tls` are files, say the files of each; see docs/clients.md", "the fqdn "
                     "alone", "[mail.customer.example]"),
        "outbound_tls": Key(_OutboundTls(), "how mail for other hosts is protected: with `dane` "
                            "a validating resolver runs on the host, and receivers that publish "
                            "TLSA records in signed DNS are held to them (RFC 7672); with "
                            "`mta-sts` receivers are held to the policies that they publish by "
                            "HTTPS (RFC 8461); see docs/outbound-tls.md", "opportunistic", "dane"),
        "limits": Key(LIMITS, "sizes and rates", "see below", "{message_size: 25M}"),
        "protocols": Key(PROTOCOLS, "what users read their mail with", "see below",
                         "{pop3: true}"),
        "sieve": Key(SIEVE, "Sieve scripts for all mail stored here", "none",
                     "{before: [sieve/spam.sieve]}"),
        "overrides": Key(OVERRIDES, "settings of the daemons that you take into your own hands; "
                         "checked, and shown in every plan", "none",
                         "{postfix: {maximal_queue_lifetime: 2d}}"),
        "tlsa": Key(Tlsa(FILE),
                    "published as TLSA records for port 25 (RFC 7672): the keys that it gets "
                    "certificates for, as `mailctl tlsa` pins and replaces them, or those in files "
                    "(certificates or public keys, as PEM) that it shows now and next", "none",
                    "automatic"),
        "caa": Key(ListOf(Text("a domain name", domain_name), single=True),
                   "the certification authorities that may issue for its name (RFC 8659)",
                   "no restriction", "letsencrypt.org"),
        "ignore": Key(IGNORE.kind, IGNORE.doc, IGNORE.default, "[private-address]"),
    },
)  # fmt: skip
