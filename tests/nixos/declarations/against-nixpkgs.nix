# What nixpkgs' own modules of the three daemons ask of the rest of NixOS, and system.nix lacks.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  anything = mkOption {
    type = types.attrsOf types.anything;
    default = { };
  };
in
{
  options = {
    meta.maintainers = mkOption {
      type = types.unspecified;
      default = [ ];
    };
    security.wrappers = anything;
    security.dhparams = anything;
    security.pam.services = anything;
    services.mail.sendmailSetuidWrapper = anything;
    services.pfix-srsd.enable = mkOption {
      type = types.bool;
      default = false;
    };
  };
}
