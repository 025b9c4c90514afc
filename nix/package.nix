# The program as pyproject.toml describes it. `rehearsal`: with what judges signatures and SPF there.
{
  lib,
  python3Packages,
  rehearsal ? false,
}:
let
  version = builtins.head (
    builtins.match ".*__version__ = \"([^\"]+)\".*" (builtins.readFile ../mailctl/__init__.py)
  );
in
python3Packages.buildPythonApplication {
  pname = "mailctl";
  inherit version;
  pyproject = true;

  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../mailctl
      ../templates
      ../schemas
      ../pyproject.toml
      ../README.md
      ../LICENSE
    ];
  };

  build-system = [ python3Packages.hatchling ];

  dependencies =
    (with python3Packages; [
      argon2-cffi
      click
      cryptography
      dnspython
      idna
      jinja2
      paramiko
      pyyaml
      rich
    ])
    ++ lib.optionals rehearsal (
      with python3Packages;
      [
        dkimpy
        pyspf
      ]
    );

  # A release of nixpkgs has one version of each and mends its faults by patches, so that the number
  # says less than our lower bounds ask of it.
  pythonRelaxDeps = true;

  # Its tests boot hosts, which a build cannot; here schema and templates have come along.
  checkPhase = ''
    runHook preCheck
    $out/bin/mailctl schema | cmp - schemas/mailctl-1.json
    $out/bin/mailctl nixos ${./test/mail.yaml} -o $TMPDIR/mail.nix
    runHook postCheck
  '';
  pythonImportsCheck = [ "mailctl.cli.nixos" ];

  meta = {
    description = "One YAML spec, compiled to a working mail server";
    license = lib.licenses.asl20;
    mainProgram = "mailctl";
    platforms = lib.platforms.linux;
  };
}
