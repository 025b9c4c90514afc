# services.postfix: what all releases have. `mainOption` are the options that hold main.cf and
# master.cf, given the type of a service: `config` and `masterConfig` until 25.05, `settings.main`
# and `settings.master` from 25.11 on.
{
  mainOption,
}:
{
  lib,
  config,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.postfix;
  flag = default: mkOption {
    type = types.bool;
    inherit default;
  };
  word = default: mkOption {
    type = types.str;
    inherit default;
  };
  text = mkOption {
    type = types.lines;
    default = "";
  };
  files = mkOption {
    type = types.attrsOf types.path;
    default = { };
  };

  known = options: name: show: if options.${name} == null then "-" else show options.${name};
  yesOrNo = value: if value then "y" else "n";
  fields =
    service:
    let
      column = known service;
      wakeup =
        if service.wakeup == null then
          "-"
        else
          "${toString service.wakeup}${lib.optionalString (service.wakeupUnusedComponent == false) "?"}";
    in
    [
      service.name
      service.type
      (column "private" yesOrNo)
      (column "privileged" (value: yesOrNo (!value)))
      (column "chroot" yesOrNo)
      wakeup
      (column "maxproc" toString)
      service.command
    ]
    ++ map (word: if lib.hasPrefix "-" word then "\n  ${word}" else word) service.args;
  perhaps = type: mkOption {
    type = types.nullOr type;
    default = null;
  };
  service =
    { name, config, ... }:
    {
      config.rawEntry = fields config;
      options = {
        rawEntry = mkOption { type = types.listOf types.str; };
        name = word name;
        type = mkOption {
          type = types.enum [
            "inet"
            "unix"
            "unix-dgram"
            "fifo"
            "pass"
          ];
          default = "unix";
        };
        private = perhaps types.bool;
        privileged = perhaps types.bool;
        chroot = perhaps types.bool;
        wakeup = perhaps types.int;
        wakeupUnusedComponent = perhaps types.bool;
        maxproc = perhaps types.int;
        command = word name;
        args = mkOption {
          type = types.listOf types.str;
          default = [ ];
        };
      };
    };
  dashO = set: lib.concatLists (lib.mapAttrsToList (name: value: [ "-o" "${name}=${value}" ]) set);
  port = args: {
    type = "inet";
    private = false;
    command = "smtpd";
    inherit args;
  };

  ownServices = {
    pickup = {
      private = false;
      wakeup = 60;
      maxproc = 1;
    };
    cleanup = {
      private = false;
      maxproc = 0;
    };
    qmgr = {
      private = false;
      wakeup = 300;
      maxproc = 1;
    };
    tlsmgr = {
      wakeup = 1000;
      wakeupUnusedComponent = false;
      maxproc = 1;
    };
    rewrite.command = "trivial-rewrite";
    bounce.maxproc = 0;
    defer = {
      maxproc = 0;
      command = "bounce";
    };
    trace = {
      maxproc = 0;
      command = "bounce";
    };
    verify.maxproc = 1;
    flush = {
      private = false;
      wakeup = 1000;
      wakeupUnusedComponent = false;
      maxproc = 0;
    };
    proxymap.command = "proxymap";
    proxywrite = {
      maxproc = 1;
      command = "proxymap";
    };
    showq.private = false;
    error = { };
    retry.command = "error";
    discard = { };
    local.privileged = true;
    virtual.privileged = true;
    lmtp = { };
    anvil.maxproc = 1;
    scache.maxproc = 1;
  }
  // lib.optionalAttrs cfg.enableSmtp {
    smtp_inet = port [ ] // {
      name = "smtp";
    };
    smtp = { };
    relay = {
      command = "smtp";
      args = [
        "-o"
        "smtp_fallback_relay="
      ];
    };
  }
  // lib.optionalAttrs cfg.enableSubmission { submission = port (dashO cfg.submissionOptions); }
  // lib.optionalAttrs cfg.enableSubmissions {
    submissions = port (dashO (cfg.submissionsOptions // { smtpd_tls_wrappermode = "yes"; }));
  };

  hasAliases = cfg.postmasterAlias != "" || cfg.rootAlias != "" || cfg.extraAliases != "";
  ownValues =
    lib.mapAttrs (_: lib.mkDefault) {
      compatibility_level = "3.9";
      mail_owner = cfg.user;
      default_privs = "nobody";
      data_directory = "/var/lib/postfix/data";
      queue_directory = "/var/lib/postfix/queue";
      meta_directory = "${pkgs.postfix}/etc/postfix";
      command_directory = "${pkgs.postfix}/bin";
      daemon_directory = "${pkgs.postfix}/libexec/postfix";
      sendmail_path = "${pkgs.postfix}/bin/sendmail";
      newaliases_path = "${pkgs.postfix}/bin/newaliases";
      mailq_path = "${pkgs.postfix}/bin/mailq";
      manpage_directory = "${pkgs.postfix}/share/man";
      html_directory = "${pkgs.postfix}/share/postfix/doc/html";
      sample_directory = "/etc/postfix";
      mail_spool_directory = "/var/spool/mail/";
      readme_directory = false;
      shlib_directory = false;
      setgid_group = cfg.setgidGroup;
    }
    // lib.optionalAttrs hasAliases { alias_maps = [ "hash:/etc/postfix/aliases" ]; };
in
{
  options.services.postfix = {
    enable = flag false;
    enableSmtp = flag true;
    enableSubmission = flag false;
    enableSubmissions = flag false;
    submissionOptions = mkOption {
      type = types.attrsOf types.str;
      default = { };
    };
    submissionsOptions = mkOption {
      type = types.attrsOf types.str;
      default = { };
    };
    setSendmail = flag true;
    user = word "postfix";
    group = word "postfix";
    setgidGroup = word "postdrop";
    postmasterAlias = word "root";
    rootAlias = word "";
    extraAliases = text;
    virtual = text;
    transport = text;
    extraMasterConf = text;
    aliasFiles = files;
    mapFiles = files;
  }
  // mainOption service;

  config = lib.mkIf cfg.enable (
    lib.mkMerge [
      {
        environment.etc.postfix.source = "/var/lib/postfix/conf";
        users.users.postfix = {
          group = cfg.group;
          uid = 13;
          description = "Postfix mail server user";
        };
        users.groups.postfix.gid = 13;
        users.groups.postdrop.gid = 14;
        systemd.services.postfix-setup.serviceConfig.Type = "oneshot";
        systemd.services.postfix = {
          wantedBy = [ "multi-user.target" ];
          after = [ "postfix-setup.service" ];
          requires = [ "postfix-setup.service" ];
          serviceConfig.ExecStart = "${pkgs.postfix}/bin/postfix start";
        };
      }
      (lib.mkIf hasAliases { services.postfix.aliasFiles.aliases = pkgs.writeText "aliases" ""; })
      (
        if cfg ? settings then
          {
            services.postfix.settings = {
              main = ownValues;
              master = ownServices;
            };
          }
        else
          {
            services.postfix.config = ownValues;
            services.postfix.masterConfig = ownServices;
          }
      )
    ]
  );
}
