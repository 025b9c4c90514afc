# The part of the module system that modules of mail servers use, as the NixOS manual describes it
# ("Writing NixOS Modules", "Options Types"): priorities, conditions, merging, submodules with free
# names. Small enough to be read, and strict: what nixpkgs refuses is refused here, with the option's
# path. `release` is what lib.trivial.release says.
{ release }:
let
  inherit (builtins)
    all
    any
    attrNames
    attrValues
    concatLists
    concatMap
    concatStringsSep
    elem
    elemAt
    filter
    foldl'
    functionArgs
    genList
    hasAttr
    head
    isAttrs
    isBool
    isFunction
    isInt
    isList
    isPath
    isString
    length
    listToAttrs
    map
    mapAttrs
    match
    replaceStrings
    sort
    stringLength
    substring
    tail
    typeOf
    ;

  # ---- Texts, lists and sets
  optional = condition: value: if condition then [ value ] else [ ];
  optionals = condition: values: if condition then values else [ ];
  optionalString = condition: text: if condition then text else "";
  optionalAttrs = condition: set: if condition then set else { };
  concatStrings = concatStringsSep "";
  concatMapStrings = f: list: concatStrings (map f list);
  concatMapStringsSep = separator: f: list: concatStringsSep separator (map f list);
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  removePrefix =
    prefix: text:
    if hasPrefix prefix text then
      substring (stringLength prefix) (stringLength text - stringLength prefix) text
    else
      text;
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  nameValuePair = name: value: { inherit name value; };
  mapAttrs' = f: set: listToAttrs (mapAttrsToList f set);
  filterAttrs =
    keep: set:
    listToAttrs (
      map (name: nameValuePair name set.${name}) (filter (name: keep name set.${name}) (attrNames set))
    );
  last = list: elemAt list (length list - 1);
  unique = foldl' (seen: one: if elem one seen then seen else seen ++ [ one ]) [ ];
  versionAtLeast = one: other: builtins.compareVersions one other >= 0;
  versionOlder = one: other: builtins.compareVersions one other < 0;
  escapeShellArg = text: "'${replaceStrings [ "'" ] [ "'\\''" ] (toString text)}'";
  getExe' = package: name: "${package}/bin/${name}";
  getExe = package: getExe' package (package.meta.mainProgram or package.pname);

  # ---- What may stand around a value
  isType = kind: value: isAttrs value && (value._type or null) == kind;
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };
  mkForce = mkOverride 50;
  mkDefault = mkOverride 1000;
  mkOptionDefault = mkOverride 1500;
  mkOrder = order: content: {
    _type = "order";
    inherit order content;
  };
  mkBefore = mkOrder 500;
  mkAfter = mkOrder 1500;

  # ---- Options
  mkOption = given: given // { _type = "option"; };
  isOption = isType "option";
  mkEnableOption =
    what:
    mkOption {
      type = types.bool;
      default = false;
      description = "Whether to enable ${what}.";
    };
  showPath = concatStringsSep ".";
  wrong = path: text: throw "The option `${showPath path}' ${text}";

  # Properties on their way down to the options: names are known before any condition is looked at.
  pushedDown =
    set:
    if isType "merge" set then
      concatMap pushedDown set.contents
    else if isType "if" set then
      map (mapAttrs (_: mkIf set.condition)) (pushedDown set.content)
    else if isType "override" set then
      map (mapAttrs (_: mkOverride set.priority)) (pushedDown set.content)
    else
      [ set ];

  # A definition's values with their priorities and places, conditions decided.
  discharged =
    value:
    if isType "merge" value then
      concatMap discharged value.contents
    else if isType "if" value then
      if value.condition then discharged value.content else [ ]
    else if isType "override" value then
      map (found: found // { inherit (value) priority; }) (discharged value.content)
    else if isType "order" value then
      map (found: found // { inherit (value) order; }) (discharged value.content)
    else
      [
        {
          inherit value;
          priority = 100;
          order = 1000;
        }
      ];

  # All definitions of one option: { present, value }.
  merged =
    path: type: definitions:
    let
      found = concatMap discharged definitions;
      strongest = foldl' (least: each: if each.priority < least then each.priority else least) 9999 found;
      kept = filter (each: each.priority == strongest) found;
      sorted = sort (one: other: one.order < other.order) kept;
      values = map (each: each.value) sorted;
      refused = filter (value: !type.check value) values;
    in
    {
      present = found != [ ];
      value =
        if refused != [ ] then
          wrong path "is not of type ${type.name}; a definition is ${shown (head refused)}"
        else
          type.merge path values;
    };

  shown =
    value:
    if isFunction value then
      "a function"
    else if isAttrs value then
      "a set of ${concatStringsSep ", " (attrNames value)}"
    else if isList value then
      "a list"
    else if isString value || isPath value then
      ''"${toString value}"''
    else
      builtins.toJSON value;

  optionValue =
    path: option: definitions:
    let
      given = definitions ++ optional (option ? default) (mkOptionDefault option.default);
      found = merged path option.type given;
      value =
        if found.present then found.value else wrong path "is used but not defined";
    in
    (option.apply or (same: same)) value;

  # ---- Types: { name, check, merge = path: values: value }
  one =
    name: check: {
      inherit name check;
      merge =
        path: values:
        if length values == 1 || all (value: value == head values) values then
          head values
        else
          wrong path "has conflicting definition values: ${concatStringsSep ", " (map shown values)}";
    };
  types = rec {
    anything = {
      name = "anything";
      check = _: true;
      merge = _: last;
    };
    unspecified = anything;
    bool = one "boolean" isBool;
    int = one "integer" isInt;
    port = one "port number" (value: isInt value && value >= 0 && value <= 65535);
    str = one "string" isString;
    nonEmptyStr = one "non-empty string" (value: isString value && value != "");
    path = one "path" (
      value: isPath value || (isString value && hasPrefix "/" value) || (isAttrs value && value ? outPath)
    );
    package = one "package" (value: isAttrs value && value ? outPath);
    enum = values: one "one of ${concatStringsSep ", " (map shown values)}" (value: elem value values);
    lines = {
      name = "lines";
      check = isString;
      merge = _: concatStringsSep "\n";
    };
    nullOr = type: {
      name = "null or ${type.name}";
      check = value: value == null || type.check value;
      merge =
        path: values:
        if all (value: value == null) values then
          null
        else if any (value: value == null) values then
          wrong path "is null in one definition and not in another"
        else
          type.merge path values;
    };
    oneOf = kinds: {
      name = concatStringsSep " or " (map (kind: kind.name) kinds);
      check = value: any (kind: kind.check value) kinds;
      merge =
        path: values:
        let
          fitting = filter (kind: all kind.check values) kinds;
        in
        if fitting == [ ] then
          wrong path "has definitions of different types"
        else
          (head fitting).merge path values;
    };
    either =
      left: right:
      oneOf [
        left
        right
      ];
    listOf = type: {
      name = "list of ${type.name}";
      check = isList;
      merge =
        path: values:
        map (found: found.value) (
          filter (found: found.present) (map (value: merged path type [ value ]) (concatLists values))
        );
    };
    attrsOf = type: {
      name = "set of ${type.name}";
      check = isAttrs;
      merge =
        path: values:
        mapAttrs (_: found: found.value) (
          filterAttrs (_: found: found.present) (
            listToAttrs (
              map (name: {
                inherit name;
                value = merged (path ++ [ name ]) type (
                  concatMap (set: optional (hasAttr name set) set.${name}) values
                );
              }) (unique (concatMap attrNames values))
            )
          )
        );
    };
    submodule = module: {
      name = "submodule";
      check = value: isAttrs value || isFunction value;
      merge =
        path: values:
        (evalModules {
          modules = (if isList module then module else [ module ]) ++ values;
          inherit path;
          specialArgs.name = last path;
        }).checked;
    };
  };

  # ---- Modules
  collected =
    arguments: module:
    let
      loaded = if isPath module || isString module then import module else module;
      opened = if isFunction loaded then loaded arguments else loaded;
      long = opened ? config || opened ? options || opened ? imports || opened ? freeformType;
      normal = {
        options = opened.options or { };
        config = if long then opened.config or { } else opened;
        freeform = opened.freeformType or null;
      };
    in
    concatMap (collected arguments) (opened.imports or [ ]) ++ [ normal ];

  mergedOptions =
    path: sets:
    listToAttrs (
      map (
        name:
        let
          here = path ++ [ name ];
          found = concatMap (set: optional (hasAttr name set) set.${name}) sets;
        in
        {
          inherit name;
          value =
            if any isOption found then
              if length found > 1 then wrong here "is declared twice" else head found
            else
              mergedOptions here found;
        }
      ) (unique (concatMap attrNames sets))
    );

  valuesOf =
    path: options: configs:
    mapAttrs (
      name: option:
      let
        here = path ++ [ name ];
        definitions = concatMap (set: optional (hasAttr name set) set.${name}) configs;
      in
      if isOption option then
        optionValue here option definitions
      else
        valuesOf here option (concatMap pushedDown definitions)
    ) options;

  strangers =
    path: options: configs:
    concatMap (
      set:
      concatMap (
        name:
        let
          here = path ++ [ name ];
        in
        if !hasAttr name options then
          [ here ]
        else if isOption options.${name} then
          [ ]
        else
          strangers here options.${name} (pushedDown set.${name})
      ) (attrNames set)
    ) configs;

  evalModules =
    {
      modules,
      path ? [ ],
      specialArgs ? { },
    }:
    let
      arguments = {
        inherit config options lib;
      }
      // specialArgs;
      all' = concatMap (collected arguments) modules;
      options = mergedOptions path (map (module: module.options) all');
      configs = concatMap (module: pushedDown module.config) all';
      freeform = foldl' (found: module: if module.freeform == null then found else module.freeform) null all';
      free = map (removeDeclared options) configs;
      freeValues = freeform.merge path free;
      declared = valuesOf path options configs;
      config = if freeform == null then declared else freeValues // declared;
      unknown = if freeform == null then strangers path options configs else [ ];
    in
    {
      inherit config options;
      # The same, but for definitions of options that nobody has declared.
      checked =
        if unknown == [ ] then
          config
        else
          throw "The option `${showPath (head unknown)}' does not exist";
    };
  removeDeclared = options: set: removeAttrs set (attrNames options);

  lib = {
    inherit
      all
      any
      attrNames
      attrValues
      concatLists
      concatMap
      concatMapStrings
      concatMapStringsSep
      concatStrings
      concatStringsSep
      elem
      elemAt
      escapeShellArg
      evalModules
      filter
      filterAttrs
      foldl'
      functionArgs
      genList
      getExe
      getExe'
      hasAttr
      hasPrefix
      head
      isAttrs
      isBool
      isFunction
      isInt
      isList
      isPath
      isString
      last
      length
      listToAttrs
      map
      mapAttrs
      mapAttrs'
      mapAttrsToList
      match
      mkAfter
      mkBefore
      mkDefault
      mkEnableOption
      mkForce
      mkIf
      mkMerge
      mkOption
      mkOptionDefault
      mkOrder
      mkOverride
      nameValuePair
      optional
      optionalAttrs
      optionalString
      optionals
      removePrefix
      replaceStrings
      sort
      tail
      typeOf
      types
      unique
      versionAtLeast
      versionOlder
      ;
    trivial = { inherit release; };
    # Only documentation needs it.
    literalExpression = text: text;
  };
in
lib
