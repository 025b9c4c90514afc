"""The declarations refuse what nixpkgs refuses, and write what its modules write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nixos_evaluation import Evaluated, Refused, evaluate

SMALL = {
    "24.11": 'services.postfix = { enable = true; postmasterAlias = ""; config.biff = false; };',
    "25.11": (
        "services.postfix = { enable = true; "
        'settings.main = { biff = false; smtpd_tls_chain_files = [ "/key" "/chain" ]; }; };'
    ),
    "26.05": (
        "services.postfix.enable = true; services.dovecot2 = { enable = true; settings = { "
        'dovecot_config_version = "2.4.1"; dovecot_storage_version = "2.4.1"; }; };'
    ),
}
SECRETS = """\
options.services.mailctl.secretFiles = lib.mkOption {
  default = { };
  type = lib.types.attrsOf lib.types.str;
};"""


def _module(folder: Path, text: str) -> Path:
    file = folder / "module.nix"
    file.write_text(f"{{ lib, pkgs, config, ... }}: {{ {SECRETS} config = {{ {text} }}; }}\n")
    return file


def _evaluated(folder: Path, release: str, more: str = "") -> Evaluated:
    return evaluate(release, _module(folder, SMALL[release]), f"{{ lib, ... }}: {{ {more} }}")


@pytest.mark.parametrize("release", SMALL)
def test_small_modules_evaluate(tmp_path: Path, release: str) -> None:
    done = _evaluated(tmp_path, release)
    assert (done.failed, done.warnings) == ([], [])
    assert "queue_directory = /var/lib/postfix/queue\n" in done.main_cf
    assert "smtp inet n - - - - smtpd" in done.master_cf


SIGNER = 'services.opendkim = { enable = true; configFile = "/etc/x"; };'
MAIN = "services.postfix.settings.main"
TWO_DEFAULTS = f"{MAIN} = lib.mkMerge [ {{ x = lib.mkDefault 1; }} {{ x = lib.mkDefault 2; }} ];"
REFUSED = (
    ("25.11", "services.postfix.setings = { };", r"`services\.postfix\.setings' does not exist"),
    ("24.11", f"{MAIN} = {{ }};", r"`services\.postfix\.settings' does not exist"),
    ("24.11", "services.postfix.config.x = 1;", "is not of type boolean or string or list"),
    ("25.11", f'{MAIN}.relay_domains = "x";', "relay_domains' is not of type"),
    ("25.11", f"{MAIN}.biff = true;", "biff' has conflicting definition values"),
    ("25.11", TWO_DEFAULTS, "main.x' has conflicting definition values: 1, 2"),
    ("25.11", f'{MAIN}.smtpd_tls_security_level = "dane";', "is not of type one of"),
    ("25.11", 'services.postfix.relayHost = "x";', "removed: use settings.main.relayhost"),
    ("26.05", "services.dovecot2.mailboxes = { };", "it was removed: use settings"),
    ("26.05", 'services.dovecot2.settings.auth_mechanisms = "plain";', "auth_mechanisms' is not"),
    ("24.11", SIGNER, r"`services\.opendkim\.selector' is used but not defined"),
    ("25.11", "services.opendkim.configFile = null;", "configFile' does not exist"),
    ("24.11", "networking.firewall.allowedTCPPorts = [ 70000 ];", "is not of type port number"),
)


@pytest.mark.parametrize(("release", "more", "said"), REFUSED)
def test_what_nixpkgs_refuses_is_refused(
    tmp_path: Path, release: str, more: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        _evaluated(tmp_path, release, more)


def test_versions_of_dovecot_2_4_must_be_said(tmp_path: Path) -> None:
    more = "services.dovecot2.settings.dovecot_config_version = lib.mkForce null;"
    done = _evaluated(tmp_path, "26.05", more)
    assert done.failed == [
        "services.dovecot2.settings.dovecot_config_version must be set with Dovecot 2.4"
    ]


def test_an_old_unit_name_is_told(tmp_path: Path) -> None:
    done = _evaluated(tmp_path, "26.05", 'systemd.services.dovecot2.after = [ "x" ];')
    assert done.failed == ["the unit is called dovecot, and no longer dovecot2"]


def test_a_renamed_option_is_told(tmp_path: Path) -> None:
    done = _evaluated(tmp_path, "25.11", 'services.postfix.hostname = "x";')
    assert done.warnings == [
        "services.postfix.hostname was renamed to services.postfix.settings.main.myhostname"
    ]


def test_force_wins_and_default_gives_way(tmp_path: Path) -> None:
    more = (
        "services.postfix.settings.main = lib.mkMerge [ "
        "{ biff = lib.mkForce true; one = lib.mkDefault 1; two = lib.mkDefault 1; } "
        '(lib.mkIf true { two = 2; three = [ "b" ]; }) (lib.mkIf false { four = 4; }) '
        '{ three = lib.mkBefore [ "a" ]; } ];'
    )
    text = _evaluated(tmp_path, "25.11", more).main_cf
    for line in ("biff = yes", "one = 1", "two = 2", "three = a, b"):
        assert f"\n{line}\n" in f"\n{text}"
    assert "four" not in text


def test_dovecot_as_a_set_is_written_as_blocks(tmp_path: Path) -> None:
    more = (
        'services.dovecot2.settings = { "service auth"."unix_listener /a b" = { mode = "0600"; }; '
        "protocols = { imap = true; pop3 = false; }; nothing = null; number = 3; "
        'words = [ "one" "two" ]; };'
    )
    text = _evaluated(tmp_path, "26.05", more).dovecot_conf
    assert text is not None
    assert re.match(r"dovecot_config_version = 2\.4\.1\ndovecot_storage_version = 2\.4\.1\n", text)
    assert "service auth {\n  unix_listener /a b {\n    mode = 0600\n  }\n}\n" in text
    assert "protocols {\n  imap = yes\n  pop3 = no\n}\n" in text
    assert "number = 3\n" in text
    assert "words = one two\n" in text
    assert "nothing" not in text
