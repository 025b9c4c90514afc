final: _: {
  mailctl = final.callPackage ./package.nix { };
}
