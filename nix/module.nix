# The spec itself as an option: a host says where it lies and which of its hosts it is.
#
# What `mailctl nixos` writes is built while the configuration is evaluated, and its parts are taken
# one by one. The names down to the options below stand here in full, for what a module defines may
# not depend on what it has built: NixOS would look for `spec` in it, and never come to an end.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.services.mailctl;

  # Only what a spec consists of enters the store, which everybody on the host can read: neither
  # keys/ nor secrets/, but for the states of key rotations, which say which key signs.
  isPublic =
    path: type:
    type == "directory"
    || baseNameOf path == "rotation.json"
    || lib.any (ending: lib.hasSuffix ending path) [
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
        Where the secret files lie on this host, by their names: password hashes and DKIM keys.
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

  config = lib.mkIf cfg.enable {
    inherit (made) assertions warnings;
    services.mailctl.secretFiles = made.services.mailctl.secretFiles;
    services.postfix = made.services.postfix;
    services.dovecot2 = made.services.dovecot2 or { };
    services.opendkim = made.services.opendkim or { };
    environment.etc = made.environment.etc;
    environment.systemPackages = made.environment.systemPackages or [ ];
    systemd.services = made.systemd.services;
    systemd.tmpfiles.rules = made.systemd.tmpfiles.rules;
    users.users = made.users.users or { };
    users.groups = made.users.groups or { };
    networking.firewall.allowedTCPPorts = made.networking.firewall.allowedTCPPorts;
    security.acme.certs = made.security.acme.certs or { };
  };
}
