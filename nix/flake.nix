{
  # The package is made from the checkout above this folder: name the repository and this folder,
  # as git+https://.../mailctl?dir=nix. A path: that ends here would have nothing above it.
  description = "Mail servers from one spec: the program, and the module that takes the spec itself";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      each = made: nixpkgs.lib.genAttrs systems (system: made nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: rec {
        mailctl = pkgs.callPackage ./package.nix { };
        default = mailctl;
      });
      overlays.default = import ./overlay.nix;
      nixosModules.default = ./module.nix;
      checks = each (pkgs: {
        package = self.packages.${pkgs.stdenv.hostPlatform.system}.default;
        examples = pkgs.callPackage ./examples-check.nix { };
        vm = pkgs.testers.runNixOSTest ./vm-test.nix;
      });
    };
}
