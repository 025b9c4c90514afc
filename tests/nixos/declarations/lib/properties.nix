# What may stand around a value: a condition, a priority, an order; and how it is taken off again.
{ lib }:
let
  inherit (lib) concatMap isAttrs map mapAttrs;

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
in
{
  inherit
    discharged
    isType
    mkAfter
    mkBefore
    mkDefault
    mkForce
    mkIf
    mkMerge
    mkOptionDefault
    mkOrder
    mkOverride
    pushedDown
    ;
}
