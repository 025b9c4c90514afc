{
  # A mail host that is built from the spec beside this file. keys/ and secrets/ stay out of git.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
  inputs.mailctl.url = "git+https://git.example.org/mailctl?dir=nix";
  inputs.mailctl.inputs.nixpkgs.follows = "nixpkgs";

  outputs =
    { nixpkgs, mailctl, ... }:
    {
      nixosConfigurations.mail = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          ./hardware-configuration.nix
          mailctl.nixosModules.default
          {
            services.mailctl = {
              enable = true;
              spec = ./mail.yaml;
              host = "mail";
            };
            system.stateVersion = "25.11";
          }
        ];
      };
    };
}
