# services.postfix of 24.11 and 25.05: main.cf is `config`, of booleans, strings and lists of them.
{ lib, ... }@arguments:
let
  inherit (lib) mkOption types;
  word = mkOption {
    type = types.str;
    default = "";
  };
  words = mkOption {
    type = types.nullOr (types.listOf types.str);
    default = null;
  };
  trusted =
    { config, ... }:
    let
      cfg = config.services.postfix;
    in
    {
      config.services.postfix.config = lib.mkIf (cfg.enable && cfg.tlsTrustedAuthorities != "") {
        smtp_tls_CAfile = cfg.tlsTrustedAuthorities;
        smtp_tls_security_level = lib.mkDefault "may";
      };
    };
  common = import ./postfix.nix {
    mainOption = service: {
      config = mkOption {
        type = types.attrsOf (
          types.oneOf [
            types.bool
            types.str
            (types.listOf types.str)
          ]
        );
        default = { };
      };
      masterConfig = mkOption {
        type = types.attrsOf (types.submodule service);
        default = { };
      };
      extraConfig = mkOption {
        type = types.lines;
        default = "";
      };
      hostname = word;
      domain = word;
      origin = word;
      relayHost = word;
      sslCert = word;
      sslKey = word;
      recipientDelimiter = word;
      networks = words;
      destination = words;
      relayDomains = words;
      tlsTrustedAuthorities = mkOption {
        type = types.str;
        default = "/etc/ssl/certs/ca-certificates.crt";
      };
    };
  };
in
{
  imports = [
    common
    trusted
  ];
}
