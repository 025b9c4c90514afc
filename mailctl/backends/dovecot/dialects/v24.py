"""The language of Dovecot 2.4 with Pigeonhole 2.4: named blocks, `%{user | domain}`, no `plugin`.

Source: doc.dovecot.org/2.4.1, and `doveconf -d` of 2.4.1.
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
        "<address-lower>": "%{user | lower}",
        "<address>": "%{user}",
        "<local>": "%{user | username}",
        "<domain>": "%{user | domain}",
        "<protocol>": "%{protocol}",
    }
)


def _shared_logins(setting: Setting) -> tuple[Line, ...]:
    block = (f"service {setting.value}-login",)
    return (
        Line("restart_request_count", "unlimited", block, reason(setting)),
        Line("process_min_avail", "1", block),
        Line("process_limit", "4", block),
    )


def _mail_format(setting: Setting) -> tuple[Line, ...]:
    return (
        Line("mail_driver", setting.value, because=reason(setting)),
        Line("mail_path", "%{home}/Maildir"),
    )


def _quota(setting: Setting) -> tuple[Line, ...]:
    return (
        Line("quota", "yes", ("mail_plugins",), reason(setting)),
        Line("sieve", "yes", ("protocol lmtp", "mail_plugins")),
        Line("driver", "count", (f"quota {setting.value}",)),
    )


def _quota_shown(setting: Setting) -> tuple[Line, ...]:
    block = (f"protocol {setting.value}", "mail_plugins")
    return (Line(f"{setting.value}_quota", "yes", block, reason(setting)),)


def _full_reply(setting: Setting) -> tuple[Line, ...]:
    return (
        Line("quota_status_overquota", setting.value),
        Line("quota_status_success", "DUNNO"),
        Line("quota_status_nouser", "DUNNO"),
    )


def _personal(setting: Setting) -> tuple[Line, ...]:
    block = ("sieve_script personal",)
    return (
        Line("type", "personal", block, reason(setting)),
        Line("path", setting.value, block),
        Line("active_path", "~/.dovecot.sieve", block),
    )


def _default_script(setting: Setting) -> tuple[Line, ...]:
    block = ("sieve_script default",)
    return (
        Line("type", "default", block, reason(setting)),
        Line("name", "default", block),
        Line("path", VARIABLES.expand(setting.value), block),
        Line("bin_path", compiled_folder("default"), block),
    )


_SPELLINGS: dict[str, Spelling] = {
    "protocols": plain("protocols"),
    "tls": plain("ssl"),
    "tls-certificate": plain("ssl_server_cert_file"),
    "tls-key": plain("ssl_server_key_file"),
    "tls-minimum": plain("ssl_min_protocol"),
    "tls-ciphers": plain("ssl_cipher_list"),
    "tls-curves": plain("ssl_curve_list"),
    "tls-preference": plain("ssl_server_prefer_ciphers"),
    "mechanisms": plain("auth_mechanisms"),
    "cleartext-logins": plain("auth_allow_cleartext"),
    "username-characters": plain("auth_username_chars"),
    "username-form": expanded("auth_username_format", VARIABLES),
    "connections-of-a-user": plain("mail_max_userip_connections"),
    "auth-memory": plain("vsz_limit", "service auth"),
    "shared-logins": _shared_logins,
    "mail-account": common.mail_account,
    "first-account-number": plain("first_valid_uid"),
    "mail-home": expanded("mail_home", VARIABLES),
    "mail-format": _mail_format,
    "folder-separator": common.separator,
    "quota": _quota,
    "quota-shown": _quota_shown,
    "quota-grace": plain("quota_storage_grace"),
    "quota-at-recipient": plain("lmtp_rcpt_check_quota"),
    "quota-full-reply": _full_reply,
    "host-name": plain("hostname"),
    "postmaster": expanded("postmaster_address", VARIABLES),
    "delimiter": plain("recipient_delimiter"),
    "save-to-detail": plain("lmtp_save_to_detail_mailbox"),
    "deliveries-to-a-user": plain("lmtp_user_concurrency_limit"),
    "received-header": plain("lmtp_add_received_header"),
    "subscribe-new-folders": plain("lda_mailbox_autosubscribe"),
    "personal-scripts": _personal,
    "default-script": _default_script,
    "script-size": plain("sieve_max_script_size"),
    "script-count": plain("sieve_quota_script_count"),
    "script-storage": plain("sieve_quota_storage_size"),
    "redirects": plain("sieve_max_redirects"),
    "redirect-sender": plain("sieve_redirect_envelope_from"),
    "notice-sender": plain("sieve_notify_mailto_envelope_from"),
    "memory-of-duplicates": plain("sieve_duplicate_max_period"),
    "mail-program": plain("sendmail_path"),
}


@dataclass(frozen=True, slots=True)
class _Dovecot24:
    version: str = "2.4"

    def opening(self) -> tuple[Line, ...]:
        because = (
            "The language and the file formats are those of this release; the first of these must "
            "be the first setting of all. (doc.dovecot.org, dovecot_config_version)"
        )
        return (
            Line("dovecot_config_version", "2.4.1", because=because),
            Line("dovecot_storage_version", "2.4.1"),
        )

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
    path = VARIABLES.expand(accounts.path)
    because = reason(accounts)
    lines = [
        Line("driver", "passwd-file", (f"passdb {accounts.name}",), because),
        Line("passwd_file_path", path, (f"passdb {accounts.name}",)),
    ]
    if accounts.mailboxes:
        lines.append(Line("driver", "passwd-file", (f"userdb {accounts.name}",)))
        lines.append(Line("passwd_file_path", path, (f"userdb {accounts.name}",)))
    return tuple(lines)


def _server_certificate(shown: ServerCertificate) -> tuple[Line, ...]:
    block = (f"local_name {shown.name}",)
    return (
        Line("ssl_server_cert_file", shown.certificate, block, reason(shown)),
        Line("ssl_server_key_file", shown.key, block),
    )


def _script(script: PlacedScript) -> tuple[Line, ...]:
    block = (f"sieve_script {script.name}",)
    return (
        Line("type", script.when, block, reason(script)),
        Line("path", VARIABLES.expand(script.path), block),
        Line("bin_path", compiled_folder(script.name), block),
        Line("precedence", str(script.order), block),
    )


DOVECOT_2_4 = _Dovecot24()
VOCABULARY = frozenset(_SPELLINGS)
