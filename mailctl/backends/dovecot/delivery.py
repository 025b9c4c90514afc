"""How mail comes in: LMTP from Postfix, subaddresses, Sieve."""

from __future__ import annotations

from mailctl.backends.base import Setting
from mailctl.backends.dovecot.decisions import Decision, Socket, Topic
from mailctl.backends.dovecot.places import LMTP_SOCKET, socket_path
from mailctl.backends.sieve.placement import placed_scripts, user_script_pattern
from mailctl.model.host import Host
from mailctl.model.system import System


def delivery(system: System, host: Host) -> Topic:
    """LMTP and what it does with a message."""
    delimiters = "".join(
        sorted({domain.policy.subaddress.delimiter for domain in system.stored_on(host)})
    )
    return Topic(
        "Delivery",
        (
            Socket(
                "lmtp",
                socket_path(host, LMTP_SOCKET),
                "postfix",
                "Postfix hands mail over here; in its own folder, for its own account alone.",
                "RFC 2033",
            ),
            Setting("host-name", host.fqdn, "Stands in Received headers and in replies."),
            Setting(
                "postmaster",
                "postmaster@<domain>",
                "The sender of notices: the postmaster of the user's own domain.",
                "RFC 5321, 4.5.1",
            ),
            Setting(
                "delimiter",
                delimiters or "+",
                "What separates a user's name from a detail, as in user+detail@domain.",
                "RFC 5233",
            ),
            Setting(
                "save-to-detail",
                "no",
                "Folders for details are the subaddress policy's affair, a Sieve script.",
            ),
            Setting(
                "deliveries-to-a-user",
                "unlimited",
                "Postfix bounds how many deliveries run at once. A bound here (2.4 has 10) puts a "
                "burst of mail to one user off for minutes.",
            ),
            Setting("received-header", "yes", "Every hop says that it was one.", "RFC 5321, 4.4"),
            Setting(
                "subscribe-new-folders",
                "yes",
                "A folder that Sieve makes is shown by clients that list only what is subscribed.",
            ),
        ),
    )


def filtering(system: System, host: Host) -> Topic:
    """Sieve: what users may do, and the scripts that the spec gives."""
    fixed: tuple[Decision, ...] = (
        Setting(
            "personal-scripts",
            "~/sieve",
            "Users' own scripts, put there by ManageSieve; ~/.dovecot.sieve is the active one.",
            "RFC 5804",
        ),
        Setting(
            "default-script",
            user_script_pattern(host),
            "What runs until a user activates a script of her own: her `sieve:` file of the spec.",
        ),
        Setting(
            "script-size",
            "256k",
            "A script longer than this is a mistake or an attack.",
            "RFC 5804",
        ),
        Setting("script-count", "32", "Scripts that a user may keep."),
        Setting("script-storage", "2M", "Room for all scripts of a user."),
        Setting(
            "redirects", "4", "Copies that a script may send on for one message.", "RFC 5228, 4.2"
        ),
        Setting(
            "redirect-sender",
            "orig_recipient",
            "A message that a script sends on leaves in the name of the address that received it: "
            "the next host checks SPF against our domain, and bounces reach the one who forwards.",
            "RFC 5228, 4.2",
        ),
        Setting(
            "notice-sender",
            "postmaster",
            "Notices come from the postmaster of the user's domain, who also learns when one "
            "cannot be delivered; they carry Auto-Submitted, so that no machine answers them.",
            "RFC 5436, 2.7; RFC 3834, 5",
        ),
        Setting(
            "memory-of-duplicates",
            "3650d",
            "How long a script may remember what it has seen: the subaddress policy counts the "
            "folders that it has made.",
            "RFC 7352, 3.3",
        ),
        Setting(
            "mail-program",
            host.platform.places.sendmail,
            "Notices, replies and redirects go to Postfix.",
        ),
    )
    return Topic("Sieve", fixed + placed_scripts(system, host))
