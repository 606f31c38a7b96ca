# What there is to know of a package. Each part is evaluated alone, so that one that fails leaves the others.
{
  # the package set
  set,
  # the names of the attribute, outermost first
  path,
}:
let
  inherit (builtins)
    attrNames
    concatMap
    filter
    foldl'
    isAttrs
    isList
    isPath
    isString
    listToAttrs
    map
    tryEval
    ;

  package = foldl' (
    set: name: if isAttrs set && set ? ${name} then set.${name} else throw "attribute '${name}' missing"
  ) set path;

  isDerivation = value: isAttrs value && value.type or null == "derivation";

  # the value, or null if it fails
  attempt =
    value:
    let
      tried = tryEval (builtins.deepSeq value value);
    in
    if tried.success then tried.value else null;

  facts = one: {
    derivation = one.drvPath;
    inherit (one) system;
    outputs = listToAttrs (
      map (name: {
        inherit name;
        value = one.${name}.outPath;
      }) (one.outputs or [ "out" ])
    );
    features = one.requiredSystemFeatures or [ ];
  };

  toList =
    value:
    if value == null then
      [ ]
    else if isList value then
      value
    else
      [ value ];

  meta = package.meta or { };

  string = value: if isString value then value else null;

  license = one: {
    name = if isString one then one else one.spdxId or (one.shortName or (one.fullName or "unknown"));
    isKnown = isAttrs one;
    free = one.free or true;
  };

  # the tests, those of inner sets by their path
  tests =
    prefix: value:
    concatMap (
      name:
      let
        tried = tryEval value.${name};
        path = prefix ++ [ name ];
      in
      if name == "recurseForDerivations" || name == "override" || name == "overrideDerivation" then
        [ ]
      else if !tried.success then
        [ path ]
      else if isDerivation tried.value then
        [ path ]
      else if isAttrs tried.value then
        tests path tried.value
      else
        [ ]
    ) (attrNames value);

  testsOf = package.tests or (package.passthru.tests or { });

  testAt = foldl' (set: name: set.${name}) testsOf;
in
{
  package =
    if !isDerivation package then
      throw "it is no derivation"
    else
      facts package
      // {
        storeDir = builtins.storeDir;
        currentSystem = builtins.currentSystem;
        name = package.name;
      };

  meta = {
    description = attempt (string (meta.description or null));
    homepage = attempt (toList (meta.homepage or null));
    licenses = attempt (map license (toList (meta.license or null)));
    hasLicense = meta ? license;
    mainProgram = attempt (string (meta.mainProgram or null));
    maintainers = attempt (
      map (one: if isAttrs one then one.github or (one.name or "unknown") else "unknown") (
        meta.maintainers or [ ]
      )
    );
    teams = attempt (map (one: one.shortName or "unknown") (meta.teams or [ ]));
    platforms = attempt (filter isString (toList (meta.platforms or null)));
    hasPlatforms = meta ? platforms;
    badPlatforms = attempt (filter isString (toList (meta.badPlatforms or null)));
    broken = attempt (meta.broken or false);
    position = attempt (string (meta.position or null));
    outputsToInstall = attempt (meta.outputsToInstall or [ "out" ]);
  };

  # where the package is written, if `meta.position` does not say it
  position =
    let
      place = builtins.unsafeGetAttrPos "name" package;
    in
    if place == null then null else "${place.file}:${toString place.line}";

  testPaths = tests [ ] testsOf;

  test = path: facts (testAt path);

  # the command line of the update script; whatever it needs is instantiated
  updateScript =
    let
      script = package.updateScript or (package.passthru.updateScript or null);
      command = if isAttrs script && !isDerivation script then script.command or [ ] else script;
      word = value: if isPath value then "${value}" else toString value;
    in
    if script == null then null else map word (toList command);
}
