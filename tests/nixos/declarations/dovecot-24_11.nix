# services.dovecot2 of 24.11 to 25.11: options for some of dovecot.conf, and the rest as text.
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
  flag = typed types.bool;
  maybe = typed (types.nullOr types.str) null;
  words = typed (types.listOf types.str) [ ];
  plugins = types.submodule { options.enable = words; };
  mailbox =
    { name, ... }:
    {
      options = {
        name = typed types.str name;
        auto = typed (types.enum [
          "no"
          "create"
          "subscribe"
        ]) "no";
        specialUse = typed (types.nullOr (
          types.enum [
            "All"
            "Archive"
            "Drafts"
            "Flagged"
            "Junk"
            "Sent"
            "Trash"
          ]
        )) null;
        autoexpunge = maybe;
      };
    };
  block = head: lines: "${head} {\n${lib.concatMapStrings (line: "  ${line}\n") lines}}\n";
  folder =
    each:
    block ''mailbox "${each.name}"'' (
      [ "auto = ${each.auto}" ]
      ++ lib.optional (each.specialUse != null) "special_use = \\${each.specialUse}"
      ++ lib.optional (each.autoexpunge != null) "autoexpunge = ${each.autoexpunge}"
    );
  text = lib.concatStrings [
    ''
      base_dir = /run/dovecot2
      protocols = ${lib.concatStringsSep " " cfg.protocols}
      sendmail_path = /run/wrappers/bin/sendmail
      mail_plugins = $mail_plugins ${lib.concatStringsSep " " cfg.mailPlugins.globally.enable}
    ''
    (lib.concatStrings (
      lib.mapAttrsToList (
        protocol: chosen:
        block "protocol ${protocol}" [
          "mail_plugins = $mail_plugins ${lib.concatStringsSep " " chosen.enable}"
        ]
      ) cfg.mailPlugins.perProtocol
    ))
    (
      if cfg.sslServerCert == null then
        "ssl = no\ndisable_plaintext_auth = no\n"
      else
        ''
          ssl_cert = <${cfg.sslServerCert}
          ssl_key = <${cfg.sslServerKey}
          disable_plaintext_auth = yes
        ''
    )
    ''
      default_internal_user = ${cfg.user}
      default_internal_group = ${cfg.group}
    ''
    (lib.optionalString (cfg.mailUser != null) "mail_uid = ${cfg.mailUser}\n")
    (lib.optionalString (cfg.mailGroup != null) "mail_gid = ${cfg.mailGroup}\n")
    ''
      mail_location = ${cfg.mailLocation}
      maildir_copy_with_hardlinks = yes
      pop3_uidl_format = %08Xv%08Xu
      auth_mechanisms = plain login
      service auth {
        user = root
      }
    ''
    (lib.optionalString cfg.enablePAM "passdb {\n  driver = pam\n}\nuserdb {\n  driver = passwd\n}\n")
    (lib.optionalString (cfg.mailboxes != { }) (
      "namespace inbox {\n  inbox = yes\n"
      + lib.concatMapStrings folder (lib.attrValues cfg.mailboxes)
      + "}\n"
    ))
    (block "plugin" (lib.mapAttrsToList (name: value: "${name} = ${value}") cfg.pluginSettings))
    cfg.extraConfig
  ];
in
{
  options.services.dovecot2 = {
    enable = flag false;
    enableImap = flag true;
    enablePop3 = flag false;
    enableLmtp = flag false;
    enablePAM = flag true;
    enableDHE = flag true;
    enableQuota = flag false;
    createMailUser = flag true;
    protocols = words;
    package = typed types.package pkgs.dovecot;
    user = typed types.str "dovecot2";
    group = typed types.str "dovecot2";
    mailUser = maybe;
    mailGroup = maybe;
    mailLocation = typed types.str "maildir:/var/spool/mail/%u";
    sslServerCert = maybe;
    sslServerKey = maybe;
    sslCACert = maybe;
    mailPlugins.globally = typed plugins { };
    mailPlugins.perProtocol = typed (types.attrsOf plugins) { };
    mailboxes = typed (types.attrsOf (types.submodule mailbox)) { };
    pluginSettings = typed (types.attrsOf types.str) { };
    extraConfig = typed types.lines "";
    sieve.extensions = words;
    sieve.scripts = typed (types.attrsOf types.path) { };
    configFile = mkOption {
      type = types.nullOr types.path;
      default = null;
      apply = file: if file == null then pkgs.writeText "dovecot.conf" text else file;
    };
  }
  // lib.optionalAttrs (lib.trivial.release == "24.11") {
    modules = typed (types.listOf types.package) [ ];
  };

  config = lib.mkIf cfg.enable {
    services.dovecot2 = {
      protocols =
        lib.optional cfg.enableImap "imap"
        ++ lib.optional cfg.enablePop3 "pop3"
        ++ lib.optional cfg.enableLmtp "lmtp";
      pluginSettings = lib.mapAttrs (_: lib.mkDefault) {
        sieve_plugins = "";
        sieve_extensions = lib.concatMapStringsSep " " (name: "+${name}") cfg.sieve.extensions;
        sieve_global_extensions = "";
        sieve_pipe_bin_dir = "/nix/store/sieve-pipe-bins";
      };
    };
    users.users = {
      dovecot2.group = cfg.group;
      dovenull.group = "dovenull";
    }
    // lib.optionalAttrs (cfg.createMailUser && cfg.mailUser != null) {
      ${cfg.mailUser} = {
        isSystemUser = true;
        group = cfg.mailGroup;
        description = "Virtual Mail User";
      };
    };
    users.groups = {
      dovecot2 = { };
      dovenull = { };
    };
    systemd.services.dovecot2 = {
      wantedBy = [ "multi-user.target" ];
      restartTriggers = [ cfg.configFile ];
      serviceConfig.ExecStart = "${cfg.package}/sbin/dovecot -F";
    };
    assertions = [
      {
        assertion = (cfg.sslServerCert == null) == (cfg.sslServerKey == null);
        message = "dovecot needs both sslServerCert and sslServerKey";
      }
    ];
    # What a text says of a plugin is lost against the option.
    warnings = lib.concatMap (
      name:
      lib.optional (builtins.match "(.*\n)?[[:blank:]]*${name}[[:blank:]]*=.*" cfg.extraConfig != null)
        "extraConfig says ${name}, which is an option of services.dovecot2.pluginSettings"
    ) (lib.attrNames cfg.pluginSettings);
  };
}
