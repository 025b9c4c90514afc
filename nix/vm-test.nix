# A mail server by the flake's module, in a virtual machine, and beside it a machine that tries it:
# `nix build ./nix#checks.x86_64-linux.vm`, or `pkgs.testers.runNixOSTest ./vm-test.nix`.
#
# Passwords and keys are made when the server boots, so that none is in the store.
{ lib, ... }:
let
  # What is there as secrets, and who may read it: as the module's tmpfiles rules say.
  secrets = [
    {
      path = "dovecot/users";
      owner = "root";
      group = "dovecot2";
      mode = "0640";
    }
    {
      path = "opendkim/keys/example.org/s1.pem";
      owner = "opendkim";
      group = "opendkim";
      mode = "0600";
    }
  ];
in
{
  name = "mailctl";

  nodes.mail =
    { config, pkgs, ... }:
    {
      imports = [ ./module.nix ];
      services.mailctl = {
        enable = true;
        spec = ./test/mail.yaml;
        host = "mail";
      };
      # Where a host has agenix or sops-nix.
      systemd.services.test-secrets = {
        wantedBy = [ "multi-user.target" ];
        requiredBy = [
          "postfix.service"
          "opendkim.service"
        ];
        before = [
          "postfix.service"
          "dovecot.service"
          "dovecot2.service"
          "opendkim.service"
        ];
        path = [
          config.services.mailctl.package
          pkgs.openssl
        ];
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
        };
        script = ''
          umask 077
          mkdir -p /root/spec/secrets
          cd /root/spec
          sed 's/nixos-[0-9.]*/nixos-${lib.trivial.release}/' ${./test/mail.yaml} >mail.yaml
          for user in anna ben small; do
            openssl rand -hex 16 >secrets/$user
          done
          mailctl build --with-secrets -o /root/built
          ${lib.concatMapStrings (secret: ''
            install -D -o ${secret.owner} -g ${secret.group} -m ${secret.mode} \
              /root/built/secrets/hosts/mail/${secret.path} /var/lib/mailctl/secrets/${secret.path}
          '') secrets}
        '';
      };
      environment.systemPackages = [ pkgs.openssl ];
      virtualisation.memorySize = 1536;
    };

  nodes.client =
    { nodes, pkgs, ... }:
    {
      networking.hosts.${nodes.mail.networking.primaryIPAddress} = [ "mail.example.org" ];
      environment.systemPackages = [ (pkgs.python3.withPackages (packages: [ packages.dkimpy ])) ];
    };

  testScript =
    { nodes, ... }:
    let
      dovecot = if nodes.mail.systemd.services ? dovecot then "dovecot" else "dovecot2";
    in
    ''
      import json
      import re
      import shlex

      start_all()
      for unit in ("postfix", "${dovecot}", "opendkim", "nginx", "mailctl-resolver"):
          mail.wait_for_unit(f"{unit}.service")
      for port in (25, 80, 443, 465, 587, 993, 4190):
          mail.wait_for_open_port(port)
      client.wait_for_unit("multi-user.target")

      key = "/var/lib/mailctl/secrets/opendkim/keys/example.org/s1.pem"
      public = f"openssl rsa -pubout -outform DER -in {key}"
      given = {
          "name": "mail.example.org",
          "domain": "example.org",
          "certificate": "/tmp/certificate.pem",
          "dkim": mail.succeed(f"{public} | base64 -w0").strip(),
          "passwords": {
              user: mail.succeed(f"cat /root/spec/secrets/{user}").strip()
              for user in ("anna", "ben", "small")
          },
      }
      certificate = mail.succeed("cat /var/lib/mailctl/tls/fullchain.pem")
      client.succeed(f"printf %s {shlex.quote(certificate)} >/tmp/certificate.pem")
      client.succeed(f"printf %s {shlex.quote(json.dumps(given))} >/tmp/given.json")

      with subtest("what a mail server must do"):
          print(client.succeed("python3 ${./test/try_mail.py} /tmp/given.json"))

      with subtest("secrets are read by those who may, and are not in the store"):
          for path, mode in (
              ${lib.concatMapStrings (secret: ''("${secret.path}", "${secret.mode} ${secret.owner} ${secret.group}"),'') secrets}
          ):
              found = mail.succeed(f"stat -L -c '0%a %U %G' /etc/mailctl/{path}").strip()
              assert found == mode, f"{path}: {found}"
              assert mail.succeed(f"realpath /etc/mailctl/{path}").startswith("/var/lib/mailctl/")

      with subtest("those who send mail ask our resolver, which answers nobody else"):
          kept = "/var/lib/postfix/queue/mailctl/resolv.conf"
          assert "nameserver 127.0.0.25" in mail.succeed(f"cat {kept}").splitlines()
          listening = mail.succeed("ss --numeric --listening --udp --tcp --no-header")
          places = {line.split()[4] for line in listening.splitlines()}
          assert {"127.0.0.25:53"} == {place for place in places if place.endswith(":53")}, places

      with subtest("the key of the certificate is root's alone"):
          found = mail.succeed("stat -c '%a %U' /var/lib/mailctl/tls/key.pem").strip()
          assert found == "600 root", found

      with subtest("they come back from a restart"):
          mail.succeed("systemctl restart postfix ${dovecot} opendkim nginx mailctl-resolver")
          for port in (25, 443, 587, 993):
              mail.wait_for_open_port(port)

      with subtest("the journals end without a warning that nobody provoked"):
          units = " ".join(
              f"--unit {unit}.service"
              for unit in (
                  *("postfix", "${dovecot}", "opendkim", "mailctl-certificate"),
                  *("nginx", "mailctl-resolver"),
              )
          )
          said = mail.succeed(f"journalctl --boot --output cat {units}").splitlines()
          provoked = (
              # wrong_password
              r"SASL PLAIN authentication failed",
              # systemd stops it above, and Dovecot calls that a warning
              r"Warning: Killed with signal 15",
          )
          complaints = [
              line
              for line in said
              if re.search(r"\b(warning|error|fatal|panic): ", line, re.IGNORECASE)
              and not any(re.search(known, line) for known in provoked)
          ]
          assert not complaints, complaints
    '';
}
