# Colmena: both hosts of a spec. Secrets are uploaded, and never in the store.
let
  host = name: address: {
    deployment = {
      targetHost = address;
      keys = {
        mail-users = secret name "dovecot/users" // {
          group = "dovecot2";
          permissions = "0640";
        };
        mail-dkim = secret name "opendkim/keys/example.org/s1.pem" // {
          user = "opendkim";
          group = "opendkim";
          permissions = "0600";
        };
      };
    };
    imports = [
      ./hardware/${name}.nix
      (./out/hosts + "/${name}/mail.nix")
    ];
    networking.hostName = name;
    system.stateVersion = "25.11";
  };
  # Where the module looks for it; brought before the daemons start, which look as well.
  secret = name: file: {
    keyCommand = [
      "cat"
      "out/secrets/hosts/${name}/${file}"
    ];
    destDir = "/var/lib/mailctl/secrets/${dirOf file}";
    name = baseNameOf file;
    uploadAt = "pre-activation";
  };
in
{
  # `mailctl build mail.yaml -o out --with-secrets` writes what is imported and uploaded here; keep
  # out/secrets out of git.
  meta.nixpkgs = <nixpkgs>;
  north = host "north" "north.example.org";
  south = host "south" "south.example.org";
}
