"""users and aliases: who owns which address."""

from __future__ import annotations

from mailctl.spec import texts
from mailctl.spec.kinds import Flag, Plain, Text
from mailctl.spec.names import address_pattern
from mailctl.spec.problems import refuse
from mailctl.spec.shapes import Key, ListOf, Record
from mailctl.spec.table.hosts import FILE
from mailctl.spec.table.policies import ADDRESS, POLICY_NAME, QUOTA


class _Password(Record):
    """One source, and only one."""

    def read(self, value: object) -> dict[str, object]:
        if isinstance(value, str):
            raise refuse("clear-password", "a password does not stand in the spec itself",
                         "write {file: secrets/NAME}, or {hash: \"{ARGON2ID}...\"}"
                         )  # fmt: skip
        read = super().read(value)
        if len(read) != 1:
            raise refuse("password-source", "a password has exactly one source",
                         f"write one of {', '.join(self.keys)}")  # fmt: skip
        return read


PASSWORD = _Password(
    "password",
    {
        "hash": Key(Text("a hash with its scheme", texts.password_hash),
                    "the hash itself, with its scheme", example='"{ARGON2ID}$argon2id$v=19$..."'),
        "file": Key(FILE, "a file with the password, or with its hash", example="secrets/alice"),
        "env": Key(Text("an environment variable", texts.variable),
                   "an environment variable with the same", example="ALICE_PASSWORD"),
        "command": Key(ListOf(Plain("a word", texts.argument), least=1),
                       "a command (no shell) that prints the same",
                       example="[age, -d, -i, key.txt, alice.age]"),
    },
)  # fmt: skip

FORWARD = Record(
    "forward",
    {
        "to": Key(ListOf(ADDRESS, single=True, least=1), "where copies go", required=True,
                  example="[alice@elsewhere.example]"),
        "keep": Key(Flag(), "whether the mailbox gets a copy too", "true"),
    },
)  # fmt: skip

USER = Record(
    "a user",
    {
        "password": Key(PASSWORD, "where the password comes from", required=True,
                        example="{file: secrets/NAME}"),
        "aliases": Key(ListOf(ADDRESS, single=True), "further addresses of the same mailbox",
                       "none", "[a@example.org]"),
        "sieve": Key(FILE, "the user's Sieve script, until the user activates another", "none",
                     "sieve/alice.sieve"),
        "forward": Key(FORWARD, "where mail is sent on to", "nowhere",
                       "{to: [alice@elsewhere.example]}"),
        "send_as": Key(ListOf(Text("an address or *@domain", address_pattern), single=True),
                       "further addresses that the user may send as", "none",
                       '["*@example.net"]'),
        "send_only": Key(Flag(), "logs in and sends; has no mailbox, mail to it is refused",
                         "false"),
        "policy": Key(POLICY_NAME, "the named policy whose quota holds for the user",
                      "the domain's", "clients"),
        "quota": QUOTA,
    },
)  # fmt: skip

ALIAS_TARGETS = ListOf(ADDRESS, single=True, least=1)
