"""The administrator's own settings for Postfix: in place of ours, with both values shown.

What would open a relay, or change what the rest of the system was built on, is refused; the
refusal names the part of the spec that decides it instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from mailctl.backends.base import Setting
from mailctl.backends.postfix.parameters import known
from mailctl.backends.postfix.section import Section
from mailctl.backends.postfix.services import services
from mailctl.errors import Finding, Severity
from mailctl.model.host import Host, Override
from mailctl.model.system import System
from mailctl.render.postfix import is_balanced, value

_RULE = "override-postfix"
_REFERENCE = re.compile(r"\$(?:\$|(\w+)|\{([\w/]+)(?:[?:][^}]*)?\}+|\(([\w/]+)\))")
_COMMENT = re.compile(r"(?:^|\s)#")
_ANY = re.compile(r"\$")


def applied(sections: tuple[Section, ...], host: Host) -> tuple[Section, ...]:
    """The sections with the host's overrides in the place of our settings, or after them."""
    ours = {override.name: override for override in host.overrides if override.backend == "postfix"}
    replaced = tuple(
        Section(
            section.title,
            tuple(
                _instead(setting, ours[setting.name]) if setting.name in ours else setting
                for setting in section.settings
            ),
        )
        for section in sections
    )
    present = {setting.name for section in sections for setting in section.settings}
    added = tuple(_besides(override) for name, override in ours.items() if name not in present)
    return (*replaced, Section("Overrides of the spec", added)) if added else replaced


def is_decided(name: str) -> bool:
    """Whether a parameter is none that an administrator may set otherwise."""
    return name in _DECIDED or name.startswith(_DECIDED_FAMILIES)


def review(system: System, host: Host) -> Iterable[Finding]:
    """One finding for each override that cannot stand, and warnings for those that half hold."""
    narrowed = {setting.name for service in services(system, host) for setting in service.settings}
    for override in host.overrides:
        if override.backend == "postfix":
            yield from _review(override, host, narrowed)


def _instead(setting: Setting, override: Override) -> Setting:
    given = setting.value or "(empty)"
    return replace(
        setting,
        value=value(override.value),
        because=f"An override of the spec, instead of {given}, of which we say: {setting.because}",
    )


def _besides(override: Override) -> Setting:
    return Setting(override.name, value(override.value), "An override of the spec.", "postconf(5)")


def _review(override: Override, host: Host, narrowed: set[str]) -> Iterable[Finding]:
    where = ("hosts", host.name, "overrides", "postfix", override.name)
    version = host.platform.postfix
    names = known(version)
    if override.name not in names:
        yield Finding(where, _RULE, *_unknown(override.name, version, names), on_key=True)
        return
    instead = _DECIDED.get(override.name)
    if instead is None and override.name.startswith(_DECIDED_FAMILIES):
        instead = _DECIDED_FAMILIES_HINT
    if instead is not None:
        message = f"{override.name} is not for overrides"
        yield Finding(where, _RULE, message, instead, on_key=True)
        return
    yield from _review_value(override, where, names)
    if override.name in narrowed:
        message = f"master.cf gives submission its own {override.name}"
        hint = "this override holds for port 25 alone"
        yield Finding(where, "override-shadowed", message, hint, Severity.WARNING, on_key=True)


def _review_value(
    override: Override, where: tuple[str, ...], names: frozenset[str]
) -> Iterable[Finding]:
    try:
        value(override.value)
    except ValueError:
        message = f"{override.name} has a line end or NUL in its value"
        yield Finding(where, _RULE, message, "write the value on one line")
        return
    if _COMMENT.search(override.value):
        message = f"{override.name} has a # after a blank in its value"
        hint = "Postfix has no comments behind values; leave it out"
        yield Finding(where, _RULE, message, hint)
        return
    if not is_balanced(override.value):
        message = f"the braces in the value of {override.name} do not match"
        yield Finding(where, _RULE, message, "close each { with a }")
        return
    for match in _ANY.finditer(override.value.replace("$$", "")):
        text = override.value.replace("$$", "")[match.start() :]
        reference = _REFERENCE.match(text)
        name = next(filter(None, reference.groups()), None) if reference else None
        if name not in names:
            message = f"{override.name} refers to ${name or ''}, which is no parameter of Postfix"
            yield Finding(where, _RULE, message, "write $$ for a dollar sign")
            return


def _unknown(name: str, version: tuple[int, int], names: frozenset[str]) -> tuple[str, str]:
    release = f"{version[0]}.{version[1]}"
    message = f"Postfix {release} has no parameter {name!r:.60}"
    from difflib import get_close_matches  # only spoilt specs need it

    near = get_close_matches(name[:60], names, n=1)
    return message, f"did you mean {near[0]}?" if near else f"see postconf(5) of Postfix {release}"


_RELAY = "it decides for whom the host relays; the spec's domains and roles say that"
_LOGIN = "it decides who may log in and send as whom; the spec's users say that"
_TABLES = "it is derived from the spec's domains, users and aliases; change those"
_LAYOUT = "generations and checks rest on where Postfix's files lie"
_SIGNING = "it decides what is signed; the policy's dkim says that"
_TLS = "write hosts.NAME.tls instead"
_SMUGGLING = "it keeps messages from being smuggled in; there is no safe other value"

_DECIDED: dict[str, str] = {
    **dict.fromkeys(
        (
            *("mynetworks", "mynetworks_style", "mydestination", "relay_domains"),
            *("smtpd_relay_restrictions", "smtpd_recipient_restrictions", "permit_mx_backup"),
            *("permit_mx_backup_networks", "allow_untrusted_routing", "compatibility_level"),
            *("parent_domain_matches_subdomains", "smtpd_restriction_classes"),
            *("smtpd_delay_reject", "smtpd_client_restrictions", "smtpd_sender_restrictions"),
            *("smtpd_relay_before_recipient_restrictions", "allow_percent_hack"),
            *("swap_bangpath", "authorized_verp_clients", "smtpd_authorized_xclient_hosts"),
            *("smtpd_authorized_xforward_hosts", "smtpd_authorized_verp_clients"),
            *("smtpd_helo_restrictions", "smtpd_end_of_data_restrictions"),
            *("smtpd_data_restrictions", "smtpd_etrn_restrictions", "proxy_interfaces"),
            *("inet_interfaces", "smtpd_reject_unlisted_recipient", "relay_clientcerts"),
            *("smtpd_upstream_proxy_protocol", "soft_bounce", "receive_override_options"),
            *("defer_transports", "smtpd_proxy_filter", "smtpd_command_filter"),
            *("smtpd_relay_restrictions_default", "content_filter", "unverified_recipient_defer"),
            *("unknown_virtual_alias_reject_code", "unknown_virtual_mailbox_reject_code"),
            *("unknown_local_recipient_reject_code", "unknown_relay_recipient_reject_code"),
            *("relay_domains_reject_code", "access_map_reject_code", "reject_code"),
            *("unknown_relay_recipient_reject_code", "maps_rbl_reject_code"),
        ),
        _RELAY,
    ),
    **dict.fromkeys(
        (
            *("smtpd_tls_auth_only", "smtpd_sender_login_maps", "smtpd_sasl_auth_enable"),
            *("smtpd_sasl_type", "smtpd_sasl_path", "smtpd_sasl_security_options"),
            *("smtpd_sasl_tls_security_options", "smtpd_sasl_local_domain"),
            *("smtpd_sasl_exceptions_networks", "smtpd_sasl_service", "cyrus_sasl_config_path"),
            *("smtpd_tls_wrappermode", "smtpd_tls_ask_ccert", "smtpd_tls_req_ccert"),
            "smtpd_sasl_authenticated_header",
        ),
        _LOGIN,
    ),
    **dict.fromkeys(
        (
            *("virtual_alias_maps", "virtual_alias_domains", "virtual_mailbox_domains"),
            *("virtual_mailbox_maps", "virtual_transport", "transport_maps", "relay_transport"),
            *("relay_recipient_maps", "local_recipient_maps", "local_transport", "alias_maps"),
            *("alias_database", "virtual_maps", "canonical_maps", "recipient_canonical_maps"),
            *("sender_canonical_maps", "relocated_maps", "recipient_bcc_maps"),
            *("default_transport", "smtpd_restriction_maps", "virtual_alias_address_length_limit"),
            *("sender_dependent_default_transport_maps", "sender_dependent_relayhost_maps"),
            *("virtual_alias_expansion_limit", "virtual_alias_recursion_limit"),
            *("lmtp_destination_recipient_limit", "default_database_type", "default_cache_db_type"),
            *("propagate_unmatched_extensions", "header_checks", "mime_header_checks"),
            *("nested_header_checks", "smtputf8_enable", "address_verify_virtual_transport"),
            *(
                "local_header_rewrite_clients",
                "remote_header_rewrite_domain",
                "enable_original_recipient",
            ),
        ),
        _TABLES,
    ),
    **dict.fromkeys(
        (
            *("config_directory", "queue_directory", "daemon_directory", "data_directory"),
            *("command_directory", "meta_directory", "shlib_directory", "mail_owner"),
            *("setgid_group", "default_privs", "multi_instance_enable", "import_environment"),
            *("multi_instance_directories", "multi_instance_group", "multi_instance_name"),
            *("multi_instance_wrapper", "alternate_config_directories", "export_environment"),
            *("process_id_directory", "master_service_disable", "sendmail_path", "mailq_path"),
            *("newaliases_path", "manpage_directory", "process_name", "service_name"),
            *(
                "allow_mail_to_commands",
                "allow_mail_to_files",
                "mailbox_command",
                "debugger_command",
            ),
            *("openssl_path", "tls_config_file", "tls_config_name", "debug_peer_list"),
        ),
        _LAYOUT,
    ),
    **dict.fromkeys(
        (
            *("smtpd_milters", "non_smtpd_milters", "milter_default_action", "milter_protocol"),
            *("milter_macro_daemon_name", "smtpd_milter_maps", "internal_mail_filter_classes"),
        ),
        _SIGNING,
    ),
    **dict.fromkeys(
        (
            *("smtpd_tls_chain_files", "smtpd_tls_cert_file", "smtpd_tls_key_file"),
            *("smtpd_tls_eccert_file", "smtpd_tls_eckey_file", "smtpd_tls_dcert_file"),
            *("smtpd_tls_dkey_file", "smtpd_tls_security_level", "smtpd_use_tls"),
            *("smtpd_enforce_tls", "tls_server_sni_maps"),
        ),
        _TLS,
    ),
    **dict.fromkeys(
        (
            *("smtpd_forbid_bare_newline", "smtpd_forbid_bare_newline_exclusions"),
            *("smtpd_forbid_unauth_pipelining", "smtpd_forbid_bare_newline_reject_code"),
            *("smtpd_discard_ehlo_keywords", "cleanup_replace_stray_cr_lf"),
        ),
        _SMUGGLING,
    ),
    "myhostname": "write hosts.NAME.fqdn instead",
    "mydomain": "it follows hosts.NAME.fqdn",
    "myorigin": "it follows hosts.NAME.fqdn",
    "smtp_helo_name": "it follows hosts.NAME.fqdn, which PTR and SPF records name",
    "inet_protocols": "it follows hosts.NAME.addresses",
    "message_size_limit": "write hosts.NAME.limits.message_size instead",
    "mailbox_size_limit": "write quota at the user, the domain or the policy instead",
    "virtual_mailbox_limit": "write quota at the user, the domain or the policy instead",
    "smtpd_client_connection_rate_limit": "write hosts.NAME.limits.connections instead",
    "smtpd_client_message_rate_limit": "write hosts.NAME.limits.messages or "
    "limits.submitted_messages instead",
    "smtpd_client_recipient_rate_limit": "write hosts.NAME.limits.submitted_recipients instead",
    "smtpd_client_auth_rate_limit": "write hosts.NAME.limits.authentications instead",
    "anvil_rate_time_unit": "the rates of hosts.NAME.limits are a minute's",
    "recipient_delimiter": "write subaddress.delimiter in the domain or its policy instead",
}

_DECIDED_FAMILIES = ("mua_", "submission_", "address_verify_")
_DECIDED_FAMILIES_HINT = "it belongs to services that this host does not run"
