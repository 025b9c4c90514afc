"""The language of Dovecot 2.3 with Pigeonhole 0.5: `%d`, `plugin { }`, `driver` and `args`.

Source: doc.dovecot.org/2.3, and `doveconf -d` of 2.3.19.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailctl.backends.base import Setting
from mailctl.backends.dovecot.decisions import (
    Accounts,
    Decision,
    Folder,
    ServerCertificate,
    Socket,
)
from mailctl.backends.dovecot.dialects import common
from mailctl.backends.dovecot.dialects.base import Spelling, Variables, expanded, plain, reason
from mailctl.backends.dovecot.lines import Line
from mailctl.backends.sieve.placement import PlacedScript, compiled_folder

VARIABLES = Variables(
    {
        "<address-lower>": "%Lu",
        "<address>": "%u",
        "<local>": "%n",
        "<domain>": "%d",
        "<protocol>": "%s",
    }
)


def _plugin(name: str) -> Spelling:
    return plain(name, "plugin")


def _shared_logins(setting: Setting) -> tuple[Line, ...]:
    block = (f"service {setting.value}-login",)
    return (
        Line("service_count", "0", block, reason(setting)),
        Line("process_min_avail", "1", block),
        Line("process_limit", "4", block),
    )


def _quota(setting: Setting) -> tuple[Line, ...]:
    return (
        Line("mail_plugins", "quota", (), reason(setting)),
        Line("mail_plugins", "quota sieve", ("protocol lmtp",)),
        Line("quota", f"count:{setting.value}", ("plugin",)),
        Line("quota_vsizes", "yes", ("plugin",)),
    )


def _quota_shown(setting: Setting) -> tuple[Line, ...]:
    plugins = f"quota {setting.value}_quota"
    return (Line("mail_plugins", plugins, (f"protocol {setting.value}",), reason(setting)),)


def _full_reply(setting: Setting) -> tuple[Line, ...]:
    plugin = ("plugin",)
    return (
        Line("quota_status_overquota", setting.value, plugin),
        Line("quota_status_success", "DUNNO", plugin),
        Line("quota_status_nouser", "DUNNO", plugin),
    )


def _file(path: str, name: str) -> str:
    return f"file:{VARIABLES.expand(path)};bindir={compiled_folder(name)}"


def _default_script(setting: Setting) -> tuple[Line, ...]:
    return (
        Line("sieve_default", _file(setting.value, "default"), ("plugin",), reason(setting)),
        Line("sieve_default_name", "default", ("plugin",)),
    )


def _personal(setting: Setting) -> tuple[Line, ...]:
    value = f"file:{setting.value};active=~/.dovecot.sieve"
    return (Line("sieve", value, ("plugin",), reason(setting)),)


_SPELLINGS: dict[str, Spelling] = {
    "protocols": plain("protocols"),
    "tls": plain("ssl"),
    "tls-certificate": plain("ssl_cert", file=True),
    "tls-key": plain("ssl_key", file=True),
    "tls-minimum": plain("ssl_min_protocol"),
    "tls-ciphers": plain("ssl_cipher_list"),
    "tls-curves": plain("ssl_curve_list"),
    "tls-preference": plain("ssl_prefer_server_ciphers", value="no"),
    "mechanisms": plain("auth_mechanisms"),
    "cleartext-logins": plain("disable_plaintext_auth", value="yes"),
    "username-characters": plain("auth_username_chars"),
    "username-form": expanded("auth_username_format", VARIABLES),
    "connections-of-a-user": plain("mail_max_userip_connections"),
    "auth-memory": plain("vsz_limit", "service auth"),
    "shared-logins": _shared_logins,
    "mail-account": common.mail_account,
    "first-account-number": plain("first_valid_uid"),
    "mail-home": expanded("mail_home", VARIABLES),
    "mail-format": plain("mail_location", value="maildir:~/Maildir"),
    "folder-separator": common.separator,
    "quota": _quota,
    "quota-shown": _quota_shown,
    "quota-grace": plain("quota_grace", "plugin"),
    "quota-at-recipient": plain("lmtp_rcpt_check_quota"),
    "quota-full-reply": _full_reply,
    "host-name": plain("hostname"),
    "postmaster": expanded("postmaster_address", VARIABLES),
    "delimiter": plain("recipient_delimiter"),
    "save-to-detail": plain("lmtp_save_to_detail_mailbox"),
    "deliveries-to-a-user": plain("lmtp_user_concurrency_limit", value="0"),
    "received-header": plain("lmtp_add_received_header"),
    "subscribe-new-folders": plain("lda_mailbox_autosubscribe"),
    "personal-scripts": _personal,
    "default-script": _default_script,
    "script-size": _plugin("sieve_max_script_size"),
    "script-count": _plugin("sieve_quota_max_scripts"),
    "script-storage": _plugin("sieve_quota_max_storage"),
    "redirects": _plugin("sieve_max_redirects"),
    "redirect-sender": _plugin("sieve_redirect_envelope_from"),
    "notice-sender": _plugin("sieve_notify_mailto_envelope_from"),
    "memory-of-duplicates": _plugin("sieve_duplicate_max_period"),
    "mail-program": plain("sendmail_path"),
}


@dataclass(frozen=True, slots=True)
class _Dovecot23:
    version: str = "2.3"

    def opening(self) -> tuple[Line, ...]:
        return ()

    def lines(self, decision: Decision) -> tuple[Line, ...]:
        match decision:
            case Setting():
                return _SPELLINGS[decision.name](decision)
            case Accounts():
                return _accounts(decision)
            case Folder():
                return common.folder(decision)
            case Socket():
                return common.socket(decision)
            case ServerCertificate():
                return _server_certificate(decision)
            case PlacedScript():
                return _script(decision)


def _accounts(accounts: Accounts) -> tuple[Line, ...]:
    arguments = VARIABLES.expand(accounts.path)
    lookups = ("passdb", "userdb") if accounts.mailboxes else ("passdb",)
    because = reason(accounts)
    lines: list[Line] = []
    for lookup in lookups:
        lines.append(Line("driver", "passwd-file", (lookup,), because, opens=True))
        lines.append(Line("args", f"username_format=%u {arguments}", (lookup,)))
        because = ""
    return tuple(lines)


def _server_certificate(shown: ServerCertificate) -> tuple[Line, ...]:
    block = (f"local_name {shown.name}",)
    return (
        Line("ssl_cert", shown.certificate, block, reason(shown), file=True),
        Line("ssl_key", shown.key, block, file=True),
    )


def _script(script: PlacedScript) -> tuple[Line, ...]:
    name = f"sieve_{script.when}" + ("" if script.order == 1 else str(script.order))
    return (Line(name, _file(script.path, script.name), ("plugin",), reason(script)),)


DOVECOT_2_3 = _Dovecot23()
VOCABULARY = frozenset(_SPELLINGS)
