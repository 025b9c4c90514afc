# services.nginx: the options of a static site, and the nginx.conf that they become. `text` is that
# file, without the paths that only a built system has.
{ lib, config, ... }:
let
  inherit (lib) mkOption types;
  cfg = config.services.nginx;
  flag = mkOption {
    type = types.bool;
    default = false;
  };
  perhaps = type: mkOption {
    type = types.nullOr type;
    default = null;
  };
  lines = mkOption {
    type = types.lines;
    default = "";
  };
  word = default: mkOption {
    type = types.str;
    inherit default;
  };

  location.options = {
    alias = perhaps types.path;
    root = perhaps types.path;
    return = perhaps (types.either types.str types.int);
    proxyPass = perhaps types.str;
    extraConfig = lines;
  };
  site.options = {
    serverName = perhaps types.str;
    default = flag;
    addSSL = flag;
    forceSSL = flag;
    rejectSSL = flag;
    enableACME = flag;
    useACMEHost = perhaps types.str;
    acmeRoot = mkOption {
      type = types.nullOr types.str;
      default = "/var/lib/acme/acme-challenge";
    };
    sslCertificate = mkOption { type = types.path; };
    sslCertificateKey = mkOption { type = types.path; };
    locations = mkOption {
      type = types.attrsOf (types.submodule location);
      default = { };
    };
    extraConfig = lines;
  };

  said = name: value: lib.optionalString (value != null) "${name} ${toString value};\n";
  byAcme = host: host.enableACME || host.useACMEHost != null;
  isEncrypted = host: host.addSSL || host.forceSSL;
  certificates = lib.unique (
    lib.concatLists (lib.mapAttrsToList (_: host: lib.optional (host.useACMEHost != null) host.useACMEHost) cfg.virtualHosts)
  );

  listen =
    host: port: kind:
    lib.concatMapStrings (
      address: "listen ${address}:${toString port}${kind}${lib.optionalString host.default " default_server"};\n"
    ) [ "0.0.0.0" "[::0]" ];
  challenges =
    host:
    lib.optionalString (byAcme host) ''
      location ^~ /.well-known/acme-challenge/ {
      ${said "root" host.acmeRoot}auth_basic off;
      }
    '';
  locationText = path: each: ''
    location ${path} {
    ${said "proxy_pass" each.proxyPass}${said "root" each.root}${said "alias" each.alias}${said "return" each.return}${each.extraConfig}
    }
  '';
  shown =
    host:
    if host.useACMEHost != null then
      {
        chain = "/var/lib/acme/${host.useACMEHost}/fullchain.pem";
        key = "/var/lib/acme/${host.useACMEHost}/key.pem";
      }
    else
      {
        chain = host.sslCertificate;
        key = host.sslCertificateKey;
      };
  siteText =
    name: host:
    let
      serverName = if host.serverName == null then name else host.serverName;
    in
    lib.optionalString host.forceSSL ''
      server {
      ${listen host 80 ""}server_name ${serverName};
      ${challenges host}location / {
      return 301 https://$host$request_uri;
      }
      }
    ''
    + ''
      server {
      ${lib.optionalString (isEncrypted host || host.rejectSSL) (listen host 443 " ssl")}${
        lib.optionalString (!host.forceSSL) (listen host 80 "")
      }server_name ${serverName};
      ${challenges host}${
        lib.optionalString (isEncrypted host) (
          said "ssl_certificate" (shown host).chain + said "ssl_certificate_key" (shown host).key
        )
      }${lib.optionalString host.rejectSSL "ssl_reject_handshake on;\n"}${
        lib.concatStrings (lib.mapAttrsToList locationText host.locations)
      }${host.extraConfig}
      }
    '';
in
{
  options.services.nginx = {
    enable = flag;
    user = word "nginx";
    group = word "nginx";
    serverNamesHashBucketSize = perhaps types.int;
    serverNamesHashMaxSize = perhaps types.int;
    virtualHosts = mkOption {
      type = types.attrsOf (types.submodule site);
      default = { };
    };
    text = mkOption {
      type = types.lines;
      default = ''
        events {
        }
        http {
        ${said "server_names_hash_bucket_size" cfg.serverNamesHashBucketSize}${said "server_names_hash_max_size" cfg.serverNamesHashMaxSize}client_max_body_size 10m;
        server_tokens off;
        ${lib.concatStrings (lib.mapAttrsToList siteText cfg.virtualHosts)}}
      '';
    };
  };
  config = lib.mkIf cfg.enable {
    assertions =
      map (name: {
        assertion = config.security.acme.certs.${name}.group == cfg.group;
        message = "nginx cannot read the certificate ${name}: its group is ${config.security.acme.certs.${name}.group}";
      }) certificates
      ++ lib.mapAttrsToList (name: host: {
        assertion = !(host.rejectSSL && isEncrypted host) && !(host.enableACME && host.useACMEHost != null);
        message = "virtual host ${name}: options that exclude each other";
      }) cfg.virtualHosts;
    systemd.services.nginx = {
      after = map (name: "acme-${name}.service") certificates;
      serviceConfig = {
        User = cfg.user;
        Group = cfg.group;
      };
    };
  };
}
