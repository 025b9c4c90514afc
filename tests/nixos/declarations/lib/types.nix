# Types: { name, check, merge = path: values: value }
{ lib }:
let
  inherit (lib)
    all
    any
    attrNames
    concatLists
    concatMap
    concatStringsSep
    elem
    evalModules
    filter
    filterAttrs
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
    merged
    optional
    shown
    unique
    wrong
    ;

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
in
{
  inherit types;
}
