# services.opendkim: one domain, one key, one selector on the command line; further settings as a
# file until 25.05, as a set from 25.11 on.
{ settings }:
{
  lib,
  config,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.opendkim;
  typed = type: default: mkOption { inherit type default; };
  file =
    if settings then
      pkgs.writeText "opendkim.conf" (
        lib.concatStrings (lib.mapAttrsToList (name: value: "${name} ${value}\n") cfg.settings)
      )
    else
      cfg.configFile;
in
{
  options.services.opendkim = {
    enable = typed types.bool false;
    socket = typed types.str "local:/run/opendkim/opendkim.sock";
    user = typed types.str "opendkim";
    group = typed types.str "opendkim";
    domains = typed types.str "csl:mail";
    keyPath = typed types.path "/var/lib/opendkim/keys";
    selector = mkOption { type = types.str; };
  }
  // (
    if settings then
      { settings = typed (types.submodule { freeformType = types.attrsOf types.str; }) { }; }
    else
      { configFile = typed (types.nullOr types.path) null; }
  );

  config = lib.mkIf cfg.enable {
    users.users.opendkim.group = cfg.group;
    users.groups.opendkim = { };
    systemd.tmpfiles.rules = [ "d '${cfg.keyPath}' - ${cfg.user} ${cfg.group} - -" ];
    systemd.services.opendkim = {
      wantedBy = [ "multi-user.target" ];
      preStart = "opendkim-genkey -s ${cfg.selector}";
      serviceConfig = {
        ExecStart = "${pkgs.opendkim}/bin/opendkim -f -l -p ${cfg.socket} -s ${cfg.selector} -x ${file}";
        User = cfg.user;
        Group = cfg.group;
        UMask = "0077";
        PrivateUsers = true;
      };
    };
  };
}
