{{ ("Mail on " ~ host.fqdn ~ ", for NixOS " ~ release ~ ": written by mailctl from its spec; changes made here are lost. Change the spec, or set an option otherwise in the host's own configuration: what is lib.mkDefault here gives way to any other value, all else to lib.mkForce alone, for the rest of the mail system rests on it.") | comment }}
{
  config,
  lib,
  pkgs,
  ...
}:

let
{% for name, because, text in helpers %}
{% if because %}
{{ because | comment(1) }}
{% endif %}
  {{ name }} = {{ text }};
{% endfor %}
in
{
  options.services.mailctl.secretFiles = lib.mkOption {
    type = lib.types.attrsOf lib.types.str;
    default = { };
    description = ''
      Where the secret files of the mail system lie on this host, by their names: password hashes
      and keys. Paths outside the Nix store, as agenix and sops-nix make them; mailctl's own
      apply brings them to the default places.
    '';
  };

  config = {
{{ configuration }}
  };
}
