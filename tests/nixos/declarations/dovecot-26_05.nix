# services.dovecot2 of 26.05: dovecot.conf as a set. A set in it is a block, whose head is its name;
# texts are written as they stand. With Dovecot 2.4 the two versions must be said.
{
  lib,
  config,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.dovecot2;
  typed = type: default: mkOption { inherit type default; };
  section = types.submodule { freeformType = types.attrsOf value; };
  single = types.oneOf [
    types.int
    types.str
    types.bool
    types.path
    section
  ];
  value = types.nullOr (types.oneOf [ single (types.listOf single) ]);
  switches = types.oneOf [
    (types.attrsOf types.bool)
    (types.listOf types.str)
  ];
  removed =
    instead:
    mkOption {
      type = types.unspecified;
      default = null;
      apply = given: if given == null then null else throw "it was removed: use ${instead}";
    };

  line = indent: name: text: "${indent}${name} = ${text}\n";
  written =
    indent: name: given:
    if given == null then
      ""
    else if lib.isBool given then
      line indent name (if given then "yes" else "no")
    else if lib.isInt given || lib.isString given then
      line indent name (toString given)
    else if lib.isList given then
      line indent name (lib.concatStringsSep " " given)
    else if given ? outPath then
      line indent name "${given}"
    else
      "${indent}${name} {\n${lines "${indent}  " given}${indent}}\n";
  lines = indent: set: lib.concatStrings (lib.mapAttrsToList (written indent) set);
  versions = [
    "dovecot_config_version"
    "dovecot_storage_version"
  ];
  text =
    lib.concatMapStrings (name: written "" name cfg.settings.${name}) versions
    + lines "" (removeAttrs cfg.settings versions);
  version = typed (types.nullOr types.str) null;
  old = lib.versionOlder cfg.package.version "2.4";
in
{
  options.services.dovecot2 = {
    enable = typed types.bool false;
    enablePAM = typed types.bool false;
    createMailUser = typed types.bool true;
    package = typed types.package (
      if lib.versionAtLeast config.system.stateVersion "26.05" then pkgs.dovecot else pkgs.dovecot_2_3
    );
    settings = typed (types.submodule {
      freeformType = types.attrsOf value;
      options = {
        dovecot_config_version = version;
        dovecot_storage_version = version;
        base_dir = typed types.path "/run/dovecot2";
        sendmail_path = typed types.path "/run/wrappers/bin/sendmail";
        mail_plugin_dir = typed types.path "/run/current-system/sw/lib/dovecot/modules";
        default_internal_user = typed types.str "dovecot2";
        default_internal_group = typed types.str "dovecot2";
        maildir_copy_with_hardlinks = typed types.bool true;
        auth_mechanisms = typed switches [
          "plain"
          "login"
        ];
        sieve_script_bin_path = typed (types.nullOr types.str) "/tmp/dovecot-%{user|username|lower}";
        sieve_plugins = typed (types.nullOr switches) null;
        sieve_global_extensions = typed (types.nullOr switches) null;
      };
    }) { };
    sieve.scripts = typed (types.attrsOf types.path) { };
    sieve.pipeBins = typed (types.listOf types.path) [ ];
    configFile = mkOption {
      type = types.nullOr types.path;
      default = null;
      apply = file: if file == null then pkgs.writeText "dovecot.conf" text else file;
    };
  }
  // lib.mapAttrs (_: removed) {
    extraConfig = "settings";
    mailboxes = "settings";
    pluginSettings = "settings";
    enableImap = "settings.protocols.imap";
    enablePop3 = "settings.protocols.pop3";
    enableLmtp = "settings.protocols.lmtp";
    sslServerCert = "settings.ssl_server_cert_file";
    sslServerKey = "settings.ssl_server_key_file";
    mailLocation = "settings.mail_path";
    enableDHE = "ECDHE";
  };

  config = lib.mkIf cfg.enable {
    users.users.dovecot2.group = "dovecot2";
    users.groups.dovecot2 = { };
    users.users.dovenull.group = "dovenull";
    users.groups.dovenull = { };
    systemd.services.dovecot = {
      wantedBy = [ "multi-user.target" ];
      restartTriggers = [ cfg.configFile ];
      serviceConfig.ExecStart = "${cfg.package}/bin/dovecot -F";
    };
    warnings = lib.optional old "There is a newer version than Dovecot 2.3";
    assertions =
      map (name: {
        assertion = old || cfg.settings.${name} != null;
        message = "services.dovecot2.settings.${name} must be set with Dovecot 2.4";
      }) versions
      ++ [
        {
          assertion = old || cfg.sieve.scripts == { };
          message = "services.dovecot2.sieve.scripts has no meaning with Dovecot 2.4";
        }
        {
          assertion = !(config.systemd.services ? dovecot2);
          message = "the unit is called dovecot, and no longer dovecot2";
        }
      ]
      ++ map (name: {
        assertion = cfg.${name} == null;
        message = "services.dovecot2.${name} was removed";
      }) [ "extraConfig" "mailboxes" "pluginSettings" "mailLocation" "sslServerCert" "enableImap" ];
  };
}
