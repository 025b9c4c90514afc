# services.postfix of 25.11 and 26.05: `settings.main` with some parameters of a type of their own,
# and `settings.master`. The old names are gone, or told of as renamed.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  typed = type: default: mkOption { inherit type default; };
  words = types.listOf types.str;
  removed =
    instead:
    mkOption {
      type = types.unspecified;
      default = null;
      apply = value: if value == null then null else throw "it was removed: use ${instead}";
    };
  main = {
    freeformType = types.attrsOf (
      types.nullOr (
        types.oneOf [
          types.bool
          types.int
          types.str
          words
        ]
      )
    );
    options = {
      message_size_limit = typed (types.nullOr types.int) 10240000;
      mydestination = typed (types.nullOr (types.either types.str words)) [
        "$myhostname"
        "localhost.$mydomain"
        "localhost"
      ];
      myhostname = typed (types.nullOr types.str) null;
      mynetworks = typed (types.nullOr words) null;
      mynetworks_style = typed (types.nullOr (
        types.enum [
          "host"
          "subnet"
          "class"
        ]
      )) "host";
      recipient_delimiter = typed (types.nullOr types.str) "";
      relayhost = typed (types.nullOr words) [ ];
      relay_domains = typed (types.nullOr words) [ ];
      smtp_tls_CAfile = typed types.path "/etc/ssl/certs/ca-bundle.crt";
      smtp_tls_security_level = typed (types.enum [
        "none"
        "may"
        "encrypt"
        "dane"
        "dane-only"
        "fingerprint"
        "verify"
        "secure"
      ]) "may";
      smtpd_tls_chain_files = typed (types.listOf types.path) [ ];
      smtpd_tls_security_level = typed (types.enum [
        "none"
        "may"
        "encrypt"
      ]) "none";
    };
  };
  common = import ./postfix.nix {
    mainOption = service: {
      settings.main = mkOption {
        type = types.submodule main;
        default = { };
      };
      settings.master = mkOption {
        type = types.attrsOf (types.submodule service);
        default = { };
      };
    };
  };
  renamed =
    { config, ... }:
    let
      cfg = config.services.postfix;
      old = {
        config = "settings.main";
        masterConfig = "settings.master";
        hostname = "settings.main.myhostname";
        domain = "settings.main.mydomain";
        origin = "settings.main.myorigin";
        networks = "settings.main.mynetworks";
        destination = "settings.main.mydestination";
        relayDomains = "settings.main.relay_domains";
        recipientDelimiter = "settings.main.recipient_delimiter";
      };
    in
    {
      options.services.postfix =
        lib.mapAttrs (
          _: _:
          mkOption {
            type = types.unspecified;
            default = null;
          }
        ) old
        // {
          sslCert = removed "settings.main.smtpd_tls_chain_files";
          sslKey = removed "settings.main.smtpd_tls_chain_files";
          extraConfig = removed "settings.main";
          relayHost = removed "settings.main.relayhost";
          lookupMX = removed "settings.main.relayhost";
        };
      config.warnings = lib.concatMap (
        name:
        lib.optional (cfg.${name} != null)
          "services.postfix.${name} was renamed to services.postfix.${old.${name}}"
      ) (lib.attrNames old);
      config.assertions = map (name: {
        assertion = cfg.${name} == null;
        message = "services.postfix.${name} was removed";
      }) [ "sslCert" "sslKey" "extraConfig" "relayHost" "lookupMX" ];
    };
in
{
  imports = [
    common
    renamed
  ];
}
