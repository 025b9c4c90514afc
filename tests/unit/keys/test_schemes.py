"""Which password hashes go to the hosts as they are. Samples as `doveadm pw -s` prints them."""

from __future__ import annotations

import pytest

from mailctl.model.hash_schemes import fault_of_hash, scheme_of

SAMPLES = [
    "{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$XYGiMm/O6HsYu27RFVPN3g$jeuRZioisyFg/hU1o3N8P7C+4IhOxRx3np51vGPH3mk",
    "{argon2id}$argon2id$v=19$m=65536,t=3,p=1$XYGiMm/O6HsYu27RFVPN3g$jeuRZioisyFg/hU1o3N8P7C+4IhOxRx3np51vGPH3mk",
    "{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$QvUej18CDCj4lTkcwRshhg$g60YryhbFG56bNDm1GwyN4u5Aj79J22l76fNxme76Qk",
    "{BLF-CRYPT}$2y$05$ugbpwwkGA9o2iwzVHmc/g.L36kTaWJTOXuVF9JFKBrG/M/8.2.xHe",
    "{SHA512-CRYPT}$6$Z2HopekqV1b7JSXz$eQnGkFVvVbPJkbxeGiygFhWKp20RQOOnasTFoiG7NGLPTylneJpco088q0Uqb0Qyld1f2AHjtWEIViJrQN.IZ1",
    "{SHA256-CRYPT}$5$Zz/2B/qNqRFdbkoD$sRwKxaSA4K.Vw6ImAzNuQCJV/qkME5RPFv.yi0dY5UB",
    "{CRYPT}$2y$05$qnie4JmERVe51aaheG9mmuW1OyBBaC75GsbG6c/iHAT9xkllAAKt.",
    "{PBKDF2}$1$j0VUqcmPotjqlmv.$5000$a2567bcf74e2ae24e18c7016961f796557e621e6",
    "{SCRAM-SHA-256}4096,Gps7fas5DQHafP5Cb7qjwg==,ShzTWVcjlkLdmYjbkA7WnD+Y4ebvYpnIdT3hXYLWlus=,KrjDLSZpZAYd/fsPMSDomJ67M4MMWS5eXihtlvjBoUQ=",
    "{SSHA512}rINAfAo+teHaCS3249VOmg92CqRGnvlJAJBa2hdbiQpZ5ZAplAbMiPZlGXtA5EGNsTcej9lkVKj9nflITyHJIcIW4pg=",
    "{SSHA256}mX6XwlDRk+U9RGnBt/rAs+sYqvYgoICk1MMj8qxKR2e4wm7s",
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_doveadm_prints_is_taken(sample: str) -> None:
    assert fault_of_hash(sample) is None


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("tail", ["\n", ":x", " ", "\0", "::::nologin=y"])
def test_nothing_may_follow_a_hash(sample: str, tail: str) -> None:
    assert fault_of_hash(sample + tail) is not None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("hunter2", "does not begin with its {SCHEME}"),
        ("{}x", "does not begin with its {SCHEME}"),
        ("{PLAIN}hunter2", "{PLAIN} is no hash"),
        ("{cleartext}hunter2", "{CLEARTEXT} is no hash"),
        ("{MD5}$1$QrafaLRV$QqCSK4KfWZqHjmwkvXFmT.", "{MD5} is weak, or unknown"),
        ("{CRAM-MD5}00", "{CRAM-MD5} is weak, or unknown"),
        ("{SHA512}jYR+", "{SHA512} is weak, or unknown"),
        ("{DES-CRYPT}ab1234567890.", "{DES-CRYPT} is weak, or unknown"),
        ("{CRYPT}$1$QrafaLRV$QqCSK4KfWZqHjmwkvXFmT.", "what follows {CRYPT}"),
        ("{ARGON2ID}", "what follows {ARGON2ID}"),
        ("{ARGON2ID}hunter2", "what follows {ARGON2ID}"),
        ("{SHA512-CRYPT}$6$salt$short", "what follows {SHA512-CRYPT}"),
        ("{BLF-CRYPT}$2y$04$ugbpwwkGA9o2iwzVHmc/g.L36kTaWJTOXuVF9JFKBrG/M/8.2.xHe", "what follows"),
    ],
)
def test_other_hashes_are_refused_with_a_reason_that_does_not_quote_them(
    text: str, complaint: str
) -> None:
    fault = fault_of_hash(text)
    assert fault is not None
    message, advice = fault
    assert complaint in message
    assert advice
    assert "hunter2" not in message + advice


def test_a_password_in_braces_is_no_scheme() -> None:
    assert scheme_of("{not a scheme}x") is None
    assert scheme_of("x{ARGON2ID}") is None
