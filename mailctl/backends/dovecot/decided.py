"""Parameters of Dovecot that are not for overrides: what the rest of the system rests on.

Each with what to write in the spec instead, or why there is nothing to write. Names of both
releases stand together; the platform's own list says which of them exist.
"""

from __future__ import annotations

_TLS = "write hosts.NAME.tls instead"
_CLEARTEXT = "it decides whether passwords travel in the clear, and they never shall"
_LOGIN = "it decides who may log in; the spec's users say that"
_SPOKEN = "write hosts.NAME.protocols instead"
_LAYOUT = "generations, accounts and checks rest on where Dovecot's files and mail lie"
_QUOTA = "write quota at the user, the domain or the policy instead"
_SUBADDRESS = "write subaddress in the domain or its policy instead"
_PROGRAMS = "it lets Sieve scripts run programs on the host"
_SCRIPTS = "the spec's `sieve:` keys say which scripts run"
_POSTFIX = "mail leaves through this host's Postfix, which signs it"
_FQDN = "write hosts.NAME.fqdn instead"

DECIDED: dict[str, str] = {
    **dict.fromkeys(
        (
            *("ssl", "ssl_cert", "ssl_key", "ssl_alt_cert", "ssl_alt_key", "ssl_server_cert_file"),
            *("ssl_server_key_file", "ssl_server_alt_cert_file", "ssl_server_alt_key_file"),
        ),
        _TLS,
    ),
    **dict.fromkeys(
        (
            *("auth_allow_cleartext", "disable_plaintext_auth", "login_trusted_networks"),
            *("auth_debug_passwords", "auth_verbose_passwords", "auth_allow_weak_schemes"),
            *("haproxy_trusted_networks", "rawlog_dir", "lmtp_rawlog_dir"),
        ),
        _CLEARTEXT,
    ),
    **dict.fromkeys(
        (
            *("auth_mechanisms", "auth_username_chars", "auth_username_format"),
            *("auth_username_translation", "auth_master_user_separator", "master_user_separator"),
            *("auth_default_realm", "auth_default_domain", "auth_realms", "auth_socket_path"),
            *("auth_ssl_username_from_cert", "ssl_verify_client_cert", "auth_anonymous_username"),
            *("auth_ssl_require_client_cert", "ssl_server_request_client_cert", "login_plugins"),
            *("auth_policy_server_url", "auth_proxy_self", "lmtp_proxy", "login_access_sockets"),
            *("doveadm_password", "doveadm_port", "doveadm_api_key"),
        ),
        _LOGIN,
    ),
    "protocols": _SPOKEN,
    **dict.fromkeys(
        (
            *("base_dir", "state_dir", "libexec_dir", "mail_location", "mail_home", "mail_path"),
            *("mail_driver", "mail_inbox_path", "mail_index_path", "mail_control_path"),
            *("mail_alt_path", "mail_index_private_path", "mail_uid", "mail_gid", "mail_plugins"),
            *("mail_plugin_dir", "mail_chroot", "valid_chroot_dirs", "mail_access_groups"),
            *("mail_privileged_group", "mail_full_filesystem_access", "mailbox_list_layout"),
            *("mailbox_list_storage_escape_char", "mailbox_list_visible_escape_char"),
            *("first_valid_uid", "last_valid_uid", "first_valid_gid", "last_valid_gid"),
            *("default_internal_user", "default_internal_group", "default_login_user"),
            *("instance_name", "import_environment", "login_plugin_dir", "sieve_plugin_dir"),
            *("dovecot_storage_version", "version_ignore"),
            *("config_cache_size", "process_shutdown_filter", "lua_file"),
        ),
        _LAYOUT,
    ),
    **dict.fromkeys(
        (
            *("quota_storage_size", "quota_storage_grace", "quota_storage_extra", "quota_driver"),
            *("quota_storage_percentage", "quota_message_count", "quota_message_percentage"),
            *("quota_enforce", "quota_ignore", "quota_ignore_unlimited", "quota_full_tempfail"),
            *(
                "quota_status_nouser",
                "quota_status_overquota",
                "quota_status_success",
                "quota_name",
            ),
            *("lmtp_rcpt_check_quota", "quota_hidden"),
        ),
        _QUOTA,
    ),
    **dict.fromkeys(("recipient_delimiter", "lmtp_save_to_detail_mailbox"), _SUBADDRESS),
    **dict.fromkeys(
        (
            *("sieve_plugins", "sieve_extensions", "sieve_global_extensions"),
            *("sieve_implicit_extensions", "sieve_pipe_bin_dir", "sieve_pipe_socket_dir"),
            *("sieve_execute_bin_dir", "sieve_execute_socket_dir", "sieve_filter_bin_dir"),
            "sieve_filter_socket_dir",
        ),
        _PROGRAMS,
    ),
    **dict.fromkeys(("sieve_enabled", "sieve_duplicate_max_period"), _SCRIPTS),
    **dict.fromkeys(
        ("sendmail_path", "submission_host", "submission_relay_host", "submission_ssl"), _POSTFIX
    ),
    "hostname": _FQDN,
}
