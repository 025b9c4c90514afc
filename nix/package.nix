# mailctl itself, out of this checkout: `pkgs.callPackage ./package.nix { }`.
{ lib, python3Packages }:
python3Packages.buildPythonApplication {
  pname = "mailctl";
  # As the program says it.
  version = lib.head (
    lib.head (
      lib.filter lib.isList (
        builtins.split "__version__ = \"([^\"]+)\"" (builtins.readFile ../mailctl/__init__.py)
      )
    )
  );
  pyproject = true;

  # What the wheel is made of, so that an edit of docs or tests builds nothing anew.
  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../LICENSE
      ../README.md
      ../mailctl
      ../pyproject.toml
      ../schemas
      ../templates
    ];
  };

  build-system = [ python3Packages.hatchling ];
  dependencies = with python3Packages; [
    argon2-cffi
    click
    cryptography
    dnspython
    idna
    jinja2
    paramiko
    pyyaml
    rich
  ];
  # Independent verdicts on signatures and SPF, for the rehearsal.
  optional-dependencies.rehearse = with python3Packages; [
    dkimpy
    pyspf
  ];
  # A release of nixpkgs has one version of each, and mends its faults by patches: the number says
  # less there than our lower bound asks of it.
  pythonRelaxDeps = true;

  pythonImportsCheck = [ "mailctl" ];
  # The tests want root, Debian and daemons; here the program starts, and schema and templates came
  # along.
  checkPhase = ''
    runHook preCheck
    $out/bin/mailctl schema | cmp - schemas/mailctl-1.json
    cp -r ${../examples/office} office
    chmod -R u+w office
    $out/bin/mailctl nixos office/mail.yaml --release 25.11 -o office/mail.nix
    runHook postCheck
  '';

  meta = {
    description = "One YAML spec, compiled to a working mail server";
    license = lib.licenses.asl20;
    mainProgram = "mailctl";
    platforms = lib.platforms.unix;
  };
}
