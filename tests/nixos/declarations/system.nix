# What NixOS itself has, as far as a mail server touches it.
{ lib, config, ... }:
let
  inherit (lib) mkOption types;
  list = type: mkOption {
    type = types.listOf type;
    default = [ ];
  };
  set = type: mkOption {
    type = types.attrsOf type;
    default = { };
  };
  sub = options: set (types.submodule { inherit options; });
  text = default: mkOption {
    type = types.str;
    inherit default;
  };
  flag = default: mkOption {
    type = types.bool;
    inherit default;
  };
in
{
  options = {
    assertions = list types.unspecified;
    warnings = list types.str;
    environment.systemPackages = list types.package;
    environment.etc = sub {
      text = mkOption {
        type = types.nullOr types.lines;
        default = null;
      };
      source = mkOption {
        type = types.nullOr types.path;
        default = null;
      };
      mode = text "symlink";
      user = text "+0";
      group = text "+0";
    };
    users.users = sub {
      isSystemUser = flag false;
      group = text "";
      home = mkOption {
        type = types.path;
        default = "/var/empty";
      };
      createHome = flag false;
      description = text "";
      extraGroups = list types.str;
      uid = mkOption {
        type = types.nullOr types.int;
        default = null;
      };
    };
    users.groups = sub {
      gid = mkOption {
        type = types.nullOr types.int;
        default = null;
      };
      members = list types.str;
    };
    systemd.tmpfiles.rules = list types.str;
    systemd.services = sub {
      description = text "";
      after = list types.str;
      before = list types.str;
      requires = list types.str;
      wants = list types.str;
      wantedBy = list types.str;
      path = list types.package;
      script = mkOption {
        type = types.lines;
        default = "";
      };
      preStart = mkOption {
        type = types.lines;
        default = "";
      };
      restartTriggers = list types.unspecified;
      reloadTriggers = list types.unspecified;
      serviceConfig = set (
        types.oneOf [
          types.bool
          types.int
          types.str
          (types.listOf types.str)
        ]
      );
      unitConfig = set types.str;
      startLimitIntervalSec = mkOption {
        type = types.nullOr types.int;
        default = null;
      };
      documentation = list types.str;
    };
    networking.firewall.allowedTCPPorts = list types.port;
    networking.hostName = text "mail";
    networking.enableIPv6 = flag true;
    security.pki.caBundle = mkOption {
      type = types.path;
      default = "/etc/ssl/certs/ca-bundle.crt";
    };
    security.acme.acceptTerms = flag false;
    security.acme.maxConcurrentRenewals = mkOption {
      type = types.int;
      default = 5;
    };
    security.acme.defaults.email = text "";
    security.acme.certs = sub {
      reloadServices = list types.str;
      extraLegoRenewFlags = list types.str;
      domain = text "";
      email = text "";
      server = text "";
      listenHTTP = text "";
      webroot = text "";
      dnsProvider = text "";
      environmentFile = mkOption {
        type = types.nullOr types.path;
        default = null;
      };
      group = text "acme";
      extraDomainNames = list types.str;
    };
    system.stateVersion = text lib.trivial.release;
    nixpkgs.config.permittedInsecurePackages = list types.str;
  };
}
