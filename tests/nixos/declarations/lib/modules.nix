# Modules: collected, their options put together, their definitions given to these.
{ lib }:
let
  inherit (lib)
    any
    attrNames
    concatMap
    foldl'
    hasAttr
    head
    isFunction
    isOption
    isPath
    isString
    length
    listToAttrs
    map
    mapAttrs
    optional
    optionValue
    pushedDown
    showPath
    unique
    wrong
    ;

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
in
{
  inherit evalModules;
}
