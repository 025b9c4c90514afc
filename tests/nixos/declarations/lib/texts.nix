# Texts, lists and sets: the builtins that lib has too, and what it makes of them.
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

  optional = condition: value: if condition then [ value ] else [ ];
  optionals = condition: values: if condition then values else [ ];
  optionalString = condition: text: if condition then text else "";
  optionalAttrs = condition: set: if condition then set else { };
  concatStrings = concatStringsSep "";
  concatMapStrings = f: list: concatStrings (map f list);
  concatMapStringsSep = separator: f: list: concatStringsSep separator (map f list);
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  hasSuffix =
    suffix: text:
    let
      start = stringLength text - stringLength suffix;
    in
    start >= 0 && substring start (stringLength suffix) text == suffix;
  removePrefix =
    prefix: text:
    if hasPrefix prefix text then
      substring (stringLength prefix) (stringLength text - stringLength prefix) text
    else
      text;
  attrByPath =
    path: default: set:
    if path == [ ] then
      set
    else if isAttrs set && hasAttr (head path) set then
      attrByPath (tail path) default set.${head path}
    else
      default;
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
in
{
  inherit
    all
    any
    attrByPath
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
    filter
    filterAttrs
    foldl'
    functionArgs
    genList
    getExe
    getExe'
    hasAttr
    hasPrefix
    hasSuffix
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
    nameValuePair
    optional
    optionalAttrs
    optionalString
    optionals
    removePrefix
    replaceStrings
    sort
    stringLength
    substring
    tail
    typeOf
    unique
    versionAtLeast
    versionOlder
    ;
}
