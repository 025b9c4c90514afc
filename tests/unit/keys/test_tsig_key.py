"""Key files: what tsig-keygen writes is read, everything else is refused without a quotation."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from mailctl.errors import SecretError
from mailctl.keys.tsig import parse_tsig_key, read_tsig_key
from mailctl.model.tsig_key import TsigKey

SECRET = bytes(range(32))
TEXT = base64.b64encode(SECRET).decode()
SHORT = base64.b64encode(b"fifteen bytes..").decode()
GENERATED = f'key "push.office.example" {{\n\talgorithm hmac-sha256;\n\tsecret "{TEXT}";\n}};\n'


@pytest.mark.parametrize(
    ("text", "algorithm"),
    [
        (GENERATED, "hmac-sha256"),
        (f"key push.office.example. {{ secret {TEXT}; algorithm HMAC-SHA512; }};", "hmac-sha512"),
        (f"# made today\n// by hand\n/* {{ */ {GENERATED}", "hmac-sha256"),
        (f"hmac-sha384:push.office.example:{TEXT}\n", "hmac-sha384"),
        (f"push.office.example:{TEXT}", "hmac-sha256"),
        (f"hmac-sha1:Push.Office.Example.:{TEXT}", "hmac-sha1"),
    ],
)
def test_it_reads_a_key(text: str, algorithm: str) -> None:
    key = parse_tsig_key(text)
    assert key == TsigKey("push.office.example", algorithm, SECRET)
    assert key.discouraged == (algorithm == "hmac-sha1")


@pytest.mark.parametrize("filler", [b"\xff" * 32, b"\x00\x0f\xf0" * 11])
def test_a_secret_may_look_like_a_comment(filler: bytes) -> None:
    secret = base64.b64encode(filler).decode()
    key = parse_tsig_key(f"# one\n{GENERATED.replace(TEXT, secret)}// two /* three */")
    assert key.secret == filler


def test_a_bare_secret_may_hold_a_slash() -> None:
    secret = base64.b64encode(b"\xfc\x00\x0f\xff\x00\x00" * 4).decode()
    assert secret.startswith("/") and "//" not in secret
    assert parse_tsig_key(f"key a {{ algorithm hmac-sha256; secret {secret}; }};").secret


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no TSIG key"),
        (TEXT, "is no TSIG key"),
        (f'secret "{TEXT}";', "is no TSIG key"),
        (GENERATED.replace("}", ""), "is no TSIG key"),
        (GENERATED.replace('";', '"'), "is no TSIG key"),
        (GENERATED.replace(TEXT, f'{TEXT}" "more'), "is no TSIG key"),
        (GENERATED.replace("algorithm hmac-sha256;", ""), "is no TSIG key"),
        (GENERATED + 'zone "x" { };', "is no TSIG key"),
        (GENERATED * 2, "holds more than one key"),
        (f"a:b:c:{TEXT}", "is no TSIG key"),
        (GENERATED.replace("hmac-sha256", "hmac-md5"), "hmac-md5 must not be used any more"),
        (f"hmac-md5.sig-alg.reg.int:a:{TEXT}", "hmac-md5 must not be used any more"),
        (GENERATED.replace("hmac-sha256", "rot13"), "the algorithm is unknown"),
        (GENERATED.replace(TEXT, TEXT[:-3]), "the secret is no base64"),
        (GENERATED.replace(TEXT, TEXT[:20] + "!" + TEXT[20:]), "the secret is no base64"),
        (GENERATED.replace(TEXT, SHORT), "the secret has 15 bytes"),
        (GENERATED.replace("push.office.example", "a..b"), "is no name that DNS could have"),
        (GENERATED.replace("push.office", "x" * 64), "is no name that DNS could have"),
    ],
)
def test_what_is_no_key_is_refused_without_showing_it(text: str, message: str) -> None:
    with pytest.raises(SecretError) as refused:
        parse_tsig_key(text)
    assert message in str(refused.value)
    for part in (TEXT[:12], SHORT[:12]):
        assert part not in str(refused.value)
        assert part not in repr(refused.value.__context__)


def test_a_key_prints_without_its_secret() -> None:
    key = parse_tsig_key(GENERATED)
    assert repr(key) == "TsigKey(name='push.office.example', algorithm='hmac-sha256')"


def test_a_file_of_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "push.key"
    with pytest.raises(SecretError, match=r"push\.key: there is no such file; make it"):
        read_tsig_key(path)
    path.write_text(GENERATED)
    path.chmod(0o640)
    with pytest.raises(SecretError, match=r"may be read by others \(mode 0640\); run: chmod 600"):
        read_tsig_key(path)
    path.chmod(0o600)
    assert read_tsig_key(path).secret == SECRET
    path.write_bytes(b"\xff\xfe" + GENERATED.encode())
    with pytest.raises(SecretError, match=r"push\.key: is no TSIG key; it is no ASCII text"):
        read_tsig_key(path)
    path.write_text("key")
    with pytest.raises(SecretError, match=r"push\.key: is no TSIG key; write it as tsig-keygen"):
        read_tsig_key(path)
    with pytest.raises(SecretError, match="cannot be read"):
        read_tsig_key(tmp_path)
