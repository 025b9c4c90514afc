# Options: how they are declared, and the one value that all definitions of one make.
{ lib }:
let
  inherit (lib)
    all
    any
    attrNames
    concatMap
    concatStringsSep
    discharged
    filter
    foldl'
    head
    isAttrs
    isFunction
    isList
    isPath
    isString
    isType
    map
    mkOptionDefault
    optional
    sort
    types
    ;

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
in
{
  inherit
    isOption
    merged
    mkEnableOption
    mkOption
    optionValue
    showPath
    shown
    wrong
    ;
}
