# What an update has to know about a package: a function of the set that holds it and of the names that lead there. `inner`: of the
# derivations that it hands out or is given by name only those with a hash of their own, and what their locks pin.
{
  set,
  path,
  inner ? false,
}:
let
  inherit (builtins)
    attrNames
    concatMap
    filter
    head
    isAttrs
    isList
    isString
    listToAttrs
    map
    removeAttrs
    tail
    tryEval
    unsafeGetAttrPos
    ;

  # `{ value; }`, or where the way ends.
  walk =
    from: names:
    if names == [ ] then
      { value = from; }
    else if isAttrs from && from ? ${head names} then
      walk from.${head names} (tail names)
    else
      {
        missing = head names;
        neighbours = if isAttrs from then attrNames from else [ ];
      };

  found = walk set path;
  package = found.value;

  attempt =
    value:
    let
      result = tryEval value;
    in
    if result.success then result.value else null;
  text =
    value:
    let
      result = attempt value;
    in
    if isString result then builtins.unsafeDiscardStringContext result else null;
  texts =
    value:
    let
      result = attempt value;
    in
    if isList result then filter isString (map text result) else [ ];
  flag =
    value:
    let
      result = attempt value;
    in
    result == true || result == "1";
  first = value: if isList value && value != [ ] then head value else value;
  # Whether an argument of a derivation says anything.
  says = value: !(value == null || value == "" || value == [ ]);

  source =
    src:
    if !isAttrs src then
      null
    else if src ? outputHash then
      {
        name = text (src.name or null);
        urls = texts (src.urls or [ ]);
        url = text (src.url or null);
        rev = text (src.rev or null);
        tag = text (src.tag or null);
        repository = text (src.gitRepoUrl or null);
        outputHash = text src.outputHash;
        outputHashAlgo = text (src.outputHashAlgo or null);
        isRecursive = (src.outputHashMode or "flat") != "flat";
        postFetch = text (src.postFetch or null);
        fetchSubmodules = flag (src.fetchSubmodules or false);
        fetchLFS = flag (src.fetchLFS or false);
        leaveDotGit = flag (src.leaveDotGit or false) || flag (src.deepClone or false);
        isGit = src ? fetchSubmodules && src ? leaveDotGit;
        sparseCheckout =
          let
            folders = attempt (src.sparseCheckout or "");
          in
          if isString folders then folders else builtins.concatStringsSep "\n" (texts folders);
        nonConeMode = flag (src.nonConeMode or false);
      }
    else if src ? src then
      source src.src
    else
      null;

  # The derivations with a hash of their own that packages have beside their source.
  dependencyPaths = [
    [
      "cargoDeps"
      "vendorStaging"
    ]
    [ "cargoDeps" ]
    [ "goModules" ]
    [ "npmDeps" ]
    [ "pnpmDeps" ]
    [ "yarnOfflineCache" ]
    [ "offlineCache" ]
    [ "fetchedMavenDeps" ]
    [ "mixFodDeps" ]
    [ "composerVendor" ]
    [ "composerRepository" ]
    [ "denoDeps" ]
    [ "zigDeps" ]
  ];
  dependency =
    root: prefix: names:
    let
      there = attempt (walk root names);
      drv = attempt (there.value or null);
    in
    if isAttrs drv && drv ? outputHash then
      [
        {
          path = prefix ++ names;
          drvPath = text (drv.drvPath or null);
          sourceHash = text (drv.src.outputHash or null);
          fetches = if drv ? url || drv ? urls then source drv else null;
          outputHash = text drv.outputHash;
          outputHashAlgo = text (drv.outputHashAlgo or null);
          sourceRoot = text (drv.sourceRoot or null);
          cargoRoot = text (drv.cargoRoot or null);
          isChanged =
            says (attempt (drv.patches or null))
            || says (attempt (drv.prePatch or null))
            || says (attempt (drv.postUnpack or null));
          postPatch = text (drv.postPatch or null);
          fetcherVersion = text (
            toString (
              attempt (drv.fetcherVersion or drv.NIX_NPM_FETCHER_VERSION or drv.env.NPM_FETCHER_VERSION or 1)
            )
          );
          forceGitDeps = flag (drv.forceGitDeps or drv.FORCE_GIT_DEPS or drv.env.FORCE_GIT_DEPS or false);
          forceEmptyCache = flag (
            drv.forceEmptyCache or drv.FORCE_EMPTY_CACHE or drv.env.FORCE_EMPTY_CACHE or false
          );
        }
      ]
    else
      [ ];

  isDerivation = value: isAttrs value && (value.type or null) == "derivation";
  innerDependencies =
    name:
    let
      value = attempt (package.${name} or null);
    in
    if isDerivation value then
      dependency package [ ] [ name ] ++ concatMap (dependency value [ name ]) dependencyPaths
    else
      [ ];
  # What is handed out, and what the build is given by name; without what is looked at for itself.
  innerNames = attrNames (
    removeAttrs ((package.passthru or { }) // (package.drvAttrs or { })) (
      [
        "src"
        "tests"
      ]
      ++ map head dependencyPaths
    )
  );

  positions = listToAttrs (
    concatMap
      (
        name:
        let
          position = unsafeGetAttrPos name package;
        in
        if position == null then
          [ ]
        else
          [
            {
              inherit name;
              value = position;
            }
          ]
      )
      [
        "version"
        "src"
        "name"
        "pname"
        "cargoHash"
        "vendorHash"
        "npmDepsHash"
        "mvnHash"
      ]
  );
in
if !(found ? value) then
  {
    kind = "missing";
    inherit (found) missing neighbours;
  }
else if !(isDerivation package) then
  { kind = "other"; }
else if inner then
  {
    kind = "inner";
    dependencies = concatMap innerDependencies innerNames;
  }
else
  {
    kind = "package";
    name = text package.name;
    pname = text (package.pname or null);
    version = text (package.version or null);
    drvPath = builtins.unsafeDiscardStringContext package.drvPath;
    position = text (package.meta.position or null);
    homepage = text (first (package.meta.homepage or null));
    changelog = text (first (package.meta.changelog or null));
    source = source (package.src or null);
    sourceRoot = text (package.sourceRoot or null);
    cargoRoot = text (package.cargoRoot or null);
    npmRoot = text (package.npmRoot or null);
    dependencies = concatMap (dependency package [ ]) dependencyPaths;
    inherit positions;
  }
