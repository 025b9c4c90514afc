"""What nginx is told for every server of ours: how it speaks TLS, what it takes and what it keeps.

All of it may stand in `http` and in `server` alike (nginx.org, ngx_http_core_module,
ngx_http_ssl_module), so that a host of NixOS says it beside the administrator's own sites.
"""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.tls import CIPHERS, curves
from mailctl.model.platform import Platform

HASH_BUCKET = 512
HASH_SIZE = 8192
"""server_names_hash_bucket_size and server_names_hash_max_size: names in DNS are that long, and a
host may have the names of many domains."""


def settings(platform: Platform) -> tuple[Setting, ...]:
    """All directives, in the order of the file; a value may be several words."""
    return (*_content(), *_requests(), *_tls(platform), *_headers())


def _content() -> tuple[Setting, ...]:
    return (
        Setting("access_log", "off", "Clients ask with their users' addresses in the query."),
        Setting("server_tokens", "off", "Nobody needs to know the version."),
        Setting("default_type", "application/octet-stream", "Each file says its own type."),
        Setting("charset", "utf-8", "All texts are in UTF-8."),
    )


def _requests() -> tuple[Setting, ...]:
    patience = "A request is a few hundred bytes: who is slower than that keeps a place busy."
    return (
        Setting("client_max_body_size", "16k", "Outlook posts a few hundred bytes."),
        Setting("client_body_timeout", "10s", patience),
        Setting("client_header_timeout", "10s", "The same."),
        Setting("keepalive_timeout", "10s", "Nobody has a second question."),
        Setting("send_timeout", "10s", "An answer is a few thousand bytes."),
        Setting("large_client_header_buffers", "4 8k", "nginx's own value, whatever others say."),
    )


def _tls(platform: Platform) -> tuple[Setting, ...]:
    source = "wiki.mozilla.org/Security/Server_Side_TLS, intermediate"
    return (
        Setting("ssl_protocols", "TLSv1.2 TLSv1.3", "The same as for mail.", source),
        Setting("ssl_ciphers", CIPHERS, "The same as for mail.", source),
        Setting("ssl_prefer_server_ciphers", "off", "Clients know what they are fast at.", source),
        Setting("ssl_ecdh_curve", ":".join(curves(platform)), "The same as for mail.", source),
        Setting("ssl_session_cache", "shared:mail:1m", "4000 sessions, for all workers."),
        Setting("ssl_session_timeout", "1d", "Clients come back within a day, if they do."),
        Setting(
            "ssl_session_tickets",
            "off",
            "A ticket's key would have to be changed for forward secrecy, and nginx does not.",
            source,
        ),
    )


def _headers() -> tuple[Setting, ...]:
    return (
        Setting(
            "add_header",
            'Strict-Transport-Security "max-age=63072000" always',
            "Whoever came by HTTPS comes by nothing else for two years.",
            "RFC 6797",
        ),
        Setting(
            "add_header",
            "X-Content-Type-Options nosniff always",
            "The type is the one that is said.",
            "fetch.spec.whatwg.org",
        ),
    )
