# A host that the module makes, and a client: mail comes in, is filed, is sent and signed, and
# nobody gets in or through who may not. The statements are those of `mailctl rehearse`.
#
# Secrets are made on the host while the test runs, and are in no store.
{ pkgs, ... }:
{
  name = "mailctl";

  nodes.mail = {
    imports = [ ./module.nix ];
    services.mailctl = {
      enable = true;
      spec = ./test/mail.yaml;
      host = "mail";
    };
    environment.systemPackages = [ pkgs.openssl ];
  };

  nodes.client.environment.systemPackages = [
    (pkgs.writers.writePython3Bin "try-mail" { doCheck = false; } (
      builtins.readFile ./test/try_mail.py
    ))
  ];

  testScript = ''
    start_all()
    mail.wait_for_unit("multi-user.target")

    with subtest("the secrets are brought, and only their daemons can read them"):
        secrets = "/var/lib/mailctl/secrets"
        old = mail.succeed("dovecot --version").startswith("2.3")
        quota = "userdb_quota_rule=*:bytes=1048576" if old else "userdb_quota_storage_size=1048576B"
        mail.succeed(f"install -m 600 /dev/null {secrets}/dovecot/users")
        for user, extra in (("alice", ""), ("bob", quota)):
            hashed = mail.succeed("doveadm pw -s SHA512-CRYPT -p 'correct horse'").strip()
            mail.succeed(f"echo '{user}@vm.test:{hashed}::::::{extra}' >> {secrets}/dovecot/users")
        mail.succeed("umask 077; openssl genrsa -out /root/dkim.pem 2048")
        mail.succeed(
            "for link in /etc/mailctl/opendkim/keys/vm.test/*.pem; do "
            "install -m 600 /root/dkim.pem $(readlink -f $link); done"
        )
        mail.succeed("systemd-tmpfiles --create")
        dovecot = "dovecot2" if old and mail.execute("systemctl cat dovecot2")[0] == 0 else "dovecot"
        mail.succeed(f"systemctl restart opendkim {dovecot} postfix")
        mail.succeed(f"test $(stat -c %a:%G {secrets}/dovecot/users) = 640:dovecot2")

    for port in (25, 465, 587, 143, 993, 4190):
        mail.wait_for_open_port(port)

    client.succeed("try-mail 192.168.1.2 >&2")

    with subtest("nobody is left with something to say"):
        said = mail.succeed("journalctl --boot --output=cat -u postfix -u dovecot2 -u dovecot -u opendkim")
        for word in ("warning:", "error:", "fatal:", "panic:"):
            lines = [line for line in said.splitlines() if word in line.lower()]
            assert not [line for line in lines if "authentication failed" not in line], lines
  '';
}
