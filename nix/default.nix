# Without flakes: (import ./nix { }).package, and .module among a host's imports.
{
  pkgs ? import <nixpkgs> { },
}:
{
  package = pkgs.callPackage ./package.nix { };
  overlay = import ./overlay.nix;
  module = ./module.nix;
}
