# A module of ours as a release evaluates it: the texts that its daemons read, and all else that
# matters of the system. `release` chooses the declarations; with `nixpkgs`, the folder of a checkout of
# that release, its own lib and its own modules of the three daemons take their place.
{
  release,
  module,
  extra ? { },
  nixpkgs ? null,
}:
let
  own = import ./lib.nix { inherit release; };
  lib = if nixpkgs == null then own else import (nixpkgs + "/lib");
  package = pname: version: {
    inherit pname version;
    type = "derivation";
    name = "${pname}-${version}";
    outPath = "/nix/store/${pname}";
    outputName = "out";
    meta.mainProgram = pname;
    passthru = { };
    override = _: package pname version;
  };
  pkgs = {
    writeText = name: text: package name "text" // { inherit text; };
    buildPackages = pkgs;
    linkFarm = name: _: package name "1";
    runCommand = name: _: _: package name "1";
    callPackage = _: _: package "mailctl" "1";
    symlinkJoin = { name, ... }: package name "1";
    cacert = package "cacert" "1";
    postfix = package "postfix" postfix;
    dovecot = package "dovecot" dovecot;
    dovecot_2_3 = package "dovecot" "2.3.21";
    dovecot_pigeonhole = package "dovecot-pigeonhole" "1";
    opendkim = package "opendkim" "2.11.0";
    openssl = package "openssl" "3";
    unbound-with-systemd = package "unbound-with-systemd" "1";
    dns-root-data = package "dns-root-data" "1";
  };
  postfix =
    {
      "24.11" = "3.9.1";
      "25.05" = "3.10.2";
      "25.11" = "3.10.6";
      "26.05" = "3.11.4";
    }
    .${release};
  dovecot = if release == "26.05" then "2.4.2" else "2.3.21";
  older = lib.versionOlder release "25.11";
  theirs = map (path: nixpkgs + "/nixos/modules/${path}.nix") [
    "services/mail/postfix"
    "services/mail/dovecot"
    "services/mail/opendkim"
    "misc/ids"
  ];
  ours = [
    (if older then ./postfix-24_11.nix else ./postfix-25_11.nix)
    (if release == "26.05" then ./dovecot-26_05.nix else ./dovecot-24_11.nix)
    (import ./opendkim.nix { settings = !older; })
  ];
  evaluated = lib.evalModules {
    modules = (if nixpkgs == null then ours else theirs ++ [ ./against-nixpkgs.nix ]) ++ [
      ./system.nix
      # Its own asks for much of the rest of NixOS.
      ./nginx.nix
      module
      extra
    ];
    specialArgs = { inherit pkgs; };
  };
  # ours tell of unknown options only when they are asked to
  config = evaluated.checked or evaluated.config;
  postfixConfig = config.services.postfix;
  written =
    value:
    if lib.isList value then
      lib.concatStringsSep ", " value
    else if lib.isBool value then
      (if value then "yes" else "no")
    else
      toString value;
  textOf =
    given:
    if given ? text && given.text != null then
      { inherit (given) text; }
    else if builtins.isPath (given.source or given) then
      { file = toString (given.source or given); }
    else
      { link = "${given.source or given}"; };
  opendkimText =
    if !config.services.opendkim.enable then
      null
    else if older then
      config.services.opendkim.configFile.text or null
    else
      lib.concatStrings (
        lib.mapAttrsToList (name: value: "${name} ${value}\n") config.services.opendkim.settings
      );
in
{
  failed = map (each: each.message) (lib.filter (each: !each.assertion) config.assertions);
  warnings = config.warnings;
  main_cf = lib.concatStrings (
    lib.mapAttrsToList (name: value: "${name} = ${written value}\n") (
      lib.filterAttrs (_: value: value != null) (
        if older then postfixConfig.config else postfixConfig.settings.main
      )
    )
  );
  master_cf = lib.concatMapStrings (service: "${lib.concatStringsSep " " service.rawEntry}\n") (
    lib.attrValues (if older then postfixConfig.masterConfig else postfixConfig.settings.master)
  );
  maps = lib.mapAttrs (_: textOf) config.services.postfix.mapFiles;
  dovecot_conf =
    if config.services.dovecot2.enable then config.services.dovecot2.configFile.text else null;
  opendkim_conf = opendkimText;
  nginx_conf = if config.services.nginx.enable then config.services.nginx.text else null;
  etc = lib.mapAttrs (_: textOf) config.environment.etc;
  ports = config.networking.firewall.allowedTCPPorts;
  tmpfiles = config.systemd.tmpfiles.rules;
  users = lib.mapAttrs (_: user: { inherit (user) group extraGroups home isSystemUser; }) config.users.users;
  groups = lib.attrNames config.users.groups;
  units = lib.mapAttrs (_: unit: {
    inherit (unit)
      after
      wants
      before
      preStart
      script
      ;
    start = unit.serviceConfig.ExecStart or "";
    settings = unit.serviceConfig;
    triggers = lib.length (unit.restartTriggers ++ unit.reloadTriggers);
  }) config.systemd.services;
  orders = lib.mapAttrs (_: each: {
    inherit (each)
      email
      server
      listenHTTP
      webroot
      dnsProvider
      environmentFile
      group
      extraDomainNames
      extraLegoRenewFlags
      ;
  }) config.security.acme.certs;
  certificates = lib.mapAttrs (_: each: each.reloadServices) config.security.acme.certs;
  renewals_at_once = config.security.acme.maxConcurrentRenewals;
  secrets = config.services.mailctl.secretFiles;
}
