# deploy-rs: the `deploy` attribute of a flake whose nixosConfigurations.mail is as in flake.nix.
# It goes back by itself when it can no longer reach the host; secrets are agenix' or sops-nix'.
{ self, deploy-rs }:
{
  nodes.mail = {
    hostname = "mail.example.org";
    sshUser = "root";
    profiles.system = {
      user = "root";
      path = deploy-rs.lib.x86_64-linux.activate.nixos self.nixosConfigurations.mail;
    };
  };
}
