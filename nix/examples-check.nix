# Every example of the checkout as a module, on every release, read by Nix.
{
  callPackage,
  runCommand,
  nix,
}:
let
  mailctl = callPackage ./package.nix { };
in
runCommand "mailctl-examples"
  {
    nativeBuildInputs = [
      mailctl
      nix
    ];
  }
  ''
    export NIX_STATE_DIR=$TMPDIR/nix HOME=$TMPDIR
    for release in 24.11 25.05 25.11 26.05; do
      mailctl nixos ${../examples}/talk/mail.yaml --release $release -o $out/talk-$release/mail.nix
      mailctl nixos ${../examples}/office/mail.yaml --release $release -o $out/office-$release/mail.nix
      mailctl nixos ${../examples}/pair/mail.yaml --host north --release $release \
        -o $out/pair-$release/mail.nix
    done
    for module in $out/*/mail.nix; do
      nix-instantiate --parse $module >/dev/null
    done
  ''
