"""Certificates by SNI: the table of names and files that tls_server_sni_maps names.

A table that is not compiled: Postfix reads the keys in it with its rights of before the chroot,
whenever a process starts. One that postmap(1) -F compiles would hold the keys themselves, and
every renewal would have to compile it again.
"""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.postfix.section import folder
from mailctl.backends.tls import server_certificates
from mailctl.model.host import CertificateFiles, Host
from mailctl.render.postfix import literal, table_key, table_value

_TABLE = "server_names"
_HEAD = "# Written by mailctl; changes made here are lost.\n"


def server_names(host: Host) -> dict[str, bytes]:
    """Name to content of the table; none where no name has a certificate of its own."""
    lines = sorted(
        f"{table_key(name)} {table_value(chain_files(files))}\n"
        for name, files in server_certificates(host)
    )
    return {_TABLE: (_HEAD + "".join(lines)).encode()} if lines else {}


def settings(host: Host) -> tuple[Setting, ...]:
    """The parameter that names it, where there is one."""
    if not server_certificates(host):
        return ()
    return (
        Setting(
            "tls_server_sni_maps",
            f"texthash:{literal(folder(host))}/{_TABLE}",
            "Further names of this host and their certificates. Whoever asks for none of them, as "
            "mail servers often do, is shown the one above. The files are read when a process "
            "starts, so that a renewal needs no more than a reload.",
            "postconf(5); RFC 6066, 3",
        ),
    )


def chain_files(files: CertificateFiles) -> str:
    """As smtpd_tls_chain_files has them: the key first; one file may be both."""
    return ", ".join(dict.fromkeys((files.key, files.certificate)))
