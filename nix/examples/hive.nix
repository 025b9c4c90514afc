# Colmena: both hosts of a spec. Secrets are uploaded, and never in the store.
let
  host = name: address: {
    deployment = {
      targetHost = address;
      keys.mail-users = {
        keyCommand = [
          "cat"
          "out/secrets/hosts/${name}/dovecot/users"
        ];
        destDir = "/var/lib/mailctl/secrets/dovecot";
        name = "users";
        group = "dovecot2";
        permissions = "0640";
        uploadAt = "post-activation";
      };
    };
    imports = [
      ./hardware/${name}.nix
      (./out/hosts + "/${name}/mail.nix")
    ];
    networking.hostName = name;
    system.stateVersion = "25.11";
  };
in
{
  # `mailctl build mail.yaml -o out --with-secrets` writes what is imported and uploaded here; keep
  # out/secrets out of git.
  meta.nixpkgs = <nixpkgs>;
  north = host "north" "north.example.org";
  south = host "south" "south.example.org";
}
