# The part of the module system that modules of mail servers use, as the NixOS manual describes it
# ("Writing NixOS Modules", "Options Types"): priorities, conditions, merging, submodules with free
# names. Small enough to be read, and strict: what nixpkgs refuses is refused here, with the option's
# path. `release` is what lib.trivial.release says.
{ release }:
let
  lib =
    import ./lib/texts.nix
    // import ./lib/properties.nix { inherit lib; }
    // import ./lib/options.nix { inherit lib; }
    // import ./lib/types.nix { inherit lib; }
    // import ./lib/modules.nix { inherit lib; }
    // {
      trivial = { inherit release; };
      # Only documentation needs it.
      literalExpression = text: text;
    };
in
lib
