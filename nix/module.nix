# The spec itself as an option: a host says where it lies and which of its hosts it is.
#
# What `mailctl nixos` writes is built while the configuration is evaluated, and its parts are taken
# one by one. The names down to the options below stand here in full, for what a module defines may
# not depend on what it has built: NixOS would look for `spec` in it, and never come to an end. For the
# same reason there is no mkIf around them: it would be looked into, and built, on every host that
# imports the module and is no mail server.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.services.mailctl;

  # Only what a spec consists of enters the store, which everybody on the host can read: nothing of
  # secrets/, and of keys/ the states of key rotations alone, which say which key signs.
  isPublic =
    path: type:
    let
      name = baseNameOf path;
      isBelow = folder: lib.hasPrefix "${toString (dirOf cfg.spec)}/${folder}/" path;
    in
    if type == "directory" then
      name != "secrets" && name != ".git"
    else if isBelow "keys" then
      name == "rotation.json"
    else
      lib.any (ending: lib.hasSuffix ending name) [
        ".yaml"
        ".yml"
        ".sieve"
      ];
  hashes = builtins.length (builtins.split "[{][A-Z0-9.-]+[}][$]" (builtins.readFile cfg.spec));
  source =
    if hashes > 1 then
      throw "services.mailctl.spec has password hashes in it, and would lie in the store: write `password: {file: ...}` in the spec, and keep that file out of it"
    else
      builtins.path {
        name = "mailctl-spec";
        path = dirOf cfg.spec;
        filter = isPublic;
      };

  made = (import "${cfg.generated}/mail.nix" { inherit config lib pkgs; }).config;
  # What is made for a place, if anything is.
  part = path: default: if cfg.enable then lib.attrByPath path default made else default;
in
{
  options.services.mailctl = {
    enable = lib.mkEnableOption "mail as a spec of mailctl describes it";

    package = lib.mkOption {
      type = lib.types.package;
      default = pkgs.buildPackages.callPackage ./package.nix { };
      defaultText = lib.literalExpression "the package of this checkout";
      description = "The mailctl that reads the spec, on the machine that builds.";
    };

    spec = lib.mkOption {
      type = lib.types.path;
      example = lib.literalExpression "./mail.yaml";
      description = ''
        The spec's first file. Further YAML files and Sieve scripts are found in its folder.
      '';
    };

    host = lib.mkOption {
      type = lib.types.str;
      default = config.networking.hostName;
      defaultText = lib.literalExpression "config.networking.hostName";
      description = "The name that this host has in the spec.";
    };

    secretFiles = lib.mkOption {
      type = lib.types.attrsOf lib.types.str;
      default = { };
      example = lib.literalExpression ''
        { "dovecot/users" = config.age.secrets.mail-users.path; }
      '';
      description = ''
        Where the secret files lie on this host, by their names: password hashes and keys.
        Without a word for them they are looked for below /var/lib/mailctl/secrets.
      '';
    };

    generated = lib.mkOption {
      type = lib.types.path;
      internal = true;
      default = pkgs.buildPackages.runCommand "mailctl-module" { nativeBuildInputs = [ cfg.package ]; } ''
        mkdir $out
        mailctl nixos ${source}/${baseNameOf cfg.spec} --host ${lib.escapeShellArg cfg.host} \
          --release ${lib.trivial.release} --output $out/mail.nix
      '';
      description = "The folder that holds what mailctl has written.";
    };
  };

  config = {
    assertions = part [ "assertions" ] [ ];
    warnings = part [ "warnings" ] [ ];
    services.mailctl.secretFiles = part [ "services" "mailctl" "secretFiles" ] { };
    services.postfix = part [ "services" "postfix" ] { };
    services.dovecot2 = part [ "services" "dovecot2" ] { };
    services.opendkim = part [ "services" "opendkim" ] { };
    services.nginx = part [ "services" "nginx" ] { };
    environment.etc = part [ "environment" "etc" ] { };
    environment.systemPackages = part [ "environment" "systemPackages" ] [ ];
    systemd.services = part [ "systemd" "services" ] { };
    systemd.tmpfiles.rules = part [ "systemd" "tmpfiles" "rules" ] [ ];
    users.users = part [ "users" "users" ] { };
    users.groups = part [ "users" "groups" ] { };
    networking.firewall.allowedTCPPorts = part [ "networking" "firewall" "allowedTCPPorts" ] [ ];
    security.acme.acceptTerms = part [ "security" "acme" "acceptTerms" ] (lib.mkDefault false);
    security.acme.maxConcurrentRenewals = part [ "security" "acme" "maxConcurrentRenewals" ] (
      lib.mkDefault 5
    );
    security.acme.certs = part [ "security" "acme" "certs" ] { };
  };
}
